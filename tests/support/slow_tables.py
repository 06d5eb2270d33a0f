"""Tables that take their time, on a clock that tests move; and a look into the whole store."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import check
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import creation, deletion
from tests.facts.tables import definitions, index, keys

NOW = 1_700_000_000.0
SECONDS = 4.0
EACH = Transitions(SECONDS, SECONDS, SECONDS)
IN_USE = "ResourceInUseException"
STILL = "Attempt to change a resource which is still in use: "
LIMIT = "LimitExceededException"
INDEXES = STILL + "Cannot delete table while indexes are being created, updated, or deleted."


def demand(name: str = "demand", **members: Any) -> dict[str, Any]:
    """CreateTable of an on-demand table with the index "one" on c."""
    return {
        "TableName": name,
        "AttributeDefinitions": definitions("a", "c"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("one", "c")],
        **members,
    }


def plain(name: str, **members: Any) -> dict[str, Any]:
    """CreateTable of an on-demand table without indexes."""
    request = demand(name, AttributeDefinitions=definitions("a"), **members)
    del request["GlobalSecondaryIndexes"]
    return request


def asleep(runner: Runner) -> None:
    """In place of ``Runner.wake``: nothing runs unasked."""
    del runner


def findings(engine: Engine) -> list[str]:
    """Everything that ``dynalite check`` says of an open store."""
    with engine.database.snapshot() as db:
        return [step.finding for step in check.steps(db) if step.finding is not None]


class Slow(NamedTuple):
    """A store whose tables take SECONDS to change. stepping: the worker makes ends lasting."""

    engine: Engine
    clock: MovableClock
    stepping: bool = True

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """The answer. Raises: DynamoDBError."""
        return codec.decode(self.engine.perform(operation, request, Caller()) or b"{}")

    def refusal(self, operation: str, request: dict[str, Any]) -> tuple[str, str | None]:
        """Code and text of a refusal."""
        with pytest.raises(DynamoDBError) as refused:
            self.engine.perform(operation, request, Caller())
        return refused.value.code, refused.value.message

    def later(self, seconds: float = SECONDS) -> None:
        """Move the clock; the store is clean before and after the worker saw that."""
        assert findings(self.engine) == []
        self.clock.advance(seconds)
        assert findings(self.engine) == []
        while self.stepping and self.engine.runner.step():
            assert findings(self.engine) == []

    def change(self, table: str, **members: Any) -> Any:
        """The description that UpdateTable answers."""
        return self.call("UpdateTable", {"TableName": table, **members})["TableDescription"]

    def table(self, name: str) -> Any:
        """The description that DescribeTable answers."""
        return self.call("DescribeTable", {"TableName": name})["Table"]

    def wide(self, table: str, name: str) -> Any:
        """The description of a global index; None where there is none."""
        indexes = self.table(table).get("GlobalSecondaryIndexes", [])
        return next((index for index in indexes if index["IndexName"] == name), None)

    def new_index(self, name: str = "new") -> Any:
        """Begin to create an index on d of the table demand."""
        return self.change(
            "demand",
            AttributeDefinitions=definitions("d"),
            GlobalSecondaryIndexUpdates=[creation(name, "d")],
        )

    def drop_index(self, name: str) -> Any:
        """Begin to delete an index of the table demand."""
        return self.change("demand", GlobalSecondaryIndexUpdates=[deletion(name)])

    def put(self, number: int, **attributes: Any) -> None:
        """Store an item in the table demand."""
        item = {"a": {"S": str(number)}, **attributes}
        self.call("PutItem", {"TableName": "demand", "Item": item})

    def found(self, name: str) -> set[str]:
        """Keys of the items that an index of the table demand holds."""
        items = self.call("Scan", {"TableName": "demand", "IndexName": name})["Items"]
        return {item["a"]["S"] for item in items}
