"""Reads without ConsistentRead on a store whose reads are late, through every door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

import dynalite_py
from dynalite_py import MovableClock
from dynalite_py.doors.library import exceptions
from dynalite_py.doors.server.run import ServerSettings
from tests.facts.tables import definitions, index, keys
from tests.support import doors, servers
from tests.support.doors import Call, Refused

TABLE: dict[str, Any] = {
    "TableName": "late",
    "AttributeDefinitions": definitions("p", "s", "g"),
    "KeySchema": keys("p", "s"),
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [index("global", "g")],
    "LocalSecondaryIndexes": [index("local", "p", "g")],
}
KEY = {"p": {"S": "a"}, "s": {"S": "1"}}
OLD = {**KEY, "g": {"S": "x"}, "n": {"N": "1"}}
NEW = {**KEY, "g": {"S": "x"}, "n": {"N": "2"}}
OF_P = {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
OF_G = {"KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "x"}}}
POINT = "SELECT * FROM late WHERE p = 'a' AND s = '1'"
CONSISTENT = {"ConsistentRead": True}


class Store(NamedTuple):
    """A door, and the clock of the store behind it."""

    call: Call
    clock: MovableClock


@pytest.fixture(params=["library", "boto3", "http", "boto3 over http, file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store whose reads are 100 ms late, with OLD written long ago and NEW just now."""
    clock = MovableClock()
    path = tmp_path / "late.db" if request.param.endswith("file") else ":memory:"
    with (
        dynalite_py.connect(path, clock=clock, eventual_lag=100) as opened,
        servers.serving(opened.engine, ServerSettings(port=0)) as server,
    ):
        call = {
            "library": lambda: doors.library(opened),
            "boto3": lambda: doors.boto3(dynalite_py.boto3_client(opened)),
            "http": lambda: doors.http(server.endpoint),
            "boto3 over http, file": lambda: doors.boto3(
                boto3.client(
                    "dynamodb",
                    endpoint_url=server.endpoint,
                    region_name="us-east-1",
                    aws_access_key_id="a",
                    aws_secret_access_key="b",
                )
            ),
        }[request.param]()
        call("CreateTable", TABLE)
        call("PutItem", {"TableName": "late", "Item": OLD})
        clock.advance(0.1)
        call("PutItem", {"TableName": "late", "Item": NEW})
        yield Store(call, clock)


