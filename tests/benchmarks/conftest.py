"""A plan without peers, and a server of ours."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from benchmarks import harness, peers
from benchmarks.servers import Server


@pytest.fixture
def plan(tmp_path: Path) -> harness.Plan:
    """A plan without peers."""
    return harness.Plan(True, 1, 1, 1, tmp_path, {}, say=str)


@pytest.fixture
def server(plan: harness.Plan) -> Generator[Server]:
    """Ours."""
    ours = peers.recipes(plan)[0][0]
    started = Server(ours, plan.data_folder / "ours")
    try:
        yield started
    finally:
        started.stop()
