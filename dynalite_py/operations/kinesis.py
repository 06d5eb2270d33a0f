"""The four operations on Kinesis destinations: where a table's changes go beside its stream.

An answer shows the state on the way (ENABLING...); how long a destination takes is a setting
(``transitions``). The stream itself is not looked at, but its ARN tells whether it can ever be
reached. Source: facts, Kinesis destination.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import arns, codec, feature_errors, limits, table_errors
from dynalite_py.model.tables import KinesisDestination, Table
from dynalite_py.operations import tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage.writer import Transaction, Work

_ENABLING, _UPDATING = "EnableKinesisStreamingConfiguration", "UpdateKinesisStreamingConfiguration"
_PRECISION = "ApproximateCreationDateTimePrecision"
_DEFAULT_PRECISION = "MILLISECOND"
_IDLE = frozenset({"DISABLED", "ENABLE_FAILED"})
_NO_PERMISSION = "User does not have a permission to use kinesis stream"
_OTHER_REGION = (
    "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the "
    "current region"
)


def describe_destination(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """A table's destinations, those that are over too. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    now = scope.clock.now()
    shown = [_described(each, now) for each in table.destinations]
    body = codec.encode({"TableName": table.name, "KinesisDataStreamDestinations": shown})
    return lambda _: body


def _described(destination: KinesisDestination, now: float) -> dict[str, str]:
    shown = {
        "StreamArn": destination.stream_arn,
        "DestinationStatus": destination.status_at(now),
    }
    if destination.description is not None and shown["DestinationStatus"] == "ENABLE_FAILED":
        shown["DestinationStatusDescription"] = destination.description
    if destination.precision is not None:
        shown[_PRECISION] = destination.precision
    return shown


def enable_destination(scope: Scope, request: Request) -> Work:
    """Let a table's changes from now on go to a stream. Raises: DynamoDBError."""
    tables.existing(scope, request["TableName"])
    arn: str = request["StreamArn"]
    configuration: dict[str, str] | None = request.get(_ENABLING)

    def work(transaction: Transaction) -> bytes:
        table, now = tables.existing(scope, request["TableName"]), scope.clock.now()
        if table.status == "CREATING":
            raise table_errors.table_in_creation(table.name)
        if table.status == "DELETING":
            raise table_errors.table_in_deletion(table.name)
        if any(each.status_at(now) not in _IDLE for each in table.destinations):
            raise feature_errors.kinesis_not_disabled()
        description = _why_out_of_reach(arn, table)
        destination = KinesisDestination(
            stream_arn=arn,
            status="ENABLING",
            until=now + scope.transitions.update,
            becomes="ACTIVE" if description is None else "ENABLE_FAILED",
            precision=(configuration or {}).get(_PRECISION),
            description=description,
        )
        _store(scope, transaction, table, destination)
        return _answer(table, arn, "ENABLING", _ENABLING, configuration)

    return work


def _why_out_of_reach(text: str, table: Table) -> str | None:
    """Why a stream of this ARN can never be written to; None where it may."""
    arn = arns.parse(text)
    if arn is None or arn.service != "kinesis" or not arn.resource.startswith("stream/"):
        return _NO_PERMISSION
    if arn.region != table.region:
        return _OTHER_REGION
    return None if arn.account == table.account else _NO_PERMISSION


def disable_destination(scope: Scope, request: Request) -> Work:
    """Let no more changes go to a stream. Raises: DynamoDBError."""
    if _ENABLING in request:
        raise feature_errors.kinesis_disabled_with_configuration()
    tables.existing(scope, request["TableName"])
    arn: str = request["StreamArn"]

    def work(transaction: Transaction) -> bytes:
        table, now = tables.existing(scope, request["TableName"]), scope.clock.now()
        destination = _active(table, arn, now)
        if destination is None:
            raise feature_errors.kinesis_not_active()
        until = now + scope.transitions.update
        ending = dataclasses.replace(
            destination, status="DISABLING", until=until, becomes="DISABLED"
        )
        _store(scope, transaction, table, ending)
        return _answer(table, arn, "DISABLING", _ENABLING, None)

    return work


def update_destination(scope: Scope, request: Request) -> Work:
    """Change the precision of the records' times. Raises: DynamoDBError."""
    configuration: dict[str, str] = request.get(_UPDATING, {})
    precision = configuration.get(_PRECISION)
    if precision is None:
        raise feature_errors.kinesis_update_of_nothing()
    tables.existing(scope, request["TableName"])
    arn: str = request["StreamArn"]

    def work(transaction: Transaction) -> bytes:
        table, now = tables.existing(scope, request["TableName"]), scope.clock.now()
        destination = _active(table, arn, now)
        if destination is None:
            raise feature_errors.kinesis_update_not_active(table.name, arn)
        if precision == (destination.precision or _DEFAULT_PRECISION):
            raise feature_errors.kinesis_same_precision(precision, table.uid, arn)
        until = now + scope.transitions.update
        changing = dataclasses.replace(
            destination, status="UPDATING", until=until, precision=precision
        )
        _store(scope, transaction, table, changing)
        return _answer(table, arn, "UPDATING", _UPDATING, configuration)

    return work


def _active(table: Table, arn: str, now: float) -> KinesisDestination | None:
    return next(
        (
            each
            for each in table.destinations
            if each.stream_arn == arn and each.status_at(now) == "ACTIVE"
        ),
        None,
    )


def _store(
    scope: Scope, transaction: Transaction, table: Table, destination: KinesisDestination
) -> None:
    """Keep a destination in the place of the one of the same stream; the latest ones stay."""

    def changed(stage: Table) -> Table:
        others = [each for each in stage.destinations if each.stream_arn != destination.stream_arn]
        kept = (*others, destination)[-limits.KINESIS_DESTINATIONS :]
        return dataclasses.replace(stage, destinations=kept)

    scope.catalog.replace(transaction, table.in_every_stage(changed))


def _answer(
    table: Table, arn: str, status: str, member: str, configuration: dict[str, str] | None
) -> bytes:
    answer: dict[str, Any] = {
        "TableName": table.name,
        "StreamArn": arn,
        "DestinationStatus": status,
    }
    if configuration is not None:
        answer[member] = configuration
    return codec.encode(answer)


OPERATIONS = (
    Operation("DescribeKinesisStreamingDestination", "read", describe_destination),
    Operation("EnableKinesisStreamingDestination", "control", enable_destination),
    Operation("DisableKinesisStreamingDestination", "control", disable_destination),
    Operation("UpdateKinesisStreamingDestination", "control", update_destination),
)
