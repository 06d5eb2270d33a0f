"""The servers that are measured: ours, the floor and the peers; each on its own loopback port.

Peers are looked for in the folder that the environment variable DYNALITE_PEERS names, where

    npm install --prefix FOLDER amplify-dynamodb-simulator @dynoxide/linux-x64 dynalite

has put them. One that is missing is named absent, with the reason, and left out.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import harness, workload
from dynalite_py.model import codec

DYNAMODB_LOCAL, DYNOXIDE, DYNALITE = "DynamoDB Local", "Dynoxide", "dynalite"
PEERS = (DYNAMODB_LOCAL, DYNOXIDE, DYNALITE)
# Its speed still doubles over the first tens of thousands of requests.
WARM_ROUNDS = {DYNAMODB_LOCAL: 4}
HOST = "127.0.0.1"
CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS, STOP_SECONDS, CALL_SECONDS = 30.0, 10.0, 60.0
POLL_SECONDS, IDLE_SECONDS = 0.002, 1.0
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00",
}

T = TypeVar("T")
Command = Callable[[Path, int], Sequence[str]]


class RefusedError(harness.UnmeasurableError):
    """A server answered a request with an error."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a server is started. command: of its folder and its port, 0 where it picks one."""

    name: str
    version: str
    command: Command
    picks_port: bool = False
    environment: dict[str, str] | None = None


class Server:
    """One running server process with a folder of its own; ended by its process id."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        """Start it and wait for its first answer. Raises: UnmeasurableError when none comes."""
        folder.mkdir(parents=True)
        self.name, self.folder = recipe.name, folder / "data"
        self.folder.mkdir()
        self._output, self._called = folder / "output.txt", 0.0
        port = 0 if recipe.picks_port else _free_port()
        started = time.perf_counter()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                recipe.command(self.folder, port),
                cwd=folder,  # DynamoDB Local writes a file of settings where it stands
                env=recipe.environment,
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
        headers = HEADERS | {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        try:
            self._http.request("POST", "/", codec.encode(request), headers)
            answer = self._http.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            self._http.close()
            raise RefusedError(f"{operation}: {failure!r}") from failure
        if answer.status != 200:
            text = body[:300].decode(errors="replace")
            raise RefusedError(f"{operation}: {answer.status} {text}")
        return codec.decode(body)

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
        """Write items by BatchWriteItem. Raises: RefusedError when some are left over."""
        for request in workload.batch_requests(table, iter(items)):
            if self.call("BatchWriteItem", request).get("UnprocessedItems"):
                raise RefusedError("BatchWriteItem left items unprocessed")

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


def recipes(plan: harness.Plan) -> tuple[list[Recipe], dict[str, str]]:
    """Every server that can be started here, ours first, and why the others cannot."""
    found = [_ours(plan), _floor(plan)]
    absent: dict[str, str] = {}
    makers = {DYNAMODB_LOCAL: _dynamodb_local, DYNOXIDE: _dynoxide, DYNALITE: _dynalite}
    for name, make in makers.items():
        try:
            found.append(make(plan))
        except harness.UnmeasurableError as reason:
            absent[name] = str(reason)
    return found, absent


def versions(plan: harness.Plan) -> dict[str, str]:
    """The versions of all servers that can be started here."""
    found, _ = recipes(plan)
    return {recipe.name: recipe.version for recipe in found}


def peers_folder() -> Path | None:
    """The folder named by DYNALITE_PEERS."""
    named = os.environ.get("DYNALITE_PEERS")
    return Path(named) if named else None


def _ours(plan: harness.Plan) -> Recipe:
    def command(folder: Path, port: int) -> Sequence[str]:
        serve = [sys.executable, "-m", "dynalite_py", "serve", str(folder / "store.db")]
        return [*serve, "--port", str(port)]

    environment = harness.python_environment(plan, CHECKOUT)
    return Recipe(harness.OURS, "this checkout", command, True, environment)


def _floor(plan: harness.Plan) -> Recipe:
    def command(folder: Path, port: int) -> Sequence[str]:
        return [sys.executable, "-m", "benchmarks.floors", str(folder / "store.db")]

    environment = harness.python_environment(plan, CHECKOUT)
    return Recipe(harness.FLOOR, "this checkout", command, True, environment)


def _installed(plan: harness.Plan, path: str) -> Path:
    """The one file of the peers' folder that a pattern names. Raises: UnmeasurableError."""
    if plan.peers_folder is None:
        raise harness.UnmeasurableError("DYNALITE_PEERS names no folder")
    modules = plan.peers_folder.resolve() / "node_modules"
    found = next(iter(sorted(modules.glob(path))), None)
    if found is None:
        raise harness.UnmeasurableError(f"{modules} has no {path}")
    return found


