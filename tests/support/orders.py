"""Answers without the orders that the service leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from dynalite_py.model import codec

_SETS = ("SS", "NS", "BS")


def in_one_order(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items in one order, the members of their sets too."""
    return sorted((sets_in_order(each) for each in items), key=codec.encode)


def sets_in_order(content: Any) -> Any:
    """A JSON document whose names and sets are in one order."""
    if isinstance(content, list):
        return [sets_in_order(each) for each in cast("list[Any]", content)]
    if not isinstance(content, dict):
        return content
    members = cast("dict[str, Any]", content)
    return {
        name: sorted(cast("list[str]", each))
        if name in _SETS and isinstance(each, list)
        else sets_in_order(each)
        for name, each in sorted(members.items())
    }
