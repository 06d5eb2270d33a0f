"""ReturnValues: what PutItem, DeleteItem and UpdateItem return of the item they changed."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_ITEMS = "tests/operations/test_items.py::"
_UPDATE = "tests/operations/test_update_item.py::"
_PATHS = _UPDATE + "test_the_updated_attributes_are_those_at_the_named_paths"
_FRAGMENTS = (
    "tests/language/test_updates.py::test_the_fragments_of_old_and_new_image_hold_the_targets_alone"
)

PROOFS = (
    proof(
        "without ReturnValues, or with NONE, a write has no Attributes",
        AWS_CAPTURED,
        _ITEMS + "test_put_and_delete_return_the_whole_old_item_or_nothing",
        _UPDATE + "test_all_is_the_whole_item_with_its_key",
    ),
    proof(
        "ALL_OLD of PutItem and DeleteItem is the whole old item, and nothing if there was none",
        AWS_CAPTURED,
        _ITEMS + "test_put_and_delete_return_the_whole_old_item_or_nothing",
    ),
    proof(
        "PutItem refuses ALL_NEW, UPDATED_OLD and UPDATED_NEW behind the envelope",
        AWS_CAPTURED,
        "fact: ReturnValues",
        _ITEMS + "test_put_and_delete_return_no_new_or_updated_values",
    ),
    proof(
        "DeleteItem refuses ALL_NEW, UPDATED_OLD and UPDATED_NEW",
        AWS_CAPTURED,
        _ITEMS + "test_put_and_delete_return_no_new_or_updated_values",
    ),
    proof(
        "ReturnValues that are unknown or in small letters are refused by the model layer",
        AWS_CAPTURED,
        "fact: an unknown ReturnValues",
        _ITEMS + "test_an_unknown_return_value_is_refused",
    ),
    proof(
        "ALL_OLD of UpdateItem is the whole old item, and nothing if there was none",
        AWS_CAPTURED,
        _UPDATE + "test_all_is_the_whole_item_with_its_key",
        _UPDATE + "test_an_item_just_made_has_no_old_values_and_never_shows_its_key_as_updated",
    ),
    proof(
        "ALL_NEW of UpdateItem is the whole new item with its key",
        AWS_CAPTURED,
        _UPDATE + "test_all_is_the_whole_item_with_its_key",
        _UPDATE + "test_an_item_just_made_has_no_old_values_and_never_shows_its_key_as_updated",
    ),
    proof(
        "ALL_NEW returns nothing if a REMOVE on a missing item made none",
        AWS_CAPTURED,
        _UPDATE + "test_taking_away_from_a_missing_item_makes_and_returns_nothing",
    ),
    proof(
        "UPDATED_OLD has the old values of the named paths",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "writing the same value again counts as updated",
        AWS_CAPTURED,
        _PATHS,
    ),
    proof(
        "a removed attribute counts as updated and shows its old value",
        AWS_CAPTURED,
        _PATHS,
    ),
    proof(
        "UPDATED_OLD leaves out attributes that did not exist, and is absent if nothing is left",
        AWS_CAPTURED,
        _PATHS,
    ),
    proof(
        "UPDATED_NEW has the new values of the named paths and leaves out removed ones",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "UPDATED_NEW never shows the key, not even of an item just made",
        AWS_CAPTURED,
        _UPDATE + "test_an_item_just_made_has_no_old_values_and_never_shows_its_key_as_updated",
    ),
    proof(
        "UPDATED_NEW is absent if nothing is left",
        AWS_CAPTURED,
        _PATHS,
    ),
    proof(
        "a nested update returns only the nested fragment inside its parents",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "an updated list element returns as a list of that element alone",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "several updated elements of one list come together in the order of their indexes",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "setting an index far beyond a list appends, and UPDATED_NEW finds nothing at that index",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "after REMOVE of a list element UPDATED_NEW shows the element that slid into its place",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "REMOVE of a missing list index shows nothing under UPDATED_OLD",
        AWS_CAPTURED,
        _PATHS,
        _FRAGMENTS,
    ),
    proof(
        "without an update UPDATED_OLD and UPDATED_NEW are absent",
        AWS_CAPTURED,
        _UPDATE + "test_an_update_of_nothing_returns_the_item_alone",
    ),
    proof(
        "without an update ALL_NEW is the item, only its key if it was just made",
        AWS_CAPTURED,
        _UPDATE + "test_an_update_of_nothing_returns_the_item_alone",
    ),
    proof(
        "legacy AttributeUpdates return whole attributes by their names",
        AWS_CAPTURED,
        _UPDATE + "test_legacy_updates_return_whole_attributes",
    ),
    proof(
        "returned values consume nothing more",
        DOCS,
        _ITEMS + "test_returned_values_cost_nothing",
    ),
)
