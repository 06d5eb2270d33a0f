"""Compressed bodies, both ways: which coding an answer goes in, and what a request unpacks to.

Source: facts, Compression.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

GZIP, DEFLATE = b"gzip", b"deflate"
# Answers up to this size go plain. Source: facts, Compression.
PLAIN_UP_TO_BYTES = 4096
_WINDOW_BITS = {GZIP: 31, DEFLATE: 15}
# The cheapest level: the loop waits for it, and JSON shrinks well at once.
_LEVEL = 1


class BrokenBodyError(ValueError):
    """A compressed body that is empty, damaged, cut off, too large, or of an unknown coding."""


def compress(body: bytes, coding: bytes) -> bytes:
    """body in the coding, GZIP or DEFLATE (a zlib stream)."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS[coding])
    return packer.compress(body) + packer.flush()


def decompress(body: bytes, coding: bytes, *, limit_bytes: int) -> bytes:
    """What a request's body holds. coding: the Content-Encoding header. Raises: BrokenBodyError."""
    name = coding.strip().lower()
    if name == b"identity":
        return body
    if name not in _WINDOW_BITS:
        raise BrokenBodyError(f"unknown coding {name!r}")
    plain, rest = _member(body, name, limit_bytes)
    # gzip members may follow each other; what is no member is junk after the end, and ignored.
    while name == GZIP and rest.startswith(b"\x1f\x8b"):
        more, rest = _member(rest, name, limit_bytes - len(plain))
        plain += more
    return plain


def _member(body: bytes, coding: bytes, limit_bytes: int) -> tuple[bytes, bytes]:
    unpacker = zlib.decompressobj(_WINDOW_BITS[coding])
    try:
        plain = unpacker.decompress(body, limit_bytes + 1)
    except zlib.error as failure:
        raise BrokenBodyError(str(failure)) from failure
    if len(plain) > limit_bytes:
        raise BrokenBodyError("the body unpacks to more than the limit")
    if not unpacker.eof:
        raise BrokenBodyError("the body ends too early")
    return plain, unpacker.unused_data


def chosen(accept: bytes | None) -> bytes:
    """The coding of an answer by the Accept-Encoding header: GZIP, DEFLATE, or empty for none.

    The highest q wins; of equals the one listed first. ``*`` stands for the codings not named, and
    for gzip before deflate.
    """
    if not accept:
        return b""
    named: dict[bytes, float] = {}
    for name, quality in _entries(accept):
        named[name] = max(quality, named.get(name, 0.0))
    if b"*" in named:
        for coding in (GZIP, DEFLATE):
            named.setdefault(coding, named[b"*"])
    offered = [(quality, name) for name, quality in named.items() if name in _WINDOW_BITS]
    # max() returns the first of equals, and the mapping keeps the order of the header.
    best = max(offered, key=lambda offer: offer[0], default=(0.0, b""))
    return best[1] if best[0] > 0 else b""


def _entries(accept: bytes) -> Iterator[tuple[bytes, float]]:
    for entry in accept.split(b","):
        name, *parameters = (part.strip() for part in entry.split(b";"))
        quality = next(
            (_quality(text[2:]) for text in parameters if text[:2].lower() == b"q="), 1.0
        )
        yield name.lower(), quality


def _quality(text: bytes) -> float:
    """A q of at most 1. One that cannot be read counts as 1; one below 0 excludes."""
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return min(1.0, quality)
