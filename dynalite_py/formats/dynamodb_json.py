"""DynamoDB JSON: one ``{"Item": {...}}`` a line, as exports to S3 have it.

Read are also lines that hold the bare item, and a whole document of the AWS CLI: ``{"Items":
[...]}`` or a list of items.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TextIO, cast

from dynalite_py.formats.lines import DEEPEST, Item, WrongFileError, numbered
from dynalite_py.model import codec, values
from dynalite_py.model.errors import DynamoDBError

# A document is read as a whole; an export has lines and no such limit.
LARGEST_DOCUMENT = 256 * 1024 * 1024


def line_of(item: Mapping[str, Any]) -> str:
    """An item as a line, without its end."""
    return codec.portable_text({"Item": item})


def items(stream: TextIO) -> Iterator[tuple[int, Item]]:
    """The items of a file with their lines; 0 stands for a document's. Raises: WrongFileError."""
    for number, given in decoded(stream):
        yield number, item_of(given, number)


def decoded(stream: TextIO) -> Iterator[tuple[int, Any]]:
    """What should be items, decoded and not looked at. Raises: WrongFileError."""
    lines = numbered(stream)
    for number, line in lines:
        try:
            content = codec.decode(line)
        except codec.NotJsonError as failure:
            if number > 1 and not line.startswith((" ", "[", "{", "]", "}")):
                raise WrongFileError(f"not JSON: {failure}", number) from None
            for member in _document(line, lines, number):
                yield 0, member
            return
        for member in _members(content):
            yield number, member


def _members(content: Any) -> list[Any]:
    """A line is an item, or a whole document without line ends."""
    if isinstance(content, list):
        return cast("list[Any]", content)
    if isinstance(content, dict) and isinstance(content.get("Items"), list):
        return cast("list[Any]", content["Items"])
    return [content]


def _document(first: str, rest: Iterator[tuple[int, str]], number: int) -> list[Any]:
    parts, size = [first], len(first)
    for _, line in rest:
        parts.append(line)
        size += len(line)
        if size > LARGEST_DOCUMENT:
            raise WrongFileError(f"one document of more than {LARGEST_DOCUMENT:,} characters")
    try:
        return _members(codec.decode("".join(parts)))
    except codec.NotJsonError as failure:
        raise WrongFileError(f"not JSON: {failure}", number) from None


def canonical_of(given: Any, number: int = 0) -> values.Item:
    """A decoded item as it is stored. number: its line. Raises: WrongFileError.

    What is canonical already, as in every export, is only checked; all else goes the long way.
    """
    members = cast("dict[str, Any]", given) if type(given) is dict else {}
    inner: Any = members["Item"] if len(members) == 1 and "Item" in members else given
    try:
        item = values.canonical_item(inner)
    except DynamoDBError:
        item = None
    if item is not None and item == inner:
        return item
    return stored_form(item_of(given, number), number)


def stored_form(item: Item, number: int = 0) -> values.Item:
    """An item in boto3's form as it is stored. number: its line. Raises: WrongFileError."""
    try:
        wire = codec.decode(codec.portable_text(item))
        return values.canonical_item(wire)
    except DynamoDBError as refusal:
        raise WrongFileError(str(refusal.message), number) from None
    except TypeError as failure:  # A text that is no UTF-8.
        raise WrongFileError(str(failure), number) from None


def item_of(decoded: Any, number: int = 0) -> Item:
    """A decoded item in boto3's form. number: its line. Raises: WrongFileError."""
    decoded = _unwrapped(decoded)
    if not isinstance(decoded, dict):
        raise WrongFileError("an item is a JSON object", number)
    try:
        return {
            name: value_of(value, name) for name, value in cast("dict[str, Any]", decoded).items()
        }
    except ValueError as failure:
        raise WrongFileError(str(failure), number) from None


def _unwrapped(decoded: Any) -> Any:
    """What stands under "Item", unless that is an attribute of this name."""
    match decoded:
        case {"Item": dict() as inner} if len(cast("dict[str, Any]", decoded)) == 1:
            members = cast("dict[str, Any]", inner)
            return members if all(map(_is_value, members.values())) else decoded
        case _:
            return decoded


def _is_value(value: Any) -> bool:
    """Whether something has the form of an attribute's value."""
    if not isinstance(value, dict):
        return False
    members = cast("dict[str, Any]", value)
    return len(members) == 1 and next(iter(members)) in _CONTENT


def value_of(value: Any, path: str, depth: int = 0) -> dict[str, Any]:
    """An attribute value in boto3's form. Raises: ValueError, which names the path."""
    if not _is_value(value):
        raise ValueError(f'{path} is no attribute value such as {{"S": "text"}}')
    if depth > DEEPEST:
        raise ValueError(f"{path} is nested too deeply")
    [(kind, content)] = cast("dict[str, Any]", value).items()
    return {kind: _CONTENT[kind](content, path, depth)}


def _text(content: Any, path: str, depth: int) -> str:
    del depth
    if not isinstance(content, str):
        raise ValueError(f"{path} needs a text")
    return content


def _binary(content: Any, path: str, depth: int) -> bytes:
    try:
        return base64.b64decode(_text(content, path, depth), validate=True)
    except binascii.Error:
        raise ValueError(f"{path} is no base64 text") from None


def _flag(content: Any, path: str, depth: int) -> bool:
    del depth
    if not isinstance(content, bool):
        raise ValueError(f"{path} needs true or false")
    return content


def _list_of(inner: Callable[[Any, str, int], Any]) -> Callable[[Any, str, int], list[Any]]:
    def read(content: Any, path: str, depth: int) -> list[Any]:
        if not isinstance(content, list):
            raise ValueError(f"{path} needs a list")
        return [
            inner(member, f"{path}[{index}]", depth + 1)
            for index, member in enumerate(cast("list[Any]", content))
        ]

    return read


def _map(content: Any, path: str, depth: int) -> Item:
    if not isinstance(content, dict):
        raise ValueError(f"{path} needs an object")
    return {
        name: value_of(value, f"{path}.{name}", depth + 1)
        for name, value in cast("dict[str, Any]", content).items()
    }


_CONTENT: dict[str, Callable[[Any, str, int], Any]] = {
    "S": _text,
    "N": _text,
    "B": _binary,
    "BOOL": _flag,
    "NULL": _flag,
    "SS": _list_of(_text),
    "NS": _list_of(_text),
    "BS": _list_of(_binary),
    "L": _list_of(value_of),
    "M": _map,
}
