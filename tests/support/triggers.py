"""Triggers that a test steps by hand, and what their handlers got."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynalite_py.engine import Engine, TriggerOptions
from dynalite_py.model.caller import Caller
from dynalite_py.workers.triggers import Trigger
from tests.support.engines import make

HERE = Caller()
TABLE = "Music"
BOTH = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def make_table(engine: Engine, name: str = TABLE, **members: Any) -> None:
    """A table with the partition key a, and a stream."""
    make(engine, name, **{"StreamSpecification": BOTH, **members})


def put(engine: Engine, key: str, number: int, name: str = TABLE) -> None:
    """Put an item with a number."""
    item = {"a": {"S": key}, "n": {"N": str(number)}}
    engine.perform("PutItem", {"TableName": name, "Item": item}, HERE)


def delete(engine: Engine, key: str, name: str = TABLE) -> None:
    """Delete an item."""
    engine.perform("DeleteItem", {"TableName": name, "Key": {"a": {"S": key}}}, HERE)


def prepared(
    engine: Engine, handler: Callable[..., Any], table: str = TABLE, **members: Any
) -> Trigger:
    """A trigger without a thread. Its pauses are as long as they can be."""
    options = TriggerOptions(table=table, handler=handler, **members)
    return engine.following.triggers.prepared(
        options, HERE.account, HERE.region, table, chance=lambda: 1.0
    )


def settle(trigger: Trigger) -> None:
    """Step until nothing is to be done at this time."""
    for _ in range(10_000):
        if not trigger.step():
            return
    raise AssertionError("it never comes to an end")


class Seen:
    """A handler that remembers, and fails as told.

    fails: is asked about each event's numbers, and raises or returns a reply.
    """

    def __init__(self, fails: Callable[[list[int]], Any] | None = None) -> None:
        self.batches: list[list[int]] = []
        self.events: list[dict[str, Any]] = []
        self.fails = fails

    def __call__(self, event: dict[str, Any]) -> Any:
        """Remember the numbers of the new items, or 0 for a deleted one."""
        self.events.append(event)
        self.batches.append([number_of(record) for record in event["Records"]])
        return None if self.fails is None else self.fails(self.batches[-1])

    @property
    def numbers(self) -> list[int]:
        """Every number, in the order in which it came."""
        return [number for batch in self.batches for number in batch]


def number_of(record: dict[str, Any]) -> int:
    """The number in a record's new item; 0 without one."""
    return int(record["dynamodb"].get("NewImage", {"n": {"N": "0"}})["n"]["N"])


def sequences(event: dict[str, Any]) -> list[str]:
    """The sequence numbers of an event."""
    return [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
