"""The catalog: which tables there are, by account, region and name; kept in the file and cached
whole.

A change is part of a write transaction and reaches the cache only after its commit. Lookups take
no lock: the maps are never changed in place, only replaced.

A record may say that something goes on with its table until a time (``Table.change``). Whoever
looks at it after that time must see what it became (``Table.at``), also before the file says so.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import apsw

from dynalite_py.model import codec
from dynalite_py.model.tables import (
    Change,
    Index,
    KinesisDestination,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)
from dynalite_py.storage import followers, layout
from dynalite_py.storage.writer import Transaction

# What is raised over a record that is none: only a damaged file has one.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
_DERIVED = frozenset(field.name for field in dataclasses.fields(Table) if not field.init)


class Catalog:
    """All tables of the file."""

    def __init__(self, db: apsw.Connection) -> None:
        self._by_name: dict[tuple[str, str, str], Table] = {}
        self._by_id: dict[int, Table] = {}
        self.reread(db)

    def reread(self, db: apsw.Connection) -> None:
        """Take over all that the file has. Raises: UNREADABLE."""
        rows = db.execute("SELECT id, definition FROM tables ORDER BY id")
        tables = [decoded(table_id, definition) for table_id, definition in rows]
        self._by_name = {(table.account, table.region, table.name): table for table in tables}
        self._by_id = {table.id: table for table in tables}

    def find(self, account: str, region: str, name: str) -> Table | None:
        """The record of this name, None where there is none; it may have ended (``Table.at``)."""
        return self._by_name.get((account, region, name))

    def current(self, table_id: int) -> Table | None:
        """The present record of a table that was found earlier; None once it is dropped."""
        return self._by_id.get(table_id)

    def names(self, account: str, region: str, now: float) -> list[str]:
        """Names of the tables that one account and region has now, in byte order."""
        found = (
            table.name
            for (owner, place, _), table in self._by_name.items()
            if (owner, place) == (account, region) and table.at(now) is not None
        )
        return sorted(found, key=str.encode)

    def elsewhere(self, name: str, now: float) -> list[tuple[str, str]]:
        """The (account, region) pairs that have a table of this name now."""
        return sorted(
            (owner, place)
            for (owner, place, other), table in self._by_name.items()
            if other == name and table.at(now) is not None
        )

    def all_tables(self) -> list[Table]:
        """Every table of the file."""
        return list(self._by_id.values())

    def changing(self) -> list[Table]:
        """The tables whose records say that something goes on, also where it has ended by now."""
        return [table for table in self._by_id.values() if table.change is not None]

    def create(self, transaction: Transaction, table: Table) -> Table:
        """Add a table with its (empty) rows and indexes; its id is given here.

        The name is free, or its table's deletion has ended: then the old rows go first.
        """
        db = transaction.db
        ended = self.find(table.account, table.region, table.name)
        if ended is not None:
            self.drop(transaction, ended)
        db.execute(
            "INSERT INTO tables (account, region, name, definition) VALUES (?, ?, ?, '')",
            (table.account, table.region, table.name),
        )
        table_id = db.last_insert_rowid()
        table = table.in_every_stage(lambda stage: dataclasses.replace(stage, id=table_id))
        db.execute(layout.create_items(table.id))
        db.execute("INSERT INTO counts VALUES (?, 0, 0, 0, 0)", (table.id,))
        for index in table.indexes:
            create_index(transaction, table.id, index.id)
        if table.expires_by is not None:
            db.execute(layout.create_expiry(table.id))
        self.replace(transaction, table)
        return table

    def replace(self, transaction: Transaction, table: Table) -> None:
        """Store a changed record, drop the rows of indexes (the expiry index, too) that it no
        longer has, begin or end the stream that it says.

        Rows of new indexes are the caller's to make.
        """
        present = self.current(table.id)
        _follow(transaction, present, table)
        _send(transaction, present, table)
        kept = {index.id for index in table.indexes}
        for index in present.indexes if present is not None else ():
            if index.id not in kept:
                _drop_index(transaction, table.id, index.id)
        if table.expires_by is None and present is not None and present.expires_by is not None:
            transaction.db.execute(f"DROP TABLE {layout.expiry_table(table.id)}")
        transaction.db.execute(
            "UPDATE tables SET definition = ? WHERE id = ?", (_encoded(table), table.id)
        )
        transaction.after_commit.append(lambda: self._keep(table))

    def drop(self, transaction: Transaction, table: Table) -> None:
        """Remove a table with everything that is its own."""
        db = transaction.db
        # The file has the rows of the record that it has, whatever the table became meanwhile.
        stored = self.current(table.id) or table
        if stored.logged:
            ended = None if stored.change is None else stored.change.until
            transaction.log.close_stream(db, table.id, ended)
        followers.end_of_table(transaction, table.id)
        for index in stored.indexes:
            _drop_index(transaction, table.id, index.id)
        if stored.expires_by is not None:
            db.execute(f"DROP TABLE {layout.expiry_table(table.id)}")
        db.execute(f"DROP TABLE {layout.items_table(table.id)}")
        db.execute("DELETE FROM counts WHERE table_id = ?", (table.id,))
        db.execute("DELETE FROM jobs WHERE table_id = ?", (table.id,))
        db.execute("DELETE FROM loads WHERE table_id = ?", (table.id,))
        db.execute("DELETE FROM tables WHERE id = ?", (table.id,))
        transaction.after_commit.append(lambda: self._forget(table))

    def _keep(self, table: Table) -> None:
        self._by_name = {**self._by_name, (table.account, table.region, table.name): table}
        self._by_id = {**self._by_id, table.id: table}

    def _forget(self, table: Table) -> None:
        self._by_name = {name: kept for name, kept in self._by_name.items() if kept.id != table.id}
        self._by_id = {number: kept for number, kept in self._by_id.items() if number != table.id}


def _follow(transaction: Transaction, before: Table | None, table: Table) -> None:
    """Let the log follow what a table's record says."""
    is_logged = None if before is None else _log_label(before)
    to_be = _log_label(table)
    if is_logged == to_be:
        return
    if is_logged is not None:
        transaction.log.close_stream(transaction.db, table.id)
    if to_be is not None:
        transaction.log.open_stream(transaction.db, table)


