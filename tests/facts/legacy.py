"""What the parameters from before expressions are refused for.

Source: facts, Legacy parameters.
"""

from __future__ import annotations

from typing import Any

from tests.facts.conditions import BOOL, ENVELOPE, EVERY_TYPE, NULL, SS, A, B, M, N, S
from tests.facts.fact import AWS_CAPTURED, INVALID, PEER, Fact, refused

COUNT = INVALID + "Invalid number of argument(s) for the {} ComparisonOperator"
KIND = INVALID + "ComparisonOperator {} is not valid for {} AttributeValue type"
MIXED = INVALID + "AttributeValues inside AttributeValueList must be of same type"
REVERSED = (
    "The BETWEEN condition was provided a range "
    "where the lower bound is greater than the upper bound"
)
NO_VALUE = INVALID + "Only DELETE action is allowed when no attribute value is specified"
NOT_SUPPORTED = "Query key condition not supported"
NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
MISMATCH = "Type mismatch for attribute to update"
LONE = "ConditionalOperator cannot be used without Filter or Expected"


def compared(operator: str, *values: Any) -> dict[str, Any]:
    """A condition of one attribute."""
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


def _expected(name: str, condition: dict[str, Any], message: str) -> list[Fact]:
    """A malformed Expected: enveloped on PutItem and UpdateItem, bare on DeleteItem."""
    members = {"TableName": "hash_s", "Expected": {"a": condition}}
    return [
        refused(f"expected: {name}", "DeleteItem", {**members, "Key": A}, message),
        refused(
            f"expected, enveloped: {name}", "PutItem", {**members, "Item": A}, ENVELOPE + message
        ),
        refused(
            f"expected of an update: {name}",
            "UpdateItem",
            {**members, "Key": A},
            ENVELOPE + message,
        ),
    ]


