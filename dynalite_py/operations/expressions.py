"""A request's expression members, and the legacy parameters in their place, as functions on items.

``bound`` makes every check that needs no table and hands over closures. Texts are parsed once; what
texts, names and the values' types decide together is compiled and checked once. So a warm request
checks its values and binds them. Source: facts, General order, The envelope, Common texts, Mixing
with expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from dynalite_py.language import binding, conditions, nodes, parse, projections, updates
from dynalite_py.model import errors, expression_errors, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue, Item
from dynalite_py.operations import legacy

Request: TypeAlias = Mapping[str, Any]
Predicate: TypeAlias = Callable[[Item | None], bool]
Projector: TypeAlias = projections.Projector
Values: TypeAlias = dict[str, AttributeValue]
# Regions differ: today's texts of PutItem and UpdateItem stand in an envelope, older ones are bare.
Wording: TypeAlias = Literal["current", "older"]

_NAMES = "ExpressionAttributeNames"
_VALUES = "ExpressionAttributeValues"
_REMEMBERED = 2048
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+")
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+")
# The order in which the service looks at the expressions of one request.
_IN_ORDER = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The expression members and legacy members of an operation; compared by identity.

    expressions, legacy: in the order in which the text about mixing lists them. valued: the
    expressions that can use a value, as the text about unusable values lists them. any: all members
    that ask for work here. enveloped: whether today's texts come behind "1 validation error
    detected: ".
    """

    expressions: tuple[str, ...]
    legacy: tuple[str, ...]
    valued: tuple[str, ...]
    any: frozenset[str]
    enveloped: bool


def _members(
    expressions: tuple[str, ...],
    legacy_members: tuple[str, ...] = (),
    *,
    valued: tuple[str, ...] = (),
    enveloped: bool = False,
) -> Members:
    asking = {*expressions, *legacy_members, _NAMES, _VALUES}
    if legacy_members:
        asking.add("ConditionalOperator")
    return Members(expressions, legacy_members, valued, frozenset(asking), enveloped)


_CONDITION = ("ConditionExpression",)
_UPDATE = ("UpdateExpression", "ConditionExpression")
_PROJECTION = ("ProjectionExpression",)

PUT = _members(_CONDITION, ("Expected",), valued=_CONDITION, enveloped=True)
DELETE = _members(_CONDITION, ("Expected",), valued=_CONDITION)
UPDATE = _members(_UPDATE, ("AttributeUpdates", "Expected"), valued=_UPDATE, enveloped=True)
GET = _members(_PROJECTION, ("AttributesToGet",))
BATCH_GET = GET
QUERY = _members(
    ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
    ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    valued=("FilterExpression", "KeyConditionExpression"),
)
SCAN = _members(
    ("ProjectionExpression", "FilterExpression"),
    ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    valued=("FilterExpression",),
)
TRANSACT_PUT = _members(_CONDITION, valued=_CONDITION)
TRANSACT_DELETE = TRANSACT_PUT
TRANSACT_CHECK = TRANSACT_PUT
TRANSACT_UPDATE = _members(_UPDATE, valued=_UPDATE)
TRANSACT_GET = _members(_PROJECTION)


@dataclass(slots=True)
class BoundUpdate:
    """An update with its values."""

    program: updates.Program
    values: Values

    def apply(self, item: Item | None, key: Item) -> Item | None:
        """The item after the update, canonical; None where there was none and nothing makes one.

        key: the key attributes, which a new item begins with. Raises: DynamoDBError.
        """
        return updates.apply(self.program, item, key, self.values)

    def updated(self, image: Item | None) -> Item:
        """What the targets' paths find in the old or new image: UPDATED_OLD, UPDATED_NEW."""
        return {} if image is None else self.program.fragment(image)

    @property
    def names(self) -> frozenset[str]:
        """The top-level attributes that are targets, or hold one."""
        return self.program.names

    @property
    def nested(self) -> tuple[nodes.Path, ...]:
        """The targets that lie inside an attribute."""
        return self.program.nested

    @property
    def literals(self) -> dict[str, AttributeValue]:
        """The whole attributes that are set to a constant."""
        return {
            name: binding.value_of(operand, self.values) for name, operand in self.program.literals
        }


@dataclass(slots=True)
class Filter:
    """A filter: its closure; its bound tree and values for a compiler."""

    holds: Predicate
    node: nodes.Condition
    values: Values


@dataclass(slots=True)
class KeyCondition:
    """A key condition: a bound tree, every condition beginning with its attribute; its values."""

    node: nodes.Condition
    values: Values


