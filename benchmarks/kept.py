"""A run as JSON: written after every group, read again by goals, plots and README."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import harness
from dynalite_py.model import codec

FOLDER = Path(__file__).with_name("results")
QUICK = "quick.json"  # a look is not collected


@dataclass(slots=True)
class Run:
    """What one run found. seconds: what each finished group took; missing: why a group has none."""

    machine: dict[str, Any]
    plan: dict[str, Any]
    figures: list[harness.Figure] = field(default_factory=list[harness.Figure])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    missing: dict[str, str] = field(default_factory=dict[str, str])

    def take(self, group: str, figures: Sequence[harness.Figure], seconds: float) -> None:
        """Put in what a group found, in place of what it had found before."""
        self.figures = [figure for figure in self.figures if figure.group != group]
        self.figures += figures
        self.seconds[group] = round(seconds, 1)
        self.missing.pop(group, None)


def path_of(run: Run, folder: Path) -> Path:
    """Where a run is kept: a file for each, named by its beginning; a quick one takes turns."""
    if run.plan["quick"]:
        return folder / QUICK
    stamp = "".join(character for character in run.machine["date"][:19] if character not in "-:")
    return folder / f"{stamp}.json"


def write(run: Run, path: Path) -> None:
    """Keep a run, a line for each figure, so that two runs can be compared by eye.

    The file is replaced as a whole: a run that is ended in between keeps what it had.
    """
    head = {
        "machine": run.machine,
        "plan": run.plan,
        "seconds": run.seconds,
        "missing": run.missing,
    }
    lines = b",\n".join(codec.encode(asdict(figure)) for figure in run.figures)
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(codec.encode(head)[:-1] + b',\n"figures":[\n' + lines + b"\n]}\n")
    partial.replace(path)


def read(path: Path) -> Run:
    """A kept run. Raises: OSError, ValueError."""
    parsed = codec.decode(path.read_bytes())
    return Run(
        parsed["machine"],
        parsed["plan"],
        [_figure(line) for line in parsed["figures"]],
        parsed.get("seconds", {}),
        parsed.get("missing", {}),
    )


def newest(folder: Path = FOLDER) -> Path | None:
    """The run that began last, of those that were not quick."""
    return max((path for path in folder.glob("*.json") if path.name != QUICK), default=None)


def _figure(line: Mapping[str, Any]) -> harness.Figure:
    known = {name: line[name] for name in ("group", "name", "unit", "absent", "extra")}
    return harness.Figure(**known, values=_spreads(line["values"]), ratios=_spreads(line["ratios"]))


def _spreads(found: Mapping[str, Any]) -> dict[str, harness.Spread]:
    return {name: harness.Spread(**spread) for name, spread in found.items()}
