"""Rows in index order up to a limit or a page's weight."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import apsw
import pytest

from dynalite_py.model import codec, keys, limits
from dynalite_py.model.values import Item
from dynalite_py.storage import layout, ranges
from dynalite_py.storage.ranges import Asked, Page, Place, Source

TABLE, PLAIN, WHOLE, FETCHED = (
    Source(7),
    Source(7, 1),
    Source(7, 2, whole=True),
    Source(7, 1, whole=True, entry_size=True, detailed=True),
)
SOURCES = [
    TABLE,
    PLAIN,
    WHOLE,
    FETCHED,
    Source(7, None, detailed=True),
    Source(7, 1, detailed=True),
]
OPEN = ("", "", "", "")
PART = (5, "p")
SORTS = [f"{number:02d}" for number in range(20)]


def fill(db: apsw.Connection, sort: str, number: int, *, weight: int = 10) -> None:
    """One item and its entries: in index 1 with a text, in index 2 without; few sort keys."""
    text = codec.text({"p": {"S": "p"}, "s": {"S": sort}, "n": {"N": str(number)}})
    db.execute(
        "INSERT INTO items_7 VALUES (?, 5, 'p', ?, 100, ?, 3, ?)", (number, sort, weight, text)
    )
    for index, entry in ((1, codec.text({"s": {"S": sort}})), (2, None)):
        db.execute(
            f"INSERT INTO index_7_{index} VALUES (5, 'p', ?, ?, ?, 40, 4, ?)",
            (sort[0], number * 7 % 10, number, entry),
        )


@pytest.fixture
def db() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    connection.execute(layout.create_items(7))
    connection.execute(layout.create_index(7, 1) + layout.create_index(7, 2))
    for number, sort in enumerate(SORTS):
        fill(connection, sort, number)
    yield connection
    connection.close()


def query(
    db: apsw.Connection,
    source: Source = TABLE,
    bounds: keys.Bounds = OPEN,
    start: Place | None = None,
    *,
    forward: bool = True,
    asked: Asked | None = None,
    brief: bool = False,
) -> Page:
    return ranges.query(
        db, source, PART, bounds, start, forward=forward, asked=asked or Asked(), brief=brief
    )


def sorts(page: Page) -> list[str]:
    return [codec.decode(text)["s"]["S"] for text in page.texts]


def place_of(source: Source, sort: str) -> Place:
    number = int(sort)
    table_key = (5, "p", sort)
    if source.index_id is None:
        return Place(table_key, table_key)
    return Place((5, "p", sort[0]), table_key, number * 7 % 10, number)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (OPEN, SORTS),
        ((">=", "03", "<=", "05"), ["03", "04", "05"]),
        ((">", "03", "<", "05"), ["04"]),
        ((">", "17", "", ""), ["18", "19"]),
        (("", "", "<=", "01"), ["00", "01"]),
        ((">=", "05", "<=", "03"), []),
    ],
)
def test_bounds_are_kept_in_both_directions(
    db: apsw.Connection, bounds: keys.Bounds, expected: list[str]
) -> None:
    assert sorts(query(db, bounds=bounds)) == expected
    assert sorts(query(db, bounds=bounds, forward=False)) == expected[::-1]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 20])
def test_pages_put_together_are_the_whole_in_order(
    db: apsw.Connection, source: Source, forward: bool, limit: int
) -> None:
    whole = sorts(query(db, source, forward=forward))
    assert sorted(whole) == SORTS
    found: list[str] = []
    start = None
    for _ in range(25):
        page = query(db, source, start=start, forward=forward, asked=Asked(limit))
        found += sorts(page)
        if page.last is None:
            break
        assert codec.decode(page.last)["s"]["S"] == found[-1]
        start = place_of(source, found[-1])
    assert found == whole


def test_entries_of_equal_keys_go_by_their_tie(db: apsw.Connection) -> None:
    found = sorts(query(db, PLAIN))
    by_tie = sorted(SORTS, key=lambda sort: (sort[0], int(sort) * 7 % 10, int(sort)))
    assert found == by_tie
    assert found != SORTS


@pytest.mark.parametrize("forward", [True, False])
def test_reading_goes_on_behind_a_row_that_is_gone(db: apsw.Connection, forward: bool) -> None:
    whole = sorts(query(db, PLAIN, forward=forward))
    gone = place_of(PLAIN, whole[4])
    for name, column in (("items_7", "id"), ("index_7_1", "base")):
        db.execute(f"DELETE FROM {name} WHERE {column} = ?", (gone.base,))
    assert ranges.base_of(db, 7, gone.table_key) == 0
    page = query(db, PLAIN, start=gone._replace(base=0), forward=forward)
    assert sorts(page) == whole[5:]


def test_the_row_under_a_key_is_found_by_its_number(db: apsw.Connection) -> None:
    assert ranges.base_of(db, 7, (5, "p", "13")) == 13


def test_a_page_ends_with_the_row_that_reaches_its_weight(db: apsw.Connection) -> None:
    db.execute("UPDATE items_7 SET weight = ? WHERE sk = '02'", (limits.PAGE_BYTES - 30,))
    assert sorts(query(db)) == SORTS[:4]  # 10 + 10 + (all but 30) + 10
    db.execute("UPDATE items_7 SET weight = ? WHERE sk = '02'", (limits.PAGE_BYTES - 20,))
    page = query(db)
    assert sorts(page) == SORTS[:3]
    assert page.last is not None


def test_a_page_that_ends_with_the_last_row_says_so(db: apsw.Connection) -> None:
    db.execute("UPDATE items_7 SET weight = ? WHERE sk = '19'", (limits.PAGE_BYTES - 190,))
    page = query(db)
    assert sorts(page) == SORTS
    assert page.last is not None
    db.execute("UPDATE items_7 SET weight = ? WHERE sk = '19'", (limits.PAGE_BYTES - 191,))
    assert query(db).last is None


@pytest.mark.parametrize("source", [TABLE, WHOLE, FETCHED])
def test_light_rows_of_many_bytes_end_a_page_too(db: apsw.Connection, source: Source) -> None:
    db.execute("UPDATE items_7 SET size = ?", (4 * limits.PAGE_BYTES,))
    assert query(db, source).scanned == 4


def _is_late(item: Item) -> bool:
    return int(item["n"]["N"]) >= 8


def test_rows_that_fail_a_filter_count_without_their_text(db: apsw.Connection) -> None:
    in_sql = Asked(10, "json_extract(item, '$.n.N') + 0 >= ?", (8,))
    in_python = Asked(10, holds=_is_late)
    for asked in (in_sql, in_python):
        page = query(db, asked=asked)
        assert (sorts(page), page.scanned, page.size) == (["08", "09"], 10, 1000)
        assert page.last is not None
        assert codec.decode(page.last)["s"]["S"] == "09"


def test_counting_ships_no_text(db: apsw.Connection) -> None:
    page = query(db, asked=Asked(0, "json_extract(item, '$.n.N') + 0 >= ?", (8,), counting=True))
    assert page.texts == [""] * 12


@pytest.mark.parametrize(
    ("source", "size", "base_sizes", "versions"),
    [
        (TABLE, 200, [], []),
        (PLAIN, 80, [], []),
        (WHOLE, 200, [], []),
        (FETCHED, 80, [100, 100], [3, 3]),
        (Source(7, None, detailed=True), 200, [100, 100], [3, 3]),
        (Source(7, 1, detailed=True), 80, [100, 100], [3, 3]),
    ],
)
def test_sizes_are_those_of_what_is_read(
    db: apsw.Connection, source: Source, size: int, base_sizes: list[int], versions: list[int]
) -> None:
    page = query(db, source, asked=Asked(2))
    assert (page.size, page.base_sizes, page.versions) == (size, base_sizes, versions)
    has_whole_item = "n" in codec.decode(page.texts[0])
    assert has_whole_item == (source.index_id is None or source.whole)


@pytest.mark.parametrize("source", [TABLE, PLAIN])
def test_segments_are_cut_by_the_partition_hash(db: apsw.Connection, source: Source) -> None:
    for number in range(20):
        db.execute("UPDATE items_7 SET hash = ? WHERE id = ?", (number, number))
        db.execute("UPDATE index_7_1 SET hash = ? WHERE base = ?", (number, number))
    found: list[str] = []
    for segment in ((0, 4), (5, 5), (6, 30)):
        page = ranges.scan(db, source, segment, None, Asked(2))
        found += sorts(page)
        while page.last is not None:
            number = int(found[-1])
            place = place_of(source, found[-1])
            place = place._replace(key=(number, *place.key[1:]))
            page = ranges.scan(db, source, segment, place, Asked(2))
            found += sorts(page)
    assert found == SORTS


def _statements() -> Iterator[tuple[Source, str]]:
    in_query: list[tuple[str, ...]] = [
        ("hash = ?", "pk = ?", *low, *high)
        for low, high in itertools.product(
            ((), ("sk > ?",), ("sk >= ?",)), ((), ("sk < ?",), ("sk <= ?",))
        )
    ]
    in_scan: list[tuple[str, ...]] = [(), ("hash <= ?",), ("hash >= ?", "hash <= ?")]
    shapes = [(conditions, ("sk",)) for conditions in in_query]
    shapes += [(conditions, ("hash", "pk", "sk")) for conditions in in_scan]
    kinds = [("rows", True), ("rows", False), ("block", True), ("end", True)]
    turns = itertools.product(SOURCES, shapes, kinds, (True, False), (True, False), (None, "1 = ?"))
    for source, (conditions, columns), (kind, forward), resumed, counting, filter_text in turns:
        for ended in {False, kind == "block"}:
            text = ranges.statement(
                kind, source, conditions, columns, resumed, ended, forward, filter_text, counting
            )
            yield source, text


def test_every_statement_walks_an_index_and_sorts_nothing(db: apsw.Connection) -> None:
    for source, text in _statements():
        marks: tuple[Any, ...] = (1,) * text.count("?")
        steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {text}", marks)]
        assert not [step for step in steps if "TEMP B-TREE" in step or "MATERIALIZE" in step], text
        first = "items_7_key" if source.index_id is None else "PRIMARY KEY"
        assert first in steps[0] or steps[0] in ("SCAN e", "SCAN index_7_1", "SCAN index_7_2"), (
            text,
            steps,
        )


def test_a_warm_read_makes_no_statement_text(db: apsw.Connection) -> None:
    query(db, asked=Asked(3))
    made = ranges.statement.cache_info().misses
    for sort in SORTS:
        query(db, bounds=OPEN, asked=Asked(int(sort) + 1))
    assert ranges.statement.cache_info().misses == made


def test_what_sql_leaves_open_is_decided_on_the_item(db: apsw.Connection) -> None:
    left_open = "CASE WHEN json_extract(item, '$.s.S') > '05' THEN 2 ELSE 0 END"
    for counting in (False, True):
        page = query(db, asked=Asked(10, left_open, (), counting, _is_late))
        assert (sorts(page), page.scanned) == (["08", "09"], 10)


def test_a_brief_read_gives_up_on_a_long_page(db: apsw.Connection) -> None:
    assert len(query(db, asked=Asked(), brief=True).texts) == 20
    for number in range(100, 1000):
        fill(db, f"{number}", number)
    with pytest.raises(ranges.TooLongError):
        query(db, asked=Asked(), brief=True)
    with pytest.raises(ranges.TooLongError):
        query(db, asked=Asked(300), brief=True)
    assert query(db, asked=Asked(200), brief=True).last is not None
    assert query(db, asked=Asked(300)).scanned == 300


def _nothing(*_: object) -> None:
    return None


def _is_behind(item: Item) -> bool:
    return item["s"]["S"] > "05"


def _always(_: Item) -> bool:
    return True


def _by_rows(
    db: apsw.Connection, source: Source, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> Page:
    with monkeypatch.context() as patched:
        patched.setattr(ranges, "_whole", _nothing)
        patched.setattr(ranges, "_LEAST_BLOCK", 1_000_000)
        return query(db, source, asked=asked)


@pytest.mark.parametrize("rows", [20, 700])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(counting=True),
        Asked(holds=_is_behind),
        Asked(0, "json_extract(item, '$.s.S') > ?", ("05",)),
        Asked(0, "CASE WHEN item LIKE '%5%' THEN 2 ELSE item LIKE '%1%' END", (), False, _always),
        Asked(0, "CASE WHEN item LIKE '%5%' THEN 2 ELSE 0 END", (), True, _always),
        Asked(0, "0"),
    ],
)
@pytest.mark.parametrize("weight", [10, limits.PAGE_BYTES // 100, limits.PAGE_BYTES // 400])
def test_rows_read_together_are_those_read_one_by_one(
    db: apsw.Connection,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    source: Source,
    asked: Asked,
    weight: int,
) -> None:
    with db:
        for number in range(20, rows):
            fill(db, f"{number:03d}", number)
        for table in ("items_7", "index_7_1"):
            db.execute(f"UPDATE {table} SET weight = ?", (weight,))
    page = query(db, source, asked=asked)
    assert page == _by_rows(db, source, asked, monkeypatch)
    assert (page.last is not None) == (page.scanned < rows)
    monkeypatch.setattr(ranges, "_whole", _nothing)
    monkeypatch.setattr(ranges, "_FIRST_BLOCK", 7)
    monkeypatch.setattr(ranges, "_LEAST_BLOCK", 3)
    monkeypatch.setattr(ranges, "_MOST_BLOCK", 50)
    assert query(db, source, asked=asked) == page


@pytest.mark.parametrize("together", [True, False])
def test_large_items_among_small_ones_are_read(
    db: apsw.Connection, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    large = codec.text({"p": {"S": "p"}, "s": {"S": "07"}, "n": {"N": "7"}, "x": {"S": "y" * 9000}})
    db.execute("UPDATE items_7 SET item = ? WHERE sk = '07'", (large,))
    if not together:
        monkeypatch.setattr(ranges, "_whole", _nothing)
    monkeypatch.setattr(ranges, "_FIRST_BLOCK", 3)
    monkeypatch.setattr(ranges, "_LEAST_BLOCK", 1)
    page = query(db)
    assert sorts(page) == SORTS
    assert page.texts[7] == large
    assert not db.in_transaction


def test_blocks_are_as_of_one_commit(db: apsw.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_whole", _nothing)
    transactions: list[bool] = []

    def holds(_: Item) -> bool:
        transactions.append(db.in_transaction)
        return True

    assert sorts(query(db, asked=Asked(holds=holds))) == SORTS
    assert transactions == [True] * 20
    assert not db.in_transaction
