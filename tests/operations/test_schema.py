"""Schemas: what they accept at once, what they refuse in the service's words, what they convert."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema, schemas
from dynalite_py.operations.shapes import Request, Schema
from tests.facts import model_layer
from tests.facts.fact import Fact

SCHEMAS = {
    name: schemas.of(name)
    for name in (
        "PutItem",
        "GetItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactGetItems",
        "TransactWriteItems",
    )
}
KEY = {"pk": {"S": "a"}}
PLAIN: dict[str, Request] = {
    "PutItem": {"TableName": "abc", "Item": KEY, "ReturnValues": "ALL_OLD"},
    "GetItem": {"TableName": "abc", "Key": KEY, "ConsistentRead": True},
    "UpdateItem": {"TableName": "abc", "Key": KEY, "UpdateExpression": "SET a = :a"},
    "DeleteItem": {"TableName": "abc", "Key": KEY, "ReturnConsumedCapacity": "TOTAL"},
    "Query": {"TableName": "abc", "IndexName": "def", "Limit": 5, "ScanIndexForward": False},
    "Scan": {"TableName": "abc", "Segment": 0, "TotalSegments": 2, "AttributesToGet": ["a"]},
    "BatchGetItem": {"RequestItems": {"abc": {"Keys": [KEY]}}},
    "BatchWriteItem": {"RequestItems": {"abc": [{"PutRequest": {"Item": KEY}}]}},
    "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "abc", "Key": KEY}}]},
    "TransactWriteItems": {
        "TransactItems": [{"Delete": {"TableName": "abc", "Key": KEY}}],
        "ClientRequestToken": "once",
    },
}


def refusal_of(described: Schema, request: Request) -> tuple[str, str | None] | None:
    try:
        schema.checked(described, request)
    except DynamoDBError as refusal:
        return refusal.code, refusal.message
    return None


@pytest.mark.parametrize(
    "fact", model_layer.FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}"
)
def test_a_refusal_is_the_services_own(fact: Fact) -> None:
    described = schemas.of(fact.operation)
    assert refusal_of(described, fact.request) == (fact.code, fact.message)


@pytest.mark.parametrize(
    "fact", model_layer.FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}"
)
def test_the_engine_gives_the_same_refusal(engine: Engine, fact: Fact) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform(fact.operation, fact.request, Caller())
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)


@pytest.mark.parametrize("operation", SCHEMAS)
def test_a_plain_request_is_accepted_and_has_nothing_to_explain(operation: str) -> None:
    described, request = SCHEMAS[operation], PLAIN[operation]
    assert described.accept(request)
    assert refusal_of(described, request) is None
    assert schema.checked(described, request) == request


@pytest.mark.parametrize("operation", SCHEMAS)
def test_unknown_members_are_nobodys_business(operation: str) -> None:
    request = PLAIN[operation] | {"Unheard": [{"of": 1}]}
    assert SCHEMAS[operation].accept(request)
    assert refusal_of(SCHEMAS[operation], request) is None


@pytest.mark.parametrize("operation", SCHEMAS)
def test_null_members_count_as_absent(operation: str) -> None:
    described, plain = SCHEMAS[operation], PLAIN[operation]
    nulls: Request = dict.fromkeys(described.members)
    assert schema.checked(described, nulls | plain) == plain
    assert not described.accept(nulls | plain)


@pytest.mark.parametrize("operation", SCHEMAS)
def test_what_is_accepted_at_the_top_has_no_violation_there(operation: str) -> None:
    """Every single member, given each of these, is either not accepted or without fault."""
    described = SCHEMAS[operation]
    oddities: list[Any] = [None, True, 0, -1, 1.5, "", "x", "a;", "NONE", [], {}, [1], "y" * 1025]
    for name in described.members:
        for oddity in oddities:
            request = PLAIN[operation] | {name: oddity}
            if oddity != [1] and described.accept(request):
                assert refusal_of(described, request) is None, (name, oddity)


@pytest.mark.parametrize("operation", ["Query", "Scan", "GetItem"])
@pytest.mark.parametrize("oddity", [3, None, [], {}, True])
def test_every_text_of_a_list_is_looked_at(operation: str, oddity: Any) -> None:
    request = PLAIN[operation] | {"AttributesToGet": ["a", oddity]}
    assert not SCHEMAS[operation].accept(request)
    assert refusal_of(SCHEMAS[operation], request) is not None


@pytest.mark.parametrize("member", ["TableName", "Item"])
def test_a_missing_required_member_is_not_accepted(member: str) -> None:
    request = {name: value for name, value in PLAIN["PutItem"].items() if name != member}
    assert not SCHEMAS["PutItem"].accept(request)


def test_the_first_wrong_type_in_the_document_is_named() -> None:
    first, second = {"Item": {"a": {"N": 3}}}, {"TableName": True}
    expected = "NUMBER_VALUE cannot be converted to String"
    assert refusal_of(SCHEMAS["PutItem"], first | second) == ("SerializationException", expected)
    expected = "TRUE_VALUE cannot be converted to String"
    assert refusal_of(SCHEMAS["PutItem"], second | first) == ("SerializationException", expected)


def test_at_most_ten_violations_are_listed_and_counted() -> None:
    requests = [{"Put": {}}] * 6
    refusal = refusal_of(SCHEMAS["TransactWriteItems"], {"TransactItems": requests})
    assert refusal is not None
    assert refusal[1] is not None
    assert refusal[1].startswith("10 validation errors detected: Value null at 'transactItems.1.")
    assert refusal[1].count("; ") == 9


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("ConsistentRead", "true", True),
        ("ConsistentRead", "FALSE", False),
        ("ConsistentRead", "1", True),
        ("ConsistentRead", "no", False),
        ("Limit", 2.9, 2),
        ("Segment", 0.5, 0),
    ],
)
def test_values_are_read_as_leniently_as_the_service_reads_them(
    member: str, value: Any, expected: Any
) -> None:
    request = {"TableName": "abc", member: value}
    assert not SCHEMAS["Scan"].accept(request)
    assert schema.checked(SCHEMAS["Scan"], request)[member] == expected


def test_attribute_values_lose_nulls_and_unknown_types() -> None:
    item: Any = {
        "a": {"S": "x", "N": None, "Unheard": 1},
        "b": {"L": [{"BOOL": "true"}, {"M": {"c": {"S": None}, "d": None}}]},
    }
    request = schema.checked(SCHEMAS["PutItem"], {"TableName": "abc", "Item": item})
    assert request["Item"] == {
        "a": {"S": "x"},
        "b": {"L": [{"BOOL": True}, {"M": {"c": {}, "d": {}}}]},
    }


def test_a_name_may_be_an_arn() -> None:
    for arn in (
        "arn:aws:dynamodb:us-east-1:000000000000:table/abc",
        "arn:aws-cn:dynamodb:ddblocal:123456789012:table/abc",
    ):
        request = {**PLAIN["GetItem"], "TableName": arn}
        assert SCHEMAS["GetItem"].accept(request)
        assert refusal_of(SCHEMAS["GetItem"], request) is None
    request = {**PLAIN["GetItem"], "TableName": "arn:aws:s3:us-east-1:000000000000:table/abc"}
    assert not SCHEMAS["GetItem"].accept(request)
    assert refusal_of(SCHEMAS["GetItem"], request) is not None


def test_a_body_may_nest_deeper_than_the_interpreter() -> None:
    value: Any = {"N": 3}
    for _ in range(20_000):
        value = {"L": [value]}
    refusal = refusal_of(SCHEMAS["PutItem"], {"TableName": "abc", "Item": {"a": value}})
    assert refusal == ("SerializationException", "NUMBER_VALUE cannot be converted to String")
    value = {"N": "3"}
    for _ in range(20_000):
        value = {"L": [value]}
    assert refusal_of(SCHEMAS["PutItem"], {"TableName": "abc", "Item": {"a": value}}) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "S", "N", "B", "L", "M", "Keys", "Value"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(operation=st.sampled_from(sorted(SCHEMAS)), data=st.data())
def test_any_json_is_either_refused_or_checked(operation: str, data: st.DataObject) -> None:
    described = SCHEMAS[operation]
    members = st.dictionaries(st.sampled_from(sorted(described.members)), JSON, max_size=4)
    request = data.draw(members)
    refusal = refusal_of(described, PLAIN[operation] | request)
    if refusal is not None:
        assert refusal[0] in ("SerializationException", "ValidationException")
    else:
        checked = schema.checked(described, PLAIN[operation] | request)
        assert schema.checked(described, checked) == checked
