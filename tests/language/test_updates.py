"""Updates: the item after, what is refused at run time, what is left alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dynalite_py.language import binding, nodes, parse, updates
from dynalite_py.model import values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue, Item

KEY: Item = {"pk": {"S": "k"}}
MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
IMPOSSIBLE = "The document path provided in the update expression is invalid for update"
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)


def n(text: str) -> AttributeValue:
    return {"N": text}


def ns(*texts: str) -> AttributeValue:
    return {"L": [n(text) for text in texts]}


V: dict[str, AttributeValue] = {
    ":s": {"S": "new"},
    ":t": {"S": "other"},
    ":one": n("1"),
    ":two": n("2.0"),
    ":huge": n("9" * 38 + "0" * 88),
    ":ss": {"SS": ["b", "c"]},
    ":ns": {"NS": ["2.50", "7"]},
    ":bs": {"BS": ["Yg=="]},
    ":all": {"SS": ["a", "b"]},
    ":l": ns("8", "9"),
    ":m": {"M": {"x": n("1")}},
}
ITEM: Item = {
    "pk": {"S": "k"},
    "s": {"S": "old"},
    "n": n("5"),
    "l": ns("0", "1", "2", "3"),
    "m": {"M": {"a": n("1"), "b": {"L": [{"M": {"c": n("2")}}, n("4")]}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["YQ==", "Yg=="]},
}


def compiled(text: str) -> tuple[updates.Program, dict[str, AttributeValue]]:
    bound = {name: values.canonical_value(value) for name, value in V.items()}
    tree = parse.parsed("UpdateExpression", text).tree
    assert isinstance(tree, nodes.Update)
    types = {name: values.type_of(value) for name, value in bound.items()}
    return updates.program(binding.checked_update("UpdateExpression", tree, {}, types)), bound


def after(text: str, item: Item | None = ITEM) -> Item | None:
    """The item after the update; the item given must not have changed."""
    program, bound = compiled(text)
    before = copy.deepcopy(item)
    result = updates.apply(program, item, KEY, bound)
    assert item == before
    return result


def changed(text: str, item: Item = ITEM) -> dict[str, Any]:
    """What differs after the update: new values, None for what went away."""
    result = after(text, item)
    assert result is not None
    return {
        name: result.get(name) for name in {**item, **result} if result.get(name) != item.get(name)
    }


UPDATES: list[tuple[str, dict[str, Any]]] = [
    ("SET s = :s", {"s": V[":s"]}),
    ("SET x = :s, y = s", {"x": V[":s"], "y": {"S": "old"}}),
    ("SET s = n, n = s", {"s": n("5"), "n": {"S": "old"}}),
    ("SET s = :s, x = s", {"s": V[":s"], "x": {"S": "old"}}),
    ("SET x = s REMOVE s", {"x": {"S": "old"}, "s": None}),
    ("SET n = n + :one", {"n": n("6")}),
    ("SET n = n - :two", {"n": n("3")}),
    ("SET n = :one - n", {"n": n("-4")}),
    ("SET x = l[1] + m.b[0].c", {"x": n("3")}),
    ("SET x = if_not_exists(x, :one) + :two", {"x": n("3")}),
    ("SET n = if_not_exists(n, :one) + :two", {"n": n("7")}),
    ("SET x = if_not_exists(y, if_not_exists(n, :s))", {"x": n("5")}),
    ("SET x = if_not_exists(n, nowhere)", {"x": n("5")}),
    ("SET x = if_not_exists(x, :m)", {"x": V[":m"]}),
    ("SET l = list_append(l, :l)", {"l": ns("0", "1", "2", "3", "8", "9")}),
    ("SET l = list_append(:l, l)", {"l": ns("8", "9", "0", "1", "2", "3")}),
    ("SET x = list_append(l, l)", {"x": ns("0", "1", "2", "3", "0", "1", "2", "3")}),
    ("SET x = list_append(if_not_exists(x, :l), :l)", {"x": ns("8", "9", "8", "9")}),
    # Inside maps and lists.
    ("SET m.x = :s", {"m": {"M": {**ITEM["m"]["M"], "x": V[":s"]}}}),
    (
        "SET m.a = m.a + :one, m.b[0].c = :s REMOVE m.b[1]",
        {"m": {"M": {"a": n("2"), "b": {"L": [{"M": {"c": V[":s"]}}]}}}},
    ),
    ("REMOVE m.a, m.b", {"m": {"M": {}}}),
    ("REMOVE m.a, m.nowhere", {"m": {"M": {"b": ITEM["m"]["M"]["b"]}}}),
    ("SET l[1] = :one", {}),
    ("SET l[1] = :two", {"l": ns("0", "2", "2", "3")}),
    ("SET l[1] = l[3], l[3] = l[1]", {"l": ns("0", "3", "2", "1")}),
    # Appending past the end, in ascending order of the indexes.
    ("SET l[4] = :one", {"l": ns("0", "1", "2", "3", "1")}),
    ("SET l[99] = :one", {"l": ns("0", "1", "2", "3", "1")}),
    ("SET l[10] = :one, l[5] = :two", {"l": ns("0", "1", "2", "3", "2", "1")}),
    ("SET l[10] = :one, l[0] = :two, l[5] = :two", {"l": ns("2", "1", "2", "3", "2", "1")}),
    # Removing at the places of before.
    ("REMOVE l[0]", {"l": ns("1", "2", "3")}),
    ("REMOVE l[2], l[0]", {"l": ns("1", "3")}),
    ("REMOVE l[0], l[1], l[2], l[3]", {"l": {"L": []}}),
    ("REMOVE l[1] SET l[3] = :l", {"l": {"L": [n("0"), n("2"), V[":l"]]}}),
    ("REMOVE l[1] SET l[4] = :one", {"l": ns("0", "2", "3", "1")}),
    ("REMOVE l[7]", {}),
    ("REMOVE nowhere", {}),
    ("REMOVE s, n", {"s": None, "n": None}),
    # ADD.
    ("ADD n :two", {"n": n("7")}),
    ("ADD x :two", {"x": n("2")}),
    ("ADD l[0] :two", {"l": ns("2", "1", "2", "3")}),
    ("ADD l[9] :two", {"l": ns("0", "1", "2", "3", "2")}),
    ("ADD m.b[0].c :two", {"m": {"M": {"a": n("1"), "b": {"L": [{"M": {"c": n("4")}}, n("4")]}}}}),
    ("ADD m.z :one", {"m": {"M": {**ITEM["m"]["M"], "z": n("1")}}}),
    ("ADD ss :ss", {"ss": {"SS": ["a", "b", "c"]}}),
    ("ADD ns :ns", {"ns": {"NS": ["1", "2.5", "7"]}}),
    ("ADD bs :bs", {}),
    ("ADD x :ss", {"x": V[":ss"]}),
    # DELETE.
    ("DELETE ss :ss", {"ss": {"SS": ["a"]}}),
    ("DELETE ss :all", {"ss": None}),
    ("DELETE ns :ns", {"ns": {"NS": ["1"]}}),
    ("DELETE bs :bs", {"bs": {"BS": ["YQ=="]}}),
    ("DELETE nowhere :ss", {}),
    ("DELETE m.nowhere :ss", {}),
    # All sections at once.
    (
        "SET s = :s REMOVE l ADD n :one DELETE ss :ss",
        {"s": V[":s"], "l": None, "n": n("6"), "ss": {"SS": ["a"]}},
    ),
]


@pytest.mark.parametrize(("text", "difference"), UPDATES)
def test_an_update_changes_what_it_says(text: str, difference: dict[str, Any]) -> None:
    assert changed(text) == difference


REFUSED: list[tuple[str, str]] = [
    ("SET x = nowhere", MISSING),
    ("SET x = l[4]", MISSING),
    ("SET x = m[0]", MISSING),
    ("SET x = nowhere + :one", MISSING),
    ("SET x = list_append(nowhere, :l)", MISSING),
    ("SET x = if_not_exists(nowhere, nothing)", MISSING),
    ("SET x = s + :one", WRONG_TYPE),
    ("SET x = :one - l", WRONG_TYPE),
    ("SET x = list_append(s, :l)", WRONG_TYPE),
    ("SET x = list_append(:l, ss)", WRONG_TYPE),
    ("SET x = if_not_exists(s, :one) + :one", WRONG_TYPE),
    ("ADD s :one", WRONG_TYPE),
    ("ADD n :ss", WRONG_TYPE),
    ("ADD ss :ns", WRONG_TYPE),
    ("DELETE n :ss", WRONG_TYPE),
    ("DELETE ss :ns", WRONG_TYPE),
    ("DELETE s :ss", WRONG_TYPE),
    ("SET nowhere.a = :one", IMPOSSIBLE),
    ("SET nowhere[0] = :one", IMPOSSIBLE),
    ("SET m.nowhere.a = :one", IMPOSSIBLE),
    ("SET m[0] = :one", IMPOSSIBLE),
    ("SET l.a = :one", IMPOSSIBLE),
    ("SET s.a = :one", IMPOSSIBLE),
    ("SET ss[0] = :s", IMPOSSIBLE),
    ("SET l[4].a = :one", IMPOSSIBLE),
    ("REMOVE nowhere.a", IMPOSSIBLE),
    ("REMOVE s.a", IMPOSSIBLE),
    ("REMOVE l.a", IMPOSSIBLE),
    ("REMOVE m.nowhere[1]", IMPOSSIBLE),
    ("ADD nowhere.a :one", IMPOSSIBLE),
    ("DELETE nowhere.a :ss", IMPOSSIBLE),
    ("SET n = :huge + :huge", OVERFLOW),
    ("ADD n :huge", OVERFLOW),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_an_update_that_the_item_does_not_allow_is_refused(text: str, message: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        after(text)
    assert caught.value.message == message


MADE: list[tuple[str, Item]] = [
    ("SET s = :s", {"s": V[":s"]}),
    ("ADD n :one", {"n": n("1")}),
    ("ADD x :ss REMOVE s", {"x": V[":ss"]}),
    ("SET s = :s REMOVE m.a.b DELETE l[0] :ss", {"s": V[":s"]}),
    ("SET n = if_not_exists(n, :one) + :one", {"n": n("2")}),
    ("SET s = pk", {"s": KEY["pk"]}),
    ("SET s = if_not_exists(pk, :s)", {"s": KEY["pk"]}),
]


@pytest.mark.parametrize(("text", "made"), MADE)
def test_an_update_of_a_missing_item_makes_one_with_its_key(text: str, made: Item) -> None:
    assert after(text, None) == KEY | made


@pytest.mark.parametrize(
    "text", ["REMOVE s", "REMOVE m.a[0]", "DELETE ss :ss", "REMOVE s DELETE m.x :ss"]
)
def test_taking_away_from_a_missing_item_makes_nothing(text: str) -> None:
    assert after(text, None) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET m.a = :one", IMPOSSIBLE),
        ("SET m.a = m.b", IMPOSSIBLE),
        ("ADD l[0] :one", IMPOSSIBLE),
        ("SET x = s", MISSING),
    ],
)
def test_a_missing_item_has_no_place_inside(text: str, message: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        after(text, None)
    assert caught.value.message == message


def test_an_update_without_actions_makes_an_item_of_its_key() -> None:
    program = updates.program(nodes.Update((), ()), legacy=True)
    assert updates.apply(program, None, KEY, {}) == KEY
    assert updates.apply(program, ITEM, KEY, {}) == ITEM


def test_what_an_update_does_not_touch_is_shared() -> None:
    result = after("SET m.a = :s, x = :s")
    assert result is not None
    assert result["l"] is ITEM["l"]
    assert result["m"] is not ITEM["m"]
    assert result["m"]["M"]["b"] is ITEM["m"]["M"]["b"]


def nested(levels: int) -> AttributeValue:
    value = n("1")
    for _ in range(levels - 1):
        value = {"M": {"a": value}}
    return value


def test_an_update_may_nest_32_levels_and_no_more() -> None:
    deep: Item = {"d": nested(31), "m": {"M": {}}}
    assert after("SET m.x = d", deep) == deep | {"m": {"M": {"x": nested(31)}}}
    with pytest.raises(DynamoDBError, match="Nesting Levels have exceeded supported limits"):
        after("SET m.x = d", {"d": nested(32), "m": {"M": {}}})


def test_deep_alternatives_to_a_missing_path_can_be_evaluated() -> None:
    text = "SET x=" + "if_not_exists(y," * 230 + ":s" + ")" * 230
    assert changed(text) == {"x": V[":s"]}


IMAGES: list[tuple[str, Item, Item]] = [
    ("SET s = :s, x = :s", {"s": ITEM["s"]}, {"s": V[":s"], "x": V[":s"]}),
    ("SET s = s", {"s": ITEM["s"]}, {"s": ITEM["s"]}),
    ("REMOVE s, nowhere", {"s": ITEM["s"]}, {}),
    ("SET m.a = :s", {"m": {"M": {"a": n("1")}}}, {"m": {"M": {"a": V[":s"]}}}),
    ("SET m.b[1] = :s", {"m": {"M": {"b": ns("4")}}}, {"m": {"M": {"b": {"L": [V[":s"]]}}}}),
    (
        "SET m.b[1] = :s, m.b[0].c = :t",
        {"m": {"M": {"b": {"L": [{"M": {"c": n("2")}}, n("4")]}}}},
        {"m": {"M": {"b": {"L": [{"M": {"c": V[":t"]}}, V[":s"]]}}}},
    ),
    ("SET l[3] = :s, l[1] = :t", {"l": ns("1", "3")}, {"l": {"L": [V[":t"], V[":s"]]}}),
    ("SET l[99] = :s", {}, {}),
    ("REMOVE l[1]", {"l": ns("1")}, {"l": ns("2")}),
    ("REMOVE l[9]", {}, {}),
    ("DELETE ss :all", {"ss": ITEM["ss"]}, {}),
    ("SET m.x = :s", {}, {"m": {"M": {"x": V[":s"]}}}),
]


@pytest.mark.parametrize(("text", "old", "new"), IMAGES)
def test_the_fragments_of_old_and_new_image_hold_the_targets_alone(
    text: str, old: Item, new: Item
) -> None:
    program, bound = compiled(text)
    result = updates.apply(program, ITEM, KEY, bound)
    assert result is not None
    assert program.fragment(ITEM) == old
    assert program.fragment(result) == new
