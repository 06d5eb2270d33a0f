"""What is believed of a load generator's output."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from benchmarks import (
    beside,
    harness,
    http,
    large_reads,
    names,
    peers,
    queries,
    sizes,
    workload,
    ycsb,
)
from benchmarks.servers import Server

needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")


def test_a_result_line_gives_answers_a_second_and_latencies() -> None:
    output = "Running 1s test\n  8 connections\nRESULT 3000 1500000 0 0 120 950\n"
    assert http.parsed(output) == http.Result(2000.0, 120.0, 950.0)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("RESULT 3000 1500000 1 0 120 950", "1 of them no 200"),
        ("RESULT 3000 1500000 0 2 120 950", "2 sockets failed"),
        ("RESULT 0 1500000 0 0 0 0", "0 answers"),
        ("unable to connect", "unable to connect"),
    ],
)
def test_a_load_with_failures_is_no_measurement(output: str, reason: str) -> None:
    with pytest.raises(harness.UnmeasurableError, match=reason):
        http.parsed(output)


@needs_wrk
def test_wrk_gets_every_body_answered(tmp_path: Path) -> None:
    plan = harness.Plan(True, 1, 1, 1, tmp_path, {}, say=str)
    floor = next(recipe for recipe in peers.recipes(plan)[0] if recipe.name == harness.FLOOR)
    server = Server(floor, tmp_path / "floor")
    try:
        fleet = peers.Fleet({harness.FLOOR: server}, {})
        http.fill_points(server)
        gets = http.loads()[0]
        wrong = dataclasses.replace(gets, proves=http.loads()[1].proves)
        found = http.measure_load(plan, fleet, "http", gets)
        void = http.measure_load(plan, fleet, "http", wrong)
    finally:
        server.stop()
    assert found.values[harness.FLOOR].median > 0
    assert found.extra[harness.FLOOR]["half_within_us"] > 0
    assert 0 < found.extra[harness.FLOOR]["generator_cores"] < 2
    assert void.values == {}
    assert void.absent[harness.FLOOR].startswith('unexpected answer: {"Item":')


def test_every_load_has_a_name_of_its_own_and_requests() -> None:
    loads = [
        *http.loads(),
        *queries.loads(),
        *sizes.loads(),
        *beside.loads(),
        large_reads.page(),
        *(ycsb.load(mix, 100) for mix in ycsb.MIXES),
    ]
    assert len({load.name for load in loads}) == len(loads)
    assert all(load.calls for load in loads)


def test_a_number_of_a_fresh_key_has_the_length_of_its_place() -> None:
    numbers = [next(http.FIRST) for _ in range(500)]
    assert len(f"{max(numbers):08d}") == len(workload.FRESH) == 8


@needs_wrk
def test_a_server_that_ends_is_left_out_of_later_loads(tmp_path: Path) -> None:
    plan = harness.Plan(True, 1, 1, 1, tmp_path, {}, say=str)
    floor = next(recipe for recipe in peers.recipes(plan)[0] if recipe.name == harness.FLOOR)
    server = Server(floor, tmp_path / "floor")
    fleet = peers.Fleet({names.MOTO: server}, {})
    server.stop()
    found = http.measure_load(plan, fleet, "http", http.loads()[0])
    assert found.values == {}
    assert fleet.servers == {}
    assert fleet.absent[names.MOTO].startswith("ended by itself")
