"""What an account without backups, exports and imports is refused, and without point-in-time
recovery on any table.

Source: facts, On-demand backups to ImportTable. The tables are those of ``table_changes``.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import DOCS, INVALID, PEER, VALIDATION, Fact, refused
from tests.facts.features import ENABLED, HERE, NO_SOURCE, NO_TEXT, elsewhere
from tests.facts.table_changes import ARN
from tests.facts.tables import DETECTED, definitions, keys

NO_BACKUP, NO_EXPORT = "BackupNotFoundException", "ExportNotFoundException"
DENIED = "AccessDeniedException"
OFF = "PointInTimeRecoveryUnavailableException"
NUMBER = "01489602797149-73d8d5bc"
BACKUP, EXPORT, IMPORT = (f"{ARN}demand/{kind}/{NUMBER}" for kind in ("backup", "export", "import"))
FOREIGN = "123456789012"


def of_another(arn: str) -> str:
    """The same of another account."""
    return arn.replace("000000000000", FOREIGN)


OF_A_BACKUP: dict[str, dict[str, Any]] = {
    "DescribeBackup": {},
    "DeleteBackup": {},
    "RestoreTableFromBackup": {"TargetTableName": "restored"},
}
BACKUPS: list[Fact] = [
    *(
        Fact(f"{operation} of {what}", operation, {"BackupArn": arn, **members}, code, message)
        for operation, members in OF_A_BACKUP.items()
        for what, arn, code, message in (
            ("an unknown backup", BACKUP, NO_BACKUP, f"Backup not found: {BACKUP}"),
            (
                "an unknown backup of another region",
                elsewhere(BACKUP),
                NO_BACKUP,
                f"Backup not found: {elsewhere(BACKUP)}",
            ),
            ("a backup by no ARN", NO_TEXT, VALIDATION, "Invalid Backup ARN"),
            ("a backup by an export's ARN", EXPORT, VALIDATION, "Invalid Backup ARN"),
            (
                "a backup of an unknown region",
                BACKUP.replace("us-east-1", "nowhere"),
                VALIDATION,
                "Invalid Request: BackupArn is not valid",
            ),
            (
                "a backup of an unknown partition",
                elsewhere(BACKUP).replace("arn:aws:", "arn:gcp:"),
                VALIDATION,
                "Invalid Request: BackupArn is not valid",
            ),
            ("another account's backup", of_another(BACKUP), DENIED, "Access is denied"),
        )
    ),
    refused(
        "backups between two times of which the first is later",
        "ListBackups",
        {"TimeRangeLowerBound": 2000, "TimeRangeUpperBound": 1000.5},
        INVALID + "Time range lower bound must be less than or equal to upper bound",
    ),
    refused(
        "backups from one of another region on",
        "ListBackups",
        {"ExclusiveStartBackupArn": elsewhere(BACKUP)},
        "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region",
    ),
    refused(
        "backups from something else than a backup on",
        "ListBackups",
        {"ExclusiveStartBackupArn": NO_TEXT},
        "Invalid Backup ARN",
    ),
    refused(
        "recovery switched off for a number of days",
        "UpdateContinuousBackups",
        {
            **HERE,
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": False,
                "RecoveryPeriodInDays": 7,
            },
        },
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
        "recovery.",
    ),
    refused(
        "recovery for more than 35 days",
        "UpdateContinuousBackups",
        {**HERE, "PointInTimeRecoverySpecification": {**ENABLED, "RecoveryPeriodInDays": 36}},
        f"{DETECTED}Value '36' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed "
        "to satisfy constraint: Member must have value less than or equal to 35",
    ),
]

LATEST: dict[str, Any] = {"UseLatestRestorableTime": True}


NO_MOMENTS: dict[str, dict[str, Any]] = {
    "no moment": {},
    "not the latest moment": {"UseLatestRestorableTime": False},
}


def _restored(name: str, message: str, /, code: str = VALIDATION, **members: Any) -> Fact:
    request = {"TargetTableName": "restored", **members}
    return Fact(name, "RestoreTableToPointInTime", request, code, message)


RESTORES: list[Fact] = [
    _restored(
        "a restore of a table without recovery",
        "Point in time recovery is not enabled for table 'demand'",
        code=OFF,
        SourceTableName="demand",
        **LATEST,
    ),
    _restored(
        "a restore, by its ARN and to a moment, of a table without recovery",
        "Point in time recovery is not enabled for table 'demand'",
        code=OFF,
        SourceTableArn=ARN + "demand",
        RestoreDateTime=1_700_000_000,
    ),
    _restored(
        "a restore over an existing table, of one without recovery",
        "Point in time recovery is not enabled for table 'demand'",
        code=OFF,
        SourceTableName="demand",
        TargetTableName="units",
        **LATEST,
    ),
    _restored(
        "a restore of a missing table",
        "Table not found: nowhere",
        code=NO_SOURCE,
        SourceTableName="nowhere",
        **LATEST,
    ),
    _restored(
        "a restore of no table",
        "Must provide exactly one of: sourceTableArn, sourceTableName",
        **LATEST,
    ),
    _restored(
        "a restore of two tables",
        "Must provide exactly one of: sourceTableArn, sourceTableName",
        SourceTableName="demand",
        SourceTableArn=ARN + "demand",
        **LATEST,
    ),
    *(
        _restored(
            f"a restore to {what}",
            "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be "
            "specified, but not both",
            SourceTableName="demand",
            **members,
        )
        for what, members in NO_MOMENTS.items()
    ),
    _restored(
        "a restore to two moments",
        "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for "
        "point-in-time restore request",
        SourceTableName="demand",
        RestoreDateTime=1_700_000_000,
        **LATEST,
    ),
    _restored(
        "a restore on demand with provisioned units",
        "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        SourceTableName="demand",
        BillingModeOverride="PAY_PER_REQUEST",
        ProvisionedThroughputOverride={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        **LATEST,
    ),
    _restored(
        "a provisioned restore without units",
        "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to "
        "PROVISIONED",
        SourceTableName="demand",
        BillingModeOverride="PROVISIONED",
        **LATEST,
    ),
    _restored(
        "a restore from another region without a word on encryption",
        "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        SourceTableArn=elsewhere(ARN + "demand"),
        **LATEST,
    ),
]


def _exported(
    name: str, message: str, /, arn: str = ARN + "demand", code: str = VALIDATION, **members: Any
) -> Fact:
    request = {"TableArn": arn, "S3Bucket": "bucket", **members}
    return Fact(name, "ExportTableToPointInTime", request, code, message)


SINCE = {"ExportFromTime": 1_700_000_000}
CSV = {"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"Delimiter": ";"}}}
IMPORTED: dict[str, Any] = {
    "S3BucketSource": {"S3Bucket": "bucket"},
    "InputFormat": "DYNAMODB_JSON",
    "TableCreationParameters": {
        "TableName": "imported",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    },
}
TOKEN = "0123456789abcdef" * 7
TRANSFERS: list[Fact] = [
    _exported(
        "an export of a table without recovery",
        "Point in time recovery is not enabled for table 'demand'",
        code=OFF,
    ),
    _exported(
        "an incremental export of a table without recovery",
        "Point in time recovery is not enabled for table 'demand'",
        code=OFF,
        ExportType="INCREMENTAL_EXPORT",
        IncrementalExportSpecification=SINCE,
    ),
    _exported(
        "an export of a missing table",
        f"Table not found: {ARN}nowhere",
        arn=ARN + "nowhere",
        code=NO_SOURCE,
    ),
    _exported("an export by a bare name", INVALID + "tableArn is not a valid ARN", arn="demand"),
    _exported(
        "an export of an index",
        "Invalid Request: Table ARN is invalid.",
        arn=ARN + "demand/index/one",
    ),
    Fact(
        "an export of another account's table",
        "ExportTableToPointInTime",
        {"TableArn": of_another(ARN) + "demand", "S3Bucket": "bucket"},
        DENIED,
        "This action is only supported by accounts that match the resource owner's account.",
        DOCS,
    ),
    _exported(
        "an export without a type that says from when on",
        "Invalid Request: Export Type expected to be Incremental Export when incremental export "
        "specification is provided",
        IncrementalExportSpecification=SINCE,
    ),
    _exported(
        "a full export that says from when on",
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification "
        "should not be provided",
        ExportType="FULL_EXPORT",
        IncrementalExportSpecification=SINCE,
    ),
    _exported(
        "an incremental export that says nothing of times",
        "Invalid Request: Incremental Export Specification expected when export type is set as "
        "Incremental Export",
        ExportType="INCREMENTAL_EXPORT",
    ),
    _exported(
        "an incremental export without a beginning",
        "Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification",
        ExportType="INCREMENTAL_EXPORT",
        IncrementalExportSpecification={"ExportToTime": 1_700_000_000},
    ),
    *(
        _exported(
            f"an export with a key but {what}",
            "Invalid Request: KMS Key Id is not supported for this encryption type",
            S3SseKmsKeyId="key",
            **members,
        )
        for what, members in (
            ("no encryption", {}),
            ("another encryption", {"S3SseAlgorithm": "AES256"}),
        )
    ),
    _exported(
        "an export with an empty filter",
        "Invalid Request: Invalid FilterSpecification: The specification can not be empty",
        FilterSpecification={},
    ),
    *(
        Fact(f"DescribeExport of {what}", "DescribeExport", {"ExportArn": arn}, code, message)
        for what, arn, code, message in (
            (
                "an unknown export",
                EXPORT,
                NO_EXPORT,
                f"Export not found: Export not found: {EXPORT}",
            ),
            (
                "an export of another region",
                elsewhere(EXPORT),
                NO_EXPORT,
                "Export not found: Invalid export arn",
            ),
            ("an export by no ARN", NO_TEXT, VALIDATION, "Invalid Export ARN"),
            ("an export by a backup's ARN", BACKUP, VALIDATION, "Invalid Export ARN"),
            ("another account's export", of_another(EXPORT), DENIED, "Access is denied"),
        )
    ),
    refused(
        "exports from a made-up token on",
        "ListExports",
        {"NextToken": TOKEN},
        f"Invalid Request: Provided nextToken is invalid: {TOKEN}",
    ),
    refused(
        "imports from a made-up token on",
        "ListImports",
        {"NextToken": TOKEN},
        f"Invalid Request: Provided nextToken is invalid: {TOKEN}",
        PEER,
    ),
    refused(
        "DescribeImport of an import by no ARN",
        "DescribeImport",
        {"ImportArn": NO_TEXT},
        "Invalid Import ARN",
    ),
    Fact(
        "DescribeImport of an unknown import",
        "DescribeImport",
        {"ImportArn": IMPORT},
        "ImportNotFoundException",
        f"Import not found: {IMPORT}",
        PEER,  # The kind of the refusal is recorded, its text is not.
    ),
    refused(
        "an import with options for another format",
        "ImportTable",
        {**IMPORTED, **CSV, "InputFormat": "DYNAMODB_JSON"},
        "Invalid Request: Unsupported InputFormatOptions for the given input format: "
        "DYNAMODB_JSON.",
    ),
    refused(
        "an import compressed in an unknown way",
        "ImportTable",
        {**IMPORTED, "InputCompressionType": "BZIP2"},
        f"{DETECTED}Value 'BZIP2' at 'inputCompressionType' failed to satisfy constraint: Member "
        "must satisfy enum value set: [ZSTD, NONE, GZIP]",
    ),
    Fact(
        "an import into an existing table",
        "ImportTable",
        {
            **IMPORTED,
            "TableCreationParameters": {**IMPORTED["TableCreationParameters"], **HERE},
        },
        "ResourceInUseException",
        "Table already exists: demand",
    ),
]

FACTS: list[Fact] = [*BACKUPS, *RESTORES, *TRANSFERS]

# What the store cannot do: asked for rightly, it is refused by name. Each with its least request.
UNSUPPORTED: list[tuple[str, dict[str, Any]]] = [
    ("UpdateContinuousBackups", {**HERE, "PointInTimeRecoverySpecification": ENABLED}),
    ("CreateBackup", {**HERE, "BackupName": "nightly"}),
    ("ImportTable", IMPORTED),
    ("UpdateContributorInsights", {**HERE, "ContributorInsightsAction": "ENABLE"}),
]
