"""Followers of the log: what they may read, in which order, and from where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import changes, followers
from dynalite_py.storage.followers import Follower, Place
from dynalite_py.storage.writer import Transaction
from tests.support.engines import HERE, answer, make
from tests.support.triggers import BOTH, TABLE, make_table, put

PLACE = (HERE.account, HERE.region, TABLE)
OFF = {"StreamEnabled": False}


@pytest.fixture
def engine() -> Iterator[Engine]:
    opened = Engine.open(clock=MovableClock(), shard_hours=0)
    make_table(opened)
    yield opened
    opened.close()


def change(engine: Engine, work: Callable[[Transaction], object]) -> None:
    def run(transaction: Transaction) -> bytes:
        work(transaction)
        return b""

    engine.writer.perform(run)


def follow(engine: Engine, *, from_now: bool = False, table_id: int = 0) -> Follower:
    kind = followers.KINESIS if table_id else followers.TRIGGER
    change(
        engine,
        lambda transaction: followers.add(
            transaction, kind, PLACE, "one", from_now=from_now, table_id=table_id
        ),
    )
    found = engine.database.read(lambda db: followers.of_kind(db, kind))
    return found[-1]


def places(engine: Engine, follower: Follower) -> list[Place]:
    return engine.database.read(lambda db: followers.places(db, follower))


def read(
    engine: Engine, follower: Follower, place: Place, **members: Any
) -> tuple[list[int], bool]:
    """Numbers of the new items, and whether that is all."""
    limits = {"records": 100, "size_bytes": 10_000, "since": 0, **members}
    found, complete = engine.database.read(
        lambda db: followers.read(db, follower, place.shard, place.after, **limits)
    )
    texts = [record.new for record in found]
    return [int(text.split('"N":"')[1].split('"')[0]) for text in texts if text], complete


def reach(engine: Engine, follower: Follower, place: Place, sequence: int | None = None) -> None:
    """Note a checkpoint: at the end of a closed shard, where none is given."""
    reached = place.shard.last_sequence if sequence is None else sequence
    assert reached is not None
    change(
        engine,
        lambda transaction: followers.save(transaction, follower.id, {place.shard.id: reached}),
    )


def roll(engine: Engine, into: int = 1) -> None:
    table = engine.catalog.all_tables()[0]
    change(engine, lambda each: each.log.roll(each.db, table.id, into=into))


def drain(engine: Engine, follower: Follower) -> list[list[int]]:
    """What is read, shard by shard, until only open shards are left."""
    numbers: list[list[int]] = []
    while True:
        found = places(engine, follower)
        numbers += [read(engine, follower, place)[0] for place in found]
        closed = [place for place in found if place.shard.last_sequence is not None]
        if not closed:
            return numbers
        for place in closed:
            reach(engine, follower, place)


def test_a_parent_is_read_to_its_end_before_its_children(engine: Engine) -> None:
    follower = follow(engine)
    put(engine, "x", 0)
    put(engine, "x", 1)
    roll(engine, into=2)
    put(engine, "x", 2)
    [parent] = places(engine, follower)
    assert read(engine, follower, parent) == ([0, 1], True)
    reach(engine, follower, parent, parent.shard.first_sequence)
    assert len(places(engine, follower)) == 1
    reach(engine, follower, parent)
    children = places(engine, follower)
    assert [place.shard.parent for place in children] == [parent.shard.id] * 2
    assert sorted(read(engine, follower, place)[0] for place in children) == [[], [2]]


def test_grandchildren_wait_too(engine: Engine) -> None:
    follower = follow(engine)
    roll(engine, into=2)
    roll(engine)
    [first] = places(engine, follower)
    reach(engine, follower, first)
    left, _ = places(engine, follower)
    reach(engine, follower, left)
    waiting = places(engine, follower)
    assert {place.shard.parent for place in waiting} == {first.shard.id, left.shard.id}


def test_a_stream_is_read_to_its_end_before_the_next_one(engine: Engine) -> None:
    follower = follow(engine)
    put(engine, "x", 1)
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification=OFF)
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification=BOTH)
    put(engine, "x", 2)
    [old] = places(engine, follower)
    reach(engine, follower, old)
    [new] = places(engine, follower)
    assert old.stream.label < new.stream.label
    assert drain(engine, follower) == [[2]]


def test_a_follower_of_a_name_reads_streams_of_later_tables_and_no_nameless_ones(
    engine: Engine,
) -> None:
    follower = follow(engine)
    put(engine, "x", 1)
    answer(engine, "DeleteTable", TableName=TABLE)
    make(engine, TABLE)
    answer(
        engine,
        "EnableKinesisStreamingDestination",
        TableName=TABLE,
        StreamArn="arn:aws:kinesis:us-east-1:000000000000:stream/changes",
    )
    put(engine, "x", 2)
    make_table(engine, "Other")
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification=BOTH)
    put(engine, "x", 3)
    assert drain(engine, follower) == [[1], [3]]
    [kinesis] = engine.database.read(lambda db: followers.of_kind(db, followers.KINESIS))
    assert drain(engine, kinesis) == [[2], [3]]


def test_one_that_begins_now_reads_nothing_older(engine: Engine) -> None:
    put(engine, "x", 1)
    roll(engine)
    put(engine, "x", 2)
    follower = follow(engine, from_now=True)
    put(engine, "x", 3)
    assert drain(engine, follower) == [[3]]


def test_one_that_has_ended_reads_nothing_newer_and_is_done(engine: Engine) -> None:
    table = engine.catalog.all_tables()[0]
    follower = follow(engine, table_id=table.id)
    put(engine, "x", 1)
    change(engine, lambda transaction: followers.end_of_table(transaction, table.id))
    put(engine, "x", 2)
    roll(engine)
    put(engine, "x", 3)
    [ended] = engine.database.read(lambda db: followers.of_kind(db, followers.KINESIS))
    assert ended.id == follower.id
    [place] = places(engine, ended)
    assert read(engine, ended, place) == ([1], True)
    reach(engine, ended, place, followers.end_of(ended, place.shard))
    assert places(engine, ended) == []


def test_a_reading_is_bounded_by_records_and_bytes_and_begins_behind_a_checkpoint(
    engine: Engine,
) -> None:
    follower = follow(engine)
    for number in range(1, 6):
        put(engine, "x", number)
    [place] = places(engine, follower)
    assert read(engine, follower, place, records=2) == ([1, 2], False)
    assert read(engine, follower, place, records=5) == ([1, 2, 3, 4, 5], True)
    assert read(engine, follower, place, size_bytes=1) == ([1], False)
    reach(engine, follower, place, place.shard.first_sequence + 1)
    [place] = places(engine, follower)
    assert read(engine, follower, place) == ([3, 4, 5], True)


@pytest.mark.parametrize("ended", [False, True])
def test_sequences_that_came_to_nothing_are_not_given_out_again_behind_a_follower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    monkeypatch.setattr(changes, "_OPENING_GAP", 1)
    engine = Engine.open(tmp_path / "store.db")
    make_table(engine)
    [table] = engine.catalog.all_tables()

    def refused(transaction: Transaction) -> bytes:
        for _ in range(5):
            transaction.log.append(transaction.db, table, 0, None, ("{}", 2), 0)
        raise DynamoDBError("ValidationException", "no")

    if ended:
        follow(engine, table_id=table.id)
    with pytest.raises(DynamoDBError):
        engine.writer.perform(refused)
    if ended:
        change(engine, lambda transaction: followers.end_of_table(transaction, table.id))
    else:
        follow(engine, from_now=True)
    engine.close()
    engine = Engine.open(tmp_path / "store.db")
    put(engine, "x", 1)
    kind = followers.KINESIS if ended else followers.TRIGGER
    [follower] = engine.database.read(lambda db: followers.of_kind(db, kind))
    assert drain(engine, follower) == ([[]] if ended else [[1]])
    engine.close()


def test_checkpoints_of_shards_that_are_gone_are_forgotten(engine: Engine) -> None:
    follower = follow(engine)
    change(engine, lambda transaction: followers.save(transaction, follower.id, {"gone": 7}))
    put(engine, "x", 1)
    [place] = places(engine, follower)
    reach(engine, follower, place, 1)
    with engine.database.snapshot() as db:
        rows = list(db.execute("SELECT shard, sequence FROM checkpoints"))
    assert rows == [(place.shard.id, 1)]


def test_a_removed_follower_keeps_no_checkpoint(engine: Engine) -> None:
    follower = follow(engine)
    put(engine, "x", 1)
    [place] = places(engine, follower)
    change(engine, lambda transaction: followers.remove(transaction, follower.id))
    reach(engine, follower, place, 1)
    counted = "SELECT (SELECT count(*) FROM followers) + (SELECT count(*) FROM checkpoints)"
    assert engine.database.read(lambda db: db.execute(counted).get) == 0


def test_a_follower_is_found_by_its_name_in_its_place(engine: Engine) -> None:
    follower = follow(engine)

    def find(name: str, table: str = TABLE) -> Follower | None:
        return engine.database.read(
            lambda db: followers.find(db, followers.TRIGGER, HERE.account, HERE.region, table, name)
        )

    assert find("one") == follower
    assert find("two") is None
    assert find("one", "Other") is None
