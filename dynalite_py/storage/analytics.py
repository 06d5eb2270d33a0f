"""One read-only statement over items, under limits that SQLite itself keeps.

The statement runs on a connection of its own that can write nothing: it is opened read-only, an
authorizer lets it read named tables and call named functions and do nothing else, and limits of
SQLite bound what it may build. A store in memory is asked through a copy of it. The connection
sees one commit from the first look to the last row.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Context, Decimal
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import analytics_errors, codec
from dynalite_py.model.values import Item
from dynalite_py.storage import layout
from dynalite_py.storage.database import MEMORY, Database

# What a statement may call of SQLite's own.
FUNCTIONS = frozenset(
    {"->", "->>", "json_each", "json_type"}
    | {"coalesce", "glob", "length", "like", "nullif", "typeof"}
    | {"count", "decimal_sum", "group_concat", "max", "min", "sum"}
    | {"cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile"}
    | {"percent_rank", "rank", "row_number"}
)
SAMPLES = 32
_STEPS = 20_000  # of SQLite's machine between two looks at the clock: about a millisecond
_SUMMING = Context(prec=400, Emax=20_000, Emin=-20_000)
_LIMITS = {
    apsw.SQLITE_LIMIT_ATTACHED: 0,
    apsw.SQLITE_LIMIT_COLUMN: 2000,
    apsw.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    apsw.SQLITE_LIMIT_EXPR_DEPTH: 500,
    apsw.SQLITE_LIMIT_LENGTH: 64 * 1024 * 1024,
    apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    apsw.SQLITE_LIMIT_SQL_LENGTH: 4 * 1024 * 1024,
    apsw.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    apsw.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class Limits(NamedTuple):
    """What an answer may take. size_bytes: of all its values together."""

    seconds: float = 60.0
    rows: int = 100_000
    size_bytes: int = 64 * 1024 * 1024


class TooManyGroupsError(Exception):
    """Groups that are not worth bringing together from shares."""


@contextlib.contextmanager
def opened(
    database: Database,
    functions: Mapping[str, Callable[..., Any]],
    seconds: float,
    began: float | None = None,
) -> Generator[apsw.Connection]:
    """A guarded connection that sees one commit; no table can be read yet, see ``allow``.

    seconds: after which everything on it ends, counted from when the whole began (monotonic).
    """
    db = _copied(database) if database.memory else database.connect_reader()
    try:
        _prepare(db)
        for name, function in functions.items():
            db.create_scalar_function(name, function, deterministic=True)
        db.execute("BEGIN")
        allow(db, (), functions)
        until = (time.monotonic() if began is None else began) + seconds
        db.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        yield db
    except apsw.InterruptError:
        raise analytics_errors.out_of_time(seconds) from None
    except apsw.Error as failure:
        if "no such table" in str(failure):
            raise analytics_errors.changed_meanwhile() from failure
        raise analytics_errors.refused(str(failure)) from failure
    finally:
        db.set_authorizer(None)
        db.close()


@contextlib.contextmanager
def opened_together(
    database: Database,
    functions: Mapping[str, Callable[..., Any]],
    seconds: float,
    began: float,
    count: int,
) -> Generator[list[apsw.Connection]]:
    """So many connections to a file that all see the same commit."""
    with contextlib.ExitStack() as stack:
        with database.turn:  # Nobody commits between the first and the last.
            found = [
                stack.enter_context(opened(database, functions, seconds, began))
                for _ in range(count)
            ]
            for db in found:
                db.set_authorizer(None)
                db.execute("SELECT 1 FROM tables LIMIT 1").fetchall()
                allow(db, (), functions)
        yield found


def runs(db: apsw.Connection, table_id: int, count: int) -> list[tuple[int, int]]:
    """So many runs of row numbers that together are a whole table, about equally long."""
    name = layout.items_table(table_id)
    low, high = db.execute(f"SELECT (SELECT min(id) FROM {name}), (SELECT max(id) FROM {name})").get
    if low is None:
        return []
    bounds = [low + (high + 1 - low) * at // count for at in range(count + 1)]
    return [(first, behind - 1) for first, behind in itertools.pairwise(bounds)]


def shared_rows(
    connections: Sequence[apsw.Connection],
    sql: str,
    bindings: Sequence[Mapping[str, Any]],
    most: int,
) -> list[tuple[Any, ...]]:
    """The rows of one statement with each of the bindings, at the same time.

    most: rows of one share. Raises: TooManyGroupsError, and what a statement raises.
    """

    def share(db: apsw.Connection, bound: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        taken = list(itertools.islice(db.execute(sql, bound), most + 1))
        if len(taken) > most:
            raise TooManyGroupsError
        return taken

    with ThreadPoolExecutor(len(connections), "dynalite-sql") as threads:
        return [row for taken in threads.map(share, connections, bindings) for row in taken]


@contextlib.contextmanager
def brought_together(
    parts: Sequence[tuple[Any, ...]],
    width: int,
    functions: Mapping[str, Callable[..., Any]],
    seconds: float,
    began: float,
) -> Generator[apsw.Connection]:
    """A guarded connection to a table ``p`` of the parts, in memory; nothing else is there."""
    database = Database(MEMORY)
    try:
        columns = [f"c{at:d}" for at in range(max(width, 1))]
        marks = ", ".join("?" for _ in columns)
        database.writer.execute(f"CREATE TABLE p ({', '.join(columns)})")
        database.writer.executemany(f"INSERT INTO p VALUES ({marks})", parts)
        with opened(database, functions, seconds, began) as db:
            allow(db, {"p"}, functions)
            yield db
    finally:
        database.close()


def _copied(database: Database) -> apsw.Connection:
    db = apsw.Connection(":memory:")
    with database.turn:
        image = database.writer.serialize("main")
    db.deserialize("main", image)
    return db


def _prepare(db: apsw.Connection) -> None:
    db.execute("PRAGMA query_only = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA case_sensitive_like = ON")
    db.execute("PRAGMA temp_store = FILE")  # A large sort goes to the disk.
    db.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    db.enable_load_extension(False)
    for limit, value in _LIMITS.items():
        db.limit(limit, value)
    if not _load_decimal(db):
        db.create_aggregate_function("decimal_sum", _sum, 1)


def _load_decimal(db: apsw.Connection) -> bool:
    """Sums of decimal texts in C, where this apsw has SQLite's extension."""
    try:
        import apsw.sqlite_extra
    except ImportError:
        return False
    if apsw.sqlite_extra.has("decimal") is None:
        return False
    apsw.sqlite_extra.load(db, "decimal")
    return True


