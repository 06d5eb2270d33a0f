"""Key conditions, Select, and starting keys of Query and Scan."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof


def _both(*names: str) -> list[str]:
    return [
        f"fact: {operation}: start of {name}" for name in names for operation in ("Query", "Scan")
    ]


OPERATORS = ("NE", "CONTAINS", "NOT_CONTAINS", "IN", "NULL", "NOT_NULL")
FITTING = (
    "s = :b",
    "s < :c",
    "s <= :b",
    "s > :a",
    "s >= :b",
    "s BETWEEN :a AND :c",
    "begins_with(s, :b)",
)
UNFITTING = (
    "s = :a",
    "s < :b",
    "s <= :a",
    "s > :b",
    "s >= :c",
    "s BETWEEN :c AND :c",
    "begins_with(s, :a)",
)
COMPARATORS = ("<", "<=", ">", ">=")
SELECTS = ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT")

PROOFS = (
    proof(
        "A Query needs a key condition",
        AWS_CAPTURED,
        "fact: Query by KeyConditions: no key condition",
    ),
    proof(
        "KeyConditions are one or two",
        AWS_CAPTURED,
        "fact: KeyConditions: none",
        "fact: KeyConditions: three",
        "fact: Query: three conditions | Select",
    ),
    proof(
        "The hash key of the table or index has a condition",
        AWS_CAPTURED,
        "fact: Query: no condition on the hash key",
        "fact: Query: no condition on the index's hash key",
    ),
    proof(
        "A condition on another attribute leaves the range key without one",
        AWS_CAPTURED,
        "fact: Query: another attribute than the range key",
    ),
    proof(
        "A second condition is not supported where the key has one attribute",
        AWS_CAPTURED,
        "fact: Query: two conditions where there is one key",
    ),
    proof(
        "The hash key is compared for equality",
        AWS_CAPTURED,
        *(f"fact: Query: the hash key with {operator}" for operator in COMPARATORS),
        "fact: Query: the hash key between",
        "fact: Query: the beginning of the hash key",
    ),
    proof(
        "Operators that no key answers are not indexable in KeyConditions",
        AWS_CAPTURED,
        *(
            f"fact: KeyConditions: the {where} key with {operator}"
            for operator in OPERATORS
            for where in ("hash", "range")
        ),
    ),
    proof(
        "A condition's value has the key's type",
        AWS_CAPTURED,
        "fact: Query: a hash key of another type",
        "fact: Query: a range key of another type",
        "fact: KeyConditions: a hash key of another type",
    ),
    proof("A QueryFilter does not name keys", AWS_CAPTURED, "fact: Query: a QueryFilter on a key"),
    proof(
        "A FilterExpression of a Query does not name keys, nor paths inside them",
        AWS_CAPTURED,
        "fact: Query: a filter on the hash key",
        "fact: Query: a filter inside the range key",
        "fact: Query by KeyConditionExpression: a filter on a key",
    ),
    proof(
        "Paths do not go inside keys of the table",
        AWS_CAPTURED,
        "fact: Query by KeyConditionExpression: a projection inside a key",
        "fact: Query by KeyConditionExpression: a filter inside a key",
    ),
    proof(
        "Paths do not go inside keys of an index, which is said so",
        AWS_CAPTURED,
        "fact: Query: a filter inside an index's key",
        "fact: Query: a projection inside an index's key",
    ),
    proof(
        "An unknown index is a ValidationException, an unknown table comes first",
        AWS_CAPTURED,
        "fact: Query by KeyConditionExpression: no index",
        "fact: Query by KeyConditionExpression: no table | no index",
        "fact: Scan: no index",
    ),
    proof(
        "A global index has no consistent reads",
        AWS_CAPTURED,
        "fact: Query by KeyConditionExpression: a consistent read of a global index",
    ),
    proof(
        "A global index that does not project all has no ALL_ATTRIBUTES",
        AWS_CAPTURED,
        "fact: Query by KeyConditionExpression: all attributes of the index",
    ),
    proof(
        "Attributes that a global index does not project are refused by name",
        AWS_CAPTURED,
        "fact: Query: names that a global index lacks",
    ),
    proof(
        "A local index fetches from the table what it does not project",
        AWS_CAPTURED,
        "tests/operations/test_query.py::test_a_local_index_fetches_what_it_lacks",
    ),
    proof(
        "SPECIFIC_ATTRIBUTES needs a list of attributes",
        AWS_CAPTURED,
        "fact: Query by KeyConditionExpression: Select",
        "fact: Scan: Select",
    ),
    proof(
        "A ProjectionExpression does not go with the other values of Select",
        AWS_CAPTURED,
        *(f"fact: Query: {select} with ProjectionExpression" for select in SELECTS),
    ),
    proof(
        "AttributesToGet does not go with the other values of Select",
        AWS_CAPTURED,
        *(f"fact: Query: {select} with AttributesToGet" for select in SELECTS),
    ),
    proof(
        "ALL_PROJECTED_ATTRIBUTES needs an index, for Scan as for Query",
        AWS_CAPTURED,
        "fact: Query: projected attributes of no index",
        "fact: Scan: projected attributes of no index",
    ),
    proof(
        "A key of the table that is none of the queried index is no key there",
        AWS_CAPTURED,
        "fact: Query: a key of the table that is none of the index",
        "tests/operations/test_query.py::test_a_global_index_may_be_filtered_by_the_tables_keys",
    ),
    # Starting keys.
    proof(
        "Value faults of a starting key come behind the words that name it",
        AWS_CAPTURED,
        *_both(
            "no type", "two types", "a false NULL", "an empty string set", "an empty binary set"
        ),
    ),
    proof(
        "An empty number set in a starting key comes bare",
        AWS_CAPTURED,
        *_both("an empty number set"),
    ),
    proof(
        "Duplicates in a starting key come bare",
        AWS_CAPTURED,
        *_both("a string twice", "bytes twice", "a number twice"),
    ),
    proof(
        "Bad numbers in a starting key come bare",
        AWS_CAPTURED,
        *_both("no number", "39 digits", "a large number", "a small number"),
    ),
    proof(
        "A starting key has the keys of table and index, each once",
        AWS_CAPTURED,
        *_both(
            "no attribute",
            "one attribute of two",
            "three attributes of two",
            "an index with three attributes of four",
        ),
    ),
    proof(
        "A table's starting key with wrong names or types does not match the schema",
        AWS_CAPTURED,
        *_both(
            "a table with another name",
            "a table with another hash key type",
            "a table with another range key type",
        ),
    ),
    proof(
        "A starting key without a key of the index is invalid",
        AWS_CAPTURED,
        *_both("an index without its hash key", "an index without its range key"),
    ),
    proof(
        "An index's key of another type in a starting key does not match the schema, bare",
        AWS_CAPTURED,
        *_both("an index with another hash key type", "an index with another range key type"),
    ),
    proof(
        "A table's key that is missing or of another type in an index's starting key is invalid "
        "for it does not match the schema",
        AWS_CAPTURED,
        *_both("an index without the table's key", "an index with another table key type"),
    ),
    proof(
        "Without a range condition a start in another partition is outside the query",
        AWS_CAPTURED,
        "fact: Query: start in another partition",
        "fact: Query: start of an index in another partition",
    ),
    proof(
        "A start that does not satisfy the range condition is told first",
        AWS_CAPTURED,
        *(f"fact: Query: start outside {condition}" for condition in UNFITTING),
        "fact: Query: start outside a range | another partition",
        "fact: Query: start of an index at another rank",
    ),
    proof(
        "A start that satisfies the range condition in another partition cannot be restarted, "
        "whatever the operator",
        AWS_CAPTURED,
        *(f"fact: Query: start in another partition, with {condition}" for condition in FITTING),
        "fact: Query: start of an index at one rank of another partition",
    ),
    proof(
        "A Query of a table without range key takes no starting key",
        AWS_CAPTURED,
        "fact: Query: start of a table without range key",
    ),
    proof(
        "A Scan's segment takes no start of another segment",
        AWS_CAPTURED,
        "fact: Scan: start in another segment",
    ),
)
