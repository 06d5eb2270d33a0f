"""Batches of writes that are sent until nothing is left unprocessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynalite_py.patterns import backoff, clients
from dynalite_py.patterns.backoff import Backoff

# Batches wait longer than single requests: what is left unprocessed was throttled.
RETRY = Backoff(attempts=12, base_seconds=0.05, cap_seconds=10.0)


class UnprocessedError(Exception):
    """The table took no more of a batch in all attempts. writes: those that were not done."""

    def __init__(self, table: str, writes: Sequence[clients.Request]) -> None:
        super().__init__(f"{table} is throttled: {len(writes)} writes stayed unprocessed")
        self.table, self.writes = table, writes

    def __reduce__(self) -> tuple[Any, ...]:
        return UnprocessedError, (self.table, self.writes)


def write(
    client: clients.Client,
    table: str,
    writes: Sequence[clients.Request],
    policy: Backoff = RETRY,
) -> float:
    """Do up to 25 puts and deletes of different items; the write units they took.

    writes: such as ``{"PutRequest": {"Item": ...}}``. A request that is refused for the moment, and
    writes left unprocessed, are sent again. Raises: UnprocessedError, the client's refusals.
    """
    units, left = 0.0, list(writes)
    for _ in policy.tries():
        answer = backoff.request(
            client,
            policy,
            client.batch_write_item,
            RequestItems={table: left},
            ReturnConsumedCapacity="TOTAL",
        )
        units += sum(one["CapacityUnits"] for one in answer.get("ConsumedCapacity", ()))
        left = answer.get("UnprocessedItems", {}).get(table, [])
        if not left:
            return units
    raise UnprocessedError(table, left)
