"""Hypothesis strategies for DynamoDB's data: numbers, attribute values, items, paths, conditions.

Everything is in canonical wire form unless a name says otherwise. Items and conditions draw names
and values from small pools beside the whole range, so that conditions often meet what they ask for.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dynalite_py.language import nodes
from dynalite_py.model import numbers as model_numbers
from dynalite_py.model.values import AttributeValue, Item

Values: TypeAlias = dict[str, AttributeValue]
Bound: TypeAlias = tuple[nodes.Condition, Values]

_DIGITS = 38
_LARGEST_EXPONENT, _SMALLEST_EXPONENT = 125, -130
_ORDERED = ("S", "N", "B")
_TYPE_NAMES = ("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
_COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")

# Names with what a JSON path, JSON text or SQL could misread.
NAMES = (
    "a",
    "b",
    "S",
    "M",
    "a.b",
    "a[0]",
    "é",
    "😀",
    "a b",
    "a'b",
    "$",
    "?1",
    ":b0",
    "\x01",
    "a\nb",
    "\x7f",
    "\u2028",
    'a"b',
    "a\\b",
    "a\\nb",
    "a\x00b",
)
_COMMON_NAMES = NAMES[:4]
_STRINGS = (
    "",
    "a",
    "ab",
    "b",
    "A",
    "é",
    "😀",
    "\uffff",
    "\U00010000",
    "\x00",
    "a\x00b",
    '"',
    "\\u0000",
    "%",
)
_NUMBERS = (
    "0",
    "1",
    "-1",
    "2",
    "3",
    "9",
    "10",
    "-10",
    "0.5",
    "-0.5",
    "0.05",
    "1.5",
    "1.25",
    "-1.25",
    "9007199254740993",
    "9007199254740992",
    "9007199254740992.5",
    "99999999999999999999999999999999999999",
    "100000000000000000000000000000000000000",
)
_BINARIES = ("", "AA==", "AAE=", "YWI=", "YWJj", "/+8=")


# Numbers.


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number of any sign, any count of digits and any magnitude the service takes."""
    digits = str(draw(st.integers(1, 10**_DIGITS - 1))).rstrip("0")
    exponent = draw(st.integers(_SMALLEST_EXPONENT, _LARGEST_EXPONENT))
    sign = draw(st.sampled_from(("", "-")))
    return model_numbers.canonical_number(f"{sign}{digits[0]}.{digits[1:]}E{exponent}")


def any_numbers() -> SearchStrategy[str]:
    """A number of the whole range, a small integer, or one of the corners."""
    return numbers() | st.sampled_from(_NUMBERS) | st.integers(-1000, 1000).map(str)


@st.composite
def spellings(draw: st.DrawFn, number: str) -> str:
    """Another spelling of a canonical number that the service reads as the same."""
    negative, digits, point = model_numbers.scientific(number)
    if not digits:
        return draw(st.sampled_from(("0", "-0", "0.0", "+0", "000", ".0", "0.")))
    sign = "-" if negative else draw(st.sampled_from(("", "+")))
    leading, trailing = "0" * draw(st.integers(0, 3)), "0" * draw(st.integers(0, 3))
    place = draw(st.integers(0, len(digits)))
    mark = draw(st.sampled_from("eE"))
    whole, fraction = leading + digits[:place], digits[place:] + trailing
    return f"{sign}{whole}.{fraction}{mark}{point - place}"


# Attribute values and items.


def strings() -> SearchStrategy[str]:
    """Any text that JSON can carry: no surrogates."""
    whole = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    return st.sampled_from(_STRINGS) | whole


def binaries() -> SearchStrategy[str]:
    """Bytes as base64."""
    whole = st.binary(max_size=9).map(lambda content: base64.b64encode(content).decode())
    return st.sampled_from(_BINARIES) | whole


def attribute_names() -> SearchStrategy[str]:
    """A name that occurs often, a difficult one, or any text."""
    anything = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
    return st.sampled_from(_COMMON_NAMES) | st.sampled_from(NAMES) | anything


def scalars(
    kinds: Sequence[str] = ("S", "N", "B", "BOOL", "NULL"),
) -> SearchStrategy[AttributeValue]:
    """A value of one of these scalar types."""
    contents: dict[str, SearchStrategy[Any]] = {
        "S": strings(),
        "N": any_numbers(),
        "B": binaries(),
        "BOOL": st.booleans(),
        "NULL": st.just(True),
    }
    return st.one_of([_typed(kind, contents[kind]) for kind in kinds])


def _typed(kind: str, contents: SearchStrategy[Any]) -> SearchStrategy[AttributeValue]:
    return contents.map(lambda content: {kind: content})


def sets() -> SearchStrategy[AttributeValue]:
    """A set of strings, numbers or binaries, not empty."""
    return st.one_of(
        [
            _typed(kind, st.lists(members, min_size=1, max_size=4, unique=True))
            for kind, members in (("SS", strings()), ("NS", any_numbers()), ("BS", binaries()))
        ]
    )


def _documents(inner: SearchStrategy[AttributeValue]) -> SearchStrategy[AttributeValue]:
    lists = st.lists(inner, max_size=3)
    maps = st.dictionaries(attribute_names(), inner, max_size=3)
    return _typed("L", lists) | _typed("M", maps)


def attribute_values() -> SearchStrategy[AttributeValue]:
    """A value of any type, nested some levels."""
    return st.recursive(scalars() | sets(), _documents, max_leaves=6)


