"""DescribeLimits and DescribeEndpoints."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import codec, limits
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts.table_changes import creation, update
from tests.facts.tables import definitions, index, keys
from tests.support.raw_http import RawClient, operation

HERE = Caller()


def test_the_limits_are_those_of_a_new_account(engine: Engine) -> None:
    assert codec.decode(engine.perform("DescribeLimits", {}, Caller())) == {
        "AccountMaxReadCapacityUnits": 80000,
        "AccountMaxWriteCapacityUnits": 80000,
        "TableMaxReadCapacityUnits": 40000,
        "TableMaxWriteCapacityUnits": 40000,
    }


def test_the_endpoint_is_the_host_the_caller_came_by(engine: Engine) -> None:
    answer = engine.perform("DescribeEndpoints", {}, Caller(host="localhost:8000"))
    assert codec.decode(answer) == {
        "Endpoints": [{"Address": "localhost:8000", "CachePeriodInMinutes": 1440}]
    }


def test_without_a_host_the_endpoint_is_the_regions(engine: Engine) -> None:
    answer = engine.perform("DescribeEndpoints", {}, Caller(region="eu-west-1"))
    assert codec.decode(answer)["Endpoints"][0]["Address"] == "dynamodb.eu-west-1.amazonaws.com"


def test_a_server_names_its_own_address(server: BackgroundServer) -> None:
    with RawClient(server.port) as client:
        answer: Any = client.ask(operation("DescribeEndpoints", {})).json()
    assert answer["Endpoints"][0]["Address"] == f"127.0.0.1:{server.port}"
    assert server.endpoint == f"http://127.0.0.1:{server.port}"


def units(read: int, write: int = 1) -> dict[str, int]:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def create(
    engine: Engine,
    name: str,
    throughput: dict[str, int],
    *wide: dict[str, int],
    caller: Caller = HERE,
) -> None:
    """A provisioned table with an index for each further throughput."""
    request = {
        "TableName": name,
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "ProvisionedThroughput": throughput,
    }
    if wide:
        request["GlobalSecondaryIndexes"] = [
            index(f"wide{number}", "a", ProvisionedThroughput=each)
            for number, each in enumerate(wide)
        ]
    engine.perform("CreateTable", request, caller)


def change(engine: Engine, name: str, **members: Any) -> None:
    engine.perform("UpdateTable", {"TableName": name, **members}, Caller())


def test_an_account_has_2500_tables_in_a_region(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.TABLES == 2500
    monkeypatch.setattr(limits, "TABLES", 2)
    create(engine, "one", units(1))
    create(engine, "two", units(1))
    create(engine, "one", units(1), caller=Caller(region="eu-west-1"))
    create(engine, "one", units(1), caller=Caller(account="111111111111"))
    with pytest.raises(DynamoDBError) as refusal:
        create(engine, "three", units(1))
    assert refusal.value.code == "LimitExceededException"
    with pytest.raises(DynamoDBError, match="already exists"):
        create(engine, "two", units(1))
    engine.perform("DeleteTable", {"TableName": "one"}, Caller())
    create(engine, "three", units(1))


@pytest.mark.parametrize(
    ("throughput", "wide"),
    [(units(40_001), []), (units(1, 40_001), []), (units(20_000), [units(20_000), units(1)])],
    ids=["reads", "writes", "with its indexes"],
)
def test_a_new_table_with_its_indexes_has_40000_units_of_each_kind(
    engine: Engine, throughput: dict[str, int], wide: list[dict[str, int]]
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        create(engine, "much", throughput, *wide)
    assert refusal.value.code == "LimitExceededException"
    create(engine, "much", units(40_000, 40_000))
    change(engine, "much", ProvisionedThroughput=units(40_001, 40_000))


def test_all_tables_of_an_account_have_80000_units_of_each_kind(engine: Engine) -> None:
    create(engine, "one", units(40_000))
    create(engine, "two", units(20_000), units(19_999))
    create(engine, "far", units(40_000), caller=Caller(region="eu-west-1"))
    with pytest.raises(DynamoDBError) as refusal:
        create(engine, "three", units(2))
    assert refusal.value.code == "LimitExceededException"
    create(engine, "three", units(1))
    for members in (
        {"ProvisionedThroughput": units(20_001)},
        {"GlobalSecondaryIndexUpdates": [update("wide0", 20_000)]},
        {
            "AttributeDefinitions": definitions("a"),
            "GlobalSecondaryIndexUpdates": [creation("more", "a", ProvisionedThroughput=units(1))],
        },
    ):
        with pytest.raises(DynamoDBError) as refusal:
            change(engine, "two", **members)
        assert refusal.value.code == "LimitExceededException"
    change(engine, "one", ProvisionedThroughput=units(39_999))
    change(engine, "two", ProvisionedThroughput=units(20_001))
