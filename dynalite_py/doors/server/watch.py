"""Counts and times the requests of one server, and names the slow ones; where nobody asks for that,
none of this is in a request's way.

Everything that counts runs on the loop's thread, so plain numbers do.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.doors.server.connection import Connection
from dynalite_py.doors.server.hub import Answer, Hub, Outcome, Slot, Submit
from dynalite_py.model import codec, metrics
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import explain

if TYPE_CHECKING:
    from dynalite_py.doors.server.tracing import Asked, Tracing

# A request under way: see ``Watch``.
Begun: TypeAlias = "tuple[str, dict[str, Any] | None, float, Asked | None, Caller | None]"

LOG = logging.getLogger(__name__)

_LONGEST_NAMES = 300
_NEVER = float("inf")


class Watch:
    """The counters of a hub. slow_ms: None: no request is slow. tracing: None: there are no spans.

    A request under way is a tuple: operation, request (None until it is read), when it began, what
    ``tracing`` keeps of it, and who asks (None where that is refused).
    """

    def __init__(self, hub: Hub, slow_ms: int | None, tracing: Tracing | None = None) -> None:
        self.requests = metrics.Requests()
        self._operations = self.requests.operations
        self._hub = hub
        self._submit: Submit = hub.submit
        self.tracing = tracing
        self._slow_seconds = _NEVER if slow_ms is None else slow_ms / 1000

    def submit(
        self, operation: str, request: dict[str, Any], caller: Caller, answer: Answer
    ) -> bytes | None:
        """As the engine's, counted. Raises: DynamoDBError."""
        tracing, asked = self.tracing, None
        if tracing is not None:
            asked = tracing.begin()
            answer = tracing.noting_group(asked, operation, answer)
        began = perf_counter()
        try:
            outcome = self._submit(operation, request, caller, answer)
        except DynamoDBError as refusal:
            self._count((operation, request, began, asked, caller), self._serving(), refusal)
            raise
        if outcome is None:
            self._serving().watched = operation, request, began, asked, caller
            return None
        # As ``_count``: every call less is a tenth of a microsecond.
        seconds = perf_counter() - began
        counted = self._operations.get(operation) or self.requests.of(operation)
        counted.done += 1
        counted.seconds.add(seconds)
        if seconds >= self._slow_seconds:
            self._slow(operation, request, seconds, self._serving(), outcome, caller)
        if asked is not None:
            self._trace((operation, request, began, asked, caller), self._serving(), outcome)
        return outcome

    def answered(self, slot: Slot, outcome: Outcome) -> None:
        """A request that waited has its outcome."""
        begun: Begun = slot.watched
        slot.watched = None
        if begun[1] is None:
            assert isinstance(outcome, DynamoDBError), "the engine has seen no request"
            self.requests.of(begun[0] or "none").refuse(outcome.code)
            self._trace(begun, slot, outcome)
            return
        self._count(begun, slot, outcome)

    def begins(
        self, slot: Slot, operation: str, answer: Answer, asked_by: Caller | DynamoDBError
    ) -> Answer:
        """A request goes to a thread to be decoded; its outcome comes through ``answered``.

        Returns the answer to give to the engine.
        """
        tracing, asked = self.tracing, None
        if tracing is not None:
            asked = tracing.begin()
            answer = tracing.noting_group(asked, operation, answer)
        caller = asked_by if isinstance(asked_by, Caller) else None
        slot.watched = operation, None, perf_counter(), asked, caller
        return answer

    def decoded(self, slot: Slot, request: dict[str, Any]) -> None:
        """From that thread: this is the request, and the engine sees it next."""
        operation, _, began, asked, caller = slot.watched
        slot.watched = operation, request, began, asked, caller

    def refused(self, operation: str, refusal: DynamoDBError) -> None:
        """A request was refused before the engine saw it. operation: empty where it names none."""
        self.requests.of(operation or "none").refuse(refusal.code)
        if self.tracing is not None:
            asked = self.tracing.begin()
            self._trace((operation, None, perf_counter(), asked, None), self._hub.serving, refusal)

    def _serving(self) -> Slot:
        slot = self._hub.serving
        assert slot is not None, "the hub says whose request this is"
        return slot

    def _trace(self, begun: Begun, slot: Slot | None, outcome: Outcome) -> None:
        """Have the span made, where there are spans. slot: None where the request has no id."""
        operation, request, _, asked, _ = begun
        if self.tracing is not None and asked is not None:
            request_id = None if slot is None else self._hub.request_id(slot)
            self.tracing.end(asked, operation or "none", request, outcome, request_id)

    def _count(self, begun: Begun, slot: Slot, outcome: Outcome) -> None:
        operation, request, began, _, caller = begun
        assert request is not None, "the engine has seen the request"
        seconds = perf_counter() - began
        counted = self.requests.of(operation)
        counted.seconds.add(seconds)
        if isinstance(outcome, bytes):
            counted.done += 1
        else:
            counted.refuse(outcome.code)
        if seconds >= self._slow_seconds:
            self._slow(operation, request, seconds, slot, outcome, caller)
        self._trace(begun, slot, outcome)

    def _slow(
        self,
        operation: str,
        request: dict[str, Any],
        seconds: float,
        slot: Slot,
        outcome: Outcome,
        caller: Caller | None,
    ) -> None:
        """A request was slow; that is told when its answer has gone out."""
        self.requests.slow += 1
        request_id = self._hub.request_id(slot)
        ways = None if caller is None else functools.partial(self._hub.access_path, caller)
        self._hub.loop.call_soon(_tell, operation, request, seconds, request_id, outcome, ways)


def _tell(
    operation: str,
    request: dict[str, Any],
    seconds: float,
    request_id: str,
    outcome: Outcome,
    ways: Callable[[str, dict[str, Any]], str] | None,
) -> None:
    """One line about a slow request: names, numbers and forms, nothing out of items.

    ways: tells how an answered request came to its items.
    """
    fields: dict[str, Any] = {
        "operation": operation,
        "milliseconds": round(seconds * 1000, 3),
    }
    if isinstance(outcome, bytes):
        # A refused request's names may be any text; the engine has checked these.
        read = explain.as_read(operation, request)
        fields["table"] = ", ".join(explain.tables(operation, read))[:_LONGEST_NAMES]
        fields["items"] = explain.items_read(operation, read, outcome)
        fields["path"] = "" if ways is None else ways(operation, read)
    else:
        fields["error"] = outcome.code
    text = " ".join(
        f"{name}={codec.text(value)}" for name, value in fields.items() if value not in (None, "")
    )
    LOG.warning("slow request: %s", text, extra={"request_id": request_id, "fields": fields})


class WatchedConnection(Connection):
    """A connection whose bytes are counted."""

    def __init__(self, hub: Hub, requests: metrics.Requests) -> None:
        super().__init__(hub)
        self._requests = requests

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._requests.bytes_in += len(data)
        super().data_received(data)

    def _write(self) -> None:
        for whole in self._out:
            self._requests.bytes_out += len(whole)
        super()._write()
