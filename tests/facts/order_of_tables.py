"""CreateTable's own checks behind the model, in the order in which they are made.

Source: facts, CreateTable coherence texts.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, Fact, refused
from tests.facts.items import ENVELOPE
from tests.facts.order_of_checks import Step, chain
from tests.facts.tables import (
    BEYOND,
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
)

LOCAL, GLOBAL = "LocalSecondaryIndexes", "GlobalSecondaryIndexes"
BILLING = ("BillingMode", "ProvisionedThroughput")
BASE: dict[str, Any] = create(
    "",
    "",
    AttributeDefinitions=definitions("a", "b"),
    KeySchema=keys("a", "b"),
    LocalSecondaryIndexes=[index("good", "a", "b")],
).request
BEYOND_UNITS = {"ReadCapacityUnits": BEYOND, "WriteCapacityUnits": BEYOND}
PROVISIONED: dict[str, Any] = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
BILLED = {**PROVISIONED, "ProvisionedThroughput": BEYOND_UNITS}


def local(name: str, message: str, *parts: str) -> Step:
    """A fault of a local index's key."""
    return Step(name, message, {LOCAL: [index("here", *parts)]}, ("KeySchema",))


def projected(name: str, message: str, **projection: Any) -> Step:
    """A fault of a global index's projection."""
    return Step(name, message, {GLOBAL: [index("wide", "b", projection=projection)]})


CREATE = chain(
    "CreateTable",
    BASE,
    Step(
        "no definitions at all",
        f"{ENVELOPE}Value null at 'attributeDefinitions' failed to satisfy constraint: "
        "Member must not be null",
        {"AttributeDefinitions": None},
    ),
    Step("on demand with units", ON_DEMAND_UNITS, {"ProvisionedThroughput": UNITS}, BILLING[:1]),
    Step(
        "provisioned without units",
        INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when "
        "BillingMode is PROVISIONED",
        {"BillingMode": None},
        BILLING[1:],
    ),
    Step(
        "units out of bounds",
        f"Given value {BEYOND} for ReadCapacityUnits is out of bounds",
        BILLED,
    ),
    Step("an empty list of definitions", MISSING_DEFINITION, {"AttributeDefinitions": []}),
    Step(
        "a key that is not defined",
        f"{UNDEFINED}Keys: [z], AttributeDefinitions: [a, b]",
        {"KeySchema": keys("z")},
    ),
    Step(
        "two keys of one name",
        SAME_NAME,
        {"KeySchema": keys("a", "a HASH")},
    ),
    Step("first not HASH", FIRST_NOT_HASH, {"KeySchema": keys("a RANGE", "b")}),
    Step("second not RANGE", SECOND_NOT_RANGE, {"KeySchema": keys("a", "b HASH")}),
    Step("an empty list of local indexes", INVALID + f"List of {LOCAL} is empty", {LOCAL: []}),
    Step("an empty list of global indexes", INVALID + f"List of {GLOBAL} is empty", {GLOBAL: []}),
    Step(
        "a local index without the table's range key",
        INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex",
        {"KeySchema": keys("a")},
        (LOCAL,),
    ),
    local(
        "an index key that is not defined",
        f"{UNDEFINED}Keys: [a, c], AttributeDefinitions: [a, b]",
        "a",
        "c",
    ),
    local("two index keys of one name", SAME_NAME, "a", "a"),
    local("first index key not HASH", FIRST_NOT_HASH, "a RANGE", "b"),
    local("second index key not RANGE", SECOND_NOT_RANGE, "a", "b HASH"),
    local(
        "a local index without range key",
        INVALID + "Index KeySchema does not have a range key for index: here",
        "a",
    ),
    local(
        "a local index with another hash key",
        INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for "
        "index: here. index hash key: b, table hash key: a",
        "b",
        "a",
    ),
    projected("a projection without type", INVALID + "Unknown ProjectionType: null"),
    *(
        projected(
            f"{kind} with names",
            INVALID + f"ProjectionType is {kind}, but NonKeyAttributes is specified",
            ProjectionType=kind,
            NonKeyAttributes=["x"],
        )
        for kind in ("ALL", "KEYS_ONLY")
    ),
    projected(
        "INCLUDE without names",
        INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ProjectionType="INCLUDE",
    ),
    Step(
        "six local indexes",
        INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        {LOCAL: [index(f"here{n}", "a", "b") for n in range(6)]},
        ("KeySchema", GLOBAL),
    ),
    Step(
        "one name of two local indexes",
        INVALID + "Duplicate index name: here",
        {LOCAL: [index("here", "a", "b"), index("here", "a", "b")]},
        ("KeySchema", GLOBAL),
    ),
    Step(
        "21 global indexes",
        INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        {GLOBAL: [index(f"wide{n}", "a") for n in range(21)]},
    ),
    Step(
        "units of an index on demand",
        INVALID + "ProvisionedThroughput should not be specified for index: wide when BillingMode "
        "is PAY_PER_REQUEST",
        {GLOBAL: [index("wide", "a", ProvisionedThroughput=UNITS)]},
        BILLING,
    ),
    Step(
        "one name of indexes of both kinds",
        INVALID + "Duplicate index name: good",
        {GLOBAL: [index("good", "b")]},
        (LOCAL,),
    ),
    Step(
        "the table exists",
        "Table already exists: taken",
        {"TableName": TAKEN},
        code="ResourceInUseException",
    ),
)

