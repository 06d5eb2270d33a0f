"""Loads over HTTP: GetItem and durable PutItem at 1 to 64 connections, beside floor and peers.

wrk makes the load, one server at a time, in rounds that go over all servers. An answer that is no
200 makes the measurement void: a server that refuses quickly would look fast. Beside every rate
stands what the generator and the server took of the machine, since they share its processors.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import harness, names, peers, workload
from benchmarks.servers import CALL_SECONDS, Server, SilentError
from dynalite_py.model import codec

GROUP = "http"
SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = (1, 8, 32, 64)
WITH_GOALS = frozenset({8, 32})
FIRST = itertools.count(1, 100_000)  # "fresh" numbers of 8 digits: every run of wrk has its own
WARM_SECONDS, SHORT_SECONDS = 1, 1

Answer = dict[str, Any]
Call = tuple[str, workload.Request]


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked, in turns. proves: whether the first answer shows that the work was done."""

    name: str
    calls: Sequence[Call]
    proves: Callable[[Answer], bool]
    connections: int = 8
    has_goal: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What wrk found in one round. *_cores: processors that each side kept busy."""

    per_second: float
    half_within_us: float
    nearly_all_within_us: float
    generator_cores: float = 0.0
    server_cores: float = 0.0


def calls(operation: str, requests: Sequence[workload.Request]) -> list[Call]:
    """Many requests of one operation."""
    return [(operation, request) for request in requests]


def parsed(output: str) -> Result:
    """Read the line of load.lua. Raises: UnmeasurableError when an answer was not a 200."""
    line = next((line for line in output.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise harness.UnmeasurableError(f"wrk printed no result: {output.strip()[-300:]}")
    answers, elapsed_us, refused, failed, half, nearly_all = map(int, line.split()[1:])
    if refused or failed or not answers:
        text = f"{answers} answers, {refused} of them no 200, {failed} sockets failed"
        raise harness.UnmeasurableError(text)
    return Result(answers / elapsed_us * 1e6, half, nearly_all)


def run(wrk: str, server: Server, connections: int, bodies: Path, seconds: int) -> Result:
    """One round of load on one server. Raises: UnmeasurableError."""
    load = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{CALL_SECONDS:.0f}s"]
    command = [wrk, *load, "-s", str(SCRIPT)]
    given = [server.url, "--", str(bodies), str(next(FIRST))]
    before = _generator_seconds(), server.processor_seconds()
    started = time.perf_counter()
    output = harness.output_of([*command, *given], seconds=seconds + CALL_SECONDS)
    elapsed = time.perf_counter() - started
    return replace(
        parsed(output),
        generator_cores=(_generator_seconds() - before[0]) / elapsed,
        server_cores=(server.processor_seconds() - before[1]) / elapsed,
    )


def _generator_seconds() -> float:
    """Processor time of the children that have ended: between two looks only wrk ends."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_load(plan: harness.Plan, fleet: peers.Fleet, group: str, load: Load) -> harness.Figure:
    """Every server of the fleet under one load, warmed first, then in interleaved rounds."""
    results, samples, absent = loaded(plan, fleet, load)
    return harness.figure(
        group,
        load.name,
        "requests/s",
        samples,
        absent=absent,
        extra={name: beside(taken) for name, taken in results.items() if name in samples},
    )


def loaded(
    plan: harness.Plan, fleet: peers.Fleet, load: Load
) -> tuple[dict[str, list[Result]], dict[str, list[float]], dict[str, str]]:
    """Results of every round, requests/s of every round, and why a server has none."""
    wrk = harness.tool("wrk", "apt-get install wrk")
    bodies = written(plan, load)
    ready = _ready(
        fleet, load, lambda server, seconds: run(wrk, server, load.connections, bodies, seconds)
    )
    absent = dict(fleet.absent) | ready.absent
    results: dict[str, list[Result]] = {name: [] for name in ready.servers}

    def measure(name: str, server: Server) -> harness.Measure:
        is_short = name in peers.SLOW or not load.has_goal
        seconds = SHORT_SECONDS if is_short else plan.seconds

        def once() -> float:
            results[name].append(run(wrk, server, load.connections, bodies, seconds))
            return results[name][-1].per_second

        return once

    subjects = {name: measure(name, server) for name, server in ready.servers.items()}
    rounds = plan.rounds if load.has_goal else plan.few_rounds
    samples, failed = harness.interleaved(subjects, rounds, once=peers.SLOW)
    return results, samples, absent | failed


