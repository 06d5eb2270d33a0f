"""Write sharding: one hot partition key as several, and reading them again as one.

A partition takes some 1,000 write units a second. Where one value of the partition key needs more,
a suffix makes N of it: a random one, or one calculated from an attribute, so that a single item can
be found again. A query of everything asks all N and merges the answers in the sort key's order.
Source: facts, Key design.
"""

from __future__ import annotations

import heapq
import random
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from dynalite_py.model import plain
from dynalite_py.patterns import clients, requests

# Where each shard stands: None before its first item, {} behind its last, else the last item's key.
Bookmark: TypeAlias = list[plain.PlainItem | None]

MOST_SHARDS = 10_000
_PARTITION, _PARTITION_NAME = ":dynalite_partition", "#dynalite_partition"


def checksum(text: str) -> int:
    """A number that spreads evenly and is the same in every process and version: CRC-32."""
    return zlib.crc32(text.encode())


def code_points(text: str) -> int:
    """The sum of a text's code points, which other programs use for their suffixes."""
    return sum(map(ord, text))


@dataclass(frozen=True, slots=True)
class Shards:
    """How a partition key is spread: ``2026-11-25`` over ``2026-11-25#0`` to ``2026-11-25#9``.

    count: how many; it may grow, but items with calculated suffixes have to be moved then. first:
    the smallest suffix.
    """

    count: int
    separator: str = "#"
    first: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_SHARDS:
            raise ValueError(f"1 to {MOST_SHARDS} shards, not {self.count}")

    def all(self, partition: str) -> list[str]:
        """Every key that stands for this one."""
        return [self._with(partition, number) for number in range(self.count)]

    def drawn(self, partition: str, draw: Callable[[int], int] = random.randrange) -> str:
        """One of them at random. draw: gives a number below the one it is given."""
        return self._with(partition, draw(self.count))

    def calculated(self, partition: str, by: str, number: Callable[[str], int] = checksum) -> str:
        """The one for this value of another attribute, always the same. number: of that value."""
        return self._with(partition, number(by) % self.count)

    def _with(self, partition: str, number: int) -> str:
        return f"{partition}{self.separator}{self.first + number}"


def query(
    client: clients.Client,
    table: str,
    partition_key: str,
    partitions: Sequence[Any],
    *,
    sort_key: str | None = None,
    sort_condition: str | None = None,
    values: clients.Plain | None = None,
    names: Mapping[str, str] | None = None,
    filter: str | None = None,  # noqa: A002 - DynamoDB's word.
    index: str | None = None,
    forward: bool = True,
    consistent: bool = False,
    limit: int | None = None,
    page_size: int | None = None,
    start: Bookmark | None = None,
    pool: Executor | None = None,
) -> Gathered:
    """The items of several partition keys as one row, in the order of their sort keys.

    sort_condition: on the sort key, such as ``#at BETWEEN :from AND :to``. limit: as many items at
    most, so with ``forward=False`` the last ones of all shards. start: the ``bookmark`` of an
    earlier query of the same partitions. pool: reads the shards' first pages at once, else each is
    read in turn.
    """
    condition = f"{_PARTITION_NAME} = {_PARTITION}"
    request: clients.Request = {
        "TableName": table,
        "KeyConditionExpression": requests.both(sort_condition, condition),
        "ExpressionAttributeNames": {**(names or {}), _PARTITION_NAME: partition_key},
        "ScanIndexForward": forward,
    }
    optional = {
        "IndexName": index,
        "FilterExpression": filter,
        "ConsistentRead": consistent or None,
        "Limit": page_size if page_size is not None or filter is not None else limit,
    }
    request |= {name: member for name, member in optional.items() if member is not None}
    bound = plain.item_out(values or {})
    if start is not None and len(start) != len(partitions):
        raise ValueError("The bookmark is one of other partitions")
    shards = [
        _Shard(
            client,
            {**request, "ExpressionAttributeValues": {**bound, _PARTITION: plain.value_out(value)}},
            mark,
        )
        for value, mark in zip(partitions, start or [None] * len(partitions), strict=True)
    ]
    if pool is not None:
        list(pool.map(_Shard.first, shards))
    return Gathered(client, shards, sort_key, forward, limit)


