"""Statements: terms become nodes, and what DynamoDB cannot do is refused without a look at a table.

The order of the checks is that of the text. Source: facts, PartiQL, SELECT, Writes and what
DynamoDB Local answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.language import (
    nodes,
    partiql_conditions,
    partiql_literals,
    partiql_updates,
)
from dynalite_py.language.partiql_literals import Draft
from dynalite_py.model import codec, partiql_errors

if TYPE_CHECKING:
    from dynalite_py.language.partiql_transformer import Term
else:
    Term: TypeAlias = Any

_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}|arn:.*", re.DOTALL)
_SORT_KINDS = {"path": "PATH", "array": "LIST", "tuple": "STRUCT", "bag": "BAG"}


def statement(text: str, term: Term) -> nodes.Statement:
    """The node of a whole statement. Raises: DynamoDBError."""
    draft = Draft(text, _parameters(term))
    match term.kind:
        case "select":
            return _select(draft, term)
        case "insert":
            return _insert(draft, term)
        case "update":
            return _update(draft, term)
        case "delete":
            return _delete(draft, term)
        case kind:
            assert kind == "exists", kind
            return nodes.Exists(_select(draft, term.parts[0]))


def _parameters(term: Term) -> dict[int, int]:
    """The number of each parameter, in the order of the text, by where it stands."""
    found: list[int] = []
    waiting = [term]
    while waiting:
        each = waiting.pop()
        waiting += each.parts
        if each.kind == "parameter":
            found.append(each.place[0])
    return {place: number for number, place in enumerate(sorted(found), 1)}


def _part(term: Term, kind: str) -> Term | None:
    return next((part for part in term.parts if part.kind == kind), None)


# SELECT.


def _select(draft: Draft, term: Term) -> nodes.Select:
    listed, source = term.parts[:2]
    projection = _projection(draft, listed)
    names, aliased = source.value
    if aliased:
        raise partiql_errors.aliased()
    table, index = _source(names)
    where, order = _part(term, "where"), _part(term, "order")
    condition = None if where is None else _where(draft, where)
    sorts = () if order is None else _sorts(order)
    if sorts and condition is None:
        raise partiql_errors.order_without_condition()
    return nodes.Select(table, index, projection, condition, sorts, draft.operands())


def _projection(draft: Draft, listed: Term) -> tuple[tuple[str, nodes.Path], ...] | None:
    if listed.kind == "everything":
        return None
    found: dict[str, nodes.Path] = {}
    for column in listed.parts:
        [named] = column.parts
        if named.kind != "path":
            raise partiql_errors.unexpected_path_component(draft.at(named))
        if column.value:
            raise partiql_errors.aliased()
        path = partiql_conditions.path(draft, named)
        name = _member(path)
        if name in found:
            raise partiql_errors.duplicate_columns(name)
        found[name] = path
    return tuple(found.items())


def _member(path: nodes.Path) -> str:
    """The name of a path's member in the answer: its last name, with the indexes behind it."""
    steps = ""
    for part in reversed(path.parts):
        if isinstance(part, str):
            return part + steps
        steps = f"[{part}]{steps}"
    raise AssertionError("a path begins with a name")


def _source(names: tuple[str | Term, ...]) -> tuple[str, str | None]:
    if "" in names:
        raise partiql_errors.empty_component()
    if len(names) > 2 or not all(isinstance(name, str) for name in names):
        raise partiql_errors.too_many_components()
    table, index = (*names, None)[:2]
    assert isinstance(table, str)
    if _TABLE_NAME.fullmatch(table) is None:
        raise partiql_errors.bad_table_name()
    return table, None if index is None else str(index)


def _where(draft: Draft, term: Term) -> nodes.Condition:
    partiql_conditions.check_size(term.parts[0])
    return partiql_conditions.condition(draft, term.parts[0])


def _sorts(order: Term) -> tuple[tuple[str, bool], ...]:
    sorts: list[tuple[str, bool]] = []
    for sort in order.parts:
        [named] = sort.parts
        if named.kind != "path" or len(named.value) != 1:
            raise partiql_errors.order_operand(_sort_kind(named))
        sorts.append((named.value[0], sort.value))
    return tuple(sorts)


def _sort_kind(term: Term) -> str:
    """What the refusal of a term of ORDER BY calls it."""
    match term.kind:
        case "infix" | "prefix" | "call":
            return term.value.lower()
        case "NUMBER":
            return term.value
        case "STRING":
            return codec.text(term.value)
        case "NULL" | "TRUE" | "FALSE" | "type_test" | "in" | "between" as kind:
            return {"type_test": "is"}.get(kind, kind.lower())
        case kind:
            return _SORT_KINDS.get(kind, kind)


# Writes.


def _insert(draft: Draft, term: Term) -> nodes.Insert:
    target, item = term.parts[:2]
    if "" in target.value:
        raise partiql_errors.empty_component()
    if len(target.value) > 1:
        raise partiql_errors.insert_into_index(draft.at(target))
    table, _ = _source(target.value)
    if item.kind != "tuple":
        raise partiql_errors.no_struct(draft.at(item))
    if _part(term, "returning") is not None:
        raise partiql_errors.returning_in_insert()
    # The item itself is no level of nesting.
    found = partiql_literals.template(draft, item, partiql_literals.ROOT, 0)
    return nodes.Insert(table, partiql_literals.held(draft, found), draft.operands())


def _update(draft: Draft, term: Term) -> nodes.UpdateStatement:
    table, index = _source(term.parts[0].value)
    clauses = [part for part in term.parts if part.kind in ("set", "remove")]
    update = partiql_updates.update(draft, clauses)
    where, returning = _part(term, "where"), _part(term, "returning")
    condition = None if where is None else _where(draft, where)
    returned = None if returning is None else returning.value
    return nodes.UpdateStatement(
        table, index, update, tuple(draft.sets), condition, returned, draft.operands()
    )


def _delete(draft: Draft, term: Term) -> nodes.DeleteStatement:
    table, index = _source(term.parts[0].value)
    where, returning = _part(term, "where"), _part(term, "returning")
    condition = None if where is None else _where(draft, where)
    returned = None if returning is None else returning.value
    if returned not in (None, "ALL OLD"):
        raise partiql_errors.returning_in_delete(returned or "")
    return nodes.DeleteStatement(table, index, condition, returned, draft.operands())
