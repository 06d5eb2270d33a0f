"""Signatures that are verified: each refusal on the wire, and no way around it.

Source: facts, Authentication texts.
"""

from __future__ import annotations

import gzip
from collections.abc import Generator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dynalite_py.doors.server.run import ServerSettings
from dynalite_py.engine import Engine
from tests.support import servers
from tests.support.raw_http import RawClient, Response
from tests.support.servers import ScriptedEngine
from tests.support.signing import (
    KEY,
    SECRET,
    Lines,
    Signer,
    basic,
    message,
    signed,
    standard_lines,
)

NOW = 1_370_772_015.0  # 2013-06-09T10:00:15Z
GOOD = Signer(NOW)
SECRETS = {KEY: SECRET, "second": "another"}
INVALID, UNKNOWN = "InvalidSignatureException", "UnrecognizedClientException"
INCOMPLETE = "IncompleteSignatureException"
WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)
TOKEN = "The security token included in the request is invalid."
HOST_NOT_SIGNED = "'Host' must be a 'SignedHeader' in the AWS Authorization."
REGION = "Credential should be scoped to a valid region, not 'c'. "
SERVICE = "Credential should be scoped to correct service: 'dynamodb'. "
TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. "
DATE = (
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
    "'b' != '20130609', from '20130609T100015Z'."
)
EXPIRED = (
    "Signature expired: 20130609T094514Z is now earlier than 20130609T094515Z "
    "(20130609T100015Z - 15 min.)"
)
NOT_YET = (
    "Signature not yet current: 20130609T101516Z is still later than 20130609T101515Z "
    "(20130609T100015Z + 15 min.)"
)
SCOPE = GOOD.credential.removeprefix(f"{KEY}/")


@pytest.fixture(scope="module")
def port() -> Generator[int]:
    """The port of a server that is told two keys, at a clock that stands."""
    with servers.serving(_engine(), ServerSettings(port=0, credentials=SECRETS)) as server:
        yield server.port


@pytest.fixture
def client(port: int) -> Generator[RawClient]:
    """A connection on which a good request was answered before."""
    with RawClient(port) as connection:
        assert connection.ask(signed(GOOD)).json() == ["000000000000", "us-east-1", KEY]
        yield connection


def _engine() -> ScriptedEngine:
    engine = ScriptedEngine()
    engine.clock = servers.MovableClock(NOW)
    return engine


def _changed(old: str, new: str, *, signer: Signer = GOOD) -> bytes:
    """A good request in which a text of the Authorization header is another."""
    whole = signed(signer)
    assert old.encode() in whole
    return whole.replace(old.encode(), new.encode())


def _assert_refused(answer: Response, code: str, text: str) -> None:
    assert answer.status == 400
    assert answer.json() == {"__type": f"com.amazon.coral.service#{code}", "message": text}
    assert answer.crc_fits()


REFUSED = [
    ("expired", signed(Signer(NOW - 901)), INVALID, EXPIRED),
    ("not yet current", signed(Signer(NOW + 901)), INVALID, NOT_YET),
    ("host", _changed("=content-type;host;", "=content-type;"), INVALID, HOST_NOT_SIGNED),
    ("region", signed(Signer(NOW, region="c")), INVALID, REGION),
    ("service", signed(Signer(NOW, service="s3")), INVALID, SERVICE),
    ("terminator", _changed("/aws4_request", "/e"), INVALID, TERMINATOR),
    ("date", _changed("/20130609/", "/b/"), INVALID, DATE),
    ("scope", _changed(SCOPE, "b/c/d/e"), INVALID, REGION + SERVICE + TERMINATOR + DATE),
    ("key", signed(Signer(NOW, key="nobody")), UNKNOWN, TOKEN),
    ("secret", signed(Signer(NOW, secret="no secret")), INVALID, WRONG),
    ("signature", _changed("Signature=", "Signature=0"), INVALID, WRONG),
]


