"""Numbers: canonical text, refusals, exact arithmetic, ordered bytes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.model import numbers
from dynalite_py.model.errors import DynamoDBError

_PREFIX = "The parameter cannot be converted to a numeric value"
_TOO_MANY = "Attempting to store more than 38 significant digits in a Number"
_OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)
_UNDERFLOW = (
    "Number underflow. Attempting to store a number with magnitude smaller than supported range"
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1.0", "1"),
        ("1.", "1"),
        ("+1", "1"),
        ("001", "1"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("0.50", "0.5"),
        ("1e-3", "0.001"),
        ("-0", "0"),
        ("0.0", "0"),
        ("0e5", "0"),
        pytest.param("1e+" + "0" * 5000 + "2", "100", id="an exponent of many zeros"),
        ("0.0e126", "0"),
        ("123.4500", "123.45"),
        ("-.5", "-0.5"),
        ("1e125", "1" + "0" * 125),
        ("12e-1", "1.2"),
        ("1e-130", "0." + "0" * 129 + "1"),
        ("0.1e1", "1"),
        ("1234567890123456789012345678901234567800",) * 2,
        ("9" * 38 + "e88", "9" * 38 + "0" * 88),
    ],
)
def test_a_number_has_one_spelling(text: str, canonical: str) -> None:
    assert numbers.canonical_number(text) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", _PREFIX),
        *(
            (bad, f"{_PREFIX}: {bad}")
            for bad in (
                *(" ", " 1", "1 ", "1_000", "1e", "e5", ".", "++5", "--5", "1.2.3", "0x10", "NaN"),
                *("Infinity", "1,5", "+", "-", "٣", "1e5.0", "\x00", "1\n"),
            )
        ),
        ("1" * 39, _TOO_MANY),
        ("1e126", _OVERFLOW),
        ("-1e126", _OVERFLOW),
        ("0e126", _OVERFLOW),
        ("1e1000000000", _OVERFLOW),
        ("1.0e100000000000000000000", _OVERFLOW),
        ("1e-131", _UNDERFLOW),
        ("0e-131", _UNDERFLOW),
        ("1e-10000000000000000000", _UNDERFLOW),
        # Of several faults the digits come first.
        ("1" * 1_000_000, _TOO_MANY),
        ("1" * 39 + "e130", _TOO_MANY),
        ("1" * 39 + "e-200", _TOO_MANY),
        ("1" + "0" * 1_000_000, _OVERFLOW),
        ("0." + "0" * 1_000_000 + "1", _UNDERFLOW),
    ],
    ids=lambda text: text[:24],
)
def test_a_bad_number_is_refused_in_the_services_words(text: str, message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        numbers.canonical_number(text)
    assert refusal.value.message == message


_DIGITS = st.text("0123456789", min_size=1, max_size=38)


def _number(sign: str, digits: str, exponent: int) -> str:
    return numbers.canonical_number(f"{sign}{digits}e{exponent}")


NUMBERS = st.builds(_number, st.sampled_from(["", "-"]), _DIGITS, st.integers(-130, 87))


@given(NUMBERS, NUMBERS)
def test_key_bytes_sort_as_the_numbers_do(left: str, right: str) -> None:
    by_bytes = numbers.sort_bytes(left) < numbers.sort_bytes(right)
    assert by_bytes == (Decimal(left) < Decimal(right))
    assert (numbers.sort_bytes(left) == numbers.sort_bytes(right)) == (left == right)


# Source: facts, Order of results, packed number bytes.
_PACKED = [
    ("0", "80"),
    ("1", "c1 02"),
    ("99", "c1 64"),
    ("100", "c2 02"),
    ("123", "c2 02 18"),
    ("0.5", "c0 33"),
    ("0.05", "c0 06"),
    ("0.005", "bf 33"),
    ("12.3", "c1 0d 1f"),
    ("-1", "3e 64 66"),
    ("-99.9", "3e 02 0b 66"),
    ("1" * 38, "d3" + " 0c" * 19),
    ("-" + "1" * 38, "2c" + " 5a" * 19 + " 66"),
    ("-1" + "0" * 36 + ".1", "2c 64" + " 65" * 18 + " 5b"),
    ("9" + "0" * 125, "ff 5b"),
    ("0." + "0" * 129 + "1", "80 02"),
]


@pytest.mark.parametrize(("text", "packed"), _PACKED)
def test_a_number_is_packed_two_digits_a_byte(text: str, packed: str) -> None:
    assert numbers.sort_bytes(text).hex(" ") == packed


@given(NUMBERS)
def test_canonical_text_stays_as_it_is_and_keeps_the_value(text: str) -> None:
    assert numbers.canonical_number(text) == text
    assert "e" not in text.lower()


@given(st.integers(-(10**37), 10**37), st.integers(-(10**37), 10**37))
def test_sums_and_differences_are_exact(left: int, right: int) -> None:
    assert numbers.add(str(left), str(right)) == str(left + right)
    assert numbers.subtract(str(left), str(right)) == str(left - right)


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [("0.1", "0.2", "0.3"), ("1", "-1", "0"), ("-0.5", "0.25", "-0.25"), ("99.9", "0.1", "100")],
)
def test_fractions_add_exactly(left: str, right: str, total: str) -> None:
    assert numbers.add(left, right) == total


@pytest.mark.parametrize(
    ("left", "right"), [("1" + "0" * 50, "1"), ("9" * 38 + "0" * 88, "1" + "0" * 125)]
)
def test_a_sum_that_would_be_rounded_or_too_large_overflows(left: str, right: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        numbers.add(left, right)
    assert refusal.value.message == _OVERFLOW
