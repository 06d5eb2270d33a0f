"""Consumed capacity: units, the shape of what is told, index writes, every worked example."""

from __future__ import annotations

from tests.facts import capacity
from tests.facts.capacity import Example
from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_CAPACITY = "tests/operations/test_capacity.py::"
_REPLIES = "tests/operations/test_replies.py::"
_READS = "tests/operations/test_range_reads.py::"
_WRITE = _CAPACITY + "test_a_write_consumes_what_was_recorded"
_TRANSACTION = _CAPACITY + "test_a_transaction_consumes_what_was_recorded"
_REPEATED = _CAPACITY + "test_a_repeated_token_consumes_reads"
_ITEM = _CAPACITY + "test_a_read_is_counted_by_the_whole_item"
_PAGE = _CAPACITY + "test_a_page_costs_by_the_sum_of_its_items"


def _worked(kind: str, example: Example, test: str) -> Proof:
    """A worked example: what it is, and the units of table, global and local index."""
    arms = [f"{example.table:g} of the table"]
    if example.gsi is not None:
        arms.append(f"{example.gsi:g} of the global index")
    if example.lsi is not None:
        arms.append(f"{example.lsi:g} of the local index")
    return proof(
        f"{kind}: {example.name}: {example.total:g} units, {', '.join(arms)}", AWS_CAPTURED, test
    )


