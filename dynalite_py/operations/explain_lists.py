"""The plan of any request that has one: of a list of members, a plan of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.language import condition_text, nodes, partiql_access
from dynalite_py.model import partiql_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import (
    explain,
    explain_reads,
    partiql_batch,
    partiql_statements,
    partiql_writes,
)
from dynalite_py.operations.explain_plans import Cost, Measured, Plan
from dynalite_py.operations.explain_reads import Way
from dynalite_py.operations.partiql_statements import Prepared
from dynalite_py.operations.scope import Request, Scope

if TYPE_CHECKING:
    import apsw

# What a transaction costs, to what the same costs alone. Source: facts, Capacity.
_OF_TRANSACTIONS = 2

_Member: TypeAlias = Way | Plan | DynamoDBError


def plan(
    scope: Scope, db: apsw.Connection, operation: str, request: Request, *, analyze: bool
) -> Plan:
    """The plan of a request that has passed its operation's checks. analyze: the reads are done,
    and measured.

    Raises: DynamoDBError where it is none of those that are explained.
    """
    members = _MEMBERS.get(operation)
    if members is None:
        return explain_reads.plan(scope, db, operation, request, analyze=analyze)
    request = explain.as_read(operation, request)
    factor = 1 if operation.startswith("Batch") else _OF_TRANSACTIONS
    plans = tuple(
        _times(_planned(scope, db, member, analyze=analyze), factor)
        for member in members(scope, request)
    )
    tables = dict.fromkeys(each.table for each in plans if each.table)
    return Plan(
        operation,
        '", "'.join(tables),
        estimated=_together(each.estimated for each in plans),
        measured=_measured(plans) if analyze else None,
        members=plans,
    )


def _planned(scope: Scope, db: apsw.Connection, member: _Member, *, analyze: bool) -> Plan:
    if isinstance(member, DynamoDBError):
        return Plan("nothing", "", refusal=f"{member.code}: {member.message}")
    return explain_reads.planned(scope, db, member, analyze=analyze)


def _times(found: Plan, factor: int) -> Plan:
    cost, measured = found.estimated, found.measured
    cost = replace(cost, read_units=factor * cost.read_units, write_units=factor * cost.write_units)
    if measured is not None:
        measured = replace(measured, read_units=factor * measured.read_units)
    return replace(found, estimated=cost, measured=measured)


def _together(costs: Iterable[Cost]) -> Cost:
    whole = Cost(0, 0, 0.0)
    for each in costs:
        whole = Cost(
            whole.items + each.items,
            whole.size_bytes + each.size_bytes,
            whole.read_units + each.read_units,
            whole.write_units + each.write_units,
        )
    return whole


def _measured(plans: Iterable[Plan]) -> Measured:
    found = [each.measured for each in plans if each.measured is not None]
    return Measured(
        sum(each.items for each in found),
        sum(each.returned for each in found),
        sum(each.size_bytes for each in found),
        sum(each.read_units for each in found),
        sum(each.pages for each in found),
        sum(each.milliseconds for each in found),
    )


# The members.


def _of_batch_get(scope: Scope, request: Request) -> Iterator[_Member]:
    for name, wanted in request["RequestItems"].items():
        others = {member: given for member, given in wanted.items() if member != "Keys"}
        for key in wanted["Keys"]:
            yield explain_reads.of_get(scope, {**others, "TableName": name, "Key": key})


def _of_transact_get(scope: Scope, request: Request) -> Iterator[_Member]:
    for action in request["TransactItems"]:
        yield explain_reads.of_get(scope, {**action["Get"], "ConsistentRead": True})


def _of_batch(scope: Scope, request: Request) -> Iterator[_Member]:
    for member in request["Statements"]:
        try:
            yield _of_batch_member(scope, member)
        except DynamoDBError as refusal:  # The batch answers it in the member's place.
            yield refusal


def _of_batch_member(scope: Scope, member: Request) -> Way | Plan:
    statement, values = partiql_statements.prepared(member)
    if isinstance(statement, nodes.Exists):
        raise partiql_errors.stray_exists()
    if not isinstance(statement, nodes.Select):
        return explain_reads.of_write(scope, statement, values)
    consistent = bool(member.get("ConsistentRead"))
    if partiql_batch.point_read(scope, statement, values, consistent=consistent) is None:
        raise partiql_errors.batch_select_without_key()
    return explain_reads.of_select(scope, member, statement, values)


def _of_transaction(scope: Scope, request: Request) -> Iterator[_Member]:
    for member in request["TransactStatements"]:
        yield _of_transacted(scope, partiql_statements.prepared(member))


def _of_transacted(scope: Scope, given: Prepared) -> Way | Plan:
    statement, values = given
    if isinstance(statement, nodes.Select):
        return explain_reads.of_select(scope, {"ConsistentRead": True}, statement, values)
    if not isinstance(statement, nodes.Exists):
        return explain_reads.of_write(scope, statement, values)
    table = scope.table(statement.select.table)
    target = partiql_access.target(statement.select, table.key_names)
    condition = target.condition
    return Plan(
        "ConditionCheck",
        table.name,
        key=explain_reads.key_text(table, partiql_writes.key_of(table, target, values)),
        filter=None if condition is None else condition_text.condition(condition, values),
    )


_MEMBERS: dict[str, Any] = {
    "BatchGetItem": _of_batch_get,
    "TransactGetItems": _of_transact_get,
    "BatchExecuteStatement": _of_batch,
    "ExecuteTransaction": _of_transaction,
}
