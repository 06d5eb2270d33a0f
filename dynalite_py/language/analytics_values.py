"""Values of items inside SQLite, for analytics: how each type travels, and functions on them.

A statement runs in one of two forms. The quick one carries a number as SQLite's INTEGER, or as the
REAL nearest to a decimal of up to 15 digits, whose order and shortest text are the decimal's own;
a text is SQLite's TEXT. A number beyond (``TooWideError``) has the statement run again in the
exact form, where numbers are blobs that sort as the numbers do, whatever their digits, and texts
are blobs, too. All other values are blobs in both:

    tag 1 number (exact form)     2 text (exact form)     3 binary     4 boolean
    tag 5 list, map or set: its wire JSON with sorted members

so that SQLite's own comparison groups, joins and orders in both forms alike: numbers before texts
before the rest. A value of type NULL, and one that is not there, are SQL's NULL.
"""

from __future__ import annotations

import base64
import operator
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DecimalException
from functools import partial
from typing import Any, TypeAlias, cast

from dynalite_py.model import analytics_errors, codec, values

Carrier: TypeAlias = int | float | str | bytes | None
Plain: TypeAlias = Any
"""None, bool, int, Decimal, str, bytes, list, dict, set."""

NUMBER, TEXT, BINARY, BOOLEAN, DOCUMENT = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
TRUE, FALSE = BOOLEAN + b"\x01", BOOLEAN + b"\x00"

LONGEST_BYTES = 16 * 1024 * 1024  # of one value
QUICK_DIGITS = 15
QUICK_CHARACTERS = 17  # A canonical number shorter than this is quick.
DIVISION_DIGITS = 38
AVERAGE_DIGITS = 15
_LARGEST, _LEAST = (1 << 63) - 1, -(1 << 63)
_QUICK_EXPONENT = 290
_FARTHEST = 20_000
_WIDE = Context(prec=400, Emax=_FARTHEST, Emin=-_FARTHEST, rounding=ROUND_HALF_EVEN)
_DIVIDING = Context(prec=DIVISION_DIGITS, Emax=_FARTHEST, Emin=-_FARTHEST, rounding=ROUND_HALF_EVEN)
_AVERAGING = Context(prec=AVERAGE_DIGITS, Emax=_FARTHEST, Emin=-_FARTHEST, rounding=ROUND_HALF_EVEN)
_BIAS = 32_768
_MOST_PLACES = 300
_NEGATIVE, _ZERO, _POSITIVE = b"\x00", b"\x01", b"\x02"
_COMPLEMENT = bytes(0xFF - byte for byte in range(256))


class TooWideError(Exception):
    """A number does not fit the quick form."""


# Numbers.


def plain_number(number: int | Decimal) -> int | Decimal:
    """The one Python value of a number: an int where it is whole, else a Decimal."""
    if isinstance(number, int):
        return number
    if number.is_finite() and number == number.to_integral_value():
        return int(number)
    return number


def number_of(text: str) -> int | Decimal:
    """The number that a decimal text is."""
    if text.isdigit() or (text[:1] == "-" and text[1:].isdigit()):
        return int(text)
    return plain_number(Decimal(text))


def number_text(number: int | Decimal) -> str:
    """Plain notation, the same for equal numbers."""
    number = plain_number(number)
    return str(number) if isinstance(number, int) else format(number.normalize(_WIDE), "f")


def _quick_number(number: int | Decimal) -> int | float:
    if isinstance(number, int):
        if _LEAST <= number <= _LARGEST:
            return number
    else:  # Most decimals are their nearest float's short text.
        nearest = float(number)
        text = repr(nearest)
        if len(text) < QUICK_CHARACTERS and not nearest.is_integer() and Decimal(text) == number:
            return nearest
    exact = Decimal(number).normalize(_WIDE)
    _, digits, _ = exact.as_tuple()
    if len(digits) > QUICK_DIGITS or abs(exact.adjusted()) > _QUICK_EXPONENT:
        raise TooWideError
    return float(exact)


