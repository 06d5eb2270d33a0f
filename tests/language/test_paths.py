"""Document paths: which of them clash, and how they are printed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.language import paths
from dynalite_py.language.paths import BoundParts


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("a",), "[a]"), (("ab", "bc", 1, "a"), "[ab, bc, [1], a]"), (("a", 0, 10), "[a, [0], [10]]")],
)
def test_a_path_is_printed_part_by_part(parts: BoundParts, text: str) -> None:
    assert paths.printed(parts) == text


@pytest.mark.parametrize(
    ("all_parts", "clash"),
    [
        ([("a",), ("b",)], None),
        ([("a", "b"), ("a", "c")], None),
        ([("a", 0), ("a", 1)], None),
        ([("a", "b"), ("b", 0)], None),
        ([("a",), ("a",)], ("overlap", 0, 1)),
        ([("x",), ("a", "b", 0), ("a", "b")], ("overlap", 1, 2)),
        ([("x",), ("a",), ("a", "b", 0)], ("overlap", 1, 2)),
        ([("a", 1), ("a", "b")], ("conflict", 0, 1)),
        ([("x", "y"), ("a", "b", 1, "c"), ("a", "b", "d")], ("conflict", 1, 2)),
        ([("a", 1), ("a", "b"), ("c",), ("c",)], ("overlap", 2, 3)),
    ],
)
def test_paths_clash(all_parts: list[BoundParts], clash: tuple[str, int, int] | None) -> None:
    assert paths.clashes(all_parts) == clash


_parts = st.tuples(
    st.sampled_from(["a", "b"]), st.lists(st.sampled_from(["a", "b", 0, 1]), max_size=3)
).map(lambda drawn: (drawn[0], *drawn[1]))


def overlap(one: BoundParts, two: BoundParts) -> bool:
    shared = min(len(one), len(two))
    return one[:shared] == two[:shared]


@given(st.lists(_parts, max_size=5))
def test_an_overlap_is_found_as_comparing_every_pair_finds_it(all_parts: list[BoundParts]) -> None:
    pairs = combinations(range(len(all_parts)), 2)
    overlapping = any(overlap(all_parts[one], all_parts[two]) for one, two in pairs)
    clash = paths.clashes(all_parts)
    assert (clash is not None and clash[0] == "overlap") == overlapping
    if clash is not None and overlapping:
        assert overlap(all_parts[clash[1]], all_parts[clash[2]])
