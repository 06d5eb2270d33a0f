"""DynamoDB Local beside our engine: each is handed a request and gives an Outcome to compare.

DynamoDB Local is started in memory, on loopback, from the folder that DYNALITE_PEERS names. Each
pair of stores has an access key of its own there, and an engine in memory here, so both are empty.
"""

from __future__ import annotations

import dataclasses
import http.client
import itertools
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import harness, names, peers, servers
from dynalite_py.doors.server.protocol import STREAM_OPERATIONS
from dynalite_py.engine import Engine
from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

Request = dict[str, Any]

OPERATION_SECONDS = 60.0
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00"
)


def _service(operation: str) -> str:
    return "DynamoDBStreams" if operation in STREAM_OPERATIONS else "DynamoDB"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer. code, message: of a refusal, else ""; body: the answer's or refusal's members."""

    status: int
    code: str
    message: str
    body: dict[str, Any]


class Local:
    """A running DynamoDB Local."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection(servers.HOST, port, timeout=OPERATION_SECONDS)
        self._keys = itertools.count()

    def key(self) -> str:
        """An access key that nobody has used: its tables are its own."""
        return f"key{next(self._keys)}"

    def call(self, key: str, operation: str, request: Request) -> Outcome:
        """One request. An idle connection that was closed is opened once more."""
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": f"{_service(operation)}_20120810.{operation}",
            "Authorization": _SIGNED.format(key=key),
        }
        body = codec.encode(request)
        try:
            self._http.request("POST", "/", body, headers)
            answer = self._http.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._http.close()
            self._http.request("POST", "/", body, headers)
            answer = self._http.getresponse()
        return _outcome(answer.status, answer.read())

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


class Pair:
    """An empty store of each kind; a request goes to both."""

    def __init__(self, local: Local) -> None:
        self._local, self._key = local, local.key()
        self._engine = Engine.open()
        self._caller = Caller()

    def call(self, operation: str, request: Request) -> tuple[Outcome, Outcome]:
        """DynamoDB Local's outcome and ours."""
        return self.call_one(0, operation, request), self.call_one(1, operation, request)

    def call_one(self, side: int, operation: str, request: Request) -> Outcome:
        """The outcome of one side alone. side: 0 DynamoDB Local's, 1 ours."""
        if side == 0:
            return self._local.call(self._key, operation, request)
        return self._ours(operation, request)

    def _ours(self, operation: str, request: Request) -> Outcome:
        # Through bytes: a handler must not see an object that the caller still has.
        sent = codec.decode(codec.encode(request))
        try:
            return _outcome(200, self._engine.perform(operation, sent, self._caller))
        except DynamoDBError as refusal:
            return _outcome(refusal.status, errors.body(refusal))

    def close(self) -> None:
        """Close our engine. Theirs ends with the process."""
        self._engine.close()


@contextmanager
def pair(local: Local) -> Generator[Pair]:
    """A pair of empty stores, closed at the end."""
    opened = Pair(local)
    try:
        yield opened
    finally:
        opened.close()


def _outcome(status: int, body: bytes) -> Outcome:
    members: dict[str, Any] = codec.decode(body) if body else {}
    if status == 200:
        return Outcome(status, "", "", members)
    code = str(members.pop("__type", "")).rpartition("#")[2]
    message = members.pop("message", None) or members.pop("Message", None) or ""
    return Outcome(status, code, message, members)


def _in_memory(recipe: servers.Recipe) -> servers.Recipe:
    """The recipe without files and without one store for all access keys."""
    in_memory = recipe.in_memory
    assert in_memory is not None

    def command(folder: Path, port: int) -> Sequence[str]:
        return [word for word in in_memory(folder, port) if word != "-sharedDb"]

    return dataclasses.replace(recipe, command=command)


def recipe(folder: Path) -> servers.Recipe:
    """How DynamoDB Local is started. Raises: harness.UnmeasurableError where it is not here."""
    plan = harness.Plan(True, 1, 1, 1, folder, peers.folders())
    found, absent = peers.recipes(plan)
    for each in found:
        if each.name == names.DYNAMODB_LOCAL:
            return _in_memory(each)
    raise harness.UnmeasurableError(absent[names.DYNAMODB_LOCAL])


@contextmanager
def started(how: servers.Recipe, folder: Path) -> Generator[Local]:
    """A running DynamoDB Local. Raises: harness.UnmeasurableError where it does not answer."""
    server = servers.Server(how, folder / "local")
    local = Local(server.port)
    try:
        yield local
    finally:
        local.close()
        server.stop()
