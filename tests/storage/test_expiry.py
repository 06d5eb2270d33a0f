"""The expiry index: which values are times, and which of them have come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.care import check_file, recover_file, repair_file
from dynalite_py.engine import Engine
from dynalite_py.model import limits
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.numbers import canonical_number
from dynalite_py.storage import check, expiry
from dynalite_py.storage.page_names import roots
from dynalite_py.storage.pages import Pages
from dynalite_py.workers.runner import Runner
from tests.facts.time_to_live import switch
from tests.storage.test_repair import MOVED, PAGE
from tests.support import files
from tests.support.engines import answer, make
from tests.support.slow_tables import asleep

NOW = 1_700_000_000
FIVE_YEARS = 157_680_000
TIMES = [
    ("0", 0),
    ("1700000000", 1_700_000_000_000_000),
    ("999999999999", 999_999_999_999_000_000),
    ("1.7e9", 1_700_000_000_000_000),
    ("17E8", 1_700_000_000_000_000),
    ("+01700000000.50", 1_700_000_000_500_000),
    ("1700000000.0000009", 1_700_000_000_000_000),
    ("1700000000.123456789", 1_700_000_000_123_456),
    ("0.000001", 1),
    ("0.0000001", 0),
    ("-0", 0),
    ("-1", -1_000_000),
    ("-0.0000001", -1),
    ("-1.5", -1_500_000),
    ("-1.0000005", -1_000_001),
    ("1000000000000", None),
    ("1700000000000", None),
    ("9.9999999999999999999999999999999999999E+125", None),
    ("-1E+125", None),
]


@pytest.mark.parametrize(("number", "microseconds"), TIMES)
def test_a_number_is_a_time_in_seconds(number: str, microseconds: int | None) -> None:
    item = {"a": {"S": "x"}, "expires": {"N": canonical_number(number)}}
    assert expiry.moment("expires", item) == microseconds


@pytest.mark.parametrize(
    "value",
    [
        {"S": "1700000000"},
        {"NS": ["1700000000"]},
        {"L": [{"N": "1700000000"}]},
        {"M": {"expires": {"N": "1700000000"}}},
        {"B": "MTcwMDAwMDAwMA=="},
        {"BOOL": True},
        {"NULL": True},
    ],
)
def test_no_other_type_is_a_time(value: dict[str, Any]) -> None:
    assert expiry.moment("expires", {"a": {"S": "x"}, "expires": value}) is None


def test_an_item_without_the_attribute_has_no_time() -> None:
    assert expiry.moment("expires", {"a": {"N": "5"}, "m": {"M": {"expires": {"N": "5"}}}}) is None


def test_five_years_are_as_many_days() -> None:
    assert limits.TTL_OLDEST_SECONDS == FIVE_YEARS


@pytest.mark.parametrize(
    ("value", "has_come"),
    [
        (str(NOW - 1), True),
        (f"{NOW - 1}.999999", True),
        (f"{NOW - 1}.9999999", True),
        (str(NOW), False),
        (f"{NOW}.0000001", False),
        (str(NOW + 1), False),
        (str(NOW - FIVE_YEARS), True),
        (f"{NOW - FIVE_YEARS - 1}.999999", False),
        (str(NOW - FIVE_YEARS - 1), False),
        (str(NOW * 1000), False),
        ("0", False),
        ("-1", False),
    ],
)
def test_what_lies_in_the_past_has_come_but_not_after_five_years(
    engine: Engine, value: str, has_come: bool
) -> None:
    table = switched(engine)
    put(engine, value)
    assert len(due(engine, table, rows=10)[0]) == has_come


def switched(engine: Engine) -> int:
    """A table whose items expire; its number."""
    make(engine, "abc")
    answer(engine, "UpdateTimeToLive", **switch("abc"))
    table = engine.catalog.find("000000000000", "us-east-1", "abc")
    assert table is not None
    return table.id


def put(engine: Engine, value: str, key: str = "x") -> None:
    item = {"a": {"S": key}, "expires": {"N": value}}
    answer(engine, "PutItem", TableName="abc", Item=item)


def test_what_expired_first_comes_first_and_no_more_than_asked_for(engine: Engine) -> None:
    table = switched(engine)
    for seconds in (30, 10, 40, 20):
        put(engine, str(NOW - seconds), str(seconds))
    times = [(NOW - seconds) * 1_000_000 for seconds in (40, 30, 20, 10)]
    assert due(engine, table, rows=3) == (times[:3], True)
    assert due(engine, table, rows=4) == (times, False)
    assert due(engine, table, rows=4, size_bytes=1) == (times[:1], True)
    item_bytes = 1 + len("30") + len("expires") + 6
    assert due(engine, table, rows=4, size_bytes=item_bytes) == (times[:1], True)
    assert due(engine, table, rows=4, size_bytes=item_bytes + 1) == (times[:2], True)


def due(
    engine: Engine, table: int, *, rows: int, size_bytes: int = 1_000_000
) -> tuple[list[int], bool]:
    """The times of what has expired, and whether there is more."""
    db = engine.database.writer
    found, more = expiry.due(db, table, NOW, rows=rows, size_bytes=size_bytes)
    return [expired.at for expired in found], more


def test_a_write_that_keeps_the_time_does_not_write_the_index(engine: Engine) -> None:
    table = switched(engine)
    put(engine, "5")
    db = engine.database.writer
    name = f"expiry_{table}"
    db.execute(
        f"CREATE TEMP TABLE seen (what TEXT); "
        f"CREATE TEMP TRIGGER changed AFTER UPDATE ON main.{name} "
        f"BEGIN INSERT INTO seen VALUES ('update'); END; "
        f"CREATE TEMP TRIGGER gone AFTER DELETE ON main.{name} "
        f"BEGIN INSERT INTO seen VALUES ('delete'); END; "
        f"CREATE TEMP TRIGGER made AFTER INSERT ON main.{name} "
        f"BEGIN INSERT INTO seen VALUES ('insert'); END;"
    )

    def seen() -> list[str]:
        found = [what for (what,) in db.execute("SELECT what FROM seen")]
        db.execute("DELETE FROM seen")
        return found

    answer(
        engine,
        "UpdateItem",
        TableName="abc",
        Key={"a": {"S": "x"}},
        UpdateExpression="SET b = :b",
        ExpressionAttributeValues={":b": {"S": "y"}},
    )
    put(engine, "5.00")
    assert seen() == []
    put(engine, "6")
    assert seen() == ["update"]
    answer(engine, "PutItem", TableName="abc", Item={"a": {"S": "x"}, "expires": {"S": "6"}})
    assert seen() == ["delete"]
    answer(engine, "DeleteItem", TableName="abc", Key={"a": {"S": "x"}})
    assert seen() == []


# In files that are damaged.

ITEMS = 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed store whose table has items that expire, and one that does not."""
    path = tmp_path / "app.db"
    engine = Engine.open(path, ttl_interval=0)
    switched(engine)
    for number in range(ITEMS):
        put(engine, str(NOW + number), f"key {number}")
    answer(engine, "PutItem", TableName="abc", Item={"a": {"S": "always"}})
    engine.close()
    return path


