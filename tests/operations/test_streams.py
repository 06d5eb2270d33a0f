"""The operations of DynamoDB Streams: which streams there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts.features import SHARD
from tests.support.engines import answer, make
from tests.support.slow_tables import Slow, plain

ON: dict[str, Any] = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
SECONDS_OF_A_DAY = 24 * 3600


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def streaming(clock: MovableClock) -> Iterator[Engine]:
    """A store with five tables, of which three have a stream."""
    opened = Engine.open(clock=clock)
    for name in ("one", "two", "three"):
        make(opened, name, StreamSpecification=ON)
    make(opened, "bare")
    make(opened, "off", StreamSpecification={"StreamEnabled": False})
    yield opened
    opened.close()


def names(engine: Engine, **request: Any) -> list[str]:
    return [each["TableName"] for each in answer(engine, "ListStreams", **request)["Streams"]]


def switch(engine: Engine, name: str, specification: dict[str, Any]) -> Any:
    return answer(engine, "UpdateTable", TableName=name, StreamSpecification=specification)


def test_a_stream_is_listed_as_its_table_shows_it(streaming: Engine) -> None:
    table = answer(streaming, "DescribeTable", TableName="one")["Table"]
    assert answer(streaming, "ListStreams", TableName="one") == {
        "Streams": [
            {
                "StreamArn": table["LatestStreamArn"],
                "TableName": "one",
                "StreamLabel": table["LatestStreamLabel"],
            }
        ]
    }


def test_all_streams_of_account_and_region_are_listed(streaming: Engine) -> None:
    make(streaming, "far", Caller(region="eu-west-1"), StreamSpecification=ON)
    make(streaming, "foreign", Caller(account="123456789012"), StreamSpecification=ON)
    assert sorted(names(streaming)) == ["one", "three", "two"]
    assert "LastEvaluatedStreamArn" not in answer(streaming, "ListStreams")


@pytest.mark.parametrize("name", ["bare", "off", "never"])
def test_a_table_without_a_stream_has_none_listed(streaming: Engine, name: str) -> None:
    assert answer(streaming, "ListStreams", TableName=name) == {"Streams": []}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_streams_follow_each_other(streaming: Engine, limit: int) -> None:
    found: list[str] = []
    request: dict[str, Any] = {"Limit": limit}
    while True:
        page = answer(streaming, "ListStreams", **request)
        assert len(page["Streams"]) <= limit
        found += [each["StreamArn"] for each in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            break
        assert page["LastEvaluatedStreamArn"] == found[-1]
        request["ExclusiveStartStreamArn"] = found[-1]
    assert found == sorted(set(found))
    assert len(found) == 3


def test_a_page_starts_behind_its_start_in_one_table_too(streaming: Engine) -> None:
    table = answer(streaming, "DescribeTable", TableName="one")["Table"]
    start = table["LatestStreamArn"]
    assert names(streaming, TableName="one", ExclusiveStartStreamArn=start) == []
    assert names(streaming, ExclusiveStartStreamArn=start) == ["three", "two"]


def test_a_disabled_stream_is_listed_for_a_day(streaming: Engine, clock: MovableClock) -> None:
    switch(streaming, "one", {"StreamEnabled": False})
    assert names(streaming, TableName="one") == ["one"]
    clock.advance(SECONDS_OF_A_DAY - 1)
    assert names(streaming, TableName="one") == ["one"]
    clock.advance(1)
    assert names(streaming, TableName="one") == []
    assert "LatestStreamArn" in answer(streaming, "DescribeTable", TableName="one")["Table"]


def test_a_stream_enabled_again_has_a_new_label(streaming: Engine, clock: MovableClock) -> None:
    [first] = answer(streaming, "ListStreams", TableName="one")["Streams"]
    switch(streaming, "one", {"StreamEnabled": False})
    clock.advance(1)
    described = switch(streaming, "one", ON)["TableDescription"]
    [second] = answer(streaming, "ListStreams", TableName="one")["Streams"]
    assert second["StreamArn"] == described["LatestStreamArn"] != first["StreamArn"]


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("DescribeStream", {}),
        ("GetShardIterator", {"ShardId": SHARD, "ShardIteratorType": "TRIM_HORIZON"}),
        (
            "GetShardIterator",
            {
                "ShardId": SHARD,
                "ShardIteratorType": "AT_SEQUENCE_NUMBER",
                "SequenceNumber": "1" * 21,
            },
        ),
        (
            "GetShardIterator",
            {"ShardId": SHARD, "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 0.5},
        ),
    ],
)
def test_the_records_of_a_stream_that_exists_are_refused_by_name(
    streaming: Engine, operation: str, members: dict[str, Any]
) -> None:
    [stream] = answer(streaming, "ListStreams", TableName="one")["Streams"]
    with pytest.raises(DynamoDBError) as refusal:
        answer(streaming, operation, StreamArn=stream["StreamArn"], **members)
    assert refusal.value.code == "UnsupportedOperationException"
    assert operation in str(refusal.value.message)


def test_a_stream_is_listed_while_its_table_is_made_and_until_it_is_gone(slow: Slow) -> None:
    created = slow.call("CreateTable", plain("abc", StreamSpecification=ON))["TableDescription"]
    assert [each["StreamArn"] for each in answer(slow.engine, "ListStreams")["Streams"]] == [
        created["LatestStreamArn"]
    ]
    slow.later()
    slow.call("DeleteTable", {"TableName": "abc"})
    assert names(slow.engine) == ["abc"]
    slow.later()
    assert names(slow.engine) == names(slow.engine, TableName="abc") == []
