"""How long a large file takes to open after a kill: ``python -m tests.crash.reopening --megabytes
1024``.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from dynalite_py.engine import Engine
from dynalite_py.storage import database
from tests.crash.workload import item, request, table

ITEM_BYTES = 390_000
LOG_BYTES = 12_000_000


def _grow(path: str, megabytes: int) -> None:
    """Write so much, leave a long log, and be killed."""
    engine = Engine.open(path, durability="relaxed")
    request(engine, "CreateTable", table("log", indexed=True))
    for number in range(megabytes * 1_048_576 // ITEM_BYTES):
        asked = {"TableName": "log", "Item": item(f"k{number}", number, ITEM_BYTES)}
        request(engine, "PutItem", asked)
    engine.close()
    with mock.patch.object(database, "WAL_PAGES", 1_000_000):
        engine = Engine.open(path)
        for number in range(LOG_BYTES // ITEM_BYTES):
            asked = {"TableName": "log", "Item": item(f"l{number}", number, ITEM_BYTES)}
            request(engine, "PutItem", asked)
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Grow a file in another process, then open it here."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.reopening", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--grow", help="the part of the other process")
    options = parser.parse_args()
    if options.grow:
        _grow(options.grow, options.megabytes)
    with tempfile.TemporaryDirectory(prefix="dynalite-reopening-") as folder:
        path = Path(folder) / "app.db"
        command = [sys.executable, "-m", "tests.crash.reopening", "--grow", str(path)]
        subprocess.run([*command, "--megabytes", str(options.megabytes)], check=False)
        sizes = [path.stat().st_size, Path(f"{path}-wal").stat().st_size]
        began = time.perf_counter()
        engine = Engine.open(path)
        opened = time.perf_counter() - began
        request(engine, "GetItem", {"TableName": "log", "Key": {"a": {"S": "l1"}}})
        read = time.perf_counter() - began
        engine.close()
    megabytes = " + ".join(f"{size / 1_048_576:.0f}" for size in sizes)
    sys.stdout.write(f"{megabytes} MB (file + log): open in {opened:.3f} s, read in {read:.3f} s\n")


if __name__ == "__main__":
    main()
