"""A writer of large values that is killed leaves no item without its objects, and no object for ever."""  # noqa: E501

from __future__ import annotations

import signal
import subprocess
import sys
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
KILLS = 12
KEYS = 5
# Before and behind each step of a write, and inside of an object's, the process may kill itself.
PROGRAM = """
import os
import random
import signal
import sys
from pathlib import Path
import dynalite_py
from dynalite_py.patterns.large_objects import LargeObjects
from dynalite_py.patterns.object_stores import FolderObjects

folder, draw = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
left = draw.randrange(70)

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def stepping(act):
    def stepped(*given, **named):
        step()
        result = act(*given, **named)
        step()
        return result
    return stepped

class Stepping:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return stepping(getattr(self.inner, name))

os.fsync = stepping(os.fsync)
with dynalite_py.connect(folder / "notes.db") as store:
    objects = Stepping(FolderObjects(folder / "objects"))
    notes = LargeObjects(client=Stepping(store), table="Notes", objects=objects)
    while True:
        key, noise = {"id": draw.randrange(5)}, draw.randbytes(draw.choice((100, 40_000, 90_000)))
        act = draw.random()
        if act < 0.6:
            notes.put({**key, "one": noise, "two": noise[::-1]})
        elif act < 0.8:
            notes.set(key, {"one": noise})
        else:
            notes.delete(key)
"""


def run_until_killed(folder: Path, seed: int) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(seed)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.crash
def test_a_killed_writer_leaves_no_dangling_pointer_and_no_orphan_for_ever(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "notes.db") as store:
        make_table(store, "Notes", id="N")
    objects = FolderObjects(tmp_path / "objects")
    kept, left = 0, 0
    for seed in range(KILLS):
        run_until_killed(tmp_path, seed)
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
