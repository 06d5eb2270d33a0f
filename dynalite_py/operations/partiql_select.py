"""SELECT: the reads of GetItem, Query and Scan behind a statement.

Source: facts, PartiQL, SELECT and NextToken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import apsw

from dynalite_py.capacity import units
from dynalite_py.language import nodes, partiql_access, partiql_parse, paths, plans, projections
from dynalite_py.language.partiql_access import Access
from dynalite_py.model import codec, keys, partiql_errors, query_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.keys import Column, Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, range_reads, replies
from dynalite_py.operations.operation import OfKind, RangeRead
from dynalite_py.operations.partiql_statements import Values
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.security import tokens
from dynalite_py.storage import items, ranges

# Of a read of several partitions. Source: facts, PartiQL, What the read is.
_PAGE_OF_PARTITIONS = 10

# The number of the partition, and the keys of the row behind which reading goes on.
_Start: TypeAlias = tuple[int, Item]


@dataclass(frozen=True, slots=True)
class Way:
    """How a SELECT comes to its rows.

    forward: in the order of the sort key. descending: the order of several partitions, None for
    that of the statement.
    """

    table: Table
    index: Index | None
    access: Access
    forward: bool
    descending: bool | None


def way(scope: Scope, select: nodes.Select, *, consistent: bool = False) -> Way:
    """The table or index and the rows of it that a SELECT reads. Raises: DynamoDBError."""
    table = scope.table(select.table)
    index = None
    if select.index is not None:
        index = table.index(select.index)
        if index is None:
            raise partiql_errors.unknown_index()
        if index.status == "CREATING":
            raise query_errors.index_is_backfilling(select.index)
        if index.is_global and consistent:
            raise partiql_errors.consistent_index_read()
    access = partiql_access.of_select(select, plans.schema_of(table, index), index is None)
    if select.order:
        return Way(table, index, access, *_ordering(select, access))
    return Way(table, index, access, True, None)


def _ordering(select: nodes.Select, access: Access) -> tuple[bool, bool | None]:
    names, _, split = access.schema
    asked = dict(reversed(select.order))
    for name, _ in select.order:
        if name not in names:
            raise partiql_errors.order_by_no_key(name)
    if access.kind == "scan":
        raise partiql_errors.order_without_hash()
    descending = next((asked[name] for name in names[:split] if name in asked), None)
    if len(access.parts) > 1 and descending is None:
        raise partiql_errors.order_of_many_partitions()
    backward = next((asked[name] for name in names[split:] if name in asked), False)
    return not backward, descending


def reading(scope: Scope, request: Request, select: nodes.Select, values: Values) -> OfKind:
    """What reads one page of the statement, and of which kind that is. Raises: DynamoDBError."""
    found = way(scope, select, consistent=bool(request.get("ConsistentRead")))
    table, access = found.table, found.access
    key = point_key(table, access, values) if access.kind == "get" else None
    if key is not None and len(request) == 1 and access.filter is select.projection is None:
        return "read", _text_read(table.id, key)
    check_names(found, select)
    # A page of one is full with one item: whether there is more is not known.
    if key is not None and request.get("Limit") != 1 and "NextToken" not in request:
        return "read", _point_read(request, select, table, key, access, values)
    return "range", _range_read(scope, request, select, found, values)


def point_key(table: Table, access: Access, values: Values) -> Key:
    """The key of a read of one item. Raises: DynamoDBError."""
    [terms] = access.parts
    key_item: Item = {}
    for name, kind in zip(access.schema[0], access.schema[1], strict=True):
        operand = terms[name][1][0]
        assert isinstance(operand, nodes.Value)
        value = values[operand.name]
        partiql_access.check_key_value(name, kind, value)
        key_item[name] = value
    return keys.of_key(table, key_item)


def plain_read(scope: Scope, request: Request) -> OfKind | None:
    """The read of one item, where that is plainly all that a request of a statement and its
    parameters asks for; None where only ``reading`` can tell. Raises: DynamoDBError.

    The statement's operands have not been checked.
    """
    select = partiql_parse.parsed(request["Statement"])
    if not isinstance(select, nodes.Select) or select.index is not None:
        return None
    table = scope.known(select.table)
    if table is None:
        return None
    places = partiql_access.key_parameters(select, plans.schema_of(table, None))
    given: list[Any] = request["Parameters"]
    if places is None or len(given) != len(places):
        return None
    key = keys.of_plain_key(table, {name: given[place] for name, place in places})
    return None if key is None else ("read", _text_read(table.id, key))


def _text_read(table_id: int, key: Key) -> Any:
    """A read of the whole item and nothing else: its stored text is the answer."""

    def read(db: apsw.Connection) -> bytes:
        text = items.read_text(db, table_id, key)
        return b'{"Items":[]}' if text is None else b'{"Items":[%b]}' % text.encode()

    return read


def _point_read(
    request: Request, select: nodes.Select, table: Table, key: Key, access: Access, values: Values
) -> Any:
    mode = replies.capacity_mode(request)
    consistent = bool(request.get("ConsistentRead"))

    def read(db: apsw.Connection) -> bytes:
        row = items.read(db, table.id, key)
        members: list[str] = []
        if mode is not None:
            consumed = replies.Consumed()
            consumed.table_units = units.read_units(row[1] if row else 0, consistent=consistent)
            shown = consumed.shown(select.table, mode)
            members.append(replies.member("ConsumedCapacity", shown))
        text = shown_row(row, select, access.holds, values)
        members.append(f'"Items":[{text or ""}]')
        return replies.joined(members)

    return read


def shown_row(
    row: items.Row | None, select: nodes.Select, holds: Any, values: Values
) -> str | None:
    """The text of a row as the statement shows it; None where there is none or it fails."""
    if row is None:
        return None
    if holds is None and select.projection is None:
        return row[3]
    item = codec.decode(row[3])
    if holds is not None and not holds(item, values):
        return None
    projection = projector(select)
    return row[3] if projection is None else codec.text(projection.of(item))


# What may be named.


@lru_cache(maxsize=1024)
def projector(select: nodes.Select) -> projections.Projector | None:
    """The columns as a function of an item: each under its last name."""
    if select.projection is None:
        return None
    readers = [(name, paths.reader(path)) for name, path in select.projection]

    def of(item: Item) -> Item:
        found = ((name, read(item)) for name, read in readers)
        return {name: value for name, value in found if value is not None}

    columns = tuple(path for _, path in select.projection)
    return projections.Projector(of, tuple(str(path.parts[0]) for path in columns), columns)


def check_names(found: Way, select: nodes.Select) -> None:
    """What columns and filter may name. Raises: DynamoDBError."""
    table, index, access = found.table, found.index, found.access
    columns = projector(select)
    if columns is not None:
        range_reads.check_paths(table, columns.paths)
    range_reads.check_paths(table, access.paths)
    if index is None or index.projection == "ALL":
        return
    if columns is not None and index.is_global:
        lacking = range_reads.not_held(table, index, columns.names)
        if lacking:
            raise query_errors.not_projected(index.name, lacking)
    if access.kind != "scan" and not access.joined:
        lacking = range_reads.not_held(table, index, access.names)
        if lacking:
            raise query_errors.filter_not_projected(index.name, lacking)


# Ranges.


def bound_of(select: nodes.Select, access: Access, values: Values) -> expressions.Bound:
    """Columns and filter as Query and Scan have them."""
    bound = expressions.Bound(projection=projector(select))
    holds = access.holds
    if holds is not None:
        assert access.filter is not None
        bound.filter = expressions.Filter(
            lambda item: holds(item or {}, values), access.filter, values
        )
    return bound


def parts_of(found: Way, values: Values) -> list[plans.Access]:
    """The ranges in the order in which they are read. Raises: DynamoDBError."""
    parts = partiql_access.ranges_of(found.access, values)
    if not found.forward and len(parts) > 1:
        parts = _partitions_backward(parts)
    if found.descending is not None:
        parts.sort(key=lambda part: part[1], reverse=found.descending)
    return parts


def _partitions_backward(parts: list[plans.Access]) -> list[plans.Access]:
    """The ranges of each partition from the last to the first, the partitions as they come."""
    by_partition: dict[tuple[int, Column], list[plans.Access]] = {}
    for part in parts:
        by_partition.setdefault(part[:2], []).append(part)
    return [part for several in by_partition.values() for part in reversed(several)]


def _range_read(
    scope: Scope,
    request: Request,
    select: nodes.Select,
    found: Way,
    values: Values,
) -> RangeRead:
    table, index, access, forward = found.table, found.index, found.access, found.forward
    bound = bound_of(select, access, values)
    source = range_reads.source_of(table, index, {}, bound, versions=False)
    asked = range_reads.asked_of(request, bound)
    parts = parts_of(found, values)
    number, place = _place(table, index, _start(scope, request), len(parts))

    def read(db: apsw.Connection, *, brief: bool = False) -> bytes:
        behind = range_reads.resumed(db, table, index, place)
        if access.kind == "scan":
            page = ranges.scan(db, source, None, behind, asked, brief=brief)
            pages, last = [page], (0, page.last)
        else:
            most = _PAGE_OF_PARTITIONS if access.kind == "queries" else 0
            pages, last = _partitions(
                db, source, parts, (number, behind), asked, most, forward=forward, brief=brief
            )
        return _answer(scope, request, select, found, bound, source, pages, last)

    return read


def _partitions(
    db: apsw.Connection,
    source: ranges.Source,
    parts: list[plans.Access],
    start: tuple[int, ranges.Place | None],
    asked: ranges.Asked,
    most: int,
    *,
    forward: bool,
    brief: bool,
) -> tuple[list[ranges.Page], tuple[int, str | None]]:
    """One partition after the other until the page is full.

    most: rows of the page, 0: as many as asked. Returns the pages; number of the last partition,
    and the last row's item where reading stopped there.
    """
    first, behind = start
    left = min(asked.limit or most, most) if most else asked.limit
    pages: list[ranges.Page] = []
    for number in range(first, len(parts)):
        partition_hash, partition, bounds = parts[number]
        page = ranges.query(
            db,
            source,
            (partition_hash, partition),
            bounds,
            behind,
            forward=forward,
            asked=asked._replace(limit=left),
            brief=brief,
        )
        pages.append(page)
        if page.last is not None:
            return pages, (number, page.last)
        left -= page.scanned if left else 0
        behind = None
    return pages, (len(parts), None)


def _answer(
    scope: Scope,
    request: Request,
    select: nodes.Select,
    found: Way,
    bound: expressions.Bound,
    source: ranges.Source,
    pages: list[ranges.Page],
    last: tuple[int, str | None],
) -> bytes:
    members: list[str] = []
    mode = replies.capacity_mode(request)
    if mode is not None:
        consistent = bool(request.get("ConsistentRead"))
        spent = replies.Consumed()
        for page in pages:
            spent.add(range_reads.consumed_by(found.index, source, page, consistent=consistent))
        members.append(replies.member("ConsumedCapacity", spent.shown(select.table, mode)))
    texts = pages[0].texts if len(pages) == 1 else [text for page in pages for text in page.texts]
    if bound.projection is not None:
        project = bound.projection.of
        texts = [codec.text(project(codec.decode(text))) for text in texts]
    members.append(f'"Items":[{",".join(texts)}]')
    number, text = last
    if text is not None:
        key = range_reads.last_key(found.table, found.index, text)
        members.append(replies.member("LastEvaluatedKey", key))
        members.append(replies.member("NextToken", _token(scope, request, number, key)))
    return replies.joined(members)


# NextToken.


def _fingerprint(request: Request) -> str:
    """What a token is bound to: the text and its parameters."""
    bound = [request["Statement"], request.get("Parameters") or []]
    return codec.fingerprint(bound).hex()[:32]


def _token(scope: Scope, request: Request, number: int, key: Item) -> str:
    content = [scope.account, scope.region, _fingerprint(request), number, key]
    return tokens.issue(scope.secret, codec.encode(content))


def _start(scope: Scope, request: Request) -> _Start | None:
    """Where reading goes on; None: at the beginning. Raises: DynamoDBError."""
    token: str | None = request.get("NextToken")
    if token is None:
        return None
    content = tokens.read(scope.secret, token)
    if content is None:
        raise partiql_errors.invalid_next_token()
    account, region, fingerprint, number, key = codec.decode(content)
    if account != scope.account:
        raise partiql_errors.foreign_next_token()
    if region != scope.region or fingerprint != _fingerprint(request):
        raise partiql_errors.other_next_token()
    return number, key


def check_no_token(scope: Scope, request: Request) -> None:
    """Refuse a token where no statement has one. Raises: DynamoDBError."""
    if _start(scope, request) is not None:
        raise partiql_errors.other_next_token()


def _place(
    table: Table, index: Index | None, start: _Start | None, partitions: int
) -> tuple[int, ranges.Place | None]:
    if start is None:
        return 0, None
    number, key = start
    if partitions and number >= partitions:
        raise partiql_errors.other_next_token()
    try:
        return number, range_reads.start_place(table, index, key)
    except DynamoDBError:  # The table has been made anew, with other keys.
        raise partiql_errors.other_next_token() from None
