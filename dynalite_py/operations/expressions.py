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
from typing import Any, TypeAlias

from dynalite_py.language import binding, conditions, nodes, parse, projections, updates
from dynalite_py.model import errors, expression_errors, limits, sizes, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue, Item
from dynalite_py.operations import legacy

Request: TypeAlias = Mapping[str, Any]
Predicate: TypeAlias = Callable[[Item | None], bool]
Projector: TypeAlias = projections.Projector
Values: TypeAlias = dict[str, AttributeValue]
# Regions differ: today's texts of PutItem and UpdateItem stand in an envelope, older ones are bare.
Texts: TypeAlias = tuple[str | None, ...]

_NAMES = "ExpressionAttributeNames"
_VALUES = "ExpressionAttributeValues"
_REMEMBERED = 2048
_LONGEST_NAMES = 8192  # characters; what is longer is compiled anew, lest the cache grow large
_LIGHT = limits.EXPRESSION_MAPS_BYTES // 8  # characters of values that cannot exceed their limit
_SCALARS = frozenset({"S", "N", "B"})
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+")
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The expression members and legacy members of an operation; compared by identity.

    expressions, legacy: in the order in which the text about mixing lists them. in_order: the
    expressions in the order in which they are looked at; those that can use values stand first.
    valued: these, as the text about unusable values lists them. old, any: the legacy members, and
    all members that ask for work here. enveloped: whether today's texts come behind "1 validation
    error detected: ".
    """

    expressions: tuple[str, ...]
    legacy: tuple[str, ...]
    in_order: tuple[str, ...]
    valued: tuple[str, ...]
    old: frozenset[str]
    any: frozenset[str]
    enveloped: bool


def _members(
    expressions: tuple[str, ...],
    legacy_members: tuple[str, ...] = (),
    *,
    in_order: tuple[str, ...] = (),
    valued: tuple[str, ...] = (),
    enveloped: bool = False,
) -> Members:
    old = {*legacy_members, "ConditionalOperator"} if legacy_members else set[str]()
    asking = {*expressions, *old, _NAMES, *((_VALUES,) if valued else ())}
    return Members(
        expressions=expressions,
        legacy=legacy_members,
        in_order=in_order or expressions,
        valued=valued,
        old=frozenset(old),
        any=frozenset(asking),
        enveloped=enveloped,
    )


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
    in_order=("KeyConditionExpression", "FilterExpression", "ProjectionExpression"),
    valued=("FilterExpression", "KeyConditionExpression"),
)
SCAN = _members(
    ("ProjectionExpression", "FilterExpression"),
    ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    in_order=("FilterExpression", "ProjectionExpression"),
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
    """What a request asks for beyond its table and key; None for what it does not ask for.

    inside: the attributes that paths of the condition and the update go inside.
    """

    condition: Predicate | None = None
    update: BoundUpdate | None = None
    filter: Filter | None = None
    key_condition: KeyCondition | None = None
    projection: Projector | None = None
    inside: frozenset[str] = frozenset()


NOTHING = Bound()


def bound(members: Members, request: Request) -> Bound:
    """Check and bind every expression of a request (or a member of a batch or transaction).

    Raises: DynamoDBError for the first fault, in the service's order.
    """
    if members.any.isdisjoint(request):
        return NOTHING
    enveloped = members.enveloped
    texts = tuple(map(request.get, members.in_order))
    if texts[0] is not None and members.old.isdisjoint(request):
        return _bound_expressions(members, request, texts, enveloped=enveloped)
    check_members(members, request)
    result = Bound()
    _bind_legacy(members, request, result, enveloped=enveloped)
    if any(text is not None for text in texts):
        # Of the legacy members only KeyConditions, which come below, can stand beside expressions.
        result = _bound_expressions(members, request, texts, enveloped=enveloped)
    if "KeyConditions" in members.legacy:
        node = legacy.key_conditions(request)
        if node is not None:
            result.key_condition = KeyCondition(node, {})
    return result


def check_members(members: Members, request: Request) -> None:
    """Refuse members that cannot stand together, for callers whose own checks come between.

    Raises: DynamoDBError.
    """
    refusal = _misfit(members, request, bare=not members.enveloped)
    if refusal is None:
        return
    if members.enveloped:
        raise errors.enveloped(refusal)
    raise refusal


def check_before_expressions(members: Members, request: Request) -> None:
    """What is looked at before any expression's text: what cannot stand together, then the legacy
    parameters but KeyConditions. For callers whose own refusal comes behind these.

    Raises: DynamoDBError.
    """
    check_members(members, request)
    _bind_legacy(members, request, Bound(), enveloped=False)


def check_expressions(members: Members, request: Request) -> None:
    """What is looked at before the legacy parameters: what cannot stand together, then the
    expressions. For callers whose own refusal comes between. Raises: DynamoDBError.
    """
    check_members(members, request)
    bound(members, {name: given for name, given in request.items() if name not in members.old})


def _misfit(members: Members, request: Request, *, bare: bool) -> DynamoDBError | None:
    given = [member for member in members.expressions if request.get(member) is not None]
    old = [member for member in members.legacy if request.get(member) is not None]
    if "KeyConditions" in old and "KeyConditionExpression" not in given:
        old.remove("KeyConditions")  # They may stand beside the other two expressions.
    if given and old:
        return expression_errors.mixed_parameters(old, given)
    if request.get(_NAMES) is not None and not given:
        return expression_errors.map_without_expression(_NAMES)
    if not members.valued or request.get(_VALUES) is None:
        return None
    if any(member in given for member in members.valued):
        return None
    reason = ""
    if bare:
        verb = "are" if len(members.valued) > 1 else "is"
        reason = f": {' and '.join(members.valued)} {verb} null"
    return expression_errors.map_without_expression(_VALUES, reason)


def _bind_legacy(members: Members, request: Request, result: Bound, *, enveloped: bool) -> None:
    """The legacy parameters but KeyConditions, which are looked at after the expressions."""
    of_operation = members.legacy
    if "AttributeUpdates" in of_operation:
        update = legacy.updates(request, enveloped=enveloped)
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
    inside: frozenset[str]


def _bound_expressions(
    members: Members, request: Request, texts: Texts, *, enveloped: bool
) -> Bound:
    names = request.get(_NAMES)
    given_values = request.get(_VALUES) if members.valued else None
    bound_values: Values = {}
    kinds: list[str] = []
    weight = 0  # characters; a value of another type has its exact size counted
    if given_values is not None:
        for key, value in given_values.items():
            try:
                bound_values[key] = canonical = values.canonical_value(value)
            except DynamoDBError as refusal:
                _check_maps(names, given_values)
                raise _of_value(refusal, key, enveloped=enveloped) from None
            [(kind, content)] = canonical.items()
            kinds.append(kind)
            weight += len(content) if kind in _SCALARS else _LIGHT
    long_names = names is not None and sum(map(len, names.values())) > _LONGEST_NAMES
    if long_names or weight >= _LIGHT:
        _check_maps_size(names, bound_values)
    compiled = (_compiled.__wrapped__ if long_names else _compiled)(
        members,
        texts,
        None if names is None else tuple(names.items()),
        None if given_values is None else (*bound_values, *kinds),
        enveloped,
    )
    if compiled.checks:
        _run_checks(compiled.checks, bound_values, enveloped=enveloped)
    result = Bound(projection=compiled.projection, inside=compiled.inside)
    if compiled.condition is not None:
        result.condition = _predicate(compiled.condition, bound_values)
    if compiled.update is not None:
        result.update = BoundUpdate(compiled.update, bound_values)
    if compiled.key_condition is not None:
        result.key_condition = KeyCondition(compiled.key_condition, bound_values)
    if compiled.filter is not None:
        holds, node = compiled.filter
        result.filter = Filter(_predicate(holds, bound_values), node, bound_values)
    return result


def _check_maps_size(names: Mapping[str, str] | None, bound_values: Values) -> None:
    """Refuse names and values of more than 2 MB. Raises: DynamoDBError."""
    total = sum(len(key) + sizes.of_value(value) for key, value in bound_values.items())
    total += sum(len(key) + len(name.encode()) for key, name in (names or {}).items())
    if total > limits.EXPRESSION_MAPS_BYTES:
        raise expression_errors.maps_too_large(limits.EXPRESSION_MAPS_BYTES)


def _check_maps(names: Mapping[str, Any] | None, given_values: Mapping[str, Any] | None) -> None:
    """Refuse a map without entries, keys that are no ``#name`` or ``:value``, and empty names."""
    for member, given, form in ((_NAMES, names, _NAME_KEY), (_VALUES, given_values, _VALUE_KEY)):
        if given is None:
            continue
        if not given:
            raise expression_errors.empty_map(member)
        for key in given:
            if form.fullmatch(key) is None:
                raise expression_errors.invalid_map_key(member, key)
            if len(key) > limits.EXPRESSION_KEY_BYTES:  # All its letters are ASCII.
                limit = limits.EXPRESSION_KEY_BYTES
                raise expression_errors.map_key_too_long(member, limit, key)
    for key, name in (names or {}).items():
        try:
            values.check_name(name)
        except DynamoDBError as refusal:
            raise expression_errors.invalid_map_value(_NAMES, refusal, key) from None


