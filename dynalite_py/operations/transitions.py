"""What a table is while it is created, changed or deleted, and for how long.

The record of a table says what the table is now, until when, and what it becomes then; the clock
ends it, whoever looks. Without durations there is no such time: the answer to the request shows
the state as the service's does, and the next request finds its end. Source: facts, the response of
CreateTable, DeleteTable, UpdateTable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dynalite_py.model import limits, state_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Change, Index, Reason, Table

# A change has a time of its end also where it takes none.
_SHORTEST_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Transitions:
    """How long tables take to be created, changed and deleted, in seconds; 0: at once.

    ttl_pause: how long after a change of its time to live a table takes no other.
    """

    create: float = 0.0
    update: float = 0.0
    delete: float = 0.0
    ttl_pause: float = 0.0

    @classmethod
    def of_milliseconds(
        cls, *, create: float, update: float, delete: float, ttl_pause: float = 0
    ) -> Transitions:
        """The same in milliseconds."""
        return cls(create / 1000, update / 1000, delete / 1000, ttl_pause / 1000)

    def updated_at(self, now: float) -> float:
        """The time at which an update that begins now ends: a millisecond later at least."""
        return now + max(self.update, _SHORTEST_SECONDS)


AT_ONCE = Transitions()


def creating(table: Table, now: float, transitions: Transitions) -> Table:
    """A new table as it is stored: CREATING for a time, then what was asked for."""
    if not transitions.create:
        return table
    change = Change(now + transitions.create, table, "creation")
    return dataclasses.replace(table, status="CREATING", change=change)


def deleting(table: Table, now: float, transitions: Transitions) -> Table:
    """A table on its way out, with everything that is its own until the end."""
    change = Change(now + transitions.delete, None, "deletion")
    return dataclasses.replace(table, status="DELETING", change=change)


def updating(
    stored: Table, shown: Table, reason: Reason, now: float, transitions: Transitions
) -> Table:
    """A changed table as it is stored: UPDATING for a time, then changed.

    stored: as it is in the end. shown: as the answer describes it. Another encryption leaves the
    table ACTIVE. An index that is made goes through a phase without copying first.
    """
    after = dataclasses.replace(stored, status="ACTIVE", change=None)
    if not transitions.update:
        return after
    status = "ACTIVE" if reason == "encryption" else "UPDATING"
    end = Change(now + transitions.update, after, reason)
    during = dataclasses.replace(_with_real_maxima(shown, stored), status=status, change=end)
    if not any(index.allocating for index in during.indexes):
        return during
    copying = _each_index(during, lambda index: dataclasses.replace(index, allocating=False))
    half = Change(now + transitions.update / 2, copying, reason)
    return dataclasses.replace(during, change=half)


def _with_real_maxima(shown: Table, stored: Table) -> Table:
    """Only the answer repeats a maximum of -1; a description has none there at once."""

    def real(index: Index) -> Index:
        kept = stored.index(index.name)
        if kept is None:
            return index
        return dataclasses.replace(index, on_demand_throughput=kept.on_demand_throughput)

    table = dataclasses.replace(shown, on_demand_throughput=stored.on_demand_throughput)
    return _each_index(table, real)


def _each_index(table: Table, change: Callable[[Index], Index]) -> Table:
    return dataclasses.replace(table, indexes=tuple(change(index) for index in table.indexes))


def in_the_way(table: Table) -> DynamoDBError:
    """Why a table on which a change goes on takes no other one."""
    change = table.change
    if change is not None and change.reason == "stream" and table.stream is not None:
        operation = "ENABLE" if table.stream.enabled else "DISABLE"
        return state_errors.stream_in_change(table.name, table.stream.label, operation)
    if change is not None and change.reason == "throughput":
        return state_errors.throughput_in_change(table.name)
    return state_errors.table_in_change(table.name)


def check_simultaneous(others: Iterable[Table], now: float, *, indexed: bool = False) -> None:
    """Refuse one more table operation beside those that go on in the account and region.

    others: tables with a change that may have ended; indexed: the operation makes a table with
    indexes. Raises: DynamoDBError.
    """
    running = [table for each in others if (table := each.at(now)) is not None and table.change]
    if len(running) >= limits.SIMULTANEOUS_CHANGES:
        raise state_errors.too_many_changes(limits.SIMULTANEOUS_CHANGES)
    made = sum(1 for table in running if table.status == "CREATING" and table.indexes)
    if indexed and made >= limits.SIMULTANEOUS_INDEXED_CREATIONS:
        raise state_errors.too_many_changes(limits.SIMULTANEOUS_INDEXED_CREATIONS)
