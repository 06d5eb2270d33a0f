"""Signatures, held against botocore's signer; and what is refused in which order."""

from __future__ import annotations

import contextlib
import string
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.model.errors import DynamoDBError
from dynalite_py.security import sigv4
from dynalite_py.security.sigv4 import Claim, Received
from tests.support.signing import HOST, KEY, SECRET, Lines, Signer, basic, standard_lines

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
SECRETS = {KEY: SECRET, "other": "another secret"}
WRONG = "The request signature we calculated does not match the signature you provided."
TOKEN = "The security token included in the request is invalid."

# Whitespace that a header may hold; what else Unicode takes for blanks is a character here.
VALUES = st.text(
    st.one_of(
        st.sampled_from(" \t,;=\"'"),
        st.characters(min_codepoint=0x21, max_codepoint=0x7E),
        st.sampled_from("äß€日😀"),
    ),
    max_size=20,
)
NAMES = st.sampled_from(
    ["X-Amz-Meta", "x-amz-meta", "Accept-Encoding", "ACCEPT-ENCODING", "a", "Z-9"]
)
PATHS = st.text(string.ascii_letters + "09-._~%/!$&'()*+,;=:@", max_size=20).map("/".__add__)
QUERIES = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=4).map(
    lambda pairs: "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="-_.~")


def _received(path: str, query: str, lines: Lines, body: bytes) -> Received:
    headers = tuple((name.encode(), value.encode()) for name, value in lines)
    return Received(b"POST", path.encode(), query.encode(), headers, body)


def _claim(signer: Signer, lines: Lines, signature: str, **changed: Any) -> Claim:
    names = ";".join(sorted({name.lower() for name, _ in lines}))
    return Claim(signer.credential, names, signature, basic(signer.at))._replace(**changed)


def _verify(received: Received, claim: Claim, *, now: float = NOW, region: str = "here") -> None:
    sigv4.verify(received, claim, secrets=SECRETS, now=now, region=region)


def _refusal(received: Received, claim: Claim, *, now: float = NOW) -> DynamoDBError:
    with pytest.raises(DynamoDBError) as refusal:
        _verify(received, claim, now=now)
    return refusal.value


def _good(body: bytes = b"{}", *, at: float = NOW, **signer: str) -> tuple[Received, Claim]:
    """A request and its claim, signed with these."""
    signing = Signer(at, **signer)
    lines = standard_lines(signing.at)
    claim = _claim(signing, lines, signing.signature("/", lines, body))
    return _received("/", "", lines, body), claim


# What is signed.


@given(
    path=PATHS,
    query=QUERIES,
    more=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    body=st.binary(max_size=40),
)
def test_the_canonical_request_is_botocores(
    path: str, query: str, more: list[tuple[str, str]], body: bytes
) -> None:
    signer, lines = Signer(NOW), [*standard_lines(NOW), *more]
    url = f"{path}?{query}" if query else path
    received = _received(path, query, lines, body)
    claim = _claim(signer, lines, signer.signature(url, lines, body))
    signed = sigv4.signed_names(claim.signed_headers)
    canonical = sigv4.canonical_request(received, signed)
    assert canonical.decode() == signer.canonical(url, lines, body)
    _verify(received, claim)


@given(
    secret=st.text(min_size=1, max_size=20),
    region=st.sampled_from(["us-east-1", "us-gov-west-1", "local", "localhost", "here"]),
)
def test_any_secret_signs_for_any_region(secret: str, region: str) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    received, claim = _good(secret=secret, region=region)
    sigv4.verify(received, claim, secrets={KEY: secret}, now=NOW, region="here")


def test_the_signing_key_is_the_guides_example() -> None:
    key = sigv4.signing_key(SECRET, "20150830", "us-east-1", "iam")
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"


def test_the_signing_key_of_a_day_is_made_once() -> None:
    for number in range(5):
        _verify(*_good(b"%d" % number))
    before = sigv4.signing_key.cache_info().misses
    for number in range(5):
        _verify(*_good(b"%d" % number, at=NOW + number))
    assert sigv4.signing_key.cache_info().misses == before


@given(query=QUERIES, more=st.lists(st.tuples(NAMES, VALUES), max_size=3))
def test_the_query_form_is_botocores(query: str, more: list[tuple[str, str]]) -> None:
    lines = [("Host", HOST), *more]
    auth = SigV4QueryAuth(Credentials(KEY, SECRET), "dynamodb", "us-east-1")
    request: Any = AWSRequest("POST", f"http://{HOST}/?{query}" if query else f"http://{HOST}/")
    for name, value in lines:
        request.headers.add_header(name, value)
    auth.add_auth(request)
    sent = urlsplit(str(request.url)).query
    parts = dict(parse_qsl(sent))
    at = datetime.strptime(parts["X-Amz-Date"], "%Y%m%dT%H%M%S%z").timestamp()
    claim = _claim(Signer(at), lines, parts["X-Amz-Signature"], in_query=True)
    _verify(_received("/", sent, lines, b""), claim, now=at)
    changed = _received("/", sent + "&more=1", lines, b"")
    assert WRONG in str(_refusal(changed, claim, now=at))


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff" * 100])
def test_the_query_form_signs_a_body_too(body: bytes) -> None:
    signer, lines = Signer(NOW), standard_lines(NOW)
    query = signer.presigned(lines, body).partition("?")[2]
    claim = _claim(signer, lines, query.rpartition("=")[2], in_query=True)
    _verify(_received("/", query, lines, body), claim)
    assert WRONG in str(_refusal(_received("/", query, lines, body + b" "), claim))


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        (b"", b""),
        (b"b=2&a=1", b"a=1&b=2"),
        (b"a=2&a=1", b"a=1&a=2"),
        (b"a", b"a="),
        (b"&&a=", b"a="),
        (b"a=%7e%2f%41", b"a=~%2FA"),
        (b"a=x+y z", b"a=x%2By%20z"),
        (b"a=\xe4", b"a=%E4"),
        (b"a=%", b"a=%25"),
        (b"X-Amz-Signature=0&a=1", b"X-Amz-Signature=0&a=1"),
    ],
)
def test_a_query_string_has_one_spelling(query: bytes, canonical: bytes) -> None:
    assert sigv4.canonical_query(query) == canonical


