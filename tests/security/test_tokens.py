"""Tokens are read by whoever knows the secret, and by nobody else."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.security import tokens

SECRET = b"s" * 32


@given(st.binary(max_size=200))
def test_a_token_gives_its_content_back(content: bytes) -> None:
    token = tokens.issue(SECRET, content)
    assert tokens.read(SECRET, token) == content
    assert tokens.read(b"t" * 32, token) is None


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_a_token_that_was_changed_is_none(content: bytes, place: int, change: int) -> None:
    signed = bytearray(base64.b64decode(tokens.issue(SECRET, content)))
    signed[place % len(signed)] ^= change
    assert tokens.read(SECRET, base64.b64encode(signed).decode()) is None


@given(st.text(max_size=60))
def test_a_text_that_was_made_elsewhere_is_no_token(text: str) -> None:
    assert tokens.read(SECRET, text) is None
