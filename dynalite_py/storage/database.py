"""The database file: opened, shared between threads, guarded against other processes, closed.

One process owns a file. The lock lies beside it (``FILE-owner``) with the owner's process id and
command, so that a second process is refused with the name of the first. Within the process there
is one writing connection and one reading connection a thread (WAL snapshots); a store in memory
has a single connection, used under a lock.

A disk that fails to flush ends all writing until the file is opened again. The system takes what
it could not flush for written, so that a second flush would succeed and mean nothing. Opening
therefore writes again what it finds in the log, before anything of it is trusted.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import threading
import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import apsw

from dynalite_py.storage import checksums, layout, ownership, process, turns
from dynalite_py.storage.ownership import PRIVATE, DamagedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Generator

_LOG = logging.getLogger(__name__)

MEMORY = ":memory:"
_HEADER = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_VERSIONS, _WAL_VERSION = slice(18, 20), 2  # Of the file's header.
_JOURNAL = bytes.fromhex("d9d505f920a163d7")
# The log is written back to the file when it has so many pages, and cut to so many bytes after it.
WAL_PAGES = 4000
WAL_BYTES = 16 * 1024 * 1024
_NOTABLE_PAGES = 256
# Nobody who stays on an old commit by our own wish may let the log grow beyond this.
HELD_PAGES = 4 * WAL_PAGES
# Pages that a connection keeps at most; taken as they are read. A store's first reader is the
# server's loop, whose single items lie anywhere in the file.
_CACHE_KIB = 64 * 1024
_FIRST_CACHE_FACTOR = 4
BUSY_MS = 10_000
_CHUNK_BYTES = 64 * 1024  # SQLite writes no more than 128 KB at once.

_UNSYNCED = (apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC)

Result = TypeVar("Result")

process.count_no_memory()


class Database:
    """An open database file, or a store in memory.

    path: the file, or ``:memory:``. durability: ``full`` (an acknowledged write is on the disk) or
    ``relaxed`` (a power cut may lose the last moments, never the file). vfs: the name of the SQLite
    VFS that reaches the disk; None: SQLite's own. verified: a page that differs from its checksum
    is an error of the disk; else it is read as it is. Raises: StoreError.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        durability: str = "full",
        vfs: str | None = None,
        verified: bool = True,
    ) -> None:
        if durability not in ("full", "relaxed"):
            raise StoreError(f"durability is full or relaxed, not {durability!r}")
        self.memory = os.fspath(path) == MEMORY
        self.path = MEMORY if self.memory else os.path.realpath(path)
        self._vfs = vfs
        self._synchronous = "FULL" if durability == "full" else "NORMAL"
        self._layer: str | None = None
        self._verified = verified
        self._lock_file: int | None = None
        self._threads = turns.Threads()
        # Raised before a commit can be seen and after it was: odd while one is under way.
        self.commits = 0
        self._readers: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._readers_lock = threading.Lock()
        self._has_first_reader = False
        self.turn = threading.RLock()  # held by whoever writes; in memory by whoever reads, too
        self.closed = False
        # Called after a commit that leaves much in the log, once until ``watched`` is reset.
        self.watch: Callable[[], None] | None = None
        self.watched = False
        # Has those who stay on old commits let go of what they need no more, or of everything.
        self.let_go: Callable[[bool], None] | None = None
        self.failure: str | None = None  # why nothing is written any more, until a reopening
        if not self.memory:
            ownership.check_place(Path(self.path))
            self._lock_file = ownership.take(self.path)
        try:
            self.writer = self._open_writer()
        except BaseException:
            self._release_ownership()
            raise

    def _open_writer(self) -> apsw.Connection:
        try:
            if not self.memory:
                header = checked_header(Path(self.path))
                self._layer = layer_of(self.path, header, self._vfs)
                if header is None:
                    create(Path(self.path), has_checksums=self._layer is not None)
            log_left = not self.memory and Path(f"{self.path}-wal").exists()
            db = self._connect(apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
            try:
                # An opening that fails must not move a log into the file that cannot be trusted.
                _move_log_on_close(db, moves=False)
                db.wal_autocheckpoint(0)
                if log_left:
                    self._rewrite_log(db)
                prepare(db, self.path, has_checksums=self._layer is not None)
                if not self.memory:
                    self._write_ahead(db)
                _move_log_on_close(db, moves=True)
            except BaseException:
                _close(db)
                raise
        except OSError as failure:
            raise StoreError(f"{self.path} cannot be created: {failure.strerror}") from failure
        except apsw.Error as failure:
            raise unopened(self.path, failure) from failure
        return db

    def _rewrite_log(self, db: apsw.Connection) -> None:
        """Write the same bytes into the log that another process left, and flush them.

        In a write transaction, so that no other program's write comes between.
        """
        db.execute("BEGIN IMMEDIATE")
        name = f"{self.path}-wal"
        if _is_filled(Path(name)):  # SQLite removes the log of an empty file.
            how = [apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_READWRITE, 0]
            log = apsw.VFSFile(self._vfs or apsw.vfs_names()[0], name, how)
            try:
                size = log.xFileSize()
                for at in range(0, size, _CHUNK_BYTES):
                    log.xWrite(log.xRead(min(_CHUNK_BYTES, size - at), at), at)
                log.xSync(apsw.SQLITE_SYNC_NORMAL)
            finally:
                log.xClose()
        db.execute("ROLLBACK")

    def _connect(self, flags: int) -> apsw.Connection:
        vfs = self._layer or self._vfs
        db = apsw.Connection(self.path, flags=flags, vfs=vfs, statementcachesize=512)
        db.set_busy_timeout(BUSY_MS)
        try:
            if self._layer is not None and not self._verified:
                db.execute("PRAGMA checksum_verification = OFF").fetchall()
            if not self.memory:
                db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute("PRAGMA trusted_schema = OFF")
            # Plans without a look at bound values. Else SQLite prepares a statement anew whenever
            # it is bound again, once the planner has looked: 30 to 90 µs for a filtered Query.
            db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        except BaseException:
            _close(db)
            raise
        return db

    @property
    def layered(self) -> bool:
        """Whether the file's pages have checksums."""
        return self._layer is not None

    def connect_reader(self) -> apsw.Connection:
        """A reading connection of its own to a file, for the caller to close."""
        return self._connect(apsw.SQLITE_OPEN_READONLY)

    def _write_ahead(self, db: apsw.Connection) -> None:
        db.execute("PRAGMA journal_mode = WAL").fetchall()
        db.execute(f"PRAGMA synchronous = {self._synchronous}")
        db.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}").fetchall()
        db.set_wal_hook(self._committed)

    def _committed(self, db: apsw.Connection, _name: str, pages: int) -> int:
        """Move the log into the file once it is long; let somebody look after what is left.

        SQLite's own way would keep its failure to itself.
        """
        if pages >= HELD_PAGES and self.let_go is not None:
            self.let_go(True)
        if pages >= WAL_PAGES:
            try:
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except (apsw.BusyError, apsw.FullError):
                _LOG.warning("%s: the log could not be moved into the file yet", self.path)
            except apsw.Error as failure:
                self.fail(reason(failure))
        if pages >= _NOTABLE_PAGES and not self.watched and self.watch is not None:
            self.watched = True
            self.watch()
        return apsw.SQLITE_OK

    def fail(self, reason: str) -> None:
        """Take no more writes until the file is opened again; reads go on."""
        if self.failure is not None:
            return
        self.failure = reason
        _move_log_on_close(self.writer, moves=False)
        _LOG.critical(
            "%s takes no more writes: the disk did not confirm one (%s). Reads go on. See to the "
            "disk, then restart the server or open the store again; whether the last writes are "
            "stored shows then.",
            self.path,
            reason,
        )

    def reader(self) -> apsw.Connection:
        """This thread's reading connection to a file. Every statement sees the last commit."""
        return self._threads.its.reader or self._open_reader()

    def _open_reader(self) -> apsw.Connection:
        with self._readers_lock:
            if self.closed:
                raise StoreError(f"{self.path} is closed")
            db = self._connect(apsw.SQLITE_OPEN_READONLY)
            if not self._has_first_reader:
                self._has_first_reader = True
                db.execute(f"PRAGMA cache_size = -{_FIRST_CACHE_FACTOR * _CACHE_KIB}")
            self._readers.add(db)
        self._threads.its.reader = db
        return db

    def read(self, work: Callable[[apsw.Connection], Result]) -> Result:
        """Run a read: on this thread's snapshot of the file, or on the one connection of a store
        in memory.
        """
        if self.memory:
            with self.turn:
                return work(self.writer)
        thread = self._threads.its
        db = thread.reader or self._open_reader()
        reads = thread.reads
        if reads is not None:
            thread.reads = reads + 1
            if reads >= turns.ALONE:
                turns.join(thread, db, self.commits)
        return work(db)

    def begin_turn(self) -> None:
        """Let the reads of this thread share a snapshot, where they are several: see ``turns``."""
        self._threads.its.reads = 0

    def end_turn(self) -> None:
        """Let go of the snapshot: a log that is read cannot be begun anew."""
        thread = self._threads.its
        if (thread.reads or 0) > turns.ALONE and thread.reader is not None and not self.closed:
            turns.let_go(thread.reader)
        thread.reads = None

    def in_turn(self) -> bool:
        """Whether this thread has a turn."""
        return self._threads.its.reads is not None

    def file_bytes(self) -> tuple[int, int]:
        """Sizes of the file and of the log beside it; nothing of a store in memory."""
        return (0, 0) if self.memory else (_size(self.path), _size(self.path + "-wal"))

    @contextlib.contextmanager
    def snapshot(self) -> Generator[apsw.Connection]:
        """A connection whose statements all see one commit."""
        if self.memory:
            with self.turn:
                yield self.writer
            return
        db = self.reader()
        if db.in_transaction:  # Shared by the reads of this thread, and perhaps no longer the last.
            db.execute("COMMIT")
        db.execute("BEGIN")
        try:
            yield db
        finally:
            if db.in_transaction:  # SQLite itself ends it where the disk cannot be read.
                db.execute("ROLLBACK")

    def write_back(self) -> None:
        """Move all that the log holds into the file. Raises: apsw.Error."""
        with self.turn:
            self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every connection and give the file free. Closing twice does nothing."""
        with self.turn, self._readers_lock:
            if self.closed:
                return
            self.closed = True
            for db in list(self._readers):
                _close(db)
            _close(self.writer)
        self._release_ownership()

    def _release_ownership(self) -> None:
        ownership.give_free(self.path, self._lock_file)
        self._lock_file = None


def reason(failure: Exception) -> str:
    """What SQLite says, with the name of its code, by which one can look further."""
    code = getattr(failure, "extendedresult", 0)
    name = apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code)
    text = str(failure) or "the disk failed"
    return f"{text} ({name})" if name else text


def is_unsynced(failure: apsw.Error) -> bool:
    """Whether a flush failed, after which nothing unflushed can be trusted."""
    return getattr(failure, "extendedresult", None) in _UNSYNCED


def unopened(path: str, failure: Exception) -> DamagedError:
    """What a person is told where a file could not be opened or read."""
    return DamagedError(f"{path} cannot be opened: {reason(failure)}; `dynalite check` says more")


def _move_log_on_close(db: apsw.Connection, *, moves: bool) -> None:
    """Whether closing moves the log into the file; it must not where a flush of it has failed."""
    db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(not moves))


def _close(db: apsw.Connection) -> None:
    """Close for certain. What could not be moved into the file stays in the log."""
    try:
        db.close()
    except apsw.Error:
        _LOG.exception("a connection did not close cleanly")


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except FileNotFoundError:
        return 0


def _is_filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def create(path: Path, *, has_checksums: bool) -> None:
    """Make a laid out file that only its owner may read and write, whatever the umask is.

    It is there as a whole or not at all, so that no crash leaves a part of one; and the layer knows
    from the first page on whether there are checksums. SQLite gives the files beside it the same
    permissions. Raises: OSError.
    """
    for left in (f"{path}-journal", f"{path}-wal"):  # Of a creation that was cut off.
        Path(left).unlink(missing_ok=True)
    partial = f"{path}-{secrets.token_hex(8)}"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.name == "posix":
                os.fchmod(descriptor, PRIVATE)
            file.write(_image(has_checksums=has_checksums))
            file.flush()
            os.fsync(descriptor)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@cache
def _image(*, has_checksums: bool) -> bytes:
    """The bytes of a new file."""
    db = apsw.Connection(MEMORY)
    try:
        prepare(db, MEMORY, has_checksums=has_checksums)
        image = bytearray(db.serialize("main"))
        page_bytes = db.pragma("page_size")
    finally:
        db.close()
    image[_VERSIONS] = bytes((_WAL_VERSION, _WAL_VERSION))
    if not has_checksums:
        return bytes(image)
    pages = (image[at : at + page_bytes] for at in range(0, len(image), page_bytes))
    return b"".join(checksums.summed(bytes(page)) for page in pages)


def layer_of(path: str, header: bytes | None, vfs: str | None = None) -> str | None:
    """What a file is opened through: the checksums' layer where it is new or has them."""
    if header is not None and not checksums.kept(header):
        return None
    layer = checksums.layer(vfs)
    if layer is None and header is not None:
        raise StoreError(
            f"{path} has checksums, and this apsw was built without SQLite's extension cksumvfs: "
            "install apsw from PyPI"
        )
    return layer


