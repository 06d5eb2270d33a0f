"""Batches of a trigger: what becomes of one that failed. Without threads, files and clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from dynalite_py.model import records
from dynalite_py.workers.trigger_options import TriggerOptions

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_DOUBLINGS = 16


class Taken(NamedTuple):
    """A record as the handler gets it, as JSON. at: microseconds since the epoch."""

    sequence: int
    at: int
    size: int
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Records for one call, never empty.

    through: the sequence up to which all is done once they are. attempts: how often just these were
    tried in vain; invocations: how often any call had them. retry_at: epoch seconds.
    """

    records: tuple[Taken, ...]
    through: int
    attempts: int = 0
    invocations: int = 0
    retry_at: float = 0.0

    def numbers(self) -> list[str]:
        """The records' sequence numbers, as the handler sees them."""
        return [records.number_of(taken.sequence) for taken in self.records]


class Verdict(NamedTuple):
    """What a failure means. done: the sequence up to which all is done, None: none of it; next:
    what is to be tried again, in order; discarded: what is given up instead.
    """

    done: int | None
    next: list[Batch]
    discarded: Batch | None = None


def after_failure(batch: Batch, first_failed: int, options: TriggerOptions) -> Verdict:
    """What becomes of a batch in which the records from ``first_failed`` on are not done.

    To split a batch is no attempt.
    """
    done, rest = None, batch
    if first_failed:
        rest = replace(batch, records=batch.records[first_failed:], attempts=0)
        done = rest.records[0].sequence - 1
    if options.bisect_on_error and len(rest.records) > 1:
        return Verdict(done, [rest] if first_failed else _halves(rest))
    most = options.maximum_retry_attempts
    if 0 <= most <= rest.attempts:
        return Verdict(done, [], rest)
    return Verdict(done, [replace(rest, attempts=rest.attempts + 1)])


def _halves(batch: Batch) -> list[Batch]:
    middle = len(batch.records) // 2
    first, second = batch.records[:middle], batch.records[middle:]
    return [
        replace(batch, records=first, through=second[0].sequence - 1),
        replace(batch, records=second),
    ]


def without_old(batch: Batch, oldest: int) -> tuple[Batch | None, Batch | None]:
    """A batch in two: the records before a time (microseconds), to be given up, and the others."""
    old = 0
    for taken in batch.records:
        if taken.at >= oldest:
            break
        old += 1
    if old == 0:
        return None, batch
    if old == len(batch.records):
        return batch, None
    kept = replace(batch, records=batch.records[old:])
    gone = replace(batch, records=batch.records[:old], through=kept.records[0].sequence - 1)
    return gone, kept


def pause_seconds(failures: int, chance: float) -> float:
    """How long to wait before the next try: full jitter. chance: from 0 to 1."""
    longest = _FIRST_PAUSE_SECONDS * 2 ** min(failures, _DOUBLINGS)
    return chance * min(longest, _LONGEST_PAUSE_SECONDS)
