"""What does and does not leave a record in a stream, written and read through every door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.config
import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.facts import stream_changes
from tests.facts.stream_changes import ITEM, KEY, NAME, NEW_KEY, WRITES, Write
from tests.support import doors
from tests.support.streaming import Consumer


class Door:
    """A way to the store, and a consumer of the table's stream that reads through it."""

    def __init__(self, call: doors.Call) -> None:
        self.call = call
        made = call("CreateTable", stream_changes.TABLE)["TableDescription"]
        self._consumer = Consumer(call, made["LatestStreamArn"], {}, set())

    def begin(self) -> None:
        """Bring the table back to one item, and read what that left."""
        self.call("PutItem", {"TableName": NAME, "Item": ITEM})
        self.call("DeleteItem", {"TableName": NAME, "Key": NEW_KEY})
        self.read()

    def read(self) -> list[tuple[Any, ...]]:
        """Event, old and new image of every record that is new, in order of their items' writes."""
        found = [
            (each["eventName"], each["dynamodb"].get("OldImage"), each["dynamodb"].get("NewImage"))
            for each in self._consumer.poll()
        ]
        for _, old, new in found:
            assert (old or new)["a"] in (KEY["a"], NEW_KEY["a"])
        return found


@pytest.fixture(scope="module", params=["library", "boto3 in process", "boto3", "http"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    store = dynalite_py.connect()
    server = BackgroundServer(store.engine, ServerSettings(port=0))
    plain = botocore.config.Config(parameter_validation=False)
    match request.param:
        case "library":
            yield Door(doors.library(store))
        case "boto3 in process":
            streams = dynalite_py.boto3_client(store, "dynamodbstreams", config=plain)
            yield Door(doors.boto3(dynalite_py.boto3_client(store, config=plain), streams))
        case "http":
            server.start()
            yield Door(doors.http(server.endpoint))
            server.stop()
        case _:
            import boto3

            server.start()
            options: dict[str, Any] = {
                "endpoint_url": server.endpoint,
                "region_name": "us-east-1",
                "aws_access_key_id": "a",
                "aws_secret_access_key": "b",
                "config": plain,
            }
            client: Any = boto3.client("dynamodb", **options)
            of_streams: Any = boto3.client("dynamodbstreams", **options)
            yield Door(doors.boto3(client, of_streams))
            server.stop()
    store.close()


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_a_write_leaves_the_records_of_what_it_changed(door: Door, write: Write) -> None:
    door.begin()
    try:
        door.call(write.operation, write.request)
        assert not write.refused
    except doors.Refused:
        assert write.refused
    assert door.read() == list(write.records)
