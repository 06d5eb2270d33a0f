"""Contributor Insights of tables and indexes whose keys are not counted."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.facts.tables import index
from tests.support.engines import answer, make

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
INDEX: list[Any] = [index("by_a", "a")]


@pytest.mark.parametrize("name", ["abc", ARN])
def test_insights_are_off(engine: Engine, name: str) -> None:
    make(engine, "abc", GlobalSecondaryIndexes=INDEX)
    off = {"ContributorInsightsStatus": "DISABLED"}
    described = answer(engine, "DescribeContributorInsights", TableName=name)
    assert described == {"TableName": "abc", **off}
    described = answer(engine, "DescribeContributorInsights", TableName=name, IndexName="by_a")
    assert described == {"TableName": "abc", "IndexName": "by_a", **off}


@pytest.mark.parametrize("request_members", [{}, {"TableName": "abc"}, {"MaxResults": 0}])
def test_what_is_off_is_not_listed(engine: Engine, request_members: dict[str, Any]) -> None:
    make(engine, "abc")
    answered = answer(engine, "ListContributorInsights", **request_members)
    assert answered == {"ContributorInsightsSummaries": []}
