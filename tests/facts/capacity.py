"""Worked examples of consumed capacity, recorded on the service.

Source: facts, Worked examples (writes, transactions, reads), Replays with the same token.
"""

from __future__ import annotations

from typing import Any, NamedTuple

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
GSI, LSI = {"gsiPk": {"S": "g"}}, {"lsiSk": {"S": "l"}}
BOTH = {**KEY, **GSI, **LSI}


class Example(NamedTuple):
    """What a write consumes after ``before`` was put. gsi, lsi: None where the arm is absent."""

    name: str
    before: dict[str, Any] | None
    operation: str
    request: dict[str, Any]
    total: float
    table: float
    gsi: float | None = None
    lsi: float | None = None


def put(item: dict[str, Any], **more: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A PutItem into ``indexed``."""
    return "PutItem", {"Item": {**item, **more}}


def update(text: str, **values: str) -> tuple[str, dict[str, Any]]:
    """An UpdateItem of ``indexed``."""
    request: dict[str, Any] = {"Key": KEY, "UpdateExpression": text}
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": {"S": v} for name, v in values.items()}
    return "UpdateItem", request


DELETE = ("DeleteItem", {"Key": KEY})


def filler(size: int, of: dict[str, Any]) -> dict[str, Any]:
    """An attribute that no index projects, so that ``of`` has so many bytes with it."""
    used = sum(len(name) + len(value["S"]) for name, value in of.items())
    return {"f": {"S": "x" * (size - used - 1)}}


def projected(size: int, of: dict[str, Any]) -> dict[str, Any]:
    """The attribute that the global index projects, so that ``of`` has so many bytes with it."""
    used = sum(len(name) + len(value["S"]) for name, value in of.items())
    return {"proj": {"S": "x" * (size - used - 4)}}


IN_GSI = {**KEY, **GSI}
IN_LSI = {**KEY, **LSI}

WRITES = [
    Example("put in the global index", None, *put(IN_GSI), 2, 1, 1),
    Example("put in no index", None, *put(KEY), 1, 1),
    Example("put in the local index", None, *put(IN_LSI), 2, 1, None, 1),
    Example("put in both", None, *put(BOTH), 3, 1, 1, 1),
    Example("the same put again", BOTH, *put(BOTH), 1, 1),
    Example(
        "a put that reorders a set",
        {**BOTH, "t": {"SS": ["x", "y"]}},
        *put(BOTH, t={"SS": ["y", "x"]}),
        1,
        1,
    ),
    Example("update outside the global projection", BOTH, *update("SET q = :v", v="1"), 2, 1, None, 1),
    Example("update of the projected attribute", BOTH, *update("SET proj = :v", v="1"), 3, 1, 1, 1),
    Example("update of the global key", BOTH, *update("SET gsiPk = :v", v="h"), 4, 1, 2, 1),
    Example("removal of the global key", BOTH, *update("REMOVE gsiPk"), 3, 1, 1, 1),
    Example("update of the local key", BOTH, *update("SET lsiSk = :v", v="m"), 3, 1, None, 2),
    Example("delete in both", BOTH, *DELETE, 3, 1, 1, 1),
    Example("delete in no index", KEY, *DELETE, 1, 1),
    Example("delete of a missing item", None, *DELETE, 1, 1),
    Example("update that makes the item", None, *update("SET gsiPk = :v, lsiSk = :v", v="x"), 3, 1, 1, 1),
    Example("removal from a missing item", None, *update("REMOVE q"), 1, 1),
    Example("3023 bytes, small entry", None, *put(IN_GSI, **filler(3023, IN_GSI)), 4, 3, 1),
    Example("shrinking item and entry", {**IN_GSI, **projected(3017, IN_GSI)}, *put(IN_GSI), 6, 3, 3),
    Example("growing item and entry", IN_GSI, *put(IN_GSI, **projected(3020, IN_GSI)), 6, 3, 3),
    Example("617 bytes in place", {**IN_GSI, **projected(617, IN_GSI)}, *put(IN_GSI, proj={"S": "y" * 600}), 2, 1, 1),
    Example("1517 bytes in place", {**IN_GSI, **projected(1517, IN_GSI)}, *put(IN_GSI, proj={"S": "y" * 1490}), 4, 2, 2),
    Example("update from 2017 to 117 bytes", {**IN_GSI, **projected(2017, IN_GSI)}, *update("SET proj = :v", v="y" * 95), 4, 2, 2),
    Example("key move, 1517 bytes a side", {**IN_GSI, **projected(1517, IN_GSI)}, *update("SET gsiPk = :v", v="h"), 6, 2, 4),
    Example("key move, 3017 to few bytes", {**IN_GSI, **projected(3017, IN_GSI)}, *put({**KEY, "gsiPk": {"S": "h"}}), 7, 3, 4),
    Example("delete of 3017 bytes", {**IN_GSI, **projected(3017, IN_GSI)}, *DELETE, 6, 3, 3),
    Example("3017 bytes leave the global index", {**IN_GSI, **projected(3017, IN_GSI)}, *update("REMOVE gsiPk"), 6, 3, 3),
    Example("put over 2 KB", {**KEY, **filler(2049, KEY)}, *put(KEY), 3, 3),
]  # fmt: skip


def act(kind: str, **more: Any) -> dict[str, Any]:
    """One action of a transaction on ``indexed``."""
    return {kind: {"TableName": "indexed", **more}}


def one(kind: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A transaction of one action."""
    return "TransactWriteItems", {"TransactItems": [act(kind, **more)]}


def transact_update(text: str, value: str) -> tuple[str, dict[str, Any]]:
    """A transaction of one update."""
    values = {":v": {"S": value}}
    return one("Update", Key=KEY, UpdateExpression=text, ExpressionAttributeValues=values)


# After ``before`` an update of ``partly``: units of the table and of its local index.
LOCAL: list[tuple[str, dict[str, Any], tuple[str, dict[str, Any]], float, float]] = [
    ("grows in place to 3 KB", IN_LSI, update("SET proj = :v", v="x" * 3000), 3, 3),
    ("3017 bytes move and become few", {**IN_LSI, **projected(3017, IN_LSI)}, update("SET lsiSk = :v REMOVE proj", v="m"), 3, 4),
]  # fmt: skip

CHECK = {"Key": KEY, "ConditionExpression": "attribute_not_exists(q)"}
OTHER = {**BOTH, "sk": {"S": "c"}}
TRANSACTIONS = [
    Example("put in the global index", None, *one("Put", Item=IN_GSI), 3, 2, 1),
    Example("put in no index", None, *one("Put", Item=KEY), 2, 2),
    Example("put in both", None, *one("Put", Item=BOTH), 4, 2, 1, 1),
    Example("the same put again", BOTH, *one("Put", Item=BOTH), 2, 2),
    Example("the same put of 3037 bytes", {**BOTH, **filler(3037, BOTH)}, *one("Put", Item={**BOTH, **filler(3037, BOTH)}), 6, 6),
    Example("update outside the global projection", BOTH, *transact_update("SET q = :v", "1"), 3, 2, None, 1),
    Example("key move", BOTH, *transact_update("SET gsiPk = :v", "h"), 5, 2, 2, 1),
    Example("key move, 1517 bytes a side", {**IN_GSI, **projected(1517, IN_GSI)}, *transact_update("SET gsiPk = :v", "h"), 8, 4, 4),
    Example("delete in both", BOTH, *one("Delete", Key=KEY), 4, 2, 1, 1),
    Example("delete of 3 KB", {**IN_GSI, **projected(3017, IN_GSI)}, *one("Delete", Key=KEY), 9, 6, 3),
    Example("shrinking put", {**KEY, **filler(3023, KEY)}, *one("Put", Item=KEY), 6, 6),
    Example("check of a small item", KEY, *one("ConditionCheck", **CHECK), 2, 2),
    Example("check of a missing item", None, *one("ConditionCheck", **CHECK), 2, 2),
    Example("check of 3023 bytes", {**KEY, **filler(3023, KEY)}, *one("ConditionCheck", **CHECK), 6, 6),
    Example("delete of a missing item", None, *one("Delete", Key=KEY), 2, 2),
    Example("two puts in both", None, "TransactWriteItems", {"TransactItems": [act("Put", Item=BOTH), act("Put", Item=OTHER)]}, 8, 4, 2, 2),
]  # fmt: skip
