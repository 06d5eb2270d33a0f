"""UpdateItem: change parts of one item, or make it."""

from __future__ import annotations

from dynalite_py.model import codec, errors, keys, limits, sizes, values
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, writes
from dynalite_py.operations.items import canonical_key, written
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import items
from dynalite_py.storage.writer import Transaction, Work


def update_item(scope: Scope, request: Request) -> Work:
    """Apply an update to the item under a key; without the item, to the key alone. Raises:
    DynamoDBError.
    """
    key_item = canonical_key(request, expressions.UPDATE)
    bound = expressions.bound(expressions.UPDATE, request)
    table = scope.table(request["TableName"])
    key = keys.of_key(table, key_item)
    check_targets(table, bound.update)
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
        before = writes.decoded(old)
        after = updated(present, bound.update, before, key_item)
        new = None if after is None else writes.new_item(after, present.sort_key)
        check_result_size(new)
        if new is not None and bound.update is not None:
            _check_measure(new[2][0] + bound.update.program.measure_bytes, key_item)
        changes = writes.store(transaction, present, key, new, old)
        attributes = _returned(request, bound.update, before, after)
        new_bytes = None if new is None else new[2][0]
        return written(
            scope, request, transaction, present, key, key_item, old, new_bytes, changes, attributes
        )

    return work


def check_targets(table: Table, update: expressions.BoundUpdate | None) -> None:
    """Refuse targets that are keys, or constants no index key can be. Raises: DynamoDBError."""
    if update is None:
        return
    for name in table.key_names:
        # A path inside a key is refused with the other paths, behind this.
        if name in update.names and not any(path.parts[0] == name for path in update.nested):
            raise errors.key_update(name)
    for index in table.indexes_by_name:
        for at, name in enumerate(index.keys):
            literal = update.literals.get(name)
            if literal is not None and index.types[at] not in literal:
                raise errors.index_key_type_mismatch(
                    name, index.types[at], values.type_of(literal), index.name
                )


def updated(
    table: Table, update: expressions.BoundUpdate | None, before: Item | None, key_item: Item
) -> Item | None:
    """The item after the update; None where nothing is there and nothing is made. Raises:
    DynamoDBError.
    """
    if update is None:
        return before if before is not None else key_item
    after = update.apply(before, key_item)
    if after is not None and table.indexes:
        _check_updated_index_keys(table, update, after)
    return after


def _check_updated_index_keys(table: Table, update: expressions.BoundUpdate, after: Item) -> None:
    """Only index keys that the update names are looked at: an old fault does not block other
    updates.
    """
    for index in table.indexes:
        for at, name in enumerate(index.keys):
            value = after.get(name) if name in update.names else None
            if value is None:
                continue
            kind = index.types[at]
            content = value.get(kind)
            if content is None:
                raise errors.update_to_wrong_index_key_type()
            if not content:
                raise errors.update_to_empty_index_key("string" if kind == "S" else "binary")
            of_hash = at < len(index.hash_keys)
            limit = limits.PARTITION_KEY_BYTES if of_hash else limits.SORT_KEY_BYTES
            if len(keys.key_bytes(keys.column(kind, content))) > limit:
                raise errors.update_to_long_index_key()


def check_result_size(new: writes.New | None) -> None:
    """Refuse an update whose result is beyond 400 KB. Raises: DynamoDBError."""
    if new is not None and new[2][0] > limits.ITEM_BYTES:
        raise errors.updated_item_too_large()


def _check_measure(size: int, key_item: Item) -> None:
    """Refuse a result that is beyond 400 KB by UpdateItem's own measure.

    The service counts something for the update itself, and not the key; transactions measure the
    plain item. size: the item's and the update's. Source: facts, Item size limits. Raises:
    DynamoDBError.
    """
    if size > limits.ITEM_BYTES and size - sizes.of_item(key_item) > limits.ITEM_BYTES:
        raise errors.updated_item_too_large()


def _returned(
    request: Request,
    update: expressions.BoundUpdate | None,
    before: Item | None,
    after: Item | None,
) -> str | None:
    """JSON text of the Attributes that ReturnValues asks for (ALL_OLD apart), or None."""
    wanted = request.get("ReturnValues", "NONE")
    if wanted == "ALL_NEW":
        return None if after is None else codec.text(after)
    if update is None or wanted not in ("UPDATED_OLD", "UPDATED_NEW"):
        return None
    fragment = update.updated(before if wanted == "UPDATED_OLD" else after)
    return codec.text(fragment) if fragment else None


OPERATIONS = (Operation("UpdateItem", "write", update_item),)
