"""``dynalite demo``: its data, its requests, and what it shows."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import demo_data, main


def test_every_assigned_character_is_one_item_as_unicode_has_it() -> None:
    by_code = {item["code"]["N"]: item for item in demo_data.characters()}
    assert len(by_code) > 100_000
    assert list(by_code) == sorted(by_code, key=int)
    assert "Cs" not in {item["category"]["S"] for item in by_code.values()}
    euro = by_code[str(ord("€"))]
    assert euro["name"] == {"S": unicodedata.name("€")}
    assert (euro["category"], euro["word"]) == ({"S": "Sc"}, {"S": "EURO"})
    assert by_code[str(ord("٣"))]["digit"] == {"N": "3"}
    assert "word" not in by_code["0"]


def test_the_demonstration_shows_every_scene(tmp_path: Path) -> None:
    file = str(tmp_path / "demo.db")
    # The first 8,400 characters reach beyond the currency signs.
    runner = CliRunner(env={"COLUMNS": "120"})
    shown = runner.invoke(main.main, ["demo", file, "--items", "8400"], catch_exceptions=False)
    assert shown.exit_code == 0
    for scene in demo_data.SCENES:
        assert scene.title in shown.stdout
        assert scene.operation in shown.stdout
    assert "ConditionalCheckFailedException" in shown.stdout
    assert "capacity units" in shown.stdout
    assert f"dynalite serve {file}".split("/")[0] in shown.stdout


def test_the_demonstration_can_be_repeated_on_its_file(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    for _ in range(2):
        shown = CliRunner().invoke(main.main, ["demo", str(file), "--items", "300"])
        assert shown.exit_code == 0, shown.stderr
    with dynalite_py.connect(file) as store:
        assert store.describe_table(TableName="Characters")["Table"]["ItemCount"] >= 300
    assert CliRunner().invoke(main.main, ["check", str(file)]).exit_code == 0


def test_the_demonstration_needs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main.main, ["demo", "--items", "50"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database" * 20, "utf-8")
    shown = CliRunner().invoke(main.main, ["demo", str(text)])
    assert shown.exit_code == 1
    assert "not an SQLite file" in shown.stderr
