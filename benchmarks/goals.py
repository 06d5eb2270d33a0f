"""The goals: what is promised of the figures, and what became of it in a run.

    python -m benchmarks.goals [RESULT]      # the newest kept run, where none is named

Every goal is printed with the measured value and with every server that was measured beside it. A
goal about "DynamoDB Local" is met when it is met against each version that ran, and one about the
best peer when it is met against all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import kept, names, report
from benchmarks.harness import FLOOR, OURS, Figure

BEST_PEER = "the best peer"
MET, MISSED, NOT_MEASURED = "met", "MISSED", "not measured"
WIDTH = 150


@dataclass(frozen=True, slots=True)
class Goal:
    """Ours divided by `against` (None: ours itself) stays on one side of a bound."""

    figure: str
    bound: float
    against: str | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal and what became of it. value, beside and met: None where nothing was measured."""

    goal: Goal
    unit: str
    value: float | None
    beside: str | None
    met: bool | None


def at_least(bound: float, against: str, *figures: str) -> list[Goal]:
    """Ours is so many times the other's, or more, in each of the figures."""
    return [Goal(figure, bound, against, at_least=True) for figure in figures]


def at_most(bound: float, against: str | None, *figures: str) -> list[Goal]:
    """Ours is so many times the other's (None: so much), or less, in each of the figures."""
    return [Goal(figure, bound, against) for figure in figures]


GET_8, GET_32 = names.get(8), names.get(32)
PUT_8, PUT_32 = names.put(8), names.put(32)
GOALS: tuple[Goal, ...] = (
    *at_least(0.65, FLOOR, GET_8, GET_32),
    *at_least(3.0, names.DYNOXIDE, GET_8, GET_32),
    *at_least(3.5, names.DYNAMODB_LOCAL, GET_8, GET_32),
    *at_least(0.70, FLOOR, PUT_8, PUT_32),
    *at_least(3.0, names.DYNOXIDE, PUT_8),
    *at_least(6.0, names.DYNOXIDE, PUT_32),
    *at_least(13.0, names.DYNAMODB_LOCAL, PUT_8, PUT_32),
    *at_least(2.0, names.DYNALITE, PUT_8, PUT_32),
    *at_least(2.5, names.DYNOXIDE, names.UPDATE),
    *at_least(5.0, names.DYNAMODB_LOCAL, names.FILTERED_QUERY),
    *at_least(4.0, names.DYNOXIDE, names.FILTERED_QUERY),
    *at_least(3.0, BEST_PEER, names.LARGE_PAGE),
    # The scan is a time, so that "ten times as fast" is a tenth of it.
    *at_most(1 / 10, names.DYNAMODB_LOCAL, names.LARGE_SCAN),
    *at_most(1 / 2, names.DYNOXIDE, names.LARGE_SCAN),
    *at_least(3.0, BEST_PEER, names.TRANSACTION),
    *at_least(3.0, BEST_PEER, names.INDEXED_PUT),
    *at_most(2.5, FLOOR, names.GET_IN_PROCESS),
    *at_most(1.5, FLOOR, names.SELECT_BESIDE_GET),
    *at_most(1.2, FLOOR, names.SELECT_BESIDE_QUERY),
    *at_most(4.0, FLOOR, names.PUT_RELAXED, names.PUT_DURABLE),
    # Their floor is the operation that does the same.
    *at_most(2.0, names.DUCKDB, names.question(names.SUM_BY_GROUP, 1_000_000)),
    *at_most(2.0, names.DUCKDB, names.question(names.MOST_BY_CITY, 1_000_000)),
    *at_most(3.0, FLOOR, names.SWEEP),
    *at_most(1.5, names.SMALL_TABLE, names.GET_LARGE_TABLE),
    *at_most(5.0, None, names.GET_BESIDE),
    *at_most(400.0, None, names.START),
    *at_most(1 / 5, names.DYNAMODB_LOCAL, names.START),
    *at_most(60.0, None, names.IDLE_MEMORY),
    *at_most(1 / 3, names.DYNAMODB_LOCAL, names.IDLE_MEMORY),
    *at_most(1.3, names.DYNOXIDE, names.FILE_BYTES),
    *at_most(150.0, None, names.IMPORT),
    *at_most(1 / 10, names.MOTO, names.SUITE),
    *at_most(1 / 10, names.DYNAMODB_LOCAL, names.SUITE),
)


