"""Delete every item of a table: by dropping the table and making it again, or one by one.

Dropping costs no capacity and takes as long for a million items as for one, but the table is away
for a moment, and what is not its definition is lost (``definitions`` tells what). Deleting costs
the reading of every item and the writing of every item and index entry, and leaves the table where
it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dynalite_py.model import limits
from dynalite_py.patterns import backoff, batches, clients, definitions
from dynalite_py.patterns.backoff import Backoff


class ProtectedError(Exception):
    """The table is protected from deletion."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} is protected from deletion: it can only be emptied by deleting")
        self.table = table


class NotMadeAgainError(Exception):
    """The table was dropped, and could not be made again. request: the CreateTable that would."""

    def __init__(self, table: str, request: clients.Request) -> None:
        super().__init__(f"{table} was dropped and could not be made again: its definition is here")
        self.table, self.request = table, request

    def __reduce__(self) -> tuple[Any, ...]:
        return NotMadeAgainError, (self.table, self.request)


@dataclass(frozen=True, slots=True)
class Cost:
    """What it took. items: those that were deleted one by one."""

    items: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    requests: int = 0


def by_recreating(client: clients.Client, table: str, *, policy: Backoff = batches.RETRY) -> Cost:
    """Drop the table and make it again as it was, with tags and time to live.

    Two requests that change something, and no capacity. Raises: ProtectedError, NotMadeAgainError.
    """
    beside = definitions.Beside(client, table)
    if beside.described.get("DeletionProtectionEnabled"):
        raise ProtectedError(table)
    request = definitions.request(beside.described)
    client.delete_table(TableName=table)
    client.get_waiter("table_not_exists").wait(TableName=table)
    try:
        backoff.request(client, policy, client.create_table, **request)
    except client.exceptions.ClientError as refusal:
        # A table that is there again was made by a request whose answer was lost.
        if clients.code(refusal) != "ResourceInUseException":
            raise NotMadeAgainError(table, request) from refusal
    client.get_waiter("table_exists").wait(TableName=table)
    beside.set(client, table)
    return Cost(requests=2)


def by_deleting(
    client: clients.Client,
    table: str,
    *,
    consistent: bool = False,
    policy: Backoff = batches.RETRY,
    progress: Callable[[Cost], None] | None = None,
) -> Cost:
    """Read the keys of all items and delete them in batches of 25.

    Items that are written meanwhile may stay. consistent: sees every item that was there before,
    for twice the read units. progress: told after every page.
    """
    described = definitions.read(client, table, policy)
    names = {f"#k{n}": key["AttributeName"] for n, key in enumerate(described["KeySchema"])}
    request: clients.Request = {
        "TableName": table,
        "ProjectionExpression": ", ".join(names),
        "ExpressionAttributeNames": names,
        "ConsistentRead": consistent,
        "ReturnConsumedCapacity": "TOTAL",
    }
    cost = Cost()
    while True:
        page = backoff.request(client, policy, client.scan, **request)
        keys = page["Items"]
        written, requests = _deleted(client, table, keys, policy)
        cost = Cost(
            items=cost.items + len(keys),
            read_units=cost.read_units + page["ConsumedCapacity"]["CapacityUnits"],
            write_units=cost.write_units + written,
            requests=cost.requests + 1 + requests,
        )
        if progress is not None:
            progress(cost)
        if page.get("LastEvaluatedKey") is None:
            return cost
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _deleted(
    client: clients.Client, table: str, keys: list[clients.Wire], policy: Backoff
) -> tuple[float, int]:
    """Delete the items of these keys; the write units, and the batches."""
    units, sent = 0.0, 0
    for first in range(0, len(keys), limits.BATCH_WRITE_REQUESTS):
        some = keys[first : first + limits.BATCH_WRITE_REQUESTS]
        deletions = [{"DeleteRequest": {"Key": key}} for key in some]
        units += batches.write(client, table, deletions, policy)
        sent += 1
    return units, sent
