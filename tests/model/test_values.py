"""Attribute values: canonical form, refusals, equality."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.model import values
from dynalite_py.model.errors import DynamoDBError

_P = "One or more parameter values were invalid: "
_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
_SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)


def _nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels - 1):
        value = {"L": [value]}
    return value


_BAD_VALUES: list[tuple[dict[str, Any], str]] = [
    ({}, _EMPTY),
    ({"X": "1"}, _EMPTY),
    ({"S": None}, _EMPTY),
    ({"S": "a", "N": "1"}, _SEVERAL),
    ({"S": "a", "N": "x"}, "The parameter cannot be converted to a numeric value: x"),
    ({"NULL": False}, _P + "Null attribute value types must have the value of true"),
    ({"SS": []}, _P + "An string set  may not be empty"),
    ({"NS": []}, _P + "An number set  may not be empty"),
    ({"BS": []}, _P + "Binary sets should not be empty"),
    ({"SS": ["a", "a"]}, _P + "Input collection [a, a] contains duplicates."),
    (
        {"BS": ["Yg==", "Yg=="]},
        _P + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
    ),
    ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ({"M": {"": {"S": "x"}}}, "Empty attribute name"),
    ({"L": [{"M": {"a": {}}}]}, _EMPTY),
    (_nested(33), _DEEP),
]


@pytest.mark.parametrize(("value", "message"), _BAD_VALUES)
def test_a_bad_value_is_refused_in_the_services_words(value: Any, message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        values.canonical_item({"a": value})
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    "value", [3, "x", [], {"N": 3}, {"S": {}}, {"L": {}}, {"M": []}, {"SS": [1]}]
)
def test_a_wrong_json_type_is_a_serialization_fault(value: Any) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        values.canonical_value(value)
    assert refusal.value.code == "SerializationException"


@pytest.mark.parametrize(
    "text", ["a", "ab==c", "a===", "====", "YQ=", "Y!==", "YQ==YQ==", "YR==", "YWJ="]
)
def test_bad_base64_is_a_serialization_fault(text: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        values.canonical_value({"B": text})
    assert refusal.value.code == "SerializationException"
    with pytest.raises(DynamoDBError) as refusal:
        values.canonical_value({"BS": ["YQ==", text]})
    assert refusal.value.code == "SerializationException"


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ({"N": "01.50"}, {"N": "1.5"}),
        ({"NS": ["3", "01"]}, {"NS": ["3", "1"]}),
        ({"S": ""}, {"S": ""}),
        ({"L": [{"N": "1e1"}]}, {"L": [{"N": "10"}]}),
        ({"M": {"a": {"N": "-0"}}}, {"M": {"a": {"N": "0"}}}),
        ({"S": "x", "N": None, "Z": 1}, {"S": "x"}),
        (_nested(32), _nested(32)),
    ],
)
def test_a_value_is_stored_in_canonical_form(value: Any, canonical: Any) -> None:
    assert values.canonical_value(value) == canonical


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"L": [{"NS": ["1", "2"]}]}, {"L": [{"NS": ["2", "1"]}]}, True),
        ({"M": {"a": {"SS": ["a", "b"]}}}, {"M": {"a": {"SS": ["b", "a"]}}}, True),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, False),
        ({"S": "1"}, {"N": "1"}, False),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}, False),
        ({"M": {"a": {"S": "x"}}}, {"M": {"b": {"S": "x"}}}, False),
        ({"BOOL": True}, {"BOOL": False}, False),
    ],
)
def test_equality_is_deep_and_ignores_the_order_of_sets(left: Any, right: Any, same: bool) -> None:
    assert values.equal(left, right) is same


def test_an_attribute_name_ends_at_65535_bytes() -> None:
    values.canonical_item({"ñ" * 32_767 + "x": {"S": ""}})
    with pytest.raises(DynamoDBError, match="65535"):
        values.canonical_item({"ñ" * 32_768: {"S": ""}})
