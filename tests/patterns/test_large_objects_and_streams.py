"""Objects that no item points to are found in the records of the table's stream."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.patterns import large_objects
from dynalite_py.patterns.large_objects import LargeObjects
from dynalite_py.patterns.object_stores import FolderObjects

pytest.importorskip(
    "dynalite_py.operations.stream_records", reason="the records of streams cannot be read yet"
)


def records(client: Any) -> Iterator[dict[str, Any]]:
    """All records of the one stream, from the first one on."""
    [stream] = client.list_streams(TableName="Notes")["Streams"]
    arn = stream["StreamArn"]
    for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        yield from client.get_records(ShardIterator=place["ShardIterator"])["Records"]


@pytest.mark.parametrize("door", ["native", "boto3"])
@pytest.mark.parametrize("view", ["NEW_AND_OLD_IMAGES", "OLD_IMAGE"])
def test_what_anybody_replaced_or_deleted_takes_its_objects_along(
    store: dynalite_py.Store, tmp_path: Path, view: Any, door: str
) -> None:
    store.create_table(
        TableName="Notes",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
    )
    objects = FolderObjects(tmp_path)
    notes = LargeObjects(client=store, table="Notes", objects=objects, remove_replaced=False)
    for number in range(4):
        notes.put({"id": number, "value": "x", "noise": bytes(range(256)) * 2000})
    for number in range(4):
        notes.put({"id": number, "noise": random.Random(number).randbytes(40_000)})
    store.delete_item(TableName="Notes", Key={"id": {"N": "0"}})
    store.table("Notes").put({"id": 1, "noise": "none"})
    store.table("Notes").update({"id": 2}, "SET tag = :tag", values={":tag": "x"})
    assert len(list(objects.list())) == 4
    boto3_client: Any = dynalite_py.boto3_client
    reader: Any = store if door == "native" else boto3_client(store, "dynamodbstreams")
    changes = list(records(reader))
    assert notes.collect(changes) == 2
    notes.collect(changes)
    kept = {stored.name for stored in objects.list()}
    items: list[Any] = store.scan(TableName="Notes")["Items"]
    assert kept == {name for item in items for name in large_objects.pointers(item)}
    assert len(kept) == 2
