"""Transactions under way: what meets one of their items, or their token, is refused.

A test holds the writer's turn, so that a transaction stays under way for as long as it is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.support import servers
from tests.support.raw_http import RawClient, operation

CALLER = Caller()
TABLE = {
    "TableName": "tbl",
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ONGOING = "Transaction is ongoing for the item"
CONFLICT = {"Code": "TransactionConflict", "Message": ONGOING}
NONE = {"Code": "None"}


def key(name: str) -> dict[str, Any]:
    return {"TableName": "tbl", "Key": {"p": {"S": name}}}


def put(name: str, n: int = 1) -> dict[str, Any]:
    return {"TableName": "tbl", "Item": {"p": {"S": name}, "n": {"N": str(n)}}}


def transaction(*names: str, token: str | None = None, n: int = 1) -> dict[str, Any]:
    request: dict[str, Any] = {"TransactItems": [{"Put": put(name, n)} for name in names]}
    return request if token is None else request | {"ClientRequestToken": token}


class UnderWay:
    """A transaction that was taken in and waits for the writer's turn, which the test has."""

    def __init__(self, engine: Engine, request: dict[str, Any]) -> None:
        self._engine = engine
        self._done = threading.Event()
        self.outcome: bytes | DynamoDBError | None = None
        engine.database.turn.acquire()
        engine.submit("TransactWriteItems", request, CALLER, self._answer)

    def _answer(self, outcome: bytes | DynamoDBError) -> None:
        self.outcome = outcome
        self._done.set()

    def finish(self) -> bytes | DynamoDBError | None:
        """Give the turn and wait for the transaction's answer."""
        self._engine.database.turn.release()
        assert self._done.wait(20)
        return self.outcome


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """A file, which can be read while it is written."""
    engine = Engine.open(tmp_path / "conflicts.db")
    engine.perform("CreateTable", TABLE, CALLER)
    engine.perform("PutItem", put("a", 0), CALLER)
    yield engine
    engine.close()


def refusal_of(engine: Engine, name: str, request: dict[str, Any]) -> DynamoDBError:
    with pytest.raises(DynamoDBError) as refusal:
        engine.submit(name, request, CALLER, lambda _: None)
    return refusal.value


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("PutItem", put("a", 2)),
        ("PutItem", {**put("a", 2), "ConditionExpression": "attribute_not_exists(p)"}),
        ("UpdateItem", {**key("a"), "UpdateExpression": "ADD n :x", "ExpressionAttributeValues": {":x": {"N": "1"}}}),  # noqa: E501
        ("DeleteItem", key("a")),
    ],
)  # fmt: skip
def test_a_single_write_that_meets_a_transaction_is_refused(
    store: Engine, name: str, request_: dict[str, Any]
) -> None:
    under_way = UnderWay(store, transaction("a", "b"))
    refusal = refusal_of(store, name, request_)
    assert under_way.finish() == b"{}"
    assert (refusal.code, refusal.message) == ("TransactionConflictException", ONGOING)
    assert store.perform(name, {**request_, "ConditionExpression": "n = :one", "ExpressionAttributeValues": {":one": {"N": "1"}, **request_.get("ExpressionAttributeValues", {}) }}, CALLER) == b"{}"  # noqa: E501 # fmt: skip


def test_other_items_and_reads_are_not_concerned(store: Engine) -> None:
    under_way = UnderWay(store, transaction("a", "b"))
    answers: list[Any] = []
    assert store.submit("PutItem", put("c"), CALLER, answers.append) is None
    got = store.submit("GetItem", {**key("a"), "ConsistentRead": True}, CALLER, answers.append)
    assert under_way.finish() == b"{}"
    assert got == b'{"Item":{"p":{"S":"a"},"n":{"N":"0"}}}'


def test_a_transaction_that_meets_another_is_cancelled_and_names_the_items(store: Engine) -> None:
    under_way = UnderWay(store, transaction("a", "b"))
    refusal = refusal_of(store, "TransactWriteItems", transaction("c", "b", "a"))
    get = {"TransactItems": [{"Get": key(name)} for name in ("a", "c")]}
    read = refusal_of(store, "TransactGetItems", get)
    assert under_way.finish() == b"{}"
    assert refusal.code == read.code == "TransactionCanceledException"
    assert refusal.extra == {"CancellationReasons": [NONE, CONFLICT, CONFLICT]}
    assert read.extra == {"CancellationReasons": [CONFLICT, NONE]}
    assert refusal.message == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, TransactionConflict, TransactionConflict]"
    )
    assert store.perform("TransactWriteItems", transaction("c", "b", "a"), CALLER) == b"{}"


