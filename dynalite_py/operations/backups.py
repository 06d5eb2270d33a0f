"""Backups, point-in-time recovery and restores: there are no backups, and recovery is off.

Source: facts, On-demand backups, PITR, Restore.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import arns, codec, errors, feature_errors
from dynalite_py.model.tables import Table
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_NO_BACKUPS = codec.encode({"BackupSummaries": []})
_RECOVERY_OFF = codec.encode(
    {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
)


def source_table(scope: Scope, name: str, shown: str | None = None) -> Table:
    """The table that is backed up, restored or exported, by name or ARN.

    shown: how the refusal names it, where not by its short name. Raises: DynamoDBError.
    """
    table = scope.named(name)
    if table is None or table.status == "CREATING":
        parsed = arns.parse_table(name)
        raise feature_errors.source_table_not_found(shown or (parsed[2] if parsed else name))
    return table


def list_backups(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None, whatever the table; it may be long gone. Raises: DynamoDBError."""
    low, high = request.get("TimeRangeLowerBound"), request.get("TimeRangeUpperBound")
    if low is not None and high is not None and low > high:
        raise feature_errors.reversed_time_range()
    start: str | None = request.get("ExclusiveStartBackupArn")
    if start is not None:
        backup = arns.parse_part(start, "backup")
        if backup is None:
            raise feature_errors.not_a_backup_arn()
        if backup.region != scope.region:
            raise feature_errors.backups_from_other_region()
    return lambda _: _NO_BACKUPS


def no_backup(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """DescribeBackup and DeleteBackup: refused, for there is none. Raises: DynamoDBError."""
    arn: str = request["BackupArn"]
    backup = arns.parse_part(arn, "backup")
    if backup is None:
        raise feature_errors.not_a_backup_arn()
    if backup.region != scope.region and not arns.may_exist(backup.partition, backup.region):
        raise feature_errors.misplaced_backup_arn()
    if backup.account != scope.account:
        raise feature_errors.access_denied()
    raise feature_errors.backup_not_found(arn)


def create_backup(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused: there is nowhere to keep it. Raises: DynamoDBError."""
    source_table(scope, request["TableName"])
    raise errors.unsupported_operation("CreateBackup")


def describe_recovery(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """DescribeContinuousBackups: recovery is off. Raises: DynamoDBError."""
    source_table(scope, request["TableName"])
    return lambda _: _RECOVERY_OFF


def update_recovery(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """UpdateContinuousBackups: it may be switched off, which it is. Raises: DynamoDBError."""
    wanted = request["PointInTimeRecoverySpecification"]
    if not wanted["PointInTimeRecoveryEnabled"] and "RecoveryPeriodInDays" in wanted:
        raise feature_errors.needless_recovery_period()
    source_table(scope, request["TableName"])
    if wanted["PointInTimeRecoveryEnabled"]:
        raise errors.unsupported_operation("UpdateContinuousBackups")
    return lambda _: _RECOVERY_OFF


def restore_backup(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """RestoreTableFromBackup: refused, for there is none. Raises: DynamoDBError."""
    _check_overrides(request)
    return no_backup(scope, request)


def restore_moment(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """RestoreTableToPointInTime: refused, for recovery is off. Raises: DynamoDBError."""
    name, arn = request.get("SourceTableName"), request.get("SourceTableArn")
    if (name is None) == (arn is None):
        raise feature_errors.one_restore_source()
    latest = request.get("UseLatestRestorableTime", False)
    if latest and "RestoreDateTime" in request:
        raise feature_errors.two_restore_times()
    if not latest and "RestoreDateTime" not in request:
        raise feature_errors.no_restore_time()
    _check_overrides(request)
    if arn is not None:
        _check_source_arn(scope, request, arn)
    table = source_table(scope, arn or name or "")
    raise feature_errors.recovery_unavailable(table.name)


def _check_overrides(request: Request) -> None:
    mode = request.get("BillingModeOverride")
    given = "ProvisionedThroughputOverride" in request
    if mode == "PAY_PER_REQUEST" and given:
        raise feature_errors.restored_units_on_demand()
    if mode == "PROVISIONED" and not given:
        raise feature_errors.restored_units_missing()


def _check_source_arn(scope: Scope, request: Request, arn: str) -> None:
    source = arns.parse_table(arn)
    if source is None:
        raise feature_errors.not_an_arn_of_table("sourceTableArn")
    if source[0] != scope.region and "SSESpecificationOverride" not in request:
        raise feature_errors.restore_without_encryption()


OPERATIONS = (
    Operation("ListBackups", "read", list_backups),
    Operation("DescribeBackup", "read", no_backup),
    Operation("DeleteBackup", "read", no_backup),
    Operation("CreateBackup", "read", create_backup),
    Operation("DescribeContinuousBackups", "read", describe_recovery),
    Operation("UpdateContinuousBackups", "read", update_recovery),
    Operation("RestoreTableFromBackup", "read", restore_backup),
    Operation("RestoreTableToPointInTime", "read", restore_moment),
)
