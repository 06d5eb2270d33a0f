"""Tables live in an account and a region; a caller in another place is told where they are."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage.writer import Transaction
from tests.facts import item_tables

HERE, ABROAD = Caller(region="us-east-1"), Caller(region="eu-west-1")
OTHER_ACCOUNT = Caller(account="123456789012")
KEY = {"p": {"S": "a"}}
GET = {"TableName": "hash_s", "Key": KEY}


@pytest.fixture
def store(engine: Engine) -> Engine:
    engine.perform("CreateTable", item_tables.HASH_S, HERE)
    return engine


@pytest.mark.parametrize("caller", [ABROAD, OTHER_ACCOUNT])
def test_a_table_of_another_place_is_not_found_but_named_in_the_log(
    store: Engine, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(DynamoDBError) as refusal:
        store.perform("GetItem", GET, caller)
    assert refusal.value.code == "ResourceNotFoundException"
    assert "there is one in region us-east-1, account 000000000000" in caplog.text


def test_the_log_says_where_an_arn_was_looked_for(
    store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    arn = "arn:aws:dynamodb:us-east-1:111111111111:table/hash_s"
    with caplog.at_level(logging.WARNING), pytest.raises(DynamoDBError):
        store.perform("GetItem", {**GET, "TableName": arn}, HERE)
    assert "no table hash_s in region us-east-1, account 111111111111; there is one" in caplog.text


def test_one_name_may_live_in_every_place(store: Engine) -> None:
    for number, caller in enumerate((ABROAD, OTHER_ACCOUNT)):
        store.perform("CreateTable", item_tables.HASH_S, caller)
        item = {**KEY, "n": {"N": str(number)}}
        store.perform("PutItem", {"TableName": "hash_s", "Item": item}, caller)
    assert codec.decode(store.perform("GetItem", GET, HERE)) == {}
    found = codec.decode(store.perform("GetItem", GET, OTHER_ACCOUNT))
    assert found["Item"]["n"] == {"N": "1"}
    store.perform("DeleteTable", {"TableName": "hash_s"}, HERE)
    assert codec.decode(store.perform("GetItem", GET, ABROAD))["Item"]["n"] == {"N": "0"}


def test_an_arn_names_a_table_of_the_callers_region_only(store: Engine) -> None:
    store.perform("PutItem", {"TableName": "hash_s", "Item": KEY}, HERE)
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/hash_s"
    found = codec.decode(store.perform("GetItem", {**GET, "TableName": arn}, HERE))
    assert found == {"Item": KEY}
    with pytest.raises(DynamoDBError):
        store.perform("GetItem", {**GET, "TableName": arn}, ABROAD)


ITEM_REQUESTS: dict[str, dict[str, Any]] = {
    "GetItem": GET,
    "PutItem": {"TableName": "hash_s", "Item": KEY},
    "UpdateItem": GET,
    "DeleteItem": GET,
    "Scan": {"TableName": "hash_s"},
    "BatchGetItem": {"RequestItems": {"hash_s": {"Keys": [KEY]}}},
    "BatchWriteItem": {"RequestItems": {"hash_s": [{"PutRequest": {"Item": KEY}}]}},
    "TransactGetItems": {"TransactItems": [{"Get": GET}]},
    "TransactWriteItems": {"TransactItems": [{"Delete": GET}]},
}


def bring(store: Engine, status: str) -> None:
    """The table into a state."""

    def work(transaction: Transaction) -> bytes:
        table = store.catalog.find(HERE.account, HERE.region, "hash_s")
        assert table is not None
        store.catalog.replace(transaction, dataclasses.replace(table, status=status))
        return b""

    store.writer.perform(work, alone=True)


@pytest.mark.parametrize("status", ["CREATING", "DELETING"])
def test_a_table_that_comes_or_goes_is_not_found_by_item_operations(
    store: Engine, status: str
) -> None:
    bring(store, status)
    for operation, request in ITEM_REQUESTS.items():
        with pytest.raises(DynamoDBError) as refusal:
            store.perform(operation, request, HERE)
        assert (refusal.value.code, refusal.value.message) == (
            "ResourceNotFoundException",
            "Requested resource not found",
        ), operation


def test_a_table_that_changes_serves_item_operations(store: Engine) -> None:
    bring(store, "UPDATING")
    for operation, request in ITEM_REQUESTS.items():
        store.perform(operation, request, HERE)
