"""The parameters from before expressions on a real server: what they say, do and return."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.legacy import MISMATCH, compared
from tests.support.doors import Call, Refused

KEY = {"p": {"S": "k"}}
TABLE = "words"
ITEM: dict[str, Any] = {
    **KEY,
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "b": {"B": "YWJj"},
    "yes": {"BOOL": True},
    "nil": {"NULL": True},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["YQ==", "Yg=="]},
    "l": {"L": [{"S": "x"}, {"N": "1"}]},
    "m": {"M": {"a": {"S": "deep"}}},
    "a.b[0]": {"S": "dotted"},
}
S, N = {"S": "hello"}, {"N": "5.0"}


def put(call: Call, item: Any = ITEM) -> None:
    """Store the item."""
    call("PutItem", {"TableName": TABLE, "Item": item})


def stored(call: Call) -> Any:
    """The item as it is stored, None without one."""
    return call("GetItem", {"TableName": TABLE, "Key": KEY}).get("Item")


CONDITIONS: list[tuple[str, dict[str, Any], bool]] = [
    *(
        (name, compared("EQ", value), True)
        for name, value in ITEM.items()
        if name not in ("p", "n", "ss", "ns")
    ),
    ("n", compared("EQ", N), True),
    ("n", compared("EQ", {"S": "5"}), False),
    ("ss", compared("EQ", {"SS": ["b", "a"]}), True),
    ("ns", compared("EQ", {"NS": ["2.50", "01"]}), True),
    ("gone", compared("EQ", S), False),
    ("s", compared("NE", S), False),
    ("s", compared("NE", {"N": "1"}), True),
    ("gone", compared("NE", S), True),
    ("m", compared("NE", {"M": {}}), True),
    ("ss", compared("NE", {"SS": ["b", "a"]}), False),
    ("n", compared("LT", {"N": "5.1"}), True),
    ("n", compared("LT", N), False),
    ("n", compared("LE", N), True),
    ("n", compared("LE", {"N": "4"}), False),
    ("n", compared("GT", N), False),
    ("n", compared("GE", N), True),
    ("n", compared("GT", {"N": "-10"}), True),
    ("n", compared("GE", {"N": "10"}), False),
    ("s", compared("GE", {"S": "hell"}), True),
    ("b", compared("GT", {"B": "YWI="}), True),
    *(("n", compared(each, S), False) for each in ("LT", "LE", "GT", "GE")),
    *(("gone", compared(each, S), False) for each in ("LT", "LE", "GT", "GE")),
    ("n", compared("BETWEEN", {"N": "5"}, {"N": "6"}), True),
    ("n", compared("BETWEEN", {"N": "4"}, {"N": "4.9"}), False),
    ("n", compared("BETWEEN", {"S": "4"}, {"S": "6"}), False),
    ("gone", compared("BETWEEN", {"N": "4"}, {"N": "6"}), False),
    ("n", compared("IN", {"N": "1"}, N), True),
    ("s", compared("IN", {"S": "a"}), False),
    ("gone", compared("IN", {"S": "a"}), False),
    ("gone", compared("NULL"), True),
    ("gone", {"ComparisonOperator": "NULL"}, True),
    ("s", compared("NULL"), False),
    ("nil", compared("NULL"), False),
    ("nil", compared("NOT_NULL"), True),
    ("gone", compared("NOT_NULL"), False),
    ("s", compared("CONTAINS", {"S": "ell"}), True),
    ("s", compared("CONTAINS", {"S": "elo"}), False),
    ("b", compared("CONTAINS", {"B": "Yg=="}), True),
    ("ss", compared("CONTAINS", {"S": "a"}), True),
    ("ns", compared("CONTAINS", {"N": "2.50"}), True),
    ("bs", compared("CONTAINS", {"B": "Yg=="}), True),
    ("l", compared("CONTAINS", {"N": "1.0"}), True),
    ("l", compared("CONTAINS", {"S": "y"}), False),
    ("n", compared("CONTAINS", {"S": "5"}), False),
    ("gone", compared("CONTAINS", {"S": "a"}), False),
    ("s", compared("NOT_CONTAINS", {"S": "ell"}), False),
    ("s", compared("NOT_CONTAINS", {"S": "elo"}), True),
    ("n", compared("NOT_CONTAINS", {"S": "5"}), True),
    ("ss", compared("NOT_CONTAINS", {"S": "c"}), True),
    ("gone", compared("NOT_CONTAINS", {"S": "a"}), False),
    ("s", compared("BEGINS_WITH", {"S": "hel"}), True),
    ("s", compared("BEGINS_WITH", {"S": "ello"}), False),
    ("b", compared("BEGINS_WITH", {"B": "YWI="}), True),
    ("n", compared("BEGINS_WITH", {"S": "5"}), False),
    ("gone", compared("BEGINS_WITH", {"S": "a"}), False),
    ("a.b[0]", compared("EQ", {"S": "dotted"}), True),
    ("m.a", compared("NULL"), True),
]  # fmt: skip
FORMS: list[tuple[str, dict[str, Any], bool]] = [
    ("gone", {"Exists": False}, True),
    ("s", {"Exists": False}, False),
    ("nil", {"Exists": False}, False),
    ("s", {"Value": S}, True),
    ("s", {"Value": {"S": "x"}}, False),
    ("gone", {"Value": S}, False),
    ("s", {"Value": S, "Exists": True}, True),
    ("gone", {"Value": S, "Exists": True}, False),
    ("n", {"ComparisonOperator": "LT", "Value": {"N": "6"}}, True),
    ("n", {"ComparisonOperator": "LT", "Value": {"N": "5"}}, False),
]


def holds(call: Call, **members: Any) -> bool:
    """Whether a write is done under this expectation."""
    try:
        call("UpdateItem", {"TableName": TABLE, "Key": KEY, **members})
    except Refused as refusal:
        if refusal.args[:2] != (
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ):
            raise
        return False
    return True


@pytest.mark.parametrize(("name", "condition", "outcome"), [*CONDITIONS, *FORMS])
def test_an_expectation_says_of_an_item(
    call: Call, name: str, condition: dict[str, Any], outcome: bool
) -> None:
    put(call)
    assert holds(call, Expected={name: condition}) is outcome
    request = {"TableName": TABLE, "Key": KEY, "Expected": {name: condition}}
    if outcome:
        assert call("DeleteItem", request) == {}
    else:
        with pytest.raises(Refused, match="The conditional request failed"):
            call("PutItem", {"TableName": TABLE, "Item": KEY, "Expected": {name: condition}})
        assert stored(call) == ITEM


@pytest.mark.parametrize(("name", "condition", "outcome"), CONDITIONS)
def test_a_filter_says_of_an_item(
    call: Call, name: str, condition: dict[str, Any], outcome: bool
) -> None:
    put(call)
    found = [ITEM] if outcome else []
    assert call("Scan", {"TableName": TABLE, "ScanFilter": {name: condition}})["Items"] == found
    query = {"TableName": TABLE, "KeyConditions": {"p": compared("EQ", KEY["p"])}}
    assert call("Query", {**query, "QueryFilter": {name: condition}})["Items"] == found


def test_conditions_are_joined_by_and_or_by_or(call: Call) -> None:
    put(call)
    true, false = compared("NOT_NULL"), compared("NULL")
    for conditions, both, either in (
        ({"s": true, "n": true}, True, True),
        ({"s": true, "n": false}, False, True),
        ({"s": false, "n": false}, False, False),
    ):
        assert holds(call, Expected=conditions) is both
        for operator, outcome in (("AND", both), ("OR", either)):
            assert holds(call, Expected=conditions, ConditionalOperator=operator) is outcome
            scan = {"TableName": TABLE, "ScanFilter": conditions, "ConditionalOperator": operator}
            assert call("Scan", scan)["Count"] == outcome


def test_empty_conditions_are_none(call: Call) -> None:
    put(call)
    assert holds(call, Expected={})
    assert call("Scan", {"TableName": TABLE, "ScanFilter": {}})["Count"] == 1
    query = {"TableName": TABLE, "KeyConditions": {"p": compared("EQ", KEY["p"])}}
    assert call("Query", {**query, "QueryFilter": {}})["Count"] == 1


def test_a_scan_may_be_filtered_by_keys(call: Call) -> None:
    put(call)
    request = {"TableName": TABLE, "ScanFilter": {"p": compared("EQ", KEY["p"])}}
    assert call("Scan", request)["Items"] == [ITEM]


def test_null_members_count_as_absent(call: Call) -> None:
    put(call)
    assert holds(
        call,
        ConditionExpression="attribute_exists(p)",
        Expected=None,
        AttributeUpdates=None,
        ConditionalOperator=None,
    )


def _put(value: Any) -> dict[str, Any]:
    return {"Action": "PUT", "Value": value}


def _add(value: Any) -> dict[str, Any]:
    return {"Action": "ADD", "Value": value}


def _delete(value: Any) -> dict[str, Any]:
    return {"Action": "DELETE", "Value": value}


UPDATES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"s": {"Value": {"S": "new"}}}, {"s": {"S": "new"}}),
    ({"s": _put({"N": "1.0"})}, {"s": {"N": "1"}}),
    ({"x": _put({"M": {}})}, {"x": {"M": {}}}),
    ({"s": {"Action": "DELETE"}}, {"s": None}),
    ({"gone": {"Action": "DELETE"}}, {}),
    ({"ss": _delete({"SS": ["b", "c"]})}, {"ss": {"SS": ["a"]}}),
    ({"ns": _delete({"NS": ["2.50"]})}, {"ns": {"NS": ["1"]}}),
    ({"bs": _delete({"BS": ["Yg=="]})}, {"bs": {"BS": ["YQ=="]}}),
    ({"ss": _delete({"SS": ["b", "a"]})}, {"ss": None}),
    ({"gone": _delete({"SS": ["b"]})}, {}),
    ({"n": _add({"N": "1.5"})}, {"n": {"N": "6.5"}}),
    ({"x": _add({"N": "1.50"})}, {"x": {"N": "1.5"}}),
    ({"ss": _add({"SS": ["b", "c"]})}, {"ss": {"SS": ["a", "b", "c"]}}),
    ({"ns": _add({"NS": ["2.50", "3"]})}, {"ns": {"NS": ["1", "2.5", "3"]}}),
    ({"bs": _add({"BS": ["Yg==", "Yw=="]})}, {"bs": {"BS": ["YQ==", "Yg==", "Yw=="]}}),
    ({"x": _add({"SS": ["a"]})}, {"x": {"SS": ["a"]}}),
    ({"l": _add({"L": [{"N": "2.0"}]})}, {"l": {"L": [*ITEM["l"]["L"], {"N": "2"}]}}),
    ({"x": _add({"L": [{"N": "2"}]})}, {"x": {"L": [{"N": "2"}]}}),
    ({"m.a": _put({"S": "new"})}, {"m.a": {"S": "new"}}),
    ({"s": _put({"S": "1"}), "n": {"Action": "DELETE"}}, {"s": {"S": "1"}, "n": None}),
    ({}, {}),
]


@pytest.mark.parametrize(("updates", "difference"), UPDATES)
def test_attribute_updates_do_what_they_say(
    call: Call, updates: dict[str, Any], difference: dict[str, Any]
) -> None:
    put(call)
    request = {"TableName": TABLE, "Key": KEY, "AttributeUpdates": updates}
    answer = call("UpdateItem", {**request, "ReturnValues": "ALL_NEW"})
    changed = {**ITEM, **difference}
    expected = {name: value for name, value in changed.items() if value is not None}
    assert answer["Attributes"] == expected
    assert stored(call) == expected


@pytest.mark.parametrize(
    "updates",
    [
        {"s": _add({"N": "1"})},
        {"n": _add({"SS": ["a"]})},
        {"ss": _add({"NS": ["1"]})},
        {"m": _add({"L": [{"N": "1"}]})},
        {"s": _delete({"SS": ["a"]})},
        {"ss": _delete({"NS": ["1"]})},
        {"ns": _delete({"SS": ["1"]})},
    ],
)
def test_attribute_updates_of_another_type_are_refused(call: Call, updates: Any) -> None:
    put(call)
    with pytest.raises(Refused) as refusal:
        call("UpdateItem", {"TableName": TABLE, "Key": KEY, "AttributeUpdates": updates})
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", MISMATCH)
    assert stored(call) == ITEM


@pytest.mark.parametrize(
    ("updates", "made"),
    [
        ({}, KEY),
        ({"x": {"Action": "DELETE"}}, None),
        ({"x": _delete({"SS": ["a"]}), "y": {"Action": "DELETE"}}, None),
        ({"x": _add({"N": "2"}), "y": {"Action": "DELETE"}}, {**KEY, "x": {"N": "2"}}),
        ({"x": _put({"S": "a"})}, {**KEY, "x": {"S": "a"}}),
    ],
)
def test_what_attribute_updates_make_of_a_missing_item(call: Call, updates: Any, made: Any) -> None:
    call("DeleteItem", {"TableName": TABLE, "Key": KEY})
    call("UpdateItem", {"TableName": TABLE, "Key": KEY, "AttributeUpdates": updates})
    assert stored(call) == made


def test_attributes_to_get_are_literal_names_in_any_order(call: Call) -> None:
    put(call)
    names = {"AttributesToGet": ["n", "gone", "a.b[0]", "m.a", "s", "l[0]"]}
    wanted = {name: ITEM[name] for name in ("n", "a.b[0]", "s")}
    assert call("GetItem", {"TableName": TABLE, "Key": KEY, **names})["Item"] == wanted
    batch = {"RequestItems": {TABLE: {"Keys": [KEY], **names}}}
    assert call("BatchGetItem", batch)["Responses"][TABLE] == [wanted]
    assert call("Scan", {"TableName": TABLE, **names})["Items"] == [wanted]
    query = {"TableName": TABLE, "KeyConditions": {"p": compared("EQ", KEY["p"])}, **names}
    assert call("Query", query)["Items"] == [wanted]
    assert call("Query", {**query, "Select": "SPECIFIC_ATTRIBUTES"})["Items"] == [wanted]
    most = [f"a{at}" for at in range(254)] + ["s"]
    request = {"TableName": TABLE, "Key": KEY, "AttributesToGet": most}
    assert call("GetItem", request)["Item"] == {"s": ITEM["s"]}
