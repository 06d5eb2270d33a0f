"""Makes anew what follows from a table's items: its key index, index rows, times, sizes and
counters.

Items are never changed, dropped or guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from dynalite_py.model import codec, keys, sizes
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.storage import catalog, check, expiry, indexes, layout
from dynalite_py.storage.check import NO_ITEM


def rebuild(db: apsw.Connection, table: Table) -> list[str]:
    """Do it in the caller's transaction. Returns what was changed, in words.

    Raises: apsw.Error where the rows cannot be read, ConstraintError where two have one key.
    """
    changes = list(_measured(db, table))
    db.execute(f"DROP INDEX IF EXISTS {layout.key_index(table.id)}")
    db.execute(layout.create_key(table.id))
    for index in check.kept_indexes(table):
        name = layout.index_table(table.id, index.id)
        before = _count(db, name)
        db.execute(f"DROP TABLE IF EXISTS {name}")
        db.execute(layout.create_index(table.id, index.id))
        there = _filled(db, table, index)
        changes.append(_rebuilt(f"index {index.name}", before, there[0]))
        changes += _counted(db, table, index.id, index.name, there)
    if table.expires_by is not None:
        changes.append(_timed(db, table, table.expires_by))
    totals = db.execute(
        f"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM {layout.items_table(table.id)} NOT INDEXED"
    ).get
    changes += _counted(db, table, 0, "items", totals)
    return changes


def _measured(db: apsw.Connection, table: Table) -> Iterator[str]:
    """Give every row the size, page weight and version that its item must have."""
    wrong: list[tuple[int, int, int, int]] = []
    for base, key, size, weight, version, text in check.item_rows(db, table):
        try:
            item = codec.decode(text)
            measured = sizes.measure(item, table.sort_key)
            if keys.of_item(table, item) != key:
                continue
        except NO_ITEM:
            continue
        if (size, weight) != measured or version < 1:
            wrong.append((*measured, max(version, 1), base))
    for row in wrong:
        db.execute(
            f"UPDATE {layout.items_table(table.id)} SET size = ?, weight = ?, version = ? "
            "WHERE id = ?",
            row,
        )
    if wrong:
        yield f"the sizes or versions of {len(wrong)} items were set right"


def _rebuilt(name: str, before: int | None, there: int) -> str:
    """What was done to an index. before: entries that it had; None: they could not be read."""
    was = "" if before == there else f", not {'readable' if before is None else before}"
    return f"{name} was rebuilt: {there} entries{was}"


def _timed(db: apsw.Connection, table: Table, attribute: str) -> str:
    """Write anew when each item expires. Returns what was done, in words."""
    name = layout.expiry_table(table.id)
    before = _count(db, name)
    db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute(layout.create_expiry(table.id))
    there = 0
    for base, key, _, _, _, text in check.item_rows(db, table):
        item = _item(table, key, text)
        at = None if item is None else expiry.moment(attribute, item)
        if at is not None:
            expiry.write(db, table.id, base, at)
            there += 1
    return _rebuilt("the expiry index", before, there)


def _count(db: apsw.Connection, name: str) -> int | None:
    try:
        return db.execute(f"SELECT COUNT(*) FROM {name}").get
    except apsw.Error:
        return None


def _filled(db: apsw.Connection, table: Table, index: Index) -> tuple[int, int]:
    """Write the entries of all items. Returns their number and bytes."""
    statement = (
        f"INSERT INTO {layout.index_table(table.id, index.id)} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    entries = size_bytes = 0
    for base, key, size, _, _, text in check.item_rows(db, table):
        entry = _entry(table, index, key, text, size)
        if entry is None:
            continue
        columns, projected, entry_size, weight = entry
        stored = (0, 0) if projected is None else (entry_size, weight)
        tie = keys.tie_of(key[1], key[2])
        db.execute(statement, (*columns, tie, base, *stored, projected))
        entries += 1
        size_bytes += entry_size
    return entries, size_bytes


def _entry(table: Table, index: Index, key: Key, text: bytes, size: int) -> indexes.Entry | None:
    try:
        item = _item(table, key, text)
        return None if item is None else indexes.entry_of(table, index, item, size)
    except NO_ITEM:
        return None  # Found by the check with the row itself.


def _item(table: Table, key: Key, text: bytes) -> Item | None:
    """The item of a row; None where the row holds no item of this key."""
    try:
        item = codec.decode(text)
        return item if keys.of_item(table, item) == key else None
    except NO_ITEM:
        return None


def _counted(
    db: apsw.Connection, table: Table, index_id: int, name: str, there: tuple[int, int]
) -> Iterator[str]:
    """Let a counter say what is there."""
    said = catalog.counts(db, table.id).get(index_id)
    if said == there:
        return
    if said is None:
        # A version never comes back, and those of deleted items are not known any more.
        highest = f"SELECT COALESCE(MAX(version), 0) FROM {layout.items_table(table.id)}"
        version = db.execute(highest).get if index_id == 0 else 0
        db.execute(
            "INSERT INTO counts VALUES (?, ?, ?, ?, ?)", (table.id, index_id, *there, version)
        )
    else:
        db.execute(
            "UPDATE counts SET items = ?, bytes = ? WHERE table_id = ? AND index_id = ?",
            (*there, table.id, index_id),
        )
    before = ("no", "no") if said is None else said
    yield (
        f"the counter of {name} says {there[0]} items and {there[1]} bytes, "
        f"it said {before[0]} and {before[1]}"
    )
