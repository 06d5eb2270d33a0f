"""Locks with leases, over every client and two clocks that know nothing of each other."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest

import dynalite_py
from dynalite_py.patterns import leases
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.leases import Lease, LeaseLostError, LockBusyError, Locks
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynalite_py.patterns.clients import Client


class Watch:
    """A monotonic clock that a test moves; sleeping moves it, too."""

    def __init__(self, start: float) -> None:
        self.seconds = start

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def table(client: Client) -> str:
    return make_table(client, "Locks", name="S")


def locks(client: Client, owner: str, watch: Callable[[], float], **more: Any) -> Locks:
    return Locks(client, "Locks", owner=owner, lease_seconds=10, monotonic=watch, **more)


def acquired(owner: Locks) -> Lease:
    lease = owner.try_acquire("job")
    assert lease is not None
    return lease


def test_one_owner_has_the_lock_until_it_is_released(client: Client, table: str) -> None:
    ada, bob = locks(client, "ada", Watch(5)), locks(client, "bob", Watch(99_999))
    lease = acquired(ada)
    assert (lease.token, lease.is_held, lease.left_seconds) == (1, True, 10)
    assert bob.try_acquire("job") is None
    assert bob.try_acquire("other") is not None
    assert lease.release() is True
    assert (lease.is_held, lease.release()) == (False, False)
    assert acquired(bob).token == 2


def test_a_silent_owner_loses_the_lock_after_a_lease_of_the_watchers_clock(
    client: Client, table: str
) -> None:
    watch = Watch(0)
    ada, bob = locks(client, "ada", Watch(1_000)), locks(client, "bob", watch)
    lost = acquired(ada)
    assert bob.try_acquire("job") is None  # From here on it is watched.
    watch.seconds = 9.999
    assert bob.try_acquire("job") is None
    watch.seconds = 10
    stolen = acquired(bob)
    assert stolen.token == 2
    with pytest.raises(LeaseLostError, match="'job' is lost"):
        lost.heartbeat()
    assert (lost.is_held, lost.release()) == (False, False)
    assert stolen.is_held


def test_a_heartbeat_begins_the_lease_anew_for_all(client: Client, table: str) -> None:
    adas, bobs = Watch(0), Watch(500)
    ada, bob = locks(client, "ada", adas), locks(client, "bob", bobs)
    lease = acquired(ada)
    for _ in range(5):
        assert bob.try_acquire("job") is None
        adas.seconds += 6
        bobs.seconds += 6
        lease.heartbeat()
        assert lease.left_seconds == 10
    bobs.seconds += 9
    assert bob.try_acquire("job") is None
    bobs.seconds += 10
    assert bob.try_acquire("job") is not None


def test_a_lease_is_over_for_its_owner_no_later_than_for_others(client: Client, table: str) -> None:
    watch = Watch(0)
    lease = acquired(locks(client, "ada", watch))
    watch.seconds = 9.5
    assert lease.left_seconds == 0.5
    watch.seconds = 10
    assert not lease.is_held
    lease.heartbeat()  # Nobody took it meanwhile.
    assert lease.left_seconds == 10


def test_the_holders_lease_is_waited_for_not_ones_own(client: Client, table: str) -> None:
    watch = Watch(0)
    patient = Locks(client, "Locks", owner="ada", lease_seconds=100, monotonic=Watch(0))
    bob = locks(client, "bob", watch)
    assert patient.try_acquire("job") is not None
    for moment in (0, 50, 99):
        watch.seconds = moment
        assert bob.try_acquire("job") is None
    watch.seconds = 100
    assert bob.try_acquire("job") is not None


def test_of_two_watchers_one_takes_the_lock(client: Client, table: str) -> None:
    watch = Watch(0)
    bob, eve = locks(client, "bob", watch), locks(client, "eve", watch)
    acquired(locks(client, "ada", watch))
    assert [bob.try_acquire("job"), eve.try_acquire("job")] == [None, None]
    watch.seconds = 10
    assert acquired(bob).token == 2
    assert eve.try_acquire("job") is None


def test_acquire_waits_until_the_lock_is_free(client: Client, table: str) -> None:
    watch = Watch(0)
    policy = Backoff(base_seconds=1, cap_seconds=4, draw=lambda: 1.0, sleep=watch.sleep)
    ada, bob = locks(client, "ada", watch), locks(client, "bob", watch, policy=policy)
    lease = acquired(ada)
    with pytest.raises(LockBusyError, match="'job' is held by 'ada'"):
        bob.acquire("job", wait_seconds=3)
    assert watch.seconds == 3
    assert bob.acquire("job").token == 2  # 10 seconds after bob's first look.
    assert watch.seconds == pytest.approx(10, abs=4)
    assert not lease.release()


def record_version(client: Client) -> Any:
    item = client.get_item(TableName="Locks", Key={"name": {"S": "job"}})["Item"]
    return item["record_version"]


def until(holds: Callable[[], bool]) -> None:
    """Wait for what a thread does."""
    for _ in range(6000):
        if holds():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it does not happen")


def test_a_with_block_keeps_the_lock_and_releases_it(client: Client, table: str) -> None:
    quick = Locks(client, "Locks", owner="ada", lease_seconds=0.15, monotonic=Watch(0))
    other = locks(client, "bob", Watch(0))
    with quick.held("job") as lease:
        first = record_version(client)
        until(lambda: record_version(client) != first)
        assert lease.is_held
        assert other.try_acquire("job") is None
    assert acquired(other).token == 2


def test_a_with_block_tells_that_the_lock_was_lost(client: Client, table: str) -> None:
    watch = Watch(0)
    ada = Locks(client, "Locks", owner="ada", lease_seconds=1000, monotonic=watch)
    with pytest.raises(LeaseLostError), ada.held("job"):
        client.delete_item(TableName="Locks", Key={"name": {"S": "job"}})
    with pytest.raises(LookupError), ada.held("job"):
        raise LookupError
    assert acquired(ada).token == 2


class Shaky:
    """A client whose updates after the first one fail so often."""

    def __init__(self, client: Any, failures: list[Exception]) -> None:
        self.exceptions, self.get_item = client.exceptions, client.get_item
        self.failures = failures
        self._update = client.update_item
        self._begun = False

    def update_item(self, **request: Any) -> Any:
        if self._begun and self.failures:
            raise self.failures.pop()
        self._begun = True
        return self._update(**request)


def test_heartbeats_go_on_after_a_refusal(client: Client, table: str) -> None:
    with pytest.raises(client.exceptions.ClientError) as refusal:
        client.update_item(TableName="None", Key={"name": {"S": "x"}})
    shaky: Any = Shaky(client, [refusal.value, OSError("no network")])
    quick = Locks(shaky, "Locks", owner="ada", lease_seconds=0.3, passing=(OSError,))
    with quick.held("job"):
        until(lambda: not shaky.failures)
        first = record_version(client)
        until(lambda: record_version(client) != first)


def test_a_write_with_an_older_token_is_refused(client: Client, table: str) -> None:
    def write(token: int, text: str) -> None:
        request: dict[str, Any] = {
            "TableName": "Locks",
            "Item": {"name": {"S": "file"}, "text": {"S": text}},
        }
        client.put_item(**leases.fenced(request, token))

    def change(token: int, text: str) -> None:
        request: dict[str, Any] = {
            "TableName": "Locks",
            "Key": {"name": {"S": "file"}},
            "UpdateExpression": "SET #t = :t",
            "ExpressionAttributeNames": {"#t": "text"},
            "ExpressionAttributeValues": {":t": {"S": text}},
        }
        client.update_item(**leases.fenced(request, token))

    write(1, "a")
    change(1, "b")
    change(3, "c")
    for late in (write, change):
        with pytest.raises(client.exceptions.ConditionalCheckFailedException):
            late(2, "late")
    write(3, "d")
    assert client.get_item(TableName="Locks", Key={"name": {"S": "file"}})["Item"] == {
        "name": {"S": "file"},
        "text": {"S": "d"},
        "fencing_token": {"N": "3"},
    }


def test_a_transaction_checks_the_lock(client: Client, table: str) -> None:
    watch = Watch(0)
    ada, bob = locks(client, "ada", Watch(0)), locks(client, "bob", watch)
    lease = acquired(ada)
    put = {"Put": {"TableName": "Locks", "Item": {"name": {"S": "result"}}}}
    client.transact_write_items(TransactItems=[lease.check(), put])
    lease.heartbeat()
    client.transact_write_items(TransactItems=[lease.check(), put])
    bob.try_acquire("job")
    watch.seconds = 10
    acquired(bob)
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=[lease.check(), put])


class LostAnswers:
    """A client that sends each update twice, as one does whose first answer was lost."""

    def __init__(self, client: Any) -> None:
        self.exceptions, self.get_item = client.exceptions, client.get_item
        self._update = client.update_item

    def update_item(self, **request: Any) -> Any:
        self._update(**request)
        return self._update(**request)


def test_requests_whose_answers_were_lost_are_known_again(client: Client, table: str) -> None:
    shaky: Any = LostAnswers(client)
    ada, bob = locks(shaky, "ada", Watch(0)), locks(client, "bob", Watch(0))
    lease = acquired(ada)
    lease.heartbeat()
    assert (lease.token, lease.is_held) == (1, True)
    assert bob.try_acquire("job") is None
    assert lease.release()
    assert bob.try_acquire("job") is not None


@pytest.mark.parametrize("fault", ["lost-answer", "internal-error"])
def test_a_request_of_unknown_outcome_may_be_made_again(
    store: dynalite_py.Store, fault: str
) -> None:
    make_table(store, "Locks", name="S")
    ada, bob = locks(store, "ada", Watch(0)), locks(store, "bob", Watch(0))

    def failing(function: Callable[[], object]) -> None:
        rule = {"fault": fault, "operation": "UpdateItem", "times": 1}
        with store.faults(rule), pytest.raises(store.exceptions.InternalServerError):
            function()

    failing(lambda: ada.try_acquire("job"))
    lease = acquired(ada)
    failing(lease.heartbeat)
    assert lease.is_held
    lease.heartbeat()
    assert bob.try_acquire("job") is None
    failing(lease.release)
    assert lease.release()
    assert acquired(bob).token == lease.token + 1


def test_two_owners_never_work_at_once(client: Client, table: str) -> None:
    inside, most = itertools.count(), list[int]()
    working: set[str] = set()
    policy = Backoff(base_seconds=0.001, cap_seconds=0.01)

    def work(owner: str) -> None:
        mine = Locks(client, "Locks", owner=owner, lease_seconds=30, policy=policy)
        for _ in range(4):
            with mine.held("job"):
                working.add(owner)
                next(inside)
                most.append(len(working))
                threading.Event().wait(0.002)
                working.discard(owner)

    threads = [threading.Thread(target=work, args=(f"owner-{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20
    item = client.get_item(TableName="Locks", Key={"name": {"S": "job"}})["Item"]
    assert item["fencing_token"] == {"N": "20"}


def test_a_lease_without_length_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="lasts some seconds"):
        Locks(client, "Locks", owner="ada", lease_seconds=0)


def test_watched_locks_have_a_limit(
    client: Client, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_WATCHED", 2)
    watch = Watch(0)
    ada, bob = locks(client, "ada", watch), locks(client, "bob", watch)
    for name in ("a", "b", "c"):
        ada.try_acquire(name)
        assert bob.try_acquire(name) is None
    watch.seconds = 10
    assert bob.try_acquire("a") is None  # Forgotten, so watched anew.
    assert bob.try_acquire("c") is not None
