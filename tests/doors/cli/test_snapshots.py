"""``snapshot``, ``snapshots`` and ``restore``: what they print, how they end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dynalite_py
from dynalite_py.doors.cli import main
from tests.storage.test_backup import PAIRS
from tests.support.processes import Connection, ServerProcess


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed store with one item."""
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.create_table(**PAIRS)
        store.table("pairs").put({"p": "old"})
    return tmp_path / "app.db"


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main.main, [str(argument) for argument in arguments])


def _keys(file: Path) -> list[str]:
    with dynalite_py.connect(file) as store:
        return [item["p"] for item in store.table("pairs").scan()]


def test_a_file_is_kept_listed_and_restored(file: Path) -> None:
    kept = _run("snapshot", file, "before the migration")
    assert (kept.exit_code, kept.stdout) == (0, f"{file}: kept as before the migration\n")
    with dynalite_py.connect(file) as store:
        store.table("pairs").put({"p": "new"})
    listed = _run("snapshots", file)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:]{8} +[\d,]+  before the migration\n", listed.stdout)
    restored = _run("restore", file, "before the migration")
    assert (restored.exit_code, restored.stdout) == (
        0,
        f"{file}: as it was kept under before the migration\n",
    )
    assert _keys(file) == ["old"]


def test_one_is_replaced_and_deleted_where_asked(file: Path) -> None:
    assert _run("snapshot", file, "one").exit_code == 0
    again = _run("snapshot", file, "one")
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    assert _run("snapshot", file, "one", "--replace").exit_code == 0
    deleted = _run("snapshots", file, "--delete", "one")
    assert (deleted.exit_code, deleted.stdout) == (0, "")
    unknown = _run("restore", file, "one")
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "Error: there is no snapshot 'one'; there are: none\n",
    )


def test_a_file_in_use_is_kept_and_not_restored(file: Path) -> None:
    server = ServerProcess(file)
    connection = Connection(server.endpoint)
    try:
        assert _run("snapshot", file, "while used").exit_code == 0
        item = {"TableName": "pairs", "Item": {"p": {"S": "new"}}}
        assert connection.ask("PutItem", item)[0] == 200
        refused = _run("restore", file, "while used")
        assert (refused.exit_code, "is in use by process" in refused.stderr) == (1, True)
        assert [line.split()[-2:] for line in _run("snapshots", file).stdout.splitlines()] == [
            ["while", "used"]
        ]
    finally:
        connection.close()
        server.stop()
    assert sorted(_keys(file)) == ["new", "old"]
    assert _run("restore", file, "while used").exit_code == 0
    assert _keys(file) == ["old"]
