"""The change log: what became of the items of every table that somebody follows.

A row is written in the same transaction as its item, and none where the item did not change. All
readers (streams, triggers, Kinesis, point-in-time recovery...) read here; none of them hooks the
write path.

A table's log is cut into streams: one for each time that its DynamoDB stream was enabled, and a
nameless one while only others follow it. A stream is cut into shards, each for a range of the
partition hash and for a time; what follows a shard names it as its parent. So the changes of one
item lie in one line of shards, in order. A shard's rows are next to each other (see ``layout``): to
read it is to read a range of rows.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

import apsw

from dynalite_py.model import codec, limits, values
from dynalite_py.model.clock import Clock
from dynalite_py.model.records import Record
from dynalite_py.model.tables import Table

# id, size in bytes, version, stored text: as in ``items``.
Row: TypeAlias = tuple[int, int, int, str]
Hold: TypeAlias = Callable[[int, float], float]

SHARD_HOURS = 4.0
# Sequence numbers share an integer of SQLite with the lane (see ``layout``).
_SEQUENCE_BITS = 43
_SEQUENCE = (1 << _SEQUENCE_BITS) - 1
_LANES = 1 << 20
_MOST_OPEN = 1024
# Left out at each opening: a power cut may take records that were read, and with relaxed durability
# their numbers must not come back with others.
_OPENING_GAP = 1 << 20
# More records than a file may have lost on pages that nobody can read.
_LOST = 1 << 32
FIRST_HASH, LAST_HASH = -(1 << 63), (1 << 63) - 1
_MICROSECONDS = 1_000_000

_APPEND = (
    "INSERT INTO changes (id, at, origin, old_size, new_size, old, new) VALUES (?,?,?,?,?,?,?)"
)
_STREAM = (
    "SELECT id, table_id, account, region, name, label, view_type, key_schema, created_at, "
    "disabled_at FROM streams"
)
_SHARD = (
    "SELECT lane, stream_id, id, parent, first_hash, last_hash, opened_at, closed_at, "
    "first_sequence, last_sequence, trimmed FROM shards"
)


class Stream(NamedTuple):
    """A part of a table's log; it outlives its table.

    label, view_type: '' while the table has no stream of DynamoDB's. key_schema: (attribute name,
    ``HASH`` or ``RANGE``). Times: epoch seconds; disabled_at: None while it is written to.
    """

    id: int
    table_id: int
    account: str
    region: str
    name: str
    label: str
    view_type: str
    key_schema: list[tuple[str, str]]
    created_at: float
    disabled_at: float | None


class Shard(NamedTuple):
    """A part of a stream: a range of the partition hash, for a time.

    lane: where its rows are. first_sequence: at least this have its records; last_sequence: at most
    this, None while it is open. trimmed: the highest sequence that was trimmed, 0 before.
    """

    lane: int
    stream_id: int
    id: str
    parent: str | None
    first_hash: int
    last_hash: int
    opened_at: float
    closed_at: float | None
    first_sequence: int
    last_sequence: int | None
    trimmed: int


class _Open(NamedTuple):
    """The open shards of a table, by their last hashes; until: when they are to be followed."""

    lanes: list[int]
    last_hashes: list[int]
    until: float


class Log:
    """What the writer knows of the log, of which the file has everything.

    Used by whoever has the writer's turn. shards: how many a stream has; hours: how long one is
    written to, 0: for ever. listeners: are called after each commit that added something, by the
    thread that committed; they must be quick. holds: whoever reads records that are older than a
    day; each is asked for (table, now) since when it needs them, in epoch seconds.
    """

    def __init__(
        self, db: apsw.Connection, clock: Clock, *, shards: int = 1, hours: float = SHARD_HOURS
    ) -> None:
        self._clock = clock
        self._cursor = db.cursor()  # Kept: to make one costs as much as to bind a row.
        self._shards = shards
        self._period = hours * 3600
        self._open: dict[int, _Open] = {}
        self._sequence = next_sequence(db)
        # Whether there are streams, so that something may have to be trimmed one day.
        self.has_streams = _has_streams(db)
        self.holds: list[Hold] = []
        self.appended = False
        self.listeners: list[Callable[[], object]] = []

    @property
    def last_sequence(self) -> int:
        """Every sequence so far is at most this one, and every further one above it."""
        return self._sequence - 1

    def append(
        self,
        db: apsw.Connection,
        table: Table,
        hashed: int,
        old: Row | None,
        new: tuple[str, int] | None,
        origin: int,
    ) -> None:
        """Add what happened to an item, if anything did. new: its text and size in bytes."""
        old_text, old_size = (None, 0) if old is None else (old[3], old[1])
        new_text, new_size = (None, 0) if new is None else new
        if (
            old_size == new_size  # Equal items are of equal size.
            and old_text is not None
            and new_text is not None
            and values.stored_texts_equal(old_text, new_text)
        ):
            return
        now = self._clock.now()
        shards = self._open.get(table.id)
        if shards is None or now >= shards.until:
            shards = self._present(db, table.id, now)
        lanes = shards.lanes
        lane = lanes[0] if len(lanes) == 1 else lanes[bisect_left(shards.last_hashes, hashed)]
        sequence = self._sequence
        self._sequence = sequence + 1
        at = int(now * _MICROSECONDS)
        place = lane << _SEQUENCE_BITS | sequence
        self._cursor.execute(_APPEND, (place, at, origin, old_size, new_size, old_text, new_text))
        self.appended = True

    def _present(self, db: apsw.Connection, table_id: int, now: float) -> _Open:
        """The shards that a table is written to now; those whose time is over are followed."""
        shards = self._load(db, table_id)
        if now < shards.until:
            return shards
        self.roll(db, table_id)
        return self._load(db, table_id)

    def _load(self, db: apsw.Connection, table_id: int) -> _Open:
        found = _open_shards(db, table_id)
        assert found, "a table that is logged has open shards"
        opened = min(shard.opened_at for shard in found)
        until = opened + self._period if self._period else float("inf")
        lanes, hashes = [shard.lane for shard in found], [shard.last_hash for shard in found]
        self._open[table_id] = shards = _Open(lanes, hashes, until)
        return shards

    def roll(self, db: apsw.Connection, table_id: int, *, into: int = 1) -> None:
        """Close the open shards of a table; each is followed by one or more for its hashes.

        into: at least so many; more where the log was given more shards than there are, and one
        where there are too many already.
        """
        now = self._clock.now()
        found = _open_shards(db, table_id)
        if not found:
            return
        into = max(into, -(-self._shards // len(found)))
        if into * len(found) > _MOST_OPEN:
            into = 1
        for shard in found:
            self._close(db, shard, now)
            self._open_shards(db, shard.stream_id, shard, into, now)
        self.forget()

    def open_stream(self, db: apsw.Connection, table: Table) -> None:
        """Begin to log a table, as its record says: as its stream or for others alone."""
        stream = table.stream if table.stream is not None and table.stream.enabled else None
        label, view = ("", "") if stream is None else (stream.label, stream.view_type)
        kinds = zip(table.key_names, ("HASH", "RANGE"), strict=False)
        now = self._clock.now()
        db.execute(
            "INSERT INTO streams (table_id, account, region, name, label, view_type, key_schema, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(table.id, table.account, table.region, table.name),
                *(label, view, codec.text(list(kinds)), now),
            ),
        )
        self._open_shards(db, db.last_insert_rowid(), None, self._shards, now)
        self.has_streams = True
        self.forget()

    def close_stream(self, db: apsw.Connection, table_id: int, at: float | None = None) -> None:
        """Close the stream of a table that is written to. at: epoch seconds, now without it."""
        moment = self._clock.now() if at is None else at
        for shard in _open_shards(db, table_id):
            self._close(db, shard, moment)
        db.execute(
            "UPDATE streams SET disabled_at = ? WHERE table_id = ? AND disabled_at IS NULL",
            (moment, table_id),
        )
        self.forget()

    def kept_since(self, table_id: int, now: float) -> float:
        """Since when a table's records are kept, in epoch seconds; all before may be trimmed."""
        kept = now - limits.STREAM_SECONDS
        return min([kept, *(hold(table_id, now) for hold in self.holds)])

    def restart(self, db: apsw.Connection, table: Table) -> None:
        """Let whole new shards follow those that a table has open, whatever these are."""
        streams = [each for each in streams_of_table(db, table.id) if each.disabled_at is None]
        if len(streams) != 1:
            self.close_stream(db, table.id)
            self.open_stream(db, table)
            return
        now = self._clock.now()
        for shard in _open_shards(db, table.id):
            self._close(db, shard, now)
        self._open_shards(db, streams[0].id, None, self._shards, now)
        self.forget()

    def forget(self) -> None:
        """Something was undone, or changed in the file: it is looked up again."""
        self._open.clear()

    def reread(self, db: apsw.Connection) -> None:
        """The whole file became another one: what is known of it is looked up again.

        Sequences that were given out before never come back, whatever the file knows of them.
        """
        self.undone()
        self._sequence = max(self._sequence, next_sequence(db))
        self.has_streams = _has_streams(db)
        self.committed()

    def undone(self) -> None:
        """A whole transaction was."""
        self.forget()
        self.appended = False

    def committed(self) -> None:
        """What was added is in the file."""
        self.appended = False
        for listener in self.listeners:
            listener()

    def _close(self, db: apsw.Connection, shard: Shard, at: float) -> None:
        db.execute(
            "UPDATE shards SET closed_at = ?, last_sequence = ? WHERE lane = ?",
            (at, max(self._sequence - 1, shard.first_sequence), shard.lane),
        )
        # The end of one and the start of the next differ.
        self._sequence = max(self._sequence, shard.first_sequence + 1)

    def _open_shards(
        self, db: apsw.Connection, stream_id: int, parent: Shard | None, into: int, now: float
    ) -> None:
        first, last = FIRST_HASH, LAST_HASH
        if parent is not None:
            first, last = parent.first_hash, parent.last_hash
        into = min(into, last - first + 1)
        width = (last - first + 1) // into
        for at in range(into):
            low = first + at * width
            high = last if at == into - 1 else low + width - 1
            lane = _free_lane(db)
            mark = zlib.crc32(b"%d %d %d" % (stream_id, lane, self._sequence))
            db.execute(
                "INSERT INTO shards (lane, stream_id, id, parent, first_hash, last_hash, "
                "opened_at, first_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(lane, stream_id, f"shardId-{int(now * 1000):020d}-{mark:08x}"),
                    *(None if parent is None else parent.id, low, high, now, self._sequence),
                ),
            )


