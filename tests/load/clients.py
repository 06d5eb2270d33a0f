"""Clients that put load on a server, and one that measures what it does to everybody else."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from dynalite_py.doors.server import run
from dynalite_py.model import codec
from tests.support.processes import Connection, ServerProcess
from tests.support.raw_http import operation

T = TypeVar("T")
TABLE = "load"
DEFINITION: dict[str, Any] = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "s", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "p", "KeyType": "HASH"},
        {"AttributeName": "s", "KeyType": "RANGE"},
    ],
}
PATIENCE_SECONDS = 120.0


def put(p: str, s: int, pad: str = "") -> bytes:
    """The bytes of a PutItem."""
    return operation("PutItem", {"TableName": TABLE, "Item": item(p, s, pad)})


def item(p: str, s: int, pad: str = "") -> dict[str, Any]:
    """An item of the table."""
    return {"p": {"S": p}, "s": {"N": str(s)}, "pad": {"S": pad}}


def get(p: str, s: int) -> bytes:
    """The bytes of a GetItem."""
    key = {"p": {"S": p}, "s": {"N": str(s)}}
    return operation("GetItem", {"TableName": TABLE, "Key": key, "ConsistentRead": True})


def query(p: str) -> bytes:
    """The bytes of a Query of one page."""
    request = {
        "TableName": TABLE,
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": {":p": {"S": p}},
    }
    return operation("Query", request)


class Client:
    """One connection on the loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, endpoint: str) -> Client:
        """A connection to the server."""
        place = urlsplit(endpoint)
        return cls(*await asyncio.open_connection(place.hostname, place.port))

    async def ask(self, data: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of its answer. Raises: OSError, EOFError."""
        self.writer.write(data)
        await self.writer.drain()
        return await self.answer()

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer. Raises: OSError, EOFError."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        sizes = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
        return int(head[9:12]), await self.reader.readexactly(sizes[0])

    def pause(self) -> None:
        """Read nothing from now on."""
        cast("asyncio.Transport", self.writer.transport).pause_reading()

    def resume(self) -> None:
        """Read again."""
        cast("asyncio.Transport", self.writer.transport).resume_reading()

    async def close(self) -> None:
        """Close at once."""
        self.writer.transport.abort()
        await asyncio.sleep(0)


def together(work: Coroutine[Any, Any, T]) -> T:
    """Run what a scenario's clients do, for two minutes at most."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, PATIENCE_SECONDS)

    with asyncio.Runner(loop_factory=run.new_loop) as runner:
        return runner.run(bounded())


@dataclass(slots=True)
class Measured:
    """What a scenario showed. answers: by status. faults: what must not be."""

    name: str
    answers: dict[int, int] = field(default_factory=dict[int, int])
    peak_bytes: int = 0
    p50_ms: float = 0
    p99_ms: float = 0
    longest_ms: float = 0
    asked: int = 0
    seconds: float = 0
    notes: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])

    def count(self, status: int) -> None:
        """An answer has come."""
        self.answers[status] = self.answers.get(status, 0) + 1

    def __str__(self) -> str:
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.answers.items()))
        return (
            f"{self.name}: {answers or 'no answers'}; "
            f"memory at most {self.peak_bytes / 1e6:.0f} MB; "
            f"beside it {self.asked} requests, p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms, "
            f"longest {self.longest_ms:.0f} ms; {self.seconds:.1f} s"
            + "".join(f"; {note}" for note in self.notes)
        )


class Witness:
    """A modest client beside the load: PutItem and GetItem in turn, each of them timed.

    Every answer must be 200: light requests are served whatever else goes on.
    """

    def __init__(self, server: ServerProcess, measured: Measured) -> None:
        self._server = server
        self._measured = measured
        self._over = threading.Event()
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._run)
        self._started = 0.0

    def __enter__(self) -> Witness:
        self._started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        measured, times = self._measured, sorted(self._times)
        measured.seconds = time.monotonic() - self._started
        measured.asked = len(times)
        measured.peak_bytes = peak_bytes(self._server.process.pid)
        if times:
            measured.p50_ms = times[len(times) // 2] * 1000
            measured.p99_ms = times[len(times) * 99 // 100] * 1000
            measured.longest_ms = times[-1] * 1000

    def _run(self) -> None:
        connection = Connection(self._server.endpoint)
        number = 0
        while not self._over.wait(0.005):
            number += 1
            stored = item("witness", number % 50, f"value {number}")
            key = {name: stored[name] for name in "ps"}
            self._timed(connection, "PutItem", {"TableName": TABLE, "Item": stored})
            found = self._timed(
                connection, "GetItem", {"TableName": TABLE, "Key": key, "ConsistentRead": True}
            )
            if found.get("Item") != stored:
                self._measured.faults.append(f"the witness put {stored} and got {found}")
        connection.close()

    def _timed(self, connection: Connection, name: str, request: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()
        try:
            status, body = connection.ask(name, request)
        except OSError as failure:
            status, body = 0, {"failure": repr(failure)}
        self._times.append(time.monotonic() - started)
        if status != 200:
            self._measured.faults.append(f"the witness was told {status} {body}")
        return body


def peak_bytes(pid: int) -> int:
    """The most memory that the process ever had."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("Linux says it")


def decoded(body: bytes) -> Any:
    """A body as JSON."""
    return codec.decode(body)
