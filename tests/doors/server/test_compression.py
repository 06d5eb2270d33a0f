"""Which coding is chosen, and what unpacks. Source: facts, Compression."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.doors.server import compression
from dynalite_py.doors.server.compression import DEFLATE, GZIP


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, b""),
        (b"", b""),
        (b"gzip", GZIP),
        (b"GZip", GZIP),
        (b"deflate", DEFLATE),
        (b"gzip, deflate", GZIP),
        (b"deflate, gzip", DEFLATE),
        (b"br, identity, deflate, gzip", DEFLATE),
        (b"gzip;q=0.5,identity;q=0.8", GZIP),
        (b"gzip;q=0.5, deflate;q=0.8", DEFLATE),
        (b"gzip ; q=0.5 , deflate ; q=0.8", DEFLATE),
        (b"*", GZIP),
        (b"*, gzip;q=0.5", DEFLATE),
        (b"*, deflate", DEFLATE),
        (b"*, deflate;q=0.5", GZIP),
        (b"*;q=0", b""),
        (b"*;q=0, gzip", GZIP),
        (b"gzip;q=0, *", DEFLATE),
        (b"gzip;q=0", b""),
        (b"gzip;q=0, deflate;q=0", b""),
        (b"gzip;q=7", GZIP),
        (b"deflate;q=0.5,gzip;q=7", GZIP),
        (b"deflate;q=0.5,gzip;q=0.x", GZIP),
        (b"deflate;q=-0.5,gzip;q=0.2", GZIP),
        (b"deflate;q=0.5,gzip;q=0.", DEFLATE),
        (b"deflate;q=0.5,gzip;q=nan", GZIP),
        (b"gzip;q=0;q=1, deflate;q=0.1", DEFLATE),
        (b"gzip;q=0, gzip;q=1, gzip;q=0", GZIP),
        (b"br", b""),
        (b"zstd", b""),
        (b"x-gzip", b""),
        (b'"gzip"', b""),
        (b"gzip br", b""),
        (b"gzip:q=1", b""),
        (b",;,=,;q=1", b""),
    ],
)
def test_the_coding_follows_the_header(accept: bytes | None, coding: bytes) -> None:
    assert compression.chosen(accept) == coding


@given(accept=st.text(alphabet="gzipdeflat*br,;=q01.5- ", max_size=60))
def test_any_header_is_read(accept: str) -> None:
    assert compression.chosen(accept.encode()) in (b"", GZIP, DEFLATE)


@given(body=st.binary(max_size=5_000), coding=st.sampled_from([GZIP, DEFLATE]))
def test_what_is_compressed_unpacks_to_itself(body: bytes, coding: bytes) -> None:
    packed = compression.compress(body, coding)
    assert compression.decompress(packed, coding, limit_bytes=len(body)) == body
    assert zlib.decompress(packed, 31 if coding == GZIP else 15) == body


@given(body=st.binary(max_size=200), coding=st.sampled_from([GZIP, DEFLATE, b"identity", b"br"]))
def test_any_body_unpacks_or_is_broken(body: bytes, coding: bytes) -> None:
    try:
        plain = compression.decompress(body, coding, limit_bytes=100)
    except compression.BrokenBodyError:
        return
    assert coding == b"identity" or len(plain) <= 100


def test_the_limit_holds_for_all_members_together() -> None:
    twice = gzip.compress(b"x" * 10) * 2
    assert compression.decompress(twice, GZIP, limit_bytes=20) == b"x" * 20
    with pytest.raises(compression.BrokenBodyError):
        compression.decompress(twice, GZIP, limit_bytes=19)
