"""What CreateTable, DescribeTable, ListTables and DeleteTable refuse, in the service's words.

Source: facts, CreateTable texts in order, index rules, and the other table operations.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import DOCS, INVALID, PEER, Fact, refused

DETECTED = "1 validation error detected: "
NAME_PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
NOT_NULL = "failed to satisfy constraint: Member must not be null"
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
BEYOND = 1_000_000_000_001
ALL = {"ProjectionType": "ALL"}
MISSING_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
UNDEFINED = INVALID + "Some index key attributes are not defined in AttributeDefinitions. "
ON_DEMAND_UNITS = (
    INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
    "is PAY_PER_REQUEST"
)
SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
FIRST_NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
SECOND_NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
UNKNOWN_TABLE = "Requested resource not found: Table: nowhere not found"
TAKEN = "taken"


def definitions(*names: str, kind: str = "S") -> list[dict[str, str]]:
    """AttributeDefinitions of one type."""
    return [{"AttributeName": name, "AttributeType": kind} for name in names]


def keys(*parts: str) -> list[dict[str, str]]:
    """A key schema: "a" HASH then "b" RANGE, unless a part says otherwise ("b HASH")."""
    elements: list[dict[str, str]] = []
    for position, part in enumerate(parts):
        name, _, role = part.partition(" ")
        role = role or ("RANGE" if position else "HASH")
        elements.append({"AttributeName": name, "KeyType": role})
    return elements


def index(name: str, *parts: str, projection: dict[str, Any] = ALL, **members: Any) -> Any:
    """An index of a request."""
    return {"IndexName": name, "KeySchema": keys(*parts), "Projection": projection, **members}


def create(name: str, message: str, /, source: str = "aws-captured", **members: Any) -> Fact:
    """A CreateTable of ``made`` (key a, on demand) that is refused; None takes a member out."""
    table: dict[str, Any] = {
        "TableName": "made",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    request = {name: value for name, value in (table | members).items() if value is not None}
    return refused(name, "CreateTable", request, message, source)


def projected(name: str, message: str, source: str = "aws-captured", **projection: Any) -> Fact:
    """A CreateTable whose only fault is a global index's projection."""
    return create(
        name,
        message,
        source=source,
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("by_b", "b", projection=projection)],
    )


def local(name: str, message: str, /, *parts: str, source: str = "aws-captured") -> Fact:
    """A CreateTable (key a, b) whose only fault is the key of its local index."""
    return create(
        name,
        message,
        source=source,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("here", *parts)],
    )


def wide(name: str, message: str, /, *parts: str, source: str = "aws-captured") -> Fact:
    """A CreateTable whose only fault is the key of its global index."""
    names = dict.fromkeys(["a", *(part.split()[0] for part in parts)])
    return create(
        name,
        message,
        source=source,
        AttributeDefinitions=definitions(*names),
        GlobalSecondaryIndexes=[index("wide", *parts)],
    )


NAMES = [
    create(
        "no name",
        "The parameter 'TableName' is required but was not present in the request",
        TableName=None,
    ),
    *(
        create(
            f"a name of {len(name)} characters",
            "TableName must be at least 3 characters long and at most 255 characters long",
            TableName=name,
        )
        for name in ("", "ab", "a" * 256)
    ),
    create(
        "a short bad name: its length comes first",
        "TableName must be at least 3 characters long and at most 255 characters long",
        TableName=";",
    ),
    create(
        "a bad name",
        f"{DETECTED}Value 'abc;' at 'tableName' failed to satisfy constraint: {NAME_PATTERN}",
        TableName="abc;",
    ),
    create(
        "nothing but a name",
        f"2 validation errors detected: Value null at 'attributeDefinitions' {NOT_NULL}; "
        f"Value null at 'keySchema' {NOT_NULL}",
        AttributeDefinitions=None,
        KeySchema=None,
    ),
]

