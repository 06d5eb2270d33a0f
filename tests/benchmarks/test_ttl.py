"""A sweep beside its floor: both remove the same items, each turn others."""

from __future__ import annotations

from pathlib import Path

from benchmarks import harness, names, ttl, workload
from dynalite_py.model import sizes


def test_items_that_expire_have_the_size_of_the_others() -> None:
    found = {sizes.of_item(ttl.expiring(number)) for number in (0, 1, 99, 999_999)}
    assert found == {workload.ITEM_BYTES}


def test_the_whole_figure_has_the_goals_name() -> None:
    assert ttl.sweep_of(ttl.COUNT) == names.SWEEP
    numbers = f"{ttl.COUNT:,} items, {ttl.COUNT // ttl.SHARE:,} expired"
    assert f"sweep of {numbers}" == names.SWEEP


def test_both_sides_remove_a_hundredth_in_each_turn(tmp_path: Path) -> None:
    figure = ttl.sweeps(tmp_path, 20_000, 3)
    assert figure.absent == {}
    assert figure.name == "sweep of 20,000 items, 200 expired"
    assert [figure.values[side].count for side in (harness.FLOOR, harness.OURS)] == [3, 3]


def test_puts_are_measured_with_a_time_that_stays_and_one_that_changes(tmp_path: Path) -> None:
    figures = ttl.puts(tmp_path, 2)
    assert [figure.name for figure in figures] == [names.PUT_SAME_TIME, names.PUT_OTHER_TIME]
    for figure in figures:
        assert set(figure.values) == {harness.OURS, names.WITHOUT_TTL}
