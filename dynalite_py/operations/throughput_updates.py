"""UpdateTable's changes of billing mode, provisioned units and on-demand maxima.

The answer shows a change that goes on (old units, index status UPDATING), the table as it will be
the end of it. Source: facts, effects of UpdateTable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dynalite_py.model import limits, state_errors, table_errors
from dynalite_py.model.tables import Index, Table, Throughput
from dynalite_py.operations import table_definitions, table_descriptions
from dynalite_py.operations.scope import Request
from dynalite_py.operations.table_definitions import MAX_UNITS, Given

_PAY_PER_REQUEST = "PAY_PER_REQUEST"


class Changed(NamedTuple):
    """A changed table. stored: as it is in the end. shown: as the answer describes it."""

    stored: Table
    shown: Table


class Span(NamedTuple):
    """When a change begins (now) and when it ends, in epoch seconds."""

    now: float
    ended: float


def changed(table: Table, request: Request, span: Span) -> Changed:
    """The table with the billing mode, units and maxima asked for. Raises: DynamoDBError."""
    mode = request.get("BillingMode", table.billing_mode)
    asked = request.get("ProvisionedThroughput")
    if mode == _PAY_PER_REQUEST and asked is not None:
        raise table_errors.units_on_demand()
    maxima: dict[str, int] = request.get("OnDemandThroughput") or {}
    table_definitions.check_on_demand(maxima, provisioned=mode == "PROVISIONED", in_update=True)
    if mode != table.billing_mode:
        table = dataclasses.replace(table, billing_mode_changes=_mode_changes(table, mode, span))
        switched = (
            _to_on_demand(table, span)
            if mode == _PAY_PER_REQUEST
            else _to_provisioned(table, request, span.now)
        )
        return _with_maxima(switched, maxima)
    if asked is not None:
        return _with_units(table, table_definitions.throughput_of(asked), span)
    return _with_maxima(Changed(table, table), maxima)


def _mode_changes(table: Table, mode: str, span: Span) -> list[float]:
    """Times of the day's switches of the billing mode, this one added. Raises: DynamoDBError."""
    since = span.now - limits.BILLING_MODE_CHANGES_SECONDS
    recent = [moment for moment in table.billing_mode_changes if moment > since]
    if len(recent) >= limits.BILLING_MODE_CHANGES:
        first = recent[-limits.BILLING_MODE_CHANGES]
        allowed_at = first + limits.BILLING_MODE_CHANGES_SECONDS
        raise state_errors.billing_mode_changed_often(mode, recent[-1], allowed_at)
    return [*recent, span.now]


def _with_units(table: Table, asked: Throughput, span: Span) -> Changed:
    shown, stored = _units(table.throughput, asked, span)
    return Changed(
        dataclasses.replace(table, throughput=stored), dataclasses.replace(table, throughput=shown)
    )


def _units(present: Throughput, asked: Throughput, span: Span) -> tuple[Throughput, Throughput]:
    """Units while they change (the old ones, times moved) and afterwards. Raises: DynamoDBError."""
    if (asked.read_units, asked.write_units) == (present.read_units, present.write_units):
        raise table_errors.same_throughput((present.read_units, present.write_units))
    decreases = table_descriptions.decreases_today(present, span.now)
    if _lowers(present, asked):
        _check_decrease(present, decreases, span.now)
    shown = _timed(present, present, asked, span.now)
    stored = _timed(asked, present, asked, span.ended)
    return (
        dataclasses.replace(shown, decreases_today=decreases),
        dataclasses.replace(stored, decreases_today=decreases + _lowers(present, asked)),
    )


def _check_decrease(present: Throughput, decreases: int, now: float) -> None:
    """Four decreases in a UTC day are free, then one in an hour is. Raises: DynamoDBError."""
    last = present.decreased_at
    if decreases < limits.DECREASES_AT_ANY_TIME or last is None:
        return
    allowed_at = last + limits.SECONDS_BETWEEN_DECREASES
    if now < allowed_at:
        raise state_errors.units_decreased_often(decreases, last, allowed_at)


