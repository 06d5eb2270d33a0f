"""The endpoints of tests: a server of this process, or one that is somewhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

from dynalite_py.doors.library.store import Store
from dynalite_py.doors.server.run import BackgroundServer, ServerSettings
from dynalite_py.doors.testing import environment, templates
from dynalite_py.engine import Answer
from dynalite_py.model import metrics
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import SystemClock

# Where tables of an endpoint elsewhere are made, so that workers do not meet: one has one region.
REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
)
# What CreateTable takes of what DescribeTable tells.
_INDEX = ("IndexName", "KeySchema", "Projection")
_ITEMS_AT_ONCE = 25
_WAIT = {"Delay": 1, "MaxAttempts": 120}


class _Shown:
    """What the server takes for its engine: that of the store which is shown at the moment."""

    def __init__(self, store: Store) -> None:
        self.engine = store.engine
        self.operations = store.engine.operations
        self.clock = SystemClock()

    @property
    def failure(self) -> str | None:
        """As of the store."""
        return self.engine.failure

    def submit(
        self, operation: str, request: dict[str, Any], caller: Caller, answer: Answer
    ) -> bytes | None:
        """As of the store. Raises: DynamoDBError."""
        return self.engine.submit(operation, request, caller, answer)

    def begin_turn(self) -> None:
        """Requests do not go together here: another store may be shown before the turn ends."""

    def end_turn(self) -> None:
        """Nothing was begun."""

    def access_path(self, operation: str, request: dict[str, Any], caller: Caller) -> str:
        """As of the store."""
        return self.engine.access_path(operation, request, caller)

    def measure(self) -> metrics.Commits:
        """As of the store."""
        return self.engine.measure()

    def figures(self) -> metrics.StoreFigures:
        """As of the store."""
        return self.engine.figures()


class LocalServer:
    """A server on a free port that shows one test's store after the other."""

    def __init__(self) -> None:
        self._nothing = templates.empty()
        self._shown = _Shown(self._nothing)
        self._server = BackgroundServer(self._shown, ServerSettings(port=0))
        self.url = self._server.start()
        self.region = self._nothing.region

    @contextlib.contextmanager
    def showing(self, store: Store) -> Generator[str]:
        """Its URL, with a store behind it; clients that are built meanwhile find it by the
        environment.
        """
        self._shown.engine = store.engine
        try:
            with environment.pointed_at(self.url, self.region):
                yield self.url
        finally:  # What a test has left running meets no other test's store.
            self._shown.engine = self._nothing.engine

    def close(self) -> None:
        """Stop the server."""
        self._server.stop(drain=False)
        self._nothing.close()


class FarEndpoint:
    """An endpoint that is somewhere else: a template's tables are made there and taken away.

    region: whose tables the test sees, where it is not AWS. Raises: ImportError without boto3.
    """

    def __init__(self, url: str, region: str) -> None:
        import boto3

        self.url = url
        self.region = region
        with environment.pointed_at(url, region):
            # The default session's keys are those of the environment at this moment.
            self._client: Any = boto3.client("dynamodb", endpoint_url=url)
            self._resource: Any = boto3.resource("dynamodb", endpoint_url=url)
        self.tables: list[str] = []
        self._before: set[str] | None = None  # what was there; None while nobody has looked

    def client(self) -> Any:
        """boto3's client of it."""
        return self._client

    def resource(self) -> Any:
        """boto3's resource of it."""
        return self._resource

    def begin(self, template: Store) -> None:
        """Make the template's tables with their items.

        Raises: FileExistsError where one is there already, which is left alone; ClientError.
        """
        self._before = None
        before = set(_names(self._client))
        names = _names(template)
        present = sorted(before.intersection(names))
        if present:
            raise FileExistsError(
                f"{self.url} has a table {present[0]} already, which was not made by this test: "
                "it is left alone"
            )
        self._before = before
        for name in names:
            self._copy(template, name)

    def _copy(self, template: Store, name: str) -> None:
        described: Any = template.describe_table(TableName=name)["Table"]
        self._client.create_table(**creation(described))
        self.tables.append(name)  # Not before: else it might be somebody else's.
        self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAIT)
        puts: list[Any] = []
        for page in template.get_paginator("scan").paginate(TableName=name):
            puts += [{"PutRequest": {"Item": item}} for item in page["Items"]]
        while puts:
            now, puts = puts[:_ITEMS_AT_ONCE], puts[_ITEMS_AT_ONCE:]
            answer = self._client.batch_write_item(RequestItems={name: now})
            puts = answer["UnprocessedItems"].get(name, []) + puts

    def end(self) -> None:
        """Delete what was made; elsewhere than on AWS also the tables that the test made itself."""
        made, before = list(self.tables), self._before
        self.tables, self._before = [], None
        if before is not None and not environment.is_aws(self.url):
            made += [name for name in _names(self._client) if name not in {*before, *made}]
        for name in made:
            try:
                self._client.delete_table(TableName=name)
            except self._client.exceptions.ResourceNotFoundException:
                continue
            self._client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=_WAIT)


def _names(client: Any) -> list[str]:
    pages = client.get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"]]


def creation(described: dict[str, Any]) -> dict[str, Any]:
    """The CreateTable request for a table like the one that was described, on demand."""
    request: dict[str, Any] = {
        "TableName": described["TableName"],
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": described["AttributeDefinitions"],
        "KeySchema": described["KeySchema"],
    }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if described.get(kind):
            indexes: list[dict[str, Any]] = described[kind]
            request[kind] = [{name: index[name] for name in _INDEX} for index in indexes]
    if described.get("StreamSpecification"):
        request["StreamSpecification"] = described["StreamSpecification"]
    return request
