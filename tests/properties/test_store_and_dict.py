"""The store against a plain dict: random operations, the same answers; then a clean check."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

TABLE: dict[str, Any] = {
    "TableName": "model",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "s", "AttributeType": "N"},
        {"AttributeName": "g", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "p", "KeyType": "HASH"},
        {"AttributeName": "s", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_g",
            "KeySchema": [
                {"AttributeName": "g", "KeyType": "HASH"},
                {"AttributeName": "n", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "by_n",
            "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by_own_n",
            "KeySchema": [
                {"AttributeName": "p", "KeyType": "HASH"},
                {"AttributeName": "n", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["t"]},
        }
    ],
}

PARTITIONS = st.sampled_from(["a", "b", "é"])
SORTS = st.sampled_from(["-10", "-1.5", "0", "2", "10", "1000000000000000000000"])
GROUPS = st.sampled_from(["g", "h"])
NUMBERS = st.sampled_from(["-3", "0", "0.5", "7", "70"])
TEXTS = st.text(max_size=4).filter(str.isprintable)
KEYS = st.tuples(PARTITIONS, SORTS)


def _key(key: tuple[str, str]) -> dict[str, Any]:
    return {"p": {"S": key[0]}, "s": {"N": key[1]}}


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """An item of the table, in some of its indexes."""
    item = _key(draw(KEYS))
    if draw(st.booleans()):
        item["g"] = {"S": draw(GROUPS)}
    if draw(st.booleans()):
        item["n"] = {"N": draw(NUMBERS)}
    if draw(st.booleans()):
        item["t"] = {"L": [{"S": draw(TEXTS)}, {"NULL": True}]}
    return item


class StoreAndDict(RuleBasedStateMachine):
    """Every rule does the same to both, and compares what it can see."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "model.db"
        self.model: dict[tuple[str, str], dict[str, Any]] = {}
        self.engine = Engine.open(self.path, durability="relaxed")

    def call(self, operation: str, **request: Any) -> Any:
        """One request to the table."""
        if "TransactItems" not in request and "RequestItems" not in request:
            request["TableName"] = "model"
        return codec.decode(self.engine.perform(operation, request, Caller()))

    def keep(self, item: dict[str, Any]) -> None:
        """The item in the model, too."""
        self.model[(item["p"]["S"], item["s"]["N"])] = item

    @initialize()
    def create(self) -> None:
        """The table."""
        self.call("CreateTable", **TABLE)

    @rule(item=items())
    def put(self, item: dict[str, Any]) -> None:
        """An item in place of the old one, which is returned."""
        old = self.model.get((item["p"]["S"], item["s"]["N"]))
        answer = self.call("PutItem", Item=item, ReturnValues="ALL_OLD")
        assert answer.get("Attributes") == old
        self.keep(item)

    @rule(item=items())
    def put_if_absent(self, item: dict[str, Any]) -> None:
        """A conditional put succeeds where nothing was."""
        absent = (item["p"]["S"], item["s"]["N"]) not in self.model
        if absent:
            self.call("PutItem", Item=item, ConditionExpression="attribute_not_exists(p)")
            self.keep(item)
            return
        with pytest.raises(DynamoDBError) as refusal:
            self.call("PutItem", Item=item, ConditionExpression="attribute_not_exists(p)")
        assert refusal.value.code == "ConditionalCheckFailedException"

    @rule(key=KEYS)
    def delete(self, key: tuple[str, str]) -> None:
        """An item removed, and returned."""
        answer = self.call("DeleteItem", Key=_key(key), ReturnValues="ALL_OLD")
        assert answer.get("Attributes") == self.model.pop(key, None)

    @rule(key=KEYS, number=NUMBERS)
    def add(self, key: tuple[str, str], number: str) -> None:
        """An atomic counter, which moves its item within the indexes."""
        answer = self.call(
            "UpdateItem",
            Key=_key(key),
            UpdateExpression="ADD n :n",
            ExpressionAttributeValues={":n": {"N": number}},
            ReturnValues="ALL_NEW",
        )
        item = dict(self.model.get(key, _key(key)))
        total = Decimal(item.get("n", {"N": "0"})["N"]) + Decimal(number)
        text = f"{total.normalize():f}"
        item["n"] = {"N": "0" if total == 0 else text}
        assert answer["Attributes"] == item
        self.keep(item)

    @rule(key=KEYS, group=st.none() | GROUPS)
    def move(self, key: tuple[str, str], group: str | None) -> None:
        """In or out of a global index."""
        item = dict(self.model.get(key, {}))
        if group is None:
            self.call("UpdateItem", Key=_key(key), UpdateExpression="REMOVE g")
            item.pop("g", None)
            if key in self.model:
                self.keep(item)
            return
        values = {":g": {"S": group}}
        expression = {"UpdateExpression": "SET g = :g", "ExpressionAttributeValues": values}
        self.call("UpdateItem", Key=_key(key), **expression)
        self.keep({**_key(key), **item, "g": {"S": group}})

    @rule(batch=st.dictionaries(KEYS, st.none() | items(), min_size=1, max_size=4))
    def write_batch(self, batch: dict[tuple[str, str], dict[str, Any] | None]) -> None:
        """Puts and deletes in one request."""
        elements: list[dict[str, Any]] = []
        for key, item in batch.items():
            if item is None:
                elements.append({"DeleteRequest": {"Key": _key(key)}})
                self.model.pop(key, None)
            else:
                elements.append({"PutRequest": {"Item": {**item, **_key(key)}}})
                self.keep({**item, **_key(key)})
        self.call("BatchWriteItem", RequestItems={"model": elements})

    @rule(writes=st.dictionaries(KEYS, st.none() | items(), min_size=1, max_size=4), guard=KEYS)
    def transact(
        self, writes: dict[tuple[str, str], dict[str, Any] | None], guard: tuple[str, str]
    ) -> None:
        """All or nothing, guarded by another item."""
        writes.pop(guard, None)
        actions: list[dict[str, Any]] = [
            {
                "ConditionCheck": {
                    "TableName": "model",
                    "Key": _key(guard),
                    "ConditionExpression": "attribute_exists(p)",
                }
            }
        ]
        for key, item in writes.items():
            if item is None:
                actions.append({"Delete": {"TableName": "model", "Key": _key(key)}})
            else:
                put = {"TableName": "model", "Item": {**item, **_key(key)}}
                actions.append({"Put": put})
        if guard not in self.model:
            with pytest.raises(DynamoDBError) as refusal:
                self.call("TransactWriteItems", TransactItems=actions)
            assert refusal.value.code == "TransactionCanceledException"
            return
        self.call("TransactWriteItems", TransactItems=actions)
        for key, item in writes.items():
            if item is None:
                self.model.pop(key, None)
            else:
                self.keep({**item, **_key(key)})

    @rule(partition=PARTITIONS, low=SORTS, forward=st.booleans(), limit=st.integers(1, 3))
    def query(self, partition: str, low: str, forward: bool, limit: int) -> None:
        """A range of a partition, page by page."""
        found = self.pages(
            "Query",
            KeyConditionExpression="p = :p AND s >= :s",
            ExpressionAttributeValues={":p": {"S": partition}, ":s": {"N": low}},
            ScanIndexForward=forward,
            Limit=limit,
        )
        expected = sorted(
            (
                item
                for (part, sort), item in self.model.items()
                if part == partition and Decimal(sort) >= Decimal(low)
            ),
            key=lambda item: Decimal(item["s"]["N"]),
            reverse=not forward,
        )
        assert found == expected

    @rule(group=GROUPS, limit=st.integers(1, 3), forward=st.booleans())
    def query_index(self, group: str, limit: int, forward: bool) -> None:
        """The global index holds just the items with both its keys, in order of the second."""
        found = self.pages(
            "Query",
            IndexName="by_g",
            KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": group}},
            Limit=limit,
            ScanIndexForward=forward,
        )
        expected = [
            item for item in self.model.values() if item.get("g") == {"S": group} and "n" in item
        ]
        numbers = [Decimal(item["n"]["N"]) for item in found]
        assert numbers == sorted(numbers, reverse=not forward)
        assert _sorted(found) == _sorted(expected)

    @rule(limit=st.integers(1, 4), segments=st.integers(1, 3))
    def scan(self, limit: int, segments: int) -> None:
        """Segments are disjoint and complete."""
        found: list[Any] = []
        for segment in range(segments):
            found += self.pages("Scan", Limit=limit, Segment=segment, TotalSegments=segments)
        assert _sorted(found) == _sorted(list(self.model.values()))

    @rule()
    def scan_local_index(self) -> None:
        """A local index shows keys and what it includes."""
        shown = ("p", "s", "n", "t")
        expected = [
            {name: value for name, value in item.items() if name in shown}
            for item in self.model.values()
            if "n" in item
        ]
        assert _sorted(self.pages("Scan", IndexName="by_own_n")) == _sorted(expected)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def get(self, data: st.DataObject) -> None:
        """What is there is found by its key, however its number is spelt."""
        key = data.draw(st.sampled_from(sorted(self.model)))
        spelt = {"p": {"S": key[0]}, "s": {"N": key[1] + ".0" if "." not in key[1] else key[1]}}
        assert self.call("GetItem", Key=spelt)["Item"] == self.model[key]

    @rule()
    def reopen(self) -> None:
        """Nothing is lost when the file is closed."""
        self.engine.close()
        self.engine = Engine.open(self.path, durability="relaxed")

    def pages(self, operation: str, **request: Any) -> list[Any]:
        """All items of a read, page by page."""
        found: list[Any] = []
        while True:
            page = self.call(operation, **request)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    @invariant()
    def counts_are_live(self) -> None:
        """DescribeTable counts the items that are there."""
        if self.engine.catalog.all_tables():
            described = self.call("DescribeTable")["Table"]
            assert described["ItemCount"] == len(self.model)
            [by_g] = [
                index
                for index in described["GlobalSecondaryIndexes"]
                if index["IndexName"] == "by_g"
            ]
            members = [item for item in self.model.values() if "g" in item and "n" in item]
            assert by_g["ItemCount"] == len(members)

    def teardown(self) -> None:
        """The file checks clean."""
        self.engine.close()
        findings = [step.finding for step in check_file(self.path) if step.finding is not None]
        self.folder.cleanup()
        assert findings == []


def _sorted(items_found: list[Any]) -> list[Any]:
    return sorted(items_found, key=codec.sorted_text)


@pytest.mark.slow
def test_the_store_answers_as_a_dict_would() -> None:
    run_state_machine_as_test(
        StoreAndDict, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
