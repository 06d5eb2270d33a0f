"""Who sent a request: the caller its credential names, and the faults that show without a secret.

The form alone is looked at here, so that any access key, signature and date will do; whether they
are right is ``security.sigv4``'s to say, where the server is told access keys.
Source: facts, Authentication texts.
"""

from __future__ import annotations

import functools
import re
from typing import cast
from urllib.parse import parse_qsl

from dynalite_py.doors.server.protocol import Layout
from dynalite_py.model import authentication_errors as errors
from dynalite_py.model.caller import DEFAULT_ACCOUNT, Caller
from dynalite_py.security import sigv4
from dynalite_py.security.sigv4 import Claim, Received

_IN_COMMON_ORDER = re.compile(
    rb"(AWS4-HMAC-SHA256 Credential=[^, ]+, ?SignedHeaders=[^, =]+, ?Signature)=[^=, ]+"
)
# Regions that clients name when they mean "here".
_HERE = sigv4.LOCAL_REGIONS | {""}
_QUERY_PARTS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
)


@functools.lru_cache(maxsize=512)
def caller_of(credential: str, region: str, *, accounts: bool) -> Caller:
    """The caller a credential scope names: ``key/date/region/service/terminator``.

    region: what ``local``, ``localhost`` and an empty region stand for. accounts: an access key of
    12 digits is the account. Raises: DynamoDBError.
    """
    parts = credential.split("/")
    if len(parts) != 5:
        raise errors.bad_credential(credential)
    key, scope_region = parts[0], parts[2]
    is_account = accounts and len(key) == 12 and key.isascii() and key.isdigit()
    return Caller(
        account=key if is_account else DEFAULT_ACCOUNT,
        region=region if scope_region in _HERE else scope_region,
        principal=key,
    )


def repeating(authorization: bytes | None) -> bytes | None:
    """The part of an Authorization value that a client repeats from request to request.

    That is all before the last ``=``, where the signature comes last, as in every SDK; None where
    it does not, or a part is missing.
    """
    match = _IN_COMMON_ORDER.fullmatch(authorization or b"")
    return match[1] if match else None


def claim(
    query: str, authorization: bytes | None, amz_date: bytes | None, date: bytes | None
) -> Claim:
    """What a request says of its signature, in whichever of the two forms. Raises: DynamoDBError.

    query: of the URL. authorization, amz_date, date: headers, None where they are not sent.
    """
    if not authorization:
        return in_query(query)
    if query and _QUERY_PARTS[0] in _query_parts(query):
        raise errors.doubly_signed()
    return in_header(authorization, amz_date, date)


def in_header(authorization: bytes, amz_date: bytes | None, date: bytes | None) -> Claim:
    """The claim of an Authorization header, faults explained. Raises: DynamoDBError."""
    text = authorization.decode("latin-1").strip()
    if not text.startswith("AWS4-"):
        raise errors.missing_token()
    algorithm, _, rest = text.partition(" ")
    parts = dict(_pair(part) for part in re.split("[, ]+", rest) if part)
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    sent_date = amz_date or date
    if missing or not sent_date:
        raise errors.header_lacks(missing, dated=bool(sent_date), authorization=text)
    if amz_date:
        _check_date(amz_date)
    _check_algorithm(algorithm)
    return Claim(
        parts["Credential"],
        parts["SignedHeaders"],
        parts["Signature"],
        sent_date.strip().decode("latin-1"),
    )


def in_query(query: str) -> Claim:
    """The claim of a query string. Raises: DynamoDBError, also where there is none in it."""
    parts = _query_parts(query)
    if _QUERY_PARTS[0] not in parts:
        raise errors.missing_token()
    missing = [name for name in _QUERY_PARTS if not parts.get(name)]
    if missing:
        raise errors.query_lacks(missing)
    date = parts["X-Amz-Date"].encode("latin-1")
    _check_date(date)
    _check_algorithm(parts["X-Amz-Algorithm"])
    return Claim(
        parts["X-Amz-Credential"],
        parts["X-Amz-SignedHeaders"],
        parts["X-Amz-Signature"],
        date.strip().decode("latin-1"),
        token=parts.get("X-Amz-Security-Token", ""),
        in_query=True,
    )


def _query_parts(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True, encoding="latin-1"))


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _check_date(date: bytes) -> None:
    if not sigv4.is_basic_date(date.strip().decode("latin-1")):
        raise errors.bad_date(date.decode("latin-1"))


def _check_algorithm(algorithm: str) -> None:
    if algorithm != sigv4.ALGORITHM:
        raise errors.bad_algorithm(algorithm)


def received(
    method: bytes, path: bytes, found: Layout, values: tuple[bytes | None, ...], body: bytes
) -> Received:
    """The request that a signature covers, as it came. values: of its header lines."""
    place, _, query = path.partition(b"?")
    # Behind the values stands what a header that was not sent is: None.
    lines = cast("tuple[bytes, ...]", values[:-1])
    return Received(method, place, query, tuple(zip(found.names, lines, strict=True)), body)
