"""The shapes beside the API's own model."""

from typing import Any

import botocore.loaders
import pytest

from dynalite_py.doors.library import client

OWN = {
    "DeleteItem": {"IfVersion", "ReturnVersion"},
    "GetItem": {"ReturnVersion"},
    "PutItem": {"IfVersion", "ReturnVersion"},
    "Query": {"ReturnVersion"},
    "Scan": {"ReturnVersion"},
    "UpdateItem": {"IfVersion", "ReturnVersion"},
}


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return botocore.loaders.Loader().load_service_model("dynamodb", "service-2")


@pytest.mark.parametrize("operation", sorted(client.INPUTS))
def test_every_request_takes_the_members_of_the_api(operation: str, model: dict[str, Any]) -> None:
    shape = model["shapes"][model["operations"][operation]["input"]["shape"]]
    assert client.MEMBERS[operation] == set(shape["members"]) | OWN.get(operation, set())


@pytest.mark.parametrize("operation", sorted(client.INPUTS))
def test_the_required_members_are_the_apis(operation: str, model: dict[str, Any]) -> None:
    shape = model["shapes"][model["operations"][operation]["input"]["shape"]]
    typed: Any = client.INPUTS[operation]
    assert set(shape.get("required", [])) == set(typed.__required_keys__)
