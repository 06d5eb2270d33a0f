"""Checks a whole file: the checksum of every page, SQLite's own integrity check, then what must
hold between its rows.

Every item has the key columns, size, weight and canonical text that its content gives; every item
that belongs in an index has exactly that entry there, and no index has any other; the counters
agree with the rows; every physical table belongs to a table of the catalog. Then the log
(``check_log``). Nothing is changed.
An index that is being deleted is let alone: once its time is over, writes no longer keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import apsw

from dynalite_py.model import codec, keys, sizes, values
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import catalog, changes, check_log, checksums, indexes, layout
from dynalite_py.storage.check_log import NO_ITEM
from dynalite_py.storage.database import Database
from dynalite_py.storage.page_names import Names
from dynalite_py.storage.pages import Pages

_ROWS_PER_STEP = 500
_INTEGRITY_FINDINGS = 100
_PHYSICAL_NAME = re.compile(r"(items|index)_\d+(_\d+)?")


class Step(NamedTuple):
    """How far the check is, and what it found there; None: nothing wrong.

    of: what is counted: pages first, then items, then records of the log. Between pages and items
    SQLite looks at the structure of the whole file at once; total is 0 meanwhile.
    """

    done: int
    total: int
    finding: str | None = None
    of: str = "items"


@dataclass(slots=True)
class _Progress:
    """Rows looked at so far."""

    total: int
    done: int = 0

    def step(self, finding: str | None = None) -> Step:
        return Step(self.done, self.total, finding)


@dataclass(slots=True)
class _Sums:
    """What the rows of one table add up to: items and bytes under 0 and under each index's id."""

    items: dict[int, int] = field(default_factory=dict[int, int])
    size_bytes: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, index_id: int, size_bytes: int) -> None:
        self.items[index_id] = self.items.get(index_id, 0) + 1
        self.size_bytes[index_id] = self.size_bytes.get(index_id, 0) + size_bytes

    def of(self, index_id: int) -> tuple[int, int]:
        return self.items.get(index_id, 0), self.size_bytes.get(index_id, 0)


def file_steps(database: Database) -> Iterator[Step]:
    """Check an open file, which nobody else uses and which was opened without verification."""
    try:
        database.write_back()
        with database.snapshot() as db:
            yield from steps(db, Path(database.path))
    except apsw.Error as failure:
        yield Step(0, 0, f"SQLite: {failure}; the rest could not be checked")


def steps(db: apsw.Connection, path: Path | None = None) -> Iterator[Step]:
    """Check what is behind a connection whose statements all see one commit.

    path: also the pages of this file, of which nothing is left in the log; the connection reads
    them without their checksums.
    """
    progress = _Progress(0)
    pages = None if path is None else Pages(path)
    try:
        if pages is not None:
            yield from _page_steps(pages)
        yield Step(0, 0, of="structure")
        yield from (progress.step(finding) for finding in _integrity(db, pages))
    finally:
        if pages is not None:
            pages.close()
    try:
        tables = catalog.Catalog(db).all_tables()
        yield from (progress.step(finding) for finding in _physical_names(db, tables))
        progress.total = sum(_row_count(db, layout.items_table(table.id)) for table in tables)
        for table in tables:
            yield from _table(db, table, progress)
        yield from _log_steps(db, tables)
    except apsw.Error as failure:
        yield progress.step(f"SQLite: {failure}; the rest could not be checked")
    except catalog.UNREADABLE as fault:
        yield progress.step(f"the catalog has a record that cannot be read: {fault!r}")
    yield progress.step()


def _log_steps(db: apsw.Connection, tables: list[Table]) -> Iterator[Step]:
    total, done = changes.count(db), 0
    for finding in check_log.findings(db, tables):
        if finding is None:
            done = min(done + _ROWS_PER_STEP, total)
        yield Step(done, total, finding, "records")


def physical_faults(db: apsw.Connection, path: Path) -> Iterator[str]:
    """What is wrong with pages and trees, whatever the rows say."""
    pages = Pages(path)
    try:
        yield from (finding for finding in _pages(pages) if finding is not None)
        yield from _integrity(db, pages)
    finally:
        pages.close()


def page_steps(path: Path) -> Iterator[Step]:
    """Check the pages alone, of a file that SQLite cannot open."""
    pages = Pages(path)
    try:
        yield from _page_steps(pages)
    finally:
        pages.close()


