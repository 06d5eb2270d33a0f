"""Query and Scan: checks, Select, the order of results, pages, starting keys, segments."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_QUERY = "tests/operations/test_query.py::"
_SCAN = "tests/operations/test_scan.py::"
_READS = "tests/operations/test_range_reads.py::"
_KEYS = "tests/model/test_keys.py::"
_SIZES = "tests/model/test_sizes.py::"
_PLANS = "tests/language/test_plans.py::"
_SELECT = _READS + "test_select_decides_what_comes"
_PLACE = _QUERY + "test_a_key_of_several_attributes_orders_and_narrows"

PROOFS = (
    # Checks.
    proof(
        "a Limit below 1 is refused by Query and by Scan, each in its own words",
        AWS_CAPTURED,
        "fact: Limit 0",
        "fact: Scan: Limit 0",
    ),
    proof(
        "an index that the table has not is refused by name",
        AWS_CAPTURED,
        "fact: no index",
        "fact: Scan: no index",
    ),
    proof(
        "a consistent read of a global index is refused",
        AWS_CAPTURED,
        "fact: consistent read of a global index",
        "fact: Scan: consistent read of a global index",
    ),
    proof(
        "a consistent read of a local index is allowed",
        AWS_CAPTURED,
        _READS + "test_a_local_index_may_be_read_consistently",
    ),
    proof(
        "a Query without any key condition is refused",
        AWS_CAPTURED,
        "fact: no key condition",
    ),
    proof(
        "a Query's filter may not name a key of the table or index in use, nested or aliased",
        AWS_CAPTURED,
        "fact: filter on the hash key",
        "fact: filter on the sort key",
        "fact: filter inside a key",
        "fact: filter on an aliased key",
        "fact: filter on the index's key",
    ),
    proof(
        "a Scan's filter may name keys",
        AWS_CAPTURED,
        _SCAN + "test_a_filter_may_name_keys",
    ),
    proof(
        "a Query of a global index may filter by the table's keys that are not the index's",
        AWS_CAPTURED,
        _QUERY + "test_a_global_index_may_be_filtered_by_the_tables_keys",
    ),
    proof(
        "a legacy QueryFilter may not name a key; a legacy ScanFilter may",
        AWS_CAPTURED,
        "fact: QueryFilter on a key",
        "fact: QueryFilter on the index's key",
        _SCAN + "test_a_filter_may_name_keys",
    ),
    # Select.
    proof(
        "without Select and projection a table gives all attributes",
        AWS_CAPTURED,
        _SELECT,
    ),
    proof(
        "without Select and projection an index, local or global, gives what it projects",
        AWS_CAPTURED,
        _SELECT,
        _QUERY + "test_an_index_gives_what_it_projects",
    ),
    proof(
        "without Select a projection gives what it names, of tables and of indexes",
        AWS_CAPTURED,
        _SELECT,
    ),
    proof(
        "ALL_ATTRIBUTES of a table gives all attributes",
        AWS_CAPTURED,
        _SELECT,
    ),
    proof(
        "ALL_ATTRIBUTES of a local index fetches from the table what the index lacks",
        AWS_CAPTURED,
        _SELECT,
        _QUERY + "test_a_local_index_fetches_what_it_lacks",
        _SCAN + "test_a_scan_of_a_local_index_fetches_what_it_lacks",
    ),
    proof(
        "ALL_ATTRIBUTES of a global index is allowed where it projects ALL, else refused",
        AWS_CAPTURED,
        _SELECT,
        "fact: ALL_ATTRIBUTES of a global index that lacks some",
        "fact: Scan: ALL_ATTRIBUTES of a global index that lacks some",
    ),
    proof(
        "ALL_PROJECTED_ATTRIBUTES without an index is refused",
        AWS_CAPTURED,
        "fact: ALL_PROJECTED_ATTRIBUTES of a table",
        "fact: Scan: ALL_PROJECTED_ATTRIBUTES of a table",
    ),
    proof(
        "ALL_PROJECTED_ATTRIBUTES of an index, local or global, is its projection",
        AWS_CAPTURED,
        _SELECT,
    ),
    proof(
        "SPECIFIC_ATTRIBUTES needs a projection; only Query refuses behind the envelope",
        AWS_CAPTURED,
        "fact: SPECIFIC_ATTRIBUTES alone",
        "fact: Scan: SPECIFIC_ATTRIBUTES alone",
    ),
    proof(
        "a projection of a local index may name any attribute; what it lacks is fetched",
        AWS_CAPTURED,
        _SELECT,
        _QUERY + "test_a_local_index_fetches_what_it_lacks",
    ),
    proof(
        "a projection of a global index may name only what the index projects",
        AWS_CAPTURED,
        _SELECT,
        "fact: attributes that a global index lacks",
        "fact: Scan: attributes that a global index lacks",
    ),
    proof(
        "COUNT has no Items, but Count, ScannedCount and LastEvaluatedKey as usual",
        AWS_CAPTURED,
        _READS + "test_a_count_has_no_items",
    ),
    proof(
        "a ProjectionExpression beside another Select is refused, with the words of that Select",
        AWS_CAPTURED,
        "fact: ALL_ATTRIBUTES with a projection",
        "fact: ALL_PROJECTED_ATTRIBUTES with a projection",
        "fact: COUNT with a projection",
        "fact: Scan: ALL_ATTRIBUTES with ProjectionExpression",
        "fact: Scan: ALL_PROJECTED_ATTRIBUTES with ProjectionExpression",
        "fact: Scan: COUNT with ProjectionExpression",
    ),
    proof(
        "AttributesToGet beside another Select is refused alike",
        AWS_CAPTURED,
        "fact: ALL_ATTRIBUTES with AttributesToGet",
        "fact: ALL_PROJECTED_ATTRIBUTES with AttributesToGet",
        "fact: COUNT with AttributesToGet",
        "fact: Scan: ALL_ATTRIBUTES with AttributesToGet",
        "fact: Scan: ALL_PROJECTED_ATTRIBUTES with AttributesToGet",
        "fact: Scan: COUNT with AttributesToGet",
    ),
    proof(
        "a keyed read filtered by what its index, local or global, does not project is refused",
        AWS_CAPTURED,
        "fact: filter on attributes that an index lacks",
        "fact: filter on attributes that a global index lacks",
    ),
    proof(
        "a scan of an index filtered by what it does not project matches nothing",
        AWS_CAPTURED,
        _READS + "test_a_scan_by_what_an_index_lacks_finds_nothing",
    ),
    proof(
        "an item without any projected attribute comes as an empty object and counts",
        AWS_CAPTURED,
        _READS + "test_an_item_without_what_is_projected_comes_empty_and_counts",
        _QUERY + "test_a_projection_leaves_empty_items_in",
    ),
    # Order.
    proof(
        "a Query orders by the sort key of the table or index: strings by UTF-8 bytes",
        AWS_CAPTURED,
        _QUERY + "test_items_come_in_the_order_of_the_sort_key_of_what_is_read",
        _QUERY + "test_pages_of_any_size_give_the_sorted_partition",
    ),
    proof(
        "a Query orders binaries by their unsigned bytes",
        AWS_CAPTURED,
        _QUERY + "test_items_come_in_the_order_of_the_sort_key_of_what_is_read",
        _QUERY + "test_pages_of_any_size_give_the_sorted_partition",
    ),
    proof(
        "a Query orders numbers by their value",
        AWS_CAPTURED,
        _QUERY + "test_items_come_in_the_order_of_the_sort_key_of_what_is_read",
        _QUERY + "test_pages_of_any_size_give_the_sorted_partition",
    ),
    proof(
        "ScanIndexForward false reverses the order, also page by page",
        AWS_CAPTURED,
        _QUERY + "test_items_come_in_the_order_of_the_sort_key_of_what_is_read",
        _QUERY + "test_pages_of_any_size_give_the_sorted_partition",
    ),
    proof(
        "several RANGE attributes order one after the other, each by its type",
        AWS_CAPTURED,
        _PLACE,
        _KEYS + "test_a_composite_key_sorts_as_the_tuple_of_its_parts",
    ),
    proof(
        "a Scan goes by the MD5 of 'Outliers' and the partition key's bytes, strings as UTF-8",
        AWS_CAPTURED,
        _SCAN + "test_items_come_in_the_recorded_order_in_pages_of_any_size",
        _KEYS + "test_partitions_come_in_the_recorded_scan_order",
    ),
    proof(
        "a Scan's hash takes binary partition keys as their raw bytes",
        AWS_CAPTURED,
        _SCAN + "test_binary_partitions_come_by_the_hash_of_their_bytes",
    ),
    proof(
        "a Scan gives a partition's items by their sort key",
        AWS_CAPTURED,
        _SCAN + "test_a_partitions_items_come_by_their_sort_key",
    ),
    proof(
        "the recorded scan order of string partitions",
        AWS_CAPTURED,
        _SCAN + "test_items_come_in_the_recorded_order_in_pages_of_any_size",
    ),
    proof(
        "the recorded scan order of number partitions",
        AWS_CAPTURED,
        _SCAN + "test_items_come_in_the_recorded_order_in_pages_of_any_size",
    ),
    proof(
        "a number is hashed as one byte of exponent and a byte for two digits",
        AWS_CAPTURED,
        "tests/model/test_numbers.py::test_a_number_is_packed_two_digits_a_byte",
    ),
    proof(
        "a negative number is hashed complemented and closed by a byte if it is short",
        AWS_CAPTURED,
        "tests/model/test_numbers.py::test_a_number_is_packed_two_digits_a_byte",
    ),
    proof(
        "entries of equal index keys go by the hash of the table's key, not by its sort key",
        AWS_CAPTURED,
        _QUERY + "test_equal_index_keys_come_in_the_recorded_order",
    ),
    proof(
        "ScanIndexForward false reverses entries of equal index keys, too",
        AWS_CAPTURED,
        _QUERY + "test_equal_index_keys_come_in_the_recorded_order",
    ),
    proof(
        "a scan of a global index goes by the hash of its partition key, its sort key, the tie",
        AWS_CAPTURED,
        _SCAN + "test_a_scan_of_an_index_gives_its_entries_by_its_own_hash",
    ),
    proof(
        "a segment covers a run of the 4096 buckets that the first 12 bits of the hash make",
        AWS_CAPTURED,
        _SCAN + "test_segments_end_between_buckets_of_twelve_bits",
        _SCAN + "test_an_item_is_in_its_recorded_segment",
    ),
    proof(
        "the recorded segments of strings and numbers among 4096",
        AWS_CAPTURED,
        _SCAN + "test_an_item_is_in_its_recorded_segment",
    ),
    proof(
        "twice as many segments refine the segments",
        AWS_CAPTURED,
        _SCAN + "test_twice_as_many_segments_refine_them",
    ),
    # The 1 MB page.
    proof(
        "a page is filled by what was evaluated, before filter and projection, also for COUNT",
        AWS_CAPTURED,
        _READS + "test_a_page_is_filled_by_what_was_evaluated",
    ),
    proof(
        "a page ends with the item that brings the sum to 1 048 576 or more",
        AWS_CAPTURED,
        _READS + "test_the_item_that_reaches_the_limit_is_the_pages_last",
        _SCAN + "test_a_page_ends_with_the_item_that_reaches_one_megabyte",
    ),
    proof(
        "a page that the last item of all fills still has a LastEvaluatedKey",
        AWS_CAPTURED,
        _READS + "test_a_page_goes_on_when_its_last_item_reaches_the_limit",
        _SCAN + "test_a_page_ends_with_the_item_that_reaches_one_megabyte",
    ),
    proof(
        "towards the page every name counts one byte and a string one to three more than itself",
        AWS_CAPTURED,
        _SIZES + "test_every_type_has_its_page_weight",
        _SIZES + "test_the_page_weight_fits_the_recorded_boundary",
    ),
    proof(
        "towards the page numbers and binaries count one more, sets one more and one a member",
        AWS_CAPTURED,
        _SIZES + "test_every_type_has_its_page_weight",
    ),
    proof(
        "towards the page a BOOL counts one, a NULL nothing, lists and maps three and their parts",
        AWS_CAPTURED,
        _SIZES + "test_every_type_has_its_page_weight",
    ),
    proof(
        "towards the page the range key and 18 bytes count once for each 3072 bytes begun",
        AWS_CAPTURED,
        _SIZES + "test_the_sort_key_weighs_once_for_each_3_kb_begun",
        _SIZES + "test_the_page_weight_fits_the_recorded_boundary",
    ),
    proof(
        "25 items of 41 645 characters under a long name end below the limit; with one more "
        "character under a short name they reach it",
        AWS_CAPTURED,
        _READS + "test_a_page_goes_on_when_its_last_item_reaches_the_limit",
    ),
    proof(
        "of items of 43 372 characters a page has 24 if the 24th has 43 388, 25 if 43 387",
        AWS_CAPTURED,
        _READS + "test_the_item_that_reaches_the_limit_is_the_pages_last",
    ),
    proof(
        "a local read that fetches counts its entries together and each fetched item by itself",
        DOCS,
        _READS + "test_each_fetched_item_is_rounded_by_itself",
        _READS + "test_a_filter_does_not_lessen_what_was_fetched",
    ),
    # Limit and keys.
    proof(
        "Limit bounds what is evaluated, and Count counts what passes the filter",
        AWS_CAPTURED,
        _QUERY + "test_a_filter_takes_items_from_the_page_not_from_its_counts",
    ),
    proof(
        "a page may be empty and have a LastEvaluatedKey",
        AWS_CAPTURED,
        _QUERY + "test_a_page_may_be_empty_and_go_on",
    ),
    proof(
        "a Scan whose Limit is the number of items has a LastEvaluatedKey, one more has none",
        AWS_CAPTURED,
        _SCAN + "test_the_last_page_goes_on_just_if_the_limit_ends_it",
    ),
    proof(
        "a Query whose Limit is the number of items has a LastEvaluatedKey",
        AWS_CAPTURED,
        _QUERY + "test_a_page_that_the_limit_ends_goes_on_even_at_the_end_of_the_partition",
    ),
    proof(
        "a LastEvaluatedKey of a table has the table's keys",
        AWS_CAPTURED,
        _READS + "test_a_reading_goes_on_from_the_keys_of_table_and_index",
    ),
    proof(
        "a LastEvaluatedKey of a local index has the table's keys and the index's range key",
        AWS_CAPTURED,
        _READS + "test_a_reading_goes_on_from_the_keys_of_table_and_index",
        _QUERY + "test_the_last_key_has_the_keys_of_table_and_index",
    ),
    proof(
        "a LastEvaluatedKey of a global index has the keys of table and index, each once",
        AWS_CAPTURED,
        _READS + "test_a_reading_goes_on_from_the_keys_of_table_and_index",
        _QUERY + "test_the_last_key_has_the_keys_of_table_and_index",
    ),
    proof(
        "a LastEvaluatedKey has values as they are stored, numbers canonical, also with COUNT",
        AWS_CAPTURED,
        _QUERY + "test_the_last_key_has_the_keys_of_table_and_index",
    ),
    proof(
        "an ExclusiveStartKey needs exactly these members",
        AWS_CAPTURED,
        "fact: start key of one attribute",
        "fact: start key of three attributes",
        "fact: start key of an index without its key",
        "fact: Scan: start key of one attribute",
        "fact: start key without the index's key",
    ),
    proof(
        "an ExclusiveStartKey need not exist",
        AWS_CAPTURED,
        _QUERY + "test_a_starting_key_need_not_exist",
        _QUERY + "test_reading_goes_on_behind_an_item_that_is_gone",
        _SCAN + "test_a_scan_goes_on_behind_an_item_that_is_gone",
    ),
    proof(
        "reading resumes strictly behind the ExclusiveStartKey in its direction",
        AWS_CAPTURED,
        _QUERY + "test_a_starting_key_need_not_exist",
        _QUERY + "test_pages_of_any_size_give_the_sorted_partition",
    ),
    proof(
        "a Query of a table without sort key refuses every ExclusiveStartKey",
        AWS_CAPTURED,
        "fact: start key on a table without sort key",
    ),
    proof(
        "an answer always has Count and ScannedCount, and Items unless COUNT is asked for",
        AWS_CAPTURED,
        _QUERY + "test_an_empty_partition_has_empty_items",
        _READS + "test_a_count_has_no_items",
        "tests/operations/test_replies.py::test_what_was_not_asked_for_is_not_there",
    ),
    # Parallel Scan.
    proof(
        "Segment and TotalSegments are given both or not at all",
        AWS_CAPTURED,
        "fact: Segment without TotalSegments",
        "fact: TotalSegments without Segment",
    ),
    proof(
        "Segment is from 0, TotalSegments at most 1 000 000",
        AWS_CAPTURED,
        "fact: Segment below 0",
        "fact: too many segments",
    ),
    proof(
        "a Scan refuses a Segment that is not below TotalSegments",
        AWS_CAPTURED,
        "fact: Segment not below TotalSegments",
    ),
    proof(
        "a start key of another segment is refused and names the segment",
        AWS_CAPTURED,
        "fact: start key of another segment",
    ),
    proof(
        "one segment is the plain scan",
        AWS_CAPTURED,
        _SCAN + "test_segments_put_together_are_the_whole_scan",
    ),
    proof(
        "segments are disjoint and complete",
        AWS_CAPTURED,
        _SCAN + "test_segments_put_together_are_the_whole_scan",
        _SCAN + "test_segments_cover_every_hash_once",
    ),
    # Keys of several attributes.
    proof(
        "every HASH attribute of a global index needs an equality condition",
        AWS_CAPTURED,
        "fact: a HASH attribute is missing",
        "fact: one of the HASH attributes lacks equality",
    ),
    proof(
        "RANGE attributes are used from the left without a gap",
        AWS_CAPTURED,
        "fact: a gap among the RANGE attributes",
        _PLANS + "test_a_key_of_several_attributes_wants_equality_up_to_the_last",
    ),
    proof(
        "all RANGE attributes but the last used one need equality",
        AWS_CAPTURED,
        "fact: an inequality before the last RANGE attribute",
        "fact: two inequalities on RANGE attributes",
    ),
    proof(
        "the last used RANGE attribute takes every operator of a sort key",
        AWS_CAPTURED,
        _PLACE,
        _PLANS + "test_a_composite_column_lies_in_the_bounds_just_if_all_conditions_hold",
    ),
    proof(
        "the conditions on a key of several attributes may stand in any order",
        AWS_CAPTURED,
        _PLACE,
    ),
    proof(
        "aliases in a key condition are resolved before it is matched with the key",
        AWS_CAPTURED,
        _PLACE,
    ),
    proof(
        "a value of another type for a key of several attributes is refused for its type",
        AWS_CAPTURED,
        "fact: a HASH attribute of another type",
        "fact: a RANGE attribute of another type",
    ),
    proof(
        "a start key that lacks one of several key attributes is refused as a start key",
        AWS_CAPTURED,
        "fact: start key without a key of several attributes",
    ),
    proof(
        "keys of one HASH and one RANGE attribute keep the older texts",
        AWS_CAPTURED,
        "fact: hash key without condition",
        "fact: hash key without equality",
        "fact: one HASH attribute with two conditions keeps the older text",
    ),
)
