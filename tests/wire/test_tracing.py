"""OpenTelemetry: one span a request, part of the caller's trace, with nothing out of items."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from dynalite_py.doors.server import tracing
from dynalite_py.doors.server.run import ServerSettings
from dynalite_py.engine import Engine
from dynalite_py.model import codec, errors
from tests.support import servers
from tests.support.calls import perform
from tests.support.processes import Connection, ServerProcess
from tests.support.raw_http import RawClient, Response, message, operation
from tests.wire.test_store import TABLE

SETTINGS = ServerSettings(port=0, drain_timeout=5.0)
SECRET = "do-not-send-me"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
KEY = {"TableName": "tbl", "Key": {"p": {"S": SECRET}}}


@contextmanager
def traced(engine: Any, exporter: InMemorySpanExporter) -> Generator[RawClient]:
    """A client of a server whose spans go to the exporter."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("tests")
    with (
        servers.serving(engine, SETTINGS, tracer=tracer) as server,
        RawClient(server.port) as client,
    ):
        yield client
    provider.shutdown()


class Traced(NamedTuple):
    """A served store whose spans are kept in memory."""

    client: RawClient
    exporter: InMemorySpanExporter

    def ask(self, name: str, request: Any = None, headers: Any = None) -> Response:
        """An operation's answer."""
        return self.client.ask(operation(name, request, headers))

    def spans(self) -> list[ReadableSpan]:
        """Every span since the last look. The loop has turned since the last answer."""
        self.client.ask(message("GET"))
        found = list(self.exporter.get_finished_spans())
        self.exporter.clear()
        return found

    def span(self) -> ReadableSpan:
        """The one span since the last look."""
        [found] = self.spans()
        return found


@pytest.fixture
def served() -> Generator[Traced]:
    """A store in memory with the table tbl, in which is one item."""
    engine, exporter = Engine.open(), InMemorySpanExporter()
    try:
        perform(engine, "CreateTable", **TABLE)
        perform(engine, "PutItem", TableName="tbl", Item={"p": {"S": SECRET}})
        with traced(engine, exporter) as client:
            yield Traced(client, exporter)
    finally:
        engine.close()


