"""Compressed bodies on the wire. Source: facts, Compression."""

from __future__ import annotations

import gzip
import zlib

import pytest

from dynalite_py.doors.server.connection import COMPRESS_ON_LOOP_BYTES
from tests.support.raw_http import RawClient, Response, operation

TEXT = b'{"key":"value"}'


def _unpacked(answer: Response) -> bytes:
    coding = answer.headers["content-encoding"]
    return zlib.decompress(answer.body, 31 if coding == "gzip" else 15)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:4], mtime=0) + gzip.compress(TEXT[4:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"junk after the end"),
        ("deflate", zlib.compress(TEXT)),
        ("identity", TEXT),
    ],
)
def test_a_compressed_request_is_read(client: RawClient, coding: str, body: bytes) -> None:
    sent = operation("GetItem", headers={"Content-Encoding": coding}, body=body)
    assert client.ask(sent).body == TEXT


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", TEXT),
        ("gzip", TEXT),
        ("gzip", b""),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-4]),
        ("gzip", gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0)[:-4]),
        ("deflate", zlib.compress(TEXT)[:-1]),
        ("deflate", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(b" " * (16 * 1024 * 1024 + 1))),
        ("gzip", gzip.compress(b" " * (9 * 1024 * 1024)) * 2),
        ("deflate", zlib.compress(b" " * (64 * 1024 * 1024))),
    ],
)
def test_a_body_that_does_not_unpack_is_a_failure(
    client: RawClient, coding: str, body: bytes
) -> None:
    answer = client.ask(operation("GetItem", headers={"Content-Encoding": coding}, body=body))
    assert answer.status == 500
    assert answer.crc_fits()
    assert b"InternalServerError" in answer.body


def test_a_body_of_the_limit_unpacks(client: RawClient) -> None:
    padded = TEXT + b" " * (16 * 1024 * 1024 - len(TEXT))
    sent = operation("GetItem", headers={"Content-Encoding": "gzip"}, body=gzip.compress(padded))
    assert client.ask(sent).body == TEXT


@pytest.mark.parametrize("size", [4097, COMPRESS_ON_LOOP_BYTES, COMPRESS_ON_LOOP_BYTES + 1])
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_large_answer_is_compressed_where_that_is_asked(
    client: RawClient, coding: str, size: int
) -> None:
    for _ in range(2):
        answer = client.ask(operation("Scan", {"Limit": size}, headers={"Accept-Encoding": coding}))
        assert answer.headers["content-encoding"] == coding
        assert answer.crc_fits()
        assert len(answer.body) < size
        assert _unpacked(answer) == b'"%b"' % (b"x" * (size - 2))


@pytest.mark.parametrize(
    ("size", "accept"),
    [(4096, "gzip"), (4097, None), (100_000, "br"), (100_000, "identity"), (100_000, "gzip;q=0")],
)
def test_other_answers_go_plain(client: RawClient, size: int, accept: str | None) -> None:
    answer = client.ask(operation("Scan", {"Limit": size}, headers={"Accept-Encoding": accept}))
    assert "content-encoding" not in answer.headers
    assert len(answer.body) == size
    assert answer.crc_fits()


def test_of_two_accept_encoding_headers_the_first_counts(client: RawClient) -> None:
    for first, second in (("deflate", "gzip"), ("br", "gzip")):
        headers = {"Accept-Encoding": first, "accept-encoding": second}
        answer = client.ask(operation("Scan", {"Limit": 5000}, headers=headers))
        assert answer.headers.get("content-encoding") == (None if first == "br" else first)


def test_compressed_answers_keep_their_order(client: RawClient) -> None:
    large = operation("Scan", {"Limit": 500_000}, headers={"Accept-Encoding": "gzip"})
    client.send(large + operation("GetItem", {"a": 1}) + large)
    assert len(_unpacked(client.response())) == 500_000
    assert client.response().body == b'{"a":1}'
    assert len(_unpacked(client.response())) == 500_000
