"""The operations of DynamoDB Streams that tell which streams and shards there are.

A stream is there while it is enabled and, as long as its records are readable, after it was
disabled or its table was deleted. Its records are read in ``stream_records``. Source: facts,
Streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import arns, codec, feature_errors, limits, records
from dynalite_py.model.tables import Stream, Table
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import changes

_CHILD_SHARDS = "CHILD_SHARDS"


class Found(NamedTuple):
    """A stream with its table."""

    arn: str
    table: Table
    stream: Stream


def stream_of(table: Table, now: float) -> Found | None:
    """The stream that a table has, enabled or disabled not long ago; None without one."""
    stream = table.stream
    if stream is None:
        return None
    if not stream.enabled and now >= (stream.disabled_at or 0) + limits.STREAM_SECONDS:
        return None
    return Found(arns.stream(table.arn, stream.label), table, stream)


def list_streams(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """The streams of the caller's account and region, in the order of their ARNs, a page at a
    time. Raises: DynamoDBError.
    """
    limit = request.get("Limit", limits.STREAMS_PAGE)
    if limit > limits.STREAMS_PAGE:
        raise feature_errors.too_many_streams(limits.STREAMS_PAGE)
    start: str = request.get("ExclusiveStartStreamArn", "")
    if start and arns.parse_part(start, "stream") is None:
        raise feature_errors.not_a_stream_arn()
    name: str | None = request.get("TableName")

    def read(db: apsw.Connection) -> bytes:
        now = scope.clock.now()
        streams = changes.streams_of(db, scope.account, scope.region, name)
        pairs = [(arn_of(each), each) for each in streams if is_there(scope, each, now)]
        found = sorted(pair for pair in pairs if pair[0] > start)
        answer: dict[str, Any] = {
            "Streams": [
                {"StreamArn": arn, "TableName": stream.name, "StreamLabel": stream.label}
                for arn, stream in found[:limit]
            ]
        }
        if len(found) > limit:
            answer["LastEvaluatedStreamArn"] = found[limit - 1][0]
        return codec.encode(answer)

    return read


def arn_of(stream: changes.Stream) -> str:
    """The ARN of a stream of DynamoDB's."""
    return arns.stream(arns.table(stream.region, stream.account, stream.name), stream.label)


def is_there(scope: Scope, stream: changes.Stream, now: float) -> bool:
    """Whether a part of the log is a stream of DynamoDB's that can be read by now."""
    if not stream.label:
        return False
    ended = _ended_at(scope, stream, now)
    return ended is None or now < ended + limits.STREAM_SECONDS


def _ended_at(scope: Scope, stream: changes.Stream, now: float) -> float | None:
    """When nothing more came into a stream, in epoch seconds; None while something may."""
    table = scope.catalog.current(stream.table_id)
    if stream.disabled_at is not None or table is None:
        return stream.disabled_at
    if table.change is not None and table.at(now) is None:  # Deleted, and still in the file.
        return table.change.until
    return None


def _status(scope: Scope, stream: changes.Stream, now: float) -> str:
    record = scope.catalog.current(stream.table_id)
    table = None if record is None else record.at(now)
    if table is None or table.stream is None or table.stream.label != stream.label:
        return "DISABLED"
    changing = table.change is not None and table.change.reason == "stream"
    if not table.stream.enabled:
        return "DISABLING" if changing else "DISABLED"
    if table.status == "DELETING":
        return "DISABLING"
    return "ENABLING" if changing or table.status == "CREATING" else "ENABLED"


def existing(db: apsw.Connection, scope: Scope, arn: str) -> changes.Stream:
    """The stream of this ARN, in the caller's region. Raises: DynamoDBError."""
    part = arns.parse_part(arn, "stream")
    if part is None:
        raise feature_errors.not_a_stream_arn()
    stream = None
    if part.region == scope.region:
        stream = changes.stream_labelled(db, part.account, part.region, part.table, part.name)
    if stream is None or arn_of(stream) != arn or not is_there(scope, stream, scope.clock.now()):
        raise feature_errors.stream_not_found(arn)
    return stream


def shard_is_there(shard: changes.Shard, now: float) -> bool:
    """Whether a shard is open or closed not long ago."""
    return shard.closed_at is None or now < shard.closed_at + limits.STREAM_SECONDS


def describe_stream(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """A stream with a page of its shards, parents before their children. Raises: DynamoDBError."""
    limit = request.get("Limit", limits.SHARDS_PAGE)
    if limit > limits.SHARDS_PAGE:
        raise feature_errors.too_many_shards(limits.SHARDS_PAGE)
    arn: str = request["StreamArn"]
    if arns.parse_part(arn, "stream") is None:
        raise feature_errors.not_a_stream_arn()

    def read(db: apsw.Connection) -> bytes:
        now = scope.clock.now()
        stream = existing(db, scope, arn)
        shards = [each for each in changes.shards(db, stream.id) if shard_is_there(each, now)]
        if "ShardFilter" in request:
            shards = _children(shards, request["ShardFilter"])
        if "ExclusiveStartShardId" in request:
            shards = _behind(shards, request["ExclusiveStartShardId"])
        answer = _described(stream, arn, _status(scope, stream, now))
        answer["Shards"] = [_shown(shard) for shard in shards[:limit]]
        if len(shards) > limit:
            answer["LastEvaluatedShardId"] = shards[limit - 1].id
        return codec.encode({"StreamDescription": answer})

    return read


def _described(stream: changes.Stream, arn: str, status: str) -> dict[str, Any]:
    return {
        "StreamArn": arn,
        "StreamLabel": stream.label,
        "StreamStatus": status,
        "StreamViewType": stream.view_type,
        "CreationRequestDateTime": round(stream.created_at, 3),
        "TableName": stream.name,
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in stream.key_schema],
    }


def _children(shards: list[changes.Shard], given: dict[str, str]) -> list[changes.Shard]:
    """The shards that name one as their parent. Raises: DynamoDBError."""
    if given.get("Type") != _CHILD_SHARDS or "ShardId" not in given:
        raise feature_errors.bad_shard_filter("Type and ShardId are needed")
    if all(shard.id != given["ShardId"] for shard in shards):
        raise feature_errors.bad_shard_filter(f"{given['ShardId']} is no shard of the stream")
    return [shard for shard in shards if shard.parent == given["ShardId"]]


def _behind(shards: list[changes.Shard], start: str) -> list[changes.Shard]:
    """The shards behind the one of this id; none where it is not there."""
    ids = [shard.id for shard in shards]
    return shards[ids.index(start) + 1 :] if start in ids else []


def _shown(shard: changes.Shard) -> dict[str, Any]:
    numbers = {"StartingSequenceNumber": records.number_of(shard.first_sequence)}
    if shard.last_sequence is not None:
        numbers["EndingSequenceNumber"] = records.number_of(shard.last_sequence)
    shown: dict[str, Any] = {"ShardId": shard.id, "SequenceNumberRange": numbers}
    if shard.parent is not None:
        shown["ParentShardId"] = shard.parent
    return shown


OPERATIONS = (
    Operation("ListStreams", "read", list_streams),
    Operation("DescribeStream", "read", describe_stream),
)
