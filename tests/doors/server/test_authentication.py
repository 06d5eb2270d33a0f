"""What an Authorization value says before any secret is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.doors.server import authentication
from dynalite_py.model.errors import DynamoDBError

CREDENTIAL = b"a/20261123/us-east-1/dynamodb/aws4_request"
LEAD = b"AWS4-HMAC-SHA256 Credential=" + CREDENTIAL + b", SignedHeaders=host;x-amz-date, Signature"


@pytest.mark.parametrize(
    "authorization", [LEAD + b"=00", LEAD.replace(b", ", b",") + b"=00", LEAD + b"=" + b"f" * 64]
)
def test_the_repeating_part_ends_before_the_signature(authorization: bytes) -> None:
    assert authentication.repeating(authorization) == authorization.rpartition(b"=")[0]


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        b"",
        LEAD,
        LEAD + b"=",
        LEAD + b"=0=",
        LEAD.replace(b"SHA256", b"SHA25") + b"=00",
        LEAD.replace(b", SignedHeaders=host;x-amz-date", b"") + b"=00",
        b"AWS4-HMAC-SHA256 Signature=0, SignedHeaders=host, Credential=" + CREDENTIAL,
    ],
)
def test_what_is_faulty_or_in_another_order_is_never_remembered(
    authorization: bytes | None,
) -> None:
    assert authentication.repeating(authorization) is None


@given(
    authorization=st.one_of(
        st.binary(max_size=80), st.binary(max_size=40).map(lambda tail: LEAD + tail)
    ),
    amz_date=st.one_of(st.none(), st.just(b"20261123T000000Z"), st.binary(max_size=20)),
)
def test_what_is_remembered_is_what_is_accepted(
    authorization: bytes, amz_date: bytes | None
) -> None:
    try:
        claim = authentication.in_header(authorization, amz_date, None)
        caller = authentication.caller_of(claim.credential, "us-east-1", accounts=False)
    except DynamoDBError:
        if amz_date == b"20261123T000000Z":
            assert authentication.repeating(authorization) is None
    else:
        assert caller.account == "000000000000"


@given(query=st.text(max_size=60))
def test_any_query_string_is_read(query: str) -> None:
    with pytest.raises(DynamoDBError, match="MissingAuthenticationToken"):
        authentication.in_query(query)
