"""Projections on a real server: of one item, of batches and transactions, of Query and Scan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.language.test_projections import ITEM, PROJECTIONS
from tests.support.doors import Call

KEY = {"p": {"S": "k"}}
# "null" is a reserved word, as is the dotted name none at all: both stay in the item unasked.
STORED = KEY | ITEM
TABLE = "words"


@pytest.fixture(scope="module")
def stored(call: Call) -> Call:
    """A store whose table ``words`` has one item."""
    call("PutItem", {"TableName": TABLE, "Item": STORED})
    return call


def _projected(call: Call, text: str, **more: Any) -> list[Any]:
    """What each reading operation makes of the item."""
    asked = {"ProjectionExpression": text, **more}
    get = {"TableName": TABLE, "Key": KEY, **asked}
    batch = {"RequestItems": {TABLE: {"Keys": [KEY], **asked}}}
    query = {
        "TableName": TABLE,
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": {":p": KEY["p"]},
        **asked,
    }
    return [
        call("GetItem", get)["Item"],
        *call("BatchGetItem", batch)["Responses"][TABLE],
        *call("Query", query)["Items"],
        *call("Scan", {"TableName": TABLE, **asked})["Items"],
    ]


@pytest.mark.parametrize(("text", "projected"), PROJECTIONS)
def test_a_projection_keeps_what_its_paths_find(stored: Call, text: str, projected: Any) -> None:
    assert _projected(stored, text) == [projected] * 4


@pytest.mark.parametrize(("text", "projected"), PROJECTIONS)
def test_a_transaction_leaves_out_what_projects_to_nothing(
    stored: Call, text: str, projected: Any
) -> None:
    get = {"TableName": TABLE, "Key": KEY, "ProjectionExpression": text}
    [answer] = stored("TransactGetItems", {"TransactItems": [{"Get": get}]})["Responses"]
    assert answer == ({"Item": projected} if projected else {})


def test_a_placeholder_is_one_literal_name(stored: Call) -> None:
    names = {"#d": "a.b", "#n": "null", "#l": "l"}
    projected = {"a.b": ITEM["a.b"], "null": ITEM["null"], "l": {"L": [ITEM["l"]["L"][2]]}}
    found = _projected(stored, "#d, #n, #l[2]", ExpressionAttributeNames=names)
    assert found == [projected] * 4


def test_a_missing_item_is_not_there_whatever_is_asked(call: Call) -> None:
    missing = {"TableName": TABLE, "Key": {"p": {"S": "none"}}, "ProjectionExpression": "a"}
    assert call("GetItem", missing) == {}
    assert call("TransactGetItems", {"TransactItems": [{"Get": missing}]}) == {"Responses": [{}]}


def test_keys_are_not_added(stored: Call) -> None:
    assert _projected(stored, "pk") == [{"pk": ITEM["pk"]}] * 4
