"""Query and Scan refuse what the service refuses, in its words and its order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts import query, scan
from tests.facts.fact import Fact
from tests.facts.range_tables import TABLES


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine.open()
    for table in TABLES:
        opened.perform("CreateTable", table, Caller())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "fact", [*query.FACTS, *scan.FACTS], ids=lambda fact: f"{fact.operation}: {fact.name}"
)
def test_a_refusal_is_the_services_own(engine: Engine, fact: Fact) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform(fact.operation, fact.request, Caller())
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)
