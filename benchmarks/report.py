"""Figures as people read them: the printed table, the verdicts, and README's marked part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import harness, names

BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
FULL = 0.9  # of the machine
NOT_MEASURED = "–"
WIDTH = 150
EXPLANATION = (
    "In brackets: dynalite_py's figure divided by that one, the median of interleaved rounds. Of "
    "what is counted a second more is better, of everything else less. The floor is the bare work "
    "without any check: apsw's statements in process, and an HTTP server that does nothing else."
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


def printed(console: Console, figures: Sequence[harness.Figure]) -> None:
    """Figures as a table with quartiles, then what was not measured and why."""
    table = Table(title="median (quartiles); then dynalite_py divided by it, in the same round")
    table.add_column("what")
    subjects = shown(figures)
    for subject in subjects:
        table.add_column(subject, justify="right")
    for figure in figures:
        cells = [_beside(figure, subject) for subject in subjects]
        table.add_row(f"{figure.name}, {figure.unit}", *cells)
    console.print(table)
    for reason in reasons(figures):
        console.print(f"not measured: {reason}", highlight=False)


def shown(figures: Iterable[harness.Figure]) -> list[str]:
    """The subjects of some figures, ours first: the columns of their table."""
    found = {subject: None for figure in figures for subject in figure.values}
    return names.in_order(found)


def generator(figures: Iterable[harness.Figure], cores: int) -> str:
    """How much of the machine the load generator took, and where that may have counted.

    cores: of the machine. Where generator and server together took nearly all of it, the server
    may have waited for a processor.
    """
    taken = [
        (name, beside["generator_cores"], beside["generator_cores"] + beside["server_cores"])
        for figure in figures
        for name, beside in figure.extra.items()
        if "generator_cores" in beside
    ]
    if not taken:
        return "no load was generated"
    most = max(generator for _, generator, _ in taken)
    full = [name for name, _, both in taken if both > FULL * cores]
    per_server = ", ".join(f"{name} {full.count(name)}" for name in names.in_order(set(full)))
    return (
        f"the load generator kept at most {most:.2f} of {cores} processors busy; together with the "
        f"server more than {FULL:.0%} of them in {len(full)} of {len(taken)} measurements"
        + (f" ({per_server})" if per_server else "")
    )


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


def markdown(figures: Sequence[harness.Figure]) -> str:
    """A table of the medians for a document."""
    subjects = shown(figures)
    lines = [row(["", *subjects]), row(["---"] + ["---:"] * len(subjects))]
    for figure in figures:
        cells = [f"{figure.name}, {figure.unit}"]
        for subject in subjects:
            value, ratio = figure.values.get(subject), figure.ratios.get(subject)
            text = NOT_MEASURED if value is None else number(value.median)
            cells.append(f"{text} ({quotient(ratio.median)})" if ratio else text)
        lines.append(row(cells))
    return "\n".join([*lines, "", EXPLANATION])


def origin(machine: Mapping[str, Any]) -> str:
    """The machine, the date and the versions of a run, in one line."""
    servers = machine["servers"]
    versions = ", ".join(
        f"{name.removesuffix(' 3')} {servers[name]}" for name in names.PEERS if name in servers
    )
    return (
        f"{machine['date'][:10]}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']}, Python {machine['python']}, SQLite {machine['sqlite']}. "
        f"Peers: {versions or 'none'}."
    )


def row(cells: Iterable[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def between_marks(text: str, content: str) -> str:
    """The text with everything between the two marks replaced. Raises: ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} before {END}")
    return f"{before}{BEGIN}\n{content}\n{END}{after}"


def fill(path: Path, content: str) -> None:
    """Replace a document's figures. Raises: ValueError when it has no marks, OSError."""
    text = path.read_text(encoding="utf-8")
    path.write_text(between_marks(text, content), encoding="utf-8")
