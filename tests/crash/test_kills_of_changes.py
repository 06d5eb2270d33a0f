"""A server that is killed while tables are made, changed and deleted leaves a sound file."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock, SystemClock
from tests.facts.table_changes import creation, deletion
from tests.facts.tables import definitions, index, keys
from tests.support.processes import Connection, ServerProcess

KILLS = 12
CHANGERS = 3
TRANSITION_MS = 40
ITEMS = 5
NEW_INDEX = {
    "AttributeDefinitions": definitions("d"),
    "GlobalSecondaryIndexUpdates": [creation("two", "d")],
}


class Changer(threading.Thread):
    """Makes, fills, changes and deletes one table as fast as its states allow.

    made: TableId of the table that was made, None once its deletion is asked for; deleted: those of
    the tables whose deletion was acknowledged.
    """

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__()
        self.table = name
        self.made: str | None = None
        self.deleted: set[str] = set()
        self._connection = Connection(endpoint)

    def run(self) -> None:
        """Go on until the server is dead."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                self._round()
        self._connection.close()

    def _round(self) -> None:
        self.made = self._until_taken(
            "CreateTable",
            {
                "AttributeDefinitions": definitions("a", "c"),
                "KeySchema": keys("a"),
                "BillingMode": "PAY_PER_REQUEST",
                "GlobalSecondaryIndexes": [index("one", "c")],
            },
        )
        self._until_taken("UpdateTable", NEW_INDEX)
        self._until_taken("UpdateTable", {"GlobalSecondaryIndexUpdates": [deletion("one")]})
        self.made = None
        self.deleted.add(self._until_taken("DeleteTable", {}))

    def _until_taken(self, operation: str, request: dict[str, Any]) -> str:
        """Ask again while the table's state refuses it, and write in between. Returns the
        TableId.
        """
        while True:
            asked = {"TableName": self.table, **request}
            status, body = self._connection.ask(operation, asked)
            if status == 200:
                return body["TableDescription"]["TableId"]
            for number in range(ITEMS):
                text = {"S": str(number)}
                item = {"TableName": self.table, "Item": {"a": text, "c": text, "d": text}}
                self._connection.ask("PutItem", item)


def tables(path: Path, clock: MovableClock) -> list[dict[str, Any]]:
    """Descriptions of the tables in the file, at this time."""
    engine = Engine.open(path, clock=clock)
    try:
        names = codec.decode(engine.perform("ListTables", {}, Caller()))["TableNames"]
        answers = [engine.perform("DescribeTable", {"TableName": name}, Caller()) for name in names]
    finally:
        engine.close()
    return [codec.decode(answer)["Table"] for answer in answers]


def findings(path: Path) -> list[str]:
    return [step.finding for step in check_file(path) if step.finding is not None]


@pytest.mark.crash
@pytest.mark.slow
def test_a_kill_between_the_states_of_tables_leaves_a_sound_file(tmp_path: Path) -> None:
    path, chance = tmp_path / "app.db", random.Random(12)
    names = [f"table-{number}" for number in range(CHANGERS)]
    deletions = 0
    for _ in range(KILLS):
        server = ServerProcess(path, "--transitions", str(TRANSITION_MS))
        changers = [Changer(server.endpoint, name) for name in names]
        for changer in changers:
            changer.start()
        threading.Event().wait(chance.uniform(0.1, 0.7))
        server.kill()
        for changer in changers:
            changer.join()
        assert findings(path) == []
        after = SystemClock().now() + TRANSITION_MS / 1000
        found = tables(path, MovableClock(after))
        assert {table["TableStatus"] for table in found} <= {"ACTIVE"}
        there = {table["TableId"] for table in found}
        for changer in changers:
            assert changer.made is None or changer.made in there
            assert there.isdisjoint(changer.deleted)
            deletions += len(changer.deleted)
        assert findings(path) == []
        for table in found:
            _delete(path, table["TableName"])
    assert deletions >= KILLS, "the tables went through too few states"


def _delete(path: Path, name: str) -> None:
    engine = Engine.open(path, clock=MovableClock(SystemClock().now() + 1))
    engine.perform("DeleteTable", {"TableName": name}, Caller())
    engine.close()
