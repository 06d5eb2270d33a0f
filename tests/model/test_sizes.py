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


# Without its name and what surrounds every item. Source: facts, The 1 MB page.
_WEIGHTS: list[tuple[dict[str, Any], int]] = [
    ({"S": "x" * 127}, 127 + 1),
    ({"S": "x" * 128}, 128 + 2),
    ({"S": "x" * 16_383}, 16_383 + 2),
    ({"S": "x" * 16_384}, 16_384 + 3),
    ({"N": "1234"}, 3 + 1),
    ({"B": "YWJj"}, 3 + 1),
    ({"SS": ["a", "bc"]}, 3 + 2 + 1),
    ({"NS": ["1", "123"]}, 5 + 2 + 1),
    ({"BS": ["YQ==", "YWJj"]}, 4 + 2 + 1),
    ({"BOOL": False}, 1),
    ({"NULL": True}, 0),
    ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 1 + 2 + 1 + 1),
    ({"M": {"añ": {"S": "x"}}}, 3 + 1 + 3 + 1),
]


@pytest.mark.parametrize("name", ["a", "n" * 255])
@pytest.mark.parametrize(("value", "weight"), _WEIGHTS, ids=lambda each: str(each)[:20])
def test_every_type_has_its_page_weight(value: dict[str, Any], weight: int, name: str) -> None:
    summed = 1 + weight  # Every name weighs one byte.
    assert sizes.measure({name: value}, None)[1] == 2 + summed + (1 + (1 + summed) // 3072) * 18


def test_the_sort_key_weighs_once_for_each_3_kb_begun() -> None:
    item = {"s": {"S": "1234"}, "a": {"S": "x" * 6140}}  # 6143 bytes with name and prefix
    assert sizes.measure(item, "s")[1] == 2 + 6143 + 3 * (18 + 4)
    assert sizes.measure({**item, "a": {"S": "x" * 6139}}, "s")[1] == 2 + 6142 + 2 * (18 + 4)


def test_the_page_weight_fits_the_recorded_boundary() -> None:
    """Facts, The 1 MB page: 25 items of a 10-character hash, a 2-character range and 41 645."""
    item = {"a": {"S": "h" * 10}, "b": {"S": "00"}, "z" * 255: {"S": "x" * 41_645}}
    assert 25 * sizes.measure(item, "b")[1] == 1_048_575
