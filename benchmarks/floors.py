"""What is possible here: the bare apsw statements, and a bare HTTP server around two of them.

Neither checks anything. The statements use the layout in which items are stored, with keys and
texts made beforehand; the server is uvloop, httptools and apsw with durable group commit and knows
one table and two operations. Both show a bound, not a way to write the product.

    python -m benchmarks.floors FILE     # serves on a free loopback port, printed on the first line
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apsw
import httptools

from benchmarks import workload
from dynalite_py.model import codec

Key = tuple[int, str, str]
Row = tuple[int, str, str, int, int, str]

CREATE = """
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY, hash INTEGER, pk, sk, size INTEGER, weight INTEGER, version INTEGER,
    item TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS items_key ON items (hash, pk, sk);
"""
SELECT_ITEM = "SELECT item FROM items WHERE hash = ? AND pk = ? AND sk = ?"
SELECT_PARTITION = "SELECT item FROM items WHERE hash = ? AND pk = ? ORDER BY sk"
SELECT_PARTITION_FILTERED = """SELECT item FROM items WHERE hash = ? AND pk = ?
    AND CAST(item ->> '$.amount.N' AS REAL) >= ? ORDER BY sk"""
SELECT_FILTERED = """SELECT item FROM items WHERE CAST(item ->> '$.amount.N' AS REAL) < ?
    ORDER BY hash, pk, sk"""
SELECT_AFTER = """SELECT item FROM items WHERE (hash, pk) > (?, ?)
    ORDER BY hash, pk, sk LIMIT ?"""
UPSERT = """INSERT INTO items (hash, pk, sk, size, weight, version, item)
    VALUES (?, ?, ?, ?, ?, 1, ?)
    ON CONFLICT (hash, pk, sk) DO UPDATE SET item = excluded.item, size = excluded.size,
    weight = excluded.weight, version = version + 1"""


def opened(path: Path, *, durable: bool) -> apsw.Connection:
    """A connection to a file with the items table. durable: every commit is fsynced."""
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    db.execute("PRAGMA wal_autocheckpoint = 4000")
    db.execute(CREATE)
    return db


def hash_of(partition: str) -> int:
    """The hash by which the file keeps the items of a partition key."""
    digest = hashlib.md5(b"Outliers" + partition.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") - 2**63


def key_of(item: workload.Item) -> Key:
    """The three key columns of an item."""
    partition = item["pk"]["S"]
    sort = item["sk"]["S"] if "sk" in item else ""
    return hash_of(partition), partition, sort


def row_of(item: workload.Item) -> Row:
    """The bindings of UPSERT for an item."""
    text = codec.text(item)
    return (*key_of(item), workload.ITEM_BYTES, workload.ITEM_BYTES, text)


def fill(db: apsw.Connection, items: Iterable[workload.Item]) -> None:
    """Write all items in one transaction."""
    with db:
        db.executemany(UPSERT, (row_of(item) for item in items))


def get(db: apsw.Connection, key: Key) -> object:
    """One row by its key."""
    return db.execute(SELECT_ITEM, key).fetchone()


def rows(db: apsw.Connection, sql: str, bindings: tuple[int | str, ...]) -> list[Any]:
    """Every row of a statement."""
    return db.execute(sql, bindings).fetchall()


def put(db: apsw.Connection, row: Row) -> None:
    """One upsert in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    db.execute(UPSERT, row)
    db.execute("COMMIT")


def delete(db: apsw.Connection, key: Key) -> None:
    """One row deleted in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM items WHERE hash = ? AND pk = ? AND sk = ?", key)
    db.execute("COMMIT")


def update(db: apsw.Connection, key: Key, row: Row) -> None:
    """Read a row and write its successor in one transaction: what a conditional update needs."""
    db.execute("BEGIN IMMEDIATE")
    db.execute(SELECT_ITEM, key).fetchone()
    db.execute(UPSERT, row)
    db.execute("COMMIT")


# The bare server. Its table has a plain text key: no second table, no sort key to tell from.
SERVER_CREATE = """
CREATE TABLE IF NOT EXISTS points (
    id INTEGER PRIMARY KEY, pk TEXT, size INTEGER, version INTEGER, item TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS points_key ON points (pk);
"""
SERVER_GET = "SELECT item FROM points WHERE pk = ?"
SERVER_PUT = """INSERT INTO points (pk, size, version, item) VALUES (?, ?, 1, ?)
    ON CONFLICT (pk) DO UPDATE SET item = excluded.item, size = excluded.size,
    version = version + 1"""
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: "
    + b"A" * 52
    + b"\r\nx-amz-crc32: %d\r\ncontent-length: %d\r\n\r\n%b"
)

Put = tuple[asyncio.Transport, str, str]


def reply(body: bytes) -> bytes:
    """A whole HTTP answer."""
    return HEAD % (zlib.crc32(body), len(body), body)


WRITTEN = reply(b"{}")


class Groups:
    """The writer thread: takes all puts that wait, commits once, then lets them be answered."""

    def __init__(self, db: apsw.Connection, loop: asyncio.AbstractEventLoop) -> None:
        self.db, self.loop = db, loop
        self.waiting: list[Put] = []
        self.arrived = threading.Condition()
        threading.Thread(target=self.run, daemon=True).start()

    def add(self, put: Put) -> None:
        """Queue one put."""
        with self.arrived:
            self.waiting.append(put)
            self.arrived.notify()

    def run(self) -> None:
        """Commit group after group for as long as the process lives."""
        while True:
            with self.arrived:
                while not self.waiting:
                    self.arrived.wait()
                group, self.waiting = self.waiting, []
            self.db.execute("BEGIN IMMEDIATE")
            for _, key, text in group:
                self.db.execute("SAVEPOINT one")
                self.db.execute(SERVER_PUT, (key, len(text), text))
                self.db.execute("RELEASE one")
            self.db.execute("COMMIT")
            self.loop.call_soon_threadsafe(_answer, group)


def _answer(group: list[Put]) -> None:
    for transport, _, _ in group:
        transport.write(WRITTEN)


class Door(asyncio.Protocol):
    """One connection; requests of a connection come one at a time, as wrk sends them."""

    def __init__(self, reader: apsw.Connection, groups: Groups) -> None:
        self.reader, self.groups = reader, groups
        self.target, self.body = b"", b""

    def connection_made(self, transport: Any) -> None:
        """Keep the transport; parse from the start."""
        self.transport: asyncio.Transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the methods below."""
        self.parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the one header that matters."""
        if name.lower() == b"x-amz-target":
            self.target = value

    def on_body(self, body: bytes) -> None:
        """Join what came of the body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Answer a read at once, queue a write, and say {} to everything else."""
        request, self.body = codec.decode(self.body), b""
        if self.target.endswith(b".GetItem"):
            found = self.reader.execute(SERVER_GET, (request["Key"]["pk"]["S"],)).get
            self.transport.write(reply(b'{"Item":%b}' % found.encode() if found else b"{}"))
        elif self.target.endswith(b".PutItem"):
            item = request["Item"]
            self.groups.add((self.transport, item["pk"]["S"], codec.text(item)))
        else:
            self.transport.write(WRITTEN)


async def serve(path: Path) -> None:
    """Serve on a free loopback port until the process is ended."""
    writer = opened(path, durable=True)
    writer.execute(SERVER_CREATE)
    reader = opened(path, durable=True)
    loop = asyncio.get_running_loop()
    groups = Groups(writer, loop)
    server = await loop.create_server(lambda: Door(reader, groups), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop  # Not on Windows: the statements above are measured there without it.

    uvloop.run(serve(Path(sys.argv[1])))
