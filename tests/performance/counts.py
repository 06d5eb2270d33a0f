"""What a warm request costs in counts that are the same on every machine.

    python -m tests.performance.counts            # the counts of this tree beside the recorded ones
    python -m tests.performance.counts --write    # record them

A count that grows by more than its tolerance fails the test beside this module; so does one that
shrinks by more, lest the record turn into a loose bound. A change that is worth its cost records
the new counts, and the difference shows in the review.

Counted in a file of one's own, by the engine's waiting entrance (``perform``), on one thread:

- ``prepared``: looks of SQLite's authorizer, which it takes only while it prepares a statement;
- ``compiled``: texts parsed, expressions compiled, filters and statements made, by their caches;
- ``statements`` and ``steps``: of SQLite, the steps of its virtual machine;
- ``calls``: of functions, Python's and built-in; ``opcodes``: of Python's bytecode;
- ``peak_bytes``: what Python allocates on the way, at most at one time;
- ``kept_blocks``: what a hundred requests leave allocated, in blocks.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import platform
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, TypeAlias

import apsw

from dynalite_py.engine import Engine
from dynalite_py.language import parse, sql
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.operations import expressions
from dynalite_py.storage import ranges

RECORD = Path(__file__).with_name("counts.json")
# How far a count may be from the recorded one, as a part of it; counts not named are exact.
TOLERANCE = {"steps": 0.02, "calls": 0.02, "opcodes": 0.02, "peak_bytes": 0.1}
# More blocks than these are kept by no warm request; a few are, by caches that fill up.
MOST_KEPT_BLOCKS = 40
INDEX_KEYS = tuple(f"g{number}" for number in range(1, 6))
_WARM, _KEPT_TURNS = 4, 100
_CALLER = Caller()

Counts: TypeAlias = dict[str, int]
Request: TypeAlias = dict[str, Any]


class Case(NamedTuple):
    """A request to be counted, and one that is sent before each time, uncounted."""

    name: str
    operation: str
    request: Request
    before: tuple[str, Request] | None = None


def why_not() -> str | None:
    """Why counts of this interpreter or library say nothing about the record; None: they do."""
    record = codec.decode(RECORD.read_bytes())
    here = versions()
    differing = [
        f"{name} {here[name]} instead of {version}"
        for name, version in record["versions"].items()
        if here[name] != version
    ]
    return f"counts are recorded with other versions: {', '.join(differing)}" if differing else None


def versions() -> dict[str, str]:
    """What counts depend on beside this tree."""
    python = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    return {"Python": python, "SQLite": apsw.sqlite_lib_version()}


def recorded() -> dict[str, Counts]:
    """The counts on record, by the names of their cases."""
    return codec.decode(RECORD.read_bytes())["counts"]


def faults(name: str, counted: Counts, record: Counts) -> list[str]:
    """Every count of a case that is further from the record than its tolerance."""
    found: list[str] = []
    for what, expected in record.items():
        here = counted[what]
        if abs(here - expected) > expected * TOLERANCE.get(what, 0.0):
            found.append(f"{name}: {what} {expected} on record, {here} now")
    if counted["kept_blocks"] > MOST_KEPT_BLOCKS:
        found.append(f"{name}: {counted['kept_blocks']} blocks kept by {_KEPT_TURNS} requests")
    return found


# What is counted.


def item(partition: int, number: int) -> Request:
    """An item of some 250 bytes."""
    return {
        "pk": {"S": f"customer#{partition:04d}"},
        "sk": {"S": f"order#{number:04d}"},
        "amount": {"N": str(number)},
        "note": {"S": "x" * 200},
    }


def indexed(note: str, group: str) -> Request:
    """PutItem of an item that is in all indexes of its table; another group moves it in all."""
    stored = {**item(0, 0), "note": {"S": note}, **{name: {"S": group} for name in INDEX_KEYS}}
    return {"TableName": "indexed", "Item": stored}


def _key(partition: int, number: int) -> Request:
    stored = item(partition, number)
    return {"pk": stored["pk"], "sk": stored["sk"]}


def _update(number: int) -> Request:
    return {
        "TableName": "orders",
        "Key": _key(0, number),
        "UpdateExpression": "SET amount = amount + :one, note = :note",
        "ConditionExpression": "attribute_exists(pk) AND amount >= :zero",
        "ExpressionAttributeValues": {
            ":one": {"N": "1"},
            ":zero": {"N": "0"},
            ":note": {"S": "x" * 200},
        },
    }


def cases() -> list[Case]:
    """Every warm request that is counted."""
    orders = {"TableName": "orders"}
    put = {**orders, "Item": item(0, 7)}
    query = {
        **orders,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "customer#0000"}},
    }
    filtered = {
        **query,
        "FilterExpression": "amount >= :least",
        "ExpressionAttributeValues": {":pk": {"S": "customer#0000"}, ":least": {"N": "25.5"}},
    }
    puts = [{"Put": {**orders, "Item": item(1, number)}} for number in range(10)]
    batch = [{"PutRequest": {"Item": item(1, number)}} for number in range(10)]
    keys = [_key(0, number) for number in range(10)]
    return [
        Case("GetItem", "GetItem", {**orders, "Key": _key(0, 7)}),
        Case("PutItem", "PutItem", put),
        Case(
            "PutItem that moves five index entries",
            "PutItem",
            indexed("new", "b"),
            ("PutItem", indexed("old", "a")),
        ),
        Case(
            "PutItem that leaves five index entries",
            "PutItem",
            indexed("new", "a"),
            ("PutItem", indexed("old", "a")),
        ),
        Case("UpdateItem with condition", "UpdateItem", _update(8)),
        Case("DeleteItem", "DeleteItem", {**orders, "Key": _key(0, 7)}, ("PutItem", put)),
        Case("Query of 50 items", "Query", query),
        Case("Query of 10 items of 50", "Query", {**query, "Limit": 10}),
        Case("Query of 50 items backwards", "Query", {**query, "ScanIndexForward": False}),
        Case("Query of 50 items, half filtered out", "Query", filtered),
        Case(
            "Scan of 100 items, half filtered out",
            "Scan",
            {
                **orders,
                "FilterExpression": "amount < :most",
                "ExpressionAttributeValues": {":most": {"N": "25"}},
            },
        ),
        Case("TransactWriteItems of 10 puts", "TransactWriteItems", {"TransactItems": puts}),
        Case("BatchWriteItem of 10 puts", "BatchWriteItem", {"RequestItems": {"orders": batch}}),
        Case(
            "BatchGetItem of 10 items", "BatchGetItem", {"RequestItems": {"orders": {"Keys": keys}}}
        ),
    ]


@contextlib.contextmanager
def filled() -> Generator[Engine]:
    """An engine over a new file with a hundred items."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.open(Path(folder) / "counts.db", durability="relaxed")
        try:
            _perform(engine, "CreateTable", _table("orders", ()))
            _perform(engine, "CreateTable", _table("indexed", INDEX_KEYS))
            for partition in range(2):
                for number in range(50):
                    stored = item(partition, number)
                    _perform(engine, "PutItem", {"TableName": "orders", "Item": stored})
            yield engine
        finally:
            engine.close()


