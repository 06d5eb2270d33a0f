"""The shapes beside the API's own model."""

import typing
from collections.abc import Callable
from typing import Any

import botocore.loaders
import pytest

from dynalite_py.doors.library import client, feature_shapes, request_members
from dynalite_py.operations import registry
from tests.support.doors import method_of

OWN = {
    "DeleteItem": {"IfVersion", "ReturnVersion"},
    "GetItem": {"ReturnVersion"},
    "PutItem": {"IfVersion", "ReturnVersion"},
    "Query": {"ReturnVersion"},
    "Scan": {"ReturnVersion"},
    "UpdateItem": {"IfVersion", "ReturnVersion"},
}
OPERATIONS = sorted(registry.OPERATIONS.keys() - registry.UNSUPPORTED)


@pytest.fixture(scope="module")
def inputs() -> dict[str, dict[str, Any]]:
    """The structure that each operation of both services takes."""
    found: dict[str, dict[str, Any]] = {}
    for service in ("dynamodb", "dynamodbstreams"):
        model = botocore.loaders.Loader().load_service_model(service, "service-2")
        for name, operation in model["operations"].items():
            found[name] = model["shapes"][operation["input"]["shape"]]
    return found


def typed(operation: str) -> Any:
    """The TypedDict that types the keywords of an operation's method."""
    method: Callable[..., Any] = getattr(client.Client, method_of(operation))
    names = {**vars(client), "feature_shapes": feature_shapes}
    [shape] = typing.get_args(typing.get_type_hints(method, names)["request"])
    return shape


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_request_takes_the_members_of_the_api(
    operation: str, inputs: dict[str, dict[str, Any]]
) -> None:
    members = set(inputs[operation]["members"]) | OWN.get(operation, set())
    assert set(typed(operation).__annotations__) == members
    assert request_members.known(operation) == members


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_required_members_are_the_apis(
    operation: str, inputs: dict[str, dict[str, Any]]
) -> None:
    required = set(inputs[operation].get("required", []))
    assert set(typed(operation).__required_keys__) == required


def test_an_unknown_operation_takes_whatever_it_is_given() -> None:
    assert request_members.known("MakeCoffee") is None
