"""Random requests over HTTP to a server that watches, where every request is slow.

By hand, for as long as wanted: ``python -m tests.fuzz.watched --seconds 600 --seed 7``. A run is a
series of episodes, each with a store, tables and a seed of its own (the first ``--seed``, then one
more each).

What must hold: every request is answered as ``wire`` says, every one that is done has its line in
the log under the id of its answer, every request has one span with its id and its status, and
nothing is logged as an error.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import time
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from dynalite_py.doors.server.run import ServerSettings
from dynalite_py.engine import Engine
from dynalite_py.model import codec, limits
from dynalite_py.model.caller import Caller
from tests.fuzz import features, wire
from tests.fuzz.requests import TABLES, Requests
from tests.support import servers
from tests.support.raw_http import RawClient, Response, operation

EPISODE_REQUESTS = 3000
TOLD = ServerSettings(port=0, admin_port=0, slow_ms=0)


class Lines(logging.Handler):
    """What was logged: paths by request id, and errors."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: dict[str, str] = {}
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record."""
        if record.levelno >= logging.ERROR:
            self.errors.append(f"{record.getMessage()} {record.exc_info}")
        fields = getattr(record, "fields", None)
        if fields is not None:
            self.paths[record.__dict__["request_id"]] = fields.get("path", "")


def episode(seed: int, count: int, lines: Lines) -> tuple[int, list[str]]:
    """So many requests; how many were done, and what did not hold."""
    engine = Engine.open()
    log = logging.getLogger()
    log.addHandler(lines)
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("fuzz")
    try:
        for table in TABLES:
            engine.perform("CreateTable", table, Caller())
        requests = Requests(random.Random(seed))
        with (
            servers.serving(engine, TOLD, tracer=tracer) as server,
            RawClient(server.port) as client,
        ):
            for name, request in (*requests.fillings(), *features.SEEDS):
                wire.ask(client, name, codec.encode(request))
            texts = (wire.next_text(requests) for _ in range(count))
            # Longer bodies end the connection.
            fitting = (each for each in texts if len(each[1]) <= limits.HTTP_BODY_BYTES)
            answers = [wire.ask(client, name, text) for name, text in fitting]
            client.ask(operation("ListTables"))  # A line is written behind its answer.
    finally:
        log.removeHandler(lines)
        engine.close()
    done = [answer.headers["x-amzn-requestid"] for answer in answers if answer.status == 200]
    faults = [fault for answer in answers if (fault := wire.fault(answer)) is not None]
    silent = [f"request {one} has no line" for one in done if one not in lines.paths]
    return len(done), faults + silent + lines.errors + _untraced(exporter, answers)


def _untraced(exporter: InMemorySpanExporter, answers: list[Response]) -> list[str]:
    """Answers without a span, or with another status than theirs, or more than one."""
    told: dict[Any, list[Any]] = {}
    for span in exporter.get_finished_spans():
        attributes = span.attributes or {}
        told.setdefault(attributes["aws.request_id"], []).append(
            attributes["http.response.status_code"]
        )
    wanted = {answer.headers["x-amzn-requestid"]: answer.status for answer in answers}
    return [
        f"request {one} was answered {status}, spans say {told.get(one)}"
        for one, status in wanted.items()
        if told.get(one) != [status]
    ]


def main() -> int:
    """Run until the time is over; the exit status is 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.watched")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    end, seed, done, faulty = time.monotonic() + asked.seconds, asked.seed, 0, 0
    while time.monotonic() < end:
        number, faults = episode(seed, EPISODE_REQUESTS, Lines())
        done += number
        faulty += bool(faults)
        for fault in faults:
            sys.stdout.write(f"seed {seed}: {fault}\n")
        seed += 1
    count = (seed - asked.seed) * EPISODE_REQUESTS
    sys.stdout.write(f"{count} requests, {done} done; seeds {asked.seed} to {seed - 1}\n")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
