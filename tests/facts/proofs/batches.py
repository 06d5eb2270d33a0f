"""BatchGetItem and BatchWriteItem."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_BATCH = "tests/operations/test_batch.py::"
_REPLIES = "tests/operations/test_replies.py::"
_CAPACITY = "tests/operations/test_capacity.py::"
_BEYOND = _BATCH + "test_what_goes_beyond_16_mb_comes_back_in_the_form_of_the_request"

PROOFS = (
    # BatchGetItem.
    proof(
        "a batch read of more than 100 keys of one table is refused by the model layer",
        AWS_CAPTURED,
        "fact: 101 keys",
    ),
    proof(
        "a batch read of more than 100 keys of several tables is refused as too many items",
        AWS_CAPTURED,
        "fact: 101 keys of two tables",
    ),
    proof(
        "a batch read needs at least one key of each table",
        AWS_CAPTURED,
        "fact: no keys",
    ),
    proof(
        "each table of a batch read has its own projection, as expression or as legacy names",
        AWS_CAPTURED,
        _BATCH + "test_each_table_has_its_own_projection",
    ),
    proof(
        "AttributesToGet of one table beside ProjectionExpression of another is refused",
        AWS_CAPTURED,
        "fact: mix over tables",
    ),
    proof(
        "a key twice in one table of a batch read is refused",
        AWS_CAPTURED,
        "fact: a key twice",
    ),
    proof(
        "the order of a key's attributes does not make it another key",
        AWS_CAPTURED,
        _BATCH + "test_a_key_in_two_spellings_comes_once",
    ),
    proof(
        "1000 and 1e3 are not refused as duplicates, and their item comes once",
        AWS_CAPTURED,
        _BATCH + "test_a_key_in_two_spellings_comes_once",
    ),
    proof(
        "one unknown table among several refuses the whole batch read",
        AWS_CAPTURED,
        "fact: one table of two is missing",
    ),
    proof(
        "a key fault in a batch read has the words of a Key parameter",
        AWS_CAPTURED,
        "fact: batch read: another key type",
        "fact: two-part key: one attribute too many",
    ),
    proof(
        "a batch read answers every table asked for, with an empty list if nothing was found",
        AWS_CAPTURED,
        _BATCH + "test_every_table_has_its_responses_and_nothing_is_unprocessed",
    ),
    proof(
        "a batch read leaves missing items out",
        AWS_CAPTURED,
        _BATCH + "test_every_table_has_its_responses_and_nothing_is_unprocessed",
    ),
    proof(
        "UnprocessedKeys is always there, empty if all was read",
        AWS_CAPTURED,
        _BATCH + "test_every_table_has_its_responses_and_nothing_is_unprocessed",
        _REPLIES + "test_what_was_not_asked_for_is_not_there",
    ),
    proof(
        "a batch read gives no more than 16 MB and gives the other keys back",
        DOCS,
        _BEYOND,
    ),
    proof(
        "52 items of 300 KB come in one batch read",
        DOCS,
        _BATCH + "test_52_items_of_300_kb_come_at_once",
    ),
    proof(
        "UnprocessedKeys have the form of the request, with consistency and projection",
        AWS_CAPTURED,
        _BEYOND,
    ),
    # BatchWriteItem.
    proof(
        "a batch write takes 25 requests and no more",
        AWS_CAPTURED,
        _BATCH + "test_25_requests_are_taken",
    ),
    proof(
        "a batch write needs at least one request for each table",
        AWS_CAPTURED,
        "fact: an empty list",
    ),
    proof(
        "an element of a batch write with neither or both requests is refused, oddly worded",
        AWS_CAPTURED,
        "fact: neither put nor delete",
        "fact: both put and delete",
    ),
    proof(
        "one item twice in a batch write is refused: put and put, delete and delete, or mixed",
        AWS_CAPTURED,
        "fact: put twice",
        "fact: deleted twice",
        "fact: put and delete of one item",
    ),
    proof(
        "a batch write compares number keys by value",
        AWS_CAPTURED,
        "fact: numerically equal keys",
    ),
    proof(
        "the same key in two tables of a batch write is fine",
        AWS_CAPTURED,
        _BATCH + "test_the_same_key_may_be_written_in_two_tables",
    ),
    proof(
        "one bad element refuses the whole batch write and nothing is written",
        AWS_CAPTURED,
        _BATCH + "test_one_bad_element_refuses_the_whole_batch",
    ),
    proof(
        "one unknown table refuses the whole batch write",
        AWS_CAPTURED,
        "fact: batch write: one table of two is missing",
        _BATCH + "test_one_bad_element_refuses_the_whole_batch",
    ),
    proof(
        "a request beyond 16 MB is not taken at all",
        DOCS,
        "tests/wire/test_limits.py::test_a_body_of_one_byte_more_is_refused_without_a_request_id",
    ),
    proof(
        "a batch write checks values, then sizes, then tables, then keys",
        AWS_CAPTURED,
        _BATCH + "test_faults_of_a_batch_are_found_in_order",
        "fact: batch write: 409 601 bytes",
    ),
    proof(
        "UnprocessedItems is always there, empty if all was written",
        AWS_CAPTURED,
        _BATCH + "test_puts_and_deletes_answer_with_nothing_unprocessed",
        _REPLIES + "test_what_was_not_asked_for_is_not_there",
    ),
    proof(
        "a batch write answers ConsumedCapacity and ItemCollectionMetrics if they are asked for",
        AWS_CAPTURED,
        _BATCH + "test_puts_and_deletes_answer_with_nothing_unprocessed",
        _REPLIES + "test_an_answers_members_come_by_name",
    ),
    proof(
        "a batch write has no conditions and returns no values",
        DOCS,
        _BATCH + "test_a_batch_has_no_conditions_and_returns_no_values",
    ),
    proof(
        "the puts of a batch replace whole items",
        DOCS,
        _BATCH + "test_puts_and_deletes_answer_with_nothing_unprocessed",
    ),
    proof(
        "deleting a missing item in a batch succeeds and costs a unit",
        AWS_CAPTURED,
        _BATCH + "test_puts_and_deletes_answer_with_nothing_unprocessed",
        _CAPACITY + "test_a_batch_sums_by_table",
    ),
    # Capacity.
    proof(
        "the capacity of a batch is a list with one entry for each table",
        AWS_CAPTURED,
        _REPLIES + "test_capacity_is_an_object_or_a_list_with_one_object_for_each_table",
        _REPLIES + "test_capacity_of_several_tables_is_listed_by_table",
    ),
    proof(
        "an entry of a batch's capacity sums that table's elements",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_sums_by_table",
        _CAPACITY + "test_a_batch_rounds_each_item_by_itself",
    ),
    proof(
        "a batch's capacity has arms of table and indexes only under INDEXES",
        AWS_CAPTURED,
        _CAPACITY + "test_a_batch_sums_by_table",
        _REPLIES + "test_capacity_is_an_object_or_a_list_with_one_object_for_each_table",
    ),
)
