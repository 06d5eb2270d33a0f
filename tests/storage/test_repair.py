"""What follows from items is made anew; items are left as they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dynalite_py.care import check_file, repair_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.storage.page_names import Names, roots
from dynalite_py.storage.pages import Pages
from tests.storage.test_check import COPY_ENTRY, ONE, TABLE, damage, item
from tests.support import files

PAGE = 4096
MOVED = "the items were moved into a new file, with new indexes and counters"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store on disk with one table of 200 items, closed."""
    path = tmp_path / "music.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(200):
        engine.perform("PutItem", {"TableName": "Music", "Item": item(number)}, Caller())
    engine.close()
    return path


def findings(file: Path) -> list[str]:
    """What the check finds."""
    return [step.finding for step in check_file(file) if step.finding is not None]


def changes(file: Path) -> list[str]:
    """What the repair says that it changed."""
    return [step.finding for step in repair_file(file) if step.finding is not None]


def contents(file: Path) -> list[list[dict[str, object]]]:
    """Every item, through the table and through each index."""
    engine = Engine.open(file)
    found: list[list[dict[str, object]]] = []
    for index in (None, "within", "by_year"):
        name = {} if index is None else {"IndexName": index}
        answer = engine.perform("Scan", {"TableName": "Music", **name}, Caller())
        found.append(codec.decode(answer)["Items"])
    engine.close()
    return found


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (f"UPDATE {{items}} SET size = size + 1 WHERE id = {ONE}", "of 1 items were set right"),
        (f"UPDATE {{items}} SET weight = 1 WHERE id = {ONE}", "of 1 items were set right"),
        ("UPDATE {items} SET version = 0", "of 200 items were set right"),
        ("DELETE FROM {by_year} WHERE base > 100", "by_year was rebuilt: 133 entries, not"),
        ("DELETE FROM {within}", "within was rebuilt: 133 entries, not 0"),
        (f"UPDATE {{within}} SET tie = tie + 1 WHERE base = {ONE}", "within was rebuilt"),
        ("UPDATE {within} SET item = replace(item, '\"a\"', '\"z\"')", "within was rebuilt"),
        ("UPDATE {within} SET weight = 7", "within was rebuilt"),
        (COPY_ENTRY.replace("base", "999"), "133 entries, not 134"),
        ("UPDATE counts SET items = items + 1", "the counter of items says 200 items"),
        ("UPDATE counts SET bytes = 0 WHERE index_id <> 0", "the counter of by_year says 133"),
        ("DELETE FROM counts", "it said no and no"),
        ("INSERT INTO counts VALUES (99, 0, 1, 1, 0)", "a counter of table 99, index 0, was"),
        ("CREATE TABLE index_1_9 (id INTEGER PRIMARY KEY)", "index_1_9, which belonged to no"),
        ("DROP TABLE {by_year}", "133 entries, not readable"),
        ("DROP INDEX {items}_key", "was rebuilt"),
    ],
)
def test_what_follows_from_items_is_repaired(file: Path, statement: str, expected: str) -> None:
    before = contents(file)
    damage(file, statement)
    said = changes(file)
    assert any(expected in text for text in said), said
    assert findings(file) == []
    assert contents(file) == before


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {{items}} SET item = 'gone' WHERE id = {ONE}",
        f"UPDATE {{items}} SET sk = 'other' WHERE id = {ONE}",
        "CREATE TABLE items_99 (id INTEGER PRIMARY KEY)",
    ],
)
def test_what_is_wrong_with_items_stays_and_is_found_again(file: Path, statement: str) -> None:
    damage(file, statement)
    changes(file)
    first = findings(file)
    assert first != []
    changes(file)
    assert findings(file) == first


def test_a_version_never_comes_back_after_its_counter_was_lost(file: Path) -> None:
    damage(file, "UPDATE {items} SET version = 7")
    damage(file, "DELETE FROM counts")
    changes(file)
    db = files.connection(file)
    assert db.execute("SELECT last_version FROM counts WHERE index_id = 0").get == 7
    db.close()


def _pages_of(file: Path, *physical: str) -> list[int]:
    pages = Pages(file)
    found = [
        each.page for name in physical for each in pages.tree(roots(pages)[name]) if each.page > 1
    ]
    pages.close()
    return found


def test_any_damaged_page_of_an_index_or_the_counters_is_repaired(file: Path) -> None:
    """Flipped bytes, then a page of noise: the index is made anew and every page has a checksum."""
    before, content = contents(file), file.read_bytes()
    chance = random.Random(24)
    numbers = _pages_of(file, "items_1_key", "index_1_1", "index_1_2", "counts")
    for turn, number in enumerate(chance.sample(numbers, 6)):
        file.write_bytes(content)
        for _ in range(3):
            files.flip(file, (number - 1) * PAGE + chance.randrange(PAGE), 0x10)
        if turn % 2:
            with file.open("r+b") as opened:
                opened.seek((number - 1) * PAGE)
                opened.write(chance.randbytes(PAGE))
        found = findings(file)
        assert found, number
        assert changes(file) == [MOVED], (number, found)
        assert findings(file) == [], number
        assert contents(file) == before


def test_damaged_pages_of_items_are_left_for_recovery(file: Path) -> None:
    [*_, number] = _pages_of(file, "items_1")
    files.flip(file, number * PAGE - 1000)
    first = findings(file)
    said = changes(file)
    assert MOVED not in said
    assert said[-1] == "nothing was changed, because items are lost or in doubt"
    pages = Pages(file)
    expected = f"page {number} ({Names(pages).page(number)}) differs from its checksum"
    pages.close()
    assert expected in first
    assert expected in findings(file)


def test_two_items_of_one_key_are_named_and_nothing_is_changed(file: Path) -> None:
    damage(file, "DROP INDEX {items}_key")
    damage(
        file,
        "INSERT INTO {items} SELECT 9999, hash, pk, sk, size, weight, version, item "
        "FROM {items} LIMIT 1",
    )
    assert changes(file) == [
        "table Music (us-east-1, 000000000000): two of its items have one key; nothing was changed"
    ]


def test_a_file_in_use_is_refused(file: Path) -> None:
    engine = Engine.open(file)
    with pytest.raises(StoreError, match="in use"):
        changes(file)
    engine.close()
