"""Expressions of an analytics text as SQLite SQL: values, conditions, functions, aggregates.

Only what this module knows is ever written; names become columns of ours, literals are bound. A
value in the SQL is a carrier (``analytics_values``); a condition is SQLite's own 1, 0 or NULL.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any

from sqlglot import exp

from dynalite_py.language import analytics_names as names
from dynalite_py.language import analytics_scopes as scopes
from dynalite_py.language import analytics_values as carriers
from dynalite_py.language.analytics_scopes import Draft, Place, Scope
from dynalite_py.model import analytics_errors, codec

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS",
    exp.NullSafeNEQ: "IS NOT",
}
_PREDICATES = (
    *_COMPARISONS,
    exp.And,
    exp.Or,
    exp.Not,
    exp.Between,
    exp.In,
    exp.Is,
    exp.Like,
    exp.ILike,
    exp.Escape,
    exp.Exists,
)
_ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "add",
    exp.Sub: "subtract",
    exp.Mul: "multiply",
    exp.Div: "divide",
    exp.Mod: "modulo",
}
# sqlglot's name of a function's node, or the function's own -> ours.
_SCALARS = {
    **{name: name for name in carriers.SCALARS},
    "CEILING": "CEIL",
    "STARTSWITH": "BEGINS_WITH",
    "STRPOSITION": "INSTR",
    "SUBSTR": "SUBSTRING",
}
_NOT_CALLED = frozenset(
    {"ADD", "SUBTRACT", "MULTIPLY", "DIVIDE", "MODULO", "NEGATE"}
    | {name for name in carriers.SCALARS if name.startswith("AS_")}
)
_AGGREGATES = frozenset({"Count", "Sum", "Avg", "Min", "Max", "GroupConcat"})
_RANKS = {
    "RowNumber": "row_number",
    "Rank": "rank",
    "DenseRank": "dense_rank",
    "PercentRank": "percent_rank",
    "CumeDist": "cume_dist",
    "Ntile": "ntile",
}
_NEIGHBOURS = {
    "Lag": "lag",
    "Lead": "lead",
    "FirstValue": "first_value",
    "LastValue": "last_value",
    "NthValue": "nth_value",
}
_CASTS = {
    "AS_INTEGER": frozenset({"INT", "BIGINT", "SMALLINT", "TINYINT", "INT128", "INT256"}),
    "AS_NUMBER": frozenset({"DECIMAL", "DOUBLE", "FLOAT", "BIGDECIMAL"}),
    "AS_TEXT": frozenset({"TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR"}),
    "AS_BOOLEAN": frozenset({"BOOLEAN"}),
}
_PREDICATE_FUNCTIONS = frozenset({"attribute_exists", "attribute_not_exists"})
_SIDES = ("UNBOUNDED", "CURRENT ROW")


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node joins many rows to one value, unless it stands in a window."""
    return type(node).__name__ in _AGGREGATES


# Values.


def value(draft: Draft, scope: Scope, node: exp.Expr | None) -> str:
    """A carrier. Raises: AnalyticsError, TooWideError."""
    if node is None:
        raise analytics_errors.unreadable("a value is missing")
    known = draft.given.get(node) if draft.given else None
    return _value(draft, scope, node) if known is None else known


