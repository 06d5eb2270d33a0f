"""What may stand together in a change of capacity, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts import table_changes
from tests.facts.table_changes import FIVE, creation, update
from tests.facts.tables import UNITS, definitions

NOW = 1_700_000_000.0


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def store(clock: MovableClock) -> Iterator[Engine]:
    opened = Engine.open(clock=clock)
    for table in table_changes.TABLES:
        opened.perform("CreateTable", table, Caller())
    yield opened
    opened.close()


def change(engine: Engine, table: str, **members: Any) -> Any:
    request = {"TableName": table, **members}
    return codec.decode(engine.perform("UpdateTable", request, Caller()))["TableDescription"]


def describe(engine: Engine, table: str) -> Any:
    request = {"TableName": table}
    return codec.decode(engine.perform("DescribeTable", request, Caller()))["Table"]


def units_of(index: Any) -> tuple[int, int]:
    units = index["ProvisionedThroughput"]
    return units["ReadCapacityUnits"], units["WriteCapacityUnits"]


def test_on_demand_maxima_may_come_with_the_billing_mode(store: Engine) -> None:
    maxima = {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8}
    change(store, "units", BillingMode="PAY_PER_REQUEST", OnDemandThroughput=maxima)
    table = describe(store, "units")
    assert table["OnDemandThroughput"] == maxima
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_switch_to_provisioned_keeps_the_time_of_the_switch_to_on_demand(
    store: Engine, clock: MovableClock
) -> None:
    clock.advance(hours=1)
    answer = change(
        store,
        "demand",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=FIVE,
        GlobalSecondaryIndexUpdates=[update("one", 2), update("two", 3)],
    )
    for table in (answer, describe(store, "demand")):
        assert table["BillingModeSummary"] == {
            "BillingMode": "PROVISIONED",
            "LastUpdateToPayPerRequestDateTime": NOW,
        }
        assert units_of(table) == (5, 5)
        assert [units_of(index) for index in table["GlobalSecondaryIndexes"]] == [(2, 2), (3, 3)]


def test_units_of_table_and_indexes_change_in_one_request(store: Engine) -> None:
    change(
        store,
        "units",
        ProvisionedThroughput={"ReadCapacityUnits": 6, "WriteCapacityUnits": 7},
        GlobalSecondaryIndexUpdates=[update("one", 2), update("two", 3)],
    )
    table = describe(store, "units")
    assert units_of(table) == (6, 7)
    assert [units_of(index) for index in table["GlobalSecondaryIndexes"]] == [(2, 2), (3, 3)]


def test_an_increase_and_a_decrease_at_once_move_both_times(store: Engine) -> None:
    mixed = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 4}
    units = change(store, "units", ProvisionedThroughput=mixed)["ProvisionedThroughput"]
    assert units["LastIncreaseDateTime"] == units["LastDecreaseDateTime"] == NOW
    assert units["NumberOfDecreasesToday"] == 0
    units = describe(store, "units")["ProvisionedThroughput"]
    assert units["LastIncreaseDateTime"] == units["LastDecreaseDateTime"] > NOW
    assert units["NumberOfDecreasesToday"] == 1


def test_an_increase_is_no_decrease(store: Engine) -> None:
    more = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 5}
    change(store, "units", ProvisionedThroughput=more)
    units = describe(store, "units")["ProvisionedThroughput"]
    assert units["NumberOfDecreasesToday"] == 0
    assert "LastDecreaseDateTime" not in units
    assert units["LastIncreaseDateTime"] > NOW


def test_an_index_made_later_has_its_own_units_maxima_and_warmth(store: Engine) -> None:
    change(
        store,
        "units",
        AttributeDefinitions=definitions("d"),
        GlobalSecondaryIndexUpdates=[creation("new", "d", ProvisionedThroughput=UNITS)],
    )
    assert units_of(describe(store, "units")["GlobalSecondaryIndexes"][2]) == (1, 1)
    change(
        store,
        "demand",
        AttributeDefinitions=definitions("d"),
        GlobalSecondaryIndexUpdates=[
            creation(
                "new",
                "d",
                OnDemandThroughput={"MaxReadRequestUnits": 5},
                WarmThroughput={"ReadUnitsPerSecond": 15_000},
            )
        ],
    )
    index = describe(store, "demand")["GlobalSecondaryIndexes"][2]
    assert units_of(index) == (0, 0)
    assert index["OnDemandThroughput"] == {"MaxReadRequestUnits": 5}
    assert index["WarmThroughput"]["ReadUnitsPerSecond"] == 15_000
    assert index["WarmThroughput"]["WriteUnitsPerSecond"] == 4_000


def test_maxima_of_an_index_merge_and_minus_one_removes(store: Engine) -> None:
    shown: list[Any] = []
    for maxima in (
        {"MaxReadRequestUnits": 5},
        {"MaxWriteRequestUnits": 6},
        {"MaxReadRequestUnits": -1},
    ):
        element = {"Update": {"IndexName": "one", "OnDemandThroughput": maxima}}
        answer = change(store, "demand", GlobalSecondaryIndexUpdates=[element])
        shown.append(answer["GlobalSecondaryIndexes"][0]["OnDemandThroughput"])
    both = {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6}
    assert shown == [{"MaxReadRequestUnits": 5}, both, {**both, "MaxReadRequestUnits": -1}]
    index = describe(store, "demand")["GlobalSecondaryIndexes"][0]
    assert index["OnDemandThroughput"] == {"MaxWriteRequestUnits": 6}


def test_what_a_table_can_take_at_once_is_the_units_at_least(store: Engine) -> None:
    units = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 60}
    change(store, "units", ProvisionedThroughput=units)
    assert describe(store, "units")["WarmThroughput"] == {
        "ReadUnitsPerSecond": 50,
        "WriteUnitsPerSecond": 60,
        "Status": "ACTIVE",
    }
    change(store, "units", WarmThroughput={"ReadUnitsPerSecond": 70})
    warm = describe(store, "units")["WarmThroughput"]
    assert (warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"]) == (70, 60)
    with pytest.raises(DynamoDBError, match="decreasing WarmThroughput is not supported"):
        change(store, "units", WarmThroughput={"ReadUnitsPerSecond": 69})
