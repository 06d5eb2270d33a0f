"""The evaluator: a bound condition as a closure over one item.

``(item, bound) -> bool``: the item in wire form and canonical (an empty one where there is no
item), ``bound`` the request's canonical values by ``:name``. Sides that are missing make everything
false but ``<>``; ``NOT`` inverts. Numbers are compared as canonical text or by their
order-preserving bytes, never as Decimal. Source: facts, Operand rules of conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from dynalite_py.language import nodes, paths
from dynalite_py.language.nodes import Condition, Operand
from dynalite_py.model import numbers, values
from dynalite_py.model.values import AttributeValue, Item

Values: TypeAlias = Mapping[str, AttributeValue]
Predicate: TypeAlias = Callable[[Item, Values], bool]
Evaluator: TypeAlias = Callable[[Item, Values], AttributeValue | None]

_OF_SETS = {"SS": "S", "NS": "N", "BS": "B"}


def predicate(node: Condition) -> Predicate:
    """The closure of a bound condition: one frame of Python's stack a level, made and called."""
    match node:
        case nodes.And() | nodes.Or():
            return _joined(node)
        case nodes.Not(inner):
            holds = predicate(inner)
            return lambda item, bound: not holds(item, bound)
        case nodes.Comparison("=", left, right):
            return _equality(left, right)
        case nodes.Comparison("<>", left, right):
            same = _equality(left, right)
            return lambda item, bound: not same(item, bound)
        case nodes.Comparison(operator, left, right):
            return _order(operator, evaluator(left), evaluator(right))
        case nodes.Between(operand, lower, upper):
            return _between(evaluator(operand), evaluator(lower), evaluator(upper))
        case nodes.In(operand, choices):
            return _membership(evaluator(operand), tuple(map(evaluator, choices)))
        case nodes.Call(function, arguments):
            return _FUNCTIONS[function](*map(evaluator, arguments))


def _joined(node: nodes.And | nodes.Or) -> Predicate:
    """A chain of ANDs (or ORs) as one loop: a long chain is no deep one."""
    kind = type(node)
    chain: list[Predicate] = []
    rest: Condition = node
    while isinstance(rest, kind):  # The grammar leans to the left.
        chain.append(predicate(rest.right))
        rest = rest.left
    chain.append(predicate(rest))
    chain.reverse()
    if len(chain) > 2:
        return _all_of(tuple(chain)) if kind is nodes.And else _any_of(tuple(chain))
    first, second = chain
    if kind is nodes.And:
        return lambda item, bound: first(item, bound) and second(item, bound)
    return lambda item, bound: first(item, bound) or second(item, bound)


def _all_of(chain: tuple[Predicate, ...]) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        for each in chain:  # noqa: SIM110 - a generator would cost a frame more for each level
            if not each(item, bound):
                return False
        return True

    return holds


def _any_of(chain: tuple[Predicate, ...]) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        for each in chain:  # noqa: SIM110 - as above
            if each(item, bound):
                return True
        return False

    return holds


# Operands.


def evaluator(node: Operand) -> Evaluator:
    """The closure of an operand: its value, None where it is missing."""
    match node:
        case nodes.Value(name):
            return lambda _, bound: bound[name]
        case nodes.Constant(value):
            return lambda _item, _bound: cast("AttributeValue", value)
        case nodes.Path():
            read = paths.reader(node)
            return lambda item, _: read(item)
        case nodes.Call("size", (argument,)):
            return _size(evaluator(argument))
        case _:
            raise AssertionError(f"{node} is no operand of a condition")


def _size(of: Evaluator) -> Evaluator:
    def size(item: Item, bound: Values) -> AttributeValue | None:
        value = of(item, bound)
        if value is None:
            return None
        length = size_of(value)
        return None if length is None else {"N": str(length)}

    return size


def size_of(value: AttributeValue) -> int | None:
    """UTF-16 units of a string, bytes of a binary, members of sets, lists and maps; else None."""
    [(kind, content)] = value.items()
    if kind == "S":
        if content.isascii():
            return len(content)
        return len(content.encode("utf-16-le", "surrogatepass")) // 2
    if kind == "B":
        return len(values.binary_bytes(content))
    if kind in ("N", "BOOL", "NULL"):
        return None
    return len(content)


# Comparisons.


