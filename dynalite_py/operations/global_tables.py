"""Global tables of version 2017.11.29: the service makes no new ones, so there are none.

Source: facts, Legacy 2017.11.29.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import codec, feature_errors
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_NONE = codec.encode({"GlobalTables": []})


def list_global_tables(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None."""
    del scope, request
    return lambda _: _NONE


def describe_global_table(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for there is none. Raises: DynamoDBError."""
    del scope
    raise feature_errors.global_table_not_found(request["GlobalTableName"])


def global_table_settings(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for there is none. Raises: DynamoDBError."""
    del scope
    raise feature_errors.global_table_without_settings(request["GlobalTableName"])


def create_global_table(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused to everybody. Raises: DynamoDBError."""
    del scope, request
    raise feature_errors.old_global_tables()


OPERATIONS = (
    Operation("ListGlobalTables", "read", list_global_tables),
    Operation("DescribeGlobalTable", "read", describe_global_table),
    Operation("DescribeGlobalTableSettings", "read", global_table_settings),
    Operation("CreateGlobalTable", "read", create_global_table),
    Operation("UpdateGlobalTable", "read", describe_global_table),
    Operation("UpdateGlobalTableSettings", "read", global_table_settings),
)
