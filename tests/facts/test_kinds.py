"""Each kind of refusal that operations beside items and tables know, as it is sent and raised."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import botocore.loaders
import pytest

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from tests.facts import backups, features, resource_policies, table_changes
from tests.facts.fact import Fact
from tests.support import doors
from tests.support.engines import HERE
from tests.support.raw_http import RawClient, operation

CORAL = {
    "ValidationException": "com.amazon.coral.validate#",
    "AccessDeniedException": "com.amazon.coral.service#",
}
# The first fact of each kind; those of streams are told apart by their own client.
KINDS: dict[str, Fact] = {}
for known in (*backups.FACTS, *resource_policies.FACTS, *features.FACTS):
    KINDS.setdefault(known.code, known)
EACH_KIND = pytest.mark.parametrize("fact", KINDS.values(), ids=KINDS)


def fill(engine: Engine) -> None:
    for table in (*table_changes.TABLES, *resource_policies.TABLES):
        engine.perform("CreateTable", table, HERE)


@EACH_KIND
def test_a_refusal_is_sent_with_the_prefix_of_its_kind(
    engine: Engine, server: BackgroundServer, fact: Fact
) -> None:
    fill(engine)
    with RawClient(server.port) as client:
        answer = client.ask(operation(fact.operation, fact.request))
    body: Any = answer.json()
    prefix = CORAL.get(fact.code, "com.amazonaws.dynamodb.v20120810#")
    text = "Message" if fact.code == "AccessDeniedException" else "message"
    assert answer.status == 400
    assert body == {"__type": prefix + fact.code, text: fact.message}


@EACH_KIND
def test_a_refusal_is_the_librarys_exception_of_its_name(fact: Fact) -> None:
    with dynalite_py.connect() as store:
        fill(store.engine)
        with pytest.raises(getattr(exceptions, fact.code)) as refusal:
            getattr(store, doors.method_of(fact.operation))(**fact.request)
    assert refusal.value.message == fact.message


@EACH_KIND
def test_a_refusal_is_boto3s_exception_of_its_name(fact: Fact) -> None:
    with dynalite_py.connect() as store:
        fill(store.engine)
        client: Any = dynalite_py.boto3_client(store)
        kind = getattr(client.exceptions, fact.code, botocore.exceptions.ClientError)
        assert (kind is botocore.exceptions.ClientError) == (fact.code in CORAL)
        with pytest.raises(kind) as refusal:
            getattr(client, doors.method_of(fact.operation))(**fact.request)
    answered: Any = refusal.value.response
    assert answered["Error"] == {"Code": fact.code, "Message": fact.message}


def test_the_library_has_every_exception_that_the_api_declares() -> None:
    loader = botocore.loaders.Loader()
    declared = {
        error["shape"]
        for service in ("dynamodb", "dynamodbstreams")
        for described in loader.load_service_model(service, "service-2")["operations"].values()
        for error in described.get("errors", ())
    }
    assert declared - {"InvalidEndpointException"} <= exceptions.BY_CODE.keys()


@pytest.mark.parametrize(
    ("operation_name", "request_members"),
    backups.UNSUPPORTED,
    ids=[name for name, _ in backups.UNSUPPORTED],
)
def test_what_the_store_does_not_do_is_refused_by_name(
    operation_name: str, request_members: dict[str, Any]
) -> None:
    with dynalite_py.connect() as store:
        fill(store.engine)
        with pytest.raises(exceptions.UnsupportedOperationException, match=operation_name):
            getattr(store, doors.method_of(operation_name))(**request_members)
