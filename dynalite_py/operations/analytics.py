"""Questions in SQL under limits: names looked up, the statement run, its rows as Python values."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dynalite_py.language import analytics
from dynalite_py.language import analytics_values as carriers
from dynalite_py.language.analytics_scopes import Found
from dynalite_py.model import analytics_errors
from dynalite_py.operations.scope import Scope
from dynalite_py.storage import analytics as storage
from dynalite_py.storage.analytics import Limits

if TYPE_CHECKING:
    import apsw

__all__ = ["Answer", "Limits", "answer"]

MOST_COLUMNS = 1000


class Answer(NamedTuple):
    """Names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class _Tables:
    """The tables of a caller as one commit has them: what the compiler asks."""

    def __init__(self, scope: Scope, db: apsw.Connection, functions: Sequence[str]) -> None:
        self.scope, self.db, self.functions = scope, db, functions
        self.readable: set[str] = set()

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


def answer(scope: Scope, text: str, parameters: Sequence[Any], limits: Limits) -> Answer:
    """The answer to a question. Raises: AnalyticsError.

    Numbers that do not fit the quick form are met on the way, so that it is run again in the exact
    one; both give the same rows.
    """
    question = analytics.parsed(text)
    try:
        return _answered(scope, question, parameters, limits, exact=False)
    except carriers.TooWideError:
        return _answered(scope, question, parameters, limits, exact=True)


def _answered(
    scope: Scope,
    question: analytics.Parsed,
    parameters: Sequence[Any],
    limits: Limits,
    *,
    exact: bool,
) -> Answer:
    functions = carriers.functions(exact=exact)
    with storage.opened(scope.database, functions, limits.seconds) as db:
        tables = _Tables(scope, db, list(functions))
        statement = analytics.statement(question, tables, parameters, exact=exact)
        taken = storage.rows(db, statement.sql, statement.bindings, limits)
    plain = carriers.plain
    return Answer(statement.columns, [tuple(map(plain, row)) for row in taken])
