"""Reads of much, and the company that a server has meanwhile; on our own server."""

from __future__ import annotations

import pytest

from benchmarks import beside, harness, large_reads, workload
from benchmarks.servers import Server


def test_a_server_has_company_until_it_is_left(plan: harness.Plan, server: Server) -> None:
    server.create_table(workload.range_table(workload.READINGS))
    server.create_table(workload.point_table(workload.BULK))
    with beside.company(server, plan):
        while not server.call("Scan", {"TableName": workload.BULK, "Limit": 1})["Count"]:
            pass
    before = server.call("Scan", {"TableName": workload.BULK, "Select": "COUNT"})["Count"]
    after = server.call("Scan", {"TableName": workload.BULK, "Select": "COUNT"})["Count"]
    assert before == after > 0


def test_company_that_is_refused_makes_the_measurement_void(
    plan: harness.Plan, server: Server
) -> None:
    def until_refused() -> None:
        with beside.company(server, plan) as process:
            process.wait(10)

    with pytest.raises(harness.UnmeasurableError, match="was refused"):
        until_refused()


def test_a_whole_scan_is_followed_to_its_end_and_its_count_is_held_to(server: Server) -> None:
    large_reads.fill(server, 6_000)  # more than a page
    assert large_reads.scan_ms(server, 6_000) > 0
    with pytest.raises(harness.UnmeasurableError, match="found 6 of 6000 items"):
        large_reads.scan_ms(server, 7_000)
    page = large_reads.page()
    assert page.proves(server.call(*page.calls[0]))
