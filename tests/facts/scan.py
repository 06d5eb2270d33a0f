"""What Scan refuses, in the service's order of checks.

Source: facts, Order of checks (Scan), ExclusiveStartKey, Parallel Scan.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, Fact, refused
from tests.facts.query import GLOBAL_KEY, KEY, NO_FIT, SCALARS, START, is_


def scan(name: str, message: str, /, **members: Any) -> Fact:
    """A Scan of ``scores``."""
    return refused(name, "Scan", {"TableName": "scores", **members}, message)


CONSTRAINT = "failed to satisfy constraint: Member must have value"

FACTS = [
    scan(
        "Scan: Limit 0",
        f"1 validation error detected: Value '0' at 'limit' {CONSTRAINT} greater than or equal "
        "to 1",
        Limit=0,
    ),
    scan(
        "Segment below 0",
        f"1 validation error detected: Value '-1' at 'segment' {CONSTRAINT} greater than or equal "
        "to 0",
        Segment=-1,
        TotalSegments=2,
    ),
    scan(
        "too many segments",
        f"1 validation error detected: Value '1000001' at 'totalSegments' {CONSTRAINT} less than "
        "or equal to 1000000",
        Segment=0,
        TotalSegments=1_000_001,
    ),
    scan(
        "Scan: mix",
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {ScanFilter} Expression parameters: {ProjectionExpression}",
        ScanFilter={"a": is_({"S": "a"})},
        ProjectionExpression="a",
    ),
    scan(
        "Scan: duplicates in AttributesToGet",
        INVALID + "Duplicate value in attribute name: a",
        AttributesToGet=["a", "a"],
    ),
    scan(
        "values of a ScanFilter",
        INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator",
        ScanFilter={"a": {"ComparisonOperator": "EQ", "AttributeValueList": []}},
    ),
    scan(
        "ScanFilter | start key value",
        INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator",
        ScanFilter={"a": {"ComparisonOperator": "EQ", "AttributeValueList": []}},
        ExclusiveStartKey={"p": {}},
    ),
    scan(
        "start key value | segments",
        START + ": Supplied AttributeValue is empty, must contain exactly one of the supported "
        "datatypes",
        ExclusiveStartKey={"p": {}},
        Segment=0,
    ),
    scan(
        "Segment without TotalSegments",
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present",
        Segment=0,
    ),
    scan(
        "TotalSegments without Segment",
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present",
        TotalSegments=1,
    ),
    scan(
        "Segment not below TotalSegments",
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: 1 is not less than TotalSegments: 1",
        Segment=1,
        TotalSegments=1,
    ),
    scan(
        "segments | empty expression",
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present",
        TotalSegments=1,
        FilterExpression="",
    ),
    scan(
        "empty expression | Select",
        "Invalid FilterExpression: The expression can not be empty;",
        FilterExpression="",
        Select="SPECIFIC_ATTRIBUTES",
    ),
    scan(
        "Scan: SPECIFIC_ATTRIBUTES alone",
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES",
        Select="SPECIFIC_ATTRIBUTES",
    ),
    scan(
        "Scan: ALL_PROJECTED_ATTRIBUTES of a table",
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        Select="ALL_PROJECTED_ATTRIBUTES",
    ),
    *(
        scan(
            f"Scan: {select} with {member}",
            f"Cannot specify the {member} when choosing to get {shown}",
            Select=select,
            **given,
        )
        for member, given in (
            ("ProjectionExpression", {"ProjectionExpression": "a"}),
            ("AttributesToGet", {"AttributesToGet": ["a"]}),
        )
        for select, shown in (
            ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES"),
            ("ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
            ("COUNT", "only the Count"),
        )
    ),
    scan(
        "Scan: an unknown Select",
        "1 validation error detected: Value 'ALL' at 'select' failed to satisfy constraint: "
        "Member must satisfy enum value set: "
        "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
        Select="ALL",
    ),
    Fact(
        "Scan: no table",
        "Scan",
        {"TableName": "absent", "IndexName": "absent"},
        "ResourceNotFoundException",
        "Requested resource not found",
    ),
    scan(
        "Scan: no index", "The table does not have the specified index: absent", IndexName="absent"
    ),
    scan(
        "Scan: consistent read of a global index",
        "Consistent reads are not supported on global secondary indexes",
        IndexName="by_kind",
        ConsistentRead=True,
    ),
    scan("Scan: start key of one attribute", START, ExclusiveStartKey={"p": {"S": "a"}}),
    scan(
        "start key of another name",
        f"{START}: {NO_FIT}",
        ExclusiveStartKey={"p": {"S": "a"}, "x": {"S": "b"}},
    ),
    scan(
        "start key without the index's key",
        START,
        IndexName="by_city",
        ExclusiveStartKey={**KEY, "rank": {"N": "1"}, "x": {"S": "c"}},
    ),
    scan(
        "Scan: start key with another index key type",
        NO_FIT,
        IndexName="by_city",
        ExclusiveStartKey={**GLOBAL_KEY, "rank": {"S": "1"}},
    ),
    scan(
        "Scan: start key of an index with another table key type",
        f"{START}: {NO_FIT}",
        IndexName="by_city",
        ExclusiveStartKey={**GLOBAL_KEY, "p": {"N": "1"}},
    ),
    scan(
        "start key of another segment",
        f"{START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
        "TotalSegments: 3 Segment: 0",
        TableName="words",
        Segment=0,
        TotalSegments=3,
        ExclusiveStartKey={"p": {"S": "3"}},
    ),
    scan("Scan: projection inside a key", SCALARS + "Key: s", ProjectionExpression="s.a"),
    scan("Scan: filter inside a key", SCALARS + "Key: s", FilterExpression="attribute_exists(s.a)"),
    scan(
        "Scan: ALL_ATTRIBUTES of a global index that lacks some",
        INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index by_city "
        "because its projection type is not ALL",
        IndexName="by_city",
        Select="ALL_ATTRIBUTES",
    ),
    scan(
        "Scan: attributes that a global index lacks",
        INVALID + "Global secondary index by_city does not project [x]",
        IndexName="by_city",
        AttributesToGet=["x", "note"],
    ),
]
