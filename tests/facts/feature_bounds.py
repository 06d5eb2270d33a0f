"""Lengths and values that the members of the operations beside items and tables may have.

Source: facts, Streams to Resource-based policies, and the published model.
"""

from __future__ import annotations

from typing import Any

from tests.facts.backups import BACKUP, CSV, EXPORT, IMPORTED
from tests.facts.fact import DOCS, Fact, refused
from tests.facts.features import DESTINATION, HERE, SHARD, STREAM
from tests.facts.resource_policies import GOVERNED
from tests.facts.tables import DETECTED

TABLE_ARN = STREAM.partition("/stream/")[0]
EXPORTED = {"TableArn": TABLE_ARN, "S3Bucket": "bucket"}
ITERATOR = {"StreamArn": STREAM, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}


_NAME = "{} with a {} beyond its bound: not {}"


def bounds(operation: str, path: str, *limits: str) -> tuple[str, ...]:
    """The rows about a member's bounds, such as ``less than 255``, as a proof names them."""
    return tuple(f"fact: {_NAME.format(operation, path, limit)}" for limit in limits)


def _bounded(
    operation: str, request: dict[str, Any], path: str, value: object, what: str, bound: str
) -> Fact:
    """A value beyond a bound. what: "length" or "value"; bound: such as ``less 255``."""
    comparison, _, number = bound.partition(" ")
    return refused(
        _NAME.format(operation, path, f"{comparison} than {number}"),
        operation,
        request,
        f"{DETECTED}Value '{value}' at '{path}' failed to satisfy constraint: "
        f"Member must have {what} {comparison} than or equal to {number}",
        DOCS,
    )


def _text(operation: str, request: dict[str, Any], member: str, text: str, bound: str) -> Fact:
    path = member[0].lower() + member[1:]
    return _bounded(operation, {**request, member: text}, path, text, "length", bound)


def _number(operation: str, request: dict[str, Any], member: str, number: int, bound: str) -> Fact:
    path = member[0].lower() + member[1:]
    return _bounded(operation, {**request, member: number}, path, number, "value", bound)


NUMBERS: list[Fact] = [
    _number("ListBackups", {}, "Limit", 0, "greater 1"),
    _number("ListBackups", {}, "Limit", 101, "less 100"),
    _number("ListExports", {}, "MaxResults", 0, "greater 1"),
    _number("ListExports", {}, "MaxResults", 26, "less 25"),
    _number("ListImports", {}, "PageSize", 0, "greater 1"),
    _number("ListImports", {}, "PageSize", 26, "less 25"),
    _number("ListContributorInsights", {}, "MaxResults", -1, "greater 0"),
    _number("DescribeStream", {"StreamArn": STREAM}, "Limit", 0, "greater 1"),
    _number("GetRecords", {"ShardIterator": "x"}, "Limit", 0, "greater 1"),
]
TEXTS: list[Fact] = [
    _text("CreateBackup", HERE, "BackupName", "ab", "greater 3"),
    _text("CreateBackup", HERE, "BackupName", "a" * 256, "less 255"),
    refused(
        "a backup whose name has a blank",
        "CreateBackup",
        {**HERE, "BackupName": "every night"},
        f"{DETECTED}Value 'every night' at 'backupName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        DOCS,
    ),
    _text("DescribeBackup", {}, "BackupArn", "a" * 36, "greater 37"),
    _text("DescribeBackup", {}, "BackupArn", BACKUP.ljust(1025, "0"), "less 1024"),
    _text("DescribeExport", {}, "ExportArn", "a" * 36, "greater 37"),
    _text("DescribeExport", {}, "ExportArn", EXPORT.ljust(1025, "0"), "less 1024"),
    _text("DescribeImport", {}, "ImportArn", "a" * 36, "greater 37"),
    _text("ExportTableToPointInTime", EXPORTED, "S3Prefix", "a" * 1025, "less 1024"),
    _text("DescribeStream", {}, "StreamArn", "a" * 36, "greater 37"),
    _text("DescribeStream", {}, "StreamArn", STREAM.ljust(1025, "0"), "less 1024"),
    _text("GetShardIterator", ITERATOR, "ShardId", "a" * 27, "greater 28"),
    _text("GetShardIterator", ITERATOR, "ShardId", "a" * 66, "less 65"),
    _text(
        "GetShardIterator", {**ITERATOR, "ShardId": SHARD}, "SequenceNumber", "1" * 20, "greater 21"
    ),
    _text(
        "GetShardIterator", {**ITERATOR, "ShardId": SHARD}, "SequenceNumber", "1" * 41, "less 40"
    ),
    _text("GetRecords", {}, "ShardIterator", "", "greater 1"),
    _text("GetRecords", {}, "ShardIterator", "x" * 2049, "less 2048"),
    _text("EnableKinesisStreamingDestination", HERE, "StreamArn", "a" * 36, "greater 37"),
    _text("EnableKinesisStreamingDestination", HERE, "StreamArn", "a" * 1025, "less 1024"),
    _text("GetResourcePolicy", {}, "ResourceArn", GOVERNED.ljust(1284, "a"), "less 1283"),
    _text(
        "DeleteResourcePolicy",
        {"ResourceArn": GOVERNED},
        "ExpectedRevisionId",
        "1" * 256,
        "less 255",
    ),
    _bounded(
        "ImportTable",
        {**IMPORTED, **CSV, "InputFormatOptions": {"Csv": {"HeaderList": []}}},
        "inputFormatOptions.csv.headerList",
        "[]",
        "length",
        "greater 1",
    ),
    refused(
        "an import of CSV with an unknown delimiter",
        "ImportTable",
        {**IMPORTED, **CSV, "InputFormatOptions": {"Csv": {"Delimiter": "-"}}},
        f"{DETECTED}Value '-' at 'inputFormatOptions.csv.delimiter' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [,;:|\t ]",
        DOCS,
    ),
    refused(
        "a destination by a precision of its own",
        "EnableKinesisStreamingDestination",
        {
            **DESTINATION,
            "EnableKinesisStreamingConfiguration": {
                "ApproximateCreationDateTimePrecision": "SECOND"
            },
        },
        f"{DETECTED}Value 'SECOND' at 'enableKinesisStreamingConfiguration."
        "approximateCreationDateTimePrecision' failed to satisfy constraint: Member must satisfy "
        "enum value set: [MILLISECOND, MICROSECOND]",
        DOCS,
    ),
    refused(
        "a restore over no name",
        "RestoreTableToPointInTime",
        {"SourceTableName": "demand", "UseLatestRestorableTime": True},
        f"{DETECTED}Value null at 'targetTableName' failed to satisfy constraint: "
        "Member must not be null",
        DOCS,
    ),
]

FACTS: list[Fact] = [*NUMBERS, *TEXTS]
