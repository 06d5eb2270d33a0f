"""The refusals of the table operations and of tags: one function a refusal, in the service's words.

Source: facts, CreateTable, UpdateTable, DeleteTable, tags; texts of which only a fragment is known
say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from dynalite_py.model.errors import DynamoDBError, invalid_parameter, validation

UnitsKind = Literal["Read", "Write"]

# Tables.


def table_name_required() -> DynamoDBError:
    """A table operation without TableName."""
    return validation("The parameter 'TableName' is required but was not present in the request")


def table_name_length() -> DynamoDBError:
    """A table operation whose TableName is shorter than 3 or longer than 255 characters."""
    return validation(
        "TableName must be at least 3 characters long and at most 255 characters long"
    )


def in_use(text: str) -> DynamoDBError:
    """A ResourceInUseException about a change that goes on."""
    return DynamoDBError(
        "ResourceInUseException", f"Attempt to change a resource which is still in use: {text}"
    )


def table_exists(name: str) -> DynamoDBError:
    """CreateTable over an existing table."""
    return DynamoDBError("ResourceInUseException", f"Table already exists: {name}")


def foreign_table(operation: str, arn: str, account: str) -> DynamoDBError:
    """A table to be made in another region or account than the caller's."""
    return DynamoDBError(
        "AccessDeniedException",
        f"User: arn:aws:iam::{account}:root is not authorized to perform: dynamodb:{operation} "
        f"on resource: {arn}",
    )


def table_in_creation(name: str) -> DynamoDBError:
    """A change of a table that is still CREATING."""
    return in_use(f"Table is being created: {name}")


def table_in_deletion(name: str) -> DynamoDBError:
    """A change of a table that is DELETING."""
    return in_use(f"Table is being deleted: {name}")


def indexes_in_change() -> DynamoDBError:
    """DeleteTable while an index is made or removed."""
    return in_use("Cannot delete table while indexes are being created, updated, or deleted.")


def deletion_protected() -> DynamoDBError:
    """DeleteTable of a protected table."""
    return validation(
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )


def limit_exceeded(text: str) -> DynamoDBError:
    """A LimitExceededException."""
    return DynamoDBError("LimitExceededException", f"Subscriber limit exceeded: {text}")


# Throughput and billing.


def units_on_demand() -> DynamoDBError:
    """Provisioned units for a table that pays per request."""
    return invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST"
    )


def units_missing() -> DynamoDBError:
    """CreateTable of a provisioned table without units."""
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED"
    )


def throughput_missing() -> DynamoDBError:
    """UpdateTable to PROVISIONED without units."""
    return invalid_parameter(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
    )


def index_throughput_missing(names: Iterable[str]) -> DynamoDBError:
    """Indexes of a provisioned table that were given no units."""
    return invalid_parameter(
        f"ProvisionedThroughput must be specified for index: {','.join(names)}"
    )


def index_units_on_demand(name: str) -> DynamoDBError:
    """Provisioned units for an index of a table that pays per request."""
    return invalid_parameter(
        f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is "
        "PAY_PER_REQUEST"
    )


def units_out_of_bounds(value: int, kind: UnitsKind) -> DynamoDBError:
    """More units than any table may have."""
    return validation(f"Given value {value} for {kind}CapacityUnits is out of bounds")


def same_throughput(current: tuple[int, int]) -> DynamoDBError:
    """UpdateTable to the units that the table has. current: read and write units."""
    read, write = current
    return validation(
        "The provisioned throughput for the table will not change. The requested value equals the "
        f"current value. Current ReadCapacityUnits provisioned for the table: {read}. Requested "
        f"ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for the table: {write}."
        f" Requested WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for "
        "current limits and how to request higher limits."
    )


def on_demand_of_provisioned(kind: UnitsKind, *, in_update: bool) -> DynamoDBError:
    """OnDemandThroughput of a provisioned table; the two operations word it differently."""
    start = f"Max{kind}RequestUnits for OnDemandThroughput cannot be specified when"
    if in_update:
        return invalid_parameter(f"{start} the table BillingMode is PROVISIONED")
    return invalid_parameter(f"{start} table BillingMode is PROVISIONED.")


