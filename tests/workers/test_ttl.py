"""The sweeper: what has expired goes by the engine's clock, everything else stays."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Transitions
from dynalite_py.model import errors, records
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import changes
from dynalite_py.workers import ttl
from dynalite_py.workers.runner import Runner
from dynalite_py.workers.ttl import Sweeper
from tests.facts.tables import definitions, index, keys
from tests.facts.time_to_live import switch
from tests.support.engines import answer
from tests.support.expiring import INTERVAL, Expiring, opened
from tests.support.slow_tables import NOW, asleep, demand, findings, plain

WAIT_SECONDS = 30


@pytest.fixture(autouse=True)
def no_thread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs unasked, so that tests see every step."""
    if "of_its_own" not in request.node.name:
        monkeypatch.setattr(Runner, "wake", asleep)


@pytest.fixture
def store() -> Iterator[Expiring]:
    engine, clock = opened()
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    yield Expiring(engine, clock)
    engine.close()


def test_expired_items_go_from_the_table_and_its_indexes(store: Expiring) -> None:
    store.put("old", 5)
    store.put("new", 15)
    store.put("always", None)
    assert store.swept() == 0
    store.clock.advance(10)
    assert store.swept() == 1
    assert store.found() == store.found("one") == {"new", "always"}
    assert store.ask("DescribeTable")["Table"]["ItemCount"] == 2
    assert store.swept() == 0


