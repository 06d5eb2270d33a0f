"""Fills global secondary indexes that were added to a table with items.

Each step is one write transaction: it indexes some rows and moves the job's checkpoint, so a
restart goes on behind the last committed row. The last step makes the index ACTIVE, or what the
table becomes when its change ends. Writes index their own items from the moment the index exists.
"""

from __future__ import annotations

import dataclasses

from dynalite_py.model.tables import Index, Table
from dynalite_py.storage import index_fill, jobs
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Transaction, Writer


def step(database: Database, catalog: Catalog, writer: Writer) -> bool:
    """One step of every index that is being filled. Returns whether there was anything to do."""
    waiting = database.read(lambda db: jobs.waiting(db, index_fill.KIND))
    for job in waiting:
        _advance(catalog, writer, job.id)
    return bool(waiting)


def _advance(catalog: Catalog, writer: Writer, job_id: int) -> None:
    def work(transaction: Transaction) -> bytes:
        job = jobs.find(transaction.db, job_id)
        if job is None:  # The table or the index went meanwhile.
            return b""
        table = catalog.current(job.table_id)
        assert table is not None, "a job never outlives its table"
        index = _index(table, job.state["index"])
        after = index_fill.step(transaction, table, index, job.state["after"])
        if after is not None:
            jobs.save(transaction, job.id, {"index": index.id, "after": after})
            return b""
        jobs.finish(transaction, job.id)
        catalog.replace(transaction, table.in_every_stage(lambda stage: _filled(stage, index.id)))
        return b""

    # Alone: the last step changes the catalog.
    writer.perform(work, alone=True)


def _filled(table: Table, index_id: int) -> Table:
    """The table with an index that has all its entries: ACTIVE, unless more goes on with it."""
    index = _index(table, index_id)
    status = "ACTIVE" if table.change is None else index.status
    filled = dataclasses.replace(index, status=status, backfilling=False)
    indexes = tuple(filled if each.id == index_id else each for each in table.indexes)
    return dataclasses.replace(table, indexes=indexes)


def _index(table: Table, index_id: int) -> Index:
    index = next((each for each in table.indexes if each.id == index_id), None)
    assert index is not None, "a job never outlives its index"
    return index
