"""UpdateTable: throughput, billing mode, indexes, stream and the other settings of a table.

The answer shows UPDATING as the service's does; how long the table stays so is a setting
(``transitions``), and an index on many items stays CREATING until it is filled at least. Source:
facts, UpdateTable.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from dynalite_py.model import codec, errors, limits, quota_errors, state_errors, table_errors
from dynalite_py.model.tables import Reason, Stream, Table
from dynalite_py.operations import (
    account,
    index_updates,
    table_definitions,
    table_descriptions,
    tables,
    throughput_updates,
    transitions,
)
from dynalite_py.operations.index_updates import Updates
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.throughput_updates import Changed, Span
from dynalite_py.storage import catalog
from dynalite_py.storage.writer import Transaction, Work

_DAY_SECONDS = 86_400

# Accepted by the API and of consequence, but not by this store: refused rather than dropped.
UNSUPPORTED_MEMBERS = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
    "VectorIndexUpdates",
)
# Changes that share their request with no other, and how the service calls them.
_LONELY = {
    "SSESpecification": "Server-Side Encryption modification",
    "TableClass": "TableClass modification",
    "DeletionProtectionEnabled": "DeletionProtection modification",
    "WarmThroughput": "WarmThroughput",
}
_CHANGES = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)


def update_table(scope: Scope, request: Request) -> Work:
    """Check what needs no table, then change it in one transaction. Raises: DynamoDBError."""
    for member in UNSUPPORTED_MEMBERS:
        if member in request:
            raise errors.unsupported_operation(f"UpdateTable with {member}")
    _check_request(request)
    updates = index_updates.checked(request)

    def work(transaction: Transaction) -> bytes:
        table = tables.existing(scope, request["TableName"])
        _check_state(table, request, updates)
        now = scope.clock.now()
        tables.check_simultaneous(scope, now)
        span = Span(now, scope.transitions.updated_at(now))
        changed = throughput_updates.changed(_with_settings(table, request, now), request, span)
        changed = throughput_updates.of_indexes(changed, updates.units, span)
        changed = throughput_updates.with_kept_warmth(table, changed)
        changed = _change_indexes(transaction, changed, updates, scope.transitions)
        stored, shown = _with_encryption_in_change(table, changed)
        account.check_units(scope, table, stored, now)
        reason = _reason(request, updates)
        record = transitions.updating(stored, shown, reason, now, scope.transitions)
        scope.catalog.replace(transaction, record)
        counts = catalog.counts(transaction.db, table.id)
        status = "ACTIVE" if reason == "encryption" else "UPDATING"
        description = table_descriptions.described(shown, counts, now, status)
        return codec.encode({"TableDescription": description})

    return work


def _reason(request: Request, updates: Updates) -> Reason:
    """What a second change is told of this one."""
    if "StreamSpecification" in request:
        return "stream"
    if updates.create is not None or updates.delete is not None:
        return "index"
    if "SSESpecification" in request:
        return "encryption"
    of_indexes = any("ProvisionedThroughput" in given for given in updates.units.values())
    if of_indexes or "ProvisionedThroughput" in request or "BillingMode" in request:
        return "throughput"
    return "settings"


def _check_request(request: Request) -> None:
    """Everything that can be said without a look at the table, in the service's order."""
    changes = [name for name in _CHANGES if request.get(name) not in (None, [], {})]
    if not changes:
        raise table_errors.nothing_to_change()
    for name, subject in _LONELY.items():
        if name in changes and len(changes) > 1:
            raise table_errors.only_operation(subject)
    throughput, mode = request.get("ProvisionedThroughput"), request.get("BillingMode")
    table_definitions.check_on_demand(
        request.get("OnDemandThroughput"), provisioned=mode == "PROVISIONED", in_update=True
    )
    if "OnDemandThroughput" in changes and not {*changes} <= {"OnDemandThroughput", "BillingMode"}:
        raise table_errors.on_demand_with_other()
    if mode == "PAY_PER_REQUEST" and throughput is not None:
        raise table_errors.units_on_demand()
    if mode == "PROVISIONED" and throughput is None:
        raise table_errors.throughput_missing()
    table_definitions.check_units(throughput)
    _check_stream(request)


def _check_stream(request: Request) -> None:
    stream = request.get("StreamSpecification")
    if stream is None:
        return
    if request.get("ProvisionedThroughput") is not None:
        raise table_errors.stream_with_throughput()
    if stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise table_errors.stream_without_view(in_update=True)
    if not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise table_errors.needless_stream_view(in_update=True)


def _check_state(table: Table, request: Request, updates: Updates) -> None:
    """Refuse a change of a table on which another goes on. Raises: DynamoDBError."""
    if table.status == "CREATING":
        raise table_errors.table_in_creation(table.name)
    if table.status == "DELETING":
        raise table_errors.table_in_deletion(table.name)
    if table.change is None or _is_cancellation(table, request, updates):
        return
    busy = any(index.status in ("CREATING", "DELETING") for index in table.indexes)
    if busy and (updates.create is not None or updates.delete is not None):
        raise table_errors.one_online_index()
    raise transitions.in_the_way(table)


