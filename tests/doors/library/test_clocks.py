"""``store.clock``: what a test moves, and what it may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import dynalite_py
from dynalite_py import MovableClock
from dynalite_py.doors.library import exceptions
from dynalite_py.model.clock import SystemClock
from tests.doors.library.test_store import TABLE

PUT = {"Put": {"TableName": "Counters", "Item": {"pk": {"S": "a"}}}}


def test_the_clock_of_a_store_is_moved_by_its_test() -> None:
    clock = MovableClock(1000)
    with dynalite_py.connect(clock=clock) as store:
        assert store.clock.now() == 1000
        store.clock.advance(hours=25)
        assert store.clock.now() == clock.now() == 1000 + 90_000
        store.clock.advance(1, minutes=2, days=3)
        assert store.clock.now() == 91_000 + 1 + 120 + 259_200
        store.clock.set(datetime(2026, 1, 1, tzinfo=UTC))
        assert store.clock.now() == 1_767_225_600


class OwnClock:
    """A clock of one's own that can be moved forward."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Move it."""
        self.seconds += seconds


def test_a_clock_of_ones_own_is_moved_as_far_as_it_can_be() -> None:
    with dynalite_py.connect(clock=OwnClock()) as store:
        store.clock.advance(1, minutes=1, hours=1, days=1)
        assert store.clock.now() == 90_061
        with pytest.raises(exceptions.ClockError, match="was given has no method set"):
            store.clock.set(0)


def test_the_systems_clock_is_not_moved() -> None:
    with dynalite_py.connect() as store:
        assert abs(store.clock.now() - SystemClock().now()) < 60
        for move in (lambda: store.clock.advance(hours=25), lambda: store.clock.set(0)):
            with pytest.raises(exceptions.ClockError) as refused:
                move()
        assert str(refused.value) == (
            "the store runs on the system's clock, which cannot be moved: open it with "
            "connect(..., clock=dynalite_py.MovableClock())"
        )


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_clock_is_not_set_to_what_is_no_moment(wrong: Any) -> None:
    with dynalite_py.connect(clock=MovableClock(5)) as store:
        with pytest.raises(exceptions.ClockError):
            store.clock.set(wrong)
        assert store.clock.now() == 5


def test_a_request_token_is_forgotten_after_ten_minutes_of_the_clock() -> None:
    with dynalite_py.connect(clock=MovableClock()) as store:
        store.create_table(**TABLE)
        request: Any = {"TransactItems": [PUT], "ClientRequestToken": "token"}
        store.transact_write_items(**request)
        store.delete_item(TableName="Counters", Key={"pk": {"S": "a"}})
        store.clock.advance(599)
        store.transact_write_items(**request)
        assert store.scan(TableName="Counters")["Count"] == 0
        store.clock.advance(1)
        store.transact_write_items(**request)
        assert store.scan(TableName="Counters")["Count"] == 1


def test_decreases_of_throughput_are_counted_by_days_of_the_clock() -> None:
    with dynalite_py.connect(clock=MovableClock()) as store:
        provisioned: Any = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
        table: Any = {**TABLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": provisioned}
        store.create_table(**table)

        def decrease(units: int) -> None:
            lower: Any = {"ReadCapacityUnits": units, "WriteCapacityUnits": 9}
            store.update_table(TableName="Counters", ProvisionedThroughput=lower)

        for units in (8, 7, 6, 5):
            decrease(units)
        with pytest.raises(exceptions.LimitExceededException):
            decrease(4)
        store.clock.advance(days=1)
        decrease(4)
        described: Any = store.describe_table(TableName="Counters")["Table"]
        assert described["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_tables_take_their_time_by_the_clock() -> None:
    with dynalite_py.connect(clock=MovableClock(), transitions=60_000) as store:
        store.create_table(**TABLE)
        store.clock.advance(59.9)
        assert store.describe_table(TableName="Counters")["Table"]["TableStatus"] == "CREATING"
        store.clock.advance(0.1)
        assert store.describe_table(TableName="Counters")["Table"]["TableStatus"] == "ACTIVE"
