"""The runner's thread: it starts when it is needed, survives a failure, ends with the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from dynalite_py.engine import Engine
from dynalite_py.workers import backfill

WAIT_SECONDS = 30


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dynalite-workers"]


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., threading.Event]:
    """Lay out what the next steps do; the event is set when the last of them was asked for."""

    def planned(*outcomes: bool | Exception) -> threading.Event:
        rest = list(outcomes)
        ended = threading.Event()

        def step(*_: object) -> bool:
            outcome = rest.pop(0) if rest else False
            if not rest:
                ended.set()
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(backfill, "step", step)
        return ended

    return planned


def test_the_thread_starts_once_when_it_is_first_needed_and_ends_with_the_store() -> None:
    engine = Engine.open()
    assert workers() == []
    engine.runner.wake()
    engine.runner.wake()
    assert len(workers()) == 1
    engine.close()
    assert workers() == []
    engine.runner.wake()
    assert workers() == []


def test_steps_follow_each_other_while_there_is_work(
    engine: Engine, plan: Callable[..., threading.Event]
) -> None:
    ended = plan(True, True, True, False)
    engine.runner.wake()
    assert ended.wait(WAIT_SECONDS)


def test_a_failing_step_is_logged_and_the_next_wake_tries_again(
    engine: Engine,
    plan: Callable[..., threading.Event],
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed = plan(ValueError("no luck"))
    with caplog.at_level(logging.ERROR):
        engine.runner.wake()
        assert failed.wait(WAIT_SECONDS)
        ended = plan(True, False)
        engine.runner.wake()
        assert ended.wait(WAIT_SECONDS)
    assert [record.message for record in caplog.records] == ["background work failed"]
    assert len(workers()) == 1
