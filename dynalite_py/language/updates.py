"""An update as a program over one item.

Every right side and every old value is read from the item as it was; then all outcomes go to their
places at once. The item given is never changed: what the update touches is copied, the rest is
shared. Source: facts, UpdateExpression; AttributeUpdates (legacy: another refusal at run time, and
ADD appends to a list).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from dynalite_py.language import nodes, paths, projections
from dynalite_py.language.nodes import Operand
from dynalite_py.language.paths import KEPT, REMOVED, Branch
from dynalite_py.model import errors, expression_errors, legacy_errors, limits, numbers, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue, Item

Values: TypeAlias = Mapping[str, AttributeValue]
# A value, or KEPT or REMOVED.
Outcome: TypeAlias = Callable[[Item, Values], AttributeValue]
RightSide: TypeAlias = Callable[[Item, Values], AttributeValue]

_SETS = frozenset({"SS", "NS", "BS"})
# What an update adds to the size that is measured: by itself, for each SET and ADD, for each REMOVE
# and DELETE. Source: facts, Item size limits (a fit to what was recorded).
_MEASURE_BYTES, _MAKING_BYTES, _TAKING_BYTES = 3, 19, 2


@dataclass(frozen=True, slots=True)
class Program:
    """A bound update, compiled. outcomes and tree belong together by the actions' numbers.

    creating: the tree of SET and ADD alone, for a missing item; None where nothing makes an item of
    nothing. misplaced: some of these lie inside an attribute, which a missing item has not.
    names: top-level attributes that are targets. nested: targets inside an attribute.
    literals: the constants that whole attributes are set to. measure_bytes: what the update itself
    adds to the size that UpdateItem measures.
    """

    outcomes: tuple[Outcome, ...]
    tree: Branch
    creating: Branch | None
    misplaced: bool
    fragment: projections.Project
    names: frozenset[str]
    nested: tuple[nodes.Path, ...]
    literals: tuple[tuple[str, Operand], ...]
    measure_bytes: int


def program(node: nodes.Update, *, legacy: bool = False) -> Program:
    """Compile a bound update. legacy: it comes from AttributeUpdates."""
    actions = node.actions
    targets = [(number, paths.parts_of(action.path)) for number, action in enumerate(actions)]
    making = [
        target
        for target, action in zip(targets, actions, strict=True)
        if isinstance(action, nodes.SetAction | nodes.AddAction)
    ]
    mismatch = (
        legacy_errors.update_type_mismatch if legacy else expression_errors.wrong_operand_type
    )
    tree = paths.tree(targets)
    return Program(
        outcomes=tuple(_outcome(action, mismatch, legacy=legacy) for action in actions),
        tree=tree,
        creating=paths.tree(making) if making or not actions else None,
        misplaced=any(len(parts) > 1 for _, parts in making),
        fragment=lambda item: paths.fragment(item, tree),
        names=frozenset(cast("str", parts[0]) for _, parts in targets),
        nested=tuple(action.path for action in actions if len(action.path.parts) > 1),
        literals=tuple(
            (cast("str", action.path.parts[0]), action.operand)
            for action in actions
            if isinstance(action, nodes.SetAction)
            and len(action.path.parts) == 1
            and isinstance(action.operand, nodes.Value | nodes.Constant)
        ),
        measure_bytes=_MEASURE_BYTES
        + _MAKING_BYTES * len(making)
        + _TAKING_BYTES * (len(actions) - len(making)),
    )


def apply(compiled: Program, item: Item | None, key: Item, bound: Values) -> Item | None:
    """The item after the update; None where there was none and nothing makes one.

    key: the key attributes, which a new item begins with. Raises: DynamoDBError.
    """
    if item is not None:
        outcomes = [outcome(item, bound) for outcome in compiled.outcomes]
        return paths.changed(item, compiled.tree, outcomes)
    if compiled.creating is None:
        return None
    if compiled.misplaced:
        raise expression_errors.impossible_target()
    outcomes = [outcome(key, bound) for outcome in compiled.outcomes]
    return paths.changed(key, compiled.creating, outcomes)


def _outcome(
    action: nodes.Action, mismatch: Callable[[], DynamoDBError], *, legacy: bool
) -> Outcome:
    match action:
        case nodes.SetAction(path, operand):
            return _set(len(path.parts), right_side(operand))
        case nodes.RemoveAction():
            return lambda _item, _bound: REMOVED
        case nodes.AddAction(path, operand):
            return _combined(path, operand, _adder(mismatch, lists=legacy), missing_is_operand=True)
        case nodes.DeleteAction(path, operand):
            return _combined(path, operand, _subtractor(mismatch), missing_is_operand=False)


def _set(levels: int, value_of: RightSide) -> Outcome:
    """A value that goes below the top must not bring the item beyond the levels of nesting."""
    if levels == 1:
        return value_of

    def outcome(item: Item, bound: Values) -> AttributeValue:
        value = value_of(item, bound)
        if levels - 1 + values.depth(value) > limits.NESTING_LEVELS:
            raise errors.too_deep()
        return value

    return outcome


# Right sides.


def right_side(node: Operand) -> RightSide:
    """The closure of a right side; it raises DynamoDBError where it reads what is not there."""
    match node:
        case nodes.Value(name):
            return lambda _, bound: bound[name]
        case nodes.Constant(value):
            return lambda _item, _bound: cast("AttributeValue", value)
        case nodes.Path():
            return _read(paths.reader(node))
        case nodes.Arithmetic(operator, left, right):
            compute = numbers.add if operator == "+" else numbers.subtract
            return _computed(compute, right_side(left), right_side(right))
        case nodes.Call("if_not_exists", (nodes.Path() as path, otherwise)):
            return _if_not_exists(paths.reader(path), right_side(otherwise))
        case nodes.Call("list_append", (left, right)):
            return _appended(right_side(left), right_side(right))
        case _:
            raise AssertionError(f"{node} is no right side")


def _read(read: paths.Reader) -> RightSide:
    def value_of(item: Item, _: Values) -> AttributeValue:
        value = read(item)
        if value is None:
            raise expression_errors.missing_operand()
        return value

    return value_of


def _computed(compute: Callable[[str, str], str], left: RightSide, right: RightSide) -> RightSide:
    def value_of(item: Item, bound: Values) -> AttributeValue:
        one, other = left(item, bound), right(item, bound)
        if "N" not in one or "N" not in other:
            raise expression_errors.wrong_operand_type()
        return {"N": compute(one["N"], other["N"])}

    return value_of


def _if_not_exists(read: paths.Reader, otherwise: RightSide) -> RightSide:
    def value_of(item: Item, bound: Values) -> AttributeValue:
        value = read(item)
        return otherwise(item, bound) if value is None else value

    return value_of


def _appended(left: RightSide, right: RightSide) -> RightSide:
    def value_of(item: Item, bound: Values) -> AttributeValue:
        one, other = left(item, bound), right(item, bound)
        if "L" not in one or "L" not in other:
            raise expression_errors.wrong_operand_type()
        return {"L": [*one["L"], *other["L"]]}

    return value_of


# ADD and DELETE.

_Combine: TypeAlias = Callable[[AttributeValue, AttributeValue], AttributeValue]


def _combined(
    path: nodes.Path,
    operand: nodes.Value | nodes.Constant,
    combine: _Combine,
    *,
    missing_is_operand: bool,
) -> Outcome:
    read, value_of = paths.reader(path), right_side(operand)

    def outcome(item: Item, bound: Values) -> AttributeValue:
        old = read(item)
        if old is not None:
            return combine(old, value_of(item, bound))
        return value_of(item, bound) if missing_is_operand else KEPT

    return outcome


def _adder(mismatch: Callable[[], DynamoDBError], *, lists: bool) -> _Combine:
    def add(old: AttributeValue, operand: AttributeValue) -> AttributeValue:
        [(kind, more)] = operand.items()
        content = old.get(kind)
        if content is None:
            raise mismatch()
        if kind == "N":
            return {"N": numbers.add(content, more)}
        if kind == "L" and lists:
            return {"L": [*content, *more]}
        assert kind in _SETS, "other operands were refused"
        held = set(content)
        return {kind: [*content, *(member for member in more if member not in held)]}

    return add


def _subtractor(mismatch: Callable[[], DynamoDBError]) -> _Combine:
    def subtract(old: AttributeValue, operand: AttributeValue) -> AttributeValue:
        [(kind, members)] = operand.items()
        content = old.get(kind)
        if content is None:
            raise mismatch()
        taken = set(members)
        kept = [member for member in content if member not in taken]
        return {kind: kept} if kept else REMOVED

    return subtract
