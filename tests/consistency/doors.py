"""Where the clients of a history send their requests, and how they lose an answer on purpose."""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from dynalite_py.engine import Engine
from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.support.processes import Connection, ServerProcess

Answer = tuple[int, Any]


class LostError(Exception):
    """Nobody knows whether the request happened."""


class Door(Protocol):
    """One client's way to the store."""

    def ask(self, operation: str, request: dict[str, Any]) -> Answer:
        """Status and body. Raises: LostError."""
        ...

    def close(self) -> None:
        """The round is over."""
        ...


class InProcess:
    """The engine itself, called from the client's thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, operation: str, request: dict[str, Any]) -> Answer:
        """As the protocol says; no answer is ever lost."""
        try:
            return 200, codec.decode(self._engine.perform(operation, request, Caller()))
        except DynamoDBError as refusal:
            return refusal.status, codec.decode(errors.body(refusal))

    def close(self) -> None:
        """Nothing: the engine is its opener's to close."""


class OverHttp:
    """A connection of its own, which it cuts now and then after a request is sent.

    endpoint: asked for anew whenever it connects, since a server that was killed comes back on
    another port. cuts: the share of the requests whose answer is thrown away.
    """

    def __init__(self, endpoint: Callable[[], str], chance: random.Random, *, cuts: float) -> None:
        self._endpoint = endpoint
        self._chance = chance
        self._cuts = cuts
        self._connection: Connection | None = None

    def ask(self, operation: str, request: dict[str, Any]) -> Answer:
        """As the protocol says."""
        while self._connection is None:
            self._connection = Connection(self._endpoint())
        try:
            if self._chance.random() < self._cuts:
                self._connection.send(operation, request)
                raise LostError
            return self._connection.ask(operation, request)
        except (OSError, http.client.HTTPException, LostError) as failure:
            self.close()
            raise LostError from failure

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Restarting:
    """A server on a file that can be killed under its clients and comes back."""

    def __init__(self, path: Path, *options: str) -> None:
        self._path = path
        self._options = options
        self._there = threading.Condition()
        self._server: ServerProcess | None = ServerProcess(path, *options)
        self.kills = 0

    def endpoint(self) -> str:
        """The endpoint, once there is a server."""
        with self._there:
            self._there.wait_for(lambda: self._server is not None)
            assert self._server is not None
            return self._server.endpoint

    def kill(self) -> None:
        """Kill the server as a power cut of the process would, and start another."""
        with self._there:
            assert self._server is not None
            killed, self._server = self._server, None
        killed.kill()
        server = ServerProcess(self._path, *self._options)
        with self._there:
            self._server = server
            self.kills += 1
            self._there.notify_all()

    def stop(self) -> int:
        """Stop the server. Returns its exit status."""
        assert self._server is not None
        return self._server.stop()
