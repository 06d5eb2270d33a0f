"""``dynalite serve`` as a process, its refusals, and ``dynalite env``."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw
import boto3
import pytest
import trustme
from botocore.exceptions import ClientError
from click.testing import CliRunner

from dynalite_py import engine, settings
from dynalite_py.doors.cli import main, serve
from dynalite_py.doors.server.protocol import ServerSettings
from dynalite_py.model import codec
from tests.support import first_requests

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DYNALITE = [sys.executable, "-m", "dynalite_py"]


class Running(NamedTuple):
    """A server's process, the endpoint it named, and what it printed first."""

    process: subprocess.Popen[str]
    endpoint: str
    banner: list[str]


@contextmanager
def running(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Generator[Running]:
    """A server on a free port; killed at the end, unless it has ended by itself."""
    process = subprocess.Popen(
        [*DYNALITE, "serve", "--port", "0", *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        banner = [process.stdout.readline(), process.stdout.readline()]
        found = first_requests.ENDPOINT.search(banner[0])
        assert found is not None, process.communicate()
        yield Running(process, found[0], banner)
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Exit status and standard error of a server that gets a signal."""
    process.send_signal(number)
    _, written = process.communicate(timeout=60)
    return process.returncode, written


def refused(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """The one line that a command line is refused with."""
    shown = CliRunner(env=environment).invoke(main.main, ["serve", *arguments])
    assert shown.exit_code != 0
    [line] = [line for line in shown.stderr.splitlines() if line.startswith("Error: ")]
    return line.removeprefix("Error: ")


def dynamodb(
    endpoint: str,
    region: str = "us-east-1",
    *,
    key: tuple[str, str] = ("123456789012", "secret"),
) -> DynamoDBClient:
    """A boto3 client of the server."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
    )


def create_first(client: DynamoDBClient) -> None:
    """Create the table First."""
    client.create_table(
        TableName="First",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )


def arn_of_first(client: DynamoDBClient) -> str | None:
    """The ARN of the table First."""
    return client.describe_table(TableName="First")["Table"].get("TableArn")


def status_of_first(client: DynamoDBClient) -> str | None:
    """The status of the table First."""
    return client.describe_table(TableName="First")["Table"].get("TableStatus")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_answers_and_ends_at_a_signal(tmp_path: Path, number: int) -> None:
    with running(tmp_path) as server:
        first_requests.call(server.endpoint, "CreateTable", first_requests.CREATE_TABLE)
        first_requests.call(server.endpoint, "PutItem", first_requests.PUT_ITEM)
        answer = first_requests.call(server.endpoint, "GetItem", first_requests.GET_ITEM)
        assert answer == first_requests.ANSWER
        assert ended(server.process, number) == (0, "")


def test_the_banner_names_the_endpoint_and_can_be_pasted(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.endpoint)
        assert server.banner[1] == f"export AWS_ENDPOINT_URL_DYNAMODB={server.endpoint}\n"
        assert str(tmp_path / "dynalite.db") in server.banner[0]


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path, "music.db") as server:
        first_requests.call(server.endpoint, "CreateTable", first_requests.CREATE_TABLE)
        first_requests.call(server.endpoint, "PutItem", first_requests.PUT_ITEM)
        assert ended(server.process, signal.SIGTERM)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["music.db"]
    with running(tmp_path, "-dbPath", "music.db") as server:
        answer = first_requests.call(server.endpoint, "GetItem", first_requests.GET_ITEM)
        assert answer == first_requests.ANSWER


def test_in_memory_leaves_no_file(tmp_path: Path) -> None:
    with running(tmp_path, "-inMemory") as server:
        first_requests.call(server.endpoint, "CreateTable", first_requests.CREATE_TABLE)
        assert "in memory" in server.banner[0]
        assert list(tmp_path.iterdir()) == []


def test_flags_without_effect_are_named(tmp_path: Path) -> None:
    with running(tmp_path, "-disableTelemetry", "--maxItemSizeKb", "5") as server:
        status, written = ended(server.process, signal.SIGTERM)
    assert status == 0
    assert written == (
        "Warning: --disable-telemetry has no effect: nothing is ever sent anywhere\n"
        "Warning: --max-item-size-kb has no effect: items have DynamoDB's limit of 400 KB\n"
    )


AT_ONCE = {
    "transitions": 0,
    "create_table_ms": None,
    "update_table_ms": None,
    "delete_table_ms": None,
    "delay_transient_statuses": False,
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (0, 0, 0)),
        ({"transitions": 7}, (7, 7, 7)),
        ({"transitions": 7, "update_table_ms": 0}, (7, 0, 7)),
        ({"create_table_ms": 5}, (5, 0, 0)),
        ({"delay_transient_statuses": True}, (500, 500, 500)),
        ({"delay_transient_statuses": True, "delete_table_ms": 1}, (500, 500, 1)),
        ({"delay_transient_statuses": True, "transitions": 7}, (7, 7, 7)),
    ],
    ids=str,
)
def test_durations_of_one_kind_win_over_those_of_all(
    given: dict[str, Any], expected: tuple[int, ...]
) -> None:
    found = serve.durations({**AT_ONCE, **given})
    assert (found["create"], found["update"], found["delete"]) == expected


