"""OpenTelemetry: a span for each request, sent to a collector where ``--otel`` names one.

The libraries belong to the extra ``otel`` and are loaded only then. A span is made once its
request's answer has gone out, and sent from a thread of the SDK's, which keeps 2,048 of them at
most and lets go what is more. What else the SDK can be told stands in its own variables
(``OTEL_SERVICE_NAME``, ``OTEL_TRACES_SAMPLER``, ``OTEL_EXPORTER_OTLP_HEADERS``).

A span has names, numbers and codes, nothing out of items, expressions or signatures.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dynalite_py.doors.server.hub import LARGE_BYTES, Answer, Hub, Outcome
from dynalite_py.doors.server.watch import WatchedConnection
from dynalite_py.model import codec
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.metrics import Commits, Requests
from dynalite_py.operations import explain

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer
    from opentelemetry.util.types import AttributeValue

SERVICE = "dynalite"
TRACES_PATH = "/v1/traces"
_SEND_SECONDS = 5.0
_NOTHING = (None, None)


class TracingError(Exception):
    """Spans cannot be sent as asked; the text tells a person why."""


class Asked:
    """A request under way: when it came (epoch nanoseconds), its headers of W3C Trace Context, and
    how many writes were committed with it; 0: it waited for no commit.
    """

    __slots__ = ("at_ns", "group", "headers")

    def __init__(self, headers: tuple[bytes | None, bytes | None]) -> None:
        self.at_ns = time.time_ns()
        self.headers = headers
        self.group = 0


class Tracing:
    """The spans of one hub's requests. commits: the engine's, counted."""

    def __init__(self, tracer: Tracer, hub: Hub, commits: Commits) -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._start_span = functools.partial(tracer.start_span, kind=SpanKind.SERVER)
        self._extract = TraceContextTextMapPropagator().extract
        self._root = Context()
        self._fault = StatusCode.ERROR
        self._hub = hub
        self._commits = commits
        # traceparent and tracestate of the request that the loop's thread is looking at.
        self.headers: tuple[bytes | None, bytes | None] = _NOTHING

    def begin(self) -> Asked:
        """A request is whole, or is refused before that."""
        return Asked(self.headers)

    def noting_group(self, asked: Asked, operation: str, answer: Answer) -> Answer:
        """The same answer; called by the writer, it notes how many writes were in the group."""
        if not explain.may_write(operation):
            return answer
        commits = self._commits

        def noted(outcome: Outcome) -> None:
            asked.group = commits.last
            answer(outcome)

        return functools.update_wrapper(noted, answer, assigned=(), updated=())

    def end(
        self,
        asked: Asked,
        operation: str,
        request: dict[str, Any] | None,
        outcome: Outcome,
        request_id: str | None,
    ) -> None:
        """A request has its outcome; its span is made when the answer has gone out.

        request: None where it was not read. request_id: None where it has none.
        """
        end_ns = time.time_ns()
        self._hub.loop.call_soon(self._tell, asked, end_ns, operation, request, outcome, request_id)

    def _tell(
        self,
        asked: Asked,
        end_ns: int,
        operation: str,
        request: dict[str, Any] | None,
        outcome: Outcome,
        request_id: str | None,
    ) -> None:
        context = self._root
        parent, state = asked.headers
        if parent is not None:
            carrier = {"traceparent": parent.decode("latin-1")}
            if state is not None:
                carrier["tracestate"] = state.decode("latin-1")
            context = self._extract(carrier, context=context)
        span = self._start_span(f"DynamoDB.{operation}", context=context, start_time=asked.at_ns)
        if span.is_recording():
            told = _attributes(operation, request, outcome, asked.group)
            if request_id is not None:
                told["aws.request_id"] = request_id
            span.set_attributes(told)
            if isinstance(outcome, DynamoDBError) and outcome.status >= 500:
                span.set_status(self._fault, outcome.code)
        # A clock that was set back must not make a span end before it begins.
        span.end(end_time=max(asked.at_ns, end_ns))


def _attributes(
    operation: str, request: dict[str, Any] | None, outcome: Outcome, group: int
) -> dict[str, AttributeValue]:
    """What a span says, in the names of OpenTelemetry's semantic conventions."""
    told: dict[str, AttributeValue] = {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": operation,
        "db.system.name": "aws.dynamodb",
        "http.response.status_code": 200,
    }
    tables: list[str] = []
    if isinstance(outcome, DynamoDBError):
        told["http.response.status_code"] = outcome.status
        told["error.type"] = outcome.code
        tables = [] if request is None else explain.refused_tables(request)
    elif request is not None:
        tables = explain.tables(operation, explain.as_read(operation, request))
        units = explain.consumed_capacity(request, outcome) if len(outcome) <= LARGE_BYTES else []
        if units:
            told["aws.dynamodb.consumed_capacity"] = [codec.text(each) for each in units]
    if tables:
        told["aws.dynamodb.table_names"] = tables
    if group and request is not None and _wrote(operation, request, outcome):
        told["dynalite.commit_group_writes"] = group
    return told


def _wrote(operation: str, request: dict[str, Any], outcome: Outcome) -> bool:
    """Whether a request came to the writer, as far as that can be told."""
    if isinstance(outcome, DynamoDBError):  # Its members may be anything.
        return explain.may_write(operation)
    return explain.writes(operation, explain.as_read(operation, request))


class TracedConnection(WatchedConnection):
    """A connection that says whose part a request is."""

    def __init__(self, hub: Hub, requests: Requests, tracing: Tracing) -> None:
        super().__init__(hub, requests)
        self._tracing = tracing

    def on_message_complete(self) -> None:
        """A request is whole."""
        found, values, tracing = self._layout, self._values, self._tracing
        tracing.headers = values[found.traceparent], values[found.tracestate]
        super().on_message_complete()
        tracing.headers = _NOTHING


@contextmanager
def sending(collector: str, version: str) -> Generator[Tracer]:
    """A tracer whose spans go to a collector (OTLP over HTTP), the last of them at the end.

    collector: its address, such as ``http://127.0.0.1:4318``; another path than ``/`` is the whole
    address of what takes traces. Raises: TracingError.
    """
    place = urlsplit(collector)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise TracingError(f"{collector!r} is no address of a collector, as http://127.0.0.1:4318")
    if place.path in ("", "/"):
        collector = collector.rstrip("/") + TRACES_PATH
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as failure:
        raise TracingError(
            "sending spans needs further packages: pip install 'dynalite_py[otel]'"
        ) from failure
    ours = Resource({"service.name": SERVICE, "service.version": version})
    resource = Resource.create().merge(ours).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=collector, timeout=_SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield provider.get_tracer("dynalite_py", version)
    finally:
        # A collector that does not answer must not keep the program from its end.
        ending = threading.Thread(target=provider.shutdown, daemon=True)
        ending.start()
        ending.join(_SEND_SECONDS)
