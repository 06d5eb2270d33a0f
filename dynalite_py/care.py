"""What can be done with the snapshots of a file that this process has not opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from dynalite_py.model.clock import SystemClock
from dynalite_py.storage import shelves, snapshots
from dynalite_py.storage.backup import Copied
from dynalite_py.storage.database import Database
from dynalite_py.storage.shelves import Snapshot


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
