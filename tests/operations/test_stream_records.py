"""GetShardIterator and GetRecords: where reading begins, what a page has, where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import records
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import ranges
from dynalite_py.workers.runner import Runner
from tests.support import slow_tables
from tests.support.engines import answer
from tests.support.streaming import Streaming, numbers, sequences

EXPIRED = "ExpiredIteratorException"
TRIMMED = "TrimmedDataAccessException"
VALIDATION = "ValidationException"
NOT_FOUND = "ResourceNotFoundException"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(params=["by the clock alone", "with the trimmer"])
def stream(
    request: pytest.FixtureRequest, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    """A table with a stream, in memory."""
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    engine = Engine.open(clock=clock, shard_hours=0)
    found = Streaming(engine)
    if request.param == "with the trimmer":
        perform = engine.perform

        def trimmed(operation: str, members: Any, caller: Caller) -> bytes:
            while engine.runner.step():
                pass
            return perform(operation, members, caller)

        monkeypatch.setattr(engine, "perform", trimmed)
    yield found
    engine.close()


def code(stream: Streaming, iterator: str, **members: Any) -> str:
    """The code of GetRecords' refusal."""
    with pytest.raises(DynamoDBError) as refusal:
        stream.records(iterator, **members)
    return refusal.value.code


def refused_iterator(stream: Streaming, kind: str, number: str) -> str:
    """The code of GetShardIterator's refusal of a number."""
    with pytest.raises(DynamoDBError) as refusal:
        stream.iterator(kind, SequenceNumber=number)
    return refusal.value.code


def test_every_change_is_a_record_in_order(stream: Streaming) -> None:
    stream.numbered(1, 2)
    stream.delete("x")
    found = stream.all_records()
    assert [each["eventName"] for each in found] == ["INSERT", "MODIFY", "REMOVE"]
    first, second, third = (each["dynamodb"] for each in found)
    assert "OldImage" not in first
    assert first["NewImage"] == second["OldImage"] == {"a": {"S": "x"}, "n": {"N": "1"}}
    assert second["NewImage"] == third["OldImage"]
    assert "NewImage" not in third
    assert sequences(found) == sorted(sequences(found))


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pages_follow_each_other(stream: Streaming, limit: int) -> None:
    stream.numbered(*range(7))
    pages = list(stream.pages(stream.iterator(), Limit=limit))
    assert all(len(page) <= limit for page in pages)
    assert numbers([record for page in pages for record in page]) == list("0123456")


def test_a_page_has_a_thousand_records(stream: Streaming) -> None:
    stream.numbered(*range(1005))
    assert [len(page) for page in stream.pages(stream.iterator())] == [1000, 5]


def test_a_page_has_a_megabyte(stream: Streaming) -> None:
    for number in range(5):
        stream.put(f"key {number}", d={"S": "x" * 300_000})
    assert [len(page) for page in stream.pages(stream.iterator())] == [3, 2]


def test_an_open_shard_goes_on_and_a_closed_one_ends(stream: Streaming) -> None:
    stream.numbered(1)
    first = stream.records(stream.iterator())
    later = stream.records(first["NextShardIterator"])
    assert (later["Records"], "NextShardIterator" in later) == ([], True)
    stream.numbered(2)
    stream.roll()
    stream.numbered(3)
    end = stream.records(later["NextShardIterator"])
    assert numbers(end["Records"]) == ["2"]
    assert "NextShardIterator" not in end
    assert numbers(stream.all_records()) == ["1", "2", "3"]


def test_a_closed_shard_without_records_ends_at_once(stream: Streaming) -> None:
    latest = stream.iterator("LATEST")
    stream.roll()
    for iterator in (latest, stream.iterator("TRIM_HORIZON")):
        assert stream.records(iterator) == {"Records": []}


def test_reading_begins_behind_the_newest_record(stream: Streaming) -> None:
    stream.numbered(1)
    latest = stream.iterator("LATEST")
    stream.numbered(2)
    assert numbers(stream.records(latest)["Records"]) == ["2"]


def test_reading_begins_at_or_after_a_number(stream: Streaming) -> None:
    stream.numbered(1, 2, 3)
    second = sequences(stream.all_records())[1]
    at = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=second)
    after = stream.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=second)
    assert numbers(stream.records(at)["Records"]) == ["2", "3"]
    assert numbers(stream.records(after)["Records"]) == ["3"]


def test_reading_begins_at_the_start_of_an_empty_shard(stream: Streaming) -> None:
    start = stream.shards()[0]["SequenceNumberRange"]["StartingSequenceNumber"]
    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        assert stream.records(stream.iterator(kind, SequenceNumber=start))["Records"] == []


