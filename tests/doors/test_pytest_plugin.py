"""pytest's plugin, used as the tests of other programs use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dynalite_py.doors.server.run import BackgroundServer

pytest_plugins = ["pytester"]

MARKED = """
import boto3, os, pytest
from dynalite_py.testing import assert_item, assert_items, assert_no_item

pytestmark = pytest.mark.dynalite(
    tables={"orders": {"customer": "S", "number": "N"}},
    seed={"orders": [{"customer": "ada", "number": 1, "total": 5.5}]},
)
SEEDED = {"customer": "ada", "number": 1, "total": 5.5}
KEY = {"customer": "ada", "number": 1}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty project with strict markers, where every warning is an error."""
    pytester.makeini(
        """
        [pytest]
        addopts = --strict-markers --strict-config -p no:cacheprovider
        filterwarnings = error
        asyncio_mode = auto
        asyncio_default_fixture_loop_scope = function
        """
    )
    return pytester


def _passes(project: pytest.Pytester, source: str, *options: str, **outcomes: int) -> None:
    project.makepyfile(source)
    project.runpytest_inprocess(*options).assert_outcomes(**(outcomes or {"passed": 1}))


def test_each_test_has_a_store_of_its_own(project: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("_", range(3))
def test_store(dynalite_store, _):
    table = dynalite_store.table("orders")
    assert_items(table, [SEEDED])
    table.put({"customer": "bob", "number": 2})
    table.delete(KEY)
    dynalite_store.delete_table(TableName="orders")
"""
    _passes(project, MARKED + source, passed=3)


def test_all_fixtures_of_a_test_show_the_same_store(project: pytest.Pytester) -> None:
    source = """
def test_all(dynalite_store, dynalite_client, dynalite_resource, dynalite_endpoint):
    told = boto3.client("dynamodb", endpoint_url=dynalite_endpoint)
    targets = (dynalite_client, dynalite_store, boto3.client("dynamodb"), told)
    for name, target in zip("abcd", targets, strict=True):
        item = {"customer": {"S": name}, "number": {"N": "1"}}
        target.put_item(TableName="orders", Item=item)
    dynalite_resource.Table("orders").put_item(Item={"customer": "e", "number": 1})
    expected = [SEEDED, *({"customer": name, "number": 1} for name in "abcde")]
    for target in (dynalite_client, dynalite_store, boto3.client("dynamodb")):
        assert_items(target, "orders", expected)
    assert_items(dynalite_resource.Table("orders"), expected)
    assert_items(boto3.resource("dynamodb").Table("orders"), expected)
    assert boto3.client("dynamodbstreams").list_streams()["Streams"] == []

def test_nothing_of_it_is_left(dynalite_endpoint):
    assert_items(boto3.resource("dynamodb").Table("orders"), [SEEDED])
"""
    _passes(project, MARKED + source, passed=2)


