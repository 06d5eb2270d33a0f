"""Global tables of the old version: there are none."""

from __future__ import annotations

from dynalite_py.engine import Engine
from tests.support.engines import answer, make


def test_no_global_tables_are_listed(engine: Engine) -> None:
    make(engine, "abc")
    assert answer(engine, "ListGlobalTables", Limit=1, RegionName="us-east-1") == {
        "GlobalTables": []
    }


def test_a_table_without_replicas_shows_nothing_of_global_tables(engine: Engine) -> None:
    make(engine, "abc")
    table = answer(engine, "DescribeTable", TableName="abc")["Table"]
    assert not table.keys() & {
        "GlobalTableVersion",
        "GlobalTableSettingsReplicationMode",
        "Replicas",
        "MultiRegionConsistency",
        "GlobalTableWitnesses",
    }
