"""The file's own secret, with which tokens are signed that must outlive the process.

It lies among the request tokens, under an operation that no request has and that never expires.
"""

from __future__ import annotations

import contextlib
import secrets

import apsw

_OPERATION = "secret"
_BYTES = 32
_NEVER = 1e18
_FIND = "SELECT fingerprint FROM tokens WHERE account = '' AND region = '' AND operation = ?"


def of(db: apsw.Connection) -> bytes:
    """The secret, made at the first call on a file; on a full disk it lives as long as the process.

    The connection writes, and is in no transaction.
    """
    known: bytes | None = db.execute(_FIND, (_OPERATION,)).get
    if known is not None:
        return known
    made = secrets.token_bytes(_BYTES)
    with contextlib.suppress(apsw.FullError):
        db.execute(
            "INSERT INTO tokens VALUES ('', '', ?, '', ?, '', ?)", (_OPERATION, made, _NEVER)
        )
    return made
