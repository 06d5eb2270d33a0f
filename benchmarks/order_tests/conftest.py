"""What the suite runs on, as the environment says, and how long its tests took.

``DYNALITE_SUITE`` is plugin, endpoint, moto, or the URL of a server; ``DYNALITE_SUITE_SITE`` is a
folder of packages, for moto; ``DYNALITE_SUITE_TIMES`` is the file for the times.
"""

from __future__ import annotations

import os
import site
import time
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest

from benchmarks.order_tests import shop
from dynalite_py.model import codec

SUBJECT = os.environ.get("DYNALITE_SUITE", "plugin")
DUMMY: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "a",
    "aws_secret_access_key": "b",
}
# By test: set-up, test and tear-down by the clock, and of this process's processor time.
TAKEN: list[tuple[float, float]] = []

if "DYNALITE_SUITE_SITE" in os.environ:
    site.addsitedir(os.environ["DYNALITE_SUITE_SITE"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test begins with the same tables and items."""
    for item in items:
        item.add_marker(pytest.mark.dynalite(tables=shop.TABLES, seed=shop.SEED))


@pytest.fixture
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A boto3 resource with the shop's tables."""
    if SUBJECT == "plugin":
        yield request.getfixturevalue("dynalite_resource")
    elif SUBJECT == "endpoint":
        request.getfixturevalue("dynalite_endpoint")
        yield boto3.resource("dynamodb")
    elif SUBJECT == "moto":
        yield from _with_moto()
    else:
        yield from _with_server(SUBJECT)


def _with_moto() -> Generator[Any]:
    moto = import_module("moto")  # It is where DYNALITE_SUITE_SITE says, or not at all.
    with moto.mock_aws():
        resource: Any = boto3.resource("dynamodb", **DUMMY)
        _fill(resource)
        yield resource


def _with_server(url: str) -> Generator[Any]:
    resource: Any = boto3.resource("dynamodb", endpoint_url=url, **DUMMY)
    _fill(resource)
    yield resource
    for definition in shop.TABLES:
        resource.Table(definition["TableName"]).delete()


def _fill(resource: Any) -> None:
    for definition in shop.TABLES:
        table = resource.create_table(**definition)
        with table.batch_writer() as batch:
            for item in shop.SEED[definition["TableName"]]:
                batch.put_item(Item=item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Measure a whole test."""
    began, worked = time.perf_counter(), time.process_time()
    outcome = yield
    TAKEN.append((time.perf_counter() - began, time.process_time() - worked))
    return outcome


def pytest_sessionfinish() -> None:
    """Write the means of all tests but the first."""
    taken = TAKEN[1:]
    target = os.environ.get("DYNALITE_SUITE_TIMES")
    if target is not None and taken:
        mean, worked = (sum(each) / len(taken) * 1000 for each in zip(*taken, strict=True))
        found = {"tests": len(taken), "mean_ms": mean, "processor_ms": worked}
        Path(target).write_bytes(codec.encode(found))
