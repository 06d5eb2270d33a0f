"""Numbers of up to 38 significant digits, from 1E-130 to 9.99E+125: canonical text, arithmetic,
ordered bytes.

Source: facts, Numbers. A number is always the text of its canonical form: plain decimal notation,
no exponent.
"""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import lru_cache

from dynalite_py.model import errors, limits

_SYNTAX = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?")
# Wide enough that no sum of two numbers in range is ever rounded: 126 + 130 + 38 digits.
_EXACT = Context(prec=320, Emax=MAX_EMAX, Emin=MIN_EMIN)
# An exponent of more digits than this is out of range whatever the coefficient of a 16 MB body.
_EXPONENT_DIGITS = 12


def canonical_number(text: str) -> str:
    """The one spelling under which a number is stored: "007.50" -> "7.5".

    Raises: DynamoDBError for bad syntax, more than 38 digits, magnitude out of range.
    """
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) <= 38:
        return text  # Most numbers are plain integers: no need to take them apart.
    if len(text) > 200:
        return _canonical_decimal(text)
    return _cached_canonical_decimal(text)


def _canonical_decimal(text: str) -> str:
    match = _SYNTAX.fullmatch(text)
    if match is None:
        raise errors.not_a_number(text)
    sign, whole, fraction, bare_fraction, exponent_text = match.groups()
    fraction = (bare_fraction if whole is None else fraction) or ""
    exponent = _exponent(exponent_text)
    coefficient = (whole or "") + fraction
    digits = coefficient.lstrip("0")
    # The power of ten of the leading digit, were the coefficient read as 0.ddd x 10^point.
    point = len(digits) - len(fraction) + exponent
    digits = digits.rstrip("0")
    if not digits:
        _check_zero(exponent, fraction)
        return "0"
    if len(digits) > limits.NUMBER_DIGITS:
        raise errors.too_many_digits()
    if point - 1 > limits.NUMBER_MAX_EXPONENT:
        raise errors.number_overflow()
    if point - 1 < limits.NUMBER_MIN_EXPONENT:
        raise errors.number_underflow()
    return ("-" if sign == "-" else "") + _plain(digits, point)


_cached_canonical_decimal = lru_cache(maxsize=4096)(_canonical_decimal)


def _exponent(text: str | None) -> int:
    if not text:
        return 0
    digits = text.lstrip("+-").lstrip("0")
    size = 10**_EXPONENT_DIGITS if len(digits) > _EXPONENT_DIGITS else int(digits or "0")
    return -size if text[0] == "-" else size


def _check_zero(exponent: int, fraction: str) -> None:
    """A zero with a far exponent is refused although its value is in range, as the service does."""
    if exponent - len(fraction) > limits.NUMBER_MAX_EXPONENT:
        raise errors.number_overflow()
    if exponent - len(fraction) < limits.NUMBER_MIN_EXPONENT and exponent < 0:
        raise errors.number_underflow()


def _plain(digits: str, point: int) -> str:
    """Plain notation of 0.digits x 10^point."""
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return digits[:point] + "." + digits[point:]


def decimal_of(text: str) -> Decimal:
    """A canonical number as an exact Decimal."""
    return Decimal(text)


def add(left: str, right: str) -> str:
    """The exact sum, canonical.

    Raises: DynamoDBError where it needs more than 38 digits or leaves the range.
    """
    if len(left) < 18 and len(right) < 18 and "." not in left and "." not in right:
        return str(int(left) + int(right))
    return _result(_EXACT.add(Decimal(left), Decimal(right)))


def subtract(left: str, right: str) -> str:
    """The exact difference, canonical. Raises: as ``add``."""
    if len(left) < 18 and len(right) < 18 and "." not in left and "." not in right:
        return str(int(left) - int(right))
    return _result(_EXACT.subtract(Decimal(left), Decimal(right)))


def _result(value: Decimal) -> str:
    _, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    if not significant:
        return "0"
    assert isinstance(exponent, int)
    point = len(text) + exponent
    # The service answers a result that would have to be rounded with the overflow text.
    if len(significant) > limits.NUMBER_DIGITS or point - 1 > limits.NUMBER_MAX_EXPONENT:
        raise errors.number_overflow()
    if point - 1 < limits.NUMBER_MIN_EXPONENT:
        raise errors.number_underflow()
    return ("-" if value.is_signed() else "") + _plain(significant, point)


def scientific(text: str) -> tuple[bool, str, int]:
    """Sign, significant digits and point of a canonical number: 0.digits x 10^point. Zero: no
    digits.
    """
    negative = text[0] == "-"
    if negative:
        text = text[1:]
    whole, _, fraction = text.partition(".")
    if whole != "0":
        return negative, (whole + fraction).rstrip("0"), len(whole)
    digits = fraction.lstrip("0")
    return negative, digits, len(digits) - len(fraction)


@lru_cache(maxsize=4096)
def sort_bytes(text: str) -> bytes:
    """Bytes that compare as the numbers do; also what the service hashes for a number partition
    key.

    text: canonical. Base-100 digits behind one byte of exponent; a negative number is complemented
    and, when shorter than 20 pairs, closed by 0x66. Source: facts, Order of results, packed number
    bytes.
    """
    negative, digits, point = scientific(text)
    if not digits:
        return b"\x80"
    if point % 2:
        digits, point = "0" + digits, point + 1
    if len(digits) % 2:
        digits += "0"
    lead = (point // 2 - 64) & 0xFF
    pairs = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    if not negative:
        return bytes([lead, *(pair + 1 for pair in pairs)])
    closing = [] if len(pairs) >= 20 else [0x66]
    return bytes([lead ^ 0xFF, *(101 - pair for pair in pairs), *closing])
