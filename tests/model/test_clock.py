"""Clocks: the system's, one that tests move, and texts that mean a moment."""

from __future__ import annotations

import ast
import threading
from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

import pytest

from dynalite_py.model import clock
from dynalite_py.model.clock import MovableClock, SystemClock

PACKAGE = Path(clock.__file__).resolve().parents[1]

SECONDS = ("monotonic", "perf_counter", "process_time", "thread_time", "time")
TIMES = {*SECONDS, *(f"{name}_ns" for name in SECONDS)}
# Who reads a time of its own, and why: the engine's clock is for what DynamoDB's users can see.
OWN_TIMES = {
    "doors.cli.demo": {"perf_counter"},  # shows how fast it was
    "doors.server.run": {"process_time"},  # a metric
    "doors.server.tracing": {"time_ns"},  # spans stand beside those of other programs
    "doors.server.watch": {"perf_counter"},  # a metric
    "doors.shell.catalog": {"monotonic"},  # how long names for completion are kept
    "doors.shell.running": {"perf_counter"},  # shows how long an answer took
    "faults.delays": {"monotonic"},  # how long answers are kept back
    "model.clock": {"time"},  # the system's clock
    "migration.copy": {"monotonic"},  # bounds how fast items are copied
    "operations.analytics": {"monotonic"},  # bounds the work of a question
    "operations.explain_reads": {"perf_counter"},  # a measurement
    "patterns.large_objects": {"monotonic"},  # how long a writer took, on this machine
    "patterns.leases": {"monotonic"},  # how long a lease was seen unchanged, on this machine
    "storage.analytics": {"monotonic"},  # bounds the work of a question
    "storage.writer": {"perf_counter"},  # a metric
    "workers.stepping": {"monotonic"},  # how long a failure lasts, for the log
    "workers.triggers": {"monotonic"},  # how long a caller waits for a trigger
}


def test_the_system_clock_tells_the_time() -> None:
    told = parsedate_to_datetime(formatdate(usegmt=True)).timestamp()
    assert abs(SystemClock().now() - told) < 60


def test_a_movable_clock_stands_still_until_it_is_moved() -> None:
    moved = MovableClock(1000)
    assert moved.now() == moved.now() == 1000
    moved.advance(1.5, minutes=1, hours=1, days=1)
    assert moved.now() == 1000 + 1.5 + 60 + 3600 + 86_400
    moved.advance(-1.5)
    moved.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert moved.now() == 1_767_225_600
    moved.set(7)
    assert moved.now() == 7


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), clock.LATEST + 1])
def test_a_moment_is_of_the_years_that_a_date_can_tell(wrong: float) -> None:
    moved = MovableClock(5)
    with pytest.raises(ValueError, match="not within the years 1970 to 9999"):
        moved.set(wrong)
    with pytest.raises(ValueError, match="not within the years 1970 to 9999"):
        moved.advance(wrong - 5)
    with pytest.raises(ValueError, match="not within the years 1970 to 9999"):
        MovableClock(wrong)
    assert moved.now() == 5


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        MovableClock().set(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_who_listens_hears_of_every_move_until_he_ends_it() -> None:
    moved, heard = MovableClock(1), list[float]()
    end = moved.on_change(lambda: heard.append(moved.now()))
    other = moved.on_change(lambda: heard.append(0))
    moved.advance(1)
    moved.set(10)
    other()
    other()
    moved.advance(1)
    end()
    moved.advance(1)
    assert heard == [2, 0, 10, 0, 11]


def test_moves_of_several_threads_all_count() -> None:
    moved = MovableClock(0)

    def move() -> None:
        for _ in range(500):
            moved.advance(1)

    threads = [threading.Thread(target=move) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert moved.now() == 2000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("1700000000.25", 1_700_000_000.25),
        ("2026-01-01", 1_767_225_600),
        ("2026-01-01T00:00:00Z", 1_767_225_600),
        ("2026-01-01T01:30:00+01:30", 1_767_225_600),
    ],
)
def test_a_text_means_epoch_seconds_or_a_moment(text: str, seconds: float) -> None:
    assert clock.parsed(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "app.db", "-1", "nan", "1e300", "2026-13-01"])
def test_other_texts_mean_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"1970|isoformat|month"):
        clock.parsed(text)


def test_zones_of_a_datetime_count() -> None:
    moved = MovableClock()
    moved.set(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    assert moved.now() == 0


def test_no_other_module_reads_the_time() -> None:
    """Else a test that moves the clock would miss a part."""
    found: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        name = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            read = _time_read(node)
            if read is not None:
                found.setdefault(name, set()).add(read)
    assert found == OWN_TIMES


def _time_read(node: ast.AST) -> str | None:
    """The function of the time that a node names."""
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        return node.names[0].name
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "time" and node.attr in TIMES:
            return node.attr
        if node.value.id in ("datetime", "date") and node.attr in ("now", "utcnow", "today"):
            return node.attr
    return None
