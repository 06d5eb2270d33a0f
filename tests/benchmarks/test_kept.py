"""Runs as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import harness, kept
from benchmarks.harness import FLOOR, OURS

MACHINE: dict[str, Any] = {"date": "2026-11-23T10:00:00+00:00"}


def run(*, quick: bool = False) -> kept.Run:
    """A run of one group."""
    found = kept.Run(MACHINE, {"quick": quick})
    figure = harness.figure(
        "group", "Get", "µs", {OURS: [1.0, 2.0], FLOOR: [1.0, 1.0]}, absent={"moto": "no Python"}
    )
    found.take("group", [figure], 1.25)
    return found


def test_a_run_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    path = kept.path_of(run(), tmp_path / "results")
    assert path.name == "20261123T100000.json"
    kept.write(run(), path)
    assert kept.read(path) == run()
    assert list(path.parent.iterdir()) == [path]


def test_a_quick_run_has_the_place_of_the_last_one_and_is_never_the_newest(tmp_path: Path) -> None:
    assert kept.newest(tmp_path) is None
    for found in (run(quick=True), run()):
        kept.write(found, kept.path_of(found, tmp_path))
    assert (tmp_path / kept.QUICK).exists()
    assert kept.newest(tmp_path) == tmp_path / "20261123T100000.json"


def test_a_group_measured_again_replaces_its_figures() -> None:
    found = run()
    found.missing["group"] = "failed once"
    again = harness.figure("group", "Get", "µs", {OURS: [9.0]})
    found.take("group", [again], 2.0)
    assert (found.figures, found.seconds, found.missing) == ([again], {"group": 2.0}, {})


def test_the_runs_in_the_tree_can_be_read() -> None:
    for path in kept.FOLDER.glob("*.json"):
        assert kept.read(path).figures
