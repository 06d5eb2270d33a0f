"""CreateTable, DescribeTable, ListTables, DeleteTable: refusals, answers, what is left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schemas
from tests.facts import table_creation, tables
from tests.facts.fact import Fact
from tests.facts.resource_policies import ALLOWED, policy
from tests.facts.tables import UNITS, definitions, index, keys
from tests.support.least_requests import least

NOW = 1_700_000_000.123
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
NO_UNITS = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}


@pytest.fixture(scope="module")
def store() -> Iterator[Engine]:
    opened = Engine.open(clock=MovableClock(NOW))
    call(opened, "CreateTable", minimal(tables.TAKEN))
    yield opened
    opened.close()


def call(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


def minimal(name: str, **members: Any) -> dict[str, Any]:
    return {
        "TableName": name,
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }


@pytest.mark.parametrize("fact", tables.FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}")
def test_a_refusal_is_the_services_own(store: Engine, fact: Fact) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        store.perform(fact.operation, fact.request, Caller())
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)


CREATIONS = [
    fact
    for fact in (*tables.FACTS, *table_creation.FACTS)
    if fact.operation == "CreateTable" and fact.request.get("TableName") == "made"
]


@pytest.mark.parametrize("fact", CREATIONS, ids=lambda fact: fact.name)
def test_a_bad_request_for_a_table_that_exists_is_told_its_own_fault(
    store: Engine, fact: Fact
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        call(store, "CreateTable", {**fact.request, "TableName": tables.TAKEN})
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)


def test_a_refused_table_is_not_created(store: Engine) -> None:
    assert call(store, "ListTables", {}) == {"TableNames": [tables.TAKEN]}


def test_a_provisioned_table_answers_exactly_the_services_members(engine: Engine) -> None:
    request = {**minimal("T1x"), "BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    answer = call(engine, "CreateTable", request)["TableDescription"]
    assert re.fullmatch(
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", answer.pop("TableId")
    )
    assert isinstance(answer.pop("CreationDateTime"), float)
    assert answer == {
        "AttributeDefinitions": definitions("a"),
        "ItemCount": 0,
        "KeySchema": keys("a"),
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **UNITS},
        "TableArn": ARN + "T1x",
        "TableName": "T1x",
        "TableSizeBytes": 0,
        "TableStatus": "CREATING",
    }


def test_indexes_are_described_as_they_were_asked_for(engine: Engine) -> None:
    include = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}
    call(
        engine,
        "CreateTable",
        minimal(
            "T2x",
            AttributeDefinitions=definitions("a", "b", "c"),
            KeySchema=keys("a", "b"),
            LocalSecondaryIndexes=[index("local", "a", "c")],
            GlobalSecondaryIndexes=[index("wide", "c", "b", projection=include)],
        ),
    )
    table = call(engine, "DescribeTable", {"TableName": "T2x"})["Table"]
    assert table["LocalSecondaryIndexes"] == [
        {
            **index("local", "a", "c"),
            "IndexArn": ARN + "T2x/index/local",
            "IndexSizeBytes": 0,
            "ItemCount": 0,
        }
    ]
    assert table["GlobalSecondaryIndexes"] == [
        {
            **index("wide", "c", "b", projection=include),
            "IndexArn": ARN + "T2x/index/wide",
            "IndexSizeBytes": 0,
            "IndexStatus": "ACTIVE",
            "ItemCount": 0,
            "ProvisionedThroughput": NO_UNITS,
            "WarmThroughput": {
                "ReadUnitsPerSecond": 12000,
                "WriteUnitsPerSecond": 4000,
                "Status": "ACTIVE",
            },
        }
    ]


def test_a_global_index_key_may_have_four_hash_and_four_range_attributes(engine: Engine) -> None:
    hashes, ranges = [f"h{n}" for n in range(4)], [f"r{n}" for n in range(4)]
    wide = index(
        "wide", *(f"{name} HASH" for name in hashes), *(f"{name} RANGE" for name in ranges)
    )
    request = minimal(
        "T3x",
        AttributeDefinitions=definitions("a", *hashes, *ranges),
        GlobalSecondaryIndexes=[wide],
    )
    answer = call(engine, "CreateTable", request)["TableDescription"]
    assert answer["GlobalSecondaryIndexes"][0]["KeySchema"] == wide["KeySchema"]
    assert answer["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"


def test_an_on_demand_table_shows_since_when_once_it_is_active() -> None:
    engine = Engine.open(clock=MovableClock(NOW))
    created = call(engine, "CreateTable", minimal("T4x"))["TableDescription"]
    table = call(engine, "DescribeTable", {"TableName": "T4x"})["Table"]
    engine.close()
    assert created["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert table["BillingModeSummary"] == {
        "BillingMode": "PAY_PER_REQUEST",
        "LastUpdateToPayPerRequestDateTime": NOW,
    }
    assert table["CreationDateTime"] == NOW
    assert table["TableStatus"] == "ACTIVE"
    assert table["DeletionProtectionEnabled"] is False
    assert "DeletionProtectionEnabled" not in created


def test_settings_are_described_as_they_were_asked_for() -> None:
    engine = Engine.open(clock=MovableClock(NOW))
    request = minimal(
        "T5x",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/mine"},
        TableClass="STANDARD_INFREQUENT_ACCESS",
        OnDemandThroughput={"MaxReadRequestUnits": 7},
        WarmThroughput={"ReadUnitsPerSecond": 13000},
        DeletionProtectionEnabled=True,
    )
    table = call(engine, "CreateTable", request)["TableDescription"]
    engine.close()
    label = "2023-11-14T22:13:20.123"
    assert table["StreamSpecification"] == request["StreamSpecification"]
    assert table["LatestStreamLabel"] == label
    assert table["LatestStreamArn"] == f"{ARN}T5x/stream/{label}"
    assert table["SSEDescription"] == {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": "arn:aws:kms:us-east-1:000000000000:alias/mine",
    }
    assert table["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 7}
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 13000
    assert table["WarmThroughput"]["WriteUnitsPerSecond"] == 4000
    assert table["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize(
    "members",
    [
        {"StreamSpecification": {"StreamEnabled": False}},
        {"SSESpecification": {"Enabled": False}},
        {"OnDemandThroughput": {}},
        {"LocalSecondaryIndexes": None, "Unheard": 5},
    ],
    ids=str,
)
def test_what_asks_for_nothing_is_as_if_absent(engine: Engine, members: dict[str, Any]) -> None:
    call(engine, "CreateTable", minimal("plain"))
    plain = call(engine, "DescribeTable", {"TableName": "plain"})["Table"]
    call(engine, "CreateTable", minimal("odd", **members))
    odd = call(engine, "DescribeTable", {"TableName": "odd"})["Table"]
    assert odd.keys() == plain.keys()


def test_odd_but_legal_definitions_are_accepted(engine: Engine) -> None:
    request = minimal(
        "...",
        AttributeDefinitions=definitions(":attrs", "attrs"),
        KeySchema=keys("attrs", ":attrs"),
        GlobalSecondaryIndexes=[
            index(".ix", ":attrs", "attrs"),
            index("same", "attrs", ":attrs"),
            index("again", "attrs", ":attrs"),
        ],
    )
    assert call(engine, "CreateTable", request)["TableDescription"]["TableName"] == "..."


def test_counts_and_sizes_are_those_of_this_moment(engine: Engine) -> None:
    request = minimal(
        "T6x",
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("wide", "b", projection={"ProjectionType": "KEYS_ONLY"})],
    )
    call(engine, "CreateTable", request)
    call(engine, "PutItem", {"TableName": "T6x", "Item": {"a": {"S": "1"}, "c": {"S": "x" * 10}}})
    call(engine, "PutItem", {"TableName": "T6x", "Item": {"a": {"S": "2"}, "b": {"S": "3"}}})
    table = call(engine, "DescribeTable", {"TableName": "T6x"})["Table"]
    wide = table["GlobalSecondaryIndexes"][0]
    assert (table["ItemCount"], table["TableSizeBytes"]) == (2, 2 + 11 + 2 + 2)
    assert (wide["ItemCount"], wide["IndexSizeBytes"]) == (1, 4)


def test_tables_are_listed_in_byte_order_page_by_page(engine: Engine) -> None:
    names = ["ABC", "Zoo", "abc", "b-c", "b.c", "b_c"]
    for name in reversed(names):
        call(engine, "CreateTable", minimal(name))
    assert call(engine, "ListTables", {}) == {"TableNames": sorted(names)}
    first = call(engine, "ListTables", {"Limit": 4})
    assert first["LastEvaluatedTableName"] == first["TableNames"][-1]
    rest = {"Limit": 2, "ExclusiveStartTableName": first["LastEvaluatedTableName"]}
    assert call(engine, "ListTables", rest) == {"TableNames": sorted(names)[4:]}
    beyond = {"ExclusiveStartTableName": "b.b"}  # It need not exist.
    assert call(engine, "ListTables", beyond) == {"TableNames": ["b.c", "b_c"]}


def test_a_page_of_names_has_100_unless_fewer_are_asked_for(engine: Engine) -> None:
    names = [f"t{number:03}" for number in range(101)]
    for name in names:
        call(engine, "CreateTable", minimal(name))
    first = {"TableNames": names[:100], "LastEvaluatedTableName": "t099"}
    for request in ({}, {"Limit": 100}, {"Limit": None, "Unheard": 5}):
        assert call(engine, "ListTables", request) == first
    call(engine, "DeleteTable", {"TableName": "t100"})
    for request in ({}, {"Limit": 100}):
        assert call(engine, "ListTables", request) == {"TableNames": names[:100]}
    # The start itself is left out, and the last page says nothing of further ones.
    assert call(engine, "ListTables", {"ExclusiveStartTableName": "t098", "Limit": 1}) == {
        "TableNames": ["t099"]
    }
    assert call(engine, "ListTables", {"ExclusiveStartTableName": "t099"}) == {"TableNames": []}


@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": str(number), "Value": ""} for number in range(51)],
        [{"Key": "a;", "Value": ""}],
        [{"Key": "k" * 129, "Value": ""}],
        [{"Key": "k", "Value": "v" * 257}],
        [{"Key": "", "Value": ""}],
    ],
    ids=["51", "bad character", "long key", "long value", "empty key"],
)
def test_bad_tags_make_no_table(engine: Engine, tags: list[dict[str, str]]) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        call(engine, "CreateTable", minimal("tagged", Tags=tags))
    assert refusal.value.code == "ValidationException"
    assert call(engine, "ListTables", {}) == {"TableNames": []}
    call(engine, "CreateTable", minimal("tagged", Tags=tags[:50] if len(tags) > 50 else []))


def test_a_resource_policy_may_have_20480_bytes(engine: Engine) -> None:
    text = policy(ALLOWED).ljust(20_480)
    call(engine, "CreateTable", minimal("open", ResourcePolicy=text))
    assert "ResourcePolicy" not in call(engine, "DescribeTable", {"TableName": "open"})["Table"]


def test_a_table_is_named_by_its_arn_as_well(engine: Engine) -> None:
    created = call(engine, "CreateTable", minimal(ARN + "T7x"))["TableDescription"]
    assert created["TableName"] == "T7x"
    assert call(engine, "ListTables", {}) == {"TableNames": ["T7x"]}
    assert call(engine, "DescribeTable", {"TableName": ARN + "T7x"})["Table"]["TableName"] == "T7x"
    call(engine, "DeleteTable", {"TableName": ARN + "T7x"})
    assert call(engine, "ListTables", {}) == {"TableNames": []}


def test_tables_of_other_accounts_and_regions_stay_apart(engine: Engine) -> None:
    call(engine, "CreateTable", minimal("T8x"))
    elsewhere = Caller(region="eu-west-1")
    assert codec.decode(engine.perform("ListTables", {}, elsewhere)) == {"TableNames": []}
    engine.perform("CreateTable", minimal("T8x"), elsewhere)
    engine.perform("DeleteTable", {"TableName": "T8x"}, elsewhere)
    assert call(engine, "ListTables", {}) == {"TableNames": ["T8x"]}


def test_delete_table_answers_without_keys_and_indexes(engine: Engine) -> None:
    request = minimal(
        "T9x",
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("wide", "b")],
    )
    call(engine, "CreateTable", request)
    call(engine, "PutItem", {"TableName": "T9x", "Item": {"a": {"S": "1"}}})
    answer = call(engine, "DeleteTable", {"TableName": "T9x"})["TableDescription"]
    assert sorted(answer) == [
        "BillingModeSummary",
        "ItemCount",
        "ProvisionedThroughput",
        "TableArn",
        "TableId",
        "TableName",
        "TableSizeBytes",
        "TableStatus",
        "TableThroughputModeSummary",
    ]
    assert (answer["TableStatus"], answer["ItemCount"]) == ("DELETING", 1)
    assert answer["BillingModeSummary"].keys() == {
        "BillingMode",
        "LastUpdateToPayPerRequestDateTime",
    }


def test_a_name_is_free_again_after_the_deletion_and_the_items_are_gone(engine: Engine) -> None:
    first = call(engine, "CreateTable", minimal("Tax"))["TableDescription"]
    call(engine, "PutItem", {"TableName": "Tax", "Item": {"a": {"S": "1"}}})
    call(engine, "DeleteTable", {"TableName": "Tax"})
    second = call(engine, "CreateTable", minimal("Tax"))["TableDescription"]
    assert first["TableId"] != second["TableId"]
    assert call(engine, "GetItem", {"TableName": "Tax", "Key": {"a": {"S": "1"}}}) == {}


def test_nothing_of_a_deleted_table_is_left_for_the_next_one(engine: Engine) -> None:
    settings = {
        "AttributeDefinitions": definitions("a", "b"),
        "GlobalSecondaryIndexes": [index("wide", "b")],
        "Tags": [{"Key": "k", "Value": "v"}],
        "SSESpecification": {"Enabled": True},
        "TableClass": "STANDARD",
        "OnDemandThroughput": {"MaxReadRequestUnits": 5},
    }
    call(engine, "CreateTable", minimal("Tdx", **settings))
    call(engine, "PutItem", {"TableName": "Tdx", "Item": {"a": {"S": "1"}, "b": {"S": "1"}}})
    call(engine, "DeleteTable", {"TableName": "Tdx"})
    call(engine, "CreateTable", minimal("Tdx"))
    call(engine, "CreateTable", minimal("new"))
    later, plain = (
        call(engine, "DescribeTable", {"TableName": name})["Table"] for name in ("Tdx", "new")
    )
    assert later.keys() == plain.keys()
    tags = call(engine, "ListTagsOfResource", {"ResourceArn": ARN + "Tdx"})
    assert tags == {"Tags": []}
    scan = {"TableName": "Tdx", "IndexName": "wide"}
    with pytest.raises(DynamoDBError, match="does not have the specified index"):
        call(engine, "Scan", scan)
    call(engine, "PutItem", {"TableName": "Tdx", "Item": {"a": {"S": "1"}, "b": {"N": "1"}}})


def test_a_protected_table_is_not_deleted(engine: Engine) -> None:
    call(engine, "CreateTable", minimal("Tbx", DeletionProtectionEnabled=True))
    with pytest.raises(DynamoDBError) as refusal:
        call(engine, "DeleteTable", {"TableName": "Tbx"})
    assert refusal.value.code == "ValidationException"
    assert refusal.value.message == (
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )
    assert call(engine, "ListTables", {}) == {"TableNames": ["Tbx"]}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("GlobalTableSourceArn", "abc"),
        ("GlobalTableSettingsReplicationMode", "ENABLED"),
        ("VectorIndexes", [least(schemas.shape("VectorIndex"))]),
    ],
)
def test_what_the_store_does_not_do_is_refused_by_name(
    engine: Engine, member: str, value: Any
) -> None:
    with pytest.raises(DynamoDBError, match=f"CreateTable with {member}"):
        call(engine, "CreateTable", minimal("Tcx", **{member: value}))
    assert call(engine, "ListTables", {}) == {"TableNames": []}
