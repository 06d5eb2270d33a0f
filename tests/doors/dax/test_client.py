"""A client with DAX's caches, before the store's own client and before boto3's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dynalite_py
from dynalite_py import DaxClient, exceptions
from dynalite_py.doors.dax import keys
from dynalite_py.model.clock import MovableClock

TABLE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
}


class Counting:
    """A client that counts what it is asked."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def counted(**request: Any) -> Any:
            self.asked.append(name)
            return method(**request)

        return counted


@pytest.fixture
def clock() -> MovableClock:
    """The caches'."""
    return MovableClock()


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    """A store with the tables Music and Other."""
    with dynalite_py.connect() as opened:
        for name in ("Music", "Other"):
            opened.create_table(TableName=name, **TABLE)
        yield opened


@pytest.fixture(params=["store", "boto3"])
def below(request: pytest.FixtureRequest, store: dynalite_py.Store) -> Any:
    """What is behind the caches."""
    return Counting(store if request.param == "store" else dynalite_py.boto3_client(store))


@pytest.fixture
def dax(below: Any, clock: MovableClock) -> Iterator[DaxClient]:
    """The client under test."""
    made = DaxClient(below, clock=clock)
    yield made
    made.close()


def key(number: int = 1, partition: str = "a") -> dict[str, Any]:
    """A key of Music."""
    return {"pk": {"S": partition}, "sk": {"N": str(number)}}


def item(number: int = 1, text: str = "x") -> dict[str, Any]:
    """An item of Music."""
    return {**key(number), "t": {"S": text}, "b": {"B": b"\x00\xff"}}


def get(dax: DaxClient, number: int = 1, **members: Any) -> Any:
    """The item of Music, or None."""
    return dax.get_item(TableName="Music", Key=key(number), **members).get("Item")


QUERY: dict[str, Any] = {
    "TableName": "Music",
    "KeyConditionExpression": "pk = :a",
    "ExpressionAttributeValues": {":a": {"S": "a"}},
}


def test_an_item_is_asked_for_once_until_its_time_is_over(
    dax: DaxClient, below: Counting, store: dynalite_py.Store, clock: MovableClock
) -> None:
    store.put_item(TableName="Music", Item=item())
    assert get(dax) == item()
    store.put_item(TableName="Music", Item=item(text="y"))
    assert get(dax) == item()
    assert below.asked == ["get_item"]
    clock.advance(300)
    assert get(dax) == item(text="y")
    counted = dax.statistics()["items"]
    assert (counted.hits, counted.misses, counted.expired) == (1, 2, 1)


def test_an_answer_of_the_cache_is_the_callers_own_and_shaped_as_any(dax: DaxClient) -> None:
    dax.put_item(TableName="Music", Item=item())
    answer = dax.get_item(TableName="Music", Key=key())
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    answer["Item"]["t"]["S"] = "changed"
    assert get(dax) == item()


def test_that_an_item_is_not_there_is_known_too(
    dax: DaxClient, below: Counting, store: dynalite_py.Store
) -> None:
    assert get(dax) is None
    store.put_item(TableName="Music", Item=item())
    assert get(dax) is None
    assert below.asked == ["get_item"]
    dax.put_item(TableName="Music", Item=item(text="z"))
    assert get(dax) == item(text="z")


def test_consistent_and_projected_reads_pass_by(
    dax: DaxClient, below: Counting, store: dynalite_py.Store
) -> None:
    store.put_item(TableName="Music", Item=item())
    for members in ({"ConsistentRead": True}, {"ProjectionExpression": "t"}):
        for _ in range(2):
            get(dax, **members)  # pyright: ignore[reportArgumentType]
    dax.query(**QUERY, ConsistentRead=True)
    dax.query(**QUERY, ConsistentRead=True)
    dax.transact_get_items(TransactItems=[{"Get": {"TableName": "Music", "Key": key()}}])
    assert len(below.asked) == 7
    assert all(each.entries == 0 for each in dax.statistics().values())


