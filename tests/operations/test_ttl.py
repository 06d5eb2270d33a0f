"""DescribeTimeToLive and UpdateTimeToLive of tables whose items never expire."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.support.engines import answer, make
from tests.support.slow_tables import IN_USE, STILL, Slow, plain

OFF = {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
ENABLED: dict[str, Any] = {"Enabled": True, "AttributeName": "expires"}


@pytest.mark.parametrize("name", ["abc", "arn:aws:dynamodb:us-east-1:000000000000:table/abc"])
def test_time_to_live_is_off_and_names_no_attribute(engine: Engine, name: str) -> None:
    make(engine, "abc")
    described = answer(engine, "DescribeTimeToLive", TableName=name)
    assert described == OFF


def test_a_table_in_creation_or_deletion_is_not_described(slow: Slow) -> None:
    def refused(status: str) -> tuple[str, str]:
        state = f"in {status} state: Current table state is {status}"
        return "ValidationException", f"Cannot describe time to live while table is {state}"

    named = {"TableName": "abc"}
    slow.call("CreateTable", plain("abc"))
    assert slow.refusal("DescribeTimeToLive", named) == refused("CREATING")
    slow.later()
    assert slow.call("DescribeTimeToLive", named) == OFF
    slow.call("DeleteTable", named)
    assert slow.refusal("DescribeTimeToLive", named) == refused("DELETING")
    slow.later()
    assert slow.refusal("DescribeTimeToLive", named)[0] == "ResourceNotFoundException"


def test_a_table_in_creation_is_not_changed(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc"))
    request = {"TableName": "abc", "TimeToLiveSpecification": ENABLED}
    assert slow.refusal("UpdateTimeToLive", request) == (
        IN_USE,
        f"{STILL}Table abc is being created",
    )
    slow.later()
    assert slow.refusal("UpdateTimeToLive", request)[0] == "UnsupportedOperationException"
