"""Backups, point-in-time recovery, restores, exports and imports, as an account sees them that never
used them.
"""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.feature_bounds import bounds
from tests.facts.proof import proof

BACKUPS = "tests/operations/test_backups.py::"

BACKUP_PROOFS = (
    proof(
        "a backup's name has 3 to 255 letters, digits, _, . and -",
        AWS_CAPTURED,
        *bounds("CreateBackup", "backupName", "greater than 3", "less than 255"),
        "fact: a backup whose name has a blank",
    ),
    proof(
        "CreateBackup of a missing table or one that is CREATING is a TableNotFoundException",
        AWS_CAPTURED,
        "fact: CreateBackup of a missing table",
        BACKUPS + "test_a_table_in_creation_is_not_there_for_backups",
    ),
    proof(
        "a backup that is not there is a BackupNotFoundException with its ARN",
        AWS_CAPTURED,
        "fact: DescribeBackup of an unknown backup",
        "fact: DeleteBackup of an unknown backup",
        "fact: RestoreTableFromBackup of an unknown backup",
    ),
    proof(
        "a BackupArn that is no ARN of a backup is refused",
        AWS_CAPTURED,
        "fact: DescribeBackup of a backup by no ARN",
        "fact: DeleteBackup of a backup by an export's ARN",
    ),
    proof(
        "a BackupArn of an unknown partition or region is refused",
        AWS_CAPTURED,
        "fact: DescribeBackup of a backup of an unknown region",
        "fact: DeleteBackup of a backup of an unknown partition",
    ),
    proof(
        "another account's backup is a bare AccessDeniedException",
        AWS_CAPTURED,
        "fact: DescribeBackup of another account's backup",
        "fact: DeleteBackup of another account's backup",
    ),
    proof(
        "ListBackups of a table that never existed is empty",
        AWS_CAPTURED,
        BACKUPS + "test_no_backups_are_listed",
    ),
    proof(
        "ListBackups takes a Limit of 1 to 100",
        AWS_CAPTURED,
        *bounds("ListBackups", "limit", "greater than 1", "less than 100"),
    ),
    proof(
        "ListBackups refuses a lower bound of time above the upper one",
        AWS_CAPTURED,
        "fact: backups between two times of which the first is later",
    ),
    proof(
        "ListBackups refuses a start of another region",
        AWS_CAPTURED,
        "fact: backups from one of another region on",
    ),
    proof(
        "continuous backups are ENABLED, and recovery that is off shows its status alone",
        AWS_CAPTURED,
        BACKUPS + "test_continuous_backups_are_on_and_recovery_is_off",
    ),
    proof(
        "recovery that is switched off takes no number of days",
        AWS_CAPTURED,
        "fact: recovery switched off for a number of days",
    ),
    proof(
        "recovery goes back 1 to 35 days",
        AWS_CAPTURED,
        "fact: recovery for more than 35 days",
    ),
    proof(
        "the operations on recovery name the table that is missing, as TableNotFoundException",
        AWS_CAPTURED,
        "fact: DescribeContinuousBackups of a missing table",
        "fact: UpdateContinuousBackups of a missing table",
    ),
    proof(
        "a table without recovery cannot be restored to a moment",
        AWS_CAPTURED,
        "fact: a restore of a table without recovery",
        "fact: a restore, by its ARN and to a moment, of a table without recovery",
    ),
    proof(
        "a restore is refused for its shape, then for missing recovery, then for a taken target",
        AWS_CAPTURED,
        "fact: a restore to no moment",
        "fact: a restore over an existing table, of one without recovery",
    ),
    proof(
        "a restore names exactly one source table",
        AWS_CAPTURED,
        "fact: a restore of no table",
        "fact: a restore of two tables",
    ),
    proof(
        "a restore names exactly one moment",
        AWS_CAPTURED,
        "fact: a restore to no moment",
        "fact: a restore to not the latest moment",
        "fact: a restore to two moments",
    ),
    proof(
        "a restored table on demand takes no provisioned units",
        AWS_CAPTURED,
        "fact: a restore on demand with provisioned units",
    ),
    proof(
        "a restored table that is made PROVISIONED needs units",
        AWS_CAPTURED,
        "fact: a provisioned restore without units",
    ),
    proof(
        "a restore from another region must say how the table is encrypted",
        AWS_CAPTURED,
        "fact: a restore from another region without a word on encryption",
    ),
)

