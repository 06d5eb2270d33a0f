"""The groups of a whole run, in their order.

A new one is a module with measure(plan), and a line in GROUPS with the seconds that it takes.
The most important ones come first: a run that is ended early has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import (
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
    Group(in_process.GROUP, in_process.measure, 50, 10),
    Group(startup.GROUP, startup.measure, 45, 40),
    Group(memory.GROUP, memory.measure, 45, 45),
    Group(http.GROUP, http.measure, 330, 100),
    Group(queries.GROUP, queries.measure, 400, 130),
    Group(large_reads.GROUP, large_reads.measure, 150, 60),
    Group(beside.GROUP, beside.measure, 80, 40),
    Group(ycsb.GROUP_IN_PROCESS, ycsb.measure_in_process, 30, 10),
    Group(ycsb.GROUP, ycsb.measure, 170, 90),
    Group(sizes.GROUP, sizes.measure, 100, 60),
    Group(cold.GROUP, cold.measure, 40, 10),
    Group(growth.GROUP, growth.measure, 240, 10),
)
