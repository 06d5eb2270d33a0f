"""``--trigger``: how it is written, what is refused, and what the function gets."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from dynalite_py.doors.cli import main, triggers
from dynalite_py.engine import TriggerOptions
from dynalite_py.model import codec
from tests.support.processes import Connection, ServerProcess
from tests.support.triggers import BOTH

HANDLERS = """
import json
from pathlib import Path

OUT = Path(__file__).with_name("out.jsonl")

class Handlers:
    @staticmethod
    def inner(event, context): ...

def handle(event, context):
    with OUT.open("a") as file:
        file.write(json.dumps([event, context.function_name]) + chr(10))

def fail(event):
    raise ValueError("never")

number = 5
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a user's module, in which the program was started."""
    (tmp_path / "handlers_of_test.py").write_text(HANDLERS)
    (tmp_path / "broken_of_test.py").write_text("import nothing_of_this_name\n")
    (tmp_path / "filter.json").write_text('{"eventName": ["INSERT"]}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


TARGET = "orders=handlers_of_test:handle"
OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("", {"table": "orders", "name": "handlers_of_test:handle", "batch_size": 100}),
    (",batch_size=5,batch-window=0.5", {"batch_size": 5, "batch_window": 0.5}),
    (",bisect_on_error=true,name=one", {"bisect_on_error": True, "name": "one"}),
    (",report_batch_item_failures=false", {"report_batch_item_failures": False}),
    (",starting_position=LATEST", {"starting_position": "LATEST"}),
    (",maximum_record_age=60", {"maximum_record_age": 60}),
    (",on_failure=failed.jsonl", {"on_failure": "failed.jsonl"}),
    (",filter=filter.json", {"filter": '{"eventName": ["INSERT"]}'}),
]


@pytest.mark.parametrize(("text", "members"), OPTIONS)
def test_options_are_read(text: str, members: dict[str, Any]) -> None:
    options = triggers.read(TARGET + text)
    assert {name: getattr(options, name) for name in members} == members
    assert options.handler.__name__ == "handle"


def test_a_method_of_a_class_may_be_named() -> None:
    options = triggers.read("orders=handlers_of_test:Handlers.inner")
    assert isinstance(options, TriggerOptions)
    assert options.name == "handlers_of_test:Handlers.inner"


REFUSED = [
    ("orders", "--trigger takes TABLE=MODULE:FUNCTION[,OPTION=VALUE...], not 'orders'."),
    ("orders=module", "--trigger takes TABLE=MODULE:FUNCTION"),
    ("=m:f", "--trigger takes TABLE=MODULE:FUNCTION"),
    ("orders=no_such_module:f", "No module named 'no_such_module'; looked in "),
    ("orders=broken_of_test:f", "No module named 'nothing_of_this_name'; looked in "),
    ("orders=handlers_of_test:absent", "module handlers_of_test has no absent."),
    ("orders=handlers_of_test:handle.x", "module handlers_of_test has no handle.x."),
    ("orders=handlers_of_test:number", "a trigger calls a function, and 5 is none."),
    (f"{TARGET},colour=red", "a trigger has no option 'colour'; it has name, batch_size"),
    (f"{TARGET},table=x", "a trigger has no option 'table'"),
    (f"{TARGET},batch_size=many", "batch_size is a number, not 'many'."),
    (f"{TARGET},batch_size=0", "batch_size is from 1 to 10,000, not 0."),
    (f"{TARGET},bisect_on_error=yes", "bisect_on_error is true or false, not 'yes'."),
    (f"{TARGET},filter=absent.json", "the filter absent.json cannot be read"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_cannot_be_a_trigger_is_refused(text: str, reason: str) -> None:
    with pytest.raises(click.UsageError) as refusal:
        triggers.read(text)
    assert reason in refusal.value.message


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--trigger", "x"], "--trigger takes TABLE=MODULE:FUNCTION"),
        (["--trigger", f"{TARGET},filter=handlers_of_test.py"], "this is no event filter"),
        (["--trigger", TARGET, "--trigger", TARGET], "has a trigger named"),
        (["--kinesis-sink", "f", "--kinesis-endpoint", "http://x"], "exclude each other"),
        (["--kinesis-endpoint", "x"], "the Kinesis endpoint is no URL"),
    ],
)
def test_the_server_does_not_start_with_what_is_refused(arguments: list[str], reason: str) -> None:
    done = CliRunner().invoke(main.main, ["serve", ":memory:", "--port", "0", *arguments])
    assert done.exit_code != 0
    assert reason in done.output


def test_a_server_calls_the_functions_of_its_triggers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(folder))
    server = ServerProcess(
        *(":memory:", "--trigger", f"{TARGET},batch_size=2,batch_window=300"),
        *("--trigger", "orders=handlers_of_test:fail"),
    )
    connection = Connection(server.endpoint)
    connection.call(
        "CreateTable",
        {
            "TableName": "orders",
            "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": BOTH,
        },
    )
    for key in "xyz":
        connection.call("PutItem", {"TableName": "orders", "Item": {"a": {"S": key}}})
    out = folder / "out.jsonl"
    while not out.exists() or not out.read_text().endswith("\n"):
        connection.call("ListTables", {})
    connection.close()
    server.process.send_signal(signal.SIGTERM)
    _, log = server.process.communicate(timeout=30)
    assert server.process.returncode == 0
    [[event, name]] = [codec.decode(line) for line in out.read_text().splitlines()]
    assert [record["dynamodb"]["Keys"]["a"]["S"] for record in event["Records"]] == ["x", "y"]
    assert name == "handlers_of_test:handle"
    assert "ValueError: never" in log
