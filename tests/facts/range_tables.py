"""The tables that the facts of Query and Scan are about."""

from __future__ import annotations

from typing import Any


def _keys(*names: str, hashes: int = 1) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": "HASH" if at < hashes else "RANGE"}
        for at, name in enumerate(names)
    ]


def _index(
    name: str, *keys: str, projection: str = "ALL", others: tuple[str, ...] = (), hashes: int = 1
) -> dict[str, Any]:
    projected: dict[str, Any] = {"ProjectionType": projection}
    if others:
        projected["NonKeyAttributes"] = list(others)
    return {"IndexName": name, "KeySchema": _keys(*keys, hashes=hashes), "Projection": projected}


def _table(name: str, types: dict[str, str], *keys: str, **indexes: Any) -> dict[str, Any]:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in types.items()
        ],
        "KeySchema": _keys(*keys),
        **indexes,
    }


TABLES = [
    _table("words", {"p": "S"}, "p"),
    _table("numbers", {"p": "N"}, "p"),
    _table("binaries", {"p": "B", "s": "B"}, "p", "s"),
    _table(
        "scores",
        {
            "p": "S",
            "s": "S",
            "rank": "N",
            "city": "S",
            "kind": "S",
            "country": "S",
            "street": "S",
            "house": "N",
        },
        "p",
        "s",
        LocalSecondaryIndexes=[
            _index("by_rank", "p", "rank", projection="INCLUDE", others=("note",)),
            _index("by_city_here", "p", "city"),
        ],
        GlobalSecondaryIndexes=[
            _index("by_city", "city", "rank", projection="INCLUDE", others=("note",)),
            _index("by_kind", "kind"),
            _index("by_place", "country", "city", "street", "house", hashes=2),
        ],
    ),
]
