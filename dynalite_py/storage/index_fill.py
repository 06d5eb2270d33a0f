"""The entries of an index that came after its table's items: filled in steps of bounded size."""

from __future__ import annotations

from functools import cache
from typing import Any

from dynalite_py.model import codec
from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import indexes, layout
from dynalite_py.storage.writer import Transaction

KIND = "backfill"
STEP_ROWS = 500
STEP_BYTES = 4 * 1024 * 1024


def step(
    transaction: Transaction, table: Table, index: Index, after: int, rows: int = STEP_ROWS
) -> int | None:
    """Index the next rows behind row ``after``, at most ``rows`` and some megabytes of items.

    Rows are never renumbered, and a row written meanwhile is indexed by its write. Returns the last
    row looked at, None when no more follow.
    """
    found = _rows(transaction, table.id, after, rows + 1)
    taken = 0
    size_bytes = 0
    for row_id, hashed, pk, sk, size, text in found[:rows]:
        item = codec.decode(text)
        indexes.fill(transaction, table, index, (hashed, pk, sk), row_id, item, size)
        taken += 1
        after = row_id
        size_bytes += size
        if size_bytes >= STEP_BYTES:
            break
    return after if taken < len(found) else None


def _rows(
    transaction: Transaction, table_id: int, after: int, limit: int
) -> list[tuple[int, int, Any, Any, int, str]]:
    """Number, key columns, size and text of the next rows."""
    rows: list[Any] = transaction.db.execute(_rows_sql(table_id), (after, limit)).fetchall()
    return rows


@cache
def _rows_sql(table_id: int) -> str:
    return (
        f"SELECT id, hash, pk, sk, size, item FROM {layout.items_table(table_id)} "
        "WHERE id > ? ORDER BY id LIMIT ?"
    )