def _has_streams(db: apsw.Connection) -> bool:
    return db.execute("SELECT EXISTS (SELECT 1 FROM streams)").get == 1


def next_sequence(db: apsw.Connection) -> int:
    """One above every sequence that was ever given out."""
    highest = 1
    for lane, first, last, trimmed in db.execute(
        "SELECT lane, first_sequence, last_sequence, trimmed FROM shards"
    ):
        newest: int | None = db.execute(
            "SELECT max(id) FROM changes WHERE id BETWEEN ? AND ?", places(lane)
        ).get
        of_rows = 0 if newest is None else newest & _SEQUENCE
        highest = max(highest, first, last or 0, trimmed, of_rows)
    floor: int = db.execute("SELECT sequence FROM log_floor").get
    highest = max(highest, floor)
    return highest + _OPENING_GAP if highest > 1 else highest + 1


def places(lane: int) -> tuple[int, int]:
    """The first and the last id of a lane's rows; the first is that of sequence 0."""
    return lane << _SEQUENCE_BITS, lane << _SEQUENCE_BITS | _SEQUENCE


def _free_lane(db: apsw.Connection) -> int:
    """A lane that no shard has. Those of shards that are gone are used again."""
    highest: int | None = db.execute("SELECT max(lane) FROM shards").get
    if highest is None:
        return 0
    if highest < _LANES - 1:
        return highest + 1
    taken = {lane for (lane,) in db.execute("SELECT lane FROM shards")}
    return next(lane for lane in range(_LANES) if lane not in taken)


