"""Who is asked for, and the faults of a signature that show without a secret.

Source: facts, Authentication texts.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dynalite_py.doors.server.run import ServerSettings
from tests.support import servers
from tests.support.raw_http import CREDENTIAL, SIGNED, RawClient, message, operation

LEAD = "AWS4-HMAC-SHA256 "
WHOLE = f"{LEAD}Credential={CREDENTIAL}, SignedHeaders=host, Signature=0"
NO_CREDENTIAL = "Authorization header requires 'Credential' parameter. "
NO_SIGNATURE = "Authorization header requires 'Signature' parameter. "
NO_SIGNED = "Authorization header requires 'SignedHeaders' parameter. "
NO_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
FIVE = (
    "Credential must have exactly 5 slash-delimited elements, "
    "e.g. keyid/date/region/service/term, got 'a/b/c/d'"
)
BAD_DATE = (
    "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"
)
ALGORITHM = "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). "
MISSING, INCOMPLETE = "MissingAuthenticationTokenException", "IncompleteSignatureException"
NO_TOKEN = "Request is missing Authentication Token"

REFUSED = [
    ({"Authorization": None}, MISSING, NO_TOKEN),
    ({"Authorization": ""}, MISSING, NO_TOKEN),
    ({"Authorization": "Bearer x"}, MISSING, NO_TOKEN),
    (
        {"Authorization": "AWS4-", "X-Amz-Date": None},
        INCOMPLETE,
        NO_CREDENTIAL + NO_SIGNATURE + NO_SIGNED + NO_DATE + "Authorization=AWS4-",
    ),
    (
        {"Authorization": f"{LEAD}Credential={CREDENTIAL}, SignedHeaders=host"},
        INCOMPLETE,
        f"{NO_SIGNATURE}Authorization={LEAD}Credential={CREDENTIAL}, SignedHeaders=host",
    ),
    (
        {"Authorization": f"{LEAD}Credential={CREDENTIAL}, SignedHeaders=host, Signature="},
        INCOMPLETE,
        NO_SIGNATURE
        + f"Authorization={LEAD}Credential={CREDENTIAL}, SignedHeaders=host, Signature=",
    ),
    (
        {"Authorization": f"{LEAD}Credential={CREDENTIAL},Signature=0"},
        INCOMPLETE,
        f"{NO_SIGNED}Authorization={LEAD}Credential={CREDENTIAL},Signature=0",
    ),
    (
        {"Authorization": f"{LEAD}SignedHeaders=host, Signature=0"},
        INCOMPLETE,
        f"{NO_CREDENTIAL}Authorization={LEAD}SignedHeaders=host, Signature=0",
    ),
    (
        {"Authorization": WHOLE, "X-Amz-Date": None},
        INCOMPLETE,
        f"{NO_DATE}Authorization={WHOLE}",
    ),
    ({"X-Amz-Date": "201"}, INCOMPLETE, BAD_DATE),
    (
        {"Authorization": WHOLE.replace("SHA256", "SHA25", 1)},
        INCOMPLETE,
        ALGORITHM,
    ),
    ({"Authorization": WHOLE.replace(CREDENTIAL, "a/b/c/d")}, INCOMPLETE, FIVE),
]


@pytest.mark.parametrize(("headers", "code", "text"), REFUSED)
def test_a_faulty_signature_is_refused_in_the_services_words(
    client: RawClient, headers: dict[str, str | None], code: str, text: str
) -> None:
    for _ in range(2):
        client.ask(operation("GetItem"))  # so that the good form of the headers is known
        answer = client.ask(operation("GetItem", headers=headers))
        assert answer.status == 400
        assert answer.json() == {"__type": f"com.amazon.coral.service#{code}", "message": text}


@pytest.mark.parametrize(
    "authorization",
    [
        WHOLE,
        WHOLE.replace(", ", ","),
        f"{LEAD}Signature=0, SignedHeaders=host, Credential={CREDENTIAL}",
        WHOLE.replace("Signature=0", "Signature=f00="),
        WHOLE.replace("SignedHeaders=host", "SignedHeaders=x"),
    ],
)
def test_any_order_spacing_key_and_signature_is_accepted(
    client: RawClient, authorization: str
) -> None:
    for _ in range(2):
        answer = client.ask(operation("ListTables", headers={"Authorization": authorization}))
        assert answer.json() == ["000000000000", "us-east-1", "a"]


def test_a_date_header_serves_where_the_amazon_one_is_missing(client: RawClient) -> None:
    headers = {"X-Amz-Date": None, "Date": "Mon, 23 Nov 2026 00:00:00 GMT"}
    assert client.ask(operation("GetItem", headers=headers)).status == 200


@pytest.mark.parametrize(
    ("named", "region"),
    [
        ("eu-west-2", "eu-west-2"),
        ("us-east-1", "us-east-1"),
        ("local", "us-east-1"),
        ("localhost", "us-east-1"),
        ("", "us-east-1"),
    ],
)
def test_the_region_comes_from_the_credential_scope(
    client: RawClient, named: str, region: str
) -> None:
    scope = WHOLE.replace("us-east-1", named)
    for _ in range(2):
        answer = client.ask(operation("ListTables", headers={"Authorization": scope}))
        assert answer.json() == ["000000000000", region, "a"]


# The query-string form.

QUERY = (
    f"/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={CREDENTIAL.replace('us-', 'eu-')}"
    "&X-Amz-Signature=0&X-Amz-SignedHeaders=host&X-Amz-Date=20261123T000000Z"
)
PARTS = ("Algorithm", "Credential", "Signature", "SignedHeaders", "Date")
PART_MISSING = (
    "AWS query-string parameters must include 'X-Amz-{}'. Re-examine the query-string parameters."
)
UNSIGNED = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
}


def test_a_signature_in_the_query_string_names_the_caller(client: RawClient) -> None:
    answer = client.ask(message("POST", QUERY, UNSIGNED, b"{}"))
    assert answer.json() == ["000000000000", "eu-east-1", "a"]
    encoded = QUERY.replace(CREDENTIAL[:2], "a%2F")
    assert client.ask(message("POST", encoded, UNSIGNED, b"{}")).status == 200


def test_parts_missing_in_the_query_string_are_named(client: RawClient) -> None:
    answer = client.ask(message("POST", "/?X-Amz-Algorithm=", UNSIGNED, b"{}"))
    sentences = "".join(
        f"AWS query-string parameters must include 'X-Amz-{part}'. " for part in PARTS
    )
    assert answer.json() == {
        "__type": "com.amazon.coral.service#IncompleteSignatureException",
        "message": sentences + "Re-examine the query-string parameters.",
    }


@pytest.mark.parametrize(
    ("part", "given", "text"),
    [
        ("X-Amz-Signature=0", "", PART_MISSING.format("Signature")),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", PART_MISSING.format("SignedHeaders")),
        ("20261123T000000Z", "201", BAD_DATE),
        ("HMAC-SHA256", "HMAC-SHA25", ALGORITHM),
        (CREDENTIAL.replace("us-", "eu-"), "a/b/c/d", FIVE),
    ],
)
def test_a_faulty_signature_in_the_query_string_is_refused(
    client: RawClient, part: str, given: str, text: str
) -> None:
    answer = client.ask(message("POST", QUERY.replace(part, given), UNSIGNED, b"{}"))
    assert (answer.status, answer.json()) == (
        400,
        {"__type": f"com.amazon.coral.service#{INCOMPLETE}", "message": text},
    )


def test_both_forms_at_once_are_refused(client: RawClient) -> None:
    for url in (QUERY, "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", "/?X-Amz-Algorithm="):
        for authorization in (WHOLE, "AWS4-", "Bearer x"):
            headers = {**SIGNED, **UNSIGNED, "Authorization": authorization}
            answer = client.ask(message("POST", url, headers, b"{}"))
            assert answer.status == 400
            assert answer.headers["x-amz-crc32"] == "2139606068"


def test_the_missing_token_has_the_services_checksum(client: RawClient) -> None:
    answer = client.ask(operation("GetItem", headers={"Authorization": None}))
    assert answer.headers["x-amz-crc32"] == "2088342776"


# Settings.


def _asked(settings: ServerSettings, headers: Mapping[str, str | None]) -> object:
    with servers.serving(settings=settings) as server, RawClient(server.port) as client:
        answers = [client.ask(operation("ListTables", headers=headers)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    return answers[0]


def test_a_key_of_twelve_digits_is_the_account_where_that_is_set() -> None:
    key = {"Authorization": WHOLE.replace("=a/", "=123456789012/")}
    name = {"Authorization": WHOLE.replace("=a/", "=AKIAEXAMPLE0/")}
    telling = ServerSettings(port=0, accounts=True)
    assert _asked(telling, key) == ["123456789012", "us-east-1", "123456789012"]
    assert _asked(telling, name) == ["000000000000", "us-east-1", "AKIAEXAMPLE0"]
    assert _asked(ServerSettings(port=0), key) == ["000000000000", "us-east-1", "123456789012"]


def test_every_caller_is_the_same_where_the_tables_are_shared() -> None:
    headers = {"Authorization": WHOLE.replace("us-east-1", "eu-west-1")}
    shared = ServerSettings(port=0, shared=True, region="eu-north-1")
    assert _asked(shared, headers) == ["000000000000", "eu-north-1", "local"]


def test_another_region_is_the_default_where_that_is_set() -> None:
    here = ServerSettings(port=0, region="sa-east-1")
    headers = {"Authorization": WHOLE.replace("us-east-1", "local")}
    assert _asked(here, headers) == ["000000000000", "sa-east-1", "a"]


def test_a_missing_token_passes_where_it_is_not_required() -> None:
    lenient = ServerSettings(port=0, require_token=False)
    assert _asked(lenient, {"Authorization": None}) == ["000000000000", "us-east-1", "local"]
