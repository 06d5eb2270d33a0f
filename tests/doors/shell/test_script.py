"""Statements out of texts, and scripts carried out without a person."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalite_py.doors.shell import batch, script
from dynalite_py.doors.shell.session import FailedError, Session
from dynalite_py.formats import json_lines
from tests.doors.shell import songs


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A script's session on four songs."""
    opened = songs.session(songs.fill(tmp_path / "songs.db", more=30))
    yield opened
    opened.close()


def _run(session: Session, text: str, *, keep_going: bool = False) -> int:
    return batch.run(session, text.splitlines(keepends=True), keep_going=keep_going)


def test_pieces_come_with_their_lines() -> None:
    text = "a;\nb\n c; d;\n\\x on\nBEGIN\nquit\n-- note\n\\d\ne ';\n' -- ;\n;f"
    assert list(script.pieces(text.splitlines(keepends=True))) == [
        (1, "a"),
        (2, "b\n c"),
        (3, "d"),
        (4, "\\x on"),
        (5, "begin"),
        (6, "\\q"),
        (8, "\\d"),
        (9, "e ';\n' -- ;"),
        (11, "f"),
    ]


def test_a_statement_has_a_longest_length() -> None:
    with pytest.raises(FailedError, match="line 1: a statement of more than 32,768 characters"):
        list(script.pieces(["'" + "x" * 999 + "\n"] * 1000))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", True),
        ("SELECT 1", False),
        ("SELECT 1;", True),
        ("SELECT 1; -- done", True),
        ("SELECT ';", False),
        ("a; b", False),
        ("\\d Songs", True),
        ("begin", True),
        ("/* open", False),
    ],
)
def test_enter_knows_what_is_whole(text: str, whole: bool) -> None:
    assert script.whole(text) == whole


def test_the_first_failure_ends_a_script(session: Session) -> None:
    text = "SELEC;\n\\format jsonl\nSELECT title FROM Songs WHERE artist = 'Björk';"
    assert _run(session, text) == 1
    assert songs.written(session) == ""
    assert songs.noted(session).startswith("line 1: ValidationException: ")
    assert _run(session, text, keep_going=True) == 1
    assert songs.written(session) == '{"title":"Jóga"}\n'


def test_a_transaction_is_one_request(session: Session) -> None:
    add = "INSERT INTO Songs VALUE {{'artist': 'a', 'title': '{}'}};\n"
    refused = "BEGIN;\n" + add.format("t") + add.format("u") + add.format("t") + "COMMIT;"
    assert _run(session, refused) == 1
    assert "Transaction request cannot include multiple operations on one item" in songs.noted(
        session
    )
    assert _run(session, "BEGIN\n" + add.format("t") + add.format("u") + "COMMIT") == 0
    assert _run(session, "BEGIN\n" + add.format("v") + "ROLLBACK") == 0
    assert _run(session, "\\format jsonl\nSELECT title FROM Songs WHERE artist = 'a';") == 0
    assert songs.written(session) == '{"title":"t"}\n{"title":"u"}\n'


def test_a_cancelled_transaction_names_the_statement(session: Session) -> None:
    text = """BEGIN;
INSERT INTO Songs VALUE {'artist': 'new', 'title': 'x'};
INSERT INTO Songs VALUE {'artist': 'Björk', 'title': 'Jóga'};
COMMIT;"""
    assert _run(session, text) == 1
    assert "  statement 2: DuplicateItem: Duplicate primary key exists in table" in songs.noted(
        session
    )


def test_an_open_transaction_at_the_end_is_a_failure(session: Session) -> None:
    assert _run(session, "BEGIN;\nDELETE FROM Songs WHERE artist = 'a' AND title = 'b';") == 1
    assert "the transaction was not committed" in songs.noted(session)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("COMMIT;", "there is no transaction"),
        ("ROLLBACK", "there is no transaction"),
        ("BEGIN; BEGIN;", "a transaction is open already"),
        ("\\nope", "there is no \\nope: \\? lists the commands"),
        ("\\i none.sql", "none.sql: No such file or directory"),
        ("\\format xml", "xml is no format"),
        ("\\x maybe", "usage: \\x [on|off]"),
        ("\\d a b", "usage: \\d [TABLE]"),
        ("\\d 'a", "No closing quotation"),
        ("\\d Nope", "ResourceNotFoundException"),
        ("\\bind [", "a value ends too early"),
        ("\\limit 0", "usage: \\limit"),
        ("\\watch 1 SELECT title FROM Songs", "needs a number of TIMES"),
        ("\\watch x 1 SELECT title FROM Songs", "usage: \\watch"),
        ("\\plot SELECT * FROM Songs", "a picture wants a result of two columns"),
        ("\\plot SELECT artist, title FROM Songs", "a picture wants a column of numbers"),
        ("\\export Songs out.txt", "name the format"),
        ("\\export Songs out.csv xml", "xml is no format of files"),
        ("\\export Nope out.csv", "ResourceNotFoundException"),
        ("\\export 'SELECT * FROM Songs out.csv", "the statement stands in quotes"),
        ("\\import none.csv Songs", "none.csv: No such file"),
        ("\\create T", "usage: \\create"),
        ("\\create T a:X", "usage: \\create"),
        ("\\drop Nope", "ResourceNotFoundException"),
        ("SELECT * FROM Songs WHERE artist = ?;", "the statement has 1 parameters: give each"),
        ("\\bind 1 2\nSELECT * FROM Songs WHERE artist = ?;", "and 2 are bound"),
        ("EXPLAIN;", "EXPLAIN stands before a statement"),
    ],
)
def test_what_is_refused(session: Session, text: str, said: str) -> None:
    assert _run(session, text) == 1
    assert said in songs.noted(session)


