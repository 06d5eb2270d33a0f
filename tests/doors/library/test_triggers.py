"""``store.trigger`` and Kinesis sinks by the library."""

from __future__ import annotations

import copy
import threading
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.model.clock import MovableClock

TABLE: Any = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
WAIT_SECONDS = 30


def test_a_function_is_called_with_what_changes(tmp_path: Path) -> None:
    got: list[Any] = []

    def handle(event: Any, context: Any) -> None:
        got.extend((context.function_name, record["eventName"]) for record in event["Records"])

    for _ in range(2):
        with dynalite_py.connect(tmp_path / "app.db") as store:
            if not store.list_tables()["TableNames"]:
                store.create_table(**TABLE)
            trigger = store.trigger("Music", handle, name="all", filter={"eventName": ["INSERT"]})
            store.table("Music").put({"pk": str(len(got))})
            assert trigger.wait(WAIT_SECONDS)
            assert trigger.statistics.records == 1
    assert got == [("all", "INSERT")] * 2


def test_a_coroutine_is_called() -> None:
    got: list[int] = []

    async def handle(event: Any) -> None:
        got.append(len(event["Records"]))

    with dynalite_py.connect() as store:
        store.create_table(**TABLE)
        trigger = store.trigger("Music", handle)
        store.table("Music").put({"pk": "a"})
        assert trigger.wait(WAIT_SECONDS)
    assert got == [1]


def test_the_store_may_be_used_by_a_handler_until_it_is_closed() -> None:
    with dynalite_py.connect() as store:
        store.create_table(**TABLE)
        store.create_table(**(TABLE | {"TableName": "Copies"}))
        begun, going = threading.Event(), threading.Event()

        def copy_over(event: Any) -> None:
            begun.set()
            assert going.wait(WAIT_SECONDS)
            for record in event["Records"]:
                store.put_item(TableName="Copies", Item=record["dynamodb"]["NewImage"])

        store.trigger("Music", copy_over, name="copies")
        failed: list[Any] = []
        store.trigger("Copies", failed.append, name="seen")
        store.table("Music").put({"pk": "a"})
        assert begun.wait(WAIT_SECONDS)
        closing = threading.Thread(target=store.close)
        closing.start()
        going.set()
        closing.join(WAIT_SECONDS)
        assert store.closed
    with pytest.raises(exceptions.StoreClosedError):
        store.trigger("Music", print)


@pytest.mark.parametrize(
    ("table", "members", "text"),
    [
        ("Nowhere", {}, "there is no table 'Nowhere' in us-east-1"),
        ("Silent", {}, "table Silent has no stream"),
        ("Music", {"batch_size": 0}, "batch_size is from 1 to 10,000, not 0"),
        ("Music", {"filter": {}}, "this is no event filter: the pattern is empty"),
    ],
)
def test_what_cannot_be_a_trigger_is_refused(
    table: str, members: dict[str, Any], text: str
) -> None:
    with dynalite_py.connect() as store:
        store.create_table(**TABLE)
        silent: Any = {**TABLE, "TableName": "Silent"}
        del silent["StreamSpecification"]
        store.create_table(**silent)
        with pytest.raises(exceptions.TriggerError) as refusal:
            store.trigger(table, print, **members)
    assert text in str(refusal.value)
    assert str(copy.copy(refusal.value)) == str(refusal.value)


def test_a_clock_moves_windows_and_pauses() -> None:
    clock = MovableClock()
    with dynalite_py.connect(clock=clock) as store:
        store.create_table(**TABLE)
        outcomes = iter([ValueError("once")])
        got: list[int] = []

        def handle(event: Any) -> None:
            got.append(len(event["Records"]))
            for outcome in outcomes:
                raise outcome

        trigger = store.trigger("Music", handle, batch_window=60)
        for key in "ab":
            store.table("Music").put({"pk": key})
        assert not trigger.wait(0.1)
        clock.advance(60)
        while trigger.statistics.failures == 0:
            assert not trigger.wait(0.01)
        clock.advance(60)
        assert trigger.wait(WAIT_SECONDS)
    assert got == [2, 2]


def test_kinesis_records_go_where_the_store_was_told(tmp_path: Path) -> None:
    folder = tmp_path / "streams"
    folder.mkdir()
    got: list[tuple[str, int]] = []

    def sink(arn: str, records: list[dict[str, Any]]) -> None:
        got.append((arn, len(records)))

    for target in (folder, sink):
        with dynalite_py.connect(kinesis_sink=target) as store:
            store.create_table(**TABLE)
            store.enable_kinesis_streaming_destination(TableName="Music", StreamArn=ARN)
            store.table("Music").put({"pk": "a"})
            assert store.wait_for_kinesis(WAIT_SECONDS)
    [file] = folder.iterdir()
    assert file.read_text().count("\n") == 1
    assert got == [(ARN, 1)]


def test_without_a_sink_records_are_not_sent() -> None:
    with dynalite_py.connect() as store:
        store.create_table(**TABLE)
        assert store.wait_for_kinesis(0)
        store.enable_kinesis_streaming_destination(TableName="Music", StreamArn=ARN)
        assert not store.wait_for_kinesis(0)
    with pytest.raises(exceptions.StoreClosedError):
        store.wait_for_kinesis()


def test_a_sink_and_an_endpoint_exclude_each_other() -> None:
    with pytest.raises(exceptions.StoreError, match="exclude each other"):
        dynalite_py.connect(kinesis_sink="f", kinesis_endpoint="http://127.0.0.1:1")
