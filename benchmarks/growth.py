"""A table that grows: GetItem and PutItem at 10 thousand to 5 million items, load, bytes of file.

The reads and writes of each size are measured in turns with those of a small table that stays as it
is. Between two sizes the table is filled by BatchWriteItem, 25 items a request; that is the rate of
the bulk load.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dynalite_py
from benchmarks import harness, in_process, names, workload

GROUP = "growth"
SMALL = 10_000
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
QUICK_SIZES = (10_000, 50_000)
KEYS = 20_000  # drawn from the whole table, so that the big one cannot live in a few hot pages
PAIRS = 40


def opened(path: Path) -> Any:
    """An open store with the table of points; not durable, so that it is filled in minutes."""
    store = dynalite_py.connect(path, durability="relaxed")
    store.create_table(**workload.point_table(workload.POINTS))
    return store


def write(store: Any, numbers: Iterable[int]) -> float:
    """Put points; how many a second."""
    count, started = 0, time.perf_counter()
    for request in workload.batch_requests(workload.POINTS, map(workload.point, numbers)):
        store.batch_write_item(**request)
        count += len(request["RequestItems"][workload.POINTS])
    return count / (time.perf_counter() - started)


def steps(store: Any, count: int) -> tuple[harness.Measure, harness.Measure]:
    """GetItem and PutItem of points drawn from all of them."""
    draw = random.Random(count)
    drawn = [draw.randrange(count) for _ in range(KEYS)]
    gets = [workload.get_request(number) for number in drawn]
    puts = [workload.put_request(number) for number in drawn]
    return (
        harness.block(in_process.over(gets, in_process.sender(store.get_item))),
        harness.block(in_process.over(puts, in_process.sender(store.put_item))),
    )


def beside(small: Any, large: Any, count: int, pairs: int) -> list[harness.Figure]:
    """Both operations at a size, each in turns with those of the small table."""
    figures: list[harness.Figure] = []
    both = zip(steps(small, SMALL), steps(large, count), strict=True)
    for name, (few, many) in zip((names.get_at(count), names.put_at(count)), both, strict=True):
        harness.settle()
        subjects = {names.SMALL_TABLE: few, harness.OURS: many}
        samples, _ = harness.interleaved(subjects, pairs)
        figures.append(harness.figure(GROUP, name, "µs", samples))
    return figures


def one(name: str, unit: str, value: float) -> harness.Figure:
    """A figure of one sample."""
    return harness.figure(GROUP, name, unit, {harness.OURS: [value]})


def grown(plan: harness.Plan, small: Any, store: Any, sizes: Iterable[int]) -> list[harness.Figure]:
    """What is found at each size, while a table grows from one to the next."""
    figures: list[harness.Figure] = []
    count = 0
    for size in sizes:
        plan.say(f"growing to {size:,} items")
        rate = write(store, range(count, size))
        count = size
        figures.append(one(f"bulk load in process, to {size:,} items", "items/s", rate))
        figures += beside(small, store, size, min(PAIRS, plan.pairs))
    return figures


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group."""
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        path = Path(room) / "large.db"
        sizes = QUICK_SIZES if plan.quick else SIZES
        small, store = opened(Path(room) / "small.db"), opened(path)
        try:
            write(small, range(SMALL))
            figures = grown(plan, small, store, sizes)
        finally:
            store.close()
            small.close()
        occupied = path.stat().st_size / sizes[-1]
        return [*figures, one(f"file per item at {sizes[-1]:,} items", "bytes", occupied)]
