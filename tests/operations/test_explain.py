"""What is told of a request's way to its items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.operations import explain
from tests.differential.build import index, table

VALUES = {":p": {"S": "a"}, ":s": {"S": "b"}}
QUERY = {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
GET: dict[str, Any] = {"TableName": "one", "Key": {}}

STATEMENTS = [
    {"Statement": "SELECT * FROM one WHERE p = 'a'"},
    {"Statement": "SELECT * FROM two WHERE p = 'a'"},
    {"Statement": "DELETE FROM two WHERE p = 'b'"},
]

PATHS: list[tuple[str, dict[str, Any], str]] = [
    ("GetItem", {}, "key"),
    ("DeleteItem", {"Expected": {}}, "key, condition"),
    ("BatchGetItem", {}, "keys"),
    ("TransactWriteItems", {}, "keys"),
    ("Query", QUERY, "range of table (=)"),
    (
        "Query",
        {
            "IndexName": "by_s",
            "KeyConditionExpression": "p = :p AND begins_with(s, :s)",
            "ExpressionAttributeValues": VALUES,
            "ScanIndexForward": False,
        },
        "range of index by_s (=, BEGINS_WITH), backwards",
    ),
    (
        "Query",
        {
            "KeyConditions": {
                "p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
                "s": {"ComparisonOperator": "GT", "AttributeValueList": [{"S": "a"}]},
            }
        },
        "range of table (=, >)",
    ),
    (
        "Query",
        {**QUERY, "FilterExpression": "attribute_exists(x)"},
        "range of table (=), filter in SQL",
    ),
    ("Scan", {"Segment": 1, "TotalSegments": 2}, "a segment of table"),
    ("Scan", {"IndexName": "by_s"}, "all of index by_s"),
    ("ListTables", {}, ""),
    (
        "ExecuteStatement",
        {"Statement": "SELECT a FROM one.by_s WHERE s = 'a' AND p > 'b' AND x = 1"},
        "SELECT by range of index by_s (=, >), filter",
    ),
    (
        "ExecuteStatement",
        {"Statement": "SELECT a FROM one WHERE p = 'a' OR p IN ['b', 'c']"},
        "SELECT by 3 ranges of table",
    ),
    (
        "ExecuteStatement",
        {"Statement": "SELECT a FROM one.by_s WHERE p = 'a'"},
        "SELECT by all of index by_s, filter",
    ),
    ("ExecuteStatement", {"Statement": "INSERT INTO one VALUE {'p': 'a'}"}, "INSERT by key"),
    (
        "ExecuteStatement",
        {"Statement": "UPDATE one SET a = 1 WHERE p = 'a' AND a = 2"},
        "UPDATE by key, condition",
    ),
    ("ExecuteStatement", {"Statement": "SELECT a FROM gone WHERE p = 'a'"}, "SELECT by table"),
    (
        "BatchExecuteStatement",
        {"Statements": [{"Statement": "SELECT a FROM one.\"any text\" WHERE p = 'a'"}]},
        "SELECT by index",
    ),
    (
        "BatchExecuteStatement",
        {"Statements": [*STATEMENTS, {"Statement": "SELECT"}]},
        "SELECT by key; DELETE by key",
    ),
    ("ExecuteTransaction", {"TransactStatements": STATEMENTS}, "SELECT by key; DELETE by key"),
    (
        "ExecuteTransaction",
        {
            "TransactStatements": [
                {"Statement": "EXISTS(SELECT * FROM one WHERE p = 'a' AND x = 1)"}
            ]
        },
        "EXISTS by key, condition",
    ),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Two tables; one has an index."""
    engine = Engine.open(":memory:")
    indexed = table("one", "p:S", others="s:S", GlobalSecondaryIndexes=[index("by_s", "s", "p")])
    for step in (indexed, table("two", "p:S")):
        engine.perform("CreateTable", step.request, Caller())
    yield engine
    engine.close()


