"""Bytes that are no request, or no JSON: a refusal, and a server that goes on."""

from __future__ import annotations

import random

import pytest

from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import SIGNED, RawClient, message, operation
from tests.support.servers import ScriptedEngine

TARGET = {**SIGNED, "X-Amz-Target": "DynamoDB_20120810.GetItem"}

NOT_HTTP = [
    b"\x00\x00\x00\x00",
    b"\xff" * 100,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS client
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"hello\r\n\r\n",
    b"POST\r\n\r\n",
    b"POST / HTTP/9.9\r\n\r\n",
    b"POST / JUNK/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nX : y\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
    b"GET / HTTP/1.1\r\n: nameless\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n",
]


@pytest.mark.parametrize("sent", NOT_HTTP)
def test_what_is_no_http_is_refused_and_ends_the_connection(client: RawClient, sent: bytes) -> None:
    answer = client.ask(sent)
    assert (answer.status, answer.body, answer.headers["connection"]) == (400, b"", "close")
    assert client.rest() == b""


def test_a_fault_behind_good_requests_does_not_lose_their_answers(client: RawClient) -> None:
    client.send(operation("GetItem", {"n": 1}) + operation("UpdateItem", {"n": 2}) + b"\x00\r\n")
    assert client.response().body == b'{"n":1}'
    assert client.response().body == b'{"n":2}'
    assert client.response().status == 400
    assert client.rest() == b""


def test_a_client_that_has_ended_is_not_waited_for_after_a_fault(
    scripted: ScriptedEngine,
) -> None:
    settings = ServerSettings(port=0, linger_timeout=3600.0)
    with servers.serving(scripted, settings) as server, RawClient(server.port) as client:
        client.send(operation("PutItem", {"n": 1}) + b"\x00")
        client.end()
        scripted.await_waiting(1)
        with RawClient(server.port) as witness:
            assert witness.ask(operation("GetItem")).status == 200
        scripted.release()
        assert client.response().body == b'{"n":1}'
        assert client.response().status == 400
        assert client.rest() == b""


def test_bytes_behind_a_fault_do_not_cost_the_client_its_answer(client: RawClient) -> None:
    client.send(b"\x00" + b"x" * 1_000_000)
    assert client.response().status == 400
    client.end()
    assert client.rest() == b""


NOT_JSON = [
    b"\xff\xfe",
    b'{"a":"\xff"}',
    b'{"a":"\xc3"}',
    b'{"a":"\xed\xa0\x80"}',  # a surrogate in UTF-8
    b'{"a":"\\ud800"}',
    b'{"a":"\\udc00\\ud800"}',
    b'{"a":"\x00"}',
    b'{"a":1',
    b'{"a":1}}',
    b"{'a':1}",
    b'{"a":NaN}',
    b'{"a":01}',
    b"\xef\xbb\xbf{}",
    b"[" * 500_000,
    b'{"a":' * 500_000 + b"1" + b"}" * 500_000,
    b"[" * 500_000 + b"]" * 500_000,
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:12]))
def test_what_is_no_json_is_refused_and_keeps_the_connection(
    client: RawClient, body: bytes
) -> None:
    answer = client.ask(operation("GetItem", body=body))
    assert answer.status == 400
    assert answer.json() == {"__type": "com.amazon.coral.service#SerializationException"}
    assert client.ask(operation("GetItem", {"a": "\0"})).body == b'{"a":"\\u0000"}'


def test_strange_headers_are_no_trouble(client: RawClient) -> None:
    strange = {**TARGET, "X-Ümlaut".encode().decode("latin-1")[:2]: "\xff\xfe", "Origin": "\xff"}
    assert client.ask(message("POST", "/", strange, b"{}")).status == 200
    refused = client.ask(operation("GetItem", headers={"Authorization": "AWS4-\xff"}))
    assert refused.status == 400
    assert client.ask(operation("No\xffthing")).status == 400
    assert client.ask(message("GET", "/\xff")).status in (400, 404)


def test_random_bytes_do_not_stop_the_server(port: int) -> None:
    source = random.Random(20_261_123)
    for _ in range(300):
        with RawClient(port) as client:
            client.send(_spoilt(source))
            client.end()
            said = client.rest()
            assert not said or said.startswith(b"HTTP/1.1 ")
            assert b" 500 " not in said.partition(b"\r\n")[0]
    with RawClient(port) as client:
        assert client.ask(operation("GetItem", {"n": 1})).body == b'{"n":1}'


def _spoilt(source: random.Random) -> bytes:
    """Random bytes, or good requests with some bytes changed, taken out or doubled."""
    if source.random() < 0.2:
        return source.randbytes(source.randrange(1, 2_000))
    chunked = message("POST", "/", {**TARGET, "Transfer-Encoding": "chunked"})
    whole = bytearray(
        b"".join(
            source.choice(
                (
                    operation("GetItem", {"a": "b" * source.randrange(50)}),
                    operation("UpdateItem", {"a": [1, 2]}),
                    message("GET", "/x?y"),
                    chunked + b"2\r\n{}\r\n0\r\n\r\n",
                )
            )
            for _ in range(source.randrange(1, 4))
        )
    )
    for _ in range(source.randrange(1, 8)):
        place = source.randrange(len(whole) + 1)
        match source.randrange(3):
            case 0:
                whole[place : place + 1] = source.randbytes(1)
            case 1:
                del whole[place : place + source.randrange(1, 20)]
            case _:
                whole[place:place] = whole[place : place + source.randrange(1, 20)]
    return bytes(whole)
