"""What every operation refuses before it looks closer: wrong JSON types, and violations of the model.

Source: facts, SerializationException and declarative validation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.facts.fact import AWS_CAPTURED, DOCS, PEER, Fact, refused

SERIALIZATION = "SerializationException"
DETECTED = "1 validation error detected: "
PACKAGE = "com.amazonaws.dynamodb.v20120810."
START = "Start of structure or map found where not expected"
FIELD = "Unexpected field type"
PAYLOAD = "Unexpected value type in payload"
PARAMETERIZED = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
    "java.lang.Class are in module java.base of loader 'bootstrap')"
)
NOT_NULL = "failed to satisfy constraint: Member must not be null"
PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
RETURN_VALUES = "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
COMPARISONS = (
    "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
)


def longest(number: int) -> str:
    """The rule of a greatest length."""
    return f"Member must have length less than or equal to {number}"


def shortest(number: int) -> str:
    """The rule of a least length."""
    return f"Member must have length greater than or equal to {number}"


def least(number: int) -> str:
    """The rule of a least value."""
    return f"Member must have value greater than or equal to {number}"


def most(number: int) -> str:
    """The rule of a greatest value."""
    return f"Member must have value less than or equal to {number}"


def mistyped(operation: str, message: str, **request: Any) -> Fact:
    """A request with one value of a wrong JSON type."""
    shown = str(request)[:60]
    return Fact(f"{shown}", operation, request, SERIALIZATION, message, AWS_CAPTURED)


def violation(value: str, path: str, rule: str) -> str:
    """One violation with its value."""
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}"


def unprinted(path: str, rule: str) -> str:
    """One violation in the newer form without its value."""
    return f"Value at '{path}' failed to satisfy constraint: {rule}"


def enum(value: str, path: str, values: str) -> str:
    """A violation of an enum set."""
    return violation(value, path, f"Member must satisfy enum value set: {values}")


def broken(operation: str, *violations: str, source: str = AWS_CAPTURED, **request: Any) -> Fact:
    """A request that breaks the model in these ways."""
    count = len(violations)
    plural = "" if count == 1 else "s"
    text = f"{count} validation error{plural} detected: {'; '.join(violations)}"
    return refused(str(request)[:60], operation, request, text, source)


def _not_text(path_of: Callable[[str, Any], Fact]) -> list[Fact]:
    """A string member given everything else."""
    return [
        path_of("TRUE_VALUE cannot be converted to String", True),
        path_of("FALSE_VALUE cannot be converted to String", False),
        path_of("NUMBER_VALUE cannot be converted to String", 23),
        path_of("DECIMAL_VALUE cannot be converted to String", -2.5),
        path_of("Unrecognized collection type class java.lang.String", []),
        path_of(START, {}),
    ]


def _value(message: str, value: Any) -> Fact:
    return mistyped("PutItem", message, Item={"a": value})


def _java_map(shape: str) -> str:
    return f"Unrecognized collection type java.util.Map<java.lang.String, {shape}>"


def _java_class(shape: str) -> str:
    return f"Unrecognized collection type class {PACKAGE}{shape}"


def _whole(message: str, value: Any) -> Fact:
    return mistyped("Scan", message, Limit=value)


def _boolean(message: str, value: Any) -> Fact:
    return mistyped("GetItem", message, ConsistentRead=value)


TYPES = [
    *_not_text(lambda message, value: mistyped("PutItem", message, TableName=value)),
    *_not_text(lambda message, value: mistyped("Query", message, Select=value)),
    *_not_text(lambda message, value: _value(message, {"S": value})),
    *_not_text(lambda message, value: _value(message, {"N": value})),
    *_not_text(lambda message, value: _value(message, {"SS": [value]})),
    _boolean("Unexpected token received from parser", "x"),
    _boolean("NUMBER_VALUE cannot be converted to Boolean", 1),
    _boolean("DECIMAL_VALUE cannot be converted to Boolean", 1.5),
    _boolean("Unrecognized collection type class java.lang.Boolean", []),
    _boolean(START, {}),
    _value("Unexpected token received from parser", {"BOOL": "x"}),
    _value("NUMBER_VALUE cannot be converted to Boolean", {"NULL": 1}),
    _whole("STRING_VALUE cannot be converted to Integer", "1"),
    _whole("TRUE_VALUE cannot be converted to Integer", True),
    _whole("FALSE_VALUE cannot be converted to Integer", False),
    _whole("Unrecognized collection type class java.lang.Integer", []),
    _whole(START, {}),
    mistyped(
        "CreateTable",
        "STRING_VALUE cannot be converted to Long",
        ProvisionedThroughput={"ReadCapacityUnits": "1"},
    ),
    mistyped(
        "CreateTable",
        "TRUE_VALUE cannot be converted to Long",
        ProvisionedThroughput={"WriteCapacityUnits": True},
    ),
    mistyped(
        "CreateTable",
        "Unrecognized collection type class java.lang.Long",
        ProvisionedThroughput={"WriteCapacityUnits": []},
    ),
    _value("only base-64-encoded strings are convertible to bytes", {"B": True}),
    _value("only base-64-encoded strings are convertible to bytes", {"B": 5}),
    _value("Unrecognized collection type class java.nio.ByteBuffer", {"B": []}),
    _value(START, {"B": {}}),
    _value("Base64 encoded length is expected a multiple of 4 bytes but found: 5", {"B": "abcde"}),
    _value("Invalid last non-pad Base64 character dectected", {"B": "ab$="}),
    _value("Invalid last non-pad Base64 character dectected", {"B": "=abc"}),
    _value("Invalid last non-pad Base64 character dectected", {"BS": ["YWI=", "YWJ="]}),
    mistyped("GetItem", FIELD, AttributesToGet="a"),
    mistyped("GetItem", FIELD, AttributesToGet=1),
    mistyped("GetItem", START, AttributesToGet={}),
    _value(FIELD, {"L": "x"}),
    mistyped("BatchWriteItem", PARAMETERIZED, RequestItems={"abc": "x"}),
    mistyped("BatchWriteItem", START, RequestItems={"abc": {}}),
    mistyped("BatchGetItem", PARAMETERIZED, RequestItems={"abc": {"Keys": [1]}}),
    mistyped(
        "BatchGetItem",
        _java_map(PACKAGE + "AttributeValue"),
        RequestItems={"abc": {"Keys": [[]]}},
    ),
    *(
        mistyped(operation, FIELD, **{member: value})
        for operation, member in (("PutItem", "Item"), ("Query", "KeyConditions"))
        for value in ("x", 1, True)
    ),
    *(
        mistyped(operation, _java_map(shape), **{member: []})
        for operation, member, shape in (
            ("PutItem", "Item", PACKAGE + "AttributeValue"),
            ("GetItem", "Key", PACKAGE + "AttributeValue"),
            ("Scan", "ExclusiveStartKey", PACKAGE + "AttributeValue"),
            ("Query", "ExpressionAttributeValues", PACKAGE + "AttributeValue"),
            ("Query", "ExpressionAttributeNames", "java.lang.String"),
            ("PutItem", "Expected", PACKAGE + "ExpectedAttributeValue"),
            ("UpdateItem", "AttributeUpdates", PACKAGE + "AttributeValueUpdate"),
            ("Query", "KeyConditions", PACKAGE + "Condition"),
            ("Query", "QueryFilter", PACKAGE + "Condition"),
            ("Scan", "ScanFilter", PACKAGE + "Condition"),
            ("BatchGetItem", "RequestItems", PACKAGE + "KeysAndAttributes"),
            ("BatchWriteItem", "RequestItems", f"java.util.List<{PACKAGE}WriteRequest>"),
        )
    ),
    _value(_java_map(PACKAGE + "AttributeValue"), {"M": []}),
    mistyped("CreateTable", FIELD, ProvisionedThroughput="x"),
    mistyped("CreateTable", _java_class("ProvisionedThroughput"), ProvisionedThroughput=[]),
    mistyped("CreateTable", FIELD, GlobalSecondaryIndexes=[{"Projection": 5}]),
    mistyped(
        "UpdateTable",
        _java_class("CreateGlobalSecondaryIndexAction"),
        GlobalSecondaryIndexUpdates=[{"Create": []}],
    ),
    mistyped("PutItem", FIELD, Expected={"a": {"Value": 5}}),
    mistyped("UpdateItem", _java_class("AttributeValue"), AttributeUpdates={"a": {"Value": []}}),
    mistyped("BatchWriteItem", FIELD, RequestItems={"abc": [{"PutRequest": 1}]}),
    mistyped("BatchWriteItem", PAYLOAD, RequestItems={"abc": [1]}),
    mistyped("BatchGetItem", PAYLOAD, RequestItems={"abc": 1}),
    mistyped("CreateTable", PAYLOAD, KeySchema=["a"]),
    mistyped("CreateTable", _java_class("KeySchemaElement"), KeySchema=[[]]),
    mistyped("CreateTable", _java_class("AttributeDefinition"), AttributeDefinitions=[[]]),
    mistyped("TagResource", PAYLOAD, ResourceArn="x", Tags=[1]),
    mistyped("Scan", PAYLOAD, ScanFilter={"a": 1}),
    _value(PAYLOAD, 5),
    _value(_java_class("AttributeValue"), []),
    _value(PAYLOAD, {"L": ["x"]}),
    _value(_java_class("AttributeValue"), {"M": {"b": {"L": [[]]}}}),
    _value("NUMBER_VALUE cannot be converted to String", {"M": {"b": {"L": [{"N": 3}]}}}),
    mistyped(
        "TransactWriteItems",
        "NUMBER_VALUE cannot be converted to String",
        TransactItems=[{"Put": {"Item": {"a": {"S": 1}}}}],
    ),
    mistyped("CreateTable", PAYLOAD, TableName=None, LocalSecondaryIndexes=[1]),
]

NO_TABLE = f"Value null at 'tableName' {NOT_NULL}"
BAD_TABLE = violation("a;", "tableName", PATTERN)
BAD_CAPACITY = enum("x", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]")
BAD_METRICS = enum("x", "returnItemCollectionMetrics", "[SIZE, NONE]")
BAD_VALUES = enum("x", "returnValues", RETURN_VALUES)
BAD_ENUMS = {
    "ReturnConsumedCapacity": "x",
    "ReturnValues": "x",
    "ReturnItemCollectionMetrics": "x",
}
BAD_INDEX = (violation("h;", "indexName", PATTERN), violation("h;", "indexName", shortest(3)))
MAP_KEYS = f"Map keys must satisfy constraint: [{longest(255)}, {shortest(3)}, {PATTERN}]"

ITEMS = [
    *(
        broken(operation, *found, **request)
        for operation in ("PutItem", "UpdateItem")
        for request, found in (
            ({}, [NO_TABLE]),
            (dict[str, Any](TableName=None), [NO_TABLE]),
            ({"TableName": ""}, [violation("", "tableName", shortest(1))]),
            ({"TableName": "a;", "ReturnValues": "x"}, [BAD_TABLE]),
            ({"TableName": "a" * 1025}, [violation("a" * 1025, "tableName", longest(1024))]),
        )
    ),
    broken("PutItem", f"Value null at 'item' {NOT_NULL}", TableName="ab"),
    broken(
        "PutItem",
        f"Value null at 'item' {NOT_NULL}",
        BAD_CAPACITY,
        BAD_VALUES,
        BAD_METRICS,
        TableName="ab",
        **BAD_ENUMS,
    ),
    broken("UpdateItem", f"Value null at 'key' {NOT_NULL}", TableName="ab", **BAD_ENUMS),
    broken("UpdateItem", BAD_VALUES, TableName="ab", Key={}, **BAD_ENUMS),
    broken(
        "UpdateItem",
        BAD_CAPACITY,
        TableName="ab",
        Key={},
        ReturnConsumedCapacity="x",
        ReturnItemCollectionMetrics="x",
    ),
    broken(
        "DeleteItem",
        NO_TABLE,
        f"Value null at 'key' {NOT_NULL}",
        BAD_CAPACITY,
        BAD_VALUES,
        BAD_METRICS,
        **BAD_ENUMS,
    ),
    broken(
        "GetItem",
        f"Value null at 'key' {NOT_NULL}",
        NO_TABLE,
        BAD_CAPACITY,
        violation("[]", "attributesToGet", shortest(1)),
        ReturnConsumedCapacity="x",
        AttributesToGet=[],
    ),
    broken(
        "GetItem",
        violation(f"[{', '.join(['a'] * 256)}]", "attributesToGet", longest(255)),
        TableName="ab",
        Key={},
        AttributesToGet=["a"] * 256,
    ),
    *(
        broken(
            "DeleteItem",
            enum(value, "returnValues", RETURN_VALUES),
            TableName="ab",
            Key={},
            ReturnValues=value,
        )
        for value in ("none", "all_old")
    ),
    broken(
        "PutItem",
        enum("xor", "conditionalOperator", "[OR, AND]"),
        enum("eq", "expected.a.member.comparisonOperator", COMPARISONS),
        TableName="ab",
        Item={},
        Expected={"a": {"ComparisonOperator": "eq"}},
        ConditionalOperator="xor",
    ),
    broken(
        "UpdateItem",
        enum("SET", "attributeUpdates.a.member.action", "[ADD, PUT, DELETE]"),
        source=PEER,
        TableName="ab",
        Key={},
        AttributeUpdates={"a": {"Action": "SET"}},
    ),
    broken(
        "PutItem",
        enum("NEW", "returnValuesOnConditionCheckFailure", "[ALL_OLD, NONE]"),
        source=DOCS,
        TableName="ab",
        Item={},
        ReturnValuesOnConditionCheckFailure="NEW",
    ),
]

RANGES = [
    broken(
        "Query",
        enum(
            "x",
            "select",
            "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
        ),
        *BAD_INDEX,
        BAD_CAPACITY,
        f"Value null at 'queryFilter.a.member.comparisonOperator' {NOT_NULL}",
        BAD_TABLE,
        enum("x", "conditionalOperator", "[OR, AND]"),
        violation("[]", "attributesToGet", shortest(1)),
        unprinted("Limit", least(1)),
        enum("x", "keyConditions.b.member.comparisonOperator", COMPARISONS),
        TableName="a;",
        Select="x",
        IndexName="h;",
        ReturnConsumedCapacity="x",
        QueryFilter={"a": {}},
        ConditionalOperator="x",
        AttributesToGet=[],
        Limit=0,
        KeyConditions={"b": {"ComparisonOperator": "x"}},
    ),
    broken(
        "Query",
        violation("h" * 256, "indexName", longest(255)),
        TableName="ab",
        IndexName="h" * 256,
    ),
    broken("Scan", violation("0", "limit", least(1)), TableName="ab", Limit=0),
    broken("Scan", violation("0", "limit", least(1)), TableName="ab", Limit=0.9),
    broken("Scan", violation("-1", "segment", least(0)), TableName="ab", Segment=-1),
    broken("Scan", violation("1000000", "segment", most(999_999)), TableName="ab", Segment=10**6),
    broken(
        "Scan",
        violation("0", "totalSegments", least(1)),
        NO_TABLE,
        TotalSegments=0,
    ),
    broken(
        "Scan",
        violation("1000001", "totalSegments", most(1_000_000)),
        TableName="ab",
        TotalSegments=1_000_001,
    ),
]

KEYS_101 = {"abc": {"Keys": [{}] * 101}}
WRITES_26 = {"abc": [{"DeleteRequest": {"Key": {}}}] * 26}
PRINTED_WRITES = ", ".join(["WriteRequest(deleteRequest=DeleteRequest(key={}))"] * 26)

BATCHES = [
    broken("BatchGetItem", f"Value null at 'requestItems' {NOT_NULL}"),
    refused(
        "no table",
        "BatchGetItem",
        {"RequestItems": {}},
        "The requestItems parameter is required for BatchGetItem",
    ),
    refused(
        "no table",
        "BatchWriteItem",
        {"RequestItems": {}},
        "The requestItems parameter is required for BatchWriteItem",
    ),
    broken(
        "BatchGetItem",
        violation("{a;=KeysAndAttributes(keys=[{}])}", "requestItems", MAP_KEYS),
        RequestItems={"a;": {"Keys": [{}]}},
        source=PEER,
    ),
    broken(
        "BatchGetItem",
        BAD_CAPACITY,
        f"Value null at 'requestItems.abc.member.keys' {NOT_NULL}",
        RequestItems={"abc": {}},
        ReturnConsumedCapacity="x",
    ),
    broken(
        "BatchGetItem",
        unprinted("requestItems.abc.member.keys", shortest(1)),
        RequestItems={"abc": {"Keys": []}},
    ),
    broken(
        "BatchGetItem",
        unprinted("RequestItems.abc.member.Keys", longest(100)),
        RequestItems=KEYS_101,
    ),
    broken(
        "BatchWriteItem",
        unprinted("requestItems.abc.member", shortest(1)),
        RequestItems={"abc": []},
    ),
    broken(
        "BatchWriteItem",
        violation(
            f"{{abc=[{PRINTED_WRITES}]}}",
            "requestItems",
            f"Map value must satisfy constraint: [{longest(25)}, {shortest(1)}]",
        ),
        RequestItems=WRITES_26,
    ),
    broken(
        "BatchWriteItem",
        BAD_CAPACITY,
        BAD_METRICS,
        f"Value null at 'requestItems.abc.member.2.member.deleteRequest.key' {NOT_NULL}",
        RequestItems={"abc": [{"PutRequest": {"Item": {}}}, {"DeleteRequest": {}}]},
        ReturnConsumedCapacity="x",
        ReturnItemCollectionMetrics="x",
    ),
]

TRANSACTIONS = [
    *(
        broken(operation, violation("[]", "transactItems", shortest(1)), TransactItems=[])
        for operation in ("TransactWriteItems", "TransactGetItems")
    ),
    broken(
        "TransactGetItems",
        violation(
            f"[{', '.join(['TransactGetItem(get=Get(key={}, tableName=abc))'] * 101)}]",
            "transactItems",
            longest(100),
        ),
        source=PEER,
        TransactItems=[{"Get": {"TableName": "abc", "Key": {}}}] * 101,
    ),
    broken(
        "TransactWriteItems",
        f"Value null at 'transactItems.1.member.put.item' {NOT_NULL}",
        violation("x" * 37, "clientRequestToken", longest(36)),
        TransactItems=[{"Put": {"TableName": "abc"}}],
        ClientRequestToken="x" * 37,
    ),
    broken(
        "TransactWriteItems",
        f"Value null at 'transactItems.1.member.conditionCheck.conditionExpression' {NOT_NULL}",
        TransactItems=[{"ConditionCheck": {"TableName": "abc", "Key": {}}}],
    ),
    broken(
        "TransactWriteItems",
        enum(
            "x",
            "transactItems.2.member.delete.returnValuesOnConditionCheckFailure",
            "[ALL_OLD, NONE]",
        ),
        TransactItems=[
            {"Delete": {"TableName": "abc", "Key": {}}},
            {
                "Delete": {
                    "TableName": "abc",
                    "Key": {},
                    "ReturnValuesOnConditionCheckFailure": "x",
                }
            },
        ],
    ),
]

MODEL = [*ITEMS, *RANGES, *BATCHES, *TRANSACTIONS]
FACTS = [*TYPES, *MODEL]
