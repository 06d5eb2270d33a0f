"""The runner's thread: it starts when it is needed, survives a failure, ends with the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.tables import Table
from dynalite_py.storage import index_fill
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Outcome, Transaction, Writer
from dynalite_py.workers import backfill, runner
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import creation
from tests.facts.tables import definitions, keys
from tests.support.slow_tables import plain

WAIT_SECONDS = 30


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dynalite-workers"]


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., threading.Event]:
    """Lay out what the next steps do; the event is set when the last of them was asked for."""

    def planned(*outcomes: bool | Exception) -> threading.Event:
        rest = list(outcomes)
        ended = threading.Event()

        def step(*_: object) -> bool:
            outcome = rest.pop(0) if rest else False
            if not rest:
                ended.set()
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(backfill, "step", step)
        return ended

    return planned


def test_the_thread_starts_once_when_it_is_first_needed_and_ends_with_the_store() -> None:
    engine = Engine.open()
    assert workers() == []
    engine.runner.wake()
    engine.runner.wake()
    assert len(workers()) == 1
    engine.close()
    assert workers() == []
    engine.runner.wake()
    assert workers() == []


def test_steps_follow_each_other_while_there_is_work(
    engine: Engine, plan: Callable[..., threading.Event]
) -> None:
    ended = plan(True, True, True, False)
    engine.runner.wake()
    assert ended.wait(WAIT_SECONDS)


def test_a_failing_step_is_logged_and_the_next_wake_tries_again(
    engine: Engine,
    plan: Callable[..., threading.Event],
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed = plan(ValueError("no luck"))
    with caplog.at_level(logging.ERROR):
        engine.runner.wake()
        assert failed.wait(WAIT_SECONDS)
        ended = plan(True, False)
        engine.runner.wake()
        assert ended.wait(WAIT_SECONDS)
    assert [record.message for record in caplog.records] == ["background work failed"]
    assert len(workers()) == 1


def test_a_failing_step_is_tried_again_after_a_while(
    engine: Engine, plan: Callable[..., threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_RETRY_SECONDS", 0.01)
    ended = plan(ValueError("no room"), True, False)
    engine.runner.wake()
    assert ended.wait(WAIT_SECONDS)


def test_a_clock_that_is_moved_wakes_who_sleeps_until_its_time(tmp_path: Path) -> None:
    """The thread itself makes the end lasting; nobody asks for the table meanwhile."""
    clock = MovableClock()
    engine = Engine.open(tmp_path / "a.db", clock=clock, transitions=Transitions(3600, 0, 0))
    engine.perform("CreateTable", plain("slow"), Caller())
    settled = threading.Event()
    replace = engine.catalog.replace

    def replaced(transaction: Transaction, table: Table) -> None:
        replace(transaction, table)
        transaction.after_commit.append(settled.set)

    engine.catalog.replace = replaced
    clock.advance(3599)
    assert not settled.wait(0.05)
    clock.advance(1)
    assert settled.wait(WAIT_SECONDS)
    assert engine.catalog.changing() == []
    engine.close()


def test_a_moved_clock_starts_no_thread_where_nothing_goes_on() -> None:
    clock = MovableClock()
    engine = Engine.open(clock=clock)
    clock.advance(days=1)
    assert workers() == []
    engine.close()


def test_a_closed_store_listens_to_its_clock_no_more() -> None:
    clock, heard = MovableClock(), list[str]()
    with pytest.MonkeyPatch.context() as patch:

        def awaited(_: Runner) -> bool:
            heard.append("asked")
            return False

        patch.setattr(Runner, "awaited", awaited)
        engines = [Engine.open(clock=clock) for _ in range(3)]
        heard.clear()
        clock.advance(1)
        assert heard == ["asked"] * 3
        for engine in engines:
            engine.close()
        clock.advance(1)
        assert heard == ["asked"] * 3


ITEMS = 5
NEW_INDEX = {
    "TableName": "many",
    "AttributeDefinitions": definitions("b"),
    "GlobalSecondaryIndexUpdates": [creation("new", "b")],
}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    monkeypatch.setattr(index_fill, "STEP_ROWS", 2)
    opened = Engine.open(tmp_path / "store.db")
    request = {
        "TableName": "many",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    opened.perform("CreateTable", request, Caller())
    for number in range(ITEMS):
        item = {"a": {"S": str(number)}, "b": {"S": "x"}}
        opened.perform("PutItem", {"TableName": "many", "Item": item}, Caller())
    yield opened
    opened.close()


def index_of(engine: Engine) -> dict[str, Any]:
    answer = codec.decode(engine.perform("DescribeTable", {"TableName": "many"}, Caller()))
    return answer["Table"]["GlobalSecondaryIndexes"][0]


def finished(engine: Engine, ended: threading.Event) -> None:
    """Wait until a step found nothing to do; then the index is complete."""
    assert ended.wait(WAIT_SECONDS)
    assert (index_of(engine)["IndexStatus"], index_of(engine)["ItemCount"]) == ("ACTIVE", ITEMS)


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a real step has found nothing to do."""
    event, step = threading.Event(), backfill.step

    def watched(database: Database, catalog: Catalog, writer: Writer) -> bool:
        found = step(database, catalog, writer)
        if not found:
            event.set()
        return found

    monkeypatch.setattr(backfill, "step", watched)
    return event


def test_an_index_is_filled_unasked(store: Engine, idle: threading.Event) -> None:
    store.perform("UpdateTable", NEW_INDEX, Caller())
    finished(store, idle)


def test_an_index_of_a_submitted_request_is_filled_unasked(
    store: Engine, idle: threading.Event
) -> None:
    answers: list[Outcome] = []
    store.submit("UpdateTable", NEW_INDEX, Caller(), answers.append)
    finished(store, idle)
    assert len(answers) == 1


def test_a_store_goes_on_with_what_the_process_before_left(
    store: Engine, idle: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asleep(runner: Runner) -> None:
        del runner

    with monkeypatch.context() as patch:
        patch.setattr(Runner, "wake", asleep)
        store.perform("UpdateTable", NEW_INDEX, Caller())
        store.close()
    again = Engine.open(store.database.path)
    finished(again, idle)
    again.close()


def test_operations_that_leave_no_job_start_no_thread(store: Engine) -> None:
    store.perform("DeleteTable", {"TableName": "many"}, Caller())
    assert workers() == []