def on_demand_out_of_range(kind: UnitsKind, place: str) -> DynamoDBError:
    """An on-demand maximum below 1. place: ``table`` or ``index <name>``."""
    return invalid_parameter(
        f"Requested Max{kind}RequestUnits for OnDemandThroughput for {place} is outside of valid "
        "range"
    )


def warm_throughput_too_low(kind: UnitsKind, place: str, floor: str) -> DynamoDBError:
    """WarmThroughput below what a new table has anyway."""
    return invalid_parameter(
        f"Requested {kind}UnitsPerSecond for WarmThroughput for {place} is lower than {floor}"
    )


def warm_throughput_decrease() -> DynamoDBError:
    """WarmThroughput below the present one. The text's beginning is not on record."""
    return invalid_parameter("decreasing WarmThroughput is not supported")


# Keys and indexes.


def keys_without_definition() -> DynamoDBError:
    """More key elements than attribute definitions."""
    return validation("Invalid KeySchema: Some index key attribute have no definition")


def keys_not_defined(
    names: Iterable[str] | None = None, definitions: Iterable[str] = ()
) -> DynamoDBError:
    """Key attributes that AttributeDefinitions lacks; without names the bare form of
    UpdateTable."""
    text = "Some index key attributes are not defined in AttributeDefinitions"
    if names is None:
        return invalid_parameter(text)
    return invalid_parameter(
        f"{text}. Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(definitions)}]"
    )


def duplicate_definition(name: str) -> DynamoDBError:
    """An attribute defined twice. Of the service's text only "uplicate" and the name are known."""
    return invalid_parameter(f"Duplicate AttributeName in AttributeDefinitions: {name}")


def first_key_not_hash() -> DynamoDBError:
    """A key schema that does not begin with a HASH element."""
    return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")


def second_key_not_range() -> DynamoDBError:
    """A key schema whose second element is not RANGE."""
    return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def same_key_twice() -> DynamoDBError:
    """A key schema of two elements with one name."""
    return validation(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name"
    )


def repeated_index_key() -> DynamoDBError:
    """A key of more than two attributes that names one twice."""
    return invalid_parameter("The KeySchema contains multiple key attributes with the same name")


def too_many_key_attributes(kind: Literal["HASH", "RANGE"]) -> DynamoDBError:
    """More than four attributes of one role in an index key."""
    return invalid_parameter(
        f"The KeySchema exceeds the maximum allowed number of {kind} key attributes"
    )


def hash_after_range() -> DynamoDBError:
    """An index key in which RANGE comes before HASH."""
    return invalid_parameter(
        "All HASH key attributes must precede RANGE key attributes in the KeySchema"
    )


def empty_index_list(member: str) -> DynamoDBError:
    """An empty LocalSecondaryIndexes or GlobalSecondaryIndexes."""
    return invalid_parameter(f"List of {member} is empty")


def table_without_range_key() -> DynamoDBError:
    """A local secondary index on a table without sort key."""
    return invalid_parameter(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex"
    )


def index_without_range_key(name: str) -> DynamoDBError:
    """A local secondary index without sort key."""
    return invalid_parameter(f"Index KeySchema does not have a range key for index: {name}")


def other_leading_key(name: str, index_key: str, table_key: str) -> DynamoDBError:
    """A local secondary index with another partition key than its table."""
    return invalid_parameter(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
        f"{name}. index hash key: {index_key}, table hash key: {table_key}"
    )


def no_projection_type() -> DynamoDBError:
    """A projection without type."""
    return invalid_parameter("Unknown ProjectionType: null")


def needless_projection(kind: str) -> DynamoDBError:
    """NonKeyAttributes with ALL or KEYS_ONLY."""
    return invalid_parameter(f"ProjectionType is {kind}, but NonKeyAttributes is specified")


def missing_projection() -> DynamoDBError:
    """INCLUDE without NonKeyAttributes."""
    return invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")


