"""What the tests of Query and Scan share: tables, items in them, whole readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.facts.range_tables import TABLES

HERE = Caller()
_MOST_PAGES = 100


def perform(engine: Engine, operation: str, **request: Any) -> dict[str, Any]:
    """One request's answer, decoded."""
    return codec.decode(engine.perform(operation, request, HERE))


def create_tables(engine: Engine) -> None:
    """The tables of the facts."""
    for table in TABLES:
        perform(engine, "CreateTable", **table)


def put(engine: Engine, table: str, items: Iterable[dict[str, Any]]) -> None:
    """Store items."""
    for item in items:
        perform(engine, "PutItem", TableName=table, Item=item)


def read(engine: Engine, operation: str, **request: Any) -> list[dict[str, Any]]:
    """All items of a Query or Scan, page by page. Every page keeps what pages promise."""
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        page = perform(engine, operation, **request)
        assert page["Count"] == len(page["Items"]) <= page["ScannedCount"]
        assert page["ScannedCount"] <= request.get("Limit", page["ScannedCount"])
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    raise AssertionError("the pages do not end")


def item(sort: str, **others: Any) -> dict[str, Any]:
    """An item of ``scores`` in partition a; its values given plainly."""
    values = {"p": "a", "s": sort, **others}
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in values.items()
    }


def ask(condition: str = "p = :p", /, table: str = "scores", **values: Any) -> dict[str, Any]:
    """A Query's members for a condition and its values."""
    given = {"p": "a", **values} if ":p" in condition else values
    return {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {
            f":{name}": {"N": str(value)} if isinstance(value, int) else {"S": value}
            for name, value in given.items()
        },
    }


def sorts(page: dict[str, Any]) -> list[str]:
    """The sort keys of a page's items."""
    return [each["s"]["S"] for each in page["Items"]]
