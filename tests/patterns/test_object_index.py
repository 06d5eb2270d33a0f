"""The index of S3's objects, over every client; its events in every order."""

from __future__ import annotations

import itertools
import random
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock
from dynalite_py.patterns import object_index
from dynalite_py.patterns.object_index import Event, ObjectIndex

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
START = 1_700_000_000


def message(
    name: str, key: str, sequencer: str, *, minute: int = 0, owner: str = "AWS:ada", **told: Any
) -> dict[str, Any]:
    """A notification of S3 with one record, in its documented form."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": f"2026-11-25T12:{minute:02}:00.250Z",
                "eventName": name,
                "userIdentity": {"principalId": owner},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "index",
                    "bucket": {
                        "name": "photos",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": "arn:aws:s3:::photos",
                    },
                    "object": {"key": key, "sequencer": sequencer, **told},
                },
            }
        ]
    }


def created(key: str, sequencer: str, size: int = 1, **told: Any) -> dict[str, Any]:
    return message("ObjectCreated:Put", key, sequencer, size=size, eTag="0" * 32, **told)


def removed(key: str, sequencer: str, **told: Any) -> dict[str, Any]:
    return message("ObjectRemoved:Delete", key, sequencer, **told)


@pytest.fixture
def index(client: Client) -> ObjectIndex:
    client.create_table(**object_index.table_request("Index"))
    return ObjectIndex(client=client, table="Index", clock=MovableClock(START))


def keys(entries: Any) -> list[str]:
    return [entry.key for entry in entries]


def items(index: ObjectIndex) -> list[Any]:
    return index.client.scan(TableName="Index")["Items"]


def test_an_object_that_is_stored_is_found_and_one_that_is_removed_is_not(
    index: ObjectIndex,
) -> None:
    assert index.feed(created("2026/red+flower%C3%A4%2B1.jpg", "0A", 512, versionId="v1")) == 1
    entry = index.get("photos", "2026/red flowerä+1.jpg")
    assert entry == object_index.Entry(
        bucket="photos",
        key="2026/red flowerä+1.jpg",
        size=512,
        modified_at=NOON + timedelta(milliseconds=250),
        owner="AWS:ada",
        etag="0" * 32,
        version_id="v1",
    )
    assert index.feed(removed("2026/red+flower%C3%A4%2B1.jpg", "0B")) == 1
    assert index.get("photos", "2026/red flowerä+1.jpg") is None
    assert index.get("photos", "other") is None


def test_objects_are_found_by_prefix_size_time_and_owner(index: ObjectIndex) -> None:
    for number, key in enumerate(("a/1", "a/2", "b/1", "a%2F3", "c")):
        owner = "AWS:bob" if number % 2 else "AWS:ada"
        index.feed(created(key, "0A", 100 * number, minute=number, owner=owner))
    index.feed(removed("c", "0B"))
    assert keys(index.by_prefix("photos")) == ["a/1", "a/2", "a/3", "b/1"]
    assert keys(index.by_prefix("photos", "a/")) == ["a/1", "a/2", "a/3"]
    assert keys(index.by_prefix("other")) == []
    assert keys(index.by_size("photos")) == ["a/3", "b/1", "a/2", "a/1"]
    assert keys(index.by_size("photos", at_least=100, at_most=200)) == ["b/1", "a/2"]
    assert keys(index.by_size("photos", at_most=100, largest_first=False)) == ["a/1", "a/2"]
    assert keys(index.by_size("photos", at_least=300)) == ["a/3"]
    assert keys(index.by_size("photos", at_least=2, at_most=1)) == []
    assert keys(index.by_time("photos", since=NOON + timedelta(minutes=2))) == ["a/3", "b/1"]
    until = (NOON + timedelta(minutes=2)).astimezone(None)
    assert keys(index.by_time("photos", until=until, newest_first=False)) == ["a/1", "a/2"]
    assert keys(index.by_owner("photos", "AWS:bob")) == ["a/3", "a/2"]
    assert keys(index.by_owner("photos", "AWS:bob", since=until)) == ["a/3"]
    assert keys(index.by_owner("photos", "AWS:eve")) == []
    with pytest.raises(ValueError, match="time zone"):
        index.by_time("photos", since=NOON.replace(tzinfo=None))


def test_pages_are_joined(index: ObjectIndex) -> None:
    name = "x" * 1000
    for number in range(12):
        index.apply(
            Event(
                change="created",
                bucket="photos",
                key=f"{number:02}{name}",
                sequencer="0A",
                at=object_index._seconds(NOON),  # pyright: ignore[reportPrivateUsage]
                owner="o" * 1000,
                etag="e" * 100_000,
            )
        )
    assert [key[:2] for key in keys(index.by_prefix("photos"))] == [f"{n:02}" for n in range(12)]


def test_an_event_that_comes_twice_or_late_changes_nothing(index: ObjectIndex) -> None:
    first, second, third = created("k", "0A", 1), created("k", "0B", 2), removed("k", "0C")
    assert [index.feed(one) for one in (second, second, first)] == [1, 0, 0]
    entry = index.get("photos", "k")
    assert entry is not None
    assert entry.size == 2
    before = items(index)
    assert index.feed(second) == 0
    assert items(index) == before
    assert [index.feed(one) for one in (third, third, second, first)] == [1, 0, 0, 0]
    assert index.get("photos", "k") is None
    [kept] = items(index)
    assert "size" not in kept
    assert kept["expires_at"] == {"N": str(START + 7 * 24 * 3600)}
    index.feed(created("k", "0D", 3))
    assert "expires_at" not in items(index)[0]


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("0055AED6DCD90281E5", "0055AED6DCD90281E4", True),
        ("0055AED6DCD90281E5", "0055AED6DCD90281E5", False),
        ("0A", "09FF", True),
        ("0A", "0A00", False),
        ("0A01", "0A", True),
        ("0a", "0B", False),
        ("0A", "", True),
    ],
)
def test_sequencers_are_compared_from_their_left(one: str, other: str, later: bool) -> None:
    assert object_index.is_later(one, other) is later


EMPTY = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"}


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        (EMPTY, []),
        (created("k", "0A"), ["created"]),
        (message("ObjectCreated:CompleteMultipartUpload", "k", "0A", size=1), ["created"]),
        (message("s3:ObjectCreated:Copy", "k", "0A", size=1), ["created"]),
        (removed("k", "0A"), ["removed"]),
        (removed("k", "0A", versionId="v"), ["version removed"]),
        (message("ObjectRemoved:DeleteMarkerCreated", "k", "0A", versionId="m"), ["removed"]),
        (message("LifecycleExpiration:Delete", "k", "0A"), ["removed"]),
        (message("LifecycleExpiration:Delete", "k", "0A", versionId="v"), ["version removed"]),
        (message("LifecycleExpiration:DeleteMarkerCreated", "k", "0", versionId="m"), ["removed"]),
        (message("ObjectRestore:Post", "k", "0A"), []),
        (message("ObjectTagging:Put", "k", "0A"), []),
    ],
)
def test_events_are_read_as_s3_sends_them(told: Any, changes: list[str]) -> None:
    assert [event.change for event in object_index.events(told)] == changes


FOR_GOOD = {"deletion-type": "Permanently Deleted"}
BY_A_MARKER = {"deletion-type": "Delete Marker Created"}


def bridged(kind: str, **told: Any) -> dict[str, Any]:
    """The same as EventBridge sends it."""
    return {
        "version": "0",
        "detail-type": kind,
        "source": "aws.s3",
        "time": "2026-11-25T12:00:00Z",
        "detail": {
            "bucket": {"name": "photos"},
            "object": {"key": "a b+c", "sequencer": "0A", "size": 5, "version-id": "v"},
            "requester": "123456789012",
            **told,
        },
    }


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        (bridged("Object Created", reason="PutObject"), ["created"]),
        (
            bridged("Object Deleted", **{"deletion-type": "Permanently Deleted"}),
            ["version removed"],
        ),
        (bridged("Object Deleted", **{"deletion-type": "Delete Marker Created"}), ["removed"]),
        (bridged("Object Tags Added"), []),
    ],
)
def test_events_of_eventbridge_are_read(told: Any, changes: list[str]) -> None:
    found = list(object_index.events(told))
    assert [event.change for event in found] == changes
    for event in found:
        assert (event.key, event.size, event.owner) == ("a b+c", 5, "123456789012")
        assert event.version_id == "v"


@pytest.mark.parametrize("inner", [created("k", "0A"), bridged("Object Created"), EMPTY])
def test_queues_and_topics_wrap_what_s3_says(inner: Any) -> None:
    text = codec.text(inner)
    topic = codec.text({"Type": "Notification", "Message": text})
    expected = list(object_index.events(inner))
    for wrapped in (
        {"Records": [{"eventSource": "aws:sqs", "body": text}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]},
        {"Records": [{"eventSource": "aws:sqs", "body": topic}]},
    ):
        assert list(object_index.events(wrapped)) == expected


def folded(messages: Any) -> Any:
    """What becomes of an entry, without the version number of its writes."""
    item: Any = {"bucket": "photos", "key": "k"}
    for one in messages:
        for event in object_index.events(one):
            item = object_index.folded(item, event, 0)
    return item


HISTORIES: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "replaced": ([created("k", "1", 1), created("k", "2", 2)], "2"),
    "removed": ([created("k", "1"), removed("k", "2")], None),
    "made again": ([created("k", "1"), removed("k", "2"), created("k", "3", 3)], "3"),
    "an old version removed": (
        [
            created("k", "1", 1, versionId="a"),
            created("k", "2", 2, versionId="b"),
            removed("k", "3", versionId="a"),
        ],
        "2",
    ),
    "the latest version removed": (
        [
            created("k", "1", 1, versionId="a"),
            created("k", "2", 2, versionId="b"),
            removed("k", "3", versionId="b"),
        ],
        None,
    ),
    "a marker over versions of which one is removed": (
        [
            created("k", "1", 1, versionId="a"),
            message("ObjectRemoved:DeleteMarkerCreated", "k", "2", versionId="m"),
            removed("k", "3", versionId="a"),
        ],
        None,
    ),
    "stored behind the removal of a version": (
        [
            created("k", "1", 1, versionId="a"),
            removed("k", "2", versionId="a"),
            created("k", "3", 3, versionId="b"),
            created("k", "4", 4, versionId="c"),
            removed("k", "5", versionId="b"),
        ],
        "4",
    ),
}


@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_events_in_any_order_and_twice_give_the_same_entry(history: str) -> None:
    messages, size = HISTORIES[history]
    results = [folded(order) for order in itertools.permutations(messages)]
    results += [folded(itertools.chain(order, order)) for order in itertools.permutations(messages)]
    assert all(result == results[0] for result in results)
    assert results[0].get("size") == (None if size is None else int(size))
    assert ("expires_at" in results[0]) is (size is None)


@pytest.mark.parametrize("seed", range(20))
def test_random_histories_end_as_the_bucket_does_whatever_the_order(seed: int) -> None:
    draw = random.Random(seed)
    messages: list[dict[str, Any]] = []
    latest: tuple[str, int] | None = None  # of the latest version, unless a marker is above it
    versions: list[str] = []
    for number in range(1, 30):
        sequencer = f"{number:04X}"
        act = draw.random()
        if act < 0.5 or not versions:
            versions.append(f"v{number}")
            latest = (versions[-1], number)
            messages.append(created("k", sequencer, number, versionId=versions[-1]))
        elif act < 0.7:
            latest = None
            told = message("ObjectRemoved:DeleteMarkerCreated", "k", sequencer, versionId="m")
            messages.append(told)
        else:
            version = versions.pop(draw.randrange(len(versions)))
            messages.append(removed("k", sequencer, versionId=version))
            if latest is not None and latest[0] == version:
                latest = None
    expected = folded(messages)
    assert expected.get("size") == (None if latest is None else latest[1])
    for _ in range(20):
        shuffled = [*messages, *draw.sample(messages, 5)]
        draw.shuffle(shuffled)
        assert folded(shuffled) == expected


def test_what_is_remembered_of_removed_versions_is_bounded() -> None:
    many = [removed("k", f"{number:06X}", versionId=f"v{number}") for number in range(1000)]
    item = folded([created("k", "00", 1, versionId="latest"), *many])
    assert len(item["versions_gone"]) == 100
    assert item["size"] == 1


def test_many_feeders_at_once_lose_no_event(index: ObjectIndex) -> None:
    messages = [created("k", f"{number:02X}", number) for number in range(1, 9)]
    threads = [threading.Thread(target=index.feed, args=(one,)) for one in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry = index.get("photos", "k")
    assert entry is not None
    assert entry.size == 8
