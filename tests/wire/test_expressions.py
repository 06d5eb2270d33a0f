"""Expressions on a real server: reserved words, and the maps of names and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.facts import reserved
from tests.support.doors import Call, Refused

KEY = {"p": {"S": "a"}}
V = {":v": {"S": "a"}}


def _condition(name: str) -> tuple[str, dict[str, Any]]:
    condition = {"ConditionExpression": f"{name} = :v", "ExpressionAttributeValues": V}
    return "DeleteItem", {"Key": KEY, **condition}


def _update(name: str) -> tuple[str, dict[str, Any]]:
    update = {"UpdateExpression": f"SET a.{name} = :v", "ExpressionAttributeValues": V}
    return "UpdateItem", {"Key": KEY, **update}


def _projection(name: str) -> tuple[str, dict[str, Any]]:
    return "GetItem", {"Key": KEY, "ProjectionExpression": f"a[0].{name}"}


def _filter(name: str) -> tuple[str, dict[str, Any]]:
    return "Scan", {"FilterExpression": f"size({name}) = :v", "ExpressionAttributeValues": V}


def _key_condition(name: str) -> tuple[str, dict[str, Any]]:
    condition = {"KeyConditionExpression": f"{name} = :v", "ExpressionAttributeValues": V}
    return "Query", condition


# Words that are keywords of a kind of expression are syntax errors there as names.
KEYWORDS: dict[Callable[[str], Any], set[str]] = {
    _condition: {"AND", "OR", "NOT", "BETWEEN", "IN"},
    _filter: {"AND", "OR", "NOT", "BETWEEN", "IN"},
    _key_condition: {"AND", "OR", "NOT", "BETWEEN", "IN"},
    _update: {"SET", "ADD", "DELETE"},
    _projection: set(),
}


@pytest.mark.parametrize("of", KEYWORDS)
def test_no_reserved_word_is_a_plain_name_in_any_letters(
    call: Call, of: Callable[[str], tuple[str, dict[str, Any]]]
) -> None:
    assert len(reserved.WORDS) == 573
    for at, word in enumerate(reserved.WORDS):
        spelled = (word, word.lower(), word.capitalize())[at % 3]
        operation, request = of(spelled)
        with pytest.raises(Refused) as refusal:
            call(operation, {"TableName": "hash_s", **request})
        text = f"Attribute name is a reserved keyword; reserved keyword: {spelled}"
        if word in KEYWORDS[of]:
            text = "Syntax error; "
        assert text in refusal.value.message


def test_a_reserved_word_may_stand_behind_a_placeholder(call: Call) -> None:
    item = {**KEY, **{word: {"S": word} for word in reserved.WORDS}}
    call("PutItem", {"TableName": "hash_s", "Item": item})
    for word in ("ABORT", "SIZE", "ZONE"):
        request = {
            "TableName": "hash_s",
            "Key": KEY,
            "ProjectionExpression": "#w",
            "ExpressionAttributeNames": {"#w": word},
        }
        assert call("GetItem", request)["Item"] == {word: {"S": word}}


@pytest.mark.parametrize("name", [1, True, [], {}, 1.5])
def test_a_name_that_is_no_text_is_a_serialization_fault(call: Call, name: Any) -> None:
    request = {
        "TableName": "hash_s",
        "Key": KEY,
        "ProjectionExpression": "#w",
        "ExpressionAttributeNames": {"#w": name},
    }
    with pytest.raises(Refused) as refusal:
        call("GetItem", request)
    assert refusal.value.code == "SerializationException"


@pytest.mark.parametrize("binary", ["YQ", "Y!==", "YR==", 5])
def test_bad_base64_is_a_serialization_fault_wherever_it_stands(call: Call, binary: Any) -> None:
    value = {"B": binary}
    values = {"ExpressionAttributeValues": {":v": value}}
    requests: list[tuple[str, dict[str, Any]]] = [
        ("PutItem", {"Item": {**KEY, "v": {"L": [value]}}}),
        ("GetItem", {"Key": {"p": value}}),
        ("UpdateItem", {"Key": KEY, "UpdateExpression": "SET a = :v", **values}),
        ("Scan", {"FilterExpression": "a = :v", **values}),
        ("Scan", {"ExclusiveStartKey": {"p": value}}),
        ("DeleteItem", {"Key": KEY, "Expected": {"a": {"Value": value}}}),
        ("UpdateItem", {"Key": KEY, "AttributeUpdates": {"a": {"Value": value}}}),
    ]
    for operation, request in requests:
        with pytest.raises(Refused) as refusal:
            call(operation, {"TableName": "hash_s", **request})
        assert refusal.value.code == "SerializationException"


def test_an_operation_that_only_projects_has_no_values(call: Call) -> None:
    call("PutItem", {"TableName": "words", "Item": KEY})
    request = {
        "TableName": "words",
        "Key": KEY,
        "ExpressionAttributeValues": {":v": {"no": "type"}},
    }
    assert call("GetItem", request)["Item"] == KEY
    assert call("GetItem", {**request, "ProjectionExpression": "p"})["Item"] == KEY


@pytest.mark.parametrize("key", ["#0", "#_", "#aZ_9", "#size", "#9a"])
def test_a_key_of_the_names_may_begin_with_a_digit_or_underscore(call: Call, key: str) -> None:
    call("PutItem", {"TableName": "words", "Item": {**KEY, "a": {"N": "1"}}})
    value = f":{key[1:]}"
    request = {
        "TableName": "words",
        "FilterExpression": f"{key} = {value}",
        "ExpressionAttributeNames": {key: "a"},
        "ExpressionAttributeValues": {value: {"N": "1"}},
    }
    assert call("Scan", request)["Count"] == 1
