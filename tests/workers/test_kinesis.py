"""Kinesis destinations by a movable clock: what a sink gets, and what it does when that is down."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec, limits
from dynalite_py.model.clock import MovableClock
from dynalite_py.storage import followers
from dynalite_py.workers import kinesis
from dynalite_py.workers.kinesis import Kinesis
from dynalite_py.workers.kinesis_sinks import Entry, SinkError
from tests.support.engines import answer, make
from tests.support.triggers import BOTH, TABLE, delete, put

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
OTHER = "arn:aws:kinesis:us-east-1:000000000000:stream/others"
WAIT_SECONDS = 30


class Sink:
    """One that remembers. refuses: the places that the next calls do not take; down: it fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Entry]]] = []
        self.refuses: list[list[int]] = []
        self.down: set[str] = set()

    def __call__(self, stream_arn: str, entries: Sequence[Entry]) -> list[int]:
        if stream_arn in self.down:
            raise SinkError("down")
        self.calls.append((stream_arn, list(entries)))
        return self.refuses.pop(0) if self.refuses else []

    def numbers(self) -> list[list[int]]:
        """Of each call the numbers of the new items, 0 for a deleted one."""
        return [[number_of(entry) for entry in entries] for _, entries in self.calls]


def number_of(entry: Entry) -> int:
    data = codec.decode(entry.data)["dynamodb"]
    return int(data.get("NewImage", {"n": {"N": "0"}})["n"]["N"])


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def engine(clock: MovableClock) -> Iterator[Engine]:
    opened = Engine.open(clock=clock)
    make(opened, TABLE)
    yield opened
    opened.close()


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def worker(engine: Engine, sink: Sink) -> Kinesis:
    return made(engine, sink)


def made(engine: Engine, sink: Sink) -> Kinesis:
    return Kinesis(
        sink,
        database=engine.database,
        writer=engine.writer,
        clock=engine.clock,
        log=engine.log,
        chance=lambda: 1.0,
    )


def settle(worker: Kinesis) -> None:
    for _ in range(10_000):
        if not worker.step():
            return
    raise AssertionError("it never comes to an end")


def enable(engine: Engine, arn: str = ARN, table: str = TABLE, **members: Any) -> None:
    operation = "EnableKinesisStreamingDestination"
    answer(engine, operation, TableName=table, StreamArn=arn, **members)


def disable(engine: Engine, arn: str = ARN) -> None:
    answer(engine, "DisableKinesisStreamingDestination", TableName=TABLE, StreamArn=arn)


def precise(engine: Engine, precision: str) -> None:
    configuration = {"ApproximateCreationDateTimePrecision": precision}
    answer(
        engine,
        "UpdateKinesisStreamingDestination",
        TableName=TABLE,
        StreamArn=ARN,
        UpdateKinesisStreamingConfiguration=configuration,
    )


def remembered(engine: Engine) -> list[followers.Follower]:
    return engine.database.read(lambda db: followers.of_kind(db, followers.KINESIS))


def test_a_record_has_kinesis_form(engine: Engine, worker: Kinesis, sink: Sink) -> None:
    put(engine, "x", 1)
    enable(engine)
    put(engine, "x", 2)
    delete(engine, "x")
    settle(worker)
    [(arn, entries)] = sink.calls
    modified, removed = (codec.decode(entry.data) for entry in entries)
    identity = modified.pop("eventID")
    assert (arn, len(identity), identity.count("-")) == (ARN, 36, 4)
    assert modified == {
        "awsRegion": "us-east-1",
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": TABLE,
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000_000,
            "Keys": {"a": {"S": "x"}},
            "NewImage": {"a": {"S": "x"}, "n": {"N": "2"}},
            "OldImage": {"a": {"S": "x"}, "n": {"N": "1"}},
            "SizeBytes": 12,
        },
        "eventSource": "aws:dynamodb",
    }
    assert removed["eventName"] == "REMOVE"
    assert entries[0].partition_key == entries[1].partition_key


