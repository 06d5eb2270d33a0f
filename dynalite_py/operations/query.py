"""Query: one partition's items in the order of the sort key, of a table or one of its indexes.

Source: facts, Order of checks (Query); facts, Query and Scan.
"""

from __future__ import annotations

import apsw

from dynalite_py.language import plans
from dynalite_py.model import query_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, range_reads
from dynalite_py.operations.operation import Operation, RangeRead
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import ranges


def query(scope: Scope, request: Request) -> RangeRead:
    """Check in the service's order; return what reads the page. Raises: DynamoDBError."""
    start = _before_expressions(request)
    bound = expressions.bound(expressions.QUERY, request)
    condition = bound.key_condition
    assert condition is not None, "a Query without one was refused before"
    if "KeyConditionExpression" in request and request.get("IndexName") is None:
        plans.check_table_count(condition.node)
    range_reads.check_select(request, enveloped=True)
    table, index = range_reads.target(scope, request)
    schema = plans.schema_of(table, index)
    terms = plans.terms_of(condition.node)
    _check_keys(table, index, schema, terms, condition.values, start)
    access = plans.access(schema, terms, condition.values)
    place = None
    if start is not None:
        place = range_reads.start_place(table, index, start)
        _check_start(table, index, access, place, start)
    if bound.projection is not None or bound.filter is not None or index is not None:
        _check_attributes(table, index, schema, request, bound)
    versions = range_reads.wants_versions(scope, request)
    source = range_reads.source_of(table, index, request, bound, versions=versions)
    asked = range_reads.asked_of(request, bound)
    forward = request.get("ScanIndexForward") is not False
    partition_hash, partition, bounds = access

    def work(db: apsw.Connection, *, brief: bool = False) -> bytes:
        behind = range_reads.resumed(db, table, index, place)
        page = ranges.query(
            db,
            source,
            (partition_hash, partition),
            bounds,
            behind,
            forward=forward,
            asked=asked,
            brief=brief,
        )
        return range_reads.answer(table, index, request, bound, source, page, versions=versions)

    return work


def _before_expressions(request: Request) -> Item | None:
    """The starting key, and that there is a key condition at all. Raises: DynamoDBError."""
    try:
        start = range_reads.start_item(request)
        if not ("KeyConditionExpression" in request or "KeyConditions" in request):
            raise query_errors.no_key_condition()
    except DynamoDBError:
        expressions.check_before_expressions(expressions.QUERY, request)
        raise
    return start


def _check_keys(
    table: Table,
    index: Index | None,
    schema: plans.Schema,
    terms: plans.Terms,
    values: plans.Values,
    start: Item | None,
) -> None:
    """Key by key: its part of the starting key, then its condition. Raises: DynamoDBError."""
    if start is not None:
        range_reads.check_start_count(table, index, start)
    names, kinds, _ = schema
    for at, name in enumerate(names):
        if start is not None:
            range_reads.check_start_part(index, start, name, kinds[at])
        plans.check_key(schema, terms, values, at)


def _check_start(
    table: Table,
    index: Index | None,
    access: plans.Access,
    place: ranges.Place,
    start: Item,
) -> None:
    """Refuse a starting key that the conditions exclude. Raises: DynamoDBError."""
    if index is None and table.sort_key is None:
        raise query_errors.start_of_single_item(start)
    _, partition, bounds = access
    same_partition = place.key[1] == partition
    if bounds == plans.UNBOUNDED:
        if not same_partition:
            raise query_errors.start_outside_query()
        return
    if not plans.holds(bounds, place.key[2]):
        raise query_errors.start_outside_range()
    if not same_partition:
        raise query_errors.start_not_restartable()


def _check_attributes(
    table: Table,
    index: Index | None,
    schema: plans.Schema,
    request: Request,
    bound: expressions.Bound,
) -> None:
    """What projection, filter and Select may name. Raises: DynamoDBError."""
    if bound.projection is not None:
        range_reads.check_paths(table, bound.projection.paths)
    if bound.filter is not None:
        named = range_reads.filter_names(bound)
        for key in schema[0]:
            if key in named:
                raise (
                    query_errors.query_filter_on_key(key)
                    if "QueryFilter" in request
                    else query_errors.filter_on_key(key)
                )
    range_reads.check_projected(table, index, request, bound)
    if bound.filter is not None:
        range_reads.check_filter_projected(table, index, bound)
        range_reads.check_paths(table, range_reads.filter_paths(bound))


OPERATIONS = (Operation("Query", "range", query),)
