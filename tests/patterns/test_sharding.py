"""Spread keys, and reading them as one, over every client."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dynalite_py
from dynalite_py.patterns import sharding
from dynalite_py.patterns.sharding import Shards
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

DAYS = Shards(4)


def filled(client: Any, kind: str, sort_values: list[Any]) -> dict[str, Any]:
    """A table of sharded days with these sort keys; the fixed part of a query of it."""
    make_table(client, "Events", day="S", at=kind)
    draw = random.Random(1)
    for value in sort_values:
        item = {"day": {"S": DAYS.drawn("today", draw.randrange)}, "at": {kind: value}}
        client.put_item(TableName="Events", Item={**item, "hot": {"BOOL": value in ("3", "a")}})
    return {"partition_key": "day", "partitions": DAYS.all("today"), "sort_key": "at"}


def test_every_suffix_is_one_of_all() -> None:
    shards = Shards(200, separator=".", first=1)
    everything = shards.all("2014-07-09")
    assert (everything[0], everything[-1]) == ("2014-07-09.1", "2014-07-09.200")
    draw = random.Random(7)
    assert {shards.drawn("2014-07-09", draw.randrange) for _ in range(5000)} == set(everything)


def test_a_calculated_suffix_is_the_same_every_time_and_spreads() -> None:
    shards = Shards(10)
    found = Counter(shards.calculated("d", f"order-{number}") for number in range(10_000))
    assert set(found) == set(shards.all("d"))
    assert max(found.values()) < 1.2 * 1000
    assert shards.calculated("d", "order-1") == shards.calculated("d", "order-1") == "d#9"
    assert shards.calculated("d", "AB", sharding.code_points) == "d#1"  # 65 + 66


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_count_of_shards_that_makes_no_sense_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="shards"):
        Shards(count)


@pytest.mark.parametrize(
    ("kind", "values", "ordered"),
    [
        ("N", ["10", "9", "-1", "1.5", "3"], [-1, Decimal("1.5"), 3, 9, 10]),
        ("S", ["b", "a", "é", "Z", "\U0001f600", "\uffff"], ["Z", "a", "b", "é", "\uffff", "😀"]),
        ("B", [b"\xff", b"\x00", b"a"], [b"\x00", b"a", b"\xff"]),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_items_come_in_the_order_of_their_sort_keys(
    client: Client, kind: str, values: list[Any], ordered: list[Any], forward: bool
) -> None:
    fixed = filled(client, kind, values)
    found = sharding.query(client, "Events", **fixed, forward=forward)
    assert [item["at"] for item in found] == (ordered if forward else ordered[::-1])


def test_limit_gives_the_last_ones_of_all_shards(client: Client) -> None:
    fixed = filled(client, "N", [str(number) for number in range(40)])
    last = sharding.query(client, "Events", **fixed, forward=False, limit=5)
    assert [item["at"] for item in last] == [39, 38, 37, 36, 35]


def test_conditions_and_filters_reach_every_shard(client: Client) -> None:
    fixed = filled(client, "N", [str(number) for number in range(20)])
    some = sharding.query(
        client,
        "Events",
        **fixed,
        sort_condition="#at BETWEEN :from AND :to",
        names={"#at": "at"},
        values={":from": 3, ":to": 9, ":no": False},
        filter="hot = :no",
        limit=4,
        page_size=1,
        consistent=True,
    )
    assert [item["at"] for item in some] == [4, 5, 6, 7]


def test_a_pool_reads_the_first_pages_at_once(client: Client) -> None:
    fixed = filled(client, "N", [str(number) for number in range(30)])
    with ThreadPoolExecutor(4) as pool:
        found = sharding.query(client, "Events", **fixed, page_size=3, pool=pool)
        assert [item["at"] for item in found] == list(range(30))


def test_without_a_sort_key_shard_follows_shard(client: Client) -> None:
    make_table(client, "Plain", day="S")
    for key in DAYS.all("d"):
        client.put_item(TableName="Plain", Item={"day": {"S": key}})
    found = sharding.query(client, "Plain", "day", DAYS.all("d"))
    assert [item["day"] for item in found] == DAYS.all("d")


def test_an_index_is_read_in_shards_with_bookmarks(client: Client) -> None:
    client.create_table(
        TableName="Events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "shard", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByTime",
                "KeySchema": [
                    {"AttributeName": "shard", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for number in range(20):
        item = {"id": {"S": f"{number:02}"}, "at": {"N": str(number // 3)}}
        client.put_item(
            TableName="Events", Item={**item, "shard": {"S": DAYS.calculated("e", str(number))}}
        )
    assert read_in_pages(
        client, 7, partition_key="shard", partitions=DAYS.all("e"), sort_key="at", index="ByTime"
    ) == sorted(f"{number:02}" for number in range(20))


def read_in_pages(client: Any, size: int, **fixed: Any) -> list[str]:
    start, found = None, list[str]()
    for _ in range(100):
        page = sharding.query(client, "Events", **fixed, limit=size, start=start)
        items = list(page)
        found += [item["id"] for item in items]
        start = page.bookmark
        if len(items) < size:
            return sorted(found)
    raise AssertionError("no end")


def test_a_bookmark_of_other_partitions_is_refused(client: Client) -> None:
    fixed = filled(client, "N", ["1"])
    with pytest.raises(ValueError, match="other partitions"):
        sharding.query(client, "Events", **fixed, start=[None])


def test_a_bookmark_before_the_first_and_behind_the_last_item(client: Client) -> None:
    fixed = filled(client, "N", ["1", "2"])
    unread = sharding.query(client, "Events", **fixed)
    assert unread.bookmark == [None] * 4
    read = sharding.query(client, "Events", **fixed)
    assert len(list(read)) == 2
    assert list(sharding.query(client, "Events", **fixed, start=read.bookmark)) == []


@given(
    numbers=st.lists(st.integers(-50, 50), max_size=40, unique=True),
    pages=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    page_size=st.integers(1, 5),
    forward=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_put_together_are_the_whole(
    numbers: list[int], pages: list[int], page_size: int, forward: bool
) -> None:
    with dynalite_py.connect() as store:
        fixed = filled(store, "N", [str(number) for number in numbers])
        start, found = None, list[Any]()
        for limit in [*pages, None]:
            page = sharding.query(
                store,
                "Events",
                **fixed,
                limit=limit,
                page_size=page_size,
                start=start,
                forward=forward,
            )
            found += [item["at"] for item in page]
            start = page.bookmark
        assert found == sorted(numbers, reverse=not forward)
