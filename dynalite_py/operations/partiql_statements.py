"""A statement and its parameters, checked as far as they can be without a look at a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from dynalite_py.language import nodes, partiql_literals, partiql_parse
from dynalite_py.model import partiql_errors, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue
from dynalite_py.operations.scope import Request

Values: TypeAlias = dict[str, AttributeValue]
Prepared: TypeAlias = tuple[nodes.Statement, Values]

# A statement of 8192 characters has no more parameters; nearly all have no more than the first.
_MOST_PARAMETERS = 8192
_NAMES = tuple(f":{number}" for number in range(1, 65))


def prepared(member: Request) -> Prepared:
    """The statement of a request (or of a member of a batch) and all its values by name.

    Raises: DynamoDBError.
    """
    statement = partiql_parse.parsed(member["Statement"])
    given: list[Any] | None = member.get("Parameters")
    operands = partiql_parse.operands_of(statement)
    parameters: Values = {}
    kinds: list[str] = []
    if given is not None:
        for name, value in zip(_names(len(given)), given, strict=False):
            canonical = values.canonical_value(value)
            if len(kinds) < operands.parameters:
                parameters[name] = canonical
                kinds += canonical
    if len(kinds) < operands.parameters:
        raise partiql_errors.parameter_count()
    checks = partiql_parse.checks(statement, tuple(kinds))
    bound = partiql_literals.bound(operands, parameters)
    if checks:
        _run(checks, bound)
    return statement, bound


def _names(count: int) -> Sequence[str]:
    """The names of so many parameters, at least."""
    if count <= len(_NAMES):
        return _NAMES
    return [f":{number}" for number in range(1, min(count, _MOST_PARAMETERS) + 1)]


def _run(checks: partiql_parse.Checks, bound: Values) -> None:
    try:
        for check in checks:
            check(bound)
    except DynamoDBError as refusal:
        raise partiql_errors.bare(refusal) from None
