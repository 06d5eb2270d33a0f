"""What is logged about requests: which it was, how slow it was, and nothing out of items."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from io import StringIO
from typing import Any, NamedTuple

import apsw
import pytest

from dynalite_py.doors.server import log_lines
from dynalite_py.doors.server.run import ServerSettings
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.storage import items, ranges
from dynalite_py.storage.writer import Writer
from tests.support import servers
from tests.support.calls import perform
from tests.support.raw_http import RawClient, Response, message, operation
from tests.wire.test_store import TABLE

EVERY_REQUEST = ServerSettings(port=0, slow_ms=0, drain_timeout=5.0)
SECRET = "do-not-log-me"


class Logged(NamedTuple):
    """A served store whose log is kept as JSON lines."""

    client: RawClient
    engine: Engine
    written: StringIO

    def ask(self, name: str, /, **request: Any) -> Response:
        """An operation's answer."""
        return self.client.ask(operation(name, request))

    def lines(self) -> list[dict[str, Any]]:
        """Every line since the last look. The loop has turned since the last answer."""
        self.client.ask(message("GET"))
        found = [codec.decode(line) for line in self.written.getvalue().splitlines()]
        self.written.seek(0)
        self.written.truncate()
        return found


@contextmanager
def logged(settings: ServerSettings) -> Generator[Logged]:
    """A server over a store in memory with the table tbl, in which is one item."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log_lines.formatter("json"))
    log = logging.getLogger("dynalite_py")
    log.addHandler(handler)
    engine = Engine.open()
    try:
        perform(engine, "CreateTable", **TABLE)
        perform(engine, "PutItem", TableName="tbl", Item={"p": {"S": "a"}, "x": {"S": SECRET}})
        with servers.serving(engine, settings) as server, RawClient(server.port) as client:
            yield Logged(client, engine, written)
    finally:
        log.removeHandler(handler)
        engine.close()


@pytest.fixture
def quick() -> Generator[Logged]:
    """No request is slow."""
    with logged(ServerSettings(port=0, drain_timeout=5.0)) as served:
        yield served


@pytest.fixture
def slow() -> Generator[Logged]:
    """Every request is slow."""
    with logged(EVERY_REQUEST) as served:
        yield served


def breaking(*_: Any, **__: Any) -> Any:
    """A part of the store that does not work."""
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    ("room", "part", "name", "request_"),
    [
        (items, "read_text", "GetItem", {"Key": {"p": {"S": "a"}}}),
        (ranges, "scan", "Scan", {}),
        (items, "write", "PutItem", {"Item": {"p": {"S": "b"}}}),
    ],
    ids=["on the loop", "a range", "in the writer"],
)
def test_a_failure_is_logged_with_the_id_that_its_answer_has(
    quick: Logged,
    monkeypatch: pytest.MonkeyPatch,
    room: Any,
    part: str,
    name: str,
    request_: dict[str, Any],
) -> None:
    quick.ask("GetItem", TableName="tbl", Key={"p": {"S": "a"}})
    monkeypatch.setattr(room, part, breaking)
    answer = quick.ask(name, TableName="tbl", **request_)
    assert answer.status == 500
    [line] = quick.lines()
    assert line["request_id"] == answer.headers["x-amzn-requestid"]
    assert line["level"] == "ERROR"
    assert line["exception"].endswith("RuntimeError: broken on purpose")


def test_a_long_read_in_another_thread_is_logged_with_its_id(
    quick: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan(*_: Any, brief: bool = False, **__: Any) -> Any:
        raise ranges.TooLongError if brief else RuntimeError("broken on purpose")

    monkeypatch.setattr(ranges, "scan", scan)
    answer = quick.ask("Scan", TableName="tbl")
    assert answer.status == 500
    [line] = quick.lines()
    assert line["request_id"] == answer.headers["x-amzn-requestid"]


def test_a_large_request_is_logged_with_its_id(
    quick: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at in a thread, while the loop may look at another."""
    monkeypatch.setattr(items, "read_text", breaking)
    body = b'{"TableName":"tbl","Key":{"p":{"S":"a"}}}' + b" " * 300_000
    answer = quick.client.ask(operation("GetItem", body=body))
    assert answer.status == 500
    [line] = quick.lines()
    assert line["request_id"] == answer.headers["x-amzn-requestid"]


def test_a_transaction_is_logged_with_its_id(
    quick: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "write", breaking)
    put = {"Put": {"TableName": "tbl", "Item": {"p": {"S": "b"}}}}
    answer = quick.ask("TransactWriteItems", TransactItems=[put])
    assert answer.status == 500
    [line] = quick.lines()
    assert line["request_id"] == answer.headers["x-amzn-requestid"]


