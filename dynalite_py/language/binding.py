"""Names put into a tree, and every fault that names and constants decide, in the service's order.

A tree is bound in one pass for a map of names and the types of its values: the result serves every
request with the same names and types. What the values themselves decide (the order of BETWEEN's
bounds, the type that ``attribute_type`` names) is left as a list of checks, which each request
runs. Source: facts, Operand rules of conditions, UpdateExpression, ProjectionExpression,
KeyConditionExpression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from dynalite_py.language import conditions, nodes, parse, paths
from dynalite_py.language.nodes import Condition, Operand
from dynalite_py.model import expression_errors, limits, values
from dynalite_py.model.values import AttributeValue

Names: TypeAlias = Mapping[str, str]
Types: TypeAlias = Mapping[str, str]
Values: TypeAlias = Mapping[str, AttributeValue]
ValueCheck: TypeAlias = Callable[[Values], None]

_ORDERED = frozenset({"S", "N", "B"})
_SETS = frozenset({"SS", "NS", "BS"})
_PREFIXED = frozenset({"S", "B"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
    "if_not_exists": 2,
    "list_append": 2,
}
_LONG_TYPE_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "L": "LIST",
    "M": "MAP",
}


# Names in, one frame of Python's stack for a level of the tree: 300 operators are the most it can
# have.


def condition(node: Condition, names: Names) -> Condition:
    """The tree with attribute names for placeholders; all of them are defined."""
    match node:
        case nodes.And(left, right):
            return nodes.And(condition(left, names), condition(right, names))
        case nodes.Or(left, right):
            return nodes.Or(condition(left, names), condition(right, names))
        case nodes.Not(inner):
            return nodes.Not(condition(inner, names))
        case nodes.Comparison(operator, left, right):
            return nodes.Comparison(operator, operand(left, names), operand(right, names))
        case nodes.Between(one, lower, upper):
            return nodes.Between(operand(one, names), operand(lower, names), operand(upper, names))
        case nodes.In(one, choices):
            return nodes.In(operand(one, names), tuple(operand(each, names) for each in choices))
        case nodes.Call():
            return cast("nodes.Call", operand(node, names))


def operand(node: Operand, names: Names) -> Operand:
    """One operand with attribute names for placeholders."""
    match node:
        case nodes.Path():
            return path(node, names)
        case nodes.Call(function, arguments):
            return nodes.Call(function, tuple(operand(each, names) for each in arguments))
        case nodes.Arithmetic(operator, left, right):
            return nodes.Arithmetic(operator, operand(left, names), operand(right, names))
        case nodes.Value() | nodes.Constant():
            return node


def path(node: nodes.Path, names: Names) -> nodes.Path:
    """One path with attribute names for placeholders."""
    return nodes.Path(
        tuple(
            names[part.name] if isinstance(part, nodes.Placeholder) else part for part in node.parts
        )
    )


# Conditions.


def checked_condition(
    parameter: str, tree: Condition, names: Names, types: Types, *, counted: int = 1
) -> tuple[Condition, list[ValueCheck]]:
    """The condition bound, with the checks that need values.

    counted: how many operands IN has before its choices, as they are counted: none in PartiQL.
    Raises: DynamoDBError for the first fault.
    """
    checks: list[ValueCheck] = []
    for predicate in predicates(tree):
        _check_defined(parameter, predicate, names, types)
        # Inner calls first. Binding waits: calls nest deep before they are refused.
        for call, _ in reversed(list(parse.walk(predicate))):
            if type(call) is nodes.Call:
                _check_call(parameter, call, names, types)
        if not isinstance(predicate, nodes.Call):
            _check_operator(parameter, predicate, names, types, counted)
        checks.extend(_value_checks(parameter, predicate))
    return condition(tree, names), checks


def predicates(tree: Condition) -> Iterator[Condition]:
    """The comparisons, functions... that AND, OR and NOT join, in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.And | nodes.Or):
            waiting += (node.right, node.left)
        elif isinstance(node, nodes.Not):
            waiting.append(node.condition)
        else:
            yield node


def _check_defined(parameter: str, tree: Any, names: Names, types: Types) -> None:
    for node, _ in parse.walk(tree):
        if type(node) is nodes.Path:
            for part in node.parts:
                if isinstance(part, nodes.Placeholder) and part.name not in names:
                    raise expression_errors.undefined_name(parameter, part.name)
        elif type(node) is nodes.Value and node.name not in types:
            raise expression_errors.undefined_value(parameter, node.name)


def _type_of(node: Operand, types: Types) -> str | None:
    """The type an operand has in every item; None where only the item tells."""
    match node:
        case nodes.Value(name):
            return types[name]
        case nodes.Constant(value):
            return values.type_of(value)
        case nodes.Call("size"):
            return "N"
        case _:
            return None


