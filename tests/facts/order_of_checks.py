"""Requests with two faults: the service names the one that it looks for first.

A chain is the order of one operation. Each of its steps is a fact, and so is each two of them in
one request, where the faults can stand beside each other. Source: facts, Order of checks.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

from tests.facts.fact import AWS_CAPTURED, INVALID, VALIDATION, Fact
from tests.facts.items import (
    EMPTY_VALUE,
    ENVELOPE,
    INDEX_TYPE,
    INSIDE_KEY,
    MISSING_TABLE,
    MIX,
    NO_FIT,
    TOO_LARGE,
)
from tests.facts.query import GLOBAL_KEY, KEY_FILTER, OUTSIDE, SCALARS, START, is_

GONE, FAILED = "ResourceNotFoundException", "ConditionalCheckFailedException"
CONDITION_FAILED = "The conditional request failed"
SYNTAX = 'Invalid {}: Syntax error; token: "<EOF>", near: "a"'
UPDATE_SYNTAX = 'Invalid UpdateExpression: Syntax error; token: "a", near: "a"'
PROJECTION_SYNTAX = 'Invalid ProjectionExpression: Syntax error; token: "b", near: "a b"'
ONLY = "can only be specified when using expressions"
EMPTY_EXPRESSION = "Invalid {}: The expression can not be empty;"
MALFORMED = INVALID + "Value must be provided when Exists is null for Attribute: a"
ARGUMENTS = INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator"
TWICE = INVALID + "Duplicate value in attribute name: a"
SPECIFIC = (
    "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
    "SPECIFIC_ATTRIBUTES"
)
NO_INDEX = "The table does not have the specified index: absent"
NO_FILTER: dict[str, Any] = {"a": {"ComparisonOperator": "EQ"}}


class Step(NamedTuple):
    """One fault. members: what it adds to a good request (inside Item and Key, to these; None
    takes a member out). alone: members beside which it is none.
    """

    name: str
    message: str
    members: dict[str, Any]
    alone: tuple[str, ...] = ()
    code: str = VALIDATION


def chain(operation: str, base: dict[str, Any], *steps: Step, label: str = "") -> list[Fact]:
    """The facts of an operation's order, named "Operation: one" and "Operation: one | other"."""
    start = f"{operation}{label}: "
    facts = [_fact(start + step.name, operation, base, step) for step in steps]
    for first, second in combinations(steps, 2):
        if _beside(first, second):
            facts.append(
                _fact(f"{start}{first.name} | {second.name}", operation, base, first, second)
            )
    return facts


def _fact(name: str, operation: str, base: dict[str, Any], *steps: Step) -> Fact:
    request = dict(base)
    for step in reversed(steps):
        for member, given in step.members.items():
            inner = member in ("Item", "Key")
            request[member] = {**request[member], **given} if inner else given
    request = {member: given for member, given in request.items() if given is not None}
    return Fact(name, operation, request, steps[0].code, steps[0].message, AWS_CAPTURED)


def _beside(first: Step, second: Step) -> bool:
    """Whether both faults can be in one request."""
    if set(first.alone) & second.members.keys() or set(second.alone) & first.members.keys():
        return False
    for member in first.members.keys() & second.members.keys():
        if member not in ("Item", "Key"):
            return False
        if first.members[member].keys() & second.members[member].keys():
            return False
    return True