def _send(transaction: Transaction, before: Table | None, table: Table) -> None:
    """Let what its record says of a Kinesis destination be followed, from this change on."""
    present = None if before is None else before.destination
    to_be = table.destination
    if present == to_be:
        return
    if to_be is None:
        followers.end_of_table(transaction, table.id)
        return
    precision = to_be.precision or "MILLISECOND"
    if present is not None and present.stream_arn == to_be.stream_arn:
        followers.change_precision(transaction, table.id, precision)
        return
    followers.add(
        transaction,
        followers.KINESIS,
        (table.account, table.region, table.name),
        to_be.stream_arn,
        from_now=True,
        table_id=table.id,
        state={"precisions": [(0, precision)]},
    )


def _log_label(table: Table) -> str | None:
    """The label under which a table is logged, '' without a stream; None: it is not."""
    if not table.logged:
        return None
    return table.stream.label if table.stream is not None and table.stream.enabled else ""


def create_index(transaction: Transaction, table_id: int, index_id: int) -> None:
    """Make the empty rows of an index."""
    transaction.db.execute(layout.create_index(table_id, index_id))
    transaction.db.execute("INSERT INTO counts VALUES (?, ?, 0, 0, 0)", (table_id, index_id))


def _drop_index(transaction: Transaction, table_id: int, index_id: int) -> None:
    transaction.db.execute(f"DROP TABLE {layout.index_table(table_id, index_id)}")
    transaction.db.execute(
        "DELETE FROM counts WHERE table_id = ? AND index_id = ?", (table_id, index_id)
    )


def counts(db: apsw.Connection, table_id: int) -> dict[int, tuple[int, int]]:
    """Number of items and bytes of a table (under 0) and of each of its indexes (under its id)."""
    rows = db.execute("SELECT index_id, items, bytes FROM counts WHERE table_id = ?", (table_id,))
    return {index_id: (items, size_bytes) for index_id, items, size_bytes in rows}


def _encoded(table: Table) -> str:
    return codec.text(_record(table))


def _record(table: Table) -> dict[str, Any]:
    """A table and all that it becomes as JSON has it."""
    change = table.change
    stage = dataclasses.asdict(dataclasses.replace(table, change=None))
    record: dict[str, Any] = {name: stage[name] for name in stage if name not in _DERIVED}
    if change is not None:
        after = None if change.after is None else _record(change.after)
        record["change"] = {"until": change.until, "after": after, "reason": change.reason}
    return record


def decoded(table_id: int, definition: str) -> Table:
    """The record that a row of the catalog holds. Raises: UNREADABLE."""
    return _decoded_record(table_id, codec.decode(definition))


def _decoded_record(table_id: int, record: dict[str, Any]) -> Table:
    record["id"] = table_id
    record["indexes"] = tuple(_decoded_index(index) for index in record["indexes"])
    record["throughput"] = Throughput(**record["throughput"])
    record["stream"] = Stream(**record["stream"]) if record["stream"] else None
    lives: dict[str, Any] | None = record.get("time_to_live")
    record["time_to_live"] = TimeToLive(**lives) if lives else None
    destinations: list[dict[str, Any]] = record.get("destinations", [])
    record["destinations"] = tuple(KinesisDestination(**each) for each in destinations)
    change: dict[str, Any] | None = record.get("change")
    if change is not None:
        after = change["after"]
        change["after"] = None if after is None else _decoded_record(table_id, after)
        record["change"] = Change(**change)
    return Table(**record)


def _decoded_index(record: dict[str, Any]) -> Index:
    for name in ("hash_keys", "range_keys", "types", "non_key_attributes"):
        record[name] = tuple(record[name])
    record["throughput"] = Throughput(**record["throughput"])
    return Index(**record)
