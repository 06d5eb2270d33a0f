"""A table with a stream, written to and read from as applications do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import apsw

from dynalite_py.engine import Engine
from dynalite_py.model import codec, values
from dynalite_py.model.caller import Caller
from dynalite_py.model.records import Record
from dynalite_py.storage import changes
from tests.support.engines import HERE, answer, make

# One request in wire form, to its answer.
Call: TypeAlias = Callable[[str, dict[str, Any]], Any]
BOTH: dict[str, Any] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


class Streaming:
    """A table keyed by "a" with a stream. arn: of its stream."""

    def __init__(self, engine: Engine, name: str = "music", view: str = "NEW_AND_OLD_IMAGES"):
        self.engine = engine
        self.name = name
        specification = {"StreamEnabled": True, "StreamViewType": view}
        self.arn: str = make(engine, name, StreamSpecification=specification)["LatestStreamArn"]

    def put(self, key: str, **attributes: Any) -> None:
        """Put an item; plain texts become S values."""
        item = {"a": {"S": key}, **attributes}
        answer(self.engine, "PutItem", TableName=self.name, Item=item)

    def numbered(self, *numbers: int) -> None:
        """Put the same item with one number after another in it."""
        for number in numbers:
            self.put("x", n={"N": str(number)})

    def delete(self, key: str) -> None:
        """Delete an item."""
        answer(self.engine, "DeleteItem", TableName=self.name, Key={"a": {"S": key}})

    def roll(self, into: int = 1) -> None:
        """Close the open shards; each is followed by so many."""
        self.engine.roll_shards(self.name, Caller(), into)

    def shards(self) -> list[dict[str, Any]]:
        """The shards, all in one page."""
        found = answer(self.engine, "DescribeStream", StreamArn=self.arn)
        return found["StreamDescription"]["Shards"]

    def iterator(
        self, kind: str = "TRIM_HORIZON", shard: str | None = None, /, **members: Any
    ) -> str:
        """An iterator of a shard, the first one without a name."""
        shard = self.shards()[0]["ShardId"] if shard is None else shard
        request = {"StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": kind, **members}
        return answer(self.engine, "GetShardIterator", **request)["ShardIterator"]

    def records(self, iterator: str, **members: Any) -> Any:
        """One answer of GetRecords."""
        return answer(self.engine, "GetRecords", ShardIterator=iterator, **members)

    def pages(self, iterator: str | None, **members: Any) -> Iterator[list[dict[str, Any]]]:
        """The pages of a shard from an iterator on, to its end or the first empty one."""
        while iterator is not None:
            page = self.records(iterator, **members)
            iterator = page.get("NextShardIterator")
            if not page["Records"]:
                return
            yield page["Records"]

    def all_records(self) -> list[dict[str, Any]]:
        """Every record of every shard, parents before their children."""
        return [
            record
            for shard in self.shards()
            for page in self.pages(self.iterator("TRIM_HORIZON", shard["ShardId"]))
            for record in page
        ]


def numbers(records: list[dict[str, Any]]) -> list[str]:
    """The "n" of the new image of every record."""
    return [record["dynamodb"]["NewImage"]["n"]["N"] for record in records]


def sequences(records: list[dict[str, Any]]) -> list[str]:
    """The sequence numbers of records."""
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def folded(engine: Engine, name: str) -> dict[str, dict[str, Any]]:
    """The items that a table must have by its log: each record begins with what the last one of
    its item left, and changes something. By the text of the key "a".
    """
    table = engine.catalog.find(HERE.account, HERE.region, name)
    assert table is not None

    def logged(db: apsw.Connection) -> list[Record]:
        return sorted(
            record
            for stream in changes.streams_of_table(db, table.id)
            for shard in changes.shards(db, stream.id)
            for record in changes.records(db, shard.lane, 0, limit=1_000_000)
        )

    items: dict[str, dict[str, Any]] = {}
    for record in engine.database.read(logged):
        old: Any = None if record.old is None else codec.decode(record.old)
        new: Any = None if record.new is None else codec.decode(record.new)
        key: str = (old if new is None else new)["a"]["S"]
        assert items.pop(key, None) == old, f"{key}: the old item is not what was left"
        if new is not None:
            assert old is None or not values.items_equal(old, new), f"{key}: nothing changed"
            items[key] = new
    return items


def stored(engine: Engine, name: str) -> dict[str, dict[str, Any]]:
    """The items that a table has, by the text of the key "a"."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {}
    while not found or "LastEvaluatedKey" in page:
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if page else {}
        page = answer(engine, "Scan", TableName=name, ConsistentRead=True, **more)
        found += page["Items"]
        if not page["Items"]:
            break
    return {item["a"]["S"]: item for item in found}


class Consumer:
    """Reads a stream as the guide says: a shard to its end, then its children.

    call: one request in wire form. places: of each shard the last number read, or None; done: the
    shards that were read to their ends. Both may be kept and given to the next consumer.
    """

    def __init__(self, call: Call, arn: str, places: dict[str, str | None], done: set[str]) -> None:
        self._call, self._arn = call, arn
        self.places, self.done = places, done

    def poll(self, limit: int = 1000) -> Iterator[dict[str, Any]]:
        """One page of each shard that may be read. What is taken has been read."""
        shards = self._shards()
        known = {shard["ShardId"] for shard in shards}
        for shard in shards:
            parent = shard.get("ParentShardId")
            if shard["ShardId"] in self.done or (parent in known and parent not in self.done):
                continue
            yield from self._page(shard["ShardId"], limit)

    def _shards(self) -> list[dict[str, Any]]:
        shards: list[dict[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            page = self._call("DescribeStream", {"StreamArn": self._arn, **start})
            shards += page["StreamDescription"]["Shards"]
            last = page["StreamDescription"].get("LastEvaluatedShardId")
            if last is None:
                return shards
            start = {"ExclusiveStartShardId": last}

    def _page(self, shard: str, limit: int) -> Iterator[dict[str, Any]]:
        place = self.places.get(shard)
        kind = {"ShardIteratorType": "TRIM_HORIZON"}
        if place is not None:
            kind = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": place}
        asked = {"StreamArn": self._arn, "ShardId": shard, **kind}
        iterator = self._call("GetShardIterator", asked)["ShardIterator"]
        page = self._call("GetRecords", {"ShardIterator": iterator, "Limit": limit})
        for record in page["Records"]:
            yield record
            self.places[shard] = record["dynamodb"]["SequenceNumber"]
        if "NextShardIterator" not in page:
            self.done.add(shard)


def applied(items: dict[str, dict[str, Any]], record: dict[str, Any]) -> None:
    """Bring a view of the items, by the text of the key "a", to what a record says."""
    data = record["dynamodb"]
    key = data["Keys"]["a"]["S"]
    assert items.get(key) == data.get("OldImage"), f"{key}: the old image is not what was left"
    if "NewImage" in data:
        items[key] = data["NewImage"]
    else:
        del items[key]
