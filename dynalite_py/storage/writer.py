"""The one writer: collects the writes that wait, runs them in one transaction, commits once,
answers all.

Nobody is answered before COMMIT returned: that is what "acknowledged" means. A write that is
refused undoes itself alone. Whoever gets the turn commits for everybody who waits: a thread that
calls ``perform`` may do so itself; what ``submit`` queues is committed by the writer's own thread,
or by such a caller.

A group runs without savepoints at first, because nearly every refusal comes before the write's
first change. Where one comes after, or anything unforeseen happens, the group is rolled back and
run again with a savepoint around each write. Writes are therefore functions of the database alone:
running one again does the same.

A commit that fails at the disk may be in the file, or not, and what was flushed before may be lost
without a word. Then the database has failed (``Database.fail``): every write is refused until the
file is opened again. Only a full disk is certain to have stored nothing, and is no failure.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import apsw

from dynalite_py.model import errors, metrics
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Column
from dynalite_py.storage import database as files
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database

if TYPE_CHECKING:
    from dynalite_py.storage.lag import Lag

_LOG = logging.getLogger(__name__)
_GROUP = 512
# So many writes do not wait for the end of the turn in which they come.
_EARLY = 64
# SQLite undoes the whole transaction by itself.
_UNDONE_BY_SQLITE = (apsw.FullError, apsw.IOError, apsw.NoMemError)

_Result = TypeVar("_Result")
Outcome: TypeAlias = bytes | DynamoDBError
Answer: TypeAlias = Callable[[Outcome], object]
# By table and partition column (None: the whole table) the bytes that surely fit within the limit
# of an item collection: see ``collections``.
Rooms: TypeAlias = dict[tuple[int, Column | None], int]


class Transaction:
    """What a write gets: the connection, and a place for what counts only once it is committed."""

    __slots__ = ("after_commit", "counts", "db", "deleted", "last_versions", "log", "rooms")

    def __init__(
        self,
        db: apsw.Connection,
        last_versions: dict[int, int],
        log: Log,
        rooms: Rooms | None = None,
    ) -> None:
        self.db = db
        self.log = log
        self.last_versions = last_versions
        self.rooms = {} if rooms is None else rooms
        self.deleted: set[int] = set()
        self.counts: dict[tuple[int, int], list[int]] = {}
        self.after_commit: list[Callable[[], None]] = []

    def count(self, table_id: int, index_id: int, items: int, size_bytes: int) -> None:
        """Add to the number of items and bytes of a table (index 0) or an index."""
        entry = self.counts.get((table_id, index_id))
        if entry is None:
            self.counts[(table_id, index_id)] = [items, size_bytes]
        else:
            entry[0] += items
            entry[1] += size_bytes

    def first_version(self, table_id: int) -> int:
        """The version of a new item: above all that were deleted, so that none ever comes back."""
        return self.last_versions.get(table_id, 0) + 1

    def undoing(self, part: Callable[[], _Result]) -> _Result:
        """Do a part of a write; where it is refused, undo that part alone. Raises: DynamoDBError.

        The rest of the write may go on, and what it has done stays.
        """
        counts = {key: list(entry) for key, entry in self.counts.items()}
        effects = len(self.after_commit)
        self.db.execute("SAVEPOINT part")
        try:
            return part()
        except DynamoDBError:
            self.db.execute("ROLLBACK TO part")
            self.counts = counts
            self.rooms.clear()
            self.log.forget()
            del self.after_commit[effects:]
            raise
        finally:
            if self.db.in_transaction:  # SQLite itself rolls back on a full disk.
                self.db.execute("RELEASE part")

    def forget_version(self, table_id: int, version: int) -> None:
        """An item of this version is deleted.

        A write that is undone may leave the number too high, which harms nobody.
        """
        if version > self.last_versions.get(table_id, 0):
            self.last_versions[table_id] = version
            self.deleted.add(table_id)


Work: TypeAlias = Callable[[Transaction], bytes]
_Job: TypeAlias = tuple[Work, Answer, bool]


class _DirtyError(Exception):
    """A write was refused after it had changed something, or failed in a way nobody foresaw."""


class _NotConfirmedError(Exception):
    """COMMIT failed in a way that leaves open what is in the file; the text says how."""


class Writer:
    """Group commit over a database's writing connection."""

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._db = database.writer
        self._log = log
        self._turn = database.turn
        self._waiting: deque[_Job] = deque()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._idle = False
        self._thread: threading.Thread | None = None
        self._thread_lock = threading.Lock()
        self._closing = False
        self.commits: metrics.Commits | None = None  # counted where somebody asks
        self._last_versions = _last_versions(self._db)
        self._rooms: Rooms = {}

    def perform(self, work: Work, *, alone: bool = False) -> bytes:
        """Run one write and wait for its commit. Raises: DynamoDBError.

        alone: the write changes the catalog, so no other shares its transaction.
        """
        outcome: list[Outcome] = []
        self._waiting.append((work, outcome.append, alone))
        while not outcome:
            with self._turn:
                if not outcome:
                    self._commit_waiting()
        result = outcome[0]
        if isinstance(result, DynamoDBError):
            raise result
        return result

    def submit(self, work: Work, answer: Answer, *, alone: bool = False) -> None:
        """Queue one write; answer is called from another thread once it is committed or refused.

        Within a turn of this thread (``Database.begin_turn``) ``wake`` must follow.
        """
        self._waiting.append((work, answer, alone))
        if self._thread is None:
            self._start()
        # Several of one turn are one group, and one flush of the disk.
        if not self._database.in_turn() or len(self._waiting) >= _EARLY:
            self.wake()

    def wake(self) -> None:
        """Have what waits committed: the end of a turn in which something was submitted."""
        if self._idle and self._waiting:
            self._idle = False
            self._wake.put(None)

    def reread(self) -> None:
        """The whole file became another one, and the caller has the turn since before."""
        self._last_versions = _last_versions(self._db)
        self._rooms = {}
        self._log.reread(self._db)

    def _start(self) -> None:
        with self._thread_lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="dynalite-writer", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while True:
            # First the flag, then the look: whoever queues after the look sees the flag and wakes
            # this thread.
            self._idle = True
            if not self._waiting:
                if self._closing:
                    return
                self._wake.get()
            self._idle = False
            with self._turn:
                self._commit_waiting()

    def close(self) -> None:
        """Commit and answer what waits, then end the thread."""
        self._closing = True
        if self._thread is not None:
            self._wake.put(None)
            self._thread.join()
        with self._turn:
            while self._waiting:
                self._commit_waiting()

    def record(self, lag: Lag) -> None:
        """Let whoever keeps the recent past know of every commit, before and after it."""
        commit = self._commit

        def recorded(
            group: list[_Job], run: Callable[[Transaction, _Job], Outcome]
        ) -> list[Outcome]:
            alone = group[0][2]
            lag.before_commit(alone=alone)
            outcomes = commit(group, run)
            lag.after_commit(alone=alone)
            return outcomes

        self._commit = recorded

    def _commit_waiting(self) -> None:
        """Commit one group of what waits; the caller has the turn."""
        group: list[_Job] = []
        while self._waiting and len(group) < _GROUP:
            if self._waiting[0][2] and group:
                break
            job = self._waiting.popleft()
            group.append(job)
            if job[2]:
                break
        if not group:
            return
        for (_, answer, _), outcome in zip(group, self._outcomes(group), strict=True):
            try:
                answer(outcome)
            except Exception:  # noqa: BLE001 - a door that is gone must not keep the others from their answers.
                _LOG.exception("an answer could not be delivered", extra={"answers": (answer,)})

    def _outcomes(self, group: list[_Job]) -> list[Outcome]:
        failed = self._database.failure
        if failed is not None:
            return [errors.store_failed(failed) for _ in group]
        try:
            try:
                return self._commit(group, _run_bare)
            except _DirtyError:
                return self._commit(group, _run_in_savepoint)
        except _NotConfirmedError as failure:
            return [errors.write_not_confirmed(str(failure)) for _ in group]
        except apsw.Error as failure:
            _LOG.exception(
                "a group of %d writes could not be committed", len(group), extra=_concerned(group)
            )
            if files.is_unsynced(failure):
                self._database.fail(files.reason(failure))
            return [errors.storage_failed(files.reason(failure)) for _ in group]
        except Exception:  # noqa: BLE001 - logged and answered as a 500
            _LOG.exception("a group of %d writes failed", len(group), extra=_concerned(group))
            return [errors.internal_failure() for _ in group]

    def _commit(
        self, group: list[_Job], run: Callable[[Transaction, _Job], Outcome]
    ) -> list[Outcome]:
        transaction = Transaction(self._db, self._last_versions, self._log, self._rooms)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [run(transaction, job) for job in group]
            _store_counts(transaction)
            self._confirm(len(group))
        except BaseException:
            self._undo()
            self._rooms.clear()  # Something may have been measured that was undone.
            self._log.undone()
            raise
        for effect in transaction.after_commit:
            effect()
        if self._log.appended:
            self._log.committed()
        return outcomes

    def _confirm(self, writes: int) -> None:
        """Commit. Raises: apsw.FullError where nothing is stored, _NotConfirmedError where that is
        not known.
        """
        try:
            self._end_transaction(writes)
        except apsw.FullError:
            raise
        except apsw.Error as failure:
            self._database.fail(files.reason(failure))
            raise _NotConfirmedError(files.reason(failure)) from failure

    def _undo(self) -> None:
        if not self._db.in_transaction:  # SQLite itself rolls back on a full disk.
            return
        try:
            self._db.execute("ROLLBACK")
        except apsw.Error as failure:
            self._database.fail(files.reason(failure))

    def _end_transaction(self, writes: int) -> None:
        database, counted = self._database, self.commits
        began = perf_counter() if counted is not None else 0.0
        database.commits += 1
        try:
            self._db.execute("COMMIT")
        finally:
            database.commits += 1
        if counted is not None:
            counted.add(writes, perf_counter() - began)


