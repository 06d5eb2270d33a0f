"""UpdateTable: throughput, billing mode, indexes, stream and the other settings of a table.

Changes are made at once: the answer shows UPDATING as the service's does, and the next request
finds the table ACTIVE; only an index on many items stays CREATING until it is filled. Source:
facts, UpdateTable.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from dynalite_py.model import codec, errors, table_errors
from dynalite_py.model.tables import Stream, Table
from dynalite_py.operations import (
    index_updates,
    table_definitions,
    table_descriptions,
    tables,
    throughput_updates,
)
from dynalite_py.operations.index_updates import Updates
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.throughput_updates import Changed
from dynalite_py.storage import catalog
from dynalite_py.storage.writer import Transaction, Work

_DAYS_OF_CLASS_CHANGES = 30
_CLASS_CHANGES = 2

# Accepted by the API and of consequence, but not by this store: refused rather than dropped.
_UNSUPPORTED = (
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
    for member in _UNSUPPORTED:
        if member in request:
            raise errors.unsupported_operation(f"UpdateTable with {member}")
    _check_request(request)
    updates = index_updates.checked(request)

    def work(transaction: Transaction) -> bytes:
        table = tables.existing(scope, request["TableName"])
        _check_status(table)
        now = scope.clock.now()
        changed = throughput_updates.changed(_with_settings(table, request, now), request, now)
        changed = throughput_updates.of_indexes(changed, updates.units, now)
        changed = _change_indexes(transaction, scope, changed, updates)
        counts = catalog.counts(transaction.db, table.id)
        description = table_descriptions.described(changed.shown, counts, now, "UPDATING")
        return codec.encode({"TableDescription": description})

    return work


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


def _check_status(table: Table) -> None:
    if table.status == "CREATING":
        raise table_errors.table_in_creation(table.name)
    if table.status == "DELETING":
        raise table_errors.table_in_deletion(table.name)


def _with_settings(table: Table, request: Request, now: float) -> Table:
    """The table with every change but those of throughput and indexes."""
    changes: dict[str, Any] = {}
    if "StreamSpecification" in request:
        changes["stream"] = _stream(table, request["StreamSpecification"], now)
    if "SSESpecification" in request:
        changes["encryption"] = _encryption(table, request["SSESpecification"])
    if "DeletionProtectionEnabled" in request:
        changes["deletion_protected"] = request["DeletionProtectionEnabled"]
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
        return Stream(given["StreamViewType"], table_descriptions.stream_label(now))
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


def _class_changes(table: Table, now: float) -> list[float]:
    since = now - _DAYS_OF_CLASS_CHANGES * 86_400
    recent = [moment for moment in table.table_class_changes if moment > since]
    if len(recent) >= _CLASS_CHANGES:
        raise table_errors.table_class_changed_often()
    return [*recent, now]


def _change_indexes(
    transaction: Transaction, scope: Scope, changed: Changed, updates: Updates
) -> Changed:
    """Indexes made and removed, after which only definitions that a key uses are left."""
    stored, shown = changed
    if updates.create is not None:
        stored, listed = index_updates.create(transaction, stored, updates)
        shown = dataclasses.replace(
            shown, attributes=stored.attributes, indexes=(*shown.indexes, listed)
        )
    if updates.delete is not None:
        stored, listed = index_updates.delete(transaction, stored, updates.delete)
        indexes = tuple(listed if each.id == listed.id else each for each in shown.indexes)
        shown = dataclasses.replace(shown, indexes=indexes, attributes=stored.attributes)
    scope.catalog.replace(transaction, stored)
    return Changed(stored, shown)


OPERATIONS = (Operation("UpdateTable", "control", update_table),)