@pytest.mark.parametrize(
    ("request_bytes", "code", "text"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_a_signature_is_refused_in_the_services_words(
    client: RawClient, request_bytes: bytes, code: str, text: str
) -> None:
    for _ in range(2):
        _assert_refused(client.ask(request_bytes), code, text)
        assert client.ask(signed(GOOD)).status == 200


@pytest.mark.parametrize("at", [NOW - 900, NOW, NOW + 900])
def test_each_key_signs_within_fifteen_minutes(client: RawClient, at: float) -> None:
    for key, secret in SECRETS.items():
        answer = client.ask(signed(Signer(at, key, secret, "eu-west-2")))
        assert answer.json() == ["000000000000", "eu-west-2", key]


def test_a_session_token_is_refused_for_no_key_has_one(client: RawClient) -> None:
    lines = [*standard_lines(NOW), ("X-Amz-Security-Token", "session")]
    _assert_refused(client.ask(signed(GOOD, lines)), UNKNOWN, TOKEN)
    url = GOOD.presigned([("Host", "localhost")], b"{}", more="&X-Amz-Security-Token=session")
    lines = [("Host", "localhost"), *_unsigned_lines()]
    _assert_refused(client.ask(message(url, lines, b"{}")), UNKNOWN, TOKEN)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Authorization: AWS4-", "Authorization: AWS-", "MissingAuthenticationTokenException"),
        ("Authorization: AWS4-", "Unknown: AWS4-", "MissingAuthenticationTokenException"),
        ("POST / ", "POST /?X-Amz-Algorithm= ", INVALID),
        ("Signature=", "Signatur=", INCOMPLETE),
        ("X-Amz-Date: ", "X-Date: ", INCOMPLETE),
        (f"X-Amz-Date: {basic(NOW - 5000)}", "X-Amz-Date: 2013", INCOMPLETE),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA25", INCOMPLETE),
        ("/20130609/us-east-1/", "/20130609/", INCOMPLETE),
    ],
)
def test_the_form_is_refused_before_the_signature(
    client: RawClient, old: str, new: str, code: str
) -> None:
    answer = client.ask(_changed(old, new, signer=Signer(NOW - 5000, key="nobody")))
    assert answer.status == 400
    body: Any = answer.json()
    assert body["__type"] == f"com.amazon.coral.service#{code}"
    assert "Signature expired" not in body["message"]


def test_a_request_without_a_signature_is_refused_even_where_no_token_is_required() -> None:
    settings = ServerSettings(port=0, credentials=SECRETS, require_token=False)
    with servers.serving(_engine(), settings) as server, RawClient(server.port) as client:
        answer = client.ask(message("/", standard_lines(NOW), b"{}"))
        text = "Request is missing Authentication Token"
        _assert_refused(answer, "MissingAuthenticationTokenException", text)


def test_nobody_may_where_there_are_no_keys() -> None:
    settings = ServerSettings(port=0, credentials={})
    with servers.serving(_engine(), settings) as server, RawClient(server.port) as client:
        _assert_refused(client.ask(signed(GOOD)), UNKNOWN, TOKEN)


def test_an_unknown_operation_is_told_before_the_signature(client: RawClient) -> None:
    lines = standard_lines(NOW, "Nothing")
    answer = client.ask(signed(Signer(NOW, secret="wrong"), lines))
    assert answer.json() == {"__type": "com.amazon.coral.service#UnknownOperationException"}


def test_what_is_no_operation_needs_no_signature(client: RawClient) -> None:
    for path in (b"/", b"/_dynalite/health"):
        assert client.ask(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path).status == 200


# Every request is verified, and all of it.


def test_what_was_signed_once_lends_its_signature_to_no_other_body(client: RawClient) -> None:
    lines = standard_lines(NOW, "GetItem")
    good = signed(GOOD, lines, b'{"a":1}')
    for _ in range(3):
        assert client.ask(good).body == b'{"a":1}'
        _assert_refused(client.ask(good.replace(b'"a":1', b'"a":2')), INVALID, WRONG)
        _assert_refused(client.ask(good.replace(b".GetItem", b".ListTables")), INVALID, WRONG)
        _assert_refused(client.ask(good.replace(b"Signature=", b"Signature=f")), INVALID, WRONG)


def test_pipelined_requests_are_verified_one_by_one(client: RawClient) -> None:
    good, bad = signed(GOOD), signed(GOOD).replace(b"\r\n\r\n{}", b"\r\n\r\n[]")
    client.send(good + bad + good)
    assert [client.response().status for _ in range(3)] == [200, 400, 200]


def test_a_request_outlives_its_signature_by_no_minute() -> None:
    engine = _engine()
    settings = ServerSettings(port=0, credentials=SECRETS)
    with servers.serving(engine, settings) as server, RawClient(server.port) as client:
        for seconds, status in ((0, 200), (900, 200), (1, 400)):
            engine.clock.advance(seconds)
            assert client.ask(signed(GOOD)).status == status


