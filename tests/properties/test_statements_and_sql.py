"""Whatever a statement says, no text of it reaches SQL, and none fails in an unforeseen way."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.support.statements import fill

HERE = Caller()
# What no SQL of ours can hold by chance.
MARK = "Qz7"
TEXTS = st.text(
    st.sampled_from(list("aQ'\"`;-*/%()[]{}?:.,=<>\\\0\n\u00e9")) | st.characters(codec="utf-8"),
    max_size=12,
).map(lambda text: f"{MARK}{text}{MARK}")


def quoted_name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


STATEMENTS = [
    "SELECT * FROM music WHERE pk={s} AND sk=1",
    "SELECT {n} FROM music WHERE pk={s} AND {n}={s}",
    "SELECT * FROM music WHERE pk='a' AND {n}.{n}[1] > {s}",
    "SELECT * FROM music WHERE pk IN [{s}, {s}] AND contains({n}, {s})",
    "SELECT * FROM music WHERE begins_with({n}, {s}) OR NOT {n} IN ({s}, 'x')",
    "SELECT * FROM music WHERE {n} BETWEEN 'a' AND {s} OR {n} IS MISSING",
    "SELECT * FROM music.gix WHERE g={s}",
    "SELECT * FROM {n} WHERE pk={s}",
    "SELECT * FROM music.{n} WHERE pk={s}",
    "SELECT * FROM music WHERE pk={s} ORDER BY {n}",
    "INSERT INTO music VALUE {{'pk':{s},'sk':1,{s}:{s}}}",
    "UPDATE music SET {n}={s} WHERE pk='a' AND sk=1 AND NOT {n}={s}",
    "UPDATE music REMOVE {n}.{n} WHERE pk='a' AND sk={s}",
    "DELETE FROM music WHERE pk={s} AND sk=1 AND {n}={s}",
]
INJECTIONS = ["'; DROP TABLE items_1; --", "x' OR '1'='1", '") UNION SELECT 1 --', "a\0b", "%s"]


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    opened = Engine.open()
    fill(opened)
    yield opened
    opened.close()


@contextmanager
def watched(engine: Engine) -> Generator[list[str]]:
    """Every SQL text that is run meanwhile."""
    seen: list[str] = []

    def trace(cursor: Any, text: str, bindings: Any) -> bool:
        del cursor, bindings
        seen.append(text)
        return True

    connection: apsw.Connection = engine.database.writer
    connection.exec_trace = trace
    try:
        yield seen
    finally:
        connection.exec_trace = None


def perform(engine: Engine, statement: str, *parameters: dict[str, Any]) -> None:
    request: dict[str, Any] = {"Statement": statement}
    if parameters:
        request["Parameters"] = list(parameters)
    refused: DynamoDBError | None = None
    try:
        engine.perform("ExecuteStatement", request, HERE)
    except DynamoDBError as refusal:
        refused = refusal
    assert refused is None or refused.status == 400, refused


@given(form=st.sampled_from(STATEMENTS), name=TEXTS, literal=TEXTS, as_parameter=st.booleans())
@example(
    form=STATEMENTS[1], name=MARK + INJECTIONS[0], literal=MARK + INJECTIONS[1], as_parameter=False
)
@example(
    form=STATEMENTS[4], name=MARK + INJECTIONS[2], literal=MARK + INJECTIONS[3], as_parameter=True
)
@settings(max_examples=300, deadline=None)
def test_no_text_of_a_statement_reaches_sql(
    shared: Engine, form: str, name: str, literal: str, *, as_parameter: bool
) -> None:
    written = "?" if as_parameter else string(literal)
    statement = form.format(n=quoted_name(name), s=written)
    given_values = [{"S": literal}] * statement.count("?") if as_parameter else []
    with watched(shared) as texts:
        perform(shared, statement, *given_values)
    assert all(MARK not in text for text in texts)


_WORDS = (
    "SELECT * FROM WHERE AND OR NOT IN BETWEEN IS MISSING NULL ORDER BY DESC INSERT INTO VALUE "
    "UPDATE SET REMOVE DELETE RETURNING ALL OLD MODIFIED NEW EXISTS size begins_with contains "
    "attribute_type list_append set_add set_delete music music.gix pk sk n ls[0] m.z 'a' 1 -2 ? "
    "( ) [ ] { } << >> , : ; = <> < >= + - % || . true missing COUNT LIMIT GROUP DISTINCT CASE"
)
TOKENS = _WORDS.split(" ")


@given(st.lists(st.sampled_from(TOKENS), max_size=25), st.lists(st.sampled_from(TOKENS)))
@settings(max_examples=500, deadline=None)
def test_no_row_of_tokens_fails_in_an_unforeseen_way(
    shared: Engine, first: list[str], second: list[str]
) -> None:
    for begin in ("", "SELECT * FROM music WHERE ", "UPDATE music SET "):
        text = begin + " ".join(first)
        for statement in (text, text + " WHERE pk='a' AND sk=1 AND " + " ".join(second)):
            perform(shared, statement[:8192], *[{"S": "a"}] * statement[:8192].count("?"))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_fails_in_an_unforeseen_way(shared: Engine, text: str, behind: str) -> None:
    for statement in (text or "x", f"SELECT * FROM music WHERE {text}{behind}", f"{text}'{behind}"):
        perform(shared, statement)
