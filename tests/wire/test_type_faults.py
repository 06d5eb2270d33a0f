"""A value of a wrong JSON type: one refusal, before all others, that never names the member.

Source: facts, SerializationException.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.support import servers
from tests.support.raw_http import RawClient, operation

START = "Start of structure or map found where not expected"
FIELD = "Unexpected field type"
PAYLOAD = "Unexpected value type in payload"
PARAMETERIZED = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
    "java.lang.Class are in module java.base of loader 'bootstrap')"
)
NO_BYTES = "only base-64-encoded strings are convertible to bytes"
BAD_BASE64 = "Invalid last non-pad Base64 character dectected"
SHAPES = "com.amazonaws.dynamodb.v20120810."
SCALARS: list[Any] = ["x", 1, 1.5, True, False]

# Operation, where in its request, separated by dots; "0" stands for a list's first element.
Place = tuple[str, str]


@pytest.fixture(scope="module")
def client() -> Generator[RawClient]:
    """A connection to a server with an empty store."""
    engine = Engine.open(":memory:")
    try:
        with servers.serving(engine) as server, RawClient(server.port) as connection:
            yield connection
    finally:
        engine.close()


def at(path: str, value: Any) -> Any:
    """A request, or a part of one, with the value at the path."""
    first, _, rest = path.partition(".")
    inner = at(rest, value) if rest else value
    return [inner] if first == "0" else {first: inner}


def check(client: RawClient, place: Place, value: Any, text: str) -> None:
    """The value at the place is refused with the text."""
    name, path = place
    answer = client.ask(operation(name, at(path, value)))
    assert (answer.status, answer.json()) == (
        400,
        {"__type": "com.amazon.coral.service#SerializationException", "Message": text},
    ), (place, value)
    assert answer.crc_fits()


def in_put(path: str) -> Place:
    """A place inside the value of PutItem's attribute ``a``."""
    return "PutItem", f"Item.a.{path}"


STRINGS: list[Place] = [
    ("PutItem", "TableName"),
    ("Query", "IndexName"),
    ("Query", "Select"),
    ("Query", "KeyConditionExpression"),
    ("Query", "ExpressionAttributeNames.#a"),
    ("UpdateItem", "UpdateExpression"),
    ("UpdateItem", "ReturnValues"),
    ("GetItem", "ProjectionExpression"),
    ("GetItem", "AttributesToGet.0"),
    ("GetItem", "ReturnConsumedCapacity"),
    ("DeleteItem", "ConditionalOperator"),
    ("Scan", "FilterExpression"),
    ("Scan", "ScanFilter.a.ComparisonOperator"),
    ("UpdateItem", "AttributeUpdates.a.Action"),
    ("CreateTable", "BillingMode"),
    ("CreateTable", "KeySchema.0.AttributeName"),
    ("CreateTable", "KeySchema.0.KeyType"),
    ("CreateTable", "AttributeDefinitions.0.AttributeType"),
    ("CreateTable", "LocalSecondaryIndexes.0.Projection.NonKeyAttributes.0"),
    ("TransactWriteItems", "ClientRequestToken"),
    ("TransactWriteItems", "TransactItems.0.Put.ConditionExpression"),
    ("ListTables", "ExclusiveStartTableName"),
    ("TagResource", "Tags.0.Key"),
    in_put("S"),
    in_put("N"),
    in_put("SS.0"),
    in_put("NS.0"),
    in_put("M.b.L.0.N"),
]


@pytest.mark.parametrize("place", STRINGS, ids=str)
def test_a_string_takes_no_other_json_type(client: RawClient, place: Place) -> None:
    check(client, place, True, "TRUE_VALUE cannot be converted to String")
    check(client, place, False, "FALSE_VALUE cannot be converted to String")
    check(client, place, 23, "NUMBER_VALUE cannot be converted to String")
    check(client, place, -2.5, "DECIMAL_VALUE cannot be converted to String")
    check(client, place, [], "Unrecognized collection type class java.lang.String")
    check(client, place, ["a"], "Unrecognized collection type class java.lang.String")
    check(client, place, {}, START)
    check(client, place, {"a": "b"}, START)


BOOLEANS: list[Place] = [
    ("GetItem", "ConsistentRead"),
    ("Query", "ScanIndexForward"),
    ("BatchGetItem", "RequestItems.abc.ConsistentRead"),
    ("CreateTable", "StreamSpecification.StreamEnabled"),
    ("CreateTable", "DeletionProtectionEnabled"),
    ("PutItem", "Expected.a.Exists"),
    in_put("BOOL"),
    in_put("NULL"),
]


