"""Compressed bodies, both ways."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

READ = "tests/wire/test_compression.py::test_a_compressed_request_is_read"
BROKEN = "tests/wire/test_compression.py::test_a_body_that_does_not_unpack_is_a_failure"
CHOSEN = "tests/doors/server/test_compression.py::test_the_coding_follows_the_header"
LARGE = "tests/wire/test_compression.py::test_a_large_answer_is_compressed_where_that_is_asked"

PROOFS = (
    proof("A request's body may be compressed with gzip", AWS_CAPTURED, READ),
    proof("A gzip body may have several members", AWS_CAPTURED, READ),
    proof("A request's body may be compressed with deflate, a zlib stream", AWS_CAPTURED, READ),
    proof(
        "An unknown Content-Encoding is answered with 500 and InternalServerError",
        AWS_CAPTURED,
        BROKEN,
    ),
    proof(
        "Broken, cut or empty compressed bodies are answered with 500 and InternalServerError",
        AWS_CAPTURED,
        BROKEN,
    ),
    proof("Junk behind the end of gzip is tolerated", AWS_CAPTURED, READ),
    proof(
        "A small body that unpacks to more than 16 MB is answered with 500",
        AWS_CAPTURED,
        BROKEN,
        "tests/wire/test_compression.py::test_a_body_of_the_limit_unpacks",
    ),
    proof(
        "Answers of more than 4096 bytes are compressed with gzip or deflate where that is asked",
        AWS_CAPTURED,
        LARGE,
    ),
    proof(
        "Answers of up to 4096 bytes go plain",
        AWS_CAPTURED,
        "tests/wire/test_compression.py::test_other_answers_go_plain",
    ),
    proof(
        "Of several Accept-Encoding lines the first counts",
        AWS_CAPTURED,
        "tests/wire/test_compression.py::test_of_two_accept_encoding_headers_the_first_counts",
    ),
    proof("Names of codings are read in any letter case", AWS_CAPTURED, CHOSEN),
    proof("The coding of the highest q wins, of equals the first", AWS_CAPTURED, CHOSEN),
    proof("identity is ignored in the choice of a coding", AWS_CAPTURED, CHOSEN),
    proof(
        "* stands for gzip, but for deflate where gzip is named with a lower q",
        AWS_CAPTURED,
        CHOSEN,
    ),
    proof("A coding with q=0 is excluded", AWS_CAPTURED, CHOSEN),
    proof("A q above 1 counts as 1", AWS_CAPTURED, CHOSEN),
    proof("A q that cannot be read is read leniently", AWS_CAPTURED, CHOSEN),
    proof("Of an entry's several q the first counts", AWS_CAPTURED, CHOSEN),
    proof("Of an entry given several times the best q counts", AWS_CAPTURED, CHOSEN),
    proof("Unsupported and malformed codings leave the answer plain", AWS_CAPTURED, CHOSEN),
)
