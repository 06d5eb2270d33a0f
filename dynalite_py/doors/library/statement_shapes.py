"""The shapes of the three PartiQL operations; see ``shapes``."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, Required, TypeAlias, TypedDict

from dynalite_py.doors.library.shapes import (
    ConsumedCapacity,
    EmptyOutput,
    Item,
    ItemResponse,
    ReturnCapacity,
    ReturnOnFailure,
)

Parameters: TypeAlias = Sequence[Mapping[str, object]]


class ExecuteStatementInput(TypedDict, total=False):
    """ExecuteStatement."""

    Statement: Required[str]
    Parameters: Parameters
    ConsistentRead: bool
    NextToken: str
    ReturnConsumedCapacity: ReturnCapacity
    Limit: int
    ReturnValuesOnConditionCheckFailure: ReturnOnFailure


class ExecuteStatementOutput(EmptyOutput):
    """ExecuteStatement."""

    Items: list[Item]
    NextToken: str
    LastEvaluatedKey: Item
    ConsumedCapacity: ConsumedCapacity


class BatchStatement(TypedDict, total=False):
    """One statement of a batch."""

    Statement: Required[str]
    Parameters: Parameters
    ConsistentRead: bool
    ReturnValuesOnConditionCheckFailure: ReturnOnFailure


class BatchExecuteStatementInput(TypedDict):
    """BatchExecuteStatement."""

    Statements: Sequence[BatchStatement]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]


class BatchStatementError(TypedDict, total=False):
    """Why one statement of a batch failed."""

    Code: str
    Message: str
    Item: Item


class BatchStatementResponse(TypedDict, total=False):
    """The answer to one statement of a batch."""

    Error: BatchStatementError
    TableName: str
    Item: Item


class BatchExecuteStatementOutput(EmptyOutput):
    """BatchExecuteStatement."""

    Responses: list[BatchStatementResponse]
    ConsumedCapacity: list[ConsumedCapacity]


class TransactStatement(TypedDict, total=False):
    """One statement of a transaction."""

    Statement: Required[str]
    Parameters: Parameters
    ReturnValuesOnConditionCheckFailure: ReturnOnFailure


class ExecuteTransactionInput(TypedDict):
    """ExecuteTransaction."""

    TransactStatements: Sequence[TransactStatement]
    ClientRequestToken: NotRequired[str]
    ReturnConsumedCapacity: NotRequired[ReturnCapacity]


class ExecuteTransactionOutput(EmptyOutput):
    """ExecuteTransaction."""

    Responses: list[ItemResponse]
    ConsumedCapacity: list[ConsumedCapacity]
