"""Keeps the file and its log small while the store is used, and on request while it is not.

Pages that are free are given back to the file system some at a time, once there are many of them.
The log is moved into the file and emptied in a quiet moment, once it is long: a reader that stays
on an old commit lets it grow, and nothing else would cut it before the next write.
"""

from __future__ import annotations

import os
from pathlib import Path

import apsw

from dynalite_py.storage import checksums, new_file
from dynalite_py.storage import database as files
from dynalite_py.storage.database import DamagedError, Database, StoreError
from dynalite_py.storage.writer import Transaction

# Fewer free pages than this are kept, for new items; and so is a share of the file.
KEPT_PAGES = 1024
_KEPT_SHARE = 4
_PAGES_PER_STEP = 128
_READERS_MS = 20
_INCREMENTAL = 2


def has_much_free(db: apsw.Connection) -> bool:
    """Whether pages should be given back, and can be: an older file needs ``vacuum`` first."""
    free = db.pragma("freelist_count")
    if free <= KEPT_PAGES or free <= db.pragma("page_count") // _KEPT_SHARE:
        return False
    return db.pragma("auto_vacuum") == _INCREMENTAL


def give_back(transaction: Transaction) -> bytes:
    """Take some free pages from the file: a write of bounded size."""
    transaction.db.execute(f"PRAGMA incremental_vacuum({_PAGES_PER_STEP:d})").fetchall()
    return b""


def log_is_long(database: Database) -> bool:
    """Whether the log has more bytes than it should keep, or the file pages that it only says are
    gone.
    """
    try:
        log_bytes = Path(database.path + "-wal").stat().st_size
        file_bytes = Path(database.path).stat().st_size
    except OSError:
        return False
    if log_bytes > files.WAL_BYTES:
        return True
    db = database.reader()
    used = db.pragma("page_count") * db.pragma("page_size")
    return file_bytes - used > KEPT_PAGES * db.pragma("page_size")


def empty_log(database: Database) -> bool:
    """Move the log into the file and cut it to nothing. Returns whether no reader prevented it."""
    with database.turn:
        if database.closed or database.failure is not None:
            return False
        if database.let_go is not None:
            database.let_go(False)
        db = database.writer
        db.set_busy_timeout(_READERS_MS)
        try:
            blocked = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
        except (apsw.BusyError, apsw.FullError):
            return False
        except apsw.Error as failure:
            database.fail(files.reason(failure))
            return False
        finally:
            db.set_busy_timeout(files.BUSY_MS)
    return not blocked


def vacuum(path: str | os.PathLike[str]) -> tuple[int, int]:
    """Rewrite a file that is not in use without its free pages; its pages get checksums.

    Returns its bytes before and after. Raises: StoreError.
    """
    if not Path(path).is_file():
        raise StoreError(f"{os.fspath(path)} does not exist")
    database = Database(path)
    place = Path(database.path)
    try:
        database.write_back()
        before = place.stat().st_size
        db = database.writer
        # A log keeps the shape of its pages.
        db.execute("PRAGMA journal_mode = DELETE").fetchall()
        db.execute("PRAGMA synchronous = FULL")
        lacks_checksums = not database.layered and checksums.layer() is not None
        files.shape_pages(db, has_checksums=lacks_checksums or database.layered)
        if lacks_checksums:
            with new_file.replacing(place) as partial:
                _give_checksums(db, partial)
                db.close()
        else:
            db.execute("VACUUM")
            db.execute("PRAGMA journal_mode = WAL").fetchall()
        return before, place.stat().st_size
    except (apsw.Error, OSError) as failure:
        raise DamagedError(
            f"{database.path} could not be rewritten: {failure}; it was left as it was"
        ) from failure
    finally:
        database.close()


def _give_checksums(db: apsw.Connection, partial: Path) -> None:
    """Write a compact copy whose pages have checksums.

    The layer begins to work when it has seen the first page say so, which is written last: hence
    the copy is made first and then rewritten in its place.
    """
    db.execute("VACUUM INTO ?", (str(partial),))
    copy = apsw.Connection(str(partial), vfs=checksums.layer())
    try:
        copy.execute("PRAGMA checksum_verification = OFF").fetchall()
        copy.execute("VACUUM")
        copy.execute("PRAGMA journal_mode = WAL").fetchall()
    finally:
        copy.close()
