"""What attribute values and keys are refused for, wherever a request may hold them.

Source: facts, AttributeValue validation, Keys in items, Keys in Key parameters, Numbers (texts).
"""

from __future__ import annotations

from typing import Any

from tests.facts.expression_members import FALSE_NULL, UNDERFLOW
from tests.facts.fact import AWS_CAPTURED, INVALID, PEER, Fact, refused
from tests.facts.items import (
    DEEP,
    EMPTY_KEY,
    EMPTY_VALUE,
    ENVELOPE,
    INDEX_TYPE,
    NO_FIT,
    NOT_VALID,
    SEVERAL_TYPES,
    nested,
)
from tests.facts.updates import OVERFLOW

NOT_A_NUMBER = "The parameter cannot be converted to a numeric value"
DIGITS = "Attempting to store more than 38 significant digits in a Number"
A = {"p": {"S": "a"}}
I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``

# Every bad value, its text, and whether PutItem and UpdateItem send it behind the envelope.
VALUES: list[tuple[str, dict[str, Any], str, bool]] = [
    ("no type", {}, EMPTY_VALUE, False),
    ("no known type", {"Q": "x", "R": 1}, EMPTY_VALUE, False),
    ("no type inside a list", {"L": [{"S": "a"}, {}]}, EMPTY_VALUE, False),
    ("no known type inside a map", {"M": {"a": {"L": [{"Q": "x"}]}}}, EMPTY_VALUE, False),
    ("two types", {"S": "a", "BOOL": True}, SEVERAL_TYPES, False),
    ("two types inside", {"L": [{"S": "a", "N": "1"}]}, SEVERAL_TYPES, False),
    ("two types with a bad number", {"S": "a", "N": "b"}, f"{NOT_A_NUMBER}: b", False),
    ("a false NULL", {"NULL": False}, FALSE_NULL, True),
    ("a false NULL inside", {"M": {"a": {"L": [{"NULL": False}]}}}, FALSE_NULL, True),
    ("no strings", {"SS": []}, INVALID + "An string set  may not be empty", True),
    ("no numbers", {"NS": []}, INVALID + "An number set  may not be empty", True),
    ("no binaries", {"BS": []}, INVALID + "Binary sets should not be empty", True),
    ("no strings inside", {"L": [{"SS": []}]}, INVALID + "An string set  may not be empty", True),
    (
        "a string twice",
        {"SS": ["b", "a", "b"]},
        INVALID + "Input collection [b, a, b] contains duplicates.",
        True,
    ),
    (
        "a binary twice",
        {"BS": ["Yg==", "Yg=="]},
        INVALID + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
        True,
    ),
    ("a number twice", {"NS": ["1", "1.0"]}, "Input collection contains duplicates", False),
    ("an empty number", {"N": ""}, NOT_A_NUMBER, False),
    ("a word for a number", {"N": "b"}, f"{NOT_A_NUMBER}: b", False),
    ("a word in a number set", {"NS": ["1", "b"]}, f"{NOT_A_NUMBER}: b", False),
    ("an empty number in a set", {"NS": ["1", ""]}, NOT_A_NUMBER, False),
    ("39 digits", {"N": "1" * 39}, DIGITS, False),
    ("39 digits in a set", {"NS": ["1." + "1" * 38]}, DIGITS, False),
    ("1E126", {"N": "1e126"}, OVERFLOW, False),
    ("-1E126", {"N": "-1E+126"}, OVERFLOW, False),
    ("1E126 in a set", {"NS": ["1e126"]}, OVERFLOW, False),
    ("9E-131", {"N": "9e-131"}, UNDERFLOW, False),
    ("-9E-131", {"N": "-0.9E-130"}, UNDERFLOW, False),
    ("33 levels", nested(33), DEEP, False),
    ("33 levels of lists", {"L": [nested(32)]}, DEEP, False),
]
BAD_NUMBERS = [
    *(" ", " 1", "1 ", "1 2", "1_000", "1e", "e5", ".", "++5", "--5", "1.2.3", "0x10", "NaN"),
    *("Infinity", "1,5", "+", "-", "٣", "1e5.0"),
]


def _put(name: str, message: str, value: Any) -> Fact:
    request = {"TableName": "hash_s", "Item": {**A, "v": value}}
    return refused(f"value of a put: {name}", "PutItem", request, message)


