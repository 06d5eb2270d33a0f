"""HTTP byte by byte: what no SDK would send, and answers just as they come."""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from dynalite_py.model import codec

# A test that would wait longer has failed.
PATIENCE_SECONDS = 20.0

CREDENTIAL = "a/20261123/us-east-1/dynamodb/aws4_request"
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=00ff"
)
SIGNED: Mapping[str, str] = {
    "Host": "localhost",
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20261123T000000Z",
    "Authorization": AUTHORIZATION,
}


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. headers: names in lower case; raw: all of its bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    def json(self) -> object:
        """The body as JSON."""
        return codec.decode(self.body)

    def crc_fits(self) -> bool:
        """Whether x-amz-crc32 is the CRC of the bytes as sent."""
        return self.headers["x-amz-crc32"] == str(zlib.crc32(self.body))


def message(
    method: str = "POST",
    url: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    version: str = "1.1",
) -> bytes:
    """A request's bytes, with a Content-Length unless the headers say how the body is framed."""
    lines = {**(headers or {})}
    names = {name.lower() for name in lines}
    if body and not names & {"content-length", "transfer-encoding"}:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {url} HTTP/{version}\r\n{head}\r\n".encode("latin-1") + body


def operation(
    name: str,
    request: object = None,
    headers: Mapping[str, str | None] | None = None,
    *,
    body: bytes | None = None,
    version: str = "1.1",
) -> bytes:
    """A signed request for an operation. headers: added, or left out where None."""
    merged: dict[str, str | None] = {
        **SIGNED,
        "X-Amz-Target": f"DynamoDB_20120810.{name}",
        **(headers or {}),
    }
    sent = {name: value for name, value in merged.items() if value is not None}
    content = codec.encode(request if request is not None else {}) if body is None else body
    return message("POST", "/", sent, content, version=version)


class RawClient:
    """One connection. Reading waits for the server, never for a while."""

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain
        self._read = b""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send all of the bytes."""
        self.socket.sendall(data)

    def end(self) -> None:
        """Shut the client's side of the connection."""
        self.socket.shutdown(socket.SHUT_WR)

    def ask(self, data: bytes, *, bare: bool = False) -> Response:
        """Send a request and read its answer. bare: an answer without a body, as to HEAD."""
        self.send(data)
        return self.response(bare=bare)

    def response(self, *, bare: bool = False) -> Response:
        """The next answer. Raises: EOFError where the server has closed."""
        head = self._until(b"\r\n\r\n")
        status_line, *lines = head[:-4].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        status = int(status_line.split(" ")[1])
        if bare or status == 100:
            return Response(status, headers, b"", head)
        if headers.get("transfer-encoding") == "chunked":
            rest = self._until(b"0\r\n\r\n")
            return Response(status, headers, rest[:-5], head + rest)
        body = self._exactly(int(headers["content-length"]))
        return Response(status, headers, body, head + body)

    def rest(self) -> bytes:
        """All bytes until the server closes; a reset counts as a close."""
        try:
            while more := self.socket.recv(65536):
                self._read += more
        except ConnectionResetError:
            pass
        whole, self._read = self._read, b""
        return whole

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            self._more()
        place = self._read.index(mark) + len(mark)
        found, self._read = self._read[:place], self._read[place:]
        return found

    def _exactly(self, size: int) -> bytes:
        parts = [self._read]
        missing = size - len(self._read)
        while missing > 0:
            part = self.socket.recv(min(missing, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        whole = b"".join(parts)
        self._read = whole[size:]
        return whole[:size]

    def _more(self) -> None:
        part = self.socket.recv(65536)
        if not part:
            raise EOFError
        self._read += part
