"""The items of the analytics figures, and that all who answer find the same groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import analytics, harness, workload
from dynalite_py.model import sizes


def test_sales_have_250_bytes_and_keys_of_their_own() -> None:
    found = [analytics.sale(number) for number in (0, 1, 17, 999_999)]
    assert [sizes.of_item(item) for item in found] == [workload.ITEM_BYTES] * 4
    assert len({item["sk"]["S"] for item in found}) == 4


@pytest.mark.parametrize("name", analytics.QUESTIONS)
def test_everybody_finds_the_same_groups(name: str, tmp_path: Path) -> None:
    db, store, lines = analytics.filled(tmp_path, 2_000)
    floor, ours, _ = analytics.QUESTIONS[name]
    measures, absent = analytics.subjects(db, store, lines, analytics.QUESTIONS[name])
    assert all(measure() > 0 for measure in measures.values())
    assert set(measures) | set(absent) == {harness.FLOOR, harness.OURS, analytics.DUCKDB}
    theirs = {row[:2] for row in db.execute(floor)}
    assert {row[:2] for row in store.sql(ours)} == theirs
    store.close()
    db.close()


def test_an_answer_with_other_groups_is_no_measurement() -> None:
    with pytest.raises(harness.UnmeasurableError, match="2 groups instead of 1"):
        analytics.timed(lambda: [1, 2], 1)()
