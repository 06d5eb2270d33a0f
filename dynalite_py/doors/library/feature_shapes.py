"""The shapes of requests and responses on what stands beside items and tables; see ``shapes``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from dynalite_py.doors.library.shapes import EmptyOutput, Structure
from dynalite_py.doors.library.table_shapes import (
    GlobalSecondaryIndex,
    LocalSecondaryIndex,
    ProvisionedThroughput,
)

# A date as boto3 takes it, or the epoch seconds that the wire has.
Moment: TypeAlias = datetime | float


# Time to live.


class DescribeTimeToLiveOutput(EmptyOutput):
    """DescribeTimeToLive."""

    TimeToLiveDescription: dict[str, Any]


class UpdateTimeToLiveInput(TypedDict):
    """UpdateTimeToLive."""

    TableName: str
    TimeToLiveSpecification: Structure


class UpdateTimeToLiveOutput(EmptyOutput):
    """UpdateTimeToLive."""

    TimeToLiveSpecification: dict[str, Any]


# Streams.


class ListStreamsInput(TypedDict, total=False):
    """ListStreams."""

    TableName: str
    Limit: int
    ExclusiveStartStreamArn: str


class ListStreamsOutput(EmptyOutput):
    """ListStreams."""

    Streams: list[dict[str, Any]]
    LastEvaluatedStreamArn: str


class DescribeStreamInput(TypedDict):
    """DescribeStream."""

    StreamArn: str
    Limit: NotRequired[int]
    ExclusiveStartShardId: NotRequired[str]
    ShardFilter: NotRequired[Structure]


class DescribeStreamOutput(EmptyOutput):
    """DescribeStream."""

    StreamDescription: dict[str, Any]


class GetShardIteratorInput(TypedDict):
    """GetShardIterator."""

    StreamArn: str
    ShardId: str
    ShardIteratorType: Literal[
        "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"
    ]
    SequenceNumber: NotRequired[str]
    Timestamp: NotRequired[Moment]


class GetShardIteratorOutput(EmptyOutput):
    """GetShardIterator."""

    ShardIterator: str


class GetRecordsInput(TypedDict):
    """GetRecords."""

    ShardIterator: str
    Limit: NotRequired[int]


class GetRecordsOutput(EmptyOutput):
    """GetRecords."""

    Records: list[dict[str, Any]]
    NextShardIterator: str


# Kinesis destinations.


class DescribeKinesisStreamingDestinationOutput(EmptyOutput):
    """DescribeKinesisStreamingDestination."""

    TableName: str
    KinesisDataStreamDestinations: list[dict[str, Any]]


class KinesisStreamingDestinationInput(TypedDict):
    """EnableKinesisStreamingDestination and DisableKinesisStreamingDestination."""

    TableName: str
    StreamArn: str
    EnableKinesisStreamingConfiguration: NotRequired[Structure]


class KinesisStreamingDestinationOutput(EmptyOutput):
    """EnableKinesisStreamingDestination and DisableKinesisStreamingDestination."""

    TableName: str
    StreamArn: str
    DestinationStatus: str
    EnableKinesisStreamingConfiguration: dict[str, Any]


class UpdateKinesisStreamingDestinationInput(TypedDict):
    """UpdateKinesisStreamingDestination."""

    TableName: str
    StreamArn: str
    UpdateKinesisStreamingConfiguration: NotRequired[Structure]


class UpdateKinesisStreamingDestinationOutput(EmptyOutput):
    """UpdateKinesisStreamingDestination."""

    TableName: str
    StreamArn: str
    DestinationStatus: str
    UpdateKinesisStreamingConfiguration: dict[str, Any]


# Backups, point-in-time recovery, restores.


class ListBackupsInput(TypedDict, total=False):
    """ListBackups."""

    TableName: str
    Limit: int
    TimeRangeLowerBound: Moment
    TimeRangeUpperBound: Moment
    ExclusiveStartBackupArn: str
    BackupType: Literal["USER", "SYSTEM", "AWS_BACKUP", "ALL"]


class ListBackupsOutput(EmptyOutput):
    """ListBackups."""

    BackupSummaries: list[dict[str, Any]]
    LastEvaluatedBackupArn: str


class BackupInput(TypedDict):
    """DescribeBackup and DeleteBackup."""

    BackupArn: str


class BackupOutput(EmptyOutput):
    """DescribeBackup and DeleteBackup."""

    BackupDescription: dict[str, Any]


class CreateBackupInput(TypedDict):
    """CreateBackup."""

    TableName: str
    BackupName: str


class CreateBackupOutput(EmptyOutput):
    """CreateBackup."""

    BackupDetails: dict[str, Any]


class ContinuousBackupsOutput(EmptyOutput):
    """DescribeContinuousBackups and UpdateContinuousBackups."""

    ContinuousBackupsDescription: dict[str, Any]


class UpdateContinuousBackupsInput(TypedDict):
    """UpdateContinuousBackups."""

    TableName: str
    PointInTimeRecoverySpecification: Structure


class RestoreTableFromBackupInput(TypedDict):
    """RestoreTableFromBackup."""

    TargetTableName: str
    BackupArn: str
    BillingModeOverride: NotRequired[Literal["PROVISIONED", "PAY_PER_REQUEST"]]
    GlobalSecondaryIndexOverride: NotRequired[Sequence[GlobalSecondaryIndex]]
    LocalSecondaryIndexOverride: NotRequired[Sequence[LocalSecondaryIndex]]
    ProvisionedThroughputOverride: NotRequired[ProvisionedThroughput]
    OnDemandThroughputOverride: NotRequired[Structure]
    SSESpecificationOverride: NotRequired[Structure]
    VectorIndexOverride: NotRequired[Sequence[Structure]]


class RestoreTableToPointInTimeInput(TypedDict):
    """RestoreTableToPointInTime."""

    SourceTableArn: NotRequired[str]
    SourceTableName: NotRequired[str]
    TargetTableName: str
    UseLatestRestorableTime: NotRequired[bool]
    RestoreDateTime: NotRequired[Moment]
    BillingModeOverride: NotRequired[Literal["PROVISIONED", "PAY_PER_REQUEST"]]
    GlobalSecondaryIndexOverride: NotRequired[Sequence[GlobalSecondaryIndex]]
    LocalSecondaryIndexOverride: NotRequired[Sequence[LocalSecondaryIndex]]
    ProvisionedThroughputOverride: NotRequired[ProvisionedThroughput]
    OnDemandThroughputOverride: NotRequired[Structure]
    SSESpecificationOverride: NotRequired[Structure]
    VectorIndexOverride: NotRequired[Sequence[Structure]]


# Export and import.


class ListExportsInput(TypedDict, total=False):
    """ListExports."""

    TableArn: str
    MaxResults: int
    NextToken: str


class ListExportsOutput(EmptyOutput):
    """ListExports."""

    ExportSummaries: list[dict[str, Any]]
    NextToken: str


class DescribeExportInput(TypedDict):
    """DescribeExport."""

    ExportArn: str


class DescribeExportOutput(EmptyOutput):
    """DescribeExport."""

    ExportDescription: dict[str, Any]


class ExportTableToPointInTimeInput(TypedDict):
    """ExportTableToPointInTime."""

    TableArn: str
    ExportTime: NotRequired[Moment]
    ClientToken: NotRequired[str]
    S3Bucket: str
    S3BucketOwner: NotRequired[str]
    S3Prefix: NotRequired[str]
    S3SseAlgorithm: NotRequired[Literal["AES256", "KMS"]]
    S3SseKmsKeyId: NotRequired[str]
    ExportFormat: NotRequired[Literal["DYNAMODB_JSON", "ION"]]
    ExportType: NotRequired[Literal["FULL_EXPORT", "INCREMENTAL_EXPORT"]]
    IncrementalExportSpecification: NotRequired[Structure]
    FilterSpecification: NotRequired[Structure]


class ListImportsInput(TypedDict, total=False):
    """ListImports."""

    TableArn: str
    PageSize: int
    NextToken: str


class ListImportsOutput(EmptyOutput):
    """ListImports."""

    ImportSummaryList: list[dict[str, Any]]
    NextToken: str


class DescribeImportInput(TypedDict):
    """DescribeImport."""

    ImportArn: str


class DescribeImportOutput(EmptyOutput):
    """DescribeImport."""

    ImportTableDescription: dict[str, Any]


class ImportTableInput(TypedDict):
    """ImportTable."""

    ClientToken: NotRequired[str]
    S3BucketSource: Structure
    InputFormat: Literal["DYNAMODB_JSON", "ION", "CSV"]
    InputFormatOptions: NotRequired[Structure]
    InputCompressionType: NotRequired[Literal["GZIP", "ZSTD", "NONE"]]
    TableCreationParameters: Structure


# Global tables.


class ListGlobalTablesInput(TypedDict, total=False):
    """ListGlobalTables."""

    ExclusiveStartGlobalTableName: str
    Limit: int
    RegionName: str


class ListGlobalTablesOutput(EmptyOutput):
    """ListGlobalTables."""

    GlobalTables: list[dict[str, Any]]
    LastEvaluatedGlobalTableName: str


class GlobalTableInput(TypedDict):
    """DescribeGlobalTable and DescribeGlobalTableSettings."""

    GlobalTableName: str


class GlobalTableOutput(EmptyOutput):
    """DescribeGlobalTable, CreateGlobalTable and UpdateGlobalTable."""

    GlobalTableDescription: dict[str, Any]


class GlobalTableSettingsOutput(EmptyOutput):
    """DescribeGlobalTableSettings and UpdateGlobalTableSettings."""

    GlobalTableName: str
    ReplicaSettings: list[dict[str, Any]]


class CreateGlobalTableInput(TypedDict):
    """CreateGlobalTable."""

    GlobalTableName: str
    ReplicationGroup: Sequence[Structure]


class UpdateGlobalTableInput(TypedDict):
    """UpdateGlobalTable."""

    GlobalTableName: str
    ReplicaUpdates: Sequence[Structure]


class UpdateGlobalTableSettingsInput(TypedDict):
    """UpdateGlobalTableSettings."""

    GlobalTableName: str
    GlobalTableBillingMode: NotRequired[Literal["PROVISIONED", "PAY_PER_REQUEST"]]
    GlobalTableProvisionedWriteCapacityUnits: NotRequired[int]
    GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: NotRequired[Structure]
    GlobalTableGlobalSecondaryIndexSettingsUpdate: NotRequired[Sequence[Structure]]
    ReplicaSettingsUpdate: NotRequired[Sequence[Structure]]


class TableAutoScalingOutput(EmptyOutput):
    """DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling."""

    TableAutoScalingDescription: dict[str, Any]


class UpdateTableReplicaAutoScalingInput(TypedDict):
    """UpdateTableReplicaAutoScaling."""

    GlobalSecondaryIndexUpdates: NotRequired[Sequence[Structure]]
    TableName: str
    ProvisionedWriteCapacityAutoScalingUpdate: NotRequired[Structure]
    ReplicaUpdates: NotRequired[Sequence[Structure]]


# Contributor Insights.


class DescribeContributorInsightsInput(TypedDict):
    """DescribeContributorInsights."""

    TableName: str
    IndexName: NotRequired[str]


class DescribeContributorInsightsOutput(EmptyOutput):
    """DescribeContributorInsights."""

    TableName: str
    IndexName: str
    ContributorInsightsRuleList: list[str]
    ContributorInsightsStatus: str
    LastUpdateDateTime: datetime
    FailureException: dict[str, Any]
    ContributorInsightsMode: str


class ListContributorInsightsInput(TypedDict, total=False):
    """ListContributorInsights."""

    TableName: str
    NextToken: str
    MaxResults: int


class ListContributorInsightsOutput(EmptyOutput):
    """ListContributorInsights."""

    ContributorInsightsSummaries: list[dict[str, Any]]
    NextToken: str


class UpdateContributorInsightsInput(TypedDict):
    """UpdateContributorInsights."""

    TableName: str
    IndexName: NotRequired[str]
    ContributorInsightsAction: Literal["ENABLE", "DISABLE"]
    ContributorInsightsMode: NotRequired[Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]]


class UpdateContributorInsightsOutput(EmptyOutput):
    """UpdateContributorInsights."""

    TableName: str
    IndexName: str
    ContributorInsightsStatus: str
    ContributorInsightsMode: str


# Resource policies.


class GetResourcePolicyInput(TypedDict):
    """GetResourcePolicy."""

    ResourceArn: str


class GetResourcePolicyOutput(EmptyOutput):
    """GetResourcePolicy."""

    Policy: str
    RevisionId: str


class PutResourcePolicyInput(TypedDict):
    """PutResourcePolicy."""

    ResourceArn: str
    Policy: str
    ExpectedRevisionId: NotRequired[str]
    ConfirmRemoveSelfResourceAccess: NotRequired[bool]


class PutResourcePolicyOutput(EmptyOutput):
    """PutResourcePolicy."""

    RevisionId: str


class DeleteResourcePolicyInput(TypedDict):
    """DeleteResourcePolicy."""

    ResourceArn: str
    ExpectedRevisionId: NotRequired[str]
