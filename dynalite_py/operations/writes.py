"""One write of one item, ready for the writer: what PutItem, batches and transactions have in
common.
"""

from __future__ import annotations

from typing import TypeAlias

from dynalite_py.model import codec, errors, keys, limits, sizes, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations.expressions import Predicate
from dynalite_py.operations.scope import Request
from dynalite_py.storage import indexes, items
from dynalite_py.storage.writer import Transaction

# An item, the text it is stored as, its size and page weight in bytes.
New: TypeAlias = tuple[Item, str, tuple[int, int]]


def canonical_enveloped(item: object) -> Item:
    """An item in canonical form, its refusals as PutItem words them. Raises: DynamoDBError."""
    try:
        return values.canonical_item(item)
    except DynamoDBError as refusal:
        if values.has_false_null(item):  # It comes before every other fault of the values.
            raise errors.enveloped(errors.false_null()) from None
        raise errors.enveloped_value(refusal) from None


def new_item(item: Item, sort_key: str | None) -> New:
    """A canonical item as it will be stored."""
    return item, codec.text(item), sizes.measure(item, sort_key)


def checked_text(item: Item) -> str:
    """The text that a canonical item is stored as. Raises: DynamoDBError for one beyond 400 KB."""
    text = codec.text(item)
    # The text is never shorter than the size counts, so only a long one needs the exact sum here.
    if len(text) > limits.ITEM_BYTES // 4 and sizes.of_item(item) > limits.ITEM_BYTES:
        raise errors.item_too_large()
    return text


def put_key(table: Table, item: Item) -> Key:
    """The key of an item to be put; its index keys are checked, too. Raises: DynamoDBError."""
    key = keys.of_item(table, item)
    if table.indexes:
        keys.check_index_keys(table, item)
    return key


def decoded(row: items.Row | None) -> Item | None:
    """The stored item of a row."""
    return None if row is None else codec.decode(row[3])


def check_condition(holds: Predicate, row: items.Row | None, request: Request) -> None:
    """Refuse a write whose condition does not hold on the stored item. Raises: DynamoDBError."""
    item = decoded(row)
    if not holds(item):
        asked = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        raise errors.condition_failed(item if asked else None)


def check_version(expected: object, row: items.Row | None) -> None:
    """Refuse a write whose caller read another version (0: no item). Raises: DynamoDBError."""
    if expected is None:
        return
    if type(expected) is not int or expected < 0:
        raise errors.not_a_version(expected)
    version = row[2] if row is not None else 0
    if version != expected:
        raise errors.version_conflict(version, decoded(row))


def store(
    transaction: Transaction, table: Table, key: Key, new: New | None, old: items.Row | None
) -> list[indexes.Change]:
    """Bring the row under the key from old to new; None is no item. Raises: DynamoDBError."""
    if new is not None:
        item, text, size = new
        changes = items.write(transaction, table, key, item, text, size, old)
        if changes:
            _check_local_entries(size[0], changes)
        return changes
    if old is not None:
        return items.delete(transaction, table, key, old)
    return []


def _check_local_entries(size: int, changes: list[indexes.Change]) -> None:
    """Refuse an item that is beyond 400 KB together with its entries in the local indexes.

    size: the item's own, in bytes. The caller's savepoint undoes what was written. Source: facts,
    Item size limits.
    """
    if size * (1 + len(changes)) <= limits.ITEM_BYTES:
        return
    entries = sum(new or 0 for index, _, new, _, _ in changes if not index.is_global)
    if size + entries > limits.ITEM_BYTES:
        raise errors.item_too_large()
