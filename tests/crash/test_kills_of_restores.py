"""A process that is killed while it restores leaves the old state or the new one, never a half."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import dynalite_py
from dynalite_py.care import check_file
from tests.storage.test_backup import PAIRS

pytestmark = pytest.mark.crash

KILLS = 12
ITEMS = 3000
RESTORES = """
import sys, dynalite_py
store = dynalite_py.connect(sys.argv[1])
print("ready", flush=True)
while True:
    for state in ("red", "blue"):
        store.restore(state)
        store.table("pairs").put({"p": "last", "state": state})
        store.snapshot("taken meanwhile", replace=True)
        print(state, flush=True)
"""


def test_a_kill_in_the_middle_leaves_one_state_or_the_other(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with dynalite_py.connect(path) as store:
        store.create_table(**PAIRS)
        for state in ("blue", "red"):
            with store.table("pairs").batch() as batch:
                for number in range(ITEMS):
                    batch.put({"p": str(number), "state": state, "text": "x" * 100})
            store.snapshot(state)
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    found: set[str] = set()
    for _ in range(KILLS):
        acknowledged = _restores_until_killed(path, chance.uniform(0.0, 0.25))
        found.add(_the_one_state(path, acknowledged, f"seed {seed}"))
        assert [step.finding for step in check_file(path) if step.finding is not None] == []
    assert found <= {"red", "blue"}


def _restores_until_killed(path: Path, seconds: float) -> str | None:
    """The last state whose write after the restore was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", RESTORES, str(path)],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    printed = process.communicate()[0].split()
    return printed[-1] if printed else None


def _the_one_state(path: Path, acknowledged: str | None, seed: str) -> str:
    with dynalite_py.connect(path) as store:
        items = {item["p"]: item["state"] for item in store.table("pairs").scan()}
        last = items.pop("last", None)
        assert len(items) == ITEMS, seed
        [state] = set(items.values())
        # Without the mark, the state after that one was restored and not yet written to.
        assert last in (None, state), seed
        # A write that was acknowledged is there, unless the next restore was done.
        assert state != acknowledged or last == acknowledged, seed
        names = {snapshot.name for snapshot in store.snapshots()}
        assert names >= {"red", "blue"}, seed
    return state
