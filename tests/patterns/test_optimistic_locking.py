"""The version attribute over every client: who comes second is refused, no update is lost."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any

import pytest

from dynalite_py.patterns import optimistic_locking
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.optimistic_locking import (
    ChangedKeyError,
    VersionConflict,
    VersionedTable,
)
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

KEY = {"pk": "a"}
AT_ONCE = Backoff(attempts=3, base_seconds=0)


@pytest.fixture
def table(client: Client) -> VersionedTable:
    return VersionedTable(client, make_table(client, "Versioned", pk="S"))


def test_the_first_write_makes_version_1_and_each_later_one_the_next(table: VersionedTable) -> None:
    first = table.put({**KEY, "n": 1})
    assert first == {**KEY, "n": 1, "version": 1}
    second = table.put({**first, "n": 2})
    assert second == {**KEY, "n": 2, "version": 2}
    assert table.get(KEY) == second


def test_a_put_of_an_older_reading_is_refused_with_the_item_as_it_is(table: VersionedTable) -> None:
    read = table.put({**KEY, "n": 1, "blob": b"\x00"})
    table.put({**read, "n": 2})
    with pytest.raises(VersionConflict, match="version 1 was read, now the item has 2") as conflict:
        table.put({**read, "n": 3})
    assert conflict.value.item == {**KEY, "n": 2, "blob": b"\x00", "version": 2}
    assert (conflict.value.version, conflict.value.expected) == (2, 1)


def test_a_first_write_over_an_item_is_refused(table: VersionedTable) -> None:
    table.put(KEY)
    with pytest.raises(VersionConflict, match="no version was read, now the item has 1"):
        table.put(KEY)


def test_an_item_from_before_versions_takes_its_first_one(
    client: Client, table: VersionedTable
) -> None:
    client.put_item(TableName="Versioned", Item={"pk": {"S": "a"}, "n": {"N": "7"}})
    assert table.update_with_retry(KEY, lambda item: {**item, "n": item["n"] + 1}) == {
        **KEY,
        "n": 8,
        "version": 1,
    }


def test_the_version_0_is_a_version(client: Client, table: VersionedTable) -> None:
    client.put_item(TableName="Versioned", Item={"pk": {"S": "a"}, "version": {"N": "0"}})
    assert table.update_with_retry(KEY, lambda item: item) == {**KEY, "version": 1}


@pytest.mark.parametrize(
    "expression",
    [
        "SET n = :n",
        "SET n = :n REMOVE rest",
        "ADD tally :n SET n = :n",
        "SET n = :n add tally :n",
        "SET n = :n\nADD\n#add :n",
        "SET #add = :n, n = :n",
    ],
)
def test_an_update_raises_the_version_with_whatever_else_it_does(
    table: VersionedTable, expression: str
) -> None:
    names = {"#add": "ADD"} if "#add" in expression else None
    first = table.update(KEY, expression, version=None, names=names, values={":n": 5})
    assert (first["version"], first["n"]) == (1, 5)
    second = table.update(KEY, expression, version=1, names=names, values={":n": 6})
    assert (second["version"], second["n"]) == (2, 6)
    with pytest.raises(VersionConflict):
        table.update(KEY, expression, version=1, names=names, values={":n": 7})


def test_a_condition_of_the_callers_own_is_told_from_a_conflict(
    client: Client, table: VersionedTable
) -> None:
    table.put({**KEY, "n": 1})
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refusal:
        table.update(
            KEY, "SET n = :n", version=1, values={":n": 2, ":x": 1}, condition="n > :x OR n < :x"
        )
    assert not isinstance(refusal.value, VersionConflict)
    with pytest.raises(VersionConflict):
        table.update(
            KEY, "SET n = :n", version=2, values={":n": 2, ":x": 1}, condition="n > :x OR n = :x"
        )
    assert table.get(KEY) == {**KEY, "n": 1, "version": 1}


def test_a_delete_needs_the_version_that_was_read(table: VersionedTable) -> None:
    read = table.put(KEY)
    table.put(read)
    for version in (1, None):
        with pytest.raises(VersionConflict):
            table.delete(KEY, version=version)
    table.delete(KEY, version=2)
    assert table.get(KEY) is None


def test_a_deleted_item_is_a_conflict_without_an_item(table: VersionedTable) -> None:
    read = table.put(KEY)
    table.delete(KEY, version=1)
    with pytest.raises(VersionConflict, match="version 1 was read, now there is no item") as found:
        table.put(read)
    assert (found.value.item, found.value.version) == (None, None)


def test_another_refusal_passes_unchanged(client: Client, table: VersionedTable) -> None:
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        table.put({"pk": ""})


def test_update_with_retry_goes_on_from_the_item_of_the_conflict(table: VersionedTable) -> None:
    table.put({**KEY, "n": 1})
    seen: list[Any] = []

    def add_one(item: dict[str, Any]) -> dict[str, Any]:
        seen.append(dict(item))
        if len(seen) == 1:
            table.put({**item, "n": 10})  # Somebody comes between.
        return {**item, "n": item["n"] + 1}

    assert table.update_with_retry(KEY, add_one, policy=AT_ONCE) == {**KEY, "n": 11, "version": 3}
    assert [item["n"] for item in seen] == [1, 10]


def test_update_with_retry_starts_from_the_key_where_there_is_no_item(
    table: VersionedTable,
) -> None:
    made = table.update_with_retry(KEY, lambda item: {**item, "n": item.get("n", 0) + 1})
    assert made == {**KEY, "n": 1, "version": 1} == table.get(KEY)


def test_update_with_retry_gives_up_with_the_last_conflict(table: VersionedTable) -> None:
    table.put(KEY)
    waits: list[float] = []
    policy = Backoff(attempts=4, base_seconds=1, draw=lambda: 0.5, sleep=waits.append)

    def overtaken(item: dict[str, Any]) -> dict[str, Any]:
        table.put(item)
        return item

    with pytest.raises(VersionConflict):
        table.update_with_retry(KEY, overtaken, policy=policy)
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("given", "kind"), [({"pk": "b"}, ChangedKeyError), ({}, ChangedKeyError), (None, TypeError)]
)
def test_a_function_gives_an_item_of_the_same_key(
    table: VersionedTable, given: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        table.update_with_retry(KEY, lambda _item: given)


def test_a_version_that_is_no_number_is_refused(table: VersionedTable) -> None:
    with pytest.raises(TypeError, match="version is no version"):
        table.put({**KEY, "version": "1"})


def test_no_update_of_many_threads_is_lost(table: VersionedTable) -> None:
    policy = Backoff(attempts=1000, base_seconds=0.001, cap_seconds=0.02)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                table.update_with_retry(
                    KEY, lambda item: {**item, "n": item.get("n", 0) + 1}, policy=policy
                )
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert table.get(KEY) == {**KEY, "n": 60, "version": 60}


def test_a_guarded_request_keeps_what_it_was_given() -> None:
    request = {"TableName": "T", "Key": {"pk": {"S": "a"}}}
    guarded = optimistic_locking.guard(request, "v", None)
    assert request == {"TableName": "T", "Key": {"pk": {"S": "a"}}}
    assert guarded == {
        **request,
        "ConditionExpression": "attribute_not_exists(#dynalite_version)",
        "ExpressionAttributeNames": {"#dynalite_version": "v"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_conflict_can_be_copied_to_another_process() -> None:
    conflict = copy.copy(VersionConflict({"pk": "a"}, 2, 1))
    assert (conflict.item, conflict.version, conflict.expected) == ({"pk": "a"}, 2, 1)
