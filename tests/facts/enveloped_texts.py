"""Which texts PutItem and UpdateItem send behind "1 validation error detected: ", and which bare.

Every other operation sends them all bare. Source: facts, The envelope on PutItem and UpdateItem.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, Fact, refused
from tests.facts.items import EMPTY_KEY, EMPTY_VALUE, ENVELOPE, SEVERAL_TYPES, TOO_LARGE
from tests.facts.order_of_checks import ALIAS, CONSTANT, EMPTY_EXPRESSION, ONLY, SYNTAX

A: dict[str, Any] = {"p": {"S": "a"}}
TABLE = {"TableName": "hash_s"}
PUT = {**TABLE, "Item": A}
KEYED = {**TABLE, "Key": A}

# Values whose faults come enveloped where PutItem or UpdateItem would store them.
SETS_AND_NULLS: list[tuple[str, dict[str, Any], str]] = [
    ("an empty string set", {"SS": []}, "An string set  may not be empty"),
    ("an empty number set", {"NS": []}, "An number set  may not be empty"),
    ("an empty binary set", {"BS": []}, "Binary sets should not be empty"),
    ("a string twice", {"SS": ["a", "a"]}, "Input collection [a, a] contains duplicates."),
    (
        "bytes twice",
        {"BS": ["Yg==", "Yg=="]},
        "Input collection [Yg==, Yg==]of type BS contains duplicates.",
    ),
    ("a false NULL", {"NULL": False}, "Null attribute value types must have the value of true"),
    (
        "a false NULL far inside",
        {"L": [{"M": {"a": {"NULL": False}}}]},
        "Null attribute value types must have the value of true",
    ),
]
# Values whose faults come bare everywhere.
OTHERS: list[tuple[str, dict[str, Any], str]] = [
    ("an empty value", {}, EMPTY_VALUE),
    ("two types", {"S": "a", "BOOL": True}, SEVERAL_TYPES),
    ("no number", {"N": "b"}, "The parameter cannot be converted to a numeric value: b"),
    ("a number twice", {"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
]


def stored(name: str, value: dict[str, Any], text: str, envelope: str) -> list[Fact]:
    """The facts of one faulty value: what Put and Update say, and what batches and transactions."""
    item = {**A, "v": value}
    return [
        refused(f"PutItem stores {name}", "PutItem", {**TABLE, "Item": item}, envelope + text),
        refused(
            f"UpdateItem stores {name}",
            "UpdateItem",
            {**KEYED, "AttributeUpdates": {"v": {"Value": value}}},
            envelope + text,
        ),
        refused(
            f"a batch stores {name}",
            "BatchWriteItem",
            {"RequestItems": {"hash_s": [{"PutRequest": {"Item": item}}]}},
            text,
        ),
        refused(
            f"a transaction stores {name}",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {**TABLE, "Item": item}}]},
            text,
        ),
    ]


VALUES = [
    *(
        fact
        for name, value, text in SETS_AND_NULLS
        for fact in stored(name, value, INVALID + text, ENVELOPE)
    ),
    *(fact for name, value, text in OTHERS for fact in stored(name, value, text, "")),
]

X = {":x": {"N": "1"}}
SET = {":x": {"SS": ["a"]}}
LONG = "a = :x" + " " * 4091
# Conditions: name, text, values, fault.
CONDITIONS: list[tuple[str, str, dict[str, Any] | None, str]] = [
    ("an empty condition", "", None, "The expression can not be empty;"),
    ("a condition's syntax", "a", None, 'Syntax error; token: "<EOF>", near: "a"'),
    (
        "a long condition",
        LONG,
        X,
        "Expression size has exceeded the maximum allowed size; expression size: 4097",
    ),
    ("doubled parentheses", "((a = :x))", X, "The expression has redundant parentheses;"),
    (
        "equal operands",
        "a = a",
        None,
        (
            "The first operand must be distinct from the remaining operands for this operator or "
            "function; operator: =, first operand: [a]"
        ),
    ),
    (
        "an operand's type",
        "a < :x",
        SET,
        (
            "Incorrect operand type for operator or function; operator or function: <, "
            "operand type: SS"
        ),
    ),
    (
        "an undefined name",
        "#a = :x",
        X,
        "An expression attribute name used in the document path is not defined; attribute name: #a",
    ),
    (
        "an undefined value",
        "a = :y",
        X,
        "An expression attribute value used in expression is not defined; attribute value: :y",
    ),
]


def conditioned(name: str, text: str, values: dict[str, Any] | None, fault: str) -> list[Fact]:
    """The facts of one faulty condition."""
    condition: dict[str, Any] = {"ConditionExpression": text}
    if values is not None:
        condition["ExpressionAttributeValues"] = values
    fault = f"Invalid ConditionExpression: {fault}"
    check = {"ConditionCheck": {**KEYED, **condition}}
    return [
        refused(f"PutItem with {name}", "PutItem", {**PUT, **condition}, ENVELOPE + fault),
        refused(f"UpdateItem with {name}", "UpdateItem", {**KEYED, **condition}, ENVELOPE + fault),
        refused(f"DeleteItem with {name}", "DeleteItem", {**KEYED, **condition}, fault),
        refused(
            f"a transaction with {name}", "TransactWriteItems", {"TransactItems": [check]}, fault
        ),
    ]


OVERLAP = (
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite "
    "one of these paths; path one: [a], path two: [a]"
)
OVERLAPPING = {**KEYED, "UpdateExpression": "REMOVE a, a"}
UNUSED = "Value provided in ExpressionAttribute{} unused in expressions: keys: {{{}}}"
REFUSED_MAPS: list[tuple[str, dict[str, Any], str]] = [
    (
        "empty names",
        {"ConditionExpression": "attribute_exists(p)", "ExpressionAttributeNames": {}},
        "ExpressionAttributeNames must not be empty",
    ),
    (
        "empty values",
        {"ConditionExpression": "attribute_exists(p)", "ExpressionAttributeValues": {}},
        "ExpressionAttributeValues must not be empty",
    ),
    (
        "a name without #",
        {"ConditionExpression": "attribute_exists(p)", "ExpressionAttributeNames": {"a": "a"}},
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ),
    (
        "a value without :",
        {
            "ConditionExpression": "attribute_exists(p)",
            "ExpressionAttributeValues": {"a": {"S": "a"}},
        },
        'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"',
    ),
    (
        "an unused name",
        {"ConditionExpression": "attribute_exists(p)", **ALIAS},
        UNUSED.format("Names", "#a"),
    ),
    (
        "an unused value",
        {"ConditionExpression": "attribute_exists(p)", **CONSTANT},
        UNUSED.format("Values", ":a"),
    ),
]
EXPRESSIONS = [
    *(fact for row in CONDITIONS for fact in conditioned(*row)),
    refused("UpdateItem with overlapping paths", "UpdateItem", OVERLAPPING, ENVELOPE + OVERLAP),
    refused(
        "a transaction with overlapping paths",
        "TransactWriteItems",
        {"TransactItems": [{"Update": OVERLAPPING}]},
        OVERLAP,
    ),
    *(
        refused(f"{operation} with {name}", operation, {**base, **members}, text)
        for operation, base in (("PutItem", PUT), ("UpdateItem", KEYED), ("DeleteItem", KEYED))
        for name, members, text in REFUSED_MAPS
    ),
    *(
        refused(f"{operation} with values alone", operation, {**base, **CONSTANT}, text)
        for operation, base, text in (
            ("PutItem", PUT, f"{ENVELOPE}ExpressionAttributeValues {ONLY}"),
            ("UpdateItem", KEYED, f"{ENVELOPE}ExpressionAttributeValues {ONLY}"),
            (
                "DeleteItem",
                KEYED,
                f"ExpressionAttributeValues {ONLY}: ConditionExpression is null",
            ),
        )
    ),
    *(
        refused(f"{operation} with names alone", operation, {**base, **ALIAS}, text)
        for operation, base, text in (
            ("PutItem", PUT, f"{ENVELOPE}ExpressionAttributeNames {ONLY}"),
            ("UpdateItem", KEYED, f"{ENVELOPE}ExpressionAttributeNames {ONLY}"),
            ("DeleteItem", KEYED, f"ExpressionAttributeNames {ONLY}"),
        )
    ),
    *(
        refused(
            f"a transaction puts {name}",
            "TransactWriteItems",
            {"TransactItems": [{"Put": PUT}, {"Put": {**TABLE, "Item": item}}]},
            text,
        )
        for name, item, text in (
            ("too large an item", {"p": {"S": "b"}, "b": {"S": "x" * 409_600}}, TOO_LARGE),
            ("an empty key", {"p": {"S": ""}}, EMPTY_KEY.format(kind="string", name="p")),
        )
    ),
    *(
        refused(
            f"{operation} with an empty key",
            operation,
            {**TABLE, member: {"p": {"S": ""}}},
            EMPTY_KEY.format(kind="string", name="p"),
        )
        for operation, member in (("PutItem", "Item"), ("UpdateItem", "Key"), ("GetItem", "Key"))
    ),
    refused(
        "DeleteItem returns ALL_NEW",
        "DeleteItem",
        {**KEYED, "ReturnValues": "ALL_NEW"},
        "ReturnValues can only be ALL_OLD or NONE",
    ),
    refused(
        "a Scan's filter of bad syntax comes bare",
        "Scan",
        {**TABLE, "FilterExpression": "a"},
        SYNTAX.format("FilterExpression"),
    ),
    refused(
        "a GetItem's empty projection comes bare",
        "GetItem",
        {**KEYED, "ProjectionExpression": ""},
        EMPTY_EXPRESSION.format("ProjectionExpression"),
    ),
]

FACTS = [*VALUES, *EXPRESSIONS]
