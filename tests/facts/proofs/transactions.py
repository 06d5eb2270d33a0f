"""TransactWriteItems and TransactGetItems: limits, refusals, cancellations, tokens, answers."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

_TESTS = "tests/operations/test_transactions.py::"
_FAULTS = _TESTS + "test_a_fault_of_one_action_cancels_with_the_single_operations_text"
_WHOLE = _TESTS + "test_some_faults_of_one_action_refuse_the_whole_request"
_BAD_GET = _TESTS + "test_a_bad_key_cancels_a_read"
_WIRE = _TESTS + "test_a_cancellation_on_the_wire"

PROOFS = (
    # Limits and static rules.
    proof(
        "a transaction has from 1 to 100 actions",
        AWS_CAPTURED,
        "fact: nothing",
        _TESTS + "test_a_hundred_actions_are_taken_and_no_more",
    ),
    proof(
        "two actions on one item refuse the request as a whole",
        AWS_CAPTURED,
        "fact: one item twice",
        _TESTS + "test_one_table_may_be_named_by_its_arn_too",
    ),
    proof(
        "a condition check counts among the actions on one item",
        AWS_CAPTURED,
        "fact: a check and a write of one item",
    ),
    proof(
        "two reads of one item refuse the request as a whole",
        AWS_CAPTURED,
        "fact: one item read twice",
    ),
    proof(
        "more than 4 MB in a transaction's request are refused as a whole",
        AWS_CAPTURED,
        _TESTS + "test_the_requests_own_data_count_towards_4_mb",
    ),
    proof(
        "the request counts towards the 4 MB, not the stored items: 5 MB can be deleted",
        AWS_CAPTURED,
        _TESTS + "test_the_requests_own_data_count_towards_4_mb",
    ),
    proof(
        "a transaction that reads more than 4 MB of items is refused",
        DOCS,
        _TESTS + "test_no_more_than_4_mb_are_read_together",
    ),
    proof(
        "an unknown table refuses the transaction as a whole, before anything of its action",
        AWS_CAPTURED,
        "fact: a missing table",
        "fact: a missing table | a key without value",
        _TESTS + "test_a_missing_table_refuses_reads_as_a_whole",
    ),
    proof(
        "a ClientRequestToken has from 1 to 36 characters",
        AWS_CAPTURED,
        "fact: a long token",
        "fact: an empty token",
    ),
    proof(
        "an Update without UpdateExpression is refused by the model layer",
        AWS_CAPTURED,
        "fact: an update without an expression",
    ),
    proof(
        "a ConditionCheck without ConditionExpression is refused by the model layer",
        AWS_CAPTURED,
        "fact: a check without a condition",
    ),
    proof(
        "legacy parameters and ReturnValues mean nothing in a transaction",
        DOCS,
        _TESTS + "test_members_of_single_operations_mean_nothing_in_a_transaction",
    ),
    # Refused as a whole, or cancelled.
    proof(
        "names and values that are missing or unused refuse the whole request",
        AWS_CAPTURED,
        _WHOLE,
    ),
    proof(
        "a syntax fault of an expression refuses the whole request",
        AWS_CAPTURED,
        "fact: a bare condition",
    ),
    proof(
        "an unknown enum value in an action refuses the whole request",
        AWS_CAPTURED,
        _WHOLE,
    ),
    proof(
        "a wrong JSON type in an action is a serialization fault of the whole request",
        AWS_CAPTURED,
        _TESTS + "test_a_wrong_json_type_inside_an_action_is_a_serialization_fault",
    ),
    proof(
        "a put of more than 400 KB refuses the whole request",
        AWS_CAPTURED,
        "fact: transaction: 409 601 bytes",
    ),
    proof(
        "an empty key, of an item or a Key, refuses the whole request",
        AWS_CAPTURED,
        "fact: transaction: an empty key",
        _WHOLE,
    ),
    proof(
        "an empty index key of an item refuses the whole request",
        AWS_CAPTURED,
        _WHOLE,
    ),
    proof(
        "a put with a key of another type or no scalar cancels with PutItem's text",
        AWS_CAPTURED,
        "fact: a put of another key type",
        _FAULTS,
    ),
    proof(
        "a put without a key attribute cancels with PutItem's text",
        AWS_CAPTURED,
        _FAULTS,
    ),
    proof(
        "a Key of another type, another name or number of attributes cancels with its text",
        AWS_CAPTURED,
        "fact: a key that does not fit",
        _FAULTS,
    ),
    proof(
        "an index key of another type cancels with the index's text",
        AWS_CAPTURED,
        "fact: transaction: an index key of another type",
        _FAULTS,
    ),
    proof(
        "an update whose result is beyond 400 KB cancels",
        AWS_CAPTURED,
        _FAULTS,
    ),
    proof(
        "an update that the item does not allow cancels with UpdateItem's text: path, missing "
        "attribute, operand type, overflow, nesting",
        AWS_CAPTURED,
        "fact: an update that cannot be applied",
        _FAULTS,
    ),
    proof(
        "a false condition cancels with ConditionalCheckFailed",
        AWS_CAPTURED,
        "fact: every false condition",
        _TESTS + "test_a_failed_condition_shows_its_item_only_where_that_is_asked_for",
    ),
    proof(
        "a collection beyond 10 GB cancels with ItemCollectionSizeLimitExceeded",
        AWS_CAPTURED,
        _TESTS + "test_a_collection_without_room_cancels",
    ),
    proof(
        "validation precedes conditions: with one fault all others are None, false or not",
        AWS_CAPTURED,
        "fact: validation precedes conditions",
        _TESTS + "test_with_a_fault_no_failed_condition_is_told",
    ),
    proof(
        "only the first action at fault is reported",
        AWS_CAPTURED,
        "fact: the first fault alone",
        _TESTS + "test_with_a_fault_no_failed_condition_is_told",
    ),
    proof(
        "where only conditions fail, every false one is reported",
        AWS_CAPTURED,
        "fact: every false condition",
    ),
    proof(
        "in TransactGetItems a wrong key or type cancels",
        AWS_CAPTURED,
        _BAD_GET,
    ),
    proof(
        "in TransactGetItems an empty key cancels, unlike in writes",
        AWS_CAPTURED,
        "fact: a read of an empty key",
        _BAD_GET,
    ),
    proof(
        "faults of a projection refuse TransactGetItems as a whole",
        AWS_CAPTURED,
        "fact: an undefined name",
        _TESTS + "test_a_fault_of_a_projection_or_value_refuses_the_reads_as_a_whole",
    ),
    # The cancellation's body.
    proof(
        "a cancellation is a 400 whose Message has a capital letter and lists the codes in order",
        AWS_CAPTURED,
        _WIRE,
    ),
    proof(
        "CancellationReasons have one reason for each action, None with its code alone",
        AWS_CAPTURED,
        _WIRE,
        _FAULTS,
    ),
    proof(
        "a reason's Message is the single operation's text without envelope",
        AWS_CAPTURED,
        _FAULTS,
    ),
    proof(
        "a reason has the Item only if that action asked for it and the item exists",
        AWS_CAPTURED,
        _WIRE,
        _TESTS + "test_a_failed_condition_shows_its_item_only_where_that_is_asked_for",
    ),
    proof(
        "a cancelled transaction writes nothing",
        AWS_CAPTURED,
        _TESTS + "test_a_cancelled_transaction_writes_nothing_and_tells_no_capacity",
        _FAULTS,
    ),
    proof(
        "a cancellation has no ConsumedCapacity",
        AWS_CAPTURED,
        _TESTS + "test_a_cancelled_transaction_writes_nothing_and_tells_no_capacity",
    ),
    proof(
        "the reason ConditionalCheckFailed says that the conditional request failed",
        DOCS,
        _WIRE,
    ),
    proof(
        "the reason ItemCollectionSizeLimitExceeded says that the collection size is exceeded",
        DOCS,
        _TESTS + "test_a_collection_without_room_cancels",
    ),
    proof(
        "the reason ValidationError has the operation's text",
        DOCS,
        _FAULTS,
    ),
    # Tokens.
    proof(
        "the same token with the same actions succeeds again and writes nothing again",
        AWS_CAPTURED,
        _TESTS + "test_a_token_makes_a_repetition_do_nothing",
    ),
    proof(
        "a token is remembered for ten minutes after the first call has succeeded",
        DOCS,
        _TESTS + "test_a_token_is_remembered_for_ten_minutes",
    ),
    proof(
        "a failed transaction's token is not remembered",
        AWS_CAPTURED,
        _TESTS + "test_a_failed_transaction_is_not_remembered",
    ),
    proof(
        "a repetition may ask for another ReturnConsumedCapacity and is told read units",
        AWS_CAPTURED,
        _TESTS + "test_a_repetition_may_ask_for_other_capacity",
    ),
    proof(
        "the same token with other actions is refused as IdempotentParameterMismatch",
        AWS_CAPTURED,
        _TESTS + "test_a_token_with_other_content_is_refused",
    ),
    proof(
        "the text of an IdempotentParameterMismatch stands in Message, with a capital letter",
        DOCS,
        _TESTS + "test_a_token_with_other_content_is_refused",
    ),
    proof(
        "calls without a token are never merged",
        AWS_CAPTURED,
        _TESTS + "test_without_a_token_nothing_is_merged",
    ),
    # Answers.
    proof(
        "TransactWriteItems answers an empty object, capacity and metrics only if asked for",
        AWS_CAPTURED,
        _TESTS + "test_a_transaction_answers_nothing_that_was_not_asked_for",
        "tests/operations/test_replies.py::test_what_was_not_asked_for_is_not_there",
    ),
    proof(
        "TransactGetItems answers one element for each read, in the request's order",
        AWS_CAPTURED,
        _TESTS + "test_reads_answer_in_their_order_and_missing_items_with_nothing",
    ),
    proof(
        "a missing item and one that the projection does not match are both an empty element",
        AWS_CAPTURED,
        _TESTS + "test_reads_answer_in_their_order_and_missing_items_with_nothing",
    ),
    proof(
        "a projection in TransactGetItems adds no keys",
        AWS_CAPTURED,
        _TESTS + "test_reads_answer_in_their_order_and_missing_items_with_nothing",
        "tests/operations/test_replies.py::test_a_projection_adds_no_keys",
    ),
    proof(
        "transactions are serializable: reads together see all or nothing of a transaction",
        DOCS,
        _TESTS + "test_reads_see_all_or_nothing_of_a_transaction",
    ),
)