def test_the_signature_covers_all_accept_encoding_lines(client: RawClient) -> None:
    more = [("Accept-Encoding", "gzip"), ("accept-encoding", "br"), ("Accept-Encoding", "br")]
    good = signed(GOOD, [*standard_lines(NOW), *more])
    assert client.ask(good).status == 200
    for line in (b"Accept-Encoding: gzip\r\n", b"accept-encoding: br\r\n"):
        assert line in good
        _assert_refused(client.ask(good.replace(line, b"")), INVALID, WRONG)
    _assert_refused(client.ask(good.replace(b"gzip", b"deflate")), INVALID, WRONG)


@pytest.mark.parametrize(
    "more",
    [
        [("X-Odd", "  a   b \t c  ")],
        [("X-Odd", "")],
        [("X-Odd", "a"), ("x-odd", "a"), ("X-ODD", "")],
        [("X-Odd", "äß€")],
        [("X-Odd", '"a   b"')],
    ],
)
def test_odd_header_lines_are_signed_as_botocore_does(
    client: RawClient, more: list[tuple[str, str]]
) -> None:
    assert client.ask(signed(GOOD, [*more, *standard_lines(NOW)])).status == 200


def test_of_lines_sent_twice_the_first_counts(client: RawClient) -> None:
    more = [("Accept-Encoding", "gzip"), ("Accept-Encoding", "deflate")]
    body = b'{"Limit":9000}'
    answer = client.ask(signed(GOOD, [*standard_lines(NOW, "Scan"), *more], body))
    assert answer.headers["content-encoding"] == "gzip"


def test_a_head_over_the_limit_is_refused_unverified(client: RawClient) -> None:
    more = [("A", "x" * 8000), ("A", "x" * 8000), ("A", "x" * 500)]
    answer = client.ask(signed(GOOD, unsigned=more))
    assert (answer.status, answer.body) == (400, b"")


def test_lines_that_are_not_signed_may_stand_between(client: RawClient) -> None:
    unsigned = [("User-Agent", "x"), ("Connection", "keep-alive"), ("Origin", "http://x")]
    assert client.ask(signed(GOOD, unsigned=unsigned)).status == 200


def test_a_compressed_body_is_signed_as_it_is_sent(client: RawClient) -> None:
    lines = [*standard_lines(NOW, "GetItem"), ("Content-Encoding", "gzip")]
    packed, other = gzip.compress(b'{"a":1}', 1, mtime=1), gzip.compress(b'{"a":1}', 9, mtime=2)
    assert packed != other
    assert client.ask(signed(GOOD, lines, packed)).body == b'{"a":1}'
    good = signed(GOOD, lines, packed)
    assert len(packed) == len(other)
    _assert_refused(client.ask(good.replace(packed, other)), INVALID, WRONG)


def test_a_chunked_body_is_signed_without_its_chunks(client: RawClient) -> None:
    lines = standard_lines(NOW, "GetItem")
    authorization = GOOD.authorization("/", lines, b'{"a":1}')
    sent = [*lines, ("Authorization", authorization), ("Transfer-Encoding", "chunked")]
    head = "".join(f"{name}: {value}\r\n" for name, value in sent)
    for chunks, status in (('{"a"\r\n3\r\n:1}', 200), ('{"b"\r\n3\r\n:1}', 400)):
        whole = f"POST / HTTP/1.1\r\n{head}\r\n4\r\n{chunks}\r\n0\r\nHost: x\r\n\r\n"
        assert client.ask(whole.encode()).status == status


def test_a_declared_hash_must_be_the_bodys_unless_none_is_signed(client: RawClient) -> None:
    lines = standard_lines(NOW, "GetItem")
    line = ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
    free = signed(GOOD, [*lines, line], b'{"a":1}')
    assert client.ask(free).status == 200
    assert client.ask(free.replace(b'"a":1', b'"a":2')).body == b'{"a":2}'
    bound = signed(GOOD, lines, b'{"a":1}', unsigned=[line])
    assert client.ask(bound).status == 200
    _assert_refused(client.ask(bound.replace(b'"a":1', b'"a":2')), INVALID, WRONG)
    false = signed(GOOD, [*lines, ("X-Amz-Content-Sha256", "0" * 64)], b'{"a":1}')
    _assert_refused(client.ask(false), INVALID, WRONG)


def test_a_date_header_is_verified_where_the_amazon_one_is_missing(client: RawClient) -> None:
    date = ("Date", "Sun, 09 Jun 2013 10:00:15 GMT")
    lines = [line for line in standard_lines(NOW) if line[0] != "X-Amz-Date"]
    assert client.ask(signed(GOOD, [*lines, date])).status == 200
    old = signed(GOOD, [*lines, date]).replace(b"10:00:15", b"09:45:14")
    _assert_refused(client.ask(old), INVALID, EXPIRED)
    none = signed(GOOD, [*lines, date]).replace(b"Sun, 09 Jun", b"Sun, 32 Jun")
    text = "Date must be in ISO-8601 'basic format'. Got 'Sun, 32 Jun 2013 10:00:15 GMT'. "
    wiki = "See http://en.wikipedia.org/wiki/ISO_8601"
    _assert_refused(client.ask(none), INCOMPLETE, text + wiki)


