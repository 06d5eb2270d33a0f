"""Expression text: what stands, what is refused in which words, and that it is read once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.language import nodes, parse
from dynalite_py.model.errors import DynamoDBError

CONDITION, UPDATE, PROJECTION = "ConditionExpression", "UpdateExpression", "ProjectionExpression"
A, B, V = nodes.Path(("a",)), nodes.Path(("b",)), nodes.Value(":v")
EQUAL = nodes.Comparison("=", A, V)


def refusal(parameter: str, text: str) -> str | None:
    """The message without its prefix."""
    with pytest.raises(DynamoDBError) as caught:
        parse.parsed(parameter, text)
    assert caught.value.code == "ValidationException"
    message = caught.value.message or ""
    assert message.startswith(f"Invalid {parameter}: ")
    return message.removeprefix(f"Invalid {parameter}: ")


def syntax(word: str, near: str) -> str:
    return f'Syntax error; token: "{word}", near: "{near}"'


TREES: list[tuple[str, str, Any]] = [
    (CONDITION, "a = :v", EQUAL),
    (CONDITION, "\ta\r\n=   :v ", EQUAL),
    (CONDITION, "(a = :v)", EQUAL),
    (CONDITION, "(a) = (:v)", EQUAL),
    (CONDITION, "a<>:v", nodes.Comparison("<>", A, V)),
    (CONDITION, "a<=:v", nodes.Comparison("<=", A, V)),
    (CONDITION, "NOT NOT a = :v", nodes.Not(nodes.Not(EQUAL))),
    (CONDITION, "nOt a = :v", nodes.Not(EQUAL)),
    (CONDITION, "a=:v AND a=:v OR a=:v", nodes.Or(nodes.And(EQUAL, EQUAL), EQUAL)),
    (CONDITION, "a=:v OR a=:v AND a=:v", nodes.Or(EQUAL, nodes.And(EQUAL, EQUAL))),
    (CONDITION, "NOT a=:v AND a=:v", nodes.And(nodes.Not(EQUAL), EQUAL)),
    (CONDITION, "(a=:v OR a=:v) and a=:v", nodes.And(nodes.Or(EQUAL, EQUAL), EQUAL)),
    (CONDITION, "a=:v AND a=:v AND a=:v", nodes.And(nodes.And(EQUAL, EQUAL), EQUAL)),
    (
        CONDITION,
        "a between :v and b And a=:v",
        nodes.And(nodes.Between(A, V, B), EQUAL),
    ),
    (CONDITION, "a IN (:v)", nodes.In(A, (V,))),
    (CONDITION, "(a) in ((:v),b)", nodes.In(A, (V, B))),
    (CONDITION, "attribute_exists(a)", nodes.Call("attribute_exists", (A,))),
    (CONDITION, "(attribute_exists(a))", nodes.Call("attribute_exists", (A,))),
    (CONDITION, "NOT (contains(a, :v))", nodes.Not(nodes.Call("contains", (A, V)))),
    (CONDITION, "(size(a)) > :v", nodes.Comparison(">", nodes.Call("size", (A,)), V)),
    (
        CONDITION,
        "size (a) between size(b) and :v",
        nodes.Between(nodes.Call("size", (A,)), nodes.Call("size", (B,)), V),
    ),
    (
        CONDITION,
        "a . b [ 1 ].#c[0][2] = :v",
        nodes.Comparison("=", nodes.Path(("a", "b", 1, nodes.Placeholder("#c"), 0, 2)), V),
    ),
    (
        CONDITION,
        "#0 = :_1",
        nodes.Comparison("=", nodes.Path((nodes.Placeholder("#0"),)), nodes.Value(":_1")),
    ),
    (CONDITION, "NOTE = :v", nodes.Comparison("=", nodes.Path(("NOTE",)), V)),
    (CONDITION, "remove = :v", nodes.Comparison("=", nodes.Path(("remove",)), V)),
    ("KeyConditionExpression", "a = :v", EQUAL),
    ("FilterExpression", "a = :v", EQUAL),
    (UPDATE, "SET a = :v", nodes.Update((nodes.SetAction(A, V),), ("SET",))),
    (
        UPDATE,
        "remove a, b set a=b",
        nodes.Update(
            (nodes.RemoveAction(A), nodes.RemoveAction(B), nodes.SetAction(A, B)),
            ("REMOVE", "SET"),
        ),
    ),
    (
        UPDATE,
        "add a :v delete b :v",
        nodes.Update((nodes.AddAction(A, V), nodes.DeleteAction(B, V)), ("ADD", "DELETE")),
    ),
    *(
        (UPDATE, text, nodes.Update((nodes.SetAction(A, nodes.Arithmetic("+", B, V)),), ("SET",)))
        for text in ("SET a = b + :v", "SET a = (b + :v)", "SET a = (b)+(:v)", "SET a=b+:v")
    ),
    (
        UPDATE,
        "SET a = if_not_exists(b, :v) - :v",
        nodes.Update(
            (nodes.SetAction(A, nodes.Arithmetic("-", nodes.Call("if_not_exists", (B, V)), V)),),
            ("SET",),
        ),
    ),
    (PROJECTION, "a, b ,a", nodes.Projection((A, B, A))),
    (PROJECTION, "REMOVE", nodes.Projection((nodes.Path(("REMOVE",)),))),
]


@pytest.mark.parametrize(("parameter", "text", "tree"), TREES)
def test_a_text_becomes_its_tree(parameter: str, text: str, tree: Any) -> None:
    assert parse.parsed(parameter, text).tree == tree


SYNTAX_FAULTS = [
    # Captured windows.
    (UPDATE, "SET _123 = :v", "_", "SET _123"),
    (UPDATE, "INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
    (CONDITION, "INVALID SYNTAX HERE", "SYNTAX", "INVALID SYNTAX HERE"),
    (UPDATE, "!!! INVALID !!!", "!", "!!"),
    # Captured outcomes.
    (CONDITION, "a[01] = :v", "1", "01]"),
    (UPDATE, "SET x = a + b + c", "+", "b + c"),
    (UPDATE, "SET x = (a + b) - c", "-", ") - c"),
    (UPDATE, "SET x = list_append(a + b, c)", "+", "a + b"),
    (UPDATE, "SET a[-1] = :v", "-", "[-1"),
    (UPDATE, "SET a[] = :v", "]", "[] ="),
    (UPDATE, "SET a[:x] = :v", ":x", "[:x]"),
    (UPDATE, "SET a.0 = :v", "0", ".0 ="),
    (UPDATE, "SET a..b = :v", ".", "..b"),
    (UPDATE, "SET .a = :v", ".", "SET .a"),
    (UPDATE, "SET a = :v,", "<EOF>", ","),
    (UPDATE, "SET a = :v, REMOVE b", "REMOVE", ", REMOVE b"),
    (UPDATE, "SET :a = :b", ":a", "SET :a ="),
    (UPDATE, "ADD a b", "b", "a b"),
    (UPDATE, "REMOVE :a", ":a", "REMOVE :a"),
    (UPDATE, "SET set = :v", "set", "SET set ="),
    (UPDATE, "SET a == :v", "=", "== :v"),
    (CONDITION, "a = :v b = :v", "b", ":v b ="),
    (CONDITION, "a IN ()", ")", "()"),
    (CONDITION, "a", "<EOF>", "a"),
    (CONDITION, ":val", "<EOF>", ":val"),
    (CONDITION, "NOT a", "<EOF>", "a"),
    (CONDITION, "a AND :val", "AND", "a AND :val"),
    (CONDITION, "a = :v AND AND b = :v", "AND", "AND AND b"),
    (CONDITION, "hi-there = :v", "-", "hi-there"),
    (CONDITION, "hi$there = :v", "$", "hi$there"),
    (CONDITION, '"x" = :v', '"', '"x'),
    (CONDITION, "!x = :v", "!", "!x"),
    (CONDITION, "_f(b)", "_", "_f"),
    (CONDITION, "a != :v", "!", "a !="),
    (CONDITION, "a == :v", "=", "== :v"),
    (CONDITION, "a = :v && b = :v", "&", ":v &&"),
    (CONDITION, "a = 5", "5", "= 5"),
    (CONDITION, "a = # AND b = :v", "#", "= # AND"),
    (CONDITION, "a = :", ":", "= :"),
    (CONDITION, "f()", ")", "()"),
    (CONDITION, "(a = :v", "<EOF>", ":v"),
    (CONDITION, "a = :v)", ")", ":v)"),
    (CONDITION, "   ", "<EOF>", ""),
    (CONDITION, "café = :v", "é", "caf\u00e9 ="),
    (PROJECTION, "a,", "<EOF>", ","),
    (PROJECTION, "a b", "b", "a b"),
    (PROJECTION, "a, :v", ":v", ", :v"),
    (PROJECTION, "a[1", "<EOF>", "1"),
]


@pytest.mark.parametrize(("parameter", "text", "word", "near"), SYNTAX_FAULTS)
def test_a_syntax_error_names_its_token_and_what_stands_around_it(
    parameter: str, text: str, word: str, near: str
) -> None:
    assert refusal(parameter, text) == syntax(word, near)


MISPLACED = "The function is not allowed to be used this way in an expression; function: "
FAULTS = [
    (CONDITION, "", "The expression can not be empty;"),
    (UPDATE, "", "The expression can not be empty;"),
    (PROJECTION, "", "The expression can not be empty;"),
    (
        CONDITION,
        "a = :v" + " " * 4091,
        "Expression size has exceeded the maximum allowed size; expression size: 4097",
    ),
    (
        CONDITION,
        "é" * 2049,
        "Expression size has exceeded the maximum allowed size; expression size: 4098",
    ),
    (
        CONDITION,
        " AND ".join(["a=:v"] * 151),
        "The expression contains too many operators; operator count: 301",
    ),
    (
        CONDITION,
        "NOT " * 909 + "a=:v",
        "The expression contains too many operators; operator count: 301",
    ),
    (
        PROJECTION,
        ".".join(["a"] * 33),
        "The document path has too many nesting levels; nesting levels: 33",
    ),
    (
        PROJECTION,
        "a[99999999999999]",
        "List index is not within the allowable range; index: [99999999999999]",
    ),
    (CONDITION, "abOrt = :v", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
    (CONDITION, "a.Name = :v", "Attribute name is a reserved keyword; reserved keyword: Name"),
    (UPDATE, "SET a = size", "Attribute name is a reserved keyword; reserved keyword: size"),
    (UPDATE, "SET between = :v", "Attribute name is a reserved keyword; reserved keyword: between"),
    (PROJECTION, "b, add", "Attribute name is a reserved keyword; reserved keyword: add"),
    *(
        (parameter, text, "The expression has redundant parentheses;")
        for parameter, text in [
            (CONDITION, "((a = :v))"),
            (CONDITION, "( ( a = :v ) ) AND b = :v"),
            (CONDITION, "b = :v AND NOT ((a = :v OR b = :v))"),
            (CONDITION, "not ((a = :v))"),
            (CONDITION, "a = :v and ((b = :v))"),
            (CONDITION, "((a)) = :v"),
            (CONDITION, "a BETWEEN ((b)) AND c"),
            (CONDITION, "((attribute_exists(a)))"),
            (CONDITION, "attribute_exists(((a)))"),
            (CONDITION, "a IN (((:v)))"),
            (UPDATE, "SET a = ((b + :v))"),
            (UPDATE, "SET a = ((b))"),
        ]
    ),
    (CONDITION, "foo(a)", "Invalid function name; function: foo"),
    (CONDITION, "Size(a) > :v", "Invalid function name; function: Size"),
    (CONDITION, "CONTAINS(a, :v)", "Invalid function name; function: CONTAINS"),
    (CONDITION, "size(foo(a)) > :v", "Invalid function name; function: foo"),
    (UPDATE, "SET a = foo(b)", "Invalid function name; function: foo"),
    *(
        (
            UPDATE,
            f"SET a = {function}(b)",
            f"The function is not allowed in an update expression; function: {function}",
        )
        for function in ("attribute_exists", "contains", "size")
    ),
    *(
        (
            parameter,
            text,
            f"{MISPLACED}{function}",
        )
        for parameter, text, function in [
            (CONDITION, "size(a)", "size"),
            (CONDITION, "NOT size(a)", "size"),
            (CONDITION, "a = :v AND (size(a))", "size"),
            (CONDITION, "attribute_exists(a) = :v", "attribute_exists"),
            (CONDITION, "a IN (:v, contains(a, :v))", "contains"),
            (CONDITION, "contains(a, begins_with(b, :v))", "begins_with"),
            (UPDATE, "SET a = list_append(list_append(a, :v), :v)", "list_append"),
            (UPDATE, "SET a = if_not_exists(a, list_append(b, :v))", "list_append"),
            (UPDATE, "SET a = list_append(b, :v) + :v", "list_append"),
        ]
    ),
    (
        CONDITION,
        "if_not_exists(a, :v) = :v",
        "The function is not allowed in a condition expression; function: if_not_exists",
    ),
    (
        CONDITION,
        "list_append(a, :v)",
        "The function is not allowed in a condition expression; function: list_append",
    ),
    # Of several faults: parentheses, unknown function, misplaced function, reserved word.
    (CONDITION, "foo(name) AND ((a = :v))", "The expression has redundant parentheses;"),
    (CONDITION, "size(name) AND foo(a)", "Invalid function name; function: foo"),
    (
        CONDITION,
        "name = :v AND size(a)",
        "The function is not allowed to be used this way in an expression; function: size",
    ),
]


@pytest.mark.parametrize(("parameter", "text", "message"), FAULTS)
def test_a_text_is_refused_for_what_it_says(parameter: str, text: str, message: str) -> None:
    assert refusal(parameter, text) == message


SOUND = [
    (CONDITION, "((a = :v) AND (b = :v))"),
    (CONDITION, "(attribute_exists((a)))"),
    (CONDITION, "a IN ((:v))"),
    (CONDITION, "NOT (a = :v) AND (NOT (b = :v))"),
    (CONDITION, "a = :v" + " " * 4090),
    (CONDITION, " AND ".join(["a=:v"] * 150)),
    (PROJECTION, ".".join(["a"] * 32)),
    (PROJECTION, "a[2147483647]"),
    (UPDATE, "SET a = list_append(if_not_exists(a, :v), :w)"),
    (UPDATE, "SET a = if_not_exists(a, if_not_exists(b, :v))"),
    (UPDATE, "SET a = list_append((a), (:v)), b = (c + :v)"),
]


@pytest.mark.parametrize(("parameter", "text"), SOUND)
def test_a_text_at_the_edge_of_the_rules_stands(parameter: str, text: str) -> None:
    parse.parsed(parameter, text)


def test_a_text_knows_the_names_and_values_in_it() -> None:
    parsed = parse.parsed(UPDATE, "SET #a.b[0].#c = if_not_exists(d, :v) + :w REMOVE #a2")
    assert parsed.names == {"#a", "#c", "#a2"}
    assert parsed.values == {":v", ":w"}


@pytest.mark.parametrize("parameter", [CONDITION, UPDATE, PROJECTION])
@pytest.mark.parametrize(
    "unit",
    ["(", ")", "NOT ", "f(", "a.", "a[", "size(", "SET ", "a=:v AND ", "a,", "if_not_exists(a,"],
)
def test_a_text_of_4096_bytes_never_exhausts_the_stack(parameter: str, unit: str) -> None:
    refusal(parameter, (unit * 4096)[:4096])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2045 + "a=:v" + ")" * 2045,
        "NOT " * 1000 + "a=:v",
        "NOT (" * 500 + "a=:v" + ")" * 500,
    ],
    ids=["parentheses", "negations", "both"],
)
def test_a_deep_text_with_correct_syntax_never_exhausts_the_stack(text: str) -> None:
    refusal(CONDITION, text)


def test_deep_alternatives_to_a_missing_path_are_legal() -> None:
    text = "SET a=" + "if_not_exists(b," * 230 + ":v" + ")" * 230
    assert parse.parsed(UPDATE, text).values == {":v"}


def test_a_text_is_parsed_once() -> None:
    parse.parsed(CONDITION, "parsed_once = :v")
    before = parse.parses()
    parse.parsed(CONDITION, "parsed_once = :v")
    assert parse.parses() == before
    parse.parsed(CONDITION, "parsed_twice = :v")
    assert parse.parses() == before + 1


def test_parameters_with_one_text_do_not_share_their_refusals() -> None:
    assert refusal(CONDITION, "size(a)") == refusal("FilterExpression", "size(a)")


_WORDS = [
    "a",
    "#n",
    ":v",
    "(",
    ")",
    "[",
    "]",
    "0",
    ".",
    ",",
    "=",
    "<>",
    "<",
    "+",
    "-",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "size",
    "contains",
    "!",
    "é",
]


@settings(deadline=None)
@given(
    st.sampled_from([CONDITION, UPDATE, PROJECTION, "KeyConditionExpression"]),
    st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join),
)
def test_whatever_the_text_is_it_parses_or_is_refused(parameter: str, text: str) -> None:
    try:
        outcome = type(parse.parsed(parameter, text)).__name__
    except DynamoDBError as refused:
        outcome = refused.message or ""
    assert outcome == "Parsed" or outcome.startswith(f"Invalid {parameter}: ")
