"""The exceptions of the library door: boto3's names, one base class, no botocore.

``client.exceptions`` is this module, so ``client.exceptions.ConditionalCheckFailedException`` reads
as it does with boto3; ``ClientError`` is another name of the base class.
"""
# ruff: noqa: N818 - the names are the API's.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dynalite_py.model import errors, plain


class DynaliteError(Exception):
    """Everything the library door raises on purpose.

    code, message: the error's name and text. operation_name: the API operation that was refused.
    response: the dict that boto3's ClientError carries: ``Error`` (Code, Message),
    ``ResponseMetadata``, and the members that belong to the error (``Item``,
    ``CancellationReasons``), attribute values with bytes for binaries.
    """

    def __init__(
        self,
        code: str,
        message: str,
        operation_name: str = "",
        *,
        extra: Mapping[str, Any] | None = None,
        status: int = 400,
        request_id: str = "",
    ) -> None:
        called = f" when calling the {operation_name} operation" if operation_name else ""
        super().__init__(f"An error occurred ({code}){called}: {message}")
        self.code = code
        self.message = message
        self.operation_name = operation_name
        self.response: dict[str, Any] = {
            **(extra or {}),
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "RequestId": request_id,
                "HTTPStatusCode": status,
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        }

    @property
    def cancellation_reasons(self) -> list[dict[str, Any]]:
        """One reason for each action of a cancelled transaction, in request order; else empty."""
        return self.response.get("CancellationReasons", [])

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process pools: the arguments of __init__ are not those of Exception.
        return _restored, (type(self), self.code, self.message, self.operation_name, self.response)


ClientError = DynaliteError


class ParamValidationError(DynaliteError, TypeError):
    """The call itself is wrong, so nothing was asked of the store.

    An unknown keyword, or a Python value that no request can carry.
    """

    def __init__(self, message: str, operation_name: str = "") -> None:
        super().__init__("ParamValidation", message, operation_name)

    def __reduce__(self) -> tuple[Any, ...]:
        return ParamValidationError, (self.message, self.operation_name)


