"""What the tables of a store hold, and how that differs from what they held before.

Everything here works over any client of boto3's shape: the library's, boto3's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from dynalite_py.doors.library import convert

Plain: TypeAlias = dict[str, Any]
# By its key's values as text, an item.
Items: TypeAlias = dict[str, Plain]

# What is read for a report, and how much of it is shown.
_TABLES = 50
_ITEMS = 2000
_LINES = 120
_VALUE_CHARACTERS = 120


def of(client: Any) -> dict[str, Items]:
    """The items of every table, by table; of a large one the first 2,000."""
    names: list[str] = client.list_tables(Limit=_TABLES)["TableNames"]
    return {name: _items(client, name) for name in names}


def _items(client: Any, name: str) -> Items:
    described = client.describe_table(TableName=name)["Table"]
    keys = [key["AttributeName"] for key in described["KeySchema"]]
    found: Items = {}
    start: dict[str, Any] = {}
    while len(found) < _ITEMS:
        page = client.scan(TableName=name, ConsistentRead=True, **start)
        for wire in page["Items"]:
            item = convert.item_in(wire)
            found[shown({key: item[key] for key in keys})] = item
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return found


def shown(item: Mapping[str, Any]) -> str:
    """An item as a person reads it, its attributes in order of their names."""
    return "{" + ", ".join(f"{name!r}: {_shown_value(item[name])}" for name in sorted(item)) + "}"


def _shown_value(value: Any) -> str:
    text = repr(value)
    if isinstance(value, set):
        members: set[Any] = value
        text = "{" + ", ".join(sorted(map(_shown_value, members))) + "}"
    elif isinstance(value, Decimal):
        text = str(value)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[:_VALUE_CHARACTERS]}…"


def difference(before: Mapping[str, Items], after: Mapping[str, Items]) -> str:
    """What became of the tables, as lines for a person; empty where nothing did."""
    lines = list(_differences(before, after))
    if len(lines) > _LINES:
        lines[_LINES:] = [f"... and {len(lines) - _LINES} more lines"]
    return "\n".join(lines)


def _differences(before: Mapping[str, Items], after: Mapping[str, Items]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if name not in after:
            yield f"{name}: the table is gone"
            continue
        old, new = before.get(name, {}), after[name]
        made = "" if name in before else "a new table, "
        changes = list(_changes(old, new))
        if changes or made:
            yield f"{name}: {made}{len(old)} items before, {len(new)} now"
            yield from changes


def _changes(old: Items, new: Items) -> Iterator[str]:
    for key in sorted({*old, *new}):
        if key not in new:
            yield f"  - {shown(old[key])}"
        elif key not in old:
            yield f"  + {shown(new[key])}"
        elif old[key] != new[key]:
            yield f"  ~ {key}"
            yield from (f"      {line}" for line in attribute_changes(old[key], new[key]))


def attribute_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """A line for each attribute that differs."""
    for name in sorted({*old, *new}):
        if name not in new:
            yield f"{name}: {_shown_value(old[name])} -> absent"
        elif name not in old:
            yield f"{name}: absent -> {_shown_value(new[name])}"
        elif old[name] != new[name]:
            yield f"{name}: {_shown_value(old[name])} -> {_shown_value(new[name])}"