def written(plan: harness.Plan, load: Load) -> Path:
    """The file of requests that wrk reads."""
    bodies = plan.data_folder / "bodies.txt"
    bodies.write_bytes(b"".join(_line(call) for call in load.calls))
    return bodies


def _ready(fleet: peers.Fleet, load: Load, warm: Callable[[Server, int], object]) -> peers.Fleet:
    """The servers that answer the first request as they should, warmed; why the others do not."""
    ready = peers.Fleet({}, {})
    for name, server in list(fleet.servers.items()):
        try:
            _prove(server, load)
            if name not in peers.SLOW:
                warm(server, WARM_SECONDS * peers.WARM_ROUNDS.get(name, 1))  # not counted
        except SilentError as reason:
            fleet.drop(name, str(reason))
            ready.absent[name] = str(reason)
        except harness.UnmeasurableError as reason:
            ready.absent[name] = str(reason)
            if not server.runs:
                fleet.drop(name, f"ended by itself ({reason})")
        else:
            ready.servers[name] = server
    return ready


def _line(call: Call) -> bytes:
    operation, request = call
    return b"%b %b\n" % (operation.encode(), codec.encode(request))


def _prove(server: Server, load: Load) -> None:
    answer = server.call(*load.calls[0])
    if not load.proves(answer):
        raise harness.UnmeasurableError(f"unexpected answer: {codec.text(answer)[:200]}")


def beside(results: Sequence[Result]) -> dict[str, float]:
    """What stands beside the rates: latencies, and what both sides took of the machine."""

    def median(value: Callable[[Result], float]) -> float:
        return harness.spread([value(found) for found in results]).median

    return {
        "half_within_us": median(lambda found: found.half_within_us),
        "nearly_all_within_us": median(lambda found: found.nearly_all_within_us),
        "generator_cores": round(median(lambda found: found.generator_cores), 3),
        "server_cores": round(median(lambda found: found.server_cores), 3),
        "server_us_a_request": round(
            median(lambda found: found.server_cores / found.per_second * 1e6), 2
        ),
    }


def points() -> list[workload.Request]:
    """One request body for every point, in an order that is not the keys' own."""
    return [workload.put_request(n * 7 % workload.POINT_COUNT) for n in range(workload.POINT_COUNT)]


def fill_points(server: Server) -> None:
    """The table of points, written one by one: the floor knows nothing else."""
    server.create_table(workload.point_table(workload.POINTS))
    for request in points():
        server.call("PutItem", request)


def loads(connections: Sequence[int] = CONNECTIONS) -> list[Load]:
    """GetItem and PutItem at each number of connections."""
    reads = [
        workload.get_request(n * 7 % workload.POINT_COUNT) for n in range(workload.POINT_COUNT)
    ]
    expected = workload.point(0)
    get = Load("", calls("GetItem", reads), lambda answer: answer.get("Item") == expected)
    put = Load("", calls("PutItem", points()), lambda answer: answer == {})
    made: list[Load] = []
    for count in connections:
        has_goal = count in WITH_GOALS
        for load, name in ((get, names.get(count)), (put, names.put(count))):
            made.append(replace(load, name=name, connections=count, has_goal=has_goal))
    return made


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    with peers.started(plan) as fleet:
        peers.fill(fleet, fill_points)
        return measure_all(plan, fleet, GROUP, loads())


def measure_all(
    plan: harness.Plan, fleet: peers.Fleet, group: str, loads: Sequence[Load]
) -> list[harness.Figure]:
    """One figure a load, each named as it begins."""
    figures: list[harness.Figure] = []
    for load in loads:
        plan.say(load.name)
        figures.append(measure_load(plan, fleet, group, load))
    return figures
