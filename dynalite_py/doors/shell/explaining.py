"""``EXPLAIN`` and ``\\sql``: what only an open file can tell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from dynalite_py.doors.library.rows import Rows, unlike
from dynalite_py.doors.shell import statements
from dynalite_py.doors.shell.screen import safe
from dynalite_py.doors.shell.session import FailedError, Item, Session


def explain(session: Session, statement: str) -> None:
    """Show how a statement is carried out; with ANALYZE it is carried out. Raises: FailedError."""
    text, analyze = statements.explained(statement)
    if statements.blank(text):
        raise FailedError("EXPLAIN stands before a statement: EXPLAIN SELECT ...")
    teller = getattr(session.target.store, "explain", None)
    if teller is None:
        raise FailedError(
            "an endpoint does not tell its plans: EXPLAIN works on a file, dynalite shell FILE"
        )
    parameters = session.parameters(text)
    told = session.call(lambda: teller(text, parameters or None, analyze=analyze))
    for line in str(told).splitlines():
        session.screen.write(safe(line))
    session.screen.flush()


def rows(session: Session, text: str) -> tuple[list[Item], list[str]]:
    """An analytic question's answer as items, and its columns. Raises: FailedError."""
    asker = getattr(session.target.store, "sql", None)
    if asker is None:
        raise FailedError(
            "DynamoDB has no joins and no aggregates: \\sql works on a file, dynalite shell FILE"
        )
    return as_items(session.call(lambda: asker(text)))


def as_items(answer: Rows, *, nulls: bool = False) -> tuple[list[Item], list[str]]:
    """Rows as items, and their columns. nulls: NULL is a value, not left out."""
    names = unlike(answer.columns, "{} ({})")
    items: list[Item] = [
        {
            name: attribute(value)
            for name, value in zip(names, row, strict=True)
            if nulls or value is not None
        }
        for row in answer.rows
    ]
    return items, names


def attribute(value: Any) -> dict[str, Any]:
    """A Python value of a row in boto3's form, for showing alone."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case float():
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case set() | frozenset():
            members = [attribute(member) for member in cast("set[Any]", value)]
            kinds = sorted({kind for member in members for kind in member})
            contents = sorted(content for member in members for content in member.values())
            return {f"{kinds[0]}S": contents} if len(kinds) == 1 else {"L": members}
        case list() | tuple():
            return {"L": [attribute(member) for member in cast("list[Any]", value)]}
        case Mapping():
            named = cast("Mapping[Any, Any]", value)
            return {"M": {str(name): attribute(member) for name, member in named.items()}}
        case _:
            return {"S": str(value)}