TRANSFER_PROOFS = (
    proof(
        "a table without recovery cannot be exported",
        AWS_CAPTURED,
        "fact: an export of a table without recovery",
        "fact: an incremental export of a table without recovery",
    ),
    proof(
        "an export of a missing table names it by its ARN",
        AWS_CAPTURED,
        "fact: an export of a missing table",
    ),
    proof("an export takes no bare name", AWS_CAPTURED, "fact: an export by a bare name"),
    proof("an export takes no index", AWS_CAPTURED, "fact: an export of an index"),
    proof(
        "another account's table cannot be exported",
        DOCS,
        "fact: an export of another account's table",
    ),
    proof(
        "an S3 prefix has up to 1024 characters",
        AWS_CAPTURED,
        *bounds("ExportTableToPointInTime", "s3Prefix", "less than 1024"),
    ),
    proof(
        "an export without a type takes no incremental specification",
        AWS_CAPTURED,
        "fact: an export without a type that says from when on",
    ),
    proof(
        "a full export takes no incremental specification",
        AWS_CAPTURED,
        "fact: a full export that says from when on",
    ),
    proof(
        "an incremental export needs its specification",
        AWS_CAPTURED,
        "fact: an incremental export that says nothing of times",
    ),
    proof(
        "an incremental export needs ExportFromTime",
        AWS_CAPTURED,
        "fact: an incremental export without a beginning",
    ),
    proof(
        "an export takes a KMS key only with encryption by KMS",
        AWS_CAPTURED,
        "fact: an export with a key but no encryption",
        "fact: an export with a key but another encryption",
    ),
    proof(
        "an export's filter is not empty",
        AWS_CAPTURED,
        "fact: an export with an empty filter",
    ),
    proof(
        "an export that is not there is refused with the doubled words",
        AWS_CAPTURED,
        "fact: DescribeExport of an unknown export",
    ),
    proof(
        "an export of another region is not found, by other words",
        AWS_CAPTURED,
        "fact: DescribeExport of an export of another region",
    ),
    proof(
        "an ExportArn that is no ARN of an export is refused",
        AWS_CAPTURED,
        "fact: DescribeExport of an export by no ARN",
        "fact: DescribeExport of an export by a backup's ARN",
    ),
    proof(
        "another account's export is a bare AccessDeniedException",
        AWS_CAPTURED,
        "fact: DescribeExport of another account's export",
    ),
    proof(
        "ListExports takes MaxResults of 1 to 25",
        AWS_CAPTURED,
        *bounds("ListExports", "maxResults", "greater than 1", "less than 25"),
    ),
    proof(
        "ListExports of a table that is gone is empty",
        AWS_CAPTURED,
        "tests/operations/test_transfers.py::test_no_exports_and_imports_are_listed",
    ),
    proof(
        "ListExports refuses a token that it never gave out",
        AWS_CAPTURED,
        "fact: exports from a made-up token on",
    ),
    proof(
        "the kinds of compression of an import are printed as ZSTD, NONE, GZIP",
        AWS_CAPTURED,
        "fact: an import compressed in an unknown way",
    ),
    proof(
        "the delimiter of CSV is one of six characters",
        AWS_CAPTURED,
        "fact: an import of CSV with an unknown delimiter",
    ),
    proof(
        "a list of CSV headers is not empty",
        AWS_CAPTURED,
        *bounds("ImportTable", "inputFormatOptions.csv.headerList", "greater than 1"),
    ),
    proof(
        "options of CSV are refused for another format",
        AWS_CAPTURED,
        "fact: an import with options for another format",
    ),
    proof(
        "an import into an existing table is a ResourceInUseException",
        AWS_CAPTURED,
        "fact: an import into an existing table",
    ),
    proof(
        "an ImportArn that is none is refused",
        AWS_CAPTURED,
        "fact: DescribeImport of an import by no ARN",
    ),
    proof(
        "an import that is not there is an ImportNotFoundException",
        AWS_CAPTURED,
        "fact: DescribeImport of an unknown import",
    ),
    proof(
        "ListImports takes a PageSize of 1 to 25",
        AWS_CAPTURED,
        *bounds("ListImports", "pageSize", "greater than 1", "less than 25"),
    ),
)

PROOFS = (*BACKUP_PROOFS, *TRANSFER_PROOFS)
