"""The admin port: health and metrics for those who watch, nothing for anybody else."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.engine import Engine
from tests.support import servers
from tests.support.raw_http import RawClient, Response, message, operation
from tests.wire.test_store import TABLE

WATCHED = ServerSettings(port=0, admin_port=0, drain_timeout=5.0)
LOCAL = {"Host": "localhost:9100"}


@pytest.fixture
def server(tmp_path: Path) -> Generator[BackgroundServer]:
    """A watched server over a file, with the table tbl."""
    engine = Engine.open(tmp_path / "app.db")
    try:
        with servers.serving(engine, WATCHED) as running, RawClient(running.port) as client:
            assert client.ask(operation("CreateTable", TABLE)).status == 200
            yield running
    finally:
        engine.close()


def admin(server: BackgroundServer, sent: bytes, *, bare: bool = False) -> Response:
    """The answer of the admin port."""
    port = urlsplit(server.admin_endpoint or "").port
    assert port is not None
    with RawClient(port) as client:
        return client.ask(sent, bare=bare)


def samples(server: BackgroundServer) -> dict[str, float]:
    """Every sample, under its name and labels' values."""
    answer = admin(server, message("GET", "/metrics", LOCAL))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.body.decode()))
    assert all(family.documentation and family.type != "unknown" for family in families)
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def put(name: str) -> bytes:
    """A PutItem into the table tbl."""
    return operation("PutItem", {"TableName": "tbl", "Item": {"p": {"S": name}}})


def test_requests_are_counted_by_operation_and_outcome(server: BackgroundServer) -> None:
    with RawClient(server.port) as client:
        for _ in range(2):
            assert client.ask(put("a")).status == 200
        key = {"TableName": "tbl", "Key": {"p": {"S": "a"}}}
        for _ in range(3):
            assert client.ask(operation("GetItem", key)).status == 200
        assert client.ask(operation("GetItem", {**key, "TableName": "other"})).status == 400
        assert client.ask(operation("Scan", {"TableName": "tbl"})).status == 200
        conditional = {"TableName": "tbl", "Item": key["Key"], "ConditionExpression": "p = p"}
        assert client.ask(operation("PutItem", conditional)).status == 400
        assert client.ask(operation("GetItem", body=b"no JSON")).status == 400
        assert client.ask(operation("Nothing")).status == 400
        found = samples(server)
    counted = {name: value for name, value in found.items() if "requests_total" in name}
    assert counted == {
        "dynalite_requests_total CreateTable ok": 1,
        "dynalite_requests_total GetItem ResourceNotFoundException": 1,
        "dynalite_requests_total GetItem SerializationException": 1,
        "dynalite_requests_total GetItem ok": 3,
        "dynalite_requests_total PutItem ValidationException": 1,
        "dynalite_requests_total PutItem ok": 2,
        "dynalite_requests_total Scan ok": 1,
        "dynalite_requests_total none UnknownOperationException": 1,
        "dynalite_requests_total none ok": 0,
        "dynalite_slow_requests_total": 0,
    }
    assert found["dynalite_request_duration_seconds_count GetItem"] == 4
    assert found["dynalite_request_duration_seconds_bucket GetItem +Inf"] == 4
    assert 0 < found["dynalite_request_duration_seconds_sum GetItem"] < 60


