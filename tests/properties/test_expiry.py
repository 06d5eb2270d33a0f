"""Time to live against a model: random writes, clocks, settings and sweeps; what is left is exactly
what the model keeps, in the table, its indexes and its counters.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.numbers import canonical_number
from dynalite_py.storage import expiry
from dynalite_py.workers import ttl
from dynalite_py.workers.runner import Runner
from tests.facts.time_to_live import switch
from tests.support.engines import answer
from tests.support.slow_tables import asleep, demand, findings

# The clock moves in steps that a float of this size holds exactly.
START = 1_700_000_000.0
FIVE_YEARS = 5 * 365 * 86_400
KEYS = st.sampled_from("abcdef")
ATTRIBUTES = ("expires", "expires_too")
SECONDS = st.sampled_from([-1, 0, 1, 2])
FRACTIONS = st.sampled_from(["0", "0", "0", "0.5", "-0.25", "0.000001", "-0.0000001", "1E-11"])
ODD = st.sampled_from(["0", "-1", "1E12", "1700000000000", "1E+100", "-1E-130", "9E-130"])


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """The text of a number: mostly a time near the clock's, or five years before it."""
    if draw(st.integers(0, 5)) == 0:
        return draw(ODD)
    with localcontext(prec=38):
        time = Decimal(int(START) - draw(st.sampled_from([0, 0, FIVE_YEARS])) + draw(SECONDS))
        time += Decimal(draw(FRACTIONS))
    return draw(st.sampled_from([str(time), f"{time:E}"]))


VALUES = numbers().map(lambda number: {"N": number}) | st.sampled_from(
    [{"S": "1699999999"}, {"NS": ["1699999999"]}, {"M": {"expires": {"N": "1699999999"}}}]
)


def is_expired(value: Any, now: float) -> bool:
    """What the guide says, in exact arithmetic."""
    if value is None or "N" not in value:
        return False
    time, present = Decimal(canonical_number(value["N"])), Decimal(now)
    return present - FIVE_YEARS <= time < present


class Expiry(RuleBasedStateMachine):
    """The store, and a dict of items."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = MovableClock(START)
        self.model: dict[str, dict[str, Any]] = {}
        self.attribute: str | None = None
        self.engine = Engine.open(clock=self.clock, ttl_interval=0)

    def ask(self, operation: str, **request: Any) -> Any:
        """An answer of the table."""
        return answer(self.engine, operation, TableName="demand", **request)

    @initialize()
    def create(self) -> None:
        """The table, with an index on c, and items of which half expire."""
        answer(self.engine, "CreateTable", **demand())
        for number, key in enumerate("abcdef"):
            time = {"N": str(int(START) + number % 2)}
            self.put(key, {"expires": time}, c=True)
        self.switch("expires")

    @rule(key=KEYS, values=st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES), c=st.booleans())
    def put(self, key: str, values: dict[str, Any], c: bool) -> None:
        """An item in place of the old one."""
        item = {"a": {"S": key}, **({"c": {"S": "x"}} if c else {}), **values}
        self.ask("PutItem", Item=item)
        self.model[key] = item

    @rule(key=KEYS, attribute=st.sampled_from(ATTRIBUTES), value=VALUES)
    def set(self, key: str, attribute: str, value: Any) -> None:
        """Another time for one item, which is made where it is not there."""
        self.ask(
            "UpdateItem",
            Key={"a": {"S": key}},
            UpdateExpression=f"SET {attribute} = :v",
            ExpressionAttributeValues={":v": value},
        )
        self.model.setdefault(key, {"a": {"S": key}})[attribute] = value

    @rule(key=KEYS, attribute=st.sampled_from(ATTRIBUTES))
    def unset(self, key: str, attribute: str) -> None:
        """No time any more; no item is made by that."""
        request = {"Key": {"a": {"S": key}}, "UpdateExpression": f"REMOVE {attribute}"}
        self.ask("UpdateItem", **request)
        self.model.get(key, {}).pop(attribute, None)

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        """An item gone, or never there."""
        self.ask("DeleteItem", Key={"a": {"S": key}})
        self.model.pop(key, None)

    @rule(attribute=st.sampled_from(ATTRIBUTES))
    def switch(self, attribute: str) -> None:
        """Off where it is on, on by this attribute where it is off."""
        on = self.attribute is None
        chosen = attribute if self.attribute is None else self.attribute
        answer(self.engine, "UpdateTimeToLive", **switch("demand", on=on, attribute=chosen))
        self.attribute = chosen if on else None

    @rule(seconds=st.sampled_from([0.25, 0.5, 1.0]))
    def wait(self, seconds: float) -> None:
        """Time goes on."""
        self.clock.advance(seconds)

    @rule()
    def step(self) -> None:
        """The worker fills the index a little."""
        self.engine.runner.step()

    @rule()
    def sweep(self) -> None:
        """Exactly what the model says goes."""
        now = self.clock.now()
        gone = {
            key
            for key, item in self.model.items()
            if self.attribute is not None and is_expired(item.get(self.attribute), now)
        }
        assert self.engine.sweep() == len(gone)
        for key in gone:
            del self.model[key]

    @invariant()
    def holds_the_same_keys(self) -> None:
        """In the table and in its index."""
        found = {item["a"]["S"] for item in self.ask("Scan")["Items"]}
        assert found == self.model.keys()
        indexed = {item["a"]["S"] for item in self.ask("Scan", IndexName="one")["Items"]}
        assert indexed == {key for key, item in self.model.items() if "c" in item}

    def teardown(self) -> None:
        """At the end the store is sound."""
        assert findings(self.engine) == []
        self.engine.close()


def test_a_sweep_removes_what_the_model_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runner, "wake", asleep)
    monkeypatch.setattr(expiry, "STEP_ROWS", 2)
    monkeypatch.setattr(ttl, "STEP_ROWS", 4)
    run_state_machine_as_test(
        Expiry, settings=settings(max_examples=150, stateful_step_count=30, deadline=None)
    )
