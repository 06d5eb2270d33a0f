"""The heavier requests over HTTP: filtered reads, conditions, batches, transactions, indexes."""

from __future__ import annotations

from benchmarks import harness, http, names, peers, workload
from benchmarks.servers import Server

GROUP = "queries"
INDEX_TURNS = 3  # Bodies differ from turn to turn, so that every put moves its index rows.
NUMBERS = [n * 7 % workload.POINT_COUNT for n in range(workload.POINT_COUNT)]
PARTS = range(workload.PARTITIONS)
HALF, WHOLE = workload.PARTITION_ITEMS // 2, workload.PARTITION_ITEMS


def fill(server: Server) -> None:
    """Tables and items of one server."""
    server.create_table(workload.point_table(workload.POINTS))
    server.write_all(workload.POINTS, map(workload.point, range(workload.POINT_COUNT)))
    server.create_table(workload.range_table(workload.ORDERS))
    server.write_all(workload.ORDERS, workload.orders())
    server.create_table(workload.range_table(workload.READINGS))
    server.write_all(workload.READINGS, workload.readings())
    server.create_table(workload.indexed_table(workload.INDEXED))


def loads() -> list[http.Load]:
    """Every request of this group, each with what its answer must show."""
    return [*_reads(), *_statements(), *_writes()]


def _reads() -> list[http.Load]:
    scanned = workload.READING_PARTITIONS * workload.READING_ITEMS
    batches = range(0, workload.POINT_COUNT, workload.BATCH_ITEMS)
    return [
        http.Load(
            names.FILTERED_QUERY,
            http.calls("Query", [workload.filtered_query_request(part) for part in PARTS]),
            lambda answer: (answer["Count"], answer["ScannedCount"]) == (HALF, WHOLE),
            has_goal=True,
        ),
        http.Load(
            names.SCAN,
            http.calls("Scan", [workload.filtered_scan_request()]),
            lambda answer: (answer["Count"], answer["ScannedCount"]) == (scanned // 50, scanned),
        ),
        http.Load(
            names.BATCH_GET,
            http.calls("BatchGetItem", [workload.batch_get_request(first) for first in batches]),
            lambda answer: len(answer["Responses"][workload.POINTS]) == workload.BATCH_ITEMS,
        ),
    ]


def _statements() -> list[http.Load]:
    return [
        http.Load(
            names.PARTIQL_KEY,
            http.calls("ExecuteStatement", [workload.statement_request(n) for n in NUMBERS]),
            lambda answer: answer["Items"] == [workload.point(NUMBERS[0])],
        ),
        http.Load(
            names.PARTIQL_FILTERED,
            http.calls(
                "ExecuteStatement", [workload.filtered_statement_request(part) for part in PARTS]
            ),
            lambda answer: len(answer["Items"]) == HALF,
        ),
    ]


def _writes() -> list[http.Load]:
    tens = range(0, workload.POINT_COUNT, workload.TRANSACTION_ITEMS)
    points = map(workload.point, range(workload.POINT_COUNT))
    return [
        http.Load(
            names.UPDATE,
            http.calls("UpdateItem", [workload.update_request(n) for n in NUMBERS]),
            lambda answer: answer == {},
            has_goal=True,
        ),
        http.Load(
            names.TRANSACTION,
            http.calls(
                "TransactWriteItems", [workload.transaction_request(first) for first in tens]
            ),
            lambda answer: "CancellationReasons" not in answer,
            has_goal=True,
        ),
        http.Load(
            names.INDEXED_PUT,
            http.calls(
                "PutItem",
                [
                    workload.indexed_put_request(n, turn)
                    for turn in range(INDEX_TURNS)
                    for n in NUMBERS
                ],
            ),
            lambda answer: answer == {},
            has_goal=True,
        ),
        http.Load(
            names.BATCH_WRITE,
            http.calls("BatchWriteItem", list(workload.batch_requests(workload.POINTS, points))),
            lambda answer: not answer.get("UnprocessedItems"),
        ),
        http.Load(
            names.DELETE,
            [
                call
                for n in NUMBERS
                for call in (
                    ("PutItem", workload.put_request(n)),
                    ("DeleteItem", workload.delete_request(n)),
                )
            ],
            lambda answer: answer == {},
        ),
    ]


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    with peers.started(plan, without={harness.FLOOR}) as fleet:
        peers.fill(fleet, fill)
        return http.measure_all(plan, fleet, GROUP, loads())
