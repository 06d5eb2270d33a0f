"""What faults of one action do to a transaction: they cancel it, or refuse the request as a whole.

Source: facts, What is a top-level error and what is a cancellation.
"""

from __future__ import annotations

from typing import Any

from tests.facts import items
from tests.facts.batches import action

A, B = {"p": {"S": "a"}}, {"p": {"S": "b"}}
I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
STORED = {
    **A,
    "s": {"S": "x"},
    "m": {"M": {}},
    "huge": {"N": "9" * 38 + "0" * 88},
}
FAILING: dict[str, Any] = {"ConditionExpression": "attribute_exists(nowhere)"}
ALL_OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
NONE = {"Code": "None"}
NOT_VALID = "One or more parameter values were invalid: "


def update(text: str, value: Any = None, table: str = "hash_s", key: Any = A) -> dict[str, Any]:
    """An update in a transaction."""
    values = {} if value is None else {"ExpressionAttributeValues": {":v": value}}
    return action("Update", table=table, Key=key, UpdateExpression=text, **values)


def of_index(text: str, value: Any) -> dict[str, Any]:
    """An update of an item of ``indexed``."""
    return update(text, value, "indexed", I)


# One action that is at fault, and the reason's text.
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("a put of another key type", action("Put", Item={"p": {"N": "1"}}), NOT_VALID + "Type mismatch for key p expected: S actual: N"),
    ("a put whose key is no scalar", action("Put", Item={"p": {"L": []}}), NOT_VALID + "Type mismatch for key p expected: S actual: L"),
    ("a put without its key", action("Put", Item={"q": {"S": "a"}}), NOT_VALID + "Missing the key p in the item"),
    ("a delete of another key type", action("Delete", Key={"p": {"N": "1"}}), items.NO_FIT),
    ("a delete whose key is no scalar", action("Delete", Key={"p": {"M": {}}}), items.NO_FIT),
    ("a delete by another attribute", action("Delete", Key={"q": {"S": "a"}}), items.NO_FIT),
    ("a delete by one attribute too many", action("Delete", Key={**A, "q": {"S": "a"}}), items.NO_FIT),
    ("a check by another attribute", action("ConditionCheck", Key={"q": {"S": "a"}}, **FAILING), items.NO_FIT),
    ("an update by another attribute", update("SET a = :v", {"S": "a"}, key={"q": {"S": "a"}}), items.NO_FIT),
    ("a put of another index key type", action("Put", table="indexed", Item={**I, "lsiSk": {"N": "1"}}), items.INDEX_TYPE.format("lsiSk", "N", "lsi-all")),
    ("an update to another index key type", of_index("SET gsiPk = :v", {"N": "1"}), items.INDEX_TYPE.format("gsiPk", "N", "gsi-inc")),
    ("an update that makes too large an item", update("SET a = :v, b = :v", {"S": "x" * 210_000}), "Item size to update has exceeded the maximum allowed size"),
    ("an update below what is missing", update("SET a.b = :v", {"S": "a"}), "The document path provided in the update expression is invalid for update"),
    ("an update from what is missing", update("SET a = nowhere"), "The provided expression refers to an attribute that does not exist in the item"),
    ("a sum of a string", update("SET a = s + :v", {"N": "1"}), "An operand in the update expression has an incorrect data type"),
    ("an addition to a string", update("ADD s :v", {"N": "1"}), "An operand in the update expression has an incorrect data type"),
    ("a sum beyond all numbers", update("SET a = huge + huge"), "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("an update that nests too deep", update("SET m.d = :v", items.nested(32)), items.DEEP),
]  # fmt: skip

EMPTY = items.EMPTY_KEY
EMPTY_INDEX_KEY = (
    items.NOT_VALID + "A value specified for a secondary index key is not supported. The "
    "AttributeValue for a key attribute cannot contain an empty {kind} value. "
    "IndexName: {index}, IndexKey: {name}"
)
WHOLE: list[tuple[str, dict[str, Any], str]] = [
    ("an empty key to delete", action("Delete", Key={"p": {"S": ""}}), EMPTY.format(kind="string", name="p")),
    ("an empty key to check", action("ConditionCheck", Key={"p": {"S": ""}}, **FAILING), EMPTY.format(kind="string", name="p")),
    ("an empty key to update", update("SET a = :v", {"S": "a"}, key={"p": {"S": ""}}), EMPTY.format(kind="string", name="p")),
    ("an empty binary key to put", action("Put", table="numbered", Item={"p": {"N": "1"}, "s": {"B": ""}}), EMPTY.format(kind="binary", name="s")),
    ("an empty index key to put", action("Put", table="indexed", Item={**I, "gsiPk": {"S": ""}}), EMPTY_INDEX_KEY.format(kind="string", index="gsi-inc", name="gsiPk")),
    ("a bad value", action("Put", Item={**B, "n": {"N": "x"}}), "The parameter cannot be converted to a numeric value: x"),
    ("a name that is not used", action("Put", Item=B, **FAILING, ExpressionAttributeNames={"#a": "a"}), "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"),
    ("a name that is missing", action("Put", Item=B, ConditionExpression="attribute_exists(#a)"), "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a"),
    ("a value that is not used", action("Put", Item=B, **FAILING, ExpressionAttributeValues={":v": {"S": "a"}}), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"),
    ("a value that is missing", action("Delete", Key=B, ConditionExpression="a = :v"), "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v"),
    ("an unknown enum value", action("Put", Item=B, ReturnValuesOnConditionCheckFailure="SOME"), "1 validation error detected: Value 'SOME' at 'transactItems.2.member.put.returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]"),
]  # fmt: skip

# Reads.
GET_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"q": {"S": "a"}}, items.NO_FIT),
    ({"p": {"N": "1"}}, items.NO_FIT),
    ({"p": {"L": []}}, items.NO_FIT),
    ({**A, "q": {"S": "a"}}, items.NO_FIT),
    ({"p": {"S": ""}}, EMPTY.format(kind="string", name="p")),
]

GET_WHOLE: list[tuple[dict[str, Any], str]] = [
        ({"ProjectionExpression": "a, a.b"}, "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"),
        ({"ProjectionExpression": "a,"}, 'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","'),
        ({"ProjectionExpression": "a", "ExpressionAttributeNames": {"#a": "a"}}, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"),
        ({"ProjectionExpression": "p.a"}, items.INSIDE_KEY),
        ({"Key": {"p": {"N": "x"}}}, "The parameter cannot be converted to a numeric value: x"),
]  # fmt: skip
