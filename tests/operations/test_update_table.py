"""UpdateTable: refusals, what the answer shows of a change, and what is there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts import table_changes
from tests.facts.fact import Fact
from tests.facts.table_changes import FIVE, creation, deletion, update
from tests.facts.tables import UNITS, definitions, keys

NOW = 1_700_000_000.0
NOON_UTC_SECONDS = 43_200


@pytest.fixture(scope="module")
def untouched() -> Iterator[Engine]:
    """The facts' tables; every request is refused, so they stay as they are."""
    opened = _with_tables(MovableClock(NOW))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def store(clock: MovableClock) -> Iterator[Engine]:
    opened = _with_tables(clock)
    yield opened
    opened.close()


def _with_tables(clock: MovableClock) -> Engine:
    opened = Engine.open(clock=clock)
    for table in table_changes.TABLES:
        call(opened, "CreateTable", table)
    return opened


def call(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


def change(engine: Engine, table: str, **members: Any) -> Any:
    return call(engine, "UpdateTable", {"TableName": table, **members})["TableDescription"]


def changed_indexes(engine: Engine, table: str, *updates: Any, **members: Any) -> Any:
    return change(engine, table, GlobalSecondaryIndexUpdates=list(updates), **members)


def describe(engine: Engine, table: str) -> Any:
    return call(engine, "DescribeTable", {"TableName": table})["Table"]


def indexes_of(table: Any) -> dict[str, Any]:
    return {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", [])}


def put(engine: Engine, table: str, **attributes: Any) -> None:
    call(engine, "PutItem", {"TableName": table, "Item": attributes})


def query(engine: Engine, table: str, index: str, name: str, value: str) -> Any:
    request = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": f"{name} = :value",
        "ExpressionAttributeValues": {":value": {"S": value}},
    }
    return call(engine, "Query", request)["Items"]


@pytest.mark.parametrize(
    "fact", table_changes.FACTS, ids=lambda fact: f"{fact.operation}: {fact.name}"
)
def test_a_refusal_is_the_services_own(untouched: Engine, fact: Fact) -> None:
    before = [describe(untouched, table["TableName"]) for table in table_changes.TABLES]
    with pytest.raises(DynamoDBError) as refusal:
        untouched.perform(fact.operation, fact.request, Caller())
    assert (refusal.value.code, refusal.value.message) == (fact.code, fact.message)
    assert before == [describe(untouched, table["TableName"]) for table in table_changes.TABLES]


def test_more_units_show_the_old_ones_until_the_table_is_active(store: Engine) -> None:
    asked = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 5}
    answer = change(store, "units", ProvisionedThroughput=asked)
    assert answer["TableStatus"] == "UPDATING"
    assert answer["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        **FIVE,
        "LastIncreaseDateTime": NOW,
    }
    table = describe(store, "units")
    assert table["TableStatus"] == "ACTIVE"
    assert table["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        **asked,
        "LastIncreaseDateTime": NOW + 0.001,
    }


def test_fewer_units_count_as_a_decrease_of_the_day(store: Engine, clock: MovableClock) -> None:
    clock.advance(NOON_UTC_SECONDS - NOW % 86_400 + 86_400)
    moment = clock.now()
    answer = change(store, "units", ProvisionedThroughput=UNITS)["ProvisionedThroughput"]
    assert answer == {"NumberOfDecreasesToday": 0, **FIVE, "LastDecreaseDateTime": moment}
    change(store, "units", ProvisionedThroughput=FIVE)
    mixed = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 4}
    answer = change(store, "units", ProvisionedThroughput=mixed)["ProvisionedThroughput"]
    assert answer["LastIncreaseDateTime"] == answer["LastDecreaseDateTime"] == moment
    assert describe(store, "units")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 2
    clock.advance(days=1)
    assert describe(store, "units")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    answer = change(store, "units", ProvisionedThroughput=UNITS)["ProvisionedThroughput"]
    assert answer["NumberOfDecreasesToday"] == 0
    assert describe(store, "units")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_a_switch_to_on_demand_takes_all_units_at_once(store: Engine) -> None:
    answer = change(store, "units", BillingMode="PAY_PER_REQUEST")
    none = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert answer["ProvisionedThroughput"] == {**none, "LastDecreaseDateTime": NOW}
    for index in answer["GlobalSecondaryIndexes"]:
        assert (index["IndexStatus"], index["ProvisionedThroughput"]) == ("UPDATING", none)
    table = describe(store, "units")
    assert table["TableStatus"] == "ACTIVE"
    assert table["BillingModeSummary"] == {
        "BillingMode": "PAY_PER_REQUEST",
        "LastUpdateToPayPerRequestDateTime": NOW + 0.001,
    }
    for index in table["GlobalSecondaryIndexes"]:
        assert index["IndexStatus"] == "ACTIVE"
        assert index["ProvisionedThroughput"] == {
            **none,
            "NumberOfDecreasesToday": 1,
            "LastDecreaseDateTime": NOW + 0.001,
        }


