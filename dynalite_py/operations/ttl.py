"""DescribeTimeToLive and UpdateTimeToLive: items do not expire here, so it is off and stays off.

Source: facts, TTL.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import codec, errors, feature_errors
from dynalite_py.operations import tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_DISABLED = codec.encode({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})


def describe_time_to_live(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Off. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    if table.status in ("CREATING", "DELETING"):
        raise feature_errors.no_ttl_of(table.status)
    return lambda _: _DISABLED


def update_time_to_live(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused: it cannot be switched off again, and not on here. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    if table.status == "CREATING":
        raise feature_errors.ttl_while_creating(table.name)
    if not request["TimeToLiveSpecification"]["Enabled"]:
        raise feature_errors.ttl_disabled_already()
    raise errors.unsupported_operation("UpdateTimeToLive")


OPERATIONS = (
    Operation("DescribeTimeToLive", "read", describe_time_to_live),
    Operation("UpdateTimeToLive", "read", update_time_to_live),
)