def _timed(units: Throughput, present: Throughput, asked: Throughput, moment: float) -> Throughput:
    """These units, with the times of the change from the present to the asked ones."""
    raised = asked.read_units > present.read_units or asked.write_units > present.write_units
    return Throughput(
        units.read_units,
        units.write_units,
        moment if raised else present.increased_at,
        moment if _lowers(present, asked) else present.decreased_at,
    )


def _lowers(present: Throughput, asked: Throughput) -> bool:
    return asked.read_units < present.read_units or asked.write_units < present.write_units


def _to_on_demand(table: Table, span: Span) -> Changed:
    """Units are 0 at once; the decrease counts when the switch is done."""
    shown_units, stored_units = _zeroed(table.throughput, span)
    stored = dataclasses.replace(
        table,
        billing_mode=_PAY_PER_REQUEST,
        billing_mode_shown=True,
        on_demand_since=span.ended,
        throughput=stored_units,
        indexes=_each_global(table, lambda index: _with(index, _zeroed(index.throughput, span)[1])),
    )
    shown = dataclasses.replace(
        stored,
        on_demand_since=table.on_demand_since,
        throughput=shown_units,
        indexes=_each_global(table, _zeroed_in_change),
    )
    return Changed(stored, shown)


def _zeroed(present: Throughput, span: Span) -> tuple[Throughput, Throughput]:
    """Units on their way to on demand, and there."""
    decreases = table_descriptions.decreases_today(present, span.now)
    shown = Throughput(0, 0, present.increased_at, span.now, decreases)
    return shown, Throughput(0, 0, present.increased_at, span.ended, decreases + 1)


def _zeroed_in_change(index: Index) -> Index:
    present = index.throughput
    units = dataclasses.replace(present, read_units=0, write_units=0)
    return dataclasses.replace(index, throughput=units, status="UPDATING")


def _to_provisioned(table: Table, request: Request, now: float) -> Changed:
    """The new units show at once; maxima of on demand go. Every global index needs units, too."""
    asked: dict[str, Throughput] = {
        update["Update"]["IndexName"]: table_definitions.throughput_of(
            update["Update"]["ProvisionedThroughput"]
        )
        for update in request.get("GlobalSecondaryIndexUpdates", [])
        if "ProvisionedThroughput" in update.get("Update", {})
    }
    missing = [index.name for index in table.global_indexes() if index.name not in asked]
    if missing:
        raise table_errors.index_throughput_missing(missing)
    units = table_definitions.throughput_of(request["ProvisionedThroughput"])

    def provisioned(index: Index) -> Index:
        changed_index = _with(index, _kept_times(index.throughput, asked[index.name], now))
        return dataclasses.replace(changed_index, on_demand_throughput=None)

    stored = dataclasses.replace(
        table,
        billing_mode="PROVISIONED",
        throughput=_kept_times(table.throughput, units, now),
        on_demand_throughput=None,
        indexes=_each_global(table, provisioned),
    )
    updating = _each_global(stored, lambda index: dataclasses.replace(index, status="UPDATING"))
    return Changed(stored, dataclasses.replace(stored, indexes=updating))


def _kept_times(present: Throughput, units: Throughput, now: float) -> Throughput:
    return Throughput(
        units.read_units, units.write_units, now, present.decreased_at, present.decreases_today
    )


def _with_maxima(changed_table: Changed, maxima: dict[str, int]) -> Changed:
    """The answer shows -1 as it was given; stored, it means that there is no maximum."""
    if not maxima:
        return changed_table
    stored, shown = changed_table
    merged = (stored.on_demand_throughput or {}) | maxima
    return Changed(
        dataclasses.replace(stored, on_demand_throughput=_limited(merged)),
        dataclasses.replace(shown, on_demand_throughput=merged),
    )


def _limited(maxima: dict[str, int]) -> dict[str, int] | None:
    return {name: units for name, units in maxima.items() if units != -1} or None


def of_indexes(changed_table: Changed, updates: Mapping[str, Given], span: Span) -> Changed:
    """The table with what Update elements ask of its indexes, by name. Raises: DynamoDBError."""
    stored, shown = changed_table
    for name, given in updates.items():
        index = stored.index(name)
        if index is None or not index.is_global or _is_beyond(given.get("ProvisionedThroughput")):
            raise table_errors.index_update_blocked()
        after, during = _changed_index(stored, index, given, span)
        stored = _with_index(stored, after)
        shown = _with_index(shown, during)
    return Changed(stored, shown)