@pytest.mark.parametrize("value", ["-1", "86400001", "soon"])
def test_a_duration_is_milliseconds_of_a_day_at_most(value: str) -> None:
    shown = CliRunner().invoke(main.main, ["serve", f"--transitions={value}"])
    assert shown.exit_code == 2
    assert "Invalid value for '--transitions'" in shown.stderr


TRANSITION_MS = 300
WAIT: Any = {"Delay": 0, "MaxAttempts": 10_000}


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--transitions", str(TRANSITION_MS)], {}),
        (["--createTableMs", str(TRANSITION_MS), "--deleteTableMs", str(TRANSITION_MS)], {}),
        (["-delayTransientStatuses"], {}),
        ([], {"DYNALITE_TRANSITIONS": str(TRANSITION_MS)}),
    ],
    ids=str,
)
def test_waiters_of_boto3_wait_for_a_table_that_takes_its_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with running(tmp_path, *arguments) as server:
        client = dynamodb(server.endpoint)
        create_first(client)
        assert status_of_first(client) == "CREATING"
        client.get_waiter("table_exists").wait(TableName="First", WaiterConfig=WAIT)
        client.put_item(TableName="First", Item={"pk": {"S": "1"}})
        client.delete_table(TableName="First")
        assert status_of_first(client) == "DELETING"
        client.get_waiter("table_not_exists").wait(TableName="First", WaiterConfig=WAIT)
        assert client.list_tables()["TableNames"] == []
        assert ended(server.process, signal.SIGTERM) == (0, "")
    shown = CliRunner().invoke(main.main, ["check", str(tmp_path / "dynalite.db")])
    assert shown.exit_code == 0


def test_a_table_belongs_to_its_region_unless_shared(tmp_path: Path) -> None:
    with running(tmp_path, "-inMemory") as server:
        create_first(dynamodb(server.endpoint, "eu-west-1"))
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            dynamodb(server.endpoint, "us-east-1").describe_table(TableName="First")
    with running(tmp_path, "-inMemory", "-sharedDb", "--region", "eu-north-1") as server:
        create_first(dynamodb(server.endpoint, "eu-west-1"))
        assert arn_of_first(dynamodb(server.endpoint, "us-east-1")) == (
            "arn:aws:dynamodb:eu-north-1:000000000000:table/First"
        )


def test_accounts_makes_the_access_key_the_account(tmp_path: Path) -> None:
    with running(tmp_path, "-inMemory", "--accounts") as server:
        client = dynamodb(server.endpoint)
        create_first(client)
        assert arn_of_first(client) == "arn:aws:dynamodb:us-east-1:123456789012:table/First"


def test_https_is_served_with_a_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    trusted = str(tmp_path / "ca.pem")
    authority.cert_pem.write_to_path(trusted)
    with running(tmp_path, "-inMemory", "--tls-cert", certificate, "--tls-key", key) as server:
        assert server.endpoint.startswith("https://")
        port = server.endpoint.rpartition(":")[2]
        health = ["healthcheck", "--port", port, "--tls-cert"]
        asked = CliRunner().invoke(main.main, [*health, trusted])
        assert asked.exit_code == 0, asked.stderr
        assert "cannot be used" in CliRunner().invoke(main.main, [*health, "no.pem"]).stderr
        assert "does not answer" in CliRunner().invoke(main.main, health[:-1]).stderr


