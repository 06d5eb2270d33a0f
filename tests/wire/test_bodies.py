"""Bodies of answers and refusals byte by byte, from a real store. Source: facts, Error JSON."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.facts import item_tables
from tests.support import servers
from tests.support.raw_http import RawClient, Response, operation

A: dict[str, Any] = {"p": {"S": "a"}}
B: dict[str, Any] = {"p": {"S": "b"}}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/hash_s"
FAILED = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",'
    b'%b"message":"The conditional request failed"}'
)
REASON: dict[str, Any] = {
    "Code": "ConditionalCheckFailed",
    "Message": "The conditional request failed",
}
NONE = {"Code": "None"}
CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


@pytest.fixture
def client() -> Generator[RawClient]:
    """A connection to a server whose table ``hash_s`` has the item ``a``."""
    engine = Engine.open(":memory:")
    try:
        with servers.serving(engine) as server, RawClient(server.port) as connection:
            assert connection.ask(operation("CreateTable", item_tables.HASH_S)).status == 200
            assert put(connection).status == 200
            yield connection
    finally:
        engine.close()


def put(client: RawClient, item: Any = A, **more: Any) -> Response:
    """The answer to a PutItem."""
    return client.ask(operation("PutItem", {"TableName": "hash_s", "Item": item, **more}))


@pytest.mark.parametrize(
    ("name", "request_members", "body"),
    [
        ("PutItem", {"TableName": "hash_s", "Item": A}, b"{}"),
        ("DeleteItem", {"TableName": "hash_s", "Key": A}, b"{}"),
        ("UpdateItem", {"TableName": "hash_s", "Key": A}, b"{}"),
        ("GetItem", {"TableName": "hash_s", "Key": B}, b"{}"),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "hash_s", "Item": A}}]},
            b"{}",
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"hash_s": [{"PutRequest": {"Item": A}}]}},
            b'{"UnprocessedItems":{}}',
        ),
        ("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "k", "Value": "v"}]}, b""),
        ("UntagResource", {"ResourceArn": ARN, "TagKeys": ["k"]}, b""),
    ],
)
def test_nothing_to_tell_is_an_empty_object_or_nothing(
    client: RawClient, name: str, request_members: dict[str, Any], body: bytes
) -> None:
    answer = client.ask(operation(name, request_members))
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"
    assert answer.headers["content-length"] == str(len(body))
    assert answer.crc_fits()


@pytest.mark.parametrize(
    ("item", "asked", "shown"),
    [
        (A, "ALL_OLD", b'"Item":{"p":{"S":"a"}},'),
        (A, "NONE", b""),
        (A, None, b""),
        (B, "ALL_OLD", b""),
    ],
)
def test_a_failed_condition_shows_an_item_that_exists_where_that_is_asked(
    client: RawClient, item: Any, asked: str | None, shown: bytes
) -> None:
    condition = "attribute_not_exists(p)" if item is A else "attribute_exists(p)"
    more = {} if asked is None else {"ReturnValuesOnConditionCheckFailure": asked}
    answer = put(client, item, ConditionExpression=condition, **more)
    assert (answer.status, answer.body) == (400, FAILED % shown)


def transact(client: RawClient, *actions: Any, **more: Any) -> tuple[int, Any]:
    """Status and JSON of the answer to a TransactWriteItems."""
    answer = client.ask(operation("TransactWriteItems", {"TransactItems": actions, **more}))
    return answer.status, answer.json()


def putting(item: Any, **more: Any) -> dict[str, Any]:
    """An action that puts an item."""
    return {"Put": {"TableName": "hash_s", "Item": item, **more}}


def test_a_cancellation_gives_a_reason_for_each_action(client: RawClient) -> None:
    fails = {"ConditionExpression": "attribute_not_exists(p)"}
    shown = {**fails, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    for condition, reason in ((fails, REASON), (shown, {**REASON, "Item": A})):
        assert transact(client, putting(A, **condition), putting(B)) == (
            400,
            {
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "CancellationReasons": [reason, NONE],
                "Message": CANCELLED + "[ConditionalCheckFailed, None]",
            },
        )


def test_a_cancellation_for_a_bad_action_says_what_is_bad(client: RawClient) -> None:
    status, body = transact(client, putting(B), putting({"p": {"N": "1"}}))
    assert (status, body["Message"]) == (400, CANCELLED + "[None, ValidationError]")
    text = (
        "One or more parameter values were invalid: Type mismatch for key p expected: S actual: N"
    )
    assert body["CancellationReasons"] == [NONE, {"Code": "ValidationError", "Message": text}]


def test_a_token_used_again_for_something_else_is_refused(client: RawClient) -> None:
    for _ in range(2):
        assert transact(client, putting(B), ClientRequestToken="t") == (200, {})
    status, body = transact(client, putting(A), ClientRequestToken="t")
    assert status == 400
    assert body.keys() == {"__type", "Message"}
    assert body["__type"].endswith("v20120810#IdempotentParameterMismatchException")


def test_a_token_used_again_for_the_same_has_no_second_effect(client: RawClient) -> None:
    counting = {
        "Update": {
            "TableName": "hash_s",
            "Key": A,
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(3):
        assert transact(client, counting, ClientRequestToken="t") == (200, {})
    got: Any = client.ask(operation("GetItem", {"TableName": "hash_s", "Key": A})).json()
    assert got["Item"]["n"] == {"N": "1"}


def test_a_transaction_may_send_four_megabytes_and_no_more(client: RawClient) -> None:
    def items(count: int, size: int) -> list[Any]:
        return [putting({"p": {"S": str(n)}, "b": {"S": "x" * size}}) for n in range(count)]

    status, body = transact(client, *items(11, 390_000))
    assert status == 400
    assert body["__type"] == "com.amazon.coral.validate#ValidationException"
    assert "size cannot exceed" in body["message"]
    assert "transaction payload" in body["message"]
    assert transact(client, *items(10, 390_000)) == (200, {})


def test_a_transaction_may_delete_more_than_four_megabytes(client: RawClient) -> None:
    for n in range(13):
        assert put(client, {"p": {"S": str(n)}, "b": {"S": "x" * 390_000}}).status == 200
    deleting = [{"Delete": {"TableName": "hash_s", "Key": {"p": {"S": str(n)}}}} for n in range(13)]
    assert transact(client, *deleting) == (200, {})


def test_a_bad_element_of_a_batch_leaves_nothing_written(client: RawClient) -> None:
    elements = [{"PutRequest": {"Item": item}} for item in (B, {"p": {"N": "1"}})]
    answer = client.ask(operation("BatchWriteItem", {"RequestItems": {"hash_s": elements}}))
    assert answer.status == 400
    assert client.ask(operation("GetItem", {"TableName": "hash_s", "Key": B})).body == b"{}"


def test_numerically_equal_keys_are_no_duplicates_for_a_batch_of_reads(client: RawClient) -> None:
    table = {
        **item_tables.HASH_S,
        "TableName": "of_numbers",
        "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "N"}],
    }
    client.ask(operation("CreateTable", table))
    keys = [{"p": {"N": "1"}}, {"p": {"N": "1.0"}}]
    reads = operation("BatchGetItem", {"RequestItems": {"of_numbers": {"Keys": keys}}})
    assert client.ask(reads).status == 200
    deletes = [{"DeleteRequest": {"Key": key}} for key in keys]
    answer: Any = client.ask(
        operation("BatchWriteItem", {"RequestItems": {"of_numbers": deletes}})
    ).json()
    assert answer["message"] == "Provided list of item keys contains duplicates"


def test_unknown_members_are_ignored_and_null_counts_as_absent(client: RawClient) -> None:
    request = {"TableName": "hash_s", "Key": A, "Unheard": {"of": 1}, "ProjectionExpression": None}
    answer = client.ask(operation("GetItem", request))
    assert (answer.status, answer.json()) == (200, {"Item": A})


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (
            "SET q.r = :n",
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "SET q = r",
            "The provided expression refers to an attribute that does not exist in the item",
        ),
        ("SET q = p + :n", "An operand in the update expression has an incorrect data type"),
    ],
)
def test_what_an_update_finds_only_in_the_item_comes_bare(
    client: RawClient, expression: str, text: str
) -> None:
    request: dict[str, Any] = {"TableName": "hash_s", "Key": A, "UpdateExpression": expression}
    if ":n" in expression:
        request["ExpressionAttributeValues"] = {":n": {"N": "1"}}
    body: Any = client.ask(operation("UpdateItem", request)).json()
    assert body == {"__type": "com.amazon.coral.validate#ValidationException", "message": text}


KEY_RULES = (
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 3, "
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
)
VALUE_RULES = (
    "Map value must satisfy constraint: [Member must have length less than or equal to 25, "
    "Member must have length greater than or equal to 1]"
)
AT_MOST_100 = "Member must have length less than or equal to 100"
DELETE: dict[str, Any] = {"TableName": "hash_s", "Key": A}


@pytest.mark.parametrize(
    ("name", "request_members", "shown", "path", "rules"),
    [
        (
            "BatchGetItem",
            {"RequestItems": {"a;": {"Keys": [A]}}},
            r"\{a;=.+\}",
            "requestItems",
            KEY_RULES,
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"hash_s": [{"DeleteRequest": {"Key": A}}] * 26}},
            r"\{hash_s=\[.+\]\}",
            "requestItems",
            VALUE_RULES,
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Delete": DELETE}] * 101},
            r"\[.+\]",
            "transactItems",
            AT_MOST_100,
        ),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": DELETE}] * 101},
            r"\[.+\]",
            "transactItems",
            AT_MOST_100,
        ),
    ],
)
def test_a_map_or_list_that_breaks_the_model_is_printed_whole(
    client: RawClient,
    name: str,
    request_members: dict[str, Any],
    shown: str,
    path: str,
    rules: str,
) -> None:
    """How structures and attribute values look inside is known of few, so it is left open."""
    body: Any = client.ask(operation(name, request_members)).json()
    assert body["__type"] == "com.amazon.coral.validate#ValidationException"
    start, end = (
        "1 validation error detected: Value '",
        f"' at '{path}' failed to satisfy constraint: ",
    )
    found = re.fullmatch(re.escape(start) + shown + re.escape(end + rules), body["message"])
    assert found, body["message"][-400:]
