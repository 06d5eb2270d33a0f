"""The half of ``sql`` that needs sqlglot: conditions to expressions over the column ``item``.

Nothing of a request is ever written into the SQL: attribute names (inside JSON paths) and values
are bound, through placeholders numbered by their source. A piece that is NULL means false. SQL that
could differ from the evaluator on any item is not made: ``InexactError``.

sqlglot costs 200 ms to import, so that only a cache miss of ``sql`` imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from dynalite_py.language import nodes
from dynalite_py.language.sql import UNDECIDED, Source, Values
from dynalite_py.model import numbers, values

if TYPE_CHECKING:
    Sql: TypeAlias = exp.Expr

MARK = "b"
"""Placeholders are generated as ``:b0``, ``:b1``...: the number is that of the source."""

# Keeps Python's and SQLite's stacks small; a chain of ANDs or of ORs counts as one level.
_DEEPEST = 40
# What a quoted label of a JSON path cannot say.
_NOT_IN_PATHS = frozenset('"\\\0')
# Longer than any list; SQLite reads an index as a 32-bit number.
_LARGEST_INDEX = 1_000_000_000
# Larger than any size; exact as a float with a half.
_LARGEST_SIZE = 1 << 40
_SIZED_BY_COUNT = ("SS", "NS", "BS", "L")
# The bytes that begin a character of four bytes in UTF-8, which is a pair in UTF-16.
_LEADS_OF_FOUR = (0xF0, 0xF1, 0xF2, 0xF3, 0xF4)

_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPERATORS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


class InexactError(Exception):
    """SQL cannot say this exactly as the evaluator does."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement in the making.

    types: value name -> type; sources: one for each placeholder.
    """

    types: Mapping[str, str]
    sources: list[Source]


def statement(types: Mapping[str, str], node: nodes.Condition) -> tuple[str, list[Source]]:
    """The SQL of a whole condition, with marks for placeholders, and the sources of these.

    It is 1, 0, or UNDECIDED for an item with NUL in it: SQLite takes the end of a label in a JSON
    path for NUL, so that ``a`` finds an attribute of the name ``a\\0b`` (jsonLabelCompareEscaped,
    3.54). Such an item is seen at 0.04 µs a row. Raises: InexactError.
    """
    sources: list[Source] = []
    holds = exp.Is(
        this=exp.Paren(this=_condition(Draft(types, sources), node, 0)), expression=exp.true()
    )
    has_nul = exp.Glob(this=_item(), expression=_text(r"*\u0000*"))
    whole = _cases((has_nul, _number(UNDECIDED)), default=holds)
    return whole.sql(dialect="sqlite"), sources


# Conditions.


def _condition(draft: Draft, node: nodes.Condition, depth: int) -> Sql:
    if depth > _DEEPEST:
        raise InexactError
    match node:
        case nodes.And() | nodes.Or():
            join = exp.And if isinstance(node, nodes.And) else exp.Or
            parts = [_condition(draft, part, depth + 1) for part in _chain(node)]
            return _joined(join, [exp.Paren(this=part) for part in parts])
        case nodes.Not(condition):
            inner = exp.Paren(this=_condition(draft, condition, depth + 1))
            return exp.Not(this=exp.Is(this=inner, expression=exp.true()))
        case nodes.Comparison(operator, left, right):
            return _comparison(draft, operator, left, right)
        case nodes.Between(operand, lower, upper):
            return _between(draft, operand, lower, upper)
        case nodes.In(operand, choices):
            return _in(draft, operand, choices)
        case nodes.Call():
            return _function(draft, node)


def _chain(node: nodes.And | nodes.Or) -> list[nodes.Condition]:
    """What one connective joins, from the left: ``a AND b AND c`` is flat, however it is nested."""
    parts: list[nodes.Condition] = []
    waiting: list[nodes.Condition] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, nodes.And | nodes.Or) and type(part) is type(node):
            waiting += (part.right, part.left)
        else:
            parts.append(part)
    return parts


def _comparison(draft: Draft, operator: str, left: nodes.Operand, right: nodes.Operand) -> Sql:
    if isinstance(left, nodes.Value) and not isinstance(right, nodes.Value):
        operator, left, right = _MIRRORED[operator], right, left
    if isinstance(left, nodes.Call):
        return _compared(operator, _size(draft, left), _size_bound(draft, right))
    if not isinstance(left, nodes.Path):
        raise InexactError
    kind = _kind(draft, right)
    if operator not in ("=", "<>"):
        if kind in ("N+", "N-"):
            return _number_order(draft, operator, left, right)
        if kind != "S":  # Base64 does not sort as its bytes do.
            raise InexactError
    return _compared(operator, _content(draft, left, _wire(kind)), _scalar(draft, right))


def _compared(operator: str, left: Sql, right: Sql) -> Sql:
    """A comparison of what SQLite orders as DynamoDB does. Different from NULL is true."""
    if operator == "<>":
        return exp.Not(this=exp.Is(this=left, expression=right))
    return _OPERATORS[operator](this=left, expression=right)


def _number_order(draft: Draft, operator: str, path: nodes.Path, bound: nodes.Operand) -> Sql:
    """Order of canonical numbers by their texts: by sign, place of the point, digits.

    Of two numbers of one sign, the one whose point stands further right is larger in magnitude;
    with the point at one place, digits compare as text, for no fraction ends in a zero.
    """
    name, negative = _name(bound), _kind(draft, bound) == "N-"
    within = _MIRRORED[operator] if negative else operator
    beyond = operator in (">", ">=") if negative else operator in ("<", "<=")
    # "-" sorts before every digit: a text before "0" is a negative number.
    other_sign = _OPERATORS[">=" if negative else "<"](
        this=_content(draft, path, "N"), expression=_text("0")
    )
    pointed = exp.DPipe(this=_content(draft, path, "N"), expression=_text("."))
    stored = (_call("instr", pointed, _text(".")), _content(draft, path, "N"))
    given = (
        _bound(draft, lambda given: (given[name]["N"] + ".").index(".") + 1),
        _bound(draft, lambda given: given[name]["N"]),
    )
    same_sign = _OPERATORS[within](
        this=exp.Tuple(expressions=list(stored)), expression=exp.Tuple(expressions=list(given))
    )
    return _cases((other_sign, _number(int(beyond))), default=same_sign)


def _between(
    draft: Draft, operand: nodes.Operand, lower: nodes.Operand, upper: nodes.Operand
) -> Sql:
    if isinstance(operand, nodes.Call):
        low, high = _size_bound(draft, lower), _size_bound(draft, upper)
        return exp.Between(this=_size(draft, operand), low=low, high=high)
    if isinstance(operand, nodes.Path) and _kind(draft, lower) == _kind(draft, upper) == "S":
        low, high = _scalar(draft, lower), _scalar(draft, upper)
        return exp.Between(this=_content(draft, operand, "S"), low=low, high=high)
    return exp.And(
        this=exp.Paren(this=_comparison(draft, ">=", operand, lower)),
        expression=exp.Paren(this=_comparison(draft, "<=", operand, upper)),
    )


def _in(draft: Draft, operand: nodes.Operand, choices: tuple[nodes.Operand, ...]) -> Sql:
    if isinstance(operand, nodes.Call):
        bounds = [_size_bound(draft, choice) for choice in choices]
        return exp.In(this=_size(draft, operand), expressions=bounds)
    if not isinstance(operand, nodes.Path):
        raise InexactError
    by_type: dict[str, list[Sql]] = {}
    for choice in choices:
        by_type.setdefault(_wire(_kind(draft, choice)), []).append(_scalar(draft, choice))
    lists = [
        exp.In(this=_content(draft, operand, kind), expressions=contents)
        for kind, contents in by_type.items()
    ]
    return _joined(exp.Or, lists)


# Functions that are conditions.


def _function(draft: Draft, node: nodes.Call) -> Sql:
    path = node.arguments[0]
    if not isinstance(path, nodes.Path):
        raise InexactError
    match node.function:
        case "attribute_exists":
            return _there(draft, path)
        case "attribute_not_exists":
            return exp.Not(this=exp.Paren(this=_there(draft, path)))
        case "attribute_type":
            return _attribute_type(draft, path, node.arguments[1])
        case "begins_with":
            return _begins_with(draft, path, node.arguments[1])
        case "contains":
            return _contains(draft, path, node.arguments[1])
        case _:
            raise InexactError


def _attribute_type(draft: Draft, path: nodes.Path, named: nodes.Operand) -> Sql:
    if _kind(draft, named) != "S":
        raise InexactError
    name = _name(named)

    def member(given: Values) -> str:
        kind = given[name]["S"]
        # No attribute value has a member without a name, so that an unknown type is never found.
        return f'."{kind if kind in values.TYPES else ""}"'

    json, place = _at(draft, path)
    typed = exp.DPipe(this=place, expression=_bound(draft, member))
    return _not_null(_call("json_type", json, typed))


def _begins_with(draft: Draft, path: nodes.Path, prefix: nodes.Operand) -> Sql:
    """By bytes: no byte of UTF-8 is FF, so that it closes the range of what begins so."""
    if _kind(draft, prefix) != "S":  # Base64 does not keep prefixes.
        raise InexactError
    name = _name(prefix)
    return exp.Between(
        this=exp.Cast(this=_content(draft, path, "S"), to=exp.DataType.build("BLOB")),
        low=_bound(draft, lambda given: given[name]["S"].encode()),
        high=_bound(draft, lambda given: given[name]["S"].encode() + b"\xff"),
    )


def _contains(draft: Draft, path: nodes.Path, sought: nodes.Operand) -> Sql:
    """Part of a string, member of a set, element of a list."""
    kind = _wire(_kind(draft, sought))
    if kind == "B":  # A part of the bytes is no part of their base64.
        raise InexactError
    branches: list[tuple[Sql, Sql]] = []
    if kind == "S":
        place = _call("instr", _content(draft, path, "S"), _scalar(draft, sought))
        branches.append((_there(draft, path, "S"), exp.GT(this=place, expression=_number(0))))
    if kind in ("S", "N"):
        member = _any_member(draft, path, kind + "S", exp.column("value"), sought)
        branches.append((_there(draft, path, kind + "S"), member))
    element = _call("json_extract", exp.column("value"), _text(f"$.{kind}"))
    branches.append((_there(draft, path, "L"), _any_member(draft, path, "L", element, sought)))
    return _cases(*branches)


def _any_member(
    draft: Draft, path: nodes.Path, kind: str, member: Sql, sought: nodes.Operand
) -> Sql:
    """Whether a member of the set, or an element of the list, at the path is the constant."""
    members = _call("json_each", *_at(draft, path, kind))
    same = exp.EQ(this=member, expression=_scalar(draft, sought))
    return exp.Exists(this=exp.select("1").from_(members).where(same))


# size.


def _size(draft: Draft, operand: nodes.Call) -> Sql:
    """The size of the value at a path as an integer; NULL where it has none."""
    path = operand.arguments[0]
    if operand.function != "size" or not isinstance(path, nodes.Path):
        raise InexactError
    ascii_only = exp.EQ(
        this=_call("length", _content(draft, path, "S")),
        expression=_call("octet_length", _content(draft, path, "S")),
    )
    counts = [_call("json_array_length", *_at(draft, path, kind)) for kind in _SIZED_BY_COUNT]
    return _cases(
        (ascii_only, _call("length", _content(draft, path, "S"))),
        (_there(draft, path, "S"), _utf16_length(draft, path)),
        (_there(draft, path, "B"), _binary_length(draft, path)),
        (_there(draft, path, "M"), _member_count(draft, path)),
        default=exp.Coalesce(this=counts[0], expressions=counts[1:]),
    )


def _size_bound(draft: Draft, operand: nodes.Operand) -> Sql:
    """What a size is compared with: a number that stands to every size as the constant does."""
    if _wire(_kind(draft, operand)) != "N":
        raise InexactError
    name = _name(operand)

    def bound(given: Values) -> int | float:
        value = numbers.decimal_of(given[name]["N"])
        value = min(max(value, Decimal(-1)), Decimal(_LARGEST_SIZE))
        whole = int(value.to_integral_value(ROUND_FLOOR))
        return whole if value == whole else whole + 0.5

    return _bound(draft, bound)


def _utf16_length(draft: Draft, path: nodes.Path) -> Sql:
    """Characters, those of four bytes counted twice.

    ``length`` stops at NUL, which JSON text spells as an escape. So the escape becomes a letter
    before the text is read; doubled backslashes do first, so that nothing else looks like it.
    """
    json, place = _at(draft, path, "S")
    escaped: Sql = exp.JSONExtract(this=json, expression=place)
    for spelled in (r"\\", r"\u0000"):
        escaped = _call("replace", escaped, _text(spelled), _text("x"))
    plain = exp.alias_(_call("json_extract", escaped, _text("$")), "plain")
    without_fours: Sql = exp.column("plain")
    for lead in _LEADS_OF_FOUR:  # One byte is no text, but SQLite's replace compares bytes.
        byte = exp.Cast(this=exp.HexString(this=f"{lead:02X}"), to=exp.DataType.build("TEXT"))
        without_fours = _call("replace", without_fours, byte, _text(""))
    fours = exp.Sub(
        this=_call("octet_length", exp.column("plain")),
        expression=_call("octet_length", without_fours),
    )
    units = exp.Add(this=_call("length", exp.column("plain")), expression=fours)
    return exp.select(units).from_(exp.select(plain).subquery()).subquery()


def _binary_length(draft: Draft, path: nodes.Path) -> Sql:
    """Four letters of base64 are three bytes; 2 or 3 letters before the padding are 1 or 2."""
    letters = _call("length", _call("rtrim", _content(draft, path, "B"), _text("=")))
    three = exp.Paren(this=exp.Mul(this=letters, expression=_number(3)))
    return exp.Div(this=three, expression=_number(4), typed=True)


def _member_count(draft: Draft, path: nodes.Path) -> Sql:
    members = _call("json_each", *_at(draft, path, "M"))
    return exp.select(exp.Count(this=exp.Star())).from_(members).subquery()


# Constants.


def _kind(draft: Draft, operand: nodes.Operand) -> str:
    """The type of a constant. Raises: InexactError for an operand that is none."""
    return draft.types[_name(operand)]


def _name(operand: nodes.Operand) -> str:
    if not isinstance(operand, nodes.Value):
        raise InexactError
    return operand.name


def _wire(kind: str) -> str:
    """The type without a number's sign."""
    return kind.rstrip("+-")


