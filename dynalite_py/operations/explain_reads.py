"""The plan of a read or a statement: the way that the operation itself would go, what it is
estimated to cost, and what it costs when it is gone.

What is asked here is what Query, Scan, GetItem and the statements ask: the same bound expressions,
key terms, ranges and SQL. The request has passed its operation's checks.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dynalite_py.capacity import units
from dynalite_py.language import condition_text, nodes, partiql_access, plans, projections
from dynalite_py.model import codec, explain_errors, keys, values
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.operations import (
    explain,
    expressions,
    partiql_select,
    partiql_statements,
    partiql_writes,
    range_reads,
    scan,
)
from dynalite_py.operations.explain_plans import Cost, Measured, Plan
from dynalite_py.operations.partiql_statements import Values
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import catalog, items, ranges

if TYPE_CHECKING:
    import apsw

# Entries of a partition that are counted for an estimate: some tenths of a millisecond.
_MOST_COUNTED = 10_000
_MOST_PAGES = 10_000
# Ranges of a statement that a plan spells out.
_MOST_SHOWN = 3
_WRITES = {
    nodes.Insert: "PutItem",
    nodes.UpdateStatement: "UpdateItem",
    nodes.DeleteStatement: "DeleteItem",
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where a read finds its rows.

    key: of one item. parts: ranges of partitions; none: all rows, or those of the hashes. start:
    behind which row. statement: asked in PartiQL.
    """

    plan: Plan
    table: Table
    index: Index | None
    consistent: bool
    source: ranges.Source
    asked: ranges.Asked
    key: Key | None = None
    parts: tuple[plans.Access, ...] = ()
    hashes: tuple[int, int] | None = None
    forward: bool = True
    start: ranges.Place | None = None
    filter: expressions.Filter | None = None
    statement: bool = False


def plan(
    scope: Scope, db: apsw.Connection, operation: str, request: Request, *, analyze: bool
) -> Plan:
    """The plan of a request. analyze: the read is done, and measured.

    Raises: DynamoDBError where it is none of those that are explained.
    """
    return planned(scope, db, _way(scope, operation, request), analyze=analyze)


def planned(scope: Scope, db: apsw.Connection, way: Way | Plan, *, analyze: bool) -> Plan:
    """The plan of a way, with what it costs; of a write, with what it is known by.

    Raises: DynamoDBError where a write were to be measured.
    """
    if isinstance(way, Plan):
        if analyze:
            raise explain_errors.only_reads_are_measured()
        table = scope.table(way.table)
        return replace(way, estimated=_write_cost(db, table), sql=items.read_sql(table.id))
    found = replace(way.plan, estimated=_estimated(db, way), sql=_sql(way), warnings=_warnings(way))
    return replace(found, measured=_measured(db, way)) if analyze else found


def _way(scope: Scope, operation: str, request: Request) -> Way | Plan:
    request = explain.as_read(operation, request)
    if operation == "Query":
        return _query(scope, request)
    if operation == "Scan":
        return _scan(scope, request)
    if operation == "GetItem":
        return of_get(scope, request)
    if operation != "ExecuteStatement":
        raise explain_errors.not_explained(operation)
    statement, bound = partiql_statements.prepared(request)
    if isinstance(statement, nodes.Select):
        return of_select(scope, request, statement, bound)
    assert not isinstance(statement, nodes.Exists), "refused by the operation's own checks"
    return of_write(scope, statement, bound)


# The ways.


def of_get(scope: Scope, request: Request) -> Way:
    """The way of a GetItem."""
    table = scope.table(request["TableName"])
    key_item = values.canonical_item(request["Key"])
    bound = expressions.bound(expressions.GET, request)
    shown = Plan(
        "GetItem", table.name, key=key_text(table, key_item), attributes=_names(bound.projection)
    )
    return Way(
        shown,
        table,
        None,
        bool(request.get("ConsistentRead")),
        ranges.Source(table.id),
        ranges.Asked(),
        key=keys.of_key(table, key_item),
    )


def key_text(table: Table, item: values.Item) -> str:
    """The key attributes as conditions."""
    return " AND ".join(
        f"{condition_text.name(name)} = {condition_text.value(item[name])}"
        for name in table.key_names
    )


def _names(projection: projections.Projector | None) -> tuple[str, ...] | None:
    return None if projection is None else tuple(map(condition_text.path, projection.paths))


def _query(scope: Scope, request: Request) -> Way:
    bound = expressions.bound(expressions.QUERY, request)
    condition = bound.key_condition
    assert condition is not None, "a Query without one was refused before"
    table, index = range_reads.target(scope, request)
    schema = plans.schema_of(table, index)
    terms = plans.terms_of(condition.node)
    forward = request.get("ScanIndexForward") is not False
    way = _range(table, index, request, bound, "Query")
    shown = replace(
        way.plan,
        key=condition_text.terms(terms, condition.values, schema[0]),
        direction="forward" if forward else "backward",
    )
    parts = (plans.access(schema, terms, condition.values),)
    return replace(way, plan=shown, parts=parts, forward=forward)


