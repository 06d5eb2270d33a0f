"""The log folded over nothing gives the table, whatever was written and however shards were cut."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import check
from dynalite_py.workers.runner import Runner
from tests.support import slow_tables
from tests.support.engines import answer
from tests.support.streaming import Consumer, Streaming, applied, folded, stored

Json: TypeAlias = dict[str, Any]
Step: TypeAlias = tuple[str, Json]

NAME: Json = {"TableName": "music"}
EXISTS: Json = {"ConditionExpression": "attribute_exists(n)"}
KEYS = st.sampled_from([{"S": text} for text in "abcdefg"])
VALUES = st.sampled_from(
    [
        {"N": "1"},
        {"N": "1.0"},
        {"N": "2"},
        {"SS": ["p", "q"]},
        {"SS": ["q", "p"]},
        {"M": {"x": {"S": "1"}, "y": {"NS": ["1", "2"]}}},
        {"M": {"y": {"NS": ["2", "1"]}, "x": {"S": "1"}}},
        {"B": "AAE="},
        {"L": [{"N": "12"}, {"N": "21"}]},
        {"L": [{"N": "21"}, {"N": "12"}]},
    ]
)


@st.composite
def items(draw: st.DrawFn) -> Json:
    others = draw(st.dictionaries(st.sampled_from("nmv"), VALUES, max_size=2))
    return {"a": draw(KEYS), **others}


def statement(text: str, *parameters: Json) -> Json:
    return {"Statement": text, **({"Parameters": list(parameters)} if parameters else {})}


@st.composite
def puts(draw: st.DrawFn) -> Json:
    return {"Item": draw(items())}


@st.composite
def deletes(draw: st.DrawFn) -> Json:
    return {"Key": {"a": draw(KEYS)}}


@st.composite
def updates(draw: st.DrawFn) -> Json:
    text = draw(
        st.sampled_from(["SET n = :v", "ADD k :v", "REMOVE m", "SET m = n", "SET k = :v REMOVE n"])
    )
    asked = {"Key": {"a": draw(KEYS)}, "UpdateExpression": text}
    if ":v" in text:
        asked["ExpressionAttributeValues"] = {":v": {"N": draw(st.sampled_from(["0", "3"]))}}
    return asked


@st.composite
def statements(draw: st.DrawFn) -> Json:
    key, value = draw(KEYS), draw(VALUES)
    match draw(st.sampled_from(["insert", "update", "delete"])):
        case "insert":
            return statement("INSERT INTO music VALUE {'a': ?, 'n': ?}", key, value)
        case "update":
            return statement("UPDATE music SET v = ? WHERE a = ?", value, key)
        case _:
            return statement("DELETE FROM music WHERE a = ?", key)


@st.composite
def singles(draw: st.DrawFn) -> Step:
    operation, asked = draw(
        st.one_of(
            st.tuples(st.just("PutItem"), puts()),
            st.tuples(st.just("DeleteItem"), deletes()),
            st.tuples(st.just("UpdateItem"), updates()),
        )
    )
    condition = draw(st.sampled_from(["", "", "attribute_exists(a)", "a = n"]))
    return operation, NAME | asked | ({"ConditionExpression": condition} if condition else {})


@st.composite
def groups(draw: st.DrawFn) -> Step:
    match draw(st.sampled_from(["batch", "transaction", "statements", "statement transaction"])):
        case "batch":
            members = st.one_of(
                st.tuples(st.just("PutRequest"), puts()),
                st.tuples(st.just("DeleteRequest"), deletes()),
            )
            found = draw(st.lists(members, min_size=1, max_size=4))
            asked = [{name: each} for name, each in found]
            return "BatchWriteItem", {"RequestItems": {"music": asked}}
        case "transaction":
            members = st.one_of(
                st.tuples(st.just("Put"), puts()),
                st.tuples(st.just("Delete"), deletes()),
                st.tuples(st.just("Update"), updates()),
                st.tuples(st.just("ConditionCheck"), deletes()),
            )
            found = draw(st.lists(members, min_size=1, max_size=3))
            return "TransactWriteItems", {
                "TransactItems": [
                    {name: NAME | each | (EXISTS if name == "ConditionCheck" else {})}
                    for name, each in found
                ]
            }
        case "statements":
            several = draw(st.lists(statements(), min_size=1, max_size=3))
            return "BatchExecuteStatement", {"Statements": several}
        case _:
            several = draw(st.lists(statements(), min_size=1, max_size=3))
            return "ExecuteTransaction", {"TransactStatements": several}


@st.composite
def others(draw: st.DrawFn) -> Step:
    match draw(st.sampled_from(["statement", "roll", "hours", "read"])):
        case "statement":
            return "ExecuteStatement", draw(statements())
        case "roll":
            return "roll", {"into": draw(st.integers(1, 3))}
        case "hours":
            return "hours", {"hours": 5.0}
        case name:
            return name, {}


STEPS = st.one_of(singles(), groups(), others())
_MOST_SHARDS = 40
_MOST_HOURS = 20.0


class Run:
    """A store, its stream and whoever reads it, while a workload goes on."""

    def __init__(self, engine: Engine, clock: MovableClock, limit: int) -> None:
        self.engine, self.clock, self.limit = engine, clock, limit
        self.stream = Streaming(engine)
        self.consumer = Consumer(
            lambda name, asked: answer(engine, name, **asked), self.stream.arn, {}, set()
        )
        self.view: dict[str, Json] = {}
        self.hours = 0.0

    def read(self) -> bool:
        """One round. Returns whether it brought anything."""
        done = len(self.consumer.done)
        records = 0
        for record in self.consumer.poll(self.limit):
            applied(self.view, record)
            records += 1
        return bool(records) or len(self.consumer.done) != done

    def step(self, operation: str, request: Json) -> None:
        """One step of the workload."""
        if operation == "roll":
            if len(self.stream.shards()) < _MOST_SHARDS:
                self.stream.roll(**request)
        elif operation == "hours":
            if self.hours < _MOST_HOURS:
                self.clock.advance(**request)
                self.hours += request["hours"]
        elif operation == "read":
            self.read()
        else:
            try:
                answer(self.engine, operation, **request)
            except DynamoDBError as refusal:
                if refusal.code == "InternalServerError":
                    raise

    def check(self) -> None:
        """What must hold at the end."""
        assert folded(self.engine, "music") == stored(self.engine, "music")
        while self.read():
            pass
        assert self.view == stored(self.engine, "music")
        with self.engine.database.snapshot() as db:
            assert [each.finding for each in check.steps(db) if each.finding is not None] == []


@given(
    workload=st.lists(STEPS, max_size=30), shards=st.integers(1, 3), limit=st.sampled_from([1, 3])
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_log_and_its_readers_have_what_the_table_has(
    workload: list[Step], shards: int, limit: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runner, "wake", slow_tables.asleep)
        clock = MovableClock()
        engine = Engine.open(clock=clock, stream_shards=shards)
        try:
            run = Run(engine, clock, limit)
            for operation, request in workload:
                run.step(operation, request)
            run.check()
        finally:
            engine.close()
