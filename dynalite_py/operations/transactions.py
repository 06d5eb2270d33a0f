"""TransactGetItems and TransactWriteItems: all of it, or nothing.

Source: facts, Transactions. What is wrong with the request itself is refused as a whole; what is
wrong with one action against its table or its item cancels the transaction and is named in
CancellationReasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import apsw

from dynalite_py.capacity import units
from dynalite_py.model import codec, errors, keys, limits, sizes, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, replies, update_item, writes
from dynalite_py.operations.items import check_key_paths
from dynalite_py.operations.operation import ClaimingWork, Operation, RangeRead
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import idempotency, indexes, items, ranges
from dynalite_py.storage.claims import Place, Token
from dynalite_py.storage.writer import Transaction

_WRITE = "TransactWriteItems"
_EMPTY_KEY = "One or more parameter values are not valid."
NO_REASON: dict[str, Any] = {"Code": "None"}
_CONFLICT = {"Code": "TransactionConflict", "Message": errors.ONGOING_TRANSACTION}
# Name as given, units of a read of the larger image: what a repeated request is told to have
# consumed.
Spent: TypeAlias = list[tuple[str, float]]

_MEMBERS = {
    "ConditionCheck": expressions.TRANSACT_CHECK,
    "Put": expressions.TRANSACT_PUT,
    "Delete": expressions.TRANSACT_DELETE,
    "Update": expressions.TRANSACT_UPDATE,
}


@dataclass(slots=True)
class _Action:
    """One action, checked as far as it can be without its stored item.

    item: to put, or the key. text: of an item to put.
    """

    kind: str
    given: dict[str, Any]
    item: Item
    text: str
    bound: expressions.Bound
    table: Table
    key: Key | None = None
    fault: DynamoDBError | None = None
    old: items.Row | None = None
    new: writes.New | None = None

    @property
    def name(self) -> str:
        """The table's name as the request gives it."""
        return self.given["TableName"]


def transact_write_items(scope: Scope, request: Request) -> ClaimingWork:
    """Check, put, update and delete up to 100 items together. Raises: DynamoDBError."""
    elements = [_single_action(element) for element in request["TransactItems"]]
    _check_payload(elements)
    checked = [_static_checks(kind, given) for kind, given in elements]
    actions = [
        _Action(kind, given, item, text, bound, scope.table(given["TableName"]))
        for (kind, given), (item, text, bound) in zip(elements, checked, strict=True)
    ]
    for action in actions:
        _find_key(action)
    _refuse_repeated(actions)
    token: str | None = request.get("ClientRequestToken")
    fingerprint = codec.fingerprint(request["TransactItems"]) if token is not None else b""

    def run(transaction: Transaction) -> bytes:
        if token is not None:
            now = scope.clock.now()
            known = idempotency.find(transaction.db, scope.caller, _WRITE, token, now)
            if known is not None:
                return replies.joined(repeated(request, fingerprint, known))
        _cancel_faulty(actions)
        _decide(scope, transaction, actions)
        body, spent = _apply(request, transaction, actions)
        if token is not None:
            remember(scope, transaction, _WRITE, token, fingerprint, spent)
        return body

    held = None if token is None else (scope.account, scope.region, _WRITE, token)
    return ClaimingWork(run, lambda: claim(scope, _places(actions), held))


def _places(actions: list[_Action]) -> list[Place]:
    if any(action.fault is not None for action in actions):
        return []  # It will not come to a conflict.
    return [(action.table.id, action.key) for action in actions if action.key is not None]


def claim(scope: Scope, places: list[Place], token: Token | None) -> Callable[[], None]:
    """Take hold of every item that is worked on. Raises: DynamoDBError where one is held."""
    claims = scope.claims
    while not claims.take(places, token):
        if token is not None and claims.holds_token(token):
            raise errors.transaction_in_progress()
        refuse_held(scope, places)
    return partial(claims.release, places, token)