def _check_types(
    parameter: str,
    operator: str,
    operands: tuple[Operand, ...],
    types: Types,
    allowed: frozenset[str],
) -> None:
    for each in operands:
        kind = _type_of(each, types)
        if kind is not None and kind not in allowed:
            raise expression_errors.operand_type(parameter, operator, kind)


def _check_operator(
    parameter: str, node: Condition, names: Names, types: Types, counted: int
) -> None:
    match node:
        case nodes.Comparison(operator, left, right):
            _check_distinct(parameter, operator, (left, right), names)
            if operator in _ORDERS:
                _check_types(parameter, operator, (left, right), types, _ORDERED)
        case nodes.Between(one, lower, upper):
            _check_types(parameter, "BETWEEN", (one, lower, upper), types, _ORDERED)
        case nodes.In(_, choices):
            if counted + len(choices) > limits.IN_OPERANDS:
                raise expression_errors.too_many_choices(parameter, counted + len(choices))
        case _:
            raise AssertionError(node)


def _check_distinct(
    parameter: str, operator: str, operands: tuple[Operand, ...], names: Names
) -> None:
    compared = [path(each, names) for each in operands if isinstance(each, nodes.Path)]
    if len(compared) > 1 and compared[0] == compared[1]:
        printed = paths.printed(paths.parts_of(compared[0]))
        raise expression_errors.same_operand(parameter, operator, printed)


def _check_call(parameter: str, call: nodes.Call, names: Names, types: Types) -> None:
    function, arguments = call.function, call.arguments
    if len(arguments) != _OPERANDS[function]:
        raise expression_errors.operand_count(parameter, function, len(arguments))
    if function != "list_append":  # A list may be appended to itself.
        _check_distinct(parameter, function, arguments, names)
    match function:
        case "attribute_exists" | "attribute_not_exists" | "if_not_exists":
            if not isinstance(arguments[0], nodes.Path):
                raise expression_errors.path_required(parameter, function)
        case "attribute_type":
            if _type_of(arguments[1], types) is None:
                every_type = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
                raise expression_errors.operand_type(parameter, function, every_type)
            _check_types(parameter, function, arguments[1:], types, frozenset({"S"}))
        case "begins_with":
            _check_types(parameter, function, arguments, types, _PREFIXED)
        case "size":
            sized = values.TYPES - {"N", "BOOL", "NULL"}
            _check_types(parameter, function, arguments, types, sized)
        case "list_append":
            _check_types(parameter, function, arguments, types, frozenset({"L"}))
        case _:  # contains takes everything
            return


# What the values themselves decide.


def _value_checks(parameter: str, node: Condition) -> Iterator[ValueCheck]:
    if isinstance(node, nodes.Between):
        if _is_constant(node.lower) and _is_constant(node.upper):
            yield _bounds_check(parameter, node.lower, node.upper)
    elif isinstance(node, nodes.Call) and node.function == "attribute_type":
        yield _type_name_check(parameter, node.arguments[1])


def _is_constant(node: Operand) -> bool:
    return isinstance(node, nodes.Value | nodes.Constant)


def value_of(node: Operand, bound: Values) -> AttributeValue:
    """The attribute value of a constant operand."""
    if isinstance(node, nodes.Value):
        return bound[node.name]
    assert isinstance(node, nodes.Constant)
    return node.value


def _bounds_check(parameter: str, lower: Operand, upper: Operand) -> ValueCheck:
    def check(bound: Values) -> None:
        low, high = value_of(lower, bound), value_of(upper, bound)
        order = conditions.order_of(low, high)
        if order is None:
            raise expression_errors.bounds_of_two_types(parameter, low, high)
        if order > 0:
            raise expression_errors.bounds_reversed(parameter, low, high)

    return check


def _type_name_check(parameter: str, operand_node: Operand) -> ValueCheck:
    def check(bound: Values) -> None:
        name = value_of(operand_node, bound)["S"]
        if name not in values.TYPES:
            raise expression_errors.unknown_type_name(parameter, name)

    return check


# Updates and projections.


def checked_update(parameter: str, tree: nodes.Update, names: Names, types: Types) -> nodes.Update:
    """The update bound. Raises: DynamoDBError for the first fault."""
    for section in tree.sections:
        if tree.sections.count(section) > 1:
            raise expression_errors.repeated_section(parameter, section)
    _check_all_defined(parameter, tree, names, types)
    bound = nodes.Update(
        tuple(_bound_action(action, names) for action in tree.actions), tree.sections
    )
    _check_clashes(parameter, [action.path for action in bound.actions], longer_first=True)
    for action in bound.actions:
        if isinstance(action, nodes.AddAction | nodes.DeleteAction):
            _check_section_operand(parameter, action, types)
    for action in bound.actions:
        if isinstance(action, nodes.SetAction):
            _check_right_side(parameter, action.operand, types)
    return bound


