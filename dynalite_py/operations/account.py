"""DescribeLimits and DescribeEndpoints: what an account may have, and where it is served."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import codec
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

# Quotas of a new account. Source: facts, DescribeLimits.
LIMITS = {
    "AccountMaxReadCapacityUnits": 80_000,
    "AccountMaxWriteCapacityUnits": 80_000,
    "TableMaxReadCapacityUnits": 40_000,
    "TableMaxWriteCapacityUnits": 40_000,
}
CACHE_PERIOD_MINUTES = 1440


def describe_limits(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """The account's quotas."""
    del scope, request
    body = codec.encode(LIMITS)
    return lambda _: body


def describe_endpoints(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """The one endpoint: the host the caller reached us by, else the region's official name."""
    del request
    address = scope.caller.host or f"dynamodb.{scope.region}.amazonaws.com"
    endpoint = {"Address": address, "CachePeriodInMinutes": CACHE_PERIOD_MINUTES}
    body = codec.encode({"Endpoints": [endpoint]})
    return lambda _: body


OPERATIONS = (
    Operation("DescribeLimits", "read", describe_limits),
    Operation("DescribeEndpoints", "read", describe_endpoints),
)
