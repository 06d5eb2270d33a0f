"""The JSON of refusals and of answers that have nothing to tell."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

SPELLED = "tests/model/test_errors.py::test_every_code_has_its_prefix_and_the_member_for_its_text"
BARE = "tests/model/test_errors.py::test_a_refusal_without_a_text_has_no_member_for_it"
REASONS = "tests/wire/test_bodies.py::test_a_cancellation_gives_a_reason_for_each_action"
SHOWN = (
    "tests/wire/test_bodies.py::"
    "test_a_failed_condition_shows_an_item_that_exists_where_that_is_asked"
)
EMPTY = "tests/wire/test_bodies.py::test_nothing_to_tell_is_an_empty_object_or_nothing"

PROOFS = (
    proof("A refusal's JSON begins with __type, its prefix and name", AWS_CAPTURED, SPELLED, SHOWN),
    proof(
        "Faults of the client have status 400, faults of the service 500",
        AWS_CAPTURED,
        "tests/model/test_errors.py::test_a_client_is_at_fault_with_400_and_the_service_with_500",
        SHOWN,
    ),
    proof(
        "A ValidationException has the prefix com.amazon.coral.validate and a message",
        AWS_CAPTURED,
        SPELLED,
    ),
    proof(
        "A SerializationException has the prefix com.amazon.coral.service and its text under "
        "Message",
        AWS_CAPTURED,
        SPELLED,
        "tests/wire/test_type_faults.py::test_a_string_takes_no_other_json_type",
    ),
    proof("The bare SerializationException has no text member", AWS_CAPTURED, BARE),
    proof(
        "An AccessDeniedException has the prefix com.amazon.coral.service and its text under "
        "Message",
        AWS_CAPTURED,
        SPELLED,
    ),
    proof(
        "An AccessDeniedException says who may not perform which operation on what",
        AWS_CAPTURED,
        "fact: CreateTable: a table of another region",
        "fact: CreateTable: a table of another account",
    ),
    proof(
        "An UnknownOperationException has the prefix com.amazon.coral.service and no text",
        AWS_CAPTURED,
        BARE,
    ),
    proof(
        "Authentication faults and InternalFailure have the prefix com.amazon.coral.service and a "
        "message",
        AWS_CAPTURED,
        SPELLED,
    ),
    proof(
        "The exceptions of the API model have the prefix com.amazonaws.dynamodb.v20120810 and a "
        "message",
        AWS_CAPTURED,
        SPELLED,
        SHOWN,
    ),
    proof(
        "A TransactionCanceledException has its text under Message, beside CancellationReasons",
        AWS_CAPTURED,
        SPELLED,
        REASONS,
    ),
    proof(
        "IdempotentParameterMismatchException and TransactionInProgressException have their text "
        "under Message",
        DOCS,
        SPELLED,
        "tests/wire/test_bodies.py::test_a_token_used_again_for_something_else_is_refused",
    ),
    proof(
        "A ConditionalCheckFailedException shows the Item where ALL_OLD is asked and one exists",
        AWS_CAPTURED,
        SHOWN,
    ),
    proof(
        "A cancellation's reasons are one for each action, Code None for those that pass",
        AWS_CAPTURED,
        REASONS,
    ),
    proof(
        "The reason for a failed condition has its code, its text and the Item where that is asked",
        AWS_CAPTURED,
        REASONS,
    ),
    proof(
        "The reason for a bad action is a ValidationError with the fault's own text",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_a_cancellation_for_a_bad_action_says_what_is_bad",
    ),
    proof(
        "A cancellation's text lists one code for each action",
        AWS_CAPTURED,
        REASONS,
        "fact: every false condition",
    ),
    proof(
        'Operations that have nothing to tell answer {}, BatchWriteItem {"UnprocessedItems":{}}',
        AWS_CAPTURED,
        EMPTY,
    ),
    proof("TagResource and UntagResource answer an empty body", AWS_CAPTURED, EMPTY),
)