def test_the_precision_is_that_of_the_time_of_the_change(
    engine: Engine, worker: Kinesis, sink: Sink
) -> None:
    enable(engine)
    put(engine, "x", 1)
    precise(engine, "MICROSECOND")
    put(engine, "x", 2)
    precise(engine, "MILLISECOND")
    put(engine, "x", 3)
    settle(worker)
    times = [codec.decode(entry.data)["dynamodb"] for _, sent in sink.calls for entry in sent]
    assert [each["ApproximateCreationDateTime"] for each in times] == [
        1_700_000_000_000,
        1_700_000_000_000_000,
        1_700_000_000_000,
    ]
    precisions = [each.get("ApproximateCreationDateTimePrecision") for each in times]
    assert precisions == [None, "MICROSECOND", None]


def test_changes_are_sent_from_enabling_to_disabling(
    engine: Engine, worker: Kinesis, sink: Sink
) -> None:
    put(engine, "x", 1)
    enable(engine)
    put(engine, "x", 2)
    disable(engine)
    put(engine, "x", 3)
    enable(engine, OTHER)
    put(engine, "x", 4)
    settle(worker)
    assert sink.numbers() == [[2], [4]]
    assert [arn for arn, _ in sink.calls] == [ARN, OTHER]
    assert [follower.name for follower in remembered(engine)] == [OTHER]


def test_a_stream_of_dynamodb_beside_it_changes_nothing(
    engine: Engine, worker: Kinesis, sink: Sink
) -> None:
    enable(engine)
    put(engine, "x", 1)
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification=BOTH)
    put(engine, "x", 2)
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification={"StreamEnabled": False})
    put(engine, "x", 3)
    settle(worker)
    assert sink.numbers() == [[1], [2], [3]]


def test_the_changes_of_a_deleted_table_are_sent(
    engine: Engine, worker: Kinesis, sink: Sink
) -> None:
    enable(engine)
    put(engine, "x", 1)
    answer(engine, "DeleteTable", TableName=TABLE)
    make(engine, TABLE)
    put(engine, "x", 2)
    settle(worker)
    assert sink.numbers() == [[1]]
    assert remembered(engine) == []


def test_a_sink_that_is_down_is_tried_again_and_holds_up_only_its_own_table(
    engine: Engine, worker: Kinesis, sink: Sink, clock: MovableClock
) -> None:
    make(engine, "Books")
    enable(engine)
    enable(engine, OTHER, "Books")
    sink.down.add(ARN)
    put(engine, "x", 1)
    put(engine, "x", 2, "Books")
    settle(worker)
    assert sink.numbers() == [[2]]
    put(engine, "x", 3)
    sink.down.clear()
    settle(worker)
    assert sink.numbers() == [[2]]
    clock.advance(0.4)
    settle(worker)
    assert sink.numbers() == [[2], [1], [3]]


def test_a_new_destination_waits_for_the_rest_of_the_one_before_it(
    engine: Engine, worker: Kinesis, sink: Sink, clock: MovableClock
) -> None:
    enable(engine)
    put(engine, "x", 1)
    disable(engine)
    sink.down.add(ARN)
    enable(engine, OTHER)
    put(engine, "x", 2)
    settle(worker)
    assert sink.calls == []
    sink.down.clear()
    clock.advance(60)
    settle(worker)
    assert sink.numbers() == [[1], [2]]


def test_what_is_not_taken_is_sent_again_with_what_follows_it_of_the_same_item(
    engine: Engine, worker: Kinesis, sink: Sink, clock: MovableClock
) -> None:
    enable(engine)
    for number, key in enumerate("abcabca", 1):
        put(engine, key, number)
    sink.refuses = [[1, 5], [0]]
    settle(worker)
    assert sink.numbers() == [[1, 2, 3, 4, 5, 6, 7]]
    clock.advance(60)
    settle(worker)
    assert sink.numbers()[1:] == [[2, 5, 6]]
    clock.advance(60)
    settle(worker)
    assert sink.numbers()[2:] == [[2, 5]]
    again = Sink()
    settle(made(engine, again))
    assert again.calls == []


def test_it_goes_on_at_its_checkpoint(engine: Engine, worker: Kinesis, sink: Sink) -> None:
    enable(engine)
    put(engine, "x", 1)
    settle(worker)
    put(engine, "x", 2)
    again = Sink()
    settle(made(engine, again))
    assert (sink.numbers(), again.numbers()) == ([[1]], [[2]])


