"""A sweep costs by what expires, whatever is stored beside it, and a time costs its write one
statement: counted.
"""

from __future__ import annotations

from typing import Any

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from tests.facts.time_to_live import switch
from tests.performance import counts
from tests.support.engines import answer
from tests.support.slow_tables import NOW, demand

EXPIRED = 100
FEW, MANY = 100, 4_000
# Numbers of rows have no part in it; that a number is longer may have.
TOLERANCE = 0.02
MOST_FOR_NOTHING = 100


def items(others: int) -> list[dict[str, Any]]:
    """Some items that expire soon, and others that do not: in the future, long ago, never."""
    never = ({"expires": {"N": "9999999999"}}, {"expires": {"N": "1000"}}, {})
    times = [{"expires": {"N": str(int(NOW) + 5)}}] * EXPIRED
    times += [never[number % 3] for number in range(others)]
    return [{"a": {"S": str(number)}, "c": {"S": "x"}, **time} for number, time in enumerate(times)]


def filled(others: int, clock: MovableClock) -> Engine:
    """A store with a table of them that has an index."""
    engine = Engine.open(clock=clock, ttl_interval=0)
    answer(engine, "CreateTable", **demand())
    answer(engine, "UpdateTimeToLive", **switch("demand"))
    puts = [{"PutRequest": {"Item": item}} for item in items(others)]
    for at in range(0, len(puts), 25):
        answer(engine, "BatchWriteItem", RequestItems={"demand": puts[at : at + 25]})
    return engine


def steps_of_sweep(engine: Engine, expected: int) -> int:
    """Steps of SQLite's virtual machine, on the connection that writes."""
    steps = 0

    def step() -> bool:
        nonlocal steps
        steps += 1
        return False

    db = engine.database.writer
    db.set_progress_handler(step, 1)
    try:
        assert engine.sweep() == expected
    finally:
        db.set_progress_handler(None)
    return steps


def measured(others: int) -> tuple[int, int]:
    """Steps of a sweep that finds nothing, and of one that finds what expired."""
    clock = MovableClock(NOW)
    engine = filled(others, clock)
    steps_of_sweep(engine, 0)  # Statements are prepared once.
    nothing = steps_of_sweep(engine, 0)
    clock.advance(10)
    some = steps_of_sweep(engine, EXPIRED)
    engine.close()
    return nothing, some


def test_a_sweep_costs_by_what_expires() -> None:
    (nothing, some), (nothing_of_many, some_of_many) = measured(FEW), measured(MANY)
    assert nothing_of_many == nothing < MOST_FOR_NOTHING
    assert abs(some_of_many - some) <= some * TOLERANCE


def test_a_time_costs_a_warm_write_one_statement_and_nothing_prepared() -> None:
    cases = [case for case in counts.cases() if case.name in ("PutItem", "DeleteItem")]
    for case in cases:
        with counts.filled() as engine:
            without = counts.counts_of(engine, case)
            answer(engine, "UpdateTimeToLive", **switch("orders", attribute="amount"))
            having = counts.counts_of(engine, case)
        assert having["statements"] == without["statements"] + 1, case.name
        assert having["prepared"] == having["compiled"] == 0, case.name
