"""The demonstration's data, out of Python's own Unicode character database, and its requests."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

TABLE = "Characters"
WORD_INDEX = "by_word"
_UNASSIGNED = ("Cn", "Co", "Cs")

CREATE_TABLE: dict[str, Any] = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "category", "AttributeType": "S"},
        {"AttributeName": "code", "AttributeType": "N"},
        {"AttributeName": "word", "AttributeType": "S"},
    ],
    "KeySchema": [
        {"AttributeName": "category", "KeyType": "HASH"},
        {"AttributeName": "code", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": WORD_INDEX,
            "KeySchema": [
                {"AttributeName": "word", "KeyType": "HASH"},
                {"AttributeName": "code", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


class Scene(NamedTuple):
    """One request that is shown. about: what to see in it. repeatable: it changes nothing."""

    title: str
    about: str
    operation: str
    request: dict[str, Any]
    repeatable: bool = True


def characters() -> Iterator[dict[str, Any]]:
    """Every assigned character as an item, by code point.

    ``word`` is the first word of the name; control characters have no name, so they are not in the
    index.
    """
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category not in _UNASSIGNED:
            yield _item(code, character, category)


def _item(code: int, character: str, category: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "category": {"S": category},
        "code": {"N": str(code)},
        "character": {"S": character},
        "direction": {"S": unicodedata.bidirectional(character) or "none"},
        "mirrored": {"BOOL": bool(unicodedata.mirrored(character))},
    }
    name = unicodedata.name(character, "")
    if name:
        item["name"] = {"S": name}
        item["word"] = {"S": name.split(" ")[0]}
    digit = unicodedata.digit(character, None)
    if digit is not None:
        item["digit"] = {"N": str(digit)}
    return item


def _key(category: str, character: str) -> dict[str, Any]:
    return {"category": {"S": category}, "code": {"N": str(ord(character))}}


def _vote(category: str, character: str, votes: str) -> dict[str, Any]:
    return {
        "TableName": TABLE,
        "Key": _key(category, character),
        "UpdateExpression": "ADD votes :votes",
        "ExpressionAttributeValues": {":votes": {"N": votes}},
    }


# What the demonstration shows, in its order.
SCENES: tuple[Scene, ...] = (
    Scene(
        "A lookup",
        "One item by its whole key.",
        "GetItem",
        {"TableName": TABLE, "Key": _key("Sm", "∞"), "ReturnConsumedCapacity": "TOTAL"},
    ),
    Scene(
        "A query",
        "A range of the sort key, in order: digits from U+0660 on.",
        "Query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "category = :category AND code BETWEEN :low AND :high",
            "ProjectionExpression": "#character, #name, digit",
            "ExpressionAttributeNames": {"#character": "character", "#name": "name"},
            "ExpressionAttributeValues": {
                ":category": {"S": "Nd"},
                ":low": {"N": str(0x660)},
                ":high": {"N": str(0x669)},
            },
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    Scene(
        "A filtered query on the index",
        "Of all names that begin with the word GREEK, those with OMEGA.",
        "Query",
        {
            "TableName": TABLE,
            "IndexName": WORD_INDEX,
            "KeyConditionExpression": "word = :word",
            "FilterExpression": "contains(#name, :part) AND category = :category",
            "ProjectionExpression": "#character, #name",
            "ExpressionAttributeNames": {"#character": "character", "#name": "name"},
            "ExpressionAttributeValues": {
                ":word": {"S": "GREEK"},
                ":part": {"S": "OMEGA"},
                ":category": {"S": "Ll"},
            },
            "ReturnConsumedCapacity": "INDEXES",
        },
    ),
    Scene(
        "A write that is refused",
        "The condition does not hold, so nothing is written; the item in the way is returned.",
        "PutItem",
        {
            "TableName": TABLE,
            "Item": {**_key("Sc", "€"), "name": {"S": "MINE"}},
            "ConditionExpression": "attribute_not_exists(category)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    Scene(
        "A transaction",
        "Two updates and a check: all of them happen, or none.",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Update": _vote("Sc", "€", "1")},
                {"Update": _vote("Sc", "£", "-1")},
                {
                    "ConditionCheck": {
                        "TableName": TABLE,
                        "Key": _key("Sc", "$"),
                        "ConditionExpression": "attribute_exists(code)",
                    }
                },
            ],
            "ReturnConsumedCapacity": "TOTAL",
        },
        repeatable=False,
    ),
)
