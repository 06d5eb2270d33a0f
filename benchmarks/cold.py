"""What the checksums of pages cost where pages come from the file instead of a cache.

Two stores have the same items, one with checksums and one without, which only this measurement
makes. "disk" is after the operating system was told to forget both files, "file" after they were
opened anew, so that SQLite's cache is empty while the system has the pages. Then so many items are
read, each once, by keys drawn from all of them.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

import dynalite_py
from benchmarks import growth, harness, workload
from dynalite_py.storage import checksums

GROUP = "cold"
WITHOUT = "without checksums"
ITEMS, READS = 200_000, 2_000
QUICK_ITEMS, QUICK_READS = 20_000, 200
ROUNDS = 6


def made(path: Path, count: int, *, has_checksums: bool) -> None:
    """A store with so many points."""
    if has_checksums:
        store = growth.opened(path)
    else:
        with mock.patch.object(checksums, "layer", return_value=None):
            store = growth.opened(path)
    growth.write(store, range(count))
    store.close()


def forget(path: Path) -> None:
    """Let the system drop what it keeps of a file. Raises: UnmeasurableError where it cannot."""
    if not hasattr(os, "posix_fadvise"):
        raise harness.UnmeasurableError("this system cannot be told to forget a file")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # only what is on the disk is forgotten
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def read_us(path: Path, numbers: list[int], *, from_disk: bool) -> float:
    """µs of a GetItem, on a store that is opened anew."""
    if from_disk:
        forget(path)
    store: Any = dynalite_py.connect(path)
    try:
        requests = [workload.get_request(number) for number in numbers]
        store.get_item(**requests[0])  # loads what the first request of a store loads
        started = time.perf_counter()
        for request in requests:
            store.get_item(**request)
        return (time.perf_counter() - started) / len(requests) * 1e6
    finally:
        store.close()


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    items, reads = (QUICK_ITEMS, QUICK_READS) if plan.quick else (ITEMS, READS)
    draw = random.Random(3)
    figures: list[harness.Figure] = []
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        files = {harness.OURS: Path(room) / "with.db", WITHOUT: Path(room) / "without.db"}
        plan.say(f"writing {items:,} items, with and without checksums")
        for name, path in files.items():
            made(path, items, has_checksums=name == harness.OURS)

        def once(path: Path, *, from_disk: bool) -> harness.Measure:
            def measured() -> float:
                return read_us(path, draw.sample(range(items), reads), from_disk=from_disk)

            return measured

        for place, from_disk in (("file", False), ("disk", True)):
            plan.say(f"reading from the {place}")
            subjects = {name: once(path, from_disk=from_disk) for name, path in files.items()}
            samples, failed = harness.interleaved(subjects, min(ROUNDS, plan.pairs))
            name = f"GetItem whose pages come from the {place}"
            figures.append(harness.figure(GROUP, name, "µs", samples, absent=failed))
    return figures
