"""Conditions and filters: what constants may be, and what each of them says of an item."""

from __future__ import annotations

from tests.facts.conditions import EVERY_TYPE
from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_conditions.py::"
_SAYS = f"{_WIRE}test_a_condition_says_of_an_item"
_ABSENT = f"{_WIRE}test_of_an_item_that_is_not_there_every_path_is_missing"
_LEGAL = f"{_WIRE}test_a_text_at_the_edge_of_the_rules_is_legal"
_KINDS = ("condition", "enveloped condition", "filter")
_UNORDERED = ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
_ORDERS = ("<", "<=", ">", ">=")


def _refused(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: {kind}: {name}" for kind in _KINDS for name in names)


def _says(fact: str, source: str = AWS_CAPTURED) -> Proof:
    """What an item's evaluation holds: the table is run as a condition and as a filter."""
    return proof(fact, source, _SAYS)


CONSTANTS: tuple[Proof, ...] = (
    proof(
        "The types of operands are printed S N B BOOL NULL SS NS BS L M",
        AWS_CAPTURED,
        *_refused(*(f"< with a constant {kind}" for kind in _UNORDERED)),
        *_refused("begins_with of a constant N"),
        *(f"fact: update: + with a {kind}" for kind in EVERY_TYPE if kind != "N"),
    ),
    proof(
        "Types are checked of constants alone; a stored value of a wrong type makes it false",
        AWS_CAPTURED,
        _SAYS,
        *_refused("begins_with of a constant N"),
    ),
    proof("= and <> take constants of every type", AWS_CAPTURED, _SAYS),
    proof(
        "<, <=, > and >= take constants S, N and B alone",
        AWS_CAPTURED,
        *_refused(*(f"{each} with a constant {kind}" for each in _ORDERS for kind in _UNORDERED)),
        _SAYS,
    ),
    proof(
        "BETWEEN takes constants S, N and B alone",
        AWS_CAPTURED,
        *_refused(*(f"BETWEEN with a constant {kind}" for kind in _UNORDERED)),
        _SAYS,
    ),
    proof(
        "Two constant bounds of BETWEEN have one type",
        AWS_CAPTURED,
        *_refused("bounds of two types"),
    ),
    proof(
        "The lower constant bound of BETWEEN is not above the upper one",
        AWS_CAPTURED,
        *_refused("bounds the wrong way round"),
    ),
    proof("IN takes operands of any, even mixed, type", AWS_CAPTURED, _LEGAL, _SAYS),
    proof(
        "IN takes 99 operands on the right and not 100",
        AWS_CAPTURED,
        _LEGAL,
        *_refused("IN with 100 choices"),
    ),
    proof(
        "attribute_type takes a constant S as its second operand",
        AWS_CAPTURED,
        *_refused("attribute_type with a number"),
    ),
    proof(
        "attribute_type with a path as second operand is refused with all types",
        AWS_CAPTURED,
        *_refused("attribute_type with a path"),
    ),
    proof(
        "attribute_type with the name of no type is refused with the name",
        AWS_CAPTURED,
        *_refused("attribute_type with no type's name"),
    ),
    proof("attribute_type takes a constant first", AWS_CAPTURED, _LEGAL, _SAYS),
    proof(
        "begins_with takes constants S and B alone",
        AWS_CAPTURED,
        *_refused(
            *(f"begins_with of a constant {kind}" for kind in EVERY_TYPE if kind not in ("S", "B"))
        ),
        _SAYS,
    ),
    proof(
        "contains takes a second operand of every type",
        AWS_CAPTURED,
        _SAYS,
        "tests/language/test_binding.py::test_a_condition_at_the_edge_of_the_rules_is_bound",
    ),
    proof(
        "size does not take constants N, BOOL and NULL",
        AWS_CAPTURED,
        *_refused(*(f"size of a constant {kind}" for kind in ("N", "BOOL", "NULL"))),
    ),
    proof(
        "size of size is refused as a size of a number, begins_with of size as well",
        AWS_CAPTURED,
        *_refused("size of size", "begins_with of size"),
    ),
    proof(
        "Comparisons do not take one path on both sides",
        AWS_CAPTURED,
        *_refused(*(f"one path on both sides of {each}" for each in ("=", "<>", *_ORDERS))),
    ),
    proof(
        "contains, begins_with and attribute_type do not take one path twice",
        AWS_CAPTURED,
        *_refused(
            *(f"one path twice in {each}" for each in ("contains", "begins_with", "attribute_type"))
        ),
    ),
    proof(
        "Paths are compared once names stand for their placeholders, and printed part by part",
        AWS_CAPTURED,
        *_refused("one long path on both sides, once by placeholder"),
    ),
    proof("BETWEEN and IN take one path several times", AWS_CAPTURED, _LEGAL),
    proof("Two equal constants may be compared", AWS_CAPTURED, _LEGAL, _ABSENT),
    proof(
        "No branch that is not evaluated hides a fault",
        AWS_CAPTURED,
        *_refused("a branch that is never evaluated is checked, too"),
    ),
)
EVALUATION: tuple[Proof, ...] = (
    _says("= and <> are deep equality by type and value"),
    _says("Sets are equal whatever the order of their members, also inside other values"),
    _says("Orders and BETWEEN are false for operands of two types"),
    _says("BETWEEN includes its bounds"),
    _says("Bounds of BETWEEN that are paths of wrong type or order make it false"),
    _says("IN is equality with any of its choices"),
    _says("attribute_exists and attribute_not_exists look at nested paths"),
    _says("attribute_type of a missing path is false"),
    _says("begins_with compares the beginning of S with S and of B with B"),
    _says("Both operands of begins_with may be paths or constants"),
    _says("contains finds a part of a string or binary, a member of a set, an element of a list"),
    _says("contains finds nothing in maps"),
    _says("contains compares elements of lists deeply, of any type"),
    _says("size of a string is its number of UTF-16 code units"),
    _says("size of a binary is its bytes, of sets, lists and maps their members"),
    _says("size of a missing path or of another type makes its comparison false"),
    proof(
        "size may be an operand of comparisons, BETWEEN and IN",
        AWS_CAPTURED,
        _SAYS,
        _LEGAL,
    ),
    proof(
        "Of a missing item all paths are missing",
        AWS_CAPTURED,
        _ABSENT,
    ),
    proof("Comparisons of a missing attribute are false but <>", AWS_CAPTURED, _SAYS, _ABSENT),
    _says("<> is true when a side is missing, both are, or their types differ"),
    proof("NOT inverts, also what is false for a missing attribute", AWS_CAPTURED, _SAYS, _ABSENT),
    _says("Strings order by their UTF-8 bytes"),
    proof(
        "Binaries order by unsigned bytes",
        AWS_CAPTURED,
        _SAYS,
        "tests/language/test_conditions.py::test_binaries_have_the_order_of_unsigned_bytes",
    ),
    proof(
        "Numbers order numerically",
        DOCS,
        _SAYS,
        "tests/language/test_conditions.py::test_numbers_have_their_decimal_order",
    ),
    _says("An index past the end, into no list, or a name into no map is a missing path"),
    proof(
        "A condition may name key attributes",
        AWS_CAPTURED,
        f"{_WIRE}test_a_condition_may_name_keys",
    ),
    proof(
        "A Query's filter may not name the keys of what is read",
        AWS_CAPTURED,
        "fact: filter on the hash key",
        "fact: filter on the sort key",
        "fact: filter on an aliased key",
    ),
    proof(
        "A condition that does not hold is a ConditionalCheckFailedException",
        AWS_CAPTURED,
        _SAYS,
    ),
)
PROOFS = (*CONSTANTS, *EVALUATION)
