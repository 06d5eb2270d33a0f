"""The arithmetic of every measurement: interleaved rounds, ratios within a round, their spread.

A machine's speed drifts from minute to minute, so no absolute figure is worth much by itself. What
is compared is therefore measured in turns, the ratio is taken inside each turn, and the median of
the ratios with its quartiles is what counts. Goals are judged by that median.
"""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

OURS = "dynalite_py"
FLOOR = "floor"

Measure = Callable[[], float]
Samples = Mapping[str, Sequence[float]]
Say = Callable[[str], object]

BLOCK_SECONDS = 0.02  # One side of a pair: long beside the timer, short beside the machine's drift.
FEW_ROUNDS = 2  # Of what no goal speaks of.


class UnmeasurableError(Exception):
    """Something cannot be measured here; the text says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run may spend and where.

    seconds: of one load; rounds: turns of what a goal speaks of; pairs: turns in process; peers:
    folders by the environment variable that names them.
    """

    quick: bool
    seconds: int
    rounds: int
    pairs: int
    data_folder: Path
    peers: Mapping[str, Path]
    say: Say = print

    @property
    def few_rounds(self) -> int:
        """Turns of what no goal speaks of."""
        return min(FEW_ROUNDS, self.rounds)


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, quartiles and extremes of some samples."""

    median: float
    lower: float
    upper: float
    least: float
    most: float
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: a value for each subject, and ours divided by each other subject's."""

    group: str
    name: str
    unit: str
    values: dict[str, Spread]
    ratios: dict[str, Spread]
    absent: dict[str, str] = field(default_factory=dict[str, str])
    extra: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])


@dataclass(frozen=True, slots=True)
class Case:
    """A call of ours beside the bare statements that do the same work."""

    name: str
    floor: Callable[[], object]
    ours: Callable[[], object]


def spread(samples: Sequence[float]) -> Spread:
    """Describe at least one sample; quartiles are interpolated between neighbours."""
    if len(samples) == 1:
        (only,) = samples
        return Spread(only, only, only, only, only, 1)
    lower, median, upper = statistics.quantiles(samples, n=4, method="inclusive")
    return Spread(median, lower, upper, min(samples), max(samples), len(samples))


def ratios(samples: Samples) -> dict[str, Spread]:
    """Ours divided by each other subject, round by round, as far as both were measured."""
    ours = samples.get(OURS, ())
    return {
        name: spread([mine / theirs for mine, theirs in zip(ours, others, strict=False)])
        for name, others in samples.items()
        if name != OURS and ours and others
    }


def figure(
    group: str,
    name: str,
    unit: str,
    samples: Samples,
    *,
    absent: Mapping[str, str] | None = None,
    extra: Mapping[str, dict[str, float]] | None = None,
) -> Figure:
    """Make a figure of the samples of each subject, one a round and in the same order."""
    values = {subject: spread(taken) for subject, taken in samples.items() if taken}
    return Figure(group, name, unit, values, ratios(samples), dict(absent or {}), dict(extra or {}))


def interleaved(
    subjects: Mapping[str, Measure], rounds: int, *, once: Collection[str] = ()
) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Measure all subjects in every round; each round begins with another one.

    What a subject leaves behind (a full cache, a dirty disk, a hot core) thus meets each of the
    others alike. once: those that take part in the first round alone. A subject that fails is left
    out from then on, with all that it had; why is the second half of the answer.
    """
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    failed: dict[str, str] = {}
    names = list(subjects)
    for turn in range(rounds):
        start = turn % len(names) if names else 0
        for name in names[start:] + names[:start]:
            if name in failed or (turn and name in once):
                continue
            try:
                samples[name].append(subjects[name]())
            except UnmeasurableError as reason:
                failed[name] = str(reason)
                del samples[name]
    return samples, failed


def block(call: Callable[[], object], seconds: float = BLOCK_SECONDS) -> Measure:
    """A measure in µs a call: as many calls in a row as fill about the given time.

    A first call may load modules and fill caches for half a second. It is made before the calls
    are counted: a block that holds one call measures what the other subjects left in the caches.
    """
    _seconds_of(call, 1)
    calls, elapsed = 1, _seconds_of(call, 1)
    while elapsed < seconds / 2:
        calls *= 2
        elapsed = _seconds_of(call, calls)
    calls = max(1, round(calls * seconds / elapsed))
    return lambda: _seconds_of(call, calls) / calls * 1e6


def _seconds_of(call: Callable[[], object], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - started


def settle() -> None:
    """Let the collector forget what is there by now: a full collection would go through everything
    that the benchmark itself keeps. It stays on for what comes.
    """
    gc.collect()
    gc.freeze()


def compare(group: str, case: Case, plan: Plan) -> Figure:
    """Run one case in interleaved pairs."""
    subjects = {FLOOR: block(case.floor), OURS: block(case.ours)}
    settle()
    samples, failed = interleaved(subjects, plan.pairs)
    return figure(group, case.name, "µs", samples, absent=failed)


def tool(name: str, advice: str) -> str:
    """The path of a program. Raises: UnmeasurableError, with the advice how to install it."""
    path = shutil.which(name)
    if path is None:
        raise UnmeasurableError(f"{name} is not installed ({advice})")
    return path


def python_environment(plan: Plan, modules: Path) -> dict[str, str]:
    """The environment of our own processes, which find their modules below a folder.

    They keep compiled modules in the run's folder, even where the caller's environment forbids
    that: an installed package has them, and compiling would be most of what a start costs.
    """
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    bytecode = str(plan.data_folder / "bytecode")
    return kept | {"PYTHONPATH": str(modules), "PYTHONPYCACHEPREFIX": bytecode}


def output_of(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    seconds: float = 60.0,
    environment: dict[str, str] | None = None,
) -> str:
    """What a program prints. Raises: UnmeasurableError when it fails, hangs or is not there."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise UnmeasurableError(f"{command[0]}: {failure}") from failure
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).strip()[-400:]
        raise UnmeasurableError(f"{command[0]} ended with {done.returncode}: {tail}")
    return done.stdout
