"""The backslash commands: one function each, and the table that names them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dynalite_py.doors.shell import (
    describing,
    explaining,
    literals,
    making,
    plots,
    render,
    running,
    script,
    statements,
    transfers,
)
from dynalite_py.doors.shell.arguments import words
from dynalite_py.doors.shell.session import (
    FailedError,
    Item,
    LeaveError,
    Session,
    StoppedError,
)

Action: TypeAlias = Callable[[Session, str], None]

_SHORTEST_WAIT = 0.1
_LONGEST_WAIT = 86_400.0
_DEEPEST_FILES = 8
_CLEAR = "\x1b[H\x1b[2J"


@dataclass(frozen=True, slots=True)
class Command:
    """usage: what may stand behind the name. about: for ``\\?``."""

    name: str
    usage: str
    about: str
    action: Action


def perform(session: Session, text: str) -> None:
    """Carry out a line with a backslash. Raises: FailedError, StoppedError, LeaveError."""
    name, _, rest = text.strip().removeprefix("\\").partition(" ")
    command = BY_NAME.get(name)
    if command is None:
        raise FailedError(f"there is no \\{name}: \\? lists the commands")
    command.action(session, rest.strip())


def _help(session: Session, rest: str) -> None:
    del rest
    session.screen.write("Statements end with a semicolon and may have many lines:")
    for line in (
        "  SELECT, INSERT, UPDATE, DELETE   DynamoDB's PartiQL; each ? asks for a value",
        "  BEGIN; ...; COMMIT; or ROLLBACK; one transaction of up to 100 statements",
        "  EXPLAIN [ANALYZE] SELECT ...     how a statement is carried out (on a file)",
    ):
        session.screen.write(line)
    session.screen.write("Commands take one line:")
    width = max(len(command.name) + len(command.usage) for command in COMMANDS) + 2
    for command in COMMANDS:
        label = f"\\{command.name} {command.usage}".rstrip().ljust(width)
        session.screen.write(f"  {session.screen.styled(label, 'key')}  {command.about}")
    session.screen.flush()


def _leave(session: Session, rest: str) -> None:
    del session, rest
    raise LeaveError


def _describe(session: Session, rest: str, *, sampled: bool = False) -> None:
    found = words(rest, "\\d [TABLE]", 0, 1)
    if found:
        describing.table(session, found[0], sampled=sampled)
    else:
        describing.tables(session)


def _describe_more(session: Session, rest: str) -> None:
    _describe(session, rest, sampled=True)


def _expanded(session: Session, rest: str) -> None:
    on = _switch(rest, before=session.output == "vertical", usage="\\x [on|off]")
    session.output = "vertical" if on else "table"
    session.note(f"expanded display is {'on' if on else 'off'}")


def _timing(session: Session, rest: str) -> None:
    session.timing = _switch(rest, before=session.timing, usage="\\timing [on|off]")
    session.note(f"time and capacity are {'shown' if session.timing else 'not shown'}")


def _switch(rest: str, *, before: bool, usage: str) -> bool:
    if not rest:
        return not before
    if rest not in ("on", "off"):
        raise FailedError(f"usage: {usage}")
    return rest == "on"


def _format(session: Session, rest: str) -> None:
    if rest and rest not in render.FORMATS:
        raise FailedError(f"{rest} is no format: {', '.join(render.FORMATS)}")
    session.output = rest or session.output
    session.note(f"results are shown as {session.output}")


def _limit(session: Session, rest: str) -> None:
    """DynamoDB's Limit: items read by a request, before the filter."""
    if rest and rest != "off" and not (rest.isascii() and rest.isdigit() and 0 < int(rest) < 10**9):
        raise FailedError("usage: \\limit [NUMBER|off]")
    if rest:
        session.limit = None if rest == "off" else int(rest)
    text = "as many as fit into 1 MB" if session.limit is None else f"{session.limit:,}"
    session.note(f"a page reads {text} items" if session.limit else f"a page reads {text}")