def _open_shards(db: apsw.Connection, table_id: int) -> list[Shard]:
    """The shards of a table that are written to, in order of their hashes."""
    rows = db.execute(
        f"{_SHARD} WHERE closed_at IS NULL AND stream_id IN "
        "(SELECT id FROM streams WHERE table_id = ?) ORDER BY first_hash",
        (table_id,),
    )
    return [Shard(*row) for row in rows]


def all_streams(db: apsw.Connection) -> list[Stream]:
    """Every stream of the file, nameless ones too, in order of their making."""
    return [_stream(row) for row in db.execute(f"{_STREAM} ORDER BY id")]


def streams_of(
    db: apsw.Connection, account: str, region: str, name: str | None = None
) -> list[Stream]:
    """The streams of one account and region, nameless ones too, in order of their making.

    name: of the tables, also of one that was deleted; None: of all.
    """
    where = "account = ? AND region = ?" + ("" if name is None else " AND name = ?")
    values = (account, region) if name is None else (account, region, name)
    return [_stream(row) for row in db.execute(f"{_STREAM} WHERE {where} ORDER BY id", values)]


def stream_labelled(
    db: apsw.Connection, account: str, region: str, name: str, label: str
) -> Stream | None:
    """The stream of this label that a table of this name has or had."""
    row = db.execute(
        f"{_STREAM} WHERE account = ? AND region = ? AND name = ? AND label = ?",
        (account, region, name, label),
    ).fetchone()
    return None if row is None else _stream(row)


