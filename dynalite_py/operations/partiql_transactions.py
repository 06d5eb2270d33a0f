"""ExecuteTransaction: up to 100 statements, all reads or all writes; all of it, or nothing.

Source: facts, PartiQL, ExecuteTransaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import apsw

from dynalite_py.capacity import units
from dynalite_py.language import conditions, nodes, partiql_access
from dynalite_py.model import codec, errors, keys, limits, partiql_errors, sizes
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.operations import partiql_batch, partiql_writes, replies, transactions, writes
from dynalite_py.operations.operation import ClaimingWork, OfKind
from dynalite_py.operations.partiql_statements import Prepared, Values, prepared
from dynalite_py.operations.partiql_writes import Write
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.transactions import NO_REASON
from dynalite_py.storage import idempotency, indexes, items
from dynalite_py.storage.claims import Place
from dynalite_py.storage.writer import Transaction

_OPERATION = "ExecuteTransaction"
_NO_RESPONSES = '"Responses":[]'


@dataclass(frozen=True, slots=True)
class _Check:
    """EXISTS: a condition on one item, which is not written."""

    name: str
    table: Table
    key: Key
    holds: conditions.Predicate
    values: Values

    @property
    def place(self) -> Place:
        """What names the item among all items."""
        return self.table.id, self.key


_Action: TypeAlias = Write | _Check


def execute_transaction(scope: Scope, request: Request) -> OfKind:
    """Check the whole transaction; return what carries it out. Raises: DynamoDBError."""
    given: list[Request] = request["TransactStatements"]
    members = [_statement(number, member) for number, member in enumerate(given)]
    for number, (statement, _) in enumerate(members):
        _check_form(number, statement)
    _check_payload(given, members)
    reads = [isinstance(statement, nodes.Select) for statement, _ in members]
    if all(reads):
        return "range", _reading(scope, request, members)
    if any(reads):
        raise partiql_errors.mixed_transaction()
    return "transaction", _writing(scope, request, members)


def _statement(number: int, member: Request) -> Prepared:
    try:
        return prepared(member)
    except DynamoDBError as refusal:
        if refusal.code != "ValidationException" or partiql_errors.of_parser(refusal):
            raise
        raise partiql_errors.of_member(number, refusal) from None


def _check_payload(given: list[Request], members: list[Prepared]) -> None:
    """Refuse parameters of more than 4 MB. The wire form is never shorter than what it says."""
    total = sum(len(codec.encode(each["Parameters"])) for each in given if "Parameters" in each)
    if total <= limits.TRANSACTION_BYTES:
        return
    exact = sum(sizes.of_value(value) for _, bound in members for value in bound.values())
    if exact > limits.TRANSACTION_BYTES:
        raise errors.transaction_too_large()


def _check_form(number: int, statement: nodes.Statement) -> None:
    if isinstance(statement, nodes.UpdateStatement | nodes.DeleteStatement):
        if statement.returning is not None:
            refusal = partiql_errors.returning_in_transaction()
            raise partiql_errors.of_member(number, refusal)
    elif isinstance(statement, nodes.Select | nodes.Exists):
        select = statement.select if isinstance(statement, nodes.Exists) else statement
        if select.index is not None:
            raise partiql_errors.of_member(number, partiql_errors.index_in_transaction())


def _check_single(places: list[Place]) -> None:
    if len(set(places)) != len(places):
        raise errors.several_actions_on_one_item()


# Reads.


def _reading(scope: Scope, request: Request, members: list[Prepared]) -> Any:
    reads: list[partiql_batch.PointRead] = []
    faults: dict[int, dict[str, Any]] = {}
    for number, (statement, values) in enumerate(members):
        assert isinstance(statement, nodes.Select)
        try:
            read = partiql_batch.point_read(scope, statement, values, consistent=True)
        except DynamoDBError as refusal:
            if refusal.code != "ValidationException":
                raise
            faults[number] = transactions.validation_reason(refusal)
            continue
        if read is None:
            refusal = partiql_errors.transaction_select_without_key()
            raise partiql_errors.of_member(number, refusal)
        reads.append(read)
    places = [read.place for read in reads]
    _check_single(places)
    _cancel_faulty(len(members), faults)
    transactions.refuse_held(scope, places)
    mode = replies.capacity_mode(request)

    def work(db: apsw.Connection, *, brief: bool = False) -> bytes:
        rows = transactions.rows_together(db, places, brief=brief)
        consumed: dict[str, replies.Consumed] = {}
        shown: list[str] = []
        for read, row in zip(reads, rows, strict=True):
            spent = 2 * units.read_units(row[1] if row is not None else 0, consistent=True)
            consumed.setdefault(read.name, replies.Consumed()).table_units += spent
            text = read.shown(row)
            # A projection that matches nothing looks like a missing item here.
            shown.append("{}" if text in (None, "{}") else f'{{"Item":{text}}}')
        answer = _capacity(consumed, mode, "Read")
        answer.append(f'"Responses":[{",".join(shown)}]')
        return replies.joined(answer)

    return work


def _capacity(consumed: dict[str, replies.Consumed], mode: str | None, axis: str) -> list[str]:
    if mode is None:
        return []
    shown = [spent.shown(name, mode, axis=axis) for name, spent in consumed.items()]
    return [replies.member("ConsumedCapacity", shown)]


# Writes.


def _writing(scope: Scope, request: Request, members: list[Prepared]) -> ClaimingWork:
    actions: list[_Action] = []
    faults: dict[int, dict[str, Any]] = {}
    for number, (statement, values) in enumerate(members):
        assert not isinstance(statement, nodes.Select)
        _check_target(scope, number, statement)
        try:
            actions.append(_action(scope, statement, values))
        except DynamoDBError as refusal:
            if refusal.code != "ValidationException":
                raise
            faults[number] = transactions.validation_reason(refusal)
    _check_single([action.place for action in actions])
    given: list[Request] = request["TransactStatements"]
    token: str | None = request.get("ClientRequestToken")
    fingerprint = codec.fingerprint(given) if token is not None else b""

    def run(transaction: Transaction) -> bytes:
        if token is not None:
            now = scope.clock.now()
            known = idempotency.find(transaction.db, scope.caller, _OPERATION, token, now)
            if known is not None:
                answer = transactions.repeated(request, fingerprint, known)
                return replies.joined([*answer, _NO_RESPONSES])
        _cancel_faulty(len(members), faults)
        body, spent = _carry_out(scope, request, actions, transaction)
        if token is not None:
            transactions.remember(scope, transaction, _OPERATION, token, fingerprint, spent)
        return body

    held = None if token is None else (scope.account, scope.region, _OPERATION, token)
    places = [] if faults else [action.place for action in actions]
    return ClaimingWork(run, lambda: transactions.claim(scope, places, held))


def _check_target(
    scope: Scope, number: int, statement: partiql_writes.WriteStatement | nodes.Exists
) -> None:
    """Refuse what is no read or write of one item of a table. Raises: DynamoDBError."""
    if isinstance(statement, nodes.UpdateStatement | nodes.DeleteStatement):
        if statement.index is not None:
            raise partiql_errors.of_member(number, partiql_errors.write_to_index())
    elif isinstance(statement, nodes.Exists):
        table = scope.table(statement.select.table)
        try:
            complete = (
                partiql_access.target(statement.select, table.key_names).condition is not None
            )
        except DynamoDBError:
            complete = False
        if not complete:
            refusal = partiql_errors.exists_without_condition()
            raise partiql_errors.of_member(number, refusal)


def _action(
    scope: Scope, statement: partiql_writes.WriteStatement | nodes.Exists, values: Values
) -> _Action:
    if not isinstance(statement, nodes.Exists):
        return partiql_writes.write(scope, statement, values)
    select = statement.select
    table = scope.table(select.table)
    target = partiql_access.target(select, table.key_names)
    key = keys.of_key(table, partiql_writes.key_of(table, target, values))
    keys.check_inside(table, target.inside)
    assert target.holds is not None
    return _Check(select.table, table, key, target.holds, values)


def _cancel_faulty(count: int, faults: dict[int, dict[str, Any]]) -> None:
    """Validation precedes conditions: the first faulty statement alone is named."""
    if faults:
        first = min(faults)
        raise _cancelled(count, {first: faults[first]})


def _cancelled(count: int, reasons: dict[int, dict[str, Any]]) -> DynamoDBError:
    return errors.transaction_cancelled([reasons.get(number, NO_REASON) for number in range(count)])


@dataclass(slots=True)
class _Decided:
    """An action with the stored item and what comes in its place."""

    action: _Action
    present: Table
    old: items.Row | None
    new: writes.New | None


def _carry_out(
    scope: Scope, request: Request, actions: list[_Action], transaction: Transaction
) -> tuple[bytes, transactions.Spent]:
    """Decide everything, then write everything. Raises: the cancellation."""
    decided = _decide(scope, request, actions, transaction)
    consumed: dict[str, replies.Consumed] = {}
    spent: transactions.Spent = []
    for number, each in enumerate(decided):
        action = each.action
        changes: list[indexes.Change] = []
        if isinstance(action, Write):
            try:
                changes = writes.store(transaction, each.present, action.key, each.new, each.old)
            except DynamoDBError as refusal:
                raise _cancelled(len(actions), {number: _reason(refusal)}) from None
        new_bytes = None if each.new is None else each.new[2][0]
        table_units = 2 * replies.table_write_units(each.old, new_bytes)
        consumed.setdefault(action.name, replies.Consumed()).add_write(table_units, changes)
        larger = max(each.old[1] if each.old is not None else 0, new_bytes or 0)
        spent.append((action.name, 2 * units.read_units(larger, consistent=True)))
    answer = _capacity(consumed, replies.capacity_mode(request), "Write")
    return replies.joined([*answer, _NO_RESPONSES]), spent


def _decide(
    scope: Scope, request: Request, actions: list[_Action], transaction: Transaction
) -> list[_Decided]:
    """Read every item, evaluate every condition, work out every new item."""
    decided: list[_Decided] = []
    failed: dict[int, dict[str, Any]] = {}
    given: list[Request] = request["TransactStatements"]
    for number, action in enumerate(actions):
        present = scope.current(action.table)
        old = items.read(transaction.db, present.id, action.key)
        shown = given[number].get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        try:
            if isinstance(action, Write):
                new = partiql_writes.decided(action, present, old, shown=shown)
            else:
                new = None
                _check(action, old, shown=shown)
        except DynamoDBError as refusal:
            failed[number] = _reason(refusal)
            if refusal.code == "ValidationException":
                raise _cancelled(len(actions), {number: failed[number]}) from None
            continue
        decided.append(_Decided(action, present, old, new))
    if failed:
        raise _cancelled(len(actions), failed)
    return decided


def _check(action: _Check, old: items.Row | None, *, shown: bool) -> None:
    item = writes.decoded(old)
    if item is None or not action.holds(item, action.values):
        raise errors.condition_failed(item if shown else None)


def _reason(refusal: DynamoDBError) -> dict[str, Any]:
    if refusal.code == "ValidationException":
        return transactions.validation_reason(refusal)
    code = refusal.code.removesuffix("Exception")
    return {"Code": code, "Message": refusal.message, **refusal.extra}
