"""Bare HTTP before a real store: the doors' promise that an answer is the engine's."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from dynalite_py.engine import Engine
from tests.support import servers
from tests.support.raw_http import RawClient, operation

TABLE = {
    "TableName": "tbl",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def client() -> Generator[RawClient]:
    """A connection to a server with a store in memory and the table tbl."""
    engine = Engine.open(":memory:")
    try:
        with servers.serving(engine) as server, RawClient(server.port) as connection:
            assert connection.ask(operation("CreateTable", TABLE)).status == 200
            yield connection
    finally:
        engine.close()


def test_an_item_comes_back(client: RawClient) -> None:
    item = {"p": {"S": "k"}, "n": {"N": "1"}}
    put = client.ask(operation("PutItem", {"TableName": "tbl", "Item": item}))
    assert (put.status, put.body, put.headers["x-amz-crc32"]) == (200, b"{}", "2745614147")
    got = client.ask(operation("GetItem", {"TableName": "tbl", "Key": {"p": {"S": "k"}}}))
    assert got.json() == {"Item": item}
    assert client.ask(operation("Scan", {"TableName": "tbl"})).json() == {
        "Items": [item],
        "Count": 1,
        "ScannedCount": 1,
    }


def test_a_write_is_seen_by_the_read_behind_it(client: RawClient) -> None:
    for n in range(50):
        item = {"p": {"S": "k"}, "n": {"N": str(n)}}
        assert client.ask(operation("PutItem", {"TableName": "tbl", "Item": item})).status == 200
        got = client.ask(operation("GetItem", {"TableName": "tbl", "Key": {"p": {"S": "k"}}}))
        assert got.json() == {"Item": item}


def test_a_refusal_of_the_writer_is_answered(client: RawClient) -> None:
    request = {
        "TableName": "tbl",
        "Item": {"p": {"S": "k"}},
        "ConditionExpression": "attribute_exists(p)",
    }
    answer = client.ask(operation("PutItem", request))
    assert (answer.status, answer.json()) == (
        400,
        {
            "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
            "message": "The conditional request failed",
        },
    )