@pytest.mark.parametrize("name", [b"X-Amz-Signature", b"X%2DAmz%2dSignature"])
def test_the_signature_does_not_sign_itself(name: bytes) -> None:
    assert sigv4.canonical_query(b"a=1&" + name + b"=0", presigned=True) == b"a=1"


# What the signature covers.

CHANGES = [
    ("method", {"method": b"PUT"}),
    ("path", {"path": b"/x"}),
    ("query", {"query": b"a=1"}),
    ("body", {"body": b"{} "}),
    ("an empty body", {"body": b""}),
]


@pytest.mark.parametrize(
    "change", [change for _, change in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_a_changed_request_is_refused(change: dict[str, Any]) -> None:
    received, claim = _good()
    _verify(received, claim)
    assert WRONG in str(_refusal(received._replace(**change), claim))


@pytest.mark.parametrize("place", range(4))
def test_a_changed_header_is_refused(place: int) -> None:
    received, claim = _good()
    for spoiled in (b"x", b"", received.headers[place][1].swapcase()):
        headers = list(received.headers)
        headers[place] = (headers[place][0], spoiled)
        if headers[place] != received.headers[place]:
            assert WRONG in str(_refusal(received._replace(headers=headers), claim))


@pytest.mark.parametrize("place", range(4))
def test_a_header_that_is_left_out_or_doubled_is_refused(place: int) -> None:
    received, claim = _good()
    less = [*received.headers[:place], *received.headers[place + 1 :]]
    more = [*received.headers, received.headers[place]]
    assert WRONG in str(_refusal(received._replace(headers=less), claim))
    assert WRONG in str(_refusal(received._replace(headers=more), claim))


def test_a_header_that_is_not_signed_may_be_any() -> None:
    received, claim = _good()
    headers = [(b"User-Agent", b"x"), *received.headers, (b"Z", b"\xff")]
    _verify(received._replace(headers=headers), claim)


@given(signature=st.one_of(st.text(st.characters(max_codepoint=255)), st.just("0" * 64)))
def test_any_other_signature_is_wrong(signature: str) -> None:
    received, claim = _good()
    assert WRONG in str(_refusal(received, claim._replace(signature=signature)))
    assert WRONG in str(_refusal(received, claim._replace(signature=claim.signature[:-1])))
    assert WRONG in str(_refusal(received, claim._replace(signature=claim.signature.upper())))


def test_another_keys_secret_is_wrong() -> None:
    received, claim = _good(key="other", secret=SECRET)
    assert WRONG in str(_refusal(received, claim))
    _verify(*_good(key="other", secret="another secret"))


# The body's hash.


def _hashed(declared: str, body: bytes, *, signed: bool = True) -> tuple[Received, Claim]:
    signer, covered = Signer(NOW), standard_lines(NOW)
    line = ("X-Amz-Content-Sha256", declared)
    sent = [*covered, line]
    lines = sent if signed else covered
    return _received("/", "", sent, body), _claim(signer, lines, signer.signature("/", lines, body))


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_hash_in_a_signed_header_must_be_the_bodys() -> None:
    _verify(*_hashed(EMPTY, b""))
    received, claim = _hashed(EMPTY, b"")
    assert WRONG in str(_refusal(received._replace(body=b"{}"), claim))
    assert WRONG in str(_refusal(*_hashed(EMPTY, b"{}")))


def test_a_payload_may_be_unsigned_where_that_is_signed() -> None:
    received, claim = _hashed("UNSIGNED-PAYLOAD", b"{}")
    _verify(received, claim)
    _verify(received._replace(body=b"another"), claim)


def test_a_payload_is_not_unsigned_because_an_unsigned_header_says_so() -> None:
    received, claim = _hashed("UNSIGNED-PAYLOAD", b"{}", signed=False)
    _verify(received, claim)
    assert WRONG in str(_refusal(received._replace(body=b"another"), claim))


# Time, scope, key.


def _text(date: str, *, now: float = NOW) -> str:
    received, claim = _good()
    return str(_refusal(received, claim._replace(date=date), now=now))


@pytest.mark.parametrize("away", [0, 0.999, 899, 900, 900.999, -1, -899, -900])
def test_a_clock_may_be_fifteen_minutes_off(away: float) -> None:
    _verify(*_good(), now=NOW + away)


def test_a_request_of_sixteen_minutes_ago_has_expired() -> None:
    assert _text(basic(NOW - 901)) == (
        "InvalidSignatureException: Signature expired: 20251231T234459Z is now earlier than "
        "20251231T234500Z (20260101T000000Z - 15 min.)"
    )


def test_a_request_from_the_future_is_not_yet_current() -> None:
    assert _text(basic(NOW + 901)) == (
        "InvalidSignatureException: Signature not yet current: 20260101T001501Z is still later "
        "than 20260101T001500Z (20260101T000000Z + 15 min.)"
    )


def test_a_year_has_four_digits() -> None:
    assert "expired: 00010101T000000Z is" in _text("00010101T000000Z")


@pytest.mark.parametrize(
    "date",
    ["20261301T000000Z", "20260230T000000Z", "20260101T250000Z", "00000101T000000Z", "x", ""],
)
def test_a_date_that_is_none_is_refused(date: str) -> None:
    assert _text(date) == (
        f"IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '{date}'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"
    )


@given(
    date=st.one_of(
        st.text(st.characters(max_codepoint=255), max_size=40),
        st.text("0123456789:,+- GMTMonJanZ", max_size=30),
    )
)
def test_any_text_for_a_date_is_accepted_or_refused(date: str) -> None:
    received, claim = _good()
    with contextlib.suppress(DynamoDBError):
        _verify(received, claim._replace(date=date))


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 2026 00:00:00 GMT",
        "Thu, 01 Jan 2026 00:00:00 -0000",
        "Thu, 01 Jan 2026 02:00:00 +0200",
        "20260101T000000Z",
    ],
)
def test_a_date_header_may_have_the_form_of_http(date: str) -> None:
    received, claim = _good()
    _verify(received, claim._replace(date=date))