def damage(file: Path, *statements: str) -> None:
    """Change a file by statements in which {times} is the expiry index, {items} the rows."""
    db = files.connection(file)
    [(table,)] = db.execute("SELECT id FROM tables").fetchall()
    for statement in statements:
        db.execute(statement.format(times=f"expiry_{table}", items=f"items_{table}"))
    db.close()


def found(steps: Iterator[check.Step]) -> list[str]:
    return [step.finding for step in steps if step.finding is not None]


ONE = "(SELECT id FROM {items} WHERE pk = 'key 7')"
IN_INDEX = 'in the expiry index the time of item {"a":{"S":"key 7"}} is '
FAULTS = {
    f"UPDATE {{times}} SET at = at + 1 WHERE base = {ONE}": (
        f"{IN_INDEX}{(NOW + 7) * 1_000_000 + 1} microseconds"
    ),
    f"DELETE FROM {{times}} WHERE base = {ONE}": f"{IN_INDEX}not there",
    "INSERT INTO {times} VALUES (7777, 5)": (
        "the expiry index has an entry whose item 7777 does not exist"
    ),
}


@pytest.mark.parametrize("statement", FAULTS)
def test_the_check_finds_what_the_index_says_wrongly_and_a_repair_sets_it_right(
    file: Path, statement: str
) -> None:
    assert found(check_file(file)) == []
    damage(file, statement)
    where = "table abc (us-east-1, 000000000000): "
    assert found(check_file(file)) == [where + FAULTS[statement]]
    assert any(
        change.startswith(f"{where}the expiry index was rebuilt: {ITEMS} entries")
        for change in found(repair_file(file))
    )
    assert found(check_file(file)) == []
    assert expired_later(file) == ITEMS


def test_an_index_that_is_gone_or_of_no_table_is_found_and_repaired(file: Path) -> None:
    damage(file, "CREATE TABLE expiry_77 (base INTEGER PRIMARY KEY, at INTEGER)")
    assert found(check_file(file)) == ["the rows expiry_77 belong to no table"]
    damage(file, "DROP TABLE {times}")
    [_, gone] = found(check_file(file))
    assert "no such table: expiry_" in gone
    changes = found(repair_file(file))
    assert any(f"rebuilt: {ITEMS} entries, not readable" in change for change in changes)
    assert "the rows expiry_77, which belonged to no index, were dropped" in changes
    assert found(check_file(file)) == []
    assert expired_later(file) == ITEMS


def test_a_recovered_file_has_the_setting_and_the_index(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the index was not yet filled, of which the new file knows nothing."""
    monkeypatch.setattr(expiry, "STEP_ROWS", 20)
    engine = Engine.open(file, ttl_interval=0)
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "wake", asleep)
        answer(engine, "UpdateTimeToLive", **switch("abc", on=False))
        answer(engine, "UpdateTimeToLive", **switch("abc"))
        engine.close()
    new = tmp_path / "new.db"
    assert [step.text for step in recover_file(file, new) if step.lost] == []
    assert found(check_file(new)) == []
    damage(new, "DELETE FROM {times}")
    assert len(found(check_file(new))) == ITEMS, "the new index is whole, and said to be"
    assert found(repair_file(new))
    assert expired_later(new) == ITEMS


def test_damaged_pages_of_the_index_are_named_and_cost_no_item(file: Path) -> None:
    pages = Pages(file)
    names = roots(pages)
    [root] = [
        page for name, page in names.items() if name.startswith("expiry") and "at" not in name
    ]
    pages.close()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * PAGE + 2000)
        opened.write(b"\xff" * 100)
    where = "the expiry index of table abc (us-east-1, 000000000000)"
    assert found(check_file(file))[0] == f"page {root} ({where}) differs from its checksum"
    assert found(repair_file(file)) == [MOVED]
    assert found(check_file(file)) == []
    assert expired_later(file) == ITEMS


def expired_later(file: Path) -> int:
    """How many items a sweep removes when all times have come."""
    engine = Engine.open(file, clock=MovableClock(NOW + ITEMS), ttl_interval=0)
    try:
        return engine.sweep()
    finally:
        engine.close()
