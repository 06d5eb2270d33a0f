"""``store.clock``: the time by which a store works, and its mover where a test gave one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dynalite_py.doors.library import exceptions
from dynalite_py.model.clock import Clock, SystemClock


class StoreClock:
    """The clock of an open store.

    A store that was opened with ``clock=MovableClock()`` has a clock that stands still until it is
    moved; one with a clock of the caller's own is moved by its methods ``advance`` (seconds) and
    ``set``, if it has them; every other follows the system's, which nobody moves here.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now()

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> None:
        """Move the clock forward. Raises: ClockError where it cannot be moved, or not there."""
        move = self._method("advance")
        try:
            move(seconds + minutes * 60 + hours * 3600 + days * 86_400)
        except ValueError as fault:
            raise exceptions.ClockError(str(fault)) from None

    def set(self, moment: float | datetime) -> None:
        """Set the clock to epoch seconds or a moment with a time zone. Raises: ClockError."""
        move = self._method("set")
        try:
            move(moment)
        except ValueError as fault:
            raise exceptions.ClockError(str(fault)) from None

    def _method(self, name: str) -> Any:
        if isinstance(self._clock, SystemClock):
            raise exceptions.ClockError(
                "the store runs on the system's clock, which cannot be moved: open it with "
                "connect(..., clock=dynalite_py.MovableClock())"
            )
        method = getattr(self._clock, name, None)
        if method is None:
            raise exceptions.ClockError(f"the clock that the store was given has no method {name}")
        return method