def _value(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    match node:
        case exp.Column() | exp.Dot() | exp.Bracket():
            return _named(draft, scope, node)
        case exp.Literal() | exp.Boolean() | exp.Null() | exp.Placeholder() | exp.Neg():
            return _constant(draft, scope, node)
        case exp.Paren():
            return value(draft, scope, node.this)
        case exp.Subquery() | exp.Select() | exp.SetOperation():
            return _single(draft, scope, node)
        case exp.Case() | exp.If() | exp.Coalesce() | exp.Nullif():
            return _choice(draft, scope, node)
        case exp.Cast():
            return _cast(draft, scope, node)
        case exp.Filter() | exp.Window():
            return _windowed(draft, scope, node)
        case _ if isinstance(node, _PREDICATES) or _is_predicate_call(node):
            holds = condition(draft, scope, node)
            true, false = draft.bind(carriers.TRUE), draft.bind(carriers.FALSE)
            return f"CASE {holds} WHEN 1 THEN {true} WHEN 0 THEN {false} END"
        case _ if is_aggregate(node):
            return _aggregate(draft, scope, node, "")
        case _:
            return _function(draft, scope, node)


def _named(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    root, place = names.name_of(node)
    if root is not None:
        return f"dyn_inside({value(draft, scope, root)}, {draft.bind(_place_text(place))})"
    if len(place) == 1:
        if scope.aliased and place[0] in scope.aliases:
            return scope.aliases[str(place[0])]
        if names.is_missing(node):
            return "NULL"
    return scopes.value(draft, scopes.resolve(scope, place))


def _place_text(place: Place) -> str:
    return codec.text(list(place))


def _constant(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    try:
        constant = names.plain_constant(draft, node)
    except LookupError:
        return f"dyn_negate({value(draft, scope, node.this)})"
    return "NULL" if constant is None else draft.carry(constant)


def _single(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    built = draft.build(draft, scope, node)
    if len(built.outputs) != 1:
        raise analytics_errors.wrong_columns("a query inside an expression")
    return f"({built.sql})"


def _choice(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    match node:
        case exp.Coalesce():
            parts = [node.this, *node.expressions]
            if len(parts) == 1:
                return value(draft, scope, parts[0])
            return f"coalesce({_values(draft, scope, parts)})"
        case exp.Nullif():
            return f"nullif({_values(draft, scope, [node.this, node.expression])})"
        case exp.If():
            branches, subject, default = [node], None, node.args.get("false")
        case _:
            branches, subject, default = node.args["ifs"], node.this, node.args.get("default")
    arms: list[str] = []
    for branch in branches:
        test = branch.this if subject is None else exp.EQ(this=subject, expression=branch.this)
        result = value(draft, scope, branch.args["true"])
        arms.append(f"WHEN {condition(draft, scope, test)} THEN {result}")
    otherwise = f" ELSE {value(draft, scope, default)}" if default is not None else ""
    return f"CASE {' '.join(arms)}{otherwise} END"


def _cast(draft: Draft, scope: Scope, node: exp.Cast) -> str:
    kind = node.to.this.value
    for function, kinds in _CASTS.items():
        if kind in kinds:
            return f"dyn_{function.lower()}({value(draft, scope, node.this)})"
    raise analytics_errors.not_offered(f"CAST to {node.to.sql()[:50]}")


def _values(draft: Draft, scope: Scope, nodes: Iterable[exp.Expr]) -> str:
    return ", ".join(value(draft, scope, node) for node in nodes)


# Functions.


def _function(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    if type(node) in _ARITHMETIC:
        operands = _values(draft, scope, [node.this, node.expression])
        return f"dyn_{_ARITHMETIC[type(node)]}({operands})"
    if isinstance(node, exp.DPipe):
        return f"dyn_concat({_values(draft, scope, [node.this, node.expression])})"
    name = _called(node)
    if name == "ATTRIBUTE_TYPE":
        return _attribute_type(draft, scope, node)
    ours = _SCALARS.get(name)
    if ours is None or (isinstance(node, exp.Anonymous) and ours in _NOT_CALLED):
        if not isinstance(node, exp.Func):
            raise analytics_errors.not_offered(node.sql()[:100])
        close = difflib.get_close_matches(name, sorted(set(_SCALARS) - _NOT_CALLED), 2)
        raise analytics_errors.unknown_function(name, close)
    arguments = _arguments(node)
    _, least, most = carriers.SCALARS[ours]
    if not least <= len(arguments) <= most:
        raise analytics_errors.wrong_arguments(name)
    return f"dyn_{ours.lower()}({_values(draft, scope, arguments)})"


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper()
    if isinstance(node, exp.Trim) and node.args.get("position"):
        return {"LEADING": "LTRIM", "TRAILING": "RTRIM"}.get(node.args["position"], "TRIM")
    return type(node).__name__.upper()


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments in the order of the call."""
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    found: list[exp.Expr] = []
    for name in node.arg_types:
        given = node.args.get(name)
        members = given if isinstance(given, list) else [given]
        found += [member for member in members if not isinstance(member, str | bool | None)]
    return found


def _attribute_type(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    arguments = _arguments(node)
    if len(arguments) != 1:
        raise analytics_errors.wrong_arguments("attribute_type")
    root, place = names.name_of(arguments[0])
    found = None if root is not None else scopes.type_of(draft, scopes.resolve(scope, place))
    if found is None:
        raise analytics_errors.not_offered("ATTRIBUTE_TYPE of what is no attribute of a table")
    return f"dyn_native({found})" if draft.exact else found


# Aggregates and windows.


def _aggregate(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    """tail: FILTER and OVER."""
    aliased, scope.aliased = scope.aliased, False
    try:
        return _AGGREGATE_SQL[type(node).__name__](draft, scope, node, tail)
    finally:
        scope.aliased = aliased


def _distinct(node: exp.Expr) -> tuple[str, exp.Expr]:
    """The word DISTINCT, if it is there, and the one argument."""
    inner = node.this
    if node.expressions or (isinstance(inner, exp.Distinct) and len(inner.expressions) != 1):
        raise analytics_errors.wrong_arguments(type(node).__name__)
    if isinstance(inner, exp.Distinct):
        return "DISTINCT ", inner.expressions[0]
    return "", inner


def _native(draft: Draft, sql: str) -> str:
    """A number or text that SQLite made, as a carrier."""
    return f"dyn_native({sql})" if draft.exact else sql


def _count(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    if isinstance(node.this, exp.Star):
        return _native(draft, f"count(*){tail}")
    distinct, counted = _distinct(node)
    return _native(draft, f"count({distinct}{value(draft, scope, counted)}){tail}")


def summand(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    """The text of a number; NULL for every other value."""
    if isinstance(node, exp.Column | exp.Dot | exp.Bracket):
        root, place = names.name_of(node)
        if root is None:
            return scopes.summand(draft, scopes.resolve(scope, place))
    return f"dyn_summand({value(draft, scope, node)})"


def _sum(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    distinct, summed = _distinct(node)
    number = distinct + summand(draft, scope, summed)
    return f"dyn_total(decimal_sum({number}){tail}, count({number}){tail})"


def _average(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    distinct, averaged = _distinct(node)
    number = distinct + summand(draft, scope, averaged)
    return f"dyn_average(decimal_sum({number}){tail}, count({number}){tail})"


def _extreme(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    _, compared = _distinct(node)
    return f"{type(node).__name__.lower()}({value(draft, scope, compared)}){tail}"


def _listing(draft: Draft, scope: Scope, node: exp.Expr, tail: str) -> str:
    separator = node.args.get("separator")
    try:
        between = "," if separator is None else names.plain_constant(draft, separator)
    except LookupError:
        between = None
    if not isinstance(between, str):
        raise analytics_errors.not_offered("GROUP_CONCAT with a separator that is no text")
    if isinstance(node.this, exp.Distinct | exp.Order):
        raise analytics_errors.not_offered("GROUP_CONCAT with DISTINCT or ORDER BY")
    listed = f"dyn_text({value(draft, scope, node.this)})"
    return _native(draft, f"group_concat({listed}, {draft.bind(between)}){tail}")


_AGGREGATE_SQL: dict[str, Callable[[Draft, Scope, exp.Expr, str], str]] = {
    "Count": _count,
    "Sum": _sum,
    "Avg": _average,
    "Min": _extreme,
    "Max": _extreme,
    "GroupConcat": _listing,
}


def _windowed(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    """An aggregate with FILTER, or anything with OVER."""
    over = f" OVER ({_window(draft, scope, node)})" if isinstance(node, exp.Window) else ""
    inner = node.this if isinstance(node, exp.Window) else node
    chosen = ""
    if isinstance(inner, exp.Filter):
        aliased, scope.aliased = scope.aliased, False
        chosen = f" FILTER (WHERE {condition(draft, scope, inner.expression.this)})"
        scope.aliased = aliased
        inner = inner.this
    name = type(inner).__name__
    if name in _AGGREGATES:
        return _aggregate(draft, scope, inner, chosen + over)
    if chosen or not over:
        raise analytics_errors.not_offered(node.sql()[:100])
    if name in _RANKS:
        buckets = _whole(inner.this) if name == "Ntile" else ""
        return _native(draft, f"{_RANKS[name]}({buckets}){over}")
    if name in _NEIGHBOURS:
        return f"{_NEIGHBOURS[name]}({_neighbour(draft, scope, inner)}){over}"
    raise analytics_errors.not_offered(f"{name.upper()} OVER")


def _neighbour(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    arguments = [value(draft, scope, node.this)]
    offset, default = node.args.get("offset"), node.args.get("default")
    if offset is not None:
        arguments.append(_whole(offset))
    if default is not None:
        arguments.append(value(draft, scope, default))
    return ", ".join(arguments)


def _whole(node: Any) -> str:
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return str(min(int(node.name[:20]), 1 << 31))
    raise analytics_errors.not_offered("anything but a whole number in a window function")


def _window(draft: Draft, scope: Scope, node: exp.Window) -> str:
    named = node.args.get("alias")
    if named is not None:
        known = scope.windows.get(named.name)
        if known is None:
            raise analytics_errors.unknown_column(named.name, list(scope.windows))
        return _window(draft, scope, known)
    pieces: list[str] = []
    if node.args.get("partition_by"):
        pieces.append(f"PARTITION BY {_values(draft, scope, node.args['partition_by'])}")
    if node.args.get("order") is not None:
        ordered = [order(draft, scope, each) for each in node.args["order"].expressions]
        pieces.append(f"ORDER BY {', '.join(ordered)}")
    if node.args.get("spec") is not None:
        pieces.append(_frame(node.args["spec"]))
    return " ".join(pieces)


def _frame(spec: exp.Expr) -> str:
    kind = str(spec.args.get("kind") or "RANGE").upper()
    if kind not in ("ROWS", "GROUPS", "RANGE") or spec.args.get("exclude"):
        raise analytics_errors.not_offered("this frame of a window")
    start = _side(kind, spec.args.get("start"), spec.args.get("start_side"))
    end = _side(kind, spec.args.get("end") or "CURRENT ROW", spec.args.get("end_side"))
    return f"{kind} BETWEEN {start} AND {end}"


def _side(kind: str, bound: Any, side: Any) -> str:
    direction = str(side or "").upper()
    if direction not in ("", "PRECEDING", "FOLLOWING"):
        raise analytics_errors.not_offered("this frame of a window")
    if isinstance(bound, str) and bound.upper() in _SIDES:
        return f"{bound.upper()} {direction}".strip()
    if kind == "RANGE":  # Carriers are no numbers to SQLite.
        raise analytics_errors.not_offered("RANGE with a distance")
    return f"{_whole(bound)} {direction}"


def order(draft: Draft, scope: Scope, node: exp.Expr, what: str | None = None) -> str:
    """One term of ORDER BY. what: its SQL, where that is known."""
    if not isinstance(node, exp.Ordered):
        return what or value(draft, scope, node)
    descending, first = bool(node.args.get("desc")), node.args.get("nulls_first")
    words = " DESC" if descending else ""
    if first is not None and bool(first) is descending:  # SQLite has NULL below everything.
        words += " NULLS FIRST" if first else " NULLS LAST"
    return (what or value(draft, scope, node.this)) + words


# Conditions.


def condition(draft: Draft, scope: Scope, node: exp.Expr | None) -> str:
    """1, 0 or NULL, in parentheses. Raises: AnalyticsError, TooWideError."""
    if node is None:
        raise analytics_errors.unreadable("a condition is missing")
    return _condition(draft, scope, node)


def _condition(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    match node:
        case exp.Paren():
            return condition(draft, scope, node.this)
        case exp.And() | exp.Or():
            word = " AND " if isinstance(node, exp.And) else " OR "
            return f"({word.join(condition(draft, scope, part) for part in names.chain(node))})"
        case exp.Not():
            return f"(NOT {condition(draft, scope, node.this)})"
        case exp.Between():
            parts = [node.this, node.args["low"], node.args["high"]]
            subject, low, high = (value(draft, scope, part) for part in parts)
            return f"({subject} BETWEEN {low} AND {high})"
        case exp.In():
            return _in(draft, scope, node)
        case exp.Is():
            return _is(draft, scope, node)
        case exp.Like() | exp.ILike() | exp.Escape():
            return _like(draft, scope, node)
        case exp.Exists():
            return f"EXISTS ({draft.build(draft, scope, node.this).sql})"
        case _ if type(node) in _COMPARISONS:
            left, right = _operand(draft, scope, node.this), _operand(draft, scope, node.expression)
            return f"({left} {_COMPARISONS[type(node)]} {right})"
        case _:
            return _truth(draft, scope, node)


def _truth(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    if _is_predicate_call(node):
        return _existence(draft, scope, node)
    return f"({value(draft, scope, node)} = {draft.bind(carriers.TRUE)})"


def _operand(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    if isinstance(node, exp.Tuple):
        return f"({_values(draft, scope, node.expressions)})"
    return value(draft, scope, node)


def _in(draft: Draft, scope: Scope, node: exp.In) -> str:
    subject = _operand(draft, scope, node.this)
    query = node.args.get("query")
    if query is not None:
        return f"({subject} IN ({draft.build(draft, scope, query).sql}))"
    if not node.expressions:
        raise analytics_errors.not_offered(node.sql()[:100])
    if isinstance(node.this, exp.Tuple):
        equal = [f"{subject} = {_operand(draft, scope, choice)}" for choice in node.expressions]
        return f"({' OR '.join(equal)})"
    return f"({subject} IN ({_values(draft, scope, node.expressions)}))"


def _is(draft: Draft, scope: Scope, node: exp.Is) -> str:
    other = node.expression
    if isinstance(other, exp.Null):
        return f"({value(draft, scope, node.this)} IS NULL)"
    if isinstance(other, exp.Boolean):
        return f"({condition(draft, scope, node.this)} IS {'TRUE' if other.this else 'FALSE'})"
    if names.is_missing(other):
        return f"(NOT {_exists(draft, scope, node.this)})"
    raise analytics_errors.not_offered(node.sql()[:100])


def _is_predicate_call(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() in _PREDICATE_FUNCTIONS


def _existence(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    if len(node.expressions) != 1:
        raise analytics_errors.wrong_arguments(str(node.this))
    found = _exists(draft, scope, node.expressions[0])
    return found if str(node.this).lower() == "attribute_exists" else f"(NOT {found})"


def _exists(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    root, place = names.name_of(node)
    if root is not None:
        return f"({value(draft, scope, node)} IS NOT NULL)"
    return scopes.exists(draft, scopes.resolve(scope, place))


def _like(draft: Draft, scope: Scope, node: exp.Expr) -> str:
    """LIKE tells capital letters apart; ILIKE does not."""
    escape = ""
    if isinstance(node, exp.Escape):
        mark = node.expression
        if not isinstance(mark, exp.Literal) or len(mark.name) != 1:
            raise analytics_errors.not_offered("ESCAPE of anything but one character")
        escape, node = f" ESCAPE {draft.bind(mark.name)}", node.this
    if not isinstance(node, exp.Like | exp.ILike):
        raise analytics_errors.not_offered(node.sql()[:100])
    sides = [value(draft, scope, side) for side in (node.this, node.expression)]
    if isinstance(node, exp.ILike):
        sides = [f"dyn_lower({side})" for side in sides]
    if draft.exact:
        text, pattern = (f"dyn_string({side})" for side in sides)
    else:
        text, pattern = f"CASE WHEN typeof({sides[0]}) = 'text' THEN {sides[0]} END", sides[1]
    return f"({text} LIKE {pattern}{escape})"