def _scan(scope: Scope, request: Request) -> Way:
    bound = expressions.bound(expressions.SCAN, request)
    table, index = range_reads.target(scope, request)
    way = _range(table, index, request, bound, "Scan")
    if request.get("TotalSegments") is None:
        return way
    segment, total = request["Segment"], request["TotalSegments"]
    shown = replace(way.plan, segment=f"{segment} of {total}")
    return replace(way, plan=shown, hashes=scan.segment_hashes(segment, total))


def _range(
    table: Table, index: Index | None, request: Request, bound: expressions.Bound, operation: str
) -> Way:
    """What Query and Scan have in common."""
    source = range_reads.source_of(table, index, request, bound, versions=False)
    asked = range_reads.asked_of(request, bound)
    item = range_reads.start_item(request)
    found = bound.filter
    shown = Plan(
        operation,
        table.name,
        None if index is None else index.name,
        filter=None if found is None else condition_text.condition(found.node, found.values),
        filtered_in=None if found is None else explain.filtered_in(found),
        attributes=_names(bound.projection),
        fetches=source.entry_size,
        limit=asked.limit or None,
    )
    return Way(
        shown,
        table,
        index,
        bool(request.get("ConsistentRead")),
        source,
        asked,
        start=None if item is None else range_reads.start_place(table, index, item),
        filter=found,
    )


def of_select(scope: Scope, request: Request, select: nodes.Select, bound: Values) -> Way:
    """The way of a SELECT. request: with its Limit and ConsistentRead. Raises: DynamoDBError."""
    consistent = bool(request.get("ConsistentRead"))
    found = partiql_select.way(scope, select, consistent=consistent)
    access, table = found.access, found.table
    read = partiql_select.bound_of(select, access, bound)
    asked = {name: request[name] for name in ("Limit", "ConsistentRead") if name in request}
    operation = {"get": "GetItem", "scan": "Scan"}.get(access.kind, "Query")
    way = _range(table, found.index, asked, read, operation)
    way = replace(way, statement=True)
    if access.kind == "scan":
        return way
    shown = replace(way.plan, key=_ranges_text(access, bound))
    if access.kind == "get":
        if way.filter is not None:
            shown = replace(shown, filtered_in="Python")
        return replace(way, plan=shown, key=partiql_select.point_key(table, access, bound))
    parts = partiql_select.parts_of(found, bound)
    shown = replace(
        shown,
        partitions=len({part[:2] for part in parts}),
        ranges=len(parts),
        direction="forward" if found.forward else "backward",
    )
    return replace(way, plan=shown, parts=tuple(parts), forward=found.forward)


def _ranges_text(access: partiql_access.Access, bound: Values) -> str:
    """The first ranges as the statement asks for them."""
    names, texts = access.schema[0], list[str]()
    for terms, ends in list(zip(access.parts, access.upper, strict=True))[:_MOST_SHOWN]:
        text = condition_text.terms(terms, bound, names)
        if ends is not None:
            text += f" AND {condition_text.terms(ends, bound, names[-1:])}"
        texts.append(text)
    if len(access.parts) > 1 and any(" AND " in text for text in texts):
        texts = [f"({text})" if " AND " in text else text for text in texts]
    return " OR ".join(texts) + (" OR …" if len(access.parts) > len(texts) else "")


def of_write(scope: Scope, statement: partiql_writes.WriteStatement, bound: Values) -> Plan:
    """The plan of an INSERT, UPDATE or DELETE, without its cost. Raises: DynamoDBError."""
    found = partiql_writes.write(scope, statement, bound)
    condition = "the item is not there yet"
    if not isinstance(statement, nodes.Insert):
        rest = partiql_access.target(statement, found.table.key_names).condition
        condition = None if rest is None else condition_text.condition(rest, bound)
    return Plan(
        _WRITES[type(statement)],
        found.table.name,
        key=key_text(found.table, found.key_item),
        filter=condition,
        filtered_in=None,
    )


# Estimates.


def _counts(db: apsw.Connection, table: Table, index: Index | None) -> tuple[int, float]:
    """Number of items or entries, and their mean size in bytes."""
    found, size = catalog.counts(db, table.id).get(0 if index is None else index.id, (0, 0))
    return found, size / found if found else 0.0


def _estimated(db: apsw.Connection, way: Way) -> Cost:
    """From the counters of table or index, and from a look at how many keys are in the range."""
    total, mean = _counts(db, way.table, way.index)
    found = [total]
    if way.key is not None:
        found = [min(total, 1)]
    elif way.parts:
        found = [
            ranges.count(db, way.source, each[:2], each[2], _MOST_COUNTED) for each in way.parts
        ]
    elif way.hashes is not None:
        low, high = way.hashes
        found = [round(total * (high - low + 1) / (1 << 64))]
    at_least = bool(way.parts) and max(found) == _MOST_COUNTED
    count = sum(found)
    if way.asked.limit and way.asked.limit <= count:
        found, count, at_least = [way.asked.limit], way.asked.limit, False
    spent = sum(units.read_units(round(each * mean), consistent=way.consistent) for each in found)
    if way.source.entry_size:  # Each fetched item is a read of its own.
        _, whole = _counts(db, way.table, None)
        spent += count * units.read_units(round(whole), consistent=way.consistent)
    return Cost(count, round(count * mean), spent, at_least=at_least)