REGION = "Credential should be scoped to a valid region, not '{}'. "
SERVICE = "Credential should be scoped to correct service: 'dynamodb'. "
TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. "
DATE = (
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
    "'{}' != '20260101', from '20260101T000000Z'."
)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("20260101/c/dynamodb/aws4_request", REGION.format("c")),
        ("20260101//dynamodb/aws4_request", REGION.format("")),
        ("20260101/us-east-1/s3/aws4_request", SERVICE),
        ("20260101/us-east-1/dynamodb/e", TERMINATOR.format("e")),
        ("20251231/us-east-1/dynamodb/aws4_request", DATE.format("20251231")),
        ("b/c/d/e", REGION.format("c") + SERVICE + TERMINATOR.format("e") + DATE.format("b")),
    ],
)
def test_a_scope_names_each_of_its_faults(scope: str, text: str) -> None:
    received, claim = _good()
    refusal = _refusal(received, claim._replace(credential=f"{KEY}/{scope}"))
    assert str(refusal) == f"InvalidSignatureException: {text}"


@pytest.mark.parametrize("names", ["", "x-amz-date", "hosts;x-amz-date", "ho;st", " host"])
def test_host_must_be_signed(names: str) -> None:
    received, claim = _good()
    refusal = _refusal(received, claim._replace(signed_headers=names))
    assert str(refusal) == (
        "InvalidSignatureException: 'Host' must be a 'SignedHeader' in the AWS Authorization."
    )


def test_a_session_token_goes_with_no_key() -> None:
    received, claim = _good()
    named = received._replace(headers=[*received.headers, (b"X-Amz-Security-Token", b"x")])
    assert TOKEN in str(_refusal(named, claim))
    assert TOKEN in str(_refusal(received, claim._replace(token="x")))
    empty = received._replace(headers=[*received.headers, (b"X-Amz-Security-Token", b" ")])
    _verify(empty, claim)


def test_of_several_faults_the_first_in_order_is_told() -> None:
    received, claim = _good()
    spoiled = claim._replace(
        credential="nobody/b/c/d/e", signed_headers="x", signature="0", date="20251231T000000Z"
    )
    assert "Signature expired" in str(_refusal(received, spoiled))
    spoiled = spoiled._replace(date=claim.date)
    assert "'Host' must be" in str(_refusal(received, spoiled))
    spoiled = spoiled._replace(signed_headers="host")
    assert "valid region" in str(_refusal(received, spoiled))
    spoiled = spoiled._replace(credential=claim.credential.replace(KEY, "nobody"))
    assert TOKEN in str(_refusal(received, spoiled))
    spoiled = spoiled._replace(credential=claim.credential)
    assert WRONG in str(_refusal(received, spoiled))


def test_the_last_day_is_signed_for_just_after_midnight() -> None:
    received, claim = _good(at=NOW - 60)
    assert claim.credential.split("/")[1] == "20251231"
    _verify(received, claim)