@dataclass(slots=True)
class Bound:
    """What a request asks for beyond its table and key; None for what it does not ask for."""

    condition: Predicate | None = None
    update: BoundUpdate | None = None
    filter: Filter | None = None
    key_condition: KeyCondition | None = None
    projection: Projector | None = None


NOTHING = Bound()


def bound(members: Members, request: Request, wording: Wording = "current") -> Bound:
    """Check and bind every expression of a request (or a member of a batch or transaction).

    Raises: DynamoDBError for the first fault, in the service's order.
    """
    if members.any.isdisjoint(request):
        return NOTHING
    enveloped = members.enveloped and wording == "current"
    check_members(members, request, wording)
    result = Bound()
    _bind_legacy(members, request, result, enveloped=enveloped)
    if any(request.get(member) is not None for member in members.expressions):
        _bind_expressions(members, request, result, enveloped=enveloped)
    if "KeyConditions" in members.legacy:
        node = legacy.key_conditions(request)
        if node is not None:
            result.key_condition = KeyCondition(node, {})
    return result


def check_members(members: Members, request: Request, wording: Wording = "current") -> None:
    """Refuse members that cannot stand together, for callers whose own checks come between.

    Raises: DynamoDBError.
    """
    refusal = _misfit(members, request, bare=not (members.enveloped and wording == "current"))
    if refusal is None:
        return
    if members.enveloped and wording == "current":
        raise errors.enveloped(refusal)
    raise refusal


def check_before_expressions(members: Members, request: Request) -> None:
    """What is looked at before any expression's text: what cannot stand together, then the legacy
    parameters but KeyConditions. For callers whose own refusal comes behind these.

    Raises: DynamoDBError.
    """
    check_members(members, request)
    _bind_legacy(members, request, Bound(), enveloped=False)


def _misfit(members: Members, request: Request, *, bare: bool) -> DynamoDBError | None:
    given = [member for member in members.expressions if request.get(member) is not None]
    old = [member for member in members.legacy if request.get(member) is not None]
    if "KeyConditions" in old and "KeyConditionExpression" not in given:
        old.remove("KeyConditions")  # They may stand beside the other two expressions.
    if given and old:
        return expression_errors.mixed_parameters(old, given)
    if request.get(_NAMES) is not None and not given:
        return expression_errors.map_without_expression(_NAMES)
    if request.get(_VALUES) is None or any(member in given for member in members.valued):
        return None
    reason = ""
    if bare and members.valued:
        verb = "are" if len(members.valued) > 1 else "is"
        reason = f": {' and '.join(members.valued)} {verb} null"
    return expression_errors.map_without_expression(_VALUES, reason)


def _bind_legacy(members: Members, request: Request, result: Bound, *, enveloped: bool) -> None:
    """The legacy parameters but KeyConditions, which are looked at after the expressions."""
    of_operation = members.legacy
    if "AttributeUpdates" in of_operation:
        update = legacy.updates(request)
        if update is not None:
            result.update = BoundUpdate(updates.program(update, legacy=True), {})
    if "Expected" in of_operation:
        node = legacy.expected(request, enveloped=enveloped)
        if node is not None:
            result.condition = _predicate(conditions.predicate(node), {})
    if "ConditionalOperator" in of_operation:
        member = "QueryFilter" if "QueryFilter" in of_operation else "ScanFilter"
        node = legacy.filter(request, member)
        if node is not None:
            result.filter = Filter(_predicate(conditions.predicate(node), {}), node, {})
    if "AttributesToGet" in of_operation:
        projection = legacy.projection(request)
        if projection is not None:
            result.projection = projections.projector(projection)


def _predicate(holds: conditions.Predicate, bound_values: Values) -> Predicate:
    return lambda item: holds({} if item is None else item, bound_values)


