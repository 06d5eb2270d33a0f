"""Questions in SQL under limits: names looked up, the statement run, its rows as Python values."""

from __future__ import annotations

import contextlib
import difflib
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dynalite_py.language import analytics
from dynalite_py.language import analytics_values as carriers
from dynalite_py.language.analytics_scopes import Found
from dynalite_py.model import analytics_errors
from dynalite_py.operations.scope import Scope
from dynalite_py.storage import analytics as storage
from dynalite_py.storage import catalog
from dynalite_py.storage.analytics import Limits

if TYPE_CHECKING:
    import apsw

__all__ = ["Answer", "Limits", "answer"]

MOST_COLUMNS = 1000
MOST_THREADS = 4
ITEMS_A_THREAD = 20_000
MOST_GROUPS = 50_000  # of one thread; more are not worth bringing together


class Answer(NamedTuple):
    """Names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class _Tables:
    """The tables of a caller as one commit has them: what the compiler asks."""

    def __init__(self, scope: Scope, db: apsw.Connection, functions: Sequence[str]) -> None:
        self.scope, self.db, self.functions = scope, db, functions
        self.readable: set[str] = set()
        self.found: set[int] = set()

    def find(self, name: str, index: str | None) -> Found:
        """Look a name up; what it names may be read from now on. Raises: AnalyticsError."""
        table = self.scope.named(name)
        if table is None or table.hidden:
            every = self.scope.catalog.names(
                self.scope.account, self.scope.region, self.scope.clock.now()
            )
            close = difflib.get_close_matches(name, every, 3, 0.6)
            raise analytics_errors.unknown_table(name, close, every)
        found = None
        if index is not None:
            found = table.index(index)
            if found is None:
                names = [each.name for each in table.indexes]
                raise analytics_errors.unknown_index(table.name, index, names)
            if found.status == "CREATING":
                raise analytics_errors.index_not_ready(table.name, index)
        self.readable.update(
            storage.physical(
                table.id,
                None if found is None else found.id,
                joined=found is not None and found.projection == "ALL",
            )
        )
        self.readable.update(storage.physical(table.id, None, joined=False))
        self.found.add(table.id)
        storage.allow(self.db, self.readable, self.functions)
        return Found(table, found, storage.samples(self.db, table.id))

    def attributes(self, found: Found) -> list[str]:
        """Every attribute name, key attributes first. Raises: AnalyticsError."""
        table, index = found.table, found.index
        holds_items = index is None or index.projection == "ALL"
        [name] = storage.physical(
            table.id, None if holds_items or index is None else index.id, joined=False
        )
        names = storage.attributes(self.db, name, MOST_COLUMNS)
        if len(names) > MOST_COLUMNS:
            raise analytics_errors.too_many_columns(MOST_COLUMNS)
        keys = table.key_names if index is None else (*index.keys, *table.key_names)
        first = list(dict.fromkeys(keys))
        return first + [each for each in names if each not in first]


class _Asked(NamedTuple):
    """A question with all that its answer may take. began: by the monotonic clock."""

    question: analytics.Parsed
    parameters: Sequence[Any]
    limits: Limits
    began: float


def answer(scope: Scope, text: str, parameters: Sequence[Any], limits: Limits) -> Answer:
    """The answer to a question. Raises: AnalyticsError.

    Numbers that do not fit the quick form are met on the way, so that it is run again in the exact
    one; both give the same rows.
    """
    asked = _Asked(analytics.parsed(text), parameters, limits, time.monotonic())
    try:
        return _answered(scope, asked, exact=False)
    except carriers.TooWideError:
        return _answered(scope, asked, exact=True)


def _answered(scope: Scope, asked: _Asked, *, exact: bool) -> Answer:
    count = _threads_for(scope, asked.question)
    if count > 1:
        with contextlib.suppress(storage.TooManyGroupsError):
            shared = _answered_in_shares(scope, asked, count, exact=exact)
            if shared is not None:
                return shared
    functions = carriers.functions(exact=exact)
    with storage.opened(scope.database, functions, asked.limits.seconds, asked.began) as db:
        tables = _Tables(scope, db, list(functions))
        statement = analytics.statement(asked.question, tables, asked.parameters, exact=exact)
        taken = storage.rows(db, statement.sql, statement.bindings, asked.limits)
    return _plain(statement.columns, taken)


def _plain(columns: tuple[str, ...], taken: list[tuple[Any, ...]]) -> Answer:
    return Answer(columns, [tuple(map(carriers.plain, row)) for row in taken])


def _threads_for(scope: Scope, question: analytics.Parsed) -> int:
    """How many threads a question is worth: groups of one large table in a file."""
    if scope.database.memory:
        return 1
    name = analytics.shared_table(question)
    table = None if name is None else scope.named(name)
    if table is None or table.hidden:
        return 1
    counts = scope.database.read(lambda db: catalog.counts(db, table.id))
    return min(os.cpu_count() or 1, MOST_THREADS, counts[0][0] // ITEMS_A_THREAD)


def _answered_in_shares(scope: Scope, asked: _Asked, count: int, *, exact: bool) -> Answer | None:
    """Each thread groups a run of the rows; None where one statement is better."""
    functions = carriers.functions(exact=exact)
    seconds, began = asked.limits.seconds, asked.began
    with storage.opened_together(scope.database, functions, seconds, began, count) as connections:
        tables = _Tables(scope, connections[0], list(functions))
        made = analytics.shares(asked.question, tables, asked.parameters, exact=exact)
        if made is None:
            return None
        shares, bindings = made
        for db in connections[1:]:
            storage.allow(db, tables.readable, functions)
        [table_id] = tables.found
        runs = storage.runs(connections[0], table_id, count)
        bound = [{**bindings, analytics.LOW: first, analytics.HIGH: last} for first, last in runs]
        parts = storage.shared_rows(connections, shares.share, bound, MOST_GROUPS)
    with storage.brought_together(parts, shares.width, functions, seconds, began) as db:
        return _plain(shares.columns, storage.rows(db, shares.whole, bindings, asked.limits))
