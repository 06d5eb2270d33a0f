"""A change as a record of DynamoDB Streams, of a Lambda event, of a Kinesis stream."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dynalite_py.model import codec, records, sizes
from dynalite_py.model.records import REPLICATION, TTL, USER, Record

TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/Music"
ARN = f"{TABLE}/stream/2026-01-02T03:04:05.678"
AT = 1_700_000_000_987_654


def item(message: str | None = None) -> dict[str, Any]:
    """The documentation's item: keyed by the number 101."""
    found: dict[str, Any] = {"Id": {"N": "101"}}
    if message is not None:
        found["Message"] = {"S": message}
    return found


def change(
    old: dict[str, Any] | None, new: dict[str, Any] | None, origin: int = USER, sequence: int = 7
) -> Record:
    """A change from one item to another."""

    def measured(image: dict[str, Any] | None) -> tuple[int, str | None]:
        return (0, None) if image is None else (sizes.of_item(image), codec.text(image))

    (old_size, old_text), (new_size, new_text) = measured(old), measured(new)
    return Record(sequence, AT, origin, old_size, new_size, old_text, new_text)


def streamed(record: Record, view_type: str = "NEW_AND_OLD_IMAGES") -> dict[str, Any]:
    """The change as GetRecords gives it."""
    return codec.decode(records.for_streams(ARN, "eu-west-1", view_type, ["Id"])(record))


NEW, OLD = item("This item has changed"), item("New item!")
INSERTED, MODIFIED, REMOVED = change(None, OLD), change(OLD, NEW), change(NEW, None)


def test_a_record_of_a_stream_has_the_services_members() -> None:
    found = streamed(MODIFIED)
    assert re.fullmatch("[0-9a-f]{32}", found.pop("eventID"))
    assert found == {
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": {"Id": {"N": "101"}},
            "NewImage": NEW,
            "OldImage": OLD,
            "SequenceNumber": "100000000000000000007",
            "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


@pytest.mark.parametrize(
    ("record", "name", "size"),
    [(INSERTED, "INSERT", 26), (MODIFIED, "MODIFY", 59), (REMOVED, "REMOVE", 38)],
)
def test_sizes_are_those_of_the_documentation(record: Record, name: str, size: int) -> None:
    found = streamed(record)
    assert (found["eventName"], found["dynamodb"]["SizeBytes"]) == (name, size)


@pytest.mark.parametrize(
    ("view_type", "images"),
    [
        ("KEYS_ONLY", ["", "", ""]),
        ("NEW_IMAGE", ["NewImage", "NewImage", ""]),
        ("OLD_IMAGE", ["", "OldImage", "OldImage"]),
        ("NEW_AND_OLD_IMAGES", ["NewImage", "NewImage OldImage", "OldImage"]),
    ],
)
def test_a_record_has_the_images_of_its_view_type(view_type: str, images: list[str]) -> None:
    for record, expected in zip((INSERTED, MODIFIED, REMOVED), images, strict=True):
        data = streamed(record, view_type)["dynamodb"]
        assert [name for name in data if name.endswith("Image")] == expected.split()
        assert data["StreamViewType"] == view_type
        shown = sum(sizes.of_item(data[name]) for name in expected.split())
        assert data["SizeBytes"] == sizes.of_item(data["Keys"]) + shown


def test_what_time_to_live_deleted_names_the_service() -> None:
    removed = change(OLD, None, TTL)
    assert streamed(removed)["userIdentity"] == {
        "PrincipalId": "dynamodb.amazonaws.com",
        "Type": "Service",
    }
    called = codec.decode(records.for_lambda(ARN, "eu-west-1", "KEYS_ONLY", ["Id"])(removed))
    assert called["userIdentity"] == {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
    assert "userIdentity" not in streamed(change(OLD, None, REPLICATION))


def test_an_event_is_told_from_others_and_is_the_same_at_every_reading() -> None:
    first, second = (streamed(change(None, OLD, sequence=number)) for number in (1, 2))
    assert first["eventID"] != second["eventID"]
    assert first == streamed(change(None, OLD, sequence=1))
    elsewhere = records.for_streams(f"{ARN}9", "eu-west-1", "KEYS_ONLY", ["Id"])
    other = codec.decode(elsewhere(change(None, OLD, sequence=1)))
    assert other["eventID"] != first["eventID"]


def test_a_record_of_an_event_of_lambda_has_the_streams_arn_beside() -> None:
    called = codec.decode(
        records.for_lambda(ARN, "eu-west-1", "NEW_AND_OLD_IMAGES", ["Id"])(MODIFIED)
    )
    assert called.pop("eventSourceARN") == ARN
    assert called == streamed(MODIFIED)


@pytest.mark.parametrize(
    ("precision", "moment"), [("MILLISECOND", AT // 1000), ("MICROSECOND", AT)]
)
def test_a_record_of_kinesis_has_both_images_and_a_fine_time(precision: str, moment: int) -> None:
    write = records.for_kinesis(TABLE, "Music", "eu-west-1", ["Id"], precision)
    found = codec.decode(write(MODIFIED))
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found.pop("eventID"))
    data = found.pop("dynamodb")
    assert found == {
        "awsRegion": "eu-west-1",
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "Music",
        "eventSource": "aws:dynamodb",
    }
    assert data.pop("ApproximateCreationDateTimePrecision", "MILLISECOND") == precision
    assert data == {
        "ApproximateCreationDateTime": moment,
        "Keys": {"Id": {"N": "101"}},
        "NewImage": NEW,
        "OldImage": OLD,
        "SizeBytes": 59,
    }


@pytest.mark.parametrize("sequence", [1, 2**43 - 1])
def test_a_number_of_the_wire_has_21_digits_and_leads_back(sequence: int) -> None:
    number = records.number_of(sequence)
    assert len(number) == 21
    assert records.sequence_of(number) == sequence


@pytest.mark.parametrize("names", [["Id"], ["Id", "S"], ["a.b[", 'q"']])
def test_keys_are_the_same_wherever_they_stand_in_an_item(names: list[str]) -> None:
    write = records.for_streams(ARN, "eu-west-1", "KEYS_ONLY", names)
    for value in ({"S": "plain"}, {"S": 'é "\\ {'}, {"N": "-1.50"}, {"B": "AAE="}, {"S": "\n}"}):
        key = dict.fromkeys(names, value)
        for image in (key, {**key, "z": {"S": "1"}}, {"z": {"S": "1"}, **key}):
            data = codec.decode(write(change(None, image)))["dynamodb"]
            assert data["Keys"] == key
            assert data["SizeBytes"] == sizes.of_item(key)
