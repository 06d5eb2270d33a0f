"""A backup is the store as of one commit, whoever owns the file and whatever goes on meanwhile."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py import engine as engines
from dynalite_py.care import backup_file, check_file
from dynalite_py.doors.library import exceptions
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.storage import backup
from tests.storage.test_check import TABLE, item
from tests.support import files
from tests.support.processes import Connection, ServerProcess

PAIRS: dict[str, Any] = {
    "TableName": "pairs",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
}


def _filled(path: Path, items: int = 500) -> Engine:
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(items):
        engine.perform("PutItem", {"TableName": "Music", "Item": item(number)}, Caller())
    return engine


def _findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


def _count(path: Path) -> int:
    engine = Engine.open(path)
    answer = engine.perform("Scan", {"TableName": "Music", "Select": "COUNT"}, Caller())
    engine.close()
    return codec.decode(answer)["Count"]


def test_a_store_is_copied_while_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES_PER_STEP", 1)
    engine = _filled(tmp_path / "app.db")
    copied: list[int] = []
    for step in backup.of_store(engine.database, tmp_path / "copy.db"):
        copied.append(step.done)
        number = 500 + len(copied)  # A write between any two pages.
        engine.perform("PutItem", {"TableName": "Music", "Item": item(number)}, Caller())
    assert copied == list(range(1, copied[-1] + 1))
    assert len(copied) > 20
    engine.close()
    assert _findings(tmp_path / "copy.db") == []
    assert _count(tmp_path / "copy.db") == 500
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["app.db", "copy.db"]


def test_a_store_in_memory_is_copied_to_a_file(tmp_path: Path) -> None:
    engine = _filled(Path(":memory:"), 40)
    engine.backup(tmp_path / "copy.db")
    engine.close()
    assert _findings(tmp_path / "copy.db") == []
    assert _count(tmp_path / "copy.db") == 40


def test_the_library_copies_its_store(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "app.db") as store:
        store.create_table(**PAIRS)
        store.table("pairs").put({"p": "a", "n": 1})
        store.backup(tmp_path / "copy.db")
        store.table("pairs").put({"p": "b", "n": 2})
        with pytest.raises(exceptions.StoreError, match="exists already"):
            store.backup(tmp_path / "copy.db")
    with dynalite_py.connect(tmp_path / "copy.db") as store:
        assert store.table("pairs").get({"p": "a"}) == {"p": "a", "n": 1}
        assert store.table("pairs").get({"p": "b"}) is None
    with pytest.raises(exceptions.StoreClosedError):
        store.backup(tmp_path / "another.db")


def test_a_file_of_another_process_is_copied_under_writes(tmp_path: Path) -> None:
    """Both halves of every transaction are in the copy, or neither is."""
    server = ServerProcess(tmp_path / "app.db")
    first = Connection(server.endpoint)
    first.call("CreateTable", PAIRS)
    enough, stop = threading.Event(), threading.Event()
    acknowledged: list[int] = []

    def write(name: str) -> None:
        connection = Connection(server.endpoint)
        number = 0
        while not stop.is_set():
            number += 1
            content = {"n": {"N": str(number)}, "pad": {"S": "x" * 2000}}
            puts = [
                {"Put": {"TableName": "pairs", "Item": {"p": {"S": f"{name}-{half}"}, **content}}}
                for half in ("a", "b", f"a{number}", f"b{number}")
            ]
            connection.call("TransactWriteItems", {"TransactItems": puts})
            acknowledged.append(number)
            if len(acknowledged) >= 200:
                enough.set()
        connection.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    copies = [tmp_path / f"copy-{number}.db" for number in range(3)]
    for copy in copies:
        assert [step.done for step in backup_file(tmp_path / "app.db", copy)][-1] > 20
    stop.set()
    for writer in writers:
        writer.join()
    first.close()
    assert server.stop() == 0
    for copy in copies:
        assert _findings(copy) == []
        with dynalite_py.connect(copy) as store:
            pairs = store.table("pairs")
            for name in ("one", "two"):
                halves = [pairs.get({"p": f"{name}-{half}"}) for half in "ab"]
                assert all(halves)
                assert halves[0]["n"] == halves[1]["n"]  # type: ignore[index]
                assert pairs.get({"p": f"{name}-b{halves[0]['n']}"}) is not None  # type: ignore[index]
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    _filled(tmp_path / "app.db", 3).close()
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    (tmp_path / "link.db").symlink_to(tmp_path / "nowhere")
    for name in ("notes.txt", "app.db", "link.db"):
        with pytest.raises(StoreError, match="exists already; it was left as it is"):
            list(backup_file(tmp_path / "app.db", tmp_path / name))
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


def test_a_file_that_comes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    _filled(tmp_path / "app.db", 3).close()
    copying = backup_file(tmp_path / "app.db", tmp_path / "copy.db")
    next(copying)
    (tmp_path / "copy.db").write_text("mine", "utf-8")
    with pytest.raises(StoreError, match="exists already"):
        list(copying)
    assert (tmp_path / "copy.db").read_text("utf-8") == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["app.db", "copy.db"]


def test_a_copy_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    _filled(tmp_path / "app.db", 300).close()
    copying = backup_file(tmp_path / "app.db", tmp_path / "copy.db")
    next(copying)
    copying.close()  # type: ignore[attr-defined]
    assert [each.name for each in tmp_path.iterdir()] == ["app.db"]


def test_a_source_that_is_missing_foreign_or_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        list(backup_file(tmp_path / "none.db", tmp_path / "copy.db"))
    (tmp_path / "notes.txt").write_text("no database" * 20, "utf-8")
    with pytest.raises(StoreError, match="is not an SQLite file"):
        list(backup_file(tmp_path / "notes.txt", tmp_path / "copy.db"))
    _filled(tmp_path / "app.db", 300).close()
    files.flip(tmp_path / "app.db", (tmp_path / "app.db").stat().st_size - 2000)
    with pytest.raises(StoreError, match=r"could not be copied: .*dynalite check"):
        list(backup_file(tmp_path / "app.db", tmp_path / "copy.db"))
    with pytest.raises(StoreError, match="cannot be created"):
        list(backup_file(tmp_path / "app.db", tmp_path / "missing" / "copy.db"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["app.db", "notes.txt"]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = _filled(tmp_path / "app.db", 3)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dynalite_py.storage.new_file.os.fsync", full)
    with pytest.raises(engines.StoreError, match="could not be written: No space left on device"):
        engine.backup(tmp_path / "copy.db")
    engine.close()
    assert [each.name for each in tmp_path.iterdir()] == ["app.db"]
