"""The HTTP envelope: requests, headers of answers, and what answers what."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

ANSWERS = "tests/wire/test_envelope.py::test_each_kind_of_request_has_its_answer"
HEADERS = "tests/wire/test_envelope.py::test_an_answer_carries_the_services_headers"
CONTENT_TYPE = "tests/wire/test_envelope.py::test_the_content_type_decides_and_is_echoed"
PREFLIGHT = "tests/wire/test_envelope.py::test_a_preflight_is_answered_with_what_it_asked_for"
NOT_JSON = "tests/wire/test_bad_bytes.py::test_what_is_no_json_is_refused_and_keeps_the_connection"

PROOFS = (
    # Requests.
    proof(
        "Only POST / carries operations, named by the target DynamoDB_20120810.<operation>",
        AWS_CAPTURED,
        ANSWERS,
        "tests/wire/test_envelope.py::test_a_proxys_absolute_url_is_understood",
    ),
    proof(
        "Operations of streams are named by the target DynamoDBStreams_20120810.<operation>",
        AWS_CAPTURED,
        "tests/wire/test_envelope.py::"
        "test_streams_answer_under_both_prefixes_and_tables_under_their_own",
    ),
    proof(
        "A request's content type is application/json or application/x-amz-json-1.0",
        AWS_CAPTURED,
        CONTENT_TYPE,
    ),
    proof(
        "Text behind a semicolon and blanks around the content type are ignored",
        AWS_CAPTURED,
        CONTENT_TYPE,
    ),
    proof(
        "application/x-amz-json-1.1 and made-up content types are answered with 404",
        AWS_CAPTURED,
        CONTENT_TYPE,
    ),
    proof("A body without a content type is answered with 404", AWS_CAPTURED, ANSWERS),
    proof(
        "A POST without body and content type is treated as a request of an operation",
        AWS_CAPTURED,
        ANSWERS,
    ),
    proof(
        "The answer's content type is application/x-amz-json-1.0 if the request's is, else "
        "application/json",
        AWS_CAPTURED,
        CONTENT_TYPE,
    ),
    proof(
        "Unknown members of a request are ignored",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_unknown_members_are_ignored_and_null_counts_as_absent",
        "tests/wire/test_type_faults.py::test_members_that_the_model_does_not_know_may_be_anything",
    ),
    proof(
        "A member whose value is null counts as absent",
        AWS_CAPTURED,
        "tests/wire/test_bodies.py::test_unknown_members_are_ignored_and_null_counts_as_absent",
    ),
    proof(
        "Connections are kept alive by default, without a Connection header in the answer",
        AWS_CAPTURED,
        HEADERS,
        "tests/wire/test_connections.py::test_keep_alive_of_http_1_1_is_not_answered_with_a_header",
    ),
    proof(
        "A client's Connection: close is honoured",
        AWS_CAPTURED,
        "tests/wire/test_connections.py::test_close_is_honoured_and_said",
    ),
    proof(
        "A request line or header block of more than 16 KB is answered with 400",
        AWS_CAPTURED,
        "tests/wire/test_limits.py::test_one_byte_more_is_refused_and_ends_the_connection",
        "tests/wire/test_limits.py::test_a_head_of_the_limit_is_read",
    ),
    proof(
        "A body of 16 777 216 bytes is accepted",
        AWS_CAPTURED,
        "tests/wire/test_limits.py::test_a_body_of_the_limit_is_read",
    ),
    proof(
        "A body of one byte more is answered with an empty, chunked 413 without request id and "
        "checksum",
        AWS_CAPTURED,
        "tests/wire/test_limits.py::test_a_body_of_one_byte_more_is_refused_without_a_request_id",
    ),
    proof(
        "JSON nested hundreds of thousands deep is refused and does no harm",
        AWS_CAPTURED,
        NOT_JSON,
    ),
    # Headers of answers.
    proof(
        "Every answer but the 413 has an x-amzn-RequestId of 52 digits and capital letters",
        AWS_CAPTURED,
        ANSWERS,
        HEADERS,
    ),
    proof("x-amz-crc32 is the CRC-32 of the body as an unsigned decimal", AWS_CAPTURED, ANSWERS),
    proof(
        "The checksum of a compressed answer covers the compressed bytes",
        DOCS,
        "tests/wire/test_compression.py::test_a_large_answer_is_compressed_where_that_is_asked",
    ),
    proof(
        "An answer without a body has a content type all the same",
        AWS_CAPTURED,
        "tests/wire/test_envelope.py::test_an_empty_answer_keeps_its_headers",
        "tests/wire/test_bodies.py::test_nothing_to_tell_is_an_empty_object_or_nothing",
    ),
    proof(
        "Answers have a Content-Length and are not chunked, the 413 apart", AWS_CAPTURED, ANSWERS
    ),
    proof(
        "Access-Control-Allow-Origin and Access-Control-Expose-Headers come with an Origin alone",
        AWS_CAPTURED,
        HEADERS,
        "tests/wire/test_envelope.py::test_an_origin_is_allowed_on_loopback",
    ),
    # What answers what, in the order in which it is decided.
    proof(
        "OPTIONS with an Origin is answered with an empty 200 and an Access-Control-Max-Age of "
        "172800 seconds",
        AWS_CAPTURED,
        PREFLIGHT,
    ),
    proof(
        "OPTIONS echoes the headers and the method that the page asks for, if it does",
        AWS_CAPTURED,
        PREFLIGHT,
    ),
    proof("GET / answers that the region's endpoint is healthy", AWS_CAPTURED, ANSWERS),
    proof("GET of another path is answered with 404", AWS_CAPTURED, ANSWERS),
    proof(
        "PUT, DELETE and OPTIONS without Origin are answered with 404 and "
        "<UnknownOperationException/>",
        AWS_CAPTURED,
        ANSWERS,
    ),
    proof(
        "A body that is no JSON is a SerializationException without text, before the target is "
        "looked at",
        AWS_CAPTURED,
        ANSWERS,
    ),
    proof(
        "A missing, malformed or unknown target is an UnknownOperationException without text, "
        "before authentication and the empty body",
        AWS_CAPTURED,
        ANSWERS,
    ),
    proof("Authentication is looked at before an empty body", AWS_CAPTURED, ANSWERS),
    proof("An empty body is a SerializationException without text", AWS_CAPTURED, ANSWERS),
    proof("A body that is null or a list is a SerializationException", AWS_CAPTURED, ANSWERS),
    proof(
        "A wrong JSON type is refused before a violation of the model",
        AWS_CAPTURED,
        "tests/wire/test_type_faults.py::test_a_wrong_type_is_refused_before_everything_else",
    ),
    proof(
        "A violation of the model is refused before what the operation itself looks at",
        AWS_CAPTURED,
        "fact: GetItem: a violation of the model | mixed styles, both broken",
        "fact: UpdateItem: a violation of the model | mixed styles, both broken",
        "fact: Scan: a violation of the model | mixed styles, both broken",
    ),
    proof("A body that is no UTF-8 is a SerializationException", AWS_CAPTURED, NOT_JSON),
    proof(
        "A byte 0xFF inside base64 is a SerializationException",
        AWS_CAPTURED,
        "tests/wire/test_type_faults.py::test_bad_base64_is_no_blob",
        NOT_JSON,
    ),
)
