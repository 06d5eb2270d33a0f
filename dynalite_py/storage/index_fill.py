"""The entries of an index that came after its table's items: filled in steps of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from dynalite_py.model import codec
from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import indexes, layout
from dynalite_py.storage.writer import Transaction

KIND = "backfill"
STEP_ROWS = 500
STEP_BYTES = 4 * 1024 * 1024


def step(transaction: Transaction, table: Table, index: Index, after: int) -> int | None:
    """Index the rows behind row ``after``, up to a number of rows and of bytes.

    Rows are never renumbered, and a row written meanwhile is indexed by its write. Returns the
    last row looked at, None when no more follow.
    """
    rows = cast(
        "Iterator[tuple[int, int, Any, Any, int, str]]",
        transaction.db.execute(_rows_sql(table.id), (after, STEP_ROWS + 1)),
    )
    size_bytes = 0
    for taken, (row_id, hashed, pk, sk, size, text) in enumerate(rows):
        if taken == STEP_ROWS or size_bytes >= STEP_BYTES:
            return after
        item = codec.decode(text)
        indexes.fill(transaction, table, index, (hashed, pk, sk), row_id, item, size)
        after = row_id
        size_bytes += size
    return None


@cache
def _rows_sql(table_id: int) -> str:
    return (
        f"SELECT id, hash, pk, sk, size, item FROM {layout.items_table(table_id)} "
        "WHERE id > ? ORDER BY id LIMIT ?"
    )
