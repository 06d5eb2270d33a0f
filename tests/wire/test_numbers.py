"""Numbers on a real server: every spelling comes back canonical, and is compared by its value."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.doors import Call, Refused

# Spelling, canonical form.
SPELLINGS = [
    ("5", "5"),
    ("+5", "5"),
    ("-7", "-7"),
    (".5", "0.5"),
    ("5.", "5"),
    ("0001.23", "1.23"),
    ("1e5", "100000"),
    ("1E+5", "100000"),
    ("-0", "0"),
    ("1.0", "1"),
    ("1.", "1"),
    ("+1", "1"),
    ("001", "1"),
    ("1e3", "1000"),
    ("0.50", "0.5"),
    ("1e-3", "0.001"),
    ("0.0", "0"),
    ("0.000", "0"),
    ("-0.0", "0"),
    ("0e5", "0"),
    ("0e-5", "0"),
    ("0." + "0" * 140, "0"),
    ("0.0e126", "0"),
    ("123.4500", "123.45"),
    ("-.5", "-0.5"),
    ("1e125", "1" + "0" * 125),
    ("12e-1", "1.2"),
    ("1e-130", "0." + "0" * 129 + "1"),
    ("1234567890123456789012345678901234567800",) * 2,
    ("0.1e1", "1"),
    ("9" * 38 + "e88", "9" * 38 + "0" * 88),
    ("-" + "9" * 38 + "e88", "-" + "9" * 38 + "0" * 88),
    ("9." + "9" * 37 + "e125", "9" * 38 + "0" * 88),
    ("0.00" + "1" * 38, "0.00" + "1" * 38),
    ("000" + "1" * 38 + "000", "1" * 38 + "000"),
]
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)


def _key(name: str) -> dict[str, Any]:
    return {"p": {"S": name}}


def _put(call: Call, name: str, **attributes: Any) -> None:
    call("PutItem", {"TableName": "hash_s", "Item": {**_key(name), **attributes}})


def _get(call: Call, name: str) -> dict[str, Any]:
    return call("GetItem", {"TableName": "hash_s", "Key": _key(name)})["Item"]


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS)
def test_a_number_comes_back_in_plain_notation(call: Call, text: str, canonical: str) -> None:
    given = {"n": {"N": text}, "s": {"NS": [text, "77"]}, "l": {"L": [{"M": {"n": {"N": text}}}]}}
    _put(call, "spelled", **given)
    shown = {
        "n": {"N": canonical},
        "s": {"NS": [canonical, "77"]},
        "l": {"L": [{"M": {"n": {"N": canonical}}}]},
    }
    assert _get(call, "spelled") == {**_key("spelled"), **shown}


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS)
def test_a_number_is_returned_canonical(call: Call, text: str, canonical: str) -> None:
    _put(call, "returned", n={"N": text})
    update = {
        "TableName": "hash_s",
        "Key": _key("returned"),
        "UpdateExpression": "SET m = :n",
        "ExpressionAttributeValues": {":n": {"N": text}},
    }
    for wanted, shown in (
        ("UPDATED_NEW", {"m": {"N": canonical}}),
        ("ALL_NEW", {**_key("returned"), "n": {"N": canonical}, "m": {"N": canonical}}),
    ):
        assert call("UpdateItem", {**update, "ReturnValues": wanted})["Attributes"] == shown
    deleted = {"TableName": "hash_s", "Key": _key("returned"), "ReturnValues": "ALL_OLD"}
    assert call("DeleteItem", deleted)["Attributes"]["n"] == {"N": canonical}


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS)
def test_a_key_is_canonical_and_found_by_every_spelling(
    call: Call, text: str, canonical: str
) -> None:
    call("PutItem", {"TableName": "numbers", "Item": {"p": {"N": text}, "v": {"S": text}}})
    for spelled in (text, canonical):
        got = call("GetItem", {"TableName": "numbers", "Key": {"p": {"N": spelled}}})
        assert got["Item"] == {"p": {"N": canonical}, "v": {"S": text}}
    query = {
        "TableName": "numbers",
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": {":p": {"N": text}},
    }
    assert call("Query", query)["Count"] == 1
    page = call("Scan", {"TableName": "numbers", "Limit": 1})
    assert page["LastEvaluatedKey"] == {"p": {"N": canonical}}
    call("DeleteItem", {"TableName": "numbers", "Key": {"p": {"N": text}}})


def test_keys_of_one_value_are_one_item(call: Call) -> None:
    for text in ("1", "1.0", "01", "1e0"):
        item = {"p": {"S": "a"}, "s": {"S": "b"}, "rank": {"N": text}, "city": {"S": "c"}}
        call("PutItem", {"TableName": "scores", "Item": item})
    by_city = {
        "TableName": "scores",
        "IndexName": "by_city",
        "KeyConditionExpression": "city = :c AND #r = :r",
        "ExpressionAttributeNames": {"#r": "rank"},
        "ExpressionAttributeValues": {":c": {"S": "c"}, ":r": {"N": "1.000"}},
        "Limit": 1,
    }
    page = call("Query", by_city)
    assert page["Count"] == 1
    assert page["LastEvaluatedKey"]["rank"] == {"N": "1"}
    for text in ("10", "10.0", "1e1"):
        item = {"p": {"N": text}, "s": {"B": "YQ=="}, "v": {"S": text}}
        call("PutItem", {"TableName": "numbered", "Item": item})
    items = call("Scan", {"TableName": "numbered"})["Items"]
    assert items == [{"p": {"N": "10"}, "s": {"B": "YQ=="}, "v": {"S": "1e1"}}]


def test_numbers_sort_over_the_whole_range(call: Call) -> None:
    ascending = [
        *("-9e125", "-1e125", "-1e38", "-12345.6", "-101", "-100.5", "-10", "-2", "-1", "-0.99"),
        *("-1e-129", "-1e-130", "0", "1e-130", "1.5e-130", "1e-129", "0.0001", "0.001", "0.5"),
        *("1", "1." + "0" * 36 + "1", "2", "9", "10", "99", "100"),
        *("12345.6", "1e38", "1e125", "9.9e125"),
    ]
    for at, text in enumerate(reversed(ascending)):
        item = {"p": {"S": "sorted"}, "s": {"S": f"{at}"}, "rank": {"N": text}}
        call("PutItem", {"TableName": "scores", "Item": item})
    query: dict[str, Any] = {
        "TableName": "scores",
        "IndexName": "by_rank",
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": {":p": {"S": "sorted"}},
    }
    found = call("Query", query)["Items"]
    assert [item["s"]["S"] for item in found] == [f"{at}" for at in reversed(range(len(ascending)))]
    between = {
        **query,
        "KeyConditionExpression": "p = :p AND #r BETWEEN :l AND :u",
        "ExpressionAttributeNames": {"#r": "rank"},
        "ExpressionAttributeValues": {
            ":p": {"S": "sorted"},
            ":l": {"N": "-2.0"},
            ":u": {"N": "1e-129"},
        },
    }
    assert call("Query", between)["Count"] == ascending.index("1e-129") - ascending.index("-2") + 1


def test_sets_of_numbers_are_compared_and_changed_by_value(call: Call) -> None:
    _put(call, "set", s={"NS": ["1", "2.50", "300"]}, l={"L": [{"N": "4.0"}]}, n={"N": "1.0"})
    update: dict[str, Any] = {
        "TableName": "hash_s",
        "Key": _key("set"),
        "UpdateExpression": "ADD s :more",
        "ConditionExpression": "s = :same AND contains(s, :one) AND contains(l, :four) "
        "AND n IN (:two, :one) AND n = :one",
        "ExpressionAttributeValues": {
            ":more": {"NS": ["1.00", "3e2", "7"]},
            ":same": {"NS": ["3e2", "01", "2.5"]},
            ":one": {"N": "01"},
            ":four": {"N": "4"},
            ":two": {"N": "2"},
        },
    }
    call("UpdateItem", update)
    assert sorted(_get(call, "set")["s"]["NS"]) == ["1", "2.5", "300", "7"]
    update["UpdateExpression"] = "DELETE s :less"
    update["ExpressionAttributeValues"] = {":less": {"NS": ["7.0", "0.3e3"]}}
    del update["ConditionExpression"]
    call("UpdateItem", update)
    assert sorted(_get(call, "set")["s"]["NS"]) == ["1", "2.5"]


def test_a_batch_write_takes_keys_of_one_value_for_duplicates(call: Call) -> None:
    puts = [{"PutRequest": {"Item": {"p": {"N": text}}}} for text in ("1", "1.0")]
    with pytest.raises(Refused, match="Provided list of item keys contains duplicates"):
        call("BatchWriteItem", {"RequestItems": {"numbers": puts}})


def test_a_batch_get_compares_its_keys_by_text(call: Call) -> None:
    call("PutItem", {"TableName": "numbers", "Item": {"p": {"N": "1000"}}})
    keys = [{"p": {"N": text}} for text in ("1000", "1e3")]
    answer = call("BatchGetItem", {"RequestItems": {"numbers": {"Keys": keys}}})
    assert answer["Responses"]["numbers"] == [{"p": {"N": "1000"}}]


def _computed(call: Call, text: str, **values: str) -> str:
    request = {
        "TableName": "hash_s",
        "Key": _key("computed"),
        "UpdateExpression": text,
        "ExpressionAttributeValues": {f":{name}": {"N": value} for name, value in values.items()},
        "ReturnValues": "UPDATED_NEW",
    }
    return call("UpdateItem", request)["Attributes"]["n"]["N"]


SUMS = [
    ("SET n = :a + :b", "0.1", "0.2", "0.3"),
    ("SET n = :a - :b", "1", "0.9", "0.1"),
    ("SET n = :a - :b", "0.3", "0.1", "0.2"),
    ("SET n = :a + :b", "99999999999999999999999999999999999998", "1", "9" * 38),
    ("SET n = :a - :b", "1e-130", "1e-130", "0"),
    ("SET n = :a + :b", "1e125", "8e125", "9" + "0" * 125),
    ("SET n = :a + :b", "1e37", "0.1e0", None),
    ("SET n = :a + :b", "1e50", "1", None),
    ("SET n = :a - :b", "1e38", "0.1", None),
    ("SET n = :a + :b", "9e125", "1e125", None),
    ("SET n = :a - :b", "-9e125", "1e125", None),
]


@pytest.mark.parametrize(("text", "a", "b", "result"), SUMS)
def test_sums_are_exact_or_refused(
    call: Call, text: str, a: str, b: str, result: str | None
) -> None:
    added = text.replace("n = :a", "n = if_not_exists(nowhere, :a)")
    for each in (text, added):
        if result is not None:
            assert _computed(call, each, a=a, b=b) == result
            continue
        with pytest.raises(Refused) as refusal:
            _computed(call, each, a=a, b=b)
        assert refusal.value.message == OVERFLOW


def test_add_is_exact_or_refused(call: Call) -> None:
    _put(call, "computed", n={"N": "0.1"})
    assert _computed(call, "ADD n :b", b="0.2") == "0.3"
    _put(call, "computed", n={"N": "1e50"})
    for more in ("1", "9.99e125"):
        with pytest.raises(Refused) as refusal:
            _computed(call, "ADD n :b", b=more)
        assert refusal.value.message == OVERFLOW
    _put(call, "computed", n={"N": "9e125"})
    with pytest.raises(Refused) as refusal:
        _computed(call, "ADD n :b", b="1e125")
    assert refusal.value.message == OVERFLOW
