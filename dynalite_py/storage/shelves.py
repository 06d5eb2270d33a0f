"""Where snapshots lie under the names that people gave them.

Those of a file lie in a folder beside it, ``FILE.snapshots``: each a whole store under a number,
and ``index.json``, which has the names. A name is text and never part of a path. What the index
does not name is not there: it is replaced as a whole after a copy is on the disk, and before one
goes, so that whoever is killed leaves at most a copy that the next one removes. Snapshots of a
store in memory are images in memory and end with it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Generator, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import apsw

from dynalite_py.model import codec
from dynalite_py.storage import backup, new_file
from dynalite_py.storage.backup import Copied
from dynalite_py.storage.database import MEMORY, Database, StoreError

try:
    import fcntl
except ImportError:  # pragma: no cover - on Windows one process at a time may take snapshots.
    fcntl = None

MOST = 1000
LONGEST_NAME = 255
_SHOWN_NAMES = 10
_VERSIONS, _NO_LOG = slice(18, 20), b"\x01\x01"  # Of the header.
_LARGEST_INDEX_BYTES = 4 * 1024 * 1024
_PRIVATE_FOLDER, _PRIVATE = 0o700, 0o600


class Snapshot(NamedTuple):
    """A kept state of a store. created_at: epoch seconds."""

    name: str
    created_at: float
    size_bytes: int


class Shelf(Protocol):
    """The snapshots of one store."""

    def kept(self) -> list[Snapshot]:
        """Every snapshot, the oldest first. Raises: StoreError."""
        ...

    def take(self, name: str, at: float, *, replace: bool = False) -> Iterator[Copied]:
        """Keep the store as it is under a name, step by step. at: epoch seconds.

        replace: a snapshot of that name goes, when the new one is there. Raises: StoreError.
        """
        ...

    def delete(self, name: str) -> None:
        """Forget a snapshot. Raises: StoreError."""
        ...

    def opened(self, name: str) -> contextlib.AbstractContextManager[apsw.Connection]:
        """A connection to a snapshot that nobody else uses. Raises: StoreError."""
        ...


def of(database: Database) -> Shelf:
    """The snapshots of an open store."""
    if database.memory:
        return MemoryShelf(database)
    return FolderShelf(
        Path(database.path), lambda destination: backup.of_store(database, destination)
    )


def of_file(path: Path) -> FolderShelf:
    """The snapshots of a file, whether another process owns it or none does. Raises: StoreError."""
    real = path.resolve()
    if not real.is_file():
        raise StoreError(f"{path} does not exist")
    return FolderShelf(real, lambda destination: backup.of_file(real, destination))


class MemoryShelf:
    """Images of a store in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._images: dict[str, tuple[Snapshot, bytes]] = {}

    def kept(self) -> list[Snapshot]:
        """Every snapshot, the oldest first."""
        return [snapshot for snapshot, _ in self._images.values()]

    def take(self, name: str, at: float, *, replace: bool = False) -> Iterator[Copied]:
        """Keep the store as it is. Raises: StoreError."""
        _check_new(name, self._images, replace=replace)
        with self._database.turn:
            image = _without_log(self._database.writer.serialize("main"))
            pages = self._database.writer.pragma("page_count")
        self._images.pop(name, None)
        self._images[name] = Snapshot(name, at, len(image)), image
        yield Copied(pages, pages)

    def delete(self, name: str) -> None:
        """Forget a snapshot. Raises: StoreError."""
        if name not in self._images:
            raise _unknown(name, self._images)
        del self._images[name]

    @contextlib.contextmanager
    def opened(self, name: str) -> Generator[apsw.Connection]:
        """A connection to a copy of it. Raises: StoreError."""
        kept = self._images.get(name)
        if kept is None:
            raise _unknown(name, self._images)
        db = apsw.Connection(MEMORY)
        try:
            db.deserialize("main", kept[1])
            yield db
        finally:
            db.close()


def _without_log(image: bytes) -> bytes:
    """A fork of a file says that it has a log, which an image cannot have."""
    return image[: _VERSIONS.start] + _NO_LOG + image[_VERSIONS.stop :]


class _Entry(NamedTuple):
    """A line of the index: the number is the copy's file name."""

    number: int
    name: str
    created_at: float


