"""Why a question in SQL is not answered: one exception class, one function a reason.

DynamoDB has no such questions, so that these texts are our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class AnalyticsError(Exception):
    """The question cannot be answered; the text tells a person why. Nothing was changed."""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _near(close: Sequence[str], every: Sequence[str]) -> str:
    if close:
        return f"; did you mean {_listed(close)}?"
    return f"; there are {_listed(every[:10])}" if every else "; there is none"


def unreadable(reason: str) -> AnalyticsError:
    """The text is no SQL. reason: with line and column."""
    return AnalyticsError(f"this is no SQL that is understood here: {reason}")


def too_long_text(characters: int, most: int) -> AnalyticsError:
    """The text itself is too long."""
    return AnalyticsError(f"the text has {characters:,} characters; {most:,} at most are read")


def too_deep() -> AnalyticsError:
    """Nested beyond what is read."""
    return AnalyticsError("the text is nested too deeply")


def not_one_query(count: int) -> AnalyticsError:
    """No statement, or several."""
    return AnalyticsError(f"one statement is answered at a time, not {count}")


def not_a_query(kind: str) -> AnalyticsError:
    """Something else than a question."""
    return AnalyticsError(f"only questions are answered (SELECT, WITH, UNION), not {kind}")


def not_offered(what: str) -> AnalyticsError:
    """A part of SQL that is not here."""
    return AnalyticsError(f"{what} is not offered")


def unknown_function(name: str, close: Sequence[str]) -> AnalyticsError:
    """A function that is not on the list."""
    guess = f"; did you mean {', '.join(close).upper()}?" if close else ""
    return AnalyticsError(f"there is no function {name.upper()[:100]}{guess}")


def wrong_arguments(name: str) -> AnalyticsError:
    """A function with too few or too many arguments."""
    return AnalyticsError(f"{name.upper()} takes another number of arguments")


def unknown_table(name: str, close: Sequence[str], every: Sequence[str]) -> AnalyticsError:
    """No table of that name in this account and region."""
    return AnalyticsError(f'there is no table "{name[:300]}"{_near(close, every)}')


def unknown_index(table: str, name: str, every: Sequence[str]) -> AnalyticsError:
    """No index of that name on the table."""
    return AnalyticsError(f'table "{table}" has no index "{name[:300]}"{_near((), every)}')


def index_not_ready(table: str, name: str) -> AnalyticsError:
    """An index whose entries are still being made."""
    return AnalyticsError(f'index "{name}" of table "{table}" is still being made')


def unknown_column(name: str, every: Sequence[str]) -> AnalyticsError:
    """A name that nothing in FROM has."""
    return AnalyticsError(f'nothing in FROM has a column "{name[:300]}"{_near((), every)}')


def ambiguous_column(name: str, sources: Sequence[str]) -> AnalyticsError:
    """An attribute that several tables may have."""
    example = f"{sources[0]}.{name}"
    return AnalyticsError(
        f'"{name[:300]}" may be of {_listed(sources)}: write {example[:300]} for one of them'
    )


def not_grouped(text: str) -> AnalyticsError:
    """A column beside aggregates that is not grouped by."""
    return AnalyticsError(
        f"{text[:300]} is neither in GROUP BY nor inside an aggregate, so that it has no one value"
    )


def wrong_columns(what: str) -> AnalyticsError:
    """Another number of columns than the place needs."""
    return AnalyticsError(f"{what} has another number of columns than is needed here")


def wrong_position(text: str) -> AnalyticsError:
    """ORDER BY or GROUP BY of something that is not in the SELECT list."""
    return AnalyticsError(f"{text[:300]} names no column of the SELECT list")


def too_many_columns(most: int) -> AnalyticsError:
    """More columns than a row can have."""
    return AnalyticsError(f"a row has {most:,} columns at most; name the ones that are wanted")


def wrong_parameter_count(wanted: int, given: int) -> AnalyticsError:
    """Another number of values than placeholders."""
    return AnalyticsError(f"the text has {wanted} placeholders, and {given} values were given")


def wrong_parameter(position: int, kind: str) -> AnalyticsError:
    """A value of a type that no attribute has."""
    return AnalyticsError(f"value {position} is a {kind}, which no attribute can be")


def wrong_count(clause: str) -> AnalyticsError:
    """LIMIT or OFFSET of something else than a whole number."""
    return AnalyticsError(f"{clause} takes a whole number of at least 0, or a placeholder for one")


def number_out_of_range() -> AnalyticsError:
    """A result that no number here can be."""
    return AnalyticsError("a number became too large or too small to be written")


def too_long_value(most: int) -> AnalyticsError:
    """A text that was made too long."""
    return AnalyticsError(f"a value became longer than {most:,} bytes")


def out_of_time(seconds: float) -> AnalyticsError:
    """The time is up."""
    return AnalyticsError(
        f"no answer within {seconds:g} seconds; ask for less, or allow more seconds"
    )


def too_many_rows(most: int) -> AnalyticsError:
    """The answer has too many rows."""
    return AnalyticsError(
        f"the answer has more than {most:,} rows; add a LIMIT, or allow more rows"
    )


def too_many_bytes(most: int) -> AnalyticsError:
    """The answer is too large."""
    return AnalyticsError(
        f"the answer has more than {most:,} bytes; ask for fewer columns or rows, or allow more "
        "bytes"
    )


def refused(reason: str) -> AnalyticsError:
    """SQLite itself refuses. reason: what it says."""
    return AnalyticsError(f"SQLite does not answer this: {reason}")


def changed_meanwhile() -> AnalyticsError:
    """A table went away between its look-up and its reading."""
    return AnalyticsError("a table was deleted while the question was being answered; ask again")