def _write_cost(db: apsw.Connection, table: Table) -> Cost:
    _, mean = _counts(db, table, None)
    return Cost(1, round(mean), 0.0, float(units.write_units(round(mean))))


# Measuring.


def _measured(db: apsw.Connection, way: Way) -> Measured:
    started = time.perf_counter()
    found = _measured_key(db, way) if way.key is not None else _measured_pages(db, way)
    return replace(found, milliseconds=(time.perf_counter() - started) * 1e3)


def _measured_key(db: apsw.Connection, way: Way) -> Measured:
    assert way.key is not None
    row = items.read(db, way.table.id, way.key)
    size = 0 if row is None else row[1]
    spent = units.read_units(size, consistent=way.consistent)
    passed = row is not None and (way.filter is None or way.filter.holds(codec.decode(row[3])))
    return Measured(0 if row is None else 1, int(passed), size, spent, 1, 0.0)


def _measured_pages(db: apsw.Connection, way: Way) -> Measured:
    """Every page to the end, or to the limit."""
    read = returned = size = pages = 0
    spent = 0.0
    for part in way.parts or (None,):
        behind = way.start
        while True:
            behind = range_reads.resumed(db, way.table, way.index, behind)
            left = way.asked.limit - read if way.asked.limit else 0
            page = _page(db, way, part, behind, way.asked._replace(limit=left))
            pages += 1
            read += page.scanned
            returned += page.scanned if way.asked.listed else len(page.texts)
            size += page.size
            consumed = range_reads.consumed_by(
                way.index, way.source, page, consistent=way.consistent
            )
            spent += consumed.total
            if pages >= _MOST_PAGES or (way.asked.limit and read >= way.asked.limit):
                complete = pages < _MOST_PAGES
                return Measured(read, returned, size, spent, pages, 0.0, complete)
            if page.last is None:
                break
            key = range_reads.last_key(way.table, way.index, page.last)
            behind = range_reads.start_place(way.table, way.index, key)
    return Measured(read, returned, size, spent, pages, 0.0)


def _page(
    db: apsw.Connection,
    way: Way,
    part: plans.Access | None,
    behind: ranges.Place | None,
    asked: ranges.Asked,
) -> ranges.Page:
    if part is None:
        return ranges.scan(db, way.source, way.hashes, behind, asked)
    return ranges.query(db, way.source, part[:2], part[2], behind, forward=way.forward, asked=asked)


def _sql(way: Way) -> str:
    """The statement of the first page."""
    if way.key is not None:
        return items.read_sql(way.table.id)
    asked = way.asked
    if not way.parts:
        return ranges.scan_sql(way.source, way.hashes, asked, resumed=way.start is not None)
    return ranges.query_sql(way.source, way.parts[0][2], asked, forward=way.forward)


# Warnings.


def _warnings(way: Way) -> tuple[str, ...]:
    if way.key is not None or way.parts:
        return ()
    place = "table" if way.index is None else "index"
    everything = f"every item of the {place} is read"
    if way.filter is None:
        return (everything,)
    equal = condition_text.equalities(way.filter.node)
    found = _better(way, equal.keys())
    if found is not None:
        return (f"{everything}; {found}",)
    keys_wanted = [
        name
        for name, operand in equal.items()
        if _may_be_key(operand, way.filter.values) and name not in way.table.key_names
    ]
    if keys_wanted:
        wanted = condition_text.name(keys_wanted[0])
        return (f"{everything}; a global index with the partition key {wanted} would avoid that",)
    return (f"{everything}; no attribute is compared by =, so that no index could avoid that",)


def _better(way: Way, equal: Collection[str]) -> str | None:
    """The table or index by whose partition key the read could be a Query."""
    table, names = way.table, set(equal)
    if table.partition_key in names:
        key = condition_text.name(table.partition_key)
        how = f'FROM "{table.name}"' if way.statement else f"a Query with {key} = …"
        return f"the table itself avoids that: {how}"
    for index in table.indexes:
        if set(index.hash_keys) <= names and index.status == "ACTIVE":
            how = f'FROM "{table.name}"."{index.name}"' if way.statement else "a Query of it"
            lacks = "" if index.projection == "ALL" else f" ({index.projection}: not everything)"
            return f'index "{index.name}" avoids that: {how}{lacks}'
    return None


def _may_be_key(operand: nodes.Operand, given: Values) -> bool:
    if isinstance(operand, nodes.Value):
        return not {"S", "N", "B"}.isdisjoint(given[operand.name])
    return isinstance(operand, nodes.Constant) and not {"S", "N", "B"}.isdisjoint(operand.value)
