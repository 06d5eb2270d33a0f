"""DynamoDB's protocol above HTTP: settings, targets, which headers matter, heads of answers, CRC.

Pure: bytes in, bytes out. Source: facts, The HTTP envelope.
"""

from __future__ import annotations

import functools
import http
import ipaddress
import operator
import secrets
import string
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dynalite_py.doors.server import compression
from dynalite_py.model import limits
from dynalite_py.model.caller import DEFAULT_REGION

# Request line and header block together. Source: facts, Requests.
HEAD_BYTES = limits.HTTP_HEADER_BYTES
# A body of this size is accepted, one byte more is not. Source: facts, Requests.
BODY_BYTES = limits.HTTP_BODY_BYTES

# What a request in work keeps at the least.
REQUEST_BYTES = 4096
# Requests of this weight are light: they are taken however much is held. As many are in work as
# there are connections, at the most, for where much is held no connection has two.
LIGHT_BYTES = 64 * 1024

JSON_1_0 = b"application/x-amz-json-1.0"
JSON_PLAIN = b"application/json"
NOT_AN_OPERATION = b"<UnknownOperationException/>\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# Sent before a request id is made, so it carries none. Source: facts, Requests.
_EMPTY_CHUNKS = b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
_EMPTY = b"Connection: close\r\nContent-Length: 0\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 413 Payload Too Large\r\n" + _EMPTY_CHUNKS
TOO_LARGE_1_0 = b"HTTP/1.1 413 Payload Too Large\r\n" + _EMPTY
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\n" + _EMPTY

TABLES, STREAMS = b"DynamoDB_20120810", b"DynamoDBStreams_20120810"
STREAM_OPERATIONS = frozenset({"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"})

# How the connection goes on after an answer.
KEEP, CLOSE, KEEP_1_0 = 0, 1, 2
_CONNECTION = (b"", b"Connection: close\r\n", b"Connection: keep-alive\r\n")
_OK = b"HTTP/1.1 200 OK\r\n"
_EXPOSED = b"x-amzn-RequestId, x-amz-crc32, Content-Length, Date"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REQUEST_ID_ALPHABET = string.digits + string.ascii_uppercase
# A request id has 52 characters; the last ten count the requests. Source: facts, Response headers.
_REQUEST_ID_RANDOM = 42
_LENGTH_DIGITS = 20  # the parser takes no larger length, but zeros before it


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one HTTP server is told. Times in seconds, sizes in bytes.

    tls_certificate, tls_key: PEM files, both or none. cors: origins that may read answers, ``*``:
    all; None: ``*`` on a loopback host, none elsewhere. accounts: a 12-digit access key is the
    account. shared: every caller has the default account and region. region: what a request without
    a region, or with ``local`` or ``localhost``, means. require_token: a request without
    Authorization is refused as AWS does. credentials: secrets by access key; every request must be
    signed with one of them; None: none is verified. pipelined: requests of one connection in work
    at once. held_bytes: of requests and answers that are kept for all connections together; see
    ``hub.Hub.hold``. admin_port: where health and metrics are told; None: nowhere, and nothing is
    counted. slow_ms: requests that take so many milliseconds are logged; None: none is. test_clock:
    the engine's clock is moved on the admin port, where that is on a loopback host; signatures are
    then judged by the system's time, since clients sign by it.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    header_timeout: float = 30.0
    body_timeout: float = 120.0
    idle_timeout: float = 600.0
    write_timeout: float = 120.0
    linger_timeout: float = 5.0
    drain_timeout: float = 30.0
    maximum_connections: int = 10_000
    held_bytes: int = 256 * 1024 * 1024
    pipelined: int = 64
    cors: tuple[str, ...] | None = None
    accounts: bool = False
    shared: bool = False
    region: str = DEFAULT_REGION
    require_token: bool = True
    credentials: Mapping[str, str] | None = field(default=None, repr=False)
    server_name: str = "dynalite_py"
    admin_host: str = "127.0.0.1"
    admin_port: int | None = None
    slow_ms: int | None = None
    test_clock: bool = False


# The values of Content-Type, Accept-Encoding and X-Amz-Target.
KnownHeaders = tuple[bytes | None, bytes | None, bytes | None]