def _is_beyond(throughput: Given | None) -> bool:
    return throughput is not None and max(throughput.values()) > MAX_UNITS


def _changed_index(table: Table, index: Index, given: Given, span: Span) -> tuple[Index, Index]:
    """The index afterwards, and while it changes."""
    changes: dict[str, Any] = {}
    during: dict[str, Any] = {"status": "UPDATING"}
    asked = given.get("ProvisionedThroughput")
    if asked is not None:
        if table.billing_mode == _PAY_PER_REQUEST:
            raise table_errors.index_units_on_demand(index.name)
        units = table_definitions.throughput_of(asked)
        if not _just_switched(index, units, span.now):
            during["throughput"], changes["throughput"] = _units(index.throughput, units, span)
    maxima: dict[str, int] = given.get("OnDemandThroughput") or {}
    place = f"index {index.name}"
    provisioned = table.billing_mode == "PROVISIONED"
    table_definitions.check_on_demand(maxima, provisioned=provisioned, in_update=True, place=place)
    if maxima:
        merged = (index.on_demand_throughput or {}) | maxima
        during["on_demand_throughput"] = merged
        changes["on_demand_throughput"] = _limited(merged)
    warm = given.get("WarmThroughput")
    if warm:
        changes["warm_throughput"] = raised_warm(
            table, index.throughput, index.warm_throughput, warm
        )
        during["warm_throughput"] = changes["warm_throughput"]
    return dataclasses.replace(index, **changes), dataclasses.replace(index, **during)


def _just_switched(index: Index, units: Throughput, now: float) -> bool:
    """Whether the switch to PROVISIONED has given the index these units in the same request."""
    present = index.throughput
    same = (units.read_units, units.write_units) == (present.read_units, present.write_units)
    return same and present.increased_at == now


def raised_warm(
    table: Table, units: Throughput, present: dict[str, int] | None, given: Given
) -> dict[str, int]:
    """Warm throughput only ever rises. Raises: DynamoDBError."""
    warm_now = table_descriptions.warm(table, units, present, "ACTIVE")
    if any(asked < warm_now[name] for name, asked in given.items()):
        raise table_errors.warm_throughput_decrease()
    return {**(present or {}), **given}


def with_kept_warmth(before: Table, changed_table: Changed) -> Changed:
    """What a table and its indexes can take at once never falls, whatever becomes of the units."""
    return Changed(*(_warm_as(before, table) for table in changed_table))


def _warm_as(before: Table, table: Table) -> Table:
    indexes: list[Index] = []
    for index in table.indexes:
        present = before.index(index.name)
        kept = None if present is None else _kept_warmth((before, present), (table, index))
        indexes.append(dataclasses.replace(index, warm_throughput=kept) if kept else index)
    kept = _kept_warmth((before, before), (table, table))
    return dataclasses.replace(
        table, indexes=tuple(indexes), warm_throughput=kept or table.warm_throughput
    )


def _kept_warmth(
    before: tuple[Table, Table | Index], after: tuple[Table, Table | Index]
) -> dict[str, int] | None:
    """The former warm throughput where the new one would be lower; each as (table, what of it)."""
    old, new = (
        table_descriptions.warm(table, part.throughput, part.warm_throughput, "ACTIVE")
        for table, part in (before, after)
    )
    names = ("ReadUnitsPerSecond", "WriteUnitsPerSecond")
    if all(new[name] >= old[name] for name in names):
        return None
    return {name: max(new[name], old[name]) for name in names}


def _with(index: Index, units: Throughput) -> Index:
    return dataclasses.replace(index, throughput=units)


def _with_index(table: Table, index: Index) -> Table:
    indexes = tuple(index if each.id == index.id else each for each in table.indexes)
    return dataclasses.replace(table, indexes=indexes)


def _each_global(table: Table, change: Callable[[Index], Index]) -> tuple[Index, ...]:
    return tuple(change(index) if index.is_global else index for index in table.indexes)
