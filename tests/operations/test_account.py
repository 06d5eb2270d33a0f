"""DescribeLimits and DescribeEndpoints."""

from __future__ import annotations

from typing import Any

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support.raw_http import RawClient, operation


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
