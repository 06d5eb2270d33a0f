"""Items that are there when time to live is switched on: their times are found step by step, across
restarts and between writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.storage import expiry, jobs
from dynalite_py.workers.runner import Runner
from tests.facts.time_to_live import switch
from tests.support.engines import answer
from tests.support.expiring import INTERVAL, Expiring, opened
from tests.support.slow_tables import asleep, demand, findings


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs unasked, so that tests see every step."""
    monkeypatch.setattr(Runner, "wake", asleep)


@pytest.fixture
def filling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Expiring]:
    """Ten items, of which those of odd numbers expire; the index is filled in steps of four."""
    monkeypatch.setattr(expiry, "STEP_ROWS", 4)
    engine, clock = opened(tmp_path / "app.db")
    answer(engine, "CreateTable", **demand())
    store = Expiring(engine, clock)
    for number in range(10):
        store.put(str(number), number if number % 2 else None)
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    yield store
    engine.close()


def waiting(engine: Engine) -> list[Any]:
    return [job.state for job in jobs.waiting(engine.database.writer, expiry.KIND)]


def test_items_that_are_there_are_found_in_steps(filling: Expiring) -> None:
    states: list[Any] = []
    while found := waiting(filling.engine):
        states += found
        assert findings(filling.engine) == []
        assert filling.engine.runner.step()
    assert states == [{"after": 4}, {"after": 8}]
    filling.clock.advance(INTERVAL)
    filling.step()
    assert filling.found() == {"0", "2", "4", "6", "8"}


def test_a_sweep_on_request_finds_them_all_first(filling: Expiring) -> None:
    filling.clock.advance(10)
    assert filling.swept() == 5


def test_writes_between_the_steps_are_found_once(filling: Expiring) -> None:
    filling.put("1", None)
    filling.put("9", None)
    filling.put("0", 3)
    filling.put("8", 3)
    filling.ask("DeleteItem", Key={"a": {"S": "7"}})
    filling.ask("DeleteItem", Key={"a": {"S": "3"}})
    filling.clock.advance(10)
    assert filling.swept() == 3
    assert filling.found() == {"1", "2", "4", "6", "9"}


def test_what_is_swept_before_the_last_step_is_no_fault(filling: Expiring) -> None:
    filling.clock.advance(INTERVAL)
    assert filling.engine.sweeper.sweep_some(1, filling.clock.now()) == (2, False)
    assert filling.swept() == 3


def test_a_restart_goes_on_where_it_stood(filling: Expiring, tmp_path: Path) -> None:
    filling.engine.close()
    engine, clock = opened(tmp_path / "app.db")
    assert waiting(engine) == [{"after": 4}]
    clock.advance(10)
    assert engine.sweep() == 5
    assert findings(engine) == []
    engine.close()


def test_filling_ends_with_time_to_live_or_the_table(filling: Expiring) -> None:
    answer(filling.engine, "UpdateTimeToLive", **switch("demand", on=False))
    assert waiting(filling.engine) == []
    assert findings(filling.engine) == []
    answer(filling.engine, "UpdateTimeToLive", **switch("demand", attribute="until"))
    assert waiting(filling.engine) == [{"after": 4}]
    filling.ask("DeleteTable")
    assert waiting(filling.engine) == []
    filling.step()


def test_a_step_of_filling_ends_after_some_megabytes(
    monkeypatch: pytest.MonkeyPatch, filling: Expiring
) -> None:
    monkeypatch.setattr(expiry, "STEP_BYTES", 1)
    assert filling.engine.runner.step()
    assert waiting(filling.engine) == [{"after": 5}]
    filling.step()


def test_a_job_that_went_in_the_meantime_is_no_fault(
    filling: Expiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of jobs is read before the transaction of each one's step."""
    left = jobs.waiting(filling.engine.database.writer, expiry.KIND)
    answer(filling.engine, "UpdateTimeToLive", **switch("demand", on=False))

    def read_before(*_: object) -> list[jobs.Job]:
        return left

    monkeypatch.setattr(jobs, "waiting", read_before)
    assert filling.engine.sweeper.fill()
    assert findings(filling.engine) == []
