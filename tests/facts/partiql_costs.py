"""What statements consume."""

from __future__ import annotations

from typing import Any

from tests.differential.build import attributes
from tests.facts.fact import AWS_CAPTURED, DOCS, PEER
from tests.facts.partiql import A, Answered, statement
from tests.facts.partiql_lists import batch, transaction

_WHOLE: dict[str, Any] = {"pk": "a", "sk": 1, "g": "x", "l": 1, "n": 1}
_BARE: dict[str, Any] = {"pk": "b", "sk": 1}


def _put(table: str, *items: dict[str, Any]) -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(("PutItem", {"TableName": table, "Item": attributes(each)}) for each in items)


def _units(units: float, kind: str | None) -> dict[str, float]:
    return {"CapacityUnits": units} | ({kind: units} if kind else {})


def consumed(table: str, total: float, own: float | None = None, gix: float | None = None,
             lix: float | None = None, kind: str | None = None) -> dict[str, Any]:  # fmt: skip
    """An entry of ConsumedCapacity. kind: the member that mirrors the units."""
    shown: dict[str, Any] = {"TableName": table, **_units(total, kind)}
    if own is not None:
        shown["Table"] = _units(own, kind)
    if gix is not None:
        shown["GlobalSecondaryIndexes"] = {"gix": _units(gix, kind)}
    if lix is not None:
        shown["LocalSecondaryIndexes"] = {"lix": _units(lix, kind)}
    return shown


def _costs(
    text: str,
    answer: list[dict[str, Any]],
    costs: dict[str, Any],
    *held: dict[str, Any],
    table: str = "costs",
    parameters: tuple[Any, ...] = (),
    mode: str = "INDEXES",
    source: str = AWS_CAPTURED,
    **members: Any,
) -> Answered:
    """One statement; held: the items of its table before."""
    return Answered(
        f"PartiQL costs: {text} {members or ''} {mode} {len(held)} {table} {costs}",
        "ExecuteStatement",
        statement(text, *parameters, ReturnConsumedCapacity=mode, **members),
        {"Items": [attributes(each) for each in answer], "ConsumedCapacity": costs},
        source,
        _put(table, *held),
    )


_INSERT = "INSERT INTO costs VALUE {'pk': 'a', 'sk': 1, 'g': 'x', 'l': 1}"
_KEY = "WHERE pk = 'a' AND sk = 1"
_LARGE = [{"pk": "a", "sk": sk, "l": sk, "f": "x" * 9_000} for sk in (1, 2, 3)]
_SMALL = [{"pk": "a", "sk": sk, "l": sk, "f": "x"} for sk in (1, 2, 3)]
_F = [{"f": "x" * 9_000}] * 3


def _list(name: str, operation: str, request: dict[str, Any], responses: list[Any],
          costs: list[dict[str, Any]] | None, *held: dict[str, Any], table: str = "costs",
          source: str = AWS_CAPTURED) -> Answered:  # fmt: skip
    answer: dict[str, Any] = {"Responses": responses}
    if costs is not None:
        answer["ConsumedCapacity"] = costs
    return Answered(f"PartiQL costs: {name}", operation,
                    {**request, "ReturnConsumedCapacity": "INDEXES"}, answer, source,
                    _put(table, *held))  # fmt: skip


def _taken(text: str) -> dict[str, Any]:
    return {"Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
            "TableName": text}  # fmt: skip


