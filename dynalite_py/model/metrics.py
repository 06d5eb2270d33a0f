"""Counters of what was done: plain numbers, counted by one thread each and read by any.

A reader may see a sum and the counts below it a request apart, never a torn number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECONDS = tuple(step * 10**power for power in range(-5, 1) for step in (1, 2, 5))
_GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

OK = "ok"


class Histogram:
    """How often values fell between fixed bounds, and their sum.

    counts: for each bound the values up to it and above the one before; the last: all above.
    """

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum: float = 0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Operation:
    """The requests of one operation: how many were done and refused, and the seconds of those that
    came to be looked at.
    """

    __slots__ = ("done", "refused", "seconds")

    def __init__(self) -> None:
        self.done = 0
        self.refused: dict[str, int] = {}
        self.seconds = Histogram(_SECONDS)

    def refuse(self, code: str) -> None:
        """Count a refusal."""
        self.refused[code] = self.refused.get(code, 0) + 1

    def outcomes(self) -> dict[str, int]:
        """Numbers of requests by error code, and under ``ok`` of those that were done."""
        return {OK: self.done, **self.refused}


@dataclass(slots=True)
class Requests:
    """What came over a server's port. operations: by name; those never asked are absent."""

    operations: dict[str, Operation] = field(default_factory=dict)
    bytes_in: int = 0
    bytes_out: int = 0
    slow: int = 0

    def of(self, operation: str) -> Operation:
        """The counters of an operation. The name is one of ours, so that they stay few."""
        counted = self.operations.get(operation)
        if counted is None:
            counted = self.operations[operation] = Operation()
        return counted


class Commits:
    """Groups of writes: how many writes each had, and what its COMMIT took.

    last: the writes of the latest group, which are being answered.
    """

    __slots__ = ("last", "seconds", "sizes")

    def __init__(self) -> None:
        self.last = 0
        self.seconds = Histogram(_SECONDS)
        self.sizes = Histogram(_GROUPS)

    def add(self, writes: int, seconds: float) -> None:
        """Count a group that was committed."""
        self.last = writes
        self.sizes.add(writes)
        self.seconds.add(seconds)


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """A store at one moment. caches: by name hits, misses, entries. jobs: long work not done.
    expired: items that time to live has removed, by table name, region and account.
    """

    commits: Commits
    file_bytes: int
    wal_bytes: int
    tables: int
    jobs: int
    workers: int
    caches: Mapping[str, tuple[int, int, int]]
    expired: Mapping[tuple[str, str, str], int]
