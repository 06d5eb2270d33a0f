"""The shapes of requests and responses on items: what an editor and a type checker know of them.

Names and members are boto3's. Two members are this library's own: ``IfVersion`` and
``ReturnVersion``, with ``Version`` and ``Versions`` in the answers. A member of a response that may
be absent is typed as present, as in the stubs of boto3: ``response["Item"]`` type-checks, and
raises KeyError where there is no item. The shapes of the table operations: ``table_shapes``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Required, TypeAlias, TypedDict

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, AttributeValue]
# What is given may be any mapping: {"pk": {"S": "a"}} in a variable is a dict[str, dict[str, str]].
GivenItem: TypeAlias = Mapping[str, Mapping[str, object]]
Names: TypeAlias = Mapping[str, str]
Structure: TypeAlias = Mapping[str, object]

ReturnCapacity: TypeAlias = Literal["INDEXES", "TOTAL", "NONE"]
ReturnMetrics: TypeAlias = Literal["SIZE", "NONE"]
ReturnValue: TypeAlias = Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
ReturnOnFailure: TypeAlias = Literal["ALL_OLD", "NONE"]
Operator: TypeAlias = Literal["AND", "OR"]
Select: TypeAlias = Literal[
    "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"
]


class ResponseMetadata(TypedDict):
    """What every response carries beside its own members."""

    RequestId: str
    HTTPStatusCode: int
    HTTPHeaders: dict[str, str]
    RetryAttempts: int


class EmptyOutput(TypedDict):
    """A response without members of its own."""

    ResponseMetadata: ResponseMetadata


class Capacity(TypedDict, total=False):
    """Units of one table or index."""

    ReadCapacityUnits: float
    WriteCapacityUnits: float
    CapacityUnits: float


class ConsumedCapacity(Capacity, total=False):
    """Units that a request consumed."""

    TableName: str
    Table: Capacity
    LocalSecondaryIndexes: dict[str, Capacity]
    GlobalSecondaryIndexes: dict[str, Capacity]


class ItemCollectionMetrics(TypedDict, total=False):
    """The size of the item collection that a write touched."""

    ItemCollectionKey: Item
    SizeEstimateRangeGB: list[float]


class _Conditioned(TypedDict, total=False):
    """The members of a write that may depend on a condition."""

    TableName: Required[str]
    ConditionExpression: str
    ExpressionAttributeNames: Names
    ExpressionAttributeValues: GivenItem
    ReturnValuesOnConditionCheckFailure: ReturnOnFailure
    IfVersion: int


class _Write(_Conditioned, total=False):
    """The further members of a single write."""

    Expected: Mapping[str, Structure]
    ConditionalOperator: Operator
    ReturnValues: ReturnValue
    ReturnConsumedCapacity: ReturnCapacity
    ReturnItemCollectionMetrics: ReturnMetrics
    ReturnVersion: bool


class PutItemInput(_Write):
    """PutItem. IfVersion: the version read before, 0 for an item that must not exist."""

    Item: GivenItem


class DeleteItemInput(_Write):
    """DeleteItem. IfVersion: the version read before."""

    Key: GivenItem


class UpdateItemInput(_Write):
    """UpdateItem. IfVersion: the version read before, 0 for an item that must not exist."""

    Key: GivenItem
    UpdateExpression: NotRequired[str]
    AttributeUpdates: NotRequired[Mapping[str, Structure]]


class WriteOutput(EmptyOutput):
    """PutItem, UpdateItem, DeleteItem. Version: of the item after the write, on ReturnVersion."""

    Attributes: Item
    ConsumedCapacity: ConsumedCapacity
    ItemCollectionMetrics: ItemCollectionMetrics
    Version: int


class GetItemInput(TypedDict, total=False):
    """GetItem."""

    TableName: Required[str]
    Key: Required[GivenItem]
    AttributesToGet: Sequence[str]
    ConsistentRead: bool
    ReturnConsumedCapacity: ReturnCapacity
    ProjectionExpression: str
    ExpressionAttributeNames: Names
    ReturnVersion: bool


class GetItemOutput(EmptyOutput):
    """GetItem. Version: 0 without an item, on ReturnVersion."""

    Item: Item
    ConsumedCapacity: ConsumedCapacity
    Version: int


class _Range(TypedDict, total=False):
    """What Query and Scan share."""

    TableName: Required[str]
    IndexName: str
    Select: Select
    AttributesToGet: Sequence[str]
    Limit: int
    ConsistentRead: bool
    ConditionalOperator: Operator
    ExclusiveStartKey: GivenItem
    ReturnConsumedCapacity: ReturnCapacity
    ProjectionExpression: str
    FilterExpression: str
    ExpressionAttributeNames: Names
    ExpressionAttributeValues: GivenItem
    ReturnVersion: bool


class QueryInput(_Range, total=False):
    """Query."""

    KeyConditionExpression: str
    KeyConditions: Mapping[str, Structure]
    QueryFilter: Mapping[str, Structure]
    ScanIndexForward: bool


class ScanInput(_Range, total=False):
    """Scan."""

    ScanFilter: Mapping[str, Structure]
    TotalSegments: int
    Segment: int


class ItemsOutput(EmptyOutput):
    """Query and Scan. Versions: one for each item, on ReturnVersion."""

    Items: list[Item]
    Count: int
    ScannedCount: int
    LastEvaluatedKey: Item
    ConsumedCapacity: ConsumedCapacity
    Versions: list[int]


class KeysAndAttributes(TypedDict, total=False):
    """What BatchGetItem reads of one table."""

    Keys: Required[Sequence[GivenItem]]
    AttributesToGet: Sequence[str]
    ConsistentRead: bool
    ProjectionExpression: str
    ExpressionAttributeNames: Names


class BatchGetItemInput(TypedDict):
    """BatchGetItem."""

    RequestItems: Mapping[str, KeysAndAttributes]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]


class BatchGetItemOutput(EmptyOutput):
    """BatchGetItem."""

    Responses: dict[str, list[Item]]
    UnprocessedKeys: dict[str, KeysAndAttributes]
    ConsumedCapacity: list[ConsumedCapacity]


class PutRequest(TypedDict):
    """The item of a put in a batch."""

    Item: GivenItem


class DeleteRequest(TypedDict):
    """The key of a delete in a batch."""

    Key: GivenItem


class WriteRequest(TypedDict, total=False):
    """One write of a batch: exactly one of the two."""

    PutRequest: PutRequest
    DeleteRequest: DeleteRequest


class BatchWriteItemInput(TypedDict):
    """BatchWriteItem."""

    RequestItems: Mapping[str, Sequence[WriteRequest]]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]
    ReturnItemCollectionMetrics: NotRequired[ReturnMetrics]


class BatchWriteItemOutput(EmptyOutput):
    """BatchWriteItem."""

    UnprocessedItems: dict[str, list[WriteRequest]]
    ItemCollectionMetrics: dict[str, list[ItemCollectionMetrics]]
    ConsumedCapacity: list[ConsumedCapacity]


class TransactPut(_Conditioned):
    """A put in a transaction."""

    Item: GivenItem


class TransactKey(_Conditioned):
    """A delete or a condition check in a transaction."""

    Key: GivenItem


class TransactUpdate(TransactKey):
    """An update in a transaction."""

    UpdateExpression: str


class TransactWriteItem(TypedDict, total=False):
    """One action of a transaction: exactly one of the four."""

    ConditionCheck: TransactKey
    Put: TransactPut
    Delete: TransactKey
    Update: TransactUpdate


class TransactWriteItemsInput(TypedDict):
    """TransactWriteItems."""

    TransactItems: Sequence[TransactWriteItem]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]
    ReturnItemCollectionMetrics: NotRequired[ReturnMetrics]
    ClientRequestToken: NotRequired[str]


class TransactWriteItemsOutput(EmptyOutput):
    """TransactWriteItems."""

    ItemCollectionMetrics: dict[str, list[ItemCollectionMetrics]]
    ConsumedCapacity: list[ConsumedCapacity]


class TransactGet(TypedDict, total=False):
    """One read of a transaction."""

    TableName: Required[str]
    Key: Required[GivenItem]
    ProjectionExpression: str
    ExpressionAttributeNames: Names


class TransactGetItem(TypedDict):
    """One action of a reading transaction."""

    Get: TransactGet


class TransactGetItemsInput(TypedDict):
    """TransactGetItems."""

    TransactItems: Sequence[TransactGetItem]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]


class ItemResponse(TypedDict, total=False):
    """One answer of a reading transaction; empty where there is no item."""

    Item: Item


class TransactGetItemsOutput(EmptyOutput):
    """TransactGetItems."""

    Responses: list[ItemResponse]
    ConsumedCapacity: list[ConsumedCapacity]
