"""What KeyConditionExpression is refused for before any table is looked at.

Source: facts, KeyConditionExpression, Common texts.
"""

from __future__ import annotations

from typing import Any

from tests.facts.conditions import (
    COUNT,
    DISTINCT,
    IN_ORDER,
    NO_NAME,
    NO_VALUE,
    PARENTHESES,
    RESERVED,
    SAME_TYPE,
    SIZE,
    TYPE,
    UNKNOWN_FUNCTION,
    N,
    S,
    bounds,
    syntax,
)
from tests.facts.fact import AWS_CAPTURED, PEER, Fact, refused

PREFIX = "Invalid KeyConditionExpression: "
OPERATOR = "Invalid operator used in KeyConditionExpression: "
IN_CONDITION = "Invalid condition in KeyConditionExpression: "
NESTED = "KeyConditionExpressions cannot contain nested operations"
FIRST = " operator must have the key attribute as its first operand"
VALUES: dict[str, Any] = {":p": S, ":n": N, ":b": {"S": "b"}, ":x": {"BOOL": True}}


def key(name: str, text: str, message: str, source: str = AWS_CAPTURED) -> Fact:
    """A Query of a table that is not there: the refusal comes before the look-up."""
    used = {name: value for name, value in VALUES.items() if name in text}
    request: dict[str, Any] = {"TableName": "missing", "KeyConditionExpression": text}
    if used:
        request["ExpressionAttributeValues"] = used
    return refused(f"key condition: {name}", "Query", request, message, source)


FACTS = [
    # As every expression.
    key("an empty text", "", PREFIX + "The expression can not be empty;"),
    key("4097 bytes", "p = :p" + " " * 4091, PREFIX + SIZE + "4097"),
    key("syntax", "p = :p p", PREFIX + syntax("p", ":p p")),
    key("a reserved word", "Name = :p", PREFIX + RESERVED + "Name"),
    key("doubled parentheses", "((p = :p))", PREFIX + PARENTHESES),
    key("an unknown function", "foo(p, :p)", PREFIX + UNKNOWN_FUNCTION + "foo"),
    key("an undefined name", "#p = :p", PREFIX + NO_NAME + "#p"),
    key("an undefined value", "p = :q", PREFIX + NO_VALUE + ":q"),
    key("one path twice", "p = p", PREFIX + DISTINCT + "=, first operand: [p]"),
    key(
        "begins_with of one operand",
        "begins_with(s)",
        PREFIX + COUNT + "begins_with, number of operands: 1",
    ),
    key(
        "begins_with of a number",
        "p = :p AND begins_with(s, :n)",
        PREFIX + TYPE + "begins_with, operand type: N",
    ),
    key("an order of booleans", "p = :p AND s < :x", PREFIX + TYPE + "<, operand type: BOOL"),
    key(
        "bounds of two types",
        "p = :p AND s BETWEEN :n AND :b",
        PREFIX + SAME_TYPE + bounds("N:1", "S:b"),
    ),
    key(
        "bounds the wrong way round",
        "p = :p AND s BETWEEN :b AND :p",
        PREFIX + IN_ORDER + bounds("S:b", "S:a"),
    ),
    # Its own, bare.
    key("OR", "p = :p OR s = :p", OPERATOR + "OR"),
    key("or in small letters", "p = :p or s = :p", OPERATOR + "OR"),
    key("NOT", "NOT p = :p", OPERATOR + "NOT"),
    key("NOT behind AND", "p = :p AND not s = :p", OPERATOR + "NOT"),
    key("IN", "p IN (:p)", OPERATOR + "IN"),
    key("<>", "p <> :p", OPERATOR + "<>"),
    key("attribute_exists", "p = :p AND attribute_exists(s)", OPERATOR + "attribute_exists"),
    key("attribute_not_exists", "attribute_not_exists(s)", OPERATOR + "attribute_not_exists"),
    key("attribute_type", "attribute_type(s, :t)", PREFIX + NO_VALUE + ":t"),
    key("contains", "contains(s, :p)", OPERATOR + "contains"),
    key("size", "size(p) = :n", NESTED),
    key("size as a bound", "p BETWEEN :n AND size(s)", NESTED),
    key("BETWEEN of a value", ":p BETWEEN p AND s", f"{IN_CONDITION}BETWEEN{FIRST}"),
    key("begins_with of a value", "begins_with(:p, p)", f"{IN_CONDITION}begins_with{FIRST}"),
    key("two attributes", "p = s", IN_CONDITION + "Multiple attribute names used in one condition"),
    key(
        "a nested path",
        "p.a = :p",
        PREFIX + "KeyConditionExpressions cannot have conditions on nested attributes",
    ),
    key("no attribute", ":p = :b", IN_CONDITION + "No key attribute specified"),
    key(
        "two conditions on one key",
        "p = :p AND p = :b",
        "KeyConditionExpressions must only contain one condition per key",
    ),
    key("three keys", "p = :p AND s = :p AND x = :p", "Conditions can be of length 1 or 2 only"),
    # The order.
    key("parts from the left: the first", "p <> :p AND s IN (:p)", OPERATOR + "<>"),
    key("the operator | a nested function", "size(p) <> :n", OPERATOR + "<>"),
    key("a nested function | the first operand", ":n BETWEEN size(p) AND s", NESTED),
    key(
        "two attributes | a nested path",
        "p = s.a",
        IN_CONDITION + "Multiple attribute names used in one condition",
    ),
    key(
        "one condition per key | their number",
        "p = :p AND s = :p AND x = :p AND p = :p",
        "KeyConditionExpressions must only contain one condition per key",
    ),
    refused(
        "key condition: attribute_type of a type",
        "Query",
        {
            "TableName": "missing",
            "KeyConditionExpression": "attribute_type(s, :t)",
            "ExpressionAttributeValues": {":t": {"S": "S"}},
        },
        OPERATOR + "attribute_type",
    ),
    refused(
        "key condition: a function of updates",
        "Query",
        {
            "TableName": "missing",
            "KeyConditionExpression": "if_not_exists(p, :p) = :p",
            "ExpressionAttributeValues": {":p": S},
        },
        PREFIX + "The function is not allowed in a condition expression; function: if_not_exists",
        PEER,
    ),
]
