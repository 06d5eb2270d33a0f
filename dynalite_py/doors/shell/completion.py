"""What may come next at the cursor: keywords, tables, indexes, attributes, commands, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from dynalite_py.doors.shell import commands, render, statements, tokens, transfers
from dynalite_py.doors.shell.tokens import Token

_STARTS = ("SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "EXPLAIN", "BEGIN", "COMMIT")
_BEFORE_TABLES = frozenset({"from", "into", "update"})
_NAMES = ("word", "keyword", "function", "quoted")
_MOST_FILES = 100
_TABLE_COMMANDS = frozenset({"d", "d+", "dt", "drop"})
_FILE_COMMANDS = frozenset({"i", "o"})
_STATEMENT_COMMANDS = frozenset({"plot", "watch", "sql"})


class Known(Protocol):
    """What a ``Catalog`` tells."""

    def tables(self) -> list[str]: ...
    def indexes(self, table: str) -> list[str]: ...
    def attributes(self, table: str) -> list[str]: ...


class Suggestion(NamedTuple):
    """text replaces the last so many characters before the cursor. about: what it is."""

    text: str
    replaces: int
    about: str


def suggestions(before: str, after: str, known: Known) -> list[Suggestion]:
    """What fits at the cursor, the likeliest first. before, after: the text around it."""
    start = before.lstrip()
    if start.startswith("\\"):
        name, blank, rest = start[1:].partition(" ")
        if not blank:
            return [
                Suggestion("\\" + command.name, len(start), command.about)
                for command in commands.COMMANDS
                if command.name.startswith(name)
            ]
        if name not in _STATEMENT_COMMANDS:
            return list(_arguments(name, rest, known))
        before = rest
    return list(_in_statement(before, after, known))


# Statements.


def _in_statement(before: str, after: str, known: Known) -> Iterator[Suggestion]:
    before = statements.split(before).rest
    found = tokens.tokens(before)
    if found and found[-1].kind == "comment":
        return
    found = [token for token in found if token.kind != "comment"]
    last = found[-1] if found else None
    if statements.unfinished(before) and (last is None or last.kind != "quoted"):
        return
    prefix: Token | None = None
    if last is not None and last.kind in _NAMES and (last.kind != "quoted" or last.open):
        prefix = last
        found = found[:-1]
    behind = [token for token in found if token.kind != "blank"]
    previous = behind[-1] if behind else None
    if previous is not None and previous.lower in _BEFORE_TABLES:
        yield from _named(prefix, known.tables(), "table")
    elif previous is not None and previous.text == ".":
        if len(behind) > 2 and behind[-3].lower in _BEFORE_TABLES:
            yield from _named(prefix, known.indexes(behind[-2].name), "index")
    elif not behind:
        yield from _words(prefix, _STARTS, "statement")
    else:
        source = statements.source(before + after)
        if source is not None:
            yield from _named(prefix, known.attributes(source[0]), "attribute")
        if prefix is None or prefix.kind != "quoted":
            yield from _words(prefix, tokens.KEYWORDS, "keyword")
            yield from _words(prefix, tokens.FUNCTIONS, "function")


def _named(prefix: Token | None, names: Iterable[str], about: str) -> Iterator[Suggestion]:
    """Names that begin as typed, in double quotes where they need them or have them."""
    typed = "" if prefix is None else prefix.name
    replaces = 0 if prefix is None else len(prefix.text)
    for name in names:
        if not name.lower().startswith(typed.lower()):
            continue
        quoted = tokens.quoted(name)
        if prefix is not None and prefix.kind == "quoted":
            quoted = '"' + name.replace('"', '""') + '"'
        yield Suggestion(quoted, replaces, about)


def _words(prefix: Token | None, words: Sequence[str], about: str) -> Iterator[Suggestion]:
    """Words in the case in which they are begun."""
    typed = "" if prefix is None else prefix.text
    for word in words:
        if word.lower().startswith(typed.lower()):
            yield Suggestion(word.lower() if typed.islower() else word, len(typed), about)


# Commands.


def _arguments(name: str, rest: str, known: Known) -> Iterator[Suggestion]:
    """What stands behind a command."""
    words = rest.split(" ")
    typed, place = words[-1], len(words)
    if name in _TABLE_COMMANDS or (name, place) in (("export", 1), ("import", 2)):
        yield from _plain(typed, known.tables(), "table")
    elif name in _FILE_COMMANDS or (name, place) in (("export", 2), ("import", 1)):
        yield from _plain(typed, _files(typed), "file")
    elif name == "format":
        yield from _plain(typed, render.FORMATS, "format")
    elif name in ("export", "import"):
        yield from _plain(typed, transfers.FORMATS, "format")
    elif name in ("x", "timing"):
        yield from _plain(typed, ("on", "off"), "")


def _plain(typed: str, words: Iterable[str], about: str) -> Iterator[Suggestion]:
    for word in words:
        if word.startswith(typed) and word != typed:
            yield Suggestion(word, len(typed), about)


def _files(typed: str) -> list[str]:
    """Files and folders whose names begin as typed; none with blanks, which would need quotes."""
    folder, slash, name = typed.rpartition("/")
    found: list[str] = []
    try:
        for path in sorted(Path(folder + slash or ".").iterdir()):
            hidden = path.name.startswith(".") and not name
            if path.name.startswith(name) and " " not in path.name and not hidden:
                found.append(f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}")
    except OSError:
        return []
    return found[:_MOST_FILES]