@pytest.mark.parametrize("number", ["1", "1.0", "10e-1", "+1"])
def test_numbers_count_by_value(dax: DaxClient, below: Counting, number: str) -> None:
    dax.put_item(TableName="Music", Item={**item(), "sk": {"N": number}})
    dax.put_item(TableName="Music", Item={**item(), "sk": {"N": number}})
    assert get(dax) == item()
    assert "get_item" not in below.asked


def test_a_put_is_in_the_cache(dax: DaxClient, below: Counting) -> None:
    dax.put_item(TableName="Music", Item=item())
    assert get(dax) == item()
    assert below.asked == ["put_item", "describe_table"]


@pytest.mark.parametrize("returns", [None, "NONE", "ALL_NEW", "ALL_OLD", "UPDATED_NEW"])
def test_an_update_is_in_the_cache_or_the_item_is_forgotten(
    dax: DaxClient, below: Counting, store: dynalite_py.Store, returns: str | None
) -> None:
    dax.put_item(TableName="Music", Item=item())
    members = {} if returns is None else {"ReturnValues": returns}
    answer = dax.update_item(
        TableName="Music",
        Key=key(),
        UpdateExpression="SET t = :t",
        ExpressionAttributeValues={":t": {"S": "new"}},
        **members,
    )
    plain = store.update_item(
        TableName="Music",
        Key=key(),
        UpdateExpression="SET t = :t",
        ExpressionAttributeValues={":t": {"S": "new"}},
    )
    assert ("Attributes" in answer) == (returns not in (None, "NONE"))
    assert "Attributes" not in plain
    assert get(dax) == item(text="new")
    assert ("get_item" in below.asked) == (returns in ("ALL_OLD", "UPDATED_NEW"))


def test_a_delete_is_in_the_cache(dax: DaxClient, below: Counting) -> None:
    dax.put_item(TableName="Music", Item=item())
    dax.delete_item(TableName="Music", Key=key())
    assert get(dax) is None
    assert "get_item" not in below.asked


def test_a_write_that_is_refused_leaves_the_cache_as_it_was(
    dax: DaxClient, below: Counting
) -> None:
    dax.put_item(TableName="Music", Item=item())
    with pytest.raises(Exception, match="ConditionalCheckFailedException"):
        dax.put_item(
            TableName="Music",
            Item=item(text="y"),
            ConditionExpression="attribute_not_exists(pk)",
        )
    assert get(dax) == item()
    assert "get_item" not in below.asked


def test_what_is_wrong_is_said_by_the_client_behind(dax: DaxClient) -> None:
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        dax.put_item(TableName="Nowhere", Item=item())
    with pytest.raises(Exception, match="ValidationException"):
        dax.get_item(TableName="Music", Key={"pk": {"S": "a"}})
    for method, members in (
        (dax.get_item, {"TableName": "Music", "Key": 7}),
        (dax.put_item, {"TableName": "Music", "Item": 7}),
        (dax.put_item, {"TableName": "Music"}),
        (dax.update_item, {}),
        (dax.delete_item, {"Key": {"pk": 7}}),
        (dax.batch_get_item, {"RequestItems": 7}),
        (dax.batch_get_item, {"RequestItems": {"Music": 7}}),
        (dax.batch_write_item, {"RequestItems": 7}),
        (dax.batch_write_item, {"RequestItems": {"Music": [7, {"PutRequest": {}}]}}),
        (dax.query, {"TableName": 7}),
        (dax.query, {}),
        (dax.transact_write_items, {}),
    ):
        with pytest.raises(Exception) as failure:  # noqa: PT011 - the client's own, either's
            method(**members)  # pyright: ignore[reportArgumentType]
        assert type(failure.value).__module__.startswith(("botocore", "dynalite_py", "jmespath"))