def items(max_size: int = 5) -> SearchStrategy[Item]:
    """An item without regard to a table's key."""
    return st.dictionaries(attribute_names(), attribute_values(), max_size=max_size)


# Paths and conditions.


@st.composite
def paths(draw: st.DrawFn) -> nodes.Path:
    """A bound path: mostly one name, sometimes names and indexes below."""
    below = st.lists(st.sampled_from(_COMMON_NAMES) | st.integers(0, 2), max_size=2)
    return nodes.Path((draw(attribute_names()), *draw(below)))


@st.composite
def conditions(draw: st.DrawFn, item: Item | None = None) -> Bound:
    """A bound condition that passes the static checks, and the values it names.

    item: constants and paths are often taken from it, so that both outcomes are met.
    """
    values: Values = {}
    leaves = _leaves(item or {}, values)
    node = draw(st.recursive(leaves, _joined, max_leaves=4))
    return node, values


def _joined(inner: SearchStrategy[nodes.Condition]) -> SearchStrategy[nodes.Condition]:
    return (
        st.builds(nodes.And, inner, inner)
        | st.builds(nodes.Or, inner, inner)
        | st.builds(nodes.Not, inner)
    )


@st.composite
def _leaves(draw: st.DrawFn, item: Item, values: Values) -> nodes.Condition:
    kind = draw(
        st.sampled_from(
            ("compare", "size", "between", "in", "exists", "type", "prefix", "contains")
        )
    )
    path = draw(_paths_in(item))
    match kind:
        case "compare":
            operator = draw(st.sampled_from(_COMPARATORS))
            types = _TYPE_NAMES if operator in ("=", "<>") else _ORDERED
            constant = draw(_constants(item, values, types))
            left, right = draw(st.permutations((path, constant)))
            return nodes.Comparison(operator, left, right)
        case "size":
            operator = draw(st.sampled_from(_COMPARATORS))
            constant = draw(_constants(item, values, ("N",)))
            return nodes.Comparison(operator, nodes.Call("size", (path,)), constant)
        case "between":
            return draw(_betweens(path, item, values))
        case "in":
            choices = st.lists(_constants(item, values, _TYPE_NAMES), min_size=1, max_size=3)
            return nodes.In(path, tuple(draw(choices)))
        case "exists":
            name = draw(st.sampled_from(("attribute_exists", "attribute_not_exists")))
            return nodes.Call(name, (path,))
        case "type":
            named = _kept(draw, {"S": draw(st.sampled_from(_TYPE_NAMES))}, values)
            return nodes.Call("attribute_type", (path, named))
        case "prefix":
            return nodes.Call("begins_with", (path, draw(_constants(item, values, ("S", "B")))))
        case _:
            return nodes.Call("contains", (path, draw(_constants(item, values, _TYPE_NAMES))))


@st.composite
def _betweens(draw: st.DrawFn, path: nodes.Path, item: Item, values: Values) -> nodes.Condition:
    kind = draw(st.sampled_from(_ORDERED))
    lower, upper = draw(scalars((kind,))), draw(scalars((kind,)))
    operand: nodes.Operand = path
    if draw(st.integers(0, 4)) == 0:
        return nodes.Between(_kept(draw, lower, values), path, draw(_paths_in(item)))
    if kind == "N" and draw(st.booleans()):
        operand = nodes.Call("size", (path,))
    return nodes.Between(operand, _kept(draw, lower, values), _kept(draw, upper, values))


def _kept(draw: st.DrawFn, value: AttributeValue, values: Values) -> nodes.Operand:
    """The value as a named one or as a constant of the tree."""
    if draw(st.booleans()):
        return nodes.Constant(value)
    name = f":v{len(values)}"
    values[name] = value
    return nodes.Value(name)


@st.composite
def _constants(draw: st.DrawFn, item: Item, values: Values, types: Sequence[str]) -> nodes.Operand:
    """A constant of one of the types: one that occurs in the item, a part of it, or any."""
    met = [value for _, value in _places(item) if next(iter(value)) in types]
    scalar_types = [kind for kind in types if kind in ("S", "N", "B", "BOOL", "NULL")]
    choices = [scalars(scalar_types)]
    if len(types) == len(_TYPE_NAMES):
        choices.append(attribute_values())
    if met:
        choices.append(st.sampled_from(met))
    return _kept(draw, draw(st.one_of(choices)), values)


def _paths_in(item: Item) -> SearchStrategy[nodes.Path]:
    met = [nodes.Path(parts) for parts, _ in _places(item)]
    return st.sampled_from(met) | paths() if met else paths()


def _places(item: Item) -> list[tuple[tuple[str | int, ...], AttributeValue]]:
    """Every value of the item with its path; a member of a set has the path of the set."""
    found: list[tuple[tuple[str | int, ...], AttributeValue]] = []
    waiting: list[tuple[tuple[str | int, ...], AttributeValue]] = [
        ((name,), value) for name, value in item.items()
    ]
    while waiting:
        parts, value = waiting.pop()
        found.append((parts, value))
        [(kind, content)] = value.items()
        if kind == "M":
            waiting += [((*parts, name), member) for name, member in content.items()]
        elif kind == "L":
            waiting += [((*parts, at), member) for at, member in enumerate(content)]
        elif kind in ("SS", "NS", "BS"):
            found += [(parts, {kind[0]: member}) for member in content]
    return found