def _of_value(refusal: DynamoDBError, key: str, *, enveloped: bool) -> DynamoDBError:
    if refusal.code != "ValidationException" or refusal.message == errors.too_deep().message:
        return refusal
    if refusal.message == errors.false_null().message:
        return errors.enveloped(refusal) if enveloped else refusal
    return expression_errors.invalid_map_value(_VALUES, refusal, key)


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
    members: Members,
    texts: Texts,
    name_pairs: tuple[tuple[str, str], ...] | None,
    value_types: tuple[str, ...] | None,
    enveloped: bool,
) -> _Compiled:
    """Texts: as ``Members.in_order``. value_types: all keys, then all types; None: no such map."""
    names = None if name_pairs is None else dict(name_pairs)
    types = None if value_types is None else _halves(value_types)
    _check_maps(names, types)
    names, types = names or {}, types or {}
    given = {
        member: text
        for member, text in zip(members.in_order, texts, strict=True)
        if text is not None
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


def cache() -> tuple[int, int, int]:
    """Hits, misses and entries of the expressions of whole requests. A miss is a request whose
    expressions were compiled and remembered.
    """
    hits, misses, _, entries = _compiled.cache_info()
    return hits, misses, entries


def _halves(value_types: tuple[str, ...]) -> dict[str, str]:
    middle = len(value_types) // 2
    return dict(zip(value_types[:middle], value_types[middle:], strict=True))


def _checked(given: dict[str, str], names: binding.Names, types: binding.Types) -> _Compiled:
    """Each expression parsed, checked and compiled before the next is looked at."""
    checks: list[binding.ValueCheck] = []
    bound_conditions: dict[str, nodes.Condition] = {}
    update = projection = None
    inside: frozenset[str] = frozenset()
    for member, text in given.items():
        tree = parse.parsed(member, text).tree
        if isinstance(tree, nodes.Update):
            bound_update = binding.checked_update(member, tree, names, types)
            update = updates.program(bound_update)
            inside |= _entered(bound_update)
        elif isinstance(tree, nodes.Projection):
            projection = projections.projector(binding.checked_projection(member, tree, names))
        else:
            node, more = binding.checked_condition(member, tree, names, types)
            checks += more
            bound_conditions[member] = (
                binding.key_condition(node) if member == "KeyConditionExpression" else node
            )
            inside |= _entered(node)
    condition = bound_conditions.get("ConditionExpression")
    filter_node = bound_conditions.get("FilterExpression")
    return _Compiled(
        checks=tuple(checks),
        condition=None if condition is None else conditions.predicate(condition),
        update=update,
        filter=None if filter_node is None else (conditions.predicate(filter_node), filter_node),
        key_condition=bound_conditions.get("KeyConditionExpression"),
        projection=projection,
        inside=inside,
    )


def _entered(tree: nodes.Condition | nodes.Update) -> frozenset[str]:
    """The attributes that the paths of a bound tree go inside."""
    found = [node for node, _ in parse.walk(tree) if type(node) is nodes.Path]
    return frozenset(str(path.parts[0]) for path in found if len(path.parts) > 1)
