"""A disk that can fail: an SQLite VFS that keeps what is on the disk beside what programs see.

Programs see the real files, as they see the pages that the system holds. The disk has what was
flushed. Between the two lie the changes since a file's last flush; when the machine crashes, any
part of them may have reached the disk, in any order, each in pieces of a sector. A flush that fails
lets a part of the bytes reach the disk and forgets the rest: as on Linux, the system takes what it
could not write for written, and no later flush brings it back. Sizes and names it does not forget,
for a file system keeps them in a journal of its own.

The log's shared memory (-shm) is real, and gone after a crash.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR_BYTES = 512
FOREVER = 1_000_000
SUFFIXES = ("", "-wal", "-journal")

# Kind of fault -> the call that it strikes and the code that SQLite gets.
FAULTS: dict[str, tuple[str, int]] = {
    "read error": ("read", apsw.SQLITE_IOERR_READ),
    "write error": ("write", apsw.SQLITE_IOERR_WRITE),
    "short write": ("write", apsw.SQLITE_IOERR_WRITE),
    "disk full": ("write", apsw.SQLITE_FULL),
    "failing flush": ("sync", apsw.SQLITE_IOERR_FSYNC),
    "failing truncation": ("truncate", apsw.SQLITE_IOERR_TRUNCATE),
}
_PARTIAL = ("short write", "disk full")


class Change(NamedTuple):
    """A write of some bytes; without bytes: the file ends here now."""

    at: int
    data: bytes | None


@dataclass(slots=True)
class Fault:
    """Strikes so many calls of its kind, beginning with the disk's call number ``after``.

    suffix: only calls on files that end so.
    """

    kind: str
    after: int
    times: int
    suffix: str = ""

    def strikes(self, calls: int, call: str, name: str) -> bool:
        """Whether it strikes this call."""
        if not self.times or calls < self.after or FAULTS[self.kind][0] != call:
            return False
        return name.endswith(self.suffix)


@dataclass(slots=True)
class _File:
    """content: what is on the disk, None: no such file there; unflushed: changes since then."""

    content: bytearray | None = None
    unflushed: list[Change] = field(default_factory=list[Change])


class Disk(apsw.VFS):
    """The disk of one run. Registered under ``name`` until ``unregister``.

    calls: reads, writes, flushes and truncations so far. struck: how often each kind of fault did.
    dead: whether the machine or the process is gone; then every call fails and changes nothing.
    """

    def __init__(self, name: str, chance: random.Random) -> None:
        self.name = name
        self.base = "unix"
        self.chance = chance
        self.lock = threading.RLock()
        self.files: dict[str, _File] = {}
        self.deleted: dict[str, bytes] = {}  # deletions that have not reached the disk
        self.faults: list[Fault] = []
        self.calls = 0
        self.dies_at = FOREVER
        self.dead = False
        self.struck: Counter[str] = Counter()
        super().__init__(name, self.base)

    def excepthook(self, etype: Any, evalue: Any, etraceback: Any) -> bool:
        """Say nothing: every failure is on purpose."""
        del etype, evalue, etraceback
        return True

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Every file of the database through ours."""
        if self.dead:
            raise apsw.exception_for(apsw.SQLITE_CANTOPEN)
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            self._know(name.filename() if isinstance(name, apsw.URIFilename) else name)
        return DiskFile(self, name, flags)

    def _know(self, name: str) -> None:
        """A new file is made and flushed as a whole before SQLite opens it."""
        with self.lock:
            if name not in self.files and Path(name).exists():
                self.files[name] = _File(bytearray(Path(name).read_bytes()))

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """The directory's flush makes the deletion lasting, and those before it."""
        with self.lock:
            if self.dead:
                raise apsw.exception_for(apsw.SQLITE_IOERR_DELETE)
            super().xDelete(filename, syncdir)
            file = self.files.pop(filename, None)
            if file is not None and file.content is not None:
                self.deleted[filename] = bytes(file.content)
            if syncdir:
                self.deleted.clear()

    # What the files' calls ask; they hold the lock.

    def file(self, name: str) -> _File:
        """The file of this name, as far as it was changed through this disk."""
        return self.files.setdefault(name, _File())

    def strikes(self, call: str, name: str) -> Fault | None:
        """Count a call. Returns the fault that strikes it.

        Raises: apsw.IOError once all is dead.
        """
        self.calls += 1
        if self.calls >= self.dies_at:
            self.dead = True
        if self.dead:
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        for fault in self.faults:
            if fault.strikes(self.calls, call, name):
                fault.times -= 1
                self.struck[fault.kind] += 1
                return fault
        return None

    # Ends and new beginnings, while no file is open.

    def revive(self) -> None:
        """The next process finds a disk without faults."""
        self.dead = False
        self.dies_at = FOREVER
        self.faults.clear()
        self.calls = 0

    def crash(self, path: Path) -> str:
        """The machine crashes: make the files at ``path`` what may have reached the disk.

        Returns how each was treated.
        """
        told: list[str] = []
        for suffix in SUFFIXES:
            name = str(path) + suffix
            file = self.files.pop(name, _File())
            manner = self.chance.choice(MANNERS) if file.unflushed else "flushed"
            content = self._survived(file, manner)
            if content is None and self.chance.random() < 0.5:
                content = self.deleted.get(name)
            told.append(f"{suffix or 'file'}: {manner}")
            Path(name).unlink(missing_ok=True)
            if content is not None:
                Path(name).write_bytes(content)
                self.files[name] = _File(bytearray(content))
        self.deleted.clear()
        Path(f"{path}-shm").unlink(missing_ok=True)
        return ", ".join(told)

    def _survived(self, file: _File, manner: str) -> bytes | None:
        kept = survivors(file.unflushed, manner, self.chance)
        if file.content is None and (not kept or self.chance.random() < 0.5):
            return None  # Its name never reached the directory.
        content = bytearray(file.content or b"")
        for change in kept:
            apply(content, change)
        return bytes(content)

    def flush(self, file: _File, *, fails: bool) -> None:
        """Bring the changes onto the disk; where that fails a part of them, the rest is lost."""
        manner = self.chance.choice(MANNERS) if fails else "all"
        kept: list[Change] = []
        for writes, truncation in _between_truncations(file.unflushed):
            kept += survivors(writes, manner, self.chance) + truncation
        content = bytearray() if file.content is None else file.content
        for change in kept:
            apply(content, change)
        file.unflushed.clear()
        file.content = content
        if not fails:
            self.deleted.clear()


