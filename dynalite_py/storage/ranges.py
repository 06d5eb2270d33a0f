"""Rows in the order of an index up to a limit or a page's weight: what Query and Scan read.

Rows that fail a filter count towards the limit and the page. As long as a page cannot be full,
SQLite puts rows together, so that a block of them comes as one. Where the page ends, or where items
are large, a statement is read row by row and left when the page is full; nothing is held but the
texts of one page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import apsw

from dynalite_py.model import codec, limits
from dynalite_py.model.keys import Bounds, Column, Key
from dynalite_py.model.values import Item
from dynalite_py.storage import layout

# Weight counts a name as one byte whatever its length, so it alone bounds no page.
_MOST_BYTES = 16 * limits.PAGE_BYTES
# What a brief read takes at most: some tenths of a millisecond on the thread that asks.
_BRIEF_ROWS = 256
_BRIEF_BYTES = 128 * 1024
_BRIEF_LOOKUPS = 25
# What is tried in one statement first: up to twice so many steps of SQLite, 15 to 40 a row.
_WHOLE_STEPS = 4_000
_SORT_COLUMNS, _ALL_COLUMNS = ("sk",), ("hash", "pk", "sk")
# Rows read together: in the first block, at least, at most; and the bytes of each.
_FIRST_BLOCK, _LEAST_BLOCK, _MOST_BLOCK = 128, 32, 2_048
_SMALL_BYTES = 2_048
# In the place of a large text, before one that SQL leaves open, behind each but the last: JSON text
# holds no such character, and one alone is found faster than two.
_LARGE, _OPEN, _BREAK, _COMMA = "\1", "\2", "\n", ","


class TooLongError(Exception):
    """A brief read has more before it than may be read on the thread that asks."""


class Source(NamedTuple):
    """Where rows come from.

    index_id: None reads the table itself. whole: an index's text and weight are the base row's.
    entry_size: with ``whole``, sizes are the index entry's own nevertheless (its attributes lie in
    the entry, the others are fetched). detailed: base sizes and versions are wanted, too.
    """

    table_id: int
    index_id: int | None = None
    whole: bool = False
    entry_size: bool = False
    detailed: bool = False


class Asked(NamedTuple):
    """What is wanted of the rows.

    limit: rows evaluated at most, 0 for no limit. filter_text, filter_values: an SQL expression
    over ``item`` (1: it holds, 0: it fails, 2: left to ``holds``) and its bindings. counting: no
    text is wanted. holds: the filter on a decoded item, where SQL cannot express it or leaves it.
    listed: texts of several rows may come as one, with commas between; only without a filter.
    """

    limit: int = 0
    filter_text: str | None = None
    filter_values: Sequence[Any] = ()
    counting: bool = False
    holds: Callable[[Item], bool] | None = None
    listed: bool = False


class Page(NamedTuple):
    """One page. texts: of the rows that pass, several as one where they may be listed. size: bytes
    of all rows evaluated.

    last: the whole stored item of the last row, where limit or weight ended the page. If the source
    is detailed, base_sizes of all rows evaluated, and versions of those that pass.
    """

    texts: list[str]
    scanned: int
    size: int
    last: str | None
    base_sizes: list[int]
    versions: list[int]


class Place(NamedTuple):
    """A row's place in the order that is read: behind it (or before it) reading goes on.

    key: of the table or index that is read; table_key: of the table. tie: only for an index.
    base: the row's number; 0 where the row is gone, for then no row has its keys and its tie.
    """

    key: Key
    table_key: Key
    tie: int = 0
    base: int = 0


def query(
    db: apsw.Connection,
    source: Source,
    part: tuple[int, Column],
    bounds: Bounds,
    start: Place | None,
    *,
    forward: bool,
    asked: Asked,
    brief: bool = False,
) -> Page:
    """One partition's rows in the order of the sort column, or against it.

    part: partition hash and column. start: within the bounds; reading begins strictly behind it.
    brief: give up where the page is long. Raises: TooLongError.
    """
    span = _query_span(source, part, bounds, start is not None, forward)
    return _read(db, span, None if start is None else _behind(source, start), asked, brief)


def scan(
    db: apsw.Connection,
    source: Source,
    segment: tuple[int, int] | None,
    start: Place | None,
    asked: Asked,
    *,
    brief: bool = False,
) -> Page:
    """All rows, or one segment's, in the order of partition hash, partition and sort column.

    segment: lowest and highest partition hash. start: reading begins strictly behind it. brief:
    give up where the page is long. Raises: TooLongError.
    """
    span = _scan_span(source, segment, start is not None)
    behind = None if start is None else (*start.key[:2], *_behind(source, start))
    return _read(db, span, behind, asked, brief)


def count(
    db: apsw.Connection, source: Source, part: tuple[int, Column], bounds: Bounds, most: int
) -> int:
    """How many rows a partition has within the bounds, by their keys alone; ``most`` at most."""
    low_operator, low, high_operator, high = bounds
    values = [*part, *([low] if low_operator else []), *([high] if high_operator else []), most]
    sql = _count_sql(source.table_id, source.index_id, low_operator, high_operator)
    return db.execute(sql, values).get


def query_sql(source: Source, bounds: Bounds, asked: Asked, *, forward: bool) -> str:
    """The statement of a Query's first page, as ``query`` runs it row by row."""
    return _row_sql(_query_span(source, (0, ""), bounds, False, forward), False, asked)


