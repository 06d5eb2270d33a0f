"""UpdateTable's changes of global secondary indexes: their shape, checks, creation and deletion.

An index on few items is filled in the transaction that makes it; on many it stays CREATING, and a
job is left that fills it. The rows of an index that goes are dropped with the record that still
has it. Source: facts, UpdateTable and index rules.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

from dynalite_py.model import limits, table_errors
from dynalite_py.model.tables import Index, Table
from dynalite_py.operations import table_definitions
from dynalite_py.operations.scope import Request
from dynalite_py.operations.table_definitions import Definitions, Given
from dynalite_py.storage import catalog, index_fill, jobs
from dynalite_py.storage.writer import Transaction

_ACTIONS = ("Update", "Create", "Delete")


class Updates(NamedTuple):
    """What a request asks of the indexes. units: Update elements by index name."""

    units: dict[str, Given]
    create: Given | None
    delete: str | None
    definitions: Definitions


def checked(request: Request) -> Updates:
    """The request's index updates, checked without a look at the table. Raises: DynamoDBError."""
    units: dict[str, Given] = {}
    online: list[tuple[str, Given]] = []
    names: set[str] = set()
    for element in request.get("GlobalSecondaryIndexUpdates", []):
        action, given = _action(element)
        name = given["IndexName"]
        if name in names:
            raise table_errors.index_changed_twice(name)
        names.add(name)
        if action == "Update":
            units[name] = given
        else:
            online.append((action, given))
    if len(online) > 1:
        raise table_errors.one_online_index()
    definitions = table_definitions.definitions_of(request.get("AttributeDefinitions", []))
    action, given = online[0] if online else ("", None)
    create = given if action == "Create" else None
    delete = given["IndexName"] if given is not None and action == "Delete" else None
    if create is not None:
        table_definitions.check_defined(
            table_definitions.names_of(create["KeySchema"]), definitions
        )
        table_definitions.check_global_keys(create["KeySchema"])
        table_definitions.check_projection(create["Projection"])
    return Updates(units, create, delete, definitions)


def _action(element: dict[str, Any]) -> tuple[str, Given]:
    """The one action of an element. Raises: DynamoDBError."""
    actions = [(name, element[name]) for name in _ACTIONS if name in element]
    if not actions:
        raise table_errors.no_index_action()
    if len(actions) > 1:
        raise table_errors.several_index_actions()
    return actions[0]


def create(
    transaction: Transaction, table: Table, updates: Updates, *, phased: bool
) -> tuple[Table, Index]:
    """Add the index, filled or with a job that fills it. Raises: DynamoDBError.

    phased: a time without backfilling comes first. Returns the table and the index as the answer
    lists it.
    """
    given = updates.create
    assert given is not None
    _check_new(table, given, updates.definitions)
    names = table_definitions.names_of(given["KeySchema"])
    attributes = table.attributes | {name: updates.definitions[name] for name in names}
    index = table_definitions.index_record(
        given, updates.definitions, table.next_index_id, is_global=True
    )
    building = dataclasses.replace(index, status="CREATING", backfilling=True)
    catalog.create_index(transaction, table.id, index.id)
    grown = dataclasses.replace(
        table,
        attributes=attributes,
        indexes=(*table.indexes, building),
        next_index_id=index.id + 1,
    )
    after = index_fill.step(transaction, grown, building, 0)
    if after is not None:
        jobs.add(transaction, index_fill.KIND, table.id, {"index": index.id, "after": after})
        return grown, dataclasses.replace(building, allocating=phased)
    ready = dataclasses.replace(grown, indexes=(*table.indexes, index))
    return ready, dataclasses.replace(building, backfilling=False, allocating=True)


def _check_new(table: Table, given: Given, definitions: Definitions) -> None:
    """What a new index must not clash with in its table."""
    name = given["IndexName"]
    if table.index(name) is not None:
        raise table_errors.index_exists(name)
    for element in given["KeySchema"]:
        _check_type(table, element, definitions)
    if sum(1 for _ in table.global_indexes()) >= limits.GLOBAL_INDEXES:
        raise table_errors.too_many_global_indexes()
    _check_others(table, name)
    projections = [index.non_key_attributes for index in table.indexes]
    table_definitions.check_projected_total(
        [*projections, given["Projection"].get("NonKeyAttributes", ())]
    )
    on_demand = table.billing_mode == "PAY_PER_REQUEST"
    throughput = given.get("ProvisionedThroughput")
    if on_demand and throughput is not None:
        raise table_errors.index_units_on_demand(name)
    if not on_demand and throughput is None:
        raise table_errors.index_throughput_missing([name])
    table_definitions.check_units(throughput)
    table_definitions.check_on_demand(
        given.get("OnDemandThroughput"), provisioned=not on_demand, place=f"index {name}"
    )
    units = None if on_demand else table_definitions.throughput_of(throughput)
    table_definitions.check_warm(given.get("WarmThroughput"), units, f"index {name}")


def _check_type(table: Table, element: dict[str, str], definitions: Definitions) -> None:
    """An attribute has one type for the table and all its indexes."""
    name = element["AttributeName"]
    stored, asked = table.attributes.get(name), definitions[name]
    if stored is None or stored == asked:
        return
    is_hash = name == table.partition_key or any(name in each.hash_keys for each in table.indexes)
    raise table_errors.redefined_attribute(
        name, f"{stored}:{'HASH' if is_hash else 'RANGE'}", f"{asked}:{element['KeyType']}"
    )


def _check_others(table: Table, name: str) -> None:
    """One index at a time is made or removed; one that is being filled may itself be removed."""
    if any(index.status != "ACTIVE" and index.name != name for index in table.indexes):
        raise table_errors.one_online_index()


def delete(transaction: Transaction, table: Table, name: str) -> tuple[Table, Index]:
    """Remove an index, also one that is still being filled. Raises: DynamoDBError."""
    index = table.index(name)
    if index is None:
        raise table_errors.index_not_found(name, table.name)
    if not index.is_global:
        raise table_errors.not_a_global_index(name)
    _check_others(table, name)
    jobs.finish_of_index(transaction, table.id, index.id)
    indexes = tuple(each for each in table.indexes if each.id != index.id)
    rest = dataclasses.replace(table, indexes=indexes)
    rest = dataclasses.replace(rest, attributes=table_definitions.attributes_in_use(rest))
    return rest, dataclasses.replace(index, status="DELETING", allocating=False)