def _scalar(draft: Draft, operand: nodes.Operand) -> Sql:
    """A scalar constant as JSON extraction gives it: text; 1 or 0 for BOOL; 1 for NULL."""
    kind, name = _wire(_kind(draft, operand)), _name(operand)
    if kind in ("S", "N", "B"):
        return _bound(draft, lambda given: given[name][kind])
    if kind in ("BOOL", "NULL"):
        return _bound(draft, lambda given: int(given[name][kind]))
    raise InexactError


# Paths.


def _at(draft: Draft, path: nodes.Path, kind: str = "") -> tuple[Sql, Sql]:
    """Where the value at a path lies, or its content of one type: JSON, and a JSON path into it.

    What is not there is NULL to every JSON function. Raises: InexactError.
    """
    if any(isinstance(part, int) and part > _LARGEST_INDEX for part in path.parts):
        raise InexactError
    if any(isinstance(part, str) and not _NOT_IN_PATHS.isdisjoint(part) for part in path.parts):
        return _named_value(draft, path), _text(f"$.{kind}" if kind else "$")
    text = _path_text(path) + (f'."{kind}"' if kind else "")
    return _item(), _bound(draft, partial(_itself, text))


def _path_text(path: nodes.Path) -> str:
    """The JSON path of an attribute value inside an item's text."""
    pieces = ["$"]
    for at, part in enumerate(path.parts):
        if isinstance(part, int):
            pieces.append(f'."L"[{part:d}]')
        else:
            pieces.append(f'."M"."{part}"' if at else f'."{part}"')
    return "".join(pieces)


