"""What the engine itself sees to: a request comes out as if it had been checked whole, and nothing
that a request holds makes an operation fail.
"""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts import item_tables

KEY = {"p": {"S": "a"}}
TOO_DEEP = errors.too_deep().message


@pytest.fixture
def store(engine: Engine) -> Engine:
    engine.perform("CreateTable", item_tables.HASH_S, Caller())
    return engine


def _refusal(engine: Engine, operation: str, request: dict[str, Any]) -> DynamoDBError:
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform(operation, request, Caller())
    return refusal.value


def _deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize("levels", [32, 130, 400])
@pytest.mark.parametrize(
    "operation",
    ["PutItem", "GetItem", "Scan", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"],
)
def test_values_of_any_depth_are_refused_in_the_services_words(
    store: Engine, operation: str, levels: int
) -> None:
    item = {**KEY, "deep": _deep(levels)}
    requests: dict[str, dict[str, Any]] = {
        "PutItem": {"TableName": "hash_s", "Item": item},
        "GetItem": {"TableName": "hash_s", "Key": item},
        "Scan": {
            "TableName": "hash_s",
            "FilterExpression": "a = :a",
            "ExpressionAttributeValues": {":a": _deep(levels)},
        },
        "BatchGetItem": {"RequestItems": {"hash_s": {"Keys": [item]}}},
        "BatchWriteItem": {"RequestItems": {"hash_s": [{"PutRequest": {"Item": item}}]}},
        "TransactWriteItems": {"TransactItems": [{"Put": {"TableName": "hash_s", "Item": item}}]},
    }
    refusal = _refusal(store, operation, requests[operation])
    assert (refusal.code, refusal.message) == ("ValidationException", TOO_DEEP)


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("PutItem", {"Item": {**KEY, "a": None}}),
        ("GetItem", {"Key": {"p": None}}),
        ("DeleteItem", {"Key": {"p": None}}),
        ("UpdateItem", {"Key": {"p": None}, "UpdateExpression": "REMOVE a"}),
    ],
)
def test_a_null_value_is_an_empty_one_in_a_request_that_looks_plain(
    store: Engine, operation: str, request_: dict[str, Any]
) -> None:
    refusal = _refusal(store, operation, {"TableName": "hash_s", **request_})
    assert (refusal.code, refusal.message) == (
        "ValidationException",
        errors.empty_value().message,
    )


def test_words_for_booleans_are_read_in_a_request_that_looks_plain(store: Engine) -> None:
    item = {**KEY, "a": {"BOOL": "yes"}}
    store.perform("PutItem", {"TableName": "hash_s", "Item": item}, Caller())
    answer = store.perform("GetItem", {"TableName": "hash_s", "Key": KEY}, Caller())
    assert answer == b'{"Item":{"p":{"S":"a"},"a":{"BOOL":true}}}'
