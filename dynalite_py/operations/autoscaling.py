"""Auto scaling of a table's replicas: no table has one in another region, and none scales.

Source: facts, Application Auto Scaling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import codec, feature_errors
from dynalite_py.model.tables import Index
from dynalite_py.operations import table_descriptions, tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_OFF = {"AutoScalingDisabled": True}


def describe_replicas(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """The table itself as the one replica, everything switched off. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    status = table_descriptions.status_of(table)
    replica = {
        "RegionName": table.region,
        "GlobalSecondaryIndexes": [_index(index) for index in table.global_indexes()],
        "ReplicaProvisionedReadCapacityAutoScalingSettings": _OFF,
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": _OFF,
        "ReplicaStatus": status,
    }
    described = {"TableName": table.name, "TableStatus": status, "Replicas": [replica]}
    body = codec.encode({"TableAutoScalingDescription": described})
    return lambda _: body


def update_replicas(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for no table is a global one. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    raise feature_errors.not_a_global_table(table.name)


def _index(index: Index) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "IndexStatus": index.status,
        "ProvisionedReadCapacityAutoScalingSettings": _OFF,
        "ProvisionedWriteCapacityAutoScalingSettings": _OFF,
    }


OPERATIONS = (
    Operation("DescribeTableReplicaAutoScaling", "read", describe_replicas),
    Operation("UpdateTableReplicaAutoScaling", "read", update_replicas),
)
