"""What the clock has ended looks the same whether or not a worker has made it lasting."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import index_fill
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import ARN, FIVE, creation, deletion, update
from tests.facts.tables import UNITS, definitions, index, keys
from tests.support import slow_tables
from tests.support.slow_tables import EACH, NOW, SECONDS

Step: TypeAlias = tuple[str, dict[str, Any]]
NAMES = ("first", "second")
INDEXES = ("one", "two")
KEYS = "123456"
VALUES: tuple[dict[str, str], ...] = ({"S": "x"}, {"S": "y"}, {"N": "1"})
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
SETTINGS: tuple[dict[str, Any], ...] = (
    {"ProvisionedThroughput": FIVE},
    {"ProvisionedThroughput": UNITS},
    {"BillingMode": "PAY_PER_REQUEST"},
    {"StreamSpecification": STREAM},
    {"StreamSpecification": {"StreamEnabled": False}},
    {"SSESpecification": {"Enabled": True}},
    {"DeletionProtectionEnabled": False},
    {"TableClass": "STANDARD"},
)
# What is done with a table; to wait and to change it are more likely than the rest.
KINDS = (
    *("move",) * 4,
    *("index",) * 3,
    *("create", "delete", "change"),
    *("put", "put", "remove", "tag", "restart"),
)


def _creation(name: str, *, on_demand: bool) -> dict[str, Any]:
    units = {} if on_demand else {"ProvisionedThroughput": UNITS}
    mode = {"BillingMode": "PAY_PER_REQUEST"} if on_demand else units
    return {
        "TableName": name,
        "AttributeDefinitions": definitions("a", "c"),
        "KeySchema": keys("a"),
        "GlobalSecondaryIndexes": [index("one", "c", **units)],
        **mode,
    }


@st.composite
def index_changes(draw: st.DrawFn) -> dict[str, Any]:
    """UpdateTable's members for one index."""
    name, key = draw(st.sampled_from(INDEXES)), draw(st.sampled_from("cd"))
    units = draw(st.sampled_from([{}, {"ProvisionedThroughput": UNITS}]))
    made = creation(name, key, **units)
    element = draw(st.sampled_from([made, made, deletion(name), deletion(name), update(name, 7)]))
    return {
        "AttributeDefinitions": definitions("c", "d"),
        "GlobalSecondaryIndexUpdates": [element],
    }


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """An operation and its request; or a move of the clock, or a restart."""
    name, key = draw(st.sampled_from(NAMES)), {"a": {"S": draw(st.sampled_from(KEYS))}}
    table = {"TableName": name}
    match draw(st.sampled_from(KINDS)):
        case "create":
            return "CreateTable", _creation(name, on_demand=draw(st.booleans()))
        case "delete":
            return "DeleteTable", table
        case "change":
            return "UpdateTable", {**table, **draw(st.sampled_from(SETTINGS))}
        case "index":
            return "UpdateTable", {**table, **draw(index_changes())}
        case "put":
            value = draw(st.sampled_from(VALUES))
            return "PutItem", {**table, "Item": {**key, "c": value, "d": value}}
        case "remove":
            return "DeleteItem", {**table, "Key": key}
        case "tag":
            tags = [{"Key": "k", "Value": draw(st.sampled_from("vw"))}]
            return "TagResource", {"ResourceArn": ARN + name, "Tags": tags}
        case "move":
            share = draw(st.sampled_from([0.25, 0.5, 1.0]))
            return "move", {"seconds": SECONDS * share}
        case _:
            return "restart", {}


# Every history begins with an ACTIVE table of each billing mode.
BEGIN: list[Step] = [
    ("CreateTable", _creation("first", on_demand=True)),
    ("CreateTable", _creation("second", on_demand=False)),
    ("move", {"seconds": SECONDS}),
]


class Watched:
    """A store in a file. lasting: the worker makes every end lasting at once."""

    def __init__(self, path: Path, *, lasting: bool) -> None:
        self.path, self.lasting, self.clock = path, lasting, MovableClock(NOW)
        self.engine = self._open()

    def _open(self) -> Engine:
        return Engine.open(self.path, durability="relaxed", clock=self.clock, transitions=EACH)

    def does(self, operation: str, request: dict[str, Any]) -> Any:
        """The answer to a step, or its refusal; then the whole store must be sound."""
        answer = None
        if operation == "move":
            self.clock.advance(request["seconds"])
        elif operation == "restart":
            self.engine.close()
            self.engine = self._open()
        else:
            answer = self.answer(operation, request)
        while self.lasting and self.engine.runner.step():
            pass
        assert slow_tables.findings(self.engine) == []
        return answer

    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        """What the store says, without what is random."""
        try:
            answer = codec.decode(self.engine.perform(operation, request, Caller()) or b"{}")
        except DynamoDBError as refusal:
            if refusal.status != 400:
                raise
            return refusal.code, refusal.message
        for table in answer.values():
            if isinstance(table, dict):
                table.pop("TableId", None)
        return answer

    def shown(self) -> list[Any]:
        """All that can be asked for."""
        listed = self.answer("ListTables", {})
        everything = [listed]
        for name in listed["TableNames"]:
            table = {"TableName": name}
            questions = [
                ("DescribeTable", table),
                ("Scan", table),
                *(("Scan", {**table, "IndexName": wide}) for wide in INDEXES),
                ("ListTagsOfResource", {"ResourceArn": ARN + name}),
            ]
            everything += [self.answer(*question) for question in questions]
        return everything


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs unasked; every index is filled in one go, which is the same for both."""
    monkeypatch.setattr(Runner, "wake", slow_tables.asleep)
    assert index_fill.STEP_ROWS > 6


@pytest.mark.usefixtures("quiet")
@given(history=st.lists(steps(), min_size=10, max_size=50))
@settings(max_examples=50)
def test_a_store_without_its_worker_answers_as_one_with_it(history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = [
            Watched(Path(folder) / "lasting.db", lasting=True),
            Watched(Path(folder) / "clock.db", lasting=False),
        ]
        try:
            for operation, request in (*BEGIN, *history):
                first, second = (store.does(operation, request) for store in stores)
                assert first == second
                assert stores[0].shown() == stores[1].shown()
        finally:
            for store in stores:
                store.engine.close()
