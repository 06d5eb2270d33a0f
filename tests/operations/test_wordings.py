"""The older wordings of refusals, through the library and over HTTP, and that today's stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

import dynalite_py
from dynalite_py.doors.library.exceptions import StoreError
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.support import doors

ENVELOPE = "1 validation error detected: "
ONLY_VALUES = "ExpressionAttributeValues can only be specified when using expressions"
ONLY_NAMES = "ExpressionAttributeNames can only be specified when using expressions"
EMPTY_KEY = "The AttributeValue for a key attribute cannot contain an empty string value. Key: p"
FAILED = "failed to satisfy constraint: Member must have"
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/none"
TABLE: dict[str, Any] = {
    "TableName": "tbl",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ITEM: dict[str, Any] = {"TableName": "tbl", "Item": {"p": {"S": "a"}}}
KEY: dict[str, Any] = {"TableName": "tbl", "Key": {"p": {"S": "a"}}}
VALUES: dict[str, Any] = {"ExpressionAttributeValues": {":v": {"S": "a"}}}
NAMES: dict[str, Any] = {"ExpressionAttributeNames": {"#n": "a"}}


class Reworded(NamedTuple):
    """One refusal in both wordings."""

    operation: str
    request: dict[str, Any]
    current: str
    older: str


REWORDED = [
    Reworded(
        "PutItem",
        ITEM | VALUES,
        ENVELOPE + ONLY_VALUES,
        f"{ONLY_VALUES}: ConditionExpression is null",
    ),
    Reworded(
        "UpdateItem",
        KEY | VALUES,
        ENVELOPE + ONLY_VALUES,
        f"{ONLY_VALUES}: UpdateExpression and ConditionExpression are null",
    ),
    Reworded("PutItem", ITEM | NAMES, ENVELOPE + ONLY_NAMES, ONLY_NAMES),
    Reworded(
        "PutItem",
        ITEM | {"ReturnValues": "ALL_NEW"},
        ENVELOPE + "ReturnValues can only be ALL_OLD or NONE",
        "ReturnValues can only be ALL_OLD or NONE",
    ),
    Reworded(
        "UpdateItem",
        KEY | {"UpdateExpression": "SET a = :v"},
        ENVELOPE + "Invalid UpdateExpression: An expression attribute value used in expression is "
        "not defined; attribute value: :v",
        "Invalid UpdateExpression: An expression attribute value used in expression is not "
        "defined; attribute value: :v",
    ),
    Reworded(
        "Query",
        {"TableName": "tbl", "KeyConditionExpression": "p = :v", "Select": "SPECIFIC_ATTRIBUTES"}
        | VALUES,
        ENVELOPE + "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES",
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES",
    ),
    Reworded(
        "Query",
        {"TableName": "tbl", "Limit": 0},
        f"{ENVELOPE}Value at 'Limit' {FAILED} value greater than or equal to 1",
        f"{ENVELOPE}Value '0' at 'limit' {FAILED} value greater than or equal to 1",
    ),
    Reworded(
        "BatchGetItem",
        {"RequestItems": {}},
        "The requestItems parameter is required for BatchGetItem",
        f"{ENVELOPE}Value '{{}}' at 'requestItems' {FAILED} length greater than or equal to 1",
    ),
    Reworded(
        "BatchGetItem",
        {"RequestItems": {"tbl": {"Keys": []}}},
        f"{ENVELOPE}Value at 'requestItems.tbl.member.keys' {FAILED} length greater than or equal "
        "to 1",
        f"{ENVELOPE}Value '[]' at 'requestItems.tbl.member.keys' {FAILED} length greater than or "
        "equal to 1",
    ),
    Reworded(
        "BatchGetItem",
        {"RequestItems": {"tbl": {"Keys": [{}] * 101}}},
        f"{ENVELOPE}Value at 'RequestItems.tbl.member.Keys' {FAILED} length less than or equal to "
        "100",
        f"{ENVELOPE}Value '[{', '.join(['{}'] * 101)}]' at 'requestItems.tbl.member.keys' {FAILED} "
        "length less than or equal to 100",
    ),
    Reworded(
        "BatchWriteItem",
        {"RequestItems": {"tbl": []}},
        f"{ENVELOPE}Value at 'requestItems.tbl.member' {FAILED} length greater than or equal to 1",
        f"{ENVELOPE}Value '{{tbl=[]}}' at 'requestItems' failed to satisfy constraint: Map value "
        "must satisfy constraint: [Member must have length less than or equal to 25, Member must "
        "have length greater than or equal to 1]",
    ),
    Reworded(
        "GetItem",
        {"TableName": "tbl", "Key": {"p": {"S": ""}}},
        f"One or more parameter values are not valid. {EMPTY_KEY}",
        f"One or more parameter values were invalid: {EMPTY_KEY}",
    ),
    Reworded(
        "TagResource",
        {"ResourceArn": ARN, "Tags": [{"Key": "k", "Value": "v"}]},
        f"Requested resource not found: ResourceArn: {ARN} not found",
        f"Requested resource not found: ResourcArn: {ARN} not found",
    ),
    Reworded(
        "UpdateTable",
        {"TableName": "tbl"},
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
        "OnDemandThroughput, WarmThroughput or TableClass is required",
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    ),
]  # fmt: skip
# Refusals that were never worded otherwise.
UNCHANGED: list[tuple[str, dict[str, Any]]] = [
    ("PutItem", {"TableName": "tbl", "Item": {"p": {"S": ""}}}),
    ("PutItem", {"TableName": "a;", "Item": {}}),
    ("Scan", {"TableName": "tbl", "Limit": 0}),
    ("DeleteItem", KEY | {"ConditionExpression": "a = :v"}),
    ("GetItem", {"TableName": "none", "Key": {"p": {"S": "a"}}}),
]


@pytest.fixture(scope="module", params=["library", "http"])
def doors_of(request: pytest.FixtureRequest) -> Iterator[tuple[doors.Call, doors.Call]]:
    """A store of the current and one of the older wording."""
    with dynalite_py.connect() as current, dynalite_py.connect(wording="older") as older:
        for store in (current, older):
            store.create_table(**TABLE)
        if request.param == "library":
            yield doors.library(current), doors.library(older)
            return
        servers = [
            BackgroundServer(store.engine, ServerSettings(port=0)) for store in (current, older)
        ]
        for server in servers:
            server.start()
        yield doors.http(servers[0].endpoint), doors.http(servers[1].endpoint)
        for server in servers:
            server.stop()


def message(call: doors.Call, operation: str, request: dict[str, Any]) -> str:
    with pytest.raises(doors.Refused) as refusal:
        call(operation, request)
    return refusal.value.message


@pytest.mark.parametrize("row", REWORDED, ids=lambda row: f"{row.operation} {row.current[:60]}")
def test_a_refusal_is_worded_as_the_setting_says(
    doors_of: tuple[doors.Call, doors.Call], row: Reworded
) -> None:
    current, older = doors_of
    assert message(current, row.operation, row.request) == row.current
    assert message(older, row.operation, row.request) == row.older


@pytest.mark.parametrize(("operation", "request_"), UNCHANGED)
def test_other_refusals_have_one_wording(
    doors_of: tuple[doors.Call, doors.Call], operation: str, request_: dict[str, Any]
) -> None:
    current, older = doors_of
    assert message(current, operation, request_) == message(older, operation, request_)


def test_no_other_wording_is_known() -> None:
    with pytest.raises(StoreError, match="wording is current or older"):
        dynalite_py.connect(wording="newer")  # pyright: ignore[reportArgumentType]
