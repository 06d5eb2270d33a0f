"""Attribute values and keys on a real server: what is legal, up to which limit, and comes back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.facts.items import nested
from tests.support.doors import Call, Refused

I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
LEGAL: list[dict[str, Any]] = [
    {"S": ""},
    {"B": ""},
    {"SS": ["", "a"]},
    {"SS": [""]},
    {"BS": ["", "YQ=="]},
    {"L": []},
    {"M": {}},
    {"L": [{"S": ""}, {"B": ""}, {"L": []}, {"M": {}}]},
    {"M": {"s": {"S": ""}, "b": {"B": ""}, "l": {"L": []}, "m": {"M": {}}}},
    {"L": [{"S": "a"}, {"N": "1"}, {"NULL": True}, {"BOOL": False}, {"SS": ["a"]}, {"NS": ["1"]}]},
    {"NULL": True},
    {"BOOL": True},
    {"BOOL": False},
    {"BS": ["YQ==", "Yg=="]},
    {"S": "\u0000\u00e9\u20ac\U0001f600 \"'\\/"},
    nested(32),
    {"L": [nested(31), nested(31)]},
]


@pytest.mark.parametrize("value", LEGAL, ids=lambda value: str(value)[:60])
def test_a_legal_value_comes_back(call: Call, value: dict[str, Any]) -> None:
    item = {"p": {"S": "value"}, "v": value}
    call("PutItem", {"TableName": "hash_s", "Item": item})
    got = call("GetItem", {"TableName": "hash_s", "Key": {"p": {"S": "value"}}})
    assert got["Item"] == item


@pytest.mark.parametrize("value", LEGAL, ids=lambda value: str(value)[:60])
def test_a_legal_value_may_be_set_and_compared(call: Call, value: dict[str, Any]) -> None:
    request: dict[str, Any] = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "set"}},
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": value},
        "ReturnValues": "UPDATED_NEW",
    }
    assert call("UpdateItem", request)["Attributes"] == {"v": value}
    assert call("UpdateItem", {**request, "ConditionExpression": "v = :v"})
    legacy = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "set"}},
        "AttributeUpdates": {"w": {"Value": value}},
        "Expected": {"v": {"Value": value}},
        "ReturnValues": "UPDATED_NEW",
    }
    assert call("UpdateItem", legacy)["Attributes"] == {"w": value}


def test_a_name_may_have_65535_bytes(call: Call) -> None:
    name = "é" * 32_767 + "x"
    item = {"p": {"S": "named"}, name: {"S": "v"}}
    call("PutItem", {"TableName": "hash_s", "Item": item})
    got = call("GetItem", {"TableName": "hash_s", "Key": {"p": {"S": "named"}}})
    assert got["Item"] == item


def test_keys_may_have_2048_and_1024_bytes(call: Call) -> None:
    item = {
        "pk": {"S": "é" * 1024},
        "sk": {"S": "é" * 512},
        "gsiPk": {"S": "x" * 2048},
        "lsiSk": {"S": "y" * 1024},
    }
    call("PutItem", {"TableName": "indexed", "Item": item})
    key = {"pk": item["pk"], "sk": item["sk"]}
    assert call("GetItem", {"TableName": "indexed", "Key": key})["Item"] == item
    for index, name, value in (("gsi-inc", "gsiPk", "x" * 2048), ("lsi-all", "lsiSk", "y" * 1024)):
        found = call("Scan", {"TableName": "indexed", "IndexName": index})["Items"]
        assert [each[name] for each in found] == [{"S": value}]
    assert call("DeleteItem", {"TableName": "indexed", "Key": key}) == {}


def test_a_binary_key_is_measured_by_its_bytes(call: Call) -> None:
    longest = base64.b64encode(b"\xff" * 2048).decode()
    key = {"p": {"B": longest}, "s": {"B": base64.b64encode(b"\xff" * 1024).decode()}}
    call("PutItem", {"TableName": "binaries", "Item": key})
    assert call("GetItem", {"TableName": "binaries", "Key": key})["Item"] == key
    for name, size, fault in (("p", 2049, "of2048 bytes"), ("s", 1025, "of 1024 bytes")):
        longer = {**key, name: {"B": base64.b64encode(b"\xff" * size).decode()}}
        for operation, member in (("PutItem", "Item"), ("GetItem", "Key"), ("DeleteItem", "Key")):
            with pytest.raises(Refused, match=fault):
                call(operation, {"TableName": "binaries", member: longer})


def test_a_number_key_of_any_length_is_short(call: Call) -> None:
    key = {"p": {"N": "1" * 38 + "0" * 88}}
    call("PutItem", {"TableName": "numbers", "Item": key})
    assert call("GetItem", {"TableName": "numbers", "Key": key})["Item"] == key


def test_an_item_without_an_index_key_is_not_in_the_index(call: Call) -> None:
    call("PutItem", {"TableName": "indexed", "Item": I})
    for index in ("gsi-inc", "lsi-all"):
        found = call("Scan", {"TableName": "indexed", "IndexName": index})["Items"]
        assert all(each["pk"] != I["pk"] for each in found)
    assert call("GetItem", {"TableName": "indexed", "Key": I})["Item"] == I


def test_an_item_is_refused_as_a_whole(call: Call) -> None:
    """One bad element refuses a batch; nothing of it is stored."""
    puts = [
        {"PutRequest": {"Item": {"p": {"S": "good"}}}},
        {"PutRequest": {"Item": {"p": {"S": "bad"}, "v": {"N": "x"}}}},
    ]
    with pytest.raises(Refused, match="cannot be converted to a numeric value: x"):
        call("BatchWriteItem", {"RequestItems": {"hash_s": puts}})
    assert call("GetItem", {"TableName": "hash_s", "Key": {"p": {"S": "good"}}}) == {}


def test_a_null_is_a_value_and_no_absence(call: Call) -> None:
    item = {"p": {"S": "null"}, "v": {"NULL": True}}
    call("PutItem", {"TableName": "hash_s", "Item": item})
    request = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "null"}},
        "Expected": {"v": {"ComparisonOperator": "NOT_NULL"}},
    }
    assert call("DeleteItem", request) == {}


NO_FIT = "The provided key element does not match the schema"
LONG = "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"  # noqa: E501
BAD_KEYS: list[tuple[dict[str, Any], str]] = [
    ({"p": {"N": "1"}}, NO_FIT),
    ({"q": {"S": "a"}}, NO_FIT),
    ({"p": {"S": "a"}, "q": {"S": "a"}}, NO_FIT),
    ({"p": {"L": []}}, NO_FIT),
    ({"p": {"S": "x" * 2049}}, LONG),
]


@pytest.mark.parametrize(("key", "message"), BAD_KEYS)
def test_keys_of_batches_and_transactions_are_refused_as_others(
    call: Call, key: dict[str, Any], message: str
) -> None:
    batches: list[tuple[str, Any]] = [
        ("BatchGetItem", {"hash_s": {"Keys": [key]}}),
        ("BatchWriteItem", {"hash_s": [{"DeleteRequest": {"Key": key}}]}),
    ]
    for operation, tables in batches:
        with pytest.raises(Refused) as refusal:
            call(operation, {"RequestItems": tables})
        assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)
    of_table = {"TableName": "hash_s", "Key": key}
    transactions: list[tuple[str, Any]] = [
        ("TransactGetItems", {"Get": of_table}),
        ("TransactWriteItems", {"Delete": of_table}),
        ("TransactWriteItems", {"Update": {**of_table, "UpdateExpression": "REMOVE a"}}),
        (
            "TransactWriteItems",
            {"ConditionCheck": {**of_table, "ConditionExpression": "attribute_exists(p)"}},
        ),
    ]
    for operation, action in transactions:
        with pytest.raises(Refused) as refusal:
            call(operation, {"TransactItems": [action]})
        reasons = refusal.value.details["CancellationReasons"]
        assert reasons == [{"Code": "ValidationError", "Message": message}]
