"""Signature Version 4: what a request's signature has to be, and whether the one it has is that.

Header form and query-string form. Pure: the time and the secrets come in. Texts from a request are
read as Latin-1, so that each character is the byte that was sent.
Source: AWS Signature Version 4 for API requests; facts, Authentication texts.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from dynalite_py.model import authentication_errors as errors

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE, TERMINATOR = "dynamodb", "aws4_request"
UNSIGNED_PAYLOAD = b"UNSIGNED-PAYLOAD"
SKEW_MINUTES = 15
# What clients call the region that they are in, beside real names. Source: clients' habits.
LOCAL_REGIONS = frozenset({"local", "localhost"})

_SKEW = timedelta(minutes=SKEW_MINUTES)
_BASIC_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")


class Received(NamedTuple):
    """A request as it was sent.

    query: what follows the question mark. headers: every line, in the order sent. body: before it
    is unpacked.
    """

    method: bytes
    path: bytes
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


class Claim(NamedTuple):
    """What a request says of its signature.

    credential: ``key/date/region/service/terminator``. signed_headers: names with semicolons. date:
    of the request. token: a session's, empty for none. in_query: the signature stands in the query
    string, not in a header.
    """

    credential: str
    signed_headers: str
    signature: str
    date: str
    token: str = ""
    in_query: bool = False


def is_basic_date(date: str) -> bool:
    """Whether a date reads like ``20261123T000000Z``."""
    return _BASIC_DATE.fullmatch(date) is not None


# Checking.


def verify(
    received: Received, claim: Claim, *, secrets: Mapping[str, str], now: float, region: str
) -> None:
    """Refuse a request that none of the keys has signed, or that another time or service was meant
    for; the claim's form is good.

    secrets: by access key. now: epoch seconds. region: the server's own, whatever its name. The
    order: date, clock, Host, scope, key, signature. Raises: DynamoDBError.
    """
    date, moment = _moment(claim.date)
    _check_clock(moment, now)
    signed = signed_names(claim.signed_headers)
    if b"host" not in signed:
        raise errors.host_not_signed()
    key, *scope = claim.credential.split("/")
    faults = tuple(_scope_faults(*scope, date=date, here=region))
    if faults:
        raise errors.badly_scoped(faults)
    secret = secrets.get(key)
    if secret is None or _has_token(received, claim):
        raise errors.unknown_key()
    canonical = canonical_request(received, signed, presigned=claim.in_query)
    expected = signature(secret, string_to_sign(date, "/".join(scope), canonical), *scope[:3])
    if not hmac.compare_digest(expected.encode(), claim.signature.encode("latin-1")):
        raise errors.wrong_signature()


@functools.lru_cache(maxsize=64)  # Clients send one text for a whole second.
def _moment(date: str) -> tuple[str, datetime]:
    """The time of a request, as ISO-8601's basic format spells it and as a number.

    date: in that format, or as a Date header has it. Raises: DynamoDBError.
    """
    try:
        if is_basic_date(date):
            return date, datetime.strptime(date, "%Y%m%dT%H%M%S%z")
        from email.utils import parsedate_to_datetime  # SDKs send the short form.

        sent = parsedate_to_datetime(date)
        moment = (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise errors.bad_date(date) from None
    return _basic(moment), moment


def _basic(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ").zfill(16)


def _check_clock(moment: datetime, now: float) -> None:
    here = datetime.fromtimestamp(int(now), UTC)
    if abs(moment - here) <= _SKEW:
        return
    refusal, bound = (
        (errors.expired, here - _SKEW) if moment < here else (errors.not_yet_current, here + _SKEW)
    )
    raise refusal(_basic(moment), bound=_basic(bound), now=_basic(here), minutes=SKEW_MINUTES)


def _scope_faults(
    day: str, region: str, service: str, terminator: str, *, date: str, here: str
) -> Iterator[str]:
    if region != here and region not in LOCAL_REGIONS and not _REGION.fullmatch(region):
        yield errors.scope_region(region)
    if service != SERVICE:
        yield errors.scope_service(SERVICE)
    if terminator != TERMINATOR:
        yield errors.scope_terminator(TERMINATOR, terminator)
    if day != date[:8]:
        yield errors.scope_date(day, date)


def _has_token(received: Received, claim: Claim) -> bool:
    """Whether a session's token is sent: the keys that are known belong to no session."""
    return bool(claim.token) or any(
        value.strip() and name.lower() == b"x-amz-security-token"
        for name, value in received.headers
    )


