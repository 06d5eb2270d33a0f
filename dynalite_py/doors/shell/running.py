"""Statements carried out: parameters, pages, transactions, and what is said about each."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dynalite_py.doors.shell import render, statements
from dynalite_py.doors.shell.screen import safe
from dynalite_py.doors.shell.session import (
    KEPT_ITEMS,
    FailedError,
    Item,
    Queued,
    Session,
    StoppedError,
)

_NEEDS_COLUMNS = frozenset({"table", "vertical", "csv"})
# Lines of the terminal that the pager's own line and the statement's last words take.
_RESERVED_LINES = 3


@dataclass(slots=True)
class Spent:
    """What a statement took so far. units: None where the answers do not tell."""

    items: int = 0
    pages: int = 0
    seconds: float = 0.0
    units: float | None = None
    more: bool = False

    def add(self, answer: Mapping[str, Any]) -> None:
        """Add an answer's capacity."""
        consumed = answer.get("ConsumedCapacity") or []
        for part in consumed if isinstance(consumed, list) else [consumed]:
            self.units = (self.units or 0.0) + part.get("CapacityUnits", 0.0)


def perform(session: Session, statement: str) -> None:
    """Carry out one statement without its semicolon. Raises: FailedError, StoppedError."""
    match statements.kind(statement):
        case "begin":
            _begin(session)
        case "commit":
            _commit(session)
        case "rollback":
            _rollback(session)
        case "explain":
            from dynalite_py.doors.shell import explaining

            explaining.explain(session, statement)
        case kind:
            if session.queued is None:
                _run(session, statement, kind)
            else:
                _queue(session, session.queued, statement, kind)


# One statement.


def _run(session: Session, statement: str, kind: str) -> None:
    asked = request(session, statement)
    if session.limit is not None and kind == "read":
        asked["Limit"] = session.limit
    spent = Spent()
    session.last_statement = statement
    items = pages(session, asked, spent)
    if kind == "read":
        show(session, items, columns(session, statement), spent)
        _say(session, counted(spent), "RCU", spent)
        return
    # A write answers with items only where it has RETURNING.
    returned = list(items)
    if returned:
        show(session, iter(returned), columns(session, statement), spent)
    _say(session, f"{statement.split(None, 1)[0].upper()} done", "WCU", spent)


def request(session: Session, statement: str) -> dict[str, Any]:
    """A statement with its parameters. Raises: FailedError."""
    asked: dict[str, Any] = {"Statement": statement}
    if parameters := session.parameters(statement):
        asked["Parameters"] = parameters
    return asked


def counting(items: Iterable[Item], spent: Spent) -> Iterator[Item]:
    """Items that are counted as they are taken."""
    for item in items:
        spent.items += 1
        yield item


def pages(session: Session, start: Mapping[str, Any], spent: Spent) -> Iterator[Item]:
    """A statement's items, page after page as they are wanted. Raises: FailedError."""
    asked = dict(start)
    if session.timing:
        asked["ReturnConsumedCapacity"] = "TOTAL"
    while True:
        answer, seconds = _timed(session, asked)
        spent.seconds += seconds
        spent.pages += 1
        spent.add(answer)
        spent.more = bool(answer.get("NextToken"))
        for item in answer.get("Items") or ():
            spent.items += 1
            yield item
        if not spent.more:
            return
        asked["NextToken"] = answer["NextToken"]


