"""What a stream costs its table's writes, and how fast it is read.

A PutItem of a table with a stream stands beside the same PutItem of a table without one, in pairs,
in process and over HTTP; each put changes its item, for one that changes nothing leaves no record.
Its floor is that other table. GetRecords stands beside bare SQL that fetches the same rows, and
over HTTP beside DynamoDB Local.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

import dynalite_py
from benchmarks import harness, names, peers, workload
from benchmarks.in_process import over, sender
from benchmarks.servers import Server

GROUP = "streams"
STREAMED = "streamed"
RECORDS = 10_000
QUICK_RECORDS = 1_000
_BOTH = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
_PAGE = "SELECT id, at, origin, old_size, new_size, old, new FROM changes ORDER BY id LIMIT 1000"
_MOST_PAGES = 1_000


def changing(table: str) -> list[workload.Request]:
    """PutItem of each point, with another number than any before it."""
    numbers = itertools.count()
    return [
        {
            "TableName": table,
            "Item": {**workload.point(number), "visits": {"N": str(next(numbers) + turn)}},
        }
        for turn in (1, 2)
        for number in range(workload.POINT_COUNT)
    ]


def streamed_table() -> workload.Request:
    """CreateTable of points with a stream."""
    return {**workload.point_table(STREAMED), "StreamSpecification": _BOTH}


def puts(plan: harness.Plan, durability: Any) -> harness.Figure:
    """PutItem with a stream and without, each in a store of its own."""
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as folder:
        plain: Any = dynalite_py.connect(Path(folder) / "plain.db", durability=durability)
        streamed: Any = dynalite_py.connect(Path(folder) / "streamed.db", durability=durability)
        try:
            plain.create_table(**workload.point_table(workload.POINTS))
            streamed.create_table(**streamed_table())
            for request in changing(workload.POINTS)[: workload.POINT_COUNT]:
                plain.put_item(**request)
                streamed.put_item(**{**request, "TableName": STREAMED})
            case = harness.Case(
                names.put_streamed(durability),
                floor=over(changing(workload.POINTS), sender(plain.put_item)),
                ours=over(changing(STREAMED), sender(streamed.put_item)),
            )
            return harness.compare(GROUP, case, plan)
        finally:
            plain.close()
            streamed.close()


def pages(plan: harness.Plan) -> harness.Figure:
    """A page of 1,000 records in process, beside the rows that it is made of."""
    with tempfile.TemporaryDirectory(dir=plan.data_folder) as folder:
        path = Path(folder) / "store.db"
        store: Any = dynalite_py.connect(path, durability="relaxed")
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            store.create_table(**streamed_table())
            for request in changing(STREAMED)[:1000]:
                store.put_item(**request)
            iterator = _iterator(lambda name, asked: store.client().call(name, asked))
            asked = {"ShardIterator": iterator}

            def rows() -> object:
                return db.execute(_PAGE).fetchall()

            case = harness.Case(
                names.RECORDS_PAGE,
                floor=rows,
                ours=lambda: store.get_records(**asked),
            )
            return harness.compare(GROUP, case, plan)
        finally:
            db.close()
            store.close()


def _iterator(call: Callable[[str, workload.Request], dict[str, Any]]) -> str:
    """The beginning of the first shard."""
    arn = call("ListStreams", {"TableName": STREAMED})["Streams"][0]["StreamArn"]
    described = call("DescribeStream", {"StreamArn": arn})["StreamDescription"]
    asked = {"StreamArn": arn, "ShardId": described["Shards"][0]["ShardId"]}
    return call("GetShardIterator", {**asked, "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]


def reading_ms(server: Server, records: int) -> float:
    """A whole stream, page after page, in ms. Raises: UnmeasurableError."""
    iterator, found = _iterator(server.call), 0
    started = time.perf_counter()
    for _ in range(_MOST_PAGES):
        page = server.call("GetRecords", {"ShardIterator": iterator})
        found += len(page["Records"])
        if found >= records or "NextShardIterator" not in page:
            break
        iterator = page["NextShardIterator"]
    elapsed = time.perf_counter() - started
    if found != records:
        raise harness.UnmeasurableError(f"a stream has {found} records, not {records}")
    return elapsed * 1000


def over_http(plan: harness.Plan) -> list[harness.Figure]:
    """PutItem on one connection of ours; a stream of ours and DynamoDB Local's read to its end.

    Raises: UnmeasurableError.
    """
    records = QUICK_RECORDS if plan.quick else RECORDS
    others = {harness.FLOOR, *names.PEERS} - {*names.DYNAMODB_LOCALS}
    with peers.started(plan, without=others, in_memory=True) as fleet:
        peers.fill(fleet, lambda server: _fill(server, records))
        subjects = {
            name: (lambda server=server: reading_ms(server, records))
            for name, server in fleet.servers.items()
        }
        samples, failed = harness.interleaved(subjects, plan.rounds)
        absent = fleet.absent | failed
        read = harness.figure(GROUP, names.records_of(records), "ms", samples, absent=absent)
        ours = fleet.servers[harness.OURS]
        ours.create_table(workload.point_table(workload.POINTS))
        case = harness.Case(
            names.PUT_STREAMED_HTTP,
            floor=over(changing(workload.POINTS), lambda asked: ours.call("PutItem", asked)),
            ours=over(changing(STREAMED), lambda asked: ours.call("PutItem", asked)),
        )
        return [read, harness.compare(GROUP, case, plan)]


def _fill(server: Server, records: int) -> None:
    server.create_table(streamed_table())
    server.write_all(STREAMED, map(workload.point, range(records)))


def measure(plan: harness.Plan) -> list[harness.Figure]:
    """The whole group. Raises: UnmeasurableError."""
    figures = [puts(plan, "relaxed"), puts(plan, "full"), pages(plan)]
    return figures + over_http(plan)
