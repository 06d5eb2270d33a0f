"""YCSB's core workloads A to F, over HTTP and in process, with their published mixes.

    A  half reads, half updates             D  95 % reads of the latest, 5 % inserts
    B  95 % reads, 5 % updates              E  95 % short scans, 5 % inserts
    C  reads alone                          F  half reads, half read-modify-writes

Records have ten fields of 100 bytes; a read wants all, an update changes one. Keys are drawn by
Zipf's law with YCSB's constant of 0.99, spread over the key space; the "latest" choice has its
weight on the records that were loaded last. A scan goes on from a drawn key for 1 to 100 records,
as YCSB's own binding for DynamoDB does it, since a partition key has no order. Source: YCSB, core
workloads.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from benchmarks import floors, harness, http, in_process, peers, workload
from benchmarks.servers import Server

GROUP, GROUP_IN_PROCESS = "ycsb", "ycsb_in_process"
TABLE = "usertable"
RECORDS, QUICK_RECORDS = 10_000, 1_000
FIELDS, FIELD_BYTES = 10, 100
ZIPF_CONSTANT = 0.99
LONGEST_SCAN = 100
DRAWN = 5_000  # operations of one stream, which is then repeated
READ, UPDATE, INSERT, SCAN, MODIFY = "read", "update", "insert", "scan", "read-modify-write"

Operation = tuple[str, int]
Steps = list[Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Mix:
    """One workload: shares of its operations in percent. latest: which records are drawn most."""

    letter: str
    shares: dict[str, int]
    latest: bool = False


MIXES = (
    Mix("A", {READ: 50, UPDATE: 50}),
    Mix("B", {READ: 95, UPDATE: 5}),
    Mix("C", {READ: 100}),
    Mix("D", {READ: 95, INSERT: 5}, latest=True),
    Mix("E", {SCAN: 95, INSERT: 5}),
    Mix("F", {READ: 50, MODIFY: 50}),
)


def zipf_weights(count: int) -> list[float]:
    """Weights of the ranks 1 to count, summed up: what random.choices takes."""
    weights = (1 / rank**ZIPF_CONSTANT for rank in range(1, count + 1))
    return list(itertools.accumulate(weights))


def drawn_ranks(draw: random.Random, count: int, how_many: int) -> list[int]:
    """Ranks by Zipf's law, from 0 for the most frequent one."""
    return draw.choices(range(count), cum_weights=zipf_weights(count), k=how_many)


def drawn_records(draw: random.Random, count: int, how_many: int, *, latest: bool) -> list[int]:
    """Record numbers; the popular ones lie scattered, or are the last ones."""
    ranks = drawn_ranks(draw, count, how_many)
    if latest:
        return [count - 1 - rank for rank in ranks]
    scattered = list(range(count))
    draw.shuffle(scattered)
    return [scattered[rank] for rank in ranks]


def stream(mix: Mix, records: int, how_many: int = DRAWN, seed: int = 1) -> list[Operation]:
    """Operations with the record that each one is about (of an insert: none that is there).

    The first one is never an insert, so that its answer can be checked.
    """
    draw = random.Random(seed)
    kinds = draw.choices(list(mix.shares), weights=list(mix.shares.values()), k=how_many)
    kinds[0] = next(iter(mix.shares))
    numbers = drawn_records(draw, records, how_many, latest=mix.latest)
    return list(zip(kinds, numbers, strict=True))


def key(number: int | str) -> dict[str, str]:
    """The key of a record; a text stands for a number that is put in later."""
    return {"S": f"user{number:08d}" if isinstance(number, int) else f"user{number}"}


def record(number: int | str) -> workload.Item:
    """A record of ten fields."""
    fields = {f"field{n}": {"S": f"{n}" * FIELD_BYTES} for n in range(FIELDS)}
    return {"pk": key(number)} | fields


def records(count: int) -> Iterator[workload.Item]:
    """All records."""
    return map(record, range(count))


def requests(operation: Operation, lengths: Iterator[int]) -> list[http.Call]:
    """What one operation asks of a server: one request, or two where it reads before it writes."""
    kind, number = operation
    one = {"TableName": TABLE, "Key": {"pk": key(number)}}
    update = one | {
        "UpdateExpression": "SET field0 = :value",
        "ExpressionAttributeValues": {":value": {"S": f"{number % 10}" * FIELD_BYTES}},
    }
    if kind == INSERT:
        # All inserts begin with a letter that no record has, so that they are new ones.
        return [("PutItem", {"TableName": TABLE, "Item": record(f"n{workload.FRESH}")})]
    if kind == SCAN:
        after = {"TableName": TABLE, "ExclusiveStartKey": {"pk": key(number)}}
        return [("Scan", after | {"Limit": next(lengths)})]
    if kind == UPDATE:
        return [("UpdateItem", update)]
    if kind == MODIFY:
        return [("GetItem", one), ("UpdateItem", update)]
    return [("GetItem", one)]


