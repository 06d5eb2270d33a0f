"""ExecuteStatement: a statement lowered to the read or write of items that it means.

Source: facts, PartiQL.
"""

from __future__ import annotations

from dynalite_py.language import nodes
from dynalite_py.model import partiql_errors
from dynalite_py.operations import partiql_select, partiql_writes
from dynalite_py.operations.operation import OfKind
from dynalite_py.operations.partiql_statements import prepared
from dynalite_py.operations.scope import Request, Scope

_WITH_PARAMETERS = 2  # members of a request: the statement and these


def execute_statement(scope: Scope, request: Request) -> OfKind:
    """Check a statement; return what carries it out. Raises: DynamoDBError."""
    if len(request) == _WITH_PARAMETERS and "Parameters" in request:
        plain = partiql_select.plain_read(scope, request)
        if plain is not None:
            return plain
    statement, bound = prepared(request)
    if isinstance(statement, nodes.Select):
        return partiql_select.reading(scope, request, statement, bound)
    if isinstance(statement, nodes.Exists):
        raise partiql_errors.stray_exists()
    partiql_select.check_no_token(scope, request)
    return "write", partiql_writes.writing(scope, request, statement, bound)
