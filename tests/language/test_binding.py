"""Names and constants in expressions: what is bound, and every refusal in the service's words."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.language import binding, nodes, parse
from dynalite_py.model import values as attribute_values
from dynalite_py.model.errors import DynamoDBError

S, N, SS, L = {"S": "a"}, {"N": "1"}, {"SS": ["a"]}, {"L": [{"S": "a"}]}
B, BOOL, NULL, M = {"B": "YQ=="}, {"BOOL": True}, {"NULL": True}, {"M": {"a": {"S": "a"}}}

Names = dict[str, str] | None
Values = dict[str, Any] | None


def bind(parameter: str, text: str, names: Names = None, values: Values = None) -> Any:
    """The bound tree of a text, once all checks have passed."""
    bound = {
        name: attribute_values.canonical_value(value) for name, value in (values or {}).items()
    }
    types = {name: attribute_values.type_of(value) for name, value in bound.items()}
    tree = parse.parsed(parameter, text).tree
    if isinstance(tree, nodes.Update):
        return binding.checked_update(parameter, tree, names or {}, types)
    if isinstance(tree, nodes.Projection):
        return binding.checked_projection(parameter, tree, names or {})
    node, checks = binding.checked_condition(parameter, tree, names or {}, types)
    for check in checks:
        check(bound)
    return binding.key_condition(node) if parameter == "KeyConditionExpression" else node


def refusal(parameter: str, text: str, names: Names = None, values: Values = None) -> str | None:
    with pytest.raises(DynamoDBError) as caught:
        bind(parameter, text, names, values)
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
    for parameter in ("ConditionExpression", "FilterExpression"):
        assert refusal(parameter, text, names, values) == f"Invalid {parameter}: {message}"


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
    tree = parse.parsed("ConditionExpression", text).tree
    assert bind("ConditionExpression", text, None, values) == tree


OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
CONFLICT = OVERLAP.replace("overlap", "conflict")
SECTION_TYPE = "Incorrect operand type for operator or function; operator: "

UPDATE_FAULTS: list[tuple[str, dict[str, str] | None, dict[str, Any] | None, str]] = [
    (
        "SET a = if_not_exists(#b, b)",
        {"#b": "b"},
        None,
        DISTINCT + "operator: if_not_exists, first operand: [b]",
    ),
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
    expected = f"Invalid UpdateExpression: {message}"
    assert refusal("UpdateExpression", text, names, values) == expected


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
    expected = f"Invalid ProjectionExpression: {message}"
    assert refusal("ProjectionExpression", text, names) == expected


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
            f"Invalid KeyConditionExpression: {SAME_TYPE}"
            "lower bound operand: AttributeValue: {S:a}, "
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
    assert refusal("KeyConditionExpression", text, None, values) == message


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
    assert bind("KeyConditionExpression", text, None, typed(S)) == node


def test_placeholders_become_the_names_they_stand_for() -> None:
    names = {"#a": "x.y", "#b": "size"}
    text = "NOT (#a.#b[0] IN (:a, #b) OR size(#a) BETWEEN :b AND c) AND attribute_exists(#b)"
    plain = nodes.Path(("size",))
    assert bind("ConditionExpression", text, names, typed(S, N)) == nodes.And(
        nodes.Not(
            nodes.Or(
                nodes.In(nodes.Path(("x.y", "size", 0)), (V, plain)),
                nodes.Between(
                    nodes.Call("size", (nodes.Path(("x.y",)),)),
                    nodes.Value(":b"),
                    nodes.Path(("c",)),
                ),
            )
        ),
        nodes.Call("attribute_exists", (plain,)),
    )


def test_placeholders_in_updates_become_the_names_they_stand_for() -> None:
    text = "SET #a = if_not_exists(#b, :a) + :a REMOVE c.#b ADD d.#a :a DELETE #b[1] :b"
    bound = bind("UpdateExpression", text, {"#a": "x", "#b": "y"}, typed(N, SS))
    assert [action.path.parts for action in bound.actions] == [
        ("x",),
        ("c", "y"),
        ("d", "x"),
        ("y", 1),
    ]
    assert bound.actions[0].operand == nodes.Arithmetic(
        "+", nodes.Call("if_not_exists", (nodes.Path(("y",)), V)), V
    )
