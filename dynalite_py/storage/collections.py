"""Item collections: how large one is, and that it ends at 10 GB.

A collection is what one partition of a table with local indexes holds: items and local entries. No
sum of it is stored. The writer keeps in memory how much surely fits (``Transaction.rooms``): into a
whole table, and only where that is too large, into one collection. Source: facts,
ItemCollectionMetrics.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import apsw

from dynalite_py.model import codec, errors, limits
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.storage import catalog, indexes, layout
from dynalite_py.storage.writer import Transaction

_MOST_ROOMS = 10_000
# id, size in bytes, version, stored text: as ``items.Row``.
Row: TypeAlias = tuple[int, int, int, str]


def check(
    transaction: Transaction, table: Table, key: Key, new: tuple[Item, int] | None, old: Row | None
) -> None:
    """Refuse a write, before it is done, that would bring its collection beyond 10 GB.

    new: the item and its bytes; None deletes. A write that makes the collection no larger is never
    refused. Raises: DynamoDBError.
    """
    rooms = transaction.rooms
    place = (table.id, key[1])
    if new is not None and _fits_table(transaction, table, new[1]):
        rooms.pop(place, None)  # It is counted with the table now.
        return
    if new is None and place not in rooms:
        return
    grown = 0 if new is None else _bytes_of(table, *new)
    if old is not None:
        grown -= _bytes_of(table, codec.decode(old[3]), old[1])
    left = rooms.get(place)
    if left is None:
        if grown <= 0:
            return
        left = limits.COLLECTION_BYTES - size_of(transaction.db, table, key)
    if len(rooms) >= _MOST_ROOMS:
        rooms.clear()
    rooms[place] = left
    if grown > max(left, 0):
        raise errors.collection_too_large()
    rooms[place] = left - grown


def _fits_table(transaction: Transaction, table: Table, new_bytes: int) -> bool:
    """Whether the whole table stays within the limit, however large the item's entries are."""
    local = [index.id for index in table.local_indexes()]
    most = new_bytes * (1 + len(local))
    whole = (table.id, None)
    left = transaction.rooms.get(whole, -1) - most
    if left < 0:
        stored = catalog.counts(transaction.db, table.id)
        for index_id in (0, *local):
            pending = transaction.counts.get((table.id, index_id), (0, 0))
            most += stored[index_id][1] + pending[1]
        left = limits.COLLECTION_BYTES - most
    transaction.rooms[whole] = left
    return left >= 0


def _bytes_of(table: Table, item: Item, size: int) -> int:
    """Bytes of an item and of its entries in the local indexes."""
    total = size
    for index in table.local_indexes():
        entry = indexes.entry_of(table, index, item, size)
        total += entry[2] if entry is not None else 0
    return total


def size_of(db: apsw.Connection, table: Table, key: Key) -> int:
    """Bytes of an item collection: the partition's items and its entries in the local indexes."""
    partition = key[:2]
    total = db.execute(_collection_sql(table.id), partition).get or 0
    for index in table.local_indexes():
        sql = _index_collection_sql(table.id, index.id, index.projection == "ALL")
        total += db.execute(sql, partition).get or 0
    return total


@cache
def _collection_sql(table_id: int) -> str:
    return f"SELECT sum(size) FROM {layout.items_table(table_id)} WHERE hash = ? AND pk = ?"


@cache
def _index_collection_sql(table_id: int, index_id: int, joined: bool) -> str:
    rows = layout.index_table(table_id, index_id)
    if not joined:
        return f"SELECT sum(size) FROM {rows} WHERE hash = ? AND pk = ?"
    items_rows = layout.items_table(table_id)
    return (
        f"SELECT sum(i.size) FROM {rows} AS x JOIN {items_rows} AS i ON i.id = x.base "
        "WHERE x.hash = ? AND x.pk = ?"
    )
