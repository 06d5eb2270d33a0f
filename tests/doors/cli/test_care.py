"""The commands that look after a file, and ``healthcheck``: what they print, how they end."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import main
from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.storage import page_names
from dynalite_py.storage.pages import Pages
from tests.support import files
from tests.support.processes import Connection, ServerProcess


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


def test_a_server_whose_disk_has_failed_is_not_well_and_says_why(
    engine: Engine, server: BackgroundServer
) -> None:
    engine.database.fail("disk I/O error (SQLITE_IOERR_FSYNC)")
    shown = CliRunner().invoke(main.main, ["healthcheck", "--port", str(server.port)])
    assert shown.exit_code == 1
    assert 'answers 503: {"status":"failed"' in shown.stderr
    assert '"reason":"disk I/O error (SQLITE_IOERR_FSYNC)"' in shown.stderr


def test_a_port_without_a_server_is_not_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shown = CliRunner().invoke(main.main, ["healthcheck", "--port", str(port)])
    assert shown.exit_code == 1
    assert f"127.0.0.1:{port} does not answer" in shown.stderr


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "dynalite_py", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
    )


def _damaged(file: Path, name: str) -> Path:
    """The file with the root page of a table of SQLite overwritten."""
    pages = Pages(file)
    root = page_names.roots(pages)[name]
    pages.close()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * 4096)
        opened.write(b"\x55" * 4096)
    return file


def test_check_names_page_and_table_of_a_flipped_byte(file: Path) -> None:
    pages = Pages(file)
    number = page_names.roots(pages)["items_1"]
    pages.close()
    files.flip(file, number * 4096 - 30)
    shown = _run("check", file)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert shown.stdout.startswith(
        f"page {number} (items of table Things (us-east-1, 000000000000)) differs from its checksum"
    )


def test_repair_makes_an_index_anew(file: Path) -> None:
    shown = _run("check", _damaged(file, "items_1_key"), "--repair")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[-3:] == [
        "repair:",
        "the items were moved into a new file, with new indexes and counters",
        f"{file}: nothing is wrong any more",
    ]
    assert _run("check", file).stdout == f"{file}: nothing is wrong\n"


def test_repair_of_counters_says_what_they_were(file: Path) -> None:
    db = files.connection(file)
    db.execute("UPDATE counts SET items = 5")
    db.close()
    shown = _run("check", file, "--repair")
    assert shown.returncode == 0
    assert "the counter of items says 3 items and 11 bytes, it said 5 and 11" in shown.stdout


def test_repair_leaves_damaged_items_and_says_what_helps(file: Path) -> None:
    before = _damaged(file, "items_1").read_bytes()
    shown = _run("check", file, "--repair")
    assert shown.returncode == 1
    assert "nothing was changed, because items are lost or in doubt" in shown.stdout
    assert shown.stdout.splitlines()[-1] == (
        f"items are damaged: `dynalite recover {file} NEW` saves what can be read"
    )
    assert file.read_bytes() == before


def test_recover_reports_what_is_lost(file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    shown = _run("recover", _damaged(file, "items_1"), new)
    assert (shown.returncode, shown.stderr) == (1, "")
    lines = shown.stdout.splitlines()
    assert sum("is lost" in line for line in lines) == 3
    assert lines[-1] == f"{new}: 0 items"
    assert "table Things (us-east-1, 000000000000): 0 of 3 items recovered" in lines
    assert _run("check", new).returncode == 0


def test_recover_of_a_sound_file_ends_well(file: Path, tmp_path: Path) -> None:
    shown = _run("recover", file, tmp_path / "new.db")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines() == [
        "table Things (us-east-1, 000000000000): 3 of 3 items recovered",
        f"{tmp_path / 'new.db'}: 3 items",
    ]


def test_a_backup_is_taken_while_a_server_runs(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "app.db")
    connection = Connection(server.endpoint)
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    kinds = [{"AttributeName": "id", "AttributeType": "N"}]
    table = {"TableName": "Things", "KeySchema": key, "AttributeDefinitions": kinds}
    connection.call("CreateTable", {**table, "BillingMode": "PAY_PER_REQUEST"})
    connection.call("PutItem", {"TableName": "Things", "Item": {"id": {"N": "1"}}})
    shown = _run("backup", tmp_path / "app.db", tmp_path / "copy.db")
    assert (shown.returncode, shown.stderr) == (0, "")
    size = (tmp_path / "copy.db").stat().st_size
    assert shown.stdout == f"{tmp_path / 'copy.db'}: {size:,} bytes\n"
    again = _run("backup", tmp_path / "app.db", tmp_path / "copy.db")
    assert again.returncode == 1
    assert again.stderr == (f"Error: {tmp_path / 'copy.db'} exists already; it was left as it is\n")
    for command in (("check",), ("check", "--repair"), ("vacuum",)):
        refused = _run(*command, tmp_path / "app.db")
        assert refused.returncode == 1
        assert f"in use by process {server.process.pid}" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    connection.close()
    assert server.stop() == 0
    assert _run("check", tmp_path / "copy.db").returncode == 0


def test_vacuum_says_what_it_gained(file: Path) -> None:
    shown = _run("vacuum", file)
    size = file.stat().st_size
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == f"{file}: {size:,} bytes before, {size:,} now\n"


@pytest.mark.parametrize("command", ["check", "recover", "backup", "vacuum"])
def test_each_command_explains_itself(command: str) -> None:
    shown = _run(command, "--help")
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"Usage: dynalite {command} [OPTIONS]")
    assert max(map(len, shown.stdout.splitlines())) <= 80
