"""Tables that take their time: what they show and refuse until the clock ends it.

Everything holds whether or not the worker made an end lasting yet, so each test runs both ways.
"""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import limits
from dynalite_py.model.clock import MovableClock
from tests.facts.table_changes import ARN, FIVE, update
from tests.facts.tables import UNITS, definitions, index, keys
from tests.support.slow_tables import (
    IN_USE,
    INDEXES,
    LIMIT,
    NOW,
    SECONDS,
    STILL,
    Slow,
    demand,
    plain,
)

NOT_FOUND = ("ResourceNotFoundException", "Requested resource not found")
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
    active: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    active.put(1, c={"S": "x"})
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
    assert caplog.text == "", "it is not in another place either"


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
    active.put(1, c={"S": "x"})
    arn = ARN + "demand"
    active.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]})
    active.call("DeleteTable", {"TableName": "demand"})
    active.later()
    active.call("CreateTable", demand())
    active.later()
    assert active.call("Scan", {"TableName": "demand"})["Items"] == []
    assert active.call("ListTagsOfResource", {"ResourceArn": arn}) == {"Tags": []}
    active.put(1, c={"S": "y"})
    assert active.found("one") == {"1"}


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
