"""A large file, from its making to its check: ``python -m tests.load.large_file --gigabytes 10``.

The file is written through an engine. Then, with nothing of it in the system's cache: how long it
takes to open, first reads, pages and puts over HTTP, a backup that starts beside them and, held
back, lets the log grow; a kill with that log, the opening after it, and the whole check.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from dynalite_py.care import backup_file, check_file
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.load.clients import DEFINITION, TABLE, Measured, Witness, item
from tests.support.processes import Connection, ServerProcess

T = TypeVar("T")

INDEX = "by-group"
INDEXED: dict[str, Any] = {
    **DEFINITION,
    "AttributeDefinitions": [
        *DEFINITION["AttributeDefinitions"],
        {"AttributeName": "group", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": INDEX,
            "KeySchema": [
                {"AttributeName": "group", "KeyType": "HASH"},
                {"AttributeName": "s", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
MB = 1_000_000
# Items have 1 to 15 KB, a partition a hundred of them.
SMALLEST, LARGEST, OF_A_PARTITION = 1_000, 15_000, 100
BATCH = 25
WARM_READS, PAGES, PUTS = 200, 20, 300
# What the log may keep when nobody holds it back, and a group that comes before it is moved.
WAL_AT_REST = 40 * MB
SETTLING_SECONDS = 60


class LargeFile:
    """A file that was made by the seed: what is in it can be told without looking."""

    def __init__(self, path: Path, size_bytes: int, seed: int) -> None:
        self.path = path
        self.count = max(4 * OF_A_PARTITION, size_bytes // ((SMALLEST + LARGEST) // 2))
        draw = random.Random(seed)
        self._text = draw.randbytes(LARGEST).hex()
        self._seed = seed

    def item(self, number: int) -> dict[str, Any]:
        """The item of this number."""
        draw = random.Random(f"{self._seed} {number}")
        length, start = draw.randrange(SMALLEST, LARGEST), draw.randrange(LARGEST)
        p, s = divmod(number, OF_A_PARTITION)
        pad = self._text[start : start + length]
        return {**item(f"p{p}", s, pad), "group": {"N": str(number % 1000)}}

    def key(self, number: int) -> dict[str, Any]:
        """The key of that item."""
        return {name: value for name, value in self.item(number).items() if name in ("p", "s")}

    def make(self) -> None:
        """Write all items, by batches as a client would."""
        engine = Engine.open(self.path, durability="relaxed")
        try:
            engine.perform("CreateTable", INDEXED, Caller())
            for at in range(0, self.count, BATCH):
                numbers = range(at, min(at + BATCH, self.count))
                puts = [{"PutRequest": {"Item": self.item(number)}} for number in numbers]
                request = {"RequestItems": {TABLE: puts}}
                engine.perform("BatchWriteItem", request, Caller())
        finally:
            engine.close()

    def wal_bytes(self) -> int:
        """The size of the log."""
        log = Path(f"{self.path}-wal")
        return log.stat().st_size if log.exists() else 0

    def forget(self) -> None:
        """Have the system forget what it keeps of the file, as far as it can."""
        if hasattr(os, "posix_fadvise"):
            descriptor = os.open(self.path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Seconds that a call took, and what it gave."""
    began = time.perf_counter()
    outcome = call()
    return time.perf_counter() - began, outcome


