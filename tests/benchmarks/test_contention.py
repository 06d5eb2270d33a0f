"""The table of ways to change one item from many threads."""

from __future__ import annotations

import pytest

from benchmarks import contention


@pytest.mark.parametrize("way", contention.WAYS, ids=lambda way: way.name)
def test_every_way_keeps_every_update(way: contention.Way) -> None:
    found = contention.measured(way, threads=3, updates=3)
    assert found.attempts >= 1
    assert found.units >= way.units


def test_the_table_has_a_line_a_way() -> None:
    lines = contention.table((1, 2), 1)
    assert len(lines) == len(contention.WAYS) + 2
    assert {line.count("|") for line in lines} == {4}