def _table(name: str, index_keys: tuple[str, ...]) -> Request:
    """A table with a global index of everything for each of these attributes."""
    attributes = ("pk", "sk", *index_keys)
    request: Request = {
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": each, "AttributeType": "S"} for each in attributes
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if index_keys:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": f"by-{each}",
                "KeySchema": [{"AttributeName": each, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
            for each in index_keys
        ]
    return request


def _perform(engine: Engine, operation: str, request: Request) -> bytes:
    return engine.perform(operation, request, _CALLER)


# Counting.


def counts_of(engine: Engine, case: Case) -> Counts:
    """All counts of one case."""

    def before() -> None:
        if case.before is not None:
            _perform(engine, *case.before)

    def once() -> None:
        engine.perform(case.operation, case.request, _CALLER)

    collecting = gc.isenabled()
    gc.disable()
    try:
        return {
            **_counted_in_sqlite(engine, before, once),
            "calls": _counted_calls(before, once),
            "opcodes": _counted_opcodes(before, once),
            "peak_bytes": _peak_bytes(before, once),
            "kept_blocks": _kept_blocks(before, once),
        }
    finally:
        if collecting:
            gc.enable()


def _warm(before: Callable[[], None], once: Callable[[], None]) -> None:
    for _ in range(_WARM):
        before()
        once()
    before()


def _compiled() -> int:
    return (
        parse.parses()
        + expressions.cache()[1]
        + sql.cache()[1]
        + ranges.statement.cache_info().misses
    )


def _counted_in_sqlite(
    engine: Engine, before: Callable[[], None], once: Callable[[], None]
) -> Counts:
    connections = (engine.database.writer, engine.database.reader())
    looks: list[int] = []
    steps: list[int] = []

    def authorize(action: int, *_: object) -> int:
        looks.append(action)
        return apsw.SQLITE_OK

    def profiled(event: dict[str, Any]) -> None:
        steps.append(event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"])

    for db in connections:  # Statements are prepared anew once an authorizer is set.
        db.set_authorizer(authorize)
        db.trace_v2(apsw.SQLITE_TRACE_PROFILE, profiled)
    try:
        _warm(before, once)
        looks.clear()
        steps.clear()
        compiled = _compiled()
        once()
        compiled = _compiled() - compiled
    finally:
        for db in connections:
            db.set_authorizer(None)
            db.trace_v2(0)
    return {
        "prepared": len(looks),
        "compiled": compiled,
        "statements": len(steps),
        "steps": sum(steps),
    }


def _counted_calls(before: Callable[[], None], once: Callable[[], None]) -> int:
    _warm(before, once)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    old = sys.getprofile()
    sys.setprofile(count)
    try:
        once()
    finally:
        sys.setprofile(old)
    return calls


def _counted_opcodes(before: Callable[[], None], once: Callable[[], None]) -> int:
    _warm(before, once)
    opcodes = 0

    def count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal opcodes
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        opcodes += event == "opcode"
        return count

    old = sys.gettrace()
    sys.settrace(count)
    try:
        once()
    finally:
        sys.settrace(old)
    return opcodes


def _peak_bytes(before: Callable[[], None], once: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        _warm(before, once)
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        once()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return peak - held


def _kept_blocks(before: Callable[[], None], once: Callable[[], None]) -> int:
    _warm(before, once)
    gc.collect()  # It empties free lists of tuples and the like, too.
    held = sys.getallocatedblocks()
    for _ in range(_KEPT_TURNS):
        before()
        once()
    gc.collect()
    return max(0, sys.getallocatedblocks() - held)


def measured() -> dict[str, Counts]:
    """The counts of every case, each by itself: others delete and change what it reads."""
    found: dict[str, Counts] = {}
    for case in cases():
        with filled() as engine:
            found[case.name] = counts_of(engine, case)
    return found


def _shown(counted: dict[str, Counts]) -> Iterable[str]:
    old = recorded() if RECORD.exists() else {}
    for name, counts in counted.items():
        yield name
        for what, count in counts.items():
            before = old.get(name, {}).get(what)
            yield f"    {what:12} {count:8}" + (
                "" if before in (None, count) else f"  was {before}"
            )


def main() -> None:
    """Count, show, and record if asked to."""
    parser = argparse.ArgumentParser(description="Counts of warm requests.")
    parser.add_argument("--write", action="store_true", help="record them")
    parser.add_argument("--json", action="store_true", help="show them as JSON")
    asked = parser.parse_args()
    counted = measured()
    if asked.json:
        sys.stdout.write(codec.text(counted))
        return
    sys.stdout.write("\n".join(_shown(counted)) + "\n")
    if not asked.write:
        return
    kept = {
        name: {what: count for what, count in counts.items() if what != "kept_blocks"}
        for name, counts in counted.items()
    }
    lines = ",\n".join(f"    {codec.text(name)}: {codec.text(kept[name])}" for name in kept)
    text = f'{{\n  "versions": {codec.text(versions())},\n  "counts": {{\n{lines}\n  }}\n}}\n'
    RECORD.write_text(text)


if __name__ == "__main__":
    main()
