"""Questions in SQL against plain Python: random items, groups, filters, aggregates, names."""

from __future__ import annotations

import contextlib
import operator
import tempfile
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dynalite_py
from dynalite_py.doors.library.store import Store
from dynalite_py.language import analytics_values as carriers
from dynalite_py.model.caller import Caller
from dynalite_py.operations import analytics as operations
from tests.support import strategies

TEXTS = st.sampled_from(["", "a", "b", "ab", "é", "A", "\x7f"])
WHOLE = st.integers(-5, 5)
WIDE = st.sampled_from(
    (
        *(10**37, -(10**37) - 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**20, Decimal("1e-20")),
        *(Decimal("12345678901234567890.123456789"), Decimal("9007199254740993.5")),
    )
)
DECIMALS = st.decimals(-100, 100, places=2).map(carriers.plain_number)
NUMBERS = st.one_of(WHOLE, DECIMALS)
ANY = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.just(b"x"), st.just([1, "a"]))
EXACT = Context(prec=400)
ORDER: dict[type, int] = {int: 0, Decimal: 0, str: 1, bytes: 2, bool: 3, list: 4}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def items(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    item = st.fixed_dictionaries(
        {},
        optional={"g": st.one_of(TEXTS, WHOLE, st.booleans(), st.none()), "x": numbers, "y": ANY},
    )
    return st.lists(item, max_size=12)


def stored(store: Store, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items in a table of the store, each with a key."""
    store.create_table(
        TableName="t-1",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    whole = [{"id": number, **item} for number, item in enumerate(found)]
    for item in whole:
        store.table("t-1").put(item)
    return whole


def place(value: Any) -> tuple[Any, ...]:
    """Where a value stands in order: numbers, texts, binaries, booleans, the rest."""
    if value is None:
        return (-1,)
    if isinstance(value, list):
        return (ORDER[list], str(cast("Any", value)))
    return (ORDER[type(value)], value)


def keyed(value: Any) -> tuple[str, Any]:
    """A value that tells True from 1."""
    return ("bool" if isinstance(value, bool) else "", value)


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def total(values: Sequence[Any]) -> Any:
    numbers = [Decimal(value) for value in values if is_number(value)]
    if not numbers:
        return None
    result = Decimal(0)
    for number in numbers:
        result = EXACT.add(result, number)
    return carriers.plain_number(result)


def grouped(found: Sequence[dict[str, Any]]) -> set[tuple[Any, ...]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for item in found:
        groups.setdefault(keyed(item.get("g")), []).append(item)
    rows: set[tuple[Any, ...]] = set()
    for (kind, key), members in groups.items():
        xs = [member["x"] for member in members if member.get("x") is not None]
        least = min(xs, key=place, default=None)
        most = max(xs, key=place, default=None)
        distinct = len({keyed(x) for x in xs})
        rows.add((kind, key, len(members), len(xs), distinct, total(xs), least, most))
    return rows


GROUPS = 'SELECT g, COUNT(*), COUNT(x), COUNT(DISTINCT x), SUM(x), MIN(x), MAX(x) FROM "t-1"'


@settings(max_examples=150)
@given(
    found=items(st.one_of(NUMBERS, WIDE, TEXTS)),
    compared=st.sampled_from(sorted(OPERATORS)),
    bound=st.one_of(NUMBERS, WIDE, TEXTS),
)
def test_groups_under_a_filter_are_those_of_python(
    found: list[dict[str, Any]], compared: str, bound: Any
) -> None:
    with dynalite_py.connect() as store:
        whole = stored(store, found)
        answer = store.sql(f"{GROUPS} WHERE x {compared} ? GROUP BY g", [bound])
    passed = [
        item
        for item in whole
        if "x" in item and OPERATORS[compared](place(item["x"]), place(bound))
    ]
    assert {(*keyed(row[0]), *row[1:]) for row in answer.rows} == grouped(passed)


@settings(max_examples=40)
@given(found=items(st.one_of(NUMBERS, WIDE, TEXTS)))
def test_groups_in_shares_are_those_of_python(found: list[dict[str, Any]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        dynalite_py.connect(Path(folder) / "a.db", durability="relaxed") as store,
    ):
        patch.setattr(operations, "ITEMS_A_THREAD", 1)
        whole = stored(store, found)
        answer = store.sql(
            'SELECT g, COUNT(*), COUNT(x), SUM(x), MIN(x), MAX(x) FROM "t-1" GROUP BY g'
        )
    expected = {(*row[:4], *row[5:]) for row in grouped(whole)}  # DISTINCT is not shared.
    assert {(*keyed(row[0]), *row[1:]) for row in answer.rows} == expected


@settings(max_examples=100)
@given(found=items(ANY), descending=st.booleans(), limit=st.integers(0, 5), skip=st.integers(0, 3))
def test_order_and_limit_are_those_of_python(
    found: list[dict[str, Any]], descending: bool, limit: int, skip: int
) -> None:
    word = "DESC" if descending else "ASC"
    text = f'SELECT x, id FROM "t-1" ORDER BY x {word}, id LIMIT {limit} OFFSET {skip}'
    with dynalite_py.connect() as store:
        whole = stored(store, found)
        answer = store.sql(text)
    ordered = sorted(whole, key=lambda item: item["id"])
    ordered.sort(key=lambda item: place(item.get("x")), reverse=descending)
    assert [row[1] for row in answer.rows] == [item["id"] for item in ordered][skip:][:limit]


@settings(max_examples=100)
@given(
    left=st.one_of(NUMBERS, WIDE), right=st.one_of(NUMBERS, WIDE), third=st.one_of(NUMBERS, WIDE)
)
def test_arithmetic_is_exact(left: Any, right: Any, third: Any) -> None:
    def exactly(name: str, one: Any, other: Any) -> Any:
        return carriers.plain_number(getattr(EXACT, name)(Decimal(one), Decimal(other)))

    with dynalite_py.connect() as store:
        [row] = store.sql("SELECT ? + ?, ? - ?, ? * ?, ? = ?, ? < ?", [left, right] * 5).rows
        [[summed]] = store.sql(
            "SELECT SUM(x) FROM (SELECT ? AS x UNION ALL SELECT ? UNION ALL SELECT ?) t",
            [left, right, third],
        ).rows
    expected = [exactly(name, left, right) for name in ("add", "subtract", "multiply")]
    assert row == (*expected, left == right, left < right)
    assert summed == total([left, right, third])


@settings(max_examples=200)
@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_sortable_bytes_give_the_number_back(value: Decimal) -> None:
    number = carriers.plain_number(value)
    if len(Decimal(number).normalize(EXACT).as_tuple().digits) > 38 or abs(value.adjusted()) > 400:
        return
    assert carriers.plain(carriers.NUMBER + carriers.sortable(number)) == number


@settings(max_examples=300)
@given(
    left=st.one_of(NUMBERS, WIDE, st.decimals(-(10**8), 10**8, places=6)),
    right=st.one_of(NUMBERS, WIDE, st.decimals(-(10**8), 10**8, places=6)),
)
def test_carriers_compare_as_numbers_do(left: Any, right: Any) -> None:
    smaller, same = Decimal(left) < Decimal(right), Decimal(left) == Decimal(right)
    assert (carriers.sortable(left) < carriers.sortable(right)) is smaller
    try:
        pair = [carriers.carrier_of(each, exact=False) for each in (left, right)]
    except carriers.TooWideError:
        return
    assert (pair[0] < pair[1], pair[0] == pair[1]) == (smaller, same)  # type: ignore[operator]


@settings(max_examples=100)
@given(value=st.decimals(-(10**9), 10**9, places=4))
def test_sqlite_reads_a_short_number_as_python_does(value: Decimal) -> None:
    number = carriers.plain_number(value)
    with dynalite_py.connect() as store:
        stored(store, [{"x": number}])
        assert store.sql('SELECT x FROM "t-1" WHERE x = ?', [number]).rows == [(number,)]


@settings(max_examples=100)
@given(item=strategies.items())
def test_every_attribute_comes_back_under_its_name(item: dict[str, Any]) -> None:
    with dynalite_py.connect() as store:
        stored(store, [])
        request = {"TableName": "t-1", "Item": {**item, "id": {"N": "7"}}}
        store.engine.perform("PutItem", request, Caller())
        for name, value in item.items():
            quoted = name.replace('"', '""')
            [[found]] = store.sql(f'SELECT "{quoted}" FROM "t-1"').rows
            expected = 7 if name == "id" else carriers.plain_of(value)
            assert keyed(found) == keyed(expected)


WORDS = """
SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET AS JOIN LEFT FULL CROSS ON USING UNNEST
WITH RECURSIVE UNION ALL EXCEPT INTERSECT DISTINCT CASE WHEN THEN ELSE END IS NOT NULL MISSING
IN EXISTS BETWEEN AND OR LIKE ILIKE ESCAPE CAST OVER PARTITION ROWS PRECEDING CURRENT ROW
UNBOUNDED FILTER WINDOW VALUES INTERVAL TRUE FALSE COUNT SUM AVG MIN MAX GROUP_CONCAT RANK
LAG NTILE ROUND SUBSTR TRIM COALESCE NULLIF IF attribute_type attribute_exists size contains
a b x y g id t INT TEXT QUALIFY LATERAL FETCH FIRST TOP PIVOT ARRAY STRUCT DATE EXTRACT YEAR
POSITION ANY SOME SIMILAR TO GLOB REGEXP MATCH COLLATE NULLS DESC ASC FOR UPDATE INTO
( ) ( ) , , . * = < >= <> + - / % || [ ] [0] ? :x :: 'a' ' "t-1" " 1 0.5 1e9 ; --
{ } -> ->> @ $1 ~ << >> & | ! \\ é /* \0
"""
STARTS = (
    "",
    "SELECT ",
    'SELECT x FROM "t-1" WHERE ',
    'SELECT g, COUNT(*) FROM "t-1" ',
    'SELECT SUM(x) FROM "t-1" t JOIN ',
    "WITH t AS (SELECT 1 AS a) SELECT ",
)


@settings(max_examples=400)
@given(
    start=st.sampled_from(STARTS),
    words=st.lists(st.sampled_from(WORDS.split()), max_size=14),
    end=st.sampled_from(["", ' FROM "t-1"', ")", ' FROM "t-1" GROUP BY g', " FROM t"]),
)
def test_any_text_is_answered_or_refused(start: str, words: list[str], end: str) -> None:
    text = start + " ".join(words) + end
    with contextlib.suppress(dynalite_py.exceptions.SqlError):
        shared_store().sql(text, [1] * text.count("?"), seconds=1, rows=100)


@cache
def shared_store() -> Store:
    store = dynalite_py.connect()
    stored(store, [{"g": "a", "x": 1, "y": [1, {"a": "b"}]}, {"g": "b", "x": Decimal("0.5")}])
    return store
