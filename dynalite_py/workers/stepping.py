"""A thread that does one bounded piece of work after the other until nothing is left, and sleeps
until it is woken or a time has come.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

_LOG = logging.getLogger(__name__)
# Nobody says that a clock was moved or set, so the longest sleep before a known time is short.
LONGEST_SLEEP_SECONDS = 1.0
# A full disk may have room again; nobody says so.
_RETRY_SECONDS = 5.0
# Commits that follow each other so fast are read together.
_GATHER_SECONDS = 0.005


class Stepper:
    """One such thread.

    step: does a piece of work; returns whether there was anything to do. pause: the seconds until
    there may be again, None where only ``wake`` brings more. settled: whether all is done where
    there is nothing to do at once. ended: is called last, by the thread.
    """

    def __init__(
        self,
        name: str,
        *,
        step: Callable[[], bool],
        pause: Callable[[], float | None],
        settled: Callable[[], bool],
        ended: Callable[[], object],
    ) -> None:
        self._step, self._pause, self._settled, self._ended = step, pause, settled, ended
        self._awake = threading.Event()
        self._end = threading.Event()
        self._rounds = threading.Condition()
        self._begun = 0
        self._settled_round = 0
        self._name = name
        self._thread: threading.Thread | None = None

    @property
    def ending(self) -> bool:
        """Whether it was told to end."""
        return self._end.is_set()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_this_thread(self) -> bool:
        """Whether it is its thread that asks."""
        return self._thread is threading.current_thread()

    def start(self) -> None:
        """Start the thread, which looks for work at once."""
        self._awake.set()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do. Costs next to nothing."""
        if not self._awake.is_set():
            self._awake.set()

    def ask_to_end(self) -> None:
        """Let it end after its present step."""
        self._end.set()
        self._awake.set()
        with self._rounds:
            self._rounds.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for its end. Returns whether it came; its own thread need not wait for itself."""
        thread = self._thread
        if thread is None or self.is_this_thread:
            return True
        thread.join(max(seconds, 0.0))
        return not thread.is_alive()

    def wait_until_settled(self, seconds: float) -> bool:
        """Wait until all that was there at this moment is done. Returns whether it is."""
        until = monotonic() + seconds
        with self._rounds:
            asked = self._begun + 1
            while self._settled_round < asked and not self._end.is_set():
                self._awake.set()
                left = until - monotonic()
                if left <= 0:
                    return False
                self._rounds.wait(min(left, LONGEST_SLEEP_SECONDS))
            return self._settled_round >= asked

    def _run(self) -> None:
        pause: float | None = None
        failing = False
        while not self._end.is_set():
            self._awake.wait(pause)
            self._end.wait(_GATHER_SECONDS)
            self._awake.clear()
            try:
                pause, failing = self._round(), False
            except Exception:  # noqa: BLE001 - logged; the checkpoints stay, and it is tried again
                if not failing and not self._end.is_set():  # Once, not at every try.
                    _LOG.exception("%s: could not go on", self._name)
                pause, failing = _RETRY_SECONDS, True
        self._ended()

    def _round(self) -> float | None:
        with self._rounds:
            self._begun += 1
        while not self._end.is_set() and self._step():
            pass
        if not self._end.is_set() and self._settled():
            with self._rounds:
                self._settled_round = self._begun
                self._rounds.notify_all()
        pause = self._pause()
        return None if pause is None else min(max(pause, 0.0), LONGEST_SLEEP_SECONDS)
