"""The clock of a test's store: the system's, until a test takes hold of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from dynalite_py.model.clock import SystemClock

_LATEST = 253_402_300_799.0  # The end of 9999.


class HeldClock:
    """Goes with the system's clock, also where a library has frozen that, until it is held or
    moved; from then on it stands still between two moves.
    """

    def __init__(self) -> None:
        self._system = SystemClock()
        self._held: float | None = None
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[], object], ...] = ()

    def now(self) -> float:
        """Seconds since the epoch."""
        held = self._held
        return self._system.now() if held is None else held

    def hold(self) -> None:
        """Stand still from now on."""
        with self._lock:
            self._held = self.now()

    def follow(self) -> None:
        """Go with the system's clock again."""
        with self._lock:
            self._held = None
        self._tell()

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> None:
        """Move forward, or back where the sum is negative. Raises: ValueError."""
        with self._lock:
            moved = seconds + minutes * 60 + hours * 3600 + days * 86_400
            self._held = _checked(self.now() + moved)
        self._tell()

    def set(self, moment: float | datetime) -> None:
        """Be at a moment: epoch seconds, or a datetime with a time zone. Raises: ValueError."""
        if isinstance(moment, datetime):
            if moment.tzinfo is None:
                raise ValueError(f"{moment} has no time zone")
            moment = moment.timestamp()
        with self._lock:
            self._held = _checked(moment)
        self._tell()

    def on_change(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Have the listener called after every move. Returns what ends that."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each != listener)

        return end

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _checked(moment: float) -> float:
    if not 0 <= moment <= _LATEST:  # Neither is what is no number.
        raise ValueError(f"{moment} is not within the years 1970 to 9999")
    return float(moment)
