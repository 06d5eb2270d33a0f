"""Descriptions of tables: which members there are in each state, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from tests.facts.resource_policies import ALLOWED, policy
from tests.facts.table_changes import FIVE, creation, deletion, update
from tests.facts.tables import UNITS, definitions, index, keys

NOW = 1_700_000_000.123
ENDED = 1_700_000_000.124  # of a change that begins now
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/T1x"
ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

ALWAYS = {
    "AttributeDefinitions",
    "CreationDateTime",
    "ItemCount",
    "KeySchema",
    "ProvisionedThroughput",
    "TableArn",
    "TableId",
    "TableName",
    "TableSizeBytes",
    "TableStatus",
}
BILLING = {"BillingModeSummary", "TableThroughputModeSummary"}
SETTLED = ALWAYS | {"DeletionProtectionEnabled", "WarmThroughput"}
INDEX = {"IndexArn", "IndexName", "IndexSizeBytes", "ItemCount", "KeySchema", "Projection"}
GLOBAL_INDEX = INDEX | {"IndexStatus", "ProvisionedThroughput"}
DELETED = {
    "ItemCount",
    "ProvisionedThroughput",
    "TableArn",
    "TableId",
    "TableName",
    "TableSizeBytes",
    "TableStatus",
}
NO_UNITS = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
ON_DEMAND_WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def store(clock: MovableClock) -> Iterator[Engine]:
    opened = Engine.open(clock=clock)
    yield opened
    opened.close()


def call(engine: Engine, operation: str, **members: Any) -> Any:
    return codec.decode(engine.perform(operation, {"TableName": "T1x", **members}, Caller()))


def create(engine: Engine, **members: Any) -> Any:
    request = {"AttributeDefinitions": definitions("a"), "KeySchema": keys("a"), **members}
    return call(engine, "CreateTable", **request)["TableDescription"]


def on_demand(engine: Engine, **members: Any) -> Any:
    return create(engine, BillingMode="PAY_PER_REQUEST", **members)


def provisioned(engine: Engine, **members: Any) -> Any:
    return create(engine, ProvisionedThroughput=FIVE, **members)


def describe(engine: Engine) -> Any:
    answer = call(engine, "DescribeTable")
    assert answer.keys() == {"Table"}
    return answer["Table"]


def change(engine: Engine, **members: Any) -> Any:
    answer = call(engine, "UpdateTable", **members)
    assert answer.keys() == {"TableDescription"}
    return answer["TableDescription"]


def delete(engine: Engine) -> Any:
    answer = call(engine, "DeleteTable")
    assert answer.keys() == {"TableDescription"}
    return answer["TableDescription"]


def test_a_provisioned_table_has_these_members_in_each_state(store: Engine) -> None:
    assert provisioned(store).keys() == ALWAYS
    assert describe(store).keys() == SETTLED
    assert change(store, ProvisionedThroughput=UNITS).keys() == SETTLED
    assert describe(store).keys() == SETTLED
    assert delete(store).keys() == DELETED


def test_an_on_demand_table_has_these_members_in_each_state(store: Engine) -> None:
    assert on_demand(store).keys() == ALWAYS | BILLING
    assert describe(store).keys() == SETTLED | BILLING
    answer = change(store, WarmThroughput={"ReadUnitsPerSecond": 13_000})
    assert answer.keys() == SETTLED | BILLING
    assert describe(store).keys() == SETTLED | BILLING
    assert delete(store).keys() == DELETED | BILLING


def test_a_table_with_everything_has_these_members_in_each_state(store: Engine) -> None:
    members = BILLING | {
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "LatestStreamArn",
        "LatestStreamLabel",
        "LocalSecondaryIndexes",
        "OnDemandThroughput",
        "SSEDescription",
        "StreamSpecification",
        "TableClassSummary",
        "WarmThroughput",
    }
    created = on_demand(
        store,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("local", "a", "b")],
        GlobalSecondaryIndexes=[index("wide", "b")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True},
        TableClass="STANDARD",
        DeletionProtectionEnabled=True,
        OnDemandThroughput={"MaxReadRequestUnits": 5},
        WarmThroughput={"ReadUnitsPerSecond": 13_000},
        Tags=[{"Key": "k", "Value": "v"}],
        ResourcePolicy=policy(ALLOWED),
    )
    assert created.keys() == ALWAYS | members
    assert describe(store).keys() == ALWAYS | members
    answer = change(store, OnDemandThroughput={"MaxWriteRequestUnits": 5})
    assert answer.keys() == ALWAYS | members
    assert describe(store).keys() == ALWAYS | members


def test_indexes_have_these_members_in_each_state(store: Engine) -> None:
    created = provisioned(
        store,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("local", "a", "b")],
        GlobalSecondaryIndexes=[index("wide", "b", ProvisionedThroughput=UNITS)],
    )
    assert [each.keys() for each in created["LocalSecondaryIndexes"]] == [INDEX]
    assert [each.keys() for each in created["GlobalSecondaryIndexes"]] == [GLOBAL_INDEX]
    assert created["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    assert created["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        **UNITS,
    }
    table = describe(store)
    assert [each.keys() for each in table["LocalSecondaryIndexes"]] == [INDEX]
    [wide] = table["GlobalSecondaryIndexes"]
    assert wide.keys() == GLOBAL_INDEX | {"WarmThroughput"}
    assert wide["IndexStatus"] == table["TableStatus"] == "ACTIVE"
    assert wide["WarmThroughput"] == {
        "ReadUnitsPerSecond": 1,
        "WriteUnitsPerSecond": 1,
        "Status": "ACTIVE",
    }


@pytest.mark.parametrize("backfilling", [True, False])
def test_a_new_index_has_these_members_in_each_state(
    store: Engine, monkeypatch: pytest.MonkeyPatch, backfilling: bool
) -> None:
    from dynalite_py.storage import index_fill
    from dynalite_py.workers.runner import Runner

    def asleep(runner: Runner) -> None:
        del runner

    monkeypatch.setattr(Runner, "wake", asleep)
    monkeypatch.setattr(index_fill, "STEP_ROWS", 1)
    on_demand(store)
    for number in range(3 if backfilling else 0):
        call(store, "PutItem", Item={"a": {"S": str(number)}, "b": {"S": "x"}})
    answer = change(
        store,
        AttributeDefinitions=definitions("b"),
        GlobalSecondaryIndexUpdates=[creation("new", "b")],
    )
    [created] = answer["GlobalSecondaryIndexes"]
    members = GLOBAL_INDEX | {"WarmThroughput"}
    assert created.keys() - {"Backfilling"} == members
    assert (answer["TableStatus"], created["IndexStatus"]) == ("UPDATING", "CREATING")
    if backfilling:
        [filling] = describe(store)["GlobalSecondaryIndexes"]
        assert filling.keys() == members | {"Backfilling"}
        assert (filling["IndexStatus"], filling["Backfilling"]) == ("CREATING", True)
    while store.runner.step():
        pass
    [ready] = describe(store)["GlobalSecondaryIndexes"]
    assert (ready.keys(), ready["IndexStatus"]) == (members, "ACTIVE")
    [going] = change(store, GlobalSecondaryIndexUpdates=[deletion("new")])["GlobalSecondaryIndexes"]
    assert (going.keys(), going["IndexStatus"]) == (members, "DELETING")
    assert describe(store).keys() == SETTLED | BILLING


def test_the_answer_to_a_creation_is_all_of_this(store: Engine) -> None:
    answer = on_demand(store)
    assert ID.fullmatch(answer.pop("TableId"))
    assert answer == {
        "AttributeDefinitions": definitions("a"),
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "CreationDateTime": NOW,
        "ItemCount": 0,
        "KeySchema": keys("a"),
        "ProvisionedThroughput": NO_UNITS,
        "TableArn": ARN,
        "TableName": "T1x",
        "TableSizeBytes": 0,
        "TableStatus": "CREATING",
        "TableThroughputModeSummary": {"TableThroughputMode": "PAY_PER_REQUEST"},
    }


def test_an_active_on_demand_table_is_all_of_this(store: Engine) -> None:
    table_id = on_demand(store)["TableId"]
    assert describe(store) == {
        "AttributeDefinitions": definitions("a"),
        "BillingModeSummary": {
            "BillingMode": "PAY_PER_REQUEST",
            "LastUpdateToPayPerRequestDateTime": NOW,
        },
        "CreationDateTime": NOW,
        "DeletionProtectionEnabled": False,
        "ItemCount": 0,
        "KeySchema": keys("a"),
        "ProvisionedThroughput": NO_UNITS,
        "TableArn": ARN,
        "TableId": table_id,
        "TableName": "T1x",
        "TableSizeBytes": 0,
        "TableStatus": "ACTIVE",
        "TableThroughputModeSummary": {"TableThroughputMode": "PAY_PER_REQUEST"},
        "WarmThroughput": ON_DEMAND_WARM,
    }


def test_an_active_provisioned_table_with_an_index_is_all_of_this(store: Engine) -> None:
    created = provisioned(
        store,
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("ix1", "b", ProvisionedThroughput=UNITS)],
    )
    warm = {"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 5, "Status": "ACTIVE"}
    assert describe(store) == {
        "AttributeDefinitions": definitions("a", "b"),
        "CreationDateTime": NOW,
        "DeletionProtectionEnabled": False,
        "GlobalSecondaryIndexes": [
            {
                "IndexArn": f"{ARN}/index/ix1",
                "IndexName": "ix1",
                "IndexSizeBytes": 0,
                "IndexStatus": "ACTIVE",
                "ItemCount": 0,
                "KeySchema": keys("b"),
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **UNITS},
                "WarmThroughput": {**warm, "ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1},
            }
        ],
        "ItemCount": 0,
        "KeySchema": keys("a"),
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **FIVE},
        "TableArn": ARN,
        "TableId": created["TableId"],
        "TableName": "T1x",
        "TableSizeBytes": 0,
        "TableStatus": "ACTIVE",
        "WarmThroughput": warm,
    }


def test_a_table_keeps_its_id_and_time_until_it_is_deleted(
    store: Engine, clock: MovableClock
) -> None:
    first = on_demand(store)
    clock.advance(hours=1)
    change(store, WarmThroughput={"ReadUnitsPerSecond": 13_000})
    for member in ("TableId", "CreationDateTime"):
        assert describe(store)[member] == first[member]
    delete(store)
    second = on_demand(store)
    assert second["TableId"] != first["TableId"]
    assert second["CreationDateTime"] == first["CreationDateTime"] + 3600


def test_the_time_of_creation_is_a_number_with_milliseconds(clock: MovableClock) -> None:
    clock.advance(0.000456)
    store = Engine.open(clock=clock)
    answer = store.perform(
        "CreateTable",
        {
            "TableName": "T1x",
            "AttributeDefinitions": definitions("a"),
            "KeySchema": keys("a"),
            "BillingMode": "PAY_PER_REQUEST",
        },
        Caller(),
    )
    store.close()
    assert b'"CreationDateTime":1700000000.123' in answer


def test_the_summaries_follow_the_billing_mode(store: Engine, clock: MovableClock) -> None:
    provisioned(store)
    assert describe(store).keys() == SETTLED
    switch = change(store, BillingMode="PAY_PER_REQUEST")
    assert switch["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert switch["TableThroughputModeSummary"] == {"TableThroughputMode": "PAY_PER_REQUEST"}
    since = {"LastUpdateToPayPerRequestDateTime": ENDED}
    for mode in ("PAY_PER_REQUEST", "PROVISIONED"):
        table = describe(store)
        assert table["BillingModeSummary"] == {"BillingMode": mode, **since}
        assert table["TableThroughputModeSummary"] == {"TableThroughputMode": mode, **since}
        clock.advance(hours=1)
        if mode == "PAY_PER_REQUEST":
            change(store, BillingMode="PROVISIONED", ProvisionedThroughput=FIVE)


def test_provisioned_is_no_member_even_where_it_was_asked_for(store: Engine) -> None:
    assert provisioned(store, BillingMode="PROVISIONED").keys() == ALWAYS


def test_the_key_schema_has_the_order_of_the_request(store: Engine) -> None:
    parts = ("h2 HASH", "h1 HASH", "r2 RANGE", "r1 RANGE")
    on_demand(
        store,
        AttributeDefinitions=definitions("b", "a", "r1", "r2", "h1", "h2"),
        KeySchema=keys("b", "a"),
        GlobalSecondaryIndexes=[index("wide", *parts)],
    )
    table = describe(store)
    assert table["KeySchema"] == keys("b", "a")
    assert table["GlobalSecondaryIndexes"][0]["KeySchema"] == keys(*parts)
    names = {each["AttributeName"] for each in table["AttributeDefinitions"]}
    assert names == {"a", "b", "h1", "h2", "r1", "r2"}


@pytest.mark.parametrize(
    "projection",
    [
        {"ProjectionType": "ALL"},
        {"ProjectionType": "KEYS_ONLY"},
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
    ],
    ids=lambda projection: projection["ProjectionType"],
)
def test_a_projection_is_told_as_it_was_given(store: Engine, projection: dict[str, Any]) -> None:
    created = on_demand(
        store,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("local", "a", "b", projection=projection)],
        GlobalSecondaryIndexes=[index("wide", "b", projection=projection)],
    )
    for table in (created, describe(store)):
        for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
            assert [each["Projection"] for each in table[kind]] == [projection]


def test_the_table_class_is_told_once_it_was_given(store: Engine, clock: MovableClock) -> None:
    created = on_demand(store, TableClass="STANDARD")
    assert created["TableClassSummary"] == {"TableClass": "STANDARD"}
    assert describe(store)["TableClassSummary"] == {"TableClass": "STANDARD"}
    clock.advance(60)
    change(store, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert describe(store)["TableClassSummary"] == {
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "LastUpdateDateTime": NOW + 60,
    }


def test_on_demand_maxima_are_told_as_they_were_given(store: Engine) -> None:
    maxima = {"MaxWriteRequestUnits": 7}
    created = on_demand(
        store,
        AttributeDefinitions=definitions("a", "b"),
        OnDemandThroughput={"MaxReadRequestUnits": 5},
        GlobalSecondaryIndexes=[index("wide", "b", OnDemandThroughput=maxima)],
    )
    for table in (created, describe(store)):
        assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 5}
        assert table["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == maxima


def test_warm_throughput_has_a_status_on_table_and_index(store: Engine) -> None:
    asked = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
    created = on_demand(
        store,
        AttributeDefinitions=definitions("a", "b"),
        WarmThroughput=asked,
        GlobalSecondaryIndexes=[index("wide", "b", WarmThroughput=asked)],
    )
    settled = describe(store)
    for table, status in ((created, "UPDATING"), (settled, "ACTIVE")):
        wide = table["GlobalSecondaryIndexes"][0]
        assert table["WarmThroughput"] == wide["WarmThroughput"] == {**asked, "Status": status}
    answer = change(store, WarmThroughput={"ReadUnitsPerSecond": 14_000})
    assert answer["WarmThroughput"]["Status"] == "UPDATING"


def test_units_are_described_with_the_times_of_their_changes(
    store: Engine, clock: MovableClock
) -> None:
    provisioned(store)
    assert describe(store)["ProvisionedThroughput"].keys() == NO_UNITS.keys()
    change(store, ProvisionedThroughput=UNITS)
    clock.advance(60)
    change(store, ProvisionedThroughput=FIVE)
    units = describe(store)["ProvisionedThroughput"]
    assert units == {
        "NumberOfDecreasesToday": 1,
        **FIVE,
        "LastDecreaseDateTime": ENDED,
        "LastIncreaseDateTime": ENDED + 60,
    }
    assert delete(store)["ProvisionedThroughput"] == units


def test_a_deleted_tables_answer_is_all_of_this(store: Engine) -> None:
    table_id = provisioned(
        store,
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("wide", "b", ProvisionedThroughput=UNITS)],
    )["TableId"]
    change(store, GlobalSecondaryIndexUpdates=[update("wide", 2)])
    assert delete(store) == {
        "ItemCount": 0,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **FIVE},
        "TableArn": ARN,
        "TableId": table_id,
        "TableName": "T1x",
        "TableSizeBytes": 0,
        "TableStatus": "DELETING",
    }


def test_a_name_given_as_an_arn_is_told_short(store: Engine) -> None:
    for answer in (
        on_demand(store, TableName=ARN),
        call(store, "DescribeTable", TableName=ARN)["Table"],
        change(store, TableName=ARN, DeletionProtectionEnabled=False),
        call(store, "DeleteTable", TableName=ARN)["TableDescription"],
    ):
        assert (answer["TableName"], answer["TableArn"]) == ("T1x", ARN)