def test_the_admin_port_is_told_and_slow_requests_are_logged_as_json(tmp_path: Path) -> None:
    arguments = ("-inMemory", "--shared-db", "--admin-port", "0", "--slow-ms", "0")
    with running(
        tmp_path, *arguments, "--log-format", "json", "--optimizeDbBeforeStartup"
    ) as server:
        assert server.process.stdout is not None
        told = re.fullmatch(
            r"# health and metrics: (http://127\.0\.0\.1:\d+)/health \1/metrics\n",
            server.process.stdout.readline(),
        )
        assert told is not None
        create_first(dynamodb(server.endpoint))
        with urllib.request.urlopen(told[1] + "/metrics") as answer:
            assert b'requests_total{operation="CreateTable",outcome="ok"} 1' in answer.read()
        status, written = ended(server.process, signal.SIGTERM)
    lines = [codec.decode(line) for line in written.splitlines()]
    assert status == 0
    assert [line.get("operation") for line in lines] == [None, "CreateTable"]
    assert "has no effect" in lines[0]["message"]
    assert len(lines[1]["request_id"]) == 52


def test_nothing_listens_beyond_loopback_unasked() -> None:
    hosts = {each.name: each.default for each in settings.SERVE if each.name.endswith("host")}
    assert hosts == dict.fromkeys(("host", "admin_host"), "127.0.0.1")
    [port] = [each.default for each in settings.SERVE if each.name == "admin_port"]
    assert port is None


def test_an_admin_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(":memory:", "--port", "0", "--admin-port", port)
    assert line.startswith(f"127.0.0.1:{port} (--admin-port) cannot be served: ")
    assert list(tmp_path.iterdir()) == []


