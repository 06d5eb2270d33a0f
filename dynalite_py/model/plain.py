"""Between plain Python values and attribute values as Python's clients take them.

Plain: str, int, Decimal, bytes, bool, None, list, dict and set. A client's attribute value is that
of the wire with bytes for binaries: ``3`` is ``{"N": "3"}``, ``b"x"`` is ``{"B": b"x"}``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast

PlainItem: TypeAlias = dict[str, Any]
Floats: TypeAlias = Literal["refuse", "repr"]

# The service takes 32 levels. The bound here only has to stop a value that contains itself.
DEEPEST = 64


class NotStorableError(TypeError):
    """A Python value that no item can hold; the text says where it stands."""


def item_out(item: Mapping[str, Any], *, floats: Floats = "refuse") -> dict[str, dict[str, Any]]:
    """A plain item in boto3's form. Raises: NotStorableError."""
    return {
        _name_out(name, "item"): value_out(value, path=name, floats=floats)
        for name, value in item.items()
    }


def value_out(
    value: Any, *, path: str = "value", floats: Floats = "refuse", depth: int = 0
) -> dict[str, Any]:
    """A plain value in boto3's form: ``3`` -> ``{"N": "3"}``.

    path: where it stands, for the error's text. floats: "repr" takes a float by its shortest
    decimal text. Raises: NotStorableError.
    """
    scalar = _SCALARS_OUT.get(cast("type[Any]", type(value)))
    if scalar is not None:
        return scalar(value)
    if depth > DEEPEST:
        raise NotStorableError(f"{path} is nested too deeply, or holds itself")
    if isinstance(value, Mapping):
        return {
            "M": {
                _name_out(name, path): value_out(
                    member, path=f"{path}.{name}", floats=floats, depth=depth + 1
                )
                for name, member in cast("Mapping[Any, Any]", value).items()
            }
        }
    if isinstance(value, list | tuple):
        return {
            "L": [
                value_out(member, path=f"{path}[{index}]", floats=floats, depth=depth + 1)
                for index, member in enumerate(cast("list[Any]", value))
            ]
        }
    if isinstance(value, AbstractSet):
        return _set_out(cast("AbstractSet[Any]", value), path, floats)
    return _unusual_out(value, path, floats)


def item_in(item: Mapping[str, Mapping[str, Any]]) -> PlainItem:
    """An item in boto3's form as plain values."""
    return {name: value_in(value) for name, value in item.items()}


def value_in(value: Mapping[str, Any]) -> Any:
    """One value in boto3's form as a plain one: ``{"N": "3"}`` -> ``3``; see ``number_in``."""
    [(kind, content)] = value.items()
    return _IN[kind](content)


def number_in(text: str) -> int | Decimal:
    """A number's text as int when it is whole, else as Decimal; no digit is lost."""
    if text.isdigit() or (text[:1] == "-" and text[1:].isdigit()):
        return int(text)
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _name_out(name: Any, path: str) -> str:
    if not isinstance(name, str):
        raise NotStorableError(
            f"{path}: a name must be a str, not {type(name).__name__}: {name!r:.200}"
        )
    return name


def _decimal_out(number: Decimal, path: str = "value") -> str:
    if not number.is_finite():
        raise NotStorableError(f"{path}: {number} is no number DynamoDB has")
    return str(number)


def _float_out(number: float, path: str, floats: Floats) -> str:
    if floats == "refuse":
        raise NotStorableError(
            f"{path}: the float {number!r} is not stored, because most floats are not the decimal "
            f'number they are written as. Give Decimal("{number!r}"), or open the table with '
            'floats="repr" to store floats by this text.'
        )
    if not math.isfinite(number):
        raise NotStorableError(f"{path}: {number!r} is no number DynamoDB has")
    return repr(number)


def _unusual_out(value: Any, path: str, floats: Floats) -> dict[str, Any]:
    """Floats, subclasses of the plain types, and what has no place in an item."""
    if isinstance(value, float):
        return {"N": _float_out(float(value), path, floats)}
    if isinstance(value, Decimal):
        return {"N": _decimal_out(value, path)}
    if isinstance(value, int):
        return {"N": str(int(value))}
    if isinstance(value, str):
        return {"S": str.__str__(value)}
    raise NotStorableError(
        f"{path}: a value of type {type(value).__name__} cannot be stored; an item holds str, int, "
        "Decimal, bytes, bool, None, list, dict, and sets of str, of numbers or of bytes"
    )


def _set_out(members: AbstractSet[Any], path: str, floats: Floats) -> dict[str, Any]:
    """A set in boto3's form, in a stable order, so that equal sets make equal requests."""
    contents = [value_out(member, path=path, floats=floats) for member in members]
    kinds = {kind for content in contents for kind in content}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        found = "an empty set" if not kinds else "a set of " + " and ".join(sorted(kinds))
        raise NotStorableError(
            f"{path}: {found} cannot be stored; a set holds str alone, numbers alone or bytes alone"
        )
    [kind] = kinds
    return {kind + "S": sorted(content[kind] for content in contents)}


_SCALARS_OUT: dict[type, Callable[[Any], dict[str, Any]]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    bytes: lambda value: {"B": value},
    bytearray: lambda value: {"B": bytes(value)},
    memoryview: lambda value: {"B": bytes(value)},
}

_IN: dict[str, Callable[[Any], Any]] = {
    "S": lambda content: content,
    "N": number_in,
    "B": lambda content: content,
    "BOOL": lambda content: content,
    "NULL": lambda _: None,
    "SS": set,
    "NS": lambda content: {number_in(text) for text in content},
    "BS": set,
    "L": lambda content: [value_in(value) for value in content],
    "M": item_in,
}
