"""Whatever fails when, and whenever a trigger starts anew: no change is lost, none of an item comes
before an earlier one.
"""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.workers.triggers import Trigger
from tests.crash import followed
from tests.crash.followed import Change
from tests.support.engines import HERE, answer
from tests.support.triggers import BOTH, TABLE, delete, make_table, prepared, put, sequences, settle

OFF = {"StreamEnabled": False}
# Wants everything; what is filtered is read further ahead.
ALL = {"eventName": ["INSERT", "MODIFY", "REMOVE"]}
OPTIONS = st.fixed_dictionaries(
    {
        "batch_size": st.integers(1, 6),
        "batch_window": st.sampled_from([0, 30]),
        "filter": st.sampled_from([None, ALL]),
        "bisect_on_error": st.booleans(),
        "report_batch_item_failures": st.booleans(),
    }
)
STEPS = st.lists(
    st.sampled_from(
        ["put", "put", "put", "delete", "step", "wait", "roll", "split", "again", "restart"]
    ),
    min_size=8,
    max_size=40,
)


class Consumer:
    """A handler that fails by chance, and remembers what it has dealt with.

    replies: it may say which records failed; else only an exception tells of a failure.
    """

    def __init__(self, chance: random.Random, *, replies: bool) -> None:
        self._chance, self._replies = chance, replies
        self.told: list[Change] = []
        self.fails = True

    def __call__(self, event: dict[str, Any]) -> Any:
        """Deal with some records, or all, or raise in between."""
        numbers = sequences(event)
        until = self._chance.randint(0, len(numbers)) if self.fails else len(numbers)
        for record in event["Records"][:until]:
            data = record["dynamodb"]
            image = data.get("NewImage") or data["OldImage"]
            step = int(image["n"]["N"]) * 2 + ("NewImage" not in data)
            self.told.append(Change(data["Keys"]["a"]["S"], step))
        if until == len(numbers):
            return None
        if not self._replies or self._chance.random() < 0.5:
            raise ValueError
        return {"batchItemFailures": [{"itemIdentifier": numbers[until]}]}


class World:
    """A store with a table, a trigger on it, and what was written."""

    def __init__(self, options: dict[str, Any], seed: int) -> None:
        self.clock = MovableClock()
        self.engine = Engine.open(clock=self.clock, stream_shards=2)
        self.chance = random.Random(seed)
        replies = options["report_batch_item_failures"]
        self.consumer = Consumer(self.chance, replies=replies)
        self.options = options
        self.number = 0
        self.there: dict[str, int] = {}
        self.written: list[Change] = []
        make_table(self.engine)
        self.trigger: Trigger = prepared(self.engine, self.consumer, **options)

    def put(self) -> None:
        """Put an item with a number that no other has."""
        self.number += 1
        key = self.chance.choice("abcd")
        put(self.engine, key, self.number)
        self.there[key] = self.number
        self.written.append(Change(key, self.number * 2))

    def delete(self) -> None:
        """Delete an item, if there is one."""
        if self.there:
            key, number = self.there.popitem()
            delete(self.engine, key)
            self.written.append(Change(key, number * 2 + 1))

    def step(self) -> None:
        """Let time pass, then one step of the trigger."""
        self.clock.advance(60)
        self.trigger.step()

    def wait(self) -> None:
        """Let time pass, then do what is due."""
        self.clock.advance(60)
        settle(self.trigger)

    def roll(self) -> None:
        """Other shards follow the present ones."""
        self.engine.roll_shards(TABLE, HERE)

    def split(self) -> None:
        """Two shards follow each of the present ones."""
        self.engine.roll_shards(TABLE, HERE, 2)

    def again(self) -> None:
        """The stream is disabled, and enabled again."""
        for specification in (OFF, BOTH):
            answer(self.engine, "UpdateTable", TableName=TABLE, StreamSpecification=specification)

    def restart(self) -> None:
        """The trigger is forgotten where it is, and another goes on from its checkpoint."""
        self.trigger = prepared(self.engine, self.consumer, **self.options)


@settings(max_examples=250)
@given(options=OPTIONS, steps=STEPS, seed=st.integers(0, 2**32))
def test_no_failure_loses_a_change_or_its_place(
    options: dict[str, Any], steps: list[str], seed: int
) -> None:
    world = World(options, seed)
    for step in steps:
        getattr(world, step)()
    world.consumer.fails = False
    for _ in range(3):
        world.wait()
    followed.check(world.consumer.told, world.written)
    assert followed.view(world.consumer.told) == world.there
    world.engine.close()
