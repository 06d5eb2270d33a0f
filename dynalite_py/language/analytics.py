"""Questions in SQL over items, which DynamoDB itself does not answer: joins, groups, aggregates,
windows.

sqlglot parses the text; what the compiler knows of it becomes SQLite SQL over the stored items,
built of our own names alone: tables by number, columns by number, every literal and every attribute
name bound. What the compiler does not know is refused. sqlglot costs 200 ms to import, so that it
is imported by the first text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dynalite_py.language import analytics_values as carriers
from dynalite_py.model import analytics_errors

if TYPE_CHECKING:
    from sqlglot import exp

    from dynalite_py.language.analytics_scopes import Draft, Tables
    from dynalite_py.language.analytics_shares import Shares

LONGEST_TEXT = 65_536
# Placeholders of a share: the numbers of its first and last row.
LOW, HIGH = "low", "high"
_BEGINNINGS = frozenset({"SELECT", "WITH", "L_PAREN", "SEMICOLON"})
_NOT_OFFERED = frozenset({"ARROW", "DARROW", "HASH_ARROW", "DHASH_ARROW", "PLACEHOLDER_ARROW"})
_ANSWERED = ("Select", "Union", "Except", "Intersect", "Subquery")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A question. placeholders: how many values it takes."""

    tree: exp.Expr
    placeholders: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A question in SQL. columns: names for the reader. exact: its form (``analytics_values``)."""

    sql: str
    bindings: dict[str, Any]
    columns: tuple[str, ...]
    exact: bool


def parsed(text: str) -> Parsed:
    """Read a text. Raises: AnalyticsError."""
    if len(text) > LONGEST_TEXT:
        raise analytics_errors.too_long_text(len(text), LONGEST_TEXT)
    try:
        return _parsed(text)
    except RecursionError:
        raise analytics_errors.too_deep() from None


def _parsed(text: str) -> Parsed:
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        tokens = sqlglot.tokenize(text)
        _check_tokens(tokens)
        marks = [token.start for token in tokens if token.token_type.name == "PLACEHOLDER"]
        # Numbered in the order of the text, which is not that of the tree.
        for number in reversed(range(len(marks))):
            at = marks[number]
            text = f"{text[:at]} :dyn{number} {text[at + 1 :]}"
        trees = [tree for tree in sqlglot.parse(text) if tree is not None]
    except SqlglotError as failure:
        raise analytics_errors.unreadable(_reason(failure)) from None
    if len(trees) != 1:
        raise analytics_errors.not_one_query(len(trees))
    [tree] = trees
    if type(tree).__name__ not in _ANSWERED:
        kind = tree.name if type(tree).__name__ == "Command" else tree.key
        raise analytics_errors.not_a_query(str(kind).upper()[:50])
    return Parsed(tree, len(marks))


def _check_tokens(tokens: Sequence[Any]) -> None:
    """Refuse what sqlglot would take for a command, or warn of in the log, before it does."""
    first = tokens[0] if tokens else None
    if first is not None and first.token_type.name not in _BEGINNINGS:
        raise analytics_errors.not_a_query(first.text.upper()[:50])
    for token in tokens:
        if token.token_type.name in _NOT_OFFERED:
            raise analytics_errors.not_offered(f"the operator {token.text}")


def _reason(failure: Any) -> str:
    for fault in getattr(failure, "errors", ()):
        near = (str(fault.get("highlight") or "")).strip()[:100]
        where = f"line {fault.get('line')}, column {fault.get('col')}"
        return f"{fault.get('description')} ({where}{f', near {near}' if near else ''})"
    return str(failure).partition("\n")[0][:300]


def shared_table(question: Parsed) -> str | None:
    """The one table whose groups are asked for, where they can be made in shares."""
    from dynalite_py.language import analytics_shares

    return analytics_shares.table_of(question.tree)


def shares(
    question: Parsed, tables: Tables, parameters: Sequence[Any], *, exact: bool
) -> tuple[Shares, dict[str, Any]] | None:
    """The statements of groups in shares, with their bindings; see ``shared_table``.

    None where one statement is better. Raises: AnalyticsError, TooWideError.
    """
    from dynalite_py.language import analytics_shares

    draft = _draft(question, tables, parameters, exact=exact)
    made = analytics_shares.shares(draft, cast("exp.Select", question.tree))
    return None if made is None else (made, draft.bindings)


def _draft(question: Parsed, tables: Tables, parameters: Sequence[Any], *, exact: bool) -> Draft:
    from dynalite_py.language import analytics_queries, analytics_scopes

    if len(parameters) != question.placeholders:
        raise analytics_errors.wrong_parameter_count(question.placeholders, len(parameters))
    carriers.parameters(parameters, exact=exact)  # Refuses what no attribute can be.
    return analytics_scopes.Draft(tables, parameters, exact, analytics_queries.query)


def statement(
    question: Parsed, tables: Tables, parameters: Sequence[Any], *, exact: bool
) -> Statement:
    """Compile a question. Raises: AnalyticsError, TooWideError for a number of the text itself."""
    from dynalite_py.language import analytics_queries

    draft = _draft(question, tables, parameters, exact=exact)
    try:
        built = analytics_queries.query(draft, None, question.tree)
    except RecursionError:
        raise analytics_errors.too_deep() from None
    return Statement(built.sql, draft.bindings, tuple(built.columns), exact)