# Expressions.


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The expressions of a request but for their values."""

    checks: tuple[binding.ValueCheck, ...]
    condition: conditions.Predicate | None
    update: updates.Program | None
    filter: tuple[conditions.Predicate, nodes.Condition] | None
    key_condition: nodes.Condition | None
    projection: Projector | None


def _bind_expressions(
    members: Members, request: Request, result: Bound, *, enveloped: bool
) -> None:
    given_names = request.get(_NAMES)
    names = () if given_names is None else _checked_names(tuple(given_names.items()))
    given_values = request.get(_VALUES)
    bound_values = {} if given_values is None else _canonical(given_values, enveloped=enveloped)
    texts = tuple(
        request.get(member) if member in members.expressions else None for member in _IN_ORDER
    )
    types = tuple((name, next(iter(value))) for name, value in bound_values.items())
    compiled = _compiled(texts, names, types, enveloped)
    if compiled.checks:
        _run_checks(compiled.checks, bound_values, enveloped=enveloped)
    if compiled.condition is not None:
        result.condition = _predicate(compiled.condition, bound_values)
    if compiled.update is not None:
        result.update = BoundUpdate(compiled.update, bound_values)
    if compiled.filter is not None:
        holds, node = compiled.filter
        result.filter = Filter(_predicate(holds, bound_values), node, bound_values)
    if compiled.key_condition is not None:
        result.key_condition = KeyCondition(compiled.key_condition, bound_values)
    if compiled.projection is not None:
        result.projection = compiled.projection


@lru_cache(maxsize=_REMEMBERED)
def _checked_names(names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if not names:
        raise expression_errors.empty_map(_NAMES)
    for key, _ in names:
        if _NAME_KEY.fullmatch(key) is None:
            raise expression_errors.invalid_map_key(_NAMES, key)
    return names


def _canonical(given: Mapping[str, Any], *, enveloped: bool) -> Values:
    """The values in canonical form. Their keys are looked at where a set of them first comes."""
    if not given:
        raise expression_errors.empty_map(_VALUES)
    canonical: Values = {}
    for key, value in given.items():
        try:
            canonical[key] = values.canonical_value(value)
        except DynamoDBError as refusal:
            _check_value_keys(given)
            raise _of_value(refusal, key, enveloped=enveloped) from None
    return canonical


def _check_value_keys(keys: Mapping[str, Any]) -> None:
    for key in keys:
        if _VALUE_KEY.fullmatch(key) is None:
            raise expression_errors.invalid_map_key(_VALUES, key)


def _of_value(refusal: DynamoDBError, key: str, *, enveloped: bool) -> DynamoDBError:
    if refusal.code != "ValidationException" or refusal.message == errors.too_deep().message:
        return refusal
    if refusal.message == errors.false_null().message:
        return errors.enveloped(refusal) if enveloped else refusal
    return expression_errors.invalid_map_value(refusal, key)


def _run_checks(
    checks: tuple[binding.ValueCheck, ...], bound_values: Values, *, enveloped: bool
) -> None:
    try:
        for check in checks:
            check(bound_values)
    except DynamoDBError as refusal:
        raise (errors.enveloped(refusal) if enveloped else refusal) from None


@lru_cache(maxsize=_REMEMBERED)
def _compiled(
    texts: tuple[str | None, ...],
    name_pairs: tuple[tuple[str, str], ...],
    type_pairs: tuple[tuple[str, str], ...],
    enveloped: bool,
) -> _Compiled:
    names, types = dict(name_pairs), dict(type_pairs)
    _check_value_keys(types)
    given = {
        member: text for member, text in zip(_IN_ORDER, texts, strict=True) if text is not None
    }
    try:
        compiled = _checked(given, names, types)
    except DynamoDBError as refusal:
        raise (errors.enveloped(refusal) if enveloped else refusal) from None
    parsed = [parse.parsed(member, text) for member, text in given.items()]
    unused_names = [name for name in names if not any(name in each.names for each in parsed)]
    if unused_names:
        raise expression_errors.unused(_NAMES, unused_names)
    unused_values = [name for name in types if not any(name in each.values for each in parsed)]
    if unused_values:
        raise expression_errors.unused(_VALUES, unused_values)
    return compiled


def _checked(given: dict[str, str], names: binding.Names, types: binding.Types) -> _Compiled:
    """Each expression parsed, checked and compiled before the next is looked at."""
    checks: list[binding.ValueCheck] = []
    bound_conditions: dict[str, nodes.Condition] = {}
    update = projection = None
    for member, text in given.items():
        tree = parse.parsed(member, text).tree
        if isinstance(tree, nodes.Update):
            update = updates.program(binding.checked_update(member, tree, names, types))
        elif isinstance(tree, nodes.Projection):
            projection = projections.projector(binding.checked_projection(member, tree, names))
        else:
            node, more = binding.checked_condition(member, tree, names, types)
            checks += more
            bound_conditions[member] = (
                binding.key_condition(node) if member == "KeyConditionExpression" else node
            )
    condition = bound_conditions.get("ConditionExpression")
    filter_node = bound_conditions.get("FilterExpression")
    return _Compiled(
        checks=tuple(checks),
        condition=None if condition is None else conditions.predicate(condition),
        update=update,
        filter=None if filter_node is None else (conditions.predicate(filter_node), filter_node),
        key_condition=bound_conditions.get("KeyConditionExpression"),
        projection=projection,
    )
