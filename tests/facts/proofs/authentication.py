"""Authentication: the faults of a signature that show without a secret."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

FAULTY = (
    "tests/wire/test_authentication.py::test_a_faulty_signature_is_refused_in_the_services_words"
)
ACCEPTED = "tests/wire/test_authentication.py::test_any_order_spacing_key_and_signature_is_accepted"
QUERY = "tests/wire/test_authentication.py::test_a_faulty_signature_in_the_query_string_is_refused"

PROOFS = (
    proof(
        "Authentication faults are answered with 400, the prefix com.amazon.coral.service and a "
        "message",
        AWS_CAPTURED,
        FAULTY,
    ),
    proof(
        "A signature both in the header and in the query string is an InvalidSignatureException",
        AWS_CAPTURED,
        "tests/wire/test_authentication.py::test_both_forms_at_once_are_refused",
    ),
    proof(
        "A request without any signature is a MissingAuthenticationTokenException",
        AWS_CAPTURED,
        FAULTY,
        "tests/wire/test_authentication.py::test_the_missing_token_has_the_services_checksum",
    ),
    proof(
        "An Authorization that does not begin with AWS4- is a MissingAuthenticationTokenException",
        AWS_CAPTURED,
        FAULTY,
    ),
    proof(
        "An Authorization that lacks parts names each, in one order, and repeats the header",
        AWS_CAPTURED,
        FAULTY,
    ),
    proof(
        "A query string that lacks parts of the signature names each, in one order",
        AWS_CAPTURED,
        "tests/wire/test_authentication.py::test_parts_missing_in_the_query_string_are_named",
        QUERY,
    ),
    proof(
        "A date that is not in ISO-8601's basic format is an IncompleteSignatureException",
        AWS_CAPTURED,
        FAULTY,
        QUERY,
    ),
    proof(
        "Another algorithm than AWS4-HMAC-SHA256 is an IncompleteSignatureException",
        AWS_CAPTURED,
        FAULTY,
        QUERY,
    ),
    proof(
        "A credential of another number of parts than five is an IncompleteSignatureException",
        AWS_CAPTURED,
        FAULTY,
        QUERY,
    ),
    proof(
        "The parts of an Authorization may be separated by commas without blanks",
        AWS_CAPTURED,
        ACCEPTED,
    ),
)
