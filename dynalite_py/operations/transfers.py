"""Export to S3 and import from it: there are no exports, and nothing is exported or imported.

Source: facts, ExportTableToPointInTime, ImportTable.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from dynalite_py.model import arns, codec, errors, feature_errors, table_errors
from dynalite_py.operations import backups
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope

_NO_EXPORTS = codec.encode({"ExportSummaries": []})
_NO_IMPORTS = codec.encode({"ImportSummaryList": []})
_INCREMENTAL = "INCREMENTAL_EXPORT"


def list_exports(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None, whatever the table. Raises: DynamoDBError."""
    del scope
    return _nothing(request, _NO_EXPORTS)


def list_imports(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """None, whatever the table. Raises: DynamoDBError."""
    del scope
    return _nothing(request, _NO_IMPORTS)


def _nothing(request: Request, answer: bytes) -> Callable[[apsw.Connection], bytes]:
    _check_table_arn(request)
    if "NextToken" in request:
        raise feature_errors.bad_next_token(request["NextToken"])
    return lambda _: answer


def describe_export(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for there is none. Raises: DynamoDBError."""
    arn: str = request["ExportArn"]
    export = arns.parse_part(arn, "export")
    if export is None:
        raise feature_errors.not_an_export_arn()
    if export.region != scope.region:
        raise feature_errors.misplaced_export_arn()
    if export.account != scope.account:
        raise feature_errors.access_denied()
    raise feature_errors.export_not_found(arn)


def describe_import(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for there is none. Raises: DynamoDBError."""
    arn: str = request["ImportArn"]
    found = arns.parse_part(arn, "import")
    if found is None:
        raise feature_errors.not_an_import_arn()
    if found.account != scope.account:
        raise feature_errors.access_denied()
    raise feature_errors.import_not_found(arn)


def export_table(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused, for no table has point-in-time recovery. Raises: DynamoDBError."""
    arn: str = request["TableArn"]
    _check_table_arn(request)
    _check_increment(request)
    if "S3SseKmsKeyId" in request and request.get("S3SseAlgorithm") != "KMS":
        raise feature_errors.needless_export_key()
    if request.get("FilterSpecification") == {}:
        raise feature_errors.empty_export_filter()
    named = arns.parse_table(arn)
    if named is None:
        raise feature_errors.export_of_no_table()
    if named[1] != scope.account:
        raise feature_errors.export_of_foreign_table()
    table = backups.source_table(scope, arn, shown=arn)
    raise feature_errors.recovery_unavailable(table.name)


def import_table(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Refused: there is nowhere to import from. Raises: DynamoDBError."""
    form: str = request["InputFormat"]
    if "Csv" in request.get("InputFormatOptions", {}) and form != "CSV":
        raise feature_errors.needless_import_options(form)
    name: str = request["TableCreationParameters"]["TableName"]
    if scope.named(name) is not None:
        raise table_errors.table_exists(name)
    raise errors.unsupported_operation("ImportTable")


def _check_table_arn(request: Request) -> None:
    arn: str | None = request.get("TableArn")
    if arn is not None and arns.parse(arn) is None:
        raise feature_errors.not_an_arn_of_table("tableArn")


def _check_increment(request: Request) -> None:
    increment, kind = request.get("IncrementalExportSpecification"), request.get("ExportType")
    if kind == _INCREMENTAL and increment is None:
        raise feature_errors.increment_missing()
    if increment is None:
        return
    if kind is None:
        raise feature_errors.increment_of_untyped_export()
    if kind != _INCREMENTAL:
        raise feature_errors.increment_of_full_export()
    if "ExportFromTime" not in increment:
        raise feature_errors.increment_without_start()


OPERATIONS = (
    Operation("ListExports", "read", list_exports),
    Operation("ListImports", "read", list_imports),
    Operation("DescribeExport", "read", describe_export),
    Operation("DescribeImport", "read", describe_import),
    Operation("ExportTableToPointInTime", "read", export_table),
    Operation("ImportTable", "read", import_table),
)
