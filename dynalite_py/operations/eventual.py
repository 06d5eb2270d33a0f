"""Reads without ConsistentRead on a store whose eventual reads are late.

Such a read sees the state of some moment of the last milliseconds, whole. Reads that ask for
ConsistentRead, transactions, conditions and tables themselves see the present. A global index has
no consistent reads, so all of its reads are late; a local one reads as its table does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import apsw

from dynalite_py.operations.operation import BatchRead, OfKind, Operation, RangeRead
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import items, ranges
from dynalite_py.storage.lag import Lag

_SINGLE = ("ExecuteStatement", "GetItem", "Query", "Scan")
_BATCHES = ("BatchExecuteStatement", "BatchGetItem")


def delayed(operations: Mapping[str, Operation], lag: Lag) -> Mapping[str, Operation]:
    """The same operations, their eventual reads late. Nothing else is touched by that."""
    singles = {name: _delayed(operations[name], lag, _late) for name in _SINGLE}
    batches = {name: _delayed(operations[name], lag, _late_batch) for name in _BATCHES}
    return MappingProxyType({**operations, **singles, **batches})


def _delayed(
    operation: Operation, lag: Lag, late: Callable[[Lag, Request, OfKind], OfKind]
) -> Operation:
    """The operation as one whose kind only its request tells."""

    def of_kind(work: Any) -> OfKind:
        return work if operation.kind == "statement" else (operation.kind, work)

    def handler(scope: Scope, request: Request) -> OfKind:
        return late(lag, request, of_kind(operation.handler(scope, request)))

    # Without the short way: a request that is plainly right takes it to save what this costs.
    return replace(operation, kind="statement", handler=handler, plain=None)


def _late(lag: Lag, request: Request, given: OfKind) -> OfKind:
    kind, work = given
    if kind not in ("read", "range") or request.get("ConsistentRead"):
        return given

    def run(db: apsw.Connection, *, brief: bool = False) -> bytes:
        del db
        if kind == "read":
            return lag.read(work, brief=brief)
        return lag.read(lambda past: work(past, brief=brief), brief=brief)

    return "range", run


def _late_batch(lag: Lag, request: Request, given: OfKind) -> OfKind:
    del request  # Each element says for itself what it asks for.
    kind, work = given
    if kind != "range":
        return given
    return kind, _batch_run(lag, work)  # type: ignore[arg-type]


def _batch_run(lag: Lag, work: BatchRead) -> RangeRead:
    places = work.may_be_late

    def run(db: apsw.Connection, *, brief: bool = False) -> bytes:
        if not places:
            return work(db, brief=brief)
        ranges.check_brief(len(places), brief=brief)
        late = lag.read(
            lambda past: {place: items.read(past, *place) for place in places}, brief=brief
        )
        return work(db, brief=brief, late=late)

    return run
