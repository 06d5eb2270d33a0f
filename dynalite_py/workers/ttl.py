"""Removes what has expired: a sweep of every table with a time to live, when its turn comes and on
request.

A step is one write transaction that looks at some expired items by the expiry index and removes
them, so that a sweep costs by what has expired, and a write that saves an item before its turn
saves it. Sweeps go by the engine's clock alone. Source: facts, Which items expire.
"""

from __future__ import annotations

import dataclasses
import logging
import threading

from dynalite_py.model import codec, records
from dynalite_py.model.clock import Clock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Table
from dynalite_py.storage import expiry, items, jobs
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.database import Database
from dynalite_py.storage.expiry import Expired
from dynalite_py.storage.writer import Transaction, Writer

_LOG = logging.getLogger(__name__)
# Between two steps, in which other writers have their turn.
BREATH_SECONDS = 0.0002
# A step writes so many rows, of the table and its indexes, and so many bytes at most; but an item
# at least.
STEP_ROWS = 64
STEP_BYTES = 1024 * 1024


class Sweeper:
    """The sweeps of one open store. interval: seconds from the end of one to the next; 0: none by
    themselves.

    deleted: numbers of items that were removed, by table id, since the store was opened; of tables
    that are there.
    """

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        writer: Writer,
        clock: Clock,
        *,
        interval: float,
    ) -> None:
        self.deleted: dict[int, int] = {}
        self._database = database
        self._catalog = catalog
        self._writer = writer
        self._clock = clock
        self._interval = interval
        self._due_at = clock.now() + interval
        self._under_way: tuple[float, list[int]] | None = None
        self._stepping = threading.Lock()
        self._breath = threading.Event()  # never set
        self._lock = threading.Lock()

    def step(self) -> bool:
        """One step of what is to be done unasked. Returns whether there was anything."""
        return self.fill() or self._step_sweep()

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Numbers of items that were removed, by the tables' names, regions and accounts."""
        return {
            (table.name, table.region, table.account): self.deleted.get(table.id, 0)
            for table in self._catalog.all_tables()
            if table.time_to_live is not None
        }

    def next_at(self) -> float | None:
        """When the next sweep begins, in epoch seconds; None where nothing can expire."""
        if not self._interval or not _expiring(self._catalog):
            return None
        # A clock that was set back puts nothing off.
        self._due_at = min(self._due_at, self._clock.now() + self._interval)
        return self._due_at

    def sweep(self) -> int:
        """Remove all that has expired by now, of every table. Returns how many items went.

        Raises: DynamoDBError where the disk takes no writes.
        """
        while self.fill():
            pass
        now, total = self._clock.now(), 0
        for table_id in _expiring(self._catalog):
            more = True
            while more:
                gone, more = self.sweep_some(table_id, now)
                total += gone
        return total

    def _step_sweep(self) -> bool:
        """One step of a sweep that is under way, or whose time has come."""
        with self._stepping:
            return self._step_alone()

    def _step_alone(self) -> bool:
        if self._under_way is None:
            due_at, now = self.next_at(), self._clock.now()
            if due_at is None or now < due_at:
                return False
            self._under_way = (now, _expiring(self._catalog))
        now, tables = self._under_way
        try:
            if tables and not self.sweep_some(tables[-1], now)[1]:
                tables.pop()
        except DynamoDBError as failure:
            _LOG.warning("expired items could not be removed yet: %s", failure)
            tables.clear()
        if not tables:
            self._under_way = None
            self._due_at = self._clock.now() + self._interval
            self._forget_dropped()
        return True

    def _forget_dropped(self) -> None:
        """A table's number never comes back."""
        with self._lock:
            for table_id in [*self.deleted]:
                if self._catalog.current(table_id) is None:
                    del self.deleted[table_id]

    def sweep_some(self, table_id: int, now: float) -> tuple[int, bool]:
        """Some of a table's expired items. Returns how many went, and whether more may be left."""

        def work(transaction: Transaction) -> bytes:
            table = _swept(self._catalog.current(table_id), now)
            return codec.encode(
                (0, False) if table is None else _remove_some(transaction, table, now)
            )

        gone, more = codec.decode(self._writer.perform(work))
        with self._lock:
            self.deleted[table_id] = self.deleted.get(table_id, 0) + gone
        if more:  # A lock is not fair: who takes it again at once keeps others from it.
            self._breath.wait(BREATH_SECONDS)
        return gone, more

    def fill(self) -> bool:
        """One step of every expiry index that is being filled."""
        waiting = self._database.read(lambda db: jobs.waiting(db, expiry.KIND))
        for job in waiting:
            self._advance(job.id)
        return bool(waiting)

    def _advance(self, job_id: int) -> None:
        catalog = self._catalog

        def work(transaction: Transaction) -> bytes:
            job = jobs.find(transaction.db, job_id)
            if job is None:  # The table went meanwhile, or its time to live.
                return b""
            table = catalog.current(job.table_id)
            assert table is not None, "a job never outlives its table"
            assert table.expires_by is not None, "nor its index"
            after = expiry.fill(transaction, table.id, table.expires_by, job.state["after"])
            if after is not None:
                jobs.save(transaction, job.id, {"after": after})
                return b""
            jobs.finish(transaction, job.id)
            catalog.replace(transaction, table.in_every_stage(_filled))
            return b""

        # Alone: the last step changes the catalog.
        self._writer.perform(work, alone=True)


def _filled(table: Table) -> Table:
    """The table with an expiry index that has all its items."""
    assert table.time_to_live is not None
    lives = dataclasses.replace(table.time_to_live, filling=False)
    return dataclasses.replace(table, time_to_live=lives)


def _expiring(catalog: Catalog) -> list[int]:
    """The tables whose items expire."""
    return [table.id for table in catalog.all_tables() if table.expires_by is not None]


def _swept(table: Table | None, now: float) -> Table | None:
    """The table as it is now, if it loses items: not while it is made or removed, or the setting
    is new.
    """
    present = None if table is None else table.at(now)
    if present is None or present.hidden or present.time_to_live is None:
        return None
    return present if present.time_to_live.status(now) == "ENABLED" else None


def _remove_some(transaction: Transaction, table: Table, now: float) -> tuple[int, bool]:
    """Remove the items that expired first. Returns their number, and whether more may be left."""
    rows = max(STEP_ROWS // (1 + len(table.indexes)), 1)
    found, more = expiry.due(transaction.db, table.id, now, rows=rows, size_bytes=STEP_BYTES)
    return sum(_remove(transaction, table, expired) for expired in found), more


def _remove(transaction: Transaction, table: Table, expired: Expired) -> bool:
    """Remove an item if its own attribute says so, too. Returns whether it did.

    The index is written with the item, so it says the same in every sound file; where it does not,
    it is set right, and the item stays.
    """
    assert table.expires_by is not None
    if expired.row is None:
        expiry.remove(transaction.db, table.id, expired.base)
        return False
    at = expiry.moment(table.expires_by, codec.decode(expired.row[3]))
    if at != expired.at:
        expiry.write(transaction.db, table.id, expired.base, at)
        return False
    items.delete(transaction, table, expired.key, expired.row, records.TTL)
    return True
