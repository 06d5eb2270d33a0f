"""What PutItem, GetItem, UpdateItem and DeleteItem refuse, in the service's order of checks.

Source: facts, AttributeValue validation, Keys in items, Keys in Key parameters, Write operations,
Item size limits, ReturnValues, Legacy parameters (mixing).
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, INVALID, PEER, Fact, refused

ENVELOPE = "1 validation error detected: "
NOT_VALID = "One or more parameter values are not valid. "
NO_FIT = "The provided key element does not match the schema"
EMPTY_KEY = (
    NOT_VALID
    + "The AttributeValue for a key attribute cannot contain an empty {kind} value. Key: {name}"
)
EMPTY_VALUE = (
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
)
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
INSIDE_KEY = (
    "Key attributes must be scalars; "
    "list random access '[]' and map lookup '.' are not allowed: Key: p"
)
TOO_LARGE = "Item size has exceeded the maximum allowed size"
MIX = (
    "Can not use both expression and non-expression parameters in the same request: "
    "Non-expression parameters: {{{old}}} Expression parameters: {{{new}}}"
)
NULL_MEMBER = "Value null at '{}' failed to satisfy constraint: Member must not be null"


def nested(levels: int) -> dict[str, Any]:
    """A value of so many levels."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels - 1):
        value = {"M": {"m": value}}
    return value


def item_of_bytes(size: int) -> dict[str, Any]:
    """An item of ``hash_s`` that DynamoDB counts as so many bytes."""
    return {"p": {"S": "a"}, "b": {"S": "x" * (size - 3)}}


def put(name: str, message: str, item: Any = None, /, table: str = "hash_s", **more: Any) -> Fact:
    """A refused PutItem."""
    request: dict[str, Any] = {"TableName": table, **more}
    if item is not None:
        request["Item"] = item
    return refused(name, "PutItem", request, message)


def of_key(
    operation: str,
    name: str,
    message: str,
    key: Any,
    /,
    table: str = "hash_s",
    source: str = AWS_CAPTURED,
    **more: Any,
) -> Fact:
    """A refused request with a Key parameter."""
    return refused(name, operation, {"TableName": table, "Key": key, **more}, message, source)


A = {"p": {"S": "a"}}
INDEX_TYPE = INVALID + "Type mismatch for Index Key {} Expected: S Actual: {} IndexName: {}"
MISSING_TABLE = "Requested resource not found"

