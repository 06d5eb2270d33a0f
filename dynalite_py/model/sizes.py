"""The size of an item as DynamoDB counts it, and its weight in a page of Query or Scan.

Source: facts, Item size (formula, number bytes) and The 1 MB page. All values are canonical and in
wire form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynalite_py.model import numbers

_PAGE_ROW_BYTES = 18
_PAGE_SPLIT_BYTES = 3072


def _text(value: str) -> int:
    return len(value) if value.isascii() else len(value.encode())


def _number(value: str) -> int:
    if value.isdigit():  # A plain integer: pairs of its significant digits, aligned at the point.
        first = len(value) - len(value.rstrip("0")) & ~1
        return 1 + (len(value) - first + 1) // 2 if value != "0" else 1
    negative, digits, point = numbers.scientific(value)
    if not digits:
        return 1
    return 1 + (len(digits) + point % 2 + 1) // 2 + negative


def _binary(value: str) -> int:
    return len(value) // 4 * 3 - value.count("=", -2) if value else 0


def _one(_value: Any) -> int:
    return 1


def _texts(members: list[str]) -> int:
    return sum(map(_text, members))


def _numbers(members: list[str]) -> int:
    return sum(map(_number, members))


def _binaries(members: list[str]) -> int:
    return sum(map(_binary, members))


def _list(members: list[dict[str, Any]]) -> int:
    return 3 + sum(1 + of_value(member) for member in members)


def _map(members: dict[str, dict[str, Any]]) -> int:
    return 3 + sum(1 + _text(name) + of_value(member) for name, member in members.items())


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _one,
    "NULL": _one,
    "SS": _texts,
    "NS": _numbers,
    "BS": _binaries,
    "L": _list,
    "M": _map,
}


def of_value(value: dict[str, Any]) -> int:
    """Bytes of one attribute value, without its name."""
    [(kind, content)] = value.items()
    return _SIZES[kind](content)


def of_item(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of an item (or of a projected entry, or of a key): names and values."""
    size = 0
    for name, value in item.items():
        [(kind, content)] = value.items()
        size += (len(name) if name.isascii() else len(name.encode())) + _SIZES[kind](content)
    return size


def _stored(kind: str, content: Any, size: int) -> int:
    """Bytes of a value but S and N in the storage-like form by which pages are cut.

    size: its plain size.
    """
    if kind == "B":
        return size + 1
    if kind in ("SS", "NS", "BS"):
        return size + len(content) + 1
    return 0 if kind == "NULL" else size


def measure(item: dict[str, dict[str, Any]], sort_key: str | None) -> tuple[int, int]:
    """The item's size and its page weight, both in bytes, in one pass.

    sort_key: the table's sort key attribute, which weighs by itself.
    """
    size = stored = 0
    for name, value in item.items():
        [(kind, content)] = value.items()
        size += len(name) if name.isascii() else len(name.encode())
        if kind == "S":  # Inline: the commonest type, and a call costs as much as its measure.
            value_size = len(content) if content.isascii() else len(content.encode())
            stored += value_size + (2 if value_size < 128 else 3 if value_size < 16_384 else 4)
            size += value_size
        elif kind == "N":
            value_size = _number(content)
            stored += value_size + 2
            size += value_size
        else:
            value_size = _SIZES[kind](content)
            stored += 1 + _stored(kind, content, value_size)
            size += value_size
    if sort_key is None or sort_key not in item:
        return size, 2 + stored + (1 + (1 + stored) // _PAGE_SPLIT_BYTES) * _PAGE_ROW_BYTES
    sort_bytes, sort_weight = _sort_value(item[sort_key])
    stored -= sort_weight
    pieces = 1 + (1 + stored) // _PAGE_SPLIT_BYTES
    return size, 2 + stored + pieces * (_PAGE_ROW_BYTES + sort_bytes)


def _sort_value(value: dict[str, Any]) -> tuple[int, int]:
    """Size of a sort key's value, and what it would weigh as any other attribute."""
    [(kind, content)] = value.items()
    size = _SIZES[kind](content)
    if kind == "S":
        return size, size + (2 if size < 128 else 3 if size < 16_384 else 4)
    return size, size + 2 if kind == "N" else 1 + _stored(kind, content, size)
