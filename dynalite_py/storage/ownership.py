"""Who owns a file: one process at a time, by a lock beside it; and whether there can be one.

The lock (``FILE-owner``) has the owner's process id and command in it, so that a second process is
refused with the name of the first.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # pragma: no cover - on Windows SQLite's own locks still guard the pages.
    fcntl = None

if TYPE_CHECKING:
    from collections.abc import Generator

PRIVATE = 0o600


class StoreError(Exception):
    """The file cannot be used as asked; the text tells a person what to do. Nothing was changed."""


class InUseError(StoreError):
    """Another process owns the file."""


class DamagedError(StoreError):
    """The file is ours, and SQLite cannot open it."""


@contextlib.contextmanager
def owned(path: str) -> Generator[None]:
    """Own a file that is not opened. Raises: StoreError."""
    lock_file = take(path)
    try:
        yield
    finally:
        give_free(path, lock_file)


def check_place(path: Path) -> None:
    """Refuse a path that cannot hold a database, before anything is created."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it")
    folder = path.parent
    if not folder.is_dir():
        raise StoreError(f"the folder {folder} does not exist")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(f"{path} is not readable and writable for this user")
    if not os.access(folder, os.W_OK | os.X_OK) or _is_read_only(folder):
        raise StoreError(
            f"the folder {folder} is not writable; a database needs to write beside its file"
        )


def _is_read_only(folder: Path) -> bool:
    statvfs = getattr(os, "statvfs", None)
    return statvfs is not None and bool(statvfs(folder).f_flag & os.ST_RDONLY)


def take(path: str) -> int | None:
    """Lock ``FILE-owner`` and write this process into it.

    Raises: StoreError naming the process that has it.
    """
    if fcntl is None:  # pragma: no cover
        return None
    name = path + "-owner"
    while True:
        try:
            descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
            os.fchmod(descriptor, PRIVATE)  # Whatever the umask takes away.
        except OSError as failure:
            raise StoreError(f"{name} cannot be created: {failure.strerror}") from failure
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(descriptor, 4096).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            raise InUseError(
                f"{path} is in use by {owner}; one process at a time owns a file"
            ) from None
        if _same_file(descriptor, name):
            break
        os.close(descriptor)  # The former owner removed it meanwhile: take the new one.
    os.ftruncate(descriptor, 0)
    command = " ".join(Path(part).name if at == 0 else part for at, part in enumerate(sys.argv[:4]))
    os.write(descriptor, f"process {os.getpid()} ({command[:200]})".encode())
    return descriptor


def give_free(path: str, lock_file: int | None) -> None:
    if lock_file is None:
        return
    with contextlib.suppress(OSError):
        # Before the lock ends: who waits for it looks again.
        Path(path + "-owner").unlink()
    os.close(lock_file)


def _same_file(descriptor: int, name: str) -> bool:
    try:
        there = Path(name).stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
