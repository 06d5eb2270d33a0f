"""The native client over an open store."""

import enum
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library import client as clients
from dynalite_py.doors.library import convert, exceptions
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.operations import registry
from tests.facts.resource_policies import ALLOWED, policy

SONG: dict[str, Any] = {
    "Artist": {"S": "Nena"},
    "SongTitle": {"S": "99 Luftballons"},
    "Year": {"N": "1983"},
    "Cover": {"B": b"\x00\xff"},
    "Notes": {"M": {"Parts": {"L": [{"BS": [b"a", b"b"]}, {"NULL": True}]}}},
}
KEY: dict[str, Any] = {"Artist": {"S": "Nena"}, "SongTitle": {"S": "99 Luftballons"}}


def test_an_item_is_written_and_read(store: dynalite_py.Store) -> None:
    written = store.put_item(TableName="Music", Item=SONG)
    assert set(written) == {"ResponseMetadata"}
    assert store.get_item(TableName="Music", Key=KEY)["Item"] == SONG


def test_a_missing_item_is_no_member(store: dynalite_py.Store) -> None:
    assert "Item" not in store.get_item(TableName="Music", Key=KEY)


def test_responses_carry_the_metadata_of_boto3(store: dynalite_py.Store) -> None:
    answers = [store.get_item(TableName="Music", Key=KEY) for _ in range(2)]
    first, second = (answer["ResponseMetadata"] for answer in answers)
    assert first["HTTPStatusCode"] == 200
    assert first["RetryAttempts"] == 0
    assert len(first["RequestId"]) == 52
    assert first["RequestId"] != second["RequestId"]


def test_dates_are_datetimes() -> None:
    with dynalite_py.connect(clock=MovableClock(1_700_000_000.25)) as store:
        made = store.create_table(
            TableName="Dates",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "B"}],
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]
        seen = store.describe_table(TableName="Dates")["Table"]
    moment = datetime(2023, 11, 14, 22, 13, 20, 250_000, tzinfo=UTC)
    assert made["CreationDateTime"] == seen["CreationDateTime"] == moment
    assert seen["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "B"}]


def test_an_unknown_keyword_is_refused_by_its_name(store: dynalite_py.Store) -> None:
    wrong: Any = {"TableNam": "Music", "Key": KEY}
    with pytest.raises(TypeError, match=r"GetItem has no TableNam; it takes .*TableName") as caught:
        store.get_item(**wrong)
    assert isinstance(caught.value, exceptions.ParamValidationError)


UNKNOWN_INSIDE: list[tuple[str, Any, str]] = [
    (
        "transact_write_items",
        {"TransactItems": [{"Put": {"TableName": "Music", "Item": SONG, "IfVersoin": 7}}]},
        "TransactItems[0].Put has no IfVersoin",
    ),
    (
        "transact_write_items",
        {"TransactItems": [{}, {"Insert": {"TableName": "Music", "Item": SONG}}]},
        "TransactItems[1] has no Insert",
    ),
    (
        "transact_get_items",
        {"TransactItems": [{"Get": {"TableName": "Music", "Key": KEY, "Projection": "a"}}]},
        "TransactItems[0].Get has no Projection",
    ),
    (
        "batch_get_item",
        {"RequestItems": {"Music": {"Keys": [KEY], "Consistent": True}}},
        "RequestItems.Music has no Consistent",
    ),
    (
        "batch_write_item",
        {"RequestItems": {"Music": [{"PutRequest": {"Item": SONG, "IfVersion": 7}}]}},
        "RequestItems.Music[0].PutRequest has no IfVersion",
    ),
]


@pytest.mark.parametrize(("method", "request_members", "text"), UNKNOWN_INSIDE)
def test_an_unknown_member_inside_a_batch_or_transaction_is_refused(
    store: dynalite_py.Store, method: str, request_members: Any, text: str
) -> None:
    with pytest.raises(exceptions.ParamValidationError) as caught:
        getattr(store, method)(**request_members)
    assert caught.value.message.startswith(text)


@pytest.mark.parametrize("wrong", ["text", [1], {"Music": 3}, [{"Put": 3}]])
def test_a_batch_of_a_wrong_type_is_refused_by_the_engine(
    store: dynalite_py.Store, wrong: Any
) -> None:
    for call in (store.batch_write_item, store.batch_get_item):
        with pytest.raises(exceptions.SerializationException):
            call(RequestItems=wrong)


@pytest.mark.parametrize("name", ["ValidationException", "ConditionalCheckFailedException"])
def test_the_exceptions_are_reached_through_the_client(store: dynalite_py.Store, name: str) -> None:
    for owner in (store.exceptions, store.client().exceptions, dynalite_py.exceptions):
        assert issubclass(getattr(owner, name), dynalite_py.DynaliteError)


def test_a_failed_condition_tells_the_item_with_bytes(store: dynalite_py.Store) -> None:
    store.put_item(TableName="Music", Item=SONG)
    with pytest.raises(store.exceptions.ConditionalCheckFailedException) as caught:
        store.put_item(
            TableName="Music",
            Item=SONG,
            ConditionExpression="attribute_not_exists(Artist)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert caught.value.item == caught.value.response["Item"] == SONG
    assert caught.value.operation_name == "PutItem"
    metadata = caught.value.response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], len(metadata["RequestId"])) == (400, 52)