@pytest.mark.parametrize("place", BOOLEANS, ids=str)
def test_a_boolean_takes_no_other_json_type(client: RawClient, place: Place) -> None:
    check(client, place, "x", "Unexpected token received from parser")
    check(client, place, "", "Unexpected token received from parser")
    check(client, place, 23, "NUMBER_VALUE cannot be converted to Boolean")
    check(client, place, -2.5, "DECIMAL_VALUE cannot be converted to Boolean")
    check(client, place, [], "Unrecognized collection type class java.lang.Boolean")
    check(client, place, {}, START)


@pytest.mark.parametrize("word", ["true", "True", "FALSE", "false"])
def test_a_boolean_may_be_written_as_a_word(client: RawClient, word: str) -> None:
    for place in BOOLEANS:
        name, path = place
        body: Any = client.ask(operation(name, at(path, word))).json()
        assert body["__type"].endswith("#ValidationException"), (place, body)


NUMBERS: list[tuple[Place, str]] = [
    (("Scan", "Limit"), "Integer"),
    (("Query", "Limit"), "Integer"),
    (("Scan", "Segment"), "Integer"),
    (("Scan", "TotalSegments"), "Integer"),
    (("ListTables", "Limit"), "Integer"),
    (("CreateTable", "ProvisionedThroughput.ReadCapacityUnits"), "Long"),
    (("CreateTable", "ProvisionedThroughput.WriteCapacityUnits"), "Long"),
    (
        (
            "UpdateTable",
            "GlobalSecondaryIndexUpdates.0.Update.ProvisionedThroughput.ReadCapacityUnits",
        ),
        "Long",
    ),
]


@pytest.mark.parametrize(("place", "kind"), NUMBERS, ids=str)
def test_a_whole_number_takes_no_other_json_type(
    client: RawClient, place: Place, kind: str
) -> None:
    check(client, place, "1", f"STRING_VALUE cannot be converted to {kind}")
    check(client, place, True, f"TRUE_VALUE cannot be converted to {kind}")
    check(client, place, False, f"FALSE_VALUE cannot be converted to {kind}")
    check(client, place, [], f"Unrecognized collection type class java.lang.{kind}")
    check(client, place, {}, START)


