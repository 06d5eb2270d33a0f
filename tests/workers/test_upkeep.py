"""The file and its log stay small by themselves, while the store is used."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.care import check_file, vacuum_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model.caller import Caller
from dynalite_py.storage import checksums, upkeep
from dynalite_py.storage import database as files
from dynalite_py.workers.upkeep import Upkeep
from tests.support.files import without_layer

TABLE = {
    "TableName": "log",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
}
ITEMS = 2000
WIDE = 3000


def _batches(numbers: list[int]) -> list[list[int]]:
    return [numbers[at : at + 25] for at in range(0, len(numbers), 25)]


def _write(engine: Engine, numbers: list[int], *, width: int = WIDE) -> None:
    chance = random.Random(len(numbers))
    for batch in _batches(numbers):
        puts: list[dict[str, Any]] = [
            {
                "PutRequest": {
                    "Item": {"p": {"S": f"{number}"}, "t": {"S": chance.choice("abc") * width}}
                }
            }
            for number in batch
        ]
        engine.perform("BatchWriteItem", {"RequestItems": {"log": puts}}, Caller())


def _delete(engine: Engine, numbers: list[int]) -> None:
    for batch in _batches(numbers):
        deletes: list[dict[str, Any]] = [
            {"DeleteRequest": {"Key": {"p": {"S": f"{number}"}}}} for number in batch
        ]
        engine.perform("BatchWriteItem", {"RequestItems": {"log": deletes}}, Caller())


def _findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An open store with small measures, whose worker is stepped by the test."""
    monkeypatch.setattr(files, "WAL_PAGES", 100)
    monkeypatch.setattr(files, "_NOTABLE_PAGES", 50)
    monkeypatch.setattr(files, "WAL_BYTES", 500 * 1024)
    monkeypatch.setattr(upkeep, "KEPT_PAGES", 64)
    opened = Engine.open(tmp_path / "app.db")
    opened.database.watch = None
    opened.perform("CreateTable", TABLE, Caller())
    yield opened
    opened.close()


def test_the_file_shrinks_after_mass_deletes_while_it_is_used(engine: Engine) -> None:
    path = Path(engine.database.path)
    worker = Upkeep(engine.database, engine.writer)
    _write(engine, list(range(ITEMS)))
    worker.step()
    full = path.stat().st_size
    _delete(engine, list(range(ITEMS - 20)))
    steps = 0
    while worker.step():  # In steps, between which everybody else writes.
        steps += 1
        _write(engine, [ITEMS + steps], width=10)
    assert steps > 3
    assert worker.watching
    while worker.watching:
        worker.step()
    assert path.stat().st_size < full / 10
    engine.close()
    assert _findings(path) == []


def test_a_dropped_table_wakes_the_worker(engine: Engine) -> None:
    _write(engine, list(range(ITEMS)))
    path = Path(engine.database.path)
    full = path.stat().st_size
    engine.perform("DeleteTable", {"TableName": "log"}, Caller())
    engine.runner.close()  # After its present step.
    while engine.runner.step():
        pass
    for _ in range(2):
        engine.runner.step()
    assert path.stat().st_size < full / 10


def test_free_pages_that_are_few_are_kept_for_new_items(engine: Engine) -> None:
    _write(engine, list(range(ITEMS)))
    _delete(engine, list(range(50)))
    worker = Upkeep(engine.database, engine.writer)
    assert not worker.step()


def test_the_log_is_cut_once_a_long_reader_is_gone(engine: Engine) -> None:
    log = Path(engine.database.path + "-wal")
    worker = Upkeep(engine.database, engine.writer)
    reader = engine.database.connect_reader()
    reader.execute("BEGIN")
    assert reader.execute("SELECT COUNT(*) FROM tables").get == 1
    for _ in range(3):
        _write(engine, list(range(500)))
    assert log.stat().st_size > 4 * files.WAL_BYTES
    for _ in range(3):
        worker.step()  # The reader needs what is there.
    assert log.stat().st_size > 4 * files.WAL_BYTES
    assert worker.watching
    reader.close()
    worker.step()
    assert log.stat().st_size == 0
    assert not worker.watching


def test_the_log_is_cut_by_the_writes_that_follow_a_long_reader(engine: Engine) -> None:
    log = Path(engine.database.path + "-wal")
    reader = engine.database.connect_reader()
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM tables").fetchall()
    _write(engine, list(range(1000)))
    assert log.stat().st_size > 2 * files.WAL_BYTES
    reader.close()
    for number in range(3):
        _write(engine, [number])
    assert log.stat().st_size <= files.WAL_BYTES


def test_the_log_stays_bounded_without_readers(engine: Engine) -> None:
    log = Path(engine.database.path + "-wal")
    longest = 0
    for number in range(60):
        _write(engine, list(range(number, number + 50)))
        longest = max(longest, log.stat().st_size)
    assert longest < 3 * files.WAL_BYTES


def test_commits_that_leave_much_in_the_log_wake_the_worker(engine: Engine) -> None:
    woken: list[bool] = []
    engine.database.watch = lambda: woken.append(True)
    _write(engine, [1], width=10)
    assert woken == []
    _write(engine, list(range(800)))
    assert woken == [True]  # Once, until it has looked.


def test_vacuum_gives_an_older_file_checksums_and_its_free_pages_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "older.db"
    with monkeypatch.context() as patch:
        patch.setattr(checksums, "layer", without_layer)
        engine = Engine.open(path)
        engine.perform("CreateTable", TABLE, Caller())
        _write(engine, list(range(ITEMS)))
        _delete(engine, list(range(0, ITEMS, 2)))
        engine.close()
    for _ in range(2):  # The second time there is nothing left to gain.
        before, after = vacuum_file(path)
        assert after == path.stat().st_size <= before
        assert checksums.kept(path.read_bytes()[:100])
        assert _findings(path) == []
    assert [each.name for each in tmp_path.iterdir()] == ["older.db"]
    engine = Engine.open(path)
    assert engine.database.writer.pragma("auto_vacuum") == 2
    assert engine.database.writer.pragma("journal_mode") == "wal"
    engine.close()


def test_vacuum_refuses_what_is_in_use_or_missing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="in use"):
        vacuum_file(engine.database.path)
    with pytest.raises(StoreError, match="does not exist"):
        vacuum_file(tmp_path / "none.db")