def test_a_cancelled_transaction_tells_its_reasons(store: dynalite_py.Store) -> None:
    store.put_item(TableName="Music", Item=SONG)
    other: dict[str, Any] = {**KEY, "SongTitle": {"S": "Leuchtturm"}}
    with pytest.raises(store.exceptions.TransactionCanceledException) as caught:
        store.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "Music", "Item": other}},
                {
                    "ConditionCheck": {
                        "TableName": "Music",
                        "Key": KEY,
                        "ConditionExpression": "attribute_not_exists(Artist)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
            ]
        )
    passed, failed = caught.value.cancellation_reasons
    assert passed == {"Code": "None"}
    assert (failed["Code"], failed["Item"]) == ("ConditionalCheckFailed", SONG)
    assert "Item" not in store.get_item(TableName="Music", Key=other)


def test_an_update_with_binary_values_answers_bytes(store: dynalite_py.Store) -> None:
    answer = store.update_item(
        TableName="Music",
        Key=KEY,
        UpdateExpression="SET Cover = :c, #y = :y",
        ExpressionAttributeNames={"#y": "Year"},
        ExpressionAttributeValues={":c": {"B": b"new"}, ":y": {"N": "1983"}},
        ReturnValues="UPDATED_NEW",
    )
    assert answer["Attributes"] == {"Cover": {"B": b"new"}, "Year": {"N": "1983"}}


def test_batches_and_transactions_read_what_they_wrote(store: dynalite_py.Store) -> None:
    songs = [{**SONG, "SongTitle": {"S": f"Song {number}"}} for number in range(3)]
    keys = [{"Artist": song["Artist"], "SongTitle": song["SongTitle"]} for song in songs]
    written = store.batch_write_item(
        RequestItems={"Music": [{"PutRequest": {"Item": song}} for song in songs]}
    )
    assert written["UnprocessedItems"] == {}
    batch = store.batch_get_item(RequestItems={"Music": {"Keys": keys}})
    found = sorted(batch["Responses"]["Music"], key=lambda song: song["SongTitle"]["S"])
    assert found == songs
    together = store.transact_get_items(
        TransactItems=[{"Get": {"TableName": "Music", "Key": key}} for key in keys]
    )
    assert [answer.get("Item") for answer in together["Responses"]] == songs
    store.delete_item(TableName="Music", Key=keys[0])
    assert store.scan(TableName="Music", Select="COUNT")["Count"] == 2


def test_paginators_read_every_page(store: dynalite_py.Store) -> None:
    for number in range(7):
        song = {**SONG, "SongTitle": {"S": f"Song {number}"}}
        store.put_item(TableName="Music", Item=song)
    request: dict[str, Any] = {
        "TableName": "Music",
        "KeyConditionExpression": "Artist = :a",
        "ExpressionAttributeValues": {":a": {"S": "Nena"}},
    }
    pages = store.get_paginator("query").paginate(**request, PaginationConfig={"PageSize": 3})
    assert [page["Count"] for page in pages] == [3, 3, 1]
    config: Any = {"MaxItems": 4, "PageSize": 3}
    first = store.get_paginator("query").paginate(**request, PaginationConfig=config)
    start = first.build_full_result()
    config = {"StartingToken": start["NextToken"]}
    rest = store.get_paginator("query").paginate(**request, PaginationConfig=config)
    titles = [song["SongTitle"]["S"] for song in start["Items"] + rest.build_full_result()["Items"]]
    assert titles == [f"Song {number}" for number in range(7)]


def test_what_boto3_paginates_is_paginated(store: dynalite_py.Store) -> None:
    names = {name for name in dir(store) if store.can_paginate(name)}
    assert names == {"list_backups", "list_tables", "query", "scan"}
    with pytest.raises(exceptions.ParamValidationError, match="no paginator"):
        store.get_paginator("get_item")


