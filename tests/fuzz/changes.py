"""Changes inside a JSON value, without a thought for what it means."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeAlias, cast

Request: TypeAlias = dict[str, Any]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key or position) of a JSON value, down to a reasonable depth."""
    found: list[tuple[Any, Any]] = []
    pending: list[tuple[Any, int]] = [(value, 0)]
    while pending:
        each, depth = pending.pop()
        if isinstance(each, dict):
            inner = [(each, key) for key in each]
        elif isinstance(each, list):
            inner = [(each, place) for place, _ in enumerate(cast("list[Any]", each))]
        else:
            continue
        found += inner
        if depth < 12 and len(found) < 400:
            pending += [(parent[key], depth + 1) for parent, key in inner]
    return found


def one_of(source: random.Random, value: Request) -> Request:
    """One of the members, if there is any."""
    if not value:
        return {}
    name = source.choice(list(value))
    return {name: value[name]}


def change_elements(source: random.Random, parent: list[Any], place: int) -> None:
    """Take the element out, say it twice, or shuffle the list."""
    match source.randrange(3):
        case 0:
            del parent[place]
        case 1:
            parent.insert(place, parent[place])
        case _:
            source.shuffle(parent)


def deep(source: random.Random, value: Any) -> Any:
    """A value inside many lists, maps or structures."""
    wraps: tuple[Callable[[Any], Any], ...] = (
        lambda inner: {"M": {"m": inner}},
        lambda inner: {"L": [inner]},
        lambda inner: [inner],
        lambda inner: {"a": inner},
    )
    wrap = source.choice(wraps)
    for _ in range(source.choice((2, 15, 16, 31, 32, 33, 100, 300, 490))):
        value = wrap(value)
    return value
