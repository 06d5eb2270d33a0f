"""The refusals of what stands beside items and tables: streams, backups, transfers, global tables,
insights, resource policies.

One function a refusal, in the service's words; a text that is not on record says so. Source: facts,
Streams to Resource-based policies.
"""

from __future__ import annotations

from dynalite_py.model.errors import DynamoDBError, invalid_parameter, validation
from dynalite_py.model.table_errors import in_use


def _invalid_request(text: str) -> DynamoDBError:
    return validation(f"Invalid Request: {text}")


def _not_found(text: str) -> DynamoDBError:
    return DynamoDBError("ResourceNotFoundException", f"Requested resource not found: {text}")


def access_denied() -> DynamoDBError:
    """Something of another account."""
    return DynamoDBError("AccessDeniedException", "Access is denied")


def bad_next_token(token: str) -> DynamoDBError:
    """A NextToken that no answer gave out."""
    return _invalid_request(f"Provided nextToken is invalid: {token}")


# Streams. The words are DynamoDB Local's; of the service the kinds of the refusals are known.


def too_many_streams(most: int) -> DynamoDBError:
    """ListStreams with a Limit that is too high."""
    return invalid_parameter(f"Limit cannot be greater than the maximum allowed size: {most}")


def too_many_shards(most: int) -> DynamoDBError:
    """DescribeStream with a Limit that is too high."""
    return invalid_parameter(f"Limit cannot be greater than the maximum: {most}")


def not_a_stream_arn() -> DynamoDBError:
    """A StreamArn that names no stream at all. The service's own text is not on record."""
    return validation("Invalid StreamArn")


def stream_not_found(arn: str) -> DynamoDBError:
    """A stream that is not there."""
    return _not_found(f"Stream: {arn} not found")


def bad_sequence_number() -> DynamoDBError:
    """A SequenceNumber that is missing, or something else than digits."""
    return invalid_parameter("Invalid SequenceNumber")


def needless_sequence_number() -> DynamoDBError:
    """A SequenceNumber for a kind of iterator that starts elsewhere."""
    return invalid_parameter("SequenceNumber should not be passed for this iterator type")


def bad_timestamp() -> DynamoDBError:
    """A Timestamp that is missing, needless or to come. The text is not on record."""
    return invalid_parameter("Invalid Timestamp")


def bad_shard_iterator() -> DynamoDBError:
    """A ShardIterator that no answer gave out, or one of another account or region."""
    return validation("Invalid ShardIterator")


def expired_iterator() -> DynamoDBError:
    """A ShardIterator that is older than 15 minutes. The text is not on record."""
    return DynamoDBError("ExpiredIteratorException", "Iterator expired")


def trimmed_data() -> DynamoDBError:
    """A place in a shard whose records are older than a day. The text is the API model's."""
    return DynamoDBError(
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard.",
    )


def shard_not_found(shard: str, arn: str) -> DynamoDBError:
    """A shard that the stream does not have, or no longer. The text is not on record."""
    return _not_found(f"Shard: {shard} in Stream: {arn} not found")


def number_outside_shard() -> DynamoDBError:
    """A SequenceNumber that no record of the shard can have."""
    return validation("Invalid SequenceNumber for the shard")


def too_many_records(most: int) -> DynamoDBError:
    """GetRecords with a Limit that is too high."""
    return invalid_parameter(f"Limit should be less than or equal to {most}")


def bad_shard_filter(text: str) -> DynamoDBError:
    """A ShardFilter that is half, or of a shard that is not there. The text is not on record."""
    return invalid_parameter(f"Invalid shardFilter.shardId: {text}")


# Time to live.


def no_ttl_of(status: str) -> DynamoDBError:
    """DescribeTimeToLive of a table that is being made or removed."""
    return validation(
        f"Cannot describe time to live while table is in {status} state: "
        f"Current table state is {status}"
    )


def ttl_while_creating(table: str) -> DynamoDBError:
    """UpdateTimeToLive of a table that is being made."""
    return in_use(f"Table {table} is being created")


def ttl_disabled_already() -> DynamoDBError:
    """Time to live switched off where it is off."""
    return validation("TimeToLive is already disabled")


def ttl_enabled_already() -> DynamoDBError:
    """Time to live switched on where it is on."""
    return validation("TimeToLive is already enabled")


def ttl_by_another(attribute: str) -> DynamoDBError:
    """Time to live switched by another attribute than the one it goes by."""
    return validation(
        f"TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
    )


def ttl_changed_lately() -> DynamoDBError:
    """Time to live changed again too soon."""
    return validation("Time to live has been modified multiple times within a fixed interval")


# Kinesis destinations.


def kinesis_not_active() -> DynamoDBError:
    """A destination disabled that is not active; the words before the colon are by analogy."""
    return validation(
        "Table is not in a valid state to disable Kinesis Streaming Destination: "
        "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
    )


