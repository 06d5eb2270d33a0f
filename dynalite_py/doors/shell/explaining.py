"""``EXPLAIN`` and ``\\sql``: what only an open file can tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from dynalite_py.doors.shell import statements
from dynalite_py.doors.shell.screen import safe
from dynalite_py.doors.shell.session import FailedError, Item, Session

_DEEPEST = 16


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
    own_words = type(told).__str__ is not object.__str__
    for line in map(safe, str(told).splitlines()) if own_words else outline(told):
        session.screen.write(line)
    session.screen.flush()


def outline(told: Any, depth: int = 0) -> Iterator[str]:
    """Anything told as an indented list: records and mappings by their names."""
    margin = "  " * depth
    if depth > _DEEPEST:
        yield margin + "..."
        return
    named = _named(told)
    if named is None:
        for line in _text(told).splitlines() or [""]:
            yield margin + safe(line)
        return
    width = max((len(name) for name in named), default=0)
    for name, value in named.items():
        if value is None or value in ("", [], (), {}):
            continue
        if _named(value) is None and not isinstance(value, list | tuple):
            first, *rest = _text(value).splitlines() or [""]
            yield f"{margin}{name.ljust(width)}  {safe(first)}"
            yield from (f"{margin}{' ' * width}  {safe(line)}" for line in rest)
            continue
        yield f"{margin}{name}"
        members = cast("list[Any]", value) if isinstance(value, list | tuple) else [value]
        for member in members:
            yield from outline(member, depth + 1)


def _named(told: Any) -> dict[str, Any] | None:
    if isinstance(told, Mapping):
        return {str(name): value for name, value in cast("Mapping[Any, Any]", told).items()}
    if dataclasses.is_dataclass(told) and not isinstance(told, type):
        return {
            one.name.replace("_", " "): getattr(told, one.name) for one in dataclasses.fields(told)
        }
    return None


def _text(told: Any) -> str:
    match told:
        case bool():
            return "yes" if told else "no"
        case float():
            return f"{told:g}"
        case bytes():
            return "0x" + told.hex()
        case _:
            return str(told)


def rows(session: Session, text: str) -> tuple[list[Item], list[str]]:
    """An analytic question's answer as items, and its columns. Raises: FailedError."""
    asker = getattr(session.target.store, "sql", None)
    if asker is None:
        raise FailedError(
            "DynamoDB has no joins and no aggregates: \\sql works on a file, dynalite shell FILE"
        )
    answer = session.call(lambda: asker(text))
    names = unlike([str(name) for name in answer.columns])
    items: list[Item] = [
        {
            name: attribute(value)
            for name, value in zip(names, row, strict=True)
            if value is not None
        }
        for row in answer.rows
    ]
    return items, names


def unlike(names: list[str]) -> list[str]:
    """Column names with a number behind those that occurred before."""
    seen: dict[str, int] = {}
    done: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        done.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return done


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