CAPACITY = [
    create("1 on demand with units", ON_DEMAND_UNITS, ProvisionedThroughput=UNITS),
    create(
        "2 provisioned without units",
        INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when "
        "BillingMode is PROVISIONED",
        BillingMode=None,
    ),
    create(
        "3 units out of bounds, reads first",
        f"Given value {BEYOND} for ReadCapacityUnits is out of bounds",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": BEYOND, "WriteCapacityUnits": BEYOND},
    ),
    create(
        "3 write units out of bounds",
        f"Given value {BEYOND} for WriteCapacityUnits is out of bounds",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": BEYOND},
    ),
    create(
        "units below 1, writes first",
        "2 validation errors detected: Value '0' at 'provisionedThroughput.writeCapacityUnits' "
        "failed to satisfy constraint: Member must have value greater than or equal to 1; "
        "Value '0' at 'provisionedThroughput.readCapacityUnits' "
        "failed to satisfy constraint: Member must have value greater than or equal to 1",
        ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    ),
    create(
        "empty throughput",
        "2 validation errors detected: Value null at 'provisionedThroughput.writeCapacityUnits' "
        f"{NOT_NULL}; Value null at 'provisionedThroughput.readCapacityUnits' {NOT_NULL}",
        ProvisionedThroughput={},
    ),
    create(
        "bad billing mode",
        f"{DETECTED}Value 'free' at 'billingMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        BillingMode="free",
    ),
    create(
        "32 on-demand maxima of a provisioned table",
        INVALID + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table "
        "BillingMode is PROVISIONED.",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
        OnDemandThroughput={"MaxReadRequestUnits": 0, "MaxWriteRequestUnits": 5},
    ),
    create(
        "33 an on-demand maximum of -1",
        INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        OnDemandThroughput={"MaxReadRequestUnits": -1},
    ),
    create(
        "34 warm throughput below the initial one",
        INVALID + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than "
        "initial throughput for OnDemand",
        source=PEER,
        WarmThroughput={"ReadUnitsPerSecond": 11_999},
    ),
    create(
        "34 warm throughput below the units",
        INVALID + "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than "
        "WriteCapacityUnits of ProvisionedThroughput",
        source=PEER,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        WarmThroughput={"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 4},
    ),
]

TABLE_KEYS = [
    create("4 no definitions", MISSING_DEFINITION, AttributeDefinitions=[]),
    create("4 fewer definitions than keys", MISSING_DEFINITION, KeySchema=keys("a", "b")),
    create(
        "4 before same names",
        MISSING_DEFINITION,
        AttributeDefinitions=definitions("b"),
        KeySchema=keys("a", "a"),
    ),
    create(
        "5 a key that is not defined",
        f"{UNDEFINED}Keys: [a], AttributeDefinitions: [b]",
        AttributeDefinitions=definitions("b"),
    ),
    create(
        "6 same names, before roles",
        SAME_NAME,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "a HASH"),
    ),
    create("7 first not HASH", FIRST_NOT_HASH, KeySchema=keys("a RANGE")),
    create(
        "8 second not RANGE",
        SECOND_NOT_RANGE,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b HASH"),
    ),
    create(
        "9 three key elements",
        f"{DETECTED}Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
        "KeySchemaElement(attributeName=b, keyType=RANGE), "
        "KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to satisfy "
        "constraint: Member must have length less than or equal to 2",
        AttributeDefinitions=definitions("a", "b", "c"),
        KeySchema=keys("a", "b", "c"),
    ),
    create(
        "an empty key schema",
        f"{DETECTED}Value '[]' at 'keySchema' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
        KeySchema=[],
    ),
    create(
        "a key name of 256 characters, before everything coherent",
        f"{DETECTED}Value '{'k' * 256}' at 'keySchema.1.member.attributeName' failed to satisfy "
        "constraint: Member must have length less than or equal to 255",
        KeySchema=keys("k" * 256),
    ),
    create(
        "a bad role",
        f"{DETECTED}Value 'SORT' at 'keySchema.1.member.keyType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [HASH, RANGE]",
        KeySchema=keys("a SORT"),
    ),
    create(
        "26 a definition that no key uses",
        INVALID + "Number of attributes in KeySchema does not exactly match number of attributes "
        "defined in AttributeDefinitions",
        AttributeDefinitions=definitions("a", "b"),
    ),
    create(
        "27 a definition that neither table nor index uses",
        INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], "
        "keys used: [a, b]",
        source=PEER,
        AttributeDefinitions=definitions("c", "b", "a"),
        GlobalSecondaryIndexes=[index("by_b", "b")],
    ),
    create(
        "28 an attribute defined twice",
        INVALID + "Duplicate AttributeName in AttributeDefinitions: a",
        source=PEER,
        AttributeDefinitions=definitions("a", "a"),
    ),
    create(
        "29 a definition of another type",
        f"{DETECTED}Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [B, N, S]",
        AttributeDefinitions=definitions("a", kind="SS"),
    ),
]