def _between_truncations(changes: list[Change]) -> Iterator[tuple[list[Change], list[Change]]]:
    """Writes and the truncation behind them, if there is one."""
    writes: list[Change] = []
    for change in changes:
        if change.data is None:
            yield writes, [change]
            writes = []
        else:
            writes.append(change)
    yield writes, []


MANNERS = ("none", "all", "first", "some", "torn", "reordered")


def survivors(changes: list[Change], manner: str, chance: random.Random) -> list[Change]:
    """Which changes reach the disk, in which order, and in which pieces."""
    match manner:
        case "none":
            return []
        case "all":
            return list(changes)
        case "first":  # In order, the last of them torn.
            whole = chance.randint(0, len(changes))
            return [*changes[:whole], *_pieces(changes[whole : whole + 1], chance)]
        case "some":
            share = chance.random()
            return [change for change in changes if chance.random() < share]
        case "torn":
            return _pieces(changes, chance)
        case _:
            mixed = _pieces(changes, chance) if chance.random() < 0.5 else list(changes)
            chance.shuffle(mixed)
            return [change for change in mixed if chance.random() < 0.8]


def _pieces(changes: list[Change], chance: random.Random) -> list[Change]:
    """Of every write only some sectors."""
    found: list[Change] = []
    for change in changes:
        if change.data is None:
            found.append(change)
            continue
        at, end = change.at, change.at + len(change.data)
        while at < end:
            after = min(end, (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
            if chance.random() < 0.6:
                found.append(Change(at, change.data[at - change.at : after - change.at]))
            at = after
    return found


def apply(content: bytearray, change: Change) -> None:
    """Change a file's bytes; what lies between its end and a write behind it is zero."""
    at, data = change
    if data is None:
        del content[at:]
    if at > len(content):
        content.extend(bytes(at - len(content)))
    if data is not None:
        content[at : at + len(data)] = data


class DiskFile(apsw.VFSFile):
    """An open file on a ``Disk``."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary"
        super().__init__(disk.base, name, flags)

    def excepthook(self, etype: Any, evalue: Any, etraceback: Any) -> bool:
        """Say nothing: every failure is on purpose."""
        del etype, evalue, etraceback
        return True

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Fail, or read what programs see."""
        with self._disk.lock:
            fault = self._disk.strikes("read", self._name)
        if fault is not None:
            raise _failure(fault)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Fail, having written nothing or a part; or write."""
        with self._disk.lock:
            fault = self._disk.strikes("write", self._name)
            data = bytes(data)
            if fault is not None:
                part = self._disk.chance.randrange(len(data)) if fault.kind in _PARTIAL else 0
                data = data[:part]
            if data:
                super().xWrite(data, offset)
                self._disk.file(self._name).unflushed.append(Change(offset, data))
        if fault is not None:
            raise _failure(fault)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Fail, or truncate."""
        with self._disk.lock:
            fault = self._disk.strikes("truncate", self._name)
            if fault is None:
                super().xTruncate(newsize)
                self._disk.file(self._name).unflushed.append(Change(newsize, None))
        if fault is not None:
            raise _failure(fault)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Fail, a part of the changes lost for good; or flush. The real disk is left in peace."""
        del flags
        with self._disk.lock:
            fault = self._disk.strikes("sync", self._name)
            self._disk.flush(self._disk.file(self._name), fails=fault is not None)
        if fault is not None:
            raise _failure(fault)


def _failure(fault: Fault) -> Exception:
    return apsw.exception_for(FAULTS[fault.kind][1])
