"""PartiQL: the statements of the facts, and the corpora of conditions and updates as statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from tests.differential.build import Scenario, Step, put, value
from tests.differential.corpus import conditions, updates
from tests.differential.corpus.conditions import texts
from tests.differential.corpus.fixtures import HASH, ITEM, PAIR, pair_items
from tests.facts import partiql, partiql_lists, partiql_reads, partiql_syntax, partiql_writes
from tests.facts.fact import Fact
from tests.facts.partiql import Answered

_PLACEHOLDER = re.compile(r"(?<![\w#:])([#:])(\w+)")
_NONE_SUCH = re.compile(r"\b(ADD|DELETE)\b|[:#](undefined|\W|$)", re.IGNORECASE)


def execute(text: str, *parameters: Any, pages: bool = False, **members: Any) -> Step:
    """ExecuteStatement. parameters: plain values."""
    return Step("ExecuteStatement", partiql.statement(text, *parameters, **members), pages)


def positional(text: str) -> tuple[str, list[Any]]:
    """A text with ``:a`` and ``#a`` as ``?`` and ``"a"``, and its parameters."""
    given: list[Any] = []

    def put_in(found: re.Match[str]) -> str:
        if found[1] == "#":
            return f'"{conditions.NAMES.get(found[0], found[2])}"'
        given.append(conditions.VALUES[found[0]])
        return "?"

    return _PLACEHOLDER.sub(put_in, text), given


def _fitting(lines: str) -> Iterator[str]:
    return (text for text in texts(lines) if text and not _NONE_SUCH.search(text))


def _conditions() -> tuple[Step, ...]:
    steps: list[Step] = []
    for text in _fitting(conditions.TRUE_OR_FALSE + conditions.BROKEN):
        shown, given = positional(text)
        steps.append(execute(f"SELECT s FROM Hash WHERE {shown}", *given))
        steps.append(execute(f"SELECT s FROM Hash WHERE p = 'x' AND ({shown})", *given))
        steps.append(execute(f"DELETE FROM Hash WHERE p = 'absent' AND ({shown})", *given))
    return tuple(steps)


def _clauses(text: str) -> str:
    """An update expression as clauses: each REMOVE has one path."""
    shown = re.sub(r"(?i)\bremove ([^()]*?)(?= set|$)", _removals, text)
    return re.sub(r"(?i)^set", "SET", shown)


def _removals(found: re.Match[str]) -> str:
    return " ".join(f"REMOVE {each.strip()}" for each in found[1].split(","))


def _updates() -> tuple[Step, ...]:
    steps: list[Step] = []
    for text in _fitting(updates.GOOD + updates.RUN_TIME_FAULTS + updates.BROKEN):
        shown, given = positional(_clauses(text))
        for variant in ("ALL NEW", "MODIFIED OLD", "MODIFIED NEW"):
            steps.append(
                execute(f"UPDATE Hash {shown} WHERE p = 'x' RETURNING {variant} *", *given)
            )
            steps.append(ITEM)
        steps.append(execute(f"UPDATE Hash {shown} WHERE p = 'absent'", *given))
    return tuple(steps)