def sortable(number: int | Decimal) -> bytes:
    """Bytes that compare as numbers do: sign, place of the point, digits."""
    negative, digits, exponent = Decimal(number).normalize(_WIDE).as_tuple()
    if digits == (0,):
        return _ZERO
    assert isinstance(exponent, int)
    place = (exponent + len(digits) + _BIAS).to_bytes(2, "big")
    body = place + "".join(map(str, digits)).encode()
    if negative:
        return _NEGATIVE + body.translate(_COMPLEMENT) + b"\xff"
    return _POSITIVE + body


def _unsorted(data: bytes) -> int | Decimal:
    """The number of its sortable bytes."""
    if data[:1] == _ZERO:
        return 0
    body = data[1:] if data[:1] == _POSITIVE else data[1:-1].translate(_COMPLEMENT)
    digits = body[2:].decode()
    point = int.from_bytes(body[:2], "big") - _BIAS
    number = Decimal(digits).scaleb(point - len(digits), _WIDE)
    return plain_number(number if data[:1] == _POSITIVE else number.copy_negate())


# Values in wire form, and plain ones.


def plain_of(value: Mapping[str, Any]) -> Plain:
    """One attribute value in wire form as a Python value."""
    [(kind, content)] = value.items()
    return _PLAIN[kind](content)


def _plain_map(members: Mapping[str, Mapping[str, Any]]) -> dict[str, Plain]:
    return {name: plain_of(value) for name, value in members.items()}


_PLAIN: dict[str, Callable[[Any], Plain]] = {
    "S": lambda content: content,
    "N": number_of,
    "B": base64.b64decode,
    "BOOL": lambda content: content,
    "NULL": lambda _: None,
    "SS": set,
    "NS": lambda content: {number_of(text) for text in content},
    "BS": lambda content: {base64.b64decode(text) for text in content},
    "L": lambda content: [plain_of(value) for value in content],
    "M": _plain_map,
}


