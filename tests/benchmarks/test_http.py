"""What is believed of a load generator's output."""

from __future__ import annotations

import pytest

from benchmarks import harness, http, queries


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


def test_every_load_has_a_name_of_its_own_and_requests() -> None:
    loads = [*http.loads(), *queries.loads()]
    assert len({load.name for load in loads}) == len(loads) == 9
    assert all(load.requests for load in loads)
