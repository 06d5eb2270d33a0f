"""Pages of a browser under a name that was made to mean this machine (DNS rebinding)."""

from __future__ import annotations

import pytest

from dynalite_py.doors.server import protocol
from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import SIGNED, RawClient, message, operation

ATTACKER = {"Host": "attacker.example:8000", "Origin": "http://attacker.example:8000"}
REFUSAL = {
    "__type": "com.amazon.coral.service#AccessDeniedException",
    "Message": "Web pages are not answered under this host name, unless --cors names their origin",
}
OWN_HOSTS = (
    "localhost",
    "LocalHost.:8000",
    "db.localhost:8000",
    "127.0.0.1:8000",
    "127.8.8.8",
    "[::1]:8000",
    "192.168.1.5:8000",  # an address means itself, however many routers are between
)
FOREIGN_HOSTS = (
    "attacker.example:8000",
    "attacker.example",
    "localhost.attacker.example",
    "notlocalhost:8000",
    "127.0.0.1.attacker.example",
    "127.0.0.1.nip.io:8000",
    "",
    "[attacker]",
)
PREFLIGHT = message(
    "OPTIONS",
    headers={
        **ATTACKER,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-amz-target",
    },
)


@pytest.mark.parametrize(
    "sent",
    [
        operation("GetItem", headers=ATTACKER),
        operation("GetItem", headers={**ATTACKER, "Content-Type": "text/plain"}),
        operation("Nothing", headers=ATTACKER),
        operation("GetItem", headers=ATTACKER, body=b"no JSON"),
        message("GET", headers=ATTACKER),
        message("GET", "/_dynalite/health", headers=ATTACKER),
        message("PUT", headers=ATTACKER),
        PREFLIGHT,
    ],
    ids=["POST", "simple POST", "unknown", "not JSON", "GET", "health", "PUT", "preflight"],
)
def test_a_page_under_a_foreign_name_is_refused(client: RawClient, sent: bytes) -> None:
    for _ in range(2):
        answer = client.ask(sent)
        assert (answer.status, answer.json()) == (403, REFUSAL)
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert answer.crc_fits()


def test_a_refused_page_changes_nothing() -> None:
    engine = servers.ScriptedEngine()
    with servers.serving(engine) as server, RawClient(server.port) as client:
        assert client.ask(operation("PutItem", headers=ATTACKER)).status == 403
        assert not engine.waiting


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_a_page_may_ask_under_a_name_of_the_machine(client: RawClient, host: str) -> None:
    headers = {"Host": host, "Origin": "http://localhost:3000"}
    assert client.ask(operation("GetItem", headers=headers)).status == 200
    assert client.ask(message("OPTIONS", headers=headers)).status == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_page_may_ask_under_no_other_name(client: RawClient, host: str) -> None:
    headers = {"Host": host, "Origin": "http://localhost:3000"}
    assert client.ask(operation("GetItem", headers=headers)).status == 403


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_programs_send_no_origin_and_reach_the_server_by_any_name(
    client: RawClient, host: str
) -> None:
    assert client.ask(operation("GetItem", headers={"Host": host})).status == 200
    assert client.ask(message("GET", headers={"Host": host})).status == 200


def test_an_origin_that_cors_names_may_ask_under_any_name() -> None:
    allowed = ServerSettings(port=0, cors=("https://app.example",))
    headers = {"Host": "db.example", "Origin": "https://app.example"}
    with servers.serving(settings=allowed) as server, RawClient(server.port) as client:
        assert client.ask(operation("GetItem", headers=headers)).status == 200
        assert client.ask(message("OPTIONS", headers=headers)).status == 200
        assert client.ask(operation("GetItem", headers=ATTACKER)).status == 403
    everybody = ServerSettings(port=0, cors=("*",))
    with servers.serving(settings=everybody) as server, RawClient(server.port) as client:
        assert client.ask(operation("GetItem", headers=ATTACKER)).status == 200


def test_the_name_that_is_listened_on_is_the_servers_own() -> None:
    settings = ServerSettings(host="db.example")
    assert protocol.admits(settings, b"DB.example.:8000", b"http://page")
    assert not protocol.admits(settings, b"other.example:8000", b"http://page")


def test_the_headers_of_a_refused_page_are_not_remembered(client: RawClient) -> None:
    assert client.ask(operation("GetItem", headers=ATTACKER)).status == 403
    assert client.ask(message("POST", "/", {**SIGNED, **ATTACKER}, b"{}")).status == 403
    assert client.ask(operation("GetItem")).status == 200
