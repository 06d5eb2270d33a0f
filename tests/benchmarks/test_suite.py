"""The suite of 200 tests: what runs it, and what becomes of a peer that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import harness, names, suite
from benchmarks.suite import Taken


def _plan(folder: Path) -> harness.Plan:
    return harness.Plan(quick=True, seconds=1, rounds=1, pairs=1, data_folder=folder, peers={})


def test_all_its_tests_pass_under_the_plugin(tmp_path: Path) -> None:
    taken = suite.run(_plan(tmp_path), tmp_path, "plugin")
    assert taken.processor_ms > 0
    assert taken.mean_ms > 0


def test_a_suite_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(harness.UnmeasurableError, match="1 error"):
        suite.run(_plan(tmp_path), tmp_path, "no kind of endpoint")


def test_peers_are_named_absent_where_they_are(tmp_path: Path) -> None:
    runs = {
        harness.OURS: lambda: Taken(7.0, 5.0),
        suite.ENDPOINT: lambda: Taken(14.0, 6.0),
        names.DYNAMODB_LOCAL: lambda: Taken(70.0, 20.0),
    }
    absent = {names.MOTO: "DYNALITE_PEERS_PYTHON names no folder"}
    in_process, through_a_server = suite.figures_of(_plan(tmp_path), runs, absent)
    assert in_process.absent == absent
    assert in_process.ratios[names.DYNAMODB_LOCAL].median == 0.1
    assert in_process.extra[harness.OURS] == {"processor_ms": 5.0}
    assert through_a_server.absent == {}
    assert through_a_server.values[harness.OURS].median == 14.0
