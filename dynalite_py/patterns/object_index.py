"""An index of the objects of S3 buckets: by name, size, time and owner, fed from S3's events.

S3 delivers an event at least once and in no order, so what an event makes of an entry depends on
the events alone, not on when they come: the sequencer of an object's name says which is the latest.
A removed object's entry stays for a while, without size and thus in no index, so that an older
event that comes late does not bring it back. Source: facts, Large items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote_plus

from dynalite_py.model import codec, plain
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.patterns import clients, pages
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.optimistic_locking import VersionedTable

Change: TypeAlias = Literal["created", "removed", "version removed"]

# Attributes of an entry; the first two are its key.
BUCKET, KEY, SEQUENCER, SIZE, MODIFIED = "bucket", "key", "sequencer", "size", "modified_at"
OWNER, OWNED, ETAG, VERSION_ID = "owner", "bucket_owner", "etag", "version_id"
GONE, EXPIRES, REVISION = "versions_gone", "expires_at", "revision"
BY_SIZE, BY_TIME, BY_OWNER = "by_size", "by_time", "by_owner"

RETRY = Backoff(attempts=20, base_seconds=0.01, cap_seconds=1.0)
_CREATED = "ObjectCreated:"
_REMOVED = ("ObjectRemoved:", "LifecycleExpiration:")
_MARKER = "DeleteMarkerCreated"
_MOST_GONE = 100  # versions remembered of one object


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one object. at: epoch seconds. version_id: "" in a bucket without versions.

    change: "version removed" where one version was deleted for good, be it the latest or not.
    """

    change: Change
    bucket: str
    key: str
    sequencer: str
    at: Decimal
    size: int = 0
    owner: str = ""
    etag: str = ""
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An object as the index knows it. modified_at: when its latest version was stored."""

    bucket: str
    key: str
    size: int
    modified_at: datetime
    owner: str
    etag: str
    version_id: str


def events(message: Mapping[str, Any]) -> Iterator[Event]:
    """The events of one of S3's notifications, as a Lambda function gets it.

    That is ``{"Records": [...]}``, the same inside of records of SQS and SNS, or an event of
    EventBridge. Test messages, and events that neither store nor remove an object, are passed over.
    """
    yield from _said(message)
    for record in message.get("Records", ()):
        wrapped = record.get("body") or record.get("Sns", {}).get("Message")
        if wrapped:
            yield from _said(_unwrapped(wrapped))


def _unwrapped(text: str) -> Mapping[str, Any]:
    """What S3 said inside of a queue's or topic's message, or of a topic's in a queue."""
    inner = codec.decode(text)
    return codec.decode(inner["Message"]) if inner.get("Type") == "Notification" else inner


def _said(message: Mapping[str, Any]) -> Iterator[Event]:
    """The events of a message of S3 itself."""
    if message.get("source") == "aws.s3":
        yield from _bridged(message)
        return
    for record in message.get("Records", ()):
        change = _change(record)
        if change is not None:
            yield _event(record, change)


def _bridged(message: Mapping[str, Any]) -> Iterator[Event]:
    """An event of EventBridge, whose keys are not encoded and whose owner is an account."""
    detail, kind = message["detail"], message["detail-type"]
    if kind not in ("Object Created", "Object Deleted"):
        return
    stored: Mapping[str, Any] = detail["object"]
    change: Change = "created"
    if kind == "Object Deleted":
        for_good = detail.get("deletion-type") != "Delete Marker Created"
        change = "version removed" if for_good and stored.get("version-id") else "removed"
    yield Event(
        change=change,
        bucket=detail["bucket"]["name"],
        key=stored["key"],
        sequencer=stored["sequencer"],
        at=_seconds(datetime.fromisoformat(message["time"])),
        size=int(stored.get("size", 0)),
        owner=detail.get("requester", ""),
        etag=stored.get("etag", ""),
        version_id=stored.get("version-id", ""),
    )


def _change(record: Mapping[str, Any]) -> Change | None:
    name = str(record.get("eventName", "")).removeprefix("s3:")
    if name.startswith(_CREATED):
        return "created"
    if not name.startswith(_REMOVED):
        return None
    if name.endswith(_MARKER) or not record["s3"]["object"].get("versionId"):
        return "removed"
    return "version removed"


