"""What defines tables and indexes in requests: shapes, checks in the service's order, records.

CreateTable and UpdateTable share all of this. Source: facts, CreateTable texts in order and index
rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from dynalite_py.model import limits, table_errors
from dynalite_py.model.tables import Index, KeyType, Table, Throughput

# Type of every defined attribute, in the request's order.
Definitions: TypeAlias = dict[str, KeyType]
Elements: TypeAlias = list[dict[str, str]]
Given: TypeAlias = Mapping[str, Any]

# The model has no maximum of its own for units.
MAX_UNITS = 1_000_000_000_000
# What an on-demand table can take at once, from the start. Source: facts, warm throughput.
ON_DEMAND_READS = 12_000
ON_DEMAND_WRITES = 4_000


class TableKeys(NamedTuple):
    """A table's own key."""

    partition: str
    sort: str | None


def definitions_of(given: Iterable[Given]) -> Definitions:
    """The defined attributes. Raises: DynamoDBError when one is defined twice."""
    definitions: Definitions = {}
    for definition in given:
        name = definition["AttributeName"]
        if name in definitions:
            raise table_errors.duplicate_definition(name)
        definitions[name] = definition["AttributeType"]
    return definitions


def table_keys(elements: Elements, definitions: Collection[str]) -> TableKeys:
    """The table's key out of its key schema. Raises: DynamoDBError."""
    names = names_of(elements)
    if len(names) > len(definitions):
        raise table_errors.keys_without_definition()
    check_defined(names, definitions)
    _check_pair(elements)
    return TableKeys(names[0], names[1] if len(names) > 1 else None)


def names_of(elements: Elements) -> list[str]:
    """Names of the key attributes, in order."""
    return [element["AttributeName"] for element in elements]


def check_defined(names: Collection[str], definitions: Collection[str]) -> None:
    """Refuse key attributes that are not defined. Raises: DynamoDBError."""
    if any(name not in definitions for name in names):
        raise table_errors.keys_not_defined(names, definitions)


def _check_pair(elements: Elements) -> None:
    """The structure of a key of one or two attributes: HASH, then perhaps RANGE."""
    names = names_of(elements)
    if len(set(names)) < len(names):
        raise table_errors.same_key_twice()
    if elements[0]["KeyType"] != "HASH":
        raise table_errors.first_key_not_hash()
    if len(elements) == 2 and elements[1]["KeyType"] != "RANGE":
        raise table_errors.second_key_not_range()


def check_global_keys(elements: Elements) -> None:
    """The structure of a global index's key: 1 to 4 HASH, up to 4 RANGE. Raises: DynamoDBError."""
    names = names_of(elements)
    roles = [element["KeyType"] for element in elements]
    if "HASH" not in roles:
        raise table_errors.first_key_not_hash()
    if len(names) == 2 and names[0] == names[1]:
        raise table_errors.same_key_twice()
    if roles != sorted(roles):
        raise table_errors.hash_after_range()
    if roles.count("HASH") > limits.INDEX_HASH_ATTRIBUTES:
        raise table_errors.too_many_key_attributes("HASH")
    if roles.count("RANGE") > limits.INDEX_RANGE_ATTRIBUTES:
        raise table_errors.too_many_key_attributes("RANGE")
    if len(set(names)) < len(names):
        raise table_errors.repeated_index_key()


def check_local_index(given: Given, definitions: Definitions, keys: TableKeys) -> None:
    """One local secondary index. Raises: DynamoDBError."""
    elements: Elements = given["KeySchema"]
    names = names_of(elements)
    check_defined(names, definitions)
    _check_pair(elements)
    if len(names) == 1:
        raise table_errors.index_without_range_key(given["IndexName"])
    if names[0] != keys.partition:
        raise table_errors.other_leading_key(given["IndexName"], names[0], keys.partition)
    check_projection(given["Projection"])


def check_global_index(given: Given, definitions: Definitions) -> None:
    """One global secondary index of a new table. Raises: DynamoDBError."""
    check_defined(names_of(given["KeySchema"]), definitions)
    check_global_keys(given["KeySchema"])
    check_projection(given["Projection"])


def check_projection(projection: Given) -> None:
    """Type and named attributes of a projection. Raises: DynamoDBError."""
    kind = projection.get("ProjectionType")
    others: list[str] | None = projection.get("NonKeyAttributes")
    if kind is None:
        raise table_errors.no_projection_type()
    if kind != "INCLUDE":
        if others is not None:
            raise table_errors.needless_projection(kind)
        return
    if others is None:
        raise table_errors.missing_projection()
    for position, name in enumerate(others):
        if name in others[:position]:
            raise table_errors.duplicate_projection(name)


