"""Indexes that take their time to be created and deleted.

As the tests of tables do, each runs by the clock alone and with the worker.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.table_changes import ONE_ONLINE, creation, deletion
from tests.facts.tables import definitions
from tests.support.slow_tables import IN_USE, INDEXES, LIMIT, SECONDS, STILL, Slow

ON = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


def test_a_new_index_is_allocated_then_backfilling_then_active(active: Slow) -> None:
    active.put(1, d={"S": "x"})
    assert active.new_index()["TableStatus"] == "UPDATING"
    allocated = active.wide("demand", "new")
    assert (allocated["IndexStatus"], "Backfilling" in allocated) == ("CREATING", False)
    active.later(SECONDS / 2)
    filling = active.wide("demand", "new")
    assert (filling["IndexStatus"], filling["Backfilling"]) == ("CREATING", True)
    assert active.table("demand")["TableStatus"] == "UPDATING"
    active.later(SECONDS / 2)
    ready = active.wide("demand", "new")
    assert (ready["IndexStatus"], "Backfilling" in ready) == ("ACTIVE", False)
    assert active.table("demand")["TableStatus"] == "ACTIVE"
    assert active.found("new") == {"1"}


def test_a_creating_index_is_written_and_checked_but_not_read(active: Slow) -> None:
    active.put(1, d={"S": "x"})
    active.put(2, d={"N": "2"})
    active.new_index()
    unreadable = (
        "ValidationException",
        "Cannot read from backfilling global secondary index: new",
    )
    bad = {"TableName": "demand", "Item": {"a": {"S": "9"}, "d": {"N": "1"}}}
    for number in (3, 4):
        active.put(number, d={"S": "x"})
        assert "Type mismatch for Index Key d" in str(active.refusal("PutItem", bad)[1])
        request = {"TableName": "demand", "IndexName": "new"}
        assert active.refusal("Scan", request) == unreadable
        active.later(SECONDS / 2)
    assert active.found("new") == {"1", "3", "4"}


def test_a_creating_index_is_deleted_in_its_backfilling_only(active: Slow) -> None:
    active.new_index()
    request = {"TableName": "demand", "GlobalSecondaryIndexUpdates": [deletion("new")]}
    too_early = (
        f"{STILL}Index creation is in resource allocation phase. Retry deletion during backfilling "
        "phase or when the index is active. Table: demand Index: new"
    )
    assert active.refusal("UpdateTable", request) == (IN_USE, too_early)
    active.later(SECONDS / 2)
    active.drop_index("new")
    assert active.wide("demand", "new")["IndexStatus"] == "DELETING"
    active.later()
    assert active.wide("demand", "new") is None
    assert active.table("demand")["TableStatus"] == "ACTIVE"


def test_an_index_made_after_one_that_was_deleted_in_its_creation_is_another(active: Slow) -> None:
    active.new_index("first")
    active.later(SECONDS / 2)
    active.drop_index("first")
    active.clock.advance(SECONDS)  # The worker has not seen it: the rows are still there.
    active.new_index("second")
    active.put(1, d={"S": "x"})
    active.later()
    assert active.wide("demand", "first") is None
    assert active.found("second") == {"1"}


def test_a_deleted_index_is_deleting_and_kept_until_it_is_gone(active: Slow) -> None:
    active.put(1, c={"S": "x"})
    answer = active.drop_index("one")
    assert active.table("demand") == answer
    assert answer["TableStatus"] == "UPDATING"
    assert active.wide("demand", "one")["IndexStatus"] == "DELETING"
    active.put(2, c={"S": "x"})
    assert active.wide("demand", "one")["ItemCount"] == 2
    active.later()
    table = active.table("demand")
    assert "GlobalSecondaryIndexes" not in table
    assert (table["TableStatus"], table["AttributeDefinitions"]) == ("ACTIVE", definitions("a"))
    active.put(1, c={"N": "1"})
    assert active.refusal("Scan", {"TableName": "demand", "IndexName": "one"}) == (
        "ValidationException",
        "The table does not have the specified index: one",
    )
    active.later(0)


@pytest.mark.parametrize("kept", [True, False], ids=["another index", "none"])
def test_the_key_of_a_deleted_index_is_checked_until_its_end_and_on_for_another_index(
    active: Slow, kept: bool
) -> None:
    if kept:
        request = {"AttributeDefinitions": definitions("c")}
        active.change("demand", GlobalSecondaryIndexUpdates=[creation("two", "c")], **request)
        active.later()
    active.drop_index("one")
    bad = {"TableName": "demand", "Item": {"a": {"S": "1"}, "c": {"N": "1"}}}
    assert "Type mismatch for Index Key c" in str(active.refusal("PutItem", bad)[1])
    active.later()
    if kept:
        assert "Type mismatch for Index Key c" in str(active.refusal("PutItem", bad)[1])
    else:
        active.call("PutItem", bad)


@pytest.mark.parametrize("begun", ["creation", "deletion"])
@pytest.mark.parametrize("asked", [creation("newer", "d"), deletion("two"), deletion("one")])
def test_one_index_at_a_time_is_created_or_deleted(active: Slow, begun: str, asked: Any) -> None:
    active.new_index("two")
    active.later()
    if begun == "creation":
        active.new_index()
    else:
        active.drop_index("one")
    request = {
        "TableName": "demand",
        "AttributeDefinitions": definitions("d"),
        "GlobalSecondaryIndexUpdates": [asked],
    }
    assert active.refusal("UpdateTable", request) == (LIMIT, ONE_ONLINE)
    assert active.refusal("DeleteTable", {"TableName": "demand"}) == (IN_USE, INDEXES)
    active.later()
    if asked != deletion("one") or begun == "creation":
        active.call("UpdateTable", request)


def test_a_table_with_an_index_in_change_takes_no_other_change(active: Slow) -> None:
    active.new_index()
    expected = (IN_USE, STILL + "Table is being updated: demand")
    for members in ({"StreamSpecification": ON}, {"DeletionProtectionEnabled": True}):
        assert active.refusal("UpdateTable", {"TableName": "demand", **members}) == expected
    active.later(SECONDS / 2)
    both = {
        "TableName": "demand",
        "StreamSpecification": ON,
        "GlobalSecondaryIndexUpdates": [deletion("new")],
    }
    assert active.refusal("UpdateTable", both)[0] == LIMIT


def test_an_index_name_is_free_after_its_deletion(active: Slow) -> None:
    active.put(1, c={"S": "x"}, d={"S": "y"})
    active.drop_index("one")
    active.later()
    active.new_index("one")
    active.later()
    assert active.found("one") == {"1"}