def duplicate_projection(name: str) -> DynamoDBError:
    """A name twice in NonKeyAttributes. Of the service's text only "Duplicate" is known."""
    return invalid_parameter(f"Duplicate attribute name in NonKeyAttributes: {name}")


def too_many_projected() -> DynamoDBError:
    """More than 100 NonKeyAttributes over all indexes. The service's own text is not on record."""
    return invalid_parameter(
        "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100"
    )


def duplicate_index(name: str) -> DynamoDBError:
    """Two indexes of one name."""
    return invalid_parameter(f"Duplicate index name: {name}")


def too_many_local_indexes() -> DynamoDBError:
    """More than five local secondary indexes."""
    return invalid_parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5")


def too_many_global_indexes() -> DynamoDBError:
    """More than twenty global secondary indexes."""
    return invalid_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")


def unused_definitions() -> DynamoDBError:
    """Definitions that no key uses, on a table without indexes."""
    return invalid_parameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions"
    )


def definitions_not_used(definitions: Iterable[str], used: Iterable[str]) -> DynamoDBError:
    """Definitions that no key uses, on a table with indexes."""
    return invalid_parameter(
        f"Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(definitions)}],"
        f" keys used: [{', '.join(used)}]"
    )


# Changes of a table.


def nothing_to_change() -> DynamoDBError:
    """UpdateTable that names no change."""
    return validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
        "OnDemandThroughput, WarmThroughput or TableClass is required"
    )


def only_operation(subject: str) -> DynamoDBError:
    """A change that may not share its request with another one."""
    return validation(f"{subject} must be the only operation in the request")


def on_demand_with_other() -> DynamoDBError:
    """OnDemandThroughput beside anything but a billing mode."""
    return validation(
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
    )


def no_index_action() -> DynamoDBError:
    """A GlobalSecondaryIndexUpdates element without an action."""
    return invalid_parameter(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null"
    )


def several_index_actions() -> DynamoDBError:
    """An element with several actions. Of the service's text only the word "one" is known."""
    return invalid_parameter(
        "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete may be specified"
    )


def index_changed_twice(name: str) -> DynamoDBError:
    """Two elements about one index."""
    return invalid_parameter(
        f"Only one global secondary index update per index is allowed simultaneously. Index: {name}"
    )


def one_online_index() -> DynamoDBError:
    """More than one index created or deleted at a time."""
    return limit_exceeded("Only 1 online index can be created or deleted simultaneously per table")


def index_update_blocked() -> DynamoDBError:
    """New units for an unknown index, or more than any index may have."""
    return validation(
        "This operation cannot be performed with given input values. Please contact DynamoDB "
        "service team for more info: Action Blocked: IndexUpdate"
    )


def index_exists(name: str) -> DynamoDBError:
    """Creation of an index that is there."""
    return invalid_parameter(f"Index already exists: {name}")


def index_not_found(name: str, table: str) -> DynamoDBError:
    """Deletion of an index that is not there."""
    return DynamoDBError(
        "ResourceNotFoundException",
        f"Requested resource not found: Index {name} for table {table}",
    )


def not_a_global_index(name: str) -> DynamoDBError:
    """Deletion of a local secondary index. The service's own text is not on record."""
    return invalid_parameter(f"The index {name} is not a global secondary index")


def redefined_attribute(name: str, stored: str, given: str) -> DynamoDBError:
    """A new index key with another type than the table's definition. stored, given: type:role."""
    return invalid_parameter(
        "Attributes cannot be redefined. Please check that your attribute has the same type as "
        f"previously defined. Existing schema: Schema:[SchemaElement: key{{{name}:{stored}}}] "
        f"New schema: Schema:[SchemaElement: key{{{name}:{given}}}]"
    )


# Streams and encryption.


def stream_without_view(*, in_update: bool) -> DynamoDBError:
    """A stream that is enabled without a view type."""
    if in_update:
        return invalid_parameter("If stream is being enabled then UpdateViewType is required")
    return invalid_parameter(
        "Table is being created with a stream enabled, UpdateViewType is required"
    )


