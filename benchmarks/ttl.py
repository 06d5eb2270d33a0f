"""Time to live: a sweep of many items of which few have expired, and what the times cost PutItem.

The floor does what a sweep must: in a file of the same layout it finds the expired rows by an index
of times, and deletes them and their times, in transactions of as many rows. It decodes nothing and
counts nothing. Both see the same items, spread alike; each turn another hundredth of them expires.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

import dynalite_py
from benchmarks import floors, harness, in_process, names, workload
from dynalite_py.model.clock import MovableClock

GROUP = "ttl"
COUNT, QUICK_COUNT = 1_000_000, 50_000
SHARE = 100  # One item in so many expires in a turn.
START, TURN_SECONDS = 1_700_000_001, 10  # The last digit keeps all of one size.
STEP = 64  # Rows of a transaction, as the sweeper takes them.
MOST_TURNS = 20

CREATE_TIMES = """
CREATE TABLE times (base INTEGER PRIMARY KEY, at INTEGER);
CREATE INDEX times_at ON times (at);
"""
FILL_TIMES = "INSERT INTO times SELECT id, item ->> '$.expires.N' FROM items"
SELECT_EXPIRED = "SELECT base FROM times INDEXED BY times_at WHERE at < ? ORDER BY at LIMIT ?"
DELETE_ITEM = "DELETE FROM items WHERE id = ?"
DELETE_TIME = "DELETE FROM times WHERE base = ?"


def sweep_of(count: int) -> str:
    """A sweep of so many items, named as the goal names the whole one."""
    if count == COUNT:
        return names.SWEEP
    return f"sweep of {count:,} items, {count // SHARE:,} expired"


def expiring(number: int) -> workload.Item:
    """A point that expires in the turn that its number says."""
    item = workload.point(number)
    item["expires"] = {"N": str(START + number % SHARE * TURN_SECONDS)}
    item["note"]["S"] = item["note"]["S"][: -len("expires") - 6]
    return item


def switch(store: Any, table: str) -> None:
    """Let the items of a table expire."""
    specification = {"Enabled": True, "AttributeName": "expires"}
    store.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def write(store: Any, items: Iterator[workload.Item]) -> None:
    """Put items, 25 a request."""
    for request in workload.batch_requests(workload.POINTS, items):
        store.batch_write_item(**request)


def bare_sweep(db: apsw.Connection, now: int) -> int:
    """Delete what has expired; how many rows went."""
    gone = 0
    while True:
        db.execute("BEGIN IMMEDIATE")
        found = floors.rows(db, SELECT_EXPIRED, (now, STEP))
        for row in found:
            db.execute(DELETE_ITEM, row)
            db.execute(DELETE_TIME, row)
        db.execute("COMMIT")
        gone += len(found)
        if len(found) < STEP:
            return gone


class _Turns:
    """Both sides of the sweep, each with a clock of its own; a measure moves it by a turn."""

    def __init__(self, db: apsw.Connection, store: Any, clock: MovableClock, count: int) -> None:
        self._db = db
        self._store = store
        self._clock = clock
        self._bare_now = START
        self._expected = count // SHARE

    def ours(self) -> float:
        """Milliseconds of ``store.sweep``."""
        self._clock.advance(TURN_SECONDS)
        started = time.perf_counter()
        gone = self._store.sweep()
        return self._checked(gone, started)

    def floor(self) -> float:
        """Milliseconds of the bare statements."""
        self._bare_now += TURN_SECONDS
        started = time.perf_counter()
        gone = bare_sweep(self._db, self._bare_now)
        return self._checked(gone, started)

    def _checked(self, gone: int, started: float) -> float:
        elapsed = time.perf_counter() - started
        if gone != self._expected:
            raise harness.UnmeasurableError(f"{gone} items went instead of {self._expected}")
        return elapsed * 1e3


def sweeps(folder: Path, count: int, rounds: int) -> harness.Figure:
    """The sweep beside its floor."""
    clock = MovableClock(float(START))
    db = floors.opened(folder / "floor.db", durable=False)
    floors.fill(db, map(expiring, range(count)))
    db.execute(CREATE_TIMES)
    db.execute(FILL_TIMES)
    store: Any = dynalite_py.connect(
        folder / "ours.db", durability="relaxed", clock=clock, ttl_interval=0
    )
    try:
        store.create_table(**workload.point_table(workload.POINTS))
        switch(store, workload.POINTS)
        write(store, map(expiring, range(count)))
        turns = _Turns(db, store, clock, count)
        harness.settle()
        subjects = {harness.FLOOR: turns.floor, harness.OURS: turns.ours}
        samples, failed = harness.interleaved(subjects, min(rounds, MOST_TURNS))
    finally:
        store.close()
        db.close()
    return harness.figure(GROUP, sweep_of(count), "ms", samples, absent=failed)


def puts(folder: Path, pairs: int) -> list[harness.Figure]:
    """PutItem into a table whose items expire, beside one whose items do not."""
    store: Any = dynalite_py.connect(folder / "puts.db", durability="relaxed", ttl_interval=0)
    figures: list[harness.Figure] = []
    try:
        for table in (workload.POINTS, workload.BULK):
            store.create_table(**workload.point_table(table))
        switch(store, workload.POINTS)
        for name, changes in ((names.PUT_SAME_TIME, False), (names.PUT_OTHER_TIME, True)):
            subjects = {
                names.WITHOUT_TTL: harness.block(_put_call(store, workload.BULK, changes=changes)),
                harness.OURS: harness.block(_put_call(store, workload.POINTS, changes=changes)),
            }
            harness.settle()
            samples, failed = harness.interleaved(subjects, pairs)
            figures.append(harness.figure(GROUP, name, "µs", samples, absent=failed))
    finally:
        store.close()
    return figures


def _put_call(store: Any, table: str, *, changes: bool) -> Any:
    """A call that puts the next of many points. changes: with another time than before."""
    requests = [
        {"TableName": table, "Item": {**expiring(number), **_later(turn if changes else 0)}}
        for turn in range(2)
        for number in range(workload.POINT_COUNT)
    ]
    return in_process.over(requests, in_process.sender(store.put_item))


def _later(turn: int) -> workload.Item:
    return {"expires": {"N": str(START + 3600 * (turn + 1))}}


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group."""
    count = QUICK_COUNT if plan.quick else COUNT
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        plan.say(sweep_of(count))
        swept = sweeps(Path(room), count, 2 * plan.rounds)
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        plan.say(names.PUT_OTHER_TIME)
        return [swept, *puts(Path(room), plan.pairs)]