def _check_all_defined(parameter: str, tree: Any, names: Names, types: Types) -> None:
    """Names before values, over the whole text: the order of updates and projections."""
    found = [node for node, _ in parse.walk(tree)]
    for kind in (nodes.Path, nodes.Value):
        for node in found:
            if type(node) is kind:
                _check_defined(parameter, node, names, types)


def _bound_action(action: nodes.Action, names: Names) -> nodes.Action:
    target = path(action.path, names)
    match action:
        case nodes.SetAction():
            return nodes.SetAction(target, operand(action.operand, names))
        case nodes.RemoveAction():
            return nodes.RemoveAction(target)
        case nodes.AddAction():
            return nodes.AddAction(target, action.value)
        case nodes.DeleteAction():
            return nodes.DeleteAction(target, action.value)


def _check_clashes(
    parameter: str, targets: list[nodes.Path], *, longer_first: bool = False
) -> None:
    all_parts = [paths.parts_of(target) for target in targets]
    clash = paths.clashes(all_parts)
    if clash is None:
        return
    verb, first, second = clash
    one, two = all_parts[first], all_parts[second]
    if longer_first and verb == "overlap" and len(two) > len(one):
        one, two = two, one
    refuse = (
        expression_errors.overlapping_paths
        if verb == "overlap"
        else expression_errors.conflicting_paths
    )
    raise refuse(parameter, paths.printed(one), paths.printed(two))


def _check_section_operand(
    parameter: str, action: nodes.AddAction | nodes.DeleteAction, types: Types
) -> None:
    kind = cast("str", _type_of(action.value, types))
    section, allowed = "DELETE", _SETS
    if isinstance(action, nodes.AddAction):
        section, allowed = "ADD", _SETS | {"N"}
    if kind not in allowed:
        long_name = _LONG_TYPE_NAMES.get(kind, kind)
        raise expression_errors.section_operand_type(parameter, section, long_name)


def _check_right_side(parameter: str, right_side: Operand, types: Types) -> None:
    for node, _ in reversed(list(parse.walk(right_side))):
        if isinstance(node, nodes.Call):
            _check_call(parameter, node, {}, types)
        elif isinstance(node, nodes.Arithmetic):
            operands = (node.left, node.right)
            _check_types(parameter, node.operator, operands, types, frozenset({"N"}))


def checked_projection(parameter: str, tree: nodes.Projection, names: Names) -> nodes.Projection:
    """The projection bound. Raises: DynamoDBError for the first fault."""
    _check_all_defined(parameter, tree, names, {})
    bound = nodes.Projection(tuple(path(each, names) for each in tree.paths))
    _check_clashes(parameter, list(bound.paths))
    return bound


# Key conditions.


def key_condition(tree: Condition) -> Condition:
    """A bound key condition as a plan wants it: every condition begins with its attribute.

    Raises: DynamoDBError where the tree is no key condition, whatever the table's keys are.
    """
    seen: set[str] = set()
    plain = [_key_predicate(node, seen) for node in _conjuncts(tree)]
    joined = plain[0]
    for node in plain[1:]:
        joined = nodes.And(joined, node)
    return joined


def _conjuncts(tree: Condition) -> Iterator[Condition]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.And):
            waiting += (node.right, node.left)
        else:
            yield node


_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NO_KEY_OPERATOR: dict[type[Condition], str] = {nodes.Or: "OR", nodes.Not: "NOT", nodes.In: "IN"}


def _key_predicate(node: Condition, seen: set[str]) -> Condition:
    operator, operands = _key_parts(node)
    if any(isinstance(each, nodes.Call) for each in operands):
        raise expression_errors.key_nested_operation()
    if operator in ("BETWEEN", "begins_with") and not isinstance(operands[0], nodes.Path):
        raise expression_errors.key_first_operand(operator)
    found = [each for each in operands if isinstance(each, nodes.Path)]
    for number, each in enumerate(found):
        if number:
            raise expression_errors.key_two_attributes()
        if len(each.parts) > 1:
            raise expression_errors.key_nested_attribute()
    if not found:
        raise expression_errors.key_without_attribute()
    name = cast("str", found[0].parts[0])
    if name in seen:
        raise expression_errors.key_repeated()
    seen.add(name)
    if isinstance(node, nodes.Comparison) and found[0] is node.right:
        return nodes.Comparison(_MIRRORED[operator], node.right, node.left)
    return node


def _key_parts(node: Condition) -> tuple[str, tuple[Operand, ...]]:
    match node:
        case nodes.Comparison(operator, left, right) if operator in _MIRRORED:
            return operator, (left, right)
        case nodes.Comparison(operator):
            raise expression_errors.key_operator(operator)
        case nodes.Between(one, lower, upper):
            return "BETWEEN", (one, lower, upper)
        case nodes.Call("begins_with", arguments):
            return "begins_with", arguments
        case nodes.Call(function):
            raise expression_errors.key_operator(function)
        case _:
            raise expression_errors.key_operator(_NO_KEY_OPERATOR[type(node)])
