"""What the item operations answer: returned values, versions, metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts import item_tables
from tests.support.raw_http import RawClient, operation

KEY = {"p": {"S": "a"}}
LIBRARY = Caller(extensions=True)


def _call(engine: Engine, operation: str, /, **request: Any) -> Any:
    request = {"TableName": "hash_s", **request}
    return codec.decode(engine.perform(operation, request, LIBRARY))


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in item_tables.TABLES:
        _call(engine, "CreateTable", **table)
    return engine


OLD = {**KEY, "a": {"M": {"b": {"S": "old"}, "c": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}}}
V = {":v": {"S": "new"}}


def _nested(value: dict[str, Any]) -> dict[str, Any]:
    return {"a": {"M": value}}


@pytest.mark.parametrize(
    ("expression", "values", "wanted", "attributes"),
    [
        ("SET a.b = :v", V, "NONE", None),
        ("SET a.b = :v", V, "ALL_OLD", OLD),
        ("SET a.b = :v", V, "UPDATED_OLD", _nested({"b": {"S": "old"}})),
        ("SET a.b = :v", V, "UPDATED_NEW", _nested({"b": {"S": "new"}})),
        ("SET q = :v", V, "UPDATED_OLD", None),
        ("SET q = :v", V, "ALL_NEW", {**OLD, "q": {"S": "new"}}),
        ("REMOVE a.b", None, "UPDATED_NEW", None),
        ("SET a.c[1] = :v", V, "UPDATED_NEW", _nested({"c": {"L": [{"S": "new"}]}})),
        (
            "SET a.c[2] = :v, a.c[0] = :v",
            V,
            "UPDATED_OLD",
            _nested({"c": {"L": [{"N": "1"}, {"N": "3"}]}}),
        ),
        ("SET a.c[100] = :v", V, "UPDATED_NEW", None),
        ("REMOVE a.c[1]", None, "UPDATED_NEW", _nested({"c": {"L": [{"N": "3"}]}})),
        ("REMOVE a.c[3]", None, "UPDATED_OLD", None),
    ],
)
def test_an_update_returns_what_was_asked_for(
    store: Engine, expression: str, values: Any, wanted: str, attributes: Any
) -> None:
    _call(store, "PutItem", Item=OLD)
    more = {} if values is None else {"ExpressionAttributeValues": values}
    answer = _call(
        store, "UpdateItem", Key=KEY, UpdateExpression=expression, ReturnValues=wanted, **more
    )
    assert answer.get("Attributes") == attributes


@pytest.mark.parametrize(
    ("request_members", "stored"),
    [
        ({}, KEY),
        ({"AttributeUpdates": {}}, KEY),
        ({"UpdateExpression": "REMOVE q"}, None),
        ({"AttributeUpdates": {"q": {"Action": "DELETE"}}}, None),
        (
            {"UpdateExpression": "SET q = :v", "ExpressionAttributeValues": V},
            {**KEY, "q": {"S": "new"}},
        ),
    ],
    ids=str,
)
def test_what_an_update_makes_of_a_missing_item(
    store: Engine, request_members: dict[str, Any], stored: Any
) -> None:
    answer = _call(store, "UpdateItem", Key=KEY, ReturnValues="ALL_NEW", **request_members)
    assert answer.get("Attributes") == stored
    assert _call(store, "GetItem", Key=KEY).get("Item") == stored


def test_a_read_shows_an_empty_item_when_nothing_matches_its_projection(store: Engine) -> None:
    _call(store, "PutItem", Item=OLD)
    assert _call(store, "GetItem", Key=KEY, ProjectionExpression="q") == {"Item": {}}
    missing = {"p": {"S": "none"}}
    assert _call(store, "GetItem", Key=missing, ProjectionExpression="q") == {}


def test_a_failed_condition_shows_the_item_only_when_asked(store: Engine) -> None:
    _call(store, "PutItem", Item=OLD)
    for asked, shown in (("NONE", {}), ("ALL_OLD", {"Item": OLD})):
        with pytest.raises(DynamoDBError) as refusal:
            _call(
                store,
                "DeleteItem",
                Key=KEY,
                ConditionExpression="attribute_not_exists(p)",
                ReturnValuesOnConditionCheckFailure=asked,
            )
        assert refusal.value.code == "ConditionalCheckFailedException"
        assert dict(refusal.value.extra) == shown


@pytest.mark.parametrize("name", ["PutItem", "DeleteItem"])
def test_put_and_delete_return_the_whole_old_item_or_nothing(store: Engine, name: str) -> None:
    given = {"Item": {**KEY, "q": {"S": "1"}}} if name == "PutItem" else {"Key": KEY}
    for wanted in ({}, {"ReturnValues": "NONE"}):
        _call(store, "PutItem", Item=OLD)
        assert _call(store, name, **given, **wanted) == {}
    _call(store, "PutItem", Item=OLD)
    assert _call(store, name, **given, ReturnValues="ALL_OLD") == {"Attributes": OLD}
    _call(store, "DeleteItem", Key=KEY)
    assert _call(store, name, **given, ReturnValues="ALL_OLD") == {}


def test_a_missing_item_is_deleted_without_complaint(store: Engine) -> None:
    missing = {"p": {"S": "none"}}
    assert _call(store, "DeleteItem", Key=missing) == {}
    fits = {"ConditionExpression": "attribute_not_exists(p) AND attribute_not_exists(q)"}
    assert _call(store, "DeleteItem", Key=missing, **fits) == {}
    with pytest.raises(DynamoDBError) as refusal:
        _call(store, "DeleteItem", Key=missing, ConditionExpression="attribute_exists(p)")
    assert refusal.value.code == "ConditionalCheckFailedException"


def test_a_read_answers_the_item_if_there_is_one(store: Engine) -> None:
    _call(store, "PutItem", Item=OLD)
    assert _call(store, "GetItem", Key=KEY) == {"Item": OLD}
    assert _call(store, "GetItem", Key={"p": {"S": "none"}}) == {}
    answer = _call(store, "GetItem", Key={"p": {"S": "none"}}, ReturnConsumedCapacity="TOTAL")
    assert answer == {"ConsumedCapacity": {"TableName": "hash_s", "CapacityUnits": 0.5}}


FAILING_WRITES: list[tuple[str, dict[str, Any]]] = [
    ("PutItem", {"Item": {**KEY, "q": {"S": "1"}}}),
    ("DeleteItem", {"Key": KEY}),
    ("UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE a"}),
]
WRITES = [operation for operation, _ in FAILING_WRITES]


@pytest.mark.parametrize(("name", "given"), FAILING_WRITES, ids=WRITES)
def test_a_failed_condition_on_the_wire(
    server: BackgroundServer, store: Engine, name: str, given: dict[str, Any]
) -> None:
    _call(store, "PutItem", Item=OLD)
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
    }
    request = {
        **given,
        "TableName": "hash_s",
        "ConditionExpression": "attribute_exists(nowhere)",
        "ReturnConsumedCapacity": "TOTAL",
    }
    asked = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with RawClient(server.port) as client:
        for more, shown in (({}, {}), (asked, {"Item": OLD})):
            answer = client.ask(operation(name, {**request, **more}))
            assert (answer.status, answer.json()) == (400, {**body, **shown})
        _call(store, "DeleteItem", Key=KEY)
        answer = client.ask(operation(name, {**request, **asked}))
        assert (answer.status, answer.json()) == (400, body)


@pytest.mark.parametrize(("name", "given"), FAILING_WRITES, ids=WRITES)
@pytest.mark.parametrize("wanted", ["NONE", "ALL_OLD"])
def test_what_a_failed_condition_shows_changes_no_success(
    store: Engine, name: str, given: dict[str, Any], wanted: str
) -> None:
    _call(store, "PutItem", Item=OLD)
    more = {"ReturnValuesOnConditionCheckFailure": wanted}
    assert _call(store, name, **given, **more) == {}
    _call(store, "PutItem", Item=OLD)
    condition = {"ConditionExpression": "attribute_exists(p)"}
    assert _call(store, name, **given, **condition, **more) == {}


@pytest.mark.parametrize(("name", "given"), FAILING_WRITES, ids=WRITES)
def test_an_unknown_wish_for_a_failed_condition_is_refused(
    store: Engine, name: str, given: dict[str, Any]
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        _call(store, name, **given, ReturnValuesOnConditionCheckFailure="all_old")
    assert refusal.value.message == (
        "1 validation error detected: Value 'all_old' at 'returnValuesOnConditionCheckFailure' "
        "failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]"
    )


@pytest.mark.parametrize("name", ["PutItem", "UpdateItem", "DeleteItem"])
@pytest.mark.parametrize("wanted", ["all_old", "SOME", ""])
def test_an_unknown_return_value_is_refused(store: Engine, name: str, wanted: str) -> None:
    given = {"Item": KEY} if name == "PutItem" else {"Key": KEY}
    with pytest.raises(DynamoDBError) as refusal:
        _call(store, name, **given, ReturnValues=wanted)
    assert refusal.value.message == (
        f"1 validation error detected: Value '{wanted}' at 'returnValues' failed to satisfy "
        "constraint: Member must satisfy enum value set: "
        "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
    )


@pytest.mark.parametrize("name", ["PutItem", "DeleteItem"])
@pytest.mark.parametrize("wanted", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
def test_put_and_delete_return_no_new_or_updated_values(
    store: Engine, name: str, wanted: str
) -> None:
    given = {"Item": KEY} if name == "PutItem" else {"Key": KEY}
    with pytest.raises(DynamoDBError) as refusal:
        _call(store, name, **given, ReturnValues=wanted)
    envelope = "1 validation error detected: " if name == "PutItem" else ""
    assert refusal.value.message == envelope + "ReturnValues can only be ALL_OLD or NONE"


def test_returned_values_cost_nothing(store: Engine) -> None:
    large = {**KEY, "f": {"S": "x" * 3000}}
    for wanted in ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"):
        _call(store, "PutItem", Item=large)
        answer = _call(
            store,
            "UpdateItem",
            Key=KEY,
            UpdateExpression="REMOVE q",
            ReturnValues=wanted,
            ReturnConsumedCapacity="TOTAL",
        )
        assert answer["ConsumedCapacity"]["CapacityUnits"] == 3.0


def test_an_item_without_an_indexs_keys_is_stored_but_not_in_the_index(store: Engine) -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    assert _call(store, "PutItem", TableName="indexed", Item=item) == {}
    for index in ("gsi-inc", "lsi-all"):
        assert _call(store, "Scan", TableName="indexed", IndexName=index)["Count"] == 0
    assert _call(store, "Scan", TableName="indexed")["Count"] == 1


def test_collection_metrics_come_with_local_indexes_only(store: Engine) -> None:
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    assert _call(store, "PutItem", Item=OLD, **asked) == {}
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "lsiSk": {"S": "c"}}
    answer = _call(store, "PutItem", TableName="indexed", Item=item, **asked)
    metrics = {"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    assert answer == {"ItemCollectionMetrics": metrics}
    batch = {
        "indexed": [{"PutRequest": {"Item": item}}],
        "hash_s": [{"DeleteRequest": {"Key": KEY}}],
    }
    answer = _call(store, "BatchWriteItem", RequestItems=batch, **asked)
    assert answer["ItemCollectionMetrics"] == {"indexed": [metrics]}


# The stored version, for callers of the library alone.


def _version(store: Engine) -> int:
    return _call(store, "GetItem", Key=KEY, ReturnVersion=True)["Version"]


def test_every_write_raises_the_version(store: Engine) -> None:
    assert _version(store) == 0
    assert _call(store, "PutItem", Item=KEY, ReturnVersion=True) == {"Version": 1}
    assert _call(store, "UpdateItem", Key=KEY, ReturnVersion=True) == {"Version": 2}
    assert _version(store) == 2
    assert _call(store, "DeleteItem", Key=KEY, ReturnVersion=True) == {"Version": 0}


def test_a_write_with_another_version_is_refused_with_the_current_item(store: Engine) -> None:
    _call(store, "PutItem", Item=OLD, IfVersion=0)
    writes: list[tuple[str, dict[str, Any]]] = [
        ("PutItem", {"Item": KEY}),
        ("DeleteItem", {"Key": KEY}),
        ("UpdateItem", {"Key": KEY}),
    ]
    for name, request in writes:
        with pytest.raises(DynamoDBError) as refusal:
            _call(store, name, **request, IfVersion=7)
        assert refusal.value.code == "VersionConflict"
        assert dict(refusal.value.extra) == {"Version": 1, "Item": OLD}
    _call(store, "DeleteItem", Key=KEY, IfVersion=1)


def test_a_version_never_comes_back(store: Engine) -> None:
    for _ in range(3):
        _call(store, "PutItem", Item=KEY)
    _call(store, "DeleteItem", Key=KEY)
    _call(store, "PutItem", Item=KEY)
    assert _version(store) == 4
    with pytest.raises(DynamoDBError):
        _call(store, "PutItem", Item=OLD, IfVersion=1)


def test_over_the_wire_versions_do_not_exist(store: Engine) -> None:
    put = {"TableName": "hash_s", "Item": KEY, "IfVersion": 7, "ReturnVersion": True}
    assert store.perform("PutItem", put, Caller()) == b"{}"


def test_a_transaction_is_cancelled_by_another_version(store: Engine) -> None:
    _call(store, "PutItem", Item=OLD)
    actions = [
        {"Put": {"TableName": "hash_s", "Item": {"p": {"S": "b"}}, "IfVersion": 0}},
        {"Delete": {"TableName": "hash_s", "Key": KEY, "IfVersion": 2}},
    ]
    with pytest.raises(DynamoDBError) as refusal:
        _call(store, "TransactWriteItems", TransactItems=actions)
    reasons = refusal.value.extra["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "VersionConflict"]
    assert (reasons[1]["Version"], reasons[1]["Item"]) == (1, OLD)


def test_a_version_does_not_come_back_after_a_restart_either(tmp_path: Path) -> None:
    for expected in (2, 3):
        engine = Engine.open(tmp_path / "app.db")
        if expected == 2:
            _call(engine, "CreateTable", **item_tables.HASH_S)
            _call(engine, "PutItem", Item=KEY)
        _call(engine, "DeleteItem", Key=KEY)
        answer = _call(engine, "PutItem", Item=KEY, ReturnVersion=True)
        assert answer == {"Version": expected}
        engine.close()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"L": [None]}, "Supplied AttributeValue is empty, must contain exactly one of the"),
        ({"M": {"a": None}}, "Supplied AttributeValue is empty, must contain exactly one of the"),
        ({"SS": ["a", None]}, ".* An string set may not have a null string as a member"),
        ({"NS": [None]}, "The parameter cannot be converted to a numeric value"),
    ],
)
def test_a_null_inside_a_value_is_refused_in_words(engine: Engine, value: Any, text: str) -> None:
    with pytest.raises(DynamoDBError, match=text) as refusal:
        _call(engine, "PutItem", Item={**KEY, "v": value})
    assert refusal.value.code == "ValidationException"
