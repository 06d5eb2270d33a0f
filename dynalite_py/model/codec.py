"""JSON in and out. This module alone names the JSON libraries.

Numbers of attributes are strings on the wire, so no digit is ever lost to a float here. Files of
other tools have plain numbers: ``decode_exact`` and ``raw`` keep every digit of those too.
"""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from typing import Any

import orjson


class NotJsonError(ValueError):
    """The bytes are no JSON text, or one nested beyond what the parser takes."""


def decode(data: bytes | str) -> Any:
    """Any JSON text as Python values.

    Raises: NotJsonError (also for invalid UTF-8 and lone surrogates).
    """
    try:
        return orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError) as failure:
        raise NotJsonError(str(failure)) from failure


def encode(value: Any) -> bytes:
    """JSON as UTF-8 bytes, no blanks. Raises: TypeError for what JSON cannot carry."""
    return orjson.dumps(value)


def text(value: Any) -> str:
    """JSON as str: the form in which items are stored."""
    return orjson.dumps(value).decode()


def fingerprint(value: Any) -> bytes:
    """What tells a value from every other one, whatever the order of its members."""
    return hashlib.sha256(sorted_text(value).encode()).digest()


def sorted_text(value: Any) -> str:
    """JSON with the members of every object sorted: equal values have equal texts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def raw(json: str) -> Any:
    """A JSON text to be encoded as it is, such as a number of more digits than a float has."""
    return orjson.Fragment(json)


def decode_exact(text: str) -> Any:
    """JSON text with a Decimal for every number: slower than ``decode``, and no digit is lost.

    Raises: NotJsonError (also for NaN and Infinity, which are no JSON).
    """
    import json  # noqa: TID251 - The other library makes floats of numbers.

    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as failure:
        raise NotJsonError(str(failure)) from failure


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def portable_text(value: Any) -> str:
    """JSON for files and other programs: base64 text for bytes, numbers made by ``raw``.

    Raises: TypeError for what JSON cannot carry.
    """
    return orjson.dumps(value, default=_portable).decode()


def _portable(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} has no form in JSON")
