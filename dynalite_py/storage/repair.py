"""Makes anew what follows from the items of a file: key indexes, index rows, sizes and counters.

Items are never changed, dropped or guessed: what is wrong with them stays, and is found again by
the check. One transaction a table, so that what was repaired stays repaired.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import apsw

from dynalite_py.model import codec, keys, sizes
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import catalog, check, indexes, layout
from dynalite_py.storage.check import NO_ITEM, Step
from dynalite_py.storage.database import Database
from dynalite_py.storage.page_names import Names
from dynalite_py.storage.pages import Pages

# What a page may hold that is made anew, or is rewritten with the whole file.
_REMADE = ("keys of ", "index ", "free", "the map of pages", "the counters", "reached by nothing")


def steps(database: Database) -> Iterator[Step]:
    """Repair an open file, which nobody else uses and which was opened without verification.

    Each step's text is something that was changed, or could not be.
    """
    db = database.writer
    database.write_back()
    bad = _bad_pages(Path(database.path))
    tables = catalog.Catalog(db).all_tables()
    total = len(tables)
    forgot = False
    for done, table in enumerate(tables, 1):
        rebuilt = _rebuilt(db, table)
        forgot = forgot or rebuilt.forgot
        yield from (Step(done, total, f"{_shown(table)}: {text}") for text in rebuilt.changes)
        yield Step(done, total)
    yield from (Step(total, total, text) for text in _strays(db, tables))
    lasting = [name for name in bad if not name.startswith(_REMADE)]
    if (bad or forgot) and not lasting:
        # Rewritten pages get their checksums, and pages that nothing leads to are gone.
        database.write_back()
        db.execute("VACUUM")
        yield Step(total, total, "the file was rewritten")


class Rebuilt(NamedTuple):
    """What was changed, in words; whether rows were forgotten that could not be dropped."""

    changes: list[str]
    forgot: bool


def _rebuilt(db: apsw.Connection, table: Table) -> Rebuilt:
    """Rebuild one table in a transaction of its own."""
    db.execute("BEGIN IMMEDIATE")
    try:
        rebuilt = rebuild(db, table)
        db.execute("COMMIT")
        return rebuilt
    except apsw.ConstraintError:
        return Rebuilt(["two of its items have one key; nothing was changed"], forgot=False)
    except apsw.Error as failure:
        return Rebuilt([f"its rows cannot be read ({failure}); nothing was changed"], forgot=False)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _shown(table: Table) -> str:
    return f"table {table.name} ({table.region}, {table.account})"


def _bad_pages(path: Path) -> list[str]:
    """What the pages hold that differ from their checksums."""
    pages = Pages(path)
    try:
        numbers = [number for number in check.bad_pages(pages) if number is not None]
        names = Names(pages) if numbers else None
        return [] if names is None else [names.page(number) for number in numbers]
    finally:
        pages.close()


def rebuild(db: apsw.Connection, table: Table) -> Rebuilt:
    """Make anew what follows from one table's rows, inside the caller's transaction.

    Raises: apsw.Error where the items themselves cannot be read.
    """
    changes = list(_measured(db, table))
    key_index = layout.key_index(table.id)
    forgot = _emptied(db, key_index, "INDEX")
    db.execute(layout.create_key(table.id))
    for index in check.kept_indexes(table):
        name = layout.index_table(table.id, index.id)
        before = _count(db, name)
        forgot = _emptied(db, name, "TABLE") or forgot
        db.execute(layout.create_index(table.id, index.id))
        there = _filled(db, table, index)
        was = "" if before == there[0] else f", not {'readable' if before is None else before}"
        changes.append(f"index {index.name} was rebuilt: {there[0]} entries{was}")
        changes += _counted(db, table, index.id, index.name, there)
    totals = db.execute(
        f"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM {layout.items_table(table.id)} NOT INDEXED"
    ).get
    changes += _counted(db, table, 0, "items", totals)
    return Rebuilt(changes, forgot)


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


def _emptied(db: apsw.Connection, name: str, kind: str) -> bool:
    """Drop what may be there under a name. Returns whether it had to be forgotten instead."""
    db.execute("SAVEPOINT dropping")
    try:
        db.execute(f"DROP {kind} IF EXISTS {name}")
    except apsw.Error:
        # Its pages cannot be given back one by one; a rewriting of the file leaves them out.
        db.execute("ROLLBACK TO dropping")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_schema WHERE name = ?", (name,))
        db.execute("PRAGMA writable_schema = RESET")
        return True
    finally:
        db.execute("RELEASE dropping")
    return False


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
        item = codec.decode(text)
        if keys.of_item(table, item) != key:
            return None
        return indexes.entry_of(table, index, item, size)
    except NO_ITEM:
        return None  # Found by the check with the row itself.


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


def _strays(db: apsw.Connection, tables: list[Table]) -> Iterator[str]:
    """Drop counters and index rows that belong to nothing; rows of items are left."""
    owned = {(table.id, 0) for table in tables}
    owned |= {(table.id, index.id) for table in tables for index in table.indexes}
    for pair in db.execute("SELECT table_id, index_id FROM counts").fetchall():
        if pair not in owned:
            db.execute("DELETE FROM counts WHERE table_id = ? AND index_id = ?", pair)
            yield f"a counter of table {pair[0]}, index {pair[1]}, was dropped"
    names = {layout.index_table(*pair) for pair in owned if pair[1]}
    for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        name = cast("str", row[0])
        if check.is_index_table(name) and name not in names:
            db.execute(f"DROP TABLE {name}")
            yield f"the rows {name}, which belonged to no index, were dropped"
