"""Updates: what is refused, what the item is afterwards, and what comes back."""

from __future__ import annotations

from tests.facts.conditions import EVERY_TYPE
from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import Proof, proof
from tests.facts.updates import LONG_NAMES

_WIRE = "tests/wire/test_updates.py::"
_CHANGES = f"{_WIRE}test_an_update_changes_what_it_says"
_LATE = f"{_WIRE}test_an_update_that_the_item_does_not_allow_is_refused"
_MADE = f"{_WIRE}test_an_update_of_a_missing_item_makes_one_with_its_key"
_NOTHING = f"{_WIRE}test_taking_away_from_a_missing_item_makes_nothing"
_IMAGES = f"{_WIRE}test_the_updated_attributes_are_the_targets_alone"
_WHOLE = f"{_WIRE}test_whole_images_come_back_and_none_without_asking"
_ITEMS = f"{_WIRE}test_puts_and_deletes_return_the_old_item_or_nothing"


def _static(*names: str) -> tuple[str, ...]:
    """Enveloped on UpdateItem, bare in a transaction."""
    return tuple(
        f"fact: {kind}: {name}" for kind in ("update", "update of a transaction") for name in names
    )


def _late(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: update at run time: {name}" for name in names)


def _changes(fact: str) -> Proof:
    return proof(fact, AWS_CAPTURED, _CHANGES)


REFUSED: tuple[Proof, ...] = (
    proof(
        "SET, REMOVE, ADD and DELETE may stand in any order, each at most once",
        AWS_CAPTURED,
        f"{_WIRE}test_sections_come_in_any_order",
        *_static("SET twice"),
    ),
    proof(
        "A section that stands twice is refused by its name",
        AWS_CAPTURED,
        *_static("SET twice", "REMOVE twice", "ADD twice", "DELETE twice"),
    ),
    proof(
        "Equal paths, and a path inside another, overlap",
        AWS_CAPTURED,
        *_static(
            "a path twice",
            "a path inside another",
            "a path around another",
            "a path twice, once by placeholder",
        ),
    ),
    proof(
        "One place as a map and as a list is a conflict",
        AWS_CAPTURED,
        *_static("a place as map and as list"),
    ),
    proof(
        "ADD takes constants that are numbers or sets, and names other types in long words",
        AWS_CAPTURED,
        *_static(*(f"ADD of a {kind}" for kind in LONG_NAMES if kind != "N")),
    ),
    proof(
        "DELETE takes constants that are sets, and names other types in long words",
        AWS_CAPTURED,
        *_static(*(f"DELETE of a {kind}" for kind in LONG_NAMES)),
    ),
    proof(
        "+ and - take constants that are numbers, and name other types in short words",
        AWS_CAPTURED,
        *_static(*(f"{sign} with a {kind}" for sign in "+-" for kind in EVERY_TYPE if kind != "N")),
    ),
    proof(
        "list_append takes constants that are lists, and names other types in short words",
        AWS_CAPTURED,
        *_static(*(f"list_append of a {kind}" for kind in EVERY_TYPE if kind != "L")),
    ),
    proof(
        "if_not_exists takes a path first",
        AWS_CAPTURED,
        *_static("if_not_exists of a value"),
    ),
    proof(
        "if_not_exists and list_append take two operands",
        AWS_CAPTURED,
        *_static("if_not_exists of one operand", "list_append of three operands"),
    ),
    proof(
        "A key attribute may be no target of SET, REMOVE, ADD or DELETE",
        AWS_CAPTURED,
        "fact: SET of the partition key",
        "fact: REMOVE of the sort key",
        "fact: a key as target",
    ),
    proof(
        "A target inside a key attribute is refused as a path into a scalar",
        AWS_CAPTURED,
        "fact: a path inside the key",
    ),
    proof(
        "At run time a stored operand of a wrong type is refused, bare",
        AWS_CAPTURED,
        _LATE,
        *_late("a key is no number", "a key is no list"),
    ),
    proof(
        "At run time a right side that reads a missing path is refused, bare",
        AWS_CAPTURED,
        _LATE,
        *_late("a missing operand", "a missing operand of a sum", "a missing operand inside"),
    ),
    proof(
        "At run time a target without a parent of its kind is refused, bare",
        AWS_CAPTURED,
        _LATE,
        *_late("a target inside nothing", "an element of nothing", "ADD inside nothing"),
    ),
    proof(
        "A refused update leaves the item as it was",
        AWS_CAPTURED,
        _LATE,
    ),
)
CHANGES: tuple[Proof, ...] = (
    _changes("SET takes a path, a value, a sum, a difference or a function"),
    _changes("REMOVE takes paths, ADD and DELETE take paths with values"),
    proof(
        "SET inside an attribute needs a map for a name and a list for an index; none is made",
        AWS_CAPTURED,
        _CHANGES,
        _LATE,
    ),
    proof(
        "On a missing item every nested target is impossible",
        AWS_CAPTURED,
        f"{_WIRE}test_a_missing_item_has_no_place_inside",
    ),
    _changes("All right sides see the item before the update"),
    _changes("SET a = b, b = a swaps"),
    _changes("SET of an index at or past the end appends, in ascending order of the indexes"),
    _changes("REMOVE of list elements means the places before, all at once, then closes up"),
    _changes("REMOVE and SET in one list use the numbering before the update"),
    _changes("REMOVE of a missing attribute or an index past the end is no error"),
    proof("REMOVE inside what is missing or no map is impossible", AWS_CAPTURED, _LATE),
    proof(
        "REMOVE of a nested path of a missing item is ignored",
        AWS_CAPTURED,
        _NOTHING,
        _MADE,
    ),
    proof("ADD of a number takes a missing attribute for 0", AWS_CAPTURED, _CHANGES, _MADE),
    _changes("ADD of a set is the union"),
    _changes("ADD and DELETE work on nested paths"),
    proof("ADD on a stored value of another type is refused", AWS_CAPTURED, _LATE),
    _changes("DELETE takes members out of a set; a missing attribute is fine"),
    _changes("DELETE of all members removes the attribute"),
    proof("DELETE needs a stored set of the operand's type", AWS_CAPTURED, _LATE),
    _changes("list_append takes paths and constants on both sides, also the same twice"),
    _changes("if_not_exists may stand in list_append and beside + and -"),
    _changes("if_not_exists may stand in if_not_exists"),
    proof(
        "UpdateItem without any update makes an item of its key",
        AWS_CAPTURED,
        f"{_WIRE}test_an_update_without_expression_makes_an_item_of_its_key",
    ),
    proof(
        "An update of REMOVE and DELETE alone on a missing item succeeds and makes nothing",
        AWS_CAPTURED,
        _NOTHING,
    ),
    proof("SET and ADD make a missing item with its key", AWS_CAPTURED, _MADE),
    proof(
        "A value equal to the old one is a normal write",
        AWS_CAPTURED,
        f"{_WIRE}test_a_value_equal_to_the_old_one_is_a_normal_write",
    ),
    proof(
        "What an update computes obeys the rules of values and index keys",
        AWS_CAPTURED,
        "fact: index key by update: a computed value",
        "fact: index key by update: an added number",
        f"{_WIRE}test_an_update_may_nest_32_levels_and_no_more",
    ),
)
RETURNED: tuple[Proof, ...] = (
    proof("Without ReturnValues, and with NONE, nothing comes back", AWS_CAPTURED, _WHOLE, _ITEMS),
    proof("ALL_OLD and ALL_NEW return whole items", AWS_CAPTURED, _WHOLE),
    proof("ALL_OLD of a new item returns nothing", AWS_CAPTURED, _WHOLE, _ITEMS),
    proof(
        "UPDATED_OLD and UPDATED_NEW return the touched paths in the least maps around them",
        AWS_CAPTURED,
        _IMAGES,
    ),
    proof("Touched list elements come as a list of those alone", AWS_CAPTURED, _IMAGES),
    proof("A path that an image lacks is left out", AWS_CAPTURED, _IMAGES),
    proof("If nothing remains there are no Attributes", AWS_CAPTURED, _IMAGES),
    proof("UPDATED_NEW leaves out an element appended past the end", AWS_CAPTURED, _IMAGES),
    proof("UPDATED_NEW of a removed element shows the one that moved there", AWS_CAPTURED, _IMAGES),
    proof(
        "PutItem and DeleteItem return the old item or nothing, and take no other ReturnValues",
        AWS_CAPTURED,
        _ITEMS,
        "fact: ReturnValues",
    ),
    proof(
        "ReturnValues are known in capitals alone",
        AWS_CAPTURED,
        "fact: an unknown ReturnValues",
    ),
)
PROOFS = (*REFUSED, *CHANGES, *RETURNED)