def checked_header(path: Path) -> bytes | None:
    """The first 100 bytes of a file; None where it is new or empty. Changes nothing.

    Raises: StoreError for a file that is no SQLite file, is another program's, or is of a newer
    format.
    """
    if not _is_filled(path) or _is_unborn(path):
        return None
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if header[:16] != _HEADER or len(header) < _HEADER_BYTES:
        raise StoreError(f"{path} is not an SQLite file; it was left as it is")
    # From the header's bytes: opening the file could already roll back or check-point another
    # program's work.
    version = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    if application != layout.APPLICATION_ID:
        raise StoreError(f"{path} is an SQLite file of another program; it was left as it is")
    if version > layout.FORMAT:
        raise _newer_format(str(path), version)
    return header


def _is_unborn(path: Path) -> bool:
    """Whether the file's first transaction was cut off: SQLite empties it when it is opened, as its
    journal says.
    """
    try:
        with Path(f"{path}-journal").open("rb") as journal:
            header = journal.read(20)
    except FileNotFoundError:
        return False
    pages_before = header[16:20]
    return header[:8] == _JOURNAL and pages_before == bytes(4)


def _newer_format(path: str, version: int) -> StoreError:
    return StoreError(
        f"{path} has format {version}, this dynalite_py knows formats up to {layout.FORMAT}: "
        "use a newer dynalite_py"
    )


