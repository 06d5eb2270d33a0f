"""What a request's names, values and expressions are refused for as they stand beside each other.

Source: facts, The envelope, Common texts, Mixing with expressions, Numbers (texts).
"""

from __future__ import annotations

from typing import Any

from tests.facts.conditions import ENVELOPE, A, N, S
from tests.facts.fact import AWS_CAPTURED, INVALID, PEER, Fact, refused
from tests.facts.items import DEEP, EMPTY_VALUE, MIX, SEVERAL_TYPES, nested
from tests.facts.updates import OVERFLOW, OVERLAP

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
ONLY = "can only be specified when using expressions"
FALSE_NULL = INVALID + "Null attribute value types must have the value of true"
UNUSED = "Value provided in {} unused in expressions: keys: {{{}}}"
UNDERFLOW = (
    "Number underflow. Attempting to store a number with magnitude smaller than supported range"
)
V = {":v": S}
# What each operation needs beside its expressions.
BASES: dict[str, dict[str, Any]] = {
    "PutItem": {"TableName": "hash_s", "Item": A},
    "DeleteItem": {"TableName": "hash_s", "Key": A},
    "UpdateItem": {"TableName": "hash_s", "Key": A},
    "GetItem": {"TableName": "hash_s", "Key": A},
    "Query": {"TableName": "hash_s"},
    "Scan": {"TableName": "hash_s"},
}
IS_A = {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [S]}}
HAS = {"ConditionExpression": "a = :v"}


def of(
    operation: str, name: str, message: str, /, source: str = AWS_CAPTURED, **members: Any
) -> Fact:
    """A refused request with these members; ``names`` and ``values`` are the two maps."""
    request = {**BASES[operation], **members}
    for short, member in (("names", NAMES), ("values", VALUES)):
        if short in request:
            request[member] = request.pop(short)
    return refused(f"{operation}: {name}", operation, request, message, source)