def scan_sql(
    source: Source, segment: tuple[int, int] | None, asked: Asked, *, resumed: bool
) -> str:
    """The statement of a Scan's page, as ``scan`` runs it row by row."""
    return _row_sql(_scan_span(source, segment, resumed), resumed, asked)


def check_brief(rows: int, *, brief: bool) -> None:
    """Give up a brief read of so many rows by their keys. Raises: TooLongError."""
    if brief and rows > _BRIEF_LOOKUPS:
        raise TooLongError


def base_of(db: apsw.Connection, table_id: int, key: Key) -> int:
    """The number of the row under this key of the table; 0 where there is none."""
    return db.execute(_base_sql(table_id), key).get or 0


def _behind(source: Source, start: Place) -> tuple[Any, ...]:
    """What stands for a place's sort column in a comparison of rows."""
    if source.index_id is None:
        return (start.key[2],)
    return start.key[2], start.tie, start.base


class _Span(NamedTuple):
    """The rows that may be read, and in which order.

    conditions, values: of the statement, but for where it begins. columns: the order's, of a table;
    an index has two more.
    """

    source: Source
    conditions: tuple[str, ...]
    values: tuple[Any, ...]
    columns: tuple[str, ...]
    forward: bool


def _query_span(
    source: Source, part: tuple[int, Column], bounds: Bounds, resumed: bool, forward: bool
) -> _Span:
    low_operator, low, high_operator, high = bounds
    conditions, values = ["hash = ?", "pk = ?"], [*part]
    if low_operator and not (resumed and forward):
        conditions.append(f"sk {low_operator} ?")
        values.append(low)
    if high_operator and (forward or not resumed):
        conditions.append(f"sk {high_operator} ?")
        values.append(high)
    return _Span(source, tuple(conditions), tuple(values), _SORT_COLUMNS, forward)


def _scan_span(source: Source, segment: tuple[int, int] | None, resumed: bool) -> _Span:
    if segment is None:
        return _Span(source, (), (), _ALL_COLUMNS, True)
    if resumed:
        return _Span(source, ("hash <= ?",), segment[1:], _ALL_COLUMNS, True)
    return _Span(source, ("hash >= ?", "hash <= ?"), segment, _ALL_COLUMNS, True)


def _row_sql(span: _Span, resumed: bool, asked: Asked) -> str:
    return statement(
        "rows",
        span.source,
        span.conditions,
        span.columns,
        resumed,
        False,
        span.forward,
        asked.filter_text,
        asked.counting,
    )


def _read(
    db: apsw.Connection, span: _Span, behind: tuple[Any, ...] | None, asked: Asked, brief: bool
) -> Page:
    """behind: where reading begins, by the order's columns.

    Many small rows are read in one statement that puts them together: a row that comes to Python
    costs as much as finding it.
    """
    totals = _Totals([], 0, 0, 0)
    if not asked.limit and span.forward and not span.source.detailed:
        whole = _whole(db, span, behind, asked, brief)
        if whole is not None:
            return Page(whole.texts, whole.scanned, whole.size, None, [], [])
        if not brief:
            totals, behind, ended = _in_blocks(db, span, behind, asked)
            if ended:
                return Page(totals.texts, totals.scanned, totals.size, None, [], [])
    sql = _row_sql(span, behind is not None, asked)
    values = (*asked.filter_values, *span.values, *(behind or ()))
    rows = db.execute(sql, values)
    try:
        if span.source.detailed:
            return _detailed_page(db, span.source.table_id, rows, asked, brief)
        return _plain_page(db, span.source.table_id, rows, asked, brief, totals)
    finally:
        rows.close()


