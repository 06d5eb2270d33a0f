"""CSV: typed headers, what an empty cell means, and wrong rows."""

from __future__ import annotations

import io
from typing import Any

import pytest

from dynalite_py.formats import csv_files
from dynalite_py.formats.lines import WrongFileError


def _written(items: list[dict[str, Any]], *first: str) -> str:
    stream = io.StringIO()
    csv_files.write(stream, csv_files.columns(items, first), items)
    return stream.getvalue()


def test_the_header_tells_the_types() -> None:
    items = [
        {"id": {"S": "a"}, "n": {"N": "1"}, "b": {"B": b"\x00"}, "mixed": {"N": "1"}},
        {"id": {"S": "b"}, "live": {"BOOL": False}, "mixed": {"S": "1"}, "empty": {"S": ""}},
    ]
    assert _written(items, "id").splitlines() == [
        "id,n:N,b:B,mixed:JSON,live:BOOL,empty:JSON",
        "a,1,AA==,1,,",
        'b,,,"""1""",false,""""""',
    ]


def test_a_name_that_looks_typed_says_its_type() -> None:
    assert _written([{"a:N": {"S": "x"}}]).splitlines() == ["a:N:S", "x"]


def test_keys_have_the_types_of_the_table_and_other_texts_stay_texts() -> None:
    text = "id,other,n:N\n1,1, 2 \n"
    assert list(csv_files.items(io.StringIO(text), {"id": "N"})) == [
        (2, {"id": {"N": "1"}, "other": {"S": "1"}, "n": {"N": "2"}})
    ]


def test_an_empty_cell_is_no_attribute_and_a_short_row_ends_early() -> None:
    found = csv_files.items(io.StringIO("a,b,c\n1,,\n2\n"), {})
    assert [item for _, item in found] == [{"a": {"S": "1"}}, {"a": {"S": "2"}}]


def test_an_empty_file_has_no_items() -> None:
    assert list(csv_files.items(io.StringIO(""), {})) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n1,2\n", "line 2: 2 cells under a header of 1"),
        ("a,a\n1,2\n", "line 1: the header has a name twice"),
        ("a:BOOL\nyes\n", "line 2: a: 'yes' is neither true nor false"),
        ("a:B\n?\n", "line 2: a: '?' is no base64 text"),
        ("a:JSON\n{\n", "line 2: a: "),
        ('a\n"x\n', "unexpected end of data"),
    ],
)
def test_a_wrong_row_is_named(text: str, said: str) -> None:
    with pytest.raises(WrongFileError) as wrong:
        list(csv_files.items(io.StringIO(text), {}))
    assert said in str(wrong.value)