def test_a_refused_transaction_lets_its_items_go(store: Engine) -> None:
    condition = {"ConditionExpression": "attribute_not_exists(p)"}
    request = {"TransactItems": [{"Put": {**put("a"), **condition}}]}
    outcome = UnderWay(store, request).finish()
    assert isinstance(outcome, DynamoDBError)
    assert outcome.code == "TransactionCanceledException"
    with pytest.raises(DynamoDBError, match="ConditionalCheckFailed"):
        store.perform("TransactWriteItems", request, CALLER)
    assert store.perform("PutItem", put("a", 5), CALLER) == b"{}"


def test_validation_comes_before_a_conflict(store: Engine) -> None:
    under_way = UnderWay(store, transaction("a"))
    faulty = transaction("a")
    faulty["TransactItems"].append({"Delete": {"TableName": "tbl", "Key": {"p": {"N": "1"}}}})
    answers: list[bytes | DynamoDBError] = []
    assert store.submit("TransactWriteItems", faulty, CALLER, answers.append) is None
    assert under_way.finish() == b"{}"
    store.perform("PutItem", put("z"), CALLER)  # Behind it in the queue: it has been answered.
    [refusal] = answers
    assert isinstance(refusal, DynamoDBError)
    assert [reason["Code"] for reason in refusal.extra["CancellationReasons"]] == [
        "None",
        "ValidationError",
    ]


def test_the_same_token_again_while_the_first_request_is_under_way(store: Engine) -> None:
    request = transaction("a", token="once")
    under_way = UnderWay(store, request)
    refusal = refusal_of(store, "TransactWriteItems", request)
    assert under_way.finish() == b"{}"
    assert refusal.code == "TransactionInProgressException"
    assert refusal.message == "The transaction with the given request token is already in progress."
    assert store.perform("TransactWriteItems", request, CALLER) == b"{}"


def test_the_refusals_over_http_are_the_services_own(store: Engine) -> None:
    prefix = "com.amazonaws.dynamodb.v20120810#"
    with servers.serving(store) as server, RawClient(server.port) as client:
        under_way = UnderWay(store, transaction("a", token="once"))
        single = client.ask(operation("PutItem", put("a")))
        again = client.ask(operation("TransactWriteItems", transaction("a", token="once")))
        other = client.ask(operation("TransactWriteItems", transaction("a")))
        assert under_way.finish() == b"{}"
    assert (single.status, single.json()) == (
        400,
        {"__type": f"{prefix}TransactionConflictException", "message": ONGOING},
    )
    assert (again.status, again.json()) == (
        400,
        {
            "__type": f"{prefix}TransactionInProgressException",
            "Message": "The transaction with the given request token is already in progress.",
        },
    )
    body: Any = other.json()
    assert body["CancellationReasons"] == [CONFLICT]


def test_threads_on_one_counter_lose_nothing_and_meet_each_other(store: Engine) -> None:
    """Every acknowledged transaction counted once, every other one refused as a conflict."""
    rounds, done = 40, [0] * 4
    reasons: list[Any] = []

    def count(thread: int) -> None:
        update = {
            **key("counter"),
            "UpdateExpression": "ADD n :x",
            "ExpressionAttributeValues": {":x": {"N": "1"}},
        }
        for _ in range(rounds):
            try:
                store.perform("TransactWriteItems", {"TransactItems": [{"Update": update}]}, CALLER)
                done[thread] += 1
            except DynamoDBError as refusal:
                reasons.append(refusal.extra["CancellationReasons"])

    threads = [threading.Thread(target=count, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) + len(reasons) == 4 * rounds
    assert all(refused == [CONFLICT] for refused in reasons)
    item: Any = codec.decode(store.perform("GetItem", key("counter"), CALLER))["Item"]
    assert item["n"] == {"N": str(sum(done))}