def _everywhere(name: str, value: dict[str, Any], message: str, *, enveloped: bool) -> list[Fact]:
    """One bad value in each member of each operation that takes values."""
    item, condition = {**A, "v": value}, {"ComparisonOperator": "EQ", "AttributeValueList": [value]}
    table = {"TableName": "hash_s"}
    wrapped = ENVELOPE + message if enveloped else message
    puts = {"TransactItems": [{"Put": {**table, "Item": item}}]}
    places: list[tuple[str, str, dict[str, Any], str]] = [
        ("update's key", "UpdateItem", {**table, "Key": item}, wrapped),
        (
            "legacy update",
            "UpdateItem",
            {**table, "Key": A, "AttributeUpdates": {"v": {"Value": value}}},
            wrapped,
        ),
        ("delete's key", "DeleteItem", {**table, "Key": item}, message),
        ("get's key", "GetItem", {**table, "Key": item}, message),
        (
            "batch write",
            "BatchWriteItem",
            {"RequestItems": {"hash_s": [{"PutRequest": {"Item": item}}]}},
            message,
        ),
        (
            "batch delete",
            "BatchWriteItem",
            {"RequestItems": {"hash_s": [{"DeleteRequest": {"Key": item}}]}},
            message,
        ),
        ("batch get", "BatchGetItem", {"RequestItems": {"hash_s": {"Keys": [item]}}}, message),
        ("transaction", "TransactWriteItems", puts, message),
        (
            "filter",
            "Query",
            {**table, "KeyConditions": {"p": condition}, "QueryFilter": {"v": condition}},
            message,
        ),
        ("scan's filter", "Scan", {**table, "ScanFilter": {"v": condition}}, message),
        ("key condition", "Query", {**table, "KeyConditions": {"p": condition}}, message),
        (
            "expectation",
            "PutItem",
            {**table, "Item": A, "Expected": {"v": {"Value": value}}},
            message,
        ),
    ]
    return [
        refused(f"value of a {place}: {name}", operation, request, text)
        for place, operation, request, text in places
    ]


def _item(name: str, message: str, item: Any, table: str = "numbered") -> list[Fact]:
    """A key fault of an item that is put alone."""
    return [refused(f"item: {name}", "PutItem", {"TableName": table, "Item": item}, message)]


_HASH_SIZE = INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
_SORT_SIZE = INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
_KEY_TYPE = INVALID + "Type mismatch for key {} expected: {} actual: {}"
_TYPES = {
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
    "SS": {"SS": ["a"]},
    "NS": {"NS": ["1"]},
    "BS": {"BS": ["YQ=="]},
    "L": {"L": []},
    "M": {"M": {}},
}
_ITEMS = [
    *_item("no partition key", INVALID + "Missing the key p in the item", {"s": {"B": "YQ=="}}),
    *_item("no sort key", INVALID + "Missing the key s in the item", {"p": {"N": "1"}}),
    *(
        fact
        for kind, value in _TYPES.items()
        for fact in _item(f"a partition key {kind}", _KEY_TYPE.format("p", "N", kind), {"p": value})
    ),
    *_item("a sort key S", _KEY_TYPE.format("s", "B", "S"), {"p": {"N": "1"}, "s": {"S": "a"}}),
    *_item(
        "an empty string key", EMPTY_KEY.format(kind="string", name="p"), {"p": {"S": ""}}, "hash_s"
    ),
    *_item(
        "an empty binary key",
        EMPTY_KEY.format(kind="binary", name="s"),
        {"p": {"N": "1"}, "s": {"B": ""}},
    ),
    *_item("a partition key of 2049 bytes", _HASH_SIZE, {"p": {"S": "é" * 1024 + "x"}}, "hash_s"),
    *_item(
        "a sort key of 1025 bytes", _SORT_SIZE, {**I, "sk": {"S": "é" * 512 + "x"}}, "indexed"
    ),
    *(
        fact
        for kind, value in {**_TYPES, "N": {"N": "1"}, "B": {"B": "YQ=="}}.items()
        for fact in _item(
            f"an index key {kind}",
            INDEX_TYPE.format("gsiPk", kind, "gsi-inc"),
            {**I, "gsiPk": value},
            "indexed",
        )
    ),
    *_item(
        "index keys of another type in two indexes",
        INDEX_TYPE.format("gsiPk", "N", "gsi-inc"),
        {**I, "lsiSk": {"N": "1"}, "gsiPk": {"N": "1"}},
        "indexed",
    ),
    *_item(
        "an empty index key",
        NOT_VALID + "A value specified for a secondary index key is not supported. "
        "The AttributeValue for a key attribute cannot contain an empty string value. "
        "IndexName: gsi-inc, IndexKey: gsiPk",
        {**I, "gsiPk": {"S": ""}},
        "indexed",
    ),
    *_item(
        "an index's partition key of 2049 bytes",
        _HASH_SIZE,
        {**I, "gsiPk": {"S": "x" * 2049}},
        "indexed",
    ),
    *_item(
        "an index's sort key of 1025 bytes", _SORT_SIZE, {**I, "lsiSk": {"S": "x" * 1025}}, "indexed"
    ),
]  # fmt: skip
_KEYS = [
    refused(f"key of {operation}: {name}", operation, {"TableName": "numbered", "Key": key}, text)
    for operation in ("GetItem", "UpdateItem", "DeleteItem")
    for name, key, text in [
        ("no sort key", {"p": {"N": "1"}}, NO_FIT),
        ("another name", {"p": {"N": "1"}, "q": {"B": "YQ=="}}, NO_FIT),
        ("a third attribute", {"p": {"N": "1"}, "s": {"B": "YQ=="}, "q": {"S": "a"}}, NO_FIT),
        *((f"a {kind}", {"p": value, "s": {"B": "YQ=="}}, NO_FIT) for kind, value in _TYPES.items()),
        ("an empty binary", {"p": {"N": "1"}, "s": {"B": ""}}, EMPTY_KEY.format(kind="binary", name="s")),
        ("1025 bytes", {"p": {"N": "1"}, "s": {"B": "AAAA" * 341 + "AAA="}}, _SORT_SIZE),
    ]
]  # fmt: skip
_UPDATED = NOT_VALID + (
    "The update expression attempted to update a secondary index key to a value that is not "
    "supported. The AttributeValue for a key attribute cannot contain an empty string value."
)
_UNSUPPORTED = (
    "The update expression attempted to update the secondary index key to unsupported type"
)


