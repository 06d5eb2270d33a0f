"""Values as they are typed for a ``?`` and shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from dynalite_py.doors.library import convert
from dynalite_py.doors.shell import literals
from tests.support import strategies


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", {"S": "it's"}),
        ("ada", {"S": "ada"}),
        ("ada@example.org", {"S": "ada@example.org"}),
        ("1.50", {"N": "1.50"}),
        ("-3", {"N": "-3"}),
        ("+3", {"N": "3"}),
        ("TRUE", {"BOOL": True}),
        ("null", {"NULL": True}),
        ("0x00ff", {"B": b"\x00\xff"}),
        ("0x", {"B": b""}),
        ("[1, 'a', [null]]", {"L": [{"N": "1"}, {"S": "a"}, {"L": [{"NULL": True}]}]}),
        ("{'k': {'n': 1}}", {"M": {"k": {"M": {"n": {"N": "1"}}}}}),
        ("<<1, 2>>", {"NS": ["1", "2"]}),
        ("<<0x01>>", {"BS": [b"\x01"]}),
    ],
)
def test_what_is_typed_is_a_value(text: str, value: dict[str, Any]) -> None:
    assert literals.value(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not one value"),
        ("1 2", "is not one value"),
        ("[1", "ends too early"),
        ("[x]", "x is no value"),
        ("{1: 2}", "names in a map"),
        ("{'a' 2}", "stands where : is due"),
        ("<<1, 'a'>>", "a set holds"),
        ("<<>>", "a set holds"),
        ("'open", "is no value"),
        ("[" * 50, "nested more than 32 levels"),
    ],
)
def test_what_is_no_value_is_refused(text: str, said: str) -> None:
    with pytest.raises(literals.NotAValueError) as refused:
        literals.value(text)
    assert said in str(refused.value)


def test_several_values_stand_in_a_line() -> None:
    found = literals.values("'a' 1, true  -2")
    assert found == [{"S": "a"}, {"N": "1"}, {"BOOL": True}, {"N": "-2"}]


@settings(deadline=None)
@given(strategies.attribute_values().map(convert.binaries_in))
def test_what_is_shown_can_be_typed(value: dict[str, Any]) -> None:
    assert literals.values(literals.literal(value)) == [value]
