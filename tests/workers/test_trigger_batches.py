"""What becomes of a batch that failed."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.workers import trigger_batches
from dynalite_py.workers.trigger_batches import Batch, Taken
from dynalite_py.workers.trigger_options import TriggerOptions


def batch(*sequences: int, attempts: int = 0, through: int | None = None) -> Batch:
    taken = tuple(Taken(sequence, sequence * 10, 1, "{}") for sequence in sequences)
    return Batch(taken, sequences[-1] if through is None else through, attempts)


def options(**members: Any) -> TriggerOptions:
    return TriggerOptions(table="Music", handler=print, **members)


BISECT = {"bisect_on_error": True}


@pytest.mark.parametrize(
    ("failed", "first_failed", "members", "done", "following", "discarded"),
    [
        (batch(1, 2, 3), 0, {}, None, [batch(1, 2, 3, attempts=1)], None),
        (batch(1, 2, 3, attempts=9), 0, {}, None, [batch(1, 2, 3, attempts=10)], None),
        (batch(1, 2, 3), 2, {}, 2, [batch(3, attempts=1)], None),
        (batch(1, 5, 9, attempts=4), 1, {}, 4, [batch(5, 9, attempts=1)], None),
        (batch(1, 2, 4, 8), 0, BISECT, None, [batch(1, 2, through=3), batch(4, 8)], None),
        (batch(1, 2, 3), 0, BISECT, None, [batch(1), batch(2, 3)], None),
        (batch(1, 2, 3, 4), 2, BISECT, 2, [batch(3, 4)], None),
        (batch(1), 0, BISECT, None, [batch(1, attempts=1)], None),
        (batch(1, 2), 1, BISECT, 1, [batch(2, attempts=1)], None),
        (batch(1, 2), 0, {"maximum_retry_attempts": 0}, None, [], batch(1, 2)),
        (batch(1, 2), 0, {"maximum_retry_attempts": 1}, None, [batch(1, 2, attempts=1)], None),
        (
            batch(1, 2, attempts=1),
            *(0, {"maximum_retry_attempts": 1}, None, [], batch(1, 2, attempts=1)),
        ),
        (batch(1, 2, attempts=1), 1, {"maximum_retry_attempts": 0}, 1, [], batch(2)),
        # To split a batch is no attempt.
        (
            batch(1, 2),
            *(0, {**BISECT, "maximum_retry_attempts": 0}, None, [batch(1), batch(2)], None),
        ),
        (batch(1), 0, {**BISECT, "maximum_retry_attempts": 0}, None, [], batch(1)),
    ],
)
def test_a_failed_batch_is_tried_again_split_or_given_up(
    failed: Batch,
    first_failed: int,
    members: dict[str, Any],
    done: int | None,
    following: list[Batch],
    discarded: Batch | None,
) -> None:
    verdict = trigger_batches.after_failure(failed, first_failed, options(**members))
    assert verdict == (done, following, discarded)


@pytest.mark.parametrize(
    ("oldest", "old", "kept"),
    [
        (10, None, batch(1, 2, 3)),
        (11, batch(1), batch(2, 3)),
        (30, batch(1, 2), batch(3)),
        (31, batch(1, 2, 3), None),
    ],
)
def test_what_is_too_old_is_cut_off(oldest: int, old: Batch | None, kept: Batch | None) -> None:
    assert trigger_batches.without_old(batch(1, 2, 3), oldest) == (old, kept)


@pytest.mark.parametrize(
    ("failures", "chance", "seconds"),
    [(0, 1.0, 0.2), (1, 1.0, 0.4), (3, 0.5, 0.8), (3, 0.0, 0.0), (20, 1.0, 30.0), (10**9, 1.0, 30)],
)
def test_pauses_grow_to_a_limit_with_full_jitter(
    failures: int, chance: float, seconds: float
) -> None:
    assert trigger_batches.pause_seconds(failures, chance) == pytest.approx(seconds)