# The query-string form.


def _unsigned_lines(operation: str = "ListTables") -> list[tuple[str, str]]:
    """What is sent beside a signature in the query string that covers Host alone."""
    return [line for line in standard_lines(NOW, operation)[1:] if line[0] != "X-Amz-Date"]


def _presigned(signer: Signer, *, lines: Lines = (), more: str = "") -> bytes:
    covered = [("Host", "localhost"), *lines]
    url = signer.presigned(covered, b"{}", more=more)
    return message(url, [*covered, *_unsigned_lines()], b"{}")


def test_a_signature_in_the_query_string_is_verified(client: RawClient) -> None:
    good = _presigned(GOOD, more="&X-Amz-Expires=1&a=~%C3%A4%2F")
    assert client.ask(good).json() == ["000000000000", "us-east-1", KEY]
    _assert_refused(client.ask(good.replace(b"\r\n\r\n{}", b"\r\n\r\n[]")), INVALID, WRONG)
    _assert_refused(client.ask(good.replace(b"Expires=1", b"Expires=2")), INVALID, WRONG)
    _assert_refused(client.ask(good.replace(b"Signature=", b"Signature=0")), INVALID, WRONG)


@pytest.mark.parametrize(
    ("request_bytes", "code", "text"),
    [
        (_presigned(Signer(NOW - 901)), INVALID, EXPIRED),
        (_presigned(Signer(NOW + 901)), INVALID, NOT_YET),
        (
            _presigned(GOOD).replace(b"SignedHeaders=host", b"SignedHeaders=x"),
            INVALID,
            HOST_NOT_SIGNED,
        ),
        (_presigned(Signer(NOW, region="c")), INVALID, REGION),
        (_presigned(Signer(NOW, key="nobody")), UNKNOWN, TOKEN),
        (_presigned(Signer(NOW, secret="x")), INVALID, WRONG),
    ],
    ids=["expired", "not yet current", "host", "region", "key", "secret"],
)
def test_a_signature_in_the_query_string_is_refused_in_the_same_words(
    client: RawClient, request_bytes: bytes, code: str, text: str
) -> None:
    _assert_refused(client.ask(request_bytes), code, text)


# boto3.


@pytest.fixture
def endpoint(engine: Engine) -> Generator[str]:
    """The URL of a server over a real engine that is told two keys."""
    with servers.serving(engine, ServerSettings(port=0, credentials=SECRETS)) as server:
        yield server.endpoint


def _boto3(endpoint: str, key: str, secret: str, service: Any = "dynamodb", **more: Any) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        **more,
    )


@pytest.mark.parametrize(("key", "secret"), list(SECRETS.items()))
def test_boto3_works_with_the_right_key(endpoint: str, key: str, secret: str) -> None:
    client = _boto3(endpoint, key, secret)
    client.create_table(
        TableName="signed",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    item = {"pk": {"S": "äß€"}, "data": {"S": "x" * 10_000}}
    for _ in range(3):
        client.put_item(TableName="signed", Item=item)
        assert client.get_item(TableName="signed", Key={"pk": item["pk"]})["Item"] == item
    assert client.list_tables()["TableNames"] == ["signed"]


@pytest.mark.parametrize(
    ("key", "secret", "more", "code", "text"),
    [
        (KEY, "wrong", {}, INVALID, WRONG),
        (KEY, "another", {}, INVALID, WRONG),
        ("nobody", SECRET, {}, UNKNOWN, TOKEN),
        (KEY, SECRET, {"aws_session_token": "x"}, UNKNOWN, TOKEN),
    ],
)
def test_boto3_is_refused_with_a_wrong_one(
    endpoint: str, key: str, secret: str, more: dict[str, str], code: str, text: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        _boto3(endpoint, key, secret, **more).list_tables()
    assert refusal.value.response.get("Error") == {"Code": code, "Message": text}


def test_boto3s_streams_client_signs_for_the_same_service(endpoint: str) -> None:
    with pytest.raises(ClientError) as refusal:
        _boto3(endpoint, KEY, "wrong", "dynamodbstreams").list_streams()
    # A scope for another service would have been refused before the signature.
    assert refusal.value.response.get("Error", {}).get("Message") == WRONG
