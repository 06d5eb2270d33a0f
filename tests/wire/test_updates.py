"""Updates on a real server: the item after, what comes back, and what the item does not allow."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.facts.items import nested
from tests.language.test_updates import IMAGES, ITEM, MADE, REFUSED, UPDATES, V
from tests.support.doors import Call, Refused

TABLE: dict[str, Any] = {
    "TableName": "updates",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
KEY = {"pk": ITEM["pk"]}
IMPOSSIBLE = "The document path provided in the update expression is invalid for update"
WORDS = str.maketrans(dict.fromkeys(",()+-=", " "))


@pytest.fixture(scope="module")
def store(call: Call) -> Call:
    """A store with a table of its own."""
    call("CreateTable", TABLE)
    return call


def canonical(value: Any) -> Any:
    """A value of the tables below as the service shows it: numbers are canonical."""
    if isinstance(value, list):
        return [canonical(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    if list(members) == ["N"]:
        return {"N": {"2.0": "2", "2.50": "2.5"}.get(members["N"], members["N"])}
    if list(members) == ["NS"]:
        return {"NS": [canonical({"N": each})["N"] for each in members["NS"]]}
    return {name: canonical(each) for name, each in members.items()}


def put(store: Call, item: Any = ITEM) -> None:
    """Store the item."""
    store("PutItem", {"TableName": "updates", "Item": item})


def stored(store: Call) -> Any:
    """The item as it is stored, None without one."""
    return store("GetItem", {"TableName": "updates", "Key": KEY}).get("Item")


def update(store: Call, text: str, returned: str = "NONE", **more: Any) -> Any:
    """The attributes that an update returns, None for none."""
    used = {name: V[name] for name in text.translate(WORDS).split() if name in V}
    request: dict[str, Any] = {"TableName": "updates", "Key": KEY, "UpdateExpression": text, **more}
    if used:
        request["ExpressionAttributeValues"] = used
    return store("UpdateItem", {**request, "ReturnValues": returned}).get("Attributes")


@pytest.mark.parametrize(("text", "difference"), UPDATES)
def test_an_update_changes_what_it_says(store: Call, text: str, difference: dict[str, Any]) -> None:
    put(store)
    changed = {**ITEM, **difference}
    expected = canonical({name: each for name, each in changed.items() if each is not None})
    assert update(store, text, "ALL_NEW") == expected
    assert stored(store) == expected


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_an_update_that_the_item_does_not_allow_is_refused(
    store: Call, text: str, message: str
) -> None:
    put(store)
    with pytest.raises(Refused) as refusal:
        update(store, text)
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)
    assert stored(store) == ITEM


@pytest.mark.parametrize(("text", "made"), MADE)
def test_an_update_of_a_missing_item_makes_one_with_its_key(
    store: Call, text: str, made: Any
) -> None:
    store("DeleteItem", {"TableName": "updates", "Key": KEY})
    assert update(store, text, "ALL_NEW") == canonical({**KEY, **made})
    assert stored(store) == canonical({**KEY, **made})


@pytest.mark.parametrize(
    "text", ["REMOVE s", "REMOVE m.a[0]", "DELETE ss :ss", "REMOVE s DELETE m.x :ss"]
)
def test_taking_away_from_a_missing_item_makes_nothing(store: Call, text: str) -> None:
    store("DeleteItem", {"TableName": "updates", "Key": KEY})
    assert update(store, text, "ALL_NEW") is None
    assert stored(store) is None


def test_an_update_without_expression_makes_an_item_of_its_key(store: Call) -> None:
    store("DeleteItem", {"TableName": "updates", "Key": KEY})
    assert store("UpdateItem", {"TableName": "updates", "Key": KEY}) == {}
    assert stored(store) == KEY
    put(store)
    assert store("UpdateItem", {"TableName": "updates", "Key": KEY}) == {}
    assert stored(store) == ITEM


@pytest.mark.parametrize("text", ["SET m.a = :one", "SET l[0] = :one", "ADD m.a :one"])
def test_a_missing_item_has_no_place_inside(store: Call, text: str) -> None:
    store("DeleteItem", {"TableName": "updates", "Key": KEY})
    with pytest.raises(Refused, match=IMPOSSIBLE):
        update(store, text)
    assert stored(store) is None


@pytest.mark.parametrize(("text", "old", "new"), IMAGES)
def test_the_updated_attributes_are_the_targets_alone(
    store: Call, text: str, old: Any, new: Any
) -> None:
    put(store)
    assert update(store, text, "UPDATED_OLD") == (old or None)
    put(store)
    assert update(store, text, "UPDATED_NEW") == (new or None)


def test_whole_images_come_back_and_none_without_asking(store: Call) -> None:
    put(store)
    assert update(store, "SET s = :s", "NONE") is None
    assert update(store, "SET s = :t", "ALL_OLD") == {**ITEM, "s": V[":s"]}
    assert update(store, "SET s = :s", "ALL_NEW") == {**ITEM, "s": V[":s"]}
    store("DeleteItem", {"TableName": "updates", "Key": KEY})
    assert update(store, "SET s = :s", "ALL_OLD") is None


def test_puts_and_deletes_return_the_old_item_or_nothing(store: Call) -> None:
    key = {"TableName": "updates", "Key": KEY}
    store("DeleteItem", key)
    put_request = {"TableName": "updates", "Item": ITEM}
    assert store("PutItem", {**put_request, "ReturnValues": "ALL_OLD"}) == {}
    assert store("PutItem", {**put_request, "ReturnValues": "NONE"}) == {}
    assert store("PutItem", put_request) == {}
    assert store("PutItem", {**put_request, "ReturnValues": "ALL_OLD"}) == {"Attributes": ITEM}
    assert store("DeleteItem", {**key, "ReturnValues": "NONE"}) == {}
    store("PutItem", put_request)
    assert store("DeleteItem", {**key, "ReturnValues": "ALL_OLD"}) == {"Attributes": ITEM}
    assert store("DeleteItem", {**key, "ReturnValues": "ALL_OLD"}) == {}


def test_a_value_equal_to_the_old_one_is_a_normal_write(store: Call) -> None:
    put(store)
    request = {"ReturnConsumedCapacity": "TOTAL"}
    assert update(store, "SET s = s", "UPDATED_NEW", **request) == {"s": ITEM["s"]}
    consumed = store(
        "UpdateItem",
        {"TableName": "updates", "Key": KEY, "UpdateExpression": "SET s = s", **request},
    )["ConsumedCapacity"]
    assert consumed == {"TableName": "updates", "CapacityUnits": 1.0}


SPELLINGS = [
    "SET x = :one",
    "set x = :one",
    "sEt\tx\r\n=\n:one",
    "SET x = (:one)",
    "SET x = (if_not_exists(x, :one))",
    "SET x=:one",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_keywords_and_blanks_are_free(store: Call, text: str) -> None:
    put(store)
    assert update(store, text, "UPDATED_NEW") == {"x": {"N": "1"}}


@pytest.mark.parametrize("text", ["SET x = (n + :one)", "SET x = (n) + (:one)", "SET x=n+:one"])
def test_a_sum_may_stand_in_parentheses(store: Call, text: str) -> None:
    put(store)
    assert update(store, text, "UPDATED_NEW") == {"x": {"N": "6"}}


def test_sections_come_in_any_order(store: Call) -> None:
    for text in (
        "SET x = :one REMOVE s ADD n :one DELETE ss :ss",
        "DELETE ss :ss ADD n :one REMOVE s SET x = :one",
        "add n :one set x = :one delete ss :ss remove s",
    ):
        put(store)
        assert update(store, text, "UPDATED_NEW") == {
            "x": {"N": "1"},
            "n": {"N": "6"},
            "ss": {"SS": ["a"]},
        }


def test_an_update_may_nest_32_levels_and_no_more(store: Call) -> None:
    put(store, {**KEY, "m": {"M": {}}})
    request = {"TableName": "updates", "Key": KEY, "UpdateExpression": "SET m.x = :v"}
    store("UpdateItem", {**request, "ExpressionAttributeValues": {":v": nested(31)}})
    with pytest.raises(Refused, match="Nesting Levels have exceeded supported limits"):
        store("UpdateItem", {**request, "ExpressionAttributeValues": {":v": nested(32)}})


def test_the_condition_is_seen_before_what_the_item_does_not_allow(store: Call) -> None:
    put(store)
    with pytest.raises(Refused) as refusal:
        update(store, "SET x = nowhere", ConditionExpression="attribute_not_exists(pk)")
    assert refusal.value.code == "ConditionalCheckFailedException"