def needless_stream_view(*, in_update: bool) -> DynamoDBError:
    """A view type for a stream that is disabled."""
    if in_update:
        return invalid_parameter(
            "If stream is being disabled, then UpdateViewType must not be specified"
        )
    return invalid_parameter(
        "Table is being created with a stream disabled, UpdateViewType should not be specified"
    )


def stream_enabled_already(table: str) -> DynamoDBError:
    """A stream enabled on a table that has one."""
    return validation(f"Table already has an enabled stream: TableName: {table}")


def no_stream_to_disable(table: str) -> DynamoDBError:
    """A stream disabled on a table without one."""
    return validation(f"Table has no stream to disable: TableName: {table}")


def no_stream_to_roll(table: str) -> DynamoDBError:
    """Shards rolled, which no operation of the service's does, of a table without a stream."""
    return validation(f"Table has no stream whose shards could be rolled: TableName: {table}")


def stream_with_throughput() -> DynamoDBError:
    """A stream change together with new units."""
    return invalid_parameter("You cannot modify stream status while updating table IOPS")


def key_not_for_disabled(member: str) -> DynamoDBError:
    """SSEType or KMSMasterKeyId of an encryption that is off."""
    return invalid_parameter(f"{member} can not be specified if Enabled is false")


def kms_type_required() -> DynamoDBError:
    """A KMS key for another kind of encryption."""
    return invalid_parameter("SSEType KMS is required if KMSMasterKeyId is specified")


def encryption_type_unsupported() -> DynamoDBError:
    """SSEType AES256."""
    return invalid_parameter("SSEType AES256 is not supported")


def encrypted_by_default() -> DynamoDBError:
    """UpdateTable to the AWS-owned key that the table has."""
    return invalid_parameter("Table is already encrypted by default")


def encrypted_with_this_key() -> DynamoDBError:
    """UpdateTable to the KMS key that the table has."""
    return invalid_parameter(
        "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
        "want to change Master Key"
    )


# Tags.


def no_resource_arn() -> DynamoDBError:
    """A tag operation without ResourceArn."""
    return validation("Invalid TableArn")


def not_an_arn(text: str) -> DynamoDBError:
    """A ResourceArn that is no ARN at all."""
    return invalid_parameter(f"ARNs must start with 'arn:': {text}")


def part_of_table_arn(text: str) -> DynamoDBError:
    """The ARN of an index or another part of a table that has no tags of its own."""
    return invalid_parameter(
        "Invalid resource arn provided, only table or stream is accepted. "
        f"Provided resource arn: {text}"
    )


def not_a_table_arn(text: str) -> DynamoDBError:
    """The ARN of something that has no tags."""
    return validation(f"Invalid TableArn: Invalid ResourceArn provided as input {text}")


def no_tags() -> DynamoDBError:
    """TagResource without a tag; the spelling is the service's."""
    return validation("Atleast one Tag needs to be provided as Input.")


def no_tag_keys() -> DynamoDBError:
    """UntagResource without a key; the spelling is the service's."""
    return validation("Atleast one Tag Key needs to be provided as Input.")


def bad_tag_key(key: str) -> DynamoDBError:
    """A tag key of a wrong length or with other characters than a key may have."""
    return validation(f"The Tag Key provided is invalid, Key: {key}")


def bad_tag_value(value: str) -> DynamoDBError:
    """A tag value that is too long or has other characters than a value may have."""
    return validation(f"The Tag Value provided is invalid, Value: {value}")


def reserved_tag_key(key: str) -> DynamoDBError:
    """A tag key that begins "aws:"."""
    return validation(f"Tag Key cannot be prefixed with aws:, Key: {key}")


def duplicate_tag_key(key: str) -> DynamoDBError:
    """A tag key twice in one request."""
    return validation(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")


def too_many_tags() -> DynamoDBError:
    """More than 50 tags on one resource."""
    return validation("Number of Tags exceed the current limit for the provided ResourceArn")


def tagged_table_not_found(arn: str) -> DynamoDBError:
    """Tags of a table that is not there."""
    return DynamoDBError(
        "ResourceNotFoundException", f"Requested resource not found: ResourceArn: {arn} not found"
    )