def _equality(left: Operand, right: Operand) -> Predicate:
    if isinstance(left, nodes.Path) and len(left.parts) == 1 and isinstance(right, nodes.Value):
        return _attribute_equals(cast("str", left.parts[0]), right.name)
    first, second = evaluator(left), evaluator(right)

    def holds(item: Item, bound: Values) -> bool:
        one = first(item, bound)
        if one is None:
            return False
        other = second(item, bound)
        return other is not None and values.equal(one, other)

    return holds


def _attribute_equals(name: str, value_name: str) -> Predicate:
    """``a = :v``, the commonest condition of all."""

    def holds(item: Item, bound: Values) -> bool:
        found = item.get(name)
        return found is not None and values.equal(found, bound[value_name])

    return holds


def _number_order(left: str, right: str) -> int:
    """Below, at or above 0, as left is below, at or above right."""
    if left == right:
        return 0
    if left.isdigit() and right.isdigit():  # Canonical: no leading zeros.
        below = (len(left), left) < (len(right), right)
    else:
        below = numbers.sort_bytes(left) < numbers.sort_bytes(right)
    return -1 if below else 1


def order_of(left: AttributeValue, right: AttributeValue) -> int | None:
    """Below, at or above 0, as left is below, at or above right; None where they have no order."""
    [(kind, content)] = left.items()
    other: Any = right.get(kind)
    if other is None:
        return None
    if kind == "N":
        return _number_order(content, other)
    if kind == "B":
        content, other = values.binary_bytes(content), values.binary_bytes(other)
    elif kind != "S":
        return None
    # Code points have the order of their UTF-8 bytes.
    return (content > other) - (content < other)


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _order(operator: str, left: Evaluator, right: Evaluator) -> Predicate:
    fits = _ORDERS[operator]

    def holds(item: Item, bound: Values) -> bool:
        one = left(item, bound)
        if one is None:
            return False
        other = right(item, bound)
        if other is None:
            return False
        order = order_of(one, other)
        return order is not None and fits(order)

    return holds


def _between(operand: Evaluator, lower: Evaluator, upper: Evaluator) -> Predicate:
    above = _order(">=", operand, lower)
    below = _order("<=", operand, upper)
    return lambda item, bound: above(item, bound) and below(item, bound)


def _membership(operand: Evaluator, choices: tuple[Evaluator, ...]) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        value = operand(item, bound)
        if value is None:
            return False
        for choice in choices:
            other = choice(item, bound)
            if other is not None and values.equal(value, other):
                return True
        return False

    return holds


# Functions.


def _exists(operand: Evaluator) -> Predicate:
    return lambda item, bound: operand(item, bound) is not None


def _not_exists(operand: Evaluator) -> Predicate:
    return lambda item, bound: operand(item, bound) is None


def _has_type(operand: Evaluator, name: Evaluator) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        value = operand(item, bound)
        return value is not None and cast("AttributeValue", name(item, bound))["S"] in value

    return holds


def _begins(operand: Evaluator, prefix: Evaluator) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        value, start = operand(item, bound), prefix(item, bound)
        if value is None or start is None:
            return False
        if "S" in value and "S" in start:
            return value["S"].startswith(start["S"])
        if "B" in value and "B" in start:
            return values.binary_bytes(value["B"]).startswith(values.binary_bytes(start["B"]))
        return False

    return holds


def _contains(operand: Evaluator, member: Evaluator) -> Predicate:
    def holds(item: Item, bound: Values) -> bool:
        value, wanted = operand(item, bound), member(item, bound)
        return value is not None and wanted is not None and contained(value, wanted)

    return holds


def contained(value: AttributeValue, wanted: AttributeValue) -> bool:
    """Part of a string or binary, member of a set, element of a list; never anything of a map."""
    [(kind, content)] = value.items()
    if kind == "L":
        return any(values.equal(element, wanted) for element in content)
    if kind in _OF_SETS:
        return wanted.get(_OF_SETS[kind]) in content
    if kind == "S":
        return "S" in wanted and wanted["S"] in content
    if kind == "B":
        return "B" in wanted and values.binary_bytes(wanted["B"]) in values.binary_bytes(content)
    return False


_FUNCTIONS: dict[str, Callable[..., Predicate]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _has_type,
    "begins_with": _begins,
    "contains": _contains,
}
