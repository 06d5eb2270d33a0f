"""Violations of the API's model: texts, paths, enums, printed values, order."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

TEN = "fact: ten violations of twelve are listed and counted"
LISTED = "fact: Query: all violations together"

WHOLE = "tests/wire/test_bodies.py::test_a_map_or_list_that_breaks_the_model_is_printed_whole"

PROOFS = (
    # The message.
    proof(
        "One violation is told behind 1 validation error detected, more behind their number, "
        "joined by semicolons",
        AWS_CAPTURED,
        "fact: ReturnConsumedCapacity",
        LISTED,
    ),
    proof("At most ten violations are listed and counted", AWS_CAPTURED, TEN),
    proof(
        "A violation gives the value in quotes, the path and the constraint",
        AWS_CAPTURED,
        "fact: Scan: Limit 0",
        LISTED,
    ),
    proof(
        "A missing required member prints null without quotes",
        AWS_CAPTURED,
        "fact: PutItem: no table name",
        TEN,
    ),
    proof(
        "A path joins member names with a small first letter by dots",
        AWS_CAPTURED,
        "fact: ReturnItemCollectionMetrics",
        "fact: ReadCapacityUnits of 0",
    ),
    proof(
        "A path counts the elements of a list from 1, with member behind the number",
        AWS_CAPTURED,
        "fact: a key without a name",
        "fact: a type that no key has",
        "fact: names in a projection's list of the second index",
        "fact: units of an index that changes",
        "fact: a transaction puts without an item",
    ),
    proof(
        "A path names the key of a map's entry, with member behind it",
        AWS_CAPTURED,
        "fact: ComparisonOperator of Expected",
        "fact: ComparisonOperator of a filter",
        "fact: Action of AttributeUpdates",
        "fact: a batch without keys",
    ),
    proof(
        "A path goes through a map, a list and structures",
        AWS_CAPTURED,
        "fact: a batch deletes without a key",
    ),
    proof(
        "A structure that is there but empty reports its required members",
        AWS_CAPTURED,
        "fact: empty throughput lacks both units",
    ),
    proof(
        "An optional structure that is not there has no violations",
        AWS_CAPTURED,
        "fact: CreateTable: provisioned without units",
    ),
    proof(
        "A value that breaks its pattern and its least length is listed twice, the pattern first",
        AWS_CAPTURED,
        "fact: a pattern comes before a length",
    ),
    proof(
        "A list's own length is listed before its elements",
        AWS_CAPTURED,
        "fact: a list's length comes before its elements",
    ),
    # Constraints.
    proof(
        "The constraint of a required member: must not be null",
        AWS_CAPTURED,
        "fact: PutItem: no table name",
    ),
    proof(
        "The constraint of an enum lists its set", AWS_CAPTURED, "fact: ReturnValues of an update"
    ),
    proof(
        "The constraint of a pattern prints the pattern",
        AWS_CAPTURED,
        "fact: GetItem: bad characters in a table name",
    ),
    proof(
        "The constraint of a least length, of texts and lists",
        AWS_CAPTURED,
        "fact: GetItem: an empty table name",
        "fact: GetItem: 0 AttributesToGet",
    ),
    proof(
        "The constraint of a greatest length, of texts and lists",
        AWS_CAPTURED,
        "fact: Query: an index name of 256 characters",
        "fact: GetItem: 256 AttributesToGet",
    ),
    proof("The constraint of a least value", AWS_CAPTURED, "fact: Scan: Segment -1"),
    proof("The constraint of a greatest value", AWS_CAPTURED, "fact: Scan: Segment 1000000"),
    proof(
        "The constraint of a map's keys lists theirs, and the whole map is printed",
        AWS_CAPTURED,
        WHOLE,
    ),
    proof(
        "The constraint of a map's values lists theirs, and the whole map is printed",
        AWS_CAPTURED,
        WHOLE,
    ),
    # Enums as printed.
    proof(
        "ReturnConsumedCapacity is printed as INDEXES, TOTAL, NONE",
        AWS_CAPTURED,
        "fact: ReturnConsumedCapacity",
    ),
    proof(
        "ReturnValues is printed as ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW",
        AWS_CAPTURED,
        "fact: ReturnValues of an update",
    ),
    proof(
        "ReturnItemCollectionMetrics is printed as SIZE, NONE",
        AWS_CAPTURED,
        "fact: ReturnItemCollectionMetrics",
    ),
    proof(
        "ReturnValuesOnConditionCheckFailure is printed as ALL_OLD, NONE",
        DOCS,
        "fact: ReturnValuesOnConditionCheckFailure",
    ),
    proof(
        "Select is printed as SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES",
        AWS_CAPTURED,
        "fact: an unknown Select",
    ),
    proof("ConditionalOperator is printed as OR, AND", AWS_CAPTURED, "fact: ConditionalOperator"),
    proof(
        "ComparisonOperator is printed as its thirteen operators from IN to CONTAINS",
        AWS_CAPTURED,
        "fact: ComparisonOperator of Expected",
        "fact: ComparisonOperator of a filter",
    ),
    proof(
        "An unknown Action of AttributeUpdates is a violation of the model",
        AWS_CAPTURED,
        "fact: Action of AttributeUpdates",
    ),
    proof("AttributeType is printed as B, N, S", AWS_CAPTURED, "fact: a type that no key has"),
    proof("KeyType is printed as HASH, RANGE", AWS_CAPTURED, "fact: a role that is none"),
    proof(
        "ProjectionType is printed as ALL, INCLUDE, KEYS_ONLY",
        AWS_CAPTURED,
        "fact: ProjectionType",
    ),
    proof(
        "BillingMode is printed as PROVISIONED, PAY_PER_REQUEST", AWS_CAPTURED, "fact: BillingMode"
    ),
    proof(
        "StreamViewType is printed as NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY",
        DOCS,
        "fact: StreamViewType",
    ),
    proof(
        "Enums are compared with their letter case",
        AWS_CAPTURED,
        "fact: capital letters of an enum count",
        "fact: ComparisonOperator of Expected",
    ),
    # Printed values.
    proof(
        "Texts and numbers are printed as they are",
        AWS_CAPTURED,
        "fact: GetItem: bad characters in a table name",
        "fact: Scan: TotalSegments 1000001",
    ),
    proof(
        "An empty list is printed as [], a list with its elements joined by commas",
        AWS_CAPTURED,
        "fact: GetItem: 0 AttributesToGet",
        "fact: GetItem: 256 AttributesToGet",
    ),
    proof(
        "A map is printed in braces with equals signs",
        AWS_CAPTURED,
        WHOLE,
    ),
    proof(
        "A key schema is printed as KeySchemaElement(attributeName=pk, keyType=HASH) and so on",
        AWS_CAPTURED,
        "fact: a list's length comes before its elements",
    ),
    # Order of members.
    proof(
        "PutItem and UpdateItem report the table's name alone",
        AWS_CAPTURED,
        "fact: PutItem: the table's name stands alone",
        "fact: UpdateItem: the table's name stands alone",
    ),
    proof(
        "PutItem lists Item, capacity, values and metrics together",
        AWS_CAPTURED,
        "fact: PutItem: all violations but the table's name",
    ),
    proof(
        "UpdateItem reports a missing key, then only the first bad enum: values, capacity, metrics",
        AWS_CAPTURED,
        "fact: UpdateItem: the key stands alone",
        "fact: UpdateItem: ReturnValues stands alone",
        "fact: UpdateItem: then ReturnConsumedCapacity",
        "fact: UpdateItem: ReturnItemCollectionMetrics last",
    ),
    proof(
        "DeleteItem lists TableName, Key, capacity, values and metrics together",
        AWS_CAPTURED,
        "fact: DeleteItem: all violations together",
    ),
    proof(
        "GetItem lists Key, TableName, capacity and AttributesToGet",
        AWS_CAPTURED,
        "fact: GetItem: all violations together",
    ),
    *(
        proof(
            f"{operation} lists its violations in one recorded order",
            AWS_CAPTURED,
            f"fact: {operation}: all violations together",
        )
        for operation in (
            "Query",
            "Scan",
            "BatchGetItem",
            "BatchWriteItem",
            "CreateTable",
            "UpdateTable",
            "ListTables",
        )
    ),
    proof(
        "Inside a local index its name comes first, then key schema and projection",
        AWS_CAPTURED,
        "fact: a local index with every violation",
    ),
    proof(
        "Inside a global index come name, throughput (writes first), key schema and projection",
        AWS_CAPTURED,
        "fact: a global index with every violation",
    ),
)
