"""Calls what a user wrote, and reads what it returns.

Whatever a handler raises is a failure of its batch and of nothing else. A coroutine is run to its
end on a loop of the trigger's own thread.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # Loaded by the first coroutine.
    import asyncio

_LOG = logging.getLogger(__name__)
_ARGUMENTS = 2
_FUNCTION_MEMORY_MB = 128
_ENDLESS_MS = 900_000


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda gives a function beside the event, as far as it has a meaning here."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = _FUNCTION_MEMORY_MB
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Nothing ends a handler: always as much as Lambda gives at most."""
        return _ENDLESS_MS


class Called(NamedTuple):
    """How a call ended. failure: why it failed, None where it did not; reply: what it returned."""

    failure: str | None
    reply: Any = None


class Handler:
    """A user's function. Used by one thread, but for ``cancel``."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._takes_context = _takes_two(function)
        self._runner: asyncio.Runner | None = None
        self._task: asyncio.Task[Any] | None = None

    def call(self, event: dict[str, Any], context: Context) -> Called:
        """Call it and wait for its end."""
        try:
            arguments = (event, context) if self._takes_context else (event,)
            result = self._function(*arguments)
            if inspect.isawaitable(result):
                result = self._wait_for(result)
        except BaseException as failure:  # noqa: BLE001 - it is the user's code
            _LOG.warning("%s failed", context.function_name, exc_info=True)
            return Called(f"{type(failure).__name__}: {failure}"[:1000])
        return Called(None, result)

    def _wait_for(self, result: Awaitable[Any]) -> Any:
        import asyncio

        if self._runner is None:
            self._runner = asyncio.Runner()

        async def wait() -> Any:
            self._task = asyncio.current_task()
            try:
                return await result
            finally:
                self._task = None

        return self._runner.run(wait())

    def cancel(self) -> None:
        """Cancel the coroutine that is waited for, if there is one; from another thread."""
        runner, task = self._runner, self._task
        if runner is not None and task is not None:
            with contextlib.suppress(RuntimeError):  # Its loop has ended meanwhile.
                runner.get_loop().call_soon_threadsafe(task.cancel)

    def close(self) -> None:
        """End the loop, and what coroutines have left on it."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None


def sent(send: Callable[[dict[str, Any]], object], message: dict[str, Any]) -> str | None:
    """Hand a message to a user's destination. Returns why that failed, None where it did not."""
    try:
        send(message)
    except (Exception, SystemExit) as failure:  # noqa: BLE001 - it is the user's code
        _LOG.warning("an on-failure destination failed", exc_info=True)
        return f"{type(failure).__name__}: {failure}"[:1000]
    return None


def _takes_two(function: Callable[..., Any]) -> bool:
    """Whether a function takes a context, as Lambda's do; one that cannot be asked does."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return True
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in places for each in parameters) >= _ARGUMENTS


def first_failed(reply: Any, numbers: Sequence[str]) -> int | None:
    """The place of the first record that a handler reports as failed; None: none did.

    numbers: the batch's sequence numbers. A reply that Lambda does not understand, or that names
    another record, says that the whole batch failed.
    """
    if reply is None:
        return None
    if not isinstance(reply, Mapping):
        return 0
    failures: Any = reply.get("batchItemFailures")  # pyright: ignore[reportUnknownVariableType]
    if failures is None:
        return None
    if not isinstance(failures, list | tuple):
        return 0
    places: list[int] = []
    for failure in failures:  # pyright: ignore[reportUnknownVariableType]
        place = _place(failure, numbers)
        if place is None:
            return 0
        places.append(place)
    return min(places, default=None)


def _place(failure: Any, numbers: Sequence[str]) -> int | None:
    if not isinstance(failure, Mapping):
        return None
    number: Any = failure.get("itemIdentifier")  # pyright: ignore[reportUnknownVariableType]
    return numbers.index(number) if number in numbers else None
