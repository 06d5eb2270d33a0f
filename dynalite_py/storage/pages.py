"""A file's pages as bytes: rows are read from them whatever is wrong with the rest of the file.

SQLite gives up a whole tree where one of its pages cannot be read. Here a page is left out alone:
what a tree still reaches is walked page by page, and leaves that no tree reaches any more can be
read by themselves. Nothing is believed: every number from the file is held to its bounds.

Source: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import apsw

from dynalite_py.storage import checksums

Value: TypeAlias = int | float | str | bytes | None

INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE = 2, 5, 10, 13
_KINDS = frozenset({INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE})
_INTERIOR = frozenset({INTERIOR_INDEX, INTERIOR_TABLE})
_FILE_HEADER_BYTES = 100
_PAGE_BYTES = 4096
_MAGIC = b"SQLite format 3\x00"
_SAMPLE = 64
_DEEPEST = 40
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_REAL, _ZERO, _ONE, _FIRST_BLOB = 7, 8, 9, 12


class BrokenPageError(Exception):
    """A page, or a part of it, is not what SQLite writes; the text says where and what."""


class Row(NamedTuple):
    """One record. number: its rowid, None in an index; page: the page it begins on; overflow: those
    on which it goes on.
    """

    number: int | None
    values: tuple[Value, ...]
    page: int
    overflow: tuple[int, ...]


class Reached(NamedTuple):
    """A page that a tree leads to. kind: of a tree's page; None: a page of overflowing text."""

    page: int
    kind: int | None


