"""A table that grows, beside one that does not."""

from __future__ import annotations

from pathlib import Path

from benchmarks import growth, harness, names
from benchmarks.harness import OURS


def test_each_size_has_its_load_and_both_operations_beside_the_small_table(tmp_path: Path) -> None:
    plan = harness.Plan(True, 1, 1, 2, tmp_path, {}, say=str)
    small, store = growth.opened(tmp_path / "small.db"), growth.opened(tmp_path / "large.db")
    try:
        assert growth.write(small, range(60)) > 0
        figures = growth.grown(plan, small, store, (30, 100))
        counted = store.scan(TableName="points", Select="COUNT")["Count"]
    finally:
        store.close()
        small.close()
    assert counted == 100
    found = {figure.name: figure for figure in figures}
    assert list(found) == [
        "bulk load in process, to 30 items",
        "GetItem at 30 items",
        "PutItem at 30 items",
        "bulk load in process, to 100 items",
        "GetItem at 100 items",
        "PutItem at 100 items",
    ]
    assert set(found["GetItem at 100 items"].values) == {OURS, names.SMALL_TABLE}
