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


def test_moto_is_named_absent_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> Taken:
        return Taken(7.0, 5.0)

    monkeypatch.setattr(suite, "run", run)
    figure = suite.in_process(_plan(tmp_path), tmp_path)
    assert figure.absent == {names.MOTO: "DYNALITE_PEERS_PYTHON names no folder"}
    assert figure.values[harness.OURS].median == 7.0
    assert figure.extra == {harness.OURS: {"processor_ms": 5.0}}
