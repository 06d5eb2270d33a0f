"""Transactions: what is refused as a whole, what cancels, what is answered, tokens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from dynalite_py.engine import Engine
from dynalite_py.model import limits
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts import item_tables, items
from tests.facts.batches import action
from tests.facts.transactions import (
    ALL_OLD,
    FAILED,
    FAILING,
    FAULTS,
    GET_FAULTS,
    GET_WHOLE,
    NONE,
    STORED,
    WHOLE,
    A,
    B,
    I,
    update,
)
from tests.support.calls import perform, refusal
from tests.support.raw_http import PATIENCE_SECONDS, RawClient, operation

ABSENT: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(nowhere)"}


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in item_tables.TABLES:
        perform(engine, "CreateTable", **table)
    perform(engine, "PutItem", TableName="hash_s", Item=STORED)
    return engine


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    """A store for requests that change nothing."""
    opened = Engine.open()
    for table in item_tables.TABLES:
        perform(opened, "CreateTable", **table)
    perform(opened, "PutItem", TableName="hash_s", Item=STORED)
    yield opened
    opened.close()


def write(engine: Engine, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return perform(engine, "TransactWriteItems", TransactItems=list(actions), **more)


def reasons(engine: Engine, *actions: dict[str, Any]) -> list[dict[str, Any]]:
    """The reasons of a transaction that must be cancelled."""
    refused = refusal(engine, "TransactWriteItems", TransactItems=list(actions))
    assert refused.code == "TransactionCanceledException"
    found: list[dict[str, Any]] = refused.extra["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in found)
    assert refused.message == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    return found


@pytest.mark.parametrize(("name", "faulty", "text"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_a_fault_of_one_action_cancels_with_the_single_operations_text(
    shared: Engine, name: str, faulty: dict[str, Any], text: str
) -> None:
    put = action("Put", Item=B)
    assert reasons(shared, put, faulty) == [NONE, {"Code": "ValidationError", "Message": text}], (
        name
    )
    assert perform(shared, "GetItem", TableName="hash_s", Key=B) == {}


@pytest.mark.parametrize(("name", "faulty", "text"), WHOLE, ids=[name for name, _, _ in WHOLE])
def test_some_faults_of_one_action_refuse_the_whole_request(
    shared: Engine, name: str, faulty: dict[str, Any], text: str
) -> None:
    put = action("Put", Item={"p": {"S": "other"}})
    refused = refusal(shared, "TransactWriteItems", TransactItems=[put, faulty])
    assert (refused.code, refused.message) == ("ValidationException", text), name
    assert not refused.extra


def test_a_wrong_json_type_inside_an_action_is_a_serialization_fault(shared: Engine) -> None:
    refused = refusal(
        shared, "TransactWriteItems", TransactItems=[action("Put", Item={**B, "s": {"S": 1}})]
    )
    assert refused.code == "SerializationException"


def test_with_a_fault_no_failed_condition_is_told(shared: Engine) -> None:
    faulty = action("Put", Item={"q": {"S": "a"}})
    check = action("ConditionCheck", Key=A, **FAILING)
    broken = update("SET a = nowhere", key=B)
    for fault in (faulty, broken):
        found = reasons(shared, check, fault, action("Delete", Key={"p": {"S": "c"}}, **FAILING))
        assert [reason["Code"] for reason in found] == ["None", "ValidationError", "None"]
    found = reasons(shared, broken, update("SET a = nowhere"))
    assert [reason["Code"] for reason in found] == ["ValidationError", "None"]


def test_a_failed_condition_shows_its_item_only_where_that_is_asked_for(shared: Engine) -> None:
    missing = {"p": {"S": "missing"}}
    found = reasons(
        shared,
        action("Put", Item=A, **FAILING, **ALL_OLD),
        action("Delete", Key=missing, **FAILING, **ALL_OLD),
        action("ConditionCheck", Key=B, **ABSENT, **ALL_OLD),
    )
    assert found == [{**FAILED, "Item": STORED}, FAILED, NONE]
    for kind, more in (
        ("Update", {"Key": A, "UpdateExpression": "REMOVE a"}),
        ("ConditionCheck", {"Key": A}),
        ("Delete", {"Key": A}),
    ):
        assert reasons(shared, action(kind, **more, **FAILING)) == [FAILED]
        assert reasons(shared, action(kind, **more, **FAILING, **ALL_OLD)) == [
            {**FAILED, "Item": STORED}
        ]


def test_a_cancelled_transaction_writes_nothing_and_tells_no_capacity(store: Engine) -> None:
    refused = refusal(
        store,
        "TransactWriteItems",
        TransactItems=[
            action("Put", Item=B),
            update("SET s = :v", {"S": "y"}),
            action("Delete", Key={"p": {"S": "c"}}, **FAILING),
        ],
        ReturnConsumedCapacity="INDEXES",
    )
    assert set(refused.extra) == {"CancellationReasons"}
    assert perform(store, "Scan", TableName="hash_s")["Items"] == [STORED]


def test_a_cancellation_on_the_wire(server: BackgroundServer, store: Engine) -> None:
    assert store is not None
    body = {
        "TransactItems": [
            action("Put", Item=B),
            action("Put", Item=A, **FAILING, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        ]
    }
    with RawClient(server.port) as client:
        answer = client.ask(operation("TransactWriteItems", body))
    assert answer.status == 400
    assert answer.json() == {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [NONE, {**FAILED, "Item": STORED}],
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed]",
    }


# The 4 MB of a transaction.


def test_the_requests_own_data_count_towards_4_mb(store: Engine) -> None:
    large = [items.item_of_bytes(400_000) | {"p": {"S": str(at)}} for at in range(11)]
    refused = refusal(
        store, "TransactWriteItems", TransactItems=[action("Put", Item=item) for item in large]
    )
    assert refused.code == "ValidationException"
    assert "transaction payload" in (refused.message or "")
    assert "size cannot exceed" in (refused.message or "")
    for item in large:
        perform(store, "PutItem", TableName="hash_s", Item=item)
    keys = [{"p": item["p"]} for item in large]
    assert write(store, *(action("Delete", Key=key) for key in keys)) == {}
    assert perform(store, "Scan", TableName="hash_s")["Count"] == 1


def test_no_more_than_4_mb_are_read_together(store: Engine) -> None:
    for at in range(11):
        item = {**items.item_of_bytes(400_000), "p": {"S": str(at)}}
        perform(store, "PutItem", TableName="hash_s", Item=item)
    gets = [action("Get", Key={"p": {"S": str(at)}}) for at in range(11)]
    assert len(perform(store, "TransactGetItems", TransactItems=gets[:10])["Responses"]) == 10
    refused = refusal(store, "TransactGetItems", TransactItems=gets)
    assert refused.code == "ValidationException"
    assert refused.message == "Payload in response is too large.4400001"


def test_a_hundred_actions_are_taken_and_no_more(store: Engine) -> None:
    puts = [action("Put", Item={"p": {"S": str(at)}}) for at in range(101)]
    refused = refusal(store, "TransactWriteItems", TransactItems=puts)
    assert (refused.message or "").endswith("Member must have length less than or equal to 100")
    assert "at 'transactItems' failed to satisfy constraint" in (refused.message or "")
    assert write(store, *puts[:100]) == {}
    gets = [action("Get", Key=put["Put"]["Item"]) for put in puts]
    refused = refusal(store, "TransactGetItems", TransactItems=gets)
    assert (refused.message or "").endswith("Member must have length less than or equal to 100")
    assert len(perform(store, "TransactGetItems", TransactItems=gets[:100])["Responses"]) == 100


@pytest.mark.parametrize(
    "more",
    [{"ReturnValues": "ALL_OLD"}, {"Expected": {"p": {"Exists": False}}}],
    ids=lambda more: next(iter(more)),
)
def test_members_of_single_operations_mean_nothing_in_a_transaction(
    store: Engine, more: dict[str, Any]
) -> None:
    assert write(store, action("Put", Item=A, **more)) == {}


def test_one_table_may_be_named_by_its_arn_too(store: Engine) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/hash_s"
    answer = write(store, action("Put", table=arn, Item=B), ReturnConsumedCapacity="TOTAL")
    assert [shown["TableName"] for shown in answer["ConsumedCapacity"]] == [arn]
    refused = refusal(
        store,
        "TransactWriteItems",
        TransactItems=[action("Put", Item=B), action("Delete", table=arn, Key=B)],
    )
    assert refused.message == ("Transaction request cannot include multiple operations on one item")


# Collections of 10 GB, here of some hundred bytes.


def test_a_collection_without_room_cancels(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COLLECTION_BYTES", 200)
    large = {**I, "f": {"S": "x" * 300}}
    assert reasons(store, action("Put", Item=B), action("Put", table="indexed", Item=large)) == [
        NONE,
        {"Code": "ItemCollectionSizeLimitExceeded", "Message": "Collection size exceeded."},
    ]
    assert perform(store, "GetItem", TableName="hash_s", Key=B) == {}


# Answers.


def test_a_transaction_answers_nothing_that_was_not_asked_for(store: Engine) -> None:
    assert write(store, action("Put", table="indexed", Item=I)) == {}
    answer = write(
        store,
        action("Put", table="indexed", Item=I),
        action("Put", Item=B),
        ReturnItemCollectionMetrics="SIZE",
        ReturnConsumedCapacity="TOTAL",
    )
    assert list(answer) == ["ConsumedCapacity", "ItemCollectionMetrics"]
    assert {each["TableName"] for each in answer["ConsumedCapacity"]} == {"indexed", "hash_s"}
    assert answer["ItemCollectionMetrics"] == {
        "indexed": [{"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}]
    }


def test_metrics_name_each_collection_once(store: Engine) -> None:
    answer = write(
        store,
        action("Put", table="indexed", Item=I),
        action("Put", table="indexed", Item={**I, "sk": {"S": "c"}}),
        action("Delete", table="indexed", Key={**I, "pk": {"S": "b"}}),
        action("ConditionCheck", table="indexed", Key={**I, "pk": {"S": "c"}}, **ABSENT),
        ReturnItemCollectionMetrics="SIZE",
    )
    [collections] = answer["ItemCollectionMetrics"].values()
    assert [each["ItemCollectionKey"]["pk"]["S"] for each in collections] == ["a", "b"]


def test_reads_answer_in_their_order_and_missing_items_with_nothing(store: Engine) -> None:
    perform(store, "PutItem", TableName="indexed", Item={**I, "a": {"S": "1"}})
    answer = perform(
        store,
        "TransactGetItems",
        TransactItems=[
            action("Get", table="indexed", Key=I, ProjectionExpression="a"),
            action("Get", Key=B),
            action("Get", Key=A),
            action("Get", table="indexed", Key={**I, "sk": {"S": "no"}}),
            action("Get", Key={"p": {"S": "c"}}),
        ],
        ReturnConsumedCapacity="TOTAL",
    )
    assert list(answer) == ["ConsumedCapacity", "Responses"]
    assert answer["Responses"] == [{"Item": {"a": {"S": "1"}}}, {}, {"Item": STORED}, {}, {}]
    nothing = [action("Get", Key=A, ProjectionExpression="nowhere")]
    assert perform(store, "TransactGetItems", TransactItems=nothing) == {"Responses": [{}]}


@pytest.mark.parametrize(("key", "text"), GET_FAULTS)
def test_a_bad_key_cancels_a_read(shared: Engine, key: dict[str, Any], text: str) -> None:
    gets = [action("Get", Key=A), action("Get", Key=key)]
    refused = refusal(shared, "TransactGetItems", TransactItems=gets)
    assert refused.code == "TransactionCanceledException"
    assert refused.extra["CancellationReasons"] == [
        NONE,
        {"Code": "ValidationError", "Message": text},
    ]


@pytest.mark.parametrize(("more", "text"), GET_WHOLE)
def test_a_fault_of_a_projection_or_value_refuses_the_reads_as_a_whole(
    shared: Engine, more: dict[str, Any], text: str
) -> None:
    gets = [
        action("Get", Key={"p": {"N": "1"}}),
        {"Get": {"TableName": "hash_s", "Key": A, **more}},
    ]
    refused = refusal(shared, "TransactGetItems", TransactItems=gets)
    assert (refused.code, refused.message) == ("ValidationException", text)


def test_a_missing_table_refuses_reads_as_a_whole(shared: Engine) -> None:
    gets = [action("Get", Key={"p": {"S": ""}}), action("Get", table="missing", Key=A)]
    refused = refusal(shared, "TransactGetItems", TransactItems=gets)
    assert refused.code == "ResourceNotFoundException"
    assert refused.message == "Requested resource not found"


def test_reads_see_all_or_nothing_of_a_transaction(tmp_path: Path) -> None:
    engine = Engine.open(tmp_path / "app.db", durability="relaxed")
    perform(engine, "CreateTable", **item_tables.HASH_S)
    pair = [{"p": {"S": name}} for name in "ab"]
    gets = [action("Get", Key=key) for key in pair]
    looked = threading.Event()
    seen: set[str] = set()

    def count() -> None:
        for _ in range(50):
            write(engine, *(update("ADD n :v", {"N": "1"}, key=key) for key in pair))
            looked.clear()
            looked.wait(PATIENCE_SECONDS)

    counting = threading.Thread(target=count)
    counting.start()
    while counting.is_alive():
        # Where a transaction was just being written the reads are cancelled.
        with contextlib.suppress(DynamoDBError):
            both = perform(engine, "TransactGetItems", TransactItems=gets)["Responses"]
            one, other = (each.get("Item", {}).get("n") for each in both)
            assert one == other
            seen.add(str(one))
            looked.set()
    counting.join()
    assert len(seen) > 1
    engine.close()


# Tokens.

COUNT = update("ADD n :v", {"N": "1"})


def counted(engine: Engine) -> str:
    item = perform(engine, "GetItem", TableName="hash_s", Key=A)["Item"]
    return item["n"]["N"]


def test_a_token_makes_a_repetition_do_nothing(store: Engine) -> None:
    for _ in range(3):
        assert write(store, COUNT, ClientRequestToken="t") == {}
    assert counted(store) == "1"
    reordered = {"Update": dict(reversed(COUNT["Update"].items()))}
    assert write(store, reordered, ClientRequestToken="t") == {}
    assert counted(store) == "1"
    write(store, COUNT, ClientRequestToken="u")
    assert counted(store) == "2"


def test_without_a_token_nothing_is_merged(store: Engine) -> None:
    write(store, COUNT)
    write(store, COUNT)
    assert counted(store) == "2"


def test_a_repetition_may_ask_for_other_capacity(store: Engine) -> None:
    first = write(store, COUNT, ClientRequestToken="t", ReturnConsumedCapacity="INDEXES")
    written = {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}
    assert first["ConsumedCapacity"] == [{"TableName": "hash_s", **written, "Table": written}]
    assert write(store, COUNT, ClientRequestToken="t") == {}
    again = write(store, COUNT, ClientRequestToken="t", ReturnConsumedCapacity="INDEXES")
    read = {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    assert again["ConsumedCapacity"] == [{"TableName": "hash_s", **read, "Table": read}]
    total = write(store, COUNT, ClientRequestToken="t", ReturnConsumedCapacity="TOTAL")
    assert total["ConsumedCapacity"] == [{"TableName": "hash_s", **read}]


def test_a_token_with_other_content_is_refused(server: BackgroundServer, store: Engine) -> None:
    write(store, COUNT, ClientRequestToken="t")
    body = {"TransactItems": [action("Put", Item=B)], "ClientRequestToken": "t"}
    with RawClient(server.port) as client:
        answer = client.ask(operation("TransactWriteItems", body))
    assert answer.status == 400
    shown: Any = answer.json()
    assert set(shown) == {"__type", "Message"}
    assert shown["__type"].endswith("#IdempotentParameterMismatchException")
    assert perform(store, "GetItem", TableName="hash_s", Key=B) == {}


def test_a_failed_transaction_is_not_remembered(store: Engine) -> None:
    failing = action("Put", Item=B, ConditionExpression="attribute_exists(p)")
    for _ in range(2):
        refused = refusal(
            store, "TransactWriteItems", TransactItems=[failing], ClientRequestToken="t"
        )
        assert refused.code == "TransactionCanceledException"
    perform(store, "PutItem", TableName="hash_s", Item=B)
    assert write(store, failing, ClientRequestToken="t") == {}


def test_a_token_is_remembered_for_ten_minutes() -> None:
    clock = MovableClock(1_700_000_000.0)
    engine = Engine.open(clock=clock)
    perform(engine, "CreateTable", **item_tables.HASH_S)
    write(engine, COUNT, ClientRequestToken="t")
    clock.advance(599)
    write(engine, COUNT, ClientRequestToken="t")
    assert counted(engine) == "1"
    clock.advance(1)  # Ten minutes after the first call: the repetition did not renew it.
    write(engine, COUNT, ClientRequestToken="t")
    assert counted(engine) == "2"
    engine.close()


def test_a_token_belongs_to_its_caller(store: Engine) -> None:
    write(store, COUNT, ClientRequestToken="t")
    other = Caller(region="eu-west-1")
    store.perform("CreateTable", dict(item_tables.HASH_S), other)
    request = {"TransactItems": [action("Put", Item=B)], "ClientRequestToken": "t"}
    assert store.perform("TransactWriteItems", request, other) == b"{}"
