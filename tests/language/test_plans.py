"""Key conditions and a key schema become a partition and a range of the sort column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.language import nodes, plans
from dynalite_py.language.nodes import (
    And,
    Between,
    Call,
    Comparison,
    Constant,
    In,
    Not,
    Path,
    Value,
)
from dynalite_py.model import keys
from dynalite_py.model.errors import DynamoDBError

HASH_ONLY: plans.Schema = (("p",), ("S",), 1)
SORTED: plans.Schema = (("p", "s"), ("S", "S"), 1)
NUMBERS: plans.Schema = (("p", "s"), ("N", "N"), 1)
BINARIES: plans.Schema = (("p", "s"), ("S", "B"), 1)
ONLY_SORT: plans.Schema = (("s",), ("S",), 1)
COMPOSITE: plans.Schema = (("p", "q", "s", "t"), ("S", "S", "S", "S"), 2)

NOT_SUPPORTED = "Query key condition not supported"
TYPE = (
    "One or more parameter values were invalid: Condition parameter type does not match schema type"
)
EMPTY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute "
    "cannot contain an empty string value. Key: "
)


def is_(name: str, value: str = ":v", operator: str = "=") -> Comparison:
    return Comparison(operator, Path((name,)), Value(value))


def both(*conditions: nodes.Condition) -> nodes.Condition:
    first, *others = conditions
    for other in others:
        first = And(first, other)
    return first


def text(value: str) -> dict[str, str]:
    return {"S": value}


def planned(
    schema: plans.Schema, node: nodes.Condition, values: Mapping[str, Any]
) -> tuple[Any, plans.Bounds]:
    terms = plans.terms_of(node)
    for at in range(len(schema[0])):
        plans.check_key(schema, terms, values, at)
    partition_hash, partition, bounds = plans.access(schema, terms, values)
    assert partition_hash == keys.hash_of(keys.key_bytes(partition))
    return partition, bounds


V = {":v": text("a"), ":w": text("c"), ":n": {"N": "1"}, ":e": text("")}

RANGES = [
    (is_("s", ":w"), (">=", "c", "<=", "c")),
    (is_("s", ":w", "<"), ("", "", "<", "c")),
    (is_("s", ":w", "<="), ("", "", "<=", "c")),
    (is_("s", ":w", ">"), (">", "c", "", "")),
    (is_("s", ":w", ">="), (">=", "c", "", "")),
    (Between(Path(("s",)), Value(":v"), Value(":w")), (">=", "a", "<=", "c")),
    (Call("begins_with", (Path(("s",)), Value(":w"))), (">=", "c", "<", "d")),
    (Call("begins_with", (Path(("s",)), Constant({"S": "c"}))), (">=", "c", "<", "d")),
]


@pytest.mark.parametrize(("condition", "bounds"), RANGES, ids=lambda part: repr(part)[:60])
def test_a_sort_condition_becomes_bounds_wherever_it_stands(
    condition: nodes.Condition, bounds: plans.Bounds
) -> None:
    assert planned(SORTED, And(is_("p"), condition), V) == ("a", bounds)
    assert planned(SORTED, And(condition, is_("p")), V) == ("a", bounds)


def test_a_partition_alone_has_no_bounds() -> None:
    assert planned(SORTED, is_("p"), V) == ("a", plans.UNBOUNDED)
    assert planned(HASH_ONLY, is_("p"), V) == ("a", plans.UNBOUNDED)


@pytest.mark.parametrize(
    ("prefix", "bounds"),
    [
        (
            "a\ud7ff".encode("utf-16", "surrogatepass").decode("utf-16"),
            (">=", "a\ud7ff", "<", "a\ue000"),
        ),
        ("a\U0010ffff", (">=", "a\U0010ffff", "<", "b")),
        ("\U0010ffff", (">=", "\U0010ffff", "", "")),
    ],
)
def test_the_end_of_a_text_prefix_is_a_text_that_utf_8_can_carry(
    prefix: str, bounds: plans.Bounds
) -> None:
    node = And(is_("p"), Call("begins_with", (Path(("s",)), Value(":w"))))
    found = planned(SORTED, node, {":v": text("a"), ":w": text(prefix)})
    assert found == ("a", bounds)
    found[1][3].encode() if isinstance(found[1][3], str) else None


@pytest.mark.parametrize(
    ("prefix", "bounds"),
    [("AP8=", (">=", b"\x00\xff", "<", b"\x01")), ("//8=", (">=", b"\xff\xff", "", ""))],
)
def test_the_end_of_a_binary_prefix_drops_its_highest_bytes(
    prefix: str, bounds: plans.Bounds
) -> None:
    node = And(is_("p"), Call("begins_with", (Path(("s",)), Value(":w"))))
    assert planned(BINARIES, node, {":v": text("a"), ":w": {"B": prefix}}) == ("a", bounds)


REFUSALS: list[tuple[str, plans.Schema, nodes.Condition, str]] = [
    ("no hash", SORTED, is_("s"), "Query condition missed key schema element: p"),
    ("other attribute only", SORTED, is_("x"), "Query condition missed key schema element: p"),
    ("no equality on the hash", SORTED, is_("p", operator="<"), NOT_SUPPORTED),
    (
        "other attribute beside the hash",
        SORTED,
        And(is_("p"), is_("x")),
        "Query condition missed key schema element: s",
    ),
    ("two conditions, one key", HASH_ONLY, And(is_("p"), is_("s")), NOT_SUPPORTED),
    (
        "three conditions",
        SORTED,
        both(is_("p"), is_("s"), is_("x")),
        "Conditions can be of length 1 or 2 only",
    ),
    ("hash of another type", SORTED, is_("p", ":n"), TYPE),
    ("sort of another type", SORTED, And(is_("p"), is_("s", ":n")), TYPE),
    (
        "one bound of another type",
        SORTED,
        And(is_("p"), Between(Path(("s",)), Value(":v"), Value(":n"))),
        TYPE,
    ),
    ("type before equality", SORTED, is_("p", ":n", "<"), TYPE),
    ("empty hash", SORTED, is_("p", ":e"), EMPTY + "p"),
    ("empty sort", SORTED, And(is_("p"), is_("s", ":e")), EMPTY + "s"),
]


@pytest.mark.parametrize(
    ("schema", "node", "message"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_conditions_that_do_not_fit_the_schema_are_refused(
    schema: plans.Schema, node: nodes.Condition, message: str
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        planned(schema, node, V)
    assert refusal.value.message == message


PATH = Path(("s",))


@pytest.mark.parametrize(
    "condition",
    [
        Comparison("<>", PATH, Constant(text("a"))),
        In(PATH, (Constant(text("a")),)),
        Call("contains", (PATH, Constant(text("a")))),
        Call("attribute_exists", (PATH,)),
        And(
            Call("attribute_exists", (PATH,)),
            Not(Call("contains", (PATH, Constant(text("a"))))),
        ),
    ],
    ids=["NE", "IN", "CONTAINS", "NOT_NULL", "NOT_CONTAINS"],
)
def test_operators_that_no_index_answers_are_refused_on_either_key(
    condition: nodes.Condition,
) -> None:
    for node, schema in (
        (And(is_("p"), condition), SORTED),
        (condition, ONLY_SORT),
    ):
        with pytest.raises(DynamoDBError) as refusal:
            planned(schema, node, V)
        assert refusal.value.message == (
            "Attempted conditional constraint is not an indexable operation"
        )


def part(value: str) -> bytes:
    return keys.composite_part(value.encode())


LEAD = part("a") + part("a")


@pytest.mark.parametrize(
    ("conditions", "bounds"),
    [
        ((), plans.UNBOUNDED),
        ((is_("s", ":w"),), (">=", part("c"), "<", part("c") + b"\x02")),
        ((is_("s", ":w", "<"),), (">=", b"", "<", part("c"))),
        ((is_("s", ":w", "<="),), (">=", b"", "<", part("c") + b"\x02")),
        ((is_("s", ":w", ">"),), (">=", part("c") + b"\x02", "<", b"\x02")),
        ((is_("s", ":w", ">="),), (">=", part("c"), "<", b"\x02")),
        (
            (is_("t", ":w", "<"), is_("s")),
            (">=", part("a"), "<", part("a") + part("c")),
        ),
        (
            (is_("s"), Between(Path(("t",)), Value(":v"), Value(":w"))),
            (">=", LEAD, "<", part("a") + part("c") + b"\x02"),
        ),
        (
            (is_("s"), Call("begins_with", (Path(("t",)), Value(":w")))),
            (">=", part("a") + b"\x01c", "<", part("a") + b"\x01d"),
        ),
    ],
)
def test_a_key_of_several_attributes_becomes_one_range_of_its_column(
    conditions: tuple[nodes.Condition, ...], bounds: plans.Bounds
) -> None:
    node = both(*conditions, is_("q", ":w"), is_("p"))
    assert planned(COMPOSITE, node, V) == (part("a") + part("c"), bounds)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (is_("p"), ("HASH", "equality", "q")),
        (And(is_("p"), is_("q", operator=">")), ("HASH", "equality", "q")),
        (both(is_("p"), is_("q"), is_("t")), ("RANGE", "equality", "s", "t")),
        (
            both(is_("p"), is_("q"), is_("s", operator="<"), is_("t")),
            ("RANGE", "equality", "s", "t"),
        ),
        (both(is_("p"), is_("q"), is_("x")), (NOT_SUPPORTED,)),
        (both(is_("p"), is_("q", ":n")), (TYPE,)),
        (both(is_("p"), is_("q"), is_("s", ":n")), (TYPE,)),
    ],
)
def test_a_key_of_several_attributes_wants_equality_up_to_the_last(
    node: nodes.Condition, words: tuple[str, ...]
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        planned(COMPOSITE, node, V)
    assert refusal.value.message is not None
    assert all(word in refusal.value.message for word in words)


OPERATORS = ("=", "<", "<=", ">", ">=", "between", "begins_with")
WORDS = st.text(st.sampled_from("a\x00\x01\x02b\u00ff\uffff\U0010ffff"), min_size=1, max_size=3)


def _matches(operator: str, value: str, low: str, high: str) -> bool:
    """What the condition says, on UTF-8 bytes, without any bounds."""
    given, first, last = value.encode(), low.encode(), high.encode()
    return {
        "=": given == first,
        "<": given < first,
        "<=": given <= first,
        ">": given > first,
        ">=": given >= first,
        "between": first <= given <= last,
        "begins_with": given.startswith(first),
    }[operator]


def _condition(name: str, operator: str) -> nodes.Condition:
    path = Path((name,))
    if operator == "between":
        return Between(path, Value(":low"), Value(":high"))
    if operator == "begins_with":
        return Call("begins_with", (path, Value(":low")))
    return Comparison(operator, path, Value(":low"))


@given(operator=st.sampled_from(OPERATORS), value=WORDS, low=WORDS, high=WORDS)
def test_a_text_lies_in_the_bounds_just_if_the_condition_holds(
    operator: str, value: str, low: str, high: str
) -> None:
    values = {":v": text("a"), ":low": text(low), ":high": text(high)}
    _, bounds = planned(SORTED, And(is_("p"), _condition("s", operator)), values)
    assert plans.holds(bounds, value) == _matches(operator, value, low, high)


@given(
    operator=st.sampled_from(OPERATORS),
    first=WORDS,
    stored=st.tuples(WORDS, WORDS),
    low=WORDS,
    high=WORDS,
)
def test_a_composite_column_lies_in_the_bounds_just_if_all_conditions_hold(
    operator: str, first: str, stored: tuple[str, str], low: str, high: str
) -> None:
    values = {":v": text("a"), ":first": text(first), ":low": text(low), ":high": text(high)}
    node = both(is_("p"), is_("q"), is_("s", ":first"), _condition("t", operator))
    _, bounds = planned(COMPOSITE, node, values)
    column = keys.composite([("S", stored[0]), ("S", stored[1])])
    expected = stored[0] == first and _matches(operator, stored[1], low, high)
    assert plans.holds(bounds, column) == expected


def test_numbers_are_compared_by_value() -> None:
    values = {":v": {"N": "7"}, ":w": {"N": "-1.5"}}
    partition, bounds = planned(NUMBERS, And(is_("p"), is_("s", ":w", ">")), values)
    assert partition == keys.column("N", "7")
    for stored, expected in (("-1.6", False), ("-1.5", False), ("-1.49", True), ("10", True)):
        assert plans.holds(bounds, keys.column("N", stored)) is expected