INDEXES = [
    create(
        "10 no local index in the list",
        INVALID + "List of LocalSecondaryIndexes is empty",
        LocalSecondaryIndexes=[],
        GlobalSecondaryIndexes=[],
    ),
    create(
        "10 no global index in the list",
        INVALID + "List of GlobalSecondaryIndexes is empty",
        GlobalSecondaryIndexes=[],
    ),
    create(
        "11 a local index without a table's sort key",
        INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex",
        AttributeDefinitions=definitions("a", "b"),
        LocalSecondaryIndexes=[index("here", "a", "b")],
    ),
    local(
        "12 an undefined key", f"{UNDEFINED}Keys: [a, c], AttributeDefinitions: [a, b]", "a", "c"
    ),
    local("13 same names", SAME_NAME, "a", "a"),
    local("13 first not HASH", FIRST_NOT_HASH, "a RANGE", "b"),
    local("13 second not RANGE", SECOND_NOT_RANGE, "a", "b HASH"),
    local(
        "14 no sort key",
        INVALID + "Index KeySchema does not have a range key for index: here",
        "a",
    ),
    local(
        "15 another partition key",
        INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for "
        "index: here. index hash key: b, table hash key: a",
        "b",
        "a",
    ),
    local(
        "16 three key elements",
        f"{DETECTED}Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
        "KeySchemaElement(attributeName=b, keyType=RANGE), "
        "KeySchemaElement(attributeName=c, keyType=RANGE)]' at "
        "'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: "
        "Member must have length less than or equal to 2",
        "a",
        "b",
        "c",
        source=PEER,
    ),
    projected("17 no projection type", INVALID + "Unknown ProjectionType: null"),
    *(
        projected(
            f"18 named attributes with {kind}",
            INVALID + f"ProjectionType is {kind}, but NonKeyAttributes is specified",
            ProjectionType=kind,
            NonKeyAttributes=["x"],
        )
        for kind in ("ALL", "KEYS_ONLY")
    ),
    projected(
        "19 INCLUDE of nothing",
        INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ProjectionType="INCLUDE",
    ),
    projected(
        "20 a name twice",
        INVALID + "Duplicate attribute name in NonKeyAttributes: x",
        source=PEER,
        ProjectionType="INCLUDE",
        NonKeyAttributes=["x", "y", "x"],
    ),
    projected(
        "an empty list of names",
        f"{DETECTED}Value '[]' at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' "
        "failed to satisfy constraint: Member must have length greater than or equal to 1",
        ProjectionType="INCLUDE",
        NonKeyAttributes=[],
    ),
    create(
        "22 a name twice among local indexes",
        INVALID + "Duplicate index name: here",
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("here", "a", "b"), index("here", "a", "b")],
    ),
    create(
        "22 a name of both kinds",
        INVALID + "Duplicate index name: here",
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("here", "a", "b")],
        GlobalSecondaryIndexes=[index("here", "b")],
    ),
    create(
        "23 six local indexes",
        INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index(f"here{n}", "a", "b") for n in range(6)],
    ),
    create(
        "24 twenty-one global indexes",
        INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        GlobalSecondaryIndexes=[index(f"wide{n}", "a") for n in range(21)],
    ),
    create(
        "25 units of an index on demand",
        INVALID + "ProvisionedThroughput should not be specified for index: wide when BillingMode "
        "is PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index("wide", "a", ProvisionedThroughput=UNITS)],
    ),
    create(
        "a provisioned index without units",
        INVALID + "ProvisionedThroughput must be specified for index: wide",
        source=PEER,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexes=[index("wide", "a")],
    ),
    create(
        "more than 100 projected names",
        INVALID + "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100",
        source=DOCS,
        GlobalSecondaryIndexes=[
            index(
                f"wide{n}",
                "a",
                projection={
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": [f"x{m}" for m in range(17)],
                },
            )
            for n in range(6)
        ],
    ),
    create(
        "a bad index name",
        "2 validation errors detected: Value 'h;' at 'globalSecondaryIndexes.1.member.indexName' "
        f"failed to satisfy constraint: {NAME_PATTERN}; "
        "Value 'h;' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 3",
        GlobalSecondaryIndexes=[index("h;", "a")],
    ),
]

