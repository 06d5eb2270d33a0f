"""Which members each request takes: a misspelt one is refused before anything is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from dynalite_py.doors.library import exceptions, feature_shapes, shapes, table_shapes

Nested: TypeAlias = Mapping[str, "Nested | None"]


def unknown(
    operation_name: str, members: Mapping[str, object], known: frozenset[str], *, where: str = ""
) -> exceptions.ParamValidationError:
    """Members that an operation, or a structure inside its request, does not have."""
    surplus = ", ".join(sorted(members.keys() - known))
    taken = ", ".join(sorted(known)) or "nothing"
    return exceptions.ParamValidationError(
        f"{where or operation_name} has no {surplus}; it takes {taken}",
        operation_name,
    )


def check_nested(operation_name: str, request: dict[str, Any]) -> None:
    """Refuse unknown members inside batches and transactions: a misspelt guard must not be lost.

    Values of a wrong type pass: the engine has the texts for them.
    """
    name, expected = NESTED[operation_name]
    _check_members(operation_name, name, request.get(name), expected)


def _check_members(operation_name: str, path: str, value: Any, expected: Nested) -> None:
    match value:
        case list():
            for index, element in enumerate(cast("list[Any]", value)):
                _check_members(operation_name, f"{path}[{index}]", element, expected)
        case dict():
            members = cast("dict[str, Any]", value)
            if "*" not in expected and not members.keys() <= expected.keys():
                known = frozenset(expected)
                raise unknown(operation_name, members, known, where=path)
            for name, member in members.items():
                inner = expected.get(name, expected.get("*"))
                if inner is not None:
                    _check_members(operation_name, f"{path}.{name}", member, inner)
        case _:
            pass


def _flat(shape: type) -> Nested:
    return dict.fromkeys(shape.__annotations__)


# The members of what batches and transactions hold; "*": any name, None: not looked into.
NESTED: Final[Mapping[str, tuple[str, Nested]]] = {
    "BatchGetItem": ("RequestItems", {"*": _flat(shapes.KeysAndAttributes)}),
    "BatchWriteItem": (
        "RequestItems",
        {
            "*": {
                "PutRequest": _flat(shapes.PutRequest),
                "DeleteRequest": _flat(shapes.DeleteRequest),
            }
        },
    ),
    "TransactGetItems": ("TransactItems", {"Get": _flat(shapes.TransactGet)}),
    "TransactWriteItems": (
        "TransactItems",
        {
            "ConditionCheck": _flat(shapes.TransactKey),
            "Put": _flat(shapes.TransactPut),
            "Delete": _flat(shapes.TransactKey),
            "Update": _flat(shapes.TransactUpdate),
        },
    ),
}
INPUTS: Final[Mapping[str, type]] = {
    "BatchGetItem": shapes.BatchGetItemInput,
    "BatchWriteItem": shapes.BatchWriteItemInput,
    "CreateBackup": feature_shapes.CreateBackupInput,
    "CreateGlobalTable": feature_shapes.CreateGlobalTableInput,
    "CreateTable": table_shapes.CreateTableInput,
    "DeleteBackup": feature_shapes.BackupInput,
    "DeleteItem": shapes.DeleteItemInput,
    "DeleteResourcePolicy": feature_shapes.DeleteResourcePolicyInput,
    "DeleteTable": table_shapes.TableInput,
    "DescribeBackup": feature_shapes.BackupInput,
    "DescribeContinuousBackups": table_shapes.TableInput,
    "DescribeContributorInsights": feature_shapes.DescribeContributorInsightsInput,
    "DescribeEndpoints": table_shapes.NoInput,
    "DescribeExport": feature_shapes.DescribeExportInput,
    "DescribeGlobalTable": feature_shapes.GlobalTableInput,
    "DescribeGlobalTableSettings": feature_shapes.GlobalTableInput,
    "DescribeImport": feature_shapes.DescribeImportInput,
    "DescribeKinesisStreamingDestination": table_shapes.TableInput,
    "DescribeLimits": table_shapes.NoInput,
    "DescribeStream": feature_shapes.DescribeStreamInput,
    "DescribeTable": table_shapes.TableInput,
    "DescribeTableReplicaAutoScaling": table_shapes.TableInput,
    "DescribeTimeToLive": table_shapes.TableInput,
    "DisableKinesisStreamingDestination": feature_shapes.KinesisStreamingDestinationInput,
    "EnableKinesisStreamingDestination": feature_shapes.KinesisStreamingDestinationInput,
    "ExportTableToPointInTime": feature_shapes.ExportTableToPointInTimeInput,
    "GetItem": shapes.GetItemInput,
    "GetRecords": feature_shapes.GetRecordsInput,
    "GetResourcePolicy": feature_shapes.GetResourcePolicyInput,
    "GetShardIterator": feature_shapes.GetShardIteratorInput,
    "ImportTable": feature_shapes.ImportTableInput,
    "ListBackups": feature_shapes.ListBackupsInput,
    "ListContributorInsights": feature_shapes.ListContributorInsightsInput,
    "ListExports": feature_shapes.ListExportsInput,
    "ListGlobalTables": feature_shapes.ListGlobalTablesInput,
    "ListImports": feature_shapes.ListImportsInput,
    "ListStreams": feature_shapes.ListStreamsInput,
    "ListTables": table_shapes.ListTablesInput,
    "ListTagsOfResource": table_shapes.ListTagsOfResourceInput,
    "PutItem": shapes.PutItemInput,
    "PutResourcePolicy": feature_shapes.PutResourcePolicyInput,
    "Query": shapes.QueryInput,
    "RestoreTableFromBackup": feature_shapes.RestoreTableFromBackupInput,
    "RestoreTableToPointInTime": feature_shapes.RestoreTableToPointInTimeInput,
    "Scan": shapes.ScanInput,
    "TagResource": table_shapes.TagResourceInput,
    "TransactGetItems": shapes.TransactGetItemsInput,
    "TransactWriteItems": shapes.TransactWriteItemsInput,
    "UntagResource": table_shapes.UntagResourceInput,
    "UpdateContinuousBackups": feature_shapes.UpdateContinuousBackupsInput,
    "UpdateContributorInsights": feature_shapes.UpdateContributorInsightsInput,
    "UpdateGlobalTable": feature_shapes.UpdateGlobalTableInput,
    "UpdateGlobalTableSettings": feature_shapes.UpdateGlobalTableSettingsInput,
    "UpdateItem": shapes.UpdateItemInput,
    "UpdateKinesisStreamingDestination": feature_shapes.UpdateKinesisStreamingDestinationInput,
    "UpdateTable": table_shapes.UpdateTableInput,
    "UpdateTableReplicaAutoScaling": feature_shapes.UpdateTableReplicaAutoScalingInput,
    "UpdateTimeToLive": feature_shapes.UpdateTimeToLiveInput,
}
MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(shape.__annotations__) for name, shape in INPUTS.items()
}
