"""The service's limits, in one list; each is told again where its subject is."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

LIMITS = "tests/operations/test_limits.py::"
EDGES = LIMITS + "test_up_to_the_limit_all_is_well_and_beyond_it_nothing"
BELOW = LIMITS + "test_below_one_there_is_nothing_to_take"
INDEXES = "tests/operations/test_table_indexes.py::"
NAMES = "tests/operations/test_table_names.py::"
ACCOUNT = "tests/operations/test_account.py::"
QUOTAS = "tests/operations/test_throughput_updates.py::"
TRANSITIONS = "tests/operations/test_transitions.py::"
PAGE = "tests/operations/test_scan.py::test_a_page_ends_with_the_item_that_reaches_one_megabyte"

TABLES = (
    proof(
        "Limit: names of tables and indexes have 3 to 255 letters, digits, underscores, dots and "
        "hyphens",
        AWS_CAPTURED,
        NAMES + "test_names_of_3_to_255_letters_digits_and_three_signs_are_good",
        "fact: a name of 2 characters",
        "fact: a name of 256 characters",
        "fact: a bad name",
        "fact: an index name of 2 characters",
        "fact: an index name of 256 characters",
        "fact: a bad index name",
    ),
    proof(
        "Limit: a TableName that may be an ARN has 1 to 1024 characters",
        DOCS,
        LIMITS + "test_the_name_of_an_operation_on_items_has_1_to_1024_characters",
        NAMES + "test_names_of_3_to_255_letters_digits_and_three_signs_are_good",
    ),
    proof(
        "Limit: an account has 2500 tables in a region",
        DOCS,
        ACCOUNT + "test_an_account_has_2500_tables_in_a_region",
    ),
    proof(
        "Limit: 500 tables are made, changed or deleted at a time, 250 of them with indexes",
        DOCS,
        TRANSITIONS + "test_the_limit_of_simultaneous_changes_is_500_and_half_of_it_with_indexes",
        TRANSITIONS + "test_only_so_many_tables_are_in_change_at_a_time",
    ),
    proof(
        "Limit: a table has 5 local and 20 global indexes",
        DOCS,
        INDEXES + "test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names",
        "fact: 23 six local indexes",
        "fact: 24 twenty-one global indexes",
        "fact: the twenty-first global index",
    ),
    proof(
        "Limit: a global index key has 4 HASH and 4 RANGE attributes",
        DOCS,
        "tests/operations/test_tables.py::"
        "test_a_global_index_key_may_have_four_hash_and_four_range_attributes",
        "fact: a global index key of five HASH",
        "fact: a global index key of five RANGE",
    ),
    proof(
        "Limit: one global index is created or deleted in an UpdateTable",
        DOCS,
        INDEXES + "test_one_index_at_most_is_made_or_removed_in_a_request",
        "fact: two creations",
        "fact: a creation and a deletion",
    ),
    proof(
        "Limit: an index names 20 attributes and a table 100",
        DOCS,
        INDEXES + "test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names",
        "fact: twenty-one projected names in one index",
        "fact: more than 100 projected names",
    ),
    proof(
        "Limit: names of keys and projected attributes have 1 to 255 characters",
        AWS_CAPTURED,
        INDEXES + "test_key_and_projected_names_may_have_255_characters",
        "fact: a key name of 256 characters, before everything coherent",
        "fact: an index key name of 256 characters, though it is not defined",
        "fact: a projected name of 256 characters",
    ),
    proof(
        "Limit: tags are 50, their keys 128 and their values 256 characters",
        AWS_CAPTURED,
        "tests/operations/test_tags.py::"
        "test_key_and_value_may_have_128_and_256_characters_of_any_script",
        "tests/operations/test_tags.py::test_a_replaced_tag_does_not_count_towards_the_limit",
        "fact: the tag key 'kkkkkkkkk'",
        "fact: the tag value 'vvvvvvvvv'",
    ),
    proof(
        "Limit: a resource policy has 20 KB, white space included",
        DOCS,
        "tests/operations/test_tables.py::test_a_resource_policy_may_have_20480_bytes",
        "fact: a resource policy of 20481 bytes, white space included",
    ),
    proof("Limit: a page of ListTables has 1 to 100 names", DOCS, EDGES, BELOW),
)

CAPACITY = (
    proof(
        "Limit: units are 1 to 1 000 000 000 000 in what is checked first",
        AWS_CAPTURED,
        "fact: units below 1, writes first",
        "fact: 3 units out of bounds, reads first",
        "fact: 3 write units out of bounds",
    ),
    proof(
        "Limit: a new table with its indexes has 40000 units of each kind",
        DOCS,
        ACCOUNT + "test_a_new_table_with_its_indexes_has_40000_units_of_each_kind",
    ),
    proof(
        "Limit: all tables of an account in a region have 80000 units of each kind",
        DOCS,
        ACCOUNT + "test_all_tables_of_an_account_have_80000_units_of_each_kind",
    ),
    proof(
        "Limit: units fall four times in a UTC day, then once an hour, 27 times in all",
        DOCS,
        QUOTAS + "test_the_fifth_decrease_of_a_day_waits_for_an_hour_without_one",
        QUOTAS + "test_a_day_has_27_decreases",
        QUOTAS + "test_decreases_are_free_again_on_the_next_day",
    ),
    proof(
        "Limit: decreases of a table and of each global index are counted apart",
        DOCS,
        QUOTAS + "test_a_table_and_its_indexes_are_counted_apart",
    ),
    proof(
        "Limit: a request with one decrease too many is refused whole",
        DOCS,
        QUOTAS + "test_a_request_with_one_decrease_too_many_changes_nothing",
    ),
    proof(
        "Limit: the billing mode changes twice in 24 hours",
        DOCS,
        QUOTAS + "test_the_billing_mode_is_switched_twice_in_24_hours",
    ),
    proof(
        "Limit: the encryption key changes four times in 24 hours and once more after six quiet "
        "hours",
        DOCS,
        "tests/operations/test_update_table.py::"
        "test_the_encryption_changes_four_times_a_day_and_again_after_six_hours",
    ),
)

ITEMS = (
    proof("Limit: attribute names have 1 to 65535 bytes", AWS_CAPTURED, EDGES, BELOW),
    proof(
        "Limit: a partition key has 1 to 2048 bytes and a sort key 1 to 1024, of tables and "
        "indexes",
        AWS_CAPTURED,
        EDGES,
        BELOW,
    ),
    proof("Limit: an item has 409600 bytes", AWS_CAPTURED, EDGES),
    proof("Limit: values nest 32 levels deep", AWS_CAPTURED, EDGES),
    proof("Limit: numbers have 38 digits, from 1E-130 to below 1E126", AWS_CAPTURED, EDGES),
    proof("Limit: a page of Query or Scan has 1 MB", AWS_CAPTURED, PAGE),
    proof(
        "Limit: BatchGetItem takes 100 keys and answers 16 MB",
        DOCS,
        EDGES,
        NAMES + "test_what_a_batch_leaves_over_has_the_key_of_the_request",
    ),
    proof("Limit: BatchWriteItem takes 25 requests", DOCS, EDGES),
    proof("Limit: a transaction has 100 actions and 4 MB", DOCS, EDGES, BELOW),
    proof(
        "Limit: a request token has 1 to 36 characters and is known for 10 minutes",
        DOCS,
        EDGES,
        BELOW,
        LIMITS + "test_a_request_token_is_known_for_ten_minutes",
    ),
    proof(
        "Limit: the body of a request has 16 MB",
        AWS_CAPTURED,
        "tests/wire/test_limits.py::test_a_body_of_the_limit_is_read",
        "tests/wire/test_limits.py::test_a_body_of_one_byte_more_is_refused_without_a_request_id",
    ),
    proof("Limit: an expression has 4096 bytes and 300 operators, IN 100", AWS_CAPTURED, EDGES),
    proof("Limit: a Scan has 1 to 1000000 segments", DOCS, EDGES, BELOW),
)

PROOFS = (*TABLES, *CAPACITY, *ITEMS)
