"""Kinesis destinations of a table: their states, what the answers show, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import limits
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.support.engines import answer, make

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
OTHER = "arn:aws:kinesis:us-east-1:000000000000:stream/others"
ENABLING, UPDATING = "EnableKinesisStreamingConfiguration", "UpdateKinesisStreamingConfiguration"
PRECISION = "ApproximateCreationDateTimePrecision"
SECONDS = 5.0


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def slow(clock: MovableClock) -> Iterator[Engine]:
    """An engine in which changes take their time."""
    opened = Engine.open(clock=clock, transitions=Transitions(update=SECONDS))
    make(opened, "abc")
    yield opened
    opened.close()


@pytest.fixture
def quick(engine: Engine) -> Engine:
    """An engine in which they take none."""
    make(engine, "abc")
    return engine


def ask(engine: Engine, verb: str, arn: str = ARN, /, **members: Any) -> Any:
    return answer(
        engine, f"{verb}KinesisStreamingDestination", TableName="abc", StreamArn=arn, **members
    )


def destinations(engine: Engine) -> list[dict[str, str]]:
    described = answer(engine, "DescribeKinesisStreamingDestination", TableName="abc")
    assert described["TableName"] == "abc"
    return described["KinesisDataStreamDestinations"]


def status(engine: Engine) -> str:
    [shown] = destinations(engine)
    return shown["DestinationStatus"]


def refusal(engine: Engine, verb: str, arn: str = ARN, /, **members: Any) -> str:
    with pytest.raises(DynamoDBError) as refused:
        ask(engine, verb, arn, **members)
    assert refused.value.code == "ValidationException"
    return refused.value.message or ""


@pytest.mark.parametrize("name", ["abc", "arn:aws:dynamodb:us-east-1:000000000000:table/abc"])
def test_a_table_has_no_destination(engine: Engine, name: str) -> None:
    make(engine, "abc")
    assert answer(engine, "DescribeKinesisStreamingDestination", TableName=name) == {
        "TableName": "abc",
        "KinesisDataStreamDestinations": [],
    }


def test_a_destination_is_enabling_then_active(slow: Engine, clock: MovableClock) -> None:
    assert ask(slow, "Enable") == {
        "TableName": "abc",
        "StreamArn": ARN,
        "DestinationStatus": "ENABLING",
    }
    assert destinations(slow) == [{"StreamArn": ARN, "DestinationStatus": "ENABLING"}]
    clock.advance(SECONDS)
    assert destinations(slow) == [{"StreamArn": ARN, "DestinationStatus": "ACTIVE"}]


def test_a_destination_is_disabling_then_disabled_and_stays_in_the_list(
    slow: Engine, clock: MovableClock
) -> None:
    ask(slow, "Enable")
    clock.advance(SECONDS)
    assert ask(slow, "Disable") == {
        "TableName": "abc",
        "StreamArn": ARN,
        "DestinationStatus": "DISABLING",
    }
    assert status(slow) == "DISABLING"
    clock.advance(SECONDS)
    assert status(slow) == "DISABLED"


def test_a_precision_is_updating_and_shown(slow: Engine, clock: MovableClock) -> None:
    ask(slow, "Enable")
    clock.advance(SECONDS)
    micro = {PRECISION: "MICROSECOND"}
    assert ask(slow, "Update", **{UPDATING: micro}) == {
        "TableName": "abc",
        "StreamArn": ARN,
        "DestinationStatus": "UPDATING",
        UPDATING: micro,
    }
    shown = {"StreamArn": ARN, "DestinationStatus": "UPDATING", PRECISION: "MICROSECOND"}
    assert destinations(slow) == [shown]
    clock.advance(SECONDS)
    assert destinations(slow) == [{**shown, "DestinationStatus": "ACTIVE"}]


def test_a_precision_may_be_asked_for_at_once(quick: Engine) -> None:
    micro = {PRECISION: "MICROSECOND"}
    assert ask(quick, "Enable", **{ENABLING: micro})[ENABLING] == micro
    assert destinations(quick)[0][PRECISION] == "MICROSECOND"


NOT_DISABLED = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: "
    "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
    "operation."
)
NOT_ACTIVE = (
    "Table is not in a valid state to disable Kinesis Streaming Destination: "
    "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
)


def test_a_table_has_one_live_destination(slow: Engine, clock: MovableClock) -> None:
    ask(slow, "Enable")
    for _ in ("ENABLING", "ACTIVE"):
        assert refusal(slow, "Enable") == NOT_DISABLED
        assert refusal(slow, "Enable", OTHER) == NOT_DISABLED
        clock.advance(SECONDS)
    ask(slow, "Disable")
    assert refusal(slow, "Enable") == NOT_DISABLED
    clock.advance(SECONDS)
    ask(slow, "Enable", OTHER)
    clock.advance(SECONDS)
    assert [(each["StreamArn"], each["DestinationStatus"]) for each in destinations(slow)] == [
        (ARN, "DISABLED"),
        (OTHER, "ACTIVE"),
    ]


def test_only_an_active_destination_is_disabled(slow: Engine, clock: MovableClock) -> None:
    assert refusal(slow, "Disable") == NOT_ACTIVE
    ask(slow, "Enable")
    assert refusal(slow, "Disable") == NOT_ACTIVE
    clock.advance(SECONDS)
    assert refusal(slow, "Disable", OTHER) == NOT_ACTIVE
    ask(slow, "Disable")
    assert refusal(slow, "Disable") == NOT_ACTIVE


def test_only_an_active_destination_is_changed(slow: Engine, clock: MovableClock) -> None:
    ask(slow, "Enable")
    text = (
        "Invalid Request: Kinesis streaming is not in ACTIVE state. Updates are only allowed in "
        f"ACTIVE state. TableName: abc, kdsArn: {ARN}"
    )
    assert refusal(slow, "Update", **{UPDATING: {PRECISION: "MICROSECOND"}}) == text
    clock.advance(SECONDS)
    ask(slow, "Update", **{UPDATING: {PRECISION: "MICROSECOND"}})
    assert refusal(slow, "Update", **{UPDATING: {PRECISION: "MILLISECOND"}}) == text


@pytest.mark.parametrize(
    ("asked", "again"), [("MICROSECOND", "MICROSECOND"), (None, "MILLISECOND")]
)
def test_a_precision_is_not_changed_to_what_it_is(
    quick: Engine, asked: str | None, again: str
) -> None:
    ask(quick, "Enable", **({ENABLING: {PRECISION: asked}} if asked else {}))
    table_id = answer(quick, "DescribeTable", TableName="abc")["Table"]["TableId"]
    assert refusal(quick, "Update", **{UPDATING: {PRECISION: again}}) == (
        f"Invalid Request: Precision is already set to the desired value of {again} for tableId: "
        f"{table_id}, kdsArn: {ARN}"
    )


NO_PERMISSION = "User does not have a permission to use kinesis stream"
OTHER_REGION = (
    "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the "
    "current region"
)


@pytest.mark.parametrize(
    ("arn", "description"),
    [
        ("x" * 37, NO_PERMISSION),
        (ARN.replace("000000000000", "000000000001"), NO_PERMISSION),
        (ARN.replace("stream/", "consumer/"), NO_PERMISSION),
        (ARN.replace("us-east-1", "eu-west-1"), OTHER_REGION),
    ],
)
def test_an_arn_that_leads_nowhere_fails_later(
    slow: Engine, clock: MovableClock, arn: str, description: str
) -> None:
    assert ask(slow, "Enable", arn)["DestinationStatus"] == "ENABLING"
    assert destinations(slow) == [{"StreamArn": arn, "DestinationStatus": "ENABLING"}]
    clock.advance(SECONDS)
    assert destinations(slow) == [
        {
            "StreamArn": arn,
            "DestinationStatus": "ENABLE_FAILED",
            "DestinationStatusDescription": description,
        }
    ]
    assert refusal(slow, "Disable", arn) == NOT_ACTIVE
    ask(slow, "Enable")


def test_the_latest_destinations_are_shown(quick: Engine) -> None:
    arns = [f"{ARN}-{number}" for number in range(limits.KINESIS_DESTINATIONS + 2)]
    for arn in arns:
        ask(quick, "Enable", arn)
        ask(quick, "Disable", arn)
    assert [each["StreamArn"] for each in destinations(quick)] == arns[2:]


@pytest.mark.parametrize("state", ["CREATING", "DELETING"])
def test_a_table_on_its_way_takes_none(clock: MovableClock, state: str) -> None:
    engine = Engine.open(clock=clock, transitions=Transitions(create=9, delete=9))
    make(engine, "abc")
    if state == "DELETING":
        clock.advance(9)
        answer(engine, "DeleteTable", TableName="abc")
    with pytest.raises(DynamoDBError) as refused:
        ask(engine, "Enable")
    assert refused.value.code == "ResourceInUseException"
    engine.close()


def test_a_table_shows_nothing_of_its_destination(quick: Engine) -> None:
    before = answer(quick, "DescribeTable", TableName="abc")
    ask(quick, "Enable")
    assert answer(quick, "DescribeTable", TableName="abc") == before


def test_a_destination_outlives_a_restart(tmp_path: Path) -> None:
    engine = Engine.open(tmp_path / "store.db")
    make(engine, "abc")
    ask(engine, "Enable", **{ENABLING: {PRECISION: "MICROSECOND"}})
    shown = destinations(engine)
    engine.close()
    engine = Engine.open(tmp_path / "store.db")
    assert destinations(engine) == shown
    engine.close()


def test_a_change_of_the_table_keeps_its_destination(slow: Engine, clock: MovableClock) -> None:
    ask(slow, "Enable")
    clock.advance(SECONDS)
    on = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    answer(slow, "UpdateTable", TableName="abc", StreamSpecification=on)
    ask(slow, "Disable")
    clock.advance(SECONDS)
    assert status(slow) == "DISABLED"
    assert "LatestStreamArn" in answer(slow, "DescribeTable", TableName="abc")["Table"]
