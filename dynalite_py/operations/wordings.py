"""The service's wordings that change from region to region: today's and what they were before.

AWS has been putting ``1 validation error detected: `` before texts that had none, and has reworded
others. The code speaks the current wordings of us-east-1; where the setting asks for the older
ones, a refusal is reworded by the first row here that fits, just before it is answered.
Source: facts, the envelope on PutItem and UpdateItem; numbers and lists per operation; tag
operations; keys in Key parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema_faults, schemas
from dynalite_py.operations.shapes import Request, Structure

_ONE = "1 validation error detected: "
_FAILED = "failed to satisfy constraint: Member must have length"


class _Row(NamedTuple):
    """One wording. older: a template of the match, or a function of it, operation and request."""

    operations: tuple[str, ...]
    current: re.Pattern[str]
    older: str | Callable[[re.Match[str], str, Request], str]


def _row(
    operations: str, current: str, older: str | Callable[[re.Match[str], str, Request], str]
) -> _Row:
    return _Row(tuple(operations.split()), re.compile(current, re.DOTALL), older)


def _with_limit(match: re.Match[str], operation: str, request: Request) -> str:
    del operation
    return f"{match[1]}Value '{request['Limit']}' at 'limit'{match[2]}"


def _printed_items(operation: str, request: Request) -> str:
    structure = schemas.shape(f"{operation}Input")
    assert isinstance(structure, Structure)
    shape = structure.members["RequestItems"].shape
    return schema_faults.printed(request["RequestItems"], shape)


def _with_keys(match: re.Match[str], operation: str, request: Request) -> str:
    del operation
    keys = schema_faults.printed(
        request["RequestItems"][match[2]]["Keys"], schemas.shape("KeyList")
    )
    return f"{match[1]}Value '{keys}' at 'requestItems.{match[2]}.member.keys'{match[3]}"


def _with_items(match: re.Match[str], operation: str, request: Request) -> str:
    return (
        f"{match[1]}Value '{_printed_items(operation, request)}' at 'requestItems' failed to "
        "satisfy constraint: Map value must satisfy constraint: [Member must have length less than "
        f"or equal to 25, Member must have length greater than or equal to 1]{match[2]}"
    )


_ROWS = (
    # What has the envelope now and had none.
    _row(
        "PutItem",
        f"{_ONE}(ExpressionAttributeValues can only be specified when using expressions)",
        r"\1: ConditionExpression is null",
    ),
    _row(
        "UpdateItem",
        f"{_ONE}(ExpressionAttributeValues can only be specified when using expressions)",
        r"\1: UpdateExpression and ConditionExpression are null",
    ),
    _row("PutItem UpdateItem Query", f"{_ONE}(?!Value )(.*)", r"\1"),
    # Violations of the model that print no value now.
    _row("Query", "(.*)Value at 'Limit'(.*)", _with_limit),
    _row(
        "BatchGetItem BatchWriteItem",
        "The requestItems parameter is required for .*",
        f"{_ONE}Value '{{}}' at 'requestItems' {_FAILED} greater than or equal to 1",
    ),
    _row(
        "BatchGetItem",
        rf"(.*)Value at (\S+ {_FAILED} greater than or equal to 1.*)",
        r"\1Value '[]' at \2",
    ),
    _row("BatchGetItem", r"(.*)Value at 'RequestItems\.(\S+)\.member\.Keys'(.*)", _with_keys),
    _row(
        "BatchWriteItem",
        rf"(.*)Value at 'requestItems\.\S+\.member' {_FAILED} greater than or equal to 1(.*)",
        _with_items,
    ),
    # Other words.
    _row(
        "GetItem UpdateItem DeleteItem BatchGetItem",
        r"One or more parameter values are not valid\. (The AttributeValue for a key .*)",
        r"One or more parameter values were invalid: \1",
    ),
    _row(
        "TagResource ListTagsOfResource",
        "(Requested resource not found: )ResourceArn(: .*)",
        r"\1ResourcArn\2",
    ),
    _row(
        "UpdateTable",
        "At least one of ProvisionedThroughput, BillingMode, .*",
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    ),
)


def older(operation: str, request: Request, refusal: DynamoDBError) -> DynamoDBError:
    """The refusal as the service worded it before; itself where it always was worded so."""
    for operations, current, wording in _ROWS:
        match = current.fullmatch(refusal.message or "")
        if match is None or operation not in operations:
            continue
        if isinstance(wording, str):
            text = match.expand(wording)
        else:
            text = wording(match, operation, request)
        return DynamoDBError(refusal.code, text, extra=refusal.extra)
    return refusal