def check_projected_total(projections: Iterable[Collection[str]]) -> None:
    """All indexes of a table together name at most 100 attributes. Raises: DynamoDBError."""
    if sum(len(names) for names in projections) > limits.PROJECTED_ATTRIBUTES:
        raise table_errors.too_many_projected()


def check_units(throughput: Given | None) -> None:
    """The bound of a table's units, reads first. Raises: DynamoDBError."""
    kinds: tuple[Literal["Read", "Write"], ...] = ("Read", "Write")
    for kind in kinds:
        units = (throughput or {}).get(f"{kind}CapacityUnits", 0)
        if units > MAX_UNITS:
            raise table_errors.units_out_of_bounds(units, kind)


def check_on_demand(
    throughput: Given | None, *, provisioned: bool, in_update: bool = False, place: str = "table"
) -> None:
    """The maxima of on-demand throughput, reads first. Raises: DynamoDBError.

    A new table cannot have less than 1; an update may say -1, which removes the maximum.
    """
    given = throughput or {}
    kinds: tuple[Literal["Read", "Write"], ...] = ("Read", "Write")
    for kind in kinds:
        if provisioned and f"Max{kind}RequestUnits" in given:
            raise table_errors.on_demand_of_provisioned(kind, in_update=in_update)
    for kind in kinds:
        units = given.get(f"Max{kind}RequestUnits", 1)
        if units < 1 and not (in_update and units == -1):
            raise table_errors.on_demand_out_of_range(kind, place)


def check_warm(throughput: Given | None, units: Throughput | None, place: str = "table") -> None:
    """Warm throughput below what there is anyway. units: None on demand. Raises: DynamoDBError."""
    given = throughput or {}
    floors: tuple[tuple[Literal["Read", "Write"], int], ...] = (
        ("Read", ON_DEMAND_READS if units is None else units.read_units),
        ("Write", ON_DEMAND_WRITES if units is None else units.write_units),
    )
    for kind, floor in floors:
        if given.get(f"{kind}UnitsPerSecond", floor) < floor:
            name = (
                "initial throughput for OnDemand"
                if units is None
                else f"{kind}CapacityUnits of ProvisionedThroughput"
            )
            raise table_errors.warm_throughput_too_low(kind, place, name)


def throughput_of(given: Given | None) -> Throughput:
    """Provisioned units out of a request; without them 0 and 0 (on demand)."""
    if given is None:
        return Throughput()
    return Throughput(given["ReadCapacityUnits"], given["WriteCapacityUnits"])


def index_record(given: Given, definitions: Definitions, number: int, *, is_global: bool) -> Index:
    """The record of a checked index. number: its id within the table."""
    elements: Elements = given["KeySchema"]
    names = tuple(names_of(elements))
    hashes = sum(element["KeyType"] == "HASH" for element in elements)
    projection = given["Projection"]
    return Index(
        id=number,
        name=given["IndexName"],
        is_global=is_global,
        hash_keys=names[:hashes],
        range_keys=names[hashes:],
        types=tuple(definitions[name] for name in names),
        projection=projection["ProjectionType"],
        non_key_attributes=tuple(projection.get("NonKeyAttributes", ())),
        throughput=throughput_of(given.get("ProvisionedThroughput")),
        on_demand_throughput=given.get("OnDemandThroughput") or None,
        warm_throughput=given.get("WarmThroughput") or None,
    )


def attributes_in_use(table: Table) -> Definitions:
    """The table's attribute definitions without those that no key uses any more."""
    used = set(table.key_names).union(*(index.keys for index in table.indexes))
    return {name: kind for name, kind in table.attributes.items() if name in used}


def encryption_of(given: Given | None, account: str, region: str) -> dict[str, Any] | None:
    """SSEDescription of a request's SSESpecification; None with the service's own key.

    Raises: DynamoDBError. Source: facts, encryption at rest.
    """
    if given is None:
        return None
    kind, key = given.get("SSEType"), given.get("KMSMasterKeyId")
    if not given.get("Enabled", False):
        for member in ("SSEType", "KMSMasterKeyId"):
            if given.get(member) is not None:
                raise table_errors.key_not_for_disabled(member)
        return None
    if kind == "AES256":
        raise table_errors.encryption_type_unsupported()
    if key is not None and kind is None:
        raise table_errors.kms_type_required()
    key_arn = _key_arn(cast("str | None", key), account, region)
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key_arn}


def _key_arn(key: str | None, account: str, region: str) -> str:
    """The ARN of a KMS key; none given: of the key that the service manages for the account."""
    if key is not None and key.startswith("arn:"):
        return key
    start = f"arn:aws:kms:{region}:{account}:"
    if key is None:
        # One key for each account and region, the same whenever it is asked for.
        return f"{start}key/{uuid.uuid5(uuid.NAMESPACE_URL, start + 'alias/aws/dynamodb')}"
    return start + (key if key.startswith("alias/") else f"key/{key}")