def _timed(session: Session, asked: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
    """An answer and how long it took, in seconds."""

    def ask() -> tuple[dict[str, Any], float]:
        started = time.perf_counter()
        answer = session.target.client.execute_statement(**asked)
        return answer, time.perf_counter() - started

    return session.call(ask)


def columns(session: Session, statement: str) -> list[str]:
    """The order of a result's columns: as projected, or keys first."""
    if session.output not in _NEEDS_COLUMNS:
        return []
    projected = statements.projected(statement)
    source = statements.source(statement)
    if projected or source is None:
        return projected
    return session.catalog.keys(*source)


def show(session: Session, items: Iterator[Item], first: Sequence[str], spent: Spent) -> None:
    """Lay items out as they come, and stop after a screenful to ask."""
    session.last_items, session.last_columns = [], list(first)
    source = statements.source(session.last_statement)
    kept = _kept(session, items, source[0] if source else "")
    lines = render.LAYOUTS[session.output](kept, first, session.screen)
    try:
        _write(session, lines, spent)
    except (KeyboardInterrupt, StoppedError):
        raise StoppedError(f"stopped after {spent.items} items") from None
    finally:
        session.last_is_whole = not spent.more and spent.items == len(session.last_items)
        session.screen.flush()


def _kept(session: Session, items: Iterator[Item], table: str) -> Iterator[Item]:
    for item in items:
        if len(session.last_items) < KEPT_ITEMS:
            session.last_items.append(item)
            session.catalog.see(table, (item,))
        yield item


def _write(session: Session, lines: Iterator[str], spent: Spent) -> None:
    """Write lines; before a person, a screenful at a time."""
    plain = session.output not in ("table", "vertical") and session.screen.terminal
    screenful = max(session.screen.height - _RESERVED_LINES, 1)
    left = screenful if session.pages and session.on_terminal else None
    for line in lines:
        if left == 0:
            session.screen.flush()
            answer = session.person.more(_so_far(spent)) if session.person else "all"
            if answer == "stop":
                spent.more = True
                return
            left = None if answer == "all" else screenful
        session.screen.write("\n".join(map(safe, line.split("\n"))) if plain else line)
        left = None if left is None else left - 1


def _so_far(spent: Spent) -> str:
    more = ", and there are more" if spent.more else ""
    return f"{spent.items:,} items read{more}"


def counted(spent: Spent) -> str:
    """How many items there were."""
    text = "1 item" if spent.items == 1 else f"{spent.items:,} items"
    return text + (" (there are more)" if spent.more else "")


def _say(session: Session, what: str, unit: str, spent: Spent) -> None:
    """The last words on a statement."""
    if session.person is None and not session.timing:
        return
    parts = [what]
    if session.timing:
        parts += [f"{spent.pages} pages"] * (spent.pages > 1)
        parts += [f"{spent.units:g} {unit}"] if spent.units is not None else []
        parts.append(duration(spent.seconds))
    session.report(" · ".join(parts))


def duration(seconds: float) -> str:
    """A time as one reads it: 0.42 ms, 17 ms, 3.1 s."""
    milliseconds = seconds * 1000
    if milliseconds < 10:
        return f"{milliseconds:.2g} ms" if milliseconds < 1 else f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{seconds:.1f} s"


# Transactions.


def _begin(session: Session) -> None:
    if session.queued is not None:
        raise FailedError("a transaction is open already: COMMIT or ROLLBACK ends it")
    session.queued = Queued()


def _queue(session: Session, queued: Queued, statement: str, kind: str) -> None:
    queued.statements.append(request(session, statement))
    queued.kinds.append(kind)
    session.note(f"statement {len(queued.statements)} of the transaction waits for COMMIT")


def _rollback(session: Session) -> None:
    if session.queued is None:
        raise FailedError("there is no transaction: BEGIN starts one")
    dropped, session.queued = len(session.queued.statements), None
    session.note(f"{dropped} statements forgotten; nothing was written")


def _commit(session: Session) -> None:
    """One ExecuteTransaction with all that was queued. The transaction ends either way."""
    queued, session.queued = session.queued, None
    if queued is None:
        raise FailedError("there is no transaction: BEGIN starts one")
    if not queued.statements:
        session.note("the transaction is empty")
        return
    asked: dict[str, Any] = {
        "TransactStatements": queued.statements,
        "ClientRequestToken": str(uuid.uuid4()),
    }
    if session.timing:
        asked["ReturnConsumedCapacity"] = "TOTAL"
    started = time.perf_counter()
    answer = session.call(lambda: session.target.client.execute_transaction(**asked))
    spent = Spent(pages=1, seconds=time.perf_counter() - started)
    spent.add(answer)
    items = [one["Item"] for one in answer.get("Responses") or () if one.get("Item")]
    reads = "read" in queued.kinds
    if items:
        session.last_statement = queued.statements[0]["Statement"]
        first = columns(session, session.last_statement)
        show(session, counting(items, spent), first, spent)
    what = counted(spent) if reads else f"COMMIT of {len(queued.statements)} statements done"
    _say(session, what, "RCU" if reads else "WCU", spent)
