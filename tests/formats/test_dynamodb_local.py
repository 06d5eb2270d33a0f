"""DynamoDB Local's own file, loaded into a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py import Store
from dynalite_py.doors.library import exceptions
from tests.support import local_files


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    with dynalite_py.connect() as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with two tables."""
    return local_files.made(tmp_path / "shared-local-instance.db")


def test_tables_are_created_and_their_items_loaded(store: Store, file: Path) -> None:
    assert store.load(file) == (("Music", "plain"), 2, 0, 0)
    music: Any = store.describe_table(TableName="Music")["Table"]
    assert [part["AttributeName"] for part in music["KeySchema"]] == ["Artist", "Year"]
    assert music["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert music["LocalSecondaryIndexes"][0]["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert music["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] == ["a", "b"]
    plain: Any = store.describe_table(TableName="plain")["Table"]
    assert plain["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert plain["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    asked = store.describe_time_to_live(TableName="plain")["TimeToLiveDescription"]
    assert asked.get("AttributeName") == "ttl"
    [song] = store.scan(TableName="Music")["Items"]
    assert song == {
        **local_files.SONG,
        "bs": {"BS": [b"x", b"\xff"]},
        "g": {"B": b"\x00\x01"},
    }
    assert store.scan(TableName="Music", IndexName="glo")["Count"] == 1


def test_one_table_can_be_asked_for(store: Store, file: Path) -> None:
    assert store.load(file, table="plain").tables == ("plain",)
    assert store.list_tables()["TableNames"] == ["plain"]
    with pytest.raises(exceptions.LoadError, match="it has no table 'other'"):
        store.load(file, table="other")


def test_the_file_is_read_and_not_changed(store: Store, file: Path) -> None:
    before = file.read_bytes()
    store.load(file)
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_file_of_something_else_is_refused(store: Store, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE x (y)")
    db.close()
    with pytest.raises(exceptions.LoadError, match="is no file of DynamoDB Local"):
        store.load(other)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + bytes(5000))
    with pytest.raises(exceptions.LoadError, match="cannot be read"):
        store.load(damaged)
    (tmp_path / "text.db").write_text("id,at\n")
    with pytest.raises(exceptions.LoadError, match="cannot be read"):
        store.load(tmp_path / "text.db", format="dynamodb-local")


HOSTILE = {
    "a name with a quote": (
        "UPDATE dm SET TableName = 'a\"; DROP TABLE x' WHERE TableName = 'Music'",
        "TableName must satisfy|failed to satisfy",
    ),
    "a description that is no JSON": ("UPDATE dm SET TableInfo = 'x'", "not described in JSON"),
    "a description of a list": ("UPDATE dm SET TableInfo = '[]'", "is no object"),
    "a description without keys": ("UPDATE dm SET TableInfo = '{}'", "is no object"),
    "an item that is no JSON": ("UPDATE Music SET ObjectJSON = 'x'", "an item is not JSON"),
    "an item without its key": ("UPDATE Music SET ObjectJSON = '{}'", "Missing the key"),
    "no table of the items": ("DROP TABLE Music", "cannot be read"),
    "no table of the streams": ("DROP TABLE sm", "cannot be read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_with_other_content_is_refused(store: Store, file: Path, case: str) -> None:
    statement, reason = HOSTILE[case]
    with sqlite3.connect(file) as db:
        db.execute(statement)
    db.close()
    with pytest.raises(exceptions.DynaliteError, match=reason):
        store.load(file)
