"""What can be done with a file that this process has not opened: it is checked, repaired, copied,
made small, kept under a name.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from dynalite_py.model.clock import SystemClock
from dynalite_py.storage import backup, check, recovery, repair, shelves, snapshots, upkeep
from dynalite_py.storage.backup import Copied
from dynalite_py.storage.database import DamagedError, Database
from dynalite_py.storage.recovery import Recovered
from dynalite_py.storage.shelves import Snapshot

__all__ = [
    "Recovered",
    "Snapshot",
    "backup_file",
    "check_file",
    "delete_snapshot_of_file",
    "recover_file",
    "repair_file",
    "restore_file",
    "snapshot_file",
    "snapshots_of_file",
    "vacuum_file",
]


def snapshot_file(
    path: str | os.PathLike[str], name: str, *, replace: bool = False
) -> Iterator[Copied]:
    """Keep a file as it is now under a name, step by step, also while another process uses it.

    Raises: StoreError.
    """
    return shelves.of_file(Path(path)).take(name, SystemClock().now(), replace=replace)


def restore_file(path: str | os.PathLike[str], name: str) -> Iterator[Copied]:
    """Let a file that is not in use become what was kept under a name, step by step.

    Raises: StoreError.
    """
    shelf = shelves.of_file(Path(path))
    with shelf.opened(name) as source, contextlib.closing(Database(path)) as database:
        yield from snapshots.restore(database, source)


def snapshots_of_file(path: str | os.PathLike[str]) -> list[Snapshot]:
    """What was kept of a file, the oldest first. Raises: StoreError."""
    return shelves.of_file(Path(path)).kept()


def delete_snapshot_of_file(path: str | os.PathLike[str], name: str) -> None:
    """Forget what was kept of a file under a name. Raises: StoreError."""
    shelves.of_file(Path(path)).delete(name)


def check_file(path: str | os.PathLike[str]) -> Iterator[check.Step]:
    """Check a file that is not in use, step by step.

    Raises: StoreError where it is none, or is in use.
    """
    try:
        database = Database(path, verified=False)
    except DamagedError as refusal:
        yield from check.page_steps(Path(path))
        yield check.Step(0, 0, str(refusal))
        return
    try:
        yield from check.file_steps(database)
    finally:
        database.close()


def repair_file(path: str | os.PathLike[str]) -> Iterator[check.Step]:
    """Make anew what follows from the items of a file that is not in use, step by step.

    Each finding is something that was changed. Raises: StoreError.
    """
    return repair.steps(Path(path))


def recover_file(path: str | os.PathLike[str], new: str | os.PathLike[str]) -> Iterator[Recovered]:
    """Take what can be read from a damaged file that is not in use into a new one, step by step.

    Raises: StoreError.
    """
    return recovery.steps(Path(path), Path(new))


def backup_file(
    source: str | os.PathLike[str], destination: str | os.PathLike[str]
) -> Iterator[Copied]:
    """Copy a file to a new one, step by step, also while another process uses it.

    Raises: StoreError.
    """
    return backup.of_file(Path(source), Path(destination))


def vacuum_file(path: str | os.PathLike[str]) -> tuple[int, int]:
    """Make a file that is not in use as small as it can be. Returns bytes before and after.

    Raises: StoreError.
    """
    return upkeep.vacuum(path)
