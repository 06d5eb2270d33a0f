"""Faults through a store, boto3 and a server."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

import dynalite_py
from dynalite_py import exceptions
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.engine import Engine
from dynalite_py.faults.laid import Faults
from dynalite_py.faults.rules import rules_of
from dynalite_py.model.caller import Caller

INDEX: dict[str, Any] = {
    "IndexName": "by-n",
    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
PROVISIONED = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    """A store with the tables Music and Other, keyed by "pk"."""
    with dynalite_py.connect() as opened:
        index: Any = INDEX
        for name in ("Music", "Other"):
            opened.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "n", "AttributeType": "N"},
                ],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                GlobalSecondaryIndexes=[index],
            )
        yield opened


def item(key: str) -> dict[str, Any]:
    """An item of Music."""
    return {"pk": {"S": key}, "n": {"N": "1"}}


def put(store: dynalite_py.Store, key: str, table: str = "Music") -> None:
    """Put an item."""
    store.put_item(TableName=table, Item=item(key))


def is_there(store: dynalite_py.Store, key: str) -> bool:
    """Whether the table Music has an item."""
    return "Item" in store.get_item(TableName="Music", Key={"pk": {"S": key}})


REFUSALS: list[tuple[str, str, int]] = [
    ("throttling", "ProvisionedThroughputExceededException", 400),
    ("on-demand-throttling", "ThrottlingException", 400),
    ("account-throttling", "RequestLimitExceeded", 400),
    ("conflict", "TransactionConflictException", 400),
    ("internal-error", "InternalServerError", 500),
    ("unavailable", "ServiceUnavailable", 503),
]


@pytest.mark.parametrize(("fault", "code", "status"), REFUSALS)
def test_a_fault_refuses_the_write_and_changes_nothing(
    store: dynalite_py.Store, fault: str, code: str, status: int
) -> None:
    with store.faults({"fault": fault}):
        with pytest.raises(exceptions.DynaliteError) as refused:
            put(store, "a")
        assert refused.value.code == code
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert not is_there(store, "a")
    put(store, "a")
    assert is_there(store, "a")


def test_throttling_says_where_capacity_was_wanting(store: dynalite_py.Store) -> None:
    with store.faults({"fault": "throttling"}):
        with pytest.raises(exceptions.DynaliteError) as refused:
            put(store, "a")
        with pytest.raises(exceptions.DynaliteError) as read:
            is_there(store, "a")
    assert refused.value.message == PROVISIONED
    assert refused.value.response["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": ARN}
    ]
    [reason] = read.value.response["ThrottlingReasons"]
    assert reason["reason"] == "TableReadProvisionedThroughputExceeded"


def test_a_throttled_index_throttles_the_writes_of_its_table(store: dynalite_py.Store) -> None:
    query: dict[str, Any] = {
        "TableName": "Music",
        "KeyConditionExpression": "n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    with store.faults({"fault": "throttling", "table": "Music", "index": "by-n"}):
        for refused in (
            lambda: put(store, "a"),
            lambda: store.query(**query, IndexName="by-n"),
        ):
            with pytest.raises(exceptions.DynaliteError) as failure:
                refused()
            assert "global secondary indexes" in failure.value.message
            [reason] = failure.value.response["ThrottlingReasons"]
            assert reason["resource"] == f"{ARN}/index/by-n"
        assert not is_there(store, "a")
        assert store.scan(TableName="Music")["Count"] == 0


def test_what_is_wrong_with_a_request_comes_before_a_fault(store: dynalite_py.Store) -> None:
    with store.faults({"fault": "throttling"}):
        with pytest.raises(exceptions.DynaliteError) as refused:
            store.put_item(TableName="Music", Item={"pk": {"N": "1"}})
        with pytest.raises(exceptions.DynaliteError) as unknown:
            put(store, "a", "Nowhere")
    assert refused.value.code == "ValidationException"
    assert unknown.value.code == "ResourceNotFoundException"


def test_a_lost_answer_hides_a_write_that_was_done(store: dynalite_py.Store) -> None:
    with (
        store.faults({"fault": "lost-answer", "operation": "PutItem"}),
        pytest.raises(exceptions.DynaliteError) as refused,
    ):
        put(store, "a")
    assert refused.value.code == "InternalServerError"
    assert is_there(store, "a")


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ({"operation": "GetItem"}, False),
        ({"operation": ["GetItem", "PutItem"]}, True),
        ({"table": "Other"}, False),
        ({"table": "Music"}, True),
        ({"key": {"pk": {"S": "b"}}}, False),
        ({"key": {"pk": {"S": "a"}}}, True),
    ],
)
def test_a_rule_strikes_what_it_is_about(
    store: dynalite_py.Store, rule: dict[str, Any], hit: bool
) -> None:
    with store.faults({"fault": "throttling", **rule}) as laid:
        try:
            put(store, "a")
        except exceptions.DynaliteError:
            assert hit
        assert laid.counts == [int(hit)]


def test_a_table_is_meant_by_its_arn_too(store: dynalite_py.Store) -> None:
    with (
        store.faults({"fault": "throttling", "table": "Music"}),
        pytest.raises(exceptions.DynaliteError),
    ):
        put(store, "a", ARN)


def test_skip_and_times_bound_what_a_rule_does(store: dynalite_py.Store) -> None:
    fates: list[bool] = []
    with store.faults({"fault": "throttling", "operation": "PutItem", "skip": 2, "times": 3}):
        for number in range(8):
            try:
                put(store, f"{number}")
            except exceptions.DynaliteError:
                fates.append(False)
            else:
                fates.append(True)
    assert fates == [True, True, False, False, False, True, True, True]


def test_the_same_seed_brings_the_same_faults(store: dynalite_py.Store) -> None:
    def fates(seed: int) -> list[bool]:
        found: list[bool] = []
        rule = {"fault": "throttling", "probability": 0.5}
        with store.faults(rule, seed=seed):
            for number in range(64):
                try:
                    put(store, f"{number}")
                except exceptions.DynaliteError:
                    found.append(False)
                else:
                    found.append(True)
        return found

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert 10 < sum(fates(1)) < 54


def test_some_items_of_a_batch_are_not_processed(store: dynalite_py.Store) -> None:
    requests: Any = {
        name: [{"PutRequest": {"Item": item(f"{number}")}} for number in range(10)]
        for name in ("Music", "Other")
    }
    with store.faults({"fault": "unprocessed", "table": "Music", "probability": 0.5}, seed=3):
        left = store.batch_write_item(RequestItems=requests)["UnprocessedItems"]
        written = store.scan(TableName="Music")["Count"]
        assert set(left) == {"Music"}
        assert 0 < len(left["Music"]) < 10
        assert written == 10 - len(left["Music"])
        assert store.scan(TableName="Other")["Count"] == 10
    assert store.batch_write_item(RequestItems=left)["UnprocessedItems"] == {}
    assert store.scan(TableName="Music")["Count"] == 10


def test_some_keys_of_a_batch_are_not_processed(store: dynalite_py.Store) -> None:
    for number in range(10):
        put(store, f"{number}")
    keys = [{"pk": {"S": f"{number}"}} for number in range(10)]
    part: Any = {"Keys": keys, "ConsistentRead": True}
    with store.faults({"fault": "throttling", "probability": 0.5}, seed=3):
        answer: Any = store.batch_get_item(RequestItems={"Music": part})
    left = answer["UnprocessedKeys"]["Music"]
    assert left["ConsistentRead"] is True
    found = [each["pk"] for each in answer["Responses"]["Music"]]
    assert len(found) + len(left["Keys"]) == 10
    assert {key["S"] for key in found}.isdisjoint(key["pk"]["S"] for key in left["Keys"])


def test_a_batch_of_which_nothing_is_processed_is_refused(store: dynalite_py.Store) -> None:
    with store.faults({"fault": "unprocessed"}), pytest.raises(exceptions.DynaliteError) as refused:
        store.batch_write_item(
            RequestItems={"Music": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]}
        )
    assert refused.value.code == "ProvisionedThroughputExceededException"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("conflict", "TransactionConflict"), ("throttling", "ProvisionedThroughputExceeded")],
)
def test_a_transaction_is_cancelled_for_the_action_that_was_struck(
    store: dynalite_py.Store, fault: str, code: str
) -> None:
    actions: Any = [{"Put": {"TableName": "Music", "Item": item(key)}} for key in ("a", "b", "c")]
    with store.faults({"fault": fault, "key": {"pk": {"S": "b"}}}):
        with pytest.raises(exceptions.DynaliteError) as refused:
            store.transact_write_items(TransactItems=actions)
        gets: Any = [{"Get": {"TableName": "Music", "Key": {"pk": {"S": key}}}} for key in "ab"]
        with pytest.raises(exceptions.DynaliteError) as read:
            store.transact_get_items(TransactItems=gets)
    assert [each["Code"] for each in refused.value.cancellation_reasons] == ["None", code, "None"]
    assert [each["Code"] for each in read.value.cancellation_reasons] == ["None", code]
    assert store.scan(TableName="Music")["Count"] == 0


def test_statements_are_struck_by_their_operation(store: dynalite_py.Store) -> None:
    with (
        store.faults({"fault": "throttling", "operation": "ExecuteStatement"}),
        pytest.raises(exceptions.DynaliteError),
    ):
        store.execute_statement(Statement="SELECT * FROM Music WHERE pk = 'a'")


def test_latency_holds_requests_up_and_adds_up() -> None:
    waited: list[float] = []
    faults = Faults(
        rules_of([{"latency_ms": 20}, {"latency_ms": 30, "operation": "ListTables"}]),
        wait=waited.append,
    )
    with dynalite_py.connect() as store:
        store.engine.lay_faults(faults)
        store.list_tables()
        store.describe_limits()
    assert waited == pytest.approx([0.05, 0.02])


def test_rules_that_are_none_are_refused(store: dynalite_py.Store) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="'fire' is no fault"):
        store.faults({"fault": "fire"})


def test_an_outer_block_does_not_end_the_rules_of_another(store: dynalite_py.Store) -> None:
    with store.faults({"fault": "throttling"}) as first, store.faults({"fault": "conflict"}):
        first.stop()
        with pytest.raises(exceptions.DynaliteError) as refused:
            put(store, "a")
        assert refused.value.code == "TransactionConflictException"


@pytest.fixture
def endpoint(store: dynalite_py.Store) -> Iterator[str]:
    """A server over the store."""
    server = BackgroundServer(store.engine, ServerSettings(port=0))
    yield server.start()
    server.stop()


def client(endpoint: str, attempts: int) -> Any:
    """boto3's client, which tries so many times."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=botocore.config.Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


