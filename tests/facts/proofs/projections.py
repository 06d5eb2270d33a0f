"""Projections: which paths may stand together, and what they find."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_projections.py::"
_KEEPS = f"{_WIRE}test_a_projection_keeps_what_its_paths_find"


def _keeps(fact: str) -> Proof:
    return proof(fact, AWS_CAPTURED, _KEEPS)


PROOFS: tuple[Proof, ...] = (
    proof(
        "A projection's paths may not be equal, nor lie inside each other",
        AWS_CAPTURED,
        "fact: projection: a path twice",
        "fact: projection: a path inside an earlier one",
        "fact: projection: a path around an earlier one",
        "fact: projection: a path twice, once by placeholder",
    ),
    proof(
        "A projection may not take one place for a list and for a map",
        AWS_CAPTURED,
        "fact: projection: a place as list and as map",
    ),
    proof(
        "Clashing paths of a projection are printed in their order",
        AWS_CAPTURED,
        "fact: projection: a path inside an earlier one",
        "fact: projection: a path around an earlier one",
    ),
    _keeps("Paths that find nothing are left out in silence"),
    proof(
        "An item of which nothing is found is an empty Item, a missing item is none",
        AWS_CAPTURED,
        _KEEPS,
        f"{_WIRE}test_a_missing_item_is_not_there_whatever_is_asked",
    ),
    proof(
        "TransactGetItems leaves out Item where nothing of it is found",
        AWS_CAPTURED,
        f"{_WIRE}test_a_transaction_leaves_out_what_projects_to_nothing",
    ),
    proof("Keys are not added to a projection", AWS_CAPTURED, f"{_WIRE}test_keys_are_not_added"),
    _keeps("A nested path rebuilds its branch alone"),
    _keeps("List elements come as a list in their own order, whatever order was asked"),
    _keeps("Several paths into one element are merged in it"),
)
