"""Exports and imports where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.support.engines import answer, make

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"


@pytest.mark.parametrize(
    "request_members",
    [{}, {"TableArn": ARN + "abc"}, {"TableArn": ARN + "never"}],
)
def test_no_exports_and_imports_are_listed(engine: Engine, request_members: dict[str, Any]) -> None:
    make(engine, "abc")
    assert answer(engine, "ListExports", MaxResults=1, **request_members) == {"ExportSummaries": []}
    assert answer(engine, "ListImports", PageSize=1, **request_members) == {"ImportSummaryList": []}