def test_reading_begins_at_a_time(stream: Streaming, clock: MovableClock) -> None:
    times: list[float] = []
    for number in range(40):
        stream.numbered(number)
        times.append(clock.now())
        clock.advance(1)
    for number, moment in enumerate(times):
        found = stream.records(stream.iterator("AT_TIMESTAMP", Timestamp=moment), Limit=1)
        assert numbers(found["Records"]) == [str(number)]
    behind = stream.iterator("AT_TIMESTAMP", Timestamp=clock.now())
    assert stream.records(behind)["Records"] == []
    oldest = stream.iterator("AT_TIMESTAMP", Timestamp=1.5)
    assert len(stream.records(oldest)["Records"]) == 40


@pytest.mark.parametrize("offset", [-1, 5])
def test_a_number_outside_the_shard_is_refused(stream: Streaming, offset: int) -> None:
    stream.numbered(1)
    start = int(stream.shards()[0]["SequenceNumberRange"]["StartingSequenceNumber"])
    number = str(start + offset)
    assert refused_iterator(stream, "AT_SEQUENCE_NUMBER", number) == VALIDATION
    assert refused_iterator(stream, "AFTER_SEQUENCE_NUMBER", number) == VALIDATION


@pytest.mark.parametrize("number", ["0" * 21, "9" * 40, "1" * 21])
def test_a_number_that_no_record_can_have_is_refused(stream: Streaming, number: str) -> None:
    assert refused_iterator(stream, "AT_SEQUENCE_NUMBER", number) == VALIDATION


def test_an_iterator_lives_for_fifteen_minutes(stream: Streaming, clock: MovableClock) -> None:
    stream.numbered(1)
    iterator = stream.iterator()
    clock.advance(15 * 60)
    following = stream.records(iterator)["NextShardIterator"]
    clock.advance(1)
    assert code(stream, iterator) == EXPIRED
    assert stream.records(following)["Records"] == []


def test_records_are_readable_for_a_day(stream: Streaming, clock: MovableClock) -> None:
    stream.numbered(1)
    clock.advance(hours=1)
    stream.numbered(2)
    clock.advance(hours=23)
    assert numbers(stream.all_records()) == ["1", "2"]
    clock.advance(1)
    assert numbers(stream.all_records()) == ["2"]
    clock.advance(hours=1)
    assert stream.all_records() == []
    stream.numbered(3)
    assert numbers(stream.all_records()) == ["3"]


def test_a_number_that_is_too_old_is_refused_as_trimmed(
    stream: Streaming, clock: MovableClock
) -> None:
    stream.numbered(1, 2)
    clock.advance(hours=1)
    stream.numbered(3)
    found = sequences(stream.all_records())
    clock.advance(hours=23, seconds=1)
    for number in found[:2]:
        assert refused_iterator(stream, "AT_SEQUENCE_NUMBER", number) == TRIMMED
        assert refused_iterator(stream, "AFTER_SEQUENCE_NUMBER", number) == TRIMMED
    at = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=found[2])
    assert numbers(stream.records(at)["Records"]) == ["3"]


def test_an_iterator_at_records_that_became_too_old_is_refused_as_trimmed(
    stream: Streaming, clock: MovableClock
) -> None:
    stream.numbered(1, 2)
    first = sequences(stream.all_records())[0]
    clock.advance(hours=24, seconds=-60)
    at = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=first)
    horizon, latest = stream.iterator(), stream.iterator("LATEST")
    clock.advance(61)
    assert code(stream, at) == TRIMMED
    stream.numbered(3)
    for iterator in (horizon, latest):
        assert numbers(stream.records(iterator)["Records"]) == ["3"]


def test_shards_that_were_closed_a_day_ago_are_gone(stream: Streaming, clock: MovableClock) -> None:
    stream.numbered(1)
    stream.roll()
    stream.numbered(2)
    closed, child = stream.shards()
    clock.advance(hours=24, seconds=-1)
    iterator = stream.iterator("TRIM_HORIZON", closed["ShardId"])
    assert len(stream.shards()) == 2
    clock.advance(2)
    assert stream.shards() == [child]
    assert child["ParentShardId"] == closed["ShardId"]
    assert code(stream, iterator) == NOT_FOUND
    with pytest.raises(DynamoDBError, match="Shard: "):
        stream.iterator("LATEST", closed["ShardId"])


