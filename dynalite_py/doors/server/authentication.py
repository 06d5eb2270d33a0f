"""Who sent a request: the caller its credential names, and the faults that show without a secret.

Any access key and any signature is accepted; the form alone is looked at. Dates are not compared
with a clock, so a client under a frozen clock is served.
"""

from __future__ import annotations

import functools
import re
from urllib.parse import parse_qsl

from dynalite_py.model.caller import DEFAULT_ACCOUNT, Caller
from dynalite_py.model.errors import DynamoDBError

ALGORITHM = "AWS4-HMAC-SHA256"
_IN_COMMON_ORDER = re.compile(
    rb"(AWS4-HMAC-SHA256 Credential=[^, ]+, ?SignedHeaders=[^, =]+, ?Signature)=[^=, ]+"
)
_BASIC_DATE = re.compile(rb"\d{8}T\d{6}Z")
# Regions that clients name when they mean "here". Source: clients' and tools' habits.
_HERE = frozenset({"", "local", "localhost"})
_QUERY_PARTS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
)


def missing_token() -> DynamoDBError:
    """Neither an Authorization header nor the query-string form."""
    return DynamoDBError(
        "MissingAuthenticationTokenException", "Request is missing Authentication Token"
    )


def incomplete(text: str) -> DynamoDBError:
    """A signature without all of its parts, or with one of the wrong form."""
    return DynamoDBError("IncompleteSignatureException", text)


def doubly_signed() -> DynamoDBError:
    """Header form and query-string form in one request."""
    return DynamoDBError(
        "InvalidSignatureException",
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )


@functools.lru_cache(maxsize=64)
def is_basic_date(date: bytes) -> bool:
    """Whether a date reads like ``20261123T000000Z``. Clients send one text for a whole second."""
    return _BASIC_DATE.fullmatch(date.strip()) is not None


@functools.lru_cache(maxsize=512)
def caller_of(credential: str, region: str, *, accounts: bool) -> Caller:
    """The caller a credential scope names: ``key/date/region/service/terminator``.

    region: what ``local``, ``localhost`` and an empty region stand for. accounts: an access key of
    12 digits is the account. Raises: DynamoDBError.
    """
    parts = credential.split("/")
    if len(parts) != 5:
        raise incomplete(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential}'"
        )
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


def from_header(
    authorization: bytes, amz_date: bytes | None, date: bytes | None, region: str, *, accounts: bool
) -> Caller:
    """The caller of a request signed by its Authorization header, faults explained.

    Raises: DynamoDBError. Source: facts, Authentication texts.
    """
    text = authorization.decode("latin-1").strip()
    if not text.startswith("AWS4-"):
        raise missing_token()
    algorithm, _, rest = text.partition(" ")
    parts = dict(_pair(part) for part in re.split("[, ]+", rest) if part)
    faults = [
        f"Authorization header requires '{name}' parameter. "
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if not (amz_date or date):
        faults.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        )
    if faults:
        raise incomplete(f"{''.join(faults)}Authorization={text}")
    if amz_date:
        _check_date(amz_date)
    _check_algorithm(algorithm)
    return caller_of(parts["Credential"], region, accounts=accounts)


def is_in_query(query: str) -> bool:
    """Whether a query string has a signature, or a part of one that says so."""
    return bool(query) and _QUERY_PARTS[0] in _query_parts(query)


def _query_parts(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True, encoding="latin-1"))


def from_query(query: str, region: str, *, accounts: bool) -> Caller | None:
    """The caller of a request signed in its query string; None where it is not signed there.

    Raises: DynamoDBError. Source: facts, Authentication texts.
    """
    parts = _query_parts(query)
    if _QUERY_PARTS[0] not in parts:
        return None
    faults = [
        f"AWS query-string parameters must include '{name}'. "
        for name in _QUERY_PARTS
        if not parts.get(name)
    ]
    if faults:
        raise incomplete(f"{''.join(faults)}Re-examine the query-string parameters.")
    _check_date(parts["X-Amz-Date"].encode("latin-1"))
    _check_algorithm(parts["X-Amz-Algorithm"])
    return caller_of(parts["X-Amz-Credential"], region, accounts=accounts)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _check_date(date: bytes) -> None:
    if not is_basic_date(date):
        raise incomplete(
            f"Date must be in ISO-8601 'basic format'. Got '{date.decode('latin-1')}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        )


def _check_algorithm(algorithm: str) -> None:
    if algorithm != ALGORITHM:
        raise incomplete(
            f"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). "
        )