_READ, _WRITE = "ReadCapacityUnits", "WriteCapacityUnits"
_DONE = {"TableName": "costs"}
ANSWERS: tuple[Answered, ...] = (
    # Reads.
    _costs(f"SELECT * FROM music {_KEY}", [A], consumed("music", 0.5), table="costs", mode="TOTAL"),
    _costs(f"SELECT * FROM music {_KEY}", [A], consumed("music", 0.5, 0.5)),
    _costs(f"SELECT * FROM music {_KEY}", [A], consumed("music", 1.0, 1.0), ConsistentRead=True),
    _costs("SELECT f FROM costs WHERE pk = 'a'", _F, consumed("costs", 3.5, 3.5), *_LARGE),
    _costs("SELECT f FROM costs WHERE pk = 'a' AND g = 'none'", [], consumed("costs", 3.5, 3.5),
           *_LARGE),
    _costs("SELECT f FROM costs WHERE pk = 'a' AND sk < 2", _F[:1], consumed("costs", 1.5, 1.5),
           *_LARGE),
    # What else is asked of the sort key is asked after reading.
    *(
        _costs(f"SELECT f FROM costs WHERE pk = 'a' AND {condition}", _F[:1],
               consumed("costs", 3.5, 3.5), *_LARGE, source=source)
        for condition, source in (
            ("sk IN [1]", PEER), ("NOT sk > 1", PEER), ("(sk = 1 OR sk = 0)", PEER)
        )
    ),
    _costs("SELECT f FROM costs WHERE pk = 'a' AND sk BETWEEN 1 AND 1", _F[:1],
           consumed("costs", 1.5, 1.5), *_LARGE),
    # Several reads, each by itself.
    _costs("SELECT f FROM costs WHERE (pk = 'a' AND sk = 1) OR (pk = 'a' AND sk = 3)", _F[:2],
           consumed("costs", 3.0, 3.0), *_LARGE, source=DOCS),
    _costs("SELECT pk FROM costs.gix WHERE g = 'x'", [{"pk": "a"}],
           consumed("costs", 0.5, 0.0, gix=0.5), _WHOLE),
    _costs("SELECT pk FROM costs.lix WHERE pk = 'a'", [{"pk": "a"}],
           consumed("costs", 0.5, 0.0, lix=0.5), _WHOLE),
    _costs("SELECT pk FROM costs.lix WHERE pk = 'a'", [{"pk": "a"}],
           consumed("costs", 1.0, 0.0, lix=1.0), _WHOLE, ConsistentRead=True),
    # A local index that lacks the attribute: each base item by itself.
    _costs("SELECT f FROM narrow.lix WHERE pk = 'a'", _F,
           consumed("narrow", 5.0, 4.5, lix=0.5), *_LARGE, table="narrow"),
    _costs("SELECT f FROM narrow.lix WHERE pk = 'a'", _F,
           consumed("narrow", 10.0, 9.0, lix=1.0), *_LARGE, table="narrow", ConsistentRead=True),
    _costs("SELECT f FROM narrow.lix WHERE pk = 'a'", [{"f": "x"}] * 3,
           consumed("narrow", 2.0, 1.5, lix=0.5), *_SMALL, table="narrow"),
    # Writes.
    _costs(_INSERT, [], consumed("costs", 3.0, 1.0, 1.0, 1.0)),
    _costs(_INSERT, [], consumed("costs", 3.0), mode="TOTAL"),
    _costs("INSERT INTO costs VALUE {'pk': 'a', 'sk': 1}", [], consumed("costs", 1.0, 1.0)),
    _costs("INSERT INTO costs VALUE {'pk': 'a', 'sk': 1, 'g': 'x', 'f': ?}", [],
           consumed("costs", 6.0, 3.0, gix=3.0), parameters=("x" * 2900,)),
    _costs(f"UPDATE costs SET g = 'y' {_KEY}", [], consumed("costs", 4.0, 1.0, 2.0, 1.0), _WHOLE),
    _costs(f"UPDATE narrow SET n = 2 {_KEY}", [], consumed("narrow", 1.0, 1.0), _WHOLE,
           table="narrow"),
    _costs(f"UPDATE costs SET f = 'x' {_KEY}", [], consumed("costs", 3.0, 3.0),
           {"pk": "a", "sk": 1, "f": "x" * 2900}),
    _costs(f"DELETE FROM costs {_KEY}", [], consumed("costs", 3.0, 1.0, 1.0, 1.0), _WHOLE),
    _costs(f"DELETE FROM costs {_KEY}", [], consumed("costs", 1.0, 1.0)),
    # Transactions.
    _list("an INSERT in a transaction", "ExecuteTransaction", transaction(_INSERT), [],
          [consumed("costs", 4.0, 2.0, 1.0, 1.0, _WRITE)]),
    _list("SELECTs in a transaction", "ExecuteTransaction",
          transaction(f"SELECT * FROM costs {_KEY}", "SELECT * FROM costs WHERE pk='z' AND sk=1"),
          [{"Item": attributes(_WHOLE)}, {}], [consumed("costs", 4.0, 4.0, kind=_READ)], _WHOLE),
    # Batches.
    _list("two SELECTs in a batch", "BatchExecuteStatement",
          batch(f"SELECT * FROM costs {_KEY}", "SELECT * FROM costs WHERE pk = 'b' AND sk = 1"),
          [_DONE | {"Item": attributes(_WHOLE)}, _DONE | {"Item": attributes(_BARE)}],
          [consumed("costs", 1.0, 1.0)], _WHOLE, _BARE),
    _list("two SELECTs in a batch, one consistent", "BatchExecuteStatement",
          batch({"Statement": f"SELECT * FROM costs {_KEY}", "ConsistentRead": True},
                "SELECT * FROM costs WHERE pk = 'b' AND sk = 1"),
          [_DONE | {"Item": attributes(_WHOLE)}, _DONE | {"Item": attributes(_BARE)}],
          [consumed("costs", 1.5, 1.5)], _WHOLE, _BARE),
    _list("two tables in the order of first use", "ExecuteTransaction",
          transaction("INSERT INTO solo VALUE {'id': 3}", "INSERT INTO costs VALUE {'pk': 'c', "
                      "'sk': 1}", "INSERT INTO solo VALUE {'id': 4}"), [],
          [consumed("solo", 4.0, 4.0, kind=_WRITE), consumed("costs", 2.0, 2.0, kind=_WRITE)],
          source=DOCS),
    _list("a failure and a success in a batch", "BatchExecuteStatement",
          batch("INSERT INTO costs VALUE {'pk': 'b', 'sk': 1}",
                "INSERT INTO costs VALUE {'pk': 'c', 'sk': 1, 'g': 'x'}"),
          [_taken("costs"), _DONE], [consumed("costs", 3.0, 1.0, gix=1.0)], _BARE),
    _list("failures alone in a batch", "BatchExecuteStatement",
          batch("INSERT INTO costs VALUE {'pk': 'b', 'sk': 1}"), [_taken("costs")], None, _BARE),
    _list("failures of one table, successes of another", "BatchExecuteStatement",
          batch("INSERT INTO costs VALUE {'pk': 'b', 'sk': 1}",
                "INSERT INTO solo VALUE {'id': 3}"),
          [_taken("costs"), {"TableName": "solo"}], [consumed("solo", 1.0, 1.0)], _BARE),
    _list("three failures, one of 3 KB, and a success", "BatchExecuteStatement",
          batch("INSERT INTO costs VALUE {'pk': 'b', 'sk': 1}",
                "INSERT INTO costs VALUE {'pk': 'b', 'sk': 2}",
                "INSERT INTO costs VALUE {'pk': 'b', 'sk': 3}",
                "INSERT INTO costs VALUE {'pk': 'c', 'sk': 1, 'g': 'x'}"),
          [*[_taken("costs")] * 3, _DONE], [consumed("costs", 7.0, 1.0, gix=1.0)],
          _BARE, {"pk": "b", "sk": 2}, {"pk": "b", "sk": 3, "f": "x" * 2900}),
)  # fmt: skip
