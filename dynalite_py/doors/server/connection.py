"""One client's connection: httptools' callbacks in, answers out in the order of the requests.

``data_received``, ``on_headers_complete`` and ``on_message_complete`` are the hot path. httptools
calls what it finds under the names ``on_url``, ``on_header`` and ``on_body``; built-in methods of
lists and a dict stand there, so that none of these enters a Python function. Where signatures are
verified, every request goes the long way.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Any, cast

import httptools

from dynalite_py.doors.server import admin, protocol
from dynalite_py.doors.server.hub import LARGE_BYTES, Hub, Outcome, Slot
from dynalite_py.doors.server.protocol import HeaderLines, Layout, Style
from dynalite_py.model import authentication_errors, codec, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

LOG = logging.getLogger(__name__)

# The parser gets at most this much at once: limits and back-pressure hold inside a big read.
SLICE_BYTES = 4096
# Larger answers are compressed beside the loop, smaller ones on it.
COMPRESS_ON_LOOP_BYTES = LARGE_BYTES
# More is written at once: until the loop has read from everybody, all of it would be kept.
WRITE_AT_ONCE_BYTES = LARGE_BYTES
# Larger requests are decoded and checked beside the loop.
BESIDE_LOOP_BYTES = 256 * 1024
# In the count of requests in work each such part of a body weighs as one more request.
WEIGHT_BYTES = 256 * 1024

_NO_HEADERS = protocol.layout(())
_ROOT = [b"/"]


class Connection(asyncio.Protocol):
    """The protocol object of one connection. All methods run on the loop's thread."""

    _transport: asyncio.Transport  # set by connection_made, before all else

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        # The request that is being read.
        self._url: list[bytes] = []
        self._headers: dict[bytes, bytes] | HeaderLines = (
            {} if hub.settings.credentials is None else HeaderLines()
        )
        self._layout: Layout = _NO_HEADERS
        self._values: tuple[bytes | None, ...] = (None,)
        self._head_done = False
        self._parts: list[bytes] = []  # of the body, as the parser gives them
        self._body = bytearray()  # what came of it in earlier reads
        # Bytes since the last sign of progress: bounds header block, chunk sizes and trailers.
        self._fruitless = 0
        self._since = hub.now
        self.on_url = self._url.append
        self.on_header = self._headers.setdefault
        self.on_body = self._parts.append
        self._parser = httptools.HttpRequestParser(self)
        self._parse = self._parser.feed_data
        # Requests that were read and not answered, oldest first.
        self._slots: deque[Slot] = deque()
        self._slot = Slot()  # of the request being read, and of the next if that need not wait
        self._answer = partial(hub.post, self, self._slot)
        self._in_work = 0
        self._out: list[bytes] = []
        # Bytes that the hub has counted beside those of the slots; of these, answers not read; and
        # what was written since the client was last seen to read: it is kept until all is sent.
        self._held = self._unsent = self._wrote = 0
        # How the connection stands.
        self._backlog = b""
        self._last = False  # no further request is read
        # All is said; what still comes is thrown away until the client closes.
        self._lingering = False
        self._refused = False  # the end comes from a fault, so unread bytes may be on their way
        self._closed = False
        self._writing_paused = False
        self._reading_paused = False

    # Transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._hub.joined(self):
            self._last = True
            self._transport.write(protocol.UNAVAILABLE)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; answers that still come find nobody."""
        self._give_up()
        self._hub.left(self)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._last:
            return
        if len(data) > SLICE_BYTES:
            self._backlog = data
            self._feed_backlog()
            return
        self._feed(data)
        out = self._out
        if out:
            if len(out[0]) > WRITE_AT_ONCE_BYTES or (
                len(out) > 1 and sum(map(len, out)) > WRITE_AT_ONCE_BYTES
            ):
                self.flush()
                return
            if not self._hub.in_turn:
                self._hub.begin_turn()
            self._hub.ready.append(self)

    def eof_received(self) -> bool:
        """The client has ended its side. Answers owed still go out; TLS knows no half-close."""
        self._last = True
        self._refused = False  # nothing more is on its way, so there is nothing to wait for
        has_tls = self._transport.get_extra_info("sslcontext") is not None
        return bool(self._slots or self._out) and not has_tls

    def pause_writing(self) -> None:
        """The client reads more slowly than it asks: read no further requests."""
        self._writing_paused = True
        self._since = self._hub.now
        self._pause_reading()
        self._hub.slow[self] = None
        self._count_unsent()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writing_paused = False
        self._since = self._hub.now
        self._hub.slow.pop(self, None)
        self._count_unsent()
        self._maybe_resume()

    # Reading.

    def _feed(self, data: bytes | memoryview) -> None:
        before = self._fruitless
        self._fruitless = before + len(data)
        try:
            self._parse(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as failure:
            self._misread(failure)
        if self._head_done:
            self._within_body()
        elif self._fruitless:
            self._within_head(before)

    def _misread(self, failure: Exception) -> None:
        """The parser has stopped, and nothing further is read."""
        if isinstance(failure, httptools.HttpParserUpgrade):
            # The request was answered as plain HTTP; nothing else is spoken here.
            self._last = True
        elif isinstance(failure, httptools.HttpParserCallbackError):
            LOG.error("a request broke the server's own code", exc_info=failure)
            self._hub.serving = None
            self._refuse(self._hub.bare_reply(500, self._slot.number))
        elif not self._last:
            self._refuse(self._hub.bare_reply(400))

    def _within_head(self, before: int) -> None:
        """What was read ends inside a head. before: _fruitless before that."""
        if not before:
            self._since = self._hub.now
        if self._fruitless > protocol.HEAD_BYTES and not self._last:
            self._refuse(self._hub.bare_reply(400))

    def _within_body(self) -> None:
        """What was read ends inside a body, or the sizes, extensions and trailers of its chunks."""
        if self._last:
            return
        if self._parts:
            self._fruitless = 0
            self._body += b"".join(self._parts)
            self._parts.clear()
            self._count()
        if len(self._body) > protocol.BODY_BYTES:
            self._refuse_body()
        elif self._hub.strained and not self._hub.has_room(len(self._body)):
            self._refuse_busy()
        elif self._fruitless > protocol.HEAD_BYTES:
            self._refuse(self._hub.bare_reply(400))

    def _feed_backlog(self) -> None:
        """Feed what was read in slices, until all is read or too much is in work."""
        rest = memoryview(self._backlog)
        while rest and not self._last and not self._reading_paused:
            self._feed(rest[:SLICE_BYTES])
            rest = rest[SLICE_BYTES:]
            if self._out:
                self._write()  # which may pause reading
        self._backlog = b"" if self._last else bytes(rest)
        self._count()
        self.flush()

    def _pause_reading(self) -> None:
        if not self._reading_paused and not self._closed:
            self._reading_paused = True
            if not self._transport.is_closing():
                self._transport.pause_reading()

    def _maybe_resume(self) -> None:
        if not self._reading_paused or self._writing_paused or self._closed or self._has_enough():
            return
        self._reading_paused = False
        if self._backlog:
            self._feed_backlog()
        if not self._reading_paused and not self._transport.is_closing():
            self._transport.resume_reading()

    # The parser's callbacks.

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        if self._last:
            return
        headers = self._headers
        if self._fruitless > protocol.HEAD_BYTES and protocol.is_long_head(
            self._parser.get_method(), self._url, headers.items()
        ):
            self._refuse(self._hub.bare_reply(400))
            return
        self._fruitless = 0
        self._since = self._hub.now
        self._head_done = True
        self._layout = found = protocol.layout(tuple(headers))
        self._values = (*headers.values(), None)
        # Emptied here, so that trailers of a chunked body are not taken for headers.
        headers.clear()
        if found.content_length >= 0 and len(self._values[found.content_length] or b"") > 4:
            self._announced()
        if found.expect >= 0 and not self._last:
            self._expected()

    def on_message_complete(self) -> None:
        """A request is whole: answer it, or have it answered."""
        if self._last:
            return
        hub, found, values, parser = self._hub, self._layout, self._values, self._parser
        # What a client sends all day is known by its headers as they stand; the rest is looked at.
        known = hub.known.get(found.known(values))
        authorization = values[found.authorization] or b""
        caller = hub.callers.get(authorization[: authorization.rfind(b"=", 0, -1)])
        if (
            known is None
            or caller is None
            or not found.plain
            or self._url != _ROOT
            or len(self._parts) != 1
            or self._body
            or values[found.amz_date] != hub.date_seen
            or not parser.should_keep_alive()
            or parser.get_method() != b"POST"
            or hub.strained
        ):
            self._look_at_request()
            return
        body, style, slot = self._parts[0], known[0], self._slot
        slot.number = number = next(hub.numbers)
        hub.serving = slot
        if not hub.in_turn:
            hub.begin_turn()
        self._fruitless = 0
        self._head_done = False
        self._parts.clear()
        self._url.clear()
        try:
            request = codec.decode(body)
            if request.__class__ is not dict:
                raise codec.NotJsonError
            outcome = hub.submit(known[1], request, caller, self._answer)
        except DynamoDBError as refusal:
            outcome = refusal
        except codec.NotJsonError:
            outcome = hub.refused(known[1], errors.serialization())
        hub.serving = None
        if outcome is None or self._slots or style.coding:
            self._take(style, outcome, body)
        else:
            self._out.append(hub.reply(style, outcome, number))

    # Requests that are not of the common kind, or the first of it.

    def _look_at_request(self) -> None:
        url, values, found, hub = self._url, self._values, self._layout, self._hub
        path, body = protocol.origin_form(b"".join(url)), bytes(self._body) + b"".join(self._parts)
        if len(body) > protocol.BODY_BYTES:
            self._refuse_body()
            return
        url.clear()
        self._headers.clear()  # of trailers
        self._parts.clear()
        self._body = bytearray()
        self._count()
        self._head_done = False
        self._fruitless = 0
        self._since = hub.now

        origin, after, slot = values[found.origin], self._connection_after(), self._slot
        style = hub.style(values[found.content_type], values[found.accept_encoding], origin, after)
        slot.number = next(hub.numbers)
        hub.serving = slot
        method = self._parser.get_method()
        if not hub.admits(values[found.host], origin):
            LOG.info("a page of %r asked under the name %r", origin, values[found.host])
            # Without the headers that would let the page read why.
            style = hub.style(values[found.content_type], None, None, after)
            self._take(style, hub.refused("", authentication_errors.foreign_host()), b"")
        elif method != b"POST" or (path != b"/" and path[:2] != b"/?"):
            self._say(admin.other(hub, style, slot.number, method, path, found, values, body))
        elif not style.accepted and (body or found.content_type >= 0):
            self._say(hub.plain_reply(style, 404, protocol.NOT_AN_OPERATION, slot.number))
        else:
            self._take(style, *self._outcome(style, path, body))
        hub.serving = None

    def _connection_after(self) -> int:
        """How the connection goes on after this request's answer."""
        if not self._parser.should_keep_alive() or self._hub.draining:
            self._last = True
            return protocol.CLOSE
        is_old = self._layout.connection >= 0 and self._parser.get_http_version() == "1.0"
        return protocol.KEEP_1_0 if is_old else protocol.KEEP

    def _outcome(self, style: Style, path: bytes, sent: bytes) -> tuple[Outcome | None, bytes]:
        """Hand the request to the engine, if it can be; None: the outcome comes later.

        Beside it the body, unpacked where it was compressed.
        """
        hub, values, found = self._hub, self._values, self._layout
        body = sent
        try:
            if found.content_encoding >= 0:
                body = hub.unpacked(body, values[found.content_encoding] or b"")
            if len(body) > SLICE_BYTES and not hub.has_room(protocol.weight(body)):
                raise errors.service_unavailable()
            if len(body) > BESIDE_LOOP_BYTES:
                self._submit_beside(path, body, sent)
                return None, body
            request, caller, operation = self._signed_request(path, body, sent)
        except DynamoDBError as refusal:
            return hub.refused(hub.named(values[found.target]), refusal), body
        if found.plain and not self._last:
            hub.remember(found.known(values), (style, operation))
        try:
            return hub.submit(operation, request, caller, self._answer), body
        except DynamoDBError as refusal:
            return refusal, body

    def _signed_request(
        self, path: bytes, body: bytes, sent: bytes
    ) -> tuple[dict[str, Any], Caller, str]:
        """Request, caller and operation, checked in the service's order. Raises: DynamoDBError."""
        request: Any = None
        if body:
            try:
                request = codec.decode(body)
            except codec.NotJsonError:
                raise errors.serialization() from None
        operation = self._hub.operation(self._values[self._layout.target])
        caller = self._caller(path, sent)
        if request.__class__ is not dict:
            raise errors.serialization()
        return request, caller, operation

    def _submit_beside(self, path: bytes, body: bytes, sent: bytes) -> None:
        """Have the request decoded in a thread; who asks is known before, or why nobody does."""
        hub, target = self._hub, self._values[self._layout.target]
        try:
            hub.operation(target)
            asked_by = self._caller(path, sent)
        except DynamoDBError as refusal:
            asked_by = refusal
        hub.submit_beside(body, target, asked_by, self._slot, self._answer)

    def _caller(self, path: bytes, sent: bytes) -> Caller:
        method = self._parser.get_method()
        return self._hub.asked_by(method, path, self._layout, self._values, sent)

    def _announced(self) -> None:
        """The client says how long its body is: refuse at once what there is no room for."""
        if not self._hub.has_room(protocol.announced(self._layout, self._values)):
            self._refuse_busy()

    def _expected(self) -> None:
        """The client waits for a word before it sends the body."""
        values, found = self._values, self._layout
        expectation = values[found.expect] or b""
        if expectation.lower() != b"100-continue" or self._parser.get_http_version() == "1.0":
            return
        if protocol.announced(found, values) > protocol.BODY_BYTES:
            self._refuse_body()
        else:
            self._say(protocol.CONTINUE)

    # Refusals of the HTTP layer, after which nothing more is read.

    def _refuse(self, whole: bytes) -> None:
        self._last = self._refused = True
        self._body = bytearray()
        self._count()
        self._say(whole)

    def _refuse_body(self) -> None:
        is_old = self._parser.get_http_version() == "1.0"
        self._refuse(protocol.TOO_LARGE_1_0 if is_old else protocol.TOO_LARGE)

    def _refuse_busy(self) -> None:
        self._refuse(self._hub.busy_reply(self._values[self._layout.target]))

    # What is held for this connection.

    def _count(self) -> None:
        """Tell the hub what is held now."""
        held = len(self._body) + len(self._backlog) + self._unsent
        more, self._held = held - self._held, held
        if more:
            self._hub.hold(more)

    def _count_unsent(self) -> None:
        waiting = max(self._wrote, self._transport.get_write_buffer_size())
        self._unsent = waiting if self._writing_paused else 0
        self._count()

    def _has_enough(self) -> bool:
        """Whether nothing more is to be read before something is answered."""
        return self._in_work >= self._hub.settings.pipelined or (
            self._in_work > 0 and self._hub.is_crowded()
        )

    def _give_up(self) -> None:
        """Hold nothing for this client any more but what is in work."""
        self._closed = self._last = True
        self._writing_paused = False
        self._unsent = 0
        self._body, self._backlog = bytearray(), b""
        self._out.clear()
        self._hub.slow.pop(self, None)
        self._count()

    # Answers.

    def _take(self, style: Style, outcome: Outcome | None, body: bytes) -> None:
        """Queue the answer of the request just read, or a place for it."""
        if outcome is None:
            self._wait(style, 1 + len(body) // WEIGHT_BYTES, protocol.weight(body))
        elif _is_large(style, outcome):
            slot = self._slot
            self._wait(style, 1, COMPRESS_ON_LOOP_BYTES)
            self._compress(slot, style, outcome)
        else:
            self._say(self._hub.reply(style, outcome, self._slot.number))

    def _wait(
        self, style: Style | None, weight: int, held: int, whole: bytes | None = None
    ) -> None:
        slot, self._slot = self._slot, Slot()
        slot.style, slot.weight, slot.held, slot.whole = style, weight, held, whole
        self._slots.append(slot)
        self._answer = partial(self._hub.post, self, self._slot)
        self._in_work += weight
        self._hub.hold(held)
        if self._has_enough():
            self._pause_reading()

    def _say(self, whole: bytes) -> None:
        """Queue an answer that is ready, behind those that are not."""
        if self._slots:
            self._wait(None, 1 + len(whole) // WEIGHT_BYTES, len(whole), whole)
        else:
            self._out.append(whole)

    def _compress(self, slot: Slot, style: Style, outcome: Outcome) -> None:
        job = self._hub.loop.run_in_executor(None, self._hub.reply, style, outcome, slot.number)
        job.add_done_callback(lambda done: self._compressed(slot, done.result()))

    def _compressed(self, slot: Slot, whole: bytes) -> None:
        self._settle(slot, whole)
        self.flush()

    def answered(self, slot: Slot, outcome: Outcome) -> None:
        """Take the outcome of the request in this slot; ``flush`` writes it."""
        if self._closed:
            self._settle(slot, b"")
            return
        style = slot.style
        assert style is not None, "a request is answered once it waits"
        if _is_large(style, outcome):
            self._compress(slot, style, outcome)
        else:
            self._settle(slot, slot.made or self._hub.reply(style, outcome, slot.number))

    def _settle(self, slot: Slot, whole: bytes) -> None:
        """A waiting request's answer is there: it goes out, and those behind it that are ready."""
        slots = self._slots
        slot.whole = whole
        more = len(whole) - slot.held
        slot.held = len(whole)
        while slots and (ready := slots[0].whole) is not None:
            slot = slots.popleft()
            self._in_work -= slot.weight
            more -= slot.held
            if not self._closed:
                self._out.append(ready)
        self._hub.hold(more)

    def flush(self) -> None:
        """Write what is ready, in one piece; then go on reading, or end."""
        if self._out:
            self._write()
        if self._last:
            if not self._slots and not self._closed:
                self._end()
        elif self._reading_paused:
            self._maybe_resume()

    def _write(self) -> None:
        out = self._out
        if not self._transport.is_closing():
            data = out[0] if len(out) == 1 else b"".join(out)
            self._wrote = len(data) + (self._wrote if self._writing_paused else 0)
            self._transport.write(data)
        out.clear()
        if self._writing_paused:
            self._count_unsent()

    def _end(self) -> None:
        """Close, for everything is answered.

        After a fault the client may still be sending, and a close would make its system throw our
        answer away: so it is read, and forgotten, until it ends.
        """
        if self._lingering:
            return
        if self._refused and self._transport.can_write_eof():
            self._lingering = True
            self._since = self._hub.now
            self._transport.write_eof()
            if self._reading_paused:
                self._reading_paused = False
                self._transport.resume_reading()
        else:
            self._transport.close()

    # The hub's wishes.

    def sweep(self, now: float) -> None:
        """Give up on a client that takes too long."""
        settings, taken = self._hub.settings, now - self._since
        if self._lingering or self._writing_paused:
            patience = settings.linger_timeout if self._lingering else settings.write_timeout
            if taken > patience:
                self._transport.abort()
        elif self._slots or self._last:
            return  # it waits for us
        elif self._head_done or self._url or self._fruitless:
            patience = settings.body_timeout if self._head_done else settings.header_timeout
            if taken > patience:
                self._refuse(self._hub.bare_reply(408))
                self.flush()
        elif taken > settings.idle_timeout:
            self._last = True
            self.flush()

    def request_id(self, slot: Slot) -> str:
        """The id of a request of this connection."""
        return self._hub.request_id(slot)

    def drain(self) -> None:
        """Close once everything that was asked is answered; a request half read is read first."""
        if not (self._url or self._fruitless or self._head_done or self._backlog):
            self._last = True
            self.flush()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def cut(self) -> None:
        """Close at once and hold nothing any more."""
        self._give_up()
        self._transport.abort()


def _is_large(style: Style, outcome: Outcome) -> bool:
    """Whether compressing the answer would hold up the loop."""
    return (
        bool(style.coding) and isinstance(outcome, bytes) and len(outcome) > COMPRESS_ON_LOOP_BYTES
    )
