"""One server for the tests that leave it as it was; both event loops where the loop matters."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

import dynalite_py
from dynalite_py.doors.server import run
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.facts import item_tables, range_tables
from tests.support import doors, servers
from tests.support.raw_http import RawClient, operation
from tests.support.servers import ScriptedEngine


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def port(request: pytest.FixtureRequest) -> Generator[int]:
    """The port of a server that must still answer when the module's tests are done."""
    factory = run.new_loop if request.param == "uvloop" else asyncio.new_event_loop
    with servers.serving(loop_factory=factory) as server:
        yield server.port


@pytest.fixture
def client(port: int) -> Generator[RawClient]:
    """A connection; afterwards the server must still answer a new one."""
    with RawClient(port) as connection:
        yield connection
    with RawClient(port) as witness:
        assert witness.ask(operation("GetItem", {"alive": 1})).body == b'{"alive":1}'


@pytest.fixture
def scripted() -> ScriptedEngine:
    """An engine for one test's own server."""
    return ScriptedEngine()


@pytest.fixture(scope="module")
def call() -> Generator[doors.Call]:
    """Bare HTTP before a real store that has the tables of the facts; it keeps what a test puts."""
    with dynalite_py.connect() as store:
        create = doors.library(store)
        for table in (*item_tables.TABLES, *range_tables.TABLES):
            create("CreateTable", table)
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        yield doors.http(server.endpoint)
        server.stop()
