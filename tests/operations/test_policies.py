"""PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts.resource_policies import ALLOWED, DENIED, FRIEND, LONGEST, policy, statement
from tests.support import files
from tests.support.engines import answer, make
from tests.support.slow_tables import Slow, plain

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
ON = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "
WRITING = policy(statement(Action="dynamodb:PutItem"))


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(clock: MovableClock) -> Iterator[Engine]:
    """A store with a table abc that has a stream, and no policy."""
    opened = Engine.open(clock=clock)
    make(opened, "abc", StreamSpecification=ON)
    yield opened
    opened.close()


@pytest.fixture(params=["table", "stream"])
def arn(request: pytest.FixtureRequest, store: Engine) -> str:
    """What the policy is for: the table, then its stream."""
    if request.param == "table":
        return ARN + "abc"
    return answer(store, "ListStreams")["Streams"][0]["StreamArn"]


def put(engine: Engine, arn: str, text: str, **members: Any) -> str:
    answered = answer(engine, "PutResourcePolicy", ResourceArn=arn, Policy=text, **members)
    assert answered.keys() == {"RevisionId"}
    return answered["RevisionId"]


def get(engine: Engine, arn: str) -> tuple[Any, str]:
    answered = answer(engine, "GetResourcePolicy", ResourceArn=arn)
    assert answered.keys() == {"Policy", "RevisionId"}
    return codec.decode(answered["Policy"]), answered["RevisionId"]


def refusal_of(engine: Engine, operation: str, **request: Any) -> tuple[str, str | None]:
    with pytest.raises(DynamoDBError) as refusal:
        answer(engine, operation, **request)
    return refusal.value.code, refusal.value.message


def test_a_policy_is_kept_with_a_revision_of_milliseconds(
    store: Engine, arn: str, clock: MovableClock
) -> None:
    revision = put(store, arn, policy(ALLOWED))
    assert revision == str(round(clock.now() * 1000))
    assert get(store, arn) == (codec.decode(policy(ALLOWED)), revision)


def test_a_policy_comes_back_in_one_form(store: Engine, arn: str) -> None:
    given = """
    {
        "Id": "one",
        "Statement": [{
            "Sid": "read", "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::123456789012:role/friend"]},
            "Action": ["dynamodb:GetItem"], "Resource": ["a", "b"],
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}
        }]
    }
    """
    put(store, arn, given)
    assert answer(store, "GetResourcePolicy", ResourceArn=arn)["Policy"] == (
        '{"Version":"2008-10-17","Id":"one","Statement":[{"Sid":"read","Effect":"Allow",'
        '"Principal":{"AWS":"arn:aws:iam::123456789012:role/friend"},"Action":"dynamodb:GetItem",'
        '"Resource":["a","b"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}'
    )


def test_an_equivalent_policy_keeps_its_revision(
    store: Engine, arn: str, clock: MovableClock
) -> None:
    revision = put(store, arn, policy(ALLOWED))
    clock.advance(60)
    same = policy(statement(Action=["dynamodb:GetItem"], Principal={"AWS": [FRIEND]}))
    assert put(store, arn, f"  {same} ") == revision
    assert put(store, arn, WRITING) != revision


def test_another_policy_has_a_later_revision_even_in_the_same_millisecond(
    store: Engine, arn: str
) -> None:
    revisions = [put(store, arn, policy(ALLOWED)), put(store, arn, WRITING)]
    answer(store, "DeleteResourcePolicy", ResourceArn=arn)
    revisions.append(put(store, arn, WRITING))
    assert [int(each) for each in revisions] == sorted({int(each) for each in revisions})


def test_a_policy_of_20480_bytes_is_taken(store: Engine, arn: str) -> None:
    put(store, arn, policy(ALLOWED).ljust(LONGEST))


def test_a_put_may_name_the_revision_that_it_replaces(store: Engine, arn: str) -> None:
    first = put(store, arn, policy(ALLOWED), ExpectedRevisionId="NO_POLICY")
    second = put(store, arn, WRITING, ExpectedRevisionId=first)
    assert get(store, arn)[1] == second


def test_a_put_that_expects_another_policy_is_refused(store: Engine, arn: str) -> None:
    revision = put(store, arn, policy(ALLOWED))
    request = {"ResourceArn": arn, "Policy": WRITING}
    other = (
        "Requested update for policy with revision id 7, but the policy associated to target table "
        f"abc has revision id {revision}."
    )
    exists = (
        "Requested policy update expecting none to be present for table abc, but a policy exists "
        f"with revision id {revision}."
    )
    for expected, text in (("7", other), ("NO_POLICY", exists)):
        refused = refusal_of(store, "PutResourcePolicy", **request, ExpectedRevisionId=expected)
        assert refused == ("PolicyNotFoundException", NOT_FOUND + text)
    assert get(store, arn)[0] == codec.decode(policy(ALLOWED))


def test_a_deleted_policy_is_gone_and_its_revision_told(store: Engine, arn: str) -> None:
    revision = put(store, arn, policy(ALLOWED))
    assert answer(store, "DeleteResourcePolicy", ResourceArn=arn) == {"RevisionId": revision}
    assert refusal_of(store, "GetResourcePolicy", ResourceArn=arn) == (
        "PolicyNotFoundException",
        NOT_FOUND + arn,
    )


def test_a_policy_that_is_not_there_may_be_deleted(store: Engine, arn: str) -> None:
    assert answer(store, "DeleteResourcePolicy", ResourceArn=arn) == {}


def test_a_policy_of_another_revision_is_not_deleted(store: Engine, arn: str) -> None:
    revision = put(store, arn, policy(ALLOWED))
    request = {"ResourceArn": arn, "ExpectedRevisionId": "7"}
    code, message = refusal_of(store, "DeleteResourcePolicy", **request)
    assert code == "PolicyNotFoundException"
    assert message is not None
    assert revision in message
    request["ExpectedRevisionId"] = revision
    assert answer(store, "DeleteResourcePolicy", **request) == {"RevisionId": revision}


def test_a_policy_that_locks_its_author_out_is_taken_on_confirmation(store: Engine) -> None:
    denial = policy(DENIED | {"Resource": ARN + "abc"})
    request: dict[str, Any] = {"ResourceArn": ARN + "abc", "Policy": denial}
    refused = "PutResourcePolicy", request | {"ConfirmRemoveSelfResourceAccess": False}
    assert refusal_of(store, refused[0], **refused[1])[0] == "AccessDeniedException"
    put(store, ARN + "abc", denial, ConfirmRemoveSelfResourceAccess=True)
    # Nothing is enforced: the table is used, and its policy changed, as before.
    assert answer(store, "GetItem", TableName="abc", Key={"a": {"S": "x"}}) == {}
    put(store, ARN + "abc", WRITING)


def test_table_and_stream_have_policies_of_their_own(store: Engine) -> None:
    stream = answer(store, "ListStreams")["Streams"][0]["StreamArn"]
    put(store, stream, policy(ALLOWED))
    assert refusal_of(store, "GetResourcePolicy", ResourceArn=ARN + "abc")[0] == (
        "PolicyNotFoundException"
    )
    put(store, ARN + "abc", WRITING)
    assert get(store, stream)[0] == codec.decode(policy(ALLOWED))


def test_a_policy_of_the_creation_is_kept_and_not_described(engine: Engine) -> None:
    created = make(engine, "abc", ResourcePolicy=f" {policy(statement(Action=['dynamodb:Scan']))}")
    document, revision = get(engine, ARN + "abc")
    assert document["Statement"][0]["Action"] == "dynamodb:Scan"
    assert revision == str(round(created["CreationDateTime"] * 1000))
    described = answer(engine, "DescribeTable", TableName="abc")["Table"]
    assert not any("Policy" in member for member in [*created, *described])


def test_a_policy_goes_with_its_table(store: Engine) -> None:
    put(store, ARN + "abc", policy(ALLOWED))
    answer(store, "DeleteTable", TableName="abc")
    assert refusal_of(store, "GetResourcePolicy", ResourceArn=ARN + "abc") == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: abc not found",
    )
    make(store, "abc")
    assert refusal_of(store, "GetResourcePolicy", ResourceArn=ARN + "abc")[0] == (
        "PolicyNotFoundException"
    )


def test_a_policy_stays_when_its_table_changes(store: Engine, arn: str) -> None:
    revision = put(store, arn, policy(ALLOWED))
    answer(store, "UpdateTable", TableName="abc", DeletionProtectionEnabled=True)
    assert get(store, arn)[1] == revision


def test_policies_are_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "policies.db"
    first = Engine.open(path)
    make(first, "abc", StreamSpecification=ON)
    stream = answer(first, "ListStreams")["Streams"][0]["StreamArn"]
    revisions = [put(first, ARN + "abc", WRITING), put(first, stream, policy(ALLOWED))]
    first.close()
    second = Engine.open(path)
    try:
        assert get(second, ARN + "abc") == (codec.decode(WRITING), revisions[0])
        assert get(second, stream) == (codec.decode(policy(ALLOWED)), revisions[1])
    finally:
        second.close()


def test_a_file_from_before_revisions_opens_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    engine = Engine.open(path)
    make(engine, "abc", StreamSpecification=ON, ResourcePolicy=WRITING)
    engine.close()
    with contextlib.closing(files.connection(path)) as db:
        [(definition,)] = db.execute("SELECT definition FROM tables")
        record: Any = codec.decode(definition)
        del record["policy_revision"]
        for name in ("disabled_at", "resource_policy", "policy_revision"):
            del record["stream"][name]
        db.execute("UPDATE tables SET definition = ?", (codec.text(record),))
    engine = Engine.open(path)
    try:
        assert get(engine, ARN + "abc") == (codec.decode(WRITING), "0")
        stream = answer(engine, "ListStreams")["Streams"][0]["StreamArn"]
        assert refusal_of(engine, "GetResourcePolicy", ResourceArn=stream)[0] == (
            "PolicyNotFoundException"
        )
    finally:
        engine.close()


def test_a_policy_outlives_every_change_of_its_table(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc", StreamSpecification=ON))
    stream = answer(slow.engine, "ListStreams")["Streams"][0]["StreamArn"]
    revisions = [put(slow.engine, each, policy(ALLOWED)) for each in (ARN + "abc", stream)]
    slow.later()
    slow.change("abc", StreamSpecification={"StreamEnabled": False})
    revisions.append(put(slow.engine, ARN + "abc", WRITING))
    slow.later()
    assert get(slow.engine, ARN + "abc") == (codec.decode(WRITING), revisions[2])
    assert get(slow.engine, stream) == (codec.decode(policy(ALLOWED)), revisions[1])


def test_a_stream_that_comes_later_does_not_take_the_policy_of_another(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc", StreamSpecification=ON))
    slow.later()
    first = answer(slow.engine, "ListStreams")["Streams"][0]["StreamArn"]
    put(slow.engine, first, policy(ALLOWED))
    slow.change("abc", StreamSpecification={"StreamEnabled": False})
    slow.later()
    second = slow.change("abc", StreamSpecification=ON)["LatestStreamArn"]
    slow.later()
    assert refusal_of(slow.engine, "GetResourcePolicy", ResourceArn=second)[0] == (
        "PolicyNotFoundException"
    )
    assert refusal_of(slow.engine, "GetResourcePolicy", ResourceArn=first)[0] == (
        "ResourceNotFoundException"
    )
