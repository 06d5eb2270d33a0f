"""What is held for clients has a limit, and the clients that make it grow pay for it."""

from __future__ import annotations

import gzip
import resource
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from dynalite_py.doors.server import run
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support import servers
from tests.support.raw_http import RawClient, Response, message, operation
from tests.support.servers import Outcome, ScriptedEngine

MB = 1_000_000
BUSY = b'{"__type":"com.amazon.coral.service#ServiceUnavailable",'


@contextmanager
def _small(engine: ScriptedEngine, held_bytes: int = 2 * MB) -> Generator[BackgroundServer]:
    settings = ServerSettings(port=0, held_bytes=held_bytes, drain_timeout=5.0)
    with servers.serving(engine, settings) as server:
        yield server


def _is_busy(answer: Response) -> bool:
    return answer.status == 503 and answer.body.startswith(BUSY) and answer.crc_fits()


def test_clients_that_do_not_read_are_cut_the_oldest_first(scripted: ScriptedEngine) -> None:
    with _small(scripted, 40 * MB) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(8)]
        for client in clients:
            client.send(operation("Scan", {"Limit": 14 * MB}))
            with RawClient(server.port) as other:
                assert other.ask(operation("GetItem")).status == 200
        whole = [_reads_all(client, 14 * MB) for client in clients]
        assert not any(whole[:4])
        assert whole[-1]


def _reads_all(client: RawClient, size: int) -> bool:
    try:
        return len(client.response().body) == size
    except (EOFError, ConnectionResetError):
        return False


def test_large_requests_are_refused_where_too_much_is_in_work(scripted: ScriptedEngine) -> None:
    with _small(scripted) as server, ExitStack() as stack:
        holding = [stack.enter_context(RawClient(server.port)) for _ in range(2)]
        for client in holding:
            client.send(operation("PutItem", {"pad": "x" * 400_000}))
        scripted.await_waiting(2)
        with RawClient(server.port) as late:
            assert _is_busy(late.ask(operation("PutItem", {"pad": "x" * 500_000})))
        with RawClient(server.port) as light:
            assert light.ask(operation("GetItem", {"n": 1})).body == b'{"n":1}'
        scripted.release_all()
        assert all(client.response().status == 200 for client in holding)
        with RawClient(server.port) as later:
            later.send(operation("PutItem", {"pad": "x" * 500_000}))
            scripted.await_waiting(1)
            scripted.release()
            assert later.response().status == 200


def test_a_refusal_for_want_of_room_comes_before_the_body(scripted: ScriptedEngine) -> None:
    with _small(scripted) as server, RawClient(server.port) as first:
        first.send(operation("PutItem", {"pad": "x" * 800_000}))
        scripted.await_waiting(1)
        head = operation("PutItem", {"pad": "x" * 900_000})[:1000]
        with RawClient(server.port) as second:
            assert _is_busy(second.ask(head))
        scripted.release()
        assert first.response().status == 200


def test_half_read_bodies_are_bounded_together(scripted: ScriptedEngine) -> None:
    chunk = b"61a80\r\n" + b"x" * 400_000 + b"\r\n"
    with _small(scripted) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(8)]
        for client in clients:
            client.send(message("POST", "/", {"Transfer-Encoding": "chunked"}, chunk))
            with RawClient(server.port) as other:
                assert other.ask(operation("GetItem")).status == 200
        assert _is_busy(clients[-1].response())
        assert _is_busy(clients[-2].response())
        for client in clients:
            client.socket.close()
        with RawClient(server.port) as later:
            later.send(operation("PutItem", {"pad": "x" * 500_000}))
            scripted.await_waiting(1)
            scripted.release()
            assert later.response().status == 200


def test_what_vanished_clients_asked_for_is_held_until_it_is_done(
    scripted: ScriptedEngine,
) -> None:
    with _small(scripted) as server:
        with RawClient(server.port) as client:
            client.send(operation("PutItem", {"pad": "x" * 800_000}))
            scripted.await_waiting(1)
        large = operation("PutItem", {"pad": "x" * 900_000})
        with RawClient(server.port) as other:
            assert _is_busy(other.ask(large))
        scripted.release()
        with RawClient(server.port) as other:
            other.send(large)
            scripted.await_waiting(1)
            scripted.release()
            assert other.response().status == 200


def test_answers_that_wait_behind_another_are_bounded(scripted: ScriptedEngine) -> None:
    """They are ready and not written, so nothing but this limit would end the reading."""
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        scans = [operation("Scan", {"Limit": MB, "pad": "x" * 4000}) for _ in range(60)]
        client.send(operation("PutItem", {"n": 0}) + b"".join(scans) + operation("PutItem"))
        scripted.await_waiting(1)
        for _ in range(20):
            with RawClient(server.port) as other:
                assert other.ask(operation("GetItem")).status == 200
        assert len(scripted.waiting) == 1
        scripted.release()
        assert client.response().body == b'{"n":0}'
        assert all(len(client.response().body) == MB for _ in scans)
        scripted.await_waiting(1)
        scripted.release()
        assert client.response().status == 200


