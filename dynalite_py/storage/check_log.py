"""Checks the log: each table that is logged has one open stream, whose open shards cover the hashes
without a gap; shards follow their parents; every record lies in the shard of its hash, is a change
of one item and says its sizes.
"""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from dynalite_py.model import codec, keys, sizes, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.records import REPLICATION, TTL, USER, WITH_NEW, WITH_OLD
from dynalite_py.model.tables import Table
from dynalite_py.storage import changes
from dynalite_py.storage.changes import Record, Shard, Stream

# What is raised over a text that is no item: anything may stand in a damaged row.
NO_ITEM = (DynamoDBError, ValueError, TypeError, AttributeError, KeyError)
_RECORDS_PER_STEP = 500
_VIEWS = WITH_OLD | WITH_NEW | {"KEYS_ONLY", ""}


def findings(db: apsw.Connection, tables: list[Table]) -> Iterator[str | None]:
    """What is wrong with the log; None after so many records, for progress."""
    streams = changes.all_streams(db)
    yield from _followed(streams, tables)
    lanes: list[int] = []
    for stream in streams:
        shards = changes.shards(db, stream.id)
        lanes += [shard.lane for shard in shards]
        yield from (f"{_where(stream)}: {finding}" for finding in _shards(stream, shards))
        for shard in shards:
            yield from _records(db, stream, shard)
    yield from _strays(db, streams, lanes)


def _where(stream: Stream) -> str:
    return f"stream {stream.label or stream.id} of table {stream.name} ({stream.region})"


def _followed(streams: list[Stream], tables: list[Table]) -> Iterator[str]:
    """Tables and streams that differ over what is logged."""
    expected = {table.id: _label(table) for table in tables if table.logged}
    opened: dict[int, list[Stream]] = {}
    for stream in streams:
        if stream.view_type not in _VIEWS:
            yield f"{_where(stream)} has the unknown view type {stream.view_type}"
        if stream.disabled_at is None:
            opened.setdefault(stream.table_id, []).append(stream)
    for table in tables:
        found = [stream.label for stream in opened.get(table.id, [])]
        wanted = [expected[table.id]] if table.id in expected else []
        if found != wanted:
            yield f"table {table.name} ({table.region}) has the open streams {found}, not {wanted}"
    gone = opened.keys() - {table.id for table in tables}
    for number in sorted(gone):
        yield f"{_where(opened[number][0])} is open, and its table does not exist"


def _label(table: Table) -> str:
    return table.stream.label if table.stream is not None and table.stream.enabled else ""


def is_followed(db: apsw.Connection, table: Table) -> bool:
    """Whether the log follows a table as its record says."""
    streams = changes.streams_of_table(db, table.id)
    opened = [stream for stream in streams if stream.disabled_at is None]
    if not table.logged:
        return not opened
    if [stream.label for stream in opened] != [_label(table)]:
        return False
    shards = [each for each in changes.shards(db, opened[0].id) if each.closed_at is None]
    return covers(sorted(shards, key=lambda shard: shard.first_hash))


def covers(shards: list[Shard]) -> bool:
    """Whether shards in order of their hashes have every hash once."""
    ends = [changes.FIRST_HASH - 1, *(shard.last_hash for shard in shards)]
    starts = [shard.first_hash for shard in shards]
    return ends[-1] == changes.LAST_HASH and starts == [end + 1 for end in ends[:-1]]


def _shards(stream: Stream, shards: list[Shard]) -> Iterator[str]:
    opened = sorted(
        (shard for shard in shards if shard.closed_at is None), key=lambda shard: shard.first_hash
    )
    if stream.disabled_at is None and not covers(opened):
        yield f"its {len(opened)} open shards do not cover the hashes once each"
    if stream.disabled_at is not None and opened:
        yield f"it is disabled, and shard {opened[0].id} is open"
    by_id = {shard.id: shard for shard in shards}
    siblings: dict[str, int] = {}
    for shard in sorted(shards, key=lambda shard: shard.first_hash):
        if (shard.closed_at is None) != (shard.last_sequence is None):
            yield f"shard {shard.id} is closed without an end, or has one and is open"
        if shard.last_sequence is not None and shard.last_sequence < shard.first_sequence:
            yield f"shard {shard.id} ends before it begins"
        parent = by_id.get(shard.parent or "")
        if parent is not None and not _follows(shard, parent):
            yield f"shard {shard.id} does not follow its parent {parent.id}"
        if shard.parent is not None:
            if siblings.get(shard.parent, changes.FIRST_HASH - 1) >= shard.first_hash:
                yield f"shard {shard.id} overlaps another child of {shard.parent}"
            siblings[shard.parent] = shard.last_hash


def _follows(shard: Shard, parent: Shard) -> bool:
    within = parent.first_hash <= shard.first_hash <= shard.last_hash <= parent.last_hash
    ended = parent.last_sequence is not None and parent.last_sequence < shard.first_sequence
    return within and ended


def _records(db: apsw.Connection, stream: Stream, shard: Shard) -> Iterator[str | None]:
    for count, record in enumerate(changes.raw(db, shard.lane), 1):
        if count % _RECORDS_PER_STEP == 0:
            yield None
        where = f"{_where(stream)}: record {record.sequence} of shard {shard.id}"
        try:
            yield from (f"{where} {finding}" for finding in _record(stream, shard, record))
        except NO_ITEM as fault:
            yield f"{where} is no change of an item: {fault}"


def _record(stream: Stream, shard: Shard, record: Record) -> Iterator[str]:
    """What is wrong with a record. Raises: NO_ITEM."""
    yield from _place(shard, record)
    found = list(_images(record))
    for item, size in found:
        if values.canonical_item(item) != item:
            yield "has an image that is not in canonical form"
        if sizes.of_item(item) != size:
            yield "has an image of another size than it says"
    names = [name for name, _ in stream.key_schema]
    held = [[item[name] for name in names] for item, _ in found]
    if not held:
        yield "has no image"
        return
    if held[0] != held[-1]:
        yield "has images of two items"
    if len(found) == 2 and values.items_equal(found[0][0], found[1][0]):
        yield "changes nothing"
    [(kind, content)] = held[0][0].items()
    hashed = keys.hash_of(keys.key_bytes(keys.column(kind, content)))
    if not shard.first_hash <= hashed <= shard.last_hash:
        yield "is of an item whose hash another shard has"


def _place(shard: Shard, record: Record) -> Iterator[str]:
    last = shard.last_sequence
    if record.sequence < shard.first_sequence or (last is not None and record.sequence > last):
        yield "is outside the range of its shard"
    if record.sequence <= shard.trimmed:
        yield "was trimmed"
    if record.origin not in (USER, TTL, REPLICATION):
        yield f"has the unknown origin {record.origin}"


def _images(record: Record) -> Iterator[tuple[values.Item, int]]:
    """The old and the new image, whichever are there, with the sizes that are said."""
    for text, size in ((record.old, record.old_size), (record.new, record.new_size)):
        if text is not None:
            yield codec.decode(text), size


def _strays(db: apsw.Connection, streams: list[Stream], lanes: list[int]) -> Iterator[str]:
    """Records of no shard, shards of no stream, sequences that two records have."""
    for lane in changes.stray_lanes(db, lanes):
        yield f"the log has records in lane {lane}, which no shard has"
    known = {stream.id for stream in streams}
    for shard in changes.all_shards(db):
        if shard.stream_id not in known:
            yield f"shard {shard.id} belongs to no stream"
    twice = changes.repeated(db)
    if twice is not None:
        yield f"the log has two records of sequence {twice}"