def test_a_switch_to_provisioned_shows_the_new_units_at_once(
    store: Engine, clock: MovableClock
) -> None:
    change(store, "demand", OnDemandThroughput={"MaxReadRequestUnits": 9})
    clock.advance(hours=1)
    answer = changed_indexes(
        store,
        "demand",
        update("one", 2),
        update("two", 3),
        BillingMode="PROVISIONED",
        ProvisionedThroughput=FIVE,
    )
    summary = {"BillingMode": "PROVISIONED", "LastUpdateToPayPerRequestDateTime": NOW}
    assert answer["BillingModeSummary"] == summary
    assert {status["IndexStatus"] for status in answer["GlobalSecondaryIndexes"]} == {"UPDATING"}
    table = describe(store, "demand")
    for shown in (answer, table):
        assert shown["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
        units = {
            name: index["ProvisionedThroughput"]["WriteCapacityUnits"]
            for name, index in indexes_of(shown).items()
        }
        assert units == {"one": 2, "two": 3}
        assert "OnDemandThroughput" not in shown
    assert (table["TableStatus"], table["BillingModeSummary"]) == ("ACTIVE", summary)


def test_on_demand_maxima_merge_and_minus_one_removes(store: Engine) -> None:
    both = {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6}
    change(store, "demand", OnDemandThroughput={"MaxReadRequestUnits": 5})
    answer = change(store, "demand", OnDemandThroughput={"MaxWriteRequestUnits": 6})
    assert answer["OnDemandThroughput"] == both
    answer = change(store, "demand", OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert answer["OnDemandThroughput"] == {**both, "MaxReadRequestUnits": -1}
    assert describe(store, "demand")["OnDemandThroughput"] == {"MaxWriteRequestUnits": 6}
    change(store, "demand", OnDemandThroughput={"MaxWriteRequestUnits": -1})
    assert "OnDemandThroughput" not in describe(store, "demand")


def test_units_of_one_index_change_alone(store: Engine) -> None:
    answer = changed_indexes(store, "units", update("one", 2))
    during = indexes_of(answer)["one"]
    assert during["IndexStatus"] == "UPDATING"
    assert during["ProvisionedThroughput"]["ReadCapacityUnits"] == 1
    assert indexes_of(answer)["two"]["IndexStatus"] == "ACTIVE"
    after = indexes_of(describe(store, "units"))
    assert after["one"]["IndexStatus"] == "ACTIVE"
    assert after["one"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 2
    assert after["two"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 1


def test_warm_throughput_of_table_and_index_rises(store: Engine) -> None:
    change(store, "demand", WarmThroughput={"ReadUnitsPerSecond": 20_000})
    changed_indexes(
        store,
        "demand",
        {"Update": {"IndexName": "one", "WarmThroughput": {"WriteUnitsPerSecond": 9_000}}},
    )
    table = describe(store, "demand")
    active = {"Status": "ACTIVE", "WriteUnitsPerSecond": 4_000}
    assert table["WarmThroughput"] == {**active, "ReadUnitsPerSecond": 20_000}
    assert indexes_of(table)["one"]["WarmThroughput"]["WriteUnitsPerSecond"] == 9_000


def test_warm_throughput_never_falls(store: Engine) -> None:
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}
    changed_indexes(
        store,
        "demand",
        update("one"),
        update("two"),
        BillingMode="PROVISIONED",
        ProvisionedThroughput=FIVE,
    )
    table = describe(store, "demand")
    assert table["WarmThroughput"] == indexes_of(table)["one"]["WarmThroughput"] == warm
    for reads, expected in ((7, 7), (5, 7)):
        units = {"ReadCapacityUnits": reads, "WriteCapacityUnits": 5}
        change(store, "units", ProvisionedThroughput=units)
        shown = describe(store, "units")["WarmThroughput"]
        assert (shown["ReadUnitsPerSecond"], shown["WriteUnitsPerSecond"]) == (expected, 5)


def test_a_new_index_on_few_items_is_filled_at_once(store: Engine) -> None:
    put(store, "demand", a={"S": "1"}, d={"S": "x"})
    put(store, "demand", a={"S": "2"}, d={"S": "x"}, e={"S": "more"})
    put(store, "demand", a={"S": "3"})
    answer = changed_indexes(
        store, "demand", creation("new", "d"), AttributeDefinitions=definitions("d")
    )
    assert answer["TableStatus"] == "UPDATING"
    assert indexes_of(answer)["new"]["IndexStatus"] == "CREATING"
    assert answer["AttributeDefinitions"] == definitions("a", "c", "d")
    table = describe(store, "demand")
    assert table["TableStatus"] == "ACTIVE"
    assert indexes_of(table)["new"]["IndexStatus"] == "ACTIVE"
    assert indexes_of(table)["new"]["ItemCount"] == 2
    assert "Backfilling" not in indexes_of(table)["new"]
    put(store, "demand", a={"S": "4"}, d={"S": "x"})
    found = {item["a"]["S"] for item in query(store, "demand", "new", "d", "x")}
    assert found == {"1", "2", "4"}


@pytest.mark.parametrize(
    "value",
    [{"N": "1"}, {"S": ""}, {"S": "x" * 2049}, {"B": "eA=="}, {"SS": ["x"]}, {"NULL": True}],
    ids=str,
)
def test_items_whose_key_the_new_index_cannot_take_are_skipped(
    store: Engine, value: dict[str, Any]
) -> None:
    put(store, "demand", a={"S": "1"}, d=value)
    put(store, "demand", a={"S": "2"}, d={"S": "x"})
    changed_indexes(store, "demand", creation("new", "d"), AttributeDefinitions=definitions("d"))
    assert indexes_of(describe(store, "demand"))["new"]["ItemCount"] == 1
    stored = call(store, "GetItem", {"TableName": "demand", "Key": {"a": {"S": "1"}}})
    assert stored == {"Item": {"a": {"S": "1"}, "d": value}}


def test_writes_obey_the_new_index_and_no_longer_the_deleted_one(store: Engine) -> None:
    changed_indexes(store, "demand", creation("new", "d"), AttributeDefinitions=definitions("d"))
    with pytest.raises(DynamoDBError, match="Type mismatch for Index Key d Expected: S Actual: N"):
        put(store, "demand", a={"S": "1"}, d={"N": "1"})
    changed_indexes(store, "demand", deletion("new"))
    put(store, "demand", a={"S": "1"}, d={"N": "1"})


def test_a_deleted_index_is_gone_with_the_definitions_that_only_it_used(store: Engine) -> None:
    answer = changed_indexes(store, "demand", deletion("one"))
    assert indexes_of(answer)["one"]["IndexStatus"] == "DELETING"
    table = describe(store, "demand")
    assert list(indexes_of(table)) == ["two"]
    assert table["AttributeDefinitions"] == definitions("a", "c")
    with pytest.raises(DynamoDBError, match="The table does not have the specified index: one"):
        query(store, "demand", "one", "c", "x")
    changed_indexes(store, "demand", deletion("two"))
    table = describe(store, "demand")
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == definitions("a")


def test_an_index_name_is_free_again_after_its_deletion(store: Engine) -> None:
    put(store, "demand", a={"S": "1"}, c={"S": "x"}, d={"S": "y"})
    changed_indexes(store, "demand", deletion("one"))
    changed_indexes(store, "demand", creation("one", "d"), AttributeDefinitions=definitions("d"))
    assert len(query(store, "demand", "one", "d", "y")) == 1
    assert len(query(store, "demand", "two", "c", "x")) == 1


def test_needless_and_redefined_attributes_are_dropped_in_silence(store: Engine) -> None:
    given = [*definitions("d"), *definitions("a", "spare", kind="N")]
    changed_indexes(store, "demand", creation("new", "d"), AttributeDefinitions=given)
    assert describe(store, "demand")["AttributeDefinitions"] == definitions("a", "c", "d")


def test_a_new_index_may_have_a_key_of_several_attributes(store: Engine) -> None:
    put(store, "demand", a={"S": "1"}, d={"S": "x"}, e={"S": "y"}, f={"S": "z"})
    put(store, "demand", a={"S": "2"}, d={"S": "x"}, e={"S": "y"})
    parts = ("d HASH", "e HASH", "f RANGE")
    answer = changed_indexes(
        store, "demand", creation("new", *parts), AttributeDefinitions=definitions("d", "e", "f")
    )
    assert indexes_of(answer)["new"]["KeySchema"] == keys(*parts)
    assert indexes_of(describe(store, "demand"))["new"]["ItemCount"] == 1


def test_a_stream_is_switched_on_off_and_on_again(store: Engine, clock: MovableClock) -> None:
    on = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    answer = change(store, "demand", StreamSpecification=on)
    assert answer["StreamSpecification"] == on
    first = answer["LatestStreamLabel"]
    assert first == "2023-11-14T22:13:20.000"
    assert answer["LatestStreamArn"] == f"{table_changes.ARN}demand/stream/{first}"
    off = change(store, "demand", StreamSpecification={"StreamEnabled": False})
    assert "StreamSpecification" not in off
    assert off["LatestStreamLabel"] == first
    clock.advance(seconds=1)
    again = change(store, "demand", StreamSpecification=on)
    assert again["LatestStreamLabel"] == "2023-11-14T22:13:21.000"


def test_another_view_type_means_another_stream(store: Engine) -> None:
    """Even where both streams begin in one millisecond."""
    labels: list[str] = []
    for view_type in ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"):
        on = {"StreamEnabled": True, "StreamViewType": view_type}
        change(store, "demand", StreamSpecification=on)
        table = describe(store, "demand")
        assert table["StreamSpecification"] == on
        assert table["LatestStreamArn"].endswith(f"/stream/{table['LatestStreamLabel']}")
        assert 37 <= len(table["LatestStreamArn"]) <= 1024
        labels.append(table["LatestStreamLabel"])
        change(store, "demand", StreamSpecification={"StreamEnabled": False})
        table = describe(store, "demand")
        assert "StreamSpecification" not in table
        assert table["LatestStreamLabel"] == labels[-1]
    assert labels == [f"2023-11-14T22:13:20.{number:03}" for number in range(3)]


def test_encryption_is_switched_on_changed_and_off(store: Engine) -> None:
    change(store, "demand", SSESpecification={"Enabled": True})
    own = describe(store, "demand")["SSEDescription"]
    assert own.keys() == {"Status", "SSEType", "KMSMasterKeyArn"}
    assert (own["Status"], own["SSEType"]) == ("ENABLED", "KMS")
    assert own["KMSMasterKeyArn"].startswith("arn:aws:kms:us-east-1:000000000000:key/")
    key = "arn:aws:kms:us-east-1:000000000000:key/mine"
    given = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    change(store, "demand", SSESpecification=given)
    assert describe(store, "demand")["SSEDescription"] == {**own, "KMSMasterKeyArn": key}
    change(store, "demand", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in describe(store, "demand")


@pytest.mark.parametrize(
    ("given", "arn"),
    [
        ("1234", "key/1234"),
        ("alias/mine", "alias/mine"),
        ("arn:aws:kms:us-east-1:000000000000:key/x", "key/x"),
        ("arn:aws:kms:us-east-1:000000000000:alias/x", "alias/x"),
    ],
)
def test_a_key_is_named_by_id_alias_or_the_arn_of_either(
    store: Engine, given: str, arn: str
) -> None:
    key = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": given}
    change(store, "demand", SSESpecification=key)
    shown = describe(store, "demand")["SSEDescription"]["KMSMasterKeyArn"]
    assert shown == f"arn:aws:kms:us-east-1:000000000000:{arn}"


def test_a_table_stays_active_while_its_encryption_changes(store: Engine) -> None:
    for enabled in (True, False):
        answer = change(store, "demand", SSESpecification={"Enabled": enabled})
        assert (answer["TableStatus"], answer["SSEDescription"]["Status"]) == ("ACTIVE", "UPDATING")


def test_the_encryption_changes_four_times_a_day_and_again_after_six_hours(
    store: Engine, clock: MovableClock
) -> None:
    for enabled in (True, False, True, False):
        change(store, "demand", SSESpecification={"Enabled": enabled})
        clock.advance(hours=1)
    with pytest.raises(DynamoDBError) as refusal:
        change(store, "demand", SSESpecification={"Enabled": True})
    assert refusal.value.code == "LimitExceededException"
    clock.advance(hours=5)
    change(store, "demand", SSESpecification={"Enabled": True})
    with pytest.raises(DynamoDBError):
        change(store, "demand", SSESpecification={"Enabled": False})
    clock.advance(hours=24)
    change(store, "demand", SSESpecification={"Enabled": False})


def test_the_table_class_changes_twice_in_thirty_days(store: Engine, clock: MovableClock) -> None:
    rare, standard = "STANDARD_INFREQUENT_ACCESS", "STANDARD"
    answer = change(store, "demand", TableClass=rare)
    assert answer["TableClassSummary"] == {"TableClass": rare, "LastUpdateDateTime": NOW}
    change(store, "demand", TableClass=standard)
    with pytest.raises(DynamoDBError) as refusal:
        change(store, "demand", TableClass=rare)
    assert (refusal.value.code, refusal.value.message) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
    )
    clock.advance(days=30)
    assert change(store, "demand", TableClass=rare)["TableClassSummary"]["TableClass"] == rare


def test_deletion_protection_changes_once_in_fifteen_seconds(
    store: Engine, clock: MovableClock
) -> None:
    change(store, "demand", DeletionProtectionEnabled=True)
    clock.advance(seconds=14)
    change(store, "demand", DeletionProtectionEnabled=True)  # It is so already.
    with pytest.raises(DynamoDBError) as refusal:
        change(store, "demand", DeletionProtectionEnabled=False)
    assert refusal.value.code == "ThrottlingException"
    assert refusal.value.message == (
        "Deletion protection setting for table demand modified within the previous 15000 "
        "milliseconds. Please try again after 2023-11-14T22:13:35.000Z"
    )
    clock.advance(seconds=1)
    change(store, "demand", DeletionProtectionEnabled=False)
    assert describe(store, "demand")["DeletionProtectionEnabled"] is False


def test_deletion_protection_is_switched_on_and_off(store: Engine, clock: MovableClock) -> None:
    answer = change(store, "demand", DeletionProtectionEnabled=True)
    assert answer["DeletionProtectionEnabled"] is True
    with pytest.raises(DynamoDBError, match="protected against deletion"):
        call(store, "DeleteTable", {"TableName": "demand"})
    clock.advance(seconds=15)
    change(store, "demand", DeletionProtectionEnabled=False)
    call(store, "DeleteTable", {"TableName": "demand"})


def test_a_table_is_named_by_its_arn_as_well(store: Engine) -> None:
    answer = change(store, table_changes.ARN + "demand", DeletionProtectionEnabled=True)
    assert answer["TableName"] == "demand"


def test_a_refusal_in_the_middle_changes_nothing(store: Engine) -> None:
    """The units are fine, the deletion is not."""
    with pytest.raises(DynamoDBError, match="Index none for table units"):
        changed_indexes(
            store, "units", update("one", 9), deletion("none"), ProvisionedThroughput=UNITS
        )
    table = describe(store, "units")
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert indexes_of(table)["one"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 1


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("ReplicaUpdates", [{"Create": {"RegionName": "eu-west-1"}}]),
        ("MultiRegionConsistency", "STRONG"),
        ("GlobalTableWitnessUpdates", [{"Create": {"RegionName": "eu-west-1"}}]),
        ("GlobalTableSettingsReplicationMode", "ENABLED"),
        ("VectorIndexUpdates", [{"Delete": {"IndexName": "vector"}}]),
    ],
)
def test_what_the_store_does_not_do_is_refused_by_name(
    store: Engine, member: str, value: Any
) -> None:
    with pytest.raises(DynamoDBError, match=f"UpdateTable with {member}"):
        change(store, "demand", **{member: value})