def bad_pages(pages: Pages) -> Iterator[int | None]:
    """Numbers of pages that differ from their checksums; None from time to time, for progress."""
    if not pages.has_checksums:
        return
    checksums.layer()
    db = apsw.Connection("")
    try:
        for number in range(1, pages.count + 1):
            if number % _ROWS_PER_STEP == 0:
                yield None
            if not checksums.sound(db, pages.read(number)):
                yield number
    finally:
        db.close()


def _page_steps(pages: Pages) -> Iterator[Step]:
    done = 0
    for finding in _pages(pages):
        if finding is None:
            done += _ROWS_PER_STEP
        yield Step(done, pages.count, finding, "pages")


def _pages(pages: Pages) -> Iterator[str | None]:
    names: Names | None = None
    for number in bad_pages(pages):
        if number is None:
            yield None
            continue
        names = Names(pages) if names is None else names
        yield f"page {number} ({names.page(number)}) differs from its checksum"


def _integrity(db: apsw.Connection, pages: Pages | None) -> Iterator[str]:
    """What SQLite itself finds."""
    names: Names | None = None
    try:
        for (text,) in db.execute(f"PRAGMA integrity_check({_INTEGRITY_FINDINGS:d})"):
            for line in text.splitlines():
                if line == "ok" or line.startswith("***"):
                    continue
                if names is None and pages is not None:
                    names = Names(pages)
                yield f"SQLite: {line if names is None else names.explained(line)}"
    except apsw.Error as failure:
        yield f"SQLite: {failure}"


def _physical_names(db: apsw.Connection, tables: list[Table]) -> Iterator[str]:
    """Tables of SQLite that belong to nothing, and counters that count nothing."""
    owned = {layout.items_table(table.id) for table in tables}
    owned |= {layout.index_table(table.id, index.id) for table in tables for index in table.indexes}
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        if _PHYSICAL_NAME.fullmatch(name) and name not in owned:
            yield f"the rows {name} belong to no table"
    counted = {(table.id, 0) for table in tables}
    counted |= {(table.id, index.id) for table in tables for index in table.indexes}
    for pair in db.execute("SELECT table_id, index_id FROM counts ORDER BY table_id, index_id"):
        if pair not in counted:
            yield f"a counter of table {pair[0]}, index {pair[1]}, belongs to nothing"


def _row_count(db: apsw.Connection, name: str) -> int:
    return db.execute(f"SELECT COUNT(*) FROM {name}").get


def _table(db: apsw.Connection, table: Table, progress: _Progress) -> Iterator[Step]:
    """One table: its rows, each with its entries; then stray entries and the counters."""
    where = f"table {table.name} ({table.region}, {table.account})"
    sums = _Sums()
    for base, key, size, weight, version, text in item_rows(db, table):
        progress.done += 1
        if progress.done % _ROWS_PER_STEP == 0:
            yield progress.step()
        sums.add(0, size)
        try:
            for finding in _row(table, key, (size, weight), version, text):
                yield progress.step(f"{where}: {finding}")
            for finding in _entries(db, table, key, base, text, sums):
                yield progress.step(f"{where}: {finding}")
        except NO_ITEM as fault:
            yield progress.step(f"{where}: row {base} holds no item of this table: {fault}")
    for finding in _totals(db, table, sums):
        yield progress.step(f"{where}: {finding}")


def item_rows(db: apsw.Connection, table: Table) -> Iterator[tuple[int, Key, int, int, int, bytes]]:
    """Every row of a table: id, key, size, weight, version, and its text as it is stored.

    Of a damaged file a column may hold anything: a number that is none is 0, a text that is not
    UTF-8 gets marks in it.
    """
    rows = db.execute(
        f"SELECT id, hash, {_as_bytes('pk')}, {_as_bytes('sk')}, CAST(size AS INTEGER), "
        "CAST(weight AS INTEGER), CAST(version AS INTEGER), CAST(item AS BLOB) "
        f"FROM {layout.items_table(table.id)}"
    )
    for base, hashed, part_is_text, part, sort_is_text, sort, *numbers, text in rows:
        size, weight, version = (number or 0 for number in numbers)
        key: Key = (hashed, _column(part_is_text, part), _column(sort_is_text, sort))
        yield base, key, size, weight, version, text or b""


def _as_bytes(column: str) -> str:
    return f"typeof({column}) = 'text', CAST({column} AS BLOB)"


def _column(is_text: int, content: bytes | None) -> keys.Column:
    content = content or b""
    return content.decode(errors="replace") if is_text else content


