"""The change log: what is added to it, and where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.records import Record
from dynalite_py.storage import changes, layout
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database

CALLER = Caller()


def create(engine: Engine, *, stream: bool = True) -> None:
    """Make the table Music, keyed by "pk"."""
    request: dict[str, Any] = {
        "TableName": "Music",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if stream:
        request["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
    engine.perform("CreateTable", request, CALLER)


def put(engine: Engine, key: str, **attributes: Any) -> None:
    """Put an item with these attributes."""
    item = {"pk": {"S": key}, **attributes}
    engine.perform("PutItem", {"TableName": "Music", "Item": item}, CALLER)


def logged(engine: Engine) -> list[Record]:
    """Every record of the table Music, in order of their sequences."""
    table = engine.catalog.find(CALLER.account, CALLER.region, "Music")
    assert table is not None

    def read(db: apsw.Connection) -> list[Record]:
        return [
            record
            for stream in changes.streams_of_table(db, table.id)
            for shard in changes.shards(db, stream.id)
            for record in changes.records(db, shard.lane, 0, limit=10_000)
        ]

    return sorted(engine.database.read(read))


def texts(engine: Engine) -> list[tuple[Any, Any]]:
    """The "n" of the old and the new item of every record; None without an item."""

    def number(text: str | None) -> Any:
        return None if text is None else codec.decode(text).get("n", {}).get("N")

    return [(number(each.old), number(each.new)) for each in logged(engine)]


@pytest.fixture
def clock() -> MovableClock:
    """The engine's."""
    return MovableClock()


@pytest.fixture
def engine(tmp_path: Path, clock: MovableClock) -> Iterator[Engine]:
    """A store in a file."""
    opened = Engine.open(tmp_path / "store.db", clock=clock)
    yield opened
    opened.close()


def test_every_change_of_an_item_is_a_record_with_both_images(engine: Engine) -> None:
    create(engine)
    put(engine, "a", n={"N": "1"})
    put(engine, "a", n={"N": "2"})
    engine.perform("DeleteItem", {"TableName": "Music", "Key": {"pk": {"S": "a"}}}, CALLER)
    assert texts(engine) == [(None, "1"), ("1", "2"), ("2", None)]


def test_a_write_that_changes_nothing_is_no_record(engine: Engine) -> None:
    create(engine)
    item = {"n": {"N": "1"}, "m": {"M": {"x": {"S": "1"}, "y": {"SS": ["p", "q"]}}}}
    put(engine, "a", **item)
    put(engine, "a", **item)
    put(engine, "a", m={"M": {"y": {"SS": ["q", "p"]}, "x": {"S": "1"}}}, n={"N": "1.0"})
    engine.perform("DeleteItem", {"TableName": "Music", "Key": {"pk": {"S": "b"}}}, CALLER)
    assert texts(engine) == [(None, "1")]


def test_a_table_without_a_stream_leaves_no_records(engine: Engine) -> None:
    create(engine, stream=False)
    put(engine, "a", n={"N": "1"})
    assert logged(engine) == []


def test_a_refused_write_leaves_no_record(engine: Engine) -> None:
    create(engine)
    put(engine, "a", n={"N": "1"})
    with pytest.raises(DynamoDBError):
        engine.perform(
            "PutItem",
            {
                "TableName": "Music",
                "Item": {"pk": {"S": "a"}, "n": {"N": "2"}},
                "ConditionExpression": "attribute_not_exists(pk)",
            },
            CALLER,
        )
    assert texts(engine) == [(None, "1")]


def test_sequences_grow_and_never_come_back(tmp_path: Path, clock: MovableClock) -> None:
    seen: list[int] = []
    for turn in range(3):
        engine = Engine.open(tmp_path / "store.db", clock=clock)
        if not turn:
            create(engine)
        put(engine, "a", n={"N": str(turn)})
        seen.append(logged(engine)[-1].sequence)
        engine.close()
    assert seen == sorted(set(seen))


def test_a_shard_is_followed_when_its_time_is_over(engine: Engine, clock: MovableClock) -> None:
    create(engine)
    put(engine, "a", n={"N": "1"})
    clock.advance(hours=changes.SHARD_HOURS)
    put(engine, "a", n={"N": "2"})
    table = engine.catalog.all_tables()[0]
    [stream] = engine.database.read(lambda db: changes.streams_of_table(db, table.id))
    first, second = engine.database.read(lambda db: changes.shards(db, stream.id))
    assert (first.parent, second.parent) == (None, first.id)
    assert first.last_sequence is not None
    assert first.last_sequence < second.first_sequence
    assert (first.closed_at, second.closed_at) == (clock.now(), None)
    assert texts(engine) == [(None, "1"), ("1", "2")]


def test_the_changes_of_an_item_lie_in_the_shard_of_its_hash(tmp_path: Path) -> None:
    clock = MovableClock()
    engine = Engine.open(tmp_path / "store.db", clock=clock, stream_shards=4)
    create(engine)
    for number in range(64):
        put(engine, f"key {number}", n={"N": "1"})
    table = engine.catalog.all_tables()[0]
    [stream] = engine.database.read(lambda db: changes.streams_of_table(db, table.id))
    shards = engine.database.read(lambda db: changes.shards(db, stream.id))
    assert len(shards) == 4
    assert shards[0].first_hash == -(2**63)
    assert shards[-1].last_hash == 2**63 - 1
    hashes = dict(engine.database.read(_hashes))
    for shard in shards:
        lane = shard.lane
        found = engine.database.read(lambda db, lane=lane: changes.records(db, lane, 0, limit=99))
        assert found
        for record in found:
            key = codec.decode(record.new or "")["pk"]["S"]
            assert shard.first_hash <= hashes[key] <= shard.last_hash
    engine.close()


