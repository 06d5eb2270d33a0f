"""Bounded runs of concurrent histories; ``python -m tests.consistency.run`` goes on for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.consistency import run
from tests.consistency.run import Report

SEED = 20_261_124
CLIENTS, REQUESTS = 8, 50


def _seeds(name: str, count: int) -> list[str]:
    return [f"{SEED}/{name}/{number}" for number in range(count)]


def _clean(report: Report, rounds: int) -> None:
    assert not report.findings, "\n".join(report.findings)
    assert report.rounds.total() == rounds
    assert report.undecided == 0
    for operation in ("GetItem", "UpdateItem", "TransactGetItems", "TransactWriteItems"):
        assert report.answers[f"{operation} answered"] > rounds, report.answers
    # Without these nothing would have been concurrent.
    assert report.answers["TransactWriteItems TransactionCanceledException"] > 0


@pytest.mark.parametrize("place", ["a file", ":memory:"])
def test_threads_see_one_order(tmp_path: Path, place: str) -> None:
    report = Report()
    path = place if place == ":memory:" else tmp_path / "histories.db"
    run.in_process(path, _seeds(place, 8), report, clients=CLIENTS, count=REQUESTS)
    _clean(report, 8)


def test_connections_see_one_order(tmp_path: Path) -> None:
    report = Report()
    path = tmp_path / "histories.db"
    seeds = _seeds("http", 8)
    run.over_http(path, seeds, report, clients=CLIENTS, count=REQUESTS, kills=False)
    _clean(report, 8)


@pytest.mark.crash
def test_there_is_one_order_before_and_after_a_kill(tmp_path: Path) -> None:
    report = Report()
    path = tmp_path / "histories.db"
    seeds = _seeds("kills", 4)
    run.over_http(path, seeds, report, clients=CLIENTS, count=REQUESTS, kills=True)
    _clean(report, 4)
    assert report.kills == 4
