"""A store becomes again what it was, as a whole or not at all; forks are stores of their own."""

from __future__ import annotations

import queue
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.care import check_file
from dynalite_py.doors.library import exceptions
from dynalite_py.engine import Outcome
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import changes, shelves, turns
from tests.storage.test_backup import PAIRS
from tests.support import files

WITH_INDEX: dict[str, Any] = {
    **PAIRS,
    "TableName": "indexed",
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "q", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_q",
            "KeySchema": [{"AttributeName": "q", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A store of each kind with one table of two items."""
    path = tmp_path / "app.db" if request.param == "file" else ":memory:"
    with dynalite_py.connect(path) as opened:
        opened.create_table(**PAIRS)
        opened.table("pairs").put({"p": "a", "n": 1})
        opened.table("pairs").put({"p": "b", "n": 1})
        yield opened
    if request.param == "file":
        assert [step.finding for step in check_file(path) if step.finding is not None] == []


def _items(store: dynalite_py.Store, table: str = "pairs") -> list[Any]:
    return sorted(store.table(table).scan(), key=lambda item: item["p"])


STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
WITH_STREAM: dict[str, Any] = {**WITH_INDEX, "StreamSpecification": STREAM}
ANOTHER: dict[str, Any] = {**WITH_INDEX, "TableName": "another"}
TWO = [{"p": "a", "n": 1}, {"p": "b", "n": 1}]


def test_a_store_becomes_again_what_was_kept(store: dynalite_py.Store) -> None:
    store.snapshot("two items")
    store.table("pairs").put({"p": "a", "n": 2})
    store.table("pairs").delete({"p": "b"})
    store.create_table(**WITH_INDEX)
    client = store.client()
    store.restore("two items")
    assert _items(store) == TWO
    assert client.list_tables()["TableNames"] == ["pairs"]
    assert store.describe_table(TableName="pairs")["Table"]["ItemCount"] == 2
    store.table("pairs").put({"p": "c"})
    assert len(_items(store)) == 3
    store.restore("two items")
    assert _items(store) == TWO


def test_a_dropped_table_comes_back_with_its_indexes(store: dynalite_py.Store) -> None:
    store.create_table(**WITH_INDEX)
    store.table("indexed").put({"p": "a", "q": "x"})
    store.snapshot("with index")
    store.delete_table(TableName="indexed")
    store.restore("with index")
    store.table("indexed").put({"p": "b", "q": "x"})
    found = store.table("indexed").query("q = :q", index="by_q", values={":q": "x"})
    assert sorted(item["p"] for item in found) == ["a", "b"]


def test_snapshots_are_listed_replaced_and_deleted(store: dynalite_py.Store) -> None:
    store.snapshot("one")
    store.snapshot("two")
    with pytest.raises(exceptions.StoreError, match="there is a snapshot 'one' already"):
        store.snapshot("one")
    store.table("pairs").delete({"p": "a"})
    store.snapshot("one", replace=True)
    kept = store.snapshots()
    assert [each.name for each in kept] == ["two", "one"]
    assert all(each.size_bytes > 0 and each.created_at > 1.7e9 for each in kept)
    store.delete_snapshot("two")
    assert [each.name for each in store.snapshots()] == ["one"]
    store.restore("one")
    assert _items(store) == TWO[1:]
    with pytest.raises(exceptions.StoreError, match="no snapshot 'two'; there are: 'one'"):
        store.restore("two")
    with pytest.raises(exceptions.StoreError, match="no snapshot 'two'"):
        store.delete_snapshot("two")


@pytest.mark.parametrize("name", ["", "x" * 256, "a\nb", "\x1b[31m", "\ud800"])
def test_names_are_short_and_can_be_printed(store: dynalite_py.Store, name: str) -> None:
    with pytest.raises(exceptions.StoreError, match="a snapshot's name has 1 to 255 characters"):
        store.snapshot(name)
    with pytest.raises(exceptions.StoreError, match="there is no snapshot"):
        store.restore(name)


def test_there_is_a_limit(store: dynalite_py.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MOST", 1)
    store.snapshot("one")
    store.snapshot("one", replace=True)
    with pytest.raises(exceptions.StoreError, match="1 snapshots at most"):
        store.snapshot("two")


def test_no_number_that_was_given_out_comes_back(store: dynalite_py.Store) -> None:
    engine = store.engine
    store.snapshot("before")
    store.create_table(**WITH_STREAM)
    store.table("indexed").put({"p": "a"})
    table_id = max(table.id for table in engine.catalog.all_tables())
    sequence = engine.database.read(changes.next_sequence)
    store.restore("before")
    assert engine.database.read(changes.next_sequence) >= sequence
    store.create_table(**WITH_INDEX)
    assert max(table.id for table in engine.catalog.all_tables()) > table_id
    with engine.database.snapshot() as db:
        streams = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'streams'").get
    assert streams == 1


def test_a_write_that_waited_meets_the_restored_state(store: dynalite_py.Store) -> None:
    engine = store.engine
    store.snapshot("before")
    store.create_table(**WITH_INDEX)
    answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    put = {"TableName": "indexed", "Item": {"p": {"S": "of a table that is gone"}}}
    with engine.database.turn:
        engine.submit("PutItem", put, Caller(), answers.put)
        store.restore("before")
        store.create_table(**ANOTHER)
    answer = answers.get(timeout=60)
    assert isinstance(answer, DynamoDBError)
    assert answer.code == "ResourceNotFoundException"
    assert _items(store, "another") == []


def test_reads_that_share_a_snapshot_see_a_restored_state(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db", durability="relaxed") as store:
        store.create_table(**PAIRS)
        store.snapshot("empty")
        store.table("pairs").put({"p": "a"})
        store.engine.begin_turn()
        for _ in range(turns.ALONE + 1):
            assert store.table("pairs").get({"p": "a"}) is not None
        assert store.engine.database.reader().in_transaction
        other = threading.Thread(target=store.restore, args=("empty",))
        other.start()
        other.join()
        assert store.table("pairs").get({"p": "a"}) is None
        store.engine.end_turn()


def test_readers_see_one_state_or_the_other(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db", durability="relaxed") as store:
        store.create_table(**PAIRS)
        for state in ("old", "new"):
            for number in range(200):
                store.table("pairs").put({"p": str(number), "state": state})
            store.snapshot(state)
        stopped = threading.Event()
        seen: list[set[str]] = []

        def read() -> None:
            while not stopped.is_set():
                seen.append({item["state"] for item in store.table("pairs").scan()})

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for _ in range(10):
            store.restore("old")
            store.restore("new")
        stopped.set()
        for reader in readers:
            reader.join()
    assert seen
    assert all(len(states) == 1 for states in seen)


def test_the_log_of_a_restore_is_cut(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db", durability="relaxed") as store:
        store.create_table(**PAIRS)
        with store.table("pairs").batch() as batch:
            for number in range(60):
                batch.put({"p": str(number), "text": "x" * 390_000})
        store.snapshot("large")
        store.restore("large")
        runner = store.engine.runner
        while runner.step() or store.engine.database.file_bytes()[1] > 0:
            pass
        assert len(_items(store)) == 60


def test_a_write_under_way_is_not_restored_over(store: dynalite_py.Store) -> None:
    store.snapshot("now")
    refusals: list[str] = []

    def work(transaction: Any) -> bytes:
        with pytest.raises(exceptions.StoreError) as refusal:
            store.restore("now")
        refusals.append(str(refusal.value))
        return b""

    store.engine.writer.perform(work)
    assert refusals == ["a write is under way in this thread; restore when it has ended"]


def test_the_folder_beside_the_file_is_private_and_has_no_names(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.snapshot("../../etc/passwd")
    folder = tmp_path / "app.db.snapshots"
    assert sorted(each.name for each in folder.iterdir()) == ["1.db", "index.json", "lock"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    with dynalite_py.connect(tmp_path / "app.db") as store:
        assert [each.name for each in store.snapshots()] == ["../../etc/passwd"]


def test_what_a_kill_left_in_the_folder_goes_with_the_next_snapshot(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.snapshot("one")
        folder = tmp_path / "app.db.snapshots"
        for left in ("9.db", "2.db-abc-partial", "9.db-wal"):
            (folder / left).write_bytes(b"left")
        store.snapshot("two")
        names = sorted(each.name for each in folder.iterdir())
        assert names == ["1.db", "2.db", "index.json", "lock"]


@pytest.mark.parametrize(
    "text", [b"", b"{}", b'{"snapshots":[{"number":1}]}', b'{"snapshots":[3]}', b"[" * 100_000]
)
def test_a_damaged_index_is_named(tmp_path: Path, text: bytes) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.snapshot("one")
        (tmp_path / "app.db.snapshots" / "index.json").write_bytes(text)
        with pytest.raises(exceptions.StoreError, match=r"index\.json is damaged"):
            store.snapshots()


def test_a_damaged_copy_leaves_the_store_as_it_is(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.create_table(**PAIRS)
        for number in range(500):
            store.table("pairs").put({"p": str(number), "text": "x" * 200})
        store.snapshot("one")
        copy = tmp_path / "app.db.snapshots" / "1.db"
        files.flip(copy, copy.stat().st_size - 2000)
        store.table("pairs").put({"p": "new"})
        with pytest.raises(exceptions.StoreError, match="stays as it was: the copy cannot be read"):
            store.restore("one")
        store.table("pairs").put({"p": "newer"})
        assert len(list(store.table("pairs").scan())) == 502


def test_a_store_that_takes_no_writes_is_not_restored(store: dynalite_py.Store) -> None:
    store.snapshot("one")
    store.engine.database.fail("a test")
    with pytest.raises(exceptions.StoreError, match="takes no more writes: a test"):
        store.restore("one")
    store.engine.database.failure = None


@pytest.mark.parametrize("memory", [True, False])
def test_a_fork_is_a_store_of_its_own_and_vanishes(
    store: dynalite_py.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: bool
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with store.fork(memory=memory) as scratch:
        assert _items(scratch) == TWO
        scratch.table("pairs").put({"p": "c"})
        store.table("pairs").put({"p": "d"})
        scratch.create_table(**WITH_INDEX)
        assert [item["p"] for item in _items(scratch)] == ["a", "b", "c"]
        assert len(list(folder.iterdir())) == (0 if memory else 1)
        with scratch.fork() as further:
            assert [item["p"] for item in _items(further)] == ["a", "b", "c"]
        scratch.snapshot("of the fork")
        scratch.restore("of the fork")
    assert list(folder.iterdir()) == []
    assert [item["p"] for item in _items(store)] == ["a", "b", "d"]
    assert store.list_tables()["TableNames"] == ["pairs"]
    assert store.snapshots() == []


@pytest.mark.parametrize("memory", [True, False])
def test_a_fork_goes_by_the_same_settings(memory: bool) -> None:
    clock = MovableClock()
    with (
        dynalite_py.connect(clock=clock, ttl_interval=0, eventual_lag=1000) as store,
        store.fork(memory=memory) as scratch,
    ):
        scratch.create_table(**PAIRS)
        lives = {"Enabled": True, "AttributeName": "until"}
        scratch.update_time_to_live(TableName="pairs", TimeToLiveSpecification=lives)
        scratch.table("pairs").put({"p": "a", "until": int(clock.now())})
        assert scratch.table("pairs").get({"p": "a"}) is None
        assert scratch.table("pairs").get({"p": "a"}, consistent=True) is not None
        clock.advance(days=1)
        assert not scratch.engine.runner.step()
        assert scratch.table("pairs").get({"p": "a"}) is not None


def test_a_fork_is_of_one_commit_while_others_write(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db", durability="relaxed") as store:
        store.create_table(**PAIRS)
        stopped = threading.Event()

        def write() -> None:
            number = 0
            while not stopped.is_set():
                number += 1
                put = [{"p": {"S": p}, "n": {"N": str(number)}} for p in ("a", "b")]
                store.transact_write_items(
                    TransactItems=[{"Put": {"TableName": "pairs", "Item": item}} for item in put]
                )

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for memory in (True, False) * 10:
                with store.fork(memory=memory) as scratch:
                    assert len({item["n"] for item in _items(scratch)}) <= 1
        finally:
            stopped.set()
            writer.join()


def test_a_closed_store_keeps_and_restores_nothing(store: dynalite_py.Store) -> None:
    store.close()
    calls: list[Callable[[], object]] = [
        lambda: store.snapshot("x"),
        lambda: store.restore("x"),
        lambda: store.delete_snapshot("x"),
        store.snapshots,
        store.fork,
    ]
    for call in calls:
        with pytest.raises(exceptions.StoreClosedError):
            call()


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.create_table(**PAIRS)
        store.snapshot("small")
        for number in range(500):
            store.table("pairs").put({"p": str(number), "text": "x" * 200})
        store.snapshot("large")
        store.restore("small")
        db = store.engine.database.writer
        db.pragma("max_page_count", db.pragma("page_count") + 5)
        with pytest.raises(exceptions.StoreError, match="stays as it was: the disk is full"):
            store.restore("large")
        store.table("pairs").put({"p": "one"})
        assert _items(store) == [{"p": "one"}]
        db.pragma("max_page_count", 100_000)
        store.restore("large")
        assert len(_items(store)) == 500
