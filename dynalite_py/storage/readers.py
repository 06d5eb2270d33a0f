"""Threads that read what takes too long for whoever may not wait."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Job = TypeVar("Job")
_THREADS = 2


class Readers(Generic[Job]):
    """They start with the first job. read: does one job; it raises nothing."""

    def __init__(self, read: Callable[[Job], None]) -> None:
        self._read = read
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, job: Job) -> None:
        """Leave a job to them; called by one thread."""
        self._jobs.put(job)
        if self._threads:
            return
        for number in range(_THREADS):
            thread = threading.Thread(
                target=self._run, name=f"dynalite-reader-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Do what waits, then end."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._read(job)
