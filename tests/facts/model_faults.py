"""Requests that break the API's model: how violations are built, printed, ordered and counted.

Source: facts, Declarative (model) validation.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, DOCS, PEER, Fact, refused
from tests.facts.tables import create, definitions, index, keys

PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
COMPARISONS = (
    "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
)
RETURN_VALUES = "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
SELECTS = "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
FAILED = "failed to satisfy constraint:"


def missing(path: str) -> str:
    """A required member that is not there."""
    return f"Value null at '{path}' {FAILED} Member must not be null"


def breaking(value: str, path: str, rule: str) -> str:
    """A value that breaks a rule."""
    return f"Value '{value}' at '{path}' {FAILED} {rule}"


def not_in(value: str, path: str, values: str) -> str:
    """A value that is none of an enum."""
    return breaking(value, path, f"Member must satisfy enum value set: {values}")


def length(limit: int, *, least: bool) -> str:
    """The rule of a length."""
    bound = "greater" if least else "less"
    return f"Member must have length {bound} than or equal to {limit}"


def value(limit: int, *, least: bool) -> str:
    """The rule of a number."""
    bound = "greater" if least else "less"
    return f"Member must have value {bound} than or equal to {limit}"


def broken(
    name: str,
    operation: str,
    request: dict[str, Any],
    *violations: str,
    source: str = AWS_CAPTURED,
) -> Fact:
    """A request with these violations."""
    plural = "" if len(violations) == 1 else "s"
    text = f"{len(violations)} validation error{plural} detected: {'; '.join(violations)}"
    return refused(name, operation, request, text, source)


def made(name: str, *violations: str, source: str = AWS_CAPTURED, **members: Any) -> Fact:
    """A CreateTable with these violations."""
    return broken(
        name, "CreateTable", create("", "", **members).request, *violations, source=source
    )


T = {"TableName": "missing"}
KEYED: dict[str, Any] = {**T, "Key": {"p": {"S": "a"}}}
PUT: dict[str, Any] = {**T, "Item": {"p": {"S": "a"}}}
BAD_CAPACITY = not_in("x", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]")
BAD_METRICS = not_in("x", "returnItemCollectionMetrics", "[SIZE, NONE]")
BAD_VALUES = not_in("x", "returnValues", RETURN_VALUES)
BAD_ENUMS = {
    "ReturnConsumedCapacity": "x",
    "ReturnValues": "x",
    "ReturnItemCollectionMetrics": "x",
}
NO_TABLE = missing("tableName")
WRITE = {"TableName": "missing", "UpdateExpression": "SET a = :a"}
SHORT_INDEX = (
    breaking("h;", "indexName", PATTERN),
    breaking("h;", "indexName", length(3, least=True)),
)
THREE_KEYS = [
    {"AttributeName": "a", "KeyType": "HASH"},
    {"AttributeName": "b", "KeyType": "RANGE"},
    {"AttributeName": "c" * 256, "KeyType": "x"},
]
PRINTED_KEYS = (
    "[KeySchemaElement(attributeName=a, keyType=HASH), "
    "KeySchemaElement(attributeName=b, keyType=RANGE), "
    f"KeySchemaElement(attributeName={'c' * 256}, keyType=x)]"
)
LOCAL, GLOBAL = "localSecondaryIndexes.{}.member.{}", "globalSecondaryIndexes.{}.member.{}"
GOOD_LOCAL = index("good", "a", "b")

MESSAGES = [
    broken(
        "ten violations of twelve are listed and counted",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {}}] * 6},
        *(
            missing(f"transactItems.{at}.member.put.{member}")
            for at in range(1, 6)
            for member in ("item", "tableName")
        ),
    ),
    made(
        "a list's length comes before its elements",
        breaking(PRINTED_KEYS, "keySchema", length(2, least=False)),
        breaking("c" * 256, "keySchema.3.member.attributeName", length(255, least=False)),
        not_in("x", "keySchema.3.member.keyType", "[HASH, RANGE]"),
        KeySchema=THREE_KEYS,
    ),
    broken("a pattern comes before a length", "Scan", {**T, "IndexName": "h;"}, *SHORT_INDEX),
    made(
        "empty throughput lacks both units",
        missing("provisionedThroughput.writeCapacityUnits"),
        missing("provisionedThroughput.readCapacityUnits"),
        ProvisionedThroughput={},
    ),
    made(
        "names in a projection's list of the second index",
        breaking("[]", LOCAL.format(2, "projection.nonKeyAttributes"), length(1, least=True)),
        LocalSecondaryIndexes=[
            GOOD_LOCAL,
            index("here", "a", "b", projection={"NonKeyAttributes": []}),
        ],
    ),
    broken(
        "units of an index that changes",
        "UpdateTable",
        {
            **T,
            "GlobalSecondaryIndexUpdates": [
                {
                    "Update": {
                        "IndexName": "one",
                        "ProvisionedThroughput": {
                            "ReadCapacityUnits": 1,
                            "WriteCapacityUnits": 0,
                        },
                    }
                }
            ],
        },
        breaking(
            "0",
            "globalSecondaryIndexUpdates.1.member.update.provisionedThroughput.writeCapacityUnits",
            value(1, least=True),
        ),
    ),
    made(
        "a role that is none",
        not_in("SORT", "keySchema.1.member.keyType", "[HASH, RANGE]"),
        KeySchema=keys("a SORT"),
    ),
    made(
        "a key without a name",
        missing("keySchema.1.member.attributeName"),
        KeySchema=[{"KeyType": "HASH"}],
    ),
    made(
        "a type that no key has",
        not_in("SS", "attributeDefinitions.1.member.attributeType", "[B, N, S]"),
        AttributeDefinitions=definitions("a", kind="SS"),
    ),
    broken(
        "a batch deletes without a key",
        "BatchWriteItem",
        {"RequestItems": {"abc": [{"PutRequest": {"Item": {}}}, {"DeleteRequest": {}}]}},
        missing("requestItems.abc.member.2.member.deleteRequest.key"),
    ),
    broken(
        "a transaction puts without an item",
        "TransactWriteItems",
        {"TransactItems": [{"Put": T}]},
        missing("transactItems.1.member.put.item"),
    ),
    broken(
        "capital letters of an enum count",
        "DeleteItem",
        {**KEYED, "ReturnValues": "all_old", "ReturnConsumedCapacity": "total"},
        not_in("total", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]"),
        not_in("all_old", "returnValues", RETURN_VALUES),
    ),
]

ENUMS = [
    broken("ReturnConsumedCapacity", "Query", {**T, "ReturnConsumedCapacity": "x"}, BAD_CAPACITY),
    broken("ReturnValues of an update", "UpdateItem", {**KEYED, "ReturnValues": "x"}, BAD_VALUES),
    broken(
        "ReturnItemCollectionMetrics",
        "DeleteItem",
        {**KEYED, "ReturnItemCollectionMetrics": "x"},
        BAD_METRICS,
    ),
    broken(
        "ReturnValuesOnConditionCheckFailure",
        "PutItem",
        {**PUT, "ReturnValuesOnConditionCheckFailure": "x"},
        not_in("x", "returnValuesOnConditionCheckFailure", "[ALL_OLD, NONE]"),
        source=DOCS,
    ),
    broken("an unknown Select", "Scan", {**T, "Select": "x"}, not_in("x", "select", SELECTS)),
    broken(
        "ConditionalOperator",
        "DeleteItem",
        {**KEYED, "Expected": {}, "ConditionalOperator": "xor"},
        not_in("xor", "conditionalOperator", "[OR, AND]"),
    ),
    broken(
        "ComparisonOperator of Expected",
        "PutItem",
        {**PUT, "Expected": {"a": {"ComparisonOperator": "eq"}}},
        not_in("eq", "expected.a.member.comparisonOperator", COMPARISONS),
    ),
    broken(
        "ComparisonOperator of a filter",
        "Query",
        {**T, "QueryFilter": {"a": {"ComparisonOperator": "eq"}}},
        not_in("eq", "queryFilter.a.member.comparisonOperator", COMPARISONS),
    ),
    broken(
        "a filter without ComparisonOperator",
        "Scan",
        {**T, "ScanFilter": {"a": {}}},
        missing("scanFilter.a.member.comparisonOperator"),
    ),
    broken(
        "Action of AttributeUpdates",
        "UpdateItem",
        {**KEYED, "AttributeUpdates": {"a": {"Action": "SET"}}},
        not_in("SET", "attributeUpdates.a.member.action", "[ADD, PUT, DELETE]"),
        source=PEER,
    ),
    made(
        "ProjectionType",
        not_in("SOME", GLOBAL.format(1, "projection.projectionType"), "[ALL, INCLUDE, KEYS_ONLY]"),
        GlobalSecondaryIndexes=[index("wide", "a", projection={"ProjectionType": "SOME"})],
    ),
    made(
        "BillingMode",
        not_in("free", "billingMode", "[PROVISIONED, PAY_PER_REQUEST]"),
        BillingMode="free",
    ),
    made(
        "StreamViewType",
        not_in(
            "x",
            "streamSpecification.streamViewType",
            "[NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]",
        ),
        source=DOCS,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "x"},
    ),
]

BAD_KEYS = [{"AttributeName": "a", "KeyType": "x"}]
ORDER = [
    *(
        broken(f"{operation}: the table's name stands alone", operation, request, fault)
        for operation, request, fault in (
            ("PutItem", BAD_ENUMS, NO_TABLE),
            ("UpdateItem", BAD_ENUMS, NO_TABLE),
        )
    ),
    broken(
        "PutItem: all violations but the table's name",
        "PutItem",
        {**T, **BAD_ENUMS},
        missing("item"),
        BAD_CAPACITY,
        BAD_VALUES,
        BAD_METRICS,
    ),
    broken("UpdateItem: the key stands alone", "UpdateItem", {**T, **BAD_ENUMS}, missing("key")),
    broken(
        "UpdateItem: ReturnValues stands alone", "UpdateItem", {**KEYED, **BAD_ENUMS}, BAD_VALUES
    ),
    broken(
        "UpdateItem: then ReturnConsumedCapacity",
        "UpdateItem",
        {**KEYED, "ReturnConsumedCapacity": "x", "ReturnItemCollectionMetrics": "x"},
        BAD_CAPACITY,
    ),
    broken(
        "UpdateItem: ReturnItemCollectionMetrics last",
        "UpdateItem",
        {**KEYED, "ReturnItemCollectionMetrics": "x"},
        BAD_METRICS,
    ),
    broken(
        "DeleteItem: all violations together",
        "DeleteItem",
        BAD_ENUMS,
        NO_TABLE,
        missing("key"),
        BAD_CAPACITY,
        BAD_VALUES,
        BAD_METRICS,
    ),
    broken(
        "GetItem: all violations together",
        "GetItem",
        {"ReturnConsumedCapacity": "x", "AttributesToGet": []},
        missing("key"),
        NO_TABLE,
        BAD_CAPACITY,
        breaking("[]", "attributesToGet", length(1, least=True)),
    ),
    broken(
        "Query: all violations together",
        "Query",
        {
            "TableName": "a;",
            "Select": "x",
            "IndexName": "h;",
            "ReturnConsumedCapacity": "x",
            "QueryFilter": {"a": {}},
            "ConditionalOperator": "x",
            "AttributesToGet": [],
            "Limit": 0,
            "KeyConditions": {"b": {"ComparisonOperator": "x"}},
        },
        not_in("x", "select", SELECTS),
        *SHORT_INDEX,
        BAD_CAPACITY,
        missing("queryFilter.a.member.comparisonOperator"),
        breaking("a;", "tableName", PATTERN),
        not_in("x", "conditionalOperator", "[OR, AND]"),
        breaking("[]", "attributesToGet", length(1, least=True)),
        f"Value at 'Limit' {FAILED} {value(1, least=True)}",
        not_in("x", "keyConditions.b.member.comparisonOperator", COMPARISONS),
    ),
    broken(
        "Scan: all violations together",
        "Scan",
        {
            "Select": "x",
            "IndexName": "abc;",
            "TotalSegments": 0,
            "ReturnConsumedCapacity": "x",
            "ConditionalOperator": "x",
            "ScanFilter": {"a": {}},
            "Segment": -1,
            "Limit": 0,
            "AttributesToGet": [],
        },
        not_in("x", "select", SELECTS),
        breaking("abc;", "indexName", PATTERN),
        breaking("0", "totalSegments", value(1, least=True)),
        BAD_CAPACITY,
        NO_TABLE,
        not_in("x", "conditionalOperator", "[OR, AND]"),
        missing("scanFilter.a.member.comparisonOperator"),
        breaking("-1", "segment", value(0, least=True)),
        breaking("0", "limit", value(1, least=True)),
        breaking("[]", "attributesToGet", length(1, least=True)),
    ),
    broken(
        "BatchGetItem: all violations together",
        "BatchGetItem",
        {"RequestItems": {"abc": {}}, "ReturnConsumedCapacity": "x"},
        BAD_CAPACITY,
        missing("requestItems.abc.member.keys"),
    ),
    broken(
        "BatchWriteItem: all violations together",
        "BatchWriteItem",
        {
            "RequestItems": {"abc": [{"PutRequest": {}}]},
            "ReturnConsumedCapacity": "x",
            "ReturnItemCollectionMetrics": "x",
        },
        BAD_CAPACITY,
        BAD_METRICS,
        missing("requestItems.abc.member.1.member.putRequest.item"),
    ),
    made(
        "CreateTable: all violations together",
        not_in("x", "attributeDefinitions.1.member.attributeType", "[B, N, S]"),
        breaking("abc;", "tableName", PATTERN),
        not_in("x", "billingMode", "[PROVISIONED, PAY_PER_REQUEST]"),
        missing("provisionedThroughput.writeCapacityUnits"),
        breaking("0", "provisionedThroughput.readCapacityUnits", value(1, least=True)),
        not_in("x", "keySchema.1.member.keyType", "[HASH, RANGE]"),
        missing(LOCAL.format(1, "keySchema")),
        missing(LOCAL.format(1, "projection")),
        missing(GLOBAL.format(1, "keySchema")),
        missing(GLOBAL.format(1, "projection")),
        TableName="abc;",
        AttributeDefinitions=definitions("a", kind="x"),
        BillingMode="x",
        ProvisionedThroughput={"ReadCapacityUnits": 0},
        KeySchema=BAD_KEYS,
        LocalSecondaryIndexes=[{"IndexName": "here"}],
        GlobalSecondaryIndexes=[{"IndexName": "wide"}],
    ),
    broken(
        "UpdateTable: all violations together",
        "UpdateTable",
        {
            "TableName": "abc;",
            "BillingMode": "x",
            "ProvisionedThroughput": {"ReadCapacityUnits": 0},
            "GlobalSecondaryIndexUpdates": [{"Delete": {}}],
        },
        breaking("abc;", "tableName", PATTERN),
        missing("provisionedThroughput.writeCapacityUnits"),
        breaking("0", "provisionedThroughput.readCapacityUnits", value(1, least=True)),
        not_in("x", "billingMode", "[PROVISIONED, PAY_PER_REQUEST]"),
        missing("globalSecondaryIndexUpdates.1.member.delete.indexName"),
    ),
    broken(
        "ListTables: all violations together",
        "ListTables",
        {"Limit": 0, "ExclusiveStartTableName": "a;"},
        breaking("0", "limit", value(1, least=True)),
        breaking("a;", "exclusiveStartTableName", PATTERN),
        breaking("a;", "exclusiveStartTableName", length(3, least=True)),
    ),
    made(
        "a local index with every violation",
        breaking("h;", LOCAL.format(1, "indexName"), PATTERN),
        breaking("h;", LOCAL.format(1, "indexName"), length(3, least=True)),
        breaking("[]", LOCAL.format(1, "keySchema"), length(1, least=True)),
        not_in("x", LOCAL.format(1, "projection.projectionType"), "[ALL, INCLUDE, KEYS_ONLY]"),
        breaking("[]", LOCAL.format(1, "projection.nonKeyAttributes"), length(1, least=True)),
        LocalSecondaryIndexes=[
            {
                "IndexName": "h;",
                "KeySchema": [],
                "Projection": {"ProjectionType": "x", "NonKeyAttributes": []},
            }
        ],
    ),
    made(
        "a global index with every violation",
        breaking("h;", GLOBAL.format(1, "indexName"), PATTERN),
        breaking("h;", GLOBAL.format(1, "indexName"), length(3, least=True)),
        breaking(
            "0",
            GLOBAL.format(1, "provisionedThroughput.writeCapacityUnits"),
            value(1, least=True),
        ),
        breaking(
            "0",
            GLOBAL.format(1, "provisionedThroughput.readCapacityUnits"),
            value(1, least=True),
        ),
        breaking("[]", GLOBAL.format(1, "keySchema"), length(1, least=True)),
        not_in("x", GLOBAL.format(1, "projection.projectionType"), "[ALL, INCLUDE, KEYS_ONLY]"),
        breaking("[]", GLOBAL.format(1, "projection.nonKeyAttributes"), length(1, least=True)),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "h;",
                "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
                "KeySchema": [],
                "Projection": {"ProjectionType": "x", "NonKeyAttributes": []},
            }
        ],
    ),
]

FACTS = [*MESSAGES, *ENUMS, *ORDER]
