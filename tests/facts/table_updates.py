"""What UpdateTable and the tag operations refuse: recorded variants, and which of two faults is told.

Source: facts, UpdateTable, index rules, encryption at rest, warm throughput; TagResource,
UntagResource, ListTagsOfResource. These facts are told of the tables of ``table_changes`` and of
``TABLES``.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, PEER, Fact, refused
from tests.facts.table_changes import (
    ARN,
    BUCKET,
    LIMIT,
    LONELY,
    NO_TAGS,
    ON_DEMAND_TEXT,
    ONE_ONLINE,
    change,
    changed_indexes,
    creation,
    deletion,
    only,
    tagged,
    update,
)
from tests.facts.tables import (
    BEYOND,
    DETECTED,
    FIRST_NOT_HASH,
    NAME_PATTERN,
    NOT_NULL,
    ON_DEMAND_UNITS,
    SAME_NAME,
    UNDEFINED,
    UNITS,
    definitions,
    index,
    keys,
)

NO_ACTION = (
    INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete must not be null"
)
KEYS_ON = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}


def include(*names: str) -> dict[str, Any]:
    """A projection of named attributes."""
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


TABLES: list[dict[str, Any]] = [
    {
        "TableName": "indexed20",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index(f"wide{n}", "a") for n in range(20)],
    },
    {
        "TableName": "named100",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            index(f"wide{n}", "a", projection=include(*(f"x{m}" for m in range(20))))
            for n in range(5)
        ],
    },
]

REQUESTS = [
    Fact(
        "UpdateTable of an unknown table",
        "UpdateTable",
        {"TableName": "nowhere", "StreamSpecification": KEYS_ON},
        "ResourceNotFoundException",
        "Requested resource not found: Table: nowhere not found",
    ),
    *(
        change(
            f"UpdateTable: a name of {len(name)} characters",
            "TableName must be at least 3 characters long and at most 255 characters long",
            table=name,
            StreamSpecification=KEYS_ON,
        )
        for name in ("", "a" * 256)
    ),
    change(
        "order: a bad name before nothing to change",
        f"{DETECTED}Value 'abc;' at 'tableName' failed to satisfy constraint: {NAME_PATTERN}",
        table="abc;",
    ),
    changed_indexes(
        "order: units on demand before the index updates",
        ON_DEMAND_UNITS,
        {},
        BillingMode="PAY_PER_REQUEST",
        ProvisionedThroughput=UNITS,
    ),
    changed_indexes("order: index updates before the table", NO_ACTION, {}, table="nowhere"),
    change(
        "write units out of bounds",
        f"Given value {BEYOND} for WriteCapacityUnits is out of bounds",
        table="units",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": BEYOND},
    ),
    change(
        "a provisioned table to PROVISIONED without units",
        INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        table="units",
        BillingMode="PROVISIONED",
    ),
    change(
        "a provisioned table to on demand with units",
        ON_DEMAND_UNITS,
        table="units",
        BillingMode="PAY_PER_REQUEST",
        ProvisionedThroughput=UNITS,
    ),
    changed_indexes(
        "on-demand maxima with an index update",
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        deletion("one"),
        OnDemandThroughput={"MaxReadRequestUnits": 5},
    ),
    *(
        change(f"a stream with {subject}", only(subject), StreamSpecification=KEYS_ON, **given)
        for subject, given in LONELY.items()
    ),
    change(
        "a second stream of the same view type",
        "Table already has an enabled stream: TableName: streaming",
        table="streaming",
        StreamSpecification=KEYS_ON,
    ),
    change(
        "an empty stream specification in an update",
        f"{DETECTED}Value null at 'streamSpecification.streamEnabled' {NOT_NULL}",
        StreamSpecification={},
    ),
]

CAPACITY = [
    change(
        "an on-demand maximum of -1 for a provisioned table",
        ON_DEMAND_TEXT,
        table="units",
        OnDemandThroughput={"MaxReadRequestUnits": -1},
    ),
    change(
        "an on-demand maximum of writes for a provisioned table",
        INVALID + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table "
        "BillingMode is PROVISIONED",
        table="units",
        OnDemandThroughput={"MaxWriteRequestUnits": 5},
    ),
    change(
        "an on-demand maximum of 0 writes in an update",
        INVALID + "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 0},
    ),
    changed_indexes(
        "an on-demand maximum of 0 for an index",
        INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for index one is outside "
        "of valid range",
        {"Update": {"IndexName": "one", "OnDemandThroughput": {"MaxReadRequestUnits": 0}}},
        source=PEER,
    ),
    changed_indexes(
        "less warm throughput of an index",
        INVALID + "decreasing WarmThroughput is not supported",
        {"Update": {"IndexName": "one", "WarmThroughput": {"ReadUnitsPerSecond": 11_999}}},
        source=PEER,
    ),
]


def created(
    name: str,
    message: str,
    /,
    *parts: str,
    projection: dict[str, Any] | None = None,
    source: str = "aws-captured",
) -> Fact:
    """An UpdateTable whose only fault is the index that it creates on ``demand``."""
    names = dict.fromkeys(part.split()[0] for part in parts)
    members = {} if projection is None else {"projection": projection}
    return changed_indexes(
        name,
        message,
        creation("new", *parts, **members),
        source=source,
        AttributeDefinitions=definitions(*names),
    )


CREATIONS = [
    changed_indexes(
        "a new index with less warm throughput than on demand gives",
        INVALID + "Requested ReadUnitsPerSecond for WarmThroughput for index new is lower than "
        "initial throughput for OnDemand",
        creation("new", "c", WarmThroughput={"ReadUnitsPerSecond": 11_999}),
        source=PEER,
        AttributeDefinitions=definitions("c"),
    ),
    changed_indexes(
        "a new index without definitions",
        f"{UNDEFINED}Keys: [c, e], AttributeDefinitions: []",
        creation("new", "c", "e"),
    ),
    created("same names in a new index", SAME_NAME, "d", "d"),
    created("a new index of RANGE alone", FIRST_NOT_HASH, "d RANGE"),
    created(
        "RANGE before HASH in a new index",
        INVALID + "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        "d RANGE",
        "e HASH",
    ),
    *(
        created(
            f"five {role} in a new index",
            INVALID + f"The KeySchema exceeds the maximum allowed number of {role} key attributes",
            "h HASH",
            *(f"k{n} {role}" for n in range(5)),
        )
        for role in ("HASH", "RANGE")
    ),
    created(
        "a name twice in a new index",
        INVALID + "The KeySchema contains multiple key attributes with the same name",
        "d HASH",
        "e RANGE",
        "d RANGE",
    ),
    created(
        "a new index with INCLUDE of nothing",
        INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        "d",
        projection={"ProjectionType": "INCLUDE"},
    ),
    *(
        created(
            f"a new index with {kind} and names",
            INVALID + f"ProjectionType is {kind}, but NonKeyAttributes is specified",
            "d",
            projection={"ProjectionType": kind, "NonKeyAttributes": ["x"]},
        )
        for kind in ("ALL", "KEYS_ONLY")
    ),
    created(
        "a new index with a name twice",
        INVALID + "Duplicate attribute name in NonKeyAttributes: x",
        "d",
        projection=include("x", "x"),
        source=PEER,
    ),
    changed_indexes(
        "the table's own key as a new index key of another type",
        INVALID + "Attributes cannot be redefined. Please check that your attribute has the same "
        "type as previously defined. Existing schema: Schema:[SchemaElement: key{a:S:HASH}] New "
        "schema: Schema:[SchemaElement: key{a:N:RANGE}]",
        creation("new", "c", "a"),
        AttributeDefinitions=[*definitions("c"), *definitions("a", kind="N")],
    ),
    changed_indexes(
        "the twenty-first global index",
        INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        creation("one_more", "a"),
        table="indexed20",
        AttributeDefinitions=definitions("a"),
    ),
    changed_indexes(
        "the hundred and first projected name",
        INVALID + "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100",
        creation("one_more", "a", projection=include("x1")),
        table="named100",
        source=PEER,
        AttributeDefinitions=definitions("a"),
    ),
    changed_indexes(
        "six deletions",
        ONE_ONLINE,
        *(deletion(f"wide{n}") for n in range(6)),
        table="indexed20",
        code=LIMIT,
    ),
    changed_indexes(
        "an update and a creation of one index",
        INVALID + "Only one global secondary index update per index is allowed simultaneously. "
        "Index: new",
        update("new"),
        creation("new", "c"),
        AttributeDefinitions=definitions("c"),
    ),
]

ENCRYPTION = [
    change(f"a change of encryption: {text}", INVALID + text, SSESpecification=specification)
    for text, specification in (
        ("SSEType can not be specified if Enabled is false", {"Enabled": False, "SSEType": "KMS"}),
        ("KMSMasterKeyId can not be specified if Enabled is false", {"KMSMasterKeyId": "x"}),
        (
            "SSEType KMS is required if KMSMasterKeyId is specified",
            {"Enabled": True, "KMSMasterKeyId": "x"},
        ),
        ("SSEType AES256 is not supported", {"Enabled": True, "SSEType": "AES256"}),
    )
]

TAGS = [
    refused(
        "order: Tags that are missing before an ARN that is no table's",
        "TagResource",
        {"ResourceArn": BUCKET},
        f"{DETECTED}Value null at 'tags' {NOT_NULL}",
    ),
    refused(
        "order: TagKeys that are missing before an ARN that is no table's",
        "UntagResource",
        {"ResourceArn": BUCKET},
        f"{DETECTED}Value null at 'tagKeys' {NOT_NULL}",
    ),
    refused(
        "order: an empty list of tags before the table",
        "TagResource",
        {"ResourceArn": ARN + "nowhere", "Tags": []},
        "Atleast one Tag needs to be provided as Input.",
    ),
    refused(
        "order: bad tags before the table",
        "TagResource",
        {"ResourceArn": ARN + "nowhere", "Tags": [{"Key": "a;", "Value": ""}]},
        "The Tag Key provided is invalid, Key: a;",
    ),
    *(
        refused(
            f"{operation} of another service's resource",
            operation,
            {"ResourceArn": BUCKET, **members},
            f"Invalid TableArn: Invalid ResourceArn provided as input {BUCKET}",
        )
        for operation, members in NO_TAGS.items()
        if operation != "TagResource"
    ),
    *(
        tagged(
            f"the character {character!r} in a tag key",
            f"The Tag Key provided is invalid, Key: a{character}",
            {"Key": f"a{character}", "Value": ""},
        )
        for character in "!#$%&*(){}[]<>,?|\"'\\^~`\u20ac\U0001f600"
    ),
    tagged(
        "the emoji of a tag value",
        "The Tag Value provided is invalid, Value: \U0001f600",
        {"Key": "k", "Value": "\U0001f600"},
    ),
    tagged(
        "a tag without key",
        f"{DETECTED}Value null at 'tags.1.member.key' {NOT_NULL}",
        {"Value": ""},
    ),
    tagged(
        "a tag key of AWS's own in capitals",
        "Tag Key cannot be prefixed with aws:, Key: AWS:x",
        {"Key": "AWS:x", "Value": ""},
        source=PEER,
    ),
]

FACTS = [*REQUESTS, *CAPACITY, *CREATIONS, *ENCRYPTION, *TAGS]