def _event(record: Mapping[str, Any], change: Change) -> Event:
    s3 = record["s3"]
    stored: Mapping[str, Any] = s3["object"]
    at = datetime.fromisoformat(record["eventTime"])
    return Event(
        change=change,
        bucket=s3["bucket"]["name"],
        key=unquote_plus(stored["key"]),  # Keys come encoded as in a form: a blank is "+".
        sequencer=stored["sequencer"],
        at=_seconds(at),
        size=int(stored.get("size", 0)),
        owner=record.get("userIdentity", {}).get("principalId", ""),
        etag=stored.get("eTag", ""),
        version_id=stored.get("versionId", ""),
    )


def is_later(one: str, other: str) -> bool:
    """Whether a sequencer comes behind another one of the same object.

    They are hexadecimal texts of unequal length; the shorter one is filled with zeros at its end.
    """
    if not other:
        return bool(one)
    length = max(len(one), len(other))
    return one.upper().ljust(length, "0") > other.upper().ljust(length, "0")


def table_request(name: str) -> clients.Request:
    """A CreateTable request for the index; set its time to live to ``expires_at``."""
    keys = {BUCKET: "S", KEY: "S", SIZE: "N", MODIFIED: "N", OWNED: "S"}
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in keys.items()
        ],
        "KeySchema": _schema(BUCKET, KEY),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": _schema(partition, sort),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, partition, sort in (
                (BY_SIZE, BUCKET, SIZE),
                (BY_TIME, BUCKET, MODIFIED),
                (BY_OWNER, OWNED, MODIFIED),
            )
        ],
    }


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def folded(item: plain.PlainItem, event: Event, forget_at: int) -> plain.PlainItem:
    """An entry's item with one event more: the same for any order of the events, and repetitions.

    item: with its key at least. forget_at: when an entry without an object may be deleted.
    """
    known = item.get(SEQUENCER, "")
    later = is_later(event.sequencer, known)
    gone: dict[str, str] = dict(item.get(GONE, {}))
    if event.change == "version removed":
        # It concerns what is stored now, or a creation that has not come yet.
        if not later and event.version_id != item.get(VERSION_ID):
            return item
        gone[event.version_id] = event.sequencer
        return _settled({**item, GONE: gone}, forget_at)
    if not later:
        return item
    changed: plain.PlainItem = {
        BUCKET: event.bucket,
        KEY: event.key,
        SEQUENCER: event.sequencer,
        GONE: gone,
        **{name: item[name] for name in (REVISION,) if name in item},
    }
    if event.change == "created":
        changed |= {
            SIZE: event.size,
            MODIFIED: event.at,
            OWNER: event.owner,
            OWNED: f"{event.bucket}#{event.owner}",
            ETAG: event.etag,
            VERSION_ID: event.version_id,
        }
    return _settled(changed, forget_at)