def test_large_requests_are_counted_as_small_ones(server: BackgroundServer) -> None:
    """They are decoded in a thread, and counted on the loop's."""
    pad = b" " * 300_000
    get = b'{"TableName":"tbl","Key":{"p":{"S":"a"}}}' + pad
    with RawClient(server.port) as client:
        assert client.ask(put("a")).status == 200
        item = {"p": {"S": "large"}, "x": {"S": "x" * 300_000}}
        large = operation("PutItem", {"TableName": "tbl", "Item": item})
        assert client.ask(large).status == 200
        assert client.ask(operation("GetItem", body=get)).status == 200
        assert client.ask(operation("GetItem", body=get.replace(b"tbl", b"other"))).status == 400
        assert client.ask(operation("GetItem", body=b"no JSON" + pad)).status == 400
        assert client.ask(operation("GetItem", body=b"[]" + pad)).status == 400
        assert client.ask(operation("Nothing", body=get)).status == 400
        found = samples(server)
    assert found["dynalite_requests_total PutItem ok"] == 2
    assert found["dynalite_requests_total GetItem ok"] == 1
    assert found["dynalite_requests_total GetItem ResourceNotFoundException"] == 1
    assert found["dynalite_requests_total GetItem SerializationException"] == 2
    assert found["dynalite_requests_total none UnknownOperationException"] == 1
    assert found["dynalite_request_duration_seconds_count GetItem"] == 2
    assert found["dynalite_request_duration_seconds_count PutItem"] == 2


def test_requests_for_which_there_is_no_room_are_counted_as_refused() -> None:
    """Before their body is read, while it is, and when it is unpacked."""
    engine = servers.ScriptedEngine()
    settings = ServerSettings(port=0, admin_port=0, held_bytes=2_000_000, drain_timeout=5.0)
    large = operation("UpdateItem", {"pad": "x" * 900_000})
    chunk = b"dbba0\r\n" + b"x" * 900_000 + b"\r\n"
    chunked = operation("Scan", headers={"Transfer-Encoding": "chunked"}, body=chunk)
    zipped = gzip.compress(b'{"pad":"%b"}' % (b"x" * 900_000))
    with servers.serving(engine, settings) as server, RawClient(server.port) as holding:
        holding.send(operation("PutItem", {"pad": "x" * 900_000}))
        engine.await_waiting(1)
        packed = operation("GetItem", headers={"Content-Encoding": "gzip"}, body=zipped)
        for sent in (large[:1000], packed):
            with RawClient(server.port) as client:
                assert client.ask(sent).status == 503
        with RawClient(server.port) as first, RawClient(server.port) as second:
            for client in (first, second):
                client.send(chunked)
                assert admin(server, message("GET", "/health", LOCAL)).status == 200
            assert second.response().status == 503
        found = samples(server)
        engine.release_all()
        assert holding.response().status == 200
    assert found["dynalite_requests_total UpdateItem ServiceUnavailable"] == 1
    assert found["dynalite_requests_total GetItem ServiceUnavailable"] == 1
    assert found["dynalite_requests_total Scan ServiceUnavailable"] >= 1


def test_commits_files_and_connections_are_told(server: BackgroundServer) -> None:
    with RawClient(server.port) as client:
        for _ in range(2):
            client.send(put("a") + put("b"))
            assert [client.response().status for _ in range(2)] == [200, 200]
        filtered = {
            "TableName": "tbl",
            "FilterExpression": "attribute_exists(p)",
        }
        for _ in range(2):
            assert client.ask(operation("Scan", filtered)).status == 200
        found = samples(server)
        assert found["dynalite_connections"] == 2  # the fixture's, too
        assert found["dynalite_commit_group_writes_sum"] == 5  # CreateTable, too
        groups = found["dynalite_commit_group_writes_count"]
        assert groups == found["dynalite_commit_duration_seconds_count"] <= 5
        assert found["dynalite_commit_duration_seconds_sum"] > 0
        assert found["dynalite_file_bytes"] > 4096
        assert found["dynalite_wal_bytes"] > 0
        assert found["dynalite_tables"] == 1
        assert found["dynalite_jobs"] == 0
        assert found["dynalite_received_bytes_total"] > 4 * len(put("a"))
        assert found["dynalite_sent_bytes_total"] > 6 * 200
        assert found["dynalite_cache_hits_total requests"] >= 1
        assert found["process_cpu_seconds_total"] > 0


