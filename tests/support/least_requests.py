"""The least request of every operation of the API that breaks nothing of its model."""

from __future__ import annotations

from typing import Any

from dynalite_py.operations import schemas
from dynalite_py.operations.shapes import (
    Blob,
    Boolean,
    Mapping,
    Number,
    Request,
    Sequence,
    Shape,
    Structure,
    Text,
    Whole,
)

# Texts whose pattern not every letter fits.
_FITTING = {"[0-9]{12}": "123456789012", "([0-9a-f]{16})+": "0123456789abcdef" * 7}


def least_request(operation: str, **members: Any) -> Request:
    """Every required member with the least value that fits, and these."""
    return _least_members(schemas.of(operation).members) | members


def _least_members(members: dict[str, Any]) -> Request:
    return {name: least(member.shape) for name, member in members.items() if member.required}


def least(shape: Shape) -> Any:
    """A value of a shape: as short, small and empty as its model lets it be."""
    match shape:
        case Text():
            return _least_text(shape)
        case Whole():
            return shape.minimum or 0
        case Number():
            return 0
        case Boolean():
            return False
        case Blob():
            return ""
        case Sequence():
            return [least(shape.element)] * (shape.minimum or 0)
        case Mapping():
            return {}
        case Structure(free=True):
            return {"N": "1"}
        case Structure():
            return _least_members(shape.members)


def _least_text(shape: Text) -> str:
    if shape.values:
        return shape.values[0]
    return _FITTING.get(shape.printed_pattern, "a" * max(shape.minimum or 0, 3))