_READS = """
SELECT * FROM Pair WHERE p = 'a'
SELECT * FROM Pair WHERE p = 'a' ORDER BY s DESC
SELECT s, payload FROM Pair WHERE p = 'a' AND s > 2
SELECT s FROM Pair WHERE p = 'a' AND s BETWEEN 1 AND 5 AND score > 100
SELECT s FROM Pair WHERE p = 'a' AND s >= 2 AND s <= 5
SELECT s FROM Pair WHERE p = 'a' AND s IN [1, 2, 99]
SELECT p, s FROM Pair WHERE p IN ['a', 'b']
SELECT p, s FROM Pair WHERE p IN ('a', 'b') ORDER BY p DESC
SELECT p, s FROM Pair WHERE p = 'a' OR p = 'b'
SELECT p, s FROM Pair WHERE (p = 'a' AND s = 1) OR (p = 'b' AND s = 2)
SELECT p, s FROM Pair WHERE p = 'a' AND s = 1 OR s = 2
SELECT p, s FROM Pair WHERE p > 'a' AND s = 1
SELECT p, s FROM Pair WHERE NOT p = 'a'
SELECT * FROM Pair.kinds WHERE kind = 'k1'
SELECT * FROM Pair.kinds WHERE kind = 'k1' ORDER BY score DESC
SELECT p FROM Pair.kinds WHERE kind = 'k1' AND score > 0
SELECT * FROM Pair.byKind WHERE p = 'a' AND begins_with(kind, 'k')
SELECT * FROM Pair.byScore WHERE p = 'a'
SELECT payload FROM Pair.byScore WHERE p = 'a'
SELECT * FROM Pair.scores WHERE score = 1
SELECT payload FROM Pair.scores WHERE score = 1
SELECT * FROM Pair.tags WHERE tag = 'a-1' AND extra IS NOT MISSING
SELECT * FROM Pair.none WHERE p = 'a'
SELECT p FROM Pair WHERE p = 'a' ORDER BY kind
SELECT p FROM Pair ORDER BY p
SELECT p FROM Pair WHERE s = 1 ORDER BY p
SELECT p FROM Pair WHERE p = 'a' AND p = 'b'
SELECT p FROM Pair WHERE p = 'a' AND p = 'a'
SELECT p FROM Pair WHERE p = 'a' AND s = 1 AND s = 2
SELECT p FROM Pair WHERE p = 'a' AND s > 1 AND s > 2
SELECT p FROM Pair WHERE p = 1
SELECT p FROM Pair WHERE p = 'a' AND s = 'x'
SELECT p FROM Pair WHERE p = 'a' AND begins_with(s, 'x')
SELECT p FROM Pair WHERE p = 'a' AND s <> 1
SELECT p FROM Pair WHERE p = ''
SELECT p FROM Pair WHERE p IS MISSING
"""


def _reads() -> tuple[Step, ...]:
    steps: list[Step] = []
    for text in _READS.strip().splitlines():
        steps.append(execute(text))
        steps.extend(execute(text, pages=True, Limit=limit) for limit in (1, 7))
        steps.append(execute(text, ConsistentRead=True))
    return tuple(steps)


def _known() -> Iterator[Fact | Answered]:
    for module in (partiql_syntax, partiql_reads, partiql_writes, partiql_lists):
        yield from module.FACTS
        yield from (each for each in module.ANSWERS if not each.steps)


def _filled() -> tuple[Step, ...]:
    return (
        *(Step("CreateTable", table) for table in partiql.TABLES),
        *(put(table, item) for table, items in partiql.ITEMS.items() for item in items),
    )


def _facts() -> Iterator[Scenario]:
    """What is known, where what a statement changes is taken back."""
    rows = sorted(_known(), key=lambda row: row.operation)
    for operation, group in groupby(rows, key=lambda row: row.operation):
        steps: list[Step] = []
        for row in group:
            steps.append(Step(operation, row.request))
            if isinstance(row, Answered) and row.items:
                steps += _taken_back(row)
            elif operation == "BatchExecuteStatement":  # They write in batches that they refuse.
                steps += [put("solo", item) for item in partiql.ITEMS["solo"]]
        yield Scenario(f"PartiQL's facts: {operation}", _filled(), tuple(steps))


def _taken_back(row: Answered) -> list[Step]:
    steps: list[Step] = []
    for table in row.items or ():
        steps += [put(table, item) for item in partiql.ITEMS[table]]
    steps.append(Step("DeleteItem", {"TableName": "solo", "Key": {"id": value(3)}}))
    key = {"pk": value("c"), "sk": value(1)}
    steps.append(Step("DeleteItem", {"TableName": "music", "Key": key}))
    return steps


SCENARIOS = (
    Scenario("PartiQL: conditions", (HASH, ITEM), _conditions()),
    Scenario("PartiQL: updates", (HASH, ITEM), _updates()),
    Scenario("PartiQL: reads", (PAIR, *pair_items()), _reads()),
    *_facts(),
)