class _Totals(NamedTuple):
    """What was read of a page."""

    texts: list[str]
    scanned: int
    size: int
    weight: int


_Blocks: TypeAlias = tuple[_Totals, tuple[Any, ...] | None, bool]
"""What was read, behind which row reading goes on, and whether nothing is left."""


def _whole(
    db: apsw.Connection, span: _Span, behind: tuple[Any, ...] | None, asked: Asked, brief: bool
) -> _Totals | None:
    """All rows at once, where they are few, small and fit one page; else None.

    Raises: TooLongError for a brief read of many.
    """
    # SQLite counts the steps of a statement on from its last run: the first call may come early.
    db.set_progress_handler(iter((False, True)).__next__, _WHOLE_STEPS)
    try:
        block = _block(db, span, behind, None, asked)
    except apsw.InterruptError:
        if brief:
            raise TooLongError from None
        return None
    finally:
        db.set_progress_handler(None)
    if block is None or block.weight >= limits.PAGE_BYTES or block.size >= _MOST_BYTES:
        return None
    return block


def _in_blocks(
    db: apsw.Connection, span: _Span, behind: tuple[Any, ...] | None, asked: Asked
) -> _Blocks:
    """Rows block by block, as of one commit, as long as the page cannot end within the next."""
    if db.in_transaction:
        return _blocks(db, span, behind, asked)
    db.execute("BEGIN")
    try:
        return _blocks(db, span, behind, asked)
    finally:
        if db.in_transaction:  # SQLite itself ends it where the disk cannot be read.
            db.execute("ROLLBACK")


