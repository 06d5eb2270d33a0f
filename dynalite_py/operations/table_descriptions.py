"""Tables as DescribeTable shows them: records to TableDescription members.

Source: facts, the response of CreateTable, and DeleteTable.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from dynalite_py.model import arns
from dynalite_py.model.tables import Index, Stream, Table, Throughput
from dynalite_py.operations.table_definitions import ON_DEMAND_READS, ON_DEMAND_WRITES

# Number of items and bytes of the table (under 0) and of each index (under its id).
Counts: TypeAlias = dict[int, tuple[int, int]]
Description: TypeAlias = dict[str, Any]


def described(table: Table, counts: Counts, now: float, status: str | None = None) -> Description:
    """The whole description. status: what the table shows instead of its own.

    A table that shows CREATING shows its global indexes so too; of one that is DELETING the
    service shows no more than DeleteTable answers.
    """
    shown = status or status_of(table)
    if shown == "DELETING":
        return deleted(table, counts, now)
    items, size_bytes = counts.get(0, (0, 0))
    return {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in table.attributes.items()
        ],
        "TableName": table.name,
        "KeySchema": _key_schema(table.key_names[:1], table.key_names[1:]),
        "TableStatus": shown,
        "CreationDateTime": _milliseconds(table.created_at),
        "ProvisionedThroughput": throughput(table.throughput, now),
        "TableSizeBytes": size_bytes,
        "ItemCount": items,
        "TableArn": table.arn,
        "TableId": table.uid,
        **_billing(table, shown),
        **_indexes(table, counts, now, shown),
        **_stream(table),
        **_settings(table, shown),
    }


def deleted(table: Table, counts: Counts, now: float) -> Description:
    """A table on its way out, as DeleteTable answers: without keys, definitions, indexes and time
    of creation.
    """
    items, size_bytes = counts.get(0, (0, 0))
    return {
        "TableName": table.name,
        "TableStatus": "DELETING",
        "ProvisionedThroughput": throughput(table.throughput, now),
        "TableSizeBytes": size_bytes,
        "ItemCount": items,
        "TableArn": table.arn,
        "TableId": table.uid,
        **_billing(table, "DELETING"),
    }


def status_of(table: Table) -> str:
    """UPDATING while an index is made or removed; otherwise the table's own status."""
    changing = any(index.status != "ACTIVE" for index in table.indexes)
    return "UPDATING" if changing and table.status == "ACTIVE" else table.status


def throughput(units: Throughput, now: float) -> Description:
    """ProvisionedThroughputDescription. Decreases count within one UTC day."""
    shown: Description = {
        "NumberOfDecreasesToday": decreases_today(units, now),
        "ReadCapacityUnits": units.read_units,
        "WriteCapacityUnits": units.write_units,
    }
    if units.increased_at is not None:
        shown["LastIncreaseDateTime"] = _milliseconds(units.increased_at)
    if units.decreased_at is not None:
        shown["LastDecreaseDateTime"] = _milliseconds(units.decreased_at)
    return shown


def decreases_today(units: Throughput, now: float) -> int:
    """How often the units were lowered since midnight UTC."""
    if units.decreased_at is None or _day(units.decreased_at) != _day(now):
        return 0
    return units.decreases_today


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def stream_label(moment: float, previous: str = "") -> str:
    """A stream's label: the ISO 8601 time of its start, to the millisecond, in UTC.

    previous: the label of the table's last stream, which the new one must not repeat.
    """
    start = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    if previous:
        start = max(start, datetime.fromisoformat(previous) + timedelta(milliseconds=1))
    return start.isoformat(timespec="milliseconds")


def stream_members(table: Table, stream: Stream) -> Description:
    """What describes a stream; a disabled one leaves its label and ARN behind."""
    shown: Description = {
        "LatestStreamLabel": stream.label,
        "LatestStreamArn": arns.stream(table.arn, stream.label),
    }
    if stream.enabled:
        shown["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": stream.view_type,
        }
    return shown


def _key_schema(hashes: tuple[str, ...], ranges: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        *({"AttributeName": name, "KeyType": "HASH"} for name in hashes),
        *({"AttributeName": name, "KeyType": "RANGE"} for name in ranges),
    ]


