"""Opening, sharing and closing a store."""

import itertools
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library import exceptions

TABLE: Any = {
    "TableName": "Counters",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
HEAVY = ("boto3", "botocore", "lark", "sqlglot", "uvloop", "rich", "prompt_toolkit")
THREADS, ROUNDS = 8, 25


def test_a_file_keeps_its_items(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with dynalite_py.connect(path) as store:
        store.create_table(**TABLE)
        store.table("Counters").put({"pk": "a", "n": 1})
        store.table("Counters").put({"pk": "a", "n": 2})
    with dynalite_py.connect(str(path), durability="relaxed") as store:
        assert store.table("Counters").get({"pk": "a"}, with_version=True) == (
            {"pk": "a", "n": 2},
            2,
        )


def test_two_stores_in_memory_share_nothing() -> None:
    with dynalite_py.connect() as one, dynalite_py.connect() as two:
        one.create_table(**TABLE)
        assert two.list_tables()["TableNames"] == []


@pytest.mark.parametrize("path", ["missing-folder/app.db", "text.txt"])
def test_a_file_that_cannot_be_opened_is_a_store_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "text.txt").write_text("This is no database, and it is longer than a header.\n" * 9)
    with pytest.raises(exceptions.StoreError, match=r"app\.db|missing-folder|text\.txt") as caught:
        dynalite_py.connect(tmp_path / path)
    assert str(caught.value) == caught.value.message


def test_a_closed_store_says_so() -> None:
    store = dynalite_py.connect()
    client, table = store.client(region="eu-west-1"), store.table("Counters")
    assert not store.closed
    store.close()
    store.close()
    assert store.closed
    calls: list[Any] = [
        store.list_tables,
        client.list_tables,
        store.client,
        lambda: table.get({"pk": "a"}),
        lambda: store.get_paginator("list_tables").paginate().build_full_result(),
    ]
    for call in calls:
        with pytest.raises(exceptions.StoreClosedError, match="The store is closed"):
            call()


def test_a_table_belongs_to_its_region_and_account() -> None:
    with dynalite_py.connect(region="eu-west-1") as store:
        arn = store.create_table(**TABLE)["TableDescription"]["TableArn"]
        assert arn == "arn:aws:dynamodb:eu-west-1:000000000000:table/Counters"
        assert store.meta.region_name == "eu-west-1"
        others = [store.client(region="us-east-1"), store.client(account="123456789012")]
        assert [other.list_tables()["TableNames"] for other in others] == [[], []]
        for same in ("eu-west-1", "local", "localhost"):
            assert store.client(region=same) is store.client()


@pytest.mark.parametrize("wrong", [{"region": "Europe, west"}, {"account": "me"}])
def test_names_that_are_no_region_or_account_are_refused(wrong: Any) -> None:
    with pytest.raises(exceptions.ParamValidationError):
        dynalite_py.connect(**wrong)
    with dynalite_py.connect() as store, pytest.raises(exceptions.ParamValidationError):
        store.client(**wrong)


def in_threads(work: Any) -> None:
    """Run work(number) in THREADS threads that start together."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


@pytest.mark.parametrize("place", ["memory", "file"])
def test_no_update_is_lost_between_threads_that_check_versions(place: str, tmp_path: Path) -> None:
    """Each thread reads, adds one in Python, and writes if nobody else wrote meanwhile."""
    path = ":memory:" if place == "memory" else tmp_path / "app.db"
    conflicts: list[int] = []
    with dynalite_py.connect(path, durability="relaxed") as store:
        store.create_table(**TABLE)
        table = store.table("Counters")

        def add_one() -> None:
            while True:
                item, version = table.get({"pk": "a"}, with_version=True)
                total = item["n"] if item else 0
                try:
                    table.put({"pk": "a", "n": total + 1}, if_version=version)
                except exceptions.VersionConflict as conflict:
                    conflicts.append(conflict.version)
                else:
                    return

        def work(_: int) -> None:
            for _ in range(ROUNDS):
                add_one()

        in_threads(work)
        assert table.get({"pk": "a"}, with_version=True) == (
            {"pk": "a", "n": THREADS * ROUNDS},
            THREADS * ROUNDS,
        )
    assert all(version > 0 for version in conflicts)


def test_many_threads_write_and_read_one_client(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db", durability="relaxed") as store:
        store.create_table(**TABLE)
        table = store.table("Counters")

        def work(number: int) -> None:
            for turn in range(ROUNDS):
                item = {"pk": f"{number}-{turn}", "n": number, "b": b"x"}
                table.put(item)
                assert table.get({"pk": item["pk"]}) == item
                table.update({"pk": "all"}, "ADD n :one", values={":one": 1})

        in_threads(work)
        assert table.get({"pk": "all"}) == {"pk": "all", "n": THREADS * ROUNDS}
        assert sum(1 for _ in table.scan(page_size=17)) == THREADS * ROUNDS + 1


def test_request_ids_are_each_given_once() -> None:
    with dynalite_py.connect() as store:
        ids: list[str] = []

        def work(_: int) -> None:
            answers = [store.list_tables() for _ in range(ROUNDS)]
            ids.extend(answer["ResponseMetadata"]["RequestId"] for answer in answers)

        in_threads(work)
    assert len(set(ids)) == len(ids) == THREADS * ROUNDS


def test_the_import_loads_nothing_heavy_and_no_json_or_socket_library_of_aws() -> None:
    program = (
        "import sys; from dynalite_py import boto3_client, connect\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


class PassingClock:
    """A clock of one's own, on which every look takes a tenth of a second."""

    def __init__(self) -> None:
        self._looks = itertools.count()

    def now(self) -> float:
        """Seconds since the epoch."""
        return next(self._looks) / 10


WAIT: Any = {"Delay": 0, "MaxAttempts": 1000}


@pytest.mark.parametrize("of_boto3", [False, True], ids=["native", "boto3"])
def test_waiters_wait_for_tables_that_take_their_time(of_boto3: bool) -> None:
    with dynalite_py.connect(clock=PassingClock(), transitions=5000) as store:
        client: Any = dynalite_py.boto3_client(store) if of_boto3 else store
        client.create_table(**TABLE)
        assert client.describe_table(TableName="Counters")["Table"]["TableStatus"] == "CREATING"
        client.get_waiter("table_exists").wait(TableName="Counters", WaiterConfig=WAIT)
        client.put_item(TableName="Counters", Item={"pk": {"S": "a"}})
        client.delete_table(TableName="Counters")
        assert client.describe_table(TableName="Counters")["Table"]["TableStatus"] == "DELETING"
        client.get_waiter("table_not_exists").wait(TableName="Counters", WaiterConfig=WAIT)
        assert client.list_tables()["TableNames"] == []


EXPIRING: Any = {
    "TableName": "Counters",
    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"},
}


def test_what_has_expired_goes_when_a_test_says_so() -> None:
    clock = dynalite_py.MovableClock()
    with dynalite_py.connect(clock=clock, ttl_interval=0) as store:
        store.create_table(**TABLE)
        store.update_time_to_live(**EXPIRING)
        counters = store.table("Counters")
        for minutes in (10, 20):
            counters.put({"pk": str(minutes), "expires": int(clock.now()) + 60 * minutes})
        clock.advance(hours=0.25)
        assert counters.get({"pk": "10"}) is not None
        assert store.sweep() == 1
        assert counters.get({"pk": "10"}) is None
        assert counters.get({"pk": "20"}) is not None
        assert store.sweep() == 0
    with pytest.raises(exceptions.StoreClosedError):
        store.sweep()


def test_a_sweep_that_cannot_write_raises_the_librarys_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with dynalite_py.connect() as store:
        store.create_table(**TABLE)
        store.update_time_to_live(**EXPIRING)
        monkeypatch.setattr(store.engine.database, "failure", "the disk is gone")
        with pytest.raises(exceptions.DynaliteError, match="the disk is gone"):
            store.sweep()
        monkeypatch.undo()


def test_a_pause_between_changes_of_time_to_live_can_be_asked_for() -> None:
    clock = dynalite_py.MovableClock()
    with dynalite_py.connect(clock=clock, ttl_pause=3600) as store:
        store.create_table(**TABLE)
        store.update_time_to_live(**EXPIRING)
        off: Any = {
            **EXPIRING,
            "TimeToLiveSpecification": {**EXPIRING["TimeToLiveSpecification"], "Enabled": False},
        }
        with pytest.raises(exceptions.ValidationException, match="within a fixed interval"):
            store.update_time_to_live(**off)
        clock.advance(hours=1)
        store.update_time_to_live(**off)


@pytest.mark.parametrize("name", ["ttl_interval", "ttl_pause"])
@pytest.mark.parametrize("wrong", [-1, 86_401, float("nan"), float("inf")])
def test_intervals_are_seconds_of_a_day_at_most(name: str, wrong: float) -> None:
    given: Any = {name: wrong}
    with pytest.raises(exceptions.ParamValidationError, match=f"{name} takes seconds of a day"):
        dynalite_py.connect(**given)


@pytest.mark.parametrize("wrong", [-1, 86_400_001, float("nan"), float("inf")])
def test_transitions_are_milliseconds_of_a_day_at_most(wrong: float) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="transitions takes milliseconds"):
        dynalite_py.connect(transitions=wrong)
