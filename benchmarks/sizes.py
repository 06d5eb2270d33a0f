"""GetItem and PutItem of 4 KB and 100 KB over HTTP, at 8 connections."""

from __future__ import annotations

from benchmarks import harness, http, peers, workload
from benchmarks.servers import Server

GROUP = "sizes"
SIZES = {"4 KB": (4_096, 500), "100 KB": (102_400, 50)}  # bytes, and how many different items


def fill(server: Server) -> None:
    """All items, one by one: the floor knows nothing else."""
    server.create_table(workload.point_table(workload.POINTS))
    for size_bytes, count in SIZES.values():
        for request in puts(size_bytes, count):
            server.call("PutItem", request)


def puts(size_bytes: int, count: int) -> list[workload.Request]:
    """PutItem of so many different items of a size."""
    items = (workload.sized(size_bytes % 1000 * 1000 + n, size_bytes) for n in range(count))
    return [{"TableName": workload.POINTS, "Item": item} for item in items]


def loads() -> list[http.Load]:
    """Both operations at each size."""
    made: list[http.Load] = []
    for name, (size_bytes, count) in SIZES.items():
        requests = puts(size_bytes, count)
        gets = [
            {"TableName": workload.POINTS, "Key": {"pk": request["Item"]["pk"]}}
            for request in requests
        ]
        made.append(
            http.Load(
                f"HTTP GetItem of {name}",
                http.calls("GetItem", gets),
                lambda answer, item=requests[0]["Item"]: answer.get("Item") == item,
            )
        )
        put = http.calls("PutItem", requests)
        made.append(http.Load(f"HTTP PutItem of {name}", put, lambda answer: answer == {}))
    return made


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    with peers.started(plan) as fleet:
        peers.fill(fleet, fill)
        return http.measure_all(plan, fleet, GROUP, loads())
