"""A writer of large values that is killed leaves no item without its objects, and no object for ever."""  # noqa: E501

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.model.clock import MovableClock, SystemClock
from dynalite_py.patterns import large_objects
from dynalite_py.patterns.large_objects import DAY, LargeObjects
from dynalite_py.patterns.object_stores import FolderObjects
from tests.support.made_tables import make_table

ROOT = Path(__file__).resolve().parents[2]
KILLS = 6
KEYS = 5
PROGRAM = """
import random
import sys
from pathlib import Path
import dynalite_py
from dynalite_py.patterns.large_objects import LargeObjects
from dynalite_py.patterns.object_stores import FolderObjects

folder, draw = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
with dynalite_py.connect(folder / "notes.db") as store:
    notes = LargeObjects(client=store, table="Notes", objects=FolderObjects(folder / "objects"))
    print("begun", flush=True)
    while True:
        key, noise = {"id": draw.randrange(5)}, draw.randbytes(draw.choice((100, 40_000, 400_000)))
        act = draw.random()
        if act < 0.6:
            notes.put({**key, "one": noise, "two": noise[::-1]})
        elif act < 0.8:
            notes.set(key, {"one": noise})
        else:
            notes.delete(key)
"""


def run_and_kill(folder: Path, seed: int, seconds: float) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    threading.Event().wait(seconds)
    assert running.poll() is None
    running.kill()
    running.wait()
    running.stdout.close()


@pytest.mark.crash
def test_a_killed_writer_leaves_no_dangling_pointer_and_no_orphan_for_ever(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "notes.db") as store:
        make_table(store, "Notes", id="N")
    objects, draw = FolderObjects(tmp_path / "objects"), random.Random(11)
    kept, left = 0, 0
    for seed in range(KILLS):
        run_and_kill(tmp_path, seed, draw.uniform(0.0, 0.3))
        with dynalite_py.connect(tmp_path / "notes.db") as store:
            later = MovableClock(SystemClock().now() + 2 * DAY)
            notes = LargeObjects(client=store, table="Notes", objects=objects, clock=later)
            assert notes.get({"id": KEYS}) is None
            items: list[Any] = store.scan(TableName="Notes")["Items"]
            kept += len([notes.resolve(item) for item in items])  # Each hash is compared.
            pointed = {name for item in items for name in large_objects.pointers(item)}
            listed = {stored.name for stored in objects.list()}
            assert pointed <= listed
            assert set(notes.orphans()) == listed - pointed
            left += notes.sweep()
            assert {stored.name for stored in objects.list()} == pointed
    assert kept > 0
    assert left > 0  # The kills met writers between object and item.
