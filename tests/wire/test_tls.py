"""HTTPS with the files of the settings."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import RawClient, operation
from tests.support.servers import ScriptedEngine


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the server's certificate."""
    return trustme.CA()


@pytest.fixture
def settings(authority: trustme.CA, tmp_path: Path) -> ServerSettings:
    """A server's settings with certificate and key."""
    issued = authority.issue_cert("localhost")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    key.write_bytes(issued.private_key_pem.bytes())
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return ServerSettings(port=0, tls_certificate=certificate, tls_key=key, drain_timeout=5.0)


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """A client's side that trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_requests_are_answered_over_tls(
    settings: ServerSettings, trusting: ssl.SSLContext, scripted: ScriptedEngine
) -> None:
    with servers.serving(scripted, settings) as server:
        assert server.endpoint == f"https://127.0.0.1:{server.port}"
        with RawClient(server.port, tls=trusting) as client:
            assert client.ask(operation("GetItem", {"n": 1})).body == b'{"n":1}'
            assert client.ask(operation("UpdateItem", {"n": 2})).body == b'{"n":2}'
            assert len(client.ask(operation("Scan", {"Limit": 3_000_000})).body) == 3_000_000
            closed = client.ask(operation("GetItem", headers={"Connection": "close"}))
            assert closed.headers["connection"] == "close"
            assert client.rest() == b""


def test_a_fault_over_tls_is_answered(settings: ServerSettings, trusting: ssl.SSLContext) -> None:
    with (
        servers.serving(settings=settings) as server,
        RawClient(server.port, tls=trusting) as client,
    ):
        assert client.ask(b"\x00\r\n\r\n").status == 400
        assert client.rest() == b""


def test_a_client_without_tls_is_turned_away(
    settings: ServerSettings, trusting: ssl.SSLContext
) -> None:
    with servers.serving(settings=settings) as server:
        with RawClient(server.port) as client:
            client.send(operation("GetItem"))
            assert b"HTTP" not in client.rest()
        with RawClient(server.port, tls=trusting) as client:
            assert client.ask(operation("GetItem")).status == 200


def test_files_that_are_none_of_a_certificate_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    broken = ServerSettings(port=0, tls_certificate=tmp_path / "none.pem")
    with pytest.raises(ssl.SSLError):
        servers.BackgroundServer(ScriptedEngine(), broken).start()
