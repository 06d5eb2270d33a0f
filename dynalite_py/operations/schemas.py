"""What the data operations take: a schema each, members in the order in which the service lists
violations.

Source: facts, order of members per operation (the newest captures) and numbers and lists per
operation.
"""

from __future__ import annotations

from typing import Any

from dynalite_py.model import errors, limits
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema_faults
from dynalite_py.operations.schema import (
    ATTRIBUTE_MAP,
    ATTRIBUTE_UPDATES,
    BOOLEAN,
    CONDITION,
    CONDITION_MEMBERS,
    CONDITIONAL_OPERATOR,
    EXPECTED,
    EXPRESSION_NAMES,
    EXPRESSION_VALUES,
    INDEX_NAME,
    KEY,
    NAME_PATTERN,
    RETURN_CONSUMED_CAPACITY,
    RETURN_ITEM_COLLECTION_METRICS,
    RETURN_VALUES,
    STRING,
    TABLE_NAME,
    list_of,
    map_of,
    one_of,
    optional,
    required,
    schema,
    structure,
    text,
    whole,
)
from dynalite_py.operations.shapes import Member, Request, Sequence

_PROJECTION = optional("ProjectionExpression", STRING)
_CONSISTENT_READ = optional("ConsistentRead", BOOLEAN)


def _attributes_to_get(maximum: int | None = None) -> Member:
    return optional("AttributesToGet", list_of(STRING, 1, maximum))


PUT_ITEM = schema(
    required("TableName", TABLE_NAME),
    required("Item", ATTRIBUTE_MAP),
    RETURN_CONSUMED_CAPACITY,
    RETURN_VALUES,
    RETURN_ITEM_COLLECTION_METRICS,
    CONDITIONAL_OPERATOR,
    EXPECTED,
    *CONDITION_MEMBERS,
    alone=("TableName",),
)

GET_ITEM = schema(
    required("Key", KEY),
    required("TableName", TABLE_NAME),
    RETURN_CONSUMED_CAPACITY,
    _attributes_to_get(255),
    _CONSISTENT_READ,
    _PROJECTION,
    EXPRESSION_NAMES,
)

UPDATE_ITEM = schema(
    required("TableName", TABLE_NAME),
    required("Key", KEY),
    RETURN_VALUES,
    RETURN_CONSUMED_CAPACITY,
    RETURN_ITEM_COLLECTION_METRICS,
    CONDITIONAL_OPERATOR,
    EXPECTED,
    ATTRIBUTE_UPDATES,
    optional("UpdateExpression", STRING),
    *CONDITION_MEMBERS,
    alone=(
        "TableName",
        "Key",
        "ReturnValues",
        "ReturnConsumedCapacity",
        "ReturnItemCollectionMetrics",
    ),
)

DELETE_ITEM = schema(
    required("TableName", TABLE_NAME),
    required("Key", KEY),
    RETURN_CONSUMED_CAPACITY,
    RETURN_VALUES,
    RETURN_ITEM_COLLECTION_METRICS,
    CONDITIONAL_OPERATOR,
    EXPECTED,
    *CONDITION_MEMBERS,
)