_FORMS = [
    *_expected(
        "both spellings of the values",
        {"ComparisonOperator": "EQ", "Value": N, "AttributeValueList": [N], "Exists": False},
        INVALID + "Value and AttributeValueList cannot be used together for Attribute: a",
    ),
    *_expected(
        "an operator and Exists",
        {"ComparisonOperator": "LT", "Exists": True, "Value": N},
        INVALID + "Exists and ComparisonOperator cannot be used together for Attribute: a",
    ),
    *_expected(
        "an operator without values",
        {"ComparisonOperator": "LT"},
        INVALID
        + "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
    ),
    *_expected(
        "values without operator",
        {"AttributeValueList": [N], "Exists": False},
        INVALID + "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
    ),
    *_expected(
        "nothing", {}, INVALID + "Value must be provided when Exists is null for Attribute: a"
    ),
    *_expected(
        "Exists true without Value",
        {"Exists": True},
        INVALID + "Value must be provided when Exists is true for Attribute: a",
    ),
    *_expected(
        "Exists false with Value",
        {"Exists": False, "Value": N},
        INVALID + "Value cannot be used when Exists is false for Attribute: a",
    ),
]
_COMPARISONS = [
    *(
        (f"{operator} without values", compared(operator), COUNT.format(operator))
        for operator in (
            "EQ",
            "NE",
            "LT",
            "LE",
            "GT",
            "GE",
            "CONTAINS",
            "NOT_CONTAINS",
            "BEGINS_WITH",
            "IN",
            "BETWEEN",
        )
    ),
    *(
        (f"{operator} of two values", compared(operator, N, N), COUNT.format(operator))
        for operator in (
            "EQ",
            "NE",
            "LT",
            "LE",
            "GT",
            "GE",
            "CONTAINS",
            "NOT_CONTAINS",
            "BEGINS_WITH",
            "NULL",
            "NOT_NULL",
        )
    ),
    *(
        (f"{operator} of one value", compared(operator, N), COUNT.format(operator))
        for operator in ("NULL", "NOT_NULL", "BETWEEN")
    ),
    ("BETWEEN of three values", compared("BETWEEN", N, N, N), COUNT.format("BETWEEN")),
    ("IN of two types", compared("IN", N, S), MIXED),
    ("BETWEEN of two types", compared("BETWEEN", N, S), MIXED),
    *(
        (
            f"{operator} of {kind}",
            compared(operator, *[EVERY_TYPE[kind]] * (2 if operator == "BETWEEN" else 1)),
            KIND.format(operator, kind),
        )
        for operator in ("LT", "LE", "GT", "GE", "IN", "BETWEEN")
        for kind in ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    *(
        (f"{operator} of {kind}", compared(operator, EVERY_TYPE[kind]), KIND.format(operator, kind))
        for operator in ("CONTAINS", "NOT_CONTAINS")
        for kind in ("SS", "NS", "BS", "L", "M")
    ),
    *(
        (
            f"BEGINS_WITH of {kind}",
            compared("BEGINS_WITH", EVERY_TYPE[kind]),
            KIND.format("BEGINS_WITH", kind),
        )
        for kind in ("N", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    ("BETWEEN the wrong way round", compared("BETWEEN", {"N": "10"}, {"N": "9"}), REVERSED),
    ("number | types", compared("EQ", N, S), COUNT.format("EQ")),
    ("one type | operator's type", compared("BETWEEN", SS, M), MIXED),
]


def _everywhere(name: str, condition: dict[str, Any], message: str) -> list[Fact]:
    table = {"TableName": "hash_s"}
    equal = {"p": compared("EQ", S)}
    return [
        *_expected(name, condition, message),
        refused(
            f"query filter: {name}",
            "Query",
            {**table, "KeyConditions": equal, "QueryFilter": {"a": condition}},
            message,
        ),
        refused(f"scan filter: {name}", "Scan", {**table, "ScanFilter": {"a": condition}}, message),
        refused(
            f"key conditions: {name}",
            "Query",
            {**table, "KeyConditions": {"a": condition}},
            message,
        ),
    ]


def _key(name: str, message: str, **conditions: Any) -> Fact:
    request = {"TableName": "scores", "KeyConditions": conditions}
    return refused(f"key conditions: {name}", "Query", request, message)


P = compared("EQ", S)
_KEYS = [
    refused(
        "key conditions: none",
        "Query",
        {"TableName": "missing", "KeyConditions": {}},
        "Conditions can be of length 1 or 2 only",
    ),
    *(
        _key(f"partition key {operator}", NOT_SUPPORTED, p=compared(operator, S))
        for operator in ("LE", "LT", "GE", "GT", "BEGINS_WITH")
    ),
    _key("partition key BETWEEN", NOT_SUPPORTED, p=compared("BETWEEN", S, S)),
    *(
        _key(f"partition key {operator}", NOT_INDEXABLE, p=compared(operator, S))
        for operator in ("NE", "IN", "CONTAINS", "NOT_CONTAINS")
    ),
    *(
        _key(f"partition key {operator}", NOT_INDEXABLE, p=compared(operator))
        for operator in ("NULL", "NOT_NULL")
    ),
    *(
        _key(f"sort key {operator}", NOT_INDEXABLE, p=P, s=compared(operator, S))
        for operator in ("NE", "IN", "CONTAINS", "NOT_CONTAINS")
    ),
    *(
        _key(f"sort key {operator}", NOT_INDEXABLE, p=P, s=compared(operator))
        for operator in ("NULL", "NOT_NULL")
    ),
    _key("NOT_CONTAINS before another", NOT_INDEXABLE, p=compared("NOT_CONTAINS", S), s=P),
    refused(
        "query filter on the partition key",
        "Query",
        {"TableName": "scores", "KeyConditions": {"p": P}, "QueryFilter": {"p": P}},
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: p",
    ),
    refused(
        "query filter on the index's key",
        "Query",
        {
            "TableName": "scores",
            "IndexName": "by_city",
            "KeyConditions": {"city": P},
            "QueryFilter": {"city": P},
        },
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: city",
    ),
]
_OPERATORS = [
    *(
        refused(
            f"conditional operator, {name}", operation, {"TableName": "hash_s", **request}, text, PEER
        )
        for name, operation, request, text in [
            ("no Expected", "DeleteItem", {"Key": A, "ConditionalOperator": "AND"}, LONE),
            ("an empty Expected", "DeleteItem", {"Key": A, "Expected": {}, "ConditionalOperator": "OR"}, LONE),
            ("no QueryFilter", "Query", {"KeyConditions": {"p": P}, "ConditionalOperator": "OR"}, LONE),
            ("an empty QueryFilter", "Query", {"KeyConditions": {"p": P}, "QueryFilter": {}, "ConditionalOperator": "OR"}, LONE),
            ("no ScanFilter", "Scan", {"ConditionalOperator": "OR"}, LONE),
            ("an empty ScanFilter", "Scan", {"ScanFilter": {}, "ConditionalOperator": "AND"}, LONE),
        ]
    ),
]  # fmt: skip
ENUM = "Member must satisfy enum value set: "
OPERATORS = (
    "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
)


def _model(name: str, operation: str, path: str, value: str, rule: str, /, **members: Any) -> Fact:
    shown = f"Value '{value}'" if value else "Value null"
    text = f"{ENVELOPE}{shown} at '{path}' failed to satisfy constraint: {rule}"
    return refused(name, operation, {"TableName": "hash_s", **members}, text)


_MODEL = [
    _model(
        "expected: an unknown operator",
        "PutItem",
        "expected.a.member.comparisonOperator",
        "eq",
        ENUM + OPERATORS,
        Item=A,
        Expected={"a": compared("eq", N)},
    ),
    *(
        _model(
            f"an unknown conditional operator of {operation}",
            operation,
            "conditionalOperator",
            "and",
            ENUM + "[OR, AND]",
            ConditionalOperator="and",
            **members,
        )
        for operation, members in (("PutItem", {"Item": A}), ("Scan", {}))
    ),
    _model(
        "an unknown action",
        "UpdateItem",
        "attributeUpdates.a.member.action",
        "SET",
        ENUM + "[ADD, PUT, DELETE]",
        Key=A,
        AttributeUpdates={"a": {"Action": "SET", "Value": N}},
    ),
    *(
        _model(
            f"no operator in {member}",
            operation,
            f"{member[0].lower()}{member[1:]}.a.member.comparisonOperator",
            "",
            "Member must not be null",
            **{member: {"a": {"AttributeValueList": [N]}}},
        )
        for operation, member in (
            ("Query", "QueryFilter"),
            ("Query", "KeyConditions"),
            ("Scan", "ScanFilter"),
        )
    ),
    _model(
        "no name in AttributesToGet",
        "GetItem",
        "attributesToGet",
        "[]",
        "Member must have length greater than or equal to 1",
        Key=A,
        AttributesToGet=[],
    ),
    _model(
        "256 names in AttributesToGet",
        "GetItem",
        "attributesToGet",
        f"[{', '.join(['a'] * 256)}]",
        "Member must have length less than or equal to 255",
        Key=A,
        AttributesToGet=["a"] * 256,
    ),
]


def _update(name: str, entry: dict[str, Any], message: str, /, attribute: str = "a") -> Fact:
    request = {"TableName": "hash_s", "Key": A, "AttributeUpdates": {attribute: entry}}
    return refused(f"legacy update: {name}", "UpdateItem", request, message)


_UPDATES = [
    _update("no value", {}, NO_VALUE),
    _update("PUT without value", {"Action": "PUT"}, NO_VALUE),
    _update("ADD without value", {"Action": "ADD"}, NO_VALUE),
    *(
        _update(
            f"DELETE of a {kind}",
            {"Action": "DELETE", "Value": EVERY_TYPE[kind]},
            INVALID + f"DELETE action with value is not supported for the type {kind}",
        )
        for kind in ("S", "N", "B", "BOOL", "NULL", "L", "M")
    ),
    *(
        _update(
            f"ADD of a {kind}",
            {"Action": "ADD", "Value": value},
            INVALID + f"ADD action is not supported for the type {kind}",
        )
        for kind, value in (("S", S), ("B", B), ("BOOL", BOOL), ("NULL", NULL), ("M", M))
    ),
    _update(
        "a key",
        {"Value": S},
        INVALID + "Cannot update attribute p. This attribute is part of the key",
        "p",
    ),
    _update(
        "a key removed",
        {"Action": "DELETE"},
        INVALID + "Cannot update attribute p. This attribute is part of the key",
        "p",
    ),
]


def _name_twice(operation: str, members: dict[str, Any]) -> Fact:
    request = {"TableName": "hash_s", **members, "AttributesToGet": ["b", "a", "c", "a", "b"]}
    return refused(
        f"{operation}: a name twice in AttributesToGet",
        operation,
        request,
        INVALID + "Duplicate value in attribute name: a",
        AWS_CAPTURED,
    )


FACTS = [
    *_FORMS,
    *(fact for each in _COMPARISONS for fact in _everywhere(*each)),
    *_KEYS,
    *_OPERATORS,
    *_MODEL,
    *_UPDATES,
    _name_twice("GetItem", {"Key": A}),
    _name_twice("Query", {"KeyConditions": {"p": P}}),
    _name_twice("Scan", {}),
    refused(
        "BatchGetItem: a name twice in AttributesToGet",
        "BatchGetItem",
        {"RequestItems": {"hash_s": {"Keys": [A], "AttributesToGet": ["a", "a"]}}},
        INVALID + "Duplicate value in attribute name: a",
    ),
]
