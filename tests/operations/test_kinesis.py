"""Kinesis destinations of tables that have none."""

from __future__ import annotations

import pytest

from dynalite_py.engine import Engine
from tests.support.engines import answer, make


@pytest.mark.parametrize("name", ["abc", "arn:aws:dynamodb:us-east-1:000000000000:table/abc"])
def test_a_table_has_no_destination(engine: Engine, name: str) -> None:
    make(engine, "abc")
    assert answer(engine, "DescribeKinesisStreamingDestination", TableName=name) == {
        "TableName": "abc",
        "KinesisDataStreamDestinations": [],
    }
