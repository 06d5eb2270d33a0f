"""The one command: measure, print, keep as JSON, fill the figures of README and docs.

    python -m benchmarks.run [GROUP ...] [--quick] [--resume] [--minutes N] [--fill [RESULT]]

A run is kept after every group in benchmarks/results/DATE.json; --resume goes on with the newest
one and measures what it lacks, or the named groups once more. A group that fails is named in the
result and the run goes on. Only a whole run fills README and docs/performance.md; a quick one is
kept in results/quick.json.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import goals, groups, harness, kept, machine, peers, plots, report
from benchmarks.groups import Group

README = peers.CHECKOUT / "README.md"
DOCUMENT = peers.CHECKOUT / "docs" / "performance.md"
PICTURES = {
    "operations.svg": "Requests a second of every server, by operation",
    "ycsb.svg": "YCSB A to F over HTTP",
    "costs.svg": "Time to start, memory, bytes of file, large Scan",
    "get.svg": "GetItem a second, by connections",
    "put.svg": "Durable PutItem a second, by connections",
    "growth.svg": "GetItem and PutItem in a growing table",
}
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})
NEWEST = "newest"


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    known = [group.name for group in groups.GROUPS]
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="a look, not a result")
    parser.add_argument("--resume", action="store_true", help="go on with the newest kept run")
    parser.add_argument("--minutes", type=positive, help="no group begins later")
    parser.add_argument(
        "--seconds", type=positive, help="of one HTTP load with a goal (2; quick: 1)"
    )
    parser.add_argument("--rounds", type=positive, help="turns of what has a goal (3; quick: 1)")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    parser.add_argument("--data-dir", type=Path, default=Path("/var/tmp"), help="on a real disk")  # noqa: S108
    parser.add_argument(
        "--fill",
        nargs="?",
        const=NEWEST,
        metavar="RESULT",
        help="measure nothing, fill README and docs from a kept run (the newest)",
    )
    found = parser.parse_args(given)
    unknown = sorted(set(found.groups) - set(known))
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)} (there are {', '.join(known)})")
    return found


def plan_of(given: argparse.Namespace, folder: Path, say: harness.Say) -> harness.Plan:
    """What the run may spend."""
    quick: bool = given.quick
    return harness.Plan(
        quick=quick,
        seconds=given.seconds or (1 if quick else 2),
        rounds=given.rounds or (1 if quick else 3),
        pairs=6 if quick else 80,
        data_folder=folder,
        peers=peers.folders(),
        say=say,
    )


def begun(given: argparse.Namespace, plan: harness.Plan) -> tuple[kept.Run, Path]:
    """The run to put figures into, and where it is kept. Raises: UnmeasurableError."""
    if given.resume:
        path = kept.FOLDER / kept.QUICK if plan.quick else kept.newest(kept.FOLDER)
        if path is None or not path.exists():
            raise harness.UnmeasurableError("no run is kept that could be resumed")
        return kept.read(path), path
    spent = {"quick": plan.quick, "seconds": plan.seconds, "rounds": plan.rounds}
    run = kept.Run(machine.described(plan), spent | {"pairs": plan.pairs})
    return run, kept.path_of(run, kept.FOLDER)


def chosen(given: argparse.Namespace, run: kept.Run) -> list[Group]:
    """The groups to measure: those that are named, else all that the run does not have."""
    if given.groups:
        return [group for group in groups.GROUPS if group.name in given.groups]
    return [group for group in groups.GROUPS if group.name not in run.seconds]


class Bar:
    """The progress of a run in expected seconds. It is drawn when something begins, never by a
    thread of its own, which would take part in what is measured.
    """

    def __init__(self, console: Console, expected: int) -> None:
        """expected: seconds of the whole."""
        self._console, self._done, self._group, self._begun = console, 0.0, "", time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.0f} %"),
            TimeElapsedColumn(),
            console=console,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=expected)
        self._share = 0.0

    def __enter__(self) -> Bar:
        """Show it."""
        self._progress.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Leave it as it is."""
        self._progress.stop()

    def begin(self, group: str, share: float) -> None:
        """A group begins. share: its expected seconds."""
        self._done += self._share
        self._group, self._share, self._begun = group, share, time.monotonic()
        self.say("")

    def say(self, text: str) -> None:
        """Something in the group begins."""
        described = f"{self._group}: {text}" if text else self._group
        elapsed = min(self._share, time.monotonic() - self._begun)
        self._progress.update(self._task, description=described, completed=self._done + elapsed)
        self._progress.refresh()
        if not self._console.is_terminal:
            self._console.print(f"… {described}", highlight=False)


