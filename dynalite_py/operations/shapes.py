"""The forms in which request members are described: what a schema is made of, without behaviour.

``schema`` builds and reads them, ``schema_faults`` says in AWS words what a request breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from dynalite_py.model.errors import DynamoDBError

Request: TypeAlias = dict[str, Any]

# A shape's own way to name what a value breaks, where the service leaves its usual form.
# (value, path, the shape itself) -> violations.
Faults: TypeAlias = Callable[[Any, str, Any], list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A string. printed_pattern: what the service prints; pattern: what we match, which may let
    ARNs pass too."""

    minimum: int | None = None
    maximum: int | None = None
    pattern: re.Pattern[str] | None = None
    printed_pattern: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes, on the wire as base64 text."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """true or false; the words "true" and "false" are converted."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; a fraction is cut off. kind: the Java type that the service's texts name."""

    kind: Literal["Integer", "Long"] = "Integer"
    minimum: int | None = None
    maximum: int | None = None
    faults: Faults | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may have a fraction; times are such. kind: the Java type that texts name."""

    kind: Literal["Double", "Date"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of one shape."""

    element: Shape
    minimum: int | None = None
    maximum: int | None = None
    faults: Faults | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map from names to one shape."""

    value: Shape
    faults: Faults | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """Named members. name: the shape's name in the service model. free: nothing inside has
    constraints."""

    name: str
    members: dict[str, Member] = field(default_factory=dict[str, "Member"])
    free: bool = False


Shape: TypeAlias = Text | Blob | Boolean | Whole | Number | Sequence | Mapping | Structure


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a request or structure. path: its name as violations print it (first letter
    lower case)."""

    name: str
    shape: Shape
    required: bool
    path: str


@dataclass(frozen=True, slots=True)
class Schema:
    """What one operation takes.

    members: in the order in which the service reports violations. alone: members whose violations
    are reported before and without all others. first: a check in the service's own words ahead of
    the model's violations. accept: the fast check, compiled once.
    """

    members: dict[str, Member]
    alone: tuple[str, ...]
    first: Callable[[Request], DynamoDBError | None] | None
    accept: Callable[[Request], bool]
