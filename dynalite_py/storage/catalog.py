"""The catalog: which tables there are, by account, region and name; kept in the file and cached
whole.

A change is part of a write transaction and reaches the cache only after its commit. Lookups take
no lock: the maps are never changed in place, only replaced.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import apsw

from dynalite_py.model import codec
from dynalite_py.model.tables import Index, Stream, Table, Throughput
from dynalite_py.storage import layout
from dynalite_py.storage.writer import Transaction

_DERIVED = frozenset(field.name for field in dataclasses.fields(Table) if not field.init)


class Catalog:
    """All tables of the file."""

    def __init__(self, db: apsw.Connection) -> None:
        self._by_name: dict[tuple[str, str, str], Table] = {}
        self._by_id: dict[int, Table] = {}
        for table_id, definition in db.execute("SELECT id, definition FROM tables ORDER BY id"):
            self._keep(_decoded(table_id, definition))

    def find(self, account: str, region: str, name: str) -> Table | None:
        """The table of this name, None where there is none."""
        return self._by_name.get((account, region, name))

    def current(self, table_id: int) -> Table | None:
        """The present record of a table that was found earlier; None once it is deleted."""
        return self._by_id.get(table_id)

    def names(self, account: str, region: str) -> list[str]:
        """Names of the tables of one account and region, in byte order."""
        return sorted(
            (name for owner, place, name in self._by_name if (owner, place) == (account, region)),
            key=str.encode,
        )

    def elsewhere(self, name: str) -> list[tuple[str, str]]:
        """The (account, region) pairs that have a table of this name."""
        return sorted((owner, place) for owner, place, other in self._by_name if other == name)

    def all_tables(self) -> list[Table]:
        """Every table of the file."""
        return list(self._by_id.values())

    def create(self, transaction: Transaction, table: Table) -> Table:
        """Add a table with its (empty) rows and indexes; its id is given here."""
        db = transaction.db
        db.execute(
            "INSERT INTO tables (account, region, name, definition) VALUES (?, ?, ?, '')",
            (table.account, table.region, table.name),
        )
        table = dataclasses.replace(table, id=db.last_insert_rowid())
        db.execute(layout.create_items(table.id))
        db.execute("INSERT INTO counts VALUES (?, 0, 0, 0, 0)", (table.id,))
        for index in table.indexes:
            create_index(transaction, table.id, index.id)
        self.replace(transaction, table)
        return table

    def replace(self, transaction: Transaction, table: Table) -> None:
        """Store a changed record.

        Rows of new or dropped indexes are the caller's to make or drop.
        """
        transaction.db.execute(
            "UPDATE tables SET definition = ? WHERE id = ?", (_encoded(table), table.id)
        )
        transaction.after_commit.append(lambda: self._keep(table))

    def drop(self, transaction: Transaction, table: Table) -> None:
        """Remove a table with everything that is its own."""
        db = transaction.db
        for index in table.indexes:
            drop_index(transaction, table.id, index.id)
        db.execute(f"DROP TABLE {layout.items_table(table.id)}")
        db.execute("DELETE FROM counts WHERE table_id = ?", (table.id,))
        db.execute("DELETE FROM jobs WHERE table_id = ?", (table.id,))
        db.execute("DELETE FROM tables WHERE id = ?", (table.id,))
        transaction.after_commit.append(lambda: self._forget(table))

    def _keep(self, table: Table) -> None:
        self._by_name = {**self._by_name, (table.account, table.region, table.name): table}
        self._by_id = {**self._by_id, table.id: table}

    def _forget(self, table: Table) -> None:
        self._by_name = {name: kept for name, kept in self._by_name.items() if kept.id != table.id}
        self._by_id = {number: kept for number, kept in self._by_id.items() if number != table.id}


def create_index(transaction: Transaction, table_id: int, index_id: int) -> None:
    """Make the empty rows of an index."""
    transaction.db.execute(layout.create_index(table_id, index_id))
    transaction.db.execute("INSERT INTO counts VALUES (?, ?, 0, 0, 0)", (table_id, index_id))


def drop_index(transaction: Transaction, table_id: int, index_id: int) -> None:
    """Drop the rows of an index."""
    transaction.db.execute(f"DROP TABLE {layout.index_table(table_id, index_id)}")
    transaction.db.execute(
        "DELETE FROM counts WHERE table_id = ? AND index_id = ?", (table_id, index_id)
    )


def counts(db: apsw.Connection, table_id: int) -> dict[int, tuple[int, int]]:
    """Number of items and bytes of a table (under 0) and of each of its indexes (under its id)."""
    rows = db.execute("SELECT index_id, items, bytes FROM counts WHERE table_id = ?", (table_id,))
    return {index_id: (items, size_bytes) for index_id, items, size_bytes in rows}


def _encoded(table: Table) -> str:
    record = {
        name: value for name, value in dataclasses.asdict(table).items() if name not in _DERIVED
    }
    return codec.text(record)


def _decoded(table_id: int, definition: str) -> Table:
    record: dict[str, Any] = codec.decode(definition)
    record["id"] = table_id
    record["indexes"] = tuple(_decoded_index(index) for index in record["indexes"])
    record["throughput"] = Throughput(**record["throughput"])
    record["stream"] = Stream(**record["stream"]) if record["stream"] else None
    return Table(**record)


def _decoded_index(record: dict[str, Any]) -> Index:
    for name in ("hash_keys", "range_keys", "types", "non_key_attributes"):
        record[name] = tuple(record[name])
    record["throughput"] = Throughput(**record["throughput"])
    return Index(**record)
