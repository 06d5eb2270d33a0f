"""Requests of the operations beside items and tables that a store of the fuzzer answers."""

from __future__ import annotations

from typing import Any

from tests.facts import backups, feature_bounds, features, resource_policies, time_to_live
from tests.facts.resource_policies import ALLOWED, DENIED, policy, statement
from tests.facts.table_changes import ARN

_SCORES = {"TableName": "scores"}
_GOVERNED = ARN + "scores"
_STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
_POLICIES = (
    policy(ALLOWED),
    policy(statement(Action=["dynamodb:GetItem"], Condition={"Bool": {"a": [True, 1, 1.5, "x"]}})),
    policy(DENIED | {"Resource": "arn:aws:*:us-east-?:*:table/*o*s"}, ALLOWED, Id="two"),
)

SEEDS: tuple[tuple[str, dict[str, Any]], ...] = (
    *((fact.operation, fact.request) for fact in (*features.FACTS, *backups.FACTS)),
    *((fact.operation, fact.request) for fact in feature_bounds.FACTS),
    *((fact.operation, fact.request) for fact in resource_policies.FACTS),
    *((fact.operation, fact.request) for fact in time_to_live.FACTS),
    *backups.UNSUPPORTED,
    ("DescribeTimeToLive", _SCORES),
    ("UpdateTimeToLive", time_to_live.switch("scores", attribute="points")),
    ("UpdateTimeToLive", time_to_live.switch("scores", on=False, attribute="points")),
    ("DescribeContinuousBackups", _SCORES),
    (
        "UpdateContinuousBackups",
        {**_SCORES, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
    ),
    ("ListBackups", {**_SCORES, "Limit": 1, "TimeRangeLowerBound": 1.5, "BackupType": "ALL"}),
    ("ListBackups", {"ExclusiveStartBackupArn": backups.BACKUP}),
    ("ListExports", {"TableArn": _GOVERNED, "MaxResults": 25}),
    ("ListImports", {"TableArn": _GOVERNED, "PageSize": 25}),
    ("ListGlobalTables", {"ExclusiveStartGlobalTableName": "abc", "Limit": 1}),
    ("DescribeKinesisStreamingDestination", _SCORES),
    ("DescribeContributorInsights", {**_SCORES, "IndexName": "by_city"}),
    ("ListContributorInsights", {**_SCORES, "MaxResults": 0}),
    ("DescribeTableReplicaAutoScaling", _SCORES),
    ("UpdateTable", {**_SCORES, "StreamSpecification": _STREAM}),
    ("UpdateTable", {**_SCORES, "StreamSpecification": {"StreamEnabled": False}}),
    ("ListStreams", {}),
    ("ListStreams", {**_SCORES, "Limit": 1, "ExclusiveStartStreamArn": features.STREAM}),
    ("GetResourcePolicy", {"ResourceArn": _GOVERNED}),
    ("DeleteResourcePolicy", {"ResourceArn": _GOVERNED}),
    *(("PutResourcePolicy", {"ResourceArn": _GOVERNED, "Policy": text}) for text in _POLICIES),
    (
        "PutResourcePolicy",
        {
            "ResourceArn": _GOVERNED,
            "Policy": policy(DENIED | {"Resource": "*"}),
            "ConfirmRemoveSelfResourceAccess": True,
            "ExpectedRevisionId": "NO_POLICY",
        },
    ),
)
FAMILIES = frozenset(name for name, _ in SEEDS) - {"CreateTable", "UpdateTable"}
