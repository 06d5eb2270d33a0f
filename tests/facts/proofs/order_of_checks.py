"""In which order a request is checked, and which texts come in an envelope."""

from __future__ import annotations

from itertools import pairwise

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

MIXED = "mixed styles, both broken"
MEMBERS = "tests/operations/test_expressions.py::test_a_request_is_refused_for_its_members"


def _pairs(operation: str, *steps: str) -> list[str]:
    """Each step before the next one."""
    return [f"fact: {operation}: {first} | {second}" for first, second in pairwise(steps)]


def _each(names: tuple[str, ...], *starts: str) -> list[str]:
    return [f"fact: {start} {name}" for name in names for start in starts]


SETS = (
    "an empty string set",
    "an empty number set",
    "an empty binary set",
    "a string twice",
    "bytes twice",
)
NULLS = ("a false NULL", "a false NULL far inside")
STATIC = (
    "an empty condition",
    "a condition's syntax",
    "a long condition",
    "doubled parentheses",
    "equal operands",
    "an operand's type",
    "an undefined name",
    "an undefined value",
)
MAPS = (
    "empty names",
    "empty values",
    "a name without #",
    "a value without :",
    "an unused name",
    "an unused value",
)
OTHER_VALUES = ("an empty value", "two types", "no number", "a number twice")

