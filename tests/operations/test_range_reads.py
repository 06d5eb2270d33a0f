"""What Query and Scan share: pages of 1 MB, capacity, versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.support.range_reads import HERE, ask, create_tables, item, perform, put, read, sorts


def shown(value: object) -> str:
    """A parameter in the name of its test; a set's own text differs from process to process."""
    if isinstance(value, set):
        return str(sorted(map(str, cast("set[object]", value))))
    return str(value)


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


@pytest.mark.parametrize(("last_length", "goes_on"), [(41_645, False), (41_646, True)])
@pytest.mark.parametrize(
    "more",
    [
        {"FilterExpression": "attribute_exists(nowhere)"},
        {"ProjectionExpression": "nowhere"},
        {"FilterExpression": "attribute_exists(nowhere)", "Select": "COUNT"},
    ],
    ids=str,
)
@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_a_page_is_filled_by_what_was_evaluated(
    engine: Engine, operation: str, more: dict[str, Any], last_length: int, goes_on: bool
) -> None:
    put(engine, "scores", [page_item(f"{at:02d}", "c", 41_645) for at in range(24)])
    put(engine, "scores", [page_item("24", "c", last_length)])
    asked = ask("p = :q", q="a" * 10) if operation == "Query" else {"TableName": "scores"}
    page = perform(engine, operation, **asked, **more, ReturnConsumedCapacity="TOTAL")
    assert page["ScannedCount"] == 25
    assert ("LastEvaluatedKey" in page) == goes_on
    assert page["ConsumedCapacity"]["CapacityUnits"] == 127.5


# Select, on the table and on an index of each kind and projection.

WHOLE = {**item("1", rank=7, city="c", kind="k", note="n", memo="m")}
_PROJECTED = {
    None: set(WHOLE),
    "by_rank": {"p", "s", "rank", "note"},
    "by_city_here": set(WHOLE),
    "by_city": {"p", "s", "city", "rank", "note"},
    "by_kind": set(WHOLE),
}
# Which attributes come; None where the Select is refused.
SELECTED: list[tuple[str | None, dict[str, Any], set[str] | None]] = [
    *((index, {}, names) for index, names in _PROJECTED.items()),
    *(
        (index, {"ProjectionExpression": "note", **select}, {"note"})
        for index in _PROJECTED
        for select in ({}, {"Select": "SPECIFIC_ATTRIBUTES"})
    ),
    *(
        (index, {"Select": "ALL_PROJECTED_ATTRIBUTES"}, names if index is not None else None)
        for index, names in _PROJECTED.items()
    ),
    *(
        (index, {"Select": "ALL_ATTRIBUTES"}, set(WHOLE) if index != "by_city" else None)
        for index in _PROJECTED
    ),
    # What a local index does not project is fetched; a global one gives nothing else.
    *(
        (index, {"ProjectionExpression": "memo"}, {"memo"} if index != "by_city" else None)
        for index in _PROJECTED
    ),
]
_CONDITIONS = {
    None: ask(),
    "by_rank": ask(),
    "by_city_here": ask(),
    "by_city": ask("city = :c", c="c"),
    "by_kind": ask("kind = :k", k="k"),
}


