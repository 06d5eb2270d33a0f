"""A request's expressions: every refusal in the service's words and order, and what is bound."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.language import nodes, parse
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import expressions
from dynalite_py.operations.expressions import Members

Request = dict[str, Any]

PUT, DELETE, UPDATE = expressions.PUT, expressions.DELETE, expressions.UPDATE
GET, QUERY, SCAN = expressions.GET, expressions.QUERY, expressions.SCAN
ENVELOPE = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "

S, N, SS, L = {"S": "a"}, {"N": "1"}, {"SS": ["a"]}, {"L": [{"S": "a"}]}
B, BOOL, NULL, M = {"B": "YQ=="}, {"BOOL": True}, {"NULL": True}, {"M": {"a": {"S": "a"}}}


def request(
    names: dict[str, str] | None = None, values: dict[str, Any] | None = None, **members: Any
) -> Request:
    """A request with these members; a value ``:v`` is written ``v`` in the tables below."""
    asked: Request = dict(members)
    if names is not None:
        asked["ExpressionAttributeNames"] = names
    if values is not None:
        asked["ExpressionAttributeValues"] = values
    return asked


def refusal(members: Members, asked: Request, **wording: Any) -> str | None:
    with pytest.raises(DynamoDBError) as caught:
        expressions.bound(members, asked, **wording)
    assert caught.value.code == "ValidationException"
    return caught.value.message


def typed(*kinds: dict[str, Any]) -> dict[str, Any]:
    """Values ``:a``, ``:b``... of these."""
    return {f":{name}": kind for name, kind in zip("abcdef", kinds, strict=False)}


OPERAND_TYPE = "Incorrect operand type for operator or function; operator or function: "
OPERAND_COUNT = "Incorrect number of operands for operator or function; operator or function: "
DISTINCT = (
    "The first operand must be distinct from the remaining operands for this operator or function; "
)
PATH_NEEDED = "Operator or function requires a document path; operator or function: "
NO_NAME = "An expression attribute name used in the document path is not defined; attribute name: "
NO_VALUE = "An expression attribute value used in expression is not defined; attribute value: "
SAME_TYPE = "The BETWEEN operator requires same data type for lower and upper bounds; "
IN_ORDER = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "

# Text, names, values, message behind "Invalid ConditionExpression: ".
CONDITION_FAULTS: list[tuple[str, dict[str, str] | None, dict[str, Any] | None, str]] = [
    ("#x = :a", None, typed(S), NO_NAME + "#x"),
    ("a.#b[1].#c = :a", {"#b": "b"}, typed(S), NO_NAME + "#c"),
    ("x = :b", None, typed(S), NO_VALUE + ":b"),
    ("x = :b", None, None, NO_VALUE + ":b"),
    ("attribute_exists(:b)", None, None, NO_VALUE + ":b"),
    ("begins_with(a)", None, None, OPERAND_COUNT + "begins_with, number of operands: 1"),
    ("begins_with(a, b, c)", None, None, OPERAND_COUNT + "begins_with, number of operands: 3"),
    (
        "attribute_exists(a, b)",
        None,
        None,
        OPERAND_COUNT + "attribute_exists, number of operands: 2",
    ),
    ("size(a, b) > c", None, None, OPERAND_COUNT + "size, number of operands: 2"),
    ("contains(a)", None, None, OPERAND_COUNT + "contains, number of operands: 1"),
    ("attribute_exists(:a)", None, typed(S), PATH_NEEDED + "attribute_exists"),
    ("attribute_not_exists(:a)", None, typed(S), PATH_NEEDED + "attribute_not_exists"),
    ("attribute_exists(size(a))", None, None, PATH_NEEDED + "attribute_exists"),
    ("a = a", None, None, DISTINCT + "operator: =, first operand: [a]"),
    ("#a < a", {"#a": "a"}, None, DISTINCT + "operator: <, first operand: [a]"),
    (
        "#x.bc[1].a <> ab.bc[1].a",
        {"#x": "ab"},
        None,
        DISTINCT + "operator: <>, first operand: [ab, bc, [1], a]",
    ),
    ("contains(a, a)", None, None, DISTINCT + "operator: contains, first operand: [a]"),
    ("begins_with(a, a)", None, None, DISTINCT + "operator: begins_with, first operand: [a]"),
    ("attribute_type(a, a)", None, None, DISTINCT + "operator: attribute_type, first operand: [a]"),
    *(
        (f"x {operator} :a", None, typed(value), OPERAND_TYPE + f"{operator}, operand type: {kind}")
        for operator in ("<", "<=", ">", ">=")
        for value, kind in ((BOOL, "BOOL"), (NULL, "NULL"), (SS, "SS"), (L, "L"), (M, "M"))
    ),
    (":a > x", None, typed(M), OPERAND_TYPE + ">, operand type: M"),
    ("x BETWEEN :a AND y", None, typed(BOOL), OPERAND_TYPE + "BETWEEN, operand type: BOOL"),
    (":a BETWEEN x AND y", None, typed(SS), OPERAND_TYPE + "BETWEEN, operand type: SS"),
    (
        "x BETWEEN :a AND :b",
        None,
        typed(N, S),
        SAME_TYPE + "lower bound operand: AttributeValue: {N:1}, "
        "upper bound operand: AttributeValue: {S:a}",
    ),
    (
        "x BETWEEN :a AND :b",
        None,
        typed({"S": "b"}, S),
        IN_ORDER + "lower bound operand: AttributeValue: {S:b}, "
        "upper bound operand: AttributeValue: {S:a}",
    ),
    (
        "x BETWEEN :a AND :b",
        None,
        typed({"N": "10"}, {"N": "9.50"}),
        IN_ORDER + "lower bound operand: AttributeValue: {N:10}, "
        "upper bound operand: AttributeValue: {N:9.5}",
    ),
    (
        "NOT (y = :a AND x BETWEEN :a AND :b)",
        None,
        typed({"B": "/w=="}, {"B": "fw=="}),
        IN_ORDER + "lower bound operand: AttributeValue: {B:/w==}, "
        "upper bound operand: AttributeValue: {B:fw==}",
    ),
    ("begins_with(x, :a)", None, typed(N), OPERAND_TYPE + "begins_with, operand type: N"),
    ("begins_with(:a, x)", None, typed(SS), OPERAND_TYPE + "begins_with, operand type: SS"),
    ("begins_with(size(x), :a)", None, typed(S), OPERAND_TYPE + "begins_with, operand type: N"),
    ("attribute_type(x, :a)", None, typed(N), OPERAND_TYPE + "attribute_type, operand type: N"),
    (
        "attribute_type(x, y)",
        None,
        None,
        OPERAND_TYPE + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
    ),
    (
        "attribute_type(x, :a)",
        None,
        typed({"S": "1"}),
        "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    ),
    ("size(:a) > x", None, typed(N), OPERAND_TYPE + "size, operand type: N"),
    ("size(:a) > x", None, typed(BOOL), OPERAND_TYPE + "size, operand type: BOOL"),
    ("size(:a) > x", None, typed(NULL), OPERAND_TYPE + "size, operand type: NULL"),
    ("size(size(x)) > y", None, None, OPERAND_TYPE + "size, operand type: N"),
    ("size(" * 600 + "a" + ")" * 600 + "=:v", None, typed(S), NO_VALUE + ":v"),
    (
        "size(" * 600 + "a" + ")" * 600 + "=:a",
        None,
        typed(S),
        OPERAND_TYPE + "size, operand type: N",
    ),
    (
        f"x IN ({', '.join([':a'] * 100)})",
        None,
        typed(S),
        "The IN operator is provided with too many operands; number of operands: 101",
    ),
    # Of several faults the first condition's come first; in it, what is undefined before the rest.
    ("a = a AND x = :b", None, None, DISTINCT + "operator: =, first operand: [a]"),
    ("x = :b AND a = a", None, None, NO_VALUE + ":b"),
    ("contains(a, a, :b)", None, None, NO_VALUE + ":b"),
    ("begins_with(:a)", None, typed(N), OPERAND_COUNT + "begins_with, number of operands: 1"),
    ("x < :a OR begins_with(a)", None, typed(L), OPERAND_TYPE + "<, operand type: L"),
    ("abort = :b", None, None, "Attribute name is a reserved keyword; reserved keyword: abort"),
]


@pytest.mark.parametrize(("text", "names", "values", "message"), CONDITION_FAULTS)
def test_a_condition_is_refused(
    text: str, names: dict[str, str] | None, values: dict[str, Any] | None, message: str
) -> None:
    condition = request(names, values, ConditionExpression=text)
    filtered = request(names, values, FilterExpression=text)
    assert refusal(DELETE, condition) == f"Invalid ConditionExpression: {message}"
    assert refusal(PUT, condition) == f"{ENVELOPE}Invalid ConditionExpression: {message}"
    assert refusal(SCAN, filtered) == f"Invalid FilterExpression: {message}"


LEGAL_CONDITIONS = [
    (":a = :a", typed(S)),
    (":a < :b", typed(S, N)),
    ("a BETWEEN a AND a", None),
    ("a IN (a, a)", None),
    ("a BETWEEN :a AND :a", typed(N)),
    (f"x IN ({', '.join([':a'] * 99)})", typed(S)),
    ("attribute_type(:a, :a)", typed({"S": "S"})),
    ("contains(:a, :b)", typed(N, M)),
    ("begins_with(:a, :a)", typed(B)),
    ("size(:a) = :a", typed(L)),
    ("x <> :a AND y = :a", typed(M)),
]


@pytest.mark.parametrize(("text", "values"), LEGAL_CONDITIONS)
def test_a_condition_at_the_edge_of_the_rules_is_bound(
    text: str, values: dict[str, Any] | None
) -> None:
    bound = expressions.bound(PUT, request(values=values, ConditionExpression=text))
    assert bound.condition is not None
    assert bound.condition(None) in (True, False)


OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
CONFLICT = OVERLAP.replace("overlap", "conflict")
SECTION_TYPE = "Incorrect operand type for operator or function; operator: "

UPDATE_FAULTS: list[tuple[str, dict[str, str] | None, dict[str, Any] | None, str]] = [
    (
        "SET a = :a SET b = :a",
        None,
        typed(S),
        'The "SET" section can only be used once in an update expression;',
    ),
    (
        "remove a add b :a remove c",
        None,
        typed(N),
        'The "REMOVE" section can only be used once in an update expression;',
    ),
    ("SET #a = :a", None, typed(S), NO_NAME + "#a"),
    ("SET a = :b", None, typed(S), NO_VALUE + ":b"),
    ("SET a = :b, #c = :a", None, typed(S), NO_NAME + "#c"),
    ("SET a = :a REMOVE a", None, typed(S), OVERLAP + "path one: [a], path two: [a]"),
    ("SET #a.b = :a, a = :a", {"#a": "a"}, typed(S), OVERLAP + "path one: [a, b], path two: [a]"),
    ("SET a = :a, a.b = :a", None, typed(S), OVERLAP + "path one: [a, b], path two: [a]"),
    (
        "SET a.b = :a REMOVE a[1]",
        None,
        typed(S),
        CONFLICT + "path one: [a, b], path two: [a, [1]]",
    ),
    (
        "SET a.b = :a, c = :a, a[1].x = :a, c = :a",
        None,
        typed(S),
        OVERLAP + "path one: [c], path two: [c]",
    ),
    *(
        ("ADD x :a", None, typed(value), f"{SECTION_TYPE}ADD, operand type: {name}")
        for value, name in [
            (S, "STRING"),
            (B, "BINARY"),
            (BOOL, "BOOLEAN"),
            (NULL, "NULL"),
            (L, "LIST"),
            (M, "MAP"),
        ]
    ),
    ("DELETE x :a", None, typed(S), f"{SECTION_TYPE}DELETE, operand type: STRING"),
    ("DELETE x :a", None, typed(N), f"{SECTION_TYPE}DELETE, operand type: NUMBER"),
    ("SET x = y + :a", None, typed(S), OPERAND_TYPE + "+, operand type: S"),
    ("SET x = :a - y", None, typed(L), OPERAND_TYPE + "-, operand type: L"),
    ("SET x = list_append(y, :a)", None, typed(S), OPERAND_TYPE + "list_append, operand type: S"),
    ("SET x = :a + list_append(y, z)", None, typed(N), OPERAND_TYPE + "+, operand type: L"),
    ("SET x = if_not_exists(:a, y)", None, typed(S), PATH_NEEDED + "if_not_exists"),
    (
        "SET x = if_not_exists(y)",
        None,
        None,
        OPERAND_COUNT + "if_not_exists, number of operands: 1",
    ),
    (
        "SET x = list_append(y, z, w)",
        None,
        None,
        OPERAND_COUNT + "list_append, number of operands: 3",
    ),
    # The order of several faults.
    ("ADD a :a SET b = :a, b = :a", None, typed(S), OVERLAP + "path one: [b], path two: [b]"),
    (
        "SET b = if_not_exists(:a, c) ADD a :a",
        None,
        typed(S),
        SECTION_TYPE + "ADD, operand type: STRING",
    ),
]


@pytest.mark.parametrize(("text", "names", "values", "message"), UPDATE_FAULTS)
def test_an_update_is_refused(
    text: str, names: dict[str, str] | None, values: dict[str, Any] | None, message: str
) -> None:
    asked = request(names, values, UpdateExpression=text)
    assert refusal(UPDATE, asked) == f"{ENVELOPE}Invalid UpdateExpression: {message}"
    assert refusal(UPDATE, asked, wording="older") == f"Invalid UpdateExpression: {message}"
    assert refusal(expressions.TRANSACT_UPDATE, asked) == f"Invalid UpdateExpression: {message}"


PROJECTION_FAULTS: list[tuple[str, dict[str, str] | None, str]] = [
    ("#a", None, NO_NAME + "#a"),
    ("a, a", None, OVERLAP + "path one: [a], path two: [a]"),
    ("a, #a.b", {"#a": "a"}, OVERLAP + "path one: [a], path two: [a, b]"),
    ("a.b, c, a", None, OVERLAP + "path one: [a, b], path two: [a]"),
    ("a[1], a.b", None, CONFLICT + "path one: [a, [1]], path two: [a, b]"),
    ("a, name", None, "Attribute name is a reserved keyword; reserved keyword: name"),
]


@pytest.mark.parametrize(("text", "names", "message"), PROJECTION_FAULTS)
def test_a_projection_is_refused(text: str, names: dict[str, str] | None, message: str) -> None:
    asked = request(names, ProjectionExpression=text)
    assert refusal(GET, asked) == f"Invalid ProjectionExpression: {message}"
    assert refusal(SCAN, asked) == f"Invalid ProjectionExpression: {message}"


OPERATOR = "Invalid operator used in KeyConditionExpression: "
IN_CONDITION = "Invalid condition in KeyConditionExpression: "
KEY_FAULTS: list[tuple[str, dict[str, Any] | None, str]] = [
    ("a = :a OR b = :a", typed(S), OPERATOR + "OR"),
    ("a = :a AND NOT b = :a", typed(S), OPERATOR + "NOT"),
    ("a IN (:a)", typed(S), OPERATOR + "IN"),
    ("a <> :a", typed(S), OPERATOR + "<>"),
    ("attribute_exists(a)", None, OPERATOR + "attribute_exists"),
    ("attribute_not_exists(a)", None, OPERATOR + "attribute_not_exists"),
    ("attribute_type(a, :a)", typed({"S": "S"}), OPERATOR + "attribute_type"),
    ("contains(a, :a)", typed(S), OPERATOR + "contains"),
    ("size(a) = :a", typed(N), "KeyConditionExpressions cannot contain nested operations"),
    (
        "a BETWEEN :a AND size(b)",
        typed(N),
        "KeyConditionExpressions cannot contain nested operations",
    ),
    (
        ":a BETWEEN a AND b",
        typed(S),
        IN_CONDITION + "BETWEEN operator must have the key attribute as its first operand",
    ),
    (
        "begins_with(:a, a)",
        typed(S),
        IN_CONDITION + "begins_with operator must have the key attribute as its first operand",
    ),
    ("a = b", None, IN_CONDITION + "Multiple attribute names used in one condition"),
    (
        "a.b = :a",
        typed(S),
        (
            "Invalid KeyConditionExpression: "
            "KeyConditionExpressions cannot have conditions on nested attributes"
        ),
    ),
    (":a = :a", typed(S), IN_CONDITION + "No key attribute specified"),
    (
        "a = :a AND a = :a",
        typed(S),
        "KeyConditionExpressions must only contain one condition per key",
    ),
    # What other expressions are refused for too has their prefix.
    (
        "begins_with(a, :a)",
        typed(N),
        f"Invalid KeyConditionExpression: {OPERAND_TYPE}begins_with, operand type: N",
    ),
    (
        "a BETWEEN :a AND :b",
        typed(S, N),
        (
            f"Invalid KeyConditionExpression: {SAME_TYPE}lower bound operand: AttributeValue: {{S:a}}, "
            "upper bound operand: AttributeValue: {N:1}"
        ),
    ),
    (
        "((a = :a))",
        typed(S),
        "Invalid KeyConditionExpression: The expression has redundant parentheses;",
    ),
    ("a = :b", typed(S), f"Invalid KeyConditionExpression: {NO_VALUE}:b"),
    ("", None, "Invalid KeyConditionExpression: The expression can not be empty;"),
]


@pytest.mark.parametrize(("text", "values", "message"), KEY_FAULTS)
def test_a_key_condition_is_refused(text: str, values: dict[str, Any] | None, message: str) -> None:
    assert refusal(QUERY, request(values=values, KeyConditionExpression=text)) == message


A, Z = nodes.Path(("a",)), nodes.Path(("b",))
V = nodes.Value(":a")
KEY_CONDITIONS = [
    ("a = :a", nodes.Comparison("=", A, V)),
    (":a = (a)", nodes.Comparison("=", A, V)),
    (":a < a", nodes.Comparison(">", A, V)),
    (":a >= a", nodes.Comparison("<=", A, V)),
    (
        "(b between :a and :a) AND (a = :a)",
        nodes.And(nodes.Between(Z, V, V), nodes.Comparison("=", A, V)),
    ),
    (
        "(:a = a AND begins_with(b, :a))",
        nodes.And(nodes.Comparison("=", A, V), nodes.Call("begins_with", (Z, V))),
    ),
]


@pytest.mark.parametrize(("text", "node"), KEY_CONDITIONS)
def test_every_part_of_a_bound_key_condition_begins_with_its_attribute(
    text: str, node: nodes.Condition
) -> None:
    bound = expressions.bound(QUERY, request(values=typed(S), KeyConditionExpression=text))
    assert bound.key_condition is not None
    assert bound.key_condition.node == node
    assert bound.key_condition.values == {":a": S}


ONLY = "can only be specified when using expressions"
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
MIX = "Can not use both expression and non-expression parameters in the same request: "
CONDITION = {"ConditionExpression": "a = :a"}
MAP_FAULTS: list[tuple[Members, Request, str]] = [
    # Without an expression.
    (PUT, request({"#a": "a"}), f"{ENVELOPE}{NAMES} {ONLY}"),
    (PUT, request(values=typed(S)), f"{ENVELOPE}{VALUES} {ONLY}"),
    (UPDATE, request(values={}), f"{ENVELOPE}{VALUES} {ONLY}"),
    (UPDATE, request({"#a": "a"}, AttributeUpdates={}), f"{ENVELOPE}{NAMES} {ONLY}"),
    (DELETE, request({"#a": "a"}, typed(S)), f"{NAMES} {ONLY}"),
    (DELETE, request(values=typed(S)), f"{VALUES} {ONLY}: ConditionExpression is null"),
    (
        expressions.TRANSACT_UPDATE,
        request(values=typed(S)),
        f"{VALUES} {ONLY}: UpdateExpression and ConditionExpression are null",
    ),
    (
        QUERY,
        request(values=typed(S), ProjectionExpression="a"),
        f"{VALUES} {ONLY}: FilterExpression and KeyConditionExpression are null",
    ),
    (SCAN, request(values=typed(S)), f"{VALUES} {ONLY}: FilterExpression is null"),
    (GET, request({"#a": "a"}, AttributesToGet=["a"]), f"{NAMES} {ONLY}"),
    # The maps themselves.
    (DELETE, request({}, typed(S), **CONDITION), f"{NAMES} must not be empty"),
    (PUT, request(values={}, **CONDITION), f"{VALUES} must not be empty"),
    *(
        (
            PUT,
            request({key: "a"}, typed(S), **CONDITION),
            f'{NAMES} contains invalid key: Syntax error; key: "{key}"',
        )
        for key in ("a", "#", "", "#a.b", "##a", "#a ", ":a", "#é", "#a\n")
    ),
    *(
        (
            PUT,
            request(values={key: S}, **CONDITION),
            f'{VALUES} contains invalid key: Syntax error; key: "{key}"',
        )
        for key in ("b", ":", "", ":a.b", "#a", ":a\n")
    ),
    (
        DELETE,
        request({"a": "a"}, {"b": {}}, **CONDITION),
        f'{NAMES} contains invalid key: Syntax error; key: "a"',
    ),
    (
        DELETE,
        request(values={":a": {}, "b": S}, **CONDITION),
        f'{VALUES} contains invalid key: Syntax error; key: "b"',
    ),
    *(
        (
            PUT,
            request(values={":b": value}, **CONDITION),
            f"{VALUES} contains invalid value: {text} for key :b",
        )
        for value, text in [
            (
                {},
                (
                    "Supplied AttributeValue is empty, "
                    "must contain exactly one of the supported datatypes"
                ),
            ),
            (
                {"S": "a", "BOOL": True},
                (
                    "Supplied AttributeValue has more than one datatypes set, "
                    "must contain exactly one of the supported datatypes"
                ),
            ),
            ({"N": "b"}, "The parameter cannot be converted to a numeric value: b"),
            ({"SS": []}, INVALID + "An string set  may not be empty"),
            ({"L": [{"NS": ["1", "1.0"]}]}, "Input collection contains duplicates"),
        ]
    ),
    (
        DELETE,
        request(values={":a": {"NULL": False}}, **CONDITION),
        INVALID + "Null attribute value types must have the value of true",
    ),
    (
        PUT,
        request(values={":a": {"L": [{"NULL": False}]}}, **CONDITION),
        ENVELOPE + INVALID + "Null attribute value types must have the value of true",
    ),
    # Unused entries come last, and bare.
    (
        PUT,
        request({"#a": "a", "#b": "b"}, typed(S), ConditionExpression="#b = :a"),
        f"Value provided in {NAMES} unused in expressions: keys: {{#a}}",
    ),
    (
        UPDATE,
        request(values=typed(S, N, S), UpdateExpression="SET x = :a"),
        f"Value provided in {VALUES} unused in expressions: keys: {{:b, :c}}",
    ),
    (
        DELETE,
        request({"#b": "b"}, typed(S, S), **CONDITION),
        f"Value provided in {NAMES} unused in expressions: keys: {{#b}}",
    ),
    (
        QUERY,
        request({"#b": "b"}, typed(S), KeyConditionExpression="a = :a", ProjectionExpression="a,a"),
        f"Invalid ProjectionExpression: {OVERLAP}path one: [a], path two: [a]",
    ),
    # Mixing.
    (
        PUT,
        request(Expected={}, **CONDITION),
        (
            f"{ENVELOPE}{MIX}Non-expression parameters: {{Expected}} "
            "Expression parameters: {ConditionExpression}"
        ),
    ),
    (
        DELETE,
        request(Expected={}, ConditionExpression=""),
        (
            f"{MIX}Non-expression parameters: {{Expected}} "
            "Expression parameters: {ConditionExpression}"
        ),
    ),
    (
        UPDATE,
        request(Expected={}, AttributeUpdates={}, UpdateExpression="", **CONDITION),
        (
            f"{ENVELOPE}{MIX}Non-expression parameters: {{AttributeUpdates, Expected}} "
            "Expression parameters: {UpdateExpression, ConditionExpression}"
        ),
    ),
    (
        GET,
        request(AttributesToGet=["a"], ProjectionExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{AttributesToGet}} "
            "Expression parameters: {ProjectionExpression}"
        ),
    ),
    (
        QUERY,
        request(
            AttributesToGet=["a"],
            QueryFilter={},
            ConditionalOperator="AND",
            KeyConditions={},
            ProjectionExpression="a",
            FilterExpression="a",
            KeyConditionExpression="a",
        ),
        (
            f"{MIX}Non-expression parameters: "
            "{AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} "
            "Expression parameters: {ProjectionExpression, FilterExpression, KeyConditionExpression}"
        ),
    ),
    (
        QUERY,
        request(KeyConditions={}, QueryFilter={}, FilterExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{QueryFilter}} "
            "Expression parameters: {FilterExpression}"
        ),
    ),
    (
        SCAN,
        request(ScanFilter={}, ConditionalOperator="OR", FilterExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{ScanFilter, ConditionalOperator}} "
            "Expression parameters: {FilterExpression}"
        ),
    ),
    # The order of the expressions.
    (
        UPDATE,
        request(values=typed(S), ConditionExpression="x", UpdateExpression="y"),
        f'{ENVELOPE}Invalid UpdateExpression: Syntax error; token: "y", near: "y"',
    ),
    (
        QUERY,
        request(ProjectionExpression="", FilterExpression="", KeyConditionExpression=""),
        "Invalid KeyConditionExpression: The expression can not be empty;",
    ),
    (
        PUT,
        request(ConditionExpression=""),
        f"{ENVELOPE}Invalid ConditionExpression: The expression can not be empty;",
    ),
]


@pytest.mark.parametrize(("members", "asked", "message"), MAP_FAULTS)
def test_a_request_is_refused_for_its_members(
    members: Members, asked: Request, message: str
) -> None:
    assert refusal(members, asked) == message


def test_the_older_wording_is_bare_and_says_what_is_null() -> None:
    reason = "UpdateExpression and ConditionExpression are null"
    assert (
        refusal(UPDATE, request(values=typed(S)), wording="older") == f"{VALUES} {ONLY}: {reason}"
    )


def test_values_too_deep_are_refused_without_wrapper() -> None:
    deep: dict[str, Any] = S
    for _ in range(33):
        deep = {"L": [deep]}
    message = refusal(PUT, request(values={":a": deep}, **CONDITION))
    assert (message or "").startswith("Nesting Levels have exceeded supported limits")


def test_bad_base64_in_a_value_stays_a_serialization_error() -> None:
    with pytest.raises(DynamoDBError) as caught:
        expressions.bound(PUT, request(values={":a": {"B": "YQ"}}, **CONDITION))
    assert caught.value.code == "SerializationException"


@pytest.mark.parametrize("members", [PUT, DELETE, UPDATE, GET, QUERY, SCAN])
def test_a_request_without_expressions_binds_nothing_at_no_cost(members: Members) -> None:
    assert expressions.bound(members, {"TableName": "t", "Key": {}}) is expressions.NOTHING


def test_null_members_count_as_absent() -> None:
    asked = request(ConditionExpression=None, Expected=None, ExpressionAttributeNames=None)
    assert expressions.bound(PUT, asked) == expressions.NOTHING


def test_names_may_hold_what_no_plain_name_can() -> None:
    asked = request({"#0": "a.b[0] name", "#_": "size"}, ProjectionExpression="#0, #_")
    projection = expressions.bound(GET, asked).projection
    assert projection is not None
    assert projection.of({"a.b[0] name": S, "size": N, "a": S}) == {"a.b[0] name": S, "size": N}


def test_one_map_serves_all_expressions_of_a_request() -> None:
    asked = request(
        {"#k": "k", "#f": "f"},
        typed(S, N),
        KeyConditionExpression="#k = :a",
        FilterExpression="#f > :b OR #k = :a",
        ProjectionExpression="#f",
    )
    bound = expressions.bound(QUERY, asked)
    assert bound.filter is not None
    assert bound.filter.holds({"f": {"N": "2"}})
    assert not bound.filter.holds({"f": {"N": "1"}})
    assert bound.filter.values == typed(S, N)
    assert bound.projection is not None
    assert bound.projection.names == ("f",)
    assert bound.key_condition is not None


def test_key_conditions_may_stand_beside_a_filter_expression() -> None:
    asked = request(
        values=typed(S),
        KeyConditions={"k": {"ComparisonOperator": "EQ", "AttributeValueList": [N]}},
        FilterExpression="x = :a",
    )
    bound = expressions.bound(QUERY, asked)
    assert bound.key_condition is not None
    assert bound.key_condition.node == nodes.Comparison("=", nodes.Path(("k",)), nodes.Constant(N))
    assert bound.filter is not None


def test_a_warm_request_parses_no_text() -> None:
    def asked(value: str) -> Request:
        return request(
            {"#c": "counter"},
            {":one": {"N": value}, ":low": N, ":high": {"N": "5"}},
            UpdateExpression="SET #c = #c + :one",
            ConditionExpression="#c BETWEEN :low AND :high",
        )

    expressions.bound(UPDATE, asked("1"))
    before = parse.parses()
    bound = expressions.bound(UPDATE, asked("2.50"))
    assert parse.parses() == before
    assert bound.update is not None
    assert bound.update.apply({"counter": N}, {}) == {"counter": {"N": "3.5"}}


def test_a_warm_request_with_values_of_other_types_is_checked_again() -> None:
    def asked(value: dict[str, Any]) -> Request:
        return request(values={":v": value}, ConditionExpression="checked_again < :v")

    expressions.bound(PUT, asked(N))
    assert refusal(PUT, asked(BOOL)) == (
        f"{ENVELOPE}Invalid ConditionExpression: {OPERAND_TYPE}<, operand type: BOOL"
    )


def test_a_warm_request_with_other_bounds_is_checked_again() -> None:
    def asked(low: str) -> Request:
        values = {":low": {"N": low}, ":high": {"N": "5"}}
        return request(values=values, ConditionExpression="a BETWEEN :low AND :high")

    expressions.bound(PUT, asked("5"))
    assert IN_ORDER in (refusal(PUT, asked("5.1")) or "")


def test_a_bound_update_tells_its_targets_and_constants() -> None:
    asked = request(
        {"#b": "b"},
        typed(S, N),
        UpdateExpression="SET a = :a, #b.c[0] = :a, d = a, e = e + :b REMOVE f",
    )
    update = expressions.bound(UPDATE, asked).update
    assert update is not None
    assert update.names == {"a", "b", "d", "e", "f"}
    assert update.nested == (nodes.Path(("b", "c", 0)),)
    assert update.literals == {"a": S}


def test_legacy_parameters_bind_to_the_same_closures() -> None:
    asked = request(
        Expected={"a": {"Value": N}},
        AttributeUpdates={"b": {"Action": "ADD", "Value": L}, "c": {"Value": S}},
    )
    bound = expressions.bound(UPDATE, asked)
    assert bound.condition is not None
    assert bound.condition({"a": {"N": "1"}})
    assert not bound.condition(None)
    assert bound.update is not None
    assert bound.update.apply({"b": L}, {}) == {"b": {"L": [S, S]}, "c": S}
    assert bound.update.literals == {"c": S}


def test_a_legacy_update_of_another_type_is_refused_in_its_own_words() -> None:
    asked = request(AttributeUpdates={"b": {"Action": "ADD", "Value": N}})
    update = expressions.bound(UPDATE, asked).update
    assert update is not None
    with pytest.raises(DynamoDBError, match="Type mismatch for attribute to update"):
        update.apply({"b": S}, {})


def test_a_conditional_operator_alone_is_refused() -> None:
    for members in (PUT, QUERY, SCAN):
        assert "ConditionalOperator" in (refusal(members, request(ConditionalOperator="OR")) or "")


def test_a_malformed_expectation_is_enveloped_on_put_and_update_alone() -> None:
    asked = request(Expected={"a": {}})
    text = INVALID + "Value must be provided when Exists is null for Attribute: a"
    assert refusal(PUT, asked) == ENVELOPE + text
    assert refusal(DELETE, asked) == text
    assert refusal(PUT, asked, wording="older") == text


@pytest.mark.parametrize(("member", "members"), [("QueryFilter", QUERY), ("ScanFilter", SCAN)])
def test_a_legacy_filter_is_a_filter(member: str, members: Members) -> None:
    condition = {"a": {"ComparisonOperator": "GT", "AttributeValueList": [N]}}
    bound = expressions.bound(members, request(**{member: condition, "AttributesToGet": ["a"]}))
    assert bound.filter is not None
    assert bound.filter.holds({"a": {"N": "2"}})
    assert not bound.filter.holds({"a": {"N": "1"}})
    assert bound.projection is not None
    assert bound.projection.of({"a": N, "b": S}) == {"a": N}
