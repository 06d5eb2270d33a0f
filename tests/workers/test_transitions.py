"""Ends by the clock are made lasting, over restarts and beside the filling of an index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine, Transitions
from dynalite_py.model.clock import Clock, MovableClock, SystemClock
from dynalite_py.storage import index_fill
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.writer import Writer
from dynalite_py.workers import transitions
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import creation, deletion
from tests.facts.tables import definitions, index, keys
from tests.support import slow_tables
from tests.support.slow_tables import EACH, NOW, SECONDS, Slow

WAIT_SECONDS = 30
TABLE = {
    "TableName": "many",
    "AttributeDefinitions": definitions("a", "c"),
    "KeySchema": keys("a"),
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [index("one", "c")],
}
NEW_INDEX: dict[str, Any] = {
    "AttributeDefinitions": definitions("d"),
    "GlobalSecondaryIndexUpdates": [creation("new", "d")],
}
ITEMS = 5


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs unasked, and an index is filled by two items a step."""
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    monkeypatch.setattr(index_fill, "STEP_ROWS", 2)


@pytest.fixture
def filled(quiet: None) -> Iterator[Slow]:
    """A table of some items, ACTIVE."""
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=EACH)
    slow = Slow(engine, clock)
    fill(slow)
    yield slow
    assert slow_tables.findings(engine) == []
    engine.close()


def fill(slow: Slow) -> None:
    slow.call("CreateTable", TABLE)
    slow.later()
    for number in range(ITEMS):
        put(slow, number)


def put(slow: Slow, number: int) -> None:
    item = {"a": {"S": str(number)}, "c": {"S": "x"}, "d": {"S": "y"}}
    slow.call("PutItem", {"TableName": "many", "Item": item})


def physical(engine: Engine) -> set[str]:
    """Names of the rows that the file has."""
    with engine.database.snapshot() as db:
        return _physical(db)


def _physical(db: apsw.Connection) -> set[str]:
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in names if name.startswith(("items_", "index_"))}


def test_an_index_that_is_filled_early_waits_for_its_time(filled: Slow) -> None:
    filled.change("many", **NEW_INDEX)
    while filled.engine.runner.step():
        put(filled, 0)
    filled.clock.advance(SECONDS / 2)
    growing = filled.wide("many", "new")
    assert (growing["IndexStatus"], growing["Backfilling"]) == ("CREATING", True)
    assert growing["ItemCount"] == ITEMS
    filled.clock.advance(SECONDS / 2)
    assert filled.wide("many", "new")["IndexStatus"] == "ACTIVE"


def test_an_index_whose_time_is_over_waits_until_it_is_filled(filled: Slow) -> None:
    filled.change("many", **NEW_INDEX)
    filled.clock.advance(SECONDS)
    statuses: list[str] = []
    while True:
        growing = filled.wide("many", "new")
        statuses.append(growing["IndexStatus"])
        assert ("Backfilling" in growing) is (growing["IndexStatus"] == "CREATING")
        if not filled.engine.runner.step():
            break
    assert statuses == ["CREATING", "CREATING", "ACTIVE"]
    assert filled.wide("many", "new")["ItemCount"] == ITEMS


def test_a_half_filled_index_is_deleted_with_what_is_left_to_do(filled: Slow) -> None:
    filled.change("many", **NEW_INDEX)
    filled.clock.advance(SECONDS / 2)
    filled.change("many", GlobalSecondaryIndexUpdates=[deletion("new")])
    assert filled.wide("many", "new")["ItemCount"] == 2
    filled.call("DeleteItem", {"TableName": "many", "Key": {"a": {"S": "4"}}})  # Not filled yet.
    assert filled.wide("many", "new")["ItemCount"] == 2
    assert not filled.engine.runner.step()
    filled.later()
    assert physical(filled.engine) == {"items_1", "index_1_1"}


def test_rows_go_when_the_worker_sees_the_end(filled: Slow) -> None:
    filled.change("many", GlobalSecondaryIndexUpdates=[deletion("one")])
    filled.clock.advance(SECONDS)
    put(filled, 0)  # It is in no index any more.
    assert physical(filled.engine) == {"items_1", "index_1_1"}
    assert slow_tables.findings(filled.engine) == []
    assert filled.engine.runner.step()
    assert physical(filled.engine) == {"items_1"}
    filled.call("DeleteTable", {"TableName": "many"})
    filled.clock.advance(SECONDS)
    assert filled.engine.runner.step()
    assert physical(filled.engine) == set()
    assert not filled.engine.runner.step()


@pytest.mark.parametrize(
    ("operation", "members", "left"),
    [
        ("TagResource", {"Tags": [{"Key": "k", "Value": "v"}]}, {"items_1"}),
        ("UpdateTable", {"DeletionProtectionEnabled": True}, {"items_1"}),
        ("DeleteTable", {}, {"items_1"}),
    ],
)
def test_a_request_before_the_worker_leaves_no_rows_of_a_deleted_index(
    filled: Slow, operation: str, members: dict[str, Any], left: set[str]
) -> None:
    filled.change("many", GlobalSecondaryIndexUpdates=[deletion("one")])
    filled.clock.advance(SECONDS)
    arn = filled.table("many")["TableArn"]
    name = {"ResourceArn": arn} if operation == "TagResource" else {"TableName": "many"}
    filled.call(operation, {**name, **members})
    assert physical(filled.engine) == left
    filled.later()


