"""States of tables and indexes: what is shown, refused and allowed while something goes on."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_SLOW = "tests/operations/test_transitions.py::"
_INDEX = "tests/operations/test_index_transitions.py::"
_TABLES = "tests/operations/test_tables.py::"
_UPDATES = "tests/operations/test_update_table.py::"
_LIMITS = "tests/operations/test_throughput_updates.py::"
_WORKER = "tests/workers/test_transitions.py::"

_CREATION = (
    proof(
        "CreateTable answers CREATING, and the table is so until it is ACTIVE",
        DOCS,
        _SLOW
        + "test_a_new_table_is_creating_until_its_time_is_over_and_shown_as_the_answer_shows_it",
    ),
    proof(
        "A CREATING table shows the definitions of table and indexes and its keys as asked for",
        AWS_CAPTURED,
        _SLOW
        + "test_a_new_table_is_creating_until_its_time_is_over_and_shown_as_the_answer_shows_it",
    ),
    proof(
        "A plain provisioned table in CREATING has ten members and no other",
        AWS_CAPTURED,
        _TABLES + "test_a_provisioned_table_answers_exactly_the_services_members",
    ),
    proof(
        "CreationDateTime and TableId are the same in CREATING and ACTIVE",
        AWS_CAPTURED,
        _SLOW + "test_what_a_table_shows_only_when_it_is_active_comes_with_the_end_of_creating",
        _TABLES + "test_an_on_demand_table_shows_since_when_once_it_is_active",
    ),
    proof(
        "The summary of an on-demand table names the time of its creation once it is ACTIVE",
        AWS_CAPTURED,
        _SLOW + "test_what_a_table_shows_only_when_it_is_active_comes_with_the_end_of_creating",
        _TABLES + "test_an_on_demand_table_shows_since_when_once_it_is_active",
    ),
    proof(
        "Global indexes of a new table are CREATING with it, and never Backfilling",
        AWS_CAPTURED,
        _SLOW + "test_indexes_of_a_new_table_are_creating_and_active_with_it_and_never_backfilling",
    ),
    proof(
        "A global index made with its table is ACTIVE as soon as the table is",
        AWS_CAPTURED,
        _SLOW + "test_indexes_of_a_new_table_are_creating_and_active_with_it_and_never_backfilling",
    ),
    proof(
        "Operations on items do not find a CREATING table; DescribeTable does",
        AWS_CAPTURED,
        _SLOW + "test_operations_on_items_find_neither_a_creating_nor_a_deleting_table",
        _SLOW
        + "test_a_new_table_is_creating_until_its_time_is_over_and_shown_as_the_answer_shows_it",
    ),
    proof(
        "A table that exists in any state keeps its name from another one",
        AWS_CAPTURED,
        _SLOW + "test_a_name_is_taken_in_every_state",
        "fact: 37 the table exists",
    ),
    proof(
        "The label of a new table's stream is in the answer that says CREATING",
        AWS_CAPTURED,
        _TABLES + "test_settings_are_described_as_they_were_asked_for",
    ),
    proof(
        "Warm throughput of an ACTIVE table is ACTIVE, on the table and on each global index",
        AWS_CAPTURED,
        _SLOW + "test_what_a_table_shows_only_when_it_is_active_comes_with_the_end_of_creating",
        _TABLES + "test_indexes_are_described_as_they_were_asked_for",
    ),
    proof(
        "ListTables names CREATING and DELETING tables as well",
        AWS_CAPTURED,
        _SLOW + "test_creating_and_deleting_tables_are_listed",
    ),
    proof(
        "500 table operations may go on at a time, 250 creations of tables with indexes",
        DOCS,
        _SLOW + "test_only_so_many_tables_are_in_change_at_a_time",
        _SLOW + "test_the_limit_of_simultaneous_changes_is_500_and_half_of_it_with_indexes",
    ),
)

_DELETION = (
    proof(
        "A DELETING table is described until it is gone",
        AWS_CAPTURED,
        _SLOW
        + "test_a_deleted_table_is_deleting_and_described_as_the_answer_describes_it_until_it_is_gone",
    ),
    proof(
        "A CREATING table is not deleted: it is still in use, being created",
        AWS_CAPTURED,
        _SLOW + "test_a_creating_table_is_neither_changed_nor_deleted",
    ),
    proof(
        "A table is not deleted while an index of it is made, changed or removed",
        AWS_CAPTURED,
        _INDEX + "test_one_index_at_a_time_is_created_or_deleted",
        _SLOW + "test_new_units_of_an_index_make_it_and_its_table_updating",
        "tests/workers/test_backfill.py::test_a_table_whose_index_is_being_filled_is_not_deleted",
    ),
    proof(
        "A table is not deleted while its stream is switched",
        AWS_CAPTURED,
        _SLOW + "test_a_stream_is_switched_in_a_time_of_its_own",
    ),
    proof(
        "DeleteTable of an UPDATING table is refused as a resource in use",
        AWS_CAPTURED,
        _SLOW + "test_while_the_units_change_nothing_else_does",
        _SLOW + "test_every_other_setting_takes_its_time_too",
    ),
    proof(
        "A protected table is not deleted before its protection is taken away",
        AWS_CAPTURED,
        _TABLES + "test_a_protected_table_is_not_deleted",
    ),
    proof(
        "DeleteTable of a DELETING table is no error",
        DOCS,
        _SLOW + "test_deleting_a_deleting_table_is_no_error_and_no_delay",
    ),
    proof(
        "DeleteTable answers DELETING, without keys, definitions, indexes and time of creation",
        AWS_CAPTURED,
        _TABLES + "test_delete_table_answers_without_keys_and_indexes",
    ),
    proof(
        "Operations on items do not find a DELETING table, and nothing finds it after the end",
        AWS_CAPTURED,
        _SLOW + "test_operations_on_items_find_neither_a_creating_nor_a_deleting_table",
        _SLOW
        + "test_a_deleted_table_is_deleting_and_described_as_the_answer_describes_it_until_it_is_gone",
    ),
    proof(
        "The name of a deleted table can be used again after the end, not before",
        AWS_CAPTURED,
        _SLOW + "test_a_name_is_taken_in_every_state",
        _SLOW + "test_a_name_is_free_after_the_deletion_and_nothing_of_the_old_table_is_left",
    ),
    proof(
        "Tags and indexes go with their table",
        AWS_CAPTURED,
        _SLOW + "test_a_name_is_free_after_the_deletion_and_nothing_of_the_old_table_is_left",
        _SLOW + "test_tags_of_a_deleted_table_are_not_found",
        _WORKER + "test_rows_go_when_the_worker_sees_the_end",
    ),
)

_CHANGES = (
    proof(
        "UpdateTable looks at the state after the request and before what depends on the table",
        AWS_CAPTURED,
        _SLOW
        + "test_the_state_is_looked_at_after_the_request_and_before_what_depends_on_the_table",
    ),
    proof(
        "A CREATING table is not changed: it is still in use, being created, by its name",
        AWS_CAPTURED,
        _SLOW + "test_a_creating_table_is_neither_changed_nor_deleted",
    ),
    proof(
        "A DELETING table is not changed: it is still in use, being deleted",
        AWS_CAPTURED,
        _SLOW + "test_a_deleting_table_is_not_changed",
    ),
    proof(
        "While the units of a table change, a second change is told so of its IOPS",
        AWS_CAPTURED,
        _SLOW + "test_while_the_units_change_nothing_else_does",
    ),
    proof(
        "An UPDATING table serves operations on items",
        DOCS,
        _SLOW + "test_items_of_an_updating_table_are_read_and_written",
    ),
    proof(
        "A change of units shows UPDATING, the old units and a new time; ACTIVE shows the new "
        "units, the time once more moved, and one decrease more for a decrease",
        AWS_CAPTURED,
        _SLOW + "test_new_units_show_when_the_table_is_active_and_the_time_moves_once_more",
        _UPDATES + "test_more_units_show_the_old_ones_until_the_table_is_active",
        _UPDATES + "test_fewer_units_count_as_a_decrease_of_the_day",
    ),
    proof(
        "One unit raised and the other lowered set both times at once",
        AWS_CAPTURED,
        _SLOW + "test_new_units_show_when_the_table_is_active_and_the_time_moves_once_more",
    ),
    proof(
        "A switch to on demand shows units of 0 and the mode at once, indexes UPDATING; ACTIVE "
        "adds the time of the switch and a decrease of each index",
        AWS_CAPTURED,
        _SLOW + "test_a_switch_to_on_demand_shows_no_units_at_once_and_counts_them_in_the_end",
        _UPDATES + "test_a_switch_to_on_demand_takes_all_units_at_once",
    ),
    proof(
        "A switch to provisioned shows the new units and the old time of on demand at once, and "
        "drops the on-demand maxima",
        AWS_CAPTURED,
        _SLOW + "test_a_switch_to_provisioned_shows_the_new_units_at_once",
        _UPDATES + "test_a_switch_to_provisioned_shows_the_new_units_at_once",
    ),
    proof(
        "The answer of UpdateTable repeats a maximum of -1, a description never has it",
        AWS_CAPTURED,
        _SLOW + "test_a_removed_maximum_shows_as_minus_one_in_the_answer_only",
        _UPDATES + "test_on_demand_maxima_merge_and_minus_one_removes",
    ),
    proof(
        "A table is UPDATING for a time when its stream is switched on or off",
        AWS_CAPTURED,
        _SLOW + "test_a_stream_is_switched_in_a_time_of_its_own",
    ),
    proof(
        "A disabled stream leaves its label and ARN in the description, not its specification",
        AWS_CAPTURED,
        _SLOW + "test_a_stream_is_switched_in_a_time_of_its_own",
        _UPDATES + "test_a_stream_is_switched_on_off_and_on_again",
    ),
    proof(
        "The view type of a stream changes only by a stream that is new, with a new label",
        AWS_CAPTURED,
        "fact: a second stream",
        _UPDATES + "test_a_stream_is_switched_on_off_and_on_again",
    ),
    proof(
        "A second change while a stream is switched is told the stream and the direction",
        AWS_CAPTURED,
        _SLOW + "test_a_stream_is_switched_in_a_time_of_its_own",
    ),
    proof(
        "Another encryption is UPDATING for a time while its table stays ACTIVE",
        AWS_CAPTURED,
        _SLOW + "test_another_encryption_is_updating_while_the_table_is_active",
    ),
    proof(
        "The table class changes twice in 30 days",
        AWS_CAPTURED,
        _UPDATES + "test_the_table_class_changes_twice_in_thirty_days",
    ),
    proof(
        "Units are lowered four times in a UTC day, then once in an hour without a decrease",
        DOCS,
        _LIMITS + "test_the_fifth_decrease_of_a_day_waits_for_an_hour_without_one",
        _LIMITS + "test_decreases_are_free_again_on_the_next_day",
    ),
    proof(
        "A day has 27 decreases at most",
        DOCS,
        _LIMITS + "test_a_day_has_27_decreases",
    ),
    proof(
        "Decreases of a table and of each index are counted apart",
        DOCS,
        _LIMITS + "test_a_table_and_its_indexes_are_counted_apart",
    ),
    proof(
        "A request with one decrease too many is refused whole",
        DOCS,
        _LIMITS + "test_a_request_with_one_decrease_too_many_changes_nothing",
    ),
    proof(
        "The billing mode changes twice in 24 hours",
        DOCS,
        _LIMITS + "test_the_billing_mode_is_switched_twice_in_24_hours",
    ),
)

_INDEXES = (
    proof(
        "A new index is CREATING in an UPDATING table, Backfilling while items are copied, then "
        "ACTIVE without Backfilling",
        AWS_CAPTURED,
        _INDEX + "test_a_new_index_is_allocated_then_backfilling_then_active",
        _WORKER + "test_an_index_whose_time_is_over_waits_until_it_is_filled",
        _WORKER + "test_an_index_that_is_filled_early_waits_for_its_time",
    ),
    proof(
        "Items whose key a new index cannot take are skipped in silence",
        AWS_CAPTURED,
        _UPDATES + "test_items_whose_key_the_new_index_cannot_take_are_skipped",
    ),
    proof(
        "Writes are checked against an index from the moment it is CREATING",
        AWS_CAPTURED,
        _INDEX + "test_a_creating_index_is_written_and_checked_but_not_read",
    ),
    proof(
        "A CREATING index is deleted while it is Backfilling and not before",
        AWS_CAPTURED,
        _INDEX + "test_a_creating_index_is_deleted_in_its_backfilling_only",
        _WORKER + "test_a_half_filled_index_is_deleted_with_what_is_left_to_do",
    ),
    proof(
        "A deleted index is DELETING until it is gone, and unknown to queries then",
        AWS_CAPTURED,
        _INDEX + "test_a_deleted_index_is_deleting_and_kept_until_it_is_gone",
    ),
    proof(
        "The key of a deleted index is checked no longer, unless another index has it",
        AWS_CAPTURED,
        _INDEX
        + "test_the_key_of_a_deleted_index_is_checked_until_its_end_and_on_for_another_index",
    ),
    proof(
        "Definitions that only a deleted index used go with it",
        AWS_CAPTURED,
        _INDEX + "test_a_deleted_index_is_deleting_and_kept_until_it_is_gone",
        _UPDATES + "test_a_deleted_index_is_gone_with_the_definitions_that_only_it_used",
    ),
    proof(
        "One index of a table is created or deleted at a time, in one request and over several",
        AWS_CAPTURED,
        _INDEX + "test_one_index_at_a_time_is_created_or_deleted",
        "fact: two creations",
        "fact: two deletions",
        "fact: a creation and a deletion",
    ),
)

PROOFS = (*_CREATION, *_DELETION, *_CHANGES, *_INDEXES)
