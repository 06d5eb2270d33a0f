"""JSON lines: one plain JSON object a line, for people, jq and data frames.

Texts, numbers (every digit of them), booleans, null, lists and objects stand for themselves. JSON
has no sets and no binaries: those are written as DynamoDB JSON writes them, ``{"SS": ["a"]}`` and
``{"B": "AAE="}``, and read back so. An object that only looks like one is written ``{"M": {...}}``,
so that whatever is written is read as what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TextIO, cast

from dynalite_py.formats import dynamodb_json
from dynalite_py.formats.lines import DEEPEST, Item, WrongFileError, numbered
from dynalite_py.model import codec

# What an object with one member of such a name stands for: none of them is in plain JSON.
_TAGGED = frozenset({"SS", "NS", "BS", "B", "M"})
_SCALARS: dict[type, str] = {str: "S", bool: "BOOL"}
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


def line_of(item: Mapping[str, Any]) -> str:
    """An item as a line, without its end."""
    return codec.portable_text(plain_item(item))


def items(stream: TextIO) -> Iterator[tuple[int, Item]]:
    """The items of a file with their lines. Raises: WrongFileError."""
    for number, line in numbered(stream):
        try:
            yield number, _item_of(codec.decode(line), number)
        except (codec.NotJsonError, _InexactError):  # Slower, and every digit is kept.
            try:
                exact = codec.decode_exact(line)
            except codec.NotJsonError as failure:
                raise WrongFileError(f"not JSON: {failure}", number) from None
            yield number, _item_of(exact, number)


def _item_of(decoded: Any, number: int) -> Item:
    if not isinstance(decoded, dict):
        raise WrongFileError("an item is a JSON object", number)
    try:
        return {
            name: value_of(value, name) for name, value in cast("dict[str, Any]", decoded).items()
        }
    except ValueError as failure:
        raise WrongFileError(str(failure), number) from None


class _InexactError(Exception):
    """A number was decoded as a float, which may have lost digits of it."""


def plain_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item in boto3's form as what ``codec.portable_text`` writes plainly."""
    return {name: plain_value(value) for name, value in item.items()}


def plain_value(value: Mapping[str, Any]) -> Any:
    """One value in boto3's form as its plain JSON."""
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return _number(content)
        case "NULL":
            return None
        case "L":
            return [plain_value(member) for member in content]
        case "M":
            plain = plain_item(content)
            return {"M": plain} if len(plain) == 1 and plain.keys() <= _TAGGED else plain
        case "S" | "BOOL":
            return content
        case _:
            return {kind: content}


def value_of(value: Any, path: str, depth: int = 0) -> dict[str, Any]:
    """A decoded plain value in boto3's form. Raises: ValueError, which names the path; for a float
    what makes ``items`` decode exactly.
    """
    if depth > DEEPEST:
        raise ValueError(f"{path} is nested too deeply")
    kind = _SCALARS.get(cast("type[object]", type(value)))
    if kind is not None:
        return {kind: value}
    match value:
        case None:
            return {"NULL": True}
        case int() | Decimal():
            return {"N": str(value)}
        case float():
            raise _InexactError
        case list():
            return {
                "L": [
                    value_of(member, f"{path}[{index}]", depth + 1)
                    for index, member in enumerate(cast("list[Any]", value))
                ]
            }
        case _:
            return _object(cast("dict[str, Any]", value), path, depth)


def _object(members: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
    if len(members) == 1 and members.keys() <= _TAGGED:
        [(kind, content)] = members.items()
        if kind != "M":
            return dynamodb_json.value_of(members, path)
        if isinstance(content, dict):
            members = cast("dict[str, Any]", content)
    return {
        "M": {name: value_of(value, f"{path}.{name}", depth + 1) for name, value in members.items()}
    }


def _number(digits: str) -> Any:
    """A number as it is written; DynamoDB's own spelling is nearly always JSON's too."""
    if _JSON_NUMBER.fullmatch(digits):
        return codec.raw(digits)
    number = Decimal(digits)
    return codec.raw(str(number)) if number.is_finite() else digits
