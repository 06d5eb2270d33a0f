"""What is known of time to live: its API, which items expire, and what a sweep does.

Source: facts, TTL; Record shape; Session store.
"""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

API = "tests/operations/test_ttl.py::"
INDEX = "tests/storage/test_expiry.py::"
SWEEPS = "tests/workers/test_ttl.py::"
MODEL = "tests/properties/test_expiry.py::test_a_sweep_removes_what_the_model_says"

API_PROOFS = (
    proof(
        "DescribeTimeToLive of a table without it says DISABLED and names no attribute",
        AWS_CAPTURED,
        API + "test_time_to_live_is_off_and_names_no_attribute",
        API + "test_a_change_takes_effect_at_once_and_is_described",
    ),
    proof(
        "UpdateTimeToLive answers with the specification that it was given",
        AWS_CAPTURED,
        API + "test_the_answer_to_a_change_is_what_was_asked_for",
    ),
    proof(
        "time to live is ENABLING before it is ENABLED, DISABLING before it is DISABLED",
        DOCS,
        API + "test_a_change_that_takes_time_is_enabling_then_enabled",
    ),
    proof(
        "time to live that is on by an attribute cannot be switched on by it again",
        AWS_CAPTURED,
        "fact: time to live is switched on where it is on",
    ),
    proof(
        "time to live that is off cannot be switched off",
        AWS_CAPTURED,
        "fact: time to live is switched off where it is off",
    ),
    proof(
        "time to live that is on by one attribute is not switched on or off by another",
        AWS_CAPTURED,
        "fact: time to live is switched on by another attribute",
        "fact: time to live is switched off by another attribute",
    ),
    proof(
        "the attribute of time to live is changed by switching it off and on",
        AWS_CAPTURED,
        API + "test_another_attribute_takes_its_place_when_it_is_off",
    ),
    proof(
        "a legal change of time to live too soon after the last is refused",
        AWS_CAPTURED,
        API + "test_a_change_too_soon_after_the_last_is_refused_where_that_is_set",
    ),
    proof(
        "what is wrong with a change of time to live is told before that it comes too soon",
        AWS_CAPTURED,
        API + "test_what_changes_nothing_is_told_before_the_pause",
    ),
    proof(
        "no further change of time to live is accepted until one is fully effective",
        DOCS,
        API + "test_no_further_change_is_taken_while_one_takes_effect",
    ),
    proof(
        "DescribeTimeToLive refuses a table that is CREATING or DELETING and tells its state",
        AWS_CAPTURED,
        API + "test_a_table_in_creation_or_deletion_is_not_described",
    ),
    proof(
        "UpdateTimeToLive of a table that is CREATING is a ResourceInUseException",
        AWS_CAPTURED,
        API + "test_a_table_in_creation_or_deletion_is_not_changed",
    ),
    proof(
        "the operations on time to live name the table that is missing",
        AWS_CAPTURED,
        "fact: DescribeTimeToLive of a missing table",
        "fact: UpdateTimeToLive of a missing table",
    ),
    proof(
        "UpdateTimeToLive needs Enabled and AttributeName",
        AWS_CAPTURED,
        "fact: time to live without a specification",
        "fact: time to live without an attribute",
        "fact: time to live without a word on whether it is on",
    ),
    proof(
        "the attribute of time to live has a name of 1 to 255 characters",
        AWS_CAPTURED,
        "fact: time to live by an attribute without a name",
        "fact: time to live by an attribute with a long name",
    ),
    proof(
        "a key attribute, of the table or an index, may be the attribute of time to live",
        AWS_CAPTURED,
        API + "test_any_name_of_an_attribute_is_taken_those_of_keys_too",
        SWEEPS + "test_a_key_attribute_may_be_the_time",
    ),
)

EXPIRY_PROOFS = (
    proof(
        "an item expires by a top-level attribute of type N alone",
        DOCS,
        INDEX + "test_no_other_type_is_a_time",
        INDEX + "test_an_item_without_the_attribute_has_no_time",
    ),
    proof(
        "an item has expired when the value is below the time in seconds",
        DOCS,
        INDEX + "test_what_lies_in_the_past_has_come_but_not_after_five_years",
        MODEL,
    ),
    proof(
        "what lies more than five years in the past does not expire",
        DOCS,
        INDEX + "test_what_lies_in_the_past_has_come_but_not_after_five_years",
        SWEEPS + "test_what_is_more_than_five_years_old_stays_and_the_bound_moves_on",
    ),
    proof(
        "a time in milliseconds never expires",
        DOCS,
        INDEX + "test_a_number_is_a_time_in_seconds",
    ),
    proof(
        "decimals and exponents are times; the smallest positive ones too, but for the five years",
        DOCS,
        INDEX + "test_a_number_is_a_time_in_seconds",
        MODEL,
    ),
    proof(
        "an expired item is read, written, queried and scanned until it is removed",
        DOCS,
        SWEEPS + "test_an_expired_item_is_read_and_written_until_it_is_swept",
    ),
    proof(
        "a condition sees an expired item until it is removed",
        DOCS,
        SWEEPS + "test_a_condition_sees_an_expired_item_until_it_is_swept",
    ),
    proof(
        "a later time, or none, set before the removal saves the item: it is a conditional delete",
        DOCS,
        SWEEPS + "test_an_update_before_the_sweep_saves_the_item",
        SWEEPS + "test_a_write_between_two_steps_saves_its_item",
    ),
    proof(
        "what expires goes from local and global indexes too",
        DOCS,
        SWEEPS + "test_expired_items_go_from_the_table_and_its_indexes",
        SWEEPS + "test_expired_items_go_from_local_indexes",
    ),
    proof(
        "the removal is one change of the log, which says that time to live made it",
        DOCS,
        SWEEPS + "test_the_log_says_that_time_to_live_removed_it",
    ),
    proof(
        "items that were there before time to live was switched on expire too",
        DOCS,
        "tests/workers/test_ttl_filling.py::test_items_that_are_there_are_found_in_steps",
    ),
    proof(
        "the items that were removed are counted for each table (TimeToLiveDeletedItemCount)",
        DOCS,
        "tests/wire/test_admin_port.py::test_expired_items_are_counted_by_table",
    ),
    proof(
        "sessions are read with a filter on their time, and kept by moving it",
        DOCS,
        SWEEPS + "test_a_session_store_filters_what_has_expired_and_slides",
    ),
)

PROOFS = (*API_PROOFS, *EXPIRY_PROOFS)
