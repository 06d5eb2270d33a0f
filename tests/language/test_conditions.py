"""The evaluator: what a condition says of an item."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.language import binding, conditions, parse
from dynalite_py.model import numbers, values
from dynalite_py.model.values import AttributeValue, Item
from tests.support import strategies


def binary(content: bytes) -> AttributeValue:
    return {"B": base64.b64encode(content).decode()}


ITEM: Item = {
    "s": {"S": "hello"},
    "t": {"S": "hello"},
    "smile": {"S": "a😀"},
    "n": {"N": "5"},
    "big": {"N": "12345678901234567890123456789012345678"},
    "small": {"N": "-0.5"},
    "y": binary(b"\x00\x80\xff"),
    "yes": {"BOOL": True},
    "nil": {"NULL": True},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["YQ==", "Yg=="]},
    "list1": {"L": [{"S": "x"}, {"N": "1"}, {"SS": ["p", "q"]}, {"M": {"k": {"L": [{"N": "7"}]}}}]},
    "m": {"M": {"a": {"S": "deep"}, "l": {"L": [{"N": "3"}]}, "e": {"S": ""}}},
    "hollow": {"L": []},
}


def holds(text: str, item: Item | None = None, **given_values: AttributeValue) -> bool:
    """What the text says; a value ``:v`` is given as ``v``."""
    bound = {f":{name}": values.canonical_value(value) for name, value in given_values.items()}
    types = {name: values.type_of(value) for name, value in bound.items()}
    tree = parse.condition("ConditionExpression", text)
    node, checks = binding.checked_condition("ConditionExpression", tree, {}, types)
    for check in checks:
        check(bound)
    return conditions.predicate(node)(ITEM if item is None else item, bound)


def n(text: str) -> AttributeValue:
    return {"N": text}


def s(text: str) -> AttributeValue:
    return {"S": text}


Case = tuple[str, dict[str, Any], bool]
COMPARISONS: list[Case] = [
    ("s = :v", {"v": s("hello")}, True),
    ("s = :v", {"v": s("Hello")}, False),
    (":v = s", {"v": s("hello")}, True),
    ("s = t", {}, True),
    ("s <> t", {}, False),
    ("n = :v", {"v": n("5.00")}, True),
    ("n = :v", {"v": s("5")}, False),
    ("n <> :v", {"v": s("5")}, True),
    ("y = :v", {"v": binary(b"\x00\x80\xff")}, True),
    ("yes = :v", {"v": {"BOOL": True}}, True),
    ("yes = :v", {"v": {"BOOL": False}}, False),
    ("nil = :v", {"v": {"NULL": True}}, True),
    ("ss = :v", {"v": {"SS": ["b", "a"]}}, True),
    ("ss = :v", {"v": {"SS": ["b"]}}, False),
    ("ns = :v", {"v": {"NS": ["2.50", "1.0"]}}, True),
    ("bs = :v", {"v": {"BS": ["Yg==", "YQ=="]}}, True),
    ("hollow = :v", {"v": {"L": []}}, True),
    ("hollow = :v", {"v": {"M": {}}}, False),
    (
        "m = :v",
        {"v": {"M": {"e": s(""), "l": {"L": [n("3.0")]}, "a": s("deep")}}},
        True,
    ),
    ("m = :v", {"v": {"M": {"a": s("deep")}}}, False),
    ("list1[2] = :v", {"v": {"SS": ["q", "p"]}}, True),
    ("list1[3].k[0] = :v", {"v": n("7")}, True),
    ("m.a = :v", {"v": s("deep")}, True),
    # A path that does not exist: beyond the end, a wrong kind of step, nothing there.
    *(
        (f"{path} {operator} :v", {"v": s("x")}, operator == "<>")
        for path in ("list1[4]", "m[0]", "list1.a", "s.a", "s[0]", "gone", "gone.a")
        for operator in ("=", "<>")
    ),
    ("gone <> lost", {}, True),
    ("gone = lost", {}, False),
    ("NOT gone = lost", {}, True),
    # Order.
    ("n < :v", {"v": n("6")}, True),
    ("n < :v", {"v": n("5")}, False),
    ("n <= :v", {"v": n("5")}, True),
    ("n <= :v", {"v": n("4")}, False),
    ("n > :v", {"v": n("-6")}, True),
    ("n > :v", {"v": n("5.0")}, False),
    ("s > :v", {"v": s("hello")}, False),
    ("y < :v", {"v": binary(b"\x00\x80\xff")}, False),
    ("y >= :v", {"v": binary(b"\x00\x80\xff")}, True),
    ("n >= :v", {"v": n("4")}, True),
    ("n >= :v", {"v": n("5.0000001")}, False),
    ("n < :v", {"v": n("10")}, True),
    ("small < :v", {"v": n("-0.4")}, True),
    ("small < :v", {"v": n("-0.6")}, False),
    ("big < :v", {"v": n("12345678901234567890123456789012345679")}, True),
    ("big > :v", {"v": n("12345678901234567890123456789012345677")}, True),
    ("s < :v", {"v": s("hellp")}, True),
    ("s < :v", {"v": s("hell")}, False),
    ("s < :v", {"v": n("9")}, False),
    ("s >= :v", {"v": n("9")}, False),
    ("gone < :v", {"v": s("x")}, False),
    (":v < gone", {"v": s("x")}, False),
    ("NOT gone < :v", {"v": s("x")}, True),
    ("yes < nil", {}, False),
    ("yes <= yes2", {}, False),
    ("ss <= ns", {}, False),
    # U+FFFF sorts before U+1F600 as UTF-8 does, which UTF-16 would turn round.
    ("smile > :v", {"v": s("a\uffff")}, True),
    # Base64 text would sort the other way.
    ("y < :v", {"v": binary(b"\x00\x81")}, True),
    ("y > :v", {"v": binary(b"\x00\x80")}, True),
    ("n BETWEEN :v AND :w", {"v": n("5"), "w": n("5")}, True),
    ("n BETWEEN :v AND :w", {"v": n("1"), "w": n("4.9")}, False),
    (":v BETWEEN n AND big", {"v": n("100")}, True),
    (":v BETWEEN big AND n", {"v": n("100")}, False),
    ("n BETWEEN s AND t", {}, False),
    ("n BETWEEN gone AND big", {}, False),
    ("gone BETWEEN :v AND :w", {"v": n("1"), "w": n("2")}, False),
    ("s BETWEEN :v AND :w", {"v": s("a"), "w": s("z")}, True),
    ("n IN (:v, :w)", {"v": s("5"), "w": n("5")}, True),
    ("n IN (:v)", {"v": s("5")}, False),
    ("n IN (gone, s, n)", {}, True),
    ("gone IN (gone)", {}, False),
    ("ss IN (:v)", {"v": {"SS": ["b", "a"]}}, True),
]
FUNCTIONS: list[Case] = [
    ("attribute_exists(m.a)", {}, True),
    ("attribute_exists(m.gone)", {}, False),
    ("attribute_exists(list1[3].k[0])", {}, True),
    ("attribute_exists(nil)", {}, True),
    ("attribute_not_exists(m.l[0])", {}, False),
    ("attribute_not_exists(m.l[1])", {}, True),
    *(
        (f"attribute_type({name}, :v)", {"v": s(kind)}, kind == own)
        for name, own in [("s", "S"), ("n", "N"), ("nil", "NULL"), ("ss", "SS"), ("m", "M")]
        for kind in ("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    ("attribute_type(gone, :v)", {"v": s("S")}, False),
    ("attribute_type(:v, :v)", {"v": s("S")}, True),
    ("begins_with(s, :v)", {"v": s("hel")}, True),
    ("begins_with(s, :v)", {"v": s("")}, True),
    ("begins_with(s, :v)", {"v": s("ello")}, False),
    ("begins_with(:v, s)", {"v": s("hello world")}, True),
    ("begins_with(s, t)", {}, True),
    ("begins_with(y, :v)", {"v": binary(b"\x00\x80")}, True),
    ("begins_with(y, :v)", {"v": binary(b"\x80")}, False),
    ("begins_with(s, :v)", {"v": binary(b"he")}, False),
    ("begins_with(n, :v)", {"v": s("5")}, False),
    ("begins_with(gone, :v)", {"v": s("")}, False),
    ("contains(s, :v)", {"v": s("ell")}, True),
    ("contains(s, :v)", {"v": s("elo")}, False),
    ("contains(s, :v)", {"v": n("1")}, False),
    ("contains(y, :v)", {"v": binary(b"\x80\xff")}, True),
    ("contains(y, :v)", {"v": binary(b"\x00\xff")}, False),
    ("contains(ss, :v)", {"v": s("b")}, True),
    ("contains(ss, :v)", {"v": s("c")}, False),
    ("contains(ss, :v)", {"v": {"SS": ["a"]}}, False),
    ("contains(ns, :v)", {"v": n("2.50")}, True),
    ("contains(ns, :v)", {"v": s("1")}, False),
    ("contains(bs, :v)", {"v": binary(b"a")}, True),
    ("contains(list1, :v)", {"v": n("1.0")}, True),
    ("contains(list1, :v)", {"v": {"SS": ["q", "p"]}}, True),
    ("contains(list1, :v)", {"v": s("p")}, False),
    ("contains(m, :v)", {"v": s("a")}, False),
    ("contains(n, :v)", {"v": n("5")}, False),
    ("contains(:v, n)", {"v": {"NS": ["5", "6"]}}, True),
    ("contains(gone, :v)", {"v": s("")}, False),
    ("contains(s, gone)", {}, False),
    ("size(s) = :v", {"v": n("5")}, True),
    ("size(smile) = :v", {"v": n("3")}, True),
    ("size(y) = :v", {"v": n("3")}, True),
    ("size(ss) = :v", {"v": n("2")}, True),
    ("size(list1) = :v", {"v": n("4")}, True),
    ("size(m) = :v", {"v": n("3")}, True),
    ("size(hollow) = :v", {"v": n("0")}, True),
    ("size(m.e) < :v", {"v": n("0.5")}, True),
    ("size(list1) > size(m)", {}, True),
    ("size(s) BETWEEN size(m) AND n", {}, True),
    ("size(m) IN (:v, n, size(list1[2]))", {"v": n("3")}, True),
    ("size(n) >= :v", {"v": n("0")}, False),
    ("size(yes) <> :v", {"v": n("0")}, True),
    ("size(gone) >= :v", {"v": n("0")}, False),
    ("NOT size(gone) >= :v", {"v": n("0")}, True),
]
LOGIC: list[Case] = [
    ("n = n2 OR attribute_exists(n)", {}, True),
    ("attribute_exists(n) AND attribute_exists(s) AND attribute_exists(gone)", {}, False),
    ("attribute_exists(gone) OR attribute_exists(lost) OR attribute_exists(s)", {}, True),
    ("attribute_exists(gone) OR attribute_exists(lost) OR attribute_exists(away)", {}, False),
    ("attribute_exists(s) OR attribute_exists(gone) AND attribute_exists(lost)", {}, True),
    ("(attribute_exists(s) OR attribute_exists(gone)) AND attribute_exists(lost)", {}, False),
    ("NOT attribute_exists(gone) AND attribute_exists(s)", {}, True),
    ("NOT (attribute_exists(gone) OR attribute_exists(s))", {}, False),
    ("NOT NOT attribute_exists(s)", {}, True),
]


@pytest.mark.parametrize(("text", "given_values", "outcome"), COMPARISONS + FUNCTIONS + LOGIC)
def test_a_condition_says_of_an_item(
    text: str, given_values: dict[str, AttributeValue], outcome: bool
) -> None:
    assert holds(text, **given_values) is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("attribute_exists(a)", False),
        ("attribute_not_exists(a)", True),
        ("a = :v", False),
        ("a <> :v", True),
        ("a < :v", False),
        ("NOT a IN (:v)", True),
        ("size(a) = :v", False),
        (":v = :v", True),
    ],
)
def test_of_an_item_that_is_not_there_every_path_is_missing(text: str, outcome: bool) -> None:
    assert holds(text, {}, v=n("1")) is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("NOT " * 299 + "attribute_exists(s)", False),
        ("NOT " * 298 + "attribute_exists(s)", True),
        (" AND ".join(["n=:v"] * 150), True),
        (" OR ".join(["n<>:v"] * 150), False),
        ("NOT (n<>:v OR " * 99 + "n=:v" + ")" * 99, False),
    ],
    ids=["odd negations", "even negations", "conjunction", "disjunction", "nested"],
)
def test_the_longest_conditions_can_be_evaluated(text: str, outcome: bool) -> None:
    wanted = {"v": n("5")} if ":v" in text else {}
    assert holds(text, **wanted) is outcome


@given(strategies.numbers(), strategies.numbers())
def test_numbers_have_their_decimal_order(left: str, right: str) -> None:
    one, other = numbers.canonical_number(left), numbers.canonical_number(right)
    order = conditions.order_of({"N": one}, {"N": other})
    assert order == (Decimal(one) > Decimal(other)) - (Decimal(one) < Decimal(other))


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_strings_have_the_order_of_their_utf_8_bytes(left: str, right: str) -> None:
    one, other = left.encode(), right.encode()
    assert conditions.order_of(s(left), s(right)) == (one > other) - (one < other)


@given(st.binary(max_size=6), st.binary(max_size=6))
def test_binaries_have_the_order_of_unsigned_bytes(left: bytes, right: bytes) -> None:
    order = conditions.order_of(binary(left), binary(right))
    assert order == (left > right) - (left < right)
