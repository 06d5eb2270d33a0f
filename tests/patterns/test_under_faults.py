"""Patterns while requests are throttled, fail, and are done with their answers lost."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.migration import copy
from dynalite_py.model.clock import MovableClock, SystemClock
from dynalite_py.patterns import backoff, counters, delete_all, large_objects, object_index
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.idempotency import Idempotency
from dynalite_py.patterns.large_objects import DAY, LargeObjects
from dynalite_py.patterns.leases import Locks
from dynalite_py.patterns.object_index import Event, ObjectIndex
from dynalite_py.patterns.object_stores import FolderObjects
from dynalite_py.patterns.optimistic_locking import VersionedTable
from dynalite_py.patterns.sessions import Sessions
from dynalite_py.patterns.sharding import Shards
from tests.support.made_tables import make_table

AT_ONCE = Backoff(attempts=200, base_seconds=0)
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "lost-answer", "probability": 0.25},
    {"fault": "throttling", "probability": 0.2},
    {"fault": "unprocessed", "probability": 0.3},
    {"fault": "internal-error", "probability": 0.1},
)


class Repeating:
    """A client that sends a request again after a transient refusal, as every SDK does."""

    def __init__(self, client: Any) -> None:
        self.exceptions = client.exceptions
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name == "get_waiter":
            return method

        def repeated(**request: Any) -> Any:
            return backoff.call(lambda: method(**request), AT_ONCE, on=self.exceptions.ClientError)

        return repeated


@pytest.fixture(params=range(5))
def seed(request: pytest.FixtureRequest) -> int:
    return request.param


def test_things_are_counted_once(store: dynalite_py.Store, seed: int) -> None:
    make_table(store, "Counters", pk="S")
    with store.faults(*FAULTS, {"fault": "conflict", "probability": 0.2}, seed=seed):
        counted = [
            counters.add_once(
                store, "Counters", {"pk": "n"}, "n", marker={"pk": f"did {thing}"}, policy=AT_ONCE
            )
            for thing in range(20)
            for _ in range(2)
        ]
    assert counted == [True, False] * 20
    assert counters.add(store, "Counters", {"pk": "n"}, "n", 0) == 20


def test_the_shards_of_a_counter_are_all_read(store: dynalite_py.Store, seed: int) -> None:
    make_table(store, "Counters", pk="S")
    counter = counters.ShardedCounter(store, "Counters", {"pk": "n"}, "n", Shards(30))
    for _ in range(100):
        counter.add()
    with store.faults(*FAULTS, seed=seed):
        assert counter.value(AT_ONCE) == 100


def test_work_is_done_once(store: dynalite_py.Store, seed: int) -> None:
    make_table(store, "Results", id="S")
    client: Any = Repeating(store)
    once, done = Idempotency(client=client, table="Results"), list[int]()
    with store.faults(*FAULTS, seed=seed):
        for thing in range(20):
            for _ in range(2):
                assert once.run(f"{thing}", lambda thing=thing: done.append(thing)) is None
    assert done == list(range(20))


def test_a_lock_is_taken_kept_and_released(store: dynalite_py.Store, seed: int) -> None:
    make_table(store, "Locks", name="S")
    client: Any = Repeating(store)
    ada, bob = Locks(client, "Locks", owner="ada"), Locks(client, "Locks", owner="bob")
    with store.faults(*FAULTS, seed=seed):
        for turn in range(10):
            lease = (ada, bob)[turn % 2].try_acquire("job")
            assert lease is not None
            assert lease.token == turn + 1
            assert (ada, bob)[1 - turn % 2].try_acquire("job") is None
            lease.heartbeat()
            assert lease.is_held
            assert lease.release()


def test_a_version_loses_nothing_though_it_may_count_a_lost_answer_twice(
    store: dynalite_py.Store, seed: int
) -> None:
    make_table(store, "Versioned", pk="S")
    client: Any = Repeating(store)
    table = VersionedTable(client, "Versioned")
    with store.faults(*FAULTS, seed=seed):
        for mark in range(20):
            table.update_with_retry(
                {"pk": "a"},
                lambda item, mark=mark: {**item, "marks": {*item.get("marks", ()), mark}},
                policy=AT_ONCE,
            )
    item = table.get({"pk": "a"})
    assert item is not None
    assert item["marks"] == set(range(20))
    assert item["version"] >= 20


def test_tables_are_copied_and_emptied(store: dynalite_py.Store, seed: int) -> None:
    source = store.table(make_table(store, "Source", pk="N"))
    with source.batch() as batch:
        for number in range(200):
            batch.put({"pk": number})
    make_table(store, "Target", pk="N")
    make_table(store, "Kept", pk="N")
    with store.faults(*FAULTS, seed=seed):
        copied = copy.copy_table(store, "Source", store, "Target", page_size=30, policy=AT_ONCE)
        copy.copy_table(store, "Source", store, "Kept", existing="keep", policy=AT_ONCE)
    assert copied.written == 200
    for name in ("Target", "Kept"):
        assert sorted(item["pk"] for item in store.table(name).scan()) == list(range(200))
    with store.faults(*FAULTS, {"fault": "throttling", "operation": "Scan", "times": 3}, seed=seed):
        emptied = delete_all.by_deleting(Repeating(store), "Target", policy=AT_ONCE)  # pyright: ignore[reportArgumentType]
    assert emptied.items == 200
    assert list(store.table("Target").scan()) == []


def test_a_session_keeps_what_was_written(store: dynalite_py.Store, seed: int) -> None:
    make_table(store, "Sessions", id="S")
    client: Any = Repeating(store)
    kept = Sessions(client=client, table="Sessions", slide_seconds=0, policy=AT_ONCE)
    with store.faults(*FAULTS, {"fault": "conflict", "probability": 0.2}, seed=seed):
        session = kept.create({})
        for number in range(20):
            read = kept.read(session.id)
            assert read is not None
            data = {**read.data, str(number): number}
            session = kept.rotate(read, data) if number % 4 == 0 else kept.save(read, data)
    read = kept.read(session.id)
    assert read is not None
    assert read.data == {str(number): number for number in range(20)}
    assert store.scan(TableName="Sessions")["Count"] == 1


def test_large_values_are_kept_and_nothing_stays_behind(
    store: dynalite_py.Store, seed: int, tmp_path: Path
) -> None:
    make_table(store, "Notes", id="N")
    client: Any = Repeating(store)
    later = MovableClock(SystemClock().now() + 2 * DAY)
    objects = FolderObjects(tmp_path)
    notes = LargeObjects(client=client, table="Notes", objects=objects, clock=later)
    noise, expected = random.Random(seed), dict[int, Any]()
    with store.faults(*FAULTS, seed=seed):
        for number in range(30):
            key, value = {"id": number % 4}, noise.randbytes(40_000)
            if number % 3 == 2:
                notes.delete(key)
                expected.pop(number % 4, None)
            else:
                notes.put({**key, "value": value})
                expected[number % 4] = {**key, "value": value}
        assert {number: notes.get({"id": number}) for number in expected} == expected
        notes.sweep()
    items: list[Any] = store.scan(TableName="Notes")["Items"]
    assert {stored.name for stored in objects.list()} == {
        name for item in items for name in large_objects.pointers(item)
    }
    assert len(items) == len(expected)


def test_an_index_of_objects_ends_with_the_latest_event(
    store: dynalite_py.Store, seed: int
) -> None:
    store.create_table(**object_index.table_request("Index"))
    client: Any = Repeating(store)
    index = ObjectIndex(client=client, table="Index", policy=AT_ONCE)
    numbers = list(range(1, 21))
    random.Random(seed).shuffle(numbers)
    with store.faults(*FAULTS, seed=seed):
        for number in numbers:
            sequencer, at = f"{number:04X}", Decimal(1000 + number)
            index.apply(Event("created", "photos", "k", sequencer, at, size=number))
        entries = list(index.by_size("photos"))
    assert [entry.size for entry in entries] == [20]