class Layout(NamedTuple):
    """Where the headers that matter stand among a request's headers; -1: not sent.

    names: of all its headers, as spelled.
    """

    names: tuple[bytes, ...]
    target: int
    content_type: int
    authorization: int
    amz_date: int
    date: int
    origin: int
    host: int
    accept_encoding: int
    content_encoding: int
    content_length: int
    connection: int
    expect: int
    request_method: int
    request_headers: int
    traceparent: int
    tracestate: int
    plain: bool  # nothing is sent that asks for more than an answer to a signed operation
    known: Callable[[tuple[bytes | None, ...]], KnownHeaders]  # the values of three headers


_NAMES = (
    b"x-amz-target",
    b"content-type",
    b"authorization",
    b"x-amz-date",
    b"date",
    b"origin",
    b"host",
    b"accept-encoding",
    b"content-encoding",
    b"content-length",
    b"connection",
    b"expect",
    b"access-control-request-method",
    b"access-control-request-headers",
    b"traceparent",
    b"tracestate",
)
_KNOWN = tuple(map(_NAMES.index, (b"content-type", b"accept-encoding", b"x-amz-target")))
_UNCOMMON = frozenset({b"origin", b"content-encoding", b"connection", b"expect"})


@functools.lru_cache(maxsize=256)
def layout(names: tuple[bytes, ...]) -> Layout:
    """The layout of a request whose headers have these names, in this order and spelling.

    A client sends the same names over and over, so one look-up replaces lower-casing each of them
    and asking for each that matters. Of headers sent twice the first counts.
    """
    places: dict[bytes, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name.lower(), place)
    plain = b"x-amz-date" in places and not _UNCOMMON & places.keys()
    numbers = [places.get(name, -1) for name in _NAMES]
    return Layout(
        names, *numbers, plain=plain, known=operator.itemgetter(*map(numbers.__getitem__, _KNOWN))
    )


class HeaderLines:
    """Every header line of a request, in its order, where a signature covers them all.

    It stands in the place of a dict, which keeps the first of a name, and has that one's methods.
    """

    __slots__ = ("_names", "_values")

    def __init__(self) -> None:
        self._names: list[bytes] = []
        self._values: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._names)

    def setdefault(self, name: bytes, value: bytes, /) -> None:
        """Take a line."""
        self._names.append(name)
        self._values.append(value)

    def values(self) -> Sequence[bytes]:
        """The values of all lines."""
        return self._values

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All lines."""
        return zip(self._names, self._values, strict=True)

    def clear(self) -> None:
        """Forget all lines."""
        self._names.clear()
        self._values.clear()


class Style(NamedTuple):
    """What an answer's head says apart from body, date and id.

    ok, refused: the heads for 200 and 400. accepted: the request's content type is one that carries
    operations. coding: b"gzip", b"deflate" or empty.
    """

    ok: bytes
    refused: bytes
    accepted: bool
    coding: bytes


def is_long_head(method: bytes, url: list[bytes], lines: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether request line and header block are too long, written as clients write them."""
    first = len(method) + sum(map(len, url)) + len("  HTTP/1.1\r\n")
    others = (len(name) + len(value) + len(": \r\n") for name, value in lines)
    return first + sum(others) + len("\r\n") > HEAD_BYTES


def announced(found: Layout, values: tuple[bytes | None, ...]) -> int:
    """The length of a body as its head tells it; 0 where none is told, or nothing of use."""
    told = (values[found.content_length] or b"").strip()
    return int(told) if told.isdigit() and len(told) <= _LENGTH_DIGITS else 0


def weight(body: bytes) -> int:
    """About how many bytes a request in work keeps: its texts, and Python's objects around them.

    An object of JSON, such as an attribute value, takes some 300 bytes beside its text.
    """
    return REQUEST_BYTES + 2 * len(body) + 300 * body.count(b"{")


def style(
    cors: tuple[str, ...],
    content_type: bytes | None,
    accept_encoding: bytes | None,
    origin: bytes | None,
    connection: int,
) -> Style:
    """The style of the answer to a request with these headers.

    connection: KEEP, CLOSE or KEEP_1_0. cors: the origins that may read answers.
    """
    asked = (content_type or b"").partition(b";")[0].strip().lower()
    answered = JSON_1_0 if asked == JSON_1_0 else JSON_PLAIN
    rest = b"Content-Type: %b\r\n%b%b" % (
        answered,
        _CONNECTION[connection],
        cors_headers(cors, origin),
    )
    return Style(
        ok=_OK + rest,
        refused=status_line(400) + rest,
        accepted=asked in (JSON_1_0, JSON_PLAIN),
        coding=compression.chosen(accept_encoding),
    )


def status_line(status: int) -> bytes:
    """``HTTP/1.1 400 Bad Request`` with its line end."""
    return f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n".encode()


