"""What a request read and by which way, as far as request and answer tell it without a second look.

Only the forms of expressions are told, never a value: what is in items stays there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dynalite_py.language import plans, sql
from dynalite_py.operations import expressions, schema, schemas
from dynalite_py.operations.scope import Request

_ITEM_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_SCANNED = re.compile(rb'"ScannedCount":(\d+)\}$')
_CONDITIONS = ("ConditionExpression", "Expected")


def as_read(operation: str, request: Request) -> Request:
    """An answered request as its handler had it: null members are gone."""
    taken = schemas.of(operation)
    return request if taken.accept(request) else schema.checked(taken, request)


def tables(operation: str, request: Request) -> list[str]:
    """Names (or ARNs) of the tables that an answered request speaks of, each once."""
    return list(dict.fromkeys(name for name in _names(operation, request) if isinstance(name, str)))


def _names(operation: str, request: Request) -> Iterator[Any]:
    """Only members that the operation has: others may be anything, for they are never looked at."""
    if operation.startswith("Batch") and operation != "BatchExecuteStatement":
        yield from request["RequestItems"]
    elif operation.startswith("Transact"):
        for action in request["TransactItems"]:
            yield from (part.get("TableName") for part in action.values() if isinstance(part, dict))
    else:
        yield request.get("TableName")


def items_read(operation: str, request: Request, answer: bytes) -> int | None:
    """How many items an answered request looked at; None: that is no question for it."""
    if operation == "GetItem" or operation in _ITEM_WRITES:
        return 1
    if operation in ("Query", "Scan"):
        scanned = _SCANNED.search(answer[-64:])
        return int(scanned[1]) if scanned else None
    if operation.startswith("Transact"):
        return len(request["TransactItems"])
    if operation == "BatchGetItem":
        return sum(len(wanted["Keys"]) for wanted in request["RequestItems"].values())
    if operation == "BatchWriteItem":
        return sum(map(len, request["RequestItems"].values()))
    return None


def access_path(operation: str, request: Request) -> str:
    """How an answered request came to its items; empty where there are none."""
    if operation in ("Query", "Scan"):
        return _range_path(operation, request)
    if operation == "GetItem":
        return "key"
    if operation in _ITEM_WRITES:
        return "key, condition" if any(name in request for name in _CONDITIONS) else "key"
    return "keys" if operation.startswith(("Batch", "Transact")) else ""


def _range_path(operation: str, request: Request) -> str:
    index = request.get("IndexName")
    place = "table" if index is None else f"index {index}"
    if operation == "Query":
        bound = expressions.bound(expressions.QUERY, request)
        condition = bound.key_condition
        terms: plans.Terms = {} if condition is None else plans.terms_of(condition.node)
        parts = [f"range of {place} ({', '.join(operator for operator, _ in terms.values())})"]
        if request.get("ScanIndexForward") is False:
            parts.append("backwards")
    else:
        bound = expressions.bound(expressions.SCAN, request)
        segment = request.get("Segment")
        parts = [f"all of {place}" if segment is None else f"a segment of {place}"]
    if bound.filter is not None:
        parts.append(f"filter in {filtered_in(bound.filter)}")
    return ", ".join(parts)


def filtered_in(found: expressions.Filter) -> str:
    """Where a filter is decided: ``SQL`` or ``Python``."""
    return "Python" if sql.filter_sql(found.node, found.values) is None else "SQL"
