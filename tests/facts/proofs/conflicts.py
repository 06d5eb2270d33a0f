"""Concurrent requests: what meets the items or the token of a transaction under way."""

from __future__ import annotations

from tests.facts.fact import DOCS
from tests.facts.proof import proof

_CONFLICTS = "tests/operations/test_conflicts.py::"

PROOFS = (
    proof(
        "a single put, update or delete of an item of a running transaction is refused with "
        "TransactionConflictException",
        DOCS,
        _CONFLICTS + "test_a_single_write_that_meets_a_transaction_is_refused",
        _CONFLICTS + "test_the_refusals_over_http_are_the_services_own",
    ),
    proof(
        "a transaction that has an item of a running one is cancelled with TransactionConflict for "
        "that item",
        DOCS,
        _CONFLICTS + "test_a_transaction_that_meets_another_is_cancelled_and_names_the_items",
    ),
    proof(
        "GetItem never conflicts with a transaction",
        DOCS,
        _CONFLICTS + "test_other_items_and_reads_are_not_concerned",
    ),
    proof(
        "a request token whose first request is still running is refused with "
        "TransactionInProgressException, its text under Message",
        DOCS,
        _CONFLICTS + "test_the_same_token_again_while_the_first_request_is_under_way",
        _CONFLICTS + "test_the_refusals_over_http_are_the_services_own",
    ),
)
