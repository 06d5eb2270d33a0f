"""Limits on size and time, and what a client that breaks one is told."""

from __future__ import annotations

import pytest

from dynalite_py.doors.server.protocol import BODY_BYTES, HEAD_BYTES
from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import SIGNED, RawClient, message, operation
from tests.support.servers import ScriptedEngine

TARGET = {**SIGNED, "X-Amz-Target": "DynamoDB_20120810.GetItem"}


def _head_of(size: int, *, in_url: bool = False) -> bytes:
    """A request whose request line and header block have exactly this many bytes."""
    empty = message("GET", "/?", {"X-Pad": ""})
    pad = "x" * (size - len(empty))
    return message("GET", f"/?{pad}" if in_url else "/?", {"X-Pad": "" if in_url else pad})


@pytest.mark.parametrize("in_url", [False, True])
def test_a_head_of_the_limit_is_read(client: RawClient, *, in_url: bool) -> None:
    whole = _head_of(HEAD_BYTES, in_url=in_url)
    assert len(whole) == HEAD_BYTES
    for _ in range(2):
        assert client.ask(whole).status == 200
    client.send(whole[:10_000])
    assert client.ask(whole[10_000:] + message("GET")).status == 200
    assert client.response().status == 200


@pytest.mark.parametrize("in_url", [False, True])
def test_one_byte_more_is_refused_and_ends_the_connection(port: int, *, in_url: bool) -> None:
    with RawClient(port) as client:
        answer = client.ask(_head_of(HEAD_BYTES + 1, in_url=in_url))
        assert (answer.status, answer.body, answer.headers["connection"]) == (400, b"", "close")
        assert client.rest() == b""


@pytest.mark.parametrize(
    "endless",
    [
        b"GET /" + b"x" * 20_000,
        b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 4_000,
        b"\r\n" * 10_000,
        message("POST", "/", {**TARGET, "Transfer-Encoding": "chunked"})
        + b"2\r\n{}\r\n0\r\n"
        + b"X: y\r\n" * 4_000,
        message("POST", "/", {**TARGET, "Transfer-Encoding": "chunked"}) + b"2;" + b"x" * 40_000,
    ],
    ids=["url", "header", "headers", "blank lines", "trailers", "chunk extension"],
)
def test_what_never_ends_is_refused(port: int, endless: bytes) -> None:
    with RawClient(port) as client:
        assert client.ask(endless).status == 400
        assert client.rest() == b""


def test_many_small_requests_at_once_are_no_large_head(client: RawClient) -> None:
    client.send(operation("GetItem") * 300)
    assert [client.response().status for _ in range(300)] == [200] * 300


def _body_of(size: int) -> bytes:
    return b'{"a":"%b"}' % (b"x" * (size - len('{"a":""}')))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_the_limit_is_read(client: RawClient, *, chunked: bool) -> None:
    body = _body_of(BODY_BYTES)
    framing = {"Transfer-Encoding": "chunked"} if chunked else {}
    framed = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    answer = client.ask(message("POST", "/", {**TARGET, **framing}, framed))
    assert (answer.status, len(answer.body)) == (200, BODY_BYTES)
    assert answer.crc_fits()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_one_byte_more_is_refused_without_a_request_id(
    port: int, *, chunked: bool
) -> None:
    body = _body_of(BODY_BYTES + 1)
    framing = {"Transfer-Encoding": "chunked"} if chunked else {}
    framed = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    with RawClient(port) as client:
        answer = client.ask(message("POST", "/", {**TARGET, **framing}, framed))
        assert (answer.status, answer.body) == (413, b"")
        assert answer.headers["transfer-encoding"] == "chunked"
        assert not {"x-amzn-requestid", "x-amz-crc32"} & answer.headers.keys()
        assert client.rest() == b""


def test_a_large_body_of_http_1_0_is_refused_without_chunks(port: int) -> None:
    with RawClient(port) as client:
        sent = operation("GetItem", body=_body_of(BODY_BYTES + 1), version="1.0")
        answer = client.ask(sent)
        assert (answer.status, answer.headers["content-length"]) == (413, "0")
        assert client.rest() == b""


# Times: short ones are set, and the test waits for the server's close.

SOON = 0.05


def _says_until_closed(settings: ServerSettings, sent: bytes) -> bytes:
    with servers.serving(settings=settings) as server, RawClient(server.port) as client:
        client.send(sent)
        said = client.rest()
        with RawClient(server.port) as witness:
            assert witness.ask(operation("GetItem")).status == 200
    return said


def test_an_idle_connection_is_closed() -> None:
    assert _says_until_closed(ServerSettings(port=0, idle_timeout=SOON), b"") == b""
    said = _says_until_closed(ServerSettings(port=0, idle_timeout=SOON), operation("GetItem"))
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("sent", [b"P", b"POST / HT", operation("GetItem")[:60]])
def test_a_head_that_does_not_come_to_its_end_is_given_up(sent: bytes) -> None:
    said = _says_until_closed(ServerSettings(port=0, header_timeout=SOON), sent)
    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_does_not_come_to_its_end_is_given_up() -> None:
    said = _says_until_closed(
        ServerSettings(port=0, body_timeout=SOON), operation("GetItem", {"a": 1})[:-1]
    )
    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_never_reads_is_given_up() -> None:
    settings = ServerSettings(port=0, write_timeout=SOON)
    with servers.serving(settings=settings) as server, RawClient(server.port) as client:
        client.send(operation("Scan", {"Limit": 64_000_000}))
        with RawClient(server.port) as witness:
            while _connections(witness) > 1:
                pass
        assert len(client.rest()) < 64_000_000


def _connections(witness: RawClient) -> int:
    health = witness.ask(message("GET", "/_dynalite/health")).json()
    assert isinstance(health, dict)
    return health["connections"]


def test_a_request_in_work_is_waited_for(scripted: ScriptedEngine) -> None:
    settings = ServerSettings(
        port=0, idle_timeout=SOON, header_timeout=SOON, body_timeout=SOON, write_timeout=SOON
    )
    with servers.serving(scripted, settings) as server, RawClient(server.port) as client:
        client.send(operation("PutItem", {"n": 1}))
        scripted.await_waiting(1)
        with RawClient(server.port) as idle:
            assert idle.rest() == b""  # a connection without work has been given up meanwhile
        scripted.release()
        assert client.response().body == b'{"n":1}'
        assert client.rest() == b""


def test_one_connection_too_many_is_turned_away() -> None:
    settings = ServerSettings(port=0, maximum_connections=2)
    with servers.serving(settings=settings) as server, RawClient(server.port) as first:
        with RawClient(server.port) as second:
            assert first.ask(operation("GetItem")).status == 200
            assert second.ask(operation("GetItem")).status == 200
            with RawClient(server.port) as third:
                assert third.response().status == 503
                assert third.rest() == b""
        while _connections(first) > 1:
            pass
        with RawClient(server.port) as fourth:
            assert fourth.ask(operation("GetItem")).status == 200
