"""Trims the log: records that are too old go, then shards and streams that have none left.

Each step is one bounded write transaction, between which all others have their turns.
"""

from __future__ import annotations

from dynalite_py.model import limits
from dynalite_py.storage import trimming
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Transaction, Writer

# Between two looks at the whole log by the clock, and how long a thread sleeps that only waits for
# the next one: what is too old is not shown, so there is no hurry.
LONGEST_PAUSE_SECONDS = 60.0


class Trimmer:
    """What the last look found; one for an open store."""

    def __init__(self, database: Database, writer: Writer, log: Log) -> None:
        self._database = database
        self._writer = writer
        self._log = log
        self._next_look = 0.0
        self._lanes: list[int] = []
        self._streams: list[int] = []

    @property
    def awaited(self) -> bool:
        """Whether the clock will leave something to be trimmed."""
        return self._log.has_streams

    def step(self, now: float) -> bool:
        """One bounded piece of work. Returns whether there was anything to do."""
        if not self._log.has_streams or self._database.failure is not None:
            return False
        if not self._lanes and not self._streams:
            if now < self._next_look:
                return False
            self._look(now)
        if self._lanes:
            return self._trim(self._lanes[-1], now)
        if self._streams:
            return self._drop(self._streams.pop())
        return False

    def _look(self, now: float) -> None:
        found = self._database.read(lambda db: trimming.due(db, self._log, now))
        self._lanes, self._streams = found.lanes, found.streams
        # What is written from now on has its own day.
        until = min(found.at, now + limits.STREAM_SECONDS)
        self._next_look = max(until, now + LONGEST_PAUSE_SECONDS)

    def _trim(self, lane: int, now: float) -> bool:
        found: list[bool] = []

        def work(transaction: Transaction) -> bytes:
            found.append(trimming.trim(transaction, lane, now))
            return b""

        self._writer.perform(work)
        if found[-1]:
            self._next_look = now  # A stream may have lost its last shard.
            return True
        self._lanes.pop()
        return True

    def _drop(self, stream_id: int) -> bool:
        def work(transaction: Transaction) -> bytes:
            trimming.drop_stream(transaction, stream_id)
            return b""

        self._writer.perform(work)
        return True
