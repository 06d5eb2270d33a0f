"""Every pattern over three clients: the store's own, boto3 in process, boto3 over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    """An empty store in memory."""
    with dynalite_py.connect() as opened:
        yield opened


@pytest.fixture(params=["native", "boto3", "http"])
def client(store: dynalite_py.Store, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of the store."""
    if request.param == "native":
        yield store
    elif request.param == "boto3":
        yield dynalite_py.boto3_client(store)
    else:
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        made: Any = boto3.client(
            "dynamodb",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        yield made
        made.close()
        server.stop()