def wire_of(value: Plain) -> dict[str, Any]:
    """A Python value in wire form. Raises: TypeError for what no attribute can be."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | Decimal):
        return {"N": number_text(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, AbstractSet):
        members = [wire_of(member) for member in cast("AbstractSet[Any]", value)]
        kinds = {kind for member in members for kind in member}
        if len(kinds) == 1 and kinds <= {"S", "N", "B"}:
            [kind] = kinds
            return {kind + "S": sorted(member[kind] for member in members)}
        raise TypeError("a set of several types")
    if isinstance(value, list | tuple):
        return {"L": [wire_of(member) for member in cast("list[Any]", value)]}
    if isinstance(value, Mapping):
        named = cast("Mapping[str, Any]", value)
        return {"M": {str(name): wire_of(member) for name, member in named.items()}}
    raise TypeError(value)


def _document(value: Mapping[str, Any]) -> bytes:
    """A list, map or set so that equal ones are equal bytes."""
    return DOCUMENT + codec.sorted_text(_settled(value)).encode()


def _settled(value: Mapping[str, Any]) -> dict[str, Any]:
    [(kind, content)] = value.items()
    if kind in ("SS", "NS", "BS"):
        return {kind: sorted(content)}
    if kind == "L":
        return {kind: [_settled(member) for member in content]}
    if kind == "M":
        return {kind: {name: _settled(member) for name, member in content.items()}}
    return dict(value)


# Carriers.


def carrier_of_wire(value: Mapping[str, Any], *, exact: bool) -> Carrier:
    """What carries an attribute value in wire form. Raises: TooWideError."""
    [(kind, content)] = value.items()
    if kind in ("SS", "NS", "BS", "L", "M"):
        return _document(value)
    return carrier_of(_PLAIN[kind](content), exact=exact)


def carrier_of(value: Plain, *, exact: bool) -> Carrier:
    """What carries a Python value. Raises: TooWideError, TypeError, AnalyticsError."""
    if value is None:
        return None
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int | Decimal):
        try:
            return NUMBER + sortable(value) if exact else _quick_number(value)
        except (DecimalException, OverflowError):
            raise analytics_errors.number_out_of_range() from None
    if isinstance(value, str):
        if len(value) > LONGEST_BYTES:
            raise analytics_errors.too_long_value(LONGEST_BYTES)
        return TEXT + value.encode() if exact else value
    if isinstance(value, bytes):
        return BINARY + value
    return _document(wire_of(value))


def plain(carrier: Carrier) -> Plain:
    """The Python value that is carried, in either form."""
    if isinstance(carrier, bytes):
        return _FROM_BLOB[carrier[:1]](carrier[1:])
    if isinstance(carrier, float):
        text = repr(carrier)
        if "e" in text or text.endswith(".0"):
            return plain_number(Decimal(text))
        return Decimal(text)
    return carrier


_FROM_BLOB: dict[bytes, Callable[[bytes], Plain]] = {
    NUMBER: _unsorted,
    TEXT: bytes.decode,
    BINARY: lambda data: data,
    BOOLEAN: lambda data: data == b"\x01",
    DOCUMENT: lambda data: plain_of(codec.decode(data)),
}


# What the statements call. Each is given and gives carriers, or what its name says.


def at(item: str | None, place: str) -> str | None:
    """The JSON text of the value at a place (a JSON list of names and numbers) of an item's text,
    for names that SQLite's paths cannot say.
    """
    if item is None:
        return None
    found: Any = {"M": codec.decode(item)}
    for part in codec.decode(place):
        found = _member(found, part)
        if found is None:
            return None
    return codec.text(found)


def _member(value: Any, part: str | int) -> Any:
    content: Any = value.get("L" if isinstance(part, int) else "M")
    if content is None:
        return None
    if isinstance(part, str):
        return content.get(part)
    return content[part] if 0 <= part < len(content) else None


def inside(carrier: Carrier, place: str, *, exact: bool) -> Carrier:
    """A value inside a carried list or map."""
    if not isinstance(carrier, bytes) or carrier[:1] != DOCUMENT:
        return None
    found: Any = codec.decode(carrier[1:])
    for part in codec.decode(place):
        found = _member(found, part)
        if found is None:
            return None
    return carrier_of_wire(found, exact=exact)


def elements(carrier: Carrier) -> str:
    """The members of a carried list or set as a JSON array of values in wire form."""
    if not isinstance(carrier, bytes) or carrier[:1] != DOCUMENT:
        return "[]"
    [(kind, content)] = codec.decode(carrier[1:]).items()
    if kind == "L":
        return codec.text(content)
    if kind in ("SS", "NS", "BS"):
        return codec.text([{kind[0]: member} for member in content])
    return "[]"


def type_of(text: str | None) -> str | None:
    """The type of a value given as JSON."""
    return None if text is None else values.type_of(codec.decode(text))


def summand(carrier: Carrier) -> str | None:
    """A number's text; NULL for every other value."""
    if type(carrier) is float:
        text = repr(carrier)
        if "e" not in text:
            return text
    value = plain(carrier)
    return number_text(value) if _is_number(value) else None


def string(carrier: Carrier) -> str | None:
    """A carried text as SQLite's; NULL for every other value."""
    value = plain(carrier)
    return value if isinstance(value, str) else None


def _same(value: Plain) -> Plain:
    return value


def text_of(carrier: Carrier) -> str | None:
    """A carried scalar as SQLite's text, for concatenation."""
    return as_text(plain(carrier))


def total_of(total: str | None, count: int) -> Plain:
    """A sum from its text; of nothing, it is NULL."""
    return number_of(total) if count and total is not None else None


def average(total: str | None, count: int) -> Plain:
    """A sum's text divided, to AVERAGE_DIGITS; of nothing, it is NULL."""
    if not count or total is None:
        return None
    return _AVERAGING.divide(Decimal(total), Decimal(count))


