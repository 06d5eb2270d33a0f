"""What Query refuses, in the service's order of checks.

Source: facts, Order of checks (Query), ExclusiveStartKey, KeyConditionExpression, Query and Scan.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, DOCS, INVALID, PEER, Fact, refused

S1 = {":p": {"S": "a"}}
START = "The provided starting key is invalid"
NO_FIT = "The provided key element does not match the schema"
OUTSIDE = "The provided starting key is outside query boundaries based on provided conditions"
NOT_SUPPORTED = "Query key condition not supported"
NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
TYPE = INVALID + "Condition parameter type does not match schema type"
KEY_FILTER = (
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
)
SCALARS = (
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
)


def query(
    name: str,
    message: str,
    condition: str | None = "p = :p",
    values: dict[str, Any] | None = None,
    /,
    source: str = AWS_CAPTURED,
    **members: Any,
) -> Fact:
    """A Query of ``scores``; a name like "x | y" says what wins over what."""
    request: dict[str, Any] = {"TableName": "scores"}
    if condition is not None:
        request["KeyConditionExpression"] = condition
        request["ExpressionAttributeValues"] = {**S1, **(values or {})}
    elif values is not None:
        request["ExpressionAttributeValues"] = values
    return refused(name, "Query", {**request, **members}, message, source)


def is_(value: dict[str, Any], operator: str = "EQ") -> dict[str, Any]:
    """A legacy condition."""
    return {"ComparisonOperator": operator, "AttributeValueList": [value]}


KEY = {"p": {"S": "a"}, "s": {"S": "b"}}
LOCAL_KEY = {**KEY, "rank": {"N": "1"}}
GLOBAL_KEY = {**LOCAL_KEY, "city": {"S": "c"}}
BY_CITY: dict[str, Any] = {"IndexName": "by_city"}
CITY = ("city = :p",)

FACTS = [
    # Before the table.
    query(
        "mix",
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {KeyConditions} Expression parameters: "
        "{KeyConditionExpression}",
        KeyConditions={"p": is_({"S": "a"})},
    ),
    query(
        "no key condition",
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.",
        None,
    ),
    query("empty KeyConditions", "Conditions can be of length 1 or 2 only", None, KeyConditions={}),
    query(
        "three KeyConditions",
        "Conditions can be of length 1 or 2 only",
        None,
        KeyConditions={name: is_({"S": "a"}) for name in "psx"},
    ),
    query(
        "three conditions",
        "Conditions can be of length 1 or 2 only",
        "p = :p AND s = :p AND x = :p",
    ),
    query(
        "duplicates in AttributesToGet",
        INVALID + "Duplicate value in attribute name: a",
        None,
        KeyConditions={"p": is_({"S": "a"})},
        AttributesToGet=["a", "a"],
    ),
    query(
        "Limit 0",
        "1 validation error detected: Value at 'Limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
        Limit=0,
    ),
    query(
        "start key value without type",
        START + ": Supplied AttributeValue is empty, must contain exactly one of the supported "
        "datatypes",
        ExclusiveStartKey={"p": {}},
    ),
    query(
        "start key value with an empty string set",
        START + ": " + INVALID + "An string set  may not be empty",
        ExclusiveStartKey={"p": {"SS": []}},
    ),
    query(
        "start key value with an empty number set comes bare",
        INVALID + "An number set  may not be empty",
        ExclusiveStartKey={"p": {"NS": []}},
    ),
    query(
        "start key value with duplicates comes bare",
        INVALID + "Input collection [a, a] contains duplicates.",
        ExclusiveStartKey={"p": {"SS": ["a", "a"]}},
    ),
    query(
        "start key value with a bad number comes bare",
        "The parameter cannot be converted to a numeric value: b",
        ExclusiveStartKey={"p": {"N": "b"}},
    ),
    query(
        "start key value | no key condition",
        START + ": Supplied AttributeValue is empty, must contain exactly one of the supported "
        "datatypes",
        None,
        ExclusiveStartKey={"p": {}},
    ),
    query(
        "start key value | syntax of the key condition",
        START + ": Supplied AttributeValue is empty, must contain exactly one of the supported "
        "datatypes",
        "p = = :p",
        ExclusiveStartKey={"p": {}},
    ),
    query(
        "mix | start key value",
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {KeyConditions} Expression parameters: "
        "{KeyConditionExpression}",
        KeyConditions={"p": is_({"S": "a"})},
        ExclusiveStartKey={"p": {}},
    ),
    query(
        "no key condition | syntax of the filter",
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.",
        None,
        FilterExpression="a = = b",
    ),
    query(
        "SPECIFIC_ATTRIBUTES alone",
        "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression "
        "when choosing to get SPECIFIC_ATTRIBUTES",
        Select="SPECIFIC_ATTRIBUTES",
    ),
    query(
        "ALL_ATTRIBUTES with a projection",
        "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
        Select="ALL_ATTRIBUTES",
        ProjectionExpression="a",
    ),
    query(
        "ALL_PROJECTED_ATTRIBUTES with a projection",
        "Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES",
        Select="ALL_PROJECTED_ATTRIBUTES",
        ProjectionExpression="a",
    ),
    query(
        "COUNT with a projection",
        "Cannot specify the ProjectionExpression when choosing to get only the Count",
        Select="COUNT",
        ProjectionExpression="a",
    ),
    *(
        query(
            f"{select} with AttributesToGet",
            f"Cannot specify the AttributesToGet when choosing to get {select}",
            None,
            KeyConditions={"p": is_({"S": "a"})},
            Select=select,
            AttributesToGet=["a"],
        )
        for select in ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
    ),
    query(
        "COUNT with AttributesToGet",
        "Cannot specify the AttributesToGet when choosing to get only the Count",
        None,
        KeyConditions={"p": is_({"S": "a"})},
        Select="COUNT",
        AttributesToGet=["a"],
    ),
    query(
        "ALL_PROJECTED_ATTRIBUTES of a table",
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        Select="ALL_PROJECTED_ATTRIBUTES",
    ),
    # Table and index.
    Fact(
        "no table | no index",
        "Query",
        {
            "TableName": "absent",
            "IndexName": "absent",
            "KeyConditionExpression": "p = :p",
            "ExpressionAttributeValues": S1,
        },
        "ResourceNotFoundException",
        "Requested resource not found",
    ),
    query(
        "Select | no table",
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        TableName="absent",
        Select="ALL_PROJECTED_ATTRIBUTES",
    ),
    query(
        "no index",
        "The table does not have the specified index: absent",
        IndexName="absent",
        ConsistentRead=True,
    ),
    query(
        "consistent read of a global index",
        "Consistent reads are not supported on global secondary indexes",
        **BY_CITY,
        ConsistentRead=True,
        ExclusiveStartKey={"x": {"S": "a"}},
    ),
    # Starting key and conditions, key by key.
    query("start key of one attribute", START, ExclusiveStartKey={"p": {"S": "a"}}),
    query("start key of three attributes", START, ExclusiveStartKey=LOCAL_KEY),
    query(
        "start key of an index without its key",
        START,
        *CITY,
        **BY_CITY,
        ExclusiveStartKey={**LOCAL_KEY, "x": {"S": "c"}},
    ),
    query(
        "start key with another index key type",
        NO_FIT,
        *CITY,
        **BY_CITY,
        ExclusiveStartKey={**GLOBAL_KEY, "city": {"N": "1"}},
    ),
    query(
        "start key of an index with another table key type",
        f"{START}: {NO_FIT}",
        *CITY,
        **BY_CITY,
        ExclusiveStartKey={**GLOBAL_KEY, "city": {"S": "a"}, "s": {"N": "1"}},
    ),
    query(
        "start key of a table with another name",
        f"{START}: {NO_FIT}",
        ExclusiveStartKey={"p": {"S": "a"}, "x": {"S": "b"}},
    ),
    query(
        "start key of a table with another type",
        f"{START}: {NO_FIT}",
        ExclusiveStartKey={"p": {"S": "a"}, "s": {"N": "1"}},
    ),
    query(
        "start key part | its condition",
        f"{START}: {NO_FIT}",
        "p < :p",
        ExclusiveStartKey={"p": {"N": "1"}, "s": {"S": "b"}},
    ),
    query(
        "hash condition | start key's range part",
        NOT_SUPPORTED,
        "p < :p",
        ExclusiveStartKey={"p": {"S": "a"}, "s": {"N": "1"}},
    ),
    query("hash key without condition", "Query condition missed key schema element: p", "s = :p"),
    query(
        "hash key of the index without condition",
        "Query condition missed key schema element: city",
        **BY_CITY,
    ),
    query("hash key without equality", NOT_SUPPORTED, "p <= :p"),
    query(
        "other attribute than the keys",
        "Query condition missed key schema element: s",
        "p = :p AND x = :p",
    ),
    query(
        "key of the table that is none of the index",
        NOT_SUPPORTED,
        "kind = :p AND s = :p",
        IndexName="by_kind",
    ),
    query("two conditions on one key", NOT_SUPPORTED, "p = :p AND s = :p", TableName="words"),
    query(
        "hash of another type",
        TYPE,
        "p = :n",
        {":p": {"S": "b"}, ":n": {"N": "1"}},
        FilterExpression="a = :p",
    ),
    query("sort key of another type", TYPE, "p = :p AND s = :n", {":n": {"N": "1"}}),
    query(
        "NE on the sort key",
        NOT_INDEXABLE,
        None,
        KeyConditions={"p": is_({"S": "a"}), "s": is_({"S": "a"}, "NE")},
    ),
    query(
        "CONTAINS on the hash key",
        NOT_INDEXABLE,
        None,
        KeyConditions={"p": is_({"S": "a"}, "CONTAINS")},
    ),
    query(
        "NOT_CONTAINS on the sort key",
        NOT_INDEXABLE,
        None,
        KeyConditions={"p": is_({"S": "a"}), "s": is_({"S": "a"}, "NOT_CONTAINS")},
    ),
    query(
        "BEGINS_WITH on the hash key",
        NOT_SUPPORTED,
        None,
        KeyConditions={"p": is_({"S": "a"}, "BEGINS_WITH")},
    ),
    query(
        "empty key constant",
        "One or more parameter values are not valid. The AttributeValue for a key attribute "
        "cannot contain an empty string value. Key: s",
        "p = :p AND s = :e",
        {":e": {"S": ""}},
        source=PEER,
    ),
    # The starting key against the conditions.
    query(
        "start in another partition", OUTSIDE, ExclusiveStartKey={"p": {"S": "b"}, "s": {"S": "b"}}
    ),
    query(
        "start outside the range",
        "The provided starting key does not match the range key predicate",
        "p = :p AND s < :s",
        {":s": {"S": "b"}},
        ExclusiveStartKey=KEY,
    ),
    query(
        "start in the range of another partition",
        "The query can return at most one row and cannot be restarted",
        "p = :p AND s < :s",
        {":s": {"S": "c"}},
        ExclusiveStartKey={"p": {"S": "b"}, "s": {"S": "b"}},
    ),
    query(
        "start of an index in another partition",
        OUTSIDE,
        *CITY,
        **BY_CITY,
        ExclusiveStartKey=GLOBAL_KEY,
    ),
    query(
        "start key on a table without sort key",
        "The provided exclusive start key is invalid: ExclusiveStartKey: "
        "{p=AttributeValue: {S:KPQ4X3JE19}}",
        TableName="words",
        ExclusiveStartKey={"p": {"S": "KPQ4X3JE19"}},
    ),
    # Projections and filters.
    query("projection inside a key", SCALARS + "Key: s", ProjectionExpression="s.a"),
    query(
        "projection inside an index key", SCALARS + "IndexKey: kind", ProjectionExpression="kind[0]"
    ),
    query(
        "projection inside a key | filter on a key",
        SCALARS + "Key: s",
        ProjectionExpression="s.a",
        FilterExpression="p = :p",
    ),
    query("filter on the hash key", KEY_FILTER + "p", FilterExpression="a = :p OR p = :p"),
    query("filter on the sort key", KEY_FILTER + "s", FilterExpression="NOT begins_with(s, :p)"),
    query("filter inside a key", KEY_FILTER + "s", FilterExpression="s.a = :p"),
    query(
        "filter on an aliased key",
        KEY_FILTER + "s",
        FilterExpression="#a IN (:p, :p)",
        ExpressionAttributeNames={"#a": "s"},
    ),
    query(
        "filter on the index's key",
        KEY_FILTER + "city",
        *CITY,
        **BY_CITY,
        FilterExpression="size(city) > :n",
        ExpressionAttributeValues={**S1, ":n": {"N": "1"}},
    ),
    query(
        "QueryFilter on a key",
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: s",
        None,
        KeyConditions={"p": is_({"S": "a"})},
        QueryFilter={"s": is_({"S": "a"})},
    ),
    query("filter inside an index key", SCALARS + "IndexKey: kind", FilterExpression="kind.a = :p"),
    query(
        "ALL_ATTRIBUTES of a global index that lacks some",
        INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index by_city "
        "because its projection type is not ALL",
        *CITY,
        **BY_CITY,
        Select="ALL_ATTRIBUTES",
    ),
    query(
        "filter on a key | ALL_ATTRIBUTES of a global index",
        KEY_FILTER + "rank",
        *CITY,
        **BY_CITY,
        Select="ALL_ATTRIBUTES",
        FilterExpression="#r = :p",
        ExpressionAttributeNames={"#r": "rank"},
    ),
    query(
        "attributes that a global index lacks",
        INVALID + "Global secondary index by_city does not project [x, y]",
        *CITY,
        **BY_CITY,
        ProjectionExpression="x.a, note, y, x.b, p",
    ),
    query(
        "filter on attributes that an index lacks",
        INVALID + "Secondary index by_rank does not project one or more filter attributes: [x]",
        IndexName="by_rank",
        FilterExpression="x = :p AND note = :p",
    ),
    query(
        "filter on attributes that a global index lacks",
        INVALID + "Secondary index by_city does not project one or more filter attributes: [x]",
        *CITY,
        **BY_CITY,
        FilterExpression="x = :p AND note = :p",
    ),
    query(
        "QueryFilter on the index's key",
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: rank",
        None,
        **BY_CITY,
        KeyConditions={"city": is_({"S": "a"})},
        QueryFilter={"rank": is_({"N": "1"})},
    ),
    # Keys of several attributes.
    query(
        "one of the HASH attributes lacks equality",
        "HASH key attributes city must have equality conditions specified in the query",
        "country = :p AND city > :p",
        IndexName="by_place",
        source=PEER,
    ),
    query(
        "a gap among the RANGE attributes",
        "RANGE key attributes street must have equality conditions specified in the query "
        "because a condition is present on key attribute house",
        "country = :p AND city = :p AND house = :n",
        {":n": {"N": "1"}},
        IndexName="by_place",
        source=PEER,
    ),
    query(
        "a HASH attribute is missing",
        "HASH key attributes city must have equality conditions specified in the query",
        "country = :p",
        IndexName="by_place",
        source=PEER,
    ),
    query(
        "an inequality before the last RANGE attribute",
        "RANGE key attributes street must have equality conditions specified in the query "
        "because a condition is present on key attribute house",
        "country = :p AND city = :p AND street > :p AND house = :n",
        {":n": {"N": "1"}},
        IndexName="by_place",
        source=PEER,
    ),
    query(
        "two inequalities on RANGE attributes",
        "RANGE key attributes street must have equality conditions specified in the query "
        "because a condition is present on key attribute house",
        "country = :p AND city = :p AND begins_with(street, :p) AND house > :n",
        {":n": {"N": "1"}},
        IndexName="by_place",
        source=PEER,
    ),
    query(
        "a HASH attribute of another type",
        TYPE,
        "country = :n AND city = :p",
        {":n": {"N": "1"}},
        IndexName="by_place",
        source=DOCS,
    ),
    query(
        "start key without a key of several attributes",
        START,
        "country = :p AND city = :p",
        IndexName="by_place",
        ExclusiveStartKey={**KEY, "country": {"S": "a"}, "city": {"S": "a"}, "street": {"S": "a"}},
        source=DOCS,
    ),
    query(
        "one HASH attribute with two conditions keeps the older text",
        "Query condition missed key schema element: rank",
        "city = :p AND note = :p",
        **BY_CITY,
    ),
    query(
        "a RANGE attribute of another type",
        TYPE,
        "country = :p AND city = :p AND street = :n",
        {":n": {"N": "1"}},
        IndexName="by_place",
        source=DOCS,
    ),
]
