"""The catalog's records in the file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.tables import Change, Index, KinesisDestination, Stream, Table
from dynalite_py.storage.catalog import Catalog
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Transaction

TABLE = Table(
    id=1,
    uid="1",
    account="000000000000",
    region="us-east-1",
    name="Music",
    attributes={"a": "S", "b": "N"},
    partition_key="a",
    sort_key="b",
    created_at=1.0,
    indexes=(Index(1, "one", True, ("b",), (), ("N",), "ALL"),),
    stream=Stream("KEYS_ONLY", "label"),
)
LATER = ("change", "billing_mode_changes", "encryption_changes", "destinations")


def stored(database: Database, table: Table) -> None:
    """Create the table in a transaction of its own."""
    transaction = Transaction(database.writer, {}, Log(database.writer, MovableClock()))
    database.writer.execute("BEGIN")
    Catalog(database.writer).create(transaction, table)
    database.writer.execute("COMMIT")


def test_a_record_and_all_that_it_becomes_are_read_as_they_were_written(tmp_path: Path) -> None:
    last = Change(9.5, None, "deletion")
    sent = KinesisDestination("arn", "ENABLING", 2.5, "ACTIVE", precision="MICROSECOND")
    second = dataclasses.replace(TABLE, status="DELETING", change=last, destinations=(sent,))
    first = dataclasses.replace(TABLE, status="UPDATING", change=Change(4.25, second, "index"))
    database = Database(tmp_path / "store.db")
    stored(database, first)
    read = Catalog(database.writer).current(1)
    database.close()
    assert read is not None
    assert read == first
    times = {now: None if (at := read.at(now)) is None else at.status for now in (4.0, 4.25, 9.5)}
    assert times == {4.0: "UPDATING", 4.25: "DELETING", 9.5: None}


def test_a_record_from_before_a_member_has_its_default(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db")
    stored(database, TABLE)
    text: str = database.writer.execute("SELECT definition FROM tables").get
    record = codec.decode(text)
    for name in LATER:
        record.pop(name, None)
    for index in record["indexes"]:
        del index["allocating"]
    database.writer.execute("UPDATE tables SET definition = ?", (codec.text(record),))
    assert Catalog(database.writer).current(1) == TABLE
    database.close()
