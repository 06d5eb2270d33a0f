"""The arithmetic behind every published figure."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import harness
from benchmarks.harness import FLOOR, OURS, Budget

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


def test_rounds_of_different_number_are_never_paired() -> None:
    with pytest.raises(ValueError, match="shorter"):
        harness.ratios({OURS: [1.0, 2.0, 3.0], FLOOR: [1.0, 2.0]})


def test_every_round_measures_every_subject_and_begins_with_another() -> None:
    order: list[str] = []

    def noting(name: str) -> harness.Measure:
        def once() -> float:
            order.append(name)
            return float(len(order))

        return once

    samples = harness.interleaved({name: noting(name) for name in "abc"}, 4)
    assert "".join(order) == "abc" + "bca" + "cab" + "abc"
    assert samples == {"a": [1, 6, 8, 10], "b": [2, 4, 9, 11], "c": [3, 5, 7, 12]}


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


@pytest.mark.parametrize(
    ("budget", "value", "kept"),
    [
        (Budget(2.5, FLOOR), 2.5, True),
        (Budget(2.5, FLOOR), 2.51, False),
        (Budget(0.65, FLOOR, at_least=True), 0.65, True),
        (Budget(0.65, FLOOR, at_least=True), 0.64, False),
    ],
)
def test_a_budget_is_kept_up_to_its_bound(budget: Budget, value: float, kept: bool) -> None:
    assert budget.kept_by(value) is kept


def test_verdicts_compare_the_median_ratio_and_leave_open_what_was_not_measured() -> None:
    budgets = (Budget(3.0, FLOOR), Budget(5.0, "absent one"), Budget(5.0))
    measured = harness.figure(
        "group", "name", "µs", {OURS: [4.0, 8.0, 6.0], FLOOR: [1.0, 2.0, 3.0]}, budgets=budgets
    )
    found = [(verdict.value, verdict.kept) for verdict in harness.verdicts(measured)]
    assert found == [(4.0, False), (None, None), (6.0, False)]


def test_a_program_that_fails_or_is_missing_is_named_with_its_reason() -> None:
    with pytest.raises(harness.UnmeasurableError, match=r"ended with 1: .*no such thing"):
        harness.output_of([sys.executable, "-c", "raise SystemExit('no such thing')"])
    with pytest.raises(harness.UnmeasurableError, match="no-such-program-here"):
        harness.output_of(["no-such-program-here"])
    with pytest.raises(harness.UnmeasurableError, match=r"not installed \(get it there\)"):
        harness.tool("no-such-program-here", "get it there")
