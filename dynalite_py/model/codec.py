"""JSON in and out. This module alone names the JSON library.

Numbers of attributes are strings on the wire, so no digit is ever lost to a float here.
"""

from __future__ import annotations

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


def sorted_text(value: Any) -> str:
    """JSON with the members of every object sorted: equal values have equal texts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def raw(json: str) -> Any:
    """A JSON text to be encoded as it is, such as a number of more digits than a float has."""
    return orjson.Fragment(json)
