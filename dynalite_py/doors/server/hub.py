"""What the connections of one server share.

The engine, the answers that come from other threads, the head all answers of a second have in
common, the sweep for clients that take too long, and the count of who is still there.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import itertools
import logging
import sys
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from dynalite_py.doors.server import admin, authentication, compression, protocol
from dynalite_py.doors.server.admin import Page
from dynalite_py.doors.server.beside import LargeRequests
from dynalite_py.doors.server.protocol import KnownHeaders, Layout, ServerSettings, Style
from dynalite_py.model import errors, metrics
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.security import sigv4
from dynalite_py.security.sigv4 import Claim, Received

LOG = logging.getLogger(__name__)

Outcome = bytes | DynamoDBError
Answer = Callable[[Outcome], None]
Submit = Callable[[str, dict[str, Any], Caller, Answer], bytes | None]

_KNOWN = 1024
# Answers above this size are large: so many bytes of them are delivered in one turn of the loop,
# and so many may wait for it.
LARGE_BYTES = 64 * 1024
_TURN_BYTES = 2 * 1024 * 1024
_POSTED_BYTES = 16 * 1024 * 1024


class Slot:
    """A request that waits for its answer or for its turn.

    number: the request's, which ends its id. weight: in the count of its connection's requests in
    work. held: bytes that are kept for it. whole: the answer, once it is there. made: the same,
    made by the thread that brought the outcome. watched: what ``watch`` keeps of a request under
    way.
    """

    __slots__ = ("held", "made", "number", "style", "watched", "weight", "whole")

    def __init__(self) -> None:
        self.number = 0
        self.style: Style | None = None
        self.weight = 0
        self.held = 0
        self.whole: bytes | None = None
        self.made: bytes | None = None
        self.watched: Any = None


class Engine(Protocol):
    """What the door needs of an engine."""

    @property
    def operations(self) -> Iterable[str]:
        """The names of the operations it knows."""
        ...

    @property
    def clock(self) -> Clock:
        """What it takes the time from."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it takes no writes; None while all is well."""
        ...

    def submit(
        self, operation: str, request: dict[str, Any], caller: Caller, answer: Answer
    ) -> bytes | None:
        """The body at once; or None, and later ``answer`` from another thread.

        Raises: DynamoDBError.
        """
        ...

    def access_path(self, operation: str, request: dict[str, Any], caller: Caller) -> str:
        """How an answered request came to its items; empty where there are none."""
        ...

    def begin_turn(self) -> None:
        """What this thread submits until ``end_turn`` may share a snapshot and a commit."""
        ...

    def end_turn(self) -> None:
        """The end of that."""
        ...

    def measure(self) -> metrics.Commits:
        """Count commits from now on; what was counted."""
        ...

    def figures(self) -> metrics.StoreFigures:
        """How the store is at this moment."""
        ...


