"""A copy whose process is killed again and again ends with every item, and goes on each time."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from tests.support.made_tables import make_table

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 1500
PROGRAM = """
import sys
from pathlib import Path
import dynalite_py
from dynalite_py.migration import copy

folder = Path(sys.argv[1])
with dynalite_py.connect(folder / "here.db") as here, dynalite_py.connect(folder / "there.db") as there:
    print("begun", flush=True)
    done = copy.copy_table(
        here, "Source", there, "Target",
        create=True, segments=3, page_size=5, checkpoint=folder / "copy.json",
    )
    print(done.read, flush=True)
"""  # noqa: E501


def contents(path: Path, table: str) -> list[Any]:
    with dynalite_py.connect(path) as store:
        return sorted(store.table(table).scan(), key=lambda item: item["pk"])


@pytest.mark.crash
def test_a_killed_copy_goes_on_and_ends_with_every_item(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "here.db", durability="relaxed") as store:
        table = store.table(make_table(store, "Source", pk="N"))
        for number in range(ITEMS):
            table.put({"pk": number, "text": f"item {number}"})
    draw = random.Random(3)
    kills = 0
    for _ in range(100):
        running = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        if kills < 4:
            while running.poll() is None and not (tmp_path / "copy.json").exists():
                threading.Event().wait(0.005)
            threading.Event().wait(draw.uniform(0.0, 0.2))
            if running.poll() is None:
                running.kill()
                kills += 1
        printed = running.stdout.read()
        running.stdout.close()
        if running.wait() == 0:
            break
        assert printed == ""
    else:
        raise AssertionError("the copy did not end")
    assert kills > 0
    assert int(printed) < ITEMS  # What was written before the last kill was not read again.
    assert contents(tmp_path / "there.db", "Target") == contents(tmp_path / "here.db", "Source")
    assert not (tmp_path / "copy.json").exists()
