"""Late reads against a history of states: each sees one of the last moments, whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine, Lateness
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock

LAG = 0.125  # Its sixteenths are exact.
START = 1_000_000.0
TABLE: dict[str, Any] = {
    "TableName": "late",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "g", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "all",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "included",
            "KeySchema": [
                {"AttributeName": "g", "KeyType": "HASH"},
                {"AttributeName": "p", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
        },
    ],
}
NAMES = ("a", "b", "c")
Items: TypeAlias = dict[str, dict[str, Any]]
Seen: TypeAlias = dict[str, dict[str, Any]]

PUTS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "g", "h"]))
WRITES = st.lists(PUTS | st.sampled_from(NAMES), min_size=1, max_size=3, unique_by=lambda w: w[0])
# In sixteenths of the lag: there the file's states are exact, too.
MOVES = st.sampled_from([0.0, *(LAG * part / 16 for part in (1, 1, 2, 5, 8, 15, 16, 17, 40))])
READS = st.sampled_from(["scan", "get", "batch", "select", "select_one", "all", "included"])
BACK = st.sampled_from([-LAG, -LAG / 16])
STEPS = st.lists(WRITES | WRITES | MOVES | MOVES | READS | READS | BACK, max_size=40)


class Late:
    """A store whose reads are late, and every state that it had."""

    def __init__(self, path: Path | str, seed: int | None) -> None:
        self.clock = MovableClock(START)
        self.engine = Engine.open(
            path, durability="relaxed", clock=self.clock, late=Lateness(LAG, seed)
        )
        self.exact = seed is None
        self.numbers = iter(range(1, 1_000_000))
        self.call("CreateTable", TABLE)
        # When each state began, and what it was.
        self.history: list[tuple[float, Items]] = [(0.0, {})]

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        return codec.decode(self.engine.perform(operation, request, Caller()))

    def write(self, writes: list[Any]) -> None:
        """Puts (name and group) and deletions (a name), in one transaction."""
        items = dict(self.history[-1][1])
        actions: list[dict[str, Any]] = []
        for each in writes:
            if isinstance(each, str):
                items.pop(each, None)
                key = {"p": {"S": each}}
                actions.append({"Delete": {"TableName": "late", "Key": key}})
            else:
                item = {"p": {"S": each[0]}, "n": {"N": str(next(self.numbers))}}
                if each[1]:
                    item["g"] = {"S": each[1]}
                items[each[0]] = item
                actions.append({"Put": {"TableName": "late", "Item": item}})
        self.call("TransactWriteItems", {"TransactItems": actions})
        self.history.append((self.clock.now(), items))

    def move(self, seconds: float) -> None:
        """The clock moves; a store that sees it before its last write has the present alone."""
        self.clock.advance(seconds)
        if seconds < 0:
            self.exact = False  # What was let go before does not come back.
        if self.clock.now() < self.history[-1][0]:
            self.call("GetItem", {"TableName": "late", "Key": {"p": {"S": "a"}}})
            self.history = [(0.0, self.history[-1][1])]

    def recent(self) -> list[Items]:
        """The states of the last moments, oldest first."""
        begun = [at for at, _ in self.history[1:]]
        ends = [*begun, float("inf")]
        asked = self.clock.now() - LAG
        return [items for end, (_, items) in zip(ends, self.history, strict=True) if end > asked]

    def check(self, read: str) -> None:
        """A late read sees one of them, the oldest where all are late alike; others the present."""
        seen, wanted = READ[read](self, {})
        possible = [wanted(items) for items in self.recent()]
        assert seen in (possible[:1] if self.exact else possible)
        if read not in ("all", "included"):
            seen, wanted = READ[read](self, {"ConsistentRead": True})
            assert seen == wanted(self.history[-1][1])


Wanted: TypeAlias = Callable[[Items], Seen]


def by_name(items: list[dict[str, Any]]) -> Seen:
    assert len({item["p"]["S"] for item in items}) == len(items)
    return {item["p"]["S"]: item for item in items}


def scan(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
    return by_name(late.call("Scan", {"TableName": "late", **more})["Items"]), dict


def get(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
    answer = late.call("GetItem", {"TableName": "late", "Key": {"p": {"S": "a"}}, **more})
    found = by_name([answer["Item"]] if "Item" in answer else [])
    return found, lambda items: {name: item for name, item in items.items() if name == "a"}


def batch(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
    asked = {"late": {"Keys": [{"p": {"S": name}} for name in NAMES], **more}}
    return by_name(late.call("BatchGetItem", {"RequestItems": asked})["Responses"]["late"]), dict


def select(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
    request = {"Statement": 'SELECT * FROM "late"', **more}
    return by_name(late.call("ExecuteStatement", request)["Items"]), dict


def select_one(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
    """A member for each item, and their answers."""
    statement = 'SELECT * FROM "late" WHERE p = ?'
    members = [
        {"Statement": statement, "Parameters": [{"S": name}], **more} for name in ("a", "b", "c")
    ]
    answer = late.call("BatchExecuteStatement", {"Statements": members})
    return by_name([each["Item"] for each in answer["Responses"] if "Item" in each]), dict


def grouped(late: Late, index: str) -> Seen:
    found: list[dict[str, Any]] = []
    for group in ("g", "h"):
        request = {
            "TableName": "late",
            "IndexName": index,
            "KeyConditionExpression": "g = :g",
            "ExpressionAttributeValues": {":g": {"S": group}},
        }
        found += late.call("Query", request)["Items"]
    return by_name(found)


def of_index(index: str) -> Callable[[Late, dict[str, Any]], tuple[Seen, Wanted]]:
    def read(late: Late, more: dict[str, Any]) -> tuple[Seen, Wanted]:
        del more
        found = by_name(late.call("Scan", {"TableName": "late", "IndexName": index})["Items"])
        if late.exact:
            assert grouped(late, index) == found
        return found, lambda items: {name: item for name, item in items.items() if "g" in item}

    return read


READ: dict[str, Callable[[Late, dict[str, Any]], tuple[Seen, Wanted]]] = {
    "scan": scan,
    "get": get,
    "batch": batch,
    "select": select,
    "select_one": select_one,
    "all": of_index("all"),
    "included": of_index("included"),
}


@pytest.mark.parametrize("seed", [None, 1], ids=["fixed", "drawn"])
@pytest.mark.parametrize("place", ["memory", "file"])
@settings(max_examples=60)
@given(steps=STEPS)
def test_an_eventual_read_is_the_state_of_a_recent_moment(
    place: str, seed: int | None, steps: list[Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        late = Late(":memory:" if place == "memory" else Path(folder) / "late.db", seed)
        try:
            for step in steps:
                if isinstance(step, list):
                    late.write(step)  # pyright: ignore[reportUnknownArgumentType]
                elif isinstance(step, float):
                    late.move(step)
                else:
                    late.check(step)
            late.move(LAG)
            late.exact = True
            late.check("scan")
        finally:
            late.engine.close()


@settings(max_examples=30)
@given(steps=STEPS)
def test_reads_are_late_alike_in_each_run(steps: list[Any]) -> None:
    """What is drawn follows from the seed and the order of the reads alone."""
    answers: list[list[Any]] = []
    for _ in range(2):
        late = Late(":memory:", 7)
        seen: list[Any] = []
        for step in steps:
            if isinstance(step, list):
                late.write(step)  # pyright: ignore[reportUnknownArgumentType]
            elif isinstance(step, float):
                late.move(step)
            else:
                seen.append(READ[step](late, {})[0])
        late.engine.close()
        answers.append(seen)
    assert answers[0] == answers[1]
