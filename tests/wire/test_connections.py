"""How a connection lives: order, framing, the client's half-close, old clients, back-pressure."""

from __future__ import annotations

import socket

import pytest

from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import PATIENCE_SECONDS, SIGNED, RawClient, message, operation
from tests.support.servers import ScriptedEngine

TARGET = {**SIGNED, "X-Amz-Target": "DynamoDB_20120810.GetItem"}
CHUNKED = {**TARGET, "Transfer-Encoding": "chunked"}


def test_pipelined_requests_are_answered_in_their_order(scripted: ScriptedEngine) -> None:
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        client.send(
            operation("PutItem", {"n": 0})
            + operation("GetItem", {"n": 1})
            + operation("PutItem", {"n": 2})
            + message("GET")
            + operation("DescribeTable")
            + operation("PutItem", {"n": 3})
            + operation("GetItem", {"n": 4})
        )
        scripted.await_waiting(3)
        scripted.release_all()  # the youngest first
        bodies = [client.response().body for _ in range(7)]
        assert bodies[3].startswith(b"healthy")
        assert b"ResourceNotFound" in bodies[4]
        assert bodies[:3] + bodies[5:] == [b'{"n":%d}' % n for n in range(5)]


def test_a_waiting_answer_holds_back_those_behind_it_alone(scripted: ScriptedEngine) -> None:
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        client.send(operation("PutItem", {"n": 0}) + operation("GetItem", {"n": 1}))
        scripted.await_waiting(1)
        with RawClient(server.port) as other:
            assert other.ask(operation("GetItem", {"other": 1})).body == b'{"other":1}'
        scripted.release()
        assert [client.response().body for _ in range(2)] == [b'{"n":0}', b'{"n":1}']


def test_many_answers_from_other_threads_find_their_requests(client: RawClient) -> None:
    client.send(b"".join(operation("UpdateItem", {"n": n}) for n in range(200)))
    assert [client.response().body for _ in range(200)] == [b'{"n":%d}' % n for n in range(200)]


def test_a_request_may_come_byte_by_byte(client: RawClient) -> None:
    for byte in operation("GetItem", {"slow": True}):
        client.send(bytes((byte,)))
    assert client.response().body == b'{"slow":true}'


@pytest.mark.parametrize("cut", [1, 5, 17, 100, 250, 300])
def test_a_request_may_end_inside_what_comes_at_once(client: RawClient, cut: int) -> None:
    whole = operation("GetItem", {"n": 1}) + operation("GetItem", {"n": 2})
    client.send(whole[:-cut])
    assert client.response().body == b'{"n":1}'
    client.send(whole[-cut:])
    assert client.response().body == b'{"n":2}'


def test_a_chunked_body_is_read(client: RawClient) -> None:
    body = b'5;ext=1\r\n{"a":\r\n2\r\n1}\r\n0\r\nX-Amz-Target: trailer\r\n\r\n'
    for _ in range(2):
        assert client.ask(message("POST", "/", CHUNKED, body)).body == b'{"a":1}'
    assert client.ask(operation("GetItem")).status == 200


def test_an_expectation_is_met_before_the_body_is_sent(client: RawClient) -> None:
    for _ in range(2):
        headers = {**TARGET, "Expect": "100-continue", "Content-Length": "7"}
        assert client.ask(message("POST", "/", headers)).raw == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert client.ask(b'{"a":1}').body == b'{"a":1}'


def test_an_expectation_of_too_large_a_body_is_refused(port: int) -> None:
    with RawClient(port) as client:
        size = str(16 * 1024 * 1024 + 1)
        headers = {**TARGET, "Expect": "100-continue", "Content-Length": size}
        answer = client.ask(message("POST", "/", headers))
        assert (answer.status, answer.body) == (413, b"")
        assert client.rest() == b""


def test_a_client_that_ends_its_side_is_still_answered(scripted: ScriptedEngine) -> None:
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        client.send(operation("PutItem", {"n": 0}) + operation("GetItem", {"n": 1}))
        client.end()
        scripted.await_waiting(1)
        scripted.release()
        assert [client.response().body for _ in range(2)] == [b'{"n":0}', b'{"n":1}']
        assert client.rest() == b""


def test_a_request_that_ends_in_the_middle_is_dropped(client: RawClient) -> None:
    client.send(operation("GetItem") + operation("GetItem")[:-1])
    client.end()
    assert client.rest().count(b"HTTP/1.1 200 OK") == 1


