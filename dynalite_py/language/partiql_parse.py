"""A statement's text as nodes, once for each text; and what a request's parameters make of them.

Stage by stage as the service does it: the grammar, the meaning, then the types of the operands. All
of it without a look at a table. Source: facts, PartiQL, Where the grammar comes from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from dynalite_py.language import (
    binding,
    grammar,
    nodes,
    partiql_tokens,
    partiql_updates,
    updates,
)
from dynalite_py.model import partiql_errors, values
from dynalite_py.model.errors import DynamoDBError

if TYPE_CHECKING:
    from dynalite_py.language.partiql_transformer import Term

_REMEMBERED = 1024
# A long text may have thousands of nodes.
_LONG, _LONG_REMEMBERED = 2048, 64
Checks: TypeAlias = tuple[binding.ValueCheck, ...]


def parsed(text: str) -> nodes.Statement:
    """The statement. Raises: DynamoDBError."""
    return _parsed(text) if len(text) <= _LONG else _parsed_long(text)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> nodes.Statement:
    from dynalite_py.language import partiql_lowering

    return partiql_lowering.statement(text, _term(text))


_parsed_long = lru_cache(maxsize=_LONG_REMEMBERED)(_parsed.__wrapped__)


def _term(text: str) -> Term:
    from lark import UnexpectedInput

    try:
        # A custom lexer makes no text positions of its own, and the parser needs none.
        return cast("Term", grammar.partiql_parser().parse(text))
    except partiql_tokens.LexerFault:
        raise partiql_errors.malformed("") from None
    except UnexpectedInput:
        pass
    from dynalite_py.language import partiql_faults

    raise partiql_faults.explained(text)


def parses() -> int:
    """How many statements have been parsed since the process began: none by a warm request."""
    return _parsed.cache_info().misses + _parsed_long.cache_info().misses


def cache() -> tuple[int, int, int]:
    """Hits, misses and entries of the statements that were read."""
    found = (_parsed.cache_info(), _parsed_long.cache_info())
    return (
        sum(each.hits for each in found),
        sum(each.misses for each in found),
        sum(each.currsize for each in found),
    )


@lru_cache(maxsize=_REMEMBERED)
def checks(statement: nodes.Statement, kinds: tuple[str, ...]) -> Checks:
    """Check the types of a statement's operands; return what the values themselves decide.

    kinds: types of the parameters, in their order. Raises: DynamoDBError.
    """
    operands = operands_of(statement)
    types = {f":{number}": kind for number, kind in enumerate(kinds, 1)}
    types |= {name: values.type_of(value) for name, value in operands.constants.items()}
    types |= {name: "M" for name, _ in operands.templates}
    try:
        if isinstance(statement, nodes.UpdateStatement):
            partiql_updates.check_paths(statement.update)
            partiql_updates.check_sets(statement, types)
            binding.checked_update("UpdateExpression", statement.update, {}, types)
        condition = condition_of(statement)
        if condition is None:
            return ()
        _, checked = binding.checked_condition(
            "ConditionExpression", condition, {}, types, counted=0
        )
        return tuple(checked)
    except DynamoDBError as refusal:
        raise partiql_errors.bare(refusal) from None


def operands_of(statement: nodes.Statement) -> nodes.Operands:
    """What the statement's Value nodes stand for."""
    return statement.select.operands if isinstance(statement, nodes.Exists) else statement.operands


def condition_of(statement: nodes.Statement) -> nodes.Condition | None:
    """The statement's WHERE."""
    if isinstance(statement, nodes.Exists):
        return statement.select.condition
    return None if isinstance(statement, nodes.Insert) else statement.condition


@lru_cache(maxsize=_REMEMBERED)
def program(statement: nodes.UpdateStatement) -> updates.Program:
    """The statement's SET and REMOVE, compiled."""
    return updates.program(statement.update)
