"""Whatever is written in a format is read as what it was."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.doors.library import convert
from dynalite_py.formats import csv_files, dynamodb_json, json_lines
from dynalite_py.model import numbers
from tests.support import strategies

ITEMS = st.lists(strategies.items().map(convert.binaries_in), max_size=4)


def _lines(texts: list[str]) -> io.StringIO:
    return io.StringIO("".join(text + "\n" for text in texts))


def _canonical(value: Any) -> Any:
    """The same with every number in its one spelling: files may spell it otherwise."""
    match value:
        case {"N": str(digits)}:
            return {"N": numbers.canonical_number(digits)}
        case dict():
            return {name: _canonical(member) for name, member in value.items()}  # type: ignore[misc]
        case list():
            return [_canonical(member) for member in value]  # type: ignore[misc]
        case _:
            return value


@settings(deadline=None)
@given(ITEMS)
def test_dynamodb_json_keeps_everything(items: list[Any]) -> None:
    read = dynamodb_json.items(_lines(list(map(dynamodb_json.line_of, items))))
    assert [item for _, item in read] == items


@settings(deadline=None)
@given(ITEMS)
def test_json_lines_keep_everything(items: list[Any]) -> None:
    read = json_lines.items(_lines(list(map(json_lines.line_of, items))))
    assert [_canonical(item) for _, item in read] == items


@settings(deadline=None)
@given(ITEMS)
def test_csv_keeps_everything(items: list[Any]) -> None:
    items = [item for item in items if item]
    written = io.StringIO()
    assert csv_files.write(written, csv_files.columns(items), items) == len(items)
    written.seek(0)
    assert [_canonical(item) for _, item in csv_files.items(written, {})] == items