def _settled(item: plain.PlainItem, forget_at: int) -> plain.PlainItem:
    """An item in its one form: no version that can no longer matter, no size of what is gone."""
    known, version = item.get(SEQUENCER, ""), item.get(VERSION_ID)
    matter = {each: at for each, at in item[GONE].items() if each == version or is_later(at, known)}
    latest = sorted(matter, key=lambda each: matter[each].upper().ljust(64, "0"))[-_MOST_GONE:]
    kept = {name: value for name, value in item.items() if name not in (GONE, EXPIRES)}
    if matter:
        kept[GONE] = {each: matter[each] for each in latest}
    if version is None or version in matter:
        for name in (SIZE, MODIFIED, OWNER, OWNED, ETAG):
            kept.pop(name, None)
        kept[EXPIRES] = forget_at
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectIndex:
    """The index in a table that ``table_request`` makes; safe to feed from many processes.

    forget_seconds: how long a removed object is remembered: longer than any event is late.
    """

    client: clients.Client
    table: str
    forget_seconds: int = 7 * 24 * 3600
    clock: Clock = field(default_factory=SystemClock)
    policy: Backoff = RETRY

    def feed(self, message: Mapping[str, Any]) -> int:
        """Take in one of S3's notifications; how many of its events changed the index.

        A message that failed half-way may be fed again. Raises: VersionConflict after many
        attempts, the client's refusals.
        """
        return sum(self.apply(event) for event in events(message))

    def apply(self, event: Event) -> bool:
        """Take in one event; whether it changed anything."""
        table = VersionedTable(self.client, self.table, version_attribute=REVISION)
        key = {BUCKET: event.bucket, KEY: event.key}
        forget_at = int(self.clock.now()) + self.forget_seconds

        def change(item: plain.PlainItem) -> plain.PlainItem:
            after = folded(item, event, forget_at)
            # What the index knows already, and what is older than that, is not written.
            if _without_time(after) == _without_time(item):
                raise _UnchangedError
            return after

        try:
            table.update_with_retry(key, change, policy=self.policy)
        except _UnchangedError:
            return False
        return True

    def get(self, bucket: str, key: str) -> Entry | None:
        """The entry of one object, read consistently; None if there is none."""
        answer = self.client.get_item(
            TableName=self.table,
            Key=plain.item_out({BUCKET: bucket, KEY: key}),
            ConsistentRead=True,
        )
        item = plain.item_in(answer.get("Item") or {})
        return _entry(item) if SIZE in item else None

    def by_prefix(self, bucket: str, prefix: str = "") -> Iterator[Entry]:
        """The objects whose names begin with a prefix, in the order of their names."""
        values: plain.PlainItem = {":bucket": bucket}
        condition = "#bucket = :bucket"
        if prefix:
            values[":prefix"] = prefix
            condition += " AND begins_with(#key, :prefix)"
        names = {"#bucket": BUCKET, "#size": SIZE, **({"#key": KEY} if prefix else {})}
        return self._entries(
            KeyConditionExpression=condition,
            FilterExpression="attribute_exists(#size)",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=plain.item_out(values),
        )

    def by_size(
        self,
        bucket: str,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
        largest_first: bool = True,
    ) -> Iterator[Entry]:
        """The objects of a size in bytes."""
        return self._range(
            BY_SIZE, (BUCKET, bucket), (SIZE, at_least, at_most), forward=not largest_first
        )

    def by_time(
        self,
        bucket: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = True,
    ) -> Iterator[Entry]:
        """The objects stored from one moment to another, both with their time zones."""
        bounds = (MODIFIED, _moment(since), _moment(until))
        return self._range(BY_TIME, (BUCKET, bucket), bounds, forward=not newest_first)

    def by_owner(
        self,
        bucket: str,
        owner: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = True,
    ) -> Iterator[Entry]:
        """The objects that one principal stored, in the order of their times."""
        bounds = (MODIFIED, _moment(since), _moment(until))
        owned = (OWNED, f"{bucket}#{owner}")
        return self._range(BY_OWNER, owned, bounds, forward=not newest_first)

    def _range(
        self,
        index: str,
        partition: tuple[str, str],
        bounds: tuple[str, Any, Any],
        *,
        forward: bool,
    ) -> Iterator[Entry]:
        """One partition of an index, from a bound to another; None for no bound."""
        names, values = {"#partition": partition[0]}, {":partition": partition[1]}
        condition = "#partition = :partition"
        sort, low, high = bounds
        if low is not None and high is not None and low > high:
            return iter(())
        bound: plain.PlainItem = {}
        if low is not None and high is not None:
            condition += " AND #sort BETWEEN :low AND :high"
            bound = {":low": low, ":high": high}
        elif low is not None:
            condition, bound = f"{condition} AND #sort >= :low", {":low": low}
        elif high is not None:
            condition, bound = f"{condition} AND #sort <= :high", {":high": high}
        if bound:
            names["#sort"] = sort
        return self._entries(
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=plain.item_out({**values, **bound}),
            ScanIndexForward=forward,
        )

    def _entries(self, **members: Any) -> Iterator[Entry]:
        """The entries of a query, page by page as they are wanted."""
        query = {"TableName": self.table, **members}
        for item in pages.items(self.client, self.policy, self.client.query, **query):
            yield _entry(plain.item_in(item))


class _UnchangedError(Exception):
    """An event that the index knows already, or that is older than what it knows."""


def _without_time(item: plain.PlainItem) -> plain.PlainItem:
    return {name: value for name, value in item.items() if name != EXPIRES}


def _entry(item: plain.PlainItem) -> Entry:
    return Entry(
        bucket=item[BUCKET],
        key=item[KEY],
        size=item[SIZE],
        modified_at=datetime.fromtimestamp(float(item[MODIFIED]), UTC),
        owner=item[OWNER],
        etag=item[ETAG],
        version_id=item[VERSION_ID],
    )


def _seconds(moment: datetime) -> Decimal:
    """Epoch seconds with milliseconds. Raises: ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    return Decimal(f"{moment.timestamp():.3f}")


def _moment(moment: datetime | None) -> Decimal | None:
    return None if moment is None else _seconds(moment)
