"""Request tokens of transactions that succeeded: kept in the file, written in the transaction they
name.
"""

from __future__ import annotations

import apsw

from dynalite_py.model.caller import Caller

_PURGED = 100


def find(
    db: apsw.Connection, caller: Caller, operation: str, token: str, now: float
) -> tuple[bytes, str] | None:
    """Fingerprint and kept answer of the request that used this token, while it is remembered."""
    return db.execute(
        "SELECT fingerprint, answer FROM tokens "
        "WHERE account = ? AND region = ? AND operation = ? AND token = ? AND expires_at > ?",
        (caller.account, caller.region, operation, token, now),
    ).get


def keep(
    db: apsw.Connection,
    caller: Caller,
    operation: str,
    token: str,
    *,
    fingerprint: bytes,
    answer: str,
    now: float,
    expires_at: float,
) -> None:
    """Remember a token; some that have expired go in the same transaction, so the table stays
    small.
    """
    db.execute(
        "DELETE FROM tokens WHERE (account, region, operation, token) IN "
        "(SELECT account, region, operation, token FROM tokens WHERE expires_at <= ? LIMIT ?)",
        (now, _PURGED),
    )
    db.execute(
        "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?)",
        (caller.account, caller.region, operation, token, fingerprint, answer, expires_at),
    )
