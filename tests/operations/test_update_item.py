"""UpdateItem: what it makes, what it returns, what it does to index keys."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.facts import item_tables
from tests.support.calls import perform, refusal

KEY = {"p": {"S": "a"}}
I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
V = {"S": "new"}


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in item_tables.TABLES:
        perform(engine, "CreateTable", **table)
    return engine


def update(
    engine: Engine, text: str | None = None, value: Any = None, /, **more: Any
) -> dict[str, Any]:
    request: dict[str, Any] = {"TableName": "hash_s", "Key": KEY, **more}
    if text is not None:
        request["UpdateExpression"] = text
    if value is not None:
        request["ExpressionAttributeValues"] = {":v": value}
    return perform(engine, "UpdateItem", **request)


def stored(engine: Engine, key: Any = KEY, table: str = "hash_s") -> Any:
    return perform(engine, "GetItem", TableName=table, Key=key).get("Item")


def put(engine: Engine, item: dict[str, Any], table: str = "hash_s") -> None:
    perform(engine, "PutItem", TableName=table, Item=item)


def test_an_update_merges_where_a_put_replaces(store: Engine) -> None:
    put(store, {**KEY, "a": V, "b": V})
    assert update(store, "SET b = :v", {"S": "b"}) == {}
    assert stored(store) == {**KEY, "a": V, "b": {"S": "b"}}
    put(store, {**KEY, "c": V})
    assert stored(store) == {**KEY, "c": V}


@pytest.mark.parametrize(
    "members",
    [
        {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}},
        {"UpdateExpression": "ADD a :v", "ExpressionAttributeValues": {":v": {"N": "1"}}},
        {"AttributeUpdates": {"a": {"Action": "PUT", "Value": {"N": "1"}}}},
        {"AttributeUpdates": {"a": {"Action": "ADD", "Value": {"N": "1"}}}},
    ],
    ids=str,
)
def test_set_and_add_make_a_missing_item(store: Engine, members: dict[str, Any]) -> None:
    assert update(store, **members) == {}
    assert stored(store) == {**KEY, "a": {"N": "1"}}


@pytest.mark.parametrize(
    "members",
    [
        {"UpdateExpression": "REMOVE a"},
        {"UpdateExpression": "DELETE a :v", "ExpressionAttributeValues": {":v": {"SS": ["x"]}}},
        {
            "UpdateExpression": "DELETE a :v REMOVE b",
            "ExpressionAttributeValues": {":v": {"SS": ["x"]}},
        },
        {"AttributeUpdates": {"a": {"Action": "DELETE"}}},
        {"AttributeUpdates": {"a": {"Action": "DELETE", "Value": {"SS": ["x"]}}}},
    ],
    ids=str,
)
@pytest.mark.parametrize("wanted", ["ALL_NEW", "UPDATED_NEW", "ALL_OLD", "UPDATED_OLD"])
def test_taking_away_from_a_missing_item_makes_and_returns_nothing(
    store: Engine, members: dict[str, Any], wanted: str
) -> None:
    assert update(store, **members, ReturnValues=wanted) == {}
    assert stored(store) is None


# What is returned. A store's item before the update, the update, and Attributes by ReturnValues.

OLD = {
    **KEY,
    "a": V,
    "m": {"M": {"b": {"S": "old"}, "c": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}},
}


def nested(value: dict[str, Any]) -> dict[str, Any]:
    return {"m": {"M": value}}


def elements(*values: Any) -> dict[str, Any]:
    return nested({"c": {"L": list(values)}})


RETURNED: list[tuple[str, Any, Any, Any]] = [
    # The same value again counts as updated.
    ("SET a = :v", V, {"a": V}, {"a": V}),
    ("SET a = :v, q = :v", {"S": "x"}, {"a": V}, {"a": {"S": "x"}, "q": {"S": "x"}}),
    ("SET q = :v", V, None, {"q": V}),
    ("REMOVE a", None, {"a": V}, None),
    ("REMOVE a, q", None, {"a": V}, None),
    ("REMOVE a SET q = :v", V, {"a": V}, {"q": V}),
    ("REMOVE q", None, None, None),
    ("ADD n :v", {"N": "1"}, None, {"n": {"N": "1"}}),
    ("DELETE q :v", {"SS": ["x"]}, None, None),
    # Inside: the fragment within its parents.
    ("SET m.b = :v", V, nested({"b": {"S": "old"}}), nested({"b": V})),
    ("SET m.d = :v", V, None, nested({"d": V})),
    ("REMOVE m.b", None, nested({"b": {"S": "old"}}), None),
    ("SET m.c[1] = :v", V, elements({"N": "2"}), elements(V)),
    ("SET m.c[2] = :v, m.c[0] = :v", V, elements({"N": "1"}, {"N": "3"}), elements(V, V)),
    ("SET m.b = :v, m.c[1] = :v, a = :v", V,
        {"a": V, "m": {"M": {"b": {"S": "old"}, "c": {"L": [{"N": "2"}]}}}},
        {"a": V, "m": {"M": {"b": V, "c": {"L": [V]}}}}),
    # Odd, but the service's own: what an index means is looked up again afterwards.
    ("SET m.c[100] = :v", V, None, None),
    ("SET m.c[3] = :v", V, None, elements(V)),
    ("REMOVE m.c[1]", None, elements({"N": "2"}), elements({"N": "3"})),
    ("REMOVE m.c[3]", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "old", "new"), RETURNED, ids=[row[0] for row in RETURNED]
)
def test_the_updated_attributes_are_those_at_the_named_paths(
    store: Engine, text: str, value: Any, old: Any, new: Any
) -> None:
    for wanted, expected in (("UPDATED_OLD", old), ("UPDATED_NEW", new)):
        put(store, OLD)
        answer = update(store, text, value, ReturnValues=wanted)
        assert answer == ({} if expected is None else {"Attributes": expected})


LEGACY: list[tuple[dict[str, Any], Any, Any]] = [
    ({"a": {"Value": {"S": "x"}}}, {"a": V}, {"a": {"S": "x"}}),
    ({"a": {"Action": "DELETE"}}, {"a": V}, None),
    ({"a": {"Action": "DELETE"}, "q": {"Value": V}}, {"a": V}, {"q": V}),
    ({"n": {"Action": "ADD", "Value": {"N": "1"}}}, None, {"n": {"N": "1"}}),
    ({"m": {"Value": V}}, {"m": OLD["m"]}, {"m": V}),
    ({"q": {"Action": "DELETE"}}, None, None),
    ({}, None, None),
]


@pytest.mark.parametrize(("updates", "old", "new"), LEGACY, ids=str)
def test_legacy_updates_return_whole_attributes(
    store: Engine, updates: dict[str, Any], old: Any, new: Any
) -> None:
    for wanted, expected in (("UPDATED_OLD", old), ("UPDATED_NEW", new)):
        put(store, OLD)
        answer = update(store, AttributeUpdates=updates, ReturnValues=wanted)
        assert answer == ({} if expected is None else {"Attributes": expected})


def test_all_is_the_whole_item_with_its_key(store: Engine) -> None:
    put(store, OLD)
    changed = {**OLD, "a": {"S": "x"}}
    answer = update(store, "SET a = :v", {"S": "x"}, ReturnValues="ALL_NEW")
    assert answer == {"Attributes": changed}
    answer = update(store, "SET a = :v", V, ReturnValues="ALL_OLD")
    assert answer == {"Attributes": changed}
    for wanted in ({}, {"ReturnValues": "NONE"}):
        assert update(store, "SET a = :v", V, **wanted) == {}


def test_an_item_just_made_has_no_old_values_and_never_shows_its_key_as_updated(
    store: Engine,
) -> None:
    expected = {
        "ALL_OLD": None,
        "UPDATED_OLD": None,
        "UPDATED_NEW": {"a": V},
        "ALL_NEW": {**KEY, "a": V},
    }
    for wanted, attributes in expected.items():
        perform(store, "DeleteItem", TableName="hash_s", Key=KEY)
        answer = update(store, "SET a = :v", V, ReturnValues=wanted)
        assert answer.get("Attributes") == attributes


@pytest.mark.parametrize("members", [{}, {"AttributeUpdates": {}}], ids=str)
def test_an_update_of_nothing_returns_the_item_alone(
    store: Engine, members: dict[str, Any]
) -> None:
    for wanted in ("UPDATED_OLD", "UPDATED_NEW"):
        perform(store, "DeleteItem", TableName="hash_s", Key=KEY)
        assert update(store, **members, ReturnValues=wanted) == {}
        assert stored(store) == KEY
    assert update(store, **members, ReturnValues="ALL_NEW") == {"Attributes": KEY}
    put(store, OLD)
    assert update(store, **members, ReturnValues="ALL_NEW") == {"Attributes": OLD}
    assert update(store, **members, ReturnValues="UPDATED_NEW") == {}


# The item that an update reads.


def test_an_update_reads_the_item_as_it_was(store: Engine) -> None:
    put(store, {**KEY, "a": V})
    update(store, "SET a = :v, b = a", {"S": "x"})
    assert stored(store) == {**KEY, "a": {"S": "x"}, "b": V}


def test_a_condition_does_not_see_the_key_of_an_item_to_be_made(store: Engine) -> None:
    request = {"TableName": "hash_s", "Key": KEY, "ConditionExpression": "attribute_exists(p)"}
    for more in (
        {},
        {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": V}},
    ):
        refused = refusal(store, "UpdateItem", **request, **more)
        assert refused.code == "ConditionalCheckFailedException"
    assert stored(store) is None


# Index keys.


def changes(engine: Engine, text: str, value: Any = None) -> dict[str, Any]:
    return update(engine, text, value, TableName="indexed", Key=I)


def refused_change(engine: Engine, text: str, value: Any) -> str | None:
    return refusal(
        engine,
        "UpdateItem",
        TableName="indexed",
        Key=I,
        UpdateExpression=text,
        ExpressionAttributeValues={":v": value},
    ).message


@pytest.mark.parametrize("text", ["SET gsiPk = :v", "SET gsiPk = if_not_exists(q, :v)"])
def test_an_index_key_beyond_its_limit_is_refused(store: Engine, text: str) -> None:
    put(store, I, "indexed")
    assert refused_change(store, text, {"S": "x" * 2049}) == (
        "The update expression attempted to update the secondary index key beyond allowed size "
        "limits."
    )
    assert changes(store, text, {"S": "x" * 2048}) == {}


def test_a_stored_value_that_no_index_takes_does_not_block_other_updates(store: Engine) -> None:
    put(store, {**I, "late": {"N": "1"}}, "indexed")
    perform(
        store,
        "UpdateTable",
        TableName="indexed",
        AttributeDefinitions=[{"AttributeName": "late", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "gsi-late",
                    "KeySchema": [{"AttributeName": "late", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    assert changes(store, "SET q = :v", V) == {}
    assert stored(store, I, "indexed") == {**I, "late": {"N": "1"}, "q": V}
    assert "Type mismatch for Index Key late" in (
        refused_change(store, "SET late = :v", {"N": "2"}) or ""
    )


def test_a_refused_write_changes_neither_table_nor_index(store: Engine) -> None:
    whole = {**I, "gsiPk": {"S": "g"}, "lsiSk": {"S": "l"}}
    put(store, whole, "indexed")
    bad = {**whole, "gsiPk": {"S": "h"}, "lsiSk": {"N": "1"}}
    requests: list[tuple[str, dict[str, Any]]] = [
        ("PutItem", {"Item": bad}),
        ("PutItem", {"Item": I, "ConditionExpression": "attribute_not_exists(pk)"}),
        ("DeleteItem", {"Key": I, "ConditionExpression": "attribute_not_exists(pk)"}),
        (
            "UpdateItem",
            {
                "Key": I,
                "UpdateExpression": "SET gsiPk = :v, lsiSk = :n",
                "ExpressionAttributeValues": {":v": V, ":n": {"N": "1"}},
            },
        ),
        ("UpdateItem", {"Key": I, "UpdateExpression": "REMOVE gsiPk SET x = nowhere"}),
    ]
    for operation, request in requests:
        refusal(store, operation, TableName="indexed", **request)
        assert stored(store, I, "indexed") == whole
        for index, names in (("gsi-inc", ("pk", "sk", "gsiPk")), ("lsi-all", tuple(whole))):
            found = perform(store, "Scan", TableName="indexed", IndexName=index)["Items"]
            assert found == [{name: whole[name] for name in names}]
