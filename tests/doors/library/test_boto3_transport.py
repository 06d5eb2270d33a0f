"""boto3's own objects over an open store, without a network."""

import binascii
import os
import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import botocore.awsrequest
import botocore.config
import botocore.exceptions
import pytest

import dynalite_py
from dynalite_py.doors.library import boto3_transport
from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller

KEY: Any = {"Artist": {"S": "Nena"}, "SongTitle": {"S": "99 Luftballons"}}
SONG: Any = {**KEY, "Year": {"N": "1983"}, "Cover": {"B": b"\x00\xff"}}


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS settings, an empty home, and no way to a network."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("A socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def client(store: dynalite_py.Store) -> Iterator[Any]:
    made = dynalite_py.boto3_client(store)
    yield made
    made.close()


def test_a_client_writes_reads_and_queries(client: Any) -> None:
    client.put_item(TableName="Music", Item=SONG)
    read = client.get_item(TableName="Music", Key=KEY)
    assert read["Item"] == SONG
    assert len(read["ResponseMetadata"]["RequestId"]) == 52
    pages = client.get_paginator("query").paginate(
        TableName="Music",
        KeyConditionExpression="Artist = :a",
        ExpressionAttributeValues={":a": {"S": "Nena"}},
    )
    assert pages.build_full_result()["Items"] == [SONG]
    client.get_waiter("table_exists").wait(TableName="Music")
    created = client.describe_table(TableName="Music")["Table"]["CreationDateTime"]
    assert created.tzinfo is not None


def test_both_clients_see_one_store_and_answer_alike(client: Any, store: dynalite_py.Store) -> None:
    store.put_item(TableName="Music", Item=SONG)
    native: Any = store.get_item(TableName="Music", Key=KEY, ReturnConsumedCapacity="TOTAL")
    real = client.get_item(TableName="Music", Key=KEY, ReturnConsumedCapacity="TOTAL")
    assert native.pop("ResponseMetadata").keys() == real.pop("ResponseMetadata").keys()
    assert native == real
    described: Any = store.describe_table(TableName="Music")["Table"]
    assert described == client.describe_table(TableName="Music")["Table"]


def test_a_refusal_is_botocores_exception(client: Any) -> None:
    client.put_item(TableName="Music", Item=SONG)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as caught:
        client.put_item(
            TableName="Music",
            Item=SONG,
            ConditionExpression="attribute_not_exists(Artist)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"] == SONG
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName="Nothing")


def test_a_transaction_tells_its_reasons(client: Any) -> None:
    check = {"TableName": "Music", "Key": KEY, "ConditionExpression": "attribute_exists(Artist)"}
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=[{"ConditionCheck": check}])
    [reason] = caught.value.response["CancellationReasons"]
    assert reason["Code"] == "ConditionalCheckFailed"


def test_a_resource_works_with_plain_values(store: dynalite_py.Store) -> None:
    resource: Any = dynalite_py.boto3_resource(store)
    table = resource.Table("Music")
    with table.batch_writer() as batch:
        for number in range(30):
            song = {"Artist": "Nena", "SongTitle": f"{number:02}", "Price": Decimal("1.5")}
            batch.put_item(Item=song)
    assert table.scan(Select="COUNT")["Count"] == 30
    assert store.table("Music").get({"Artist": "Nena", "SongTitle": "07"}) == {
        "Artist": "Nena",
        "SongTitle": "07",
        "Price": Decimal("1.5"),
    }
    assert [found.name for found in resource.tables.all()] == ["Music"]
    resource.meta.client.close()


def test_versions_are_closed_to_boto3(client: Any, store: dynalite_py.Store) -> None:
    """boto3 refuses the members by itself; what its handlers add in the body is not read."""
    with pytest.raises(botocore.exceptions.ParamValidationError):
        client.put_item(TableName="Music", Item=SONG, IfVersion=7)
    body = codec.encode({"TableName": "Music", "ReturnVersion": True, "Key": KEY})
    request = botocore.awsrequest.AWSRequest(
        method="POST",
        url="http://dynalite.invalid/",
        headers={"X-Amz-Target": "DynamoDB_20120810.GetItem"},
        data=body,
    ).prepare()
    events = client.meta.events
    [(_, answer)] = events.emit("before-send.dynamodb.GetItem", request=request)
    assert (answer.status_code, answer.content) == (200, b"{}")


@pytest.mark.parametrize(
    ("target", "status", "part"),
    [
        ("DynamoDB_20120810.ListTables", 200, b"TableNames"),
        (b"DynamoDB_20120810.ListTables", 200, b"TableNames"),
        ("DynamoDB_20120810.MakeCoffee", 400, b"UnknownOperationException"),
        ("DynamoDB_20111205.ListTables", 400, b"UnknownOperationException"),
        ("DynamoDB_20120810.GetItem", 400, b"ValidationException"),
    ],
)
def test_the_answer_is_that_of_a_server(client: Any, target: Any, status: int, part: bytes) -> None:
    request = botocore.awsrequest.AWSRequest(
        method="POST", url="http://x/", headers={"X-Amz-Target": target}, data=b"{}"
    ).prepare()
    [(_, answer)] = client.meta.events.emit("before-send.dynamodb.Any", request=request)
    assert answer.status_code == status
    assert part in answer.content
    assert answer.headers["x-amz-crc32"] == str(binascii.crc32(answer.content))
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert len(answer.headers["x-amzn-RequestId"]) == 52


def test_the_machines_settings_do_not_matter(
    store: dynalite_py.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/not/there")
    client: Any = dynalite_py.boto3_client(store)
    assert client.meta.region_name == "us-east-1"
    assert client.list_tables()["TableNames"] == ["Music"]
    client.close()


@pytest.mark.parametrize(
    ("region", "names"), [("us-east-1", ["Music"]), ("localhost", ["Music"]), ("eu-west-1", [])]
)
def test_a_region_has_its_own_tables(
    store: dynalite_py.Store, region: str, names: list[str]
) -> None:
    client: Any = dynalite_py.boto3_client(store, region_name=region)
    assert client.list_tables()["TableNames"] == names
    client.close()


def test_the_callers_configuration_is_kept(
    store: dynalite_py.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail(operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        asked.append(operation)
        raise errors.internal_failure()

    monkeypatch.setattr(store, "perform", fail)
    config = botocore.config.Config(retries={"max_attempts": 0}, user_agent_extra="mine")
    client: Any = dynalite_py.boto3_client(store, config=config)
    with pytest.raises(client.exceptions.InternalServerError) as caught:
        client.list_tables()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert asked == ["ListTables"]
    client.close()


def test_a_closed_store_says_so(store: dynalite_py.Store) -> None:
    client: Any = dynalite_py.boto3_client(store)
    store.close()
    with pytest.raises(dynalite_py.exceptions.StoreClosedError):
        client.list_tables()
    client.close()


@pytest.mark.parametrize("make", [dynalite_py.boto3_client, dynalite_py.boto3_resource])
def test_without_boto3_the_error_names_the_remedy(
    store: dynalite_py.Store, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boto3.session", None)
    cached = boto3_transport._session  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(boto3_transport, "_session", cached.__wrapped__)
    with pytest.raises(ImportError, match=r"pip install 'dynalite_py\[boto3\]'"):
        make(store)