def test_a_batch_asks_for_what_is_not_known(
    dax: DaxClient, below: Counting, store: dynalite_py.Store
) -> None:
    for number in range(4):
        store.put_item(TableName="Music", Item=item(number))
    get(dax, 0)
    get(dax, 9)
    below.asked.clear()
    wanted = {"Music": {"Keys": [key(number) for number in (0, 1, 2, 8, 9)]}}
    for turn in range(2):
        answer = dax.batch_get_item(RequestItems=wanted)
        found = sorted(int(each["sk"]["N"]) for each in answer["Responses"]["Music"])
        assert found == [0, 1, 2], turn
        assert answer["UnprocessedKeys"] == {}
    assert below.asked == ["batch_get_item"]


def test_a_batch_from_the_cache_alone_consumes_nothing(dax: DaxClient) -> None:
    dax.put_item(TableName="Music", Item=item())
    answer = dax.batch_get_item(
        RequestItems={"Music": {"Keys": [key()]}}, ReturnConsumedCapacity="TOTAL"
    )
    assert answer["ConsumedCapacity"] == [{"TableName": "Music", "CapacityUnits": 0.0}]
    assert answer["Responses"] == {"Music": [item()]}


def test_consistent_parts_of_a_batch_pass_by(dax: DaxClient, store: dynalite_py.Store) -> None:
    dax.put_item(TableName="Music", Item=item())
    store.put_item(TableName="Music", Item=item(text="y"))
    part = {"Keys": [key()], "ConsistentRead": True}
    answer = dax.batch_get_item(RequestItems={"Music": part})
    assert answer["Responses"]["Music"] == [item(text="y")]
    assert get(dax) == item()


def test_keys_that_were_not_processed_are_not_known(
    store: dynalite_py.Store, clock: MovableClock
) -> None:
    dax = DaxClient(store, clock=clock)
    store.put_item(TableName="Music", Item=item(1))
    store.put_item(TableName="Music", Item=item(2))
    with store.faults({"fault": "unprocessed", "key": key(2)}):
        answer = dax.batch_get_item(RequestItems={"Music": {"Keys": [key(1), key(2)]}})
    assert answer["UnprocessedKeys"]["Music"]["Keys"] == [key(2)]
    assert get(dax, 2) == item(2)


def test_batches_of_writes_are_in_the_cache(store: dynalite_py.Store, clock: MovableClock) -> None:
    below: Any = Counting(store)
    dax = DaxClient(below, clock=clock)
    get(dax, 3)
    writes = [{"PutRequest": {"Item": item(number)}} for number in (1, 2, 3)]
    with store.faults({"fault": "unprocessed", "key": key(2)}):
        left = dax.batch_write_item(RequestItems={"Music": writes})["UnprocessedItems"]
    assert left == {"Music": [{"PutRequest": {"Item": item(2)}}]}
    below.asked.clear()
    assert [get(dax, number) for number in (1, 3)] == [item(1), item(3)]
    assert below.asked == []
    assert get(dax, 2) is None
    deletes = [{"DeleteRequest": {"Key": key(number)}} for number in (1, 3)]
    dax.batch_write_item(RequestItems={"Music": deletes})
    assert [get(dax, number) for number in (1, 3)] == [None, None]


def test_transactions_are_read_again_in_the_background(dax: DaxClient, below: Counting) -> None:
    dax.put_item(TableName="Music", Item=item(1))
    dax.put_item(TableName="Music", Item=item(3))
    dax.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "Music", "Item": item(1, "new")}},
            {
                "Update": {
                    "TableName": "Music",
                    "Key": key(2),
                    "UpdateExpression": "SET t = :t",
                    "ExpressionAttributeValues": {":t": {"S": "made"}},
                }
            },
            {"Delete": {"TableName": "Music", "Key": key(3)}},
        ]
    )
    dax.settle()
    below.asked.clear()
    assert get(dax, 1) == item(1, "new")
    assert get(dax, 2) == {**key(2), "t": {"S": "made"}}
    assert get(dax, 3) is None
    assert below.asked == []


