"""Copies between stores that are open: a store of its own that begins as another is, and a store
that becomes again what a copy says.

A restored file changes in one transaction: its pages go through the log like those of any write, so
that readers keep what they see until it is committed, and a process that is killed in the middle
leaves the old state. Numbers that were given out meanwhile (of tables, jobs, streams, and the
log's sequences) are not given out again afterwards: a request that still has one in hand finds
nothing under it, never something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw

from dynalite_py.storage import backup, changes
from dynalite_py.storage import database as files
from dynalite_py.storage.backup import Copied
from dynalite_py.storage.database import MEMORY, Database, StoreError

_PAGES_PER_STEP = 256
# Reading failed: whatever it was, nothing of it was committed.
_UNREAD = (
    apsw.SQLITE_IOERR_READ,
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_DATA,
    apsw.SQLITE_IOERR_CORRUPTFS,
)


def in_memory(database: Database) -> Database:
    """A store in memory that begins as another one is at this moment. Raises: StoreError."""
    copy = Database(MEMORY)
    try:
        with database.snapshot() as source:
            copy.writer.reserve_bytes(reserve=source.reserve_bytes())
            with copy.writer.backup("main", source, "main") as pages:
                pages.step()
    except apsw.Error as failure:
        copy.close()
        raise StoreError(
            f"{database.path} could not be copied: {files.reason(failure)}"
        ) from failure
    except BaseException:
        copy.close()
        raise
    return copy


def in_file(database: Database, file: Path) -> Database:
    """The same in a new file, which may lose its last moments with the machine's power."""
    for _ in backup.of_store(database, file):
        pass
    return Database(file, durability="relaxed")


def restore(database: Database, source: apsw.Connection) -> Iterator[Copied]:
    """Let a store become what ``source`` is, step by step; at the last step it does.

    The caller has the writer's turn until then, and has everything that it knows of the file read
    again. source: nobody else uses it; its counters are moved on. Raises: StoreError.
    """
    target = database.writer
    if database.failure is not None:
        raise StoreError(f"{database.path} takes no more writes: {database.failure}")
    if target.in_transaction:
        raise StoreError("a write is under way in this thread; restore when it has ended")
    _check_shape(source, target, database.path)
    _move_counters_on(source, target)
    database.commits += 1  # Around this commit as around any other: see ``turns``.
    try:
        with target.backup("main", source, "main") as pages:
            while not pages.done:
                pages.step(_PAGES_PER_STEP)
                yield Copied(pages.page_count - pages.remaining, pages.page_count)
    except apsw.FullError as failure:
        raise StoreError(f"{database.path} stays as it was: the disk is full") from failure
    except apsw.Error as failure:
        raise _failed(database, failure) from failure
    finally:
        database.commits += 1
    if not database.memory:
        _move_log(database)


def _check_shape(source: apsw.Connection, target: apsw.Connection, path: str) -> None:
    """Refuse pages of another size, or without the room for checksums that the file's have."""
    for shape in ("page_size", "auto_vacuum"):
        if source.pragma(shape) != target.pragma(shape):
            raise StoreError(f"{path} has pages of another kind since this copy was made")
    if source.reserve_bytes() != target.reserve_bytes():
        raise StoreError(f"{path} has got checksums since this copy was made, which has none")


def _move_counters_on(source: apsw.Connection, target: apsw.Connection) -> None:
    """Let the copy go on counting where the store is."""
    behind = [
        (name, highest)
        for name, highest in target.execute("SELECT name, seq FROM sqlite_sequence")
        if (_counter(source, name) or 0) < highest
    ]
    given_out = changes.next_sequence(target) - 1
    if not behind and changes.next_sequence(source) > given_out:
        return
    with source:
        for name, highest in behind:
            source.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            source.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, highest))
        source.execute("UPDATE log_floor SET sequence = max(sequence, ?)", (given_out,))


def _counter(db: apsw.Connection, name: str) -> int | None:
    return db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).get


def _failed(database: Database, failure: apsw.Error) -> StoreError:
    """What to say; where a flush may have failed, the database takes no more writes."""
    code = getattr(failure, "extendedresult", None)
    if code in _UNREAD or isinstance(failure, (apsw.CorruptError, apsw.BusyError)):
        return StoreError(
            f"{database.path} stays as it was: the copy cannot be read ({files.reason(failure)})"
        )
    database.fail(files.reason(failure))
    return StoreError(
        f"{database.path}: the disk did not confirm the restored state "
        f"({files.reason(failure)}); which one is stored shows when it is opened again"
    )


def _move_log(database: Database) -> None:
    """Move the long log into the file as far as readers let it; the rest is looked after later."""
    try:
        database.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except (apsw.BusyError, apsw.FullError):
        return
    except apsw.Error as failure:
        database.fail(files.reason(failure))