def _dynamodb_local(plan: harness.Plan) -> Recipe:
    jar = _installed(plan, "amplify-dynamodb-simulator/emulator/DynamoDBLocal.jar")
    java = harness.tool("java", "apt-get install default-jdk-headless")
    advice = "apt-get install default-jdk-headless; without it the server listens everywhere"
    javac = harness.tool("javac", advice)
    libraries = jar.parent / "DynamoDBLocal_lib"
    classes = plan.data_folder / "classes"
    path = os.pathsep.join((str(classes), str(jar), f"{libraries}/*"))
    if not classes.exists():
        source = str(CHECKOUT / "benchmarks" / "OnLoopback.java")
        harness.output_of([javac, "-d", str(classes), "-cp", path, source])
    native = f"-Djava.library.path={libraries}"
    version = harness.output_of([java, native, "-jar", str(jar), "-version"]).strip()

    def command(folder: Path, port: int) -> Sequence[str]:
        start = [java, native, "-cp", path, "OnLoopback", "-port", str(port)]
        return [*start, "-dbPath", str(folder), "-sharedDb", "-disableTelemetry"]

    return Recipe(DYNAMODB_LOCAL, version, command)


def _dynoxide(plan: harness.Plan) -> Recipe:
    program = str(_installed(plan, "@dynoxide/*/dynoxide"))
    version = harness.output_of([program, "--version"]).strip().removeprefix("dynoxide ")

    def command(folder: Path, port: int) -> Sequence[str]:
        listen = [program, "serve", "--host", HOST, "--port", str(port)]
        return [*listen, "--db-path", str(folder / "store.db")]

    return Recipe(DYNOXIDE, version, command)


def _dynalite(plan: harness.Plan) -> Recipe:
    script = _installed(plan, "dynalite/cli.js")
    node = harness.tool("node", "apt-get install nodejs")
    version = str(codec.decode((script.parent / "package.json").read_bytes())["version"])

    def command(folder: Path, port: int) -> Sequence[str]:
        listen = [node, str(script), "--host", HOST, "--port", str(port), "--path", str(folder)]
        at_once = ["--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"]
        return [*listen, *at_once]

    return Recipe(DYNALITE, version, command)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The servers that run side by side, by name, and why the others do not."""

    servers: dict[str, Server]
    absent: dict[str, str]


@contextlib.contextmanager
def started(plan: harness.Plan, *, without: frozenset[str] = frozenset()) -> Generator[Fleet]:
    """All servers with empty stores; stopped, and their files removed, at the end.

    Raises: UnmeasurableError when our own does not start: then nothing is left to compare.
    """
    found, absent = recipes(plan)
    with contextlib.ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=plan.data_folder)))
        servers: dict[str, Server] = {}
        for recipe in found:
            if recipe.name in without:
                continue
            try:
                server = Server(recipe, room / recipe.name.replace(" ", "-"))
            except harness.UnmeasurableError as reason:
                if recipe.name == harness.OURS:
                    raise
                absent[recipe.name] = str(reason)
                continue
            stack.callback(server.stop)
            servers[recipe.name] = server
        yield Fleet(servers, absent)