def _row(
    table: Table, key: Key, measured: tuple[int, int], version: int, text: bytes
) -> Iterator[str]:
    """What is wrong with one row alone. Raises: DynamoDBError, NotJsonError for what is no item."""
    item = codec.decode(text)
    if values.canonical_item(item) != item:
        yield f"item {_shown(table, item)} is not in canonical form"
    if keys.of_item(table, item) != key:
        yield f"item {_shown(table, item)} lies under another key's columns"
    if sizes.measure(item, table.sort_key) != measured:
        yield f"item {_shown(table, item)} has the wrong size or page weight"
    if version < 1:
        yield f"item {_shown(table, item)} has version {version}"


def _entries(
    db: apsw.Connection, table: Table, key: Key, base: int, text: bytes, sums: _Sums
) -> Iterator[str]:
    """What is wrong with one item's index entries."""
    if not table.indexes:
        return
    item = codec.decode(text)
    size = sizes.of_item(item)
    tie = keys.tie_of(key[1], key[2])
    for index in kept_indexes(table):
        entry = indexes.entry_of(table, index, item, size)
        if entry is None:
            continue
        columns, expected, entry_size, weight = entry
        row = db.execute(
            "SELECT size, weight, CAST(item AS BLOB) "
            f"FROM {layout.index_table(table.id, index.id)} "
            "WHERE hash = ? AND pk = ? AND sk = ? AND tie = ? AND base = ?",
            (*columns, tie, base),
        ).fetchone()
        if row is None:
            if not index.backfilling:
                yield f"item {_shown(table, item)} is missing from index {index.name}"
            continue
        sums.add(index.id, entry_size)
        stored = (0, 0, None) if expected is None else (entry_size, weight, expected)
        if not _same_entry(row, stored):
            yield f"the entry of item {_shown(table, item)} in index {index.name} differs from it"


def is_index_table(name: str) -> bool:
    """Whether rows of SQLite have the name of an index's."""
    return name.startswith("index_") and _PHYSICAL_NAME.fullmatch(name) is not None


def kept_indexes(table: Table) -> list[Index]:
    """The indexes whose rows must be right: not those that are being deleted."""
    return [index for index in table.indexes if index.status != "DELETING"]


def _same_entry(row: tuple[int, int, bytes | None], expected: tuple[int, int, str | None]) -> bool:
    if row[2] is None or expected[2] is None:
        return row == expected
    found = row[2].decode(errors="replace")
    return row[:2] == expected[:2] and values.stored_texts_equal(found, expected[2])


def _totals(db: apsw.Connection, table: Table, sums: _Sums) -> Iterator[str]:
    """Entries that no item accounts for, and counters that differ from the rows."""
    counted = catalog.counts(db, table.id)
    kept = kept_indexes(table)
    for index in kept:
        if _row_count(db, layout.index_table(table.id, index.id)) != sums.of(index.id)[0]:
            yield from _strays(db, table, index)
    for index_id, name in ((0, "items"), *((index.id, index.name) for index in kept)):
        if counted.get(index_id) != sums.of(index_id):
            said, there = counted.get(index_id, ("no", "no")), sums.of(index_id)
            yield (
                f"the counter of {name} says {said[0]} items and {said[1]} bytes, "
                f"there are {there[0]} and {there[1]}"
            )


def _strays(db: apsw.Connection, table: Table, index: Index) -> Iterator[str]:
    """Entries of an index that are not the one its base row should have."""
    entries = db.execute(
        f"SELECT entry.hash, {_as_bytes('entry.pk')}, {_as_bytes('entry.sk')}, entry.tie, "
        f"entry.base, {_as_bytes('row.pk')}, {_as_bytes('row.sk')}, CAST(row.item AS BLOB) "
        f"FROM {layout.index_table(table.id, index.id)} AS entry "
        f"LEFT JOIN {layout.items_table(table.id)} AS row ON row.id = entry.base"
    )
    for hashed, *columns, tie, base, base_text, base_part, sort_text, base_sort, text in entries:
        if text is None:
            yield f"index {index.name} has an entry whose item {base} does not exist"
            continue
        try:
            item = codec.decode(text)
            expected = keys.index_columns(index, item)
        except NO_ITEM:
            continue  # Found with the row itself.
        found = (hashed, _column(*columns[:2]), _column(*columns[2:]))
        part, sort = _column(base_text, base_part), _column(sort_text, base_sort)
        if expected != found or tie != keys.tie_of(part, sort):
            yield f"index {index.name} has a wrong entry of item {_shown(table, item)}"


def _shown(table: Table, item: values.Item) -> str:
    """An item's key as JSON, for a person to find it by."""
    return codec.text({name: item.get(name) for name in table.key_names})