def test_bound_values_stand_for_question_marks(session: Session) -> None:
    text = "\\format jsonl\n\\bind 'Nina Simone' 200\n"
    text += "SELECT title FROM Songs WHERE artist = ? AND seconds > ?;"
    assert _run(session, text) == 0
    assert songs.written(session) == '{"title":"Sinnerman"}\n'


def test_all_pages_are_read(session: Session) -> None:
    assert _run(session, "\\limit 7\n\\format jsonl\nSELECT number FROM Numbers;") == 0
    assert songs.written(session).count("\n") == 30


def test_files_include_files_but_not_without_end(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(f"\\i {tmp_path}/b.sql\n", "utf-8")
    (tmp_path / "b.sql").write_text("\\format jsonl\nSELECT title\nFROM Songs;SELEC;", "utf-8")
    assert _run(session, f"\\i {tmp_path}/a.sql") == 1
    assert songs.written(session).count("\n") == 4
    assert f"line 1: {tmp_path}/a.sql:1: {tmp_path}/b.sql:3: Validation" in songs.noted(session)
    (tmp_path / "c.sql").write_text(f"\\i {tmp_path}/c.sql\n", "utf-8")
    assert _run(session, f"\\i {tmp_path}/c.sql") == 1
    assert "files are included 8 deep at most" in songs.noted(session)


def test_results_go_to_a_file(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "out"
    assert _run(session, f"\\format jsonl\n\\o {path}\nSELECT title FROM Songs;\n\\o\n\\d") == 0
    assert path.read_text("utf-8").count("\n") == 4
    assert '"table":"Songs"' in songs.written(session)


def test_tables_are_made_and_deleted(session: Session) -> None:
    text = "\\create Made id:N name:S\n\\format jsonl\n\\d\n\\drop Made\n\\d"
    assert _run(session, text) == 0
    assert songs.written(session).count('"table":"Made","keys":"id N, name S"') == 1


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.json", "out.csv.gz", "out.ndjson"])
def test_what_is_exported_can_be_imported(session: Session, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert _run(session, f"\\export Songs {path}") == 0
    assert f"4 items in {path}" in songs.noted(session)
    assert path.stat().st_mode & 0o777 == 0o600
    text = f"\\create Copy artist:S title:S\n\\import {path} Copy\n\\format jsonl\n"
    assert _run(session, text + "SELECT * FROM Songs;\nSELECT * FROM Copy;") == 0
    lines = songs.written(session).splitlines()
    assert sorted(map(_members, lines[:4])) == sorted(map(_members, lines[4:]))
    assert _run(session, f"\\export Songs {path}") == 1
    assert "exists already; it was left as it is" in songs.noted(session)


def _members(line: str) -> str:
    [(_, item)] = json_lines.items(io.StringIO(line))
    return repr(sorted(item.items()))


def test_a_statement_is_exported(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    text = f"\\export \"SELECT title, seconds FROM Songs WHERE artist = 'Nina Simone'\" {path}"
    assert _run(session, text) == 0
    assert path.read_text("utf-8").splitlines() == [
        "title,seconds:N",
        "Feeling Good,173",
        "Sinnerman,622",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"artist":"a"}\n', "line 1: the key attribute title is missing; 0 items were written"),
        ('{"artist":"a","title":"t"}\nx\n', "line 2: not JSON"),
        ('{"artist":"a","title":1}\n', "0 items were written before"),
    ],
)
def test_a_wrong_file_says_how_much_was_written(
    session: Session, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(content, "utf-8")
    assert _run(session, f"\\import {path} Songs") == 1
    assert said in songs.noted(session)


def test_the_last_of_equal_keys_in_a_file_stays(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    rows = "".join(f"a,t,{number}\n" for number in range(60))
    path.write_text("artist,title,seconds:N\n" + rows, "utf-8")
    text = f"\\import {path} Songs\n\\format jsonl\nSELECT seconds FROM Songs WHERE artist = 'a';"
    assert _run(session, text) == 0
    assert songs.written(session) == '{"seconds":59}\n'


def test_a_table_is_described(session: Session) -> None:
    assert _run(session, "\\d Songs") == 0
    shown = songs.written(session)
    assert "Songs  artist S, title S\n  4 items · " in shown
    assert "  global index by-year  year N\n    4 items · " in shown
    assert "4 items looked at, in 16 slices of the hash: 3 partition keys" in shown
    assert "'Nina Simone'  ████" in shown


def test_a_described_table_says_by_what_its_items_expire(session: Session) -> None:
    assert _run(session, "\\d Songs") == 0
    assert "expires" not in songs.written(session)
    specification = {"Enabled": True, "AttributeName": "until"}
    session.target.client.update_time_to_live(
        TableName="Songs", TimeToLiveSpecification=specification
    )
    assert _run(session, "\\d Songs") == 0
    assert " · ACTIVE · on demand · expires by until\n" in songs.written(session)


def test_watching_takes_turns(session: Session) -> None:
    assert _run(session, "\\format jsonl\n\\watch 0.1 3 SELECT title FROM Songs;") == 0
    assert songs.written(session).count("\n") == 12


def test_a_picture_is_watched(session: Session) -> None:
    assert _run(session, "\\watch 0.1 2 \\plot SELECT title, seconds FROM Songs") == 0
    assert songs.written(session).count("622") == 2
    assert _run(session, "\\watch 0.1 2 \\watch 1 2") == 1


def test_the_last_result_is_drawn(session: Session) -> None:
    text = "SELECT title, seconds FROM Songs WHERE artist = 'Nina Simone';\n\\plot\n\\plot line"
    assert _run(session, text) == 0
    shown = songs.written(session)
    assert "Sinnerman     ████" in shown
    assert "622 ┤" in shown
