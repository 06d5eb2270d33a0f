"""Sizes: the bytes of values and items, and the limits that go by them."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_sizes.py::"
_VALUE = f"{_WIRE}test_a_value_has_its_size_in_the_limit"
_CAPACITY = "tests/operations/test_capacity.py::"
_PAGES = "tests/operations/test_range_reads.py::"


def _size(fact: str) -> Proof:
    return proof(fact, AWS_CAPTURED, _VALUE)


PROOFS: tuple[Proof, ...] = (
    _size("An attribute name counts its bytes in UTF-8"),
    _size("A string counts its bytes in UTF-8"),
    _size("A binary counts its decoded bytes"),
    _size("A BOOL and a NULL count one byte"),
    _size("A set counts the sum of its members, nothing for itself"),
    _size("A list counts 3 bytes, and for each element 1 and its size"),
    _size("A map counts 3 bytes, and for each entry 1, the key's bytes and the value's size"),
    _size("An item counts the names and values of its attributes, nothing for itself"),
    _size("A zero counts one byte"),
    _size("A number counts 1 byte and half its digits on each side of the point, rounded up"),
    _size("A negative number counts one byte more"),
    _size("Leading and trailing zeros of a number do not count"),
    _size("A number of 38 digits counts 20 bytes, with 88 zeros behind them as well"),
    proof(
        "A number counts about one byte for two significant digits, and one more",
        DOCS,
        _VALUE,
        "tests/model/test_sizes.py::test_a_number_takes_a_byte_for_two_digits",
    ),
    proof(
        "An item of exactly 409600 bytes is accepted, names included",
        AWS_CAPTURED,
        _VALUE,
        f"{_WIRE}test_an_item_of_400_kb_comes_back",
    ),
    proof(
        "PutItem refuses a larger item before the table is looked up",
        AWS_CAPTURED,
        _VALUE,
        "fact: 409 601 bytes",
        "fact: size | table",
    ),
    proof(
        "BatchWriteItem and TransactWriteItems refuse a larger item in the same words at once",
        AWS_CAPTURED,
        f"{_WIRE}test_batches_and_transactions_put_400_kb_and_no_more",
    ),
    proof(
        "UpdateItem refuses a result that is too large in its own words",
        AWS_CAPTURED,
        f"{_WIRE}test_an_updated_item_may_nearly_have_400_kb",
        "fact: a result over 400 KB",
    ),
    proof(
        "A transaction's update that is too large is cancelled with the update's words",
        AWS_CAPTURED,
        f"{_WIRE}test_an_update_in_a_transaction_is_measured_by_the_plain_item",
    ),
    proof(
        "UpdateItem measures the result without its key, and something for each action",
        AWS_CAPTURED,
        f"{_WIRE}test_the_update_itself_is_measured_but_not_the_key",
    ),
    proof(
        "A transaction's update is measured by the plain item",
        AWS_CAPTURED,
        f"{_WIRE}test_an_update_in_a_transaction_is_measured_by_the_plain_item",
    ),
    proof(
        "An item and its entries in the local indexes have at most 400 KB together",
        DOCS,
        f"{_WIRE}test_local_index_entries_count_towards_the_400_kb_of_their_item",
    ),
    proof(
        "A page of Query or Scan ends with the item that brings its weight to 1 MB",
        AWS_CAPTURED,
        f"{_PAGES}test_the_item_that_reaches_the_limit_is_the_pages_last",
        "tests/operations/test_scan.py::test_a_page_ends_with_the_item_that_reaches_one_megabyte",
        "tests/model/test_sizes.py::test_the_page_weight_fits_the_recorded_boundary",
    ),
    proof(
        "A page is cut before its filter",
        AWS_CAPTURED,
        "tests/operations/test_query.py::"
        "test_a_filter_takes_items_from_the_page_not_from_its_counts",
        "tests/operations/test_query.py::test_a_page_may_be_empty_and_go_on",
    ),
    proof(
        "BatchGetItem returns at most 16 MB of items",
        DOCS,
        f"{_WIRE}test_a_batch_get_returns_16_megabytes_at_most",
    ),
    proof(
        "A request, and so a BatchWriteItem, has at most 16 MB",
        DOCS,
        "tests/wire/test_limits.py::test_a_body_of_the_limit_is_read",
        "tests/wire/test_limits.py::test_a_body_of_one_byte_more_is_refused_without_a_request_id",
    ),
    proof(
        "A transaction's request has at most 4 MB, whatever is stored",
        AWS_CAPTURED,
        f"{_WIRE}test_a_transaction_has_four_megabytes_of_request_at_most",
    ),
    proof(
        "A write consumes a unit for each KB of the larger of old and new item",
        AWS_CAPTURED,
        f"{_CAPACITY}test_a_write_consumes_what_was_recorded",
    ),
    proof(
        "A read consumes a unit for each 4 KB, half of it for eventual consistency",
        AWS_CAPTURED,
        f"{_CAPACITY}test_a_read_is_counted_by_the_whole_item",
    ),
    proof(
        "A transaction consumes twice the units",
        AWS_CAPTURED,
        f"{_CAPACITY}test_a_transaction_consumes_what_was_recorded",
        f"{_CAPACITY}test_a_transactional_read_costs_twice",
    ),
    proof(
        "Query and Scan sum the sizes of a page before they round",
        AWS_CAPTURED,
        f"{_PAGES}test_sizes_are_summed_before_they_are_rounded",
    ),
    proof(
        "BatchGetItem rounds each item by itself",
        AWS_CAPTURED,
        f"{_CAPACITY}test_a_read_is_counted_by_the_whole_item",
    ),
)