def streams_of_table(db: apsw.Connection, table_id: int) -> list[Stream]:
    """The streams of one table, nameless ones too, in order of their making."""
    rows = db.execute(f"{_STREAM} WHERE table_id = ? ORDER BY id", (table_id,))
    return [_stream(row) for row in rows]


def _stream(row: tuple[object, ...]) -> Stream:
    stream = Stream(*row)  # type: ignore[arg-type]
    pairs = codec.decode(stream.key_schema)  # type: ignore[arg-type]
    return stream._replace(key_schema=[(name, kind) for name, kind in pairs])


def shards(db: apsw.Connection, stream_id: int) -> list[Shard]:
    """The shards of a stream, parents before their children."""
    rows = db.execute(f"{_SHARD} WHERE stream_id = ? ORDER BY first_sequence, lane", (stream_id,))
    return [Shard(*row) for row in rows]


def find_stream(db: apsw.Connection, stream_id: int) -> Stream | None:
    """The stream of this number; None once it is gone."""
    row = db.execute(f"{_STREAM} WHERE id = ?", (stream_id,)).fetchone()
    return None if row is None else _stream(row)


def find_shard(db: apsw.Connection, stream_id: int, shard_id: str) -> Shard | None:
    """The shard of this id, if it is one of the stream's."""
    row = db.execute(f"{_SHARD} WHERE id = ? AND stream_id = ?", (shard_id, stream_id)).fetchone()
    return None if row is None else Shard(*row)


def shard_in(db: apsw.Connection, lane: int) -> Shard | None:
    """The shard that has this lane; None where it is free."""
    row = db.execute(f"{_SHARD} WHERE lane = ?", (lane,)).fetchone()
    return None if row is None else Shard(*row)


def first_time(db: apsw.Connection, lane: int) -> int | None:
    """The time of a shard's oldest record, in microseconds; None without a record."""
    found = _record_from(db, places(lane)[0], 0)
    return None if found is None else found[1]


def records(
    db: apsw.Connection, lane: int, after: int, *, limit: int, since: int = 0
) -> list[Record]:
    """Up to ``limit`` records of a shard behind the sequence ``after``, in order.

    since: microseconds since the epoch; older ones are passed over.
    """
    return list(following(db, lane, after, limit=limit, since=since))


def following(
    db: apsw.Connection, lane: int, after: int, *, limit: int, since: int = 0
) -> Iterator[Record]:
    """The same, read one by one: two images may have 800 KB."""
    low, high = places(lane)
    rows = db.execute(
        "SELECT id, at, origin, old_size, new_size, old, new FROM changes "
        "WHERE id > ? AND id <= ? AND at >= ? ORDER BY id LIMIT ?",
        (low + max(after, 0), high, since, limit),
    )
    for place, *rest in rows:
        yield Record(place & _SEQUENCE, *rest)