class Gathered:
    """The merged items of a query: an iterator that reads on where it needs to."""

    def __init__(
        self,
        client: clients.Client,
        shards: list[_Shard],
        sort_key: str | None,
        forward: bool,
        limit: int | None,
    ) -> None:
        self._client = client
        self._shards = shards
        self._left = limit
        rows = [shard.items() for shard in shards]
        self._merged: Iterator[tuple[clients.Wire, _Shard]] = heapq.merge(
            *rows, key=lambda row: _order(row[0].get(sort_key or "")), reverse=not forward
        )

    def __iter__(self) -> Gathered:
        return self

    def __next__(self) -> plain.PlainItem:
        if self._left == 0:
            raise StopIteration
        item, shard = next(self._merged)
        shard.given = item
        if self._left is not None:
            self._left -= 1
        return plain.item_in(item)

    @property
    def bookmark(self) -> Bookmark:
        """Where the reading stands, to go on behind it with ``start=``: plain values.

        One entry a partition: None before its first item, {} behind its last, else a key.
        """
        if all(shard.given is None for shard in self._shards):
            return [shard.mark for shard in self._shards]
        request = self._shards[0].request
        described = self._client.describe_table(TableName=request["TableName"])["Table"]
        names = _key_names(described, request.get("IndexName"))
        return [shard.place(names) for shard in self._shards]


class _Shard:
    """One partition key being read. given: the last of its items that the caller has."""

    def __init__(
        self, client: clients.Client, request: clients.Request, mark: plain.PlainItem | None
    ) -> None:
        self.request = request
        self.mark = mark
        self.given: clients.Wire | None = None
        self._query = client.query
        self._first: Any = None
        self._spent = mark == {}

    def first(self) -> None:
        """Read the first page, if there is one to read."""
        if self._first is None and not self._spent:
            self._first = self._page(plain.item_out(self.mark) if self.mark else None)

    def items(self) -> Iterator[tuple[clients.Wire, _Shard]]:
        """The items from the mark on, each with its shard."""
        if self._spent:
            return
        self.first()
        page, self._first = self._first, None
        while True:
            yield from ((item, self) for item in page["Items"])
            last = page.get("LastEvaluatedKey")
            if last is None:
                break
            page = self._page(last)
        self._spent = True

    def place(self, key_names: set[str]) -> plain.PlainItem | None:
        """The bookmark of this shard."""
        if self.given is None:
            return {} if self._spent else self.mark
        if not key_names <= self.given.keys():
            missing = ", ".join(sorted(key_names))
            raise ValueError(f"A bookmark needs the key attributes {missing} in the items")
        return {name: plain.value_in(self.given[name]) for name in key_names}

    def _page(self, start: clients.Wire | None) -> Any:
        if start is None:
            return self._query(**self.request)
        return self._query(**self.request, ExclusiveStartKey=start)


def _key_names(described: Mapping[str, Any], index: str | None) -> set[str]:
    """The attributes of a start key: those of the table's key and of the index's."""
    schemas = [described["KeySchema"]]
    for indexes in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        schemas += [
            one["KeySchema"] for one in described.get(indexes, ()) if one["IndexName"] == index
        ]
    return {element["AttributeName"] for schema in schemas for element in schema}


def _order(value: Mapping[str, Any] | None) -> Any:
    """What a sort key is ordered by; without one every item is alike, so shard follows shard."""
    if value is None:
        return 0
    [(kind, content)] = value.items()
    if kind == "N":
        return Decimal(content)
    return content.encode() if kind == "S" else bytes(content)