def test_the_environment_leads_to_the_endpoint_and_is_put_back(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    source = """
import boto3, os
def aws():
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
BEFORE = aws()

def test_within(dynalite_endpoint):
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == dynalite_endpoint
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] == dynalite_endpoint
    assert os.environ["AWS_ACCESS_KEY_ID"] == os.environ["AWS_SECRET_ACCESS_KEY"] == "test"
    assert os.environ["AWS_DEFAULT_REGION"] == os.environ["AWS_REGION"] == "us-east-1"
    assert "AWS_PROFILE" not in os.environ and "AWS_SESSION_TOKEN" not in os.environ
    client = boto3.client("dynamodb")
    assert client.meta.endpoint_url == dynalite_endpoint
    assert boto3.DEFAULT_SESSION.get_credentials().access_key == "test"

def test_within_again(dynalite_endpoint):
    assert boto3.client("dynamodb").meta.endpoint_url == dynalite_endpoint

def test_after():
    assert aws() == BEFORE
    assert boto3.DEFAULT_SESSION is None
"""
    _passes(project, source, passed=3)


def test_a_template_of_the_project_and_markers_come_together(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import pytest
        @pytest.fixture(scope="session")
        def dynalite_template(dynalite_template):
            dynalite_template.create_table(
                TableName="users", BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            )
            return dynalite_template
        """
    )
    source = """
CREATION = {
    "TableName": "things",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
def fill(store):
    store.table("users").put({"id": "grace"})

@pytest.mark.dynalite(tables=[CREATION, {"sessions": {"id": "B"}}], seed=fill)
class TestMore:
    def test_names(self, dynalite_client):
        names = dynalite_client.list_tables()["TableNames"]
        assert names == ["orders", "sessions", "things", "users"]
        described = dynalite_client.describe_table(TableName="things")["Table"]
        assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"

    @pytest.mark.dynalite(seed={"orders": [{"customer": "bob", "number": 7}]})
    def test_own(self, dynalite_store):
        assert_item(dynalite_store, "users", {"id": "grace"})
        assert_item(dynalite_store, "orders", {"customer": "bob", "number": 7})
        assert_item(dynalite_store, "orders", KEY)

def test_without(dynalite_store):
    assert dynalite_store.list_tables()["TableNames"] == ["orders", "users"]
    assert_items(dynalite_store.table("users"), [])
"""
    _passes(project, MARKED + source, passed=3)


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        ('"orders"', "*the marker is dynalite(tables=..., seed=...)*"),
        ("table={}", "*the marker is dynalite(tables=..., seed=...)*"),
        ('tables={"orders": "id"}', '*a key is told as {"id": "S"}, not as \'id\'*'),
        ('tables={"orders": {"id": "X"}}', "*one or two attributes of type S, N or B*"),
        ('tables="orders.json"', "*is neither a CreateTable request nor a list*"),
        ('seed={"nowhere": [{}]}', "*ResourceNotFoundException*"),
    ],
)
def test_a_wrong_marker_is_named(project: pytest.Pytester, marker: str, text: str) -> None:
    project.makepyfile(
        f"import pytest\n@pytest.mark.dynalite({marker})\ndef test_it(dynalite_store): pass\n"
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])


def test_a_failure_shows_what_the_test_has_made_of_its_tables(project: pytest.Pytester) -> None:
    project.makepyfile(
        MARKED
        + """
def test_it(dynalite_client, dynalite_resource):
    table = dynalite_resource.Table("orders")
    table.put_item(Item={**KEY, "state": "new"})
    table.put_item(Item={"customer": "bob", "number": 2})
    assert_item(table, KEY, state="paid", total=5.5)
"""
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *orders {'customer': 'ada', 'number': 1}: 2 of 2 attributes differ",
            "E *state  expected 'paid', is 'new'",
            "E *total  expected 5.5, is absent",
            "*- dynalite: tables, changed since the test began -*",
            "orders: 1 items before, 2 now",
            "  ~ {'customer': 'ada', 'number': 1}",
            "      state: absent -> 'new'",
            "      total: 5.5 -> absent",
            "  + {'customer': 'bob', 'number': 2}",
        ]
    )
    assert "assertions.py" not in result.stdout.str()


def test_a_failure_in_which_nothing_changed_or_the_store_is_closed_shows_no_more(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        MARKED
        + """
def test_unchanged(dynalite_store):
    assert False

def test_closed(dynalite_store):
    dynalite_store.close()
    assert False
"""
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("dynalite: tables") == 1
    result.stdout.fnmatch_lines(["the tables cannot be read: *The store is closed"])


def test_boto3s_objects_are_kept_until_a_test_changes_them(project: pytest.Pytester) -> None:
    source = """
from botocore.stub import Stubber
SEEN = []

@pytest.fixture
def cleaning(dynalite_client):
    yield
    assert_items(dynalite_client, "orders", [SEEDED])

@pytest.mark.parametrize("_", range(3))
def test_kept(cleaning, dynalite_client, dynalite_resource, _):
    assert_items(dynalite_resource.Table("orders"), [SEEDED])
    SEEN.append((dynalite_client, dynalite_resource))
    assert SEEN[0][0] is dynalite_client and SEEN[0][1] is dynalite_resource

def test_stubbed(dynalite_client):
    Stubber(dynalite_client).activate()
    assert dynalite_client is SEEN[0][0]

def test_new(dynalite_client, dynalite_resource):
    assert dynalite_client is not SEEN[0][0] and dynalite_resource is SEEN[0][1]
    dynalite_client.list_tables = lambda: 1
    dynalite_resource.meta.client.meta.events.register("before-call.dynamodb", lambda **_: None)

def test_newer(dynalite_client, dynalite_resource):
    assert dynalite_client.list_tables()["TableNames"] == ["orders"]
    assert dynalite_resource is not SEEN[0][1]
    SEEN.append((dynalite_client, None))

def test_between():
    with pytest.raises(Exception, match="The test of this store is over"):
        SEEN[-1][0].list_tables()
"""
    _passes(project, MARKED + source, passed=7)


def test_an_endpoint_that_is_asked_for_late_shows_the_same_store(
    project: pytest.Pytester,
) -> None:
    source = """
@pytest.mark.parametrize("_", range(2))
def test_it(dynalite_store, request, _):
    dynalite_store.table("orders").put({"customer": "bob", "number": 2})
    url = request.getfixturevalue("dynalite_endpoint")
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == url
    assert_items(boto3.client("dynamodb"), "orders", [SEEDED, {"customer": "bob", "number": 2}])
    dynalite_store.close()
"""
    _passes(project, MARKED + source, passed=2)


def test_what_a_test_left_running_meets_no_other_tests_store(project: pytest.Pytester) -> None:
    source = """
LEFT = []

def test_leaves(dynalite_endpoint):
    LEFT.append(boto3.resource("dynamodb", endpoint_url=dynalite_endpoint))

def test_between():
    client = LEFT[0].meta.client
    assert client.list_tables()["TableNames"] == []
"""
    _passes(project, MARKED + source, passed=2)


def test_the_clock_stands_still_until_it_is_moved(project: pytest.Pytester) -> None:
    source = """
import time
from datetime import UTC, datetime

def test_held(dynalite_clock, dynalite_store):
    before = dynalite_clock.now()
    assert abs(before - time.time()) < 60
    assert dynalite_clock.now() == dynalite_store.engine.clock.now() == before
    dynalite_clock.advance(minutes=1, days=1)
    assert dynalite_clock.now() == before + 86_460
    dynalite_clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert dynalite_store.engine.clock.now() == 1_893_456_000
    dynalite_store.create_table(
        TableName="timed", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    created = dynalite_store.describe_table(TableName="timed")["Table"]["CreationDateTime"]
    assert created == datetime(2030, 1, 1, tzinfo=UTC)

def test_the_next_one_has_its_own(dynalite_store):
    assert abs(dynalite_store.engine.clock.now() - time.time()) < 60

def test_of_a_server(dynalite_clock, dynalite_endpoint):
    dynalite_clock.set(1_893_456_000)

def test_of_a_server_again(dynalite_store, dynalite_endpoint):
    assert abs(dynalite_store.engine.clock.now() - time.time()) < 60
"""
    _passes(project, source, passed=4)


def test_faults_are_met_through_every_fixture_until_the_test_ends(
    project: pytest.Pytester,
) -> None:
    source = """
def refused(client):
    try:
        client.get_item(TableName="orders", Key={"customer": {"S": "ada"}, "number": {"N": "1"}})
    except client.exceptions.ProvisionedThroughputExceededException:
        return True

THROTTLED = {"fault": "throttling", "operation": "GetItem"}

def test_laid(dynalite_faults, dynalite_client, dynalite_store, dynalite_endpoint):
    laid = dynalite_faults(THROTTLED)
    assert refused(dynalite_store)
    assert laid.counts == [1]
    once = boto3.session.Config(retries={"total_max_attempts": 1, "mode": "standard"})
    assert refused(boto3.client("dynamodb", config=once))

def test_gone(dynalite_store, dynalite_client, dynalite_endpoint):
    assert not refused(dynalite_client)
    assert not refused(boto3.client("dynamodb"))

def test_of_a_store(dynalite_faults, dynalite_store):
    dynalite_faults(THROTTLED, seed=3)
    assert refused(dynalite_store)
"""
    _passes(project, MARKED + source, passed=3)


@pytest.mark.parametrize(
    ("imported", "freeze"),
    [
        ("import freezegun", "freezegun.freeze_time(MOMENT)"),
        ("import time_machine", "time_machine.travel(MOMENT, tick=False)"),
    ],
    ids=["freezegun", "time-machine"],
)
def test_frozen_time_is_the_stores_time(
    project: pytest.Pytester, imported: str, freeze: str
) -> None:
    source = f"""
{imported}
from datetime import UTC, datetime
MOMENT = datetime(2031, 5, 1, 12, tzinfo=UTC)

def create(client):
    client.create_table(
        TableName="timed", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{{"AttributeName": "id", "AttributeType": "S"}}],
        KeySchema=[{{"AttributeName": "id", "KeyType": "HASH"}}],
    )
    made = client.describe_table(TableName="timed")["Table"]["CreationDateTime"]
    assert abs(made.timestamp() - MOMENT.timestamp()) < 1

@{freeze}
def test_in_process(dynalite_store, dynalite_client):
    assert dynalite_store.engine.clock.now() == MOMENT.timestamp()
    create(dynalite_client)

@{freeze}
def test_server(dynalite_endpoint):
    create(boto3.client("dynamodb"))

def test_within(dynalite_endpoint):
    with {freeze}:
        create(boto3.client("dynamodb"))
"""
    _passes(project, MARKED + source, passed=3)


def test_asynchronous_tests_use_the_endpoint(project: pytest.Pytester) -> None:
    source = """
from aiobotocore.session import get_session

async def test_it(dynalite_endpoint, dynalite_store):
    async with get_session().create_client("dynamodb") as client:
        assert client.meta.endpoint_url == dynalite_endpoint
        item = {"customer": {"S": "eve"}, "number": {"N": "1"}}
        await client.put_item(TableName="orders", Item=item)
    assert_item(dynalite_store, "orders", {"customer": "eve", "number": 1})
"""
    _passes(project, MARKED + source)


def test_every_worker_of_xdist_has_its_own_server(project: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("number", range(12))
def test_it(dynalite_endpoint, number):
    table = boto3.resource("dynamodb").Table("orders")
    assert_items(table, [SEEDED])
    table.put_item(Item={"customer": "bob", "number": number})
    assert_items(table, [SEEDED, {"customer": "bob", "number": number}])
"""
    _passes(project, MARKED + source, "-n", "2", passed=12)


FAR = """
def test_endpoint(dynalite_endpoint):
    table = boto3.resource("dynamodb").Table("orders")
    assert_items(table, [SEEDED])
    table.put_item(Item={"customer": "bob", "number": 2})

def test_clients(dynalite_client, dynalite_resource):
    assert_items(dynalite_client, "orders", [SEEDED])
    dynalite_resource.Table("orders").put_item(Item={"customer": "bob", "number": 2})
    assert_item(dynalite_client, "orders", {"customer": "bob", "number": 2})
    dynalite_client.create_table(
        TableName="made_by_the_test", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    dynalite_client.delete_table(TableName="orders")

def test_store(dynalite_store): pass
"""


def test_the_same_tests_run_against_an_endpoint_elsewhere(
    project: pytest.Pytester, server: BackgroundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    # A worker of ours would have its own region.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    options = {"endpoint_url": server.endpoint, "region_name": "us-east-1"}
    session = boto3.session.Session("a", "b")
    client = session.client("dynamodb", **options)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]
    definition = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    client.create_table(TableName="a_persons_own", **definition)
    url = f"--dynalite-endpoint={server.endpoint}"
    _passes(project, MARKED + FAR, url, passed=2, skipped=1)
    assert client.list_tables()["TableNames"] == ["a_persons_own"]
    project.runpytest_inprocess(url, "-n", "2").assert_outcomes(passed=2, skipped=1)
    assert client.list_tables()["TableNames"] == ["a_persons_own"]
    client.create_table(TableName="orders", **definition)
    result = project.runpytest_inprocess(url)
    result.assert_outcomes(errors=2, skipped=1)
    result.stdout.fnmatch_lines(["*has a table orders already*it is left alone*"])
    assert client.list_tables()["TableNames"] == ["a_persons_own", "orders"]


def test_a_failure_elsewhere_shows_the_tables_too(
    project: pytest.Pytester, server: BackgroundServer
) -> None:
    project.makepyfile(
        MARKED
        + """
def test_it(dynalite_client):
    key = {"customer": {"S": "ada"}, "number": {"N": "1"}}
    dynalite_client.delete_item(TableName="orders", Key=key)
    assert_item(dynalite_client, "orders", KEY)
"""
    )
    result = project.runpytest_inprocess(f"--dynalite-endpoint={server.endpoint}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *there is no such item; the table is empty", "orders: 1 items before, 0 now"]
    )


def test_the_option_takes_a_url(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--dynalite-endpoint=localhost:8000")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*takes http://HOST:PORT, not 'localhost:8000'*"])


def test_the_marker_and_the_fixtures_are_told_of(project: pytest.Pytester) -> None:
    project.makepyfile("")
    project.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.dynalite(*"])
    shown = project.runpytest_inprocess("--fixtures").stdout
    for name in ("client", "clock", "endpoint", "faults", "resource", "store", "template"):
        shown.fnmatch_lines([f"dynalite_{name}*"])


def test_loading_it_loads_nothing_else_of_the_package(tmp_path: Path) -> None:
    program = (
        "import pytest, sys\n"
        "pytest.main(['--collect-only', '-q', '-p', 'no:cacheprovider', '--rootdir=.', '.'])\n"
        "print(*sorted(name for name in sys.modules if name.partition('.')[0] in "
        "('apsw', 'boto3', 'botocore', 'dynalite_py', 'lark', 'orjson', 'sqlglot')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=tmp_path,
        env={"PYTEST_PLUGINS": "", "PATH": "", "PYTEST_ADDOPTS": "-c /dev/null --ignore=."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == (
        "dynalite_py dynalite_py.doors dynalite_py.doors.pytest_plugin"
    )


UNITTEST = """
import unittest, boto3
from dynalite_py.testing import ABSENT, DynaliteMixin

def fill(store):
    store.table("orders").put({"customer": "ada", "number": 1})

class Orders(DynaliteMixin, unittest.TestCase):
    dynalite_tables = {"orders": {"customer": "S", "number": "N"}}
    dynalite_seed = fill

    def test_one(self):
        self.dynalite_store.table("orders").put({"customer": "bob", "number": 1})
        key = {"customer": "bob", "number": 1}
        self.assertItem(self.dynalite_client, "orders", key, total=ABSENT)
        self.assertItem(self.dynalite_resource.Table("orders"), key)
        self.assertIn("+ {'customer': 'bob', 'number': 1}", self.dynalite_changes())

    def test_two(self):
        self.assertEqual(self.dynalite_store.scan(TableName="orders")["Count"], 1)
        self.assertEqual(self.dynalite_changes(), "")

    def test_endpoint(self):
        url = self.dynalite_endpoint()
        client = boto3.client("dynamodb")
        self.assertEqual(client.meta.endpoint_url, url)
        client.put_item(TableName="orders", Item={"customer": {"S": "eve"}, "number": {"N": "1"}})
        self.assertItem(self.dynalite_store, "orders", {"customer": "eve", "number": 1})

class Asynchronous(DynaliteMixin, unittest.IsolatedAsyncioTestCase):
    dynalite_tables = Orders.dynalite_tables

    async def test_it(self):
        self.assertEqual(self.dynalite_store.scan(TableName="orders")["Count"], 0)

if __name__ == "__main__":
    unittest.main()
"""


@pytest.fixture
def unittest_file(tmp_path: Path) -> Path:
    """A file of tests of the standard library's kind."""
    file = tmp_path / "orders.py"
    file.write_text(UNITTEST, "utf-8")
    return file


def test_the_mixin_does_the_same_without_pytest(unittest_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(unittest_file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 4 tests" in done.stderr


def test_and_with_it(project: pytest.Pytester) -> None:
    _passes(project, UNITTEST, passed=4)
