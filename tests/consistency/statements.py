"""A door that says some of the requests of a history in PartiQL, and answers as if it had not.

What it cannot say goes on as it is: PutItem replaces an item, which no statement does. An UPDATE
creates nothing; of an item that is not there it is refused as under a condition, and so it was.
"""

from __future__ import annotations

import random
import re
import zlib
from typing import Any

from tests.consistency.doors import Answer, Door

_PLACEHOLDER = re.compile(r":\w+")
_SHARE = 0.5


class Statements:
    """The door behind which half of what can be a statement is one."""

    def __init__(self, door: Door, chance: random.Random) -> None:
        self._door = door
        self._chance = chance

    def ask(self, operation: str, request: dict[str, Any]) -> Answer:
        """As the protocol says."""
        said = _SAID.get(operation)
        if said is None or not self._wanted(request):
            return self._door.ask(operation, request)
        statements, shown = said
        changed = statements(request)
        if changed is None:
            return self._door.ask(operation, request)
        name, asked = changed
        status, body = self._door.ask(name, asked)
        if status != 200:
            if body["__type"].endswith(
                "#DuplicateItemException"
            ):  # Without the item that is there.
                return status, body | {"__type": "#TransactionConflictException"}
            return status, body
        if "Items" not in body:
            return status, body
        items = body["Items"]
        return status, {shown: items[0]} if items else {}

    def _wanted(self, request: dict[str, Any]) -> bool:
        """Whether to say it in PartiQL: a request under a token each time, or never."""
        token = request.get("ClientRequestToken")
        if token is not None:
            return zlib.crc32(token.encode()) % 2 == 0
        return self._chance.random() < _SHARE

    def close(self) -> None:
        """The round is over."""
        self._door.close()


Said = tuple[str, dict[str, Any]] | None


def _where(key: dict[str, Any]) -> tuple[str, list[Any]]:
    return " WHERE p = ? AND s = ?", [key["p"], key["s"]]


def _positional(text: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    names = _PLACEHOLDER.findall(text)
    return _PLACEHOLDER.sub("?", text), [values[name] for name in names]


def _one(text: str, parameters: list[Any], request: dict[str, Any]) -> Said:
    asked: dict[str, Any] = {"Statement": text, "Parameters": parameters}
    for name in ("ConsistentRead", "ReturnValuesOnConditionCheckFailure"):
        if name in request:
            asked[name] = request[name]
    return "ExecuteStatement", asked


def _get(request: dict[str, Any]) -> Said:
    where, parameters = _where(request["Key"])
    return _one("SELECT * FROM histories" + where, parameters, request)


def _put(request: dict[str, Any]) -> Said:
    if "ConditionExpression" not in request:
        return None
    item = request["Item"]
    members = ", ".join(f"'{name}': ?" for name in item)
    return _one(f"INSERT INTO histories VALUE {{{members}}}", list(item.values()), {})


def _delete(request: dict[str, Any]) -> Said:
    where, parameters = _where(request["Key"])
    return _one(f"DELETE FROM histories{where} RETURNING ALL OLD *", parameters, request)


def _updated(request: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """UPDATE; None for ADD and for a condition that an absent item fulfils."""
    condition = request.get("ConditionExpression", "")
    if request["UpdateExpression"].startswith("ADD") or "not_exists" in condition:
        return None
    values = request["ExpressionAttributeValues"]
    clauses, parameters = _positional(request["UpdateExpression"], values)
    where, of_key = _where(request["Key"])
    text = f"UPDATE histories {clauses}{where}"
    parameters += of_key
    if condition:
        more, of_condition = _positional(condition, values)
        text += f" AND {more}"
        parameters += of_condition
    return text, parameters


def _update(request: dict[str, Any]) -> Said:
    found = _updated(request)
    if found is None:
        return None
    text, parameters = found
    return _one(text + " RETURNING ALL NEW *", parameters, request)


def _transact_get(request: dict[str, Any]) -> Said:
    members: list[dict[str, Any]] = []
    for each in request["TransactItems"]:
        where, parameters = _where(each["Get"]["Key"])
        text = "SELECT * FROM histories" + where
        members.append({"Statement": text, "Parameters": parameters})
    return "ExecuteTransaction", {"TransactStatements": members}


def _transact_write(request: dict[str, Any]) -> Said:
    members: list[dict[str, Any]] = []
    for each in request["TransactItems"]:
        [(kind, action)] = each.items()
        found = _checked(action) if kind == "ConditionCheck" else None
        if kind == "Update":
            found = _updated(action)
        if found is None:
            return None
        member: dict[str, Any] = {"Statement": found[0], "Parameters": found[1]}
        if "ReturnValuesOnConditionCheckFailure" in action:
            member["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        members.append(member)
    asked: dict[str, Any] = {"TransactStatements": members}
    if "ClientRequestToken" in request:
        asked["ClientRequestToken"] = request["ClientRequestToken"]
    return "ExecuteTransaction", asked


def _checked(action: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """EXISTS; None for a condition that an absent item fulfils."""
    condition = action["ConditionExpression"]
    if "not_exists" in condition:
        return None
    where, parameters = _where(action["Key"])
    more, of_condition = _positional(condition, action["ExpressionAttributeValues"])
    return f"EXISTS(SELECT * FROM histories{where} AND {more})", parameters + of_condition


# How each is said, and the member of its answer that shows the item.
_SAID = {
    "GetItem": (_get, "Item"),
    "PutItem": (_put, "Attributes"),
    "DeleteItem": (_delete, "Attributes"),
    "UpdateItem": (_update, "Attributes"),
    "TransactGetItems": (_transact_get, ""),
    "TransactWriteItems": (_transact_write, ""),
}
