"""Random requests of any operation, made from its shape in the API model.

Nearly right by intent: required members mostly there, values mostly within their bounds, now and
then at a bound, beyond it, of another type or null. Where a shape asks for a name, one that exists
is likely.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from dynalite_py.operations import schemas
from dynalite_py.operations.shapes import (
    Blob,
    Boolean,
    Mapping,
    Member,
    Number,
    Request,
    Shape,
    Structure,
    Text,
    Whole,
)
from dynalite_py.operations.shapes import Sequence as Listed
from tests.fuzz import texts
from tests.fuzz.texts import chance

ODDITIES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1.5, "", "x", "a;", [], {}, [1], {"a": 1}),
    "y" * 1025,
)
_DEPTH = 6


class Shaped:
    """Requests by shape. names: what a table or an index is likely to be called; arns alike."""

    def __init__(self, source: random.Random, names: Sequence[str], arns: Sequence[str]) -> None:
        self.source = source
        self.names = names
        self.arns = arns

    def request(self, operation: str) -> Request:
        """One request of an operation."""
        return self._members(schemas.of(operation).members, 0)

    def _members(self, members: dict[str, Member], depth: int) -> Request:
        source = self.source
        given: Request = {}
        for name, member in members.items():
            wanted = not chance(source, 40) if member.required else chance(source, 3)
            if wanted and depth < _DEPTH:
                given[name] = self._value(member.shape, depth, name)
        return given

    def _value(self, shape: Shape, depth: int, name: str = "") -> Any:
        source = self.source
        if chance(source, 60):
            return source.choice(ODDITIES)
        match shape:
            case Text():
                return self._text(shape, name)
            case Whole():
                return self._whole(shape)
            case Number():
                return source.choice((0, 1, 1.5, 1_700_000_000, -3.25))
            case Boolean():
                return chance(source, 2)
            case Blob():
                return "YQ=="
            case _:
                return self._collection(shape, depth)

    def _collection(self, shape: Listed | Mapping | Structure, depth: int) -> Any:
        source = self.source
        match shape:
            case Listed():
                count = self._count(shape.minimum or 0, shape.maximum)
                return [self._value(shape.element, depth + 1) for _ in range(count)]
            case Mapping():
                keys = [source.choice(self.names) for _ in range(source.randrange(3))]
                return {key: self._value(shape.value, depth + 1) for key in keys}
            case Structure(free=True):
                return texts.attribute_of(source, "a")
            case Structure():
                return self._members(shape.members, depth + 1)

    def _count(self, minimum: int, maximum: int | None) -> int:
        if chance(self.source, 30):
            return max(0, min(minimum - 1, 3)) if chance(self.source, 2) else (maximum or 0) + 1
        return min(minimum + self.source.randrange(3), maximum or 3)

    def _whole(self, shape: Whole) -> int:
        low, high = shape.minimum or 0, shape.maximum or 10**12
        choices: Sequence[Callable[[], int]] = (
            lambda: self.source.randint(low, min(high, low + 20)),
            lambda: low,
            lambda: high,
            lambda: low - 1,
            lambda: high + 1,
        )
        return self.source.choice(choices)()

    def _text(self, shape: Text, name: str) -> str:
        source = self.source
        if shape.values:
            return source.choice(shape.values)
        if name.endswith("Arn"):
            return source.choice(self.arns)
        if name.endswith("Name") or shape.pattern is not None:
            return source.choice(self.names)
        length = source.choice((shape.minimum or 0, (shape.minimum or 0) + 4))
        if shape.maximum is not None and chance(source, 20):
            length = min(shape.maximum + 1, 9000)
        return "a" * length