def test_expired_items_are_counted_by_table(engine: Engine) -> None:
    name = "dynalite_ttl_deleted_items_total tbl us-east-1 000000000000"
    with servers.serving(engine, WATCHED) as server, RawClient(server.port) as client:
        assert client.ask(operation("CreateTable", TABLE)).status == 200
        assert name not in samples(server)
        given = {"Enabled": True, "AttributeName": "expires"}
        request = {"TableName": "tbl", "TimeToLiveSpecification": given}
        assert client.ask(operation("UpdateTimeToLive", request)).status == 200
        assert samples(server)[name] == 0
        past = str(int(engine.clock.now()) - 5)
        item = {"p": {"S": "old"}, "expires": {"N": past}}
        put_old = operation("PutItem", {"TableName": "tbl", "Item": item})
        assert client.ask(put_old).status == 200
        assert engine.sweep() == 1
        assert samples(server)[name] == 1


def test_the_two_ports_know_their_own_paths_alone(server: BackgroundServer) -> None:
    with RawClient(server.port) as client:
        for path in ("/metrics", "/_dynalite/metrics", "/health"):
            assert client.ask(message("GET", path)).status == 404
        assert client.ask(message("GET", "/_dynalite/health")).status == 200
    for path in ("/metrics", "/_dynalite/metrics", "/health", "/_dynalite/health"):
        assert admin(server, message("GET", path, LOCAL)).status == 200
        assert admin(server, message("HEAD", path, LOCAL), bare=True).status == 200
        assert admin(server, message("POST", path, LOCAL)).status == 404
    assert admin(server, operation("ListTables")).status == 400
    assert b"UnknownOperation" in admin(server, operation("ListTables")).body
    assert admin(server, message("GET", "/other", LOCAL)).status == 404


def test_health_is_that_of_the_server(server: BackgroundServer) -> None:
    told = admin(server, message("GET", "/health", LOCAL)).json()
    assert told == {"status": "ok", "connections": 1}


def test_a_server_that_stops_says_so_until_the_end() -> None:
    engine = servers.ScriptedEngine()
    with servers.serving(engine, WATCHED) as server, RawClient(server.port) as client:
        client.send(operation("PutItem"))
        engine.await_waiting(1)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        while (answer := admin(server, message("GET", "/health", LOCAL))).status == 200:
            pass
        assert (answer.status, answer.json()) == (503, {"status": "stopping", "connections": 1})
        engine.release_all()
        assert client.response().status == 200
        stopping.join()


def test_without_the_setting_there_is_no_port_and_nothing_is_counted() -> None:
    engine = Engine.open()
    try:
        with servers.serving(engine) as server, RawClient(server.port) as client:
            assert server.admin_endpoint is None
            assert client.ask(operation("CreateTable", TABLE)).status == 200
            assert client.ask(message("GET", "/_dynalite/metrics")).status == 404
            assert engine.writer.commits is None
    finally:
        engine.close()


def test_the_admin_port_is_loopbacks_unless_told_otherwise() -> None:
    assert ServerSettings().admin_host == "127.0.0.1"
    open_to_all = ServerSettings(port=0, admin_port=0, host="0.0.0.0")  # noqa: S104
    with servers.serving(settings=open_to_all) as server:
        assert (server.admin_endpoint or "").startswith("http://127.0.0.1:")


def test_no_web_page_reads_the_admin_port(server: BackgroundServer) -> None:
    """Not across origins, for no origin is allowed, nor by a name that was made to mean us."""
    across = admin(server, message("GET", "/metrics", {**LOCAL, "Origin": "http://page"}))
    assert not any(name.startswith("access-control") for name in across.headers)
    rebound = admin(server, message("GET", "/metrics", {"Host": "attacker.example:9100"}))
    assert rebound.status == 403
    assert b"dynalite_" not in rebound.body


def test_a_port_in_use_is_told_and_the_other_is_let_go() -> None:
    with servers.serving() as first:
        taken = ServerSettings(port=0, admin_port=first.port)
        second = BackgroundServer(servers.ScriptedEngine(), taken)
        with pytest.raises(OSError, match="address already in use"):
            second.start()
