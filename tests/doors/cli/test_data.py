"""``dynalite load`` and ``dynalite dump``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import data, main
from dynalite_py.doors.library import loading
from dynalite_py.formats import item_files
from tests.support import local_files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with the empty table ``events``."""
    path = tmp_path / "shop.db"
    with dynalite_py.connect(path) as store:
        store.create_table(
            TableName="events",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return path


def run(*arguments: object) -> tuple[int, str]:
    """Exit status and output of a command."""
    done = CliRunner().invoke(main.main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_items_go_in_and_out(tmp_path: Path, file: Path) -> None:
    (tmp_path / "in.csv").write_text("id,n:N\na,1\nb,\n")
    assert run("load", file, tmp_path / "in.csv", "--table", "events") == (
        0,
        "2 items written to events\n",
    )
    out = tmp_path / "out.jsonl"
    assert run("dump", file, "events", out) == (0, f"2 items in {out}\n")
    assert sorted(out.read_text().splitlines()) == ['{"id":"a","n":1}', '{"id":"b"}']


def test_a_file_of_dynamodb_local_brings_its_tables(tmp_path: Path) -> None:
    theirs = local_files.made(tmp_path / "shared-local-instance.db")
    new = tmp_path / "new.db"
    assert run("load", new, theirs) == (0, "2 items written to Music, plain\n")
    with dynalite_py.connect(new) as store:
        assert store.list_tables()["TableNames"] == ["Music", "plain"]


def test_refusals_are_one_line(tmp_path: Path, file: Path) -> None:
    wrong = tmp_path / "in.jsonl"
    wrong.write_text("{}\n")
    status, shown = run("load", file, wrong, "--table", "events")
    assert status == 1
    assert shown.startswith(f"Error: {wrong}: line 1: One or more parameter values")
    assert shown.count("\n") == 1
    assert run("load", file, wrong) == (
        1,
        f"Error: {wrong}: name the table that its items go to\n",
    )
    assert run("dump", file, "events", wrong) == (
        1,
        f"Error: {wrong} exists already; it was left as it is\n",
    )


def test_the_formats_offered_are_those_that_are_read() -> None:
    offered: Any
    [offered] = [each for each in data.load.params if each.name == "kind"]
    shown: Any = offered.type.to_info_dict()
    assert tuple(shown["choices"]) == loading.LOAD_FORMATS
    [offered] = [each for each in data.dump.params if each.name == "kind"]
    shown = offered.type.to_info_dict()
    assert tuple(shown["choices"]) == item_files.FORMATS
