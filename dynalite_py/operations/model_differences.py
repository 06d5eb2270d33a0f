"""Where the service differs from its own published model: orders, bounds and texts of requests.

Keys of the tables are names of shapes, or STRUCTURE.MEMBER for one member alone. What is not named
here is as ``api_model`` has it.
Source: facts, declarative validation: enum sets as printed, order of members per operation, numbers
and lists per operation (the newest captures).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from dynalite_py.model import errors, limits, table_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema_faults
from dynalite_py.operations.api_model import Bounds
from dynalite_py.operations.shapes import Faults, Request, Shape

_NAME_PATTERN = "[a-zA-Z0-9_.-]+"
_ARN = r"arn:[a-z0-9-]+:dynamodb:[a-zA-Z0-9-]*:[0-9]*:table/"
_UNBOUNDED = Bounds()
_POLICY_ARN = Bounds(1, 1283)  # Source: facts, Resource-based policies.

# What a text must match, and what the service prints of that. An empty table name breaks the
# length alone, hence the star; the plain name's pattern is printed for ARNs too.
TABLE_NAME_PATTERN = re.compile(f"(?:{_ARN})?[a-zA-Z0-9_.-]*")
PATTERNS: MappingProxyType[str, tuple[re.Pattern[str] | None, str]] = MappingProxyType(
    {
        "TableArn": (TABLE_NAME_PATTERN, _NAME_PATTERN),
        # ARNs alone, refused in words of their own. Source: facts, ExportTableToPointInTime.
        "ExportTableToPointInTimeInput.TableArn": (None, ""),
        "ListExportsInput.TableArn": (None, ""),
        "ListImportsInput.TableArn": (None, ""),
        "RestoreTableToPointInTimeInput.SourceTableArn": (None, ""),
    }
)

# The order in which a set of values is printed.
PRINTED_VALUES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "ComparisonOperator": (
            "IN",
            "NULL",
            "BETWEEN",
            "LT",
            "NOT_CONTAINS",
            "EQ",
            "GT",
            "NOT_NULL",
            "NE",
            "LE",
            "BEGINS_WITH",
            "GE",
            "CONTAINS",
        ),
        "ConditionalOperator": ("OR", "AND"),
        "InputCompressionType": ("ZSTD", "NONE", "GZIP"),  # Source: facts, ImportTable.
        "ProjectionType": ("ALL", "INCLUDE", "KEYS_ONLY"),
        "ReturnValue": ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
        "ScalarAttributeType": ("B", "N", "S"),
        "Select": ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
    }
)

# Bounds that the model lacks, and bounds of the model that the service enforces later, with words
# of its own.
BOUNDS: MappingProxyType[str, Bounds] = MappingProxyType(
    {
        "AttributeName": _UNBOUNDED,
        "AttributeNameList": Bounds(1, 255),
        "BatchGetRequestMap": _UNBOUNDED,
        "BatchWriteItemRequestMap": _UNBOUNDED,
        "CreateTableInput.KeySchema": Bounds(1, 2),
        "DeleteResourcePolicyInput.ResourceArn": _POLICY_ARN,
        "GetResourcePolicyInput.ResourceArn": _POLICY_ARN,
        "ListContributorInsightsLimit": Bounds(0, 100),  # Source: facts, Contributor Insights.
        "PutResourcePolicyInput.ResourceArn": _POLICY_ARN,
        "LocalSecondaryIndex.KeySchema": Bounds(1, 2),
        "ResourceArnString": _UNBOUNDED,
        "TagKeyString": _UNBOUNDED,
        "TagValueString": _UNBOUNDED,
    }
)

# Members that the model leaves free and the service asks for.
REQUIRED = frozenset({"CreateTableInput.AttributeDefinitions", "CreateTableInput.KeySchema"})

# The order in which a structure's violations are listed: these first, the others as in the model.
ORDER: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(members.split())
        for name, members in {
            "PutItemInput": "TableName Item ReturnConsumedCapacity ReturnValues "
            "ReturnItemCollectionMetrics ConditionalOperator Expected",
            "GetItemInput": "Key TableName ReturnConsumedCapacity AttributesToGet",
            "UpdateItemInput": "TableName Key ReturnValues ReturnConsumedCapacity "
            "ReturnItemCollectionMetrics ConditionalOperator Expected AttributeUpdates",
            "DeleteItemInput": "TableName Key ReturnConsumedCapacity ReturnValues "
            "ReturnItemCollectionMetrics ConditionalOperator Expected",
            "QueryInput": "Select IndexName ReturnConsumedCapacity QueryFilter TableName "
            "ConditionalOperator AttributesToGet Limit KeyConditions",
            "ScanInput": "Select IndexName TotalSegments ReturnConsumedCapacity TableName "
            "ConditionalOperator ScanFilter Segment Limit AttributesToGet",
            "BatchGetItemInput": "ReturnConsumedCapacity RequestItems",
            "BatchWriteItemInput": "ReturnConsumedCapacity ReturnItemCollectionMetrics "
            "RequestItems",
            "CreateTableInput": "AttributeDefinitions TableName BillingMode "
            "ProvisionedThroughput KeySchema LocalSecondaryIndexes GlobalSecondaryIndexes",
            "UpdateTableInput": "TableName ProvisionedThroughput BillingMode "
            "GlobalSecondaryIndexUpdates",
            "ListTablesInput": "Limit ExclusiveStartTableName",
            "GlobalSecondaryIndex": "IndexName ProvisionedThroughput KeySchema Projection",
            "CreateGlobalSecondaryIndexAction": "IndexName ProvisionedThroughput KeySchema "
            "Projection",
            "ProvisionedThroughput": "WriteCapacityUnits ReadCapacityUnits",
        }.items()
    }
)

# Members whose violations are reported before and without all others.
ALONE: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "PutItem": ("TableName",),
        "UpdateItem": (
            "TableName",
            "Key",
            "ReturnValues",
            "ReturnConsumedCapacity",
            "ReturnItemCollectionMetrics",
        ),
    }
)


def _query_limit_faults(limit: int, path: str, shape: Shape) -> list[str]:
    """Query's newest text names the member as the request spells it and prints no value."""
    del path, shape
    if limit >= 1:
        return []
    rule = "Member must have value greater than or equal to 1"
    return [schema_faults.unprinted_violation("Limit", rule)]


