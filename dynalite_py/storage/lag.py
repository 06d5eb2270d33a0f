"""The state of some milliseconds ago, for reads that may be late.

Each read sees one committed state, whole: that of a moment between ``lag`` ago and now, by the
engine's clock. What was committed at a moment belongs to the state of that moment, so a write is
seen by every read that comes a whole lag after it was acknowledged.

A file keeps such states as open read transactions on connections of their own, each begun just
before a commit and let go when a lag has passed since that commit: SQLite's write-ahead log still
has the pages. Sixteen are begun in the time of one lag at most, so that under steady writing a read
may be a sixteenth of it less late than asked. The log cannot start over while one is held, so all
are let go once it is long; reads are then less late, too.

A store in memory has a single connection and no snapshots. There SQLite's session extension notes
what each commit changed, and a read is made inside a transaction that first undoes, and then is
rolled back. What is noted is bounded too.

Commits that change the catalog are seen at once, and all that was committed before them.
"""

from __future__ import annotations

import logging
import math
import random
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

import apsw

from dynalite_py.model.clock import Clock
from dynalite_py.storage import ranges
from dynalite_py.storage.database import Database, StoreError

_LOG = logging.getLogger(__name__)
_LESS_LATE = "reads are not as late as asked for now: %s"

# States that are begun in the time of one lag, at most.
_STATES = 16
_CACHE_KIB = 2 * 1024
# What may be noted of a store in memory: undoing it takes some 10 µs a row.
NOTED_BYTES = 4 * 1024 * 1024
_BRIEF_BYTES = 16 * 1024

Result = TypeVar("Result")


class Lateness(NamedTuple):
    """How late reads without ConsistentRead are. seed: None: exactly so late; else each is late by
    something between nothing and that, drawn from the seed.
    """

    seconds: float = 0.0
    seed: int | None = None


ON_TIME = Lateness()


class Lag(Protocol):
    """The recent past of one store."""

    def before_commit(self, *, alone: bool) -> None:
        """A group of writes begins: from here on the present state is a past one.

        alone: it may change the catalog.
        """
        ...

    def after_commit(self, *, alone: bool) -> None:
        """A group of writes is committed."""
        ...

    def read(self, work: Callable[[apsw.Connection], Result], *, brief: bool = False) -> Result:
        """Run a read on one state of the recent past.

        brief: give up where that would take a while. Raises: ranges.TooLongError.
        """
        ...

    def let_go(self, whole: bool) -> None:
        """Give up the states that no read needs any more, or all that can be."""
        ...

    def close(self) -> None:
        """Give up everything."""
        ...


def opened(database: Database, clock: Clock, seconds: float, seed: int | None) -> Lag:
    """The past of a store that was just opened.

    seconds: how late reads are. seed: None: exactly so; else each read's lateness is drawn from
    nothing to that, the same ones in each run. Raises: StoreError.
    """
    moments = _Moments(clock, seconds, seed)
    if database.memory and not hasattr(apsw, "Session"):
        raise StoreError(
            "eventual reads of a store in memory need SQLite's session extension, which this apsw "
            "was built without: install apsw from PyPI, or name a file"
        )
    lag = _Undone(database, moments) if database.memory else _Snapshots(database, moments)
    database.let_go = lag.let_go
    return lag


class _Moments:
    """Which moments reads ask for. Its caller has a lock."""

    __slots__ = ("_clock", "_draw", "seconds")

    def __init__(self, clock: Clock, seconds: float, seed: int | None) -> None:
        self._clock = clock
        self.seconds = seconds
        # S311: what is drawn is no secret.
        self._draw = None if seed is None else random.Random(seed).random  # noqa: S311

    def now(self) -> float:
        return self._clock.now()

    def asked(self, now: float) -> float:
        """The moment that a read at this time asks for: of commits up to it everything is seen."""
        return now - (self.seconds if self._draw is None else self._draw() * self.seconds)


class _Snapshot:
    """A state of the file. until: the next commit came then, or later. users: reads that have it
    or wait for it. kept: whether reads to come may get it.
    """

    __slots__ = ("db", "kept", "turn", "until", "users")

    def __init__(self, db: apsw.Connection, until: float) -> None:
        self.db = db
        self.until = until
        self.users = 0
        self.kept = True
        self.turn = threading.Lock()


