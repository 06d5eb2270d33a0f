"""Why a request has no plan. DynamoDB explains nothing: the texts are our own."""

from __future__ import annotations

from dynalite_py.model.errors import DynamoDBError


def not_explained(operation: str) -> DynamoDBError:
    """Another operation than those that have plans."""
    return DynamoDBError(
        "ValidationException",
        f"{operation[:100]} has no plan: GetItem, Query, Scan, statements and lists of reads have",
    )


def only_reads_are_measured() -> DynamoDBError:
    """To measure a write would be to do it."""
    return DynamoDBError("ValidationException", "Only a read can be measured")
