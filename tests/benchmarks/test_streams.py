"""The benchmark of streams: every put changes its item, a stream is read to its end."""

from __future__ import annotations

import pytest

from benchmarks import harness, names, streams, workload
from benchmarks.servers import Server


def test_no_put_repeats_the_one_before_it() -> None:
    requests = streams.changing(streams.STREAMED)
    half = workload.POINT_COUNT
    for first, second in ((requests[0], requests[half]), (requests[-1], requests[half - 1])):
        assert first["Item"]["pk"] == second["Item"]["pk"]
        assert first["Item"] != second["Item"]


def test_puts_and_pages_are_measured_in_process(plan: harness.Plan) -> None:
    for figure in (streams.puts(plan, "relaxed"), streams.pages(plan)):
        assert set(figure.values) == {harness.FLOOR, harness.OURS}


def test_a_stream_is_read_to_its_end(server: Server) -> None:
    server.create_table(streams.streamed_table())
    server.write_all(streams.STREAMED, map(workload.point, range(1200)))
    assert streams.reading_ms(server, 1200) > 0
    with pytest.raises(harness.UnmeasurableError, match="1200 records, not 1201"):
        streams.reading_ms(server, 1201)


def test_names_are_those_that_are_looked_for() -> None:
    assert names.records_of(10_000) == "HTTP GetRecords of 10,000 records"