class _Snapshots:
    """A file's past: open read transactions, oldest first."""

    def __init__(self, database: Database, moments: _Moments) -> None:
        self._database = database
        self._moments = moments
        self._apart = moments.seconds / _STATES
        self._lock = threading.Lock()
        self._kept: deque[_Snapshot] = deque()
        self._free: list[apsw.Connection] = []
        self._closed = False

    def before_commit(self, *, alone: bool) -> None:
        with self._lock:
            now = self._moments.now()
            self._drop_old(math.inf if alone else now)
            if alone or self._closed:
                return
            if self._kept and now - self._kept[-1].until < self._apart:
                return
            try:
                self._kept.append(_Snapshot(self._begun(), now))
            except apsw.Error as failure:  # Nothing that is written depends on it.
                _LOG.warning(_LESS_LATE, failure)

    def after_commit(self, *, alone: bool) -> None:
        pass

    def read(self, work: Callable[[apsw.Connection], Result], *, brief: bool = False) -> Result:
        snapshot = self._chosen()
        if snapshot is None:
            with self._database.snapshot() as db:
                return work(db)
        try:
            if not snapshot.turn.acquire(blocking=not brief):
                raise ranges.TooLongError
            try:
                return work(snapshot.db)
            finally:
                snapshot.turn.release()
        finally:
            self._leave(snapshot)

    def _chosen(self) -> _Snapshot | None:
        """The state that a read gets; None: the present one."""
        with self._lock:
            now = self._moments.now()
            self._drop_old(now)
            asked = self._moments.asked(now)
            for snapshot in self._kept:
                if snapshot.until > asked:
                    snapshot.users += 1
                    return snapshot
        return None

    def _leave(self, snapshot: _Snapshot) -> None:
        with self._lock:
            snapshot.users -= 1
            if not snapshot.kept and not snapshot.users:
                self._end(snapshot)

    def let_go(self, whole: bool) -> None:
        with self._lock:
            self._drop_old(math.inf if whole else self._moments.now())

    def _drop_old(self, now: float) -> None:
        """Give up what no read asks for from now on; all where the clock was set back."""
        kept = self._kept
        if kept and now < kept[-1].until:
            now = math.inf
        while kept and kept[0].until <= now - self._moments.seconds:
            snapshot = kept.popleft()
            snapshot.kept = False
            if not snapshot.users:
                self._end(snapshot)

    def _end(self, snapshot: _Snapshot) -> None:
        if self._closed:
            snapshot.db.close()
            return
        if snapshot.db.in_transaction:  # SQLite itself ends it where the disk cannot be read.
            snapshot.db.execute("ROLLBACK")
        self._free.append(snapshot.db)

    def _begun(self) -> apsw.Connection:
        """A connection that stays on the present commit. Raises: apsw.Error."""
        db = self._free.pop() if self._free else self._database.connect_reader()
        try:
            db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            db.execute("BEGIN")
            db.execute("SELECT COUNT(*) FROM jobs").fetchall()  # A snapshot begins with a read.
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        self.let_go(True)
        with self._lock:
            self._closed = True
            for db in self._free:
                db.close()
            self._free.clear()


class _Noted(NamedTuple):
    """What undoes a commit, and when that was."""

    at: float
    undoing: bytes


class _Undone:
    """The past of a store in memory: what undoes each commit, oldest first.

    Whoever writes or reads such a store has its turn, so nothing here needs another lock.
    """

    def __init__(self, database: Database, moments: _Moments) -> None:
        self._database = database
        self._moments = moments
        self._noted: deque[_Noted] = deque()
        self._bytes = 0
        self._session = self._listen()

    def _listen(self) -> apsw.Session:
        session = apsw.Session(self._database.writer, "main")
        session.attach()
        return session

    def before_commit(self, *, alone: bool) -> None:
        pass

    def after_commit(self, *, alone: bool) -> None:
        now = self._moments.now()
        try:
            # After a table is gone nobody can say what changed in it.
            undoing = b"" if alone else apsw.Changeset.invert(self._session.changeset())
        except apsw.Error as failure:  # It is committed: only the past is lost.
            _LOG.warning(_LESS_LATE, failure)
            alone, undoing = True, b""
        self._session.close()
        self._session = self._listen()
        self._drop_old(math.inf if alone else now)
        if undoing:
            self._noted.append(_Noted(now, undoing))
            self._bytes += len(undoing)
        while self._bytes > NOTED_BYTES:
            self._drop()

    def read(self, work: Callable[[apsw.Connection], Result], *, brief: bool = False) -> Result:
        with self._database.turn:
            now = self._moments.now()
            self._drop_old(now)
            asked = self._moments.asked(now)
            late = [noted.undoing for noted in reversed(self._noted) if noted.at > asked]
            if brief and sum(map(len, late)) > _BRIEF_BYTES:
                raise ranges.TooLongError
            return self._without(late, work)

    def _without(self, late: list[bytes], work: Callable[[apsw.Connection], Result]) -> Result:
        db = self._database.writer
        if not late:
            return work(db)
        together = apsw.ChangesetBuilder()  # Half the time of one after the other.
        for undoing in late:
            together.add(undoing)
        self._session.enabled = False
        db.execute("BEGIN")
        try:
            apsw.Changeset.apply(together.output(), db)
            return work(db)
        finally:
            db.execute("ROLLBACK")
            self._session.enabled = True

    def let_go(self, whole: bool) -> None:
        with self._database.turn:
            self._drop_old(math.inf if whole else self._moments.now())

    def _drop_old(self, now: float) -> None:
        """Forget what no read undoes from now on; all where the clock was set back."""
        if self._noted and now < self._noted[-1].at:
            now = math.inf
        while self._noted and self._noted[0].at <= now - self._moments.seconds:
            self._drop()

    def _drop(self) -> None:
        self._bytes -= len(self._noted.popleft().undoing)

    def close(self) -> None:
        self.let_go(True)
        self._session.close()
