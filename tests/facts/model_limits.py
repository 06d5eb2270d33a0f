"""The model's limits: names of tables and indexes, numbers, lists, batches, attribute names.

Source: facts, TableName and IndexName; facts, Numbers and lists per operation.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import DOCS, INVALID, Fact, refused
from tests.facts.model_faults import (
    FAILED,
    GLOBAL,
    KEYED,
    LOCAL,
    NO_TABLE,
    PATTERN,
    PUT,
    SHORT_INDEX,
    T,
    breaking,
    broken,
    length,
    made,
    missing,
    value,
)
from tests.facts.tables import definitions, index, keys

GONE = "ResourceNotFoundException"
NOT_FOUND = "Requested resource not found"
BOUNDS = "TableName must be at least 3 characters long and at most 255 characters long"
ITEM_OPERATIONS: dict[str, dict[str, Any]] = {
    "PutItem": PUT,
    "GetItem": KEYED,
    "UpdateItem": KEYED,
    "DeleteItem": KEYED,
    "Query": {
        **T,
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    },
    "Scan": T,
}
TABLE_OPERATIONS = ("DescribeTable", "DeleteTable", "UpdateTable")
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}


def named(operation: str, name: str | None) -> dict[str, Any]:
    """A good request of the operation for a table of this name; None: without a name."""
    request = dict(ITEM_OPERATIONS.get(operation, {}))
    if operation == "UpdateTable":
        request = {"ProvisionedThroughput": UNITS}
    request.pop("TableName", None)
    return request if name is None else {**request, "TableName": name}


def of_name(operation: str, about: str, name: str | None, text: str) -> Fact:
    """A refusal for a table's name."""
    return refused(f"{operation}: {about}", operation, named(operation, name), text)


def one(violation: str) -> str:
    """The text of a single violation."""
    return f"1 validation error detected: {violation}"


NAMES = [
    *(
        of_name(operation, about, name, one(violation))
        for operation in ITEM_OPERATIONS
        for about, name, violation in (
            ("no table name", None, NO_TABLE),
            ("an empty table name", "", breaking("", "tableName", length(1, least=True))),
            ("bad characters in a table name", "a;", breaking("a;", "tableName", PATTERN)),
            (
                "a table name of 1025 characters",
                "a" * 1025,
                breaking("a" * 1025, "tableName", length(1024, least=False)),
            ),
        )
    ),
    *(
        Fact(
            f"{operation}: a table of {len(name)} characters",
            operation,
            named(operation, name),
            GONE,
            NOT_FOUND,
        )
        for operation in ITEM_OPERATIONS
        for name in ("a", "ab", "a" * 256)
    ),
    *(
        of_name(operation, about, name, text)
        for operation in TABLE_OPERATIONS
        for about, name, text in (
            (
                "no table name",
                None,
                "The parameter 'TableName' is required but was not present in the request",
            ),
            ("an empty table name", "", BOUNDS),
            ("two characters as a table name", "ab", BOUNDS),
            ("256 characters as a table name", "a" * 256, BOUNDS),
            ("a short table name of bad characters", ";", BOUNDS),
            (
                "bad characters in a table name",
                "abc;",
                one(breaking("abc;", "tableName", PATTERN)),
            ),
        )
    ),
    *(
        broken(
            f"{operation}: an index name of 256 characters",
            operation,
            {**ITEM_OPERATIONS[operation], "IndexName": "h" * 256},
            breaking("h" * 256, "indexName", length(255, least=False)),
        )
        for operation in ("Query", "Scan")
    ),
    broken(
        "Query: a short index name of bad characters",
        "Query",
        {**ITEM_OPERATIONS["Query"], "IndexName": "h;"},
        *SHORT_INDEX,
    ),
    broken(
        "a start of the list of tables beyond 255 characters",
        "ListTables",
        {"ExclusiveStartTableName": "a" * 256},
        breaking("a" * 256, "exclusiveStartTableName", length(255, least=False)),
    ),
    broken(
        "101 tables on a page",
        "ListTables",
        {"Limit": 101},
        breaking("101", "limit", value(100, least=False)),
    ),
]

