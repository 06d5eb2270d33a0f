"""GetItem, PutItem and DeleteItem: one item by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import apsw

from dynalite_py.capacity import units
from dynalite_py.model import codec, errors, keys, sizes, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, replies, writes
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import indexes, items
from dynalite_py.storage.writer import Transaction, Work

Read: TypeAlias = Callable[[apsw.Connection], bytes]


def plain_get(scope: Scope, request: Request) -> Read | None:
    """The read of a whole item by a plain key of a table that is there; None for all else.

    The table's name is that of a table and the key fits it, so there is nothing that the schema
    could refuse.
    """
    if len(request) != 2:
        return None
    name, key_given = request.get("TableName"), request.get("Key")
    if name.__class__ is not str or key_given.__class__ is not dict:
        return None
    table = scope.known(name)  # type: ignore[arg-type]
    key = keys.of_plain_key(table, key_given) if table is not None else None
    return _text_read(table.id, key) if table is not None and key is not None else None


def get_item(scope: Scope, request: Request) -> Read:
    """Read one item. Raises: DynamoDBError."""
    key_given = canonical_key(request, expressions.GET)
    bound = expressions.bound(expressions.GET, request)
    table = scope.table(request["TableName"])
    key = keys.of_key(table, key_given)
    if bound.projection is not None:
        check_key_paths(table, bound.projection)
    if len(request) > 2 and (
        bound.projection is not None
        or "ReturnConsumedCapacity" in request
        or (scope.extensions and request.get("ReturnVersion"))
    ):
        return _full_read(scope, request, table, key, bound.projection)
    return _text_read(table.id, key)


def _text_read(table_id: int, key: Key) -> Read:
    """A read of the whole item and nothing else: its stored text is the answer."""

    def read(db: apsw.Connection) -> bytes:
        text = items.read_text(db, table_id, key)
        return replies.EMPTY if text is None else b'{"Item":%b}' % text.encode()

    return read


def canonical_key(request: Request, members: expressions.Members) -> Item:
    """The Key parameter in canonical form. Raises: DynamoDBError.

    What cannot stand together in the request is refused before a bad key is.
    """
    try:
        return values.canonical_item(request["Key"])
    except DynamoDBError as refusal:
        expressions.check_members(members, request)
        raise (errors.enveloped_value(refusal) if members.enveloped else refusal) from None


def check_key_paths(table: Table, projection: expressions.Projector) -> None:
    """Refuse a projection that goes inside a key attribute. Raises: DynamoDBError."""
    for path in projection.paths:
        if len(path.parts) > 1 and path.parts[0] in table.key_names:
            raise errors.key_path(str(path.parts[0]))


def _full_read(
    scope: Scope,
    request: Request,
    table: Table,
    key: Key,
    projection: expressions.Projector | None,
) -> Read:
    mode = replies.capacity_mode(request)
    consistent = bool(request.get("ConsistentRead"))
    with_version = scope.extensions and request.get("ReturnVersion")

    def read(db: apsw.Connection) -> bytes:
        row = items.read(db, table.id, key)
        members: list[str] = []
        if mode is not None:
            consumed = replies.Consumed()
            consumed.table_units = units.read_units(row[1] if row else 0, consistent=consistent)
            shown = consumed.shown(request["TableName"], mode)
            members.append(replies.member("ConsumedCapacity", shown))
        if row is not None:
            text = row[3]
            if projection is not None:
                text = codec.text(projection.of(codec.decode(text)))
            members.append(f'"Item":{text}')
        if with_version:
            members.append(f'"Version":{row[2] if row is not None else 0:d}')
        return replies.joined(members)

    return read


def put_item(scope: Scope, request: Request) -> Work:
    """Store one item in place of what was under its key. Raises: DynamoDBError."""
    item = writes.canonical_enveloped(request["Item"])
    if len(request) == 2:
        return _plain_put(scope, request["TableName"], item)
    if request.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        expressions.check_expressions(expressions.PUT, request)
        raise errors.enveloped(errors.put_return_values())
    bound = expressions.bound(expressions.PUT, request)
    table, key, new = _new_of(scope, request["TableName"], item)
    if bound.inside:
        keys.check_inside(table, bound.inside)
    scope.check_free(table, key)

    def work(transaction: Transaction) -> bytes:
        present = scope.current(table)
        old = items.read(transaction.db, table.id, key)
        if scope.extensions:
            writes.check_version(request.get("IfVersion"), old)
        if bound.condition is not None:
            writes.check_condition(bound.condition, old, request)
        if present is not table:
            keys.check_index_keys(present, item)
        changes = writes.store(transaction, present, key, new, old)
        return written(scope, request, transaction, present, key, item, old, new[2][0], changes)

    return work


def _new_of(scope: Scope, table_name: str, item: Item) -> tuple[Table, Key, writes.New]:
    """The table, the key and what is stored of a canonical item. Raises: DynamoDBError."""
    text = writes.checked_text(item)
    table = scope.table(table_name)
    key = writes.put_key(table, item)
    return table, key, (item, text, sizes.measure(item, table.sort_key))


def _plain_put(scope: Scope, table_name: str, item: Item) -> Work:
    """A put without conditions and without an answer: the shortest way to a stored item."""
    table, key, new = _new_of(scope, table_name, item)
    scope.check_free(table, key)

    def work(transaction: Transaction) -> bytes:
        present = scope.current(table)
        if present is not table:
            keys.check_index_keys(present, new[0])
        if present.indexes:
            old = items.read(transaction.db, table.id, key)
            writes.store(transaction, present, key, new, old)
            return replies.EMPTY
        read = items.read if present.logged else items.read_briefly
        items.write(transaction, present, key, *new, read(transaction.db, table.id, key))
        return replies.EMPTY

    return work


def delete_item(scope: Scope, request: Request) -> Work:
    """Remove the item under a key, if there is one. Raises: DynamoDBError."""
    key_item = canonical_key(request, expressions.DELETE)
    bound = expressions.bound(expressions.DELETE, request)
    if request.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise errors.put_return_values()
    table = scope.table(request["TableName"])
    key = keys.of_key(table, key_item)
    if bound.inside:
        keys.check_inside(table, bound.inside)
    scope.check_free(table, key)

    def work(transaction: Transaction) -> bytes:
        present = scope.current(table)
        old = items.read(transaction.db, table.id, key)
        if scope.extensions:
            writes.check_version(request.get("IfVersion"), old)
        if bound.condition is not None:
            writes.check_condition(bound.condition, old, request)
        changes = writes.store(transaction, present, key, None, old)
        return written(scope, request, transaction, present, key, key_item, old, None, changes)

    return work


def written(
    scope: Scope,
    request: Request,
    transaction: Transaction,
    table: Table,
    key: Key,
    key_item: Item,
    old: items.Row | None,
    new_bytes: int | None,
    changes: list[indexes.Change],
    attributes: str | None = None,
) -> bytes:
    """The answer to one write: Attributes, capacity and metrics, each only if asked for.

    new_bytes: size of the new item, None where there is none now; attributes: JSON text of what an
    update returns.
    """
    members: list[str] = []
    if request.get("ReturnValues") == "ALL_OLD":
        attributes = old[3] if old is not None else None
    if attributes is not None:
        members.append(f'"Attributes":{attributes}')
    mode = replies.capacity_mode(request)
    if mode is not None:
        consumed = replies.Consumed()
        consumed.add_write(replies.table_write_units(old, new_bytes), changes)
        shown = consumed.shown(request["TableName"], mode)
        members.append(replies.member("ConsumedCapacity", shown))
    if replies.wants_collection_metrics(request, table):
        metrics = replies.collection_metrics(transaction.db, table, key, key_item)
        members.append(replies.member("ItemCollectionMetrics", metrics))
    if scope.extensions and request.get("ReturnVersion"):
        version = transaction.first_version(table.id) if old is None else old[2] + 1
        if new_bytes is None:
            version = 0
        members.append(f'"Version":{version:d}')
    return replies.joined(members) if members else replies.EMPTY


OPERATIONS = (
    Operation("GetItem", "read", get_item, plain_get),
    Operation("PutItem", "write", put_item),
    Operation("DeleteItem", "write", delete_item),
)