def newest(db: apsw.Connection, lane: int, *, below: int = _SEQUENCE + 1) -> int | None:
    """The highest sequence of a shard's records below this one; None without a record."""
    low, _ = places(lane)
    place: int | None = db.execute(
        "SELECT max(id) FROM changes WHERE id >= ? AND id < ?", (low, low + max(below, 0))
    ).get
    return None if place is None else place & _SEQUENCE


def first_since(db: apsw.Connection, lane: int, since: int) -> int:
    """The sequence of a shard's first record since a time, in microseconds; one above the last
    record where all are older, 0 without a record.

    Found by halves: times grow with the sequences but for a clock that is set back, which may
    leave some older ones behind it.
    """
    base, _ = places(lane)
    first = _record_from(db, base, 0)
    if first is None:
        return 0
    if first[1] >= since:
        return first[0]
    low, high = first[0], newest(db, lane) or 0
    while low <= high:
        found = _record_from(db, base, (low + high) // 2)
        if found is None or found[1] >= since:
            high = (low + high) // 2 - 1
        else:
            low = found[0] + 1
    found = _record_from(db, base, low)
    return low if found is None else found[0]


def _record_from(db: apsw.Connection, base: int, sequence: int) -> tuple[int, int] | None:
    """Sequence and time of a lane's first record from a sequence on."""
    row = db.execute(
        "SELECT id, at FROM changes WHERE id >= ? AND id <= ? ORDER BY id LIMIT 1",
        (base + sequence, base + _SEQUENCE),
    ).fetchone()
    return None if row is None else (row[0] & _SEQUENCE, row[1])


def raw(db: apsw.Connection, lane: int) -> Iterator[Record]:
    """Every record of a lane, of a damaged file, too: its texts are bytes, which may be no text."""
    rows = db.execute(
        "SELECT id, at, origin, old_size, new_size, CAST(old AS BLOB), CAST(new AS BLOB) "
        "FROM changes WHERE id >= ? AND id <= ? ORDER BY id",
        places(lane),
    )
    for place, at, origin, old_size, new_size, old, new in rows:
        yield Record(place & _SEQUENCE, at, origin, old_size, new_size, old, new)


def all_shards(db: apsw.Connection) -> list[Shard]:
    """Every shard of the file."""
    return [Shard(*row) for row in db.execute(f"{_SHARD} ORDER BY lane")]


def count(db: apsw.Connection) -> int:
    """The number of records."""
    return db.execute("SELECT count(*) FROM changes").get


def drop_lane(db: apsw.Connection, lane: int) -> None:
    """Remove every record of a lane that no shard has."""
    db.execute("DELETE FROM changes WHERE id >= ? AND id <= ?", places(lane))


def raise_floor(db: apsw.Connection, sequence: int) -> None:
    """Let every sequence to come be above this one."""
    db.execute("UPDATE log_floor SET sequence = max(sequence, ?)", (sequence,))


def raise_floor_above_lost(db: apsw.Connection, ids: Iterable[int], ends: Iterable[int]) -> None:
    """Let every sequence to come be above all of a damaged file, also above those it lost.

    ids: of the records that were found in it; ends: integers of the rows of its shards, among which
    are hashes.
    """
    found = [place & _SEQUENCE for place in ids]
    found += [end for end in ends if 0 < end <= _SEQUENCE]
    raise_floor(db, min(max(found, default=0) + _LOST, _SEQUENCE // 2))


def stray_lanes(db: apsw.Connection, lanes: list[int]) -> list[int]:
    """Lanes that have records and are not among these."""
    found: list[int] = []
    start = -1
    for lane in [*sorted(lanes), None]:
        end = None if lane is None else places(lane)[0]
        while True:
            place: int | None = db.execute(
                "SELECT min(id) FROM changes WHERE id > ?1 AND (?2 IS NULL OR id < ?2)",
                (start, end),
            ).get
            if place is None:
                break
            found.append(place >> _SEQUENCE_BITS)
            start = places(place >> _SEQUENCE_BITS)[1]
        if lane is not None:
            start = places(lane)[1]
    return found


def repeated(db: apsw.Connection) -> int | None:
    """A sequence that two records have; None in a sound file."""
    return db.execute(
        f"SELECT id & {_SEQUENCE} AS sequence FROM changes GROUP BY sequence HAVING count(*) > 1 "
        "LIMIT 1"
    ).get