def test_a_refresh_that_fails_leaves_nothing_wrong(
    store: dynalite_py.Store, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    dax = DaxClient(store, clock=clock)
    dax.put_item(TableName="Music", Item=item())
    with store.faults({"fault": "internal-error", "operation": "TransactGetItems"}):
        dax.transact_write_items(
            TransactItems=[{"Put": {"TableName": "Music", "Item": item(text="y")}}]
        )
        dax.close()
    assert "could not be read again" in caplog.text
    assert get(dax) == item(text="y")


def test_the_same_question_is_asked_once(
    dax: DaxClient, below: Counting, clock: MovableClock
) -> None:
    dax.put_item(TableName="Music", Item=item(1))
    first = dax.query(**QUERY)
    dax.put_item(TableName="Music", Item=item(2))
    again = dax.query(**QUERY)
    assert [each["Count"] for each in (first, again)] == [1, 1]
    assert again["Items"] == [item(1)]
    assert dax.query(**QUERY, Limit=5)["Count"] == 2
    assert dax.scan(TableName="Music")["Count"] == 2
    assert dax.scan(TableName="Music")["Count"] == 2
    assert below.asked.count("query") == 2
    assert below.asked.count("scan") == 1
    clock.advance(300)
    assert dax.query(**QUERY)["Count"] == 2
    counted = dax.statistics()
    assert (counted["queries"].hits, counted["scans"].hits) == (1, 1)


def test_an_empty_result_is_kept_too_and_fills_no_items(dax: DaxClient, below: Counting) -> None:
    assert dax.query(**QUERY)["Count"] == 0
    assert dax.query(**QUERY)["Count"] == 0
    assert below.asked == ["query"]
    assert dax.statistics()["items"].entries == 0


def test_an_answer_of_the_cache_tells_no_capacity(dax: DaxClient) -> None:
    members: dict[str, Any] = {**QUERY, "ReturnConsumedCapacity": "TOTAL"}
    assert "ConsumedCapacity" in dax.query(**members)
    assert "ConsumedCapacity" not in dax.query(**members)
    asked: dict[str, Any] = {"ReturnConsumedCapacity": "TOTAL"}
    first = dax.get_item(TableName="Music", Key=key(), **asked)
    again = dax.get_item(TableName="Music", Key=key(), **asked)
    assert ("ConsumedCapacity" in first, "ConsumedCapacity" in again) == (True, False)


def test_without_a_time_to_live_no_results_are_kept(below: Any, clock: MovableClock) -> None:
    dax = DaxClient(below, item_ttl=0, query_ttl=0, clock=clock)
    dax.query(**QUERY)
    dax.query(**QUERY)
    dax.put_item(TableName="Music", Item=item())
    clock.advance(days=365)
    assert get(dax) == item()
    assert below.asked == ["query", "query", "put_item", "describe_table"]


def test_other_nodes_learn_of_a_write_later(store: dynalite_py.Store, clock: MovableClock) -> None:
    dax = DaxClient(store, nodes=3, replication_lag=0.5, seed=1, clock=clock)
    store.put_item(TableName="Music", Item=item(text="old"))
    for _ in range(20):
        get(dax)
    dax.put_item(TableName="Music", Item=item(text="new"))
    seen = {get(dax)["t"]["S"] for _ in range(40)}
    assert seen == {"old", "new"}
    clock.advance(0.5)
    assert {get(dax)["t"]["S"] for _ in range(40)} == {"new"}


def test_pages_are_read_through_the_cache(dax: DaxClient, below: Counting) -> None:
    for number in range(5):
        dax.put_item(TableName="Music", Item=item(number))
    below.asked.clear()
    for _ in range(2):
        pages = dax.get_paginator("query").paginate(**QUERY, PaginationConfig={"PageSize": 2})
        assert [page["Count"] for page in pages] == [2, 2, 1]
    assert below.asked == ["query"] * 3
    with pytest.raises(exceptions.ParamValidationError):
        dax.get_paginator("list_tables")


def test_what_dax_has_not_is_named(dax: DaxClient) -> None:
    with pytest.raises(AttributeError, match=r"DAX has no create_table; ask .*\.client"):
        dax.create_table()
    with pytest.raises(exceptions.ParamValidationError):
        DaxClient(dax.client, nodes=0)


def test_statistics_are_shown_as_a_table(dax: DaxClient) -> None:
    dax.put_item(TableName="Music", Item=item())
    get(dax)
    get(dax, 2)
    head, items, queries, _ = str(dax).splitlines()
    assert head.split()[:4] == ["cache", "hits", "misses", "ratio"]
    assert items.split()[:5] == ["items", "1", "1", "50.0%", "0"]
    assert queries.split()[:4] == ["queries", "0", "0", "-"]
    dax.clear()
    assert dax.statistics()["items"].entries == 0


def test_keys_that_differ_have_different_texts() -> None:
    pairs = [("a\x00", "b"), ("a", "\x00b"), ("a\x00sk\x00S1:b", ""), ("", "ab"), ("ab", "")]
    texts = {keys.of_item("T", {"pk": {"S": one}, "sk": {"S": two}}) for one, two in pairs}
    assert len(texts) == len(pairs)
    assert keys.of_item("T", {"a": {"S": "1"}}) != keys.of_item("T", {"a": {"N": "1"}})
    assert keys.of_item("T", {"a": {"B": b"1"}}) != keys.of_item("T", {"a": {"S": "1"}})
    both = {"a": {"S": "1"}, "b": {"S": "2"}}
    assert keys.of_item("T", both) == keys.of_item("T", dict(reversed(both.items())))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "update", "delete", "get", "batch"]),
        st.integers(1, 3),
        st.integers(0, 9),
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(steps=STEPS, most=st.sampled_from([0, 600, 1 << 20]))
def test_who_writes_through_it_alone_sees_the_table(
    steps: list[tuple[str, int, int]], most: int
) -> None:
    with dynalite_py.connect() as store:
        store.create_table(TableName="Music", **TABLE)
        dax = DaxClient(store, item_bytes=most, clock=MovableClock())
        model: dict[int, str] = {}
        for step, number, text in steps:
            if step == "put":
                dax.put_item(TableName="Music", Item=item(number, str(text)))
                model[number] = str(text)
            elif step == "update":
                dax.update_item(
                    TableName="Music",
                    Key=key(number),
                    UpdateExpression="SET t = :t",
                    ExpressionAttributeValues={":t": {"S": str(text)}},
                )
                model[number] = str(text)
            elif step == "delete":
                dax.delete_item(TableName="Music", Key=key(number))
                model.pop(number, None)
            elif step == "batch":
                wanted = {"Keys": [key(each) for each in (1, 2, 3)]}
                answer = dax.batch_get_item(RequestItems={"Music": wanted})
                found = {
                    int(each["sk"]["N"]): each["t"]["S"] for each in answer["Responses"]["Music"]
                }
                assert found == model
            else:
                read = get(dax, number)
                assert (None if read is None else read["t"]["S"]) == model.get(number)


def test_many_threads_leave_the_cache_as_the_table_is(store: dynalite_py.Store) -> None:
    dax = DaxClient(store, clock=MovableClock())

    def work(seed: int) -> None:
        for number in range(60):
            dax.put_item(TableName="Music", Item=item(number % 3, f"{seed}/{number}"))
            get(dax, (number + seed) % 3)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(3):
        stored = store.get_item(TableName="Music", Key=key(number), ConsistentRead=True)
        assert get(dax, number) == stored.get("Item")
