"""What Query and Scan share: pages of 1 MB, capacity, versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support.range_reads import HERE, ask, create_tables, item, perform, put, sorts


@pytest.fixture
def engine() -> Iterator[Engine]:
    opened = Engine.open()
    create_tables(opened)
    yield opened
    opened.close()


# Pages of 1 MB. Source: facts, The 1 MB page: boundary cases recorded from the service.


def page_item(sort: str, name: str, length: int) -> dict[str, Any]:
    return {"p": {"S": "a" * 10}, "s": {"S": sort}, name: {"S": "b" * length}}


@pytest.mark.parametrize(
    ("name", "last_length", "goes_on", "consumed"),
    [("c" * 255, 41_645, False, 128.0), ("c", 41_646, True, 127.5)],
)
def test_a_page_goes_on_when_its_last_item_reaches_the_limit(
    engine: Engine, name: str, last_length: int, goes_on: bool, consumed: float
) -> None:
    put(engine, "scores", [page_item(f"{at:02d}", name, 41_645) for at in range(24)])
    put(engine, "scores", [page_item("24", name, last_length)])
    for select in ({}, {"Select": "COUNT"}):
        page = perform(
            engine, "Query", **ask("p = :q", q="a" * 10), ReturnConsumedCapacity="TOTAL", **select
        )
        assert page["Count"] == 25
        assert ("LastEvaluatedKey" in page) == goes_on
        assert page["ConsumedCapacity"]["CapacityUnits"] == consumed


@pytest.mark.parametrize(("length", "count"), [(43_388, 24), (43_387, 25)])
def test_the_item_that_reaches_the_limit_is_the_pages_last(
    engine: Engine, length: int, count: int
) -> None:
    put(engine, "scores", [page_item(f"{at:02d}", "c", 43_372) for at in range(23)])
    put(engine, "scores", [page_item("23", "c", length), page_item("24", "c", 43_372)])
    page = perform(engine, "Query", **ask("p = :q", q="a" * 10))
    assert page["Count"] == count
    assert page["LastEvaluatedKey"]["s"] == {"S": str(count - 1)}


# Capacity.


def units(engine: Engine, **request: Any) -> dict[str, Any]:
    return perform(engine, "Query", **request, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]


def test_sizes_are_summed_before_they_are_rounded(engine: Engine) -> None:
    put(engine, "scores", [item(f"{at:03d}", note="x" * 50) for at in range(150)])  # 59 bytes each
    expected = {"TableName": "scores", "CapacityUnits": 1.5, "Table": {"CapacityUnits": 1.5}}
    assert units(engine, **ask()) == expected
    assert units(engine, **ask(x="q"), FilterExpression="note = :x", Select="COUNT") == expected
    assert units(engine, **ask(), ConsistentRead=True)["CapacityUnits"] == 3.0


def test_nothing_found_costs_the_least(engine: Engine) -> None:
    assert units(engine, **ask())["CapacityUnits"] == 0.5
    assert units(engine, **ask(), ConsistentRead=True)["CapacityUnits"] == 1.0


def test_reads_of_an_index_are_on_its_arm(engine: Engine) -> None:
    put(engine, "scores", [item(str(at), kind="k", rank=at) for at in range(3)])
    assert units(engine, **ask("kind = :k", k="k"), IndexName="by_kind") == {
        "TableName": "scores",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"by_kind": {"CapacityUnits": 0.5}},
    }
    assert units(engine, **ask(), IndexName="by_rank", ConsistentRead=True) == {
        "TableName": "scores",
        "CapacityUnits": 1.0,
        "Table": {"CapacityUnits": 0.0},
        "LocalSecondaryIndexes": {"by_rank": {"CapacityUnits": 1.0}},
    }


@pytest.mark.parametrize(
    ("length", "consistent", "table_units"),
    [(1, False, 1.5), (9_000, False, 4.5), (9_000, True, 9)],
)
def test_each_fetched_item_is_rounded_by_itself(
    engine: Engine, length: int, consistent: bool, table_units: float
) -> None:
    put(engine, "scores", [item(str(at), rank=at, memo="o" * length) for at in range(3)])
    spent = units(
        engine,
        **ask(),
        IndexName="by_rank",
        Select="ALL_ATTRIBUTES",
        ConsistentRead=consistent,
    )
    index_units = 1.0 if consistent else 0.5
    assert spent == {
        "TableName": "scores",
        "CapacityUnits": table_units + index_units,
        "Table": {"CapacityUnits": table_units},
        "LocalSecondaryIndexes": {"by_rank": {"CapacityUnits": index_units}},
    }


def test_a_filter_does_not_lessen_what_was_fetched(engine: Engine) -> None:
    put(engine, "scores", [item(str(at), rank=at, note="x" * at, memo="o") for at in range(1, 4)])
    asked = {**ask(x="x"), "IndexName": "by_rank", "ProjectionExpression": "memo"}
    page = perform(
        engine, "Query", **asked, FilterExpression="note = :x", ReturnConsumedCapacity="INDEXES"
    )
    assert (page["Count"], page["ScannedCount"]) == (1, 3)
    assert page["ConsumedCapacity"] == {
        "TableName": "scores",
        "CapacityUnits": 2.0,
        "Table": {"CapacityUnits": 1.5},
        "LocalSecondaryIndexes": {"by_rank": {"CapacityUnits": 0.5}},
    }
    counted = units(engine, **ask(), IndexName="by_rank", Select="COUNT")
    assert counted["Table"] == {"CapacityUnits": 0.0}  # Nothing to fetch.


# The library's own member.


def test_versions_come_beside_the_items_for_the_library_alone(engine: Engine) -> None:
    put(engine, "scores", [item("1", kind="k"), item("2", kind="k"), item("2", kind="k")])
    request = {
        **ask("kind = :k", k="k", s="0"),
        "IndexName": "by_kind",
        "ReturnVersion": True,
        "FilterExpression": "s > :s",
    }
    library = Caller(extensions=True)
    answer = codec.decode(engine.perform("Query", dict(request), library))
    assert dict(zip(sorts(answer), answer["Versions"], strict=True)) == {"1": 1, "2": 2}
    assert "Versions" not in codec.decode(engine.perform("Query", dict(request), HERE))
    fetched = {**ask(), "IndexName": "by_rank", "Select": "ALL_ATTRIBUTES", "ReturnVersion": True}
    assert "Versions" not in codec.decode(engine.perform("Query", dict(fetched), HERE))
    assert "Versions" in codec.decode(engine.perform("Query", dict(fetched), library))
