"""The operations of PartiQL, loaded by their first request: most stores never see a statement."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from dynalite_py.operations.operation import OfKind, Operation
from dynalite_py.operations.scope import Request, Scope

_Handler: TypeAlias = Callable[[Scope, Request], OfKind]
_LOADING = threading.Lock()


def execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check a statement; return what carries it out. Raises: DynamoDBError."""
    return _handlers()[0](scope, request)


def batch_execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check a batch of statements; return what carries it out. Raises: DynamoDBError."""
    return _handlers()[1](scope, request)


def execute_transaction(scope: Scope, request: Request) -> OfKind:
    """Check statements that go together; return what carries them out. Raises: DynamoDBError."""
    return _handlers()[2](scope, request)


@cache
def _handlers() -> tuple[_Handler, _Handler, _Handler]:
    """Those of a statement, a batch and a transaction.

    One thread loads them: of two that import modules which import each other, CPython lets one go
    on with a module that is not there yet.
    """
    with _LOADING:
        from dynalite_py.operations import partiql_batch, partiql_execute, partiql_transactions
    return (
        partiql_execute.execute_statement,
        partiql_batch.batch_execute_statement,
        partiql_transactions.execute_transaction,
    )


OPERATIONS = (
    Operation("ExecuteStatement", "statement", execute_statement),
    Operation("BatchExecuteStatement", "statement", batch_execute_statement),
    Operation("ExecuteTransaction", "statement", execute_transaction),
)
