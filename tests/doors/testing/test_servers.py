"""An endpoint that is somewhere else keeps what no test made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.config
import pytest
from botocore.exceptions import ClientError

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.doors.testing.servers import FarEndpoint


def make(store: Any, name: str) -> None:
    """Make an empty table."""
    store.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )


@pytest.fixture
def far() -> Iterator[tuple[FarEndpoint, dynalite_py.Store]]:
    """An endpoint with the table Precious, and the store behind it."""
    with dynalite_py.connect() as store:
        make(store, "Precious")
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        made: Any = FarEndpoint(server.start(), "us-east-1")
        made._client = _hasty(made.url)
        yield made, store
        server.stop()


def _hasty(url: str) -> Any:
    import boto3

    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def test_tables_of_a_test_go_and_others_stay(far: tuple[FarEndpoint, dynalite_py.Store]) -> None:
    endpoint, store = far
    with dynalite_py.connect() as template:
        make(template, "Music")
        endpoint.begin(template)
        make(store, "OfTheTest")
        assert store.list_tables()["TableNames"] == ["Music", "OfTheTest", "Precious"]
        endpoint.end()
    assert store.list_tables()["TableNames"] == ["Precious"]


def test_an_endpoint_that_does_not_answer_loses_nothing(
    far: tuple[FarEndpoint, dynalite_py.Store],
) -> None:
    endpoint, store = far
    with dynalite_py.connect() as template:
        for _ in range(2):  # Also after a test that went well.
            with (
                store.faults({"fault": "internal-error", "operation": "ListTables"}),
                pytest.raises(ClientError),
            ):
                endpoint.begin(template)
            endpoint.end()
            assert store.list_tables()["TableNames"] == ["Precious"]
            endpoint.begin(template)
            endpoint.end()


def test_a_table_that_is_there_already_stays(far: tuple[FarEndpoint, dynalite_py.Store]) -> None:
    endpoint, store = far
    with dynalite_py.connect() as template:
        make(template, "Precious")
        with pytest.raises(FileExistsError):
            endpoint.begin(template)
        endpoint.end()
    assert store.list_tables()["TableNames"] == ["Precious"]
