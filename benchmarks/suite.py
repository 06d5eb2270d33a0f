"""How long a test of a suite of 200 takes: under our plugin, under moto's mock, under servers."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import harness, names, peers
from dynalite_py.model import codec

GROUP = "suite"
TESTS = 200
SECONDS = 300.0
BESIDE = (*names.DYNAMODB_LOCALS, names.DYNOXIDE)  # Servers that it runs on.


class Taken(NamedTuple):
    """Milliseconds a test, by the clock and of the testing process's processor time."""

    mean_ms: float
    processor_ms: float


def run(plan: harness.Plan, room: Path, subject: str, site: Path | None = None) -> Taken:
    """What a test takes, over all that come after the first. Raises: UnmeasurableError.

    subject: plugin, endpoint, moto or a server's URL. site: packages for it.
    """
    times = room / "times.json"
    times.unlink(missing_ok=True)
    environment = harness.python_environment(plan, peers.CHECKOUT) | {
        "DYNALITE_SUITE": subject,
        "DYNALITE_SUITE_TIMES": str(times),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
    }
    if site is not None:
        environment["DYNALITE_SUITE_SITE"] = str(site)
    tests = peers.CHECKOUT / "benchmarks" / "order_tests"
    options = [
        "-x",
        "-q",
        "-c",
        os.devnull,
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(peers.CHECKOUT),
    ]
    plugin = ["-p", "dynalite_py.doors.pytest_plugin", "--import-mode=importlib"]
    command = [sys.executable, "-m", "pytest", *options, *plugin, str(tests)]
    harness.output_of(command, cwd=peers.CHECKOUT, seconds=SECONDS, environment=environment)
    found = codec.decode(times.read_bytes())
    if found["tests"] != TESTS:
        raise harness.UnmeasurableError(f"{found['tests']} tests ran instead of {TESTS}")
    return Taken(found["mean_ms"], found["processor_ms"])


def _measured(
    plan: harness.Plan, name: str, runs: dict[str, Callable[[], Taken]], absent: dict[str, str]
) -> harness.Figure:
    processor: dict[str, list[float]] = {subject: [] for subject in runs}

    def measure(subject: str) -> harness.Measure:
        def once() -> float:
            taken = runs[subject]()
            processor[subject].append(taken.processor_ms)
            return taken.mean_ms

        return once

    subjects = {subject: measure(subject) for subject in runs}
    once = {*peers.SLOW, *names.DYNAMODB_LOCALS}
    samples, failed = harness.interleaved(subjects, plan.few_rounds, once=once)
    extra = {
        subject: {"processor_ms": statistics.median(processor[subject])} for subject in samples
    }
    return harness.figure(GROUP, name, "ms", samples, absent=absent | failed, extra=extra)


def in_process(plan: harness.Plan, room: Path) -> harness.Figure:
    """boto3 without a server: our plugin beside moto's mock."""
    runs: dict[str, Callable[[], Taken]] = {harness.OURS: lambda: run(plan, room, "plugin")}
    absent: dict[str, str] = {}
    try:
        site = peers.python_packages(plan, "moto")
    except harness.UnmeasurableError as reason:
        absent[names.MOTO] = str(reason)
    else:
        runs[names.MOTO] = lambda: run(plan, room, "moto", site)
    return _measured(plan, names.SUITE, runs, absent)


def through_http(plan: harness.Plan, room: Path) -> harness.Figure:
    """boto3 and a server: our plugin's beside others, whose tables each test makes and deletes."""
    without = {harness.OURS, harness.FLOOR, *names.PEERS} - {*BESIDE}
    with peers.started(plan, without=without, in_memory=True) as fleet:
        runs = {
            name: partial(run, plan, room, server.url) for name, server in fleet.servers.items()
        }
        runs[harness.OURS] = partial(run, plan, room, "endpoint")
        absent = {name: reason for name, reason in fleet.absent.items() if name in BESIDE}
        return _measured(plan, names.SUITE_HTTP, dict(runs), absent)


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group."""
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as folder:
        plan.say("a suite of 200 tests, in process")
        figures = [in_process(plan, Path(folder))]
        plan.say("the same through servers")
        return [*figures, through_http(plan, Path(folder))]
