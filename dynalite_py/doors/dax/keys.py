"""What an answer is kept under: an item's key, or all of a query's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dynalite_py.doors.library import convert
from dynalite_py.model import codec, numbers
from dynalite_py.model.errors import DynamoDBError


def of_item(table: Any, key: Any) -> str | None:
    """The text that a key of a table is known by; None for what is no key.

    Numbers count by value: 1.0 and 1 are one key.
    """
    try:
        parts = [_part(name, value) for name, value in key.items()]
    except (AttributeError, DynamoDBError, TypeError, ValueError):
        return None
    if len(parts) > 1:
        parts.sort()
    return f"{table}\x00{''.join(parts)}"


def _part(name: str, value: Mapping[str, Any]) -> str:
    [(kind, content)] = value.items()
    if kind == "N":
        content = numbers.canonical_number(content)
    elif kind == "B":
        content = bytes(content).decode("latin-1")
    return f"{name}\x00{kind}{len(content)}:{content}"  # The length: no two keys make one text.


def of_request(operation: str, request: Mapping[str, Any]) -> str | None:
    """The text that all parameters of a Query or Scan make; None for what is no request."""
    try:
        return operation + codec.sorted_text(convert.request(operation, request))
    except (TypeError, ValueError):
        return None
