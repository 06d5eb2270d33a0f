"""Secondary indexes: keys, projections, what is in them."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

INDEXES = "tests/operations/test_table_indexes.py::"
UPDATES = "tests/operations/test_update_table.py::"

PROOFS = (
    proof(
        "The key of a table has one HASH and at most one RANGE attribute",
        AWS_CAPTURED,
        "fact: 7 first not HASH",
        "fact: 8 second not RANGE",
        "fact: 9 three key elements",
        INDEXES + "test_a_local_index_takes_no_wide_key_and_a_table_neither",
    ),
    proof(
        "A local index has its table's HASH attribute and one RANGE attribute",
        AWS_CAPTURED,
        "fact: 14 no sort key",
        "fact: 15 another partition key",
        "fact: a local index of two HASH",
        INDEXES + "test_a_local_index_takes_no_wide_key_and_a_table_neither",
    ),
    proof(
        "The key of a global index has 1 to 4 HASH attributes and then 0 to 4 RANGE attributes",
        DOCS,
        "tests/operations/test_tables.py::"
        "test_a_global_index_key_may_have_four_hash_and_four_range_attributes",
        UPDATES + "test_a_new_index_may_have_a_key_of_several_attributes",
    ),
    proof(
        "Every attribute of an index key is defined with the type S, N or B",
        AWS_CAPTURED,
        INDEXES + "test_every_key_type_may_be_part_of_an_index_key",
        "fact: 29 a definition of another type",
        "fact: 12 an undefined key of a global index, told with the defined one",
    ),
    proof(
        "Five HASH or five RANGE attributes in a global index key are refused with their role",
        AWS_CAPTURED,
        "fact: a global index key of five HASH",
        "fact: a global index key of five RANGE",
        "fact: five HASH in a new index",
        "fact: five RANGE in a new index",
    ),
    proof(
        "HASH behind RANGE in a global index key is refused",
        AWS_CAPTURED,
        "fact: RANGE before HASH in a global index key",
        "fact: RANGE between HASH in a global index key",
        "fact: RANGE before HASH in a new index",
    ),
    proof(
        "A name twice in a global index key, in the same role or another, is refused",
        AWS_CAPTURED,
        "fact: a name twice in a key of three attributes",
        "fact: a name twice as HASH in a global index key",
        "fact: a name twice in a new index",
    ),
    proof(
        "A global index key of RANGE alone is refused with a text about HASH",
        AWS_CAPTURED,
        "fact: a global index key of RANGE alone",
        "fact: a new index of RANGE alone",
    ),
    proof(
        "An index of KEYS_ONLY holds the keys of the table and of the index",
        AWS_CAPTURED,
        INDEXES + "test_an_index_has_the_keys_and_what_it_projects",
    ),
    proof(
        "An index of INCLUDE holds the keys and the named attributes",
        DOCS,
        INDEXES + "test_an_index_has_the_keys_and_what_it_projects",
    ),
    proof(
        "An index names 1 to 20 attributes in NonKeyAttributes",
        DOCS,
        "fact: an empty list of names",
        "fact: twenty-one projected names in one index",
        INDEXES + "test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names",
    ),
    proof(
        "A name in NonKeyAttributes has 1 to 255 characters",
        AWS_CAPTURED,
        "fact: a projected name of 256 characters",
        INDEXES + "test_key_and_projected_names_may_have_255_characters",
    ),
    proof(
        "All indexes of a table together name at most 100 attributes",
        DOCS,
        "fact: more than 100 projected names",
        "fact: the hundred and first projected name",
        INDEXES + "test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names",
    ),
    proof(
        "One name in two indexes counts twice towards the 100 projected attributes",
        DOCS,
        "fact: the same projected names in six indexes count each time",
    ),
    proof(
        "Indexes of ALL and KEYS_ONLY do not count towards the 100 projected attributes",
        DOCS,
        INDEXES + "test_a_table_may_have_5_local_and_20_global_indexes_and_100_projected_names",
    ),
    proof(
        "An index of ALL holds the whole item, attribute names of 65535 bytes included",
        AWS_CAPTURED,
        INDEXES + "test_an_index_of_all_holds_attributes_of_the_longest_names",
        INDEXES + "test_an_index_has_the_keys_and_what_it_projects",
    ),
    proof(
        "An item is in the indexes all of whose key attributes it has, and else in the table only",
        AWS_CAPTURED,
        INDEXES + "test_an_item_is_in_the_indexes_whose_keys_it_has",
    ),
    proof(
        "An item that lacks any attribute of a key of several is not in that index",
        AWS_CAPTURED,
        INDEXES + "test_every_attribute_of_a_wide_key_is_checked_and_needed",
    ),
    proof(
        "A wrong type or an empty string in any attribute of a key of several fails the write",
        AWS_CAPTURED,
        INDEXES + "test_every_attribute_of_a_wide_key_is_checked_and_needed",
    ),
    proof(
        "An attribute may be HASH of one global index and RANGE of another",
        AWS_CAPTURED,
        INDEXES + "test_an_attribute_may_be_hash_of_one_index_and_range_of_another",
    ),
    proof(
        "The table's own key attributes may be HASH or RANGE of a key of several attributes",
        DOCS,
        INDEXES + "test_every_key_type_may_be_part_of_an_index_key",
        INDEXES + "test_an_item_is_in_the_indexes_whose_keys_it_has",
    ),
    proof(
        "A global index that is made with its table is ACTIVE as soon as the table is",
        AWS_CAPTURED,
        INDEXES + "test_indexes_made_with_their_table_are_active_with_it",
    ),
)
