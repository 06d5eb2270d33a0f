"""Counters: atomic ones, ones with bounds, ones that count a thing once, and ones in shards.

DynamoDB adds inside the item, so two additions never meet: ``ADD n :d``. That is not idempotent: a
request repeated after its answer was lost counts twice. ``add_once`` counts a thing once, whatever
is repeated. Source: facts, Concurrency.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, TypeAlias

from dynalite_py.model import limits, plain
from dynalite_py.patterns import backoff, clients
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.sharding import Shards

Number: TypeAlias = int | Decimal

# Every number the service has, exactly, and the sums and differences of two of them.
_EXACT = Context(prec=300)


class OutOfBoundsError(Exception):
    """The counter would leave its bounds, so it was left as it is. value: the one it has."""

    def __init__(self, value: Number, amount: Number) -> None:
        super().__init__(f"The counter has {value}; {amount} more is out of its bounds")
        self.value, self.amount = value, amount

    def __reduce__(self) -> tuple[Any, ...]:
        return OutOfBoundsError, (self.value, self.amount)


def add(
    client: clients.Client,
    table: str,
    key: clients.Plain,
    attribute: str,
    amount: Number = 1,
) -> Number:
    """Add to a number of an item, both made if they are not there; the number afterwards."""
    request = _addition(table, key, attribute, amount)
    answer = client.update_item(**request, ReturnValues="UPDATED_NEW")
    return plain.value_in(answer["Attributes"][attribute])


def add_within(
    client: clients.Client,
    table: str,
    key: clients.Plain,
    attribute: str,
    amount: Number,
    *,
    lowest: Number | None = None,
    highest: Number | None = None,
) -> Number:
    """Add where the number then lies from lowest to highest; the number afterwards.

    A number that is not there is 0. Raises: OutOfBoundsError.
    """
    request = _addition(table, key, attribute, amount)
    values = request["ExpressionAttributeValues"]
    bounds: list[str] = []
    if lowest is not None:
        bounds.append("#n >= :lowest")
        values[":lowest"] = _difference(lowest, amount)
    if highest is not None:
        bounds.append("#n <= :highest")
        values[":highest"] = _difference(highest, amount)
    if bounds:
        condition = " AND ".join(bounds)
        fits = (lowest is None or amount >= lowest) and (highest is None or amount <= highest)
        request["ConditionExpression"] = (
            f"attribute_not_exists(#n) OR ({condition})" if fits else condition
        )
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    try:
        answer = client.update_item(**request, ReturnValues="UPDATED_NEW")
    except client.exceptions.ConditionalCheckFailedException as refusal:
        item = clients.stored_item(refusal) or {}
        raise OutOfBoundsError(item.get(attribute, 0), amount) from None
    return plain.value_in(answer["Attributes"][attribute])


def add_once(
    client: clients.Client,
    table: str,
    key: clients.Plain,
    attribute: str,
    amount: Number = 1,
    *,
    marker: clients.Plain,
    marker_table: str | None = None,
    policy: Backoff | None = None,
) -> bool:
    """Add for a thing that is counted once; False where it was counted before.

    marker: an item that stands for the thing, written in the same transaction; its first attribute
    is one of its key. It may carry a time to live, as long as repetitions are possible.
    """
    mark = {
        "TableName": marker_table or table,
        "Item": plain.item_out(marker),
        "ConditionExpression": "attribute_not_exists(#marker)",
        "ExpressionAttributeNames": {"#marker": next(iter(marker))},
    }
    actions = [{"Put": mark}, {"Update": _addition(table, key, attribute, amount)}]
    try:
        # The token makes a repeated request the same one, whose marker is its own.
        backoff.request(
            client,
            policy or Backoff(),
            client.transact_write_items,
            TransactItems=actions,
            ClientRequestToken=str(uuid.uuid4()),
        )
    except client.exceptions.TransactionCanceledException as refusal:
        if "ConditionalCheckFailed" in clients.reasons(refusal):
            return False
        raise
    return True


@dataclass(frozen=True, slots=True)
class ShardedCounter:
    """A counter in several items, for more additions a second than one partition takes.

    key: its first attribute, a text, is the partition key and gets the suffix.
    """

    client: clients.Client
    table: str
    key: Mapping[str, Any]
    attribute: str
    shards: Shards
    draw: Callable[[int], int] = random.randrange

    def add(self, amount: Number = 1) -> None:
        """Add to one of the shards."""
        name = next(iter(self.key))
        key = {**self.key, name: self.shards.drawn(self.key[name], self.draw)}
        self.client.update_item(**_addition(self.table, key, self.attribute, amount))

    def value(self, policy: Backoff | None = None) -> Number:
        """The sum of all shards, each read consistently, though not all at one moment.

        Raises: UnreadError where keys stay unprocessed.
        """
        name = next(iter(self.key))
        keys = [
            plain.item_out({**self.key, name: text}) for text in self.shards.all(self.key[name])
        ]
        items: list[clients.Wire] = []
        for first in range(0, len(keys), limits.BATCH_GET_KEYS):
            some = keys[first : first + limits.BATCH_GET_KEYS]
            items += self._read(some, policy or Backoff())
        total = Decimal(0)
        for item in items:
            total = _EXACT.add(total, Decimal(item.get(self.attribute, {"N": "0"})["N"]))
        return plain.number_in(str(total))

    def _read(self, keys: list[clients.Wire], policy: Backoff) -> list[clients.Wire]:
        found: list[clients.Wire] = []
        for _ in policy.tries():
            wanted = {"Keys": keys, "ConsistentRead": True}
            answer = backoff.request(
                self.client,
                policy,
                self.client.batch_get_item,
                RequestItems={self.table: wanted},
            )
            found += answer["Responses"].get(self.table, [])
            keys = answer["UnprocessedKeys"].get(self.table, {}).get("Keys", [])
            if not keys:
                return found
        raise UnreadError(len(keys))


class UnreadError(Exception):
    """Shards of a counter stayed unread: the table is throttled. count: how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} shards of the counter could not be read")
        self.count = count


def _addition(table: str, key: clients.Plain, attribute: str, amount: Number) -> clients.Request:
    return {
        "TableName": table,
        "Key": plain.item_out(key),
        "UpdateExpression": "ADD #n :amount",
        "ExpressionAttributeNames": {"#n": attribute},
        "ExpressionAttributeValues": {":amount": plain.value_out(amount)},
    }


def _difference(bound: Number, amount: Number) -> dict[str, Any]:
    return plain.value_out(_EXACT.subtract(Decimal(bound), Decimal(amount)))
