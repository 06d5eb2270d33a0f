"""GetShardIterator and GetRecords: the records of a shard of a stream, page by page.

An iterator is a place in a shard, signed, with the time of its issue. It is bound to its account,
region and stream. Records that are older than a day are not there, whether they were trimmed or
not. Source: facts, Streams.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import arns, codec, feature_errors, limits, records
from dynalite_py.operations import streams
from dynalite_py.operations.operation import Operation, RangeRead
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.security import tokens
from dynalite_py.storage import changes, ranges

_BY_NUMBER = frozenset({"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"})
# What a sequence is below: wherever the oldest record is when it is read.
_HORIZON = 0
# A page of more records is read by a thread of its own.
_BRIEF_RECORDS = 64
_MICROSECONDS = 1_000_000
_MARK = "shard iterator"
_STREAMS = 256


class _Place(NamedTuple):
    """What an iterator says. sequence: of the next record at least; issued_at: epoch seconds."""

    account: str
    region: str
    arn: str
    shard: str
    sequence: int
    issued_at: float


def get_shard_iterator(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """A place in a shard to read from. Raises: DynamoDBError."""
    kind: str = request["ShardIteratorType"]
    arn: str = request["StreamArn"]
    _check_sequence_number(kind, request.get("SequenceNumber"))
    _check_timestamp(kind, request.get("Timestamp"), scope.clock.now())
    if arns.parse_part(arn, "stream") is None:
        raise feature_errors.not_a_stream_arn()

    def read(db: apsw.Connection) -> bytes:
        now = scope.clock.now()
        stream = streams.existing(db, scope, arn)
        shard = changes.find_shard(db, stream.id, request["ShardId"])
        if shard is None or not streams.shard_is_there(shard, now):
            raise feature_errors.shard_not_found(request["ShardId"], arn)
        sequence = _start(db, shard, request, now)
        place = _Place(scope.account, scope.region, arn, shard.id, sequence, now)
        return codec.encode({"ShardIterator": _iterator(scope, place)})

    return read


def _check_sequence_number(kind: str, number: str | None) -> None:
    if kind in _BY_NUMBER:
        if number is None or not (number.isascii() and number.isdigit()):
            raise feature_errors.bad_sequence_number()
    elif number is not None:
        raise feature_errors.needless_sequence_number()


def _check_timestamp(kind: str, moment: float | None, now: float) -> None:
    if kind == "AT_TIMESTAMP":
        if moment is None or moment > now:
            raise feature_errors.bad_timestamp()
    elif moment is not None:
        raise feature_errors.bad_timestamp()


def _start(db: apsw.Connection, shard: changes.Shard, request: Request, now: float) -> int:
    """Where reading begins. Raises: DynamoDBError for a number that the shard cannot have."""
    match request["ShardIteratorType"]:
        case "TRIM_HORIZON":
            return _HORIZON
        case "LATEST":
            return _latest(db, shard) + 1
        case "AT_TIMESTAMP":
            if request["Timestamp"] <= now - limits.STREAM_SECONDS:
                return _HORIZON
            found = changes.first_since(db, shard.lane, int(request["Timestamp"] * _MICROSECONDS))
            return max(found, shard.trimmed + 1, shard.first_sequence)
        case kind:
            sequence = records.sequence_of(request["SequenceNumber"])
            _check_range(db, shard, sequence, now)
            return sequence + (kind == "AFTER_SEQUENCE_NUMBER")


def _latest(db: apsw.Connection, shard: changes.Shard) -> int:
    """The highest sequence that a record of the shard has or had; one below its first without."""
    newest = changes.newest(db, shard.lane) or 0
    return max(newest, shard.trimmed, shard.first_sequence - 1)


def _check_range(db: apsw.Connection, shard: changes.Shard, sequence: int, now: float) -> None:
    first = changes.first_since(db, shard.lane, _since(now))
    if 0 < _lost(db, shard, first) >= sequence:
        raise feature_errors.trimmed_data()
    last = shard.last_sequence
    if last is None:
        last = max(_latest(db, shard), shard.first_sequence)
    if not shard.first_sequence <= sequence <= last:
        raise feature_errors.number_outside_shard()


def _since(now: float) -> int:
    """The time before which records are not shown, in microseconds."""
    return int((now - limits.STREAM_SECONDS) * _MICROSECONDS)


def _lost(db: apsw.Connection, shard: changes.Shard, first: int) -> int:
    """The highest sequence of a record that is too old, trimmed or not; 0 without one.

    first: the first that is not.
    """
    older = changes.newest(db, shard.lane, below=first) if first else None
    return max(shard.trimmed, older or 0)


def get_records(scope: Scope, request: Request) -> RangeRead:
    """A page of records from a place on. Raises: DynamoDBError."""
    place = _place(scope, request["ShardIterator"])
    limit: int = request.get("Limit", limits.RECORDS_PAGE)
    if limit > limits.RECORDS_PAGE:
        raise feature_errors.too_many_records(limits.RECORDS_PAGE)
    if scope.clock.now() > place.issued_at + limits.SHARD_ITERATOR_SECONDS:
        raise feature_errors.expired_iterator()

    def read(db: apsw.Connection, *, brief: bool = False) -> bytes:
        now = scope.clock.now()
        stream = streams.existing(db, scope, place.arn)
        # Before its records: of a shard that is closed by now, all are there.
        shard = changes.find_shard(db, stream.id, place.shard)
        if shard is None or not streams.shard_is_there(shard, now):
            raise feature_errors.shard_not_found(place.shard, place.arn)
        since = _since(now)
        first = changes.first_since(db, shard.lane, since)
        start = place.sequence
        if start == _HORIZON:
            start = first
        elif start <= _lost(db, shard, first):
            raise feature_errors.trimmed_data()
        page = _page(db, stream, shard, start, limit, since, brief=brief)
        if page.ended:
            return b'{"Records":[%b]}' % page.records
        # An empty page leaves the place as it is: at the horizon, wherever that will be.
        sequence = page.sequence if page.records else place.sequence
        following = _iterator(scope, place._replace(sequence=sequence, issued_at=now))
        return b'{"Records":[%b],"NextShardIterator":"%b"}' % (page.records, following.encode())

    return read


class _Page(NamedTuple):
    """records: JSON with commas between; sequence: where to go on; ended: nothing comes more."""

    records: bytes
    sequence: int
    ended: bool


def _page(
    db: apsw.Connection,
    stream: changes.Stream,
    shard: changes.Shard,
    start: int,
    limit: int,
    since: int,
    *,
    brief: bool,
) -> _Page:
    """Up to ``limit`` records or 1 MB. Raises: ranges.TooLongError where that is not brief."""
    names = tuple(name for name, _ in stream.key_schema)
    arn = streams.arn_of(stream)
    write, with_old, with_new = _writer(arn, stream.region, stream.view_type, names)
    texts: list[str] = []
    size, sequence = 0, start
    found = changes.following(db, shard.lane, sequence - 1, limit=limit, since=since)
    for record in found:
        size += record.old_size * with_old + record.new_size * with_new
        if texts and size > limits.RECORDS_PAGE_BYTES:
            ended = False
            break
        if brief and len(texts) == _BRIEF_RECORDS:
            raise ranges.TooLongError
        texts.append(write(record))
        sequence = record.sequence + 1
    else:
        ended = len(texts) < limit
    last = shard.last_sequence
    ended = last is not None and (ended or sequence > last)
    return _Page(",".join(texts).encode(), sequence, ended)


@functools.lru_cache(maxsize=_STREAMS)
def _writer(
    arn: str, region: str, view_type: str, names: tuple[str, ...]
) -> tuple[records.Writer, bool, bool]:
    """What makes the JSON of a stream's records; whether they show the old and the new image."""
    write = records.for_streams(arn, region, view_type, names)
    return write, view_type in records.WITH_OLD, view_type in records.WITH_NEW


# Iterators.


def _iterator(scope: Scope, place: _Place) -> str:
    """An iterator; the stream's ARN can be read in it, as in the service's."""
    return f"{place.arn}|1|{tokens.issue(scope.secret, codec.encode([_MARK, *place]))}"


def _place(scope: Scope, iterator: str) -> _Place:
    """What an iterator says. Raises: DynamoDBError where none was given out to this caller."""
    arn, _, token = iterator.rpartition("|1|")
    content = tokens.read(scope.secret, token)
    mark: Any
    if content is None:
        raise feature_errors.bad_shard_iterator()
    mark, *rest = codec.decode(content)
    if mark != _MARK or len(rest) != len(_Place._fields):
        raise feature_errors.bad_shard_iterator()
    place = _Place(*rest)
    if (place.account, place.region, place.arn) != (scope.account, scope.region, arn):
        raise feature_errors.bad_shard_iterator()
    return place


OPERATIONS = (
    Operation("GetShardIterator", "read", get_shard_iterator),
    Operation("GetRecords", "range", get_records),
)
