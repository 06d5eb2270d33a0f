"""Scan: the recorded orders, segments, pages, indexes."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import keys
from dynalite_py.operations import scan as scans
from tests.support.range_reads import create_tables, perform, put, read


@pytest.fixture
def engine() -> Iterator[Engine]:
    opened = Engine.open()
    create_tables(opened)
    yield opened
    opened.close()


# Recorded from the service. Source: facts, Order of results.
STRINGS = ["2", "8", "9", "1", "6", "hello", "0", "5", "4", "äáöü", "aardman", "7", "3", "zapf"]
NUMBERS = ["7", "999.9", "8", "3", "2", "-999.9", "9", "4", "-0.09", "6", "1", "0", "0.012345", "5"]
RECORDED = [("words", "S", STRINGS), ("numbers", "N", NUMBERS)]


def fill(engine: Engine, table: str, kind: str, order: list[str]) -> None:
    put(engine, table, [{"p": {kind: content}} for content in sorted(order)])


def contents(items: list[dict[str, Any]], kind: str = "S") -> list[str]:
    return [item["p"][kind] for item in items]


@pytest.mark.parametrize(("table", "kind", "order"), RECORDED)
@pytest.mark.parametrize("limit", [1, 5, 14, 100])
def test_items_come_in_the_recorded_order_in_pages_of_any_size(
    engine: Engine, table: str, kind: str, order: list[str], limit: int
) -> None:
    fill(engine, table, kind, order)
    found = read(engine, "Scan", TableName=table, Limit=limit)
    assert contents(found, kind) == order


def test_binary_partitions_come_by_the_hash_of_their_bytes(engine: Engine) -> None:
    raw = [bytes([first, second]) for first in (0, 1, 127, 255) for second in (0, 128, 255)]
    texts = {base64.b64encode(each).decode(): each for each in raw}
    put(engine, "binaries", [{"p": {"B": text}, "s": {"B": "AA=="}} for text in texts])
    found = contents(perform(engine, "Scan", TableName="binaries")["Items"], "B")
    digest = {
        text: hashlib.md5(b"Outliers" + each).digest()  # noqa: S324 - the service's own order
        for text, each in texts.items()
    }
    assert found == sorted(texts, key=lambda text: digest[text])


def test_a_partitions_items_come_by_their_sort_key(engine: Engine) -> None:
    put(engine, "scores", [score(at) for at in range(12)])
    for limit in (1, 5, 100):
        found = read(engine, "Scan", TableName="scores", Limit=limit)
        assert len(found) == 12
        for partition, group in itertools.groupby(found, key=lambda each: each["p"]["S"]):
            sorts = [each["s"]["S"] for each in group]
            assert sorts == sorted(str(at) for at in range(int(partition), 12, 3))


# Recorded from the service with 4096 segments. Source: facts, Order of results.
SEGMENTS = [
    ("words", "S", "3635", 0),
    ("words", "S", "228", 0),
    ("words", "S", "1668", 1),
    ("words", "S", "3435", 4),
    ("numbers", "N", "251", 1),
    ("numbers", "N", "2388", 4095),
]


@pytest.mark.parametrize(("table", "kind", "content", "segment"), SEGMENTS)
def test_an_item_is_in_its_recorded_segment(
    engine: Engine, table: str, kind: str, content: str, segment: int
) -> None:
    fill(engine, table, kind, [content])
    for asked, expected in ((segment, 1), (segment ^ 1, 0)):
        page = perform(engine, "Scan", TableName=table, Segment=asked, TotalSegments=4096)
        assert page["Count"] == expected


@pytest.mark.parametrize("total", [1, 2, 3, 7, 4096, 4097, 1_000_000])
def test_segments_cover_every_hash_once(total: int) -> None:
    shown = range(total) if total < 5000 else [*range(50), *range(total - 50, total)]
    bounds = [scans.segment_hashes(segment, total) for segment in shown]
    assert bounds[0][0] == -(1 << 63)
    assert bounds[-1][1] == (1 << 63) - 1
    assert all(low <= high for low, high in bounds)
    gaps = [before[1] + 1 != after[0] for before, after in itertools.pairwise(bounds)]
    assert sum(gaps) == (0 if total < 5000 else 1)  # only where the list above leaves some out


def test_segments_end_between_buckets_of_twelve_bits() -> None:
    bucket = 1 << 52
    assert scans.segment_hashes(1, 3) == (1366 * bucket - (1 << 63), 2731 * bucket - (1 << 63) - 1)


@pytest.mark.parametrize("total", [1, 3, 64, 2048, 4096])
def test_twice_as_many_segments_refine_them(total: int) -> None:
    for segment in range(total):
        low, high = scans.segment_hashes(segment, total)
        assert scans.segment_hashes(2 * segment, 2 * total)[0] == low
        assert scans.segment_hashes(2 * segment + 1, 2 * total)[1] == high


@pytest.mark.parametrize("total", [1, 3, 5000])
def test_segments_put_together_are_the_whole_scan(engine: Engine, total: int) -> None:
    fill(engine, "words", "S", STRINGS)
    found: list[dict[str, Any]] = []
    segments = range(total)
    if total > 100:
        buckets = {(keys.hash_of(text.encode()) + (1 << 63)) * total >> 64 for text in STRINGS}
        segments = sorted(
            {bucket + step for bucket in buckets for step in (-1, 0, 1)} & {*segments}
        )
    for segment in segments:
        found += read(
            engine, "Scan", TableName="words", Segment=segment, TotalSegments=total, Limit=2
        )
    assert contents(found) == STRINGS


def test_the_last_page_goes_on_just_if_the_limit_ends_it(engine: Engine) -> None:
    fill(engine, "words", "S", STRINGS)
    page = perform(engine, "Scan", TableName="words", Limit=14)
    assert page["LastEvaluatedKey"] == {"p": {"S": "zapf"}}
    assert "LastEvaluatedKey" not in perform(engine, "Scan", TableName="words", Limit=15)
    end = perform(engine, "Scan", TableName="words", ExclusiveStartKey=page["LastEvaluatedKey"])
    assert end == {"Count": 0, "Items": [], "ScannedCount": 0}


@pytest.mark.parametrize(("last_length", "goes_on"), [(41_645, False), (41_646, True)])
def test_a_page_ends_with_the_item_that_reaches_one_megabyte(
    engine: Engine, last_length: int, goes_on: bool
) -> None:
    put(
        engine,
        "scores",
        [
            {
                "p": {"S": "a" * 10},
                "s": {"S": f"{at:02d}"},
                "c": {"S": "b" * (last_length if at == 24 else 41_645)},
            }
            for at in range(25)
        ],
    )
    page = perform(engine, "Scan", TableName="scores", Select="COUNT")
    assert page["Count"] == 25
    assert ("LastEvaluatedKey" in page) == goes_on


def test_a_filter_may_name_keys(engine: Engine) -> None:
    fill(engine, "words", "S", STRINGS)
    page = perform(
        engine,
        "Scan",
        TableName="words",
        FilterExpression="p > :p",
        ExpressionAttributeValues={":p": {"S": "b"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert contents(page["Items"]) == ["hello", "äáöü", "zapf"]
    assert page["ScannedCount"] == 14
    assert page["ConsumedCapacity"] == {"TableName": "words", "CapacityUnits": 0.5}
    legacy = perform(
        engine,
        "Scan",
        TableName="words",
        ScanFilter={"p": {"ComparisonOperator": "GT", "AttributeValueList": [{"S": "b"}]}},
    )
    assert legacy["Items"] == page["Items"]


def score(at: int, **others: dict[str, str]) -> dict[str, Any]:
    return {"p": {"S": str(at % 3)}, "s": {"S": str(at)}, **others}


@pytest.mark.parametrize("index", ["by_kind", "by_rank", "by_place"])
def test_a_scan_of_an_index_gives_its_entries_by_its_own_hash(engine: Engine, index: str) -> None:
    put(
        engine,
        "scores",
        [
            score(
                at,
                kind={"S": f"kind{at % 4}"},
                rank={"N": str(-at)},
                country={"S": f"c{at % 2}"},
                city={"S": "x"},
                street={"S": "y"},
                house={"N": str(at // 2)},
            )
            for at in range(12)
        ],
    )
    put(engine, "scores", [score(99)])  # has no entry

    def place(item: dict[str, Any]) -> tuple[Any, ...]:
        if index == "by_kind":
            key: tuple[Any, ...] = (keys.hash_of(item["kind"]["S"].encode()),)
        elif index == "by_rank":
            key = (keys.hash_of(item["p"]["S"].encode()), int(item["rank"]["N"]))
        else:
            parts = [("S", item["country"]["S"]), ("S", "x")]
            key = (keys.hash_of(keys.composite(parts)), int(item["house"]["N"]))
        return (*key, keys.tie_of(item["p"]["S"], item["s"]["S"]))

    whole = perform(engine, "Scan", TableName="scores", IndexName=index)["Items"]
    assert len(whole) == 12
    assert whole == sorted(whole, key=place)
    for limit in (1, 5):
        assert read(engine, "Scan", TableName="scores", IndexName=index, Limit=limit) == whole
    found = [
        item
        for segment in range(3)
        for item in read(
            engine,
            "Scan",
            TableName="scores",
            IndexName=index,
            Segment=segment,
            TotalSegments=3,
            Limit=1,
        )
    ]
    assert found == whole


def test_a_scan_goes_on_behind_an_item_that_is_gone(engine: Engine) -> None:
    fill(engine, "words", "S", STRINGS)
    page = perform(engine, "Scan", TableName="words", Limit=5)
    gone = page["LastEvaluatedKey"]
    perform(engine, "DeleteItem", TableName="words", Key=gone)
    rest = perform(engine, "Scan", TableName="words", ExclusiveStartKey=gone)
    assert contents(rest["Items"]) == STRINGS[5:]


def test_a_scan_of_a_local_index_fetches_what_it_lacks(engine: Engine) -> None:
    whole = [score(at, rank={"N": "1"}, memo={"S": "m"}) for at in range(3)]
    put(engine, "scores", whole)
    page = perform(
        engine,
        "Scan",
        TableName="scores",
        IndexName="by_rank",
        Select="ALL_ATTRIBUTES",
        ReturnConsumedCapacity="INDEXES",
    )
    assert sorted(page["Items"], key=lambda item: item["s"]["S"]) == whole
    assert page["ConsumedCapacity"] == {
        "TableName": "scores",
        "CapacityUnits": 2.0,
        "Table": {"CapacityUnits": 1.5},
        "LocalSecondaryIndexes": {"by_rank": {"CapacityUnits": 0.5}},
    }


def test_table_names_may_be_arns_and_are_shown_as_given(engine: Engine) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/words"
    page = perform(engine, "Scan", TableName=arn, ReturnConsumedCapacity="TOTAL")
    assert page["ConsumedCapacity"]["TableName"] == arn
