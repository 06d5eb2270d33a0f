"""Refusals for want of capacity: texts and reasons.

Source: facts, Reason codes and texts; Limits, endpoints, throttling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from dynalite_py.model.errors import DynamoDBError

# What a refusal says of where capacity was wanting: ``reason`` and ``resource``, an ARN.
Reason: TypeAlias = dict[str, str]

PROVISIONED = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)
PROVISIONED_OF_INDEX = (
    "The level of configured provisioned throughput for one or more global secondary indexes of "
    "the table was exceeded. Consider increasing your provisioning level for the "
    "under-provisioned global secondary indexes with the UpdateTable API."
)
ON_DEMAND = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "
    "scaling your table or index so please try again shortly. If exceptions persist, check if you "
    "have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
ON_DEMAND_OF_INDEX = (
    "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is "
    "automatically scaling your index so please try again shortly."
)


def provisioned(reasons: Sequence[Reason], *, of_index: bool) -> DynamoDBError:
    """A request beyond the provisioned throughput of its table, or of an index of it."""
    return DynamoDBError(
        "ProvisionedThroughputExceededException",
        PROVISIONED_OF_INDEX if of_index else PROVISIONED,
        extra={"ThrottlingReasons": list(reasons)},
    )


def on_demand(reasons: Sequence[Reason], *, of_index: bool) -> DynamoDBError:
    """A request beyond what a table on demand, or an index of it, takes at this moment."""
    return DynamoDBError(
        "ThrottlingException",
        ON_DEMAND_OF_INDEX if of_index else ON_DEMAND,
        extra={"throttlingReasons": list(reasons)},
    )


def account_limit(reasons: Sequence[Reason]) -> DynamoDBError:
    """A request beyond the account's limit of throughput."""
    return DynamoDBError(
        "RequestLimitExceeded",
        "Throughput exceeds the current throughput quota for your account.",
        extra={"ThrottlingReasons": list(reasons)},
    )


def cancellation(refusal: DynamoDBError) -> dict[str, Any]:
    """The reason for a transaction's cancellation that says the same as a refusal."""
    codes = {
        "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
        "ThrottlingException": "ThrottlingError",
        "RequestLimitExceeded": "RequestLimitExceeded",
        "TransactionConflictException": "TransactionConflict",
    }
    return {"Code": codes[refusal.code], "Message": refusal.message}