def functions(*, exact: bool) -> dict[str, Callable[..., Any]]:
    """The functions that statements call beside SQLite's own, by name."""

    def carried(function: Callable[..., Plain]) -> Callable[..., Carrier]:
        def call(*arguments: Carrier) -> Carrier:
            return carrier_of(function(*map(plain, arguments)), exact=exact)

        return call

    def any_value(text: str | None) -> Carrier:
        return None if text is None else carrier_of_wire(codec.decode(text), exact=exact)

    def number(text: str | None) -> Carrier:
        return None if text is None else carrier_of(number_of(text), exact=exact)

    def averaged(total: str | None, count: int) -> Carrier:
        return carrier_of(average(total, count), exact=exact)

    def summed(total: str | None, count: int) -> Carrier:
        return carrier_of(total_of(total, count), exact=exact)

    own: dict[str, Callable[..., Any]] = {
        "dyn_any": any_value,
        "dyn_at": at,
        "dyn_average": averaged,
        "dyn_elements": elements,
        "dyn_inside": partial(inside, exact=exact),
        "dyn_native": carried(_same),
        "dyn_number": number,
        "dyn_string": string,
        "dyn_summand": summand,
        "dyn_text": text_of,
        "dyn_total": summed,
        "dyn_type": type_of,
    }
    for name, (function, _, _) in SCALARS.items():
        own[f"dyn_{name.lower()}"] = carried(function)
    return own


# Functions that a text may call, on Python values. NULL, or a value of a wrong type, gives NULL.


def _is_number(value: Plain) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _arithmetic(
    operation: Callable[[Context, Decimal, Decimal], Decimal],
    context: Context,
    whole: Callable[[int, int], int] | None = None,
) -> Callable[[Plain, Plain], Plain]:
    def calculate(left: Plain, right: Plain) -> Plain:
        if type(left) is int and type(right) is int and whole is not None:
            return whole(left, right)
        if not (_is_number(left) and _is_number(right)):
            return None
        try:
            return plain_number(operation(context, Decimal(left), Decimal(right)))
        except DecimalException:
            if not right:  # Division by zero.
                return None
            raise analytics_errors.number_out_of_range() from None

    return calculate


def _on_text(function: Callable[..., Plain]) -> Callable[..., Plain]:
    def call(text: Plain, *others: Plain) -> Plain:
        if not isinstance(text, str) or any(other is None for other in others):
            return None
        try:
            return function(text, *others)
        except (TypeError, ValueError, AttributeError):
            return None

    return call


def _on_number(function: Callable[..., Plain]) -> Callable[..., Plain]:
    def call(number: Plain, *others: Plain) -> Plain:
        if not _is_number(number) or any(other is None for other in others):
            return None
        try:
            return plain_number(function(Decimal(number), *others))
        except (TypeError, DecimalException):
            return None

    return call


def _rounded(number: Decimal, places: int = 0) -> Decimal:
    if abs(int(places)) > _MOST_PLACES:
        raise TypeError(places)
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, _WIDE)


def _sign(number: Decimal) -> Decimal:
    return Decimal((number > 0) - (number < 0))


def _found(text: str, part: str) -> int:
    return text.find(part) + 1


def _integral(rounding: str) -> Callable[[Decimal], Decimal]:
    return lambda number: number.to_integral_value(rounding)


def _part(text: str, start: int, length: int | None = None) -> str:
    """SUBSTR: from 1; a negative start counts from the end."""
    begin = start - 1 if start > 0 else max(len(text) + start, 0) if start < 0 else 0
    return text[begin:] if length is None else text[begin : begin + max(length, 0)]


def _replaced(text: str, old: str, new: str) -> str:
    if old and len(text) + text.count(old) * len(new) > LONGEST_BYTES:
        raise analytics_errors.too_long_value(LONGEST_BYTES)
    return text.replace(old, new) if old else text


def as_text(value: Plain) -> str | None:
    """A scalar as text, for concatenation; NULL for binaries, lists, maps and sets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return number_text(value)
    return value if isinstance(value, str) else None


def _joined(*parts: Plain) -> Plain:
    texts = [as_text(part) for part in parts]
    return None if None in texts else "".join(cast("list[str]", texts))


def _size(value: Plain) -> Plain:
    """As DynamoDB's size(): UTF-16 characters of a text, bytes, or members."""
    if isinstance(value, str):
        return len(value.encode("utf-16-le")) // 2
    sized = isinstance(value, bytes | list | dict | set)
    return len(cast("bytes", value)) if sized else None


