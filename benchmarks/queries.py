"""The heavier requests over HTTP: filtered reads, conditions, transactions, indexes."""

from __future__ import annotations

from benchmarks import harness, http, peers, workload

GROUP = "queries"
QUERY_BUDGETS = (
    harness.Budget(5.0, peers.DYNAMODB_LOCAL, at_least=True),
    harness.Budget(4.0, peers.DYNOXIDE, at_least=True),
)
INDEX_TURNS = 3  # Bodies differ from turn to turn, so that every put moves its index rows.


def fill(fleet: peers.Fleet) -> dict[str, str]:
    """Tables and items in every server; those that cannot be filled, and why."""
    failed: dict[str, str] = {}
    for name, server in fleet.servers.items():
        try:
            server.create_table(workload.point_table(workload.POINTS))
            server.write_all(workload.POINTS, map(workload.point, range(workload.POINT_COUNT)))
            server.create_table(workload.range_table(workload.ORDERS))
            server.write_all(workload.ORDERS, workload.orders())
            server.create_table(workload.range_table(workload.READINGS))
            server.write_all(workload.READINGS, workload.readings())
            server.create_table(workload.indexed_table(workload.INDEXED))
        except harness.UnmeasurableError as reason:
            failed[name] = str(reason)
    return failed


def loads() -> list[http.Load]:
    """Every request of this group, each with what its answer must show."""
    numbers = [n * 7 % workload.POINT_COUNT for n in range(workload.POINT_COUNT)]
    tens = range(0, workload.POINT_COUNT, workload.TRANSACTION_ITEMS)
    half, whole = workload.PARTITION_ITEMS // 2, workload.PARTITION_ITEMS
    scanned = workload.READING_PARTITIONS * workload.READING_ITEMS
    return [
        http.Load(
            "HTTP Query of 50 items, half filtered out",
            "Query",
            [workload.filtered_query_request(part) for part in range(workload.PARTITIONS)],
            lambda answer: (answer["Count"], answer["ScannedCount"]) == (half, whole),
            budgets=QUERY_BUDGETS,
        ),
        http.Load(
            "HTTP Scan of 10,000 items, 200 pass the filter",
            "Scan",
            [workload.filtered_scan_request()],
            lambda answer: (answer["Count"], answer["ScannedCount"]) == (scanned // 50, scanned),
        ),
        http.Load(
            "HTTP UpdateItem with condition",
            "UpdateItem",
            [workload.update_request(n) for n in numbers],
            lambda answer: answer == {},
        ),
        http.Load(
            "HTTP TransactWriteItems of 10 puts",
            "TransactWriteItems",
            [workload.transaction_request(first) for first in tens],
            lambda answer: "CancellationReasons" not in answer,
        ),
        http.Load(
            "HTTP PutItem with five global indexes",
            "PutItem",
            [workload.indexed_put_request(n, turn) for turn in range(INDEX_TURNS) for n in numbers],
            lambda answer: answer == {},
        ),
    ]


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    with peers.started(plan, without=frozenset({harness.FLOOR})) as fleet:
        failed = fill(fleet)
        able = {name: server for name, server in fleet.servers.items() if name not in failed}
        if harness.OURS in failed:
            raise harness.UnmeasurableError(f"{harness.OURS}: {failed[harness.OURS]}")
        ready = peers.Fleet(able, fleet.absent | failed)
        return http.measure_all(plan, ready, GROUP, loads())