def _table_map_faults(request_items: dict[str, Any], path: str, shape: Shape) -> list[str]:
    """A batch that names a table that no table can be called."""
    matches = TABLE_NAME_PATTERN.fullmatch
    if all(1 <= len(name) <= 1024 and matches(name) for name in request_items):
        return []
    rule = (
        "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
        "Member must have length greater than or equal to 3, "
        f"Member must satisfy regular expression pattern: {_NAME_PATTERN}]"
    )
    return [schema_faults.violation(request_items, path, rule, shape)]


def _keys_faults(keys: list[Any], path: str, shape: Shape) -> list[str]:
    """The newest texts print no value, and one of the two spells the members as the request
    does."""
    del shape
    if not keys:
        rule = "Member must have length greater than or equal to 1"
        return [schema_faults.unprinted_violation(path, rule)]
    if len(keys) > limits.BATCH_GET_KEYS:
        rule = f"Member must have length less than or equal to {limits.BATCH_GET_KEYS}"
        table = path.removeprefix("requestItems.").removesuffix(".member.keys")
        return [schema_faults.unprinted_violation(f"RequestItems.{table}.member.Keys", rule)]
    return []


def _write_list_faults(writes: list[Any], path: str, shape: Shape) -> list[str]:
    """A list that is too long is the map's fault (below); only an empty one is its own."""
    del shape
    if writes:
        return []
    rule = "Member must have length greater than or equal to 1"
    return [schema_faults.unprinted_violation(path, rule)]


def _write_map_faults(request_items: dict[str, Any], path: str, shape: Shape) -> list[str]:
    faults = _table_map_faults(request_items, path, shape)
    if any(len(writes or ()) > limits.BATCH_WRITE_REQUESTS for writes in request_items.values()):
        rule = (
            "Map value must satisfy constraint: [Member must have length less than or equal to "
            f"{limits.BATCH_WRITE_REQUESTS}, Member must have length greater than or equal to 1]"
        )
        faults.append(schema_faults.violation(request_items, path, rule, shape))
    return faults


# A shape's own way to name what a value breaks, in place of its bounds.
FAULTS: MappingProxyType[str, Faults] = MappingProxyType(
    {
        "QueryInput.Limit": _query_limit_faults,
        "BatchGetRequestMap": _table_map_faults,
        "KeyList": _keys_faults,
        "BatchWriteItemRequestMap": _write_map_faults,
        "WriteRequests": _write_list_faults,
    }
)


def _control_table_name(request: Request) -> DynamoDBError | None:
    """The table operations' own words for a missing name and one of a wrong length."""
    name = request.get("TableName")
    if name is None:
        return table_errors.table_name_required()
    if not 3 <= len(_short_name(name)) <= 255:
        return table_errors.table_name_length()
    return None


def _short_name(name: str) -> str:
    """A table's name out of a name or an ARN, for the rule on its length."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name


def _resource_arn(request: Request) -> DynamoDBError | None:
    """What is wrong with a tagged resource's ARN at first sight."""
    arn = request.get("ResourceArn")
    if arn is None:
        return table_errors.no_resource_arn()
    if not arn.startswith("arn:") or len(arn.split(":", 5)) < 6:
        return table_errors.not_an_arn(arn)
    return None


def _request_items(operation: str) -> Callable[[Request], DynamoDBError | None]:
    def first(request: Request) -> DynamoDBError | None:
        if request.get("RequestItems") == {}:
            return errors.request_items_required(operation)
        return None

    return first


# A check in the service's own words ahead of the model's violations.
FIRST: MappingProxyType[str, Callable[[Request], DynamoDBError | None]] = MappingProxyType(
    {
        "BatchGetItem": _request_items("BatchGetItem"),
        "BatchWriteItem": _request_items("BatchWriteItem"),
        "CreateTable": _control_table_name,
        "DeleteTable": _control_table_name,
        "DescribeTable": _control_table_name,
        "UpdateTable": _control_table_name,
        "ListTagsOfResource": _resource_arn,
        "TagResource": _resource_arn,
        "UntagResource": _resource_arn,
    }
)
