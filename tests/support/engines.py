"""Short ways to ask an engine."""

from __future__ import annotations

from typing import Any

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.facts.tables import definitions, keys

HERE = Caller()


def answer(engine: Engine, operation: str, caller: Caller = HERE, /, **request: Any) -> Any:
    """An answer as JSON. Raises: DynamoDBError."""
    return codec.decode(engine.perform(operation, request, caller))


def make(engine: Engine, name: str, caller: Caller = HERE, /, **members: Any) -> Any:
    """Create a table on demand with the partition key a; its description."""
    request: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    return answer(engine, "CreateTable", caller, **request | members)["TableDescription"]