WIDE_KEYS = [
    wide(
        "a global index key of five HASH",
        INVALID + "The KeySchema exceeds the maximum allowed number of HASH key attributes",
        *(f"h{n} HASH" for n in range(5)),
    ),
    wide(
        "a global index key of five RANGE",
        INVALID + "The KeySchema exceeds the maximum allowed number of RANGE key attributes",
        "h HASH",
        *(f"r{n} RANGE" for n in range(5)),
    ),
    wide(
        "RANGE between HASH in a global index key",
        INVALID + "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        "h HASH",
        "r RANGE",
        "i HASH",
    ),
    wide(
        "a name twice in a key of three attributes",
        INVALID + "The KeySchema contains multiple key attributes with the same name",
        "h HASH",
        "r RANGE",
        "h RANGE",
    ),
    wide("a global index key of RANGE alone", FIRST_NOT_HASH, "r RANGE"),
]

SETTINGS = [
    create(
        "30 a stream without view type",
        INVALID + "Table is being created with a stream enabled, UpdateViewType is required",
        StreamSpecification={"StreamEnabled": True},
    ),
    create(
        "31 a disabled stream with view type",
        INVALID + "Table is being created with a stream disabled, UpdateViewType should not be "
        "specified",
        StreamSpecification={"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"},
    ),
    create(
        "an empty stream specification",
        f"{DETECTED}Value null at 'streamSpecification.streamEnabled' {NOT_NULL}",
        StreamSpecification={},
    ),
    *(
        create(f"35 encryption: {text}", INVALID + text, SSESpecification=specification)
        for text, specification in (
            ("SSEType can not be specified if Enabled is false", {"SSEType": "KMS"}),
            (
                "KMSMasterKeyId can not be specified if Enabled is false",
                {"Enabled": False, "KMSMasterKeyId": "x"},
            ),
            (
                "SSEType KMS is required if KMSMasterKeyId is specified",
                {"Enabled": True, "KMSMasterKeyId": "x"},
            ),
            ("SSEType AES256 is not supported", {"Enabled": True, "SSEType": "AES256"}),
        )
    ),
    create(
        "36 a tag with a bad key",
        "The Tag Key provided is invalid, Key: a;",
        Tags=[{"Key": "a;", "Value": ""}],
    ),
    create(
        "36 more than 50 tags",
        "Number of Tags exceed the current limit for the provided ResourceArn",
        Tags=[{"Key": str(n), "Value": ""} for n in range(51)],
    ),
]

FOREIGN = [
    Fact(
        f"a new table of another place: {arn[17:39]}",
        "CreateTable",
        {**create("", "").request, "TableName": arn},
        "AccessDeniedException",
        "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:CreateTable "
        f"on resource: {arn}",
        DOCS,
    )
    for arn in (
        "arn:aws:dynamodb:eu-west-1:000000000000:table/made",
        "arn:aws:dynamodb:us-east-1:111111111111:table/made",
    )
]

EXISTING = [
    Fact(
        "37 the table exists",
        "CreateTable",
        {**create("", "").request, "TableName": TAKEN},
        "ResourceInUseException",
        "Table already exists: taken",
    ),
    create(
        "a bad request for a table that exists",
        ON_DEMAND_UNITS,
        TableName=TAKEN,
        ProvisionedThroughput=UNITS,
    ),
    *(
        Fact(
            f"{operation} of an unknown table",
            operation,
            {"TableName": "nowhere"},
            "ResourceNotFoundException",
            UNKNOWN_TABLE,
        )
        for operation in ("DescribeTable", "DeleteTable")
    ),
    *(
        refused(
            f"{operation}: a name of {len(name)} characters",
            operation,
            {"TableName": name},
            "TableName must be at least 3 characters long and at most 255 characters long",
        )
        for operation in ("DescribeTable", "DeleteTable")
        for name in ("", "ab", "a" * 256)
    ),
    refused(
        "a limit of 0",
        "ListTables",
        {"Limit": 0},
        f"{DETECTED}Value '0' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
    ),
    refused(
        "a limit of 101 and a bad start",
        "ListTables",
        {"ExclusiveStartTableName": "a;", "Limit": 101},
        "3 validation errors detected: Value '101' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 100; "
        f"Value 'a;' at 'exclusiveStartTableName' failed to satisfy constraint: {NAME_PATTERN}; "
        "Value 'a;' at 'exclusiveStartTableName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 3",
    ),
]

FACTS = [
    *NAMES,
    *CAPACITY,
    *TABLE_KEYS,
    *INDEXES,
    *WIDE_KEYS,
    *SETTINGS,
    *FOREIGN,
    *EXISTING,
]
