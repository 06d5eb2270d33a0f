"""Copies of a store while it is used: page by page, all as of one commit.

The copy is taken through a reading connection whose snapshot stays what it was at the beginning, so
writes go on beside it and none of them is half in the copy. That connection may belong to another
process than the one that owns the file: SQLite's own locks keep readers of one machine apart from
the writer, and a reader changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import apsw

from dynalite_py.storage import checksums, new_file
from dynalite_py.storage import database as files
from dynalite_py.storage.database import Database, StoreError
from dynalite_py.storage.ownership import InUseError

_PAGES_PER_STEP = 256


class Copied(NamedTuple):
    """How far a copy is, in pages."""

    done: int
    total: int


def of_file(source: Path, destination: Path) -> Iterator[Copied]:
    """Copy a file, whether another process owns it or none does. Raises: StoreError."""
    if not source.is_file():
        raise StoreError(f"{source} does not exist")
    try:
        database = Database(source)
    except InUseError:
        yield from _copied(_beside(source), destination, str(source))
        return
    try:
        yield from of_store(database, destination)
    finally:
        database.close()


def of_store(database: Database, destination: Path) -> Iterator[Copied]:
    """Copy an open store. One in memory waits with its writes meanwhile. Raises: StoreError."""
    if database.memory:
        with database.turn:
            yield from _copied(contextlib.nullcontext(database.writer), destination, "the store")
        return
    yield from _copied(_snapshot(database.connect_reader), destination, database.path)


def _beside(path: Path) -> contextlib.AbstractContextManager[apsw.Connection]:
    """A snapshot of a file that another process owns."""
    real = path.resolve()
    layer = files.layer_of(str(real), files.checked_header(real))

    def connect() -> apsw.Connection:
        db = apsw.Connection(str(real), flags=apsw.SQLITE_OPEN_READONLY, vfs=layer)
        db.set_busy_timeout(files.BUSY_MS)
        return db

    return _snapshot(connect)


@contextlib.contextmanager
def _snapshot(connect: Callable[[], apsw.Connection]) -> Generator[apsw.Connection]:
    """A connection with everything that it reads as of one commit; it is closed at the end."""
    db = connect()
    try:
        db.execute("BEGIN")
        db.execute("SELECT COUNT(*) FROM tables").fetchall()  # The snapshot begins with a read.
        yield db
    finally:
        db.close()


def _copied(
    opened: contextlib.AbstractContextManager[apsw.Connection], destination: Path, name: str
) -> Iterator[Copied]:
    try:
        with new_file.made(destination) as partial, opened as source:
            yield from _steps(source, partial)
    except apsw.FullError as failure:
        raise StoreError(f"{destination} could not be written: the disk is full") from failure
    except apsw.Error as failure:
        # SQLite's text of a page that differs from its checksum is "not an error".
        raise StoreError(
            f"{name} could not be copied: a page of it cannot be read; `dynalite check` says which"
        ) from failure
    except OSError as failure:
        raise StoreError(f"{destination} could not be written: {failure.strerror}") from failure


def _steps(source: apsw.Connection, partial: Path) -> Iterator[Copied]:
    copy = apsw.Connection(str(partial), vfs=checksums.layer())
    try:
        # Whoever is stopped in the middle leaves no copy, so none has to be mended.
        copy.execute("PRAGMA journal_mode = OFF").fetchall()
        copy.execute("PRAGMA synchronous = OFF")
        # The layer begins its work when it sees the first page written, and pages that the source
        # still had in its log need their checksums made.
        copy.reserve_bytes(reserve=source.reserve_bytes())
        copy.execute("PRAGMA user_version = 0")
        with copy.backup("main", source, "main") as pages:
            while not pages.done:
                pages.step(_PAGES_PER_STEP)
                yield Copied(pages.page_count - pages.remaining, pages.page_count)
    finally:
        copy.close()