def _is_cancellation(table: Table, request: Request, updates: Updates) -> bool:
    """Whether the request does nothing but delete an index that is being filled.

    Raises: DynamoDBError before the filling.
    """
    index = None if updates.delete is None else table.index(updates.delete)
    if index is None or index.status != "CREATING":
        return False
    if index.allocating:
        raise state_errors.index_in_allocation(table.name, index.name)
    others = set(_CHANGES) - {"GlobalSecondaryIndexUpdates"}
    return not updates.units and others.isdisjoint(request)


def _with_settings(table: Table, request: Request, now: float) -> Table:
    """The table with every change but those of throughput and indexes."""
    changes: dict[str, Any] = {}
    if "StreamSpecification" in request:
        changes["stream"] = _stream(table, request["StreamSpecification"], now)
    if "SSESpecification" in request:
        changes["encryption"] = _encryption(table, request["SSESpecification"])
        changes["encryption_changes"] = _encryption_changes(table, now)
    if request.get("DeletionProtectionEnabled", table.deletion_protected) != (
        table.deletion_protected
    ):
        changes["deletion_protected"] = request["DeletionProtectionEnabled"]
        changes["protection_changed_at"] = _protection_change(table, now)
    if "TableClass" in request:
        changes["table_class"] = request["TableClass"]
        changes["table_class_changes"] = _class_changes(table, now)
    if "WarmThroughput" in request:
        changes["warm_throughput"] = throughput_updates.raised_warm(
            table, table.throughput, table.warm_throughput, request["WarmThroughput"]
        )
    return dataclasses.replace(table, **changes)


def _stream(table: Table, given: dict[str, Any], now: float) -> Stream:
    enabled = table.stream is not None and table.stream.enabled
    if given["StreamEnabled"]:
        if enabled:
            raise table_errors.stream_enabled_already(table.name)
        previous = "" if table.stream is None else table.stream.label
        return Stream(given["StreamViewType"], table_descriptions.stream_label(now, previous))
    if table.stream is None or not enabled:
        raise table_errors.no_stream_to_disable(table.name)
    return dataclasses.replace(table.stream, enabled=False, disabled_at=now)


def _encryption(table: Table, given: dict[str, Any]) -> dict[str, Any] | None:
    encryption = table_definitions.encryption_of(given, table.account, table.region)
    if encryption != table.encryption:
        return encryption
    if encryption is None:
        raise table_errors.encrypted_by_default()
    raise table_errors.encrypted_with_this_key()


def _with_encryption_in_change(table: Table, changed: Changed) -> Changed:
    """A change of encryption says so; one that goes is described till its end."""
    stored, shown = changed
    encryption = stored.encryption or table.encryption
    if encryption is None or stored.encryption == table.encryption:
        return changed
    shown = dataclasses.replace(shown, encryption={**encryption, "Status": "UPDATING"})
    return Changed(stored, shown)


def _encryption_changes(table: Table, now: float) -> list[float]:
    recent = [moment for moment in table.encryption_changes if moment > now - _DAY_SECONDS]
    often = len(recent) >= limits.ENCRYPTION_CHANGES_A_DAY
    if often and recent[-1] > now - limits.ENCRYPTION_PAUSE_SECONDS:
        raise quota_errors.encryption_changed_often(limits.ENCRYPTION_CHANGES_A_DAY)
    return [*recent, now]


def _protection_change(table: Table, now: float) -> float:
    if table.protection_changed_at is None:
        return now
    again_at = table.protection_changed_at + limits.PROTECTION_PAUSE_SECONDS
    if now < again_at:
        raise quota_errors.protection_changed_lately(
            table.name, f"{table_descriptions.stream_label(again_at)}Z"
        )
    return now


def _class_changes(table: Table, now: float) -> list[float]:
    since = now - limits.TABLE_CLASS_DAYS * _DAY_SECONDS
    recent = [moment for moment in table.table_class_changes if moment > since]
    if len(recent) >= limits.TABLE_CLASS_CHANGES:
        raise quota_errors.table_class_changed_often()
    return [*recent, now]


def _change_indexes(
    transaction: Transaction,
    changed: Changed,
    updates: Updates,
    durations: transitions.Transitions,
) -> Changed:
    """Indexes made and removed, after which only definitions that a key uses are left."""
    stored, shown = changed
    if updates.create is not None:
        stored, listed = index_updates.create(
            transaction, stored, updates, phased=bool(durations.update)
        )
        # The record while it is made is taken from what is shown; the index may be deleted then.
        shown = dataclasses.replace(
            shown,
            attributes=stored.attributes,
            indexes=(*shown.indexes, listed),
            next_index_id=stored.next_index_id,
        )
    if updates.delete is not None:
        stored, listed = index_updates.delete(transaction, stored, updates.delete)
        indexes = tuple(listed if each.id == listed.id else each for each in shown.indexes)
        shown = dataclasses.replace(shown, indexes=indexes, attributes=stored.attributes)
    return Changed(stored, shown)


OPERATIONS = (Operation("UpdateTable", "control", update_table),)
