"""Tables are named by name or ARN; and which text says that there is no such table or index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts.tables import ALL, definitions, index, keys

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/named"
ITEM = {"a": {"S": "1"}, "b": {"S": "2"}}
QUERY = {
    "KeyConditionExpression": "a = :a",
    "ExpressionAttributeValues": {":a": {"S": "1"}},
}
TOTAL = {"ReturnConsumedCapacity": "TOTAL"}


@pytest.fixture
def store(engine: Engine) -> Iterator[Engine]:
    request = {
        "TableName": ARN,
        "AttributeDefinitions": definitions("a", "b"),
        "KeySchema": keys("a", "b"),
        "BillingMode": "PAY_PER_REQUEST",
        "LocalSecondaryIndexes": [index("local", "a", "b", projection=ALL)],
    }
    call(engine, "CreateTable", request)
    yield engine
    assert call(engine, "ListTables", {}) == {"TableNames": ["named"]}


def call(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()) or b"{}")


def refusal(engine: Engine, operation: str, request: dict[str, Any]) -> tuple[str, str | None]:
    with pytest.raises(DynamoDBError) as refused:
        call(engine, operation, request)
    return refused.value.code, refused.value.message


ON_ITEMS: list[tuple[str, dict[str, Any]]] = [
    ("GetItem", {"Key": ITEM}),
    ("PutItem", {"Item": ITEM}),
    ("UpdateItem", {"Key": ITEM}),
    ("DeleteItem", {"Key": ITEM}),
    ("Query", QUERY),
    ("Scan", {}),
]


@pytest.mark.parametrize(("operation", "members"), ON_ITEMS, ids=[name for name, _ in ON_ITEMS])
def test_an_arn_names_the_table_and_the_capacity_shows_it(
    store: Engine, operation: str, members: dict[str, Any]
) -> None:
    answer = call(store, operation, {"TableName": ARN, **members, **TOTAL})
    assert answer["ConsumedCapacity"]["TableName"] == ARN


@pytest.mark.parametrize("name", ["named", ARN])
def test_the_maps_of_a_batch_have_the_key_of_the_request(store: Engine, name: str) -> None:
    metrics = {"ReturnItemCollectionMetrics": "SIZE"}
    written = call(
        store,
        "BatchWriteItem",
        {"RequestItems": {name: [{"PutRequest": {"Item": ITEM}}]}, **TOTAL, **metrics},
    )
    assert written["ItemCollectionMetrics"].keys() == {name}
    assert [each["TableName"] for each in written["ConsumedCapacity"]] == [name]
    read = call(store, "BatchGetItem", {"RequestItems": {name: {"Keys": [ITEM]}}, **TOTAL})
    assert read["Responses"] == {name: [ITEM]}
    assert [each["TableName"] for each in read["ConsumedCapacity"]] == [name]


@pytest.mark.parametrize("name", ["named", ARN])
def test_what_a_batch_leaves_over_has_the_key_of_the_request(store: Engine, name: str) -> None:
    for number in range(95):
        item = {"a": {"S": "1"}, "b": {"S": str(number)}, "c": {"S": "x" * 190_000}}
        call(store, "PutItem", {"TableName": "named", "Item": item})
    wanted = [{"a": {"S": "1"}, "b": {"S": str(number)}} for number in range(95)]
    answer = call(store, "BatchGetItem", {"RequestItems": {name: {"Keys": wanted}}})
    assert answer["UnprocessedKeys"].keys() == answer["Responses"].keys() == {name}


@pytest.mark.parametrize("name", ["named", ARN])
def test_transactions_name_the_table_as_the_request_does(store: Engine, name: str) -> None:
    put = {"Put": {"TableName": name, "Item": ITEM}}
    metrics = {"ReturnItemCollectionMetrics": "SIZE"}
    written = call(store, "TransactWriteItems", {"TransactItems": [put], **TOTAL, **metrics})
    assert [each["TableName"] for each in written["ConsumedCapacity"]] == [name]
    assert written["ItemCollectionMetrics"].keys() == {name}
    get = {"Get": {"TableName": name, "Key": ITEM}}
    read = call(store, "TransactGetItems", {"TransactItems": [get], **TOTAL})
    assert read["Responses"] == [{"Item": ITEM}]
    assert [each["TableName"] for each in read["ConsumedCapacity"]] == [name]


ABSENT = "nowhere"
ON_ABSENT: list[tuple[str, dict[str, Any]]] = [
    *((name, {"TableName": ABSENT, **members}) for name, members in ON_ITEMS),
    ("Query", {"TableName": ABSENT, "IndexName": "none", **QUERY}),
    ("Scan", {"TableName": ABSENT, "IndexName": "none"}),
    ("BatchGetItem", {"RequestItems": {ABSENT: {"Keys": [ITEM]}}}),
    ("BatchWriteItem", {"RequestItems": {ABSENT: [{"PutRequest": {"Item": ITEM}}]}}),
    ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": ABSENT, "Key": ITEM}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": ABSENT, "Item": ITEM}}]}),
]


@pytest.mark.parametrize(("operation", "request_"), ON_ABSENT, ids=[name for name, _ in ON_ABSENT])
@pytest.mark.parametrize("deleted", [False, True], ids=["never there", "deleted"])
def test_item_operations_do_not_name_the_table_that_they_miss(
    engine: Engine, operation: str, request_: dict[str, Any], deleted: bool
) -> None:
    if deleted:
        key = {"AttributeDefinitions": definitions("a", "b"), "KeySchema": keys("a", "b")}
        table = {"TableName": ABSENT, **key, "BillingMode": "PAY_PER_REQUEST"}
        call(engine, "CreateTable", table)
        call(engine, "DeleteTable", {"TableName": ABSENT})
    assert refusal(engine, operation, request_) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


CONTROL = {
    "DescribeTable": {},
    "DeleteTable": {},
    "UpdateTable": {"DeletionProtectionEnabled": True},
}


@pytest.mark.parametrize("operation", CONTROL)
@pytest.mark.parametrize("name", ["nowhere", ARN.replace("named", "nowhere")])
def test_table_operations_name_the_table_that_they_miss(
    store: Engine, operation: str, name: str
) -> None:
    request = {"TableName": name, **CONTROL[operation]}
    assert refusal(store, operation, request) == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: nowhere not found",
    )


def test_table_operations_miss_a_deleted_table(store: Engine) -> None:
    table = {
        "TableName": "gone",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    call(store, "CreateTable", table)
    call(store, "DeleteTable", {"TableName": "gone"})
    for operation, members in CONTROL.items():
        assert refusal(store, operation, {"TableName": "gone", **members}) == (
            "ResourceNotFoundException",
            "Requested resource not found: Table: gone not found",
        )


@pytest.mark.parametrize(("operation", "members"), [("Query", QUERY), ("Scan", {})])
def test_an_unknown_index_is_a_fault_of_the_request(
    store: Engine, operation: str, members: dict[str, Any]
) -> None:
    request = {"TableName": "named", "IndexName": "none", **members}
    assert refusal(store, operation, request) == (
        "ValidationException",
        "The table does not have the specified index: none",
    )


@pytest.mark.parametrize(
    "name", ["...", "a_b", "A-1", "x" * 255, "000", ARN.replace("named", "y" * 255)]
)
def test_names_of_3_to_255_letters_digits_and_three_signs_are_good(
    engine: Engine, name: str
) -> None:
    key = {"AttributeDefinitions": definitions("a"), "KeySchema": keys("a")}
    wide = index(name.rpartition("/")[2], "a")
    request = {"TableName": name, **key, "GlobalSecondaryIndexes": [wide]}
    table = call(engine, "CreateTable", {**request, "BillingMode": "PAY_PER_REQUEST"})
    assert table["TableDescription"]["TableName"] == wide["IndexName"]
