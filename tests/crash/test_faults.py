"""Bounded runs on a disk that fails; ``python -m tests.crash.faults`` does as many as one wants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model.clock import SystemClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import database
from dynalite_py.storage.database import Database
from tests.crash import disk, faults
from tests.crash.disk import Disk, Fault
from tests.crash.workload import item, request, table

SEED = 20_261_124
RUNS = 80

pytestmark = pytest.mark.crash


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_failing_disk_loses_nothing_acknowledged_and_halves_nothing(part: int) -> None:
    report = faults.Report()
    for number in range(part, RUNS, 4):
        faults.run_one(f"{SEED}/{number}", report)
    assert report.findings == [], "\n".join(report.findings)
    assert report.runs == RUNS // 4
    assert report.answers["acknowledged"] > 100


@pytest.fixture
def failing() -> Iterator[Disk]:
    made = Disk("failing", random.Random(SEED))
    yield made
    made.unregister()


def _opened(path: Path, failing: Disk) -> Engine:
    return Engine(Database(path, vfs=failing.name), SystemClock())


def _put(engine: Engine, number: int) -> None:
    request(engine, "PutItem", {"TableName": "log", "Item": item(f"k{number}", number, 9000)})


def _stored(engine: Engine) -> set[int]:
    return {int(each["n"]["N"]) for each in request(engine, "Scan", {"TableName": "log"})["Items"]}


def _killed(engine: Engine, failing: Disk) -> None:
    """The process ends as by SIGKILL."""
    failing.dead = True
    engine.close()
    failing.revive()


def _all_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is not flushed reaches the disk."""
    monkeypatch.setattr(disk, "MANNERS", ("none",))


def _findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


def test_a_flush_that_fails_and_then_succeeds_is_not_trusted_by_the_next_process(
    tmp_path: Path, failing: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log that is found has a write which the disk has not; later ones depended on it."""
    _all_lost(monkeypatch)
    path = tmp_path / "app.db"
    engine = _opened(path, failing)
    request(engine, "CreateTable", table("log", indexed=True))
    _put(engine, 1)
    failing.faults.append(Fault("failing flush", failing.calls, 1))
    with pytest.raises(DynamoDBError, match="did not confirm this write"):
        _put(engine, 2)
    _killed(engine, failing)
    engine = _opened(path, failing)
    assert _stored(engine) == {1, 2}
    _put(engine, 3)
    failing.dead = True
    engine.close()
    failing.crash(path)
    assert _findings(path) == []
    engine = Engine.open(path)
    assert _stored(engine) == {1, 2, 3}
    engine.close()


def test_a_flush_that_fails_while_the_log_is_moved_is_noticed(
    tmp_path: Path, failing: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alone keeps it to itself, for the commit itself is done."""
    monkeypatch.setattr(database, "WAL_PAGES", 8)
    path = tmp_path / "app.db"
    engine = _opened(path, failing)
    request(engine, "CreateTable", table("log"))
    failing.faults.append(Fault("failing flush", 0, 1, "app.db"))
    number = 0
    while engine.failure is None and number < 100:
        _put(engine, number)
        number += 1
    with pytest.raises(DynamoDBError, match="No write is taken until the store is opened again"):
        _put(engine, number)
    acknowledged = _stored(engine)
    assert acknowledged
    failing.dead = True
    engine.close()
    failing.crash(path)
    assert _findings(path) == []
    engine = Engine.open(path)
    assert _stored(engine) == acknowledged
    engine.close()


def test_a_write_error_before_the_commit_is_undone_and_the_store_goes_on(
    tmp_path: Path, failing: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small cache has pages written before the commit."""
    monkeypatch.setattr(database, "_CACHE_KIB", 16)
    path = tmp_path / "app.db"
    engine = _opened(path, failing)
    request(engine, "CreateTable", table("log"))
    puts = [{"PutRequest": {"Item": item(f"k{number}", number, 100_000)}} for number in range(20)]
    failing.faults.append(Fault("write error", failing.calls, 1))
    with pytest.raises(DynamoDBError, match=r"could not write: .*WRITE\). Nothing was changed"):
        request(engine, "BatchWriteItem", {"RequestItems": {"log": puts}})
    assert engine.failure is None
    assert _stored(engine) == set()
    _put(engine, 1)
    assert _stored(engine) == {1}
    engine.close()
    assert _findings(path) == []


def test_a_file_whose_first_transaction_was_cut_off_is_a_new_file(tmp_path: Path) -> None:
    """As earlier versions made files: its torn beginning looks like no database; the journal beside
    it says that it was empty.
    """
    path = tmp_path / "app.db"
    path.write_bytes(b"SQLite format 3\x00" + bytes(34))
    journal = bytes.fromhex("d9d505f920a163d7") + bytes(504)
    (tmp_path / "app.db-journal").write_bytes(journal)
    engine = Engine.open(path)
    request(engine, "CreateTable", table("log"))
    engine.close()
    assert _findings(path) == []
    assert [each.name for each in tmp_path.iterdir()] == ["app.db"]


def test_whatever_cannot_be_read_at_the_opening_is_told_and_the_file_is_free_again(
    tmp_path: Path, failing: Disk
) -> None:
    path = tmp_path / "app.db"
    engine = _opened(path, failing)
    request(engine, "CreateTable", table("log"))
    _put(engine, 1)
    _killed(engine, failing)
    apsw.set_default_vfs(failing.name)
    told: list[str] = []
    try:
        for after in range(1, 60):
            failing.revive()
            failing.faults.append(Fault("read error", after, 1))
            try:
                engine = Engine.open(path)
            except StoreError as refusal:
                told.append(str(refusal))
                continue
            failing.revive()
            assert _stored(engine) == {1}
            _killed(engine, failing)
    finally:
        apsw.set_default_vfs("unix")
    assert len(told) > 5
    assert all("SQLITE_IOERR_READ" in text for text in told)
    assert _findings(path) == []


def test_an_opening_whose_flush_fails_leaves_the_log_and_the_file_as_they_are(
    tmp_path: Path, failing: Disk
) -> None:
    path, log = tmp_path / "app.db", tmp_path / "app.db-wal"
    engine = _opened(path, failing)
    request(engine, "CreateTable", table("log"))
    _put(engine, 1)
    _killed(engine, failing)
    before = path.read_bytes(), log.read_bytes()
    failing.faults.append(Fault("failing flush", 0, 1, "-wal"))
    with pytest.raises(StoreError, match=r"cannot be opened: .*SQLITE_IOERR_FSYNC"):
        _opened(path, failing)
    assert (path.read_bytes(), log.read_bytes()) == before
    engine = _opened(path, failing)
    assert _stored(engine) == {1}
    engine.close()
    assert not log.exists()
