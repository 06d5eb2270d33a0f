"""Does things later: requests that are held up."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from time import monotonic


class Delays:
    """Does things later, on one thread of its own, which starts when it is first needed."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        with self._changed:
            due = monotonic() + (0.0 if self._closing else seconds)
            heapq.heappush(self._due, (due, next(self._numbers), action))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="dynalite-faults", daemon=True
                )
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Do at once what waits, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (action := self._next()) is not None:
            action()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while True:
                if self._closing and not self._due:
                    return None
                if not self._due:
                    self._changed.wait()
                    continue
                left = self._due[0][0] - monotonic()
                if left <= 0 or self._closing:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(left)
