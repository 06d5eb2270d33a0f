"""What does and what does not leave a record in a stream.

Source: facts, What does and does not produce a record. The table is keyed by "a"; each case begins
with the item ITEM under "x".
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.facts.tables import definitions, keys

NAME = "changes"
TABLE: dict[str, Any] = {
    "TableName": NAME,
    "AttributeDefinitions": definitions("a"),
    "KeySchema": keys("a"),
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
KEY: dict[str, Any] = {"a": {"S": "x"}}
ITEM: dict[str, Any] = {
    **KEY,
    "n": {"N": "1"},
    "m": {"M": {"p": {"S": "1"}, "q": {"BOOL": True}}},
    "s": {"SS": ["one", "two"]},
}
OTHER: dict[str, Any] = {**ITEM, "n": {"N": "2"}}
NEW_KEY: dict[str, Any] = {"a": {"S": "y"}}
_HERE: dict[str, Any] = {"TableName": NAME, "Key": KEY}
_ABSENT: dict[str, Any] = {"TableName": NAME, "Key": NEW_KEY}
_FALSE: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(a)"}


class Write(NamedTuple):
    """A write, and the records that it leaves: event name, old image, new image. refused: it is."""

    name: str
    operation: str
    request: dict[str, Any]
    records: tuple[tuple[str, dict[str, Any] | None, dict[str, Any] | None], ...] = ()
    refused: bool = False


def _put(item: dict[str, Any]) -> dict[str, Any]:
    return {"TableName": NAME, "Item": item}


def _update(text: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
    values = {} if value is None else {"ExpressionAttributeValues": {":v": value}}
    return {**_HERE, "UpdateExpression": text, **values}


def _batch(*members: dict[str, Any]) -> dict[str, Any]:
    return {"RequestItems": {NAME: list(members)}}


def _statement(text: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"Statement": text, "Parameters": list(parameters)}


_NEW = ("INSERT", None, NEW_KEY)
_CHANGED = ("MODIFY", ITEM, OTHER)
_GONE = ("REMOVE", ITEM, None)
_SET = _statement(f"UPDATE {NAME} SET n = ? WHERE a = ?", {"N": "2"}, {"S": "x"})
_SAME = _statement(f"UPDATE {NAME} SET n = ? WHERE a = ?", {"N": "1.0"}, {"S": "x"})
_INSERT = _statement(f"INSERT INTO {NAME} VALUE {{'a': ?}}", {"S": "y"})
_DELETE = _statement(f"DELETE FROM {NAME} WHERE a = ?", {"S": "x"})
_DELETE_ABSENT = _statement(f"DELETE FROM {NAME} WHERE a = ?", {"S": "y"})

WRITES: tuple[Write, ...] = (
    Write("a put where no item was", "PutItem", _put(NEW_KEY), (_NEW,)),
    Write("a put over another item", "PutItem", _put(OTHER), (_CHANGED,)),
    Write("a put over the same item", "PutItem", _put(ITEM)),
    Write(
        "a put over the same item spelled otherwise",
        "PutItem",
        _put(
            {
                "s": {"SS": ["two", "one"]},
                "m": {"M": {"q": {"BOOL": True}, "p": {"S": "1"}}},
                "n": {"N": "1.0"},
                **KEY,
            }
        ),
    ),
    Write("a delete of an item", "DeleteItem", _HERE, (_GONE,)),
    Write("a delete of no item", "DeleteItem", _ABSENT),
    Write("an update that makes an item", "UpdateItem", _ABSENT, (_NEW,)),
    Write("an update without an expression", "UpdateItem", _HERE),
    Write("an update of a value", "UpdateItem", _update("SET n = :v", {"N": "2"}), (_CHANGED,)),
    Write("an update to the same value", "UpdateItem", _update("SET n = :v", {"N": "1.0"})),
    Write(
        "an update to the same map in another order",
        "UpdateItem",
        _update("SET m = :v", {"M": {"q": {"BOOL": True}, "p": {"S": "1"}}}),
    ),
    Write("an addition of 0", "UpdateItem", _update("ADD n :v", {"N": "0"})),
    Write("an addition", "UpdateItem", _update("ADD n :v", {"N": "1"}), (_CHANGED,)),
    Write(
        "an addition to a set of what it has", "UpdateItem", _update("ADD s :v", {"SS": ["two"]})
    ),
    Write("a removal of a missing attribute", "UpdateItem", _update("REMOVE absent")),
    Write("a failed condition of a put", "PutItem", {**_put(OTHER), **_FALSE}, refused=True),
    Write("a failed condition of a delete", "DeleteItem", {**_HERE, **_FALSE}, refused=True),
    Write(
        "a batch",
        "BatchWriteItem",
        _batch({"PutRequest": {"Item": OTHER}}, {"PutRequest": {"Item": NEW_KEY}}),
        (_CHANGED, _NEW),
    ),
    Write(
        "a batch that changes nothing",
        "BatchWriteItem",
        _batch({"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": NEW_KEY}}),
    ),
    Write(
        "a batch that deletes", "BatchWriteItem", _batch({"DeleteRequest": {"Key": KEY}}), (_GONE,)
    ),
    Write(
        "a transaction",
        "TransactWriteItems",
        {"TransactItems": [{"Put": _put(NEW_KEY)}, {"Update": _update("ADD n :v", {"N": "1"})}]},
        (_NEW, _CHANGED),
    ),
    Write(
        "a transaction that changes nothing",
        "TransactWriteItems",
        {"TransactItems": [{"Put": _put(ITEM)}, {"Delete": _ABSENT}]},
    ),
    Write(
        "a cancelled transaction",
        "TransactWriteItems",
        {"TransactItems": [{"Put": _put(NEW_KEY)}, {"Delete": {**_HERE, **_FALSE}}]},
        refused=True,
    ),
    Write("an INSERT in PartiQL", "ExecuteStatement", _INSERT, (_NEW,)),
    Write("an UPDATE in PartiQL", "ExecuteStatement", _SET, (_CHANGED,)),
    Write("an UPDATE in PartiQL to the same value", "ExecuteStatement", _SAME),
    Write("a DELETE in PartiQL", "ExecuteStatement", _DELETE, (_GONE,)),
    Write("a DELETE in PartiQL of no item", "ExecuteStatement", _DELETE_ABSENT),
    Write(
        "a batch of statements",
        "BatchExecuteStatement",
        {"Statements": [_INSERT, _DELETE]},
        (_NEW, _GONE),
    ),
    Write(
        "a transaction of statements",
        "ExecuteTransaction",
        {"TransactStatements": [_SET, _INSERT]},
        (_CHANGED, _NEW),
    ),
)
