"""What may be an index, and what is in it: keys, projections, sparseness."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts.table_changes import FIVE, creation, deletion
from tests.facts.tables import UNITS, definitions, index, keys

LONG = "n" * 255
ITEM = {name: {"S": name} for name in ("a", "b", "c", "d", "x", "y")}


def call(engine: Engine, operation: str, **members: Any) -> Any:
    return codec.decode(engine.perform(operation, {"TableName": "T1x", **members}, Caller()))


def create(engine: Engine, *names: str, **members: Any) -> Any:
    """A table of key (a, b) with further defined attributes."""
    request = {
        "AttributeDefinitions": definitions("a", "b", *names),
        "KeySchema": keys("a", "b"),
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }
    return call(engine, "CreateTable", **request)["TableDescription"]


def entries(engine: Engine, index_name: str) -> Any:
    return call(engine, "Scan", IndexName=index_name)["Items"]


def include(*names: str) -> dict[str, Any]:
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


@pytest.mark.parametrize("member", ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"])
@pytest.mark.parametrize(
    ("projection", "names"),
    [
        ({"ProjectionType": "KEYS_ONLY"}, "abc"),
        (include("x"), "abcx"),
        (include("a", "c"), "abc"),
        ({"ProjectionType": "ALL"}, "abcdxy"),
    ],
    ids=["keys only", "include", "include keys", "all"],
)
def test_an_index_has_the_keys_and_what_it_projects(
    engine: Engine, member: str, projection: dict[str, Any], names: str
) -> None:
    parts = ("a", "c") if member.startswith("Local") else ("c",)
    create(engine, "c", **{member: [index("ix1", *parts, projection=projection)]})
    call(engine, "PutItem", Item=ITEM)
    request = {
        "IndexName": "ix1",
        "KeyConditionExpression": "a = :a" if member.startswith("Local") else "c = :c",
        "ExpressionAttributeValues": (
            {":a": ITEM["a"]} if member.startswith("Local") else {":c": ITEM["c"]}
        ),
    }
    found = [{name: ITEM[name] for name in names}]
    assert call(engine, "Query", **request)["Items"] == found
    assert entries(engine, "ix1") == found


def test_an_item_is_in_the_indexes_whose_keys_it_has(engine: Engine) -> None:
    create(
        engine,
        "c",
        "d",
        LocalSecondaryIndexes=[index("by_c", "a", "c")],
        GlobalSecondaryIndexes=[
            index("by_d", "d"),
            index("by_cd", "c", "d"),
            index("by_all", "c HASH", "d HASH", "a RANGE", "b RANGE"),
        ],
    )
    for number, names in enumerate(("", "c", "d", "cd")):
        item = {"a": {"S": "1"}, "b": {"S": str(number)}}
        call(engine, "PutItem", Item=item | {name: {"S": name} for name in names})
    found = {
        name: sorted(item["b"]["S"] for item in entries(engine, name))
        for name in ("by_c", "by_d", "by_cd", "by_all")
    }
    assert found == {"by_c": ["1", "3"], "by_d": ["2", "3"], "by_cd": ["3"], "by_all": ["3"]}
    assert call(engine, "Scan")["Count"] == 4


def test_an_attribute_may_be_hash_of_one_index_and_range_of_another(engine: Engine) -> None:
    create(
        engine,
        "c",
        "d",
        GlobalSecondaryIndexes=[index("cd1", "c", "d"), index("dc1", "d", "c")],
    )
    call(engine, "PutItem", Item=ITEM)
    assert entries(engine, "cd1") == entries(engine, "dc1") == [ITEM]


@pytest.mark.parametrize(
    "parts",
    [("a", "b"), ("b", "a"), ("a",), ("b",), ("b HASH", "a HASH"), ("c", "a"), ("c", "b")],
    ids="-".join,
)
def test_the_tables_keys_may_be_index_keys_in_any_order(
    engine: Engine, parts: tuple[str, ...]
) -> None:
    create(
        engine,
        "c",
        GlobalSecondaryIndexes=[index("one", *parts), index("two", *parts), index("use", "c")],
    )
    call(engine, "PutItem", Item=ITEM)
    assert entries(engine, "one") == entries(engine, "two") == [ITEM]


def test_a_local_index_may_equal_the_table(engine: Engine) -> None:
    create(engine, LocalSecondaryIndexes=[index("one", "a", "b"), index("two", "a", "b")])
    call(engine, "PutItem", Item=ITEM)
    assert entries(engine, "one") == entries(engine, "two") == [ITEM]


@pytest.mark.parametrize("member", ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"])
def test_an_index_of_all_holds_attributes_of_the_longest_names(engine: Engine, member: str) -> None:
    create(engine, **{member: [index("all", "a", "b")]})
    item = {"a": {"S": "1"}, "b": {"S": "1"}, "z" * 65_535: {"S": "x"}}
    call(engine, "PutItem", Item=item)
    assert entries(engine, "all") == [item]


def test_key_and_projected_names_may_have_255_characters(engine: Engine) -> None:
    created = create(
        engine,
        LONG,
        LocalSecondaryIndexes=[index("here", "a", LONG)],
        GlobalSecondaryIndexes=[index("wide", LONG, projection=include("p" * 255))],
    )
    call(engine, "PutItem", Item={**ITEM, LONG: {"S": "1"}, "p" * 255: {"S": "2"}})
    assert created["LocalSecondaryIndexes"][0]["KeySchema"] == keys("a", LONG)
    assert entries(engine, "wide")[0].keys() == {"a", "b", LONG, "p" * 255}


@pytest.fixture
def full(engine: Engine) -> Engine:
    """Five local indexes of 20 projected names each, fifteen more global ones without."""
    names = include(*(f"x{number}" for number in range(20)))
    create(
        engine,
        LocalSecondaryIndexes=[
            index(f"here{number}", "a", "b", projection=names) for number in range(5)
        ],
        GlobalSecondaryIndexes=[
            index(f"wide{number}", "a", projection={"ProjectionType": "KEYS_ONLY"})
            for number in range(19)
        ],
    )
    return engine


def test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names(
    full: Engine,
) -> None:
    defined = definitions("a")
    with pytest.raises(DynamoDBError, match="NonKeyAttributes"):
        call(
            full,
            "UpdateTable",
            AttributeDefinitions=defined,
            GlobalSecondaryIndexUpdates=[creation("more", "a", projection=include("x0"))],
        )
    call(
        full,
        "UpdateTable",
        AttributeDefinitions=defined,
        GlobalSecondaryIndexUpdates=[creation("more", "a")],
    )
    with pytest.raises(DynamoDBError, match="per-table limit of 20"):
        call(
            full,
            "UpdateTable",
            AttributeDefinitions=defined,
            GlobalSecondaryIndexUpdates=[creation("most", "a")],
        )
    table = call(full, "DescribeTable")["Table"]
    assert len(table["LocalSecondaryIndexes"]) == 5
    assert len(table["GlobalSecondaryIndexes"]) == 20


def test_one_index_at_most_is_made_or_removed_in_a_request(full: Engine) -> None:
    with pytest.raises(DynamoDBError, match="Only 1 online index"):
        call(
            full,
            "UpdateTable",
            GlobalSecondaryIndexUpdates=[deletion("wide1"), deletion("wide2")],
        )
    assert len(call(full, "DescribeTable")["Table"]["GlobalSecondaryIndexes"]) == 19
    call(full, "UpdateTable", GlobalSecondaryIndexUpdates=[deletion("wide1")])


@pytest.mark.parametrize("kind", ["S", "N", "B"])
def test_every_key_type_may_be_part_of_an_index_key(engine: Engine, kind: str) -> None:
    create(
        engine,
        AttributeDefinitions=[*definitions("a", "b"), *definitions("c", "d", kind=kind)],
        GlobalSecondaryIndexes=[index("wide", "c HASH", "b HASH", "d RANGE", "a RANGE")],
    )
    value = {kind: "1" if kind != "B" else "MQ=="}
    call(engine, "PutItem", Item={**ITEM, "c": value, "d": value})
    assert len(entries(engine, "wide")) == 1
    wrong = {"BOOL": True}
    with pytest.raises(DynamoDBError, match=f"Expected: {kind} Actual: BOOL"):
        call(engine, "PutItem", Item={**ITEM, "c": value, "d": wrong})


@pytest.mark.parametrize("place", ["c", "d", "e", "f"])
def test_every_attribute_of_a_wide_key_is_checked_and_needed(engine: Engine, place: str) -> None:
    create(
        engine,
        "c",
        "d",
        "e",
        "f",
        GlobalSecondaryIndexes=[index("wide", "c HASH", "d HASH", "e RANGE", "f RANGE")],
    )
    item = {name: {"S": name} for name in "abcdef"}
    call(engine, "PutItem", Item=item)
    assert len(entries(engine, "wide")) == 1
    for value in ({"N": "1"}, {"S": ""}):
        with pytest.raises(DynamoDBError) as refusal:
            call(engine, "PutItem", Item={**item, place: value})
        assert refusal.value.code == "ValidationException"
    call(engine, "PutItem", Item={name: item[name] for name in item if name != place})
    assert entries(engine, "wide") == []


def test_a_local_index_takes_no_wide_key_and_a_table_neither(engine: Engine) -> None:
    for members in (
        {"KeySchema": keys("a", "b", "c")},
        {"LocalSecondaryIndexes": [index("here", "a", "b", "c")]},
    ):
        with pytest.raises(DynamoDBError, match="less than or equal to 2"):
            create(engine, "c", **members)


def test_indexes_made_with_their_table_are_active_with_it(engine: Engine) -> None:
    created = create(
        engine,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=FIVE,
        GlobalSecondaryIndexes=[index("wide", "b", ProvisionedThroughput=UNITS)],
    )
    table = call(engine, "DescribeTable")["Table"]
    for description, status in ((created, "CREATING"), (table, "ACTIVE")):
        assert description["TableStatus"] == status
        assert description["GlobalSecondaryIndexes"][0]["IndexStatus"] == status
        assert "Backfilling" not in description["GlobalSecondaryIndexes"][0]


@pytest.mark.parametrize("rest", ["table", "local", "global"])
def test_type_checks_end_with_the_last_index_that_has_the_attribute(
    engine: Engine, rest: str
) -> None:
    others: dict[str, Any] = {
        "table": {},
        "local": {"LocalSecondaryIndexes": [index("rest", "a", "c")]},
        "global": {},
    }[rest]
    wide = [index("gone", "c")]
    if rest == "global":
        wide.append(index("rest", "b", "c"))
    create(engine, "c", GlobalSecondaryIndexes=wide, **others)
    call(engine, "UpdateTable", GlobalSecondaryIndexUpdates=[deletion("gone")])
    number = {"a": {"S": "1"}, "b": {"S": "1"}, "c": {"N": "1"}}
    if rest == "table":
        call(engine, "PutItem", Item=number)
        return
    with pytest.raises(DynamoDBError, match="Type mismatch for Index Key c"):
        call(engine, "PutItem", Item=number)
    names = {
        each["AttributeName"]
        for each in call(engine, "DescribeTable")["Table"]["AttributeDefinitions"]
    }
    assert names == {"a", "b", "c"}
