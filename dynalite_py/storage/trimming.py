"""The end of records: how old ones are taken from the log, a few at a time, and with them the
shards and streams that nobody can read any more.

Readers pass over what is too old by the clock, whether it was trimmed or not; here only the file
gets smaller. What is taken leaves its highest sequence behind (``shards.trimmed``, ``log_floor``),
so that none comes back.
"""

from __future__ import annotations

from typing import NamedTuple

import apsw

from dynalite_py.storage import changes
from dynalite_py.storage.changes import Log, Shard
from dynalite_py.storage.writer import Transaction

# What one transaction takes at most, so that no write waits long for it.
_ROWS = 500
_BYTES = 1024 * 1024
_MICROSECONDS = 1_000_000


class Due(NamedTuple):
    """When there is next something to trim, in epoch seconds; lanes: where there is by now.

    streams: those that are gone by now with all that they had.
    """

    at: float
    lanes: list[int]
    streams: list[int]


def due(db: apsw.Connection, log: Log, now: float) -> Due:
    """What is to be trimmed, by a look at the first record of every shard."""
    next_at = float("inf")
    lanes: list[int] = []
    streams: list[int] = []
    for stream in changes.all_streams(db):
        since = log.kept_since(stream.table_id, now)
        shards = changes.shards(db, stream.id)
        for shard in shards:
            first = changes.first_time(db, shard.lane)
            if _is_due(shard, first, since):
                lanes.append(shard.lane)
            oldest = shard.closed_at if first is None else first / _MICROSECONDS
            if oldest is not None:
                next_at = min(next_at, oldest + now - since)
        if stream.disabled_at is None or shards:
            continue
        if stream.disabled_at <= since:
            streams.append(stream.id)
        next_at = min(next_at, stream.disabled_at + now - since)
    return Due(next_at, lanes, streams)


def _is_due(shard: Shard, first: int | None, since: float) -> bool:
    """Whether the first record of a shard is too old, or the shard itself where it has none."""
    if first is not None:
        return first < int(since * _MICROSECONDS)
    return shard.closed_at is not None and shard.closed_at <= since


def trim(transaction: Transaction, lane: int, now: float) -> bool:
    """Take the oldest records of a shard, or the shard once it is empty and closed long ago.

    Returns whether there was something to take.
    """
    db, log = transaction.db, transaction.log
    shard = changes.shard_in(db, lane)
    if shard is None:
        return False
    stream = changes.find_stream(db, shard.stream_id)
    assert stream is not None, "a shard never outlives its stream"
    since = log.kept_since(stream.table_id, now)
    if _take(db, shard, int(since * _MICROSECONDS)):
        return True
    if changes.first_time(db, lane) is not None or not _is_due(shard, None, since):
        return False
    _drop(db, shard)
    return True


def _take(db: apsw.Connection, shard: Shard, since: int) -> bool:
    """Take some of the records that are older. Returns whether there was any."""
    low, high = changes.places(shard.lane)
    last, size = None, 0
    for place, at, size_bytes in db.execute(
        "SELECT id, at, old_size + new_size FROM changes WHERE id >= ? AND id <= ? "
        "ORDER BY id LIMIT ?",
        (low, high, _ROWS),
    ):
        if at >= since or size > _BYTES:
            break
        last, size = place, size + size_bytes
    if last is None:
        return False
    db.execute("DELETE FROM changes WHERE id >= ? AND id <= ?", (low, last))
    db.execute("UPDATE shards SET trimmed = ? WHERE lane = ?", (last - low, shard.lane))
    return True


def _drop(db: apsw.Connection, shard: Shard) -> None:
    assert shard.last_sequence is not None, "a closed shard has an end"
    highest = max(shard.last_sequence, shard.trimmed)
    changes.raise_floor(db, highest)
    db.execute("DELETE FROM shards WHERE lane = ?", (shard.lane,))


def drop_stream(transaction: Transaction, stream_id: int) -> None:
    """Forget a stream that was disabled long ago and has no shards."""
    db = transaction.db
    db.execute("DELETE FROM streams WHERE id = ?", (stream_id,))
    if db.execute("SELECT EXISTS (SELECT 1 FROM streams)").get == 0:
        transaction.log.has_streams = False
