"""What a request is about, and a batch taken apart."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Request: TypeAlias = dict[str, Any]

TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems"})
# Where a batch says what of it was not done.
UNPROCESSED = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}


class Element(NamedTuple):
    """What a request is about: a table by its name, and an item, or a key, of it."""

    table: str
    item: Mapping[str, Any]


def elements_of(operation: str, request: Request) -> list[Element]:
    """What a request, whose shape was checked, is about, in its own order.

    Statements of PartiQL are one element without a table: only their names tell them apart.
    """
    if operation in UNPROCESSED:
        return [element for _, element in _batch(operation, request)]
    if operation in TRANSACTIONS:
        return [
            _element(next(action for action in each.values() if action))
            for each in request["TransactItems"]
        ]
    return [_element(request)]


def _element(given: Mapping[str, Any]) -> Element:
    name = given.get("TableName") or ""
    return Element(_short(name), given.get("Item") or given.get("Key") or {})


def _short(name: str) -> str:
    """A table's name, also of its ARN."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name


def _batch(operation: str, request: Request) -> list[tuple[str, Element]]:
    """The elements of a batch, each with the name that its table has in the request."""
    found: list[tuple[str, Element]] = []
    for name, part in request["RequestItems"].items():
        if operation == "BatchGetItem":
            found += [(name, Element(_short(name), key)) for key in part["Keys"]]
            continue
        for write in part:
            action = write.get("PutRequest") or write.get("DeleteRequest") or {}
            item = action.get("Item") or action.get("Key") or {}
            found.append((name, Element(_short(name), item)))
    return found


def parted(operation: str, request: Request, hit: list[int]) -> tuple[Request, dict[str, Any]]:
    """A batch without some of its elements, and those, in the form of a request's members."""
    places, withheld = itertools.count(), set(hit)
    kept: dict[str, Any] = {}
    left: dict[str, Any] = {}
    for name, part in request["RequestItems"].items():
        of_keys = operation == "BatchGetItem"
        marked = [(next(places) in withheld, each) for each in (part["Keys"] if of_keys else part)]
        for into, wanted in ((kept, False), (left, True)):
            members = [each for is_withheld, each in marked if is_withheld is wanted]
            if members:
                into[name] = {**part, "Keys": members} if of_keys else members
    return {**request, "RequestItems": kept}, left
