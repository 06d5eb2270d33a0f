"""The native client: boto3's method names, keywords and shapes, straight into the engine.

No socket and no botocore: a request is checked for its keywords, put in wire form, performed, and
the answer read back. What the engine decides is not decided again here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Unpack

from dynalite_py.doors.library import (
    calls,
    convert,
    exceptions,
    pages,
    shapes,
    statement_shapes,
    table_shapes,
)
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

if TYPE_CHECKING:  # Two milliseconds of the import, for annotations alone.
    from dynalite_py.doors.library import feature_shapes


class Perform(Protocol):
    """The engine's one entrance, as a function."""

    def __call__(self, operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        """Do the operation and answer with a JSON body. Raises: DynamoDBError."""
        ...


class ClientMeta(NamedTuple):
    """What ``client.meta`` tells."""

    region_name: str
    service_name: str = "dynamodb"
    endpoint_url: str = "in-process"


class Client:
    """One caller's view of an open store; safe to use from many threads.

    perform: the engine's entrance. caller: whose tables are seen. request_ids: a text that tells
    this client's requests from another's.
    """

    exceptions = exceptions

    def __init__(self, perform: Perform, caller: Caller, *, request_ids: str) -> None:
        self._perform = perform
        self._caller = caller
        self._request_ids = request_ids
        self._numbers = itertools.count(1)
        self.meta = ClientMeta(caller.region)

    def detach(self, perform: Perform) -> None:
        """Send every later request elsewhere; a store that closes puts a refusal here."""
        self._perform = perform

    def call(self, operation_name: str, members: Mapping[str, object]) -> Any:
        """The way of every operation, by the API's name: ``call("GetItem", {...})``.

        Raises: DynaliteError.
        """
        calls.check_members(operation_name, members)
        request_id = f"{self._request_ids}{next(self._numbers):016X}"
        try:
            body = self._answered(operation_name, members)
        except DynamoDBError as refusal:
            raise calls.refused(operation_name, refusal, request_id) from None
        return calls.response(body, request_id)

    def _answered(self, operation_name: str, members: Mapping[str, object]) -> bytes:
        request = calls.request(operation_name, members)
        try:
            return self._perform(operation_name, request, self._caller)
        except DynamoDBError as refusal:
            again = calls.in_plain_types(members, request, refusal)
            if again is None:
                raise
        return self._perform(operation_name, again, self._caller)

    # Items.

    def get_item(self, **request: Unpack[shapes.GetItemInput]) -> shapes.GetItemOutput:
        """Read one item by its key."""
        return self.call("GetItem", request)

    def put_item(self, **request: Unpack[shapes.PutItemInput]) -> shapes.WriteOutput:
        """Write one item whole, in place of the one with its key."""
        return self.call("PutItem", request)

    def update_item(self, **request: Unpack[shapes.UpdateItemInput]) -> shapes.WriteOutput:
        """Change attributes of one item, or make it."""
        return self.call("UpdateItem", request)

    def delete_item(self, **request: Unpack[shapes.DeleteItemInput]) -> shapes.WriteOutput:
        """Delete one item by its key."""
        return self.call("DeleteItem", request)

    def query(self, **request: Unpack[shapes.QueryInput]) -> shapes.ItemsOutput:
        """Read a page of the items with one partition key, in the order of their sort keys."""
        return self.call("Query", request)

    def scan(self, **request: Unpack[shapes.ScanInput]) -> shapes.ItemsOutput:
        """Read a page of all items of a table or index."""
        return self.call("Scan", request)

    def batch_get_item(
        self, **request: Unpack[shapes.BatchGetItemInput]
    ) -> shapes.BatchGetItemOutput:
        """Read up to 100 items by their keys."""
        return self.call("BatchGetItem", request)

    def batch_write_item(
        self, **request: Unpack[shapes.BatchWriteItemInput]
    ) -> shapes.BatchWriteItemOutput:
        """Put and delete up to 25 items, each by itself."""
        return self.call("BatchWriteItem", request)

    def transact_get_items(
        self, **request: Unpack[shapes.TransactGetItemsInput]
    ) -> shapes.TransactGetItemsOutput:
        """Read up to 100 items as they are at one moment."""
        return self.call("TransactGetItems", request)

    def transact_write_items(
        self, **request: Unpack[shapes.TransactWriteItemsInput]
    ) -> shapes.TransactWriteItemsOutput:
        """Write up to 100 items, all or none."""
        return self.call("TransactWriteItems", request)

    # PartiQL.

    def execute_statement(
        self, **request: Unpack[statement_shapes.ExecuteStatementInput]
    ) -> statement_shapes.ExecuteStatementOutput:
        """Carry out one PartiQL statement; of a SELECT, read one page."""
        return self.call("ExecuteStatement", request)

    def batch_execute_statement(
        self, **request: Unpack[statement_shapes.BatchExecuteStatementInput]
    ) -> statement_shapes.BatchExecuteStatementOutput:
        """Carry out up to 25 PartiQL statements, each by itself."""
        return self.call("BatchExecuteStatement", request)

    def execute_transaction(
        self, **request: Unpack[statement_shapes.ExecuteTransactionInput]
    ) -> statement_shapes.ExecuteTransactionOutput:
        """Carry out up to 100 PartiQL statements, all or none."""
        return self.call("ExecuteTransaction", request)

    # Tables.

    def create_table(
        self, **request: Unpack[table_shapes.CreateTableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Create a table with its indexes."""
        return convert.table_in(self.call("CreateTable", request))

    def describe_table(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> table_shapes.DescribeTableOutput:
        """Describe a table."""
        return convert.table_in(self.call("DescribeTable", request))

    def list_tables(
        self, **request: Unpack[table_shapes.ListTablesInput]
    ) -> table_shapes.ListTablesOutput:
        """Name the tables, up to 100 a page."""
        return self.call("ListTables", request)

    def update_table(
        self, **request: Unpack[table_shapes.UpdateTableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Change a table's settings or its global indexes."""
        return convert.table_in(self.call("UpdateTable", request))

    def delete_table(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Delete a table with its items."""
        return convert.table_in(self.call("DeleteTable", request))

    def tag_resource(self, **request: Unpack[table_shapes.TagResourceInput]) -> shapes.EmptyOutput:
        """Set tags of a table."""
        return self.call("TagResource", request)

    def untag_resource(
        self, **request: Unpack[table_shapes.UntagResourceInput]
    ) -> shapes.EmptyOutput:
        """Remove tags of a table."""
        return self.call("UntagResource", request)

    def list_tags_of_resource(
        self, **request: Unpack[table_shapes.ListTagsOfResourceInput]
    ) -> table_shapes.ListTagsOfResourceOutput:
        """List the tags of a table."""
        return self.call("ListTagsOfResource", request)

    # The account.

    def describe_limits(
        self, **request: Unpack[table_shapes.NoInput]
    ) -> table_shapes.DescribeLimitsOutput:
        """Tell the account's throughput limits."""
        return self.call("DescribeLimits", request)

    def describe_endpoints(
        self, **request: Unpack[table_shapes.NoInput]
    ) -> table_shapes.DescribeEndpointsOutput:
        """Tell the region's endpoint."""
        return self.call("DescribeEndpoints", request)

    # Time to live.

    def describe_time_to_live(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> feature_shapes.DescribeTimeToLiveOutput:
        """Tell whether items of a table expire."""
        return self.call("DescribeTimeToLive", request)

    def update_time_to_live(
        self, **request: Unpack[feature_shapes.UpdateTimeToLiveInput]
    ) -> feature_shapes.UpdateTimeToLiveOutput:
        """Switch time to live on or off."""
        return self.call("UpdateTimeToLive", request)

    # Streams.

    def list_streams(
        self, **request: Unpack[feature_shapes.ListStreamsInput]
    ) -> feature_shapes.ListStreamsOutput:
        """List the streams, up to 100 a page."""
        return self.call("ListStreams", request)

    def describe_stream(
        self, **request: Unpack[feature_shapes.DescribeStreamInput]
    ) -> feature_shapes.DescribeStreamOutput:
        """Describe a stream and its shards."""
        return convert.dates_in(self.call("DescribeStream", request))

    def get_shard_iterator(
        self, **request: Unpack[feature_shapes.GetShardIteratorInput]
    ) -> feature_shapes.GetShardIteratorOutput:
        """Get a place in a shard to read from."""
        return self.call("GetShardIterator", convert.dates_out(request))

    def get_records(
        self, **request: Unpack[feature_shapes.GetRecordsInput]
    ) -> feature_shapes.GetRecordsOutput:
        """Read a stream's records from a place on."""
        return convert.records_in(self.call("GetRecords", request))

    # Kinesis destinations.

    def describe_kinesis_streaming_destination(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> feature_shapes.DescribeKinesisStreamingDestinationOutput:
        """List the Kinesis streams that a table's changes go to."""
        return self.call("DescribeKinesisStreamingDestination", request)

    def enable_kinesis_streaming_destination(
        self, **request: Unpack[feature_shapes.KinesisStreamingDestinationInput]
    ) -> feature_shapes.KinesisStreamingDestinationOutput:
        """Send a table's changes to a Kinesis stream."""
        return self.call("EnableKinesisStreamingDestination", request)

    def disable_kinesis_streaming_destination(
        self, **request: Unpack[feature_shapes.KinesisStreamingDestinationInput]
    ) -> feature_shapes.KinesisStreamingDestinationOutput:
        """Send them no longer."""
        return self.call("DisableKinesisStreamingDestination", request)

    def update_kinesis_streaming_destination(
        self, **request: Unpack[feature_shapes.UpdateKinesisStreamingDestinationInput]
    ) -> feature_shapes.UpdateKinesisStreamingDestinationOutput:
        """Change the precision of the times that are sent."""
        return self.call("UpdateKinesisStreamingDestination", request)

    # Backups, point-in-time recovery, restores.

    def list_backups(
        self, **request: Unpack[feature_shapes.ListBackupsInput]
    ) -> feature_shapes.ListBackupsOutput:
        """List the backups."""
        return self.call("ListBackups", convert.dates_out(request))

    def describe_backup(
        self, **request: Unpack[feature_shapes.BackupInput]
    ) -> feature_shapes.BackupOutput:
        """Describe a backup."""
        return self.call("DescribeBackup", request)

    def create_backup(
        self, **request: Unpack[feature_shapes.CreateBackupInput]
    ) -> feature_shapes.CreateBackupOutput:
        """Back up a table."""
        return self.call("CreateBackup", request)

    def delete_backup(
        self, **request: Unpack[feature_shapes.BackupInput]
    ) -> feature_shapes.BackupOutput:
        """Delete a backup."""
        return self.call("DeleteBackup", request)

    def describe_continuous_backups(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> feature_shapes.ContinuousBackupsOutput:
        """Tell whether a table has point-in-time recovery."""
        return self.call("DescribeContinuousBackups", request)

    def update_continuous_backups(
        self, **request: Unpack[feature_shapes.UpdateContinuousBackupsInput]
    ) -> feature_shapes.ContinuousBackupsOutput:
        """Switch point-in-time recovery on or off."""
        return self.call("UpdateContinuousBackups", request)

    def restore_table_from_backup(
        self, **request: Unpack[feature_shapes.RestoreTableFromBackupInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Make a table out of a backup."""
        return convert.dates_in(self.call("RestoreTableFromBackup", request))

    def restore_table_to_point_in_time(
        self, **request: Unpack[feature_shapes.RestoreTableToPointInTimeInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Make a table as another one was at a moment."""
        return convert.dates_in(self.call("RestoreTableToPointInTime", convert.dates_out(request)))

    # Export and import.

    def list_exports(
        self, **request: Unpack[feature_shapes.ListExportsInput]
    ) -> feature_shapes.ListExportsOutput:
        """List the exports."""
        return self.call("ListExports", request)

    def describe_export(
        self, **request: Unpack[feature_shapes.DescribeExportInput]
    ) -> feature_shapes.DescribeExportOutput:
        """Describe an export."""
        return self.call("DescribeExport", request)

    def export_table_to_point_in_time(
        self, **request: Unpack[feature_shapes.ExportTableToPointInTimeInput]
    ) -> feature_shapes.DescribeExportOutput:
        """Export a table to S3."""
        return self.call("ExportTableToPointInTime", convert.dates_out(request))

    def list_imports(
        self, **request: Unpack[feature_shapes.ListImportsInput]
    ) -> feature_shapes.ListImportsOutput:
        """List the imports."""
        return self.call("ListImports", request)

    def describe_import(
        self, **request: Unpack[feature_shapes.DescribeImportInput]
    ) -> feature_shapes.DescribeImportOutput:
        """Describe an import."""
        return self.call("DescribeImport", request)

    def import_table(
        self, **request: Unpack[feature_shapes.ImportTableInput]
    ) -> feature_shapes.DescribeImportOutput:
        """Make a table out of objects in S3."""
        return self.call("ImportTable", request)

    # Global tables.

    def list_global_tables(
        self, **request: Unpack[feature_shapes.ListGlobalTablesInput]
    ) -> feature_shapes.ListGlobalTablesOutput:
        """List the global tables of version 2017.11.29."""
        return self.call("ListGlobalTables", request)

    def describe_global_table(
        self, **request: Unpack[feature_shapes.GlobalTableInput]
    ) -> feature_shapes.GlobalTableOutput:
        """Describe such a global table."""
        return self.call("DescribeGlobalTable", request)

    def describe_global_table_settings(
        self, **request: Unpack[feature_shapes.GlobalTableInput]
    ) -> feature_shapes.GlobalTableSettingsOutput:
        """Describe its settings in every region."""
        return self.call("DescribeGlobalTableSettings", request)

    def create_global_table(
        self, **request: Unpack[feature_shapes.CreateGlobalTableInput]
    ) -> feature_shapes.GlobalTableOutput:
        """Make one, which the service no longer does."""
        return self.call("CreateGlobalTable", request)

    def update_global_table(
        self, **request: Unpack[feature_shapes.UpdateGlobalTableInput]
    ) -> feature_shapes.GlobalTableOutput:
        """Add or remove its replicas."""
        return self.call("UpdateGlobalTable", request)

    def update_global_table_settings(
        self, **request: Unpack[feature_shapes.UpdateGlobalTableSettingsInput]
    ) -> feature_shapes.GlobalTableSettingsOutput:
        """Change its settings."""
        return self.call("UpdateGlobalTableSettings", request)

    def describe_table_replica_auto_scaling(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> feature_shapes.TableAutoScalingOutput:
        """Describe the auto scaling of a table's replicas."""
        return self.call("DescribeTableReplicaAutoScaling", request)

    def update_table_replica_auto_scaling(
        self, **request: Unpack[feature_shapes.UpdateTableReplicaAutoScalingInput]
    ) -> feature_shapes.TableAutoScalingOutput:
        """Change the auto scaling of a global table's replicas."""
        return self.call("UpdateTableReplicaAutoScaling", request)

    # Contributor Insights.

    def describe_contributor_insights(
        self, **request: Unpack[feature_shapes.DescribeContributorInsightsInput]
    ) -> feature_shapes.DescribeContributorInsightsOutput:
        """Tell whether the most used keys are counted."""
        return self.call("DescribeContributorInsights", request)

    def list_contributor_insights(
        self, **request: Unpack[feature_shapes.ListContributorInsightsInput]
    ) -> feature_shapes.ListContributorInsightsOutput:
        """List the tables and indexes whose keys are counted."""
        return self.call("ListContributorInsights", request)

    def update_contributor_insights(
        self, **request: Unpack[feature_shapes.UpdateContributorInsightsInput]
    ) -> feature_shapes.UpdateContributorInsightsOutput:
        """Count the most used keys, or no longer."""
        return self.call("UpdateContributorInsights", request)

    # Resource policies.

    def get_resource_policy(
        self, **request: Unpack[feature_shapes.GetResourcePolicyInput]
    ) -> feature_shapes.GetResourcePolicyOutput:
        """Get the policy of a table or stream."""
        return self.call("GetResourcePolicy", request)

    def put_resource_policy(
        self, **request: Unpack[feature_shapes.PutResourcePolicyInput]
    ) -> feature_shapes.PutResourcePolicyOutput:
        """Attach a policy to a table or stream."""
        return self.call("PutResourcePolicy", request)

    def delete_resource_policy(
        self, **request: Unpack[feature_shapes.DeleteResourcePolicyInput]
    ) -> feature_shapes.PutResourcePolicyOutput:
        """Remove the policy of a table or stream."""
        return self.call("DeleteResourcePolicy", request)

    # Paginators and waiters.

    def can_paginate(self, operation_name: str) -> bool:
        """Whether ``get_paginator`` knows this method name."""
        return operation_name in pages.PAGINATORS

    def get_paginator(self, operation_name: str) -> pages.Paginator:
        """A paginator for the methods that ``can_paginate`` knows. Raises: ParamValidationError."""
        rule = pages.PAGINATORS.get(operation_name)
        if rule is None:
            raise exceptions.ParamValidationError(f"{operation_name} has no paginator")
        return pages.Paginator(getattr(self, operation_name), rule)

    def get_waiter(self, waiter_name: str) -> pages.Waiter:
        """A waiter: ``table_exists`` or ``table_not_exists``. Raises: ParamValidationError."""
        rule = pages.WAITERS.get(waiter_name)
        if rule is None:
            raise exceptions.ParamValidationError(f"There is no waiter {waiter_name}")
        return pages.Waiter(self.describe_table, rule)

    @property
    def waiter_names(self) -> list[str]:
        """The names that ``get_waiter`` knows."""
        return list(pages.WAITERS)
