"""Who reads the log of a table by itself, and how far each has come: kept in the file.

A follower (a trigger, a Kinesis destination) has a checkpoint a shard: every record up to it has
been dealt with. Whoever goes on from the checkpoints sees no record of an item before an earlier
one of the same item: a shard is open to it once its parent is read to its end, and a stream once
the ones before it are.

No follower keeps a record from being trimmed: what nobody read within 24 hours is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import codec
from dynalite_py.model.records import Record
from dynalite_py.storage import changes
from dynalite_py.storage.changes import Shard, Stream
from dynalite_py.storage.writer import Transaction

TRIGGER, KINESIS = "trigger", "kinesis"
_PRECISIONS = 16  # Of a destination that are remembered for what is not sent yet.

_FOLLOWER = (
    "SELECT id, kind, account, region, table_name, table_id, name, since, until, state "
    "FROM followers"
)


class Follower(NamedTuple):
    """One reader of a table's log.

    table_id: of the only table that it follows; 0: of whatever table has the name. since: the
    sequence behind which it began; until: the last one that concerns it, None while it goes on.
    state: of a Kinesis destination the precisions of its times, each with the sequence behind which
    it holds.
    """

    id: int
    kind: str
    account: str
    region: str
    table_name: str
    table_id: int
    name: str
    since: int
    until: int | None
    state: dict[str, Any]


class Place(NamedTuple):
    """A shard that a follower may read. after: the last sequence that was dealt with."""

    stream: Stream
    shard: Shard
    after: int


def find(
    db: apsw.Connection, kind: str, account: str, region: str, table_name: str, name: str
) -> Follower | None:
    """The follower of this name that goes on; None where there is none."""
    row = db.execute(
        f"{_FOLLOWER} WHERE kind = ? AND account = ? AND region = ? AND table_name = ? "
        "AND name = ? AND until IS NULL",
        (kind, account, region, table_name, name),
    ).fetchone()
    return None if row is None else _follower(row)


def of_kind(db: apsw.Connection, kind: str) -> list[Follower]:
    """The followers of one kind, in order of their making; ended ones that are not done, too."""
    return [
        _follower(row) for row in db.execute(f"{_FOLLOWER} WHERE kind = ? ORDER BY id", (kind,))
    ]


def _follower(row: tuple[Any, ...]) -> Follower:
    follower = Follower(*row)
    return follower._replace(state=codec.decode(row[-1]))


def exist(db: apsw.Connection, kind: str) -> bool:
    """Whether there is a follower of this kind."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM followers WHERE kind = ?)", (kind,)).get)


def add(
    transaction: Transaction,
    kind: str,
    place: tuple[str, str, str],
    name: str,
    *,
    from_now: bool,
    table_id: int = 0,
    state: dict[str, Any] | None = None,
) -> int:
    """Begin to follow a table. place: account, region, table name. Returns its number.

    from_now: only what comes after this transaction's present write concerns it; else everything
    that is kept.
    """
    since = _now(transaction) if from_now else 0
    transaction.db.execute(
        "INSERT INTO followers (kind, account, region, table_name, table_id, name, since, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, *place, table_id, name, since, codec.text(state or {})),
    )
    return transaction.db.last_insert_rowid()


def _now(transaction: Transaction) -> int:
    """The last sequence that was given out, which no sequence of another opening comes below."""
    last = transaction.log.last_sequence
    transaction.db.execute("UPDATE log_floor SET sequence = max(sequence, ?)", (last,))
    return last


def end_of_table(transaction: Transaction, table_id: int) -> None:
    """Let nothing that comes after this concern the followers of one table alone."""
    transaction.db.execute(
        "UPDATE followers SET until = ? WHERE table_id = ? AND until IS NULL",
        (_now(transaction), table_id),
    )


def change_precision(transaction: Transaction, table_id: int, precision: str) -> None:
    """Let the records of a Kinesis destination have times of this precision from now on."""
    row = transaction.db.execute(
        f"{_FOLLOWER} WHERE kind = ? AND table_id = ? AND until IS NULL", (KINESIS, table_id)
    ).fetchone()
    if row is None:
        return
    follower = _follower(row)
    precisions = [*follower.state["precisions"], (_now(transaction), precision)]
    state = {**follower.state, "precisions": precisions[-_PRECISIONS:]}
    transaction.db.execute(
        "UPDATE followers SET state = ? WHERE id = ?", (codec.text(state), follower.id)
    )


