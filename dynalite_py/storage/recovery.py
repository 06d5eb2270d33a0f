"""Takes what can be read from a damaged file into a new one.

Rows come from the pages themselves (``pages``), so that one bad page costs only what lies on it. A
row is taken if it is an item of its table: its text is one, and its key columns are those of the
text. Everything that follows from items is made anew. The damaged file is not changed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import codec, keys, sizes, values
from dynalite_py.model.clock import SystemClock
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import (
    catalog,
    changes,
    check,
    checksums,
    layout,
    new_file,
    page_names,
    rebuild,
)
from dynalite_py.storage import database as files
from dynalite_py.storage.changes import Log
from dynalite_py.storage.check import NO_ITEM
from dynalite_py.storage.database import Database, StoreError
from dynalite_py.storage.pages import (
    INTERIOR_INDEX,
    INTERIOR_TABLE,
    LEAF_INDEX,
    LEAF_TABLE,
    BrokenPageError,
    Pages,
    Row,
)
from dynalite_py.storage.writer import Transaction

_ROWS_PER_STEP = 500
_ITEM_COLUMNS = 8
_OF_INDEXES = (INTERIOR_INDEX, LEAF_INDEX)
_OF_TABLES = (INTERIOR_TABLE, LEAF_TABLE)
_TABLES = "tables"
# What else is not made anew. Tokens and jobs are not taken along: a token lives for ten minutes,
# and an index is filled at once.
_KEPT = frozenset({_TABLES})
_COUNTS = "counts"
_CHANGES, _SHARDS = "changes", "shards"


class Recovered(NamedTuple):
    """How far it is, in items, and a line of the report. lost: it tells of something that is not in
    the new file, or not for certain as it was.
    """

    done: int
    total: int
    text: str | None = None
    lost: bool = False


class _Found(NamedTuple):
    """An item as it is written to the new file."""

    base: int
    key: Key
    size: int
    weight: int
    version: int
    text: str


class _LostError(Exception):
    """A row is no item of its table; the text says why."""


def steps(source: Path, new: Path) -> Iterator[Recovered]:
    """Recover a file that is not in use into a new one. Raises: StoreError."""
    if not source.is_file():
        raise StoreError(f"{source} does not exist")
    real = source.resolve()
    try:
        with files.owned(str(real)), new_file.made(new) as partial, _readable(real, new) as copy:
            if copy.fault is not None:
                yield Recovered(0, 0, copy.fault, lost=True)
            yield from into(copy.path, partial)
    except apsw.FullError as failure:
        raise StoreError(f"{new} could not be written: the disk is full") from failure
    except apsw.Error as failure:
        raise StoreError(f"{source} could not be recovered: {failure}") from failure
    except OSError as failure:
        raise StoreError(f"{new} could not be written: {failure.strerror}") from failure


def into(source: Path, new: Path) -> Iterator[Recovered]:
    """Recover a file that has no log into one that is empty. Raises: StoreError, apsw.Error."""
    pages = Pages(source)
    try:
        yield from _Recovery(pages).steps(new)
    finally:
        pages.close()


class _Copy(NamedTuple):
    """What is read: the file, or a copy into which its log was moved. fault: the log was not."""

    path: Path
    fault: str | None


@contextlib.contextmanager
def _readable(source: Path, new: Path) -> Generator[_Copy]:
    log = Path(f"{source}-wal")
    if not log.exists() or log.stat().st_size == 0:
        yield _Copy(source, None)
        return
    with tempfile.TemporaryDirectory(prefix=f"{new.name}-", dir=new.parent) as folder:
        path = Path(folder) / "copy.db"
        shutil.copyfile(source, path)
        shutil.copyfile(log, f"{path}-wal")
        yield _Copy(path, _moved_log(path))


def _moved_log(path: Path) -> str | None:
    """Move a log into its file. Returns what went wrong, in words."""
    try:
        db = apsw.Connection(str(path), vfs=checksums.layer())
        try:
            db.execute("PRAGMA checksum_verification = OFF").fetchall()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            db.close()
    except apsw.Error as failure:
        return f"the last writes, in the log, cannot be read: {failure}"
    return None


class _Recovery:
    """What is known of the damaged file, and how far its recovery is."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._faults: list[str] = []
        self._roots = page_names.roots(pages, self._faults)
        self._bad = {number for number in check.bad_pages(pages) if number is not None}
        self._reached = self._walk()
        self._orphans = list(self._lost_leaves())
        if self._orphans:
            self._faults.append(f"{len(self._orphans)} pages of rows are reached by nothing")
        self._tables = self._find_tables()
        self._counts = self._read_counts()
        self.done = 0
        self.total = sum(self._counts.get(number, (0, 0))[0] for number in self._tables)

    def _walk(self) -> dict[str, list[int]]:
        """The leaves of each table of SQLite that its tree leads to; faults are noted."""
        leaves: dict[str, list[int]] = {}
        self._seen = {each.page for each in self._pages.tree(1)}
        for name, root in self._roots.items():
            leaves[name] = []
            # What follows from items is made anew, so that its faults lose nothing.
            faults = self._faults if name in _KEPT or page_names.is_items(name) else None
            for each in self._pages.tree(root, faults):
                if faults is not None and each.kind in _OF_INDEXES:
                    faults.append(f"page {each.page} is of another tree than {name}")
                if each.page not in self._seen and each.kind == LEAF_TABLE:
                    leaves[name].append(each.page)
                self._seen.add(each.page)
        return leaves

    def _lost_leaves(self) -> Iterator[int]:
        """Leaves that no tree leads to and that are not free; a sound file has none."""
        known = self._seen | self._pages.free() | set(self._pages.maps())
        for number in range(1, self._pages.count + 1):
            if number not in known and self._pages.kind(number) == LEAF_TABLE:
                yield number

    def _rows(self, leaves: list[int]) -> Iterator[Row]:
        for number in leaves:
            try:
                yield from self._pages.rows(number, self._faults)
            except BrokenPageError as fault:
                self._faults.append(str(fault))

    def _find_tables(self) -> dict[int, Table]:
        """The tables of the catalog by their numbers."""
        found: dict[int, Table] = {}
        for leaves in (self._reached.get(_TABLES, []), self._orphans):
            for row in self._rows(leaves):
                table = page_names.table_of(row)
                if table is not None:
                    found.setdefault(table.id, table)
        if not found:
            raise StoreError("no table of dynalite could be found in the file")
        return found

    def _read_counts(self) -> dict[int, tuple[int, int]]:
        """Number of items of each table and its highest deleted version, as the counters say."""
        found: dict[int, tuple[int, int]] = {}
        if _COUNTS not in self._roots:
            return found
        for each in self._pages.tree(self._roots[_COUNTS]):
            if each.kind is None:
                continue
            if each.page in self._bad:
                return {}
            for row in self._pages.rows(each.page):
                match row.values:
                    case (int() as table, 0, int() as items, int(), int() as version):
                        found[table] = (items, version)
                    case _:
                        continue
        return found

    def steps(self, partial: Path) -> Iterator[Recovered]:
        """Write the new file."""
        database = Database(partial)
        db = database.writer
        db.execute("PRAGMA synchronous = OFF")  # It is flushed as a whole at the end.
        try:
            yield from self._log(db)
            for name in self._roots:
                if page_names.is_items(name) and page_names.number_of(name) not in self._tables:
                    yield self._lost(f"the rows {name} belong to no table that could be found")
            for number in sorted(self._tables):
                yield from self._table(db, self._tables[number])
            for fault in dict.fromkeys(self._faults):
                yield self._lost(fault)
        finally:
            database.close()

    def _log(self, db: apsw.Connection) -> Iterator[Recovered]:
        """Streams begin anew under their labels, and no number of an old record comes back."""
        shards = list(self._rows(self._reached.get(_SHARDS, [])))
        if not shards:
            return
        ids = (row.number or 0 for row in self._rows(self._reached.get(_CHANGES, [])))
        ends = (end for row in shards for end in row.values if isinstance(end, int))
        changes.raise_floor_above_lost(db, ids, ends)
        text = "the records of streams are not taken along; streams go on under their labels"
        yield Recovered(self.done, self.total, text)

    def _lost(self, text: str) -> Recovered:
        return Recovered(self.done, self.total, text, lost=True)

    def _table(self, db: apsw.Connection, old: Table) -> Iterator[Recovered]:
        where = f"table {old.name} ({old.region}, {old.account})"
        table = _created(db, old)
        statement = (
            f"INSERT OR IGNORE INTO {layout.items_table(table.id)} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        taken: set[int] = set()
        expected, last_version = self._counts.get(old.id, (None, 0))
        highest = 0
        db.execute("BEGIN IMMEDIATE")
        for row, is_orphan in self._item_rows(old):
            try:
                found = _item(old, row)
            except _LostError as loss:
                if not is_orphan:
                    yield self._lost(f"{where}: row {row.number} on page {row.page}: {loss}")
                continue
            db.execute(statement, (found.base, *found.key, *found[2:]))
            if not db.changes():
                yield self._lost(f"{where}: item {_shown(old, found)} is there twice")
                continue
            taken.add(found.base)
            highest = max(highest, found.version)
            self.done += 1
            if self.done % _ROWS_PER_STEP == 0:
                yield Recovered(self.done, self.total)
            for doubt in self._doubts(row, found):
                yield self._lost(f"{where}: item {_shown(old, found)} {doubt}")
        if len(taken) != expected:
            # A version never comes back, and those of lost items are not known.
            last_version = max(last_version, highest)
        rebuild.rebuild(db, table)
        db.execute(
            "UPDATE counts SET last_version = MAX(last_version, ?) "
            "WHERE table_id = ? AND index_id = 0",
            (last_version, table.id),
        )
        db.execute("COMMIT")
        for text in self._missing(old, taken):
            yield self._lost(f"{where}: {text}")
        of = "" if expected is None else f" of {expected}"
        differs = expected != len(taken)
        if expected is None and taken:  # The key index says as much, if it is sound.
            differs = len(self._keyed(old) or ()) != len(taken)
        yield Recovered(
            self.done, self.total, f"{where}: {len(taken)}{of} items recovered", lost=differs
        )

    def _item_rows(self, table: Table) -> Iterator[tuple[Row, bool]]:
        """The rows of a table that its tree leads to, then those that nothing leads to and that
        fit.
        """
        for row in self._rows(self._reached.get(layout.items_table(table.id), [])):
            yield row, False
        if not self._orphans:
            return
        keyed = self._keyed(table)
        for row in self._rows(self._orphans):
            if len(row.values) != _ITEM_COLUMNS:
                continue
            known = (row.number, *row.values[1:4]) in keyed if keyed is not None else None
            if known or (known is None and self._fits_only(table, row)):
                yield row, True

    def _fits_only(self, table: Table, row: Row) -> bool:
        """Whether a row is an item of this table and could be one of no other."""
        fitting: list[int] = []
        for each in self._tables.values():
            with contextlib.suppress(_LostError):
                _item(each, row)
                fitting.append(each.id)
        return fitting == [table.id]

    def _keyed(self, table: Table) -> set[tuple[Any, ...]] | None:
        """(id, hash, pk, sk) of every item by the key index; None where that is damaged, too."""
        root = self._roots.get(layout.key_index(table.id))
        if root is None:
            return None
        faults: list[str] = []
        found: set[tuple[Any, ...]] = set()
        for each in self._pages.tree(root, faults):
            if each.kind in _OF_TABLES or each.page in self._bad:
                return None
            if each.kind is not None:
                found |= {
                    (row.values[3], *row.values[:3])
                    for row in self._pages.rows(each.page, faults)
                    if len(row.values) == 4
                }
        return None if faults else found

    def _doubts(self, row: Row, found: _Found) -> Iterator[str]:
        """Why an item that was taken may not be what was written."""
        bad = [page for page in (row.page, *row.overflow) if page in self._bad]
        if bad:
            yield f"was taken from page {bad[0]}, which differs from its checksum: look at it"
        elif row.values[4:6] != (found.size, found.weight):
            yield "has another size than was stored with it: look at it"

    def _missing(self, table: Table, taken: set[int]) -> Iterator[str]:
        """The keys that the key index has and no row was found for."""
        for base, _, part, sort in self._keyed(table) or ():
            if base not in taken:
                key = [part] if table.sort_key is None else [part, sort]
                yield f"the item of key {', '.join(map(_plain, key))} is lost"


def _plain(column: Any) -> str:
    """A key column for a person: text as JSON, the bytes of numbers and binaries in hexadecimal."""
    return codec.text(column) if isinstance(column, str) else bytes(column).hex()


def _item(table: Table, row: Row) -> _Found:
    """The item that a row holds. Raises: _LostError."""
    if len(row.values) != _ITEM_COLUMNS or row.number is None:
        raise _LostError("it has other columns than an item")
    _, hashed, part, sort, _, _, version, text = row.values
    if not isinstance(text, str):
        raise _LostError("it holds no text")
    try:
        item = values.canonical_item(codec.decode(text))
        key = keys.of_item(table, item)
        measured = sizes.measure(item, table.sort_key)
    except NO_ITEM as fault:
        raise _LostError(f"it holds no item of this table: {fault}") from fault
    if key != (hashed, part, sort):
        raise _LostError(f"its key columns are not those of its item {_key_text(table, item)}")
    known = version if isinstance(version, int) and version > 0 else 1
    return _Found(row.number, key, *measured, known, codec.text(item))


def _shown(table: Table, found: _Found) -> str:
    return _key_text(table, codec.decode(found.text))


def _key_text(table: Table, item: values.Item) -> str:
    return codec.text({name: item.get(name) for name in table.key_names})


def _created(db: apsw.Connection, old: Table) -> Table:
    """The same table in the new file, with all its indexes ready to be filled."""
    transaction = Transaction(db, {}, Log(db, SystemClock()))
    table = old.in_every_stage(
        lambda stage: dataclasses.replace(
            stage, indexes=tuple(_complete(stage, index) for index in stage.indexes)
        )
    )
    db.execute("BEGIN IMMEDIATE")
    created = catalog.Catalog(db).create(transaction, table)
    db.execute("COMMIT")
    return created


def _complete(table: Table, index: Index) -> Index:
    """The index as it is when nothing is left to be filled."""
    if not index.backfilling:
        return index
    status = "ACTIVE" if table.change is None else index.status
    return dataclasses.replace(index, status=status, backfilling=False)
