"""A server with a trigger and a Kinesis destination that is killed again and again under load.

``python -m tests.crash.followed 50`` does so 50 times; the test beside it a few times.
"""

from __future__ import annotations

import http.client
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support.processes import Connection, ServerProcess

WRITERS = 4
KEYS = 3  # Of each writer.
SHARDS = 3
WAIT_SECONDS = 120
ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
TABLE = {
    "TableName": "followed",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
# A batch is cut off by the kill between any two of its lines; every tenth fails when all are out.
HANDLER = """
import json, os, random

OUT = os.open("{out}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

def handle(event, context):
    for record in event["Records"]:
        os.write(OUT, (json.dumps(record["dynamodb"]) + chr(10)).encode())
    if random.random() < 0.1:
        raise ValueError("not this time")
"""


class Change(NamedTuple):
    """What became of an item. step: grows with every change of the key."""

    key: str
    step: int

    @property
    def deleted(self) -> bool:
        """Whether the item is gone then."""
        return self.step % 2 == 1


class Writer(threading.Thread):
    """Puts and deletes its own keys, until the server is dead.

    sent: the last number of each key; acknowledged: every change that was.
    """

    def __init__(self, endpoint: str, name: int, seed: str, sent: dict[str, int]) -> None:
        super().__init__()
        self._connection = Connection(endpoint)
        self._chance = random.Random(f"{seed}/{name}")
        self._keys = [f"{name}-{number}" for number in range(KEYS)]
        self._sent = sent
        self.acknowledged: list[Change] = []
        self.fault: AssertionError | None = None

    def run(self) -> None:
        """One write after the other."""
        try:
            while True:
                self._one(self._chance.choice(self._keys))
        except (OSError, http.client.HTTPException):
            pass  # The server is dead, as it should be.
        except AssertionError as fault:
            self.fault = fault
        finally:
            self._connection.close()

    def _one(self, key: str) -> None:
        number = self._sent[key] = self._sent.get(key, 0) + 1
        item = {"a": {"S": key}, "n": {"N": str(number)}}
        self._connection.call("PutItem", {"TableName": "followed", "Item": item})
        self.acknowledged.append(Change(key, number * 2))
        if self._chance.random() < 0.2:
            request = {"TableName": "followed", "Key": {"a": {"S": key}}}
            self._connection.call("DeleteItem", request)
            self.acknowledged.append(Change(key, number * 2 + 1))


def run(folder: Path, kills: int, seed: str) -> int:
    """Kill the server so many times, then see what the trigger and the stream got.

    Returns how many changes there were.
    """
    seen, sink = folder / "seen.jsonl", folder / "sink.jsonl"
    (folder / "followed_handler.py").write_text(HANDLER.format(out=seen))
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    path = folder / "app.db"
    options = (
        *("--trigger", "followed=followed_handler:handle,batch_size=20"),
        *("--kinesis-sink", str(sink), "--stream-shards", str(SHARDS), "--log-level", "error"),
    )
    chance = random.Random(seed)
    server = ServerProcess(path, *options)
    _prepare(server.endpoint)
    acknowledged: list[Change] = []
    sent: dict[str, int] = {}
    for turn in range(kills):
        acknowledged += _load(server, f"{seed}/{turn}", sent, chance.uniform(0.05, 1.0))
        _roll(path, chance)
        server = ServerProcess(path, *options)
    stored = _stored(server.endpoint)
    _await(seen, stored)
    _await(sink, stored)
    assert server.stop() == 0
    for file in (seen, sink):
        check(list(changes_in(file)), acknowledged)
    return len(acknowledged)


def _prepare(endpoint: str) -> None:
    connection = Connection(endpoint)
    connection.call("CreateTable", TABLE)
    destination = {"TableName": "followed", "StreamArn": ARN}
    connection.call("EnableKinesisStreamingDestination", destination)
    connection.close()


def _load(server: ServerProcess, seed: str, sent: dict[str, int], seconds: float) -> list[Change]:
    """Write for a time, then kill. Returns what was acknowledged."""
    writers = [Writer(server.endpoint, name, seed, sent) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    threading.Event().wait(seconds)
    server.kill()
    for writer in writers:
        writer.join()
        assert writer.fault is None, writer.fault
    return [change for writer in writers for change in writer.acknowledged]


def _roll(path: Path, chance: random.Random) -> None:
    """Now and then, other shards follow the present ones."""
    engine = Engine.open(path, stream_shards=SHARDS)
    if chance.random() < 0.5:
        engine.roll_shards("followed", Caller())
    engine.close()


def _stored(endpoint: str) -> dict[str, int]:
    """The number of every item."""
    connection = Connection(endpoint)
    answer = connection.call("Scan", {"TableName": "followed"})
    connection.close()
    return {item["a"]["S"]: int(item["n"]["N"]) for item in answer["Items"]}


def _await(file: Path, stored: dict[str, int]) -> None:
    """Wait until what a follower was told comes to what is stored."""
    deadline = monotonic() + WAIT_SECONDS
    while view(list(changes_in(file))) != stored:
        assert monotonic() < deadline, f"{file.name} never comes to what is stored"
        threading.Event().wait(0.1)


def changes_in(file: Path) -> Iterator[Change]:
    """What a file of records tells, in its order. A line that a kill cut off tells nothing."""
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            record: dict[str, Any] = codec.decode(line)
        except codec.NotJsonError:
            continue
        data = record["data"]["dynamodb"] if "data" in record else record
        image = data.get("NewImage") or data["OldImage"]
        step = int(image["n"]["N"]) * 2 + ("NewImage" not in data)
        yield Change(data["Keys"]["a"]["S"], step)


def view(told: list[Change]) -> dict[str, int]:
    """The numbers of the items that there are, to one who believes what it was told last."""
    last = {change.key: change for change in told}
    return {key: change.step // 2 for key, change in last.items() if not change.deleted}


def check(told: list[Change], acknowledged: list[Change]) -> None:
    """Nothing acknowledged is missing. Of every item the next change that is told is the one that
    came next, or an earlier one again.
    """
    assert not set(acknowledged) - set(told), "a change was lost"
    steps: dict[str, list[int]] = {}
    for change in sorted({*told, *acknowledged}):
        steps.setdefault(change.key, []).append(change.step)
    places = {key: {step: at for at, step in enumerate(own)} for key, own in steps.items()}
    reached: dict[str, int] = {}
    for key, step in told:
        at = places[key][step]
        assert at <= reached.get(key, -1) + 1, f"{key}: {step} came too early"
        reached[key] = at


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        count = run(Path(made), int(sys.argv[1]), seed=sys.argv[2] if len(sys.argv) > 2 else "0")
    sys.stdout.write(f"{sys.argv[1]} kills, {count} changes: none lost, none out of order\n")
