"""A server that is killed in the middle of sweeps has lost nothing that had not expired, and the
next sweep goes on.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
from pathlib import Path

import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock, SystemClock
from tests.facts.time_to_live import switch
from tests.support.processes import Connection, ServerProcess
from tests.support.slow_tables import demand

KILLS = 10
EXPIRING, LASTING = 6_000, 300
BATCH = 25
HOUR = 3600


class Saver(threading.Thread):
    """Renews the times of expired items as fast as it can, until the server is dead.

    asked: items whose renewal was sent; saved: those whose renewal was acknowledged.
    """

    def __init__(self, endpoint: str, keys: list[str], later: int) -> None:
        super().__init__()
        self.asked: set[str] = set()
        self.saved: set[str] = set()
        self._connection = Connection(endpoint)
        self._keys = keys
        self._later = later

    def run(self) -> None:
        """One conditional update after the other."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            for key in self._keys:
                self.asked.add(key)
                request = {
                    "TableName": "demand",
                    "Key": {"a": {"S": key}},
                    "UpdateExpression": "SET expires = :later",
                    "ConditionExpression": "attribute_exists(a)",
                    "ExpressionAttributeValues": {":later": {"N": str(self._later)}},
                }
                if self._connection.ask("UpdateItem", request)[0] == 200:
                    self.saved.add(key)
        self._connection.close()


def fill(path: Path, keys: list[str], time: int | None) -> None:
    """Items of these keys, all with one time or without."""
    engine = Engine.open(path, durability="relaxed", ttl_interval=0)
    expires = {} if time is None else {"expires": {"N": str(time)}}
    puts = [{"PutRequest": {"Item": {"a": {"S": key}, "c": {"S": "x"}, **expires}}} for key in keys]
    for at in range(0, len(puts), BATCH):
        request = {"RequestItems": {"demand": puts[at : at + BATCH]}}
        engine.perform("BatchWriteItem", request, Caller())
    engine.close()


def found(path: Path, index: str | None = None) -> set[str]:
    """Keys of the items that are there; nothing expires by looking."""
    engine = Engine.open(path, ttl_interval=0)
    request = {"TableName": "demand"} | ({} if index is None else {"IndexName": index})
    items = codec.decode(engine.perform("Scan", request, Caller()))["Items"]
    engine.close()
    return {item["a"]["S"] for item in items}


def findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


@pytest.mark.crash
@pytest.mark.slow
def test_kills_in_the_middle_of_sweeps_lose_nothing_that_lives(tmp_path: Path) -> None:
    path, chance = tmp_path / "app.db", random.Random(7)
    now = int(SystemClock().now())
    engine = Engine.open(path)
    engine.perform("CreateTable", demand(), Caller())
    engine.perform("UpdateTimeToLive", switch("demand"), Caller())
    engine.close()
    lasting = {f"lasting {number}" for number in range(LASTING)}
    fill(path, sorted(lasting), now + HOUR)
    amid = 0
    for turn in range(KILLS):
        expiring = [f"{turn} {number}" for number in range(EXPIRING)]
        fill(path, expiring, now - 60)
        server = ServerProcess(path, "--ttl-interval", "1")
        saver = Saver(server.endpoint, chance.sample(expiring, EXPIRING), now + HOUR)
        threading.Event().wait(0.9)  # The first sweep begins after a second.
        saver.start()
        threading.Event().wait(chance.uniform(0.1, 0.6))
        server.kill()
        saver.join()
        assert findings(path) == []
        left = found(path)
        assert left == found(path, "one")
        lasting |= saver.saved
        assert lasting <= left
        amid += len(set(expiring) - saver.asked - left) > 0 and len(set(expiring) & left) > 0
        # What is left goes by a sweep on request.
        engine = Engine.open(path, ttl_interval=0)
        engine.sweep()
        engine.close()
        left = found(path)
        assert lasting <= left <= lasting | saver.asked
        lasting = left
        assert findings(path) == []
    assert amid >= KILLS // 3, "too few kills fell into a sweep"
    engine = Engine.open(path, clock=MovableClock(now + 2 * HOUR), ttl_interval=0)
    assert engine.sweep() == len(lasting)
    engine.close()
