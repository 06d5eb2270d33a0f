"""Stores on the system's clock, beneath the libraries that tests patch the time with."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

import freezegun
import pytest
import time_machine

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.workers import transitions
from tests.doors.library.test_clocks import PUT
from tests.doors.library.test_store import TABLE

START = datetime(2020, 1, 1, tzinfo=UTC)
WAIT_SECONDS = 30


class Patched(Protocol):
    """The time while it is patched."""

    def move(self, seconds: float) -> None:
        """Move it forward."""
        ...


class _Frozen:
    def __init__(self, frozen: Any) -> None:
        self._frozen = frozen

    def move(self, seconds: float) -> None:
        self._frozen.tick(timedelta(seconds=seconds))


class _Travelled:
    def __init__(self, traveller: Any) -> None:
        self._traveller = traveller

    def move(self, seconds: float) -> None:
        self._traveller.shift(seconds)


Freezing: TypeAlias = Callable[[], contextlib.AbstractContextManager[Patched]]


@contextlib.contextmanager
def by_freezegun() -> Any:
    with freezegun.freeze_time(START) as frozen:
        yield _Frozen(frozen)


@contextlib.contextmanager
def by_time_machine() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield _Travelled(traveller)


@pytest.fixture(params=[by_freezegun, by_time_machine], ids=["freezegun", "time-machine"])
def freezing(request: pytest.FixtureRequest) -> Freezing:
    return request.param


def test_the_store_follows_the_patched_time(freezing: Freezing) -> None:
    with freezing() as time, dynalite_py.connect() as store:
        assert store.clock.now() == START.timestamp()
        store.create_table(**TABLE)
        described: Any = store.describe_table(TableName="Counters")["Table"]
        assert described["CreationDateTime"] == START
        time.move(90_000)
        assert store.clock.now() == START.timestamp() + 90_000
        with pytest.raises(exceptions.ClockError):
            store.clock.advance(1)


def test_request_tokens_expire_by_the_patched_time(freezing: Freezing) -> None:
    with freezing() as time, dynalite_py.connect() as store:
        store.create_table(**TABLE)
        request: Any = {"TransactItems": [PUT], "ClientRequestToken": "token"}
        store.transact_write_items(**request)
        store.delete_item(TableName="Counters", Key={"pk": {"S": "a"}})
        time.move(599)
        store.transact_write_items(**request)
        assert store.scan(TableName="Counters")["Count"] == 0
        time.move(1)
        store.transact_write_items(**request)
        assert store.scan(TableName="Counters")["Count"] == 1


def test_late_reads_follow_the_patched_time(freezing: Freezing) -> None:
    with freezing() as time, dynalite_py.connect(eventual_lag=1000) as store:
        store.create_table(**TABLE)
        store.put_item(TableName="Counters", Item={"pk": {"S": "a"}})
        time.move(0.9)
        assert store.scan(TableName="Counters")["Count"] == 0
        time.move(0.1)
        assert store.scan(TableName="Counters")["Count"] == 1


def test_the_workers_see_the_patched_time_too(
    freezing: Freezing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the machine's own time the table would have been ready for years."""
    looked, step = threading.Event(), transitions.step

    def watched(*arguments: Any) -> bool:
        found = step(*arguments)
        looked.set()
        return found

    monkeypatch.setattr(transitions, "step", watched)
    with freezing() as time, dynalite_py.connect(transitions=60_000) as store:
        store.create_table(**TABLE)
        for _ in range(2):
            looked.clear()
            store.engine.runner.wake()
            assert looked.wait(WAIT_SECONDS)
        described: Any = store.describe_table(TableName="Counters")["Table"]
        assert described["TableStatus"] == "CREATING"
        assert len(store.engine.catalog.changing()) == 1
        time.move(60)
        described = store.describe_table(TableName="Counters")["Table"]
        assert described["TableStatus"] == "ACTIVE"
