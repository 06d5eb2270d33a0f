"""Conditions as a person reads them, with the values in their places: for plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynalite_py.language import nodes, plans
from dynalite_py.model.values import AttributeValue

_LONGEST = 60  # characters of one value
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_LOOSER: dict[type, tuple[type, ...]] = {
    nodes.And: (nodes.Or,),
    nodes.Or: (nodes.And,),
    nodes.Not: (nodes.And, nodes.Or),
}

Values = Mapping[str, AttributeValue]


def name(text: str) -> str:
    """An attribute's name, quoted where it is not plain."""
    plain = text and _PLAIN.issuperset(text) and not text[0].isdigit()
    return text if plain else '"' + text.replace('"', '""') + '"'


def path(node: nodes.Path) -> str:
    """A document path."""
    pieces: list[str] = []
    for part in node.parts:
        if isinstance(part, int):
            pieces.append(f"[{part}]")
        else:
            pieces.append(("." if pieces else "") + name(str(part)))
    return "".join(pieces)


def value(given: Mapping[str, Any]) -> str:
    """A value as a PartiQL literal, cut where it is long; binaries as base64."""
    [(kind, content)] = given.items()
    if kind == "S":
        return "'" + _cut(content.replace("'", "''")) + "'"
    if kind in ("N", "B"):
        return _cut(content)
    if kind == "BOOL":
        return "true" if content else "false"
    if kind == "NULL":
        return "null"
    if kind == "L":
        return "[" + _cut(", ".join(value(member) for member in content[:20])) + "]"
    if kind == "M":
        members = list(content.items())[:20]
        return "{" + _cut(", ".join(f"'{key}': {value(member)}" for key, member in members)) + "}"
    return "<<" + _cut(", ".join(value({kind[0]: member}) for member in content[:20])) + ">>"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def condition(node: nodes.Condition, values: Values) -> str:
    """A bound condition."""
    match node:
        case nodes.And(left, right) | nodes.Or(left, right):
            word = " AND " if isinstance(node, nodes.And) else " OR "
            return _inner(node, left, values) + word + _inner(node, right, values)
        case nodes.Not(inner):
            return "NOT " + _inner(node, inner, values)
        case nodes.Comparison(operator, left, right):
            return f"{operand(left, values)} {operator} {operand(right, values)}"
        case nodes.Between(subject, lower, upper):
            low, high = operand(lower, values), operand(upper, values)
            return f"{operand(subject, values)} BETWEEN {low} AND {high}"
        case nodes.In(subject, choices):
            listed = ", ".join(operand(choice, values) for choice in choices)
            return f"{operand(subject, values)} IN ({listed})"
        case nodes.Call():
            return operand(node, values)


def _inner(outer: nodes.Condition, inner: nodes.Condition, values: Values) -> str:
    text = condition(inner, values)
    return f"({text})" if isinstance(inner, _LOOSER[type(outer)]) else text


def operand(node: nodes.Operand, values: Values) -> str:
    """A path, a value, a function of them."""
    match node:
        case nodes.Path():
            return path(node)
        case nodes.Value(named):
            return value(values[named])
        case nodes.Constant(constant):
            return value(constant)
        case nodes.Call(function, arguments):
            return f"{function}({', '.join(operand(each, values) for each in arguments)})"
        case nodes.Arithmetic(operator, left, right):
            return f"{operand(left, values)} {operator} {operand(right, values)}"


def terms(found: plans.Terms, values: Values, order: Sequence[str]) -> str:
    """Key conditions, in the order of the key."""
    texts: list[str] = []
    for key in order:
        if key not in found:
            continue
        operator, operands = found[key]
        shown = [operand(each, values) for each in operands]
        if operator == plans.BETWEEN:
            texts.append(f"{name(key)} BETWEEN {shown[0]} AND {shown[1]}")
        elif operator == plans.BEGINS_WITH:
            texts.append(f"begins_with({name(key)}, {shown[0]})")
        else:
            texts.append(f"{name(key)} {operator} {shown[0]}")
    return " AND ".join(texts)


def equalities(node: nodes.Condition) -> dict[str, nodes.Operand]:
    """The attributes that must equal a value for the condition to hold."""
    match node:
        case nodes.And(left, right):
            return {**equalities(right), **equalities(left)}
        case nodes.Comparison("=", nodes.Path((str() as found,)), right):
            return {} if isinstance(right, nodes.Path | nodes.Call) else {found: right}
        case nodes.Comparison("=", left, nodes.Path((str() as found,))):
            return {} if isinstance(left, nodes.Path | nodes.Call) else {found: left}
        case _:
            return {}
