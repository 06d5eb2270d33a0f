"""What is told of a request's way to its items."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.operations import explain

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
        {"Statement": "SELECT a FROM one.by_s WHERE p = 'a'"},
        "SELECT by index by_s",
    ),
    (
        "BatchExecuteStatement",
        {"Statements": [*STATEMENTS, {"Statement": "SELECT"}]},
        "SELECT, DELETE",
    ),
    ("ExecuteTransaction", {"TransactStatements": STATEMENTS}, "SELECT, DELETE"),
]


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
def test_the_way_is_told_by_its_forms(operation: str, request_: dict[str, Any], path: str) -> None:
    assert explain.access_path(operation, request_) == path


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
def test_members_that_an_operation_does_not_have_may_be_anything(value: Any) -> None:
    stray = dict.fromkeys(
        ("TransactItems", "RequestItems", "ConditionExpression", "ScanIndexForward"), value
    )
    assert explain.tables("GetItem", {**stray, **GET}) == ["one"]
    assert explain.access_path("GetItem", {**stray, **GET}) == "key"
    assert explain.access_path("Scan", {**stray, "ScanIndexForward": False}) == "all of table"
    action = {"Get": GET, "Other": value}
    assert explain.tables("TransactGetItems", {"TransactItems": [action]}) == ["one"]


def test_null_members_are_no_part_of_what_was_read() -> None:
    put = {"Put": {"TableName": "one", "Item": {}}, "Delete": None}
    read = explain.as_read("TransactWriteItems", {"TransactItems": [put]})
    assert explain.tables("TransactWriteItems", read) == ["one"]