@pytest.mark.parametrize("fault", ["throttling", "internal-error", "lost-answer", "unavailable"])
def test_boto3_tries_again_over_http(store: dynalite_py.Store, endpoint: str, fault: str) -> None:
    with store.faults({"fault": fault, "operation": "PutItem", "times": 2}) as laid:
        answer = client(endpoint, 3).put_item(TableName="Music", Item=item("a"))
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert laid.counts == [2]
    with (
        store.faults({"fault": fault, "operation": "PutItem", "times": 2}),
        pytest.raises(ClientError),
    ):
        client(endpoint, 2).put_item(TableName="Music", Item=item("b"))


def test_batches_are_cut_over_http(store: dynalite_py.Store, endpoint: str) -> None:
    writes = [{"PutRequest": {"Item": item(f"{number}")}} for number in range(20)]
    keys = [{"pk": {"S": f"{number}"}} for number in range(20)]
    caller = client(endpoint, 1)
    with store.faults({"fault": "unprocessed", "probability": 0.5}, seed=1):
        left = caller.batch_write_item(RequestItems={"Music": writes})["UnprocessedItems"]["Music"]
        read = caller.batch_get_item(RequestItems={"Music": {"Keys": keys}})
    assert 0 < len(left) < 20
    unread = {key["pk"]["S"] for key in read["UnprocessedKeys"]["Music"]["Keys"]}
    unwritten = {each["PutRequest"]["Item"]["pk"]["S"] for each in left}
    found = {each["pk"]["S"] for each in read["Responses"]["Music"]}
    assert found == {f"{number}" for number in range(20)} - unread - unwritten