def request_of(operation: str, index: str | None) -> dict[str, Any]:
    request = _CONDITIONS[index] if operation == "Query" else {"TableName": "scores"}
    return request if index is None else {**request, "IndexName": index}


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize(("index", "more", "names"), SELECTED, ids=shown)
def test_select_decides_what_comes(
    engine: Engine, operation: str, index: str | None, more: dict[str, Any], names: set[str] | None
) -> None:
    put(engine, "scores", [WHOLE])
    request = {**request_of(operation, index), **more}
    if names is None:
        with pytest.raises(DynamoDBError):
            perform(engine, operation, **request)
        return
    page = perform(engine, operation, **request)
    assert page["Items"] == [{name: value for name, value in WHOLE.items() if name in names}]
    assert (page["Count"], page["ScannedCount"]) == (1, 1)


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize("index", _PROJECTED, ids=str)
def test_a_count_has_no_items(engine: Engine, operation: str, index: str | None) -> None:
    put(engine, "scores", [WHOLE, {**WHOLE, "s": {"S": "2"}}])
    request = {**request_of(operation, index), "Select": "COUNT"}
    assert perform(engine, operation, **request) == {"Count": 2, "ScannedCount": 2}
    page = perform(engine, operation, **request, Limit=1)
    assert set(page) == {"Count", "LastEvaluatedKey", "ScannedCount"}


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize("index", ["by_rank", "by_city"])
def test_an_item_without_what_is_projected_comes_empty_and_counts(
    engine: Engine, operation: str, index: str
) -> None:
    put(engine, "scores", [item("1", rank=1, city="c")])
    request = {**request_of(operation, index), "ProjectionExpression": "note"}
    assert perform(engine, operation, **request) == {"Count": 1, "Items": [{}], "ScannedCount": 1}


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_a_local_index_may_be_read_consistently(engine: Engine, operation: str) -> None:
    put(engine, "scores", [WHOLE])
    request = {**request_of(operation, "by_rank"), "ConsistentRead": True}
    assert perform(engine, operation, **request)["Count"] == 1


@pytest.mark.parametrize("index", ["by_rank", "by_city"])
def test_a_scan_by_what_an_index_lacks_finds_nothing(engine: Engine, index: str) -> None:
    put(engine, "scores", [WHOLE])
    page = perform(
        engine,
        "Scan",
        TableName="scores",
        IndexName=index,
        FilterExpression="memo = :m",
        ExpressionAttributeValues={":m": {"S": "m"}},
    )
    assert page == {"Count": 0, "Items": [], "ScannedCount": 1}


# The last key, for the table and every kind of index.

LAST_KEYS = {
    None: {"p", "s"},
    "by_rank": {"p", "s", "rank"},
    "by_city_here": {"p", "s", "city"},
    "by_city": {"p", "s", "rank", "city"},
    "by_kind": {"p", "s", "kind"},
    "by_place": {"p", "s", "country", "city", "street", "house"},
    "by_sort": {"p", "s"},
}
PLACED: dict[str, Any] = item("x", country="c", city="c", street="s", house=1, rank=1, kind="k")
_TURNED = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s")],
    "GlobalSecondaryIndexUpdates": [
        {
            "Create": {
                "IndexName": "by_sort",
                "KeySchema": [
                    {"AttributeName": "s", "KeyType": "HASH"},
                    {"AttributeName": "p", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        }
    ],
}
_QUERIES = {
    **_CONDITIONS,
    "by_place": ask("country = :c AND city = :c", c="c"),
    "by_sort": ask("s = :s", s="x"),
}


@pytest.mark.parametrize("operation", ["Query", "Query backwards", "Scan"])
@pytest.mark.parametrize(("index", "names"), LAST_KEYS.items(), ids=shown)
def test_a_reading_goes_on_from_the_keys_of_table_and_index(
    engine: Engine, operation: str, index: str | None, names: set[str]
) -> None:
    perform(engine, "UpdateTable", TableName="scores", **_TURNED)
    if index == "by_sort":
        stored = [{**PLACED, "p": {"S": f"{at}"}} for at in range(5)]
    else:
        stored = [{**PLACED, "s": {"S": f"{at}"}} for at in range(5)]
    put(engine, "scores", stored)
    request: dict[str, Any] = {"TableName": "scores"}
    if operation != "Scan":
        request = dict(_QUERIES[index])
        request["ScanIndexForward"] = operation == "Query"
    if index is not None:
        request["IndexName"] = index
    operation = operation.split(maxsplit=1)[0]
    page = perform(engine, operation, **request, Limit=2)
    last = page["Items"][-1]
    assert page["LastEvaluatedKey"] == {name: last[name] for name in names}
    found = read(engine, operation, **request, Limit=2)
    assert sorted(found, key=str) == sorted(read(engine, operation, **request), key=str)
    assert len(found) == 5


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
