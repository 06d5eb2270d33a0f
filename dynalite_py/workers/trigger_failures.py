"""What is told when a trigger gives records up: Lambda's message to an on-failure destination, to a
file of JSON lines or a function.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from dynalite_py.formats import lines
from dynalite_py.model import codec
from dynalite_py.workers.trigger_batches import Batch
from dynalite_py.workers.trigger_handlers import Context
from dynalite_py.workers.trigger_options import Destination, Message

Send: TypeAlias = Callable[[Message], object]
TOO_OFTEN, TOO_OLD = "RetryAttemptsExhausted", "RecordAgeExceeded"
_MICROSECONDS = 1_000_000


def sender(destination: Destination) -> Send | None:
    """What sends a message; None without a destination."""
    if destination is None or callable(destination):
        return destination
    path = Path(destination)
    return lambda message: lines.append(path, [codec.text(message)])


def message(
    batch: Batch, *, shard: str, stream_arn: str, context: Context, condition: str, now: float
) -> Message:
    """Lambda's message about a batch that was given up. No items are in it."""
    first, last = batch.records[0], batch.records[-1]
    numbers = batch.numbers()
    told: Message = {
        "requestContext": {
            "requestId": context.aws_request_id,
            "functionArn": context.invoked_function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        },
        "version": "1.0",
        "timestamp": _moment(now),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "approximateArrivalOfFirstRecord": _moment(first.at / _MICROSECONDS),
            "approximateArrivalOfLastRecord": _moment(last.at / _MICROSECONDS),
            "batchSize": len(numbers),
            "streamArn": stream_arn,
        },
    }
    if batch.invocations:
        told["responseContext"] = {
            "statusCode": 200,
            "executedVersion": context.function_version,
            "functionError": "Unhandled",
        }
    return told


def _moment(seconds: float) -> str:
    """``2026-11-25T03:28:01.123Z``."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