def test_a_group_that_fails_is_logged_with_the_ids_of_all_in_it(
    quick: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit(*_: Any) -> Any:
        raise apsw.IOError("the disk is gone")

    monkeypatch.setattr(Writer, "_commit", commit)
    put = operation("PutItem", {"TableName": "tbl", "Item": {"p": {"S": "b"}}})
    with quick.engine.database.turn:  # Both wait for it, so that one group has both.
        quick.client.send(put + put)
        while len(quick.engine.writer._waiting) < 2:  # pyright: ignore[reportPrivateUsage]
            pass
    answers = [quick.client.response() for _ in range(2)]
    assert [answer.status for answer in answers] == [500, 500]
    [line] = quick.lines()
    assert line["request_ids"] == [answer.headers["x-amzn-requestid"] for answer in answers]


def test_a_table_that_is_elsewhere_is_named_with_the_id(quick: Logged) -> None:
    elsewhere = Caller(region="eu-west-1")
    quick.engine.perform("CreateTable", {**TABLE, "TableName": "there"}, elsewhere)
    answer = quick.ask("DescribeTable", TableName="there")
    assert answer.status == 400
    ids = {line["request_id"] for line in quick.lines()}
    assert ids == {answer.headers["x-amzn-requestid"]}


def test_a_line_of_no_request_has_no_id(quick: Logged) -> None:
    assert quick.ask("ListTables").status == 200
    logging.getLogger("dynalite_py.test").warning("of nobody")
    [line] = quick.lines()
    assert line == {
        "time": line["time"],
        "level": "WARNING",
        "logger": "dynalite_py.test",
        "message": "of nobody",
    }


@pytest.mark.parametrize("pad_bytes", [0, 300_000])
def test_a_request_that_breaks_the_server_is_answered_under_the_logged_id(pad_bytes: int) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log_lines.formatter("text"))
    log = logging.getLogger("dynalite_py")
    log.addHandler(handler)
    try:
        with servers.serving() as server, RawClient(server.port) as client:
            client.ask(operation("GetItem"))
            answer = client.ask(operation("DeleteItem", body=b"{}" + b" " * pad_bytes))
            assert answer.status == 500
    finally:
        log.removeHandler(handler)
    assert f"[request {answer.headers['x-amzn-requestid']}]\nTraceback" in written.getvalue()


# Slow requests.


SLOW_LINES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("GetItem", {"Key": {"p": {"S": "a"}}}, {"items": 1, "path": "key"}),
    (
        "PutItem",
        {
            "Item": {"p": {"S": "b"}, "x": {"S": SECRET}},
            "ConditionExpression": "attribute_not_exists(p)",
        },
        {"items": 1, "path": "key, condition"},
    ),
    ("Scan", {}, {"items": 1, "path": "all of table"}),
    (
        "Query",
        {
            "KeyConditionExpression": "p = :p",
            "FilterExpression": "x = :x",
            "ExpressionAttributeValues": {":p": {"S": "a"}, ":x": {"S": SECRET}},
        },
        {"items": 1, "path": "range of table (=), filter in SQL"},
    ),
    ("Scan", {"Segment": None, "Limit": 1}, {"items": 1, "path": "all of table"}),
    ("DescribeTable", {}, {}),
]


@pytest.mark.parametrize(
    ("name", "request_", "told"), SLOW_LINES, ids=[f"{line[0]} {line[2]}" for line in SLOW_LINES]
)
def test_a_slow_request_is_logged_with_its_way_and_nothing_of_items(
    slow: Logged, name: str, request_: dict[str, Any], told: dict[str, Any]
) -> None:
    answer = slow.ask(name, TableName="tbl", **request_)
    assert answer.status == 200
    [line] = slow.lines()
    assert SECRET not in str(line)
    assert "Credential" not in str(line)
    assert line["request_id"] == answer.headers["x-amzn-requestid"]
    assert (line["level"], line["operation"], line["table"]) == ("WARNING", name, "tbl")
    assert line["milliseconds"] > 0
    assert {member: line[member] for member in ("items", "path") if member in line} == {
        "path": "",
        **told,
    }


@pytest.mark.parametrize("filler", ["", "x" * 300_000])
def test_a_slow_statement_is_logged_with_its_way(slow: Logged, filler: str) -> None:
    text = f"SELECT * FROM tbl WHERE p IN ['a', 'b'] AND x <> '{SECRET}'"
    answer = slow.ask("ExecuteStatement", Statement=text, Padding=filler)
    assert answer.status == 200
    [line] = slow.lines()
    assert SECRET not in str(line)
    assert (line["table"], line["path"]) == ("tbl", "SELECT by 2 ranges of table, filter")


def test_a_slow_large_request_is_logged_under_its_id(slow: Logged) -> None:
    item = {"p": {"S": "b"}, "x": {"S": SECRET + "x" * 300_000}}
    answer = slow.ask("PutItem", TableName="tbl", Item=item)
    assert answer.status == 200
    [line] = slow.lines()
    assert SECRET not in str(line)
    assert line["request_id"] == answer.headers["x-amzn-requestid"]
    assert (line["operation"], line["table"]) == ("PutItem", "tbl")


def test_a_slow_refusal_tells_its_code_and_no_text_of_the_request(slow: Logged) -> None:
    answer = slow.ask("GetItem", TableName=SECRET + "\nforged", Key={})
    assert answer.status == 400
    [line] = slow.lines()
    assert SECRET not in str(line)
    assert (line["operation"], line["error"]) == ("GetItem", "ValidationException")


def test_fast_requests_are_not_logged() -> None:
    with logged(ServerSettings(port=0, slow_ms=60_000)) as served:
        assert served.ask("Scan", TableName="tbl").status == 200
        assert served.ask("PutItem", TableName="tbl", Item={"p": {"S": "b"}}).status == 200
        assert served.lines() == []


def test_a_name_that_json_cannot_carry_is_logged_all_the_same() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "file %s", ("\udcff",), None)
    assert codec.decode(log_lines.formatter("json").format(record))["message"] == "file ?"


def test_text_lines_end_with_the_id() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "done", (), None)
    record.request_id = "ABC"
    assert log_lines.formatter("text").format(record).endswith(" INFO x: done [request ABC]")
