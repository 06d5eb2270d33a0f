"""What an account that never used them is refused: streams, Kinesis destinations, global tables,
insights; and what a live Kinesis destination is.

Source: facts, Streams, Global tables, Contributor Insights. The tables are those of
``table_changes``.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, PEER, Fact, refused
from tests.facts.table_changes import ARN
from tests.facts.tables import DETECTED, UNKNOWN_TABLE, definitions, keys

NOT_FOUND, NO_SOURCE = "ResourceNotFoundException", "TableNotFoundException"
NO_GLOBAL = "GlobalTableNotFoundException"
HERE = {"TableName": "demand"}
NOWHERE = {"TableName": "nowhere"}
STREAM = f"{ARN}demand/stream/2026-01-01T00:00:00.000"
KINESIS = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
SHARD = "shardId-00000001414576573621-f55eea83"
NO_TEXT = "x" * 40


def elsewhere(arn: str) -> str:
    """The same in another region."""
    return arn.replace("us-east-1", "eu-west-1")


def missing(operation: str, *, source_table: bool = False, **members: Any) -> Fact:
    """An operation on a table that is not there."""
    name = f"{operation} of a missing table"
    request = NOWHERE | members
    if source_table:
        return Fact(name, operation, request, NO_SOURCE, "Table not found: nowhere")
    return Fact(name, operation, request, NOT_FOUND, UNKNOWN_TABLE)


ENABLED = {"PointInTimeRecoveryEnabled": True}
MISSING_TABLES: list[Fact] = [
    missing("DescribeKinesisStreamingDestination"),
    missing("EnableKinesisStreamingDestination", StreamArn=KINESIS),
    missing("DisableKinesisStreamingDestination", StreamArn=KINESIS),
    missing(
        "UpdateKinesisStreamingDestination",
        StreamArn=KINESIS,
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MICROSECOND"},
    ),
    missing("DescribeContributorInsights"),
    missing("ListContributorInsights"),
    missing("UpdateContributorInsights", ContributorInsightsAction="ENABLE"),
    missing("DescribeTableReplicaAutoScaling"),
    missing("UpdateTableReplicaAutoScaling"),
    missing("DescribeContinuousBackups", source_table=True),
    missing(
        "UpdateContinuousBackups",
        source_table=True,
        PointInTimeRecoverySpecification=ENABLED,
    ),
    missing("CreateBackup", source_table=True, BackupName="nightly"),
]


def _iterator(name: str, message: str, /, kind: str = "LATEST", **members: Any) -> Fact:
    request = {"StreamArn": STREAM, "ShardId": SHARD, "ShardIteratorType": kind, **members}
    return refused(name, "GetShardIterator", request, message, PEER)


NO_NUMBER = INVALID + "Invalid SequenceNumber"
STREAMS: list[Fact] = [
    refused(
        "no streams",
        "ListStreams",
        {"Limit": 0},
        f"{DETECTED}Value '0' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
        PEER,
    ),
    refused(
        "more streams than a page has",
        "ListStreams",
        {"Limit": 101},
        INVALID + "Limit cannot be greater than the maximum allowed size: 100",
        PEER,
    ),
    refused(
        "streams from something else than a stream on",
        "ListStreams",
        {"ExclusiveStartStreamArn": NO_TEXT},
        "Invalid StreamArn",
        PEER,
    ),
    *(
        refused(
            f"a stream by {what}", "DescribeStream", {"StreamArn": arn}, "Invalid StreamArn", PEER
        )
        for what, arn in (
            ("no ARN", NO_TEXT),
            ("its table's ARN", ARN + "demand"),
            ("another service's ARN", STREAM.replace("dynamodb", "kinesis")),
        )
    ),
    refused(
        "more shards than a page has",
        "DescribeStream",
        {"StreamArn": STREAM, "Limit": 101},
        INVALID + "Limit cannot be greater than the maximum: 100",
        PEER,
    ),
    *(
        Fact(
            f"{operation} of a stream {what}",
            operation,
            {"StreamArn": arn, **members},
            NOT_FOUND,
            f"Requested resource not found: Stream: {arn} not found",
            PEER,
        )
        for operation, members in (
            ("DescribeStream", {}),
            ("GetShardIterator", {"ShardId": SHARD, "ShardIteratorType": "LATEST"}),
        )
        for what, arn in (
            ("that a table without one has", STREAM),
            ("of a missing table", STREAM.replace("demand", "nowhere")),
            ("with another label", STREAM.replace("demand", "streaming")),
            ("of another region", elsewhere(STREAM)),
        )
    ),
    _iterator("an iterator at no number", NO_NUMBER, kind="AT_SEQUENCE_NUMBER"),
    _iterator("an iterator after no number", NO_NUMBER, kind="AFTER_SEQUENCE_NUMBER"),
    _iterator(
        "an iterator at letters", NO_NUMBER, kind="AT_SEQUENCE_NUMBER", SequenceNumber="x" * 21
    ),
    *(
        _iterator(
            f"an iterator at {kind} and a number",
            INVALID + "SequenceNumber should not be passed for this iterator type",
            kind=kind,
            SequenceNumber="1" * 21,
        )
        for kind in ("LATEST", "TRIM_HORIZON")
    ),
    _iterator("an iterator at no time", INVALID + "Invalid Timestamp", kind="AT_TIMESTAMP"),
    _iterator(
        "an iterator at a time to come",
        INVALID + "Invalid Timestamp",
        kind="AT_TIMESTAMP",
        Timestamp=99_999_999_999,
    ),
    _iterator(
        "an iterator of an unknown kind",
        f"{DETECTED}Value 'EARLIEST' at 'shardIteratorType' failed to satisfy constraint: Member "
        "must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, "
        "AFTER_SEQUENCE_NUMBER, AT_TIMESTAMP]",
        kind="EARLIEST",
    ),
    *(
        refused(
            f"records from {what} on",
            "GetRecords",
            {"ShardIterator": iterator, **members},
            "Invalid ShardIterator",
            PEER,
        )
        for what, iterator, members in (
            ("a made-up iterator", "x", {}),
            ("an iterator of a made-up form", f"{STREAM}|1|YWJj", {}),
            ("a made-up iterator, too many,", "x", {"Limit": 1001}),
        )
    ),
]

MICROSECONDS = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
DESTINATION = {**HERE, "StreamArn": KINESIS}
# A table whose changes go to a stream.
SENT = {"TableName": "sent", "StreamArn": KINESIS}
SENT_ELSEWHERE = {**SENT, "StreamArn": f"{KINESIS}-of-others"}
TABLES: list[dict[str, Any]] = [
    {
        "TableName": "sent",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
]
SETTINGS: list[tuple[str, dict[str, Any]]] = [("EnableKinesisStreamingDestination", SENT)]
LIVE = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: "
    "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
    "operation."
)
KINESIS_DESTINATIONS: list[Fact] = [
    refused("a live destination enabled", "EnableKinesisStreamingDestination", SENT, LIVE),
    refused(
        "another destination enabled beside a live one",
        "EnableKinesisStreamingDestination",
        SENT_ELSEWHERE,
        LIVE,
    ),
    refused(
        "another destination disabled than the live one",
        "DisableKinesisStreamingDestination",
        SENT_ELSEWHERE,
        "Table is not in a valid state to disable Kinesis Streaming Destination: "
        "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
    ),
    refused(
        "a live destination disabled with a configuration",
        "DisableKinesisStreamingDestination",
        {**SENT, "EnableKinesisStreamingConfiguration": MICROSECONDS},
        "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
    ),
    refused(
        "another destination changed than the live one",
        "UpdateKinesisStreamingDestination",
        {**SENT_ELSEWHERE, "UpdateKinesisStreamingConfiguration": MICROSECONDS},
        "Invalid Request: Kinesis streaming is not in ACTIVE state. Updates are only allowed in "
        f"ACTIVE state. TableName: sent, kdsArn: {KINESIS}-of-others",
    ),
    refused(
        "a live destination changed by nothing",
        "UpdateKinesisStreamingDestination",
        SENT,
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
    ),
    refused(
        "a destination disabled that is not active",
        "DisableKinesisStreamingDestination",
        DESTINATION,
        "Table is not in a valid state to disable Kinesis Streaming Destination: "
        "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
    ),
    refused(
        "a destination disabled with a configuration",
        "DisableKinesisStreamingDestination",
        {**DESTINATION, "EnableKinesisStreamingConfiguration": MICROSECONDS},
        "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
    ),
    refused(
        "a destination changed that is not active",
        "UpdateKinesisStreamingDestination",
        {**DESTINATION, "UpdateKinesisStreamingConfiguration": MICROSECONDS},
        "Invalid Request: Kinesis streaming is not in ACTIVE state. Updates are only allowed in "
        f"ACTIVE state. TableName: demand, kdsArn: {KINESIS}",
    ),
    *(
        refused(
            f"a destination changed by {what}",
            "UpdateKinesisStreamingDestination",
            {**DESTINATION, **members},
            "Streaming destination cannot be updated with given parameters: "
            "UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
        )
        for what, members in (
            ("nothing", {}),
            ("an empty configuration", {"UpdateKinesisStreamingConfiguration": {}}),
        )
    ),
]

GLOBAL = {"GlobalTableName": "demand"}
GLOBAL_TABLES: list[Fact] = [
    refused(
        "a global table of the old version",
        "CreateGlobalTable",
        {**GLOBAL, "ReplicationGroup": [{"RegionName": "eu-west-1"}]},
        INVALID + "DynamoDB global tables version 2017.11.29 is not supported. We recommend using "
        "DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).",
    ),
    *(
        Fact(
            f"{operation} of an unknown global table",
            operation,
            {**GLOBAL, **members},
            NO_GLOBAL,
            lead + "Global table with name: 'demand' does not exist.",
        )
        for operation, members, lead in (
            ("DescribeGlobalTable", {}, "Global table not found: "),
            ("UpdateGlobalTable", {"ReplicaUpdates": []}, "Global table not found: "),
            ("DescribeGlobalTableSettings", {}, ""),
            ("UpdateGlobalTableSettings", {}, ""),
        )
    ),
    Fact(
        "auto scaling of a table that is no global one",
        "UpdateTableReplicaAutoScaling",
        HERE,
        NOT_FOUND,
        "Global table with name: 'demand' does not exist.",
    ),
]

INSIGHTS: list[Fact] = [
    *(
        Fact(
            f"{operation} of an unknown index",
            operation,
            {**HERE, "IndexName": "lost", **members},
            NOT_FOUND,
            "Requested resource not found: Index: lost not found for table: demand",
        )
        for operation, members in (
            ("DescribeContributorInsights", {}),
            ("UpdateContributorInsights", {"ContributorInsightsAction": "ENABLE"}),
        )
    ),
    refused(
        "more insights than a page has",
        "ListContributorInsights",
        {"MaxResults": 101},
        f"{DETECTED}Value '101' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 100",
    ),
]

FACTS: list[Fact] = [
    *MISSING_TABLES,
    *STREAMS,
    *KINESIS_DESTINATIONS,
    *GLOBAL_TABLES,
    *INSIGHTS,
]
