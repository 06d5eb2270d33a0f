"""Statements and commands out of a text, each as soon as it is whole, and scripts of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dynalite_py.doors.shell import statements
from dynalite_py.doors.shell.session import FailedError

# The store takes 8,192 characters; comments before a statement count here.
LONGEST_STATEMENT = 32_768
_ENDS = frozenset({"exit", "quit"})


def pieces(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Statements without semicolons, and lines that begin with a backslash; with line numbers.

    What is left at the end is a statement, too. Raises: FailedError.
    """
    pending, since = "", 1
    for number, line in enumerate(lines, 1):
        if statements.blank(pending):
            pending, since = "", number
            if command := command_of(line):
                yield number, command
                continue
        pending += line
        if len(pending) > LONGEST_STATEMENT:
            raise FailedError(
                f"line {since}: a statement of more than {LONGEST_STATEMENT:,} characters"
            )
        if ";" in line:
            whole, pending = statements.split(pending)
            for statement in whole:
                yield since, statement
                since = number
    if not statements.blank(pending):
        yield since, pending.strip()


def command_of(line: str) -> str:
    """The command that a line is where no statement has begun; single words need no semicolon."""
    text = line.strip()
    if text.startswith("\\"):
        return text
    word = text.rstrip(";").rstrip().lower()
    if word in _ENDS:
        return "\\q"
    if word == "help":
        return "\\?"
    return word if word in statements.WHOLE_WORDS else ""


def whole(text: str) -> bool:
    """Whether a typed text is to be carried out when Enter is pressed."""
    if statements.blank(text) or command_of(text):
        return True
    return ";" in text and statements.blank(statements.split(text).rest)
