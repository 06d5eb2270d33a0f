"""One real server for every SDK, and dummy credentials in an empty home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.engine import Engine


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No SDK sees this machine's configuration, nor the real AWS."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """The URL of a server over a file."""
    engine = Engine.open(tmp_path / "sdk.db")
    server = BackgroundServer(engine, ServerSettings(port=0))
    server.start()
    yield server.endpoint
    server.stop()
    engine.close()
