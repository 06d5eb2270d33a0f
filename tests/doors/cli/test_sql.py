"""``dynalite sql``: an answer in each form, refusals with status 1."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import main


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.db"
    with dynalite_py.connect(path) as store:
        store.create_table(
            TableName="Music",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        store.table("Music").put({"id": "a", "n": Decimal("1.50"), "tags": {"x", "y"}})
        store.table("Music").put({"id": "b", "n": 10**30, "data": b"\x00\x01", "ok": True})
    return str(path)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main.main, ["sql", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_table_shows_columns_and_the_number_of_rows(file: str) -> None:
    status, shown, _ = run(file, "SELECT id, n FROM Music ORDER BY id")
    assert status == 0
    lines = shown.splitlines()
    assert lines[0].split() == ["id", "n"]
    assert lines[2:4] == [f"a   {'1.5':>31}", f"b   {10**30}"]
    assert lines[-1] == "2 rows"


def test_control_characters_of_a_text_do_not_reach_the_terminal(file: str) -> None:
    _, shown, _ = run(file, "SELECT ? AS x FROM Music LIMIT 1", "a\x1b[31mb\nc")
    assert shown.splitlines()[2] == "a\\e[31mb\\nc"


def test_a_long_line_is_not_cut_where_there_is_no_terminal(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    _, shown, _ = run(file, "SELECT ? FROM Music LIMIT 1", "x" * 500)
    assert "x" * 500 in shown
    assert shown.endswith("1 row\n")


def test_json_is_a_line_a_row_with_every_digit(file: str) -> None:
    text = "SELECT n, tags, data, ok FROM Music ORDER BY id"
    assert run(file, text, "--output", "json")[1].splitlines() == [
        '{"n":1.5,"tags":{"SS":["x","y"]},"data":null,"ok":null}',
        f'{{"n":{10**30},"tags":null,"data":{{"B":"AAE="}},"ok":true}}',
    ]


def test_csv_has_a_line_of_names(file: str) -> None:
    text = "SELECT id, tags, data, ok FROM Music ORDER BY id"
    assert run(file, text, "--output", "csv")[1].splitlines() == [
        "id,tags,data,ok",
        'a,"{""SS"":[""x"",""y""]}",,',
        "b,,AAE=,true",
    ]


def test_values_of_the_command_line_are_texts(file: str) -> None:
    status, shown, _ = run(file, "SELECT id FROM Music WHERE id = ?", "a", "--output", "csv")
    assert (status, shown) == (0, "id\na\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SELECT * FROM Musik"], 'no table "Musik"; did you mean "Music"?'),
        (["DROP TABLE Music"], "only questions are answered"),
        (["SELECT * FROM Music", "--rows", "1"], "more than 1 rows"),
        (["SELECT * FROM Music", "--region", "eu-west-1"], 'no table "Music"; there is none'),
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_refusal_is_one_line_and_status_1(file: str, arguments: list[str], said: str) -> None:
    status, shown, refused = run(file, *arguments)
    assert (status, shown) == (1, "")
    assert said in refused
    assert refused.count("\n") == 1


def test_a_file_in_use_is_refused(file: str) -> None:
    with dynalite_py.connect(file):
        status, _, refused = run(file, "SELECT 1")
    assert status == 1
    assert "in use by process" in refused


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.db"), "SELECT 1")[0] == 2
    assert not list(tmp_path.iterdir())
