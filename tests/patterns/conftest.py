"""Every pattern over three clients: the store's own, boto3 in process, boto3 over HTTP.

Where DynamoDB Local is installed (``benchmarks.peers`` says how), boto3 over it is a fourth one:
the patterns are for AWS, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import dynalite_py
from benchmarks import harness, servers
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from tests.differential import peer

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

ACCESS_KEYS = itertools.count()


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    """An empty store in memory."""
    with dynalite_py.connect() as opened:
        yield opened


@pytest.fixture(scope="session")
def local_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running DynamoDB Local, in which each access key has tables of its own."""
    folder = tmp_path_factory.mktemp("local")
    try:
        server = servers.Server(peer.recipe(folder), folder / "data")
    except harness.UnmeasurableError as reason:
        pytest.skip(str(reason))
    yield f"http://{servers.HOST}:{server.port}"
    server.stop()


def over_http(endpoint: str) -> Any:
    """boto3's client of an endpoint, with an access key that nobody used."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=f"key{next(ACCESS_KEYS)}",
        aws_secret_access_key="test",
    )


@pytest.fixture(
    params=[
        "native",
        "boto3",
        "http",
        pytest.param("local", marks=[pytest.mark.peer, pytest.mark.slow]),
    ]
)
def client(store: dynalite_py.Store, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of an empty store."""
    if request.param == "native":
        yield store
    elif request.param == "boto3":
        yield dynalite_py.boto3_client(store)
    elif request.param == "http":
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        made = over_http(server.endpoint)
        yield made
        made.close()
        server.stop()
    else:
        made = over_http(request.getfixturevalue("local_endpoint"))
        yield made
        made.close()
