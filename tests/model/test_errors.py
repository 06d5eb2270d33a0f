"""The JSON of a refusal: prefix and name, the text's member, further members. Source: facts, Error
JSON.
"""

from __future__ import annotations

import pytest

from dynalite_py.model import codec, errors
from dynalite_py.model.errors import DynamoDBError

SERVICE, VALIDATE = "com.amazon.coral.service#", "com.amazon.coral.validate#"
DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
SPELLED = [
    (VALIDATE, "message", ["ValidationException"]),
    (SERVICE, "Message", ["SerializationException", "AccessDeniedException"]),
    (
        SERVICE,
        "message",
        [
            "MissingAuthenticationTokenException",
            "IncompleteSignatureException",
            "InvalidSignatureException",
            "UnrecognizedClientException",
            "InternalFailure",
        ],
    ),
    (
        DYNAMODB,
        "message",
        [
            "ResourceNotFoundException",
            "ResourceInUseException",
            "ConditionalCheckFailedException",
            "LimitExceededException",
            "ItemCollectionSizeLimitExceededException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ThrottlingException",
            "TransactionConflictException",
            "ReplicatedWriteConflictException",
            "DuplicateItemException",
            "TrimmedDataAccessException",
            "ExpiredIteratorException",
            "InternalServerError",
        ],
    ),
    (
        DYNAMODB,
        "Message",
        [
            "TransactionCanceledException",
            "IdempotentParameterMismatchException",
            "TransactionInProgressException",
        ],
    ),
]


@pytest.mark.parametrize(
    ("prefix", "member", "code"),
    [(prefix, member, code) for prefix, member, codes in SPELLED for code in codes],
)
def test_every_code_has_its_prefix_and_the_member_for_its_text(
    prefix: str, member: str, code: str
) -> None:
    assert errors.body(DynamoDBError(code, "why")) == codec.encode(
        {"__type": prefix + code, member: "why"}
    )


@pytest.mark.parametrize("code", ["SerializationException", "UnknownOperationException"])
def test_a_refusal_without_a_text_has_no_member_for_it(code: str) -> None:
    assert errors.body(DynamoDBError(code)) == codec.encode({"__type": SERVICE + code})


def test_a_client_is_at_fault_with_400_and_the_service_with_500() -> None:
    assert DynamoDBError("ResourceNotFoundException").status == 400
    assert errors.internal_failure().status == 500
    assert errors.storage_failed("disk full").status == 500
