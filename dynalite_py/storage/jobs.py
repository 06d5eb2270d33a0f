"""Long work that outlives its request: what is to be done and how far it got, kept in the file.

A job is added in the transaction that makes it necessary and moved forward in the transactions that
do its steps, so that a restart goes on exactly where the last commit stood.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import apsw

from dynalite_py.model import codec
from dynalite_py.storage.writer import Transaction


class Job(NamedTuple):
    """One piece of long work. state: its parameters and checkpoint, as the worker left them."""

    id: int
    kind: str
    table_id: int
    state: dict[str, Any]


def add(transaction: Transaction, kind: str, table_id: int, state: dict[str, Any]) -> int:
    """Leave a job for the worker of this kind. Returns its number."""
    transaction.db.execute(
        "INSERT INTO jobs (kind, table_id, state) VALUES (?, ?, ?)",
        (kind, table_id, codec.text(state)),
    )
    return transaction.db.last_insert_rowid()


def exist(db: apsw.Connection) -> bool:
    """Whether anything of any kind is left to be done."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM jobs)").get)


def count(db: apsw.Connection) -> int:
    """How many jobs of any kind are not done."""
    return db.execute("SELECT count(*) FROM jobs").get


def waiting(db: apsw.Connection, kind: str) -> list[Job]:
    """The jobs of one kind that are not done, oldest first."""
    rows = db.execute(
        "SELECT id, kind, table_id, state FROM jobs WHERE kind = ? ORDER BY id", (kind,)
    )
    return [_job(row) for row in rows]


def find(db: apsw.Connection, job_id: int) -> Job | None:
    """A job by its number; None once it is done or its table is gone."""
    row = db.execute(
        "SELECT id, kind, table_id, state FROM jobs WHERE id = ?", (job_id,)
    ).fetchone()
    return None if row is None else _job(row)


def _job(row: Any) -> Job:
    job_id, kind, table_id, state = row
    return Job(job_id, kind, table_id, codec.decode(state))


def save(transaction: Transaction, job_id: int, state: dict[str, Any]) -> None:
    """Store how far a job got."""
    transaction.db.execute("UPDATE jobs SET state = ? WHERE id = ?", (codec.text(state), job_id))


def finish(transaction: Transaction, job_id: int) -> None:
    """Remove a job that is done."""
    transaction.db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))


def finish_of_index(transaction: Transaction, table_id: int, index_id: int) -> None:
    """Remove what is still to be done for an index that goes."""
    transaction.db.execute(
        "DELETE FROM jobs WHERE table_id = ? AND json_extract(state, '$.index') = ?",
        (table_id, index_id),
    )


def finish_of_kind(transaction: Transaction, table_id: int, kind: str) -> None:
    """Remove what is still to be done of one kind for a table."""
    transaction.db.execute("DELETE FROM jobs WHERE table_id = ? AND kind = ?", (table_id, kind))
