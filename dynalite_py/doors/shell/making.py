"""``\\create`` and ``\\drop``: PartiQL has no words for tables in DynamoDB."""

from __future__ import annotations

from typing import Any

from dynalite_py.doors.shell.arguments import words
from dynalite_py.doors.shell.session import FailedError, Session

_CREATE = "\\create TABLE KEY:TYPE [KEY:TYPE]"
_WAIT = {"Delay": 1, "MaxAttempts": 120}


def create(session: Session, rest: str) -> None:
    """Make a table on demand and wait until it is there. Raises: FailedError."""
    name, *keys = words(rest, _CREATE, 2, 3)
    parts = [key.rpartition(":") for key in keys]
    if any(kind not in ("S", "N", "B") for _, _, kind in parts):
        raise FailedError(f"usage: {_CREATE}, where TYPE is S, N or B")
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": kind} for key, _, kind in parts
        ],
        "KeySchema": [
            {"AttributeName": key, "KeyType": role}
            for (key, _, _), role in zip(parts, ("HASH", "RANGE"), strict=False)
        ],
    }
    session.call(lambda: session.target.client.create_table(**request))
    waiter = session.target.client.get_waiter("table_exists")
    session.call(lambda: waiter.wait(TableName=name, WaiterConfig=_WAIT))
    session.catalog.forget()
    session.note(f"{name} is there")


def drop(session: Session, rest: str) -> None:
    """Delete a table; a person is asked for its name once more. Raises: FailedError."""
    [name] = words(rest, "\\drop TABLE", 1, 1)
    described = session.call(lambda: session.target.client.describe_table(TableName=name))["Table"]
    if session.person is not None:
        count = described.get("ItemCount", 0)
        answer = session.person.confirm(f"{name} has {count:,} items. Type its name to delete it: ")
        if answer != name:
            raise FailedError("nothing was deleted")
    session.call(lambda: session.target.client.delete_table(TableName=name))
    waiter = session.target.client.get_waiter("table_not_exists")
    session.call(lambda: waiter.wait(TableName=name, WaiterConfig=_WAIT))
    session.catalog.forget()
    session.note(f"{name} is gone")
