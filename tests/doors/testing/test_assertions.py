"""Asserts about items: what passes, and what a failure says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.testing import templates
from dynalite_py.doors.testing.templates import Content
from dynalite_py.testing import ABSENT, assert_item, assert_items, assert_no_item

ITEM: dict[str, Any] = {
    "id": "a",
    "whole": 3,
    "part": Decimal("1.50"),
    "raw": b"\x00\xff",
    "words": {"x", "y"},
    "list": [1, {"deep": None}],
    "yes": True,
}
KINDS = ["library's table", "library's client", "boto3's table", "boto3's client"]


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    with templates.empty() as opened:
        templates.fill(opened, Content({"things": {"id": "S"}}, {"things": [ITEM]}))
        yield opened


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, store: dynalite_py.Store) -> tuple[Any, ...]:
    """What an assert is given for the table."""
    match request.param:
        case "library's table":
            return (store.table("things"),)
        case "library's client":
            return store, "things"
        case "boto3's table":
            return (dynalite_py.boto3_resource(store).Table("things"),)
        case _:
            return dynalite_py.boto3_client(store), "things"


def test_plain_values_are_compared_whatever_is_asked(place: tuple[Any, ...]) -> None:
    expected = {**ITEM, "part": 1.5, "list": (1, {"deep": None}), "other": ABSENT}
    assert assert_item(*place, {"id": "a"}, **expected)["id"] == "a"
    assert_no_item(*place, {"id": "b"})
    assert_items(*place, [ITEM])


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        ({"whole": 4}, "  whole  expected 4, is 3"),
        ({"words": {"x"}}, "  words  expected {'x'}, is {'x', 'y'}|{'y', 'x'}"),
        ({"raw": b"\x00"}, r"  raw  expected b'\\x00', is b'\\x00\\xff'"),
        ({"missing": 1}, "  missing  expected 1, is absent"),
        ({"yes": ABSENT}, "  yes  expected absent, is True"),
    ],
)
def test_a_failure_names_the_attribute(
    place: tuple[Any, ...], expected: dict[str, Any], line: str
) -> None:
    with pytest.raises(AssertionError, match=line) as failure:
        assert_item(*place, {"id": "a"}, **expected)
    assert str(failure.value).startswith("things {'id': 'a'}: 1 of 1 attributes differ\n")


def test_a_missing_item_shows_its_neighbours(place: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError) as failure:
        assert_item(*place, {"id": "A"})
    assert str(failure.value).startswith(
        "things {'id': 'A'}: there is no such item; there are, among others:\n  {'id': 'a', "
    )
    with pytest.raises(AssertionError, match=r"things \{'id': 'a'\}: there is an item: \{"):
        assert_no_item(*place, {"id": "a"})


def test_other_items_than_expected_are_listed(place: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError) as failure:
        assert_items(*place, [{"id": "b"}])
    told = str(failure.value).splitlines()
    assert told[0] == "things: other items than expected (- missing, + unexpected)"
    assert told[1] == "  - {'id': 'b'}"
    assert told[2].startswith("  + {'id': 'a', ")


def test_what_is_asked_wrongly_is_told(store: dynalite_py.Store) -> None:
    with pytest.raises(TypeError, match="give a table and a key"):
        assert_item(store)