def test_contradictions_are_refused(tmp_path: Path) -> None:
    assert refused("--in-memory", "x.db") == "--in-memory and a file exclude each other."
    assert refused("-inMemory", "-dbPath", "x") == "--in-memory and a file exclude each other."
    assert "Name the file once" in refused("x.db", "--db-path", "y.db")
    assert "go together" in refused(":memory:", "--tls-cert", "x.pem")
    assert "exclude each other" in refused(":memory:", "--accounts", "--shared-db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["-credentials", "x:y,123456789012:secret"], {}),
        (["--shared-db"], {"DYNALITE_CREDENTIALS": "123456789012:secret"}),
    ],
)
def test_requests_are_verified_where_credentials_are_given(
    tmp_path: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    with running(tmp_path, "-inMemory", *arguments, environment=environment) as server:
        create_first(dynamodb(server.endpoint))
        with pytest.raises(ClientError, match="InvalidSignatureException"):
            dynamodb(server.endpoint, key=("123456789012", "wrong")).list_tables()
        with pytest.raises(ClientError, match="UnrecognizedClientException"):
            dynamodb(server.endpoint, key=("nobody", "secret")).list_tables()
        assert "secret" not in "".join(server.banner)
        assert ended(server.process, signal.SIGTERM) == (0, "")


@pytest.mark.parametrize("text", ["", "hidden", "hidden:", ":hidden", "a:b,hidden", "hid/den:x"])
def test_malformed_credentials_are_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    shown = CliRunner().invoke(main.main, ["serve", str(tmp_path / "a.db"), "--credentials", text])
    assert shown.exit_code == 2
    assert "--credentials takes ID:SECRET[,ID:SECRET...]: entry" in shown.stderr
    assert "hid" not in shown.output
    if text:
        line = refused(":memory:", environment={"DYNALITE_CREDENTIALS": text})
        assert line.startswith("--credentials takes ")
    assert list(tmp_path.iterdir()) == []


def test_settings_do_not_show_secrets() -> None:
    told = ServerSettings(credentials={"key": "hidden"})
    assert "hidden" not in repr(told)
    assert "key" not in repr(told).replace("tls_key", "")


def test_a_foreign_file_is_refused_and_left(tmp_path: Path) -> None:
    foreign = tmp_path / "other.db"
    db = apsw.Connection(str(foreign))
    db.execute("CREATE TABLE mine (id)")
    db.close()
    before = foreign.read_bytes()
    assert "another program" in refused(str(foreign))
    assert foreign.read_bytes() == before


def test_a_file_that_cannot_be_a_store_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database" * 20, "utf-8")
    assert "not an SQLite file" in refused(str(text))
    assert "does not exist" in refused(str(tmp_path / "nowhere" / "a.db"))


def test_a_file_in_use_is_refused_with_its_owner(tmp_path: Path) -> None:
    held = engine.Engine.open(tmp_path / "held.db")
    assert "in use by process" in refused(str(tmp_path / "held.db"))
    held.close()


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(str(tmp_path / "a.db"), "--port", port)
    assert line.startswith(f"127.0.0.1:{port} cannot be served: ")


def test_a_missing_certificate_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    line = refused(":memory:", "--port", "0", "--tls-cert", missing, "--tls-key", missing)
    assert "cannot be" in line


def test_the_environment_sets_what_the_command_line_does_not() -> None:
    line = refused(environment={"DYNALITE_FILE": "x.db", "DYNALITE_IN_MEMORY": "1"})
    assert line == "--in-memory and a file exclude each other."
    wrong = CliRunner(env={"DYNALITE_DURABILITY": "some"}).invoke(main.main, ["serve"])
    assert wrong.exit_code == 2
    assert "'some' is not one of" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "error"),
    [
        (["nowhere/a.db"], {"DYNALITE_IN_MEMORY": "1"}, "nowhere does not exist"),
        (["--db-path", "nowhere/a.db"], {"DYNALITE_FILE": "x.db"}, "nowhere does not exist"),
        (["--in-memory"], {"DYNALITE_FILE": "nowhere/a.db"}, "cannot be served"),
    ],
)
def test_the_command_line_overrules_the_environment(
    arguments: list[str], environment: dict[str, str], error: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert error in refused(*arguments, "--port", port, environment=environment)


@pytest.mark.parametrize(
    ("file", "db_path", "in_memory", "expected"),
    [
        (None, None, False, "dynalite.db"),
        (None, None, True, ":memory:"),
        (":memory:", None, False, ":memory:"),
        ("a.db", None, False, "a.db"),
        (None, "b.db", False, "b.db"),
    ],
)
def test_the_file_is_chosen(
    file: str | None, db_path: str | None, in_memory: bool, expected: str
) -> None:
    assert serve.chosen_file(file, db_path, in_memory=in_memory) == expected


def test_a_folder_means_a_file_in_it(tmp_path: Path) -> None:
    expected = str(tmp_path / "dynalite.db")
    assert serve.chosen_file(str(tmp_path), None, in_memory=False) == expected
    assert serve.chosen_file(None, str(tmp_path), in_memory=False) == expected


@pytest.mark.parametrize(
    ("shell", "first"),
    [
        ("bash", "export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9000"),
        ("fish", "set -gx AWS_ENDPOINT_URL_DYNAMODB http://127.0.0.1:9000"),
        ("powershell", '$env:AWS_ENDPOINT_URL_DYNAMODB = "http://127.0.0.1:9000"'),
    ],
)
def test_env_prints_assignments_for_a_shell(shell: str, first: str) -> None:
    shown = CliRunner().invoke(main.main, ["env", "--port", "9000", "--shell", shell])
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == first
    assert len(lines) == 6


def test_env_knows_the_shell_in_use() -> None:
    shown = CliRunner(env={"SHELL": "/usr/bin/fish"}).invoke(main.main, ["env"])
    assert shown.stdout.startswith("set -gx ")
    shown = CliRunner(env={"SHELL": "/bin/zsh"}).invoke(main.main, ["env"])
    assert shown.stdout.startswith("export ")


def test_env_trusts_the_certificate(tmp_path: Path) -> None:
    exports = serve.exports("localhost", 1, "eu-west-1", certificate=str(tmp_path / "c.pem"))
    assert exports[0] == ("AWS_ENDPOINT_URL_DYNAMODB", "https://localhost:1")
    assert exports[-1] == ("AWS_CA_BUNDLE", str(tmp_path / "c.pem"))


def test_env_brackets_an_ipv6_address() -> None:
    assert serve.exports("::1", 8000, "us-east-1")[0][1] == "http://[::1]:8000"


def test_requests_meet_the_faults_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('{"rules": [{"fault": "unavailable", "operation": "ListTables", "times": 1}]}')
    with running(tmp_path, "--in-memory", "--faults", str(file)) as server:
        client = dynamodb(server.endpoint)
        assert client.list_tables()["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("rules:", "it is no JSON"),
        ('{"rules": [{"fault": "fire"}]}', "rule 0: 'fire' is no fault"),
    ],
)
def test_a_file_of_faults_that_is_none_is_refused(
    tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "faults.json"
    if text is not None:
        file.write_text(text)
    line = refused("--in-memory", "--faults", str(file))
    assert line.startswith(f"--faults: {file}")
    assert said in line