def _contains(whole: Plain, part: Plain) -> Plain:
    if isinstance(whole, str | bytes):
        return type(whole) is type(part) and part in whole
    if isinstance(whole, set):
        return isinstance(part, str | bytes | int | Decimal) and _among(part, whole)
    return _among(part, whole) if isinstance(whole, list) else None


def _among(part: Plain, members: Any) -> bool:
    return any(
        member == part and isinstance(member, bool) is isinstance(part, bool) for member in members
    )


def _begins(whole: Plain, part: Plain) -> Plain:
    if isinstance(whole, str) and isinstance(part, str):
        return whole.startswith(part)
    if isinstance(whole, bytes) and isinstance(part, bytes):
        return whole.startswith(part)
    return None


def as_number(value: Plain) -> Plain:
    """CAST to a number: a number's text, true and false; else NULL."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            number = _WIDE.create_decimal(value.strip()) if len(value) <= 400 else Decimal("NaN")
        except DecimalException:
            return None
        return plain_number(number) if number.is_finite() else None
    return value if isinstance(value, int | Decimal) else None


def as_integer(value: Plain) -> Plain:
    """CAST to a whole number: towards zero."""
    number = as_number(value)
    return None if number is None else int(number)


def as_boolean(value: Plain) -> Plain:
    """CAST to a boolean."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return bool(value) if isinstance(value, int | Decimal) else None


Scalar: TypeAlias = tuple[Callable[..., Plain], int, int]
"""A function with the least and the greatest number of its arguments."""

SCALARS: dict[str, Scalar] = {
    "ADD": (_arithmetic(Context.add, _WIDE, operator.add), 2, 2),
    "SUBTRACT": (_arithmetic(Context.subtract, _WIDE, operator.sub), 2, 2),
    "MULTIPLY": (_arithmetic(Context.multiply, _WIDE, operator.mul), 2, 2),
    "DIVIDE": (_arithmetic(Context.divide, _DIVIDING), 2, 2),
    "MODULO": (_arithmetic(Context.remainder, _WIDE), 2, 2),
    "NEGATE": (_on_number(Decimal.copy_negate), 1, 1),
    "ABS": (_on_number(Decimal.copy_abs), 1, 1),
    "ROUND": (_on_number(_rounded), 1, 2),
    "FLOOR": (_on_number(_integral("ROUND_FLOOR")), 1, 1),
    "CEIL": (_on_number(_integral("ROUND_CEILING")), 1, 1),
    "SIGN": (_on_number(_sign), 1, 1),
    "UPPER": (_on_text(str.upper), 1, 1),
    "LOWER": (_on_text(str.lower), 1, 1),
    "LENGTH": (_on_text(len), 1, 1),
    "SUBSTRING": (_on_text(_part), 2, 3),
    "TRIM": (_on_text(str.strip), 1, 2),
    "LTRIM": (_on_text(str.lstrip), 1, 2),
    "RTRIM": (_on_text(str.rstrip), 1, 2),
    "REPLACE": (_on_text(_replaced), 3, 3),
    "INSTR": (_on_text(_found), 2, 2),
    "CONCAT": (_joined, 1, 100),
    "SIZE": (_size, 1, 1),
    "CONTAINS": (_contains, 2, 2),
    "BEGINS_WITH": (_begins, 2, 2),
    "AS_TEXT": (as_text, 1, 1),
    "AS_NUMBER": (as_number, 1, 1),
    "AS_INTEGER": (as_integer, 1, 1),
    "AS_BOOLEAN": (as_boolean, 1, 1),
}


def parameters(given: Sequence[Plain], *, exact: bool) -> list[Carrier]:
    """Carriers of a caller's values. Raises: AnalyticsError, TooWideError."""
    carried: list[Carrier] = []
    for position, value in enumerate(given, 1):
        taken = Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(taken, Decimal) and not taken.is_finite():
            raise analytics_errors.wrong_parameter(position, "number without a value")
        try:
            carried.append(carrier_of(taken, exact=exact))
        except TypeError:
            kind = type(value).__name__
            raise analytics_errors.wrong_parameter(position, kind) from None
    return carried
