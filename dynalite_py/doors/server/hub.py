"""What the connections of one server share.

The engine, the answers that come from other threads, the head all answers of a second have in
common, the sweep for clients that take too long, and the count of who is still there.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import logging
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from dynalite_py.doors.server import authentication, compression, protocol
from dynalite_py.doors.server.protocol import KnownHeaders, ServerSettings, Style
from dynalite_py.model import errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import Clock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.security import sigv4
from dynalite_py.security.sigv4 import Claim, Received

LOG = logging.getLogger(__name__)

Outcome = bytes | DynamoDBError
Answer = Callable[[Outcome], None]

_KNOWN = 1024


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


class Client(Protocol):
    """A connection, as the hub sees it."""

    def answered(self, number: int, outcome: Outcome) -> None:
        """Take the outcome of the request with this number; do not write yet."""
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


class Hub:
    """The shared state of one server, opened by ``start`` on its loop and closed by ``close``.

    Everything but ``post`` belongs to the loop's thread.
    """

    def __init__(
        self, engine: Engine, settings: ServerSettings, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.settings = settings
        self.loop = loop
        self.submit = engine.submit
        self._engine = engine
        self._clock = engine.clock
        self.targets = protocol.targets(engine.operations)
        self.connections: set[Client] = set()
        self.draining = False
        self.known: dict[KnownHeaders, tuple[Style, str]] = {}
        self.callers: dict[bytes, Caller] = {}
        self.date_seen: bytes | None = None
        self.ready: list[Client] = []  # connections with something to write
        self.address = ""  # host and port that clients connect to, known once the server listens
        self.now = loop.time()
        self.style = functools.lru_cache(maxsize=1024)(
            functools.partial(protocol.style, protocol.allowed_origins(settings))
        )
        self._numbers = itertools.count()
        self._id_start = protocol.id_start()
        self._common = protocol.common_head(settings, self._id_start)
        self._letters: deque[tuple[Client, int, Outcome]] = deque()
        self._called = False
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

    def start(self) -> None:
        """Begin the tick: one timer for all connections costs a request nothing."""
        self._timer = self.loop.call_later(self._period, self._tick)

    def close(self) -> None:
        """End the tick."""
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self) -> None:
        self.now = self.loop.time()
        self._common = protocol.common_head(self.settings, self._id_start)
        for connection in tuple(self.connections):
            connection.sweep(self.now)
        self._timer = self.loop.call_later(self._period, self._tick)

    # Answers from other threads.

    def post(self, connection: Client, number: int, outcome: Outcome) -> None:
        """Hand over the outcome of a request, from any thread.

        The loop is woken once for all that is posted until it runs: a commit group is answered
        at once.
        """
        self._letters.append((connection, number, outcome))
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
        letters = self._letters
        written: dict[Client, None] = {}
        for _ in range(len(letters)):
            connection, number, outcome = letters.popleft()
            connection.answered(number, outcome)
            written[connection] = None
        for connection in written:
            connection.flush()

    # Answers that were ready at once.

    def call_flush(self) -> None:
        """Write what is ready when the loop has read from every connection that has something.

        A write wakes the client. With each answer written on the spot, clients were woken one by
        one between our reads, and GetItem on 32 connections fell to two thirds (busy machine).
        """
        self.loop.call_soon(self._flush_ready)

    def _flush_ready(self) -> None:
        ready, self.ready = self.ready, []
        for connection in ready:
            connection.flush()

    # Answers as bytes.

    def reply(self, style: Style, outcome: Outcome) -> bytes:
        """The whole answer to a request."""
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
            next(self._numbers),
            zlib.crc32(body),
            len(body),
            body,
        )

    def plain_reply(
        self, style: Style, status: int, body: bytes, *, more: bytes = b"", bare: bool = False
    ) -> bytes:
        """An answer that is no operation's. more: further headers. bare: to HEAD, so no body."""
        head = protocol.with_status(style.ok, status) + more
        whole = self.reply(style._replace(ok=head, coding=b""), body)
        return whole[: len(whole) - len(body)] if bare and body else whole

    # Who asks.

    def operation(self, target: bytes | None) -> str:
        """The operation a target header names. Raises: DynamoDBError."""
        operation = self.targets.get(target) if target is not None else None
        if operation is None:
            raise errors.unknown_operation()
        return operation

    def remember(self, headers: KnownHeaders, meaning: tuple[Style, str]) -> None:
        """Know these headers from now on. Their texts come from outside, so there is a limit."""
        if len(self.known) >= _KNOWN:
            self.known.clear()
        self.known[headers] = meaning

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

    async def drain(self, seconds: float) -> None:
        """Answer what is in work, for so many seconds at most, and close every connection."""
        self.draining = True
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