def test_a_load_has_so_many_records_and_bytes_at_most(
    engine: Engine, worker: Kinesis, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KINESIS_RECORDS", 4)
    monkeypatch.setattr(limits, "KINESIS_BYTES", 900)
    enable(engine)
    for number in range(1, 10):
        put(engine, f"k{number}", number)
    settle(worker)
    assert [number for call in sink.numbers() for number in call] == list(range(1, 10))
    sizes = [sum(len(entry.data) for entry in entries) for _, entries in sink.calls]
    assert max(sizes) <= 900
    assert max(len(call) for call in sink.numbers()) <= 4


def test_records_older_than_a_day_are_not_sent(
    engine: Engine, worker: Kinesis, sink: Sink, clock: MovableClock
) -> None:
    enable(engine)
    put(engine, "x", 1)
    clock.advance(hours=25)
    put(engine, "x", 2)
    settle(worker)
    assert sink.numbers() == [[2]]


def test_the_order_of_an_item_is_kept_over_rolls(clock: MovableClock, sink: Sink) -> None:
    engine = Engine.open(clock=clock, stream_shards=2, shard_hours=1)
    make(engine, TABLE)
    enable(engine)
    worker = made(engine, sink)
    for number in range(1, 40):
        put(engine, "abc"[number % 3], number)
        if number % 5 == 0:
            clock.advance(hours=0.4)
        if number % 11 == 0:
            sink.refuses = [[0]]
            settle(worker)
    clock.advance(60)
    settle(worker)
    last: dict[int, int] = {}
    for number in (number for call in sink.numbers() for number in call):
        last[number] = len(last)
    assert sorted(last) == list(range(1, 40))
    for key in range(3):
        own = [number for number in sorted(last, key=last.__getitem__) if number % 3 == key]
        assert own == sorted(own)
    engine.close()


# With threads and doors.


def test_a_store_sends_by_itself_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    path, sink = tmp_path / "store.db", tmp_path / "sink.jsonl"
    engine = Engine.open(path)
    make(engine, TABLE)
    enable(engine)
    put(engine, "x", 1)  # Without a sink it waits.
    assert engine.following.kinesis is None
    engine.close()
    for number in (2, 3):
        engine = Engine.open(path, kinesis_sink=sink)
        put(engine, "x", number)
        assert engine.following.kinesis is not None
        assert engine.following.kinesis.stepper.wait_until_settled(WAIT_SECONDS)
        engine.close()
    lines = [codec.decode(line) for line in sink.read_text().splitlines()]
    numbers = [line["data"]["dynamodb"]["NewImage"]["n"]["N"] for line in lines]
    assert numbers == ["1", "2", "3"]


def test_a_destination_that_is_enabled_later_starts_the_thread() -> None:
    got: list[tuple[str, int]] = []
    engine = Engine.open(kinesis_sink=lambda arn, records: got.append((arn, len(records))))
    make(engine, TABLE)
    assert engine.following.kinesis is not None
    assert not engine.following.kinesis.stepper.alive
    enable(engine)
    put(engine, "x", 1)
    assert engine.following.kinesis.stepper.wait_until_settled(WAIT_SECONDS)
    assert got == [(ARN, 1)]
    engine.close()


def test_a_sink_that_hangs_holds_up_no_writer_and_no_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinesis, "STOP_SECONDS", 0.05)
    hanging, released = threading.Event(), threading.Event()

    def hang(arn: str, records: list[dict[str, Any]]) -> None:
        hanging.set()
        assert released.wait(WAIT_SECONDS)

    engine = Engine.open(tmp_path / "store.db", kinesis_sink=hang)
    make(engine, TABLE)
    enable(engine)
    put(engine, "x", 1)
    assert hanging.wait(WAIT_SECONDS)
    for number in range(2, 30):
        put(engine, "x", number)
    assert engine.following.kinesis is not None
    stepper = engine.following.kinesis.stepper
    engine.close()
    released.set()
    assert stepper.join(WAIT_SECONDS)
    counts: list[int] = []
    engine = Engine.open(
        tmp_path / "store.db", kinesis_sink=lambda arn, records: counts.append(len(records))
    )
    assert engine.following.kinesis is not None
    assert engine.following.kinesis.stepper.wait_until_settled(WAIT_SECONDS)
    assert sum(counts) == 29
    engine.close()
