"""Batches: what is answered, what comes back unprocessed, what one bad element does."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.facts import item_tables
from tests.support.calls import of_bytes, perform, refusal

A, B = {"p": {"S": "a"}}, {"p": {"S": "b"}}
I = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # noqa: E741 - an item of ``indexed``
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/hash_s"


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in item_tables.TABLES:
        perform(engine, "CreateTable", **table)
    return engine


def get(engine: Engine, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return perform(engine, "BatchGetItem", RequestItems=items, **more)


def write(engine: Engine, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return perform(engine, "BatchWriteItem", RequestItems=items, **more)


def put(item: dict[str, Any]) -> dict[str, Any]:
    return {"PutRequest": {"Item": item}}


def delete(key: dict[str, Any]) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": key}}


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"p": {"S": f"{at:03d}"}} for at in range(count)]


# Reads.


def test_every_table_has_its_responses_and_nothing_is_unprocessed(store: Engine) -> None:
    perform(store, "PutItem", TableName="hash_s", Item={**A, "a": {"S": "1"}})
    answer = get(
        store,
        {"hash_s": {"Keys": [B, A]}, "indexed": {"Keys": [I]}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert list(answer) == ["ConsumedCapacity", "Responses", "UnprocessedKeys"]
    assert answer["Responses"] == {"hash_s": [{**A, "a": {"S": "1"}}], "indexed": []}
    assert answer["UnprocessedKeys"] == {}


def test_a_key_is_the_same_whatever_unknown_members_stand_in_it(store: Engine) -> None:
    twice = {"hash_s": {"Keys": [A, {"p": {"S": "a", "Unheard": 1}}]}}
    assert "duplicates" in str(refusal(store, "BatchGetItem", RequestItems=twice))


def test_each_table_has_its_own_projection(store: Engine) -> None:
    perform(store, "PutItem", TableName="hash_s", Item={**A, "a": {"S": "1"}, "b": {"S": "2"}})
    perform(store, "PutItem", TableName="indexed", Item={**I, "a": {"S": "1"}})
    names = {"ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "a"}}
    asked = {"hash_s": {"Keys": [A], **names}, "indexed": {"Keys": [I]}}
    assert get(store, asked)["Responses"] == {
        "hash_s": [{"a": {"S": "1"}}],
        "indexed": [{**I, "a": {"S": "1"}}],
    }
    legacy = {"hash_s": {"Keys": [A], "AttributesToGet": ["b", "nowhere"]}}
    assert get(store, legacy)["Responses"] == {"hash_s": [{"b": {"S": "2"}}]}
    empty = {"hash_s": {"Keys": [A], "AttributesToGet": ["nowhere"]}}
    assert get(store, empty)["Responses"] == {"hash_s": [{}]}


def test_a_key_in_two_spellings_comes_once(store: Engine) -> None:
    item = {"p": {"N": "1000"}, "s": {"B": "YQ=="}}
    perform(store, "PutItem", TableName="numbered", Item=item)
    asked = {"numbered": {"Keys": [item, {**item, "p": {"N": "1e3"}}]}}
    assert get(store, asked)["Responses"] == {"numbered": [item]}
    turned = dict(reversed(item.items()))
    refused = refusal(store, "BatchGetItem", RequestItems={"numbered": {"Keys": [item, turned]}})
    assert refused.message == "Provided list of item keys contains duplicates"


def test_a_table_named_by_its_arn_is_answered_by_its_arn(store: Engine) -> None:
    perform(store, "PutItem", TableName="hash_s", Item=A)
    answer = get(store, {ARN: {"Keys": [A]}}, ReturnConsumedCapacity="TOTAL")
    assert answer["Responses"] == {ARN: [A]}
    assert answer["ConsumedCapacity"] == [{"TableName": ARN, "CapacityUnits": 0.5}]


ASKED = [
    {},
    {"ConsistentRead": True},
    {"AttributesToGet": ["p"]},
    {
        "ConsistentRead": True,
        "ProjectionExpression": "#p",
        "ExpressionAttributeNames": {"#p": "p"},
    },
]


@pytest.fixture(scope="module")
def large() -> Any:
    """A store of 60 items of 300 KB."""
    opened = Engine.open()
    perform(opened, "CreateTable", **item_tables.HASH_S)
    for key in numbered(60):
        perform(opened, "PutItem", TableName="hash_s", Item=of_bytes(300 * 1024, key))
    yield opened
    opened.close()


@pytest.mark.parametrize("more", ASKED)
def test_what_goes_beyond_16_mb_comes_back_in_the_form_of_the_request(
    large: Engine, more: dict[str, Any]
) -> None:
    asked = {"hash_s": {"Keys": numbered(60), **more}}
    answer = get(large, asked, ReturnConsumedCapacity="TOTAL")
    read = len(answer["Responses"]["hash_s"])
    assert 52 <= read == 16 * 1024 // 300
    assert answer["UnprocessedKeys"] == {"hash_s": {"Keys": numbered(60)[read:], **more}}
    # Each of 75 units; a key that comes back costs one.
    consistent = "ConsistentRead" in more
    units = 75 * read + (60 - read)
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == (units if consistent else units / 2)
    rest = get(large, answer["UnprocessedKeys"])
    assert len(rest["Responses"]["hash_s"]) == 60 - read
    assert rest["UnprocessedKeys"] == {}


def test_52_items_of_300_kb_come_at_once(large: Engine) -> None:
    answer = get(large, {"hash_s": {"Keys": numbered(52)}})
    assert len(answer["Responses"]["hash_s"]) == 52
    assert answer["UnprocessedKeys"] == {}


# Writes.


def test_puts_and_deletes_answer_with_nothing_unprocessed(store: Engine) -> None:
    perform(store, "PutItem", TableName="hash_s", Item={**A, "old": {"S": "1"}})
    perform(store, "PutItem", TableName="hash_s", Item=B)
    new = {**A, "new": {"S": "2"}}
    missing = {"p": {"S": "missing"}}
    answer = write(
        store,
        {"hash_s": [put(new), delete(B), delete(missing)], "indexed": [put(I)]},
        ReturnConsumedCapacity="INDEXES",
        ReturnItemCollectionMetrics="SIZE",
    )
    assert list(answer) == ["ConsumedCapacity", "ItemCollectionMetrics", "UnprocessedItems"]
    assert answer["UnprocessedItems"] == {}
    units = {each["TableName"]: each["CapacityUnits"] for each in answer["ConsumedCapacity"]}
    assert units == {"hash_s": 3.0, "indexed": 1.0}
    assert perform(store, "Scan", TableName="hash_s")["Items"] == [new]
    assert write(store, {"hash_s": [delete(A)]}) == {"UnprocessedItems": {}}


def test_a_batch_has_no_conditions_and_returns_no_values(store: Engine) -> None:
    perform(store, "PutItem", TableName="hash_s", Item={**A, "old": {"S": "1"}})
    more = {"ConditionExpression": "attribute_not_exists(p)", "ReturnValues": "ALL_OLD"}
    request = {"PutRequest": {"Item": A, **more}}
    assert write(store, {"hash_s": [request]}) == {"UnprocessedItems": {}}
    assert perform(store, "Scan", TableName="hash_s")["Items"] == [A]


def test_the_same_key_may_be_written_in_two_tables(store: Engine) -> None:
    perform(store, "CreateTable", **{**item_tables.HASH_S, "TableName": "other"})
    write(store, {"hash_s": [put(A)], "other": [put(A)]})
    for table in ("hash_s", "other"):
        assert perform(store, "Scan", TableName=table)["Items"] == [A]


def test_25_requests_are_taken(store: Engine) -> None:
    assert write(store, {"hash_s": [put(key) for key in numbered(25)]}) == {"UnprocessedItems": {}}
    assert perform(store, "Scan", TableName="hash_s", Select="COUNT")["Count"] == 25
    parts = [put(key) for key in numbered(26)]
    refused = refusal(
        store, "BatchWriteItem", RequestItems={"hash_s": parts[:20], "indexed": parts[20:]}
    )
    assert refused.message == "Too many items requested for the BatchWriteItem call"
    refused = refusal(store, "BatchWriteItem", RequestItems={"hash_s": parts})
    assert (refused.message or "").endswith(
        "at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have length less than or equal to 25, "
        "Member must have length greater than or equal to 1]"
    )


BAD: list[tuple[str, dict[str, Any]]] = [
    ("value", {"hash_s": [put({**B, "n": {"N": "x"}})]}),
    ("key", {"hash_s": [put({"p": {"N": "1"}})]}),
    ("empty key", {"hash_s": [delete({"p": {"S": ""}})]}),
    ("index key", {"hash_s": [], "indexed": [put({**I, "lsiSk": {"N": "1"}})]}),
    ("size", {"hash_s": [put(of_bytes(409_601, B))]}),
    ("twice", {"hash_s": [delete(A)]}),
    ("table", {"hash_s": [], "missing": [put(A)]}),
]


@pytest.mark.parametrize(("name", "items"), BAD, ids=[name for name, _ in BAD])
def test_one_bad_element_refuses_the_whole_batch(
    store: Engine, name: str, items: dict[str, Any]
) -> None:
    whole = {**items, "hash_s": [put(A), *items["hash_s"]]}
    refused = refusal(store, "BatchWriteItem", RequestItems=whole)
    assert refused.code == (
        "ResourceNotFoundException" if name == "table" else "ValidationException"
    )
    assert perform(store, "Scan", TableName="hash_s")["Items"] == []


NO_FIT = "The provided key element does not match the schema"
ORDER: list[tuple[str, dict[str, Any], str]] = [
    (
        "a value before a size",
        {"hash_s": [put(of_bytes(409_601, B)), put({"p": {}})]},
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ),
    (
        "a size before a table",
        {"missing": [put(A)], "hash_s": [put(of_bytes(409_601, B))]},
        "Item size has exceeded the maximum allowed size",
    ),
    (
        "a table before a key",
        {"hash_s": [put({"q": {"S": "a"}})], "missing": [put(A)]},
        "Requested resource not found",
    ),
    ("a key before a duplicate", {"hash_s": [put(A), put(A), put({"q": {"S": "a"}})]}, NO_FIT),
]


@pytest.mark.parametrize(("name", "items", "text"), ORDER, ids=[name for name, _, _ in ORDER])
def test_faults_of_a_batch_are_found_in_order(
    store: Engine, name: str, items: dict[str, Any], text: str
) -> None:
    assert refusal(store, "BatchWriteItem", RequestItems=items).message == text, name


def test_metrics_name_each_collection_once_and_only_tables_with_local_indexes(
    store: Engine,
) -> None:
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    assert write(store, {"hash_s": [put(A)]}, **asked) == {"UnprocessedItems": {}}
    answer = write(
        store,
        {
            "hash_s": [put(A)],
            "indexed": [
                put(I),
                put({**I, "sk": {"S": "c"}}),
                delete({**I, "pk": {"S": "z"}}),
            ],
        },
        **asked,
    )
    assert answer["ItemCollectionMetrics"] == {
        "indexed": [
            {"ItemCollectionKey": {"pk": {"S": key}}, "SizeEstimateRangeGB": [0.0, 1.0]}
            for key in "az"
        ]
    }