COUNTED: list[tuple[str, dict[str, Any], bytes, int | None]] = [
    ("GetItem", GET, b"{}", 1),
    (
        "Scan",
        {},
        b'{"Count":1,"Items":[{"a":{"S":"\\"ScannedCount\\":7}"}}],"ScannedCount":12}',
        12,
    ),
    ("Query", {}, b'{"Count":0,"Items":[],"ScannedCount":0}', 0),
    ("TransactGetItems", {"TransactItems": [{"Get": GET}, {"Get": GET}]}, b"{}", 2),
    (
        "BatchGetItem",
        {"RequestItems": {"one": {"Keys": [{}, {}]}, "two": {"Keys": [{}]}}},
        b"{}",
        3,
    ),
    ("BatchWriteItem", {"RequestItems": {"one": [{}, {}], "two": [{}]}}, b"{}", 3),
    ("ListTables", {}, b"{}", None),
]


@pytest.mark.parametrize(("operation", "request_", "path"), PATHS)
def test_the_way_is_told_by_its_forms(
    engine: Engine, operation: str, request_: dict[str, Any], path: str
) -> None:
    assert engine.access_path(operation, request_, Caller()) == path


@pytest.mark.parametrize(
    ("operation", "request_", "written"),
    [
        ("ExecuteStatement", STATEMENTS[0], False),
        ("ExecuteStatement", STATEMENTS[2], True),
        ("BatchExecuteStatement", {"Statements": STATEMENTS[:2]}, False),
        ("BatchExecuteStatement", {"Statements": STATEMENTS}, True),
        ("GetItem", GET, False),
        ("PutItem", GET, True),
    ],
)
def test_statements_are_writes_if_one_of_them_is(
    operation: str, request_: dict[str, Any], written: bool
) -> None:
    assert explain.writes(operation, request_) is written


@pytest.mark.parametrize(("operation", "request_", "answer", "items"), COUNTED)
def test_the_items_that_were_looked_at_are_counted(
    operation: str, request_: dict[str, Any], answer: bytes, items: int | None
) -> None:
    assert explain.items_read(operation, request_, answer) == items


@pytest.mark.parametrize(
    ("operation", "request_", "tables"),
    [
        ("GetItem", GET, ["one"]),
        ("BatchGetItem", {"RequestItems": {"one": {}, "two": {}}}, ["one", "two"]),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": GET}, {"Get": {"TableName": "two"}}, {"Get": GET}]},
            ["one", "two"],
        ),
        ("ListTables", {}, []),
        ("ExecuteStatement", STATEMENTS[0], ["one"]),
        ("BatchExecuteStatement", {"Statements": STATEMENTS}, ["one", "two"]),
        (
            "ExecuteTransaction",
            {
                "TransactStatements": [
                    {"Statement": "EXISTS(SELECT * FROM one WHERE p = 'a' AND x = 1)"}
                ]
            },
            ["one"],
        ),
    ],
)
def test_each_table_is_named_once(
    operation: str, request_: dict[str, Any], tables: list[str]
) -> None:
    assert explain.tables(operation, request_) == tables


@pytest.mark.parametrize("value", ["text", 1, [1], [{"Put": 1}], {"a": 1}])
def test_members_that_an_operation_does_not_have_may_be_anything(
    engine: Engine, value: Any
) -> None:
    stray = dict.fromkeys(
        ("TransactItems", "RequestItems", "ConditionExpression", "ScanIndexForward"), value
    )
    assert explain.tables("GetItem", {**stray, **GET}) == ["one"]
    assert engine.access_path("GetItem", {**stray, **GET}, Caller()) == "key"
    scan = {**stray, "ScanIndexForward": False}
    assert engine.access_path("Scan", scan, Caller()) == "all of table"
    action = {"Get": GET, "Other": value}
    assert explain.tables("TransactGetItems", {"TransactItems": [action]}) == ["one"]


def test_null_members_are_no_part_of_what_was_read() -> None:
    put = {"Put": {"TableName": "one", "Item": {}}, "Delete": None}
    read = explain.as_read("TransactWriteItems", {"TransactItems": [put]})
    assert explain.tables("TransactWriteItems", read) == ["one"]