PROOFS = (
    # Units.
    proof(
        "a write costs one unit for each 1024 bytes begun, at least one",
        AWS_CAPTURED,
        _CAPACITY + "test_a_write_costs_a_unit_for_each_kb_begun",
    ),
    proof(
        "a consistent read costs one unit for each 4096 bytes begun, at least one",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "an eventually consistent read costs half of a consistent one",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "reads of a global index are always eventually consistent",
        AWS_CAPTURED,
        _CAPACITY + "test_entries_of_a_global_index_are_summed_and_halved",
        _READS + "test_reads_of_an_index_are_on_its_arm",
    ),
    proof(
        "GetItem costs by the whole item whatever its projection",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "a missing item costs GetItem the least unit",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "BatchGetItem costs the sum of its items, each rounded by itself, missing ones included",
        AWS_CAPTURED,
        _ITEM,
        _CAPACITY + "test_a_consistent_batch_of_16_and_64_kb",
    ),
    proof(
        "BatchGetItem counts each table with its own consistency",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_rounds_each_item_by_itself",
    ),
    proof(
        "a key that comes back in UnprocessedKeys costs one unit of a consistent read",
        AWS_CAPTURED,
        "tests/operations/test_batch.py::"
        "test_what_goes_beyond_16_mb_comes_back_in_the_form_of_the_request",
    ),
    proof(
        "a page of Query costs by the sum of what was evaluated, rounded once",
        AWS_CAPTURED,
        _PAGE,
        _READS + "test_sizes_are_summed_before_they_are_rounded",
    ),
    proof(
        "filter, projection and COUNT do not change what a page costs",
        AWS_CAPTURED,
        _PAGE,
        _READS + "test_sizes_are_summed_before_they_are_rounded",
        _READS + "test_a_filter_does_not_lessen_what_was_fetched",
    ),
    proof(
        "a Query that finds nothing costs the least unit",
        DOCS,
        _READS + "test_nothing_found_costs_the_least",
    ),
    proof(
        "a page of Scan costs as a page of Query does",
        AWS_CAPTURED,
        _PAGE,
        _READS + "test_a_page_is_filled_by_what_was_evaluated",
    ),
    proof(
        "PutItem costs by the larger of the old and the new item",
        AWS_CAPTURED,
        _CAPACITY + "test_a_put_costs_by_the_larger_of_old_and_new",
    ),
    proof(
        "PutItem without an old item costs by the new one",
        AWS_CAPTURED,
        _CAPACITY + "test_a_write_costs_a_unit_for_each_kb_begun",
    ),
    proof(
        "UpdateItem costs by the larger of the whole item before and after",
        AWS_CAPTURED,
        _CAPACITY + "test_updates_and_deletes_cost_by_the_whole_item",
    ),
    proof(
        "UpdateItem that makes an item costs by the new item",
        AWS_CAPTURED,
        _CAPACITY + "test_an_update_that_makes_an_item_costs_by_the_new_one",
    ),
    proof(
        "UpdateItem that makes nothing costs one unit",
        AWS_CAPTURED,
        _WRITE,
    ),
    proof(
        "DeleteItem costs by the old item, one unit without one",
        AWS_CAPTURED,
        _CAPACITY + "test_updates_and_deletes_cost_by_the_whole_item",
        _WRITE,
    ),
    proof(
        "BatchWriteItem costs the sum of its puts and deletes, each rounded by itself",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_rounds_each_item_by_itself",
        _CAPACITY + "test_a_batch_sums_by_table",
    ),
    proof(
        "TransactGetItems costs twice a consistent read, rounded first, missing items two units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_transactional_read_costs_twice",
    ),
    proof(
        "TransactGetItems is sized before its projection",
        DOCS,
        _CAPACITY + "test_a_transactional_read_is_sized_before_its_projection",
    ),
    proof(
        "TransactWriteItems costs twice the larger of old and new for each action",
        AWS_CAPTURED,
        _TRANSACTION,
    ),
    proof(
        "a ConditionCheck costs twice the write units of the item it reads",
        AWS_CAPTURED,
        _TRANSACTION,
    ),
    proof(
        "an action on a missing item costs two units",
        AWS_CAPTURED,
        _TRANSACTION,
    ),
    # The shape.
    proof(
        "ConsumedCapacity is there only for TOTAL and INDEXES",
        AWS_CAPTURED,
        _REPLIES + "test_what_was_not_asked_for_is_not_there",
        _CAPACITY + "test_total_shows_no_arms_and_none_shows_nothing",
    ),
    proof(
        "single operations, Query and Scan show an object, batches and transactions a list",
        AWS_CAPTURED,
        _REPLIES + "test_capacity_is_an_object_or_a_list_with_one_object_for_each_table",
    ),
    proof(
        "TOTAL shows the table's name and the sum alone",
        AWS_CAPTURED,
        _CAPACITY + "test_total_shows_no_arms_and_none_shows_nothing",
        _REPLIES + "test_capacity_is_an_object_or_a_list_with_one_object_for_each_table",
    ),
    proof(
        "INDEXES adds an arm of the table and one of each index that was touched",
        AWS_CAPTURED,
        _REPLIES + "test_an_index_that_is_not_touched_is_absent",
    ),
    proof(
        "the sum is that of the table and all indexes, under TOTAL as under INDEXES",
        AWS_CAPTURED,
        _CAPACITY + "test_total_shows_no_arms_and_none_shows_nothing",
        _WRITE,
    ),
    proof(
        "an index that was not touched is absent, and so is a map without one",
        AWS_CAPTURED,
        _REPLIES + "test_an_index_that_is_not_touched_is_absent",
    ),
    proof(
        "a read of an index shows no units of the table and the arm of the index",
        AWS_CAPTURED,
        _READS + "test_reads_of_an_index_are_on_its_arm",
    ),
    proof(
        "read and write units are named in transactions alone, at every level",
        AWS_CAPTURED,
        _REPLIES + "test_a_transaction_names_its_axis_at_every_level",
        _REPLIES + "test_capacity_is_an_object_or_a_list_with_one_object_for_each_table",
    ),
    proof(
        "a first write names write units; reads and repetitions name read units",
        AWS_CAPTURED,
        _REPLIES + "test_a_transaction_names_its_axis_at_every_level",
        _REPEATED,
    ),
    proof(
        "units are printed with a fraction: 1.0 and 0.5",
        DOCS,
        _REPLIES + "test_units_are_printed_with_their_fraction",
    ),
    proof(
        "ConsumedCapacity names the table as the request did, by name or by ARN",
        DOCS,
        _REPLIES + "test_a_table_named_by_its_arn_is_shown_by_its_arn",
    ),
    proof(
        "GetItem and BatchGetItem never have arms of indexes",
        DOCS,
        _REPLIES + "test_reads_by_key_have_no_index_arms",
    ),
    # Index writes.
    proof(
        "an item that was and is in no index costs the index nothing",
        AWS_CAPTURED,
        _WRITE,
        _REPLIES + "test_an_index_that_is_not_touched_is_absent",
    ),
    proof(
        "an entry that comes into an index costs its size",
        AWS_CAPTURED,
        _WRITE,
    ),
    proof(
        "an entry that leaves an index costs its size",
        AWS_CAPTURED,
        _WRITE,
    ),
    proof(
        "an entry of equal content in its place costs nothing",
        AWS_CAPTURED,
        _WRITE,
        _CAPACITY + "test_an_entry_of_equal_content_costs_nothing",
    ),
    proof(
        "an entry changed in its place costs by the larger of old and new, rounded once",
        AWS_CAPTURED,
        _WRITE,
    ),
    proof(
        "an entry that moves to another index key costs the old and the new, each rounded",
        AWS_CAPTURED,
        _WRITE,
        _CAPACITY + "test_a_local_index_consumes_by_what_it_holds",
    ),
    proof(
        "an entry's size is that of both keys and what is projected, with names",
        AWS_CAPTURED,
        _CAPACITY + "test_an_entry_has_the_bytes_of_both_keys_and_what_is_projected",
    ),
    proof(
        "entries are compared without the order of sets",
        AWS_CAPTURED,
        _CAPACITY + "test_an_entry_of_equal_content_costs_nothing",
    ),
    proof(
        "entries are compared with numbers by value",
        DOCS,
        _CAPACITY + "test_an_entry_of_equal_content_costs_nothing",
    ),
    proof(
        "a transaction doubles the table's units alone, not those of indexes",
        AWS_CAPTURED,
        _TRANSACTION,
    ),
    # Worked examples: writes.
    *(_worked("a write", example, _WRITE) for example in capacity.WRITES),
    proof(
        "a local index that holds a part: growing in place to 3 KB costs 3 units of each",
        AWS_CAPTURED,
        _CAPACITY + "test_a_local_index_consumes_by_what_it_holds",
    ),
    proof(
        "a local index that holds a part: a move from 3017 bytes to few costs 3 and 4 units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_local_index_consumes_by_what_it_holds",
    ),
    proof(
        "a batch of three new items, two in the global index, one in the local: 6 units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_sums_by_table",
    ),
    proof(
        "a batch over two tables: three small puts and one over 1 KB are 5, put and delete 2",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_rounds_each_item_by_itself",
    ),
    proof(
        "a put over 2 KB and a small put over it cost 3 units each",
        AWS_CAPTURED,
        _CAPACITY + "test_a_put_costs_by_the_larger_of_old_and_new",
    ),
    # Worked examples: transactions.
    *(_worked("a transaction", example, _TRANSACTION) for example in capacity.TRANSACTIONS),
    proof(
        "a transaction of a put in each of two tables, one in both indexes: 4 and 3 units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_transaction_of_several_tables_consumes_by_table",
    ),
    # Repetitions.
    proof(
        "a repetition costs twice the read units of the larger image that the first call saw",
        AWS_CAPTURED,
        _REPEATED,
    ),
    proof(
        "a repetition sums by table and has no arms of indexes",
        AWS_CAPTURED,
        _REPEATED,
        _CAPACITY + "test_a_repetition_has_no_index_arms",
    ),
    proof(
        "an item of some 1.5 KB: 4 write units at first, 2 read units repeated",
        AWS_CAPTURED,
        _REPEATED,
    ),
    proof(
        "a 9 KB item put, deleted or checked: 18 units at first, 6 repeated",
        AWS_CAPTURED,
        _REPEATED,
    ),
    proof(
        "a delete of 9 KB and a small put: 20 units at first, 8 repeated",
        AWS_CAPTURED,
        _REPEATED,
    ),
    # Failures.
    proof(
        "a refusal, of a condition or of validation, tells no ConsumedCapacity",
        DOCS,
        _CAPACITY + "test_refusals_tell_no_capacity",
        "tests/operations/test_items.py::test_a_failed_condition_on_the_wire",
    ),
    # Worked examples: reads.
    proof(
        "GetItem of 4096 bytes costs 1 unit, of 4097 bytes 2",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "GetItem of 4097 bytes, eventually consistent and projected to little, costs 1 unit",
        AWS_CAPTURED,
        _ITEM,
    ),
    proof(
        "a consistent batch read of a bit over 64 KB and a bit over 16 KB costs 22 units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_consistent_batch_of_16_and_64_kb",
    ),
    proof(
        "a consistent batch read of ten items of 20 bytes of one partition costs 10 units",
        AWS_CAPTURED,
        _CAPACITY + "test_a_consistent_batch_of_ten_small_items_of_one_partition",
    ),
    proof(
        "five keys consistently of one table and three eventually of another cost 5 and 1.5",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_rounds_each_item_by_itself",
    ),
    proof(
        "a consistent Query of ten items of 40.8 KB together costs 11 units",
        DOCS,
        _PAGE,
    ),
    proof(
        "a consistent Query of 1500 items of 64 bytes costs 24 units",
        DOCS,
        _PAGE,
    ),
    proof(
        "a Query of eight entries of 2000 bytes of a global index costs 2 units",
        DOCS,
        _CAPACITY + "test_entries_of_a_global_index_are_summed_and_halved",
    ),
    proof(
        "a Query of small entries of a global index costs 0.5, all of it the index's",
        AWS_CAPTURED,
        _READS + "test_reads_of_an_index_are_on_its_arm",
    ),
    proof(
        "a consistent Query of a local index's own attributes costs 1, all of it the index's",
        AWS_CAPTURED,
        _READS + "test_reads_of_an_index_are_on_its_arm",
    ),
    proof(
        "three small items fetched for a local index cost 1.5 of the table and 0.5 of the index",
        AWS_CAPTURED,
        _READS + "test_each_fetched_item_is_rounded_by_itself",
    ),
    proof(
        "three items of 9 KB fetched for a local index cost 4.5 of the table, 9 consistently",
        AWS_CAPTURED,
        _READS + "test_each_fetched_item_is_rounded_by_itself",
    ),
    proof(
        "ALL_ATTRIBUTES of three items of 4096 bytes through a local index, consistent: 4 units",
        AWS_CAPTURED,
        _CAPACITY + "test_what_a_local_index_fetches_costs_by_item",
    ),
    proof(
        "four items of 3 KB scanned with any filter or projection cost 1.5",
        AWS_CAPTURED,
        _PAGE,
    ),
    proof(
        "a page of 25 items of 41.6 KB costs 127.5 or 128 units",
        AWS_CAPTURED,
        _READS + "test_a_page_goes_on_when_its_last_item_reaches_the_limit",
    ),
    proof(
        "a Scan through a local index puts its units on the index's arm",
        DOCS,
        _CAPACITY + "test_what_a_local_index_fetches_costs_by_item",
    ),
)
