"""The operations of DynamoDB Streams: which streams there are. Their records are not kept here.

A stream is listed while it is enabled and, as long as its records would be readable, after it was
disabled. Source: facts, Streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import apsw

from dynalite_py.model import arns, codec, errors, feature_errors, limits
from dynalite_py.model.tables import Stream, Table
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_BY_NUMBER = frozenset({"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"})


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
    name = request.get("TableName")
    found = [found for found in _streams(scope, name) if found.arn > start]
    answer: dict[str, Any] = {"Streams": [_summary(each) for each in found[:limit]]}
    if len(found) > limit:
        answer["LastEvaluatedStreamArn"] = found[limit - 1].arn
    body = codec.encode(answer)
    return lambda _: body


def _streams(scope: Scope, name: str | None) -> list[Found]:
    """Every stream, or those of one table; a table that is not there has none."""
    now = scope.clock.now()
    names = scope.catalog.names(scope.account, scope.region, now) if name is None else [name]
    streams = (_stream_named(scope, scope.account, each, now) for each in names)
    return sorted((found for found in streams if found is not None), key=lambda found: found.arn)


def _stream_named(scope: Scope, account: str, name: str, now: float) -> Found | None:
    """The stream of a table of the caller's region; None where there is no such table."""
    record = scope.catalog.find(account, scope.region, name)
    table = None if record is None else record.at(now)
    return None if table is None else stream_of(table, now)


def _summary(found: Found) -> dict[str, str]:
    return {
        "StreamArn": found.arn,
        "TableName": found.table.name,
        "StreamLabel": found.stream.label,
    }


def describe_stream(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, also for a stream that there is. Raises: DynamoDBError."""
    if request.get("Limit", 1) > limits.SHARDS_PAGE:
        raise feature_errors.too_many_shards(limits.SHARDS_PAGE)
    _refuse_unknown(scope, request["StreamArn"])
    raise errors.unsupported_operation("DescribeStream")


def get_shard_iterator(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, also for a stream that there is. Raises: DynamoDBError."""
    kind: str = request["ShardIteratorType"]
    _check_sequence_number(kind, request.get("SequenceNumber"))
    _check_timestamp(kind, request.get("Timestamp"), scope.clock.now())
    _refuse_unknown(scope, request["StreamArn"])
    raise errors.unsupported_operation("GetShardIterator")


def _check_sequence_number(kind: str, number: str | None) -> None:
    if kind in _BY_NUMBER:
        if number is None or not (number.isascii() and number.isdigit()):
            raise feature_errors.bad_sequence_number()
    elif number is not None:
        raise feature_errors.needless_sequence_number()


def _check_timestamp(kind: str, moment: float | None, now: float) -> None:
    if kind == "AT_TIMESTAMP":
        if moment is None or moment > now:
            raise feature_errors.bad_timestamp()
    elif moment is not None:
        raise feature_errors.bad_timestamp()


def get_records(scope: Scope, request: Request) -> NoReturn:
    """Refused: no iterator was ever given out. Raises: DynamoDBError."""
    del scope, request
    raise feature_errors.bad_shard_iterator()


def _refuse_unknown(scope: Scope, arn: str) -> None:
    """Raises: DynamoDBError for the ARN of no stream of the caller's region."""
    part = arns.parse_part(arn, "stream")
    if part is None:
        raise feature_errors.not_a_stream_arn()
    found = _stream_named(scope, part.account, part.table, scope.clock.now())
    if found is None or found.arn != arn:
        raise feature_errors.stream_not_found(arn)


OPERATIONS = (
    Operation("ListStreams", "read", list_streams),
    Operation("DescribeStream", "read", describe_stream),
    Operation("GetShardIterator", "read", get_shard_iterator),
    Operation("GetRecords", "read", get_records),
)
