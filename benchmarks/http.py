"""GetItem and durable PutItem over HTTP, at 8 and 32 connections, beside the floor and the peers.

wrk makes the load, one server at a time, in rounds that go over all servers. An answer that is no
200 makes the measurement void: a server that refuses quickly would look fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import harness, peers, workload
from dynalite_py.model import codec

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = (8, 32)
GET_BUDGETS = (
    harness.Budget(0.65, harness.FLOOR, at_least=True),
    harness.Budget(3.0, peers.DYNOXIDE, at_least=True),
    harness.Budget(3.5, peers.DYNAMODB_LOCAL, at_least=True),
)
PUT_BUDGETS = (
    harness.Budget(0.70, harness.FLOOR, at_least=True),
    harness.Budget(3.0, peers.DYNOXIDE, at_least=True),
    harness.Budget(13.0, peers.DYNAMODB_LOCAL, at_least=True),
)

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of request. proves: whether an answer shows that the work was really done."""

    name: str
    operation: str
    requests: Sequence[workload.Request]
    proves: Callable[[Answer], bool]
    connections: int = 8
    budgets: tuple[harness.Budget, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What wrk found in one round."""

    per_second: float
    half_within_us: float
    nearly_all_within_us: float


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


def run(wrk: str, server: peers.Server, load: Load, bodies: Path, seconds: int) -> Result:
    """One round of load on one server. Raises: UnmeasurableError."""
    command = [wrk, "-t1", f"-c{load.connections}", f"-d{seconds}s", "-s", str(SCRIPT), server.url]
    output = harness.output_of(
        [*command, "--", load.operation, str(bodies)], seconds=seconds + peers.CALL_SECONDS
    )
    return parsed(output)


def measure_load(plan: harness.Plan, fleet: peers.Fleet, group: str, load: Load) -> harness.Figure:
    """Every server of the fleet under one load, warmed first, then in interleaved rounds."""
    wrk = harness.tool("wrk", "apt-get install wrk")
    bodies = plan.data_folder / "bodies.txt"
    bodies.write_bytes(b"".join(codec.encode(request) + b"\n" for request in load.requests))
    absent = dict(fleet.absent)
    able: dict[str, peers.Server] = {}
    for name, server in fleet.servers.items():
        try:
            _prove(server, load)
            warm_seconds = plan.seconds * peers.WARM_ROUNDS.get(name, 1)
            run(wrk, server, load, bodies, warm_seconds)  # not counted
        except harness.UnmeasurableError as reason:
            absent[name] = str(reason)
        else:
            able[name] = server
    results: dict[str, list[Result]] = {name: [] for name in able}

    def measure(name: str, server: peers.Server) -> harness.Measure:
        def once() -> float:
            results[name].append(run(wrk, server, load, bodies, plan.seconds))
            return results[name][-1].per_second

        return once

    subjects = {name: measure(name, server) for name, server in able.items()}
    samples = harness.interleaved(subjects, plan.rounds)
    return harness.figure(
        group,
        load.name,
        "requests/s",
        samples,
        budgets=load.budgets,
        absent=absent,
        extra={name: _latencies(taken) for name, taken in results.items() if taken},
    )


def _prove(server: peers.Server, load: Load) -> None:
    answer = server.call(load.operation, load.requests[0])
    if not load.proves(answer):
        raise harness.UnmeasurableError(f"unexpected answer: {codec.text(answer)[:200]}")


def _latencies(results: Sequence[Result]) -> dict[str, float]:
    return {
        "half_within_us": harness.spread([found.half_within_us for found in results]).median,
        "nearly_all_within_us": harness.spread(
            [found.nearly_all_within_us for found in results]
        ).median,
    }


def points() -> list[workload.Request]:
    """One request body for every point, in an order that is not the keys' own."""
    return [workload.put_request(n * 7 % workload.POINT_COUNT) for n in range(workload.POINT_COUNT)]


def fill_points(fleet: peers.Fleet) -> None:
    """The table of points in every server, written one by one: the floor knows nothing else."""
    for server in fleet.servers.values():
        server.create_table(workload.point_table(workload.POINTS))
        for request in points():
            server.call("PutItem", request)


def loads() -> list[Load]:
    """GetItem and PutItem at each number of connections."""
    reads = [
        workload.get_request(n * 7 % workload.POINT_COUNT) for n in range(workload.POINT_COUNT)
    ]
    expected = workload.point(0)
    get = Load("", "GetItem", reads, lambda answer: answer.get("Item") == expected)
    put = Load("", "PutItem", points(), lambda answer: answer == {})
    made: list[Load] = []
    for connections in CONNECTIONS:
        for load, kind, budgets in ((get, "GetItem", GET_BUDGETS), (put, "PutItem", PUT_BUDGETS)):
            name = f"HTTP {kind}, {connections} connections"
            made.append(replace(load, name=name, connections=connections, budgets=budgets))
    return made


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    with peers.started(plan) as fleet:
        fill_points(fleet)
        return measure_all(plan, fleet, "http", loads())


def measure_all(
    plan: harness.Plan, fleet: peers.Fleet, group: str, loads: Sequence[Load]
) -> list[harness.Figure]:
    """One figure a load, each named as it begins."""
    figures: list[harness.Figure] = []
    for load in loads:
        plan.say(load.name)
        figures.append(measure_load(plan, fleet, group, load))
    return figures
