"""Where records of Kinesis destinations go: files, functions, and another program's Kinesis."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import boto3
import botocore.exceptions
import pytest

from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.workers import kinesis_sinks
from dynalite_py.workers.kinesis_sinks import Entry, SinkError
from tests.support.engines import answer, make
from tests.support.triggers import TABLE, put

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
ENTRIES = [Entry("k1", '{"a":1}'), Entry("k2", '{"a":2}')]
WAIT_SECONDS = 60
PEERS = "DYNALITE_PEERS_PYTHON"


def lines(path: Path) -> list[Any]:
    return [codec.decode(line) for line in path.read_text().splitlines()]


def test_a_file_gets_a_line_a_record(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    sink = kinesis_sinks.of_target(path)
    assert sink(ARN, ENTRIES) == []
    assert sink(ARN, ENTRIES[:1]) == []
    assert lines(path) == [
        {"streamArn": ARN, "partitionKey": key, "data": {"a": number}}
        for key, number in (("k1", 1), ("k2", 2), ("k1", 1))
    ]


def test_a_folder_gets_a_file_a_stream_whose_name_holds_no_text_of_a_user(tmp_path: Path) -> None:
    sink = kinesis_sinks.of_target(tmp_path)
    hostile = "arn:aws:kinesis:us-east-1:000000000000:stream/../../etc/passwd"
    for arn in (ARN, hostile):
        sink(arn, ENTRIES)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(kinesis_sinks.file_name(arn) for arn in (ARN, hostile))
    assert all(name[:-6].isalnum() and name.endswith(".jsonl") for name in names)


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"streamArn":"ar')
    kinesis_sinks.of_target(path)(ARN, ENTRIES)
    assert [codec.decode(line)["data"] for line in path.read_text().splitlines()[1:]] == [
        {"a": 1},
        {"a": 2},
    ]


def test_a_file_that_cannot_be_written_is_a_failure_of_the_sink(tmp_path: Path) -> None:
    sink = kinesis_sinks.of_target(tmp_path / "nowhere" / "records.jsonl")
    with pytest.raises(SinkError, match="cannot be written: No such file"):
        sink(ARN, ENTRIES)


def test_a_function_gets_the_records_and_may_fail() -> None:
    got: list[Any] = []
    assert (
        kinesis_sinks.of_target(lambda arn, records: got.append((arn, records)))(ARN, ENTRIES) == []
    )
    assert got == [(ARN, [{"a": 1}, {"a": 2}])]

    def fail(arn: str, records: list[dict[str, Any]]) -> None:
        raise ValueError("no")

    with pytest.raises(SinkError, match="ValueError: no"):
        kinesis_sinks.of_target(fail)(ARN, ENTRIES)


def test_an_endpoint_that_is_down_is_a_failure_of_the_sink() -> None:
    sink = kinesis_sinks.of_endpoint(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(SinkError, match="Could not connect"):
        sink(ARN, ENTRIES)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"kinesis_endpoint": "no url"}, "the Kinesis endpoint is no URL"),
        (
            {"kinesis_endpoint": "http://127.0.0.1:1", "kinesis_sink": "f"},
            "a Kinesis endpoint and a Kinesis sink exclude each other",
        ),
    ],
)
def test_what_cannot_be_a_sink_is_refused(members: dict[str, Any], text: str) -> None:
    with pytest.raises(StoreError, match=text):
        Engine.open(**members)


# Beside another program.


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def moto() -> Iterator[str]:
    """The endpoint of moto's server, from the folder that has the peers' Python."""
    folder = os.environ.get(PEERS)
    program = Path(folder or "", "bin", "moto_server")
    if folder is None or not program.exists():
        pytest.skip(f"{PEERS} names no folder with moto[server]")
    port = free_port()
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def client(endpoint: str) -> Any:
    return boto3.client(
        "kinesis",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def stream_in(endpoint: str) -> Any:
    """A client of a program that begins to answer, once it has the stream."""
    found = client(endpoint)
    deadline = monotonic() + WAIT_SECONDS
    while True:
        try:
            found.create_stream(StreamName="changes", ShardCount=2)
            return found
        except botocore.exceptions.BotoCoreError:
            assert monotonic() < deadline
            threading.Event().wait(0.1)


def received(found: Any) -> list[dict[str, Any]]:
    shards = found.list_shards(StreamName="changes")["Shards"]
    records: list[dict[str, Any]] = []
    for shard in shards:
        iterator = found.get_shard_iterator(
            StreamName="changes", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records += found.get_records(ShardIterator=iterator)["Records"]
    return records


@pytest.mark.peer
def test_motos_kinesis_gets_every_change_in_the_order_of_its_item(moto: str) -> None:
    found = stream_in(moto)
    engine = Engine.open(kinesis_endpoint=moto)
    make(engine, TABLE)
    operation = "EnableKinesisStreamingDestination"
    answer(engine, operation, TableName=TABLE, StreamArn=ARN)
    for number in range(1, 31):
        put(engine, f"k{number % 5}", number)
    assert engine.following.kinesis is not None
    assert engine.following.kinesis.stepper.wait_until_settled(WAIT_SECONDS)
    engine.close()
    data = [codec.decode(record["Data"])["dynamodb"] for record in received(found)]
    numbers = [int(each["NewImage"]["n"]["N"]) for each in data]
    assert sorted(numbers) == list(range(1, 31))
    for key in range(5):
        own = [number for number in numbers if number % 5 == key]
        assert own == sorted(own)


@pytest.mark.peer
def test_a_stream_that_moto_has_not_yet_gets_what_waited(moto: str) -> None:
    found = client(moto)
    engine = Engine.open(kinesis_endpoint=moto)
    make(engine, TABLE)
    answer(engine, "EnableKinesisStreamingDestination", TableName=TABLE, StreamArn=ARN)
    put(engine, "x", 1)
    found = stream_in(moto)
    assert engine.following.kinesis is not None
    assert engine.following.kinesis.stepper.wait_until_settled(WAIT_SECONDS)
    engine.close()
    assert len(received(found)) == 1
