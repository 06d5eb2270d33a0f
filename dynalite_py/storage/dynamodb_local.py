"""The file of DynamoDB Local, read only: an SQLite file of its own layout.

``dm`` has a row a table: its name, units and billing mode, and a JSON document of the rest. The
items of a table stand in a table of that name, in ``ObjectJSON``, as DynamoDB JSON.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import apsw

from dynalite_py.storage.database import StoreError, reason

_MAGIC = b"SQLite format 3\0"
# As DynamoDB allows it; no other text becomes part of a statement.
_TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
_BUSY_MS = 2000


class Row(NamedTuple):
    """One table as the file describes it. info, stream: JSON texts; stream: None without one."""

    name: str
    read_units: int
    write_units: int
    billing_mode: int
    info: bytes
    stream: bytes | None


def looks_like_one(path: Path) -> bool:
    """Whether a file begins as every SQLite file does. Raises: OSError."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


class File:
    """An open file. Every method raises apsw.Error; StoreError for a name that is none."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def tables(self) -> list[Row]:
        """The tables that the file has, by name."""
        known = {column[1] for column in self._db.execute("PRAGMA table_info(dm)")}
        billing = "BillingMode" if "BillingMode" in known else "0"  # Older versions lack it.
        rows = self._db.execute(
            f"SELECT TableName, ReadCapacityUnits, WriteCapacityUnits, {billing}, TableInfo, "
            "(SELECT StreamInfo FROM sm WHERE sm.TableName = dm.TableName "
            "AND StreamStatus LIKE 'ENABL%') FROM dm ORDER BY TableName"
        )
        return [Row(*row) for row in rows]

    def count(self, table: str) -> int:
        """How many items a table has."""
        return self._db.execute(f"SELECT count(*) FROM {_quoted(table)}").get

    def items(self, table: str) -> Iterator[bytes]:
        """The items of a table as JSON, always in the same order."""
        for (text,) in self._db.execute(f"SELECT ObjectJSON FROM {_quoted(table)} ORDER BY rowid"):
            yield text


@contextlib.contextmanager
def opened(path: Path) -> Generator[File]:
    """A file as of one commit, which cannot be changed through it. Raises: StoreError."""
    try:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error as failure:
        raise StoreError(f"{path} cannot be read: {reason(failure)}") from failure
    try:
        db.set_busy_timeout(_BUSY_MS)
        db.execute("BEGIN")
        if not db.execute("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'dm')").get:
            raise StoreError(f"{path} is no file of DynamoDB Local")
        yield File(db)
    except apsw.Error as failure:
        raise StoreError(f"{path} cannot be read: {reason(failure)}") from failure
    finally:
        db.close()


def _quoted(table: str) -> str:
    if not _TABLE_NAME.fullmatch(table):
        raise StoreError(f"{table!r:.100} is no name of a table")
    return f'"{table}"'
