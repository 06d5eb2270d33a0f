"""A load that is killed leaves whole batches, and the same load goes on behind them."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dynalite_py
from dynalite_py.care import check_file
from dynalite_py.operations import bulk

KILLS = 8
ITEMS = 60_000

LOAD = """
import sys, dynalite_py
with dynalite_py.connect(sys.argv[1]) as store:
    store.load(sys.argv[2], table="events", progress=lambda now: print(now.items, flush=True))
"""


@pytest.mark.crash
@pytest.mark.slow
def test_a_killed_load_leaves_whole_batches_and_goes_on(tmp_path: Path) -> None:
    store, items = tmp_path / "store.db", tmp_path / "items.jsonl"
    items.write_text("".join(f'{{"id": "{at}", "at": {at}}}\n' for at in range(ITEMS)))
    with dynalite_py.connect(store) as made:
        made.create_table(
            TableName="events",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    chance = random.Random(7)
    reached = 0
    amid = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", LOAD, str(store), str(items)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = [reached + int(process.stdout.readline())]  # One batch is acknowledged.
            spend(chance.uniform(0, 0.03))
            process.kill()
            told += [reached + int(line) for line in process.stdout if line.endswith("\n")]
        present = _count(store)
        assert present % bulk.ELEMENTS == 0 or present == ITEMS
        assert present >= told[-1]
        amid += present < ITEMS
        reached = present
        if present == ITEMS:
            break
    assert amid >= 2, "too few kills fell into a load"
    with dynalite_py.connect(store) as opened:
        loaded = opened.load(items, table="events")
        # A load that was done before its kill begins anew.
        assert (loaded.items, loaded.resumed) in ((ITEMS - reached, reached), (ITEMS, 0))
    assert _count(store) == ITEMS
    assert [step.finding for step in check_file(store) if step.finding] == []


def spend(seconds: float) -> None:
    """Let the other process go on for a moment."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def _count(path: Path) -> int:
    with dynalite_py.connect(path) as store:
        pages = store.get_paginator("scan").paginate(TableName="events", Select="COUNT")
        return sum(page["Count"] for page in pages)