class StoreError(DynaliteError):
    """The file cannot be opened as asked; the text tells what to do. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__("StoreError", message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return StoreError, (self.message,)


class SchemaError(DynaliteError):
    """A description of tables cannot be read or understood; the text says where, and why."""

    def __init__(self, message: str) -> None:
        super().__init__("SchemaError", message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return SchemaError, (self.message,)


class LoadError(DynaliteError):
    """A file of items cannot be read, loaded or written; the text says where, and why.

    items: how many were loaded before; a load of the same file goes on behind them.
    """

    def __init__(self, message: str, items: int = 0) -> None:
        super().__init__("LoadError", message)
        self.items = items

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return LoadError, (self.message, self.items)


class SqlError(DynaliteError):
    """A question in SQL cannot be answered; the text says why. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__("SqlError", message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return SqlError, (self.message,)


class ClockError(DynaliteError):
    """The store's clock cannot be moved, or not to where it was asked to go."""

    def __init__(self, message: str) -> None:
        super().__init__("ClockError", message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return ClockError, (self.message,)


class TriggerError(DynaliteError):
    """A trigger cannot be made; the text says why. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__("TriggerError", message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return TriggerError, (self.message,)


class StoreClosedError(DynaliteError):
    """The store was closed before this call."""


class WaiterError(DynaliteError):
    """A waiter gave up. last_response: what the last attempt answered, or its error's response."""

    def __init__(self, name: str, reason: str, last_response: Mapping[str, Any]) -> None:
        super().__init__("WaiterError", f"Waiter {name} failed: {reason}")
        self.name = name
        self.last_response = last_response

    def __reduce__(self) -> tuple[Any, ...]:
        reason = self.message.partition(" failed: ")[2]
        return WaiterError, (self.name, reason, self.last_response)


class ValidationException(DynaliteError):
    """The request breaks a rule of the API."""


class SerializationException(DynaliteError):
    """A member of the request has the wrong JSON type."""


class UnknownOperationException(DynaliteError):
    """The operation is not one of the API's."""


class UnsupportedOperationException(DynaliteError):
    """The operation is the API's, but this store does not do it."""


class AccessDeniedException(DynaliteError):
    """The caller may not do this."""


class BackupInUseException(DynaliteError):
    """The backup is being made, used or deleted."""


class BackupNotFoundException(DynaliteError):
    """The backup does not exist."""


class ConditionalCheckFailedException(DynaliteError):
    """The condition does not hold."""

    @property
    def item(self) -> dict[str, Any] | None:
        """The stored item in wire form; None where there is none or it was not asked for."""
        return self.response.get("Item")


class VersionConflict(ConditionalCheckFailedException):
    """The stored version is not the expected one: the item was written since it was read."""

    @property
    def version(self) -> int:
        """The version the item has now, 0 if there is no item."""
        return self.response.get("Version", 0)

    @property
    def current(self) -> dict[str, Any] | None:
        """The item as it is now in plain values, None if there is none."""
        return None if self.item is None else plain.item_in(self.item)


class ContinuousBackupsUnavailableException(DynaliteError):
    """Backups are not possible yet."""


class DuplicateItemException(DynaliteError):
    """An item with this key exists already."""


class ExpiredIteratorException(DynaliteError):
    """The shard iterator is older than 15 minutes."""


class ExportConflictException(DynaliteError):
    """The request token came before with another export."""


class ExportNotFoundException(DynaliteError):
    """The export does not exist."""


class GlobalTableAlreadyExistsException(DynaliteError):
    """A global table of this name exists."""


class GlobalTableNotFoundException(DynaliteError):
    """The global table does not exist."""


class IdempotentParameterMismatchException(DynaliteError):
    """The request token came before with another request."""


class ImportConflictException(DynaliteError):
    """The request token came before with another import."""


class ImportNotFoundException(DynaliteError):
    """The import does not exist."""


class IndexNotFoundException(DynaliteError):
    """The index does not exist."""


class InternalServerError(DynaliteError):
    """A fault of the store itself; its log has the trace."""


class InvalidExportTimeException(DynaliteError):
    """The table cannot be exported as it was at that moment."""


class InvalidRestoreTimeException(DynaliteError):
    """The table cannot be restored as it was at that moment."""


class ItemCollectionSizeLimitExceededException(DynaliteError):
    """An item collection would exceed 10 GB."""


class LimitExceededException(DynaliteError):
    """Too many tables, or too many table operations at once."""


class PointInTimeRecoveryUnavailableException(DynaliteError):
    """The table has no point-in-time recovery."""


class PolicyNotFoundException(DynaliteError):
    """The resource has no policy."""


class ProvisionedThroughputExceededException(DynaliteError):
    """The table's provisioned throughput is used up."""


class ReplicaAlreadyExistsException(DynaliteError):
    """The global table has a replica in this region."""


class ReplicaNotFoundException(DynaliteError):
    """The global table has no replica in this region."""


class ReplicatedWriteConflictException(DynaliteError):
    """A write met one of another region."""


class RequestLimitExceeded(DynaliteError):
    """The account's throughput is used up."""


class ResourceInUseException(DynaliteError):
    """The table is there already, or is being changed."""


class ResourceNotFoundException(DynaliteError):
    """The table or index does not exist."""


class TableAlreadyExistsException(DynaliteError):
    """A table of this name exists."""


class TableInUseException(DynaliteError):
    """The table is being created or deleted."""


class TableNotFoundException(DynaliteError):
    """The source table does not exist."""


class ThrottlingException(DynaliteError):
    """The request came too soon after others."""


class TransactionCanceledException(DynaliteError):
    """The transaction did not happen; ``cancellation_reasons`` says why, one reason an action."""


class TransactionConflictException(DynaliteError):
    """The item is in another transaction."""


class TransactionInProgressException(DynaliteError):
    """The transaction with this token is still running."""


class TrimmedDataAccessException(DynaliteError):
    """The stream's records of that time are gone."""


BY_CODE: Final[dict[str, type[DynaliteError]]] = {
    kind.__name__: kind
    for kind in (
        AccessDeniedException,
        BackupInUseException,
        BackupNotFoundException,
        ConditionalCheckFailedException,
        ContinuousBackupsUnavailableException,
        DuplicateItemException,
        ExpiredIteratorException,
        ExportConflictException,
        ExportNotFoundException,
        GlobalTableAlreadyExistsException,
        GlobalTableNotFoundException,
        IdempotentParameterMismatchException,
        ImportConflictException,
        ImportNotFoundException,
        IndexNotFoundException,
        InternalServerError,
        InvalidExportTimeException,
        InvalidRestoreTimeException,
        ItemCollectionSizeLimitExceededException,
        LimitExceededException,
        PointInTimeRecoveryUnavailableException,
        PolicyNotFoundException,
        ProvisionedThroughputExceededException,
        ReplicaAlreadyExistsException,
        ReplicaNotFoundException,
        ReplicatedWriteConflictException,
        RequestLimitExceeded,
        ResourceInUseException,
        ResourceNotFoundException,
        SerializationException,
        TableAlreadyExistsException,
        TableInUseException,
        TableNotFoundException,
        ThrottlingException,
        TransactionCanceledException,
        TransactionConflictException,
        TransactionInProgressException,
        TrimmedDataAccessException,
        UnknownOperationException,
        UnsupportedOperationException,
        ValidationException,
        VersionConflict,
    )
}


def of(
    refusal: errors.DynamoDBError,
    operation_name: str,
    extra: Mapping[str, Any],
    *,
    request_id: str = "",
) -> DynaliteError:
    """The library's exception for an engine's refusal; an unknown code becomes the base class.

    extra: the refusal's further members, with bytes for binaries.
    """
    return BY_CODE.get(refusal.code, DynaliteError)(
        refusal.code,
        refusal.message or "",
        operation_name,
        extra=extra,
        status=refusal.status,
        request_id=request_id,
    )


def _restored(
    kind: type[DynaliteError],
    code: str,
    message: str,
    operation_name: str,
    response: dict[str, Any],
) -> DynaliteError:
    error = kind(code, message, operation_name)
    error.response = response
    return error
