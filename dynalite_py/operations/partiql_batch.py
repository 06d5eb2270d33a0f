"""BatchExecuteStatement: up to 25 statements, all reads or all writes, each by itself.

Source: facts, PartiQL, BatchExecuteStatement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import apsw

from dynalite_py.capacity import units
from dynalite_py.language import nodes
from dynalite_py.model import codec, errors, partiql_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.operations import (
    partiql_select,
    partiql_writes,
    replies,
    schema,
    schemas,
    writes,
)
from dynalite_py.operations.operation import LateRows, OfKind
from dynalite_py.operations.partiql_statements import Prepared, Values, prepared
from dynalite_py.operations.partiql_writes import Write
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import items, ranges
from dynalite_py.storage.claims import Place
from dynalite_py.storage.writer import Transaction


@dataclass(frozen=True, slots=True)
class PointRead:
    """A SELECT of one item."""

    select: nodes.Select
    values: Values
    table: Table
    key: Key
    consistent: bool = False

    @property
    def place(self) -> Place:
        """What names the item among all items."""
        return self.table.id, self.key

    @property
    def name(self) -> str:
        """The table's name as the statement gives it."""
        return self.select.table

    def shown(self, row: items.Row | None) -> str | None:
        """The text of the item as the statement shows it."""
        return partiql_select.shown_row(row, self.select, None, self.values)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A member that is refused before it runs, as the answer shows it."""

    element: dict[str, Any]


def point_read(
    scope: Scope, select: nodes.Select, values: Values, *, consistent: bool
) -> PointRead | None:
    """The read of one item that a SELECT is; None for every other. Raises: DynamoDBError."""
    if select.index is not None:
        return None
    found = partiql_select.way(scope, select, consistent=consistent)
    if found.access.kind != "get" or found.access.filter is not None:
        return None
    partiql_select.check_names(found, select)
    key = partiql_select.point_key(found.table, found.access, values)
    return PointRead(select, values, found.table, key, consistent)


def batch_execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check what concerns the batch; return what carries out its members. Raises: DynamoDBError."""
    given: list[Request] = request["Statements"]
    statements = [_statement(member) for member in given]
    if any(isinstance(each, _Refused) for each in statements):
        # What cannot be read at all, in whichever member, is refused before any is looked at.
        schema.checked(schemas.of("BatchExecuteStatement"), request)
    kinds = {isinstance(each[0], nodes.Select) for each in statements if isinstance(each, tuple)}
    if len(kinds) > 1:
        raise partiql_errors.mixed_batch()
    members = [
        each if isinstance(each, _Refused) else _member(scope, member, each)
        for each, member in zip(statements, given, strict=True)
    ]
    places = [member.place for member in members if not isinstance(member, _Refused)]
    if len(set(places)) != len(places):
        raise errors.duplicate_keys()
    if kinds == {False}:
        return "write", partial(_write, scope, request, members)
    return "range", _Reads(request, members)


def _statement(member: Request) -> Prepared | _Refused:
    try:
        statement, values = prepared(member)
        if isinstance(statement, nodes.Exists):
            raise partiql_errors.stray_exists()
    except DynamoDBError as refusal:
        return _refused(refusal)
    return statement, values


def _refused(refusal: DynamoDBError, table_name: str | None = None) -> _Refused:
    if refusal.code == "SerializationException":  # The request itself cannot be read.
        raise refusal
    element: dict[str, Any] = {"Error": partiql_errors.batch_error(refusal)}
    if table_name is not None:
        element["TableName"] = table_name
    return _Refused(element)


def _member(scope: Scope, member: Request, given: Prepared) -> PointRead | Write | _Refused:
    statement, values = given
    assert not isinstance(statement, nodes.Exists)
    try:
        if not isinstance(statement, nodes.Select):
            return partiql_writes.write(scope, statement, values)
        consistent = bool(member.get("ConsistentRead"))
        read = point_read(scope, statement, values, consistent=consistent)
        if read is None:
            raise partiql_errors.batch_select_without_key()
        return read
    except DynamoDBError as refusal:
        # A table that is not there is found out by running.
        running = refusal.code == "ResourceNotFoundException"
        return _refused(refusal, statement.table if running else None)


