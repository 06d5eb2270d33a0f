"""The registry: every operation of the API is either done or refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import api_model
from dynalite_py.operations.registry import OPERATIONS, UNSUPPORTED
from tests.support.least_requests import least_request
from tests.support.raw_http import RawClient, operation


def test_every_operation_of_the_api_is_done_or_refused_by_name() -> None:
    assert OPERATIONS.keys() == set(api_model.operations())
    assert OPERATIONS.keys() > UNSUPPORTED


def test_an_operation_is_filed_under_its_own_name() -> None:
    assert [found.name for found in OPERATIONS.values()] == list(OPERATIONS)


@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_an_operation_that_is_not_done_is_refused_in_process(engine: Engine, name: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform(name, least_request(name), Caller())
    assert (refusal.value.code, refusal.value.status) == ("UnsupportedOperationException", 400)
    assert name in str(refusal.value.message)


@pytest.mark.parametrize("name", ["MakeCoffee", "", "getitem", "GetItem ", "PutItem\n"])
def test_an_unknown_name_is_refused_in_process(engine: Engine, name: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform(name, {}, Caller())
    assert refusal.value.code == "UnknownOperationException"


def test_operations_that_are_not_done_are_refused_over_http(server: BackgroundServer) -> None:
    with RawClient(server.port) as client:
        for name in sorted(UNSUPPORTED):
            answer = client.ask(operation(name, least_request(name)))
            body: Any = answer.json()
            assert answer.status == 400
            assert body["__type"].endswith("#UnsupportedOperationException")
            assert name in body["message"]


@pytest.mark.parametrize("name", ["MakeCoffee", "getitem", "PutItemX"])
def test_an_unknown_name_is_refused_over_http(server: BackgroundServer, name: str) -> None:
    with RawClient(server.port) as client:
        answer = client.ask(operation(name))
    body: Any = answer.json()
    assert answer.status == 400
    assert body["__type"].endswith("#UnknownOperationException")
