"""Servers for tests: a real one on a free port in a thread, before the engine a test needs."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dynalite_py.doors.server import run
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.model import codec, errors, metrics
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

Outcome = bytes | DynamoDBError


class ScriptedEngine:
    """An engine whose answers a test controls: borrowed names, work of its own.

    GetItem answers the request itself at once. PutItem waits until ``release`` or ``release_all``.
    UpdateItem answers from another thread at once. ListTables answers who asked. Scan answers a
    text of ``Limit`` bytes. DescribeTable refuses. DeleteItem breaks.
    """

    operations = (
        "GetItem",
        "PutItem",
        "UpdateItem",
        "ListTables",
        "Scan",
        "DescribeTable",
        "DeleteItem",
        "TagResource",
        "ListStreams",
    )

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.failure: str | None = None
        self.waiting: deque[tuple[dict[str, Any], Callable[[Outcome], None]]] = deque()
        self._arrived = threading.Condition()

    def begin_turn(self) -> None:
        """Nothing is shared."""

    def end_turn(self) -> None:
        """Nothing is shared."""

    def submit(
        self,
        operation: str,
        request: dict[str, Any],
        caller: Caller,
        answer: Callable[[Outcome], None],
    ) -> bytes | None:
        """What the class says of the operation."""
        match operation:
            case "PutItem":
                with self._arrived:
                    self.waiting.append((request, answer))
                    self._arrived.notify_all()
                return None
            case "UpdateItem":
                threading.Thread(target=answer, args=(codec.encode(request),)).start()
                return None
            case "ListTables" | "ListStreams":
                return codec.encode([caller.account, caller.region, caller.principal])
            case "Scan":
                return b'"%b"' % (b"x" * (request["Limit"] - 2))
            case "DescribeTable":
                raise errors.named_table_not_found("none")
            case "DeleteItem":
                raise RuntimeError("this is broken on purpose")
            case "TagResource":
                return b""
            case "GetItem":
                return codec.encode(request)
            case _:
                raise errors.unknown_operation()

    def access_path(self, operation: str, request: dict[str, Any], caller: Caller) -> str:
        """There are no items here."""
        del operation, request, caller
        return ""

    def measure(self) -> metrics.Commits:
        """Nothing is committed here."""
        return metrics.Commits()

    def figures(self) -> metrics.StoreFigures:
        """Of a store with one table, of which this is all there is to tell."""
        return metrics.StoreFigures(metrics.Commits(), 0, 0, 1, 0, 0, {}, {})

    def await_waiting(self, count: int) -> None:
        """Wait until so many PutItems have come in and not been released."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.waiting) >= count, timeout=20)

    def release(self, place: int = 0) -> None:
        """Answer the waiting PutItem at this place with its own request."""
        with self._arrived:
            request, answer = self.waiting[place]
            del self.waiting[place]
        answer(codec.encode(request))

    def release_all(self) -> None:
        """Answer every PutItem that waits, the youngest first."""
        while self.waiting:
            self.release(-1)


@contextmanager
def serving(
    engine: Any = None,
    settings: ServerSettings | None = None,
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = run.new_loop,
    tracer: Tracer | None = None,
) -> Generator[BackgroundServer]:
    """A server in a thread, stopped at the end. engine: a ScriptedEngine where none is given."""
    server = BackgroundServer(
        engine if engine is not None else ScriptedEngine(),
        settings or ServerSettings(port=0, drain_timeout=5.0),
        loop_factory=loop_factory,
        tracer=tracer,
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()
