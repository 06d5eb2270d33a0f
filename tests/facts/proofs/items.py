"""Items: what the single operations answer and do, conditions, item collections, key faults."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_ITEMS = "tests/operations/test_items.py::"
_UPDATE = "tests/operations/test_update_item.py::"
_REPLIES = "tests/operations/test_replies.py::"
_COLLECTION = "tests/storage/test_collections.py::"

PROOFS = (
    # Responses.
    proof(
        "PutItem, UpdateItem and DeleteItem answer an empty object unless something is asked for",
        AWS_CAPTURED,
        _REPLIES + "test_what_was_not_asked_for_is_not_there",
    ),
    proof(
        "GetItem answers Item only if the item exists, and an empty object if it does not",
        AWS_CAPTURED,
        _ITEMS + "test_a_read_answers_the_item_if_there_is_one",
    ),
    proof(
        "GetItem answers ConsumedCapacity if it is asked for, also without an item",
        AWS_CAPTURED,
        _ITEMS + "test_a_read_answers_the_item_if_there_is_one",
        _REPLIES + "test_an_answers_members_come_by_name",
    ),
    proof(
        "GetItem shows an empty Item where the item exists and the projection matches nothing",
        AWS_CAPTURED,
        _ITEMS + "test_a_read_shows_an_empty_item_when_nothing_matches_its_projection",
    ),
    proof(
        "a projection gives exactly the named paths and adds no keys, in all five reads",
        AWS_CAPTURED,
        _REPLIES + "test_a_projection_adds_no_keys",
    ),
    proof(
        "the top members of an answer are listed alphabetically",
        DOCS,
        _REPLIES + "test_an_answers_members_come_by_name",
    ),
    proof(
        "PutItem replaces the whole item and UpdateItem merges into it",
        AWS_CAPTURED,
        _UPDATE + "test_an_update_merges_where_a_put_replaces",
    ),
    proof(
        "PutItem and UpdateItem make an item that is missing",
        AWS_CAPTURED,
        _UPDATE + "test_an_update_merges_where_a_put_replaces",
        _UPDATE + "test_set_and_add_make_a_missing_item",
    ),
    # Existence, conditions.
    proof(
        "an UpdateItem with any SET or ADD (legacy PUT or ADD) creates a missing item",
        AWS_CAPTURED,
        _UPDATE + "test_set_and_add_make_a_missing_item",
    ),
    proof(
        "an UpdateItem without any action creates an item of the key alone",
        AWS_CAPTURED,
        _ITEMS + "test_what_an_update_makes_of_a_missing_item",
        _UPDATE + "test_an_update_of_nothing_returns_the_item_alone",
    ),
    proof(
        "an UpdateItem of REMOVE and DELETE actions alone creates nothing and succeeds",
        AWS_CAPTURED,
        _UPDATE + "test_taking_away_from_a_missing_item_makes_and_returns_nothing",
    ),
    proof(
        "a condition sees the stored item before the key is filled in: a missing item has no key",
        AWS_CAPTURED,
        _UPDATE + "test_a_condition_does_not_see_the_key_of_an_item_to_be_made",
    ),
    proof(
        "the expressions of an update read the item as it was before the update",
        AWS_CAPTURED,
        _UPDATE + "test_an_update_reads_the_item_as_it_was",
    ),
    proof(
        "DeleteItem of a missing item succeeds with an empty object",
        AWS_CAPTURED,
        _ITEMS + "test_a_missing_item_is_deleted_without_complaint",
    ),
    proof(
        "the condition of a DeleteItem of a missing item is evaluated on an empty item",
        AWS_CAPTURED,
        _ITEMS + "test_a_missing_item_is_deleted_without_complaint",
    ),
    proof(
        "a false condition is a 400 with the exception's type and a message in small letters",
        AWS_CAPTURED,
        _ITEMS + "test_a_failed_condition_on_the_wire",
    ),
    proof(
        "a false condition shows the existing item at the top of the body if ALL_OLD is asked for",
        AWS_CAPTURED,
        _ITEMS + "test_a_failed_condition_on_the_wire",
        _ITEMS + "test_a_failed_condition_shows_the_item_only_when_asked",
    ),
    proof(
        "a false condition on a missing item shows no Item even if ALL_OLD is asked for",
        AWS_CAPTURED,
        _ITEMS + "test_a_failed_condition_on_the_wire",
    ),
    proof(
        "the body of a false condition has no ConsumedCapacity though it was asked for",
        DOCS,
        _ITEMS + "test_a_failed_condition_on_the_wire",
    ),
    proof(
        "a legal ReturnValuesOnConditionCheckFailure changes nothing on success",
        AWS_CAPTURED,
        _ITEMS + "test_what_a_failed_condition_shows_changes_no_success",
    ),
    proof(
        "an illegal ReturnValuesOnConditionCheckFailure is refused by the model layer",
        AWS_CAPTURED,
        _ITEMS + "test_an_unknown_wish_for_a_failed_condition_is_refused",
    ),
    # Item collections.
    proof(
        "ItemCollectionMetrics come only if SIZE is asked for and the table has a local index",
        DOCS,
        _REPLIES + "test_metrics_are_shown_only_where_there_is_a_local_index",
        _ITEMS + "test_collection_metrics_come_with_local_indexes_only",
    ),
    proof(
        "ItemCollectionMetrics of one write hold the partition key and two bounds in gigabytes",
        DOCS,
        _REPLIES + "test_metrics_are_shown_only_where_there_is_a_local_index",
        _REPLIES + "test_metrics_are_whole_gigabytes",
    ),
    proof(
        "an item collection is the partition's items and all their entries in local indexes",
        DOCS,
        _REPLIES + "test_a_collection_is_the_partitions_items_and_their_local_entries",
        _COLLECTION + "test_entries_of_local_indexes_count_and_those_of_global_ones_do_not",
    ),
    proof(
        "a write that would bring a collection beyond 10 GB is refused",
        DOCS,
        _COLLECTION + "test_a_collection_grows_to_its_limit_and_no_further",
        _COLLECTION + "test_every_write_keeps_the_limit",
    ),
    proof(
        "only tables with local indexes limit their collections",
        DOCS,
        _COLLECTION + "test_a_table_without_local_indexes_has_no_limit",
    ),
    proof(
        "writes that shrink a collection beyond its limit are still done",
        DOCS,
        _COLLECTION + "test_writes_that_shrink_a_full_collection_are_done",
    ),
    proof(
        "in a transaction a full collection cancels with its own code and text",
        DOCS,
        "tests/operations/test_transactions.py::test_a_collection_without_room_cancels",
    ),
    proof(
        "BatchWriteItem maps each table to a list of metrics, one for each partition key touched",
        DOCS,
        "tests/operations/test_batch.py::test_metrics_name_each_collection_once_and_only_tables_with_local_indexes",
    ),
    proof(
        "TransactWriteItems maps each table to a list of metrics, one for each partition key",
        DOCS,
        "tests/operations/test_transactions.py::test_metrics_name_each_collection_once",
    ),
    # Key faults.
    proof(
        "a PutItem without a key attribute names the key that is missing",
        AWS_CAPTURED,
        "fact: no key",
        "fact: item: missing range key",
    ),
    proof(
        "a batch's put without a key attribute has the words of a Key parameter",
        AWS_CAPTURED,
        "fact: a key is missing",
        "fact: batch item: missing range key",
    ),
    proof(
        "a Key parameter without a key attribute does not match the schema",
        AWS_CAPTURED,
        "fact: key: no attribute",
        "fact: key: another name",
    ),
    proof(
        "a PutItem with another key type names the key, the expected and the actual type",
        AWS_CAPTURED,
        "fact: key of another type",
        "fact: item: range key of another type",
    ),
    proof(
        "a batch's put with another key type has the words of a Key parameter",
        AWS_CAPTURED,
        "fact: batch write: a key of another type",
        "fact: batch item: range key of another type",
    ),
    proof(
        "a Key parameter of another type does not match the schema",
        AWS_CAPTURED,
        "fact: key: another type",
        "fact: key: a list",
        "fact: two-part key: range key of another type",
        "fact: two-part key: NULL as range key",
    ),
    proof(
        "a Key parameter with an attribute too many does not match the schema",
        AWS_CAPTURED,
        "fact: key: one too many",
        "fact: two-part key: one attribute too many",
        "fact: a delete with one attribute too many",
    ),
    proof(
        "an empty string as a key is refused by name in items, batches and Key parameters",
        AWS_CAPTURED,
        "fact: an empty key",
        "fact: item: empty range key",
        "fact: batch write: an empty key",
        "fact: batch item: empty range key",
        "fact: key: an empty string",
        "fact: two-part key: empty range key",
    ),
    proof(
        "an empty binary as a key is refused as binary",
        AWS_CAPTURED,
        "fact: an empty binary key",
    ),
    proof(
        "a hash key beyond 2048 bytes has one text in items, batches and Key parameters",
        AWS_CAPTURED,
        "fact: item: long hash key",
        "fact: batch item: long hash key",
        "fact: key: 2049 bytes",
        "fact: two-part key: long hash key",
    ),
    proof(
        "a range key beyond 1024 bytes has one text in items, batches and Key parameters",
        AWS_CAPTURED,
        "fact: a long sort key",
        "fact: item: long range key",
        "fact: batch item: long range key",
        "fact: two-part key: long range key",
    ),
    proof(
        "an index key of another type names the index, in PutItem and in a batch",
        AWS_CAPTURED,
        "fact: index key of another type",
        "fact: item: a list as an index key",
        "fact: batch write: an index key of another type",
    ),
    proof(
        "an empty index key names the index and the attribute, in PutItem and in a batch",
        AWS_CAPTURED,
        "fact: an empty index key",
        "fact: item: empty key of a global index",
        "fact: batch item: empty index key",
    ),
    proof(
        "the hash key's type and size are checked before anything of the range key",
        AWS_CAPTURED,
        "fact: item: hash type | missing range key",
        "fact: item: hash size | range type",
    ),
    proof(
        "the table's keys are checked before index keys",
        AWS_CAPTURED,
        "fact: item: range key | index key",
    ),
    proof(
        "of several indexes at fault the alphabetically first is named",
        AWS_CAPTURED,
        "fact: the first index by name",
        "fact: item: empty keys of two indexes",
    ),
    proof(
        "a NULL in an index key is a type mismatch, for global and local indexes",
        AWS_CAPTURED,
        "fact: index key of another type",
        "fact: item: NULL as a local index's range key",
    ),
    proof(
        "of a local index only the range attribute is its own to be checked",
        AWS_CAPTURED,
        "fact: item: type of a local index's range key",
        "fact: item: hash type | missing range key",
    ),
    proof(
        "an item without an index's keys is stored and is in no such index",
        AWS_CAPTURED,
        _ITEMS + "test_an_item_without_an_indexs_keys_is_stored_but_not_in_the_index",
    ),
    proof(
        "index keys beyond 2048 and 1024 bytes are refused in puts",
        AWS_CAPTURED,
        "fact: item: long hash key of an index",
        "fact: item: long range key of an index",
        "fact: batch item: long index key",
    ),
    proof(
        "an update that makes an index key too long is refused in its own words",
        DOCS,
        _UPDATE + "test_an_index_key_beyond_its_limit_is_refused",
    ),
    proof(
        "an update may not name a key attribute as target, even to set it to what it is",
        AWS_CAPTURED,
        "fact: a key as target",
        "fact: legacy key as target",
        "fact: a key set to what it is",
        "fact: a range key as target",
    ),
    proof(
        "a bad index key value stored earlier does not block updates of other attributes",
        AWS_CAPTURED,
        _UPDATE + "test_a_stored_value_that_no_index_takes_does_not_block_other_updates",
    ),
    proof(
        "an update that sets an index key to a literal of another type has the put's text",
        AWS_CAPTURED,
        "fact: constant of another index type",
    ),
    proof(
        "an update that computes an index key of another type has its own text",
        AWS_CAPTURED,
        "fact: computed value of another index type",
    ),
    proof(
        "an update may not go inside an index key",
        AWS_CAPTURED,
        "fact: a path inside an index key",
    ),
    proof(
        "a refused write changes neither the table nor its indexes",
        AWS_CAPTURED,
        _UPDATE + "test_a_refused_write_changes_neither_table_nor_index",
    ),
)
