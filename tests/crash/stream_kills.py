"""A store under writes and the consumer of its stream, both killed at random moments; in the end
the consumer's view is the table.

``python -m tests.crash.stream_kills [KILLS]`` does it fifty times.
"""

from __future__ import annotations

import http.client
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from dynalite_py.engine import Engine, check_file
from dynalite_py.model.caller import Caller
from dynalite_py.storage import changes
from tests.crash.stream_consumer import View, read
from tests.facts.tables import definitions, keys
from tests.support.processes import Connection, ServerProcess
from tests.support.streaming import BOTH, folded, stored

FULL = 50
_WRITERS = 3
_KEYS = 25
_MOST_SHARDS = 8
_TABLE: dict[str, Any] = {
    "TableName": "music",
    "AttributeDefinitions": definitions("a"),
    "KeySchema": keys("a"),
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": BOTH,
}


def _write(connection: Connection, chance: random.Random) -> None:
    """One write of a random kind; refusals do not matter."""
    key = {"a": {"S": f"key {chance.randrange(_KEYS)}"}}
    item = {**key, "n": {"N": str(chance.randrange(10))}, "d": {"S": "x" * chance.randrange(900)}}
    named = {"TableName": "music"}
    add = {
        "UpdateExpression": "ADD k :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    request: tuple[str, dict[str, Any]]
    match chance.randrange(6):
        case 0:
            request = "DeleteItem", {**named, "Key": key}
        case 1:
            request = "UpdateItem", {**named, "Key": key, **add}
        case 2:
            request = (
                "BatchWriteItem",
                {"RequestItems": {"music": [{"PutRequest": {"Item": item}}]}},
            )
        case 3:
            other = {"a": {"S": f"key {_KEYS + chance.randrange(_KEYS)}"}}
            members = [{"Put": {**named, "Item": item}}, {"Update": {**named, "Key": other, **add}}]
            request = "TransactWriteItems", {"TransactItems": members}
        case _:
            request = "PutItem", {**named, "Item": item}
    connection.ask(*request)


class _Writer(threading.Thread):
    """Writes until the server dies."""

    def __init__(self, endpoint: str, seed: str) -> None:
        super().__init__(daemon=True)
        self._endpoint, self._chance = endpoint, random.Random(seed)
        self.written = 0

    def run(self) -> None:
        connection = Connection(self._endpoint)
        try:
            while True:
                _write(connection, self._chance)
                self.written += 1
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def run(folder: Path, kills: int, seed: str) -> int:
    """Kill both so often; how many writes there were. Raises: AssertionError."""
    chance = random.Random(seed)
    path, file = folder / "store.db", folder / "view.json"
    engine = Engine.open(path, stream_shards=2)
    engine.perform("CreateTable", _TABLE, Caller())
    table = engine.catalog.all_tables()[0]
    assert table.stream is not None
    arn = f"{table.arn}/stream/{table.stream.label}"
    engine.close()
    written = 0
    for number in range(kills):
        written += _round(path, file, arn, f"{seed} {number}", chance)
        if chance.random() < 0.3:
            _roll(path, chance.randint(1, 2))
    _compare(path, file, arn)
    return written


def _round(path: Path, file: Path, arn: str, seed: str, chance: random.Random) -> int:
    """Serve, write and read until both are killed, in either order."""
    server = ServerProcess(path, "--stream-shards", "2")
    writers = [_Writer(server.endpoint, f"{seed} {number}") for number in range(_WRITERS)]
    command = [sys.executable, "-m", "tests.crash.stream_consumer", server.endpoint, arn, str(file)]
    consumer = subprocess.Popen(command, stderr=subprocess.PIPE)
    for writer in writers:
        writer.start()
    first, second = (consumer.kill, server.kill)
    if chance.random() < 0.5:
        first, second = second, first
    writers[0].join(chance.uniform(0.2, 1.2))
    first()
    writers[0].join(chance.uniform(0.0, 0.1))
    second()
    _, said = consumer.communicate()
    assert b"Error" not in said, said.decode()
    for writer in writers:
        writer.join()
    return sum(writer.written for writer in writers)


def _roll(path: Path, into: int) -> None:
    engine = Engine.open(path)
    found = engine.database.read(changes.all_shards)
    opened = sum(1 for shard in found if shard.closed_at is None)
    engine.roll_shards("music", Caller(), into if opened < _MOST_SHARDS else 1)
    engine.close()


def _compare(path: Path, file: Path, arn: str) -> None:
    """What the consumer sees once it has read to the end is what is in the table."""
    assert [step.finding for step in check_file(path) if step.finding is not None] == []
    server = ServerProcess(path)
    connection, view = Connection(server.endpoint), View(file)
    while read(connection, arn, view):
        pass
    connection.close()
    server.stop()
    engine = Engine.open(path)
    items = stored(engine, "music")
    assert folded(engine, "music") == items
    engine.close()
    assert view.items == items


def main() -> None:
    """The whole run."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    with tempfile.TemporaryDirectory() as folder:
        written = run(Path(folder), kills, "streams")
    sys.stdout.write(f"{kills} kills, {written} writes: the consumer's view is the table\n")


if __name__ == "__main__":
    main()
