"""The tables that the facts about items, batches, transactions and capacity are told of."""

from __future__ import annotations

from typing import Any


def _keys(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else keys


def _attributes(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


HASH_S: dict[str, Any] = {
    "TableName": "hash_s",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(p="S"),
    "KeySchema": _keys("p"),
}
NUMBERED: dict[str, Any] = {
    "TableName": "numbered",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(p="N", s="B"),
    "KeySchema": _keys("p", "s"),
}
# The table of the recorded worked examples of index capacity.
INDEXED: dict[str, Any] = {
    "TableName": "indexed",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(pk="S", sk="S", gsiPk="S", lsiSk="S"),
    "KeySchema": _keys("pk", "sk"),
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "gsi-inc",
            "KeySchema": _keys("gsiPk"),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["proj"]},
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "lsi-all",
            "KeySchema": _keys("pk", "lsiSk"),
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
# A local index that holds a part of the item alone.
PARTLY: dict[str, Any] = {
    "TableName": "partly",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(pk="S", sk="S", lsiSk="S"),
    "KeySchema": _keys("pk", "sk"),
    "LocalSecondaryIndexes": [
        {
            "IndexName": "lsi-inc",
            "KeySchema": _keys("pk", "lsiSk"),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["proj"]},
        }
    ],
}
TABLES = [HASH_S, NUMBERED, INDEXED]