def test_requests_that_are_held_up_do_not_hold_up_others(
    store: dynalite_py.Store, endpoint: str
) -> None:
    put(store, "a")
    rule = {"latency_ms": 60_000, "operation": "PutItem"}
    done: list[Any] = []
    with store.faults(rule, {"fault": "internal-error", "key": {"pk": {"S": "c"}}}) as laid:
        caller = client(endpoint, 1)

        def write(key: str) -> None:
            try:
                done.append(caller.put_item(TableName="Music", Item=item(key)))
            except ClientError as refusal:
                done.append(refusal)

        threads = [threading.Thread(target=write, args=(key,)) for key in "bc"]
        for thread in threads:
            thread.start()
        while laid.counts != [2, 1]:
            assert "Item" in caller.get_item(TableName="Music", Key={"pk": {"S": "a"}})
        assert not done
    for thread in threads:  # The end of the faults lets them go.
        thread.join()
    assert is_there(store, "b")
    assert not is_there(store, "c")
    assert sum(isinstance(each, ClientError) for each in done) == 1


def test_older_wordings_stay_as_they_are_behind_faults(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "store.db", wording="older") as store:
        request: dict[str, Any] = {"TableName": "Nowhere", "Key": {"pk": {"S": "a"}}}
        answers: list[str] = []
        for rules in ([], [{"fault": "throttling", "probability": 0}]):
            with store.faults(*rules), pytest.raises(exceptions.DynaliteError) as refused:
                store.get_item(**request)
            answers.append(refused.value.message)
        assert answers[0] == answers[1]


@pytest.mark.parametrize("name", ["perform", "submit"])
def test_faults_may_end_while_a_request_meets_them(
    store: dynalite_py.Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    laid = itertools.chain([Faults(rules_of([]))], itertools.repeat(None))
    monkeypatch.setattr(Engine, "faults", property(lambda _: next(laid)), raising=False)
    key = {"TableName": "Music", "Key": {"pk": {"S": "a"}}}
    more = [] if name == "perform" else [print]
    assert getattr(store.engine, name)("GetItem", key, Caller(), *more) == b"{}"


def test_faults_are_free_of_charge_where_none_are_laid(store: dynalite_py.Store) -> None:
    assert store.engine.faults is None
    with store.faults({"fault": "throttling", "times": 0}):
        assert store.engine.faults is not None
    assert store.engine.faults is None
    store.engine.perform("ListTables", {}, Caller(), past_faults=True)