def _billing(table: Table, shown: str) -> Description:
    if not table.billing_mode_shown:
        return {}
    summary: Description = {"BillingMode": table.billing_mode}
    mode: Description = {"TableThroughputMode": table.billing_mode}
    if table.on_demand_since is not None and shown != "CREATING":
        since = {"LastUpdateToPayPerRequestDateTime": _milliseconds(table.on_demand_since)}
        summary |= since
        # The second summary, which the API's model does not list, is silent about the creation.
        if table.billing_mode == "PROVISIONED" or table.on_demand_since != table.created_at:
            mode |= since
    return {"BillingModeSummary": summary, "TableThroughputModeSummary": mode}


def _indexes(table: Table, counts: Counts, now: float, shown: str) -> Description:
    described_indexes: Description = {}
    local = [_index(table, index, counts) for index in table.local_indexes()]
    if local:
        described_indexes["LocalSecondaryIndexes"] = local
    wide = [_global_index(table, index, counts, now, shown) for index in table.global_indexes()]
    if wide:
        described_indexes["GlobalSecondaryIndexes"] = wide
    return described_indexes


def _index(table: Table, index: Index, counts: Counts) -> Description:
    items, size_bytes = counts.get(index.id, (0, 0))
    projection: Description = {"ProjectionType": index.projection}
    if index.non_key_attributes:
        projection["NonKeyAttributes"] = list(index.non_key_attributes)
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.hash_keys, index.range_keys),
        "Projection": projection,
        "IndexSizeBytes": size_bytes,
        "ItemCount": items,
        "IndexArn": arns.index(table.arn, index.name),
    }


def _global_index(
    table: Table, index: Index, counts: Counts, now: float, shown: str
) -> Description:
    description = _index(table, index, counts)
    description["IndexStatus"] = "CREATING" if shown == "CREATING" else index.status
    description["ProvisionedThroughput"] = throughput(index.throughput, now)
    if index.status == "CREATING" and not index.allocating:
        description["Backfilling"] = True
    if index.on_demand_throughput:
        description["OnDemandThroughput"] = index.on_demand_throughput
    if index.warm_throughput or shown != "CREATING":
        description["WarmThroughput"] = warm(
            table, index.throughput, index.warm_throughput, description["IndexStatus"]
        )
    return description


def warm(table: Table, units: Throughput, asked: dict[str, int] | None, status: str) -> Description:
    """WarmThroughput: what was asked for, at least what on demand or the units give."""
    on_demand = table.billing_mode == "PAY_PER_REQUEST"
    given = asked or {}
    reads = ON_DEMAND_READS if on_demand else units.read_units
    writes = ON_DEMAND_WRITES if on_demand else units.write_units
    return {
        "ReadUnitsPerSecond": max(reads, given.get("ReadUnitsPerSecond", 0)),
        "WriteUnitsPerSecond": max(writes, given.get("WriteUnitsPerSecond", 0)),
        "Status": "ACTIVE" if status == "ACTIVE" else "UPDATING",
    }


def _stream(table: Table) -> Description:
    return {} if table.stream is None else stream_members(table, table.stream)


def _settings(table: Table, shown: str) -> Description:
    settings: Description = {}
    if table.encryption is not None:
        settings["SSEDescription"] = table.encryption
    if table.table_class is not None:
        summary: Description = {"TableClass": table.table_class}
        if table.table_class_changes:
            summary["LastUpdateDateTime"] = _milliseconds(table.table_class_changes[-1])
        settings["TableClassSummary"] = summary
    if table.on_demand_throughput:
        settings["OnDemandThroughput"] = table.on_demand_throughput
    if table.deletion_protected or shown != "CREATING":
        settings["DeletionProtectionEnabled"] = table.deletion_protected
    if table.warm_throughput or shown != "CREATING":
        settings["WarmThroughput"] = warm(table, table.throughput, table.warm_throughput, shown)
    return settings


def _milliseconds(moment: float) -> float:
    return round(moment, 3)
