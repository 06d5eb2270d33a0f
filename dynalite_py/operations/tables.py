"""CreateTable, DescribeTable, ListTables and DeleteTable.

The answer to CreateTable says CREATING as the service's does; how long the table stays so is a
setting (``transitions``). Source: facts, CreateTable and the other table operations.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import (
    arns,
    codec,
    errors,
    limits,
    state_errors,
    table_errors,
)
from dynalite_py.model.tables import Index, Stream, Table
from dynalite_py.operations import (
    account,
    table_definitions,
    table_descriptions,
    tags,
    transitions,
)
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.table_definitions import Definitions, TableKeys
from dynalite_py.security import policies
from dynalite_py.storage import catalog, changes
from dynalite_py.storage.writer import Transaction, Work

_PAGE = 100
_PAY_PER_REQUEST = "PAY_PER_REQUEST"
_LOCAL, _GLOBAL = "LocalSecondaryIndexes", "GlobalSecondaryIndexes"

# Accepted by the API and of consequence, but not by this store: refused rather than dropped.
UNSUPPORTED_MEMBERS = (
    "GlobalTableSourceArn",
    "GlobalTableSettingsReplicationMode",
    "VectorIndexes",
)


def create_table(scope: Scope, request: Request) -> Work:
    """Check in the service's order, then create. Raises: DynamoDBError."""
    for member in UNSUPPORTED_MEMBERS:
        if member in request:
            raise errors.unsupported_operation(f"CreateTable with {member}")
    table = _new_table(scope, request)

    def work(transaction: Transaction) -> bytes:
        now = scope.clock.now()
        present = scope.catalog.find(table.account, table.region, table.name)
        if present is not None and present.at(now) is not None:
            raise table_errors.table_exists(table.name)
        check_simultaneous(scope, now, indexed=bool(table.indexes))
        account.check_new_table(scope, table, now)
        record = transitions.creating(_labelled(transaction, table), now, scope.transitions)
        created = scope.catalog.create(transaction, record)
        description = table_descriptions.described(created, {}, now, "CREATING")
        return codec.encode({"TableDescription": description})

    return work


def _labelled(transaction: Transaction, table: Table) -> Table:
    """The table with a label that no stream of an earlier table of this name has."""
    if table.stream is None:
        return table
    earlier = changes.streams_of(transaction.db, table.account, table.region, table.name)
    last = max((stream.label for stream in earlier), default="")
    label = table_descriptions.stream_label(table.created_at, last)
    return dataclasses.replace(table, stream=dataclasses.replace(table.stream, label=label))


def check_simultaneous(scope: Scope, now: float, *, indexed: bool = False) -> None:
    """Refuse one table operation too many at a time. Raises: DynamoDBError."""
    place = (scope.region, scope.account)
    others = (each for each in scope.catalog.changing() if (each.region, each.account) == place)
    transitions.check_simultaneous(others, now, indexed=indexed)


def _new_table(scope: Scope, request: Request) -> Table:
    """The record of the table asked for, every check but its existence made."""
    on_demand = request.get("BillingMode") == _PAY_PER_REQUEST
    _check_throughput(request, on_demand=on_demand)
    definitions = table_definitions.definitions_of(request["AttributeDefinitions"])
    keys = table_definitions.table_keys(request["KeySchema"], definitions)
    indexes = _indexes(request, definitions, keys, on_demand=on_demand)
    _check_unused(definitions, keys, indexes)
    now = scope.clock.now()
    stream = _stream(request, now)
    _check_capacity(request, indexes, on_demand=on_demand)
    policy = _policy(request, now)
    region, account, name = _place(scope, request["TableName"])
    if (region, account) != (scope.region, scope.account):
        raise table_errors.foreign_table("CreateTable", request["TableName"], scope.account)
    return Table(
        id=0,
        uid=str(uuid.uuid4()),
        account=account,
        region=region,
        name=name,
        attributes=definitions,
        partition_key=keys.partition,
        sort_key=keys.sort,
        created_at=now,
        indexes=tuple(indexes),
        billing_mode=_PAY_PER_REQUEST if on_demand else "PROVISIONED",
        billing_mode_shown=on_demand,
        on_demand_since=now if on_demand else None,
        throughput=table_definitions.throughput_of(request.get("ProvisionedThroughput")),
        on_demand_throughput=request.get("OnDemandThroughput") or None,
        warm_throughput=request.get("WarmThroughput") or None,
        table_class=request.get("TableClass"),
        deletion_protected=request.get("DeletionProtectionEnabled", False),
        stream=stream,
        encryption=table_definitions.encryption_of(
            request.get("SSESpecification"), account, region
        ),
        tags=tags.joined_tags({}, tags.checked_tags(request.get("Tags", []))),
        next_index_id=len(indexes) + 1,
        **policy,
    )


