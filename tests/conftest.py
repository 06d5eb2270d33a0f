"""Fixtures for every test: an engine in memory, and a server over it.

The engine is imported where it is first asked for: the tests of the lower floors do without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from dynalite_py.doors.server.run import BackgroundServer
    from dynalite_py.engine import Engine

if "DYNALITE_RECORD_MEMBERS" in os.environ:
    from tests.api_model import recording

    recording.start()

# How long an example takes says more about the machine and its other work than about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A fresh engine in memory."""
    from dynalite_py.engine import Engine

    opened = Engine.open()
    yield opened
    opened.close()


@pytest.fixture
def server(engine: Engine) -> Iterator[BackgroundServer]:
    """A server over the engine in memory, on a port of its own."""
    from dynalite_py.doors.server.run import BackgroundServer, ServerSettings

    running = BackgroundServer(engine, ServerSettings(port=0))
    running.start()
    yield running
    running.stop()
