"""The groups of a whole run, in their order.

A new one is a module with measure(plan), and a line in GROUPS with the seconds that it takes.
The most important ones come first: a run that is ended early has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import (
    analytics,
    beside,
    cold,
    growth,
    harness,
    http,
    in_process,
    large_reads,
    memory,
    queries,
    sizes,
    startup,
    streams,
    ycsb,
)


@dataclass(frozen=True, slots=True)
class Group:
    """One part of a run. seconds: what a whole one, and a quick one, take with every peer."""

    name: str
    measure: Callable[[harness.Plan], list[harness.Figure]]
    seconds: int
    quick_seconds: int


GROUPS: tuple[Group, ...] = (
    Group(in_process.GROUP, in_process.measure, 40, 6),
    Group(startup.GROUP, startup.measure, 30, 20),
    Group(memory.GROUP, memory.measure, 45, 30),
    Group(http.GROUP, http.measure, 320, 160),
    Group(queries.GROUP, queries.measure, 340, 180),
    Group(large_reads.GROUP, large_reads.measure, 180, 60),
    Group(beside.GROUP, beside.measure, 100, 40),
    Group(ycsb.GROUP_IN_PROCESS, ycsb.measure_in_process, 25, 5),
    Group(ycsb.GROUP, ycsb.measure, 160, 120),
    Group(streams.GROUP, streams.measure, 40, 20),
    Group(sizes.GROUP, sizes.measure, 110, 90),
    Group(analytics.GROUP, analytics.measure, 110, 15),
    Group(cold.GROUP, cold.measure, 30, 5),
    Group(growth.GROUP, growth.measure, 260, 5),
)
