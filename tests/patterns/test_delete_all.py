"""Emptying a table in two ways, over every client."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

import dynalite_py
from dynalite_py.patterns import batches, delete_all
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.delete_all import Cost, NotMadeAgainError, ProtectedError

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

ITEMS = 130


def filled(client: Any, **more: Any) -> None:
    client.create_table(
        TableName="Music",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("artist", "S"), ("number", "N"), ("year", "N"), ("rank", "N"))
        ],
        KeySchema=[
            {"AttributeName": "artist", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "ByRank",
                "KeySchema": [
                    {"AttributeName": "artist", "KeyType": "HASH"},
                    {"AttributeName": "rank", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByYear",
                "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
                **({} if more else {"ProvisionedThroughput": units(7, 8)}),
            }
        ],
        **(more or {"ProvisionedThroughput": units(5, 6)}),
    )
    puts = [
        {
            "PutRequest": {
                "Item": {
                    "artist": {"S": "a"},
                    "number": {"N": str(number)},
                    "year": {"N": "1"},
                    "title": {"S": "x" * 2000},
                }
            }
        }
        for number in range(ITEMS)
    ]
    for first in range(0, ITEMS, 25):
        batches.write(client, "Music", puts[first : first + 25])


def units(read: int, write: int) -> dict[str, int]:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def count(client: Any, index: str | None = None) -> int:
    where = {} if index is None else {"IndexName": index}
    return client.scan(TableName="Music", Select="COUNT", **where)["Count"]


def test_deleting_costs_the_reading_and_writing_of_every_item(client: Client) -> None:
    filled(client)
    told: list[Cost] = []
    cost = delete_all.by_deleting(client, "Music", consistent=True, progress=told.append)
    assert (count(client), count(client, "ByYear")) == (0, 0)
    # 130 items of 2,026 bytes: 4 KB of them are a read unit; 2 write units each, 2 more in ByYear.
    assert cost == Cost(items=130, read_units=65, write_units=130 * 4, requests=7) == told[-1]
    assert delete_all.by_deleting(client, "Music").items == 0


def tags(client: Any, arn: str) -> Any:
    """The tags of a table; None where a client knows of none, as that of DynamoDB Local."""
    try:
        return client.list_tags_of_resource(ResourceArn=arn)["Tags"]
    except client.exceptions.ClientError as refusal:
        if "not currently supported in DynamoDB Local" in str(refusal):
            return None
        raise


def without(description: Any, *names: str) -> dict[str, Any]:
    return {
        name: [without(one, *names) for one in value]
        if name.endswith("Indexes")
        else without(value, *names)
        if isinstance(value, dict)
        else value
        for name, value in description.items()
        if name not in names
    }


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 200},
            "Tags": [{"Key": "team", "Value": "music"}],
        },
    ],
    ids=["provisioned", "on demand"],
)
def test_a_table_made_again_is_as_it_was(client: Client, more: dict[str, Any]) -> None:
    filled(client, **more)
    before = client.describe_table(TableName="Music")["Table"]
    assert delete_all.by_recreating(client, "Music") == Cost(requests=2)
    after = client.describe_table(TableName="Music")["Table"]
    new = ("TableId", "CreationDateTime", "ItemCount", "TableSizeBytes", "IndexSizeBytes")
    moments = ("LatestStreamArn", "LatestStreamLabel", "LastUpdateDateTime")
    moments = (*moments, "LastUpdateToPayPerRequestDateTime")
    ignored = (*new, *moments)
    assert without(after, *ignored) == without(before, *ignored)
    # DynamoDB Local gives tables no ids.
    assert after.get("TableId", "new") != before.get("TableId", "old")
    assert (count(client), count(client, "ByYear")) == (0, 0)
    assert tags(client, after["TableArn"]) in (more.get("Tags", []), None)


def test_a_protected_table_is_not_dropped(client: Client) -> None:
    filled(client, BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True)
    with pytest.raises(ProtectedError, match="Music is protected from deletion"):
        delete_all.by_recreating(client, "Music")
    assert count(client) == ITEMS


def test_a_table_that_could_not_be_made_again_leaves_its_definition(
    store: dynalite_py.Store,
) -> None:
    filled(store)
    policy = Backoff(attempts=3, base_seconds=0)
    for fault in ("internal-error", "lost-answer"):
        with store.faults({"fault": fault, "operation": "CreateTable", "times": 2}):
            delete_all.by_recreating(store, "Music", policy=policy)
    with (
        store.faults({"fault": "internal-error", "operation": "CreateTable", "times": 3}),
        pytest.raises(NotMadeAgainError, match="Music was dropped") as failure,
    ):
        delete_all.by_recreating(store, "Music", policy=policy)
    assert store.list_tables()["TableNames"] == []
    store.create_table(**copy.copy(failure.value).request)
    assert count(store, "ByYear") == 0


class Throttled:
    """A client whose batches are done by one write at a time, and then not at all."""

    def __init__(self, client: Any, most: int) -> None:
        self.exceptions = client.exceptions
        self.left = most
        self._write = client.batch_write_item

    def batch_write_item(self, **request: Any) -> Any:
        [(table, writes)] = request["RequestItems"].items()
        done: list[Any] = writes[:1] if self.left else []
        self.left -= len(done)
        units = []
        if done:
            units = self._write(**{**request, "RequestItems": {table: done}})["ConsumedCapacity"]
        rest = writes[len(done) :]
        return {
            "UnprocessedItems": {table: rest} if rest else {},
            "ConsumedCapacity": units,
        }


def test_what_is_left_unprocessed_is_sent_again(client: Client) -> None:
    filled(client, BillingMode="PAY_PER_REQUEST")
    waits: list[float] = []
    policy = Backoff(attempts=5, base_seconds=1, draw=lambda: 1.0, sleep=waits.append)
    writes = [
        {"PutRequest": {"Item": {"artist": {"S": "b"}, "number": {"N": str(number)}}}}
        for number in range(5)
    ]
    some: Any = Throttled(client, 3)
    with pytest.raises(batches.UnprocessedError, match="throttled: 2 writes stayed") as failure:
        batches.write(some, "Music", writes, policy)
    assert failure.value.writes == writes[3:]
    assert copy.copy(failure.value).writes == writes[3:]
    assert waits == [1, 2, 4, 5]
    enough: Any = Throttled(client, 5)
    assert batches.write(enough, "Music", writes, policy) == 5
    assert count(client) == ITEMS + 5
