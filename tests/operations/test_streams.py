"""The operations of DynamoDB Streams: which streams and shards there are."""

from __future__ import annotations

import re
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
    _, second = answer(streaming, "ListStreams", TableName="one")["Streams"]
    assert second["StreamArn"] == described["LatestStreamArn"] != first["StreamArn"]


def described(engine: Engine, arn: str, **request: Any) -> Any:
    return answer(engine, "DescribeStream", StreamArn=arn, **request)["StreamDescription"]


def arns_of(engine: Engine, name: str) -> list[str]:
    return [each["StreamArn"] for each in answer(engine, "ListStreams", TableName=name)["Streams"]]


def test_a_stream_is_described_as_its_table_was_when_it_was_enabled(
    streaming: Engine, clock: MovableClock
) -> None:
    [arn] = arns_of(streaming, "one")
    found = described(streaming, arn)
    [shard] = found.pop("Shards")
    assert re.fullmatch(r"shardId-[0-9]{20}-[0-9a-f]{8}", shard.pop("ShardId"))
    numbers = shard.pop("SequenceNumberRange")
    assert re.fullmatch("[0-9]{21}", numbers.pop("StartingSequenceNumber"))
    assert not numbers
    assert not shard
    assert found == {
        "StreamArn": arn,
        "StreamLabel": arn.rpartition("/")[2],
        "StreamStatus": "ENABLED",
        "StreamViewType": "KEYS_ONLY",
        "CreationRequestDateTime": clock.now(),
        "TableName": "one",
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    }


def test_a_table_may_have_several_streams_one_of_them_enabled(
    streaming: Engine, clock: MovableClock
) -> None:
    switch(streaming, "one", {"StreamEnabled": False})
    switch(streaming, "one", {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    clock.advance(10)
    answer(streaming, "DeleteTable", TableName="one")
    make(streaming, "one", StreamSpecification=ON)
    first, second, third = arns_of(streaming, "one")
    states = [described(streaming, arn) for arn in (first, second, third)]
    assert [(each["StreamStatus"], each["StreamViewType"]) for each in states] == [
        ("DISABLED", "KEYS_ONLY"),
        ("DISABLED", "NEW_IMAGE"),
        ("ENABLED", "KEYS_ONLY"),
    ]
    assert ["EndingSequenceNumber" in each["Shards"][0]["SequenceNumberRange"] for each in states]
    clock.advance(SECONDS_OF_A_DAY - 10)
    assert arns_of(streaming, "one") == [second, third]
    with pytest.raises(DynamoDBError, match=r"Stream: .* not found"):
        described(streaming, first)
    clock.advance(10)
    assert arns_of(streaming, "one") == [third]


def test_a_table_made_anew_in_the_same_moment_has_a_stream_of_its_own(streaming: Engine) -> None:
    for _ in range(3):
        answer(streaming, "DeleteTable", TableName="one")
        make(streaming, "one", StreamSpecification=ON)
    found = arns_of(streaming, "one")
    assert len(set(found)) == 4
    assert [described(streaming, arn)["StreamStatus"] for arn in found] == [
        *(["DISABLED"] * 3),
        "ENABLED",
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_shards_come_in_pages_parents_before_children(streaming: Engine, limit: int) -> None:
    [arn] = arns_of(streaming, "one")
    for into in (1, 3, 1):
        streaming.roll_shards("one", Caller(), into)
    request: dict[str, Any] = {"Limit": limit}
    shards: list[dict[str, Any]] = []
    while True:
        page = described(streaming, arn, **request)
        assert len(page["Shards"]) <= limit
        shards += page["Shards"]
        if "LastEvaluatedShardId" not in page:
            break
        request["ExclusiveStartShardId"] = page["LastEvaluatedShardId"]
    assert len(shards) == 1 + 1 + 3 + 3
    seen: set[str] = set()
    for shard in shards:
        assert shard.get("ParentShardId", shard["ShardId"]) in {*seen, shards[0]["ShardId"]}
        seen.add(shard["ShardId"])
    assert len(seen) == len(shards)
    opened = [each for each in shards if "EndingSequenceNumber" not in each["SequenceNumberRange"]]
    assert len(opened) == 3


def test_the_children_of_a_shard_can_be_asked_for(streaming: Engine) -> None:
    [arn] = arns_of(streaming, "one")
    streaming.roll_shards("one", Caller(), 2)
    parent, *children = described(streaming, arn)["Shards"]

    def filtered(shard: str) -> Any:
        chosen = {"Type": "CHILD_SHARDS", "ShardId": shard}
        return described(streaming, arn, ShardFilter=chosen)["Shards"]

    assert filtered(parent["ShardId"]) == children
    assert filtered(children[0]["ShardId"]) == []


@pytest.mark.parametrize(
    "given",
    [{"Type": "CHILD_SHARDS"}, {"ShardId": SHARD}, {"Type": "CHILD_SHARDS", "ShardId": SHARD}],
)
def test_half_a_filter_or_one_of_no_shard_is_refused(
    streaming: Engine, given: dict[str, str]
) -> None:
    [arn] = arns_of(streaming, "one")
    with pytest.raises(DynamoDBError, match=r"shardFilter\.shardId") as refusal:
        described(streaming, arn, ShardFilter=given)
    assert refusal.value.code == "ValidationException"


def test_behind_a_shard_that_is_not_there_are_none(streaming: Engine) -> None:
    [arn] = arns_of(streaming, "one")
    assert described(streaming, arn, ExclusiveStartShardId=SHARD)["Shards"] == []


def test_a_stream_goes_through_the_states_of_its_table(slow: Slow) -> None:
    def status() -> str:
        [arn] = arns_of(slow.engine, "abc")
        return described(slow.engine, arn)["StreamStatus"]

    slow.call("CreateTable", plain("abc", StreamSpecification=ON))
    assert status() == "ENABLING"
    slow.later()
    assert status() == "ENABLED"
    slow.call("UpdateTable", {"TableName": "abc", "StreamSpecification": {"StreamEnabled": False}})
    assert status() == "DISABLING"
    slow.later()
    assert status() == "DISABLED"


def test_a_stream_is_disabling_while_its_table_is_deleted(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc", StreamSpecification=ON))
    slow.later()
    [arn] = arns_of(slow.engine, "abc")
    slow.call("DeleteTable", {"TableName": "abc"})
    assert described(slow.engine, arn)["StreamStatus"] == "DISABLING"
    slow.later()
    assert described(slow.engine, arn)["StreamStatus"] == "DISABLED"
    slow.clock.advance(SECONDS_OF_A_DAY)
    assert arns_of(slow.engine, "abc") == []


def test_a_stream_is_listed_while_its_table_is_made_and_after_it_is_gone(slow: Slow) -> None:
    created = slow.call("CreateTable", plain("abc", StreamSpecification=ON))["TableDescription"]
    assert [each["StreamArn"] for each in answer(slow.engine, "ListStreams")["Streams"]] == [
        created["LatestStreamArn"]
    ]
    slow.later()
    slow.call("DeleteTable", {"TableName": "abc"})
    assert names(slow.engine) == ["abc"]
    slow.later()
    assert names(slow.engine) == names(slow.engine, TableName="abc") == ["abc"]
