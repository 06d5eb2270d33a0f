"""Groups of a large table, made in shares: each by a thread of its own over a run of the rows, then
brought together.

It is for the plain case, one table and aggregates that can be made of parts. The parts of a group
lie in a table ``p`` of another connection, where the rest of the text is answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlglot import exp

from dynalite_py.language import analytics
from dynalite_py.language import analytics_expressions as expressions
from dynalite_py.language import analytics_queries as queries
from dynalite_py.language.analytics_scopes import Draft, Scope, Source

_MADE_OF_PARTS = frozenset({"Count", "Sum", "Avg", "Min", "Max"})


class Shares(NamedTuple):
    """share: the statement of a run of rows; whole: over ``p``, which has the share's columns."""

    share: str
    width: int
    whole: str
    columns: tuple[str, ...]


def table_of(tree: exp.Expr) -> str | None:
    """The one table whose groups a text asks for; None where it is no such text."""
    if not isinstance(tree, exp.Select) or tree.args.get("distinct") is not None:
        return None
    clause = queries.clause(tree, "from")
    source = None if clause is None else clause.this
    if not isinstance(source, exp.Table):
        return None
    plain = not (source.db or source.args.get("joins") or tree.args.get("joins")) and isinstance(
        source.this, exp.Identifier
    )
    if not plain or queries.clause(tree, "with") is not None:
        return None
    others = (exp.Subquery, exp.Select, exp.SetOperation, exp.Window, exp.Distinct, exp.Star)
    for node in tree.walk():
        if node is not tree and isinstance(node, others) and not _counts_all(node):
            return None
    units = list(_units(tree))
    fitting = all(type(_aggregate(unit)).__name__ in _MADE_OF_PARTS for unit in units)
    return source.name if fitting and (units or tree.args.get("group")) else None


def _counts_all(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)


def _aggregate(unit: exp.Expr) -> exp.Expr:
    return unit.this if isinstance(unit, exp.Filter) else unit


def _units(node: exp.Expr) -> Iterator[exp.Expr]:
    """The aggregates of a text, each with its FILTER."""
    if isinstance(node, exp.Filter) or expressions.is_aggregate(node):
        yield node
        return
    for child in node.iter_expressions():
        yield from _units(child)


def shares(draft: Draft, tree: exp.Select) -> Shares | None:
    """Both statements; None where one partition is read, or keys alone.

    Raises: AnalyticsError, TooWideError.
    """
    scope = Scope()
    grouped = queries.check_grouped(tree)
    [read] = queries.entries(draft, scope, tree)
    source = scope.sources[0]
    where = tree.args.get("where")
    if where is not None:
        queries.take_partitions(draft, scope, where.this)
        if source.only:
            return None
    source.only = f" WHERE b.id BETWEEN :{analytics.LOW} AND :{analytics.HIGH}"
    keys, inner = _keys(draft, scope, grouped)
    parts, outer = _parts(draft, scope, tree)
    held = "" if where is None else f" WHERE {expressions.condition(draft, scope, where.this)}"
    positions = ", ".join(str(at) for at in range(1, len(keys) + 1))
    group = f" GROUP BY {positions}" if keys else ""
    taken = [*keys, *parts]
    listed = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(taken))
    rows = read(draft)
    if "b.item" not in rows:  # The keys alone are read faster in their own order.
        return None
    share = f"SELECT {listed or '1'} FROM {rows}{held}{group}"
    draft.given = {**inner, **outer}
    built = queries.over_groups(
        draft,
        Scope(sources=[Source(source.name, "p")]),
        tree,
        [f"p.c{at}" for at in range(len(keys))],
    )
    return Shares(share, len(taken), built.sql, tuple(built.columns))


def _keys(
    draft: Draft, scope: Scope, grouped: list[exp.Expr]
) -> tuple[list[str], dict[exp.Expr, str]]:
    """What is grouped by, in SQL; and where each lies in ``p``."""
    found = [expressions.value(draft, scope, each) for each in grouped]
    return found, {each: f"p.c{at}" for at, each in enumerate(grouped)}


def _parts(draft: Draft, scope: Scope, tree: exp.Select) -> tuple[list[str], dict[exp.Expr, str]]:
    """The columns of the aggregates' parts, and what each aggregate is made of them."""
    first = len(queries.check_grouped(tree))
    columns: list[str] = []
    made: dict[exp.Expr, str] = {}
    for unit in _units(tree):
        if unit in made:
            continue
        at = first + len(columns)
        parts, whole = _part(draft, scope, unit, f"p.c{at}", f"p.c{at + 1}")
        columns += parts
        made[unit] = whole
    return columns, made


def _part(draft: Draft, scope: Scope, unit: exp.Expr, one: str, two: str) -> tuple[list[str], str]:
    aggregate = _aggregate(unit)
    tail = ""
    if isinstance(unit, exp.Filter):
        tail = f" FILTER (WHERE {expressions.condition(draft, scope, unit.expression.this)})"
    name = type(aggregate).__name__
    if name == "Count":
        counted = "*"
        if not isinstance(aggregate.this, exp.Star):
            counted = expressions.value(draft, scope, aggregate.this)
        total = f"coalesce(sum({one}), 0)"
        return [f"count({counted}){tail}"], f"dyn_native({total})" if draft.exact else total
    if name in ("Min", "Max"):
        extreme = name.lower()
        compared = expressions.value(draft, scope, aggregate.this)
        return [f"{extreme}({compared}){tail}"], f"{extreme}({one})"
    number = expressions.summand(draft, scope, aggregate.this)
    function = "dyn_total" if name == "Sum" else "dyn_average"
    parts = [f"decimal_sum({number}){tail}", f"count({number}){tail}"]
    return parts, f"{function}(decimal_sum({one}), coalesce(sum({two}), 0))"
