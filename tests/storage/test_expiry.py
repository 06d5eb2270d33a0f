"""The expiry index: which values are times, and which of them have come."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import limits
from dynalite_py.model.numbers import canonical_number
from dynalite_py.storage import expiry
from tests.support.engines import answer, make

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
    assert bool(expiry.due(engine.database.writer, table, NOW, 10)) is has_come


def switched(engine: Engine) -> int:
    """A table whose items expire; its number."""
    make(engine, "abc")
    specification = {"Enabled": True, "AttributeName": "expires"}
    answer(engine, "UpdateTimeToLive", TableName="abc", TimeToLiveSpecification=specification)
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
    found = expiry.due(engine.database.writer, table, NOW, 3)
    assert [expired.at for expired in found] == [(NOW - s) * 1_000_000 for s in (40, 30, 20)]


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