def _output(session: Session, rest: str) -> None:
    found = words(rest, "\\o [FILE]", 0, 1)
    session.direct(found[0] if found else None)
    session.note(f"results go to {found[0]}" if found else "results go to the terminal")


def _bind(session: Session, rest: str) -> None:
    try:
        session.bound = literals.values(rest)
    except literals.NotAValueError as failure:
        raise FailedError(str(failure)) from None
    if session.bound:
        shown = ", ".join(map(literals.literal, session.bound))
        session.note(f"the next statement takes {shown}")
    else:
        session.note("nothing is bound")


def _include(session: Session, rest: str) -> None:
    [path] = words(rest, "\\i FILE", 1, 1)
    if session.depth >= _DEEPEST_FILES:
        raise FailedError(f"{path}: files are included {_DEEPEST_FILES} deep at most")
    session.depth += 1
    try:
        with Path(path).open(encoding="utf-8") as stream:
            for line, piece in script.pieces(stream):
                try:
                    perform_piece(session, piece)
                except FailedError as failure:
                    raise FailedError(f"{path}:{line}: {failure}") from None
    except OSError as failure:
        raise FailedError(f"{path}: {failure.strerror}") from failure
    except UnicodeDecodeError as failure:
        raise FailedError(f"{path}: not UTF-8: {failure.reason}") from None
    finally:
        session.depth -= 1


def perform_piece(session: Session, piece: str) -> None:
    """Carry out a statement or a command. Raises: FailedError, StoppedError, LeaveError."""
    if piece.startswith("\\"):
        perform(session, piece)
    else:
        running.perform(session, piece)


def _export(session: Session, rest: str) -> None:
    usage = f"\\export TABLE|'SELECT ...' FILE [{'|'.join(transfers.FORMATS)}]"
    if rest.lstrip("\"'").lower().startswith("select "):
        source, found = _statement_first(rest, usage)
    else:
        source, *found = words(rest, usage, 2, 3)
    path = found[0]
    named = found[1] if len(found) > 1 else None
    transfers.export(session, source, path, transfers.format_of(path, named))


def _statement_first(rest: str, usage: str) -> tuple[str, list[str]]:
    """A statement in quotes, and the words behind it; within, quotes are PartiQL's."""
    quote = rest[0]
    end = rest.rfind(quote)
    if quote not in "\"'" or end == 0:
        raise FailedError(f"the statement stands in quotes: {usage}")
    return rest[1:end], words(rest[end + 1 :], usage, 1, 2)


def _import(session: Session, rest: str) -> None:
    usage = f"\\import FILE TABLE [{'|'.join(transfers.FORMATS)}]"
    path, table, *named = words(rest, usage, 2, 3)
    transfers.load(session, path, table, transfers.format_of(path, named[0] if named else None))


def _watch(session: Session, rest: str) -> None:
    """Repeat until Ctrl-C, or so many times."""
    usage = "\\watch SECONDS [TIMES] [STATEMENT]"
    first, _, behind = rest.partition(" ")
    count, _, after = behind.strip().partition(" ")
    times = int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None
    statement = (after if times is not None else behind).strip().rstrip(";")
    statement = statement or session.last_statement
    seconds = plots.finite(first)
    if seconds is None or not _SHORTEST_WAIT <= seconds <= _LONGEST_WAIT or not statement:
        raise FailedError(f"usage: {usage}")
    if statement.startswith("\\watch"):
        raise FailedError(f"one watch is enough: {usage}")
    if session.person is None and times is None:
        raise FailedError(f"without a person to stop it, \\watch needs a number of TIMES: {usage}")
    turn = 0
    paging, session.pages = session.pages, False
    session.bound, kept, session.keeps_bound = (
        session.parameters(statement),
        session.keeps_bound,
        True,
    )
    try:
        while times is None or turn < times:
            if turn:
                threading.Event().wait(seconds)
            turn += 1
            if session.on_terminal:
                session.screen.stream.write(_CLEAR)
            session.note(f"every {seconds:g} s, number {turn}; Ctrl-C ends it")
            perform_piece(session, statement)
    except (KeyboardInterrupt, StoppedError):
        session.note(f"watched {turn} times")
    finally:
        session.pages, session.keeps_bound = paging, kept
        session.bound = session.bound if kept else []