def trace_id(span: ReadableSpan) -> str:
    """The id of the trace that a span belongs to."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}"


def test_a_read_is_a_span_with_its_operation_table_and_id(served: Traced) -> None:
    answer = served.ask("GetItem", KEY)
    span = served.span()
    assert span.name == "DynamoDB.GetItem"
    assert span.kind is SpanKind.SERVER
    assert span.status.status_code is StatusCode.UNSET
    assert span.parent is None
    assert dict(span.attributes or {}) == {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "GetItem",
        "db.system.name": "aws.dynamodb",
        "http.response.status_code": 200,
        "aws.dynamodb.table_names": ("tbl",),
        "aws.request_id": answer.headers["x-amzn-requestid"],
    }
    assert span.start_time is not None
    assert span.end_time is not None
    assert 0 <= span.end_time - span.start_time < 60 * 10**9


@pytest.mark.parametrize("name", ["traceparent", "TraceParent"])
def test_a_span_is_part_of_the_callers_trace(served: Traced, name: str) -> None:
    headers = {name: f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=one"}
    for _ in range(2):  # the first of its kind, and one that is known
        served.ask("GetItem", KEY, headers)
        span = served.span()
        assert span.parent is not None
        assert f"{span.parent.trace_id:032x}" == trace_id(span) == TRACE
        assert f"{span.parent.span_id:016x}" == PARENT
        assert span.parent.trace_state.get("vendor") == "one"
    served.ask("GetItem", KEY)
    assert served.span().parent is None


@pytest.mark.parametrize(
    "header",
    ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01", "\u00ff" * 80],
)
def test_a_trace_header_that_is_none_begins_a_trace(served: Traced, header: str) -> None:
    assert served.ask("GetItem", KEY, {"traceparent": header}).status == 200
    assert served.span().parent is None


def test_what_the_caller_does_not_sample_is_not_recorded(served: Traced) -> None:
    served.ask("GetItem", KEY, {"traceparent": f"00-{TRACE}-{PARENT}-00"})
    assert served.spans() == []


@pytest.mark.parametrize(
    ("name", "request_", "code", "tables"),
    [
        ("GetItem", {**KEY, "TableName": "other"}, "ResourceNotFoundException", ("other",)),
        ("GetItem", {**KEY, "TableName": f"{SECRET} "}, "ValidationException", None),
        ("GetItem", {**KEY, "TableName": {"S": SECRET}}, "SerializationException", None),
        (
            "PutItem",
            {
                "TableName": "tbl",
                "Item": KEY["Key"],
                "ConditionExpression": "attribute_not_exists(p)",
            },
            "ConditionalCheckFailedException",
            ("tbl",),
        ),
    ],
)
def test_a_refusal_is_a_span_with_its_code(
    served: Traced, name: str, request_: Any, code: str, tables: tuple[str, ...] | None
) -> None:
    answer = served.ask(name, request_)
    assert answer.status == 400
    span = served.span()
    attributes = dict(span.attributes or {})
    assert attributes["error.type"] == code
    assert attributes["http.response.status_code"] == 400
    assert attributes.get("aws.dynamodb.table_names") == tables
    assert attributes["aws.request_id"] == answer.headers["x-amzn-requestid"]
    # Refusals are the caller's faults: the server was well.
    assert span.status.status_code is StatusCode.UNSET
    assert SECRET not in span.to_json()


def test_what_the_engine_never_sees_is_a_span(served: Traced) -> None:
    answer = served.ask("Nothing", {})
    span = served.span()
    assert span.name == "DynamoDB.none"
    assert dict(span.attributes or {})["error.type"] == "UnknownOperationException"
    assert dict(span.attributes or {})["aws.request_id"] == answer.headers["x-amzn-requestid"]
    assert served.client.ask(operation("GetItem", body=b"no JSON")).status == 400
    assert dict(served.span().attributes or {})["error.type"] == "SerializationException"


def test_writes_that_are_committed_together_say_so(served: Traced) -> None:
    puts = [
        operation("PutItem", {"TableName": "tbl", "Item": {"p": {"S": f"{number}"}}})
        for number in range(20)
    ]
    served.client.send(b"".join(puts))
    assert [served.client.response().status for _ in puts] == [200] * 20
    groups = [
        dict(span.attributes or {})["dynalite.commit_group_writes"] for span in served.spans()
    ]
    assert len(groups) == 20
    left = list(groups)
    while left:  # A group of n is n spans that say n.
        size = left[0]
        assert isinstance(size, int)
        assert left[:size] == [size] * size
        del left[:size]
    served.ask("GetItem", KEY)
    assert "dynalite.commit_group_writes" not in dict(served.span().attributes or {})


def test_a_long_select_waits_for_no_commit(served: Traced) -> None:
    for number in range(300):  # More than the loop reads by itself.
        served.ask("PutItem", {"TableName": "tbl", "Item": {"p": {"S": f"{number}"}}})
    served.spans()
    served.ask("ExecuteStatement", {"Statement": "SELECT * FROM tbl"})
    assert "dynalite.commit_group_writes" not in dict(served.span().attributes or {})
    served.ask("ExecuteStatement", {"Statement": "INSERT INTO tbl VALUE {'p': 'x'}"})
    assert dict(served.span().attributes or {})["dynalite.commit_group_writes"] == 1


def test_large_requests_have_spans_as_small_ones(served: Traced) -> None:
    item = {"p": {"S": "large"}, "x": {"S": SECRET * 20_000}}
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    answer = served.ask("PutItem", {"TableName": "tbl", "Item": item}, headers)
    span = served.span()
    attributes = dict(span.attributes or {})
    assert trace_id(span) == TRACE
    assert attributes["aws.dynamodb.table_names"] == ("tbl",)
    assert attributes["dynalite.commit_group_writes"] == 1
    assert attributes["aws.request_id"] == answer.headers["x-amzn-requestid"]
    assert served.client.ask(operation("GetItem", body=b"no JSON" + b" " * 300_000)).status == 400
    assert dict(served.span().attributes or {})["error.type"] == "SerializationException"


@pytest.mark.parametrize(
    ("name", "request_", "told"),
    [
        ("GetItem", KEY, [{"CapacityUnits": 0.5, "TableName": "tbl"}]),
        ("Scan", {"TableName": "tbl"}, [{"CapacityUnits": 0.5, "TableName": "tbl"}]),
        (
            "BatchGetItem",
            {"RequestItems": {"tbl": {"Keys": [KEY["Key"]]}}},
            [{"CapacityUnits": 0.5, "TableName": "tbl"}],
        ),
    ],
)
def test_consumed_capacity_is_told_where_it_was_asked_for(
    served: Traced, name: str, request_: Any, told: list[Any]
) -> None:
    served.ask(name, {**request_, "ReturnConsumedCapacity": "TOTAL"})
    found = dict(served.span().attributes or {})["aws.dynamodb.consumed_capacity"]
    assert isinstance(found, tuple)
    assert [codec.decode(str(each).encode()) for each in found] == told


def test_a_fault_of_the_server_is_an_error() -> None:
    engine, exporter = servers.ScriptedEngine(), InMemorySpanExporter()
    with traced(engine, exporter) as client:
        client.send(operation("PutItem", {"TableName": "tbl"}))
        engine.await_waiting(1)
        _, answer = engine.waiting.popleft()
        answer(errors.internal_failure())
        assert client.response().status == 500
        client.ask(message("GET"))
        [span] = exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {})["http.response.status_code"] == 500


def test_without_a_tracer_nothing_stands_before_the_engine() -> None:
    """And so a request costs what it did before there were spans."""
    engine = servers.ScriptedEngine()
    with servers.serving(engine, SETTINGS) as server, RawClient(server.port) as client:
        answer = client.ask(operation("GetItem", {}, {"traceparent": f"00-{TRACE}-{PARENT}-01"}))
        assert answer.status == 200
        hub = server._server._hub  # pyright: ignore[reportPrivateUsage]
        assert hub is not None
        assert hub.watch is None
        assert hub.submit == engine.submit


class Collector(http.server.ThreadingHTTPServer):
    """What takes OTLP over HTTP, on loopback."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Traces)
        self.taken: list[trace_service_pb2.ExportTraceServiceRequest] = []
        self.paths: set[str] = set()


