"""GetItem of a big table beside a small one. Measured only when named: it writes millions."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import dynalite_py
from benchmarks import harness, in_process, workload

GROUP = "growth"
SMALL, LARGE, QUICK_LARGE = 10_000, 5_000_000, 100_000
AT_MOST = 1.5
KEYS = 20_000  # drawn from the whole table, so that the big one cannot live in a few hot pages


def filled(path: Path, count: int) -> Any:
    """An open store with so many points."""
    store = dynalite_py.connect(path, durability="relaxed")
    store.create_table(**workload.point_table(workload.POINTS))
    items = map(workload.point, range(count))
    for request in workload.batch_requests(workload.POINTS, items):
        store.batch_write_item(**request)
    return store


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """One figure: ours is the big table, and it is divided by the small one."""
    large = QUICK_LARGE if plan.quick else LARGE
    small_name = f"at {SMALL:,} items"
    draw = random.Random(1)
    subjects: dict[str, harness.Measure] = {}
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        stores: list[Any] = []
        try:
            for name, count in ((small_name, SMALL), (harness.OURS, large)):
                plan.say(f"writing {count:,} items")
                store = filled(Path(room) / f"{count}.db", count)
                stores.append(store)
                requests = [workload.get_request(draw.randrange(count)) for _ in range(KEYS)]
                call = in_process.over(requests, in_process.sender(store.get_item))
                subjects[name] = harness.block(call)
            samples = harness.interleaved(subjects, plan.pairs)
        finally:
            for store in stores:
                store.close()
    name = f"GetItem at {large:,} items"
    budgets = (harness.Budget(AT_MOST, small_name),)
    return [harness.figure(GROUP, name, "µs", samples, budgets=budgets)]