def test_close_is_honoured_and_said(client: RawClient) -> None:
    first = operation("GetItem", {"n": 1}, {"Connection": "close"})
    answer = client.ask(first + operation("GetItem", {"n": 2}))
    assert (answer.body, answer.headers["connection"]) == (b'{"n":1}', "close")
    assert client.rest() == b""


def test_close_waits_for_the_answer(scripted: ScriptedEngine) -> None:
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        client.send(operation("PutItem", {"n": 1}, {"Connection": "close"}))
        scripted.await_waiting(1)
        scripted.release()
        assert client.response().body == b'{"n":1}'
        assert client.rest() == b""


def test_http_1_0_closes_unless_it_asks_to_be_kept(client: RawClient) -> None:
    kept = client.ask(operation("GetItem", {"n": 1}, {"Connection": "keep-alive"}, version="1.0"))
    assert (kept.body, kept.headers["connection"]) == (b'{"n":1}', "keep-alive")
    closed = client.ask(operation("GetItem", {"n": 2}, version="1.0"))
    assert (closed.body, closed.headers["connection"]) == (b'{"n":2}', "close")
    assert client.rest() == b""


def test_keep_alive_of_http_1_1_is_not_answered_with_a_header(client: RawClient) -> None:
    for _ in range(2):
        answer = client.ask(operation("GetItem", headers={"Connection": "keep-alive"}))
        assert "connection" not in answer.headers


def test_an_upgrade_is_not_taken(client: RawClient) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "h2c"}
    answer = client.ask(message("GET", headers=headers))
    assert (answer.status, answer.body[:7]) == (200, b"healthy")
    assert client.rest() == b""


def test_a_broken_operation_is_a_failure_of_its_connection_alone(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with RawClient(port) as client:
        assert client.ask(operation("DeleteItem")).status == 500
        assert client.rest() == b""
    assert "broken on purpose" in caplog.text
    with RawClient(port) as client:
        assert client.ask(operation("GetItem")).status == 200


# Back-pressure.


def test_no_more_requests_are_taken_than_may_be_in_work(scripted: ScriptedEngine) -> None:
    settings = ServerSettings(port=0, pipelined=4)
    with servers.serving(scripted, settings) as server, RawClient(server.port) as client:
        pieces = [operation("PutItem", {"n": n, "pad": "x" * 17_000}) for n in range(40)]
        client.send(b"".join(pieces))
        client.end()
        most = 0
        for n in range(40):
            scripted.await_waiting(1)
            most = max(most, len(scripted.waiting))
            scripted.release()
            assert client.response().body.startswith(b'{"n":%d,' % n)
        assert most <= 4
        assert client.rest() == b""


def test_large_requests_count_for_several(scripted: ScriptedEngine) -> None:
    settings = ServerSettings(port=0, pipelined=8, drain_timeout=5.0)
    with servers.serving(scripted, settings) as server, RawClient(server.port) as client:
        large = operation("PutItem", {"pad": "x" * 2_000_000})
        client.send(large + operation("PutItem", {"n": 1, "pad": "x" * 10_000}))
        scripted.await_waiting(1)
        with RawClient(server.port) as witness:
            assert witness.ask(operation("GetItem")).status == 200
        assert len(scripted.waiting) == 1
        scripted.release()
        assert len(client.response().body) > 2_000_000
        scripted.await_waiting(1)
        scripted.release()
        assert client.response().body.startswith(b'{"n":1,')


def test_a_client_that_does_not_read_is_not_read_from(port: int) -> None:
    asked = operation("Scan", {"Limit": 400_000}) * 1000
    with RawClient(port) as client:
        client.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            _send_for_ever(client, asked, port)
        client.socket.settimeout(PATIENCE_SECONDS)
        for _ in range(100):
            assert len(client.response().body) == 400_000


def _send_for_ever(client: RawClient, data: bytes, port: int) -> None:
    """Ends when the server does not read; were it to read, the answers would fill the memory.

    An answered request of somebody else shows that the server has had its turn in between.
    """
    while True:
        client.socket.send(data)
        with RawClient(port) as other:
            assert other.ask(operation("GetItem")).status == 200


def test_a_client_may_vanish_while_it_is_answered(scripted: ScriptedEngine) -> None:
    with servers.serving(scripted) as server:
        for _ in range(20):
            with RawClient(server.port) as client:
                client.send(operation("PutItem", {"n": 1}) * 3)
                scripted.await_waiting(3)
                # A reset, not an orderly end.
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            scripted.release_all()
        with RawClient(server.port) as client:
            assert client.ask(operation("GetItem")).status == 200