def prepare(db: apsw.Connection, path: str, *, has_checksums: bool) -> None:
    """Lay out a new file; bring an older format up step by step. All in one transaction.

    A new file is laid out before it goes over to write-ahead logging: its header then tells whose
    it is even when the process is killed at once. Raises: StoreError.
    """
    version = db.pragma("user_version")
    if version > layout.FORMAT:
        raise _newer_format(path, version)
    if version == layout.FORMAT and db.pragma("application_id") == layout.APPLICATION_ID:
        return
    # The shape of pages is written with the rest: no file is ever there without our mark in it. It
    # can be chosen until the transaction takes hold of the file.
    db.execute("BEGIN" if version == 0 else "BEGIN IMMEDIATE")
    try:
        if version == 0:
            shape_pages(db, has_checksums=has_checksums)
            db.execute(layout.SYSTEM_DDL)
        else:
            for step in range(version, layout.FORMAT):
                db.execute(layout.UPGRADES[step])
        db.execute(f"PRAGMA application_id = {layout.APPLICATION_ID:d}")
        db.execute(f"PRAGMA user_version = {layout.FORMAT:d}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            with contextlib.suppress(apsw.Error):  # The first failure is the one to be told.
                db.execute("ROLLBACK")
        raise


def shape_pages(db: apsw.Connection, *, has_checksums: bool) -> None:
    """Let the pages of a file that is about to be laid out have room for checksums and a map by
    which they can be given back, a few at a time, when they are free.
    """
    if has_checksums:
        db.reserve_bytes(reserve=checksums.RESERVED_BYTES)
    db.execute("PRAGMA auto_vacuum = INCREMENTAL").fetchall()
