"""Where records of Kinesis destinations go: to an endpoint that speaks Kinesis, to files of JSON
lines, or to a function.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from dynalite_py.formats import lines
from dynalite_py.model import arns, codec
from dynalite_py.workers.following import Target

_CONNECT_SECONDS, _READ_SECONDS = 3, 10
_NAME_CHARACTERS = 32


class Entry(NamedTuple):
    """One record for a stream. partition_key: the same for all changes of an item; data: JSON."""

    partition_key: str
    data: str


class SinkError(Exception):
    """Nothing could be sent; the text says why."""


# Sends entries to the stream of an ARN. Returns the places of those that were not taken. Raises:
# SinkError where none was.
Sink: TypeAlias = Callable[[str, Sequence[Entry]], list[int]]


def of_files(target: str | os.PathLike[str]) -> Sink:
    """Lines to one file, or to a file for each stream in a folder that exists."""
    path = Path(target)

    def send(stream_arn: str, entries: Sequence[Entry]) -> list[int]:
        arn = codec.text(stream_arn)
        rows = [
            f'{{"streamArn":{arn},"partitionKey":"{entry.partition_key}","data":{entry.data}}}'
            for entry in entries
        ]
        try:
            lines.append(path / file_name(stream_arn) if path.is_dir() else path, rows)
        except OSError as failure:
            raise SinkError(f"{path} cannot be written: {failure.strerror}") from failure
        return []

    return send


def file_name(stream_arn: str) -> str:
    """The name of a stream's file in a folder: no text of a user is in it."""
    return f"{hashlib.sha256(stream_arn.encode()).hexdigest()[:_NAME_CHARACTERS]}.jsonl"


def of_function(function: Callable[[str, list[dict[str, Any]]], object]) -> Sink:
    """A user's function, which gets the stream's ARN and the records; it fails by an exception."""

    def send(stream_arn: str, entries: Sequence[Entry]) -> list[int]:
        try:
            function(stream_arn, [codec.decode(entry.data) for entry in entries])
        except (Exception, SystemExit) as failure:
            raise SinkError(f"{type(failure).__name__}: {failure}") from failure
        return []

    return send


def of_target(target: Target) -> Sink:
    """What a user named."""
    return of_function(target) if callable(target) else of_files(target)


def of_endpoint(url: str) -> Sink:
    """Whatever answers to Kinesis' PutRecords there, through boto3.

    Raises: ImportError; ValueError for what is no URL.
    """
    import boto3
    import botocore.config
    import botocore.exceptions

    session: Any = boto3.session.Session()
    some_keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    config = botocore.config.Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": 1},
    )

    @functools.lru_cache(maxsize=64)
    def client(region: str, *, any_keys: bool = False) -> Any:
        # To look for keys may take a while: other programs are asked, too.
        keys = some_keys if any_keys or session.get_credentials() is None else {}
        return session.client(
            "kinesis", region_name=region, endpoint_url=url, config=config, **keys
        )

    client("us-east-1", any_keys=True)  # Here it is said that the URL is none.

    def send(stream_arn: str, entries: Sequence[Entry]) -> list[int]:
        arn = arns.parse(stream_arn)
        assert arn is not None, "only the ARN of a stream is active"
        rows = [
            {"Data": entry.data.encode(), "PartitionKey": entry.partition_key} for entry in entries
        ]
        name = arn.resource.partition("/")[2]
        try:
            answer = client(arn.region).put_records(StreamName=name, Records=rows)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as failure:
            raise SinkError(str(failure)) from failure
        results: list[dict[str, Any]] = answer["Records"]
        return [place for place, result in enumerate(results) if result.get("ErrorCode")]

    return send
