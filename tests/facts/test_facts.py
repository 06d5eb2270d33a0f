"""Every recorded refusal, through every door: same code, same words."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.config
import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.facts import (
    features,
    resource_policies,
    table_changes,
    table_updates,
    tables,
    time_to_live,
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
# The modules beside this one whose rows are refused by stores with the tables below.
_TABLES_OF_FACTS = (
    "attribute_values",
    "backups",
    "batches",
    "conditions",
    "enveloped_texts",
    "expression_members",
    "feature_bounds",
    "features",
    "item_keys",
    "items",
    "key_conditions",
    "legacy",
    "model_faults",
    "model_limits",
    "order_of_checks",
    "order_of_tables",
    "query",
    "query_keys",
    "resource_policies",
    "scan",
    "table_changes",
    "table_creation",
    "table_updates",
    "tables",
    "time_to_live",
    "updates",
)
FACTS: list[Fact] = [
    *(
        fact
        for name in _TABLES_OF_FACTS
        for fact in importlib.import_module(f"tests.facts.{name}").FACTS
    ),
    *table_changes.TAGS,
]


def streams(endpoint: str, config: botocore.config.Config) -> Any:
    """boto3's client of DynamoDB Streams at a server."""
    return boto3.client(
        "dynamodbstreams",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=config,
    )


@pytest.fixture(scope="module", params=["library", "boto3", "http"])
def call(request: pytest.FixtureRequest) -> Iterator[doors.Call]:
    with dynalite_py.connect() as store:
        create = doors.library(store)
        for table in (
            *TABLES,
            *RANGE_TABLES,
            *table_changes.TABLES,
            *table_updates.TABLES,
            *features.TABLES,
            *resource_policies.TABLES,
            *time_to_live.TABLES,
        ):
            create("CreateTable", table)
        create("UpdateTimeToLive", time_to_live.SWITCHED_ON)
        for operation, setting in features.SETTINGS:
            create(operation, setting)
        create("CreateTable", {**tables.create("", "").request, "TableName": tables.TAKEN})
        if request.param == "library":
            yield doors.library(store)
            return
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        if request.param == "boto3":
            config = botocore.config.Config(parameter_validation=False)
            client = dynalite_py.boto3_client(store, config=config)
            yield doors.boto3(client, streams(server.endpoint, config))
        else:
            yield doors.http(server.endpoint)
        server.stop()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}")
def test_a_refusal_is_the_services_own(
    call: doors.Call, fact: Fact, request: pytest.FixtureRequest
) -> None:
    beyond_botocore = fact.name in _BEYOND_BOTOCORE or "no known type" in fact.name
    if beyond_botocore and "boto3" in request.node.callspec.id:
        pytest.skip("botocore cannot send this request")
    with pytest.raises(doors.Refused) as refusal:
        call(fact.operation, fact.request)
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)
