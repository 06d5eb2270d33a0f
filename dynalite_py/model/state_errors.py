"""The refusals of a change that comes while another goes on, or too often: one function a refusal.

Source: facts, DeleteTable, UpdateTable, control-plane neighbours; a text that is not on record says
so.
"""

from __future__ import annotations

from datetime import UTC, datetime

from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.table_errors import in_use, limit_exceeded


def table_in_change(name: str) -> DynamoDBError:
    """A second change while the first goes on. Widely reported, not on record."""
    return in_use(f"Table is being updated: {name}")


def throughput_in_change(name: str) -> DynamoDBError:
    """A second change while the units change."""
    return in_use(f"Table IOPS are currently being updated. Table: {name}")


def stream_in_change(table: str, label: str, operation: str) -> DynamoDBError:
    """A second change while a stream is switched. operation: ENABLE or DISABLE."""
    return in_use(
        f"A stream status change is currently in progress. Table: {table} Stream: {label} "
        f"Operation: {operation}"
    )


def stream_in_change_of_table() -> DynamoDBError:
    """DeleteTable while a stream is switched."""
    return in_use("Cannot delete table while stream is being enabled/disabled.")


def index_in_allocation(table: str, index: str) -> DynamoDBError:
    """Deletion of an index before its backfilling has begun."""
    return in_use(
        "Index creation is in resource allocation phase. Retry deletion during backfilling phase "
        f"or when the index is active. Table: {table} Index: {index}"
    )


def too_many_changes(count: int) -> DynamoDBError:
    """More table operations at a time than an account has. The numbers are in the service's guide,
    the text is widely reported for older ones.
    """
    return limit_exceeded(f"Only {count} tables can be created, updated, or deleted simultaneously")


def units_decreased_often(decreases: int, last: float, allowed_at: float) -> DynamoDBError:
    """One decrease too many in a UTC day; times in epoch seconds. The text is widely reported, not
    on record.
    """
    return limit_exceeded(
        "Provisioned throughput decreases are limited within a given UTC day. After the first 4 "
        "decreases, each subsequent decrease in the same UTC day can be performed at most once "
        f"every 3600 seconds. Number of decreases today: {decreases}. "
        f"Last decrease at {_long_time(last)}. "
        f"Next decrease can be made at {_long_time(allowed_at)}"
    )


def _long_time(moment: float) -> str:
    """Wednesday, July 25, 2018 at 8:48:14 PM Coordinated Universal Time."""
    time = datetime.fromtimestamp(moment, UTC)
    day, hour = f"{time:%A, %B} {time.day}, {time.year}", (time.hour + 11) % 12 + 1
    return f"{day} at {hour}:{time:%M:%S %p} Coordinated Universal Time"


def billing_mode_changed_often(mode: str, last: float, allowed_at: float) -> DynamoDBError:
    """A third switch within a day; times in epoch seconds. The form is widely reported, for an
    older limit.
    """
    asked = "PayPerRequest" if mode == "PAY_PER_REQUEST" else "Provisioned"
    return limit_exceeded(
        f"Update to {asked} mode are limited to 2 times in 1 day(s). "
        f"Last update at {_short_time(last)}. Next update can be made at {_short_time(allowed_at)}"
    )


def _short_time(moment: float) -> str:
    """Fri Dec 07 14:27:23 UTC 2018."""
    return f"{datetime.fromtimestamp(moment, UTC):%a %b %d %H:%M:%S UTC %Y}"