def test_a_disabled_stream_is_read_to_its_end(stream: Streaming) -> None:
    stream.numbered(1)
    off = {"StreamEnabled": False}
    answer(stream.engine, "UpdateTable", TableName="music", StreamSpecification=off)
    stream.numbered(2)
    page = stream.records(stream.iterator())
    assert numbers(page["Records"]) == ["1"]
    assert "NextShardIterator" not in page


def test_the_stream_of_a_deleted_table_is_read_for_a_day(
    stream: Streaming, clock: MovableClock
) -> None:
    stream.numbered(1)
    answer(stream.engine, "DeleteTable", TableName="music")
    again = Streaming(stream.engine)
    again.numbered(5)
    assert (numbers(stream.all_records()), numbers(again.all_records())) == (["1"], ["5"])
    clock.advance(hours=24)
    with pytest.raises(DynamoDBError, match="not found"):
        stream.all_records()


def test_iterators_show_their_stream_and_are_short(stream: Streaming) -> None:
    long = Streaming(stream.engine, "n" * 255)
    for each in (stream, long):
        iterator = each.iterator()
        assert iterator.startswith(f"{each.arn}|")
        assert len(iterator) <= 2048


def test_an_iterator_that_was_touched_is_refused(stream: Streaming) -> None:
    stream.numbered(1)
    other = Streaming(stream.engine, "other")
    iterator = stream.iterator()
    half = len(iterator) // 2
    middle = "A" if iterator[-9] != "A" else "B"
    for touched in (
        iterator[:-4],
        iterator[:half],
        iterator + "AAAA",
        iterator[:-9] + middle + iterator[-8:],
        iterator.replace("music", "other"),
        other.arn + iterator.removeprefix(stream.arn),
        iterator.rpartition("|")[2],
        iterator.replace("|1|", "|2|"),
    ):
        assert code(stream, touched) == VALIDATION


def test_an_iterator_is_of_use_to_its_own_account_and_region_alone(stream: Streaming) -> None:
    iterator = stream.iterator()
    for caller in (Caller(region="eu-west-1"), Caller(account="123456789012")):
        with pytest.raises(DynamoDBError) as refusal:
            answer(stream.engine, "GetRecords", caller, ShardIterator=iterator)
        assert refusal.value.code == VALIDATION


def test_an_iterator_of_another_store_is_refused(stream: Streaming, clock: MovableClock) -> None:
    engine = Engine.open(clock=clock)
    elsewhere = Streaming(engine)
    assert elsewhere.arn == stream.arn
    assert code(elsewhere, stream.iterator()) == VALIDATION
    engine.close()


def test_more_than_a_thousand_records_are_refused(stream: Streaming) -> None:
    assert code(stream, stream.iterator(), Limit=1001) == VALIDATION


def test_a_long_page_is_left_to_a_reading_thread(stream: Streaming) -> None:
    stream.numbered(*range(65))
    engine = stream.engine
    read: Any = engine.operations["GetRecords"].handler(
        engine._scope(Caller()),  # pyright: ignore[reportPrivateUsage]
        {"ShardIterator": stream.iterator()},
    )
    with pytest.raises(ranges.TooLongError):
        engine.database.read(lambda db: read(db, brief=True))
    short: Any = engine.operations["GetRecords"].handler(
        engine._scope(Caller()),  # pyright: ignore[reportPrivateUsage]
        {"ShardIterator": stream.iterator(), "Limit": 64},
    )
    assert engine.database.read(lambda db: short(db, brief=True))


@pytest.mark.parametrize("view", ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])
def test_a_stream_has_the_images_that_it_was_enabled_with(stream: Streaming, view: str) -> None:
    viewed = Streaming(stream.engine, "viewed", view)
    viewed.numbered(1, 2)
    _, second = viewed.all_records()
    assert second["dynamodb"]["StreamViewType"] == view
    assert ("NewImage" in second["dynamodb"]) == (view in records.WITH_NEW)
    assert ("OldImage" in second["dynamodb"]) == (view in records.WITH_OLD)


def test_splits_keep_the_records_of_an_item_in_one_line_of_shards(stream: Streaming) -> None:
    for turn in range(5):
        for key in range(20):
            stream.put(f"key {key}", n={"N": str(turn)})
        if turn < 3:
            stream.roll(into=2)
    assert len(stream.shards()) == 1 + 2 + 4 + 8
    by_key: dict[str, list[str]] = {}
    for record in stream.all_records():
        key = record["dynamodb"]["Keys"]["a"]["S"]
        by_key.setdefault(key, []).append(record["dynamodb"]["NewImage"]["n"]["N"])
    assert by_key == {f"key {key}": list("01234") for key in range(20)}
