"""pytest's plugin: stores, clients and a server for the tests of other programs.

pytest loads this in every run, so everything else is imported by the fixture that needs it.

Every test has its own store, which begins as ``dynalite_template`` is, with the tables and items of
the test's marker: ``@pytest.mark.dynalite(tables=..., seed=...)``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource

    from dynalite_py.doors.library.faults import LaidFaults
    from dynalite_py.doors.library.store import Store
    from dynalite_py.doors.testing.clients import KeptClients
    from dynalite_py.doors.testing.clocks import HeldClock
    from dynalite_py.doors.testing.servers import FarEndpoint, LocalServer
    from dynalite_py.doors.testing.templates import Content, Templates

_MARKER = (
    "dynalite(tables=None, seed=None): what the test's store begins with. tables: CreateTable "
    'requests, or names with keys ({"orders": {"id": "S"}}); seed: plain items by table, or a '
    "function of the store."
)
# The client of what a test changes, and of what it began with.
_CLIENTS = pytest.StashKey[tuple[Any, "Store"]]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The option that turns the same tests to another endpoint."""
    _leave_the_package_alone(pluginmanager)
    parser.getgroup("dynalite").addoption(
        "--dynalite-endpoint",
        metavar="URL",
        default=None,
        help="run tests that use dynalite_client, dynalite_resource or dynalite_endpoint against "
        "the DynamoDB there, whose tables they make and delete",
    )


def _leave_the_package_alone(pluginmanager: pytest.PytestPluginManager) -> None:
    """Take back that pytest rewrites the asserts of the package, as of all that have a plugin.

    They would be slower. And modules that are loaded by the first who needs them may come from
    several threads at once: to parse them, as rewriting does, fails then at times (CPython 3.11).
    """
    hook = getattr(pluginmanager, "rewrite_hook", None)
    marked: object = getattr(hook, "_must_rewrite", None)
    known: object = getattr(hook, "_marked_for_rewrite_cache", None)
    if isinstance(marked, set) and isinstance(known, dict):  # Inner parts: they may change.
        marked.discard("dynalite_py")
        known.clear()


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the marker. Raises: pytest.UsageError."""
    config.addinivalue_line("markers", _MARKER)
    url: str | None = config.getoption("--dynalite-endpoint")
    if url is not None and not url.startswith(("http://", "https://")):
        raise pytest.UsageError(f"--dynalite-endpoint takes http://HOST:PORT, not {url!r}")


@pytest.fixture(scope="session")
def dynalite_template() -> Iterator[Store]:
    """What every test's store begins as: an empty store, until a fixture of the same name in a
    ``conftest.py`` makes tables in it and returns it.
    """
    from dynalite_py.doors.testing import templates

    with templates.empty() as store:
        yield store


@pytest.fixture(scope="session")
def _dynalite_templates(dynalite_template: Store) -> Iterator[Templates]:
    from dynalite_py.doors.testing.templates import Templates

    made = Templates(dynalite_template)
    yield made
    made.close()


@pytest.fixture(scope="session")
def _dynalite_server() -> Iterator[LocalServer]:
    from dynalite_py.doors.testing.servers import LocalServer

    server = LocalServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def _dynalite_far(request: pytest.FixtureRequest) -> FarEndpoint:
    from dynalite_py.doors.testing import environment, servers

    url = _far(request)
    assert url is not None, "asked for where there is one"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    number = int(worker) if worker.isdigit() else 0
    if number >= len(servers.REGIONS) or (number and environment.is_aws(url)):
        pytest.fail(f"{url} cannot be shared by so many workers: each needs a region of its own")
    return servers.FarEndpoint(url, servers.REGIONS[number])


def _far(request: pytest.FixtureRequest) -> str | None:
    """The endpoint that the tests are turned to, if they are."""
    return request.config.getoption("--dynalite-endpoint")


def _template(request: pytest.FixtureRequest) -> Store:
    """What the test begins as, by its markers: those of the module first, its own last."""
    made: Templates = request.getfixturevalue("_dynalite_templates")
    markers = reversed(list(request.node.iter_markers("dynalite")))
    return made.of([_content(marker) for marker in markers])


def _content(marker: pytest.Mark) -> Content:
    from dynalite_py.doors.testing.templates import Content

    if marker.args or not {*marker.kwargs} <= {"tables", "seed"}:
        pytest.fail("the marker is dynalite(tables=..., seed=...)", pytrace=False)
    return Content(marker.kwargs.get("tables"), marker.kwargs.get("seed"))


@pytest.fixture
def dynalite_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of the test's own, in memory."""
    if _far(request) is not None:
        pytest.skip("dynalite_store is in this process, and --dynalite-endpoint is not")
    from dynalite_py.doors.testing import templates

    template = _template(request)
    with templates.fork(template) as store:
        request.node.stash[_CLIENTS] = store, template
        yield store


