"""The file: opened once, refused with a reason, left alone where it is not ours."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.storage import layout
from dynalite_py.storage.database import Database, StoreError


def _refusal(path: Path) -> str:
    with pytest.raises(StoreError) as refusal:
        Database(path)
    return str(refusal.value)


def test_a_new_file_is_ours_and_durable(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database = Database(path)
    assert database.writer.pragma("journal_mode") == "wal"
    assert database.writer.pragma("synchronous") == 2  # FULL
    database.close()
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA application_id").fetchone() == (layout.APPLICATION_ID,)
        assert other.execute("PRAGMA user_version").fetchone() == (layout.FORMAT,)
    other.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.db"]


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
def test_a_new_file_and_those_beside_it_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(tmp_path / "app.db")
        database.writer.execute("UPDATE counts SET items = items")
        assert database.reader().execute("SELECT count(*) FROM counts").get == 0
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("app.db", "app.db-owner", "app.db-shm", "app.db-wal"), 0o600)


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    Database(path).close()
    path.chmod(0o640)
    Database(path).close()
    assert path.stat().st_mode & 0o777 == 0o640


def test_relaxed_durability_is_an_option(tmp_path: Path) -> None:
    database = Database(tmp_path / "app.db", durability="relaxed")
    assert database.writer.pragma("synchronous") == 1  # NORMAL
    database.close()


def test_a_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    program = (
        "import sys; from dynalite_py.storage.database import Database;"
        f"database = Database({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdin is not None
    assert owner.stdout is not None
    try:
        assert owner.stdout.readline() == "open\n"
        assert f"in use by process {owner.pid} (" in _refusal(path)
        owner.kill()  # Whoever is killed leaves the file free.
        owner.wait()
        Database(path).close()
    finally:
        owner.kill()
        owner.wait()
        owner.stdin.close()
        owner.stdout.close()


def test_a_link_to_an_open_file_is_the_same_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "app.db")
    (tmp_path / "link.db").symlink_to(tmp_path / "app.db")
    assert "in use by" in _refusal(tmp_path / "link.db")
    database.close()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00", b"\x00" * 5000])
def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "is not an SQLite file" in _refusal(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    assert "another program" in _refusal(path)
    assert path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db"]


def test_a_newer_format_asks_for_a_newer_program(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    Database(path).close()
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA user_version = {layout.FORMAT + 1}")
    db.close()
    before = path.read_bytes()
    assert f"format {layout.FORMAT + 1}" in _refusal(path)
    assert path.read_bytes() == before


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    assert "is a folder" in _refusal(tmp_path)
    assert "does not exist" in _refusal(tmp_path / "missing" / "app.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    assert "is not writable" in _refusal(folder / "app.db")


def test_a_read_only_file_system_is_refused() -> None:
    assert "app.db" in _refusal(Path("/proc/app.db")) or "not writable" in _refusal(
        Path("/proc/app.db")
    )


def test_each_thread_reads_the_last_commit(tmp_path: Path) -> None:
    database = Database(tmp_path / "app.db")
    database.writer.execute("INSERT INTO counts VALUES (1, 0, 7, 8, 0)")

    def counts(db: apsw.Connection) -> list[Any]:
        return db.execute("SELECT items, bytes FROM counts").fetchall()

    assert database.read(counts) == [(7, 8)]
    with pytest.raises(apsw.ReadOnlyError):
        database.read(lambda db: db.execute("DELETE FROM counts"))
    database.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "app.db")
    database.close()
    database.close()
    with pytest.raises(StoreError, match="is closed"):
        database.reader()


_MEMORY = """
import apsw
{before}
import dynalite_py
with dynalite_py.connect(":memory:"):
    print(apsw.status(apsw.SQLITE_STATUS_MEMORY_USED)[0])
"""


@pytest.mark.parametrize(("before", "counted"), [("", False), ("db = apsw.Connection('')", True)])
def test_sqlite_counts_no_memory_unless_this_process_uses_it_already(
    before: str, counted: bool
) -> None:
    program = _MEMORY.format(before=before)
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert (int(ran.stdout) > 0) is counted
