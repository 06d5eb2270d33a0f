"""Dotted names and constants in the tree of an analytics text."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any

from sqlglot import exp

from dynalite_py.language import analytics_values as carriers
from dynalite_py.language.analytics_scopes import Draft, Place
from dynalite_py.model import analytics_errors


def is_missing(node: exp.Expr) -> bool:
    """Whether it is the word MISSING, which the parser takes for a name."""
    return (
        isinstance(node, exp.Column)
        and not node.table
        and node.name.upper() == "MISSING"
        and not node.this.args.get("quoted")
    )


def name_of(node: exp.Expr) -> tuple[exp.Expr | None, Place]:
    """The parts of a dotted name; what is in front of them, if that is no name.

    Raises: AnalyticsError.
    """
    match node:
        case exp.Column():
            if isinstance(node.this, exp.Star):
                raise analytics_errors.not_offered("* inside an expression")
            return None, tuple(part.name for part in node.parts)
        case exp.Dot(this=inner, expression=exp.Identifier() as last):
            root, place = name_of(inner)
            return root, (*place, last.name)
        case exp.Bracket(this=inner) if len(node.expressions) == 1:
            root, place = name_of(inner)
            return root, (*place, _index(node.expressions[0]))
        case exp.Dot() | exp.Bracket():
            raise analytics_errors.not_offered(node.sql()[:100])
        case exp.Paren():
            return name_of(node.this)
        case _:
            return node, ()


def _index(node: exp.Expr) -> str | int:
    if isinstance(node, exp.Literal):
        if node.is_string:
            return node.name
        if node.name.isdigit():
            return int(node.name[:20])
    if isinstance(node, exp.Column) and not node.table and node.this.args.get("quoted"):
        return node.name
    raise analytics_errors.not_offered(f"the index {node.sql()[:100]}")


def plain_constant(draft: Draft, node: exp.Expr) -> Any:
    """The Python value of a literal or placeholder; LookupError for anything else."""
    match node:
        case exp.Literal():
            return node.name if node.is_string else literal_number(node.name)
        case exp.Placeholder():
            return draft.parameters[placeholder_index(node)]
        case exp.Neg(this=exp.Literal() as inner) if not inner.is_string:
            return literal_number("-" + inner.name)
        case exp.Boolean():
            return bool(node.this)
        case exp.Null():
            return None
        case exp.Paren():
            return plain_constant(draft, node.this)
        case _:
            raise LookupError


def literal_number(text: str) -> int | Decimal:
    """The number a literal is. Raises: AnalyticsError."""
    try:
        if len(text) > 500:
            raise analytics_errors.number_out_of_range()
        number = Decimal(text)
        if number and abs(number.adjusted()) > 10_000:
            raise analytics_errors.number_out_of_range()
    except DecimalException:
        raise analytics_errors.unreadable(f"{text[:50]} is no number") from None
    return carriers.plain_number(number)


def placeholder_index(node: exp.Placeholder) -> int:
    """Which of the caller's values it is. Raises: AnalyticsError."""
    name = node.name
    if not name.startswith("dyn") or not name[3:].isdigit():
        raise analytics_errors.not_offered(f"the named placeholder :{name[:50]}")
    return int(name[3:])


def chain(node: exp.Expr) -> list[exp.Expr]:
    """What one connective joins, from the left, however it is nested."""
    parts: list[exp.Expr] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if type(part) is type(node):
            waiting += (part.expression, part.this)
        else:
            parts.append(part)
    return parts
