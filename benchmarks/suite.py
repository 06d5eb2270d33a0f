"""How long a test of a suite of 200 takes: under our plugin, under moto's mock, under servers."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import harness, names, peers
from dynalite_py.model import codec

GROUP = "suite"
TESTS = 200
SECONDS = 300.0
BESIDE = (*names.DYNAMODB_LOCALS, names.DYNOXIDE)  # Servers that it runs on.
ENDPOINT = "our server"


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


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group: our fixtures in process, and our fixture of a server, beside all others."""
    plan.say("a suite of 200 tests")
    # DynamoDB Local and Dynoxide are named absent where they are; the others are not asked.
    without = {harness.OURS, harness.FLOOR, *names.PEERS} - {*BESIDE}
    with (
        tempfile.TemporaryDirectory(dir=plan.data_folder) as folder,
        peers.started(plan, without=without, in_memory=True) as fleet,
    ):
        room = Path(folder)
        runs = {
            name: partial(run, plan, room, server.url) for name, server in fleet.servers.items()
        }
        runs |= {harness.OURS: partial(run, plan, room, "plugin")}
        runs |= {ENDPOINT: partial(run, plan, room, "endpoint")}
        absent = {name: reason for name, reason in fleet.absent.items() if name in BESIDE}
        try:
            runs[names.MOTO] = partial(run, plan, room, "moto", peers.python_packages(plan, "moto"))
        except harness.UnmeasurableError as reason:
            absent[names.MOTO] = str(reason)
        return figures_of(plan, runs, absent)


def figures_of(
    plan: harness.Plan, runs: Mapping[str, Callable[[], Taken]], absent: Mapping[str, str]
) -> list[harness.Figure]:
    """Run every subject in turns; the peers once, since they are slow."""
    processor: dict[str, list[float]] = {subject: [] for subject in runs}

    def measured(subject: str) -> float:
        taken = runs[subject]()
        processor[subject].append(taken.processor_ms)
        return taken.mean_ms

    subjects: dict[str, harness.Measure] = {name: partial(measured, name) for name in runs}
    samples, failed = harness.interleaved(
        subjects, plan.few_rounds, once={*peers.SLOW, *names.DYNAMODB_LOCALS}
    )
    missing = {**absent, **failed}
    extra = {name: {"processor_ms": statistics.median(processor[name])} for name in samples}

    def figure(name: str, ours: str, others: Collection[str]) -> harness.Figure:
        chosen = {harness.OURS: ours} | {other: other for other in others if other in samples}
        return harness.figure(
            GROUP,
            name,
            "ms",
            {shown: samples[kept] for shown, kept in chosen.items() if kept in samples},
            absent={other: missing[other] for other in others if other in missing},
            extra={shown: extra[kept] for shown, kept in chosen.items() if kept in extra},
        )

    return [
        figure(names.SUITE, harness.OURS, (*BESIDE, names.MOTO)),
        figure(names.SUITE_HTTP, ENDPOINT, BESIDE),
    ]
