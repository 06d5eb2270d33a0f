"""Tables that take their time: what they show and refuse until the clock ends it.

Everything holds whether or not the worker made an end lasting yet, so each test runs both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import limits
from dynalite_py.model.clock import MovableClock
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import ARN, FIVE, ONE_ONLINE, creation, deletion, update
from tests.facts.tables import UNITS, definitions, index, keys
from tests.support import slow_tables
from tests.support.slow_tables import EACH, NOW, SECONDS, Slow

IN_USE = "ResourceInUseException"
STILL = "Attempt to change a resource which is still in use: "
LIMIT = "LimitExceededException"
NOT_FOUND = ("ResourceNotFoundException", "Requested resource not found")
INDEXES = STILL + "Cannot delete table while indexes are being created, updated, or deleted."
IOPS = STILL + "Table IOPS are currently being updated. Table: units"
ON = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
OFF = {"StreamEnabled": False}
KEY = {"a": {"S": "1"}}
NONE = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}

ITEM_OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    ("GetItem", {"TableName": "demand", "Key": KEY}),
    ("GetItem", {"TableName": ARN + "demand", "Key": KEY}),
    ("GetItem", {"TableName": "demand", "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}),
    ("PutItem", {"TableName": "demand", "Item": KEY}),
    ("PutItem", {"TableName": "demand", "Item": KEY, "ReturnValues": "ALL_OLD"}),
    ("UpdateItem", {"TableName": "demand", "Key": KEY}),
    ("DeleteItem", {"TableName": "demand", "Key": KEY}),
    ("Scan", {"TableName": "demand"}),
    ("Scan", {"TableName": "demand", "IndexName": "one"}),
    (
        "Query",
        {
            "TableName": "demand",
            "KeyConditionExpression": "a = :a",
            "ExpressionAttributeValues": {":a": {"S": "1"}},
        },
    ),
    ("BatchGetItem", {"RequestItems": {"demand": {"Keys": [KEY]}}}),
    ("BatchWriteItem", {"RequestItems": {"demand": [{"PutRequest": {"Item": KEY}}]}}),
    ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "demand", "Key": KEY}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "demand", "Item": KEY}}]}),
]


@pytest.fixture(params=["by the clock alone", "with the worker"])
def slow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=EACH)
    yield Slow(engine, clock, request.param == "with the worker")
    engine.close()


def demand(name: str = "demand", **members: Any) -> dict[str, Any]:
    return {
        "TableName": name,
        "AttributeDefinitions": definitions("a", "c"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("one", "c")],
        **members,
    }


def plain(name: str, **members: Any) -> dict[str, Any]:
    request = demand(name, AttributeDefinitions=definitions("a"), **members)
    del request["GlobalSecondaryIndexes"]
    return request


@pytest.fixture
def active(slow: Slow) -> Slow:
    """An on-demand table with an index, and a provisioned one, both ACTIVE."""
    slow.call("CreateTable", demand())
    units = plain("units", BillingMode="PROVISIONED", ProvisionedThroughput=FIVE)
    units["AttributeDefinitions"] = definitions("a", "c")
    units["GlobalSecondaryIndexes"] = [index("one", "c", ProvisionedThroughput=UNITS)]
    slow.call("CreateTable", units)
    slow.later()
    assert [slow.table(name)["TableStatus"] for name in ("demand", "units")] == ["ACTIVE"] * 2
    return slow


def new_index(slow: Slow, name: str = "new") -> Any:
    return slow.change(
        "demand",
        AttributeDefinitions=definitions("d"),
        GlobalSecondaryIndexUpdates=[creation(name, "d")],
    )


def drop_index(slow: Slow, name: str) -> Any:
    return slow.change("demand", GlobalSecondaryIndexUpdates=[deletion(name)])


def put(slow: Slow, number: int, **attributes: Any) -> None:
    item = {"a": {"S": str(number)}, **attributes}
    slow.call("PutItem", {"TableName": "demand", "Item": item})


def found(slow: Slow, name: str) -> set[str]:
    items = slow.call("Scan", {"TableName": "demand", "IndexName": name})["Items"]
    return {item["a"]["S"] for item in items}


# CreateTable.


def test_a_new_table_is_creating_until_its_time_is_over_and_shown_as_the_answer_shows_it(
    slow: Slow,
) -> None:
    request = demand(
        AttributeDefinitions=definitions("z", "a", "c"),
        KeySchema=keys("z", "a"),
        LocalSecondaryIndexes=[index("near", "z", "c")],
    )
    answer = slow.call("CreateTable", request)["TableDescription"]
    assert answer["TableStatus"] == "CREATING"
    for name in ("AttributeDefinitions", "KeySchema"):
        assert answer[name] == request[name]
    slow.later(SECONDS - 0.001)
    assert slow.table("demand") == answer
    slow.later(0.001)
    assert slow.table("demand")["TableStatus"] == "ACTIVE"


def test_what_a_table_shows_only_when_it_is_active_comes_with_the_end_of_creating(
    slow: Slow,
) -> None:
    answer = slow.call("CreateTable", demand())["TableDescription"]
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    slow.later()
    table = slow.table("demand")
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == NOW
    for name in ("CreationDateTime", "TableId", "TableArn", "KeySchema", "AttributeDefinitions"):
        assert table[name] == answer[name]
    assert table["WarmThroughput"]["Status"] == "ACTIVE"


def test_indexes_of_a_new_table_are_creating_and_active_with_it_and_never_backfilling(
    slow: Slow,
) -> None:
    slow.call("CreateTable", demand())
    creating = slow.wide("demand", "one")
    assert (creating["IndexStatus"], "Backfilling" in creating) == ("CREATING", False)
    slow.later()
    ready = slow.wide("demand", "one")
    assert (ready["IndexStatus"], "Backfilling" in ready) == ("ACTIVE", False)


@pytest.mark.parametrize(("operation", "request_"), ITEM_OPERATIONS)
def test_operations_on_items_find_neither_a_creating_nor_a_deleting_table(
    slow: Slow, operation: str, request_: dict[str, Any]
) -> None:
    slow.call("CreateTable", demand())
    assert slow.refusal(operation, request_) == NOT_FOUND
    slow.later()
    slow.call(operation, request_)
    slow.call("DeleteTable", {"TableName": "demand"})
    assert slow.refusal(operation, request_) == NOT_FOUND
    slow.later()
    assert slow.refusal(operation, request_) == NOT_FOUND


def test_creating_and_deleting_tables_are_listed(slow: Slow) -> None:
    slow.call("CreateTable", plain("first"))
    slow.call("CreateTable", plain("second"))
    assert slow.call("ListTables", {}) == {"TableNames": ["first", "second"]}
    slow.later()
    slow.call("DeleteTable", {"TableName": "first"})
    assert slow.call("ListTables", {}) == {"TableNames": ["first", "second"]}
    slow.later()
    assert slow.call("ListTables", {}) == {"TableNames": ["second"]}


def test_a_name_is_taken_in_every_state(slow: Slow) -> None:
    taken = (IN_USE, "Table already exists: demand")
    slow.call("CreateTable", demand())
    assert slow.refusal("CreateTable", demand()) == taken
    slow.later()
    assert slow.refusal("CreateTable", demand()) == taken
    slow.call("DeleteTable", {"TableName": "demand"})
    assert slow.refusal("CreateTable", demand()) == taken


@pytest.mark.parametrize(
    ("operation", "members"),
    [("DeleteTable", {}), ("UpdateTable", {"DeletionProtectionEnabled": True})],
)
def test_a_creating_table_is_neither_changed_nor_deleted(
    slow: Slow, operation: str, members: dict[str, Any]
) -> None:
    slow.call("CreateTable", demand())
    expected = (IN_USE, STILL + "Table is being created: demand")
    assert slow.refusal(operation, {"TableName": "demand", **members}) == expected


def test_the_state_is_looked_at_after_the_request_and_before_what_depends_on_the_table(
    slow: Slow,
) -> None:
    units = plain("units", BillingMode="PROVISIONED", ProvisionedThroughput=FIVE)
    slow.call("CreateTable", units)
    expected = (IN_USE, STILL + "Table is being created: units")
    same = {"TableName": "units", "ProvisionedThroughput": FIVE}
    assert slow.refusal("UpdateTable", same) == expected
    no_stream = {"TableName": "units", "StreamSpecification": OFF}
    assert slow.refusal("UpdateTable", no_stream) == expected
    both = {**same, "StreamSpecification": OFF}
    assert slow.refusal("UpdateTable", both)[0] == "ValidationException"
    slow.later()
    assert slow.refusal("UpdateTable", same)[0] == "ValidationException"


# DeleteTable.


def test_a_deleted_table_is_deleting_and_described_as_the_answer_describes_it_until_it_is_gone(
    active: Slow,
) -> None:
    put(active, 1, c={"S": "x"})
    answer = active.call("DeleteTable", {"TableName": "demand"})["TableDescription"]
    assert (answer["TableStatus"], answer["ItemCount"]) == ("DELETING", 1)
    assert active.table("demand") == answer
    active.later(SECONDS - 0.001)
    assert active.table("demand") == answer
    active.later(0.001)
    expected = "Requested resource not found: Table: demand not found"
    for operation in ("DescribeTable", "DeleteTable"):
        refused = active.refusal(operation, {"TableName": "demand"})
        assert refused == ("ResourceNotFoundException", expected)


def test_deleting_a_deleting_table_is_no_error_and_no_delay(active: Slow) -> None:
    first = active.call("DeleteTable", {"TableName": "demand"})
    active.later(SECONDS / 2)
    assert active.call("DeleteTable", {"TableName": "demand"}) == first
    active.later(SECONDS / 2)
    assert active.call("ListTables", {}) == {"TableNames": ["units"]}


def test_a_deleting_table_is_not_changed(active: Slow) -> None:
    active.call("DeleteTable", {"TableName": "demand"})
    refused = active.refusal(
        "UpdateTable", {"TableName": "demand", "DeletionProtectionEnabled": True}
    )
    assert refused == (IN_USE, STILL + "Table is being deleted: demand")


def test_a_name_is_free_after_the_deletion_and_nothing_of_the_old_table_is_left(
    active: Slow,
) -> None:
    put(active, 1, c={"S": "x"})
    arn = ARN + "demand"
    active.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]})
    active.call("DeleteTable", {"TableName": "demand"})
    active.later()
    active.call("CreateTable", demand())
    active.later()
    assert active.call("Scan", {"TableName": "demand"})["Items"] == []
    assert active.call("ListTagsOfResource", {"ResourceArn": arn}) == {"Tags": []}
    put(active, 1, c={"S": "y"})
    assert found(active, "one") == {"1"}


def test_tags_of_a_deleted_table_are_not_found(active: Slow) -> None:
    arn = ARN + "demand"
    active.call("DeleteTable", {"TableName": "demand"})
    active.later()
    refused = active.refusal("ListTagsOfResource", {"ResourceArn": arn})
    assert refused == (
        "ResourceNotFoundException",
        f"Requested resource not found: ResourceArn: {arn} not found",
    )


def test_tags_given_while_a_table_changes_stay(active: Slow) -> None:
    arn, tags = ARN + "units", [{"Key": "k", "Value": "v"}]
    active.change("units", ProvisionedThroughput=UNITS)
    active.call("TagResource", {"ResourceArn": arn, "Tags": tags})
    assert active.table("units")["TableStatus"] == "UPDATING"
    active.later()
    assert active.call("ListTagsOfResource", {"ResourceArn": arn}) == {"Tags": tags}
    assert active.table("units")["ProvisionedThroughput"]["ReadCapacityUnits"] == 1


# Units and billing mode.


def test_new_units_show_when_the_table_is_active_and_the_time_moves_once_more(
    active: Slow,
) -> None:
    begun = active.clock.now()
    asked = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 4}
    answer = active.change("units", ProvisionedThroughput=asked)
    assert answer["TableStatus"] == "UPDATING"
    times = {"LastIncreaseDateTime": begun, "LastDecreaseDateTime": begun}
    assert answer["ProvisionedThroughput"] == {**FIVE, "NumberOfDecreasesToday": 0, **times}
    active.later(SECONDS - 0.001)
    assert active.table("units") == answer
    active.later(0.001)
    table = active.table("units")
    assert table["TableStatus"] == "ACTIVE"
    ended = begun + SECONDS
    times = {"LastIncreaseDateTime": ended, "LastDecreaseDateTime": ended}
    assert table["ProvisionedThroughput"] == {**asked, "NumberOfDecreasesToday": 1, **times}


@pytest.mark.parametrize(
    "members",
    [
        {"ProvisionedThroughput": UNITS},
        {"BillingMode": "PAY_PER_REQUEST"},
        {"StreamSpecification": ON},
        {"GlobalSecondaryIndexUpdates": [update("one", 3)]},
        {"DeletionProtectionEnabled": True},
    ],
    ids=str,
)
def test_while_the_units_change_nothing_else_does(active: Slow, members: dict[str, Any]) -> None:
    active.change("units", ProvisionedThroughput=UNITS)
    request = {"TableName": "units", **members}
    assert active.refusal("UpdateTable", {"TableName": "units", **members}) == (IN_USE, IOPS)
    assert active.refusal("DeleteTable", {"TableName": "units"}) == (IN_USE, IOPS)
    active.later()
    if members != {"ProvisionedThroughput": UNITS}:
        active.call("UpdateTable", request)


def test_a_switch_to_on_demand_shows_no_units_at_once_and_counts_them_in_the_end(
    active: Slow,
) -> None:
    begun = active.clock.now()
    answer = active.change("units", BillingMode="PAY_PER_REQUEST")
    assert answer["TableStatus"] == "UPDATING"
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert answer["ProvisionedThroughput"] == {**NONE, "LastDecreaseDateTime": begun}
    assert active.table("units") == answer
    during = active.wide("units", "one")
    assert (during["IndexStatus"], during["ProvisionedThroughput"]) == ("UPDATING", NONE)
    active.later()
    table, ended = active.table("units"), begun + SECONDS
    assert table["TableStatus"] == "ACTIVE"
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == ended
    after = active.wide("units", "one")
    assert after["IndexStatus"] == "ACTIVE"
    assert after["ProvisionedThroughput"] == {
        **NONE,
        "NumberOfDecreasesToday": 1,
        "LastDecreaseDateTime": ended,
    }


def test_a_switch_to_provisioned_shows_the_new_units_at_once(active: Slow) -> None:
    active.change("demand", OnDemandThroughput={"MaxReadRequestUnits": 9})
    active.later()
    since = active.table("demand")["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"]
    answer = active.change(
        "demand",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=FIVE,
        GlobalSecondaryIndexUpdates=[update("one", 2)],
    )
    for status in ("UPDATING", "ACTIVE"):
        table = active.table("demand")
        one = active.wide("demand", "one")
        assert (table["TableStatus"], one["IndexStatus"]) == (status, status)
        assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
        assert one["ProvisionedThroughput"]["ReadCapacityUnits"] == 2
        assert table["BillingModeSummary"] == answer["BillingModeSummary"]
        assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == since
        assert "OnDemandThroughput" not in table
        active.later()


def test_a_removed_maximum_shows_as_minus_one_in_the_answer_only(active: Slow) -> None:
    active.change(
        "demand", OnDemandThroughput={"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6}
    )
    active.later()
    answer = active.change("demand", OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert answer["OnDemandThroughput"]["MaxReadRequestUnits"] == -1
    assert active.table("demand")["OnDemandThroughput"] == {"MaxWriteRequestUnits": 6}
    active.later()
    assert active.table("demand")["OnDemandThroughput"] == {"MaxWriteRequestUnits": 6}


def test_new_units_of_an_index_make_it_and_its_table_updating(active: Slow) -> None:
    answer = active.change("units", GlobalSecondaryIndexUpdates=[update("one", 3)])
    assert active.table("units") == answer
    during = active.wide("units", "one")
    assert (answer["TableStatus"], during["IndexStatus"]) == ("UPDATING", "UPDATING")
    assert during["ProvisionedThroughput"]["ReadCapacityUnits"] == 1
    assert active.refusal("DeleteTable", {"TableName": "units"}) == (IN_USE, INDEXES)
    active.later()
    after = active.wide("units", "one")
    assert (active.table("units")["TableStatus"], after["IndexStatus"]) == ("ACTIVE", "ACTIVE")
    assert after["ProvisionedThroughput"]["ReadCapacityUnits"] == 3


@pytest.mark.parametrize(("operation", "request_"), ITEM_OPERATIONS)
def test_items_of_an_updating_table_are_read_and_written(
    active: Slow, operation: str, request_: dict[str, Any]
) -> None:
    active.change("demand", DeletionProtectionEnabled=True)
    assert active.table("demand")["TableStatus"] == "UPDATING"
    active.call(operation, request_)


# Streams, encryption and other settings.


def test_a_stream_is_switched_in_a_time_of_its_own(active: Slow) -> None:
    for given, operation in ((ON, "ENABLE"), (OFF, "DISABLE")):
        answer = active.change("demand", StreamSpecification=given)
        assert active.table("demand") == answer
        assert answer["TableStatus"] == "UPDATING"
        label = answer["LatestStreamLabel"]
        expected = (
            f"{STILL}A stream status change is currently in progress. Table: demand "
            f"Stream: {label} Operation: {operation}"
        )
        request = {"TableName": "demand", "StreamSpecification": OFF if given is ON else ON}
        assert active.refusal("UpdateTable", request) == (IN_USE, expected)
        assert active.refusal("DeleteTable", {"TableName": "demand"}) == (
            IN_USE,
            STILL + "Cannot delete table while stream is being enabled/disabled.",
        )
        active.later()
        table = active.table("demand")
        assert table["TableStatus"] == "ACTIVE"
        assert table["LatestStreamLabel"] == label
        assert ("StreamSpecification" in table) is (given is ON)


def test_another_encryption_is_updating_while_the_table_is_active(active: Slow) -> None:
    answer = active.change("demand", SSESpecification={"Enabled": True})
    table = active.table("demand")
    assert answer == table
    assert (table["TableStatus"], table["SSEDescription"]["Status"]) == ("ACTIVE", "UPDATING")
    active.later()
    assert active.table("demand")["SSEDescription"]["Status"] == "ENABLED"
    active.change("demand", SSESpecification={"Enabled": False})
    assert active.table("demand")["SSEDescription"]["Status"] == "UPDATING"
    active.later()
    assert "SSEDescription" not in active.table("demand")


@pytest.mark.parametrize(
    "members",
    [
        {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        {"DeletionProtectionEnabled": True},
        {"WarmThroughput": {"ReadUnitsPerSecond": 20_000}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 9}},
    ],
    ids=str,
)
def test_every_other_setting_takes_its_time_too(active: Slow, members: dict[str, Any]) -> None:
    answer = active.change("demand", **members)
    assert active.table("demand") == answer
    assert answer["TableStatus"] == "UPDATING"
    refused = (IN_USE, STILL + "Table is being updated: demand")
    assert active.refusal("UpdateTable", {"TableName": "demand", **members}) == refused
    assert active.refusal("DeleteTable", {"TableName": "demand"}) == refused
    active.later()
    table = active.table("demand")
    changed = {name for name in table if table[name] != answer.get(name)}
    assert changed == {"TableStatus", "WarmThroughput"}
    assert table["WarmThroughput"] == {**answer["WarmThroughput"], "Status": "ACTIVE"}


# Indexes.


def test_a_new_index_is_allocated_then_backfilling_then_active(active: Slow) -> None:
    put(active, 1, d={"S": "x"})
    assert new_index(active)["TableStatus"] == "UPDATING"
    allocated = active.wide("demand", "new")
    assert (allocated["IndexStatus"], "Backfilling" in allocated) == ("CREATING", False)
    active.later(SECONDS / 2)
    filling = active.wide("demand", "new")
    assert (filling["IndexStatus"], filling["Backfilling"]) == ("CREATING", True)
    assert active.table("demand")["TableStatus"] == "UPDATING"
    active.later(SECONDS / 2)
    ready = active.wide("demand", "new")
    assert (ready["IndexStatus"], "Backfilling" in ready) == ("ACTIVE", False)
    assert active.table("demand")["TableStatus"] == "ACTIVE"
    assert found(active, "new") == {"1"}


def test_a_creating_index_is_written_and_checked_but_not_read(active: Slow) -> None:
    put(active, 1, d={"S": "x"})
    put(active, 2, d={"N": "2"})
    new_index(active)
    unreadable = (
        "ValidationException",
        "Cannot read from backfilling global secondary index: new",
    )
    bad = {"TableName": "demand", "Item": {"a": {"S": "9"}, "d": {"N": "1"}}}
    for number in (3, 4):
        put(active, number, d={"S": "x"})
        assert "Type mismatch for Index Key d" in str(active.refusal("PutItem", bad)[1])
        request = {"TableName": "demand", "IndexName": "new"}
        assert active.refusal("Scan", request) == unreadable
        active.later(SECONDS / 2)
    assert found(active, "new") == {"1", "3", "4"}


def test_a_creating_index_is_deleted_in_its_backfilling_only(active: Slow) -> None:
    new_index(active)
    request = {"TableName": "demand", "GlobalSecondaryIndexUpdates": [deletion("new")]}
    too_early = (
        f"{STILL}Index creation is in resource allocation phase. Retry deletion during backfilling "
        "phase or when the index is active. Table: demand Index: new"
    )
    assert active.refusal("UpdateTable", request) == (IN_USE, too_early)
    active.later(SECONDS / 2)
    drop_index(active, "new")
    assert active.wide("demand", "new")["IndexStatus"] == "DELETING"
    active.later()
    assert active.wide("demand", "new") is None
    assert active.table("demand")["TableStatus"] == "ACTIVE"


def test_a_deleted_index_is_deleting_and_kept_until_it_is_gone(active: Slow) -> None:
    put(active, 1, c={"S": "x"})
    answer = drop_index(active, "one")
    assert active.table("demand") == answer
    assert answer["TableStatus"] == "UPDATING"
    assert active.wide("demand", "one")["IndexStatus"] == "DELETING"
    put(active, 2, c={"S": "x"})
    assert active.wide("demand", "one")["ItemCount"] == 2
    active.later()
    table = active.table("demand")
    assert "GlobalSecondaryIndexes" not in table
    assert (table["TableStatus"], table["AttributeDefinitions"]) == ("ACTIVE", definitions("a"))
    put(active, 1, c={"N": "1"})
    assert active.refusal("Scan", {"TableName": "demand", "IndexName": "one"}) == (
        "ValidationException",
        "The table does not have the specified index: one",
    )
    active.later(0)


@pytest.mark.parametrize("kept", [True, False], ids=["another index", "none"])
def test_the_key_of_a_deleted_index_is_checked_until_its_end_and_on_for_another_index(
    active: Slow, kept: bool
) -> None:
    if kept:
        request = {"AttributeDefinitions": definitions("c")}
        active.change("demand", GlobalSecondaryIndexUpdates=[creation("two", "c")], **request)
        active.later()
    drop_index(active, "one")
    bad = {"TableName": "demand", "Item": {"a": {"S": "1"}, "c": {"N": "1"}}}
    assert "Type mismatch for Index Key c" in str(active.refusal("PutItem", bad)[1])
    active.later()
    if kept:
        assert "Type mismatch for Index Key c" in str(active.refusal("PutItem", bad)[1])
    else:
        active.call("PutItem", bad)


@pytest.mark.parametrize("begun", ["creation", "deletion"])
@pytest.mark.parametrize("asked", [creation("newer", "d"), deletion("two"), deletion("one")])
def test_one_index_at_a_time_is_created_or_deleted(active: Slow, begun: str, asked: Any) -> None:
    new_index(active, "two")
    active.later()
    if begun == "creation":
        new_index(active)
    else:
        drop_index(active, "one")
    request = {
        "TableName": "demand",
        "AttributeDefinitions": definitions("d"),
        "GlobalSecondaryIndexUpdates": [asked],
    }
    assert active.refusal("UpdateTable", request) == (LIMIT, ONE_ONLINE)
    assert active.refusal("DeleteTable", {"TableName": "demand"}) == (IN_USE, INDEXES)
    active.later()
    if asked != deletion("one") or begun == "creation":
        active.call("UpdateTable", request)


def test_a_table_with_an_index_in_change_takes_no_other_change(active: Slow) -> None:
    new_index(active)
    expected = (IN_USE, STILL + "Table is being updated: demand")
    for members in ({"StreamSpecification": ON}, {"DeletionProtectionEnabled": True}):
        assert active.refusal("UpdateTable", {"TableName": "demand", **members}) == expected
    active.later(SECONDS / 2)
    both = {
        "TableName": "demand",
        "StreamSpecification": ON,
        "GlobalSecondaryIndexUpdates": [deletion("new")],
    }
    assert active.refusal("UpdateTable", both)[0] == LIMIT


def test_an_index_name_is_free_after_its_deletion(active: Slow) -> None:
    put(active, 1, c={"S": "x"}, d={"S": "y"})
    drop_index(active, "one")
    active.later()
    new_index(active, "one")
    active.later()
    assert found(active, "one") == {"1"}


# How many at a time, how often.


def test_only_so_many_tables_are_in_change_at_a_time(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIMULTANEOUS_CHANGES", 3)
    monkeypatch.setattr(limits, "SIMULTANEOUS_INDEXED_CREATIONS", 1)
    text = "Subscriber limit exceeded: Only {} tables can be created, updated, or deleted {}"
    slow.call("CreateTable", demand())
    refused = (LIMIT, text.format(1, "simultaneously"))
    assert slow.refusal("CreateTable", demand("second")) == refused
    slow.later()
    for name in ("x-1", "x-2", "x-3"):
        slow.call("CreateTable", plain(name))
    refused = (LIMIT, text.format(3, "simultaneously"))
    assert slow.refusal("CreateTable", plain("x-4")) == refused
    assert slow.refusal("DeleteTable", {"TableName": "demand"}) == refused
    request = {"TableName": "demand", "DeletionProtectionEnabled": True}
    assert slow.refusal("UpdateTable", request) == refused
    slow.later()
    slow.call("DeleteTable", {"TableName": "demand"})


def test_the_limit_of_simultaneous_changes_is_500_and_half_of_it_with_indexes() -> None:
    assert (limits.SIMULTANEOUS_CHANGES, limits.SIMULTANEOUS_INDEXED_CREATIONS) == (500, 250)


# Durations of one kind.


@pytest.mark.parametrize(
    ("durations", "statuses"),
    [
        (Transitions(create=1), ["CREATING", "ACTIVE", None]),
        (Transitions(update=1), ["ACTIVE", "UPDATING", None]),
        (Transitions(delete=1), ["ACTIVE", "ACTIVE", "DELETING"]),
    ],
    ids=str,
)
def test_each_kind_has_its_own_duration(durations: Transitions, statuses: list[str | None]) -> None:
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=durations)
    slow = Slow(engine, clock)
    seen: list[str | None] = []
    for operation, request in (
        ("CreateTable", plain("slow")),
        ("UpdateTable", {"TableName": "slow", "TableClass": "STANDARD"}),
        ("DeleteTable", {"TableName": "slow"}),
    ):
        slow.call(operation, request)
        listed = slow.call("ListTables", {})["TableNames"]
        seen.append(slow.table("slow")["TableStatus"] if listed else None)
        clock.advance(1)
    engine.close()
    assert seen == statuses
