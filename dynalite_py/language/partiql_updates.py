"""SET and REMOVE: terms become the actions that update expressions become, too.

Source: facts, PartiQL functions and UPDATE.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.language import nodes, partiql_conditions, partiql_literals, paths
from dynalite_py.language.partiql_literals import Draft
from dynalite_py.model import expression_errors, partiql_errors

if TYPE_CHECKING:
    from dynalite_py.language.partiql_transformer import Term
else:
    Term: TypeAlias = Any

_SET_FUNCTIONS = {"set_add": nodes.AddAction, "set_delete": nodes.DeleteAction}
_OF_CONDITIONS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
        "size",
    }
)
_SUMS = frozenset({"+", "-"})
_SETS = frozenset({"SS", "NS", "BS"})
_PARAMETER = "UpdateExpression"


def update(draft: Draft, clauses: list[Term]) -> nodes.Update:
    """The node of all SET and REMOVE clauses. Raises: DynamoDBError."""
    actions: list[nodes.Action] = []
    for clause in clauses:
        for part in clause.parts:
            if clause.kind == "remove":
                actions.append(nodes.RemoveAction(partiql_conditions.path(draft, part)))
            else:
                actions.append(_assignment(draft, part))
    sections = tuple(dict.fromkeys(clause.kind.upper() for clause in clauses))
    return nodes.Update(tuple(actions), sections)


def _assignment(draft: Draft, term: Term) -> nodes.Action:
    target_term, right = term.parts
    target = partiql_conditions.path(draft, target_term)
    partiql_conditions.check_size(right)
    if right.kind == "call" and right.value.lower() in _SET_FUNCTIONS:
        return _set_function(draft, target, right)
    return nodes.SetAction(target, _operand(draft, right))


def _set_function(draft: Draft, target: nodes.Path, term: Term) -> nodes.Action:
    name = term.value.lower()
    shown = name.upper()
    if len(term.parts) != 2:
        raise partiql_errors.set_function_operands(shown, draft.at(term))
    first, second = term.parts
    if first.kind != "path" or partiql_conditions.path(draft, first) != target:
        raise partiql_errors.set_function_target(shown)
    if second.kind not in ("bag", "parameter"):
        raise partiql_errors.set_function_type(shown, draft.at(first))
    value = partiql_literals.value(draft, second)
    if second.kind == "parameter":
        draft.sets.append((value.name, shown, draft.at(first)))
    return _SET_FUNCTIONS[name](target, value)


def _operand(draft: Draft, term: Term) -> nodes.Operand:
    if term.kind in partiql_literals.VALUES:
        if term.kind == "MISSING":
            raise partiql_errors.unsupported_data("MISSING", "root", draft.at(term))
        return partiql_literals.value(draft, term)
    match term.kind:
        case "path":
            return partiql_conditions.path(draft, term)
        case "infix" if term.value in _SUMS:
            left, right = map(partial(_operand, draft), term.parts)
            return nodes.Arithmetic(term.value, left, right)
        case "prefix" if term.value in _SUMS:
            refusal = expression_errors.operand_count(_PARAMETER, term.value, 1)
            raise partiql_errors.bare(refusal)
        case "infix" | "prefix":
            raise partiql_errors.unsupported_operator(term.value.lower(), in_update=True)
        case "type_test":
            raise partiql_errors.type_test_in_update()
        case "call":
            return _function(draft, term)
        case _:
            raise partiql_errors.unsupported_operator(term.kind, in_update=True)


def _function(draft: Draft, term: Term) -> nodes.Operand:
    name = term.value.lower()
    if name in ("list_append", "if_not_exists"):
        return nodes.Call(name, tuple(map(partial(_operand, draft), term.parts)))
    if name in _OF_CONDITIONS or name in _SET_FUNCTIONS:
        raise partiql_errors.function_in_update(name)
    raise partiql_errors.unknown_function(term.value)


def check_paths(update: nodes.Update) -> None:
    """Refuse targets that overlap; the later one is named first. Raises: DynamoDBError."""
    targets = [paths.parts_of(action.path) for action in update.actions]
    clash = paths.clashes(targets)
    if clash is None:
        return
    verb, earlier, later = clash
    refuse = (
        expression_errors.overlapping_paths
        if verb == "overlap"
        else expression_errors.conflicting_paths
    )
    refusal = refuse(_PARAMETER, paths.printed(targets[later]), paths.printed(targets[earlier]))
    raise partiql_errors.bare(refusal)


def check_sets(statement: nodes.UpdateStatement, types: dict[str, str]) -> None:
    """Refuse parameters that are no sets where sets are added or taken away.

    types: of the values by name. Raises: DynamoDBError.
    """
    for value_name, function, place in statement.sets:
        if types[value_name] not in _SETS:
            raise partiql_errors.set_function_type(function, place)
