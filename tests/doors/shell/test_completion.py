"""What is suggested at the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynalite_py.doors.shell import completion, highlight


class Known:
    """Two tables, one with an index."""

    def tables(self) -> list[str]:
        return ["Songs", "user"]

    def indexes(self, table: str) -> list[str]:
        return ["by-year"] if table == "Songs" else []

    def attributes(self, table: str) -> list[str]:
        return ["artist", "date", "seconds"] if table == "Songs" else []


def _texts(before: str, after: str = "") -> list[str]:
    return [one.text for one in completion.suggestions(before, after, Known())]


@pytest.mark.parametrize(
    ("before", "first"),
    [
        ("", ["SELECT", "INSERT INTO"]),
        ("se", ["select"]),
        ("SE", ["SELECT"]),
        ("SELECT * FROM ", ["Songs", '"user"']),
        ("SELECT * FROM so", ["Songs"]),
        ('SELECT * FROM "So', ['"Songs"']),
        ("INSERT INTO ", ["Songs", '"user"']),
        ("UPDATE u", ['"user"']),
        ("SELECT * FROM Songs.", ['"by-year"']),
        ('SELECT * FROM "Songs"."by', ['"by-year"']),
        ("SELECT * FROM Songs WHERE a", ["artist", "all", "and"]),
        ("SELECT * FROM Songs WHERE d", ['"date"', "delete", "desc"]),
        ("SELECT * FROM Songs WHERE beg", ["begin", "begins_with"]),
        ("SELECT 1; SELECT * FROM S", ["Songs"]),
        ("SELECT a FROM Songs WHERE m.", []),
        ("SELECT * FROM Songs WHERE a = 'so", []),
        ("-- so", []),
        ("\\d", ["\\d", "\\d+", "\\drop"]),
        ("\\d ", ["Songs", "user"]),
        ("\\drop So", ["Songs"]),
        ("\\export So", ["Songs"]),
        ("\\import x.csv So", ["Songs"]),
        ("\\format j", ["json", "jsonl"]),
        ("\\export Songs x c", ["csv"]),
        ("\\timing o", ["on", "off"]),
        ("\\plot SELECT * FROM So", ["Songs"]),
    ],
)
def test_what_fits(before: str, first: list[str]) -> None:
    found = _texts(before)
    assert found[: len(first)] == first
    assert first or not found


def test_attributes_are_those_of_the_table_named_behind_the_cursor() -> None:
    assert _texts("SELECT s", " FROM Songs")[0] == "seconds"


def test_files_are_suggested(tmp_path: Path) -> None:
    (tmp_path / "one.sql").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / ".hidden").touch()
    assert _texts(f"\\i {tmp_path}/o") == [f"{tmp_path}/one.sql", f"{tmp_path}/other/"]
    assert _texts(f"\\i {tmp_path}/none/") == []


def test_colours_cover_the_text() -> None:
    text = "SELECT a, \"b\" FROM t -- c\nWHERE size(a) > 1 AND b = 'x' AND c = ?"
    assert "".join(part for _, part in highlight.fragments(text)) == text
    lines = highlight.lines(text)
    assert ["".join(part for _, part in line) for line in lines] == text.split("\n")
    styles = {part: style for style, part in highlight.fragments(text)}
    assert styles["SELECT"] == "class:keyword"
    assert styles['"b"'] == "class:quoted"
    assert styles["-- c"] == "class:comment"
    assert styles["size"] == "class:function"
    assert styles["'x'"] == "class:string"
    assert styles["?"] == "class:parameter"


def test_commands_have_a_colour_of_their_own_where_they_are_known() -> None:
    assert highlight.fragments("\\d Songs") == [("class:command", "\\d"), ("", " Songs")]
    assert highlight.fragments("\\nope")[0] == ("class:open", "\\nope")
    assert ("class:keyword", "SELECT") in highlight.fragments("\\plot SELECT a")
