"""Query: order, pages, Select, starting keys, capacity."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.language import parse
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import ranges
from tests.support.range_reads import ask, create_tables, item, perform, put, read, sorts


@pytest.fixture
def engine() -> Iterator[Engine]:
    opened = Engine.open()
    create_tables(opened)
    yield opened
    opened.close()


def test_the_answer_has_its_members_in_the_services_order(engine: Engine) -> None:
    put(engine, "scores", [item("1"), item("2")])
    page = perform(engine, "Query", **ask(), Limit=1, ReturnConsumedCapacity="TOTAL")
    assert list(page.items()) == [
        ("ConsumedCapacity", {"TableName": "scores", "CapacityUnits": 0.5}),
        ("Count", 1),
        ("Items", [item("1")]),
        ("LastEvaluatedKey", item("1")),
        ("ScannedCount", 1),
    ]


def test_an_empty_partition_has_empty_items(engine: Engine) -> None:
    assert perform(engine, "Query", **ask()) == {"Count": 0, "Items": [], "ScannedCount": 0}


def test_stored_text_comes_back_unharmed(engine: Engine) -> None:
    stored = {**item("é\u2028😀"), "m": {"M": {'a"b': {"L": [{"NULL": True}, {"B": "AA=="}]}}}}
    put(engine, "scores", [stored])
    assert perform(engine, "Query", **ask())["Items"] == [stored]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("p = :p AND s = :s", {"s": "b"}, ["b"]),
        ("p = :p AND s < :s", {"s": "b"}, ["a", "aa"]),
        ("p = :p AND s <= :s", {"s": "b"}, ["a", "aa", "b"]),
        ("s > :s AND p = :p", {"s": "b"}, ["ba", "c"]),
        (":s <= s AND p = :p", {"s": "b"}, ["b", "ba", "c"]),
        ("(p = :p) AND s BETWEEN :s AND :t", {"s": "aa", "t": "b"}, ["aa", "b"]),
        ("p = :p AND begins_with(s, :s)", {"s": "a"}, ["a", "aa"]),
    ],
)
def test_the_sort_key_narrows_the_range(
    engine: Engine, condition: str, values: dict[str, str], expected: list[str]
) -> None:
    put(engine, "scores", [item(sort) for sort in ("c", "b", "aa", "a", "ba")])
    put(engine, "scores", [{**item("a"), "p": {"S": "other"}}])
    assert sorts(perform(engine, "Query", **ask(condition, **values))) == expected
    backwards = perform(engine, "Query", **ask(condition, **values), ScanIndexForward=False)
    assert sorts(backwards) == expected[::-1]


def test_legacy_key_conditions_and_filter_answer_alike(engine: Engine) -> None:
    put(engine, "scores", [item(sort, note=note) for sort, note in zip("abc", "xyx", strict=True)])
    page = perform(
        engine,
        "Query",
        TableName="scores",
        KeyConditions={
            "p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "s": {"ComparisonOperator": "GE", "AttributeValueList": [{"S": "b"}]},
        },
        QueryFilter={"note": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}},
        AttributesToGet=["s"],
    )
    assert page == {"Count": 1, "Items": [{"s": {"S": "c"}}], "ScannedCount": 2}


FILTERS: list[tuple[str, dict[str, str]]] = [
    # One that SQL decides, one that the evaluator must: size() of anything beside a path.
    ("note = :x", {"x": "x"}),
    ("size(note) < size(memo)", {}),
]


@pytest.mark.parametrize(("text", "values"), FILTERS, ids=["in SQL", "in Python"])
def test_a_filter_takes_items_from_the_page_not_from_its_counts(
    engine: Engine, text: str, values: dict[str, str]
) -> None:
    notes = ("x", "yyy", "yyy", "x")
    put(
        engine,
        "scores",
        [item(str(at), note=note, memo="zz") for at, note in enumerate(notes)],
    )
    asked = {**ask(**values), "FilterExpression": text}
    page = perform(engine, "Query", **asked)
    assert (sorts(page), page["Count"], page["ScannedCount"]) == (["0", "3"], 2, 4)
    page = perform(engine, "Query", **asked, Limit=3)
    assert (sorts(page), page["Count"], page["ScannedCount"]) == (["0"], 1, 3)
    assert page["LastEvaluatedKey"] == {"p": {"S": "a"}, "s": {"S": "2"}}
    page = perform(engine, "Query", **asked, Select="COUNT")
    assert page == {"Count": 2, "ScannedCount": 4}


def test_legacy_key_conditions_may_stand_beside_a_filter_expression(engine: Engine) -> None:
    put(engine, "scores", [item("1", note="x"), item("2", note="y")])
    page = perform(
        engine,
        "Query",
        TableName="scores",
        KeyConditions={"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}},
        FilterExpression="note = :x",
        ExpressionAttributeValues={":x": {"S": "y"}},
    )
    assert (sorts(page), page["ScannedCount"]) == (["2"], 2)


def test_a_warm_query_parses_nothing_and_makes_no_statement(engine: Engine) -> None:
    put(engine, "scores", [item(str(at), note="x") for at in range(5)])

    def once(start: int) -> None:
        asked = ask("p = :p AND s > :s", s=str(start), x="x")
        page = perform(engine, "Query", **asked, FilterExpression="note = :x", Limit=start + 1)
        assert page["Count"] == min(start + 1, 4 - start)

    once(1)
    parsed, made = parse.parses(), ranges.statement.cache_info().misses
    for start in (0, 2, 3):
        once(start)
    assert (parse.parses(), ranges.statement.cache_info().misses) == (parsed, made)


def test_a_warm_filtered_query_is_not_prepared_again(engine: Engine) -> None:
    """SQLite does so by itself where its planner looked at a bound value."""
    put(engine, "scores", [item(str(at), note="x") for at in range(5)])
    asked = ask("p = :p", n="1", x="x")
    asked["ExpressionAttributeValues"][":n"] = {"N": "1"}
    text = "size(note) > :n AND (note = :x OR elsewhere > :x OR amount <= :n)"
    looks: list[int] = []

    def authorize(action: int, *_: Any) -> int:
        looks.append(action)
        return apsw.SQLITE_OK

    engine.database.read(lambda db: db.set_authorizer(authorize))
    perform(engine, "Query", **asked, FilterExpression=text)
    assert looks
    looks.clear()
    perform(engine, "Query", **asked, FilterExpression=text)
    assert not looks


def test_a_page_may_be_empty_and_go_on(engine: Engine) -> None:
    put(engine, "scores", [item(str(at)) for at in range(3)])
    page = perform(
        engine, "Query", **ask(x="x"), FilterExpression="note = :x", Limit=2, Select="COUNT"
    )
    assert page == {
        "Count": 0,
        "LastEvaluatedKey": {"p": {"S": "a"}, "s": {"S": "1"}},
        "ScannedCount": 2,
    }


def test_a_projection_leaves_empty_items_in(engine: Engine) -> None:
    put(engine, "scores", [item("1", note="x"), item("2")])
    page = perform(engine, "Query", **ask(), ProjectionExpression="note")
    assert page["Items"] == [{"note": {"S": "x"}}, {}]
    assert page["Count"] == 2


# Indexes.


def test_an_index_gives_what_it_projects(engine: Engine) -> None:
    whole = item("1", rank=7, city="x", kind="k", note="n", memo="o")
    put(engine, "scores", [whole, item("2", rank=3)])
    kept = {name: whole[name] for name in ("p", "s", "rank", "note")}
    local = perform(engine, "Query", **ask(), IndexName="by_rank")
    assert local["Items"] == [item("2", rank=3), kept]
    by_city = ask("city = :c", c="x")
    found = perform(engine, "Query", **by_city, IndexName="by_city")
    assert found["Items"] == [{**kept, "city": {"S": "x"}}]
    by_kind = ask("kind = :k", k="k")
    assert perform(engine, "Query", **by_kind, IndexName="by_kind")["Items"] == [whole]
    assert perform(engine, "Query", **by_kind, IndexName="by_kind", Select="ALL_ATTRIBUTES")[
        "Items"
    ] == [whole]


def test_a_local_index_fetches_what_it_lacks(engine: Engine) -> None:
    whole = [item(str(at), rank=9 - at, memo="o" * (at + 1)) for at in range(3)]
    put(engine, "scores", whole)
    asked = {**ask(), "IndexName": "by_rank"}
    found = perform(engine, "Query", **asked, Select="ALL_ATTRIBUTES")
    assert found["Items"] == whole[::-1]
    found = perform(
        engine,
        "Query",
        **asked,
        ProjectionExpression="memo, #r",
        Limit=2,
        ExpressionAttributeNames={"#r": "rank"},
    )
    assert found["Items"] == [
        {"memo": {"S": "ooo"}, "rank": {"N": "7"}},
        {"memo": {"S": "oo"}, "rank": {"N": "8"}},
    ]
    assert found["LastEvaluatedKey"] == {"p": {"S": "a"}, "s": {"S": "1"}, "rank": {"N": "8"}}


def test_a_global_index_may_be_filtered_by_the_tables_keys(engine: Engine) -> None:
    put(engine, "scores", [item("1", kind="k"), item("2", kind="k")])
    page = perform(
        engine,
        "Query",
        **ask("kind = :k", k="k", s="2"),
        IndexName="by_kind",
        FilterExpression="s = :s",
    )
    assert sorts(page) == ["2"]


TIES = [
    [("b", "b"), ("a", "a"), ("c", "e"), ("e", "a"), ("d", "a"), ("c", "d")],
    [("a", "a"), ("d", "a"), ("b", "a"), ("c", "a"), ("d", "b"), ("c", "b")],
]


@pytest.mark.parametrize("order", TIES)
def test_equal_index_keys_come_in_the_recorded_order(
    engine: Engine, order: list[tuple[str, str]]
) -> None:
    for p, s in sorted(order):
        put(engine, "scores", [{**item(s, kind="k"), "p": {"S": p}}])
    asked = {**ask("kind = :k", k="k"), "IndexName": "by_kind"}
    for limit in (1, 4, 100):
        found = read(engine, "Query", **asked, Limit=limit)
        assert [(each["p"]["S"], each["s"]["S"]) for each in found] == order
        found = read(engine, "Query", **asked, Limit=limit, ScanIndexForward=False)
        assert [(each["p"]["S"], each["s"]["S"]) for each in found] == order[::-1]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("index", [None, "by_rank", "by_kind"])
def test_reading_goes_on_behind_an_item_that_is_gone(
    engine: Engine, index: str | None, forward: bool
) -> None:
    put(engine, "scores", [item(str(at), rank=at // 3, kind="k") for at in range(9)])
    asked = ask("kind = :k", k="k") if index == "by_kind" else ask()
    asked["ScanIndexForward"] = forward
    if index is not None:
        asked["IndexName"] = index
    whole = sorts(perform(engine, "Query", **asked))
    assert sorted(whole) == list("012345678")
    page = perform(engine, "Query", **asked, Limit=4)
    gone = page["LastEvaluatedKey"]
    perform(engine, "DeleteItem", TableName="scores", Key={name: gone[name] for name in "ps"})
    behind = perform(engine, "Query", **asked, ExclusiveStartKey=gone)
    assert sorts(behind) == whole[4:]


@pytest.mark.parametrize(
    ("index", "names"),
    [
        ("by_rank", {"p", "s", "rank"}),
        ("by_city", {"p", "s", "rank", "city"}),
        ("by_kind", {"p", "s", "kind"}),
    ],
)
def test_the_last_key_has_the_keys_of_table_and_index(
    engine: Engine, index: str, names: set[str]
) -> None:
    stored = {**item("1", city="a", kind="a", note="n"), "rank": {"N": "1.50"}}
    put(engine, "scores", [stored])
    key = {"by_rank": "p", "by_city": "city", "by_kind": "kind"}[index]
    page = perform(engine, "Query", **ask(f"{key} = :p"), IndexName=index, Limit=1, Select="COUNT")
    assert page["LastEvaluatedKey"] == {
        name: {"N": "1.5"} if name == "rank" else stored[name] for name in names
    }


def test_a_starting_key_need_not_be_canonical(engine: Engine) -> None:
    put(engine, "scores", [item(str(at), rank=at) for at in range(3)])
    start = {**item("1"), "rank": {"N": "1.00"}}
    page = perform(engine, "Query", **ask(), IndexName="by_rank", ExclusiveStartKey=start)
    assert sorts(page) == ["2"]


def test_a_key_of_several_attributes_orders_and_narrows(engine: Engine) -> None:
    places = [("a", 2), ("a", 10), ("a\x00", 1), ("ab", 1), ("b", -5)]
    put(
        engine,
        "scores",
        [
            item(str(at), country="x", city="y", street=street, house=house)
            for at, (street, house) in enumerate(places)
        ],
    )
    asked = ask("country = :c AND city = :d", c="x", d="y")
    for limit in (1, 2, 9):
        found = read(engine, "Query", **asked, IndexName="by_place", Limit=limit)
        assert [each["s"]["S"] for each in found] == list("01234")
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("street = :s", {"s": "a"}, "01"),
        ("street > :s", {"s": "a"}, "234"),
        ("street < :s", {"s": "ab"}, "012"),
        ("begins_with(street, :s)", {"s": "a"}, "0123"),
        ("street = :s AND house > :h", {"s": "a", "h": 2}, "1"),
        ("house BETWEEN :h AND :i AND street = :s", {"s": "a", "h": 1, "i": 2}, "0"),
        ("street >= :s", {"s": "ab"}, "34"),
        ("street <= :s", {"s": "a"}, "01"),
        ("street BETWEEN :s AND :t", {"s": "a", "t": "ab"}, "0123"),
        ("house <= :h AND street = :s", {"s": "a", "h": 10}, "01"),
        ("house = :h AND street = :s", {"s": "a", "h": 10}, "1"),
    ]
    for condition, values, expected in cases:
        asked = ask(f"{condition} AND city = :d AND country = :c", c="x", d="y", **values)
        found = read(engine, "Query", **asked, IndexName="by_place", Limit=1)
        assert "".join(each["s"]["S"] for each in found) == expected, condition
        backwards = read(
            engine, "Query", **asked, IndexName="by_place", Limit=1, ScanIndexForward=False
        )
        assert "".join(each["s"]["S"] for each in backwards) == expected[::-1], condition
        names = {"#a": "country", "#b": "city", "#c": "street", "#d": "house"}
        text = asked["KeyConditionExpression"]
        for alias, name in names.items():
            text = text.replace(f"{name} ", f"{alias} ").replace(f"({name},", f"({alias},")
        asked["KeyConditionExpression"] = text
        asked["ExpressionAttributeNames"] = {
            alias: name for alias, name in names.items() if alias in text
        }
        assert read(engine, "Query", **asked, IndexName="by_place") == found, condition


SORTED: dict[str, list[str]] = {
    "S": ["A", "a", "a\x00", "aa", "b", "é", "￿", "😀"],
    "N": ["-100", "-20.5", "-0.001", "0", "2", "2.01", "10", "1" + "0" * 30],
    "B": ["AA==", "AAA=", "AQ==", "f/8=", "gA==", "/w=="],
}


@pytest.mark.parametrize("kind", SORTED)
@pytest.mark.parametrize("index", [None, "local", "global"])
@pytest.mark.parametrize("forward", [True, False])
def test_items_come_in_the_order_of_the_sort_key_of_what_is_read(
    engine: Engine, kind: str, index: str | None, forward: bool
) -> None:
    sort = "s" if index is None else "x"
    perform(engine, "CreateTable", **table_sorted_by(kind))
    for at, value in enumerate(sorted(SORTED[kind])):
        others = {"s": {kind: SORTED[kind][-at - 1]}, "x": {kind: value}, "g": {"S": "g"}}
        perform(engine, "PutItem", TableName="sorted", Item={"p": {"S": "a"}, **others})
    key = "g = :v" if index == "global" else "p = :v"
    asked = ask(key, table="sorted", v="g" if index == "global" else "a")
    if index is not None:
        asked["IndexName"] = index
    expected = SORTED[kind] if forward else SORTED[kind][::-1]
    for limit in (1, 3, 100):
        found = read(engine, "Query", **asked, ScanIndexForward=forward, Limit=limit)
        assert [each[sort][kind] for each in found] == expected


def table_sorted_by(kind: str) -> dict[str, Any]:
    """A table, a local and a global index whose sort keys have this type."""

    def keys(partition: str, sort: str) -> list[dict[str, str]]:
        return [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ]

    types = {"p": "S", "g": "S", "s": kind, "x": kind}
    everything = {"ProjectionType": "ALL"}
    return {
        "TableName": "sorted",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": each} for name, each in types.items()
        ],
        "KeySchema": keys("p", "s"),
        "LocalSecondaryIndexes": [
            {"IndexName": "local", "KeySchema": keys("p", "x"), "Projection": everything}
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "global", "KeySchema": keys("g", "x"), "Projection": everything}
        ],
    }


def test_a_page_that_the_limit_ends_goes_on_even_at_the_end_of_the_partition(
    engine: Engine,
) -> None:
    put(engine, "scores", [item(sort) for sort in "123"])
    page = perform(engine, "Query", **ask(), Limit=3)
    assert (page["ScannedCount"], page["LastEvaluatedKey"]) == (3, item("3"))
    rest = perform(engine, "Query", **ask(), ExclusiveStartKey=item("3"))
    assert rest == {"Count": 0, "Items": [], "ScannedCount": 0}
    assert "LastEvaluatedKey" not in perform(engine, "Query", **ask(), Limit=4)


def test_a_starting_key_need_not_exist(engine: Engine) -> None:
    put(engine, "scores", [item(sort) for sort in "135"])
    for forward, expected in ((True, ["3", "5"]), (False, ["1"])):
        page = perform(
            engine, "Query", **ask(), ExclusiveStartKey=item("2"), ScanIndexForward=forward
        )
        assert sorts(page) == expected


# Order and paging at random.

NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3
).map(lambda number: format(number.normalize(), "f"))
STRINGS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
BINARIES = st.binary(min_size=1, max_size=4).map(lambda raw: base64.b64encode(raw).decode())
KINDS: dict[str, tuple[st.SearchStrategy[str], Callable[[str], Any]]] = {
    "S": (STRINGS, str.encode),
    "N": (NUMBERS, Decimal),
    "B": (BINARIES, base64.b64decode),
}


@pytest.fixture(scope="module")
def typed() -> Iterator[Engine]:
    opened = Engine.open()
    for kind in KINDS:
        perform(
            opened,
            "CreateTable",
            TableName=f"typed_{kind}",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "p", "AttributeType": "N"},
                {"AttributeName": "s", "AttributeType": kind},
            ],
            KeySchema=[
                {"AttributeName": "p", "KeyType": "HASH"},
                {"AttributeName": "s", "KeyType": "RANGE"},
            ],
        )
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(KINDS)), limit=st.integers(1, 9))
def test_pages_of_any_size_give_the_sorted_partition(
    typed: Engine, data: st.DataObject, kind: str, limit: int
) -> None:
    strategy, order = KINDS[kind]
    stored = data.draw(st.lists(strategy, max_size=12, unique_by=order))
    table = f"typed_{kind}"
    for old in perform(typed, "Scan", TableName=table)["Items"]:
        perform(typed, "DeleteItem", TableName=table, Key=old)
    put(typed, table, [{"p": {"N": "1"}, "s": {kind: value}} for value in stored])
    expected = sorted(stored, key=order)
    asked = ask("p = :one", table=table, one=1)
    for forward in (True, False):
        found = read(typed, "Query", **asked, Limit=limit, ScanIndexForward=forward)
        values = [each["s"][kind] for each in found]
        assert [order(value) for value in values] == [
            order(value) for value in (expected if forward else expected[::-1])
        ]


def test_a_table_dropped_meanwhile_is_not_found(engine: Engine) -> None:
    perform(engine, "DeleteTable", TableName="scores")
    with pytest.raises(DynamoDBError) as refusal:
        perform(engine, "Query", **ask())
    assert refusal.value.code == "ResourceNotFoundException"
