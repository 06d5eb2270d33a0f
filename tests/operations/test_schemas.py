"""Schemas out of the API model: every operation has one, and the differences name what exists."""

from __future__ import annotations

import pytest

from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import api_model, model_differences, schema, schemas
from tests.support.least_requests import least_request

_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
# What their own first check asks for beyond the model.
_MORE = {
    "BatchGetItem": {"RequestItems": {"abc": {"Keys": [{}]}}},
    "BatchWriteItem": {"RequestItems": {"abc": [{}]}},
    "ListTagsOfResource": {"ResourceArn": _ARN},
    "TagResource": {"ResourceArn": _ARN},
    "UntagResource": {"ResourceArn": _ARN},
}


@pytest.mark.parametrize("operation", api_model.operations())
def test_the_least_request_is_accepted_and_has_nothing_to_explain(operation: str) -> None:
    described = schemas.of(operation)
    request = least_request(operation, **_MORE.get(operation, {}))
    assert described.accept(request)
    assert schema.checked(described, request) == request


@pytest.mark.parametrize("operation", api_model.operations())
def test_a_required_member_that_is_missing_is_refused(operation: str) -> None:
    described = schemas.of(operation)
    request = least_request(operation, **_MORE.get(operation, {}))
    for member in described.members.values():
        if not member.required:
            continue
        lacking = {name: value for name, value in request.items() if name != member.name}
        assert not described.accept(lacking)
        with pytest.raises(DynamoDBError) as refusal:
            schema.checked(described, lacking)
        assert refusal.value.code == "ValidationException"


def _places() -> set[str]:
    """Names of all shapes and STRUCTURE.MEMBERs that requests are made of."""
    found: set[str] = set()
    pending = [api_model.input_of(operation) for operation in api_model.operations()]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        declared = api_model.declared(name)
        if declared.kind == "structure":
            for member in api_model.members_of(declared):
                found.add(f"{name}.{member.name}")
                pending.append(member.shape)
        elif declared.kind in ("list", "map"):
            words = declared.content.split()[: 1 if declared.kind == "list" else 2]
            pending += words
    return found


def test_every_difference_names_something_of_the_model() -> None:
    places = _places()
    named = {
        *model_differences.BOUNDS,
        *model_differences.FAULTS,
        *model_differences.PATTERNS,
        *model_differences.PRINTED_VALUES,
        *model_differences.REQUIRED,
        *(
            f"{structure}.{member}"
            for structure, members in model_differences.ORDER.items()
            for member in members
        ),
    }
    assert named <= places
    assert {*model_differences.ALONE, *model_differences.FIRST} <= set(api_model.operations())


@pytest.mark.parametrize("shape", sorted(model_differences.PRINTED_VALUES))
def test_a_printed_set_of_values_is_the_models_in_another_order(shape: str) -> None:
    known = api_model.values_of(api_model.declared(shape))
    assert sorted(model_differences.PRINTED_VALUES[shape]) == sorted(known)


def test_a_nested_violation_is_found_by_the_quick_check_too() -> None:
    described = schemas.of("TransactWriteItems")
    put = {"TableName": "abc", "Item": {}}
    assert described.accept({"TransactItems": [{"Put": put}]})
    for broken in ({**put, "Unheard": 1}, {"Item": {}}, {**put, "ConditionExpression": 1}, None, 3):
        assert not described.accept({"TransactItems": [{"Put": broken}]})
