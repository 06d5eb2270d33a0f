"""The shapes beside the API's own model."""

from typing import Any

import botocore.loaders
import pytest

from dynalite_py.doors.library import request_members

OWN = {
    "DeleteItem": {"IfVersion", "ReturnVersion"},
    "GetItem": {"ReturnVersion"},
    "PutItem": {"IfVersion", "ReturnVersion"},
    "Query": {"ReturnVersion"},
    "Scan": {"ReturnVersion"},
    "UpdateItem": {"IfVersion", "ReturnVersion"},
}


@pytest.fixture(scope="module")
def inputs() -> dict[str, dict[str, Any]]:
    """The structure that each operation of both services takes."""
    found: dict[str, dict[str, Any]] = {}
    for service in ("dynamodb", "dynamodbstreams"):
        model = botocore.loaders.Loader().load_service_model(service, "service-2")
        for name, operation in model["operations"].items():
            found[name] = model["shapes"][operation["input"]["shape"]]
    return found


@pytest.mark.parametrize("operation", sorted(request_members.INPUTS))
def test_every_request_takes_the_members_of_the_api(
    operation: str, inputs: dict[str, dict[str, Any]]
) -> None:
    assert request_members.MEMBERS[operation] == set(inputs[operation]["members"]) | OWN.get(
        operation, set()
    )


@pytest.mark.parametrize("operation", sorted(request_members.INPUTS))
def test_the_required_members_are_the_apis(
    operation: str, inputs: dict[str, dict[str, Any]]
) -> None:
    typed: Any = request_members.INPUTS[operation]
    assert set(inputs[operation].get("required", [])) == set(typed.__required_keys__)
