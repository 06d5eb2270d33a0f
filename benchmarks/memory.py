"""What a store occupies: memory of a server, idle and filled, and bytes of file an item."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import floors, harness, names, peers, workload
from benchmarks.servers import Recipe, Server

GROUP = "memory"
ITEMS = 10_000
MEGABYTE = 1_000_000


def folder_bytes(folder: Path) -> int:
    """The length of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def occupied(recipe: Recipe, room: Path) -> tuple[float, float, float]:
    """MB idle, MB after the items were written, bytes of file an item once it is stopped."""
    server = Server(recipe, room / recipe.name.replace(" ", "-"))
    try:
        idle = server.resident_bytes()
        server.create_table(workload.point_table(workload.BULK))
        server.write_all(workload.BULK, map(workload.point, range(ITEMS)))
        filled = server.resident_bytes()
    finally:
        server.stop()
    return idle / MEGABYTE, filled / MEGABYTE, folder_bytes(server.folder) / ITEMS


def bare_file(room: Path) -> float:
    """Bytes an item in the bare layout, without any server."""
    folder = room / "bare"
    folder.mkdir()
    db = floors.opened(folder / "floor.db", durable=False)
    floors.fill(db, map(workload.point, range(ITEMS)))
    db.close()
    return folder_bytes(folder) / ITEMS


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. One sample each: these figures hardly vary."""
    plan.say("memory and file size")
    found, absent = peers.recipes(plan)
    idle: dict[str, list[float]] = {}
    filled: dict[str, list[float]] = {}
    stored: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as room:
        for recipe in found:
            if recipe.name == harness.FLOOR:
                continue
            try:
                sizes = occupied(recipe, Path(room))
            except harness.UnmeasurableError as reason:
                absent[recipe.name] = str(reason)
                continue
            for sample, size in zip((idle, filled, stored), sizes, strict=True):
                if size:  # one that keeps all in memory has no file
                    sample[recipe.name] = [size]
        stored[harness.FLOOR] = [bare_file(Path(room))]
    return [
        harness.figure(GROUP, name, unit, samples, absent=absent)
        for name, unit, samples in (
            (names.IDLE_MEMORY, "MB", idle),
            (names.FILLED_MEMORY, "MB", filled),
            (names.FILE_BYTES, "bytes", stored),
        )
    ]
