"""Signatures that are verified: the clock, the scope, the key, and what a signature covers."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

REFUSED = "tests/wire/test_signatures.py::test_a_signature_is_refused_in_the_services_words"
IN_QUERY = (
    "tests/wire/test_signatures.py::"
    "test_a_signature_in_the_query_string_is_refused_in_the_same_words"
)
BOTO3 = "tests/wire/test_signatures.py::test_boto3_is_refused_with_a_wrong_one"
SCOPE = "tests/security/test_sigv4.py::test_a_scope_names_each_of_its_faults"

PROOFS = (
    proof(
        "A request signed more than 15 minutes ago has an expired signature, and the text names "
        "both clocks",
        AWS_CAPTURED,
        REFUSED,
        IN_QUERY,
        "tests/security/test_sigv4.py::test_a_request_of_sixteen_minutes_ago_has_expired",
        "tests/security/test_sigv4.py::test_a_clock_may_be_fifteen_minutes_off",
    ),
    proof(
        "A request signed more than 15 minutes ahead has a signature that is not yet current",
        AWS_CAPTURED,
        REFUSED,
        IN_QUERY,
        "tests/security/test_sigv4.py::test_a_request_from_the_future_is_not_yet_current",
    ),
    proof(
        "A signature that does not cover Host is an InvalidSignatureException that says so",
        AWS_CAPTURED,
        REFUSED,
        IN_QUERY,
    ),
    proof("A scope for what is no region is refused by that region", AWS_CAPTURED, REFUSED, SCOPE),
    proof("A scope for another service is told the right one", AWS_CAPTURED, REFUSED, SCOPE),
    proof("A scope with another terminator is told the right one", AWS_CAPTURED, REFUSED, SCOPE),
    proof(
        "A scope for another day than the request's is refused with both days",
        AWS_CAPTURED,
        REFUSED,
        SCOPE,
    ),
    proof(
        "All faults of a scope are named, in the order region, service, terminator, date",
        AWS_CAPTURED,
        REFUSED,
        SCOPE,
    ),
    proof(
        "A signature made with a wrong secret does not match the one that was calculated",
        AWS_CAPTURED,
        REFUSED,
        IN_QUERY,
        BOTO3,
    ),
    proof(
        "A request signed and then changed does not match its signature",
        AWS_CAPTURED,
        "tests/wire/test_signatures.py::"
        "test_what_was_signed_once_lends_its_signature_to_no_other_body",
        "tests/security/test_sigv4.py::test_a_changed_request_is_refused",
        "tests/security/test_sigv4.py::test_a_changed_header_is_refused",
    ),
    proof(
        "An unknown access key is an UnrecognizedClientException",
        AWS_CAPTURED,
        REFUSED,
        IN_QUERY,
        BOTO3,
    ),
    proof(
        "A session token that does not belong to the key is an UnrecognizedClientException",
        AWS_CAPTURED,
        "tests/wire/test_signatures.py::test_a_session_token_is_refused_for_no_key_has_one",
        BOTO3,
    ),
    proof(
        "The signature covers every Accept-Encoding line, not only the one that counts",
        AWS_CAPTURED,
        "tests/wire/test_signatures.py::test_the_signature_covers_all_accept_encoding_lines",
    ),
)
