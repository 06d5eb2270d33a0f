"""Backups and point-in-time recovery where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.facts.backups import BACKUP
from tests.support.engines import answer, make
from tests.support.slow_tables import Slow, plain

OFF = {
    "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }
}


@pytest.mark.parametrize("name", ["abc", "arn:aws:dynamodb:us-east-1:000000000000:table/abc"])
def test_continuous_backups_are_on_and_recovery_is_off(engine: Engine, name: str) -> None:
    make(engine, "abc")
    assert answer(engine, "DescribeContinuousBackups", TableName=name) == OFF


def test_recovery_that_is_off_may_be_switched_off(engine: Engine) -> None:
    make(engine, "abc")
    wanted = {"PointInTimeRecoveryEnabled": False}
    request: dict[str, Any] = {"TableName": "abc", "PointInTimeRecoverySpecification": wanted}
    assert answer(engine, "UpdateContinuousBackups", **request) == OFF


@pytest.mark.parametrize(
    "request_members",
    [
        {},
        {"TableName": "abc", "BackupType": "ALL", "Limit": 1},
        {"TableName": "never"},
        {"TimeRangeLowerBound": 1_700_000_000, "TimeRangeUpperBound": 1_700_000_000},
        {"ExclusiveStartBackupArn": BACKUP},
    ],
)
def test_no_backups_are_listed(engine: Engine, request_members: dict[str, Any]) -> None:
    make(engine, "abc")
    assert answer(engine, "ListBackups", **request_members) == {"BackupSummaries": []}


def test_a_table_in_creation_is_not_there_for_backups(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc"))
    named = {"TableName": "abc"}
    missing = ("TableNotFoundException", "Table not found: abc")
    assert slow.refusal("CreateBackup", {**named, "BackupName": "nightly"}) == missing
    slow.later()
    refused = slow.refusal("CreateBackup", {**named, "BackupName": "nightly"})
    assert refused[0] == "UnsupportedOperationException"
