"""Triggers by a movable clock: what their handlers get, when, and how often."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine, TriggerError, TriggerOptions
from dynalite_py.model import codec, limits
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.workers import triggers
from tests.support.engines import answer
from tests.support.triggers import (
    BOTH,
    TABLE,
    Seen,
    delete,
    make_table,
    prepared,
    put,
    sequences,
    settle,
)

WAIT_SECONDS = 30


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def engine(clock: MovableClock) -> Iterator[Engine]:
    opened = Engine.open(clock=clock)
    make_table(opened)
    yield opened
    opened.close()


def fail(_: Any) -> None:
    raise ValueError("not today")


def test_the_event_has_lambdas_shape(engine: Engine, clock: MovableClock) -> None:
    seen = Seen()
    trigger = prepared(engine, seen)
    put(engine, "x", 1)
    put(engine, "x", 2)
    delete(engine, "x")
    settle(trigger)
    [event] = seen.events
    assert list(event) == ["Records"]
    arn = answer(engine, "DescribeTable", TableName=TABLE)["Table"]["LatestStreamArn"]
    inserted, modified, removed = event["Records"]
    assert modified["eventID"] == modified["eventID"].lower()
    assert len(modified["eventID"]) == 32
    assert modified | {"eventID": ""} == {
        "eventID": "",
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": int(clock.now()),
            "Keys": {"a": {"S": "x"}},
            "NewImage": {"a": {"S": "x"}, "n": {"N": "2"}},
            "OldImage": {"a": {"S": "x"}, "n": {"N": "1"}},
            "SequenceNumber": sequences(event)[1],
            "SizeBytes": 2 + 2 * 5,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": arn,
    }
    assert (inserted["eventName"], removed["eventName"]) == ("INSERT", "REMOVE")
    assert "OldImage" not in inserted["dynamodb"]
    assert "NewImage" not in removed["dynamodb"]
    assert sequences(event) == sorted(sequences(event), key=int)


def test_batches_have_so_many_records_at_most(engine: Engine) -> None:
    seen = Seen()
    trigger = prepared(engine, seen, batch_size=3)
    for number in range(1, 8):
        put(engine, "x", number)
    settle(trigger)
    assert seen.batches == [[1, 2, 3], [4, 5, 6], [7]]
    assert trigger.statistics._replace(age_seconds=0) == triggers.Statistics(3, 0, 7)


def test_a_batch_has_no_more_bytes_than_an_invocation(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TRIGGER_PAYLOAD_BYTES", 2000)
    seen = Seen()
    trigger = prepared(engine, seen)
    for number in range(1, 16):
        put(engine, "x", number)
    settle(trigger)
    assert seen.numbers == list(range(1, 16))
    sizes = [len(codec.encode(event)) for event in seen.events]
    assert max(sizes) <= 2000
    assert min(sizes[:-1]) > 1000


def test_a_batch_waits_for_its_window_by_the_clock(engine: Engine, clock: MovableClock) -> None:
    seen = Seen()
    trigger = prepared(engine, seen, batch_size=3, batch_window=60)
    put(engine, "x", 1)
    settle(trigger)
    clock.advance(59)
    put(engine, "x", 2)
    settle(trigger)
    assert seen.batches == []
    assert trigger.statistics.waiting == 2
    clock.advance(1)
    settle(trigger)
    assert seen.batches == [[1, 2]]
    for number in (3, 4, 5, 6):
        put(engine, "x", number)
    settle(trigger)
    assert seen.batches == [[1, 2], [3, 4, 5]]


def test_a_new_trigger_begins_with_what_is_kept_or_with_what_comes(engine: Engine) -> None:
    put(engine, "x", 1)
    oldest, latest = Seen(), Seen()
    first = prepared(engine, oldest, name="oldest")
    second = prepared(engine, latest, name="latest", starting_position="LATEST")
    put(engine, "x", 2)
    settle(first)
    settle(second)
    assert (oldest.numbers, latest.numbers) == ([1, 2], [2])


def test_it_goes_on_at_its_checkpoint(engine: Engine) -> None:
    put(engine, "x", 1)
    settle(prepared(engine, Seen()))
    put(engine, "x", 2)
    seen = Seen()
    settle(prepared(engine, seen, starting_position="LATEST"))
    assert seen.numbers == [2]


def test_records_older_than_a_day_are_not_delivered(engine: Engine, clock: MovableClock) -> None:
    put(engine, "x", 1)
    clock.advance(hours=25)
    put(engine, "x", 2)
    seen = Seen()
    settle(prepared(engine, seen))
    assert seen.numbers == [2]


def test_what_the_filter_does_not_want_counts_as_done(engine: Engine) -> None:
    seen = Seen()
    trigger = prepared(engine, seen, filter={"eventName": ["INSERT"]}, batch_size=2)
    for number, key in enumerate("abacbd", 1):
        put(engine, key, number)
    settle(trigger)
    assert seen.batches == [[1, 2], [4, 6]]
    assert trigger.statistics.filtered == 2
    again = Seen()
    settle(prepared(engine, again))
    assert again.numbers == []


def test_a_long_row_of_unwanted_records_is_noted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dynalite_py.workers.trigger_lines._PASSED", 5)
    trigger = prepared(engine, Seen(), filter={"eventName": ["REMOVE"]})
    for number in range(1, 8):
        put(engine, "x", number)
        settle(trigger)
    again = Seen()
    settle(prepared(engine, again))
    assert again.numbers == [6, 7]


def test_a_failed_batch_comes_again_after_a_pause_and_holds_up_its_shard(
    engine: Engine, clock: MovableClock
) -> None:
    seen = Seen(fail)
    trigger = prepared(engine, seen, batch_size=2)
    put(engine, "x", 1)
    settle(trigger)
    put(engine, "x", 2)
    settle(trigger)
    assert seen.batches == [[1]]
    assert trigger.statistics.last_failure == "ValueError: not today"
    clock.advance(0.4)
    settle(trigger)
    clock.advance(0.79)
    settle(trigger)
    assert seen.batches == [[1], [1]]
    seen.fails = None
    clock.advance(0.01)
    settle(trigger)
    assert seen.batches == [[1], [1], [1], [2]]
    assert trigger.statistics.failures == 2
    assert trigger.statistics.last_failure is None


def test_nothing_is_forgotten_behind_a_batch_that_failed(
    engine: Engine, clock: MovableClock
) -> None:
    seen = Seen(fail)
    trigger = prepared(engine, seen, batch_size=1)
    for number in range(1, 5):
        put(engine, "x", number)
    settle(trigger)
    settle(trigger)
    seen.fails = None
    clock.advance(60)
    settle(trigger)
    assert seen.numbers == [1, 1, 2, 3, 4]


def test_a_handler_gets_a_new_event_at_every_try(engine: Engine, clock: MovableClock) -> None:
    def spoil(event: dict[str, Any]) -> None:
        events.append(codec.decode(codec.encode(event)))
        event["Records"].clear()
        raise ValueError

    events: list[dict[str, Any]] = []
    trigger = prepared(engine, spoil)
    put(engine, "x", 1)
    settle(trigger)
    clock.advance(60)
    settle(trigger)
    assert events[0] == events[1]


def test_failed_records_come_again_and_those_before_them_do_not(
    engine: Engine, clock: MovableClock
) -> None:
    def report(event: dict[str, Any]) -> dict[str, Any]:
        seen(event)
        if len(seen.batches) > 1:
            return {"batchItemFailures": []}
        failed = sequences(event)[3], sequences(event)[2]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    seen = Seen()
    trigger = prepared(engine, report, report_batch_item_failures=True)
    for number in range(1, 6):
        put(engine, "x", number)
    settle(trigger)
    again = Seen()
    settle(prepared(engine, again, name=trigger.name))
    assert again.numbers == [3, 4, 5]
    clock.advance(60)
    settle(trigger)
    assert seen.batches == [[1, 2, 3, 4, 5], [3, 4, 5]]


NONSENSE: list[Any] = ["nonsense", 42, {"batchItemFailures": [{}]}]


@pytest.mark.parametrize("reply", NONSENSE)
def test_a_reply_that_is_not_understood_fails_the_batch(
    engine: Engine, clock: MovableClock, reply: object
) -> None:
    seen = Seen(lambda _: reply)
    trigger = prepared(engine, seen, report_batch_item_failures=True)
    unaware = Seen(lambda _: reply)
    other = prepared(engine, unaware, name="unaware")
    put(engine, "x", 1)
    settle(trigger)
    settle(other)
    clock.advance(60)
    settle(trigger)
    settle(other)
    assert (seen.batches, unaware.batches) == ([[1], [1]], [[1]])


def test_a_failed_batch_is_halved_until_the_poison_is_alone(
    engine: Engine, clock: MovableClock, tmp_path: Path
) -> None:
    def refuse(batch: list[int]) -> None:
        if 6 in batch:
            raise ValueError

    seen = Seen(refuse)
    told = tmp_path / "failed.jsonl"
    trigger = prepared(
        engine, seen, bisect_on_error=True, maximum_retry_attempts=0, on_failure=told
    )
    for number in range(1, 9):
        put(engine, "x", number)
    for _ in range(8):
        settle(trigger)
        clock.advance(60)
    assert seen.batches == [
        *([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4]),
        *([5, 6, 7, 8], [5, 6], [5], [6], [7, 8]),
    ]
    assert [line["DDBStreamBatchInfo"]["batchSize"] for line in lines(told)] == [1]
    assert trigger.statistics.discarded == 1


def lines(path: Path) -> list[Any]:
    return [codec.decode(line) for line in path.read_text().splitlines()]


def test_what_is_tried_too_often_is_told_and_passed_over(
    engine: Engine, clock: MovableClock
) -> None:
    told: list[dict[str, Any]] = []
    seen = Seen(fail)
    trigger = prepared(
        *(engine, seen),
        name="refunds",
        maximum_retry_attempts=1,
        on_failure=told.append,
        batch_size=2,
    )
    for number in (1, 2, 3):
        put(engine, "x", number)
    settle(trigger)
    assert told == []
    clock.advance(60)
    settle(trigger)
    seen.fails = None
    settle(trigger)
    assert seen.batches == [[1, 2], [1, 2], [3]]
    numbers = sequences(seen.events[0])
    [message] = told
    shard = message["DDBStreamBatchInfo"].pop("shardId")
    assert shard.startswith("shardId-")
    request = message["requestContext"].pop("requestId")
    assert len(request) == 36
    assert message == {
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:refunds",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": "2023-11-14T22:14:20.000Z",
        "DDBStreamBatchInfo": {
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[1],
            "approximateArrivalOfFirstRecord": "2023-11-14T22:13:20.000Z",
            "approximateArrivalOfLastRecord": "2023-11-14T22:13:20.000Z",
            "batchSize": 2,
            "streamArn": seen.events[0]["Records"][0]["eventSourceARN"],
        },
    }


def test_what_is_too_old_is_told_without_a_call(engine: Engine, clock: MovableClock) -> None:
    told: list[dict[str, Any]] = []
    seen = Seen()
    trigger = prepared(engine, seen, maximum_record_age=60, on_failure=told.append)
    put(engine, "x", 1)
    clock.advance(61)
    put(engine, "x", 2)
    settle(trigger)
    assert seen.batches == [[2]]
    [message] = told
    assert message["requestContext"]["condition"] == "RecordAgeExceeded"
    assert message["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in message
    assert trigger.statistics.discarded == 1


def test_a_destination_that_fails_loses_nothing(engine: Engine, clock: MovableClock) -> None:
    told: list[dict[str, Any]] = []
    down = True

    def tell(message: dict[str, Any]) -> None:
        if down:
            raise OSError("no room")
        told.append(message)

    trigger = prepared(engine, Seen(fail), maximum_retry_attempts=0, on_failure=tell)
    put(engine, "x", 1)
    settle(trigger)
    failure = trigger.statistics.last_failure
    assert failure == "its on-failure destination failed: OSError: no room"
    assert (told, trigger.statistics.discarded) == ([], 0)
    down = False
    clock.advance(60)
    settle(trigger)
    assert (len(told), trigger.statistics.discarded) == (1, 1)


def test_the_order_of_an_item_is_kept_over_rolls_and_splits(clock: MovableClock) -> None:
    engine = Engine.open(clock=clock, stream_shards=3, shard_hours=1)
    make_table(engine)
    table = engine.catalog.all_tables()[0]
    seen = Seen()
    trigger = prepared(engine, seen, batch_size=4)
    number = 0
    for turn in range(6):
        for key in "abcdefgh":
            number += 1
            put(engine, key, number)
        if turn == 2:
            roll(engine, table.id)
        if turn % 2:
            settle(trigger)
        clock.advance(hours=0.6)
    settle(trigger)
    assert sorted(seen.numbers) == list(range(1, 49))
    for at in range(8):
        own = [each for each in seen.numbers if each % 8 == at]
        assert own == sorted(own)
    engine.close()


def roll(engine: Engine, table_id: int) -> None:
    def work(transaction: Any) -> bytes:
        transaction.log.roll(transaction.db, table_id, into=2)
        return b""

    engine.writer.perform(work)


def test_children_wait_for_a_parent_that_fails(engine: Engine, clock: MovableClock) -> None:
    seen = Seen(fail)
    trigger = prepared(engine, seen)
    put(engine, "x", 1)
    settle(trigger)
    roll(engine, engine.catalog.all_tables()[0].id)
    put(engine, "x", 2)
    clock.advance(60)
    settle(trigger)
    assert seen.batches == [[1], [1]]
    seen.fails = None
    clock.advance(60)
    settle(trigger)
    assert seen.batches[2:] == [[1], [2]]


def change_stream(engine: Engine, specification: dict[str, Any]) -> None:
    answer(engine, "UpdateTable", TableName=TABLE, StreamSpecification=specification)


def test_a_stream_that_is_enabled_again_is_followed(engine: Engine) -> None:
    seen = Seen()
    trigger = prepared(engine, seen)
    put(engine, "x", 1)
    change_stream(engine, {"StreamEnabled": False})
    put(engine, "x", 2)
    change_stream(engine, BOTH)
    put(engine, "x", 3)
    settle(trigger)
    assert seen.batches == [[1], [3]]
    first, second = (event["Records"][0]["eventSourceARN"] for event in seen.events)
    assert first < second


def test_a_table_that_is_made_again_is_followed(engine: Engine) -> None:
    seen = Seen()
    trigger = prepared(engine, seen)
    put(engine, "x", 1)
    answer(engine, "DeleteTable", TableName=TABLE)
    make_table(engine)
    put(engine, "x", 2)
    settle(trigger)
    assert seen.numbers == [1, 2]


def test_a_checkpoint_that_cannot_be_stored_is_stored_before_the_next_call(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen()
    trigger = prepared(engine, seen, batch_size=1)
    put(engine, "x", 1)
    put(engine, "x", 2)

    def full(*_: object, **__: object) -> bytes:
        raise DynamoDBError("InternalServerError", "full", status=500)

    with monkeypatch.context() as patched:
        patched.setattr(engine.writer, "perform", full)
        for _ in range(2):
            with pytest.raises(DynamoDBError):
                trigger.step()
    assert seen.batches == [[1]]
    settle(trigger)
    assert seen.batches == [[1], [2]]


def test_what_is_kept_in_memory_is_bounded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRIGGER_PAYLOAD_BYTES", 3000)
    monkeypatch.setattr(triggers, "_READ_RECORDS", 5)
    trigger = prepared(engine, Seen(fail), batch_size=10_000)
    for number in range(1, 200):
        put(engine, "x", number)
    settle(trigger)
    assert trigger.statistics.waiting < 30


def test_all_shards_together_are_bounded_and_each_gets_on(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "_KEPT_BYTES", 400)
    engine = Engine.open(clock=clock, stream_shards=16)
    make_table(engine)
    seen = Seen(fail)
    trigger = prepared(engine, seen, batch_size=100)
    for number in range(1, 401):
        put(engine, f"k{number % 50}", number)
    settle(trigger)
    assert trigger.statistics.waiting < 200
    seen.fails = None
    clock.advance(60)
    settle(trigger)
    assert {*seen.numbers} == {*range(1, 401)}
    for key in range(50):
        own = [number for number in dict.fromkeys(seen.numbers) if number % 50 == key]
        assert own == sorted(own)
    engine.close()


BAD_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"handler": 5}, "a trigger calls a function, and 5 is none"),
    ({"handler": Ellipsis}, "a trigger calls a function, and Ellipsis is none"),
    ({"batch_size": 0}, "batch_size is from 1 to 10,000, not 0"),
    ({"batch_size": 10_001}, "batch_size is from 1 to 10,000, not 10001"),
    ({"batch_size": 1.5}, "batch_size is from 1 to 10,000, not 1.5"),
    ({"batch_size": True}, "batch_size is from 1 to 10,000, not True"),
    ({"batch_window": -1}, "batch_window is from 0 to 300, not -1"),
    ({"batch_window": 301}, "batch_window is from 0 to 300, not 301"),
    ({"batch_window": float("nan")}, "batch_window is from 0 to 300, not nan"),
    ({"starting_position": "FIRST"}, "starting_position is TRIM_HORIZON or LATEST, not 'FIRST'"),
    ({"maximum_retry_attempts": -2}, "maximum_retry_attempts is from 0 to 10,000, not -2"),
    ({"maximum_record_age": 59}, "maximum_record_age is from 60 to 604,800, not 59"),
    ({"name": "x" * 257}, "a trigger's name has 1 to 256 characters"),
]


def options(handler: Any = print, **members: Any) -> TriggerOptions:
    return TriggerOptions(table=TABLE, handler=handler, **members)


@pytest.mark.parametrize(("members", "text"), BAD_OPTIONS)
def test_options_outside_lambdas_bounds_are_refused(members: dict[str, Any], text: str) -> None:
    with pytest.raises(TriggerError) as refusal:
        options(**members)
    assert str(refusal.value) == text


def test_a_trigger_is_called_after_its_handler() -> None:
    partial = functools.partial(functools.partial(settle))
    names = [TriggerOptions(table=TABLE, handler=each).name for each in (fail, Seen(), partial)]
    assert names == [
        f"{__name__}:fail",
        "tests.support.triggers:Seen",
        "tests.support.triggers:settle",
    ]
