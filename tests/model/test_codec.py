"""JSON of files: every digit of a number, and no constants that are no JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynalite_py.model import codec


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345678901234567890123456789.5", Decimal("12345678901234567890123456789.5")),
        ("1e400", Decimal("1e400")),
        ('{"a":[1,null,true,"x"]}', {"a": [Decimal(1), None, True, "x"]}),
    ],
)
def test_every_digit_is_kept(text: str, value: object) -> None:
    assert codec.decode_exact(text) == value


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", "", "01", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(codec.NotJsonError):
        codec.decode_exact(text)


def test_bytes_are_base64_and_raw_numbers_stay_as_they_are() -> None:
    value = {"b": b"\x00\x01", "n": codec.raw("1.10000000000000000000000000001")}
    assert codec.portable_text(value) == '{"b":"AAE=","n":1.10000000000000000000000000001}'


def test_other_things_have_no_form() -> None:
    with pytest.raises(TypeError):
        codec.portable_text({"a": object()})
