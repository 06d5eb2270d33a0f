"""Backups and point-in-time recovery where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.errors import DynamoDBError
from tests.facts.backups import BACKUP
from tests.support import engines
from tests.support.engines import answer, make

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


def test_a_table_in_creation_is_not_there_for_backups(engine: Engine) -> None:
    make(engine, "abc")
    engines.set_status(engine, "abc", "CREATING")
    with pytest.raises(DynamoDBError) as refusal:
        answer(engine, "CreateBackup", TableName="abc", BackupName="nightly")
    assert refusal.value.code == "TableNotFoundException"
    assert refusal.value.message == "Table not found: abc"
