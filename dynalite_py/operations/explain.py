"""What a request read and by which way, as far as request and answer tell it without a second look.

Only the forms of expressions are told, never a value: what is in items stays there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dynalite_py.language import nodes, plans, sql
from dynalite_py.model import codec
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import expressions, registry, schema, schemas
from dynalite_py.operations.model_differences import TABLE_NAME_PATTERN
from dynalite_py.operations.scope import Request, Scope

_ITEM_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_SCANNED = re.compile(rb'"ScannedCount":(\d+)\}$')
_LONGEST_NAME = 1024  # of an ARN
_CONDITIONS = ("ConditionExpression", "Expected")
# Where an operation's statements lie; None: it has one.
_STATEMENTS = {
    "ExecuteStatement": None,
    "BatchExecuteStatement": "Statements",
    "ExecuteTransaction": "TransactStatements",
}
_VERBS = {
    nodes.Select: "SELECT",
    nodes.Insert: "INSERT",
    nodes.UpdateStatement: "UPDATE",
    nodes.DeleteStatement: "DELETE",
    nodes.Exists: "EXISTS",
}


def as_read(operation: str, request: Request) -> Request:
    """An answered request as its handler had it: null members are gone."""
    taken = schemas.of(operation)
    return request if taken.accept(request) else schema.checked(taken, request)


def tables(operation: str, request: Request) -> list[str]:
    """Names (or ARNs) of the tables that an answered request speaks of, each once."""
    return list(dict.fromkeys(name for name in _names(operation, request) if isinstance(name, str)))


def _names(operation: str, request: Request) -> Iterator[Any]:
    """Only members that the operation has: others may be anything, for they are never looked at."""
    if operation in _STATEMENTS:
        yield from (_select_of(each).table for each in _statements(operation, request))
    elif operation.startswith("Batch"):
        yield from request["RequestItems"]
    elif operation.startswith("Transact"):
        for action in request["TransactItems"]:
            yield from (part.get("TableName") for part in action.values() if isinstance(part, dict))
    else:
        yield request.get("TableName")


def _statements(operation: str, request: Request) -> Iterator[nodes.Statement]:
    """The statements of an answered request; those of a batch that are none are left out."""
    from dynalite_py.language import partiql_parse  # Loaded by whoever has statements.

    members = _STATEMENTS[operation]
    for each in [request] if members is None else request[members]:
        try:
            yield partiql_parse.parsed(each["Statement"])
        except DynamoDBError:
            continue


def _select_of(statement: nodes.Statement) -> Any:
    return statement.select if isinstance(statement, nodes.Exists) else statement


def _statement_path(operation: str, request: Request, scope: Scope) -> str:
    """The kinds of the statements, each with its way."""
    told: list[str] = []
    for statement in _statements(operation, request):
        verb = _VERBS[type(statement)]
        if isinstance(statement, nodes.Insert):
            told.append(f"{verb} by key")
        else:
            told.append(f"{verb} by {_where_path(statement, scope)}")
    return "; ".join(dict.fromkeys(told))


def _where_path(statement: nodes.Statement, scope: Scope) -> str:
    """What a statement's WHERE comes to with the table as it is now."""
    from dynalite_py.language import partiql_access
    from dynalite_py.operations import partiql_select

    where = _select_of(statement)
    place = "table" if where.index is None else f"index {where.index}"
    try:
        table = scope.table(where.table)
        if not isinstance(statement, nodes.Select):
            condition = partiql_access.target(where, table.key_names).condition
            return "key" if condition is None else "key, condition"
        access = partiql_select.way(scope, where).access
    except DynamoDBError:  # The table has changed since, or this was no good member of a batch,
        return place.partition(" ")[0]  # whose index may have any text for a name.
    parts = {
        "get": "key",
        "scan": f"all of {place}",
        "queries": f"{len(access.parts)} ranges of {place}",
    }
    told = parts.get(access.kind)
    if told is None:
        [terms] = access.parts
        told = f"range of {place} ({', '.join(operator for operator, _ in terms.values())})"
    return told if access.filter is None else f"{told}, filter"


def refused_tables(request: Request) -> list[str]:
    """The table that a refused request names, where the text can be a name and nothing else."""
    name = request.get("TableName")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return []
    return [name] if TABLE_NAME_PATTERN.fullmatch(name) else []


def may_write(operation: str) -> bool:
    """Whether the writer may do the operation, in a group of writes or alone."""
    known = registry.OPERATIONS.get(operation)
    return known is not None and known.kind not in ("read", "range")


def writes(operation: str, request: Request) -> bool:
    """Whether an answered request was the writer's: of statements only some are."""
    if operation not in _STATEMENTS:
        return may_write(operation)
    found = _statements(operation, request)
    return any(not isinstance(statement, nodes.Select) for statement in found)


def consumed_capacity(request: Request, answer: bytes) -> list[Any]:
    """The ConsumedCapacity objects of an answer; empty where they were not asked for."""
    if request.get("ReturnConsumedCapacity") not in ("TOTAL", "INDEXES"):
        return []
    found = codec.decode(answer).get("ConsumedCapacity", [])
    return found if isinstance(found, list) else [found]


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


def access_path(operation: str, request: Request, scope: Scope) -> str:
    """How an answered request came to its items; empty where there are none."""
    if operation in ("Query", "Scan"):
        return _range_path(operation, request)
    if operation in _STATEMENTS:
        return _statement_path(operation, request, scope)
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
