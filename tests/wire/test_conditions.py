"""Conditions on a real server: each says the same of an item before a write and in a filter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.language.test_conditions import COMPARISONS, FUNCTIONS, ITEM, LOGIC
from tests.support.doors import Call, Refused

FAILED = ("ConditionalCheckFailedException", "The conditional request failed")
KEY = {"p": {"S": "k"}}
STORED = KEY | ITEM


def _request(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """What both forms have in common; table ``words`` holds the one item alone."""
    request: dict[str, Any] = {"TableName": "words"}
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": each for name, each in values.items()}
    return request


def holds(call: Call, text: str, values: dict[str, Any], key: Any = KEY) -> bool:
    """Whether a condition on the item under the key holds; the item stays as it is."""
    request = {**_request(text, values), "Key": key, "ConditionExpression": text}
    try:
        call("UpdateItem", request)
    except Refused as refusal:
        if refusal.args[:2] != FAILED:
            raise
        return False
    return True


@pytest.fixture(scope="module")
def stored(call: Call) -> Call:
    """A store whose table ``words`` has one item."""
    call("PutItem", {"TableName": "words", "Item": STORED})
    return call


@pytest.mark.parametrize(("text", "values", "outcome"), COMPARISONS + FUNCTIONS + LOGIC)
def test_a_condition_says_of_an_item(
    stored: Call, text: str, values: dict[str, Any], outcome: bool
) -> None:
    assert holds(stored, text, values) is outcome
    request = {**_request(text, values), "FilterExpression": text}
    assert stored("Scan", request)["Items"] == ([STORED] if outcome else [])


ABSENT: list[tuple[str, bool]] = [
    ("attribute_exists(p)", False),
    ("attribute_not_exists(p)", True),
    ("a = :v", False),
    ("a <> :v", True),
    ("a < :v", False),
    ("a BETWEEN :v AND :v", False),
    ("a IN (:v)", False),
    ("NOT a IN (:v)", True),
    ("begins_with(a, :v)", False),
    ("contains(a, :v)", False),
    ("size(a) = :n", False),
    (":v = :v", True),
]


@pytest.mark.parametrize(("text", "outcome"), ABSENT)
def test_of_an_item_that_is_not_there_every_path_is_missing(
    call: Call, text: str, outcome: bool
) -> None:
    used: dict[str, Any] = {"v": {"S": "a"}} if ":v" in text else {}
    used |= {"n": {"N": "0"}} if ":n" in text else {}
    request = {**_request(text, used), "Key": {"p": {"S": "none"}}, "ConditionExpression": text}
    if outcome:
        assert call("DeleteItem", request) == {}
        return
    with pytest.raises(Refused) as refusal:
        call("DeleteItem", request)
    assert refusal.value.code == "ConditionalCheckFailedException"


LEGAL: list[tuple[str, dict[str, Any]]] = [
    (":v = :v", {"v": {"S": "a"}}),
    ("s BETWEEN s AND s", {}),
    ("s IN (s, s)", {}),
    (f"s IN ({', '.join(['s'] * 98)}, :v)", {"v": {"S": "a"}}),
    ("n IN (:v, :w, n)", {"v": {"S": "a"}, "w": {"M": {}}}),
    ("attribute_type(:v, :v)", {"v": {"S": "S"}}),
    ("attribute_not_exists(gone) AND NOT NOT attribute_exists(s)", {}),
    ("((attribute_exists(s)) OR s = s2)", {}),
    ("attribute_exists ( m . a )", {}),
    ("attribute_exists(m\t.\r\na)", {}),
    ("attribute_exists(list1 [ 3 ] . k [0])", {}),
    ("(s) = (:v)", {"v": {"S": "hello"}}),
    ("attribute_exists(s) aNd Not attribute_exists(gone) oR n bEtWeEn n And n", {}),
    ("s iN (:v)", {"v": {"S": "hello"}}),
    ("NOT n<>:v AND " + " AND ".join(["n=:v"] * 149), {"v": {"N": "5"}}),  # 300 operators
    ("s = :v" + " " * 4090, {"v": {"S": "hello"}}),
    ("NOT " * 298 + "n = :v", {"v": {"N": "5"}}),
    # Functions and parentheses are no operators.
    (" AND ".join(["attribute_exists(s)"] * 151), {}),
    (" AND ".join(["(n=:v)"] * 150), {"v": {"N": "5"}}),
    ("attribute_not_exists(" + ".".join(["a"] * 32) + ")", {}),
    ("attribute_not_exists(s[2147483647])", {}),
    ("size(s) = :v AND size(list1) BETWEEN :v AND n OR size(s) IN (:v)", {"v": {"N": "5"}}),
]


@pytest.mark.parametrize(("text", "values"), LEGAL)
def test_a_text_at_the_edge_of_the_rules_is_legal(
    stored: Call, text: str, values: dict[str, Any]
) -> None:
    assert holds(stored, text, values)
    request = {**_request(text, values), "FilterExpression": text}
    assert stored("Scan", request)["Count"] == 1


@pytest.mark.parametrize("name", ["remove", "contains", "attribute_exists", "begins_with", "NOTE"])
def test_words_that_are_not_reserved_are_plain_names(stored: Call, name: str) -> None:
    assert holds(stored, f"attribute_not_exists({name})", {})


def test_a_placeholder_stands_for_one_literal_name(call: Call) -> None:
    names = {"#0": "name", "#_": "a.b[0] c", "#Ab_1": "size"}
    item = {"p": {"S": "named"}, **{name: {"S": key} for key, name in names.items()}}
    call("PutItem", {"TableName": "hash_s", "Item": item})
    request = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "named"}},
        "ConditionExpression": "#0 = :0 AND #_ = :_ AND #Ab_1 = :Ab_1",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":{key[1:]}": {"S": key} for key in names},
    }
    assert call("DeleteItem", request) == {}


def test_one_map_serves_all_expressions_of_a_request(call: Call) -> None:
    item = {"p": {"S": "a"}, "s": {"S": "b"}, "x": {"S": "a"}}
    call("PutItem", {"TableName": "scores", "Item": item})
    request = {
        "TableName": "scores",
        "KeyConditionExpression": "#p = :a",
        "FilterExpression": "#x = :a",
        "ProjectionExpression": "#x, s",
        "ExpressionAttributeNames": {"#p": "p", "#x": "x"},
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    }
    assert call("Query", request)["Items"] == [{"s": {"S": "b"}, "x": {"S": "a"}}]


def test_a_condition_may_name_keys(call: Call) -> None:
    key = {"p": {"S": "keyed"}}
    call("PutItem", {"TableName": "hash_s", "Item": key})
    request = {
        "TableName": "hash_s",
        "Key": key,
        "ConditionExpression": "p = :p AND begins_with(p, :k) AND size(p) = :n",
        "ExpressionAttributeValues": {":p": key["p"], ":k": {"S": "key"}, ":n": {"N": "5"}},
    }
    assert call("DeleteItem", request) == {}


def test_a_name_in_a_branch_that_is_not_evaluated_counts_as_used(stored: Call) -> None:
    request = {
        "TableName": "words",
        "Key": KEY,
        "ConditionExpression": "attribute_exists(s) OR #unused = :unused",
        "ExpressionAttributeNames": {"#unused": "a"},
        "ExpressionAttributeValues": {":unused": {"S": "a"}},
    }
    assert stored("UpdateItem", request) == {}
