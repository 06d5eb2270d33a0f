"""boto3 against the server: client and resource."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import boto3.dynamodb.conditions as conditions
import pytest
from boto3.dynamodb.types import Binary

from dynalite_py.model.clock import SystemClock

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "KeySchema": [
        {"AttributeName": "Artist", "KeyType": "HASH"},
        {"AttributeName": "Song", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "Artist", "AttributeType": "S"},
        {"AttributeName": "Song", "AttributeType": "S"},
        {"AttributeName": "Year", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "ByYear",
            "KeySchema": [
                {"AttributeName": "Year", "KeyType": "HASH"},
                {"AttributeName": "Song", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def test_the_client_works_a_table_from_creation_to_deletion(endpoint: str) -> None:
    client: Any = boto3.client("dynamodb", endpoint_url=endpoint)
    client.create_table(**TABLE)
    client.get_waiter("table_exists").wait(TableName="Music")
    for number in range(25):
        item = {
            "Artist": {"S": "A"},
            "Song": {"S": f"{number:02d}"},
            "Year": {"N": str(2000 + number % 2)},
            "Cover": {"B": b"\x00\xff"},
        }
        client.put_item(TableName="Music", Item=item)
    stored = client.get_item(TableName="Music", Key={"Artist": {"S": "A"}, "Song": {"S": "03"}})
    assert stored["Item"]["Cover"] == {"B": b"\x00\xff"}
    pages = client.get_paginator("query").paginate(
        TableName="Music",
        IndexName="ByYear",
        KeyConditionExpression="#y = :y",
        ExpressionAttributeNames={"#y": "Year"},
        ExpressionAttributeValues={":y": {"N": "2001"}},
        PaginationConfig={"PageSize": 5},
    )
    songs = [item["Song"]["S"] for page in pages for item in page["Items"]]
    assert songs == [f"{number:02d}" for number in range(1, 25, 2)]
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refusal:
        client.put_item(
            TableName="Music",
            Item={"Artist": {"S": "A"}, "Song": {"S": "03"}},
            ConditionExpression="attribute_not_exists(Artist)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refusal.value.response["Item"]["Year"] == {"N": "2001"}
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": "Music",
                        "Key": {"Artist": {"S": "A"}, "Song": {"S": "00"}},
                        "UpdateExpression": "SET Plays = :one",
                        "ConditionExpression": "attribute_exists(Plays)",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
                {"Put": {"TableName": "Music", "Item": {"Artist": {"S": "B"}, "Song": {"S": "x"}}}},
            ]
        )
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["ConditionalCheckFailed", "None"]
    client.delete_table(TableName="Music")
    client.get_waiter("table_not_exists").wait(TableName="Music")


def test_the_resource_works_with_plain_values(endpoint: str) -> None:
    resource: Any = boto3.resource("dynamodb", endpoint_url=endpoint)
    table = resource.create_table(**TABLE)
    table.wait_until_exists()
    with table.batch_writer() as batch:
        for number in range(40):
            batch.put_item(
                Item={
                    "Artist": "A" if number % 2 else "B",
                    "Song": f"{number:02d}",
                    "Year": 1990 + number % 4,
                    "Tags": {"x", f"t{number % 3}"},
                    "Notes": [1, Decimal("2.5"), None, True, {"deep": b"bytes"}],
                }
            )
    found = table.query(
        KeyConditionExpression=conditions.Key("Artist").eq("A")
        & conditions.Key("Song").between("10", "19"),
        FilterExpression=conditions.Attr("Tags").contains("t1"),
        ScanIndexForward=False,
    )
    assert [item["Song"] for item in found["Items"]] == ["19", "13"]
    assert found["Items"][0]["Notes"] == [1, Decimal("2.5"), None, True, {"deep": Binary(b"bytes")}]
    table.update_item(
        Key={"Artist": "A", "Song": "19"},
        UpdateExpression="SET Notes[1] = :n ADD Tags :t REMOVE #y",
        ExpressionAttributeNames={"#y": "Year"},
        ExpressionAttributeValues={":n": 7, ":t": {"new"}},
    )
    item = table.get_item(Key={"Artist": "A", "Song": "19"})["Item"]
    assert item["Tags"] == {"x", "t1", "new"}
    assert item["Notes"][1] == 7
    assert "Year" not in item
    assert table.scan(Select="COUNT")["Count"] == 40


def test_boto3s_client_of_streams_lists_them_and_knows_its_exceptions(endpoint: str) -> None:
    tables: Any = boto3.client("dynamodb", endpoint_url=endpoint)
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    arn = tables.create_table(**TABLE, StreamSpecification=specification)["TableDescription"][
        "LatestStreamArn"
    ]
    streams: Any = boto3.client("dynamodbstreams", endpoint_url=endpoint)
    assert [each["StreamArn"] for each in streams.list_streams()["Streams"]] == [arn]
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.describe_stream(StreamArn=arn.replace("Music", "Noise"))


def test_boto3s_client_of_streams_reads_records(endpoint: str) -> None:
    tables: Any = boto3.client("dynamodb", endpoint_url=endpoint)
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    arn = tables.create_table(**TABLE, StreamSpecification=specification)["TableDescription"][
        "LatestStreamArn"
    ]
    names = [each["AttributeName"] for each in TABLE["KeySchema"]]
    kinds = {each["AttributeName"]: each["AttributeType"] for each in TABLE["AttributeDefinitions"]}
    key = {name: {kinds[name]: "1"} for name in names}
    began = datetime.fromtimestamp(SystemClock().now() - 2, UTC)
    tables.put_item(TableName="Music", Item={**key, "cover": {"B": b"\x00"}})
    streams: Any = boto3.client("dynamodbstreams", endpoint_url=endpoint)
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    asked = {"StreamArn": arn, "ShardId": shard["ShardId"]}
    starts: list[dict[str, Any]] = [
        {"ShardIteratorType": "TRIM_HORIZON"},
        {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": began},
    ]
    for start in starts:
        iterator = streams.get_shard_iterator(**asked, **start)["ShardIterator"]
        [record] = streams.get_records(ShardIterator=iterator)["Records"]
        assert record["dynamodb"]["NewImage"] == {**key, "cover": {"B": b"\x00"}}
        assert record["dynamodb"]["ApproximateCreationDateTime"] >= began
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.get_shard_iterator(
            StreamArn=arn,
            ShardId="shardId-00000000000000000000-00000000",
            ShardIteratorType="LATEST",
        )


def test_what_was_never_used_is_empty_for_boto3(endpoint: str) -> None:
    client: Any = boto3.client("dynamodb", endpoint_url=endpoint)
    client.create_table(**TABLE)
    named = {"TableName": "Music"}
    off = client.describe_time_to_live(**named)["TimeToLiveDescription"]
    assert off == {"TimeToLiveStatus": "DISABLED"}
    [page] = client.get_paginator("list_backups").paginate(
        **named, PaginationConfig={"PageSize": 1}
    )
    assert page["BackupSummaries"] == []
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert client.list_backups(TimeRangeLowerBound=since)["BackupSummaries"] == []
    assert client.list_exports()["ExportSummaries"] == []
    assert client.list_imports()["ImportSummaryList"] == []
    assert client.list_global_tables()["GlobalTables"] == []
    assert client.list_contributor_insights()["ContributorInsightsSummaries"] == []
    replicas = client.describe_table_replica_auto_scaling(**named)["TableAutoScalingDescription"]
    assert [each["RegionName"] for each in replicas["Replicas"]] == ["us-east-1"]
    with pytest.raises(client.exceptions.PointInTimeRecoveryUnavailableException):
        client.restore_table_to_point_in_time(
            SourceTableName="Music", TargetTableName="Restored", RestoreDateTime=since
        )
