"""Makes lasting what the clock has ended: a table is ACTIVE now, or gone; an index is gone.

Whoever looks at a table sees by the clock what it became; here the file learns it and loses the
rows that nothing needs any more. One write transaction a table.
"""

from __future__ import annotations

from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.writer import Transaction, Writer


def step(catalog: Catalog, writer: Writer, now: float) -> bool:
    """Every table whose change has ended by now. Returns whether there was anything to do."""
    ended = [
        table.id
        for table in catalog.changing()
        if table.change is not None and table.change.until <= now
    ]
    for table_id in ended:
        _settle(catalog, writer, table_id, now)
    return bool(ended)


def next_end(catalog: Catalog) -> float | None:
    """When the next change ends, in epoch seconds; None where nothing goes on."""
    ends = [table.change.until for table in catalog.changing() if table.change is not None]
    return min(ends, default=None)


def _settle(catalog: Catalog, writer: Writer, table_id: int, now: float) -> None:
    def work(transaction: Transaction) -> bytes:
        table = catalog.current(table_id)
        if table is None:  # Its name was given to another one meanwhile.
            return b""
        became = table.at(now)
        if became is None:
            catalog.drop(transaction, table)
        elif became is not table:
            catalog.replace(transaction, became)
        return b""

    # Alone: it changes the catalog.
    writer.perform(work, alone=True)