UNUSED = (
    INVALID + "Number of attributes in KeySchema does not exactly match number of attributes "
    "defined in AttributeDefinitions"
)
MAXIMUM = {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 5}
WITHOUT_INDEXES = chain(
    "CreateTable",
    create("", "").request,
    Step(
        "a definition that no key uses",
        UNUSED,
        {"AttributeDefinitions": definitions("a", "b")},
    ),
    Step(
        "on-demand maxima of a provisioned table",
        INVALID + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table "
        "BillingMode is PROVISIONED.",
        {**PROVISIONED, "OnDemandThroughput": MAXIMUM},
    ),
    Step(
        "an on-demand maximum below 1",
        INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of "
        "valid range",
        {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
    ),
    Step(
        "a table of this name",
        "Table already exists: taken",
        {"TableName": TAKEN},
        code="ResourceInUseException",
    ),
)
KEYS = [
    refused(f"CreateTable: {name}", "CreateTable", {**create("", "").request, **members}, text)
    for name, text, members in (
        (
            "two keys and one definition",
            MISSING_DEFINITION,
            {"KeySchema": keys("a", "b")},
        ),
        (
            "two keys alike and another definition",
            MISSING_DEFINITION,
            {"KeySchema": keys("a", "a"), "AttributeDefinitions": definitions("b")},
        ),
        (
            "one name of two local indexes | six local indexes",
            INVALID + "Duplicate index name: here0",
            {**BASE, LOCAL: [index(f"here{n % 5}", "a", "b") for n in range(6)]},
        ),
        (
            "one name of two global indexes | 21 global indexes",
            INVALID + "Duplicate index name: wide0",
            {GLOBAL: [index(f"wide{n % 20}", "a") for n in range(21)]},
        ),
        (
            "write units out of bounds",
            f"Given value {BEYOND} for WriteCapacityUnits is out of bounds",
            {**BILLED, "ProvisionedThroughput": {**BEYOND_UNITS, "ReadCapacityUnits": 1}},
        ),
        (
            "a write maximum of a provisioned table",
            INVALID + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when table "
            "BillingMode is PROVISIONED.",
            {**PROVISIONED, "OnDemandThroughput": {"MaxWriteRequestUnits": 5}},
        ),
    )
]

UNKNOWN = [
    Fact(
        f"{operation}: an unknown table",
        operation,
        {"TableName": "nowhere", **members},
        "ResourceNotFoundException",
        "Requested resource not found: Table: nowhere not found",
    )
    for operation, members in (
        ("DescribeTable", {}),
        ("DeleteTable", {}),
        ("UpdateTable", {"ProvisionedThroughput": UNITS}),
    )
]

FOREIGN = [
    Fact(
        f"CreateTable: a table of another {place}",
        "CreateTable",
        {**BASE, "TableName": arn},
        "AccessDeniedException",
        "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:CreateTable "
        f"on resource: {arn}",
    )
    for place, arn in (
        ("region", "arn:aws:dynamodb:eu-west-1:000000000000:table/made"),
        ("account", "arn:aws:dynamodb:us-east-1:111111111111:table/made"),
    )
]

FACTS = [*FOREIGN, *UNKNOWN, *CREATE, *WITHOUT_INDEXES, *KEYS]