_VALUES = [
    ("an empty value", {}, EMPTY_VALUE),
    ("an unknown type", {"Q": "x"}, EMPTY_VALUE),
    ("two types", {"S": "a", "N": "1"}, SEVERAL_TYPES),
    (
        "two types, one a bad number",
        {"S": "a", "N": "b"},
        "The parameter cannot be converted to a numeric value: b",
    ),
    (
        "a false NULL",
        {"NULL": False},
        ENVELOPE + INVALID + "Null attribute value types must have the value of true",
    ),
    (
        "a false NULL inside",
        {"L": [{"NULL": False}]},
        ENVELOPE + INVALID + "Null attribute value types must have the value of true",
    ),
    ("an empty string set", {"SS": []}, ENVELOPE + INVALID + "An string set  may not be empty"),
    ("an empty number set", {"NS": []}, ENVELOPE + INVALID + "An number set  may not be empty"),
    ("an empty binary set", {"BS": []}, ENVELOPE + INVALID + "Binary sets should not be empty"),
    (
        "a string twice",
        {"SS": ["a", "a"]},
        ENVELOPE + INVALID + "Input collection [a, a] contains duplicates.",
    ),
    (
        "bytes twice",
        {"BS": ["Yg==", "Yg=="]},
        ENVELOPE + INVALID + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
    ),
    ("a number twice", {"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ("no number", {"N": ""}, "The parameter cannot be converted to a numeric value"),
    (
        "39 digits",
        {"N": "1" * 39},
        "Attempting to store more than 38 significant digits in a Number",
    ),
    (
        "a large number",
        {"N": "1e126"},
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    ),
    (
        "a small number",
        {"N": "-1e-131"},
        "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    ),
    ("33 levels", nested(33), DEEP),
    ("100 levels", nested(100), DEEP),
]
_KEYS = [
    ("no attribute", {}, NO_FIT),
    ("another name", {"q": {"S": "a"}}, NO_FIT),
    ("one too many", {"p": {"S": "a"}, "q": {"S": "a"}}, NO_FIT),
    ("another type", {"p": {"N": "1"}}, NO_FIT),
    ("a list", {"p": {"L": []}}, NO_FIT),
    ("an empty string", {"p": {"S": ""}}, EMPTY_KEY.format(kind="string", name="p")),
    (
        "2049 bytes",
        {"p": {"S": "ñ" * 1024 + "x"}},
        INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
    ),
    ("a bad number", {"p": {"N": "x"}}, "The parameter cannot be converted to a numeric value: x"),
]

FACTS = [
    # PutItem, before the table.
    put("no item", ENVELOPE + NULL_MEMBER.format("item")),
    put(
        "a bad table name stands alone",
        ENVELOPE + "Value 'a;' at 'tableName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        table="a;",
    ),
    put(
        "an empty table name",
        ENVELOPE + "Value '' at 'tableName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
        A,
        table="",
    ),
    *(put(f"value: {name}", text, {"p": {"S": "a"}, "v": value}) for name, value, text in _VALUES),
    put("value | table", EMPTY_VALUE, {"p": {}}, table="missing"),
    put(
        "mix",
        ENVELOPE + MIX.format(old="Expected", new="ConditionExpression"),
        A,
        Expected={},
        ConditionExpression="",
    ),
    put("value | mix", EMPTY_VALUE, {"p": {}}, Expected={}, ConditionExpression="a"),
    put("ReturnValues", ENVELOPE + "ReturnValues can only be ALL_OLD or NONE", A, ReturnValues="ALL_NEW"),
    put(
        "an unknown ReturnValues",
        ENVELOPE + "Value 'all_old' at 'returnValues' failed to satisfy constraint: Member must "
        "satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
        A,
        ReturnValues="all_old",
    ),
    put("409 601 bytes", TOO_LARGE, item_of_bytes(409_601)),
    put("size | table", TOO_LARGE, item_of_bytes(409_601), table="missing"),
    Fact("no table", "PutItem", {"TableName": "missing", "Item": A}, "ResourceNotFoundException", MISSING_TABLE, AWS_CAPTURED),
    # PutItem, against the table.
    put("no key", INVALID + "Missing the key p in the item", {"q": {"S": "a"}}),
    put("key of another type", INVALID + "Type mismatch for key p expected: S actual: SS", {"p": {"SS": ["a"]}}),
    put("an empty key", EMPTY_KEY.format(kind="string", name="p"), {"p": {"S": ""}}),
    put("an empty binary key", EMPTY_KEY.format(kind="binary", name="s"), {"p": {"N": "1"}, "s": {"B": ""}}, table="numbered"),
    put("a long sort key", INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes", {"p": {"N": "1"}, "s": {"B": "A" * 1368}}, table="numbered"),
    put("index key of another type", INDEX_TYPE.format("gsiPk", "NULL", "gsi-inc"), {"pk": {"S": "a"}, "sk": {"S": "b"}, "gsiPk": {"NULL": True}}, table="indexed"),
    put("the first index by name", INDEX_TYPE.format("gsiPk", "N", "gsi-inc"), {"pk": {"S": "a"}, "sk": {"S": "b"}, "lsiSk": {"N": "1"}, "gsiPk": {"N": "1"}}, table="indexed"),
    put("an empty index key", NOT_VALID + "A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: lsi-all, IndexKey: lsiSk", {"pk": {"S": "a"}, "sk": {"S": "b"}, "lsiSk": {"S": ""}}, table="indexed"),
    # Key parameters.
    *(of_key(operation, f"key: {name}", text, key) for operation in ("GetItem", "DeleteItem", "UpdateItem") for name, key, text in _KEYS),
    of_key("DeleteItem", "ReturnValues", "ReturnValues can only be ALL_OLD or NONE", A, ReturnValues="UPDATED_NEW"),
    of_key("GetItem", "mix", MIX.format(old="AttributesToGet", new="ProjectionExpression"), A, AttributesToGet=["a"], ProjectionExpression="a"),
    of_key("GetItem", "a name twice", INVALID + "Duplicate value in attribute name: a", A, AttributesToGet=["a", "a"]),
    of_key("GetItem", "a path inside the key", "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: p", A, ProjectionExpression="p.q"),
    of_key("GetItem", "mix | key", MIX.format(old="AttributesToGet", new="ProjectionExpression"), {"p": {}}, AttributesToGet=["a"], ProjectionExpression="a"),
    of_key("DeleteItem", "mix | key", MIX.format(old="Expected", new="ConditionExpression"), {"p": {}}, Expected={}, ConditionExpression="a"),
    of_key("UpdateItem", "mix | key", ENVELOPE + MIX.format(old="AttributeUpdates", new="UpdateExpression"), {"p": {}}, AttributeUpdates={}, UpdateExpression="a"),
    # UpdateItem.
    of_key("UpdateItem", "a key as target", INVALID + "Cannot update attribute p. This attribute is part of the key", A, UpdateExpression="SET p = :v", ExpressionAttributeValues={":v": {"S": "b"}}),
    of_key("UpdateItem", "a path inside the key", "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: p", A, UpdateExpression="SET p.q = :v", ExpressionAttributeValues={":v": {"S": "b"}}),
    of_key("UpdateItem", "legacy key as target", INVALID + "Cannot update attribute p. This attribute is part of the key", A, AttributeUpdates={"p": {"Value": {"S": "b"}}}),
    of_key("UpdateItem", "constant of another index type", INDEX_TYPE.format("gsiPk", "N", "gsi-inc"), {"pk": {"S": "u"}, "sk": {"S": "b"}}, table="indexed", UpdateExpression="SET gsiPk = :v", ExpressionAttributeValues={":v": {"N": "1"}}),
    of_key("UpdateItem", "computed value of another index type", "The update expression attempted to update the secondary index key to unsupported type", {"pk": {"S": "u"}, "sk": {"S": "b"}}, table="indexed", UpdateExpression="SET gsiPk = if_not_exists(q, :v)", ExpressionAttributeValues={":v": {"N": "1"}}),
    of_key("UpdateItem", "an empty index key", NOT_VALID + "The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.", {"pk": {"S": "u"}, "sk": {"S": "b"}}, table="indexed", UpdateExpression="SET gsiPk = :v", ExpressionAttributeValues={":v": {"S": ""}}),
    of_key("UpdateItem", "a path inside an index key", "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: gsiPk", {"pk": {"S": "u"}, "sk": {"S": "b"}}, table="indexed", UpdateExpression="SET gsiPk.a = :v", ExpressionAttributeValues={":v": {"S": "x"}}),
    of_key("UpdateItem", "a read inside the key", INSIDE_KEY, A, source=PEER, UpdateExpression="SET a = p.q"),
    of_key("UpdateItem", "a condition inside the key", INSIDE_KEY, A, source=PEER, ConditionExpression="attribute_not_exists(p.q)"),
    of_key("DeleteItem", "a condition inside the key", INSIDE_KEY, A, source=PEER, ConditionExpression="attribute_not_exists(p[0])"),
    refused("PutItem, a condition inside the key", "PutItem", {"TableName": "hash_s", "Item": A, "ConditionExpression": "attribute_not_exists(p.q)"}, INSIDE_KEY, PEER),
    of_key("UpdateItem", "a result over 400 KB", "Item size to update has exceeded the maximum allowed size", A, UpdateExpression="SET a = :v, b = :v", ExpressionAttributeValues={":v": {"S": "x" * 210_000}}),
    of_key("UpdateItem", "a missing operand", "The provided expression refers to an attribute that does not exist in the item", A, UpdateExpression="SET a = b"),
    of_key("UpdateItem", "an impossible target", "The document path provided in the update expression is invalid for update", A, UpdateExpression="SET a.b = :v", ExpressionAttributeValues={":v": {"S": "x"}}),
]  # fmt: skip