def _spread(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    middle, longest = ordered[len(ordered) // 2] * 1000, ordered[-1] * 1000
    return f"{len(ordered)} {name}: p50 {middle:.1f} ms, longest {longest:.0f} ms"


def play(path: Path, size_bytes: int, log_bytes: int, seed: int = 1) -> Measured:
    """Make the file and do all of the above. log_bytes: of the log that a kill leaves."""
    measured = Measured(f"a file of {size_bytes / MB:,.0f} MB")
    large = LargeFile(path, size_bytes, seed)
    seconds, _ = timed(large.make)
    measured.notes.append(
        f"{large.count:,} items, {path.stat().st_size / MB:,.0f} MB written in {seconds:.0f} s"
    )
    _open(large, measured)
    large.forget()
    seconds, server = timed(lambda: ServerProcess(path, "--log-level", "error"))
    connection = Connection(server.endpoint)
    try:
        first, _ = timed(lambda: connection.call("ListTables", {}))
        measured.notes.append(f"server's first answer in {seconds + first:.2f} s")
        with Witness(server, measured):
            _read(large, connection, measured)
            _write(large, connection, measured)
            _copy(large, measured)
            numbers = _hold_log(large, connection, measured, log_bytes)
    finally:
        connection.close()
        server.kill()
    _reopen(large, measured, numbers)
    _check(large, measured)
    return measured


def _open(large: LargeFile, measured: Measured) -> None:
    large.forget()
    seconds, engine = timed(lambda: Engine.open(large.path))
    engine.close()
    measured.notes.append(f"opened in {seconds:.3f} s")


def _read(large: LargeFile, connection: Connection, measured: Measured) -> None:
    """Items, pages of a partition, of an index and of the whole table."""
    draw = random.Random(1)
    seconds: list[float] = []
    for _ in range(WARM_READS):
        number = draw.randrange(large.count)
        request = {"TableName": TABLE, "Key": large.key(number), "ConsistentRead": True}
        took, found = timed(lambda request=request: connection.call("GetItem", request))
        seconds.append(took)
        if found.get("Item") != large.item(number):
            measured.faults.append(f"item {number} is {str(found)[:200]}")
    measured.notes.append(_spread("reads of items", seconds))

    def partition(number: int) -> dict[str, Any]:
        return {
            "TableName": TABLE,
            "KeyConditionExpression": "p = :p",
            "ExpressionAttributeValues": {":p": {"S": f"p{number}"}},
        }

    def group(number: int) -> dict[str, Any]:
        return {
            "TableName": TABLE,
            "IndexName": INDEX,
            "KeyConditionExpression": "#g = :g",
            "ExpressionAttributeNames": {"#g": "group"},
            "ExpressionAttributeValues": {":g": {"N": str(number % 1000)}},
        }

    for name, of in (("pages of partitions", partition), ("pages of an index", group)):
        seconds = []
        for _ in range(PAGES):
            request = of(draw.randrange(large.count // OF_A_PARTITION))
            took, page = timed(lambda request=request: connection.call("Query", request))
            seconds.append(took)
            if page["Count"] == 0:
                measured.faults.append(f"nothing was found by {request}")
        measured.notes.append(_spread(name, seconds))
    measured.notes.append(_spread("pages of a Scan", list(_scanned(connection))))


def _scanned(connection: Connection) -> Iterator[float]:
    """Seconds for each of the first pages."""
    request: dict[str, Any] = {"TableName": TABLE}
    for _ in range(PAGES):
        took, page = timed(lambda request=request: connection.call("Scan", request))
        yield took
        if "LastEvaluatedKey" not in page:
            return
        request = {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]}


def _put(large: LargeFile, connection: Connection, number: int) -> float:
    request = {"TableName": TABLE, "Item": large.item(number)}
    return timed(lambda: connection.call("PutItem", request))[0]


def _write(large: LargeFile, connection: Connection, measured: Measured) -> None:
    """Durable puts over items of the whole table."""
    draw = random.Random(2)
    seconds = [_put(large, connection, draw.randrange(large.count)) for _ in range(PUTS)]
    measured.notes.append(_spread("durable puts", seconds))


def _copy(large: LargeFile, measured: Measured) -> None:
    """A backup beside the witness's writes; the log grows meanwhile and is cut afterwards."""
    copy = large.path.with_name("copy.db")
    steps = backup_file(large.path, copy)
    seconds, _ = timed(lambda: next(steps))
    measured.notes.append(f"backup began in {seconds:.2f} s")
    most = 0

    def finish() -> None:
        nonlocal most
        for _ in steps:
            most = max(most, large.wal_bytes())

    seconds, _ = timed(finish)
    measured.notes.append(f"was done in {seconds:.0f} s, log at most {most / MB:.0f} MB")
    if copy.stat().st_size < large.path.stat().st_size // 2:
        measured.faults.append(f"the copy has {copy.stat().st_size} bytes")
    copy.unlink()
    _settle(large, measured)


def _settle(large: LargeFile, measured: Measured) -> None:
    """Without a long reader the log gets short again."""
    pause, until = threading.Event(), time.monotonic() + SETTLING_SECONDS
    while large.wal_bytes() > WAL_AT_REST:
        if time.monotonic() > until:
            measured.faults.append(f"the log still has {large.wal_bytes()} bytes")
            return
        pause.wait(0.1)


def _hold_log(
    large: LargeFile, connection: Connection, measured: Measured, log_bytes: int
) -> list[int]:
    """Write until the log, kept by a backup that does not go on, has so many bytes.

    The numbers of what was acknowledged.
    """
    steps = backup_file(large.path, large.path.with_name("held.db"))
    next(steps)
    numbers: list[int] = []
    began = time.monotonic()
    while large.wal_bytes() < log_bytes:
        numbers.append(large.count + len(numbers))
        _put(large, connection, numbers[-1])
    seconds = time.monotonic() - began
    del steps  # and with it its snapshot
    measured.notes.append(
        f"{len(numbers)} puts beside a held backup in {seconds:.1f} s, "
        f"log {large.wal_bytes() / MB:.0f} MB"
    )
    return numbers


def _reopen(large: LargeFile, measured: Measured, numbers: list[int]) -> None:
    """After the kill: all that was acknowledged is there."""
    log_bytes = large.wal_bytes()
    large.forget()
    seconds, engine = timed(lambda: Engine.open(large.path))
    measured.notes.append(
        f"opened after a kill, with a log of {log_bytes / MB:.0f} MB, in {seconds:.3f} s"
    )
    try:
        for number in numbers:
            request = {"TableName": TABLE, "Key": large.key(number)}
            found = codec.decode(engine.perform("GetItem", request, Caller()))
            if found.get("Item") != large.item(number):
                measured.faults.append(f"item {number} was acknowledged and is {str(found)[:200]}")
    finally:
        engine.close()


def _check(large: LargeFile, measured: Measured) -> None:
    """The whole check; it must say now and then how far it is."""
    began = last = time.monotonic()
    longest, steps = 0.0, 0
    for step in check_file(large.path):
        now = time.monotonic()
        longest, last, steps = max(longest, now - last), now, steps + 1
        if step.finding is not None:
            measured.faults.append(step.finding)
    measured.notes.append(
        f"checked in {last - began:.0f} s, {steps} signs of progress, "
        f"the longest time without {longest:.1f} s"
    )


def main() -> None:
    """Play it in a folder of its own; the exit status says whether anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.large_file", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10.0)
    parser.add_argument("--log-megabytes", type=int, default=200, help="of the log at the kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dynalite-large-") as folder:
        size_bytes = int(options.gigabytes * 1000 * MB)
        path = Path(folder) / "large.db"
        measured = play(path, size_bytes, options.log_megabytes * MB, options.seed)
    sys.stdout.write(f"{measured}\n")
    for fault in measured.faults[:10]:
        sys.stdout.write(f"    {fault}\n")
    sys.exit(1 if measured.faults else 0)


if __name__ == "__main__":
    main()
