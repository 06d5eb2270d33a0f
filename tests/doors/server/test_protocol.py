"""Headers, heads and settings of DynamoDB's protocol."""

from __future__ import annotations

import pytest

from dynalite_py.doors.server import protocol
from dynalite_py.doors.server.protocol import ServerSettings


def test_a_layout_finds_headers_in_any_spelling_and_the_first_of_two() -> None:
    found = protocol.layout((b"Host", b"X-AMZ-TARGET", b"x-amz-date", b"X-Amz-Target"))
    assert (found.target, found.amz_date, found.content_type) == (1, 2, -1)


@pytest.mark.parametrize(
    ("names", "plain"),
    [
        ((b"Host", b"X-Amz-Date"), True),
        ((b"Host",), False),
        ((b"X-Amz-Date", b"ORIGIN"), False),
        ((b"X-Amz-Date", b"Content-Encoding"), False),
        ((b"X-Amz-Date", b"Connection"), False),
        ((b"X-Amz-Date", b"expect"), False),
    ],
)
def test_only_requests_without_wishes_are_plain(names: tuple[bytes, ...], *, plain: bool) -> None:
    assert protocol.layout(names).plain is plain


@pytest.mark.parametrize(
    ("host", "cors", "allowed"),
    [
        ("127.0.0.1", None, ("*",)),
        ("::1", None, ("*",)),
        ("localhost", None, ("*",)),
        ("0.0.0.0", None, ()),  # noqa: S104
        ("db.example", None, ()),
        ("0.0.0.0", ("http://a",), ("http://a",)),  # noqa: S104
        ("127.0.0.1", (), ()),
    ],
)
def test_origins_are_allowed_by_the_setting_else_on_loopback_alone(
    host: str, cors: tuple[str, ...] | None, allowed: tuple[str, ...]
) -> None:
    assert protocol.allowed_origins(ServerSettings(host=host, cors=cors)) == allowed


def test_a_list_of_origins_names_the_one_that_asks() -> None:
    allowed = protocol.cors_headers(("http://a", "http://b"), b"http://b")
    assert b"Access-Control-Allow-Origin: http://b\r\nVary: Origin\r\n" in allowed
    assert protocol.cors_headers(("http://a",), b"http://c") == b""
    assert protocol.cors_headers((), b"http://c") == b""
    assert protocol.cors_headers(("*",), None) == b""


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (b"/", b"/"),
        (b"/x?y=http://z", b"/x?y=http://z"),
        (b"http://a:1/x?y", b"/x?y"),
        (b"HTTPS://a?y", b"/?y"),
        (b"http://a", b"/"),
        (b"ftp://a/", b"ftp://a/"),
        (b"*", b"*"),
        (b"a:443", b"a:443"),
    ],
)
def test_the_path_is_found_behind_a_host(url: bytes, path: bytes) -> None:
    assert protocol.origin_form(url) == path


def test_targets_name_operations_and_streams_twice() -> None:
    assert protocol.targets(["PutItem", "ListStreams"]) == {
        b"DynamoDB_20120810.PutItem": "PutItem",
        b"DynamoDB_20120810.ListStreams": "ListStreams",
        b"DynamoDBStreams_20120810.ListStreams": "ListStreams",
    }


def test_the_common_head_ends_in_the_request_id_and_may_hide_the_server() -> None:
    start = protocol.id_start()
    named = protocol.common_head(ServerSettings(), start)
    assert named.endswith(f"\r\nServer: dynalite_py\r\nx-amzn-RequestId: {start}".encode())
    assert b"Server" not in protocol.common_head(ServerSettings(server_name=""), start)
    assert protocol.id_start() != start


def test_header_lines_stand_in_a_dicts_place_and_keep_every_line() -> None:
    lines, first_of_each = protocol.HeaderLines(), dict[bytes, bytes]()
    for name, value in ((b"A", b"1"), (b"Date", b"x"), (b"A", b"2"), (b"a", b"3")):
        lines.setdefault(name, value)
        first_of_each.setdefault(name, value)
    assert tuple(lines) == (b"A", b"Date", b"A", b"a")
    assert tuple(lines.values()) == (b"1", b"x", b"2", b"3")
    assert dict(reversed(list(lines.items()))) == first_of_each
    assert protocol.layout(tuple(lines)).names == tuple(lines)
    lines.clear()
    assert (tuple(lines), tuple(lines.values())) == ((), ())