def found(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of whatever was read."""
    if "Responses" not in answer:
        return answer.get("Items", [answer["Item"]] if "Item" in answer else [])
    responses = answer["Responses"]
    if isinstance(responses, dict):
        return responses["late"]
    return [each["Item"] for each in responses]


def both(operation: str, request: dict[str, Any]) -> list[Any]:
    """The read as it is, late, and with ConsistentRead, of the present."""
    if operation == "BatchGetItem":
        present = {"RequestItems": {"late": {**request["RequestItems"]["late"], **CONSISTENT}}}
    elif operation == "BatchExecuteStatement":
        present = {"Statements": [{**each, **CONSISTENT} for each in request["Statements"]]}
    else:
        present = {**request, **CONSISTENT}
    return [(operation, request, OLD), (operation, present, NEW)]


READS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    *both("GetItem", {"TableName": "late", "Key": KEY}),
    *both("GetItem", {"TableName": "late", "Key": KEY, "ProjectionExpression": "p, s, g, n"}),
    *both("Query", {"TableName": "late", **OF_P}),
    *both("Query", {"TableName": "late", "IndexName": "local", **OF_P}),
    ("Query", {"TableName": "late", "IndexName": "global", **OF_G}, OLD),
    ("Scan", {"TableName": "late", "IndexName": "global"}, OLD),
    *both("Scan", {"TableName": "late"}),
    *both("Scan", {"TableName": "late", "IndexName": "local"}),
    *both("BatchGetItem", {"RequestItems": {"late": {"Keys": [KEY]}}}),
    *both("ExecuteStatement", {"Statement": "SELECT * FROM late"}),
    *both("ExecuteStatement", {"Statement": POINT}),
    *both("ExecuteStatement", {"Statement": "SELECT * FROM late.\"local\" WHERE p = 'a'"}),
    ("ExecuteStatement", {"Statement": "SELECT * FROM late.\"global\" WHERE g = 'x'"}, OLD),
    *both("BatchExecuteStatement", {"Statements": [{"Statement": POINT}]}),
    (
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "late", "Key": KEY}}]},
        NEW,
    ),
    ("ExecuteTransaction", {"TransactStatements": [{"Statement": POINT}]}, NEW),
]


def test_reads_are_late_but_where_they_ask_for_the_present(store: Store) -> None:
    answers = [(read, found(store.call(*read[:2]))) for read in READS]
    assert [(read[:2], [read[2]]) for read in READS] == [(read[:2], seen) for read, seen in answers]
    store.clock.advance(0.1)
    for operation, request, _ in READS:
        assert found(store.call(operation, request)) == [NEW]


def test_a_batch_may_ask_for_both(store: Store) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/late"
    asked = {"late": {"Keys": [KEY]}, arn: {"Keys": [KEY], **CONSISTENT}}
    answer = store.call("BatchGetItem", {"RequestItems": asked})["Responses"]
    assert answer == {"late": [OLD], arn: [NEW]}
    other = {"Statement": "SELECT * FROM late WHERE p = 'a' AND s = '2'", **CONSISTENT}
    store.call("PutItem", {"TableName": "late", "Item": {**NEW, "s": {"S": "2"}}})
    request = {"Statements": [{"Statement": POINT}, other]}
    assert found(store.call("BatchExecuteStatement", request)) == [OLD, {**NEW, "s": {"S": "2"}}]


def test_what_writes_look_at_is_the_present(store: Store) -> None:
    holds = {
        "ConditionExpression": "n = :n",
        "ExpressionAttributeValues": {":n": {"N": "2"}},
    }
    put = {"TableName": "late", "Item": {**NEW, "n": {"N": "3"}}, **holds}
    assert store.call("PutItem", {**put, "ReturnValues": "ALL_OLD"})["Attributes"] == NEW
    with pytest.raises(Refused, match="conditional request failed"):
        store.call("PutItem", put)
    update = {"TableName": "late", "Key": KEY, "ReturnValues": "ALL_NEW"}
    change = {"UpdateExpression": "SET n = n + :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    assert store.call("UpdateItem", {**update, **change})["Attributes"]["n"] == {"N": "4"}
    statement = "UPDATE late SET n = n + 1 WHERE p = 'a' AND s = '1' RETURNING ALL NEW *"
    assert store.call("ExecuteStatement", {"Statement": statement})["Items"][0]["n"] == {"N": "5"}
    assert found(store.call("GetItem", {"TableName": "late", "Key": KEY})) == [OLD]


def test_a_read_of_several_pages_goes_on_by_its_keys(store: Store) -> None:
    for number in range(2, 6):
        store.call("PutItem", {"TableName": "late", "Item": {**NEW, "s": {"S": str(number)}}})
        store.clock.advance(0.04)
    seen: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = store.call("Query", {"TableName": "late", **OF_P, "Limit": 1, **start})
        seen += [item["s"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert seen == ["1", "2", "3"]


def test_capacity_is_that_of_what_was_seen(store: Store) -> None:
    big = {**NEW, "x": {"S": "x" * 9000}}
    store.call("PutItem", {"TableName": "late", "Item": big})
    request = {"TableName": "late", "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}
    for more, units in (({}, 0.5), (CONSISTENT, 3.0)):
        answer = store.call("GetItem", {**request, **more})
        assert answer["ConsumedCapacity"]["CapacityUnits"] == units


def test_lateness_that_is_drawn_is_the_same_in_each_run() -> None:
    def run(seed: int) -> list[int]:
        seen: list[int] = []
        with dynalite_py.connect(
            clock=MovableClock(), eventual_lag=100, eventual_seed=seed
        ) as store:
            store.create_table(**TABLE)
            for number in range(50):
                store.put_item(TableName="late", Item={**KEY, "n": {"N": str(number)}})
                item: Any = store.get_item(TableName="late", Key=KEY).get("Item")
                seen.append(number - int(item["n"]["N"]) if item else -1)
                store.clock.advance(0.01)
        return seen

    assert run(1) == run(1) != run(2)
    assert len(set(run(1))) >= 8


@pytest.mark.parametrize("wrong", [-1, 60_001, float("nan"), float("inf")])
def test_lateness_is_milliseconds_of_a_minute_at_most(wrong: float) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="eventual_lag takes milliseconds"):
        dynalite_py.connect(eventual_lag=wrong)


def test_a_seed_without_lateness_is_refused() -> None:
    with pytest.raises(exceptions.ParamValidationError, match="eventual_seed needs eventual_lag"):
        dynalite_py.connect(eventual_seed=1)
