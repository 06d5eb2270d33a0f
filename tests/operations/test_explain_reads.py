"""Plans: the way of each statement and request, its cost, what is warned of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library.store import Store
from dynalite_py.language import condition_text, nodes
from dynalite_py.operations.explain_plans import Plan

A, N = {"S": "a"}, {"N": "1"}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with dynalite_py.connect() as opened:
        opened.create_table(
            TableName="Orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "customer", "AttributeType": "S"},
                {"AttributeName": "number", "AttributeType": "N"},
                {"AttributeName": "status", "AttributeType": "S"},
                {"AttributeName": "city", "AttributeType": "S"},
                {"AttributeName": "price", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-status",
                    "KeySchema": [
                        {"AttributeName": "status", "KeyType": "HASH"},
                        {"AttributeName": "number", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                },
                {
                    "IndexName": "by-city",
                    "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "by-price",
                    "KeySchema": [
                        {"AttributeName": "customer", "KeyType": "HASH"},
                        {"AttributeName": "price", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        table = opened.table("Orders")
        for number in range(40):
            table.put(
                {
                    "customer": "ann" if number < 30 else "bob",
                    "number": number,
                    "status": "paid" if number % 2 else "new",
                    "city": "Rome",
                    "price": Decimal(number) / 4,
                    "note": "x" * 1000,
                }
            )
        yield opened


# A statement, and the lines of its plan that say which way it goes.
STATEMENTS: list[tuple[str, list[str]]] = [
    (
        "SELECT * FROM Orders WHERE customer = 'ann' AND number = 3",
        ['GetItem on table "Orders"', "key: customer = 'ann' AND number = 3", "estimated: 1 item"],
    ),
    (
        "SELECT note FROM Orders WHERE number = 3 AND customer = 'ann' AND price > 0",
        ['GetItem on table "Orders"', "filter after reading: price > 0 (in Python)"],
    ),
    (
        "SELECT * FROM Orders WHERE customer = 'ann'",
        ['Query on table "Orders"', "key: customer = 'ann'", "order: forward", "30 items"],
    ),
    (
        "SELECT number, note FROM Orders WHERE customer = 'ann' AND number BETWEEN 3 AND 5",
        ["key: customer = 'ann' AND number BETWEEN 3 AND 5", "attributes: number, note", "3 items"],
    ),
    (
        "SELECT * FROM Orders WHERE customer = 'ann' AND number >= 3 AND number < 5",
        ["key: customer = 'ann' AND number >= 3 AND number < 5", "estimated: 2 items"],
    ),
    (
        "SELECT * FROM Orders WHERE customer = 'ann' ORDER BY number DESC",
        ["order: backward"],
    ),
    (
        "SELECT * FROM Orders WHERE customer IN ['ann', 'bob'] AND price > 2",
        [
            "key: customer = 'ann' OR customer = 'bob' (2 partitions)",
            "filter after reading: price > 2 (in SQL)",
            "estimated: 40 items",
        ],
    ),
    (
        (
            "SELECT * FROM Orders WHERE customer = 'ann' AND number = 3 "
            "OR customer = 'bob' AND number > 7"
        ),
        [
            'Query on table "Orders"',
            (
                "key: (customer = 'ann' AND number = 3) OR (customer = 'bob' AND number > 7) "
                "(2 partitions)"
            ),
            "order: forward",
        ],
    ),
    (
        (
            "SELECT * FROM Orders WHERE (customer = 'ann' AND number = 3 AND price > 0) "
            "OR (customer = 'ann' AND number > 7 AND number < 9)"
        ),
        [
            "OR (customer = 'ann' AND number > 7 AND number < 9) (2 ranges of 1 partition)",
            "filter after reading: ",
            "estimated: 2 items",
        ],
    ),
    (
        "SELECT * FROM Orders.\"by-status\" WHERE status = 'paid' AND number < 10",
        ['Query on index "by-status" of table "Orders"', "key: status = 'paid' AND number < 10"],
    ),
    (
        "SELECT customer, note FROM Orders.\"by-price\" WHERE customer = 'ann' AND price = 1",
        ["fetches: the table's item for every entry", "1 RCU"],
    ),
    (
        "SELECT * FROM Orders",
        ['Scan on table "Orders"', "warning: every item of the table is read", "40 items"],
    ),
    (
        "SELECT * FROM Orders WHERE status = 'paid' AND price > 1",
        [
            "filter after reading: status = 'paid' AND price > 1 (in SQL)",
            'index "by-status" avoids that: FROM "Orders"."by-status"',
        ],
    ),
    (
        "SELECT * FROM Orders WHERE city = 'Rome'",
        ['index "by-city" avoids that: FROM "Orders"."by-city" (KEYS_ONLY: not everything)'],
    ),
    (
        "SELECT * FROM Orders WHERE note = 'x' OR note = 'y'",
        ["no attribute is compared by =, so that no index could avoid that"],
    ),
    (
        "SELECT * FROM Orders WHERE note = 'x'",
        ["a global index with the partition key note would avoid that"],
    ),
    (
        (
            "SELECT * FROM Orders WHERE lines[0].\"the sku\" = 'x' "
            "AND NOT (note = 'y' OR size(note) > 3)"
        ),
        ["lines[0].\"the sku\" = 'x' AND NOT (note = 'y' OR size(note) > 3)"],
    ),
    (
        "INSERT INTO Orders VALUE {'customer': 'cy', 'number': 1}",
        [
            'PutItem on table "Orders"',
            "key: customer = 'cy' AND number = 1",
            "condition: the item is not there yet",
            "2 WCU",
        ],
    ),
    (
        "UPDATE Orders SET note = 'y' WHERE customer = 'ann' AND number = 1 AND price > 0",
        ['UpdateItem on table "Orders"', "condition: price > 0\n"],
    ),
    (
        "DELETE FROM Orders WHERE customer = 'ann' AND number = 1",
        ['DeleteItem on table "Orders"', "└ SQL: SELECT id, size, version, item FROM items_1"],
    ),
]


@pytest.mark.parametrize(("statement", "lines"), STATEMENTS, ids=lambda each: str(each)[:60])
def test_the_plan_of_a_statement(store: Store, statement: str, lines: list[str]) -> None:
    shown = str(store.explain(statement))
    for line in lines:
        assert line in shown, shown


REQUESTS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "GetItem",
        {"Key": {"customer": A, "number": N}, "ProjectionExpression": "note, parts[1]"},
        ["GetItem on", "key: customer = 'a' AND number = 1", "attributes: note, parts[1]"],
    ),
    (
        "Query",
        {
            "KeyConditionExpression": "customer = :c AND #n > :n",
            "ExpressionAttributeNames": {"#n": "number"},
            "ExpressionAttributeValues": {":c": {"S": "ann"}, ":n": {"N": "9"}},
            "ScanIndexForward": False,
            "Limit": 5,
        },
        ["customer = 'ann' AND number > 9", "order: backward", "limit: 5", "estimated: 5 items"],
    ),
    (
        "Query",
        {
            "IndexName": "by-status",
            "KeyConditions": {
                "status": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "paid"}]}
            },
        },
        ['index "by-status"', "key: status = 'paid'", "estimated: 20 items"],
    ),
    (
        "Scan",
        {
            "FilterExpression": "customer = :c",
            "ExpressionAttributeValues": {":c": {"S": "ann"}},
        },
        ["the table itself avoids that: a Query with customer = …"],
    ),
    ("Scan", {"Segment": 0, "TotalSegments": 4}, ["segment: 0 of 4", "estimated: 10 items"]),
    ("Scan", {"IndexName": "by-city"}, ["Scan on index", "every item of the index is read"]),
    ("ExecuteStatement", {"Statement": "SELECT * FROM Orders"}, ["Scan on table"]),
]


@pytest.mark.parametrize(("operation", "request_", "lines"), REQUESTS)
def test_the_plan_of_a_request(
    store: Store, operation: str, request_: dict[str, Any], lines: list[str]
) -> None:
    named = {} if operation == "ExecuteStatement" else {"TableName": "Orders"}
    shown = str(store.explain_request(operation, {**named, **request_}))
    for line in lines:
        assert line in shown, shown


# What the plan says is what the operation does.

MEASURED = [
    "SELECT * FROM Orders WHERE customer = 'ann' AND number = 3",
    "SELECT * FROM Orders WHERE customer = 'ann' AND number = 99",
    "SELECT * FROM Orders WHERE customer = 'ann' AND number < 20 AND price > 2",
    "SELECT * FROM Orders WHERE customer IN ['ann', 'bob', 'cy'] AND number < 5",
    "SELECT * FROM Orders.\"by-status\" WHERE status = 'paid'",
    "SELECT note FROM Orders.\"by-price\" WHERE customer = 'ann' AND price < 3",
    "SELECT * FROM Orders WHERE price > 5",
]


@pytest.mark.parametrize("statement", MEASURED)
def test_what_is_measured_is_what_the_statement_reads(store: Store, statement: str) -> None:
    measured = store.explain(statement, analyze=True).measured
    assert measured is not None
    answer = store.execute_statement(Statement=statement, ReturnConsumedCapacity="TOTAL")
    assert measured.returned == len(answer["Items"])
    assert measured.read_units == answer["ConsumedCapacity"].get("CapacityUnits")
    assert measured.milliseconds > 0


def test_every_page_is_measured() -> None:
    with dynalite_py.connect() as store:
        store.create_table(
            TableName="Large",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        for number in range(12):
            store.table("Large").put({"id": number, "note": "x" * 300_000})
        plan = store.explain("SELECT * FROM \"Large\" WHERE note <> 'x'", analyze=True)
        assert plan.measured is not None
        assert (plan.measured.items, plan.measured.returned, plan.measured.pages) == (12, 12, 4)
        limited = store.explain_request("Scan", {"TableName": "Large", "Limit": 2}, analyze=True)
        assert limited.measured is not None
        assert (limited.measured.items, limited.measured.pages) == (2, 1)


def test_estimates_of_many_keys_say_at_least(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from dynalite_py.operations import explain_reads

    monkeypatch.setattr(explain_reads, "_MOST_COUNTED", 7)
    assert "at least 7 items" in str(store.explain("SELECT * FROM Orders WHERE customer = 'ann'"))


def test_a_plan_writes_nothing(store: Store) -> None:
    store.explain("DELETE FROM Orders WHERE customer = 'ann' AND number = 1")
    found = store.get_item(TableName="Orders", Key={"customer": {"S": "ann"}, "number": {"N": "1"}})
    assert "Item" in found


REFUSED = [
    ('SELECT * FROM "not-there"', "ResourceNotFoundException"),
    ("SLECT * FROM Orders", "Statement wasn't well formed"),
    ("UPDATE Orders SET note = 'x' WHERE customer = 'ann'", "ValidationException"),
]


@pytest.mark.parametrize(("statement", "said"), REFUSED)
def test_what_the_service_refuses_has_no_plan(store: Store, statement: str, said: str) -> None:
    with pytest.raises(dynalite_py.DynaliteError, match=said):
        store.explain(statement)


def test_a_write_is_not_measured(store: Store) -> None:
    with pytest.raises(dynalite_py.DynaliteError, match="Only a read can be measured"):
        store.explain("DELETE FROM Orders WHERE customer = 'ann' AND number = 1", analyze=True)


def test_other_operations_have_no_plan(store: Store) -> None:
    with pytest.raises(dynalite_py.DynaliteError, match="ListTables has no plan"):
        store.explain_request("ListTables", {})


def test_a_plan_is_a_record_and_a_dict(store: Store) -> None:
    plan = store.explain("SELECT * FROM Orders WHERE customer = ?", [{"S": "ann"}])
    assert isinstance(plan, Plan)
    found = plan.as_dict()
    assert (found["operation"], found["key"], found["warnings"]) == (
        "Query",
        "customer = 'ann'",
        [],
    )
    assert found["estimated"]["items"] == 30
    assert "?" in found["sql"]
    assert "ann" not in found["sql"]


VALUES: list[tuple[dict[str, Any], str]] = [
    ({"S": "it's"}, "'it''s'"),
    ({"S": "x" * 100}, "'" + "x" * 60 + "…'"),
    ({"N": "1.5"}, "1.5"),
    ({"BOOL": True}, "true"),
    ({"NULL": True}, "null"),
    ({"B": "AAE="}, "AAE="),
    ({"NS": ["1", "2"]}, "<<1, 2>>"),
    ({"L": [{"N": "1"}, {"S": "a"}]}, "[1, 'a']"),
    ({"M": {"a": {"N": "1"}}}, "{'a': 1}"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_reads_as_a_literal(value: dict[str, Any], text: str) -> None:
    assert condition_text.value(value) == text


def test_a_condition_reads_with_its_parentheses() -> None:
    one = nodes.Comparison("=", nodes.Path(("a",)), nodes.Constant({"N": "1"}))
    two = nodes.In(nodes.Path(("b",)), (nodes.Constant({"N": "1"}), nodes.Constant({"N": "2"})))
    tree = nodes.And(nodes.Or(one, two), nodes.Not(nodes.And(one, two)))
    expected = "(a = 1 OR b IN (1, 2)) AND NOT (a = 1 AND b IN (1, 2))"
    assert condition_text.condition(tree, {}) == expected
