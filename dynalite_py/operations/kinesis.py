"""The four operations on Kinesis destinations: no table has one.

Source: facts, Kinesis destination.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import codec, errors, feature_errors
from dynalite_py.operations import tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_CONFIGURATION = "EnableKinesisStreamingConfiguration"


def describe_destination(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    body = codec.encode({"TableName": table.name, "KinesisDataStreamDestinations": []})
    return lambda _: body


def enable_destination(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused: there is nothing that would send. Raises: DynamoDBError."""
    tables.existing(scope, request["TableName"])
    raise errors.unsupported_operation("EnableKinesisStreamingDestination")


def disable_destination(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for none is active. Raises: DynamoDBError."""
    if _CONFIGURATION in request:
        raise feature_errors.kinesis_disabled_with_configuration()
    tables.existing(scope, request["TableName"])
    raise feature_errors.kinesis_not_active()


def update_destination(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for none is active. Raises: DynamoDBError."""
    if not request.get("UpdateKinesisStreamingConfiguration"):
        raise feature_errors.kinesis_update_of_nothing()
    table = tables.existing(scope, request["TableName"])
    raise feature_errors.kinesis_update_not_active(table.name, request["StreamArn"])


OPERATIONS = (
    Operation("DescribeKinesisStreamingDestination", "read", describe_destination),
    Operation("EnableKinesisStreamingDestination", "read", enable_destination),
    Operation("DisableKinesisStreamingDestination", "read", disable_destination),
    Operation("UpdateKinesisStreamingDestination", "read", update_destination),
)
