"""Queries of an analytics text as SQLite SQL: SELECT, FROM with its joins, WITH, UNION."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from dynalite_py.language import analytics_expressions as expressions
from dynalite_py.language import analytics_names as names
from dynalite_py.language import analytics_scopes as scopes
from dynalite_py.language.analytics_scopes import Built, Draft, Scope, Source
from dynalite_py.model import analytics_errors

MOST_COLUMNS = 1000
_BEHIND = frozenset({"order", "limit", "offset"})
_OF_SETS = _BEHIND | {"with", "with_", "this", "expression", "distinct"}
_CLAUSES = (
    _BEHIND
    | {"with", "with_", "kind", "expressions", "distinct", "from", "from_", "joins", "where"}
    | {"group", "having", "windows"}
)
_OF_GROUPS = frozenset({"expressions"})
_OF_JOINS = frozenset(["this", "on", "side", "kind", "using"])
_SET_WORDS: dict[type[exp.Expr], str] = {
    exp.Union: "UNION",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
}
_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL"})
_KINDS = frozenset({"", "INNER", "OUTER", "CROSS"})


def query(draft: Draft, outer: Scope | None, node: exp.Expr) -> Built:
    """A whole query. Raises: AnalyticsError, TooWideError."""
    scope = Scope(outer)
    while isinstance(node, exp.Subquery):
        _check_clauses(node, frozenset({"this"}))
        node = node.this
    if not isinstance(node, exp.Select | exp.SetOperation):
        raise analytics_errors.not_a_query(node.key.upper())
    with_sql = _with(draft, scope, clause(node, "with"))
    if isinstance(node, exp.Select):
        built = _select(draft, scope, node)
    else:
        built = _set_operation(draft, scope, node)
    return built._replace(sql=with_sql + built.sql)


def clause(node: exp.Expr, name: str) -> Any:
    """A clause under its name in this and in older versions of sqlglot."""
    return node.args.get(f"{name}_") or node.args.get(name)


def _check_clauses(node: exp.Expr, known: frozenset[str]) -> None:
    for name, given in node.args.items():
        if given and name not in known:
            raise analytics_errors.not_offered(name.replace("_", " ").strip().upper())


# WITH.


def _with(draft: Draft, scope: Scope, node: exp.With | None) -> str:
    if node is None:
        return ""
    recursive = bool(node.args.get("recursive"))
    parts = [_named_query(draft, scope, each, recursive=recursive) for each in node.expressions]
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} "


def _named_query(draft: Draft, scope: Scope, node: exp.CTE, *, recursive: bool) -> str:
    name = node.alias
    given = [column.name for column in node.args["alias"].args.get("columns") or ()]
    alias = f"q{draft.number()}"
    inner = node.this
    if recursive and isinstance(inner, exp.SetOperation):
        # What the first part gives is known before the second part reads it.
        first = query(draft, scope, inner.this)
        columns = _renamed(given, first)
        scope.queries[name] = Source(name, alias, columns=columns, outputs=first.outputs)
        draft.count += 1
    built = query(draft, scope, inner)
    columns = _renamed(given, built)
    outputs = [f"{alias}_{at}" for at in range(len(columns))]
    known = scope.queries.get(name)
    if recursive and known is not None and known.alias == alias:
        outputs = list(known.outputs)
    scope.queries[name] = Source(name, alias, columns=columns, outputs=outputs)
    return f"{alias} ({', '.join(outputs)}) AS ({built.sql})"


def _renamed(given: Sequence[str], built: Built) -> list[str]:
    if given and len(given) != len(built.columns):
        raise analytics_errors.wrong_columns("a list of column names")
    return list(given) or built.columns


# UNION, EXCEPT, INTERSECT.


def _set_operation(draft: Draft, scope: Scope, node: exp.SetOperation) -> Built:
    _check_clauses(node, _OF_SETS)
    first = query(draft, scope, node.this)
    second = query(draft, scope, node.expression)
    if len(first.outputs) != len(second.outputs):
        raise analytics_errors.wrong_columns("the second query")
    words = _SET_WORDS[type(node)]
    if node.args.get("distinct") is False:
        if words != "UNION":
            raise analytics_errors.not_offered(f"{words} ALL")
        words += " ALL"
    left = _operand(first, node.this)
    sql = f"{left} {words} {_operand(second, node.expression)}"
    ordered: list[str] = []
    if node.args.get("order") is not None:
        for each in node.args["order"].expressions:
            output = _output(each.this, first.columns, first.outputs)
            if output is None:
                raise analytics_errors.wrong_position(each.this.sql())
            ordered.append(expressions.order(draft, scope, each, output))
    sql += (f" ORDER BY {', '.join(ordered)}" if ordered else "") + _limits(draft, node)
    return first._replace(sql=sql)


def _operand(built: Built, node: exp.Expr) -> str:
    """A part of a compound: SQLite takes no parentheses, and no ORDER BY before the last."""
    plain = isinstance(node, exp.Select) and not (
        node.args.get("order") or node.args.get("limit") or clause(node, "with")
    )
    return built.sql if plain else f"SELECT {', '.join(built.outputs)} FROM ({built.sql})"


# SELECT.


def _select(draft: Draft, scope: Scope, node: exp.Select) -> Built:
    _check_clauses(node, _CLAUSES)
    if node.args.get("kind"):
        raise analytics_errors.not_offered(f"SELECT {node.args['kind']}")
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        raise analytics_errors.not_offered("DISTINCT ON")
    froms = entries(draft, scope, node)
    scope.windows = {window.name: window for window in node.args.get("windows") or ()}
    where = node.args.get("where")
    if not node.expressions:
        raise analytics_errors.unreadable("SELECT names nothing")
    if where is not None:
        if _aggregates(where.this):
            raise analytics_errors.not_offered("an aggregate in WHERE")
        take_partitions(draft, scope, where.this)
    chosen = _chosen(draft, scope, node.expressions)
    if len(chosen) > MOST_COLUMNS:
        raise analytics_errors.too_many_columns(MOST_COLUMNS)
    number = draft.number()
    outputs = [f"r{number}_{at}" for at in range(len(chosen))]
    scope.aliases = {
        each.alias: output
        for each, output in zip(node.expressions, outputs, strict=False)
        if isinstance(each, exp.Alias) and len(chosen) == len(node.expressions)
    }
    check_grouped(node)
    listed = ", ".join(
        f"{sql} AS {output}" for (_, sql), output in zip(chosen, outputs, strict=True)
    )
    tail = _tail(draft, scope, node, [name for name, _ in chosen], outputs)
    held = "" if where is None else f" WHERE {expressions.condition(draft, scope, where.this)}"
    # Last, when every name has been asked for.
    read = f" FROM {''.join(part(draft) for part in froms)}" if froms else ""
    word = "SELECT DISTINCT" if distinct is not None else "SELECT"
    return Built(f"{word} {listed}{read}{held}{tail}", [name for name, _ in chosen], outputs)


def over_groups(draft: Draft, scope: Scope, node: exp.Select, keys: Sequence[str]) -> Built:
    """The same SELECT over the parts of its groups, which ``draft.given`` has. keys: in SQL."""
    chosen = _chosen(draft, scope, node.expressions)
    outputs = [f"r0_{at}" for at in range(len(chosen))]
    scope.aliases = {
        each.alias: output
        for each, output in zip(node.expressions, outputs, strict=True)
        if isinstance(each, exp.Alias)
    }
    columns = [name for name, _ in chosen]
    listed = ", ".join(
        f"{sql} AS {output}" for (_, sql), output in zip(chosen, outputs, strict=True)
    )
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    scope.aliased = True
    tail = _behind_groups(draft, scope, node, columns, outputs)
    return Built(f"SELECT {listed} FROM p{group}{tail}", columns, outputs)


def _tail(
    draft: Draft, scope: Scope, node: exp.Select, columns: list[str], outputs: list[str]
) -> str:
    """GROUP BY, HAVING, ORDER BY, LIMIT."""
    scope.aliased = True
    pieces: list[str] = []
    group = node.args.get("group")
    if group is not None:
        _check_clauses(group, _OF_GROUPS)
        terms = [
            _output(each, columns, outputs, by_name=False) or expressions.value(draft, scope, each)
            for each in group.expressions
        ]
        pieces.append(f" GROUP BY {', '.join(terms)}")
    pieces.append(_behind_groups(draft, scope, node, columns, outputs))
    scope.aliased = False
    return "".join(pieces)


def _behind_groups(
    draft: Draft, scope: Scope, node: exp.Select, columns: list[str], outputs: list[str]
) -> str:
    pieces: list[str] = []
    if node.args.get("having") is not None:
        holds = expressions.condition(draft, scope, node.args["having"].this)
        pieces.append(f" HAVING {holds}")
    if node.args.get("order") is not None:
        ordered = [
            expressions.order(
                draft, scope, each, _output(each.this, columns, outputs, by_name=False)
            )
            for each in node.args["order"].expressions
        ]
        pieces.append(f" ORDER BY {', '.join(ordered)}")
    pieces.append(_limits(draft, node))
    return "".join(pieces)


def _output(
    node: exp.Expr, columns: Sequence[str], outputs: Sequence[str], *, by_name: bool = True
) -> str | None:
    """The column that a position in the SELECT list means, or a name. Raises: AnalyticsError."""
    if isinstance(node, exp.Literal) and not node.is_string:
        if not (node.name.isdigit() and 1 <= int(node.name[:9]) <= len(outputs)):
            raise analytics_errors.wrong_position(node.sql())
        return outputs[int(node.name) - 1]
    if by_name and isinstance(node, exp.Column) and not node.table and node.name in columns:
        return outputs[columns.index(node.name)]
    return None


def _limits(draft: Draft, node: exp.Expr) -> str:
    pieces: list[str] = []
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if limit is not None:
        if not isinstance(limit, exp.Limit):
            raise analytics_errors.not_offered("FETCH")
        pieces.append(f" LIMIT {_count(draft, 'LIMIT', limit.expression)}")
    if offset is not None:
        pieces.append(("" if limit is not None else " LIMIT -1") + " OFFSET ")
        pieces.append(_count(draft, "OFFSET", offset.expression))
    return "".join(pieces)


def _count(draft: Draft, clause: str, node: exp.Expr) -> str:
    try:
        number = names.plain_constant(draft, node)
    except LookupError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise analytics_errors.wrong_count(clause)
    return draft.bind(min(number, 1 << 62))


def _chosen(draft: Draft, scope: Scope, nodes: Sequence[exp.Expr]) -> list[tuple[str, str]]:
    """Names and SQL of the SELECT list, * written out."""
    chosen: list[tuple[str, str]] = []
    for node in nodes:
        if isinstance(node, exp.Star):
            _check_clauses(node, frozenset())
            if not scope.sources:
                raise analytics_errors.not_offered("* without FROM")
            for source in scope.sources:
                chosen += _all_of(draft, source)
        elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            chosen += _all_of(draft, _source(scope, node.table))
        else:
            inner = node.this if isinstance(node, exp.Alias) else node
            chosen.append((_title(node), expressions.value(draft, scope, inner)))
    return chosen


def _title(node: exp.Expr) -> str:
    if isinstance(node, exp.Alias):
        return node.alias
    if isinstance(node, exp.Column | exp.Dot | exp.Bracket):
        _, place = names.name_of(node)
        texts = [part for part in place if isinstance(part, str)]
        if texts:
            return texts[-1]
    return node.sql()[:100]


def _source(scope: Scope, name: str) -> Source:
    for source in scope.sources:
        if source.name == name:
            return source
    raise analytics_errors.unknown_column(name, [source.name for source in scope.sources])


def _all_of(draft: Draft, source: Source) -> list[tuple[str, str]]:
    if source.found is not None:
        every = draft.tables.attributes(source.found)
        return [(name, scopes.value(draft, scopes.Reference(source, (name,)))) for name in every]
    if source.element is not None:
        return [(source.element, scopes.value(draft, scopes.Reference(source, ())))]
    return [
        (name, f"{source.alias}.{output}")
        for name, output in zip(source.columns, source.outputs, strict=True)
    ]


# Groups.


def check_grouped(node: exp.Select) -> list[exp.Expr]:
    """What is grouped by. Beside aggregates, a column must be: SQLite would take any row's.

    Raises: AnalyticsError.
    """
    group = node.args.get("group")
    having = node.args.get("having")
    terms: list[exp.Expr] = [] if group is None else group.expressions
    for term in terms:
        if isinstance(term, exp.Rollup | exp.Cube | exp.GroupingSets):
            raise analytics_errors.not_offered(term.key.upper())
    listed = [each.this if isinstance(each, exp.Alias) else each for each in node.expressions]
    if group is None and not any(_aggregates(each) for each in (*listed, having)):
        return []
    aliases = {each.alias: each.this for each in node.expressions if isinstance(each, exp.Alias)}
    grouped = [_meant(term, listed, aliases) for term in terms]
    for each in listed:
        _check_one_value(each, [*grouped, *terms])
    if having is not None:
        _check_one_value(having.this, [*grouped, *terms, *map(exp.column, aliases)])
    return grouped


def _meant(term: exp.Expr, listed: Sequence[exp.Expr], aliases: Mapping[str, exp.Expr]) -> exp.Expr:
    """What a term of GROUP BY means: a position, an alias, or itself. Raises: AnalyticsError."""
    if isinstance(term, exp.Literal) and not term.is_string:
        if not (term.name.isdigit() and 1 <= int(term.name[:9]) <= len(listed)):
            raise analytics_errors.wrong_position(term.sql())
        return listed[int(term.name) - 1]
    if isinstance(term, exp.Column) and not term.table:
        return aliases.get(term.name, term)
    return term


def _aggregates(node: exp.Expr | None) -> bool:
    """Whether an aggregate of this very query is inside."""
    if node is None or isinstance(node, exp.Subquery | exp.Select | exp.SetOperation):
        return False
    if isinstance(node, exp.Window):
        return False
    return expressions.is_aggregate(node) or any(
        _aggregates(child) for child in node.iter_expressions()
    )


def _check_one_value(node: exp.Expr, grouped: Sequence[exp.Expr]) -> None:
    if node in grouped or expressions.is_aggregate(node):
        return
    if isinstance(node, exp.Subquery | exp.Select | exp.SetOperation | exp.Window | exp.Filter):
        return
    if isinstance(node, exp.Star | exp.Column) and node.name.upper() != "MISSING":
        raise analytics_errors.not_grouped(node.sql())
    for child in node.iter_expressions():
        _check_one_value(child, grouped)


# FROM.


class Part:
    """A piece of FROM that is written when all that is needed of its rows is known."""

    def __init__(self, source: Source, before: str = "", after: str = "", text: str = "") -> None:
        self.source, self.before, self.after, self.text = source, before, after, text

    def __call__(self, draft: Draft) -> str:
        """The SQL."""
        source = self.source
        text = self.text or scopes.rows(draft, source)
        return f"{self.before}{text}{self.after}"


def entries(draft: Draft, scope: Scope, node: exp.Select) -> list[Part]:
    """What stands in FROM. Raises: AnalyticsError."""
    first = clause(node, "from")
    if first is None:
        return []
    parts = [_entry(draft, scope, first.this)]
    for join in _joins(first.this, node):
        _check_clauses(join, _OF_JOINS)
        side, kind = str(join.args.get("side") or ""), str(join.args.get("kind") or "")
        if side not in _SIDES or kind not in _KINDS:
            raise analytics_errors.not_offered(f"{side} {kind} JOIN".strip())
        part = _entry(draft, scope, join.this)
        part.before = f" {side} JOIN ".replace("  ", " ")
        part.after += _on(draft, scope, join)
        parts.append(part)
    return parts


def _joins(first: exp.Expr, node: exp.Select) -> list[exp.Join]:
    return [*(first.args.get("joins") or ()), *(node.args.get("joins") or ())]


def _on(draft: Draft, scope: Scope, join: exp.Join) -> str:
    on, using = join.args.get("on"), join.args.get("using")
    if on is not None:
        return f" ON {expressions.condition(draft, scope, on)}"
    if not using:
        return ""
    right = scope.sources[-1]
    equal: list[str] = []
    for column in using:
        left = Scope(sources=scope.sources[:-1])
        sides = (
            scopes.resolve(left, (column.name,)),
            scopes.resolve(Scope(sources=[right]), (column.name,)),
        )
        equal.append(" = ".join(scopes.value(draft, side) for side in sides))
    return f" ON ({' AND '.join(equal)})"


def _entry(draft: Draft, scope: Scope, node: exp.Expr) -> Part:
    match node:
        case exp.Table():
            return _table(draft, scope, node)
        case exp.Unnest():
            return _unnested(draft, scope, node)
        case exp.Subquery():
            if node.alias_column_names:
                raise analytics_errors.not_offered("a list of column names here")
            built = query(draft, scope.outer, node.this)
            alias = f"s{draft.number()}"
            name = node.alias or alias
            source = Source(name, alias, columns=built.columns, outputs=built.outputs)
            _add(scope, source)
            return Part(source, text=f"({built.sql}) AS {alias}")
        case _:
            raise analytics_errors.not_offered(f"{node.sql()[:100]} in FROM")


def _add(scope: Scope, source: Source) -> None:
    if any(other.name == source.name for other in scope.sources):
        raise analytics_errors.ambiguous_column(source.name, [source.name, source.name])
    scope.sources.append(source)


def _table(draft: Draft, scope: Scope, node: exp.Table) -> Part:
    _check_clauses(node, frozenset({"this", "db", "alias", "joins"}))
    if not isinstance(node.this, exp.Identifier):
        raise analytics_errors.not_offered(f"{node.sql()[:100]} in FROM")
    alias = f"s{draft.number()}"
    name = node.alias or node.name
    if node.db:
        if any(source.name == node.db for source in scope.sources):
            path = exp.column(node.name, table=node.db)
            return _members(draft, scope, path, name)
        found = draft.tables.find(node.db, node.name)
    else:
        known = scope.query(node.name)
        if known is not None:
            source = Source(name, alias, columns=known.columns, outputs=known.outputs)
            _add(scope, source)
            return Part(source, text=f"{known.alias} AS {alias}")
        found = draft.tables.find(node.name, None)
    source = Source(name, alias, found=found)
    _add(scope, source)
    return Part(source)


def _unnested(draft: Draft, scope: Scope, node: exp.Unnest) -> Part:
    if len(node.expressions) != 1:
        raise analytics_errors.not_offered("UNNEST of several lists")
    columns = (
        [column.name for column in (node.args["alias"].args.get("columns") or ())]
        if (node.args.get("alias"))
        else []
    )
    if len(columns) > 1:
        raise analytics_errors.wrong_columns("UNNEST")
    offset = node.args.get("offset")
    name = node.alias or (columns[0] if columns else "unnest")
    part = _members(draft, scope, node.expressions[0], name)
    if columns:
        part.source.element = columns[0]
    if offset:
        part.source.offset = offset.name if isinstance(offset, exp.Identifier) else "offset"
    return part


def _members(draft: Draft, scope: Scope, listed: exp.Expr, name: str) -> Part:
    """The members of a list or set as rows."""
    alias = f"s{draft.number()}"
    members = expressions.value(draft, scope, listed)
    source = Source(name, alias, element=name)
    _add(scope, source)
    return Part(source, text=f"json_each(dyn_elements({members})) AS {alias}")


def take_partitions(draft: Draft, scope: Scope, where: exp.Expr) -> None:
    """Let a condition `partition key = value` that must hold read that partition alone."""
    top = names.chain(where) if isinstance(where, exp.And) else [where]
    for part in top:
        if not isinstance(part, exp.EQ):
            continue
        for name, other in ((part.this, part.expression), (part.expression, part.this)):
            if not isinstance(name, exp.Column | exp.Dot):
                continue
            try:
                wanted = names.plain_constant(draft, other)
            except LookupError:
                continue
            root, place = names.name_of(name)
            if root is None:
                reference = scopes.resolve(scope, place)
                if reference.source in scope.sources:
                    scopes.take_partition(draft, reference, wanted)
