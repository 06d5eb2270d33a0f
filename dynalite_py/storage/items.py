"""Rows of items by key: read, insert, replace, delete, with everything that follows in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import apsw

from dynalite_py.model import codec, errors, limits
from dynalite_py.model.keys import Column, Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.storage import catalog, indexes, layout
from dynalite_py.storage.writer import Transaction

_MOST_ROOMS = 10_000
# id, size in bytes, version, stored text.
Row: TypeAlias = tuple[int, int, int, str]


def read(db: apsw.Connection, table_id: int, key: Key) -> Row | None:
    """The row under this key."""
    return db.execute(_row_sql(table_id), key).get


def read_briefly(db: apsw.Connection, table_id: int, key: Key) -> Row | None:
    """The row under this key but for its text, which is empty: enough to put over it."""
    return db.execute(_brief_sql(table_id), key).get


def read_text(db: apsw.Connection, table_id: int, key: Key) -> str | None:
    """The stored text under this key, nothing else: the shortest way to an item."""
    return db.execute(_text_sql(table_id), key).get


def read_together(db: apsw.Connection, places: list[tuple[int, Key]]) -> list[Row | None]:
    """Rows of several (table id, key) places as of one commit."""
    db.execute("BEGIN")
    try:
        return [read(db, table_id, key) for table_id, key in places]
    finally:
        db.execute("ROLLBACK")


def write(
    transaction: Transaction,
    table: Table,
    key: Key,
    item: Item,
    text: str,
    size: tuple[int, int],
    old: Row | None,
) -> list[indexes.Change]:
    """Store an item where ``old`` (just read under this key) was.

    text: the item's JSON; size: its bytes and page weight. Returns what happened to each index.
    """
    db = transaction.db
    if old is None:
        version = transaction.first_version(table.id)
        db.execute(_insert_sql(table.id), (*key, *size, version, text))
        transaction.count(table.id, 0, 1, size[0])
        if not table.indexes:
            return []
        base, before = db.last_insert_rowid(), None
    else:
        base, old_size, _, old_text = old
        db.execute(_update_sql(table.id), (*size, text, base))
        if size[0] != old_size:
            transaction.count(table.id, 0, 0, size[0] - old_size)
        if not table.indexes:
            return []
        before = (codec.decode(old_text), old_text, old_size)
    changes = indexes.write(transaction, table, key, base, old=before, new=(item, text, size[0]))
    if table.has_local_indexes:
        _check_collection(transaction, table, key, _growth(old, size[0], changes))
    return changes


def _growth(old: Row | None, new_bytes: int, changes: list[indexes.Change]) -> int:
    """Bytes by which a write made its item collection larger."""
    grown = new_bytes - (old[1] if old is not None else 0)
    for index, before, after, _, _ in changes:
        if not index.is_global:
            grown += (after or 0) - (before or 0)
    return grown


def _check_collection(transaction: Transaction, table: Table, key: Key, grown: int) -> None:
    """Refuse a write that brought its item collection beyond 10 GB. Raises: DynamoDBError.

    A collection is measured only where the bytes written since do not answer already: first those
    of the whole table, then its own. A write that makes it no larger is never refused.
    """
    if grown <= 0:
        return
    rooms = transaction.rooms
    if _has_room(transaction, (table.id, None), grown, lambda: _table_bytes(transaction, table)):
        return
    if len(rooms) >= _MOST_ROOMS:
        rooms.clear()
    place = (table.id, key[1])
    if not _has_room(
        transaction, place, grown, lambda: collection_bytes(transaction.db, table, key)
    ):
        raise errors.collection_too_large()


def _has_room(
    transaction: Transaction,
    place: tuple[int, Column | None],
    grown: int,
    measure: Callable[[], int],
) -> bool:
    """Whether what has grown is surely within 10 GB, measured anew where that is not known."""
    left = transaction.rooms.get(place, -1) - grown
    if left < 0:
        left = limits.COLLECTION_BYTES - measure()
    transaction.rooms[place] = left
    return left >= 0


def _table_bytes(transaction: Transaction, table: Table) -> int:
    """Bytes of a table and its local indexes, this transaction's writes included."""
    total = 0
    stored = catalog.counts(transaction.db, table.id)
    for index_id in (0, *(index.id for index in table.local_indexes())):
        total += stored[index_id][1] + transaction.counts.get((table.id, index_id), (0, 0))[1]
    return total


def delete(transaction: Transaction, table: Table, key: Key, old: Row) -> list[indexes.Change]:
    """Remove the row ``old`` (just read under this key). Returns what happened to each index."""
    base, old_size, version, old_text = old
    transaction.db.execute(_delete_sql(table.id), (base,))
    transaction.forget_version(table.id, version)
    transaction.count(table.id, 0, -1, -old_size)
    if not table.indexes:
        return []
    before = (codec.decode(old_text), old_text, old_size)
    return indexes.write(transaction, table, key, base, old=before, new=None)


def collection_bytes(db: apsw.Connection, table: Table, key: Key) -> int:
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


@cache
def _row_sql(table_id: int) -> str:
    return (
        f"SELECT id, size, version, item FROM {layout.items_table(table_id)} "
        "WHERE hash = ? AND pk = ? AND sk = ?"
    )


@cache
def _brief_sql(table_id: int) -> str:
    return (
        f"SELECT id, size, version, '' FROM {layout.items_table(table_id)} "
        "WHERE hash = ? AND pk = ? AND sk = ?"
    )


@cache
def _text_sql(table_id: int) -> str:
    return f"SELECT item FROM {layout.items_table(table_id)} WHERE hash = ? AND pk = ? AND sk = ?"


@cache
def _insert_sql(table_id: int) -> str:
    return (
        f"INSERT INTO {layout.items_table(table_id)} (hash, pk, sk, size, weight, version, item) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)"
    )


@cache
def _update_sql(table_id: int) -> str:
    return (
        f"UPDATE {layout.items_table(table_id)} "
        "SET size = ?, weight = ?, item = ?, version = version + 1 WHERE id = ?"
    )


@cache
def _delete_sql(table_id: int) -> str:
    return f"DELETE FROM {layout.items_table(table_id)} WHERE id = ?"
