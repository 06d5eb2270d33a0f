"""Bounded runs of the fuzzers; ``python -m tests.fuzz.fuzz`` goes on for as long as one wants."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.fuzz import features, fuzz, watched, wire
from tests.fuzz.requests import TABLES, Requests
from tests.support.raw_http import RawClient, operation

SEED = 20_261_123
EPISODES, EPISODE_REQUESTS = 4, 1200
BODIES, SPOILT = 1500, 150


@pytest.mark.parametrize("episode", range(EPISODES))
def test_no_request_breaks_the_engine_or_the_file(episode: int) -> None:
    report = fuzz.Report()
    fuzz.run_episode(f"{SEED}/{episode}", EPISODE_REQUESTS, report)
    assert report.requests == EPISODE_REQUESTS
    assert not report.findings, "\n".join(map(str, report.findings.values()))


def test_every_operation_is_answered_and_refused_in_a_run() -> None:
    """A generator whose requests were all refused would find nothing."""
    report = fuzz.Report()
    fuzz.run_episode(f"{SEED}/answers", EPISODE_REQUESTS, report)
    for name in Requests(random.Random(SEED)).builders:
        kinds = {kind for operation, kind in report.outcomes if operation == name}
        assert kinds >= {"answered", "ValidationException", "SerializationException"}, name


def test_the_seeds_beside_items_and_tables_are_answered_and_refused(engine: Engine) -> None:
    for table in TABLES:
        engine.perform("CreateTable", table, Caller())
    answered: set[str] = set()
    codes: set[str] = set()
    for name, request in features.SEEDS:
        try:
            engine.perform(name, request, Caller())
            answered.add(name)
        except DynamoDBError as refusal:
            codes.add(refusal.code)
    assert codes <= fuzz.CODES
    assert answered >= {name for name in features.FAMILIES if name.startswith("List")}
    assert "PutResourcePolicy" in answered


def test_a_seed_says_the_whole_series() -> None:
    first, second = (Requests(random.Random(SEED)) for _ in range(2))
    for _ in range(300):
        assert wire.next_text(first) == wire.next_text(second)


@pytest.fixture
def port(engine: Engine, server: BackgroundServer) -> int:
    for table in TABLES:
        engine.perform("CreateTable", table, Caller())
    return server.port


@pytest.fixture
def client(port: int) -> Iterator[RawClient]:
    with RawClient(port) as connected:
        yield connected


def test_every_body_gets_an_answer_on_the_same_connection(client: RawClient) -> None:
    requests = Requests(random.Random(SEED))
    for _ in range(BODIES):
        name, text = wire.next_text(requests)
        fault = wire.fault(wire.ask(client, name, text))
        assert fault is None, (fault, name, text[:2000])


def test_every_request_can_be_told_of() -> None:
    lines = watched.Lines()
    done, faults = watched.episode(SEED, BODIES, lines)
    assert faults == []
    assert done > BODIES / 20
    kinds = {path[:5] for path in lines.paths.values()}
    assert kinds >= {"", "key", "key, ", "keys", "range", "all o"}


def test_spoilt_bytes_leave_the_server_alive(port: int) -> None:
    requests = Requests(random.Random(SEED))
    for _ in range(SPOILT):
        sent = wire.spoilt(requests)
        with RawClient(port) as client:
            client.send(sent)
            client.end()
            said = client.rest()
        assert not said or said.startswith(b"HTTP/1.1 "), sent[:2000]
        assert b"HTTP/1.1 500 " not in said, sent[:2000]
    with RawClient(port) as client:
        assert client.ask(operation("ListTables", {"Limit": 1})).status == 200