class Pages:
    """The pages of a file, for reading. Opened through SQLite's own file system, so that closing it
    drops no lock of this process.
    """

    def __init__(self, path: Path) -> None:
        flags = [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0]
        self._file = apsw.VFSFile("", str(path), flags)
        size = self._file.xFileSize()
        header = self._file.xRead(min(size, _FILE_HEADER_BYTES), 0).ljust(_FILE_HEADER_BYTES, b"\0")
        page_bytes = int.from_bytes(header[16:18], "big")
        sane = page_bytes in {1 << power for power in range(9, 16)}
        self.page_bytes = page_bytes if sane else _PAGE_BYTES
        self.count = size // self.page_bytes
        reserved = header[20] if header[:16] == _MAGIC else None
        self.has_checksums = (
            reserved == checksums.RESERVED_BYTES if reserved is not None else self._seem_summed()
        )
        self._usable = self.page_bytes - (checksums.RESERVED_BYTES if self.has_checksums else 0)
        self._first_free = int.from_bytes(header[32:36], "big")
        self._mapped = int.from_bytes(header[52:56], "big") != 0

    def _seem_summed(self) -> bool:
        """Whether most pages have a checksum, where the first page does not say so."""
        sample = range(2, self.count + 1, self.count // _SAMPLE + 1)
        checksums.layer()
        db = apsw.Connection("")
        try:
            return 2 * sum(checksums.sound(db, self.read(each)) for each in sample) > len(sample)
        finally:
            db.close()

    def close(self) -> None:
        """Close the file."""
        self._file.xClose()

    def read(self, number: int) -> bytes:
        """A page. Raises: BrokenPageError where the file has none of this number."""
        if not 1 <= number <= self.count:
            raise BrokenPageError(f"page {number} does not exist")
        try:
            return self._file.xRead(self.page_bytes, (number - 1) * self.page_bytes)
        except apsw.Error as failure:
            raise BrokenPageError(f"page {number} cannot be read: {failure}") from failure

    def maps(self) -> Iterator[int]:
        """The pages that say which page another one hangs on; there are none in older files."""
        if self._mapped:
            yield from range(2, self.count + 1, self._usable // 5 + 1)

    def free(self) -> set[int]:
        """The pages that hold nothing any more, as far as their list can be followed."""
        found: set[int] = set()
        trunk = self._first_free
        while trunk and trunk not in found:
            try:
                page = self.read(trunk)
            except BrokenPageError:
                break
            found.add(trunk)
            following, length = struct.unpack_from(">II", page)
            length = min(length, self._usable // 4 - 2)
            found.update(struct.unpack_from(f">{length}I", page, 8))
            trunk = following
        return found

    def kind(self, number: int) -> int | None:
        """The kind of a tree's page; None for what is no page of a tree."""
        kind = self.read(number)[self._start(number)]
        return kind if kind in _KINDS else None

    def tree(self, root: int, faults: list[str] | None = None) -> Iterator[Reached]:
        """Every page that a tree leads to, each once; faults takes what could not be followed."""
        seen: set[int] = set()
        waiting = [(root, 0)]
        while waiting:
            number, depth = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            try:
                kind = self.kind(number)
                yield Reached(number, LEAF_TABLE if kind is None else kind)
                if kind in _INTERIOR and depth < _DEEPEST:
                    waiting += [(child, depth + 1) for child in self._children(number)]
                for chained in self._overflowing(number):
                    if chained not in seen:
                        seen.add(chained)
                        yield Reached(chained, None)
                if kind is None:
                    raise BrokenPageError(f"page {number} is no page of a tree")
            except BrokenPageError as fault:
                if faults is not None:
                    faults.append(str(fault))

    def rows(self, number: int, faults: list[str] | None = None) -> Iterator[Row]:
        """The records of a leaf, or of an inner page of an index; what is broken is left out."""
        page = self.read(number)
        kind = page[self._start(number)]
        for at in self._cells(number, page):
            try:
                yield self._row(number, page, kind, at)
            except (BrokenPageError, IndexError, struct.error, ValueError) as fault:
                if faults is not None:
                    faults.append(f"page {number}: a row cannot be read: {fault}")

    def _start(self, number: int) -> int:
        return _FILE_HEADER_BYTES if number == 1 else 0

    def _cells(self, number: int, page: bytes) -> list[int]:
        """Where the cells of a page begin, as far as they lie inside it."""
        start = self._start(number)
        head = start + (12 if page[start] in _INTERIOR else 8)
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        count = min(count, (self._usable - head) // 2)
        places = struct.unpack_from(f">{count}H", page, head)
        return [at for at in places if head + 2 * count <= at < self._usable - 1]

    def _children(self, number: int) -> list[int]:
        page = self.read(number)
        children = [int.from_bytes(page[at : at + 4], "big") for at in self._cells(number, page)]
        start = self._start(number)
        children.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        # The last is followed first by whoever takes from the end.
        return children[::-1]

    def _row(self, number: int, page: bytes, kind: int, at: int) -> Row:
        rowid: int | None = None
        if kind in _INTERIOR:
            at += 4
        size, at = _varint(page, at)
        if kind not in (INTERIOR_INDEX, LEAF_INDEX):
            rowid, at = _varint(page, at)
            rowid -= (rowid >> 63) << 64
        payload, overflow = self._payload(page, at, size, kind)
        return Row(rowid, _record(payload), number, overflow)

    def _payload(self, page: bytes, at: int, size: int, kind: int) -> tuple[bytes, tuple[int, ...]]:
        """A cell's content with what overflows it, and the pages into which it does."""
        local = self._local_bytes(size, kind)
        if at + local > self._usable or size > self.count * self.page_bytes:
            raise BrokenPageError("it is longer than its page")
        parts = [page[at : at + local]]
        overflow = tuple(self._chain(page, at + local, size - local))
        missing = size - local
        for chained in overflow:
            parts.append(self.read(chained)[4 : min(self._usable, 4 + missing)])
            missing -= len(parts[-1])
        return b"".join(parts), overflow

    def _local_bytes(self, size: int, kind: int) -> int:
        """How much of a content of so many bytes lies on the page itself."""
        usable = self._usable
        most = usable - 35
        if kind in (INTERIOR_INDEX, LEAF_INDEX):
            most = (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        return local if local <= most else least

    def _overflowing(self, number: int) -> Iterator[int]:
        """The pages into which the cells of one page overflow."""
        page = self.read(number)
        kind = page[self._start(number)]
        if kind == INTERIOR_TABLE:
            return
        for at in self._cells(number, page):
            try:
                begin = at + 4 if kind == INTERIOR_INDEX else at
                size, begin = _varint(page, begin)
                if kind not in (INTERIOR_INDEX, LEAF_INDEX):
                    _, begin = _varint(page, begin)
                local = self._local_bytes(size, kind)
                yield from self._chain(page, begin + local, size - local)
            except (BrokenPageError, IndexError):
                continue  # Named where the row is read.

    def _chain(self, page: bytes, at: int, missing: int) -> Iterator[int]:
        while missing > 0:
            chained = int.from_bytes(page[at : at + 4], "big")
            page, at = self.read(chained), 0
            yield chained
            missing -= self._usable - 4


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """SQLite's integer of 1 to 9 bytes, and where it ends."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9


def _record(payload: bytes) -> tuple[Value, ...]:
    """The columns of a record. Raises: BrokenPageError, IndexError, ValueError."""
    end, at = _varint(payload, 0)
    if end > len(payload):
        raise BrokenPageError("its columns are longer than itself")
    found: list[Value] = []
    place = end
    while at < end:
        kind, at = _varint(payload, at)
        value, place = _column(payload, place, kind)
        found.append(value)
    return tuple(found)


def _column(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (_ZERO, _ONE):
        return kind - _ZERO, at
    if kind in _INTEGER_BYTES or kind == _REAL:
        end = at + _INTEGER_BYTES.get(kind, 8)
    elif kind >= _FIRST_BLOB:
        end = at + (kind - _FIRST_BLOB) // 2
    else:
        raise BrokenPageError(f"a column has the unknown kind {kind}")
    if end > len(payload):
        raise BrokenPageError("a column is longer than its row")
    content = payload[at:end]
    if kind == _REAL:
        return struct.unpack(">d", content)[0], end
    if kind < _REAL:
        return int.from_bytes(content, "big", signed=True), end
    return (content.decode() if kind % 2 else content), end
