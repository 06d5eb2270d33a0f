"""Which rows answer a Query: a key condition and a key schema become a partition and a sort range.

The conditions arrive as bound nodes (from KeyConditionExpression or KeyConditions), their structure
already checked, each beginning with its attribute; what depends on the schema is checked here, key
by key, in the service's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias, cast

from dynalite_py.language import nodes
from dynalite_py.model import errors, keys, query_errors
from dynalite_py.model.keys import Bounds, Column
from dynalite_py.model.tables import Index, KeyType, Table
from dynalite_py.model.values import AttributeValue

Schema: TypeAlias = tuple[tuple[str, ...], tuple[KeyType, ...], int]
"""Key attribute names (hash keys first), their types, the number of hash keys."""

Terms: TypeAlias = Mapping[str, tuple[str, tuple[nodes.Operand, ...]]]
"""Attribute name -> operator (``= < <= > >=``, BETWEEN, BEGINS_WITH, NOT_INDEXABLE), operands."""

Values: TypeAlias = Mapping[str, AttributeValue]

Access: TypeAlias = tuple[int, Column, Bounds]
"""Partition hash, partition column, bounds of the sort column: what one Query reads."""

BETWEEN, BEGINS_WITH, NOT_INDEXABLE = "BETWEEN", "BEGINS_WITH", ""
UNBOUNDED: Bounds = ("", "", "", "")

_ORDERED = frozenset({"=", "<", "<=", ">", ">="})
_BEHIND_PARTS = b"\x02"  # Follows every continuation of a composite column: parts begin with 0x01.
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def schema_of(table: Table, index: Index | None) -> Schema:
    """The key schema that a Query of the table, or of its index, goes by."""
    if index is not None:
        return index.keys, index.types, len(index.hash_keys)
    if table.sort_type is None:
        return table.key_names, (table.partition_type,), 1
    return table.key_names, (table.partition_type, table.sort_type), 1


# Conditions by attribute.


def check_table_count(node: nodes.Condition) -> None:
    """Refuse an expression of three conditions, which no table's key has attributes for (an
    index's may). Raises: DynamoDBError.
    """
    if isinstance(node, nodes.And) and isinstance(node.left, nodes.And):
        raise query_errors.key_condition_count()


def terms_of(node: nodes.Condition) -> Terms:
    """The key condition by attribute name. What was made of an expression's tree is kept."""
    try:
        return _kept_terms(node)
    except TypeError:  # Legacy parameters hold their values in the tree: a dict has no hash.
        return _terms(node)


@lru_cache(maxsize=512)
def _kept_terms(node: nodes.Condition) -> Terms:
    return _terms(node)


def _terms(node: nodes.Condition) -> Terms:
    if isinstance(node, nodes.And):
        return {**_terms(node.left), **_terms(node.right)}
    match node:
        case nodes.Comparison(operator, nodes.Path() as path, operand) if operator in _ORDERED:
            return {_name(path): (operator, (operand,))}
        case nodes.Between(nodes.Path() as path, lower, upper):
            return {_name(path): (BETWEEN, (lower, upper))}
        case nodes.Call("begins_with", arguments):
            return {_name(_first_path(node)): (BEGINS_WITH, arguments[1:])}
        case _:  # What no key answers: legacy NE, IN, CONTAINS, NULL...
            return {_name(_first_path(node)): (NOT_INDEXABLE, ())}


def _first_path(node: nodes.Condition) -> nodes.Path:
    while isinstance(node, nodes.Not):
        node = node.condition
    if isinstance(node, nodes.Call):
        return cast("nodes.Path", node.arguments[0])
    if isinstance(node, nodes.Comparison):
        return cast("nodes.Path", node.left)
    if isinstance(node, nodes.In):
        return cast("nodes.Path", node.operand)
    return _first_path(cast("nodes.And | nodes.Or", node).left)


