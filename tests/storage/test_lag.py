"""States of the recent past: how many are kept, what ends them, who waits for whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.engine import Engine, Lateness, StoreError
from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.storage import database as files
from dynalite_py.storage import lag, ranges, upkeep
from dynalite_py.storage.writer import Transaction
from tests.facts.table_changes import creation
from tests.facts.tables import definitions, keys

LAG = 0.125
WAIT_SECONDS = 30
TABLE: dict[str, Any] = {
    "TableName": "late",
    "AttributeDefinitions": definitions("p"),
    "KeySchema": keys("p"),
    "BillingMode": "PAY_PER_REQUEST",
}


class Store:
    """A store whose reads are late, with the table late."""

    def __init__(self, path: Path | str, seed: int | None = None) -> None:
        self.clock = MovableClock()
        self.engine = Engine.open(
            path, durability="relaxed", clock=self.clock, late=Lateness(LAG, seed)
        )
        self.call("CreateTable", TABLE)

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        return codec.decode(self.engine.perform(operation, request, Caller()))

    def put(self, name: str, number: int, pad: int = 0) -> None:
        item = {"p": {"S": name}, "n": {"N": str(number)}, "x": {"S": str(number)[-1] * pad}}
        self.call("PutItem", {"TableName": "late", "Item": item})

    def number(self, name: str, **more: Any) -> int | None:
        key = {"p": {"S": name}}
        answer = self.call("GetItem", {"TableName": "late", "Key": key, **more})
        return int(answer["Item"]["n"]["N"]) if "Item" in answer else None

    def wal_bytes(self) -> int:
        return self.engine.database.file_bytes()[1]

    @property
    def past(self) -> Any:
        """What the store keeps of its past."""
        return self.engine._lag  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "late.db")
    yield opened
    opened.engine.close()


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = Store(":memory:" if request.param == "memory" else tmp_path / "late.db")
    yield opened
    opened.engine.close()


def test_a_read_sees_what_was_written_a_whole_lag_ago(store: Store) -> None:
    for number in range(4):
        store.clock.advance(LAG / 2)
        store.put("a", number)
        assert store.number("a", ConsistentRead=True) == number
        assert store.number("a") == (None if number < 2 else number - 2)
    store.clock.advance(LAG / 2)
    assert store.number("a") == 2
    store.clock.advance(LAG / 2)
    assert store.number("a") == 3


def test_few_states_are_kept_however_much_is_written(file: Store) -> None:
    for number in range(1000):
        file.clock.advance(LAG / 500)
        file.put("a", number)
        seen = file.number("a") or 0
        # 500 writes ago or a sixteenth of the lag later, which are 32 writes.
        assert number - 500 <= seen <= max(number - 500, 0) + 32
    assert len(file.past._kept) <= 17
    assert len(file.past._kept) + len(file.past._free) <= 18


def test_a_log_that_gets_long_ends_the_past(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAL_PAGES", 200)
    monkeypatch.setattr(files, "HELD_PAGES", 800)
    file.put("a", 0)
    file.clock.advance(LAG)
    ended = 0
    for number in range(1, 400):  # The clock stands still, so that nothing else ends it.
        file.put("a", number, pad=30_000)
        ended += file.number("a") != 0
        assert file.wal_bytes() < 1000 * 4096
    assert ended > 0


def test_what_is_noted_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "NOTED_BYTES", 100_000)
    store = Store(":memory:")
    store.put("a", 0)
    store.clock.advance(LAG)
    for number in range(1, 50):
        store.put("a", number, pad=10_000)
        assert sum(len(noted.undoing) for noted in store.past._noted) == store.past._bytes
        assert store.past._bytes <= 100_000
    seen = store.number("a")
    assert seen is not None
    assert 30 < seen < 49
    store.engine.close()


def test_a_quiet_store_lets_go_of_its_past(file: Store) -> None:
    file.put("a", 1)
    assert len(file.past._kept) == 1
    assert not upkeep.empty_log(file.engine.database)
    file.clock.advance(LAG)
    assert upkeep.empty_log(file.engine.database)
    assert len(file.past._kept) == 0
    assert file.wal_bytes() == 0


def test_a_change_of_the_catalog_is_seen_at_once_and_all_before_it(store: Store) -> None:
    store.put("a", 1)
    assert store.number("a") is None
    store.call("CreateTable", {**TABLE, "TableName": "other"})
    assert store.call("Scan", {"TableName": "other"})["Count"] == 0
    assert store.number("a") == 1
    store.put("a", 2)
    assert store.number("a") == 1
    store.call("DeleteTable", {"TableName": "late"})
    store.call("CreateTable", TABLE)
    assert store.number("a") is None


@pytest.mark.parametrize("remade", [True, False])
def test_a_restored_state_is_seen_at_once(store: Store, remade: bool) -> None:
    store.put("a", 1)
    store.clock.advance(LAG)
    store.engine.snapshot("one")
    if remade:
        store.call("DeleteTable", {"TableName": "late"})
        store.call("CreateTable", TABLE)
    store.put("a", 2)
    store.put("b", 2)
    store.engine.restore("one")
    assert store.number("a") == 1
    assert store.number("b") is None
    store.put("a", 3)
    assert store.number("a") == 1
    store.clock.advance(LAG)
    assert store.number("a") == 3


def test_an_index_is_read_as_soon_as_it_is_active(store: Store) -> None:
    store.put("a", 1)
    change = {
        "TableName": "late",
        "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}],
        "GlobalSecondaryIndexUpdates": [creation("by_n", "n")],
    }
    store.call("UpdateTable", change)
    while store.engine.runner.step():
        pass
    scan = {"TableName": "late", "IndexName": "by_n"}
    assert store.call("Scan", scan)["Count"] == 1
    store.put("b", 2)
    assert store.call("Scan", scan)["Count"] == 1


def test_a_clock_that_is_set_back_leaves_the_present(store: Store) -> None:
    store.put("a", 1)
    assert store.number("a") is None
    store.clock.advance(-3600)
    assert store.number("a") == 1
    store.put("a", 2)
    assert store.number("a") == 1
    store.clock.advance(LAG)
    assert store.number("a") == 2


def test_a_refused_write_is_in_no_state(store: Store) -> None:
    store.put("a", 1)
    store.clock.advance(LAG)
    item = {"p": {"S": "b"}}
    for statement in ("INSERT INTO late VALUE {'p': 'b'}", "INSERT INTO late VALUE {'p': 'a'}"):
        store.call("BatchExecuteStatement", {"Statements": [{"Statement": statement}]})
    assert store.number("b") is None
    assert store.call("Scan", {"TableName": "late"})["Count"] == 1
    store.clock.advance(LAG)
    assert store.call("Scan", {"TableName": "late"})["Count"] == 2
    assert store.call("GetItem", {"TableName": "late", "Key": item})["Item"] == item


def count(db: apsw.Connection) -> int:
    return db.execute("SELECT COUNT(*) FROM items_1").get


def test_a_brief_read_does_not_wait_for_another_one(file: Store) -> None:
    file.put("a", 1)
    begun, done, ended = threading.Event(), threading.Event(), threading.Event()

    def long(db: apsw.Connection) -> None:
        assert count(db) == 0
        begun.set()
        assert done.wait(WAIT_SECONDS)
        assert count(db) == 0

    def read() -> None:
        file.past.read(long)
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert begun.wait(WAIT_SECONDS)
    with pytest.raises(ranges.TooLongError):
        file.past.read(count, brief=True)
    # A state is kept for whom it is read by, whatever else ends it.
    file.clock.advance(LAG)
    file.put("a", 2)
    assert file.number("a") == 1
    done.set()
    assert ended.wait(WAIT_SECONDS)
    thread.join()
    assert file.past.read(count) == 1


def test_a_brief_read_in_memory_undoes_little() -> None:
    store = Store(":memory:")
    answers: list[Any] = []
    answered = threading.Event()

    def take(outcome: Any) -> None:
        answers.append(outcome)
        answered.set()

    key = {"TableName": "late", "Key": {"p": {"S": "a"}}}
    store.put("a", 1)
    assert store.engine.submit("GetItem", key, Caller(), take) == b"{}"
    store.put("a", 2, pad=100_000)
    assert store.engine.submit("GetItem", key, Caller(), take) is None
    assert answered.wait(WAIT_SECONDS)
    assert answers == [b"{}"]
    store.engine.close()


def test_reads_beside_writes_are_whole_and_never_too_late(store: Store) -> None:
    """Two items are always written together, by threads beside others that read and move time."""
    failures: list[str] = []
    names, rounds = ("a", "b"), 120
    acknowledged: list[tuple[float, int]] = [(0.0, 0)]
    statements = [{"Statement": "SELECT * FROM late WHERE p = ?"} for _ in names]
    members = [
        {**each, "Parameters": [{"S": name}]} for each, name in zip(statements, names, strict=True)
    ]

    def write() -> None:
        for number in range(1, rounds + 1):
            puts = [
                {"Put": {"TableName": "late", "Item": {"p": {"S": name}, "n": {"N": str(number)}}}}
                for name in names
            ]
            store.call("TransactWriteItems", {"TransactItems": puts})
            acknowledged.append((store.clock.now(), number))
            store.clock.advance(LAG / 7)

    def read() -> None:
        while acknowledged[-1][1] < rounds:
            due = store.clock.now() - LAG
            least = max(number for at, number in tuple(acknowledged) if at <= due)
            found = store.call("Scan", {"TableName": "late"})["Items"]
            answer = store.call("BatchExecuteStatement", {"Statements": members})["Responses"]
            for items in (found, [each["Item"] for each in answer if "Item" in each]):
                numbers = {int(item["n"]["N"]) for item in items} or {0}
                if len(numbers) > 1 or len(items) == 1 or min(numbers) < least:
                    failures.append(f"{items} at {least}")

    threads = [threading.Thread(target=read) for _ in range(3)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_state_that_cannot_be_kept_stops_no_write(
    file: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> apsw.Connection:
        raise apsw.CantOpenError("too many open files")

    monkeypatch.setattr(file.engine.database, "connect_reader", fails)
    file.put("a", 1)
    assert file.number("a") == 1
    assert [record.message for record in caplog.records] == [
        "reads are not as late as asked for now: too many open files"
    ]
    monkeypatch.undo()
    file.put("a", 2)
    assert file.number("a") == 1


def test_what_cannot_be_noted_makes_no_write_fail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Deaf(apsw.Session):
        def changeset(self) -> bytes:
            raise apsw.NoMemError("out of memory")

    monkeypatch.setattr(apsw, "Session", Deaf)
    store = Store(":memory:")
    store.put("a", 1)
    assert store.number("a") == 1
    assert "reads are not as late as asked for now: out of memory" in caplog.text
    store.engine.close()


def test_writes_that_are_done_again_one_by_one_are_undone_as_they_were_done(store: Store) -> None:
    """A group in which one fails after it has changed something runs twice."""
    outcomes: list[Any] = []
    answered = threading.Semaphore(0)

    def take(outcome: Any) -> None:
        outcomes.append(outcome)
        answered.release()

    store.put("a", 1)
    store.clock.advance(LAG)
    puts = [{"Put": {"TableName": "late", "Item": {"p": {"S": name}}}} for name in ("x", "y")]
    check = {"Key": {"p": {"S": "z"}}, "ConditionExpression": "attribute_exists(p)"}
    failing = [*puts, {"ConditionCheck": {"TableName": "late", **check}}]

    def broken(transaction: Transaction) -> bytes:
        transaction.db.execute("DELETE FROM items_1")
        raise errors.internal_failure()

    with store.engine.database.turn:
        item = {"p": {"S": "b"}, "n": {"N": "2"}}
        put = {"TableName": "late", "Item": item}
        store.engine.submit("PutItem", put, Caller(), take)
        store.engine.writer.submit(broken, take)
        store.engine.submit("TransactWriteItems", {"TransactItems": failing}, Caller(), take)
        store.engine.submit("PutItem", {**put, "Item": {"p": {"S": "c"}}}, Caller(), take)
    for _ in range(4):
        assert answered.acquire(timeout=WAIT_SECONDS)
    assert sum(isinstance(outcome, bytes) for outcome in outcomes) == 2
    scan = {"TableName": "late"}
    assert store.call("Scan", scan)["Count"] == 1
    assert store.call("Scan", {**scan, "ConsistentRead": True})["Count"] == 3
    store.clock.advance(LAG)
    assert store.call("Scan", scan)["Count"] == 3


def test_a_store_that_is_on_time_keeps_nothing(tmp_path: Path) -> None:
    engine = Engine.open(tmp_path / "a.db", late=Lateness(0.0, 3))
    assert engine._lag is None  # pyright: ignore[reportPrivateUsage]
    assert engine.database.let_go is None
    assert engine.operations["GetItem"].plain is not None
    engine.close()


def test_memory_without_sqlites_sessions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apsw, "Session")
    with pytest.raises(StoreError, match="need SQLite's session extension"):
        Engine.open(late=Lateness(LAG))