# Signing.


def signed_names(signed_headers: str) -> tuple[bytes, ...]:
    """The names of the headers that a signature covers, in lower case and as ordered there."""
    return tuple(signed_headers.encode("latin-1").lower().split(b";"))


def canonical_request(
    received: Received, signed: tuple[bytes, ...], *, presigned: bool = False
) -> bytes:
    """The request as both sides spell it. presigned: the query string has the signature, too."""
    lines = _trimmed(received.headers, frozenset(signed))
    return b"\n".join(
        (
            received.method,
            canonical_path(received.path),
            canonical_query(received.query, presigned=presigned),
            *(b"%b:%b" % (name, lines.get(name, b"")) for name in signed),
            b"",
            b";".join(signed),
            _payload(lines, received.body),
        )
    )


def _trimmed(
    headers: Sequence[tuple[bytes, bytes]], wanted: frozenset[bytes]
) -> dict[bytes, bytes]:
    """Values by name, blanks made single; of a header sent more than once all, with commas."""
    lines: dict[bytes, bytes] = {}
    for spelled, value in headers:
        name = spelled.lower()
        if name in wanted:
            trimmed = b" ".join(value.split())
            lines[name] = b"%b,%b" % (lines[name], trimmed) if name in lines else trimmed
    return lines


def _payload(lines: Mapping[bytes, bytes], body: bytes) -> bytes:
    """What stands for the body. lines: the signed headers.

    A hash that a signed header gives is not believed: where it is another than the body's, the
    signatures differ. Only that no hash was signed must be said in a signed header.
    """
    if lines.get(b"x-amz-content-sha256") == UNSIGNED_PAYLOAD:
        return UNSIGNED_PAYLOAD
    return hashlib.sha256(body).hexdigest().encode()


def canonical_path(path: bytes) -> bytes:
    """A path without dot segments and empty ones, each byte that is not plain encoded again."""
    if path in (b"", b"/"):
        return b"/"
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    end = b"/" if path.endswith(b"/") and kept else b""
    return quote(b"/%b%b" % (b"/".join(kept), end), safe="/~").encode()


def canonical_query(query: bytes, *, presigned: bool = False) -> bytes:
    """A query string sorted and evenly encoded; presigned: without the signature itself."""
    if not query:
        return b""
    pairs: list[tuple[bytes, bytes]] = []
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        pair = _encoded(name), _encoded(value)
        if part and not (presigned and pair[0] == b"X-Amz-Signature"):
            pairs.append(pair)
    return b"&".join(b"%b=%b" % pair for pair in sorted(pairs))


def _encoded(text: bytes) -> bytes:
    return quote(unquote_to_bytes(text), safe="-_.~").encode()


def string_to_sign(date: str, scope: str, canonical: bytes) -> str:
    """What the key signs. date: in ISO-8601's basic format. scope: the credential's, without the
    access key.
    """
    return f"{ALGORITHM}\n{date}\n{scope}\n{hashlib.sha256(canonical).hexdigest()}"


def signature(secret: str, text: str, day: str, region: str, service: str) -> str:
    """The signature of a string to sign, in hexadecimal digits."""
    key = signing_key(secret, day, region, service)
    return hmac.digest(key, text.encode("latin-1"), "sha256").hex()


@functools.lru_cache(maxsize=256)
def signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    """The key that a secret gives for one day, region and service."""
    key = b"AWS4" + secret.encode()
    for text in (day, region, service, TERMINATOR):
        key = hmac.digest(key, text.encode("latin-1"), "sha256")
    return key
