"""The parameters from before expressions (Expected, AttributeUpdates...), lowered to the same tree.

Each function takes the request and gives nodes, or None where the member is absent. Attribute
values stand in the tree as ``Constant`` (canonical); attribute names are literal top-level names:
dots and brackets in them are no paths. Which parameters exclude which, ``expressions`` checks;
unknown operators and actions are refused by the schema. Source: facts, Legacy parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from dynalite_py.language import nodes
from dynalite_py.model import errors, legacy_errors, numbers, query_errors, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue

Request: TypeAlias = Mapping[str, Any]
# What a refusal becomes on this operation: itself, or itself in an envelope.
_Refuse: TypeAlias = Callable[[DynamoDBError], DynamoDBError]

_COMPARATORS = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_WITHOUT_VALUES = {"NULL": "attribute_not_exists", "NOT_NULL": "attribute_exists"}
_ORDERED = frozenset({"S", "N", "B"})
_SETS = frozenset({"SS", "NS", "BS"})
# The types an operator takes. EQ and NE, which are not here, take every type.
_TYPES = {
    "LT": _ORDERED,
    "LE": _ORDERED,
    "GT": _ORDERED,
    "GE": _ORDERED,
    "BETWEEN": _ORDERED,
    "IN": _ORDERED,
    "CONTAINS": _ORDERED | {"BOOL", "NULL"},
    "NOT_CONTAINS": _ORDERED | {"BOOL", "NULL"},
    "BEGINS_WITH": frozenset({"S", "B"}),
}
_ADDABLE = _SETS | {"N", "L"}
_MOST_KEY_CONDITIONS = 2


def expected(request: Request, *, enveloped: bool = False) -> nodes.Condition | None:
    """Expected and ConditionalOperator as one condition; None: the write is unconditional.

    enveloped: a malformed condition is refused behind "1 validation error detected: ", as PutItem
    and UpdateItem do; a fault inside an attribute value stays as it is. Raises: DynamoDBError.
    """
    refuse = errors.enveloped if enveloped else _bare
    return _joined(request, "Expected", _expectation, refuse)


def filter(request: Request, member: str) -> nodes.Condition | None:  # noqa: A001 - the API's noun
    """A filter and ConditionalOperator as one condition; None: every item passes.

    member: ``QueryFilter`` or ``ScanFilter``. Raises: DynamoDBError.
    """
    return _joined(request, member, _comparison, _bare)


def key_conditions(request: Request) -> nodes.Condition | None:
    """KeyConditions as one condition; None where the member is absent.

    That its attributes are keys, and its operators fit for them, is seen once the table is known.
    Raises: DynamoDBError.
    """
    given: Mapping[str, Any] | None = request.get("KeyConditions")
    if given is None:
        return None
    conditions = [_comparison(name, condition, _bare) for name, condition in given.items()]
    if not 1 <= len(conditions) <= _MOST_KEY_CONDITIONS:
        raise query_errors.key_condition_count()
    return _tree(conditions, nodes.And)


def projection(request: Request) -> nodes.Projection | None:
    """AttributesToGet as a projection; None where the member is absent.

    request: the request, or one table's block of a BatchGetItem. Raises: DynamoDBError.
    """
    names: Sequence[str] | None = request.get("AttributesToGet")
    if names is None:
        return None
    seen: set[str] = set()
    for name in names:
        values.check_name(name)
        if name in seen:
            raise legacy_errors.duplicate_attribute(name)
        seen.add(name)
    return nodes.Projection(tuple(nodes.Path((name,)) for name in names))


def updates(request: Request, *, enveloped: bool = False) -> nodes.Update | None:
    """AttributeUpdates as an update, one action an attribute; None where the member is absent.

    enveloped: some faults inside a value are refused behind "1 validation error detected: ".
    Raises: DynamoDBError. That no key is updated is seen once the table is known.
    """
    given: Mapping[str, Any] | None = request.get("AttributeUpdates")
    if given is None:
        return None
    actions: list[nodes.Action] = []
    sections: dict[str, None] = {}
    for name, entry in given.items():
        values.check_name(name)
        section, action = _action(nodes.Path((name,)), entry, enveloped=enveloped)
        actions.append(action)
        sections[section] = None
    return nodes.Update(tuple(actions), tuple(sections))


def _action(
    path: nodes.Path, entry: Mapping[str, Any], *, enveloped: bool
) -> tuple[str, nodes.Action]:
    """One entry of AttributeUpdates: its action, and the section an expression has for it."""
    kind = entry.get("Action") or "PUT"
    if entry.get("Value") is None:
        if kind != "DELETE":
            raise legacy_errors.only_delete_without_value()
        return "REMOVE", nodes.RemoveAction(path)
    try:
        value = values.canonical_value(entry["Value"])
    except DynamoDBError as refusal:
        raise (errors.enveloped_value(refusal) if enveloped else refusal) from None
    value_type = values.type_of(value)
    operand = nodes.Constant(value)
    if kind == "DELETE":
        if value_type not in _SETS:
            raise legacy_errors.delete_type(value_type)
        return "DELETE", nodes.DeleteAction(path, operand)
    if kind == "ADD":
        if value_type not in _ADDABLE:
            raise legacy_errors.add_type(value_type)
        return "ADD", nodes.AddAction(path, operand)
    return "SET", nodes.SetAction(path, operand)


def _bare(refusal: DynamoDBError) -> DynamoDBError:
    return refusal


def _joined(
    request: Request,
    member: str,
    lower: Callable[[str, Mapping[str, Any], _Refuse], nodes.Condition],
    refuse: _Refuse,
) -> nodes.Condition | None:
    """The conditions of one member, joined as ConditionalOperator says."""
    given: Mapping[str, Any] = request.get(member) or {}
    operator = request.get("ConditionalOperator")
    if not given:
        if operator is not None:
            raise refuse(legacy_errors.lone_conditional_operator())
        return None
    conditions = [lower(name, condition, refuse) for name, condition in given.items()]
    if operator is not None and len(conditions) == 1:
        raise refuse(legacy_errors.needless_conditional_operator())
    return _tree(conditions, nodes.Or if operator == "OR" else nodes.And)


def _tree(
    conditions: Sequence[nodes.Condition], join: type[nodes.And] | type[nodes.Or]
) -> nodes.Condition:
    """A balanced tree: the API does not bound the number of conditions, Python bounds recursion."""
    if len(conditions) == 1:
        return conditions[0]
    middle = (len(conditions) + 1) // 2
    return join(_tree(conditions[:middle], join), _tree(conditions[middle:], join))


def _expectation(name: str, given: Mapping[str, Any], refuse: _Refuse) -> nodes.Condition:
    """One attribute of Expected: a comparison, a value to be equal to, or absence."""
    value, listed, exists = given.get("Value"), given.get("AttributeValueList"), given.get("Exists")
    operator = given.get("ComparisonOperator")
    if value is not None and listed is not None:
        raise refuse(legacy_errors.value_and_value_list(name))
    if operator is not None:
        if exists is not None:
            raise refuse(legacy_errors.exists_and_operator(name))
        if value is None and listed is None and operator not in _WITHOUT_VALUES:
            raise refuse(legacy_errors.operator_without_values(operator, name))
        return _compared(name, operator, listed if value is None else [value], refuse)
    if listed is not None:
        raise refuse(legacy_errors.value_list_without_operator(name))
    return _existence(name, value, exists, refuse)


def _existence(name: str, value: Any, exists: bool | None, refuse: _Refuse) -> nodes.Condition:
    """The form of Expected that has no operator."""
    path = nodes.Path((name,))
    if exists is False:
        if value is not None:
            raise refuse(legacy_errors.value_forbidden(name))
        return nodes.Call("attribute_not_exists", (path,))
    if value is None:
        raise refuse(legacy_errors.value_required(exists, name))
    return nodes.Comparison("=", path, nodes.Constant(values.canonical_value(value)))


def _comparison(name: str, given: Mapping[str, Any], refuse: _Refuse) -> nodes.Condition:
    """One attribute of a filter or of KeyConditions."""
    return _compared(name, given["ComparisonOperator"], given.get("AttributeValueList"), refuse)


def _compared(
    name: str, operator: str, given: Sequence[Any] | None, refuse: _Refuse
) -> nodes.Condition:
    values.check_name(name)
    arguments = [values.canonical_value(value) for value in given or ()]
    fault = _fault(operator, arguments)
    if fault is not None:
        raise refuse(fault)
    path = nodes.Path((name,))
    operands = tuple(map(nodes.Constant, arguments))
    if operator in _COMPARATORS:
        return nodes.Comparison(_COMPARATORS[operator], path, operands[0])
    match operator:
        case "BETWEEN":
            return nodes.Between(path, operands[0], operands[1])
        case "IN":
            return nodes.In(path, operands)
        case "CONTAINS":
            return nodes.Call("contains", (path, *operands))
        case "NOT_CONTAINS":  # False on a missing attribute, where NOT contains() is true.
            there = nodes.Call("attribute_exists", (path,))
            return nodes.And(there, nodes.Not(nodes.Call("contains", (path, *operands))))
        case "BEGINS_WITH":
            return nodes.Call("begins_with", (path, *operands))
        case _:
            return nodes.Call(_WITHOUT_VALUES[operator], (path,))


def _fault(operator: str, arguments: Sequence[AttributeValue]) -> DynamoDBError | None:
    """What is wrong with the values of a comparison, first fault first."""
    if not _count_fits(operator, len(arguments)):
        return legacy_errors.argument_count(operator)
    kinds = [values.type_of(argument) for argument in arguments]
    if len(set(kinds)) > 1:
        return legacy_errors.mixed_types()
    if kinds and operator in _TYPES and kinds[0] not in _TYPES[operator]:
        return legacy_errors.operator_type(operator, kinds[0])
    if operator == "BETWEEN" and _order(arguments[0]) > _order(arguments[1]):
        return legacy_errors.bounds_reversed()
    return None


def _count_fits(operator: str, count: int) -> bool:
    if operator in _WITHOUT_VALUES:
        return count == 0
    if operator == "IN":
        return count > 0
    return count == (2 if operator == "BETWEEN" else 1)


def _order(value: AttributeValue) -> Any:
    """What orders values of one type: UTF-8 bytes, the number, the bytes."""
    [(kind, content)] = value.items()
    if kind == "S":
        return content.encode()
    return numbers.decimal_of(content) if kind == "N" else values.binary_bytes(content)