def _answer(
    request: Request, elements: list[str], consumed: dict[str, tuple[replies.Consumed, float]]
) -> bytes:
    """consumed: by table, in order of first success: its units, and units of what failed."""
    members: list[str] = []
    mode = replies.capacity_mode(request)
    if mode is not None and consumed:
        shown: list[dict[str, Any]] = []
        for name, (spent, failed) in consumed.items():
            entry = spent.shown(name, mode)
            entry["CapacityUnits"] += failed
            shown.append(entry)
        members.append(replies.member("ConsumedCapacity", shown))
    members.append(f'"Responses":[{",".join(elements)}]')
    return replies.joined(members)


def _element(table_name: str, text: str | None) -> str:
    members = [] if text is None else [f'"Item":{text}']
    return "{" + ",".join([*members, replies.member("TableName", table_name)]) + "}"


class _Reads:
    """The work of a batch of reads, a BatchRead."""

    def __init__(self, request: Request, members: list[Any]) -> None:
        self.request = request
        self.members: list[PointRead | _Refused] = members

    @property
    def may_be_late(self) -> list[Place]:
        """The items of statements without ConsistentRead."""
        return [
            member.place
            for member in self.members
            if not isinstance(member, _Refused) and not member.consistent
        ]

    def __call__(
        self, db: apsw.Connection, *, brief: bool = False, late: LateRows | None = None
    ) -> bytes:
        """The answer's bytes. Raises: ranges.TooLongError."""
        ranges.check_brief(len(self.members), brief=brief)
        elements: list[str] = []
        consumed: dict[str, tuple[replies.Consumed, float]] = {}
        for member in self.members:
            if isinstance(member, _Refused):
                elements.append(codec.text(member.element))
                continue
            known = None if member.consistent else late
            row = items.read(db, *member.place) if known is None else known[member.place]
            spent, _ = consumed.setdefault(member.name, (replies.Consumed(), 0.0))
            size = row[1] if row is not None else 0
            spent.table_units += units.read_units(size, consistent=member.consistent)
            elements.append(_element(member.name, member.shown(row)))
        return _answer(self.request, elements, consumed)


def _write(scope: Scope, request: Request, members: list[Any], transaction: Transaction) -> bytes:
    elements: list[str] = []
    consumed: dict[str, tuple[replies.Consumed, float]] = {}
    failed: dict[str, float] = {}
    for member in members:
        if isinstance(member, _Refused):
            elements.append(codec.text(member.element))
            continue
        assert isinstance(member, Write)
        outcome = _written(scope, transaction, member)
        if isinstance(outcome, DynamoDBError):
            elements.append(codec.text(_refused(outcome, member.name).element))
            tried = _tried(transaction, member)
            failed[member.name] = failed.get(member.name, 0.0) + tried
        else:
            text, spent = outcome
            elements.append(_element(member.name, text))
            consumed.setdefault(member.name, (replies.Consumed(), 0.0))[0].add(spent)
    with_failed = {name: (spent, failed.get(name, 0.0)) for name, (spent, _) in consumed.items()}
    return _answer(request, elements, with_failed)


def _written(
    scope: Scope, transaction: Transaction, member: Write
) -> tuple[str | None, replies.Consumed] | DynamoDBError:
    """What RETURNING shows and the units of one write, or why it failed."""

    def part() -> tuple[str | None, replies.Consumed]:
        scope.check_free(member.table, member.key)
        present = scope.current(member.table)
        old = items.read(transaction.db, present.id, member.key)
        new = partiql_writes.decided(member, present, old)
        changes = writes.store(transaction, present, member.key, new, old)
        return (
            partiql_writes.returned(member, old, new),
            partiql_writes.spent(old, new, changes),
        )

    try:
        return transaction.undoing(part)
    except DynamoDBError as refusal:
        return refusal


def _tried(transaction: Transaction, member: Write) -> int:
    """The units of the write that failed: of the stored item, or of the statement's if larger."""
    old = items.read(transaction.db, member.table.id, member.key)
    return replies.table_write_units(old, None if member.new is None else member.new[2][0])