def test_expired_items_go_from_local_indexes() -> None:
    engine, clock = opened()
    local = [
        index("local", "a", "c"),
        index("other", "a", "d", Projection={"ProjectionType": "KEYS_ONLY"}),
    ]
    request = demand(
        AttributeDefinitions=definitions("a", "b", "c", "d"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=local,
    )
    answer(engine, "CreateTable", **request)
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    store = Expiring(engine, clock)
    store.put("x", 5, b={"S": "1"}, d={"S": "1"})
    store.put("y", 15, b={"S": "2"}, d={"S": "1"})
    clock.advance(10)
    assert store.swept() == 1
    assert store.found() == store.found("local") == store.found("other") == {"y"}
    engine.close()


def test_an_expired_item_is_read_and_written_until_it_is_swept(store: Expiring) -> None:
    store.put("x", 5)
    store.clock.advance(3600)
    key = {"Key": {"a": {"S": "x"}}}
    assert store.ask("GetItem", **key)["Item"]["expires"] == {"N": str(int(NOW) + 5)}
    by_key = {
        "KeyConditionExpression": "a = :a",
        "ExpressionAttributeValues": {":a": {"S": "x"}},
    }
    assert store.ask("Query", **by_key)["Count"] == 1
    assert store.found("one") == {"x"}
    update = {
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
        "ReturnValues": "ALL_NEW",
    }
    assert store.ask("UpdateItem", **key, **update)["Attributes"]["n"] == {"N": "1"}
    assert store.ask("DeleteItem", **key, ReturnValues="ALL_OLD")["Attributes"]["n"] == {"N": "1"}


def test_a_condition_sees_an_expired_item_until_it_is_swept(store: Expiring) -> None:
    store.put("x", 5)
    store.clock.advance(3600)
    new = {"Item": {"a": {"S": "x"}}, "ConditionExpression": "attribute_not_exists(a)"}
    with pytest.raises(DynamoDBError, match="conditional request failed"):
        store.ask("PutItem", **new)
    check = {
        "ConditionCheck": {
            "TableName": "demand",
            "Key": {"a": {"S": "x"}},
            "ConditionExpression": "expires < :now",
            "ExpressionAttributeValues": {":now": {"N": str(int(store.clock.now()))}},
        }
    }
    answer(store.engine, "TransactWriteItems", TransactItems=[check])
    assert store.swept() == 1
    store.ask("PutItem", **new)


@pytest.mark.parametrize(
    "update", ["SET expires = :later", "SET expires = :text", "REMOVE expires"]
)
def test_an_update_before_the_sweep_saves_the_item(store: Expiring, update: str) -> None:
    store.put("x", 5)
    store.clock.advance(10)
    values = {":later": {"N": str(int(NOW) + 20)}, ":text": {"S": "5"}}
    used = {name: value for name, value in values.items() if name in update}
    request = {"ExpressionAttributeValues": used} if used else {}
    store.ask("UpdateItem", Key={"a": {"S": "x"}}, UpdateExpression=update, **request)
    assert store.swept() == 0
    store.clock.advance(11)
    assert store.swept() == (1 if "later" in update else 0)


def test_a_session_store_filters_what_has_expired_and_slides(store: Expiring) -> None:
    """The guide's pattern: reads ask for what lives, use moves the time, a lease is taken over."""
    store.put("idle", 60)
    store.put("used", 60)
    store.clock.advance(30)
    now = int(store.clock.now())
    update = {
        "UpdateExpression": "SET expires = :later",
        "ConditionExpression": "expires > :now",
        "ExpressionAttributeValues": {":later": {"N": str(now + 60)}, ":now": {"N": str(now)}},
    }
    store.ask("UpdateItem", Key={"a": {"S": "used"}}, **update)
    store.clock.advance(40)
    now = int(store.clock.now())
    living = {
        "FilterExpression": "expires > :now",
        "ExpressionAttributeValues": {":now": {"N": str(now)}},
    }
    assert [item["a"]["S"] for item in store.ask("Scan", **living)["Items"]] == ["used"]
    assert store.found() == {"idle", "used"}
    update["ExpressionAttributeValues"] = {":later": {"N": str(now + 60)}, ":now": {"N": str(now)}}
    with pytest.raises(DynamoDBError, match="conditional request failed"):
        store.ask("UpdateItem", Key={"a": {"S": "idle"}}, **update)
    take = {
        "Item": {"a": {"S": "idle"}, "expires": {"N": str(now + 60)}},
        "ConditionExpression": "attribute_not_exists(a) OR expires < :now",
        "ExpressionAttributeValues": {":now": {"N": str(now)}},
    }
    store.ask("PutItem", **take)
    assert store.swept() == 0


def test_batches_transactions_and_statements_set_the_time_too(store: Expiring) -> None:
    def item(key: str) -> dict[str, Any]:
        return {"a": {"S": key}, "expires": {"N": str(int(NOW) + 5)}}

    put = {"PutRequest": {"Item": item("batch")}}
    answer(store.engine, "BatchWriteItem", RequestItems={"demand": [put]})
    actions = [{"Put": {"TableName": "demand", "Item": item("transaction")}}]
    answer(store.engine, "TransactWriteItems", TransactItems=actions)
    statement = f"INSERT INTO demand VALUE {{'a': 'statement', 'expires': {int(NOW) + 5}}}"
    answer(store.engine, "ExecuteStatement", Statement=statement)
    assert store.found() == {"batch", "transaction", "statement"}
    store.clock.advance(6)
    assert store.swept() == 3


@pytest.mark.parametrize("attribute", ["n", "m"], ids=["of the table", "of an index"])
def test_a_key_attribute_may_be_the_time(attribute: str) -> None:
    engine, clock = opened()
    numbers = [{"AttributeName": name, "AttributeType": "N"} for name in ("n", "m")]
    answer(
        engine,
        "CreateTable",
        TableName="demand",
        AttributeDefinitions=numbers,
        KeySchema=keys("n"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index("by_m", "m")],
    )
    answer(engine, "UpdateTimeToLive", **switch("demand", attribute=attribute))
    for number, other in ((5, 15), (15, 5)):
        item = {"n": {"N": str(int(NOW) + number)}, "m": {"N": str(int(NOW) + other)}}
        answer(engine, "PutItem", TableName="demand", Item=item)
    clock.advance(10)
    assert engine.sweep() == 1
    [left] = answer(engine, "Scan", TableName="demand", IndexName="by_m")["Items"]
    assert left[attribute] == {"N": str(int(NOW) + 15)}
    assert findings(engine) == []
    engine.close()


def test_what_is_more_than_five_years_old_stays_and_the_bound_moves_on(store: Expiring) -> None:
    five_years = 5 * 365 * 86_400
    store.put("at the bound", -five_years)
    store.put("beyond it", -five_years - 1)
    assert store.swept() == 1
    assert store.found() == {"beyond it"}
    store.put("forgotten", 5)
    store.clock.advance(five_years + 6)
    assert store.swept() == 0


def test_every_table_of_the_file_is_swept_but_those_without(store: Expiring) -> None:
    item = {"a": {"S": "x"}, "expires": {"N": str(int(NOW) - 5)}}
    for name, on in (("abc", True), ("def", False)):
        answer(store.engine, "CreateTable", **plain(name))
        if on:
            answer(store.engine, "UpdateTimeToLive", **switch(name))
        answer(store.engine, "PutItem", TableName=name, Item=item)
    store.put("x", -5)
    assert store.swept() == 2
    assert answer(store.engine, "Scan", TableName="def")["Count"] == 1


def test_nothing_goes_once_time_to_live_is_off(store: Expiring) -> None:
    store.put("x", 5)
    answer(store.engine, "UpdateTimeToLive", **switch("demand", on=False))
    store.clock.advance(10)
    assert store.swept() == 0
    answer(store.engine, "UpdateTimeToLive", **switch("demand", attribute="until"))
    assert store.swept() == 0
    answer(store.engine, "UpdateTimeToLive", **switch("demand", on=False, attribute="until"))
    answer(store.engine, "UpdateTimeToLive", **switch("demand"))
    assert store.swept() == 1


def test_nothing_goes_while_the_setting_takes_effect_or_the_table_goes() -> None:
    engine, clock = opened(transitions=Transitions(update=60, delete=60))
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    store = Expiring(engine, clock)
    store.put("x", 5)
    clock.advance(59)
    assert store.swept() == 0
    clock.advance(1)
    assert store.swept() == 1
    store.put("y", 5)
    answer(engine, "DeleteTable", TableName="demand")
    assert store.swept() == 0
    engine.close()


def test_the_log_says_that_time_to_live_removed_it(store: Expiring) -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    store.ask("UpdateTable", StreamSpecification=stream)
    for key, after in (("gone", 5), ("deleted", 5), ("kept", 15)):
        store.put(key, after)
    store.ask("DeleteItem", Key={"a": {"S": "deleted"}})
    store.clock.advance(10)
    assert store.swept() == 1
    table = store.engine.catalog.find("000000000000", "us-east-1", "demand")
    assert table is not None
    with store.engine.database.snapshot() as db:
        [followed] = changes.streams_of_table(db, table.id)
        [shard] = changes.shards(db, followed.id)
        found = changes.records(db, shard.lane, 0, limit=10)
    removed = [record for record in found if record.new is None]
    assert [record.origin for record in removed] == [records.USER, records.TTL]
    assert len(found) == 5
    assert '"gone"' in str(removed[1].old)
    assert removed[1].at == int(store.clock.now() * 1_000_000)


# By itself.


def test_a_sweep_begins_an_interval_after_the_last(store: Expiring) -> None:
    store.put("x", 5)
    store.clock.advance(INTERVAL - 1)
    store.step()
    assert store.found() == {"x"}
    store.clock.advance(1)
    store.step()
    assert store.found() == set()
    store.put("y", 5)
    store.step()
    store.clock.advance(INTERVAL - 1)
    store.step()
    assert store.found() == {"y"}
    store.clock.advance(1)
    store.step()
    assert store.found() == set()


def test_a_clock_that_was_set_back_puts_no_sweep_off(store: Expiring) -> None:
    store.clock.advance(days=-1)
    store.step()
    store.put("x", -86_400 - 5)
    store.clock.advance(INTERVAL - 1)
    store.step()
    assert store.found() == {"x"}
    store.clock.advance(1)
    store.step()
    assert store.found() == set()


def test_an_interval_of_zero_sweeps_on_request_alone() -> None:
    engine, clock = opened(interval=0)
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    store = Expiring(engine, clock)
    store.put("x", 5)
    clock.advance(days=30)
    store.step()
    assert store.found() == {"x"}
    assert not engine.runner.awaited()
    assert store.swept() == 1
    engine.close()


def test_only_a_table_whose_items_expire_is_waited_for(store: Expiring) -> None:
    assert store.engine.runner.awaited()
    answer(store.engine, "UpdateTimeToLive", **switch("demand", on=False))
    assert not store.engine.runner.awaited()


def test_items_expire_by_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = threading.Event()
    sweep_some = Sweeper.sweep_some

    def seen(sweeper: Sweeper, table_id: int, now: float) -> tuple[int, bool]:
        removed = sweep_some(sweeper, table_id, now)
        if removed[0]:
            gone.set()
        return removed

    monkeypatch.setattr(Sweeper, "sweep_some", seen)
    engine, clock = opened()
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    Expiring(engine, clock).put("x", 5)
    clock.advance(INTERVAL)
    assert gone.wait(WAIT_SECONDS)
    engine.close()


def test_a_reopened_store_sweeps_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    engine, _ = opened(path)
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    engine.close()
    engine, _ = opened(path)
    assert engine.runner.running()
    engine.close()


def test_a_step_removes_a_few_items(store: Expiring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ttl, "STEP_ROWS", 8)  # Four items, with the entries of one index.
    for number in range(10):
        store.put(str(number), number)
    store.clock.advance(INTERVAL)
    left: list[int] = []
    while store.engine.runner.step():
        left.append(len(store.found()))
    assert left == [6, 2, 0]


def test_a_step_ends_after_some_bytes_of_items(
    store: Expiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ttl, "STEP_BYTES", 1)
    for number in range(3):
        store.put(str(number), number)
    store.clock.advance(INTERVAL)
    left: list[int] = []
    while store.engine.runner.step():
        left.append(len(store.found()))
    assert left == [2, 1, 0]


def test_a_write_between_two_steps_saves_its_item(
    store: Expiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ttl, "STEP_ROWS", 1)
    for number in range(3):
        store.put(str(number), number)
    store.clock.advance(INTERVAL)
    store.engine.runner.step()
    store.put("1", 3600)
    store.step()
    assert store.found() == {"1"}


def test_a_sweep_lets_other_writers_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ttl, "STEP_ROWS", 2)
    engine, clock = opened(tmp_path / "app.db", durability="relaxed")
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    store = Expiring(engine, clock)
    for number in range(3000):
        store.put(str(number), 5)
    clock.advance(10)
    left: list[int] = []
    begun = threading.Event()

    def write() -> None:
        begun.wait(WAIT_SECONDS)
        for number in range(50):
            store.put(f"other {number}", None)
        left.append(store.ask("Scan", Select="COUNT")["Count"])

    writing = threading.Thread(target=write)
    writing.start()
    begun.set()
    assert engine.sweep() == 3000
    writing.join()
    assert left[0] > 1000, "others waited for the end of the sweep"
    engine.close()


