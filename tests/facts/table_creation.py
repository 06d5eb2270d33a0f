"""What CreateTable refuses: the recorded variants of each text, and which of two faults is told.

Source: facts, CreateTable order of the checks, texts in order, index rules, tags.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, PEER, Fact
from tests.facts.table_changes import GOOD
from tests.facts.tables import (
    BEYOND,
    DETECTED,
    FIRST_NOT_HASH,
    MISSING_DEFINITION,
    ON_DEMAND_UNITS,
    SAME_NAME,
    SECOND_NOT_RANGE,
    TAKEN,
    UNDEFINED,
    UNITS,
    create,
    definitions,
    index,
    keys,
    local,
    wide,
)

NO_UNITS = (
    INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
    "PROVISIONED"
)
UNUSED = (
    INVALID + "Number of attributes in KeySchema does not exactly match number of attributes "
    "defined in AttributeDefinitions"
)
NO_RANGE = INVALID + "Index KeySchema does not have a range key for index: here"
NO_VIEW = INVALID + "Table is being created with a stream enabled, UpdateViewType is required"
NO_TYPE = INVALID + "Unknown ProjectionType: null"
TWICE = INVALID + "Duplicate index name: wide"
TOO_LONG = "failed to satisfy constraint: Member must have length less than or equal to"
LONG = "k" * 256
STREAM = {"StreamEnabled": True}
PAIR: dict[str, Any] = {
    "AttributeDefinitions": definitions("a", "b"),
    "KeySchema": keys("a", "b"),
}
UNTYPED = index("wide", "b", projection={})
NO_LOCAL_RANGE = index("here", "a")


def maximum(units: int, kind: str = "Read", provisioned: bool = False) -> dict[str, Any]:
    """An on-demand maximum, perhaps of a provisioned table."""
    members: dict[str, Any] = {"OnDemandThroughput": {f"Max{kind}RequestUnits": units}}
    if provisioned:
        members |= {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    return members


def tag(name: str, message: str, /, *tags: dict[str, str]) -> Fact:
    """A CreateTable that is refused for its tags."""
    return create(name, message, Tags=list(tags))


CAPACITY = [
    create("2 PROVISIONED without units", NO_UNITS, BillingMode="PROVISIONED"),
    create(
        "32 an on-demand maximum of writes for a provisioned table",
        INVALID + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when table "
        "BillingMode is PROVISIONED.",
        **maximum(5, "Write", provisioned=True),
    ),
    create(
        "33 an on-demand maximum of 0",
        INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        **maximum(0),
    ),
    create(
        "33 an on-demand maximum of -1 writes",
        INVALID + "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        **maximum(-1, "Write"),
    ),
]

KEYS = [
    create(
        "4 no definitions of two",
        MISSING_DEFINITION,
        AttributeDefinitions=[],
        KeySchema=keys("a", "b"),
    ),
    create(
        "4 one other definition, two keys",
        MISSING_DEFINITION,
        AttributeDefinitions=definitions("b"),
        KeySchema=keys("a", "b"),
    ),
    create("4 one definition, the key twice", MISSING_DEFINITION, KeySchema=keys("a", "a")),
    create(
        "6 same names, both of them HASH and defined",
        SAME_NAME,
        AttributeDefinitions=definitions("a", "b"),
        KeySchema=keys("a RANGE", "a HASH"),
    ),
    create(
        "28 an attribute defined with two types",
        INVALID + "Duplicate AttributeName in AttributeDefinitions: a",
        source=PEER,
        AttributeDefinitions=[*definitions("a"), *definitions("a", kind="N")],
    ),
    create(
        "28 an index key of a second type",
        INVALID + "Duplicate AttributeName in AttributeDefinitions: a",
        source=PEER,
        AttributeDefinitions=[*definitions("a", "b"), *definitions("a", kind="B")],
        GlobalSecondaryIndexes=[index("wide", "b", "a")],
    ),
    create(
        "a defined name of 256 characters",
        f"{DETECTED}Value '{LONG}' at 'attributeDefinitions.2.member.attributeName' {TOO_LONG} 255",
        AttributeDefinitions=definitions("a", LONG),
    ),
    create(
        "an index key name of 256 characters, though it is not defined",
        f"{DETECTED}Value '{LONG}' at "
        f"'globalSecondaryIndexes.1.member.keySchema.1.member.attributeName' {TOO_LONG} 255",
        GlobalSecondaryIndexes=[index("wide", LONG)],
    ),
    create(
        "an empty index key name",
        f"{DETECTED}Value '' at "
        "'localSecondaryIndexes.1.member.keySchema.2.member.attributeName' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1",
        **PAIR,
        LocalSecondaryIndexes=[index("here", "a", "")],
    ),
]

INDEXES = [
    create(
        "12 an undefined key of a global index, told with the defined one",
        f"{UNDEFINED}Keys: [a, c], AttributeDefinitions: [a]",
        GlobalSecondaryIndexes=[index("wide", "a", "c"), index("wider", "d")],
    ),
    wide("13 same names in a global index key", SAME_NAME, "b", "b"),
    local("13 first not HASH, second not RANGE", FIRST_NOT_HASH, "a RANGE", "b HASH"),
    create(
        "19 INCLUDE of nothing in a local index",
        INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        **PAIR,
        LocalSecondaryIndexes=[index("here", "a", "b", projection={"ProjectionType": "INCLUDE"})],
    ),
    create(
        "17 no projection type in a local index",
        NO_TYPE,
        **PAIR,
        LocalSecondaryIndexes=[index("here", "a", "b", projection={})],
    ),
    Fact(
        "21 a number among the projected names",
        "CreateTable",
        create(
            "",
            "",
            GlobalSecondaryIndexes=[
                index(
                    "wide", "a", projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": [5]}
                )
            ],
        ).request,
        "SerializationException",
        "NUMBER_VALUE cannot be converted to String",
    ),
    create(
        "22 two global indexes alike",
        TWICE,
        GlobalSecondaryIndexes=[index("wide", "a"), index("wide", "a")],
    ),
    create(
        "22 two global indexes of one name",
        TWICE,
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("wide", "a"), index("wide", "b")],
    ),
    create(
        "twenty-one projected names in one index",
        f"{DETECTED}Value '[{', '.join(f'x{n}' for n in range(21))}]' at "
        f"'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' {TOO_LONG} 20",
        GlobalSecondaryIndexes=[
            index(
                "wide",
                "a",
                projection={
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": [f"x{n}" for n in range(21)],
                },
            )
        ],
    ),
    create(
        "a projected name of 256 characters",
        f"{DETECTED}Value '{LONG}' at "
        "'globalSecondaryIndexes.1.member.projection.nonKeyAttributes.1.member' "
        f"{TOO_LONG} 255",
        GlobalSecondaryIndexes=[
            index("wide", "a", projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": [LONG]})
        ],
    ),
    create(
        "the same projected names in six indexes count each time",
        INVALID + "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100",
        source=PEER,
        **PAIR,
        LocalSecondaryIndexes=[
            index(
                f"here{n}",
                "a",
                "b",
                projection={
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": [f"x{m}" for m in range(20)],
                },
            )
            for n in range(5)
        ],
        GlobalSecondaryIndexes=[
            index("wide", "a", projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x1"]})
        ],
    ),
    *(
        create(
            f"an index name of {len(name)} characters",
            f"{DETECTED}Value '{name}' at 'globalSecondaryIndexes.1.member.indexName' failed to "
            f"satisfy constraint: Member must have length {bound}",
            GlobalSecondaryIndexes=[index(name, "a")],
        )
        for name, bound in (
            ("ix", "greater than or equal to 3"),
            ("x" * 256, "less than or equal to 255"),
        )
    ),
    wide(
        "RANGE before HASH in a global index key",
        INVALID + "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        "r RANGE",
        "h HASH",
    ),
    wide(
        "a name twice as HASH in a global index key",
        INVALID + "The KeySchema contains multiple key attributes with the same name",
        "h HASH",
        "h HASH",
        "r RANGE",
    ),
    local("a local index of two HASH", SECOND_NOT_RANGE, "a HASH", "b HASH"),
]

# Two faults in one request: the one that is checked first is told.
ORDER = [
    create(
        "order: the length of the name before the model",
        "TableName must be at least 3 characters long and at most 255 characters long",
        TableName="ab",
        AttributeDefinitions=definitions("a", kind="SS"),
    ),
    create(
        "order: the model before the billing mode",
        f"{DETECTED}Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [B, N, S]",
        AttributeDefinitions=definitions("a", kind="SS"),
        ProvisionedThroughput=UNITS,
    ),
    create(
        "order: the billing mode before the bounds of units",
        ON_DEMAND_UNITS,
        ProvisionedThroughput={"ReadCapacityUnits": BEYOND, "WriteCapacityUnits": BEYOND},
    ),
    create(
        "order: the bounds of units before definitions",
        f"Given value {BEYOND} for WriteCapacityUnits is out of bounds",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": BEYOND},
        AttributeDefinitions=[],
    ),
    create(
        "order: definitions before the key schema",
        f"{UNDEFINED}Keys: [a], AttributeDefinitions: [b]",
        AttributeDefinitions=definitions("b"),
        KeySchema=keys("a RANGE"),
    ),
    create(
        "order: the key schema before empty lists of indexes",
        FIRST_NOT_HASH,
        KeySchema=keys("a RANGE"),
        LocalSecondaryIndexes=[],
    ),
    create(
        "order: empty lists before every index",
        INVALID + "List of GlobalSecondaryIndexes is empty",
        **PAIR,
        LocalSecondaryIndexes=[NO_LOCAL_RANGE],
        GlobalSecondaryIndexes=[],
    ),
    create(
        "order: local indexes before global ones",
        NO_RANGE,
        **PAIR,
        LocalSecondaryIndexes=[NO_LOCAL_RANGE],
        GlobalSecondaryIndexes=[UNTYPED],
    ),
    create(
        "order: global indexes before names of both kinds",
        NO_TYPE,
        **PAIR,
        LocalSecondaryIndexes=[index("wide", "a", "b")],
        GlobalSecondaryIndexes=[UNTYPED],
    ),
    create(
        "order: names of both kinds before unused definitions",
        TWICE,
        AttributeDefinitions=definitions("a", "b", "c"),
        KeySchema=keys("a", "b"),
        LocalSecondaryIndexes=[index("wide", "a", "b")],
        GlobalSecondaryIndexes=[index("wide", "b")],
    ),
    create(
        "order: unused definitions before the stream",
        UNUSED,
        AttributeDefinitions=definitions("a", "b"),
        StreamSpecification=STREAM,
    ),
    create(
        "order: on-demand maxima, their mode before their range",
        INVALID + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table "
        "BillingMode is PROVISIONED.",
        **maximum(-1, provisioned=True),
    ),
    create(
        "order: the stream before the name that is taken",
        NO_VIEW,
        TableName=TAKEN,
        StreamSpecification=STREAM,
    ),
    create(
        "order: on-demand maxima before the name that is taken",
        INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        TableName=TAKEN,
        **maximum(0),
    ),
]

TAGS = [
    tag(
        "36 a tag key of 129 characters",
        f"The Tag Key provided is invalid, Key: {'k' * 129}",
        {"Key": "k" * 129, "Value": ""},
    ),
    tag(
        "36 a tag value of 257 characters",
        f"The Tag Value provided is invalid, Value: {'v' * 257}",
        {"Key": "k", "Value": "v" * 257},
    ),
    tag(
        "36 a tag value with a bad character",
        "The Tag Value provided is invalid, Value: <b>",
        {"Key": "k", "Value": "<b>"},
    ),
    tag(
        "36 a tag key of AWS's own",
        "Tag Key cannot be prefixed with aws:, Key: aws:x",
        {"Key": "aws:x", "Value": ""},
    ),
    tag(
        "36 a tag key twice",
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found k",
        GOOD,
        GOOD,
    ),
]

POLICIES = [
    create(
        "a resource policy of 20481 bytes, white space included",
        INVALID + "Maximum policy size of 20480 bytes exceeded",
        ResourcePolicy="{" + " " * 20_475 + "\u00e4\u00e4}",
    ),
]

FACTS = [*CAPACITY, *KEYS, *INDEXES, *ORDER, *TAGS, *POLICIES]
