"""What Query and Scan share: Select, starting keys, what a filter may name, the page's answer.

Both read rows of one table or index in its order, and stop at Limit or at the 1 MB page. The order
of the checks is each operation's own. Source: facts, Query and Scan; facts, ExclusiveStartKey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import apsw

from dynalite_py.capacity import units
from dynalite_py.language import nodes, sql
from dynalite_py.model import codec, errors, keys, query_errors, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, replies
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import indexes, ranges

# Faults inside a starting key that are sent without the words that name the starting key.
_BARE_FAULTS = (
    "The parameter cannot be converted",
    "Attempting to store",
    "Number overflow",
    "Number underflow",
)


# Before the table is known.


def start_item(request: Request) -> Item | None:
    """ExclusiveStartKey in canonical form, None where it is absent. Raises: DynamoDBError."""
    given = request.get("ExclusiveStartKey")
    if given is None:
        return None
    try:
        return values.canonical_item(given)
    except DynamoDBError as fault:
        text = fault.message or ""
        bare = (
            fault.code != "ValidationException"
            or text.startswith(_BARE_FAULTS)
            or "duplicates" in text
            or text == errors.empty_number_set().message
        )
        if bare:
            raise
        raise query_errors.invalid_start_because(fault) from None


def check_select(request: Request, *, enveloped: bool) -> None:
    """Refuse a Select that the other members contradict. Raises: DynamoDBError.

    enveloped: SPECIFIC_ATTRIBUTES alone is refused behind "1 validation error detected: ".
    """
    select = request.get("Select")
    if select is None:
        return
    member = next(
        (name for name in ("ProjectionExpression", "AttributesToGet") if name in request), None
    )
    if select == "SPECIFIC_ATTRIBUTES":
        if member is None:
            fault = query_errors.select_needs_projection()
            raise errors.enveloped(fault) if enveloped else fault
        return
    if member is not None:
        raise query_errors.select_excludes_projection(member, select)
    if select == "ALL_PROJECTED_ATTRIBUTES" and request.get("IndexName") is None:
        raise query_errors.select_needs_index()


# Table and index.


def target(scope: Scope, request: Request) -> tuple[Table, Index | None]:
    """The table and the index that are read. Raises: DynamoDBError."""
    table = scope.table(request["TableName"])
    name = request.get("IndexName")
    if name is None:
        return table, None
    index = table.index(name)
    if index is None:
        raise errors.unknown_index(name)
    if index.status == "CREATING":
        raise query_errors.index_is_backfilling(name)
    if index.is_global and request.get("ConsistentRead"):
        raise query_errors.consistent_index_read()
    return table, index


# Starting keys against the schema.


def check_start_count(table: Table, index: Index | None, start: Item) -> None:
    """Refuse a starting key of another number of attributes than table and index keys together."""
    names = {*table.key_names, *(index.keys if index is not None else ())}
    if len(start) != len(names):
        raise query_errors.invalid_start()


def check_start_part(index: Index | None, start: Item, name: str, kind: str) -> None:
    """Check one key attribute of the schema that is read. Raises: DynamoDBError."""
    value = start.get(name)
    if index is None:
        if value is None or kind not in value:
            raise query_errors.invalid_start_because(errors.key_does_not_fit())
    elif value is None:
        raise query_errors.invalid_start()
    elif kind not in value:
        raise errors.key_does_not_fit()
    elif not value[kind]:
        empty = errors.empty_key(name, "string" if kind == "S" else "binary")
        raise query_errors.invalid_start_because(empty)


def start_place(table: Table, index: Index | None, start: Item) -> ranges.Place:
    """Where reading goes on, the parts checked one by one before. Raises: DynamoDBError."""
    if not start.keys() >= set(table.key_names):
        raise query_errors.invalid_start_because(errors.key_does_not_fit())
    try:
        key = keys.of_key(table, keys.key_item(table, start))
    except DynamoDBError as fault:
        raise query_errors.invalid_start_because(fault) from None
    if index is None:
        return ranges.Place(key, key)
    columns = keys.index_columns(index, start)
    if columns is None:  # Longer than any index key can be.
        raise query_errors.invalid_start()
    return ranges.Place(columns, key, keys.tie_of(key[1], key[2]))


# What projections and filters may name.


def check_paths(table: Table, paths: Iterable[nodes.Path]) -> None:
    """Refuse a path that goes inside a key attribute of the table or an index."""
    nested = {str(path.parts[0]) for path in paths if len(path.parts) > 1}
    if nested:
        keys.check_inside(table, nested)


def check_projected(
    table: Table, index: Index | None, request: Request, bound: expressions.Bound
) -> None:
    """Refuse what a global index does not hold. Raises: DynamoDBError."""
    if index is None or not index.is_global or index.projection == "ALL":
        return
    if request.get("Select") == "ALL_ATTRIBUTES":
        raise query_errors.select_all_of_index(index.name)
    if bound.projection is not None:
        lacking = not_held(table, index, bound.projection.names)
        if lacking:
            raise query_errors.not_projected(index.name, lacking)


def check_filter_projected(table: Table, index: Index | None, bound: expressions.Bound) -> None:
    """Refuse a filter on attributes that the index does not hold. Raises: DynamoDBError."""
    if index is None or index.projection == "ALL" or bound.filter is None:
        return
    lacking = not_held(table, index, filter_names(bound))
    if lacking:
        raise query_errors.filter_not_projected(index.name, lacking)


def not_held(table: Table, index: Index, names: Iterable[str]) -> list[str]:
    held = indexes.projected_names(table.key_names, index.keys, index.non_key_attributes)
    return [name for name in dict.fromkeys(names) if name not in held]


def filter_names(bound: expressions.Bound) -> list[str]:
    """Top-level attributes of the filter, in the order of its text."""
    return [str(path.parts[0]) for path in filter_paths(bound)]


def filter_paths(bound: expressions.Bound) -> tuple[nodes.Path, ...]:
    """Every path of the filter, in the order of its text."""
    if bound.filter is None:
        return ()
    try:
        return _kept_paths(bound.filter.node)
    except TypeError:  # Legacy parameters hold their values in the tree: a dict has no hash.
        return tuple(_paths(bound.filter.node))


@lru_cache(maxsize=512)
def _kept_paths(node: nodes.Condition) -> tuple[nodes.Path, ...]:
    return tuple(_paths(node))


def _paths(node: nodes.Condition | nodes.Operand) -> Iterator[nodes.Path]:
    if isinstance(node, nodes.Path):
        yield node
        return
    for part in _parts(node):
        yield from _paths(part)


def _parts(
    node: nodes.Condition | nodes.Operand,
) -> tuple[nodes.Condition | nodes.Operand, ...]:
    match node:
        case nodes.And() | nodes.Or() | nodes.Comparison() | nodes.Arithmetic():
            return node.left, node.right
        case nodes.Not():
            return (node.condition,)
        case nodes.Between():
            return node.operand, node.lower, node.upper
        case nodes.In():
            return node.operand, *node.choices
        case nodes.Call():
            return node.arguments
        case nodes.Path() | nodes.Value() | nodes.Constant():
            return ()


# Reading and answering.


def source_of(
    table: Table,
    index: Index | None,
    request: Request,
    bound: expressions.Bound,
    *,
    versions: bool,
) -> ranges.Source:
    """Which rows are read: the table's, the index's own, or the index's with their base rows."""
    if index is None:
        return ranges.Source(table.id, detailed=versions)
    if index.projection == "ALL":
        return ranges.Source(table.id, index.id, whole=True, detailed=versions)
    fetching = not index.is_global and (
        request.get("Select") == "ALL_ATTRIBUTES"
        or (bound.projection is not None and bool(not_held(table, index, bound.projection.names)))
    )
    if fetching:
        return ranges.Source(table.id, index.id, whole=True, entry_size=True, detailed=True)
    return ranges.Source(table.id, index.id, detailed=versions)


