"""Repairs a file from its items: all that follows from them is made anew.

Where rows merely disagree, that is done in the file, one transaction a table. Where pages are
damaged nothing is written to the file, because a damaged tree or list of free pages would lead
writes to where items are: the items are taken into a new file, which takes the place of the old one
only if every item is there and none is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import apsw

from dynalite_py.model.clock import SystemClock
from dynalite_py.model.tables import Table
from dynalite_py.storage import (
    catalog,
    changes,
    check,
    check_log,
    layout,
    new_file,
    rebuild,
    recovery,
)
from dynalite_py.storage import database as files
from dynalite_py.storage.changes import Log
from dynalite_py.storage.check import Step
from dynalite_py.storage.database import Database, StoreError


class _InDoubtError(Exception):
    """An item is lost or in doubt: the old file stays."""


def steps(path: Path) -> Iterator[Step]:
    """Repair a file that is not in use. Each finding is something that was changed, or why nothing
    was. Raises: StoreError.
    """
    try:
        database = Database(path, verified=False)
    except files.DamagedError:
        yield from _replaced(path)
        return
    try:
        damaged = _has_damage(database)
        if not damaged:
            yield from _in_place(database.writer)
    finally:
        database.close()
    if damaged:
        yield from _replaced(path)


def _has_damage(database: Database) -> bool:
    """Whether a page differs from its checksum, or SQLite finds fault with a tree."""
    try:
        database.write_back()
        return any(True for _ in check.physical_faults(database.writer, Path(database.path)))
    except apsw.Error:
        return True


def _in_place(db: apsw.Connection) -> Iterator[Step]:
    tables = catalog.Catalog(db).all_tables()
    total = len(tables)
    for done, table in enumerate(tables, 1):
        where = f"table {table.name} ({table.region}, {table.account})"
        changes = _rebuilt(db, table)
        yield from (Step(done, total, f"{where}: {text}", "tables") for text in changes)
        yield Step(done, total, of="tables")
    yield from (Step(total, total, text, "tables") for text in _strays(db, tables))
    yield from (Step(total, total, text, "tables") for text in _log(db, tables))


def _rebuilt(db: apsw.Connection, table: Table) -> list[str]:
    """Rebuild one table in a transaction of its own."""
    db.execute("BEGIN IMMEDIATE")
    try:
        changes = rebuild.rebuild(db, table)
        db.execute("COMMIT")
        return changes
    except apsw.ConstraintError:
        return ["two of its items have one key; nothing was changed"]
    except apsw.Error as failure:
        return [f"its rows cannot be read ({failure}); nothing was changed"]
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


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


def _log(db: apsw.Connection, tables: list[Table]) -> Iterator[str]:
    """Let the log go on where it could not; what was not recorded meanwhile stays unrecorded."""
    # First: shards that are made take free lanes.
    lanes = [shard.lane for shard in changes.all_shards(db)]
    for lane in changes.stray_lanes(db, lanes):
        changes.drop_lane(db, lane)
        yield f"records of lane {lane} of the log, which no shard had, were dropped"
    log = Log(db, SystemClock())
    for table in tables:
        if check_log.is_followed(db, table):
            continue
        db.execute("BEGIN IMMEDIATE")
        if table.logged:
            log.restart(db, table)
        else:
            log.close_stream(db, table.id)
        db.execute("COMMIT")
        what = "goes on in new shards" if table.logged else "was closed"
        yield f"table {table.name} ({table.region}, {table.account}): its stream {what}"


def _replaced(path: Path) -> Iterator[Step]:
    """Put a new file with the same items in the place of one whose pages are damaged."""
    real = path.resolve()
    losses: list[str] = []
    try:
        with files.owned(str(real)), new_file.replacing(real) as partial:
            if Path(f"{real}-wal").exists():
                losses.append("the last writes, in the log, cannot be moved into the file")
                raise _InDoubtError
            for done, total, text, lost in recovery.into(real, partial):
                if lost and text is not None:
                    losses.append(text)
                yield Step(done, total)
            if losses:
                raise _InDoubtError
    except _InDoubtError:
        yield from (Step(0, 0, text) for text in losses)
        yield Step(0, 0, "nothing was changed, because items are lost or in doubt")
        return
    except (apsw.Error, OSError) as failure:
        raise StoreError(f"{path} could not be repaired: {failure}; it is as it was") from failure
    yield Step(0, 0, "the items were moved into a new file, with new indexes and counters")
