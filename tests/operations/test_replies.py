"""Answers: their members and the order of these, capacity's shape, metrics of item collections."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.storage import collections
from tests.facts import capacity, item_tables
from tests.support.calls import perform
from tests.support.raw_http import RawClient, operation

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM = {**KEY, "gsiPk": {"S": "g"}, "lsiSk": {"S": "l"}, "a": {"S": "1"}}
HERE: dict[str, Any] = {"TableName": "indexed"}
BY_KEY = {
    "KeyConditionExpression": "pk = :p",
    "ExpressionAttributeValues": {":p": {"S": "a"}},
}
ASKED: dict[str, Any] = {
    "ReturnConsumedCapacity": "INDEXES",
    "ReturnItemCollectionMetrics": "SIZE",
}


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in item_tables.TABLES:
        perform(engine, "CreateTable", **table)
    perform(engine, "PutItem", TableName="indexed", Item=ITEM)
    return engine


def on_table(kind: str, **more: Any) -> dict[str, Any]:
    return {"TransactItems": [{kind: {**HERE, **more}}]}


# Every data operation with all it can be asked for, and the members of its answer.
EVERYTHING: list[tuple[str, dict[str, Any], list[str]]] = [
    ("GetItem", {**HERE, "Key": KEY}, ["ConsumedCapacity", "Item"]),
    (
        "PutItem",
        {**HERE, "Item": ITEM, "ReturnValues": "ALL_OLD"},
        ["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
    ),
    (
        "UpdateItem",
        {**HERE, "Key": KEY, "ReturnValues": "ALL_NEW"},
        ["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
    ),
    (
        "DeleteItem",
        {**HERE, "Key": KEY, "ReturnValues": "ALL_OLD"},
        ["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
    ),
    (
        "Query",
        {**HERE, **BY_KEY, "Limit": 1},
        ["ConsumedCapacity", "Count", "Items", "LastEvaluatedKey", "ScannedCount"],
    ),
    (
        "Scan",
        {**HERE, "Limit": 1},
        ["ConsumedCapacity", "Count", "Items", "LastEvaluatedKey", "ScannedCount"],
    ),
    (
        "BatchGetItem",
        {"RequestItems": {"indexed": {"Keys": [KEY]}}},
        ["ConsumedCapacity", "Responses", "UnprocessedKeys"],
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"indexed": [{"DeleteRequest": {"Key": KEY}}]}},
        ["ConsumedCapacity", "ItemCollectionMetrics", "UnprocessedItems"],
    ),
    ("TransactGetItems", on_table("Get", Key=KEY), ["ConsumedCapacity", "Responses"]),
    (
        "TransactWriteItems",
        on_table("Delete", Key=KEY),
        ["ConsumedCapacity", "ItemCollectionMetrics"],
    ),
]
NAMES = [name for name, _, _ in EVERYTHING]


@pytest.mark.parametrize(("name", "request_members", "members"), EVERYTHING, ids=NAMES)
def test_an_answers_members_come_by_name(
    store: Engine, name: str, request_members: dict[str, Any], members: list[str]
) -> None:
    body = store.perform(name, {**request_members, **ASKED}, Caller())
    assert list(codec.decode(body)) == members


UNASKED = {
    "GetItem": ["Item"],
    "Query": ["Count", "Items", "LastEvaluatedKey", "ScannedCount"],
    "Scan": ["Count", "Items", "LastEvaluatedKey", "ScannedCount"],
    "BatchGetItem": ["Responses", "UnprocessedKeys"],
    "BatchWriteItem": ["UnprocessedItems"],
    "TransactGetItems": ["Responses"],
}


@pytest.mark.parametrize(("name", "request_members", "_members"), EVERYTHING, ids=NAMES)
@pytest.mark.parametrize("none", [{}, {"ReturnConsumedCapacity": "NONE"}], ids=str)
def test_what_was_not_asked_for_is_not_there(
    store: Engine,
    name: str,
    request_members: dict[str, Any],
    _members: list[str],
    none: dict[str, str],
) -> None:
    plain = {**request_members, **none, "ReturnItemCollectionMetrics": "NONE"}
    plain.pop("ReturnValues", None)
    assert list(perform(store, name, **plain)) == UNASKED.get(name, [])


@pytest.mark.parametrize(("name", "request_members", "_members"), EVERYTHING, ids=NAMES)
def test_capacity_is_an_object_or_a_list_with_one_object_for_each_table(
    store: Engine, name: str, request_members: dict[str, Any], _members: list[str]
) -> None:
    several = name.startswith(("Batch", "Transact"))
    answer = perform(store, name, **request_members, ReturnConsumedCapacity="TOTAL")
    shown = answer["ConsumedCapacity"]
    [one] = shown if several else [shown]
    axes = {"TransactGetItems": {"ReadCapacityUnits"}, "TransactWriteItems": {"WriteCapacityUnits"}}
    assert set(one) == {"TableName", "CapacityUnits", *axes.get(name, ())}
    assert one["TableName"] == "indexed"


def test_capacity_of_several_tables_is_listed_by_table(store: Engine) -> None:
    tables = ("indexed", "hash_s")
    puts = {"indexed": KEY, "hash_s": {"p": {"S": "a"}}}
    answers = [
        perform(
            store,
            "BatchWriteItem",
            RequestItems={table: [{"PutRequest": {"Item": puts[table]}}] for table in tables},
            ReturnConsumedCapacity="TOTAL",
        ),
        perform(
            store,
            "BatchGetItem",
            RequestItems={table: {"Keys": [puts[table]]} for table in tables},
            ReturnConsumedCapacity="TOTAL",
        ),
        perform(
            store,
            "TransactWriteItems",
            TransactItems=[{"Put": {"TableName": table, "Item": puts[table]}} for table in tables],
            ReturnConsumedCapacity="TOTAL",
        ),
        perform(
            store,
            "TransactGetItems",
            TransactItems=[{"Get": {"TableName": table, "Key": puts[table]}} for table in tables],
            ReturnConsumedCapacity="TOTAL",
        ),
    ]
    for answer in answers:
        assert {each["TableName"] for each in answer["ConsumedCapacity"]} == set(tables)


def arms(answer: dict[str, Any]) -> dict[str, Any]:
    shown = answer["ConsumedCapacity"]
    [one] = shown if isinstance(shown, list) else [shown]
    one.pop("TableName")
    return one


def test_an_index_that_is_not_touched_is_absent(store: Engine) -> None:
    plain = {"pk": {"S": "p"}, "sk": {"S": "s"}}
    put = {**HERE, "ReturnConsumedCapacity": "INDEXES"}
    one = {"CapacityUnits": 1.0}
    assert arms(perform(store, "PutItem", **put, Item=plain)) == {**one, "Table": one}
    in_global = {**plain, "gsiPk": {"S": "g"}}
    assert arms(perform(store, "PutItem", **put, Item=in_global)) == {
        "CapacityUnits": 2.0,
        "Table": one,
        "GlobalSecondaryIndexes": {"gsi-inc": one},
    }
    in_both = {**in_global, "lsiSk": {"S": "l"}}
    assert arms(perform(store, "PutItem", **put, Item=in_both)) == {
        "CapacityUnits": 2.0,
        "Table": one,
        "LocalSecondaryIndexes": {"lsi-all": one},
    }


@pytest.mark.parametrize("name", ["GetItem", "BatchGetItem"])
def test_reads_by_key_have_no_index_arms(store: Engine, name: str) -> None:
    request_members = {each: members for each, members, _ in EVERYTHING}[name]
    shown = arms(perform(store, name, **request_members, ReturnConsumedCapacity="INDEXES"))
    assert shown == {"CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}


def test_a_transaction_names_its_axis_at_every_level(store: Engine) -> None:
    written = perform(
        store, "TransactWriteItems", **on_table("Delete", Key=KEY), ReturnConsumedCapacity="INDEXES"
    )

    def units(amount: float, axis: str) -> dict[str, float]:
        return {"CapacityUnits": amount, f"{axis}CapacityUnits": amount}

    assert arms(written) == {
        **units(4.0, "Write"),
        "Table": units(2.0, "Write"),
        "GlobalSecondaryIndexes": {"gsi-inc": units(1.0, "Write")},
        "LocalSecondaryIndexes": {"lsi-all": units(1.0, "Write")},
    }
    read = perform(
        store, "TransactGetItems", **on_table("Get", Key=KEY), ReturnConsumedCapacity="INDEXES"
    )
    assert arms(read) == {**units(2.0, "Read"), "Table": units(2.0, "Read")}


def test_units_are_printed_with_their_fraction(server: BackgroundServer, store: Engine) -> None:
    assert store is not None
    with RawClient(server.port) as client:
        for name, request_members, printed in (
            ("GetItem", {**HERE, "Key": KEY}, b'"CapacityUnits":0.5'),
            ("PutItem", {**HERE, "Item": KEY}, b'"CapacityUnits":3.0'),
        ):
            asked = {**request_members, "ReturnConsumedCapacity": "TOTAL"}
            assert printed in client.ask(operation(name, asked)).body


@pytest.mark.parametrize(("name", "request_members", "_members"), EVERYTHING, ids=NAMES)
def test_a_table_named_by_its_arn_is_shown_by_its_arn(
    store: Engine, name: str, request_members: dict[str, Any], _members: list[str]
) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/indexed"
    text = codec.text(request_members).replace('"indexed"', f'"{arn}"')
    answer = perform(store, name, **codec.decode(text), ReturnConsumedCapacity="TOTAL")
    shown = answer["ConsumedCapacity"]
    [one] = shown if isinstance(shown, list) else [shown]
    assert one["TableName"] == arn


# A projection names what comes, in every operation.

PROJECTED: list[tuple[str, dict[str, Any]]] = [
    ("GetItem", {**HERE, "Key": KEY, "ProjectionExpression": "a"}),
    ("Query", {**HERE, **BY_KEY, "ProjectionExpression": "a"}),
    ("Scan", {**HERE, "ProjectionExpression": "a"}),
    ("BatchGetItem", {"RequestItems": {"indexed": {"Keys": [KEY], "ProjectionExpression": "a"}}}),
    ("TransactGetItems", on_table("Get", Key=KEY, ProjectionExpression="a")),
]


@pytest.mark.parametrize(
    ("name", "request_members"), PROJECTED, ids=[name for name, _ in PROJECTED]
)
def test_a_projection_adds_no_keys(
    store: Engine, name: str, request_members: dict[str, Any]
) -> None:
    text = codec.text(perform(store, name, **request_members))
    assert '{"a":{"S":"1"}}' in text
    assert '"pk"' not in text


# Item collections.


@pytest.mark.parametrize("name", ["PutItem", "UpdateItem", "DeleteItem"])
def test_metrics_are_shown_only_where_there_is_a_local_index(store: Engine, name: str) -> None:
    metrics = {"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    given = {"Item": ITEM} if name == "PutItem" else {"Key": KEY}
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    assert perform(store, name, **HERE, **given, **asked) == {"ItemCollectionMetrics": metrics}
    assert perform(store, name, **HERE, **given, ReturnItemCollectionMetrics="NONE") == {}
    plain = {"Item" if name == "PutItem" else "Key": {"p": {"S": "a"}}}
    assert perform(store, name, TableName="hash_s", **plain, **asked) == {}


@pytest.mark.parametrize(
    ("gigabytes", "shown"), [(0.5, [0.0, 1.0]), (1.0, [1.0, 2.0]), (3.7, [3.0, 4.0])]
)
def test_metrics_are_whole_gigabytes(
    store: Engine, monkeypatch: pytest.MonkeyPatch, gigabytes: float, shown: list[float]
) -> None:
    def measured(_db: Any, _table: Any, _key: Any) -> int:
        return int(gigabytes * (1 << 30))

    monkeypatch.setattr(collections, "size_of", measured)
    answer = perform(store, "PutItem", **HERE, Item=ITEM, ReturnItemCollectionMetrics="SIZE")
    assert answer["ItemCollectionMetrics"]["SizeEstimateRangeGB"] == shown


def test_a_collection_is_the_partitions_items_and_their_local_entries(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []
    measure = collections.size_of

    def kept(db: Any, table: Any, key: Any) -> int:
        measured.append(measure(db, table, key))
        return measured[-1]

    monkeypatch.setattr(collections, "size_of", kept)
    small = {**capacity.KEY, "sk": {"S": "c"}}  # 6 bytes: in no index
    perform(store, "PutItem", **HERE, Item={**small, "pk": {"S": "z"}})
    perform(store, "PutItem", **HERE, Item=small, ReturnItemCollectionMetrics="SIZE")
    whole = sum(len(name) + len(value["S"]) for name, value in ITEM.items())
    assert measured == [2 * whole + 6]