class FolderShelf:
    """The folder beside a file. copied: copies the store to a new file, step by step."""

    def __init__(self, store: Path, copied: Callable[[Path], Iterator[Copied]]) -> None:
        self._folder = store.with_name(f"{store.name}.snapshots")
        self._index = self._folder / "index.json"
        self._copied = copied

    def kept(self) -> list[Snapshot]:
        """Every snapshot, the oldest first. Raises: StoreError."""
        return [
            Snapshot(entry.name, entry.created_at, _size(self._file(entry.number)))
            for entry in self._entries()
        ]

    def take(self, name: str, at: float, *, replace: bool = False) -> Iterator[Copied]:
        """Keep the store as it is. Raises: StoreError."""
        _check_new(name, {entry.name for entry in self._entries()}, replace=replace)
        with self._locked():
            entries = self._entries()
            _check_new(name, {entry.name for entry in entries}, replace=replace)
            self._sweep(entries)
            number = max((entry.number for entry in entries), default=0) + 1
            yield from self._copied(self._file(number))
            kept = [entry for entry in entries if entry.name != name]
            self._save([*kept, _Entry(number, name, at)])
            self._sweep(self._entries())

    def delete(self, name: str) -> None:
        """Forget a snapshot. Raises: StoreError."""
        self._number(name)
        with self._locked():
            number = self._number(name)
            self._save([entry for entry in self._entries() if entry.number != number])
            self._sweep(self._entries())

    @contextlib.contextmanager
    def opened(self, name: str) -> Generator[apsw.Connection]:
        """A connection to it; an older format is brought up to date. Raises: StoreError."""
        database = Database(self._file(self._number(name)))
        try:
            yield database.writer
        finally:
            database.close()

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:d}.db"

    def _number(self, name: str) -> int:
        """The number of a snapshot. Raises: StoreError where there is none of this name."""
        numbers = {entry.name: entry.number for entry in self._entries()}
        if name not in numbers:
            raise _unknown(name, numbers)
        return numbers[name]

    def _entries(self) -> list[_Entry]:
        try:
            with self._index.open("rb") as file:
                text = file.read(_LARGEST_INDEX_BYTES + 1)
        except FileNotFoundError:
            return []
        except OSError as failure:
            raise StoreError(f"{self._index} cannot be read: {failure.strerror}") from failure
        try:
            return _decoded(text)
        except (ValueError, TypeError, KeyError) as failure:
            raise StoreError(
                f"{self._index} is damaged; the copies beside it are whole"
            ) from failure

    def _save(self, entries: list[_Entry]) -> None:
        rows = [entry._asdict() for entry in entries]
        try:
            with new_file.replacing(self._index) as partial:
                partial.write_bytes(codec.encode({"snapshots": rows}))
        except OSError as failure:
            raise StoreError(f"{self._index} cannot be written: {failure.strerror}") from failure

    def _sweep(self, entries: list[_Entry]) -> None:
        """Remove what no entry names; what cannot be removed now is tried again at the next."""
        kept = {str(entry.number) for entry in entries}
        for file in self._folder.glob("*.db*"):
            number = file.name.partition(".db")[0]
            if number not in kept or file.name.endswith("-partial"):
                with contextlib.suppress(OSError):
                    file.unlink()

    @contextlib.contextmanager
    def _locked(self) -> Generator[None]:
        """One at a time changes what is in the folder, of all threads and processes."""
        try:
            self._folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            descriptor = os.open(
                self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE
            )
        except OSError as failure:
            raise StoreError(
                f"{self._folder} cannot be written to: {failure.strerror}"
            ) from failure
        try:
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _decoded(text: bytes) -> list[_Entry]:
    """Raises: ValueError, TypeError, KeyError where it is no index."""
    if len(text) > _LARGEST_INDEX_BYTES:
        raise ValueError("too long")
    entries = [_Entry(**row) for row in codec.decode(text)["snapshots"]]
    if not all(type(entry.number) is int and type(entry.name) is str for entry in entries):
        raise TypeError("no number and name")
    return entries


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _check_new(name: str, taken: Collection[str], *, replace: bool) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise StoreError(
            f"a snapshot's name has 1 to {LONGEST_NAME} characters that can be printed, "
            f"not {name!r:.100}"
        )
    if name in taken and not replace:
        raise StoreError(f"there is a snapshot {name!r} already; delete or replace it")
    if name not in taken and len(taken) >= MOST:
        raise StoreError(f"a store has {MOST:,} snapshots at most; delete some")


def _unknown(name: str, names: Collection[str]) -> StoreError:
    known = ", ".join(sorted(map(repr, names))[:_SHOWN_NAMES]) if names else "none"
    return StoreError(f"there is no snapshot {name!r:.100}; there are: {known}")
