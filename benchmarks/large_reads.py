"""Reads of much: a Query's page of 1 MB, and a whole Scan of 100,000 items of which 100 pass.

Nothing is written while it is measured, so that servers which can do without a file do: DynamoDB
Local takes a minute for these items with one. That is in its favour. The slowest servers are left
out: they take minutes to be filled, and many seconds for a Scan.
"""

from __future__ import annotations

import time

from benchmarks import harness, http, names, peers, workload
from benchmarks.servers import Server

GROUP = "large_reads"
MOST_PAGES = 1_000
QUICK_ENTRIES = 10_000


def fill(server: Server, entries: int) -> None:
    """A partition of more than 1 MB, and the entries."""
    server.create_table(workload.range_table(workload.ORDERS))
    server.write_all(workload.ORDERS, workload.large_partition())
    server.create_table(workload.range_table(workload.ENTRIES))
    server.write_all(workload.ENTRIES, map(workload.entry, range(entries)))


def page() -> http.Load:
    """One page of the large partition: between the half and all of the service's 1 MB."""
    least = 500_000 // workload.ITEM_BYTES
    return http.Load(
        names.LARGE_PAGE,
        http.calls("Query", [workload.large_query_request()]),
        lambda answer: (
            least < answer["Count"] < workload.LARGE_PARTITION_ITEMS
            and "LastEvaluatedKey" in answer
        ),
        has_goal=True,
    )


def scan_ms(server: Server, entries: int) -> float:
    """A whole filtered Scan, page after page, in ms. Raises: UnmeasurableError."""
    request = workload.large_scan_request()
    found = scanned = 0
    started = time.perf_counter()
    for _ in range(MOST_PAGES):
        answer = server.call("Scan", request)
        found, scanned = found + answer["Count"], scanned + answer["ScannedCount"]
        if "LastEvaluatedKey" not in answer:
            break
        request = request | {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    elapsed = time.perf_counter() - started
    if found != entries // 1000 or scanned < entries:  # some count an item of two pages twice
        raise harness.UnmeasurableError(f"a Scan found {found} of {scanned} items")
    return elapsed * 1000


def scans(plan: harness.Plan, fleet: peers.Fleet, entries: int) -> harness.Figure:
    """Every server's Scan, in turns; the first is not counted."""
    absent: dict[str, str] = {}
    subjects: dict[str, harness.Measure] = {}

    def measure(server: Server) -> harness.Measure:
        return lambda: scan_ms(server, entries)

    for name, server in fleet.servers.items():
        try:
            scan_ms(server, entries)
        except harness.UnmeasurableError as reason:
            absent[name] = str(reason)
        else:
            subjects[name] = measure(server)
    samples, failed = harness.interleaved(subjects, plan.rounds)
    name = names.scan_of(entries, entries // 1000)
    return harness.figure(GROUP, name, "ms", samples, absent=fleet.absent | absent | failed)


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    entries = QUICK_ENTRIES if plan.quick else workload.ENTRY_COUNT
    with peers.started(plan, without={harness.FLOOR, *peers.SLOW}, in_memory=True) as fleet:
        fleet.absent.update(dict.fromkeys(peers.SLOW, f"too slow for {entries:,} items"))
        plan.say(f"writing {entries:,} entries to each server")
        peers.fill(fleet, lambda server: fill(server, entries))
        plan.say(names.scan_of(entries, entries // 1000))
        figures = [scans(plan, fleet, entries)]
        return figures + http.measure_all(plan, fleet, GROUP, [page()])