_WITHOUT = [
    of("PutItem", "names alone", f"{ENVELOPE}{NAMES} {ONLY}", names={"#a": "a"}),
    of("UpdateItem", "names alone", f"{ENVELOPE}{NAMES} {ONLY}", names={"#a": "a"}),
    of("DeleteItem", "names alone", f"{NAMES} {ONLY}", names={"#a": "a"}),
    of("GetItem", "names alone", f"{NAMES} {ONLY}", names={"#a": "a"}),
    of("Scan", "names alone", f"{NAMES} {ONLY}", names={"#a": "a"}),
    of("Query", "names alone", f"{NAMES} {ONLY}", names={"#a": "a"}, KeyConditions=IS_A),
    of(
        "PutItem",
        "names beside legacy parameters",
        f"{ENVELOPE}{NAMES} {ONLY}",
        names={"#a": "a"},
        Expected={"a": {"Exists": False}},
    ),
    of(
        "GetItem",
        "names beside legacy parameters",
        f"{NAMES} {ONLY}",
        names={"#a": "a"},
        AttributesToGet=["a"],
    ),
    of("PutItem", "values alone", f"{ENVELOPE}{VALUES} {ONLY}", values=V),
    of("UpdateItem", "values alone", f"{ENVELOPE}{VALUES} {ONLY}", values=V),
    of("DeleteItem", "values alone", f"{VALUES} {ONLY}: ConditionExpression is null", values=V),
    of(
        "Query",
        "values without a filter or key condition",
        f"{VALUES} {ONLY}: FilterExpression and KeyConditionExpression are null",
        values=V,
        KeyConditions=IS_A,
        ProjectionExpression="a",
    ),
    of(
        "Scan",
        "values without a filter",
        f"{VALUES} {ONLY}: FilterExpression is null",
        values=V,
        ProjectionExpression="a",
    ),
    of("DeleteItem", "names | values", f"{NAMES} {ONLY}", names={"#a": "a"}, values=V),
]
_MAPS = [
    *(
        fact
        for operation, base in (("PutItem", HAS), ("UpdateItem", HAS), ("DeleteItem", HAS))
        for fact in (
            of(
                operation,
                "no entry in the names",
                f"{NAMES} must not be empty",
                names={},
                values=V,
                **base,
            ),
            of(
                operation,
                "no entry in the values",
                f"{VALUES} must not be empty",
                values={},
                **base,
            ),
        )
    ),
    of(
        "GetItem",
        "no entry in the names",
        f"{NAMES} must not be empty",
        names={},
        ProjectionExpression="a",
    ),
    *(
        of(
            "DeleteItem",
            f"a name's key {key!r}",
            f'{NAMES} contains invalid key: Syntax error; key: "{key}"',
            names={key: "a"},
            values=V,
            **HAS,
        )
        for key in ("a", "#", "#a.b", "##a", ":a", "#é")
    ),
    *(
        of(
            "PutItem",
            f"a value's key {key!r}",
            f'{VALUES} contains invalid key: Syntax error; key: "{key}"',
            values={key: S},
            **HAS,
        )
        for key in ("b", ":", ":a.b", "#a")
    ),
]
_BAD_VALUES = [
    ("an empty value", {}, EMPTY_VALUE),
    ("two types", {"S": "a", "N": "1"}, SEVERAL_TYPES),
    ("an empty string set", {"SS": []}, INVALID + "An string set  may not be empty"),
    ("an empty number set", {"NS": []}, INVALID + "An number set  may not be empty"),
    ("an empty binary set", {"BS": []}, INVALID + "Binary sets should not be empty"),
    (
        "a string twice",
        {"SS": ["a", "a"]},
        INVALID + "Input collection [a, a] contains duplicates.",
    ),
    (
        "bytes twice",
        {"BS": ["Yg==", "Yg=="]},
        INVALID + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
    ),
    ("a number twice", {"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ("no number", {"N": ""}, "The parameter cannot be converted to a numeric value"),
    ("a word for a number", {"N": "b"}, "The parameter cannot be converted to a numeric value: b"),
    (
        "39 digits",
        {"N": "1" * 39},
        "Attempting to store more than 38 significant digits in a Number",
    ),
    (
        "a large number",
        {"N": "1e126"},
        OVERFLOW,
    ),
    (
        "a small number",
        {"N": "1e-131"},
        UNDERFLOW,
    ),
    (
        "a bad value inside",
        {"L": [{"M": {"a": {"N": "b"}}}]},
        "The parameter cannot be converted to a numeric value: b",
    ),
]
_VALUES = [
    *(
        of(
            operation,
            f"value: {name}",
            f"{VALUES} contains invalid value: {message} for key :b",
            values={":b": value},
            **{member: "a = :b"},
        )
        for operation, member in (
            ("PutItem", "ConditionExpression"),
            ("UpdateItem", "ConditionExpression"),
            ("DeleteItem", "ConditionExpression"),
            ("Scan", "FilterExpression"),
            ("Query", "KeyConditionExpression"),
        )
        for name, value, message in _BAD_VALUES
    ),
    of(
        "PutItem",
        "value: a false NULL",
        ENVELOPE + FALSE_NULL,
        values={":v": {"NULL": False}},
        **HAS,
    ),
    of("DeleteItem", "value: a false NULL", FALSE_NULL, values={":v": {"NULL": False}}, **HAS),
    of("PutItem", "value: 33 levels", DEEP, values={":v": nested(33)}, **HAS),
    of("Scan", "value: 33 levels", DEEP, values={":v": nested(33)}, FilterExpression="a = :v"),
]
_UNUSED = [
    of(
        "PutItem",
        "a name that nothing uses",
        UNUSED.format(NAMES, "#a"),
        names={"#a": "a"},
        values=V,
        **HAS,
    ),
    of(
        "UpdateItem",
        "values that nothing uses",
        UNUSED.format(VALUES, ":w, :x"),
        values={":v": S, ":w": N, ":x": S},
        UpdateExpression="SET a = :v",
    ),
    of(
        "GetItem",
        "a name that nothing uses",
        UNUSED.format(NAMES, "#b"),
        names={"#b": "b"},
        ProjectionExpression="a",
    ),
    of(
        "Scan",
        "syntax of the projection | unused name",
        f"Invalid ProjectionExpression: {OVERLAP}path one: [a], path two: [a]",
        names={"#b": "b"},
        values=V,
        FilterExpression="a = :v",
        ProjectionExpression="a, a",
    ),
    of(
        "DeleteItem",
        "unused name | unused value",
        UNUSED.format(NAMES, "#b"),
        names={"#b": "b"},
        values={":v": S, ":w": S},
        **HAS,
    ),
]
_EXPRESSIONS = {
    "ProjectionExpression": "a",
    "FilterExpression": "a",
    "KeyConditionExpression": "a",
}
_MIXES = [
    of(
        "PutItem",
        "Expected beside a condition",
        ENVELOPE + MIX.format(old="Expected", new="ConditionExpression"),
        Expected={"a": {"Exists": False}},
        **HAS,
    ),
    of(
        "DeleteItem",
        "an empty Expected beside a condition",
        MIX.format(old="Expected", new="ConditionExpression"),
        Expected={},
        **HAS,
    ),
    of(
        "UpdateItem",
        "all legacy parameters beside all expressions",
        ENVELOPE
        + MIX.format(old="AttributeUpdates, Expected", new="UpdateExpression, ConditionExpression"),
        Expected={},
        AttributeUpdates={},
        UpdateExpression="",
        ConditionExpression="",
    ),
    of(
        "UpdateItem",
        "AttributeUpdates beside a condition",
        ENVELOPE + MIX.format(old="AttributeUpdates", new="ConditionExpression"),
        AttributeUpdates={},
        **HAS,
    ),
    of(
        "GetItem",
        "AttributesToGet beside a projection",
        MIX.format(old="AttributesToGet", new="ProjectionExpression"),
        AttributesToGet=["a"],
        ProjectionExpression="a",
    ),
    of(
        "Query",
        "all legacy parameters beside all expressions",
        MIX.format(
            old="AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
            new="ProjectionExpression, FilterExpression, KeyConditionExpression",
        ),
        AttributesToGet=["a"],
        QueryFilter={},
        ConditionalOperator="AND",
        KeyConditions={},
        **_EXPRESSIONS,
    ),
    of(
        "Query",
        "KeyConditions do not count without a key condition",
        MIX.format(old="QueryFilter", new="FilterExpression"),
        QueryFilter={},
        KeyConditions=IS_A,
        FilterExpression="a",
    ),
    of(
        "Query",
        "both forms of key conditions",
        MIX.format(old="KeyConditions", new="KeyConditionExpression"),
        KeyConditions=IS_A,
        KeyConditionExpression="p = :v",
        values=V,
    ),
    of(
        "Scan",
        "all legacy parameters beside all expressions",
        MIX.format(
            old="AttributesToGet, ScanFilter, ConditionalOperator",
            new="ProjectionExpression, FilterExpression",
        ),
        AttributesToGet=["a"],
        ScanFilter={},
        ConditionalOperator="OR",
        ProjectionExpression="a",
        FilterExpression="a",
    ),
    refused(
        "BatchGetItem: AttributesToGet beside a projection",
        "BatchGetItem",
        {
            "RequestItems": {
                "hash_s": {"Keys": [A], "AttributesToGet": ["a"], "ProjectionExpression": "a"}
            }
        },
        MIX.format(old="AttributesToGet", new="ProjectionExpression"),
    ),
    of(
        "DeleteItem",
        "mix | names",
        MIX.format(old="Expected", new="ConditionExpression"),
        Expected={},
        names={},
        **HAS,
    ),
]
_ORDER = [
    of(
        "UpdateItem",
        "the update | the condition",
        f'{ENVELOPE}Invalid UpdateExpression: Syntax error; token: "y", near: "y"',
        PEER,
        UpdateExpression="y",
        ConditionExpression="x",
    ),
    of(
        "Query",
        "the key condition | the filter | the projection",
        "Invalid KeyConditionExpression: The expression can not be empty;",
        PEER,
        ProjectionExpression="",
        FilterExpression="",
        KeyConditionExpression="",
    ),
    of(
        "PutItem",
        "values | text of the condition",
        f"{VALUES} contains invalid value: {EMPTY_VALUE} for key :v",
        values={":v": {}},
        ConditionExpression="",
    ),
    of(
        "PutItem",
        "an empty condition",
        f"{ENVELOPE}Invalid ConditionExpression: The expression can not be empty;",
        ConditionExpression="",
    ),
]
FACTS = [*_WITHOUT, *_MAPS, *_VALUES, *_UNUSED, *_MIXES, *_ORDER]
