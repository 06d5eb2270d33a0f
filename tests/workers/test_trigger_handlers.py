"""How a user's function is called, and what its reply means."""

from __future__ import annotations

import asyncio
import functools
import sys
import threading
from typing import Any, NoReturn

import pytest

from dynalite_py.workers import trigger_handlers
from dynalite_py.workers.trigger_handlers import Called, Context, Handler

CONTEXT = Context("request", "name", "arn:aws:lambda:us-east-1:000000000000:function:name")
EVENT: dict[str, Any] = {"Records": []}
NUMBERS = ["101", "102", "103"]


def failures(*numbers: object) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


@pytest.mark.parametrize(
    ("reply", "first"),
    [
        (None, None),
        ({}, None),
        ({"batchItemFailures": []}, None),
        ({"batchItemFailures": None}, None),
        ({"statusCode": 200}, None),
        (failures("101"), 0),
        (failures("103"), 2),
        (failures("103", "102"), 1),
        (failures("102", "102"), 1),
        # A reply that is not understood: the whole batch failed.
        (failures(""), 0),
        (failures(None), 0),
        (failures("999"), 0),
        (failures("103", "999"), 0),
        (failures(103), 0),
        (failures(["103"]), 0),
        ({"batchItemFailures": [{"itemIdentifer": "103"}]}, 0),
        ({"batchItemFailures": ["103"]}, 0),
        ({"batchItemFailures": {"itemIdentifier": "103"}}, 0),
        ({"batchItemFailures": "103"}, 0),
        ("ok", 0),
        (42, 0),
        ([], 0),
        (object(), 0),
    ],
)
def test_a_reply_names_the_first_failed_record(reply: object, first: int | None) -> None:
    assert trigger_handlers.first_failed(reply, NUMBERS) == first


def with_event(event: Any) -> Any:
    return event


def with_both(event: Any, context: Any) -> Any:
    return event, context.function_name


class Callable:
    def __call__(self, event: Any, context: Any) -> Any:
        return with_both(event, context)


def with_all(*arguments: Any) -> int:
    return len(arguments)


FUNCTIONS: list[tuple[Any, Any]] = [
    (with_event, EVENT),
    (with_both, (EVENT, "name")),
    (with_all, 2),
    (functools.partial(with_both, context=CONTEXT), (EVENT, "name")),
    (Callable(), (EVENT, "name")),
]


@pytest.mark.parametrize(("function", "reply"), FUNCTIONS)
def test_a_function_gets_a_context_if_it_takes_one(function: Any, reply: object) -> None:
    assert Handler(function).call(EVENT, CONTEXT) == Called(None, reply)


def test_a_coroutine_is_run_to_its_end_on_one_loop() -> None:
    loops: set[asyncio.AbstractEventLoop] = set()

    async def handle(event: Any) -> Any:
        await asyncio.sleep(0)
        loops.add(asyncio.get_running_loop())
        return event

    handler = Handler(handle)
    assert handler.call(EVENT, CONTEXT) == Called(None, EVENT)
    assert handler.call(EVENT, CONTEXT) == Called(None, EVENT)
    assert len(loops) == 1
    handler.close()
    assert loops.pop().is_closed()


def raise_value_error(_: Any) -> NoReturn:
    raise ValueError("no " + "x" * 2000)


def leave(_: Any) -> NoReturn:
    sys.exit(3)


async def raise_later(_: Any) -> NoReturn:
    await asyncio.sleep(0)
    raise RuntimeError("later")


async def be_cancelled(_: Any) -> NoReturn:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("function", "failure"),
    [
        (raise_value_error, "ValueError: no xxx"),
        (leave, "SystemExit: 3"),
        (raise_later, "RuntimeError: later"),
        (be_cancelled, "CancelledError"),
        (lambda: None, "TypeError: "),
    ],
)
def test_whatever_a_handler_raises_is_a_failure_of_its_batch(function: Any, failure: str) -> None:
    handler = Handler(function)
    called = handler.call(EVENT, CONTEXT)
    handler.close()
    assert called.failure is not None
    assert called.failure.startswith(failure)
    assert len(called.failure) <= 1000


def test_a_coroutine_that_hangs_is_cancelled_from_another_thread() -> None:
    begun = threading.Event()

    async def hang(_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    handler = Handler(hang)
    called: list[Called] = []
    thread = threading.Thread(target=lambda: called.append(handler.call(EVENT, CONTEXT)))
    thread.start()
    assert begun.wait(30)
    handler.cancel()
    thread.join(30)
    assert called[0].failure == "CancelledError: "
    handler.close()
    handler.cancel()


def test_a_context_has_what_functions_of_lambda_ask_for() -> None:
    assert CONTEXT.get_remaining_time_in_millis() == 900_000
    assert (CONTEXT.function_version, CONTEXT.memory_limit_in_mb) == ("$LATEST", 128)
