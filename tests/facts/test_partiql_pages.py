"""PartiQL's pages and tokens, where more than one request tells."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.errors import DynamoDBError
from tests.differential.build import attributes
from tests.facts import partiql
from tests.support.engines import answer

_IN_A = "SELECT sk FROM music WHERE pk = 'a'"


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in partiql.TABLES[:2]:
        answer(engine, "CreateTable", **table)
    for number in range(6):
        for name in ("a", "b"):
            item = attributes({"pk": name, "sk": number, "n": number})
            answer(engine, "PutItem", TableName="music", Item=item)
    return engine


def run(engine: Engine, text: str, *parameters: Any, **members: Any) -> Any:
    """An answer of ExecuteStatement."""
    request = partiql.statement(text, *parameters, **members)
    return answer(engine, "ExecuteStatement", **request)


def refusal(engine: Engine, text: str, *parameters: Any, **members: Any) -> tuple[str, str | None]:
    """A refusal's code and text."""
    with pytest.raises(DynamoDBError) as refused:
        run(engine, text, *parameters, **members)
    return refused.value.code, refused.value.message


def test_a_page_without_items_has_both_members(store: Engine) -> None:
    page = run(store, _IN_A + " AND n = 5", Limit=2)
    assert page["Items"] == []
    assert page["LastEvaluatedKey"] == attributes({"pk": "a", "sk": 1})
    assert set(page) == {"Items", "NextToken", "LastEvaluatedKey"}
    last = run(store, _IN_A + " AND n = 5", NextToken=page["NextToken"])
    assert last == {"Items": [attributes({"sk": 5})]}


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("SELECT sk FROM music WHERE pk = ? AND n >= ?", ("a", 1)),
        ("SELECT sk FROM music WHERE pk = ? AND n >= ?", ("b", 0)),
        ("SELECT sk FROM music WHERE pk = ? AND n > ?", ("a", 0)),
        ("SELECT sk FROM music.gall WHERE g = ?", ("a",)),
        ("SELECT id FROM solo", ()),
        ("SELECT sk FROM music WHERE n >= ? AND pk = ?", (0, "a")),
    ],
)
def test_a_token_of_another_statement_is_refused(
    store: Engine, text: str, parameters: tuple[Any, ...]
) -> None:
    first = run(store, "SELECT sk FROM music WHERE pk = ? AND n >= ?", "a", 0, Limit=1)
    assert refusal(store, text, *parameters, NextToken=first["NextToken"]) == (
        "ValidationException",
        "NextToken does not match request",
    )


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_a_changed_token_is_refused(store: Engine, place: int) -> None:
    token = run(store, _IN_A, Limit=1)["NextToken"]
    place %= len(token) - 4
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert refusal(store, _IN_A, NextToken=changed) == ("ValidationException", "Invalid NextToken")


def test_a_walk_goes_on_behind_what_was_deleted(store: Engine) -> None:
    first = run(store, _IN_A, Limit=2)
    for number in (1, 2):
        run(store, "DELETE FROM music WHERE pk = 'a' AND sk = ?", number)
    rest = run(store, _IN_A, Limit=100, NextToken=first["NextToken"])
    assert rest == {"Items": [attributes({"sk": number}) for number in (3, 4, 5)]}


def test_several_partitions_come_in_pages_of_ten(store: Engine) -> None:
    text = "SELECT pk, sk FROM music WHERE pk IN ['a', 'b']"
    first = run(store, text)
    assert len(first["Items"]) == 10
    rest = run(store, text, NextToken=first["NextToken"])
    assert len(rest["Items"]) == 2
    assert "NextToken" not in rest


def test_a_token_of_other_statements_is_a_mismatch(store: Engine) -> None:
    def insert(number: int) -> Any:
        member = {"Statement": f"INSERT INTO solo VALUE {{'id': {number}}}"}
        return answer(
            store, "ExecuteTransaction", TransactStatements=[member], ClientRequestToken="one"
        )

    assert insert(1) == insert(1)
    with pytest.raises(DynamoDBError) as refused:
        insert(2)
    assert refused.value.code == "IdempotentParameterMismatchException"