def _blocks(
    db: apsw.Connection, span: _Span, behind: tuple[Any, ...] | None, asked: Asked
) -> _Blocks:
    totals = _Totals([], 0, 0, 0)
    rows = _FIRST_BLOCK
    while rows >= _LEAST_BLOCK:
        last = _last_of_block(db, span, behind, rows)
        block = _block(db, span, behind, last, asked)
        if block is None:
            break
        _, scanned, size, weight = totals
        scanned, size, weight = scanned + block.scanned, size + block.size, weight + block.weight
        if weight >= limits.PAGE_BYTES or size >= _MOST_BYTES:
            break
        totals.texts.extend(block.texts)
        totals = _Totals(totals.texts, scanned, size, weight)
        if last is None:
            return totals, None, True
        behind = last
        rows = min(_MOST_BLOCK, (limits.PAGE_BYTES - weight) * scanned // max(weight, 1))
    return totals, behind, False


def _last_of_block(
    db: apsw.Connection, span: _Span, behind: tuple[Any, ...] | None, rows: int
) -> tuple[Any, ...] | None:
    """The so many-th row by the order's columns; None where there are fewer."""
    sql = statement(
        "end", span.source, span.conditions, span.columns, behind is not None, False, True
    )
    return db.execute(sql, (*span.values, *(behind or ()), rows - 1)).fetchone()


def _block(
    db: apsw.Connection,
    span: _Span,
    behind: tuple[Any, ...] | None,
    last: tuple[Any, ...] | None,
    asked: Asked,
) -> _Totals | None:
    """All rows behind one up to another, put together by SQLite; None where one is large."""
    sql = statement(
        "list" if asked.listed else "block",
        span.source,
        span.conditions,
        span.columns,
        behind is not None,
        last is not None,
        True,
        asked.filter_text,
        asked.counting,
    )
    values = (*asked.filter_values, *span.values, *(behind or ()), *(last or ()))
    [(scanned, size, weight, together)] = db.execute(sql, values)
    texts = _parted(together, asked)
    return None if texts is None else _Totals(texts, scanned, size or 0, weight or 0)


def _parted(together: str | None, asked: Asked) -> list[str] | None:
    """The texts of a block that pass; None where one was left out because it is large."""
    if together is None:
        return []
    if _LARGE in together:
        return None
    if asked.listed:
        return [together]
    texts = together.split(_BREAK)
    holds = asked.holds
    if holds is None:
        return texts
    if asked.filter_text is None:
        return [text for text in texts if holds(codec.decode(text))]
    if _OPEN not in together:
        return texts
    judged = (
        (text[1:], holds(codec.decode(text[1:]))) if text[:1] == _OPEN else (text, True)
        for text in texts
    )
    return [text for text, passes in judged if passes]


def _end(asked: Asked, brief: bool) -> tuple[int, int]:
    """After how many rows (-1: any), and at which weight, reading stops to look closer."""
    if not brief:
        return asked.limit or -1, limits.PAGE_BYTES
    return min(asked.limit or _BRIEF_ROWS, _BRIEF_ROWS), _BRIEF_BYTES


def _last(db: apsw.Connection, table_id: int, number: int, *, too_long: bool) -> str | None:
    """The item of a page's last row. The open statement still holds its snapshot: it is there."""
    if too_long:
        raise TooLongError
    return db.execute(_item_sql(table_id), (number,)).get


def _plain_page(
    db: apsw.Connection,
    table_id: int,
    rows: Iterator[tuple[Any, ...]],
    asked: Asked,
    brief: bool,
    totals: _Totals,
) -> Page:
    judge = _judge(asked)
    most_rows, most_weight = _end(asked, brief)
    texts, scanned, size, weight = totals
    keep = texts.append
    last: str | None = None
    for number, row_size, row_weight, found in rows:
        scanned += 1
        size += row_size
        weight += row_weight
        text = found if judge is None else judge(found)
        if text is not None:
            keep(text)
        if scanned == most_rows or weight >= most_weight or size >= _MOST_BYTES:
            too_long = brief and scanned != asked.limit
            last = _last(db, table_id, number, too_long=too_long)
            break
    return Page(texts, scanned, size, last, [], [])


def _judge(asked: Asked) -> Callable[[str | bytes | None], str | None] | None:
    """What decides in Python about a row's text; None where every row passes.

    SQL gives None for a row that fails, text for one that passes, and the same text as a blob for
    one that it leaves open.
    """
    holds = asked.holds
    if holds is None:
        return None

    def judged(text: str | bytes | None) -> str | None:
        if text is None:
            return None
        if decided and text.__class__ is str:
            return text  # pyright: ignore[reportReturnType] - just found out
        plain = text.decode() if isinstance(text, bytes) else text
        return plain if holds(codec.decode(plain)) else None

    decided = asked.filter_text is not None
    return judged


def _detailed_page(
    db: apsw.Connection,
    table_id: int,
    rows: Iterator[tuple[Any, ...]],
    asked: Asked,
    brief: bool,
) -> Page:
    judge = _judge(asked)
    most_rows, most_weight = _end(asked, brief)
    texts: list[str] = []
    base_sizes: list[int] = []
    versions: list[int] = []
    scanned = size = weight = held = 0
    last: str | None = None
    for number, row_size, row_weight, found, base_size, version in rows:
        scanned += 1
        size += row_size
        weight += row_weight
        held += base_size
        base_sizes.append(base_size)
        text = found if judge is None else judge(found)
        if text is not None:
            texts.append(text)
            versions.append(version)
        if scanned == most_rows or weight >= most_weight or held >= _MOST_BYTES:
            too_long = brief and scanned != asked.limit
            last = _last(db, table_id, number, too_long=too_long)
            break
    return Page(texts, scanned, size, last, base_sizes, versions)


# The statements. Only our own integers, operators and compiled filters are put into them.


@lru_cache(maxsize=1024)
def statement(
    kind: str,
    source: Source,
    conditions: tuple[str, ...],
    columns: tuple[str, ...],
    resumed: bool,
    ended: bool,
    forward: bool,
    filter_text: str | None = None,
    counting: bool = False,
) -> str:
    """The statement of one shape of Query or Scan; ``?`` stands for every value.

    kind: ``rows``, ``block`` (all of them as one row), ``list`` (the same with commas between the
    texts), ``end`` (the order's columns of one row).
    resumed, ended: whether reading begins behind a row, and goes up to one.
    """
    if source.index_id is not None:
        columns = (*columns, "tie", "base")
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    all_conditions = [*conditions]
    if resumed:
        all_conditions.append(f"({names}) {'>' if forward else '<'} ({marks})")
    if ended:
        all_conditions.append(f"({names}) <= ({marks})")
    where = f" WHERE {' AND '.join(all_conditions)}" if all_conditions else ""
    if kind in ("block", "list"):  # In the order of the only index that may be used.
        between = _COMMA if kind == "list" else _BREAK
        return f"{_select_block(source, filter_text, counting, between)}{where}"
    order = names if forward else ", ".join(f"{column} DESC" for column in columns)
    if kind == "end":
        return f"SELECT {names} FROM {_keys(source)}{where} ORDER BY {order} LIMIT 1 OFFSET ?"
    return f"{_select(source, filter_text, counting)}{where} ORDER BY {order}"


def _select_block(source: Source, filter_text: str | None, counting: bool, between: str) -> str:
    """SELECT and FROM: sums, and the texts of the rows that pass with ``between`` between them."""
    small = f"octet_length(item) <= {_SMALL_BYTES:d}"
    text = "''" if counting else f"CASE WHEN {small} THEN item ELSE '{_LARGE}' END"
    if filter_text is not None:
        left_open = f"CASE WHEN {small} THEN '{_OPEN}' || item ELSE '{_LARGE}' END"
        text = f"CASE {filter_text} WHEN 1 THEN {text} WHEN 2 THEN {left_open} END"
    rows = _keys(source) if not source.whole else _rows(source)
    return f"SELECT count(*), sum(size), sum(weight), group_concat({text}, '{between}') FROM {rows}"


def _keys(source: Source) -> str:
    """The table or index itself, read by its key."""
    if source.index_id is None:
        key = layout.key_index(source.table_id)
        return f"{layout.items_table(source.table_id)} INDEXED BY {key}"
    return layout.index_table(source.table_id, source.index_id)


@lru_cache(maxsize=1024)
def _count_sql(table_id: int, index_id: int | None, low_operator: str, high_operator: str) -> str:
    ends = "".join(
        f" AND sk {operator} ?" for operator in (low_operator, high_operator) if operator
    )
    name = (
        layout.items_table(table_id) if index_id is None else layout.index_table(table_id, index_id)
    )
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM {name} WHERE hash = ? AND pk = ?{ends} LIMIT ?)"


