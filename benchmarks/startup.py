"""How long it takes to be there: import of the package, and `serve` until its first answer."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks import harness, names, peers
from benchmarks.servers import Recipe, Server

GROUP = "startup"
BARE = "bare interpreter"


def import_time(plan: harness.Plan) -> harness.Figure:
    """What `connect` of dynalite_py, imported, adds to the start of an interpreter, in ms."""

    environment = harness.python_environment(plan, peers.CHECKOUT)

    def once(statement: str) -> float:
        command = [sys.executable, "-c", statement]
        started = time.perf_counter()
        harness.output_of(command, environment=environment)
        return (time.perf_counter() - started) * 1000

    # The package's names are imported when they are asked for.
    loading = "from dynalite_py import connect"
    once(loading)  # compiles what was never imported here
    subjects = {BARE: lambda: once("pass"), "with": lambda: once(loading)}
    taken, failed = harness.interleaved(subjects, plan.rounds * 2)
    if failed:
        raise harness.UnmeasurableError("; ".join(failed.values()))
    added = [full - bare for full, bare in zip(taken["with"], taken[BARE], strict=True)]
    return harness.figure(
        GROUP,
        names.IMPORT,
        "ms",
        {harness.OURS: added},
    )


def first_answer(plan: harness.Plan) -> harness.Figure:
    """From the start of each server on an empty folder to its first answer, in ms."""
    found, absent = peers.recipes(plan)
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        fresh = iter(range(1_000_000))

        def measure(recipe: Recipe) -> harness.Measure:
            def once() -> float:
                server = Server(recipe, Path(room) / str(next(fresh)))
                server.stop()
                return server.started_ms

            return once

        subjects: dict[str, harness.Measure] = {}
        for recipe in found:
            if recipe.name == harness.FLOOR:  # its start is no bound: it imports our modules, too
                continue
            once = measure(recipe)
            try:
                once()  # reads the program's files into the page cache
            except harness.UnmeasurableError as reason:
                absent[recipe.name] = str(reason)
            else:
                subjects[recipe.name] = once
        samples, failed = harness.interleaved(subjects, plan.few_rounds, once=peers.SLOW)
    return harness.figure(GROUP, names.START, "ms", samples, absent=absent | failed)


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group."""
    plan.say("import and start")
    return [import_time(plan), first_answer(plan)]
