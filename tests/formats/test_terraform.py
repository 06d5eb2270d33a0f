"""Terraform's plans: what is known in them, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.formats.definitions import WrongDefinitionError
from tests.support.described_tables import only, read

VALUES: dict[str, Any] = {
    "name": "Music",
    "billing_mode": "PAY_PER_REQUEST",
    "hash_key": "pk",
    "attribute": [{"name": "pk", "type": "S"}],
}


def plan(**values: Any) -> dict[str, Any]:
    """A plan of one table."""
    resource = {
        "address": "aws_dynamodb_table.music",
        "type": "aws_dynamodb_table",
        "values": {name: value for name, value in (VALUES | values).items() if value is not None},
    }
    return {"planned_values": {"root_module": {"resources": [resource]}}}


def test_a_name_that_is_known_after_apply_alone_is_refused() -> None:
    with pytest.raises(WrongDefinitionError, match=r"aws_dynamodb_table.music.name is not known"):
        read(plan(name=None))


def test_limits_on_demand_are_kept() -> None:
    limits = [{"max_read_request_units": 5, "max_write_request_units": 7}]
    index = {"name": "i", "hash_key": "pk", "on_demand_throughput": limits}
    create = only(plan(on_demand_throughput=limits, global_secondary_index=[index])).create
    wanted = {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 7}
    assert create["OnDemandThroughput"] == wanted
    assert create["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == wanted


@pytest.mark.parametrize(
    "values", [{"server_side_encryption": ["x"]}, {"on_demand_throughput": ["x"]}, {"ttl": [7]}]
)
def test_blocks_of_a_wrong_type_are_refused_in_words(values: dict[str, Any]) -> None:
    with pytest.raises(WrongDefinitionError, match="is no object"):
        read(plan(**values))


def test_the_file_of_a_state_is_told_how_to_be_shown() -> None:
    with pytest.raises(WrongDefinitionError, match="terraform show -json"):
        read({"version": 4, "terraform_version": "1.9", "lineage": "x", "resources": []})
