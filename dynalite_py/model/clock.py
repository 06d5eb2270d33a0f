"""Time as a dependency: the system's clock, or one that tests move by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

# From 1970 to the end of 9999: what a datetime can tell.
LATEST = 253_402_300_799.0

Listener: TypeAlias = Callable[[], object]


class Clock(Protocol):
    """What the engine asks for the time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        # Looked up anew each time, so that a test's patch of it is seen.
        return time.time()  # noqa: TID251 - the one place that reads the time


class MovableClock:
    """A clock that stands still until a test moves it. start: epoch seconds.

    Whoever sleeps until a time by this clock listens to it.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = checked(start)
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def now(self) -> float:
        """Seconds since the epoch, as last set."""
        return self._now

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> None:
        """Move the clock forward, or back where the sum is negative. Raises: ValueError."""
        with self._lock:
            moved = seconds + minutes * 60 + hours * 3600 + days * 86_400
            self._now = checked(self._now + moved)
        self._tell()

    def set(self, moment: float | datetime) -> None:
        """Set the clock, forward or back, to epoch seconds or a moment with a time zone.

        Raises: ValueError.
        """
        with self._lock:
            self._now = checked(moment)
        self._tell()

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Have the listener called after every move, by the thread that moves.

        Returns what ends that.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each != listener)

        return end

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def checked(moment: float | datetime) -> float:
    """A moment as epoch seconds. Raises: ValueError for what is none of a clock."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        moment = moment.timestamp()
    if not 0 <= moment <= LATEST:  # Neither is what is no number.
        raise ValueError(f"{moment} is not within the years 1970 to 9999")
    return float(moment)


def parsed(text: str) -> float:
    """The epoch seconds that a text means: a number, or a moment of ISO 8601, in UTC where it names
    no other zone. Raises: ValueError.
    """
    try:
        seconds = float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return checked(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return checked(seconds)
