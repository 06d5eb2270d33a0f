"""A file that appears under its name only when it is whole and on the disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

from dynalite_py.storage.database import StoreError


@contextlib.contextmanager
def made(path: Path) -> Generator[Path]:
    """An empty, private file beside ``path``, to be filled under its own name and closed.

    At the end it is flushed to the disk and gets its name, which no other file loses; after any
    failure it is gone. Raises: StoreError where ``path`` is there, or cannot be.
    """
    if path.is_symlink() or path.exists():
        raise StoreError(f"{path} exists already; it was left as it is")
    with _partial(path) as partial:
        yield partial
        _flush(partial)
        _name(partial, path)
        _flush(path.parent)


@contextlib.contextmanager
def replacing(path: Path) -> Generator[Path]:
    """The same, but at the end it takes the place of the file that is there."""
    with _partial(path) as partial:
        yield partial
        _flush(partial)
        partial.replace(path)
        _flush(path.parent)


@contextlib.contextmanager
def _partial(path: Path) -> Generator[Path]:
    try:
        import tempfile  # What it brings is as large as the store itself.

        descriptor, name = tempfile.mkstemp(
            prefix=f"{path.name}-", suffix="-partial", dir=path.parent
        )
    except OSError as failure:
        raise StoreError(f"{path} cannot be created: {failure.strerror}") from failure
    try:
        os.fchmod(descriptor, 0o600)  # Whatever the umask takes away.
        os.close(descriptor)
        yield Path(name)
    finally:
        for left in (name, name + "-wal", name + "-shm", name + "-journal"):
            Path(left).unlink(missing_ok=True)


def _name(partial: Path, path: Path) -> None:
    """Give the file its name. Raises: StoreError where another one has it by now."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise StoreError(f"{path} exists already; it was left as it is") from None
    except OSError:  # A file system without second names.
        if path.exists():
            raise StoreError(f"{path} exists already; it was left as it is") from None
        partial.rename(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
