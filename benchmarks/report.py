"""Figures as people read them: the printed table, the verdicts, and README's marked part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import harness, peers

BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
SUBJECTS = (harness.FLOOR, *peers.PEERS)
NOT_MEASURED = "–"
WIDTH = 150
EXPLANATION = (
    "In brackets: dynalite_py's figure divided by that one, the median of interleaved rounds. Of "
    "requests/s more is better, of everything else less. The floor is the bare work without any "
    "check: apsw's statements in process, and an HTTP server that does nothing else."
)


def number(value: float) -> str:
    """Three digits are as much as a measurement here can claim; more would be noise."""
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value, -digits):,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def quotient(value: float) -> str:
    """Ours divided by another's."""
    return f"{value:.0f}×" if value >= 10 else f"{value:.2g}×"


def bound(budget: harness.Budget) -> str:
    """A budget in words: "at most 2.5× floor"."""
    side = "at least" if budget.at_least else "at most"
    if budget.against is None:
        return f"{side} {budget.bound:g}"
    return f"{side} {budget.bound:g}× {budget.against}"


def verdict(judged: harness.Verdict) -> str:
    """A budget and what became of it, in one line."""
    if judged.kept is None or judged.value is None:
        return f"{bound(judged.budget)}: not measured"
    # A digit more than in the table: a bound is met or missed by less than a rounding.
    found = f"{judged.value:.3g}×" if judged.budget.against else number(judged.value)
    return f"{bound(judged.budget)}: {'kept' if judged.kept else 'MISSED'} ({found})"


def printed(console: Console, figures: Sequence[harness.Figure]) -> None:
    """The whole run as a table with quartiles, then budgets, then what was not measured and why."""
    table = Table(title="median (quartiles); then dynalite_py divided by it, in the same round")
    table.add_column("what")
    for subject in (harness.OURS, *SUBJECTS):
        table.add_column(subject, justify="right")
    for figure in figures:
        cells = [_spread(figure.values.get(harness.OURS))]
        cells += [_beside(figure, subject) for subject in SUBJECTS]
        table.add_row(f"{figure.name}, {figure.unit}", *cells)
    console.print(table)
    for figure in figures:
        for judged in harness.verdicts(figure):
            console.print(f"{figure.name}: {verdict(judged)}", highlight=False)
    for reason in reasons(figures):
        console.print(f"not measured: {reason}", highlight=False)


def reasons(figures: Iterable[harness.Figure]) -> list[str]:
    """Why something is missing, each reason once."""
    found = {
        f"{subject}: {reason}": None
        for figure in figures
        for subject, reason in figure.absent.items()
    }
    return list(found)


def _spread(found: harness.Spread | None) -> str:
    if found is None:
        return NOT_MEASURED
    if found.count == 1:
        return number(found.median)
    return f"{number(found.median)} ({number(found.lower)}–{number(found.upper)})"


def _beside(figure: harness.Figure, subject: str) -> str:
    ratio = figure.ratios.get(subject)
    if ratio is None:
        return _spread(figure.values.get(subject))
    text = quotient(ratio.median)
    if ratio.count > 1:
        text += f" ({quotient(ratio.lower)}–{quotient(ratio.upper)})"
    return f"{_spread(figure.values.get(subject))}\n{text}"


def readme_table(figures: Sequence[harness.Figure], machine: Mapping[str, Any]) -> str:
    """A Markdown table of the medians, with the machine and the versions they were found on."""
    head = ["", harness.OURS, *SUBJECTS]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for figure in figures:
        ours = figure.values.get(harness.OURS)
        cells = [
            f"{figure.name}, {figure.unit}",
            NOT_MEASURED if ours is None else number(ours.median),
        ]
        for subject in SUBJECTS:
            value, ratio = figure.values.get(subject), figure.ratios.get(subject)
            text = NOT_MEASURED if value is None else number(value.median)
            cells.append(f"{text} ({quotient(ratio.median)})" if ratio else text)
        lines.append(_row(cells))
    return "\n".join([*lines, "", EXPLANATION, "", _origin(machine)])


def _origin(machine: Mapping[str, Any]) -> str:
    servers = machine["servers"]
    versions = ", ".join(f"{name} {servers[name]}" for name in peers.PEERS if name in servers)
    return (
        f"{machine['date'][:10]}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']}, Python {machine['python']}, SQLite {machine['sqlite']}. "
        f"Peers: {versions or 'none'}. [How it is measured](docs/performance.md)."
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def between_marks(text: str, content: str) -> str:
    """The text with everything between the two marks replaced. Raises: ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} before {END}")
    return f"{before}{BEGIN}\n{content}\n{END}{after}"


def fill_readme(path: Path, figures: Sequence[harness.Figure], machine: Mapping[str, Any]) -> None:
    """Replace README's figures. Raises: ValueError when it has no marks, OSError."""
    text = path.read_text(encoding="utf-8")
    filled = between_marks(text, readme_table(figures, machine))
    path.write_text(filled, encoding="utf-8")
