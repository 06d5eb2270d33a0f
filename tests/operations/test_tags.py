"""TagResource, UntagResource and ListTagsOfResource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.facts import table_changes
from tests.facts.fact import Fact
from tests.facts.table_changes import ARN
from tests.facts.tables import definitions, keys
from tests.support.raw_http import RawClient, operation


@pytest.fixture(scope="module")
def store() -> Iterator[Engine]:
    opened = Engine.open()
    for table in table_changes.TABLES:
        opened.perform("CreateTable", table, Caller())
    yield opened
    opened.close()


@pytest.fixture
def tagged(engine: Engine) -> Engine:
    request = {
        "TableName": "abc",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": "k", "Value": "v"}, {"Key": "empty", "Value": ""}],
    }
    engine.perform("CreateTable", request, Caller())
    return engine


def tags_of(engine: Engine) -> dict[str, str]:
    answer: Any = codec.decode(
        engine.perform("ListTagsOfResource", {"ResourceArn": ARN + "abc"}, Caller())
    )
    assert answer.keys() == {"Tags"}
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def tag(engine: Engine, tags: dict[str, str]) -> bytes:
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    return engine.perform("TagResource", {"ResourceArn": ARN + "abc", "Tags": given}, Caller())


@pytest.mark.parametrize(
    "fact", table_changes.TAGS, ids=lambda fact: f"{fact.operation}: {fact.name}"
)
def test_a_refusal_is_the_services_own(store: Engine, fact: Fact) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        store.perform(fact.operation, fact.request, Caller())
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)


def test_tags_of_the_creation_are_listed(tagged: Engine) -> None:
    assert tags_of(tagged) == {"k": "v", "empty": ""}


def test_a_tag_is_added_or_replaced_with_an_empty_answer(tagged: Engine) -> None:
    assert tag(tagged, {"k": "w", "Ärger + 1 = @x:/_.-": "ß"}) == b""
    assert tags_of(tagged) == {"k": "w", "empty": "", "Ärger + 1 = @x:/_.-": "ß"}


def test_key_and_value_may_have_128_and_256_characters_of_any_script(tagged: Engine) -> None:
    """Characters, not bytes: these take four bytes each."""
    tags = {"\U0001d400" * 128: "\U0001d400" * 256, "k": "\u4e2d\u00a0\u0661\t+-=._:/@"}
    tag(tagged, tags)
    assert tags_of(tagged) == {**tags, "empty": ""}


def test_a_refused_request_adds_no_tag(tagged: Engine) -> None:
    with pytest.raises(DynamoDBError, match="Tag Value provided is invalid"):
        tag(tagged, {"good": "good", "bad": "#"})
    assert tags_of(tagged) == {"k": "v", "empty": ""}


def test_tag_and_untag_answer_without_a_body(server: BackgroundServer) -> None:
    table = {"TableName": "abc", "AttributeDefinitions": definitions("a"), "KeySchema": keys("a")}
    arn = {"ResourceArn": ARN + "abc"}
    with RawClient(server.port) as client:
        made = operation("CreateTable", {**table, "BillingMode": "PAY_PER_REQUEST"})
        assert client.ask(made).status == 200
        for name, members in (
            ("TagResource", {"Tags": [{"Key": "k", "Value": "v"}]}),
            ("UntagResource", {"TagKeys": ["k"]}),
        ):
            answer = client.ask(operation(name, {**arn, **members}))
            assert (answer.status, answer.body) == (200, b"")
            assert answer.headers["content-length"] == "0"


def test_the_sdk_takes_the_empty_answers() -> None:
    with dynalite_py.connect() as store:
        client: Any = dynalite_py.boto3_client(store)
        client.create_table(
            TableName="abc",
            AttributeDefinitions=definitions("a"),
            KeySchema=keys("a"),
            BillingMode="PAY_PER_REQUEST",
        )
        client.tag_resource(ResourceArn=ARN + "abc", Tags=[{"Key": "k", "Value": "v"}])
        assert client.list_tags_of_resource(ResourceArn=ARN + "abc")["Tags"] == [
            {"Key": "k", "Value": "v"}
        ]
        client.untag_resource(ResourceArn=ARN + "abc", TagKeys=["k"])
        assert client.list_tags_of_resource(ResourceArn=ARN + "abc")["Tags"] == []


def test_keys_are_removed_and_unknown_ones_are_fine(tagged: Engine) -> None:
    request = {"ResourceArn": ARN + "abc", "TagKeys": ["k", "never"]}
    assert tagged.perform("UntagResource", request, Caller()) == b""
    assert tags_of(tagged) == {"empty": ""}


def test_a_replaced_tag_does_not_count_towards_the_limit(tagged: Engine) -> None:
    tag(tagged, {str(number): "" for number in range(48)})
    tag(tagged, {"k": "again"})
    with pytest.raises(DynamoDBError, match="Number of Tags exceed the current limit"):
        tag(tagged, {"one more": ""})
    assert len(tags_of(tagged)) == 50


def test_tags_go_with_their_table(tagged: Engine) -> None:
    tagged.perform("DeleteTable", {"TableName": "abc"}, Caller())
    with pytest.raises(DynamoDBError, match="not found"):
        tags_of(tagged)