def _policy(request: Request, now: float) -> dict[str, Any]:
    """The members of the record that hold a resource policy. Raises: DynamoDBError."""
    if "ResourcePolicy" not in request:
        return {}
    document = policies.checked(request["ResourcePolicy"])
    return {
        "resource_policy": codec.text(document),
        "policy_revision": policies.revision(now),
    }


def _place(scope: Scope, name: str) -> tuple[str, str, str]:
    """Region, account and short name of a table named by name or ARN."""
    return arns.parse_table(name) or (scope.region, scope.account, name)


def _check_throughput(request: Request, *, on_demand: bool) -> None:
    throughput = request.get("ProvisionedThroughput")
    if on_demand and throughput is not None:
        raise table_errors.units_on_demand()
    if not on_demand and throughput is None:
        raise table_errors.units_missing()
    table_definitions.check_units(throughput)


def _indexes(
    request: Request, definitions: Definitions, keys: TableKeys, *, on_demand: bool
) -> list[Index]:
    """Every index of the table; local ones are checked before global ones."""
    local: list[dict[str, Any]] | None = request.get(_LOCAL)
    wide: list[dict[str, Any]] | None = request.get(_GLOBAL)
    for member, given in ((_LOCAL, local), (_GLOBAL, wide)):
        if given == []:
            raise table_errors.empty_index_list(member)
    _check_local(local or [], definitions, keys)
    _check_global(wide or [], definitions, on_demand=on_demand)
    names = {index["IndexName"] for index in local or []}
    for index in wide or []:
        _check_new_name(index["IndexName"], names)
    marked = [*((index, False) for index in local or []), *((index, True) for index in wide or [])]
    indexes = [
        table_definitions.index_record(index, definitions, number, is_global=is_global)
        for number, (index, is_global) in enumerate(marked, 1)
    ]
    table_definitions.check_projected_total(index.non_key_attributes for index in indexes)
    return indexes


def _check_local(given: list[dict[str, Any]], definitions: Definitions, keys: TableKeys) -> None:
    if given and keys.sort is None:
        raise table_errors.table_without_range_key()
    names: set[str] = set()
    for index in given:
        table_definitions.check_local_index(index, definitions, keys)
        _check_new_name(index["IndexName"], names)
    if len(given) > limits.LOCAL_INDEXES:
        raise table_errors.too_many_local_indexes()


def _check_global(
    given: list[dict[str, Any]], definitions: Definitions, *, on_demand: bool
) -> None:
    names: set[str] = set()
    for index in given:
        table_definitions.check_global_index(index, definitions)
        _check_new_name(index["IndexName"], names)
    if len(given) > limits.GLOBAL_INDEXES:
        raise table_errors.too_many_global_indexes()
    for index in given:
        throughput = index.get("ProvisionedThroughput")
        if on_demand and throughput is not None:
            raise table_errors.index_units_on_demand(index["IndexName"])
        if not on_demand and throughput is None:
            raise table_errors.index_throughput_missing([index["IndexName"]])
        table_definitions.check_units(throughput)


def _check_new_name(name: str, names: set[str]) -> None:
    if name in names:
        raise table_errors.duplicate_index(name)
    names.add(name)


def _check_unused(definitions: Definitions, keys: TableKeys, indexes: list[Index]) -> None:
    """Every defined attribute must be part of some key."""
    own = [name for name in keys if name is not None]
    used = set(own).union(*(index.keys for index in indexes))
    if len(used) == len(definitions):
        return
    if not indexes:
        raise table_errors.unused_definitions()
    raise table_errors.definitions_not_used(sorted(definitions), sorted(used))