class Client(Protocol):
    """A connection, as the hub sees it."""

    def answered(self, slot: Slot, outcome: Outcome) -> None:
        """Take the outcome of the request in this slot; do not write yet."""
        ...

    def flush(self) -> None:
        """Write what is ready."""
        ...

    def sweep(self, now: float) -> None:
        """Give up on a client that takes too long."""
        ...

    def drain(self) -> None:
        """Close as soon as everything is answered."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...

    def cut(self) -> None:
        """Close at once and hold nothing any more."""
        ...


class Watch(Protocol):
    """Who counts requests, where somebody does."""

    def begins(
        self, slot: Slot, operation: str, answer: Answer, asked_by: Caller | DynamoDBError
    ) -> Answer:
        """A request goes to a thread to be decoded; its outcome comes through ``answered``.

        Returns the answer to give to the engine.
        """
        ...

    def decoded(self, slot: Slot, request: dict[str, Any]) -> None:
        """From that thread: this is the request, and the engine sees it next."""
        ...

    def refused(self, operation: str, refusal: DynamoDBError) -> None:
        """A request was refused before the engine saw it. operation: empty where it names none."""
        ...

    def answered(self, slot: Slot, outcome: Outcome) -> None:
        """A request that waited has its outcome."""
        ...


class Hub:
    """The shared state of one server, opened by ``start`` on its loop and closed by ``close``.

    Everything but ``post`` belongs to the loop's thread.
    """

    def __init__(
        self, engine: Engine, settings: ServerSettings, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.settings = settings
        self.loop = loop
        self.submit: Submit = engine.submit
        self._engine = engine
        self.watch: Watch | None = None
        # What is told by GET of a path, beside what an operation answers.
        self.pages: dict[bytes, Callable[[], Page]] = {admin.HEALTH: self.health}
        # What is done by POST of JSON to a path.
        self.actions: dict[bytes, Callable[[bytes], Page]] = {}
        # Requests without Origin, too, must come under a name of this machine.
        self.only_own_names = False
        self.serving: Slot | None = None  # the request that the loop's thread is looking at
        self._clock = SystemClock() if settings.test_clock else engine.clock
        self.targets = protocol.targets(engine.operations)
        self.connections: set[Client] = set()
        self.draining = False
        self.held = 0
        self.strained = False  # more is held than should be, or the server is stopping
        # Connections whose client reads slowly, and so makes us hold; the longest at it first.
        self.slow: dict[Client, None] = {}
        self.known: dict[KnownHeaders, tuple[Style, str]] = {}
        self.callers: dict[bytes, Caller] = {}
        self.date_seen: bytes | None = None
        self.ready: list[Client] = []  # connections with something to write
        self.in_turn = False  # requests of this turn of the loop were read
        self.address = ""  # host and port that clients connect to, known once the server listens
        self.now = loop.time()
        self.style = functools.lru_cache(maxsize=1024)(
            functools.partial(protocol.style, protocol.allowed_origins(settings))
        )
        self.numbers = itertools.count()
        self._id_start = protocol.id_start()
        self._common = protocol.common_head(settings, self._id_start)
        self._letters: deque[tuple[Client, Slot, Outcome]] = deque()
        self._called = False
        self._room = threading.Condition()
        self._posted = 0  # bytes of large answers among the letters
        self._large = LargeRequests(engine.submit)
        self._deserted: asyncio.Event = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        timeouts = (
            settings.header_timeout,
            settings.body_timeout,
            settings.idle_timeout,
            settings.write_timeout,
            settings.linger_timeout,
        )
        self._period = min(1.0, min(timeouts) / 4)

    @property
    def failure(self) -> str | None:
        """Why the store takes no writes; None while all is well."""
        return self._engine.failure

    def access_path(self, caller: Caller, operation: str, request: dict[str, Any]) -> str:
        """How an answered request came to its items, as the engine knows it."""
        return self._engine.access_path(operation, request, caller)

    def start(self) -> None:
        """Begin the tick: one timer for all connections costs a request nothing."""
        self._timer = self.loop.call_later(self._period, self._tick)

    def close(self) -> None:
        """End the tick."""
        if self._timer is not None:
            self._timer.cancel()
        with self._room:  # nobody waits for a loop that has ended
            self._posted = -sys.maxsize
            self._room.notify_all()
        self._large.close()

    def _tick(self) -> None:
        self.now = self.loop.time()
        self._common = protocol.common_head(self.settings, self._id_start)
        for connection in tuple(self.connections):
            connection.sweep(self.now)
        self._timer = self.loop.call_later(self._period, self._tick)

    # Answers from other threads.

    def post(self, connection: Client, slot: Slot, outcome: Outcome) -> None:
        """Hand over the outcome of a request, from any thread.

        The loop is woken once for all that is posted until it runs: a commit group is answered
        at once. Who brings a large answer waits while many of them lie here, and makes the whole
        of it, so that the loop need not copy and sum it.
        """
        if isinstance(outcome, bytes) and len(outcome) > LARGE_BYTES:
            with self._room:
                self._room.wait_for(lambda: self._posted < _POSTED_BYTES)
                self._posted += len(outcome)
            style = slot.style
            if style is not None and not style.coding:
                slot.made = self.reply(style, outcome, slot.number)
        self._letters.append((connection, slot, outcome))
        if self._called:
            return
        self._called = True
        try:
            self.loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:  # The loop is closed: nobody is left who could be answered.
            LOG.debug("an answer came after the server had stopped")

    def _deliver(self) -> None:
        # Lowered before the letters are read: whoever posts from here on calls again.
        self._called = False
        letters, watch = self._letters, self.watch
        written: dict[Client, None] = {}
        large = 0
        for _ in range(len(letters)):
            connection, slot, outcome = letters.popleft()
            if watch is not None:
                watch.answered(slot, outcome)
            connection.answered(slot, outcome)
            written[connection] = None
            if isinstance(outcome, bytes) and len(outcome) > LARGE_BYTES:
                large += len(outcome)
                if large > _TURN_BYTES:  # the others get their turn first
                    break
        for connection in written:
            connection.flush()
        if large:
            with self._room:
                self._posted -= large
                self._room.notify_all()
        if letters and not self._called:
            self._called = True
            self.loop.call_soon(self._deliver)

    def submit_beside(
        self,
        body: bytes,
        target: bytes | None,
        asked_by: Caller | DynamoDBError,
        slot: Slot,
        answer: Answer,
    ) -> None:
        """Submit a request whose check would hold up the loop; ``answer`` takes its outcome.

        asked_by: or the refusal that follows where the body is JSON.
        """
        operation, watch = self.named(target), self.watch
        decoded = None
        if watch is not None:
            answer = watch.begins(slot, operation, answer, asked_by)
            decoded = functools.partial(watch.decoded, slot)
        request_id = self.request_id(slot)
        self._large.submit(body, operation, asked_by, answer, request_id, decoded)

    # Answers that were ready at once.

    def begin_turn(self) -> None:
        """A turn of the loop has its first request: what is ready is written, and what waits is
        committed, when it has read from every connection that has something.

        A write wakes the client. With each answer written on the spot, clients were woken one by
        one between our reads, and GetItem on 32 connections fell to two thirds (busy machine). A
        commit that began with the first request had few of the others with it.
        """
        self.in_turn = True
        self.loop.call_soon(self._end_turn)
        self._engine.begin_turn()

    def _end_turn(self) -> None:
        self.in_turn = False
        self._engine.end_turn()
        ready, self.ready = self.ready, []
        for connection in ready:
            connection.flush()

    # Answers as bytes.

    def reply(self, style: Style, outcome: Outcome, number: int) -> bytes:
        """The whole answer to the request with this number."""
        if isinstance(outcome, bytes):
            head, body = style.ok, outcome
        elif outcome.status == 400:
            head, body = style.refused, errors.body(outcome)
        else:
            head, body = protocol.with_status(style.ok, outcome.status), errors.body(outcome)
        if style.coding and len(body) > compression.PLAIN_UP_TO_BYTES:
            head += b"Content-Encoding: %b\r\n" % style.coding
            body = compression.compress(body, style.coding)
        return b"%b%b%010d\r\nx-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%b" % (
            head,
            self._common,
            number,
            zlib.crc32(body),
            len(body),
            body,
        )

    def plain_reply(
        self,
        style: Style,
        status: int,
        body: bytes,
        number: int,
        *,
        more: bytes = b"",
        bare: bool = False,
    ) -> bytes:
        """An answer that is no operation's. more: further headers. bare: to HEAD, so no body."""
        head = protocol.with_status(style.ok, status) + more
        whole = self.reply(style._replace(ok=head, coding=b""), body, number)
        return whole[: len(whole) - len(body)] if bare and body else whole

    def bare_reply(self, status: int, number: int | None = None) -> bytes:
        """An answer without a body, after which the connection is closed.

        number: of the request that it answers, if there is one.
        """
        style = self.style(None, None, None, protocol.CLOSE)
        number = next(self.numbers) if number is None else number
        return self.plain_reply(style, status, b"", number)

    def busy_reply(self, target: bytes | None) -> bytes:
        """The answer to what there is no room for; the connection is closed."""
        style = self.style(None, None, None, protocol.CLOSE)
        refusal = self.refused(self.named(target), errors.service_unavailable())
        return self.reply(style, refusal, next(self.numbers))

    def request_id(self, slot: Slot) -> str:
        """The x-amzn-RequestId of a request's answer."""
        return f"{self._id_start}{slot.number:010d}"

    def health(self) -> Page:
        """How this server is."""
        return admin.health(
            connections=len(self.connections), draining=self.draining, failure=self.failure
        )

    def refused(self, operation: str, refusal: DynamoDBError) -> DynamoDBError:
        """The refusal of a request that the engine does not see."""
        if self.watch is not None:
            self.watch.refused(operation, refusal)
        return refusal

    # Who asks.

    def admits(self, host: bytes | None, origin: bytes | None) -> bool:
        """Whether a request may come under this Host: see ``protocol.admits``."""
        asked_by_page = origin is not None or self.only_own_names
        return not asked_by_page or protocol.admits(self.settings, host, origin)

    def named(self, target: bytes | None) -> str:
        """The operation a target header names, or an empty text."""
        return self.targets.get(target or b"", "")

    def operation(self, target: bytes | None) -> str:
        """The operation a target header names. Raises: DynamoDBError."""
        operation = self.targets.get(target) if target is not None else None
        if operation is None:
            raise errors.unknown_operation()
        return operation

    def unpacked(self, body: bytes, coding: bytes) -> bytes:
        """The body that was compressed. Raises: DynamoDBError."""
        try:
            return compression.decompress(body, coding, limit_bytes=protocol.BODY_BYTES)
        except compression.BrokenBodyError as failure:
            LOG.info("a compressed request was not readable: %s", failure)
            raise errors.internal_failure() from None

    def remember(self, headers: KnownHeaders, meaning: tuple[Style, str]) -> None:
        """Know these headers from now on. Their texts come from outside, so there is a limit."""
        if len(self.known) >= _KNOWN:
            self.known.clear()
        self.known[headers] = meaning

    def asked_by(
        self,
        method: bytes,
        path: bytes,
        found: Layout,
        values: tuple[bytes | None, ...],
        body: bytes,
    ) -> Caller:
        """Who asks, verified where the server is told access keys. Raises: DynamoDBError."""
        authorization, amz_date = values[found.authorization], values[found.amz_date]
        date, secrets = values[found.date], self.settings.credentials
        if secrets is None:
            return self.caller(path, authorization, amz_date, date)
        received = authentication.received(method, path, found, values, body)
        return self.verified_caller(received, authorization, amz_date, date, secrets=secrets)

    def caller(
        self, url: bytes, authorization: bytes | None, amz_date: bytes | None, date: bytes | None
    ) -> Caller:
        """The caller that a request's signature names, whether it is right or not.

        Raises: DynamoDBError.
        """
        query = url.partition(b"?")[2].decode("latin-1")
        try:
            caller = self._named(authentication.claim(query, authorization, amz_date, date))
        except DynamoDBError:
            if self.settings.require_token:
                raise
            caller = self._seen(Caller(region=self.settings.region))
        # All before the signature repeats from request to request; see authentication.repeating.
        lead = authentication.repeating(authorization) if url == b"/" and amz_date else None
        if lead is not None:
            if len(self.callers) >= _KNOWN:
                self.callers.clear()
            self.callers[lead] = caller
            self.date_seen = amz_date
        return caller

    def verified_caller(
        self,
        received: Received,
        authorization: bytes | None,
        amz_date: bytes | None,
        date: bytes | None,
        *,
        secrets: Mapping[str, str],
    ) -> Caller:
        """The caller of a request that one of these access keys has signed; it is not remembered,
        so that no request gets by unverified. Raises: DynamoDBError.
        """
        query = received.query.decode("latin-1")
        claim = authentication.claim(query, authorization, amz_date, date)
        caller = self._named(claim)  # which looks at the credential's form
        sigv4.verify(
            received, claim, secrets=secrets, now=self._clock.now(), region=self.settings.region
        )
        return caller

    def _named(self, claim: Claim) -> Caller:
        settings = self.settings
        return self._seen(
            authentication.caller_of(claim.credential, settings.region, accounts=settings.accounts)
        )

    def _seen(self, caller: Caller) -> Caller:
        """The same caller, as everybody where the tables are shared, at this server's address."""
        if self.settings.shared:
            caller = Caller(region=self.settings.region)
        return caller._replace(host=self.address)

    # Who is there.

    def joined(self, connection: Client) -> bool:
        """Count a new connection; False: there are too many, or the server is stopping."""
        if self.draining or len(self.connections) >= self.settings.maximum_connections:
            return False
        self.connections.add(connection)
        return True

    def left(self, connection: Client) -> None:
        """A connection is gone."""
        self.connections.discard(connection)
        if not self.connections:
            self._deserted.set()

    # How much is held.

    def hold(self, more_bytes: int) -> None:
        """Count bytes that are kept for a connection from now on, or no longer (negative).

        Bodies half read, what was read and not parsed, requests in work by their weight, answers
        that wait for others and those that a client does not read are counted. From a sixteenth of
        the limit on no connection gets a second request into work, which keeps the writer's queue
        short. Above the limit, clients that read slowly are cut, the longest at it first; then
        large requests are refused with 503, before their body is read where its length is told.
        Light requests are always taken.
        """
        self.held += more_bytes
        limit = self.settings.held_bytes
        while self.held > limit and self.slow:
            slowest = next(iter(self.slow))
            del self.slow[slowest]
            LOG.warning("a client that did not read its answers was cut: too much is held")
            slowest.cut()
        self.strained = self.held > limit or self.draining

    def is_crowded(self) -> bool:
        """Whether a connection should wait for its answer before more is read from it."""
        return 16 * self.held > self.settings.held_bytes

    def has_room(self, more_bytes: int) -> bool:
        """Whether a request of this weight can be taken."""
        return (
            more_bytes <= protocol.LIGHT_BYTES
            or self.held + more_bytes <= self.settings.held_bytes
            or 2 * self.held <= self.settings.held_bytes
        )

    async def drain(self, seconds: float) -> None:
        """Answer what is in work, for so many seconds at most, and close every connection."""
        self.draining = self.strained = True
        self._deserted.clear()
        for connection in tuple(self.connections):
            connection.drain()
        if self.connections and seconds > 0:
            try:
                await asyncio.wait_for(self._deserted.wait(), seconds)
            except TimeoutError:
                LOG.warning("%d connections did not end in time", len(self.connections))
        self.abort()

    def abort(self) -> None:
        """Close every connection at once."""
        for connection in tuple(self.connections):
            connection.abort()


# The hub whose connections the present code serves; unset outside a server's loop.
SERVED_BY: contextvars.ContextVar[Hub] = contextvars.ContextVar("SERVED_BY")