class Traces(http.server.BaseHTTPRequestHandler):
    """Takes what is sent."""

    def do_POST(self) -> None:
        """One batch of spans."""
        collector = self.server
        assert isinstance(collector, Collector)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        collector.paths.add(self.path)
        collector.taken.append(trace_service_pb2.ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Nothing."""


@pytest.fixture
def collector() -> Generator[Collector]:
    """A collector that runs."""
    running = Collector()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.mark.parametrize("path", ["", "/", "/own/place"])
def test_serve_sends_every_span_before_it_ends(
    collector: Collector, tmp_path: Path, path: str
) -> None:
    address = f"http://127.0.0.1:{collector.server_port}{path}"
    server = ServerProcess(tmp_path / "app.db", "--otel", address)
    connection = Connection(server.endpoint)
    for _ in range(3):
        connection.call("ListTables", {})
    connection.close()
    assert server.stop() == 0
    assert collector.paths == {path if path == "/own/place" else "/v1/traces"}
    [resource] = {
        each.resource.SerializeToString()
        for taken in collector.taken
        for each in taken.resource_spans
    }
    assert b"service.name" in resource
    assert b"dynalite" in resource
    names = [
        span.name
        for taken in collector.taken
        for each in taken.resource_spans
        for scope in each.scope_spans
        for span in scope.spans
    ]
    assert names == ["DynamoDB.ListTables"] * 3


def test_a_collector_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    with Collector() as gone:
        address = f"http://127.0.0.1:{gone.server_port}"
    server = ServerProcess(tmp_path / "app.db", "--otel", address)
    connection = Connection(server.endpoint)
    for _ in range(3):
        connection.call("ListTables", {})
    connection.close()
    assert server.stop() == 0


@pytest.mark.parametrize("address", ["127.0.0.1:4318", "ftp://127.0.0.1", "http://", "nonsense"])
def test_what_is_no_address_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    command = [sys.executable, "-m", "dynalite_py", "serve", str(tmp_path / "app.db")]
    done = subprocess.run(
        [*command, "--port", "0", "--otel", address], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "--otel" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "app.db").exists()


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with (
        pytest.raises(tracing.TracingError, match=r"dynalite_py\[otel\]"),
        tracing.sending("http://127.0.0.1:4318", "1"),
    ):
        pass