NUMBERS = [
    refused(
        "Query: a limit of 0",
        "Query",
        {**ITEM_OPERATIONS["Query"], "Limit": 0},
        one(f"Value at 'Limit' {FAILED} {value(1, least=True)}"),
    ),
    *(
        broken(f"Scan: {member} {given}", "Scan", {**T, member: given}, violation)
        for member, given, violation in (
            ("Limit", 0, breaking("0", "limit", value(1, least=True))),
            ("Segment", -1, breaking("-1", "segment", value(0, least=True))),
            ("Segment", 1_000_000, breaking("1000000", "segment", value(999_999, least=False))),
            ("TotalSegments", 0, breaking("0", "totalSegments", value(1, least=True))),
            (
                "TotalSegments",
                1_000_001,
                breaking("1000001", "totalSegments", value(1_000_000, least=False)),
            ),
        )
    ),
    *(
        broken(
            f"{operation}: {len(names)} AttributesToGet",
            operation,
            {**ITEM_OPERATIONS[operation], "AttributesToGet": names},
            breaking(f"[{', '.join(names)}]", "attributesToGet", rule),
        )
        for operation in ("GetItem", "Query", "Scan")
        for names, rule in (
            ([], length(1, least=True)),
            ([f"a{n}" for n in range(256)], length(255, least=False)),
        )
    ),
    *(
        made(
            f"{member} of 0",
            breaking("0", f"provisionedThroughput.{path}", value(1, least=True)),
            ProvisionedThroughput={**UNITS, member: 0},
        )
        for member, path in (
            ("ReadCapacityUnits", "readCapacityUnits"),
            ("WriteCapacityUnits", "writeCapacityUnits"),
        )
    ),
]


def numbered(count: int) -> list[Any]:
    """So many different keys."""
    return [{"p": {"S": str(number)}} for number in range(count)]


BATCHES = [
    *(
        broken(f"{operation}: no RequestItems", operation, {}, missing("requestItems"))
        for operation in ("BatchGetItem", "BatchWriteItem")
    ),
    *(
        refused(
            f"{operation}: empty RequestItems",
            operation,
            {"RequestItems": {}},
            f"The requestItems parameter is required for {operation}",
        )
        for operation in ("BatchGetItem", "BatchWriteItem")
    ),
    broken(
        "a batch without keys",
        "BatchGetItem",
        {"RequestItems": {"abc": {}}},
        missing("requestItems.abc.member.keys"),
    ),
    refused(
        "a batch of no keys",
        "BatchGetItem",
        {"RequestItems": {"abc": {"Keys": []}}},
        one(f"Value at 'requestItems.abc.member.keys' {FAILED} {length(1, least=True)}"),
    ),
    refused(
        "a batch of 101 keys",
        "BatchGetItem",
        {"RequestItems": {"abc": {"Keys": numbered(101)}}},
        one(f"Value at 'RequestItems.abc.member.Keys' {FAILED} {length(100, least=False)}"),
    ),
    refused(
        "a batch of 101 keys of two tables",
        "BatchGetItem",
        {"RequestItems": {"abc": {"Keys": numbered(60)}, "abd": {"Keys": numbered(41)}}},
        "Too many items requested for the BatchGetItem call",
    ),
    refused(
        "a batch of no writes",
        "BatchWriteItem",
        {"RequestItems": {"abc": []}},
        one(f"Value at 'requestItems.abc.member' {FAILED} {length(1, least=True)}"),
    ),
    *(
        broken(
            f"{operation}: no actions",
            operation,
            {"TransactItems": []},
            breaking("[]", "transactItems", length(1, least=True)),
        )
        for operation in ("TransactWriteItems", "TransactGetItems")
    ),
    broken(
        "a token of 37 characters",
        "TransactWriteItems",
        {"TransactItems": [{"Put": PUT}], "ClientRequestToken": "x" * 37},
        breaking("x" * 37, "clientRequestToken", length(36, least=False)),
        source=DOCS,
    ),
    broken(
        "an empty token",
        "TransactWriteItems",
        {"TransactItems": [{"Put": PUT}], "ClientRequestToken": ""},
        breaking("", "clientRequestToken", length(1, least=True)),
        source=DOCS,
    ),
    broken(
        "what a transaction shows of a failed condition",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": PUT},
                {"Delete": {**KEYED, "ReturnValuesOnConditionCheckFailure": "x"}},
            ]
        },
        "Value 'x' at 'transactItems.2.member.delete.returnValuesOnConditionCheckFailure' "
        f"{FAILED} Member must satisfy enum value set: [ALL_OLD, NONE]",
    ),
    broken(
        "a check of a transaction without condition",
        "TransactWriteItems",
        {"TransactItems": [{"ConditionCheck": KEYED}]},
        missing("transactItems.1.member.conditionCheck.conditionExpression"),
    ),
]

