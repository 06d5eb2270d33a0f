"""The operations by name. What the API has and this store does not is refused aloud."""

from __future__ import annotations

from types import MappingProxyType

from dynalite_py.model import errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import (
    account,
    batch,
    items,
    query,
    scan,
    tables,
    tags,
    transactions,
    update_item,
    update_table,
)
from dynalite_py.operations.operation import Operation

OPERATIONS: MappingProxyType[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for family in (
            account,
            batch,
            items,
            query,
            scan,
            tables,
            tags,
            transactions,
            update_item,
            update_table,
        )
        for operation in family.OPERATIONS
    }
)

# The rest of the API model of DynamoDB and DynamoDB Streams; a test compares both sets with
# botocore's. They are refused by name: a silent success would hide what an application relies on.
UNSUPPORTED = frozenset(
    [
        "BatchExecuteStatement",
        "CreateBackup",
        "CreateGlobalTable",
        "DeleteBackup",
        "DeleteResourcePolicy",
        "DescribeBackup",
        "DescribeContinuousBackups",
        "DescribeContributorInsights",
        "DescribeExport",
        "DescribeGlobalTable",
        "DescribeGlobalTableSettings",
        "DescribeImport",
        "DescribeKinesisStreamingDestination",
        "DescribeTableReplicaAutoScaling",
        "DescribeTimeToLive",
        "DisableKinesisStreamingDestination",
        "EnableKinesisStreamingDestination",
        "ExecuteStatement",
        "ExecuteTransaction",
        "ExportTableToPointInTime",
        "GetResourcePolicy",
        "ImportTable",
        "ListBackups",
        "ListContributorInsights",
        "ListExports",
        "ListGlobalTables",
        "ListImports",
        "PutResourcePolicy",
        "RestoreTableFromBackup",
        "RestoreTableToPointInTime",
        "SearchVectors",
        "UpdateContinuousBackups",
        "UpdateContributorInsights",
        "UpdateGlobalTable",
        "UpdateGlobalTableSettings",
        "UpdateKinesisStreamingDestination",
        "UpdateTableReplicaAutoScaling",
        "UpdateTimeToLive",
        "DescribeStream",
        "GetRecords",
        "GetShardIterator",
        "ListStreams",
    ]
)


def refusal(name: str) -> DynamoDBError:
    """Why a name that is not among OPERATIONS is refused."""
    if name in UNSUPPORTED:
        return errors.unsupported_operation(name)
    return errors.unknown_operation()