def wants_versions(scope: Scope, request: Request) -> bool:
    """Whether the caller's door knows versions and the request asks for them."""
    return bool(scope.extensions and request.get("ReturnVersion"))


def asked_of(request: Request, bound: expressions.Bound) -> ranges.Asked:
    """Limit, filter and Select as the rows are read by."""
    limit: int = request.get("Limit") or 0
    counting = request.get("Select") == "COUNT"
    if bound.filter is None:
        listed = not counting and bound.projection is None
        return ranges.Asked(limit, counting=counting, listed=listed)
    holds = bound.filter.holds
    compiled = sql.filter_sql(bound.filter.node, bound.filter.values)
    if compiled is None:
        return ranges.Asked(limit, holds=holds)
    return ranges.Asked(limit, compiled.text, compiled.bindings, counting, holds)


def resumed(
    db: apsw.Connection, table: Table, index: Index | None, start: ranges.Place | None
) -> ranges.Place | None:
    """The place as of now: in an index with its base row's number, where that row still exists."""
    if start is None or index is None:
        return start
    return start._replace(base=ranges.base_of(db, table.id, start.table_key))


def answer(
    table: Table,
    index: Index | None,
    request: Request,
    bound: expressions.Bound,
    source: ranges.Source,
    page: ranges.Page,
    *,
    versions: bool,
) -> bytes:
    """The response to a page, its items spliced from stored text unless a projection is asked.

    versions: each item's version comes beside it.
    """
    members: list[str] = []
    mode = replies.capacity_mode(request)
    if mode is not None:
        spent = consumed_by(index, source, page, consistent=bool(request.get("ConsistentRead")))
        members.append(replies.member("ConsumedCapacity", spent.shown(request["TableName"], mode)))
    # Without a filter a text may stand for several rows.
    passed = page.scanned if bound.filter is None else len(page.texts)
    members.append(f'"Count":{passed}')
    behind: list[str] = []
    if page.last is not None:
        behind.append(replies.member("LastEvaluatedKey", last_key(table, index, page.last)))
    behind.append(f'"ScannedCount":{page.scanned}')
    if versions:
        behind.append(replies.member("Versions", page.versions))
    if request.get("Select") == "COUNT":
        return replies.joined([*members, *behind])
    texts = page.texts
    if bound.projection is not None:
        project = bound.projection.of
        texts = [codec.text(project(codec.decode(text))) for text in texts]
    # In one go: every copy of a long page costs as much as reading a tenth of it.
    return f'{{{",".join(members)},"Items":[{",".join(texts)}],{",".join(behind)}}}'.encode()


def last_key(table: Table, index: Index | None, text: str) -> Item:
    item: Item = codec.decode(text)
    names = (*table.key_names, *(index.keys if index is not None else ()))
    return {name: item[name] for name in names}


def consumed_by(
    index: Index | None, source: ranges.Source, page: ranges.Page, *, consistent: bool
) -> replies.Consumed:
    """Units of one page: its sizes summed, then rounded; each fetched item rounded by itself."""
    consumed = replies.Consumed()
    spent = units.read_units(page.size, consistent=consistent)
    if index is None:
        consumed.table_units = spent
        return consumed
    consumed.add_index_read(index.name, spent, is_global=index.is_global)
    if source.entry_size:
        consumed.table_units = sum(
            units.read_units(size, consistent=consistent) for size in page.base_sizes
        )
    return consumed
