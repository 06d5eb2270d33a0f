"""What answers what, before an operation is reached. Source: facts, The HTTP envelope."""

from __future__ import annotations

import re

import pytest

from tests.support.raw_http import SIGNED, RawClient, message, operation

SERIALIZATION = b'{"__type":"com.amazon.coral.service#SerializationException"}'
UNKNOWN = b'{"__type":"com.amazon.coral.service#UnknownOperationException"}'
NOT_FOUND = b"<UnknownOperationException/>\n"
HEALTHY = b"healthy: dynamodb.us-east-1.amazonaws.com "
PAST = "DynamoDB_20111205.GetItem"
NO_TOKEN = (
    b'{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",'
    b'"message":"Request is missing Authentication Token"}'
)
UNSIGNED_TEXT = operation("GetItem", headers={"Authorization": None}, body=b"hi")
UNSIGNED_NOTHING = operation("GetItem", headers={"Authorization": None}, body=b"")
UNTYPED_NOTHING = operation("GetItem", headers={"Content-Type": None}, body=b"")
MISTYPED_NOTHING = operation("GetItem", headers={"Content-Type": "text/plain"}, body=b"")

# name, request, status, body, CRC of the body as the facts have it
ANSWERS = [
    ("health", message("GET"), 200, HEALTHY, 3128867991),
    ("health with a query", message("GET", "/?x=1"), 200, HEALTHY, 3128867991),
    ("GET elsewhere", message("GET", "/other"), 404, NOT_FOUND, 3552371480),
    ("PUT", message("PUT", headers=SIGNED), 404, NOT_FOUND, 3552371480),
    ("DELETE", message("DELETE", headers=SIGNED), 404, NOT_FOUND, 3552371480),
    ("OPTIONS without Origin", message("OPTIONS"), 404, NOT_FOUND, 3552371480),
    ("POST elsewhere", message("POST", "/x", SIGNED, b"{}"), 404, NOT_FOUND, 3552371480),
    ("no type, a body", message("POST", body=b"{}"), 404, NOT_FOUND, 3552371480),
    ("no target", message("POST", headers=SIGNED, body=b"{}"), 400, UNKNOWN, 1368724161),
    ("nothing at all", message("POST"), 400, UNKNOWN, 1368724161),
    ("unknown operation", operation("Nothing"), 400, UNKNOWN, 1368724161),
    ("old version", operation("", headers={"X-Amz-Target": PAST}), 400, UNKNOWN, 1368724161),
    (
        "unsigned unknown",
        operation("No", headers={"Authorization": None}),
        400,
        UNKNOWN,
        1368724161,
    ),
    ("not JSON", operation("GetItem", body=b"hi"), 400, SERIALIZATION, 3948637019),
    ("not JSON, unknown", operation("No", body=b"hi"), 400, SERIALIZATION, 3948637019),
    ("not JSON, unsigned", UNSIGNED_TEXT, 400, SERIALIZATION, 3948637019),
    ("cut JSON", operation("GetItem", body=b'{"TableName":"a'), 400, SERIALIZATION, 3948637019),
    ("no body, unknown", operation("No", body=b""), 400, UNKNOWN, 1368724161),
    ("no body, unsigned", UNSIGNED_NOTHING, 400, NO_TOKEN, 2088342776),
    ("no type, no body", UNTYPED_NOTHING, 400, SERIALIZATION, 3948637019),
    ("another type, no body", MISTYPED_NOTHING, 404, NOT_FOUND, 3552371480),
    *(
        (
            f"the target {target!r}",
            operation("", headers={"X-Amz-Target": target}),
            400,
            UNKNOWN,
            1368724161,
        )
        for target in (
            "",
            "GetItem",
            "DynamoDB_20120810",
            "DynamoDB_20120810.",
            "DynamoDB_20120810.GetItem.x",
            "DynamoDB_20120811.GetItem",
            "dynamodb_20120810.GetItem",
            "DynamoDB_20120810.getItem",
        )
    ),
    ("no body", operation("GetItem", body=b""), 400, SERIALIZATION, 3948637019),
    ("null", operation("GetItem", body=b"null"), 400, SERIALIZATION, 3948637019),
    ("a list", operation("GetItem", body=b"[]"), 400, SERIALIZATION, 3948637019),
    ("a text", operation("GetItem", body=b'"x"'), 400, SERIALIZATION, 3948637019),
]


@pytest.mark.parametrize(
    ("sent", "status", "body", "crc"),
    [answer[1:] for answer in ANSWERS],
    ids=[answer[0] for answer in ANSWERS],
)
def test_each_kind_of_request_has_its_answer(
    client: RawClient, sent: bytes, status: int, body: bytes, crc: int
) -> None:
    for _ in range(2):  # the second time the headers are known, and the connection is still there
        answer = client.ask(sent)
        assert (answer.status, answer.body) == (status, body)
        assert answer.headers["x-amz-crc32"] == str(crc)
        assert answer.crc_fits()
        assert re.fullmatch("[0-9A-Z]{52}", answer.headers["x-amzn-requestid"])
        assert answer.headers["content-length"] == str(len(body))
        assert answer.headers["content-type"].startswith("application/")
        assert "transfer-encoding" not in answer.headers