def with_status(head: bytes, status: int) -> bytes:
    """The head of a style's good answers, with another status."""
    return status_line(status) + head[len(_OK) :]


def with_type(style: Style, content_type: bytes) -> Style:
    """The style of an answer of this content type."""
    kind, _, rest = style.ok[len(_OK) :].partition(b"\r\n")
    name = kind.partition(b" ")[0]
    return style._replace(ok=b"%b%b %b\r\n%b" % (_OK, name, content_type, rest))


def allowed_origins(settings: ServerSettings) -> tuple[str, ...]:
    """The origins that may read answers: as set, else all on a loopback host, none elsewhere."""
    if settings.cors is not None:
        return settings.cors
    return ("*",) if is_loopback(settings.host) else ()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def admits(settings: ServerSettings, host: bytes | None, origin: bytes | None) -> bool:
    """Whether a browser may ask under this Host.

    A page whose name is made to mean this machine (DNS rebinding) shows itself by that name in
    Host. An address cannot be made to mean another one, and ``localhost`` is always the browser's
    own machine; under other names only origins that the settings allow may ask. No browser leaves
    Host out.
    """
    cors = settings.cors or ()
    if host is None or "*" in cors or (origin is not None and origin.decode("latin-1") in cors):
        return True
    name = host_name(host)
    if name in ("localhost", settings.host.lower()) or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def host_name(host: bytes) -> str:
    """The name of ``name:port`` or ``[address]:port``, in lower case, without a last dot."""
    text = host.decode("latin-1").strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].removesuffix(".")


def cors_headers(cors: tuple[str, ...], origin: bytes | None) -> bytes:
    """The CORS headers of an answer, empty for no Origin or one that is not allowed."""
    if origin is None or not cors:
        return b""
    if "*" in cors:
        allowed = b"Access-Control-Allow-Origin: *\r\n"
    elif origin.decode("latin-1") in cors:
        allowed = b"Access-Control-Allow-Origin: %b\r\nVary: Origin\r\n" % origin
    else:
        return b""
    return allowed + b"Access-Control-Expose-Headers: %b\r\n" % _EXPOSED


def preflight_headers(method: bytes | None, names: bytes | None) -> bytes:
    """What an OPTIONS request with an Origin is told beside the CORS headers."""
    lines = [b"Access-Control-Max-Age: 172800\r\n"]
    if names is not None:
        lines.append(b"Access-Control-Allow-Headers: %b\r\n" % names)
    if method is not None:
        lines.append(b"Access-Control-Allow-Methods: %b\r\n" % method)
    return b"".join(lines)


def targets(operations: Iterable[str]) -> Mapping[bytes, str]:
    """X-Amz-Target values and what they name; the streams' operations answer to both prefixes."""
    named: dict[bytes, str] = {}
    for operation in operations:
        named[b"%b.%b" % (TABLES, operation.encode())] = operation
        if operation in STREAM_OPERATIONS:
            named[b"%b.%b" % (STREAMS, operation.encode())] = operation
    return named


def origin_form(url: bytes) -> bytes:
    """``/path?query`` of a request line's URL, which names the host too when meant for a proxy."""
    scheme, separator, rest = url.partition(b"://")
    if url[:1] == b"/" or not separator or scheme.lower() not in (b"http", b"https"):
        return url
    for place, byte in enumerate(rest):
        if byte == ord("/"):
            return rest[place:]
        if byte == ord("?"):
            return b"/" + rest[place:]
    return b"/"


def healthy(region: str) -> bytes:
    """The body of ``GET /``; the last blank is the service's."""
    return f"healthy: dynamodb.{region}.amazonaws.com ".encode()


def common_head(settings: ServerSettings, id_start: str) -> bytes:
    """The headers all answers of a second share: date, server, and the start of the request id."""
    server = f"Server: {settings.server_name}\r\n" if settings.server_name else ""
    return f"Date: {_http_date(time.gmtime())}\r\n{server}x-amzn-RequestId: {id_start}".encode()


def _http_date(moment: time.struct_time) -> str:
    """A moment as HTTP writes it, whatever the machine's language is."""
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    clock = f"{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}"
    return f"{day}, {moment.tm_mday:02d} {month} {moment.tm_year} {clock} GMT"


def id_start() -> str:
    """The first 42 characters of a server's request ids."""
    return "".join(secrets.choice(_REQUEST_ID_ALPHABET) for _ in range(_REQUEST_ID_RANDOM))