@pytest.mark.parametrize(
    ("given", "read"), [(0.9, "0"), (-0.5, "-1"), (0.0, "0"), (-7.9, "-8")], ids=str
)
def test_the_fraction_of_a_whole_number_is_cut_off(
    client: RawClient, given: float, read: str
) -> None:
    body: Any = client.ask(operation("Scan", {"TableName": "abc", "Limit": given})).json()
    assert body["message"] == (
        f"1 validation error detected: Value '{read}' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    )


def test_the_fraction_of_capacity_units_is_cut_off(client: RawClient) -> None:
    units = {"ReadCapacityUnits": 0.9, "WriteCapacityUnits": 1.9}
    request = {
        "TableName": "abc",
        "AttributeDefinitions": [],
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "ProvisionedThroughput": units,
    }
    body: Any = client.ask(operation("CreateTable", request)).json()
    assert body["message"] == (
        "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' "
        "failed to satisfy constraint: Member must have value greater than or equal to 1"
    )


BLOBS: list[Place] = [
    in_put("B"),
    in_put("BS.0"),
    in_put("L.0.B"),
    ("GetItem", "Key.a.B"),
    ("Query", "ExpressionAttributeValues.:a.B"),
]


@pytest.mark.parametrize("place", BLOBS, ids=str)
def test_a_blob_takes_no_other_json_type(client: RawClient, place: Place) -> None:
    check(client, place, True, NO_BYTES)
    check(client, place, 5, NO_BYTES)
    check(client, place, 5.5, NO_BYTES)
    check(client, place, [], "Unrecognized collection type class java.nio.ByteBuffer")
    check(client, place, {}, START)


@pytest.mark.parametrize("place", BLOBS, ids=str)
@pytest.mark.parametrize("text", ["abcde", "a", "YWI"])
def test_base64_comes_in_fours(client: RawClient, place: Place, text: str) -> None:
    expected = f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    check(client, place, text, expected)


@pytest.mark.parametrize("place", BLOBS, ids=str)
@pytest.mark.parametrize("text", ["ab$=", "=abc", "YWJ=", "YR==", "a===", "Y\xffI=", "ab c"])
def test_bad_base64_is_no_blob(client: RawClient, place: Place, text: str) -> None:
    check(client, place, text, BAD_BASE64)


LISTS: list[Place] = [
    ("GetItem", "AttributesToGet"),
    ("CreateTable", "KeySchema"),
    ("CreateTable", "AttributeDefinitions"),
    ("CreateTable", "LocalSecondaryIndexes"),
    ("CreateTable", "GlobalSecondaryIndexes.0.Projection.NonKeyAttributes"),
    ("BatchGetItem", "RequestItems.abc.Keys"),
    ("TransactWriteItems", "TransactItems"),
    ("TransactGetItems", "TransactItems"),
    ("Query", "KeyConditions.a.AttributeValueList"),
    ("TagResource", "Tags"),
    ("UntagResource", "TagKeys"),
    in_put("L"),
    in_put("SS"),
    in_put("NS"),
    in_put("BS"),
]


@pytest.mark.parametrize("place", LISTS, ids=str)
def test_a_list_takes_no_other_json_type(client: RawClient, place: Place) -> None:
    for value in SCALARS:
        check(client, place, value, FIELD)
    check(client, place, {}, START)


def test_a_list_as_a_maps_value_takes_no_other_json_type(client: RawClient) -> None:
    place = ("BatchWriteItem", "RequestItems.abc")
    for value in SCALARS:
        check(client, place, value, PARAMETERIZED)
    check(client, place, {}, START)


def test_a_map_as_a_lists_element_takes_no_other_json_type(client: RawClient) -> None:
    place = ("BatchGetItem", "RequestItems.abc.Keys.0")
    for value in SCALARS:
        check(client, place, value, PARAMETERIZED)
    shape = f"java.util.Map<java.lang.String, {SHAPES}AttributeValue>"
    check(client, place, [], f"Unrecognized collection type {shape}")


ATTRIBUTE_VALUE, CONDITION = f"{SHAPES}AttributeValue", f"{SHAPES}Condition"
MAPS: list[tuple[Place, str]] = [
    (("PutItem", "Item"), ATTRIBUTE_VALUE),
    (("GetItem", "Key"), ATTRIBUTE_VALUE),
    (("Scan", "ExclusiveStartKey"), ATTRIBUTE_VALUE),
    (("Query", "ExpressionAttributeValues"), ATTRIBUTE_VALUE),
    (("BatchWriteItem", "RequestItems.abc.0.DeleteRequest.Key"), ATTRIBUTE_VALUE),
    (("BatchWriteItem", "RequestItems.abc.0.PutRequest.Item"), ATTRIBUTE_VALUE),
    (in_put("M"), ATTRIBUTE_VALUE),
    (("DeleteItem", "Expected"), f"{SHAPES}ExpectedAttributeValue"),
    (("UpdateItem", "AttributeUpdates"), f"{SHAPES}AttributeValueUpdate"),
    (("Query", "KeyConditions"), CONDITION),
    (("Query", "QueryFilter"), CONDITION),
    (("Scan", "ScanFilter"), CONDITION),
    (("BatchGetItem", "RequestItems"), f"{SHAPES}KeysAndAttributes"),
    (("BatchWriteItem", "RequestItems"), f"java.util.List<{SHAPES}WriteRequest>"),
    (("UpdateItem", "ExpressionAttributeNames"), "java.lang.String"),
]


@pytest.mark.parametrize(("place", "shape"), MAPS, ids=str)
def test_a_map_takes_no_other_json_type(client: RawClient, place: Place, shape: str) -> None:
    for value in SCALARS:
        check(client, place, value, FIELD)
    expected = f"Unrecognized collection type java.util.Map<java.lang.String, {shape}>"
    check(client, place, [], expected)


FIELDS: list[tuple[Place, str]] = [
    (("CreateTable", "ProvisionedThroughput"), "ProvisionedThroughput"),
    (("CreateTable", "LocalSecondaryIndexes.0.Projection"), "Projection"),
    (("CreateTable", "StreamSpecification"), "StreamSpecification"),
    (("BatchWriteItem", "RequestItems.abc.0.PutRequest"), "PutRequest"),
    (("BatchWriteItem", "RequestItems.abc.0.DeleteRequest"), "DeleteRequest"),
    *(
        (
            ("UpdateTable", f"GlobalSecondaryIndexUpdates.0.{name}"),
            f"{name}GlobalSecondaryIndexAction",
        )
        for name in ("Create", "Update", "Delete")
    ),
    (("PutItem", "Expected.a.Value"), "AttributeValue"),
    (("UpdateItem", "AttributeUpdates.a.Value"), "AttributeValue"),
]


@pytest.mark.parametrize(("place", "shape"), FIELDS, ids=str)
def test_a_structure_that_is_a_member_takes_no_other_json_type(
    client: RawClient, place: Place, shape: str
) -> None:
    for value in SCALARS:
        check(client, place, value, FIELD)
    check(client, place, [], f"Unrecognized collection type class {SHAPES}{shape}")


ENTRIES: list[tuple[Place, str]] = [
    (("PutItem", "Item.a"), "AttributeValue"),
    (("GetItem", "Key.a"), "AttributeValue"),
    (in_put("L.0"), "AttributeValue"),
    (in_put("M.b"), "AttributeValue"),
    (("Query", "KeyConditions.a"), "Condition"),
    (("Query", "QueryFilter.a"), "Condition"),
    (("Scan", "ScanFilter.a"), "Condition"),
    (("Scan", "ScanFilter.a.AttributeValueList.0"), "AttributeValue"),
    (("PutItem", "Expected.a"), "ExpectedAttributeValue"),
    (("UpdateItem", "AttributeUpdates.a"), "AttributeValueUpdate"),
    (("CreateTable", "KeySchema.0"), "KeySchemaElement"),
    (("CreateTable", "AttributeDefinitions.0"), "AttributeDefinition"),
    (("CreateTable", "LocalSecondaryIndexes.0"), "LocalSecondaryIndex"),
    (("CreateTable", "GlobalSecondaryIndexes.0"), "GlobalSecondaryIndex"),
    (("UpdateTable", "GlobalSecondaryIndexUpdates.0"), "GlobalSecondaryIndexUpdate"),
    (("BatchWriteItem", "RequestItems.abc.0"), "WriteRequest"),
    (("BatchGetItem", "RequestItems.abc"), "KeysAndAttributes"),
    (("TagResource", "Tags.0"), "Tag"),
]


@pytest.mark.parametrize(("place", "shape"), ENTRIES, ids=str)
def test_a_structure_inside_a_list_or_map_takes_no_other_json_type(
    client: RawClient, place: Place, shape: str
) -> None:
    for value in SCALARS:
        check(client, place, value, PAYLOAD)
    check(client, place, [], f"Unrecognized collection type class {SHAPES}{shape}")


# What is around the fault.


def test_a_wrong_type_is_refused_before_everything_else(client: RawClient) -> None:
    # Members are missing, others break the model, and there is no table.
    request = {"TableName": "a;", "ReturnValues": "x", "Key": {"a": {"N": 3}}}
    for name in ("UpdateItem", "DeleteItem"):
        answer: Any = client.ask(operation(name, request)).json()
        assert answer["Message"] == "NUMBER_VALUE cannot be converted to String"


@pytest.mark.parametrize("value", [None, 5, "x", True, [], {}, [1, {}]])
def test_members_that_the_model_does_not_know_may_be_anything(
    client: RawClient, value: Any
) -> None:
    request = {"Limit": 5, "Unheard": value, "tableName": value}
    assert client.ask(operation("ListTables", request)).status == 200


@pytest.mark.parametrize("place", [*STRINGS[:23], *BOOLEANS[:5], *LISTS[:11]], ids=str)
def test_null_is_no_wrong_type_anywhere(client: RawClient, place: Place) -> None:
    name, path = place
    body: Any = client.ask(operation(name, at(path, None))).json()
    assert "SerializationException" not in body.get("__type", "")


def test_an_enum_with_an_unknown_word_is_no_wrong_type(client: RawClient) -> None:
    for place in [
        ("Query", "Select"),
        ("UpdateItem", "ReturnValues"),
        ("CreateTable", "BillingMode"),
    ]:
        body: Any = client.ask(operation(place[0], at(place[1], "x"))).json()
        assert body["__type"] == "com.amazon.coral.validate#ValidationException"


def test_a_projection_type_that_is_a_list_is_refused(client: RawClient) -> None:
    place = ("CreateTable", "GlobalSecondaryIndexes.0.Projection.ProjectionType")
    check(client, place, ["ALL"], "Unrecognized collection type class java.lang.String")
