"""Results as text: that tables fit, wide characters count twice, nothing moves the cursor."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.doors.library import convert
from dynalite_py.doors.shell import render
from dynalite_py.doors.shell.screen import Screen, safe
from tests.support import strategies

ITEMS: list[dict[str, dict[str, Any]]] = [
    {"id": {"N": "7"}, "name": {"S": "天城越え"}, "tags": {"SS": ["a", "b"]}},
    {"id": {"N": "12"}, "name": {"S": "x\x1b[31my\n"}, "live": {"BOOL": True}},
]


def _screen(width: int = 80, *, colours: bool = False) -> Screen:
    return Screen(io.StringIO(), colours=colours, fixed_width=width)


def _lines(layout: str, items: list[Any], *first: str, width: int = 80) -> list[str]:
    found = render.LAYOUTS[layout](items, first, _screen(width))
    return [line for part in found for line in part.split("\n")]


def test_a_table() -> None:
    assert _lines("table", ITEMS, "name", "absent") == [
        "name        id  live  tags",
        "──────────  ──  ────  ────────────",
        "天城越え     7        <<'a', 'b'>>",
        "x\\e[31my\\n  12  true",
    ]


def test_a_table_that_does_not_fit_is_cut() -> None:
    lines = _lines("table", ITEMS, "name", width=30)
    assert max(map(render.cells, lines)) <= 30
    assert lines[2].startswith("天城")
    assert lines[2].endswith("…")


def test_each_item_stands_by_itself() -> None:
    assert _lines("vertical", ITEMS[:1], "id", width=30) == [
        "── item 1 ────────────────────",
        "id   │ 7",
        "name │ 天城越え",
        "tags │ <<'a', 'b'>>",
    ]


def test_a_table_with_too_many_columns_becomes_vertical() -> None:
    wide: dict[str, Any] = {f"name{number}": {"N": "1"} for number in range(20)}
    assert _lines("table", [wide])[0].startswith("── item 1 ─")


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        (
            "json",
            [
                "[",
                '{"id":7,"name":"天城越え","tags":{"SS":["a","b"]}},',
                '{"id":12,"name":"x\\u001b[31my\\n","live":true}',
                "]",
            ],
        ),
        (
            "jsonl",
            [
                '{"id":7,"name":"天城越え","tags":{"SS":["a","b"]}}',
                '{"id":12,"name":"x\\u001b[31my\\n","live":true}',
            ],
        ),
        (
            "csv",
            [
                "id,live,name,tags",
                '7,,天城越え,"{""SS"":[""a"",""b""]}"',
                '12,true,"x\x1b[31my',
                '",',
            ],
        ),
    ],
)
def test_layouts_for_other_programs(layout: str, expected: list[str]) -> None:
    assert _lines(layout, ITEMS) == expected


@pytest.mark.parametrize(
    ("layout", "expected"), [("json", ["[", "]"]), ("jsonl", []), ("csv", [""]), ("table", [])]
)
def test_no_items(layout: str, expected: list[str]) -> None:
    assert _lines(layout, []) == expected


def test_an_item_without_attributes_is_shown() -> None:
    assert _lines("table", [{}, {}]) == ["(no attributes)"] * 2


@settings(deadline=None)
@given(
    st.lists(strategies.items().map(convert.binaries_in), min_size=1, max_size=5),
    st.integers(20, 120),
)
def test_no_line_of_a_table_is_wider_than_the_screen(items: list[Any], width: int) -> None:
    lines = list(render.table(items, (), _screen(width)))
    if lines[0].startswith("── item"):
        return  # One attribute a line: nothing is cut there.
    assert max(map(render.cells, lines)) <= width
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in "".join(lines))


@pytest.mark.parametrize(
    ("wanted", "room", "widths"),
    [
        ([3, 4, 5], 20, [3, 4, 5]),
        ([3, 100, 5], 20, [3, 12, 5]),
        ([50, 50], 21, [10, 11]),
        ([100, 2, 100], 12, [5, 2, 5]),
    ],
)
def test_the_widest_columns_give_way(wanted: list[int], room: int, widths: list[int]) -> None:
    assert render.shared(wanted, room) == widths


def test_colours_are_for_screens_that_have_them() -> None:
    plain = "".join(render.table(ITEMS, (), _screen()))
    coloured = "".join(render.table(ITEMS, (), _screen(colours=True)))
    assert "\x1b" not in plain
    assert "\x1b[33m" in coloured


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 天", "plain é 天"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x1b]0;title\x07", "\\e]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202etxt", "\\u202etxt"),
        ("\ud800", "\\ud800"),
    ],
)
def test_no_text_moves_the_cursor(text: str, shown: str) -> None:
    assert safe(text) == shown
