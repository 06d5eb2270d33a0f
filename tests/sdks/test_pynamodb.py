"""PynamoDB models with indexes, conditions, versions and transactions against the server."""

from __future__ import annotations

# pyright: reportUnknownArgumentType=false
from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.attributes import (
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    VersionAttribute,
)
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    KeysOnlyProjection,
    LocalSecondaryIndex,
)
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.patterns.optimistic_locking import VersionConflict, VersionedTable
from tests.support.made_tables import make_table


def _models(endpoint: str) -> Any:
    class ByAuthor(GlobalSecondaryIndex[Any]):
        class Meta:
            index_name = "by_author"
            projection = AllProjection()
            read_capacity_units = write_capacity_units = 1

        author = UnicodeAttribute(hash_key=True)
        views = NumberAttribute(range_key=True)

    class ByViews(LocalSecondaryIndex[Any]):
        class Meta:
            index_name = "by_views"
            projection = KeysOnlyProjection()

        forum = UnicodeAttribute(hash_key=True)
        views = NumberAttribute(range_key=True)

    class Thread(Model):
        # PynamoDB reads the members that are there; its stub declares all of them.
        class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
            table_name = "Thread"
            host = endpoint
            region = "us-east-1"
            read_capacity_units = write_capacity_units = 1

        forum = UnicodeAttribute(hash_key=True)
        subject = UnicodeAttribute(range_key=True)
        author = UnicodeAttribute(null=True)
        views = NumberAttribute(default=0)
        tags = UnicodeSetAttribute(null=True)
        posts: Any = ListAttribute(default=list)
        version = VersionAttribute()
        by_author = ByAuthor()
        by_views = ByViews()

    return Thread


def test_models_indexes_conditions_and_transactions(endpoint: str) -> None:
    Thread = _models(endpoint)  # noqa: N806 - a model is a class
    Thread.create_table(wait=True)
    with Thread.batch_write() as batch:
        for number in range(30):
            batch.save(
                Thread("python", f"{number:02d}", author="ada", views=number, tags={"a", "b"})
            )
    assert Thread.count("python") == 30
    assert [t.views for t in Thread.by_author.query("ada", Thread.views > 25)] == [26, 27, 28, 29]
    latest = Thread.by_views.query("python", scan_index_forward=False, limit=2)
    assert [t.subject for t in latest] == ["29", "28"]
    thread = Thread.get("python", "07")
    thread.update(actions=[Thread.views.add(100), Thread.posts.set(["first"])])
    assert Thread.get("python", "07").views == 107
    stale = Thread("python", "07")
    with pytest.raises(PutError, match="ConditionalCheckFailed"):
        stale.save()  # The version attribute guards the item against a writer who never read it.
    connection = Connection(region="us-east-1", host=endpoint)
    with TransactWrite(connection=connection) as transaction:
        transaction.save(Thread("new", "a", views=1))
        transaction.delete(Thread.get("python", "08"))
    assert Thread.count("python") == 29
    refused = TransactWrite(connection=connection)
    refused.save(Thread("new", "b"))
    refused.condition_check(Thread, "python", "08", condition=Thread.subject.exists())
    with pytest.raises(TransactWriteError):
        refused._commit()  # pyright: ignore[reportPrivateUsage]
    assert Thread.count("new") == 1
    with TransactGet(connection=connection) as transaction:
        found = transaction.get(Thread, "new", "a")
    assert found.get().views == 1
    scanned = list(Thread.scan(Thread.tags.contains("a") & (Thread.views < 3)))
    assert {t.subject for t in scanned} == {"00", "01", "02"}
    Thread.delete_table()


class Versioned(Model):
    """A model with a version, as PynamoDB users have it."""

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = "Versioned"
        region = "us-east-1"
        host = None

    id = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute(null=True)
    version = VersionAttribute()


@pytest.fixture(params=["table", "pattern"])
def shared(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Versioned by PynamoDB, over HTTP, and by us: a Table, and the pattern over boto3."""
    with dynalite_py.connect() as store:
        server = BackgroundServer(store.engine, ServerSettings(port=0))
        server.start()
        Versioned.Meta.host = server.endpoint  # pyright: ignore[reportAttributeAccessIssue]
        Versioned._connection = None  # pyright: ignore[reportPrivateUsage]
        make_table(store, "Versioned", id="S")
        if request.param == "table":
            yield store.table("Versioned", version_attribute="version")
        else:
            yield VersionedTable(dynalite_py.boto3_client(store), "Versioned")
        server.stop()


def _conflict(table: Any) -> type[Exception]:
    return dynalite_py.VersionConflict if isinstance(table, dynalite_py.Table) else VersionConflict


def _louder(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "text": item["text"] + "!"}


def test_pynamodb_goes_on_from_our_versions(shared: Any) -> None:
    shared.put({"id": "a", "text": "ours"})
    model = Versioned.get("a")
    assert (model.version, model.text) == (1, "ours")
    model.text = "theirs"
    model.save()
    model.update(actions=[Versioned.text.set("again")])
    assert shared.get({"id": "a"}) == {"id": "a", "text": "again", "version": 3}


def test_we_go_on_from_pynamodbs_versions(shared: Any) -> None:
    Versioned("a", text="theirs").save()
    read = shared.get({"id": "a"})
    assert read == {"id": "a", "text": "theirs", "version": 1}
    shared.put({**read, "text": "ours"})
    shared.update_with_retry({"id": "a"}, _louder)
    model = Versioned.get("a")
    assert (model.version, model.text) == (3, "ours!")


def test_of_us_and_pynamodb_the_second_writer_is_refused(shared: Any) -> None:
    Versioned("a").save()
    ours, theirs = shared.get({"id": "a"}), Versioned.get("a")
    theirs.save()
    with pytest.raises(_conflict(shared)):
        shared.put(ours)
    stale, current = Versioned.get("a"), shared.get({"id": "a"})
    shared.put(current)
    for write in (stale.save, stale.delete, lambda: stale.update([Versioned.text.set("x")])):
        with pytest.raises((PutError, DeleteError, UpdateError), match="ConditionalCheckFailed"):
            write()
    with pytest.raises(PutError, match="ConditionalCheckFailed"):
        Versioned("a").save()  # A first write of an item that is there.
    Versioned.get("a").delete()
    assert shared.get({"id": "a"}) is None