def kinesis_not_disabled() -> DynamoDBError:
    """A destination enabled while one is live."""
    return validation(
        "Table is not in a valid state to enable Kinesis Streaming Destination: "
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
        "operation."
    )


def kinesis_same_precision(precision: str, table_id: str, stream_arn: str) -> DynamoDBError:
    """A destination changed to what it is."""
    return _invalid_request(
        f"Precision is already set to the desired value of {precision} for tableId: {table_id}, "
        f"kdsArn: {stream_arn}"
    )


def kinesis_disabled_with_configuration() -> DynamoDBError:
    """DisableKinesisStreamingDestination with a configuration."""
    return validation(
        "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
    )


def kinesis_update_not_active(table: str, stream_arn: str) -> DynamoDBError:
    """A destination changed that is not active; the first two words are by analogy."""
    return _invalid_request(
        "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
        f"TableName: {table}, kdsArn: {stream_arn}"
    )


def kinesis_update_of_nothing() -> DynamoDBError:
    """UpdateKinesisStreamingDestination without a precision."""
    return validation(
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values"
    )


# Backups, point-in-time recovery, restores.


def source_table_not_found(name: str) -> DynamoDBError:
    """An operation on backups, restores or exports names a table that is not there."""
    return DynamoDBError("TableNotFoundException", f"Table not found: {name}")


def not_a_backup_arn() -> DynamoDBError:
    """A BackupArn that is none."""
    return validation("Invalid Backup ARN")


def misplaced_backup_arn() -> DynamoDBError:
    """A BackupArn of a partition or region that does not exist."""
    return _invalid_request("BackupArn is not valid")


def backup_not_found(arn: str) -> DynamoDBError:
    """A backup that is not there."""
    return DynamoDBError("BackupNotFoundException", f"Backup not found: {arn}")


def backups_from_other_region() -> DynamoDBError:
    """ListBackups from a backup of another region on."""
    return _invalid_request("The supplied ExclusiveStartBackupArn does not match the region")


def reversed_time_range() -> DynamoDBError:
    """ListBackups between two times of which the first is the later one."""
    return invalid_parameter("Time range lower bound must be less than or equal to upper bound")


def needless_recovery_period() -> DynamoDBError:
    """A recovery period for point-in-time recovery that is switched off."""
    return _invalid_request(
        "Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
    )


def recovery_unavailable(table: str) -> DynamoDBError:
    """A restore or export of a table without point-in-time recovery."""
    return DynamoDBError(
        "PointInTimeRecoveryUnavailableException",
        f"Point in time recovery is not enabled for table '{table}'",
    )


def one_restore_source() -> DynamoDBError:
    """A restore with two source tables, or none."""
    return validation("Must provide exactly one of: sourceTableArn, sourceTableName")


def no_restore_time() -> DynamoDBError:
    """A restore to no moment."""
    return _invalid_request(
        "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
    )


def two_restore_times() -> DynamoDBError:
    """A restore to two moments. How the text goes on is not on record."""
    return _invalid_request(
        "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
        "request"
    )


def restored_units_on_demand() -> DynamoDBError:
    """Provisioned units for a restored table that pays per request."""
    return _invalid_request(
        "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
    )


def restored_units_missing() -> DynamoDBError:
    """A restored table made PROVISIONED without units."""
    return _invalid_request(
        "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
    )


def restore_without_encryption() -> DynamoDBError:
    """A restore from another region that does not say how the table is encrypted."""
    return _invalid_request("sseSpecificationOverride must be provided for cross-region restores")


# Export and import.


def not_an_arn_of_table(member: str) -> DynamoDBError:
    """A bare name where a table's ARN is wanted. member: as the model spells it."""
    return invalid_parameter(f"{member} is not a valid ARN")


def export_of_no_table() -> DynamoDBError:
    """The ARN of something else than a table to be exported."""
    return _invalid_request("Table ARN is invalid.")


def export_of_foreign_table() -> DynamoDBError:
    """A table of another account to be exported."""
    return DynamoDBError(
        "AccessDeniedException",
        "This action is only supported by accounts that match the resource owner's account.",
    )


def increment_of_untyped_export() -> DynamoDBError:
    """An incremental specification for an export without a type."""
    return _invalid_request(
        "Export Type expected to be Incremental Export when incremental export specification is "
        "provided"
    )


def increment_of_full_export() -> DynamoDBError:
    """An incremental specification for a full export; the blank before the comma is the
    service's.
    """
    return _invalid_request(
        "When Export Type is Full Export , Incremental Export Specification should not be provided"
    )


def increment_missing() -> DynamoDBError:
    """An incremental export without its specification."""
    return _invalid_request(
        "Incremental Export Specification expected when export type is set as Incremental Export"
    )


