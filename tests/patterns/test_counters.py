"""Counters over every client."""

from __future__ import annotations

import copy
import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dynalite_py.patterns import counters
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.counters import OutOfBoundsError, ShardedCounter
from dynalite_py.patterns.sharding import Shards
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

KEY = {"pk": "visits"}


@pytest.fixture
def table(client: Client) -> str:
    return make_table(client, "Counters", pk="S")


def stored(client: Client) -> Any:
    return client.get_item(TableName="Counters", Key={"pk": {"S": "visits"}}).get("Item")


def test_a_counter_is_made_by_its_first_addition(client: Client, table: str) -> None:
    assert [counters.add(client, table, KEY, "n", by) for by in (1, 1, -5)] == [1, 2, -3]
    assert counters.add(client, table, KEY, "n", Decimal("0.25")) == Decimal("-2.75")


def test_additions_of_many_threads_are_all_counted(client: Client, table: str) -> None:
    threads = [
        threading.Thread(target=lambda: [counters.add(client, table, KEY, "n") for _ in range(20)])
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.add(client, table, KEY, "n", 0) == 100


def test_a_counter_stays_within_its_bounds(client: Client, table: str) -> None:
    def change(amount: int) -> Any:
        return counters.add_within(client, table, KEY, "n", amount, lowest=0, highest=10)

    assert [change(7), change(3), change(-10)] == [7, 10, 0]
    with pytest.raises(OutOfBoundsError, match="The counter has 0; -1 more") as refusal:
        change(-1)
    assert (refusal.value.value, refusal.value.amount) == (0, -1)
    with pytest.raises(OutOfBoundsError):
        change(11)
    assert change(0) == 0


def test_a_counter_that_is_not_there_is_0(client: Client, table: str) -> None:
    with pytest.raises(OutOfBoundsError) as refusal:
        counters.add_within(client, table, KEY, "n", -1, lowest=0)
    assert refusal.value.value == 0
    assert stored(client) is None
    assert counters.add_within(client, table, KEY, "n", 5, highest=5) == 5
    assert counters.add_within(client, table, KEY, "m", 5) == 5


def test_bounds_are_exact(client: Client, table: str) -> None:
    most = 10**37
    counters.add(client, table, KEY, "n", most - 2)
    assert counters.add_within(client, table, KEY, "n", 2, highest=most) == most
    with pytest.raises(OutOfBoundsError):
        counters.add_within(client, table, KEY, "n", 1, highest=most)


def test_a_thing_is_counted_once(client: Client, table: str) -> None:
    def count(order: str) -> bool:
        return counters.add_once(
            client, table, KEY, "n", 3, marker={"pk": f"counted#{order}", "ends": 1}
        )

    assert [count("1"), count("1"), count("2"), count("1")] == [True, False, True, False]
    assert counters.add(client, table, KEY, "n", 0) == 6
    assert client.get_item(TableName=table, Key={"pk": {"S": "counted#1"}})["Item"]["ends"] == {
        "N": "1"
    }


def test_repeated_counts_of_many_threads_count_each_thing_once(client: Client, table: str) -> None:
    policy = Backoff(attempts=200, base_seconds=0.001, cap_seconds=0.02)
    counted: list[bool] = []

    def work() -> None:
        counted.extend(
            counters.add_once(
                client, table, KEY, "n", marker={"pk": f"done#{number}"}, policy=policy
            )
            for number in range(6)
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(counted), sum(counted)) == (24, 6)
    assert counters.add(client, table, KEY, "n", 0) == 6


def test_another_refusal_of_a_counted_thing_passes(client: Client, table: str) -> None:
    client.put_item(TableName=table, Item={"pk": {"S": "visits"}, "n": {"S": "text"}})
    with pytest.raises(client.exceptions.ClientError):
        counters.add_once(client, table, KEY, "n", marker={"pk": "x"})
    assert "Item" not in client.get_item(TableName=table, Key={"pk": {"S": "x"}})


def test_a_sharded_counter_is_the_sum_of_its_shards(client: Client, table: str) -> None:
    draws = iter([0, 119, 7, 7])
    counter = ShardedCounter(client, table, KEY, "n", Shards(120), draw=lambda _count: next(draws))
    assert counter.value() == 0
    for amount in (1, 2, 3, Decimal("0.5")):
        counter.add(amount)
    assert counter.value() == Decimal("6.5")
    assert client.get_item(TableName=table, Key={"pk": {"S": "visits#7"}})["Item"]["n"] == {
        "N": "3.5"
    }


def test_shards_that_stay_unread_are_an_error(client: Client, table: str) -> None:
    class Throttled:
        exceptions = client.exceptions

        @staticmethod
        def batch_get_item(**request: Any) -> Any:
            return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}

    throttled: Any = Throttled()
    counter = ShardedCounter(throttled, table, KEY, "n", Shards(3))
    with pytest.raises(counters.UnreadError, match="3 shards"):
        counter.value(Backoff(attempts=2, base_seconds=0))


def test_an_error_can_be_copied_to_another_process() -> None:
    assert copy.copy(OutOfBoundsError(3, Decimal(1))).value == 3
