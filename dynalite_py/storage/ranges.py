"""Rows in the order of an index up to a limit or a page's weight: what Query and Scan read.

One statement gives the rows of a page. Rows that fail a filter still come, without their text, for
they count towards the limit and the page. The statement is read row by row and left when the page
is full; nothing is held but the texts of one page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

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
_OPERATORS = frozenset({"", ">", ">=", "<", "<="})


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
    """

    limit: int = 0
    filter_text: str | None = None
    filter_values: Sequence[Any] = ()
    counting: bool = False
    holds: Callable[[Item], bool] | None = None


class Page(NamedTuple):
    """One page. texts: of the rows that pass. size: bytes of all rows evaluated.

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
    low_operator, low, high_operator, high = bounds
    if start is not None:
        if forward:
            low_operator = ">"
        else:
            high_operator = "<"
    sql = query_sql(
        source,
        low_operator,
        high_operator,
        start is not None and source.index_id is not None,
        forward,
        asked.filter_text,
        asked.counting,
    )
    values: list[Any] = [*asked.filter_values, *part]
    if start is not None and forward:
        values += _behind(source, start)
    elif low_operator:
        values.append(low)
    if start is not None and not forward:
        values += _behind(source, start)
    elif high_operator:
        values.append(high)
    return _page(db, source, db.execute(sql, values), asked, brief)


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
    sql = scan_sql(
        source, segment is not None, start is not None, asked.filter_text, asked.counting
    )
    values: list[Any] = [*asked.filter_values]
    if start is not None:
        values += [*start.key[:2], *_behind(source, start)]
    elif segment is not None:
        values.append(segment[0])
    if segment is not None:
        values.append(segment[1])
    return _page(db, source, db.execute(sql, values), asked, brief)


def count(
    db: apsw.Connection, source: Source, part: tuple[int, Column], bounds: Bounds, most: int
) -> int:
    """How many rows a partition has within the bounds, by their keys alone; ``most`` at most."""
    low_operator, low, high_operator, high = bounds
    values = [*part, *([low] if low_operator else []), *([high] if high_operator else []), most]
    sql = _count_sql(source.table_id, source.index_id, low_operator, high_operator)
    return db.execute(sql, values).get


def check_brief(rows: int, *, brief: bool) -> None:
    """Give up a brief read of so many rows by their keys. Raises: TooLongError."""
    if brief and rows > _BRIEF_LOOKUPS:
        raise TooLongError


def base_of(db: apsw.Connection, table_id: int, key: Key) -> int:
    """The number of the row under this key of the table; 0 where there is none."""
    return db.execute(_base_sql(table_id), key).get or 0


def _behind(source: Source, start: Place) -> list[Any]:
    """What stands for a place's sort column in a comparison of rows."""
    if source.index_id is None:
        return [start.key[2]]
    return [start.key[2], start.tie, start.base]


def _page(
    db: apsw.Connection, source: Source, rows: apsw.Cursor, asked: Asked, brief: bool
) -> Page:
    read = _detailed_page if source.detailed else _plain_page
    try:
        return read(db, source.table_id, rows, asked, brief)
    finally:
        rows.close()


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
) -> Page:
    judge = _judge(asked)
    most_rows, most_weight = _end(asked, brief)
    texts: list[str] = []
    keep = texts.append
    scanned = size = weight = 0
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
def query_sql(
    source: Source,
    low_operator: str,
    high_operator: str,
    resumed_in_index: bool,
    forward: bool,
    filter_text: str | None,
    counting: bool,
) -> str:
    """The statement of one shape of Query; ``?`` stands for every value."""
    assert _OPERATORS.issuperset((low_operator, high_operator))
    conditions = ["hash = ?", "pk = ?"]
    for operator, resumed in (
        (low_operator, resumed_in_index and forward),
        (high_operator, resumed_in_index and not forward),
    ):
        if resumed:
            conditions.append(f"(sk, tie, base) {operator} (?, ?, ?)")
        elif operator:
            conditions.append(f"sk {operator} ?")
    columns = ["sk"] if source.index_id is None else ["sk", "tie", "base"]
    order = ", ".join(columns if forward else [f"{column} DESC" for column in columns])
    return (
        f"{_select(source, filter_text, counting)} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {order}"
    )


@lru_cache(maxsize=1024)
def scan_sql(
    source: Source, segmented: bool, resumed: bool, filter_text: str | None, counting: bool
) -> str:
    """The statement of one shape of Scan; ``?`` stands for every value."""
    columns = "hash, pk, sk" if source.index_id is None else "hash, pk, sk, tie, base"
    conditions: list[str] = []
    if resumed:
        marks = ", ".join("?" for _ in columns.split(", "))
        conditions.append(f"({columns}) > ({marks})")
    elif segmented:
        conditions.append("hash >= ?")
    if segmented:
        conditions.append("hash <= ?")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{_select(source, filter_text, counting)}{where} ORDER BY {columns}"


@lru_cache(maxsize=1024)
def _count_sql(table_id: int, index_id: int | None, low_operator: str, high_operator: str) -> str:
    assert _OPERATORS.issuperset((low_operator, high_operator))
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
