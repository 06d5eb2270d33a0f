"""The API's requests as its published model describes them: ``api_model.txt``, read once.

The file is generated from botocore's model and says what a request is made of: members, types,
bounds, enums. What the service does otherwise stands in ``model_differences``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_FILE = Path(__file__).with_name("api_model.txt")
_BOUNDS = re.compile(r"(\d*)\.\.(\d*)")


class Declared(NamedTuple):
    """One declaration of the file. kind: structure, list, string... content: what follows it."""

    kind: str
    content: str


class DeclaredMember(NamedTuple):
    """One member of a structure."""

    name: str
    shape: str
    required: bool


class Bounds(NamedTuple):
    """Least and greatest length or value; None where there is none."""

    minimum: int | None = None
    maximum: int | None = None


@cache
def _declarations() -> MappingProxyType[tuple[bool, str], Declared]:
    """Every declaration, by whether it is an operation and by name."""
    found: dict[tuple[bool, str], Declared] = {}
    for block in re.split(r"\n(?=\w)", _FILE.read_text(encoding="utf-8"))[1:]:
        head, _, content = block.partition(":")
        kind, name = head.split()
        found[kind == "operation", name] = Declared(kind, content.strip())
    return MappingProxyType(found)


def operations() -> tuple[str, ...]:
    """The names of all operations of DynamoDB and of DynamoDB Streams."""
    return tuple(name for is_operation, name in _declarations() if is_operation)


def input_of(operation: str) -> str:
    """The name of the structure that an operation takes."""
    return _declarations()[True, operation].content


def declared(shape: str) -> Declared:
    """A shape's declaration."""
    return _declarations()[False, shape]


def members_of(structure: Declared) -> list[DeclaredMember]:
    """A structure's members, in the order of the model."""
    lines = (line.split() for line in structure.content.splitlines())
    return [DeclaredMember(name.rstrip("!"), shape, name.endswith("!")) for name, shape in lines]


def bounds_of(declaration: Declared) -> Bounds:
    """The bounds of a text, a number, a list or a map."""
    match = _BOUNDS.search(declaration.content.partition("/")[0])
    if match is None:
        return Bounds()
    low, high = match.groups()
    return Bounds(int(low) if low else None, int(high) if high else None)


def pattern_of(text: Declared) -> str:
    """A text's regular expression in Java's spelling, as the service prints it; "" without one."""
    return text.content.partition("/")[2].rpartition("/")[0]


def values_of(text: Declared) -> tuple[str, ...]:
    """The values that a text may have; () where it is free."""
    known = "|" in text.content or re.fullmatch("[A-Z_]+", text.content)
    return tuple(text.content.split(" | ")) if known and "/" not in text.content else ()
