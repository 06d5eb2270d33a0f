"""Consumed capacity, to the half unit."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.facts import capacity, item_tables
from tests.facts.capacity import Example


def _call(engine: Engine, operation: str, /, **request: Any) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


@pytest.fixture
def indexed(engine: Engine) -> Engine:
    _call(engine, "CreateTable", **item_tables.INDEXED)
    _call(engine, "CreateTable", **item_tables.HASH_S)
    return engine


def _arms(shown: dict[str, Any], axis: str = "CapacityUnits") -> tuple[Any, ...]:
    def arm(kind: str, name: str) -> float | None:
        return shown.get(kind, {}).get(name, {}).get(axis)

    return (
        shown[axis],
        shown["Table"][axis],
        arm("GlobalSecondaryIndexes", "gsi-inc"),
        arm("LocalSecondaryIndexes", "lsi-all"),
    )


@pytest.mark.parametrize("example", capacity.WRITES, ids=lambda example: example.name)
def test_a_write_consumes_what_was_recorded(indexed: Engine, example: Example) -> None:
    if example.before is not None:
        _call(indexed, "PutItem", TableName="indexed", Item=example.before)
    request = {**example.request, "TableName": "indexed", "ReturnConsumedCapacity": "INDEXES"}
    shown = _call(indexed, example.operation, **request)["ConsumedCapacity"]
    assert _arms(shown) == (example.total, example.table, example.gsi, example.lsi)
    assert "WriteCapacityUnits" not in shown


@pytest.mark.parametrize("example", capacity.TRANSACTIONS, ids=lambda example: example.name)
def test_a_transaction_consumes_what_was_recorded(indexed: Engine, example: Example) -> None:
    if example.before is not None:
        _call(indexed, "PutItem", TableName="indexed", Item=example.before)
    request = {**example.request, "ReturnConsumedCapacity": "INDEXES"}
    [shown] = _call(indexed, example.operation, **request)["ConsumedCapacity"]
    expected = (example.total, example.table, example.gsi, example.lsi)
    assert _arms(shown) == expected
    assert _arms(shown, "WriteCapacityUnits") == expected


def test_total_shows_no_arms_and_none_shows_nothing(indexed: Engine) -> None:
    item = capacity.BOTH
    put = {"TableName": "indexed", "Item": item}
    total = _call(indexed, "PutItem", **put, ReturnConsumedCapacity="TOTAL")
    assert total == {"ConsumedCapacity": {"TableName": "indexed", "CapacityUnits": 3.0}}
    assert _call(indexed, "PutItem", **put, ReturnConsumedCapacity="NONE") == {}
    assert _call(indexed, "PutItem", **put) == {}


def test_a_batch_sums_by_table(indexed: Engine) -> None:
    items = [
        capacity.IN_GSI,
        {**capacity.BOTH, "sk": {"S": "c"}},
        {**capacity.KEY, "sk": {"S": "d"}},
    ]
    answer = _call(
        indexed,
        "BatchWriteItem",
        RequestItems={
            "indexed": [{"PutRequest": {"Item": item}} for item in items],
            "hash_s": [{"DeleteRequest": {"Key": {"p": {"S": "none"}}}}],
        },
        ReturnConsumedCapacity="INDEXES",
    )
    by_table = {shown["TableName"]: _arms(shown) for shown in answer["ConsumedCapacity"]}
    assert by_table == {"indexed": (6, 3, 2, 1), "hash_s": (1, 1, None, None)}


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(None, True, 1), (None, False, 0.5), (4096, True, 1), (4097, True, 2), (4097, False, 1)],
)
def test_a_read_is_counted_by_the_whole_item(
    indexed: Engine, size: int | None, consistent: bool, units: float
) -> None:
    key = {"p": {"S": "a"}}
    if size is not None:
        _call(indexed, "PutItem", TableName="hash_s", Item={**key, "b": {"S": "x" * (size - 3)}})
    read = {"TableName": "hash_s", "Key": key, "ConsistentRead": consistent}
    asked = {**read, "ReturnConsumedCapacity": "TOTAL", "ProjectionExpression": "p"}
    answer = _call(indexed, "GetItem", **asked)
    assert answer["ConsumedCapacity"]["CapacityUnits"] == units
    batch = {"hash_s": {"Keys": [key, {"p": {"S": "none"}}], "ConsistentRead": consistent}}
    both = _call(indexed, "BatchGetItem", RequestItems=batch, ReturnConsumedCapacity="TOTAL")
    assert both["ConsumedCapacity"][0]["CapacityUnits"] == units + (1 if consistent else 0.5)


def test_a_transactional_read_costs_twice(indexed: Engine) -> None:
    item = {"p": {"S": "a"}, "b": {"S": "x" * 4094}}
    _call(indexed, "PutItem", TableName="hash_s", Item=item)
    gets = [{"Get": {"TableName": "hash_s", "Key": {"p": {"S": key}}}} for key in ("a", "none")]
    answer = _call(indexed, "TransactGetItems", TransactItems=gets, ReturnConsumedCapacity="TOTAL")
    shown = {"TableName": "hash_s", "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}
    assert answer["ConsumedCapacity"] == [shown]


@pytest.mark.parametrize(
    ("before", "actions", "first", "again"),
    [
        (None, [("Put", {"Item": {"p": {"S": "a"}, "b": {"S": "x" * 1500}}})], 4, 2),
        (9000, [("Put", {"Item": {"p": {"S": "a"}}})], 18, 6),
        (9000, [("Delete", {"Key": {"p": {"S": "a"}}})], 18, 6),
        (
            9000,
            [("Delete", {"Key": {"p": {"S": "a"}}}), ("Put", {"Item": {"p": {"S": "b"}}})],
            20,
            8,
        ),
    ],
)
def test_a_repeated_token_consumes_reads(
    indexed: Engine,
    before: int | None,
    actions: list[tuple[str, dict[str, Any]]],
    first: float,
    again: float,
) -> None:
    if before is not None:
        item = {"p": {"S": "a"}, "b": {"S": "x" * (before - 3)}}
        _call(indexed, "PutItem", TableName="hash_s", Item=item)
    request = {
        "TransactItems": [{kind: {"TableName": "hash_s", **more}} for kind, more in actions],
        "ClientRequestToken": "token",
        "ReturnConsumedCapacity": "TOTAL",
    }
    [shown] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    assert shown == {"TableName": "hash_s", "CapacityUnits": first, "WriteCapacityUnits": first}
    [shown] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    assert shown == {"TableName": "hash_s", "CapacityUnits": again, "ReadCapacityUnits": again}
