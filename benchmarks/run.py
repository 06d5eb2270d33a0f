"""The one command: measure, print, keep as JSON, fill README's figures.

    python -m benchmarks.run [GROUP ...] [--quick] [--seconds N] [--strict]

A whole run writes benchmarks/results/DATE.json and fills the figures between README's two marks. A
run of named groups leaves README alone; so does a quick one, which writes results/quick.json.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
from rich.console import Console

from benchmarks import growth, harness, http, in_process, memory, peers, queries, report, startup
from dynalite_py.model import codec
from dynalite_py.model.clock import SystemClock

Group = Callable[[harness.Plan], list[harness.Figure]]
GROUPS: dict[str, Group] = {
    "in_process": in_process.measure,
    "http": http.measure,
    "queries": queries.measure,
    "startup": startup.measure,
    "memory": memory.measure,
}
NAMED_ONLY: dict[str, Group] = {"growth": growth.measure}

RESULTS = Path(__file__).with_name("results")
README = peers.CHECKOUT / "README.md"
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    names = [*GROUPS, *NAMED_ONLY]
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(names)}")
    parser.add_argument(
        "--quick", action="store_true", help="a look in a few minutes, not a result"
    )
    parser.add_argument("--seconds", type=positive, help="of one HTTP load (3; quick: 1)")
    parser.add_argument("--rounds", type=positive, help="turns of each comparison (5; quick: 2)")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a budget is missed")
    parser.add_argument("--data-dir", type=Path, default=Path("/var/tmp"), help="on a real disk")  # noqa: S108
    parser.add_argument("--fill-readme", type=Path, metavar="JSON", help="only fill README from it")
    found = parser.parse_args(given)
    unknown = sorted(set(found.groups) - set(names))
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)} (there are {', '.join(names)})")
    return found


def plan_of(given: argparse.Namespace, folder: Path, console: Console) -> harness.Plan:
    """What the run may spend."""
    quick: bool = given.quick
    return harness.Plan(
        quick=quick,
        seconds=given.seconds or (1 if quick else 3),
        rounds=given.rounds or (2 if quick else 5),
        pairs=10 if quick else 100,
        data_folder=folder,
        peers_folder=peers.peers_folder(),
        say=lambda text: console.print(f"… {text}", highlight=False),
    )


def machine(plan: harness.Plan) -> dict[str, Any]:
    """Where and when the figures were found, and with what."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "date": datetime.fromtimestamp(SystemClock().now(), UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "file_system": file_system(plan.data_folder),
        "load_before": load,
        "python": platform.python_version(),
        "apsw": apsw.apsw_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "servers": peers.versions(plan),
    }


def commit() -> str | None:
    """The checkout's commit, marked when files differ from it."""
    try:
        head = harness.output_of(["git", "rev-parse", "--short=12", "HEAD"], cwd=peers.CHECKOUT)
        changed = harness.output_of(["git", "status", "--porcelain"], cwd=peers.CHECKOUT)
    except harness.UnmeasurableError:
        return None
    return head.strip() + (" and changes" if changed.strip() else "")


def processor() -> str:
    """The processor's own name, where the system tells it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def file_system(folder: Path) -> str | None:
    """The type of the file system of a folder; None where there is no /proc."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    best, found = "", None
    for line in mounts.read_text().splitlines():
        _, point, kind = line.split()[:3]
        if folder.resolve().is_relative_to(point) and len(point) >= len(best):
            best, found = point, kind
    return found


def measured(names: Sequence[str], plan: harness.Plan) -> tuple[list[harness.Figure], list[str]]:
    """All figures of the groups, and why whole groups are missing."""
    figures: list[harness.Figure] = []
    missing: list[str] = []
    for name in names:
        try:
            figures += (GROUPS | NAMED_ONLY)[name](plan)
        except harness.UnmeasurableError as reason:
            missing.append(f"{name}: {reason}")
    return figures, missing


def document(
    figures: Sequence[harness.Figure], where: Mapping[str, Any], plan: harness.Plan
) -> bytes:
    """The run as JSON, a line for each figure, so that two runs can be compared by eye."""
    spent = {"quick": plan.quick, "seconds": plan.seconds, "rounds": plan.rounds}
    head = codec.encode({"machine": where, "plan": spent | {"pairs": plan.pairs}})
    lines = b",\n".join(codec.encode(asdict(figure)) for figure in figures)
    return head[:-1] + b',\n"figures":[\n' + lines + b"\n]}\n"


def figures_of(parsed: Mapping[str, Any]) -> list[harness.Figure]:
    """The figures of a run that was kept as JSON."""

    def spreads(found: Mapping[str, Any]) -> dict[str, harness.Spread]:
        return {name: harness.Spread(**spread) for name, spread in found.items()}

    return [
        harness.Figure(
            **(
                line
                | {"values": spreads(line["values"]), "ratios": spreads(line["ratios"])}
                | {"budgets": tuple(harness.Budget(**budget) for budget in line["budgets"])}
            )
        )
        for line in parsed["figures"]
    ]


def kept(
    figures: Sequence[harness.Figure], where: Mapping[str, Any], plan: harness.Plan, folder: Path
) -> Path:
    """Write the run's JSON; its path."""
    stamp = "".join(character for character in where["date"][:19] if character not in "-:")
    path = folder / ("quick.json" if plan.quick else f"{stamp}.json")  # a look is not collected
    folder.mkdir(exist_ok=True)
    path.write_bytes(document(figures, where, plan))
    return path


def fill_from(path: Path, readme: Path) -> None:
    """Fill README's figures from a run's JSON. Raises: ValueError, OSError."""
    parsed = codec.decode(path.read_bytes())
    report.fill_readme(readme, figures_of(parsed), parsed["machine"])


def filled(path: Path) -> str:
    """Fill README from a run; what became of it. The run is kept whatever README looks like."""
    try:
        fill_from(path, README)
    except (ValueError, OSError) as failure:
        return f"README is not filled: {failure}"
    return "README's figures are filled"


def positive(text: str) -> int:
    """A whole number above zero, for the command line. Raises: ValueError."""
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)  # an exception, so that servers are stopped and files removed


def main(given: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit status."""
    options = arguments(given)
    console = Console()
    if not console.is_terminal:
        console = Console(width=report.WIDTH)  # a file or a pipe has no width of its own
    if options.fill_readme:
        fill_from(options.fill_readme, README)
        return 0
    kind = file_system(options.data_dir)
    if kind in MEMORY_FILE_SYSTEMS:
        console.print(f"{options.data_dir} is in memory ({kind}): name a disk with --data-dir")
        return 2
    with tempfile.TemporaryDirectory(prefix="dynalite-bench-", dir=options.data_dir) as folder:
        plan = plan_of(options, Path(folder), console)
        where = machine(plan)
        figures, missing = measured(options.groups or list(GROUPS), plan)
    report.printed(console, figures)
    for reason in missing:
        console.print(f"not measured: {reason}", highlight=False)
    path = kept(figures, where, plan, RESULTS)
    console.print(f"kept in {path}")
    if not options.groups and not plan.quick and not missing:
        console.print(filled(path))
    judged = [verdict for figure in figures for verdict in harness.verdicts(figure)]
    failed = bool(missing) or any(verdict.kept is False for verdict in judged)
    return 1 if options.strict and failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main())