@pytest.fixture
def _dynalite_place(request: pytest.FixtureRequest) -> Iterator[FarEndpoint | Store]:
    """The endpoint elsewhere with the test's tables, or the test's store."""
    if _far(request) is None:
        yield request.getfixturevalue("dynalite_store")
        return
    template = _template(request)
    far: FarEndpoint = request.getfixturevalue("_dynalite_far")
    try:
        far.begin(template)
        request.node.stash[_CLIENTS] = far.client(), template
        yield far
    finally:
        far.end()


@pytest.fixture(scope="session")
def _dynalite_kept() -> KeptClients:
    from dynalite_py.doors.testing.clients import KeptClients

    return KeptClients()


@pytest.fixture
def _dynalite_clients(
    _dynalite_place: Any, request: pytest.FixtureRequest
) -> Iterator[KeptClients | FarEndpoint]:
    """What has a client and a resource of the test's tables."""
    if _far(request) is not None:
        yield _dynalite_place
        return
    kept: KeptClients = request.getfixturevalue("_dynalite_kept")
    with kept.showing(_dynalite_place):
        yield kept


@pytest.fixture
def dynalite_client(_dynalite_clients: KeptClients | FarEndpoint) -> DynamoDBClient:
    """boto3's client of the test's store, without a socket."""
    return _dynalite_clients.client()


@pytest.fixture
def dynalite_resource(_dynalite_clients: KeptClients | FarEndpoint) -> DynamoDBServiceResource:
    """boto3's resource of the test's store, without a socket."""
    return _dynalite_clients.resource()


@pytest.fixture
def dynalite_endpoint(request: pytest.FixtureRequest, _dynalite_place: Any) -> Iterator[str]:
    """The URL of a server with the test's store; the environment leads every AWS SDK there."""
    from dynalite_py.doors.testing import environment

    if _far(request) is not None:
        with environment.pointed_at(_dynalite_place.url, _dynalite_place.region):
            yield _dynalite_place.url
        return
    server: LocalServer = request.getfixturevalue("_dynalite_server")
    with server.showing(_dynalite_place) as url:
        yield url


@pytest.fixture
def dynalite_clock(dynalite_store: Store) -> HeldClock:
    """The clock of the test's store: it stands still, at the present, until it is moved."""
    from dynalite_py.doors.testing.clocks import HeldClock

    clock = dynalite_store.engine.clock
    assert isinstance(clock, HeldClock), "a test's store has one"
    clock.hold()
    return clock


@pytest.fixture
def dynalite_faults(dynalite_store: Store) -> Iterator[Callable[..., LaidFaults]]:
    """``dynalite_faults({"fault": "throttling", "operation": "PutItem"}, seed=0)``: requests to the
    test's store, through whatever fixture, meet faults, until the test ends.
    """
    yield dynalite_store.faults
    dynalite_store.engine.lay_faults(None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the test has made of its tables."""
    report = yield
    clients = item.stash.get(_CLIENTS, None)
    if clients is not None and call.when == "call" and report.failed:
        from dynalite_py.doors.testing import reports

        if text := reports.of_failure(*clients):
            report.sections.append(("dynalite: tables, changed since the test began", text))
    return report
