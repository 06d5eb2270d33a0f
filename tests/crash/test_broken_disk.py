"""A full disk refuses the write and the store goes on; after a failing fsync nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts import item_tables

pytestmark = pytest.mark.crash


def _put(engine: Engine, number: int) -> None:
    item = {
        "pk": {"S": f"k{number}"},
        "sk": {"S": "a"},
        "gsiPk": {"S": "g"},
        "f": {"S": "x" * 3000},
    }
    engine.perform("PutItem", {"TableName": "indexed", "Item": item}, Caller())


def _stored(engine: Engine) -> set[str]:
    request: dict[str, Any] = {"TableName": "indexed", "ProjectionExpression": "pk"}
    found: set[str] = set()
    while True:
        page = codec.decode(engine.perform("Scan", request, Caller()))
        found |= {item["pk"]["S"] for item in page["Items"]}
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


def test_a_full_disk_refuses_the_write_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", item_tables.INDEXED, Caller())
    pages = engine.database.writer.pragma("page_count")
    engine.database.writer.pragma("max_page_count", pages + 100)
    acknowledged: set[str] = set()
    refusal = None
    for number in range(1000):
        try:
            _put(engine, number)
        except DynamoDBError as refused:
            refusal = refused
            break
        acknowledged.add(f"k{number}")
    assert refusal is not None
    assert refusal.status == 500
    assert "could not write" in str(refusal)
    assert acknowledged
    assert _stored(engine) == acknowledged
    engine.database.writer.pragma("max_page_count", pages + 10_000)
    _put(engine, 5000)
    assert _stored(engine) == {*acknowledged, "k5000"}
    engine.close()
    assert _findings(path) == []


class _Disk(apsw.VFS):
    """The real disk, whose fsync of the write-ahead log fails when it is told to."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.broken = False
        super().__init__("broken-disk", base)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Every file through ours."""
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk: _Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        super().__init__(disk.base, name, flags)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        """Fail, or sync."""
        if self._disk.broken:
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        super().xSync(flags)


@pytest.fixture
def disk() -> Iterator[_Disk]:
    before = apsw.vfs_names()[0]
    made = _Disk(before)
    apsw.set_default_vfs("broken-disk")
    yield made
    apsw.set_default_vfs(before)
    made.unregister()


def test_a_write_that_did_not_reach_the_disk_is_not_acknowledged(
    tmp_path: Path, disk: _Disk
) -> None:
    path = tmp_path / "app.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", item_tables.INDEXED, Caller())
    _put(engine, 1)
    disk.broken = True
    with pytest.raises(DynamoDBError) as refusal:
        _put(engine, 2)
    assert refusal.value.status == 500
    assert "Whether it is stored shows when the store is opened again" in str(refusal.value)
    assert _stored(engine) == {"k1"}
    disk.broken = False
    engine.close()
    assert _findings(path) == []


def test_after_a_failed_flush_nothing_is_written_until_the_store_is_opened_again(
    tmp_path: Path, disk: _Disk, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "app.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", item_tables.INDEXED, Caller())
    _put(engine, 1)
    disk.broken = True
    with pytest.raises(DynamoDBError):
        _put(engine, 2)
    disk.broken = False
    assert engine.failure is not None
    assert "SQLITE_IOERR_FSYNC" in engine.failure
    with pytest.raises(DynamoDBError, match=r"until the store is opened again.*IOERR_FSYNC"):
        _put(engine, 3)
    with pytest.raises(DynamoDBError, match="until the store is opened again"):
        engine.perform("DeleteTable", {"TableName": "indexed"}, Caller())
    assert _stored(engine) == {"k1"}
    assert [record.levelname for record in caplog.records].count("CRITICAL") == 1
    assert "restart the server" in caplog.text
    engine.close()
    engine = Engine.open(path)
    assert engine.failure is None
    _put(engine, 4)
    assert {"k1", "k4"} <= _stored(engine) <= {"k1", "k2", "k4"}
    engine.close()
    assert _findings(path) == []


def test_a_restore_that_did_not_reach_the_disk_is_not_acknowledged(
    tmp_path: Path, disk: _Disk
) -> None:
    path = tmp_path / "app.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", item_tables.INDEXED, Caller())
    _put(engine, 1)
    engine.snapshot("one")
    _put(engine, 2)
    # The copy is opened while the disk still works.
    with engine._shelf.opened("one") as source:  # pyright: ignore[reportPrivateUsage]
        disk.broken = True
        with pytest.raises(StoreError, match="did not confirm the restored state"):
            engine._become(source)  # pyright: ignore[reportPrivateUsage]
        disk.broken = False
    assert _stored(engine) == {"k1", "k2"}
    with pytest.raises(DynamoDBError, match="until the store is opened again"):
        _put(engine, 3)
    engine.close()
    engine = Engine.open(path)
    assert _stored(engine) in ({"k1"}, {"k1", "k2"})
    engine.close()
    assert _findings(path) == []