def refuse_held(scope: Scope, places: Sequence[Place]) -> None:
    """Raises: DynamoDBError, the cancellation that names every item another transaction holds."""
    held = [scope.claims.holds(place) for place in places]
    if any(held):
        raise errors.transaction_cancelled([_CONFLICT if each else NO_REASON for each in held])


def rows_together(
    db: apsw.Connection, places: list[Place], *, brief: bool
) -> list[items.Row | None]:
    """The items of one moment, 4 MB at most. Raises: DynamoDBError, ranges.TooLongError."""
    ranges.check_brief(len(places), brief=brief)
    rows = items.read_together(db, places)
    read_bytes = sum(row[1] for row in rows if row is not None)
    if read_bytes > limits.TRANSACTION_BYTES:
        raise errors.answer_too_large(read_bytes)
    return rows


def _single_action(element: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    present = [(kind, element[kind]) for kind in _MEMBERS if kind in element]
    if len(present) != 1:
        raise errors.one_action_only()
    return present[0]


def _check_payload(elements: list[tuple[str, dict[str, Any]]]) -> None:
    """The request's own data count, not the items it touches."""
    total = 0
    for _, given in elements:
        for name in ("Item", "Key", "ExpressionAttributeValues"):
            if name not in given:
                continue
            try:
                total += len(codec.encode(given[name]))
            except TypeError as failure:  # The encoder ends far beyond the levels of a value.
                raise errors.too_deep() from failure
        # The wire form is never shorter than what it says, so most requests end here.
    if total <= limits.TRANSACTION_BYTES:
        return
    exact = sum(
        sizes.of_item(values.canonical_item(given[name]))
        for _, given in elements
        for name in ("Item", "Key", "ExpressionAttributeValues")
        if name in given
    )
    if exact > limits.TRANSACTION_BYTES:
        raise errors.transaction_too_large()


def _static_checks(kind: str, given: dict[str, Any]) -> tuple[Item, str, expressions.Bound]:
    """The action's canonical item or key, the text of the item, and its expressions, before its
    table is looked at.
    """
    item = values.canonical_item(given["Item" if kind == "Put" else "Key"])
    bound = expressions.bound(_MEMBERS[kind], given)
    return item, writes.checked_text(item) if kind == "Put" else "", bound


def _find_key(action: _Action) -> None:
    """The action's key; a fault against the schema is kept for the cancellation, an empty key
    refused at once.
    """
    try:
        if action.kind == "Put":
            # The key is kept even where an index refuses the item: it counts among the repeated.
            action.key = keys.of_item(action.table, action.item)
            keys.check_index_keys(action.table, action.item)
            measures = sizes.measure(action.item, action.table.sort_key)
            action.new = (action.item, action.text, measures)
        else:
            action.key = keys.of_key(action.table, action.item)
            update_item.check_targets(action.table, action.bound.update)
        keys.check_inside(action.table, action.bound.inside)
    except DynamoDBError as refusal:
        if (refusal.message or "").startswith(_EMPTY_KEY):
            raise
        action.fault = refusal


def _refuse_repeated(actions: list[_Action]) -> None:
    places = [(action.table.id, action.key) for action in actions if action.key is not None]
    if len(set(places)) != len(places):
        raise errors.several_actions_on_one_item()


def _cancel_faulty(actions: list[_Action]) -> None:
    """Validation precedes conditions: the first faulty action alone is named."""
    for action in actions:
        if action.fault is not None:
            raise _cancelled(actions, {id(action): validation_reason(action.fault)})


def validation_reason(fault: DynamoDBError) -> dict[str, Any]:
    """An action's own fault as a reason for the cancellation."""
    return {"Code": "ValidationError", "Message": fault.message}


def _cancelled(actions: list[_Action], reasons: dict[int, dict[str, Any]]) -> DynamoDBError:
    return errors.transaction_cancelled([reasons.get(id(action), NO_REASON) for action in actions])


def _decide(scope: Scope, transaction: Transaction, actions: list[_Action]) -> None:
    """Read every item, evaluate every condition, work out every new item.

    Raises: the cancellation.
    """
    failed: dict[int, dict[str, Any]] = {}
    for action in actions:
        action.table = scope.current(action.table)
        assert action.key is not None
        action.old = items.read(transaction.db, action.table.id, action.key)
        reason = _condition_reason(scope, action)
        if reason is not None:
            failed[id(action)] = reason
            continue
        try:
            _work_out(action)
        except DynamoDBError as refusal:
            raise _cancelled(actions, {id(action): validation_reason(refusal)}) from None
    if failed:
        raise _cancelled(actions, failed)


def _condition_reason(scope: Scope, action: _Action) -> dict[str, Any] | None:
    try:
        if scope.extensions:
            writes.check_version(action.given.get("IfVersion"), action.old)
        if action.bound.condition is not None:
            writes.check_condition(action.bound.condition, action.old, action.given)
    except DynamoDBError as refusal:
        code = refusal.code.removesuffix("Exception")
        return {"Code": code, "Message": refusal.message, **refusal.extra}
    return None


def _work_out(action: _Action) -> None:
    """The new item of an update, and of a put into a table that changed meanwhile."""
    if action.kind == "Put":
        keys.check_index_keys(action.table, action.item)
    elif action.kind == "Update":
        before = writes.decoded(action.old)
        after = update_item.updated(action.table, action.bound.update, before, action.item)
        action.new = None if after is None else writes.new_item(after, action.table.sort_key)
        update_item.check_result_size(action.new)


def _apply(
    request: Request, transaction: Transaction, actions: list[_Action]
) -> tuple[bytes, Spent]:
    """Write everything; return the answer and what a repetition would consume."""
    consumed: dict[str, replies.Consumed] = {}
    metrics: dict[str, dict[Any, Any]] = {}
    spent: Spent = []
    mode = replies.capacity_mode(request)
    counted = mode is not None or "ClientRequestToken" in request
    for action in actions:
        assert action.key is not None
        changes: list[indexes.Change] = []
        if action.kind != "ConditionCheck" and not (action.new is None and action.old is None):
            changes = _store(transaction, actions, action, action.key)
        if not counted:  # Nobody will be told, now or at a repetition.
            continue
        new_bytes = action.new[2][0] if action.new is not None else None
        table_units = 2 * replies.table_write_units(action.old, new_bytes)
        consumed.setdefault(action.name, replies.Consumed()).add_write(table_units, changes)
        larger = max(action.old[1] if action.old is not None else 0, new_bytes or 0)
        spent.append((action.name, 2 * units.read_units(larger, consistent=True)))
    for action in actions if "ReturnItemCollectionMetrics" in request else ():
        if action.kind != "ConditionCheck" and replies.wants_collection_metrics(
            request, action.table
        ):
            assert action.key is not None
            metrics.setdefault(action.name, {})[action.key[:2]] = replies.collection_metrics(
                transaction.db, action.table, action.key, action.item
            )
    members: list[str] = []
    if mode is not None:
        shown = [each.shown(name, mode, axis="Write") for name, each in consumed.items()]
        members.append(replies.member("ConsumedCapacity", shown))
    if metrics:
        shown_metrics = {name: list(found.values()) for name, found in metrics.items()}
        members.append(replies.member("ItemCollectionMetrics", shown_metrics))
    return replies.joined(members), spent


def _store(
    transaction: Transaction, actions: list[_Action], action: _Action, key: Key
) -> list[indexes.Change]:
    """Write one action's item. Raises: the cancellation where its collection has no room."""
    try:
        return writes.store(transaction, action.table, key, action.new, action.old)
    except DynamoDBError as refusal:
        code = refusal.code.removesuffix("Exception")
        raise _cancelled(
            actions, {id(action): {"Code": code, "Message": refusal.message}}
        ) from None


def repeated(request: Request, fingerprint: bytes, known: tuple[bytes, str]) -> list[str]:
    """The members of the answer to a request that was already carried out: nothing is written
    again. Raises: DynamoDBError where it was another request.
    """
    if known[0] != fingerprint:
        raise errors.idempotent_parameter_mismatch()
    mode = replies.capacity_mode(request)
    if mode is None:
        return []
    consumed: dict[str, replies.Consumed] = {}
    for name, read_units in codec.decode(known[1]):
        consumed.setdefault(name, replies.Consumed()).table_units += read_units
    shown = [each.shown(name, mode, axis="Read") for name, each in consumed.items()]
    return [replies.member("ConsumedCapacity", shown)]


def remember(
    scope: Scope,
    transaction: Transaction,
    operation: str,
    token: str,
    fingerprint: bytes,
    spent: Spent,
) -> None:
    """Keep the token of a transaction that succeeded, in its own commit."""
    now = scope.clock.now()
    idempotency.keep(
        transaction.db,
        scope.caller,
        operation,
        token,
        fingerprint=fingerprint,
        answer=codec.text(spent),
        now=now,
        expires_at=now + limits.TOKEN_SECONDS,
    )


def transact_get_items(scope: Scope, request: Request) -> RangeRead:
    """Read up to 100 items as of one moment. Raises: DynamoDBError."""
    gets: list[dict[str, Any]] = [element["Get"] for element in request["TransactItems"]]
    keys_given = [values.canonical_item(get["Key"]) for get in gets]
    bounds = [expressions.bound(expressions.TRANSACT_GET, get) for get in gets]
    tables = [scope.table(get["TableName"]) for get in gets]
    places: list[tuple[int, Key]] = []
    fault: tuple[int, DynamoDBError] | None = None
    for at, (key, table, bound) in enumerate(zip(keys_given, tables, bounds, strict=True)):
        if bound.projection is not None:
            check_key_paths(table, bound.projection)
        try:
            places.append((table.id, keys.of_key(table, key)))
        except DynamoDBError as refusal:
            fault = fault or (at, refusal)
    if len(set(places)) != len(places):
        raise errors.several_actions_on_one_item()
    if fault is not None:
        reasons = [NO_REASON] * len(gets)
        reasons[fault[0]] = validation_reason(fault[1])
        raise errors.transaction_cancelled(reasons)
    refuse_held(scope, places)
    with_versions = bool(scope.extensions and request.get("ReturnVersion"))

    def read(db: apsw.Connection, *, brief: bool = False) -> bytes:
        rows = rows_together(db, places, brief=brief)
        shown = [
            _response(row, bound, with_versions) for row, bound in zip(rows, bounds, strict=True)
        ]
        members: list[str] = []
        mode = replies.capacity_mode(request)
        if mode is not None:
            members.append(replies.member("ConsumedCapacity", _read_capacity(gets, rows, mode)))
        members.append(f'"Responses":[{",".join(shown)}]')
        return replies.joined(members)

    return read


def _response(row: items.Row | None, bound: expressions.Bound, with_version: bool) -> str:
    members: list[str] = []
    if row is not None:
        text = row[3]
        if bound.projection is not None:
            text = codec.text(bound.projection.of(codec.decode(text)))
        if text != "{}":  # A projection that matches nothing looks like a missing item here.
            members.append(f'"Item":{text}')
    if with_version:
        members.append(f'"Version":{row[2] if row is not None else 0:d}')
    return "{" + ",".join(members) + "}"


def _read_capacity(
    gets: list[dict[str, Any]], rows: list[items.Row | None], mode: str
) -> list[dict[str, Any]]:
    consumed: dict[str, replies.Consumed] = {}
    for get, row in zip(gets, rows, strict=True):
        spent = 2 * units.read_units(row[1] if row is not None else 0, consistent=True)
        consumed.setdefault(get["TableName"], replies.Consumed()).table_units += spent
    return [each.shown(name, mode, axis="Read") for name, each in consumed.items()]


OPERATIONS = (
    Operation("TransactGetItems", "range", transact_get_items),
    Operation("TransactWriteItems", "transaction", transact_write_items),
)