# The limits are recorded, these words are a peer's.
_TOO_LONG = (
    "The update expression attempted to update the secondary index key beyond allowed size limits."
)


def _update(
    name: str, message: str, text: str, value: dict[str, Any], source: str = AWS_CAPTURED
) -> Fact:
    request: dict[str, Any] = {"TableName": "indexed", "Key": {**I, "sk": {"S": "none"}}}
    request |= {"UpdateExpression": text, "ExpressionAttributeValues": {":v": value}}
    return refused(f"index key by update: {name}", "UpdateItem", request, message, source)


_UPDATES = [
    _update("an empty constant", _UPDATED, "SET gsiPk = :v", {"S": ""}),
    _update("an empty computed value", _UPDATED, "SET gsiPk = if_not_exists(q, :v)", {"S": ""}),
    _update(
        "a constant of another type",
        INDEX_TYPE.format("gsiPk", "N", "gsi-inc"),
        "SET gsiPk = :v",
        {"N": "1"},
    ),
    _update("a computed value", _UNSUPPORTED, "SET gsiPk = if_not_exists(q, :v)", {"N": "1"}),
    _update("a sum", _UNSUPPORTED, "SET gsiPk = :v + :v", {"N": "1"}),
    _update("an added number", _UNSUPPORTED, "ADD gsiPk :v", {"N": "1"}),
    _update("a partition key of 2049 bytes", _TOO_LONG, "SET gsiPk = :v", {"S": "x" * 2049}, PEER),
    _update("a sort key of 1025 bytes", _TOO_LONG, "SET lsiSk = :v", {"S": "x" * 1025}, PEER),
    refused(
        "index key by legacy update: another type",
        "UpdateItem",
        {
            "TableName": "indexed",
            "Key": I,
            "AttributeUpdates": {"gsiPk": {"Value": {"N": "1"}}},
        },
        INDEX_TYPE.format("gsiPk", "N", "gsi-inc"),
    ),
    refused(
        "index key by legacy update: empty",
        "UpdateItem",
        {"TableName": "indexed", "Key": I, "AttributeUpdates": {"gsiPk": {"Value": {"S": ""}}}},
        _UPDATED,
    ),
]
_NAMES = [
    _put("an empty name inside", "Empty attribute name", {"M": {"": {"S": "a"}}}),
    refused(
        "item: an empty name",
        "PutItem",
        {"TableName": "hash_s", "Item": {**A, "": {"S": "a"}}},
        "Empty attribute name",
    ),
    refused(
        "item: a name of 65536 bytes",
        "PutItem",
        {"TableName": "hash_s", "Item": {**A, "é" * 32_768: {"S": "a"}}},
        INVALID + "Attribute name is too large, must be less than or equal to 65535 bytes",
        AWS_CAPTURED,
    ),
    refused(
        "values are checked in their order",
        "PutItem",
        {"TableName": "hash_s", "Item": {**A, "v": {"L": [{"N": "b"}]}, "w": {}}},
        f"{NOT_A_NUMBER}: b",
    ),
]
FACTS = [
    *(
        _put(name, ENVELOPE + text if enveloped else text, value)
        for name, value, text, enveloped in VALUES
    ),
    *(
        fact
        for name, value, text, enveloped in VALUES
        for fact in _everywhere(name, value, text, enveloped=enveloped)
    ),
    *(_put(f"number {text!r}", f"{NOT_A_NUMBER}: {text}", {"N": text}) for text in BAD_NUMBERS),
    *(_put(f"number {text}", OVERFLOW, {"N": text}) for text in ("0e126", "1e1000000000")),
    *(_put(f"number {text}", OVERFLOW, {"N": text}) for text in ("1.0e100000000",)),
    *(_put(f"number {text}", UNDERFLOW, {"N": text}) for text in ("0e-131", "1e-131")),
    *_ITEMS,
    *_KEYS,
    *_UPDATES,
    *_NAMES,
]