def _name(path: nodes.Path) -> str:
    name = path.parts[0]
    assert isinstance(name, str), "key conditions are bound before they are planned"
    return name


# Checks against the schema.


def check_key(schema: Schema, terms: Terms, values: Values, at: int) -> None:
    """Check the condition on the schema's key number ``at``. Raises: DynamoDBError."""
    names, kinds, split = schema
    if split > 1 or len(names) - split > 1:
        _check_composite(schema, terms, values, at)
        return
    if at == 0:
        _check_count(names, terms)
    term = terms.get(names[at])
    if term is None:
        if at == 0 or len(terms) > 1:
            raise query_errors.missed_key(names[at])
        return
    _check_term(names[at], kinds[at], term, values)
    if at == 0 and term[0] != "=":
        raise query_errors.key_condition_not_supported()


def _check_count(names: tuple[str, ...], terms: Terms) -> None:
    if len(terms) > 2:
        raise query_errors.key_condition_count()
    if len(terms) > len(names):
        raise query_errors.key_condition_not_supported()


def _check_term(
    name: str, kind: KeyType, term: tuple[str, tuple[nodes.Operand, ...]], values: Values
) -> None:
    operator, operands = term
    if operator == NOT_INDEXABLE:
        raise query_errors.not_indexable()
    for operand in operands:
        if kind not in _value(operand, values):
            raise query_errors.condition_type_mismatch()
    for operand in operands:
        if not _value(operand, values)[kind]:
            raise errors.empty_key(name, "string" if kind == "S" else "binary")


def _check_composite(schema: Schema, terms: Terms, values: Values, at: int) -> None:
    """Keys of several attributes: ``=`` on every HASH, RANGE from the left without a gap."""
    names, kinds, split = schema
    if at == 0:
        lacking = [name for name in names[:split] if _operator(terms, name) != "="]
        if lacking:
            raise query_errors.hash_attributes_need_equality(lacking)
        if not terms.keys() <= set(names):
            raise query_errors.key_condition_not_supported()
    elif at == split:
        used = [place for place in range(split, len(names)) if names[place] in terms]
        last = used[-1] if used else split
        lacking = [name for name in names[split:last] if _operator(terms, name) != "="]
        if lacking:
            raise query_errors.range_attributes_need_equality(lacking, names[last])
    if names[at] in terms:
        _check_term(names[at], kinds[at], terms[names[at]], values)


def _operator(terms: Terms, name: str) -> str | None:
    return terms[name][0] if name in terms else None


def _value(operand: nodes.Operand, values: Values) -> AttributeValue:
    if isinstance(operand, nodes.Value):
        return values[operand.name]
    assert isinstance(operand, nodes.Constant), "a key is compared with values only"
    return operand.value


# The range.


def access(schema: Schema, terms: Terms, values: Values) -> Access:
    """Where the rows of the Query are. Every key of the schema has passed ``check_key``."""
    names, kinds, split = schema
    if split == 1:
        part = _column(names[0], kinds[0], terms, values)
    else:
        part = b"".join(_part(names[at], kinds[at], terms, values) for at in range(split))
    return keys.hash_of(keys.key_bytes(part)), part, _bounds(schema, terms, values)


def _bounds(schema: Schema, terms: Terms, values: Values) -> Bounds:
    names, kinds, split = schema
    if len(terms) == split:
        return UNBOUNDED
    if len(names) - split == 1:
        operator, operands = terms[names[split]]
        kind = kinds[split]
        return _simple_bounds(
            operator, [keys.column(kind, _value(operand, values)[kind]) for operand in operands]
        )
    last = len(terms) - 1
    lead = b"".join(_part(names[at], kinds[at], terms, values) for at in range(split, last))
    operator, operands = terms[names[last]]
    kind = kinds[last]
    parts = [
        keys.key_bytes(keys.column(kind, _value(operand, values)[kind])) for operand in operands
    ]
    return _composite_bounds(operator, lead, parts)


