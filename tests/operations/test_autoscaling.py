"""Auto scaling of a table that has no replica in another region."""

from __future__ import annotations

from dynalite_py.engine import Engine
from tests.facts.tables import index
from tests.support.engines import answer, make

OFF = {"AutoScalingDisabled": True}


def test_a_table_is_its_own_replica_and_scales_nothing(engine: Engine) -> None:
    make(engine, "abc", GlobalSecondaryIndexes=[index("by_a", "a")])
    assert answer(engine, "DescribeTableReplicaAutoScaling", TableName="abc") == {
        "TableAutoScalingDescription": {
            "TableName": "abc",
            "TableStatus": "ACTIVE",
            "Replicas": [
                {
                    "RegionName": "us-east-1",
                    "GlobalSecondaryIndexes": [
                        {
                            "IndexName": "by_a",
                            "IndexStatus": "ACTIVE",
                            "ProvisionedReadCapacityAutoScalingSettings": OFF,
                            "ProvisionedWriteCapacityAutoScalingSettings": OFF,
                        }
                    ],
                    "ReplicaProvisionedReadCapacityAutoScalingSettings": OFF,
                    "ReplicaProvisionedWriteCapacityAutoScalingSettings": OFF,
                    "ReplicaStatus": "ACTIVE",
                }
            ],
        }
    }
