"""Groups over a million items: questions in SQL beside bare SQLite, and beside DuckDB reading JSON
lines.

All three see the same items in DynamoDB's JSON: ours and the floor in a file of the stored layout,
DuckDB in a file of one item a line, whose shape it finds out by itself, as anyone's first query
would. DuckDB uses as many threads as it likes; ours and the floor use one. Where DuckDB is not
installed (pip install duckdb) its column stays empty.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import apsw

import dynalite_py
from benchmarks import floors, harness, names, workload
from dynalite_py.model import codec, sizes

GROUP = "analytics"
DUCKDB = names.DUCKDB
SALES = "sales"
COUNT, QUICK_COUNT = 1_000_000, 100_000
STATES = ("new", "paid", "packed", "sent", "received", "returned", "lost", "closed")
CITIES, CUSTOMERS = 200, 50_000

FLOOR_GROUP = """SELECT item ->> '$.status.S', COUNT(*), SUM((item ->> '$.amount.N') + 0)
    FROM items GROUP BY 1"""
FLOOR_NESTED = """SELECT item ->> '$.address.M.city.S', COUNT(*), MAX((item ->> '$.price.N') + 0)
    FROM items GROUP BY 1"""
OURS_GROUP = "SELECT status, COUNT(*), SUM(amount) FROM sales GROUP BY status"
OURS_NESTED = "SELECT address.city, COUNT(*), MAX(price) FROM sales GROUP BY address.city"
DUCKDB_GROUP = """SELECT status.S, COUNT(*), SUM(CAST(amount.N AS BIGINT))
    FROM read_json('{path}', format = 'newline_delimited') GROUP BY 1"""
DUCKDB_NESTED = """SELECT address.M.city.S, COUNT(*), MAX(CAST(price.N AS DECIMAL(18, 2)))
    FROM read_json('{path}', format = 'newline_delimited') GROUP BY 1"""
QUESTIONS = {
    names.SUM_BY_GROUP: (FLOOR_GROUP, OURS_GROUP, DUCKDB_GROUP),
    names.MOST_BY_CITY: (FLOOR_NESTED, OURS_NESTED, DUCKDB_NESTED),
}


def sale(number: int) -> workload.Item:
    """An item of 250 bytes with a sort key, whole and decimal numbers, and a map."""
    mixed = number * 2_654_435_761 % (1 << 32)
    item: workload.Item = {
        "pk": {"S": f"customer#{mixed % CUSTOMERS:07d}"},
        "sk": {"S": f"order#{number:09d}"},
        "status": {"S": STATES[mixed % 8].ljust(8, ".")},
        "amount": {"N": str(10_000 + mixed % 90_000)},
        "price": {"N": f"{100 + mixed % 900}.{10 + number % 90 // 10 * 10 + 1}"},
        "address": {"M": {"city": {"S": f"city#{mixed // 8 % CITIES:03d}"}}},
        "note": {"S": ""},
    }
    item["note"]["S"] = "x" * (workload.ITEM_BYTES - sizes.of_item(item))
    return item


def sales(count: int) -> Iterator[workload.Item]:
    """The first items."""
    return map(sale, range(count))


def duckdb_or_reason() -> Any:
    """The module. Raises: UnmeasurableError."""
    try:
        return import_module("duckdb")
    except ImportError:
        raise harness.UnmeasurableError("pip install duckdb") from None


def filled(folder: Path, count: int) -> tuple[apsw.Connection, Any, Path]:
    """The floor's file, one of our stores, and the JSON lines."""
    db = floors.opened(folder / "analytics-floor.db", durable=False)
    floors.fill(db, sales(count))
    store = dynalite_py.connect(folder / "analytics.db", durability="relaxed")
    store.create_table(**workload.range_table(SALES))
    for request in workload.batch_requests(SALES, sales(count)):
        store.batch_write_item(**request)
    lines = folder / "analytics.jsonl"
    with lines.open("wb") as file:
        file.writelines(codec.encode(item) + b"\n" for item in sales(count))
    return db, store, lines


def timed(call: Callable[[], list[Any]], groups: int) -> harness.Measure:
    """Milliseconds of one call, whose answer must have so many groups."""

    def measure() -> float:
        started = time.perf_counter()
        found = call()
        elapsed = time.perf_counter() - started
        if len(found) != groups:
            raise harness.UnmeasurableError(f"{len(found)} groups instead of {groups}")
        return elapsed * 1e3

    return measure


def subjects(
    db: apsw.Connection, store: Any, lines: Path, texts: tuple[str, str, str]
) -> tuple[dict[str, harness.Measure], dict[str, str]]:
    """Who answers a question, and who is absent and why."""
    floor, ours, duck = texts
    groups = len(_rows(db, floor))
    measures: dict[str, harness.Measure] = {
        harness.FLOOR: timed(lambda: _rows(db, floor), groups),
        harness.OURS: timed(lambda: store.sql(ours).rows, groups),
    }
    try:
        other = duckdb_or_reason().connect()
    except harness.UnmeasurableError as reason:
        return measures, {DUCKDB: str(reason)}
    text = duck.format(path=lines)
    measures[DUCKDB] = timed(functools.partial(_answer, other, text), groups)
    return measures, {}


def _rows(db: apsw.Connection, text: str) -> list[Any]:
    return db.execute(text).fetchall()


def _answer(connection: Any, text: str) -> list[Any]:
    return connection.execute(text).fetchall()


def measure(
    plan: harness.Plan, questions: Mapping[str, tuple[str, str, str]] = QUESTIONS
) -> list[harness.Figure]:
    """The whole group."""
    count = QUICK_COUNT if plan.quick else COUNT
    plan.say(f"filling {count:,} items")
    db, store, lines = filled(plan.data_folder, count)
    figures: list[harness.Figure] = []
    try:
        for name, texts in questions.items():
            whole = names.question(name, count)
            plan.say(whole)
            measures, absent = subjects(db, store, lines, texts)
            samples, failed = harness.interleaved(measures, plan.rounds)
            figures.append(harness.figure(GROUP, whole, "ms", samples, absent=absent | failed))
    finally:
        store.close()
        db.close()
    return figures
