"""How far the loading of a file into a table got, stored in the transaction that loads.

So a load that was interrupted, however that was, goes on at the first element that is not in the
table.
"""

from __future__ import annotations

from typing import NamedTuple

import apsw

from dynalite_py.storage.writer import Transaction


class Mark(NamedTuple):
    """A place in a file. source: its name; stamp: what changes with its content; done: elements
    that are loaded, None where all are.
    """

    source: str
    stamp: str
    done: int | None


def done(db: apsw.Connection, table_id: int, source: str, stamp: str) -> int:
    """How many elements of this very file are in the table; 0 where none is, or all are."""
    found = db.execute(
        "SELECT done FROM loads WHERE table_id = ? AND source = ? AND stamp = ?",
        (table_id, source, stamp),
    ).get
    return found or 0


def save(transaction: Transaction, table_id: int, mark: Mark) -> None:
    """Keep a place, or forget it where the file is done."""
    source, stamp, elements = mark
    if elements is None:
        transaction.db.execute(
            "DELETE FROM loads WHERE table_id = ? AND source = ?", (table_id, source)
        )
        return
    transaction.db.execute(
        "INSERT INTO loads (table_id, source, stamp, done) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (table_id, source) DO UPDATE SET stamp = excluded.stamp, done = excluded.done",
        (table_id, source, stamp, elements),
    )
