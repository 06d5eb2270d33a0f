"""Runs what is to be done unasked: one thread that steps every worker until nothing is left, and
sleeps until the clock ends something.
"""

from __future__ import annotations

import logging
import threading

from dynalite_py.model.clock import Clock
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Writer
from dynalite_py.workers import backfill, transitions
from dynalite_py.workers.shards import LONGEST_PAUSE_SECONDS, Trimmer
from dynalite_py.workers.upkeep import PAUSE_SECONDS, Upkeep

_LOG = logging.getLogger(__name__)
# Nobody says that a clock was moved or set, so the longest sleep before a known end is short.
_LONGEST_SLEEP_SECONDS = 1.0
# A full disk may have room again; nobody says so.
_RETRY_SECONDS = 5.0


class Runner:
    """The workers of one open store. Its thread starts with the first ``wake``."""

    def __init__(
        self, database: Database, catalog: Catalog, writer: Writer, clock: Clock, log: Log
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._writer = writer
        self._clock = clock
        self._upkeep = Upkeep(database, writer)
        self._trimmer = Trimmer(database, writer, log)
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = False

    def step(self) -> bool:
        """One bounded piece of whatever is to be done. Returns whether there was anything."""
        settled = transitions.step(self._catalog, self._writer, self._clock.now())
        filled = backfill.step(self._database, self._catalog, self._writer)
        trimmed = self._trimmer.step(self._clock.now())
        kept = self._upkeep.step()
        return settled or filled or trimmed or kept

    def awaited(self) -> bool:
        """Whether something goes on that the clock will end."""
        return self._trimmer.awaited or transitions.next_end(self._catalog) is not None

    def running(self) -> bool:
        """Whether the thread has been started and lives."""
        return self._thread is not None and self._thread.is_alive()

    def wake(self) -> None:
        """Let the thread look for work; it starts when it is first needed."""
        with self._lock:
            if self._closing:
                return
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="dynalite-workers", daemon=True
                )
                self._thread.start()
        self._awake.set()

    def close(self) -> None:
        """End the thread after its present step; what is left to do stays in the file."""
        with self._lock:
            self._closing = True
        self._awake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause: float | None = None
        while not self._closing:
            self._awake.wait(pause)
            self._awake.clear()
            try:
                while not self._closing and self.step():
                    pass
                pause = self._pause()
            except Exception:  # noqa: BLE001 - logged; the jobs stay and are tried again
                _LOG.exception("background work failed")
                pause = None if self._database.failure else _RETRY_SECONDS

    def _pause(self) -> float | None:
        """Seconds until the clock ends something or upkeep looks again; None: nothing goes on."""
        end = transitions.next_end(self._catalog)
        if self._upkeep.watching:
            return PAUSE_SECONDS
        if end is not None:
            return min(max(end - self._clock.now(), 0.0), _LONGEST_SLEEP_SECONDS)
        return LONGEST_PAUSE_SECONDS if self._trimmer.awaited else None
