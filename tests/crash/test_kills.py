"""A server that is killed under concurrent writes has lost nothing it acknowledged, also while it
fills and deletes an index.
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
from dynalite_py.storage import jobs
from dynalite_py.storage.database import Database
from tests.facts.table_changes import creation, deletion
from tests.facts.tables import definitions
from tests.support.processes import Connection, ServerProcess

KILLS = 20
WRITERS = 6
FILLED = 2_500  # Items that a new index is filled with, in several steps.
BATCH = 25
FILLING_KILLS = 10
TABLE = {
    "TableName": "log",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "g", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}


class Writers:
    """Threads that write as fast as they can, and remember what was acknowledged.

    acknowledged: key -> number of its last acknowledged write; sent: of its last write at all.
    """

    def __init__(self) -> None:
        self.acknowledged: dict[str, int] = {}
        self.sent: dict[str, int] = {}
        self.count = 0
        self.enough = threading.Event()
        self.faults: list[BaseException] = []

    def run(self, endpoint: str, server: ServerProcess, after: int) -> None:
        """Write until so many writes are acknowledged, then kill the server."""
        self.count = 0
        self.enough.clear()
        threads = [
            threading.Thread(target=self._write, args=(endpoint, name, after))
            for name in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        assert self.enough.wait(60), self.faults
        server.kill()
        for thread in threads:
            thread.join()

    def _write(self, endpoint: str, name: int, after: int) -> None:
        connection = Connection(endpoint)
        try:
            while True:
                self._one(connection, name)
                self.count += 1
                if self.count >= after:
                    self.enough.set()
        except (OSError, http.client.HTTPException):
            return  # The server is dead, as it should be.
        except AssertionError as fault:
            self.faults.append(fault)
        finally:
            connection.close()

    def _one(self, connection: Connection, name: int) -> None:
        number = self.sent.get(f"put-{name}", 0) + 1
        group = {"S": f"g{number % 3}"}
        body = {"n": {"N": str(number)}, "g": group, "pad": {"S": "x" * (number % 500)}}
        self.sent[f"put-{name}"] = number
        item = {"p": {"S": f"put-{name}"}, **body}
        connection.call("PutItem", {"TableName": "log", "Item": item})
        self.acknowledged[f"put-{name}"] = number
        # A transaction: both halves always have the same number.
        self.sent[f"pair-{name}"] = number
        halves = [{"p": {"S": f"pair-{name}-{half}"}, **body} for half in "ab"]
        actions = [{"Put": {"TableName": "log", "Item": half}} for half in halves]
        connection.call("TransactWriteItems", {"TransactItems": actions})
        self.acknowledged[f"pair-{name}"] = number


class Indexer(threading.Thread):
    """Makes the index by_h and deletes it again, as fast as its state allows, until all is dead.

    there: whether it must be there, by what was acknowledged; None: not known.
    """

    def __init__(self, endpoint: str, there: bool) -> None:
        super().__init__()
        self.there: bool | None = there
        self.changes = 0
        self._connection = Connection(endpoint)

    def run(self) -> None:
        """One change after the other."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                self._change(not self.there)
        self._connection.close()

    def _change(self, there: bool) -> None:
        before, self.there = self.there, None
        if there:
            asked = {
                "AttributeDefinitions": definitions("h"),
                "GlobalSecondaryIndexUpdates": [creation("by_h", "h")],
            }
        else:
            asked = {"GlobalSecondaryIndexUpdates": [deletion("by_h")]}
        status, _ = self._connection.ask("UpdateTable", {"TableName": "log", **asked})
        self.there = there if status == 200 else before
        self.changes += status == 200


def _fill(connection: Connection) -> None:
    """Items that every new index has to be filled with."""
    for start in range(0, FILLED, BATCH):
        puts = [
            {
                "PutRequest": {
                    "Item": {
                        "p": {"S": f"filled-{number}"},
                        "h": {"S": f"h{number % 7}"},
                        "n": {"N": str(number)},
                    }
                }
            }
            for number in range(start, start + BATCH)
        ]
        connection.call("BatchWriteItem", {"RequestItems": {"log": puts}})


def _findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


def _filled(path: Path) -> bool:
    """Let the filling of by_h go on to its end. Returns whether there is such an index."""
    engine = Engine.open(path)
    try:
        while engine.runner.step():
            pass
        answer = engine.perform("DescribeTable", {"TableName": "log"}, Caller())
    finally:
        engine.close()
    for index in codec.decode(answer)["Table"]["GlobalSecondaryIndexes"]:
        if index["IndexName"] == "by_h":
            assert (index["IndexStatus"], index["ItemCount"]) == ("ACTIVE", FILLED)
            return True
    return False


def _numbers(path: Path) -> dict[str, int]:
    """Key -> number of every stored item."""
    engine = Engine.open(path)
    try:
        answer = codec.decode(engine.perform("Scan", {"TableName": "log"}, Caller()))
    finally:
        engine.close()
    assert "LastEvaluatedKey" not in answer, "more than a page"
    return {item["p"]["S"]: int(item["n"]["N"]) for item in answer["Items"]}


def _is_filling(path: Path) -> bool:
    """Whether the filling of an index is left to be done."""
    database = Database(path)
    try:
        return database.read(jobs.exist)
    finally:
        database.close()


def _check_stored(writers: Writers, stored: dict[str, int]) -> None:
    """Nothing acknowledged is lost, no transaction is halved; from here the writers go on."""
    for name in range(WRITERS):
        halves = {stored.get(f"pair-{name}-{half}", 0) for half in "ab"}
        assert len(halves) == 1, "half a transaction"
        for key, number in (
            (f"put-{name}", stored.get(f"put-{name}", 0)),
            (f"pair-{name}", *halves),
        ):
            assert number >= writers.acknowledged.get(key, 0), f"{key} lost an acknowledged write"
            assert number <= writers.sent.get(key, 0)
            writers.sent[key] = number


@pytest.mark.crash
@pytest.mark.slow
def test_twenty_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    chance = random.Random(20)
    server = ServerProcess(path)
    creator = Connection(server.endpoint)
    creator.call("CreateTable", TABLE)
    creator.close()
    writers = Writers()
    for _ in range(KILLS):
        writers.run(server.endpoint, server, after=chance.randint(20, 300))
        assert writers.faults == []
        _check_stored(writers, _numbers(path))
        assert _findings(path) == []
        server = ServerProcess(path)
    assert server.stop() == 0


@pytest.mark.crash
@pytest.mark.slow
def test_kills_while_an_index_is_filled_and_deleted_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    chance = random.Random(8)
    server = ServerProcess(path)
    creator = Connection(server.endpoint)
    creator.call("CreateTable", TABLE)
    _fill(creator)
    creator.close()
    writers = Writers()
    there, changes, unfinished = False, 0, 0
    for _ in range(FILLING_KILLS):
        indexer = Indexer(server.endpoint, there)
        indexer.start()
        writers.run(server.endpoint, server, after=chance.randint(5, 150))
        indexer.join()
        assert writers.faults == []
        assert _findings(path) == []
        changes += indexer.changes
        unfinished += _is_filling(path)
        there = _filled(path)
        assert indexer.there in (None, there)
        assert _findings(path) == []
        _check_stored(writers, _numbers(path))
        server = ServerProcess(path)
    assert server.stop() == 0
    assert changes >= FILLING_KILLS
    assert unfinished, "no kill came while the index was filled"
