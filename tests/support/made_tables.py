"""Tables of one kind of key, made by any client."""

from __future__ import annotations

from typing import Any


def make_table(client: Any, name: str, /, **keys: str) -> str:
    """A table on demand: ``make_table(client, "T", pk="S", sk="N")``; its name."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": kind} for key, kind in keys.items()
        ],
        KeySchema=[
            {"AttributeName": key, "KeyType": part}
            for key, part in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
    )
    return name
