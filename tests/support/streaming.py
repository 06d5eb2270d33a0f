"""A table with a stream, written to and read from as applications do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from tests.support.engines import answer, make

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
