"""Consumed capacity, to the half unit."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.facts import capacity, item_tables
from tests.facts.capacity import Example
from tests.support.calls import of_bytes, refusal


def _call(engine: Engine, operation: str, /, **request: Any) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


@pytest.fixture
def indexed(engine: Engine) -> Engine:
    _call(engine, "CreateTable", **item_tables.INDEXED)
    _call(engine, "CreateTable", **item_tables.HASH_S)
    return engine


def _arms(shown: dict[str, Any], axis: str = "CapacityUnits") -> tuple[Any, ...]:
    def arm(kind: str, name: str) -> float | None:
        return shown.get(kind, {}).get(name, {}).get(axis)

    return (
        shown[axis],
        shown["Table"][axis],
        arm("GlobalSecondaryIndexes", "gsi-inc"),
        arm("LocalSecondaryIndexes", "lsi-all"),
    )


@pytest.mark.parametrize("example", capacity.WRITES, ids=lambda example: example.name)
def test_a_write_consumes_what_was_recorded(indexed: Engine, example: Example) -> None:
    if example.before is not None:
        _call(indexed, "PutItem", TableName="indexed", Item=example.before)
    request = {**example.request, "TableName": "indexed", "ReturnConsumedCapacity": "INDEXES"}
    shown = _call(indexed, example.operation, **request)["ConsumedCapacity"]
    assert _arms(shown) == (example.total, example.table, example.gsi, example.lsi)
    assert "WriteCapacityUnits" not in shown


@pytest.mark.parametrize("example", capacity.TRANSACTIONS, ids=lambda example: example.name)
def test_a_transaction_consumes_what_was_recorded(indexed: Engine, example: Example) -> None:
    if example.before is not None:
        _call(indexed, "PutItem", TableName="indexed", Item=example.before)
    request = {**example.request, "ReturnConsumedCapacity": "INDEXES"}
    [shown] = _call(indexed, example.operation, **request)["ConsumedCapacity"]
    expected = (example.total, example.table, example.gsi, example.lsi)
    assert _arms(shown) == expected
    assert _arms(shown, "WriteCapacityUnits") == expected


@pytest.mark.parametrize(
    ("name", "before", "update", "table", "local"),
    capacity.LOCAL,
    ids=[name for name, *_ in capacity.LOCAL],
)
def test_a_local_index_consumes_by_what_it_holds(
    engine: Engine,
    name: str,
    before: dict[str, Any],
    update: tuple[str, dict[str, Any]],
    table: float,
    local: float,
) -> None:
    _call(engine, "CreateTable", **item_tables.PARTLY)
    _call(engine, "PutItem", TableName="partly", Item=before)
    operation, request = update
    answer = _call(
        engine, operation, **request, TableName="partly", ReturnConsumedCapacity="INDEXES"
    )
    assert answer["ConsumedCapacity"] == {
        "CapacityUnits": table + local,
        "LocalSecondaryIndexes": {"lsi-inc": {"CapacityUnits": local}},
        "Table": {"CapacityUnits": table},
        "TableName": "partly",
    }, name


def test_a_transaction_of_several_tables_consumes_by_table(indexed: Engine) -> None:
    _call(indexed, "CreateTable", **{**item_tables.INDEXED, "TableName": "other"})
    answer = _call(
        indexed,
        "TransactWriteItems",
        TransactItems=[
            {"Put": {"TableName": "indexed", "Item": capacity.BOTH}},
            {"Put": {"TableName": "other", "Item": capacity.IN_GSI}},
        ],
        ReturnConsumedCapacity="INDEXES",
    )
    by_table = {shown["TableName"]: _arms(shown) for shown in answer["ConsumedCapacity"]}
    assert by_table == {"indexed": (4, 2, 1, 1), "other": (3, 2, 1, None)}


@pytest.mark.parametrize("change", [1, -1])
def test_a_put_costs_by_the_larger_of_old_and_new(indexed: Engine, change: int) -> None:
    sizes = [1024, 2049][::change]
    for size, units in zip(sizes, [1 if change > 0 else 3, 3], strict=True):
        answer = _call(
            indexed,
            "PutItem",
            TableName="hash_s",
            Item=of_bytes(size, {"p": {"S": "a"}}),
            ReturnConsumedCapacity="TOTAL",
        )
        assert answer["ConsumedCapacity"]["CapacityUnits"] == units


@pytest.mark.parametrize(
    ("operation", "request_members", "units"),
    [
        ("UpdateItem", {"UpdateExpression": "REMOVE f"}, 3),
        ("UpdateItem", {"UpdateExpression": "SET q = p"}, 3),
        ("UpdateItem", {"UpdateExpression": "SET q = f"}, 5),
        ("DeleteItem", {}, 3),
    ],
)
def test_updates_and_deletes_cost_by_the_whole_item(
    indexed: Engine, operation: str, request_members: dict[str, Any], units: float
) -> None:
    key = {"p": {"S": "a"}}
    _call(indexed, "PutItem", TableName="hash_s", Item=of_bytes(2500, key))
    answer = _call(
        indexed,
        operation,
        TableName="hash_s",
        Key=key,
        **request_members,
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"]["CapacityUnits"] == units


def test_an_update_that_makes_an_item_costs_by_the_new_one(indexed: Engine) -> None:
    answer = _call(
        indexed,
        "UpdateItem",
        TableName="hash_s",
        Key={"p": {"S": "a"}},
        UpdateExpression="SET f = :f",
        ExpressionAttributeValues={":f": {"S": "x" * 2500}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 3


@pytest.mark.parametrize(("size", "units"), [(4, 1), (1024, 1), (1025, 2), (2048, 2), (2049, 3)])
def test_a_write_costs_a_unit_for_each_kb_begun(indexed: Engine, size: int, units: float) -> None:
    item = of_bytes(size, {"p": {"S": "a"}})
    put = {"TableName": "hash_s", "Item": item, "ReturnConsumedCapacity": "TOTAL"}
    assert _call(indexed, "PutItem", **put)["ConsumedCapacity"]["CapacityUnits"] == units
    deleted = _call(
        indexed,
        "DeleteItem",
        TableName="hash_s",
        Key={"p": {"S": "a"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert deleted["ConsumedCapacity"]["CapacityUnits"] == units


def test_a_batch_rounds_each_item_by_itself(indexed: Engine) -> None:
    _call(indexed, "CreateTable", **{**item_tables.HASH_S, "TableName": "other"})

    def units(answer: Any) -> dict[str, float]:
        return {each["TableName"]: each["CapacityUnits"] for each in answer["ConsumedCapacity"]}

    small = [{"p": {"S": name}} for name in "abc"]
    large = of_bytes(1025, {"p": {"S": "d"}})
    answer = _call(
        indexed,
        "BatchWriteItem",
        RequestItems={
            "hash_s": [{"PutRequest": {"Item": item}} for item in (*small, large)],
            "other": [{"PutRequest": {"Item": small[0]}}, {"DeleteRequest": {"Key": small[1]}}],
        },
        ReturnConsumedCapacity="TOTAL",
    )
    assert units(answer) == {"hash_s": 5, "other": 2}
    answer = _call(
        indexed,
        "BatchGetItem",
        RequestItems={
            "hash_s": {"Keys": [{"p": {"S": name}} for name in "abcde"], "ConsistentRead": True},
            "other": {"Keys": [{"p": {"S": name}} for name in "abc"]},
        },
        ReturnConsumedCapacity="TOTAL",
    )
    assert units(answer) == {"hash_s": 5, "other": 1.5}


def test_a_consistent_batch_of_16_and_64_kb(indexed: Engine) -> None:
    keys = [{"p": {"S": name}} for name in "ab"]
    for key, size in zip(keys, (64 * 1024 + 1, 16 * 1024 + 1), strict=True):
        _call(indexed, "PutItem", TableName="hash_s", Item=of_bytes(size, key))
    answer = _call(
        indexed,
        "BatchGetItem",
        RequestItems={"hash_s": {"Keys": keys, "ConsistentRead": True}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 22


def test_a_consistent_batch_of_ten_small_items_of_one_partition(indexed: Engine) -> None:
    keys = [{"pk": {"S": "a"}, "sk": {"S": str(at)}} for at in range(10)]
    for key in keys:
        _call(indexed, "PutItem", TableName="indexed", Item=of_bytes(20, key))
    answer = _call(
        indexed,
        "BatchGetItem",
        RequestItems={"indexed": {"Keys": keys, "ConsistentRead": True}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 10


def _content(size: int) -> dict[str, Any]:
    return of_bytes(size, {"pk": {"S": "a"}, "sk": {"S": "0000"}}, "proj")["proj"]


# How many items, their bytes, the read, its units. Source: facts, Worked examples, reads.
PAGES: list[tuple[str, int, int, dict[str, Any], float]] = [
    ("40.8 KB in ten items", 10, 4178, {"ConsistentRead": True}, 11),
    ("1500 items of 64 bytes", 1500, 64, {"ConsistentRead": True}, 24),
    ("a projection of four items of 3 KB", 4, 3072, {"ProjectionExpression": "pk"}, 1.5),
    (
        "a filter on four items of 3 KB",
        4,
        3072,
        {"FilterExpression": "attribute_exists(nowhere)"},
        1.5,
    ),
    ("a count of four items of 3 KB", 4, 3072, {"Select": "COUNT"}, 1.5),
]


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize(
    ("name", "count", "size", "more", "units"), PAGES, ids=[name for name, *_ in PAGES]
)
def test_a_page_costs_by_the_sum_of_its_items(
    indexed: Engine,
    operation: str,
    name: str,
    count: int,
    size: int,
    more: dict[str, Any],
    units: float,
) -> None:
    for at in range(count):
        item = {"pk": {"S": "a"}, "sk": {"S": f"{at:04d}"}, "proj": _content(size)}
        _call(indexed, "PutItem", TableName="indexed", Item=item)
    condition = {
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    }
    answer = _call(
        indexed,
        operation,
        TableName="indexed",
        **(condition if operation == "Query" else {}),
        **more,
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ScannedCount"] == count, name
    assert answer["ConsumedCapacity"]["CapacityUnits"] == units


def test_entries_of_a_global_index_are_summed_and_halved(indexed: Engine) -> None:
    for at in range(8):
        item = {"pk": {"S": "a"}, "sk": {"S": str(at)}, "gsiPk": {"S": "g"}}
        item = of_bytes(2000, item, "proj")
        _call(indexed, "PutItem", TableName="indexed", Item={**item, "f": {"S": "x" * 3000}})
    answer = _call(
        indexed,
        "Query",
        TableName="indexed",
        IndexName="gsi-inc",
        KeyConditionExpression="gsiPk = :g",
        ExpressionAttributeValues={":g": {"S": "g"}},
        ReturnConsumedCapacity="INDEXES",
    )
    assert answer["ConsumedCapacity"]["GlobalSecondaryIndexes"]["gsi-inc"]["CapacityUnits"] == 2
    assert answer["ConsumedCapacity"]["Table"]["CapacityUnits"] == 0


def test_what_a_local_index_fetches_costs_by_item(indexed: Engine) -> None:
    _call(indexed, "CreateTable", **item_tables.PARTLY)
    for at in range(3):
        item = {"pk": {"S": "a"}, "sk": {"S": str(at)}, "lsiSk": {"S": "l"}}
        _call(indexed, "PutItem", TableName="partly", Item=of_bytes(4096, item))
    for operation, condition in (
        (
            "Query",
            {
                "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": {":p": {"S": "a"}},
            },
        ),
        ("Scan", {}),
    ):
        answer = _call(
            indexed,
            operation,
            TableName="partly",
            IndexName="lsi-inc",
            Select="ALL_ATTRIBUTES",
            ConsistentRead=True,
            **condition,
            ReturnConsumedCapacity="INDEXES",
        )
        assert answer["ConsumedCapacity"] == {
            "CapacityUnits": 4.0,
            "LocalSecondaryIndexes": {"lsi-inc": {"CapacityUnits": 1.0}},
            "Table": {"CapacityUnits": 3.0},
            "TableName": "partly",
        }
    answer = _call(
        indexed, "Scan", TableName="partly", IndexName="lsi-inc", ReturnConsumedCapacity="INDEXES"
    )
    assert answer["ConsumedCapacity"]["LocalSecondaryIndexes"]["lsi-inc"]["CapacityUnits"] == 0.5
    assert answer["ConsumedCapacity"]["Table"]["CapacityUnits"] == 0


def test_a_transactional_read_is_sized_before_its_projection(indexed: Engine) -> None:
    key = {"p": {"S": "a"}}
    _call(indexed, "PutItem", TableName="hash_s", Item=of_bytes(4097, key))
    get = {"TableName": "hash_s", "Key": key, "ProjectionExpression": "p"}
    answer = _call(
        indexed, "TransactGetItems", TransactItems=[{"Get": get}], ReturnConsumedCapacity="TOTAL"
    )
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 4


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"N": "1"}, {"N": "1.0"}, False),
        ({"N": "100"}, {"N": "1e2"}, False),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}, False),
        ({"BS": ["YQ==", "Yg=="]}, {"BS": ["Yg==", "YQ=="]}, False),
        ({"M": {"s": {"SS": ["a", "b"]}}}, {"M": {"s": {"SS": ["b", "a"]}}}, False),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, True),
        ({"N": "1"}, {"S": "1"}, True),
    ],
    ids=str,
)
def test_an_entry_of_equal_content_costs_nothing(
    indexed: Engine, before: dict[str, Any], after: dict[str, Any], changed: bool
) -> None:
    item = {**capacity.BOTH, "proj": before}
    _call(indexed, "PutItem", TableName="indexed", Item=item)
    answer = _call(
        indexed,
        "PutItem",
        TableName="indexed",
        Item={**item, "proj": after},
        ReturnConsumedCapacity="INDEXES",
    )
    expected = (3, 1, 1, 1) if changed else (1, 1, None, None)
    assert _arms(answer["ConsumedCapacity"]) == expected


def test_an_entry_has_the_bytes_of_both_keys_and_what_is_projected(indexed: Engine) -> None:
    # pk, sk, gsiPk and proj with their names; f is not projected.
    for size, units in ((1024, 1), (1025, 2)):
        item = of_bytes(size, capacity.IN_GSI, "proj")
        answer = _call(
            indexed,
            "PutItem",
            TableName="indexed",
            Item={**item, "sk": {"S": str(units)}, "f": {"S": "x" * 5000}},
            ReturnConsumedCapacity="INDEXES",
        )
        assert _arms(answer["ConsumedCapacity"])[2] == units


def test_refusals_tell_no_capacity(indexed: Engine) -> None:
    put = {"Item": {"p": {"S": "a"}}, "ReturnConsumedCapacity": "INDEXES"}
    for more in ({"ConditionExpression": "attribute_exists(p)"}, {"Item": {}}):
        refused = refusal(indexed, "PutItem", TableName="hash_s", **{**put, **more})
        assert not refused.extra


def test_total_shows_no_arms_and_none_shows_nothing(indexed: Engine) -> None:
    item = capacity.BOTH
    put = {"TableName": "indexed", "Item": item}
    total = _call(indexed, "PutItem", **put, ReturnConsumedCapacity="TOTAL")
    assert total == {"ConsumedCapacity": {"TableName": "indexed", "CapacityUnits": 3.0}}
    assert _call(indexed, "PutItem", **put, ReturnConsumedCapacity="NONE") == {}
    assert _call(indexed, "PutItem", **put) == {}


def test_a_batch_sums_by_table(indexed: Engine) -> None:
    items = [
        capacity.IN_GSI,
        {**capacity.BOTH, "sk": {"S": "c"}},
        {**capacity.KEY, "sk": {"S": "d"}},
    ]
    answer = _call(
        indexed,
        "BatchWriteItem",
        RequestItems={
            "indexed": [{"PutRequest": {"Item": item}} for item in items],
            "hash_s": [{"DeleteRequest": {"Key": {"p": {"S": "none"}}}}],
        },
        ReturnConsumedCapacity="INDEXES",
    )
    by_table = {shown["TableName"]: _arms(shown) for shown in answer["ConsumedCapacity"]}
    assert by_table == {"indexed": (6, 3, 2, 1), "hash_s": (1, 1, None, None)}


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(None, True, 1), (None, False, 0.5), (4096, True, 1), (4097, True, 2), (4097, False, 1)],
)
def test_a_read_is_counted_by_the_whole_item(
    indexed: Engine, size: int | None, consistent: bool, units: float
) -> None:
    key = {"p": {"S": "a"}}
    if size is not None:
        _call(indexed, "PutItem", TableName="hash_s", Item={**key, "b": {"S": "x" * (size - 3)}})
    read = {"TableName": "hash_s", "Key": key, "ConsistentRead": consistent}
    asked = {**read, "ReturnConsumedCapacity": "TOTAL", "ProjectionExpression": "p"}
    answer = _call(indexed, "GetItem", **asked)
    assert answer["ConsumedCapacity"]["CapacityUnits"] == units
    batch = {"hash_s": {"Keys": [key, {"p": {"S": "none"}}], "ConsistentRead": consistent}}
    both = _call(indexed, "BatchGetItem", RequestItems=batch, ReturnConsumedCapacity="TOTAL")
    assert both["ConsumedCapacity"][0]["CapacityUnits"] == units + (1 if consistent else 0.5)


def test_a_transactional_read_costs_twice(indexed: Engine) -> None:
    item = {"p": {"S": "a"}, "b": {"S": "x" * 4094}}
    _call(indexed, "PutItem", TableName="hash_s", Item=item)
    gets = [{"Get": {"TableName": "hash_s", "Key": {"p": {"S": key}}}} for key in ("a", "none")]
    answer = _call(indexed, "TransactGetItems", TransactItems=gets, ReturnConsumedCapacity="TOTAL")
    shown = {"TableName": "hash_s", "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}
    assert answer["ConsumedCapacity"] == [shown]


@pytest.mark.parametrize(
    ("before", "actions", "first", "again"),
    [
        (None, [("Put", {"Item": {"p": {"S": "a"}, "b": {"S": "x" * 1500}}})], 4, 2),
        (9000, [("Put", {"Item": {"p": {"S": "a"}}})], 18, 6),
        (None, [("Put", {"Item": of_bytes(9000, {"p": {"S": "a"}})})], 18, 6),
        (
            9000,
            [
                (
                    "ConditionCheck",
                    {"Key": {"p": {"S": "a"}}, "ConditionExpression": "attribute_exists(p)"},
                )
            ],
            18,
            6,
        ),
        (9000, [("Delete", {"Key": {"p": {"S": "a"}}})], 18, 6),
        (
            9000,
            [("Delete", {"Key": {"p": {"S": "a"}}}), ("Put", {"Item": {"p": {"S": "b"}}})],
            20,
            8,
        ),
    ],
)
def test_a_repeated_token_consumes_reads(
    indexed: Engine,
    before: int | None,
    actions: list[tuple[str, dict[str, Any]]],
    first: float,
    again: float,
) -> None:
    if before is not None:
        item = {"p": {"S": "a"}, "b": {"S": "x" * (before - 3)}}
        _call(indexed, "PutItem", TableName="hash_s", Item=item)
    request = {
        "TransactItems": [{kind: {"TableName": "hash_s", **more}} for kind, more in actions],
        "ClientRequestToken": "token",
        "ReturnConsumedCapacity": "TOTAL",
    }
    [shown] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    assert shown == {"TableName": "hash_s", "CapacityUnits": first, "WriteCapacityUnits": first}
    [shown] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    assert shown == {"TableName": "hash_s", "CapacityUnits": again, "ReadCapacityUnits": again}


def test_a_repetition_has_no_index_arms(indexed: Engine) -> None:
    request = {
        "TransactItems": [{"Put": {"TableName": "indexed", "Item": capacity.BOTH}}],
        "ClientRequestToken": "token",
        "ReturnConsumedCapacity": "INDEXES",
    }
    [first] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    assert _arms(first) == (4, 2, 1, 1)
    [again] = _call(indexed, "TransactWriteItems", **request)["ConsumedCapacity"]
    read = {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    assert again == {"TableName": "indexed", **read, "Table": read}
