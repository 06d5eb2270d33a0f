"""WHERE: terms become the nodes that condition expressions become, too.

Where PartiQL means something else, the difference is spelt out in nodes: ``a <> x`` asks that ``a``
be there. Source: facts, PartiQL comparison and functions.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.language import nodes, partiql_literals
from dynalite_py.language.partiql_literals import Draft
from dynalite_py.model import errors, expression_errors, limits, partiql_errors

if TYPE_CHECKING:
    from dynalite_py.language.partiql_transformer import Term
else:
    Term: TypeAlias = Any

_HIGHEST_INDEX = 2**31 - 1
_INDEX_DIGITS = 12
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_FUNCTIONS = frozenset(
    {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"}
)
_OF_UPDATES = frozenset({"list_append", "if_not_exists", "set_add", "set_delete"})
_TESTED_TYPES = {
    "NULL": "NULL",
    "BOOLEAN": "BOOL",
    "BOOL": "BOOL",
    "BLOB": "B",
    "STRING": "S",
    "NUMERIC": "N",
    "STRUCT": "M",
    "TUPLE": "M",
    "LIST": "L",
}
_JOINING = frozenset({"AND", "OR"})
# Parts of a statement that are conditions, or may be.
_CONDITIONS = frozenset({"infix", "prefix", "type_test", "in", "between", "call"})
# Every level is an operator, a function or a literal's.
_DEEPEST = limits.EXPRESSION_OPERATORS + limits.NESTING_LEVELS
_PARAMETER = "ConditionExpression"


def check_size(term: Term) -> None:
    """Refuse an expression of more operators and functions than an expression may have.

    Without recursion, so that what comes after may recur: two frames of Python's stack a level, and
    none for generators. Raises: DynamoDBError.
    """
    operators = 0
    level: tuple[Term, ...] = (term,)
    for _ in range(_DEEPEST):
        operators += sum(each.kind in _OPERATORS for each in level)
        if operators > limits.EXPRESSION_OPERATORS:
            count = limits.EXPRESSION_OPERATORS + 1
            raise partiql_errors.bare(expression_errors.too_many_operators(_PARAMETER, count))
        level = tuple(part for each in level for part in each.parts)
        if not level:
            return
    raise errors.too_deep()


_OPERATORS = frozenset({"infix", "prefix", "type_test", "in", "between", "call"})


def condition(draft: Draft, term: Term) -> nodes.Condition:
    """The node of a whole condition. Raises: DynamoDBError."""
    if term.kind not in _CONDITIONS:
        raise partiql_errors.no_boolean()
    return _condition(draft, term)


def _condition(draft: Draft, term: Term) -> nodes.Condition:
    match term.kind:
        case "infix" if term.value in _JOINING:
            left, right = map(partial(_argument, draft, term.value), term.parts)
            return (nodes.And if term.value == "AND" else nodes.Or)(left, right)
        case "infix":
            return _comparison(draft, term)
        case "prefix" if term.value == "NOT":
            return nodes.Not(_argument(draft, "NOT", term.parts[0]))
        case "prefix":
            raise partiql_errors.unsupported_operator(term.value)
        case "type_test":
            return _type_test(draft, term)
        case "in":
            return _membership(draft, term)
        case "between":
            one, lower, upper = map(partial(operand, draft), term.parts)
            between = nodes.Between(one, lower, upper)
            return nodes.Not(between) if term.value else between
        case _:
            return _function(draft, term)


def _argument(draft: Draft, operator: str, term: Term) -> nodes.Condition:
    if term.kind not in _CONDITIONS:
        raise partiql_errors.no_condition_operand(operator)
    return _condition(draft, term)


def _comparison(draft: Draft, term: Term) -> nodes.Condition:
    if term.value not in _COMPARISONS:
        raise partiql_errors.unsupported_operator(term.value.lower())
    left, right = map(partial(operand, draft), term.parts)
    compared: nodes.Condition = nodes.Comparison(term.value, left, right)
    if term.value == "<>":
        # Nothing is different from what is missing.
        for path in _paths(left, right):
            compared = nodes.And(nodes.Call("attribute_exists", (path,)), compared)
    return compared


def _paths(*operands: nodes.Operand) -> list[nodes.Path]:
    found: list[nodes.Path] = []
    for each in operands:
        if isinstance(each, nodes.Path):
            found.append(each)
        elif isinstance(each, nodes.Call):
            found += _paths(*each.arguments)
    return found


def _type_test(draft: Draft, term: Term) -> nodes.Condition:
    kind, negated = term.value
    [tested] = term.parts
    if tested.kind != "path" and tested.kind not in partiql_literals.VALUES:
        raise partiql_errors.type_test_operand()
    of = operand(draft, tested)
    if kind == "MISSING":
        if not isinstance(of, nodes.Path):
            raise partiql_errors.type_test_operand()
        return nodes.Call("attribute_exists" if negated else "attribute_not_exists", (of,))
    if kind not in _TESTED_TYPES:
        line, column, _ = draft.at(term)
        shown = "INTEGER" if kind == "INT" else kind
        raise partiql_errors.unknown_type_test(shown, (line, column, len("IS")))
    name = partiql_literals.text(draft, _TESTED_TYPES[kind])
    test = nodes.Call("attribute_type", (of, name))
    return nodes.Not(test) if negated else test


def _membership(draft: Draft, term: Term) -> nodes.Condition:
    one, choices = term.parts
    if choices.kind not in ("array", "bag") or not choices.parts:
        raise partiql_errors.membership_operands()
    left = operand(draft, one)
    found = nodes.In(left, tuple(operand(draft, choice) for choice in choices.parts))
    return nodes.Not(found) if term.value else found


def _function(draft: Draft, term: Term) -> nodes.Condition:
    name = term.value.lower()
    if name not in _FUNCTIONS:
        if name == "size" or name in _OF_UPDATES:
            raise _misplaced(name)
        raise partiql_errors.unknown_function(term.value)
    return nodes.Call(name, tuple(map(partial(operand, draft), term.parts)))


def _misplaced(name: str) -> Exception:
    if name in _OF_UPDATES:
        return partiql_errors.bare(expression_errors.function_of_updates(_PARAMETER, name))
    return partiql_errors.bare(expression_errors.misplaced_function(_PARAMETER, name))


def operand(draft: Draft, term: Term) -> nodes.Operand:
    """The node of what is compared. Raises: DynamoDBError."""
    if term.kind in partiql_literals.VALUES:
        return partiql_literals.value(draft, term)
    match term.kind:
        case "path":
            return path(draft, term)
        case "call":
            name = term.value.lower()
            if name == "size":
                return nodes.Call("size", tuple(map(partial(operand, draft), term.parts)))
            if name in _FUNCTIONS or name in _OF_UPDATES:
                raise _misplaced(name)
            raise partiql_errors.unknown_function(term.value)
        case "type_test":
            raise partiql_errors.unsupported_operator("is")
        case "in" | "between":
            raise partiql_errors.unsupported_operator(term.kind)
        case _:
            raise partiql_errors.unsupported_operator(term.value.lower())


def path(draft: Draft, term: Term) -> nodes.Path:
    """The node of a path. Raises: DynamoDBError."""
    parts: list[str | int] = []
    for part in term.value:
        if part == "":
            raise partiql_errors.empty_component()
        parts.append(part if isinstance(part, str) else _index(draft, part))
    if len(parts) > limits.PATH_PARTS:
        refusal = expression_errors.path_too_deep(_PARAMETER, len(parts))
        raise partiql_errors.bare(refusal)
    return nodes.Path(tuple(parts))


def _index(draft: Draft, term: Term) -> int:
    written: str = term.value
    if not written.isdigit():
        raise partiql_errors.unexpected_path_component(draft.at(term))
    if len(written) > _INDEX_DIGITS or int(written) > _HIGHEST_INDEX:
        raise partiql_errors.list_index_out_of_range(written, draft.at(term))
    return int(written)
