"""Item sizes as the service counts them."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.model import sizes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *((text, 1) for text in ("0",)),
        *((text, 2) for text in ("1", "12", "42", "100", "15", "0.15", "0.0000001")),
        *((text, 2) for text in ("1" + "0" * 125, "0." + "0" * 99 + "1")),
        *((text, 3) for text in ("123", "1234", "1010", "1.5", "1.2", "-42", "-0.15")),
        ("-1" + "0" * 125, 3),
        *((text, 4) for text in ("12345", "123456", "1.234", "100.5")),
        *((text, 5) for text in ("1234567", "12345678", "3.14159", "-12345")),
        *((text, 6) for text in ("123456789", "1234567891")),
        *((text, 7) for text in ("12345678912", "123456789123")),
        ("1234567891234567891", 11),
        ("1" * 38, 20),
        ("1" * 38 + "0" * 88, 20),
    ],
)
def test_a_number_takes_a_byte_for_two_digits(text: str, size: int) -> None:
    assert sizes.of_value({"N": text}) == size


_VALUES: list[tuple[dict[str, Any], int]] = [
    ({"S": ""}, 0),
    ({"S": "añ"}, 3),
    ({"S": "😀"}, 4),
    ({"B": ""}, 0),
    ({"B": "YQ=="}, 1),
    ({"B": "YWI="}, 2),
    ({"B": "YWJj"}, 3),
    ({"BOOL": False}, 1),
    ({"NULL": True}, 1),
    ({"SS": ["a", "bc"]}, 3),
    ({"NS": ["1", "123"]}, 5),
    ({"BS": ["YQ==", "YWJj"]}, 4),
    ({"L": []}, 3),
    ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 1 + 2 + 1 + 1),
    ({"M": {}}, 3),
    ({"M": {"añ": {"S": "x"}}}, 3 + 1 + 3 + 1),
    ({"M": {"l": {"L": [{"M": {}}]}}}, 3 + 1 + 1 + (3 + 1 + 3)),
]


@pytest.mark.parametrize(("value", "size"), _VALUES)
def test_every_type_has_its_size(value: dict[str, Any], size: int) -> None:
    assert sizes.of_value(value) == size
    assert sizes.of_item({"ñ": value}) == size + 2
    assert sizes.measure({"ñ": value}, None)[0] == size + 2


def test_the_page_weight_fits_the_recorded_boundary() -> None:
    """Facts, The 1 MB page: 25 items of a 10-character hash, a 2-character range and 41 645."""
    item = {"a": {"S": "h" * 10}, "b": {"S": "00"}, "z" * 255: {"S": "x" * 41_645}}
    assert 25 * sizes.measure(item, "b")[1] == 1_048_575
