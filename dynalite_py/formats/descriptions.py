"""Tables as requests of CreateTable, in a list or alone, and as DescribeTable shows them."""

from __future__ import annotations

from typing import Any

from dynalite_py.formats import definitions
from dynalite_py.formats.definitions import TABLE, Definition, Members

# What a description has of a table that is there, and a request has not.
_DESCRIBED = frozenset({"TableArn", "TableStatus", "TableId", "CreationDateTime"})


def tables(document: Any) -> list[Definition]:
    """The tables of a document: one, a list of them, or {"tables": [...]} as test wrappers have it.

    Raises: WrongDefinitionError.
    """
    return [_table(each, f"table {at}") for at, each in enumerate(_listed(document))]


def fits(document: Any) -> bool:
    """Whether this is such a document."""
    if isinstance(document, list):
        return True
    known = {"Table", "TableDescription", "Tables", "tables", "TableName"}
    return bool(definitions.members_of(document).keys() & known)


def _listed(document: Any) -> list[Any]:
    if isinstance(document, dict):
        members: Members = document
        for name in ("Tables", "tables"):
            if name in members:
                return definitions.sequence(members[name], name)
        return [document]
    return definitions.sequence(document, "the document")


def _table(given: Any, where: str) -> Definition:
    members = definitions.mapping(given, where)
    for wrapper in ("Table", "TableDescription"):
        if isinstance(members.get(wrapper), dict):
            members = members[wrapper]
    create = definitions.taken(members, TABLE, where)
    items: tuple[Members, ...] = ()
    if isinstance(given, dict) and "data" in given:  # jest-dynalite's
        listed = definitions.sequence(given["data"], f"{where}.data")
        items = tuple(definitions.mapping(each, f"{where}.data") for each in listed)
    if members.keys() & _DESCRIBED:
        _undo_description(create, members)
    return Definition(create, items=items)


def _undo_description(create: Members, described: Members) -> None:
    """Turn what DescribeTable shows into what CreateTable takes."""
    mode = definitions.members_of(described.get("BillingModeSummary")).get("BillingMode")
    if mode is not None:
        create["BillingMode"] = mode
    is_on_demand = create.get("BillingMode") == "PAY_PER_REQUEST"
    for part in (create, *create.get("GlobalSecondaryIndexes", ())):
        if is_on_demand:
            part.pop("ProvisionedThroughput", None)
        part.pop("WarmThroughput", None)  # What it is by itself; to ask for it would cost.
        limits = part.get("OnDemandThroughput", {})
        if not is_on_demand or all(units < 1 for units in limits.values()):
            part.pop("OnDemandThroughput", None)
    table_class = definitions.members_of(described.get("TableClassSummary")).get("TableClass")
    if table_class is not None:
        create["TableClass"] = table_class
    key = definitions.members_of(described.get("SSEDescription"))
    if key.get("Status") == "ENABLED":
        create["SSESpecification"] = {"Enabled": True, "SSEType": key.get("SSEType", "KMS")}
