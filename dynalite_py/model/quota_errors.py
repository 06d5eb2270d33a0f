"""The refusals of quotas: how much there may be of something, how often a setting may change.

Source: facts, Limits, UpdateTable, control-plane neighbours; texts that are not on record say so
and follow the recorded ones.
"""

from __future__ import annotations

from dynalite_py.model.errors import DynamoDBError, invalid_parameter
from dynalite_py.model.table_errors import UnitsKind, limit_exceeded


def too_many_tables(limit: int) -> DynamoDBError:
    """More tables than an account may have in a region. The text is not on record."""
    return limit_exceeded(f"There is a limit of {limit} tables per subscriber")


def table_units_exceeded(kind: UnitsKind, units: int, limit: int) -> DynamoDBError:
    """A new table with more units, indexes included, than one may have. Text not on record."""
    return limit_exceeded(
        f"The requested {kind}CapacityUnits of the table and its indexes, {units}, exceed the "
        f"per-table limit of {limit}"
    )


def account_units_exceeded(kind: UnitsKind, units: int, limit: int) -> DynamoDBError:
    """More units than all tables of an account may have in a region. Text not on record."""
    return limit_exceeded(
        f"The {kind}CapacityUnits of all tables and indexes, {units}, exceed the per-account "
        f"limit of {limit}"
    )


def encryption_changed_often(limit: int) -> DynamoDBError:
    """A further change of the encryption key within a day. The text is not on record."""
    return limit_exceeded(f"Updates to SSESpecification are limited to {limit} times in 1 day(s).")


def protection_changed_lately(table: str, again_at: str) -> DynamoDBError:
    """A second change of the deletion protection within seconds. again_at: a time."""
    return DynamoDBError(
        "ThrottlingException",
        f"Deletion protection setting for table {table} modified within the previous 15000 "
        f"milliseconds. Please try again after {again_at}",
    )


def table_class_changed_often() -> DynamoDBError:
    """A third change of the table class within 30 days."""
    return limit_exceeded("Updates to TableClass are limited to 2 times in 30 day(s).")


def policy_too_large(limit_bytes: int) -> DynamoDBError:
    """A resource policy beyond 20 KB."""
    return invalid_parameter(f"Maximum policy size of {limit_bytes} bytes exceeded")
