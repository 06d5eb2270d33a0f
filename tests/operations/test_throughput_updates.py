"""How often units may be lowered and the billing mode be switched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts.table_changes import update
from tests.facts.tables import definitions, index, keys

MIDNIGHT = 1_700_006_400.0  # of a Wednesday, the 15th of November 2023, in UTC
LIMIT = "LimitExceededException"
HOUR = 3600.0


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MIDNIGHT)


@pytest.fixture
def store(clock: MovableClock) -> Iterator[Engine]:
    engine = Engine.open(clock=clock)
    request = {
        "TableName": "units",
        "AttributeDefinitions": definitions("a", "c"),
        "KeySchema": keys("a"),
        "ProvisionedThroughput": units(1000),
        "GlobalSecondaryIndexes": [index("one", "c", ProvisionedThroughput=units(1000))],
    }
    engine.perform("CreateTable", request, Caller())
    yield engine
    engine.close()


def units(number: int, writes: int = 1000) -> dict[str, int]:
    return {"ReadCapacityUnits": number, "WriteCapacityUnits": writes}


def change(engine: Engine, **members: Any) -> Any:
    answer = engine.perform("UpdateTable", {"TableName": "units", **members}, Caller())
    return codec.decode(answer)["TableDescription"]


def refused(engine: Engine, **members: Any) -> str:
    """The text of a refusal for too many changes."""
    with pytest.raises(DynamoDBError) as refusal:
        change(engine, **members)
    assert refusal.value.code == LIMIT
    return refusal.value.message or ""


def throughput(engine: Engine) -> Any:
    answer = codec.decode(engine.perform("DescribeTable", {"TableName": "units"}, Caller()))
    return answer["Table"]["ProvisionedThroughput"]


def lower(engine: Engine) -> None:
    """One unit less."""
    change(engine, ProvisionedThroughput=units(throughput(engine)["ReadCapacityUnits"] - 1))


def test_the_fifth_decrease_of_a_day_waits_for_an_hour_without_one(
    store: Engine, clock: MovableClock
) -> None:
    clock.advance(HOUR)
    for _ in range(4):
        lower(store)
    present = throughput(store)
    text = refused(store, ProvisionedThroughput=units(1))
    assert text == (
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given "
        "UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
        "performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at "
        "Wednesday, November 15, 2023 at 1:00:00 AM Coordinated Universal Time. Next decrease can "
        "be made at Wednesday, November 15, 2023 at 2:00:00 AM Coordinated Universal Time"
    )
    assert throughput(store) == present
    clock.advance(HOUR)
    assert refused(store, ProvisionedThroughput=units(1))  # The last one ended a moment later.
    clock.advance(1)
    lower(store)
    assert refused(store, ProvisionedThroughput=units(1))
    assert throughput(store)["NumberOfDecreasesToday"] == 5


def test_decreases_are_free_again_on_the_next_day(store: Engine, clock: MovableClock) -> None:
    clock.advance(23.9 * HOUR)
    for _ in range(4):
        lower(store)
    assert refused(store, ProvisionedThroughput=units(1))
    clock.advance(0.2 * HOUR)
    for _ in range(4):
        lower(store)
    assert throughput(store)["NumberOfDecreasesToday"] == 4


def test_a_day_has_27_decreases(store: Engine, clock: MovableClock) -> None:
    decreases: list[int] = []
    refusals = 0
    for _ in range(24 * 60):  # A try a minute.
        try:
            lower(store)
        except DynamoDBError:
            refusals += 1
        decreases.append(throughput(store)["NumberOfDecreasesToday"])
        clock.advance(HOUR / 60)
    assert (max(decreases), decreases[-1]) == (27, 27)
    assert refusals == 24 * 60 - 27


def test_increases_are_not_counted(store: Engine) -> None:
    for _ in range(4):
        lower(store)
    for _ in range(6):
        change(store, ProvisionedThroughput=units(throughput(store)["ReadCapacityUnits"] + 1))
    assert throughput(store)["NumberOfDecreasesToday"] == 4


def test_a_lowered_unit_counts_beside_a_raised_one(store: Engine) -> None:
    for _ in range(4):
        lower(store)
    assert refused(store, ProvisionedThroughput=units(1, 2000))


def test_a_table_and_its_indexes_are_counted_apart(store: Engine) -> None:
    for number in range(4):
        lower(store)
        change(store, GlobalSecondaryIndexUpdates=[update("one", 900 - number)])
    for members in (
        {"ProvisionedThroughput": units(1)},
        {"GlobalSecondaryIndexUpdates": [update("one", 1)]},
    ):
        assert refused(store, **members)


def test_a_request_with_one_decrease_too_many_changes_nothing(store: Engine) -> None:
    for number in range(4):
        change(store, GlobalSecondaryIndexUpdates=[update("one", 900 - number)])
    assert refused(
        store,
        ProvisionedThroughput=units(1),
        GlobalSecondaryIndexUpdates=[update("one", 1)],
    )
    assert throughput(store)["ReadCapacityUnits"] == 1000


def test_the_billing_mode_is_switched_twice_in_24_hours(store: Engine, clock: MovableClock) -> None:
    back = {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units(5),
        "GlobalSecondaryIndexUpdates": [update("one", 5)],
    }
    change(store, BillingMode="PAY_PER_REQUEST")
    clock.advance(HOUR)
    change(store, **back)
    assert refused(store, BillingMode="PAY_PER_REQUEST") == (
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 2 times in 1 "
        "day(s). Last update at Wed Nov 15 01:00:00 UTC 2023. Next update can be made at Thu Nov "
        "16 00:00:00 UTC 2023"
    )
    clock.advance(23 * HOUR)
    change(store, BillingMode="PAY_PER_REQUEST")
    assert refused(store, **back).startswith(
        "Subscriber limit exceeded: Update to Provisioned mode are limited to 2 times in 1 day(s)."
    )
    clock.advance(HOUR)
    change(store, **back)
