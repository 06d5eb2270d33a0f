"""Stores with the tables that statements are asked of, and stores whose tables take their time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import FIVE
from tests.facts.tables import UNITS, definitions, index
from tests.support import slow_tables, statements
from tests.support.slow_tables import EACH, NOW, Slow, demand, plain


@pytest.fixture
def music(engine: Engine) -> Engine:
    """The tables of ``tests.support.statements``."""
    statements.fill(engine)
    return engine


@pytest.fixture(scope="module")
def shared_music() -> Iterator[Engine]:
    """The same, of a store that nobody changes."""
    opened = Engine.open()
    statements.fill(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["by the clock alone", "with the worker"])
def slow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=EACH)
    yield Slow(engine, clock, request.param == "with the worker")
    engine.close()


@pytest.fixture
def active(slow: Slow) -> Slow:
    """An on-demand table with an index, and a provisioned one, both ACTIVE."""
    slow.call("CreateTable", demand())
    units = plain("units", BillingMode="PROVISIONED", ProvisionedThroughput=FIVE)
    units["AttributeDefinitions"] = definitions("a", "c")
    units["GlobalSecondaryIndexes"] = [index("one", "c", ProvisionedThroughput=UNITS)]
    slow.call("CreateTable", units)
    slow.later()
    assert [slow.table(name)["TableStatus"] for name in ("demand", "units")] == ["ACTIVE"] * 2
    return slow
