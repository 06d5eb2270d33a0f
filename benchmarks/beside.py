"""Latencies of point requests while the same server answers a Scan and takes a bulk load.

    python -m benchmarks.beside URL     # makes that company until it is ended

One connection scans the whole table of readings again and again, page after page; another one
writes BatchWriteItem requests as fast as they are answered. Both run in a process of their own.
"""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
import threading
from collections.abc import Generator
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks import harness, http, names, peers, workload
from benchmarks.servers import CALL_SECONDS, HEADERS, STOP_SECONDS, Server
from dynalite_py.model import codec

GROUP = "beside"
READY = "under way"
CONNECTIONS = 8


def fill(server: Server) -> None:
    """Points to ask for, readings to scan, and a table to load into."""
    server.create_table(workload.point_table(workload.POINTS))
    server.write_all(workload.POINTS, map(workload.point, range(workload.POINT_COUNT)))
    server.create_table(workload.range_table(workload.READINGS))
    server.write_all(workload.READINGS, workload.readings())
    server.create_table(workload.point_table(workload.BULK))


def loads() -> list[http.Load]:
    """GetItem and PutItem at 8 connections, under the names that they have in company."""
    get, put = http.loads([CONNECTIONS])
    return [
        http.Load(names.GET_BESIDE, get.calls, get.proves, CONNECTIONS, has_goal=True),
        http.Load(names.PUT_BESIDE, put.calls, put.proves, CONNECTIONS, has_goal=True),
    ]


@contextlib.contextmanager
def company(server: Server, plan: harness.Plan) -> Generator[subprocess.Popen[str]]:
    """A Scan and a bulk load go on meanwhile. Raises: UnmeasurableError when they end early."""
    command = [sys.executable, "-m", "benchmarks.beside", server.url]
    environment = harness.python_environment(plan, peers.CHECKOUT)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != READY:
            raise harness.UnmeasurableError("the Scan and the bulk load did not begin")
        yield process
        if process.poll() is not None:
            raise harness.UnmeasurableError("the Scan or the bulk load was refused")
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """p99 divided by p50 of each server, for both operations. Raises: UnmeasurableError."""
    wrk = harness.tool("wrk", "apt-get install wrk")
    left_out = {harness.FLOOR, *peers.SLOW}
    figures: list[harness.Figure] = []
    with peers.started(plan, without=left_out) as fleet:
        peers.fill(fleet, fill)
        for load in loads():
            plan.say(load.name)
            figures.append(_measured(plan, fleet, load, wrk))
    return figures


def _measured(plan: harness.Plan, fleet: peers.Fleet, load: http.Load, wrk: str) -> harness.Figure:
    bodies = http.written(plan, load)
    results: dict[str, list[http.Result]] = {name: [] for name in fleet.servers}

    def measured(name: str, server: Server) -> harness.Measure:
        def once() -> float:
            with company(server, plan):
                found = http.run(wrk, server, load.connections, bodies, plan.seconds)
            results[name].append(found)
            return found.nearly_all_within_us / max(1.0, found.half_within_us)

        return once

    absent: dict[str, str] = dict(fleet.absent)
    subjects: dict[str, harness.Measure] = {}
    for name, server in fleet.servers.items():
        try:
            http.run(wrk, server, load.connections, bodies, http.WARM_SECONDS)  # not counted
        except harness.UnmeasurableError as reason:
            absent[name] = str(reason)
        else:
            subjects[name] = measured(name, server)
    samples, failed = harness.interleaved(subjects, plan.rounds)
    extra = {name: http.beside(results[name]) for name in samples}
    return harness.figure(
        GROUP, load.name, "times p50", samples, absent=absent | failed, extra=extra
    )


def ask(connection: HTTPConnection, operation: str, body: bytes) -> bytes:
    """One request of the company. Raises: OSError when it is refused."""
    target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    connection.request("POST", "/", body, HEADERS | target)
    answer = connection.getresponse()
    found = answer.read()
    if answer.status != 200:
        raise OSError(f"{operation}: {answer.status}")
    return found


def scan(address: str, ended: threading.Event) -> None:
    """Scan the table of readings, page after page, until something ends."""
    first = {"TableName": workload.READINGS}
    with contextlib.suppress(OSError):
        connection = HTTPConnection(address, timeout=CALL_SECONDS)
        request = first
        while not ended.is_set():
            answer = codec.decode(ask(connection, "Scan", codec.encode(request)))
            last = answer.get("LastEvaluatedKey")
            request = first | {"ExclusiveStartKey": last} if last else first
    ended.set()


def load(address: str, ended: threading.Event) -> None:
    """Write new items, 25 a request, until something ends."""
    with contextlib.suppress(OSError):
        connection = HTTPConnection(address, timeout=CALL_SECONDS)
        items = map(workload.point, itertools.count())
        for request in workload.batch_requests(workload.BULK, items):
            if ended.is_set():
                break
            ask(connection, "BatchWriteItem", codec.encode(request))
    ended.set()


def main(url: str) -> int:
    """Both at once; 1 when one of them was refused."""
    address = urlsplit(url).netloc
    ended = threading.Event()
    for work in (scan, load):
        threading.Thread(target=work, args=(address, ended), daemon=True).start()
    print(READY, flush=True)
    ended.wait()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
