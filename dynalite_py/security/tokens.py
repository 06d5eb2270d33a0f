"""Opaque tokens that a caller hands back: signed, so that only what was made here is read again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

_SIGNATURE_BYTES = 16


def issue(secret: bytes, content: bytes) -> str:
    """The token of this content, in base64."""
    return base64.b64encode(_signature(secret, content) + content).decode("ascii")


def read(secret: bytes, token: str) -> bytes | None:
    """The content of a token; None where it was not made with this secret."""
    try:
        signed = base64.b64decode(token.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    signature, content = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
    return content if hmac.compare_digest(signature, _signature(secret, content)) else None


def _signature(secret: bytes, content: bytes) -> bytes:
    return hmac.new(secret, content, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
