"""Statements in a text: where each ends, and what the shell has to know of it.

The store alone judges a statement; here are only guesses that help to show its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from dynalite_py.doors.shell import tokens
from dynalite_py.doors.shell.tokens import Token

Kind: TypeAlias = Literal["read", "write", "begin", "commit", "rollback", "explain", "other"]

_KINDS: dict[str, Kind] = {
    "select": "read",
    "exists": "read",
    "insert": "write",
    "update": "write",
    "delete": "write",
    "begin": "begin",
    "commit": "commit",
    "rollback": "rollback",
    "explain": "explain",
}
# Single words that need no semicolon.
WHOLE_WORDS = frozenset({"begin", "commit", "rollback"})
_NAMES = ("word", "quoted", "function")


class Split(NamedTuple):
    """statements: the whole ones, without semicolons. rest: what follows the last of them."""

    statements: list[str]
    rest: str


def split(text: str) -> Split:
    """Cut a text at the semicolons that are in no string, name or comment."""
    done: list[str] = []
    start = 0
    for token in tokens.tokens(text):
        if token.kind == "end":
            done.append(text[start : token.start].strip())
            start = token.start + 1
    return Split([statement for statement in done if not blank(statement)], text[start:])


def blank(text: str) -> bool:
    """Whether there is nothing but blanks and whole comments."""
    return not tokens.meaningful(text) and not unfinished(text)


def unfinished(text: str) -> bool:
    """Whether a string, a quoted name or a comment has no end."""
    found = tokens.tokens(text)
    return bool(found) and found[-1].open


def kind(statement: str) -> Kind:
    """What a statement begins as."""
    found = tokens.meaningful(statement)
    return _KINDS.get(found[0].lower, "other") if found else "other"


def parameters(statement: str) -> int:
    """How many question marks stand for values."""
    return sum(token.kind == "parameter" for token in tokens.tokens(statement))


def explained(statement: str) -> tuple[str, bool]:
    """What ``EXPLAIN [ANALYZE]`` stands before, and whether ANALYZE is there."""
    found = tokens.meaningful(statement)
    analyze = len(found) > 1 and found[1].lower == "analyze"
    last = found[1] if analyze else found[0]
    return statement[last.start + len(last.text) :].strip(), analyze


def source(statement: str) -> tuple[str, str | None] | None:
    """Table and index that a statement names; None where it names none."""
    found = tokens.meaningful(statement)
    for at, token in enumerate(found[:-1]):
        if token.lower in ("from", "into", "update") and found[at + 1].kind in _NAMES:
            table = found[at + 1].name
            dotted = [part.text for part in found[at + 2 : at + 3]] == ["."]
            if dotted and len(found) > at + 3 and found[at + 3].kind in _NAMES:
                return table, found[at + 3].name
            return table, None
    return None


def projected(statement: str) -> list[str]:
    """The names that a SELECT's columns come back under, in its order; none of ``*``.

    A path comes back under its last part. Source: facts, Projection.
    """
    found = tokens.meaningful(statement)
    if not found or found[0].lower != "select":
        return []
    names: list[str] = []
    depth, part = 0, list[Token]()
    for token in found[1:]:
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        if depth == 0 and (token.text == "," or token.lower == "from"):
            names += _column(part)
            part = []
            if token.text != ",":
                return names
        else:
            part.append(token)
    return []


def _column(part: Sequence[Token]) -> list[str]:
    """The name of one projected path."""
    if not part or part[0].text == "*":
        return []
    starts = [at + 1 for at, token in enumerate(part) if token.text == "."]
    last = part[starts[-1] if starts else 0 :]
    return [last[0].name + "".join(token.text for token in last[1:])] if last else []
