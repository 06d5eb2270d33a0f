"""``\\d``: the tables, and one table with its keys, indexes, sizes and the spread of its keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dynalite_py.doors.shell import catalog, literals, plots, render
from dynalite_py.doors.shell.session import Item, Session

_SLICES = 16
_SAMPLED_OF_A_SLICE = 64
_LARGEST_SHOWN = 10
_MOST_TABLES = 2500


def tables(session: Session) -> None:
    """A line for each table. Raises: FailedError."""
    session.catalog.forget()
    names = session.call(lambda: list(catalog.table_names(session.target)))
    items: list[Item] = []
    for name in names[:_MOST_TABLES]:
        described = session.catalog.description(name)
        items.append(_summary(name, described or {}))
    if not items:
        session.note("there are no tables; \\create makes one")
        return
    columns = ["table", "keys", "indexes", "items", "size", "status"]
    session.last_items, session.last_columns, session.last_is_whole = items, columns, True
    for line in render.LAYOUTS[session.output](items, columns, session.screen):
        session.screen.write(line)
    session.screen.flush()


def _summary(name: str, described: Mapping[str, Any]) -> Item:
    if not described:
        return {"table": {"S": name}, "status": {"S": "?"}}
    return {
        "table": {"S": name},
        "keys": {"S": _keys(described["KeySchema"], described)},
        "indexes": {"N": str(len(catalog.index_descriptions(described)))},
        "items": {"N": str(described.get("ItemCount", 0))},
        "size": {"S": size(described.get("TableSizeBytes", 0))},
        "status": {"S": described.get("TableStatus", "")},
    }


def table(session: Session, name: str, *, sampled: bool) -> None:
    """One table. sampled: read keys for the picture, whatever that costs. Raises: FailedError."""
    session.catalog.forget()
    described = session.call(lambda: session.target.client.describe_table(TableName=name))["Table"]
    for line in _description(session, described):
        session.screen.write(line)
    if sampled or not session.target.costs:
        for line in spread(session, described):
            session.screen.write(line)
    else:
        session.note("\\d+ NAME reads up to 1,024 items to show how their keys are spread")
    session.screen.flush()


def _description(session: Session, described: Mapping[str, Any]) -> Iterator[str]:
    name = session.screen.styled(render.cell({"S": described["TableName"]}), "heading")
    yield f"{name}  {_keys(described['KeySchema'], described)}"
    facts = [
        f"{described.get('ItemCount', 0):,} items",
        size(described.get("TableSizeBytes", 0)),
        described.get("TableStatus", ""),
        _billing(described),
    ]
    stream = described.get("StreamSpecification") or {}
    if stream.get("StreamEnabled"):
        facts.append(f"stream of {stream.get('StreamViewType')}")
    facts.append(_expiry(session, described["TableName"]))
    if described.get("DeletionProtectionEnabled"):
        facts.append("protected from deletion")
    yield "  " + " · ".join(render.cell({"S": fact}) for fact in facts if fact)
    for kind, member in (("local", "LocalSecondaryIndexes"), ("global", "GlobalSecondaryIndexes")):
        for index in described.get(member) or ():
            yield from _index(session, kind, index, described)


def _expiry(session: Session, table: str) -> str:
    """By which attribute items expire; nothing where they do not, or one may not ask."""
    client = session.target.client
    try:
        found = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    except session.target.failures:
        return ""
    if "AttributeName" not in found:
        return ""
    status = found["TimeToLiveStatus"]
    return f"expires by {found['AttributeName']}" + ("" if status == "ENABLED" else f" ({status})")


def _index(
    session: Session, kind: str, index: Mapping[str, Any], described: Mapping[str, Any]
) -> Iterator[str]:
    name = session.screen.styled(render.cell({"S": index["IndexName"]}), "key")
    yield f"  {kind} index {name}  {_keys(index['KeySchema'], described)}"
    projection: dict[str, Any] = index.get("Projection") or {}
    others: list[str] = projection.get("NonKeyAttributes") or []
    carried = f"{projection.get('ProjectionType', '')} {', '.join(others)}".strip()
    facts: list[str] = [
        f"{index.get('ItemCount', 0):,} items",
        size(index.get("IndexSizeBytes", 0)),
        index.get("IndexStatus", ""),
        f"projects {carried}",
    ]
    yield "    " + " · ".join(render.cell({"S": fact}) for fact in facts if fact)


def _billing(described: Mapping[str, Any]) -> str:
    mode = (described.get("BillingModeSummary") or {}).get("BillingMode")
    if mode == "PAY_PER_REQUEST":
        return "on demand"
    units = described.get("ProvisionedThroughput") or {}
    reads, writes = units.get("ReadCapacityUnits", 0), units.get("WriteCapacityUnits", 0)
    return f"{reads} RCU, {writes} WCU provisioned"


def _keys(schema: list[dict[str, str]], described: Mapping[str, Any]) -> str:
    """``artist S, title S``: the partition key first."""
    kinds = {
        one["AttributeName"]: one["AttributeType"]
        for one in described.get("AttributeDefinitions") or ()
    }
    return render.cell(
        {
            "S": ", ".join(
                f"{part['AttributeName']} {kinds.get(part['AttributeName'], '?')}"
                for part in schema
            )
        }
    )


def size(count: int) -> str:
    """Bytes as one reads them."""
    amount = float(count)
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if amount < 1024 or unit == "TB":
            return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("the last unit takes everything")


# The spread of keys.


def spread(session: Session, described: Mapping[str, Any]) -> Iterator[str]:
    """How the items of a sample are spread over slices of the hash, and over partition keys.

    The sample is taken from all over the table: a scan in 16 segments, a page of 64 keys each.
    """
    keys = [part["AttributeName"] for part in described["KeySchema"]]
    partition = keys[0]
    slices: list[int] = []
    found: Counter[str] = Counter()
    for number in range(_SLICES):
        page = session.call(lambda number=number: _keys_of(session, described, keys, number))
        slices.append(len(page["Items"]))
        found.update(literals.literal(item[partition]) for item in page["Items"])
    if not found:
        return
    total = sum(found.values())
    yield ""
    yield (
        f"  {total:,} items looked at, in {_SLICES} slices of the hash: "
        f"{len(found):,} partition keys"
    )
    yield "  slices  " + session.screen.styled(_skyline(slices), "bar")
    if max(found.values()) > 1:
        points = [(label, float(count)) for label, count in found.most_common(_LARGEST_SHOWN)]
        yield f"  items of the largest of {len(found):,} partition keys:"
        yield from ("  " + line for line in plots.bars(points, session.screen, margin=2))


def _keys_of(
    session: Session, described: Mapping[str, Any], keys: list[str], segment: int
) -> dict[str, Any]:
    names = {f"#k{number}": name for number, name in enumerate(keys)}
    return session.target.client.scan(
        TableName=described["TableName"],
        Segment=segment,
        TotalSegments=_SLICES,
        Limit=_SAMPLED_OF_A_SLICE,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )


_HEIGHTS = "▁▂▃▄▅▆▇█"


def _skyline(counts: list[int]) -> str:
    """A block a slice, as high as its part of the fullest; a dot where there is nothing."""
    top = max(counts)
    return "".join(
        _HEIGHTS[min(count * len(_HEIGHTS) // top, len(_HEIGHTS) - 1)] if count else "·"
        for count in counts
    )
