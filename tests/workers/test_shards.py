"""What trimming takes from the file, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.storage import trimming
from dynalite_py.workers.runner import Runner
from dynalite_py.workers.shards import LONGEST_PAUSE_SECONDS
from tests.support import slow_tables
from tests.support.engines import answer
from tests.support.streaming import Streaming, numbers, sequences


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def stream(
    tmp_path: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    """A table with a stream, in a file."""
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    engine = Engine.open(tmp_path / "store.db", clock=clock, durability="relaxed", shard_hours=0)
    yield Streaming(engine)
    engine.close()


def rows(stream: Streaming) -> tuple[int, int, int]:
    """How many records, shards and streams the file has."""
    sql = "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM shards), count(*)"
    return stream.engine.database.writer.execute(f"{sql} FROM streams").get


def steps(stream: Streaming) -> int:
    """Let the workers finish; how many steps they took."""
    taken = 0
    while stream.engine.runner.step():
        taken += 1
    return taken


def test_old_records_leave_the_file_a_few_at_a_time(
    stream: Streaming, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trimming, "_ROWS", 10)
    stream.numbered(*range(45))
    clock.advance(hours=1)
    stream.numbered(45)
    clock.advance(hours=23)
    assert steps(stream) == 0
    clock.advance(LONGEST_PAUSE_SECONDS)
    left: list[int] = []
    while stream.engine.runner.step():
        left.append(rows(stream)[0])
    assert left[:5] == [36, 26, 16, 6, 1]
    assert rows(stream) == (1, 1, 1)
    assert numbers(stream.all_records()) == ["45"]


def test_large_records_leave_the_file_by_their_bytes(
    stream: Streaming, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trimming, "_BYTES", 100_000)
    for number in range(6):
        stream.put(f"key {number}", d={"S": "x" * 60_000})
    clock.advance(hours=25)
    stream.engine.runner.step()
    assert rows(stream)[0] == 4


def test_shards_and_streams_leave_when_nothing_of_them_can_be_read(
    stream: Streaming, clock: MovableClock
) -> None:
    stream.numbered(1)
    stream.roll()
    answer(stream.engine, "DeleteTable", TableName="music")
    clock.advance(hours=24, seconds=-1)
    steps(stream)
    assert rows(stream) == (1, 2, 1)
    clock.advance(LONGEST_PAUSE_SECONDS)
    steps(stream)
    assert rows(stream) == (0, 0, 0)
    assert not stream.engine.log.has_streams


def test_no_sequence_comes_back_when_all_of_them_are_gone(
    stream: Streaming, clock: MovableClock, tmp_path: Path
) -> None:
    stream.numbered(1, 2, 3)
    highest = sequences(stream.all_records())[-1]
    answer(stream.engine, "DeleteTable", TableName="music")
    clock.advance(hours=25)
    steps(stream)
    stream.engine.close()
    engine = Engine.open(tmp_path / "store.db", clock=clock)
    again = Streaming(engine)
    again.numbered(1)
    assert sequences(again.all_records())[0] > highest
    engine.close()


def test_whoever_reads_later_can_hold_what_is_too_old_for_streams(
    stream: Streaming, clock: MovableClock
) -> None:
    week = 7 * 24 * 3600
    stream.engine.log.holds.append(lambda _table, now: now - week)
    stream.numbered(1)
    clock.advance(days=6)
    steps(stream)
    assert rows(stream)[0] == 1
    assert stream.all_records() == []
    clock.advance(days=1, seconds=LONGEST_PAUSE_SECONDS)
    steps(stream)
    assert rows(stream)[0] == 0


def test_nothing_is_looked_at_before_something_can_be_too_old(
    stream: Streaming, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    due = trimming.due

    def counted(db: object, log: object, now: float) -> object:
        looks.append(now)
        return due(db, log, now)  # type: ignore[arg-type]

    monkeypatch.setattr(trimming, "due", counted)
    stream.numbered(1)
    for _ in range(48):
        steps(stream)
        clock.advance(hours=0.5)
    assert len(looks) <= 2
