"""Item collections: on tables with local indexes alone they may grow to 10 GB, here to 1000 bytes.

Source: facts, ItemCollectionMetrics.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import limits
from dynalite_py.storage import collections
from tests.facts import item_tables
from tests.support.calls import of_bytes, perform, refusal

MOST = 1000


@pytest.fixture
def store(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    for table in (item_tables.INDEXED, item_tables.NUMBERED):
        perform(engine, "CreateTable", **table)
    monkeypatch.setattr(limits, "COLLECTION_BYTES", MOST)
    return engine


def item(sort: str, size: int, partition: str = "a", **more: str) -> dict[str, Any]:
    values = {"pk": partition, "sk": sort, **more}
    return of_bytes(size, {name: {"S": value} for name, value in values.items()})


def put(engine: Engine, stored: dict[str, Any]) -> None:
    perform(engine, "PutItem", TableName="indexed", Item=stored)


def assert_full(engine: Engine, stored: dict[str, Any]) -> None:
    refused = refusal(engine, "PutItem", TableName="indexed", Item=stored)
    assert refused.code == "ItemCollectionSizeLimitExceededException"
    assert refused.message == "Collection size exceeded."


def test_a_collection_grows_to_its_limit_and_no_further(store: Engine) -> None:
    put(store, item("1", 600))
    put(store, item("2", 400))
    assert_full(store, item("3", 10))
    assert_full(store, item("2", 401))
    assert perform(store, "Scan", TableName="indexed", Select="COUNT")["Count"] == 2
    put(store, item("1", 1000, partition="b"))  # another collection


def test_entries_of_local_indexes_count_and_those_of_global_ones_do_not(store: Engine) -> None:
    assert_full(store, item("1", 501, lsiSk="l"))
    put(store, item("1", 500, lsiSk="l"))
    put(store, item("1", 1000, partition="b", gsiPk="g"))


def test_writes_that_shrink_a_full_collection_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine.open(tmp_path / "app.db")
    perform(engine, "CreateTable", **item_tables.INDEXED)
    put(engine, item("1", 600))
    put(engine, item("2", 400))
    engine.close()
    monkeypatch.setattr(limits, "COLLECTION_BYTES", 500)
    engine = Engine.open(tmp_path / "app.db")
    assert_full(engine, item("1", 601))
    put(engine, item("1", 600, q="other"))
    put(engine, item("1", 600, gsiPk="g"))  # Entries of global indexes are not the collection's.
    put(engine, item("1", 599))
    assert_full(engine, item("1", 600))
    key = {"pk": {"S": "a"}, "sk": {"S": "2"}}
    perform(engine, "UpdateItem", TableName="indexed", Key=key, UpdateExpression="REMOVE f")
    perform(engine, "DeleteItem", TableName="indexed", Key=key)
    assert_full(engine, item("2", 10))
    put(engine, item("1", 400))
    put(engine, item("2", 100))
    assert_full(engine, item("3", 10))
    engine.close()


def test_what_was_deleted_makes_room(store: Engine) -> None:
    put(store, item("1", 600))
    put(store, item("2", 400))
    assert_full(store, item("3", 10))
    perform(store, "DeleteItem", TableName="indexed", Key={"pk": {"S": "a"}, "sk": {"S": "1"}})
    put(store, item("3", 600))
    assert_full(store, item("4", 10))


def test_a_table_without_local_indexes_has_no_limit(store: Engine) -> None:
    for at in range(5):
        stored = {"p": {"N": "1"}, "s": {"B": "YQ=="}, "f": {"S": "x" * 900 + str(at)}}
        perform(store, "PutItem", TableName="numbered", Item=stored)


@pytest.mark.parametrize("operation", ["UpdateItem", "BatchWriteItem"])
def test_every_write_keeps_the_limit(store: Engine, operation: str) -> None:
    put(store, item("1", 900))
    large = item("2", 200)
    requests: dict[str, dict[str, Any]] = {
        "UpdateItem": {
            "TableName": "indexed",
            "Key": {name: large[name] for name in ("pk", "sk")},
            "UpdateExpression": "SET f = :f",
            "ExpressionAttributeValues": {":f": large["f"]},
        },
        "BatchWriteItem": {"RequestItems": {"indexed": [{"PutRequest": {"Item": large}}]}},
    }
    refused = refusal(store, operation, **requests[operation])
    assert refused.code == "ItemCollectionSizeLimitExceededException"


def test_a_collection_is_measured_only_where_it_might_be_full(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    measure = collections.size_of

    def counted(db: Any, table: Any, key: Any) -> int:
        measured.append(str(key[1]))
        return measure(db, table, key)

    monkeypatch.setattr(collections, "size_of", counted)
    put(store, item("1", 400))
    for sort in range(100, 120):
        put(store, item(str(sort), 20, partition="b"))
    assert measured == []  # The whole table has not so much.
    for sort in range(120, 130):
        put(store, item(str(sort), 20, partition="b"))
    assert measured == ["b"]
    assert_full(store, item("2", 1000))
    assert_full(store, item("2", 1000))
    perform(store, "DeleteItem", TableName="indexed", Key={"pk": {"S": "a"}, "sk": {"S": "1"}})
    put(store, item("2", 1000))
    assert measured == ["b", "a"]  # From then on it is known, whatever is refused or deleted.


def test_what_is_known_of_a_collection_is_what_it_has(store: Engine) -> None:
    """At random, with a collection of the whole table beside it that is never small."""
    source = random.Random(7)
    put(store, item("1", 1000, partition="z"))
    stored: dict[str, int] = {}
    for _ in range(600):
        sort = str(source.randrange(10, 16))
        local = {"lsiSk": source.choice("lm")} if source.random() < 0.5 else {}
        size = source.randrange(40, 400)
        if source.random() < 0.3:
            key = {"pk": {"S": "a"}, "sk": {"S": sort}}
            perform(store, "DeleteItem", TableName="indexed", Key=key)
            stored.pop(sort, None)
            continue
        now = sum(stored.values())
        after = now - stored.get(sort, 0) + size * (1 + len(local))
        if after > MOST and after > now:
            assert_full(store, item(sort, size, **local))
        else:
            put(store, item(sort, size, **local))
            stored[sort] = size * (1 + len(local))


def test_what_was_measured_in_an_undone_write_is_forgotten(store: Engine) -> None:
    put(store, item("1", 600))
    put(store, item("2", 400))
    put(store, item("1", 1000, partition="c"))  # The table as a whole has more than 1000 bytes.
    actions = [
        {"Delete": {"TableName": "indexed", "Key": {"pk": {"S": "a"}, "sk": {"S": "1"}}}},
        {"Put": {"TableName": "indexed", "Item": item("3", 500)}},
        {"Put": {"TableName": "indexed", "Item": item("4", 1001, partition="b")}},
    ]
    refused = refusal(store, "TransactWriteItems", TransactItems=actions)
    assert refused.code == "TransactionCanceledException"
    assert_full(store, item("3", 10))


def test_writes_of_one_request_count_together(store: Engine) -> None:
    puts = [{"PutRequest": {"Item": item(str(at), 400)}} for at in range(3)]
    refused = refusal(store, "BatchWriteItem", RequestItems={"indexed": puts})
    assert refused.code == "ItemCollectionSizeLimitExceededException"
    perform(store, "BatchWriteItem", RequestItems={"indexed": puts[:2]})


def test_what_was_known_of_a_collection_is_forgotten_while_the_table_is_small(
    store: Engine,
) -> None:
    other = item("1", 1000, partition="z")
    put(store, other)
    put(store, item("1", 400))  # 600 more would fit.
    key = {name: other[name] for name in ("pk", "sk")}
    perform(store, "DeleteItem", TableName="indexed", Key=key)
    put(store, item("2", 300))
    put(store, other)
    assert_full(store, item("3", 301))
    put(store, item("3", 300))
