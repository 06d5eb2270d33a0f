"""Triggers with their threads: how they start, end, hang and go on."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.engine import Engine, TriggerError, TriggerOptions
from dynalite_py.workers import triggers
from tests.support.engines import HERE, answer, make
from tests.support.triggers import TABLE, Seen, make_table, prepared, put, settle

WAIT_SECONDS = 30


@pytest.fixture(autouse=True)
def music(engine: Engine) -> None:
    make_table(engine)


def test_a_trigger_runs_by_itself_and_waits_are_kept(engine: Engine) -> None:
    seen = Seen()
    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=seen), HERE)
    for number in range(1, 101):
        put(engine, "x", number)
    assert trigger.wait(WAIT_SECONDS)
    assert seen.numbers == list(range(1, 101))
    assert (trigger.running, trigger.table, trigger.name) == (
        True,
        TABLE,
        "tests.support.triggers:Seen",
    )
    assert trigger.stop()
    assert not trigger.running
    assert not trigger.wait(0.01)


def test_a_name_is_given_once_until_its_trigger_is_stopped(engine: Engine) -> None:
    options = TriggerOptions(table=TABLE, handler=print, name="one")
    trigger = engine.trigger(options, HERE)
    with pytest.raises(TriggerError, match="has a trigger named 'one' already"):
        engine.trigger(options, HERE)
    trigger.stop()
    engine.trigger(options, HERE)


def test_a_removed_trigger_begins_anew(engine: Engine) -> None:
    first, second = Seen(), Seen()
    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=first), HERE)
    put(engine, "x", 1)
    assert trigger.wait(WAIT_SECONDS)
    assert trigger.remove()
    again = engine.trigger(TriggerOptions(table=TABLE, handler=second), HERE)
    assert again.wait(WAIT_SECONDS)
    assert (first.numbers, second.numbers) == ([1], [1])


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("Nowhere", "there is no table 'Nowhere' in us-east-1"),
        (
            "Silent",
            (
                "table Silent has no stream: enable one first, with StreamSpecification of "
                "CreateTable or UpdateTable"
            ),
        ),
    ],
)
def test_a_trigger_needs_a_table_with_a_stream(engine: Engine, table: str, text: str) -> None:
    make(engine, "Silent")
    options = TriggerOptions(table=table, handler=print)
    with pytest.raises(TriggerError) as refusal:
        engine.trigger(options, HERE)
    assert str(refusal.value) == text
    engine.trigger(options, HERE, patient=True)


def test_a_patient_trigger_gets_what_a_later_table_has(engine: Engine) -> None:
    seen = Seen()
    options = TriggerOptions(table="Later", handler=seen, starting_position="LATEST")
    trigger = engine.trigger(options, HERE, patient=True)
    assert trigger.wait(WAIT_SECONDS)
    make_table(engine, "Later")
    put(engine, "x", 1, "Later")
    assert trigger.wait(WAIT_SECONDS)
    assert seen.numbers == [1]


def test_a_handler_that_hangs_holds_up_no_writer_and_no_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(triggers, "STOP_SECONDS", 0.05)
    monkeypatch.setattr(triggers, "_CANCEL_SECONDS", 0.05)
    hanging, released = threading.Event(), threading.Event()

    def hang(event: dict[str, Any]) -> None:
        hanging.set()
        assert released.wait(WAIT_SECONDS)

    engine = Engine.open(tmp_path / "store.db")
    make_table(engine)
    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=hang, name="one"), HERE)
    put(engine, "x", 1)
    assert hanging.wait(WAIT_SECONDS)
    for number in range(2, 50):
        put(engine, "x", number)
    with caplog.at_level(logging.WARNING):
        engine.close()
    assert "one: its handler still runs; its batch will come again" in caplog.text
    released.set()
    assert trigger.stepper.join(WAIT_SECONDS)
    engine = Engine.open(tmp_path / "store.db")
    seen = Seen()
    again = engine.trigger(TriggerOptions(table=TABLE, handler=seen, name="one"), HERE)
    assert again.wait(WAIT_SECONDS)
    assert seen.numbers == list(range(1, 50))
    engine.close()


def test_a_coroutine_that_hangs_is_cancelled_at_the_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "STOP_SECONDS", 0.05)
    begun = threading.Event()
    told: list[Any] = []

    async def hang(event: dict[str, Any]) -> None:
        begun.set()
        await asyncio.Event().wait()

    options = TriggerOptions(
        table=TABLE, handler=hang, name="one", maximum_retry_attempts=0, on_failure=told.append
    )
    trigger = engine.trigger(options, HERE)
    put(engine, "x", 1)
    assert begun.wait(WAIT_SECONDS)
    assert trigger.stop(0.05)
    seen = Seen()
    again = engine.trigger(TriggerOptions(table=TABLE, handler=seen, name="one"), HERE)
    assert again.wait(WAIT_SECONDS)
    assert (seen.numbers, told) == ([1], [])


def test_a_handler_may_write_to_the_store_and_stop_its_own_trigger(engine: Engine) -> None:
    make_table(engine, "Copies")
    done = threading.Event()

    def copy(event: dict[str, Any]) -> None:
        for record in event["Records"]:
            item = record["dynamodb"]["NewImage"]
            engine.perform("PutItem", {"TableName": "Copies", "Item": item}, HERE)
        assert trigger.stop()
        done.set()

    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=copy, name="one"), HERE)
    put(engine, "x", 1)
    assert done.wait(WAIT_SECONDS)
    assert trigger.stepper.join(WAIT_SECONDS)
    assert answer(engine, "Scan", TableName="Copies")["Count"] == 1
    seen = Seen()
    settle(prepared(engine, seen, name="one"))
    assert seen.numbers == []


def test_a_handler_may_close_the_store(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine.open(tmp_path / "store.db")
    make_table(engine)
    closed = threading.Event()

    def close(event: dict[str, Any]) -> None:
        engine.close()
        closed.set()

    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=close, name="one"), HERE)
    put(engine, "x", 1)
    assert closed.wait(WAIT_SECONDS)
    assert trigger.stepper.join(WAIT_SECONDS)
    assert caplog.text == ""
    engine = Engine.open(tmp_path / "store.db")
    seen = Seen()
    again = engine.trigger(TriggerOptions(table=TABLE, handler=seen, name="one"), HERE)
    assert again.wait(WAIT_SECONDS)
    assert seen.numbers == [1]
    engine.close()


def test_no_trigger_starts_while_the_store_is_closed() -> None:
    engine = Engine.open()
    make_table(engine)
    engine.following.stop_triggers()
    with pytest.raises(TriggerError, match="the store is closed"):
        engine.trigger(TriggerOptions(table=TABLE, handler=print), HERE)
    engine.close()


def test_a_builtin_has_a_name_too(engine: Engine) -> None:
    events: list[Any] = []
    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=events.append), HERE)
    put(engine, "x", 1)
    assert trigger.wait(WAIT_SECONDS)
    assert (trigger.name, len(events)) == ("builtins:list.append", 1)


def test_it_goes_on_after_a_failure_of_the_disk(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dynalite_py.workers.stepping._RETRY_SECONDS", 0.01)
    failing = [apsw.IOError("twice"), apsw.IOError("twice")]
    original = engine.database.snapshot

    def snapshot() -> Any:
        if failing:
            raise failing.pop()
        return original()

    monkeypatch.setattr(engine.database, "snapshot", snapshot)
    seen = Seen()
    trigger = engine.trigger(TriggerOptions(table=TABLE, handler=seen), HERE)
    put(engine, "x", 1)
    assert trigger.wait(WAIT_SECONDS)
    assert seen.numbers == [1]
    assert caplog.text.count("could not go on") == 1
