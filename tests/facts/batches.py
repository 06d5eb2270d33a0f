"""What batches and transactions refuse.

Source: facts, Batches, Transactions (limits and static rules; top-level error or cancellation).
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, PEER, Fact, refused
from tests.facts.items import (
    EMPTY_KEY,
    EMPTY_VALUE,
    INDEX_TYPE,
    MISSING_TABLE,
    MIX,
    NO_FIT,
    SEVERAL_TYPES,
    TOO_LARGE,
    A,
    item_of_bytes,
)

DUPLICATES = "Provided list of item keys contains duplicates"
ONE_ITEM = "Transaction request cannot include multiple operations on one item"
ONE_ACTION = "TransactItems can only contain one of Check, Put, Update or Delete"
CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]"
GONE = "ResourceNotFoundException"


def gets(name: str, message: str, keys: list[Any], /, table: str = "hash_s", **more: Any) -> Fact:
    """A refused BatchGetItem of one table."""
    return refused(name, "BatchGetItem", {"RequestItems": {table: {"Keys": keys, **more}}}, message)


def writes(name: str, message: str, elements: list[Any], /, table: str = "hash_s") -> Fact:
    """A refused BatchWriteItem of one table."""
    return refused(name, "BatchWriteItem", {"RequestItems": {table: elements}}, message)


def put(item: Any) -> dict[str, Any]:
    """A put of a batch."""
    return {"PutRequest": {"Item": item}}


def delete(key: Any) -> dict[str, Any]:
    """A delete of a batch."""
    return {"DeleteRequest": {"Key": key}}


def transact(name: str, message: str, elements: list[Any], /, **more: Any) -> Fact:
    """A TransactWriteItems that is refused as a whole."""
    return refused(name, "TransactWriteItems", {"TransactItems": elements, **more}, message)


def cancelled(name: str, codes: str, elements: list[Any]) -> Fact:
    """A TransactWriteItems that is cancelled."""
    return Fact(
        name,
        "TransactWriteItems",
        {"TransactItems": elements},
        "TransactionCanceledException",
        CANCELLED.format(codes),
        AWS_CAPTURED,
    )


def action(kind: str, table: str = "hash_s", **more: Any) -> dict[str, Any]:
    """One action of a transaction."""
    return {kind: {"TableName": table, **more}}


def numbered(count: int, table_prefix: str = "") -> list[dict[str, Any]]:
    """So many different keys of ``hash_s``."""
    return [{"p": {"S": f"{table_prefix}{number}"}} for number in range(count)]


B = {"p": {"S": "b"}}
I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
FACTS = [
    refused("no tables", "BatchGetItem", {"RequestItems": {}}, "The requestItems parameter is required for BatchGetItem"),
    refused("no tables to write", "BatchWriteItem", {"RequestItems": {}}, "The requestItems parameter is required for BatchWriteItem"),
    refused("nothing at all", "BatchGetItem", {}, "1 validation error detected: Value null at 'requestItems' failed to satisfy constraint: Member must not be null"),
    gets("no keys", "1 validation error detected: Value at 'requestItems.hash_s.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1", []),
    gets("101 keys", "1 validation error detected: Value at 'RequestItems.hash_s.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100", numbered(101)),
    refused("101 keys of two tables", "BatchGetItem", {"RequestItems": {"hash_s": {"Keys": numbered(60)}, "other": {"Keys": numbered(41)}}}, "Too many items requested for the BatchGetItem call"),
    gets("a key twice", DUPLICATES, [A, A]),
    gets("batch read: another key type", NO_FIT, [{"p": {"N": "1"}}]),
    gets("batch read: an empty key", EMPTY_KEY.format(kind="string", name="p"), [{"p": {"S": ""}}]),
    gets("key: an empty value", EMPTY_VALUE, [{"p": {}}], table="missing"),
    refused("mix over tables", "BatchGetItem", {"RequestItems": {"hash_s": {"Keys": [A], "AttributesToGet": ["a"]}, "indexed": {"Keys": [I], "ProjectionExpression": "a"}}}, MIX.format(old="AttributesToGet", new="ProjectionExpression")),
    Fact("one table of two is missing", "BatchGetItem", {"RequestItems": {"hash_s": {"Keys": [A]}, "missing": {"Keys": [A]}}}, GONE, MISSING_TABLE),
    writes("an empty list", "1 validation error detected: Value at 'requestItems.hash_s.member' failed to satisfy constraint: Member must have length greater than or equal to 1", []),
    writes("neither put nor delete", SEVERAL_TYPES, [{}]),
    writes("both put and delete", SEVERAL_TYPES, [{**put(A), **delete(A)}]),
    writes("an empty value", EMPTY_VALUE, [put({"p": {}})], table="missing"),
    writes("batch write: 409 601 bytes", TOO_LARGE, [put(item_of_bytes(409_601))], table="missing"),
    writes("a key is missing", NO_FIT, [put({"q": {"S": "a"}})]),
    writes("batch write: a key of another type", NO_FIT, [put({"p": {"N": "1"}})]),
    writes("a delete with one attribute too many", NO_FIT, [delete({**A, "q": {"S": "a"}})]),
    writes("batch write: an empty key", EMPTY_KEY.format(kind="string", name="p"), [put({"p": {"S": ""}})]),
    writes("batch write: an index key of another type", INDEX_TYPE.format("gsiPk", "N", "gsi-inc"), [put({**I, "gsiPk": {"N": "1"}})], table="indexed"),
    writes("put and delete of one item", DUPLICATES, [put(A), delete(A)]),
    writes("put twice", DUPLICATES, [put(A), put({**A, "q": {"S": "a"}})]),
    writes("deleted twice", DUPLICATES, [delete(A), delete(A)]),
    writes("numerically equal keys", DUPLICATES, [delete({"p": {"N": "1"}, "s": {"B": "YQ=="}}), delete({"p": {"N": "1.0"}, "s": {"B": "YQ=="}})], table="numbered"),
    Fact("batch write: one table of two is missing", "BatchWriteItem", {"RequestItems": {"hash_s": [put(A)], "missing": [put(A)]}}, GONE, MISSING_TABLE),
    # Transactions: refused as a whole.
    transact("an empty token", "1 validation error detected: Value '' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 1", [action("Put", Item=A)], ClientRequestToken=""),
    transact("nothing", "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1", []),
    transact("a long token", f"1 validation error detected: Value '{'t' * 37}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36", [action("Put", Item=A)], ClientRequestToken="t" * 37),
    refused("two actions in one", "TransactWriteItems", {"TransactItems": [{**action("Put", Item=A), **action("Delete", Key=B)}]}, ONE_ACTION, PEER),
    transact("one item twice", ONE_ITEM, [action("Put", Item=A), action("Delete", Key=A)]),
    transact("a check and a write of one item", ONE_ITEM, [action("Put", Item=A), action("ConditionCheck", Key=A, ConditionExpression="attribute_exists(p)")]),
    transact(
        "one item twice | an index key of another type",
        ONE_ITEM,
        [
            action("Put", table="indexed", Item={**I, "gsiPk": {"N": "1"}}),
            action("Delete", table="indexed", Key=I),
        ],
    ),
    transact("a check without a condition", "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null", [action("ConditionCheck", Key=A)]),
    transact("an update without an expression", "1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null", [action("Update", Key=A)]),
    transact("transaction: 409 601 bytes", TOO_LARGE, [action("Put", Item=item_of_bytes(409_601))]),
    transact("transaction: an empty key", EMPTY_KEY.format(kind="string", name="p"), [action("Put", Item={"p": {"S": ""}})]),
    transact("a bare condition", 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "a"', [action("Put", Item=A, ConditionExpression="a")]),
    Fact("a missing table", "TransactWriteItems", {"TransactItems": [action("Put", Item=A), action("Put", table="missing", Item=A)]}, GONE, MISSING_TABLE),
    Fact("a missing table | a key without value", "TransactWriteItems", {"TransactItems": [action("Put", Item={"p": {"S": ""}}), action("Put", table="missing", Item={})]}, GONE, MISSING_TABLE),
    # Transactions: cancelled.
    cancelled("a put of another key type", "None, ValidationError", [action("Put", Item=A), action("Put", Item={"p": {"N": "1"}})]),
    cancelled("a key that does not fit", "ValidationError, None", [action("Delete", Key={"q": {"S": "a"}}), action("Put", Item=A)]),
    cancelled("the first fault alone", "ValidationError, None", [action("Put", Item={"q": {"S": "a"}}), action("Put", Item={"p": {"N": "1"}})]),
    cancelled("transaction: an index key of another type", "ValidationError", [action("Put", table="indexed", Item={**I, "gsiPk": {"N": "1"}})]),
    cancelled("validation precedes conditions", "None, ValidationError", [action("ConditionCheck", Key=A, ConditionExpression="attribute_exists(p)"), action("Put", Item={"p": {"N": "1"}})]),
    cancelled("every false condition", "ConditionalCheckFailed, None, ConditionalCheckFailed", [action("ConditionCheck", Key=A, ConditionExpression="attribute_exists(p)"), action("Put", Item={"p": {"S": "c"}}), action("Delete", Key=B, ConditionExpression="attribute_exists(p)")]),
    cancelled("an update that cannot be applied", "ValidationError", [action("Update", Key=A, UpdateExpression="SET a = b")]),
    cancelled("an update with a key as target", "ValidationError", [action("Update", Key=A, UpdateExpression="SET p = :v", ExpressionAttributeValues={":v": {"S": "x"}})]),
    refused("one item read twice", "TransactGetItems", {"TransactItems": [action("Get", Key=A), action("Get", Key=A)]}, ONE_ITEM),
    Fact("a read of an empty key", "TransactGetItems", {"TransactItems": [action("Get", Key={"p": {"S": ""}}), action("Get", Key=A)]}, "TransactionCanceledException", CANCELLED.format("ValidationError, None")),
    refused("an undefined name", "TransactGetItems", {"TransactItems": [action("Get", Key=A, ProjectionExpression="#a")]}, "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #a"),
]  # fmt: skip
