"""Backfill: an index on many items is filled step by step, across restarts and between writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import index_fill, jobs
from dynalite_py.workers.runner import Runner
from tests.facts.table_changes import ONE_ONLINE, creation, deletion
from tests.facts.tables import definitions, index, keys

IN_CHANGE = (
    "Attempt to change a resource which is still in use: "
    "Cannot delete table while indexes are being created, updated, or deleted."
)
ROWS = 4
ITEMS = 10


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step takes four rows; and nothing runs unasked, so that tests see every step."""
    monkeypatch.setattr(index_fill, "STEP_ROWS", ROWS)
    monkeypatch.setattr(Runner, "wake", asleep)


def asleep(runner: Runner) -> None:
    """In place of ``Runner.wake``."""
    del runner


@pytest.fixture
def filled(engine: Engine) -> Iterator[Engine]:
    fill(engine)
    yield engine
    check_index(engine)


def fill(engine: Engine, **members: Any) -> None:
    """A table of ten items, and a new index on it."""
    request = {
        "TableName": "many",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }
    call(engine, "CreateTable", request)
    for number in range(ITEMS):
        put(engine, number, "x")
    change(engine, creation("new", "d"), AttributeDefinitions=definitions("d"))


def call(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


def put(engine: Engine, number: int, content: str) -> None:
    item = {"a": {"S": str(number)}, "d": {"S": content}}
    call(engine, "PutItem", {"TableName": "many", "Item": item})


def change(engine: Engine, update: Any, **members: Any) -> Any:
    request = {"TableName": "many", "GlobalSecondaryIndexUpdates": [update], **members}
    return call(engine, "UpdateTable", request)["TableDescription"]


def described(engine: Engine) -> Any:
    return call(engine, "DescribeTable", {"TableName": "many"})["Table"]


def index_of(engine: Engine) -> Any:
    return described(engine)["GlobalSecondaryIndexes"][0]


def entries(engine: Engine) -> list[Any]:
    """The index's entries, read as Scan reads them once the index is ACTIVE."""
    return call(engine, "Scan", {"TableName": "many", "IndexName": "new"})["Items"]


def items(engine: Engine) -> list[Any]:
    return call(engine, "Scan", {"TableName": "many"})["Items"]


def by_key(found: list[Any]) -> dict[str, Any]:
    return {item["a"]["S"]: item for item in found}


def check_index(engine: Engine) -> None:
    """Finish what is left; then the index holds exactly the table's items, each once."""
    while engine.runner.step():
        pass
    grown, found, there = index_of(engine), entries(engine), items(engine)
    assert (grown["IndexStatus"], len(found)) == ("ACTIVE", len(there))
    assert by_key(found) == by_key(there)
    assert grown["ItemCount"] == len(there)
    assert grown["IndexSizeBytes"] == described(engine)["TableSizeBytes"]


def test_an_index_on_many_items_is_creating_until_the_last_step(filled: Engine) -> None:
    counts: list[int] = []
    while (growing := index_of(filled))["IndexStatus"] == "CREATING":
        assert growing["Backfilling"] is True
        assert described(filled)["TableStatus"] == "UPDATING"
        counts.append(growing["ItemCount"])
        assert filled.runner.step()
    assert counts == [4, 8]
    assert "Backfilling" not in index_of(filled)
    assert described(filled)["TableStatus"] == "ACTIVE"
    assert not filled.runner.step()


def test_writes_between_the_steps_are_indexed_once(filled: Engine) -> None:
    put(filled, 0, "changed")  # filled already
    put(filled, 9, "changed")  # not filled yet
    put(filled, 10, "new")
    call(filled, "DeleteItem", {"TableName": "many", "Key": {"a": {"S": "1"}}})
    call(filled, "DeleteItem", {"TableName": "many", "Key": {"a": {"S": "8"}}})
    filled.runner.step()
    put(filled, 8, "again")
    put(filled, 9, "changed twice")


def test_a_write_is_checked_while_the_index_is_being_filled(filled: Engine) -> None:
    item = {"a": {"S": "x"}, "d": {"N": "1"}}
    with pytest.raises(DynamoDBError, match="Type mismatch for Index Key d Expected: S Actual: N"):
        call(filled, "PutItem", {"TableName": "many", "Item": item})
    assert index_of(filled)["IndexStatus"] == "CREATING"


def test_a_removed_key_takes_the_item_out_of_the_growing_index(filled: Engine) -> None:
    for number in (2, 7):
        call(
            filled,
            "UpdateItem",
            {
                "TableName": "many",
                "Key": {"a": {"S": str(number)}},
                "UpdateExpression": "REMOVE d",
            },
        )
    while filled.runner.step():
        pass
    assert by_key(entries(filled)).keys() == {str(number) for number in (0, 1, 3, 4, 5, 6, 8, 9)}
    for number in (2, 7):
        put(filled, number, "back")


def test_a_restart_goes_on_behind_the_last_committed_row(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    engine = Engine.open(path)
    fill(engine)
    engine.runner.step()
    left = jobs.waiting(engine.database.writer, index_fill.KIND)
    assert [job.state["after"] for job in left] == [8]
    engine.close()
    engine = Engine.open(path)
    assert jobs.waiting(engine.database.writer, index_fill.KIND) == left
    assert index_of(engine)["Backfilling"] is True
    check_index(engine)
    engine.close()


def test_a_table_whose_index_is_being_filled_is_not_deleted(filled: Engine) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        call(filled, "DeleteTable", {"TableName": "many"})
    assert (refusal.value.code, refusal.value.message) == (
        "ResourceInUseException",
        IN_CHANGE,
    )


@pytest.mark.parametrize("update", [creation("newer", "d"), deletion("older")], ids=["new", "old"])
def test_other_indexes_wait_for_the_one_that_is_being_filled(engine: Engine, update: Any) -> None:
    fill(engine, GlobalSecondaryIndexes=[index("older", "a")])
    with pytest.raises(DynamoDBError) as refusal:
        change(engine, update, AttributeDefinitions=definitions("d"))
    assert (refusal.value.code, refusal.value.message) == ("LimitExceededException", ONE_ONLINE)


def test_an_index_that_is_being_filled_may_be_deleted(engine: Engine) -> None:
    fill(engine)
    change(engine, deletion("new"))
    assert not engine.runner.step()
    assert "GlobalSecondaryIndexes" not in described(engine)
    assert not jobs.exist(engine.database.writer)


def test_a_step_ends_after_some_megabytes_of_items(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_fill, "STEP_BYTES", 1)
    fill(engine)
    assert index_of(engine)["ItemCount"] == 1
    assert engine.runner.step()
    assert index_of(engine)["ItemCount"] == 2
    check_index(engine)


def test_a_job_that_went_in_the_meantime_is_no_fault(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of jobs is read before the transaction of each one's step."""
    fill(engine)
    left = jobs.waiting(engine.database.writer, index_fill.KIND)
    change(engine, deletion("new"))

    def read_before(*_: object) -> list[jobs.Job]:
        return left

    monkeypatch.setattr(jobs, "waiting", read_before)
    assert engine.runner.step()
    assert "GlobalSecondaryIndexes" not in described(engine)
