"""Calls of the native client beside the bare apsw statements that do the same, in pairs.

Each side has a file of its own with the same items in the same layout. The floor's keys and texts
are made before the clock starts; ours receives plain requests, as an application sends them, and
gives back Python values.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import apsw

import dynalite_py
from benchmarks import floors, harness, names, workload

GROUP = "in_process"
NUMBERS = [n * 7 % workload.POINT_COUNT for n in range(workload.POINT_COUNT)]

T = TypeVar("T")


def over(inputs: Sequence[T], call: Callable[[T], object]) -> Callable[[], object]:
    """A call that takes the next of the inputs each time, round and round."""
    following = itertools.cycle(inputs).__next__
    return lambda: call(following())


def sender(method: Callable[..., object]) -> Callable[[workload.Request], object]:
    """A method of the client as a function of one request."""
    return lambda request: method(**request)


def reads(db: apsw.Connection, store: Any) -> Iterator[harness.Case]:
    """Point read, range read and filtered scan."""
    keys = [floors.key_of(workload.point(n)) for n in NUMBERS]
    yield harness.Case(
        names.GET_IN_PROCESS,
        floor=over(keys, lambda key: floors.get(db, key)),
        ours=over([workload.get_request(n) for n in NUMBERS], sender(store.get_item)),
    )
    dax = dynalite_py.DaxClient(store)
    yield harness.Case(
        "GetItem from DAX's item cache",
        floor=over(keys, lambda key: floors.get(db, key)),
        ours=over([workload.get_request(n) for n in NUMBERS], sender(dax.get_item)),
    )
    parts = range(workload.PARTITIONS)
    starts = [floors.key_of(workload.order(part, 0))[:2] for part in parts]
    yield harness.Case(
        "Query of 50 items",
        floor=over(starts, lambda start: floors.rows(db, floors.SELECT_PARTITION, start)),
        ours=over([workload.query_request(part) for part in parts], sender(store.query)),
    )
    yield harness.Case(
        "Query of 50 items, half filtered out",
        floor=over(
            [(*start, 10 + workload.LEAST_AMOUNT) for start in starts],
            lambda bound: floors.rows(db, floors.SELECT_PARTITION_FILTERED, bound),
        ),
        ours=over([workload.filtered_query_request(part) for part in parts], sender(store.query)),
    )


def statements(store: Any) -> Iterator[harness.Case]:
    """PartiQL beside the operations that do the same."""
    yield harness.Case(
        names.SELECT_BESIDE_GET,
        floor=over([workload.get_request(n) for n in NUMBERS], sender(store.get_item)),
        ours=over(
            [workload.select_point_request(n) for n in NUMBERS], sender(store.execute_statement)
        ),
    )
    parts = range(workload.PARTITIONS)
    yield harness.Case(
        names.SELECT_BESIDE_QUERY,
        floor=over([workload.filtered_query_request(part) for part in parts], sender(store.query)),
        ours=over(
            [workload.select_filtered_request(part) for part in parts],
            sender(store.execute_statement),
        ),
    )


def scan(db: apsw.Connection, store: Any) -> harness.Case:
    """All 10,000 small items, of which 200 pass the filter."""
    bound = (10 + workload.MOST_AMOUNT,)
    return harness.Case(
        "Scan of 10,000 items, 200 pass the filter",
        floor=lambda: floors.rows(db, floors.SELECT_FILTERED, bound),
        ours=over([workload.filtered_scan_request()], sender(store.scan)),
    )


def writes(db: apsw.Connection, store: Any, kind: str) -> Iterator[harness.Case]:
    """Put and conditional update. kind: the durability that both sides have, for the names."""
    rows = [floors.row_of(workload.point(n)) for n in NUMBERS]
    yield harness.Case(
        names.PUT_DURABLE if kind == "durable" else names.PUT_RELAXED,
        floor=over(rows, lambda row: floors.put(db, row)),
        ours=over([workload.put_request(n) for n in NUMBERS], sender(store.put_item)),
    )
    yield harness.Case(
        f"UpdateItem with condition, {kind}",
        floor=over(rows, lambda row: floors.update(db, row[:3], row)),
        ours=over([workload.update_request(n) for n in NUMBERS], sender(store.update_item)),
    )
    both = [
        request
        for n in NUMBERS
        for request in (workload.put_request(n), workload.delete_request(n))
    ]
    yield harness.Case(
        f"PutItem and DeleteItem in turns, {kind}",
        floor=over(
            [(row, is_put) for row in rows for is_put in (True, False)],
            lambda step: floors.put(db, step[0]) if step[1] else floors.delete(db, step[0][:3]),
        ),
        ours=over(both, lambda request: _put_or_delete(store, request)),
    )


def _put_or_delete(store: Any, request: workload.Request) -> object:
    return store.put_item(**request) if "Item" in request else store.delete_item(**request)


@contextlib.contextmanager
def both(folder: Path, *, durable: bool) -> Generator[tuple[apsw.Connection, Any]]:
    """A bare connection and one of our stores, each on a new file."""
    with tempfile.TemporaryDirectory(dir=folder) as room:
        db = floors.opened(Path(room) / "floor.db", durable=durable)
        durability = "full" if durable else "relaxed"
        store = dynalite_py.connect(Path(room) / "ours.db", durability=durability)
        try:
            yield db, store
        finally:
            store.close()
            db.close()


def fill(
    db: apsw.Connection, store: Any, table: workload.Request, items: Sequence[workload.Item]
) -> None:
    """The same items on both sides."""
    floors.fill(db, items)
    store.create_table(**table)
    for request in workload.batch_requests(table["TableName"], iter(items)):
        store.batch_write_item(**request)


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group: reads on one pair of files, writes on a pair for each durability."""
    points = [workload.point(n) for n in range(workload.POINT_COUNT)]
    figures: list[harness.Figure] = []

    def run(case: harness.Case) -> None:
        plan.say(case.name)
        figures.append(harness.compare(GROUP, case, plan))

    with both(plan.data_folder, durable=False) as (db, store):
        fill(db, store, workload.point_table(workload.POINTS), points)
        fill(db, store, workload.range_table(workload.ORDERS), list(workload.orders()))
        for case in (*reads(db, store), *statements(store)):
            run(case)
    with both(plan.data_folder, durable=False) as (db, store):
        fill(db, store, workload.range_table(workload.READINGS), list(workload.readings()))
        run(scan(db, store))
    for durable, kind in ((False, "relaxed"), (True, "durable")):
        with both(plan.data_folder, durable=durable) as (db, store):
            fill(db, store, workload.point_table(workload.POINTS), points)
            for case in writes(db, store, kind):
                run(case)
    return figures