def _stream(request: Request, now: float) -> Stream | None:
    """The table's stream, None without an enabled one. Raises: DynamoDBError."""
    given = request.get("StreamSpecification")
    if given is None:
        return None
    view_type = given.get("StreamViewType")
    if not given["StreamEnabled"]:
        if view_type is not None:
            raise table_errors.needless_stream_view(in_update=False)
        return None
    if view_type is None:
        raise table_errors.stream_without_view(in_update=False)
    return Stream(view_type, table_descriptions.stream_label(now))


def _check_capacity(request: Request, indexes: list[Index], *, on_demand: bool) -> None:
    """On-demand maxima and warm throughput of the table and its global indexes."""
    units = (
        None if on_demand else table_definitions.throughput_of(request.get("ProvisionedThroughput"))
    )
    table_definitions.check_on_demand(request.get("OnDemandThroughput"), provisioned=not on_demand)
    table_definitions.check_warm(request.get("WarmThroughput"), units)
    for index in indexes:
        place = f"index {index.name}"
        table_definitions.check_on_demand(
            index.on_demand_throughput, provisioned=not on_demand, place=place
        )
        table_definitions.check_warm(
            index.warm_throughput, None if on_demand else index.throughput, place
        )


def describe_table(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """A table's description, with its number of items and bytes of this moment."""
    table = existing(scope, request["TableName"])

    def read(db: apsw.Connection) -> bytes:
        counts = catalog.counts(db, table.id)
        description = table_descriptions.described(table, counts, scope.clock.now())
        return codec.encode({"Table": description})

    return read


def existing(scope: Scope, name: str) -> Table:
    """The table of this name or ARN, in any state. Raises: DynamoDBError that names the table."""
    table = scope.named(name)
    if table is None:
        raise errors.named_table_not_found(_place(scope, name)[2])
    return table


def list_tables(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Names of the caller's tables in byte order, a page at a time."""
    limit = request.get("Limit", _PAGE)
    names = scope.catalog.names(scope.account, scope.region, scope.clock.now())
    start = request.get("ExclusiveStartTableName")
    if start is not None:
        after: bytes = start.encode()
        names = [name for name in names if name.encode() > after]
    answer: dict[str, Any] = {"TableNames": names[:limit]}
    if len(names) > limit:
        answer["LastEvaluatedTableName"] = names[limit - 1]
    body = codec.encode(answer)
    return lambda _: body


def delete_table(scope: Scope, request: Request) -> Work:
    """Remove a table with its items, indexes, tags and jobs. Raises: DynamoDBError."""

    def work(transaction: Transaction) -> bytes:
        table = existing(scope, request["TableName"])
        now = scope.clock.now()
        counts = catalog.counts(transaction.db, table.id)
        answer = {"TableDescription": table_descriptions.deleted(table, counts, now)}
        if table.status == "DELETING":
            return codec.encode(answer)
        _check_deletable(table)
        if scope.transitions.delete:
            check_simultaneous(scope, now)
            record = transitions.deleting(table, now, scope.transitions)
            scope.catalog.replace(transaction, record)
        else:
            scope.catalog.drop(transaction, table)
        return codec.encode(answer)

    return work


def _check_deletable(table: Table) -> None:
    """Refuse to delete a table that is being changed, or is protected. Raises: DynamoDBError."""
    if table.status == "CREATING":
        raise table_errors.table_in_creation(table.name)
    if any(index.status != "ACTIVE" for index in table.indexes):
        raise table_errors.indexes_in_change()
    if table.change is not None and table.change.reason == "stream":
        raise state_errors.stream_in_change_of_table()
    if table.status == "UPDATING":
        raise transitions.in_the_way(table)
    if table.deletion_protected:
        raise table_errors.deletion_protected()


OPERATIONS = (
    Operation("CreateTable", "control", create_table),
    Operation("DescribeTable", "read", describe_table),
    Operation("ListTables", "read", list_tables),
    Operation("DeleteTable", "control", delete_table),
)
