"""Data models of NoSQL Workbench: tables with their sample data."""

from __future__ import annotations

from typing import Any

from dynalite_py.formats import definitions
from dynalite_py.formats.definitions import Definition, Members


def fits(document: Any) -> bool:
    """Whether this is such a model."""
    return isinstance(document, dict) and "DataModel" in document


def tables(document: Any) -> list[Definition]:
    """The tables of a model. Raises: WrongDefinitionError."""
    models = definitions.sequence(
        definitions.mapping(document, "the model")["DataModel"], "DataModel"
    )
    return [_table(each, f"DataModel[{at}]") for at, each in enumerate(models)]


def _table(given: Any, where: str) -> Definition:
    model = definitions.mapping(given, where)
    types: dict[str, str] = {}
    create: Members = {
        "TableName": definitions.text(model.get("TableName"), f"{where}.TableName"),
        "KeySchema": _keys(model, types, where),
    }
    for theirs, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
        indexes = definitions.sequence(model.get(theirs) or [], f"{where}.{theirs}")
        if indexes:
            create[theirs] = [
                _index(each, types, f"{where}.{theirs}[{at}]", with_units=is_global)
                for at, each in enumerate(indexes)
            ]
    create["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": kind} for name, kind in types.items()
    ]
    _add_billing(create, model, where)
    data = definitions.sequence(model.get("TableData") or [], f"{where}.TableData")
    items = tuple(definitions.mapping(each, f"{where}.TableData") for each in data)
    return Definition(create, items=items)


def _keys(model: Members, types: dict[str, str], where: str) -> list[Members]:
    """The key schema of a table or index; the types of its attributes are noted."""
    given = definitions.mapping(model.get("KeyAttributes"), f"{where}.KeyAttributes")
    schema: list[Members] = []
    for theirs, role in (("PartitionKey", "HASH"), ("SortKey", "RANGE")):
        if given.get(theirs):
            part = definitions.mapping(given[theirs], f"{where}.{theirs}")
            name = definitions.text(part.get("AttributeName"), f"{where}.{theirs}.AttributeName")
            types[name] = definitions.text(
                part.get("AttributeType"), f"{where}.{theirs}.AttributeType"
            )
            schema.append({"AttributeName": name, "KeyType": role})
    return schema


def _index(given: Any, types: dict[str, str], where: str, *, with_units: bool) -> Members:
    index = definitions.mapping(given, where)
    fields = definitions.GLOBAL_INDEX if with_units else definitions.LOCAL_INDEX
    made = definitions.taken(index, fields, where)
    made["KeySchema"] = _keys(index, types, where)
    return made


def _add_billing(create: Members, model: Members, where: str) -> None:
    """Models say what they cost, or nothing: then they are paid by request."""
    settings = model.get("ProvisionedCapacitySettings") or {}
    units = settings.get("ProvisionedThroughput")
    if model.get("BillingMode", "PAY_PER_REQUEST") == "PAY_PER_REQUEST" or not units:
        create["BillingMode"] = "PAY_PER_REQUEST"
        return
    create["BillingMode"] = "PROVISIONED"
    create["ProvisionedThroughput"] = definitions.taken(
        units, definitions.THROUGHPUT, f"{where}.ProvisionedThroughput"
    )
    for index in create.get("GlobalSecondaryIndexes", ()):
        index.setdefault("ProvisionedThroughput", dict(create["ProvisionedThroughput"]))
