"""The arithmetic behind every published figure."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import harness
from benchmarks.harness import FLOOR, OURS

POSITIVE = st.floats(min_value=0.001, max_value=1e9)


@given(samples=st.lists(POSITIVE, min_size=1, max_size=50))
def test_a_spread_is_ordered_from_least_to_most(samples: list[float]) -> None:
    found = harness.spread(samples)
    assert found.least <= found.lower <= found.median <= found.upper <= found.most
    assert (found.least, found.most, found.count) == (min(samples), max(samples), len(samples))


def test_a_spread_of_five_has_their_third_as_median_and_their_second_and_fourth_as_quartiles() -> (
    None
):
    found = harness.spread([5.0, 1.0, 4.0, 2.0, 3.0])
    assert (found.lower, found.median, found.upper) == (2.0, 3.0, 4.0)


def test_ratios_are_taken_within_a_round_so_that_drift_cancels() -> None:
    drifting = {OURS: [2.0, 20.0, 200.0], FLOOR: [1.0, 10.0, 100.0]}
    found = harness.ratios(drifting)[FLOOR]
    assert (found.least, found.median, found.most) == (2.0, 2.0, 2.0)


def test_only_rounds_that_both_took_part_in_are_paired() -> None:
    found = harness.ratios({OURS: [1.0, 2.0, 3.0], FLOOR: [2.0]})[FLOOR]
    assert (found.median, found.count) == (0.5, 1)


def test_every_round_measures_every_subject_and_begins_with_another() -> None:
    order: list[str] = []

    def noting(name: str) -> harness.Measure:
        def once() -> float:
            order.append(name)
            return float(len(order))

        return once

    samples, failed = harness.interleaved({name: noting(name) for name in "abc"}, 4)
    assert "".join(order) == "abc" + "bca" + "cab" + "abc"
    assert samples == {"a": [1, 6, 8, 10], "b": [2, 4, 9, 11], "c": [3, 5, 7, 12]}
    assert failed == {}


def test_a_subject_that_fails_is_left_out_and_the_others_go_on() -> None:
    turns = iter([1.0, 2.0])

    def fails_later() -> float:
        try:
            return next(turns)
        except StopIteration:
            raise harness.UnmeasurableError("worn out") from None

    samples, failed = harness.interleaved({"good": lambda: 5.0, "bad": fails_later}, 4)
    assert samples == {"good": [5.0] * 4}
    assert failed == {"bad": "worn out"}


def test_a_slow_subject_takes_part_in_the_first_round_alone() -> None:
    samples, _ = harness.interleaved({"fast": lambda: 1.0, "slow": lambda: 9.0}, 3, once={"slow"})
    assert samples == {"fast": [1.0] * 3, "slow": [9.0]}


def test_a_block_calls_often_enough_to_fill_its_time_and_gives_microseconds_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0

    def call() -> None:
        nonlocal now
        now += 0.001

    monkeypatch.setattr(harness.time, "perf_counter", lambda: now)
    measure = harness.block(call, seconds=0.1)
    before = now
    assert measure() == pytest.approx(1000.0)
    assert now - before == pytest.approx(0.1)


def test_a_first_call_that_takes_long_does_not_make_blocks_of_one_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, called = 0.0, 0

    def call() -> None:
        nonlocal now, called
        now += 0.001 if called else 1.0  # the first one loads modules
        called += 1

    monkeypatch.setattr(harness.time, "perf_counter", lambda: now)
    measure = harness.block(call, seconds=0.1)
    before = called
    measure()
    assert called - before == 100


def test_a_program_that_fails_or_is_missing_is_named_with_its_reason() -> None:
    with pytest.raises(harness.UnmeasurableError, match=r"ended with 1: .*no such thing"):
        harness.output_of([sys.executable, "-c", "raise SystemExit('no such thing')"])
    with pytest.raises(harness.UnmeasurableError, match="no-such-program-here"):
        harness.output_of(["no-such-program-here"])
    with pytest.raises(harness.UnmeasurableError, match=r"not installed \(get it there\)"):
        harness.tool("no-such-program-here", "get it there")