def scan_lengths(seed: int = 2) -> Iterator[int]:
    """How many records each scan wants: 1 to 100, each as likely."""
    draw = random.Random(seed)
    while True:
        yield draw.randint(1, LONGEST_SCAN)


def name_of(mix: Mix) -> str:
    """The figure's name over HTTP."""
    return f"YCSB {mix.letter}, HTTP"


def load(mix: Mix, count: int) -> http.Load:
    """One workload over HTTP; a read-modify-write counts as its two requests."""
    lengths = scan_lengths()
    wanted = [call for one in stream(mix, count) for call in requests(one, lengths)]
    return http.Load(
        name_of(mix),
        wanted,
        lambda answer: len(answer.get("Item", ())) == FIELDS + 1 or bool(answer.get("Items")),
    )


def fill(server: Server, count: int) -> None:
    """The table of records."""
    server.create_table(workload.point_table(TABLE))
    server.write_all(TABLE, records(count))


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """All workloads over HTTP. Raises: UnmeasurableError."""
    harness.tool("wrk", "apt-get install wrk")
    count = QUICK_RECORDS if plan.quick else RECORDS
    with peers.started(plan, without={harness.FLOOR}) as fleet:
        plan.say(f"writing {count:,} records to each server")
        peers.fill(fleet, lambda server: fill(server, count))
        return http.measure_all(plan, fleet, GROUP, [load(mix, count) for mix in MIXES])


def our_steps(mix: Mix, count: int, store: Any, fresh: Iterator[int]) -> Steps:
    """The workload as calls of the client, an operation each."""
    lengths = scan_lengths()
    methods = {
        "GetItem": store.get_item,
        "UpdateItem": store.update_item,
        "Scan": store.scan,
        "PutItem": store.put_item,
    }

    def step(operation: Operation) -> Callable[[], object]:
        if operation[0] == INSERT:
            return lambda: store.put_item(TableName=TABLE, Item=record(f"n{next(fresh):08d}"))
        asked = [(methods[name], request) for name, request in requests(operation, lengths)]
        if len(asked) == 1:
            ((method, request),) = asked
            return lambda: method(**request)
        (first, one), (second, two) = asked
        return lambda: (first(**one), second(**two))

    return [step(operation) for operation in stream(mix, count)]


def floor_steps(mix: Mix, count: int, db: apsw.Connection, fresh: Iterator[int]) -> Steps:
    """The same as bare statements, with keys and texts made beforehand but for inserts."""
    lengths = scan_lengths()

    def step(operation: Operation) -> Callable[[], object]:
        kind, number = operation
        row = floors.row_of(record(number))
        if kind == INSERT:
            return lambda: floors.put(db, floors.row_of(record(f"n{next(fresh):08d}")))
        if kind == SCAN:
            after = (*row[:2], next(lengths))
            return lambda: floors.rows(db, floors.SELECT_AFTER, after)
        if kind == UPDATE:
            return lambda: floors.update(db, row[:3], row)
        if kind == MODIFY:
            return lambda: (floors.get(db, row[:3]), floors.update(db, row[:3], row))
        return lambda: floors.get(db, row[:3])

    return [step(operation) for operation in stream(mix, count)]


def measure_in_process(plan: harness.Plan) -> list[harness.Figure]:
    """All workloads by the client, durable, beside bare statements; µs an operation."""
    count = QUICK_RECORDS if plan.quick else RECORDS
    figures: list[harness.Figure] = []
    fresh = itertools.count()
    with in_process.both(plan.data_folder, durable=True) as (db, store):
        in_process.fill(db, store, workload.point_table(TABLE), list(records(count)))
        for mix in MIXES:
            name = f"YCSB {mix.letter}, in process"
            plan.say(name)
            case = harness.Case(
                name,
                floor=in_process.over(floor_steps(mix, count, db, fresh), lambda step: step()),
                ours=in_process.over(our_steps(mix, count, store, fresh), lambda step: step()),
            )
            figures.append(harness.compare(GROUP_IN_PROCESS, case, plan))
    return figures
