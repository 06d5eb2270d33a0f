"""What describes a table in the answers to CreateTable, DescribeTable, UpdateTable, DeleteTable."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

HERE = "tests/operations/test_table_descriptions.py::"
TABLES = "tests/operations/test_tables.py::"
UPDATES = "tests/operations/test_update_table.py::"

MEMBERS = (
    proof(
        "CreateTable of a provisioned table without extras answers exactly ten members",
        AWS_CAPTURED,
        HERE + "test_a_provisioned_table_has_these_members_in_each_state",
        TABLES + "test_a_provisioned_table_answers_exactly_the_services_members",
    ),
    proof(
        "An ACTIVE on-demand table is described by exactly the members that the service has",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
        HERE + "test_an_on_demand_table_has_these_members_in_each_state",
    ),
    proof(
        "CreateTable answers TableDescription with the status CREATING",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
    ),
    proof(
        "AttributeDefinitions has all definitions of table and indexes",
        AWS_CAPTURED,
        HERE + "test_the_key_schema_has_the_order_of_the_request",
        HERE + "test_an_active_provisioned_table_with_an_index_is_all_of_this",
    ),
    proof(
        "TableName is the short name also where an ARN was given",
        DOCS,
        HERE + "test_a_name_given_as_an_arn_is_told_short",
    ),
    proof(
        "KeySchema has the elements of the request in their order",
        AWS_CAPTURED,
        HERE + "test_the_key_schema_has_the_order_of_the_request",
    ),
    proof(
        "A table that is ready has the status ACTIVE",
        DOCS,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "CreationDateTime is a JSON number of epoch seconds with milliseconds",
        AWS_CAPTURED,
        HERE + "test_the_time_of_creation_is_a_number_with_milliseconds",
    ),
    proof(
        "CreationDateTime is the same in every description of a table",
        AWS_CAPTURED,
        HERE + "test_a_table_keeps_its_id_and_time_until_it_is_deleted",
    ),
    proof(
        "ProvisionedThroughput has the units and NumberOfDecreasesToday 0",
        AWS_CAPTURED,
        HERE + "test_an_active_provisioned_table_with_an_index_is_all_of_this",
    ),
    proof(
        "ProvisionedThroughput of an on-demand table has 0 and 0 units",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
        HERE + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "LastIncreaseDateTime and LastDecreaseDateTime are absent until the first change",
        AWS_CAPTURED,
        HERE + "test_units_are_described_with_the_times_of_their_changes",
    ),
    proof(
        "TableSizeBytes and ItemCount of a new table are there and 0",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
    ),
    proof(
        "TableArn is made of region, account and name",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
    ),
    proof(
        "TableId is a lower-case UUID of version 4",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
    ),
    proof(
        "TableId is stable until the deletion and new for every creation",
        AWS_CAPTURED,
        HERE + "test_a_table_keeps_its_id_and_time_until_it_is_deleted",
    ),
    proof(
        "A table that was not restored has no RestoreSummary",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
        HERE + "test_a_table_with_everything_has_these_members_in_each_state",
    ),
)

BILLING = (
    proof(
        "BillingModeSummary of a new on-demand table has only the mode",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
    ),
    proof(
        "BillingModeSummary of an ACTIVE on-demand table adds LastUpdateToPayPerRequestDateTime, "
        "which is CreationDateTime to the fraction",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "A table that never was on demand has no BillingModeSummary",
        AWS_CAPTURED,
        HERE + "test_a_provisioned_table_has_these_members_in_each_state",
        HERE + "test_provisioned_is_no_member_even_where_it_was_asked_for",
    ),
    proof(
        "BillingModeSummary of a table that was switched back says PROVISIONED and since when it "
        "was on demand",
        AWS_CAPTURED,
        HERE + "test_the_summaries_follow_the_billing_mode",
    ),
    proof(
        "TableThroughputModeSummary stands beside BillingModeSummary, with the time only after a "
        "switch",
        AWS_CAPTURED,
        HERE + "test_the_answer_to_a_creation_is_all_of_this",
        HERE + "test_an_active_on_demand_table_is_all_of_this",
        HERE + "test_the_summaries_follow_the_billing_mode",
    ),
)

INDEXES = (
    proof(
        "A local index is described by name, key, projection, size, count and ARN, without status "
        "and throughput",
        AWS_CAPTURED,
        HERE + "test_indexes_have_these_members_in_each_state",
        TABLES + "test_indexes_are_described_as_they_were_asked_for",
    ),
    proof(
        "LocalSecondaryIndexes is absent without local indexes",
        AWS_CAPTURED,
        HERE + "test_an_active_provisioned_table_with_an_index_is_all_of_this",
    ),
    proof(
        "A global index of a new table is described by these eight members and IndexStatus "
        "CREATING",
        AWS_CAPTURED,
        HERE + "test_indexes_have_these_members_in_each_state",
    ),
    proof(
        "A global index of an on-demand table has 0 and 0 units",
        AWS_CAPTURED,
        TABLES + "test_indexes_are_described_as_they_were_asked_for",
    ),
    proof(
        "Backfilling never appears for an index that was made with its table",
        DOCS,
        "tests/operations/test_table_indexes.py::"
        "test_indexes_made_with_their_table_are_active_with_it",
        HERE + "test_indexes_have_these_members_in_each_state",
    ),
    proof(
        "GlobalSecondaryIndexes is absent without global indexes",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
        HERE + "test_a_new_index_has_these_members_in_each_state",
    ),
    proof(
        "IndexStatus is ACTIVE when the table is",
        AWS_CAPTURED,
        HERE + "test_indexes_have_these_members_in_each_state",
    ),
    proof(
        "Projection is told as it was given, NonKeyAttributes only with INCLUDE",
        AWS_CAPTURED,
        HERE + "test_a_projection_is_told_as_it_was_given",
    ),
    proof(
        "IndexArn is the table's ARN, /index/ and the index's name",
        AWS_CAPTURED,
        HERE + "test_an_active_provisioned_table_with_an_index_is_all_of_this",
        TABLES + "test_indexes_are_described_as_they_were_asked_for",
    ),
)

STREAMS = (
    proof(
        "A table without stream has neither StreamSpecification nor LatestStream members",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "CreateTable with a stream answers its label and ARN at once",
        AWS_CAPTURED,
        TABLES + "test_settings_are_described_as_they_were_asked_for",
    ),
    proof(
        "A stream's ARN is the table's ARN, /stream/ and the label",
        AWS_CAPTURED,
        TABLES + "test_settings_are_described_as_they_were_asked_for",
        UPDATES + "test_another_view_type_means_another_stream",
    ),
    proof(
        "A stream's label is the UTC time of its start to the millisecond, without Z",
        AWS_CAPTURED,
        UPDATES + "test_a_stream_is_switched_on_off_and_on_again",
        TABLES + "test_settings_are_described_as_they_were_asked_for",
    ),
    proof(
        "CreateTable and UpdateTable take StreamSpecification of StreamEnabled and StreamViewType",
        AWS_CAPTURED,
        TABLES + "test_settings_are_described_as_they_were_asked_for",
        UPDATES + "test_another_view_type_means_another_stream",
    ),
    proof(
        "A table with a stream shows StreamSpecification, LatestStreamLabel and LatestStreamArn",
        AWS_CAPTURED,
        UPDATES + "test_another_view_type_means_another_stream",
        HERE + "test_a_table_with_everything_has_these_members_in_each_state",
    ),
    proof(
        "A disabled stream leaves LatestStreamLabel and LatestStreamArn, without "
        "StreamSpecification",
        AWS_CAPTURED,
        UPDATES + "test_another_view_type_means_another_stream",
        UPDATES + "test_a_stream_is_switched_on_off_and_on_again",
    ),
    proof(
        "Another view type takes a disabled stream and makes one of a new label, which UpdateTable "
        "answers at once",
        AWS_CAPTURED,
        UPDATES + "test_another_view_type_means_another_stream",
        "fact: a second stream",
    ),
)

SETTINGS = (
    proof(
        "A table with the service's own key has no SSEDescription, also after Enabled false",
        AWS_CAPTURED,
        TABLES + "test_what_asks_for_nothing_is_as_if_absent",
        UPDATES + "test_encryption_is_switched_on_changed_and_off",
    ),
    proof(
        "SSEDescription has Status ENABLED, SSEType KMS and a key's ARN also where only Enabled "
        "was asked for",
        AWS_CAPTURED,
        UPDATES + "test_encryption_is_switched_on_changed_and_off",
    ),
    proof(
        "KMSMasterKeyId is a key's id or ARN, or an alias or its ARN",
        AWS_CAPTURED,
        UPDATES + "test_a_key_is_named_by_id_alias_or_the_arn_of_either",
    ),
    proof(
        "TableClassSummary is there when a class was given, with LastUpdateDateTime after a change",
        DOCS,
        HERE + "test_the_table_class_is_told_once_it_was_given",
    ),
    proof(
        "OnDemandThroughput is told as it was given and absent when it never was",
        AWS_CAPTURED,
        HERE + "test_on_demand_maxima_are_told_as_they_were_given",
        HERE + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "WarmThroughput of an on-demand table and its indexes is 12000 reads and 4000 writes",
        AWS_CAPTURED,
        HERE + "test_an_active_on_demand_table_is_all_of_this",
        TABLES + "test_indexes_are_described_as_they_were_asked_for",
    ),
    proof(
        "WarmThroughput of a provisioned table and its indexes is their units at least",
        AWS_CAPTURED,
        HERE + "test_an_active_provisioned_table_with_an_index_is_all_of_this",
        "tests/operations/test_capacity_changes.py::"
        "test_what_a_table_can_take_at_once_is_the_units_at_least",
    ),
    proof(
        "DescribeTable always shows WarmThroughput, of the table and of each global index",
        AWS_CAPTURED,
        HERE + "test_a_provisioned_table_has_these_members_in_each_state",
        HERE + "test_indexes_have_these_members_in_each_state",
        HERE + "test_a_new_index_has_these_members_in_each_state",
    ),
    proof(
        "WarmThroughput is described with a Status, ACTIVE or UPDATING",
        AWS_CAPTURED,
        HERE + "test_warm_throughput_has_a_status_on_table_and_index",
    ),
    proof(
        "WarmThroughput may be asked for tables and global indexes, made and changed",
        AWS_CAPTURED,
        HERE + "test_warm_throughput_has_a_status_on_table_and_index",
        UPDATES + "test_warm_throughput_of_table_and_index_rises",
        "tests/operations/test_capacity_changes.py::"
        "test_an_index_made_later_has_its_own_units_maxima_and_warmth",
    ),
)

PROOFS = (*MEMBERS, *BILLING, *INDEXES, *STREAMS, *SETTINGS)
