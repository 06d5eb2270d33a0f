"""One running server: started on a free loopback port, asked, watched, ended by its process id."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import harness, workload
from dynalite_py.model import codec

HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS, CALL_SECONDS, FILL_SECONDS = 30.0, 10.0, 20.0, 60.0
POLL_SECONDS, IDLE_SECONDS = 0.002, 1.0
TRANSACTION_MOST = 100
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00",
}

T = TypeVar("T")
Command = Callable[[Path, int], Sequence[str]]
_OF_STREAMS = frozenset({"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"})


class RefusedError(harness.UnmeasurableError):
    """A server answered a request with an error."""


class SilentError(harness.UnmeasurableError):
    """A server did not answer in time: it is not asked again."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a server is started. command: of its folder and its port, 0 where it picks one.

    in_memory: the same without a file, for what is only read; environment: of the port;
    fills_by_transaction: whether that is its fastest way to take many items.
    """

    name: str
    version: str
    command: Command
    picks_port: bool = False
    environment: Callable[[int], dict[str, str]] | None = None
    in_memory: Command | None = None
    fills_by_transaction: bool = False


class Server:
    """One running server process with a folder of its own; ended by its process id."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        """Start it and wait for its first answer. Raises: UnmeasurableError when none comes."""
        folder.mkdir(parents=True)
        self.name, self.folder, self._recipe = recipe.name, folder / "data", recipe
        self.folder.mkdir()
        self._output, self._called = folder / "output.txt", 0.0
        port = 0 if recipe.picks_port else _free_port()
        started = time.perf_counter()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                recipe.command(self.folder, port),
                cwd=folder,  # DynamoDB Local writes a file of settings where it stands
                env=None if recipe.environment is None else recipe.environment(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self.port = port or self._wait(self._announced_port)
            self._http = http.client.HTTPConnection(HOST, self.port, timeout=CALL_SECONDS)
            self._wait(self._answers)
        except BaseException:
            self.stop()
            raise
        self.started_ms = (time.perf_counter() - started) * 1000

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}/"

    def call(self, operation: str, request: workload.Request) -> dict[str, Any]:
        """One request on a kept connection. Raises: RefusedError."""
        now = time.monotonic()
        if now - self._called > IDLE_SECONDS:  # Servers close what idles; who knows whether yet.
            self._http.close()
        self._called = now
        service = "DynamoDBStreams" if operation in _OF_STREAMS else "DynamoDB"
        headers = HEADERS | {"X-Amz-Target": f"{service}_20120810.{operation}"}
        try:
            self._http.request("POST", "/", codec.encode(request), headers)
            answer = self._http.getresponse()
            body = answer.read()
        except TimeoutError as failure:
            self._http.close()
            raise SilentError(f"{operation}: no answer in {CALL_SECONDS:.0f} s") from failure
        except (OSError, http.client.HTTPException) as failure:
            self._http.close()
            raise RefusedError(f"{operation}: {failure!r}") from failure
        if answer.status != 200:
            text = body[:300].decode(errors="replace")
            raise RefusedError(f"{operation}: {answer.status} {text}")
        try:
            return codec.decode(body)
        except ValueError as failure:
            raise RefusedError(f"{operation}: an answer that is no JSON: {failure}") from failure

    def create_table(self, request: workload.Request) -> None:
        """Create a table and wait until it is active; an answer without a status counts as yes."""
        self.call("CreateTable", request)
        name = {"TableName": request["TableName"]}
        self._wait(
            lambda: (
                self.call("DescribeTable", name).get("Table", {}).get("TableStatus", "ACTIVE")
                == "ACTIVE"
            )
        )

    def write_all(self, table: str, items: Iterable[workload.Item]) -> None:
        """Write items, many a request.

        Raises: RefusedError when some are left over, UnmeasurableError when it takes too long.
        """
        begun = time.monotonic()
        for operation, request in self._fill_requests(table, items):
            if self.call(operation, request).get("UnprocessedItems"):
                raise RefusedError("BatchWriteItem left items unprocessed")
            if time.monotonic() - begun > FILL_SECONDS:
                raise harness.UnmeasurableError(
                    f"{self.name} took more than {FILL_SECONDS:.0f} s to be filled"
                )

    def _fill_requests(
        self, table: str, items: Iterable[workload.Item]
    ) -> Iterable[tuple[str, workload.Request]]:
        if self._recipe.fills_by_transaction:
            requests = workload.transaction_requests(table, iter(items), TRANSACTION_MOST)
            return (("TransactWriteItems", request) for request in requests)
        requests = workload.batch_requests(table, iter(items))
        return (("BatchWriteItem", request) for request in requests)

    def processor_seconds(self) -> float:
        """The processor time of all its threads until now; 0 where there is no /proc."""
        path = Path(f"/proc/{self._process.pid}/stat")
        if not path.exists():
            return 0.0
        # The second field is the program's name in brackets and may hold anything.
        fields = path.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def runs(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def resident_bytes(self) -> int:
        """Memory of the process. Raises: UnmeasurableError where there is no /proc."""
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            raise harness.UnmeasurableError("resident memory is read from /proc")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        return int(found[1]) * 1024 if found else 0

    def stop(self) -> None:
        """End the process as an operator would; kill it when it does not go."""
        if hasattr(self, "_http"):
            self._http.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self, ready: Callable[[], T | None]) -> T:
        """Ask until something true comes. Raises: UnmeasurableError when it ends or is late."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = ready()
            if found:
                return found
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._process.wait(POLL_SECONDS)
                raise harness.UnmeasurableError(
                    f"{self.name} ended with {status}: {self._last_words()}"
                )
        raise harness.UnmeasurableError(f"{self.name} did not answer: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._output.read_text(errors="replace").split("\n")
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "no word")

    def _announced_port(self) -> int | None:
        with self._output.open("rb") as output:
            line = output.readline()
        found = re.search(rb":(\d{2,5})\b", line) if line.endswith(b"\n") else None
        return int(found[1]) if found else None

    def _answers(self) -> bool:
        try:
            self.call("ListTables", {})
        except RefusedError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
