"""The API model as it is read: every operation of both services, every form of a shape."""

from __future__ import annotations

import botocore.session
import pytest

from dynalite_py.operations import api_model
from dynalite_py.operations.api_model import Bounds, DeclaredMember


def test_every_operation_of_both_services_is_there() -> None:
    session = botocore.session.Session()
    known: set[str] = set()
    for service in ("dynamodb", "dynamodbstreams"):
        known |= set(session.get_service_model(service).operation_names)
    assert set(api_model.operations()) == known
    assert len(api_model.operations()) == len(known)


def test_members_are_in_the_models_order_and_know_whether_they_are_required() -> None:
    members = api_model.members_of(api_model.declared(api_model.input_of("GetRecords")))
    assert members == [
        DeclaredMember("ShardIterator", "ShardIterator", required=True),
        DeclaredMember("Limit", "PositiveIntegerObject", required=False),
    ]


def test_an_operation_may_take_nothing() -> None:
    assert api_model.members_of(api_model.declared(api_model.input_of("DescribeLimits"))) == []


@pytest.mark.parametrize(
    ("shape", "kind", "bounds", "pattern"),
    [
        ("TableName", "string", Bounds(3, 255), "[a-zA-Z0-9_.-]+"),
        ("CsvDelimiter", "string", Bounds(1, 1), r"[,;:|\t ]"),
        ("ClientToken", "string", Bounds(), r"^[^\$]+$"),
        ("S3Prefix", "string", Bounds(None, 1024), ""),
        ("KeySchema", "list", Bounds(1, None), ""),
        ("BatchGetRequestMap", "map", Bounds(1, 100), ""),
        ("ScanSegment", "integer", Bounds(0, 999_999), ""),
        ("ConsistentRead", "boolean", Bounds(), ""),
    ],
)
def test_a_shape_has_its_bounds_and_pattern(
    shape: str, kind: str, bounds: Bounds, pattern: str
) -> None:
    declared = api_model.declared(shape)
    assert declared.kind == kind
    assert api_model.bounds_of(declared) == bounds
    assert api_model.pattern_of(declared) == pattern


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ("BillingMode", ("PROVISIONED", "PAY_PER_REQUEST")),
        ("ShardFilterType", ("CHILD_SHARDS",)),
        ("TableName", ()),
        ("CsvDelimiter", ()),
        ("String", ()),
    ],
)
def test_a_text_is_free_or_one_of_its_values(shape: str, values: tuple[str, ...]) -> None:
    assert api_model.values_of(api_model.declared(shape)) == values
