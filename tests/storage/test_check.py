"""The check of a file finds every kind of damage, and nothing in a sound file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model.caller import Caller
from tests.support import files

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "artist", "AttributeType": "S"},
        {"AttributeName": "title", "AttributeType": "S"},
        {"AttributeName": "year", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "artist", "KeyType": "HASH"},
        {"AttributeName": "title", "KeyType": "RANGE"},
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "within",
            "KeySchema": [
                {"AttributeName": "artist", "KeyType": "HASH"},
                {"AttributeName": "year", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["tags"]},
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_year",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def item(number: int) -> dict[str, Any]:
    """An item of Music; every third has no year and so lies in no index."""
    content: dict[str, Any] = {
        "artist": {"S": f"artist {number % 3}"},
        "title": {"S": f"title {number}"},
        "tags": {"SS": ["a", "b"]},
        "price": {"N": "1.5"},
        "cover": {"B": "AAEC"},
    }
    return {**content, "year": {"N": str(1950 + number)}} if number % 3 else content


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store on disk with one table of 30 items, closed."""
    path = tmp_path / "music.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(30):
        engine.perform("PutItem", {"TableName": "Music", "Item": item(number)}, Caller())
    engine.perform(
        "UpdateItem",
        {
            "TableName": "Music",
            "Key": {name: item(1)[name] for name in ("artist", "title")},
            "UpdateExpression": "SET tags = :tags",
            "ExpressionAttributeValues": {":tags": {"SS": ["c"]}},
        },
        Caller(),
    )
    engine.close()
    return path


def findings(file: Path) -> list[str]:
    """What the check finds."""
    return [step.finding for step in check_file(file) if step.finding is not None]


def damage(file: Path, statement: str) -> None:
    """Change a file by a statement in which {items}, {within}, {by_year} are SQLite tables."""
    db = files.connection(file)
    [(table_id, definition)] = db.execute("SELECT id, definition FROM tables").fetchall()
    del definition
    indexes = sorted(
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 'index_[0-9]*'")
    )
    # The index of projection ALL holds no text.
    plain = [n for n in indexes if db.execute(f"SELECT COUNT(item) FROM {n}").get == 0]
    [by_year] = plain
    [within] = [name for name in indexes if name != by_year]
    db.execute(statement.format(items=f"items_{table_id}", within=within, by_year=by_year))
    db.close()


def test_a_sound_file_has_no_findings(file: Path) -> None:
    steps = list(check_file(file))
    assert [step for step in steps if step.finding is not None] == []
    assert steps[-1].done == steps[-1].total == 30


def test_the_check_says_how_far_it_is_in_pages_then_in_items(file: Path) -> None:
    engine = Engine.open(file)
    for number in range(30):
        large = {**item(number), "cover": {"S": "x" * 300_000}}
        engine.perform("PutItem", {"TableName": "Music", "Item": large}, Caller())
    engine.close()
    steps = list(check_file(file))
    assert list(dict.fromkeys(step.of for step in steps)) == ["pages", "structure", "items"]
    pages = [step.done for step in steps if step.of == "pages"]
    total = file.stat().st_size // 4096
    assert pages == [500 * (turn + 1) for turn in range(total // 500)]
    assert {step.total for step in steps if step.of == "pages"} == {total}


COPY_ENTRY = (
    "INSERT INTO {by_year} SELECT hash, pk, sk, tie, base, 0, 0, NULL FROM {by_year} LIMIT 1"
)
ONE = "(SELECT MIN(id) FROM {items} WHERE item LIKE '%title 4%')"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (f"UPDATE {{items}} SET size = size + 1 WHERE id = {ONE}", "wrong size or page weight"),
        (f"UPDATE {{items}} SET weight = 1 WHERE id = {ONE}", "wrong size or page weight"),
        (f"UPDATE {{items}} SET hash = hash + 1 WHERE id = {ONE}", "under another key's columns"),
        (f"UPDATE {{items}} SET sk = 'other' WHERE id = {ONE}", "under another key's columns"),
        (f"UPDATE {{items}} SET version = 0 WHERE id = {ONE}", "has version 0"),
        (
            f"UPDATE {{items}} SET item = replace(item, '1.5', '1.50') WHERE id = {ONE}",
            "not in canonical form",
        ),
        (f"UPDATE {{items}} SET item = 'gone' WHERE id = {ONE}", "holds no item of this table"),
        (f"UPDATE {{items}} SET item = '{{{{}}}}' WHERE id = {ONE}", "holds no item of this table"),
        (
            f"UPDATE {{items}} SET item = CAST(x'80' AS TEXT) WHERE id = {ONE}",
            "holds no item of this table",
        ),
        (
            f"UPDATE {{items}} SET pk = CAST(x'80' AS TEXT) WHERE id = {ONE}",
            "under another key's columns",
        ),
        (f"UPDATE {{items}} SET size = 'x' WHERE id = {ONE}", "wrong size or page weight"),
        (f"DELETE FROM {{by_year}} WHERE base = {ONE}", "is missing from index by_year"),
        (f"DELETE FROM {{within}} WHERE base = {ONE}", "is missing from index within"),
        (f"UPDATE {{within}} SET tie = tie + 1 WHERE base = {ONE}", "missing from index within"),
        (
            f"UPDATE {{within}} SET item = replace(item, '\"a\"', '\"z\"') WHERE base = {ONE}",
            "in index within differs",
        ),
        (f"UPDATE {{within}} SET weight = 7 WHERE base = {ONE}", "in index within differs"),
        (
            COPY_ENTRY.replace("base", "999"),
            "an entry whose item 999 does not exist",
        ),
        (
            COPY_ENTRY.replace("pk", "'x'"),
            "index by_year has a wrong entry",
        ),
        ("UPDATE counts SET items = items + 1 WHERE index_id = 0", "the counter of items says 31"),
        ("UPDATE counts SET bytes = 0 WHERE index_id <> 0", "the counter of by_year says 20"),
        ("DELETE FROM counts WHERE index_id = 0", "the counter of items says no items"),
        ("INSERT INTO counts VALUES (99, 0, 1, 1, 0)", "a counter of table 99, index 0"),
        ("CREATE TABLE items_99 (id INTEGER PRIMARY KEY)", "the rows items_99 belong to no table"),
        ("DROP TABLE {by_year}", "the rest could not be checked"),
    ],
)
def test_damage_is_found(file: Path, statement: str, expected: str) -> None:
    damage(file, statement)
    found = findings(file)
    assert any(expected in finding for finding in found), found


def test_a_finding_names_table_and_key(file: Path) -> None:
    damage(file, f"UPDATE {{items}} SET weight = 1 WHERE id = {ONE}")
    [finding] = findings(file)
    assert finding == (
        "table Music (us-east-1, 000000000000): item "
        '{"artist":{"S":"artist 1"},"title":{"S":"title 4"}} has the wrong size or page weight'
    )


def test_broken_pages_are_found(file: Path) -> None:
    content = bytearray(file.read_bytes())
    page = int.from_bytes(content[16:18], "big")
    content[5 * page : 6 * page] = b"\xff" * page
    file.write_bytes(content)
    assert any(finding.startswith("SQLite: ") for finding in findings(file))


def test_the_check_leaves_the_file_as_it_was(file: Path) -> None:
    damage(file, "UPDATE counts SET items = 0")
    before = file.read_bytes()
    assert findings(file)
    assert file.read_bytes() == before


def test_a_file_in_use_is_refused(file: Path) -> None:
    engine = Engine.open(file)
    with pytest.raises(StoreError, match="in use"):
        findings(file)
    engine.close()
