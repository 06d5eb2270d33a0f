"""The operations of PartiQL, loaded by their first request: most stores never see a statement."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from dynalite_py.operations.operation import OfKind, Operation
from dynalite_py.operations.scope import Request, Scope

_Handler: TypeAlias = Callable[[Scope, Request], OfKind]


def execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check a statement; return what carries it out. Raises: DynamoDBError."""
    return _statement()(scope, request)


def batch_execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check a batch of statements; return what carries it out. Raises: DynamoDBError."""
    return _batch()(scope, request)


def execute_transaction(scope: Scope, request: Request) -> OfKind:
    """Check statements that go together; return what carries them out. Raises: DynamoDBError."""
    return _transaction()(scope, request)


@cache
def _statement() -> _Handler:
    from dynalite_py.operations import partiql_execute

    return partiql_execute.execute_statement


@cache
def _batch() -> _Handler:
    from dynalite_py.operations import partiql_batch

    return partiql_batch.batch_execute_statement


@cache
def _transaction() -> _Handler:
    from dynalite_py.operations import partiql_transactions

    return partiql_transactions.execute_transaction


OPERATIONS = (
    Operation("ExecuteStatement", "statement", execute_statement),
    Operation("BatchExecuteStatement", "statement", batch_execute_statement),
    Operation("ExecuteTransaction", "statement", execute_transaction),
)