def measured(
    wanted: Sequence[Group],
    plan: harness.Plan,
    run: kept.Run,
    path: Path,
    *,
    begin: Callable[[str, float], object],
    minutes: int | None = None,
) -> None:
    """Every group's figures into the run, which is kept after each; a failure ends its group."""
    started = time.monotonic()
    for group in wanted:
        if minutes is not None and time.monotonic() - started > minutes * 60:
            run.missing[group.name] = f"not begun after {minutes} minutes"
            continue
        begin(group.name, group.quick_seconds if plan.quick else group.seconds)
        begun_at = time.monotonic()
        try:
            figures = group.measure(plan)
        except harness.UnmeasurableError as reason:
            run.missing[group.name] = str(reason)
        except Exception as failure:  # noqa: BLE001 An hour's figures must not be lost by one bug.
            traceback.print_exc()
            run.missing[group.name] = f"{type(failure).__name__}: {failure}"
        else:
            run.take(group.name, figures, time.monotonic() - begun_at)
        kept.write(run, path)
    kept.write(run, path)


def filled(path: Path) -> str:
    """Fill README and docs from a kept run, and draw its plots; what became of it."""
    try:
        run = kept.read(path)
        origin = report.origin(run.machine)
        named = {goal.figure for goal in goals.GOALS}
        with_goals = [figure for figure in run.figures if figure.name in named]
        more = "[All figures, and how they are measured](docs/performance.md)."
        report.fill(README, "\n\n".join([report.markdown(with_goals), f"{origin} {more}"]))
        pictures = [
            f"![{PICTURES[name]}](plots/{name})" for name in plots.write(run.figures, plots.FOLDER)
        ]
        parts = [
            *pictures,
            f"### Goals\n\n{goals.markdown(run.figures)}",
            f"### All figures\n\n{report.markdown(run.figures)}",
            f"{origin} Commit {run.machine['commit']}. {_generator(run)}",
        ]
        report.fill(DOCUMENT, "\n\n".join(parts))
    except (ValueError, OSError) as failure:
        return f"the documents are not filled: {failure}"
    return f"the figures of README and docs/performance.md are those of {path.name}"


def _generator(run: kept.Run) -> str:
    text = report.generator(run.figures, run.machine["cores"] or 1)
    return f"{text[0].upper()}{text[1:]}."


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
    if options.fill:
        path = kept.newest(kept.FOLDER) if options.fill == NEWEST else Path(options.fill)
        console.print("no run is kept" if path is None else filled(path), highlight=False)
        return 0
    kind = machine.file_system(options.data_dir)
    if kind in MEMORY_FILE_SYSTEMS:
        console.print(f"{options.data_dir} is in memory ({kind}): name a disk with --data-dir")
        return 2
    try:
        run, path = ran(options, console)
    except harness.UnmeasurableError as reason:
        console.print(str(reason), highlight=False)
        return 2
    told(console, run, path)
    if not run.plan["quick"] and all(group.name in run.seconds for group in groups.GROUPS):
        console.print(filled(path), highlight=False)
    missed = any(judged.met is False for judged in goals.verdicts(run.figures))
    return 1 if options.strict and (missed or run.missing) else 0


def ran(options: argparse.Namespace, console: Console) -> tuple[kept.Run, Path]:
    """Measure; the run and where it is kept. Raises: UnmeasurableError."""
    with tempfile.TemporaryDirectory(prefix="dynalite-bench-", dir=options.data_dir) as folder:
        plan = plan_of(options, Path(folder), print)
        run, path = begun(options, plan)
        wanted = chosen(options, run)
        expected = sum(group.quick_seconds if plan.quick else group.seconds for group in wanted)
        console.print(f"about {expected / 60:.0f} minutes: {', '.join(g.name for g in wanted)}")
        with Bar(console, expected) as bar:
            told_plan = plan_of(options, Path(folder), bar.say)
            measured(wanted, told_plan, run, path, begin=bar.begin, minutes=options.minutes)
    return run, path


def told(console: Console, run: kept.Run, path: Path) -> None:
    """Print all that a run found."""
    report.printed(console, run.figures)
    goals.printed(console, run.figures)
    console.print(report.generator(run.figures, run.machine["cores"] or 1), highlight=False)
    for group, reason in run.missing.items():
        console.print(f"not measured: {group}: {reason}", highlight=False)
    console.print(f"kept in {path}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main())
