"""The clock on the admin port: moved by tests on this machine, by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock, SystemClock
from tests.support import servers
from tests.support.raw_http import RawClient, Response, message, operation
from tests.support.signing import KEY, SECRET, Signer, signed
from tests.wire.test_store import TABLE

START = 1_700_000_000.0
LOCAL = {"Host": "localhost:9100"}
JSON = {**LOCAL, "Content-Type": "application/json"}
WATCHED = ServerSettings(port=0, admin_port=0, drain_timeout=5.0, test_clock=True)


class Clocked(NamedTuple):
    """A server, and its engine's clock."""

    server: BackgroundServer
    clock: MovableClock

    def ask(self, sent: bytes) -> Response:
        """The answer of the admin port."""
        port = urlsplit(self.server.admin_endpoint or "").port
        assert port is not None
        with RawClient(port) as client:
            return client.ask(sent)

    def move(self, body: bytes, headers: dict[str, str] = JSON) -> tuple[int, Any]:
        """Status and JSON of a POST."""
        answer = self.ask(message("POST", "/clock", headers, body))
        return answer.status, codec.decode(answer.body)


@pytest.fixture
def clocked() -> Iterator[Clocked]:
    clock = MovableClock(START)
    engine = Engine.open(clock=clock, transitions=Transitions(3600, 0, 0))
    with servers.serving(engine, WATCHED) as server:
        yield Clocked(server, clock)
    engine.close()


def test_the_clock_is_told_and_moved(clocked: Clocked) -> None:
    told = {"now": START, "utc": "2023-11-14T22:13:20+00:00"}
    for path in ("/clock", "/_dynalite/clock", "/clock?x"):
        answer = clocked.ask(message("GET", path, LOCAL))
        assert (answer.status, codec.decode(answer.body)) == (200, told)
        assert answer.headers["content-type"] == "application/json"
    assert clocked.move(b'{"advance": 90000}') == (
        200,
        {"now": START + 90_000, "utc": "2023-11-15T23:13:20+00:00"},
    )
    assert clocked.move(b'{"set": 5.5}')[1]["now"] == 5.5
    assert clocked.move(b'{"advance": -5.5}')[1]["now"] == 0
    assert clocked.clock.now() == 0


def test_tables_follow_the_clock(clocked: Clocked) -> None:
    with RawClient(clocked.server.port) as client:
        assert client.ask(operation("CreateTable", TABLE)).status == 200
        describe = operation("DescribeTable", {"TableName": TABLE["TableName"]})
        assert b'"CREATING"' in client.ask(describe).body
        assert clocked.move(b'{"advance": 3600}')[0] == 200
        assert b'"ACTIVE"' in client.ask(describe).body


MEMBERS = 'send {"advance": SECONDS} or {"set": EPOCH_SECONDS}'
YEARS = "is not within the years 1970 to 9999"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "this is not JSON"),
        (b"soon", "this is not JSON"),
        (b"\xff", "this is not JSON"),
        (b"[" * 1000, "this is not JSON"),
        (b'{"set": NaN}', "this is not JSON"),
        (b'{"set": 1e400}', "this is not JSON"),
        (b"[]", MEMBERS),
        (b"5", MEMBERS),
        (b"null", MEMBERS),
        (b"{}", MEMBERS),
        (b'{"advance": 1, "set": 1}', MEMBERS),
        (b'{"on_change": 1}', MEMBERS),
        (b'{"now": 1}', MEMBERS),
        (b'{"advance": "1"}', "advance takes a number of seconds"),
        (b'{"set": true}', "set takes a number of seconds"),
        (b'{"set": null}', "set takes a number of seconds"),
        (b'{"set": -1}', f"-1 {YEARS}"),
        (b'{"set": 1e300}', f"1e+300 {YEARS}"),
        (b'{"advance": -1700000001}', f"-1.0 {YEARS}"),
    ],
)
def test_other_bodies_move_nothing(clocked: Clocked, body: bytes, error: str) -> None:
    assert clocked.move(body) == (400, {"error": error})
    assert clocked.clock.now() == START


def test_a_body_of_a_kilobyte_is_the_longest(clocked: Clocked) -> None:
    assert clocked.move(b'{"advance": 1}' + b" " * 1010)[0] == 200
    assert clocked.move(b'{"advance": 1}' + b" " * 1011)[0] == 413
    assert clocked.move(b'{"advance": 1}' + b" " * 1_000_000)[0] == 413
    assert clocked.clock.now() == START + 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({**JSON, "Origin": "http://localhost:3000"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({**JSON, "Host": "attacker.example:9100"}, 403),
        ({**JSON, "Host": "127.0.0.1.nip.io"}, 403),
        (LOCAL, 415),
        ({**LOCAL, "Content-Type": "text/plain"}, 415),
        ({**LOCAL, "Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({**JSON, "Content-Encoding": "gzip"}, 415),
    ],
)
def test_no_page_in_a_browser_moves_the_clock(
    clocked: Clocked, headers: dict[str, str], status: int
) -> None:
    assert clocked.move(b'{"advance": 1}', headers)[0] == status
    assert clocked.clock.now() == START


def test_a_page_of_elsewhere_gets_no_leave_to_send_json(clocked: Clocked) -> None:
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    answer = clocked.ask(message("OPTIONS", "/clock", {**LOCAL, **asked}))
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_and_places_know_no_clock(clocked: Clocked, method: str) -> None:
    assert clocked.ask(message(method, "/clock", JSON, b'{"advance": 1}')).status == 404
    assert clocked.ask(message("POST", "/metrics", JSON, b'{"advance": 1}')).status == 404
    with RawClient(clocked.server.port) as client:
        assert client.ask(message("POST", "/clock", JSON, b'{"advance": 1}')).status == 404
        assert client.ask(message("GET", "/_dynalite/clock", LOCAL)).status == 404
    assert clocked.clock.now() == START


@pytest.mark.parametrize(
    "settings",
    [
        ServerSettings(port=0, admin_port=0),
        ServerSettings(port=0, admin_port=0, admin_host="0.0.0.0", test_clock=True),  # noqa: S104
    ],
    ids=["not asked for", "not on loopback"],
)
def test_without_a_test_clock_on_loopback_there_is_none(settings: ServerSettings) -> None:
    clock = MovableClock(START)
    engine = Engine.open(clock=clock)
    with servers.serving(engine, settings) as server:
        clocked = Clocked(server, clock)
        assert clocked.ask(message("GET", "/clock", LOCAL)).status == 404
        assert clocked.ask(message("POST", "/clock", JSON, b'{"set": 1}')).status == 404
    engine.close()
    assert clock.now() == START


def test_signatures_are_judged_by_the_systems_time() -> None:
    """Clients sign by it, wherever the tables' clock stands."""
    now = SystemClock().now()
    settings = ServerSettings(port=0, admin_port=0, credentials={KEY: SECRET}, test_clock=True)
    engine = Engine.open(clock=MovableClock(START))
    with servers.serving(engine, settings) as server, RawClient(server.port) as client:
        for moment, status in ((now, 200), (START, 400)):
            assert client.ask(signed(Signer(moment))).status == status
    engine.close()
