"""Key conditions on a real server: which items each of them finds, in both spellings."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.support.doors import Call, Refused

SORTS = ["a", "b", "ba", "bb", "c", "é", "\uffff", "😀"]
BYTES = [b"\x00", b"\x00\xff", b"\x7f", b"\x80", b"\xff"]
RANKS = ["-10", "-1.5", "0", "2", "10", "100"]


def _binary(content: bytes) -> dict[str, Any]:
    return {"B": base64.b64encode(content).decode()}


@pytest.fixture(scope="module")
def stored(call: Call) -> Call:
    """Partitions of strings, of binaries, and of numbers by a local index."""
    for sort in SORTS:
        call("PutItem", {"TableName": "scores", "Item": {"p": {"S": "k"}, "s": {"S": sort}}})
    for content in BYTES:
        item = {"p": _binary(b"k"), "s": _binary(content)}
        call("PutItem", {"TableName": "binaries", "Item": item})
    for at, rank in enumerate(RANKS):
        item = {"p": {"S": "n"}, "s": {"S": f"{at}"}, "rank": {"N": rank}}
        call("PutItem", {"TableName": "scores", "Item": item})
    call("PutItem", {"TableName": "scores", "Item": {"p": {"S": "other"}, "s": {"S": "b"}}})
    return call


def sorts(call: Call, text: str, **values: Any) -> list[str]:
    """Sort keys of what a key condition finds in ``scores``."""
    request = {
        "TableName": "scores",
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
    }
    return [item["s"]["S"] for item in call("Query", request)["Items"]]


S = {"S": "b"}
K = {"S": "k"}
CONDITIONS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("p = :p", {}, SORTS),
    (":p = p", {}, SORTS),
    ("(p = :p)", {}, SORTS),
    ("p = :p AND s = :s", {"s": S}, ["b"]),
    ("s = :s AND p = :p", {"s": S}, ["b"]),
    ("p = :p and s < :s", {"s": S}, ["a"]),
    ("p = :p AND :s > s", {"s": S}, ["a"]),
    ("p = :p AND s <= :s", {"s": S}, ["a", "b"]),
    ("p = :p AND :s >= s", {"s": S}, ["a", "b"]),
    ("p = :p AND s > :s", {"s": {"S": "bb"}}, SORTS[4:]),
    ("p = :p AND :s < s", {"s": {"S": "bb"}}, SORTS[4:]),
    ("p = :p AND s >= :s", {"s": {"S": "bb"}}, SORTS[3:]),
    ("p = :p AND :s <= s", {"s": {"S": "bb"}}, SORTS[3:]),
    ("p = :p AND s BETWEEN :s AND :t", {"s": S, "t": {"S": "bb"}}, ["b", "ba", "bb"]),
    ("s BETWEEN :s AND :t AND p = :p", {"s": S, "t": {"S": "bb"}}, ["b", "ba", "bb"]),
    ("p = :p AND (s between :s and :s)", {"s": S}, ["b"]),
    ("(p = :p AND s BETWEEN :s AND :s)", {"s": S}, ["b"]),
    ("(p = :p) AND (begins_with(s, :s))", {"s": S}, ["b", "ba", "bb"]),
    ("begins_with(s, :s) AND p = :p", {"s": {"S": "x"}}, []),
    # U+FFFF before U+1F600, as UTF-8 sorts and UTF-16 does not.
    ("p = :p AND s > :s", {"s": {"S": "\uffff"}}, ["😀"]),
]


@pytest.mark.parametrize(("text", "values", "found"), CONDITIONS)
def test_a_key_condition_finds(
    stored: Call, text: str, values: dict[str, Any], found: list[str]
) -> None:
    assert sorts(stored, text, p=K, **values) == found


@pytest.mark.parametrize(
    ("text", "content", "found"),
    [
        ("s = :s", b"\x80", [b"\x80"]),
        ("s < :s", b"\x80", BYTES[:3]),
        ("s >= :s", b"\x7f", BYTES[2:]),
        ("s BETWEEN :s AND :s", b"\xff", [b"\xff"]),
        ("begins_with(s, :s)", b"\x00", BYTES[:2]),
        ("begins_with(s, :s)", b"\xff", [b"\xff"]),
    ],
)
def test_binary_sort_keys_go_by_unsigned_bytes(
    stored: Call, text: str, content: bytes, found: list[bytes]
) -> None:
    request = {
        "TableName": "binaries",
        "KeyConditionExpression": f"p = :p AND {text}",
        "ExpressionAttributeValues": {":p": _binary(b"k"), ":s": _binary(content)},
    }
    assert [item["s"] for item in stored("Query", request)["Items"]] == list(map(_binary, found))


@pytest.mark.parametrize(
    ("text", "rank", "found"),
    [
        ("#r = :r", "2.0", ["2"]),
        ("#r < :r", "2", ["-10", "-1.5", "0"]),
        ("#r <= :r", "2", ["-10", "-1.5", "0", "2"]),
        ("#r > :r", "2", ["10", "100"]),
        ("#r >= :r", "-1.50", ["-1.5", "0", "2", "10", "100"]),
        ("#r BETWEEN :r AND :r", "10", ["10"]),
    ],
)
def test_number_sort_keys_go_by_value(stored: Call, text: str, rank: str, found: list[str]) -> None:
    request = {
        "TableName": "scores",
        "IndexName": "by_rank",
        "KeyConditionExpression": f"p = :p AND {text}",
        "ExpressionAttributeNames": {"#r": "rank"},
        "ExpressionAttributeValues": {":p": {"S": "n"}, ":r": {"N": rank}},
    }
    items = stored("Query", request)["Items"]
    assert [item["rank"]["N"] for item in items] == found


def compared(operator: str, *values: Any) -> dict[str, Any]:
    """A condition of KeyConditions."""
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


@pytest.mark.parametrize(
    ("operator", "values", "found"),
    [
        ("EQ", [S], ["b"]),
        ("LT", [S], ["a"]),
        ("LE", [S], ["a", "b"]),
        ("GT", [{"S": "bb"}], SORTS[4:]),
        ("GE", [{"S": "bb"}], SORTS[3:]),
        ("BETWEEN", [S, {"S": "bb"}], ["b", "ba", "bb"]),
        ("BETWEEN", [S, S], ["b"]),
        ("BEGINS_WITH", [S], ["b", "ba", "bb"]),
    ],
)
def test_key_conditions_find_the_same(
    stored: Call, operator: str, values: list[Any], found: list[str]
) -> None:
    for conditions in (
        {"p": compared("EQ", K), "s": compared(operator, *values)},
        {"s": compared(operator, *values), "p": compared("EQ", K)},
    ):
        request = {"TableName": "scores", "KeyConditions": conditions}
        assert [item["s"]["S"] for item in stored("Query", request)["Items"]] == found


def test_key_conditions_may_stand_beside_other_expressions(stored: Call) -> None:
    request = {
        "TableName": "scores",
        "KeyConditions": {"p": compared("EQ", {"S": "n"})},
        "FilterExpression": "#r > :r",
        "ProjectionExpression": "#r",
        "ExpressionAttributeNames": {"#r": "rank"},
        "ExpressionAttributeValues": {":r": {"N": "2"}},
    }
    items = stored("Query", request)["Items"]
    assert items == [{"rank": {"N": "10"}}, {"rank": {"N": "100"}}]
    del request["FilterExpression"], request["ExpressionAttributeValues"]
    assert len(stored("Query", request)["Items"]) == len(RANKS)


@pytest.mark.parametrize("name", ["p", "s"])
def test_an_empty_key_constant_is_refused(stored: Call, name: str) -> None:
    values = {"p": K, "s": S, name: {"S": ""}}
    with pytest.raises(Refused, match=f"cannot contain an empty string value. Key: {name}"):
        sorts(stored, "p = :p AND s = :s", **values)
    conditions = {each: compared("EQ", value) for each, value in values.items()}
    with pytest.raises(Refused, match="cannot contain an empty string value"):
        stored("Query", {"TableName": "scores", "KeyConditions": conditions})


def test_a_key_of_another_index_is_a_plain_attribute(stored: Call) -> None:
    """``rank`` may be filtered where the table is read, but not where it is the index's key."""
    request = {
        "TableName": "scores",
        "KeyConditionExpression": "p = :p",
        "FilterExpression": "#r > :r",
        "ExpressionAttributeNames": {"#r": "rank"},
        "ExpressionAttributeValues": {":p": {"S": "n"}, ":r": {"N": "2"}},
    }
    assert stored("Query", request)["Count"] == 2
    with pytest.raises(Refused, match="non-primary key attributes: Primary key attribute: rank"):
        stored("Query", {**request, "IndexName": "by_rank"})