PROOFS = (
    # The general order.
    proof(
        "A mix of styles is refused before names or values, keys and what else an operation "
        "looks at",
        AWS_CAPTURED,
        *(
            f"fact: {operation}: {MIXED} | a bad key value"
            for operation in ("GetItem", "UpdateItem", "DeleteItem")
        ),
    ),
    proof(
        "Names and values without an expression are refused before keys and legacy parameters",
        AWS_CAPTURED,
        "fact: GetItem: names alone | a bad key value",
        *(
            f"fact: {operation}: {member} alone | a bad key value"
            for operation in ("UpdateItem", "DeleteItem")
            for member in ("names", "values")
        ),
        "fact: Query by KeyConditions: values alone | a bad QueryFilter",
        "fact: Scan: names alone | a bad start value",
    ),
    proof(
        "The values of items and keys are refused before an operation's own rules",
        AWS_CAPTURED,
        "fact: GetItem: a bad key value | a name twice",
        "fact: PutItem: a bad value | ReturnValues",
        "fact: PutItem: a bad value | too large an item",
    ),
    proof(
        "The maps of names and values are looked at before the expressions, names first",
        AWS_CAPTURED,
        MEMBERS,
    ),
    proof(
        "Unused names and values are refused behind the faults of every expression, names first",
        AWS_CAPTURED,
        MEMBERS,
        "fact: PutItem: an unused name | ReturnValues",
    ),
    proof(
        "A table in CREATING or DELETING is not found by item operations",
        AWS_CAPTURED,
        "tests/operations/test_scope.py::"
        "test_a_table_that_comes_or_goes_is_not_found_by_item_operations",
        "tests/operations/test_scope.py::test_a_table_that_changes_serves_item_operations",
    ),
    proof(
        "The table is looked for before the key is compared with its schema",
        AWS_CAPTURED,
        *(
            f"fact: {operation}: no table | another key"
            for operation in ("GetItem", "UpdateItem", "DeleteItem", "BatchGet", "BatchWrite")
        ),
        "fact: PutItem: no table | a key of another type",
    ),
    proof(
        "The key is compared with the table's schema before the indexes' keys are",
        AWS_CAPTURED,
        "fact: PutItem: a key of another type | an index key of another type",
    ),
    proof(
        "Keys are compared with the schema before a condition is evaluated",
        AWS_CAPTURED,
        "fact: PutItem: an index key of another type | a false condition",
        "fact: UpdateItem: another key | a false condition",
        "fact: DeleteItem: another key | a false condition",
    ),
    proof(
        "A condition is evaluated before an update is applied",
        AWS_CAPTURED,
        "fact: UpdateItem: a false condition | an update that cannot be applied",
    ),
    proof(
        "A malformed request is refused alike whether or not the table exists",
        AWS_CAPTURED,
        *(
            f"fact: {name} | no table"
            for name in (
                "PutItem: a false NULL",
                "PutItem: a bad value",
                f"PutItem: {MIXED}",
                "PutItem: a condition's syntax",
                "PutItem: ReturnValues",
                "PutItem: too large an item",
                "UpdateItem: bad AttributeUpdates",
                "UpdateItem: an update's syntax",
                "DeleteItem: a malformed Expected",
                "GetItem: a projection's syntax",
                "Scan: Segment without TotalSegments",
                "Query by KeyConditions: Select",
            )
        ),
    ),
    # The envelope.
    proof(
        "PutItem and UpdateItem envelop empty sets and duplicates in sets of strings and bytes",
        AWS_CAPTURED,
        *_each(SETS, "PutItem stores", "UpdateItem stores"),
    ),
    proof(
        "Other operations send the faults of sets bare",
        AWS_CAPTURED,
        *_each(SETS, "a batch stores", "a transaction stores"),
    ),
    proof(
        "PutItem and UpdateItem envelop a false NULL at any depth",
        AWS_CAPTURED,
        *_each(NULLS, "PutItem stores", "UpdateItem stores"),
    ),
    proof(
        "Other operations send a false NULL bare",
        AWS_CAPTURED,
        *_each(NULLS, "a batch stores", "a transaction stores"),
    ),
    proof(
        "PutItem and UpdateItem envelop what parsing and static checks find in a condition",
        AWS_CAPTURED,
        *_each(STATIC, "PutItem with", "UpdateItem with"),
    ),
    proof(
        "UpdateItem envelops what parsing and static checks find in an update",
        AWS_CAPTURED,
        "fact: UpdateItem with overlapping paths",
        "fact: UpdateItem: an update's syntax",
    ),
    proof(
        "DeleteItem and transactions send the faults of expressions bare",
        AWS_CAPTURED,
        *_each(STATIC, "DeleteItem with", "a transaction with"),
        "fact: a transaction with overlapping paths",
    ),
    proof(
        "GetItem, Query and Scan send the faults of expressions bare",
        AWS_CAPTURED,
        "fact: a GetItem's empty projection comes bare",
        "fact: Query by KeyConditionExpression: a key condition's syntax",
        "fact: Query by KeyConditions: a filter's syntax",
        "fact: a Scan's filter of bad syntax comes bare",
    ),
    proof(
        "PutItem and UpdateItem envelop a mix of styles, the others send it bare",
        AWS_CAPTURED,
        *(
            f"fact: {operation}: {MIXED}"
            for operation in (
                "PutItem",
                "UpdateItem",
                "DeleteItem",
                "GetItem",
                "Scan",
                "Query by KeyConditions",
            )
        ),
    ),
    proof(
        "PutItem and UpdateItem envelop values without an expression, without saying what is null",
        AWS_CAPTURED,
        *_each(("values alone",), "PutItem with", "UpdateItem with", "DeleteItem with"),
    ),
    proof(
        "In us-east-1 PutItem and UpdateItem envelop names without an expression, too",
        AWS_CAPTURED,
        *_each(("names alone",), "PutItem with", "UpdateItem with", "DeleteItem with"),
    ),
    proof(
        "In us-east-1 a malformed Expected is enveloped",
        AWS_CAPTURED,
        "fact: PutItem: a malformed Expected",
        "fact: UpdateItem: a malformed Expected",
        "fact: DeleteItem: a malformed Expected",
    ),
    proof("PutItem envelops its rule on ReturnValues", AWS_CAPTURED, "fact: PutItem: ReturnValues"),
    proof(
        "Faults of keys and index keys come bare",
        AWS_CAPTURED,
        "fact: PutItem: a key of another type",
        "fact: PutItem: an index key of another type",
        "fact: no key",
    ),
    proof("An update of a key comes bare", AWS_CAPTURED, "fact: UpdateItem: a key as target"),
    proof(
        "What an update finds only in the item comes bare",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_what_an_update_finds_only_in_the_item_comes_bare",
    ),
    proof(
        "Empty values, values of several types, bad numbers and deep values come bare",
        AWS_CAPTURED,
        *_each(OTHER_VALUES, "PutItem stores", "UpdateItem stores"),
        "fact: value: 33 levels",
    ),
    proof(
        "Empty keys come bare",
        AWS_CAPTURED,
        *_each(("with an empty key",), "PutItem", "UpdateItem", "GetItem"),
        "fact: an empty binary key",
    ),
    proof(
        "Faults of the maps of names and values, and what is unused in them, come bare",
        AWS_CAPTURED,
        *_each(MAPS, "PutItem with", "UpdateItem with", "DeleteItem with"),
    ),
    proof(
        "The texts about an item's size come bare",
        AWS_CAPTURED,
        "fact: PutItem: too large an item",
        "fact: a result over 400 KB",
    ),
    proof(
        "Query envelops SPECIFIC_ATTRIBUTES without a list, Scan does not",
        AWS_CAPTURED,
        "fact: Query by KeyConditions: Select",
        "fact: Query by KeyConditionExpression: Select",
        "fact: Scan: Select",
    ),
    # Each write.
    proof(
        "PutItem looks at the table's name, false NULLs, other values, the mix of styles, the "
        "condition, ReturnValues, Expected, size, table, keys, index keys, and evaluates last",
        AWS_CAPTURED,
        *_pairs("PutItem", "a bad table name", "a false NULL", "a bad value", MIXED),
        *_pairs("PutItem", "a bad value", "names alone", "values alone", "ReturnValues"),
        f"fact: PutItem: {MIXED} | ReturnValues",
        *_pairs("PutItem", "an empty condition", "ReturnValues", "a malformed Expected"),
        *_pairs("PutItem", "a condition's syntax", "ReturnValues", "too large an item"),
        *_pairs(
            "PutItem",
            "a malformed Expected",
            "too large an item",
            "no table",
            "a key of another type",
            "an index key of another type",
            "a false condition",
        ),
        "fact: PutItem: an unused name | too large an item",
    ),
    proof(
        "UpdateItem looks at the mix of styles, the key's values, AttributeUpdates, Expected, "
        "expressions, the table, the key, and evaluates before it applies",
        AWS_CAPTURED,
        *_pairs(
            "UpdateItem",
            MIXED,
            "a bad key value",
            "bad AttributeUpdates",
            "a malformed Expected",
            "no table",
            "another key",
            "a key as target",
            "a false condition",
            "an update that cannot be applied",
        ),
        *_pairs("UpdateItem", "a bad key value", "an update's syntax", "no table"),
        "fact: UpdateItem: an update's syntax | a condition's syntax",
    ),
    proof(
        "UpdateItem looks for keys among its targets, then index keys of another type, then paths "
        "inside keys",
        AWS_CAPTURED,
        *_pairs(
            "UpdateItem",
            "a key as target",
            "an index key of another type",
            "a path inside the key",
            "a false condition",
        ),
        "fact: UpdateItem: a key as target | a path inside the key",
    ),
    proof(
        "UpdateItem applies before it looks at the size of the result",
        AWS_CAPTURED,
        "fact: UpdateItem: an update that cannot be applied | too large a result",
    ),
    proof(
        "DeleteItem looks at the mix of styles, the key's values, Expected, the condition, the "
        "table, the key, and evaluates last",
        AWS_CAPTURED,
        *_pairs(
            "DeleteItem",
            MIXED,
            "a bad key value",
            "a malformed Expected",
            "no table",
            "another key",
            "a false condition",
        ),
        *_pairs("DeleteItem", "a bad key value", "a condition's syntax", "no table"),
    ),
    proof(
        "BatchWriteItem looks at each element's kind and values, sizes, tables, keys, duplicates",
        AWS_CAPTURED,
        "fact: BatchWrite: neither put nor delete | no table",
        "fact: BatchWrite: a bad value | too large an item",
        "fact: BatchWrite: too large an item | no table",
        "fact: BatchWrite: no table | another key",
        "fact: BatchWrite: another key | a key twice",
    ),
    proof(
        "BatchWriteItem has one text for a missing key and one of another type",
        AWS_CAPTURED,
        "fact: BatchWrite: a missing key",
        "fact: BatchWrite: a key of another type",
    ),
    proof(
        "One bad element refuses a whole batch, and nothing is written",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_a_bad_element_of_a_batch_leaves_nothing_written",
    ),
    proof(
        "Static faults of any action refuse a transaction as a whole",
        AWS_CAPTURED,
        *_each(STATIC, "a transaction with"),
        "fact: a transaction puts too large an item",
        "fact: a transaction puts an empty key",
        "fact: what a transaction shows of a failed condition",
        "fact: an update without an expression",
        "fact: a bare condition",
    ),
    proof(
        "One item twice refuses a transaction as a whole, before schema faults",
        AWS_CAPTURED,
        "fact: a check and a write of one item",
        "fact: one item twice | an index key of another type",
    ),
    proof(
        "Schema faults cancel a transaction, and the first faulty action alone is named",
        AWS_CAPTURED,
        "fact: a key that does not fit",
        "fact: the first fault alone",
    ),
    proof(
        "Schema faults are found before a transaction's conditions are evaluated",
        AWS_CAPTURED,
        "fact: validation precedes conditions",
    ),
    proof(
        "Every false condition of a transaction is reported",
        AWS_CAPTURED,
        "fact: every false condition",
    ),
    proof(
        "PutItem and DeleteItem return ALL_OLD or NONE",
        AWS_CAPTURED,
        "fact: PutItem: ReturnValues",
        "fact: DeleteItem returns ALL_NEW",
    ),
    proof(
        "A check of a transaction needs a condition",
        AWS_CAPTURED,
        "fact: a check of a transaction without condition",
    ),
    proof(
        "A transaction may send 4 MB, counted in the request",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_a_transaction_may_send_four_megabytes_and_no_more",
        "tests/wire/test_bodies.py::test_a_transaction_may_delete_more_than_four_megabytes",
    ),
    proof(
        "A request token used again for another content is refused",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_a_token_used_again_for_something_else_is_refused",
    ),
    proof(
        "A request token used again for the same content succeeds without a second effect",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_a_token_used_again_for_the_same_has_no_second_effect",
    ),
    proof(
        "Numerically equal keys are duplicates for BatchWriteItem, but not for BatchGetItem",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::"
        "test_numerically_equal_keys_are_no_duplicates_for_a_batch_of_reads",
    ),
    # Reads.
    proof(
        "GetItem looks at the mix of styles, the key's values, duplicate names, expressions, the "
        "table, the key, then paths inside keys",
        AWS_CAPTURED,
        *_pairs("GetItem", MIXED, "a bad key value", "a name twice", "no table", "another key"),
        *_pairs("GetItem", "a bad key value", "a projection's syntax", "no table"),
        "fact: GetItem: another key | a path inside the key",
    ),
    proof(
        "BatchGetItem looks at duplicate names, expressions, keys' values, duplicate keys, the "
        "count of all, then tables and keys",
        AWS_CAPTURED,
        *(
            f"fact: BatchGet: {pair}"
            for pair in (
                "a name twice | a bad key value",
                "a projection's syntax | a bad key value",
                "a bad key value | a key twice",
                "a key twice | more than 100 keys",
                "more than 100 keys | no table",
                "no table | another key",
            )
        ),
    ),
    proof(
        "BatchGetItem looks for a mix of styles across the tables",
        AWS_CAPTURED,
        "fact: BatchGet: mixed styles of two tables | a name twice",
    ),
    proof(
        "One unknown table refuses a whole BatchGetItem",
        AWS_CAPTURED,
        "fact: BatchGet: one table of two",
    ),
    proof(
        "Query looks at the mix of styles, QueryFilter, duplicate names, the starting key's values, "
        "whether there is a key condition, expressions, KeyConditions, Select, table, index",
        AWS_CAPTURED,
        *_pairs(
            "Query by KeyConditions",
            "a bad QueryFilter",
            "a name twice",
            "a bad start value",
            "no key condition",
            "a filter's syntax",
            "a key condition without argument",
        ),
        *_pairs("Query by KeyConditions", "three key conditions", "Select", "no table", "no index"),
        f"fact: Query by KeyConditions: {MIXED} | a bad start value",
        "fact: Query: three conditions | Select",
        "fact: Query: three conditions | no table",
        "fact: Query by KeyConditionExpression: a key condition's syntax | Select",
    ),
    proof(
        "Query looks at a consistent read of a global index, then at the starting key",
        AWS_CAPTURED,
        *_pairs(
            "Query by KeyConditionExpression",
            "a consistent read of a global index",
            "a start key of one attribute",
            "another key condition",
        ),
        "fact: Query by KeyConditionExpression: no table | no index",
    ),
    proof(
        "Query goes key by key: its part of the starting key, a missing condition, operator, type, "
        "and equality of the hash key",
        AWS_CAPTURED,
        *(
            f"fact: Query: {name}"
            for name in (
                "number of start attributes | no condition on the hash key",
                "start's hash key | no condition on it",
                "start's hash key | two conditions where there is one key",
                "two conditions where there is one key | type",
                "no condition on the hash key | a range key's type",
                "a hash key's type | its operator",
                "a hash key's operator | the range key",
                "a hash key's condition | start's range key",
                "start's range key | no condition on it",
            )
        ),
        "fact: KeyConditions: operator | type of a hash key",
        "fact: KeyConditions: operator | type of a range key",
    ),
    proof(
        "Query looks at the starting key's table keys, then at the starting key against the "
        "conditions, projection, filter, ALL_ATTRIBUTES of a global index, paths of the filter",
        AWS_CAPTURED,
        "fact: Query: a range key's condition | start's table keys",
        *_pairs(
            "Query by KeyConditionExpression",
            "a start outside",
            "a projection inside a key",
            "a filter on a key",
            "all attributes of the index",
            "a filter inside a key",
        ),
        "fact: Query by KeyConditionExpression: a start key with another table key type | "
        "a projection inside a key",
    ),
    proof(
        "Scan looks at the mix of styles, duplicate names, ScanFilter, the starting key's values, "
        "segments, expressions, Select, table, index, the starting key",
        AWS_CAPTURED,
        f"fact: Scan: {MIXED} | a bad start value",
        *_pairs(
            "Scan",
            "a name twice",
            "a bad ScanFilter",
            "a bad start value",
            "Segment without TotalSegments",
            "a filter's syntax",
            "Select",
            "no table",
            "no index",
            "a start key of one attribute",
        ),
    ),
    proof(
        "A Scan's filter may name keys",
        AWS_CAPTURED,
        "tests/operations/test_scan.py::test_a_filter_may_name_keys",
    ),
    proof(
        "Segment and TotalSegments need each other",
        AWS_CAPTURED,
        "fact: Scan: Segment without TotalSegments",
        "fact: Scan: TotalSegments without Segment",
    ),
    proof(
        "Segment is below TotalSegments",
        AWS_CAPTURED,
        "fact: Scan: Segment not below TotalSegments",
    ),
)
