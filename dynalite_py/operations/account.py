"""DescribeLimits and DescribeEndpoints: what an account may have, and where it is served; and the
checks of these quotas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import apsw

from dynalite_py.model import codec, limits, quota_errors
from dynalite_py.model.tables import Table
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

# Quotas of a new account. Source: facts, DescribeLimits.
LIMITS = {
    "AccountMaxReadCapacityUnits": limits.ACCOUNT_CAPACITY_UNITS,
    "AccountMaxWriteCapacityUnits": limits.ACCOUNT_CAPACITY_UNITS,
    "TableMaxReadCapacityUnits": limits.TABLE_CAPACITY_UNITS,
    "TableMaxWriteCapacityUnits": limits.TABLE_CAPACITY_UNITS,
}
_KINDS: tuple[Literal["Read", "Write"], ...] = ("Read", "Write")
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


def check_new_table(scope: Scope, table: Table, now: float) -> None:
    """The quotas that a new table counts towards. Raises: DynamoDBError."""
    if len(scope.catalog.names(scope.account, scope.region, now)) >= limits.TABLES:
        raise quota_errors.too_many_tables(limits.TABLES)
    for kind, units in zip(_KINDS, _units(table), strict=True):
        if units > limits.TABLE_CAPACITY_UNITS:
            raise quota_errors.table_units_exceeded(kind, units, limits.TABLE_CAPACITY_UNITS)
    check_units(scope, None, table, now)


def check_units(scope: Scope, before: Table | None, after: Table, now: float) -> None:
    """Units of all tables together, where this one has more than before. Raises: DynamoDBError."""
    former = (0, 0) if before is None else _units(before)
    for number, kind in enumerate(_KINDS):
        more = _units(after)[number] - former[number]
        if more <= 0:
            continue
        units = more + sum(_units(table)[number] for table in _tables(scope, now))
        if units > limits.ACCOUNT_CAPACITY_UNITS:
            raise quota_errors.account_units_exceeded(kind, units, limits.ACCOUNT_CAPACITY_UNITS)


def _tables(scope: Scope, now: float) -> Iterator[Table]:
    """The caller's tables as they are at this time."""
    place = (scope.account, scope.region)
    for record in scope.catalog.all_tables():
        table = record.at(now)
        if table is not None and (table.account, table.region) == place:
            yield table


def _units(table: Table) -> tuple[int, int]:
    """Read and write units of a table and its global indexes."""
    units = [table.throughput, *(index.throughput for index in table.global_indexes())]
    return sum(each.read_units for each in units), sum(each.write_units for each in units)


OPERATIONS = (
    Operation("DescribeLimits", "read", describe_limits),
    Operation("DescribeEndpoints", "read", describe_endpoints),
)
