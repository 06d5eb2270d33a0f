"""What is known of PartiQL, through every door: refusals word for word, answers whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.config
import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.differential.build import attributes
from tests.facts import (
    partiql,
    partiql_costs,
    partiql_lists,
    partiql_reads,
    partiql_syntax,
    partiql_writes,
)
from tests.facts.fact import Fact
from tests.facts.partiql import Answered
from tests.support import doors
from tests.support.orders import in_one_order, sets_in_order

_MODULES = (partiql_syntax, partiql_reads, partiql_writes, partiql_lists)
FACTS: list[Fact] = [fact for module in _MODULES for fact in module.FACTS]
ANSWERS: list[Answered] = [
    *(each for module in _MODULES for each in module.ANSWERS),
    *partiql_costs.ANSWERS,
]
NAMES = frozenset(each.name for each in (*FACTS, *ANSWERS))


class Tables:
    """The tables of the facts, and a door to them. inside: the library's, for what surrounds."""

    def __init__(self, inside: doors.Call, door: doors.Call) -> None:
        self.inside, self.door = inside, door
        self._held: dict[str, list[dict[str, Any]]] = {}
        for table in partiql.TABLES:
            inside("CreateTable", table)

    def items(self, table: str) -> list[dict[str, Any]]:
        """What a table holds, in the order of keys."""
        return in_one_order(self.inside("Scan", {"TableName": table})["Items"])

    def fill(self) -> None:
        """Bring back the items that each fact starts from."""
        for table, held in partiql.ITEMS.items():
            wanted = in_one_order([attributes(each) for each in held])
            found = self.items(table)
            if found == wanted:
                continue
            names = [each["AttributeName"] for each in _key_schema(table)]
            for item in found:
                key = {name: item[name] for name in names}
                self.inside("DeleteItem", {"TableName": table, "Key": key})
            for item in wanted:
                self.inside("PutItem", {"TableName": table, "Item": item})


def _key_schema(name: str) -> list[dict[str, str]]:
    [found] = [each["KeySchema"] for each in partiql.TABLES if each["TableName"] == name]
    return found


@pytest.fixture(scope="module", params=["library", "boto3", "http"])
def made(request: pytest.FixtureRequest) -> Iterator[Tables]:
    with dynalite_py.connect() as store:
        inside = doors.library(store)
        if request.param == "library":
            yield Tables(inside, inside)
            return
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        config = botocore.config.Config(parameter_validation=False)
        if request.param == "boto3":
            yield Tables(inside, doors.boto3(dynalite_py.boto3_client(store, config=config)))
        else:
            yield Tables(inside, doors.http(server.endpoint))
        server.stop()


@pytest.fixture
def tables(made: Tables) -> Tables:
    made.fill()
    return made


def test_every_name_is_given_once() -> None:
    names = [each.name for each in (*FACTS, *ANSWERS)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert {each.source for each in (*FACTS, *ANSWERS)} <= set(partiql.RANK)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_refusal_is_the_services_own_and_changes_nothing(tables: Tables, fact: Fact) -> None:
    before = [tables.items(name) for name in ("music", "solo")]
    with pytest.raises(doors.Refused) as refusal:
        tables.door(fact.operation, fact.request)
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)
    assert [tables.items(name) for name in ("music", "solo")] == before


@pytest.mark.parametrize("fact", ANSWERS, ids=lambda fact: fact.name)
def test_an_answer_is_the_services_own(tables: Tables, fact: Answered) -> None:
    for operation, request in fact.steps:
        tables.inside(operation, request)
    answer = tables.door(fact.operation, fact.request)
    if not fact.ordered:
        answer = {**answer, "Items": in_one_order(answer["Items"])}
        expected = {**fact.answer, "Items": in_one_order(fact.answer["Items"])}
    else:
        expected = fact.answer
    assert sets_in_order(answer) == sets_in_order(expected)
    for table, items in (fact.items or {}).items():
        assert tables.items(table) == in_one_order(items)
