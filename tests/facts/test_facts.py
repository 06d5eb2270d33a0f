"""Every recorded refusal, through every door: same code, same words."""

from __future__ import annotations

from collections.abc import Iterator

import botocore.config
import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.facts import (
    batches,
    enveloped_texts,
    item_keys,
    items,
    model_faults,
    model_limits,
    order_of_checks,
    order_of_tables,
    query,
    query_keys,
    scan,
    table_changes,
    table_creation,
    table_updates,
    tables,
)
from tests.facts.fact import Fact
from tests.facts.item_tables import TABLES
from tests.facts.range_tables import TABLES as RANGE_TABLES
from tests.support import doors

# botocore itself stumbles over these before anything is sent.
_BEYOND_BOTOCORE = frozenset(
    {
        "value: an unknown type",
        "nothing at all",
        "BatchGetItem: no RequestItems",
        "BatchWriteItem: no RequestItems",
        "an element {'Drop': {'IndexName': 'one'}}",
    }
)
FACTS = [
    *items.FACTS,
    *item_keys.FACTS,
    *batches.FACTS,
    *query.FACTS,
    *scan.FACTS,
    *tables.FACTS,
    *table_creation.FACTS,
    *table_changes.FACTS,
    *table_changes.TAGS,
    *table_updates.FACTS,
    *order_of_checks.FACTS,
    *order_of_tables.FACTS,
    *query_keys.FACTS,
    *enveloped_texts.FACTS,
    *model_faults.FACTS,
    *model_limits.FACTS,
]


@pytest.fixture(scope="module", params=["library", "boto3", "http"])
def call(request: pytest.FixtureRequest) -> Iterator[doors.Call]:
    with dynalite_py.connect() as store:
        create = doors.library(store)
        for table in (*TABLES, *RANGE_TABLES, *table_changes.TABLES, *table_updates.TABLES):
            create("CreateTable", table)
        create("CreateTable", {**tables.create("", "").request, "TableName": tables.TAKEN})
        if request.param == "library":
            yield doors.library(store)
        elif request.param == "boto3":
            config = botocore.config.Config(parameter_validation=False)
            yield doors.boto3(dynalite_py.boto3_client(store, config=config))
        else:
            server = BackgroundServer(store.engine, ServerSettings(port=0))
            server.start()
            yield doors.http(server.endpoint)
            server.stop()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}")
def test_a_refusal_is_the_services_own(
    call: doors.Call, fact: Fact, request: pytest.FixtureRequest
) -> None:
    if fact.name in _BEYOND_BOTOCORE and "boto3" in request.node.callspec.id:
        pytest.skip("botocore cannot send this request")
    with pytest.raises(doors.Refused) as refusal:
        call(fact.operation, fact.request)
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)