def verdict(goal: Goal, figures: Mapping[str, Figure]) -> Verdict:
    """Judge one goal by medians; of several subjects the one that is hardest for us decides."""
    figure = figures.get(goal.figure)
    if figure is None:
        return Verdict(goal, "", None, None, None)
    if goal.against is None:
        ours = figure.values.get(OURS)
        found = {} if ours is None else {OURS: ours.median}
    else:
        found = {
            name: ratio.median
            for name, ratio in figure.ratios.items()
            if _is_meant(name, goal.against)
        }
    if not found:
        return Verdict(goal, figure.unit, None, None, None)
    hardest = (min if goal.at_least else max)(found, key=lambda name: found[name])
    value = found[hardest]
    met = value >= goal.bound if goal.at_least else value <= goal.bound
    return Verdict(goal, figure.unit, value, None if hardest == OURS else hardest, met)


def _is_meant(subject: str, against: str) -> bool:
    if against == BEST_PEER:
        return subject in names.PEERS
    if against == names.DYNAMODB_LOCAL:
        return subject in names.DYNAMODB_LOCALS
    return subject == against


def verdicts(figures: Sequence[Figure]) -> list[Verdict]:
    """Every goal, in their order."""
    named = {figure.name: figure for figure in figures}
    return [verdict(goal, named) for goal in GOALS]


def outcome(judged: Verdict) -> str:
    """met, MISSED or not measured."""
    return NOT_MEASURED if judged.met is None else MET if judged.met else MISSED


def promised(goal: Goal, unit: str = "") -> str:
    """A goal in words: "≥ 3× Dynoxide", "≤ 400 ms"."""
    side = "≥" if goal.at_least else "≤"
    if goal.against is None:
        return f"{side} {goal.bound:g} {unit}".rstrip()
    if goal.bound < 0.5 or (goal.bound == 0.5 and not goal.at_least):
        return f"{side} 1/{1 / goal.bound:.0f} of {goal.against}"
    return f"{side} {goal.bound:g}× {goal.against}"


def measured(judged: Verdict) -> str:
    """What was found, with a digit more than in other tables: a goal is missed by less."""
    if judged.value is None:
        return report.NOT_MEASURED
    if judged.goal.against is None:
        return f"{judged.value:.3g} {judged.unit}"
    named = f" ({judged.beside})" if judged.beside != judged.goal.against else ""
    return f"{judged.value:.3g}×{named}"


def beside(figure: Figure | None) -> str:
    """The values of every subject of a figure, ours first."""
    if figure is None:
        return ""
    return ", ".join(
        f"{name} {report.number(figure.values[name].median)}"
        for name in names.in_order(figure.values)
    )


def rows(figures: Sequence[Figure]) -> list[tuple[str, str, str, str, str]]:
    """The table of goals: figure, goal, measured, outcome, and all that was measured there."""
    named = {figure.name: figure for figure in figures}
    return [
        (
            judged.goal.figure,
            promised(judged.goal, judged.unit),
            measured(judged),
            outcome(judged),
            beside(named.get(judged.goal.figure)),
        )
        for judged in verdicts(figures)
    ]


def counted(figures: Sequence[Figure]) -> str:
    """How many goals were met, missed, not measured."""
    found = [outcome(judged) for judged in verdicts(figures)]
    return ", ".join(f"{found.count(word)} {word}" for word in (MET, MISSED, NOT_MEASURED))


def printed(console: Console, figures: Sequence[Figure]) -> None:
    """The table of goals for a reader at a terminal."""
    table = Table(title=f"goals: {counted(figures)}")
    for column in ("figure", "goal", "measured", "", "servers, in the figure's unit"):
        table.add_column(column)
    for row in rows(figures):
        table.add_row(*row)
    console.print(table)


def markdown(figures: Sequence[Figure]) -> str:
    """The table of goals for a document."""
    head = ("figure", "goal", "measured", "")
    lines = [report.row(head), report.row(["---"] * len(head))]
    lines += [report.row(row[:-1]) for row in rows(figures)]
    return "\n".join([*lines, "", f"{counted(figures)}."])


def origin(machine: Mapping[str, Any]) -> str:
    """Where and when, for the line below the table."""
    return f"{machine['date']}, commit {machine['commit']}, {machine['processor']}"


def main(given: Sequence[str] | None = None) -> int:
    """Print the goals of a kept run; 1 where one is missed, 2 where there is no run."""
    paths = sys.argv[1:] if given is None else list(given)
    path = Path(paths[0]) if paths else kept.newest()
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    if path is None:
        console.print("no run is kept: python -m benchmarks.run")
        return 2
    run = kept.read(path)
    printed(console, run.figures)
    console.print(f"from {path}: {origin(run.machine)}", highlight=False)
    for reason in report.reasons(run.figures):
        console.print(f"not measured: {reason}", highlight=False)
    return 1 if any(judged.met is False for judged in verdicts(run.figures)) else 0


if __name__ == "__main__":
    sys.exit(main())