def test_waiters_wait_for_tables(store: dynalite_py.Store) -> None:
    store.get_waiter("table_exists").wait(TableName="Music")
    store.delete_table(TableName="Music")
    store.get_waiter("table_not_exists").wait(TableName="Music")
    assert store.list_tables()["TableNames"] == []
    with pytest.raises(exceptions.ParamValidationError, match="no waiter"):
        store.get_waiter("item_exists")


def test_tags_limits_and_endpoints_answer(store: dynalite_py.Store) -> None:
    arn = store.describe_table(TableName="Music")["Table"]["TableArn"]
    tagged = store.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "B"}])
    assert set(tagged) == {"ResponseMetadata"}
    tags = store.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "B"}]
    store.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert store.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    assert store.describe_limits()["TableMaxReadCapacityUnits"] > 0
    assert store.describe_endpoints()["Endpoints"]


def test_what_was_never_used_is_empty(store: dynalite_py.Store) -> None:
    off = store.describe_time_to_live(TableName="Music")["TimeToLiveDescription"]
    assert off == {"TimeToLiveStatus": "DISABLED"}
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert store.list_backups(TimeRangeLowerBound=since)["BackupSummaries"] == []
    full = store.get_paginator("list_backups").paginate(TableName="Music").build_full_result()
    assert full == {"BackupSummaries": []}
    assert store.list_streams()["Streams"] == []
    with pytest.raises(store.exceptions.PointInTimeRecoveryUnavailableException):
        store.restore_table_to_point_in_time(
            SourceTableName="Music", TargetTableName="Restored", RestoreDateTime=since
        )


def test_a_policy_is_put_read_and_deleted(store: dynalite_py.Store) -> None:
    arn = store.describe_table(TableName="Music")["Table"]["TableArn"]
    revision = store.put_resource_policy(ResourceArn=arn, Policy=policy(ALLOWED))["RevisionId"]
    kept = store.get_resource_policy(ResourceArn=arn)
    assert (kept["Policy"], kept["RevisionId"]) == (policy(ALLOWED), revision)
    assert store.delete_resource_policy(ResourceArn=arn)["RevisionId"] == revision
    with pytest.raises(store.exceptions.PolicyNotFoundException):
        store.get_resource_policy(ResourceArn=arn)


def test_call_takes_any_operation_by_its_name(store: dynalite_py.Store) -> None:
    client = store.client()
    assert client.call("ListTables", {})["TableNames"] == ["Music"]
    with pytest.raises(exceptions.UnknownOperationException):
        client.call("MakeCoffee", {"Strength": 3})


def test_every_operation_is_a_method_of_client_and_store(store: dynalite_py.Store) -> None:
    """The method is the operation's name in snake case, and asks the engine for that operation."""
    asked: list[str] = []

    def perform(operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        assert caller.extensions
        asked.append(operation)
        return b"{}"

    client = clients.Client(perform, Caller(extensions=True), request_ids="")
    operations = [name for name in registry.OPERATIONS if name not in registry.UNSUPPORTED]
    for operation in operations:
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)
        getattr(client, name[1:])()
        assert getattr(store, name[1:]).__name__ == name[1:]
    assert asked == operations


# Versions: what DynamoDB does not have.


def test_versions_count_the_writes_of_an_item(store: dynalite_py.Store) -> None:
    assert store.get_item(TableName="Music", Key=KEY, ReturnVersion=True)["Version"] == 0
    for version in (1, 2, 3):
        written = store.put_item(TableName="Music", Item=SONG, ReturnVersion=True)
        assert written["Version"] == version
        read = store.get_item(TableName="Music", Key=KEY, ReturnVersion=True)
        assert (read["Version"], read["Item"]) == (version, SONG)
    assert "Version" not in store.get_item(TableName="Music", Key=KEY)


def test_query_and_scan_give_a_version_for_each_item(store: dynalite_py.Store) -> None:
    for number in range(3):
        song = {**SONG, "SongTitle": {"S": f"Song {number}"}}
        for _ in range(number + 1):
            store.put_item(TableName="Music", Item=song)
    asked = store.query(
        TableName="Music",
        KeyConditionExpression="Artist = :a",
        ExpressionAttributeValues={":a": {"S": "Nena"}},
        ReturnVersion=True,
    )
    assert asked["Versions"] == [1, 2, 3]
    assert store.scan(TableName="Music", ReturnVersion=True)["Versions"] == [1, 2, 3]
    assert "Versions" not in store.scan(TableName="Music")


