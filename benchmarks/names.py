"""The names of servers and of the figures that goals and plots speak of; nothing else is here.

A figure is found by its name: by the goals, by the plots, and when two runs are compared.
"""

from __future__ import annotations

from collections.abc import Collection

from benchmarks.harness import FLOOR, OURS

DYNAMODB_LOCAL, DYNAMODB_LOCAL_3 = "DynamoDB Local", "DynamoDB Local 3"
DYNOXIDE, DYNALITE, MOTO, MINISTACK = "Dynoxide", "dynalite", "moto", "MiniStack"
DUCKDB = "DuckDB"
DYNAMODB_LOCALS = (DYNAMODB_LOCAL, DYNAMODB_LOCAL_3)
PEERS = (DYNAMODB_LOCAL, DYNAMODB_LOCAL_3, DYNOXIDE, DYNALITE, MOTO, MINISTACK)
SUBJECTS = (OURS, FLOOR, *PEERS)


def get(connections: int) -> str:
    """GetItem at so many connections."""
    return f"HTTP GetItem, {connections} connection{'' if connections == 1 else 's'}"


def put(connections: int) -> str:
    """PutItem at so many connections."""
    return f"HTTP PutItem, {connections} connection{'' if connections == 1 else 's'}"


PUT_STREAMED_HTTP = "HTTP PutItem with a stream beside without, 1 connection"
RECORDS_PAGE = "GetRecords of 1,000 records"


def put_streamed(durability: str) -> str:
    """PutItem with a stream beside one without."""
    return f"PutItem with a stream beside without, {durability}"


def records_of(count: int) -> str:
    """So many records of a stream, page after page."""
    return f"HTTP GetRecords of {count:,} records"


def get_at(count: int) -> str:
    """GetItem in a table of so many items."""
    return f"GetItem at {count:,} items"


def put_at(count: int) -> str:
    """PutItem in a table of so many items."""
    return f"PutItem at {count:,} items"


def question(name: str, count: int) -> str:
    """A question in SQL over so many items."""
    return f"{name}, {count:,} items"


def scan_of(count: int, passing: int) -> str:
    """A whole filtered Scan."""
    return f"HTTP Scan of {count:,} items, {passing:,} pass the filter"


UPDATE = "HTTP UpdateItem with condition"
DELETE = "HTTP PutItem and DeleteItem in turns"
BATCH_GET = "HTTP BatchGetItem of 25 items"
BATCH_WRITE = "HTTP BatchWriteItem of 25 items"
PARTIQL_KEY = "HTTP PartiQL SELECT by key"
PARTIQL_FILTERED = "HTTP PartiQL SELECT of 50 items, half filtered out"
FILTERED_QUERY = "HTTP Query of 50 items, half filtered out"
LARGE_PAGE = "HTTP Query, a page of 1 MB"
SCAN = scan_of(10_000, 200)
LARGE_SCAN = scan_of(100_000, 100)
TRANSACTION = "HTTP TransactWriteItems of 10 puts"
INDEXED_PUT = "HTTP PutItem with five global indexes"
GET_BESIDE = "HTTP GetItem beside a Scan and a bulk load, p99 of p50"
PUT_BESIDE = "HTTP PutItem beside a Scan and a bulk load, p99 of p50"
SUM_BY_GROUP, MOST_BY_CITY = "GROUP BY with a sum", "GROUP BY inside a map"
GET_IN_PROCESS = "GetItem of 250 bytes"
SELECT_BESIDE_GET = "SELECT of one item beside GetItem"
SELECT_BESIDE_QUERY = "SELECT with a filter beside Query"
PUT_RELAXED, PUT_DURABLE = "PutItem of 250 bytes, relaxed", "PutItem of 250 bytes, durable"
SMALL_TABLE = "at 10,000 items"
GET_LARGE_TABLE = get_at(5_000_000)
IMPORT = "import dynalite_py, beyond the interpreter's start"
START = "server start to first answer"
IDLE_MEMORY = "memory of an idle server"
FILLED_MEMORY = "memory after writing 10,000 items"
FILE_BYTES = "file per item of 250 bytes"


def in_order(subjects: Collection[str]) -> list[str]:
    """Ours, the floor, the peers, then whatever else there is."""
    known = [name for name in SUBJECTS if name in subjects]
    return known + [name for name in subjects if name not in SUBJECTS]
