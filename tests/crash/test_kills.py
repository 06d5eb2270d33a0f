"""A server that is killed under concurrent writes has lost nothing it acknowledged."""

from __future__ import annotations

import http.client
import random
import threading
from pathlib import Path

import pytest

from dynalite_py.engine import Engine, check_file
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.support.processes import Connection, ServerProcess

KILLS = 20
WRITERS = 6
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


def _numbers(path: Path) -> dict[str, int]:
    """Key -> number of every stored item."""
    engine = Engine.open(path)
    try:
        answer = codec.decode(engine.perform("Scan", {"TableName": "log"}, Caller()))
    finally:
        engine.close()
    return {item["p"]["S"]: int(item["n"]["N"]) for item in answer["Items"]}


@pytest.mark.crash
@pytest.mark.slow
def test_twenty_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    chance = random.Random(20)
    server = ServerProcess(path)
    creation = Connection(server.endpoint)
    creation.call("CreateTable", TABLE)
    creation.close()
    writers = Writers()
    for _ in range(KILLS):
        writers.run(server.endpoint, server, after=chance.randint(20, 300))
        assert writers.faults == []
        stored = _numbers(path)
        for name in range(WRITERS):
            halves = {stored.get(f"pair-{name}-{half}", 0) for half in "ab"}
            assert len(halves) == 1, "half a transaction"
            for key, number in (
                (f"put-{name}", stored.get(f"put-{name}", 0)),
                (f"pair-{name}", *halves),
            ):
                assert number >= writers.acknowledged.get(key, 0), (
                    f"{key} lost an acknowledged write"
                )
                assert number <= writers.sent.get(key, 0)
                writers.sent[key] = number
        findings = [step.finding for step in check_file(path) if step.finding is not None]
        assert findings == []
        server = ServerProcess(path)
    assert server.stop() == 0
