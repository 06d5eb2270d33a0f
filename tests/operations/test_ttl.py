"""DescribeTimeToLive and UpdateTimeToLive of tables whose items never expire."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model.errors import DynamoDBError
from tests.support import engines
from tests.support.engines import answer, make

ENABLED: dict[str, Any] = {"Enabled": True, "AttributeName": "expires"}


@pytest.mark.parametrize("name", ["abc", "arn:aws:dynamodb:us-east-1:000000000000:table/abc"])
def test_time_to_live_is_off_and_names_no_attribute(engine: Engine, name: str) -> None:
    make(engine, "abc")
    described = answer(engine, "DescribeTimeToLive", TableName=name)
    assert described == {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}


@pytest.mark.parametrize("status", ["CREATING", "DELETING"])
def test_a_table_in_creation_or_deletion_is_not_described(engine: Engine, status: str) -> None:
    make(engine, "abc")
    engines.set_status(engine, "abc", status)
    with pytest.raises(DynamoDBError) as refusal:
        answer(engine, "DescribeTimeToLive", TableName="abc")
    assert refusal.value.code == "ValidationException"
    assert refusal.value.message == (
        f"Cannot describe time to live while table is in {status} state: "
        f"Current table state is {status}"
    )


def test_a_table_in_creation_is_not_changed(engine: Engine) -> None:
    make(engine, "abc")
    engines.set_status(engine, "abc", "CREATING")
    with pytest.raises(DynamoDBError) as refusal:
        answer(engine, "UpdateTimeToLive", TableName="abc", TimeToLiveSpecification=ENABLED)
    assert refusal.value.code == "ResourceInUseException"
    assert refusal.value.message == (
        "Attempt to change a resource which is still in use: Table abc is being created"
    )