def test_a_sweep_that_cannot_write_waits_for_the_next(
    store: Expiring, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store.put("x", 5)
    store.clock.advance(INTERVAL)

    def full(*_: object, **__: object) -> bytes:
        raise errors.storage_failed("disk full")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(store.engine.writer, "perform", full)
        assert store.engine.runner.step()
        assert not store.engine.runner.step()
        with pytest.raises(DynamoDBError):
            store.engine.sweep()
    [line] = caplog.messages
    assert line.startswith("expired items could not be removed yet: ")
    assert store.found() == {"x"}
    store.clock.advance(INTERVAL)
    store.step()
    assert store.found() == set()


@pytest.mark.parametrize(
    "wrong", ["UPDATE {0} SET at = at - 100000000", "INSERT INTO {0} VALUES (77, 1)"]
)
def test_an_item_stays_where_the_index_alone_says_that_it_has_expired(
    store: Expiring, wrong: str
) -> None:
    store.put("x", 50)
    table = store.engine.catalog.find("000000000000", "us-east-1", "demand")
    assert table is not None
    store.engine.database.writer.execute(wrong.format(f"expiry_{table.id}"))
    assert findings(store.engine) != []
    store.clock.advance(1)
    if "INSERT" in wrong:
        store.engine.database.writer.execute(
            f"UPDATE expiry_{table.id} SET at = ? WHERE base = 77", (int(NOW) * 1_000_000,)
        )
    assert store.swept() == 0
    assert store.found() == {"x"}


def test_what_was_removed_is_counted_by_table(store: Expiring) -> None:
    place = ("demand", "us-east-1", "000000000000")
    assert store.engine.figures().expired == {place: 0}
    for number in range(3):
        store.put(str(number), 5)
    store.clock.advance(INTERVAL)
    store.step()
    store.put("x", 5)
    store.engine.sweep()
    assert store.engine.figures().expired == {place: 4}
    store.ask("DeleteTable")
    answer(store.engine, "CreateTable", **demand())
    answer(store.engine, "UpdateTimeToLive", **switch("demand"))
    assert store.engine.figures().expired == {place: 0}
    store.clock.advance(INTERVAL)
    store.step()
    assert store.engine.sweeper.deleted.keys() == {2}
