"""The model's limits on names, numbers, lists, batches and attribute names."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

ITEM_OPERATIONS = ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan")
TABLE_OPERATIONS = ("DescribeTable", "DeleteTable", "UpdateTable")


def _each(operations: tuple[str, ...], *names: str) -> list[str]:
    return [f"fact: {operation}: {name}" for name in names for operation in operations]


WHOLE = "tests/wire/test_bodies.py::test_a_map_or_list_that_breaks_the_model_is_printed_whole"

PROOFS = (
    # Names of tables and indexes.
    proof(
        "Item operations without a table name violate the model",
        AWS_CAPTURED,
        *_each(ITEM_OPERATIONS, "no table name"),
    ),
    proof(
        "An empty table name is shorter than 1 character for item operations",
        AWS_CAPTURED,
        *_each(ITEM_OPERATIONS, "an empty table name"),
    ),
    proof(
        "A table name or ARN has at most 1024 characters for item operations",
        DOCS,
        *_each(ITEM_OPERATIONS, "a table name of 1025 characters"),
    ),
    proof(
        "Bad characters in a table name break the pattern alone for item operations",
        AWS_CAPTURED,
        *_each(ITEM_OPERATIONS, "bad characters in a table name"),
    ),
    proof(
        "One or two good characters pass the model of item operations and name no table",
        AWS_CAPTURED,
        *_each(ITEM_OPERATIONS, "a table of 1 characters", "a table of 2 characters"),
    ),
    proof(
        "Table operations have their own text for a missing table name",
        AWS_CAPTURED,
        *_each(TABLE_OPERATIONS, "no table name"),
        "fact: no name",
    ),
    proof(
        "Table operations have their own text for a name shorter than 3 or longer than 255",
        AWS_CAPTURED,
        *_each(
            TABLE_OPERATIONS,
            "an empty table name",
            "two characters as a table name",
            "256 characters as a table name",
        ),
    ),
    proof(
        "Table operations look at the length of a name before its characters",
        AWS_CAPTURED,
        *_each(TABLE_OPERATIONS, "a short table name of bad characters"),
    ),
    proof(
        "Bad characters in a name of good length violate the model of table operations",
        AWS_CAPTURED,
        *_each(TABLE_OPERATIONS, "bad characters in a table name"),
        "fact: CreateTable: all violations together",
    ),
    proof(
        "An index name has 3 to 255 characters of the pattern",
        AWS_CAPTURED,
        "fact: Query: a short index name of bad characters",
        *_each(("Query", "Scan"), "an index name of 256 characters"),
    ),
    proof(
        "ExclusiveStartTableName has 3 to 255 characters of the pattern",
        AWS_CAPTURED,
        "fact: ListTables: all violations together",
        "fact: a start of the list of tables beyond 255 characters",
    ),
    proof(
        "ListTables has 1 to 100 tables on a page",
        AWS_CAPTURED,
        "fact: ListTables: all violations together",
        "fact: 101 tables on a page",
    ),
    # Numbers and lists.
    proof(
        "Query names a Limit of 0 with a capital letter and without its value",
        AWS_CAPTURED,
        "fact: Query: a limit of 0",
    ),
    proof("Scan's Limit is at least 1", AWS_CAPTURED, "fact: Scan: Limit 0"),
    proof(
        "Segment is 0 to 999999",
        AWS_CAPTURED,
        "fact: Scan: Segment -1",
        "fact: Scan: Segment 1000000",
    ),
    proof(
        "TotalSegments is 1 to 1000000",
        AWS_CAPTURED,
        "fact: Scan: TotalSegments 0",
        "fact: Scan: TotalSegments 1000001",
    ),
    proof(
        "AttributesToGet has 1 to 255 names",
        AWS_CAPTURED,
        *_each(("GetItem", "Query", "Scan"), "0 AttributesToGet", "256 AttributesToGet"),
    ),
    # Batches and transactions.
    proof(
        "A batch without RequestItems violates the model",
        AWS_CAPTURED,
        *_each(("BatchGetItem", "BatchWriteItem"), "no RequestItems"),
    ),
    proof(
        "BatchGetItem has its own text for empty RequestItems",
        AWS_CAPTURED,
        "fact: BatchGetItem: empty RequestItems",
    ),
    proof(
        "BatchWriteItem has its own text for empty RequestItems",
        AWS_CAPTURED,
        "fact: BatchWriteItem: empty RequestItems",
    ),
    proof(
        "A bad table name in a batch is told of the map's keys",
        AWS_CAPTURED,
        WHOLE,
    ),
    proof("A table's block of BatchGetItem needs Keys", AWS_CAPTURED, "fact: a batch without keys"),
    proof(
        "Empty Keys of BatchGetItem are refused without a printed value",
        AWS_CAPTURED,
        "fact: a batch of no keys",
    ),
    proof(
        "More than 100 Keys of one table are refused with the members' capital letters",
        AWS_CAPTURED,
        "fact: a batch of 101 keys",
    ),
    proof(
        "More than 100 keys of several tables are too many items",
        AWS_CAPTURED,
        "fact: a batch of 101 keys of two tables",
    ),
    proof(
        "An empty list of writes is refused without a printed value",
        AWS_CAPTURED,
        "fact: a batch of no writes",
    ),
    proof(
        "More than 25 writes of one table are told of the map's values",
        AWS_CAPTURED,
        WHOLE,
    ),
    proof(
        "A transaction without actions is refused with []",
        AWS_CAPTURED,
        *_each(("TransactWriteItems", "TransactGetItems"), "no actions"),
    ),
    proof(
        "A transaction has at most 100 actions",
        AWS_CAPTURED,
        WHOLE,
    ),
    proof(
        "ClientRequestToken has 1 to 36 characters",
        DOCS,
        "fact: a token of 37 characters",
        "fact: an empty token",
    ),
    proof(
        "A bad ReturnValuesOnConditionCheckFailure refuses a transaction as a whole, and is named",
        AWS_CAPTURED,
        "fact: what a transaction shows of a failed condition",
    ),
    # Attribute names.
    proof(
        "An attribute name has at most 65535 bytes in items, updates and filters",
        AWS_CAPTURED,
        *(
            f"fact: {where}: {about}"
            for about in (
                "an attribute name of 65536 bytes",
                "an attribute name of 65536 bytes in fewer characters",
            )
            for where in (
                "an item",
                "a map",
                "AttributeUpdates",
                "an update's names",
                "a filter's names",
            )
        ),
        "tests/model/test_values.py::test_an_attribute_name_ends_at_65535_bytes",
    ),
    proof(
        "An empty attribute name is refused in items, updates and filters",
        AWS_CAPTURED,
        *(
            f"fact: {where}: an empty attribute name"
            for where in (
                "an item",
                "a map",
                "AttributeUpdates",
                "an update's names",
                "a ScanFilter",
            )
        ),
    ),
    proof(
        "The name of a key has 1 to 255 characters, which is looked at before the table's coherence",
        AWS_CAPTURED,
        "fact: a key whose name has 0 characters",
        "fact: a key whose name has 256 characters",
        "fact: a definition whose name has 256 characters",
    ),
    proof(
        "The name of an index's key has at most 255 characters",
        AWS_CAPTURED,
        "fact: an index key whose name has 256 characters",
    ),
    proof(
        "The name of a projected attribute has at most 255 characters",
        AWS_CAPTURED,
        "fact: a projected attribute whose name has 256 characters",
    ),
    proof(
        "NonKeyAttributes has 1 to 20 names",
        DOCS,
        "fact: 21 projected attributes of an index",
        "fact: no projected attributes in the list",
    ),
    proof("A key schema has at least one element", DOCS, "fact: no keys in the schema"),
    proof(
        "A table's key schema has at most two elements",
        DOCS,
        "fact: a list's length comes before its elements",
    ),
    proof(
        "A table has at most 50 tags",
        DOCS,
        "tests/operations/test_tags.py::test_a_refusal_is_the_services_own",
    ),
)