def test_an_answer_carries_the_services_headers(client: RawClient) -> None:
    answer = client.ask(operation("GetItem", {"a": "b"}))
    assert (answer.status, answer.body) == (200, b'{"a":"b"}')
    assert re.fullmatch("[0-9A-Z]{52}", answer.headers["x-amzn-requestid"])
    assert answer.crc_fits()
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"
    assert answer.headers["content-length"] == "9"
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"])
    assert "connection" not in answer.headers
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_no_two_answers_share_a_request_id(client: RawClient) -> None:
    ids = [client.ask(operation("GetItem")).headers["x-amzn-requestid"] for _ in range(50)]
    assert len(set(ids)) == 50


@pytest.mark.parametrize(
    ("sent", "status", "answered"),
    [
        ("application/json", 200, "application/json"),
        ("application/x-amz-json-1.0", 200, "application/x-amz-json-1.0"),
        ("  Application/X-Amz-JSON-1.0 ; charset=utf-8", 200, "application/x-amz-json-1.0"),
        ("application/json;charset=x", 200, "application/json"),
        ("application/x-amz-json-1.1", 404, "application/json"),
        ("text/plain", 404, "application/json"),
        ("", 404, "application/json"),
    ],
)
def test_the_content_type_decides_and_is_echoed(
    client: RawClient, sent: str, status: int, answered: str
) -> None:
    for _ in range(2):
        answer = client.ask(operation("GetItem", headers={"Content-Type": sent}))
        assert (answer.status, answer.headers["content-type"]) == (status, answered)


def test_header_names_are_read_in_any_case_and_the_first_of_two_counts(client: RawClient) -> None:
    shouted = {name.upper(): value for name, value in SIGNED.items()}
    target = {"X-AMZ-TARGET": "DynamoDB_20120810.GetItem", "x-amz-target": "DynamoDB_20120810.No"}
    assert client.ask(message("POST", "/", {**shouted, **target}, b"{}")).status == 200


def test_an_operations_refusal_and_failure_keep_the_connection(client: RawClient) -> None:
    refused = client.ask(operation("DescribeTable"))
    assert (refused.status, refused.json()) == (
        400,
        {
            "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            "message": "Requested resource not found: Table: none not found",
        },
    )
    assert refused.crc_fits()
    assert client.ask(operation("GetItem")).status == 200


def test_an_empty_answer_keeps_its_headers(client: RawClient) -> None:
    answer = client.ask(operation("TagResource"))
    assert (answer.status, answer.body, answer.headers["x-amz-crc32"]) == (200, b"", "0")
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"


def test_streams_answer_under_both_prefixes_and_tables_under_their_own(client: RawClient) -> None:
    def ask(target: str) -> int:
        return client.ask(operation("", headers={"X-Amz-Target": target})).status

    assert ask("DynamoDBStreams_20120810.ListStreams") == 200
    assert ask("DynamoDB_20120810.ListStreams") == 200
    assert ask("DynamoDBStreams_20120810.GetItem") == 400


def test_a_proxys_absolute_url_is_understood(client: RawClient) -> None:
    headers = {**SIGNED, "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    assert client.ask(message("POST", "http://here:1/", headers, b"{}")).status == 200
    assert client.ask(message("POST", "http://here:1", headers, b"{}")).status == 200
    assert client.ask(message("POST", "http://here:1/x", headers, b"{}")).status == 404


def test_head_answers_without_the_body(client: RawClient) -> None:
    answer = client.ask(message("HEAD"), bare=True)
    assert (answer.status, answer.headers["content-length"]) == (200, "42")
    assert client.ask(message("HEAD", "/x"), bare=True).status == 404
    assert client.ask(operation("GetItem")).body == b"{}"


def test_health_is_told_in_json(client: RawClient) -> None:
    answer = client.ask(message("GET", "/_dynalite/health"))
    assert answer.status == 200
    assert answer.json() == {"status": "ok", "connections": 1}
    assert client.ask(message("POST", "/_dynalite/health")).status == 404
    assert client.ask(message("GET", "/_dynalite/else")).status == 404


# CORS on a loopback host.


def test_an_origin_is_allowed_on_loopback(client: RawClient) -> None:
    for sent in (
        operation("GetItem", headers={"Origin": "http://page"}),
        message("GET", headers={"Origin": "http://page"}),
    ):
        answer = client.ask(sent)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "x-amzn-RequestId" in answer.headers["access-control-expose-headers"]


def test_a_preflight_is_answered_with_what_it_asked_for(client: RawClient) -> None:
    asked = {
        "Origin": "http://page",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-amz-target, content-type",
    }
    answer = client.ask(message("OPTIONS", headers=asked))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "0")
    assert answer.headers["access-control-max-age"] == "172800"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "x-amz-target, content-type"
    unasked = client.ask(message("OPTIONS", headers={"Origin": "http://page"})).headers
    assert "access-control-allow-methods" not in unasked
    assert "access-control-allow-headers" not in unasked
