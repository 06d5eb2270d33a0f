"""Rows of items by key: read, insert, replace, delete, with everything that follows in the same
transaction.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import apsw

from dynalite_py.model import codec, records
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.storage import collections, expiry, indexes, layout
from dynalite_py.storage.writer import Transaction

# id, size in bytes, version, stored text.
Row: TypeAlias = tuple[int, int, int, str]


def read(db: apsw.Connection, table_id: int, key: Key) -> Row | None:
    """The row under this key."""
    return db.execute(_row_sql(table_id), key).get


def read_sql(table_id: int) -> str:
    """The statement of ``read``, for those who want to see it."""
    return _row_sql(table_id)


def read_briefly(db: apsw.Connection, table_id: int, key: Key) -> Row | None:
    """The row under this key but for its text, which is empty: enough to put over it."""
    return db.execute(_brief_sql(table_id), key).get


def read_text(db: apsw.Connection, table_id: int, key: Key) -> str | None:
    """The stored text under this key, nothing else: the shortest way to an item."""
    return db.execute(_text_sql(table_id), key).get


def read_together(db: apsw.Connection, places: list[tuple[int, Key]]) -> list[Row | None]:
    """Rows of several (table id, key) places as of one commit."""
    if db.in_transaction:
        return [read(db, table_id, key) for table_id, key in places]
    db.execute("BEGIN")
    try:
        return [read(db, table_id, key) for table_id, key in places]
    finally:
        if db.in_transaction:  # SQLite itself ends it where the disk cannot be read.
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
    if table.has_local_indexes:
        collections.check(transaction, table, key, (item, size[0]), old)
    if table.logged:
        transaction.log.append(db, table, key[0], old, (text, size[0]), records.USER)
    if old is None:
        version = transaction.first_version(table.id)
        db.execute(_insert_sql(table.id), (*key, *size, version, text))
        transaction.count(table.id, 0, 1, size[0])
        # Read before anything else is inserted.
        base, before = db.last_insert_rowid(), None
        if table.expires_by is not None:
            expiry.write(db, table.id, base, expiry.moment(table.expires_by, item))
        if not table.indexes:
            return []
    else:
        base, old_size, _, old_text = old
        db.execute(_update_sql(table.id), (*size, text, base))
        if size[0] != old_size:
            transaction.count(table.id, 0, 0, size[0] - old_size)
        if table.expires_by is not None:
            expiry.write(db, table.id, base, expiry.moment(table.expires_by, item))
        if not table.indexes:
            return []
        before = (codec.decode(old_text), old_text, old_size)
    return indexes.write(transaction, table, key, base, old=before, new=(item, text, size[0]))


def write_new(
    transaction: Transaction, table: Table, key: Key, text: str, size: tuple[int, int]
) -> bool:
    """Store an item where there is none, in a table that nothing follows from: no index, no log,
    no time to live. Returns False, with nothing done, where there is one.
    """
    db = transaction.db
    db.execute(_insert_new_sql(table.id), (*key, *size, transaction.first_version(table.id), text))
    if not db.changes():
        return False
    transaction.count(table.id, 0, 1, size[0])
    return True


def delete(
    transaction: Transaction, table: Table, key: Key, old: Row, origin: int = records.USER
) -> list[indexes.Change]:
    """Remove the row ``old`` (just read under this key). Returns what happened to each index.

    origin: of the change, as the log has it.
    """
    base, old_size, version, old_text = old
    if table.has_local_indexes:
        collections.check(transaction, table, key, None, old)
    if table.logged:
        transaction.log.append(transaction.db, table, key[0], old, None, origin)
    transaction.db.execute(_delete_sql(table.id), (base,))
    transaction.forget_version(table.id, version)
    transaction.count(table.id, 0, -1, -old_size)
    if table.expires_by is not None:
        expiry.remove(transaction.db, table.id, base)
    if not table.indexes:
        return []
    before = (codec.decode(old_text), old_text, old_size)
    return indexes.write(transaction, table, key, base, old=before, new=None)


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
def _insert_new_sql(table_id: int) -> str:
    return f"{_insert_sql(table_id)} ON CONFLICT DO NOTHING"


@cache
def _update_sql(table_id: int) -> str:
    return (
        f"UPDATE {layout.items_table(table_id)} "
        "SET size = ?, weight = ?, item = ?, version = version + 1 WHERE id = ?"
    )


@cache
def _delete_sql(table_id: int) -> str:
    return f"DELETE FROM {layout.items_table(table_id)} WHERE id = ?"
