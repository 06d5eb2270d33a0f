"""DescribeTimeToLive and UpdateTimeToLive: by which attribute a table's items expire.

What has expired is removed by the sweeper (``workers.ttl``); until then it is read and written as
any other item. Source: facts, TTL.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import codec, feature_errors, table_errors
from dynalite_py.model.tables import Table, TimeToLive
from dynalite_py.operations import tables
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import expiry, jobs
from dynalite_py.storage.writer import Transaction, Work


def describe_time_to_live(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """Whether it is on, and by which attribute. Raises: DynamoDBError."""
    table = tables.existing(scope, request["TableName"])
    if table.status in ("CREATING", "DELETING"):
        raise feature_errors.no_ttl_of(table.status)
    lives = table.time_to_live
    status = "DISABLED" if lives is None else lives.status(scope.clock.now())
    described: dict[str, Any] = {"TimeToLiveStatus": status}
    if lives is not None and status != "DISABLED":
        described["AttributeName"] = lives.attribute
    body = codec.encode({"TimeToLiveDescription": described})
    return lambda _: body


def update_time_to_live(scope: Scope, request: Request) -> Work:
    """Switch it on or off; items that are there are found in steps. Raises: DynamoDBError."""
    given = request["TimeToLiveSpecification"]
    enabled: bool = given["Enabled"]
    attribute: str = given["AttributeName"]

    def work(transaction: Transaction) -> bytes:
        table = tables.existing(scope, request["TableName"])
        if table.status == "CREATING":
            raise feature_errors.ttl_while_creating(table.name)
        if table.status == "DELETING":
            raise table_errors.table_in_deletion(table.name)
        now = scope.clock.now()
        _check_change(table.time_to_live, enabled, attribute, now, scope.transitions.ttl_pause)
        settled_at = now + scope.transitions.update
        lives = TimeToLive(attribute, enabled=enabled, changed_at=now, settled_at=settled_at)
        if enabled:
            lives = dataclasses.replace(lives, filling=_begin(transaction, table, attribute))
        else:
            jobs.finish_of_kind(transaction, table.id, expiry.KIND)
        changed = table.in_every_stage(lambda stage: dataclasses.replace(stage, time_to_live=lives))
        scope.catalog.replace(transaction, changed)
        answer = {"Enabled": enabled, "AttributeName": attribute}
        return codec.encode({"TimeToLiveSpecification": answer})

    return work


def _check_change(
    lives: TimeToLive | None, enabled: bool, attribute: str, now: float, pause: float
) -> None:
    """Refuse what changes nothing, then what comes too soon. pause: seconds between two changes.

    Raises: DynamoDBError.
    """
    if lives is not None and lives.enabled:
        if attribute != lives.attribute:
            raise feature_errors.ttl_by_another(lives.attribute)
        if enabled:
            raise feature_errors.ttl_enabled_already()
    elif not enabled:
        raise feature_errors.ttl_disabled_already()
    if lives is None:
        return
    if lives.changed_at <= now < max(lives.settled_at, lives.changed_at + pause):
        raise feature_errors.ttl_changed_lately()


def _begin(transaction: Transaction, table: Table, attribute: str) -> bool:
    """Make the expiry index; whether more items are left than a step takes, for a job."""
    after = expiry.create(transaction, table.id, attribute)
    if after is not None:
        jobs.add(transaction, expiry.KIND, table.id, {"after": after})
    return after is not None


OPERATIONS = (
    Operation("DescribeTimeToLive", "read", describe_time_to_live),
    Operation("UpdateTimeToLive", "control", update_time_to_live),
)
