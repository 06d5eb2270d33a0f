"""Scan: every item of a table or index in the order of the partition hash, whole or in segments.

Source: facts, Order of checks (Scan); facts, Order of results and Parallel Scan.
"""

from __future__ import annotations

import apsw

from dynalite_py.language import plans
from dynalite_py.model import query_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, legacy, range_reads
from dynalite_py.operations.operation import Operation, RangeRead
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import ranges

_HASH_BITS = 64
_BUCKET_BITS = 12
_FINE_BUCKET_BITS = 20  # The most segments are a million: each still has a bucket of its own.
_LOWEST_HASH = -(1 << 63)


def scan(scope: Scope, request: Request) -> RangeRead:
    """Check in the service's order; return what reads the page. Raises: DynamoDBError."""
    start, segment = _before_expressions(request)
    bound = expressions.bound(expressions.SCAN, request)
    range_reads.check_select(request, enveloped=False)
    table, index = range_reads.target(scope, request)
    place = _place(table, index, start) if start is not None else None
    hashes = None
    if segment is not None:
        hashes = segment_hashes(*segment)
        if place is not None and not hashes[0] <= place.key[0] <= hashes[1]:
            raise query_errors.start_of_other_segment(*segment)
    if bound.projection is not None:
        range_reads.check_paths(table, bound.projection.paths)
    range_reads.check_projected(table, index, request, bound)
    range_reads.check_paths(table, range_reads.filter_paths(bound))
    versions = range_reads.wants_versions(scope, request)
    source = range_reads.source_of(table, index, request, bound, versions=versions)
    asked = range_reads.asked_of(request, bound)

    def work(db: apsw.Connection, *, brief: bool = False) -> bytes:
        behind = range_reads.resumed(db, table, index, place)
        page = ranges.scan(db, source, hashes, behind, asked, brief=brief)
        return range_reads.answer(table, index, request, bound, source, page, versions=versions)

    return work


def _before_expressions(request: Request) -> tuple[Item | None, tuple[int, int] | None]:
    """The starting key and the segment. Raises: DynamoDBError."""
    if "ScanFilter" in request and "AttributesToGet" in request:
        expressions.check_members(expressions.SCAN, request)
        legacy.projection(request)  # Its duplicates come before the filter's faults, here only.
    try:
        return range_reads.start_item(request), _segment(request)
    except DynamoDBError:
        expressions.check_before_expressions(expressions.SCAN, request)
        raise


def _segment(request: Request) -> tuple[int, int] | None:
    """Segment and TotalSegments; None for a plain Scan. Raises: DynamoDBError."""
    segment: int | None = request.get("Segment")
    total: int | None = request.get("TotalSegments")
    if segment is None and total is None:
        return None
    if total is None:
        raise query_errors.total_segments_required()
    if segment is None:
        raise query_errors.segment_required()
    if segment >= total:
        raise query_errors.segment_too_large(segment, total)
    return segment, total


def segment_hashes(segment: int, total: int) -> tuple[int, int]:
    """Lowest and highest partition hash of one segment, both included.

    The service cuts the hash's first 12 bits into 4096 buckets and gives each segment a run of
    them. More segments than buckets need finer ones; they divide the same way.
    """
    bits = _BUCKET_BITS if total <= 1 << _BUCKET_BITS else _FINE_BUCKET_BITS
    buckets = 1 << bits
    first, behind = -(-buckets * segment // total), -(-buckets * (segment + 1) // total)
    width = 1 << (_HASH_BITS - bits)
    return first * width + _LOWEST_HASH, behind * width + _LOWEST_HASH - 1


def _place(table: Table, index: Index | None, start: Item) -> ranges.Place:
    """Where the scan goes on. Raises: DynamoDBError for a starting key that fits no row."""
    range_reads.check_start_count(table, index, start)
    names, kinds, _ = plans.schema_of(table, index)
    for name, kind in zip(names, kinds, strict=True):
        range_reads.check_start_part(index, start, name, kind)
    return range_reads.start_place(table, index, start)


OPERATIONS = (Operation("Scan", "range", scan),)
