"""``EXPLAIN`` and ``\\sql``, on a store that tells plans and answers analytic questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.doors.shell import batch, explaining
from dynalite_py.doors.shell.session import Session
from tests.doors.shell import songs


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Something told."""

    operation: str
    items_read: int | None
    warnings: tuple[str, ...]
    key: dict[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """An analytic answer."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Teller:
    """A store that tells what it was asked."""

    def explain(self, statement: str, parameters: Any, *, analyze: bool) -> Any:
        text = f"{statement} {parameters} {analyze}"
        return Plan("Query", 3 if analyze else None, (text,), {"artist": "=\x1b"})

    def sql(self, text: str) -> Rows:
        assert text == "SELECT artist, count(*) FROM Songs GROUP BY artist"
        return Rows(["artist", "n", "n"], [("a", 2, None), ("b", Decimal("1.5"), 0.5)])


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session whose store is a Teller."""
    opened = songs.session(songs.fill(tmp_path / "songs.db"))
    opened.target = dataclasses.replace(opened.target, store=Teller())
    yield opened
    opened.close()


def test_a_plan_is_shown_as_an_outline(session: Session) -> None:
    text = "EXPLAIN ANALYZE SELECT * FROM Songs WHERE artist = ?;"
    assert batch.run(session, ["\\bind 'x'\n", text], keep_going=False) == 0
    assert songs.written(session).splitlines() == [
        "operation   Query",
        "items read  3",
        "warnings",
        "  SELECT * FROM Songs WHERE artist = ? [{'S': 'x'}] True",
        "key",
        "  artist  =\\e",
    ]


def test_rows_are_a_result_like_others(session: Session) -> None:
    text = "\\sql SELECT artist, count(*) FROM Songs GROUP BY artist;\n"
    assert batch.run(session, ["\\format jsonl\n", text], keep_going=False) == 0
    assert songs.written(session).splitlines() == [
        '{"artist":"a","n":2}',
        '{"artist":"b","n":1.5,"n (2)":0.5}',
    ]


def test_columns_of_the_same_name_are_told_apart() -> None:
    assert explaining.unlike(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]


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


class Worded(Teller):
    """A store whose plans say themselves."""

    def explain(self, statement: str, parameters: Any, *, analyze: bool) -> Any:
        assert (statement, parameters, analyze) == ("SELECT * FROM Songs", None, False)
        return PlanWithWords()


class PlanWithWords:
    """Two lines."""

    def __str__(self) -> str:
        return "Scan of Songs\n  all \x1b items"


def test_a_plan_that_says_itself_is_shown_so(session: Session) -> None:
    session.target = dataclasses.replace(session.target, store=Worded())
    assert batch.run(session, ["EXPLAIN SELECT * FROM Songs;"], keep_going=False) == 0
    assert songs.written(session) == "Scan of Songs\n  all \\e items\n"


def test_an_outline_of_plain_things() -> None:
    told = {"a": [1, {"b": True}], "none": None, "text": "two\nlines", "rate": 0.5}
    assert list(explaining.outline(told)) == [
        "a",
        "  1",
        "  b  yes",
        "text  two",
        "      lines",
        "rate  0.5",
    ]