def _last_versions(db: apsw.Connection) -> dict[int, int]:
    """By table the highest version that was ever deleted."""
    return dict(db.execute("SELECT table_id, last_version FROM counts WHERE index_id = 0"))


def _concerned(group: list[_Job]) -> dict[str, tuple[Answer, ...]]:
    """What a log line about a group says beside its text: who waits for it."""
    return {"answers": tuple(answer for _, answer, _ in group)}


def _run_bare(transaction: Transaction, job: _Job) -> Outcome:
    work, db = job[0], transaction.db
    before = db.total_changes()
    try:
        return work(transaction)
    except DynamoDBError as refusal:
        if db.total_changes() != before:
            raise _DirtyError from None
        return refusal
    except _UNDONE_BY_SQLITE:
        raise
    except Exception as failure:
        raise _DirtyError from failure


def _run_in_savepoint(transaction: Transaction, job: _Job) -> Outcome:
    work, db = job[0], transaction.db
    counts = {key: list(entry) for key, entry in transaction.counts.items()}
    effects = len(transaction.after_commit)
    db.execute("SAVEPOINT one")
    try:
        outcome = work(transaction)
    except DynamoDBError as refusal:
        outcome = refusal
    except _UNDONE_BY_SQLITE:
        raise
    except Exception:  # noqa: BLE001 - logged and answered as a 500
        _LOG.exception("a write failed", extra=_concerned([job]))
        outcome = errors.internal_failure()
    if isinstance(outcome, DynamoDBError):
        db.execute("ROLLBACK TO one")
        transaction.counts = counts
        transaction.rooms.clear()
        transaction.log.forget()
        del transaction.after_commit[effects:]
    db.execute("RELEASE one")
    return outcome


def _store_counts(transaction: Transaction) -> None:
    for (table_id, index_id), (items, size_bytes) in transaction.counts.items():
        if items or size_bytes:
            transaction.db.execute(
                "UPDATE counts SET items = items + ?, bytes = bytes + ? "
                "WHERE table_id = ? AND index_id = ?",
                (items, size_bytes, table_id, index_id),
            )
    for table_id in transaction.deleted:
        transaction.db.execute(
            "UPDATE counts SET last_version = ? WHERE table_id = ? AND index_id = 0",
            (transaction.last_versions[table_id], table_id),
        )
