"""The refusals of Query and Scan: key conditions against a schema, Select, starting keys, segments.

Source: facts, Query, ExclusiveStartKey and Scan in the order of checks; facts, Query and Scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynalite_py.model import errors
from dynalite_py.model.errors import DynamoDBError

INVALID_START = "The provided starting key is invalid"

# Key conditions against the key schema of the table or index that is read.


def no_key_condition() -> DynamoDBError:
    """A Query without KeyConditions and KeyConditionExpression."""
    return errors.validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified "
        "in the request."
    )


def key_condition_count() -> DynamoDBError:
    """No key condition at all, or one for more attributes than a key has."""
    return errors.validation("Conditions can be of length 1 or 2 only")


def missed_key(name: str) -> DynamoDBError:
    """A key attribute that needs a condition has none."""
    return errors.validation(f"Query condition missed key schema element: {name}")


def key_condition_not_supported() -> DynamoDBError:
    """A condition on another attribute than the keys, or no equality on the partition key."""
    return errors.validation("Query key condition not supported")


def not_indexable() -> DynamoDBError:
    """An operator that no key answers (NE, CONTAINS, NULL...)."""
    return errors.validation("Attempted conditional constraint is not an indexable operation")


def condition_type_mismatch() -> DynamoDBError:
    """A key condition's value has another type than the key."""
    return errors.invalid_parameter("Condition parameter type does not match schema type")


def hash_attributes_need_equality(names: Sequence[str]) -> DynamoDBError:
    """An index key of several HASH attributes, not all of them with ``=``."""
    return errors.validation(
        f"HASH key attributes {', '.join(names)} must have equality conditions specified "
        "in the query"
    )


def range_attributes_need_equality(names: Sequence[str], behind: str) -> DynamoDBError:
    """RANGE attributes without equality in front of one, ``behind``, that has a condition."""
    return errors.validation(
        f"RANGE key attributes {', '.join(names)} must have equality conditions specified in the "
        f"query because a condition is present on key attribute {behind}"
    )


# Filters, Select and indexes.


def filter_on_key(name: str) -> DynamoDBError:
    """A FilterExpression of a Query names a key attribute."""
    return errors.validation(
        "Filter Expression can only contain non-primary key attributes: "
        f"Primary key attribute: {name}"
    )


def query_filter_on_key(name: str) -> DynamoDBError:
    """A QueryFilter names a key attribute."""
    return errors.validation(
        f"QueryFilter can only contain non-primary key attributes: Primary key attribute: {name}"
    )


def select_needs_projection() -> DynamoDBError:
    """SPECIFIC_ATTRIBUTES without a list of attributes."""
    return errors.validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES"
    )


def select_excludes_projection(member: str, select: str) -> DynamoDBError:
    """A list of attributes beside a Select that takes none. member: the request's member."""
    chosen = "only the Count" if select == "COUNT" else select
    return errors.validation(f"Cannot specify the {member} when choosing to get {chosen}")


def select_needs_index() -> DynamoDBError:
    """ALL_PROJECTED_ATTRIBUTES of a table; Scan is answered with the same words."""
    return errors.validation(
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
    )


def select_all_of_index(index_name: str) -> DynamoDBError:
    """ALL_ATTRIBUTES of a global index that does not project them all."""
    return errors.invalid_parameter(
        f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index_name} "
        "because its projection type is not ALL"
    )


def not_projected(index_name: str, names: Sequence[str]) -> DynamoDBError:
    """Attributes asked of a global index that does not hold them."""
    return errors.invalid_parameter(
        f"Global secondary index {index_name} does not project [{', '.join(names)}]"
    )


def filter_not_projected(index_name: str, names: Sequence[str]) -> DynamoDBError:
    """A Query's filter names attributes that the index does not hold."""
    return errors.invalid_parameter(
        f"Secondary index {index_name} does not project one or more filter attributes: "
        f"[{', '.join(names)}]"
    )


def consistent_index_read() -> DynamoDBError:
    """ConsistentRead on a global index."""
    return errors.validation("Consistent reads are not supported on global secondary indexes")


def index_is_backfilling(index_name: str) -> DynamoDBError:
    """A global index that does not hold every item yet."""
    return errors.validation(f"Cannot read from backfilling global secondary index: {index_name}")


# Starting keys.


def invalid_start() -> DynamoDBError:
    """A starting key with a wrong number of attributes, or without one of the index's."""
    return errors.validation(INVALID_START)


def invalid_start_because(reason: DynamoDBError) -> DynamoDBError:
    """A starting key that another refusal's text describes."""
    return errors.validation(f"{INVALID_START}: {reason.message}")


def start_of_single_item(start: Mapping[str, Mapping[str, Any]]) -> DynamoDBError:
    """A starting key for a Query of a table whose partitions hold one item each."""
    printed = ", ".join(
        f"{name}=AttributeValue: {{{kind}:{text}}}"
        for name, value in start.items()
        for kind, text in value.items()
    )
    return errors.validation(
        f"The provided exclusive start key is invalid: ExclusiveStartKey: {{{printed}}}"
    )


def start_outside_query() -> DynamoDBError:
    """A starting key of another partition."""
    return errors.validation(
        "The provided starting key is outside query boundaries based on provided conditions"
    )


def start_outside_range() -> DynamoDBError:
    """A starting key whose sort key the condition excludes."""
    return errors.validation("The provided starting key does not match the range key predicate")


def start_not_restartable() -> DynamoDBError:
    """A starting key that fits the sort condition in another partition."""
    return errors.validation("The query can return at most one row and cannot be restarted")


def start_of_other_segment(segment: int, total: int) -> DynamoDBError:
    """A starting key that another segment of the parallel Scan reads."""
    return errors.validation(
        f"{INVALID_START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        f"Segment. TotalSegments: {total} Segment: {segment}"
    )


# Segments.


def total_segments_required() -> DynamoDBError:
    """Segment without TotalSegments."""
    return errors.validation(
        "The TotalSegments parameter is required but was not present in the request "
        "when Segment parameter is present"
    )


def segment_required() -> DynamoDBError:
    """TotalSegments without Segment."""
    return errors.validation(
        "The Segment parameter is required but was not present in the request "
        "when parameter TotalSegments is present"
    )


def segment_too_large(segment: int, total: int) -> DynamoDBError:
    """Segment is not below TotalSegments."""
    return errors.validation(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        f"Segment: {segment} is not less than TotalSegments: {total}"
    )
