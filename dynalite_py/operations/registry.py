"""The operations by name. What the API has and this store does not is refused aloud."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from dynalite_py.model import errors
from dynalite_py.operations import (
    account,
    api_model,
    autoscaling,
    backups,
    batch,
    global_tables,
    insights,
    items,
    kinesis,
    partiql,
    policies,
    query,
    scan,
    stream_records,
    streams,
    tables,
    tags,
    transactions,
    transfers,
    ttl,
    update_item,
    update_table,
)
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_FAMILIES = (
    account,
    autoscaling,
    backups,
    batch,
    global_tables,
    insights,
    items,
    kinesis,
    partiql,
    policies,
    query,
    scan,
    stream_records,
    streams,
    tables,
    tags,
    transactions,
    transfers,
    ttl,
    update_item,
    update_table,
)
_DONE = {operation.name: operation for family in _FAMILIES for operation in family.OPERATIONS}

# The rest of the API. It is refused by name: a silent success would hide what an application relies
# on.
UNSUPPORTED = frozenset(api_model.operations()) - _DONE.keys()

# Members that are refused by name in operations that are done.
UNSUPPORTED_MEMBERS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "CreateTable": tables.UNSUPPORTED_MEMBERS,
        "UpdateTable": update_table.UNSUPPORTED_MEMBERS,
    }
)


def _refused(name: str) -> Operation:
    """An operation that the API has and this store does not."""

    def handler(scope: Scope, request: Request) -> Callable[..., bytes]:
        del scope, request
        raise errors.unsupported_operation(name)

    return Operation(name, "read", handler)


OPERATIONS: MappingProxyType[str, Operation] = MappingProxyType(
    _DONE | {name: _refused(name) for name in sorted(UNSUPPORTED)}
)