MODEL = Step(
    "a violation of the model",
    f"{ENVELOPE}Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: "
    "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    {"ReturnConsumedCapacity": "x"},
)
A: dict[str, Any] = {"p": {"S": "a"}}
I: dict[str, Any] = {"pk": {"S": "order"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
NO_TABLE = Step("no table", MISSING_TABLE, {"TableName": "missing"}, code=GONE)
CONDITION = ("ConditionExpression",)
EXPRESSIONS = ("ConditionExpression", "UpdateExpression")
ALIAS = {"ExpressionAttributeNames": {"#a": "a"}}
CONSTANT = {"ExpressionAttributeValues": {":a": {"S": "a"}}}
BAD_EXPECTED = {"Expected": {"a": {}}}

PUT = chain(
    "PutItem",
    {"TableName": "indexed", "Item": I},
    Step(
        "a bad table name",
        f"{ENVELOPE}Value 'a;' at 'tableName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        {"TableName": "a;"},
    ),
    MODEL,
    Step(
        "a false NULL",
        ENVELOPE + INVALID + "Null attribute value types must have the value of true",
        {"Item": {"z": {"L": [{"NULL": False}]}}},
    ),
    Step("a bad value", EMPTY_VALUE, {"Item": {"v": {}}}),
    Step(
        "mixed styles, both broken",
        ENVELOPE + MIX.format(old="Expected", new="ConditionExpression"),
        {**BAD_EXPECTED, "ConditionExpression": "a"},
    ),
    Step("names alone", f"{ENVELOPE}ExpressionAttributeNames {ONLY}", ALIAS, CONDITION),
    Step("values alone", f"{ENVELOPE}ExpressionAttributeValues {ONLY}", CONSTANT, CONDITION),
    Step(
        "an empty condition",
        ENVELOPE + EMPTY_EXPRESSION.format("ConditionExpression"),
        {"ConditionExpression": ""},
    ),
    Step(
        "a condition's syntax",
        ENVELOPE + SYNTAX.format("ConditionExpression"),
        {"ConditionExpression": "a"},
    ),
    Step(
        "an unused name",
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}",
        {**ALIAS, "ConditionExpression": "attribute_exists(q)"},
    ),
    Step(
        "ReturnValues",
        ENVELOPE + "ReturnValues can only be ALL_OLD or NONE",
        {"ReturnValues": "ALL_NEW"},
    ),
    Step("a malformed Expected", ENVELOPE + MALFORMED, BAD_EXPECTED, CONDITION),
    Step("too large an item", TOO_LARGE, {"Item": {"b": {"S": "x" * 409_600}}}),
    NO_TABLE,
    Step(
        "a key of another type",
        INVALID + "Type mismatch for key pk expected: S actual: N",
        {"Item": {"pk": {"N": "1"}}},
    ),
    Step(
        "an index key of another type",
        INDEX_TYPE.format("gsiPk", "N", "gsi-inc"),
        {"Item": {"gsiPk": {"N": "1"}}},
    ),
    Step(
        "a false condition",
        CONDITION_FAILED,
        {"ConditionExpression": "attribute_exists(pk)"},
        code=FAILED,
    ),
)

BAD_UPDATE = {"AttributeUpdates": {"a": {"Action": "ADD", "Value": {"BOOL": True}}}}
NOT_ADDED = INVALID + "ADD action is not supported for the type BOOL"
UPDATE = chain(
    "UpdateItem",
    {"TableName": "indexed", "Key": I},
    MODEL,
    Step(
        "mixed styles, both broken",
        ENVELOPE + MIX.format(old="AttributeUpdates", new="UpdateExpression"),
        {**BAD_UPDATE, "UpdateExpression": "a"},
        CONDITION,
    ),
    Step("names alone", f"{ENVELOPE}ExpressionAttributeNames {ONLY}", ALIAS, EXPRESSIONS),
    Step("values alone", f"{ENVELOPE}ExpressionAttributeValues {ONLY}", CONSTANT, EXPRESSIONS),
    Step("a bad key value", EMPTY_VALUE, {"Key": {"pk": {}}}),
    Step("bad AttributeUpdates", NOT_ADDED, BAD_UPDATE, EXPRESSIONS),
    Step("a malformed Expected", ENVELOPE + MALFORMED, BAD_EXPECTED, EXPRESSIONS),
    Step("an update's syntax", ENVELOPE + UPDATE_SYNTAX, {"UpdateExpression": "a"}),
    Step(
        "a condition's syntax",
        ENVELOPE + SYNTAX.format("ConditionExpression"),
        {"ConditionExpression": "a"},
    ),
    NO_TABLE,
    Step("another key", NO_FIT, {"Key": {"q": {"S": "a"}}}),
    Step(
        "a key as target",
        INVALID + "Cannot update attribute pk. This attribute is part of the key",
        {"UpdateExpression": "REMOVE pk"},
    ),
    Step(
        "a path inside the key",
        SCALARS + "Key: pk",
        {"UpdateExpression": "REMOVE pk.a"},
    ),
    Step(
        "a false condition",
        CONDITION_FAILED,
        {"ConditionExpression": "attribute_exists(pk)"},
        code=FAILED,
    ),
    Step(
        "an update that cannot be applied",
        "The provided expression refers to an attribute that does not exist in the item",
        {"UpdateExpression": "SET a = b"},
    ),
)


def updating(name: str, message: str, expression: str, **values: Any) -> Fact:
    """An UpdateItem of ``indexed`` whose expression has two faults."""
    request = {
        "TableName": "indexed",
        "Key": I,
        "UpdateExpression": expression,
        "ExpressionAttributeValues": {f":{key}": value for key, value in values.items()},
    }
    return Fact(f"UpdateItem: {name}", "UpdateItem", request, VALIDATION, message, AWS_CAPTURED)


TARGETS = [
    updating(
        "a key as target | an index key of another type",
        INVALID + "Cannot update attribute pk. This attribute is part of the key",
        "SET gsiPk = :n, pk = :s",
        n={"N": "1"},
        s={"S": "a"},
    ),
    updating(
        "a key as target | a path inside the key",
        INVALID + "Cannot update attribute sk. This attribute is part of the key",
        "SET pk.a = :s, sk = :s",
        s={"S": "a"},
    ),
    updating(
        "an index key of another type | a path inside the key",
        INDEX_TYPE.format("gsiPk", "N", "gsi-inc"),
        "SET pk.a = :n, gsiPk = :n",
        n={"N": "1"},
    ),
    updating(
        "an update that cannot be applied | too large a result",
        "The provided expression refers to an attribute that does not exist in the item",
        "SET a = :s, b = c, d = :s",
        s={"S": "x" * 210_000},
    ),
]

DELETE = chain(
    "DeleteItem",
    {"TableName": "hash_s", "Key": A},
    MODEL,
    Step(
        "mixed styles, both broken",
        MIX.format(old="Expected", new="ConditionExpression"),
        {**BAD_EXPECTED, "ConditionExpression": "a"},
    ),
    Step("names alone", f"ExpressionAttributeNames {ONLY}", ALIAS, CONDITION),
    Step(
        "values alone",
        f"ExpressionAttributeValues {ONLY}: ConditionExpression is null",
        CONSTANT,
        CONDITION,
    ),
    Step("a bad key value", EMPTY_VALUE, {"Key": {"p": {}}}),
    Step("a malformed Expected", MALFORMED, BAD_EXPECTED, CONDITION),
    Step(
        "a condition's syntax",
        SYNTAX.format("ConditionExpression"),
        {"ConditionExpression": "a"},
    ),
    NO_TABLE,
    Step("another key", NO_FIT, {"Key": {"q": {"S": "a"}}}),
    Step(
        "a false condition",
        CONDITION_FAILED,
        {"ConditionExpression": "attribute_exists(z)"},
        code=FAILED,
    ),
)

GET = chain(
    "GetItem",
    {"TableName": "hash_s", "Key": A},
    MODEL,
    Step(
        "mixed styles, both broken",
        MIX.format(old="AttributesToGet", new="ProjectionExpression"),
        {"AttributesToGet": ["a", "a"], "ProjectionExpression": "a b"},
    ),
    Step(
        "names alone",
        f"ExpressionAttributeNames {ONLY}",
        ALIAS,
        ("ProjectionExpression",),
    ),
    Step("a bad key value", EMPTY_VALUE, {"Key": {"p": {}}}),
    Step("a name twice", TWICE, {"AttributesToGet": ["a", "a"]}, ("ProjectionExpression",)),
    Step("a projection's syntax", PROJECTION_SYNTAX, {"ProjectionExpression": "a b"}),
    NO_TABLE,
    Step("another key", NO_FIT, {"Key": {"q": {"S": "a"}}}),
    Step("a path inside the key", INSIDE_KEY, {"ProjectionExpression": "p.q"}),
)

BAD_START = Step(
    "a bad start value", f"{START}: {EMPTY_VALUE}", {"ExclusiveStartKey": {"p": {}, "s": {"S": ""}}}
)
SHORT_START = Step("a start key of one attribute", START, {"ExclusiveStartKey": {"p": {"S": "a"}}})
EXPRESSION_MEMBERS = ("FilterExpression", "ProjectionExpression")
OLD_QUERY = chain(
    "Query",
    {"TableName": "scores", "KeyConditions": {"p": is_({"S": "a"})}},
    MODEL,
    Step(
        "mixed styles, both broken",
        MIX.format(old="QueryFilter", new="FilterExpression"),
        {"QueryFilter": NO_FILTER, "FilterExpression": "a"},
    ),
    Step("names alone", f"ExpressionAttributeNames {ONLY}", ALIAS, EXPRESSION_MEMBERS),
    Step(
        "values alone",
        f"ExpressionAttributeValues {ONLY}: FilterExpression and KeyConditionExpression are null",
        CONSTANT,
        EXPRESSION_MEMBERS,
    ),
    Step("a bad QueryFilter", ARGUMENTS, {"QueryFilter": NO_FILTER}, EXPRESSION_MEMBERS),
    Step("a name twice", TWICE, {"AttributesToGet": ["a", "a"]}, (*EXPRESSION_MEMBERS, "Select")),
    BAD_START,
    Step(
        "no key condition",
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.",
        {"KeyConditions": None},
    ),
    Step(
        "a filter's syntax",
        SYNTAX.format("FilterExpression"),
        {"FilterExpression": "a"},
        ("QueryFilter", "AttributesToGet"),
    ),
    Step(
        "a key condition without argument",
        ARGUMENTS,
        {"KeyConditions": {name: {"ComparisonOperator": "EQ"} for name in "psx"}},
    ),
    Step(
        "three key conditions",
        "Conditions can be of length 1 or 2 only",
        {"KeyConditions": {name: is_({"S": "a"}) for name in "psx"}},
    ),
    Step("Select", ENVELOPE + SPECIFIC, {"Select": "SPECIFIC_ATTRIBUTES"}),
    Step("no table", MISSING_TABLE, {"TableName": "missing"}, code=GONE),
    Step("no index", NO_INDEX, {"IndexName": "absent"}),
    SHORT_START,
    label=" by KeyConditions",
)

P = {":p": {"S": "a"}}
KEYS = ("KeyConditionExpression", "ExpressionAttributeValues")
NEW_QUERY = chain(
    "Query",
    {
        "TableName": "scores",
        "KeyConditionExpression": "city = :p",
        "ExpressionAttributeValues": P,
        "IndexName": "by_city",
    },
    MODEL,
    Step(
        "a key condition's syntax",
        SYNTAX.format("KeyConditionExpression"),
        {"KeyConditionExpression": "a"},
    ),
    Step("Select", ENVELOPE + SPECIFIC, {"Select": "SPECIFIC_ATTRIBUTES"}, EXPRESSION_MEMBERS),
    Step("no table", MISSING_TABLE, {"TableName": "missing"}, code=GONE),
    Step("no index", NO_INDEX, {"IndexName": "absent"}),
    Step(
        "a consistent read of a global index",
        "Consistent reads are not supported on global secondary indexes",
        {"ConsistentRead": True},
    ),
    SHORT_START,
    Step(
        "a start key with another hash key type",
        NO_FIT,
        {"ExclusiveStartKey": {**GLOBAL_KEY, "city": {"N": "1"}}},
    ),
    Step(
        "another key condition",
        "Query condition missed key schema element: city",
        {"KeyConditionExpression": "q = :p"},
    ),
    Step(
        "a start key with another table key type",
        f"{START}: {NO_FIT}",
        {"ExclusiveStartKey": {**GLOBAL_KEY, "city": {"S": "zz"}, "s": {"N": "1"}}},
    ),
    Step("a start outside", OUTSIDE, {"ExclusiveStartKey": GLOBAL_KEY}),
    Step(
        "a projection inside a key",
        SCALARS + "Key: s",
        {"ProjectionExpression": "s.a"},
    ),
    Step("a filter on a key", KEY_FILTER + "city", {"FilterExpression": "city = :p"}),
    Step(
        "all attributes of the index",
        INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index by_city "
        "because its projection type is not ALL",
        {"Select": "ALL_ATTRIBUTES"},
        ("ProjectionExpression",),
    ),
    Step(
        "a filter inside a key",
        SCALARS + "Key: s",
        {"FilterExpression": "s.a = :p"},
    ),
    label=" by KeyConditionExpression",
)

SCAN = chain(
    "Scan",
    {"TableName": "scores"},
    MODEL,
    Step(
        "mixed styles, both broken",
        MIX.format(old="AttributesToGet, ScanFilter", new="FilterExpression"),
        {"AttributesToGet": ["a", "a"], "ScanFilter": NO_FILTER, "FilterExpression": "a"},
    ),
    Step("names alone", f"ExpressionAttributeNames {ONLY}", ALIAS, EXPRESSION_MEMBERS),
    Step(
        "values alone",
        f"ExpressionAttributeValues {ONLY}: FilterExpression is null",
        CONSTANT,
        EXPRESSION_MEMBERS,
    ),
    Step("a name twice", TWICE, {"AttributesToGet": ["a", "a"]}, (*EXPRESSION_MEMBERS, "Select")),
    Step("a bad ScanFilter", ARGUMENTS, {"ScanFilter": NO_FILTER}, EXPRESSION_MEMBERS),
    BAD_START,
    Step(
        "Segment without TotalSegments",
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present",
        {"Segment": 0},
    ),
    Step(
        "a filter's syntax",
        SYNTAX.format("FilterExpression"),
        {"FilterExpression": "a"},
        ("ScanFilter", "AttributesToGet"),
    ),
    Step("Select", SPECIFIC, {"Select": "SPECIFIC_ATTRIBUTES"}),
    NO_TABLE,
    Step("no index", NO_INDEX, {"IndexName": "absent"}),
    SHORT_START,
)


def batch(
    operation: str, name: str, message: str, tables: dict[str, Any], code: str = VALIDATION
) -> Fact:
    """A batch of two faults."""
    start = operation.removesuffix("Item")
    request = {"RequestItems": tables}
    return Fact(f"{start}: {name}", operation, request, code, message, AWS_CAPTURED)


def gets(name: str, message: str, code: str = VALIDATION, **tables: Any) -> Fact:
    """A BatchGetItem. tables: a block each, with the key ``A`` where it names no keys."""
    blocks = {table: {"Keys": [A], **block} for table, block in tables.items()}
    return batch("BatchGetItem", name, message, blocks, code)


def writes(name: str, message: str, code: str = VALIDATION, **tables: list[Any]) -> Fact:
    """A BatchWriteItem."""
    return batch("BatchWriteItem", name, message, tables, code)


def put(**item: Any) -> dict[str, Any]:
    """A put of a batch."""
    return {"PutRequest": {"Item": item}}


S: dict[str, Any] = {"S": "a"}
BATCHES = [
    gets(
        "mixed styles of two tables | a name twice",
        MIX.format(old="AttributesToGet", new="ProjectionExpression"),
        hash_s={"AttributesToGet": ["a", "a"]},
        words={"ProjectionExpression": "a b"},
    ),
    gets(
        "a name twice | a bad key value",
        TWICE,
        missing={"AttributesToGet": ["a", "a"], "Keys": [{"p": {}}]},
    ),
    gets(
        "a projection's syntax | a bad key value",
        PROJECTION_SYNTAX,
        missing={"ProjectionExpression": "a b", "Keys": [{"p": {}}]},
    ),
    gets("a bad key value | a key twice", EMPTY_VALUE, missing={"Keys": [A, A, {"p": {}}]}),
    gets(
        "a key twice | more than 100 keys",
        "Provided list of item keys contains duplicates",
        missing={"Keys": [{"p": {"S": str(number)}} for number in range(60)]},
        words={"Keys": [*({"p": {"S": str(number)}} for number in range(40)), A, A]},
    ),
    gets(
        "more than 100 keys | no table",
        "Too many items requested for the BatchGetItem call",
        missing={"Keys": [{"p": {"S": str(number)}} for number in range(60)]},
        words={"Keys": [{"p": {"S": str(number)}} for number in range(41)]},
    ),
    gets("one table of two", MISSING_TABLE, GONE, hash_s={}, missing={}),
    gets("no table | another key", MISSING_TABLE, GONE, missing={"Keys": [{"q": S}]}),
    writes(
        "neither put nor delete | no table",
        "Supplied AttributeValue has more than one datatypes set, "
        "must contain exactly one of the supported datatypes",
        missing=[{}],
    ),
    writes(
        "a bad value | too large an item",
        EMPTY_VALUE,
        missing=[put(p=S, b={"S": "x" * 409_600}), put(p={})],
    ),
    writes("too large an item | no table", TOO_LARGE, missing=[put(p=S, b={"S": "x" * 409_600})]),
    writes("no table | another key", MISSING_TABLE, GONE, missing=[put(q=S)]),
    writes("another key | a key twice", NO_FIT, hash_s=[put(p=S), put(p=S), put(q=S)]),
    writes("a missing key", NO_FIT, hash_s=[put(q=S)]),
    writes("a key of another type", NO_FIT, hash_s=[put(p={"N": "1"})]),
]

FACTS = [*BATCHES, *PUT, *UPDATE, *TARGETS, *DELETE, *GET, *OLD_QUERY, *NEW_QUERY, *SCAN]
