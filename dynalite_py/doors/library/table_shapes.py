"""The shapes of requests and responses on tables, tags and the account; see ``shapes``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, Required, TypedDict

from dynalite_py.doors.library.shapes import EmptyOutput, Structure


class KeySchemaElement(TypedDict):
    """One attribute of a key."""

    AttributeName: str
    KeyType: Literal["HASH", "RANGE"]


class AttributeDefinition(TypedDict):
    """The type of one key attribute."""

    AttributeName: str
    AttributeType: Literal["S", "N", "B"]


class Projection(TypedDict, total=False):
    """What an index copies."""

    ProjectionType: Literal["ALL", "KEYS_ONLY", "INCLUDE"]
    NonKeyAttributes: Sequence[str]


class ProvisionedThroughput(TypedDict):
    """Units a second."""

    ReadCapacityUnits: int
    WriteCapacityUnits: int


class LocalSecondaryIndex(TypedDict):
    """A local index to create."""

    IndexName: str
    KeySchema: Sequence[KeySchemaElement]
    Projection: Projection


class GlobalSecondaryIndex(LocalSecondaryIndex):
    """A global index to create."""

    ProvisionedThroughput: NotRequired[ProvisionedThroughput]
    OnDemandThroughput: NotRequired[Structure]
    WarmThroughput: NotRequired[Structure]


class Tag(TypedDict):
    """A tag of a table."""

    Key: str
    Value: str


class CreateTableInput(TypedDict, total=False):
    """CreateTable."""

    TableName: Required[str]
    KeySchema: Sequence[KeySchemaElement]
    AttributeDefinitions: Sequence[AttributeDefinition]
    LocalSecondaryIndexes: Sequence[LocalSecondaryIndex]
    GlobalSecondaryIndexes: Sequence[GlobalSecondaryIndex]
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    ProvisionedThroughput: ProvisionedThroughput
    StreamSpecification: Structure
    SSESpecification: Structure
    Tags: Sequence[Tag]
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
    DeletionProtectionEnabled: bool
    WarmThroughput: Structure
    ResourcePolicy: str
    OnDemandThroughput: Structure
    GlobalTableSourceArn: str
    GlobalTableSettingsReplicationMode: str
    VectorIndexes: Sequence[Structure]


class UpdateTableInput(TypedDict, total=False):
    """UpdateTable."""

    TableName: Required[str]
    AttributeDefinitions: Sequence[AttributeDefinition]
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    ProvisionedThroughput: ProvisionedThroughput
    GlobalSecondaryIndexUpdates: Sequence[Structure]
    StreamSpecification: Structure
    SSESpecification: Structure
    ReplicaUpdates: Sequence[Structure]
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
    DeletionProtectionEnabled: bool
    MultiRegionConsistency: Literal["EVENTUAL", "STRONG"]
    GlobalTableWitnessUpdates: Sequence[Structure]
    OnDemandThroughput: Structure
    WarmThroughput: Structure
    GlobalTableSettingsReplicationMode: str
    DisassociationProtectionEnabled: bool
    VectorIndexUpdates: Sequence[Structure]


class TableInput(TypedDict):
    """DescribeTable and DeleteTable."""

    TableName: str


class TableDescription(TypedDict, total=False):
    """A table as the service describes it."""

    TableName: Required[str]
    TableStatus: Required[str]
    TableArn: Required[str]
    TableId: Required[str]
    CreationDateTime: Required[datetime]
    KeySchema: Required[list[KeySchemaElement]]
    AttributeDefinitions: Required[list[AttributeDefinition]]
    ProvisionedThroughput: Required[dict[str, Any]]
    ItemCount: Required[int]
    TableSizeBytes: Required[int]
    BillingModeSummary: dict[str, Any]
    LocalSecondaryIndexes: list[dict[str, Any]]
    GlobalSecondaryIndexes: list[dict[str, Any]]
    StreamSpecification: dict[str, Any]
    LatestStreamLabel: str
    LatestStreamArn: str
    SSEDescription: dict[str, Any]
    TableClassSummary: dict[str, Any]
    DeletionProtectionEnabled: bool
    OnDemandThroughput: dict[str, Any]
    WarmThroughput: dict[str, Any]


class TableDescriptionOutput(EmptyOutput):
    """CreateTable, UpdateTable, DeleteTable."""

    TableDescription: TableDescription


class DescribeTableOutput(EmptyOutput):
    """DescribeTable."""

    Table: TableDescription


class ListTablesInput(TypedDict, total=False):
    """ListTables."""

    ExclusiveStartTableName: str
    Limit: int


class ListTablesOutput(EmptyOutput):
    """ListTables."""

    TableNames: list[str]
    LastEvaluatedTableName: NotRequired[str]


class TagResourceInput(TypedDict):
    """TagResource."""

    ResourceArn: str
    Tags: Sequence[Tag]


class UntagResourceInput(TypedDict):
    """UntagResource."""

    ResourceArn: str
    TagKeys: Sequence[str]


class ListTagsOfResourceInput(TypedDict):
    """ListTagsOfResource."""

    ResourceArn: str
    NextToken: NotRequired[str]


class ListTagsOfResourceOutput(EmptyOutput):
    """ListTagsOfResource."""

    Tags: list[Tag]
    NextToken: NotRequired[str]


class NoInput(TypedDict):
    """DescribeLimits and DescribeEndpoints."""


class DescribeLimitsOutput(EmptyOutput):
    """DescribeLimits."""

    AccountMaxReadCapacityUnits: int
    AccountMaxWriteCapacityUnits: int
    TableMaxReadCapacityUnits: int
    TableMaxWriteCapacityUnits: int


class DescribeEndpointsOutput(EmptyOutput):
    """DescribeEndpoints."""

    Endpoints: list[dict[str, Any]]
