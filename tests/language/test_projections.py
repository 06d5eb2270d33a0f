"""Projections: which parts of an item come back."""

from __future__ import annotations

import pytest

from dynalite_py.language import binding, nodes, parse, projections
from dynalite_py.model.values import AttributeValue, Item


def n(number: int) -> AttributeValue:
    return {"N": str(number)}


ITEM: Item = {
    "pk": {"S": "k"},
    "a": {"M": {"b": n(1), "c": {"M": {"d": n(2), "e": n(3)}}}},
    "l": {"L": [n(0), {"M": {"x": n(1), "y": n(2), "z": n(3)}}, n(2), {"L": [n(4), n(5)]}]},
    "a.b": {"S": "dotted"},
    "null": {"NULL": True},
}


def projector(text: str, names: dict[str, str] | None = None) -> projections.Projector:
    tree = parse.parsed("ProjectionExpression", text).tree
    assert isinstance(tree, nodes.Projection)
    return projections.projector(
        binding.checked_projection("ProjectionExpression", tree, names or {})
    )


PROJECTIONS: list[tuple[str, Item]] = [
    ("pk", {"pk": {"S": "k"}}),
    ("pk, nowhere", {"pk": {"S": "k"}}),
    ("nowhere", {}),
    ("nowhere.a, pk[0], a[0], l.a", {}),
    ("a.b", {"a": {"M": {"b": n(1)}}}),
    ("a.b, a.c.e", {"a": {"M": {"b": n(1), "c": {"M": {"e": n(3)}}}}}),
    ("a.c", {"a": {"M": {"c": ITEM["a"]["M"]["c"]}}}),
    ("a.nowhere", {}),
    ("a.b, a.c.nowhere", {"a": {"M": {"b": n(1)}}}),
    ("l[0]", {"l": {"L": [n(0)]}}),
    ("l[2], l[0]", {"l": {"L": [n(0), n(2)]}}),
    ("l[9]", {}),
    ("l[2], l[9]", {"l": {"L": [n(2)]}}),
    ("l[1].z, l[1].x", {"l": {"L": [{"M": {"z": n(3), "x": n(1)}}]}}),
    ("l[3][1], l[0]", {"l": {"L": [n(0), {"L": [n(5)]}]}}),
    ("l[1].nowhere, l[0]", {"l": {"L": [n(0)]}}),
    ("pk, l[0], a.b", {"pk": {"S": "k"}, "l": {"L": [n(0)]}, "a": {"M": {"b": n(1)}}}),
]


@pytest.mark.parametrize(("text", "projected"), PROJECTIONS)
def test_a_projection_keeps_what_its_paths_find(text: str, projected: Item) -> None:
    assert projector(text).of(ITEM) == projected


def test_a_name_with_a_dot_is_one_attribute() -> None:
    assert projector("#x, #y", {"#x": "a.b", "#y": "null"}).of(ITEM) == {
        "a.b": {"S": "dotted"},
        "null": {"NULL": True},
    }


def test_a_projector_tells_its_top_level_names_and_paths() -> None:
    asked = projector("a.b, #l[0], a.c", {"#l": "l"})
    assert asked.names == ("a", "l")
    assert asked.paths == (nodes.Path(("a", "b")), nodes.Path(("l", 0)), nodes.Path(("a", "c")))


def test_a_projection_leaves_the_item_as_it_is() -> None:
    before = repr(ITEM)
    projector("l[2], l[0], a.c.d").of(ITEM)
    assert repr(ITEM) == before
