"""``dynalite check`` and ``dynalite healthcheck``: what they print and how they end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import main
from dynalite_py.doors.server.run import BackgroundServer
from tests.support import files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed store with one table of three items."""
    path = tmp_path / "store.db"
    with dynalite_py.connect(path) as store:
        store.create_table(
            TableName="Things",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        for number in range(3):
            store.table("Things").put({"id": number})
    return path


def test_a_sound_file_passes(file: Path) -> None:
    shown = CliRunner().invoke(main.main, ["check", str(file)])
    assert (shown.exit_code, shown.stdout) == (0, f"{file}: nothing is wrong\n")


def test_findings_are_listed_with_status_1(file: Path) -> None:
    db = files.connection(file)
    db.execute("UPDATE counts SET items = 5")
    db.close()
    shown = CliRunner().invoke(main.main, ["check", str(file)])
    assert shown.exit_code == 1
    assert "the counter of items says 5 items" in shown.stdout


def test_many_findings_are_cut(file: Path) -> None:
    db = files.connection(file)
    for number in range(100, 250):
        db.execute("INSERT INTO counts VALUES (?, 0, 1, 1, 0)", (number,))
    db.close()
    shown = CliRunner().invoke(main.main, ["check", str(file)])
    lines = shown.stdout.splitlines()
    assert (shown.exit_code, len(lines), lines[-1]) == (1, 101, "... and 50 more")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main.main, ["check", str(tmp_path / "none.db")])
    assert shown.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database" * 20, "utf-8")
    shown = CliRunner().invoke(main.main, ["check", str(text)])
    assert shown.exit_code == 1
    assert "not an SQLite file" in shown.stderr


def test_a_running_server_is_well(server: BackgroundServer) -> None:
    shown = CliRunner().invoke(main.main, ["healthcheck", "--port", str(server.port)])
    assert shown.exit_code == 0
    assert "ok" in shown.stdout


def test_a_port_without_a_server_is_not_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shown = CliRunner().invoke(main.main, ["healthcheck", "--port", str(port)])
    assert shown.exit_code == 1
    assert f"127.0.0.1:{port} does not answer" in shown.stderr