def _plot(session: Session, rest: str) -> None:
    """A picture of the last result, or of a statement's."""
    usage = "\\plot [bar|line] [SELECT ...]"
    kind, _, statement = rest.partition(" ")
    if kind not in ("bar", "line"):
        kind, statement = "bar", rest
    statement = statement.strip().rstrip(";")
    if statement:
        if statements.kind(statement) != "read":
            raise FailedError(f"usage: {usage}")
        items = list(running.pages(session, running.request(session, statement), running.Spent()))
        columns = statements.projected(statement)
    else:
        items, columns = session.last_items, session.last_columns
    points = _points(items, columns)
    draw = plots.bars if kind == "bar" else plots.line
    for line in draw(points, session.screen):
        session.screen.write(line)
    session.screen.flush()


def _points(items: list[Item], columns: list[str]) -> list[plots.Point]:
    """Labels and numbers of a result with two columns. Raises: FailedError."""
    names = render.names(items, columns)
    if len(names) != 2:
        raise FailedError(
            f"a picture wants a result of two columns, a label and a number; this has {len(names)}"
        )
    left, right = names
    if any("N" not in item.get(right, {"N": ""}) for item in items):
        left, right = right, left
    points = [
        (render.cell(item.get(left)), number)
        for item in items
        if (number := plots.finite(item.get(right, {}).get("N", ""))) is not None
    ]
    if not points:
        raise FailedError("a picture wants a column of numbers")
    return points


def _sql(session: Session, rest: str) -> None:
    """An analytic question; its answer may be plotted like any other."""
    if not rest:
        raise FailedError("usage: \\sql SELECT ... (joins, GROUP BY and all that DynamoDB refuses)")
    items, names = explaining.rows(session, rest.rstrip(";"))
    spent = running.Spent()
    session.last_statement = ""
    running.show(session, running.counting(items, spent), names, spent)
    session.note(running.counted(spent))


COMMANDS = (
    Command("d", "[TABLE]", "the tables, or one with keys, indexes, sizes", _describe),
    Command("d+", "TABLE", "the same with the spread of keys, on endpoints too", _describe_more),
    Command("create", "TABLE KEY:TYPE [KEY:TYPE]", "make a table (S, N or B)", making.create),
    Command("drop", "TABLE", "delete a table with all its items", making.drop),
    Command("x", "[on|off]", "an attribute a line, or tables", _expanded),
    Command("format", "[FORMAT]", f"show results as {', '.join(render.FORMATS)}", _format),
    Command("limit", "[NUMBER|off]", "how many items a page reads", _limit),
    Command("bind", "[VALUE ...]", "values for the next statement's ?", _bind),
    Command("sql", "SELECT ...", "joins, GROUP BY, aggregates (on a file)", _sql),
    Command("plot", "[bar|line] [SELECT ...]", "a picture of two columns", _plot),
    Command("watch", "SECONDS [TIMES] [STATEMENT]", "repeat a statement or a command", _watch),
    Command("export", "TABLE|'SELECT ...' FILE [FORMAT]", "items to a file", _export),
    Command("import", "FILE TABLE [FORMAT]", "items from a file", _import),
    Command("i", "FILE", "carry out a file's statements", _include),
    Command("o", "[FILE]", "send results to a file", _output),
    Command("timing", "[on|off]", "time and capacity of statements", _timing),
    Command("?", "", "this list", _help),
    Command("q", "", "leave", _leave),
)
BY_NAME = {command.name: command for command in COMMANDS} | {
    "dt": COMMANDS[0],
    "h": COMMANDS[-2],
    "help": COMMANDS[-2],
    "quit": COMMANDS[-1],
}
