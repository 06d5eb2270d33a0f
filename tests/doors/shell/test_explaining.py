"""``EXPLAIN`` and ``\\sql``, on a store that tells plans and answers analytic questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalite_py.doors.library.rows import unlike
from dynalite_py.doors.shell import batch, explaining
from dynalite_py.doors.shell.session import Session
from tests.doors.shell import songs


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A script's session on a file of four songs."""
    opened = songs.session(songs.fill(tmp_path / "songs.db"))
    yield opened
    opened.close()


def test_a_plan_is_shown_as_the_store_tells_it(session: Session) -> None:
    text = "EXPLAIN ANALYZE SELECT * FROM Songs WHERE artist = ? AND year > 1960;"
    assert batch.run(session, ["\\bind 'Nina Simone'\n", text], keep_going=False) == 0
    first, *others = songs.written(session).splitlines()
    assert first == 'Query on table "Songs"'
    assert "├ key: artist = 'Nina Simone'" in others
    assert any(line.startswith("├ measured: 2 items read, 2 returned") for line in others)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EXPLAIN SELECT * FROM Absent;", "ResourceNotFoundException"),
        ("EXPLAIN SELECT;", "ValidationException"),
        ("\\sql SELECT * FROM Absent", "Absent"),
        ("\\sql DELETE FROM Songs", "SELECT"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(session: Session, text: str, said: str) -> None:
    assert batch.run(session, [text], keep_going=False) == 1
    assert said in songs.noted(session)


def test_rows_are_a_result_like_others(session: Session) -> None:
    text = "\\sql SELECT artist, COUNT(*) AS n, AVG(year) AS n FROM Songs GROUP BY artist;\n"
    assert batch.run(session, ["\\format jsonl\n", text], keep_going=False) == 0
    assert '{"artist":"Nina Simone","n":2,"n (2)":1965}' in songs.written(session).splitlines()


def test_columns_of_the_same_name_are_told_apart() -> None:
    named = "{} ({})"
    assert unlike(["a", "b", "a", "a"], named) == ["a", "b", "a (2)", "a (3)"]
    assert unlike(["a", "a (2)", "a"], named) == ["a", "a (2)", "a (3)"]


def test_any_value_of_a_row_is_shown() -> None:
    assert explaining.attribute([1, True, None, b"x", {"a": "b"}]) == {
        "L": [
            {"N": "1"},
            {"BOOL": True},
            {"NULL": True},
            {"B": b"x"},
            {"M": {"a": {"S": "b"}}},
        ]
    }


def test_sets_of_a_row_are_sets() -> None:
    assert explaining.attribute({2, 1}) == {"NS": ["1", "2"]}
    assert explaining.attribute(frozenset({"b", "a"})) == {"SS": ["a", "b"]}
    assert explaining.attribute(set()) == {"L": []}