def _hashes(db: apsw.Connection) -> list[tuple[str, int]]:
    return list(db.execute(f"SELECT pk, hash FROM {layout.items_table(1)}"))


def test_disabling_a_stream_closes_its_shards_and_another_begins_anew(engine: Engine) -> None:
    create(engine)
    put(engine, "a", n={"N": "1"})
    for enabled in (False, True):
        specification: dict[str, Any] = {"StreamEnabled": enabled}
        if enabled:
            specification["StreamViewType"] = "KEYS_ONLY"
        engine.perform(
            "UpdateTable", {"TableName": "Music", "StreamSpecification": specification}, CALLER
        )
        put(engine, "a", n={"N": "2" if enabled else "1.5"})
    old, new = engine.database.read(lambda db: changes.streams_of_table(db, 1))
    assert old.disabled_at is not None
    assert (new.view_type, new.disabled_at) == ("KEYS_ONLY", None)
    assert old.label != new.label
    assert texts(engine) == [(None, "1"), ("1.5", "2")]


def test_a_stream_outlives_its_table(engine: Engine, clock: MovableClock) -> None:
    create(engine)
    put(engine, "a", n={"N": "1"})
    engine.perform("DeleteTable", {"TableName": "Music"}, CALLER)
    [stream] = engine.database.read(
        lambda db: changes.streams_of(db, CALLER.account, CALLER.region)
    )
    assert (stream.name, stream.key_schema) == ("Music", [("pk", "HASH")])
    assert stream.disabled_at == clock.now()
    [shard] = engine.database.read(lambda db: changes.shards(db, stream.id))
    assert shard.closed_at == clock.now()


def test_listeners_hear_of_commits_that_logged_something(engine: Engine) -> None:
    heard: list[int] = []
    engine.log.listeners.append(lambda: heard.append(1))
    create(engine)
    assert not heard
    put(engine, "a", n={"N": "1"})
    put(engine, "a", n={"N": "1"})
    assert heard == [1]


def make_first_format(db: apsw.Connection) -> None:
    """Take from a file what the first format had not."""
    for name in ("streams", "shards", "changes", "followers", "checkpoints", "log_floor", "loads"):
        db.execute(f"DROP TABLE {name}")
    db.execute("PRAGMA user_version = 1")


@pytest.mark.parametrize("sort_key", [False, True])
def test_the_streams_of_a_file_of_the_first_format_are_logged(
    tmp_path: Path, clock: MovableClock, sort_key: bool
) -> None:
    path = tmp_path / "store.db"
    engine = Engine.open(path, clock=clock)
    create(engine)
    request: dict[str, Any] = {
        "TableName": "Other",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in "ab"],
        "KeySchema": [
            {"AttributeName": "a", "KeyType": "HASH"},
            {"AttributeName": "b", "KeyType": "RANGE"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    if sort_key:
        request["StreamSpecification"] = stream
    engine.perform("CreateTable", request, CALLER)
    tables = engine.catalog.all_tables()
    before = [engine.database.read(partial(_streams, table_id=table.id)) for table in tables]
    make_first_format(engine.database.writer)
    engine.close()
    engine = Engine.open(path, clock=clock)
    after = [engine.database.read(partial(_streams, table_id=table.id)) for table in tables]
    assert after == before
    put(engine, "a", n={"N": "1"})
    assert texts(engine) == [(None, "1")]
    other = {"TableName": "Other", "Item": {"a": {"S": "a"}, "b": {"S": "b"}}}
    engine.perform("PutItem", other, CALLER)
    engine.perform("DeleteTable", {"TableName": "Music"}, CALLER)
    engine.close()


def _streams(db: apsw.Connection, *, table_id: int) -> list[Any]:
    """What the log knows of a table's streams; their beginning to the second."""
    return [
        (*stream[1:8], round(stream.created_at), stream.disabled_at)
        for stream in changes.streams_of_table(db, table_id)
    ]


def test_a_file_of_the_first_format_gets_its_log(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(path)
    make_first_format(database.writer)
    database.close()
    engine = Engine.open(path, clock=MovableClock())
    create(engine)
    put(engine, "a", n={"N": "1"})
    assert texts(engine) == [(None, "1")]
    engine.close()


def test_lanes_of_shards_that_are_gone_are_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_LANES", 3)
    database = Database(tmp_path / "store.db")
    log = Log(database.writer, MovableClock())
    engine = Engine(database, MovableClock())
    create(engine)
    table = engine.catalog.all_tables()[0]
    for _ in range(2):
        log.roll(database.writer, table.id)
    database.writer.execute("DELETE FROM shards WHERE lane = 1")
    log.roll(database.writer, table.id)
    [open_shard] = [
        shard for shard in changes.shards(database.writer, 1) if shard.closed_at is None
    ]
    assert open_shard.lane == 1
    engine.close()
