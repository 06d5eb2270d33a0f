"""Short words for requests: plain Python values become attribute values."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, cast

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One request.

    pages: follow LastEvaluatedKey to the end and compare all pages as one.
    """

    operation: str
    request: Request
    pages: bool = False

    @property
    def unordered(self) -> bool:
        """Whether the order of the answer's items is the service's own: one index key for all."""
        return self.request.get("IndexName") in ("tags", "scores")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps that one pair of stores sees in order. setup: tables and items, the same on both.

    fresh: the setup is made anew for each step, so that no step sees what another left.
    """

    name: str
    setup: tuple[Step, ...]
    steps: tuple[Step, ...]


class N(str):
    """A number as text, in the spelling that is sent."""

    __slots__ = ()


class Wire(dict[str, Any]):
    """An attribute value that is sent as it stands, right or wrong."""


def value(plain: Any) -> dict[str, Any]:
    """A plain value as an attribute value: int and N are numbers, set members decide the set."""
    match plain:
        case Wire():
            return dict(plain)
        case bool():
            return {"BOOL": plain}
        case None:
            return {"NULL": True}
        case N() | int() | float():
            return {"N": str(plain)}
        case str():
            return {"S": plain}
        case bytes():
            return {"B": base64.b64encode(plain).decode()}
        case list():
            return {"L": [value(each) for each in plain]}
        case dict():
            return {"M": attributes(cast("dict[str, Any]", plain))}
        case set() | frozenset():
            members = [value(each) for each in cast("set[Any]", plain)]
            [kind] = {next(iter(each)) for each in members}
            return {f"{kind}S": sorted(each[kind] for each in members)}
        case _:
            raise TypeError(f"{plain!r} is no plain value")


def attributes(plain: dict[str, Any]) -> dict[str, Any]:
    """A plain dict as an item, a key or ExpressionAttributeValues."""
    return {name: value(each) for name, each in plain.items()}


def put(table: str, item: dict[str, Any], **members: Any) -> Step:
    """PutItem."""
    return Step("PutItem", {"TableName": table, "Item": attributes(item), **_members(members)})


def get(table: str, key: dict[str, Any], **members: Any) -> Step:
    """GetItem, consistent."""
    request = {"TableName": table, "Key": attributes(key), "ConsistentRead": True}
    return Step("GetItem", {**request, **_members(members)})


def update(
    table: str, key: dict[str, Any], expression: str | None = None, /, **members: Any
) -> Step:
    """UpdateItem."""
    request: Request = {"TableName": table, "Key": attributes(key)}
    if expression is not None:
        request["UpdateExpression"] = expression
    return Step("UpdateItem", {**request, **_members(members)})


def delete(table: str, key: dict[str, Any], **members: Any) -> Step:
    """DeleteItem."""
    return Step("DeleteItem", {"TableName": table, "Key": attributes(key), **_members(members)})


def query(table: str, condition: str | None = None, /, **members: Any) -> Step:
    """Query. pages, among the members: as in Step."""
    pages = members.pop("pages", False)
    request: Request = {"TableName": table}
    if condition is not None:
        request["KeyConditionExpression"] = condition
    return Step("Query", {**request, **_members(members)}, pages)


def scan(table: str, **members: Any) -> Step:
    """Scan. pages, among the members: as in Step."""
    pages = members.pop("pages", False)
    return Step("Scan", {"TableName": table, **_members(members)}, pages)


_EXPRESSIONS = {
    "condition": "ConditionExpression",
    "filter": "FilterExpression",
    "projection": "ProjectionExpression",
    "names": "ExpressionAttributeNames",
    "returns": "ReturnValues",
    "index": "IndexName",
    "limit": "Limit",
    "select": "Select",
    "forward": "ScanIndexForward",
    "consistent": "ConsistentRead",
    "consumed": "ReturnConsumedCapacity",
}


def _members(members: dict[str, Any]) -> Request:
    """Short member names as the API's; ``values`` and ``start`` take plain values."""
    found: Request = {}
    for name, content in members.items():
        if name == "values":
            found["ExpressionAttributeValues"] = attributes(content)
        elif name == "start":
            found["ExclusiveStartKey"] = attributes(content)
        else:
            found[_EXPRESSIONS.get(name, name)] = content
    return found


def table(
    name: str,
    partition: str,
    sort: str | None = None,
    *,
    others: str = "",
    **members: Any,
) -> Step:
    """CreateTable on demand. partition, sort, others: "name:TYPE", others parted by blanks."""
    defined = [word for word in (partition, sort, *others.split()) if word]
    return Step(
        "CreateTable",
        {
            "TableName": name,
            "KeySchema": schema(partition, sort),
            "AttributeDefinitions": [
                {"AttributeName": each.partition(":")[0], "AttributeType": each.partition(":")[2]}
                for each in defined
            ],
            "BillingMode": "PAY_PER_REQUEST",
            **members,
        },
    )


def schema(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    """A key schema of one or two names; a type after a colon is left out."""
    keys = [{"AttributeName": partition.partition(":")[0], "KeyType": "HASH"}]
    if sort:
        keys.append({"AttributeName": sort.partition(":")[0], "KeyType": "RANGE"})
    return keys


def index(
    name: str, partition: str, sort: str | None = None, projection: str = "ALL", *include: str
) -> dict[str, Any]:
    """A secondary index."""
    projected: dict[str, Any] = {"ProjectionType": projection}
    if include:
        projected["NonKeyAttributes"] = list(include)
    return {"IndexName": name, "KeySchema": schema(partition, sort), "Projection": projected}