def _named_value(draft: Draft, path: nodes.Path) -> Sql:
    """The JSON text of the value at a path, its attributes found by name."""
    found = _item()
    for at, part in enumerate(path.parts):
        if isinstance(part, int):
            found = _call("json_extract", found, _text(f"$.L[{part:d}]"))
            continue
        assert isinstance(part, str), "a condition is bound before it is compiled"
        members = _call("json_each", found, _text("$.M" if at else "$"))
        named = exp.EQ(this=exp.column("key"), expression=_bound(draft, partial(_itself, part)))
        found = exp.select("value").from_(members).where(named).subquery()
    return found


def _itself(text: str, _: Values) -> str:
    return text


def _content(draft: Draft, path: nodes.Path, kind: str) -> Sql:
    """The content of the value at a path; NULL where there is none of this type."""
    return _call("json_extract", *_at(draft, path, kind))


def _there(draft: Draft, path: nodes.Path, kind: str = "") -> Sql:
    """Whether the path leads to a value (of this type)."""
    return _not_null(_call("json_type", *_at(draft, path, kind)))


# SQL. The literals are our own, never anything of a request.


def _bound(draft: Draft, source: Source) -> Sql:
    """A placeholder that is bound to what the source gives."""
    draft.sources.append(source)
    return exp.Placeholder(this=f"{MARK}{len(draft.sources) - 1}")


def _item() -> Sql:
    return exp.column("item")


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(literal: str) -> Sql:
    return exp.Literal.string(literal)


def _number(literal: int) -> Sql:
    return exp.Literal.number(literal)


def _joined(join: type[exp.Connector], parts: Sequence[Sql]) -> Sql:
    whole = parts[0]
    for part in parts[1:]:
        whole = join(this=whole, expression=part)
    return whole


def _not_null(operand: Sql) -> Sql:
    return exp.Not(this=exp.Is(this=operand, expression=exp.null()))


def _cases(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    ifs = [exp.If(this=test, true=result) for test, result in branches]
    return exp.Case(ifs=ifs, default=default)
