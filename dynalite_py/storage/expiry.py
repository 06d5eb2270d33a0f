"""When items expire: an index of times beside a table's rows, kept in their transaction.

An item is in it where its attribute holds a number of seconds; whatever else it holds never
expires. Times are whole microseconds, rounded down, so that comparing them with a clock of
microseconds is exact: a number is below a whole one if, and only if, it is when rounded down.
Source: facts, Which items expire.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, cast

import apsw

from dynalite_py.model import codec, limits
from dynalite_py.model.keys import Key
from dynalite_py.model.values import Item
from dynalite_py.storage import layout
from dynalite_py.storage.writer import Transaction

KIND = "expiry"
STEP_ROWS = 500
STEP_BYTES = 4 * 1024 * 1024
# Seconds of more digits are no clock's: 10**12 of them are 31,000 years.
_SECOND_DIGITS = 12
_MICROSECONDS = 1_000_000


class Expired(NamedTuple):
    """An item whose time has come: what the index says of it, and its row, None where there is
    none.
    """

    base: int
    at: int
    key: Key
    row: tuple[int, int, int, str] | None


def moment(attribute: str, item: Item) -> int | None:
    """When an item expires by this attribute, in microseconds since the epoch; None: never."""
    value = item.get(attribute)
    text = None if value is None else value.get("N")
    if text is None:
        return None
    if text.isdigit() and len(text) <= _SECOND_DIGITS:
        return int(text) * _MICROSECONDS
    return _moment(text)


def _moment(text: str) -> int | None:
    """The same of a canonical number that is no plain count of seconds."""
    negative = text.startswith("-")
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(whole) > _SECOND_DIGITS:
        return None
    count = int(whole + fraction[:6].ljust(6, "0"))
    if negative:
        return -count - 1 if fraction[6:] else -count
    return count


def write(db: apsw.Connection, table_id: int, base: int, at: int | None) -> None:
    """Let the index say when the item of this row expires; a time that stays is not written.

    at: its ``moment``.
    """
    if at is None:
        db.execute(_remove_sql(table_id), (base,))
    else:
        db.execute(_write_sql(table_id), (base, at))


def remove(db: apsw.Connection, table_id: int, base: int) -> None:
    """The item of this row is gone."""
    db.execute(_remove_sql(table_id), (base,))


def stored(db: apsw.Connection, table_id: int, base: int) -> int | None:
    """The time that the index has of a row; None: it has none."""
    return db.execute(f"SELECT at FROM {layout.expiry_table(table_id)} WHERE base = ?", (base,)).get


def strays(db: apsw.Connection, table_id: int) -> list[int]:
    """The rows in the index that the table does not have."""
    rows = db.execute(
        f"SELECT base FROM {layout.expiry_table(table_id)} AS due WHERE NOT EXISTS "
        f"(SELECT 1 FROM {layout.items_table(table_id)} AS row WHERE row.id = due.base)"
    )
    return [base for (base,) in rows]


def due(
    db: apsw.Connection, table_id: int, now: float, *, rows: int, size_bytes: int
) -> tuple[list[Expired], bool]:
    """Some of the items that have expired at this time, those first that did so first.

    Expired is what lies in the past, but not by more than five years. rows, size_bytes: no more
    follow once so much was found. Returns them, and whether there are more.
    """
    present = int(now * _MICROSECONDS)
    oldest = present - limits.TTL_OLDEST_SECONDS * _MICROSECONDS
    found: list[Expired] = []
    places = cast("Iterator[Any]", db.execute(_due_sql(table_id), (oldest, present, rows + 1)))
    for base, at, hashed, pk, sk, size, version, text in places:
        if len(found) == rows or size_bytes <= 0:
            return found, True
        row = None if text is None else (base, size, version, text)
        found.append(Expired(base, at, (hashed, pk, sk), row))
        size_bytes -= size or 0
    return found, False


def create(transaction: Transaction, table_id: int, attribute: str) -> int | None:
    """Make the index of a table and begin to fill it; the rest as ``fill``."""
    transaction.db.execute(layout.create_expiry(table_id))
    return fill(transaction, table_id, attribute, 0)


def fill(transaction: Transaction, table_id: int, attribute: str, after: int) -> int | None:
    """Add the items behind row ``after``, up to a number of rows and of bytes.

    A row written meanwhile is in the index by its write. Returns the last row looked at, None when
    no more follow.
    """
    rows = cast(
        "Iterator[tuple[int, int, str]]",
        transaction.db.execute(_rows_sql(table_id), (after, STEP_ROWS + 1)),
    )
    size_bytes = 0
    for taken, (base, size, text) in enumerate(rows):
        if taken == STEP_ROWS or size_bytes >= STEP_BYTES:
            return after
        at = moment(attribute, codec.decode(text))
        if at is not None:
            transaction.db.execute(_write_sql(table_id), (base, at))
        after = base
        size_bytes += size
    return None


@cache
def _write_sql(table_id: int) -> str:
    return (
        f"INSERT INTO {layout.expiry_table(table_id)} (base, at) VALUES (?, ?) "
        "ON CONFLICT (base) DO UPDATE SET at = excluded.at WHERE at <> excluded.at"
    )


@cache
def _remove_sql(table_id: int) -> str:
    return f"DELETE FROM {layout.expiry_table(table_id)} WHERE base = ?"


@cache
def _due_sql(table_id: int) -> str:
    return (
        "SELECT due.base, due.at, hash, pk, sk, size, version, item "
        f"FROM {layout.expiry_table(table_id)} AS due INDEXED BY {layout.expiry_order(table_id)} "
        f"LEFT JOIN {layout.items_table(table_id)} AS row ON row.id = due.base "
        "WHERE due.at >= ? AND due.at < ? ORDER BY due.at LIMIT ?"
    )


@cache
def _rows_sql(table_id: int) -> str:
    return (
        f"SELECT id, size, item FROM {layout.items_table(table_id)} "
        "WHERE id > ? ORDER BY id LIMIT ?"
    )
