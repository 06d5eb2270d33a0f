"""The HTTP envelope: requests, headers, what answers what, authentication, errors, compression."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

PROOFS = (
    proof(
        "GET / answers that the region's endpoint is healthy",
        AWS_CAPTURED,
        "tests/wire/test_envelope.py::test_each_kind_of_request_has_its_answer",
    ),
)
