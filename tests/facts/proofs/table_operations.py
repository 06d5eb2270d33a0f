"""Names and ARNs of tables, what is not found, and the operations that read or remove tables."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

TABLES = "tests/operations/test_tables.py::"
NAMES = "tests/operations/test_table_names.py::"
DESCRIPTIONS = "tests/operations/test_table_descriptions.py::"
ACCOUNT = "tests/operations/test_account.py::"

NOT_FOUND = (
    proof(
        "Table operations on an unknown table are a ResourceNotFoundException that names it",
        AWS_CAPTURED,
        "fact: DescribeTable of an unknown table",
        "fact: DeleteTable of an unknown table",
        "fact: UpdateTable of an unknown table",
        NAMES + "test_table_operations_name_the_table_that_they_miss",
    ),
    proof(
        "Operations on items of an unknown table are a ResourceNotFoundException that names "
        "nothing",
        AWS_CAPTURED,
        NAMES + "test_item_operations_do_not_name_the_table_that_they_miss",
    ),
    proof(
        "Query and Scan with an unknown index of a table are a ValidationException that names the "
        "index",
        AWS_CAPTURED,
        NAMES + "test_an_unknown_index_is_a_fault_of_the_request",
    ),
    proof(
        "Query and Scan with an index of an unknown table miss the table",
        AWS_CAPTURED,
        NAMES + "test_item_operations_do_not_name_the_table_that_they_miss",
    ),
    proof(
        "UpdateTable that deletes an unknown index is a ResourceNotFoundException",
        AWS_CAPTURED,
        "fact: deletion of an unknown index",
    ),
    proof(
        "UpdateTable that updates an unknown index is a ValidationException about a blocked action",
        AWS_CAPTURED,
        "fact: units of an unknown index",
        "fact: units of a local index",
    ),
    proof(
        "The control plane misses an index by its name and its table's",
        AWS_CAPTURED,
        "fact: deletion of an unknown index",
    ),
)

ARNS = (
    proof(
        "An ARN names the table in every operation on items and tables",
        DOCS,
        NAMES + "test_an_arn_names_the_table_and_the_capacity_shows_it",
        NAMES + "test_transactions_name_the_table_as_the_request_does",
        NAMES + "test_the_maps_of_a_batch_have_the_key_of_the_request",
        DESCRIPTIONS + "test_a_name_given_as_an_arn_is_told_short",
    ),
    proof(
        "ConsumedCapacity shows the ARN where the request named the table by it",
        DOCS,
        NAMES + "test_an_arn_names_the_table_and_the_capacity_shows_it",
        NAMES + "test_transactions_name_the_table_as_the_request_does",
        NAMES + "test_the_maps_of_a_batch_have_the_key_of_the_request",
    ),
    proof(
        "Responses, UnprocessedKeys and ItemCollectionMetrics have the request's key for a table",
        DOCS,
        NAMES + "test_the_maps_of_a_batch_have_the_key_of_the_request",
        NAMES + "test_what_a_batch_leaves_over_has_the_key_of_the_request",
        NAMES + "test_transactions_name_the_table_as_the_request_does",
    ),
)

READS = (
    proof(
        "DescribeTable answers the member Table",
        AWS_CAPTURED,
        DESCRIPTIONS + "test_an_active_on_demand_table_is_all_of_this",
    ),
    proof(
        "ListTables answers names in ascending byte order",
        AWS_CAPTURED,
        TABLES + "test_tables_are_listed_in_byte_order_page_by_page",
    ),
    proof(
        "ListTables goes on with names strictly greater than a start that need not exist",
        AWS_CAPTURED,
        TABLES + "test_tables_are_listed_in_byte_order_page_by_page",
        TABLES + "test_a_page_of_names_has_100_unless_fewer_are_asked_for",
    ),
    proof(
        "ListTables answers LastEvaluatedTableName, the page's last name, only if more follow",
        AWS_CAPTURED,
        TABLES + "test_tables_are_listed_in_byte_order_page_by_page",
        TABLES + "test_a_page_of_names_has_100_unless_fewer_are_asked_for",
    ),
    proof(
        "A Limit of ListTables that equals the number of names left gives no "
        "LastEvaluatedTableName",
        AWS_CAPTURED,
        TABLES + "test_a_page_of_names_has_100_unless_fewer_are_asked_for",
    ),
    proof(
        "A page of ListTables has 100 names by default and at most",
        AWS_CAPTURED,
        TABLES + "test_a_page_of_names_has_100_unless_fewer_are_asked_for",
        "fact: a limit of 101 and a bad start",
    ),
    proof(
        "ListTables refuses a Limit of 0 or 101 and a bad start name in the model's form",
        AWS_CAPTURED,
        "fact: a limit of 0",
        "fact: a limit of 101 and a bad start",
    ),
    proof(
        "ListTables ignores unknown members and those that are null",
        AWS_CAPTURED,
        TABLES + "test_a_page_of_names_has_100_unless_fewer_are_asked_for",
    ),
    proof(
        "DescribeLimits answers 80000 units of each kind for an account and 40000 for a table",
        DOCS,
        ACCOUNT + "test_the_limits_are_those_of_a_new_account",
    ),
    proof(
        "DescribeEndpoints answers one endpoint of the region without scheme, to be kept for 1440 "
        "minutes; a server of one's own answers its own address",
        AWS_CAPTURED,
        ACCOUNT + "test_the_endpoint_is_the_host_the_caller_came_by",
        ACCOUNT + "test_without_a_host_the_endpoint_is_the_regions",
        ACCOUNT + "test_a_server_names_its_own_address",
    ),
)

DELETIONS = (
    proof(
        "DeleteTable refuses a protected table",
        AWS_CAPTURED,
        TABLES + "test_a_protected_table_is_not_deleted",
        "tests/operations/test_update_table.py::test_deletion_protection_is_switched_on_and_off",
    ),
    proof(
        "DeleteTable answers the status DELETING without creation time, keys, definitions and "
        "indexes",
        AWS_CAPTURED,
        DESCRIPTIONS + "test_a_deleted_tables_answer_is_all_of_this",
        TABLES + "test_delete_table_answers_without_keys_and_indexes",
    ),
    proof(
        "DeleteTable answers id, ARN, name, units, count, size and, on demand, the billing mode "
        "with its time",
        AWS_CAPTURED,
        DESCRIPTIONS + "test_a_provisioned_table_has_these_members_in_each_state",
        DESCRIPTIONS + "test_an_on_demand_table_has_these_members_in_each_state",
        DESCRIPTIONS + "test_units_are_described_with_the_times_of_their_changes",
        TABLES + "test_delete_table_answers_without_keys_and_indexes",
    ),
    proof(
        "A deleted table is not found by any operation",
        AWS_CAPTURED,
        NAMES + "test_item_operations_do_not_name_the_table_that_they_miss",
        NAMES + "test_table_operations_miss_a_deleted_table",
    ),
    proof(
        "The name of a deleted table can be used again, for a table without its items",
        AWS_CAPTURED,
        TABLES + "test_a_name_is_free_again_after_the_deletion_and_the_items_are_gone",
    ),
    proof(
        "A deleted table leaves neither tags nor indexes to the next one of its name",
        AWS_CAPTURED,
        "tests/operations/test_tags.py::test_tags_go_with_their_table",
        TABLES + "test_nothing_of_a_deleted_table_is_left_for_the_next_one",
    ),
)

PROOFS = (*NOT_FOUND, *ARNS, *READS, *DELETIONS)
