"""The pieces that SQL of conditions is made of, by JSON (``sql_functions``) and by stored texts
(``sql_texts``): drafts, constants, the order of numbers, and short words for sqlglot's expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from dynalite_py.language import nodes
from dynalite_py.language.sql import Binding, Fixed, Source

if TYPE_CHECKING:
    Sql: TypeAlias = exp.Expr

MARK = "b"
"""Placeholders are generated as ``:b0``, ``:b1``...: the number is that of the source."""


MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPERATORS: dict[str, type[exp.Binary]] = {
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
    sources: list[Source | Fixed]


def chain(node: nodes.And | nodes.Or) -> list[nodes.Condition]:
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


def ordered(
    operator: str, left: nodes.Operand, right: nodes.Operand
) -> tuple[str, nodes.Operand, nodes.Operand]:
    """A comparison with its constant on the right, where one side alone is constant."""
    if isinstance(left, nodes.Value) and not isinstance(right, nodes.Value):
        return MIRRORED[operator], right, left
    return operator, left, right


# Constants.


def kind_of(draft: Draft, operand: nodes.Operand) -> str:
    """The type of a constant. Raises: InexactError for an operand that is none."""
    return draft.types[name_of(operand)]


def name_of(operand: nodes.Operand) -> str:
    """The name of a constant. Raises: InexactError."""
    if not isinstance(operand, nodes.Value):
        raise InexactError
    return operand.name


def wire(kind: str) -> str:
    """The type without a number's sign."""
    return kind.rstrip("+-")


# The order of numbers.


def number_order(
    draft: Draft, operator: str, operand: nodes.Operand, content: Callable[[], Sql]
) -> Sql:
    """Order of canonical numbers by their texts: by sign, place of the point, digits.

    Of two numbers of one sign, the one whose point stands further right is larger in magnitude;
    with the point at one place, digits compare as text, for no fraction ends in a zero. operand: a
    constant. content: makes the expression of the stored number's text.
    """
    name, negative = name_of(operand), kind_of(draft, operand) == "N-"
    within = MIRRORED[operator] if negative else operator
    beyond = operator in (">", ">=") if negative else operator in ("<", "<=")
    # "-" sorts before every digit: a text before "0" is a negative number.
    other_sign = OPERATORS[">=" if negative else "<"](this=content(), expression=text("0"))
    pointed = exp.DPipe(this=content(), expression=text("."))
    stored = (call("instr", pointed, text(".")), content())
    given = (
        bound(draft, lambda given: (given[name]["N"] + ".").index(".") + 1),
        bound(draft, lambda given: given[name]["N"]),
    )
    same_sign = OPERATORS[within](
        this=exp.Tuple(expressions=list(stored)), expression=exp.Tuple(expressions=list(given))
    )
    return cases((other_sign, number(int(beyond))), default=same_sign)


# SQL. The literals are our own, never anything of a request.


def bound(draft: Draft, source: Source) -> Sql:
    """A placeholder that is bound to what the source gives."""
    draft.sources.append(source)
    return exp.Placeholder(this=f"{MARK}{len(draft.sources) - 1}")


def fixed(draft: Draft, value: Binding) -> Sql:
    """A placeholder that is bound to the same whatever the request's values are."""
    draft.sources.append(Fixed(value))
    return exp.Placeholder(this=f"{MARK}{len(draft.sources) - 1}")


def item() -> Sql:
    """The column with an item's text."""
    return exp.column("item")


def call(name: str, *arguments: Sql) -> Sql:
    """A call of one of SQLite's functions."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(literal: str) -> Sql:
    """A text of our own."""
    return exp.Literal.string(literal)


def number(literal: int) -> Sql:
    """A number of our own."""
    return exp.Literal.number(literal)


def joined(join: type[exp.Connector], parts: Sequence[Sql]) -> Sql:
    """The parts with AND, or OR, between them."""
    whole = parts[0]
    for part in parts[1:]:
        whole = join(this=whole, expression=part)
    return whole


def not_true(operand: Sql) -> Sql:
    """Whether a condition does not hold: NULL is false."""
    return exp.Not(this=exp.Is(this=exp.Paren(this=operand), expression=exp.true()))


def not_null(operand: Sql) -> Sql:
    """Whether there is a value."""
    return exp.Not(this=exp.Is(this=operand, expression=exp.null()))


def cases(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    """CASE: the result of the first test that holds."""
    ifs = [exp.If(this=test, true=result) for test, result in branches]
    return exp.Case(ifs=ifs, default=default)
