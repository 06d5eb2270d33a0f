"""Answers: spliced from stored text, with ConsumedCapacity and ItemCollectionMetrics where they
are asked for.

Source: facts, Consumed capacity (response shape), ItemCollectionMetrics.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw

from dynalite_py.capacity import units
from dynalite_py.model import codec
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations.scope import Request
from dynalite_py.storage import collections, indexes, items

EMPTY = b"{}"
_GIGABYTE = 1 << 30


def joined(members: list[str]) -> bytes:
    """A JSON object of members that are JSON text already (``"Count":1``)."""
    return ("{" + ",".join(members) + "}").encode()


def member(name: str, value: Any) -> str:
    """One member of an object as JSON text."""
    return f'"{name}":{codec.text(value)}'


class Consumed:
    """Units that one request consumed of one table, by arm: the table itself and each index."""

    __slots__ = ("global_units", "local_units", "table_units")

    def __init__(self) -> None:
        self.table_units: float = 0.0
        self.global_units: dict[str, float] = {}
        self.local_units: dict[str, float] = {}

    def add_write(self, table_units: float, changes: Iterable[indexes.Change]) -> None:
        """Count one write: the table's units and what it did to each index."""
        self.table_units += table_units
        for index, old_bytes, new_bytes, moved, changed in changes:
            spent = units.index_write_units(old_bytes, new_bytes, moved=moved, changed=changed)
            if spent:
                arm = self.global_units if index.is_global else self.local_units
                arm[index.name] = arm.get(index.name, 0.0) + spent

    def add_index_read(self, name: str, spent: float, *, is_global: bool) -> None:
        """Count a read of an index."""
        arm = self.global_units if is_global else self.local_units
        arm[name] = arm.get(name, 0.0) + spent

    def add(self, other: Consumed) -> None:
        """Count what another request, or another part of this one, consumed."""
        self.table_units += other.table_units
        for arm, more in (
            (self.global_units, other.global_units),
            (self.local_units, other.local_units),
        ):
            for name, spent in more.items():
                arm[name] = arm.get(name, 0.0) + spent

    def shown(self, table_name: str, mode: str, *, axis: str | None = None) -> dict[str, Any]:
        """The ConsumedCapacity object.

        mode: TOTAL or INDEXES; axis: ``Read`` or ``Write`` in transactions.
        """
        total = self.table_units + sum(self.global_units.values()) + sum(self.local_units.values())
        shown = {**_arm(total, axis), "TableName": table_name}
        if mode != "INDEXES":
            return shown
        shown["Table"] = _arm(self.table_units, axis)
        for name, arms in (
            ("LocalSecondaryIndexes", self.local_units),
            ("GlobalSecondaryIndexes", self.global_units),
        ):
            if arms:
                shown[name] = {index: _arm(spent, axis) for index, spent in arms.items()}
        return dict(sorted(shown.items()))


def _arm(spent: float, axis: str | None) -> dict[str, Any]:
    arm = {"CapacityUnits": float(spent)}
    if axis is not None:
        arm[f"{axis}CapacityUnits"] = float(spent)
    return arm


def capacity_mode(request: Request) -> str | None:
    """TOTAL or INDEXES where the request asks for ConsumedCapacity, else None."""
    mode = request.get("ReturnConsumedCapacity")
    return mode if mode in ("TOTAL", "INDEXES") else None


def table_write_units(old: items.Row | None, new_bytes: int | None) -> int:
    """Units of the table arm of one write: by the larger of the old and the new item."""
    return units.write_units(max(old[1] if old is not None else 0, new_bytes or 0))


def wants_collection_metrics(request: Request, table: Table) -> bool:
    """Whether ItemCollectionMetrics is asked for and the table has local indexes at all."""
    return table.has_local_indexes and request.get("ReturnItemCollectionMetrics") == "SIZE"


def collection_metrics(
    db: apsw.Connection, table: Table, key: Key, partition_item: Item
) -> dict[str, Any]:
    """One ItemCollectionMetrics object: the partition key and its collection's size in whole
    gigabytes.
    """
    gigabytes = collections.size_of(db, table, key) // _GIGABYTE
    return {
        "ItemCollectionKey": {table.partition_key: partition_item[table.partition_key]},
        "SizeEstimateRangeGB": [float(gigabytes), float(gigabytes + 1)],
    }