LONG = "k" * 256
OTHERS = [f"x{n}" for n in range(21)]


def projecting(*names: str) -> list[Any]:
    """A local index that projects these attributes."""
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}
    return [index("here", "a", "b", projection=projection)]


ATTRIBUTE_NAMES = [
    *(
        made(
            f"a key whose name has {len(name)} characters",
            breaking(name, "keySchema.1.member.attributeName", rule),
            KeySchema=[{"AttributeName": name, "KeyType": "HASH"}],
        )
        for name, rule in (("", length(1, least=True)), (LONG, length(255, least=False)))
    ),
    made(
        "a definition whose name has 256 characters",
        breaking(LONG, "attributeDefinitions.1.member.attributeName", length(255, least=False)),
        AttributeDefinitions=definitions(LONG),
    ),
    made(
        "an index key whose name has 256 characters",
        breaking(
            LONG, GLOBAL.format(1, "keySchema.1.member.attributeName"), length(255, least=False)
        ),
        GlobalSecondaryIndexes=[index("wide", LONG)],
    ),
    made(
        "a projected attribute whose name has 256 characters",
        breaking(
            LONG, LOCAL.format(1, "projection.nonKeyAttributes.1.member"), length(255, least=False)
        ),
        LocalSecondaryIndexes=projecting(LONG),
    ),
    made(
        "21 projected attributes of an index",
        breaking(
            f"[{', '.join(OTHERS)}]",
            LOCAL.format(1, "projection.nonKeyAttributes"),
            length(20, least=False),
        ),
        LocalSecondaryIndexes=projecting(*OTHERS),
        source=DOCS,
    ),
    made(
        "no projected attributes in the list",
        breaking("[]", LOCAL.format(1, "projection.nonKeyAttributes"), length(1, least=True)),
        LocalSecondaryIndexes=projecting(),
        source=DOCS,
    ),
    made(
        "no keys in the schema",
        breaking("[]", "keySchema", length(1, least=True)),
        KeySchema=keys(),
        source=DOCS,
    ),
]

WIDE = "n" * 65_536
TOO_WIDE = INVALID + "Attribute name is too large, must be less than or equal to 65535 bytes"
OF_NAMES = "ExpressionAttributeNames contains invalid value: {} for key #a"
VALUE = {":v": {"S": "v"}}


def places(name: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Where an attribute's name may stand: place, operation, form of the text, request."""
    names = {"ExpressionAttributeNames": {"#a": name}, "ExpressionAttributeValues": VALUE}
    updates = {name: {"Value": {"S": "v"}}}
    return [
        ("an item", "PutItem", "{}", {**T, "Item": {name: {"S": "v"}}}),
        ("a map", "PutItem", "{}", {**T, "Item": {"m": {"M": {name: {"S": "v"}}}}}),
        ("AttributeUpdates", "UpdateItem", "{}", {**KEYED, "AttributeUpdates": updates}),
        (
            "an update's names",
            "UpdateItem",
            OF_NAMES,
            {**KEYED, "UpdateExpression": "SET #a = :v", **names},
        ),
        ("a filter's names", "Scan", OF_NAMES, {**T, "FilterExpression": "#a = :v", **names}),
        (
            "a ScanFilter",
            "Scan",
            "{}",
            {**T, "ScanFilter": {name: {"ComparisonOperator": "NULL"}}},
        ),
    ]


NAME_FAULTS = [
    refused(f"{where}: {about}", operation, request, form.format(text))
    for about, name, text in (
        ("an empty attribute name", "", "Empty attribute name"),
        ("an attribute name of 65536 bytes", WIDE, TOO_WIDE),
        ("an attribute name of 65536 bytes in fewer characters", "\u00f1" * 32_768, TOO_WIDE),
    )
    for where, operation, form, request in places(name)
]

FACTS = [*NAME_FAULTS, *NAMES, *NUMBERS, *BATCHES, *ATTRIBUTE_NAMES]