@pytest.mark.usefixtures("quiet")
def test_a_table_that_goes_at_once_takes_the_rows_of_its_deleted_index_along() -> None:
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=Transitions(update=SECONDS))
    slow = Slow(engine, clock)
    fill(slow)
    slow.change("many", GlobalSecondaryIndexUpdates=[deletion("one")])
    clock.advance(SECONDS)
    slow.call("DeleteTable", {"TableName": "many"})
    assert physical(engine) == set()
    assert slow_tables.findings(engine) == []
    engine.close()


def test_a_new_table_takes_the_name_of_a_deleted_one_before_the_worker(filled: Slow) -> None:
    filled.call("DeleteTable", {"TableName": "many"})
    filled.clock.advance(SECONDS)
    filled.call("CreateTable", TABLE)
    assert physical(filled.engine) == {"items_2", "index_2_1"}
    filled.later()
    assert filled.table("many")["ItemCount"] == 0


def test_a_table_that_went_in_the_meantime_is_no_fault(
    filled: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of ends is read before the transaction of each one."""
    filled.call("DeleteTable", {"TableName": "many"})
    filled.clock.advance(SECONDS)
    ended = filled.engine.catalog.changing()
    filled.call("CreateTable", TABLE)

    def read_before(*_: object) -> list[Any]:
        return ended

    monkeypatch.setattr(Catalog, "changing", read_before)
    now = filled.clock.now()
    assert transitions.step(filled.engine.catalog, filled.engine.writer, now)
    assert filled.table("many")["TableStatus"] == "CREATING"


# Over restarts.

Begin = Callable[[Slow], None]


def _delete(slow: Slow) -> None:
    slow.call("DeleteTable", {"TableName": "many"})


def _new_index(slow: Slow) -> None:
    slow.change("many", **NEW_INDEX)


def _old_index(slow: Slow) -> None:
    slow.change("many", GlobalSecondaryIndexUpdates=[deletion("one")])


def _create(slow: Slow) -> None:
    slow.call("CreateTable", {**TABLE, "TableName": "other"})


def _stream(slow: Slow) -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    slow.change("many", StreamSpecification=stream)


def described(slow: Slow) -> dict[str, Any]:
    """Every table of the store as DescribeTable shows it."""
    return {name: slow.table(name) for name in slow.call("ListTables", {})["TableNames"]}


@pytest.mark.parametrize("begin", [_create, _new_index, _old_index, _stream, _delete])
@pytest.mark.parametrize("passed", [0.0, SECONDS / 2, SECONDS])
@pytest.mark.usefixtures("quiet")
def test_a_store_that_is_opened_again_is_where_the_clock_says(
    tmp_path: Path, begin: Begin, passed: float
) -> None:
    path, clock = tmp_path / "store.db", MovableClock(NOW)
    engine = Engine.open(path, clock=clock, transitions=EACH)
    slow = Slow(engine, clock)
    fill(slow)
    begin(slow)
    before = described(slow)
    clock.advance(passed)
    at_that_time = described(slow)
    engine.close()
    assert [step.finding for step in check_file(path) if step.finding is not None] == []
    # Its own setting has no say in what the file says.
    engine = Engine.open(path, clock=clock)
    slow = Slow(engine, clock)
    assert described(slow) == at_that_time
    assert (at_that_time == before) is (passed == 0 or (passed < SECONDS and begin != _new_index))
    slow.later()
    statuses = {name: table["TableStatus"] for name, table in described(slow).items()}
    expected = {} if begin == _delete else {"many": "ACTIVE"}
    if begin == _create:
        expected["other"] = "ACTIVE"
    assert statuses == expected
    assert slow_tables.findings(engine) == []
    engine.close()


# Unasked.


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dynalite-workers"]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when an end was made lasting."""
    event, step = threading.Event(), transitions.step

    def watched(catalog: Catalog, writer: Writer, now: float) -> bool:
        found = step(catalog, writer, now)
        if found:
            event.set()
        return found

    monkeypatch.setattr(transitions, "step", watched)
    return event


@pytest.mark.parametrize("clock", [SystemClock(), MovableClock(NOW)], ids=["real", "moved"])
def test_the_worker_wakes_by_the_clock(
    tmp_path: Path, settled: threading.Event, clock: Clock
) -> None:
    durations = Transitions(create=0.05)
    engine = Engine.open(tmp_path / "store.db", clock=clock, transitions=durations)
    engine.perform("CreateTable", TABLE, slow_tables.Caller())
    if isinstance(clock, MovableClock):
        assert not settled.is_set()
        clock.advance(1)
    assert settled.wait(WAIT_SECONDS)
    assert engine.catalog.changing() == []
    engine.close()
    assert workers() == []


def test_a_store_goes_on_with_what_the_process_before_left(
    tmp_path: Path, settled: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, clock = tmp_path / "store.db", MovableClock(NOW)
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "wake", slow_tables.asleep)
        engine = Engine.open(path, clock=clock, transitions=EACH)
        engine.perform("CreateTable", TABLE, slow_tables.Caller())
        engine.close()
    clock.advance(SECONDS)
    engine = Engine.open(path, clock=clock)
    assert settled.wait(WAIT_SECONDS)
    engine.close()


def test_tables_that_change_at_once_need_no_worker() -> None:
    engine = Engine.open()
    engine.perform("CreateTable", TABLE, slow_tables.Caller())
    engine.perform("DeleteTable", {"TableName": "many"}, slow_tables.Caller())
    assert workers() == []
    engine.close()