def _sum() -> tuple[list[Decimal], Callable[..., None], Callable[[list[Decimal]], str | None]]:
    """The same sum in Python: what it is kept in, a step, the end."""

    def step(total: list[Decimal], text: str | None) -> None:
        if text is not None:
            total[:] = [_SUMMING.add(total[0], Decimal(text)) if total else Decimal(text)]

    def end(total: list[Decimal]) -> str | None:
        return format(total[0], "f") if total else None

    return [], step, end


def allow(db: apsw.Connection, tables: Collection[str], functions: Collection[str]) -> None:
    """Let statements read these tables and call these functions, and nothing else."""
    readable, callable_ = frozenset(tables), FUNCTIONS | frozenset(functions)

    def authorize(
        action: int, first: str | None, second: str | None, _place: str | None, _by: str | None
    ) -> int:
        if action in (apsw.SQLITE_SELECT, apsw.SQLITE_RECURSIVE):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_READ and (first in readable or _of_no_file(first)):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_FUNCTION and second in callable_:
            return apsw.SQLITE_OK
        return apsw.SQLITE_DENY

    db.set_authorizer(authorize)


def _of_no_file(name: str | None) -> bool:
    """Whether a statement's own query is read (``q1``, ``s2``), or the members of a list: no table
    of a file has such a name.
    """
    return name is not None and (name == "json_each" or (name[:1] in "qs" and name[1:].isdigit()))


def physical(table_id: int, index_id: int | None, *, joined: bool) -> tuple[str, ...]:
    """The stored tables that hold a table's rows, or an index's. joined: with their items."""
    items = layout.items_table(table_id)
    if index_id is None:
        return (items,)
    entries = layout.index_table(table_id, index_id)
    return (entries, items) if joined else (entries,)


def samples(db: apsw.Connection, table_id: int) -> list[Item]:
    """Some items of a table."""
    stored = db.execute(f"SELECT item FROM {layout.items_table(table_id)} LIMIT {SAMPLES}")
    return [codec.decode(text) for (text,) in stored]


def attributes(db: apsw.Connection, name: str, most: int) -> list[str]:
    """The names of all attributes that a stored table's items have, in byte order; one more than
    ``most`` at most.
    """
    found = db.execute(
        f"SELECT DISTINCT m.key FROM {name} AS b, json_each(b.item) AS m LIMIT {most + 1:d}"
    )
    return sorted((key for (key,) in found), key=str.encode)


def rows(
    db: apsw.Connection, sql: str, bindings: Mapping[str, Any], limits: Limits
) -> list[tuple[Any, ...]]:
    """Every row of the statement. Raises: AnalyticsError."""
    taken: list[tuple[Any, ...]] = []
    size = 0
    for row in db.execute(sql, bindings):
        if len(taken) == limits.rows:
            raise analytics_errors.too_many_rows(limits.rows)
        size += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if size > limits.size_bytes:
            raise analytics_errors.too_many_bytes(limits.size_bytes)
        taken.append(row)
    return taken
