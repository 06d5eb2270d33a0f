"""What UpdateTable and the tag operations refuse, in the service's words.

Source: facts, UpdateTable; TagResource, UntagResource, ListTagsOfResource. The tables that these
facts are about stand in ``TABLES``.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, DOCS, INVALID, PEER, Fact, refused
from tests.facts.tables import (
    BEYOND,
    DETECTED,
    NOT_NULL,
    ON_DEMAND_UNITS,
    UNITS,
    definitions,
    index,
    keys,
)

FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
LIMIT = "LimitExceededException"
ONE_ONLINE = (
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
    "table"
)
BLOCKED = (
    "This operation cannot be performed with given input values. Please contact DynamoDB service "
    "team for more info: Action Blocked: IndexUpdate"
)
NO_CHANGE = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
    "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
    "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
    "WarmThroughput or TableClass is required"
)
SAME_UNITS = (
    "The provisioned throughput for the table will not change. The requested value equals the "
    "current value. Current ReadCapacityUnits provisioned for the table: {0}. Requested "
    "ReadCapacityUnits: {0}. Current WriteCapacityUnits provisioned for the table: {0}. Requested "
    "WriteCapacityUnits: {0}. Refer to the Amazon DynamoDB Developer Guide for current limits and "
    "how to request higher limits."
)
ON_DEMAND_TEXT = (
    INVALID + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table "
    "BillingMode is PROVISIONED"
)
OUT_OF_RANGE = (
    INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid "
    "range"
)

TABLES: list[dict[str, Any]] = [
    {
        "TableName": "units",
        "AttributeDefinitions": definitions("a", "b", "c"),
        "KeySchema": keys("a", "b"),
        "ProvisionedThroughput": FIVE,
        "LocalSecondaryIndexes": [index("local", "a", "c")],
        "GlobalSecondaryIndexes": [
            index("one", "c", ProvisionedThroughput=UNITS),
            index("two", "c", "b", ProvisionedThroughput=UNITS),
        ],
    },
    {
        "TableName": "demand",
        "AttributeDefinitions": definitions("a", "c"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("one", "c"), index("two", "c")],
    },
    {
        "TableName": "streaming",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "SSESpecification": {"Enabled": True},
    },
]


def change(
    name: str, message: str, /, table: str = "demand", source: str = AWS_CAPTURED, **members: Any
) -> Fact:
    """An UpdateTable that is refused with a ValidationException."""
    return refused(name, "UpdateTable", {"TableName": table, **members}, message, source)


def changed_indexes(
    name: str,
    message: str,
    /,
    *updates: Any,
    table: str = "demand",
    code: str = "ValidationException",
    source: str = AWS_CAPTURED,
    **members: Any,
) -> Fact:
    """An UpdateTable that is refused for its index updates."""
    request = {"TableName": table, "GlobalSecondaryIndexUpdates": list(updates), **members}
    return Fact(name, "UpdateTable", request, code, message, source)


def update(name: str, units: int = 2) -> dict[str, Any]:
    """An element that gives an index new units."""
    throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
    return {"Update": {"IndexName": name, "ProvisionedThroughput": throughput}}


def creation(name: str, *parts: str, **members: Any) -> dict[str, Any]:
    """An element that creates an index."""
    return {"Create": index(name, *parts, **members)}


def deletion(name: str) -> dict[str, Any]:
    """An element that deletes an index."""
    return {"Delete": {"IndexName": name}}


def only(subject: str) -> str:
    """The text for a change that must stand alone."""
    return f"{subject} must be the only operation in the request"


LONELY: dict[str, dict[str, Any]] = {
    "Server-Side Encryption modification": {"SSESpecification": {"Enabled": True}},
    "TableClass modification": {"TableClass": "STANDARD"},
    "DeletionProtection modification": {"DeletionProtectionEnabled": True},
    "WarmThroughput": {"WarmThroughput": {"ReadUnitsPerSecond": 20_000}},
}

REQUESTS = [
    change("nothing to change", NO_CHANGE),
    change("no index update in the list", NO_CHANGE, GlobalSecondaryIndexUpdates=[]),
    change("empty on-demand maxima", NO_CHANGE, OnDemandThroughput={}),
    change("only definitions", NO_CHANGE, AttributeDefinitions=definitions("a")),
    change("nothing to change of an unknown table", NO_CHANGE, table="nowhere"),
    change(
        "a short name",
        "TableName must be at least 3 characters long and at most 255 characters long",
        table="ab",
    ),
    change(
        "broken units and mode",
        "3 validation errors detected: Value null at 'provisionedThroughput.writeCapacityUnits' "
        f"{NOT_NULL}; Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1; Value 'x' at 'billingMode'"
        " failed to satisfy constraint: Member must satisfy enum value set: "
        "[PROVISIONED, PAY_PER_REQUEST]",
        ProvisionedThroughput={"ReadCapacityUnits": 0},
        BillingMode="x",
    ),
    change(
        "on demand with units",
        ON_DEMAND_UNITS,
        table="nowhere",
        BillingMode="PAY_PER_REQUEST",
        ProvisionedThroughput=UNITS,
    ),
    change(
        "provisioned without units",
        INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        BillingMode="PROVISIONED",
    ),
    change(
        "units out of bounds",
        f"Given value {BEYOND} for ReadCapacityUnits is out of bounds",
        table="nowhere",
        ProvisionedThroughput={"ReadCapacityUnits": BEYOND, "WriteCapacityUnits": BEYOND},
    ),
    Fact(
        "index units out of bounds of an unknown table",
        "UpdateTable",
        {"TableName": "nowhere", "GlobalSecondaryIndexUpdates": [update("one", BEYOND)]},
        "ResourceNotFoundException",
        "Requested resource not found: Table: nowhere not found",
    ),
    *(
        change(f"{subject} with something else", only(subject), BillingMode="PROVISIONED", **given)
        for subject, given in LONELY.items()
    ),
    change(
        "on-demand maxima with something else",
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        OnDemandThroughput={"MaxReadRequestUnits": 5},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    ),
]

STREAMS = [
    change(
        "a stream without view type",
        INVALID + "If stream is being enabled then UpdateViewType is required",
        StreamSpecification={"StreamEnabled": True},
    ),
    change(
        "no stream with view type",
        INVALID + "If stream is being disabled, then UpdateViewType must not be specified",
        StreamSpecification={"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"},
    ),
    change(
        "a stream with units",
        INVALID + "You cannot modify stream status while updating table IOPS",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        ProvisionedThroughput=UNITS,
    ),
    change(
        "a second stream",
        "Table already has an enabled stream: TableName: streaming",
        table="streaming",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    ),
    change(
        "no stream to disable",
        "Table has no stream to disable: TableName: demand",
        StreamSpecification={"StreamEnabled": False},
    ),
]

CAPACITY = [
    change("units on demand", ON_DEMAND_UNITS, ProvisionedThroughput=UNITS),
    change("the same units", SAME_UNITS.format(5), table="units", ProvisionedThroughput=FIVE),
    changed_indexes("the same index units", SAME_UNITS.format(1), update("one", 1), table="units"),
    change(
        "to provisioned without units for the indexes",
        INVALID + "ProvisionedThroughput must be specified for index: one,two",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
    ),
    changed_indexes(
        "to provisioned without units for one index",
        INVALID + "ProvisionedThroughput must be specified for index: two",
        update("one"),
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
    ),
    changed_indexes("units of an unknown index", BLOCKED, update("none"), table="units"),
    changed_indexes("units of a local index", BLOCKED, update("local"), table="units"),
    changed_indexes("index units out of bounds", BLOCKED, update("one", BEYOND), table="units"),
    change(
        "on-demand maxima of a provisioned table",
        ON_DEMAND_TEXT,
        table="units",
        OnDemandThroughput={"MaxReadRequestUnits": 5},
    ),
    change(
        "on-demand maxima of a table that becomes provisioned",
        ON_DEMAND_TEXT,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
        OnDemandThroughput={"MaxReadRequestUnits": 5},
    ),
    *(
        change(
            f"an on-demand maximum of {units}",
            OUT_OF_RANGE,
            OnDemandThroughput={"MaxReadRequestUnits": units},
        )
        for units in (0, -2)
    ),
    change(
        "less warm throughput",
        INVALID + "decreasing WarmThroughput is not supported",
        source=PEER,
        WarmThroughput={"WriteUnitsPerSecond": 3999},
    ),
]

INDEXES = [
    *(
        changed_indexes(
            f"an element {element}",
            INVALID + "One of GlobalSecondaryIndexUpdate.Update, "
            "GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be "
            "null",
            element,
        )
        for element in ({}, {"Drop": {"IndexName": "one"}})
    ),
    changed_indexes(
        "two actions in one element",
        INVALID + "Only one of GlobalSecondaryIndexUpdate.Update, "
        "GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete may be specified",
        {**update("one"), **deletion("two")},
        source=PEER,
    ),
    changed_indexes(
        "one index twice",
        INVALID + "Only one global secondary index update per index is allowed simultaneously. "
        "Index: one",
        update("one"),
        deletion("one"),
    ),
    changed_indexes(
        "two creations",
        ONE_ONLINE,
        creation("new", "c"),
        creation("newer", "c"),
        code=LIMIT,
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes("two deletions", ONE_ONLINE, deletion("one"), deletion("two"), code=LIMIT),
    changed_indexes(
        "a creation and a deletion", ONE_ONLINE, creation("new", "c"), deletion("one"), code=LIMIT
    ),
    *(
        changed_indexes(
            f"the new index {name} exists",
            INVALID + f"Index already exists: {name}",
            creation(name, "c", ProvisionedThroughput=UNITS),
            table="units",
            source=PEER,
            AttributeDefinitions=definitions("c"),
        )
        for name in ("one", "local")
    ),
    changed_indexes(
        "a key that only the table defines",
        INVALID + "Some index key attributes are not defined in AttributeDefinitions. "
        "Keys: [c], AttributeDefinitions: [d]",
        creation("new", "c"),
        AttributeDefinitions=definitions("d"),
    ),
    changed_indexes(
        "a new index key of another type",
        INVALID + "Attributes cannot be redefined. Please check that your attribute has the same "
        "type as previously defined. Existing schema: Schema:[SchemaElement: key{c:S:HASH}] New "
        "schema: Schema:[SchemaElement: key{c:N:HASH}]",
        creation("new", "c"),
        AttributeDefinitions=definitions("c", kind="N"),
    ),
    changed_indexes(
        "a new index without HASH",
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        creation("new", "c RANGE"),
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes(
        "a new index without projection type",
        INVALID + "Unknown ProjectionType: null",
        creation("new", "c", projection={}),
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes(
        "units of a new index on demand",
        INVALID + "ProvisionedThroughput should not be specified for index: new when BillingMode "
        "is PAY_PER_REQUEST",
        creation("new", "c", ProvisionedThroughput=UNITS),
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes(
        "a new provisioned index without units",
        INVALID + "ProvisionedThroughput must be specified for index: new",
        creation("new", "c"),
        table="units",
        source=DOCS,
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes(
        "deletion of an unknown index",
        "Requested resource not found: Index none for table demand",
        deletion("none"),
        code="ResourceNotFoundException",
    ),
    changed_indexes(
        "deletion of a local index",
        INVALID + "The index local is not a global secondary index",
        deletion("local"),
        table="units",
        source=PEER,
    ),
]

ENCRYPTION = [
    change(
        "the service's own key again",
        INVALID + "Table is already encrypted by default",
        SSESpecification={"Enabled": False},
    ),
    change(
        "the account's key again",
        INVALID + "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId "
        "parameter if you want to change Master Key",
        table="streaming",
        SSESpecification={"Enabled": True},
    ),
]

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
BUCKET = "arn:aws:s3:::bucket"
# Each tag operation with nothing to do.
NO_TAGS: dict[str, dict[str, Any]] = {
    "TagResource": {"Tags": []},
    "UntagResource": {"TagKeys": []},
    "ListTagsOfResource": {},
}
GOOD = {"Key": "k", "Value": "v"}


def tagged(name: str, message: str, /, *tags: dict[str, Any], source: str = AWS_CAPTURED) -> Fact:
    """A TagResource of ``demand`` that is refused for its tags."""
    request = {"ResourceArn": ARN + "demand", "Tags": list(tags)}
    return refused(name, "TagResource", request, message, source)


TAGS = [
    *(
        refused(f"{operation} without an ARN", operation, {}, "Invalid TableArn")
        for operation in ("TagResource", "UntagResource", "ListTagsOfResource")
    ),
    *(
        refused(
            f"{operation} of what is no ARN at all",
            operation,
            {"ResourceArn": "abc"},
            INVALID + "ARNs must start with 'arn:': abc",
        )
        for operation in ("TagResource", "UntagResource", "ListTagsOfResource")
    ),
    refused(
        "TagResource without Tags",
        "TagResource",
        {"ResourceArn": ARN + "nowhere"},
        f"{DETECTED}Value null at 'tags' {NOT_NULL}",
    ),
    refused(
        "UntagResource without TagKeys",
        "UntagResource",
        {"ResourceArn": ARN + "nowhere"},
        f"{DETECTED}Value null at 'tagKeys' {NOT_NULL}",
    ),
    refused(
        "tags of another service's resource",
        "TagResource",
        {"ResourceArn": BUCKET, "Tags": []},
        f"Invalid TableArn: Invalid ResourceArn provided as input {BUCKET}",
    ),
    *(
        refused(
            f"{operation} of a table's {part.partition('/')[0]}",
            operation,
            {"ResourceArn": f"{ARN}demand/{part}", **members},
            INVALID + "Invalid resource arn provided, only table or stream is accepted. "
            f"Provided resource arn: {ARN}demand/{part}",
        )
        for operation, members in NO_TAGS.items()
        for part in ("index/one", "backup/01489602797149-73d8d5bc")
    ),
    tagged("an empty list of tags", "Atleast one Tag needs to be provided as Input."),
    refused(
        "an empty list of tag keys",
        "UntagResource",
        {"ResourceArn": ARN + "nowhere", "TagKeys": []},
        "Atleast one Tag Key needs to be provided as Input.",
    ),
    *(
        tagged(
            f"the tag key {key[:9]!r}",
            f"The Tag Key provided is invalid, Key: {key}",
            {"Key": key, "Value": ""},
        )
        for key in ("", "a;", "k" * 129)
    ),
    *(
        tagged(
            f"the tag value {value[:9]!r}",
            f"The Tag Value provided is invalid, Value: {value}",
            {"Key": "k", "Value": value},
        )
        for value in ("a#", "v" * 257)
    ),
    tagged(
        "a tag without value",
        f"{DETECTED}Value null at 'tags.1.member.value' {NOT_NULL}",
        {"Key": "k"},
    ),
    tagged(
        "a tag key of AWS's own",
        "Tag Key cannot be prefixed with aws:, Key: aws:x",
        {"Key": "aws:x", "Value": ""},
    ),
    tagged(
        "a tag key twice",
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found k",
        GOOD,
        GOOD,
    ),
    tagged(
        "51 tags",
        "Number of Tags exceed the current limit for the provided ResourceArn",
        *({"Key": str(number), "Value": ""} for number in range(51)),
    ),
    Fact(
        "TagResource of an unknown table",
        "TagResource",
        {"ResourceArn": ARN + "nowhere", "Tags": [GOOD]},
        "ResourceNotFoundException",
        f"Requested resource not found: ResourceArn: {ARN}nowhere not found",
    ),
    Fact(
        "ListTagsOfResource of an unknown table",
        "ListTagsOfResource",
        {"ResourceArn": ARN + "nowhere"},
        "ResourceNotFoundException",
        f"Requested resource not found: ResourceArn: {ARN}nowhere not found",
    ),
    Fact(
        "UntagResource of an unknown table",
        "UntagResource",
        {"ResourceArn": ARN + "nowhere", "TagKeys": ["k"]},
        "ResourceNotFoundException",
        "Requested resource not found",
    ),
]

FACTS = [*REQUESTS, *STREAMS, *CAPACITY, *INDEXES, *ENCRYPTION]