_SELECT = optional(
    "Select",
    one_of("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
)
_FILTER_MEMBERS = (
    optional("FilterExpression", STRING),
    EXPRESSION_NAMES,
    EXPRESSION_VALUES,
)


def _query_limit_faults(limit: int, path: str) -> list[str]:
    """Query's newest text names the member as the request spells it and prints no value."""
    del path
    if limit >= 1:
        return []
    rule = "Member must have value greater than or equal to 1"
    return [schema_faults.unprinted_violation("Limit", rule)]


QUERY = schema(
    _SELECT,
    optional("IndexName", INDEX_NAME),
    RETURN_CONSUMED_CAPACITY,
    optional("QueryFilter", map_of(CONDITION)),
    required("TableName", TABLE_NAME),
    CONDITIONAL_OPERATOR,
    _attributes_to_get(255),
    optional("Limit", whole("Integer", 1, faults=_query_limit_faults)),
    optional("KeyConditions", map_of(CONDITION)),
    optional("KeyConditionExpression", STRING),
    _PROJECTION,
    *_FILTER_MEMBERS,
    optional("ExclusiveStartKey", KEY),
    _CONSISTENT_READ,
    optional("ScanIndexForward", BOOLEAN),
)

SCAN = schema(
    _SELECT,
    optional("IndexName", INDEX_NAME),
    optional("TotalSegments", whole("Integer", 1, limits.SCAN_SEGMENTS)),
    RETURN_CONSUMED_CAPACITY,
    required("TableName", TABLE_NAME),
    CONDITIONAL_OPERATOR,
    optional("ScanFilter", map_of(CONDITION)),
    optional("Segment", whole("Integer", 0, 999_999)),
    optional("Limit", whole("Integer", 1)),
    _attributes_to_get(255),
    _PROJECTION,
    *_FILTER_MEMBERS,
    optional("ExclusiveStartKey", KEY),
    _CONSISTENT_READ,
)


def _bad_table_names(names: Any) -> bool:
    """Whether a batch names a table that no table can be called."""
    matches = TABLE_NAME.pattern
    assert matches is not None
    return any(not 1 <= len(name) <= 1024 or matches.fullmatch(name) is None for name in names)


def _table_map_faults(request_items: dict[str, Any], path: str) -> list[str]:
    if not _bad_table_names(request_items):
        return []
    rule = (
        "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
        "Member must have length greater than or equal to 3, "
        f"Member must satisfy regular expression pattern: {NAME_PATTERN}]"
    )
    return [schema_faults.violation(request_items, path, rule)]


def _keys_faults(keys: list[Any], path: str) -> list[str]:
    """The newest texts print no value, and one of the two spells the members as the request
    does."""
    if not keys:
        rule = "Member must have length greater than or equal to 1"
        return [schema_faults.unprinted_violation(path, rule)]
    if len(keys) > limits.BATCH_GET_KEYS:
        rule = f"Member must have length less than or equal to {limits.BATCH_GET_KEYS}"
        table = path.removeprefix("requestItems.").removesuffix(".member.keys")
        return [schema_faults.unprinted_violation(f"RequestItems.{table}.member.Keys", rule)]
    return []


def _required_request_items(operation: str) -> Any:
    def first(request: Request) -> DynamoDBError | None:
        if request.get("RequestItems") == {}:
            return errors.request_items_required(operation)
        return None

    return first


BATCH_GET_ITEM = schema(
    RETURN_CONSUMED_CAPACITY,
    required(
        "RequestItems",
        map_of(
            structure(
                "KeysAndAttributes",
                required("Keys", list_of(KEY, 1, limits.BATCH_GET_KEYS, faults=_keys_faults)),
                _attributes_to_get(255),
                _CONSISTENT_READ,
                _PROJECTION,
                EXPRESSION_NAMES,
            ),
            faults=_table_map_faults,
        ),
    ),
    first=_required_request_items("BatchGetItem"),
)

_WRITE_REQUEST = structure(
    "WriteRequest",
    optional("PutRequest", structure("PutRequest", required("Item", ATTRIBUTE_MAP))),
    optional("DeleteRequest", structure("DeleteRequest", required("Key", KEY))),
)


def _write_list_faults(writes: list[Any], path: str) -> list[str]:
    """A list that is too long is the map's fault (below); only an empty one is its own."""
    if writes:
        return []
    rule = "Member must have length greater than or equal to 1"
    return [schema_faults.unprinted_violation(path, rule)]


_WRITE_LISTS = map_of(Sequence(_WRITE_REQUEST))


def _write_map_faults(request_items: dict[str, Any], path: str) -> list[str]:
    faults = _table_map_faults(request_items, path)
    if any(len(writes or ()) > limits.BATCH_WRITE_REQUESTS for writes in request_items.values()):
        rule = (
            "Map value must satisfy constraint: [Member must have length less than or equal to "
            f"{limits.BATCH_WRITE_REQUESTS}, Member must have length greater than or equal to 1]"
        )
        faults.append(schema_faults.violation(request_items, path, rule, _WRITE_LISTS))
    return faults


BATCH_WRITE_ITEM = schema(
    RETURN_CONSUMED_CAPACITY,
    RETURN_ITEM_COLLECTION_METRICS,
    required(
        "RequestItems",
        map_of(
            list_of(_WRITE_REQUEST, 1, limits.BATCH_WRITE_REQUESTS, faults=_write_list_faults),
            faults=_write_map_faults,
        ),
    ),
    first=_required_request_items("BatchWriteItem"),
)

TRANSACT_GET_ITEMS = schema(
    required(
        "TransactItems",
        list_of(
            structure(
                "TransactGetItem",
                required(
                    "Get",
                    structure(
                        "Get",
                        required("Key", KEY),
                        required("TableName", TABLE_NAME),
                        _PROJECTION,
                        EXPRESSION_NAMES,
                    ),
                ),
            ),
            1,
            limits.TRANSACTION_ACTIONS,
        ),
    ),
    RETURN_CONSUMED_CAPACITY,
)

# Not the service's: read for callers of the library alone, who may lock by the stored version.
_IF_VERSION = optional("IfVersion", whole("Long", 0))

_TRANSACT_WRITE_ITEM = structure(
    "TransactWriteItem",
    optional(
        "ConditionCheck",
        structure(
            "ConditionCheck",
            required("Key", KEY),
            required("TableName", TABLE_NAME),
            required("ConditionExpression", STRING),
            *CONDITION_MEMBERS[1:],
            _IF_VERSION,
        ),
    ),
    optional(
        "Put",
        structure(
            "Put",
            required("Item", ATTRIBUTE_MAP),
            required("TableName", TABLE_NAME),
            *CONDITION_MEMBERS,
            _IF_VERSION,
        ),
    ),
    optional(
        "Delete",
        structure(
            "Delete",
            required("Key", KEY),
            required("TableName", TABLE_NAME),
            *CONDITION_MEMBERS,
            _IF_VERSION,
        ),
    ),
    optional(
        "Update",
        structure(
            "Update",
            required("Key", KEY),
            required("UpdateExpression", STRING),
            required("TableName", TABLE_NAME),
            *CONDITION_MEMBERS,
            _IF_VERSION,
        ),
    ),
)

TRANSACT_WRITE_ITEMS = schema(
    required("TransactItems", list_of(_TRANSACT_WRITE_ITEM, 1, limits.TRANSACTION_ACTIONS)),
    RETURN_CONSUMED_CAPACITY,
    RETURN_ITEM_COLLECTION_METRICS,
    optional("ClientRequestToken", text(1, 36)),
)