def precision_of(follower: Follower, sequence: int) -> str:
    """The precision of the time of one record of a Kinesis destination."""
    precisions: list[tuple[int, str]] = follower.state["precisions"]
    fitting = [precision for after, precision in precisions if after < sequence]
    return fitting[-1] if fitting else precisions[0][1]


def remove(transaction: Transaction, follower_id: int) -> None:
    """Forget a follower with its checkpoints."""
    transaction.db.execute("DELETE FROM followers WHERE id = ?", (follower_id,))
    transaction.db.execute("DELETE FROM checkpoints WHERE follower_id = ?", (follower_id,))


def save(transaction: Transaction, follower_id: int, reached: dict[str, int]) -> None:
    """Move checkpoints: sequences by shard. Those of shards that are gone are forgotten."""
    db = transaction.db
    if not db.execute("SELECT EXISTS (SELECT 1 FROM followers WHERE id = ?)", (follower_id,)).get:
        return
    for shard, sequence in reached.items():
        db.execute(
            "INSERT INTO checkpoints (follower_id, shard, sequence) VALUES (?, ?, ?) "
            "ON CONFLICT (follower_id, shard) DO UPDATE SET sequence = excluded.sequence",
            (follower_id, shard, sequence),
        )
    db.execute(
        "DELETE FROM checkpoints WHERE follower_id = ? AND shard NOT IN (SELECT id FROM shards)",
        (follower_id,),
    )


def places(db: apsw.Connection, follower: Follower) -> list[Place]:
    """The shards that a follower may read now. Asked in the snapshot in which they are read."""
    checkpoints: dict[str, int] = dict(
        db.execute("SELECT shard, sequence FROM checkpoints WHERE follower_id = ?", (follower.id,))
    )
    for stream in _streams(db, follower):
        found = _places(stream, changes.shards(db, stream.id), follower, checkpoints)
        if found:
            return found
    return []


def _streams(db: apsw.Connection, follower: Follower) -> Iterable[Stream]:
    """The streams of what is followed. A trigger reads DynamoDB streams, which have labels."""
    if follower.table_id:
        return changes.streams_of_table(db, follower.table_id)
    named = changes.streams_of(db, follower.account, follower.region, follower.table_name)
    return [stream for stream in named if stream.label]


def _places(
    stream: Stream, shards: list[Shard], follower: Follower, checkpoints: dict[str, int]
) -> list[Place]:
    """The shards of one stream that may be read; others wait for their parents."""
    found: list[Place] = []
    unfinished: set[str] = set()
    for shard in shards:  # Parents come before their children.
        after = max(checkpoints.get(shard.id, 0), follower.since)
        if _is_finished(shard, after, follower.until):
            continue
        unfinished.add(shard.id)
        if shard.parent not in unfinished:
            found.append(Place(stream, shard, after))
    return found


def _is_finished(shard: Shard, after: int, until: int | None) -> bool:
    if until is not None and (after >= until or shard.first_sequence > until):
        return True
    return shard.last_sequence is not None and after >= shard.last_sequence


def end_of(follower: Follower, shard: Shard) -> int | None:
    """The sequence after which nothing in a shard concerns a follower; None while it is open."""
    ends = [end for end in (shard.last_sequence, follower.until) if end is not None]
    return min(ends, default=None)


def read(
    db: apsw.Connection,
    follower: Follower,
    shard: Shard,
    after: int,
    *,
    records: int,
    size_bytes: int,
    since: int,
) -> tuple[list[Record], bool]:
    """The records of a shard behind a sequence, in order, and whether these are all that it has.

    records, size_bytes: how much at most, one record at least. since: microseconds since the epoch
    before which nothing is read.
    """
    found: list[Record] = []
    total = 0
    last = end_of(follower, shard)
    for record in changes.following(db, shard.lane, after, limit=records + 1, since=since):
        if last is not None and record.sequence > last:
            return found, True
        total += record.old_size + record.new_size
        if found and (len(found) >= records or total > size_bytes):
            return found, False
        found.append(record)
    return found, True
