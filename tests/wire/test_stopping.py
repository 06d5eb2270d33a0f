"""The end of a server: what is in work is answered, and an acknowledged write is in the file."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dynalite_py.doors.server.run import ServerSettings
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support import servers
from tests.support.raw_http import RawClient, operation
from tests.support.servers import ScriptedEngine

ROOT = Path(__file__).parents[2]
TABLE = {
    "TableName": "tbl",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@contextmanager
def _process(*arguments: str) -> Generator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "tests.support.serve_until_signal", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, urlsplit(process.stdout.readline().strip()).port or 0
        finally:
            process.kill()


def _ending(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    said = process.stdout.read().strip()
    return said, process.wait(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_acknowledged_before_a_signal_is_stored(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "store.db"
    acknowledged: list[str] = []
    with _process(str(file)) as (process, port):
        with RawClient(port) as client:
            assert client.ask(operation("CreateTable", TABLE)).status == 200
            for n in range(100):
                item = {"TableName": "tbl", "Item": {"p": {"S": f"k{n}"}}}
                if n == 50:
                    process.send_signal(number)
                try:
                    answer = client.ask(operation("PutItem", item))
                except (EOFError, ConnectionError):
                    break
                assert answer.status == 200
                acknowledged.append(f"k{n}")
        assert _ending(process) == ("stopped", 0)
    assert len(acknowledged) >= 50
    engine = Engine.open(file)
    try:
        for key in acknowledged:
            asked = {"TableName": "tbl", "Key": {"p": {"S": key}}}
            found = codec.decode(engine.perform("GetItem", asked, Caller()))
            assert found == {"Item": {"p": {"S": key}}}
    finally:
        engine.close()


def test_a_second_signal_does_not_wait_for_answers() -> None:
    with _process("-", "3600") as (process, port), RawClient(port) as client:
        with RawClient(port) as idle:
            assert idle.ask(operation("GetItem")).status == 200
            client.send(operation("PutItem") + operation("GetItem"))
            assert client_is_read(port)
            process.send_signal(signal.SIGINT)
            assert idle.rest() == b""  # so the first signal has been taken
        process.send_signal(signal.SIGINT)
        assert _ending(process) == ("stopped", 0)
        assert client.rest() == b""


def client_is_read(port: int) -> bool:
    """A request of somebody else is answered, so those sent before it have been read."""
    with RawClient(port) as witness:
        return witness.ask(operation("GetItem")).status == 200


def _stopping(server: servers.BackgroundServer) -> threading.Thread:
    thread = threading.Thread(target=server.stop)
    thread.start()
    return thread


def test_requests_in_work_are_answered_and_their_connections_closed(
    scripted: ScriptedEngine,
) -> None:
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        with RawClient(server.port) as idle:
            assert idle.ask(operation("GetItem")).status == 200
            client.send(operation("PutItem", {"n": 1}) + operation("GetItem", {"n": 2}))
            scripted.await_waiting(1)
            stopping = _stopping(server)
            assert idle.rest() == b""
        with pytest.raises(ConnectionError):
            RawClient(server.port)
        scripted.release()
        assert [client.response().body for _ in range(2)] == [b'{"n":1}', b'{"n":2}']
        assert client.rest() == b""
        stopping.join()


def test_a_request_half_read_is_read_and_answered(scripted: ScriptedEngine) -> None:
    whole = operation("GetItem", {"n": 1})
    with servers.serving(scripted) as server, RawClient(server.port) as client:
        client.send(whole[:-3])
        with RawClient(server.port) as idle:
            assert idle.ask(operation("GetItem")).status == 200
            stopping = _stopping(server)
            assert idle.rest() == b""
        answer = client.ask(whole[-3:])
        assert (answer.body, answer.headers["connection"]) == (b'{"n":1}', "close")
        assert client.rest() == b""
        stopping.join()


def test_a_drain_has_an_end(scripted: ScriptedEngine, caplog: pytest.LogCaptureFixture) -> None:
    settings = ServerSettings(port=0, drain_timeout=0.05)
    with servers.serving(scripted, settings) as server, RawClient(server.port) as client:
        client.send(operation("PutItem"))
        scripted.await_waiting(1)
        server.stop()
        assert client.rest() == b""
    assert "did not end in time" in caplog.text
    scripted.release()  # an answer after the end of the loop is no trouble


def test_a_port_in_use_is_reported() -> None:
    with servers.serving() as server:
        second = servers.BackgroundServer(ScriptedEngine(), ServerSettings(port=server.port))
        with pytest.raises(OSError, match="ddress already in use"):
            second.start()
        second.stop()


def test_stopping_twice_does_nothing() -> None:
    with servers.serving() as server:
        server.stop()
        server.stop()
