"""Contributor Insights: switched on for no table and no index.

Source: facts, Contributor Insights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import codec, errors, feature_errors
from dynalite_py.operations import tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope


def describe_insights(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Off. Raises: DynamoDBError."""
    answer = _subject(scope, request) | {"ContributorInsightsStatus": "DISABLED"}
    body = codec.encode(answer)
    return lambda _: body


def list_insights(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None: what is off is left out. Raises: DynamoDBError."""
    if "TableName" in request:
        tables.existing(scope, request["TableName"])
    if "NextToken" in request:
        raise feature_errors.bad_next_token(request["NextToken"])
    body = codec.encode({"ContributorInsightsSummaries": []})
    return lambda _: body


def update_insights(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused: nothing counts keys. Raises: DynamoDBError."""
    _subject(scope, request)
    raise errors.unsupported_operation("UpdateContributorInsights")


def _subject(scope: Scope, request: Request) -> dict[str, Any]:
    """The table, and the index of it, that is asked about. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    subject: dict[str, Any] = {"TableName": table.name}
    name: str | None = request.get("IndexName")
    if name is not None:
        if table.index(name) is None:
            raise feature_errors.index_without_insights(name, table.name)
        subject["IndexName"] = name
    return subject


OPERATIONS = (
    Operation("DescribeContributorInsights", "read", describe_insights),
    Operation("ListContributorInsights", "read", list_insights),
    Operation("UpdateContributorInsights", "read", update_insights),
)
