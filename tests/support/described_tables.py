"""Reads documents that describe tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dynalite_py.formats import schema_files
from dynalite_py.formats.definitions import Definition
from dynalite_py.model import codec

KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
ATTRIBUTES = [{"AttributeName": "pk", "AttributeType": "S"}]
REQUEST: dict[str, Any] = {
    "TableName": "Music",
    "AttributeDefinitions": ATTRIBUTES,
    "KeySchema": KEY,
    "BillingMode": "PAY_PER_REQUEST",
}


def read(
    document: Any,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Definition]:
    """The tables of a document, or of a text."""
    text = document.encode() if isinstance(document, str) else codec.encode(document)
    return schema_files.tables(
        text,
        parameters or {},
        region="eu-west-1",
        account="123456789012",
        stack="shop",
        environment=environment or {},
    )


def only(document: Any, **options: Any) -> Definition:
    """The one table of a document."""
    [found] = read(document, **options)
    return found