def _select(source: Source, filter_text: str | None, counting: bool) -> str:
    """SELECT and FROM: number, size, weight, text (NULL for a row that fails), and the details."""
    number = "id" if source.index_id is None else "base"
    text = "''" if counting else "item"
    if filter_text is not None:
        text = f"CASE {filter_text} WHEN 1 THEN {text} WHEN 2 THEN CAST(item AS BLOB) END"
    details = ", base_size, version" if source.detailed else ""
    return f"SELECT {number}, size, weight, {text}{details} FROM {_rows(source)}"


def _rows(source: Source) -> str:
    """The table, the index, or the index with its base rows.

    A join stands in a subquery, so that ``item`` has one meaning; SQLite flattens it.
    """
    items = layout.items_table(source.table_id)
    if source.index_id is None:
        if not source.detailed:
            return items
        return (
            "(SELECT id, hash, pk, sk, size, weight, item, size AS base_size, version "
            f"FROM {items})"
        )
    index = layout.index_table(source.table_id, source.index_id)
    if not source.whole and not source.detailed:
        return index
    content = "b" if source.whole else "e"
    size = "e" if source.entry_size else content
    return (
        f"(SELECT e.hash, e.pk, e.sk, e.tie, e.base, {size}.size, {content}.weight, "
        f"{content}.item, b.size AS base_size, b.version "
        f"FROM {index} AS e CROSS JOIN {items} AS b ON b.id = e.base)"
    )


@lru_cache(maxsize=1024)
def _item_sql(table_id: int) -> str:
    return f"SELECT item FROM {layout.items_table(table_id)} WHERE id = ?"


@lru_cache(maxsize=1024)
def _base_sql(table_id: int) -> str:
    return f"SELECT id FROM {layout.items_table(table_id)} WHERE hash = ? AND pk = ? AND sk = ?"
