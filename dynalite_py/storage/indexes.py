"""Index rows: worked out from the old and the new item, written in the base row's transaction.

An entry is (key columns, projected text, size, weight). Under projection ALL the text is None and
the base row is joined when the index is read, so only a moved or new entry is written.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeAlias

import apsw

from dynalite_py.model import codec, keys, sizes
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item, items_equal, stored_texts_equal
from dynalite_py.storage import layout
from dynalite_py.storage.writer import Transaction

# Key columns, projected text (None: ALL), size and weight of the projected entry.
Entry: TypeAlias = tuple[Key, str | None, int, int]
# An item before or after a write: itself, its stored text, its size in bytes.
Image: TypeAlias = tuple[Item, str, int]
# What a write did to one index: sizes of the entries before and after (None: not in the index),
# whether the entry moved to another key, whether its content changed. Capacity is counted from
# these.
Change: TypeAlias = tuple[Index, int | None, int | None, bool, bool]


def projected(table: Table, index: Index, item: Item) -> Item:
    """The part of an item that the index holds."""
    if index.projection == "ALL":
        return item
    wanted = projected_names(table.key_names, index.keys, index.non_key_attributes)
    return {name: value for name, value in item.items() if name in wanted}


@lru_cache(maxsize=1024)
def projected_names(
    table_keys: tuple[str, ...], index_keys: tuple[str, ...], others: tuple[str, ...]
) -> frozenset[str]:
    """The attributes that an index without projection ALL holds: both keys and the named others."""
    return frozenset((*table_keys, *index_keys, *others))


def entry_of(table: Table, index: Index, item: Item, size: int) -> Entry | None:
    """The item's entry in the index; None where it has none. size: the whole item's, in bytes."""
    return _entry(table, index, keys.index_columns(index, item), item, size)


def _entry(table: Table, index: Index, columns: Key | None, item: Item, size: int) -> Entry | None:
    if columns is None:
        return None
    if index.projection == "ALL":
        return columns, None, size, 0
    part = projected(table, index, item)
    return columns, codec.text(part), *sizes.measure(part, table.sort_key)


def write(
    transaction: Transaction,
    table: Table,
    key: Key,
    base: int,
    *,
    old: Image | None,
    new: Image | None,
) -> list[Change]:
    """Bring every index of the table from the old item to the new one.

    base: the row's id. Returns one change for each index that has or had an entry.
    """
    place: tuple[int, int] | None = None
    same: bool | None = None
    changes: list[Change] = []
    for index in table.indexes:
        before, after = _entries(table, index, old, new)
        if before is None and after is None:
            continue
        moved = before is not None and after is not None and before[0] != after[0]
        changed = True
        if before is not None and after is not None and not moved:
            if index.projection != "ALL":
                changed = _differs(before, after)
            else:
                if same is None:
                    same = _are_same(old, new)
                changed = not same
        if place is None:
            place = keys.tie_of(key[1], key[2]), base
        _write_one(transaction, table, index, place, before, after, changed=changed)
        old_size = before[2] if before is not None else None
        new_size = after[2] if after is not None else None
        changes.append((index, old_size, new_size, moved, changed))
    return changes


def _entries(
    table: Table, index: Index, old: Image | None, new: Image | None
) -> tuple[Entry | None, Entry | None]:
    """What the index has of the old item and is to have of the new one."""
    if old is None:
        return None, None if new is None else entry_of(table, index, new[0], new[2])
    if new is None:
        return entry_of(table, index, old[0], old[2]), None
    was, item = old[0], new[0]
    columns = old_columns = keys.index_columns(index, item)
    for name in index.keys:  # Most writes leave most index keys as they are.
        if was.get(name) != item.get(name):
            old_columns = keys.index_columns(index, was)
            break
    before = _entry(table, index, old_columns, was, old[2])
    return before, _entry(table, index, columns, item, new[2])


def _write_one(
    transaction: Transaction,
    table: Table,
    index: Index,
    place: tuple[int, int],
    before: Entry | None,
    after: Entry | None,
    *,
    changed: bool,
) -> None:
    if index.backfilling:
        # The old entry may not be there yet, so what is removed is counted by what was found.
        _replace_uncertain(transaction, table, index, place, before, after)
        return
    name = (table.id, index.id)
    if after is None:
        assert before is not None
        transaction.db.execute(_delete_sql(*name), (*before[0], *place))
        transaction.count(*name, -1, -before[2])
        return
    columns, text, size, weight = after
    if before is None:
        _insert(transaction.db, *name, place, after)
        transaction.count(*name, 1, size)
        return
    if before[0] != columns:
        stored = (0, 0) if text is None else (size, weight)
        transaction.db.execute(_move_sql(*name), (*columns, *stored, text, *before[0], *place))
    elif changed and text is not None:
        _insert(transaction.db, *name, place, after)
    if size != before[2]:
        transaction.count(*name, 0, size - before[2])


def _are_same(old: Image | None, new: Image | None) -> bool:
    """Whether both images say the same item."""
    if old is None or new is None:
        return False
    return old[1] == new[1] or items_equal(old[0], new[0])


def _differs(before: Entry, after: Entry) -> bool:
    """Whether the projected content of an entry that stayed in its place changed."""
    if before[1] is None or after[1] is None:
        return True
    return not stored_texts_equal(before[1], after[1])


def _replace_uncertain(
    transaction: Transaction,
    table: Table,
    index: Index,
    place: tuple[int, int],
    before: Entry | None,
    after: Entry | None,
) -> None:
    db, name = transaction.db, (table.id, index.id)
    if before is not None:
        db.execute(_delete_sql(*name), (*before[0], *place))
        if db.changes():
            transaction.count(*name, -1, -before[2])
    if after is not None:
        _insert(db, *name, place, after)
        transaction.count(*name, 1, after[2])


def fill(
    transaction: Transaction, table: Table, index: Index, key: Key, base: int, item: Item, size: int
) -> bool:
    """Add the entry of an item that was there before the index; one that a write made meanwhile
    stays.

    Returns whether the item has an entry in the index.
    """
    entry = entry_of(table, index, item, size)
    if entry is None:
        return False
    place = (keys.tie_of(key[1], key[2]), base)
    columns, text, entry_size, weight = entry
    stored = (0, 0) if text is None else (entry_size, weight)
    transaction.db.execute(_fill_sql(table.id, index.id), (*columns, *place, *stored, text))
    if transaction.db.changes():
        transaction.count(table.id, index.id, 1, entry_size)
    return True


def _insert(
    db: apsw.Connection, table_id: int, index_id: int, place: tuple[int, int], entry: Entry
) -> None:
    columns, text, size, weight = entry
    stored = (0, 0) if text is None else (size, weight)
    db.execute(_insert_sql(table_id, index_id), (*columns, *place, *stored, text))


@cache
def _insert_sql(table_id: int, index_id: int) -> str:
    rows = layout.index_table(table_id, index_id)
    return f"INSERT OR REPLACE INTO {rows} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@cache
def _fill_sql(table_id: int, index_id: int) -> str:
    rows = layout.index_table(table_id, index_id)
    return f"INSERT OR IGNORE INTO {rows} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@cache
def _move_sql(table_id: int, index_id: int) -> str:
    return (
        f"UPDATE {layout.index_table(table_id, index_id)} "
        "SET hash = ?, pk = ?, sk = ?, size = ?, weight = ?, item = ? "
        "WHERE hash = ? AND pk = ? AND sk = ? AND tie = ? AND base = ?"
    )


@cache
def _delete_sql(table_id: int, index_id: int) -> str:
    return (
        f"DELETE FROM {layout.index_table(table_id, index_id)} "
        "WHERE hash = ? AND pk = ? AND sk = ? AND tie = ? AND base = ?"
    )