def write_put(store: dynalite_py.Store, version: int) -> object:
    return store.put_item(TableName="Music", Item=SONG, IfVersion=version)


def write_unusual_put(store: dynalite_py.Store, version: int) -> object:
    """A request that the engine has to read in its slow way, which must not lose the version."""
    unusual: Any = {"ReturnValues": None, "ReturnConsumedCapacity": "TOTAL"}
    return store.put_item(TableName="Music", Item=SONG, IfVersion=version, **unusual)


def write_update(store: dynalite_py.Store, version: int) -> object:
    return store.update_item(
        TableName="Music", Key=KEY, UpdateExpression="REMOVE Cover", IfVersion=version
    )


def write_delete(store: dynalite_py.Store, version: int) -> object:
    return store.delete_item(TableName="Music", Key=KEY, IfVersion=version)


WRITES = [write_put, write_unusual_put, write_update, write_delete]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_with_the_current_version_is_done(store: dynalite_py.Store, write: Any) -> None:
    store.put_item(TableName="Music", Item=SONG)
    store.put_item(TableName="Music", Item=SONG)
    write(store, 2)
    left = store.get_item(TableName="Music", Key=KEY, ReturnVersion=True)["Version"]
    assert left == (0 if write is write_delete else 3)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_write_with_another_version_is_refused_with_the_current_item(
    store: dynalite_py.Store, write: Any, version: int
) -> None:
    store.put_item(TableName="Music", Item=SONG)
    store.put_item(TableName="Music", Item=SONG)
    with pytest.raises(store.exceptions.VersionConflict) as caught:
        write(store, version)
    assert (caught.value.version, caught.value.item) == (2, SONG)
    assert store.get_item(TableName="Music", Key=KEY, ReturnVersion=True)["Version"] == 2


@pytest.mark.parametrize("write", WRITES)
def test_version_zero_means_no_item(store: dynalite_py.Store, write: Any) -> None:
    with pytest.raises(store.exceptions.VersionConflict) as caught:
        write(store, 1)
    assert (caught.value.version, caught.value.item) == (0, None)
    write(store, 0)


def test_a_version_in_a_transaction_guards_all_of_it(store: dynalite_py.Store) -> None:
    store.put_item(TableName="Music", Item=SONG)
    other: dict[str, Any] = {**KEY, "SongTitle": {"S": "Leuchtturm"}}

    def write(version: int) -> None:
        store.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "Music", "Item": other}},
                {"Put": {"TableName": "Music", "Item": SONG, "IfVersion": version}},
            ]
        )

    with pytest.raises(store.exceptions.TransactionCanceledException) as caught:
        write(7)
    assert [reason["Code"] for reason in caught.value.cancellation_reasons] == [
        "None",
        "VersionConflict",
    ]
    assert "Item" not in store.get_item(TableName="Music", Key=other)
    write(1)
    assert "Item" in store.get_item(TableName="Music", Key=other)


@pytest.mark.parametrize("version", ["1", 1.5, True, -1, [1]])
def test_a_version_that_is_no_whole_number_is_refused(
    store: dynalite_py.Store, version: Any
) -> None:
    with pytest.raises(exceptions.ValidationException, match="IfVersion"):
        store.put_item(TableName="Music", Item=SONG, IfVersion=version)


def test_a_request_is_encoded_without_a_walk_in_python(
    store: dynalite_py.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hot path: only a request or an answer with binaries is walked."""
    walked: list[str] = []

    def note(*_: object) -> Any:
        walked.append("walk")
        return {}

    monkeypatch.setattr(convert, "_binaries_out", note)
    monkeypatch.setattr(convert, "binaries_in", note)
    item: dict[str, Any] = {**KEY, "Text": {"S": '"B"'}, "Flag": {"BOOL": True}}
    store.put_item(TableName="Music", Item=item)
    assert store.get_item(TableName="Music", Key=KEY)["Item"] == item
    assert walked == []


class _Text(enum.StrEnum):
    TABLE = "Music"
    ARTIST = "Nena"


def test_what_json_takes_for_text_and_lists_is_taken(store: dynalite_py.Store) -> None:
    rows = ({"S": "x"}, {"S": "y"})
    item = {**KEY, "Artist": {"S": _Text.ARTIST}, "rows": {"L": rows}}
    store.client().call("PutItem", {"TableName": _Text.TABLE, "Item": OrderedDict(item)})
    stored = store.get_item(TableName="Music", Key=KEY)["Item"]
    assert stored == {**KEY, "rows": {"L": list(rows)}}