def test_where_much_is_held_a_connection_has_one_request_in_work(
    scripted: ScriptedEngine,
) -> None:
    with _small(scripted) as server, RawClient(server.port) as holding:
        holding.send(operation("PutItem", {"pad": "x" * 700_000}))
        scripted.await_waiting(1)
        with RawClient(server.port) as client:
            pieces = [operation("PutItem", {"n": n, "pad": "x" * 5000}) for n in range(10)]
            client.send(b"".join(pieces))
            scripted.await_waiting(2)
            with RawClient(server.port) as other:
                assert other.ask(operation("GetItem")).status == 200
            assert len(scripted.waiting) == 2
            scripted.release()
            assert holding.response().status == 200
            for _ in pieces:
                scripted.await_waiting(1)
                scripted.release()
                assert client.response().status == 200


def test_what_a_body_unpacks_to_counts(scripted: ScriptedEngine) -> None:
    packed = gzip.compress(b'{"pad":"%b"}' % (b"x" * 900_000))
    zipped = operation("PutItem", headers={"Content-Encoding": "gzip"}, body=packed)
    with _small(scripted) as server, RawClient(server.port) as holding:
        holding.send(operation("PutItem", {"pad": "x" * 800_000}))
        scripted.await_waiting(1)
        with RawClient(server.port) as client:
            assert _is_busy(client.ask(zipped))
            scripted.release()
            assert holding.response().status == 200
            client.send(zipped)
            scripted.await_waiting(1)
            scripted.release()
            assert client.response().status == 200


class _NamingThreads(ScriptedEngine):
    """Answers with the name of the thread in which the request is checked."""

    def submit(
        self,
        operation: str,
        request: dict[str, Any],
        caller: Caller,
        answer: Callable[[Outcome], None],
    ) -> bytes | None:
        if operation == "GetItem":
            return codec.encode(threading.current_thread().name)
        return super().submit(operation, request, caller, answer)


def test_large_requests_are_checked_beside_the_loop() -> None:
    with servers.serving(_NamingThreads()) as server, RawClient(server.port) as client:
        assert client.ask(operation("GetItem", {"pad": "x"})).body == b'"dynalite-server"'
        large = client.ask(operation("GetItem", {"pad": "x" * 300_000}))
        assert large.body.startswith(b'"dynalite-large')


@pytest.mark.parametrize(
    ("start", "headers"),
    [
        (b'{"n":1}', {}),
        (b'{"n":1', {}),
        (b'{"n":1', {"X-Amz-Target": "DynamoDB_20120810.Nothing"}),
        (b"[1]", {"X-Amz-Target": "DynamoDB_20120810.Nothing"}),
        (b"[1]", {}),
        (b"[1]", {"Authorization": None}),
        (b'{"n":1}', {"X-Amz-Target": "DynamoDB_20120810.DescribeTable"}),
    ],
)
def test_a_large_request_is_answered_as_a_small_one(
    client: RawClient, start: bytes, headers: dict[str, str | None]
) -> None:
    small, large = (
        client.ask(operation("GetItem", headers=headers, body=start + b" " * pad))
        for pad in (0, 300_000)
    )
    assert (large.status, large.body) == (small.status, small.body)


def test_a_large_request_that_breaks_the_server_is_answered(
    client: RawClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.ask(operation("DeleteItem", {"pad": "x" * 300_000}))
    assert (answer.status, b"InternalServerError" in answer.body) == (500, True)
    assert "broken on purpose" in caplog.text


def test_large_answers_do_not_pile_up_between_threads(scripted: ScriptedEngine) -> None:
    """While the loop does not take them, who brings them waits."""
    with servers.serving(scripted) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(6)]
        for client in clients:
            client.send(operation("PutItem", {"pad": "x" * 8 * MB}))
        scripted.await_waiting(len(clients))
        busy, go_on = threading.Event(), threading.Event()
        loop = server.loop
        assert loop is not None
        loop.call_soon_threadsafe(lambda: (busy.set(), go_on.wait(20)))
        assert busy.wait(20)
        brings = threading.Thread(target=scripted.release_all)
        brings.start()
        brings.join(0.3)
        assert len(scripted.waiting) == len(clients) - 4  # three are there, and one waits
        go_on.set()
        assert all(len(client.response().body) > 8 * MB for client in clients)
        brings.join()


def test_there_are_as_many_connections_as_files_can_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = [(256, 4096)]

    def setrlimit(_kind: int, pair: tuple[int, int]) -> None:
        limits.append(pair)

    def getrlimit(_kind: int) -> tuple[int, int]:
        return limits[-1]

    monkeypatch.setattr(resource, "getrlimit", getrlimit)
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    assert run.affordable_connections(10_000) == 4096 - 64
    assert run.affordable_connections(10_000, beside=100) == 4096 - 64 - 100
    assert run.affordable_connections(1000) == 1000
    assert limits == [(256, 4096), (4096, 4096)]
    limits[:] = [(256, resource.RLIM_INFINITY)]
    assert run.affordable_connections(10_000) == 10_000
    limits[:] = [(resource.RLIM_INFINITY, resource.RLIM_INFINITY)]
    assert run.affordable_connections(10_000) == 10_000