def _column(name: str, kind: KeyType, terms: Terms, values: Values) -> Column:
    return keys.column(kind, _value(terms[name][1][0], values)[kind])


def _part(name: str, kind: KeyType, terms: Terms, values: Values) -> bytes:
    return keys.composite_part(keys.key_bytes(_column(name, kind, terms, values)))


def _simple_bounds(operator: str, ends: list[Column]) -> Bounds:
    first, last = ends[0], ends[-1]
    if operator in ("=", BETWEEN):
        return ">=", first, "<=", last
    if operator in (">", ">="):
        return operator, first, "", ""
    if operator in ("<", "<="):
        return "", "", operator, first
    return _prefix_bounds(first)


def _composite_bounds(operator: str, lead: bytes, parts: list[bytes]) -> Bounds:
    """lead: the parts with ``=`` in front of the last used one; parts: its operands, plain."""
    if operator == BEGINS_WITH:
        return _prefix_bounds(
            lead + keys.composite_part(parts[0])[:-1]
        )  # Its end mark is left open.
    first, last = lead + keys.composite_part(parts[0]), lead + keys.composite_part(parts[-1])
    if operator in ("=", BETWEEN):
        return ">=", first, "<", last + _BEHIND_PARTS
    if operator == ">":
        return ">=", first + _BEHIND_PARTS, "<", lead + _BEHIND_PARTS
    if operator == ">=":
        return ">=", first, "<", lead + _BEHIND_PARTS
    return ">=", lead, "<", first + _BEHIND_PARTS if operator == "<=" else first


def _prefix_bounds(prefix: Column) -> Bounds:
    behind = _behind_text(prefix) if isinstance(prefix, str) else _behind_bytes(prefix)
    return (">=", prefix, "<", behind) if behind else (">=", prefix, "", "")


def _behind_text(prefix: str) -> str:
    """The least text behind every text with this prefix; empty where there is none."""
    stem = prefix.rstrip(chr(_LAST_CODE_POINT))
    if not stem:
        return ""
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


def _behind_bytes(prefix: bytes) -> bytes:
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else b""


def holds(bounds: Bounds, sort: Column) -> bool:
    """Whether a sort column lies within the bounds. Both are of one type."""
    low_operator, low, high_operator, high = bounds
    if low_operator and (sort < low or (low_operator == ">" and sort == low)):  # type: ignore[operator]
        return False
    return not (high_operator and (sort > high or (high_operator == "<" and sort == high)))  # type: ignore[operator]


def disjoint(ranges: Iterable[Bounds]) -> list[Bounds]:
    """Ranges of one sort column with the same rows, ascending and without a row in two of them."""
    found: list[Bounds] = []
    for bounds in sorted(ranges, key=_beginning):
        if found and _meet(found[-1], bounds):
            low_operator, low, *_ = found[-1]
            _, _, high_operator, high = max(found[-1], bounds, key=_end)
            found[-1] = (low_operator, low, high_operator, high)
        else:
            found.append(bounds)
    return found


def _beginning(bounds: Bounds) -> tuple[bool, Column, bool]:
    """Sorts ranges by where they begin; one without a lower bound first."""
    operator, low, _, _ = bounds
    return bool(operator), low if operator else "", operator == ">"


def _end(bounds: Bounds) -> tuple[bool, Column, bool]:
    """Sorts ranges by where they end; one without an upper bound last."""
    _, _, operator, high = bounds
    return not operator, high if operator else "", operator == "<="


def _meet(first: Bounds, second: Bounds) -> bool:
    """Whether the ranges have a row in common, as far as their bounds tell. The first begins
    first.
    """
    _, _, high_operator, high = first
    low_operator, low, _, _ = second
    if not high_operator or not low_operator:
        return True
    return low < high or (low == high and (low_operator, high_operator) == (">=", "<="))  # type: ignore[operator]