def increment_without_start() -> DynamoDBError:
    """An incremental export that does not say from when on."""
    return _invalid_request("ExportFromTime must be provided in IncrementalExportSpecification")


def needless_export_key() -> DynamoDBError:
    """A KMS key for another kind of encryption."""
    return _invalid_request("KMS Key Id is not supported for this encryption type")


def empty_export_filter() -> DynamoDBError:
    """A FilterSpecification without a member."""
    return _invalid_request("Invalid FilterSpecification: The specification can not be empty")


def not_an_export_arn() -> DynamoDBError:
    """An ExportArn that is none."""
    return validation("Invalid Export ARN")


def misplaced_export_arn() -> DynamoDBError:
    """An ExportArn of another region."""
    return DynamoDBError("ExportNotFoundException", "Export not found: Invalid export arn")


def export_not_found(arn: str) -> DynamoDBError:
    """An export that is not there; the doubled words are the service's."""
    return DynamoDBError("ExportNotFoundException", f"Export not found: Export not found: {arn}")


def not_an_import_arn() -> DynamoDBError:
    """An ImportArn that is none."""
    return validation("Invalid Import ARN")


def import_not_found(arn: str) -> DynamoDBError:
    """An import that is not there. The service's own text is not on record."""
    return DynamoDBError("ImportNotFoundException", f"Import not found: {arn}")


def needless_import_options(form: str) -> DynamoDBError:
    """Options of CSV for input of another form."""
    return _invalid_request(f"Unsupported InputFormatOptions for the given input format: {form}.")


# Global tables.


def old_global_tables() -> DynamoDBError:
    """CreateGlobalTable, which the service no longer does for anybody."""
    return invalid_parameter(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
        "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
    )


def global_table_not_found(name: str) -> DynamoDBError:
    """A global table that is not there."""
    return DynamoDBError(
        "GlobalTableNotFoundException",
        f"Global table not found: Global table with name: '{name}' does not exist.",
    )


def global_table_without_settings(name: str) -> DynamoDBError:
    """Settings of a global table that is not there."""
    return DynamoDBError(
        "GlobalTableNotFoundException", f"Global table with name: '{name}' does not exist."
    )


def not_a_global_table(name: str) -> DynamoDBError:
    """Auto scaling of replicas of a table that has none."""
    return DynamoDBError(
        "ResourceNotFoundException", f"Global table with name: '{name}' does not exist."
    )


# Contributor Insights.


def index_without_insights(index: str, table: str) -> DynamoDBError:
    """Insights of an index that is not there."""
    return _not_found(f"Index: {index} not found for table: {table}")


# Resource policies.


def not_a_dynamodb_arn(arn: str) -> DynamoDBError:
    """The ARN of another service's resource."""
    return invalid_parameter(f"Provided Arn is not a DynamoDB resource arn: {arn}")


def no_policy_of(arn: str) -> DynamoDBError:
    """The ARN of a resource that has no policy of its own, such as an index."""
    return invalid_parameter(
        "Invalid resource arn provided, only table or stream is accepted. "
        f"Provided resource arn: {arn}"
    )


def stream_of_table_not_found(label: str, table: str) -> DynamoDBError:
    """The policy of a stream that the table does not have."""
    return _not_found(f"Stream: {label} not found for Table: {table}")


def _policy_not_found(text: str) -> DynamoDBError:
    return DynamoDBError(
        "PolicyNotFoundException",
        f"Resource-based policy not found for the provided ResourceArn: {text}",
    )


def policy_not_found(arn: str) -> DynamoDBError:
    """A resource without a policy."""
    return _policy_not_found(arn)


def other_policy_revision(expected: str, table: str, present: str) -> DynamoDBError:
    """The policy has another revision than the caller expects."""
    return _policy_not_found(
        f"Requested update for policy with revision id {expected}, but the policy associated to "
        f"target table {table} has revision id {present}."
    )


def policy_exists(table: str, present: str) -> DynamoDBError:
    """The caller expects no policy, but there is one."""
    return _policy_not_found(
        "Requested policy update expecting none to be present for "
        f"table {table}, but a policy exists with revision id {present}."
    )


def invalid_policy(reason: str) -> DynamoDBError:
    """A text that is no policy document. The service's own reasons are not on record."""
    return invalid_parameter(f"Invalid policy document: {reason}")


def invalid_principal() -> DynamoDBError:
    """A principal that can be nobody."""
    return invalid_parameter("Invalid principal in policy document.")


def public_policy() -> DynamoDBError:
    """A policy that lets everybody in."""
    return validation(
        "Resource-based policy grants unbounded access in one or more elements. Please revise the "
        "policy to ensure least-privilege form of access"
    )


def policy_locks_out() -> DynamoDBError:
    """A policy that its author could not change again."""
    return DynamoDBError(
        "AccessDeniedException",
        "The new resource policy will not allow you to update the resource policy in the future.",
    )
